//! Which standard a set of schemas is: its namespace, name and version.

use std::collections::BTreeSet;

use super::sources::Sources;
use crate::model::{
    AttributeTerm, Attributes, ComplexType, Item, Particle, Schema, Term, TypeUse, ValueConstraint,
};
use crate::xsd::Identity;

/// What a pack says it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Main {
    /// Target namespace of the messages.
    pub(super) namespace: String,
    /// Name as messages carry it.
    pub(super) standard: String,
    /// Version as messages carry it.
    pub(super) version: String,
    /// Title for people.
    pub(super) title: String,
    /// Name of the pack.
    pub(super) name: String,
}

/// The standard that the files are; none where they declare no namespace.
pub(super) fn find(sources: &Sources) -> Option<Main> {
    let namespace = namespace(&sources.schemas)?;
    let of_it = || sources.schemas.iter().filter(|schema| schema.target == namespace);
    let said = sources.schemas.iter().zip(&sources.notes).filter(|(schema, _)| schema.target == namespace);
    let said = said.filter_map(|(_, notes)| notes.identity.as_ref()).next();
    let of = |pick: fn(&Identity) -> &Option<String>| said.and_then(|said| pick(said).clone());
    let fixed = of_it().find_map(fixed_header);
    let fixed = |pick: fn((String, String)) -> String| fixed.clone().map(pick);
    let stem = || of_it().map(|schema| stem(&schema.file)).min_by_key(|stem| stem.len());
    let standard = fixed(|(standard, _)| standard)
        .or_else(|| of(|said| &said.short))
        .or_else(|| stem().map(str::to_owned))?;
    let version = fixed(|(_, version)| version)
        .or_else(|| of(|said| &said.version))
        .or_else(|| of_it().find_map(|schema| schema.version.clone()))
        .unwrap_or_default();
    let title = of(|said| &said.title).unwrap_or_else(|| standard.clone());
    let technical = of(|said| &said.technical).unwrap_or_else(|| standard.clone());
    let name = if version.is_empty() {
        slug(&technical)
    } else {
        format!("{}-{}", slug(&technical), slug(&version))
    };
    Some(Main { namespace, standard, version, title, name })
}

/// The namespace that no other of the files' namespaces imports; of several, the one with the most global elements.
fn namespace(schemas: &[Schema]) -> Option<String> {
    let imported: BTreeSet<&str> = schemas
        .iter()
        .flat_map(|schema| schema.imports.iter().map(|(namespace, _, _)| namespace.as_str()))
        .collect();
    let elements = |target: &str| {
        let items =
            schemas.iter().filter(|schema| schema.target == target).flat_map(|schema| schema.items.iter());
        items.filter(|item| matches!(item, Item::Element(_))).count()
    };
    let targets: BTreeSet<&str> =
        schemas.iter().map(|schema| schema.target.as_str()).filter(|target| !target.is_empty()).collect();
    // `max_by_key` takes the last of equals; from the back, that is the first by name.
    let chosen = targets.iter().rev().max_by_key(|target| (!imported.contains(*target), elements(target)));
    chosen.map(|target| (*target).to_owned())
}

/// The values of the attributes `standard` and `version` that are fixed for all messages.
fn fixed_header(schema: &Schema) -> Option<(String, String)> {
    schema.items.iter().find_map(|item| match item {
        Item::Complex(ty) => in_type(ty),
        Item::Element(element) => in_element_type(&element.ty),
        Item::AttributeGroup(_, attributes, _) => in_attributes(attributes),
        _ => None,
    })
}

fn in_type(ty: &ComplexType) -> Option<(String, String)> {
    in_attributes(&ty.attributes).or_else(|| ty.particle.as_ref().and_then(in_particle))
}

fn in_particle(particle: &Particle) -> Option<(String, String)> {
    match &particle.term {
        Term::Element(element) => in_element_type(&element.ty),
        Term::Sequence(members) | Term::Choice(members) | Term::All(members) => {
            members.iter().find_map(in_particle)
        }
        Term::Ref(_) | Term::Any(_) | Term::Group(_) => None,
    }
}

fn in_element_type(ty: &TypeUse) -> Option<(String, String)> {
    match ty {
        TypeUse::Complex(ty) => in_type(ty),
        _ => None,
    }
}

fn in_attributes(attributes: &Attributes) -> Option<(String, String)> {
    let fixed = |name: &str| {
        attributes.uses.iter().find_map(|used| match (&used.attribute, &used.value) {
            (AttributeTerm::Local(attribute), ValueConstraint::Fixed(value)) if attribute.name == name => {
                Some(value.clone())
            }
            _ => None,
        })
    };
    Some((fixed("standard")?, fixed("version")?))
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// Small ASCII letters, digits, `.` and `-`: a name that any file system takes.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            c if c.is_ascii_alphanumeric() || c == '.' => slug.push(c),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_matches(['-', '.']).to_owned()
}
