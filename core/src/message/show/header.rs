//! The head of a shown message: which message it is, from whom, to whom, when, and whether it is a test.
//!
//! The names are those of the XÖV base message, which every XÖV standard's header is derived from.

use azrkit_standard::pack::rows::NONE;

use super::layout::{self, Item};
use super::value::{self, Kind, printable};
use super::{codes, label_of};
use crate::message::document::NodeRef;
use crate::message::report::Lang;

/// Attributes of the root element that the head sums up.
pub(super) const ATTRIBUTES: [&str; 6] =
    ["standard", "version", "test", "produkt", "produkthersteller", "produktversion"];

/// Prints the head and gives the rows of the root's children that it sums up.
pub(super) fn print(root: NodeRef<'_>, lang: Lang, out: &mut String) -> Vec<u32> {
    let words = Words::of(lang);
    layout::rule('=', out);
    layout::wrap("", &title(root, lang), 0, 2, out);
    if let Some(text) = test_mark(root) {
        let note = if text.is_empty() { String::new() } else { format!(" [{}]", printable(text)) };
        layout::wrap("", &format!("{}{note}", words.test), 0, 0, out);
    }
    let mut rows = Vec::new();
    let mut items = Vec::new();
    let head = root.children().find(|child| child.local().starts_with("nachrichtenkopf"));
    if let Some(head) = head {
        rows.push(head.index);
        for (role, word) in [("autor", words.from), ("leser", words.to)] {
            if let Some(party) = head.child(role) {
                let address = root.child(&format!("anschrift.{role}"));
                rows.extend(address.map(|address| address.index));
                items.push(Item::Field(word.to_owned(), self::party(party, address)));
            }
        }
        if let Some(id) = head.children().find(|child| child.local().starts_with("identifikation")) {
            if let Some(time) = id.child("erstellungszeitpunkt") {
                items.push(Item::Field(
                    words.created.to_owned(),
                    value::shown(Kind::DateTime, time.text(), lang),
                ));
            }
            if let Some(uuid) = id.child("nachrichtenUUID") {
                items.push(Item::Field(words.id.to_owned(), printable(uuid.text().trim())));
            }
        }
    }
    if let Some(product) = product(root) {
        items.push(Item::Field(words.product.to_owned(), product));
    }
    layout::print(&items, 0, out);
    layout::rule('=', out);
    rows
}

struct Words {
    from: &'static str,
    to: &'static str,
    created: &'static str,
    id: &'static str,
    product: &'static str,
    test: &'static str,
}

impl Words {
    fn of(lang: Lang) -> Self {
        match lang {
            Lang::De => Self {
                from: "Von",
                to: "An",
                created: "Erstellt",
                id: "Nachrichten-ID",
                product: "Erstellt mit",
                test: "*** TESTNACHRICHT *** Sie darf im Wirkbetrieb nicht verarbeitet werden.",
            },
            Lang::En => Self {
                from: "From",
                to: "To",
                created: "Created",
                id: "Message id",
                product: "Created with",
                test: "*** TEST MESSAGE *** It must not be processed in production.",
            },
        }
    }
}

/// `AZR-Folgemeldung (090010) – XAusländer 26.11`, as far as it is known.
fn title(root: NodeRef<'_>, lang: Lang) -> String {
    let pack = root.pack();
    let row = root.row();
    let message = if row.element == NONE { None } else { pack.message(row.element) };
    let mut title = match message {
        Some(message) => {
            let title = lang.choose(pack.str(message.title), pack.str(message.title_en));
            let title = if title.is_empty() { root.local() } else { title };
            match pack.str(message.number) {
                "" => title.to_owned(),
                number => format!("{title} ({number})"),
            }
        }
        None => label_of(root, lang),
    };
    let standard = root.attribute("standard").unwrap_or("").trim();
    let version = root.attribute("version").unwrap_or("").trim();
    if !standard.is_empty() || !version.is_empty() {
        title += &format!(" – {}", printable(format!("{standard} {version}").trim()));
    }
    title
}

/// What the test mark says; none where it is not there or, being a truth value, says no.
fn test_mark(root: NodeRef<'_>) -> Option<&str> {
    let mark = root.attributes().find(|mark| mark.local() == "test" && mark.namespace().is_empty())?;
    let pack = root.pack();
    let declared = pack.attributes.get(mark.row.declaration as usize);
    let is_no = Kind::of_simple(pack, declared.map_or(NONE, |row| row.simple.get())) == Kind::Boolean
        && matches!(mark.value().trim(), "false" | "0");
    Some(mark.value().trim()).filter(|_| !is_no)
}

/// An authority on one line: name, key, address, and how to reach it.
fn party(party: NodeRef<'_>, address: Option<NodeRef<'_>>) -> String {
    let text = |name: &str| party.child(name).map(|child| printable(child.text().trim())).unwrap_or_default();
    let mut line = text("name");
    let key = text("kennung");
    if !key.is_empty() {
        line += &format!(" ({key})");
    }
    if let Some(address) =
        address.or_else(|| party.child("anschrift")).map(postal).filter(|text| !text.is_empty())
    {
        line += &format!("\n{address}");
    }
    for reach in party.children().filter(|child| child.local() == "erreichbarkeit") {
        let channel = reach
            .child("kanal")
            .and_then(|kanal| Some(codes::look_up(kanal, codes::code_type_of(kanal)?).inline()))
            .unwrap_or_default();
        let number = reach.child("kennung").map_or("", |child| child.text().trim());
        line += &format!("\n{channel}: {}", printable(number));
        if let Some(note) =
            reach.child("zusatz").map(|child| child.text().trim()).filter(|note| !note.is_empty())
        {
            line += &format!(" ({})", printable(note));
        }
    }
    line
}

/// An address on one line: street and number or box, postal code and town.
fn postal(address: NodeRef<'_>) -> String {
    let inner = address.child("gebaeude").or_else(|| address.child("postfach")).unwrap_or(address);
    let text =
        |name: &str| inner.child(name).map(|child| child.text().trim()).filter(|text| !text.is_empty());
    let mut street: Vec<&str> =
        ["strasse", "hausnummer", "hausnummerBuchstabeZusatzziffer", "teilnummerDerHausnummer"]
            .into_iter()
            .filter_map(text)
            .collect();
    if let Some(last) = inner.child("hausnummern.bis") {
        street.push("bis");
        street.extend(last.children().map(|part| part.text().trim()));
    }
    let town: Vec<&str> = ["postleitzahl", "wohnort"].into_iter().filter_map(text).collect();
    let parts = [
        text("wohnungsinhaber").map(str::to_owned),
        Some(street.join(" ")),
        text("postfach").map(|number| format!("Postfach {number}")),
        text("zusatzangaben").map(str::to_owned),
        Some(town.join(" ")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    printable(&parts.join(", "))
}

fn product(root: NodeRef<'_>) -> Option<String> {
    let name = root.attribute("produkt")?.trim();
    let mut line = name.to_owned();
    if let Some(version) = root.attribute("produktversion") {
        line += &format!(" {}", version.trim());
    }
    if let Some(maker) = root.attribute("produkthersteller") {
        line += &format!(" ({})", maker.trim());
    }
    Some(printable(&line))
}
