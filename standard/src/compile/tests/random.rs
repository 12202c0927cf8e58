//! Content models made at random, against a matcher that tries everything.

use std::rc::Rc;

use super::super::automaton::{Automaton, Budget, Node, Part, Symbols, build};
use super::super::files::Place;
use crate::model::Occurs;
use crate::test_support::Dice;

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

struct Letters;

impl Symbols for Letters {
    fn alternatives(&self, element: u32) -> Vec<(u32, u32)> {
        vec![(element, element)]
    }
    fn admits(&self, _: u32, _: u32) -> bool {
        true
    }
    fn overlap(&self, _: u32, _: u32) -> bool {
        true
    }
    fn local(&self, name: u32) -> &str {
        NAMES[name as usize]
    }
}

/// A model whose letters are each used once, so that it is rarely ambiguous.
fn model(dice: &mut Dice, letters: &mut Vec<u32>, depth: usize) -> Node {
    let occurs = match dice.below(8) {
        0 => Occurs { min: 0, max: Some(1) },
        1 => Occurs { min: 0, max: None },
        2 => Occurs { min: 1, max: None },
        3 => Occurs { min: dice.below(3) as u32, max: Some(2 + dice.below(2) as u32) },
        4 => Occurs { min: 2, max: None },
        _ => Occurs::ONCE,
    };
    let part = if depth == 3 || dice.below(3) == 0 {
        match letters.pop() {
            Some(letter) => Part::Element(letter),
            None => Part::Seq(Vec::new()),
        }
    } else {
        let parts = (0..1 + dice.below(3)).map(|_| model(dice, letters, depth + 1)).collect();
        if dice.below(2) == 0 { Part::Seq(parts) } else { Part::Choice(parts) }
    };
    Node { occurs, part: Rc::new(part), place: Place::default() }
}

/// All places of the word up to which the model can have read, from a place on.
fn ends(node: &Node, word: &[u32], from: usize) -> Vec<usize> {
    let mut reached = vec![from];
    let mut all = if node.occurs.min == 0 { vec![from] } else { Vec::new() };
    let most = node.occurs.max.map_or(word.len() + node.occurs.min as usize + 1, |max| max as usize);
    for count in 1..=most {
        let mut next: Vec<usize> = reached.iter().flat_map(|at| once(&node.part, word, *at)).collect();
        next.sort_unstable();
        next.dedup();
        if count >= node.occurs.min as usize {
            all.extend(&next);
        }
        reached = next;
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn once(part: &Part, word: &[u32], from: usize) -> Vec<usize> {
    match part {
        Part::Element(letter) => {
            if word.get(from) == Some(letter) {
                vec![from + 1]
            } else {
                Vec::new()
            }
        }
        Part::Choice(nodes) => nodes.iter().flat_map(|node| ends(node, word, from)).collect(),
        Part::Seq(nodes) => nodes.iter().fold(vec![from], |reached, node| {
            let mut next: Vec<usize> = reached.iter().flat_map(|at| ends(node, word, *at)).collect();
            next.sort_unstable();
            next.dedup();
            next
        }),
        Part::Any(_) | Part::All(_) => Vec::new(),
    }
}

fn accepts(automaton: &Automaton, word: &[u32]) -> bool {
    let mut state = 0;
    for letter in word {
        match automaton.states[state].steps.iter().find(|step| step.name == *letter) {
            Some(step) => state = step.next as usize,
            None => return false,
        }
    }
    automaton.states[state].accept
}

/// No two states can be told to mean the same: refining by steps parts them all.
fn is_minimal(automaton: &Automaton) -> bool {
    let mut class: Vec<usize> = automaton.states.iter().map(|state| usize::from(state.accept)).collect();
    for _ in 0..automaton.states.len() {
        let keys: Vec<_> = automaton
            .states
            .iter()
            .enumerate()
            .map(|(at, state)| {
                let steps = state.steps.iter().map(|step| (step.name, step.order, class[step.next as usize]));
                (class[at], steps.collect::<Vec<_>>())
            })
            .collect();
        class = keys.iter().map(|key| keys.iter().position(|other| other == key).unwrap_or(0)).collect();
    }
    class.sort_unstable();
    class.dedup();
    class.len() == automaton.states.len()
}

#[test]
fn automata_accept_what_their_models_say() {
    let mut dice = Dice(5);
    let (mut built, mut ambiguous) = (0, 0);
    for _ in 0..600 {
        let mut letters: Vec<u32> = (0..NAMES.len() as u32).collect();
        let node = model(&mut dice, &mut letters, 0);
        let Ok(automaton) = build(Some(&node), &Letters, &mut Budget::default()) else {
            ambiguous += 1;
            continue;
        };
        built += 1;
        assert!(is_minimal(&automaton), "{node:?}\n{automaton:?}");
        for _ in 0..40 {
            // Words along the automaton and beside it.
            let mut word = Vec::new();
            let mut state = 0;
            for _ in 0..dice.below(9) {
                let steps = &automaton.states[state].steps;
                if steps.is_empty() || dice.below(8) == 0 {
                    word.push(dice.below(NAMES.len()) as u32);
                    continue;
                }
                let step = &steps[dice.below(steps.len())];
                word.push(step.name);
                state = step.next as usize;
            }
            let expected = ends(&node, &word, 0).contains(&word.len());
            assert_eq!(accepts(&automaton, &word), expected, "{word:?}\n{node:?}\n{automaton:?}");
        }
    }
    assert!(built > 400, "{built} built, {ambiguous} ambiguous");
}
