//! Meldungen: 090009 and 090010, answered by 090098 or 090099.

use serde_json::{Map, Value, json};

use super::change::{Art, Change, Outcome, changes};
use super::faults::{Fault, content};
use super::record::{Record, is_photo};
use super::state::{Call, Reply};
use crate::register::{Kind, Kinds, place};

/// Most numbers of similar persons that are named.
const SIMILAR: usize = 10;

impl Call<'_> {
    /// 090009. All entries are new. Records with the same Grundpersonalien must be named by NichtIdentischMit (AZR-661).
    pub(super) fn erstmeldung(&mut self, size: usize) -> Reply {
        let changes = changes(self.kinds, self.message, |kind| kind.erstmeldung.as_deref());
        if let Err(fault) = self.room(size) {
            return refused(&[fault]);
        }
        let mut faults: Vec<Fault> = changes.iter().filter_map(|change| self.not_new(change)).collect();
        faults.extend(self.unknown_numbers(&changes));
        if !faults.is_empty() {
            return refused(&faults);
        }
        let others: Vec<String> = named(self.kinds, &changes);
        let (gleich, aehnlich) = self.alike(&changes, &others, None);
        if !gleich.is_empty() {
            let text = "Es gibt Datensätze mit gleichen Grundpersonalien, die nicht als andere Person bezeichnet sind.";
            let fault = Fault::at("SIM-107", "Grundpersonalien", "familienname", text);
            return ("090099", content(&[fault], &gleich));
        }
        let Some(azr_nummer) = self.state.ids.azr_nummer(self.now) else {
            return refused(&[Fault::new("SIM-901", "An diesem Tag sind keine AZR-Nummern mehr frei.")]);
        };
        let record = Record { azr_nummer: azr_nummer.clone(), created: self.now, ..Record::default() };
        match self.change(&record, changes) {
            Err(faults) => refused(&faults),
            Ok((record, outcome)) => {
                let mut content = self.confirmation(&outcome);
                content.insert("azrNummer".into(), azr_nummer.into());
                similar(&mut content, aehnlich);
                self.store(record, outcome.photos);
                ("090098", content)
            }
        }
    }

    /// 090010. All or nothing.
    pub(super) fn folgemeldung(&mut self, size: usize) -> Reply {
        let number = self.text("/azrNummer").unwrap_or_default();
        let Some(record) = self.state.resolve(&number).and_then(|now| self.state.records.get(now)).cloned()
        else {
            let text = format!("Unter der AZR-Nummer {number} gibt es keinen Datensatz.");
            return refused(&[Fault::at("SIM-101", "Folgemeldung", "azrNummer", text)]);
        };
        if let Err(fault) = self.hold(size) {
            return refused(&[fault]);
        }
        let changes = changes(self.kinds, self.message, |kind| Some(&kind.folgemeldung));
        if changes.is_empty() {
            return refused(&[Fault::new(
                "SIM-109",
                "Die Folgemeldung enthält nichts, was zu speichern wäre.",
            )]);
        }
        let faults = self.unknown_numbers(&changes);
        if !faults.is_empty() {
            return refused(&faults);
        }
        let mut others: Vec<String> = named(self.kinds, &changes);
        others.extend(record.entries.iter().filter_map(|entry| number_in(&entry.data)));
        let (gleich, aehnlich) = self.alike(&changes, &others, Some(&record.azr_nummer));
        let now = record.azr_nummer.clone();
        match self.change(&record, changes) {
            Err(faults) => refused(&faults),
            Ok((record, outcome)) => {
                let mut content = self.confirmation(&outcome);
                if number != now {
                    content.insert("azrNummer".into(), now.into());
                }
                similar(&mut content, gleich.into_iter().chain(aehnlich).collect());
                self.store(record, outcome.photos);
                ("090098", content)
            }
        }
    }

    /// Whether one more record can be held.
    fn room(&mut self, size: usize) -> Result<(), Fault> {
        if self.state.records.len() >= self.config.limits.records {
            return Err(Fault::new("SIM-901", "Der Simulator kann keinen weiteren Datensatz aufnehmen."));
        }
        self.hold(size)
    }

    fn not_new(&self, change: &Change) -> Option<Fault> {
        let kind = self.kinds.all().get(change.kind)?;
        // A fingerprint is never new (AZR-059).
        let may_be_old = kind.fachdaten.is_none() && kind.id.is_some() && !is_photo(kind);
        let wrong = change.art != Art::New && !may_be_old;
        let text = "In einer Erstmeldung ist nur die Zuspeicherung möglich.";
        wrong.then(|| Fault::at("SIM-104", &kind.name, "aenderungsArt", text))
    }

    /// NichtIdentischMit with numbers that the register does not know.
    fn unknown_numbers(&self, changes: &[Change]) -> Vec<Fault> {
        let new = changes.iter().filter(|change| change.art == Art::New);
        let numbers = new.filter_map(|change| number_in(&change.data));
        let unknown = numbers.filter(|number| self.state.resolve(number).is_none());
        let fault = |number: String| {
            let text = format!("Unter der AZR-Nummer {number} gibt es keinen Datensatz.");
            Fault::at("SIM-111", "NichtIdentischMit", "nichtIdentischMit", text)
        };
        unknown.map(fault).collect()
    }

    /// Numbers of records with the same and with similar Grundpersonalien, those apart that are named as others.
    fn alike(&self, changes: &[Change], others: &[String], own: Option<&str>) -> (Vec<String>, Vec<String>) {
        let grund = changes.iter().find(|change| change.kind == self.known.grundpersonalien);
        let Some(grund) = grund.filter(|change| !change.data.is_empty()) else { return Default::default() };
        let others: Vec<&str> = others.iter().filter_map(|number| self.state.resolve(number)).collect();
        let is_other = |number: &str| own == Some(number) || others.contains(&number);
        self.state.index.alike(&grund.data, is_other, SIMILAR)
    }

    /// The ids at their places in a 090098.
    fn confirmation(&self, outcome: &Outcome) -> Map<String, Value> {
        let mut content = Map::new();
        let mut hints = Vec::new();
        // The Sachverhalt first: only one can stand there.
        let sachverhalt = |kind: usize| self.kinds.all().get(kind).is_some_and(|kind| kind.sachverhalt);
        let mut ids: Vec<&(usize, String)> = outcome.ids.iter().collect();
        ids.sort_by_key(|(kind, _)| !sachverhalt(*kind));
        for (kind, id) in ids {
            let Some(kind) = self.kinds.all().get(*kind) else { continue };
            let Some(path) = &kind.bestaetigung else { continue };
            if path.len() > 1
                && path.first().is_some_and(|first| first == "sachverhalt" && content.contains_key(first))
            {
                hints.push(json!({
                    "hinweisschluessel": "SIM-H01",
                    "hinweistext": format!("Neue Referenz-ID zu {}: {id}", kind.element())
                }));
            } else {
                place(&mut content, path, false, id.clone().into());
            }
        }
        if !hints.is_empty() {
            content.insert("hinweis".into(), hints.into());
        }
        content
    }
}

/// A 090099.
pub(super) fn refused(faults: &[Fault]) -> Reply {
    ("090099", content(faults, &[]))
}

/// The number that NichtIdentischMit names.
pub(super) fn number_in(data: &Map<String, Value>) -> Option<String> {
    data.get("nichtIdentischMit")?.as_str().map(str::to_owned)
}

fn named(kinds: &Kinds, changes: &[Change]) -> Vec<String> {
    let nameless = |kind: &Kind| kind.id.is_none() && kind.aenderungsart;
    let of_kind = |change: &&Change| kinds.all().get(change.kind).is_some_and(nameless);
    let new = changes.iter().filter(|change| change.art == Art::New);
    new.filter(of_kind).filter_map(|change| number_in(&change.data)).collect()
}

fn similar(content: &mut Map<String, Value>, numbers: Vec<String>) {
    if !numbers.is_empty() {
        content.insert("personalienAehnlich".into(), json!(numbers));
    }
}
