//! A record: what an authority holds of one person.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is held of one person. In JSON the names are in camelCase: `key`, `azrNummer`, `scope`, `entries`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Datensatz {
    /// The host's key of the person; it never changes.
    pub key: String,
    /// The AZR-Nummer, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azr_nummer: Option<String>,
    /// Of which kinds the list of entries is complete. Left out: of none, so nothing is ever taken for deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// The entries.
    #[serde(default)]
    pub entries: Vec<Eintrag>,
}

/// Of which kinds a record's list of entries is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scope {
    /// Of these kinds, by name. An entry that is missing from one of them was deleted; a kind that is not named is never touched.
    Kinds(Vec<String>),
    /// Of every kind.
    All(All),
}

/// The word for every kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum All {
    /// `"all"`
    #[serde(rename = "all")]
    All,
}

/// One fact of a kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Eintrag {
    /// The kind's name, such as `Duldung`.
    pub kind: String,
    /// The host's key for it: unique in the record, and the same for the same fact in each hand-over.
    pub key: String,
    /// The Referenz-ID by which the register names it, if the host knows it. azrkit knows it better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenz_id: Option<String>,
    /// The content of the kind's `….fachdaten.neu`, in the canonical JSON of messages; on input a code may be the bare string.
    pub data: Map<String, Value>,
    /// The last change mends an error (Änderungsart 04, 05) rather than follows life (02, 03).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub correction: bool,
}

impl Datensatz {
    /// Whether an entry of a kind that is missing here was deleted.
    pub fn is_complete(&self, kind: &str) -> bool {
        match &self.scope {
            None => false,
            Some(Scope::All(_)) => true,
            Some(Scope::Kinds(kinds)) => kinds.iter().any(|name| name == kind),
        }
    }

    /// Whether a kind may be touched at all: where a scope names kinds, only these.
    pub fn touches(&self, kind: &str) -> bool {
        !matches!(&self.scope, Some(Scope::Kinds(_))) || self.is_complete(kind)
    }
}

/// The stable part of a Referenz-ID: its first seven characters (rule AZR-545).
pub fn referenzanteil(id: &str) -> &str {
    id.char_indices().nth(7).map_or(id, |(at, _)| &id[..at])
}

/// An AZR-Nummer as a number; none for what is of another form (type `AZRNummer`: year, month 00 to 12, day 00 to 31, serial).
pub(crate) fn azr_nummer(text: &str) -> Option<u64> {
    let bytes: &[u8; 12] = text.as_bytes().try_into().ok()?;
    let digits = bytes.iter().all(u8::is_ascii_digit);
    let two = |a: u8, b: u8| u32::from(a.wrapping_sub(b'0')) * 10 + u32::from(b.wrapping_sub(b'0'));
    (digits && two(bytes[2], bytes[3]) <= 12 && two(bytes[4], bytes[5]) <= 31).then(|| text.parse().ok())?
}

/// An AZR-Nummer as messages have it.
pub(crate) fn azr_nummer_text(number: u64) -> String {
    format!("{number:012}")
}

/// How the versions of two Referenz-IDs of one entry compare (rule AZR-545 to AZR-547): the characters between the first
/// seven and the last; the longer one is the newer, of equal length the one that sorts behind.
pub fn compare_versions(a: &str, b: &str) -> std::cmp::Ordering {
    let version = |id: &str| -> String {
        let all: Vec<char> = id.chars().collect();
        all.get(7..all.len().saturating_sub(1).max(7)).map_or_else(String::new, |part| part.iter().collect())
    };
    let (a, b) = (version(a), version(b));
    a.chars().count().cmp(&b.chars().count()).then_with(|| a.cmp(&b))
}
