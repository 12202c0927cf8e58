//! The changes that a Meldung asks for, one by one, and what they do to a record.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::faults::Fault;
use super::ids::Ids;
use super::record::{Entry, Known, OWNER, Record, has_history, is_photo};
use crate::register::{Kind, Kinds, compare_versions, plain, referenzanteil};
use crate::time::Timestamp;

/// What a Meldung asks for one entry.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) kind: usize,
    pub(super) art: Art,
    pub(super) id: Option<String>,
    pub(super) data: Map<String, Value>,
}

/// The Änderungsart. What has none is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Art {
    New,
    Update,
    Delete,
    MendChange,
    MendDelete,
}

/// Who changes, when.
#[derive(Debug, Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) behoerde: &'a str,
    pub(super) now: Timestamp,
}

/// What comes of the changes beside the record itself.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// New ids by kind, in the order of the changes.
    pub(super) ids: Vec<(usize, String)>,
    /// Pictures of new photos by their ids.
    pub(super) photos: Vec<(String, Value)>,
}

impl Art {
    fn of(code: &str) -> Option<Self> {
        Some(match code {
            "01" => Self::New,
            "02" => Self::Update,
            "03" => Self::Delete,
            "04" => Self::MendChange,
            "05" => Self::MendDelete,
            _ => return None,
        })
    }
}

/// The changes of a Meldung; `places` says where a kind stands in it. Photos come last: they may belong to an entry of the
/// same Meldung (AZR-091).
pub(super) fn changes<'k>(
    kinds: &'k Kinds,
    message: &Value,
    places: impl Fn(&'k Kind) -> Option<&'k [String]>,
) -> Vec<Change> {
    let mut found = Vec::new();
    for (index, kind) in kinds.all().iter().enumerate() {
        let Some(path) = places(kind) else { continue };
        let at = path.iter().try_fold(message, |value, name| value.get(name));
        let all = match at {
            Some(Value::Array(all)) => all.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => continue,
        };
        found.extend(all.iter().filter_map(|meldung| change(kind, index, meldung)));
    }
    found.sort_by_key(|change: &Change| kinds.all().get(change.kind).is_some_and(is_photo));
    found
}

fn change(kind: &Kind, index: usize, meldung: &Value) -> Option<Change> {
    let meldung = meldung.as_object()?;
    let text = |name: &str| match plain(meldung.get(name)?) {
        Value::String(text) => Some(text),
        _ => None,
    };
    let art = text("aenderungsArt").map_or(Some(Art::New), |code| Art::of(&code))?;
    let id = kind.id.as_deref().and_then(text);
    let data = match &kind.fachdaten {
        Some(name) => meldung.get(name).and_then(Value::as_object).cloned().unwrap_or_default(),
        None => {
            let own = |name: &str| name != "aenderungsArt" && Some(name) != kind.id.as_deref();
            meldung
                .iter()
                .filter(|(name, _)| own(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        }
    };
    Some(Change { kind: index, art, id, data })
}

/// The work on one record.
#[derive(Debug)]
pub(super) struct Work<'w> {
    pub(super) kinds: &'w Kinds,
    pub(super) known: &'w Known,
    pub(super) ids: &'w mut Ids,
    pub(super) by: By<'w>,
    /// Entries that a record may hold.
    pub(super) most: usize,
    pub(super) outcome: Outcome,
}

impl Work<'_> {
    /// Does all changes, or none: the record is left half changed where there are faults, and has to be thrown away.
    pub(super) fn apply(&mut self, record: &mut Record, changes: Vec<Change>) -> Vec<Fault> {
        let mut faults = Vec::new();
        for change in changes {
            if let Err(fault) = self.one(record, change) {
                faults.push(fault);
            }
        }
        if record.entries.len() > self.most {
            faults.push(Fault::new(
                "SIM-901",
                "Der Datensatz hätte mehr Einträge, als der Simulator speichert.",
            ));
        }
        faults
    }

    fn one(&mut self, record: &mut Record, change: Change) -> Result<(), Fault> {
        let Some(kind) = self.kinds.all().get(change.kind) else { return Ok(()) };
        if kind.id.is_none() {
            return self.nameless(record, kind, change);
        }
        if is_photo(kind) {
            return self.photo(record, kind, change);
        }
        match change.art {
            Art::New => self.add(record, kind, change),
            Art::Update | Art::MendChange => self.replace(record, kind, change),
            Art::Delete | Art::MendDelete => self.remove(record, kind, &change),
        }
    }

    fn entry(&self, change: Change, id: Option<String>) -> Entry {
        Entry {
            kind: change.kind,
            id,
            data: change.data,
            behoerde: self.by.behoerde.to_owned(),
            changed: self.by.now,
            ..Entry::default()
        }
    }

    /// Kinds whose entries are named by their content, or that are there once.
    fn nameless(&mut self, record: &mut Record, kind: &Kind, change: Change) -> Result<(), Fault> {
        let data = |entry: &Entry| plain(&Value::Object(entry.data.clone()));
        let wanted = plain(&Value::Object(change.data.clone()));
        let at = record.entries.iter().position(|entry| entry.kind == change.kind && data(entry) == wanted);
        match change.art {
            Art::New if !kind.aenderungsart => {
                record.entries.retain(|entry| entry.kind != change.kind);
                let entry = self.entry(change, None);
                record.entries.push(entry.into());
            }
            Art::New if at.is_some() => {}
            Art::New => {
                let entry = self.entry(change, None);
                record.entries.push(entry.into());
            }
            Art::Delete => match at {
                Some(at) => drop(record.entries.remove(at)),
                None => {
                    return Err(Fault::at(
                        "SIM-111",
                        &kind.name,
                        kind.element(),
                        "Das ist hier nicht gespeichert.",
                    ));
                }
            },
            _ => return Err(art(kind)),
        }
        Ok(())
    }

    /// AZR-084 to AZR-094.
    fn photo(&mut self, record: &mut Record, kind: &Kind, mut change: Change) -> Result<(), Fault> {
        let belongs = kind.fields.iter().any(|field| field.name == OWNER);
        let named =
            change.data.shift_remove(OWNER).and_then(|id| id.as_str().map(referenzanteil).map(str::to_owned));
        let holder = |anteil: &str| {
            let id = |entry: &Entry| entry.id.as_deref().map(referenzanteil) == Some(anteil);
            record.entries.iter().any(|entry| id(entry) && self.is_holder(entry))
        };
        let owner = named.filter(|anteil| holder(anteil)).or_else(|| {
            // The Suchvermerk of this Meldung.
            let new =
                self.outcome.ids.iter().find(|(kind, _)| self.kinds.all().get(*kind).is_some_and(is_holder));
            new.map(|(_, id)| referenzanteil(id).to_owned())
        });
        let of_kind = |entry: &Entry| entry.kind == change.kind;
        match change.art {
            Art::New => {
                if belongs && owner.is_none() {
                    return Err(Fault::at(
                        "SIM-110",
                        &kind.name,
                        OWNER,
                        "Der Suchvermerk zum Lichtbild ist unbekannt.",
                    ));
                }
                if belongs {
                    record.entries.retain(|entry| !of_kind(entry) || entry.owner != owner);
                }
                let Some(picture) = change.data.shift_remove("bild") else {
                    return Err(Fault::at(
                        "SIM-104",
                        &kind.name,
                        "bild",
                        "Zu einer Zuspeicherung gehört ein Bild.",
                    ));
                };
                let id = self.ids.other('L');
                self.outcome.photos.push((id.clone(), picture));
                self.outcome.ids.push((change.kind, id.clone()));
                let mut entry = self.entry(change, Some(id));
                entry.owner = owner.filter(|_| belongs);
                record.entries.push(entry.into());
            }
            Art::Delete => {
                let meant = |entry: &Entry| match &change.id {
                    Some(_) => entry.id == change.id,
                    None => belongs && owner.is_some() && entry.owner == owner,
                };
                let Some(at) = record.entries.iter().position(|entry| of_kind(entry) && meant(entry)) else {
                    return Err(unknown(kind));
                };
                record.entries.remove(at);
            }
            _ => return Err(art(kind)),
        }
        Ok(())
    }

    fn is_holder(&self, entry: &Entry) -> bool {
        self.kinds.all().get(entry.kind).is_some_and(is_holder)
    }

    fn add(&mut self, record: &mut Record, kind: &Kind, change: Change) -> Result<(), Fault> {
        let of_kind = |entry: &&mut Arc<Entry>| entry.kind == change.kind && !entry.historic;
        let held = record.current(change.kind).count();
        if kind.most.is_some_and(|most| held >= most as usize) {
            if !has_history(kind) {
                let text = "Der Datensatz enthält schon einen Eintrag dieser Art; mehr als einen kann er nicht enthalten.";
                return Err(Fault::at("SIM-105", &kind.name, "aenderungsArt", text));
            }
            // What was current becomes history as it is: its content did not change, nor does its Referenz-ID.
            for entry in record.entries.iter_mut().filter(of_kind) {
                Arc::make_mut(entry).historic = true;
            }
        }
        let id = self.ids.referenz_id();
        self.outcome.ids.push((change.kind, id.clone()));
        let entry = self.entry(change, Some(id));
        record.entries.push(entry.into());
        Ok(())
    }

    fn replace(&mut self, record: &mut Record, kind: &Kind, change: Change) -> Result<(), Fault> {
        if is_from_elsewhere(kind) {
            return self.print(record, change);
        }
        let at = self.find(record, kind, &change)?;
        let Some(old) = record.entries.get(at).map(|entry| Entry::clone(entry)) else {
            return Err(unknown(kind));
        };
        if change.art == Art::Update && old.historic {
            let text = "Der Eintrag ist historisch; er lässt sich nur berichtigen oder löschen.";
            return Err(Fault::at("SIM-108", &kind.name, "aenderungsArt", text));
        }
        let id = old.id.as_deref().and_then(|id| self.ids.next_version(id));
        let Some(id) = id else {
            return Err(Fault::new("SIM-901", "Zu diesem Eintrag sind keine Versionen mehr frei."));
        };
        self.outcome.ids.push((change.kind, id.clone()));
        let keep = change.art == Art::Update && has_history(kind);
        let mut entry = self.entry(change, Some(id));
        entry.documents.clone_from(&old.documents);
        entry.historic = old.historic;
        if let Some(place) = record.entries.get_mut(at) {
            *place = entry.into();
        }
        if keep {
            // The former state is an entry of its own from now on.
            let former =
                Entry { id: Some(self.ids.referenz_id()), historic: true, documents: Vec::new(), ..old };
            record.entries.insert(at, former.into());
        }
        Ok(())
    }

    fn remove(&mut self, record: &mut Record, kind: &Kind, change: &Change) -> Result<(), Fault> {
        if change.kind == self.known.grundpersonalien {
            let text = "Grundpersonalien lassen sich nur ändern, nicht löschen.";
            return Err(Fault::at("SIM-106", &kind.name, "aenderungsArt", text));
        }
        let at = self.find(record, kind, change)?;
        let gone = record.entries.remove(at);
        if is_holder(kind) {
            // AZR-517: its photo goes with it.
            let anteil = gone.id.as_deref().map(referenzanteil).map(str::to_owned);
            record.entries.retain(|entry| entry.owner.is_none() || entry.owner != anteil);
        }
        Ok(())
    }

    /// The entry that a change names.
    fn find(&self, record: &Record, kind: &Kind, change: &Change) -> Result<usize, Fault> {
        let Some(id) = &change.id else { return Err(unknown(kind)) };
        if is_from_elsewhere(kind) {
            let same = |entry: &Arc<Entry>| entry.kind == change.kind && entry.id.as_ref() == Some(id);
            return record.entries.iter().position(same).ok_or_else(|| unknown(kind));
        }
        let anteil = |entry: &Entry| entry.id.as_deref().map(referenzanteil) == Some(referenzanteil(id));
        let at = record.entries.iter().position(|entry| entry.kind == change.kind && anteil(entry));
        let at = at.ok_or_else(|| unknown(kind))?;
        let held = record.entries.get(at).and_then(|entry| entry.id.as_deref()).unwrap_or("");
        if compare_versions(held, id).is_eq() {
            return Ok(at);
        }
        let field = kind.id.as_deref().unwrap_or("");
        let text = "Die Referenz-ID hat eine andere Version als der gespeicherte Eintrag; er wurde inzwischen geändert.";
        Err(Fault::at("SIM-103", &kind.name, field, text))
    }

    /// A fingerprint gets into the register by another way, with an id that is not the register's own; what is reported is
    /// about the one that the id names, else about the only one, else it is a new one.
    fn print(&mut self, record: &mut Record, change: Change) -> Result<(), Fault> {
        let mut of_kind = record.entries.iter().enumerate().filter(|(_, entry)| entry.kind == change.kind);
        let at = match &change.id {
            Some(id) => of_kind.find(|(_, entry)| entry.id.as_ref() == Some(id)).map(|(at, _)| at),
            None => of_kind.next().map(|(at, _)| at),
        };
        let held = at.and_then(|at| record.entries.get(at)).and_then(|entry| entry.id.clone());
        let id = change.id.clone().or(held).unwrap_or_else(|| self.ids.other('F'));
        self.outcome.ids.push((change.kind, id.clone()));
        let entry = self.entry(change, Some(id));
        match at.and_then(|at| record.entries.get_mut(at)) {
            Some(place) => *place = entry.into(),
            None => record.entries.push(entry.into()),
        }
        Ok(())
    }
}

/// Photos belong to entries of this kind.
fn is_holder(kind: &Kind) -> bool {
    kind.id.as_deref() == Some(OWNER)
}

/// The id is not one of the register's Referenz-IDs, and entries of the kind are no photos.
fn is_from_elsewhere(kind: &Kind) -> bool {
    kind.fachdaten.is_none() && kind.id.is_some() && !is_photo(kind)
}

fn unknown(kind: &Kind) -> Fault {
    let field = kind.id.as_deref().unwrap_or("");
    Fault::at("SIM-102", &kind.name, field, "Der Datensatz enthält keinen Eintrag dieser Art mit dieser ID.")
}

fn art(kind: &Kind) -> Fault {
    Fault::at("SIM-104", &kind.name, "aenderungsArt", "Diese Änderungsart ist hier nicht möglich.")
}
