//! JSON as XML: walks the JSON and the schema together, fills in what the schema fixes, and notes what is wrong in the
//! JSON itself. Whether the message is right is for the reader to say, when it goes over the XML.

mod children;
mod expected;
pub(in crate::message) mod fill;
mod names;
mod parts;

use std::borrow::Cow;

use azrkit_standard::model::XSI;
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, kind};

use crate::message::json::faults::{Faults, Kind, kind_of};
use crate::message::json::lexical::{Native, native};
use crate::message::json::order::{Content, Key, uri_of};
use crate::message::json::places::Places;
use crate::message::json::tree::Json;
use crate::message::read::Options;
use crate::message::report::Code;
use crate::message::write::Layout;
use crate::message::write::sink::{AttributeItem, Name, Sink, Value};
use names::{attribute_of, is_xml_char};
use parts::{Given, Member, Parts};

/// The parts of a message in JSON while its XML is written.
pub(super) struct Input<'x> {
    packs: &'x [Pack<'x>],
    pub(super) sink: Sink<'x>,
    pub(super) places: Places<'x>,
    pub(super) faults: Faults,
    /// Pack and local name of the root element.
    root: (usize, &'x str),
    /// Within the first element of the root: the head of the message.
    in_head: bool,
    max_attributes: usize,
    /// Whether to fill in what the schema fixes.
    fill: bool,
}

/// By which declaration an element is written.
#[derive(Debug, Clone, Copy)]
struct Declared {
    pack: usize,
    /// Row of `elements`, [`NONE`] for none.
    element: u32,
    /// Row of `types`; [`NONE`] for content that no schema describes.
    ty: u32,
}

type Entries<'x> = [(Cow<'x, str>, Json<'x>)];

impl<'x> Input<'x> {
    pub(super) fn new(packs: &'x [Pack<'x>], options: &Options, layout: Layout, fill: bool) -> Self {
        Self {
            packs,
            sink: Sink::new(packs, layout, 0),
            places: Places::default(),
            faults: Faults::new(options.lang, options.max_findings),
            root: (0, ""),
            in_head: false,
            max_attributes: options.max_attributes,
            fill,
        }
    }

    /// Writes the whole message. Nothing is written where it is not known which message it is.
    pub(super) fn message(&mut self, json: &'x Json<'x>) {
        let top = self.places.add(None, "", None);
        let Json::Object(entries) = json else {
            return self.fault_type(top, "", kind_of(json), Kind::Object);
        };
        if find(entries, "$message").is_none() && find(entries, "$name").is_some() {
            let Some(named) = self.named(entries, top) else { return };
            let last = self.packs.len().saturating_sub(1);
            let declared = self.global(named, last).unwrap_or(Declared { pack: 0, element: NONE, ty: NONE });
            self.root = (declared.pack, named.local);
            return self.element(self.name_of(named, declared.pack), declared, json, top);
        }
        let Some((pack, element)) = self.root_element(entries, top) else { return };
        let Some(row) = self.packs[pack].elements.get(element as usize) else { return };
        self.root = (pack, self.packs[pack].local(row.name.get()));
        let declared = Declared { pack, element, ty: row.ty.get() };
        self.element(Name::Known { pack, row: row.name.get() }, declared, json, top);
    }

    /// Writes an element. `place` is already noted.
    fn element(&mut self, name: Name<'_>, declared: Declared, json: &'x Json<'x>, place: u32) {
        let offset = self.sink.offset();
        self.places.begin(place, offset);
        self.sink.start(name);
        let open = self.packs.get(declared.pack);
        let ty = open.and_then(|pack| pack.types.get(declared.ty as usize));
        match (json, open, ty) {
            (Json::Object(entries), ..) => self.object(declared, entries, place),
            (Json::String(_), Some(pack), Some(ty)) if ty.code.get() != NONE => {
                self.bare_code(pack, declared, ty, json, place);
            }
            (_, Some(pack), Some(ty)) if ty.kind == kind::SIMPLE => {
                self.fixed_attributes(pack, ty);
                let field = self.field(declared);
                if let Some(text) = self.scalar(pack, ty.simple.get(), json, place, &field) {
                    self.sink.text(&text);
                }
            }
            (Json::String(text), ..) if ty.is_none_or(|ty| matches!(ty.kind, kind::ANY | kind::MIXED)) => {
                let text = self.legal(text, place);
                self.sink.text(&text);
            }
            _ => {
                let field = self.field(declared);
                let expected =
                    if ty.is_some_and(|ty| ty.code.get() != NONE) { Kind::Code } else { Kind::Object };
                self.fault_type(place, &field, kind_of(json), expected);
            }
        }
        self.sink.end();
    }

    /// A code that is given as a string only.
    fn bare_code(
        &mut self,
        pack: &'x Pack<'x>,
        declared: Declared,
        ty: &'x rows::Type,
        json: &'x Json<'x>,
        place: u32,
    ) {
        let mut parts = Parts::default();
        if let Some(content) = Content::of(pack, ty)
            && let Some(found) = self.step_of(content, "code")
        {
            parts.members.push(Member {
                key: Key::Name(found.name.get()),
                // The string is the code, and stands for its element, too.
                label: "",
                items: std::slice::from_ref(json),
                array: false,
                named: Vec::new(),
            });
        }
        self.write(declared, pack, ty, parts, None, place);
    }

    /// The attributes and the content of an element that is given as an object.
    fn object(&mut self, declared: Declared, entries: &'x Entries<'x>, place: u32) {
        self.double_keys(entries, place);
        let Some(pack) = self.packs.get(declared.pack) else { return self.generic(declared, entries, place) };
        let (declared, typed) = self.named_type(pack, declared, entries, place);
        let Some(ty) = pack.types.get(declared.ty as usize) else {
            return self.generic(declared, entries, place);
        };
        let content = Content::of(pack, ty).filter(|_| matches!(ty.kind, kind::ELEMENTS | kind::MIXED));
        let mut parts = self.parts(entries, place, ty.kind == kind::ANY || content.is_some());
        // So many unknown keys of an object are told what was expected.
        const EXPLAINED: usize = 10;
        let mut unknown = 0;
        for (key, value) in entries.iter().filter(|(key, _)| !key.starts_with('$')) {
            let here = self.places.add(Some(place), key, None);
            if let Some(row) = attribute_of(pack, ty, key) {
                let label = self.faults.label(pack.str(row.label), pack.str(row.label_en), key);
                // Where it was of the wrong type, it stands all the same: nothing is missing.
                let value = self.scalar(pack, row.simple.get(), value, here, &label).unwrap_or_default();
                let (uri, local) = (uri_of(pack, row.name.get()), pack.local(row.name.get()));
                parts.add(Given { uri, local, hint: "", value });
                continue;
            }
            let found = content.and_then(|content| self.step_of(content, key));
            match found {
                Some(found) => {
                    if !parts.members.iter().any(|have| have.key == Key::Name(found.name.get())) {
                        parts.members.extend(self.member(pack, found, key, value, here));
                    }
                }
                None => {
                    unknown += 1;
                    let expected = if unknown > EXPLAINED || self.faults.is_full() {
                        String::new()
                    } else {
                        self.expected_keys(pack, ty, content, entries, key)
                    };
                    self.fault_key(Code::JsonUnknownKey, here, key, expected);
                }
            }
        }
        self.write(declared, pack, ty, parts, typed, place);
    }

    /// Reports keys that stand twice. The first one counts.
    fn double_keys(&mut self, entries: &'x Entries<'x>, place: u32) {
        const FEW: usize = 16;
        let mut seen = std::collections::HashSet::new();
        for (at, (key, _)) in entries.iter().enumerate() {
            let is_new = if entries.len() <= FEW {
                entries[..at].iter().all(|(other, _)| other != key)
            } else {
                seen.insert(key.as_ref())
            };
            if !is_new {
                let here = self.places.add(Some(place), key, None);
                self.fault_key(Code::JsonDoubleKey, here, key, String::new());
            }
        }
    }

    /// An element that no schema describes, or of whose type nothing is known.
    fn generic(&mut self, declared: Declared, entries: &'x Entries<'x>, place: u32) {
        let parts = self.parts(entries, place, true);
        for (key, _) in entries.iter().filter(|(key, _)| !key.starts_with('$')) {
            let here = self.places.add(Some(place), key, None);
            self.fault_key(Code::JsonUnknownKey, here, key, "$attributes, $text, $content".to_owned());
        }
        let Parts { attributes, text, content, .. } = parts;
        self.write_attributes(attributes, None);
        if let Some(Json::String(text)) = text {
            let text = self.legal(text, place);
            self.sink.text(&text);
        }
        if let Some(items) = content {
            self.mixed(declared, None, items, place);
        }
    }

    /// Writes the attributes and the content of an element whose start tag is open.
    fn write(
        &mut self,
        declared: Declared,
        pack: &'x Pack<'x>,
        ty: &'x rows::Type,
        parts: Parts<'x>,
        typed: Option<u32>,
        place: u32,
    ) {
        let Parts { mut attributes, members, text, content, order } = parts;
        let nil =
            attributes.iter().any(|given| given.uri == XSI && given.local == "nil" && given.value == "true");
        self.fill_attributes(pack, ty, &mut attributes);
        self.write_attributes(attributes, typed.map(|row| Value::Type { pack: declared.pack, row }));
        if let Some(text) = text {
            let here = self.places.add(Some(place), "$text", None);
            let field = self.field(declared);
            if ty.kind == kind::ELEMENTS || ty.kind == kind::EMPTY {
                self.fault_type(here, &field, kind_of(text), Kind::Object);
            } else if let Some(text) = self.scalar(pack, ty.simple.get(), text, here, &field) {
                self.sink.text(&text);
            }
        }
        if let Some(items) = content {
            self.mixed(declared, Some(ty), items, place);
            return;
        }
        let model = Content::of(pack, ty).filter(|_| matches!(ty.kind, kind::ELEMENTS | kind::MIXED));
        match model {
            Some(content) if !nil => {
                if ty.kind == kind::ELEMENTS {
                    self.sink.elements_only();
                }
                self.children(declared, content, members, order, place);
            }
            _ => {
                // `xs:anyType`: what stands in `$any`, in its order.
                for member in &members {
                    for index in 0..member.items.len() {
                        self.child(declared, None, member, index, place);
                    }
                }
            }
        }
    }

    fn write_attributes(&mut self, attributes: Vec<Given<'x>>, typed: Option<Value<'_>>) {
        if attributes.is_empty() && typed.is_none() {
            return;
        }
        let mut items: Vec<AttributeItem<'_>> = attributes
            .iter()
            .filter(|given| typed.is_none() || given.uri != XSI || given.local != "type")
            .map(|given| AttributeItem {
                uri: given.uri,
                local: given.local,
                hint: given.hint,
                value: Value::Text(&given.value),
            })
            .collect();
        items.extend(typed.map(|value| AttributeItem { uri: XSI, local: "type", hint: "", value }));
        self.sink.attributes(&mut items);
    }

    /// The text of a value of a simple type (row of `simples`).
    fn scalar(
        &mut self,
        pack: &Pack<'_>,
        simple: u32,
        json: &'x Json<'x>,
        place: u32,
        field: &str,
    ) -> Option<Cow<'x, str>> {
        if let Json::String(text) = json {
            return Some(self.legal(text, place));
        }
        let native = native(pack, simple);
        match (json, native) {
            (Json::Bool(value), Native::Boolean) => {
                Some(Cow::Borrowed(if *value { "true" } else { "false" }))
            }
            (Json::Integer(value), Native::Integer) => Some(Cow::Owned(value.to_string())),
            _ => {
                let expected = match native {
                    Native::Boolean => Kind::Boolean,
                    Native::Integer => Kind::Integer,
                    Native::String => Kind::String,
                };
                self.fault_type(place, field, kind_of(json), expected);
                None
            }
        }
    }

    /// Text without the characters that XML cannot hold; they are reported.
    fn legal(&mut self, text: &'x str, place: u32) -> Cow<'x, str> {
        let Some(bad) = text.chars().find(|character| !is_xml_char(*character)) else {
            return Cow::Borrowed(text);
        };
        let (offset, path) = (self.sink.offset(), self.places.path(place));
        self.faults.add(Code::IllegalCharacter, offset, path, |args| {
            args.value = Some(format!("U+{:04X}", u32::from(bad)));
        });
        Cow::Owned(
            text.chars()
                .map(|character| if is_xml_char(character) { character } else { '\u{FFFD}' })
                .collect(),
        )
    }

    fn fault_type(&mut self, place: u32, field: &str, found: Kind, expected: Kind) {
        let (offset, path) = (self.sink.offset(), self.places.path(place));
        self.faults.wrong_type(offset, path, field, &found, &expected);
    }

    fn fault_key(&mut self, code: Code, place: u32, key: &str, expected: String) {
        let (offset, path) = (self.sink.offset(), self.places.path(place));
        self.faults.add(code, offset, path, |args| {
            args.name = key.to_owned();
            args.expected = Some(expected).filter(|expected| !expected.is_empty());
        });
    }
}

fn find<'x>(entries: &'x Entries<'x>, key: &str) -> Option<&'x Json<'x>> {
    entries.iter().find(|(have, _)| have == key).map(|(_, value)| value)
}
