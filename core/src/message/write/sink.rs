//! Puts a document together, tag by tag: the part that is the same whether it comes from XML or from JSON.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::NONE;

use super::Layout;
use super::escape;
use super::prefixes::Prefixes;

const DECLARATION: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes the tags and the text of one document. The namespace declarations of the root element come in at the end,
/// when it is known which ones the document needs.
#[derive(Debug)]
pub(crate) struct Sink<'a> {
    packs: &'a [Pack<'a>],
    prefixes: Prefixes<'a>,
    out: Vec<u8>,
    open: Vec<Open>,
    /// Behind the name of the root element.
    root_name_end: usize,
    /// The last start tag has no `>` yet.
    in_tag: bool,
    layout: Layout,
}

/// An open element.
#[derive(Debug)]
struct Open {
    name: usize,
    name_len: usize,
    /// Its content is elements only: white space says nothing.
    elements: bool,
    /// It has a child element.
    parent: bool,
}

/// The name of an element or attribute.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name<'n> {
    /// A row of a pack's `names`.
    Known {
        /// Index of the pack.
        pack: usize,
        /// The row.
        row: u32,
    },
    /// Any other.
    Foreign {
        /// Namespace name; empty for none.
        uri: &'n str,
        /// Local name.
        local: &'n str,
        /// Prefix to take if no pack has one for the namespace.
        hint: &'n str,
    },
}

/// The value of an attribute.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'n> {
    /// As it is.
    Text(&'n str),
    /// The name of a type, as `xsi:type` has it: a row of the pack's `names`.
    Type {
        /// Index of the pack.
        pack: usize,
        /// The row.
        row: u32,
    },
}

/// An attribute before it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributeItem<'n> {
    pub(crate) uri: &'n str,
    pub(crate) local: &'n str,
    pub(crate) hint: &'n str,
    pub(crate) value: Value<'n>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(packs: &'a [Pack<'a>], layout: Layout, capacity: usize) -> Self {
        let mut out = Vec::with_capacity(capacity + 1024);
        out.extend_from_slice(DECLARATION);
        Self {
            packs,
            prefixes: Prefixes::new(packs),
            out,
            open: Vec::with_capacity(16),
            root_name_end: 0,
            in_tag: false,
            layout,
        }
    }

    /// Where the next start tag will begin, counted without the declarations of the root element.
    pub(crate) fn offset(&self) -> usize {
        self.out.len() + usize::from(self.in_tag)
    }

    /// Opens an element.
    pub(crate) fn start(&mut self, name: Name<'_>) {
        self.end_of_tag();
        if self.layout == Layout::Indented
            && let Some(parent) = self.open.last_mut()
        {
            parent.parent = true;
            if parent.elements {
                new_line(&mut self.out, self.open.len());
            }
        }
        self.out.push(b'<');
        let start = self.out.len();
        match name {
            Name::Known { pack, row } => {
                let (namespace, local) = known(self.packs, pack, row);
                self.out.extend_from_slice(self.prefixes.of_row(pack, namespace).as_bytes());
                self.out.extend_from_slice(local);
            }
            Name::Foreign { uri, local, hint } => {
                self.out.extend_from_slice(self.prefixes.of_uri(uri, hint).as_bytes());
                self.out.extend_from_slice(local.as_bytes());
            }
        }
        if self.open.is_empty() {
            self.root_name_end = self.out.len();
        }
        self.open.push(Open {
            name: start,
            name_len: self.out.len() - start,
            elements: false,
            parent: false,
        });
        self.in_tag = true;
    }

    /// Writes the attributes of the element just opened, in the order of canonical XML: by namespace name, those without
    /// first, then by local name.
    pub(crate) fn attributes(&mut self, items: &mut [AttributeItem<'_>]) {
        items.sort_unstable_by(|a, b| (a.uri, a.local).cmp(&(b.uri, b.local)));
        for item in items {
            self.out.push(b' ');
            self.out.extend_from_slice(self.prefixes.of_uri(item.uri, item.hint).as_bytes());
            self.out.extend_from_slice(item.local.as_bytes());
            self.out.extend_from_slice(b"=\"");
            match item.value {
                Value::Text(text) => escape::attribute(&mut self.out, text),
                Value::Type { pack, row } => {
                    let (namespace, local) = known(self.packs, pack, row);
                    self.out.extend_from_slice(self.prefixes.of_row(pack, namespace).as_bytes());
                    self.out.extend_from_slice(local);
                }
            }
            self.out.push(b'"');
        }
    }

    /// Says that the content of the element just opened is elements only.
    pub(crate) fn elements_only(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.elements = true;
        }
    }

    /// Writes text into the innermost element.
    pub(crate) fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.end_of_tag();
            escape::text(&mut self.out, text);
        }
    }

    /// Closes the innermost element.
    pub(crate) fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if self.in_tag {
            self.in_tag = false;
            self.out.extend_from_slice(b"/>");
            return;
        }
        if open.parent && open.elements {
            new_line(&mut self.out, self.open.len());
        }
        self.out.extend_from_slice(b"</");
        self.out.extend_from_within(open.name..open.name + open.name_len);
        self.out.push(b'>');
    }

    /// The document, and by how many bytes all that stands behind the name of the root element was shifted.
    pub(crate) fn finish(mut self) -> (Vec<u8>, usize) {
        if self.layout == Layout::Indented {
            self.out.push(b'\n');
        }
        let mut declarations = Vec::new();
        for (prefix, uri) in self.prefixes.declarations() {
            declarations.extend_from_slice(b" xmlns:");
            declarations.extend_from_slice(prefix.as_bytes());
            declarations.extend_from_slice(b"=\"");
            escape::attribute(&mut declarations, uri);
            declarations.push(b'"');
        }
        let shift = declarations.len();
        let at = self.root_name_end;
        if at > 0 {
            self.out.splice(at..at, declarations);
        }
        (self.out, shift)
    }

    fn end_of_tag(&mut self) {
        if self.in_tag {
            self.in_tag = false;
            self.out.push(b'>');
        }
    }
}

/// Row of the namespace, and the local name.
fn known<'a>(packs: &[Pack<'a>], pack: usize, row: u32) -> (u16, &'a [u8]) {
    let name =
        packs.get(pack).and_then(|pack| Some((pack, pack.names.get(row as usize).filter(|_| row != NONE)?)));
    name.map_or((0, b"".as_slice()), |(pack, name)| (name.namespace.get(), pack.bytes(name.local)))
}

#[cold]
fn new_line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len() + 2 * depth, b' ');
}
