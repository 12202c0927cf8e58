//! Content models: one step for each child element. What does not fit is the subject of [`misfit`](super::misfit).

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, State, Step, step, wildcard};

use super::engine::Engine;
use super::findings::{Args, Place, label};
use super::frame::{Frame, Mode, state};
use super::names::Name;
use crate::message::report::Code;

/// How an element is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// By a declaration (row of the current pack's `elements`).
    Element(u32),
    /// By a declaration, but it was reported as not fitting here: what is wrong in it is not reported besides.
    Reported(u32),
    /// As `xs:anyType`: its children where they are declared.
    Lax,
    /// Not at all.
    Skip,
}

impl<'r> Engine<'r> {
    /// Decides how an element is read, by its place. Reports it where it does not fit.
    pub(super) fn plan(&mut self, node: u32, start: u32, name_len: u32, name: Name) -> Plan {
        let pack = self.current();
        let Some(parent) = self.scratch.frames.last_mut() else {
            return self.plan_root(node, start, name_len, name);
        };
        match parent.mode {
            Mode::Elements | Mode::Mixed => {
                let row = &pack.states[(parent.states + parent.state) as usize];
                let parent = if parent.flags & state::NIL == 0 {
                    if let Some(found) = find(pack.steps_of(row), name.row) {
                        return step_to(parent, found);
                    }
                    let parent = *parent;
                    if row.any_count > 0
                        && let Some(plan) = self.wildcard(node, start, name_len, row, name)
                    {
                        return plan;
                    }
                    parent
                } else {
                    *parent
                };
                self.misfit(node, start, name_len, name, parent)
            }
            Mode::All | Mode::MixedAll => {
                let parent = *parent;
                self.member(node, start, name_len, name, parent)
            }
            Mode::Lax => self.lax(start, name_len, name),
            Mode::Skip => Plan::Skip,
            Mode::Simple | Mode::Empty => {
                let parent = *parent;
                if let Some(frame) = self.scratch.frames.last_mut() {
                    frame.flags |= state::BAD;
                    if frame.flags & state::CHILD_REPORTED == 0 {
                        frame.flags |= state::CHILD_REPORTED;
                        let field = label(self.current(), parent.element, self.options.lang).to_owned();
                        let args = Args { field, name: self.local(start, name_len), ..Args::default() };
                        let code = if parent.mode == Mode::Simple {
                            Code::ElementInText
                        } else {
                            Code::UnknownElement
                        };
                        let expected = (parent.mode == Mode::Empty).then(|| "–".to_owned());
                        self.fault_both(code, start, node, parent.node, Args { expected, ..args });
                    }
                }
                Plan::Skip
            }
        }
    }

    /// The root: a global element of one of the packs, the last one first.
    fn plan_root(&mut self, node: u32, start: u32, name_len: u32, name: Name) -> Plan {
        match self.global(start, name_len, name) {
            Some((index, element)) => {
                self.change_pack(index);
                Plan::Element(element)
            }
            None => {
                let args = Args {
                    name: self.local(start, name_len),
                    value: Some(self.tape.uris.get(name.uri as usize).cloned().unwrap_or_default()),
                    ..Args::default()
                };
                self.fault(Code::UnknownMessage, Place::element(start, node), args);
                Plan::Skip
            }
        }
    }

    pub(super) fn step(&mut self, step: &Step) -> Plan {
        match self.scratch.frames.last_mut() {
            Some(frame) => step_to(frame, step),
            None => Plan::Skip,
        }
    }

    /// An element that a wildcard of the state takes.
    fn wildcard(&mut self, node: u32, start: u32, name_len: u32, row: &State, name: Name) -> Option<Plan> {
        let pack = self.current();
        let namespace = self.namespace_row(name.uri, self.pack);
        let taken = pack.any_steps_of(row).iter().find(|any| {
            admits(pack, &pack.wildcards[any.wildcard.get() as usize], namespace, name.uri == 0)
        })?;
        if let Some(frame) = self.scratch.frames.last_mut() {
            frame.state = taken.next.get().into();
            frame.before = NONE;
        }
        Some(match pack.wildcards[taken.wildcard.get() as usize].process {
            wildcard::SKIP => Plan::Skip,
            wildcard::STRICT => match self.lax(start, name_len, name) {
                Plan::Lax if !self.has_instance_type() => {
                    let args = Args { name: self.local(start, name_len), ..Args::default() };
                    self.fault(Code::Undeclared, Place::element(start, node), args);
                    Plan::Skip
                }
                plan => plan,
            },
            _ => self.lax(start, name_len, name),
        })
    }

    /// By its global declaration in any open pack, the current one first; else anything.
    fn lax(&mut self, start: u32, name_len: u32, name: Name) -> Plan {
        if name.row != NONE
            && let Some(element) = self.current().global_element(name.row)
        {
            return Plan::Element(element);
        }
        match self.global(start, name_len, name) {
            Some((index, element)) => {
                self.change_pack(index);
                Plan::Element(element)
            }
            None => Plan::Lax,
        }
    }

    /// The global element of a name in any pack, the last one first.
    fn global(&self, start: u32, name_len: u32, name: Name) -> Option<(usize, u32)> {
        let qname = self.bytes(start + 1, name_len);
        let local = memchr::memchr(b':', qname).map_or(qname, |at| &qname[at + 1..]);
        (0..self.packs.len()).rev().find_map(|index| {
            let namespace = self.namespace_row(name.uri, index);
            let pack = &self.packs[index];
            let row = if namespace == NONE { None } else { pack.name(namespace, local) };
            Some((index, pack.global_element(row?)?))
        })
    }

    fn has_instance_type(&self) -> bool {
        self.scratch.attributes.iter().any(|raw| {
            raw.uri == super::engine::URI_XSI && self.bytes(raw.qname, raw.qname_len).ends_with(b":type")
        })
    }

    /// A member of an `xs:all` group.
    fn member(&mut self, node: u32, start: u32, name_len: u32, name: Name, parent: Frame) -> Plan {
        let pack = self.current();
        let steps = pack.steps_of(&pack.states[parent.states as usize]);
        let Some(at) = steps
            .iter()
            .position(|step| step.name.get() == name.row && name.row != NONE)
            .filter(|at| *at < 64)
        else {
            let args = Args { name: self.local(start, name_len), ..Args::default() };
            let expected = self.listed(
                steps
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| parent.seen & (1 << at) == 0)
                    .map(|(_, step)| step.element.get()),
            );
            self.fault_both(Code::UnknownElement, start, node, parent.node, Args { expected, ..args });
            return Plan::Skip;
        };
        let element = steps[at].element.get();
        if parent.seen & (1 << at) != 0 {
            let args = Args { name: self.local(start, name_len), ..Args::default() };
            let field = label(pack, element, self.options.lang).to_owned();
            self.fault_both(
                Code::TooMany,
                start,
                node,
                parent.node,
                Args { field, expected: Some("1".into()), ..args },
            );
            return Plan::Reported(element);
        }
        if let Some(frame) = self.scratch.frames.last_mut() {
            frame.seen |= 1 << at;
        }
        Plan::Element(element)
    }

    /// Whether the content may end here.
    pub(super) fn check_end(&mut self, frame: &Frame, at: u32) {
        let pack = self.current();
        let left_out = match frame.mode {
            Mode::All | Mode::MixedAll => {
                let steps = pack.steps_of(&pack.states[frame.states as usize]);
                let optional = self
                    .current()
                    .types
                    .get(frame.ty as usize)
                    .and_then(|ty| pack.models.get(ty.model.get() as usize))
                    .is_some_and(|model| model.optional != 0);
                if frame.seen == 0 && optional {
                    return;
                }
                let required = |(at, found): &(usize, &Step)| {
                    frame.seen & (1u64 << (at & 63)) == 0 && found.flags.get() & step::REQUIRED != 0
                };
                let missing: Vec<u32> =
                    steps.iter().enumerate().filter(required).map(|(_, step)| step.element.get()).collect();
                if missing.is_empty() {
                    return;
                }
                missing
            }
            _ => {
                if pack.states[(frame.states + frame.state) as usize].accept != 0 {
                    return;
                }
                self.shortest(*frame, None).map_or_else(Vec::new, |(left_out, _)| left_out)
            }
        };
        if frame.placeholder == frame.state && left_out.len() == 1 {
            return;
        }
        let expected = self.listed(left_out.iter().copied());
        let name = self.local(frame.start, frame.name_len);
        self.fault(
            Code::MissingElement,
            Place::element(at, frame.node),
            Args { expected, name, ..Args::default() },
        );
    }

    /// The local name of the tag that begins at an offset.
    pub(super) fn local(&self, start: u32, name_len: u32) -> String {
        let name = self.str(start + 1, name_len);
        name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned()
    }
}

/// Goes by a step.
fn step_to(frame: &mut Frame, step: &Step) -> Plan {
    frame.before = frame.state;
    frame.state = step.next.get().into();
    frame.jumper = NONE;
    Plan::Element(step.element.get())
}

/// The step for a name; steps are sorted by name.
pub(super) fn find(steps: &[Step], name: u32) -> Option<&Step> {
    if steps.len() <= 8 {
        return steps.iter().find(|step| step.name.get() == name);
    }
    steps.binary_search_by_key(&name, |step| step.name.get()).ok().map(|at| &steps[at])
}

/// Whether a wildcard admits a namespace (row of the pack's `namespaces`, [`NONE`] for one that it does not know).
pub(super) fn admits(pack: &Pack<'_>, row: &rows::Wildcard, namespace: u32, absent: bool) -> bool {
    let first = row.namespaces.get() as usize;
    let list = pack.wildcard_namespaces.get(first..first + usize::from(row.count.get())).unwrap_or(&[]);
    let namespace = if absent { 0 } else { namespace };
    let listed = namespace != NONE && list.iter().any(|entry| entry.get() == namespace);
    match row.kind {
        wildcard::ANY => true,
        wildcard::OTHER => !listed && !absent,
        _ => listed,
    }
}
