//! Which schema files belong together, and where each global component is defined.

use std::collections::{HashMap, HashSet};

use crate::error::SchemaError;
use crate::model::*;

/// A place in one of the schema files.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// Index of the file.
    pub(super) file: usize,
    pub(super) position: Position,
}

/// A schema file. One without target namespace that is included by others (a chameleon) is there once for each
/// namespace that it takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) schema: &'a Schema,
    /// The target namespace, that of the including file for a chameleon.
    pub(super) target: &'a str,
}

impl<'a> File<'a> {
    /// The name as a key: references of a chameleon to no namespace mean the one that it took.
    pub(super) fn key(&self, name: &'a QName) -> Key<'a> {
        (
            if name.ns.is_empty() && self.schema.target.is_empty() { self.target } else { &name.ns },
            &name.local,
        )
    }
}

/// Namespace and local name.
pub(super) type Key<'a> = (&'a str, &'a str);

/// The global components by name; `usize` is the index of the file.
#[derive(Default)]
pub(super) struct Components<'a> {
    pub(super) types: HashMap<Key<'a>, (usize, TypeDef<'a>)>,
    pub(super) elements: HashMap<Key<'a>, (usize, &'a Element)>,
    pub(super) attributes: HashMap<Key<'a>, (usize, &'a Attribute)>,
    pub(super) groups: HashMap<Key<'a>, (usize, &'a Particle)>,
    pub(super) attribute_groups: HashMap<Key<'a>, (usize, &'a Attributes)>,
    /// All types, in the order of the files.
    pub(super) type_order: Vec<Key<'a>>,
    /// All elements, in the order of the files.
    pub(super) element_order: Vec<Key<'a>>,
    /// All attributes, in the order of the files.
    pub(super) attribute_order: Vec<Key<'a>>,
}

/// Definition of a type.
#[derive(Debug, Clone, Copy)]
pub(super) enum TypeDef<'a> {
    Complex(&'a ComplexType),
    Simple(&'a SimpleType),
}

/// The files of a pack: all of `schemas`, and of `library` what they include or import and is not among them.
pub(super) fn load<'a>(
    schemas: &'a [Schema],
    library: &'a [Schema],
    errors: &mut Vec<SchemaError>,
) -> Vec<File<'a>> {
    let taken: HashSet<&str> = schemas
        .iter()
        .filter(|schema| !schema.target.is_empty())
        .flat_map(|schema| schema.includes.iter().map(|(location, _)| stem(location)))
        .collect();
    let mut files: Vec<File<'a>> = Vec::new();
    for schema in schemas {
        // A file without a namespace that others include is no file of its own; a copy of a file neither.
        let chameleon = schema.target.is_empty() && taken.contains(stem(&schema.file));
        if !chameleon && !files.iter().any(|file| is_copy(file.schema, schema)) {
            files.push(File { schema, target: &schema.target });
        }
    }
    let mut at = 0;
    while let Some(file) = files.get(at).copied() {
        at += 1;
        for (location, position) in &file.schema.includes {
            let named = || candidates(schemas, library, stem(location));
            let found = named().find(|schema| schema.target == file.target || schema.target.is_empty());
            match found {
                Some(schema) => {
                    let known = |other: &File<'_>| {
                        (std::ptr::eq(other.schema, schema) || is_copy(other.schema, schema))
                            && other.target == file.target
                    };
                    if !files.iter().any(known) {
                        files.push(File { schema, target: file.target });
                    }
                }
                None => {
                    let text = match named().next() {
                        Some(other) => {
                            format!("{location} is included but has the namespace {}", other.target)
                        }
                        None => format!("the included file {location} is not at hand"),
                    };
                    errors.push(SchemaError::new(&file.schema.file, *position, INCLUDE, text));
                }
            }
        }
        for (namespace, location, _) in &file.schema.imports {
            // Where no file of the namespace is at hand, only a reference into it is an error.
            if files.iter().any(|file| file.target == namespace) || namespace == XS {
                continue;
            }
            let name = location.as_deref().map_or("", stem);
            let of = |schema: &&Schema| schema.target == *namespace;
            let found = library.iter().filter(of).find(|schema| stem(&schema.file) == name);
            if let Some(schema) = found.or_else(|| library.iter().find(of)) {
                files.push(File { schema, target: &schema.target });
            }
        }
    }
    files
}

const INCLUDE: &str = "AZK-C001";
const DUPLICATE: &str = "AZK-C002";

fn is_copy(one: &Schema, other: &Schema) -> bool {
    one.target == other.target && stem(&one.file) == stem(&other.file) && one == other
}

fn candidates<'a>(
    schemas: &'a [Schema],
    library: &'a [Schema],
    name: &str,
) -> impl Iterator<Item = &'a Schema> {
    schemas.iter().chain(library).filter(move |schema| stem(&schema.file) == name)
}

/// A location's file name: what follows the last `/`, `\` or `:`, without `.xsd` or `.xsf`.
pub(super) fn stem(location: &str) -> &str {
    let name = location.rsplit(['/', '\\', ':']).next().unwrap_or(location);
    name.strip_suffix(".xsd").or_else(|| name.strip_suffix(".xsf")).unwrap_or(name)
}

/// Finds all global components. Two of one kind and name are an error.
pub(super) fn components<'a>(files: &[File<'a>], errors: &mut Vec<SchemaError>) -> Components<'a> {
    let mut all = Components::default();
    for (at, file) in files.iter().enumerate() {
        let mut twice = |kind: &str, name: &str, position: Position| {
            let text = format!("a second definition of the {kind} {name}");
            errors.push(SchemaError::new(&file.schema.file, position, DUPLICATE, text));
        };
        for item in &file.schema.items {
            match item {
                Item::Complex(ty) => {
                    let key = (file.target, ty.name.as_deref().unwrap_or_default());
                    match all.types.insert(key, (at, TypeDef::Complex(ty))) {
                        Some(_) => twice("type", key.1, ty.position),
                        None => all.type_order.push(key),
                    }
                }
                Item::Simple(ty) => {
                    let key = (file.target, ty.name.as_deref().unwrap_or_default());
                    match all.types.insert(key, (at, TypeDef::Simple(ty))) {
                        Some(_) => twice("type", key.1, ty.position),
                        None => all.type_order.push(key),
                    }
                }
                Item::Element(element) => {
                    let key = (file.target, element.name.as_str());
                    match all.elements.insert(key, (at, element)) {
                        Some(_) => twice("element", key.1, element.position),
                        None => all.element_order.push(key),
                    }
                }
                Item::Attribute(attribute) => {
                    let key = (file.target, attribute.name.as_str());
                    match all.attributes.insert(key, (at, attribute)) {
                        Some(_) => twice("attribute", key.1, attribute.position),
                        None => all.attribute_order.push(key),
                    }
                }
                Item::Group(name, particle, position) => {
                    if all.groups.insert((file.target, name), (at, particle)).is_some() {
                        twice("group", name, *position);
                    }
                }
                Item::AttributeGroup(name, attributes, position) => {
                    if all.attribute_groups.insert((file.target, name), (at, attributes)).is_some() {
                        twice("attribute group", name, *position);
                    }
                }
            }
        }
    }
    all
}
