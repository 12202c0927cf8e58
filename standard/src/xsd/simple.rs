//! Simple types and facets.

use super::annotation;
use super::context::{CONTRADICTION, Context, MISSING, VALUE, find, number};
use crate::model::{Facet, FacetKind, QName, SimpleType, SimpleUse, SimpleVariety};
use crate::xml::{Node, trim};

/// `xs:simpleType`, global (with a name) or anonymous.
pub(super) fn simple_type(cx: &mut Context<'_>, node: &Node, global: bool) -> Option<SimpleType> {
    cx.allow_attributes(node, if global { &["name", "final"] } else { &[] });
    let name = if global { Some(cx.name(node)?) } else { None };
    let content = cx.content(node);
    let Some((first, more)) = content.split_first() else {
        cx.error(node.position, MISSING, "a simple type is a restriction, a list or a union");
        return None;
    };
    for other in more {
        cx.misplaced(other, "simpleType");
    }
    let variety = match first.local.as_str() {
        "restriction" => restriction(cx, first),
        "list" => list(cx, first),
        "union" => union(cx, first),
        _ => {
            cx.misplaced(first, "simpleType");
            None
        }
    };
    Some(SimpleType { name, variety: variety?, position: node.position })
}

/// The type in an attribute or in a child `simpleType`, which is taken off the content; none where neither is.
pub(super) fn type_use(
    cx: &mut Context<'_>,
    node: &Node,
    attribute: &str,
    content: &mut Vec<&Node>,
) -> Option<SimpleUse> {
    let inline = if content.first().is_some_and(|first| first.local == "simpleType") {
        let first = content.remove(0);
        simple_type(cx, first, false).map(|ty| SimpleUse::Anonymous(Box::new(ty)))
    } else {
        None
    };
    let stated = find(node, attribute);
    if let (Some(stated), Some(_)) = (stated, &inline) {
        cx.error(stated.position, CONTRADICTION, format!("both `{attribute}` and a type within are stated"));
        return None;
    }
    inline.or_else(|| cx.qname(node, attribute).map(SimpleUse::Named))
}

/// The facets of a restriction; whatever is none of them stays in the content.
pub(super) fn facets(cx: &mut Context<'_>, content: &mut Vec<&Node>) -> Vec<Facet> {
    let mut facets = Vec::new();
    let count = content.iter().take_while(|node| FacetKind::from_name(&node.local).is_some()).count();
    for node in content.drain(..count) {
        facets.extend(facet(cx, node));
    }
    facets
}

fn restriction(cx: &mut Context<'_>, node: &Node) -> Option<SimpleVariety> {
    cx.allow_attributes(node, &["base"]);
    let mut content = cx.content(node);
    let before = cx.errors.len();
    let base = type_use(cx, node, "base", &mut content);
    if base.is_none() && cx.errors.len() == before {
        cx.error(node.position, MISSING, "a restriction needs a `base`");
    }
    let facets = facets(cx, &mut content);
    for other in content {
        cx.misplaced(other, "restriction");
    }
    Some(SimpleVariety::Restriction(base?, facets))
}

fn list(cx: &mut Context<'_>, node: &Node) -> Option<SimpleVariety> {
    cx.allow_attributes(node, &["itemType"]);
    let mut content = cx.content(node);
    let before = cx.errors.len();
    let item = type_use(cx, node, "itemType", &mut content);
    if item.is_none() && cx.errors.len() == before {
        cx.error(node.position, MISSING, "a list needs an `itemType`");
    }
    for other in content {
        cx.misplaced(other, "list");
    }
    item.map(SimpleVariety::List)
}

fn union(cx: &mut Context<'_>, node: &Node) -> Option<SimpleVariety> {
    cx.allow_attributes(node, &["memberTypes"]);
    let mut members: Vec<SimpleUse> =
        cx.qnames(node, "memberTypes").into_iter().map(SimpleUse::Named).collect();
    for child in cx.content(node) {
        if child.local == "simpleType" {
            members.extend(simple_type(cx, child, false).map(|ty| SimpleUse::Anonymous(Box::new(ty))));
        } else {
            cx.misplaced(child, "union");
        }
    }
    if members.is_empty() {
        cx.error(node.position, MISSING, "a union needs members");
        return None;
    }
    Some(SimpleVariety::Union(members))
}

fn facet(cx: &mut Context<'_>, node: &Node) -> Option<Facet> {
    let kind = FacetKind::from_name(&node.local)?;
    // `fixed` forbids derived types to change the facet: nothing that an instance could notice.
    cx.allow_attributes(node, &["value", "fixed"]);
    cx.empty(node);
    let Some(attribute) = find(node, "value") else {
        cx.error(node.position, MISSING, format!("`xs:{}` needs a `value`", node.local));
        return None;
    };
    let value = match kind {
        FacetKind::Enumeration | FacetKind::Pattern => attribute.value.clone(),
        _ => trim(&attribute.value).to_owned(),
    };
    let right = match kind {
        FacetKind::Length | FacetKind::MinLength | FacetKind::MaxLength | FacetKind::FractionDigits => {
            number(&value).is_some()
        }
        FacetKind::TotalDigits => number(&value).is_some_and(|digits| digits > 0),
        FacetKind::WhiteSpace => matches!(value.as_str(), "preserve" | "replace" | "collapse"),
        _ => true,
    };
    if !right {
        cx.error(attribute.position, VALUE, format!("`{value}` is not a value of `xs:{}`", node.local));
        return None;
    }
    let label = (kind == FacetKind::Enumeration).then(|| annotation::label(node, &value)).flatten();
    Some(Facet { kind, value, label, position: node.position })
}

/// `xs:anySimpleType`, the type of an attribute without one.
pub(super) fn any_simple_type() -> SimpleUse {
    SimpleUse::Named(QName::xs("anySimpleType"))
}
