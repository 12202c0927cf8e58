//! The join of two stocks by AZR-Nummer, of any size in bounded memory.
//!
//! Each stock is read once, and of each record only its number and a hash of what it says are kept, sorted by number (in scratch space
//! where memory does not do). Where both sides have the same hash there is nothing to say. The records that are left are read a second
//! time, sorted by number with their content, and compared. So memory depends on the limit and not on the stocks, but for one bit for each
//! record; and time on the size of the stocks and the number of differences. Two stocks are read at the same time where two threads may be
//! used; with one thread none is started. The output does not depend on the limit or the threads.

mod index;
mod line;
mod persons;
mod records;
pub mod scratch;
mod sort;
pub mod stock;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use self::index::{Entry, Index, Places, index};
use self::scratch::Scratch;
use self::sort::Sorted;
use self::stock::Stock;
use super::Comparison;
use crate::reconcile::hinweis::{Class, Hinweis, Side};

/// The least memory that a join is given, in bytes.
pub const LEAST_MEMORY: usize = 1 << 20;

/// How Hinweise are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// CSV with a head, see [`Hinweis::csv_line`].
    Csv,
}

/// What is done at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A stock is read for the first time.
    Read,
    /// A stock is read for the second time, for the records that differ.
    Fetch,
    /// Persons are compared.
    Compare,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is done.
    pub stage: Stage,
    /// Of which stock; of both where persons are compared.
    pub side: Side,
    /// Rows or persons so far.
    pub rows: u64,
    /// Bytes of the stock so far.
    pub bytes: u64,
}

/// A row that is no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Of which stock.
    pub side: Side,
    /// Line.
    pub line: u64,
    /// Column, 0 where that is not known.
    pub column: u64,
    /// Why.
    pub why: String,
}

/// What a join needs beside the stocks.
pub struct Work<'w> {
    /// What compares two records.
    pub comparison: &'w Comparison<'w>,
    /// Room for what does not fit into memory.
    pub scratch: &'w dyn Scratch,
    /// Bytes of memory that the join may take, about; at least [`LEAST_MEMORY`].
    pub memory: usize,
    /// How many threads may work; 0 and 1 are this one.
    pub threads: usize,
    /// How Hinweise are written.
    pub format: Format,
    /// Is told now and then how far it is.
    pub progress: &'w (dyn Fn(Progress) + Sync),
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Records of the local stock.
    pub local: u64,
    /// Records of the register.
    pub register: u64,
    /// Numbers that both have.
    pub in_both: u64,
    /// Numbers that only the local stock has.
    pub only_local: u64,
    /// Numbers that only the register has.
    pub only_register: u64,
    /// Records without a number that could be compared.
    pub without_number: u64,
    /// Persons with a Hinweis.
    pub persons: u64,
    /// Hinweise by class.
    pub hinweise: BTreeMap<Class, u64>,
    /// Rows that are no records: the first of them in their order, the local stock's before the register's.
    pub broken: Vec<Broken>,
    /// How many more there are.
    pub broken_more: u64,
}

/// Why a join ended.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// A stock could not be read, or there was no scratch space.
    #[error("AZK-V002: the {side} stock could not be read or sorted: {source}", side = .side.as_str())]
    Stock {
        /// Which.
        side: Side,
        /// Why.
        source: io::Error,
    },
    /// Scratch space could not be read or written.
    #[error("AZK-V003: no room for sorting: {0}")]
    Scratch(io::Error),
    /// Hinweise could not be written.
    #[error("AZK-V004: {0}")]
    Output(io::Error),
    /// A stock was not the same when it was read the second time.
    #[error("AZK-V005: the {} stock changed while it was read", .0.as_str())]
    Changed(Side),
}

impl JoinError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stock { .. } => "AZK-V002",
            Self::Scratch(_) => "AZK-V003",
            Self::Output(_) => "AZK-V004",
            Self::Changed(_) => "AZK-V005",
        }
    }
}

impl Work<'_> {
    /// Compares two stocks and writes the Hinweise, by number; those of records without a number come last.
    ///
    /// # Errors
    /// [`JoinError`]; what was written until then is no whole result.
    pub fn run(
        &self,
        local: &dyn Stock,
        register: &dyn Stock,
        out: &mut dyn Write,
    ) -> Result<Outcome, JoinError> {
        let work = Work { memory: self.memory.max(LEAST_MEMORY), ..*self };
        if work.format == Format::Csv {
            out.write_all(Hinweis::csv_head().as_bytes()).map_err(JoinError::Output)?;
        }
        let (here, there) =
            work.both(|| index(&work, local, Side::Local), || index(&work, register, Side::Register))?;
        let mut outcome = Outcome {
            local: here.rows,
            register: there.rows,
            without_number: here.without_number + there.without_number,
            broken_more: here.broken_more + there.broken_more,
            ..Outcome::default()
        };
        outcome.broken = here.broken.iter().chain(&there.broken).cloned().collect();
        let (local_places, register_places) =
            places(here, there, &mut outcome).map_err(JoinError::Scratch)?;
        if local_places.is_empty() && register_places.is_empty() {
            return Ok(outcome);
        }
        let (here, there) = work.both(
            || records::fetch(&work, local, Side::Local, &local_places),
            || records::fetch(&work, register, Side::Register, &register_places),
        )?;
        persons::compare(&work, here, there, &mut outcome, out)?;
        Ok(outcome)
    }

    /// Does two things, at the same time where two threads may be used.
    fn both<T: Send>(
        &self,
        local: impl FnOnce() -> io::Result<T> + Send,
        register: impl FnOnce() -> io::Result<T>,
    ) -> Result<(T, T), JoinError> {
        let (here, there) = if self.threads < 2 {
            (local(), register())
        } else {
            std::thread::scope(|scope| {
                let here = scope.spawn(local);
                let there = register();
                let gone = |_| Err(io::Error::other("a thread ended unforeseen"));
                (here.join().unwrap_or_else(gone), there)
            })
        };
        let failed = |side| move |source| JoinError::Stock { side, source };
        Ok((here.map_err(failed(Side::Local))?, there.map_err(failed(Side::Register))?))
    }
}

/// Which records of both sides have to be looked at.
fn places(local: Index<'_>, register: Index<'_>, outcome: &mut Outcome) -> io::Result<(Places, Places)> {
    let (mut at_local, mut at_register) = (local.loose, register.loose);
    let mut local = Groups::of(local.entries.sorted()?)?;
    let mut register = Groups::of(register.entries.sorted()?)?;
    loop {
        let number = match (local.number(), register.number()) {
            (Some(a), Some(b)) => a.min(b),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return Ok((at_local, at_register)),
        };
        let (here, there) = (local.take(number)?, register.take(number)?);
        match (&here, &there) {
            (Some(_), Some(_)) => outcome.in_both += 1,
            (Some(_), None) => outcome.only_local += 1,
            (None, _) => outcome.only_register += 1,
        }
        let agree = matches!((&here, &there), (Some((a, 1)), Some((b, 1))) if a.agrees(b));
        if !agree {
            for (group, places, entries) in
                [(here, &mut at_local, &mut local), (there, &mut at_register, &mut register)]
            {
                if let Some((first, _)) = group {
                    places.add(first.place);
                    entries.rest.iter().for_each(|place| places.add(*place));
                }
            }
        }
    }
}

/// Entries of the same number together.
struct Groups {
    entries: Sorted<Entry>,
    next: Option<Entry>,
    /// Places of the further entries of the number that was taken last.
    rest: Vec<u64>,
}

impl Groups {
    fn of(mut entries: Sorted<Entry>) -> io::Result<Self> {
        let next = entries.next().transpose()?;
        Ok(Self { entries, next, rest: Vec::new() })
    }

    fn number(&self) -> Option<u64> {
        self.next.map(|entry| entry.number)
    }

    /// The first entry of a number and how many there are, if it is the next.
    fn take(&mut self, number: u64) -> io::Result<Option<(Entry, usize)>> {
        self.rest.clear();
        let Some(first) = self.next.filter(|entry| entry.number == number) else { return Ok(None) };
        loop {
            self.next = self.entries.next().transpose()?;
            match self.next {
                Some(entry) if entry.number == number => self.rest.push(entry.place),
                _ => return Ok(Some((first, 1 + self.rest.len()))),
            }
        }
    }
}
