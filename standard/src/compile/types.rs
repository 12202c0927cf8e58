//! The types: which there are, from which each is derived, and what its content is.

use std::collections::HashMap;
use std::rc::Rc;

use super::Compiler;
use super::attributes::UseInfo;
use super::automaton::{Node, Part};
use super::files::{Key, Place, TypeDef};
use crate::datatype::Builtin;
use crate::model::*;
use crate::pack::rows::kind;

/// Derivations on top of each other, at most.
const MAX_DERIVATIONS: usize = 300;

/// A type in the making. Its row is its index.
#[derive(Debug, Default)]
pub(super) struct TypeInfo<'a> {
    /// The definition; none for a built-in type.
    pub(super) source: Option<(usize, TypeDef<'a>)>,
    /// Row of `names`.
    pub(super) name: Option<u32>,
    /// For people: its name, or for an anonymous type the path of its element.
    pub(super) path: String,
    pub(super) base: Option<u32>,
    pub(super) extension: bool,
    /// One of [`kind`].
    pub(super) kind: u8,
    /// The simple type, for simple types and simple content.
    pub(super) simple: Option<u32>,
    /// The effective content; none where it is empty.
    pub(super) content: Option<Node>,
    /// The effective attribute uses.
    pub(super) uses: Vec<UseInfo>,
    /// The effective attribute wildcard.
    pub(super) any_attribute: Option<Wildcard>,
}

impl<'a> TypeInfo<'a> {
    pub(super) fn complex(&self) -> Option<(usize, &'a ComplexType)> {
        match self.source {
            Some((file, TypeDef::Complex(ty))) => Some((file, ty)),
            _ => None,
        }
    }
}

/// How far a named type is.
#[derive(Debug, Clone, Copy)]
pub(super) enum TypeState {
    Running,
    Known(u32),
}

pub(super) type TypeRows<'a> = HashMap<Key<'a>, TypeState>;

impl<'a> Compiler<'a> {
    /// Gives every global type its row, base types first.
    pub(super) fn declare_types(&mut self) {
        for builtin in Builtin::ALL {
            let name = self.names.add(XS, builtin.name());
            // anySimpleType is its own base; it has none here, since that of anyType would not be a smaller row.
            let base = Some(builtin.base() as u32).filter(|_| *builtin != Builtin::AnySimpleType);
            self.types.push(TypeInfo {
                name: Some(name),
                path: builtin.name().to_owned(),
                base,
                kind: kind::SIMPLE,
                simple: Some(*builtin as u32),
                ..TypeInfo::default()
            });
        }
        self.types.push(TypeInfo {
            name: Some(self.names.add(XS, "anyType")),
            path: "anyType".to_owned(),
            kind: kind::ANY,
            any_attribute: Some(Wildcard { namespaces: NamespaceSet::Any, process: Process::Lax }),
            ..TypeInfo::default()
        });
        for key in self.components.type_order.clone() {
            // A circle is reported where it closes; all that is asked for here is defined.
            let _ = self.type_of_key(key, 0);
        }
    }

    /// The row of a type that is referred to; that of `anyType`, and an error, where there is none.
    pub(super) fn type_of(&mut self, name: &'a QName, place: Place) -> u32 {
        self.type_of_depth(name, place, 0)
    }

    fn type_of_depth(&mut self, name: &'a QName, place: Place, depth: usize) -> u32 {
        if name.ns == XS {
            if name.local == "anyType" {
                return ANY_TYPE;
            }
            if let Some(builtin) = Builtin::from_name(&name.local) {
                return builtin as u32;
            }
        }
        let key = self.files[place.file].key(name);
        if depth > MAX_DERIVATIONS {
            self.error(
                place,
                "AZK-C004",
                format!("more than {MAX_DERIVATIONS} derivations on top of each other"),
            );
            return ANY_TYPE;
        }
        match self.type_of_key(key, depth) {
            Ok(row) => row,
            Err(Missing::Unknown) => {
                self.error(place, "AZK-C003", format!("the type {name} is not defined"));
                ANY_TYPE
            }
            Err(Missing::Circular) => {
                self.error(place, "AZK-C004", format!("the type {name} is derived from itself"));
                ANY_TYPE
            }
        }
    }

    fn type_of_key(&mut self, key: Key<'a>, depth: usize) -> Result<u32, Missing> {
        match self.type_rows.get(&key) {
            Some(TypeState::Known(row)) => return Ok(*row),
            Some(TypeState::Running) => return Err(Missing::Circular),
            None => {}
        }
        let (file, def) = *self.components.types.get(&key).ok_or(Missing::Unknown)?;
        self.type_rows.insert(key, TypeState::Running);
        let base = self.base_of(file, def, depth + 1);
        let name = self.names.add(key.0, key.1);
        let row = self.types.len() as u32;
        self.types.push(TypeInfo {
            source: Some((file, def)),
            name: Some(name),
            path: key.1.to_owned(),
            base: Some(base),
            ..TypeInfo::default()
        });
        self.type_rows.insert(key, TypeState::Known(row));
        Ok(row)
    }

    fn base_of(&mut self, file: usize, def: TypeDef<'a>, depth: usize) -> u32 {
        match def {
            TypeDef::Complex(ty) => match &ty.derivation {
                Derivation::None => ANY_TYPE,
                Derivation::Extension(base) | Derivation::Restriction(base) => {
                    self.type_of_depth(base, Place { file, position: ty.position }, depth)
                }
            },
            TypeDef::Simple(ty) => {
                let place = Place { file, position: ty.position };
                let mut variety = &ty.variety;
                loop {
                    match variety {
                        SimpleVariety::Restriction(SimpleUse::Named(base), _) => {
                            break self.type_of_depth(base, place, depth);
                        }
                        // The anonymous base has no row of its own.
                        SimpleVariety::Restriction(SimpleUse::Anonymous(base), _) => variety = &base.variety,
                        SimpleVariety::List(_) | SimpleVariety::Union(_) => {
                            break Builtin::AnySimpleType as u32;
                        }
                    }
                }
            }
        }
    }

    /// The row of an anonymous type, which gets one.
    pub(super) fn declare_anonymous(&mut self, file: usize, def: TypeDef<'a>, path: String) -> u32 {
        let base = self.base_of(file, def, 0);
        let row = self.types.len() as u32;
        self.types.push(TypeInfo {
            source: Some((file, def)),
            path,
            base: Some(base),
            ..TypeInfo::default()
        });
        row
    }

    /// Works out the content of every type. Base types have smaller rows and so are done before those derived from
    /// them; anonymous types are appended on the way.
    pub(super) fn fill_types(&mut self) {
        let mut row = 0;
        while let Some(info) = self.types.get(row) {
            match info.source {
                Some((file, TypeDef::Complex(ty))) => self.complex(row as u32, file, ty),
                Some((file, TypeDef::Simple(ty))) => {
                    let simple = self.simple_of_type(row as u32, Place { file, position: ty.position });
                    self.types[row].kind = kind::SIMPLE;
                    self.types[row].simple = Some(simple);
                }
                None => {}
            }
            row += 1;
        }
    }

    fn complex(&mut self, row: u32, file: usize, ty: &'a ComplexType) {
        let place = Place { file, position: ty.position };
        let base = self.types[row as usize].base.unwrap_or(ANY_TYPE);
        let extension = matches!(ty.derivation, Derivation::Extension(_));
        self.types[row as usize].extension = extension;
        if ty.simple_content {
            self.simple_content(row, base, ty, place);
        } else {
            let content = self.complex_content(row, base, ty, place);
            let info = &mut self.types[row as usize];
            (info.kind, info.content) = content;
        }
        self.attributes_of(row, base, ty, place);
    }

    fn simple_content(&mut self, row: u32, base: u32, ty: &'a ComplexType, place: Place) {
        let base_simple = self.types[base as usize].simple;
        let narrowed = match &ty.simple_restriction {
            Some(restriction) => match &restriction.variety {
                SimpleVariety::Restriction(SimpleUse::Anonymous(narrowed), facets) => {
                    let narrowed = self.simple(place.file, narrowed, None);
                    Some(self.restricted(narrowed, facets, None, place))
                }
                SimpleVariety::Restriction(SimpleUse::Named(_), facets) => {
                    base_simple.map(|base| self.restricted(base, facets, None, place))
                }
                SimpleVariety::List(_) | SimpleVariety::Union(_) => None,
            },
            None => base_simple,
        };
        if narrowed.is_none() {
            let base = self.types[base as usize].path.clone();
            self.error(place, "AZK-C005", format!("simple content is derived from {base}, which has none"));
        }
        let info = &mut self.types[row as usize];
        info.kind = kind::SIMPLE;
        info.simple = Some(narrowed.unwrap_or(Builtin::AnySimpleType as u32));
    }

    /// The kind and the content of a type with complex content (Structures 3.4.2).
    fn complex_content(
        &mut self,
        row: u32,
        base: u32,
        ty: &'a ComplexType,
        place: Place,
    ) -> (u8, Option<Node>) {
        let path = self.types[row as usize].path.clone();
        let own = match &ty.particle {
            Some(particle) if !is_empty(particle) => Some(self.particle(place.file, particle, &path, row, 0)),
            _ => None,
        };
        let own_kind = match (ty.mixed, &own) {
            (true, _) => kind::MIXED,
            (false, Some(_)) => kind::ELEMENTS,
            (false, None) => kind::EMPTY,
        };
        if !matches!(ty.derivation, Derivation::Extension(_)) {
            return (own_kind, own);
        }
        let base_info = &self.types[base as usize];
        let (base_kind, base_content) = (base_info.kind, base_info.content.clone());
        let node = |part| Node { occurs: Occurs::ONCE, part: Rc::new(part), place };
        match base_kind {
            kind::SIMPLE => {
                let base = base_info.path.clone();
                self.error(
                    place,
                    "AZK-C005",
                    format!("complex content extends {base}, which has simple content"),
                );
                (own_kind, own)
            }
            kind::ANY => {
                let wildcard = Wildcard { namespaces: NamespaceSet::Any, process: Process::Lax };
                let any = self.wildcard(&wildcard);
                let many = Occurs { min: 0, max: None };
                let any = Node { occurs: many, part: Rc::new(Part::Any(any)), place };
                (kind::MIXED, Some(node(Part::Seq(std::iter::once(any).chain(own).collect()))))
            }
            kind::EMPTY => (own_kind, own),
            _ if own_kind == kind::EMPTY => (base_kind, base_content),
            _ => {
                if own_kind != base_kind {
                    let text = "an extension and its base must both be mixed, or both not";
                    self.error(place, "AZK-C005", text.to_owned());
                }
                let is_all = |content: &Option<Node>| {
                    content.as_ref().is_some_and(|content| matches!(*content.part, Part::All(_)))
                };
                if is_all(&base_content) && own.is_some() || is_all(&own) && base_content.is_some() {
                    self.error(place, "AZK-C005", "xs:all can't be extended".to_owned());
                    return (base_kind, base_content);
                }
                let content = match (base_content, own) {
                    (Some(base), Some(own)) => Some(node(Part::Seq(vec![base, own]))),
                    (base, own) => base.or(own),
                };
                (base_kind, content)
            }
        }
    }
}

/// The row of `xs:anyType`.
pub(super) const ANY_TYPE: u32 = Builtin::ALL.len() as u32;

enum Missing {
    Unknown,
    Circular,
}

/// The definition has no particle at all, or one that stands for none (Structures 3.4.2, explicit content).
fn is_empty(particle: &Particle) -> bool {
    particle.occurs.max == Some(0)
        || match &particle.term {
            Term::Sequence(particles) | Term::All(particles) => particles.is_empty(),
            Term::Choice(particles) => particles.is_empty() && particle.occurs.min == 0,
            Term::Element(_) | Term::Ref(_) | Term::Any(_) | Term::Group(_) => false,
        }
}
