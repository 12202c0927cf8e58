//! Made-up persons and what offices note of them.

use serde_json::{Map, Value, json};

use crate::rng::Rng;

/// Kinds of which a person of the simulation may have entries; of those that stand once, at most one.
pub const KINDS: [(&str, bool); 7] = [
    ("Duldung", true),
    ("Ausweisung", false),
    ("Anschrift", false),
    ("Herkunftsland", true),
    ("AbweichendeNamensschreibweise", false),
    ("FruehererName", false),
    ("Meldestatus", true),
];

const FAMILY: [&str; 12] = [
    "Öztürk",
    "Nguyễn",
    "Kovačević",
    "Haddad",
    "Müller-Đặng",
    "Iwanow",
    "Okafor",
    "Rossi",
    "Şahin",
    "Łukasik",
    "Petrović",
    "Abebe",
];
const GIVEN: [&str; 8] = ["Zoë", "Mehmet", "Ana", "Yusuf", "Olga", "Chidi", "Giulia", "Linh"];

/// The Grundpersonalien of the person of a number. Some persons are called alike and born on the same day.
pub fn grundpersonalien(person: usize) -> Map<String, Value> {
    let like = person - usize::from(person % 6 == 5);
    let value = json!({
        "familienname": {"name": format!("{}{}", FAMILY[like % FAMILY.len()], letters(like))},
        "vorname": {"name": GIVEN[like % GIVEN.len()]},
        "geschlecht": {"geschlecht": if like.is_multiple_of(2) { "w" } else { "m" }},
        "geburtsangaben": {
            "geburtsort": {"ort": "Diyarbakır"}, "geburtsortStaat": {"staatsangehoerigkeit": "163"},
            "tagDerGeburt": {"teilbekanntesDatum": {"jahrMonatTag": day(like, 1970)}},
        },
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}],
    });
    object(value)
}

/// Some data of a kind.
pub fn data(kind: &str, rng: &mut Rng) -> Map<String, Value> {
    let any = rng.below(100_000);
    object(match kind {
        "Duldung" => {
            json!({"duldungArt": "03", "ereignisdatum": "2026-11-16", "befristungsdatum": day(any, 2027)})
        }
        "Ausweisung" => {
            json!({"ausweisungArt": "10", "ereignisdatum": day(any, 2024), "aktenzeichenMeldendeBehoerde": format!("A-{any}")})
        }
        "Anschrift" => json!({
            "anschrift": {"hausnummer": (any % 200 + 1).to_string(), "postleitzahl": "74072", "strasse": format!("Allee {}", letters(any)), "wohnort": "Heilbronn"},
            "fruehereAnschrift": rng.percent(50),
        }),
        "Herkunftsland" => json!({"letzterWohnortHerkunftsland": format!("Ort{}", letters(any))}),
        "AbweichendeNamensschreibweise" => {
            json!({"familienname": {"name": format!("Anders{}", letters(any))}})
        }
        "FruehererName" => json!({"familienname": {"name": format!("Vormals{}", letters(any))}}),
        _ => {
            json!({"meldestatusArt": "01", "ereignisdatum": day(any, 2026), "aktenzeichen": format!("M-{any}")})
        }
    })
}

/// Changes one field of an entry's data.
pub fn change(kind: &str, data: &mut Map<String, Value>, rng: &mut Rng) {
    if kind == "Grundpersonalien" {
        data.insert("doktorgrad".into(), format!("Dr. {}", letters(rng.below(1000))).into());
        return;
    }
    let other = self::data(kind, rng);
    let names: Vec<&String> = other.keys().collect();
    let name = names[rng.below(names.len())].clone();
    data.insert(name.clone(), other[&name].clone());
}

fn day(number: usize, year: usize) -> String {
    format!("{}-{:02}-{:02}", year, number / 28 % 12 + 1, number % 28 + 1)
}

/// A number in letters.
fn letters(mut number: usize) -> String {
    let mut text = String::new();
    loop {
        text.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
        if number == 0 {
            return text;
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
