//! JSON as XML: walks the JSON and the schema together, fills in what the schema fixes, and notes what is wrong in the
//! JSON itself. Whether the message is right is for the reader to say, when it goes over the XML.

use std::borrow::Cow;

use azrkit_standard::datatype::{Builtin, valid};
use azrkit_standard::model::{XML, XSI};
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, attribute, code_type, element, kind, step};

use super::faults::{Faults, Kind, kind_of};
use super::lexical::{Native, native};
use super::order::{Content, Group, Key, Place, name_row, uri_of};
use super::output::homonym_key;
use super::places::Places;
use super::tree::Json;
use crate::message::read::Options;
use crate::message::report::Code;
use crate::message::write::sink::{AttributeItem, Name, Sink, Value};
use crate::message::write::{Layout, split};

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

/// Children of one key.
struct Member<'x> {
    key: Key,
    /// The key as it stands.
    label: &'x str,
    items: &'x [Json<'x>],
    /// The items stand in an array.
    array: bool,
    /// For `$any`, what each is.
    named: Vec<Option<Named<'x>>>,
}

/// An element or attribute by `$name` and `$namespace`.
#[derive(Debug, Clone, Copy)]
struct Named<'x> {
    uri: &'x str,
    local: &'x str,
    hint: &'x str,
}

/// What an object holds besides its children.
#[derive(Default)]
struct Parts<'x> {
    attributes: Vec<Given<'x>>,
    members: Vec<Member<'x>>,
    text: Option<&'x Json<'x>>,
    content: Option<&'x [Json<'x>]>,
    order: Option<&'x [Json<'x>]>,
}

struct Given<'x> {
    uri: &'x str,
    local: &'x str,
    hint: &'x str,
    value: Cow<'x, str>,
}

impl<'x> Parts<'x> {
    /// Adds an attribute; false if it is there already.
    fn add(&mut self, given: Given<'x>) -> bool {
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
            let declared = self.global(named, 0).unwrap_or(Declared { pack: 0, element: NONE, ty: NONE });
            self.root = (declared.pack, named.local);
            return self.element(self.name_of(named, declared.pack), declared, json, top);
        }
        let Some((pack, element)) = self.root_element(entries, top) else { return };
        let Some(row) = self.packs[pack].elements.get(element as usize) else { return };
        self.root = (pack, self.packs[pack].local(row.name.get()));
        let declared = Declared { pack, element, ty: row.ty.get() };
        self.element(Name::Known { pack, row: row.name.get() }, declared, json, top);
    }

    /// The global element that `$message` (a number or a name) and `$namespace` mean: one that is a message first, then
    /// one of the version that the message names, then one of a later pack.
    fn root_element(&mut self, entries: &'x Entries<'x>, top: u32) -> Option<(usize, u32)> {
        let message = match find(entries, "$message") {
            Some(Json::String(message)) => message.as_ref(),
            other => {
                let place = self.places.add(Some(top), "$message", None);
                let found = other.map_or(Kind::Nothing, kind_of);
                self.fault_type(place, "$message", found, Kind::Message);
                return None;
            }
        };
        let namespace = match find(entries, "$namespace") {
            None => None,
            Some(Json::String(uri)) => Some(uri.as_ref()),
            Some(other) => {
                let place = self.places.add(Some(top), "$namespace", None);
                self.fault_type(place, "$namespace", kind_of(other), Kind::String);
                return None;
            }
        };
        let version = match find(entries, "version") {
            Some(Json::String(version)) => version.as_ref(),
            _ => "",
        };
        let mut best = None;
        for (index, pack) in self.packs.iter().enumerate() {
            let by_number = pack.message_by_number(message).map(|found| found.element.get());
            let by_name = (0..pack.namespaces.len() as u32)
                .filter_map(|row| pack.global_element(pack.name(row, message.as_bytes())?));
            for element in by_number.into_iter().chain(by_name) {
                let Some(row) = pack.elements.get(element as usize) else { continue };
                if namespace.is_some_and(|uri| uri != uri_of(pack, row.name.get())) {
                    continue;
                }
                let rank = (pack.message(element).is_some(), pack.version() == version, index);
                if best.is_none_or(|(least, _)| least < rank) {
                    best = Some((rank, element));
                }
            }
        }
        if best.is_none() {
            let place = self.places.add(Some(top), "$message", None);
            let offset = self.sink.offset();
            let path = self.places.path(place);
            self.faults.add(Code::UnknownMessage, offset, path, |args| {
                args.name = message.to_owned();
                args.value = Some(namespace.unwrap_or("").to_owned());
            });
        }
        best.map(|((.., pack), element)| (pack, element))
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

    /// The `$` keys of an object.
    fn parts(&mut self, entries: &'x Entries<'x>, place: u32, any: bool) -> Parts<'x> {
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

    fn other_attributes(&mut self, items: &'x [Json<'x>], place: u32, parts: &mut Parts<'x>) {
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

    /// `$name` and `$namespace` of an object. A prefix that stands without `$namespace` is one of an open pack.
    fn named(&mut self, entries: &'x Entries<'x>, place: u32) -> Option<Named<'x>> {
        let name = match find(entries, "$name") {
            Some(Json::String(name)) => name.as_ref(),
            other => {
                let here = self.places.add(Some(place), "$name", None);
                self.fault_type(here, "$name", other.map_or(Kind::Nothing, kind_of), Kind::Name);
                return None;
            }
        };
        let (hint, local) = split(name);
        if !is_ncname(local)
            || (hint.is_empty() && name.contains(':'))
            || (!hint.is_empty() && !is_ncname(hint))
        {
            let here = self.places.add(Some(place), "$name", None);
            self.fault_type(here, "$name", Kind::Value(name.to_owned()), Kind::Name);
            return None;
        }
        const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
        let uri = match find(entries, "$namespace") {
            Some(Json::String(uri)) if uri != XMLNS && uri.chars().all(is_xml_char) => uri.as_ref(),
            None if hint.is_empty() => "",
            None => match self.standard_namespace(hint) {
                Some(uri) => uri,
                None => {
                    let here = self.places.add(Some(place), "$namespace", None);
                    self.fault_type(here, "$namespace", Kind::Nothing, Kind::String);
                    return None;
                }
            },
            Some(other) => {
                let here = self.places.add(Some(place), "$namespace", None);
                let found = match other {
                    Json::String(uri) => Kind::Value(uri.clone().into_owned()),
                    other => kind_of(other),
                };
                self.fault_type(here, "$namespace", found, Kind::Namespace);
                return None;
            }
        };
        if uri.is_empty() && (name == "xmlns" || !hint.is_empty()) {
            let here = self.places.add(Some(place), "$name", None);
            self.fault_type(here, "$name", Kind::Value(name.to_owned()), Kind::Name);
            return None;
        }
        Some(Named { uri, local, hint })
    }

    fn standard_namespace(&self, prefix: &str) -> Option<&'x str> {
        let known = self.packs.iter().rev().find_map(|pack| {
            let row = pack.namespaces.iter().find(|row| pack.bytes(row.prefix) == prefix.as_bytes())?;
            Some(pack.str(row.uri)).filter(|uri| !uri.is_empty())
        });
        known.or(match prefix {
            "xsi" => Some(XSI),
            "xml" => Some(XML),
            _ => None,
        })
    }

    /// The global element of a name: in the pack of its parent, then in the others, the last one first.
    fn global(&self, named: Named<'_>, pack: usize) -> Option<Declared> {
        let order = std::iter::once(pack).chain((0..self.packs.len()).rev());
        order.into_iter().find_map(|index| {
            let pack = self.packs.get(index)?;
            let element = pack.global_element(name_row(pack, named.uri, named.local)?)?;
            Some(Declared { pack: index, element, ty: pack.elements.get(element as usize)?.ty.get() })
        })
    }

    fn name_of(&self, named: Named<'x>, pack: usize) -> Name<'x> {
        match self.packs.get(pack).and_then(|open| name_row(open, named.uri, named.local)) {
            Some(row) => Name::Known { pack, row },
            None => Name::Foreign { uri: named.uri, local: named.local, hint: named.hint },
        }
    }

    /// The type that holds: the declared one, or the one that `$type` names (row of `names`).
    fn named_type(
        &mut self,
        pack: &'x Pack<'x>,
        declared: Declared,
        entries: &'x Entries<'x>,
        place: u32,
    ) -> (Declared, Option<u32>) {
        let Some(Json::String(name)) = find(entries, "$type") else { return (declared, None) };
        let (uri, local) = match name.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((uri, local)) => (Some(uri), local),
            None => (None, name.as_ref()),
        };
        let found = (0..pack.namespaces.len() as u32)
            .filter_map(|namespace| pack.name(namespace, local.as_bytes()))
            .filter(|name| uri.is_none_or(|uri| uri == uri_of(pack, *name)))
            .filter_map(|name| Some((name, pack.global_type(name)?)));
        let best = found.max_by_key(|(_, ty)| derives_from(pack, *ty, declared.ty));
        match best {
            Some((name, ty)) => (Declared { ty, ..declared }, Some(name)),
            None => {
                let here = self.places.add(Some(place), "$type", None);
                let field = self.field(declared);
                let (offset, path) = (self.sink.offset(), self.places.path(here));
                let mut expected: Vec<&str> = pack
                    .global_types
                    .iter()
                    .filter(|row| {
                        row.row.get() != declared.ty && derives_from(pack, row.row.get(), declared.ty)
                    })
                    .take(12)
                    .map(|row| pack.local(row.name.get()))
                    .collect();
                expected.sort_unstable();
                self.faults.add(Code::BadXsiType, offset, path, |args| {
                    args.field = field;
                    args.value = Some(name.clone().into_owned());
                    args.expected = Some(expected.join(", "));
                });
                (declared, None)
            }
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

    /// Attributes with a fixed value that must stand, and the version of a code list.
    fn fill_attributes(&self, pack: &'x Pack<'x>, ty: &rows::Type, given: &mut Vec<Given<'x>>) {
        if !self.fill {
            return;
        }
        for row in pack.attributes_of(ty) {
            const FILLED: u16 = attribute::REQUIRED | attribute::FIXED;
            let (uri, local) = (uri_of(pack, row.name.get()), pack.local(row.name.get()));
            if row.flags.get() & FILLED == FILLED
                && !given.iter().any(|have| have.uri == uri && have.local == local)
            {
                given.push(Given { uri, local, hint: "", value: Cow::Borrowed(pack.str(row.value)) });
            }
        }
        let Some(code) = pack.code_types.get(ty.code.get() as usize) else { return };
        let stands = |local: &str| given.iter().find(|have| have.uri.is_empty() && have.local == local);
        if code.flags & code_type::VERSION_REQUIRED == 0 || stands("listVersionID").is_some() {
            return;
        }
        let newest = match stands("listURI") {
            Some(uri) => {
                let rows = pack.lists_by_uri(uri.value.as_bytes());
                pack.lists.get(rows.start as usize..rows.end as usize).and_then(<[_]>::last)
            }
            None => pack.lists_of(code).last(),
        };
        if let Some(list) = newest {
            let value = Cow::Borrowed(pack.str(list.version));
            given.push(Given { uri: "", local: "listVersionID", hint: "", value });
        }
    }

    fn fixed_attributes(&mut self, pack: &'x Pack<'x>, ty: &rows::Type) {
        let mut given = Vec::new();
        self.fill_attributes(pack, ty, &mut given);
        self.write_attributes(given, None);
    }

    /// Child elements in the order that XML needs.
    fn children(
        &mut self,
        declared: Declared,
        content: Content<'x, 'x>,
        mut members: Vec<Member<'x>>,
        order: Option<&'x [Json<'x>]>,
        place: u32,
    ) {
        members.sort_by_cached_key(|member| content.rank(member.key));
        let mut sequence: Vec<Place> = Vec::new();
        match order {
            Some(order) => self.by_given_order(&members, order, place, &mut sequence),
            None => {
                let groups: Vec<Group<'x>> = members
                    .iter()
                    .map(|member| Group {
                        key: member.key,
                        count: member.items.len(),
                        uris: member.named.iter().map(|named| named.map_or("", |named| named.uri)).collect(),
                    })
                    .collect();
                content
                    .arrange(&groups, &|found| self.fills(content.pack, found), |place| sequence.push(place));
            }
        }
        let is_root = self.places.is_root(place);
        let mut taken = vec![0; members.len()];
        for next in sequence {
            match next {
                Place::Fill(element) => self.fill(declared.pack, content.pack, element, place),
                Place::Child(at) => {
                    let Some(member) = members.get(at) else { continue };
                    let found = match member.key {
                        Key::Name(name) => content.find(name),
                        Key::Any => None,
                    };
                    let outer = self.in_head;
                    self.in_head = outer || (is_root && found.is_some_and(|found| found.order.get() == 0));
                    self.child(declared, found, member, taken[at], place);
                    self.in_head = outer;
                    taken[at] += 1;
                }
            }
        }
    }

    fn by_given_order(
        &mut self,
        members: &[Member<'x>],
        order: &'x [Json<'x>],
        place: u32,
        sequence: &mut Vec<Place>,
    ) {
        let mut left: Vec<usize> = members.iter().map(|member| member.items.len()).collect();
        for (index, key) in order.iter().enumerate() {
            let at = match key {
                Json::String(key) => members.iter().position(|member| member.label == key),
                _ => None,
            };
            match at.filter(|at| left[*at] > 0) {
                Some(at) => {
                    left[at] -= 1;
                    sequence.push(Place::Child(at));
                }
                None => {
                    let here = self.places.add(Some(place), "$order", Some(index as u32));
                    let found = match key {
                        Json::String(key) => Kind::Value(key.clone().into_owned()),
                        other => kind_of(other),
                    };
                    self.fault_type(here, "$order", found, Kind::KeyInOrder);
                }
            }
        }
        for (at, left) in left.into_iter().enumerate() {
            sequence.extend(std::iter::repeat_n(Place::Child(at), left));
        }
    }

    /// One child element.
    fn child(
        &mut self,
        parent: Declared,
        found: Option<&'x rows::Step>,
        member: &Member<'x>,
        index: usize,
        place: u32,
    ) {
        let Some(json) = member.items.get(index) else { return };
        let here = self.places.add(Some(place), member.label, member.array.then_some(index as u32));
        match (found, member.named.get(index)) {
            (Some(found), _) => {
                let Some(row) = self.packs[parent.pack].elements.get(found.element.get() as usize) else {
                    return;
                };
                let name = Name::Known { pack: parent.pack, row: found.name.get() };
                let declared = Declared { pack: parent.pack, element: found.element.get(), ty: row.ty.get() };
                self.element(name, declared, json, here);
            }
            (None, Some(Some(named))) => self.named_child(parent, None, *named, json, here),
            (None, _) => {}
        }
    }

    /// A child that says its name itself.
    fn named_child(
        &mut self,
        parent: Declared,
        content: Option<Content<'x, 'x>>,
        named: Named<'x>,
        json: &'x Json<'x>,
        place: u32,
    ) {
        let local = content.and_then(|content| {
            let found = content.find(name_row(content.pack, named.uri, named.local)?)?;
            let row = content.pack.elements.get(found.element.get() as usize)?;
            Some(Declared { pack: parent.pack, element: found.element.get(), ty: row.ty.get() })
        });
        let declared = local.or_else(|| self.global(named, parent.pack)).unwrap_or(Declared {
            pack: parent.pack,
            element: NONE,
            ty: NONE,
        });
        self.element(self.name_of(named, declared.pack), declared, json, place);
    }

    /// Text and elements in the order of `$content`.
    fn mixed(&mut self, declared: Declared, ty: Option<&'x rows::Type>, items: &'x [Json<'x>], place: u32) {
        let pack = self.packs.get(declared.pack);
        let content = pack.zip(ty).and_then(|(pack, ty)| Content::of(pack, ty));
        for (index, item) in items.iter().enumerate() {
            let here = self.places.add(Some(place), "$content", Some(index as u32));
            match item {
                Json::String(text) => {
                    let text = self.legal(text, here);
                    self.sink.text(&text);
                }
                Json::Object(entries) => {
                    if let Some(named) = self.named(entries, here) {
                        self.named_child(declared, content, named, item, here);
                    }
                }
                other => self.fault_type(here, "$content", kind_of(other), Kind::Object),
            }
        }
    }

    /// The value of a key that is an element.
    fn member(
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

    /// The step for a key: the name of an element, or with a prefix where the local name alone is not enough.
    fn step_of(&self, content: Content<'x, 'x>, key: &str) -> Option<&'x rows::Step> {
        let pack = content.pack;
        if key.starts_with('{') || key.contains(':') {
            let mut homonyms = content.steps().filter(|found| found.flags.get() & step::HOMONYM != 0);
            return homonyms.find(|found| homonym_key(pack, found.name.get()) == key);
        }
        (0..pack.namespaces.len() as u32)
            .filter_map(|namespace| pack.name(namespace, key.as_bytes()))
            .filter_map(|name| content.find(name))
            .find(|found| {
                found.flags.get() & step::HOMONYM == 0 || homonym_key(pack, found.name.get()) == key
            })
    }

    /// Whether an element that must stand can be filled in: its value is fixed, or it is the code in the message's head that
    /// names the message.
    fn fills(&self, pack: &Pack<'_>, found: &rows::Step) -> bool {
        let Some(row) = pack.elements.get(found.element.get() as usize).filter(|_| self.fill) else {
            return false;
        };
        let Some(ty) = pack.types.get(row.ty.get() as usize) else { return false };
        (ty.kind == kind::SIMPLE && row.flags.get() & element::FIXED != 0)
            || (self.in_head && ty.code.get() != NONE && self.own_code(pack, ty).is_some())
    }

    /// The code of a type that has the root element's name as its label.
    fn own_code<'y>(&self, pack: &Pack<'y>, ty: &rows::Type) -> Option<&'y str> {
        let content = Content::of(pack, ty)?;
        let found = content.find(name_row(pack, "", "code")?)?;
        let row = pack.elements.get(found.element.get() as usize)?;
        let simple = pack.types.get(row.ty.get() as usize)?.simple.get();
        let values = pack.enums_of(pack.simples.get(simple as usize)?);
        values.iter().find(|value| pack.str(value.label) == self.root.1).map(|value| pack.str(value.value))
    }

    fn fill(&mut self, index: usize, pack: &'x Pack<'x>, element: u32, place: u32) {
        let Some(row) = pack.elements.get(element as usize) else { return };
        let Some(ty) = pack.types.get(row.ty.get() as usize) else { return };
        let here = self.places.add(Some(place), pack.local(row.name.get()), None);
        let offset = self.sink.offset();
        self.places.begin(here, offset);
        self.sink.start(Name::Known { pack: index, row: row.name.get() });
        self.fixed_attributes(pack, ty);
        if row.flags.get() & element::FIXED != 0 {
            self.sink.text(pack.str(row.value));
        } else if let Some(code) = self.own_code(pack, ty)
            && let Some(name) = name_row(pack, "", "code")
        {
            self.sink.elements_only();
            self.sink.start(Name::Known { pack: index, row: name });
            self.sink.text(code);
            self.sink.end();
        }
        self.sink.end();
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

    fn field(&self, declared: Declared) -> String {
        self.packs.get(declared.pack).map_or_else(String::new, |pack| self.label_of(pack, declared.element))
    }

    fn label_of(&self, pack: &Pack<'_>, element: u32) -> String {
        let Some(row) = pack.elements.get(element as usize) else { return String::new() };
        self.faults.label(pack.str(row.label), pack.str(row.label_en), pack.local(row.name.get()))
    }

    /// The keys that could have been meant: those of the type that do not stand yet. First what is spelled nearly so, then what
    /// must stand.
    fn expected_keys(
        &self,
        pack: &'x Pack<'x>,
        ty: &rows::Type,
        content: Option<Content<'x, 'x>>,
        entries: &Entries<'x>,
        found: &str,
    ) -> String {
        const LISTED: usize = 12;
        let mut keys: Vec<(bool, bool, u32, &str)> = Vec::new();
        let mut add = |optional: bool, order: u32, key: &'x str| {
            let stands = entries.iter().any(|(have, _)| have == key);
            if !stands && !keys.iter().any(|(.., have)| *have == key) {
                keys.push((!is_similar(found, key), optional, order, key));
            }
        };
        for found in content.iter().flat_map(|content| content.steps()) {
            let optional = found.flags.get() & (step::MUST | step::REQUIRED) == 0;
            add(optional, found.order.get().into(), pack.local(found.name.get()));
        }
        for row in pack.attributes_of(ty) {
            const FILLED: u16 = attribute::REQUIRED | attribute::FIXED;
            let optional = row.flags.get() & FILLED != attribute::REQUIRED;
            add(optional, u32::MAX, pack.local(row.name.get()));
        }
        keys.sort();
        let more = keys.len() > LISTED;
        let mut names: Vec<&str> = keys.into_iter().take(LISTED).map(|(.., key)| key).collect();
        if more {
            names.push("…");
        }
        if names.is_empty() { "–".to_owned() } else { names.join(", ") }
    }
}

fn find<'x>(entries: &'x Entries<'x>, key: &str) -> Option<&'x Json<'x>> {
    entries.iter().find(|(have, _)| have == key).map(|(_, value)| value)
}

/// Whether two keys differ by two letters at most, or by capitals only.
fn is_similar(a: &str, b: &str) -> bool {
    const MOST: usize = 2;
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(100).collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > MOST || a.len().min(b.len()) <= MOST {
        return false;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().is_some_and(|distance| *distance <= MOST)
}

/// The attribute that a key means.
fn attribute_of<'x>(pack: &Pack<'x>, ty: &rows::Type, key: &str) -> Option<&'x rows::Attribute> {
    let (local, marked) = match key.strip_prefix('@') {
        Some(local) => (local, true),
        None => (key, false),
    };
    pack.attributes_of(ty).iter().find(|row| {
        let plain = row.flags.get() & attribute::HOMONYM == 0;
        (plain || marked) && pack.local(row.name.get()) == local && uri_of(pack, row.name.get()).is_empty()
    })
}

fn derives_from(pack: &Pack<'_>, ty: u32, base: u32) -> bool {
    let mut at = ty;
    while at != base {
        match pack.types.get(at as usize) {
            // A base is always a smaller row, so this ends.
            Some(row) if row.base.get() < at => at = row.base.get(),
            _ => return false,
        }
    }
    true
}

/// XML 1.0, production 2.
fn is_xml_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn is_ncname(name: &str) -> bool {
    valid(Builtin::NcName, name)
}
