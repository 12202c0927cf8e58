//! Child elements, in the order that XML needs.

use azrkit_standard::pack::rows::{self, NONE};

use super::names::Named;
use super::parts::Member;
use super::{Declared, Input};
use crate::message::json::faults::{Kind, kind_of};
use crate::message::json::order::{Content, Group, Key, Place, name_row};
use crate::message::json::tree::Json;
use crate::message::write::sink::Name;

impl<'x> Input<'x> {
    /// Child elements in the order that XML needs.
    pub(super) fn children(
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

    pub(super) fn by_given_order(
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
    pub(super) fn child(
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
    pub(super) fn named_child(
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
    pub(super) fn mixed(
        &mut self,
        declared: Declared,
        ty: Option<&'x rows::Type>,
        items: &'x [Json<'x>],
        place: u32,
    ) {
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
}
