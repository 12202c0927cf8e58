//! All that a register holds, and the work on one message.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::{Map, Value};

use super::change::{By, Change, Outcome, Work};
use super::config::Config;
use super::faults::Fault;
use super::ids::Ids;
use super::index::Index;
use super::record::{Applied, Known, Record};
use crate::message::header::{Header, Partner};
use crate::register::Kinds;
use crate::time::Timestamp;

/// Stands in the place of the sender of what was rejected: no sender is called so.
pub(super) const REJECTED: &str = "\0";

/// A document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) azr_nummer: String,
    /// Referenzanteil of its entry.
    pub(super) anteil: String,
    pub(super) typ: String,
    pub(super) metadaten: Value,
    /// base64, as it came.
    pub(super) content: Value,
}

/// A picture.
#[derive(Debug, Clone)]
pub(super) struct Photo {
    pub(super) azr_nummer: String,
    /// As it came.
    pub(super) picture: Value,
}

/// A message of the register's own that waits to be acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) authority: String,
    pub(super) answer: super::Answer,
}

/// A message to come from the register itself.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub(super) authority: String,
    pub(super) content: Map<String, Value>,
}

/// What is known of a message that was processed.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// None where they were dropped.
    pub(super) answers: Option<Vec<super::Answer>>,
}

/// All that is held.
#[derive(Debug)]
pub(super) struct State {
    pub(super) ids: Ids,
    pub(super) records: BTreeMap<String, Record>,
    /// The messages that changed each record.
    pub(super) applied: BTreeMap<String, Vec<Applied>>,
    /// Numbers that were merged away, and under which the record is kept now.
    pub(super) merged: BTreeMap<String, String>,
    pub(super) index: Index,
    pub(super) photos: BTreeMap<String, Photo>,
    pub(super) documents: BTreeMap<String, Document>,
    pub(super) partners: BTreeMap<String, Partner>,
    /// The test mark of the last message of each sender.
    pub(super) tests: BTreeMap<String, Option<String>>,
    pub(super) pending: BTreeMap<u64, Pending>,
    pub(super) pending_at: HashMap<String, u64>,
    pub(super) serial: u64,
    /// By sender and UUID, or for what was rejected by its bytes.
    pub(super) seen: HashMap<(String, String), Seen>,
    pub(super) kept: VecDeque<(String, String)>,
    pub(super) kept_bytes: usize,
    pub(super) held_bytes: usize,
    /// Messages of its own that were dropped since too many waited.
    pub(super) dropped: u64,
}

impl State {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            ids: Ids::new(config.seed),
            records: BTreeMap::new(),
            applied: BTreeMap::new(),
            merged: BTreeMap::new(),
            index: Index::default(),
            photos: BTreeMap::new(),
            documents: BTreeMap::new(),
            partners: config.directory.iter().cloned().collect(),
            tests: BTreeMap::new(),
            pending: BTreeMap::new(),
            pending_at: HashMap::new(),
            serial: 0,
            seen: HashMap::new(),
            kept: VecDeque::new(),
            kept_bytes: 0,
            held_bytes: 0,
            dropped: 0,
        }
    }

    /// The number under which a record is kept now; none where there is no such record.
    pub(super) fn resolve(&self, number: &str) -> Option<&str> {
        let now = self.merged.get(number).map_or(number, String::as_str);
        self.records.get_key_value(now).map(|(number, _)| number.as_str())
    }

    /// Remembers the answers to a message; the oldest answers go where too many bytes are kept.
    pub(super) fn remember(&mut self, key: (String, String), answers: &[super::Answer], most: usize) {
        let size =
            |answers: &[super::Answer]| answers.iter().map(|answer| answer.bytes.len() + 200).sum::<usize>();
        self.kept_bytes += size(answers);
        self.kept.push_back(key.clone());
        self.seen.insert(key, Seen { answers: Some(answers.to_vec()) });
        while self.kept_bytes > most {
            let Some(oldest) = self.kept.pop_front() else { break };
            let dropped = self.seen.get_mut(&oldest).and_then(|seen| seen.answers.take());
            self.kept_bytes -= dropped.map_or(0, |answers| size(&answers)).min(self.kept_bytes);
            if oldest.0 == REJECTED {
                // What was rejected changed nothing: there is nothing to remember without the answer.
                self.seen.remove(&oldest);
            }
        }
    }
}

/// The work on one message.
#[derive(Debug)]
pub(super) struct Call<'c> {
    pub(super) kinds: &'c Kinds,
    pub(super) known: &'c Known,
    pub(super) config: &'c Config,
    pub(super) state: &'c mut State,
    pub(super) message: &'c Value,
    pub(super) header: &'c Header,
    /// Behoerdenkennzeichen of who acts.
    pub(super) authority: &'c str,
    pub(super) now: Timestamp,
    pub(super) notices: Vec<Notice>,
}

/// An answer: the number of the message, and what stands in it behind the head.
pub(super) type Reply = (&'static str, Map<String, Value>);

impl Call<'_> {
    /// A text of the message.
    pub(super) fn text(&self, pointer: &str) -> Option<String> {
        let value = self.message.pointer(pointer)?;
        match crate::register::plain(value) {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Changes a record, or nothing where there are faults. A copy is changed and takes the place of the record at the end.
    pub(super) fn change(
        &mut self,
        record: &Record,
        changes: Vec<Change>,
    ) -> Result<(Record, Outcome), Vec<Fault>> {
        let mut changed = record.clone();
        let mut work = Work {
            kinds: self.kinds,
            known: self.known,
            ids: &mut self.state.ids,
            by: By { behoerde: self.authority, now: self.now },
            most: self.config.limits.entries,
            outcome: Outcome::default(),
        };
        let faults = work.apply(&mut changed, changes);
        if faults.is_empty() { Ok((changed, work.outcome)) } else { Err(faults) }
    }

    /// Puts a changed record in its place, with all that hangs on its entries, and notes who is to be told.
    pub(super) fn store(&mut self, record: Record, photos: Vec<(String, Value)>) {
        let applied = self.state.applied.entry(record.azr_nummer.clone()).or_default();
        applied.push(Applied {
            uuid: self.header.uuid.clone(),
            number: self.header.number.clone(),
            behoerde: self.authority.to_owned(),
        });
        let photo = |picture| Photo { azr_nummer: record.azr_nummer.clone(), picture };
        self.state.photos.extend(photos.into_iter().map(|(id, picture)| (id, photo(picture))));
        let before = self.state.records.remove(&record.azr_nummer);
        if let Some(before) = &before {
            self.forget_what_hung_on(before, &record);
        }
        self.tell(before.as_ref(), &record);
        // A record that is found as before keeps its place.
        let found_anew = before.as_ref().is_none_or(|before| {
            let changed = before.entries_beyond(&record).into_iter().chain(record.entries_beyond(before));
            changed.into_iter().any(|entry| Index::is_found_by(self.kinds, entry))
        });
        if found_anew {
            self.state.index.put(self.kinds, &record);
        }
        self.state.records.insert(record.azr_nummer.clone(), record);
    }

    /// Pictures and documents of entries that are gone.
    fn forget_what_hung_on(&mut self, before: &Record, after: &Record) {
        let documents = |record: &Record| -> std::collections::BTreeSet<String> {
            let of = record.entries.iter().flat_map(|entry| &entry.documents);
            of.filter_map(|document| document.get("dokumentId")?.as_str().map(str::to_owned)).collect()
        };
        for gone in documents(before).difference(&documents(after)) {
            self.state.documents.remove(gone);
        }
        let ids = |record: &Record| -> std::collections::BTreeSet<String> {
            record.entries.iter().filter_map(|entry| entry.id.clone()).collect()
        };
        for gone in ids(before).difference(&ids(after)) {
            self.state.photos.remove(gone);
        }
    }

    /// Counts what is to be held; refuses what is too much.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), Fault> {
        if self.state.held_bytes.saturating_add(bytes) > self.config.limits.held_bytes {
            return Err(Fault::new("SIM-901", "Der Simulator kann nicht mehr Daten aufnehmen."));
        }
        self.state.held_bytes += bytes;
        Ok(())
    }
}
