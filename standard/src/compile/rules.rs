//! Rules: compiled, and attached to the types for which they hold.

use std::collections::{HashMap, HashSet};

use zerocopy::little_endian::U32;

use super::patterns::Automata;
use super::{Compiler, names::Names};
use crate::pack::PackWriter;
use crate::pack::rows::{self, Text};
use crate::rule::{Resolver, Severity};

impl<'a> Compiler<'a> {
    /// Writes the rules.
    pub(super) fn emit_rules(&mut self) {
        let mut used: HashSet<u32> = self.elements.iter().map(|element| element.name).collect();
        used.extend(self.types.iter().flat_map(|ty| ty.uses.iter().map(|of| of.name)));
        for rule in &self.inputs.rules {
            let mut resolver = Numbers {
                names: &self.names,
                used: &used,
                automata: &mut self.automata,
                pack: &mut self.pack,
            };
            let (at, code) = match rule.compile(&mut resolver) {
                Ok(compiled) => compiled,
                Err(error) => {
                    self.errors.push(error);
                    continue;
                }
            };
            let pack = &mut self.pack;
            let mut bytes = |bytes: &[u8]| {
                let offset = pack.rule_code.len() as u32;
                pack.rule_code.extend_from_slice(bytes);
                Text { offset: offset.into(), len: (bytes.len() as u32).into() }
            };
            let (at_code, code) = (bytes(&at), bytes(&code));
            let severity: u16 = match rule.severity {
                Severity::Error => 0,
                Severity::Warning => 1,
                Severity::Hint => 2,
            };
            pack.rules.push(rows::Rule {
                id: pack.text.add(&rule.id),
                context: pack.text.add(&rule.context),
                messages: pack.text.add(&rule.messages.join(",")),
                at: pack.text.add(&rule.at),
                expr: pack.text.add(&rule.expr),
                text: pack.text.add(&rule.text_de),
                text_en: pack.text.add(&rule.text_en),
                at_code,
                code,
                pass: pack.text.add(&rule.pass),
                fail: pack.text.add(&rule.fail),
                severity: severity.into(),
                reserved: 0.into(),
            });
        }
    }

    /// The rules of each type: those of its base, its own by its name, and those of the messages whose root it is.
    /// A rule that is for nothing is an error.
    pub(super) fn rules_of_types(&mut self) -> Vec<Vec<u32>> {
        let mut numbers: HashMap<u32, Vec<&'a str>> = HashMap::new();
        for message in &self.inputs.messages {
            if let Some(root) = self.root_of(message) {
                numbers.entry(self.elements[root as usize].ty).or_default().push(&message.number);
            }
        }
        let mut all: Vec<Vec<u32>> = Vec::with_capacity(self.types.len());
        let mut used = vec![false; self.inputs.rules.len()];
        for row in 0..self.types.len() {
            let info = &self.types[row];
            let mut rules = info.base.map(|base| all[base as usize].clone()).unwrap_or_default();
            let named = info.name.filter(|_| info.source.is_some()).map(|name| {
                let namespace = self.names.uri(name);
                let prefix = if self.is_main(namespace) { "" } else { self.prefix(namespace) };
                (prefix, self.names.local(name))
            });
            for (at, rule) in self.inputs.rules.iter().enumerate() {
                let by_name = named.is_some_and(|(prefix, name)| rule.is_for(prefix, name));
                let by_number = numbers
                    .get(&(row as u32))
                    .is_some_and(|all| all.iter().any(|number| rule.is_for("", number)));
                if by_name || by_number {
                    used[at] = true;
                    if !rules.contains(&(at as u32)) {
                        rules.push(at as u32);
                    }
                }
            }
            rules.sort_unstable();
            all.push(rules);
        }
        for (rule, _) in self.inputs.rules.iter().zip(used).filter(|(_, used)| !used) {
            let text = format!("the rule {} is for no type and no message: {}", rule.id, rule.context);
            self.errors.push(crate::error::SchemaError::new(&rule.file, rule.position, "AZK-C003", text));
        }
        all
    }

    /// Writes the references of a type to its rules; where the same ones are written already, these are used.
    pub(super) fn rule_refs(&mut self, rules: &[u32], known: &mut HashMap<Vec<u32>, u32>) -> (u32, u16) {
        if let Some(first) = known.get(rules) {
            return (*first, rules.len() as u16);
        }
        let first = self.pack.rule_refs.len() as u32;
        self.pack.rule_refs.extend(rules.iter().map(|rule| U32::new(*rule)));
        known.insert(rules.to_vec(), first);
        (first, rules.len() as u16)
    }

    /// The prefix that the standard's own files use for a namespace; empty where they use none.
    pub(super) fn prefix(&self, namespace: &str) -> &'a str {
        let of_target = self.files.iter().filter(|file| file.target == namespace);
        of_target
            .chain(&self.files)
            .flat_map(|file| &file.schema.namespaces)
            .find(|(prefix, uri)| uri == namespace && !prefix.is_empty())
            .map_or("", |(prefix, _)| prefix)
    }
}

/// Gives the rules the numbers of the pack.
struct Numbers<'c> {
    names: &'c Names,
    /// The names of elements and attributes.
    used: &'c HashSet<u32>,
    automata: &'c mut Automata,
    pack: &'c mut PackWriter,
}

impl Resolver for Numbers<'_> {
    fn names(&mut self, glob: &str) -> Vec<u32> {
        let context = crate::rule::Context { except: false, prefix: String::new(), name: glob.to_owned() };
        let mut found = self.names.find(|local| context.matches(local));
        found.retain(|name| self.used.contains(name));
        found
    }

    fn pattern(&mut self, pattern: &str) -> Result<u32, String> {
        self.automata.single(pattern, self.pack)
    }
}
