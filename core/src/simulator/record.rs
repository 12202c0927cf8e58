//! A record of the register, and how its entries stand in the register's messages.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::register::{Kind, Kinds, Place, place};
use crate::time::Timestamp;

/// What is held of one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub(super) azr_nummer: String,
    pub(super) created: Timestamp,
    /// In the order in which they were stored.
    pub(super) entries: Vec<Arc<Entry>>,
}

/// A message that changed a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) uuid: String,
    pub(super) number: String,
    pub(super) behoerde: String,
}

/// One entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Entry {
    /// Index of its kind.
    pub(super) kind: usize,
    /// The Referenz-ID or what stands for it.
    pub(super) id: Option<String>,
    pub(super) data: Map<String, Value>,
    /// Referenzanteil of the entry that it belongs to (a photo: its Suchvermerk).
    pub(super) owner: Option<String>,
    pub(super) behoerde: String,
    pub(super) changed: Timestamp,
    pub(super) historic: bool,
    /// Metadata of its documents, as messages show them.
    pub(super) documents: Vec<Value>,
}

/// The kinds that the register itself has to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) grundpersonalien: usize,
    pub(super) meldestatus: usize,
    pub(super) asylstatus: usize,
}

/// The element by which a photo names its Suchvermerk.
pub(super) const OWNER: &str = "referenzSuchvermerk.id";

impl Known {
    pub(super) fn of(kinds: &Kinds) -> Option<Self> {
        let at = |name: &str| kinds.all().iter().position(|kind| kind.name == name);
        Some(Self {
            grundpersonalien: at("Grundpersonalien")?,
            meldestatus: at("Meldestatus")?,
            asylstatus: at("Asylstatus")?,
        })
    }
}

impl Record {
    /// The current entries of a kind.
    pub(super) fn current(&self, kind: usize) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entries.iter().filter(move |entry| entry.kind == kind && !entry.historic)
    }

    /// The authority that keeps the file (AZR-518, AZR-519): of the current Meldestatus, else of the current Asylstatus.
    pub(super) fn aktenfuehrend(&self, known: &Known) -> Option<&str> {
        let of = |kind: usize| self.current(kind).next_back().map(|entry| entry.behoerde.as_str());
        of(known.meldestatus).or_else(|| of(known.asylstatus))
    }

    /// The authorities that reported what is current, each once, in the order of their numbers.
    pub(super) fn reporters(&self) -> BTreeSet<&str> {
        let current = self.entries.iter().filter(|entry| !entry.historic);
        current.map(|entry| entry.behoerde.as_str()).collect()
    }

    /// The entries that another state of the record does not have.
    pub(super) fn entries_beyond(&self, other: &Self) -> Vec<&Entry> {
        let theirs: HashSet<*const Entry> = other.entries.iter().map(Arc::as_ptr).collect();
        let own = self.entries.iter().filter(|entry| !theirs.contains(&Arc::as_ptr(entry)));
        own.filter(|entry| !other.entries.contains(entry)).map(Arc::as_ref).collect()
    }

    /// The id of the entry with a Referenzanteil.
    fn id_of(&self, anteil: &str) -> Option<&str> {
        let ids = self.entries.iter().filter_map(|entry| entry.id.as_deref());
        ids.into_iter().find(|id| id.get(..7) == Some(anteil))
    }
}

/// Whether entries of the kind are photos: their picture is kept apart.
pub(super) fn is_photo(kind: &Kind) -> bool {
    kind.fields.iter().any(|field| field.name == "bild")
}

/// Whether the register keeps former states of the kind.
pub(super) fn has_history(kind: &Kind) -> bool {
    kind.auskunft.iter().any(|place| place.historic)
}

/// Entries as they stand in an Auskunft; `places` says which of a kind's places are meant. Kinds that have none are left out.
pub(super) fn show<'e>(
    kinds: &Kinds,
    record: &Record,
    entries: impl Iterator<Item = &'e Entry>,
    places: fn(&Kind) -> &[Place],
) -> Map<String, Value> {
    let mut content = Map::new();
    for entry in entries {
        let Some(kind) = kinds.all().get(entry.kind) else { continue };
        let of_kind = places(kind);
        let at = of_kind.iter().find(|place| place.historic == entry.historic).or_else(|| of_kind.first());
        if let Some(at) = at {
            place(&mut content, &at.path, at.many, auskunft(kind, record, entry));
        } else if let Some(number) = number_of(entry) {
            // What has no Auskunft of its own and names another record.
            place(&mut content, &kind.folgemeldung, true, number);
        }
    }
    content
}

/// The number that NichtIdentischMit names.
fn number_of(entry: &Entry) -> Option<Value> {
    entry.data.get("nichtIdentischMit").cloned()
}

/// One entry as an Auskunft shows it.
fn auskunft(kind: &Kind, record: &Record, entry: &Entry) -> Value {
    let mut shown = Map::new();
    for field in &kind.auskunft_fields {
        let value = match field.name.as_str() {
            name if Some(name) == kind.auskunft_id.as_deref() => entry.id.clone().map(Value::from),
            "meldendeBehoerde" => Some(entry.behoerde.clone().into()),
            "letzteAenderung" => Some(entry.changed.date().into()),
            "dokumentMetadaten" if entry.documents.is_empty() => None,
            "dokumentMetadaten" => Some(entry.documents.clone().into()),
            "hinweisAufBegruendungstextArt" => Some(begruendungstext(entry)),
            OWNER if entry.owner.is_some() => {
                let owner = entry.owner.as_deref().and_then(|anteil| record.id_of(anteil));
                owner.map(Value::from)
            }
            name => entry.data.get(name).cloned(),
        };
        if let Some(value) = value {
            shown.insert(field.name.clone(), value);
        }
    }
    if let Some(any) = entry.data.get("$any") {
        shown.insert("$any".into(), any.clone());
    }
    Value::Object(shown)
}

/// Whether there is a text of the reasons (list verfuegungstextstatus): 04 where one of its documents is one, else 02.
fn begruendungstext(entry: &Entry) -> Value {
    let typ = |document: &Value| document.pointer("/dokumentTyp/code") == Some(&json!("1"));
    json!(if entry.documents.iter().any(typ) { "04" } else { "02" })
}
