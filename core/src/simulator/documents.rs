//! Documents (090012, 090007) and photos (090005).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::faults::Fault;
use super::record::Record;
use super::report::refused;
use super::state::{Call, Document, Reply};
use crate::register::referenzanteil;

/// Types of documents that are given out without the confirmation that they are indispensable (AZR-583; list dokumenttyp).
const FREE: [&str; 2] = ["11", "12"];

impl Call<'_> {
    /// 090012, answered by 090097.
    pub(super) fn dokumentmeldung(&mut self, size: usize) -> Reply {
        let number = self.text("/azrNummer").unwrap_or_default();
        let Some(record) = self.state.resolve(&number).and_then(|now| self.state.records.get(now)).cloned()
        else {
            let text = format!("Unter der AZR-Nummer {number} gibt es keinen Datensatz.");
            return refused(&[Fault::at("SIM-101", "Dokument", "azrNummer", text)]);
        };
        let art = self.text("/aenderungsArt").unwrap_or_default();
        let done = match art.as_str() {
            "01" => self.add_document(record, size),
            "03" => self.remove_document(record),
            _ => Err(Fault::at(
                "SIM-104",
                "Dokument",
                "aenderungsArt",
                "Diese Änderungsart ist hier nicht möglich.",
            )),
        };
        done.unwrap_or_else(|fault| refused(&[fault]))
    }

    fn add_document(&mut self, mut record: Record, size: usize) -> Result<Reply, Fault> {
        let id = self.text("/referenzAufSachverhalt.id").unwrap_or_default();
        let anteil = referenzanteil(&id);
        let takes = |kind: usize| {
            let fields = self.kinds.all().get(kind).map(|kind| kind.auskunft_fields.as_slice());
            fields.unwrap_or_default().iter().any(|field| field.name == "dokumentMetadaten")
        };
        let named =
            record.entries.iter_mut().find(|entry| entry.id.as_deref().map(referenzanteil) == Some(anteil));
        let Some(entry) = named.filter(|entry| takes(entry.kind)) else {
            let text = "Der Sachverhalt, zu dem das Dokument gehören soll, ist unbekannt oder nimmt keine Dokumente auf.";
            return Err(Fault::at("SIM-202", "Dokument", "referenzAufSachverhalt.id", text));
        };
        if entry.documents.len() >= self.config.limits.entries {
            return Err(Fault::new(
                "SIM-901",
                "Der Sachverhalt hätte mehr Dokumente, als der Simulator speichert.",
            ));
        }
        let content = self.message.get("dokument").cloned().unwrap_or_default();
        let typ = self.message.get("dokumentTyp").cloned().unwrap_or_default();
        let dokument_id = self.state.ids.other('D');
        let mut metadaten = json!({
            "dokumentId": dokument_id, "dokumentTyp": typ,
            "meldendeBehoerde": self.authority, "letzteAenderung": self.now.date()
        });
        if let Some(note) = self.message.get("notizen") {
            metadaten["externeNotiz"] = note.clone();
        }
        let mut reply = Map::new();
        reply.insert("dokumentId".into(), dokument_id.clone().into());
        // AZR-650: as it is now; the document does not change the entry's version.
        if let Some(now) = &entry.id {
            reply.insert("referenzAufSachverhalt.id".into(), now.clone().into());
        }
        Arc::make_mut(entry).documents.push(metadaten.clone());
        let document = Document {
            azr_nummer: record.azr_nummer.clone(),
            anteil: anteil.to_owned(),
            typ: self.text("/dokumentTyp").unwrap_or_default(),
            metadaten,
            content,
        };
        self.hold(size)?;
        self.store(record, Vec::new());
        self.state.documents.insert(dokument_id, document);
        Ok(("090097", reply))
    }

    fn remove_document(&mut self, mut record: Record) -> Result<Reply, Fault> {
        let id = self.text("/dokumentId").unwrap_or_default();
        let is_it = |document: &Value| document.get("dokumentId").and_then(Value::as_str) == Some(&id);
        let entry = record.entries.iter_mut().find(|entry| entry.documents.iter().any(is_it));
        let Some(entry) = entry else { return Err(unknown()) };
        Arc::make_mut(entry).documents.retain(|document| !is_it(document));
        let mut reply = Map::new();
        if let Some(now) = &entry.id {
            reply.insert("referenzAufSachverhalt.id".into(), now.clone().into());
        }
        reply.insert("dokumentId".into(), id.into());
        self.store(record, Vec::new());
        Ok(("090097", reply))
    }

    /// 090007, answered by 090008.
    pub(super) fn dokumentanforderung(&self) -> Reply {
        let id = self.text("/dokumentId").unwrap_or_default();
        let Some(document) = self.state.documents.get(&id) else { return refused(&[unknown()]) };
        let confirmed = self.message.get("bestaetigungUnerlaesslichkeit").is_some();
        if !confirmed && !FREE.contains(&document.typ.as_str()) {
            let text = "Für dieses Dokument fehlt die Bestätigung der Unerlässlichkeit (§ 6 Abs. 5 AZRG).";
            return refused(&[Fault::at("SIM-203", "Dokument", "bestaetigungUnerlaesslichkeit", text)]);
        }
        let mut reply = Map::new();
        reply.insert("dokument".into(), document.content.clone());
        reply.insert("dokumentMetadaten".into(), document.metadaten.clone());
        let entries = self.state.records.get(&document.azr_nummer).map(|record| record.entries.as_slice());
        let ids = entries.unwrap_or_default().iter().filter_map(|entry| entry.id.as_deref());
        if let Some(now) = ids.into_iter().find(|id| referenzanteil(id) == document.anteil) {
            reply.insert("referenzAufSachverhalt.id".into(), now.into());
        }
        ("090008", reply)
    }

    /// 090005, answered by 090006. The simulator gives each picture in the size in which it came.
    pub(super) fn lichtbildanforderung(&self) -> Reply {
        let asked = self.message.get("lichtbildId").and_then(Value::as_array);
        let asked = asked.into_iter().flatten().filter_map(Value::as_str).take(self.config.limits.hits);
        let photos: Vec<Value> = asked.map(|id| self.lichtbild(id)).collect();
        let mut reply = Map::new();
        reply.insert("lichtbildAllgemein".into(), photos.into());
        ("090006", reply)
    }

    fn lichtbild(&self, id: &str) -> Value {
        let held = self.state.photos.get(id).and_then(|photo| {
            let record = self.state.records.get(&photo.azr_nummer)?;
            let entry = record.entries.iter().find(|entry| entry.id.as_deref() == Some(id))?;
            Some((&photo.picture, record, entry))
        });
        if let Some((picture, record, entry)) = held {
            let shown = super::record::show(self.kinds, record, std::iter::once(entry.as_ref()), |kind| {
                &kind.auskunft
            });
            if let Some(metadata) = shown.get("lichtbild").and_then(|all| all.get(0)) {
                return json!({"bild": {"bild": picture, "metainformation": metadata}});
            }
        }
        let hint = "Unter dieser Lichtbild-ID ist kein Bild gespeichert.";
        json!({"keinBild": {
            "lichtbildId": id, "hinweis": {"hinweisschluessel": "SIM-H03", "hinweistext": hint}, "erneuteAnfrageSinnvoll": false
        }})
    }
}

fn unknown() -> Fault {
    Fault::at("SIM-201", "Dokument", "dokumentId", "Unter dieser ID ist hier kein Dokument gespeichert.")
}
