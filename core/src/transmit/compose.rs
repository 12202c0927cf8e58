//! The messages that go out.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::desk::Desk;
use super::person::Change;
use super::plan::Meldung;
use crate::message::header::{Envelope, Header, Partner, Product};
use crate::message::json;
use crate::message::read::Options;
use crate::message::report::{Finding, Severity};
use crate::register::{meldung, place};

/// A message that cannot be sent: what is wrong with it. Paths are JSON Pointers.
pub(super) type Faults = Vec<Finding>;

/// Number of the search and of the fetch.
pub(super) const ANFRAGE: &str = "090001";
/// Root element of a Rückweisung.
const RUECKWEISUNG: &str = "rueckweisung.asynchron.0010";
/// Number of the first report.
pub(super) const ERSTMELDUNG: &str = "090009";

impl Desk<'_, '_> {
    /// A Meldung as XML. A first report names the records that are of other persons.
    pub(super) fn compose_meldung(
        &mut self,
        uuid: &str,
        meldung: &Meldung,
        azr_nummer: Option<&str>,
        not_identical: &[String],
    ) -> Result<Vec<u8>, Faults> {
        let mut content = self.sender();
        if let Some(azr_nummer) = azr_nummer {
            content.insert("azrNummer".into(), azr_nummer.into());
        }
        let first = meldung.number == ERSTMELDUNG;
        for change in &meldung.changes {
            let Some(kind) = self.kinds.get(&change.kind) else { continue };
            let many = if first { kind.erstmeldung_many } else { kind.many };
            let path = if first { kind.erstmeldung.as_ref() } else { Some(&kind.folgemeldung) };
            if let Some(path) = path {
                place(&mut content, path, many, self::meldung_of(kind, change));
            }
        }
        for number in not_identical {
            let told = json!({"aenderungsArt": "01", "nichtIdentischMit": number});
            place(&mut content, &["nichtIdentischMit".to_owned()], true, told);
        }
        self.compose(uuid, &meldung.number, content)
    }

    /// The search before a first report.
    pub(super) fn compose_search(
        &mut self,
        uuid: &str,
        grundpersonalien: &Map<String, Value>,
    ) -> Result<Vec<u8>, Faults> {
        let mut by = grundpersonalien.clone();
        by.insert("suchprofil".into(), self.config.suchprofil.clone().into());
        let content = self.retrieval("grundpersonalien", Value::Object(by));
        self.compose(uuid, ANFRAGE, content)
    }

    /// The retrieval of a record by its number.
    pub(super) fn compose_fetch(&mut self, uuid: &str, azr_nummer: &str) -> Result<Vec<u8>, Faults> {
        let content = self.retrieval("azrNummer", azr_nummer.into());
        self.compose(uuid, ANFRAGE, content)
    }

    /// A Rückweisung of a message that came in.
    pub(super) fn compose_return(
        &mut self,
        uuid: &str,
        of: &Header,
        message: &[u8],
        code: &str,
        reason: &str,
    ) -> Result<Vec<u8>, Faults> {
        let to = Partner {
            kennung: of.autor.clone(),
            name: of.autor_name.clone(),
            ..self.config.register.clone()
        };
        // Sentences for people have quotes that DIN 91379 has not. Where it still does not fit, the code says enough.
        let reason: String = reason.replace(['„', '“', '”'], "\"").chars().take(400).collect();
        let with = |ground: Value| {
            let returned =
                json!({"rueckweisungsgrund": [ground], "nachricht": BASE64_STANDARD.encode(message)});
            Map::from_iter([("rueckweisung".to_owned(), returned)])
        };
        let told = with(json!({"grund": code, "grundSpezifisch": [{"fehlerbeschreibung": reason}]}));
        match self.compose_to(&to, uuid, RUECKWEISUNG, told) {
            Ok(xml) => Ok(xml),
            Err(_) => self.compose_to(&to, uuid, RUECKWEISUNG, with(json!({"grund": code}))),
        }
    }

    fn retrieval(&self, by: &str, value: Value) -> Map<String, Value> {
        let mut content = self.sender();
        content.insert("abrufzweck".into(), self.config.abrufzweck.clone().into());
        for wanted in ["lieferungFruehererNamen", "lieferungSuchvermerke", "lieferungHistorie"] {
            content.insert(wanted.into(), true.into());
        }
        content.insert("anfrageAZR".into(), json!({ by: value }));
        content
    }

    fn sender(&self) -> Map<String, Value> {
        let mut content = Map::new();
        content.insert("durchfuehrenderSachbearbeiter".into(), self.config.sachbearbeiter.clone().into());
        content.insert("durchfuehrendeBehoerde".into(), self.config.behoerdenkennzeichen.clone().into());
        content
    }

    fn compose(&mut self, uuid: &str, number: &str, content: Map<String, Value>) -> Result<Vec<u8>, Faults> {
        let to = self.config.register.clone();
        self.compose_to(&to, uuid, number, content)
    }

    fn compose_to(
        &mut self,
        to: &Partner,
        uuid: &str,
        number: &str,
        content: Map<String, Value>,
    ) -> Result<Vec<u8>, Faults> {
        let product: &Product = &self.config.product;
        let envelope = Envelope { product, autor: &self.config.behoerde, leser: to, uuid, created: self.now };
        let message = envelope.message(number, content).to_string();
        let checked = json::check(self.reader, &message, &Options::default());
        match checked.xml {
            Some(xml) if checked.report.valid => Ok(xml),
            _ => Err(checked
                .report
                .findings
                .into_iter()
                .filter(|found| found.severity == Severity::Error)
                .collect()),
        }
    }
}

fn meldung_of(kind: &crate::register::Kind, change: &Change) -> Value {
    // What has no Referenz-ID is told by its data even where it is deleted.
    let data = change.data.as_ref().filter(|_| !change.is_deletion() || kind.id.is_none());
    meldung(kind, &change.aenderungsart, change.referenz_id.as_deref(), data)
}
