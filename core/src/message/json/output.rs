//! A document as canonical JSON, written directly from the table.

use azrkit_standard::model::XSI;
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, attribute, kind, step};

use super::lexical::{scalar, string};
use super::order::{Content, Group, Key, Place, uri_of};
use crate::message::document::{AttributeRef, Document, NodeRef, flag};
use crate::message::write::prefixes::{Prefixes, standard_prefix};
use crate::message::write::split;

/// Writes a document as JSON.
pub(super) fn to_json(document: &Document<'_>) -> String {
    let Some(root) = document.root() else { return "{}".to_owned() };
    let mut writer = Output {
        out: String::with_capacity(document.input.len()),
        prefixes: Prefixes::new(document.packs),
        slots: Vec::new(),
    };
    writer.claim_prefixes(document);
    let header = if root.row().element == NONE { Header::Name } else { Header::Message };
    writer.object(&root, header);
    writer.out
}

struct Output<'a> {
    out: String,
    prefixes: Prefixes<'a>,
    /// The children of the open elements, a stack.
    slots: Vec<Slot>,
}

/// A child and what the content model says of it.
#[derive(Clone, Copy)]
struct Slot {
    node: u32,
    key: Key,
    order: u16,
    flags: u16,
}

/// How an object says which element it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Header {
    /// By the key under which it stands.
    Key,
    /// `$name` and `$namespace`.
    Name,
    /// `$message` and `$namespace`.
    Message,
}

impl<'a> Output<'a> {
    /// Goes over the names as the XML writer does, so that names in the JSON have the prefixes that they will have in XML.
    /// Only names that no pack knows can have others than the packs' own.
    fn claim_prefixes(&mut self, document: &Document<'a>) {
        let tape = document.tape;
        let plain = tape.foreign.is_empty() && tape.attributes.iter().all(|attribute| attribute.uri == 0);
        if plain {
            return;
        }
        for index in 0..tape.nodes.len() as u32 {
            let node = NodeRef { document: *document, index };
            if node.is_text() {
                continue;
            }
            let (hint, _) = split(node.qname());
            self.prefixes.of_uri(node.namespace(), hint);
            let mut items: Vec<_> = crate::message::write::attribute_items(&node).collect();
            items.sort_unstable_by(|a, b| (a.uri, a.local).cmp(&(b.uri, b.local)));
            for item in items {
                self.prefixes.of_uri(item.uri, item.hint);
                if let crate::message::write::sink::Value::Type { row, .. } = item.value {
                    self.prefixes.of_uri(uri_of(node.pack(), row), "");
                }
            }
        }
    }

    /// The value of an element under its key.
    fn value(&mut self, node: &NodeRef<'a>) {
        let row = node.row();
        match node.ty() {
            Some(ty) if ty.kind == kind::SIMPLE && is_bare(node, ty) => {
                scalar(&mut self.out, node.pack(), ty.simple.get(), node.text());
            }
            Some(ty) if ty.code.get() != NONE && row.flags & (flag::TYPED | flag::NIL) == 0 => {
                if !self.code(node) {
                    self.object(node, Header::Key);
                }
            }
            _ => self.object(node, Header::Key),
        }
    }

    /// A code with nothing but what a code has, its keys in the order that reads best. False if it has more.
    fn code(&mut self, node: &NodeRef<'a>) -> bool {
        let mut children = node.children();
        let plain = |child: &NodeRef<'a>, local: &str| {
            let row = child.row();
            row.element != NONE
                && row.attribute_count == 0
                && row.end == child.index + 1
                && !child.is_text()
                && child.local() == local
        };
        let Some(code) = children.next().filter(|child| plain(child, "code")) else { return false };
        let name = children.next();
        if children.next().is_some() || name.is_some_and(|name| !plain(&name, "name")) {
            return false;
        }
        let (mut uri, mut version) = (None, None);
        for attribute in node.attributes() {
            match attribute.qname() {
                "listURI" => uri = Some(attribute.value()),
                "listVersionID" => version = Some(attribute.value()),
                _ => return false,
            }
        }
        self.out.push_str("{\"code\":");
        string(&mut self.out, code.text());
        let name = name.map(|name| name.text());
        for (key, value) in [("name", name), ("listVersionID", version), ("listURI", uri)] {
            if let Some(value) = value {
                self.key(key);
                string(&mut self.out, value);
            }
        }
        self.out.push('}');
        true
    }

    /// An element as an object.
    fn object(&mut self, node: &NodeRef<'a>, header: Header) {
        self.out.push('{');
        self.header(node, header);
        if node.row().attribute_count > 0 {
            self.attributes(node);
        }
        let ty = node.ty();
        match ty.map_or(kind::ANY, |ty| ty.kind) {
            kind::SIMPLE | kind::ANY | kind::MIXED | kind::EMPTY => {
                if node.row().end > node.index + 1 {
                    self.mixed(node);
                } else if node.row().value_len > 0
                    || (ty.is_some_and(|ty| ty.kind == kind::SIMPLE) && node.row().flags & flag::NIL == 0)
                {
                    let simple = ty.map_or(NONE, |ty| ty.simple.get());
                    self.key("$text");
                    scalar(&mut self.out, node.pack(), simple, node.text());
                }
            }
            _ => match ty.and_then(|ty| Content::of(node.pack(), ty)) {
                Some(content) => self.elements(node, content),
                None => self.mixed(node),
            },
        }
        self.out.push('}');
    }

    fn header(&mut self, node: &NodeRef<'a>, header: Header) {
        match header {
            Header::Key => {}
            Header::Message => {
                self.key("$message");
                string(&mut self.out, node.local());
                self.key("$namespace");
                string(&mut self.out, node.namespace());
            }
            Header::Name => {
                let (hint, _) = split(node.qname());
                self.name(node.namespace(), node.local(), hint);
            }
        }
        let row = node.row();
        if row.flags & flag::TYPED != 0
            && let Some(name) = node.ty().map(|ty| ty.name.get()).filter(|name| *name != NONE)
        {
            self.key("$type");
            let pack = node.pack();
            if is_ambiguous(pack, name) {
                string(&mut self.out, &format!("{{{}}}{}", uri_of(pack, name), pack.local(name)));
            } else {
                string(&mut self.out, pack.local(name));
            }
        }
    }

    /// `$name` and, where there is one, `$namespace`.
    fn name(&mut self, uri: &str, local: &str, hint: &str) {
        self.key("$name");
        let prefix = self.prefixes.of_uri(uri, hint);
        self.out.push('"');
        self.out.push_str(prefix);
        self.out.push_str(local);
        self.out.push('"');
        if !uri.is_empty() {
            self.key("$namespace");
            string(&mut self.out, uri);
        }
    }

    /// The attributes in the order of canonical XML: those that the type declares under their names, the others in
    /// `$attributes`.
    fn attributes(&mut self, node: &NodeRef<'a>) {
        let mut all: Vec<AttributeRef<'a>> = node.attributes().collect();
        all.sort_unstable_by(|a, b| (a.namespace(), a.local()).cmp(&(b.namespace(), b.local())));
        let mut others = Vec::new();
        for attribute in all {
            match instance(node, &attribute) {
                Instance::Type => {}
                Instance::Nil(value) => {
                    self.key("$nil");
                    self.out.push_str(value);
                }
                Instance::None => match declared(node, &attribute) {
                    Some(row) => {
                        let at = if row.flags.get() & attribute::HOMONYM != 0 { "@" } else { "" };
                        self.prefixed_key(at, attribute.local());
                        scalar(&mut self.out, node.pack(), row.simple.get(), attribute.value());
                    }
                    None => others.push(attribute),
                },
            }
        }
        if others.is_empty() {
            return;
        }
        self.key("$attributes");
        self.out.push('[');
        for attribute in others {
            self.comma('[');
            self.out.push('{');
            let (hint, local) = split(attribute.qname());
            self.name(attribute.namespace(), local, hint);
            self.key("$text");
            string(&mut self.out, attribute.value());
            self.out.push('}');
        }
        self.out.push(']');
    }

    /// Text and elements in the order of the document.
    fn mixed(&mut self, node: &NodeRef<'a>) {
        if node.row().end <= node.index + 1 && node.row().value_len == 0 {
            return;
        }
        self.key("$content");
        self.out.push('[');
        if node.row().value_len > 0 {
            string(&mut self.out, node.text());
        }
        for child in node.children() {
            self.comma('[');
            if child.is_text() {
                string(&mut self.out, child.text());
            } else {
                self.object(&child, Header::Name);
            }
        }
        self.out.push(']');
    }

    /// Child elements under their keys.
    fn elements(&mut self, node: &NodeRef<'a>, content: Content<'_, 'a>) {
        let base = self.slots.len();
        match self.collect(node, content) {
            Some(true) => self.in_order(node, base, content),
            Some(false) => self.out_of_order(node, base, content),
            None => self.mixed(node),
        }
        self.slots.truncate(base);
    }

    /// Finds the key of each child. True if the order of the document is that of the schema, each key in one piece, and
    /// each key has one place in the schema: then the rule of order gives the document's order. None if there is text, too.
    fn collect(&mut self, node: &NodeRef<'a>, content: Content<'_, 'a>) -> Option<bool> {
        let mut state = Some(0);
        let mut ordered = true;
        let mut last: Option<Slot> = None;
        for child in node.children() {
            let row = child.row();
            if row.flags & flag::TEXT != 0 {
                return None;
            }
            let name = if row.pack == node.row().pack { row.name } else { NONE };
            let by_name = |state: Option<u16>| state.and_then(|state| content.step(state, name));
            let slot = if name != NONE
                && let Some(found) = by_name(state).or_else(|| content.find(name))
            {
                let on_way = by_name(state).is_some();
                ordered &= on_way && found.flags.get() & step::ELSEWHERE == 0;
                state = state.filter(|_| on_way).map(|state| content.next(state, found.next.get()));
                Slot {
                    node: child.index,
                    key: Key::Name(name),
                    order: found.order.get(),
                    flags: found.flags.get(),
                }
            } else {
                ordered = false;
                Slot { node: child.index, key: Key::Any, order: u16::MAX, flags: 0 }
            };
            if let Some(last) = last {
                ordered &= slot.order > last.order || slot.key == last.key;
            }
            self.slots.push(slot);
            last = Some(slot);
        }
        Some(ordered)
    }

    fn in_order(&mut self, node: &NodeRef<'a>, base: usize, content: Content<'_, 'a>) {
        let mut at = base;
        while let Some(first) = self.slots.get(at).copied() {
            let same = self.slots[at..].iter().take_while(|slot| slot.key == first.key).count();
            self.child_key(first, content.pack);
            let repeats = first.flags & step::REPEATS != 0 || same > 1;
            if repeats {
                self.out.push('[');
            }
            for index in at..at + same {
                if index > at {
                    self.out.push(',');
                }
                if let Some(child) = node.document.node(self.slots[index].node) {
                    self.value(&child);
                }
            }
            if repeats {
                self.out.push(']');
            }
            at += same;
        }
    }

    /// The keys in the schema's order, each with all its children, and `$order` where the rule of order would give another
    /// sequence.
    fn out_of_order(&mut self, node: &NodeRef<'a>, base: usize, content: Content<'_, 'a>) {
        let slots: Vec<Slot> = self.slots[base..].to_vec();
        let document = node.document;
        let namespace = |slot: &Slot| document.node(slot.node).map_or("", |child| child.namespace());
        let mut groups: Vec<Group<'a>> = Vec::new();
        for slot in &slots {
            let at = groups.iter().position(|group| group.key == slot.key).unwrap_or_else(|| {
                groups.push(Group { key: slot.key, count: 0, uris: Vec::new() });
                groups.len() - 1
            });
            groups[at].count += 1;
            if slot.key == Key::Any {
                groups[at].uris.push(namespace(slot));
            }
        }
        groups.sort_by_key(|group| content.rank(group.key));
        let mut by_rule = Vec::with_capacity(slots.len());
        content.arrange(&groups, &|_| false, |place| {
            if let Place::Child(group) = place {
                by_rule.push(groups[group].key);
            }
        });
        if by_rule.iter().ne(slots.iter().map(|slot| &slot.key)) {
            self.key("$order");
            self.out.push('[');
            for slot in &slots {
                self.comma('[');
                self.key_text(slot, content.pack);
            }
            self.out.push(']');
        }
        for group in &groups {
            let members: Vec<&Slot> = slots.iter().filter(|slot| slot.key == group.key).collect();
            let Some(first) = members.first() else { continue };
            self.child_key(**first, content.pack);
            let repeats = group.key == Key::Any || first.flags & step::REPEATS != 0 || members.len() > 1;
            if repeats {
                self.out.push('[');
            }
            for (index, slot) in members.into_iter().enumerate() {
                if index > 0 {
                    self.out.push(',');
                }
                match document.node(slot.node) {
                    Some(child) if group.key == Key::Any => self.object(&child, Header::Name),
                    Some(child) => self.value(&child),
                    None => {}
                }
            }
            if repeats {
                self.out.push(']');
            }
        }
    }

    fn child_key(&mut self, slot: Slot, pack: &Pack<'_>) {
        self.comma('{');
        self.key_text(&slot, pack);
        self.out.push(':');
    }

    fn key_text(&mut self, slot: &Slot, pack: &Pack<'_>) {
        self.out.push('"');
        match slot.key {
            Key::Any => self.out.push_str("$any"),
            Key::Name(name) => {
                if slot.flags & step::HOMONYM != 0 {
                    self.out.push_str(&homonym_key(pack, name));
                } else {
                    self.out.push_str(pack.local(name));
                }
            }
        }
        self.out.push('"');
    }

    fn key(&mut self, key: &str) {
        self.prefixed_key("", key);
    }

    fn prefixed_key(&mut self, prefix: &str, key: &str) {
        self.comma('{');
        self.out.push('"');
        self.out.push_str(prefix);
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// A comma, if something stands before in the object or array that `open` began.
    fn comma(&mut self, open: char) {
        if !self.out.ends_with(open) {
            self.out.push(',');
        }
    }
}

/// The key of an element whose local name another element of the content has, too: with the prefix of its namespace.
pub(in crate::message) fn homonym_key(pack: &Pack<'_>, name: u32) -> String {
    let uri = uri_of(pack, name);
    let prefix = standard_prefix(std::slice::from_ref(pack), uri);
    let local = pack.local(name);
    match (uri.is_empty(), prefix.is_empty()) {
        (true, _) => local.to_owned(),
        (false, false) => format!("{prefix}:{local}"),
        (false, true) => format!("{{{uri}}}{local}"),
    }
}

/// Whether another global type of the pack has the same local name.
pub(super) fn is_ambiguous(pack: &Pack<'_>, name: u32) -> bool {
    let local = pack.local(name).as_bytes();
    let same = (0..pack.namespaces.len() as u32)
        .filter_map(|namespace| pack.name(namespace, local))
        .filter(|name| pack.global_type(*name).is_some());
    same.count() > 1
}

/// Whether an element of a simple type is nothing but its value: neither it nor its type has attributes.
fn is_bare(node: &NodeRef<'_>, ty: &rows::Type) -> bool {
    let row = node.row();
    row.attribute_count == 0
        && ty.attribute_count.get() == 0
        && ty.any_attribute.get() == NONE
        && row.end == node.index + 1
}

/// What an attribute of the schema instance namespace says.
enum Instance<'a> {
    /// The type, which stands in `$type`.
    Type,
    /// `true` or `false`.
    Nil(&'a str),
    /// None of these.
    None,
}

fn instance<'a>(node: &NodeRef<'a>, attribute: &AttributeRef<'a>) -> Instance<'a> {
    if attribute.row.uri == 0 || attribute.namespace() != XSI {
        return Instance::None;
    }
    match (attribute.local(), attribute.value()) {
        ("type", _)
            if node.row().flags & flag::TYPED != 0 && node.ty().is_some_and(|ty| ty.name.get() != NONE) =>
        {
            Instance::Type
        }
        ("nil", value @ ("true" | "false")) => Instance::Nil(value),
        _ => Instance::None,
    }
}

/// The use that the element's type declares for an attribute without namespace.
fn declared<'a>(node: &NodeRef<'a>, attribute: &AttributeRef<'a>) -> Option<&'a rows::Attribute> {
    if attribute.row.uri != 0 || attribute.row.declaration == NONE {
        return None;
    }
    node.pack().attributes.get(attribute.row.declaration as usize)
}
