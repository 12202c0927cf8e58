//! The numbers and Referenz-IDs of the register, held as small as they can be.

use std::cmp::Reverse;

use super::codes::ResultCode;

/// A number of twelve digits.
pub(super) type Number = u64;

/// All numbers that the register named, each with its Referenz-IDs. About 24 bytes a number and 4 bytes more than it has characters an id.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Vec<Row>,
    /// The ids of all rows, one after the other: see [`Ids`].
    ids: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    number: Number,
    at: u64,
    len: u32,
    /// The packet that it came with.
    packet: u16,
    /// There are ids, be they none.
    with_ids: bool,
    /// The number is here, too.
    found: bool,
}

/// A row to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'i> {
    pub(super) number: Number,
    pub(super) with_ids: bool,
    pub(super) found: bool,
    ids: &'i [u8],
}

impl Index {
    /// A number begins; its ids follow.
    pub(super) fn begin(&mut self, number: Number, packet: u16, with_ids: bool) {
        let row = Row { number, at: self.ids.len() as u64, len: 0, packet, with_ids, found: false };
        self.rows.push(row);
    }

    /// An id of the number that was begun last. One that is longer than any column takes is none.
    pub(super) fn id(&mut self, kind: u8, id: &str) -> bool {
        let (Ok(len), Some(row)) = (u16::try_from(id.len()), self.rows.last_mut()) else { return false };
        let [high, low] = len.to_be_bytes();
        self.ids.extend_from_slice(&[kind, 0, high, low]);
        self.ids.extend_from_slice(id.as_bytes());
        row.len += 4 + u32::from(len);
        true
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Takes the rows from one on away again.
    pub(super) fn truncate(&mut self, rows: usize) {
        if let Some(row) = self.rows.get(rows) {
            self.ids.truncate(usize::try_from(row.at).unwrap_or(usize::MAX));
            self.rows.truncate(rows);
        }
    }

    /// Sorts by number. Of several rows of one number that of the packet of the highest rank stays; `differing` is told the numbers of which
    /// another one said something else.
    pub(super) fn sort(&mut self, rank: &[usize], mut differing: impl FnMut(Number)) {
        let Self { rows, ids } = self;
        let content = |row: &Row| {
            let at = usize::try_from(row.at).unwrap_or(usize::MAX);
            (row.with_ids, ids.get(at..at.saturating_add(row.len as usize)))
        };
        rows.sort_by_key(|row| (row.number, Reverse(rank.get(usize::from(row.packet)).copied())));
        rows.dedup_by(|later, kept| {
            let same = later.number == kept.number;
            if same && content(later) != content(kept) {
                differing(kept.number);
            }
            same
        });
    }

    pub(super) fn find(&self, number: Number) -> Option<usize> {
        self.rows.binary_search_by_key(&number, |row| row.number).ok()
    }

    pub(super) fn entry(&self, row: usize) -> Option<Entry<'_>> {
        let row = self.rows.get(row)?;
        let at = usize::try_from(row.at).ok()?;
        let ids = self.ids.get(at..at.saturating_add(row.len as usize)).unwrap_or_default();
        Some(Entry { number: row.number, with_ids: row.with_ids, found: row.found, ids })
    }

    /// The number of a row is here; false where it was before.
    pub(super) fn found(&mut self, row: usize) -> bool {
        self.rows.get_mut(row).is_some_and(|row| !std::mem::replace(&mut row.found, true))
    }

    /// Says the results of the ids of a row, in their order.
    pub(super) fn settle(&mut self, row: usize, codes: impl IntoIterator<Item = ResultCode>) {
        let Some(row) = self.rows.get(row) else { return };
        let at = usize::try_from(row.at).unwrap_or(usize::MAX);
        let mut rest = self.ids.get_mut(at..at.saturating_add(row.len as usize)).unwrap_or_default();
        for code in codes {
            let [_, slot, high, low, behind @ ..] = rest else { return };
            *slot = code as u8;
            let len = usize::from(u16::from_be_bytes([*high, *low]));
            rest = behind.get_mut(len..).unwrap_or_default();
        }
    }
}

impl<'i> Entry<'i> {
    /// The ids with their kind and result.
    pub(super) fn ids(&self) -> Ids<'i> {
        Ids { rest: self.ids }
    }
}

/// Ids, one after the other: kind, result, length in two bytes, characters.
#[derive(Debug, Clone)]
pub(super) struct Ids<'i> {
    rest: &'i [u8],
}

impl<'i> Iterator for Ids<'i> {
    type Item = (u8, ResultCode, &'i str);

    fn next(&mut self) -> Option<Self::Item> {
        let [kind, code, high, low, behind @ ..] = self.rest else { return None };
        let (id, rest) = behind.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
        self.rest = rest;
        let code = ResultCode::ALL.get(usize::from(*code)).copied().unwrap_or(ResultCode::Same);
        Some((*kind, code, std::str::from_utf8(id).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_packet_counts() {
        let mut index = Index::default();
        for (packet, numbers) in [(0, [5, 3]), (1, [3, 9])] {
            for number in numbers {
                index.begin(number, packet, true);
                assert!(index.id(2, if packet == 0 { "first" } else { "second" }));
            }
        }
        let mut differing = Vec::new();
        index.sort(&[1, 0], |number| differing.push(number));
        assert_eq!(differing, [3]);
        let of = |number| {
            let entry = index.find(number).and_then(|row| index.entry(row)).expect("there");
            entry.ids().map(|(_, _, id)| id.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            (of(3), of(5), of(9)),
            (vec!["first".into()], vec!["first".into()], vec!["second".into()])
        );
        assert_eq!(index.len(), 3);
        assert_eq!(index.find(4), None);
    }
}
