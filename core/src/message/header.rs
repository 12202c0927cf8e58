//! The head of a message: which it is, from whom, to whom. As canonical JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::document::Document;
use crate::time::Timestamp;

/// What the head of a message says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// Local name of the root element.
    pub element: String,
    /// Its UUID (`nachrichtenUUID`).
    pub uuid: String,
    /// Its number (the code of `nachrichtentyp`).
    pub number: String,
    /// When it was made (`erstellungszeitpunkt`), as it stands.
    pub created: String,
    /// `kennung` of the receiver.
    pub leser: String,
    /// `kennung` of the sender.
    pub autor: String,
    /// Name of the sender.
    pub autor_name: String,
    /// Attribute `standard`.
    pub standard: String,
    /// Attribute `version`.
    pub version: String,
    /// Attribute `test`: such a message must not be processed in production.
    pub test: Option<String>,
}

/// A sender or receiver (`Behoerde`), as messages name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Partner {
    /// Its id in the directory, such as `azr:000900` or `dbs:490030020000`.
    pub kennung: String,
    /// Its name.
    pub name: String,
    /// Code of the directory; `DVDV` where nothing is said.
    #[serde(default = "dvdv")]
    pub verzeichnisdienst: String,
    /// How to reach it: objects with `kanal`, `kennung`, `zusatz`. A sender needs one.
    #[serde(default)]
    pub erreichbarkeit: Vec<Value>,
    /// Its postal address (`PostalischeInlandsanschrift` as canonical JSON). A sender needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anschrift: Option<Value>,
}

/// The product that makes a message, as its attributes name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Product {
    /// Attribute `produkt`.
    pub produkt: String,
    /// Attribute `produkthersteller`.
    pub produkthersteller: String,
    /// Attribute `produktversion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub produktversion: Option<String>,
    /// Attribute `test`: set, every message is marked as a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
}

/// Head, product and time of a message that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The product.
    pub product: &'a Product,
    /// Who sends.
    pub autor: &'a Partner,
    /// Who gets it.
    pub leser: &'a Partner,
    /// Its UUID.
    pub uuid: &'a str,
    /// When it is made.
    pub created: Timestamp,
}

fn dvdv() -> String {
    "DVDV".to_owned()
}

impl Header {
    /// The head of a message that was read, also where no open standard describes it; none where it has none.
    pub fn of_document(document: &Document<'_>) -> Option<Self> {
        let root = document.root()?;
        let head = root.descend("nachrichtenkopf.g2g")?;
        let at =
            |path: &str| head.descend(path).map(|node| node.value().trim().to_owned()).unwrap_or_default();
        let attribute = |name: &str| root.attribute(name).map(str::to_owned);
        let number = head.descend("identifikation.nachricht/nachrichtentyp/code");
        Some(Self {
            element: root.local().to_owned(),
            uuid: at("identifikation.nachricht/nachrichtenUUID"),
            number: number.map(|node| node.value().trim().to_owned()).unwrap_or_default(),
            created: at("identifikation.nachricht/erstellungszeitpunkt"),
            leser: at("leser/kennung"),
            autor: at("autor/kennung"),
            autor_name: at("autor/name"),
            standard: attribute("standard").unwrap_or_default(),
            version: attribute("version").unwrap_or_default(),
            test: attribute("test"),
        })
    }

    /// The head of a message in canonical JSON; none where it has none.
    pub fn of(message: &Value) -> Option<Self> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            // A code, or text with attributes.
            Value::Object(_) => value
                .get("code")
                .or_else(|| value.get("$text"))
                .and_then(Value::as_str)
                .unwrap_or("")
                .to_owned(),
            _ => String::new(),
        };
        let at = |pointer: &str| message.pointer(pointer).map(text).unwrap_or_default();
        message.get("nachrichtenkopf.g2g")?;
        Some(Self {
            element: at("/$message"),
            uuid: at("/nachrichtenkopf.g2g/identifikation.nachricht/nachrichtenUUID"),
            number: at("/nachrichtenkopf.g2g/identifikation.nachricht/nachrichtentyp"),
            created: at("/nachrichtenkopf.g2g/identifikation.nachricht/erstellungszeitpunkt"),
            leser: at("/nachrichtenkopf.g2g/leser/kennung"),
            autor: at("/nachrichtenkopf.g2g/autor/kennung"),
            autor_name: at("/nachrichtenkopf.g2g/autor/name"),
            standard: at("/standard"),
            version: at("/version"),
            test: message.get("test").map(text),
        })
    }
}

impl Envelope<'_> {
    /// A message of a number or root element with this head; `content` are the elements behind the head. In canonical
    /// JSON, as [`to_xml`](super::json::to_xml) takes it, which fills in standard, version and type code.
    pub fn message(&self, which: &str, content: Map<String, Value>) -> Value {
        let party = |partner: &Partner| {
            let mut party = json!({
                "verzeichnisdienst": partner.verzeichnisdienst, "kennung": partner.kennung, "name": partner.name
            });
            if !partner.erreichbarkeit.is_empty() {
                party["erreichbarkeit"] = Value::Array(partner.erreichbarkeit.clone());
            }
            party
        };
        let mut message = Map::new();
        message.insert("$message".into(), which.into());
        for (name, value) in [
            ("produkt", Some(&self.product.produkt)),
            ("produkthersteller", Some(&self.product.produkthersteller)),
            ("produktversion", self.product.produktversion.as_ref()),
            ("test", self.product.test.as_ref()),
        ] {
            if let Some(value) = value {
                message.insert(name.into(), value.clone().into());
            }
        }
        message.insert(
            "nachrichtenkopf.g2g".into(),
            json!({
                "identifikation.nachricht": {"nachrichtenUUID": self.uuid, "erstellungszeitpunkt": self.created.iso()},
                "leser": party(self.leser),
                "autor": party(self.autor),
            }),
        );
        if let Some(anschrift) = &self.autor.anschrift {
            message.insert("anschrift.autor".into(), anschrift.clone());
        }
        message.extend(content);
        Value::Object(message)
    }
}

/// A UUID as text (RFC 9562): of so many bits, of which those of version and variant are set. Version 4 is of random bits, 8 of one's own
/// making.
pub fn uuid(bits: u128, version: u8) -> String {
    let bits = bits & !(0xF << 76) & !(0x3 << 62) | u128::from(version & 0xF) << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn uuids_say_their_version() {
        assert_eq!(uuid(0, 8), "00000000-0000-8000-8000-000000000000");
        assert_eq!(uuid(u128::MAX, 8), "ffffffff-ffff-8fff-bfff-ffffffffffff");
        assert_eq!(uuid(u128::MAX, 4), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
