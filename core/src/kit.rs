//! The facade: all that a host calls.

use serde::{Deserialize, Serialize};

use crate::Standards;
use crate::message::read::{Options, Reader};
use crate::register::{self, Datensatz, Eintrag, Kinds, RecordFinding};
use crate::store::{Store, StoreError, Table, Transaction};
use crate::time::Timestamp;
use crate::transmit::desk::{Desk, number_of, numbered, parse};
use crate::transmit::person::{Clean, Person, Purpose};
use crate::transmit::{
    Config, Decision, Environment, Event, JournalEntry, KitError, Lacks, Meldung, Outgoing, outbox,
};

/// Keeps an authority's records and the register's in step.
///
/// Each call is one transaction: it is done as a whole, or, where it gives an error or the process dies, not at all. A call may
/// be repeated; the second time there is nothing left to do. Several processes may each have a `Kit` on the same store.
pub struct Kit<'s, S, E> {
    config: Config,
    kinds: Kinds,
    reader: Reader<'s>,
    store: S,
    environment: E,
}

/// What became of a record that was handed over.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Submitted {
    /// Whether the record was taken. If not, nothing changed.
    pub taken: bool,
    /// Why it was not taken, if that is not said by the findings: more than half of what is known of the person is missing in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shrunk: Option<Shrunk>,
    /// What is wrong in the record.
    pub findings: Vec<RecordFinding>,
    /// The record says the same as the one before.
    pub unchanged: bool,
    /// The Meldungen that are to come, in their order, without the one under way. Each is made when the one before was answered.
    pub planned: Vec<Meldung>,
    /// UUID of the message of this person that is under way or waits to be handed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_way: Option<String>,
    /// What that message reports; empty for a search or a retrieval.
    pub reporting: Vec<crate::transmit::Change>,
    /// What a first report lacks: until it is there, nothing is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<Lacks>,
    /// What is told because of the record, such as a conflict with what others changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// How much is missing in a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shrunk {
    /// Entries that are known, of the kinds that the record is about.
    pub known: usize,
    /// How many of these are missing.
    pub missing: usize,
}

/// Where a person stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The host's key.
    pub key: String,
    /// The AZR-Nummer.
    pub azr_nummer: Option<String>,
    /// The register is known to hold what was submitted last, and nothing waits.
    pub agreed: bool,
    /// UUID of the message under way.
    pub under_way: Option<String>,
    /// Meldungen that are to come.
    pub planned: Vec<Meldung>,
    /// Numbers of the events that wait for a decision.
    pub open: Vec<u64>,
    /// Changes of others that the host has not taken over.
    pub to_take_over: Vec<Foreign>,
    /// What the register is known to hold, by kind, Referenz-ID and data.
    pub register: Vec<register::RegisterEintrag>,
}

/// A change of another authority that the host has not taken over.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Foreign {
    /// The kind of the entry.
    pub kind: String,
    /// The host's key for it, if it has one.
    pub entry: Option<String>,
    /// The Referenz-ID.
    pub referenz_id: Option<String>,
    /// The data at the register; none where the entry was deleted.
    pub data: Option<serde_json::Map<String, serde_json::Value>>,
}

/// How a record is to be taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SubmitOptions {
    /// It is meant that more than half of the entries are gone.
    pub may_shrink: bool,
}

impl<'s, S: Store, E: Environment> Kit<'s, S, E> {
    /// Opens a kit. `standards` are those whose messages are read and written; the newest one with kinds of entries is that of
    /// the register.
    ///
    /// # Errors
    /// [`KitError::NoStandard`], [`KitError::Register`].
    pub fn open(
        config: Config,
        standards: &'s Standards,
        store: S,
        environment: E,
    ) -> Result<Self, KitError> {
        let packs = standards.packs();
        let kinds = Kinds::newest(&packs).map_err(|error| match error {
            register::RegisterError::NoKinds => KitError::NoStandard,
            other => other.into(),
        })?;
        Ok(Self { config, kinds, reader: Reader::new(packs), store, environment })
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The kinds of entries.
    pub fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// The store, back.
    pub fn into_store(self) -> S {
        self.store
    }

    /// The environment, to set a test's clock.
    pub fn environment(&mut self) -> &mut E {
        &mut self.environment
    }

    /// Checks a record; nothing is kept.
    pub fn check(&mut self, record: &Datensatz) -> Vec<RecordFinding> {
        let now = self.environment.now();
        register::check(&mut self.reader, &self.kinds, record, now, &Options::default()).findings
    }

    /// Takes a record as the host holds it now, works out what the register does not have, and puts the next message into the
    /// outbox. The same record again changes nothing.
    ///
    /// # Errors
    /// [`KitError`]; nothing was done then. A wrong record is no error: see [`Submitted`].
    pub fn submit(&mut self, record: &Datensatz, options: SubmitOptions) -> Result<Submitted, KitError> {
        let (submitted, events) = self.work(|desk| desk.submit(record, options))?;
        Ok(Submitted { events, ..submitted })
    }

    /// Has the register asked for what it holds of a person now, once what is under way is answered. What others changed is told as
    /// events when the answer comes.
    ///
    /// # Errors
    /// [`KitError::Unknown`] where the person is not known, or has no AZR-Nummer; else [`KitError`].
    pub fn refresh(&mut self, key: &str) -> Result<(), KitError> {
        self.work(|desk| desk.refresh(key)).map(|_| ())
    }

    /// Messages to be carried now, at most `limit`. Say of each [`sent`](Self::sent) or [`failed`](Self::failed); one of which
    /// nothing is said comes again.
    ///
    /// # Errors
    /// [`KitError`]; nothing was done then.
    pub fn outgoing(&mut self, limit: usize) -> Result<Vec<Outgoing>, KitError> {
        self.work(|desk| desk.outgoing(limit)).map(|(out, _)| out)
    }

    /// When the next message is due, so that the host need not ask before.
    ///
    /// # Errors
    /// [`KitError`].
    pub fn next_due(&self) -> Result<Option<Timestamp>, KitError> {
        self.look(outbox::next_due)
    }

    /// A message was carried.
    ///
    /// # Errors
    /// [`KitError::Unknown`] for a UUID that was never handed out; else [`KitError`].
    pub fn sent(&mut self, uuid: &str) -> Result<(), KitError> {
        self.work(|desk| desk.sent(uuid)).map(|_| ())
    }

    /// A message could not be carried. It comes again after a growing wait; after the limit it is parked and told. Gives what is told.
    ///
    /// # Errors
    /// As [`sent`](Self::sent).
    pub fn failed(&mut self, uuid: &str, reason: &str) -> Result<Vec<Event>, KitError> {
        self.work(|desk| desk.failed(uuid, reason)).map(|(_, events)| events)
    }

    /// Takes a message that came in. `answers` is the UUID of the message that it answers, where the transport knows it: the
    /// register's answers do not name it. Without it azrkit finds the question by numbers and ids, where only one fits.
    ///
    /// When this returns, the message is stored and may be acknowledged to the transport. Gives what is told.
    ///
    /// # Errors
    /// [`KitError`]; nothing was done then, and the message must be handed over again.
    pub fn receive(&mut self, bytes: &[u8], answers: Option<&str>) -> Result<Vec<Event>, KitError> {
        self.work(|desk| desk.receive(bytes, answers)).map(|(_, events)| events)
    }

    /// Lets an entry of the host stand as it is, beside what the register holds of it: it is not reported for as long as the host does not
    /// change it. For what was decided so in an Abgleich. The entry names its Referenz-ID, where the register has the entry.
    ///
    /// # Errors
    /// [`KitError::Unknown`] where the person is not known; else [`KitError`].
    pub fn let_stand(&mut self, key: &str, entry: &Eintrag) -> Result<(), KitError> {
        self.work(|desk| desk.let_stand(key, entry)).map(|_| ())
    }

    /// Decides an event. Gives what is told because of it.
    ///
    /// # Errors
    /// [`KitError::Unknown`], [`KitError::Decision`], [`KitError::NumberTaken`]; else [`KitError`].
    pub fn decide(&mut self, event: u64, decision: &Decision) -> Result<Vec<Event>, KitError> {
        self.work(|desk| desk.decide(event, decision)).map(|(_, events)| events)
    }

    /// Events with a number above `since`, at most `limit`, in order. A host that remembers the last one it worked off never
    /// misses one, whenever it dies.
    ///
    /// # Errors
    /// [`KitError`].
    pub fn events(&self, since: u64, limit: usize) -> Result<Vec<Event>, KitError> {
        self.rows(Table::Event, since, limit)
    }

    /// Numbers of the events that wait for a decision.
    ///
    /// # Errors
    /// [`KitError`].
    pub fn open_events(&self) -> Result<Vec<u64>, KitError> {
        self.look(|view| {
            let rows = view.scan(Table::Open, &[], None, usize::MAX)?;
            Ok(rows.iter().map(|(key, _)| number_of(key)).collect())
        })
    }

    /// What was sent, received and decided, with a number above `since`, at most `limit`, in order.
    ///
    /// # Errors
    /// [`KitError`].
    pub fn journal(&self, since: u64, limit: usize) -> Result<Vec<JournalEntry>, KitError> {
        self.rows(Table::Journal, since, limit)
    }

    /// Where a person stands; none where the key is not known.
    ///
    /// # Errors
    /// [`KitError`].
    pub fn status(&mut self, key: &str) -> Result<Option<Status>, KitError> {
        self.work(|desk| desk.status(key)).map(|(status, _)| status)
    }

    /// Keys of the persons, from one on (inclusive), at most `limit`, in order.
    ///
    /// # Errors
    /// [`KitError`].
    pub fn persons(&self, from: &str, limit: usize) -> Result<Vec<String>, KitError> {
        self.look(|view| {
            let rows = view.scan(Table::Person, from.as_bytes(), None, limit)?;
            Ok(rows.into_iter().map(|(key, _)| String::from_utf8_lossy(&key).into_owned()).collect())
        })
    }

    fn rows<T: serde::de::DeserializeOwned>(
        &self,
        table: Table,
        since: u64,
        limit: usize,
    ) -> Result<Vec<T>, KitError> {
        self.look(|view| {
            let from = numbered(since.saturating_add(1));
            view.scan(table, &from, None, limit)?.iter().map(|(_, value)| parse(table, value)).collect()
        })
    }

    fn look<T>(
        &self,
        mut look: impl FnMut(&dyn crate::store::View) -> Result<T, KitError>,
    ) -> Result<T, KitError> {
        let mut out = None;
        self.store.read(&mut |view| {
            out = Some(look(view)?);
            Ok(())
        })?;
        out.ok_or_else(nothing)
    }

    fn work<T>(
        &mut self,
        mut work: impl FnMut(&mut Desk<'_, 's>) -> Result<T, KitError>,
    ) -> Result<(T, Vec<Event>), KitError> {
        let Self { config, kinds, reader, store, environment } = self;
        let now = environment.now();
        let mut out = None;
        store.write(&mut |tx: &mut dyn Transaction| {
            let mut desk = Desk { tx, config, kinds, reader, environment, now, events: Vec::new() };
            let result = work(&mut desk)?;
            out = Some((result, desk.events));
            Ok(())
        })?;
        out.ok_or_else(nothing)
    }
}

/// A store that says that all went well and did not call.
fn nothing() -> KitError {
    KitError::Store(StoreError::Damaged { what: "the store did not run the transaction".into() })
}

impl Desk<'_, '_> {
    fn submit(&mut self, record: &Datensatz, options: SubmitOptions) -> Result<Submitted, KitError> {
        let person = self.person(&record.key)?;
        let mut clean = self.clean_now();
        let (checked, until) = {
            let known =
                person.as_ref().and_then(|person| Some((person.ours.as_ref()?, person.clean.as_ref()?)));
            let known = known.filter(|(_, known)| known.holds(&clean));
            clean.until = known.and_then(|(_, known)| known.until);
            let known: Vec<&Eintrag> = known.map_or_else(Vec::new, |(ours, known)| {
                ours.entries.iter().filter(|entry| known.entries.contains(&entry.key)).collect()
            });
            register::check_since(self.reader, self.kinds, record, self.now, &Options::default(), &known)
        };
        clean.until = until.into_iter().chain(clean.until).min();
        let mut submitted = Submitted { findings: checked.findings.clone(), ..Submitted::default() };
        if !checked.is_valid() {
            return Ok(submitted);
        }
        let record = checked.record;
        let found = |entry: &&Eintrag| !checked.findings.iter().any(|found| found.entry == entry.key);
        clean.entries = record.entries.iter().filter(found).map(|entry| entry.key.clone()).collect();
        let mut person = person.unwrap_or_else(|| Person { key: record.key.clone(), ..Person::default() });
        let shrunk = shrunk(&person, &record);
        if !options.may_shrink && (shrunk.missing * 2 > shrunk.known) {
            submitted.shrunk = Some(shrunk);
            return Ok(submitted);
        }
        if let Some(number) = record.azr_nummer.as_deref().filter(|_| person.azr_nummer.is_none()) {
            if let Some(other) = self.by_number(number)? {
                return Err(KitError::NumberTaken { number: number.to_owned(), person: other });
            }
            self.withdraw(&mut person)?;
            self.set_number(&mut person, number)?;
        }
        submitted.taken = true;
        submitted.unchanged = person.ours.as_ref() == Some(&record);
        if !submitted.unchanged {
            person.submitted = self.now;
            self.withdraw(&mut person)?;
            person.take(record);
            person.clean = Some(clean);
            self.settle(&mut person)?;
            self.note("submitted", Some(&person.key), None, serde_json::Value::Null)?;
        }
        submitted.lacks = self.advance(&mut person)?;
        submitted.planned = if submitted.unchanged { Vec::new() } else { self.planned(&person) };
        if let Some(flight) = &person.flight {
            submitted.under_way = Some(flight.uuid.clone());
            if let Purpose::Report(changes) = &flight.purpose {
                submitted.reporting.clone_from(changes);
            }
        }
        self.put_person(&person)?;
        Ok(submitted)
    }

    /// What the check of a record depends on besides the record.
    fn clean_now(&self) -> Clean {
        let mut standards = env!("CARGO_PKG_VERSION").to_owned();
        for pack in self.reader.packs() {
            standards.push(' ');
            standards.push_str(pack.version());
        }
        Clean { day: self.now.day(), until: None, standards, entries: Vec::new() }
    }

    fn refresh(&mut self, key: &str) -> Result<(), KitError> {
        let person = self.person(key)?.filter(|person| person.azr_nummer.is_some());
        let mut person = person.ok_or_else(|| KitError::Unknown { what: key.to_owned() })?;
        person.fetch.get_or_insert_default();
        self.advance(&mut person)?;
        self.put_person(&person)
    }

    fn status(&mut self, key: &str) -> Result<Option<Status>, KitError> {
        let Some(person) = self.person(key)? else { return Ok(None) };
        let mut open = Vec::new();
        for (number, owner) in self.tx.scan(Table::Open, &[], None, usize::MAX)? {
            if owner == key.as_bytes() {
                open.push(number_of(&number));
            }
        }
        let planned = self.planned(&person);
        let foreign = person.base.iter().filter(|base| base.before.is_some() || base.deleted);
        let to_take_over: Vec<Foreign> = foreign
            .map(|base| Foreign {
                kind: base.kind.clone(),
                entry: base.key.clone(),
                referenz_id: base.id.clone(),
                data: (!base.deleted).then(|| base.data.clone()),
            })
            .collect();
        let register =
            person.base.iter().filter(|base| !base.deleted).map(|base| register::RegisterEintrag {
                kind: base.kind.clone(),
                referenz_id: base.id.clone(),
                data: base.data.clone(),
                register: base.register.clone(),
                historic: base.historic,
            });
        let under_way = person.flight.as_ref().map(|flight| flight.uuid.clone());
        let agreed = planned.is_empty()
            && under_way.is_none()
            && person.held.is_empty()
            && person.paused.is_none()
            && person.loaded
            && to_take_over.is_empty();
        Ok(Some(Status {
            key: person.key.clone(),
            azr_nummer: person.azr_nummer.clone(),
            agreed,
            under_way,
            planned,
            open,
            to_take_over,
            register: register.collect(),
        }))
    }
}

/// How many of the entries that are known, of the kinds that a record is about, are missing in it.
fn shrunk(person: &Person, record: &Datensatz) -> Shrunk {
    let known = person
        .base
        .iter()
        .filter(|base| !base.deleted && !base.historic && record.touches(&base.kind))
        .filter_map(|base| base.key.as_deref().map(|key| (base.kind.as_str(), key)));
    let known: Vec<(&str, &str)> = known.collect();
    let is_there = |(kind, key): &&(&str, &str)| {
        record.entries.iter().any(|entry| entry.kind == *kind && entry.key == *key && !entry.data.is_empty())
    };
    // A record that says of no kind that it is complete takes nothing away, unless it is empty or says so of an entry.
    let counts = |(kind, key): &&(&str, &str)| {
        record.is_complete(kind)
            || record.entries.is_empty()
            || record.entries.iter().any(|entry| entry.kind == *kind && entry.key == *key)
    };
    let missing = known.iter().filter(|one| counts(one) && !is_there(one)).count();
    Shrunk { known: known.len(), missing }
}
