//! The values of an entry, each with its path and in the form in which it is compared.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::fold;
use super::shape::{Nature, Shapes};

/// A value of an entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    /// Names from the kind down, parted by `/`; elements of an array have the same path.
    pub(super) path: String,
    pub(super) nature: Nature,
    /// Its spot, where the standard knows it.
    pub(super) spot: Option<u32>,
    /// What is compared: two values with the same text say the same.
    pub(super) text: String,
    /// The value as it stands.
    pub(super) value: Value,
}

/// Codes that were renamed: by URI of the list, or kind and field (`Duldung/duldungArt`), and old code.
#[derive(Debug, Clone, Default)]
pub struct Renamed(HashMap<(String, String), String>);

impl Renamed {
    /// Reads a table: `list`, `old`, `new` in each line, parted by tabs; lines that begin with `#` are comments. `list` is the URI of a
    /// code list, or a kind and a field's path (`Duldung/duldungArt`). A code that is renamed twice takes both steps.
    ///
    /// # Errors
    /// The number of the first line that has not three cells.
    pub fn read(table: &str) -> Result<Self, usize> {
        let mut renamed = HashMap::new();
        for (number, line) in (1..).zip(table.lines()) {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let mut cells = line.split('\t').map(str::trim);
            match (cells.next(), cells.next(), cells.next(), cells.next()) {
                (Some(list), Some(old), Some(new), None) if !new.is_empty() => {
                    renamed.insert((list.to_owned(), old.to_owned()), new.to_owned());
                }
                _ => return Err(number),
            }
        }
        Ok(Self(renamed))
    }

    /// The code that stands for another today.
    fn today(&self, lists: &[&str], code: &str) -> String {
        let mut code = code.to_owned();
        // A ring of renamings ends after some steps.
        for _ in 0..8 {
            let next = lists.iter().find_map(|list| self.0.get(&((*list).to_owned(), code.clone())));
            match next {
                Some(next) if !self.0.is_empty() => code.clone_from(next),
                _ => break,
            }
        }
        code
    }
}

/// The values of an entry's data, in the schema's order, then what the standard does not know.
pub(super) fn leaves(
    shapes: &Shapes<'_>,
    renamed: &Renamed,
    kind: &str,
    data: &Map<String, Value>,
) -> Vec<Leaf> {
    let mut all = Reading { shapes, renamed, kind, leaves: Vec::new() };
    all.members(shapes.kind(kind), data, "");
    all.leaves
}

struct Reading<'s, 'a> {
    shapes: &'s Shapes<'a>,
    renamed: &'s Renamed,
    kind: &'s str,
    leaves: Vec<Leaf>,
}

impl Reading<'_, '_> {
    fn members(&mut self, spot: Option<u32>, data: &Map<String, Value>, path: &str) {
        let shapes = self.shapes;
        let within = spot.and_then(|spot| shapes.spot(spot)).map_or(&[][..], |spot| &spot.within);
        for below in within {
            let name = shapes.name_of(*below);
            if let Some(value) = data.get(name) {
                self.value(Some(*below), value, &join(path, name));
            }
        }
        let mut unknown: Vec<&String> =
            data.keys().filter(|name| !within.iter().any(|below| shapes.name_of(*below) == *name)).collect();
        unknown.sort();
        for name in unknown {
            if let Some(value) = data.get(name) {
                self.value(None, value, &join(path, name));
            }
        }
    }

    fn value(&mut self, spot: Option<u32>, value: &Value, path: &str) {
        if let Value::Array(all) = value {
            all.iter().for_each(|one| self.value(spot, one, path));
            return;
        }
        let nature = spot.and_then(|spot| self.shapes.spot(spot)).map_or(Nature::Text, |spot| spot.nature);
        let text = match (nature, value) {
            (_, Value::Null) => None,
            (Nature::Date, _) => date(value),
            (Nature::Code, _) => code(value).map(|code| self.code_today(value, path, code)),
            (Nature::Name, Value::Object(all)) => all.get("name").and_then(scalar),
            (_, Value::Object(all)) if all.len() == 1 && all.contains_key("$text") => {
                all.get("$text").and_then(scalar)
            }
            (_, Value::Object(all)) => match code(value).filter(|_| spot.is_none()) {
                Some(code) => Some(code),
                None => return self.members(spot, all, path),
            },
            _ => scalar(value),
        };
        // `unbekannt` and `nichtVorhanden` say that there is nothing.
        let nothing = path.ends_with("/unbekannt") || path.ends_with("/nichtVorhanden");
        let Some(text) = text.filter(|text| !text.is_empty() && !nothing) else { return };
        let text = match nature {
            Nature::House => fold::house_number(&text),
            _ => text,
        };
        self.leaves.push(Leaf { path: path.to_owned(), nature, spot, text, value: value.clone() });
    }

    /// The same code of another version of its list is the same.
    fn code_today(&self, value: &Value, path: &str, code: String) -> String {
        if self.renamed.0.is_empty() {
            return code;
        }
        let place = format!("{}/{path}", self.kind);
        let uri = value.get("listURI").and_then(Value::as_str).unwrap_or("");
        self.renamed.today(&[&place, uri, self.list_of(path)], &code)
    }

    /// The URI of the list of a field, where its type fixes it.
    fn list_of(&self, path: &str) -> &str {
        let mut at = self.shapes.kind(self.kind);
        for name in path.split('/') {
            at = at.and_then(|at| self.shapes.within(at, name));
        }
        let pack = &self.shapes.pack;
        let ty = at.and_then(|at| self.shapes.spot(at)).and_then(|spot| pack.types.get(spot.ty as usize));
        ty.and_then(|ty| pack.code_types.get(ty.code.get() as usize)).map_or("", |code| pack.str(code.uri))
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(fold::spaced(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The code of a code, with or without its list.
fn code(value: &Value) -> Option<String> {
    match value {
        Value::Object(all) => scalar(all.get("code")?),
        other => scalar(other),
    }
}

/// A date as far as it is known: `2026`, `2026-06`, `2026-06-12`; none where it is unknown or says nothing. What can not be read as
/// a date stays as it is.
fn date(value: &Value) -> Option<String> {
    match value {
        Value::Object(all) => {
            let known = ["teilbekanntesDatum", "datum", "jahrMonatTag", "jahrMonat", "jahr"];
            known.iter().find_map(|name| all.get(*name)).and_then(date)
        }
        other => scalar(other).and_then(|text| iso(&text)),
    }
}

fn iso(text: &str) -> Option<String> {
    let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
    let german: Vec<&str> = text.split('.').collect();
    let parts: Vec<String> = match german.as_slice() {
        [day, month, year]
            if digits(year, 4) && (1..=2).contains(&day.len()) && (1..=2).contains(&month.len()) =>
        {
            vec![(*year).to_owned(), format!("{month:0>2}"), format!("{day:0>2}")]
        }
        [month, year] if digits(year, 4) && (1..=2).contains(&month.len()) => {
            vec![(*year).to_owned(), format!("{month:0>2}")]
        }
        _ => {
            let day = text.split('T').next().unwrap_or(text).trim_end_matches('Z');
            day.split('-').map(str::to_owned).collect()
        }
    };
    let sound = parts.first().is_some_and(|year| digits(year, 4))
        && parts.iter().skip(1).all(|part| digits(part, 2))
        && parts.len() <= 3;
    if !sound {
        return Some(text.to_owned());
    }
    // Month and day 00 are unknown; a day without its month says nothing.
    let known = parts.iter().take_while(|part| part.as_str() != "00" && part.as_str() != "0000");
    let known: Vec<&str> = known.map(String::as_str).collect();
    (!known.is_empty()).then(|| known.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Standards;
    use serde_json::json;

    fn texts(kind: &str, data: Value, renamed: &str) -> Vec<(String, String)> {
        let standards = Standards::builtin();
        let (shapes, _) = Shapes::newest(&standards.packs()).expect("kinds");
        let renamed = Renamed::read(renamed).expect("a table");
        let found = leaves(&shapes, &renamed, kind, data.as_object().expect("an object"));
        found.into_iter().map(|leaf| (leaf.path, leaf.text)).collect()
    }

    #[test]
    fn each_spelling_of_a_date_is_one() {
        for (value, expected) in [
            (json!("2026-06-12"), Some("2026-06-12")),
            (json!("12.6.2026"), Some("2026-06-12")),
            (json!("2026-06-12T10:00:00Z"), Some("2026-06-12")),
            (json!({"teilbekanntesDatum": {"jahrMonat": "2026-06"}}), Some("2026-06")),
            (json!("2026-06-00"), Some("2026-06")),
            (json!("00.00.2026"), Some("2026")),
            (json!("06.2026"), Some("2026-06")),
            (json!({"jahr": "2026"}), Some("2026")),
            (json!({"unbekannt": true}), None),
            (json!("0000-00-00"), None),
            (json!("Ostern"), Some("Ostern")),
        ] {
            assert_eq!(date(&value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn values_come_in_the_order_of_the_schema_and_say_nothing_where_there_is_nothing() {
        let found = texts(
            "Grundpersonalien",
            json!({
                "zusatz": "x",
                "vorname": {"nichtVorhanden": true},
                "familienname": {"name": "Meier "},
                "geburtsangaben": {"geburtsort": {"unbekannt": true}, "tagDerGeburt": {"teilbekanntesDatum": {"jahr": "1990"}}},
                "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}, {"staatsangehoerigkeit": {"code": "460", "listVersionID": "1"}}],
            }),
            "",
        );
        let found: Vec<(&str, &str)> =
            found.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(
            found,
            [
                ("familienname", "Meier"),
                ("geburtsangaben/tagDerGeburt", "1990"),
                ("staatsangehoerigkeit/staatsangehoerigkeit", "163"),
                ("staatsangehoerigkeit/staatsangehoerigkeit", "460"),
                ("zusatz", "x"),
            ]
        );
    }

    #[test]
    fn renamed_codes_are_what_they_are_today() {
        let table =
            "# comment\nDuldung/duldungArt\t01\t03\nurn:de:xauslaender:codelist:azr:artderduldung\t03\t05\n";
        assert_eq!(
            texts("Duldung", json!({"duldungArt": {"code": "01", "listVersionID": "5"}}), table)[0].1,
            "05"
        );
        assert_eq!(texts("Duldung", json!({"duldungArt": "01"}), "")[0].1, "01");
        assert_eq!(
            texts(
                "Duldung",
                json!({"duldungArt": "1"}),
                "Duldung/duldungArt\t1\t2\nDuldung/duldungArt\t2\t1"
            )[0]
            .1,
            "1"
        );
        assert_eq!(Renamed::read("a\tb").err(), Some(1));
    }

    #[test]
    fn house_numbers_have_one_form() {
        let found = texts(
            "Anschrift",
            json!({"anschrift": {"hausnummer": "0012", "hausnummerBuchstabeZusatzziffer": " A"}}),
            "",
        );
        assert_eq!(found[0].1, "12");
        assert_eq!(found[1].1, "a");
    }
}
