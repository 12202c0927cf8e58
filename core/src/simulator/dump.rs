//! The whole state as JSON, to be compared.

use serde_json::{Map, Value, json};

use super::Register;
use super::record::{Entry, Record};
use super::state::Document;

impl Register<'_> {
    /// All that is held, in an order that is always the same: records, merged numbers, documents, what waits to be acknowledged.
    pub fn dump(&self) -> Value {
        let records: Map<String, Value> =
            self.state.records.iter().map(|(number, record)| (number.clone(), self.shown(record))).collect();
        let document = |document: &Document| json!({"azrNummer": document.azr_nummer, "sachverhalt": document.anteil, "metadaten": document.metadaten});
        let documents: Map<String, Value> =
            self.state.documents.iter().map(|(id, held)| (id.clone(), document(held))).collect();
        let pending: Vec<Value> = self
            .state
            .pending
            .values()
            .map(|pending| json!({"uuid": pending.answer.uuid, "to": pending.authority}))
            .collect();
        json!({
            "records": records, "merged": self.state.merged, "documents": documents,
            "photos": self.state.photos.keys().collect::<Vec<_>>(), "pending": pending, "dropped": self.state.dropped
        })
    }

    /// One record: `azrNummer`, `created`, `aktenfuehrendeBehoerde`, `entries` (each with `kind`, `referenzId`, `data`, `behoerde`, `changed`,
    /// `historic`) and `applied`: number, UUID and sender of each message that changed it. A number that was merged away
    /// gives the record under which it is kept now.
    pub fn record(&self, azr_nummer: &str) -> Option<Value> {
        let record = self.state.records.get(self.state.resolve(azr_nummer)?)?;
        Some(self.shown(record))
    }

    /// The numbers of all records.
    pub fn azr_nummern(&self) -> impl Iterator<Item = &str> {
        self.state.records.keys().map(String::as_str)
    }

    fn shown(&self, record: &Record) -> Value {
        let entries: Vec<Value> = record.entries.iter().map(|entry| self.entry(entry)).collect();
        let applied = self.state.applied.get(&record.azr_nummer).map(Vec::as_slice);
        let applied = applied.unwrap_or_default().iter().map(
            |applied| json!({"uuid": applied.uuid, "number": applied.number, "behoerde": applied.behoerde}),
        );
        json!({
            "azrNummer": record.azr_nummer, "created": record.created.iso(),
            "aktenfuehrendeBehoerde": record.aktenfuehrend(&self.known),
            "entries": entries, "applied": applied.collect::<Vec<_>>()
        })
    }

    fn entry(&self, entry: &Entry) -> Value {
        let mut shown = json!({
            "kind": self.kinds.all().get(entry.kind).map(|kind| &kind.name), "data": entry.data,
            "behoerde": entry.behoerde, "changed": entry.changed.iso(), "historic": entry.historic
        });
        if let Some(id) = &entry.id {
            shown["referenzId"] = id.clone().into();
        }
        if let Some(owner) = &entry.owner {
            shown["owner"] = owner.clone().into();
        }
        if !entry.documents.is_empty() {
            shown["documents"] = entry.documents.clone().into();
        }
        shown
    }
}
