//! What a simulated register is told when it is made.

use serde_json::json;

use super::SimulatorError;
use crate::message::header::{Partner, Product};

/// How a register is to be.
#[derive(Debug, Clone)]
pub struct Config {
    /// From it come all ids and UUIDs.
    pub seed: u64,
    /// The register as messages name it; `kennung` is the one that it takes messages for.
    pub register: Partner,
    /// The product that its messages name. An answer bears the test mark of the message that it answers, and a message of its own that of the
    /// receiver's last message; what stands here is for receivers from which there was none.
    pub product: Product,
    /// Where authorities can be reached, by Behoerdenkennzeichen. Of others the last sender that acted for them is taken, or
    /// `azr:` and the Behoerdenkennzeichen.
    pub directory: Vec<(String, Partner)>,
    /// Whether a change is told to all authorities that have reported an entry of the record that is current, or to the aktenführende
    /// Behörde only.
    pub tell_reporters: bool,
    /// Bounds.
    pub limits: Limits,
}

/// Bounds on what a register keeps. What would go beyond is refused.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a message.
    pub message_bytes: usize,
    /// Records.
    pub records: usize,
    /// Entries of a record.
    pub entries: usize,
    /// Messages whose UUIDs are remembered.
    pub messages: usize,
    /// Bytes of answers that are kept for messages that come once more; the oldest are dropped first.
    pub answers_bytes: usize,
    /// Bytes of all Meldungen and documents that are held.
    pub held_bytes: usize,
    /// Messages of its own that wait to be acknowledged.
    pub pending: usize,
    /// Hits in a list.
    pub hits: usize,
    /// Records in one message of data for the Abgleich.
    pub abgleich: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 20_000_000,
            records: 1_000_000,
            entries: 10_000,
            messages: 10_000_000,
            answers_bytes: 256_000_000,
            held_bytes: 4_000_000_000,
            pending: 1_000_000,
            hits: 50,
            abgleich: 50_000,
        }
    }
}

impl Default for Config {
    /// A register at the AZR's own address (`dbs:490030020000`), seed 0.
    fn default() -> Self {
        let register = Partner {
            kennung: "dbs:490030020000".into(),
            name: "Bundesverwaltungsamt, Ausländerzentralregister".into(),
            verzeichnisdienst: "DVDV".into(),
            erreichbarkeit: vec![json!({"kanal": "01", "kennung": "azr@register.example"})],
            anschrift: Some(json!({"gebaeude": {
                "hausnummer": "1", "postleitzahl": "50728", "strasse": "Barbarastraße", "wohnort": "Köln"
            }})),
        };
        let product = Product {
            produkt: "azrkit".into(),
            produkthersteller: "azrkit".into(),
            produktversion: Some(env!("CARGO_PKG_VERSION").into()),
            test: None,
        };
        Self {
            seed: 0,
            register,
            product,
            directory: Vec::new(),
            tell_reporters: true,
            limits: Limits::default(),
        }
    }
}

impl Config {
    /// The first thing about it with which no right message could be written.
    pub(super) fn fault(&self) -> Option<SimulatorError> {
        let wrong = |what: &str| Some(SimulatorError::Config { what: what.to_owned() });
        if self.register.erreichbarkeit.is_empty() || self.register.anschrift.is_none() {
            return wrong("register: erreichbarkeit and anschrift must stand");
        }
        None
    }
}
