//! Complex types.

use super::context::{Context, MISSING, VALUE, find};
use super::{EXTENSION, annotation, attributes, particles, simple};
use crate::model::{
    Attributes, ComplexType, Derivation, NamespaceSet, Occurs, Particle, Process, SimpleType, SimpleUse,
    SimpleVariety, Term, Wildcard,
};
use crate::xml::Node;

/// `xs:complexType`, global (with a name) or anonymous.
pub(super) fn complex_type(cx: &mut Context<'_>, node: &Node, global: bool) -> Option<ComplexType> {
    cx.allow_attributes(
        node,
        if global { &["name", "mixed", "abstract", "final", "block"] } else { &["mixed"] },
    );
    cx.no_block(node, "block");
    let name = if global { Some(cx.name(node)?) } else { None };
    let mut ty = ComplexType {
        name,
        is_abstract: global && cx.boolean(node, "abstract"),
        mixed: cx.boolean(node, "mixed"),
        code_title: annotation::list_title(node),
        position: node.position,
        ..ComplexType::default()
    };
    let content = cx.content(node);
    match content.split_first() {
        Some((first, more)) if matches!(first.local.as_str(), "simpleContent" | "complexContent") => {
            for other in more {
                cx.misplaced(other, "complexType");
            }
            derived(cx, first, &mut ty)?;
        }
        _ => model(cx, content, "complexType", &mut ty),
    }
    ty.open = node.attributes.iter().any(|a| &*a.ns == EXTENSION && a.local == "open" && a.value == "true");
    Some(ty)
}

/// What an open type is written as: any content, lax.
pub(super) fn open_content() -> Particle {
    let any = Particle {
        occurs: Occurs { min: 0, max: None },
        term: Term::Any(any_lax()),
        position: Default::default(),
    };
    Particle { occurs: Occurs::ONCE, term: Term::Sequence(vec![any]), position: Default::default() }
}

/// What an open type is written as: any attributes, lax.
pub(super) fn open_attributes() -> Attributes {
    Attributes { any: Some(any_lax()), ..Attributes::default() }
}

fn any_lax() -> Wildcard {
    Wildcard { namespaces: NamespaceSet::Any, process: Process::Lax }
}

fn derived(cx: &mut Context<'_>, node: &Node, ty: &mut ComplexType) -> Option<()> {
    let simple_content = node.local == "simpleContent";
    cx.allow_attributes(node, if simple_content { &[] } else { &["mixed"] });
    if !simple_content && find(node, "mixed").is_some() {
        ty.mixed = cx.boolean(node, "mixed");
    }
    ty.simple_content = simple_content;
    let content = cx.content(node);
    let Some((first, more)) = content.split_first() else {
        cx.error(node.position, MISSING, format!("`xs:{}` needs a restriction or an extension", node.local));
        return None;
    };
    for other in more {
        cx.misplaced(other, &node.local);
    }
    let extension = match first.local.as_str() {
        "extension" => true,
        "restriction" => false,
        _ => {
            cx.misplaced(first, &node.local);
            return None;
        }
    };
    cx.allow_attributes(first, &["base"]);
    let base = cx.required_qname(first, "base");
    let mut content = cx.content(first);
    if simple_content {
        if ty.mixed {
            cx.error(node.position, VALUE, "`mixed` does not go with simple content");
        }
        if !extension && let Some(base) = &base {
            let narrowed = simple::type_use(cx, first, "", &mut content);
            let facets = simple::facets(cx, &mut content);
            let from = narrowed.unwrap_or_else(|| SimpleUse::Named(base.clone()));
            ty.simple_restriction = Some(Box::new(SimpleType {
                name: None,
                variety: SimpleVariety::Restriction(from, facets),
                position: first.position,
            }));
        }
        ty.attributes = attributes::attributes(cx, &content, &first.local);
    } else {
        model(cx, content, &first.local, ty);
    }
    let base = base?;
    ty.derivation = if extension { Derivation::Extension(base) } else { Derivation::Restriction(base) };
    Some(())
}

/// Model group, then attributes.
fn model(cx: &mut Context<'_>, mut content: Vec<&Node>, parent: &str, ty: &mut ComplexType) {
    ty.particle = particles::model_group(cx, &mut content);
    ty.attributes = attributes::attributes(cx, &content, parent);
}
