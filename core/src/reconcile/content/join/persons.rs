//! The records that differ, person by person: compared, and the Hinweise written.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::iter::Peekable;

use super::line::{Piece, Pieces, pieces};
use super::records::{Found, LOOSE};
use super::sort::Sorted;
use super::{Format, JoinError, Outcome, Progress, Stage, Work};
use crate::reconcile::hinweis::{Class, Hinweis, Side};
use crate::register::{Datensatz, azr_nummer_text};

/// Persons that a thread compares at a time.
const BATCH: usize = 256;
/// Bytes of records after which a batch is full all the same.
const BATCH_BYTES: usize = 1 << 20;

/// All records of a person on both sides.
#[derive(Default)]
struct Person {
    number: u64,
    local: Vec<Found>,
    register: Vec<Found>,
}

/// What a batch gives: lines, and what is counted.
#[derive(Default)]
struct Written {
    lines: Vec<u8>,
    persons: u64,
    hinweise: BTreeMap<Class, u64>,
    changed: Option<Side>,
}

/// Compares and writes, in the order of the numbers.
pub(super) fn compare(
    work: &Work<'_>,
    local: Sorted<Found>,
    register: Sorted<Found>,
    outcome: &mut Outcome,
    out: &mut dyn Write,
) -> Result<(), JoinError> {
    let mut persons = Persons { local: local.peekable(), register: register.peekable() };
    let (threads, mut done) = (work.threads.max(1), 0);
    loop {
        let batches = (0..threads)
            .map(|_| persons.batch())
            .collect::<io::Result<Vec<_>>>()
            .map_err(JoinError::Scratch)?;
        let batches: Vec<Vec<Person>> = batches.into_iter().filter(|batch| !batch.is_empty()).collect();
        if batches.is_empty() {
            return Ok(());
        }
        done += batches.iter().map(Vec::len).sum::<usize>() as u64;
        for written in all(work, &batches)? {
            if let Some(side) = written.changed {
                return Err(JoinError::Changed(side));
            }
            out.write_all(&written.lines).map_err(JoinError::Output)?;
            outcome.persons += written.persons;
            for (class, count) in written.hinweise {
                *outcome.hinweise.entry(class).or_default() += count;
            }
        }
        (work.progress)(Progress { stage: Stage::Compare, side: Side::Both, rows: done, bytes: 0 });
    }
}

/// Compares batches at the same time; what they give keeps their order.
fn all(work: &Work<'_>, batches: &[Vec<Person>]) -> Result<Vec<Written>, JoinError> {
    let Some((first, others)) = batches.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Ok(batches.iter().map(|batch| one(work, batch)).collect());
    };
    std::thread::scope(|scope| {
        let handles: Vec<_> = others.iter().map(|batch| scope.spawn(|| one(work, batch))).collect();
        let mut written = vec![one(work, first)];
        for handle in handles {
            let gone = |_| JoinError::Scratch(io::Error::other("a thread ended unforeseen"));
            written.push(handle.join().map_err(gone)?);
        }
        Ok(written)
    })
}

fn one(work: &Work<'_>, batch: &[Person]) -> Written {
    let mut written = Written::default();
    for person in batch {
        if let Some((local, register)) = differing(work, person) {
            let number = azr_nummer_text(person.number);
            written.add(work.format, work.comparison.persons(&number, &[local], &[register]));
            continue;
        }
        let mut read = |records: &[Found], side| -> Vec<Datensatz> {
            let all = records.iter().map(|record| serde_json::from_slice(&record.json));
            all.collect::<Result<_, _>>().unwrap_or_else(|_| {
                // It could be read in the first pass.
                written.changed = Some(side);
                Vec::new()
            })
        };
        let (local, register) = (read(&person.local, Side::Local), read(&person.register, Side::Register));
        if person.number == LOOSE {
            for (side, records) in [(Side::Local, &local), (Side::Register, &register)] {
                for record in records {
                    written.add(work.format, work.comparison.without_number(side, record));
                }
            }
        } else {
            let number = azr_nummer_text(person.number);
            written.add(work.format, work.comparison.persons(&number, &local, &register));
        }
    }
    written
}

/// Both records of a person without the entries that are the very same and the only ones of their kind: nothing can be said of these, and
/// they need not be read. None where the records have to be read in full.
fn differing(work: &Work<'_>, person: &Person) -> Option<(Datensatz, Datensatz)> {
    let ([local], [register]) = (person.local.as_slice(), person.register.as_slice()) else { return None };
    if work.comparison.checks_plausibility() || person.number == LOOSE {
        return None;
    }
    let (here, there) = (pieces(&local.json)?, pieces(&register.json)?);
    let only = |all: &Pieces<'_>, kind: &str| all.entries.iter().filter(|one| one.kind == kind).count() == 1;
    let differs = |one: &Piece<'_>, other: &Pieces<'_>, own: &Pieces<'_>| {
        let twin = other.entries.iter().find(|twin| twin.kind == one.kind);
        let same = twin.is_some_and(|twin| (twin.id, twin.data) == (one.id, one.data));
        !(same && only(own, one.kind) && only(other, one.kind))
    };
    let record = |own: &Pieces<'_>, other: &Pieces<'_>| -> Option<Datensatz> {
        let entries = own.entries.iter().filter(|one| differs(one, other, own));
        Some(Datensatz {
            key: own.key.to_owned(),
            azr_nummer: None,
            scope: own.scope.map(serde_json::from_str).transpose().ok()?,
            entries: entries.map(|one| serde_json::from_str(one.entry)).collect::<Result<_, _>>().ok()?,
        })
    };
    Some((record(&here, &there)?, record(&there, &here)?))
}

impl Written {
    fn add(&mut self, format: Format, hinweise: Vec<Hinweis>) {
        self.persons += u64::from(!hinweise.is_empty());
        for hinweis in hinweise {
            *self.hinweise.entry(hinweis.class).or_default() += 1;
            match format {
                Format::Csv => self.lines.extend_from_slice(hinweis.csv_line().as_bytes()),
                Format::JsonLines => {
                    // Writing texts and values to memory does not fail.
                    let written = serde_json::to_writer(&mut self.lines, &hinweis);
                    debug_assert!(written.is_ok());
                    self.lines.push(b'\n');
                }
            }
        }
    }
}

struct Persons {
    local: Peekable<Sorted<Found>>,
    register: Peekable<Sorted<Found>>,
}

impl Persons {
    fn batch(&mut self) -> io::Result<Vec<Person>> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            let Some(person) = self.person()? else { break };
            bytes +=
                person.local.iter().chain(&person.register).map(|record| record.json.len()).sum::<usize>();
            batch.push(person);
        }
        Ok(batch)
    }

    fn person(&mut self) -> io::Result<Option<Person>> {
        let number = |side: &mut Peekable<Sorted<Found>>| match side.peek() {
            Some(Ok(found)) => Some(found.number),
            // The error comes when it is taken.
            Some(Err(_)) => Some(0),
            None => None,
        };
        let number = match (number(&mut self.local), number(&mut self.register)) {
            (Some(a), Some(b)) => a.min(b),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return Ok(None),
        };
        let mut person = Person { number, ..Person::default() };
        for side in [Side::Local, Side::Register] {
            let from = if side == Side::Local { &mut self.local } else { &mut self.register };
            let belongs =
                |found: &io::Result<Found>| found.as_ref().map_or(true, |found| found.number == number);
            while let Some(found) = from.next_if(belongs) {
                let to = if side == Side::Local { &mut person.local } else { &mut person.register };
                to.push(found?);
                // Records without a number are no person together: one by one, so that they need no room.
                if number == LOOSE {
                    return Ok(Some(person));
                }
            }
        }
        Ok(Some(person))
    }
}
