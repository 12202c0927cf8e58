//! The automata of patterns.

use std::collections::HashMap;

use zerocopy::little_endian::U16;

use crate::pack::PackWriter;
use crate::pack::rows;
use crate::pattern;

/// The automata of the patterns, each set of patterns compiled and written once.
#[derive(Debug, Default)]
pub(super) struct Automata {
    compiled: HashMap<Vec<String>, Option<pattern::Dfa>>,
    written: HashMap<Vec<String>, rows::Automaton>,
    sequences: HashMap<Vec<Vec<String>>, u32>,
}

impl Automata {
    /// Compiles the patterns of one derivation.
    pub(super) fn compile(&mut self, patterns: &[String]) -> Result<(), String> {
        if self.compiled.contains_key(patterns) {
            return Ok(());
        }
        let texts: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let result = pattern::compile(&texts, pattern::Limits::default());
        let error = result.as_ref().err().map(ToString::to_string);
        self.compiled.insert(patterns.to_vec(), result.ok());
        error.map_or(Ok(()), Err)
    }

    /// The patterns accept a value; so do patterns that did not compile.
    pub(super) fn accepts(&self, patterns: &[String], value: &str) -> bool {
        match self.compiled.get(patterns) {
            Some(Some(dfa)) => dfa.is_match(value.as_bytes()),
            _ => true,
        }
    }

    /// The row of a single automaton for a rule.
    pub(super) fn single(&mut self, pattern: &str, pack: &mut PackWriter) -> Result<u32, String> {
        let patterns = vec![pattern.to_owned()];
        self.compile(&patterns)?;
        Ok(self.sequence(&[patterns], pack))
    }

    /// The row of the first of the automata of several derivations, which stand next to each other.
    pub(super) fn sequence(&mut self, derivations: &[Vec<String>], pack: &mut PackWriter) -> u32 {
        if derivations.is_empty() {
            return 0;
        }
        if let Some(row) = self.sequences.get(derivations) {
            return *row;
        }
        let first = pack.automata.len() as u32;
        for patterns in derivations {
            let row = match self.written.get(patterns) {
                Some(row) => *row,
                None => {
                    let row = match self.compiled.get(patterns) {
                        Some(Some(dfa)) => write(dfa, pack),
                        _ => rows::Automaton::default(),
                    };
                    self.written.insert(patterns.clone(), row);
                    row
                }
            };
            pack.automata.push(row);
        }
        self.sequences.insert(derivations.to_vec(), first);
        first
    }
}

fn write(dfa: &pattern::Dfa, pack: &mut PackWriter) -> rows::Automaton {
    let bytes = pack.automaton_bytes.len() as u32;
    pack.automaton_bytes.extend_from_slice(&dfa.classes);
    pack.automaton_bytes.extend_from_slice(&dfa.accepting_bits());
    let steps = pack.automaton_steps.len() as u32;
    pack.automaton_steps.extend(dfa.transitions.iter().map(|next| U16::new(*next)));
    rows::Automaton {
        bytes: bytes.into(),
        steps: steps.into(),
        states: (dfa.accepting.len() as u16).into(),
        classes: dfa.class_count.into(),
        start: dfa.start.into(),
        flags: u16::from(dfa.ascii.is_some()).into(),
        ascii: dfa.ascii.map(|ascii| ascii.mask.to_le_bytes()).unwrap_or_default(),
        ascii_classes: dfa.ascii.map_or(0, |ascii| ascii.classes).into(),
        ascii_resume: dfa.ascii.map_or(0, |ascii| ascii.resume).into(),
    }
}
