//! The standard's own rules, over the whole message.
//!
//! A rule is looked at where its context stands. What the schema already found wrong is not reported a second time:
//! a rule that looks at an element with a fault says nothing.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, Rule, Text};
use azrkit_standard::rule::{self, Tree};

use super::engine::Scratch;
use super::findings::{Findings, Place};
use super::known::Known;
use super::value::normalize;
use crate::message::code::CodeEntry;
use crate::message::document::{Document, NodeRef, flag};
use crate::message::report::{Lang, Severity};

/// Steps that the rules may take for a message: some for each element.
const STEPS: u64 = 20_000;

/// Checks every rule at every element of its context.
pub(super) fn check(
    document: &Document<'_>,
    known: &[Known<'_>],
    message: Option<&rows::Message>,
    scratch: &mut Scratch,
    findings: &mut Findings,
) {
    let Some(root) = document.root() else { return };
    let pack = root.pack();
    if pack.rules.is_empty() {
        return;
    }
    let number = message.map_or("", |message| pack.str(message.number));
    let Scratch { ruled, rules, .. } = scratch;
    let choice = rules.of(document.packs, number);
    let tree = MessageTree {
        document: *document,
        known,
        number,
        faulty: Cell::new(false),
        created: OnceCell::new(),
    };
    let fuel = Cell::new(STEPS.saturating_mul(document.tape.nodes.len() as u64 + 64));
    let mut violated = Vec::new();
    for index in ruled.iter().copied() {
        let Some(row) = document.tape.nodes.get(index as usize) else { continue };
        let number = usize::from(row.pack);
        let (Some(pack), Some(chosen)) = (document.packs.get(number), choice.get(number)) else { continue };
        let Some(ty) = pack.types.get(row.ty as usize) else { continue };
        for rule in pack.rules_of(ty) {
            let rule = rule.get() as usize;
            if let (Some(rule), Some(true)) = (pack.rules.get(rule), chosen.get(rule)) {
                apply(&tree, pack, rule, index, &fuel, &mut violated, findings);
            }
        }
    }
}

/// Which rules are for the messages of a number, for each number that was met: by pack and row of `rules`.
#[derive(Debug, Default)]
pub(super) struct Choices {
    known: Vec<(String, Vec<Vec<bool>>)>,
}

impl Choices {
    fn of(&mut self, packs: &[Pack<'_>], number: &str) -> &[Vec<bool>] {
        let at = match self.known.binary_search_by(|(known, _)| known.as_str().cmp(number)) {
            Ok(at) => at,
            Err(at) => {
                let chosen =
                    |pack: &Pack<'_>| pack.rules.iter().map(|rule| is_for(pack, rule, number)).collect();
                self.known.insert(at, (number.to_owned(), packs.iter().map(chosen).collect()));
                at
            }
        };
        self.known.get(at).map_or(&[], |(_, choice)| choice)
    }
}

/// Whether a rule is for a message of a number.
fn is_for(pack: &Pack<'_>, rule: &Rule, number: &str) -> bool {
    rule.messages.len.get() == 0 || pack.str(rule.messages).split([',', ' ']).any(|one| one == number)
}

fn apply(
    tree: &MessageTree<'_>,
    pack: &Pack<'_>,
    rule: &Rule,
    context: u32,
    fuel: &Cell<u64>,
    violated: &mut Vec<u32>,
    findings: &mut Findings,
) {
    tree.faulty.set(false);
    violated.clear();
    rule::apply(code(pack, rule.at_code), code(pack, rule.code), tree, context, fuel, &mut |node| {
        violated.push(node)
    });
    if tree.faulty.get() {
        return;
    }
    for node in violated.drain(..) {
        let Some(found) = tree.document.node(node) else { continue };
        let severity = match rule.severity.get() {
            0 => Severity::Error,
            1 => Severity::Warning,
            _ => Severity::Hint,
        };
        let text = if findings.lang == Lang::En { pack.str(rule.text_en) } else { pack.str(rule.text) };
        let value = found.value();
        let value = (!value.is_empty()).then(|| value.into_owned());
        findings.add_rule(severity, Place::element(found.row().start, node), pack.str(rule.id), text, value);
    }
}

fn code<'a>(pack: &Pack<'a>, place: Text) -> &'a [u8] {
    let start = place.offset.get() as usize;
    pack.rule_code.get(start..start.saturating_add(place.len.get() as usize)).unwrap_or(b"")
}

/// A document as the rules see it: elements only.
struct MessageTree<'a> {
    document: Document<'a>,
    known: &'a [Known<'a>],
    number: &'a str,
    /// The rule has looked at an element with a fault.
    faulty: Cell<bool>,
    created: OnceCell<Option<&'a str>>,
}

impl<'a> MessageTree<'a> {
    fn node(&self, index: u32) -> Option<NodeRef<'a>> {
        let node = self.document.node(index)?;
        if node.row().flags & flag::FAULTY != 0 {
            self.faulty.set(true);
        }
        Some(node)
    }

    /// As [`NodeRef::value`]; it knows the name of the child `code`, which is the first one of a code.
    fn value_of(&self, node: NodeRef<'a>) -> Cow<'a, str> {
        if node.ty().is_none_or(|ty| ty.code.get() == NONE) {
            return Cow::Borrowed(node.text());
        }
        let (nodes, row) = (&self.document.tape.nodes, node.row());
        let name = self.known.get(usize::from(row.pack)).map_or(NONE, |known| known.code);
        let first = nodes.get(node.index as usize + 1).filter(|_| row.end > node.index + 1);
        match first.and_then(|first| self.document.node(node.index + 1).filter(|_| first.name == name)) {
            Some(code) if name != NONE && code.row().pack == row.pack => Cow::Borrowed(code.text()),
            _ => node.value(),
        }
    }

    /// The first element from an index on, before an end.
    fn element_from(&self, mut index: u32, end: u32) -> Option<u32> {
        while index < end {
            let row = self.document.tape.nodes.get(index as usize)?;
            if row.flags & flag::TEXT == 0 {
                return Some(index);
            }
            index += 1;
        }
        None
    }
}

impl Tree for MessageTree<'_> {
    type Node = u32;

    fn root(&self) -> u32 {
        0
    }

    fn parent(&self, node: u32) -> Option<u32> {
        Some(self.document.node(node)?.parent()?.index)
    }

    fn first_child(&self, node: u32) -> Option<u32> {
        let row = self.document.tape.nodes.get(node as usize)?;
        if row.flags & flag::FAULTY != 0 {
            self.faulty.set(true);
        }
        self.element_from(node + 1, row.end)
    }

    fn next_sibling(&self, node: u32) -> Option<u32> {
        let nodes = &self.document.tape.nodes;
        let row = nodes.get(node as usize)?;
        if node == 0 {
            return None;
        }
        self.element_from(row.end, nodes.get(row.parent as usize)?.end)
    }

    fn name(&self, node: u32) -> u32 {
        self.document.tape.nodes.get(node as usize).map_or(NONE, |row| row.name)
    }

    fn value(&self, node: u32) -> Cow<'_, str> {
        let Some(node) = self.node(node) else { return Cow::Borrowed("") };
        let value = self.value_of(node);
        let simple = node.ty().and_then(|ty| node.pack().simples.get(ty.simple.get() as usize));
        match (simple, value) {
            (Some(simple), Cow::Borrowed(value)) => normalize(simple, value),
            (_, value) => Cow::Owned(value.trim().to_owned()),
        }
    }

    fn attribute(&self, node: u32, name: u32) -> Option<Cow<'_, str>> {
        let node = self.node(node)?;
        node.attributes()
            .find(|attribute| attribute.row.name == name)
            .map(|attribute| Cow::Borrowed(attribute.value()))
    }

    fn column(&self, node: u32, id: &str) -> Option<Cow<'_, str>> {
        CodeEntry::of(self.node(node)?)?.cell(id).map(Cow::Borrowed)
    }

    fn matches(&self, pattern: u32, text: &str) -> Option<bool> {
        let pack = usize::from(self.document.root()?.row().pack);
        let view = self.known.get(pack)?.automata.get(pattern as usize)?.as_ref()?;
        Some(view.is_match(text.as_bytes()))
    }

    fn message(&self) -> &str {
        self.number
    }

    fn created(&self) -> Option<&str> {
        *self.created.get_or_init(|| {
            // The header of the XÖV base message is the first child, whatever its name in a standard.
            let header = self.document.root()?.children().find(|child| !child.is_text())?;
            let stamp = header.descend("identifikation.nachricht/erstellungszeitpunkt")?;
            Some(stamp.text().trim())
        })
    }
}
