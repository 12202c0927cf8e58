//! Content models, each written once.

use std::collections::HashMap;

use super::Compiler;
use super::automaton::{self, Automaton, Node, Part, Symbols};
use super::files::Place;
use crate::pack::rows::{self, kind, model, step};

/// Rows of the models that are written.
pub(super) type Models = HashMap<(bool, bool, Automaton), u32>;

impl Compiler<'_> {
    /// The row of a type's content model; none for a type whose content is no elements.
    pub(super) fn model(&mut self, ty: u32, elements: &[u32], models: &mut Models) -> Option<u32> {
        let info = &self.types[ty as usize];
        if !matches!(info.kind, kind::ELEMENTS | kind::MIXED) {
            return None;
        }
        let content = info.content.clone();
        let all = match &content {
            Some(node) => match &*node.part {
                Part::All(members) => Some((node, members)),
                _ => None,
            },
            None => None,
        };
        let (optional, built) = match all {
            Some((node, members)) => (node.occurs.min == 0, self.all(members, node.occurs.min == 0)),
            None => {
                let mut budget = std::mem::take(&mut self.budget);
                let built = automaton::build(content.as_ref(), self, &mut budget);
                self.budget = budget;
                (false, built)
            }
        };
        let mut built = match built {
            Ok(built) => built,
            Err((place, text)) => {
                self.error(place, "AZK-C006", text);
                return None;
            }
        };
        // From here on the rows are those that are written.
        for state in &mut built.states {
            state.steps.iter_mut().for_each(|step| step.element = elements[step.element as usize]);
        }
        let key = (all.is_some(), optional, built);
        if let Some(row) = models.get(&key) {
            return Some(*row);
        }
        let row = self.write_model(&key.2, all.is_some(), optional);
        models.insert(key, row);
        Some(row)
    }

    /// `xs:all` as one state, whose steps are the members.
    fn all(&self, members: &[Node], optional: bool) -> Result<Automaton, (Place, String)> {
        let mut state = automaton::State { accept: true, ..automaton::State::default() };
        for (order, member) in members.iter().enumerate() {
            let Part::Element(element) = &*member.part else {
                return Err((member.place, "xs:all may only hold elements".to_owned()));
            };
            match member.occurs.max {
                Some(0) => continue,
                Some(1) => {}
                _ => return Err((member.place, "an element of xs:all may stand at most once".to_owned())),
            }
            let [(name, element)] = self.alternatives(*element)[..] else {
                let text = "the head of a substitution group in xs:all is not supported";
                return Err((member.place, text.to_owned()));
            };
            let required = member.occurs.min > 0;
            state.accept &= optional || !required;
            let flags = if required { step::REQUIRED | step::MUST } else { 0 };
            state.steps.push(automaton::Step { name, element, next: 0, order: order as u32, flags });
        }
        state.steps.sort_by_key(|step| step.name);
        for at in 0..state.steps.len() {
            let name = state.steps[at].name;
            if at > 0 && state.steps[at - 1].name == name {
                let place = members[state.steps[at].order as usize].place;
                return Err((
                    place,
                    format!("ambiguous content: two particles for {}", self.names.local(name)),
                ));
            }
            let same = |other: &&automaton::Step| self.names.local(other.name) == self.names.local(name);
            if state.steps.iter().filter(same).count() > 1 {
                state.steps[at].flags |= step::HOMONYM;
            }
        }
        Ok(Automaton { states: vec![state] })
    }

    fn write_model(&mut self, built: &Automaton, all: bool, optional: bool) -> u32 {
        let pack = &mut self.pack;
        let states = pack.states.len() as u32;
        for state in &built.states {
            pack.states.push(rows::State {
                steps: (pack.steps.len() as u32).into(),
                any_steps: (pack.any_steps.len() as u32).into(),
                step_count: (state.steps.len() as u16).into(),
                any_count: state.any.len() as u8,
                accept: state.accept.into(),
            });
            pack.steps.extend(state.steps.iter().map(|step| rows::Step {
                name: step.name.into(),
                element: step.element.into(),
                next: (step.next as u16).into(),
                flags: step.flags.into(),
                order: (step.order as u16).into(),
            }));
            pack.any_steps.extend(state.any.iter().map(|any| rows::AnyStep {
                wildcard: any.wildcard.into(),
                next: (any.next as u16).into(),
                order: (any.order as u16).into(),
            }));
        }
        pack.models.push(rows::Model {
            states: states.into(),
            state_count: (built.states.len() as u16).into(),
            kind: if all { model::ALL } else { model::AUTOMATON },
            optional: optional.into(),
        });
        pack.models.len() as u32 - 1
    }
}
