//! The fields below a type as a tree.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{NONE, Type, kind, type_flag};

use super::Options;
use super::page::word;
use super::place::type_name;
use crate::message::content::{Child, content_of, type_of};
use crate::message::report::Lang;
use crate::message::show::layout::Item;

/// A tree is cut after so many lines: a message type can hold itself.
const MAX_LINES: usize = 2_000;

/// The attributes and child elements of a type, `depth` levels deep.
pub(super) fn fields(pack: &Pack<'_>, ty: &Type, options: &Options) -> Vec<Item> {
    let mut left = MAX_LINES;
    below(pack, ty, options.depth, options.lang, &mut left)
}

/// How often, as the notation of the schemas has it: `1`, `?`, `*`, `+`, `m..n`.
fn occurs(child: Child) -> String {
    match (child.min, child.max) {
        (1, Some(1)) => "1".to_owned(),
        (0, Some(1)) => "?".to_owned(),
        (0, None) => "*".to_owned(),
        (1, None) => "+".to_owned(),
        (min, Some(max)) => format!("{min}..{max}"),
        (min, None) => format!("{min}..*"),
    }
}

fn below(pack: &Pack<'_>, ty: &Type, depth: usize, lang: Lang, left: &mut usize) -> Vec<Item> {
    if depth == 0 {
        return Vec::new();
    }
    let content = content_of(pack, ty);
    let mut items = Vec::new();
    let choice = content.choice && content.children.len() > 1;
    if choice {
        items.push(Item::Sentence(word(lang, "eine dieser Angaben:", "one of these:").to_owned()));
    }
    for child in content.children {
        let Some(row) = pack.elements.get(child.element as usize) else { continue };
        let Some(inner) = type_of(pack, row) else { continue };
        let Some(rest) = left.checked_sub(1) else { break };
        *left = rest;
        let label = lang.choose(pack.str(row.label), pack.str(row.label_en));
        let dash = if label.is_empty() { "" } else { " – " };
        let name = pack.local(row.name.get());
        let occurs =
            if choice && child.max == Some(1) { String::new() } else { format!(" {}", occurs(child)) };
        let line = format!("{name}{occurs}{dash}{label}{}", note(pack, inner));
        // The parts of a code, of a date and the like are no fields of their own.
        let children =
            if inner.code.get() != NONE { Vec::new() } else { below(pack, inner, depth - 1, lang, left) };
        items.push(if children.is_empty() { Item::Sentence(line) } else { Item::Group(line, children) });
    }
    if content.wildcard {
        items.push(Item::Sentence(word(lang, "… Erweiterungen", "… extensions").to_owned()));
    }
    items
}

/// The type in brackets, where it has a name.
fn note(pack: &Pack<'_>, ty: &Type) -> String {
    if ty.name.get() == NONE {
        return String::new();
    }
    let more = if ty.flags & type_flag::ABSTRACT != 0 {
        " abstract"
    } else if ty.flags & type_flag::OPEN != 0 || ty.kind == kind::ANY {
        " …"
    } else {
        ""
    };
    format!(" [{}{more}]", type_name(pack, ty))
}
