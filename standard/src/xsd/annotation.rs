//! What is taken from annotations: labels of codes, titles of code lists, the name of the standard.

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

/// The standard that a schema belongs to, where its annotation names one.
pub(super) fn identity(schema: &Node) -> Option<Identity> {
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
