//! A record as rules see it: elements with names and values.

use std::borrow::Cow;

use azrkit_standard::pack::rows::List;
use azrkit_standard::pattern::Dfa;
use azrkit_standard::rule::Tree;
use serde_json::{Map, Value};

use super::number;
use crate::reconcile::content::shape::Shapes;
use crate::register::Datensatz;

/// No node.
const NONE: u32 = u32::MAX;

/// A record of one person.
pub(super) struct RecordTree<'t> {
    shapes: &'t Shapes<'t>,
    patterns: &'t [(String, Dfa)],
    nodes: Vec<Node<'t>>,
    today: Option<&'t str>,
}

struct Node<'t> {
    name: u32,
    spot: u32,
    parent: u32,
    first: u32,
    next: u32,
    value: Option<&'t Value>,
    /// Of an entry: which one.
    entry: u32,
}

impl<'t> RecordTree<'t> {
    pub(super) fn of(
        shapes: &'t Shapes<'_>,
        patterns: &'t [(String, Dfa)],
        record: &'t Datensatz,
        today: Option<&'t str>,
    ) -> Self {
        let root = Node {
            name: number(shapes, super::ROOT),
            spot: NONE,
            parent: NONE,
            first: NONE,
            next: NONE,
            value: None,
            entry: NONE,
        };
        let mut tree = Self { shapes, patterns, nodes: vec![root], today };
        let mut before = NONE;
        for (entry, one) in (0..).zip(&record.entries) {
            let Some(spot) = shapes.kind(&one.kind) else { continue };
            let name = shapes.spot(spot).map_or(NONE, |spot| spot.name);
            let node = tree.add(
                0,
                &mut before,
                Node { name, spot, parent: 0, first: NONE, next: NONE, value: None, entry },
            );
            tree.members(node, &one.data);
        }
        tree
    }

    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The root and the entries.
    pub(super) fn contexts(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.nodes).filter(|(at, node)| *at == 0 || node.parent == 0).map(|(at, _)| at)
    }

    /// The entry that a node stands in, and the path of the field below it.
    pub(super) fn place(&self, node: u32) -> (Option<usize>, String) {
        let mut names = Vec::new();
        let mut at = node;
        while let Some(row) = self.nodes.get(at as usize) {
            if row.entry != NONE {
                names.reverse();
                return (Some(row.entry as usize), names.join("/"));
            }
            if row.parent == NONE {
                break;
            }
            names.push(self.shapes.name_of(row.spot));
            at = row.parent;
        }
        (None, String::new())
    }

    fn add(&mut self, parent: u32, before: &mut u32, node: Node<'t>) -> u32 {
        let at = self.nodes.len() as u32;
        self.nodes.push(node);
        if *before == NONE {
            if let Some(above) = self.nodes.get_mut(parent as usize) {
                above.first = at;
            }
        } else if let Some(sibling) = self.nodes.get_mut(*before as usize) {
            sibling.next = at;
        }
        *before = at;
        at
    }

    fn members(&mut self, parent: u32, data: &'t Map<String, Value>) {
        let mut before = NONE;
        let spot = self.nodes.get(parent as usize).map_or(NONE, |node| node.spot);
        for (name, value) in data {
            // No rule can name what the standard does not know.
            let Some(number) = self.shapes.number_of(name) else { continue };
            let spot = self.shapes.within(spot, name).unwrap_or(NONE);
            let mut one = |tree: &mut Self, value: &'t Value| {
                if value.is_null() {
                    return;
                }
                let node = Node {
                    name: number,
                    spot,
                    parent,
                    first: NONE,
                    next: NONE,
                    value: Some(value),
                    entry: NONE,
                };
                let at = tree.add(parent, &mut before, node);
                if let Value::Object(all) = value {
                    tree.members(at, all);
                }
            };
            match value {
                Value::Array(all) => all.iter().for_each(|value| one(self, value)),
                value => one(self, value),
            }
        }
    }

    /// The list of a code: in the version that it names, else the newest.
    fn list(&self, node: &Node<'t>) -> Option<&'t List> {
        let pack = &self.shapes.pack;
        let ty = pack.types.get(self.shapes.spot(node.spot)?.ty as usize)?;
        let code = pack.code_types.get(ty.code.get() as usize)?;
        let version = node.value.and_then(|value| value.get("listVersionID")).and_then(Value::as_str);
        let first = code.lists.get() as usize;
        let lists = pack.lists.get(first..first + usize::from(code.list_count.get()))?;
        match version {
            Some(version) => lists.iter().find(|list| pack.str(list.version) == version),
            None => lists.last(),
        }
    }
}

impl Tree for RecordTree<'_> {
    type Node = u32;

    fn root(&self) -> u32 {
        0
    }

    fn parent(&self, node: u32) -> Option<u32> {
        self.nodes.get(node as usize).map(|node| node.parent).filter(|at| *at != NONE)
    }

    fn first_child(&self, node: u32) -> Option<u32> {
        self.nodes.get(node as usize).map(|node| node.first).filter(|at| *at != NONE)
    }

    fn next_sibling(&self, node: u32) -> Option<u32> {
        self.nodes.get(node as usize).map(|node| node.next).filter(|at| *at != NONE)
    }

    fn name(&self, node: u32) -> u32 {
        self.nodes.get(node as usize).map_or(NONE, |node| node.name)
    }

    fn value(&self, node: u32) -> Cow<'_, str> {
        let value = self.nodes.get(node as usize).and_then(|node| node.value);
        match value {
            Some(Value::String(text)) => Cow::Borrowed(text.trim()),
            Some(Value::Object(all)) => {
                let text = all.get("code").or_else(|| all.get("$text")).and_then(Value::as_str);
                Cow::Borrowed(text.map_or("", str::trim))
            }
            Some(Value::Bool(true)) => Cow::Borrowed("true"),
            Some(Value::Bool(false)) => Cow::Borrowed("false"),
            Some(Value::Number(number)) => Cow::Owned(number.to_string()),
            _ => Cow::Borrowed(""),
        }
    }

    fn attribute(&self, _node: u32, _name: u32) -> Option<Cow<'_, str>> {
        None
    }

    fn column(&self, node: u32, id: &str) -> Option<Cow<'_, str>> {
        let row = self.nodes.get(node as usize)?;
        let (pack, list) = (&self.shapes.pack, self.list(row)?);
        let at = pack.find_code(list, self.value(node).as_bytes())?;
        Some(Cow::Borrowed(pack.cell_str(list, at, pack.column(list, id)?)))
    }

    fn matches(&self, pattern: u32, text: &str) -> Option<bool> {
        self.patterns.get(pattern as usize).map(|(_, dfa)| dfa.is_match(text.as_bytes()))
    }

    fn message(&self) -> &str {
        ""
    }

    fn created(&self) -> Option<&str> {
        self.today
    }
}
