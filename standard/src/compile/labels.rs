//! German labels of elements, attributes and types, by the order that `core/standards/README.md` states.

use std::collections::{HashMap, HashSet};

use super::automaton::{Node, Part};
use super::files::stem;
use super::{Compiler, Label, TextClass};
use crate::error::SchemaError;
use crate::model::*;
use crate::pack::rows::NONE;

/// A label and what is meant by it, German.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) label: String,
    pub(super) meaning: String,
}

/// The tables of labels, by group and path.
#[derive(Default)]
pub(super) struct Labels<'a> {
    groups: HashMap<&'a str, HashMap<&'a str, &'a Label>>,
    /// The tables whose name is no group of a schema file: they hold for all.
    general: HashMap<&'a str, &'a Label>,
    /// The group of each schema file.
    files: Vec<&'a str>,
}

/// The group of a schema file: its name without `xauslaender-` and the like, `nachrichten-` and `nachricht-`.
pub(crate) fn group(file: &str) -> &str {
    let name = stem(file);
    let name = name.split_once('-').map_or(name, |(_, rest)| rest);
    name.strip_prefix("nachrichten-").or_else(|| name.strip_prefix("nachricht-")).unwrap_or(name)
}

impl<'a> Labels<'a> {
    pub(super) fn new(compiler: &Compiler<'a>, labels: &'a [Label]) -> Self {
        let files: Vec<&'a str> = compiler.files.iter().map(|file| group(&file.schema.file)).collect();
        let known: HashSet<&str> = files.iter().copied().collect();
        let mut all = Self { files, ..Self::default() };
        for label in labels {
            let table = match known.contains(label.group.as_str()) {
                true => all.groups.entry(&label.group).or_default(),
                false => &mut all.general,
            };
            table.entry(&label.path).or_insert(label);
        }
        all
    }

    fn exact(&self, file: usize, path: &str) -> Option<&'a Label> {
        let group = self.files.get(file).and_then(|group| self.groups.get(group));
        group.and_then(|table| table.get(path)).or_else(|| self.general.get(path)).copied()
    }

    fn anywhere(&self, file: usize, name: &str) -> Option<&'a Label> {
        self.files
            .get(file)
            .and_then(|group| self.groups.get(group)?.get(format!("*/{name}").as_str()))
            .copied()
    }

    fn anywhere_in_general(&self, name: &str) -> Option<&'a Label> {
        self.general.get(format!("*/{name}").as_str()).copied()
    }
}

/// For `AZR.KIND.Meldung/….fachdaten.neu/REST` the same in the Auskunft: `AZR.KIND.Auskunft/REST`.
fn in_auskunft(path: &str) -> Option<String> {
    let (kind, rest) = path.split_once(".Meldung/")?;
    let (new, rest) = rest.split_once('/')?;
    new.ends_with(".fachdaten.neu").then(|| format!("{kind}.Auskunft/{rest}"))
}

/// `letzteAenderung` → `letzte Aenderung`.
fn split(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut small = false;
    for c in name.chars() {
        if small && c.is_uppercase() {
            out.push(' ');
        }
        small = c.is_lowercase();
        out.push(c);
    }
    out
}

/// All that is found, the first label and the first meaning.
fn first<'l>(found: impl IntoIterator<Item = Option<&'l Label>>) -> Text {
    let mut text = Text::default();
    for label in found.into_iter().flatten() {
        if text.label.is_empty() {
            text.label.clone_from(&label.label);
            text.meaning.clone_from(&label.meaning);
        }
        if text.meaning.is_empty() {
            text.meaning.clone_from(&label.meaning);
        }
    }
    text
}

impl<'a> Compiler<'a> {
    /// The label of an element.
    pub(super) fn element_label(&self, labels: &Labels<'a>, row: u32) -> Text {
        let info = &self.elements[row as usize];
        let name = self.names.local(info.name);
        let mut found = vec![
            labels.exact(info.file, &info.path),
            labels.anywhere(info.file, name),
            in_auskunft(&info.path).and_then(|path| labels.exact(info.file, &path)),
        ];
        let mut owner = info.owner;
        for _ in 0..self.types.len() {
            let Some(base) = self.restricted_base(owner) else { break };
            if let Some(there) = self.child(base, name) {
                let there = &self.elements[there as usize];
                found.push(labels.exact(there.file, &there.path));
                found.push(labels.anywhere(there.file, name));
            }
            owner = base;
        }
        found.push(self.own_type_label(labels, info.ty));
        found.push(labels.anywhere_in_general(name));
        let mut text = first(found);
        if text.label.is_empty() {
            text.label = split(name);
        }
        text
    }

    /// The label of an attribute use.
    pub(super) fn attribute_label(
        &self,
        labels: &Labels<'a>,
        attribute: &super::attributes::UseInfo,
    ) -> Text {
        let name = format!("@{}", self.names.local(attribute.name));
        let mut found =
            vec![labels.exact(attribute.file, &attribute.path), labels.anywhere(attribute.file, &name)];
        let mut owner = attribute.owner;
        for _ in 0..self.types.len() {
            let Some(base) = self.restricted_base(owner) else { break };
            if let Some(there) = self.types[base as usize].uses.iter().find(|of| of.name == attribute.name) {
                found.push(labels.exact(there.file, &there.path));
                found.push(labels.anywhere(there.file, &name));
            }
            owner = base;
        }
        found.push(labels.anywhere_in_general(&name));
        let mut text = first(found);
        if text.label.is_empty() {
            text.label = split(name.trim_start_matches('@'));
        }
        text
    }

    /// The label of a named type; that of an anonymous one is its element's.
    pub(super) fn type_label(&self, labels: &Labels<'a>, row: u32) -> Text {
        first([self.own_type_label(labels, row)])
    }

    fn own_type_label(&self, labels: &Labels<'a>, row: u32) -> Option<&'a Label> {
        let info = self.types.get(row as usize)?;
        let (file, _) = info.source?;
        info.name?;
        labels.exact(file, &info.path).or_else(|| {
            let kind = info.path.strip_suffix(".Meldung")?;
            labels.exact(file, &format!("{kind}.Auskunft"))
        })
    }

    /// The type that a type restricts.
    fn restricted_base(&self, row: u32) -> Option<u32> {
        if row == NONE {
            return None;
        }
        let (_, ty) = self.types.get(row as usize)?.complex()?;
        match ty.derivation {
            Derivation::Restriction(_) => self.types[row as usize].base,
            Derivation::None | Derivation::Extension(_) => None,
        }
    }

    /// The element of a name in a type's content.
    pub(super) fn child(&self, ty: u32, local: &str) -> Option<u32> {
        self.child_in(self.types.get(ty as usize)?.content.as_ref()?, local)
    }

    fn child_in(&self, node: &Node, local: &str) -> Option<u32> {
        match &*node.part {
            Part::Element(row) => {
                (self.names.local(self.elements[*row as usize].name) == local).then_some(*row)
            }
            Part::Any(_) => None,
            Part::Seq(nodes) | Part::Choice(nodes) | Part::All(nodes) => {
                nodes.iter().find_map(|node| self.child_in(node, local))
            }
        }
    }

    /// The elements that hold names of persons: those that the table names, and what stands for them in restrictions.
    pub(super) fn person_names(&mut self, classes: &[TextClass]) -> HashSet<u32> {
        let mut found = HashSet::new();
        for class in classes {
            let fault = |text: String| {
                let position = Position { line: class.line, column: 1 };
                SchemaError::new(&class.file, position, "AZK-C003", text)
            };
            if class.datatype != "A" {
                self.errors.push(fault(format!("the datatype {} is not known here", class.datatype)));
                continue;
            }
            match self.element_at(&class.path) {
                Some(row) => {
                    found.insert(row);
                }
                None => self.errors.push(fault(format!("there is no element {}", class.path))),
            }
        }
        // Base types have smaller rows, so one pass reaches restrictions of restrictions.
        for row in 0..self.elements.len() as u32 {
            let info = &self.elements[row as usize];
            let base = self.restricted_base(info.owner);
            let there = base.and_then(|base| self.child(base, self.names.local(info.name)));
            if there.is_some_and(|there| found.contains(&there)) {
                found.insert(row);
            }
        }
        found
    }

    /// The element that a path names: `Type/element/element` or `NUMBER/element`.
    fn element_at(&self, path: &str) -> Option<u32> {
        let mut steps = path.split('/');
        let start = steps.next()?;
        let mut ty = self.type_named(start).or_else(|| {
            let root = self.message_root(start)?;
            Some(self.elements[root as usize].ty)
        })?;
        let mut found = None;
        for step in steps {
            let element = self.child(ty, step)?;
            ty = self.elements[element as usize].ty;
            found = Some(element);
        }
        found
    }

    /// The global type of a local name, in one of the main namespaces if there is one.
    fn type_named(&self, local: &str) -> Option<u32> {
        let of = |main: bool| {
            self.types.iter().position(|info| {
                info.source.is_some()
                    && info.name.is_some_and(|name| {
                        self.names.local(name) == local && self.is_main(self.names.uri(name)) == main
                    })
            })
        };
        of(true).or_else(|| of(false)).map(|row| row as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_after_files() {
        assert_eq!(group("xauslaender-nachrichten-azr.xsf"), "azr");
        assert_eq!(group("xauslaender-nachricht-asyl.xsd"), "asyl");
        assert_eq!(group("xauslaender-allgemeine-datentypen.xsf"), "allgemeine-datentypen");
    }

    #[test]
    fn the_auskunft_of_a_meldung() {
        let path = "AZR.Duldung.Meldung/duldung.fachdaten.neu/befristungsdatum";
        assert_eq!(in_auskunft(path).as_deref(), Some("AZR.Duldung.Auskunft/befristungsdatum"));
        assert_eq!(in_auskunft("AZR.Duldung.Meldung/aenderungsArt"), None);
        assert_eq!(split("letzteAenderungAZR"), "letzte Aenderung AZR");
    }
}
