//! Offices, a register, and the channel between them.

use std::collections::{BTreeMap, BTreeSet};

use azrkit::Standards;
use azrkit::simulator::{Config, Register};
use azrkit::time::Timestamp;
use serde_json::{Map, Value};

use crate::office::{Office, says_the_same};
use crate::people;
use crate::rng::Rng;

/// 2026-11-16 08:41 UTC, when each world begins.
const BEGIN: i64 = 1_794_818_487_318;
const MINUTE: i64 = 60_000;

/// A message on its way.
#[derive(Debug, Clone)]
struct Parcel {
    /// None: to the register.
    office: Option<usize>,
    /// The office that sent it, to which the answer goes.
    from: usize,
    bytes: Vec<u8>,
    answers: Option<String>,
    /// UUID of one of the register's own messages, to be acknowledged.
    own: Option<String>,
}

/// What happened in a world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that were dropped, doubled, truncated.
    pub harmed: usize,
    /// Offices that died.
    pub crashes: usize,
    /// Meldungen that were stored.
    pub stored: usize,
    /// Records of the register.
    pub records: usize,
    /// Messages that arrived.
    pub delivered: usize,
}

/// A world that runs by a seed.
pub struct World<'s> {
    rng: Rng,
    now: i64,
    register: Register<'s>,
    offices: Vec<Office<'s>>,
    channel: Vec<Parcel>,
    /// The person of each AZR-Nummer.
    truth: BTreeMap<String, usize>,
    tally: Tally,
}

impl<'s> World<'s> {
    /// A world of some offices and persons; some persons are known to two offices.
    pub fn new(standards: &'s Standards, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let config = Config { seed, ..Config::default() };
        let register = Register::new(config, standards).unwrap_or_else(|error| panic!("{error}"));
        let count = 2 + rng.below(3);
        let mut offices: Vec<Office<'s>> = (0..count)
            .map(|number| {
                Office::new(standards, number as u8 + 1, BEGIN).unwrap_or_else(|error| panic!("{error}"))
            })
            .collect();
        for person in 0..4 + rng.below(9) {
            let owner = rng.below(count);
            offices[owner].begin(person, &mut rng);
            if rng.percent(35) {
                let other = (owner + 1) % count;
                offices[other].begin(person, &mut rng);
            }
        }
        let truth = BTreeMap::new();
        Self { rng, now: BEGIN, register, offices, channel: Vec::new(), truth, tally: Tally::default() }
    }

    /// One step of whatever kind.
    pub fn step(&mut self) {
        let office = self.rng.below(self.offices.len());
        self.now += self.rng.below(2_000) as i64;
        self.offices[office].now.set(self.offices[office].now.get().max(self.now));
        match self.rng.below(100) {
            0..14 => self.offices[office].edit(&mut self.rng),
            14..30 => self.offices[office].submit(),
            30..48 => self.send(office),
            48..78 => self.deliver(true),
            78..90 => self.work_off(office),
            90..93 => self.offices[office].trip(&mut self.rng),
            93..96 => self.remind(office),
            96..98 => self.now += self.rng.below(90) as i64 * MINUTE,
            98 => {
                // A clock that goes wrong, or is set right.
                let wrong = self.rng.below(2_000) as i64 * MINUTE - 1_000 * MINUTE;
                self.offices[office].now.set(self.now + wrong);
            }
            _ => self.offices[office].now.set(self.now),
        }
    }

    /// The channel is good from now on, clocks are right, and nobody dies: all comes to rest, and is as it should be.
    ///
    /// # Panics
    /// Where something is not as it should be.
    pub fn settle(&mut self) -> Tally {
        for office in &mut self.offices {
            office.heal();
        }
        self.rest();
        for office in &mut self.offices {
            office.refresh();
        }
        self.rest();
        self.judge();
        self.tally.crashes = self.offices.iter().map(|office| office.crashes).sum();
        self.tally.clone()
    }

    fn rest(&mut self) {
        for _ in 0..4_000 {
            for office in 0..self.offices.len() {
                self.offices[office].now.set(self.now);
                self.offices[office].submit();
                self.send(office);
                self.work_off(office);
                self.remind(office);
            }
            while !self.channel.is_empty() {
                self.deliver(false);
            }
            let idle = self.offices.iter().all(|office| office.is_idle() && office.next_due().is_none());
            let pending =
                self.offices.iter().any(|office| !self.register.pending(&office.kennung).is_empty());
            if idle && !pending {
                return;
            }
            self.now += 10 * MINUTE;
        }
        let due: Vec<_> = self.offices.iter().map(|office| (office.is_idle(), office.next_due())).collect();
        panic!("it does not come to rest: {due:?}");
    }

    fn send(&mut self, office: usize) {
        for (_, bytes) in self.offices[office].outgoing(&mut self.rng) {
            self.channel.push(Parcel { office: None, from: office, bytes, answers: None, own: None });
        }
    }

    fn deliver(&mut self, badly: bool) {
        if self.channel.is_empty() {
            return;
        }
        // In any order.
        let at = if badly { self.rng.below(self.channel.len()) } else { 0 };
        let mut parcel = self.channel.remove(at);
        if badly {
            match self.rng.below(20) {
                0 => {
                    self.tally.harmed += 1;
                    return;
                }
                1 => {
                    self.tally.harmed += 1;
                    self.channel.push(parcel.clone());
                }
                2 => {
                    self.tally.harmed += 1;
                    let length = self.rng.below(parcel.bytes.len());
                    parcel.bytes.truncate(length);
                    parcel.own = None;
                }
                _ => {}
            }
        }
        self.tally.delivered += 1;
        match parcel.office {
            Some(office) => {
                let taken = self.offices[office].receive(&parcel.bytes, parcel.answers.as_deref());
                if let Some(uuid) = parcel.own.filter(|_| taken) {
                    self.register.acknowledged(&uuid);
                }
            }
            None => self.arrive(&parcel),
        }
    }

    fn arrive(&mut self, parcel: &Parcel) {
        for answer in self.register.receive(&parcel.bytes, Timestamp(self.now)) {
            let to =
                self.offices.iter().position(|office| office.kennung == answer.to).unwrap_or(parcel.from);
            let own = answer.in_reply_to.is_none().then(|| answer.uuid.clone());
            self.channel.push(Parcel {
                office: Some(to),
                from: to,
                bytes: answer.bytes,
                answers: answer.in_reply_to,
                own,
            });
        }
        self.note_truth();
    }

    /// Which person a new record is of: by the Meldung that made it.
    fn note_truth(&mut self) {
        let new: Vec<String> = self
            .register
            .azr_nummern()
            .filter(|number| !self.truth.contains_key(*number))
            .map(str::to_owned)
            .collect();
        for number in new {
            let record = self.register.record(&number).unwrap_or_default();
            let first = record["applied"][0]["uuid"].as_str().unwrap_or("").to_owned();
            let by = self.offices.iter_mut().find_map(|office| office.person_of(&first));
            if let Some(person) = by {
                self.truth.insert(number, person);
            }
        }
    }

    fn work_off(&mut self, office: usize) {
        let truth = &self.truth;
        self.offices[office].work_off(&|number| truth.get(number).copied(), &mut self.rng);
    }

    fn remind(&mut self, office: usize) {
        for message in self.register.pending(&self.offices[office].kennung) {
            let own = Some(message.uuid);
            self.channel.push(Parcel {
                office: Some(office),
                from: office,
                bytes: message.bytes,
                answers: None,
                own,
            });
        }
    }

    /// Each record agrees with what its offices have, each Meldung was applied once, and each office knows of its own.
    fn judge(&mut self) {
        let mut applied: BTreeMap<String, usize> = BTreeMap::new();
        let numbers: Vec<String> = self.register.azr_nummern().map(str::to_owned).collect();
        self.tally.records = numbers.len();
        let mut persons = BTreeSet::new();
        for number in &numbers {
            assert!(persons.insert(self.truth.get(number)), "two records of one person: {number}");
            let record = self.register.record(number).unwrap_or_default();
            for one in record["applied"].as_array().into_iter().flatten() {
                *applied.entry(one["uuid"].as_str().unwrap_or("").to_owned()).or_default() += 1;
            }
        }
        self.tally.stored = applied.len();
        assert!(applied.values().all(|times| *times == 1), "applied twice: {applied:?}");
        let known: BTreeSet<&String> = self.offices.iter().flat_map(|office| &office.stored).collect();
        for uuid in &known {
            assert!(applied.contains_key(*uuid), "{uuid} was told to be stored, and is not");
        }
        for office in &mut self.offices {
            for (key, local) in office.records.clone() {
                let status = office.status(&key);
                if !status.agreed {
                    let azrkit::Status { under_way, planned, open, to_take_over, .. } = &status;
                    let why = format!("{under_way:?} {planned:?} {open:?} {to_take_over:?}");
                    let record = serde_json::to_string(&local.record).unwrap_or_default();
                    panic!("{} {key}: {why}\n{record}\n{}", office.kennung, office.story(&key, ""));
                }
                let number = status.azr_nummer.unwrap_or_default();
                assert_eq!(
                    self.truth.get(&number),
                    Some(&local.person),
                    "{} {key}: another person",
                    office.kennung
                );
                let record = self.register.record(&number).unwrap_or_default();
                let held: Vec<(String, bool, Map<String, Value>)> = record["entries"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|entry| {
                        let kind = entry["kind"].as_str().unwrap_or("").to_owned();
                        let data = entry["data"].as_object().cloned().unwrap_or_default();
                        (kind, entry["historic"].as_bool().unwrap_or(false), data)
                    })
                    .collect();
                for entry in &local.record.entries {
                    let there = held
                        .iter()
                        .any(|(kind, _, data)| *kind == entry.kind && says_the_same(data, &entry.data));
                    assert!(
                        there,
                        "{} {key}: {entry:?}\n{}",
                        office.kennung,
                        office.story(&key, &entry.kind)
                    );
                }
                for (kind, historic, data) in &held {
                    let of_office =
                        *kind == "Grundpersonalien" || people::KINDS.iter().any(|(own, _)| own == kind);
                    let own = local.record.entries.iter().filter(|entry| entry.kind == *kind);
                    let own = own.filter(|entry| says_the_same(data, &entry.data)).count();
                    let current = held.iter().filter(|(other, historic, _)| other == kind && !historic);
                    let current = current.filter(|(_, _, other)| says_the_same(data, other)).count();
                    // By chance two offices report the same: then one is history there, and here it still stands.
                    let history = held.iter().filter(|(other, historic, _)| other == kind && *historic);
                    let history = history.filter(|(_, _, other)| says_the_same(data, other)).count();
                    assert!(
                        !of_office || *historic || (current..=current + history).contains(&own),
                        "{} {key}: {kind} {data:?} stands {own} times here, {current} times there\n{}",
                        office.kennung,
                        office.story(&key, kind)
                    );
                }
            }
        }
    }
}
