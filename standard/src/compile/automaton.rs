//! From a content model to a deterministic automaton.
//!
//! The particles are expanded (an element that may stand two to five times is five positions), then the
//! positions that can follow each other give the automaton (Glushkov's construction). XML Schema demands that a
//! content model is unambiguous (Unique Particle Attribution, Structures 3.8.6): where two particles compete for an
//! element there is an error. Copies of one particle don't compete. States from which the same can follow are one.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::files::Place;
use super::reduce;
use crate::model::Occurs;

/// Positions that a content model may have once it is expanded.
pub(super) const MAX_POSITIONS: usize = 50_000;
/// Pairs of positions that can follow each other, at most.
const MAX_PAIRS: usize = 4_000_000;
/// Steps of all states, at most.
const MAX_STEPS: usize = 2_000_000;
/// States, at most: they are numbered by 16 bits.
const MAX_STATES: usize = 65_000;
/// Model groups in each other, at most.
const MAX_DEPTH: usize = 400;

const TOO_LARGE: &str = "content model too large";

/// What all models of a pack may take together, so that a small hostile schema can't take hours.
#[derive(Debug)]
pub(super) struct Budget {
    /// Positions, pairs, steps, and names times steps.
    left: usize,
}

impl Default for Budget {
    /// About a hundred times what XAusländer takes.
    fn default() -> Self {
        Self { left: 400_000_000 }
    }
}

impl Budget {
    pub(super) fn take(&mut self, work: usize) -> bool {
        self.left = self.left.saturating_sub(work);
        self.left > 0
    }
}

/// A particle with all names resolved.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) occurs: Occurs,
    pub(super) part: Rc<Part>,
    pub(super) place: Place,
}

/// What a particle is.
#[derive(Debug)]
pub(super) enum Part {
    /// An element declaration (row of `elements`).
    Element(u32),
    /// A wildcard (row of `wildcards`).
    Any(u32),
    Seq(Vec<Node>),
    Choice(Vec<Node>),
    All(Vec<Node>),
}

/// What the construction asks about elements and wildcards.
pub(super) trait Symbols {
    /// The elements that a declaration stands for (name and row): itself, or its substitution group.
    fn alternatives(&self, element: u32) -> Vec<(u32, u32)>;
    /// The wildcard takes elements of this name.
    fn admits(&self, wildcard: u32, name: u32) -> bool;
    /// There are names that both wildcards take.
    fn overlap(&self, one: u32, other: u32) -> bool;
    /// The local part of a name.
    fn local(&self, name: u32) -> &str;
}

/// A deterministic content model. State 0 is the first.
#[derive(Debug, Default, PartialEq, Eq, Hash, Clone)]
pub(super) struct Automaton {
    pub(super) states: Vec<State>,
}

#[derive(Debug, Default, PartialEq, Eq, Hash, Clone)]
pub(super) struct State {
    pub(super) accept: bool,
    /// Sorted by name.
    pub(super) steps: Vec<Step>,
    /// Sorted by wildcard.
    pub(super) any: Vec<AnyStep>,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone)]
pub(super) struct Step {
    pub(super) name: u32,
    pub(super) element: u32,
    pub(super) next: u32,
    /// Number of the particle in the content model.
    pub(super) order: u32,
    /// Bits of `rows::step`.
    pub(super) flags: u16,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone, PartialOrd, Ord)]
pub(super) struct AnyStep {
    pub(super) wildcard: u32,
    pub(super) next: u32,
    /// Number of the particle in the content model.
    pub(super) order: u32,
}

/// Builds the automaton of a content model; none is empty content.
///
/// # Errors
/// The place and what is wrong there: ambiguous content, or too large.
pub(super) fn build(
    content: Option<&Node>,
    symbols: &dyn Symbols,
    budget: &mut Budget,
) -> Result<Automaton, (Place, String)> {
    let Some(content) = content else {
        return Ok(Automaton { states: vec![State { accept: true, ..State::default() }] });
    };
    let mut builder = Builder {
        symbols,
        place: content.place,
        positions: Vec::new(),
        follow: Vec::new(),
        pairs: 0,
        budget,
    };
    let (whole, _) = builder.particle(content, 0, 0)?;
    let automaton = builder.determine(&whole)?;
    reduce::reduce(automaton, symbols, budget).ok_or_else(|| (content.place, TOO_LARGE.to_owned()))
}

/// A part of the expanded model: can it be empty, with what can it begin and end.
#[derive(Default)]
struct Fragment {
    empty: bool,
    first: Vec<u32>,
    last: Vec<u32>,
}

#[derive(Clone, Copy)]
enum Symbol {
    Element(u32),
    Any(u32),
}

struct Position {
    /// The particle of which this is a copy.
    particle: u32,
    symbol: Symbol,
    place: Place,
}

struct Builder<'a> {
    symbols: &'a dyn Symbols,
    place: Place,
    positions: Vec<Position>,
    follow: Vec<Vec<u32>>,
    pairs: usize,
    budget: &'a mut Budget,
}

type Fault = (Place, String);

impl Builder<'_> {
    /// A particle with its occurrences. `base` is the number of the first leaf in it; the number of leaves comes back.
    fn particle(&mut self, node: &Node, base: u32, depth: usize) -> Result<(Fragment, u32), Fault> {
        if depth > MAX_DEPTH {
            return Err((node.place, format!("content model nested more than {MAX_DEPTH} deep")));
        }
        let Occurs { min, max } = node.occurs;
        if max == Some(0) {
            return Ok((Fragment { empty: true, ..Fragment::default() }, 0));
        }
        let (mut whole, leaves) = self.term(node, base, depth)?;
        // What can be empty may be left out: to require more of it says nothing.
        let min = if whole.empty { 0 } else { min };
        let copies = max.unwrap_or(min.max(1));
        let (mut tail, mut first) = (std::mem::take(&mut whole.last), whole.first.clone());
        let mut last = Vec::new();
        for copy in 1..copies {
            if tail.is_empty() {
                break; // nothing can stand there at all
            }
            if copy >= min {
                last.extend_from_slice(&tail);
            }
            let (next, _) = self.term(node, base, depth)?;
            self.follows(&tail, &next.first)?;
            (tail, first) = (next.last, next.first);
        }
        if max.is_none() {
            self.follows(&tail, &first)?;
        }
        last.extend_from_slice(&tail);
        whole.last = last;
        whole.empty = whole.empty || min == 0;
        Ok((whole, leaves))
    }

    fn term(&mut self, node: &Node, base: u32, depth: usize) -> Result<(Fragment, u32), Fault> {
        match &*node.part {
            Part::Element(element) => Ok((self.leaf(Symbol::Element(*element), base, node.place)?, 1)),
            Part::Any(wildcard) => Ok((self.leaf(Symbol::Any(*wildcard), base, node.place)?, 1)),
            Part::Seq(nodes) => {
                let mut whole = Fragment { empty: true, ..Fragment::default() };
                let mut leaves = 0;
                for node in nodes {
                    let (part, count) = self.particle(node, base + leaves, depth + 1)?;
                    leaves += count;
                    self.follows(&whole.last, &part.first)?;
                    if whole.empty {
                        whole.first.extend_from_slice(&part.first);
                    }
                    if !part.empty {
                        whole.last.clear();
                    }
                    whole.last.extend(part.last);
                    whole.empty &= part.empty;
                }
                Ok((whole, leaves))
            }
            Part::Choice(nodes) => {
                let mut whole = Fragment::default();
                let mut leaves = 0;
                for node in nodes {
                    let (part, count) = self.particle(node, base + leaves, depth + 1)?;
                    leaves += count;
                    whole.empty |= part.empty;
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                }
                Ok((whole, leaves))
            }
            Part::All(_) => Err((node.place, "xs:all may only be the whole content of a type".to_owned())),
        }
    }

    fn leaf(&mut self, symbol: Symbol, particle: u32, place: Place) -> Result<Fragment, Fault> {
        if self.positions.len() >= MAX_POSITIONS {
            let text =
                format!("content model too large: more than {MAX_POSITIONS} positions when it is expanded");
            return Err((self.place, text));
        }
        let at = self.positions.len() as u32;
        self.positions.push(Position { particle, symbol, place });
        self.follow.push(Vec::new());
        Ok(Fragment { empty: false, first: vec![at], last: vec![at] })
    }

    fn follows(&mut self, last: &[u32], first: &[u32]) -> Result<(), Fault> {
        let pairs = last.len() * first.len();
        self.pairs += pairs;
        if self.pairs > MAX_PAIRS || !self.budget.take(pairs) {
            return Err((self.place, TOO_LARGE.to_owned()));
        }
        for at in last {
            self.follow[*at as usize].extend_from_slice(first);
        }
        Ok(())
    }

    /// The automaton over sets of positions.
    fn determine(&mut self, whole: &Fragment) -> Result<Automaton, Fault> {
        let mut ends = vec![false; self.positions.len()];
        for at in &whole.last {
            ends[*at as usize] = true;
        }
        // A state is known by what can come next, and whether it may end.
        let mut known: HashMap<(Vec<u32>, bool), u32> = HashMap::new();
        let mut queue: Vec<(Vec<u32>, bool)> = Vec::new();
        let mut state = |mut next: Vec<u32>, accept: bool, queue: &mut Vec<(Vec<u32>, bool)>| -> u32 {
            next.sort_unstable();
            next.dedup();
            *known.entry((next.clone(), accept)).or_insert_with(|| {
                queue.push((next, accept));
                queue.len() as u32 - 1
            })
        };
        state(whole.first.clone(), whole.empty, &mut queue);
        let mut automaton = Automaton::default();
        let mut steps = 0;
        while automaton.states.len() < queue.len() {
            if queue.len() > MAX_STATES || steps > MAX_STEPS {
                return Err((self.place, TOO_LARGE.to_owned()));
            }
            let (next, accept) = queue[automaton.states.len()].clone();
            let mut built = State { accept, ..State::default() };
            let mut names: BTreeMap<u32, (u32, Vec<u32>)> = BTreeMap::new();
            let mut wildcards: BTreeMap<u32, (u32, Vec<u32>)> = BTreeMap::new();
            for at in next {
                let position = &self.positions[at as usize];
                match position.symbol {
                    Symbol::Element(element) => {
                        for (name, element) in self.symbols.alternatives(element) {
                            let (_, positions) = names.entry(name).or_insert((element, Vec::new()));
                            self.same_particle(positions.first(), at, || self.name(name))?;
                            positions.push(at);
                        }
                    }
                    Symbol::Any(wildcard) => {
                        let (_, positions) =
                            wildcards.entry(position.particle).or_insert((wildcard, Vec::new()));
                        positions.push(at);
                    }
                }
            }
            self.wildcards_apart(&names, &wildcards)?;
            let mut target = |positions: &[u32]| {
                let next =
                    positions.iter().flat_map(|at| self.follow[*at as usize].iter().copied()).collect();
                let accept = positions.iter().any(|at| ends[*at as usize]);
                state(next, accept, &mut queue)
            };
            for (name, (element, positions)) in names {
                let order = self.positions[positions[0] as usize].particle;
                built.steps.push(Step { name, element, next: target(&positions), order, flags: 0 });
            }
            for (order, (wildcard, positions)) in wildcards {
                built.any.push(AnyStep { wildcard, next: target(&positions), order });
            }
            built.any.sort_unstable();
            let added = built.steps.len() + built.any.len() + 1;
            steps += added;
            if !self.budget.take(added * 4) {
                return Err((self.place, TOO_LARGE.to_owned()));
            }
            automaton.states.push(built);
        }
        Ok(automaton)
    }

    fn same_particle(&self, one: Option<&u32>, other: u32, what: impl Fn() -> String) -> Result<(), Fault> {
        let Some(one) = one.map(|at| &self.positions[*at as usize]) else { return Ok(()) };
        let other = &self.positions[other as usize];
        if one.particle == other.particle {
            return Ok(());
        }
        // The later of the two is where a person would mend it.
        let place = if one.place.position.line > other.place.position.line { one.place } else { other.place };
        Err((
            place,
            format!("ambiguous content (Unique Particle Attribution): two particles compete for {}", what()),
        ))
    }

    fn name(&self, name: u32) -> String {
        format!("the element {}", self.symbols.local(name))
    }

    fn wildcards_apart(
        &self,
        names: &BTreeMap<u32, (u32, Vec<u32>)>,
        wildcards: &BTreeMap<u32, (u32, Vec<u32>)>,
    ) -> Result<(), Fault> {
        for (at, (wildcard, positions)) in wildcards.values().enumerate() {
            for (name, (_, others)) in names {
                if self.symbols.admits(*wildcard, *name) {
                    let describe = || format!("{}, one of them a wildcard", self.name(*name));
                    self.same_particle(others.first(), positions[0], describe)?;
                }
            }
            for (other, others) in wildcards.values().skip(at + 1) {
                if self.symbols.overlap(*wildcard, *other) {
                    self.same_particle(others.first(), positions[0], || {
                        "an element: two wildcards".to_owned()
                    })?;
                }
            }
        }
        Ok(())
    }
}
