//! Commands that are killed (SIGKILL) at random moments: the store opens, nothing is lost, nothing is doubled.
//!
//! `AZRKIT_KILLS` says how many kills (100 if not set), `AZRKIT_SEED` repeats the moments, as far as the machine does.
#![cfg(unix)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use azrkit::message::json::to_value;
use azrkit::message::read::Options;
use azrkit::simulator::{Answer, Config, Register};
use azrkit::store::SqliteStore;
use azrkit::time::Timestamp;
use azrkit::{Standards, store::StoreExt, store::Table};
use common::exchange::{Office, example, files, grundpersonalien};
use serde_json::{Value, json};

const SIGKILL: i32 = 9;
const PERSONS: usize = 6;
/// The authority of the example's configuration.
const AUTHORITY: &str = "azr:000900";

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % n
    }
}

/// Runs commands and kills them.
struct Killer {
    dice: Dice,
    left: u32,
    /// How long each command takes when it is left alone, in microseconds.
    usual: BTreeMap<String, u64>,
    killed: BTreeMap<String, u32>,
}

impl Killer {
    /// Runs a command until it has succeeded once; while kills are left it is killed before. Gives what it printed then.
    fn run(&mut self, office: &Office, args: &[&str]) -> Vec<Value> {
        let name = args[0];
        loop {
            let begun = Instant::now();
            let mut child = office.command(args).spawn().expect("the command starts");
            let usual = self.usual.get(name).copied();
            // The first one of each command is left alone, to see how long it takes.
            let strike = usual.filter(|_| self.left > 0 && self.dice.below(3) < 2);
            if let Some(usual) = strike {
                // At any moment, or as often about the time when the work is written.
                let earliest = if self.dice.below(2) == 0 { 0 } else { usual / 2 };
                let wait = earliest + self.dice.below(usual - earliest + usual / 8 + 1);
                std::thread::sleep(Duration::from_micros(wait));
                child.kill().expect("killed, or over");
            }
            let output = child.wait_with_output().expect("the command ends");
            if output.status.signal() == Some(SIGKILL) {
                self.left -= 1;
                *self.killed.entry(name.to_owned()).or_default() += 1;
                continue;
            }
            let err = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
            if strike.is_none() {
                let took = begun.elapsed().as_micros() as u64;
                self.usual.insert(name.to_owned(), usual.map_or(took, |before| (before * 3 + took) / 4));
            }
            let out = String::from_utf8(output.stdout).expect("UTF-8");
            return out
                .lines()
                .map(|line| serde_json::from_str(line).expect("one JSON object a line"))
                .collect();
        }
    }
}

/// An authority whose commands are killed, and a register that is not.
struct World<'s> {
    office: Office,
    killer: Killer,
    standards: &'s Standards,
    register: Register<'s>,
    /// How often each person was submitted.
    versions: [u32; PERSONS],
    answers: Vec<Answer>,
    /// Meldungen by UUID, in the order in which the register got them first.
    meldungen: Vec<(String, Value)>,
}

fn key(person: usize) -> String {
    format!("akte-{person}")
}

/// A day that no other version has.
fn day(version: u32) -> String {
    Timestamp(i64::from(version) * 86_400_000 + 1_798_761_600_000).date()
}

/// A record of which each version differs in the Duldung, and some in the Anschrift as well.
fn record(person: usize, version: u32) -> Value {
    let family = ["Aydın", "Berisha", "Çelik", "Đurić", "Öztürk", "Şahin"][person];
    let house = (version / 3 + 1).to_string();
    json!({"key": key(person), "scope": "all", "entries": [
        {"kind": "Grundpersonalien", "key": "gp", "data": grundpersonalien(family, &format!("1990-01-0{}", person + 1))},
        {"kind": "Meldestatus", "key": "ms", "data": {"meldestatusArt": "01", "ereignisdatum": "2026-11-02"}},
        {"kind": "Duldung", "key": "d", "data": {"duldungArt": "03", "ereignisdatum": "2026-11-16", "befristungsdatum": day(version)}},
        {"kind": "Anschrift", "key": "a", "data": {"anschrift": {
            "hausnummer": house, "postleitzahl": "74072", "strasse": "Beispielstraße", "wohnort": "Heilbronn"}, "fruehereAnschrift": false}},
    ]})
}

impl World<'_> {
    fn submit(&mut self, person: usize) {
        self.versions[person] += 1;
        let text = record(person, self.versions[person]).to_string();
        let file = self.office.file("record.json", &text);
        let told = self.killer.run(&self.office, &["submit", &file]);
        assert_eq!(told[0]["taken"], true, "{}", told[0]);
    }

    /// Hands out, carries and says so. Gives how many.
    fn carry(&mut self) -> usize {
        let out = self.office.dir.join("out");
        let dir = common::arg(&out);
        self.killer.run(&self.office, &["outgoing", "--dir", &dir]);
        // What a killed command has handed out as well.
        let messages = files(&out);
        for message in &messages {
            let bytes = std::fs::read(message).expect("whole");
            let uuid = message.file_stem().and_then(|name| name.to_str()).expect("a UUID").to_owned();
            self.hear(&uuid, &bytes);
            self.killer.run(&self.office, &["sent", &uuid]);
            std::fs::remove_file(message).expect("removed");
        }
        messages.len()
    }

    /// The register gets a message.
    fn hear(&mut self, uuid: &str, bytes: &[u8]) {
        let mut reader = self.standards.reader();
        let read = reader.read(bytes, &Options::default());
        assert!(read.report.valid, "{:?}", read.report.findings);
        let number = read.report.message.number.clone().expect("a number");
        let is_meldung = number == "090009" || number == "090010";
        if is_meldung && self.meldungen.iter().all(|(known, _)| known != uuid) {
            self.meldungen.push((uuid.to_owned(), to_value(&read.document)));
        }
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        self.answers.extend(self.register.receive(bytes, Timestamp(millis as i64)));
    }

    /// An answer, any of those that wait, comes in. False if none waits.
    fn receive(&mut self) -> bool {
        if self.answers.is_empty() {
            return false;
        }
        let at = self.killer.dice.below(self.answers.len() as u64) as usize;
        let answer = self.answers.remove(at);
        assert_eq!(answer.to, AUTHORITY);
        let file: PathBuf = self.office.dir.join("answer.xml");
        std::fs::write(&file, &answer.bytes).expect("written");
        let question = answer.in_reply_to.expect("answers something");
        self.killer.run(&self.office, &["receive", &common::arg(&file), "--answers", &question]);
        true
    }

    fn step(&mut self) {
        match self.killer.dice.below(6) {
            0 | 1 => {
                let person = self.killer.dice.below(PERSONS as u64) as usize;
                self.submit(person);
            }
            2 | 3 => {
                self.carry();
            }
            _ => {
                self.receive();
            }
        }
    }

    /// The register's entries of a person that are current.
    fn held(&mut self, person: usize) -> Value {
        let status = self.office.ok(&["status", &key(person)]).remove(0);
        assert_eq!(status["agreed"], true, "{status}");
        let number = status["azrNummer"].as_str().expect("a number").to_owned();
        self.register.record(&number).expect("a record")
    }

    /// Each record is at the register as it was submitted last; each change was made once.
    fn check_register(&mut self) {
        let mut applied = Vec::new();
        for person in 0..PERSONS {
            let held = self.held(person);
            let version = self.versions[person];
            let expected = record(person, version);
            for (kind, field) in [("Duldung", "befristungsdatum"), ("Anschrift", "anschrift")] {
                let entries = held["entries"].as_array().expect("entries").iter();
                let current: Vec<&Value> =
                    entries.filter(|entry| entry["kind"] == kind && entry["historic"] == false).collect();
                assert_eq!(current.len(), 1, "{held}");
                let ours = expected["entries"].as_array().expect("entries").iter();
                let ours =
                    ours.filter(|entry| entry["kind"] == kind).map(|entry| &entry["data"][field]).next();
                assert_eq!(Some(&current[0]["data"][field]), ours, "{}: {held}", key(person));
            }
            let all = held["applied"].as_array().expect("applied").iter();
            let uuids: Vec<String> =
                all.map(|one| one["uuid"].as_str().expect("a UUID").to_owned()).collect();
            // A later Meldung never says what an earlier one said.
            let days: Vec<&str> = uuids
                .iter()
                .filter_map(|uuid| {
                    let (_, message) = self.meldungen.iter().find(|(known, _)| known == uuid)?;
                    message.pointer("/sachverhalt/duldung/duldung.fachdaten.neu/befristungsdatum")?.as_str()
                })
                .collect();
            assert!(days.is_sorted_by(|one, next| one < next), "{days:?}");
            assert_eq!(days.last(), Some(&day(version).as_str()));
            applied.extend(uuids);
        }
        assert_eq!(self.register.azr_nummern().count(), PERSONS);
        let sent: BTreeSet<&String> = self.meldungen.iter().map(|(uuid, _)| uuid).collect();
        assert_eq!(applied.iter().collect::<BTreeSet<_>>(), sent, "what was reported was applied");
        assert_eq!(applied.len(), sent.len(), "once");
    }

    /// The host was told of each change once, and the numbers have no gaps.
    fn check_store(&mut self) {
        let events = self.office.ok(&["events"]);
        let journal = self.office.ok(&["journal"]);
        for rows in [&events, &journal] {
            let ids: Vec<u64> = rows.iter().map(|row| row["id"].as_u64().expect("a number")).collect();
            assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());
        }
        let of = |name: &str| -> Vec<String> {
            let named = events.iter().filter(|event| event["event"] == name);
            named.map(|event| event["uuid"].as_str().expect("a UUID").to_owned()).collect()
        };
        let (mut stored, again) = (of("stored"), of("duplicate"));
        assert_eq!(stored.len() + again.len(), events.len(), "nothing else happened");
        let mut sent: Vec<String> = self.meldungen.iter().map(|(uuid, _)| uuid.clone()).collect();
        stored.sort();
        sent.sort();
        assert_eq!(stored, sent);
        let noted = |what: &'static str| journal.iter().filter(move |row| row["what"] == what);
        let made: Vec<&str> = noted("made").filter_map(|row| row["uuid"].as_str()).collect();
        assert_eq!(made.iter().collect::<BTreeSet<_>>().len(), made.len(), "no message was made twice");
        for person in 0..PERSONS {
            let of_it = noted("submitted").filter(|row| row["person"] == json!(key(person)));
            assert_eq!(of_it.count(), self.versions[person] as usize, "each hand-over counts once");
        }
        assert_eq!(self.office.ok(&["open"]), Vec::<Value>::new());
        let store = SqliteStore::open_existing(&self.office.store).expect("opens");
        store.check().expect("sound");
        let due = store.read_with(|view| view.scan(Table::Due, &[], None, 1)).expect("reads");
        assert!(due.is_empty(), "nothing waits");
        let by = &self.killer.killed;
        eprintln!("killed {by:?}; {} Meldungen, {} answers given once more", stored.len(), again.len());
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: no number: {text}")))
}

#[test]
fn commands_that_are_killed_lose_nothing_and_double_nothing() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
    let (kills, seed) = (number("AZRKIT_KILLS", 100) as u32, number("AZRKIT_SEED", now));
    // Shown where the test fails.
    println!("AZRKIT_KILLS={kills} AZRKIT_SEED={seed}");
    let mut config = example();
    // What was handed out by a command that was killed is due again at once.
    config["limits"] = json!({"lease": 0, "attempts": 1_000_000});
    let office = Office::with("crash", &config);
    let standards = Standards::builtin();
    let register = Register::new(Config::default(), &standards).expect("a register");
    let killer = Killer { dice: Dice(seed), left: kills, usual: BTreeMap::new(), killed: BTreeMap::new() };
    let mut world = World {
        office,
        killer,
        standards: &standards,
        register,
        versions: [0; PERSONS],
        answers: Vec::new(),
        meldungen: Vec::new(),
    };
    (0..PERSONS).for_each(|person| world.submit(person));
    while world.killer.left > 0 {
        world.step();
    }
    while world.carry() > 0 || world.receive() {
        while world.receive() {}
    }
    for command in ["submit", "outgoing", "sent", "receive"] {
        assert!(world.killer.killed.contains_key(command) || kills < 100, "{:?}", world.killer.killed);
    }
    world.check_register();
    world.check_store();
}
