//! The check of a record: each entry as the Meldung that would carry it.

use std::collections::HashSet;

use azrkit_standard::pack::Pack;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::compare::code_of;
use super::kinds::{Kind, Kinds};
use super::record::{Datensatz, Eintrag, Scope};
use crate::explain::sheet_numbers;
use crate::message::code::CodeEntry;
use crate::message::document::Document;
use crate::message::header::{Envelope, Partner, Product};
use crate::message::json;
use crate::message::read::{Options, Reader};
use crate::message::report::{Code, Finding, Severity};
use crate::message::texts::{Args, sentence};
use crate::time::Timestamp;

/// A problem of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordFinding {
    /// The finding; its path is a JSON Pointer into the record, such as `/entries/2/data/befristungsdatum`.
    #[serde(flatten)]
    pub finding: Finding,
    /// Host's key of the entry; empty where it is about the record as a whole.
    pub entry: String,
    /// Numbers and names of the field in the DSAusländer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dsauslaender: Vec<String>,
}

/// A record that was checked.
#[derive(Debug, Clone, Default)]
pub struct CheckedRecord {
    /// What was found, in the order of the entries.
    pub findings: Vec<RecordFinding>,
    /// The record with its data in canonical form.
    pub record: Datensatz,
}

impl CheckedRecord {
    /// No finding of severity error.
    pub fn is_valid(&self) -> bool {
        self.findings.iter().all(|found| found.finding.severity != Severity::Error)
    }
}

/// Checks a record: kinds, keys, numbers, scope; then structure, characters, codes and rules of each entry's data, as if it
/// were reported at `now`. An entry without data is one that is to be deleted.
pub fn check(
    reader: &mut Reader<'_>,
    kinds: &Kinds,
    record: &Datensatz,
    now: Timestamp,
    options: &Options,
) -> CheckedRecord {
    check_since(reader, kinds, record, now, options, &[]).0
}

/// [`check`], where of some entries it is known that nothing is found in them: `clean` are these in canonical form. The caller
/// answers for the same standards, and for the day. Gives beside it the first day (of 1970-01-01), from today on, on which the check
/// could come out otherwise, as codes may be reported from a day on and up to one; of the entries that are known it says nothing.
pub(crate) fn check_since(
    reader: &mut Reader<'_>,
    kinds: &Kinds,
    record: &Datensatz,
    now: Timestamp,
    options: &Options,
    clean: &[&Eintrag],
) -> (CheckedRecord, Option<i32>) {
    let mut until = None;
    let mut findings = of_the_whole(record, kinds, options);
    let mut entries = Vec::with_capacity(record.entries.len());
    for (index, entry) in record.entries.iter().enumerate() {
        let Some(kind) = kinds.get(&entry.kind).filter(|_| !entry.data.is_empty()) else {
            entries.push(entry.clone());
            continue;
        };
        let is_it = |known: &&&Eintrag| {
            (&known.kind, &known.key, known.correction) == (&entry.kind, &entry.key, entry.correction)
                && says(&known.data, &entry.data)
        };
        if let Some(known) = clean.iter().find(is_it) {
            entries.push(with_data(entry, known.data.clone()));
            continue;
        }
        let (found, data, turn) = check_entry(reader, kind, entry, index, now, options);
        until = until.into_iter().chain(turn).min();
        findings.extend(found);
        entries.push(with_data(entry, data.unwrap_or_else(|| entry.data.clone())));
    }
    let (key, azr_nummer, scope) = (record.key.clone(), record.azr_nummer.clone(), record.scope.clone());
    (CheckedRecord { findings, record: Datensatz { key, azr_nummer, scope, entries } }, until)
}

fn with_data(entry: &Eintrag, data: Map<String, Value>) -> Eintrag {
    let (kind, key, referenz_id) = (entry.kind.clone(), entry.key.clone(), entry.referenz_id.clone());
    Eintrag { kind, key, referenz_id, data, correction: entry.correction }
}

/// Whether data are these canonical ones, but for codes that are given as bare strings.
fn says(canonical: &Map<String, Value>, data: &Map<String, Value>) -> bool {
    canonical.len() == data.len()
        && canonical.iter().all(|(name, known)| data.get(name).is_some_and(|value| says_value(known, value)))
}

fn says_value(canonical: &Value, value: &Value) -> bool {
    match (canonical, value) {
        (Value::Object(canonical), Value::Object(value)) => says(canonical, value),
        (Value::Array(canonical), Value::Array(value)) => {
            canonical.len() == value.len()
                && canonical.iter().zip(value).all(|(known, value)| says_value(known, value))
        }
        (Value::Object(canonical), Value::String(_)) => code_of(canonical) == Some(value),
        (canonical, value) => canonical == value,
    }
}

/// What is wrong with a record as such.
fn of_the_whole(record: &Datensatz, kinds: &Kinds, options: &Options) -> Vec<RecordFinding> {
    let mut found = Vec::new();
    let mut add = |code: Code, path: String, entry: &str, args: Args| {
        let text = sentence(code, options.lang, &args, "");
        let finding = Finding {
            code,
            severity: code.severity(),
            layer: code.layer(),
            line: 0,
            column: 0,
            path,
            rule: None,
            text,
            expected: args.expected,
            value: args.value,
        };
        found.push(RecordFinding { finding, entry: entry.to_owned(), dsauslaender: Vec::new() });
    };
    let value = |text: &str| Args { value: Some(text.to_owned()), ..Args::default() };
    if record.key.is_empty() {
        add(Code::RecordKey, "/key".into(), "", value(""));
    }
    if let Some(Scope::Kinds(names)) = &record.scope {
        for (at, name) in names.iter().enumerate().filter(|(_, name)| kinds.get(name).is_none()) {
            add(Code::RecordKind, format!("/scope/{at}"), "", value(name));
        }
    }
    let mut keys = HashSet::new();
    for (at, entry) in record.entries.iter().enumerate() {
        let Some(kind) = kinds.get(&entry.kind) else {
            add(Code::RecordKind, format!("/entries/{at}/kind"), &entry.key, value(&entry.kind));
            continue;
        };
        if entry.key.is_empty() || !keys.insert(entry.key.as_str()) {
            add(Code::RecordKey, format!("/entries/{at}/key"), &entry.key, value(&entry.key));
        }
        if !record.touches(&entry.kind) {
            let args = Args { field: kind.label.clone(), ..value(&entry.kind) };
            add(Code::RecordScope, format!("/entries/{at}/kind"), &entry.key, args);
        }
        let told_apart = kind.auskunft.iter().any(|place| place.historic);
        let before = record.entries[..at]
            .iter()
            .filter(|other| other.kind == entry.kind && !other.data.is_empty())
            .count();
        if let Some(most) =
            kind.most.filter(|most| !told_apart && !entry.data.is_empty() && before >= *most as usize)
        {
            let args =
                Args { field: kind.label.clone(), expected: Some(most.to_string()), ..Args::default() };
            add(Code::RecordTooMany, format!("/entries/{at}"), &entry.key, args);
        }
    }
    found
}

/// The findings of an entry, its data in canonical form, and the first day from today on that stands in a row of one of its codes.
fn check_entry(
    reader: &mut Reader<'_>,
    kind: &Kind,
    entry: &Eintrag,
    index: usize,
    now: Timestamp,
    options: &Options,
) -> (Vec<RecordFinding>, Option<Map<String, Value>>, Option<i32>) {
    // Of the message only the data are looked at; the rest stands there so that it is one.
    let content = meldung(kind, if entry.correction { "04" } else { "01" }, None, Some(&entry.data));
    let mut top = Map::new();
    place(&mut top, &kind.folgemeldung, kind.many, content);
    let product = Product { produkt: "-".into(), produkthersteller: "-".into(), ..Product::default() };
    let partner = Partner {
        kennung: "-".into(),
        name: "-".into(),
        verzeichnisdienst: "DVDV".into(),
        ..Partner::default()
    };
    let envelope = Envelope {
        product: &product,
        autor: &partner,
        leser: &partner,
        uuid: "00000000-0000-4000-8000-000000000000",
        created: now,
    };
    let message = envelope.message("090010", top).to_string();
    let made = |document: &Document<'_>| (json::to_value(document), next_turn(document, now));
    let (checked, made) = json::check_then(reader, &message, options, made);
    let (value, turn) = made.unzip();
    let mut prefix = format!("/{}", kind.path());
    if kind.many {
        prefix.push_str("/0");
    }
    if let Some(fachdaten) = &kind.fachdaten {
        prefix.push('/');
        prefix.push_str(fachdaten);
    }
    let packs = reader.packs().to_vec();
    let own = |name: &str| kind.fields.iter().any(|field| field.name == name);
    let findings: Vec<RecordFinding> = checked
        .report
        .findings
        .into_iter()
        .filter_map(|mut finding| {
            let rest = finding.path.strip_prefix(&prefix)?;
            let field = rest.trim_start_matches('/').split('/').next().unwrap_or("");
            // In a Meldung without fachdaten its own elements stand beside the data.
            if kind.fachdaten.is_none() && !field.is_empty() && !own(field) && !entry.data.contains_key(field)
            {
                return None;
            }
            let dsauslaender = sheets(&packs, kind, rest);
            finding.path = format!("/entries/{index}/data{rest}");
            Some(RecordFinding { finding, entry: entry.key.clone(), dsauslaender })
        })
        .collect();
    let data = value.and_then(|value| {
        let found = value.pointer(&prefix)?.as_object()?;
        let data = found.iter().filter(|(name, _)| own(name) || name.starts_with('$'));
        Some(data.map(|(name, value)| (name.clone(), value.clone())).collect())
    });
    (findings, data, turn.flatten())
}

/// The first day, from today on, that stands in the list at one of the codes.
fn next_turn(document: &Document<'_>, now: Timestamp) -> Option<i32> {
    let codes = (0..).map_while(|index| document.node(index)).filter_map(CodeEntry::of);
    let days = codes.flat_map(|code| code.dates());
    days.flat_map(|day| [day.first, day.last]).filter(|day| *day >= now.day()).min()
}

/// A Meldung of an entry, in canonical JSON. `id` by which the register names it, where it has one; no data for a deletion.
pub fn meldung(kind: &Kind, art: &str, id: Option<&str>, data: Option<&Map<String, Value>>) -> Value {
    let mut content = Map::new();
    if kind.aenderungsart {
        content.insert("aenderungsArt".into(), json!({ "code": art }));
    }
    if let (Some(name), Some(id)) = (&kind.id, id) {
        content.insert(name.clone(), id.into());
    }
    match (data, &kind.fachdaten) {
        (Some(data), Some(name)) => {
            content.insert(name.clone(), Value::Object(data.clone()));
        }
        (Some(data), None) => content.extend(data.clone()),
        (None, _) => {}
    }
    Value::Object(content)
}

/// Puts a Meldung at its place in a message.
pub fn place(top: &mut Map<String, Value>, path: &[String], many: bool, content: Value) {
    let Some((last, above)) = path.split_last() else { return };
    let mut at = top;
    for name in above {
        let next = at.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(next) = next else { return };
        at = next;
    }
    if !many {
        at.insert(last.clone(), content);
    } else if let Value::Array(all) = at.entry(last.clone()).or_insert_with(|| Value::Array(Vec::new())) {
        all.push(content);
    }
}

fn sheets(packs: &[Pack<'_>], kind: &Kind, pointer: &str) -> Vec<String> {
    let names: Vec<&str> = pointer
        .split('/')
        .filter(|part| !part.is_empty() && !part.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    // A finding may stand deeper than the sheet names its fields.
    (1..=names.len())
        .rev()
        .map(|len| sheet_numbers(packs, &kind.name, &names[..len].join("/")))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}
