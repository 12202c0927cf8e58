//! The register, message by message.

mod changes;
mod documents;
mod notices;
mod random;
mod rejections;
mod search;
mod with_kit;

use serde_json::{Map, Value, json};

use super::{Answer, Config, Register};
use crate::Standards;
use crate::message::header::{Envelope, Partner, Product};
use crate::message::json::{check, to_value};
use crate::message::read::Options;
use crate::time::Timestamp;

/// 2026-11-16T08:00:00Z
const START: i64 = 1_794_816_000_000;
const HEILBRONN: &str = "000900";
const AALEN: &str = "000100";

/// A register, and authorities that talk to it.
struct World<'s> {
    standards: &'s Standards,
    register: Register<'s>,
    now: i64,
    serial: u32,
}

impl<'s> World<'s> {
    fn new(standards: &'s Standards) -> Self {
        Self::with(standards, Config::default())
    }

    fn with(standards: &'s Standards, config: Config) -> Self {
        let register = Register::new(config, standards).expect("a register");
        Self { standards, register, now: START, serial: 0 }
    }

    /// A message of an authority; each has another UUID.
    fn message(&mut self, sign: &str, number: &str, content: &Value) -> Vec<u8> {
        self.serial += 1;
        let uuid = format!("00000000-0000-4000-8000-{:012}", self.serial);
        self.message_as(sign, &uuid, number, content)
    }

    fn message_as(&self, sign: &str, uuid: &str, number: &str, content: &Value) -> Vec<u8> {
        let product = Product { produkt: "P".into(), produkthersteller: "H".into(), ..Product::default() };
        let autor = Partner {
            kennung: format!("azr:{sign}"),
            name: format!("Ausländerbehörde {sign}"),
            verzeichnisdienst: "DVDV".into(),
            erreichbarkeit: vec![json!({"kanal": "02", "kennung": "0123"})],
            anschrift: Some(json!({"gebaeude": {
                "hausnummer": "1", "postleitzahl": "50667", "strasse": "Domplatz", "wohnort": "Köln"
            }})),
        };
        let leser = self.register.config().register.clone();
        let envelope =
            Envelope { product: &product, autor: &autor, leser: &leser, uuid, created: Timestamp(self.now) };
        let mut all = Map::new();
        all.insert("durchfuehrenderSachbearbeiter".into(), "M. Beispiel".into());
        all.insert("durchfuehrendeBehoerde".into(), sign.into());
        all.extend(content.as_object().cloned().expect("an object"));
        let json = envelope.message(number, all).to_string();
        let checked = check(&mut self.standards.reader(), &json, &Options::default());
        checked.xml.unwrap_or_else(|| panic!("{json}\n{:#?}", checked.report.findings))
    }

    /// What comes of a message; all of it is right by all layers of the check.
    fn receive(&mut self, bytes: &[u8]) -> Vec<Answer> {
        self.now += 1000;
        let answers = self.register.receive(bytes, Timestamp(self.now));
        let mut reader = self.standards.reader();
        for answer in &answers {
            let report = reader.check(&answer.bytes, &Options::default());
            assert!(report.valid, "{}\n{:#?}", String::from_utf8_lossy(&answer.bytes), report.findings);
            assert_eq!(report.message.number.as_deref(), Some(answer.number.as_str()));
        }
        answers
    }

    /// The one answer to a message, as JSON; `notices` are the messages to others.
    fn ask(&mut self, sign: &str, number: &str, content: &Value) -> (Value, Vec<Answer>) {
        let bytes = self.message(sign, number, content);
        let mut answers = self.receive(&bytes);
        let first = answers.remove(0);
        assert_eq!(first.to, format!("azr:{sign}"));
        assert!(first.in_reply_to.is_some());
        (self.value(&first), answers)
    }

    fn answer(&mut self, sign: &str, number: &str, content: &Value) -> Value {
        self.ask(sign, number, content).0
    }

    fn value(&self, answer: &Answer) -> Value {
        let mut reader = self.standards.reader();
        to_value(&reader.read(&answer.bytes, &Options::default()).document)
    }

    /// A person is reported and has got a number.
    fn person(&mut self, sign: &str, family: &str, given: &str, birth: &str) -> String {
        let answer = self.answer(sign, "090009", &erstmeldung(family, given, birth));
        assert_eq!(number(&answer), "090098", "{answer}");
        text(&answer, "/azrNummer")
    }

    fn folgemeldung(&mut self, sign: &str, azr_nummer: &str, content: &Value) -> Value {
        let mut all = content.clone();
        all["azrNummer"] = azr_nummer.into();
        self.answer(sign, "090010", &all)
    }

    fn auskunft(&mut self, sign: &str, azr_nummer: &str) -> Value {
        self.answer(sign, "090001", &frage(&json!({ "azrNummer": azr_nummer })))
    }

    fn entries(&self, azr_nummer: &str, kind: &str) -> Vec<Value> {
        let record = self.register.record(azr_nummer).expect("a record");
        let entries = record["entries"].as_array().cloned().unwrap_or_default();
        entries.into_iter().filter(|entry| entry["kind"] == kind).collect()
    }
}

fn grundpersonalien(family: &str, given: &str, birth: &str) -> Value {
    json!({
        "familienname": {"name": family}, "geburtsname": {"nichtVorhanden": true}, "vorname": {"name": given},
        "geschlecht": {"geschlecht": "m"},
        "geburtsangaben": {
            "geburtsort": {"ort": "Homs"}, "geburtsortStaat": {"staatsangehoerigkeit": "475"},
            "tagDerGeburt": {"teilbekanntesDatum": {"jahrMonatTag": birth}}
        },
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "475"}]
    })
}

fn erstmeldung(family: &str, given: &str, birth: &str) -> Value {
    json!({
        "grundpersonalien": {
            "aenderungsArt": "01", "grundpersonalien.fachdaten.neu": grundpersonalien(family, given, birth)
        },
        "sachverhalt": {"meldestatus": meldestatus("01", None)}
    })
}

/// A Meldung of a Meldestatus: 01 as a new one, else as a change of another one.
fn meldestatus(art: &str, change: Option<(&str, &str)>) -> Value {
    let (change, id) = change.unwrap_or(("01", ""));
    let mut meldung = json!({"aenderungsArt": change});
    if !id.is_empty() {
        meldung["referenz.id"] = id.into();
    }
    if !matches!(change, "03" | "05") {
        meldung["meldestatus.fachdaten.neu"] = json!({"meldestatusArt": art, "ereignisdatum": "2026-10-01"});
    }
    meldung
}

fn duldung(change: &str, id: Option<&str>, until: &str) -> Value {
    let mut meldung = json!({"aenderungsArt": change});
    if let Some(id) = id {
        meldung["referenz.id"] = id.into();
    }
    if !matches!(change, "03" | "05") {
        meldung["duldung.fachdaten.neu"] =
            json!({"duldungArt": "03", "ereignisdatum": "2026-10-01", "befristungsdatum": until});
    }
    json!({"sachverhalt": {"duldung": meldung}})
}

fn frage(what: &Value) -> Value {
    json!({
        "abrufzweck": "01", "lieferungFruehererNamen": true, "lieferungSuchvermerke": true, "lieferungHistorie": true,
        "anfrageAZR": what
    })
}

fn text(message: &Value, pointer: &str) -> String {
    message
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no {pointer} in {message}"))
        .to_owned()
}

/// Number of a message.
fn number(message: &Value) -> String {
    text(message, "/nachrichtenkopf.g2g/identifikation.nachricht/nachrichtentyp/code")
}

/// The keys of the faults of a 090099.
fn faults(message: &Value) -> Vec<String> {
    assert_eq!(number(message), "090099", "{message}");
    let all = message["fehlerfall"].as_array().cloned().unwrap_or_default();
    all.iter().map(|fault| text(fault, "/fehlerschluessel")).collect()
}
