//! Attributes, attribute groups and wildcards.

use super::context::{CONTRADICTION, Context, VALUE, find};
use super::simple;
use crate::model::{
    Attribute, AttributeTerm, AttributeUse, Attributes, Item, NamespaceSet, Process, Use, ValueConstraint,
    Wildcard,
};
use crate::xml::{Node, trim};

/// A global `xs:attribute`.
pub(super) fn global_attribute(cx: &mut Context<'_>, node: &Node) -> Option<Attribute> {
    cx.allow_attributes(node, &["name", "type", "default", "fixed"]);
    let value = cx.value(node);
    declaration(cx, node, value)
}

/// A global `xs:attributeGroup`.
pub(super) fn global_group(cx: &mut Context<'_>, node: &Node) -> Option<Item> {
    cx.allow_attributes(node, &["name"]);
    let content = cx.content(node);
    let attributes = attributes(cx, &content, "attributeGroup");
    Some(Item::AttributeGroup(cx.name(node)?, attributes, node.position))
}

/// The attributes at the end of a type or in a group; anything else is named as misplaced.
pub(super) fn attributes(cx: &mut Context<'_>, content: &[&Node], parent: &str) -> Attributes {
    let mut attributes = Attributes::default();
    for node in content {
        match node.local.as_str() {
            _ if attributes.any.is_some() => cx.misplaced(node, parent),
            "attribute" => attributes.uses.extend(attribute_use(cx, node)),
            "attributeGroup" => {
                cx.allow_attributes(node, &["ref"]);
                cx.empty(node);
                attributes.groups.extend(cx.required_qname(node, "ref").map(|name| (name, node.position)));
            }
            "anyAttribute" => {
                cx.allow_attributes(node, &["namespace", "processContents"]);
                attributes.any = Some(wildcard(cx, node));
            }
            _ => cx.misplaced(node, parent),
        }
    }
    attributes
}

/// `namespace` and `processContents` of `xs:any` and `xs:anyAttribute`.
pub(super) fn wildcard(cx: &mut Context<'_>, node: &Node) -> Wildcard {
    cx.empty(node);
    let process = cx.choice(
        node,
        "processContents",
        &[("strict", Process::Strict), ("lax", Process::Lax), ("skip", Process::Skip)],
    );
    let namespaces = match find(node, "namespace") {
        None => NamespaceSet::Any,
        Some(attribute) => match trim(&attribute.value) {
            "##any" => NamespaceSet::Any,
            "##other" => NamespaceSet::Other(cx.target.clone()),
            list => {
                let mut namespaces = Vec::new();
                for word in list.split_ascii_whitespace() {
                    let namespace = match word {
                        "##local" => String::new(),
                        "##targetNamespace" => cx.target.clone(),
                        _ if word.starts_with("##") => {
                            cx.error(
                                attribute.position,
                                VALUE,
                                format!("`{word}` may not stand in `namespace`"),
                            );
                            continue;
                        }
                        _ => word.to_owned(),
                    };
                    if !namespaces.contains(&namespace) {
                        namespaces.push(namespace);
                    }
                }
                NamespaceSet::Only(namespaces)
            }
        },
    };
    Wildcard { namespaces, process: process.unwrap_or(Process::Strict) }
}

fn attribute_use(cx: &mut Context<'_>, node: &Node) -> Option<AttributeUse> {
    let required = cx
        .choice(
            node,
            "use",
            &[("optional", Use::Optional), ("required", Use::Required), ("prohibited", Use::Prohibited)],
        )
        .unwrap_or(Use::Optional);
    let value = cx.value(node);
    if matches!(value, ValueConstraint::Default(_)) && required != Use::Optional {
        cx.error(node.position, CONTRADICTION, "an attribute with a `default` is optional");
    }
    let attribute = if find(node, "ref").is_some() {
        cx.allow_attributes(node, &["ref", "use", "default", "fixed"]);
        cx.empty(node);
        AttributeTerm::Ref(cx.required_qname(node, "ref")?)
    } else {
        cx.allow_attributes(node, &["name", "type", "use", "default", "fixed", "form"]);
        AttributeTerm::Local(declaration(cx, node, ValueConstraint::None)?)
    };
    Some(AttributeUse { attribute, required, value, position: node.position })
}

fn declaration(cx: &mut Context<'_>, node: &Node, value: ValueConstraint) -> Option<Attribute> {
    let mut content = cx.content(node);
    let before = cx.errors.len();
    let ty = simple::type_use(cx, node, "type", &mut content);
    let failed = cx.errors.len() > before;
    for other in content {
        cx.misplaced(other, "attribute");
    }
    let name = cx.name(node)?;
    if name == "xmlns" {
        cx.error(node.position, VALUE, "an attribute may not be named `xmlns`");
    }
    let ty = if failed { ty? } else { ty.unwrap_or_else(simple::any_simple_type) };
    Some(Attribute { name, ty, form: cx.form(node, "form"), value, position: node.position })
}
