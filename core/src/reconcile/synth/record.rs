//! A held person as a record, and as a row of a table.

use serde_json::{Map, Value, json};

use super::blur::Held;
use crate::register::{Datensatz, Eintrag};
use crate::time::Day;

/// The columns of a row.
pub const COLUMNS: [&str; 16] = [
    "key",
    "azr_nummer",
    "familienname",
    "vorname",
    "geburtsname",
    "geschlecht",
    "geburtsdatum",
    "geburtsort",
    "geburtsstaat",
    "staatsangehoerigkeit",
    "staatsangehoerigkeit2",
    "strasse",
    "hausnummer",
    "plz",
    "ort",
    "dokument",
];

/// A record with its entries: Grundpersonalien, Familienstand, Anschrift, Ausweispapier and a title, as far as they are known.
pub(super) fn datensatz(key: &str, azr_nummer: Option<&str>, held: &Held, today: Day) -> Datensatz {
    let mut entries = vec![entry("Grundpersonalien", "gp", grundpersonalien(held))];
    if held.married {
        entries.push(entry("Familienstand", "fs", json!({"familienstand": "VH"})));
    }
    if !held.town.is_empty() {
        let digits = held.house.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let mut anschrift = json!({
            "hausnummer": digits, "postleitzahl": held.postcode, "strasse": held.street, "wohnort": held.town,
        });
        if digits.len() < held.house.len()
            && let Some(fields) = anschrift.as_object_mut()
        {
            fields.insert("hausnummerBuchstabeZusatzziffer".into(), held.house[digits.len()..].into());
        }
        let data = json!({"anschrift": anschrift, "fruehereAnschrift": false});
        entries.push(entry("Anschrift", "a1", data));
    }
    if !held.document.is_empty() {
        let mut data = json!({"ausweisart": "01", "ausweisIdentifikation": held.document});
        if let (Some(state), Some(fields)) = (held.states.first(), data.as_object_mut()) {
            fields.insert("ausstellenderStaat".into(), json!({"staatsangehoerigkeit": state}));
        }
        entries.push(entry("Ausweispapier", "p1", data));
    }
    entries.push(title(held, today));
    Datensatz { key: key.to_owned(), azr_nummer: azr_nummer.map(str::to_owned), scope: None, entries }
}

fn title(held: &Held, today: Day) -> Eintrag {
    let title = held.title;
    let mut data = Map::new();
    let mut art = title.kind.to_owned();
    if let Some(first) = art.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    data.insert(art + "Art", title.code.into());
    data.insert("ereignisdatum".into(), Day(today.0 - title.since).iso().into());
    if let Some(left) = title.left {
        data.insert("befristungsdatum".into(), Day(today.0 + left).iso().into());
    }
    entry(title.kind, "t1", Value::Object(data))
}

fn grundpersonalien(held: &Held) -> Value {
    let name = |name: &str| match name {
        "" => json!({"nichtVorhanden": true}),
        name => json!({"name": name}),
    };
    let mut data = json!({"familienname": name(&held.family)});
    let ort = match held.birth_place.as_str() {
        "" => json!({"unbekannt": true}),
        place => json!({"ort": place}),
    };
    let tag = match held.birth.len() {
        0 => json!({"unbekannt": true}),
        4 => json!({"teilbekanntesDatum": {"jahr": held.birth}}),
        7 => json!({"teilbekanntesDatum": {"jahrMonat": held.birth}}),
        _ => json!({"teilbekanntesDatum": {"jahrMonatTag": held.birth}}),
    };
    // 998: not known.
    let state = if held.birth_state.is_empty() { "998" } else { &held.birth_state };
    if let Some(fields) = data.as_object_mut() {
        if !held.birth_name.is_empty() {
            fields.insert("geburtsname".into(), name(&held.birth_name));
        }
        fields.insert("vorname".into(), name(&held.given));
        let sex = if held.sex.is_empty() { json!({}) } else { json!({"geschlecht": held.sex}) };
        fields.insert("geschlecht".into(), sex);
        let geburt = json!({
            "geburtsort": ort, "geburtsortStaat": {"staatsangehoerigkeit": state}, "tagDerGeburt": tag,
        });
        fields.insert("geburtsangaben".into(), geburt);
        let states: Vec<Value> =
            held.states.iter().map(|state| json!({"staatsangehoerigkeit": state})).collect();
        if !states.is_empty() {
            fields.insert("staatsangehoerigkeit".into(), states.into());
        }
    }
    data
}

fn entry(kind: &str, key: &str, data: Value) -> Eintrag {
    let data = if let Value::Object(data) = data { data } else { Map::new() };
    Eintrag { kind: kind.into(), key: key.into(), data, ..Eintrag::default() }
}

/// A row with the columns of [`COLUMNS`].
pub(super) fn row<'a>(key: &'a str, azr_nummer: Option<&'a str>, held: &'a Held) -> [&'a str; 16] {
    let state = |at: usize| held.states.get(at).map_or("", String::as_str);
    [
        key,
        azr_nummer.unwrap_or(""),
        &held.family,
        &held.given,
        &held.birth_name,
        &held.sex,
        &held.birth,
        &held.birth_place,
        &held.birth_state,
        state(0),
        state(1),
        &held.street,
        &held.house,
        &held.postcode,
        &held.town,
        &held.document,
    ]
}
