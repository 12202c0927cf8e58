//! What something is: a finding code, a rule, a message, a field, a code list, a field of the DSAusländer.
//!
//! Everything is read back from the open packs, so it holds for every standard that a pack is loaded of. Nothing is
//! checked here.

mod codelist;
mod dsauslaender;
mod field;
mod finding;
mod page;
mod place;
mod rule;
mod tree;

use std::str::FromStr;

use azrkit_standard::pack::Pack;

pub(crate) use self::dsauslaender::sheet_numbers;
use self::page::Page;
use crate::message::report::{Code, Lang};

/// How an explanation is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Language of labels and of azrkit's own words. Names of codes and meanings are German, as the standard has them.
    pub lang: Lang,
    /// How many levels of fields are shown below a message, a type or a field.
    pub depth: usize,
    /// How many codes of a code list are shown.
    pub codes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { lang: Lang::De, depth: 2, codes: 60 }
    }
}

/// The explanation of a topic as text of at most 100 columns; none where no pack knows it.
///
/// A topic is one of:
/// - a finding code: `AZK-M109`;
/// - the id of a rule: `AZR-039`;
/// - a message: its number (`090010`) or its element;
/// - a field: a path from a message or a type (`090010/sachverhalt/duldung`, `AZR.Duldung.Meldung/referenz.id`), with
///   positions or without, so that a finding's path will do; or a type or element alone;
/// - a code list: its URI, or the name that is the URI's end (`azr.artderduldung`);
/// - a field of the DSAusländer: its number (`045.02`).
///
/// The packs are asked in their order; the first that knows the topic answers.
pub fn explain(packs: &[Pack<'_>], topic: &str, options: &Options) -> Option<String> {
    let topic = topic.trim();
    if topic.is_empty() {
        return None;
    }
    if let Some(code) = finding_code(topic) {
        return Some(finding::page(code, options).finish());
    }
    type Answer = for<'a> fn(&Pack<'a>, &str, &Options) -> Option<Page>;
    let answers: [Answer; 7] = [
        rule::page,
        dsauslaender::page,
        field::page,
        codelist::page,
        field::any_case,
        codelist::by_title,
        field::anywhere,
    ];
    answers
        .iter()
        .find_map(|answer| packs.iter().find_map(|pack| answer(pack, topic, options)))
        .map(Page::finish)
}

/// Topics that are spelt alike, at most eight, the most alike first: for a topic that [`explain`] does not know.
pub fn similar(packs: &[Pack<'_>], topic: &str) -> Vec<String> {
    place::similar(packs, topic.trim(), 8)
}

/// `AZK-M109`, `azk-m109` or `M109`.
fn finding_code(topic: &str) -> Option<Code> {
    Code::from_str(topic).or_else(|()| Code::from_str(&format!("AZK-{topic}"))).ok()
}

#[cfg(test)]
mod tests;
