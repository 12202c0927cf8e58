//! What stands in an object: the `$` keys, and the elements of a key.

use std::borrow::Cow;

use azrkit_standard::model::XSI;
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, step};

use super::names::Named;
use super::{Entries, Input, find};
use crate::message::json::faults::{Kind, kind_of};
use crate::message::json::order::Key;
use crate::message::json::tree::Json;
use crate::message::report::Code;

/// Children of one key.
pub(super) struct Member<'x> {
    pub(super) key: Key,
    /// The key as it stands.
    pub(super) label: &'x str,
    pub(super) items: &'x [Json<'x>],
    /// The items stand in an array.
    pub(super) array: bool,
    /// For `$any`, what each is.
    pub(super) named: Vec<Option<Named<'x>>>,
}

/// What an object holds besides its children.
#[derive(Default)]
pub(super) struct Parts<'x> {
    pub(super) attributes: Vec<Given<'x>>,
    pub(super) members: Vec<Member<'x>>,
    pub(super) text: Option<&'x Json<'x>>,
    pub(super) content: Option<&'x [Json<'x>]>,
    pub(super) order: Option<&'x [Json<'x>]>,
}

pub(super) struct Given<'x> {
    pub(super) uri: &'x str,
    pub(super) local: &'x str,
    pub(super) hint: &'x str,
    pub(super) value: Cow<'x, str>,
}

impl<'x> Parts<'x> {
    /// Adds an attribute; false if it is there already.
    pub(super) fn add(&mut self, given: Given<'x>) -> bool {
        let is_new = !self.attributes.iter().any(|have| have.uri == given.uri && have.local == given.local);
        if is_new {
            self.attributes.push(given);
        }
        is_new
    }
}

/// The keys that say what an object is, and are no content.
const HEADERS: [&str; 3] = ["$message", "$name", "$namespace"];

impl<'x> Input<'x> {
    /// The `$` keys of an object.
    pub(super) fn parts(&mut self, entries: &'x Entries<'x>, place: u32, any: bool) -> Parts<'x> {
        let mut parts = Parts::default();
        for (key, value) in entries.iter().filter(|(key, _)| key.starts_with('$')) {
            let here = self.places.add(Some(place), key, None);
            match (key.as_ref(), value) {
                (key, Json::String(_)) if HEADERS.contains(&key) || key == "$type" => {}
                ("$nil", Json::Bool(nil)) => {
                    let value = Cow::Borrowed(if *nil { "true" } else { "false" });
                    parts.add(Given { uri: XSI, local: "nil", hint: "", value });
                }
                ("$attributes", Json::Array(items)) => self.other_attributes(items, here, &mut parts),
                ("$order", Json::Array(items)) => parts.order = Some(items),
                ("$text", value @ (Json::String(_) | Json::Bool(_) | Json::Integer(_) | Json::Number(_))) => {
                    parts.text = Some(value);
                }
                ("$content", Json::Array(items)) => parts.content = Some(items),
                ("$any", Json::Array(_)) if parts.members.iter().any(|have| have.key == Key::Any) => {}
                ("$any", Json::Array(items)) if any => {
                    let mut named = Vec::with_capacity(items.len());
                    for (index, item) in items.iter().enumerate() {
                        let item_place = self.places.add(Some(place), key, Some(index as u32));
                        named.push(match item {
                            Json::Object(entries) => self.named(entries, item_place),
                            other => {
                                self.fault_type(item_place, key, kind_of(other), Kind::Object);
                                None
                            }
                        });
                    }
                    parts.members.push(Member { key: Key::Any, label: key, items, array: true, named });
                }
                (key, value) => {
                    let expected = match key {
                        "$nil" => Kind::Boolean,
                        "$attributes" | "$order" | "$content" | "$any" => Kind::Array,
                        "$text" | "$type" => Kind::String,
                        key if HEADERS.contains(&key) => Kind::String,
                        _ => {
                            self.fault_key(
                                Code::JsonUnknownKey,
                                here,
                                key,
                                "$type, $nil, $attributes, $order, $text, $content, $any".to_owned(),
                            );
                            continue;
                        }
                    };
                    self.fault_type(here, key, kind_of(value), expected);
                }
            }
        }
        parts
    }

    pub(super) fn other_attributes(&mut self, items: &'x [Json<'x>], place: u32, parts: &mut Parts<'x>) {
        if items.len() > self.max_attributes {
            let (offset, path) = (self.sink.offset(), self.places.path(place));
            let expected = Some(self.max_attributes.to_string());
            self.faults.add(Code::TooManyAttributes, offset, path, |args| {
                args.name = "$attributes".to_owned();
                args.expected = expected;
            });
            return;
        }
        for (index, item) in items.iter().enumerate() {
            let here = self.places.add(Some(place), "", Some(index as u32));
            let Json::Object(entries) = item else {
                self.fault_type(here, "$attributes", kind_of(item), Kind::Object);
                continue;
            };
            let Some(named) = self.named(entries, here) else { continue };
            let value = match find(entries, "$text") {
                Some(Json::String(text)) => self.legal(text, here),
                other => {
                    let place = self.places.add(Some(here), "$text", None);
                    self.fault_type(place, "$text", other.map_or(Kind::Nothing, kind_of), Kind::String);
                    continue;
                }
            };
            if !parts.add(Given { uri: named.uri, local: named.local, hint: named.hint, value }) {
                self.fault_key(Code::JsonDoubleKey, here, named.local, String::new());
            }
        }
    }

    /// The value of a key that is an element.
    pub(super) fn member(
        &mut self,
        pack: &'x Pack<'x>,
        found: &'x rows::Step,
        key: &'x str,
        value: &'x Json<'x>,
        place: u32,
    ) -> Option<Member<'x>> {
        let repeats = found.flags.get() & step::REPEATS != 0;
        let (items, array) = match value {
            Json::Array(items) => (items.as_slice(), true),
            one => (std::slice::from_ref(one), false),
        };
        // More than one where there may be only one: for the reader to say.
        let items = if repeats == array || items.len() > 1 {
            items
        } else {
            let field = self.label_of(pack, found.element.get());
            self.fault_type(place, &field, kind_of(value), if repeats { Kind::Array } else { Kind::Single });
            &items[..items.len().min(1)]
        };
        let array = array && (repeats || items.len() > 1);
        Some(Member { key: Key::Name(found.name.get()), label: key, items, array, named: Vec::new() })
    }
}
