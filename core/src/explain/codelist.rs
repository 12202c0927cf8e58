//! A code list: its versions and codes.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{CodeType, List, code_type};

use super::Options;
use super::page::{Page, word};
use crate::message::report::Lang;
use crate::message::show::layout::Item;

/// By URI, or by the URI's end, such as `azr.artderduldung` or `azr:artderduldung`; a version may follow after `_`.
pub(super) fn page(pack: &Pack<'_>, topic: &str, options: &Options) -> Option<Page> {
    let topic = topic.strip_suffix(".tsv").unwrap_or(topic);
    let (name, version) = match topic.rsplit_once('_') {
        Some((name, version)) if !name.is_empty() => (name, Some(version)),
        _ => (topic, None),
    };
    let name = name.to_lowercase().replace(':', ".");
    let mut found: Vec<&List> = pack.lists.iter().filter(|list| names(pack.str(list.uri), &name)).collect();
    if let Some(version) = version {
        found.retain(|list| pack.str(list.version) == version);
    }
    let list = found.last()?;
    Some(of_list(pack, list, options))
}

/// By the title.
pub(super) fn by_title(pack: &Pack<'_>, topic: &str, options: &Options) -> Option<Page> {
    let list = pack.lists.iter().rfind(|list| pack.str(list.title).eq_ignore_ascii_case(topic))?;
    Some(of_list(pack, list, options))
}

/// The lists that a code type can mean.
pub(super) fn of_type<'a>(pack: &Pack<'a>, code: &CodeType) -> &'a [List] {
    pack.lists_of(code)
}

/// What a code type says of its list, on one line.
pub(super) fn type_line(pack: &Pack<'_>, code: &CodeType, lang: Lang) -> String {
    let sent = word(lang, "wird mitgesandt", "is sent with the code");
    let fixed = |bit: u8, text| if code.flags & bit != 0 { pack.str(text) } else { sent };
    let mut line = String::new();
    let title = pack.str(code.title);
    let title = if title.is_empty() {
        of_type(pack, code).last().map_or("", |list| pack.str(list.title))
    } else {
        title
    };
    if !title.is_empty() {
        line = format!("{title}\n");
    }
    line += &format!("URI: {}\n", fixed(code_type::URI_FIXED, code.uri));
    line += &format!("Version: {}", fixed(code_type::VERSION_FIXED, code.version));
    line
}

/// The codes of a list, at most `limit`.
pub(super) fn codes(pack: &Pack<'_>, list: &List, limit: usize, lang: Lang) -> Vec<Item> {
    let rows = list.rows.get();
    let mut items: Vec<Item> = (0..rows)
        .take(limit)
        .map(|row| {
            let name = pack.cell_str(list, row, list.name);
            let period = period(pack, list, row, lang);
            let line = if period.is_empty() { name.to_owned() } else { format!("{name} [{period}]") };
            Item::Field(pack.cell_str(list, row, list.key).to_owned(), line)
        })
        .collect();
    if rows as usize > limit {
        let more = rows as usize - limit;
        items.push(Item::Sentence(match lang {
            Lang::De => format!("… und {more} weitere"),
            Lang::En => format!("… and {more} more"),
        }));
    }
    items
}

fn of_list(pack: &Pack<'_>, list: &List, options: &Options) -> Page {
    let lang = options.lang;
    let mut page = Page::new(format!("{} {}", word(lang, "Codeliste", "Code list"), pack.str(list.title)));
    page.fact("URI", pack.str(list.uri));
    let range = pack.lists_by_uri(pack.bytes(list.uri));
    let versions: Vec<&str> = pack
        .lists
        .get(range.start as usize..range.end as usize)
        .unwrap_or(&[])
        .iter()
        .map(|list| pack.str(list.version))
        .collect();
    page.fact("Version", pack.str(list.version));
    if versions.len() > 1 {
        page.fact(word(lang, "Vorhandene Versionen", "Versions at hand"), versions.join(", "));
    }
    page.fact(word(lang, "Gilt ab", "Valid from"), pack.str(list.valid_from));
    if list.excerpt.get() != 0 {
        page.text(word(lang, "Die Liste liegt nur als Auszug vor.", "Only part of the list is at hand."));
    }
    page.section(
        format!("{} ({})", word(lang, "Schlüssel", "Codes"), list.rows.get()),
        codes(pack, list, options.codes, lang),
    );
    page
}

/// When a code may be reported, as far as the list says so.
fn period(pack: &Pack<'_>, list: &List, row: u32, lang: Lang) -> String {
    let cell = |column| pack.cell_str(list, row, column).trim();
    let parts = [
        (word(lang, "neu ab", "new from"), cell(list.begins)),
        (word(lang, "meldbar ab", "reportable from"), cell(list.reportable_from)),
        (word(lang, "meldbar bis", "reportable to"), cell(list.reportable_to)),
        (word(lang, "entfällt ab", "ends"), cell(list.ends)),
    ];
    let parts = parts.into_iter().filter(|(_, date)| !date.is_empty());
    parts.map(|(label, date)| format!("{label} {date}")).collect::<Vec<_>>().join(", ")
}

/// Whether a URI is meant by a name: it is the whole of it or its end.
fn names(uri: &str, name: &str) -> bool {
    let uri = uri.to_lowercase().replace(':', ".");
    uri.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
