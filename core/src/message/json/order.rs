//! In which order children stand: what JSON leaves open and XML needs.
//!
//! **The rule of order.** Of the children that are left, the one comes next that the content model admits here and whose
//! particle the schema writes first. If it admits none of them, the rest follows in the schema's order. So the rule
//! gives one sequence for one set of children; where a document has another, its JSON says so with `$order`.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, AnyStep, Model, NONE, Step, Wildcard, step};

/// Under which key a child stands in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// The name of an element of the content model, a row of `names`.
    Name(u32),
    /// `$any`: a child that a wildcard admits, or nothing.
    Any,
}

/// The children of one key.
#[derive(Debug)]
pub(super) struct Group<'g> {
    pub(super) key: Key,
    pub(super) count: usize,
    /// For [`Key::Any`], the namespace of each.
    pub(super) uris: Vec<&'g str>,
}

/// One place in the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The next child of a group (its index).
    Child(usize),
    /// An element that stands in no group and was to be filled in (row of `elements`).
    Fill(u32),
}

/// How the names of a content model exclude one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::message) enum Choice {
    /// Not all of them do.
    None,
    /// Exactly one stands.
    One,
    /// One stands, or nothing, or what a wildcard admits.
    AtMostOne,
}

/// A content model and its pack.
#[derive(Debug, Clone, Copy)]
pub(in crate::message) struct Content<'p, 'a> {
    pub(in crate::message) pack: &'p Pack<'a>,
    pub(in crate::message) model: &'a Model,
}

impl<'p, 'a> Content<'p, 'a> {
    /// The content model of a type, if it has one.
    pub(in crate::message) fn of(pack: &'p Pack<'a>, ty: &rows::Type) -> Option<Self> {
        Some(Self { pack, model: pack.models.get(ty.model.get() as usize)? })
    }

    /// The step from a state by a name.
    pub(super) fn step(&self, state: u16, name: u32) -> Option<&'a Step> {
        let state = self.pack.states_of(self.model).get(usize::from(state))?;
        let steps = self.pack.steps_of(state);
        let at = steps.binary_search_by_key(&name, |step| step.name.get()).ok()?;
        steps.get(at)
    }

    /// The step from a state by a wildcard that admits a namespace.
    pub(super) fn any_step(&self, state: u16, uri: &str) -> Option<&'a AnyStep> {
        let state = self.pack.states_of(self.model).get(usize::from(state))?;
        self.pack.any_steps_of(state).iter().find(|step| {
            let wildcard = self.pack.wildcards.get(step.wildcard.get() as usize);
            wildcard.is_some_and(|wildcard| admits(self.pack, wildcard, uri))
        })
    }

    /// The step by a name from any state; none if the name does not belong to the content.
    pub(in crate::message) fn find(&self, name: u32) -> Option<&'a Step> {
        (0..self.model.state_count.get()).find_map(|state| self.step(state, name))
    }

    /// All steps of the content model, those of a name several times.
    pub(in crate::message) fn steps(&self) -> impl Iterator<Item = &'a Step> + use<'p, 'a> {
        let pack = self.pack;
        pack.states_of(self.model).iter().flat_map(move |state| pack.steps_of(state))
    }

    /// Whether a wildcard belongs to the content.
    pub(in crate::message) fn has_wildcard(&self) -> bool {
        self.pack.states_of(self.model).iter().any(|state| state.any_count > 0)
    }

    /// Whether the content is a choice between single elements, so that no two of the names stand together.
    pub(in crate::message) fn choice(&self) -> Choice {
        let states = self.pack.states_of(self.model);
        let Some(first) = states.first().filter(|_| !self.is_all()) else { return Choice::None };
        let ways = self.pack.steps_of(first).iter().map(|step| (Some(step.name.get()), step.next.get()));
        let wild = self.pack.any_steps_of(first).iter().map(|step| (None, step.next.get()));
        // Behind each way, only the same name may follow; behind a wildcard, only wildcards.
        let is_single = |(name, next): (Option<u32>, u16)| {
            let mut seen = vec![false; states.len()];
            let mut todo = vec![next];
            while let Some(at) = todo.pop() {
                let Some(seen) = seen.get_mut(usize::from(at)).filter(|seen| !**seen) else { continue };
                *seen = true;
                let Some(state) = states.get(usize::from(at)) else { return false };
                let steps = self.pack.steps_of(state);
                let any_steps = self.pack.any_steps_of(state);
                if steps.iter().any(|step| Some(step.name.get()) != name)
                    || (name.is_some() && !any_steps.is_empty())
                {
                    return false;
                }
                todo.extend(steps.iter().map(|step| step.next.get()));
                todo.extend(any_steps.iter().map(|step| step.next.get()));
            }
            true
        };
        match ways.chain(wild).all(is_single) {
            false => Choice::None,
            true if first.accept == 0 && first.any_count == 0 => Choice::One,
            true => Choice::AtMostOne,
        }
    }

    /// Whether an element of a name stands in every content of this model.
    pub(in crate::message) fn needs(&self, name: u32) -> bool {
        let states = self.pack.states_of(self.model);
        if self.is_all() {
            let required = self.find(name).is_some_and(|found| found.flags.get() & step::REQUIRED != 0);
            return required && self.model.optional == 0;
        }
        // Is there a way to an end that goes round the name?
        let mut seen = vec![false; states.len()];
        let mut todo = vec![0];
        while let Some(at) = todo.pop() {
            let Some(seen) = seen.get_mut(usize::from(at)).filter(|seen| !**seen) else { continue };
            *seen = true;
            let Some(state) = states.get(usize::from(at)) else { continue };
            if state.accept != 0 {
                return false;
            }
            todo.extend(
                self.pack
                    .steps_of(state)
                    .iter()
                    .filter(|step| step.name.get() != name)
                    .map(|step| step.next.get()),
            );
            todo.extend(self.pack.any_steps_of(state).iter().map(|step| step.next.get()));
        }
        true
    }

    /// The state that follows.
    pub(super) fn next(&self, state: u16, next: u16) -> u16 {
        if self.is_all() { state } else { next }
    }

    fn is_all(&self) -> bool {
        self.model.kind == rows::model::ALL
    }

    /// Where a key stands in the schema's order; those that do not belong to the content come last.
    pub(super) fn rank(&self, key: Key) -> u32 {
        match key {
            Key::Name(name) => self.find(name).map_or(u32::MAX, |step| step.order.get().into()),
            Key::Any => u32::MAX,
        }
    }

    /// Puts the children of `groups` in order and gives each place to `place`. `fill` says of an element that must stand
    /// and is in no group whether to fill it in. The groups should stand in the order of [`Self::rank`].
    pub(super) fn arrange(
        &self,
        groups: &[Group<'_>],
        fill: &dyn Fn(&Step) -> bool,
        mut place: impl FnMut(Place),
    ) {
        let mut taken = vec![0; groups.len()];
        let mut filled: Vec<u32> = Vec::new();
        let mut state = 0;
        // The last state in which there was nothing to fill in.
        let mut nothing_to_fill = None;
        loop {
            let mut best: Option<(u16, u16, Place)> = None;
            for (index, group) in
                groups.iter().enumerate().filter(|(index, group)| taken[*index] < group.count)
            {
                let found = match group.key {
                    Key::Name(name) => self.step(state, name).map(|step| (step.order.get(), step.next.get())),
                    Key::Any => group
                        .uris
                        .get(taken[index])
                        .and_then(|uri| self.any_step(state, uri))
                        .map(|step| (step.order.get(), step.next.get())),
                };
                if let Some((order, next)) = found
                    && best.is_none_or(|(least, ..)| order < least)
                {
                    best = Some((order, next, Place::Child(index)));
                }
            }
            if nothing_to_fill != Some(state) {
                let absent = self.must(state).find(|step| {
                    !groups.iter().any(|group| group.key == Key::Name(step.name.get()))
                        && !filled.contains(&step.name.get())
                        && fill(step)
                });
                match absent {
                    Some(step) if best.is_none_or(|(least, ..)| step.order.get() < least) => {
                        best = Some((step.order.get(), step.next.get(), Place::Fill(step.element.get())));
                        filled.push(step.name.get());
                    }
                    Some(_) => {}
                    None => nothing_to_fill = Some(state),
                }
            }
            let Some((_, next, found)) = best else { break };
            state = self.next(state, next);
            if let Place::Child(index) = found {
                taken[index] += 1;
            }
            place(found);
        }
        for (index, group) in groups.iter().enumerate() {
            for _ in taken[index]..group.count {
                place(Place::Child(index));
            }
        }
    }

    /// The steps of a state that must be taken.
    fn must(&self, state: u16) -> impl Iterator<Item = &'a Step> + use<'a> {
        let flag = if self.is_all() { step::REQUIRED } else { step::MUST };
        let state = self.pack.states_of(self.model).get(usize::from(state));
        let steps = state.map_or(&[][..], |state| self.pack.steps_of(state));
        steps.iter().filter(move |step| step.flags.get() & flag != 0)
    }
}

/// Whether a wildcard admits elements or attributes of a namespace (empty for none).
fn admits(pack: &Pack<'_>, wildcard: &Wildcard, uri: &str) -> bool {
    let start = wildcard.namespaces.get() as usize;
    let rows =
        pack.wildcard_namespaces.get(start..start.saturating_add(wildcard.count.get().into())).unwrap_or(&[]);
    let listed = rows.iter().any(|row| {
        let namespace = pack.namespaces.get(row.get() as usize);
        namespace.is_some_and(|namespace| pack.bytes(namespace.uri) == uri.as_bytes())
    });
    match wildcard.kind {
        0 => true,
        1 => !listed && !uri.is_empty(),
        _ => listed,
    }
}

/// The row of a pack's `names` for a namespace name and a local name.
pub(in crate::message) fn name_row(pack: &Pack<'_>, uri: &str, local: &str) -> Option<u32> {
    pack.name(pack.namespace(uri.as_bytes())?, local.as_bytes()).filter(|row| *row != NONE)
}

/// The namespace name of a row of `names`.
pub(in crate::message) fn uri_of<'a>(pack: &Pack<'a>, name: u32) -> &'a str {
    let row = pack.names.get(name as usize);
    let namespace = row.and_then(|name| pack.namespaces.get(usize::from(name.namespace.get())));
    namespace.map_or("", |namespace| pack.str(namespace.uri))
}
