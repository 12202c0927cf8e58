//! Where records are found: by names and birth, and by numbers of papers.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::names::{Grade, Person, fold};
use super::record::{Entry, Record};
use crate::register::Kinds;

/// Points that a similar hit must have where nothing else is asked for.
pub(super) const NORMAL: u32 = 82;
/// Most variants of a person's data that are looked at.
const VARIANTS: usize = 64;

/// All records by their keys.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_key: HashMap<String, BTreeSet<String>>,
    persons: HashMap<String, Found>,
}

#[derive(Debug)]
struct Found {
    /// Personal data with their art (list artpersonalie); the Grundpersonalien first.
    variants: Vec<(&'static str, Person)>,
    keys: BTreeSet<String>,
}

/// A record that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) azr_nummer: String,
    pub(super) grade: Grade,
    pub(super) points: u32,
    /// Which of the person's data it was found by.
    pub(super) art: &'static str,
}

impl Index {
    /// Puts a record in, or anew.
    pub(super) fn put(&mut self, kinds: &Kinds, record: &Record) {
        self.remove(&record.azr_nummer);
        let variants = variants(kinds, record);
        let mut keys: BTreeSet<String> = variants.iter().flat_map(|(_, person)| person.keys()).collect();
        keys.extend(numbers(kinds, record));
        for key in &keys {
            self.by_key.entry(key.clone()).or_default().insert(record.azr_nummer.clone());
        }
        self.persons.insert(record.azr_nummer.clone(), Found { variants, keys });
    }

    /// Whether records are found by an entry.
    pub(super) fn is_found_by(kinds: &Kinds, entry: &Entry) -> bool {
        let kind = kinds.all().get(entry.kind);
        kind.is_some_and(|kind| art(&kind.name).is_some()) || !numbers_of(kinds, entry).is_empty()
    }

    /// Takes a record out.
    pub(super) fn remove(&mut self, azr_nummer: &str) {
        let Some(entry) = self.persons.remove(azr_nummer) else { return };
        for key in &entry.keys {
            if let Some(found) = self.by_key.get_mut(key) {
                found.remove(azr_nummer);
                if found.is_empty() {
                    self.by_key.remove(key);
                }
            }
        }
    }

    /// The records like a person, the best first.
    pub(super) fn search(&self, person: &Person, least: u32) -> Vec<Hit> {
        let found: BTreeSet<&String> =
            person.wanted().iter().filter_map(|key| self.by_key.get(key)).flatten().collect();
        let mut hits: Vec<Hit> = found
            .into_iter()
            .filter_map(|azr_nummer| {
                let variants = &self.persons.get(azr_nummer)?.variants;
                let graded = variants
                    .iter()
                    .filter_map(|(art, variant)| Some((person.compare(variant, least)?, *art)));
                // Of equals the first: the Grundpersonalien.
                let best = graded.reduce(|best, next| if next.0 > best.0 { next } else { best });
                let ((grade, points), art) = best?;
                Some(Hit { azr_nummer: azr_nummer.clone(), grade, points, art })
            })
            .collect();
        hits.sort_by(|a, b| {
            (b.grade, b.points).cmp(&(a.grade, a.points)).then_with(|| a.azr_nummer.cmp(&b.azr_nummer))
        });
        hits
    }

    /// Records whose Grundpersonalien are the same, and so many that are similar.
    pub(super) fn alike(
        &self,
        grundpersonalien: &Map<String, Value>,
        is_other: impl Fn(&str) -> bool,
        most: usize,
    ) -> (Vec<String>, Vec<String>) {
        let hits = self.search(&Person::of(grundpersonalien), NORMAL);
        let (same, similar): (Vec<Hit>, Vec<Hit>) = hits
            .into_iter()
            .filter(|hit| !is_other(&hit.azr_nummer))
            .partition(|hit| hit.grade >= Grade::Equal && hit.art == "0");
        let numbers = |hits: Vec<Hit>| hits.into_iter().take(most).map(|hit| hit.azr_nummer).collect();
        (numbers(same), numbers(similar))
    }

    /// The records that have a number in a field.
    pub(super) fn by_number(&self, fields: &[&str], number: &str) -> BTreeSet<String> {
        let keys = fields.iter().map(|field| number_key(field, number));
        keys.filter_map(|key| self.by_key.get(&key)).flatten().cloned().collect()
    }
}

/// Fields that hold a number by which a record can be asked for.
const NUMBERS: [&str; 9] = [
    "ausweisIdentifikation",
    "nummerAufenthaltstitel",
    "bescheinigungsNummer",
    "traegervordruck",
    "ppkNummer",
    "fingerabdruckId",
    "sisId",
    "optionsnummer",
    "eurodacnummer",
];

/// Whether two texts are the same number.
pub(super) fn same_number(a: &str, b: &str) -> bool {
    number_key("", a) == number_key("", b)
}

fn number_key(field: &str, number: &str) -> String {
    // Not "*", "?" or a year: no key of a name ends so.
    format!("{field}={}", fold(number).replace(' ', ""))
}

fn numbers(kinds: &Kinds, record: &Record) -> Vec<String> {
    record.entries.iter().flat_map(|entry| numbers_of(kinds, entry)).collect()
}

fn numbers_of(kinds: &Kinds, entry: &Entry) -> Vec<String> {
    let of = |field: &&str| Some(number_key(field, entry.data.get(*field)?.as_str()?));
    let mut keys: Vec<String> = NUMBERS.iter().filter_map(of).collect();
    let id_name = kinds.all().get(entry.kind).and_then(|kind| kind.id.as_deref());
    if let (Some("fingerabdruckId"), Some(id)) = (id_name, &entry.id) {
        keys.push(number_key("fingerabdruckId", id));
    }
    keys
}

/// What entries of a kind are to a search (list artpersonalie).
fn art(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Grundpersonalien" => "0",
        "FruehererName" => "4",
        "AbweichendeNamensschreibweise" => "5",
        "AndererName" => "6",
        "Aliaspersonalien" => "7",
        _ => return None,
    })
}

/// The Grundpersonalien, then the same person under the other names and data that are held (list artpersonalie).
fn variants(kinds: &Kinds, record: &Record) -> Vec<(&'static str, Person)> {
    let art = |kind: usize| kinds.all().get(kind).and_then(|kind| art(&kind.name));
    let grund = record.entries.iter().find(|entry| art(entry.kind) == Some("0"));
    let Some(grund) = grund else { return Vec::new() };
    let person = Person::of(&grund.data);
    let mut variants = vec![("0", person.clone())];
    if let Some(names) = grund.data.get("schreibweiseNameNachDtRecht").and_then(Value::as_object) {
        variants.push(("3", person.with_names(names)));
    }
    for entry in &record.entries {
        match art(entry.kind) {
            Some("7") => variants.push(("7", Person::of(&entry.data))),
            Some("6") => {
                let other = entry.data.get("name").map(|name| person.with_name(name));
                variants.extend(other.into_iter().flatten().map(|person| ("6", person)));
            }
            Some(art @ ("4" | "5")) => variants.push((art, person.with_names(&entry.data))),
            _ => {}
        }
    }
    variants.truncate(VARIANTS);
    variants
}
