//! `xsi:type` and `xsi:nil`, and by which type an element's content is read.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, element, type_flag};

use super::engine::Engine;
use super::engine::URI_XSI;
use super::findings::{Args, Place, label};
use super::frame::{Frame, state};
use super::tag::RawAttribute;
use super::text::WHITE;
use crate::message::document::flag;
use crate::message::report::{Code, Lang};

/// Row of `xs:anyType`; all built-in types stand up to there.
pub(super) const ANY_TYPE: u32 = azrkit_standard::datatype::Builtin::ALL.len() as u32;

impl<'r> Engine<'r> {
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

    /// The type that `xsi:type` names, if it is one that may stand for the declared one (XML Schema Part 1, 3.3.4).
    fn named_type(&mut self, frame: &Frame, raw: RawAttribute, declared: u32, lax: bool) -> Option<u32> {
        let value = self.placed(raw.value, raw.value_len, raw.side).trim_matches(WHITE).to_owned();
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
            let place = Place::attribute(&raw, frame.node);
            self.fault(Code::BadXsiType, place, args);
        }
        fits
    }

    fn nil(&mut self, frame: &mut Frame, raw: RawAttribute, lax: bool) {
        let value = self.placed(raw.value, raw.value_len, raw.side).trim_matches(WHITE).to_owned();
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
        let place = Place::attribute(&raw, frame.node);
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
