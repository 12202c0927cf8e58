//! What was expected, for people.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, attribute, step};

use super::{Declared, Entries, Input};
use crate::message::json::order::Content;

impl<'x> Input<'x> {
    pub(super) fn field(&self, declared: Declared) -> String {
        self.packs.get(declared.pack).map_or_else(String::new, |pack| self.label_of(pack, declared.element))
    }

    pub(super) fn label_of(&self, pack: &Pack<'_>, element: u32) -> String {
        let Some(row) = pack.elements.get(element as usize) else { return String::new() };
        self.faults.label(pack.str(row.label), pack.str(row.label_en), pack.local(row.name.get()))
    }

    /// The keys that could have been meant: those of the type that do not stand yet. First what is spelled nearly so, then what
    /// must stand.
    pub(super) fn expected_keys(
        &self,
        pack: &'x Pack<'x>,
        ty: &rows::Type,
        content: Option<Content<'x, 'x>>,
        entries: &Entries<'x>,
        found: &str,
    ) -> String {
        const LISTED: usize = 12;
        let mut keys: Vec<(bool, bool, u32, &str)> = Vec::new();
        let mut add = |optional: bool, order: u32, key: &'x str| {
            let stands = entries.iter().any(|(have, _)| have == key);
            if !stands && !keys.iter().any(|(.., have)| *have == key) {
                keys.push((!is_similar(found, key), optional, order, key));
            }
        };
        for found in content.iter().flat_map(|content| content.steps()) {
            let optional = found.flags.get() & (step::MUST | step::REQUIRED) == 0;
            add(optional, found.order.get().into(), pack.local(found.name.get()));
        }
        for row in pack.attributes_of(ty) {
            const FILLED: u16 = attribute::REQUIRED | attribute::FIXED;
            let optional = row.flags.get() & FILLED != attribute::REQUIRED;
            add(optional, u32::MAX, pack.local(row.name.get()));
        }
        keys.sort();
        let more = keys.len() > LISTED;
        let mut names: Vec<&str> = keys.into_iter().take(LISTED).map(|(.., key)| key).collect();
        if more {
            names.push("…");
        }
        if names.is_empty() { "–".to_owned() } else { names.join(", ") }
    }
}

/// Whether two keys differ by two letters at most, or by capitals only.
fn is_similar(a: &str, b: &str) -> bool {
    const MOST: usize = 2;
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(100).collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > MOST || a.len().min(b.len()) <= MOST {
        return false;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().is_some_and(|distance| *distance <= MOST)
}
