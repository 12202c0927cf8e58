//! The tables that say what stands in which field, and how often: `core/standards/samples/*.tsv`, embedded.
//!
//! A pattern is a path of element names, matched from its end; see the folder's README.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// One element on the way from the root to a field.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    /// Local name; `@x` for an attribute.
    pub(super) name: Cow<'a, str>,
    /// The names of its type and of those that it is derived from.
    pub(super) types: Vec<&'a str>,
}

/// A table whose first column is a pattern, or several parted by a blank; the first row that fits counts.
#[derive(Debug)]
pub(super) struct Patterns<T> {
    rows: Vec<Row<T>>,
    /// Rows by the literal name of the last segment.
    by_name: HashMap<&'static str, Vec<usize>>,
    /// Rows whose last segment is no literal name.
    other: Vec<usize>,
}

#[derive(Debug)]
struct Row<T> {
    segments: Vec<&'static str>,
    /// Glob for the type of the element or of its parent.
    ty: &'static str,
    /// A condition on what stands before; empty is none.
    when: &'static str,
    value: T,
}

/// A row of `haeufigkeit.tsv`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Presence {
    /// In how many of 100 cases the element stands; 0 never, 100 always.
    pub(super) share: u32,
    /// How often at most; 0 is not said.
    pub(super) count: u32,
}

/// A row of `tage.tsv`: a day that is so many days from another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) base: &'static str,
    pub(super) from: i64,
    pub(super) to: i64,
    /// Is not after the day on which the message is made.
    pub(super) past: bool,
}

/// A row of `freiecodes.tsv`.
#[derive(Debug, Clone, Copy)]
pub(super) struct FreeCode {
    pub(super) uri: &'static str,
    pub(super) version: &'static str,
    pub(super) codes: &'static str,
}

/// A row of `fremde.tsv`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foreign {
    pub(super) uri: &'static str,
    pub(super) local: &'static str,
    pub(super) text: &'static str,
}

/// All tables.
#[derive(Debug)]
pub(super) struct Tables {
    /// What stands in a field.
    pub(super) values: Patterns<&'static str>,
    /// How often an element stands.
    pub(super) presence: Patterns<Presence>,
    /// Whose data an element holds.
    pub(super) roles: Patterns<&'static str>,
    /// The days of a case.
    pub(super) timeline: Vec<Step>,
    /// Which office a sender or reader is: glob over the text of the message table, role.
    pub(super) offices: Vec<(&'static str, &'static str)>,
    /// Codes of code types whose list is free.
    pub(super) codes: Patterns<FreeCode>,
    /// Elements of foreign namespaces.
    pub(super) foreign: Patterns<Foreign>,
    /// Further values by the name of their provider.
    pub(super) terms: HashMap<&'static str, Vec<&'static str>>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut values = Patterns::default();
    for text in [
        include_str!("../../../standards/samples/felder.tsv"),
        include_str!("../../../standards/samples/werte.tsv"),
    ] {
        for cells in rows(text) {
            values.add(cell(&cells, 0), cell(&cells, 1), cell(&cells, 3), cell(&cells, 2));
        }
    }
    let mut presence = Patterns::default();
    for cells in rows(include_str!("../../../standards/samples/haeufigkeit.tsv")) {
        let (share, count) = (number(&cells, 2).max(0) as u32, number(&cells, 3).max(0) as u32);
        presence.add(cell(&cells, 0), "*", cell(&cells, 1), Presence { share, count });
    }
    let mut roles = Patterns::default();
    for cells in rows(include_str!("../../../standards/samples/rollen.tsv")) {
        roles.add(cell(&cells, 0), "*", cell(&cells, 2), cell(&cells, 1));
    }
    let mut codes = Patterns::default();
    for cells in rows(include_str!("../../../standards/samples/freiecodes.tsv")) {
        let (uri, version, list) = (cell(&cells, 2), cell(&cells, 3), cell(&cells, 4));
        codes.add(cell(&cells, 0), cell(&cells, 1), "", FreeCode { uri, version, codes: list });
    }
    let mut foreign = Patterns::default();
    for cells in rows(include_str!("../../../standards/samples/fremde.tsv")) {
        let (uri, local, text) = (cell(&cells, 1), cell(&cells, 2), cell(&cells, 3));
        foreign.add(cell(&cells, 0), "*", "", Foreign { uri, local, text });
    }
    let timeline = rows(include_str!("../../../standards/samples/tage.tsv")).map(|cells| Step {
        name: cell(&cells, 0),
        base: cell(&cells, 1),
        from: number(&cells, 2),
        to: number(&cells, 3),
        past: cell(&cells, 4) == "vergangen",
    });
    let offices = rows(include_str!("../../../standards/samples/stellen.tsv"));
    let mut terms: HashMap<&str, Vec<&str>> = HashMap::new();
    for cells in rows(include_str!("../../../standards/samples/begriffe.tsv")) {
        terms.entry(cell(&cells, 0)).or_default().push(cell(&cells, 1));
    }
    Tables {
        values,
        presence,
        roles,
        timeline: timeline.collect(),
        offices: offices.map(|cells| (cell(&cells, 0), cell(&cells, 1))).collect(),
        codes,
        foreign,
        terms,
    }
});

/// The tables, read on first use.
pub(super) fn tables() -> &'static Tables {
    &TABLES
}

/// The rows of a table: lines that are neither empty nor begin with `#`.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

/// A cell, empty where the row is too short.
pub(super) fn cell(cells: &[&'static str], at: usize) -> &'static str {
    cells.get(at).copied().unwrap_or("")
}

/// A cell as a number, 0 where it is none.
pub(super) fn number(cells: &[&'static str], at: usize) -> i64 {
    cell(cells, at).parse().unwrap_or(0)
}

impl<T> Default for Patterns<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), by_name: HashMap::new(), other: Vec::new() }
    }
}

impl<T: Copy> Patterns<T> {
    fn add(&mut self, patterns: &'static str, ty: &'static str, when: &'static str, value: T) {
        for pattern in patterns.split(' ') {
            let segments: Vec<&str> = pattern.split('/').collect();
            match segments.last() {
                Some(last) if !last.contains('*') && !last.starts_with(':') => {
                    self.by_name.entry(last).or_default().push(self.rows.len());
                }
                _ => self.other.push(self.rows.len()),
            }
            self.rows.push(Row { segments, ty, when, value });
        }
    }

    /// The values of all rows.
    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = T> {
        self.rows.iter().map(|row| row.value)
    }

    /// The values of the rows that fit a path and whose condition holds, in the order of the table.
    pub(super) fn find<'t>(
        &'t self,
        path: &'t [Place<'_>],
        holds: impl Fn(&str) -> bool + 't,
    ) -> impl Iterator<Item = T> + 't {
        let named = path
            .last()
            .and_then(|place| self.by_name.get(place.name.as_ref()))
            .map_or(&[][..], Vec::as_slice);
        let (mut named, mut other) =
            (named.iter().copied().peekable(), self.other.iter().copied().peekable());
        let merged = std::iter::from_fn(move || match (named.peek(), other.peek()) {
            (Some(a), Some(b)) if a > b => other.next(),
            (None, _) => other.next(),
            _ => named.next(),
        });
        merged
            .filter_map(|at| self.rows.get(at))
            .filter(move |row| row.fits(path) && holds(row.when))
            .map(|row| row.value)
    }
}

impl<T> Row<T> {
    fn fits(&self, path: &[Place<'_>]) -> bool {
        (self.ty == "*"
            || path.iter().rev().take(2).any(|place| place.types.iter().any(|ty| glob(self.ty, ty))))
            && fits(&self.segments, path)
    }
}

/// Whether segments fit the end of a path.
fn fits(segments: &[&str], path: &[Place<'_>]) -> bool {
    let Some((last, before)) = segments.split_last() else { return true };
    if *last == "**" {
        return (0..=path.len()).any(|len| fits(before, path.get(..len).unwrap_or(&[])));
    }
    let Some((place, above)) = path.split_last() else { return false };
    let here = match last.strip_prefix(':') {
        Some(ty) => place.types.iter().any(|name| glob(ty, name)),
        // An attribute is meant only where the pattern says so.
        None => place.name.starts_with('@') == last.starts_with('@') && glob(last, &place.name),
    };
    here && fits(before, above)
}

/// Whether a text fits a pattern in which `*` stands for anything.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        match text.find(part) {
            Some(at) => text = text.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    true
}
