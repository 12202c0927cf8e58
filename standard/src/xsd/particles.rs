//! Elements, model groups and named groups.

use super::attributes::wildcard;
use super::context::{CONTRADICTION, Context, MISSING, VALUE, find, number};
use super::{simple, types};
use crate::model::{Element, Item, Occurs, Particle, Term, TypeUse};
use crate::xml::{Node, trim};

/// An element declaration, global or local.
pub(super) fn element(cx: &mut Context<'_>, node: &Node, global: bool) -> Option<Element> {
    cx.allow_attributes(
        node,
        if global {
            &[
                "name",
                "type",
                "substitutionGroup",
                "nillable",
                "default",
                "fixed",
                "abstract",
                "block",
                "final",
            ]
        } else {
            &["name", "type", "minOccurs", "maxOccurs", "nillable", "default", "fixed", "form", "block"]
        },
    );
    cx.no_block(node, "block");
    let mut content = cx.content(node);
    let before = cx.errors.len();
    let ty = type_use(cx, node, &mut content);
    let failed = cx.errors.len() > before;
    for other in content {
        cx.misplaced(other, "element");
    }
    Some(Element {
        name: cx.name(node)?,
        ty: if failed { ty? } else { ty.unwrap_or(TypeUse::Unstated) },
        form: if global { None } else { cx.form(node, "form") },
        nillable: cx.boolean(node, "nillable"),
        is_abstract: global && cx.boolean(node, "abstract"),
        value: cx.value(node),
        substitutes: if global { cx.qname(node, "substitutionGroup") } else { None },
        position: node.position,
    })
}

/// A global `xs:group`.
pub(super) fn global_group(cx: &mut Context<'_>, node: &Node) -> Option<Item> {
    cx.allow_attributes(node, &["name"]);
    let content = cx.content(node);
    let name = cx.name(node);
    let Some((first, more)) = content.split_first() else {
        cx.error(node.position, MISSING, "a group has a sequence, a choice or an all");
        return None;
    };
    for other in more {
        cx.misplaced(other, "group");
    }
    if !matches!(first.local.as_str(), "sequence" | "choice" | "all") {
        cx.misplaced(first, "group");
        return None;
    }
    cx.allow_attributes(first, &[]);
    let particle = particle(cx, first)?;
    Some(Item::Group(name?, particle, node.position))
}

/// Takes the model group off a type's content, if it begins with one.
pub(super) fn model_group(cx: &mut Context<'_>, content: &mut Vec<&Node>) -> Option<Particle> {
    let begins =
        content.first().is_some_and(|f| matches!(f.local.as_str(), "sequence" | "choice" | "all" | "group"));
    if !begins {
        return None;
    }
    let first = content.remove(0);
    particle(cx, first)
}

/// A particle; none where it is wrong or may not occur at all (`maxOccurs="0"`).
fn particle(cx: &mut Context<'_>, node: &Node) -> Option<Particle> {
    let occurs = occurs(cx, node);
    let term = term(cx, node)?;
    let occurs = occurs?;
    (occurs.max != Some(0)).then_some(Particle { occurs, term, position: node.position })
}

fn term(cx: &mut Context<'_>, node: &Node) -> Option<Term> {
    const OCCURS: [&str; 2] = ["minOccurs", "maxOccurs"];
    Some(match node.local.as_str() {
        "element" if find(node, "ref").is_some() => {
            cx.allow_attributes(node, &["ref", "minOccurs", "maxOccurs"]);
            cx.empty(node);
            Term::Ref(cx.required_qname(node, "ref")?)
        }
        "element" => Term::Element(Box::new(element(cx, node, false)?)),
        "any" => {
            cx.allow_attributes(node, &["namespace", "processContents", "minOccurs", "maxOccurs"]);
            Term::Any(wildcard(cx, node))
        }
        "group" => {
            cx.allow_attributes(node, &["ref", "minOccurs", "maxOccurs"]);
            cx.empty(node);
            Term::Group(cx.required_qname(node, "ref")?)
        }
        "sequence" => {
            cx.allow_attributes(node, &OCCURS);
            Term::Sequence(members(cx, node, false))
        }
        "choice" => {
            cx.allow_attributes(node, &OCCURS);
            Term::Choice(members(cx, node, false))
        }
        "all" => {
            cx.allow_attributes(node, &OCCURS);
            if at_most_once(cx, node) {
                Term::All(members(cx, node, true))
            } else {
                return None;
            }
        }
        _ => {
            cx.misplaced(node, "schema");
            return None;
        }
    })
}

/// The members of a group. In `all` only elements may stand, each at most once.
fn members(cx: &mut Context<'_>, node: &Node, all: bool) -> Vec<Particle> {
    let mut members = Vec::new();
    for child in cx.content(node) {
        let allowed = match child.local.as_str() {
            "element" => !all || at_most_once(cx, child),
            "group" | "choice" | "sequence" | "any" if !all => true,
            _ => {
                cx.misplaced(child, &node.local);
                false
            }
        };
        if allowed {
            members.extend(particle(cx, child));
        }
    }
    members
}

fn at_most_once(cx: &mut Context<'_>, node: &Node) -> bool {
    let once = node.get("maxOccurs").is_none_or(|max| matches!(number(trim(max)), Some(0 | 1)))
        && node.get("minOccurs").is_none_or(|min| matches!(number(trim(min)), Some(0 | 1)));
    if !once {
        cx.error(node.position, VALUE, "in `xs:all` nothing may occur more than once");
    }
    once
}

fn occurs(cx: &mut Context<'_>, node: &Node) -> Option<Occurs> {
    let min = if find(node, "minOccurs").is_some() { cx.number(node, "minOccurs")? } else { 1 };
    let max = match node.get("maxOccurs").map(trim) {
        Some("unbounded") => None,
        Some(_) => Some(cx.number(node, "maxOccurs")?),
        None => Some(1),
    };
    if max.is_some_and(|max| max < min) {
        cx.error(node.position, CONTRADICTION, "`minOccurs` is greater than `maxOccurs`");
        return None;
    }
    Some(Occurs { min, max })
}

fn type_use(cx: &mut Context<'_>, node: &Node, content: &mut Vec<&Node>) -> Option<TypeUse> {
    let inline = match content.first().map(|first| first.local.as_str()) {
        Some("complexType") => {
            let first = content.remove(0);
            types::complex_type(cx, first, false).map(|ty| TypeUse::Complex(Box::new(ty)))
        }
        Some("simpleType") => {
            let first = content.remove(0);
            simple::simple_type(cx, first, false).map(|ty| TypeUse::Simple(Box::new(ty)))
        }
        _ => None,
    };
    if let (Some(stated), Some(_)) = (find(node, "type"), &inline) {
        cx.error(stated.position, CONTRADICTION, "both `type` and a type within are stated");
        return None;
    }
    inline.or_else(|| cx.qname(node, "type").map(TypeUse::Named))
}
