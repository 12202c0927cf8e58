//! What is kept of a person between calls.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::register::{Datensatz, referenzanteil};
use crate::time::Timestamp;

/// A person: what the host wants, what the register is known to hold, what is under way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    /// The host's key.
    pub(crate) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) azr_nummer: Option<String>,
    /// The record as last submitted, its data in canonical form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ours: Option<Datensatz>,
    #[serde(default)]
    pub(crate) submitted: Timestamp,
    /// Which of its entries need no other check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clean: Option<Clean>,
    /// What the register is known to hold.
    #[serde(default)]
    pub(crate) base: Vec<Base>,
    /// The base is what the register holds. Not so while only the number is known.
    #[serde(default)]
    pub(crate) loaded: bool,
    /// The message under way: there is at most one of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) flight: Option<Flight>,
    /// The record must be fetched before anything else is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fetch: Option<Fetch>,
    #[serde(default)]
    pub(crate) search: Search,
    /// The greatest number that an entry of the base ever had.
    #[serde(default)]
    pub(crate) numbers: u64,
    /// Entries that are not reported until the host changes them or decides.
    #[serde(default)]
    pub(crate) held: Vec<Held>,
    /// Ids of entries that are gone from the register: news of them that come late are old.
    #[serde(default)]
    pub(crate) gone: Vec<String>,
    /// The record was fetched for Referenz-IDs that were not known, and they still are not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) nameless: bool,
    /// Nothing is sent until this event is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paused: Option<u64>,
}

/// Entries of the record in which nothing was found when they were checked, for as long as the check would be the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Clean {
    /// The day (UTC, of 1970-01-01) of the check.
    pub(crate) day: i32,
    /// The day from which on the check could come out otherwise: codes may be reported from a day on and up to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<i32>,
    /// This version of azrkit, and those of the standards that were open.
    pub(crate) standards: String,
    /// The host's keys of the entries.
    pub(crate) entries: Vec<String>,
}

/// An entry that the register is known to hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Base {
    /// Its number within the person, for as long as it is known.
    #[serde(default)]
    pub(crate) number: u64,
    pub(crate) kind: String,
    /// The host's key for it, once the host has shown it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// The Referenz-ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    pub(crate) data: Map<String, Value>,
    /// What only the register fills.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) register: Map<String, Value>,
    /// The data as the host knew them before another authority changed them; none once the host has taken the change over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Map<String, Value>>,
    /// Another authority deleted it; it stands here until the host has taken that over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deleted: bool,
    /// It came with the first fetch of the record: what differs is sent, as the host said that it is this person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) first: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) historic: bool,
    /// The host was told of it as of a new one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) announced: bool,
    /// When the register said so.
    #[serde(default)]
    pub(crate) told: Timestamp,
}

/// A message under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flight {
    pub(crate) uuid: String,
    pub(crate) purpose: Purpose,
}

/// What a message under way is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Purpose {
    /// The search before a first report, by these Grundpersonalien.
    Search(Value),
    /// The record is fetched.
    Fetch(Fetch),
    /// A Meldung of these changes.
    Report(Vec<Change>),
}

/// Why a record is fetched.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fetch {
    /// The register refused a Meldung: perhaps it was about an old state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Refused>,
}

/// A Meldung that the register did not store.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refused {
    pub(crate) uuid: String,
    pub(crate) changes: Vec<Change>,
    pub(crate) errors: Vec<super::event::RegisterError>,
}

/// A change that a Meldung reports.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The kind of the entry.
    pub kind: String,
    /// The host's key of the entry.
    pub entry: String,
    /// Änderungsart: 01 new, 02 changed, 03 deleted, 04 corrected, 05 deleted as wrong.
    pub aenderungsart: String,
    /// The Referenz-ID of the state that is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenz_id: Option<String>,
    /// The new data; none for a deletion (but of what has no Referenz-ID: then the data that tell it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Map<String, Value>>,
    /// The fields that differ from what the register holds; empty for a new entry and for a deletion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

/// Where the search before a first report stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Search {
    /// Not made.
    #[default]
    Open,
    /// There are candidates; this event asks which.
    Candidates { event: u64, searched: Value, numbers: Vec<String> },
    /// The person is none of these.
    Clear { searched: Value, not_identical: Vec<String> },
}

/// An entry that is not reported for now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Held {
    pub(crate) kind: String,
    pub(crate) entry: String,
    /// The event that says why; a decision on it releases the entry.
    pub(crate) event: u64,
    /// The data that are not reported (plain), null for a deletion: other data release the entry.
    pub(crate) data: Value,
}

impl Change {
    /// Whether it takes the entry away (Änderungsart 03, 05).
    pub fn is_deletion(&self) -> bool {
        matches!(self.aenderungsart.as_str(), "03" | "05")
    }
}

impl Clean {
    /// Whether the check would come out the same now.
    pub(crate) fn holds(&self, now: &Clean) -> bool {
        self.standards == now.standards
            && self.day <= now.day
            && self.until.is_none_or(|until| now.day < until)
    }
}

impl Person {
    /// The entry of a Referenz-ID, by its stable part.
    pub(crate) fn by_id(&self, kind: &str, id: &str) -> Option<usize> {
        self.base.iter().position(|base| {
            base.kind == kind
                && base.id.as_deref().is_some_and(|own| referenzanteil(own) == referenzanteil(id))
        })
    }

    /// The entry that stands for one of the host.
    pub(crate) fn by_key(&self, kind: &str, key: &str) -> Option<usize> {
        self.base.iter().position(|base| base.kind == kind && base.key.as_deref() == Some(key))
    }

    /// Holds an entry, in place of an earlier hold of it.
    pub(crate) fn hold(&mut self, held: Held) {
        self.held.retain(|other| (&other.kind, &other.entry) != (&held.kind, &held.entry));
        self.held.push(held);
    }

    /// Adds an entry to the base; gives its place.
    pub(crate) fn add(&mut self, mut base: Base) -> usize {
        self.numbers += 1;
        base.number = self.numbers;
        self.base.push(base);
        self.base.len() - 1
    }

    /// The place of an entry of the base by its number.
    pub(crate) fn numbered(&self, number: u64) -> Option<usize> {
        self.base.iter().position(|base| base.number == number)
    }

    /// The host wants an entry back that is gone: it is a new one then.
    pub(crate) fn unbury(&mut self, id: Option<&str>) {
        let anteil = id.map(referenzanteil);
        self.gone.retain(|gone| Some(referenzanteil(gone)) != anteil);
    }

    /// Notes that an entry is gone.
    pub(crate) fn bury(&mut self, id: Option<String>) {
        // So many are more than ever come late.
        const KEPT: usize = 200;
        self.gone.extend(id);
        let surplus = self.gone.len().saturating_sub(KEPT);
        self.gone.drain(..surplus);
    }
}
