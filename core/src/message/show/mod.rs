//! A message as a case worker reads it: labels instead of element names, names instead of codes, dates as on paper.
//!
//! Everything comes from the open packs and the message itself. Nothing is checked here, and nothing is left out but
//! what the first lines sum up: a wrong message is shown as far as it could be read.

mod codes;
mod entry;
mod header;
pub(crate) mod layout;
#[cfg(test)]
mod tests;
mod value;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{Type, element};

use self::layout::Item;
use self::value::Kind;
use super::document::{Document, NodeRef, flag};
use super::report::Lang;
use crate::message::content::{content_of, is_choice, type_of};

/// Elements below this depth are shown without structure.
const MAX_DEPTH: usize = 120;

/// The message as text of at most 100 columns, structured by indentation.
///
/// Takes a document that was read, in whole or in part, and the language of the labels (names of codes are German, as
/// the lists have them). A label that there is only in German stands for the English one. Gives an empty text for a
/// document without a root.
pub fn to_text(document: &Document<'_>, lang: Lang) -> String {
    let Some(root) = document.root() else { return String::new() };
    let mut out = String::new();
    let summary = header::print(root, lang, &mut out);
    let show = Show { lang };
    let mut items = show.attributes(root, &header::ATTRIBUTES);
    let children = root.children().filter(|child| !summary.contains(&child.index));
    for child in children {
        show.add(child, 0, &mut items);
    }
    layout::print(&items, 0, &mut out);
    out
}

/// The label of an element for people: its declaration's, or its name where it has no declaration.
pub(crate) fn label_of(node: NodeRef<'_>, lang: Lang) -> String {
    let pack = node.pack();
    let label = node.element().map_or("", |row| lang.choose(pack.str(row.label), pack.str(row.label_en)));
    value::printable(if label.is_empty() { node.local() } else { label })
}

struct Show {
    lang: Lang,
}

impl Show {
    fn add<'a>(&self, node: NodeRef<'a>, depth: usize, items: &mut Vec<Item>) {
        if node.is_text() {
            if !node.text().trim().is_empty() {
                items.push(Item::Sentence(value::printable(node.text().trim())));
            }
            return;
        }
        let mut label = label_of(node, self.lang);
        if let Some(line) = self.line(node) {
            items.push(Item::Field(label, line));
            return;
        }
        // A chain of choices says one thing: `Sachverhalt: Duldung`.
        let mut inner = node;
        while let Some(only) = only_child(inner).filter(|only| is_complex(*only)) {
            if !inner.ty().is_some_and(|ty| is_choice(inner.pack(), ty)) || has_attributes(inner) {
                break;
            }
            let below = label_of(only, self.lang);
            if below != label {
                label = format!("{label}: {below}");
            }
            inner = only;
        }
        let mut below = self.attributes(inner, &[]);
        if depth < MAX_DEPTH {
            self.content(inner, depth, &mut below);
        } else {
            below.push(Item::Sentence("…".to_owned()));
        }
        items.push(Item::Group(label, below));
    }

    fn content<'a>(&self, node: NodeRef<'a>, depth: usize, items: &mut Vec<Item>) {
        let elements = || node.children().filter(|child| !child.is_text());
        for child in elements() {
            if let Some(text) = self.sentence(node, child) {
                items.push(Item::Sentence(text));
            }
        }
        let mixed = node.children().any(|child| child.is_text());
        if mixed {
            node.children().for_each(|child| self.add(child, depth + 1, items));
        } else {
            elements().for_each(|child| self.add(child, depth + 1, items));
        }
    }

    /// The sentence by which the list of a code describes the whole entry.
    fn sentence<'a>(&self, entry: NodeRef<'a>, child: NodeRef<'a>) -> Option<String> {
        let code = codes::look_up(child, codes::code_type_of(child)?);
        let template = code.entry_text()?;
        entry::sentence(template, entry, self.lang, &|field| self.inline(field))
    }

    /// The element on one line, where it holds but one value; none for one that has fields of its own.
    fn line(&self, node: NodeRef<'_>) -> Option<String> {
        if node.row().flags & flag::NIL != 0 {
            return Some(if self.lang == Lang::De { "ohne Angabe" } else { "not given" }.to_owned());
        }
        if let Some(code_type) = codes::code_type_of(node) {
            return Some(codes::look_up(node, code_type).line(self.lang));
        }
        let Some(child) = node.children().next() else {
            return Some(self.leaf(node) + &self.attribute_notes(node));
        };
        if only_child(node).is_none() || child.is_text() || has_attributes(node) {
            return None;
        }
        let ty = node.ty()?;
        if !is_choice(node.pack(), ty) && !is_main(child, ty) {
            return None;
        }
        let line = self.line(child)?;
        if is_fixed_true(child) {
            // `unbekannt` and `nichtVorhanden`: that it stands there is what it says.
            return Some(label_of(child, self.lang).to_lowercase());
        }
        Some(if is_choice(node.pack(), ty) && says_which(node.pack(), ty) {
            format!("{line} ({})", label_of(child, self.lang))
        } else {
            line
        })
    }

    fn leaf(&self, node: NodeRef<'_>) -> String {
        let kind = node.ty().map_or(Kind::Text, |ty| Kind::of(node.pack(), ty));
        value::shown(kind, node.text(), self.lang)
    }

    /// The element in running text.
    fn inline(&self, node: NodeRef<'_>) -> String {
        if let Some(code_type) = codes::code_type_of(node) {
            return codes::look_up(node, code_type).inline();
        }
        let mut parts = Vec::new();
        for child in node.children().filter(|child| !child.is_text()) {
            let kind = child.ty().map_or(Kind::Text, |ty| Kind::of(child.pack(), ty));
            parts.push(if is_fixed_true(child) {
                label_of(child, self.lang).to_lowercase()
            } else if kind == Kind::Number {
                format!("{} {}", self.leaf(child), label_of(child, self.lang))
            } else {
                self.inline(child)
            });
        }
        if parts.is_empty() { self.leaf(node) } else { parts.join(", ") }
    }

    fn attributes(&self, node: NodeRef<'_>, known: &[&str]) -> Vec<Item> {
        let shown = node.attributes().filter(|attribute| is_content(attribute.namespace()));
        shown
            .filter(|attribute| !known.contains(&attribute.local()))
            .map(|attribute| {
                Item::Field(self.attribute_label(&attribute), value::printable(attribute.value()))
            })
            .collect()
    }

    fn attribute_notes(&self, node: NodeRef<'_>) -> String {
        let notes: Vec<String> = node
            .attributes()
            .filter(|attribute| is_content(attribute.namespace()))
            .map(|attribute| {
                format!("{}: {}", self.attribute_label(&attribute), value::printable(attribute.value()))
            })
            .collect();
        if notes.is_empty() { String::new() } else { format!(" [{}]", notes.join(", ")) }
    }

    fn attribute_label(&self, attribute: &super::document::AttributeRef<'_>) -> String {
        let pack = attribute.node.pack();
        let label = pack
            .attributes
            .get(attribute.row.declaration as usize)
            .map_or("", |row| self.lang.choose(pack.str(row.label), pack.str(row.label_en)));
        value::printable(if label.is_empty() { attribute.local() } else { label })
    }
}

/// Attributes that say something to people: not `xsi:type`, `xsi:nil` and the hints for parsers.
fn is_content(namespace: &str) -> bool {
    namespace != azrkit_standard::model::XSI
}

fn has_attributes(node: NodeRef<'_>) -> bool {
    node.attributes().any(|attribute| is_content(attribute.namespace()))
}

fn only_child<'a>(node: NodeRef<'a>) -> Option<NodeRef<'a>> {
    let mut children = node.children();
    let first = children.next()?;
    children.next().is_none().then_some(first)
}

fn is_complex(node: NodeRef<'_>) -> bool {
    !node.is_text() && codes::code_type_of(node).is_none() && node.children().any(|child| !child.is_text())
}

fn is_fixed_true(node: NodeRef<'_>) -> bool {
    node.element().is_some_and(|row| {
        row.flags.get() & element::FIXED != 0 && matches!(node.pack().str(row.value), "true" | "1")
    }) && matches!(node.text().trim(), "true" | "1")
}

/// Whether a child is what its element is about: the only one that must stand, of few.
fn is_main(child: NodeRef<'_>, ty: &Type) -> bool {
    let content = content_of(child.pack(), ty);
    let required: Vec<u32> =
        content.children.iter().filter(|row| row.min > 0).map(|row| row.element).collect();
    content.children.len() <= 3 && required == [child.row().element]
}

/// Whether a choice's alternatives mean different things, so that its value alone does not say which one stands.
/// Dates of different precision do not, nor does the mark that there is no value.
fn says_which(pack: &Pack<'_>, ty: &Type) -> bool {
    let mut dates = 0;
    let mut others = 0;
    for child in content_of(pack, ty).children {
        let Some(row) = pack.elements.get(child.element as usize) else { continue };
        if row.flags.get() & element::FIXED != 0 {
            continue;
        }
        match type_of(pack, row) {
            Some(ty) if Kind::of(pack, ty).is_date() => dates = 1,
            _ => others += 1,
        }
    }
    dates + others > 1
}
