//! What a person is compared by, as it is read.

use std::borrow::Cow;

use crate::register::Datensatz;
use serde_json::Value;

/// A person as a stock gives it; what is empty is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person<'a> {
    /// The key in its stock.
    pub key: Cow<'a, str>,
    /// Family name.
    pub family: Cow<'a, str>,
    /// Given names.
    pub given: Cow<'a, str>,
    /// Another family name: at birth, or a former one.
    pub birth_name: Cow<'a, str>,
    /// `m`, `w` or `f`, any other letter.
    pub sex: Cow<'a, str>,
    /// `1994-05-03`, `19940503`, `03.05.1994`, `1994-05`, `1994`; a part of zeros is not known.
    pub birth: Cow<'a, str>,
    /// Place of birth.
    pub birth_place: Cow<'a, str>,
    /// Citizenships; at most two are compared.
    pub states: [Cow<'a, str>; 2],
    /// Street.
    pub street: Cow<'a, str>,
    /// House number.
    pub house: Cow<'a, str>,
    /// Postcode.
    pub postcode: Cow<'a, str>,
    /// Town.
    pub town: Cow<'a, str>,
    /// Numbers of documents; at most two are compared.
    pub documents: [Cow<'a, str>; 2],
}

impl<'a> Person<'a> {
    /// Of a record: its Grundpersonalien, the first former name, the present address and the first two papers.
    pub fn of(record: &'a Datensatz) -> Self {
        let mut person = Person { key: Cow::Borrowed(&record.key), ..Person::default() };
        let mut papers = 0;
        for entry in &record.entries {
            let at = |path: &[&str]| -> Cow<'a, str> {
                let mut value = path.first().and_then(|first| entry.data.get(*first));
                for name in path.get(1..).unwrap_or_default() {
                    value = value.and_then(|value| value.get(name).or_else(|| value.get(0)?.get(name)));
                }
                text(value)
            };
            match entry.kind.as_str() {
                "Grundpersonalien" => {
                    person.family = at(&["familienname", "name"]);
                    person.given = at(&["vorname", "name"]);
                    let birth_name = at(&["geburtsname", "name"]);
                    if !birth_name.is_empty() {
                        person.birth_name = birth_name;
                    }
                    person.sex = at(&["geschlecht", "geschlecht"]);
                    person.birth_place = at(&["geburtsangaben", "geburtsort", "ort"]);
                    let days = ["jahrMonatTag", "jahrMonat", "jahr"];
                    let days =
                        days.map(|part| at(&["geburtsangaben", "tagDerGeburt", "teilbekanntesDatum", part]));
                    person.birth = days.into_iter().find(|day| !day.is_empty()).unwrap_or_default();
                    let states = entry.data.get("staatsangehoerigkeit").and_then(Value::as_array);
                    let states = states.into_iter().flatten();
                    for (own, state) in person.states.iter_mut().zip(states) {
                        *own = text(state.get("staatsangehoerigkeit"));
                    }
                }
                "FruehererName" if person.birth_name.is_empty() => {
                    person.birth_name = at(&["familienname", "name"])
                }
                "Anschrift" if entry.data.get("fruehereAnschrift") != Some(&Value::Bool(true)) => {
                    person.street = at(&["anschrift", "strasse"]);
                    person.house = at(&["anschrift", "hausnummer"]);
                    person.postcode = at(&["anschrift", "postleitzahl"]);
                    person.town = at(&["anschrift", "wohnort"]);
                }
                "Ausweispapier" => {
                    if let Some(own) = person.documents.get_mut(papers) {
                        *own = at(&["ausweisIdentifikation"]);
                        papers += 1;
                    }
                }
                _ => {}
            }
        }
        person
    }
}

/// A text, or a code as an object.
fn text(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(Value::Object(code)) => {
            code.get("code").and_then(Value::as_str).map_or_else(Cow::default, Cow::Borrowed)
        }
        _ => Cow::default(),
    }
}
