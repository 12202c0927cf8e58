//! Names and namespaces: declarations in force, prefixes resolved, names looked up in the pack.

use azrkit_standard::pack::rows::NONE;

use super::engine::{Engine, URI_XML};
use super::findings::{Args, Place};
use super::text::is_ncname;
use super::words::{self, hash};
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
    pub(super) fn find(&self, hash: u64, generation: u32, name: &[u8]) -> Option<Name> {
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
        match self.scratch.names.find(hash, self.generation, bytes) {
            Some(name) => Some(name),
            None => self.new_name(self.here(start), bytes, hash, self.binding(split(bytes).0)),
        }
    }

    /// Resolves the name of an attribute; none if reading had to stop.
    pub(super) fn attribute_name(&mut self, node: u32, start: u32, len: u32) -> Option<Name> {
        let bytes = self.bytes(start, len);
        // The same name may stand for an element, where the default namespace holds.
        let hash = !hash(bytes);
        if let Some(name) = self.scratch.names.find(hash, self.generation, bytes) {
            return Some(name);
        }
        let prefix = split(bytes).0;
        let uri = if prefix.is_empty() { Some(0) } else { self.binding(prefix) };
        self.new_name(Place::element(start, node), bytes, hash, uri)
    }

    /// Resolves a name that was not met before, in a namespace; without one its prefix is not bound.
    fn new_name(&mut self, place: Place, bytes: &[u8], hash: u64, uri: Option<u32>) -> Option<Name> {
        let (prefix, local) = split(bytes);
        let row = uri.map_or(NONE, |uri| self.name_row(uri, local));
        // What the pack knows is a name, and so is a prefix that was declared.
        if (row == NONE || bytes.starts_with(b":")) && !self.is_name(place.offset, bytes) {
            return None;
        }
        let Some(uri) = uri else {
            let value = Some(String::from_utf8_lossy(prefix).into_owned());
            self.stop(Code::UnboundPrefix, place, Args { value, ..Args::default() });
            return None;
        };
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

    /// Puts a namespace declaration in force (Namespaces in XML 1.0, sections 2 and 3).
    /// `outer` is the number of bindings outside of this tag.
    pub(super) fn declare(
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
}

/// Prefix (empty for none) and local name, by the first colon.
pub(super) fn split(name: &[u8]) -> (&[u8], &[u8]) {
    match name.iter().position(|byte| *byte == b':') {
        Some(at) => (&name[..at], &name[at + 1..]),
        None => (b"", name),
    }
}
