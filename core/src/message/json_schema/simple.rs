//! Simple types and codes in JSON Schema.

use azrkit_standard::datatype::Builtin;
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, code_type, facet};
use serde_json::{Map, Value, json};

use super::regex::translate;
use crate::message::json::lexical::{Native, native};

/// A list with more codes than this is not spelled out: the schema would be longer than anybody wants to read.
const SMALL_LIST: u32 = 300;

/// A simple type (row of `simples`).
pub(super) fn simple(pack: &Pack<'_>, row: u32) -> Value {
    let Some(simple) = pack.simples.get(row as usize) else { return json!({ "type": "string" }) };
    match native(pack, row) {
        // What is not written in the canonical way is a string.
        Native::Boolean => json!({ "anyOf": [{ "type": "boolean" }, { "enum": ["0", "1"] }] }),
        Native::Integer => {
            let mut number = Map::new();
            number.insert("type".into(), "integer".into());
            let (least, most) = range(simple);
            number.extend(least.map(|least| ("minimum".to_owned(), least.into())));
            number.extend(most.map(|most| ("maximum".to_owned(), most.into())));
            json!({ "anyOf": [number, { "type": "string", "pattern": "^[+-]?[0-9]+$" }] })
        }
        Native::String => string(pack, simple),
    }
}

fn range(simple: &rows::Simple) -> (Option<i64>, Option<i64>) {
    if simple.facets & facet::INT_RANGE != 0 {
        let (least, most) = (simple.int_min.get().cast_signed(), simple.int_max.get().cast_signed());
        return ((least != i64::MIN).then_some(least), (most != i64::MAX).then_some(most));
    }
    match Builtin::from_u8(simple.builtin) {
        Some(Builtin::PositiveInteger) => (Some(1), None),
        Some(builtin) if builtin.is_derived_from(Builtin::NonNegativeInteger) => (Some(0), None),
        _ => (None, None),
    }
}

fn string(pack: &Pack<'_>, simple: &rows::Simple) -> Value {
    let mut schema = Map::new();
    schema.insert("type".into(), "string".into());
    if simple.variety != rows::variety::ATOMIC {
        return Value::Object(schema);
    }
    let values = pack.enums_of(simple);
    if !values.is_empty() {
        return enumeration(values.iter().map(|value| (pack.str(value.value), pack.str(value.label))));
    }
    if simple.facets & facet::LENGTH != 0 && counts_characters(simple) {
        if simple.min_length.get() > 0 {
            schema.insert("minLength".into(), simple.min_length.get().into());
        }
        if simple.max_length.get() != NONE {
            schema.insert("maxLength".into(), simple.max_length.get().into());
        }
    }
    let pieces: Vec<&str> = pack.str(simple.pattern).split(" & ").filter(|piece| !piece.is_empty()).collect();
    let mut patterns: Vec<String> = Vec::new();
    // Where a part cannot be said, the others still hold.
    patterns.extend(pieces.into_iter().filter_map(translate));
    patterns.extend(lexical(simple.builtin).map(str::to_owned));
    if patterns.len() == 1 {
        schema.extend(patterns.pop().map(|pattern| ("pattern".to_owned(), pattern.into())));
    } else if !patterns.is_empty() {
        let all: Vec<Value> = patterns.into_iter().map(|pattern| json!({ "pattern": pattern })).collect();
        schema.insert("allOf".into(), all.into());
    }
    if Builtin::from_u8(simple.builtin) == Some(Builtin::Base64Binary) {
        schema.insert("contentEncoding".into(), "base64".into());
    }
    Value::Object(schema)
}

/// Whether the length facets count characters (not octets).
fn counts_characters(simple: &rows::Simple) -> bool {
    !matches!(Builtin::from_u8(simple.builtin), Some(Builtin::Base64Binary | Builtin::HexBinary))
}

/// What the lexical form of a built-in type asks for at least.
fn lexical(builtin: u8) -> Option<&'static str> {
    Some(match Builtin::from_u8(builtin)? {
        Builtin::Date => "^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?$",
        Builtin::DateTime => {
            "^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$"
        }
        Builtin::Time => "^[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$",
        Builtin::GYear => "^-?[0-9]{4,}(Z|[+-][0-9]{2}:[0-9]{2})?$",
        Builtin::GYearMonth => "^-?[0-9]{4,}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?$",
        Builtin::Decimal => "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)$",
        _ => return None,
    })
}

/// Values with their labels, or without where they have none.
fn enumeration<'a>(values: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Value {
    if values.clone().all(|(_, label)| label.is_empty()) {
        return json!({ "enum": values.map(|(value, _)| value).collect::<Vec<_>>() });
    }
    let all: Vec<Value> = values.map(|(value, label)| json!({ "const": value, "title": label })).collect();
    json!({ "oneOf": all })
}

/// The value of `code` of a code type: what the type enumerates; else the codes of the list if it is fixed and small.
pub(super) fn code(pack: &Pack<'_>, ty: &rows::CodeType, code_simple: u32) -> Value {
    let enumerated = pack.simples.get(code_simple as usize).is_some_and(|row| row.enum_count.get() > 0);
    if enumerated || ty.flags & code_type::VERSION_FIXED == 0 {
        return simple(pack, code_simple);
    }
    let version = pack.bytes(ty.version);
    let list = pack.lists_of(ty).iter().find(|list| pack.bytes(list.version) == version);
    match list {
        Some(list) if list.excerpt.get() == 0 && (1..=SMALL_LIST).contains(&list.rows.get()) => {
            let rows = (0..list.rows.get())
                .map(|row| (pack.cell_str(list, row, list.key), pack.cell_str(list, row, list.name)));
            enumeration(rows)
        }
        _ => simple(pack, code_simple),
    }
}
