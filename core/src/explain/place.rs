//! From a path such as `090010/sachverhalt/duldung` to the place in the schema that it means.

use std::collections::BTreeSet;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{Attribute, Element, Global, Message, NONE, Type};

use crate::message::content::{Child, content_of, type_of};

/// A place in a standard: a message, a type, or a field below one of them.
pub(super) struct Place<'a> {
    /// The message, where the path begins with one.
    pub(super) message: Option<&'a Message>,
    /// The way from the message or type to the field; never empty.
    pub(super) steps: Vec<Step<'a>>,
    /// The attribute of the last step that is meant.
    pub(super) attribute: Option<&'a Attribute>,
}

/// A step on the way.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    /// Name of the element, or of the type for a first step that is one.
    pub(super) name: &'a str,
    /// The declaration; none for a type.
    pub(super) element: Option<&'a Element>,
    /// The type.
    pub(super) ty: &'a Type,
    /// How often it may stand; none for the first step.
    pub(super) child: Option<Child>,
    /// It is one of several, of which one stands.
    pub(super) choice: bool,
}

impl<'a> Place<'a> {
    /// The place of a path; none where the pack has no such place.
    ///
    /// With `exact` its first name must have the very capitals of the schema.
    pub(super) fn find(pack: &Pack<'a>, path: &str, exact: bool) -> Option<Self> {
        let (place, rest) = Self::walk(pack, path, exact)?;
        rest.is_empty().then_some(place)
    }

    /// The way as far as it goes, and the names that are left.
    fn walk<'p>(pack: &Pack<'a>, path: &'p str, exact: bool) -> Option<(Self, Vec<&'p str>)> {
        let mut names = path.trim_matches('/').split('/').map(name_of);
        let (message, first) = first_step(pack, names.next()?, exact)?;
        let mut place = Self { message, steps: vec![first], attribute: None };
        let mut names = names.peekable();
        while let Some(name) = names.peek() {
            if let Some(attribute) = name.strip_prefix('@') {
                place.attribute =
                    place.attributes(pack).iter().find(|row| pack.local(row.name.get()) == attribute);
                if place.attribute.is_some() {
                    names.next();
                }
                break;
            }
            let Some(step) = child_step(pack, place.last().ty, name) else { break };
            place.steps.push(step);
            names.next();
        }
        Some((place, names.collect()))
    }

    /// The step that is meant.
    pub(super) fn last(&self) -> Step<'a> {
        self.steps[self.steps.len() - 1]
    }

    /// The attributes of the last step's type.
    fn attributes(&self, pack: &Pack<'a>) -> &'a [Attribute] {
        pack.attributes_of(self.last().ty)
    }

    /// The path in its plain form: with the message's number in front, where it begins with a message.
    pub(super) fn path(&self, pack: &Pack<'a>) -> String {
        let mut names: Vec<&str> = self.steps.iter().map(|step| step.name).collect();
        if let Some(message) = self.message {
            names[0] = pack.str(message.number);
        }
        names.join("/")
    }
}

/// A type's name for people: without prefix in the standard's own namespace; the path of an anonymous type.
pub(super) fn type_name(pack: &Pack<'_>, ty: &Type) -> String {
    let Some(name) = pack.names.get(ty.name.get() as usize) else {
        return pack.str(ty.path).to_owned();
    };
    let local = pack.str(name.local);
    match pack.namespaces.get(usize::from(name.namespace.get())) {
        Some(namespace) if namespace.flags.get() & 1 == 0 => match pack.str(namespace.prefix) {
            "" if pack.str(namespace.uri) == azrkit_standard::model::XS => format!("xs:{local}"),
            "" => local.to_owned(),
            prefix => format!("{prefix}:{local}"),
        },
        _ => local.to_owned(),
    }
}

/// Topics that are spelt like this one.
pub(super) fn similar(packs: &[Pack<'_>], topic: &str, limit: usize) -> Vec<String> {
    let mut found = BTreeSet::new();
    for pack in packs {
        // A path that is right up to a point: what may stand there.
        if let Some((place, rest)) = Place::walk(pack, topic, false).filter(|_| topic.contains('/')) {
            let base = place.path(pack);
            for child in content_of(pack, place.last().ty).children {
                let name =
                    pack.elements.get(child.element as usize).map_or("", |row| pack.local(row.name.get()));
                let far = rest.first().and_then(|rest| distance(rest, name)).unwrap_or(usize::MAX);
                found.insert((far, format!("{base}/{name}")));
            }
            continue;
        }
        let messages = pack.messages.iter().flat_map(|row| {
            let element = pack.elements.get(row.element.get() as usize);
            [pack.str(row.number), element.map_or("", |row| pack.local(row.name.get()))]
        });
        let types = pack.global_types.iter().map(|row| pack.local(row.name.get()));
        let elements = pack.elements.iter().map(|row| pack.local(row.name.get()));
        let rules = pack.rules.iter().map(|row| pack.str(row.id));
        let lists = pack.lists.iter().map(|row| pack.str(row.uri).rsplit(':').next().unwrap_or(""));
        for name in messages.chain(types).chain(elements).chain(rules).chain(lists) {
            if let Some(far) = distance(topic, name) {
                found.insert((far, name.to_owned()));
            }
        }
    }
    let mut names: Vec<String> = found.into_iter().map(|(_, name)| name).collect();
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.truncate(limit);
    names
}

/// A name without its prefix and its position.
fn name_of(step: &str) -> &str {
    let step = step.split_once('[').map_or(step, |(name, _)| name);
    step.rsplit_once(':').map_or(step, |(_, local)| local).trim()
}

fn first_step<'a>(pack: &Pack<'a>, name: &str, exact: bool) -> Option<(Option<&'a Message>, Step<'a>)> {
    if let Some(message) = pack.message_by_number(name) {
        let step = element_step(pack, message.element.get(), None, false)?;
        return Some((Some(message), step));
    }
    if let Some(row) = global(pack, pack.global_elements, name, exact) {
        return Some((pack.message(row), element_step(pack, row, None, false)?));
    }
    let ty = pack.types.get(global(pack, pack.global_types, name, exact)? as usize)?;
    Some((None, Step { name: pack.local(ty.name.get()), element: None, ty, child: None, choice: false }))
}

/// The row of a global component by its local name: exactly spelt before otherwise, the standard's own before others'.
fn global(pack: &Pack<'_>, table: &[Global], name: &str, exact: bool) -> Option<u32> {
    let main = |row: &Global| {
        let name = pack.names.get(row.name.get() as usize)?;
        let namespace = pack.namespaces.get(usize::from(name.namespace.get()))?;
        Some(namespace.flags.get() & 1 == 0)
    };
    let fits = |local: &str| if exact { local == name } else { local.eq_ignore_ascii_case(name) };
    let named = table.iter().filter(|row| fits(pack.local(row.name.get())));
    named.min_by_key(|row| (pack.local(row.name.get()) != name, main(row))).map(|row| row.row.get())
}

fn element_step<'a>(pack: &Pack<'a>, row: u32, child: Option<Child>, choice: bool) -> Option<Step<'a>> {
    let element = pack.elements.get(row as usize)?;
    let ty = type_of(pack, element)?;
    Some(Step { name: pack.local(element.name.get()), element: Some(element), ty, child, choice })
}

/// The child of a name; where the type has none, that of a type derived from it (`xsi:type`).
fn child_step<'a>(pack: &Pack<'a>, ty: &'a Type, name: &str) -> Option<Step<'a>> {
    let among = |ty: &Type| {
        let content = content_of(pack, ty);
        let named = |child: &&Child| {
            let row = pack.elements.get(child.element as usize);
            row.is_some_and(|row| pack.local(row.name.get()).eq_ignore_ascii_case(name))
        };
        let child = *content.children.iter().find(named)?;
        element_step(pack, child.element, Some(child), content.choice && content.children.len() > 1)
    };
    among(ty).or_else(|| pack.types.iter().filter(|other| derives(pack, other, ty)).find_map(among))
}

/// Whether a type is derived from another one, over any number of steps. Base rows are always smaller.
fn derives(pack: &Pack<'_>, ty: &Type, from: &Type) -> bool {
    let mut at = ty.base.get();
    while at != NONE {
        let Some(base) = pack.types.get(at as usize) else { return false };
        if std::ptr::eq(base, from) {
            return at != 0;
        }
        if base.base.get() >= at {
            return false;
        }
        at = base.base.get();
    }
    false
}

/// How far two names are apart, none where too far to be meant: the number of letters that differ.
fn distance(topic: &str, name: &str) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) =
        (topic.to_lowercase().chars().collect(), name.to_lowercase().chars().collect());
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let most = (a.len() / 4).max(1);
    let longer = a.len().abs_diff(b.len());
    if longer > most {
        let inside = a.len() >= 4 && name.to_lowercase().contains(&topic.to_lowercase());
        return inside.then_some(most + longer);
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let cost = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row.last().copied().filter(|far| *far <= most)
}
