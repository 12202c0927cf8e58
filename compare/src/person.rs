//! The person of the stores, the authority that keeps it, and a register that knows it.

use azrkit::message::header::Envelope;
use azrkit::message::json;
use azrkit::message::read::Options;
use azrkit::register::Datensatz;
use azrkit::simulator::{self, Register};
use azrkit::store::Store;
use azrkit::time::Timestamp;
use azrkit::transmit::{Config, Environment};
use azrkit::{Kit, Standards, SubmitOptions};
use serde_json::{Map, Value, json};

/// Key of the person who is reported to the register; all others are copies.
pub(crate) const KEY: &str = "akte-0000000";
/// How UUIDs of its messages begin: what tells the copies of them apart.
pub(crate) const UUIDS: &str = "00000000-";

/// A clock that is moved by hand, and numbers that can be repeated.
pub(crate) struct Clock {
    pub(crate) now: i64,
    pub(crate) numbers: u64,
    /// The UUIDs of this person's first messages; later ones are of any kind.
    pub(crate) first: bool,
}

impl Environment for Clock {
    fn now(&mut self) -> Timestamp {
        self.now += 1;
        Timestamp(self.now)
    }

    fn random(&mut self) -> [u8; 16] {
        self.numbers += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.numbers.to_be_bytes());
        if !self.first {
            bytes[..8].copy_from_slice(&mixed(self.numbers).to_be_bytes());
        }
        bytes
    }
}

/// splitmix64: well spread numbers.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// The authority.
pub(crate) fn config() -> Result<Config, String> {
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
    serde_json::from_value(text).map_err(|error| error.to_string())
}

/// A record of eight entries, of which the Duldung says something else each time.
pub(crate) fn record(key: &str, time: u32) -> Result<Datensatz, String> {
    let entry = |kind: &str, key: &str, data: Value| json!({"kind": kind, "key": key, "data": data});
    let until = format!("{}-{:02}-{:02}", 2027 + time / 336 % 100, time / 28 % 12 + 1, time % 28 + 1);
    let record = json!({"key": key, "scope": "all", "entries": [
        entry("Grundpersonalien", "gp", json!({
            "familienname": {"name": "Öztürk"}, "vorname": {"name": "Zoë"}, "geschlecht": {"geschlecht": "w"},
            "geburtsangaben": {
                "geburtsort": {"ort": "Diyarbakır"}, "geburtsortStaat": {"staatsangehoerigkeit": "163"},
                "tagDerGeburt": {"teilbekanntesDatum": {"jahrMonatTag": "1994-05-03"}},
            },
            "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}],
        })),
        entry("Meldestatus", "ms", json!({"meldestatusArt": "01", "ereignisdatum": "2026-11-02"})),
        entry("Duldung", "du", json!({"duldungArt": "03", "ereignisdatum": "2026-11-16", "befristungsdatum": until})),
        entry("Ausweisung", "aw", json!({"ausweisungArt": "10", "ereignisdatum": "2024-03-01", "aktenzeichenMeldendeBehoerde": "A-4711"})),
        entry("Anschrift", "an", json!({
            "anschrift": {"hausnummer": "1", "postleitzahl": "74072", "strasse": "Allee", "wohnort": "Heilbronn"},
            "fruehereAnschrift": false,
        })),
        entry("Herkunftsland", "hl", json!({"letzterWohnortHerkunftsland": "Diyarbakır"})),
        entry("AbweichendeNamensschreibweise", "ab", json!({"familienname": {"name": "Oeztuerk"}})),
        entry("FruehererName", "fn", json!({"familienname": {"name": "Yılmaz"}})),
    ]});
    serde_json::from_value(record).map_err(|error| error.to_string())
}

/// Reports the person until register and authority agree. Gives its AZR-Nummer and the Referenz-ID of its Duldung.
pub(crate) fn report<S: Store>(
    kit: &mut Kit<'_, S, Clock>,
    standards: &Standards,
) -> Result<(String, String), String> {
    let said = |error: azrkit::transmit::KitError| error.to_string();
    let mut register =
        Register::new(simulator::Config::default(), standards).map_err(|error| error.to_string())?;
    let submitted = kit.submit(&record(KEY, 0)?, SubmitOptions::default()).map_err(said)?;
    if !submitted.findings.is_empty() {
        return Err(format!("the record is wrong: {:?}", submitted.findings));
    }
    loop {
        let out = kit.outgoing(1).map_err(said)?;
        let Some(message) = out.first() else { break };
        kit.sent(&message.uuid).map_err(said)?;
        let now = kit.environment().now();
        for answer in register.receive(&message.bytes, now) {
            // Its UUID is told apart from those of copies as the authority's own are.
            let bytes = String::from_utf8_lossy(&answer.bytes)
                .replace(&answer.uuid, &format!("{UUIDS}{}", answer.uuid.get(9..).unwrap_or("")));
            kit.receive(bytes.as_bytes(), answer.in_reply_to.as_deref()).map_err(said)?;
        }
    }
    let status = kit.status(KEY).map_err(said)?.filter(|status| status.agreed);
    let status = status.ok_or("register and authority do not agree")?;
    let duldung = status.register.iter().find(|entry| entry.kind == "Duldung");
    let id = duldung.and_then(|entry| entry.referenz_id.clone()).ok_or("the Duldung has no Referenz-ID")?;
    Ok((status.azr_nummer.unwrap_or_default(), id))
}

/// The register stored the change of the Duldung.
pub(crate) fn stored(
    standards: &Standards,
    config: &Config,
    uuid: &str,
    id: &str,
    created: Timestamp,
) -> Result<Vec<u8>, String> {
    let from = simulator::Config::default();
    let leser = azrkit::message::header::Partner { erreichbarkeit: Vec::new(), ..config.behoerde.clone() };
    let envelope = Envelope { product: &from.product, autor: &from.register, leser: &leser, uuid, created };
    let content = Map::from_iter([("sachverhalt".to_owned(), json!({"duldung.referenz.id": id}))]);
    let text = envelope.message("090098", content).to_string();
    let written = json::to_xml(&standards.packs(), &text, &Options::default());
    written.map(|written| written.xml).map_err(|report| format!("{:?}", report.findings))
}
