//! A store that holds many persons, and its twin for SQLite alone.

use std::path::Path;
use std::time::{Duration, Instant};

use azrkit::store::{Dump, SqliteStore, Store, StoreError, StoreExt, Table};
use azrkit::transmit::{Config, Environment};
use azrkit::{Kit, Standards, SubmitOptions};

use crate::bare::{Bare, Log, Recording, Write, net};
use crate::person::{self, Clock};

/// Persons that are written in one transaction.
const BATCH: u32 = 5_000;

/// One person, as it stands in a store once the register knows it.
pub(crate) struct Template {
    rows: Dump,
    number: String,
    duldung: String,
}

/// What one change of one person took, and wrote.
pub(crate) struct Step {
    pub(crate) submit: Duration,
    pub(crate) submitted: Vec<Write>,
    /// Handing the message out.
    pub(crate) carried: Vec<Vec<Write>>,
    pub(crate) receive: Duration,
    pub(crate) received: Vec<Write>,
}

/// A store with its twin.
pub(crate) struct Stock<'s> {
    pub(crate) persons: u32,
    pub(crate) kit: Kit<'s, Recording<SqliteStore>, Clock>,
    pub(crate) bare: Bare,
    standards: &'s Standards,
    config: Config,
    duldung: String,
    log: Log,
    changes: u32,
}

impl Template {
    /// Has one person reported.
    pub(crate) fn new(folder: &Path, standards: &Standards) -> Result<Self, String> {
        let store = SqliteStore::open(folder.join("template")).map_err(|error| error.to_string())?;
        let clock = Clock { now: 1_794_818_487_318, numbers: 0, first: true };
        let mut kit =
            Kit::open(person::config()?, standards, store, clock).map_err(|error| error.to_string())?;
        let (number, duldung) = person::report(&mut kit, standards)?;
        let store = kit.into_store();
        let dump = store.read_with(|view| {
            let mut rows = Dump::new();
            for table in Table::ALL {
                let of_it = view.scan(*table, &[], None, usize::MAX)?;
                rows.extend(of_it.into_iter().map(|(key, value)| (*table, key, value)));
            }
            Ok::<_, StoreError>(rows)
        });
        Ok(Self { rows: dump.map_err(|error| error.to_string())?, number, duldung })
    }

    /// How many rows a person has, and bytes.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.rows.len(), self.rows.iter().map(|(_, key, value)| key.len() + value.len()).sum())
    }

    /// A row of the person, as one of another person. Numbered rows follow those of the persons before.
    fn row(&self, person: u32, table: Table, key: &[u8], value: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let same = |bytes: &[u8]| {
            let bytes = replaced(bytes, person::KEY, &self::key(person));
            let bytes = replaced(&bytes, person::UUIDS, &format!("{person:08x}-"));
            replaced(&bytes, &self.number, &self.number_of(person))
        };
        if !matches!(table, Table::Journal | Table::Event) {
            return (same(key), same(value));
        }
        let all = self.rows.iter().filter(|(of, ..)| *of == table).count() as u64;
        let own = key.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let id = u64::from(person) * all + own;
        let value = replaced(&same(value), &format!("{{\"id\":{own},"), &format!("{{\"id\":{id},"));
        (id.to_be_bytes().to_vec(), value)
    }

    fn number_of(&self, person: u32) -> String {
        let own: u64 = self.number.parse().unwrap_or(0);
        format!("{:012}", own + u64::from(person))
    }

    /// Fills a store, and copies it.
    fn fill(&self, path: &Path, twin: &Path, persons: u32) -> Result<(), String> {
        let mut store = SqliteStore::open(path).map_err(|error| error.to_string())?;
        for from in (0..persons).step_by(BATCH as usize) {
            let filled = store.write(&mut |tx| {
                for (table, key, value) in &self.rows {
                    for person in from..persons.min(from + BATCH) {
                        let (key, value) = self.row(person, *table, key, value);
                        tx.put(*table, &key, &value)?;
                    }
                }
                Ok(())
            });
            filled.map_err(|error| error.to_string())?;
        }
        // The last handle takes the log into the file.
        drop(store);
        std::fs::copy(path, twin).map(|_| ()).map_err(|error| error.to_string())
    }
}

impl<'s> Stock<'s> {
    pub(crate) fn new(
        folder: &Path,
        standards: &'s Standards,
        template: &Template,
        persons: u32,
    ) -> Result<Self, String> {
        let path = folder.join(format!("{persons}.store"));
        let twin = folder.join(format!("{persons}.twin"));
        template.fill(&path, &twin, persons)?;
        let said = |error: StoreError| error.to_string();
        let log = Log::default();
        let store = Recording { inner: SqliteStore::open(&path).map_err(said)?, log: log.clone() };
        let clock = Clock { now: 1_794_900_000_000, numbers: 1 << 32, first: false };
        let config = person::config()?;
        let kit = Kit::open(config.clone(), standards, store, clock).map_err(|error| error.to_string())?;
        let bare = Bare::open(&twin)?;
        let duldung = template.duldung.clone();
        Ok(Self { persons, kit, bare, standards, config, duldung, log, changes: 0 })
    }

    /// Any person's Duldung changes; that is reported, and stored by the register.
    pub(crate) fn step(&mut self) -> Result<Step, String> {
        let said = |error: azrkit::transmit::KitError| error.to_string();
        self.changes += 1;
        let person = person::mixed(u64::from(self.changes)) % u64::from(self.persons);
        let record = person::record(&key(person as u32), self.changes)?;

        let start = Instant::now();
        let submitted = self.kit.submit(&record, SubmitOptions::default()).map_err(said)?;
        let submit = start.elapsed();
        let writes = self.writes();
        if submitted.reporting.len() != 1 || submitted.under_way.is_none() {
            return Err(format!("not one change: {submitted:?}"));
        }

        let mut carried = Vec::new();
        let out = self.kit.outgoing(1).map_err(said)?;
        carried.push(self.writes());
        let message = out.first().ok_or("nothing is to be carried")?;
        self.kit.sent(&message.uuid).map_err(said)?;
        carried.push(self.writes());
        let now = self.kit.environment().now();
        let uuid = format!("{:08x}-0000-4000-a000-000000000000", person::mixed(now.0 as u64) as u32);
        // The first seven characters name the entry, its version rises.
        let id = format!("{:.7}{:06}x", self.duldung, self.changes);
        let answer = person::stored(self.standards, &self.config, &uuid, &id, now)?;

        let start = Instant::now();
        let events = self.kit.receive(&answer, Some(&message.uuid)).map_err(said)?;
        let receive = start.elapsed();
        let received = self.writes();
        let told = serde_json::to_string(&events).map_err(|error| error.to_string())?;
        if events.len() != 1 || !told.contains("\"stored\"") {
            return Err(format!("not stored: {told}"));
        }
        Ok(Step { submit, submitted: writes, carried, receive, received })
    }

    fn writes(&self) -> Vec<Write> {
        net(self.log.take())
    }
}

fn key(person: u32) -> String {
    format!("akte-{person:07}")
}

/// Bytes with a text of the same or another length in place of one.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.replace(from, to).into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}
