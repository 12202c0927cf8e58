//! Elements, groups and wildcards: particles with all names resolved.

use std::rc::Rc;

use super::Compiler;
use super::automaton::{Node, Part, Symbols};
use super::files::{Key, Place, TypeDef};
use super::types::ANY_TYPE;
use crate::model::*;
use crate::pack::rows::NONE;

/// Model groups and named groups in each other, at most.
const MAX_DEPTH: usize = 200;

/// An element declaration in the making. Its row is its index.
#[derive(Debug)]
pub(super) struct ElementInfo<'a> {
    pub(super) file: usize,
    pub(super) declaration: &'a Element,
    /// Row of `names`.
    pub(super) name: u32,
    /// Row of `types`.
    pub(super) ty: u32,
    pub(super) global: bool,
    /// For people: `Type/element/element`.
    pub(super) path: String,
    /// The type whose definition it stands in; [`NONE`] for global elements and those of named groups.
    pub(super) owner: u32,
}

/// A named group: being worked out, or its particle.
pub(super) type Groups<'a> = std::collections::HashMap<Key<'a>, Option<Node>>;

impl<'a> Compiler<'a> {
    /// Gives every global element its row, then its type.
    pub(super) fn declare_elements(&mut self) {
        let order = self.components.element_order.clone();
        for key in &order {
            let (file, declaration) = self.components.elements[key];
            let name = self.names.add(key.0, key.1);
            let path = self.message_number(key).unwrap_or(key.1).to_owned();
            self.element_rows.insert(*key, self.elements.len() as u32);
            self.elements.push(ElementInfo {
                file,
                declaration,
                name,
                ty: NONE,
                global: true,
                path,
                owner: NONE,
            });
        }
        for row in 0..order.len() {
            self.global_type(row as u32, 0);
        }
        self.substitution_groups();
    }

    /// The type of a global element; one that states none has that of the head of its substitution group.
    fn global_type(&mut self, row: u32, depth: usize) -> u32 {
        let info = &self.elements[row as usize];
        if info.ty != NONE {
            return info.ty;
        }
        let (file, declaration, path) = (info.file, info.declaration, info.path.clone());
        let place = Place { file, position: declaration.position };
        let ty = match (&declaration.ty, &declaration.substitutes) {
            (TypeUse::Unstated, Some(head)) if depth < MAX_DEPTH => match self.global_element(head, place) {
                Some(head) => self.global_type(head, depth + 1),
                None => ANY_TYPE,
            },
            _ => self.element_type(&declaration.ty, &path, place),
        };
        self.elements[row as usize].ty = ty;
        ty
    }

    fn element_type(&mut self, of: &'a TypeUse, path: &str, place: Place) -> u32 {
        match of {
            TypeUse::Unstated => ANY_TYPE,
            TypeUse::Named(name) => self.type_of(name, place),
            TypeUse::Complex(ty) => self.declare_anonymous(place.file, TypeDef::Complex(ty), path.to_owned()),
            TypeUse::Simple(ty) => self.declare_anonymous(place.file, TypeDef::Simple(ty), path.to_owned()),
        }
    }

    /// The row of a global element that is referred to; an error where there is none.
    fn global_element(&mut self, name: &'a QName, place: Place) -> Option<u32> {
        let row = self.element_rows.get(&self.files[place.file].key(name)).copied();
        if row.is_none() {
            self.error(place, "AZK-C003", format!("the element {name} is not defined"));
        }
        row
    }

    /// What each head of a substitution group stands for: itself unless it is abstract, its members, and theirs.
    fn substitution_groups(&mut self) {
        let mut members: Vec<(u32, u32)> = Vec::new();
        for row in 0..self.elements.len() as u32 {
            let info = &self.elements[row as usize];
            let (ty, declaration) = (info.ty, info.declaration);
            let Some(head) = &declaration.substitutes else { continue };
            let place = Place { file: info.file, position: declaration.position };
            let Some(head) = self.global_element(head, place) else { continue };
            let mut base = Some(ty);
            while base.is_some() && base != Some(self.elements[head as usize].ty) {
                base = base.and_then(|base| self.types.get(base as usize)?.base);
            }
            if base.is_none() && self.elements[head as usize].ty != ANY_TYPE {
                let text = format!(
                    "the type of {} is not derived from that of the head of its substitution group",
                    declaration.name
                );
                self.error(place, "AZK-C005", text);
            }
            members.push((head, row));
        }
        for row in 0..self.elements.len() as u32 {
            let mut all = vec![row];
            let mut at = 0;
            while let Some(head) = all.get(at).copied() {
                at += 1;
                for (_, member) in members.iter().filter(|(of, _)| *of == head) {
                    if *member == row {
                        let info = &self.elements[row as usize];
                        let place = Place { file: info.file, position: info.declaration.position };
                        self.error(place, "AZK-C004", "the substitution group contains itself".to_owned());
                    } else if !all.contains(member) {
                        all.push(*member);
                    }
                }
            }
            all.retain(|row| !self.elements[*row as usize].declaration.is_abstract);
            if all != [row] {
                self.substitutes.insert(row, all);
            }
        }
    }

    /// Fixed and default values of elements must be values of their types. Once all types are worked out.
    pub(super) fn check_elements(&mut self) {
        for row in 0..self.elements.len() {
            let info = &self.elements[row];
            let (declaration, file) = (info.declaration, info.file);
            if let Some(simple) = self.types[info.ty as usize].simple {
                self.check_value(simple, &declaration.value, Place { file, position: declaration.position });
            }
        }
    }

    /// A particle of a schema. `path` and `owner` are those of the type whose definition it stands in.
    pub(super) fn particle(
        &mut self,
        file: usize,
        particle: &'a Particle,
        path: &str,
        owner: u32,
        depth: usize,
    ) -> Node {
        let place = Place { file, position: particle.position };
        let part = self.part(file, particle, path, owner, depth);
        // A named group is its model group, where it stands once.
        if let (Term::Group(_), Part::Seq(nodes)) = (&particle.term, &part)
            && let ([node], Occurs::ONCE) = (nodes.as_slice(), particle.occurs)
        {
            return node.clone();
        }
        Node { occurs: particle.occurs, part: Rc::new(part), place }
    }

    fn part(&mut self, file: usize, particle: &'a Particle, path: &str, owner: u32, depth: usize) -> Part {
        let place = Place { file, position: particle.position };
        if depth > MAX_DEPTH {
            self.error(place, "AZK-C006", format!("model groups more than {MAX_DEPTH} deep"));
            return Part::Seq(Vec::new());
        }
        match &particle.term {
            Term::Element(element) => Part::Element(self.local_element(file, element, path, owner)),
            Term::Ref(name) => match self.global_element(name, place) {
                Some(row) => Part::Element(row),
                None => Part::Seq(Vec::new()),
            },
            Term::Any(wildcard) => {
                let wildcard = self.in_file(file, wildcard);
                Part::Any(self.wildcard(&wildcard))
            }
            Term::Sequence(all) => {
                Part::Seq(all.iter().map(|of| self.particle(file, of, path, owner, depth + 1)).collect())
            }
            Term::Choice(all) => {
                Part::Choice(all.iter().map(|of| self.particle(file, of, path, owner, depth + 1)).collect())
            }
            Term::All(all) => {
                if particle.occurs.max != Some(1) {
                    self.error(place, "AZK-C005", "xs:all may stand only once".to_owned());
                }
                Part::All(all.iter().map(|of| self.particle(file, of, path, owner, depth + 1)).collect())
            }
            Term::Group(name) => Part::Seq(self.group(name, place, depth).into_iter().collect()),
        }
    }

    fn group(&mut self, name: &'a QName, place: Place, depth: usize) -> Option<Node> {
        let key = self.files[place.file].key(name);
        match self.groups.get(&key) {
            Some(Some(node)) => return Some(node.clone()),
            Some(None) => {
                self.error(place, "AZK-C004", format!("the group {name} contains itself"));
                return None;
            }
            None => {}
        }
        let Some((file, particle)) = self.components.groups.get(&key).copied() else {
            self.error(place, "AZK-C003", format!("the group {name} is not defined"));
            return None;
        };
        self.groups.insert(key, None);
        let node = self.particle(file, particle, key.1, NONE, depth + 1);
        self.groups.insert(key, Some(node.clone()));
        Some(node)
    }

    fn local_element(&mut self, file: usize, element: &'a Element, path: &str, owner: u32) -> u32 {
        let place = Place { file, position: element.position };
        let of = self.files[file];
        let qualified = element.form.unwrap_or(of.schema.elements_qualified);
        let name = self.names.add(if qualified { of.target } else { "" }, &element.name);
        let path = format!("{path}/{}", element.name);
        let ty = self.element_type(&element.ty, &path, place);
        let row = self.elements.len() as u32;
        self.elements.push(ElementInfo { file, declaration: element, name, ty, global: false, path, owner });
        row
    }

    /// A wildcard as a file means it: in a chameleon, `##other` is other than the namespace that it took.
    pub(super) fn in_file(&self, file: usize, wildcard: &Wildcard) -> Wildcard {
        let file = self.files[file];
        match &wildcard.namespaces {
            NamespaceSet::Other(of) if of.is_empty() && file.schema.target.is_empty() => Wildcard {
                namespaces: NamespaceSet::Other(file.target.to_owned()),
                process: wildcard.process,
            },
            _ => wildcard.clone(),
        }
    }

    /// The row of a wildcard, which gets one where it is new.
    pub(super) fn wildcard(&mut self, wildcard: &Wildcard) -> u32 {
        if let Some(row) = self.wildcards.iter().position(|known| known == wildcard) {
            return row as u32;
        }
        self.wildcards.push(wildcard.clone());
        self.wildcards.len() as u32 - 1
    }
}

/// The namespace is in the set.
pub(super) fn admits(set: &NamespaceSet, namespace: &str) -> bool {
    match set {
        NamespaceSet::Any => true,
        NamespaceSet::Other(of) => !namespace.is_empty() && namespace != of,
        NamespaceSet::Only(list) => list.iter().any(|one| one == namespace),
    }
}

impl Symbols for Compiler<'_> {
    fn alternatives(&self, element: u32) -> Vec<(u32, u32)> {
        let name = |row: u32| (self.elements[row as usize].name, row);
        match self.substitutes.get(&element) {
            Some(all) => all.iter().map(|row| name(*row)).collect(),
            None => vec![name(element)],
        }
    }

    fn admits(&self, wildcard: u32, name: u32) -> bool {
        admits(&self.wildcards[wildcard as usize].namespaces, self.names.uri(name))
    }

    fn overlap(&self, one: u32, other: u32) -> bool {
        let set = |row: u32| &self.wildcards[row as usize].namespaces;
        match (set(one), set(other)) {
            (NamespaceSet::Only(list), of) | (of, NamespaceSet::Only(list)) => {
                list.iter().any(|one| admits(of, one))
            }
            _ => true,
        }
    }

    fn local(&self, name: u32) -> &str {
        self.names.local(name)
    }
}
