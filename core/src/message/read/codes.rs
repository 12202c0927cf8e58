//! Code lists: whether the list, in the version that a code names, has it.

use azrkit_standard::pack::rows::{CodeType, NONE, code_type};

use super::engine::Engine;
use super::findings::{Args, Place, label};
use super::frame::Frame;
use super::text::WHITE;
use super::words;
use crate::message::code::{Found, find_list};
use crate::message::document::{Node, flag};
use crate::message::report::Code;

/// Lists as they were found before: by code type, pack and version.
#[derive(Debug, Default)]
pub(super) struct ListCache {
    entries: Vec<Entry>,
    /// Lists and versions that were already reported as not at hand.
    reported: Vec<(String, String)>,
    /// Codes that were found before, each at the place that its hash says. Kept between messages.
    good: Vec<Good>,
}

/// A code that its list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Good {
    code_type: u32,
    pack: u8,
    /// [`FIXED`] where the version is not sent.
    version_len: u8,
    value_len: u8,
    version: u64,
    value: u64,
}

impl Good {
    fn slot(&self) -> usize {
        let mixed = (self.version.rotate_left(32) ^ self.value ^ u64::from(self.code_type) << 40)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 56) as usize
    }
}

/// Length of a version that is not sent.
const FIXED: u8 = u8::MAX;
/// No code type has this row.
const NO_CODE: Good = Good { code_type: NONE, pack: 0, version_len: 0, value_len: 0, version: 0, value: 0 };

#[derive(Debug, Clone, Copy)]
struct Entry {
    pack: u8,
    code: u32,
    /// Place of the version in the input ([`NONE`] length: none given).
    version: u32,
    version_len: u32,
    list: u32,
}

impl ListCache {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.reported.clear();
    }
}

impl<'r> Engine<'r> {
    /// Checks the code of an element of a code type whose end tag came.
    pub(super) fn check_code(&mut self, frame: &Frame) {
        let pack = self.current();
        let Some(row) = pack.types.get(frame.ty as usize).filter(|ty| ty.code.get() != NONE) else { return };
        let index = row.code.get();
        let Some(ty) = pack.code_types.get(index as usize) else { return };
        let code = self.tape.nodes[frame.code_node as usize];
        if (code.flags | self.tape.nodes[frame.node as usize].flags) & flag::FAULTY != 0 {
            return;
        }
        let key = self.good_key(frame, index, ty, &code);
        if let Some(key) = &key
            && self.scratch.code_lists.good.get(key.slot()) == Some(key)
        {
            return;
        }
        let list = match self.list_of(frame, index, ty) {
            Found::List(list) => list,
            missing => return self.report_missing(frame, ty, matches!(missing, Found::NoList)),
        };
        let Some(list) = pack.lists.get(list as usize) else { return };
        let value = self.placed(code.value, code.value_len, code.flags & flag::SIDE != 0).trim_matches(WHITE);
        if pack.find_code(list, value.as_bytes()).is_some() {
            if let Some(key) = key {
                let good = &mut self.scratch.code_lists.good;
                if good.is_empty() {
                    good.resize(256, NO_CODE);
                }
                if let Some(place) = good.get_mut(key.slot()) {
                    *place = key;
                }
            }
            return;
        }
        let title = pack.str(list.title);
        let name = if title.is_empty() { pack.str(list.uri) } else { title };
        let args = Args {
            field: label(pack, frame.element, self.options.lang).to_owned(),
            value: Some(value.to_owned()),
            expected: Some(format!("„{name}“ ({}, Version {})", pack.str(list.uri), pack.str(list.version))),
            ..Args::default()
        };
        let place = Place::element(code.start, frame.code_node);
        self.tape.nodes[frame.node as usize].flags |= flag::FAULTY;
        let finding = if list.excerpt.get() != 0 { Code::NotInExcerpt } else { Code::UnknownCode };
        self.findings.add(finding, place, args);
    }

    /// A code by all that decides whether its list has it; none where that is too long or lies in the side buffer.
    fn good_key(&self, frame: &Frame, index: u32, ty: &CodeType, code: &Node) -> Option<Good> {
        if ty.flags & code_type::URI_FIXED == 0 || code.flags & flag::SIDE != 0 {
            return None;
        }
        let value = words::word(self.bytes(code.value, code.value_len))?;
        let (version, version_len) = if ty.flags & code_type::VERSION_FIXED != 0 {
            (0, FIXED)
        } else {
            let (place, len, side) = self.kept_place(frame.node, self.known_now.list_version)?;
            if side {
                return None;
            }
            (words::word(self.bytes(place, len))?, len as u8)
        };
        Some(Good {
            code_type: index,
            pack: self.pack as u8,
            version_len,
            value_len: code.value_len as u8,
            version,
            value,
        })
    }

    fn list_of(&mut self, frame: &Frame, index: u32, ty: &CodeType) -> Found {
        let pack = self.current();
        let known = self.known_now;
        let fixed_uri = ty.flags & code_type::URI_FIXED != 0;
        let version = if ty.flags & code_type::VERSION_FIXED != 0 {
            None
        } else {
            self.kept_place(frame.node, known.list_version)
        };
        // In the cache are versions that stand in the input; what stands in the side buffer is rare.
        let (place, len) = match version {
            Some((place, len, false)) => (place, len),
            Some(_) => (0, NONE - 1),
            None => (0, NONE),
        };
        if fixed_uri && len != NONE - 1 {
            let same = |entry: &&Entry| {
                entry.code == index
                    && usize::from(entry.pack) == self.pack
                    && entry.version_len == len
                    && (len == NONE || self.bytes(entry.version, len) == self.bytes(place, len))
            };
            if let Some(entry) = self.scratch.code_lists.entries.iter().find(same) {
                return Found::List(entry.list);
            }
        }
        let found = {
            let version = if ty.flags & code_type::VERSION_FIXED != 0 {
                Some(pack.str(ty.version))
            } else {
                self.kept_attribute(frame.node, known.list_version)
            };
            let uri = if fixed_uri {
                Some(pack.str(ty.uri))
            } else {
                self.kept_attribute(frame.node, known.list_uri)
            };
            find_list(pack, ty, uri, version)
        };
        if let Found::List(list) = found
            && fixed_uri
            && len != NONE - 1
        {
            self.scratch.code_lists.entries.push(Entry {
                pack: self.pack as u8,
                code: index,
                version: place,
                version_len: len,
                list,
            });
        }
        found
    }

    /// A list or version that is not at hand: said once a message.
    fn report_missing(&mut self, frame: &Frame, ty: &CodeType, no_list: bool) {
        let pack = self.current();
        let known = self.known_now;
        let given = |name: u32| self.kept_attribute(frame.node, name).unwrap_or("").to_owned();
        let uri = if ty.flags & code_type::URI_FIXED != 0 {
            pack.str(ty.uri).to_owned()
        } else {
            given(known.list_uri)
        };
        let version = if ty.flags & code_type::VERSION_FIXED != 0 {
            pack.str(ty.version).to_owned()
        } else {
            given(known.list_version)
        };
        let key = (uri, version);
        if self.scratch.code_lists.reported.contains(&key) {
            return;
        }
        let (uri, version) = &key;
        let field = label(pack, frame.element, self.options.lang).to_owned();
        let args = if no_list {
            Args { field, value: Some(uri.clone()), ..Args::default() }
        } else {
            let range = pack.lists_by_uri(uri.as_bytes());
            let at_hand: Vec<&str> = pack.lists[range.start as usize..range.end as usize]
                .iter()
                .map(|list| pack.str(list.version))
                .collect();
            Args {
                field,
                value: Some(version.clone()),
                expected: Some(at_hand.join(", ")),
                detail: uri.clone(),
                ..Args::default()
            }
        };
        let code = if no_list { Code::UnknownList } else { Code::UnknownListVersion };
        self.findings.add(code, Place::element(frame.start, frame.node), args);
        self.scratch.code_lists.reported.push(key);
    }
}
