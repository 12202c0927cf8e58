//! The child elements of a type, read back from its content model: which, in what order, how often.

use std::collections::HashSet;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, State, Step, Type, model, step};

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
    /// One of them stands (`xs:choice` and nothing else but a wildcard).
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

/// Whether a type's content is one of several elements, or always the same one.
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
    let must = |element| {
        steps.iter().any(|row| row.element.get() == element && row.flags.get() & step::REQUIRED != 0)
    };
    let children = in_order(steps.iter())
        .into_iter()
        .map(|element| Child { element, min: u32::from(must(element)), max: Some(1) })
        .collect();
    Content { children, choice: false, wildcard: false }
}

fn automaton(pack: &Pack<'_>, states: &[State]) -> Content {
    let children = in_order(states.iter().flat_map(|state| pack.steps_of(state)))
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

/// From the first state every step leads to an end from which nothing but foreign elements goes on.
fn one_step(pack: &Pack<'_>, states: &[State]) -> bool {
    let Some(first) = states.first() else { return false };
    let steps = pack.steps_of(first);
    !steps.is_empty()
        && steps.iter().all(|step| {
            states
                .get(usize::from(step.next.get()))
                .is_some_and(|next| next.accept == 1 && pack.steps_of(next).is_empty())
        })
}

/// The elements in the order in which the schema writes them, each once.
fn in_order<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<u32> {
    let mut found: Vec<(u16, u32)> = steps.map(|step| (step.order.get(), step.element.get())).collect();
    found.sort_unstable();
    let mut seen = HashSet::new();
    found.into_iter().map(|(_, element)| element).filter(|element| seen.insert(*element)).collect()
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
