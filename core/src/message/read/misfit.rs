//! An element that does not fit its place, and what was meant by it.
//!
//! One fault should give one finding. So where an element does not fit, the reader looks in the model for what was
//! most likely meant: something required was left out before it (then it goes on behind that), it stands too often
//! or too late (then it is reported, read by the declaration that the model has for its name, and the state stays),
//! or its name is unknown (then it is skipped; if next something required turns out to be missing, the unknown one
//! was most likely meant for it, and nothing more is said).

use std::collections::VecDeque;

use azrkit_standard::pack::rows::{NONE, State, Step, step};

use super::content::{Plan, find};
use super::engine::Engine;
use super::findings::{Args, Place, label};
use super::frame::{Frame, state};
use super::names::Name;
use crate::message::report::{Code, Layer};

/// Most names that a sentence lists as expected.
const LISTED: usize = 6;
/// Most states that a search for what was meant looks at.
const SEARCHED: usize = 4096;

impl<'r> Engine<'r> {
    /// An element that the state has no step for.
    pub(super) fn misfit(&mut self, node: u32, start: u32, name_len: u32, name: Name, parent: Frame) -> Plan {
        let pack = self.current();
        let local = self.local(start, name_len);
        let depth = self.scratch.frames.len() as u32;
        if parent.flags & state::NIL != 0 {
            if let Some(frame) = self.scratch.frames.last_mut()
                && frame.flags & state::CHILD_REPORTED == 0
            {
                frame.flags |= state::CHILD_REPORTED;
                let args = Args { name: local, expected: Some("xsi:nil".into()), ..Args::default() };
                self.fault_both(Code::UnknownElement, start, node, parent.node, args);
            }
            return Plan::Skip;
        }
        if self.findings.is_full() {
            // To look for what was meant would be work without bound.
            self.fault_both(Code::UnknownElement, start, node, parent.node, Args::default());
            return Plan::Skip;
        }
        if let Some(frame) = self.scratch.frames.last_mut() {
            frame.before = NONE;
        }
        let in_model = self.declared_in(parent, name.row);
        if let Some(element) = in_model {
            let before_jump = self.states(parent).get(parent.before_jump as usize);
            let before_jump = before_jump.filter(|_| parent.jumper != NONE);
            let without_jumper = before_jump.and_then(|row| find(pack.steps_of(row), name.row));
            if let Some(at) =
                self.scratch.missed.iter().position(|missed| *missed == (depth, parent.pack, name.row))
            {
                // It was reported as missing before: it only comes late.
                self.scratch.missed.swap_remove(at);
                self.absolve(parent.jumper);
                if let Some(frame) = self.scratch.frames.last_mut()
                    && let Some(step) = without_jumper
                {
                    frame.before_jump = step.next.get().into();
                }
                return Plan::Element(element);
            }
            let instead = || {
                let mut next =
                    pack.steps_of(before_jump?).iter().map(|step| self.state_row(parent, step.next.get()));
                next.find_map(|row| find(pack.steps_of(row?), name.row))
            };
            if let Some(step) = without_jumper.or_else(instead) {
                // The one before stood too early, or for another one. The content goes on as if it did not stand at
                // all, or were that other one.
                self.scratch.missed.retain(|missed| missed.0 != depth);
                self.absolve(parent.jumper);
                if let Some(frame) = self.scratch.frames.last_mut() {
                    (frame.jumper, frame.before_jump) = (NONE, NONE);
                }
                return self.step(step);
            }
            if let Some((left_out, next)) = self.shortest(parent, Some(name.row)) {
                let excused = parent.placeholder == parent.state && left_out.len() == 1;
                if !excused {
                    let expected = self.alternatives(parent, name.row, &left_out);
                    self.fault_both(
                        Code::MissingElement,
                        start,
                        parent.node,
                        node,
                        Args { expected, name: local, ..Args::default() },
                    );
                    for element in &left_out {
                        let name = pack.elements[*element as usize].name.get();
                        self.scratch.missed.push((depth, parent.pack, name));
                    }
                    if let Some(frame) = self.scratch.frames.last_mut() {
                        (frame.jumper, frame.before_jump) = (node, parent.state);
                    }
                }
                if let Some(frame) = self.scratch.frames.last_mut() {
                    frame.state = next;
                    frame.placeholder = NONE;
                }
                return Plan::Element(element);
            }
            if let Some(plan) = self.too_early(node, name, parent) {
                return plan;
            }
            let before = self.stands_before(parent.node, node, name.row);
            if before.is_some() && before == Some(parent.jumper) {
                // So the first one of that name stood for what was missing before it; this one is in its place.
                self.absolve(parent.jumper);
                if let Some(frame) = self.scratch.frames.last_mut() {
                    (frame.jumper, frame.before_jump) = (NONE, NONE);
                }
                return Plan::Element(element);
            }
            if let Some(first) = before {
                // What is wrong in the first one comes of it that it was meant for something else.
                self.absolve(first);
            }
            let expected = self.expected_here(parent);
            let args = Args {
                field: label(pack, element, self.options.lang).to_owned(),
                name: local,
                expected,
                ..Args::default()
            };
            let code = if before.is_some() { Code::TooMany } else { Code::UnexpectedElement };
            self.fault_both(code, start, node, parent.node, args);
            if let Some(frame) = self.scratch.frames.last_mut() {
                frame.placeholder = frame.state;
            }
            return Plan::Reported(element);
        }
        let expected = self.expected_here(parent);
        self.fault_both(
            Code::UnknownElement,
            start,
            node,
            parent.node,
            Args { name: local.clone(), expected, ..Args::default() },
        );
        // The right name in the wrong namespace was meant for the step of that name.
        let row = &pack.states[(parent.states + parent.state) as usize];
        let meant = pack.steps_of(row).iter().find(|step| pack.local(step.name.get()) == local);
        if let Some(frame) = self.scratch.frames.last_mut() {
            match meant {
                Some(step) => frame.state = step.next.get().into(),
                None => frame.placeholder = frame.state,
            }
        }
        Plan::Skip
    }

    /// An element that would fit if the one before it came after it: then that one stood too early. It is reported,
    /// and the content goes on as if the two had changed places.
    fn too_early(&mut self, node: u32, name: Name, parent: Frame) -> Option<Plan> {
        let pack = self.current();
        let states = self.states(parent);
        let step = find(pack.steps_of(states.get(parent.before as usize)?), name.row)?;
        let mut last = node.checked_sub(1)?;
        while self.tape.nodes.get(last as usize)?.parent != parent.node {
            last = self.tape.nodes.get(last as usize)?.parent;
        }
        let row = *self.tape.nodes.get(last as usize)?;
        let next = find(pack.steps_of(states.get(usize::from(step.next.get()))?), row.name)?;
        self.absolve(last);
        let args = Args {
            field: label(pack, row.element, self.options.lang).to_owned(),
            name: pack.local(row.name).to_owned(),
            expected: self.expected_here(Frame { state: parent.before, ..parent }),
            ..Args::default()
        };
        self.fault_both(Code::UnexpectedElement, row.start, last, parent.node, args);
        if let Some(frame) = self.scratch.frames.last_mut() {
            frame.state = next.next.get().into();
            (frame.jumper, frame.before_jump) = (last, step.next.get().into());
        }
        Some(Plan::Element(step.element.get()))
    }

    fn state_row(&self, frame: Frame, state: impl Into<u32>) -> Option<&'r State> {
        self.states(frame).get(state.into() as usize)
    }

    /// Takes back what was found in an element that turned out to be one fault as a whole.
    fn absolve(&mut self, node: u32) {
        let Some(row) = self.tape.nodes.get(node as usize) else { return };
        let inside = node..row.end;
        self.findings.retract(|place, code| {
            let itself = place.node == node && code == Code::UnexpectedElement;
            code.layer() != Layer::Xml && inside.contains(&place.node) && !itself
        });
    }

    /// Reports at one element and marks another one for the rules, too.
    pub(super) fn fault_both(&mut self, code: Code, offset: u32, node: u32, other: u32, args: Args) {
        if let Some(row) = self.tape.nodes.get_mut(other as usize) {
            row.flags |= crate::message::document::flag::FAULTY;
        }
        self.fault(code, Place::element(offset, node), args);
    }

    /// The declaration that any state of the model has for a name.
    fn declared_in(&self, parent: Frame, name: u32) -> Option<u32> {
        if name == NONE {
            return None;
        }
        let pack = self.current();
        let states = self.states(parent);
        states.iter().find_map(|row| find(pack.steps_of(row), name)).map(|step| step.element.get())
    }

    fn states(&self, frame: Frame) -> &'r [State] {
        let pack = self.current();
        let Some(ty) = pack.types.get(frame.ty as usize) else { return &[] };
        pack.models.get(ty.model.get() as usize).map_or(&[], |model| pack.states_of(model))
    }

    /// The shortest way from the current state, by elements that were left out, to a state with a step for a name
    /// (and behind that), or to an accepting state: the declarations left out, and the state reached.
    pub(super) fn shortest(&self, parent: Frame, name: Option<u32>) -> Option<(Vec<u32>, u32)> {
        let pack = self.current();
        let states = self.states(parent);
        let mut from: Vec<Option<(u32, u32)>> = vec![None; states.len()];
        let mut queue = VecDeque::from([parent.state]);
        let mut searched = 0;
        while let Some(at) = queue.pop_front() {
            searched += 1;
            let row = states.get(at as usize)?;
            let found = match name {
                Some(name) => find(pack.steps_of(row), name).map(|step| u32::from(step.next.get())),
                None => (row.accept != 0).then_some(at),
            };
            if let Some(next) = found.filter(|_| at != parent.state || name.is_none()) {
                let mut left_out = Vec::new();
                let mut back = at;
                while let Some((before, element)) = from[back as usize].filter(|_| back != parent.state) {
                    left_out.push(element);
                    back = before;
                }
                left_out.reverse();
                return Some((left_out, next));
            }
            if searched > SEARCHED {
                return None;
            }
            for step in pack.steps_of(row) {
                let next = u32::from(step.next.get());
                if next != parent.state && from.get(next as usize).is_some_and(Option::is_none) {
                    from[next as usize] = Some((at, step.element.get()));
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// What was left out: where it is one element, all those that could have stood for it.
    fn alternatives(&self, parent: Frame, name: u32, left_out: &[u32]) -> Option<String> {
        let pack = self.current();
        let states = self.states(parent);
        let leads = |found: &&Step| {
            states
                .get(usize::from(found.next.get()))
                .is_some_and(|row| find(pack.steps_of(row), name).is_some())
        };
        match (left_out.len(), states.get(parent.state as usize)) {
            (1, Some(row)) => {
                self.listed(pack.steps_of(row).iter().filter(leads).map(|found| found.element.get()))
            }
            _ => self.listed(left_out.iter().copied()),
        }
    }

    /// The first sibling of a name before a node.
    fn stands_before(&self, parent: u32, node: u32, name: u32) -> Option<u32> {
        let mut at = parent + 1;
        let mut searched = 0;
        while at < node && searched < SEARCHED {
            searched += 1;
            let row = &self.tape.nodes[at as usize];
            if row.name == name {
                return Some(at);
            }
            at = row.end.max(at + 1);
        }
        None
    }

    /// What could stand at the current place, for people.
    fn expected_here(&self, parent: Frame) -> Option<String> {
        let pack = self.current();
        let states = self.states(parent);
        let row = states.get(parent.state as usize)?;
        let steps = pack.steps_of(row);
        let must =
            steps.iter().filter(|found| found.flags.get() & step::MUST != 0).map(|found| found.element.get());
        let any = steps.iter().map(|found| found.element.get());
        let listed = self.listed(must).or_else(|| self.listed(any));
        listed.or_else(|| Some(self.nothing()))
    }

    fn nothing(&self) -> String {
        match self.options.lang {
            crate::message::report::Lang::De => "kein weiteres Element".into(),
            crate::message::report::Lang::En => "no further element".into(),
        }
    }

    /// Labels and names of declarations.
    pub(super) fn listed(&self, elements: impl Iterator<Item = u32>) -> Option<String> {
        let pack = self.current();
        let mut all: Vec<u32> = Vec::new();
        for element in elements {
            if !all.contains(&element) {
                all.push(element);
            }
        }
        let mut parts: Vec<String> = all
            .iter()
            .take(LISTED)
            .map(|element| {
                let name = pack.elements.get(*element as usize).map_or("", |row| pack.local(row.name.get()));
                let label = label(pack, *element, self.options.lang);
                if label == name { name.to_owned() } else { format!("„{label}“ ({name})") }
            })
            .collect();
        if all.len() > LISTED {
            parts.push("…".into());
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
