//! What the schema says already and need not stand in the JSON.

use std::borrow::Cow;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, attribute, code_type, element, kind};

use super::Input;
use super::parts::Given;
use crate::message::json::order::{Content, name_row, uri_of};
use crate::message::write::sink::Name;

impl<'x> Input<'x> {
    /// Attributes with a fixed value that must stand, and the version of a code list.
    pub(super) fn fill_attributes(&self, pack: &'x Pack<'x>, ty: &rows::Type, given: &mut Vec<Given<'x>>) {
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

    pub(super) fn fixed_attributes(&mut self, pack: &'x Pack<'x>, ty: &rows::Type) {
        let mut given = Vec::new();
        self.fill_attributes(pack, ty, &mut given);
        self.write_attributes(given, None);
    }

    /// Whether an element that must stand can be filled in: its value is fixed, or it is the code in the message's head that
    /// names the message.
    pub(super) fn fills(&self, pack: &Pack<'_>, found: &rows::Step) -> bool {
        let Some(row) = pack.elements.get(found.element.get() as usize).filter(|_| self.fill) else {
            return false;
        };
        let Some(ty) = pack.types.get(row.ty.get() as usize) else { return false };
        (ty.kind == kind::SIMPLE && row.flags.get() & element::FIXED != 0)
            || (self.in_head && ty.code.get() != NONE && self.own_code(pack, ty).is_some())
    }

    /// The code of a type that names the message.
    pub(super) fn own_code<'y>(&self, pack: &Pack<'y>, ty: &rows::Type) -> Option<&'y str> {
        labelled_code(pack, ty, self.root.1)
    }

    pub(super) fn fill(&mut self, index: usize, pack: &'x Pack<'x>, element: u32, place: u32) {
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
}

/// The code of a code type that has a label.
pub(in crate::message) fn labelled_code<'y>(
    pack: &Pack<'y>,
    ty: &rows::Type,
    label: &str,
) -> Option<&'y str> {
    let content = Content::of(pack, ty)?;
    let found = content.find(name_row(pack, "", "code")?)?;
    let row = pack.elements.get(found.element.get() as usize)?;
    let simple = pack.types.get(row.ty.get() as usize)?.simple.get();
    let values = pack.enums_of(pack.simples.get(simple as usize)?);
    values.iter().find(|value| pack.str(value.label) == label).map(|value| pack.str(value.value))
}
