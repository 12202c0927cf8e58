//! The inside of a start tag: attributes, namespace declarations, names.

use std::borrow::Cow;

use azrkit_standard::pack::rows::{self, NONE, attribute};

use super::engine::{Engine, URI_XSI};
use super::findings::{Args, Place};
use super::frame::Frame;
use super::names::{Name, split};
use super::text::{Reference, resolve};
use super::value::Subject;
use crate::message::document::{Attribute, flag};
use crate::message::report::{Code, Lang};

/// An attribute as it stands in the tag, its name resolved.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawAttribute {
    /// The row of its name, in the generation it was looked up in.
    pub(super) name: u32,
    pub(super) generation: u32,
    pub(super) qname: u32,
    pub(super) qname_len: u32,
    pub(super) uri: u32,
    pub(super) value: u32,
    pub(super) value_len: u32,
    pub(super) side: bool,
}

impl<'r> Engine<'r> {
    /// Reads the attributes of a tag into the scratch list and puts namespace declarations in force. False if
    /// reading had to stop.
    pub(super) fn attributes(&mut self, node: u32, start: u32, len: u32) -> bool {
        let end = start + len;
        let mut at = start;
        let mut declared = 0;
        let outer = self.scratch.bindings.len();
        loop {
            let white = self.white(at, end);
            if at + white == end {
                break;
            }
            let name = at + white;
            let bytes = self.bytes(name, end - name);
            let name_len = bytes
                .iter()
                .position(|byte| matches!(byte, b'=' | b' ' | b'\n' | b'\t' | b'\r'))
                .unwrap_or(bytes.len()) as u32;
            let equals = name + name_len + self.white(name + name_len, end);
            let quote_at = equals + 1 + self.white(equals + 1, end);
            let quote =
                self.bytes(quote_at, 1).first().copied().filter(|quote| matches!(quote, b'"' | b'\''));
            let value_len = quote.and_then(|quote| {
                memchr::memchr(quote, self.bytes(quote_at + 1, end.saturating_sub(quote_at + 1)))
            });
            let (Some(value_len), true, true) =
                (value_len, white > 0, self.bytes(equals, 1) == b"=" && name_len > 0)
            else {
                self.ill_formed(name, "ein fehlerhaftes Attribut", "a malformed attribute");
                return false;
            };
            let value = quote_at + 1;
            let Some((place, length, side)) = self.attribute_value(value, value_len as u32) else {
                return false;
            };
            at = value + value_len as u32 + 1;
            if self.scratch.attributes.len() + declared >= self.options.max_attributes {
                let expected = Some(self.options.max_attributes.to_string());
                let name = self.tag_name(start);
                self.stop(
                    Code::TooManyAttributes,
                    self.here(start),
                    Args { name, expected, ..Args::default() },
                );
                return false;
            }
            let qname = self.bytes(name, name_len);
            if qname == b"xmlns" || qname.starts_with(b"xmlns:") {
                declared += 1;
                if !self.declare(outer, name, name_len, place, length, side) {
                    return false;
                }
            } else {
                self.scratch.attributes.push(RawAttribute {
                    name: NONE,
                    generation: 0,
                    qname: name,
                    qname_len: name_len,
                    uri: 0,
                    value: place,
                    value_len: length,
                    side,
                });
            }
        }
        if declared > 0 {
            self.change_environment();
        }
        self.resolve_attributes(node)
    }

    /// The name of the tag whose attributes begin at an offset.
    fn tag_name(&self, attributes: u32) -> String {
        let before = self.bytes(0, attributes);
        let start = memchr::memrchr(b'<', before).map_or(0, |at| at + 1);
        String::from_utf8_lossy(&before[start..]).into_owned()
    }

    /// Number of white space bytes from an offset.
    fn white(&self, from: u32, end: u32) -> u32 {
        let bytes = self.bytes(from, end.saturating_sub(from));
        bytes.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).unwrap_or(bytes.len())
            as u32
    }

    /// The value of an attribute, normalised (XML 1.0, section 3.3.3): its place, length and whether it lies in the
    /// side buffer. None if reading had to stop.
    fn attribute_value(&mut self, start: u32, len: u32) -> Option<(u32, u32, bool)> {
        let bytes = self.bytes(start, len);
        if !bytes.iter().any(|byte| matches!(byte, b'&' | b'<' | b'\n' | b'\t' | b'\r')) {
            return Some((start, len, false));
        }
        if bytes.contains(&b'<') {
            self.ill_formed(start, "das Zeichen < in einem Attribut", "the character < in an attribute");
            return None;
        }
        let place = self.tape.side.len() as u32;
        let mut rest = self.str(start, len);
        while let Some(at) = rest.find(['&', '\n', '\t', '\r']) {
            self.tape.side.push_str(&rest[..at]);
            let byte = rest.as_bytes()[at];
            rest = &rest[at + 1..];
            if byte != b'&' {
                if byte == b'\r' {
                    rest = rest.strip_prefix('\n').unwrap_or(rest);
                }
                self.tape.side.push(' ');
                continue;
            }
            let name = rest.split_once(';').map(|(name, _)| name);
            match name.map(resolve) {
                Some(Ok(character)) => {
                    self.tape.side.push(character);
                    rest = &rest[name.map_or(0, str::len) + 1..];
                }
                Some(Err(Reference::Unknown)) => {
                    let value = name.map(|name| format!("&{name};"));
                    self.stop(Code::UnknownEntity, self.here(start), Args { value, ..Args::default() });
                    return None;
                }
                _ => {
                    self.ill_formed(
                        start,
                        "eine fehlerhafte Zeichenreferenz",
                        "a malformed character reference",
                    );
                    return None;
                }
            }
        }
        self.tape.side.push_str(rest);
        Some((place, self.tape.side.len() as u32 - place, true))
    }

    /// A place in the input or the side buffer as text.
    pub(super) fn placed(&self, start: u32, len: u32, side: bool) -> &str {
        if side {
            self.tape.side.get(start as usize..(start + len) as usize).unwrap_or("")
        } else {
            self.str(start, len)
        }
    }

    /// Resolves the names of the attributes and finds double ones.
    pub(super) fn resolve_attributes(&mut self, node: u32) -> bool {
        for at in 0..self.scratch.attributes.len() {
            let raw = self.scratch.attributes[at];
            let name = if raw.generation == self.generation {
                Name { row: raw.name, uri: raw.uri }
            } else {
                let Some(name) = self.attribute_name(node, raw.qname, raw.qname_len) else { return false };
                name
            };
            for other in &self.scratch.attributes[..at] {
                // Names of two rows are two names.
                let other_row = name.row != NONE && other.name != NONE && name.row != other.name;
                if !other_row && other.uri == name.uri && self.local_of(*other) == self.local_of(raw) {
                    let name = self.str(raw.qname, raw.qname_len).to_owned();
                    self.stop(
                        Code::DuplicateAttribute,
                        self.here(raw.qname),
                        Args { name, ..Args::default() },
                    );
                    return false;
                }
            }
            let entry = &mut self.scratch.attributes[at];
            entry.uri = name.uri;
            entry.name = name.row;
            entry.generation = self.generation;
        }
        true
    }

    /// The local name of an attribute.
    pub(super) fn local_of(&self, raw: RawAttribute) -> &'r [u8] {
        split(self.bytes(raw.qname, raw.qname_len)).1
    }

    /// Keeps the attributes of an element that no schema describes.
    pub(super) fn keep_attributes(&mut self, node: u32) {
        for at in 0..self.scratch.attributes.len() {
            let raw = self.scratch.attributes[at];
            self.keep(node, raw, NONE, NONE);
        }
    }

    fn keep(&mut self, node: u32, raw: RawAttribute, name: u32, declaration: u32) {
        self.tape.attributes.push(Attribute {
            name,
            declaration,
            qname: raw.qname,
            qname_len: raw.qname_len.min(u32::from(u16::MAX)) as u16,
            flags: if raw.side { u16::from(flag::SIDE) } else { 0 },
            uri: raw.uri,
            value: raw.value,
            value_len: raw.value_len,
        });
        self.tape.nodes[node as usize].attribute_count += 1;
    }

    /// Checks the attributes of an element against its type, and keeps them.
    pub(super) fn check_attributes(&mut self, frame: &mut Frame, ty: &'r rows::Type) {
        let pack = self.current();
        let uses = pack.attributes_of(ty);
        let node = frame.node;
        let mut required = 0;
        for at in 0..self.scratch.attributes.len() {
            let raw = self.scratch.attributes[at];
            if raw.uri == URI_XSI
                && matches!(
                    self.local_of(raw),
                    b"type" | b"nil" | b"schemaLocation" | b"noNamespaceSchemaLocation"
                )
            {
                self.keep(node, raw, NONE, NONE);
                continue;
            }
            let name = if raw.generation == self.generation {
                raw.name
            } else {
                self.name_row(raw.uri, self.local_of(raw))
            };
            let place = Place::attribute(&raw, node);
            let found = uses.iter().position(|row| row.name.get() == name && name != NONE);
            let Some(found) = found else {
                self.keep(node, raw, name, NONE);
                if (ty.kind != rows::kind::ANY || ty.any_attribute.get() != NONE)
                    && !self.admitted_attribute(raw, name, ty, place)
                {
                    self.scratch.unknown.push(raw);
                }
                continue;
            };
            let declaration = ty.attributes.get() + found as u32;
            self.keep(node, raw, name, declaration);
            let row = &uses[found];
            required += u16::from(row.flags.get() & attribute::REQUIRED != 0);
            self.check_attribute_value(raw, row, place);
        }
        if required < ty.required_count.get() || !self.scratch.unknown.is_empty() {
            self.wrong_attributes(frame, uses);
        }
    }

    /// Reports attributes that the type does not have, and those that are missing. Where there are both, the one was
    /// most likely meant for the other, and that is one fault.
    fn wrong_attributes(&mut self, frame: &Frame, uses: &'r [rows::Attribute]) {
        let pack = self.current();
        let mut unknown = std::mem::take(&mut self.scratch.unknown);
        let mut left = unknown.iter();
        let first = self.tape.nodes[frame.node as usize].attributes as usize;
        for row in uses.iter().filter(|row| row.flags.get() & attribute::REQUIRED != 0) {
            if self.tape.attributes[first..].iter().any(|have| have.name == row.name.get()) {
                continue;
            }
            let local = pack.local(row.name.get());
            let label = self.options.lang.choose(pack.str(row.label), pack.str(row.label_en));
            let expected =
                if label.is_empty() { local.to_owned() } else { format!("{local} („{label}“)") };
            if let Some(raw) = left.next() {
                self.unknown_attribute(*raw, frame.node, Some(expected));
                continue;
            }
            let name = self.str(frame.start + 1, frame.name_len);
            let name = name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned();
            let args = Args { name, expected: Some(expected), ..Args::default() };
            self.fault(Code::MissingAttribute, Place::element(frame.start, frame.node), args);
        }
        for raw in left {
            self.unknown_attribute(*raw, frame.node, None);
        }
        unknown.clear();
        self.scratch.unknown = unknown;
    }

    fn unknown_attribute(&mut self, raw: RawAttribute, node: u32, expected: Option<String>) {
        let name = self.str(raw.qname, raw.qname_len).to_owned();
        let detail = match (&expected, self.options.lang) {
            (None, _) => String::new(),
            (Some(expected), Lang::De) => format!(", erwartet wird {expected}"),
            (Some(expected), Lang::En) => format!(", {expected} is expected"),
        };
        let place = Place::attribute(&raw, node);
        self.fault(Code::UnknownAttribute, place, Args { name, expected, detail, ..Args::default() });
    }

    /// Whether a wildcard takes an attribute that the type does not list.
    fn admitted_attribute(&mut self, raw: RawAttribute, name: u32, ty: &rows::Type, place: Place) -> bool {
        let pack = self.current();
        let Some(wildcard) = pack.wildcards.get(ty.any_attribute.get() as usize) else { return false };
        if !super::content::admits(pack, wildcard, self.namespace_row(raw.uri, self.pack), raw.uri == 0) {
            return false;
        }
        if wildcard.process == rows::wildcard::SKIP {
            return true;
        }
        let args = Args { name: self.str(raw.qname, raw.qname_len).to_owned(), ..Args::default() };
        let declared = (name != NONE).then(|| pack.global_attribute(name)).flatten();
        match declared.and_then(|row| pack.attributes.get(row as usize)) {
            Some(row) => self.check_attribute_value(raw, row, place),
            None if wildcard.process == rows::wildcard::STRICT => self.fault(Code::Undeclared, place, args),
            None => {}
        }
        true
    }

    fn check_attribute_value(&mut self, raw: RawAttribute, row: &'r rows::Attribute, place: Place) {
        let pack = self.current();
        let value: Cow<'_, str> = if raw.side {
            Cow::Owned(self.placed(raw.value, raw.value_len, true).to_owned())
        } else {
            Cow::Borrowed(self.str(raw.value, raw.value_len))
        };
        let fixed = row.flags.get() & attribute::FIXED != 0;
        if fixed && value.as_bytes() == pack.bytes(row.value) {
            return;
        }
        let simple = row.simple.get();
        let subject = Subject::Attribute(row, raw.qname, raw.qname_len);
        if !self.check_text(simple, &value, place, subject) {
            return;
        }
        if fixed && !super::value::equal(pack, simple, &value, pack.str(row.value)) {
            let args =
                Args { expected: Some(pack.str(row.value).to_owned()), ..self.args_of(subject, &value) };
            self.fault(Code::NotFixed, place, args);
        }
    }

    /// Place, length and side flag of the value of an attribute that was kept, by its name.
    pub(super) fn kept_place(&self, node: u32, name: u32) -> Option<(u32, u32, bool)> {
        let row = &self.tape.nodes[node as usize];
        let first = row.attributes as usize;
        self.tape.attributes[first..first + usize::from(row.attribute_count)]
            .iter()
            .find(|have| have.name == name && name != NONE)
            .map(|have| (have.value, have.value_len, have.flags & u16::from(flag::SIDE) != 0))
    }

    /// The value of an attribute that was kept, by its name.
    pub(super) fn kept_attribute(&self, node: u32, name: u32) -> Option<&str> {
        self.kept_place(node, name).map(|(start, len, side)| self.placed(start, len, side))
    }
}
