//! JSON Schema (draft 2020-12) of a message in its canonical JSON.
//!
//! For editors, for forms and for a first check in the host's own language. It takes every canonical JSON of a message that is
//! right, and the short forms that are admitted on input (a code as a string; what is fixed left out). It can't say all that the
//! message's schema says: `$any` and `$content` are not looked into, nor are patterns that ECMAScript's regular expressions have no words for;
//! of choices it knows those between single elements. Whether a message is right is for [`super::json::check`] to say.
//!
//! Each type is one entry of `$defs`, with the label and the meaning that the standard gives it.

mod hoist;
mod regex;
mod simple;
mod types;

use azrkit_standard::pack::Pack;
use serde_json::{Map, Value, json};

use super::report::Lang;

/// The schema of a message, by its number (`090010`) or by the local name of its root element. Of several open packs that have it
/// the last one is taken. None if there is no such message.
pub fn of_message(packs: &[Pack<'_>], message: &str, lang: Lang) -> Option<Value> {
    let (pack, element) = packs.iter().rev().find_map(|pack| {
        let by_number = pack.message_by_number(message).map(|found| found.element.get());
        let by_name = || {
            (0..pack.namespaces.len() as u32)
                .filter_map(|row| pack.global_element(pack.name(row, message.as_bytes())?))
                .max_by_key(|element| pack.message(*element).is_some())
        };
        Some((pack, by_number.or_else(by_name)?))
    })?;
    of_element(pack, element, lang)
}

/// The schema of a global element (row of `elements`) as the root of a message. None if there is no such row.
pub fn of_element(pack: &Pack<'_>, element: u32, lang: Lang) -> Option<Value> {
    let row = pack.elements.get(element as usize)?;
    let name = pack.names.get(row.name.get() as usize)?;
    let local = pack.str(name.local);
    let uri = pack.namespaces.get(usize::from(name.namespace.get())).map_or("", |row| pack.str(row.uri));
    let mut types = types::Types::new(pack, local, lang);
    let mut root = types.root(row.ty.get());
    let message = pack.message(element);
    let title = message.map_or("", |message| types.text(message.title, message.title_en));
    let title = if title.is_empty() { types.text(row.label, row.label_en) } else { title };

    let mut schema = Map::new();
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    let pack_name = pack.meta.first().map_or("", |meta| pack.str(meta.name));
    schema.insert("$id".into(), format!("urn:azrkit:{pack_name}:{local}").into());
    schema.insert("title".into(), if title.is_empty() { local } else { title }.into());
    let names: Vec<&str> =
        std::iter::once(local).chain(message.map(|message| pack.str(message.number))).collect();
    if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
        let mut all = Map::new();
        all.insert("$message".into(), json!({ "enum": names }));
        all.insert("$namespace".into(), json!({ "const": uri }));
        all.append(properties);
        *properties = all;
    }
    if let Some(required) = root.get_mut("required").and_then(Value::as_array_mut) {
        required.insert(0, "$message".into());
    }
    schema.append(&mut root);
    schema.insert("$defs".into(), Value::Object(types.finish()));
    let mut schema = Value::Object(schema);
    hoist::hoist(&mut schema, pack);
    Some(schema)
}
