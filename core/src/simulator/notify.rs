//! Who is told of a change, and what: 090030.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::record::{Entry, Record, show};
use super::state::{Call, Notice};
use crate::register::{Kind, Place};

impl Call<'_> {
    /// Tells the others of a change: the authority that keeps the file, before and now, and where the register was told so all that reported
    /// what is current.
    pub(super) fn tell(&mut self, before: Option<&Record>, after: &Record) {
        let Some(before) = before else { return };
        let mut content = self.difference(before, after);
        if !content.contains_key("inhaltAktuell") && !content.contains_key("inhaltVorAenderung") {
            return;
        }
        content.insert("azrNummer".into(), after.azr_nummer.clone().into());
        let mut concerned = self.concerned(before);
        concerned.extend(self.concerned(after));
        concerned.remove(self.authority);
        self.note(concerned, &content);
    }

    /// Tells all that are concerned, the one who asked for it as well, of two records that became one.
    pub(super) fn tell_of_merge(&mut self, gone: &Record, before: &Record, after: &Record) {
        let mut content = self.difference(before, after);
        content.insert("azrNummer".into(), after.azr_nummer.clone().into());
        content.insert("wegfallendeAzrNummer".into(), gone.azr_nummer.clone().into());
        // AZR-632: what the record held that is gone.
        let all: Vec<&Entry> = gone.entries.iter().map(Arc::as_ref).collect();
        content.insert("inhaltVorAenderung".into(), self.inhalt(gone, &all).into());
        let mut concerned = self.concerned(gone);
        concerned.extend(self.concerned(before));
        concerned.extend(self.concerned(after));
        self.note(concerned, &content);
    }

    fn note(&mut self, concerned: BTreeSet<String>, content: &Map<String, Value>) {
        for authority in concerned {
            self.notices.push(Notice { authority, content: content.clone() });
        }
    }

    fn concerned(&self, record: &Record) -> BTreeSet<String> {
        let mut concerned = BTreeSet::new();
        concerned.extend(record.aktenfuehrend(self.known).map(str::to_owned));
        if self.config.tell_reporters {
            concerned.extend(record.reporters().into_iter().map(str::to_owned));
        }
        concerned
    }

    /// The entries that differ: as they are now, and as they were. Nothing where none is left to show.
    fn difference(&self, before: &Record, after: &Record) -> Map<String, Value> {
        let (old, new) = (before.entries_beyond(after), after.entries_beyond(before));
        let mut content = Map::new();
        for (name, record, entries) in [("inhaltAktuell", after, new), ("inhaltVorAenderung", before, old)] {
            let inhalt = self.inhalt(record, &entries);
            if !inhalt.is_empty() {
                content.insert(name.into(), inhalt.into());
            }
        }
        content
    }

    fn inhalt(&self, record: &Record, entries: &[&Entry]) -> Map<String, Value> {
        show(self.kinds, record, entries.iter().copied(), datensatzinhalt)
    }
}

fn datensatzinhalt(kind: &Kind) -> &[Place] {
    &kind.datensatzinhalt
}
