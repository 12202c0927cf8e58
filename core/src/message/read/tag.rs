//! The inside of a start tag: attributes, namespace declarations, names.

use std::borrow::Cow;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, attribute, element, type_flag};

use super::engine::{Engine, Frame, URI_XML, URI_XSI, state};
use super::findings::{Args, Place, label};
use super::text::{Reference, is_ncname, resolve};
use super::value::Subject;
use super::words::{self, hash};
use crate::message::document::{Attribute, flag};
use crate::message::report::{Code, Lang};

/// A namespace declaration that is in force.
#[derive(Debug, Clone, Copy)]
pub(super) struct Binding {
    /// Place of the prefix in the input.
    pub(super) prefix: u32,
    /// Its length; 0 for the default namespace.
    pub(super) prefix_len: u32,
    /// Index in the document's list of namespaces.
    pub(super) uri: u32,
}

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

/// The name of an element: the current pack's row, and its namespace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    /// Row of the current pack's `names`, or [`NONE`].
    pub(super) row: u32,
    /// Index in the document's list of namespaces.
    pub(super) uri: u32,
}

/// Names as they were resolved before, and under which namespace declarations. Kept between messages: those of one
/// sender declare the same.
#[derive(Debug)]
pub(super) struct NameCache {
    entries: Vec<Cached>,
    /// The bytes of the cached names, one after the other.
    bytes: Vec<u8>,
    /// What is in force, for each generation: the pack, and prefix and namespace of each declaration.
    environments: Vec<Vec<u8>>,
    key: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cached {
    hash: u64,
    start: u32,
    len: u32,
    generation: u32,
    row: u32,
    uri: u32,
}

/// Most environments, and bytes of names, that are kept.
const ENVIRONMENTS: usize = 64;
const NAME_BYTES: usize = 1 << 18;

/// Places for names, and how many of them a name can stand at.
const CACHE: usize = 1024;
const PROBES: usize = 8;

/// Row of `xs:anyType`; all built-in types stand up to there.
pub(super) const ANY_TYPE: u32 = azrkit_standard::datatype::Builtin::ALL.len() as u32;

impl Default for NameCache {
    fn default() -> Self {
        Self {
            entries: vec![Cached::default(); CACHE],
            bytes: Vec::new(),
            environments: Vec::new(),
            key: Vec::new(),
        }
    }
}

impl NameCache {
    /// Whether it has grown so large that it is better begun anew.
    pub(super) fn is_full(&self) -> bool {
        self.environments.len() >= ENVIRONMENTS || self.bytes.len() >= NAME_BYTES
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.entries.fill(Cached::default());
        self.bytes.clear();
        self.environments.clear();
    }

    #[inline]
    fn find(&self, hash: u64, generation: u32, name: &[u8]) -> Option<Name> {
        let mut at = hash as usize & (CACHE - 1);
        for _ in 0..PROBES {
            let cached = self.entries.get(at)?;
            if cached.hash == hash && cached.generation == generation {
                let (start, len) = (cached.start as usize, cached.len as usize);
                let same = self.bytes.get(start..start + len).is_some_and(|bytes| words::equal(bytes, name));
                return same.then_some(Name { row: cached.row, uri: cached.uri });
            }
            if cached.generation == 0 {
                return None;
            }
            at = (at + 1) & (CACHE - 1);
        }
        None
    }

    /// Puts a name into the first free place for its hash, else into that of another.
    fn keep(&mut self, hash: u64, generation: u32, name: &[u8], found: Name) {
        if self.bytes.len() + name.len() > NAME_BYTES {
            return;
        }
        let home = hash as usize & (CACHE - 1);
        let free = (home..home + PROBES).map(|at| at & (CACHE - 1)).find(|at| {
            self.entries.get(*at).is_some_and(|cached| {
                cached.generation == 0 || (cached.hash == hash && cached.generation == generation)
            })
        });
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(name);
        if let Some(entry) = self.entries.get_mut(free.unwrap_or(home)) {
            *entry =
                Cached { hash, start, len: name.len() as u32, generation, row: found.row, uri: found.uri };
        }
    }
}

impl<'r> Engine<'r> {
    /// Resolves the name of an element; none if reading had to stop.
    pub(super) fn element_name(&mut self, start: u32, len: u32) -> Option<Name> {
        let bytes = self.bytes(start, len);
        let hash = hash(bytes);
        if let Some(name) = self.scratch.names.find(hash, self.generation, bytes) {
            return Some(name);
        }
        let (prefix, local) = split(bytes);
        let Some(uri) = self.binding(prefix) else {
            if self.is_name(start, bytes) {
                let value = Some(String::from_utf8_lossy(prefix).into_owned());
                self.stop(Code::UnboundPrefix, self.here(start), Args { value, ..Args::default() });
            }
            return None;
        };
        let row = self.name_row(uri, local);
        // What the pack knows is a name, and so is a prefix that was declared.
        if (row == NONE || bytes.starts_with(b":")) && !self.is_name(start, bytes) {
            return None;
        }
        self.scratch.names.keep(hash, self.generation, bytes, Name { row, uri });
        Some(Name { row, uri })
    }

    /// The current pack's row of a name.
    pub(super) fn name_row(&self, uri: u32, local: &[u8]) -> u32 {
        let namespace = self.namespace_row(uri, self.pack);
        if namespace == NONE { NONE } else { self.current().name(namespace, local).unwrap_or(NONE) }
    }

    /// A pack's row of a namespace of the document.
    pub(super) fn namespace_row(&self, uri: u32, pack: usize) -> u32 {
        self.scratch.namespace_rows.get(uri as usize * self.packs.len() + pack).copied().unwrap_or(NONE)
    }

    /// The name of an attribute; none if reading had to stop.
    fn attribute_name(&mut self, node: u32, start: u32, len: u32) -> Option<Name> {
        let bytes = self.bytes(start, len);
        let hash = !hash(bytes);
        if let Some(name) = self.scratch.names.find(hash, self.generation, bytes) {
            return Some(name);
        }
        let (prefix, local) = split(bytes);
        let uri =
            if prefix.len() == bytes.len() || prefix.is_empty() { Some(0) } else { self.binding(prefix) };
        let Some(uri) = uri else {
            if self.is_name(start, bytes) {
                let value = Some(String::from_utf8_lossy(prefix).into_owned());
                self.stop(
                    Code::UnboundPrefix,
                    Place::element(start, node),
                    Args { value, ..Args::default() },
                );
            }
            return None;
        };
        let row = self.name_row(uri, local);
        if (row == NONE || bytes.starts_with(b":")) && !self.is_name(start, bytes) {
            return None;
        }
        self.scratch.names.keep(hash, self.generation, bytes, Name { row, uri });
        Some(Name { row, uri })
    }

    /// Whether these bytes are a name, with or without prefix; stops if not.
    fn is_name(&mut self, start: u32, bytes: &[u8]) -> bool {
        let (prefix, local) = split(bytes);
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or("");
        let good =
            is_ncname(text(local)) && (prefix.len() + local.len() == bytes.len() || is_ncname(text(prefix)));
        if !good {
            self.ill_formed(start, "kein zulässiger Name", "not an allowed name");
        }
        good
    }

    /// The namespace that a prefix (empty: none) is bound to.
    pub(super) fn binding(&self, prefix: &[u8]) -> Option<u32> {
        if prefix == b"xml" {
            return Some(URI_XML);
        }
        self.scratch
            .bindings
            .iter()
            .rev()
            .find(|binding| self.bytes(binding.prefix, binding.prefix_len) == prefix)
            .map(|binding| binding.uri)
    }

    /// Reads the attributes of a tag into the scratch list and puts namespace declarations in force. False if
    /// reading had to stop.
    pub(super) fn attributes(&mut self, node: u32, start: u32, len: u32) -> bool {
        let end = start + len;
        let mut at = start;
        let mut declared = 0;
        let outer = self.scratch.bindings.len();
        loop {
            if self.scratch.attributes.len() + declared < self.options.max_attributes
                && let Some(raw) = self.plain_attribute(at, end)
            {
                at = raw.value + raw.value_len + 1;
                self.scratch.attributes.push(raw);
                if at == end {
                    break;
                }
                continue;
            }
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

    /// An attribute as nearly all are: one space, a name that was met before, `=` and a value to be taken as it
    /// stands. None for any other, right or wrong.
    #[inline]
    fn plain_attribute(&self, at: u32, end: u32) -> Option<RawAttribute> {
        let [b' ', rest @ ..] = self.bytes(at, end - at) else { return None };
        let name_len = words::position(rest, b'=')?;
        let (name, behind) = rest.split_at_checked(name_len)?;
        let [b'=', quote @ (b'"' | b'\''), value @ ..] = behind else { return None };
        let value_len = words::value_end(value, *quote)?;
        if value.get(value_len) != Some(quote) {
            return None;
        }
        // Names in the cache are names: no white space in them, and no declaration of a namespace.
        let found = self.scratch.names.find(!hash(name), self.generation, name)?;
        Some(RawAttribute {
            name: found.row,
            generation: self.generation,
            qname: at + 1,
            qname_len: name_len as u32,
            uri: found.uri,
            value: at + 1 + name_len as u32 + 2,
            value_len: value_len as u32,
            side: false,
        })
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

    /// Puts a namespace declaration in force (Namespaces in XML 1.0, sections 2 and 3).
    /// `outer` is the number of bindings outside of this tag.
    fn declare(
        &mut self,
        outer: usize,
        name: u32,
        name_len: u32,
        value: u32,
        value_len: u32,
        side: bool,
    ) -> bool {
        let (prefix, prefix_len) = if name_len > 6 { (name + 6, name_len - 6) } else { (name, 0) };
        let uri = self.placed(value, value_len, side);
        let prefix_text = self.str(prefix, prefix_len);
        let reserved = (prefix_text == "xml") != (uri == azrkit_standard::model::XML)
            || prefix_text == "xmlns"
            || uri == "http://www.w3.org/2000/xmlns/";
        if name_len == 6 || (prefix_len > 0 && (uri.is_empty() || !is_ncname(prefix_text))) || reserved {
            let detail = match (self.options.lang, uri.is_empty()) {
                (Lang::De, true) => "ein Präfix braucht einen Namensraum",
                (Lang::De, false) => "Präfix oder Namensraum sind vergeben oder fehlerhaft",
                (Lang::En, true) => "a prefix needs a namespace",
                (Lang::En, false) => "prefix or namespace are reserved or malformed",
            };
            let args = Args {
                name: self.str(name, name_len).to_owned(),
                detail: detail.to_owned(),
                ..Args::default()
            };
            self.stop(Code::BadNamespace, self.here(name), args);
            return false;
        }
        let index = self.tape.uris.iter().zip(0..).find(|(known, _)| *known == uri).map(|(_, index)| index);
        let prefix_bytes = self.bytes(prefix, prefix_len);
        let of_this_tag = self.scratch.bindings.get(outer..).unwrap_or(&[]);
        if of_this_tag.iter().any(|other| self.bytes(other.prefix, other.prefix_len) == prefix_bytes) {
            let args = Args { name: self.str(name, name_len).to_owned(), ..Args::default() };
            self.stop(Code::DuplicateAttribute, self.here(name), args);
            return false;
        }
        let index = match index {
            Some(index) => index,
            None => self.new_uri(self.placed(value, value_len, side).to_owned()),
        };
        self.scratch.bindings.push(Binding { prefix, prefix_len, uri: index });
        true
    }

    /// The index of a namespace that is new in the document's list.
    fn new_uri(&mut self, uri: String) -> u32 {
        self.scratch
            .namespace_rows
            .extend(self.packs.iter().map(|pack| pack.namespace(uri.as_bytes()).unwrap_or(NONE)));
        self.tape.uris.push(uri);
        self.tape.uris.len() as u32 - 1
    }

    /// Resolves the names of the attributes and finds double ones.
    fn resolve_attributes(&mut self, node: u32) -> bool {
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

    /// The type by which an element's content is read: the declared one, or the one that `xsi:type` names. Notes
    /// `xsi:nil`. None where the content can only be skipped.
    pub(super) fn effective_type(&mut self, frame: &mut Frame, declared: u32, lax: bool) -> Option<u32> {
        let mut ty = declared;
        if ty as usize >= self.current().types.len() {
            return None;
        }
        if !self.scratch.attributes.is_empty() {
            if let Some(raw) = self.instance_attribute(b"type") {
                ty = self.named_type(frame, raw, declared, lax)?;
                self.tape.nodes[frame.node as usize].flags |= flag::TYPED;
            }
            if let Some(raw) = self.instance_attribute(b"nil") {
                self.nil(frame, raw, lax);
            }
        }
        let row = &self.current().types[ty as usize];
        if row.flags & type_flag::OPEN != 0 {
            ty = self.enter_open_type(row).unwrap_or(ty);
        }
        Some(ty)
    }

    fn instance_attribute(&self, local: &[u8]) -> Option<RawAttribute> {
        self.scratch.attributes.iter().copied().find(|raw| raw.uri == URI_XSI && self.local_of(*raw) == local)
    }

    fn local_of(&self, raw: RawAttribute) -> &'r [u8] {
        split(self.bytes(raw.qname, raw.qname_len)).1
    }

    /// The type that `xsi:type` names, if it is one that may stand for the declared one (XML Schema Part 1, 3.3.4).
    fn named_type(&mut self, frame: &Frame, raw: RawAttribute, declared: u32, lax: bool) -> Option<u32> {
        let value =
            self.placed(raw.value, raw.value_len, raw.side).trim_matches([' ', '\t', '\n', '\r']).to_owned();
        let (prefix, local) = value.split_once(':').unwrap_or(("", &value));
        let pack = self.current();
        let found = self
            .binding(prefix.as_bytes())
            .map(|uri| self.name_row(uri, local.as_bytes()))
            .filter(|name| *name != NONE)
            .and_then(|name| pack.global_type(name));
        let fits = found.filter(|found| lax || derives_from(pack, *found, declared));
        if fits.is_none() {
            let args = Args {
                field: label(pack, frame.element, self.options.lang).to_owned(),
                value: Some(value),
                expected: Some(self.concrete_types(declared)),
                ..Args::default()
            };
            let place = Place {
                offset: raw.qname,
                node: frame.node,
                attribute: Some((raw.qname, raw.qname_len as u16)),
            };
            self.fault(Code::BadXsiType, place, args);
        }
        fits
    }

    fn nil(&mut self, frame: &mut Frame, raw: RawAttribute, lax: bool) {
        let value =
            self.placed(raw.value, raw.value_len, raw.side).trim_matches([' ', '\t', '\n', '\r']).to_owned();
        let pack = self.current();
        let nillable = lax
            || pack
                .elements
                .get(frame.element as usize)
                .is_some_and(|row| row.flags.get() & element::NILLABLE != 0);
        let lang = self.options.lang;
        let detail = match value.as_str() {
            "true" | "1" if nillable => {
                frame.flags |= state::NIL;
                self.tape.nodes[frame.node as usize].flags |= flag::NIL;
                return;
            }
            "false" | "0" if nillable => return,
            "true" | "1" | "false" | "0" if lang == Lang::De => "das Feld darf nicht leer bleiben",
            "true" | "1" | "false" | "0" => "the field must not be left empty",
            _ if lang == Lang::De => "der Wert ist weder true noch false",
            _ => "the value is neither true nor false",
        };
        let args = Args {
            field: label(pack, frame.element, lang).to_owned(),
            detail: detail.to_owned(),
            ..Args::default()
        };
        let place =
            Place { offset: raw.qname, node: frame.node, attribute: Some((raw.qname, raw.qname_len as u16)) };
        self.fault(Code::BadNil, place, args);
    }

    /// Changes to the pack that has the type for which an open one stands, if there is one.
    fn enter_open_type(&mut self, open: &rows::Type) -> Option<u32> {
        let pack = self.current();
        let name = pack.names.get(open.name.get() as usize)?;
        let namespace = pack.namespaces.get(usize::from(name.namespace.get()))?;
        let (uri, local) = (pack.bytes(namespace.uri), pack.bytes(name.local));
        let (index, ty) = self.packs.iter().enumerate().rev().find_map(|(index, other)| {
            let ty = other.global_type(other.name(other.namespace(uri)?, local)?)?;
            (other.types[ty as usize].flags & type_flag::OPEN == 0).then_some((index, ty))
        })?;
        self.change_pack(index);
        Some(ty)
    }

    /// Finds the generation for the pack and the declarations that are in force now.
    pub(super) fn change_environment(&mut self) {
        let mut key = std::mem::take(&mut self.scratch.names.key);
        key.clear();
        key.push(self.pack as u8);
        for binding in &self.scratch.bindings {
            key.extend_from_slice(self.bytes(binding.prefix, binding.prefix_len));
            key.push(0);
            key.extend_from_slice(&binding.uri.to_le_bytes());
        }
        let names = &mut self.scratch.names;
        self.generation = match names.environments.iter().position(|known| *known == key) {
            Some(at) => at as u32 + 1,
            None => {
                // Beyond the limit nothing is cached: no entry ever has this generation.
                if names.environments.len() < ENVIRONMENTS {
                    names.environments.push(key.clone());
                    names.environments.len() as u32
                } else {
                    self.uncached = self.uncached.wrapping_sub(1).max(ENVIRONMENTS as u32 + 1);
                    self.uncached
                }
            }
        };
        names.key = key;
    }

    /// Goes on with another pack's tables.
    pub(super) fn change_pack(&mut self, index: usize) {
        if index != self.pack {
            self.set_pack(index);
            self.change_environment();
        }
    }

    /// Names of the types that can stand for one, for people.
    pub(super) fn concrete_types(&self, base: u32) -> String {
        let pack = self.current();
        let names: Vec<&str> = pack
            .global_types
            .iter()
            .filter(|row| derives_from(pack, row.row.get(), base) && row.row.get() > ANY_TYPE)
            .filter(|row| pack.types[row.row.get() as usize].flags & type_flag::ABSTRACT == 0)
            .map(|row| pack.local(row.name.get()))
            .take(12)
            .collect();
        names.join(", ")
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
            let place = Place {
                offset: raw.qname,
                node,
                attribute: Some((raw.qname, raw.qname_len.min(65535) as u16)),
            };
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
            let german = pack.str(row.label);
            let english = pack.str(row.label_en);
            let label = if self.options.lang == Lang::En && !english.is_empty() { english } else { german };
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
        let place =
            Place { offset: raw.qname, node, attribute: Some((raw.qname, raw.qname_len.min(65535) as u16)) };
        self.fault(Code::UnknownAttribute, place, Args { name, expected, detail, ..Args::default() });
    }

    /// Whether a wildcard takes an attribute that the type does not list.
    fn admitted_attribute(&mut self, raw: RawAttribute, name: u32, ty: &rows::Type, place: Place) -> bool {
        let pack = self.current();
        let Some(wildcard) = pack.wildcards.get(ty.any_attribute.get() as usize) else { return false };
        if !super::content::admits(pack, wildcard, self.namespace_row(raw.uri, self.pack), raw.uri == 0) {
            return false;
        }
        const SKIP: u8 = 2;
        const STRICT: u8 = 0;
        if wildcard.process == SKIP {
            return true;
        }
        let args = Args { name: self.str(raw.qname, raw.qname_len).to_owned(), ..Args::default() };
        let declared = (name != NONE).then(|| pack.global_attribute(name)).flatten();
        match declared.and_then(|row| pack.attributes.get(row as usize)) {
            Some(row) => self.check_attribute_value(raw, row, place),
            None if wildcard.process == STRICT => self.fault(Code::Undeclared, place, args),
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

    /// The value of an attribute of a row that was kept, by its name.
    pub(super) fn kept_attribute(&self, node: u32, name: u32) -> Option<&str> {
        let row = &self.tape.nodes[node as usize];
        let first = row.attributes as usize;
        self.tape.attributes[first..first + usize::from(row.attribute_count)]
            .iter()
            .find(|have| have.name == name && name != NONE)
            .map(|have| self.placed(have.value, have.value_len, have.flags & u16::from(flag::SIDE) != 0))
    }
}

/// Whether a type is another one or derived from it. `anyType` is every type's base.
fn derives_from(pack: &Pack<'_>, ty: u32, base: u32) -> bool {
    let mut at = ty;
    while at != base {
        let Some(row) = pack.types.get(at as usize) else { return false };
        // A base is always a smaller row, so this ends.
        if row.base.get() == NONE || row.base.get() >= at {
            return base == ANY_TYPE;
        }
        at = row.base.get();
    }
    true
}

/// Prefix (empty for none) and local name, by the first colon.
fn split(name: &[u8]) -> (&[u8], &[u8]) {
    match name.iter().position(|byte| *byte == b':') {
        Some(at) => (&name[..at], &name[at + 1..]),
        None => (b"", name),
    }
}
