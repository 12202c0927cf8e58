//! A rule that the standard states in words, and the rules that hold at a field.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{Rule, Type};

use super::Options;
use super::page::{Page, word};
use crate::message::report::Lang;
use crate::message::show::layout::Item;

pub(super) fn page(pack: &Pack<'_>, topic: &str, options: &Options) -> Option<Page> {
    let lang = options.lang;
    let topic = topic.to_uppercase();
    // A rule that the standard states in one sentence may be several here: `AZR-039.1`, `AZR-039.2`.
    let rules: Vec<&Rule> = pack
        .rules
        .iter()
        .filter(|rule| {
            let id = pack.str(rule.id).to_uppercase();
            id == topic || id.strip_prefix(&topic).is_some_and(|rest| rest.starts_with('.'))
        })
        .collect();
    let first = rules.first()?;
    if rules.len() == 1 {
        let mut page = Page::new(heading(pack, first, lang));
        facts(pack, first, lang).into_iter().for_each(|(label, value)| page.fact(label, value));
        return Some(page);
    }
    let mut page = Page::new(topic);
    for rule in rules {
        let facts = facts(pack, rule, lang);
        let items = facts.into_iter().filter(|(_, value)| !value.is_empty());
        let items = items.map(|(label, value)| Item::Field(label.to_owned(), value)).collect();
        page.section(heading(pack, rule, lang), items);
    }
    Some(page)
}

/// The rules of a type whose place is the path from it (`.` for the element itself).
pub(super) fn at<'a>(pack: &Pack<'a>, ty: &Type, path: &str) -> Vec<&'a Rule> {
    let rules = pack.rules_of(ty).iter().filter_map(|row| pack.rules.get(row.get() as usize));
    rules
        .filter(|rule| {
            let at = pack.str(rule.at).trim();
            at == path || path == "." && at.is_empty()
        })
        .collect()
}

/// One line of a list of rules.
pub(super) fn line(pack: &Pack<'_>, rule: &Rule, lang: Lang) -> Item {
    let text = lang.choose(pack.str(rule.text), pack.str(rule.text_en));
    Item::Field(pack.str(rule.id).to_owned(), text.to_owned())
}

fn heading(pack: &Pack<'_>, rule: &Rule, lang: Lang) -> String {
    let severity = match rule.severity.get() {
        0 => word(lang, "Fehler", "error"),
        1 => word(lang, "Warnung", "warning"),
        _ => word(lang, "Hinweis", "hint"),
    };
    format!("{} ({severity})", pack.str(rule.id))
}

fn facts(pack: &Pack<'_>, rule: &Rule, lang: Lang) -> [(&'static str, String); 7] {
    let text = |text| pack.str(text).to_owned();
    [
        (word(lang, "Regel", "Rule"), lang.choose(pack.str(rule.text), pack.str(rule.text_en)).to_owned()),
        (word(lang, "Gilt in", "Holds in"), text(rule.context)),
        (word(lang, "Nur Nachrichten", "Only messages"), text(rule.messages)),
        (word(lang, "Stelle", "Place"), text(rule.at)),
        (word(lang, "Bedingung", "Condition"), text(rule.expr)),
        (word(lang, "Erfüllt etwa von", "Satisfied by"), text(rule.pass)),
        (word(lang, "Verletzt etwa von", "Violated by"), text(rule.fail)),
    ]
}
