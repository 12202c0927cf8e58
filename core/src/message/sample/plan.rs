//! What can be generated at all from a pack, at which cost, and in which order the particles of a content model stand.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{
    Model, NONE, Step, Type, code_type, element, kind, model, step, type_flag, wildcard,
};

use super::rng::Rng;
use super::simple;
use super::world::World;

/// Cannot be generated: no value fits the type, or it would never end.
pub(super) const IMPOSSIBLE: u32 = u32::MAX;
/// What an element costs more whose code list is not at hand: it is left out where it may be.
pub(super) const UNLISTED: u32 = 1_000;

/// The costs of a pack: how many elements the smallest content of a type has.
#[derive(Debug)]
pub(super) struct Plan<'p> {
    pack: Pack<'p>,
    /// By row of `types`.
    types: Vec<u32>,
    /// By row of `states`: the cheapest way to an end of the content.
    states: Vec<u32>,
    /// Types that may stand for an abstract one, by its row.
    derived: HashMap<u32, Vec<u32>>,
    orders: RefCell<HashMap<u32, Rc<Order>>>,
}

/// For each state of a content model its steps, in groups that follow each other; the steps of one group exclude
/// each other.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) groups: Vec<Vec<Vec<Step>>>,
}

impl<'p> Plan<'p> {
    pub(super) fn new(pack: Pack<'p>) -> Self {
        let mut derived: HashMap<u32, Vec<u32>> = HashMap::new();
        for (row, ty) in pack.types.iter().enumerate() {
            // Only a type with a name can be named by `xsi:type`.
            if ty.flags & type_flag::ABSTRACT == 0 && ty.name.get() != NONE {
                let mut base = ty.base.get();
                while let Some(above) = pack.types.get(base as usize) {
                    if above.flags & type_flag::ABSTRACT != 0 {
                        derived.entry(base).or_default().push(row as u32);
                    }
                    if above.base.get() >= base {
                        break;
                    }
                    base = above.base.get();
                }
            }
        }
        let mut plan = Self {
            pack,
            types: vec![IMPOSSIBLE; pack.types.len()],
            states: vec![IMPOSSIBLE; pack.states.len()],
            derived,
            orders: RefCell::default(),
        };
        plan.simple_types();
        while plan.improve() {}
        plan
    }

    /// Sets what does not hang on other types.
    fn simple_types(&mut self) {
        let world = World::new(0, "", "");
        let mut rng = Rng::new(0, &["plan"]);
        for (row, ty) in self.pack.types.iter().enumerate() {
            let cost = match ty.kind {
                kind::ANY | kind::EMPTY => Some(1),
                kind::SIMPLE => self
                    .pack
                    .simples
                    .get(ty.simple.get() as usize)
                    .map(|simple| {
                        simple.automaton_count.get() == 0
                            || simple::invent(&self.pack, simple, &world, &mut rng).is_some()
                    })
                    .map(|possible| if possible { 1 } else { IMPOSSIBLE }),
                _ => None,
            };
            if let (Some(cost), Some(slot)) = (cost, self.types.get_mut(row)) {
                *slot = cost;
            }
        }
    }

    /// One round of finding cheaper ways; false when there are none any more.
    fn improve(&mut self) -> bool {
        let mut better = false;
        for (row, ty) in self.pack.types.iter().enumerate() {
            if !matches!(ty.kind, kind::ELEMENTS | kind::MIXED) {
                continue;
            }
            let Some(model) = self.pack.models.get(ty.model.get() as usize) else {
                continue;
            };
            let first = model.states.get() as usize;
            let mut cost = IMPOSSIBLE;
            if model.kind == model::ALL {
                let steps =
                    self.pack.states_of(model).first().map_or(&[][..], |state| self.pack.steps_of(state));
                let needed = steps.iter().filter(|step| step.flags.get() & step::REQUIRED != 0);
                cost = needed.map(|step| self.element(step.element.get())).fold(1, u32::saturating_add);
            } else {
                for (at, state) in self.pack.states_of(model).iter().enumerate().rev() {
                    let mut rest = if state.accept != 0 { 0 } else { IMPOSSIBLE };
                    for step in self.pack.steps_of(state) {
                        let next = self
                            .states
                            .get(first + usize::from(step.next.get()))
                            .copied()
                            .unwrap_or(IMPOSSIBLE);
                        rest = rest.min(self.element(step.element.get()).saturating_add(next));
                    }
                    for any in self.pack.any_steps_of(state) {
                        let wildcard = self.pack.wildcards.get(any.wildcard.get() as usize);
                        let next = self
                            .states
                            .get(first + usize::from(any.next.get()))
                            .copied()
                            .unwrap_or(IMPOSSIBLE);
                        // Strict: only what is declared, which is not looked for here.
                        if wildcard.is_some_and(|row| row.process != wildcard::STRICT) {
                            rest = rest.min(next.saturating_add(1));
                        }
                    }
                    if let Some(slot) = self.states.get_mut(first + at)
                        && rest < *slot
                    {
                        *slot = rest;
                        better = true;
                    }
                }
                if let Some(&rest) = self.states.get(first) {
                    cost = rest.saturating_add(1);
                }
            }
            if cost != IMPOSSIBLE && self.unlisted(ty) {
                cost = cost.saturating_add(UNLISTED);
            }
            if let Some(slot) = self.types.get_mut(row)
                && cost < *slot
            {
                *slot = cost;
                better = true;
            }
        }
        better
    }

    /// Whether a code type names a list that is not at hand.
    fn unlisted(&self, ty: &Type) -> bool {
        self.pack
            .code_types
            .get(ty.code.get() as usize)
            .is_some_and(|code| code.flags & code_type::URI_FIXED != 0 && self.pack.lists_of(code).is_empty())
    }

    /// What the cheapest content of an element's type costs; [`IMPOSSIBLE`] where there is none.
    pub(super) fn element(&self, row: u32) -> u32 {
        let Some(declared) = self.pack.elements.get(row as usize) else { return IMPOSSIBLE };
        if declared.flags.get() & element::ABSTRACT != 0 {
            return IMPOSSIBLE;
        }
        self.concrete(declared.ty.get()).into_iter().map(|ty| self.ty(ty)).min().unwrap_or(IMPOSSIBLE)
    }

    /// What the cheapest content of a type costs.
    pub(super) fn ty(&self, row: u32) -> u32 {
        self.types.get(row as usize).copied().unwrap_or(IMPOSSIBLE)
    }

    /// The cheapest way from a state (counted from the model's first) to the end.
    pub(super) fn rest(&self, model: &Model, state: usize) -> u32 {
        self.states.get(model.states.get() as usize + state).copied().unwrap_or(IMPOSSIBLE)
    }

    /// The types that an element declared with a type can have: itself, or those derived from an abstract one.
    pub(super) fn concrete(&self, row: u32) -> Vec<u32> {
        match self.pack.types.get(row as usize) {
            Some(ty) if ty.flags & type_flag::ABSTRACT != 0 => {
                self.derived.get(&row).cloned().unwrap_or_default()
            }
            Some(_) => vec![row],
            None => Vec::new(),
        }
    }

    /// The steps of a content model in the order of their particles.
    pub(super) fn order(&self, row: u32) -> Rc<Order> {
        if let Some(order) = self.orders.borrow().get(&row) {
            return Rc::clone(order);
        }
        let order =
            Rc::new(self.pack.models.get(row as usize).map(|model| self.sort(model)).unwrap_or_default());
        self.orders.borrow_mut().insert(row, Rc::clone(&order));
        order
    }

    fn sort(&self, model: &Model) -> Order {
        let states = self.pack.states_of(model);
        // The particles that can still come from each state.
        let mut reach: Vec<Vec<bool>> = vec![Vec::new(); states.len()];
        let most =
            states.iter().flat_map(|state| self.pack.steps_of(state)).map(|step| step.order.get()).max();
        let particles = most.map_or(0, |most| usize::from(most) + 1);
        reach.iter_mut().for_each(|set| set.resize(particles, false));
        loop {
            let mut changed = false;
            for at in (0..states.len()).rev() {
                let mut set = reach.get(at).cloned().unwrap_or_default();
                for step in states.get(at).map_or(&[][..], |state| self.pack.steps_of(state)) {
                    if let Some(slot) = set.get_mut(usize::from(step.order.get())) {
                        *slot = true;
                    }
                    if let Some(next) = reach.get(usize::from(step.next.get())) {
                        set.iter_mut().zip(next).for_each(|(slot, on)| *slot |= on);
                    }
                }
                if let Some(slot) = reach.get_mut(at)
                    && *slot != set
                {
                    *slot = set;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let leads = |from: &Step, to: &Step| {
            reach
                .get(usize::from(from.next.get()))
                .and_then(|set| set.get(usize::from(to.order.get())))
                .copied()
                .unwrap_or(false)
        };
        let groups = states.iter().map(|state| {
            let mut left: Vec<Step> = self.pack.steps_of(state).to_vec();
            left.sort_by_key(|step| step.order.get());
            let mut groups = Vec::new();
            while !left.is_empty() {
                let first: Vec<Step> = left
                    .iter()
                    .filter(|step| !left.iter().any(|other| leads(other, step) && !leads(step, other)))
                    .copied()
                    .collect();
                // In a loop of steps each may be after each other: take what is written first.
                let first = if first.is_empty() { left.iter().take(1).copied().collect() } else { first };
                left.retain(|step| !first.iter().any(|taken| taken.name.get() == step.name.get()));
                groups.push(first);
            }
            groups
        });
        Order { groups: groups.collect() }
    }

    /// The simple types with a name that have no value, for reports.
    pub(super) fn impossible(&self) -> BTreeMap<u32, &'p str> {
        let named = self.pack.types.iter().enumerate().filter(|(_, ty)| ty.name.get() != NONE);
        named
            .filter(|(row, ty)| self.ty(*row as u32) == IMPOSSIBLE && ty.kind == kind::SIMPLE)
            .map(|(row, ty)| (row as u32, self.pack.local(ty.name.get())))
            .collect()
    }
}
