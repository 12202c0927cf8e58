//! Long patterns once, and references to them everywhere else: the character sets of DIN 91379 fill half a page each.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::NONE;
use serde_json::{Map, Value};

use super::regex::translate;
use super::types::pointer;

/// Patterns with more bytes than this are long.
const LONG: usize = 160;

/// Puts the long patterns of a schema into its `$defs`. The name of one is that of the simple type which has nothing else
/// (`datatypeC`), or a number.
pub(super) fn hoist(schema: &mut Value, pack: &Pack<'_>) {
    let mut found: Vec<(String, String)> = Vec::new();
    walk(schema, &mut |pattern| match found.iter().find(|(_, known)| known == pattern) {
        Some((name, _)) => name.clone(),
        None => {
            let name = named(pack, pattern).unwrap_or_else(|| format!("$pattern.{}", found.len() + 1));
            found.push((name.clone(), pattern.to_owned()));
            name
        }
    });
    if let Some(defs) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        for (name, pattern) in found {
            let label = defs.remove(&name).unwrap_or_default();
            let mut entry = Map::new();
            entry.insert("type".into(), "string".into());
            entry.insert("pattern".into(), pattern.into());
            for key in ["title", "description"] {
                entry.extend(label.get(key).map(|text| (key.to_owned(), text.clone())));
            }
            defs.insert(name, Value::Object(entry));
        }
        defs.sort_keys();
    }
}

/// The simple type whose pattern this is.
fn named(pack: &Pack<'_>, pattern: &str) -> Option<String> {
    let found = pack.simples.iter().filter(|row| row.name.get() != NONE).find(|row| {
        let written = pack.str(row.pattern);
        written.len() > LONG / 2 && !written.contains(" & ") && translate(written).as_deref() == Some(pattern)
    });
    found.map(|row| pack.local(row.name.get()).to_owned())
}

/// Replaces each long pattern by a reference to the name that `name` gives it.
fn walk(value: &mut Value, name: &mut dyn FnMut(&str) -> String) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, name)),
        Value::Object(map) => {
            let long = match map.get("pattern") {
                Some(Value::String(pattern)) if pattern.len() > LONG => Some(name(pattern)),
                _ => None,
            };
            if let Some(name) = long {
                map.insert("$ref".into(), pointer(&name).into());
                map.shift_remove("pattern");
                map.shift_remove("type");
            }
            map.values_mut().for_each(|inner| walk(inner, name));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_patterns_stand_once() {
        let long = format!("^(?:[{}])$", "a".repeat(LONG));
        let mut schema = json!({
            "properties": { "a": { "type": "string", "pattern": long, "title": "A" }, "pattern": { "pattern": "x" } },
            "$defs": { "B": { "allOf": [{ "pattern": long }, { "pattern": "y" }] } }
        });
        hoist(&mut schema, &Pack::EMPTY);
        let expected = json!({
            "properties": { "a": { "$ref": "#/$defs/$pattern.1", "title": "A" }, "pattern": { "pattern": "x" } },
            "$defs": {
                "$pattern.1": { "type": "string", "pattern": long },
                "B": { "allOf": [{ "$ref": "#/$defs/$pattern.1" }, { "pattern": "y" }] }
            }
        });
        assert_eq!(schema, expected);
    }
}
