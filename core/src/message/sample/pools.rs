//! Names, places and offices to draw from: the pools of `core/standards/samples`, embedded.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::tables::{cell, number, rows};

/// A German town with a postcode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Town {
    pub(super) name: &'static str,
    pub(super) postcode: &'static str,
    pub(super) key: &'static str,
}

/// A state of citizenship.
pub(super) struct State {
    pub(super) key: &'static str,
    pub(super) weight: u32,
    pub(super) pool: &'static str,
    pub(super) name: &'static str,
    /// What stay is likely: `eu`, `asyl`, `titel`.
    pub(super) group: &'static str,
}

/// Names, places and offices to draw from.
pub(super) struct Pools {
    pub(super) given: Vec<[&'static str; 3]>,
    pub(super) family: Vec<[&'static str; 2]>,
    pub(super) births: Vec<[&'static str; 2]>,
    pub(super) states: Vec<State>,
    pub(super) towns: Vec<Town>,
    pub(super) streets: Vec<&'static str>,
    pub(super) offices: Vec<[&'static str; 6]>,
}

pub(super) static POOLS: LazyLock<Pools> = LazyLock::new(|| Pools {
    given: table(include_str!("../../../standards/samples/vornamen.tsv")),
    family: table(include_str!("../../../standards/samples/familiennamen.tsv")),
    births: table(include_str!("../../../standards/samples/geburtsorte.tsv")),
    states: rows(include_str!("../../../standards/samples/staaten.tsv"))
        .map(|cells| State {
            key: cell(&cells, 0),
            weight: number(&cells, 2).max(0) as u32,
            pool: cell(&cells, 3),
            name: cell(&cells, 4),
            group: cell(&cells, 5),
        })
        .collect(),
    towns: rows(include_str!("../../../standards/samples/orte.tsv"))
        .map(|cells| Town { name: cell(&cells, 0), postcode: cell(&cells, 1), key: cell(&cells, 2) })
        .collect(),
    streets: rows(include_str!("../../../standards/samples/strassen.tsv"))
        .map(|cells| cell(&cells, 0))
        .collect(),
    offices: table(include_str!("../../../standards/samples/behoerden.tsv")),
});

fn table<const N: usize>(text: &'static str) -> Vec<[&'static str; N]> {
    rows(text).map(|cells| std::array::from_fn(|at| cell(&cells, at))).collect()
}

/// Key of the German state of citizenship in the lists of the statistical office.
pub(super) const GERMANY: &str = "000";
/// Names with the letter sequences of DIN 91379 that no single character stands for.
pub(super) const SEQUENCES: &str = "dinseq";
/// A town where no other is known.
pub(super) const ANYWHERE: Town = Town { name: "Köln", postcode: "50667", key: "05315000" };

/// First names of a language and a sex (any, if empty).
pub(super) fn names<'p>(pool: &[[&'p str; 3]], language: &str, sex: &str) -> Vec<&'p str> {
    pool.iter()
        .filter(|row| row[2] == language && (sex.is_empty() || row[1] == sex))
        .map(|row| row[0])
        .collect()
}

/// A name as somebody might have written it who only heard it, or had only a typewriter.
pub(super) fn respell(name: &str) -> String {
    let plain: String =
        name.nfd().filter(|c| !is_combining_mark(*c) && !matches!(c, 'ʿ' | 'ʾ' | '’')).collect();
    if plain != name {
        return plain;
    }
    let pairs = [
        ("sch", "sh"),
        ("sh", "sch"),
        ("kh", "ch"),
        ("ou", "u"),
        ("ph", "f"),
        ("ee", "i"),
        ("y", "i"),
        ("tz", "ts"),
        ("w", "v"),
        ("v", "w"),
        ("ll", "l"),
        ("tt", "t"),
        ("ss", "s"),
        ("dd", "d"),
        ("k", "ck"),
        ("i", "y"),
        ("u", "oo"),
        ("z", "s"),
        ("a", "ah"),
        ("e", "eh"),
        ("o", "oh"),
    ];
    let found = pairs.iter().find(|(from, _)| name.contains(from));
    found.map_or_else(|| format!("{name}e"), |(from, to)| name.replacen(from, to, 1))
}

/// A text in small ASCII letters, for host names.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().nfc() {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'a'..='z' | '0'..='9' => out.push(c),
            ' ' | '-' | '/' | '.' if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            // Other letters without their marks.
            _ => out.extend(std::iter::once(c).nfd().filter(char::is_ascii_alphanumeric)),
        }
    }
    out.trim_end_matches('-').to_owned()
}
