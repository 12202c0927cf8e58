//! The order (090020) and the question (090021).

use serde_json::{Map, Value};

use super::ProtocolError;
use crate::message::document::NodeRef;
use crate::message::header::{Envelope, Header, Partner, Product};
use crate::message::json;
use crate::message::read::{Options, Reader};
use crate::message::report::Severity;
use crate::time::Timestamp;
use crate::transmit::Config;

/// What an Abgleich is for (code list azr.registerabgleichzweck, version 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zweck {
    /// 01: numbers only.
    Quantitative,
    /// 02: with the Referenz-IDs of the entries.
    WithIds,
}

impl Zweck {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Quantitative => "01",
            Self::WithIds => "02",
        }
    }
}

/// A 090020: the BAMF asks for an Abgleich.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its UUID, which each 090023 carries (AZR-618).
    pub uuid: String,
    /// What for.
    pub zweck: Zweck,
    /// Why the BAMF doubts the data (AZR-603); empty where it does not say.
    pub hinweis: String,
    /// Who asks: the 090023 go there.
    pub from: Partner,
    /// `kennung` of the authority that is asked.
    pub to: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Its test mark: answers bear it, too.
    pub test: Option<String>,
}

impl Order {
    /// Reads a 090020.
    ///
    /// # Errors
    /// [`ProtocolError::Order`] where the bytes are no right 090020, with a purpose that is known.
    pub fn read(reader: &mut Reader<'_>, bytes: &[u8], options: &Options) -> Result<Self, ProtocolError> {
        let message = reader.read(bytes, options);
        let wrong = |what: String| ProtocolError::Order { what };
        if message.report.message.number.as_deref() != Some("090020") {
            return Err(wrong(message.report.message.element.clone().unwrap_or_else(|| "?".to_owned())));
        }
        if let Some(fault) = message.report.findings.iter().find(|found| found.severity == Severity::Error) {
            return Err(wrong(format!("{}: {}", fault.code.as_str(), fault.text)));
        }
        let root = message.document.root().ok_or_else(|| wrong("?".to_owned()))?;
        let header = Header::of_document(&message.document).ok_or_else(|| wrong("?".to_owned()))?;
        let value =
            |node: Option<NodeRef<'_>>| node.map(|node| node.value().trim().to_owned()).unwrap_or_default();
        let zweck = match value(root.child("zweck")).as_str() {
            "01" => Zweck::Quantitative,
            "02" => Zweck::WithIds,
            other => return Err(wrong(format!("zweck {other}"))),
        };
        let autor = root.descend("nachrichtenkopf.g2g/autor");
        let verzeichnisdienst = value(autor.and_then(|autor| autor.child("verzeichnisdienst")));
        Ok(Self {
            zweck,
            hinweis: value(root.child("hinweis")),
            from: Partner {
                kennung: header.autor,
                name: header.autor_name,
                verzeichnisdienst,
                ..Partner::default()
            },
            to: header.leser,
            created: Timestamp::parse(&header.created),
            test: header.test,
            uuid: header.uuid,
        })
    }
}

/// The question to the register: a 090021 with the purpose of the order (AZR-606).
///
/// `from` and `to` are the days (`2026-11-16`) from and up to which the wanted records were laid out in the register (AZR-605); left out,
/// all are wanted. Then the answer tells nothing of records of other days: they stand in the list of numbers that the register does not have,
/// unless they are left out of the stock.
///
/// # Errors
/// [`ProtocolError::Unfit`] where the message would be wrong: by the config, or by the days.
pub fn question(
    reader: &mut Reader<'_>,
    config: &Config,
    order: &Order,
    (from, to): (Option<&str>, Option<&str>),
    uuid: &str,
    now: Timestamp,
) -> Result<Vec<u8>, ProtocolError> {
    let mut content = Map::new();
    content.insert("durchfuehrenderSachbearbeiter".into(), config.sachbearbeiter.clone().into());
    content.insert("durchfuehrendeBehoerde".into(), config.behoerdenkennzeichen.clone().into());
    for (name, day) in [("von", from), ("bis", to)] {
        if let Some(day) = day {
            content.insert(name.into(), day.into());
        }
    }
    content.insert("zweck".into(), order.zweck.code().into());
    let product = product(config, order);
    let envelope =
        Envelope { product: &product, autor: &config.behoerde, leser: &config.register, uuid, created: now };
    let message: Value = envelope.message("090021", content);
    let checked = json::check(reader, &message.to_string(), &Options::default());
    match checked.xml {
        Some(xml) if checked.report.valid => Ok(xml),
        _ => Err(ProtocolError::unfit(&checked.report)),
    }
}

/// The product, with the test mark of the order.
pub(super) fn product(config: &Config, order: &Order) -> Product {
    let test = order.test.clone().or_else(|| config.product.test.clone());
    Product { test, ..config.product.clone() }
}
