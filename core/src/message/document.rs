//! A message that was read: a flat table of its elements, in the order of the document.
//!
//! It is filled by the reader in the same pass that checks, and kept only as numbers and places in the input.
//! A node's subtree is the range of rows up to [`Node::end`]. Nothing here checks or converts.

use std::borrow::Cow;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE};

/// A row of the table: an element, or a piece of text in content that has both (mixed, or not described by a schema).
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Offset of the `<` of the start tag, or of the text, in the input.
    pub start: u32,
    /// Place of the value in the input or, with [`flag::SIDE`], in the side buffer. For an element with child
    /// elements the length is 0.
    pub value: u32,
    /// Length of the value in bytes.
    pub value_len: u32,
    /// Row of `names`, [`NONE`] for a name that the pack does not know (and for text).
    pub name: u32,
    /// Row of `elements`: the declaration that holds, [`NONE`] where none does.
    pub element: u32,
    /// Row of `types`: the type by which the content was read, [`NONE`] where none was.
    pub ty: u32,
    /// Parent row; the root is its own parent.
    pub parent: u32,
    /// One behind the last row of the subtree.
    pub end: u32,
    /// First row of the attributes.
    pub attributes: u32,
    /// Number of attributes (namespace declarations are none).
    pub attribute_count: u16,
    /// Index of the pack by which the element was read.
    pub pack: u8,
    /// Bits: [`flag`].
    pub flags: u8,
}

/// Bits of [`Node::flags`].
pub mod flag {
    /// The value lies in the side buffer (it had references, CDATA or carriage returns).
    pub const SIDE: u8 = 1;
    /// A text node.
    pub const TEXT: u8 = 2;
    /// There is a finding of layer `schema` or `text` at this element or below.
    pub const FAULTY: u8 = 4;
    /// `xsi:nil` is true.
    pub const NIL: u8 = 8;
    /// The type was named by `xsi:type`.
    pub const TYPED: u8 = 16;
}

/// An attribute as it stands.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    /// Row of `names`, [`NONE`] for a name that the pack does not know.
    pub name: u32,
    /// Row of `attributes` (the use), [`NONE`] where none holds.
    pub declaration: u32,
    /// Place of the name as written in the input.
    pub qname: u32,
    /// Its length.
    pub qname_len: u16,
    /// Bits: [`flag::SIDE`].
    pub flags: u16,
    /// Index in the document's list of namespaces (see [`Document::uri`]).
    pub uri: u32,
    /// Place of the value.
    pub value: u32,
    /// Its length.
    pub value_len: u32,
}

/// What the reader fills; kept between messages, so that nothing is allocated anew.
#[derive(Debug, Default)]
pub struct Tape {
    /// The rows.
    pub nodes: Vec<Node>,
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// Namespace (index in `uris`) of the nodes whose name the pack does not know: row and index, ascending.
    pub foreign: Vec<(u32, u32)>,
    /// Namespaces that the document declares. Index 0 is none.
    pub uris: Vec<String>,
    /// Text that does not stand in the input as such.
    pub side: String,
}

/// A message that was read, borrowed from its reader.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The open packs.
    pub packs: &'a [Pack<'a>],
    /// The input, in UTF-8 (as far as it is valid).
    pub input: &'a str,
    /// The table.
    pub tape: &'a Tape,
}

/// One row of a document.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'a> {
    /// The document.
    pub document: Document<'a>,
    /// The row.
    pub index: u32,
}

impl<'a> Document<'a> {
    /// The root element; none if there is none.
    pub fn root(&self) -> Option<NodeRef<'a>> {
        self.node(0)
    }

    /// A row of the table.
    pub fn node(&self, index: u32) -> Option<NodeRef<'a>> {
        ((index as usize) < self.tape.nodes.len()).then_some(NodeRef { document: *self, index })
    }

    /// A namespace of the document's list.
    pub fn uri(&self, index: u32) -> &'a str {
        self.tape.uris.get(index as usize).map_or("", String::as_str)
    }

    fn text(&self, place: u32, len: u32, side: bool) -> &'a str {
        let text = if side { self.tape.side.as_str() } else { self.input };
        text.get(place as usize..(place as usize).saturating_add(len as usize)).unwrap_or("")
    }
}

impl<'a> NodeRef<'a> {
    /// The row itself.
    pub fn row(&self) -> &'a Node {
        &self.document.tape.nodes[self.index as usize]
    }

    /// Whether this is a piece of text.
    pub fn is_text(&self) -> bool {
        self.row().flags & flag::TEXT != 0
    }

    /// The pack by which the element was read; an empty one where none is open.
    pub fn pack(&self) -> &'a Pack<'a> {
        static NONE_OPEN: Pack<'static> = Pack::EMPTY;
        self.document.packs.get(usize::from(self.row().pack)).unwrap_or(&NONE_OPEN)
    }

    /// The name as it stands in the input, with its prefix; empty for text.
    pub fn qname(&self) -> &'a str {
        if self.is_text() {
            return "";
        }
        let start = self.row().start as usize + 1;
        let rest = self.document.input.get(start..).unwrap_or("");
        let len = rest
            .bytes()
            .position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>'))
            .unwrap_or(0);
        &rest[..len]
    }

    /// The local name; empty for text.
    pub fn local(&self) -> &'a str {
        let row = self.row();
        if row.name != NONE {
            return self.pack().local(row.name);
        }
        let name = self.qname();
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// The namespace name; empty for none.
    pub fn namespace(&self) -> &'a str {
        let row = self.row();
        if let Some(name) = self.pack().names.get(row.name as usize) {
            let pack = self.pack();
            return pack
                .namespaces
                .get(usize::from(name.namespace.get()))
                .map_or("", |row| pack.str(row.uri));
        }
        let foreign = &self.document.tape.foreign;
        foreign
            .binary_search_by_key(&self.index, |(row, _)| *row)
            .map_or("", |at| self.document.uri(foreign[at].1))
    }

    /// The declaration that holds for the element.
    pub fn element(&self) -> Option<&'a rows::Element> {
        self.pack().elements.get(self.row().element as usize)
    }

    /// The type by which the content was read.
    pub fn ty(&self) -> Option<&'a rows::Type> {
        self.pack().types.get(self.row().ty as usize)
    }

    /// The text of an element without child elements, or of a text node, as it stands (references resolved, white
    /// space as it is).
    pub fn text(&self) -> &'a str {
        let row = self.row();
        self.document.text(row.value, row.value_len, row.flags & flag::SIDE != 0)
    }

    /// The value of an element without child elements; for a code that of its child `code`. Not normalised.
    pub fn value(&self) -> Cow<'a, str> {
        if let Some(ty) = self.ty()
            && ty.code.get() != NONE
        {
            return self.child("code").map_or(Cow::Borrowed(""), |code| Cow::Borrowed(code.text()));
        }
        Cow::Borrowed(self.text())
    }

    /// The parent element; none for the root.
    pub fn parent(&self) -> Option<NodeRef<'a>> {
        (self.index != 0).then(|| NodeRef { document: self.document, index: self.row().parent })
    }

    /// The children in order, elements and pieces of text.
    pub fn children(&self) -> Children<'a> {
        Children { document: self.document, next: self.index + 1, end: self.row().end }
    }

    /// The first child element of a local name.
    pub fn child(&self, local: &str) -> Option<NodeRef<'a>> {
        self.children().find(|child| !child.is_text() && child.local() == local)
    }

    /// The element that a path of local names leads to, first of each.
    pub fn descend(&self, path: &str) -> Option<NodeRef<'a>> {
        path.split('/').try_fold(*self, |node, step| node.child(step))
    }

    /// The attributes as they stand, without namespace declarations.
    pub fn attributes(&self) -> impl Iterator<Item = AttributeRef<'a>> + use<'a> {
        let row = self.row();
        let start = row.attributes as usize;
        let rows =
            self.document.tape.attributes.get(start..start + usize::from(row.attribute_count)).unwrap_or(&[]);
        let node = *self;
        rows.iter().map(move |row| AttributeRef { node, row })
    }

    /// The value of an attribute without namespace.
    pub fn attribute(&self, local: &str) -> Option<&'a str> {
        self.attributes()
            .find(|attribute| attribute.local() == local && attribute.namespace().is_empty())
            .map(|found| found.value())
    }

    /// The path for people and tools: local names, with a position from 1 where an element can stand more than once
    /// or does so up to here, such as `/AnAZR.AZRFolgemeldung.090010/nichtIdentischMit[2]/azrNummer`.
    pub fn path(&self) -> String {
        let mut path = self.parent().map_or_else(String::new, |parent| parent.path());
        path.push('/');
        path.push_str(if self.is_text() { "text()" } else { self.local() });
        if let Some(position) = self.position() {
            path.push_str(&format!("[{position}]"));
        }
        path
    }

    /// The position among its siblings of the same name, from 1; none for a first one that no other follows.
    pub fn position(&self) -> Option<u32> {
        let parent = self.parent()?;
        let same = |other: &NodeRef<'a>| {
            other.is_text() == self.is_text()
                && other.local() == self.local()
                && other.namespace() == self.namespace()
        };
        let mut before = 0;
        let mut more = false;
        for child in parent.children() {
            if child.index < self.index {
                before += u32::from(same(&child));
            } else if before > 0 || child.index > self.index && same(&child) {
                more = true;
                break;
            }
        }
        (before > 0 || more).then_some(before + 1)
    }
}

/// An attribute of a node.
#[derive(Debug, Clone, Copy)]
pub struct AttributeRef<'a> {
    /// The element.
    pub node: NodeRef<'a>,
    /// The row.
    pub row: &'a Attribute,
}

impl<'a> AttributeRef<'a> {
    /// The name as it stands, with its prefix.
    pub fn qname(&self) -> &'a str {
        self.node.document.text(self.row.qname, self.row.qname_len.into(), false)
    }

    /// The local name.
    pub fn local(&self) -> &'a str {
        let name = self.qname();
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// The namespace name; empty for none.
    pub fn namespace(&self) -> &'a str {
        self.node.document.uri(self.row.uri)
    }

    /// The value, normalised as XML 1.0 (section 3.3.3) asks.
    pub fn value(&self) -> &'a str {
        self.node.document.text(
            self.row.value,
            self.row.value_len,
            self.row.flags & u16::from(flag::SIDE) != 0,
        )
    }
}

/// Iterator over the children of a node.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    document: Document<'a>,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = NodeRef<'a>;

    fn next(&mut self) -> Option<NodeRef<'a>> {
        if self.next >= self.end {
            return None;
        }
        let node = self.document.node(self.next)?;
        self.next = node.row().end.max(self.next + 1);
        Some(node)
    }
}
