//! What azrkit tells a host.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::person::Change;
use crate::time::Timestamp;

/// Something that happened. Stored in the same transaction as what it tells of, numbered in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its number, ascending without end.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// The host's key of the person that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "event")]
pub enum What {
    /// The register stored a Meldung (090098).
    Stored {
        /// UUID of the Meldung.
        uuid: String,
        /// The number of the person's record.
        azr_nummer: String,
        /// What was stored.
        changes: Vec<Change>,
        /// Records of similar persons, for the host to look at.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        aehnlich: Vec<String>,
    },
    /// The register did not store a Meldung (090099). To be decided: `retry`, or submit the entries anew.
    Rejected {
        /// UUID of the Meldung.
        uuid: String,
        /// What was not stored.
        changes: Vec<Change>,
        /// Why.
        errors: Vec<RegisterError>,
    },
    /// The search before a first report, or the register itself, found persons who may be this one. To be decided: `same` or `other`.
    Candidates {
        /// They, compared with the record.
        candidates: Vec<Candidate>,
        /// The number that fits best, if one clearly does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recommendation: Option<String>,
    },
    /// Another authority changed what the register holds. The host takes it over and confirms by its next submit. May be decided:
    /// `local`, if the host's own data shall stand.
    Apply {
        /// The kind of the entry.
        kind: String,
        /// The host's key for it; none for an entry that is new.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<String>,
        /// The Referenz-ID; the host gives it with a new entry in its next submit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        referenz_id: Option<String>,
        /// The data now; none if the entry was deleted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<Map<String, Value>>,
        /// The fields that changed.
        fields: Vec<String>,
        /// What only the register fills.
        register: Map<String, Value>,
    },
    /// Both sides changed the same field differently. To be decided: `register` or `local`. Until then the entry is not reported.
    Conflict {
        /// The kind of the entry.
        kind: String,
        /// The host's key for it.
        entry: String,
        /// What was known to both.
        base: Map<String, Value>,
        /// What the register holds; none if it was deleted there.
        theirs: Option<Map<String, Value>>,
        /// What the host has; none if it was deleted there.
        ours: Option<Map<String, Value>>,
        /// The fields in question.
        fields: Vec<String>,
        /// Which side seems right.
        recommendation: super::config::Side,
    },
    /// The record has another number now.
    NumberChanged {
        /// The number before.
        from: String,
        /// The number now.
        to: String,
    },
    /// The register merged the records of two persons of the host. To be decided: `same` (with the number), after the host has
    /// merged them; until then nothing of this person is sent.
    MergePersons {
        /// The other person's key.
        other: String,
        /// The number that fell away.
        from: String,
        /// The number that stays.
        to: String,
    },
    /// A message could not be brought to its receiver, or was not answered. To be decided: `retry`.
    Parked {
        /// Its UUID.
        uuid: String,
        /// Its number.
        number: String,
        /// The last reason that the host gave.
        reason: String,
    },
    /// What is to be reported cannot be: the message would be wrong. Submit the entries anew.
    Unsendable {
        /// What was not sent.
        changes: Vec<Change>,
        /// Why, in words.
        findings: Vec<String>,
    },
    /// A receiver sent a message back (Rückweisung 0010, Nichtzuständigkeit 000030). To be decided: `retry`.
    Returned {
        /// UUID of the message.
        uuid: String,
        /// Why, in words.
        reason: String,
    },
    /// A message that came in was sent back, or could not even be sent back.
    Refused {
        /// Its UUID, where it could be read.
        uuid: String,
        /// Its number, where it could be read.
        number: String,
        /// Code of the reason (fehlercodes of XInneres).
        code: String,
        /// Why, in words.
        reason: String,
    },
    /// A message came in that came in before. Nothing changed.
    Duplicate {
        /// Its UUID.
        uuid: String,
    },
    /// An answer came in, and it cannot be told to which question. It is kept. To be decided: `assign`.
    Unassigned {
        /// Its UUID.
        uuid: String,
        /// Its number.
        number: String,
        /// UUIDs of the messages that it may answer.
        questions: Vec<String>,
    },
    /// A message for the host that azrkit passes on (Quittung and others).
    Message {
        /// Its UUID.
        uuid: String,
        /// Its number.
        number: String,
        /// The message in canonical JSON.
        content: Value,
    },
}

/// An error that the register reported (AZR.Fehler).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterError {
    /// `fehlerschluessel`.
    pub code: String,
    /// `fehlertext`.
    pub text: String,
    /// Host's key of the entry that caused it, where that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The field that caused it, where that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What can be done, in German.
    pub advice: String,
}

/// A person of the register who may be the one that is to be reported.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The number.
    pub azr_nummer: String,
    /// The register's Grundpersonalien; empty where the register gave the number only.
    pub grundpersonalien: Map<String, Value>,
    /// Fields that say the same.
    pub same: Vec<String>,
    /// Fields that differ.
    pub differing: Vec<String>,
}

impl What {
    /// Whether the host must decide something.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Self::Rejected { .. }
                | Self::Candidates { .. }
                | Self::Conflict { .. }
                | Self::MergePersons { .. }
                | Self::Parked { .. }
                | Self::Unsendable { .. }
                | Self::Returned { .. }
                | Self::Unassigned { .. }
        )
    }
}

/// What a host decides about an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Decision {
    /// It is this person of the register.
    Same(String),
    /// It is none of the candidates.
    Other,
    /// The register's data hold.
    Register,
    /// The host's data hold.
    Local,
    /// Send again.
    Retry,
    /// It answers the message of this UUID.
    Assign(String),
}
