//! Records that are of one person become one: 090040.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::faults::Fault;
use super::record::{Applied, Entry, Record, has_history};
use super::report::{number_in, refused};
use super::state::{Call, Reply};
use crate::register::referenzanteil;

impl Call<'_> {
    /// 090040: the records named become one. The oldest number stays.
    pub(super) fn datenpflege(&mut self) -> Reply {
        let named =
            self.message.pointer("/datenpflegeanlass/mehrfacherfassung/azrNummer").and_then(Value::as_array);
        let numbers: Vec<&str> = named.into_iter().flatten().filter_map(Value::as_str).collect();
        let mut faults = Vec::new();
        let mut records: Vec<String> = Vec::new();
        for number in numbers {
            match self.state.resolve(number) {
                Some(now) if !records.iter().any(|record| record == now) => records.push(now.to_owned()),
                Some(_) => {}
                None => {
                    let text = format!("Unter der AZR-Nummer {number} gibt es keinen Datensatz.");
                    faults.push(Fault::at("SIM-101", "Mehrfacherfassung", "azrNummer", text));
                }
            }
        }
        if faults.is_empty() && records.len() < 2 {
            let text = "Die genannten AZR-Nummern bezeichnen nur einen Datensatz.";
            faults.push(Fault::at("SIM-301", "Mehrfacherfassung", "azrNummer", text));
        }
        let count = |number: &String| self.state.records.get(number).map_or(0, |record| record.entries.len());
        if records.iter().map(count).sum::<usize>() > self.config.limits.entries {
            faults.push(Fault::new(
                "SIM-901",
                "Der Datensatz hätte mehr Einträge, als der Simulator speichert.",
            ));
        }
        if !faults.is_empty() {
            return refused(&faults);
        }
        let age =
            |number: &String| (self.state.records.get(number).map(|record| record.created), number.clone());
        records.sort_by_key(age);
        let survivor = records.remove(0);
        for dropped in records {
            self.merge(&survivor, &dropped);
        }
        let mut content = Map::new();
        content.insert("azrNummer".into(), survivor.into());
        ("090098", content)
    }

    fn merge(&mut self, survivor: &str, dropped: &str) {
        let Some(gone) = self.state.records.remove(dropped) else { return };
        let Some(before) = self.state.records.get(survivor).cloned() else { return };
        let mut after = before.clone();
        for entry in &gone.entries {
            let Some(kind) = self.kinds.all().get(entry.kind) else { continue };
            let same = |other: &Entry| {
                other.kind == entry.kind && other.historic == entry.historic && other.data == entry.data
            };
            // What names the survivor itself as another person says nothing any more.
            let itself =
                number_in(&entry.data).is_some_and(|number| self.state.resolve(&number) == Some(survivor));
            if itself || after.entries.iter().any(|other| same(other) && other.owner == entry.owner) {
                continue;
            }
            let full = !entry.historic
                && kind.most.is_some_and(|most| after.current(entry.kind).count() >= most as usize);
            let mut entry = Arc::clone(entry);
            if full && has_history(kind) {
                Arc::make_mut(&mut entry).historic = true;
            } else if full {
                continue;
            }
            after.entries.push(entry);
        }
        let others = |entry: &Arc<Entry>| number_in(&entry.data).is_none_or(|number| number != dropped);
        after.entries.retain(others);
        // Photos of a Suchvermerk that is not kept.
        let ids: HashSet<String> =
            after.entries.iter().filter_map(|entry| entry.id.as_deref()).map(anteil).collect();
        after.entries.retain(|entry| entry.owner.as_ref().is_none_or(|owner| ids.contains(owner)));
        let others = self.state.applied.remove(dropped).unwrap_or_default();
        let applied = self.state.applied.entry(survivor.to_owned()).or_default();
        applied.extend(others);
        applied.push(Applied {
            uuid: self.header.uuid.clone(),
            number: self.header.number.clone(),
            behoerde: self.authority.to_owned(),
        });
        let was = std::mem::take(&mut self.state.merged);
        let newest = |now: String| if now == dropped { survivor.to_owned() } else { now };
        self.state.merged = was.into_iter().map(|(old, now)| (old, newest(now))).collect();
        self.state.merged.insert(dropped.to_owned(), survivor.to_owned());
        self.keep_documents(&gone, &after);
        self.state.index.remove(dropped);
        self.state.index.put(self.kinds, &after);
        self.tell_of_merge(&gone, &before, &after);
        self.state.records.insert(survivor.to_owned(), after);
    }

    /// Documents and pictures go with their entries.
    fn keep_documents(&mut self, gone: &Record, after: &Record) {
        let kept = |id: &str| after.entries.iter().any(|entry| entry.id.as_deref() == Some(id));
        for entry in &gone.entries {
            let Some(id) = entry.id.as_deref() else { continue };
            if !kept(id) {
                self.state.photos.remove(id);
            } else if let Some(photo) = self.state.photos.get_mut(id) {
                photo.azr_nummer.clone_from(&after.azr_nummer);
            }
            for document in entry.documents.iter().filter_map(|document| document.get("dokumentId")?.as_str())
            {
                if !kept(id) {
                    self.state.documents.remove(document);
                } else if let Some(held) = self.state.documents.get_mut(document) {
                    held.azr_nummer.clone_from(&after.azr_nummer);
                }
            }
        }
    }
}

fn anteil(id: &str) -> String {
    referenzanteil(id).to_owned()
}
