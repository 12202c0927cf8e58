//! Writing a message as XML.
//!
//! The same content always gives the same bytes: UTF-8 with an XML declaration; prefixes as the standard's own files use
//! them (see `prefixes`); the root element declares the namespaces that the document needs, in the order of
//! their prefixes, and no others; attributes in the order of canonical XML; an element without content is an empty tag;
//! no comments and no instructions. Names and structure come from the document alone: nothing is checked, filled in or
//! left out here.

pub(crate) mod escape;
pub(crate) mod prefixes;
pub(crate) mod sink;

use azrkit_standard::model::XSI;
use azrkit_standard::pack::rows::kind;

use super::document::{Document, NodeRef, flag};
use sink::{AttributeItem, Name, Sink, Value};

/// How the document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// No white space between the tags: what is sent.
    #[default]
    Compact,
    /// Each element on a line of its own, two spaces a level, wherever the schema says that there are only elements: for
    /// people.
    Indented,
}

/// Writes a document as XML, in the compact layout.
pub fn to_xml(document: &Document<'_>) -> Vec<u8> {
    to_xml_with(document, Layout::Compact)
}

/// Writes a document as XML.
pub fn to_xml_with(document: &Document<'_>, layout: Layout) -> Vec<u8> {
    let mut sink = Sink::new(document.packs, layout, document.input.len());
    let mut attributes = Vec::new();
    let mut ends: Vec<u32> = Vec::with_capacity(16);
    for index in 0..document.tape.nodes.len() as u32 {
        while ends.last().is_some_and(|end| *end <= index) {
            ends.pop();
            sink.end();
        }
        let node = NodeRef { document: *document, index };
        let row = node.row();
        if row.flags & flag::TEXT != 0 {
            sink.text(node.text());
            continue;
        }
        sink.start(name(&node));
        if row.attribute_count > 0 {
            attributes.clear();
            attributes.extend(attribute_items(&node));
            sink.attributes(&mut attributes);
        }
        if row.value_len > 0 {
            sink.text(node.text());
        }
        if row.end <= index + 1 {
            sink.end();
            continue;
        }
        if layout == Layout::Indented && node.ty().is_some_and(|ty| ty.kind == kind::ELEMENTS) {
            sink.elements_only();
        }
        ends.push(row.end);
    }
    for _ in ends {
        sink.end();
    }
    sink.finish().0
}

/// The name of an element, for the sink.
pub(crate) fn name<'a>(node: &NodeRef<'a>) -> Name<'a> {
    let row = node.row();
    if (row.name as usize) < node.pack().names.len() {
        return Name::Known { pack: usize::from(row.pack), row: row.name };
    }
    let (hint, local) = split(node.qname());
    Name::Foreign { uri: node.namespace(), local, hint }
}

/// The attributes of an element, for the sink. The name that `xsi:type` holds gets the prefix that the document will use.
pub(crate) fn attribute_items<'a>(node: &NodeRef<'a>) -> impl Iterator<Item = AttributeItem<'a>> + use<'a> {
    let node = *node;
    node.attributes().map(move |attribute| {
        let (hint, local) = split(attribute.qname());
        let uri = attribute.namespace();
        let value = if uri == XSI && local == "type" { type_name(&node) } else { None };
        AttributeItem { uri, local, hint, value: value.unwrap_or(Value::Text(attribute.value())) }
    })
}

fn type_name<'a>(node: &NodeRef<'a>) -> Option<Value<'a>> {
    let row = node.row();
    let name = node.ty().filter(|_| row.flags & flag::TYPED != 0)?.name.get();
    ((name as usize) < node.pack().names.len()).then_some(Value::Type { pack: row.pack.into(), row: name })
}

/// Prefix (empty for none) and local name.
pub(crate) fn split(qname: &str) -> (&str, &str) {
    qname.split_once(':').unwrap_or(("", qname))
}
