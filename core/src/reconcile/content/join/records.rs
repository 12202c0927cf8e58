//! The second pass over a stock: the records that differ, with their content, sorted by number.

use std::io::{self, Read, Write};

use super::index::{Places, number_of};
use super::sort::{Item, Sorted, Sorter, read_start};
use super::stock::{Row, Stock};
use super::{Progress, Stage, Work};
use crate::reconcile::hinweis::Side;

/// Rows between two reports of progress.
const STEP: u64 = 4_096;
/// The number of records that have none: they come last.
pub(super) const LOOSE: u64 = u64::MAX;

/// A record. Sorted by number, then by place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) number: u64,
    pub(super) place: u64,
    pub(super) json: Box<[u8]>,
}

impl Item for Found {
    fn size(&self) -> usize {
        size_of::<Self>() + self.json.len() + 16
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for word in [self.number, self.place, self.json.len() as u64] {
            out.write_all(&word.to_le_bytes())?;
        }
        out.write_all(&self.json)
    }

    fn read(from: &mut dyn Read) -> io::Result<Option<Self>> {
        let mut head = [0; 24];
        if read_start(from, &mut head)?.is_none() {
            return Ok(None);
        }
        let word = |at: usize| head.as_chunks::<8>().0.get(at).map_or(0, |chunk| u64::from_le_bytes(*chunk));
        let len = usize::try_from(word(2)).map_err(io::Error::other)?;
        let mut json = vec![0; len];
        from.read_exact(&mut json)?;
        Ok(Some(Self { number: word(0), place: word(1), json: json.into() }))
    }
}

/// The records at some places of a stock.
pub(super) fn fetch(
    work: &Work<'_>,
    stock: &dyn Stock,
    side: Side,
    places: &Places,
) -> io::Result<Sorted<Found>> {
    let mut sorter = Sorter::new(work.scratch, work.memory / 32);
    if places.is_empty() {
        return sorter.sorted();
    }
    let (mut rows, mut place) = (0, 0);
    stock.read(&mut |row| {
        let Row::Record { json, bytes, .. } = row else { return Ok(()) };
        rows += 1;
        if u64::is_multiple_of(rows, STEP) {
            (work.progress)(Progress { stage: Stage::Fetch, side, rows, bytes });
        }
        if places.has(place) {
            sorter.push(Found { number: number_of(json).unwrap_or(LOOSE), place, json: json.into() })?;
        }
        place += 1;
        Ok(())
    })?;
    sorter.sorted()
}
