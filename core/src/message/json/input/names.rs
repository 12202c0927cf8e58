//! Which element, type or attribute a name in the JSON means.

use azrkit_standard::datatype::{Builtin, valid};
use azrkit_standard::model::{XML, XSI};
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, attribute, step};

use super::{Declared, Entries, Input, find};
use crate::message::json::faults::{Kind, kind_of};
use crate::message::json::order::{Content, name_row, uri_of};
use crate::message::json::output::homonym_key;
use crate::message::json::tree::Json;
use crate::message::report::Code;
use crate::message::write::sink::Name;
use crate::message::write::split;

/// An element or attribute by `$name` and `$namespace`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'x> {
    pub(super) uri: &'x str,
    pub(super) local: &'x str,
    pub(super) hint: &'x str,
}

impl<'x> Input<'x> {
    /// The global element that `$message` (a number or a name) and `$namespace` mean: one that is a message first, then
    /// one of the version that the message names, then one of a later pack.
    pub(super) fn root_element(&mut self, entries: &'x Entries<'x>, top: u32) -> Option<(usize, u32)> {
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

    /// `$name` and `$namespace` of an object. A prefix that stands without `$namespace` is one of an open pack.
    pub(super) fn named(&mut self, entries: &'x Entries<'x>, place: u32) -> Option<Named<'x>> {
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

    pub(super) fn standard_namespace(&self, prefix: &str) -> Option<&'x str> {
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
    pub(super) fn global(&self, named: Named<'_>, pack: usize) -> Option<Declared> {
        let order = std::iter::once(pack).chain((0..self.packs.len()).rev());
        order.into_iter().find_map(|index| {
            let pack = self.packs.get(index)?;
            let element = pack.global_element(name_row(pack, named.uri, named.local)?)?;
            Some(Declared { pack: index, element, ty: pack.elements.get(element as usize)?.ty.get() })
        })
    }

    pub(super) fn name_of(&self, named: Named<'x>, pack: usize) -> Name<'x> {
        match self.packs.get(pack).and_then(|open| name_row(open, named.uri, named.local)) {
            Some(row) => Name::Known { pack, row },
            None => Name::Foreign { uri: named.uri, local: named.local, hint: named.hint },
        }
    }

    /// The type that holds: the declared one, or the one that `$type` names (row of `names`).
    pub(super) fn named_type(
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

    /// The step for a key: the name of an element, or with a prefix where the local name alone is not enough.
    pub(super) fn step_of(&self, content: Content<'x, 'x>, key: &str) -> Option<&'x rows::Step> {
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
}

/// The attribute that a key means.
pub(super) fn attribute_of<'x>(pack: &Pack<'x>, ty: &rows::Type, key: &str) -> Option<&'x rows::Attribute> {
    let (local, marked) = match key.strip_prefix('@') {
        Some(local) => (local, true),
        None => (key, false),
    };
    pack.attributes_of(ty).iter().find(|row| {
        let plain = row.flags.get() & attribute::HOMONYM == 0;
        (plain || marked) && pack.local(row.name.get()) == local && uri_of(pack, row.name.get()).is_empty()
    })
}

pub(super) fn derives_from(pack: &Pack<'_>, ty: u32, base: u32) -> bool {
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
pub(super) fn is_xml_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn is_ncname(name: &str) -> bool {
    valid(Builtin::NcName, name)
}
