//! Making an automaton small, putting its states into order, and saying what each step is.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::automaton::{Automaton, Budget, State, Step, Symbols};
use crate::pack::rows::step;

/// States of an automaton that is made smaller; a larger one is kept as it comes out.
const MINIMISED_STATES: usize = 1_000;

/// The smallest automaton that takes the same, with the flags of its steps. None where the budget is used up.
pub(super) fn reduce(automaton: Automaton, symbols: &dyn Symbols, budget: &mut Budget) -> Option<Automaton> {
    let mut automaton = ordered(minimise(trim(automaton), budget));
    flag(&mut automaton, symbols, budget).then_some(automaton)
}

/// Leaves out the states from which no end can be reached.
fn trim(automaton: Automaton) -> Automaton {
    let before = predecessors(&automaton, |_| true);
    let mut useful: Vec<bool> = automaton.states.iter().map(|state| state.accept).collect();
    spread(&before, &mut useful);
    let mut number = vec![u32::MAX; automaton.states.len()];
    let mut count = 0;
    for (at, useful) in useful.iter().enumerate() {
        if *useful || at == 0 {
            number[at] = count;
            count += 1;
        }
    }
    renumber(automaton, &number)
}

/// Joins the states that can't be told apart.
fn minimise(automaton: Automaton, budget: &mut Budget) -> Automaton {
    if automaton.states.len() > MINIMISED_STATES {
        return automaton;
    }
    let size = automaton.states.iter().map(|state| state.steps.len() + state.any.len() + 1).sum::<usize>();
    let mut class: Vec<u32> = automaton.states.iter().map(|state| state.accept.into()).collect();
    let mut classes = 0;
    loop {
        if !budget.take(size) {
            return automaton;
        }
        let mut known = HashMap::new();
        let refined: Vec<u32> = automaton
            .states
            .iter()
            .enumerate()
            .map(|(at, state)| {
                let steps = state.steps.iter();
                let steps: Vec<_> = steps
                    .map(|step| (step.name, step.element, step.order, class[step.next as usize]))
                    .collect();
                let any = state.any.iter();
                let any: Vec<_> =
                    any.map(|any| (any.wildcard, any.order, class[any.next as usize])).collect();
                let next = known.len() as u32;
                *known.entry((class[at], steps, any)).or_insert(next)
            })
            .collect();
        let found = known.len();
        class = refined;
        if found == classes {
            break;
        }
        classes = found;
    }
    // The first state of a class stands for it; the others, renumbered alike, are left out.
    let mut automaton = automaton;
    let mut seen = vec![false; classes];
    let states = std::mem::take(&mut automaton.states);
    for (at, mut state) in states.into_iter().enumerate() {
        if !std::mem::replace(&mut seen[class[at] as usize], true) {
            state.steps.iter_mut().for_each(|step| step.next = class[step.next as usize]);
            state.any.iter_mut().for_each(|any| any.next = class[any.next as usize]);
            automaton.states.push(state);
        }
    }
    automaton
}

/// Numbers the states in the order in which they are reached, so that equal automata are equal.
fn ordered(automaton: Automaton) -> Automaton {
    let mut number = vec![u32::MAX; automaton.states.len()];
    let mut order = vec![0];
    number[0] = 0;
    let mut at = 0;
    while let Some(state) = order.get(at).and_then(|state: &usize| automaton.states.get(*state)) {
        at += 1;
        let next = state.steps.iter().map(|step| step.next).chain(state.any.iter().map(|any| any.next));
        for next in next {
            if number[next as usize] == u32::MAX {
                number[next as usize] = order.len() as u32;
                order.push(next as usize);
            }
        }
    }
    let mut ordered = renumber(automaton, &number);
    // `renumber` keeps the order of the states; bring them into that of their numbers.
    let mut states: Vec<State> = vec![State::default(); ordered.states.len()];
    let kept = number.iter().filter(|number| **number != u32::MAX);
    for (state, number) in ordered.states.drain(..).zip(kept) {
        states[*number as usize] = state;
    }
    ordered.states = states;
    ordered
}

/// Gives the states new numbers; those of number `u32::MAX` are left out, and the steps to them.
fn renumber(automaton: Automaton, number: &[u32]) -> Automaton {
    let kept = automaton.states.into_iter().zip(number).filter(|(_, number)| **number != u32::MAX);
    let states = kept
        .map(|(mut state, _)| {
            state.steps.retain_mut(|step| {
                step.next = number[step.next as usize];
                step.next != u32::MAX
            });
            state.any.retain_mut(|any| {
                any.next = number[any.next as usize];
                any.next != u32::MAX
            });
            state
        })
        .collect();
    Automaton { states }
}

/// Sets the bits of [`step`]. False where that would take too long.
fn flag(automaton: &mut Automaton, symbols: &dyn Symbols, budget: &mut Budget) -> bool {
    let mut names: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
    let mut orders: HashMap<u32, u32> = HashMap::new();
    let mut elsewhere: HashSet<u32> = HashSet::new();
    for (at, state) in automaton.states.iter().enumerate() {
        for step in &state.steps {
            names.entry(step.name).or_default().push((at, step.next as usize));
            if *orders.entry(step.name).or_insert(step.order) != step.order {
                elsewhere.insert(step.name);
            }
        }
    }
    let mut locals: HashMap<&str, u32> = HashMap::new();
    for name in names.keys() {
        *locals.entry(symbols.local(*name)).or_default() += 1;
    }
    let steps = names.values().map(Vec::len).sum::<usize>() + automaton.states.len();
    if !budget.take(names.len().saturating_mul(steps)) {
        return false;
    }
    let after: Vec<Vec<u32>> = automaton.states.iter().map(successors).collect();
    for (name, steps) in names {
        let mut reached = vec![false; automaton.states.len()];
        for (_, next) in &steps {
            reached[*next] = true;
        }
        spread(&after, &mut reached);
        let repeats = steps.iter().any(|(from, _)| reached[*from]);
        // From where an end can be reached without this name.
        let before = predecessors(automaton, |step| step.name != name);
        let mut without: Vec<bool> = automaton.states.iter().map(|state| state.accept).collect();
        spread(&before, &mut without);
        for (from, _) in steps {
            let must = !without[from];
            let bits = [
                (repeats, step::REPEATS),
                (must, step::MUST),
                (elsewhere.contains(&name), step::ELSEWHERE),
                (locals.get(symbols.local(name)).is_some_and(|count| *count > 1), step::HOMONYM),
            ];
            if let Some(step) = automaton.states[from].steps.iter_mut().find(|step| step.name == name) {
                step.flags = bits.iter().filter(|bit| bit.0).fold(0, |flags, bit| flags | bit.1);
            }
        }
    }
    true
}

fn successors(state: &State) -> Vec<u32> {
    state.steps.iter().map(|step| step.next).chain(state.any.iter().map(|any| any.next)).collect()
}

fn predecessors(automaton: &Automaton, of: impl Fn(&Step) -> bool) -> Vec<Vec<u32>> {
    let mut before = vec![Vec::new(); automaton.states.len()];
    for (at, state) in automaton.states.iter().enumerate() {
        for step in state.steps.iter().filter(|step| of(step)) {
            before[step.next as usize].push(at as u32);
        }
        for any in &state.any {
            before[any.next as usize].push(at as u32);
        }
    }
    before
}

/// Marks all that can be reached from what is marked.
fn spread(edges: &[Vec<u32>], marked: &mut [bool]) {
    let mut stack: Vec<usize> = (0..marked.len()).filter(|at| marked[*at]).collect();
    while let Some(at) = stack.pop() {
        for next in &edges[at] {
            if !std::mem::replace(&mut marked[*next as usize], true) {
                stack.push(*next as usize);
            }
        }
    }
}
