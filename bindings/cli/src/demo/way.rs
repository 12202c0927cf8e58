//! The second half of the demo: an authority's records and the register come to agree over a bad line.

use std::collections::{BTreeMap, HashMap};

use azrkit::register::{Datensatz, Eintrag, differing};
use azrkit::simulator::{self, Register};
use azrkit::store::MemoryStore;
use azrkit::time::Timestamp;
use azrkit::transmit::{Config, Decision, Environment, Event, KitError, What};
use azrkit::{Kit, Standards, SubmitOptions};
use serde_json::{Map, Value, json};

use crate::failure::Failure;

/// When the demo's year begins: 2026-11-16.
const BEGIN: i64 = 1_794_818_487_318;
const MINUTE: i64 = 60_000;

/// Two authorities, the register, and a line between them that drops and doubles messages and brings them in any order.
pub(super) struct Way<'s> {
    pub(super) register: Register<'s>,
    pub(super) first: Authority<'s>,
    pub(super) second: Authority<'s>,
    line: Vec<Parcel>,
    random: Random,
    now: i64,
    /// Messages that were given to the line, and how many it lost or doubled.
    pub(super) sent: usize,
    pub(super) lost: usize,
    pub(super) doubled: usize,
}

/// An authority: its records and its kit.
pub(super) struct Authority<'s> {
    pub(super) records: BTreeMap<String, Datensatz>,
    kit: Kit<'s, MemoryStore, Clock>,
    kennung: String,
    seen: u64,
    /// Changes of others that it took over.
    pub(super) taken_over: usize,
    /// Conflicts that wait for a person.
    pub(super) conflicts: Vec<Event>,
}

struct Parcel {
    to: Option<usize>,
    from: usize,
    bytes: Vec<u8>,
    answers: Option<String>,
    own: Option<String>,
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize).checked_rem(bound).unwrap_or(0)
    }
}

struct Clock {
    now: i64,
    office: u8,
    drawn: u64,
}

impl Environment for Clock {
    fn now(&mut self) -> Timestamp {
        Timestamp(self.now)
    }

    fn random(&mut self) -> [u8; 16] {
        self.drawn += 1;
        let mut bytes = [self.office; 16];
        bytes[8..].copy_from_slice(&self.drawn.to_be_bytes());
        bytes
    }
}

impl<'s> Way<'s> {
    pub(super) fn new(standards: &'s Standards) -> Result<Self, Failure> {
        let register = Register::new(simulator::Config::default(), standards);
        Ok(Self {
            register: register.map_err(|error| Failure::call(error.to_string()))?,
            first: Authority::new(standards, 1)?,
            second: Authority::new(standards, 2)?,
            line: Vec::new(),
            random: Random(2026),
            now: BEGIN,
            sent: 0,
            lost: 0,
            doubled: 0,
        })
    }

    /// Carries messages until nothing waits any more; `step` is called after each round with how many records agree.
    pub(super) fn rest(&mut self, step: &mut dyn FnMut()) -> Result<(), Failure> {
        for _ in 0..10_000 {
            for office in 0..2 {
                self.carry(office)?;
            }
            while !self.line.is_empty() {
                self.deliver()?;
                step();
            }
            self.first.work_off(truth_of(&self.register))?;
            self.second.work_off(truth_of(&self.register))?;
            if self.is_quiet()? {
                return Ok(());
            }
            self.now += 11 * MINUTE;
            (self.first.kit.environment().now, self.second.kit.environment().now) = (self.now, self.now);
        }
        Err(Failure::call("the demo does not come to rest"))
    }

    fn is_quiet(&mut self) -> Result<bool, Failure> {
        let waiting = [&self.first, &self.second].map(|office| {
            let due = office.kit.next_due().map_err(failure)?;
            Ok::<bool, Failure>(due.is_some() || !self.register.pending(&office.kennung).is_empty())
        });
        let [first, second] = waiting;
        Ok(self.line.is_empty() && !first? && !second?)
    }

    fn office(&mut self, office: usize) -> &mut Authority<'s> {
        if office == 0 { &mut self.first } else { &mut self.second }
    }

    fn carry(&mut self, office: usize) -> Result<(), Failure> {
        for message in self.office(office).kit.outgoing(10_000).map_err(failure)? {
            self.office(office).kit.sent(&message.uuid).map_err(failure)?;
            self.give(Parcel { to: None, from: office, bytes: message.bytes, answers: None, own: None });
        }
        let kennung = self.office(office).kennung.clone();
        for message in self.register.pending(&kennung) {
            let own = Some(message.uuid);
            self.give(Parcel { to: Some(office), from: office, bytes: message.bytes, answers: None, own });
        }
        Ok(())
    }

    /// The line: one of twenty is lost, one of twenty comes twice.
    fn give(&mut self, parcel: Parcel) {
        self.sent += 1;
        match self.random.below(20) {
            0 => self.lost += 1,
            1 => {
                self.doubled += 1;
                let Parcel { to, from, ref bytes, ref answers, ref own } = parcel;
                let (bytes, answers, own) = (bytes.clone(), answers.clone(), own.clone());
                self.line.push(Parcel { to, from, bytes, answers, own });
                self.line.push(parcel);
            }
            _ => self.line.push(parcel),
        }
    }

    fn deliver(&mut self) -> Result<(), Failure> {
        let at = self.random.below(self.line.len());
        let parcel = self.line.swap_remove(at);
        let Some(office) = parcel.to else {
            for answer in self.register.receive(&parcel.bytes, Timestamp(self.now)) {
                let to = usize::from(answer.to == self.second.kennung);
                let own = answer.in_reply_to.is_none().then(|| answer.uuid.clone());
                self.give(Parcel {
                    to: Some(to),
                    from: parcel.from,
                    bytes: answer.bytes,
                    answers: answer.in_reply_to,
                    own,
                });
            }
            return Ok(());
        };
        self.office(office).kit.receive(&parcel.bytes, parcel.answers.as_deref()).map_err(failure)?;
        if let Some(uuid) = parcel.own {
            self.register.acknowledged(&uuid);
        }
        Ok(())
    }

    /// How many records of the first authority the register holds exactly so, and how many Meldungen it applied more than once.
    pub(super) fn compare(&mut self) -> Result<(usize, usize), Failure> {
        let mut agree = 0;
        for (key, record) in &self.first.records {
            let status = self.first.kit.status(key).map_err(failure)?.unwrap_or_default();
            let held = self.register.record(status.azr_nummer.as_deref().unwrap_or("")).unwrap_or_default();
            let held: Vec<(String, Map<String, Value>)> = held["entries"]
                .as_array()
                .into_iter()
                .flatten()
                // That it is none of some others, azrkit has told with the first report.
                .filter(|entry| entry["historic"] == false && entry["kind"] != "NichtIdentischMit")
                .map(|entry| {
                    let kind = entry["kind"].as_str().unwrap_or("").to_owned();
                    (kind, entry["data"].as_object().cloned().unwrap_or_default())
                })
                .collect();
            let same = |entry: &Eintrag| {
                held.iter().any(|(kind, data)| *kind == entry.kind && differing(data, &entry.data).is_empty())
            };
            agree += usize::from(held.len() == record.entries.len() && record.entries.iter().all(same));
        }
        let mut times: HashMap<String, usize> = HashMap::new();
        let numbers: Vec<String> = self.register.azr_nummern().map(str::to_owned).collect();
        for number in numbers {
            let record = self.register.record(&number).unwrap_or_default();
            for applied in record["applied"].as_array().into_iter().flatten() {
                *times.entry(applied["uuid"].as_str().unwrap_or("").to_owned()).or_default() += 1;
            }
        }
        Ok((agree, times.values().filter(|times| **times > 1).count()))
    }
}

/// Who a person of the register is, by the family name, which is different for each person of the demo.
fn truth_of<'r>(register: &'r Register<'_>) -> impl Fn(&str) -> Option<String> + 'r {
    |number| {
        let record = register.record(number)?;
        let entries = record["entries"].as_array()?;
        let gp = entries.iter().find(|entry| entry["kind"] == "Grundpersonalien")?;
        Some(gp["data"]["familienname"]["name"].as_str()?.to_owned())
    }
}

impl<'s> Authority<'s> {
    fn new(standards: &'s Standards, office: u8) -> Result<Self, Failure> {
        let config = config(office)?;
        let kennung = config.behoerde.kennung.clone();
        let clock = Clock { now: BEGIN, office, drawn: 0 };
        let kit = Kit::open(config, standards, MemoryStore::new(), clock).map_err(failure)?;
        Ok(Self { records: BTreeMap::new(), kit, kennung, seen: 0, taken_over: 0, conflicts: Vec::new() })
    }

    /// Hands a record over.
    pub(super) fn submit(&mut self, record: Datensatz) -> Result<(), Failure> {
        let submitted = self.kit.submit(&record, SubmitOptions::default()).map_err(failure)?;
        if let Some(found) = submitted.findings.first() {
            return Err(Failure::call(found.finding.text.clone()));
        }
        self.records.insert(record.key.clone(), record);
        Ok(())
    }

    /// Does what a host does about events: takes changes over, says who is who, leaves conflicts to a person.
    fn work_off(&mut self, truth: impl Fn(&str) -> Option<String>) -> Result<(), Failure> {
        for event in self.kit.events(self.seen, usize::MAX).map_err(failure)? {
            self.seen = event.id;
            let Some(key) = event.person.clone() else { continue };
            match &event.what {
                What::Apply { kind, entry, referenz_id, data, fields, .. } => {
                    self.taken_over += 1;
                    let Some(mut record) = self.records.get(&key).cloned() else { continue };
                    match (entry, data) {
                        (Some(entry), Some(data)) => {
                            for one in record.entries.iter_mut().filter(|one| one.key == *entry) {
                                for field in fields {
                                    match data.get(field) {
                                        Some(value) => one.data.insert(field.clone(), value.clone()),
                                        None => one.data.remove(field),
                                    };
                                }
                            }
                        }
                        (Some(entry), None) => record.entries.retain(|one| one.key != *entry),
                        (None, Some(data)) => record.entries.push(Eintrag {
                            kind: kind.clone(),
                            key: format!("von-{}", referenz_id.as_deref().unwrap_or("")),
                            referenz_id: referenz_id.clone(),
                            data: data.clone(),
                            correction: false,
                        }),
                        (None, None) => {}
                    }
                    self.submit(record)?;
                }
                What::Candidates { candidates, .. } => {
                    let own = self.records.get(&key).map(family);
                    let same = candidates.iter().find(|one| own.is_some() && truth(&one.azr_nummer) == own);
                    let decision = same.map_or(Decision::Other, |one| Decision::Same(one.azr_nummer.clone()));
                    self.kit.decide(event.id, &decision).map_err(failure)?;
                }
                What::Conflict { .. } => self.conflicts.push(event),
                What::Parked { .. } | What::Returned { .. } | What::Rejected { .. } => {
                    self.kit.decide(event.id, &Decision::Retry).map_err(failure)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Decides a conflict.
    pub(super) fn decide(&mut self, event: &Event, decision: &Decision) -> Result<(), Failure> {
        self.kit.decide(event.id, decision).map_err(failure)?;
        Ok(())
    }
}

fn family(record: &Datensatz) -> String {
    let gp = record.entries.iter().find(|entry| entry.kind == "Grundpersonalien");
    gp.and_then(|gp| gp.data.get("familienname")?.get("name")?.as_str()).unwrap_or("").to_owned()
}

/// The record of a made-up person.
pub(super) fn record(person: usize) -> Datensatz {
    const FAMILY: [&str; 10] =
        ["Öztürk", "Nguyễn", "Kovačević", "Haddad", "Iwanow", "Okafor", "Rossi", "Şahin", "Łukasik", "Abebe"];
    const GIVEN: [&str; 8] = ["Zoë", "Mehmet", "Ana", "Yusuf", "Olga", "Chidi", "Giulia", "Linh"];
    // Letters, so that each name is another one.
    let mark: String = format!("{person:04}").bytes().map(|digit| char::from(b'a' + digit - b'0')).collect();
    let day = format!("{}-{:02}-{:02}", 1950 + person % 50, person % 12 + 1, person % 28 + 1);
    let entry = |kind: &str, key: &str, data: Value| Eintrag {
        kind: kind.into(),
        key: key.into(),
        data: data.as_object().cloned().unwrap_or_default(),
        ..Eintrag::default()
    };
    let mut entries = vec![
        entry(
            "Grundpersonalien",
            "gp",
            json!({
                "familienname": {"name": format!("{}-{mark}", FAMILY[person % FAMILY.len()])},
                "vorname": {"name": GIVEN[person % GIVEN.len()]},
                "geschlecht": {"geschlecht": if person.is_multiple_of(2) { "w" } else { "m" }},
                "geburtsangaben": {
                    "geburtsort": {"ort": "Diyarbakır"}, "geburtsortStaat": {"staatsangehoerigkeit": "163"},
                    "tagDerGeburt": {"teilbekanntesDatum": {"jahrMonatTag": day}},
                },
                "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}],
            }),
        ),
        entry("Meldestatus", "ms", json!({"meldestatusArt": "01", "ereignisdatum": "2026-11-02"})),
        entry(
            "Anschrift",
            "a",
            json!({
                "anschrift": {"hausnummer": (person % 90 + 1).to_string(), "postleitzahl": "74072", "strasse": "Allee", "wohnort": "Heilbronn"},
                "fruehereAnschrift": false,
            }),
        ),
    ];
    if person.is_multiple_of(2) {
        entries.push(entry("Duldung", "d", duldung("2027-05-15")));
    }
    let scope = serde_json::from_value(json!("all")).ok();
    Datensatz { key: format!("akte-{person}"), azr_nummer: None, scope, entries }
}

/// A Duldung until a day.
pub(super) fn duldung(until: &str) -> Value {
    json!({"duldungArt": "03", "ereignisdatum": "2026-11-16", "befristungsdatum": until})
}

fn config(office: u8) -> Result<Config, Failure> {
    let config = json!({
        "behoerde": {
            "kennung": format!("azr:00090{office}"), "name": format!("Ausländerbehörde Musterstadt {office}"),
            "erreichbarkeit": [{"kanal": "02", "kennung": "+49 7131 0000000"}],
            "anschrift": {"gebaeude": {"hausnummer": "12", "postleitzahl": "74072", "strasse": "Beispielstraße", "wohnort": "Heilbronn"}},
        },
        "behoerdenkennzeichen": format!("00090{office}"),
        "sachbearbeiter": "M. Beispiel",
        "product": {"produkt": "Beispielverfahren", "produkthersteller": "Beispielhaus", "test": "Demo"},
        "limits": {"answer": 10 * MINUTE},
    });
    serde_json::from_value(config).map_err(|error| Failure::call(error.to_string()))
}

fn failure(error: KitError) -> Failure {
    Failure::call(error.to_string())
}
