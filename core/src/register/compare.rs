//! Whether two contents of an entry say the same.

use serde_json::{Map, Value};

/// A value without what says nothing of the content: a code is its bare code (its list is the field's, its version the
/// time's, its name the list's), nothing is left out.
pub fn plain(value: &Value) -> Value {
    match value {
        Value::Object(all) => {
            if let Some(code) = code_of(all) {
                return plain(code);
            }
            if let Some(text) = all.get("$text")
                && all.len() == 1
            {
                return plain(text);
            }
            Value::Object(
                all.iter()
                    .filter(|(_, value)| !nothing(value))
                    .map(|(key, value)| (key.clone(), plain(value)))
                    .collect(),
            )
        }
        Value::Array(all) => Value::Array(all.iter().map(plain).collect()),
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(truth) => Value::String(truth.to_string()),
        other => other.clone(),
    }
}

/// The bare code of a code in canonical JSON; none where it is something else.
pub(super) fn code_of(value: &Map<String, Value>) -> Option<&Value> {
    let parts = |key: &String| matches!(key.as_str(), "code" | "name" | "listVersionID" | "listURI");
    value.get("code").filter(|_| value.keys().all(parts))
}

/// Whether two values of a field say the same. A field that is not there says the same as an empty one.
pub fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    // Most are alike to the letter.
    if a == b {
        return true;
    }
    let plain = |value: Option<&Value>| value.filter(|value| !nothing(value)).map(plain);
    plain(a) == plain(b)
}

/// The names of the fields in which two contents differ, in the order of the first, then of the second.
pub fn differing(a: &Map<String, Value>, b: &Map<String, Value>) -> Vec<String> {
    let only_b = b.keys().filter(|key| !a.contains_key(*key));
    a.keys().chain(only_b).filter(|key| !same(a.get(*key), b.get(*key))).cloned().collect()
}

fn nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(all) => all.is_empty(),
        Value::Array(all) => all.is_empty(),
        _ => false,
    }
}
