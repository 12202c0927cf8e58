//! An authority: its own records, its kit on a store that fails now and then, and what it does about events.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use azrkit::register::{Datensatz, Eintrag, differing, referenzanteil};
use azrkit::store::{Fault, FaultyStore, MemoryStore};
use azrkit::time::Timestamp;
use azrkit::transmit::{Config, Decision, Environment, Event, KitError, What};
use azrkit::{Kit, Standards, SubmitOptions};
use serde_json::json;

use crate::people;
use crate::rng::Rng;

/// The clock of an office, and its random numbers.
#[derive(Debug, Clone)]
pub struct Clock {
    now: Rc<Cell<i64>>,
    random: Rc<Cell<u64>>,
    office: u8,
}

impl Environment for Clock {
    fn now(&mut self) -> Timestamp {
        Timestamp(self.now.get())
    }

    fn random(&mut self) -> [u8; 16] {
        self.random.set(self.random.get() + 1);
        let mut bytes = [0; 16];
        bytes[0] = self.office;
        bytes[8..].copy_from_slice(&self.random.get().to_be_bytes());
        bytes
    }
}

/// A record in the office's own database.
#[derive(Debug, Clone)]
pub struct Local {
    /// Which person it is in truth.
    pub person: usize,
    /// The record.
    pub record: Datensatz,
    /// It was changed since it was submitted.
    pub dirty: bool,
}

/// An authority.
pub struct Office<'s> {
    /// Its `kennung`.
    pub kennung: String,
    /// Its records. They are its own database: they survive its crashes.
    pub records: BTreeMap<String, Local>,
    /// The last event that was worked off.
    pub seen: u64,
    /// UUIDs of Meldungen that it was told are stored.
    pub stored: BTreeSet<String>,
    /// How often it crashed.
    pub crashes: usize,
    /// Its clock, to set.
    pub now: Rc<Cell<i64>>,
    kit: Kit<'s, FaultyStore<MemoryStore>, Clock>,
    store: MemoryStore,
    clock: Clock,
    standards: &'s Standards,
    entries: usize,
}

impl<'s> Office<'s> {
    /// An office of a number.
    pub fn new(standards: &'s Standards, number: u8, now: i64) -> Result<Self, KitError> {
        let store = MemoryStore::new();
        let now = Rc::new(Cell::new(now));
        let clock = Clock { now: Rc::clone(&now), random: Rc::new(Cell::new(0)), office: number };
        let kit = Kit::open(config(number), standards, FaultyStore::new(store.clone()), clock.clone())?;
        Ok(Self {
            kennung: config(number).behoerde.kennung,
            records: BTreeMap::new(),
            seen: 0,
            stored: BTreeSet::new(),
            crashes: 0,
            now,
            kit,
            store,
            clock,
            standards,
            entries: 0,
        })
    }

    /// A new record of a person.
    pub fn begin(&mut self, person: usize, rng: &mut Rng) {
        let key = format!("akte-{person}");
        let mut entries = vec![Eintrag {
            kind: "Grundpersonalien".into(),
            key: "gp".into(),
            data: people::grundpersonalien(person),
            ..Eintrag::default()
        }];
        entries.push(self.entry("Meldestatus", rng));
        let scope = serde_json::from_value(json!("all")).ok();
        let record = Datensatz { key: key.clone(), azr_nummer: None, scope, entries };
        self.records.insert(key, Local { person, record, dirty: true });
    }

    fn entry(&mut self, kind: &str, rng: &mut Rng) -> Eintrag {
        self.entries += 1;
        let key = format!("e{}", self.entries);
        Eintrag { kind: kind.into(), key, data: people::data(kind, rng), ..Eintrag::default() }
    }

    /// A clerk changes something in a record.
    pub fn edit(&mut self, rng: &mut Rng) {
        let keys: Vec<String> = self.records.keys().cloned().collect();
        let Some(key) = keys.get(rng.below(keys.len())).cloned() else { return };
        let (kind, single) = people::KINDS[rng.below(people::KINDS.len())];
        let new = self.entry(kind, rng);
        let Some(local) = self.records.get_mut(&key) else { return };
        let own: Vec<usize> =
            (0..local.record.entries.len()).filter(|at| local.record.entries[*at].kind == kind).collect();
        match rng.below(4) {
            // What was taken over and never handed over is not yet the office's own to delete.
            0 if !own.is_empty() && kind != "Meldestatus" && !local.dirty => {
                local.record.entries.remove(own[rng.below(own.len())]);
            }
            1 if !own.is_empty() => {
                // Of what stands once, the last one is the current one.
                let at = if single { own[own.len() - 1] } else { own[rng.below(own.len())] };
                let entry = &mut local.record.entries[at];
                people::change(kind, &mut entry.data, rng);
                entry.correction = rng.percent(20);
            }
            2 => people::change("Grundpersonalien", &mut local.record.entries[0].data, rng),
            _ if !single || own.is_empty() => local.record.entries.push(new),
            _ => return,
        }
        local.dirty = true;
    }

    /// Hands over what was changed. An office that dies in between does it again.
    pub fn submit(&mut self) {
        let dirty: Vec<String> =
            self.records.iter().filter(|(_, local)| local.dirty).map(|(key, _)| key.clone()).collect();
        for key in dirty {
            let Some(local) = self.records.get(&key) else { continue };
            let record = local.record.clone();
            let done = self.kit.submit(&record, SubmitOptions { may_shrink: true });
            match done {
                Ok(submitted) => {
                    assert!(submitted.taken, "{:?}", submitted.findings);
                    if let Some(local) = self.records.get_mut(&key) {
                        local.dirty = false;
                    }
                }
                Err(error) => return self.crash(&error),
            }
        }
    }

    /// Works off what it was told. `truth` gives the person of an AZR-Nummer.
    pub fn work_off(&mut self, truth: &dyn Fn(&str) -> Option<usize>, rng: &mut Rng) {
        let events = match self.kit.events(self.seen, 50) {
            Ok(events) => events,
            Err(error) => return self.crash(&error),
        };
        for event in events {
            assert_eq!(event.id, self.seen + 1, "an event is missing");
            if let Err(error) = self.react(&event, truth, rng) {
                return self.crash(&error);
            }
            self.seen = event.id;
        }
    }

    fn react(
        &mut self,
        event: &Event,
        truth: &dyn Fn(&str) -> Option<usize>,
        rng: &mut Rng,
    ) -> Result<(), KitError> {
        let decision = match &event.what {
            What::Apply { kind, entry, referenz_id, data, .. } => {
                self.apply(event, kind, entry.as_deref(), referenz_id.clone(), data.as_ref());
                None
            }
            What::Stored { uuid, .. } => {
                assert!(self.stored.insert(uuid.clone()), "{uuid} was told to be stored twice");
                None
            }
            What::Conflict { .. } => Some(if rng.percent(50) { Decision::Local } else { Decision::Register }),
            What::Candidates { candidates, .. } => {
                let own =
                    event.person.as_deref().and_then(|key| self.records.get(key)).map(|local| local.person);
                let same = candidates.iter().find(|one| own.is_some() && truth(&one.azr_nummer) == own);
                Some(same.map_or(Decision::Other, |one| Decision::Same(one.azr_nummer.clone())))
            }
            What::Parked { .. } | What::Returned { .. } => Some(Decision::Retry),
            What::Rejected { changes, .. } => {
                self.give_up(event, changes.iter().map(|change| change.entry.as_str()));
                Some(Decision::Retry)
            }
            What::Unassigned { questions, .. } => {
                panic!("nothing is sent without a reference: {questions:?}")
            }
            What::Unsendable { findings, .. } => panic!("{findings:?}"),
            What::Duplicate { .. }
            | What::NumberChanged { .. }
            | What::Refused { .. }
            | What::Message { .. } => None,
            What::MergePersons { .. } => panic!("nobody merges here"),
        };
        let Some(decision) = decision else { return Ok(()) };
        match self.kit.decide(event.id, &decision) {
            // Decided before the office died.
            Ok(_) | Err(KitError::Unknown { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes a change of another authority over.
    fn apply(
        &mut self,
        event: &Event,
        kind: &str,
        entry: Option<&str>,
        referenz_id: Option<String>,
        data: Option<&serde_json::Map<String, serde_json::Value>>,
    ) {
        let Some(local) = event.person.as_deref().and_then(|key| self.records.get_mut(key)) else { return };
        let entries = &mut local.record.entries;
        let named = |one: &Eintrag| {
            let id = one.referenz_id.as_deref().zip(referenz_id.as_deref());
            one.kind == kind
                && (Some(one.key.as_str()) == entry
                    || id.is_some_and(|(own, new)| referenzanteil(own) == referenzanteil(new)))
        };
        let at = entries.iter().position(named);
        // One entry of the register is one entry here.
        if let Some(key) = at.map(|at| entries[at].key.clone()) {
            entries.retain(|one| one.key == key || !named(one));
        }
        let at = entries.iter().position(named);
        match (at, data) {
            (Some(at), None) => {
                entries.remove(at);
            }
            (Some(at), Some(data)) => {
                // Only what changed, as another field may be the office's own newer one.
                let What::Apply { fields, .. } = &event.what else { return };
                for field in fields {
                    match data.get(field) {
                        Some(value) => entries[at].data.insert(field.clone(), value.clone()),
                        None => entries[at].data.remove(field),
                    };
                }
            }
            (None, Some(data)) if entry.is_none() => {
                // Of some kinds there is but one: what another office has stored takes the place of the own.
                if kind == "Herkunftsland" {
                    entries.retain(|one| one.kind != kind);
                }
                let key = format!("von-{}", referenz_id.as_deref().map_or("", referenzanteil));
                entries.push(Eintrag {
                    kind: kind.into(),
                    key,
                    referenz_id,
                    data: data.clone(),
                    correction: false,
                });
            }
            _ => return,
        }
        local.dirty = true;
    }

    /// The register does not want it so: the office leaves it out.
    fn give_up<'e>(&mut self, event: &Event, entries: impl Iterator<Item = &'e str>) {
        let Some(local) = event.person.as_deref().and_then(|key| self.records.get_mut(key)) else { return };
        for entry in entries {
            local.record.entries.retain(|one| one.key != entry || one.kind == "Grundpersonalien");
            local.dirty = true;
        }
    }

    /// What is to be carried. Says of each that it was sent, could not be sent, or says nothing.
    pub fn outgoing(&mut self, rng: &mut Rng) -> Vec<(String, Vec<u8>)> {
        let out = match self.kit.outgoing(1 + rng.below(5)) {
            Ok(out) => out,
            Err(error) => {
                self.crash(&error);
                return Vec::new();
            }
        };
        let mut carried = Vec::new();
        for message in out {
            let said = match rng.below(10) {
                0 => Ok(()),
                1 => self.kit.failed(&message.uuid, "no line").map(|_| ()),
                _ => self.kit.sent(&message.uuid),
            };
            carried.push((message.uuid, message.bytes));
            if let Err(error) = said {
                self.crash(&error);
                break;
            }
        }
        carried
    }

    /// The person that a message which it made is about.
    pub fn person_of(&self, uuid: &str) -> Option<usize> {
        let journal = self.kit.journal(0, usize::MAX).ok()?;
        let key = journal.into_iter().find(|line| line.uuid.as_deref() == Some(uuid))?.person?;
        Some(self.records.get(&key)?.person)
    }

    /// A message arrives. True if it was taken.
    pub fn receive(&mut self, bytes: &[u8], answers: Option<&str>) -> bool {
        match self.kit.receive(bytes, answers) {
            Ok(_) => true,
            Err(error) => {
                self.crash(&error);
                false
            }
        }
    }

    /// Asks the register for all of its persons.
    pub fn refresh(&mut self) {
        for key in self.records.keys().cloned().collect::<Vec<_>>() {
            match self.kit.refresh(&key) {
                Ok(()) | Err(KitError::Unknown { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Lets the store fail soon.
    pub fn trip(&mut self, rng: &mut Rng) {
        let fault = if rng.percent(50) { Fault::Before } else { Fault::AfterCommit };
        let at = rng.below(60) as u64;
        let store = FaultyStore::new(self.store.clone());
        store.fail_at(at, fault);
        self.reopen(store);
    }

    /// When it has something to hand out.
    pub fn next_due(&self) -> Option<i64> {
        self.kit.next_due().ok().flatten().map(|due| due.0)
    }

    /// Whether all that it holds is at the register, as far as it knows.
    pub fn status(&mut self, key: &str) -> azrkit::Status {
        self.kit.status(key).unwrap_or_else(|error| panic!("{error}")).unwrap_or_default()
    }

    /// What it was told of a kind of a person's entries, for whoever looks for a mistake.
    pub fn story(&self, key: &str, kind: &str) -> String {
        let events = self.kit.events(0, usize::MAX).unwrap_or_default();
        let of_person = events.iter().filter(|event| event.person.as_deref() == Some(key));
        let lines = of_person
            .filter_map(|event| serde_json::to_string(event).ok())
            .filter(|line| line.contains(kind));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Whether it has worked off all events, and handed over all changes.
    pub fn is_idle(&self) -> bool {
        let more = self.kit.events(self.seen, 1).unwrap_or_else(|error| panic!("{error}"));
        more.is_empty() && self.records.values().all(|local| !local.dirty)
    }

    /// No fault any more.
    pub fn heal(&mut self) {
        self.reopen(FaultyStore::new(self.store.clone()));
    }

    /// The office died: all that it knew is gone, but for its database and azrkit's store.
    fn crash(&mut self, error: &KitError) {
        assert_eq!(error.code(), "AZK-S101", "{error}");
        self.crashes += 1;
        self.reopen(FaultyStore::new(self.store.clone()));
    }

    fn reopen(&mut self, store: FaultyStore<MemoryStore>) {
        let config = config(self.clock.office);
        self.kit = Kit::open(config, self.standards, store, self.clock.clone())
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Whether two entries say the same.
pub fn says_the_same(
    a: &serde_json::Map<String, serde_json::Value>,
    b: &serde_json::Map<String, serde_json::Value>,
) -> bool {
    differing(a, b).is_empty()
}

fn config(number: u8) -> Config {
    let text = json!({
        "behoerde": {
            "kennung": format!("azr:0009{number:02}"), "name": format!("Ausländerbehörde {number}"),
            "erreichbarkeit": [{"kanal": "02", "kennung": "+49 7131 0000000"}],
            "anschrift": {"gebaeude": {"hausnummer": "12", "postleitzahl": "74072", "strasse": "Beispielstraße", "wohnort": "Heilbronn"}},
        },
        "behoerdenkennzeichen": format!("0009{number:02}"),
        "sachbearbeiter": "M. Beispiel",
        "product": {"produkt": "Beispielverfahren", "produkthersteller": "Beispielhaus", "test": "Simulation"},
    });
    serde_json::from_value(text).unwrap_or_else(|error| panic!("{error}"))
}
