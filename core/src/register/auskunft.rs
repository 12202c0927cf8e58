//! What the register says of a person: Gesamtauskunft (090004) and Mitteilung (090030) as entries.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::kinds::{Kind, Kinds, Place};

/// An entry as the register holds it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterEintrag {
    /// The kind's name.
    pub kind: String,
    /// The Referenz-ID (or the id that stands for it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenz_id: Option<String>,
    /// The fields that a Meldung has, too: these can be compared.
    pub data: Map<String, Value>,
    /// What only the register fills: `letzteAenderung`, `meldendeBehoerde`, `dokumentMetadaten` …
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub register: Map<String, Value>,
    /// It is history.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historic: bool,
}

/// The entries of a Gesamtauskunft (090004), or of whatever has the same elements, in the order of the kinds.
pub fn of_auskunft(kinds: &Kinds, message: &Value) -> Vec<RegisterEintrag> {
    entries(kinds, message, |kind| &kind.auskunft)
}

/// The entries of `inhaltAktuell` or `inhaltVorAenderung` of a Mitteilung (090030).
pub fn of_datensatzinhalt(kinds: &Kinds, content: &Value) -> Vec<RegisterEintrag> {
    entries(kinds, content, |kind| &kind.datensatzinhalt)
}

fn entries<'k>(
    kinds: &'k Kinds,
    top: &Value,
    places: impl Fn(&'k Kind) -> &'k [Place],
) -> Vec<RegisterEintrag> {
    let mut found = Vec::new();
    for kind in kinds.all() {
        for place in places(kind) {
            for value in at(top, &place.path) {
                let Some(content) = value.as_object() else { continue };
                // Photos of all kinds stand at one place: the kind is the one that knows most of the fields.
                let sharing = kinds.all().iter().filter(|other| places(other).contains(place));
                let known = |kind: &Kind| {
                    kind.fields.iter().filter(|field| content.contains_key(&field.name)).count()
                };
                let best = sharing.rev().max_by_key(|other| known(other));
                if best.is_some_and(|best| best.name == kind.name) {
                    found.push(entry(kind, content, place.historic));
                }
            }
        }
    }
    found
}

fn entry(kind: &Kind, content: &Map<String, Value>, historic: bool) -> RegisterEintrag {
    let mut entry = RegisterEintrag { kind: kind.name.clone(), historic, ..RegisterEintrag::default() };
    for (name, value) in content {
        if Some(name) == kind.auskunft_id.as_ref() {
            entry.referenz_id = value.as_str().map(str::to_owned);
        } else if kind.fields.iter().any(|field| field.name == *name) || name.starts_with('$') {
            entry.data.insert(name.clone(), value.clone());
        } else {
            entry.register.insert(name.clone(), value.clone());
        }
    }
    entry
}

/// What stands at a path: one value, or those of an array.
fn at<'v>(top: &'v Value, path: &[String]) -> Vec<&'v Value> {
    let found = path.iter().try_fold(top, |value, name| value.get(name));
    match found {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    }
}
