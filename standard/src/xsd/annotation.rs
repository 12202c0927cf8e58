//! What is taken from annotations: labels of codes, titles of code lists, and for a pack the name of the standard,
//! titles and meanings of types and elements, and what is said of messages.

use crate::model::XS;
use crate::xml::{Node, trim};

/// What a schema's annotation says about its standard, as XGenerator writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// `standard/nameKurz`, which messages carry in the attribute `standard`.
    pub(crate) short: Option<String>,
    /// `standard/nameLang`.
    pub(crate) title: Option<String>,
    /// `standard/nameTechnisch`.
    pub(crate) technical: Option<String>,
    /// `versionStandard/version`.
    pub(crate) version: Option<String>,
}

/// A title and a meaning for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Note {
    /// `Type/element/…`, `Type/@attribute`, or for what is within a message `NUMBER/element/…`.
    pub(crate) path: String,
    /// `title`; empty where there is none.
    pub(crate) label: String,
    /// `documentation`; empty where there is none.
    pub(crate) meaning: String,
}

/// What is said of a message: a global element whose name ends in a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MessageNote {
    /// Local name.
    pub(crate) element: String,
    /// The number at its end.
    pub(crate) number: String,
    /// `title`, `autor`, `leser`, `rechtsgrundlage`, where said.
    pub(crate) title: String,
    pub(crate) autor: String,
    pub(crate) leser: String,
    pub(crate) rechtsgrundlage: String,
    /// Line of the declaration.
    pub(crate) line: u32,
}

/// All that a pack takes from a schema's annotations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    pub(crate) identity: Option<Identity>,
    pub(crate) notes: Vec<Note>,
    pub(crate) messages: Vec<MessageNote>,
}

/// Reads the annotations of a schema.
pub(super) fn notes(schema: &Node) -> Notes {
    let mut all = Notes { identity: identity(schema), ..Notes::default() };
    for item in &schema.children {
        let Some(name) = item.get("name").filter(|_| &*item.ns == XS) else { continue };
        let number = message_number(name).filter(|_| item.local == "element");
        if let Some(number) = number {
            let of = |what: &str| info(item, what).unwrap_or_default();
            all.messages.push(MessageNote {
                element: name.to_owned(),
                number: number.to_owned(),
                title: of("title"),
                autor: of("autor"),
                leser: of("leser"),
                rechtsgrundlage: of("rechtsgrundlage"),
                line: item.position.line,
            });
        }
        if matches!(item.local.as_str(), "complexType" | "simpleType" | "element") {
            note(item, number.unwrap_or(name), &mut all.notes);
        }
    }
    all
}

/// The number at the end of a message's name: `vorgang.transportieren.2010`.
fn message_number(name: &str) -> Option<&str> {
    let (_, number) = name.rsplit_once('.')?;
    (number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

/// Notes an element and what is within.
fn note(node: &Node, path: &str, notes: &mut Vec<Note>) {
    let label = info(node, "title").or_else(|| list_title(node)).unwrap_or_default();
    let meaning = documentation(node).unwrap_or_default();
    if !(label.is_empty() && meaning.is_empty()) {
        notes.push(Note { path: path.to_owned(), label, meaning });
    }
    within(node, path, notes);
}

fn within(node: &Node, path: &str, notes: &mut Vec<Note>) {
    for child in node.children.iter().filter(|child| &*child.ns == XS) {
        match (child.local.as_str(), child.get("name")) {
            ("element", Some(name)) => note(child, &format!("{path}/{name}"), notes),
            ("attribute", Some(name)) => note(child, &format!("{path}/@{name}"), notes),
            ("annotation" | "simpleType", _) => {}
            _ => within(child, path, notes),
        }
    }
}

fn info(node: &Node, what: &str) -> Option<String> {
    appinfos(node).find_map(|appinfo| appinfo.child(what)).and_then(text)
}

/// The documentation, German where there are several languages.
fn documentation(node: &Node) -> Option<String> {
    let english = |doc: &Node| doc.attributes.iter().any(|a| a.local == "lang" && a.value.starts_with("en"));
    annotations(node, "documentation").filter(|doc| !english(doc)).find_map(text)
}

/// The standard that a schema belongs to, where its annotation names one.
fn identity(schema: &Node) -> Option<Identity> {
    let standard = appinfos(schema).find_map(|appinfo| appinfo.child("standard"))?;
    let version = appinfos(schema).find_map(|appinfo| appinfo.child("versionStandard"));
    let of = |node: Option<&Node>, name: &str| node.and_then(|node| node.child(name)).and_then(text);
    Some(Identity {
        short: of(Some(standard), "nameKurz"),
        title: of(Some(standard), "nameLang"),
        technical: of(Some(standard), "nameTechnisch"),
        version: of(version, "version"),
    })
}

/// The title of the code list that a code type is for.
pub(super) fn list_title(complex_type: &Node) -> Option<String> {
    let list = appinfos(complex_type).find_map(|appinfo| appinfo.child("codeliste"))?;
    list.child("nameLang").and_then(text).or_else(|| list.child("nameKurz").and_then(text))
}

/// The label of an enumerated code: the first column of the list that is not the code itself, else the
/// documentation. XGenerator writes one element a column, older generators `wert`.
pub(super) fn label(enumeration: &Node, code: &str) -> Option<String> {
    let columns = || appinfos(enumeration).flat_map(|appinfo| appinfo.children.iter());
    let column = columns()
        .find(|column| column.local == "wert")
        .into_iter()
        .chain(columns())
        .filter_map(text)
        .find(|label| label != code);
    column.or_else(|| annotations(enumeration, "documentation").find_map(text))
}

fn appinfos(node: &Node) -> impl Iterator<Item = &Node> {
    annotations(node, "appinfo")
}

fn annotations<'a>(node: &'a Node, kind: &'a str) -> impl Iterator<Item = &'a Node> {
    let annotations = node.children.iter().filter(|child| is_xs(child, "annotation"));
    annotations.flat_map(|annotation| annotation.children.iter()).filter(move |child| is_xs(child, kind))
}

fn is_xs(node: &Node, local: &str) -> bool {
    &*node.ns == XS && node.local == local
}

/// The text of an element, white space collapsed; none where it is empty.
fn text(node: &Node) -> Option<String> {
    let words: Vec<&str> = trim(&node.text).split_ascii_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
