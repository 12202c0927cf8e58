//! An authority with its kit, and answers of a register written by hand.

use serde_json::{Value, json};

use crate::message::header::{Envelope, Partner, Product};
use crate::message::read::Options;
use crate::register::Datensatz;
use crate::store::MemoryStore;
use crate::time::Timestamp;
use crate::transmit::{Config, Decision, Environment, Event, Outgoing, What};
use crate::{Kit, Standards, SubmitOptions, Submitted};

/// A clock that is set by hand, and numbers that follow one another.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    pub(super) now: i64,
    next: u64,
}

impl Environment for Clock {
    fn now(&mut self) -> Timestamp {
        Timestamp(self.now)
    }

    fn random(&mut self) -> [u8; 16] {
        self.next += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.next.to_be_bytes());
        bytes
    }
}

pub(super) struct World<'s> {
    pub(super) kit: Kit<'s, MemoryStore, Clock>,
    standards: &'s Standards,
    answers: u64,
}

pub(super) fn config() -> Config {
    let text = json!({
        "behoerde": {
            "kennung": "azr:000900", "name": "Stadtverwaltung Heilbronn, Ausländerbehörde",
            "erreichbarkeit": [{"kanal": "02", "kennung": "+49 7131 0000000"}],
            "anschrift": {"gebaeude": {"hausnummer": "12", "postleitzahl": "74072", "strasse": "Beispielstraße", "wohnort": "Heilbronn"}},
        },
        "behoerdenkennzeichen": "000900",
        "sachbearbeiter": "M. Beispiel",
        "product": {"produkt": "Beispielverfahren", "produkthersteller": "Beispielhaus"},
    });
    serde_json::from_value(text).expect("a configuration")
}

impl<'s> World<'s> {
    pub(super) fn new(standards: &'s Standards) -> Self {
        Self::with(standards, config())
    }

    pub(super) fn with(standards: &'s Standards, config: Config) -> Self {
        let clock = Clock { now: 1_794_818_487_318, next: 0 };
        let kit = Kit::open(config, standards, MemoryStore::new(), clock).expect("opens");
        Self { kit, standards, answers: 0 }
    }

    pub(super) fn submit(&mut self, record: Value) -> Submitted {
        self.submit_with(record, SubmitOptions::default())
    }

    pub(super) fn submit_with(&mut self, record: Value, options: SubmitOptions) -> Submitted {
        let record: Datensatz = serde_json::from_value(record).expect("a record");
        self.kit.submit(&record, options).expect("submits")
    }

    /// The one message that is to be carried; it is.
    pub(super) fn carry(&mut self) -> (Outgoing, Value) {
        let mut out = self.kit.outgoing(10).expect("hands out");
        assert_eq!(out.len(), 1, "{out:?}");
        let message = out.remove(0);
        self.kit.sent(&message.uuid).expect("sent");
        let value = self.read(&message.bytes);
        (message, value)
    }

    /// Nothing is to be carried.
    pub(super) fn quiet(&mut self) {
        let out = self.kit.outgoing(10).expect("hands out");
        assert!(out.is_empty(), "{} {}", out[0].number, String::from_utf8_lossy(&out[0].bytes));
    }

    /// A message as JSON; it is valid in every respect.
    pub(super) fn read(&self, bytes: &[u8]) -> Value {
        let mut reader = self.standards.reader();
        let message = reader.read(bytes, &Options::default());
        assert!(message.report.valid, "{:?}\n{}", message.report.findings, String::from_utf8_lossy(bytes));
        crate::message::json::to_value(&message.document)
    }

    /// A message of the register.
    pub(super) fn message(&mut self, number: &str, content: Value) -> Vec<u8> {
        self.answers += 1;
        let uuid = format!("aaaaaaaa-0000-4000-8000-{:012}", self.answers);
        self.message_to(number, content, "azr:000900", &uuid)
    }

    pub(super) fn message_to(&mut self, number: &str, content: Value, to: &str, uuid: &str) -> Vec<u8> {
        let product =
            Product { produkt: "AZR".into(), produkthersteller: "BVA".into(), ..Product::default() };
        let autor = Partner {
            anschrift: config().behoerde.anschrift,
            erreichbarkeit: config().behoerde.erreichbarkeit,
            ..config().register
        };
        let leser = Partner { kennung: to.into(), ..config().behoerde };
        let leser = Partner { erreichbarkeit: Vec::new(), ..leser };
        let created = Timestamp(self.kit.environment().now);
        let envelope = Envelope { product: &product, autor: &autor, leser: &leser, uuid, created };
        let Value::Object(content) = content else { panic!("an object") };
        let text = envelope.message(number, content).to_string();
        let packs = self.standards.packs();
        let xml = crate::message::json::to_xml(&packs, &text, &Options::default());
        xml.unwrap_or_else(|report| panic!("{:?}", report.findings)).xml
    }

    /// The register says this in answer to a message (or unasked).
    pub(super) fn hear(&mut self, number: &str, content: Value, answers: Option<&str>) -> Vec<Event> {
        let bytes = self.message(number, content);
        self.kit.receive(&bytes, answers).expect("receives")
    }

    pub(super) fn decide(&mut self, event: &Event, decision: Decision) -> Vec<Event> {
        self.kit.decide(event.id, &decision).expect("decides")
    }

    pub(super) fn later(&mut self, milliseconds: i64) {
        self.kit.environment().now += milliseconds;
    }

    /// A person whom the register knows: Grundpersonalien, Meldestatus and more Sachverhalte.
    pub(super) fn known(standards: &'s Standards, more: &[(&str, &str, Value)]) -> Self {
        let mut world = Self::new(standards);
        world.report_all(more);
        world
    }

    /// Reports such a person, and everything is stored.
    pub(super) fn report_all(&mut self, more: &[(&str, &str, Value)]) {
        self.submit(record(more));
        let (search, _) = self.carry();
        self.hear("090002", json!({}), Some(&search.uuid));
        let (first, _) = self.carry();
        assert_eq!(first.number, "090009");
        let stored = json!({
            "azrNummer": NUMBER, "grundpersonalien.referenz.id": "GRUNDPE1a",
            "sachverhalt": {"meldestatus.referenz.id": "MELDEST1a"},
        });
        self.hear("090098", stored, Some(&first.uuid));
        for (kind, ..) in more {
            let (next, _) = self.carry();
            let name = format!("{}.referenz.id", element(kind));
            let id = format!("{:X<7.7}1a", kind.to_uppercase());
            self.hear("090098", json!({"sachverhalt": {name: id}}), Some(&next.uuid));
        }
        self.quiet();
        assert!(self.kit.status("p").expect("reads").expect("there").agreed);
    }
}

pub(super) const NUMBER: &str = "081111000001";

fn element(kind: &str) -> String {
    let mut letters = kind.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

pub(super) fn grundpersonalien() -> Value {
    json!({
        "familienname": {"name": "Öztürk"}, "vorname": {"name": "Zoë"}, "geschlecht": {"geschlecht": "w"},
        "geburtsangaben": {
            "geburtsort": {"ort": "Diyarbakır"}, "geburtsortStaat": {"staatsangehoerigkeit": "163"},
            "tagDerGeburt": {"teilbekanntesDatum": {"jahrMonatTag": "1994-05-03"}},
        },
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}],
    })
}

pub(super) fn meldestatus() -> Value {
    json!({"meldestatusArt": "01", "ereignisdatum": "2026-11-02"})
}

pub(super) fn duldung(bis: &str) -> Value {
    json!({"duldungArt": "03", "ereignisdatum": "2026-11-16", "befristungsdatum": bis})
}

/// The record of one person: Grundpersonalien, Meldestatus, and more (kind, key, data).
pub(super) fn record(more: &[(&str, &str, Value)]) -> Value {
    let mut entries = vec![
        json!({"kind": "Grundpersonalien", "key": "gp", "data": grundpersonalien()}),
        json!({"kind": "Meldestatus", "key": "ms", "data": meldestatus()}),
    ];
    entries.extend(more.iter().map(|(kind, key, data)| json!({"kind": kind, "key": key, "data": data})));
    json!({"key": "p", "scope": "all", "entries": entries})
}

/// What happened, by name.
pub(super) fn names(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| serde_json::to_value(event).expect("json")["event"].as_str().unwrap_or("").to_owned())
        .collect()
}

/// The one event of these, and what it says.
pub(super) fn only(events: &[Event]) -> (&Event, &What) {
    assert_eq!(events.len(), 1, "{events:?}");
    (&events[0], &events[0].what)
}
