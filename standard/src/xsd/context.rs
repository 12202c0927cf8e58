//! What all parts of the reader share: errors, attributes, names and numbers of a schema element.

use crate::error::SchemaError;
use crate::model::{Position, QName, ValueConstraint, XS};
use crate::xml::{Attribute, Node, PREFIX, is_ncname, trim};

/// The root is not `xs:schema`.
pub(super) const NOT_A_SCHEMA: &str = "AZK-X010";
/// An element that may not stand here.
pub(super) const ELEMENT: &str = "AZK-X011";
/// An attribute that may not stand here.
pub(super) const ATTRIBUTE: &str = "AZK-X012";
/// A construct that the model cannot hold.
pub(super) const UNSUPPORTED: &str = "AZK-X013";
/// Something required is missing.
pub(super) const MISSING: &str = "AZK-X014";
/// A wrong value.
pub(super) const VALUE: &str = "AZK-X015";
/// Statements that exclude one another.
pub(super) const CONTRADICTION: &str = "AZK-X016";
/// Text where none may stand.
pub(super) const TEXT: &str = "AZK-X017";

/// After so many errors no more are noted.
const MAX_ERRORS: usize = 100;

/// The state of reading one schema file.
pub(super) struct Context<'a> {
    file: &'a str,
    /// The target namespace.
    pub(super) target: String,
    /// What was found wrong.
    pub(super) errors: Vec<SchemaError>,
}

impl<'a> Context<'a> {
    /// For a file without a target namespace yet.
    pub(super) fn new(file: &'a str) -> Self {
        Self { file, target: String::new(), errors: Vec::new() }
    }

    /// Notes an error.
    pub(super) fn error(&mut self, position: Position, code: &'static str, message: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SchemaError::new(self.file, position, code, message));
        }
    }

    /// Checks that only these attributes stand on an element, besides `id` and those of other vocabularies.
    pub(super) fn allow_attributes(&mut self, node: &Node, allowed: &[&str]) {
        for attribute in &node.attributes {
            let known = attribute.local == "id" || allowed.contains(&attribute.local.as_str());
            if (attribute.ns.is_empty() && !known) || &*attribute.ns == XS {
                let message =
                    format!("the attribute `{}` may not stand on `{}`", attribute.local, node.local);
                self.error(attribute.position, ATTRIBUTE, message);
            }
        }
    }

    /// The element's children without the annotation that may come first. Names text and foreign elements.
    pub(super) fn content<'n>(&mut self, node: &'n Node) -> Vec<&'n Node> {
        let mut content = self.children(node);
        if content.first().is_some_and(|first| first.local == "annotation") {
            content.remove(0);
        }
        content
    }

    /// The element's children, annotations included. Names text and foreign elements.
    pub(super) fn children<'n>(&mut self, node: &'n Node) -> Vec<&'n Node> {
        if let Some(position) = node.text_position {
            self.error(position, TEXT, format!("no text may stand in `{}`", node.local));
        }
        let mut children = Vec::with_capacity(node.children.len());
        for child in &node.children {
            if &*child.ns == XS {
                children.push(child);
            } else {
                self.error(
                    child.position,
                    ELEMENT,
                    format!("`{}` is not an element of XML Schema", child.local),
                );
            }
        }
        children
    }

    /// Says that an element may not stand where it does, and why.
    pub(super) fn misplaced(&mut self, node: &Node, parent: &str) {
        match node.local.as_str() {
            "redefine" | "notation" | "key" | "keyref" | "unique" => {
                self.error(node.position, UNSUPPORTED, format!("`xs:{}` is not supported", node.local));
            }
            other if is_known(other) => {
                let message = format!("`xs:{other}` may not stand here in `xs:{parent}`");
                self.error(node.position, ELEMENT, message);
            }
            other => {
                self.error(node.position, ELEMENT, format!("XML Schema has no element `{other}`"));
            }
        }
    }

    /// Checks that an element has no children but an annotation.
    pub(super) fn empty(&mut self, node: &Node) {
        for child in self.content(node) {
            self.misplaced(child, &node.local);
        }
    }

    /// The attribute `name`: an NCName. Names its absence.
    pub(super) fn name(&mut self, node: &Node) -> Option<String> {
        let Some(attribute) = find(node, "name") else {
            self.error(node.position, MISSING, format!("`xs:{}` needs a `name`", node.local));
            return None;
        };
        let name = trim(&attribute.value);
        if !is_ncname(name) {
            self.error(attribute.position, VALUE, format!("`{name}` is not a name"));
            return None;
        }
        Some(name.to_owned())
    }

    /// A qualified name in an attribute; none where it is absent or wrong (which is noted).
    pub(super) fn qname(&mut self, node: &Node, attribute: &str) -> Option<QName> {
        let attribute = find(node, attribute)?;
        self.resolve(node, attribute, trim(&attribute.value))
    }

    /// As [`Self::qname`], for an attribute that must be there.
    pub(super) fn required_qname(&mut self, node: &Node, attribute: &str) -> Option<QName> {
        if find(node, attribute).is_none() {
            self.error(node.position, MISSING, format!("`xs:{}` needs a `{attribute}`", node.local));
        }
        self.qname(node, attribute)
    }

    /// A list of qualified names.
    pub(super) fn qnames(&mut self, node: &Node, attribute: &str) -> Vec<QName> {
        let Some(attribute) = find(node, attribute) else { return Vec::new() };
        attribute
            .value
            .split_ascii_whitespace()
            .filter_map(|name| self.resolve(node, attribute, name))
            .collect()
    }

    /// A Boolean attribute; absent is false.
    pub(super) fn boolean(&mut self, node: &Node, attribute: &str) -> bool {
        self.choice(node, attribute, &[("true", true), ("1", true), ("false", false), ("0", false)])
            .unwrap_or(false)
    }

    /// An attribute with one of a few values.
    pub(super) fn choice<T: Copy>(&mut self, node: &Node, name: &str, values: &[(&str, T)]) -> Option<T> {
        let attribute = find(node, name)?;
        let value = trim(&attribute.value);
        let found = values.iter().find(|(word, _)| *word == value).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = values.iter().map(|(word, _)| *word).collect();
            let message = format!("`{name}` is `{value}`, expected one of {}", words.join(", "));
            self.error(attribute.position, VALUE, message);
        }
        found
    }

    /// `form`: true is qualified.
    pub(super) fn form(&mut self, node: &Node, attribute: &str) -> Option<bool> {
        self.choice(node, attribute, &[("qualified", true), ("unqualified", false)])
    }

    /// A number attribute.
    pub(super) fn number(&mut self, node: &Node, name: &str) -> Option<u32> {
        let attribute = find(node, name)?;
        let value = number(trim(&attribute.value));
        if value.is_none() {
            self.error(attribute.position, VALUE, format!("`{name}` is not a number: `{}`", attribute.value));
        }
        value
    }

    /// `fixed` or `default`.
    pub(super) fn value(&mut self, node: &Node) -> ValueConstraint {
        match (find(node, "fixed"), find(node, "default")) {
            (Some(fixed), Some(_)) => {
                self.error(fixed.position, CONTRADICTION, "both `fixed` and `default` are stated");
                ValueConstraint::None
            }
            (Some(fixed), None) => ValueConstraint::Fixed(fixed.value.clone()),
            (None, Some(default)) => ValueConstraint::Default(default.value.clone()),
            (None, None) => ValueConstraint::None,
        }
    }

    /// `block` and its default change what an instance may do with `xsi:type`: only the empty one is supported.
    pub(super) fn no_block(&mut self, node: &Node, name: &str) {
        if let Some(attribute) = find(node, name).filter(|a| !trim(&a.value).is_empty()) {
            self.error(attribute.position, UNSUPPORTED, format!("`{name}` is not supported"));
        }
    }

    fn resolve(&mut self, node: &Node, attribute: &Attribute, name: &str) -> Option<QName> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if !is_ncname(local) || (!is_ncname(prefix) && name.contains(':')) {
            self.error(attribute.position, VALUE, format!("`{name}` is not a qualified name"));
            return None;
        }
        let Some(ns) = node.scope.resolve(prefix) else {
            self.error(attribute.position, PREFIX, format!("the prefix `{prefix}` is not declared"));
            return None;
        };
        Some(QName::new(&*ns, local))
    }
}

/// An attribute of XML Schema.
pub(super) fn find<'n>(node: &'n Node, name: &str) -> Option<&'n Attribute> {
    node.attributes.iter().find(|a| a.ns.is_empty() && a.local == name)
}

/// A non-negative integer as XML Schema writes it.
pub(super) fn number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

fn is_known(local: &str) -> bool {
    const KNOWN: [&str; 42] = [
        "all",
        "annotation",
        "any",
        "anyAttribute",
        "appinfo",
        "attribute",
        "attributeGroup",
        "choice",
        "complexContent",
        "complexType",
        "documentation",
        "element",
        "enumeration",
        "extension",
        "field",
        "fractionDigits",
        "group",
        "import",
        "include",
        "key",
        "keyref",
        "length",
        "list",
        "maxExclusive",
        "maxInclusive",
        "maxLength",
        "minExclusive",
        "minInclusive",
        "minLength",
        "notation",
        "pattern",
        "redefine",
        "restriction",
        "schema",
        "selector",
        "sequence",
        "simpleContent",
        "simpleType",
        "totalDigits",
        "union",
        "unique",
        "whiteSpace",
    ];
    KNOWN.contains(&local)
}
