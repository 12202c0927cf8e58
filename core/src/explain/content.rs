//! The child elements of a type, read back from its content model: which, in what order, how often.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, State, Type, model, step};

/// An element that may stand in a type's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child {
    /// Row of `elements`.
    pub element: u32,
    /// The least number of times.
    pub min: u32,
    /// The greatest number of times, none for any.
    pub max: Option<u32>,
}

/// What may stand in a type's content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The elements in the order in which they may stand.
    pub children: Vec<Child>,
    /// Exactly one of them stands (`xs:choice` and nothing else).
    pub choice: bool,
    /// Further, foreign elements may stand.
    pub wildcard: bool,
}

/// The content of a type; empty for types without child elements.
pub fn content_of(pack: &Pack<'_>, ty: &Type) -> Content {
    let Some(model) = pack.models.get(ty.model.get() as usize) else {
        return Content::default();
    };
    let states = pack.states_of(model);
    if model.kind == model::ALL { all_group(pack, states) } else { automaton(pack, states) }
}

/// Whether a type's content is exactly one of several elements, or always the same one.
pub fn is_choice(pack: &Pack<'_>, ty: &Type) -> bool {
    let Some(model) = pack.models.get(ty.model.get() as usize) else { return false };
    let states = pack.states_of(model);
    model.kind == model::AUTOMATON && one_step(pack, states)
}

/// The type of an element row.
pub fn type_of<'a>(pack: &Pack<'a>, element: &rows::Element) -> Option<&'a Type> {
    pack.types.get(element.ty.get() as usize)
}

fn all_group(pack: &Pack<'_>, states: &[State]) -> Content {
    let steps = states.first().map_or(&[][..], |state| pack.steps_of(state));
    let mut children: Vec<Child> = steps
        .iter()
        .map(|row| Child {
            element: row.element.get(),
            min: u32::from(row.flags.get() & step::REQUIRED != 0),
            max: Some(1),
        })
        .collect();
    children.sort_by_key(|child| child.element);
    Content { children, choice: false, wildcard: false }
}

fn automaton(pack: &Pack<'_>, states: &[State]) -> Content {
    let mut rows: Vec<u32> =
        states.iter().flat_map(|state| pack.steps_of(state)).map(|step| step.element.get()).collect();
    rows.sort_unstable();
    rows.dedup();
    let children = in_order(pack, states, &rows)
        .into_iter()
        .map(|element| Child {
            element,
            min: fewest(pack, states, element),
            max: most(pack, states, element),
        })
        .collect();
    Content {
        children,
        choice: one_step(pack, states),
        wildcard: states.iter().any(|state| state.any_count > 0),
    }
}

/// From the first state every step leads to an end from which nothing goes on.
fn one_step(pack: &Pack<'_>, states: &[State]) -> bool {
    let Some(first) = states.first() else { return false };
    let steps = pack.steps_of(first);
    !steps.is_empty()
        && first.any_count == 0
        && steps.iter().all(|step| {
            states
                .get(usize::from(step.next.get()))
                .is_some_and(|next| next.accept == 1 && next.any_count == 0 && pack.steps_of(next).is_empty())
        })
}

/// The elements sorted so that what stands before comes before; otherwise in the order of declaration.
fn in_order(pack: &Pack<'_>, states: &[State], rows: &[u32]) -> Vec<u32> {
    // below[s] holds y: y may stand from the state s on. after[x] holds y: y may stand after x.
    let below: Vec<Vec<bool>> = reachable(pack, states)
        .iter()
        .map(|reached| {
            let mut found = vec![false; rows.len()];
            for (state, _) in states.iter().zip(reached).filter(|(_, yes)| **yes) {
                for step in pack.steps_of(state) {
                    if let Ok(y) = rows.binary_search(&step.element.get()) {
                        found[y] = true;
                    }
                }
            }
            found
        })
        .collect();
    let mut after = vec![vec![false; rows.len()]; rows.len()];
    for step in states.iter().flat_map(|state| pack.steps_of(state)) {
        if let Ok(x) = rows.binary_search(&step.element.get())
            && let Some(below) = below.get(usize::from(step.next.get()))
        {
            after[x].iter_mut().zip(below).for_each(|(to, from)| *to |= *from);
        }
    }
    let mut left: Vec<usize> = (0..rows.len()).collect();
    let mut order = Vec::with_capacity(rows.len());
    while !left.is_empty() {
        let at = left
            .iter()
            .position(|&x| left.iter().all(|&y| y == x || !after[y][x] || after[x][y]))
            .unwrap_or(0);
        order.push(rows[left.remove(at)]);
    }
    order
}

/// For each state the states that can be reached from it, itself included.
fn reachable(pack: &Pack<'_>, states: &[State]) -> Vec<Vec<bool>> {
    (0..states.len())
        .map(|start| {
            let mut seen = vec![false; states.len()];
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                if !std::mem::replace(&mut seen[at], true) {
                    open.extend(next_states(pack, &states[at]).filter(|next| *next < states.len()));
                }
            }
            seen
        })
        .collect()
}

fn next_states<'a>(pack: &Pack<'a>, state: &State) -> impl Iterator<Item = usize> + use<'a> {
    let steps = pack.steps_of(state).iter().map(|step| usize::from(step.next.get()));
    steps.chain(pack.any_steps_of(state).iter().map(|step| usize::from(step.next.get())))
}

/// Edges of the automaton with the number of times that the element is met on them.
fn edges(pack: &Pack<'_>, states: &[State], element: u32) -> Vec<(usize, usize, u32)> {
    let mut edges = Vec::new();
    for (from, state) in states.iter().enumerate() {
        for step in pack.steps_of(state) {
            edges.push((from, usize::from(step.next.get()), u32::from(step.element.get() == element)));
        }
        for step in pack.any_steps_of(state) {
            edges.push((from, usize::from(step.next.get()), 0));
        }
    }
    edges.retain(|(_, to, _)| *to < states.len());
    edges
}

/// The least number of times an element stands on a way from the first state to an end.
fn fewest(pack: &Pack<'_>, states: &[State], element: u32) -> u32 {
    let edges = edges(pack, states, element);
    let mut cost = vec![NONE; states.len()];
    let Some(first) = cost.first_mut() else { return 0 };
    *first = 0;
    loop {
        let mut changed = false;
        for (from, to, weight) in &edges {
            let through = cost[*from].saturating_add(*weight);
            if cost[*from] != NONE && through < cost[*to] {
                cost[*to] = through;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let ends = states.iter().zip(&cost).filter(|(state, _)| state.accept == 1);
    ends.map(|(_, cost)| *cost).min().filter(|cost| *cost != NONE).unwrap_or(0)
}

/// The greatest number of times; none where the way can go round.
fn most(pack: &Pack<'_>, states: &[State], element: u32) -> Option<u32> {
    let edges = edges(pack, states, element);
    let mut count = vec![None; states.len()];
    *count.first_mut()? = Some(0_u32);
    for round in 0..=states.len() {
        let mut changed = false;
        for (from, to, weight) in &edges {
            if let Some(before) = count[*from]
                && count[*to].is_none_or(|now| now < before + weight)
            {
                count[*to] = Some(before + weight);
                changed = true;
            }
        }
        if !changed {
            break;
        }
        if round == states.len() {
            return None;
        }
    }
    count.iter().flatten().max().copied()
}
