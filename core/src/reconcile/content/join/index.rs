//! The first pass over a stock: for each record its number, what it says as a hash, and where it stands.

use std::io::{self, Read, Write};

use super::line::{Says, summary};
use super::sort::{Item, Sorter, read_start};
use super::stock::{Row, Stock};
use super::{Broken, Progress, Stage, Work};
use crate::message::json::cause;
use crate::reconcile::hinweis::Side;
use crate::register::{Datensatz, azr_nummer};

/// Broken rows that are told in full; further ones are counted.
const MOST_BROKEN: usize = 1_000;
/// Rows between two reports of progress.
const STEP: u64 = 4_096;

/// What is known of a record after the first pass. Sorted by number, then by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) number: u64,
    pub(super) place: u64,
    pub(super) content: u64,
    pub(super) ids: u64,
    /// Entries with a Referenz-ID; [`LOOK`] where it has to be looked at whatever the other side says.
    pub(super) with_id: u32,
}

/// Mark of a record that has to be looked at.
pub(super) const LOOK: u32 = u32::MAX;

impl Entry {
    /// Whether nothing can be said of two records.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        self.with_id != LOOK
            && other.with_id != LOOK
            && self.content == other.content
            && (self.with_id == 0
                || other.with_id == 0
                || (self.with_id, self.ids) == (other.with_id, other.ids))
    }
}

impl Item for Entry {
    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut bytes = [0; 36];
        let words = [self.number, self.place, self.content, self.ids];
        let (chunks, rest) = bytes.as_chunks_mut::<8>();
        for (to, word) in chunks.iter_mut().zip(words) {
            *to = word.to_le_bytes();
        }
        rest.copy_from_slice(&self.with_id.to_le_bytes());
        out.write_all(&bytes)
    }

    fn read(from: &mut dyn Read) -> io::Result<Option<Self>> {
        let mut bytes = [0; 36];
        if read_start(from, &mut bytes)?.is_none() {
            return Ok(None);
        }
        let (chunks, rest) = bytes.as_chunks::<8>();
        let word = |at: usize| chunks.get(at).map_or(0, |chunk| u64::from_le_bytes(*chunk));
        let with_id = rest.try_into().map_or(LOOK, u32::from_le_bytes);
        Ok(Some(Self { number: word(0), place: word(1), content: word(2), ids: word(3), with_id }))
    }
}

/// A set of places: one bit for each row.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<u64>);

impl Places {
    pub(super) fn add(&mut self, place: u64) {
        let word = (place / 64) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (place % 64);
        }
    }

    pub(super) fn has(&self, place: u64) -> bool {
        self.0.get((place / 64) as usize).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

/// What the first pass found.
pub(super) struct Index<'s> {
    pub(super) entries: Sorter<'s, Entry>,
    /// Records without a number, or with one that can not be.
    pub(super) loose: Places,
    /// Records that could be read.
    pub(super) rows: u64,
    /// Rows that may be records: the place of the next one.
    places: u64,
    pub(super) without_number: u64,
    pub(super) broken: Vec<Broken>,
    pub(super) broken_more: u64,
}

/// Reads a stock once. The places of rows are counted from 0 on.
pub(super) fn index<'s>(work: &Work<'s>, stock: &dyn Stock, side: Side) -> io::Result<Index<'s>> {
    let mut found = Index {
        entries: Sorter::new(work.scratch, work.memory / 32),
        loose: Places::default(),
        rows: 0,
        places: 0,
        without_number: 0,
        broken: Vec::new(),
        broken_more: 0,
    };
    stock.read(&mut |row| {
        let (line, json, bytes) = match row {
            Row::Record { line, json, bytes } => (line, json, bytes),
            Row::Broken { line, column, why } => {
                found.breaks(Broken { side, line, column, why: why.to_owned() });
                return Ok(());
            }
        };
        match look_at(work, json) {
            Ok((number, says, look)) => found.take(number, says, look)?,
            Err(error) => {
                found.places += 1;
                let broken = Broken { side, line, column: error.column() as u64, why: cause(&error) };
                found.breaks(broken);
            }
        }
        if found.rows.is_multiple_of(STEP) {
            (work.progress)(Progress { stage: Stage::Read, side, rows: found.rows, bytes });
        }
        Ok(())
    })?;
    Ok(found)
}

/// The number of a record, what it says, and whether it is to be looked at in any case. A record that can not be read is an error.
fn look_at(work: &Work<'_>, json: &[u8]) -> Result<(Option<u64>, Says, bool), serde_json::Error> {
    let seen = summary(json);
    let checks = work.comparison.checks_plausibility();
    if let (Some(seen), false) = (seen, checks) {
        return Ok((seen.number.and_then(azr_nummer), seen.says, false));
    }
    let record: Datensatz = serde_json::from_slice(json)?;
    let look = checks && work.comparison.is_implausible(&record);
    let number = record.azr_nummer.as_deref().and_then(azr_nummer);
    if let Some(seen) = seen {
        return Ok((number, seen.says, look));
    }
    let normal = serde_json::to_vec(&record)?;
    // What even so is not taken is compared in full.
    Ok(summary(&normal).map_or((number, Says::default(), true), |seen| (number, seen.says, look)))
}

/// The number of a record that was read before.
pub(super) fn number_of(json: &[u8]) -> Option<u64> {
    match summary(json) {
        Some(seen) => seen.number.and_then(azr_nummer),
        None => serde_json::from_slice::<Datensatz>(json).ok()?.azr_nummer.as_deref().and_then(azr_nummer),
    }
}

impl Index<'_> {
    fn take(&mut self, number: Option<u64>, says: Says, look: bool) -> io::Result<()> {
        let place = self.places;
        self.places += 1;
        self.rows += 1;
        let Some(number) = number else {
            self.loose.add(place);
            self.without_number += 1;
            return Ok(());
        };
        let with_id = if look || says.double { LOOK } else { says.with_id };
        self.entries.push(Entry { number, place, content: says.content, ids: says.ids, with_id })
    }

    fn breaks(&mut self, broken: Broken) {
        if self.broken.len() < MOST_BROKEN {
            self.broken.push(broken);
        } else {
            self.broken_more += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_from_bytes() {
        let entry = Entry { number: 81_111_000_001, place: 7, content: u64::MAX, ids: 3, with_id: LOOK };
        let mut bytes = Vec::new();
        entry.write(&mut bytes).expect("writes");
        assert_eq!(bytes.len(), 36);
        assert_eq!(Entry::read(&mut bytes.as_slice()).expect("reads"), Some(entry));
        assert_eq!(Entry::read(&mut &bytes[..0]).expect("reads"), None);
        assert!(Entry::read(&mut &bytes[..35]).is_err());
    }

    #[test]
    fn places_are_bits() {
        let mut places = Places::default();
        assert!(places.is_empty());
        places.add(130);
        assert!(places.has(130) && !places.has(129) && !places.has(1_000_000) && !places.is_empty());
    }
}
