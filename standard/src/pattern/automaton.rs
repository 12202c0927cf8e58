//! From the tree of a pattern to the smallest deterministic automaton over classes of characters.
//!
//! Working on classes of characters instead of bytes keeps the alphabet small: characters that no class of the
//! pattern tells apart are one symbol. The step to bytes comes after, in `bytes`.

use super::charset::CharSet;
use super::parser::Ast;
use super::{Budget, PatternError};
use std::collections::HashMap;
use std::sync::Arc;

/// A complete, minimal, deterministic automaton. State 0 is dead; symbol 0 leads there from everywhere.
pub(super) struct CharDfa {
    /// The characters of each symbol but 0, sorted: first, last, symbol.
    pub(super) intervals: Vec<(u32, u32, u32)>,
    pub(super) symbols: usize,
    pub(super) start: u32,
    pub(super) accepting: Vec<bool>,
    /// `state * symbols + symbol` → state.
    pub(super) next: Vec<u32>,
}

/// Translates a pattern.
pub(super) fn build(ast: &Ast, budget: &mut Budget) -> Result<CharDfa, PatternError> {
    // Counted repetitions are written out, so their sizes multiply: look before leaping.
    budget.states(usize::try_from(size(ast)).unwrap_or(usize::MAX))?;
    let mut nfa = Nfa { nodes: vec![Node::Accept], leaves: Vec::new(), known: HashMap::new() };
    let start = nfa.add(ast, ACCEPT);
    let alphabet = Alphabet::new(&nfa.leaves, budget)?;
    let dfa = determinize(&nfa, start, alphabet, budget)?;
    minimize(&dfa, budget)
}

/// How many nodes the written-out automaton has.
fn size(ast: &Ast) -> u64 {
    match ast {
        Ast::Class(_) => 1,
        Ast::Concat(parts) | Ast::Alternate(parts) => {
            parts.iter().fold(1, |sum: u64, part| sum.saturating_add(size(part)))
        }
        Ast::Repeat { inner, min, max } => {
            // What may be left out takes a choice each time; so does going round a loop.
            let inner = size(inner);
            let choices = u64::from(max.map_or(1, |max| max.saturating_sub(*min)));
            let copies = u64::from(*min).saturating_add(choices);
            inner.saturating_mul(copies).saturating_add(choices).max(1)
        }
    }
}

const ACCEPT: u32 = 0;

enum Node {
    Accept,
    /// A character of the leaf, then that node.
    Class(u32, u32),
    /// Any of these nodes, without a character.
    Any(Vec<u32>),
}

/// The automaton with choices (Thompson's construction, built from the end to the start).
struct Nfa {
    nodes: Vec<Node>,
    /// The distinct sets of characters.
    leaves: Vec<Arc<CharSet>>,
    known: HashMap<Arc<CharSet>, u32>,
}

impl Nfa {
    /// Adds what matches `ast` and goes on at `then`; returns its first node.
    fn add(&mut self, ast: &Ast, then: u32) -> u32 {
        match ast {
            Ast::Class(set) => {
                let leaf = self.leaf(set);
                self.node(Node::Class(leaf, then))
            }
            Ast::Concat(parts) => parts.iter().rev().fold(then, |then, part| self.add(part, then)),
            Ast::Alternate(parts) => {
                let entries = parts.iter().map(|part| self.add(part, then)).collect();
                self.node(Node::Any(entries))
            }
            Ast::Repeat { inner, min, max } => {
                let mut entry = then;
                let mut copies = *min;
                match max {
                    Some(max) => {
                        for _ in *min..*max {
                            let once = self.add(inner, entry);
                            entry = self.node(Node::Any(vec![once, then]));
                        }
                    }
                    None => {
                        let again = self.node(Node::Any(vec![then]));
                        let once = self.add(inner, again);
                        if let Some(Node::Any(targets)) = self.nodes.get_mut(again as usize) {
                            targets.push(once);
                        }
                        // The loop itself is one of the copies that must be there.
                        entry = if copies > 0 { once } else { again };
                        copies = copies.saturating_sub(1);
                    }
                }
                (0..copies).fold(entry, |then, _| self.add(inner, then))
            }
        }
    }

    fn leaf(&mut self, set: &Arc<CharSet>) -> u32 {
        if let Some(&leaf) = self.known.get(set) {
            return leaf;
        }
        let leaf = self.leaves.len() as u32;
        self.leaves.push(Arc::clone(set));
        self.known.insert(Arc::clone(set), leaf);
        leaf
    }

    fn node(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        (self.nodes.len() - 1) as u32
    }
}

/// The characters parted into symbols: two characters are one symbol if no leaf has just one of them.
struct Alphabet {
    intervals: Vec<(u32, u32, u32)>,
    symbols: usize,
    /// The symbols of each leaf.
    of_leaf: Vec<Vec<u32>>,
}

impl Alphabet {
    fn new(leaves: &[Arc<CharSet>], budget: &mut Budget) -> Result<Self, PatternError> {
        let mut cuts: Vec<u32> = Vec::new();
        for leaf in leaves {
            budget.step(leaf.ranges().len())?;
            cuts.extend(leaf.ranges().iter().flat_map(|&(first, last)| [first, last + 1]));
        }
        cuts.sort_unstable();
        cuts.dedup();

        // The symbol of the characters from each cut to the next, refined leaf by leaf. 0: in no leaf so far.
        let mut symbol = vec![0u32; cuts.len()];
        let mut symbols: u32 = 1;
        let mut spans = Vec::with_capacity(leaves.len());
        let mut members = vec![cuts.len()];
        for leaf in leaves {
            let mut pieces: Vec<usize> = Vec::new();
            for &(first, last) in leaf.ranges() {
                let from = cuts.partition_point(|&cut| cut < first);
                let to = cuts.partition_point(|&cut| cut <= last);
                budget.step(to - from + 1)?;
                pieces.extend(from..to);
            }
            let mut inside: HashMap<u32, usize> = HashMap::new();
            for &i in &pieces {
                *inside.entry(symbol[i]).or_default() += 1;
            }
            // A symbol of which only a part is inside is split; 0 always, since it stands for the rest.
            let mut split: HashMap<u32, u32> = HashMap::new();
            for &i in &pieces {
                let old = symbol[i];
                if old != 0 && members[old as usize] == inside[&old] {
                    continue;
                }
                let new = *split.entry(old).or_insert_with(|| {
                    symbols += 1;
                    members.push(0);
                    symbols - 1
                });
                symbol[i] = new;
                members[new as usize] += 1;
            }
            for (&old, &count) in &inside {
                if split.contains_key(&old) {
                    members[old as usize] -= count;
                }
            }
            spans.push(pieces);
        }

        let mut of_leaf = Vec::with_capacity(leaves.len());
        for pieces in spans {
            let mut own: Vec<u32> = pieces.iter().map(|&i| symbol[i]).collect();
            own.sort_unstable();
            own.dedup();
            of_leaf.push(own);
        }
        let intervals = cuts
            .windows(2)
            .zip(&symbol)
            .filter(|&(_, &symbol)| symbol != 0)
            .map(|(cut, &symbol)| (cut[0], cut[1] - 1, symbol))
            .collect();
        Ok(Alphabet { intervals, symbols: symbols as usize, of_leaf })
    }
}

/// Subset construction. State 0 is the empty set.
fn determinize(
    nfa: &Nfa,
    start: u32,
    alphabet: Alphabet,
    budget: &mut Budget,
) -> Result<CharDfa, PatternError> {
    let symbols = alphabet.symbols;
    let mut closure = Closure { seen: vec![0; nfa.nodes.len()], mark: 0, stack: Vec::new() };
    let mut ids: HashMap<Arc<[u32]>, u32> = HashMap::new();
    let mut sets: Vec<Arc<[u32]>> = Vec::new();
    let mut set_bytes = 0usize;
    let mut next: Vec<u32> = Vec::new();
    let mut buckets: Vec<Vec<u32>> = vec![Vec::new(); symbols];

    let empty: Arc<[u32]> = Arc::from([]);
    ids.insert(Arc::clone(&empty), 0);
    sets.push(empty);
    next.resize(symbols, 0);
    let mut id_of = |set: Vec<u32>, sets: &mut Vec<Arc<[u32]>>, budget: &Budget| {
        if let Some(&id) = ids.get(set.as_slice()) {
            return Ok(id);
        }
        let set: Arc<[u32]> = set.into();
        set_bytes += 4 * set.len() + 64;
        budget.states(sets.len() + 1)?;
        budget.memory(set_bytes)?;
        budget.memory((sets.len() + 1).saturating_mul(symbols * 4))?;
        let id = sets.len() as u32;
        ids.insert(Arc::clone(&set), id);
        sets.push(set);
        Ok::<u32, PatternError>(id)
    };

    let first = closure.of(nfa, &[start], budget)?;
    let start = id_of(first, &mut sets, budget)?;
    let mut done = 1;
    while let Some(set) = sets.get(done).cloned() {
        for &node in set.iter() {
            if let Some(&Node::Class(leaf, then)) = nfa.nodes.get(node as usize) {
                let own = &alphabet.of_leaf[leaf as usize];
                budget.step(own.len())?;
                for &symbol in own {
                    buckets[symbol as usize].push(then);
                }
            }
        }
        budget.step(symbols)?;
        for bucket in &mut buckets {
            if bucket.is_empty() {
                next.push(0);
                continue;
            }
            let set = closure.of(nfa, bucket, budget)?;
            bucket.clear();
            next.push(id_of(set, &mut sets, budget)?);
        }
        done += 1;
    }
    let accepting = sets.iter().map(|set| set.first() == Some(&ACCEPT)).collect();
    Ok(CharDfa { intervals: alphabet.intervals, symbols, start, accepting, next })
}

struct Closure {
    seen: Vec<u32>,
    mark: u32,
    stack: Vec<u32>,
}

impl Closure {
    /// All nodes that wait for a character or accept, reached from `from` without a character; sorted.
    fn of(&mut self, nfa: &Nfa, from: &[u32], budget: &mut Budget) -> Result<Vec<u32>, PatternError> {
        self.mark += 1;
        self.stack.clear();
        self.stack.extend_from_slice(from);
        let mut out = Vec::new();
        let mut steps = from.len();
        while let Some(node) = self.stack.pop() {
            let seen = &mut self.seen[node as usize];
            if *seen == self.mark {
                continue;
            }
            *seen = self.mark;
            match &nfa.nodes[node as usize] {
                Node::Any(targets) => {
                    steps += targets.len();
                    self.stack.extend_from_slice(targets);
                }
                Node::Accept | Node::Class(..) => out.push(node),
            }
        }
        budget.step(steps + out.len())?;
        out.sort_unstable();
        Ok(out)
    }
}

/// Hopcroft's algorithm; the blocks are numbered from the start on, the dead one 0.
fn minimize(dfa: &CharDfa, budget: &mut Budget) -> Result<CharDfa, PatternError> {
    let states = dfa.accepting.len();
    let symbols = dfa.symbols;
    budget.memory(states.saturating_mul(symbols + 1).saturating_mul(8))?;
    budget.step(states * symbols)?;
    let back = Inverse::new(dfa, states);
    let mut parts = Partition::new(states);
    let split = |parts: &mut Partition, work: &mut Vec<u32>, waiting: &mut Vec<bool>| {
        for (old, new) in parts.split_marked() {
            waiting.push(false);
            let add = if waiting[old as usize] || parts.len(new) <= parts.len(old) { new } else { old };
            if !waiting[add as usize] {
                waiting[add as usize] = true;
                work.push(add);
            }
        }
    };

    let mut work: Vec<u32> = Vec::new();
    let mut waiting = vec![false];
    for (state, &accepting) in dfa.accepting.iter().enumerate() {
        if accepting {
            parts.mark(state as u32);
        }
    }
    split(&mut parts, &mut work, &mut waiting);
    while let Some(block) = work.pop() {
        waiting[block as usize] = false;
        // The block may be split while it is worked on; what it was goes on to count.
        let members = parts.members(block).to_vec();
        for symbol in 1..symbols {
            budget.step(members.len())?;
            for &state in &members {
                for &from in back.sources(symbol, state) {
                    budget.step(1)?;
                    parts.mark(from);
                }
            }
            split(&mut parts, &mut work, &mut waiting);
        }
    }
    Ok(renumber(dfa, &parts))
}

fn renumber(dfa: &CharDfa, parts: &Partition) -> CharDfa {
    let symbols = dfa.symbols;
    let mut number = vec![u32::MAX; parts.blocks.len()];
    number[parts.block_of[0] as usize] = 0;
    let mut order = vec![0u32];
    let mut visit = |state: u32, order: &mut Vec<u32>| {
        let number = &mut number[parts.block_of[state as usize] as usize];
        if *number == u32::MAX {
            *number = order.len() as u32;
            order.push(state);
        }
        *number
    };
    let start = visit(dfa.start, &mut order);
    let mut next = Vec::new();
    let mut accepting = Vec::new();
    let mut done = 0;
    while let Some(&state) = order.get(done) {
        accepting.push(dfa.accepting[state as usize]);
        for symbol in 0..symbols {
            let target = dfa.next[state as usize * symbols + symbol];
            next.push(visit(target, &mut order));
        }
        done += 1;
    }
    CharDfa { intervals: dfa.intervals.clone(), symbols, start, accepting, next }
}

/// The transitions backwards.
struct Inverse {
    /// `symbol * (states + 1) + state` → where its sources begin.
    offsets: Vec<u32>,
    sources: Vec<u32>,
    states: usize,
}

impl Inverse {
    fn new(dfa: &CharDfa, states: usize) -> Self {
        let symbols = dfa.symbols;
        let mut offsets = vec![0u32; symbols * (states + 1) + 1];
        for (i, &target) in dfa.next.iter().enumerate() {
            offsets[(i % symbols) * (states + 1) + target as usize + 1] += 1;
        }
        let mut sum = 0;
        for offset in &mut offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut fill = offsets.clone();
        let mut sources = vec![0u32; dfa.next.len()];
        for (i, &target) in dfa.next.iter().enumerate() {
            let at = &mut fill[(i % symbols) * (states + 1) + target as usize];
            sources[*at as usize] = (i / symbols) as u32;
            *at += 1;
        }
        Inverse { offsets, sources, states }
    }

    fn sources(&self, symbol: usize, state: u32) -> &[u32] {
        let at = symbol * (self.states + 1) + state as usize;
        &self.sources[self.offsets[at] as usize..self.offsets[at + 1] as usize]
    }
}

/// States in blocks, which can be split by marking some of them.
struct Partition {
    /// The states, block by block; within a block the marked ones first.
    elements: Vec<u32>,
    position: Vec<u32>,
    block_of: Vec<u32>,
    /// First, end and number of marked elements of each block.
    blocks: Vec<(u32, u32, u32)>,
    touched: Vec<u32>,
}

impl Partition {
    fn new(states: usize) -> Self {
        let elements: Vec<u32> = (0..states as u32).collect();
        Partition {
            position: elements.clone(),
            elements,
            block_of: vec![0; states],
            blocks: vec![(0, states as u32, 0)],
            touched: Vec::new(),
        }
    }

    fn len(&self, block: u32) -> u32 {
        let (first, end, _) = self.blocks[block as usize];
        end - first
    }

    fn members(&self, block: u32) -> &[u32] {
        let (first, end, _) = self.blocks[block as usize];
        &self.elements[first as usize..end as usize]
    }

    fn mark(&mut self, state: u32) {
        let block = self.block_of[state as usize];
        let (first, _, marked) = &mut self.blocks[block as usize];
        let at = self.position[state as usize];
        let to = *first + *marked;
        if at < to {
            return;
        }
        if *marked == 0 {
            self.touched.push(block);
        }
        *marked += 1;
        let other = self.elements[to as usize];
        self.elements.swap(at as usize, to as usize);
        self.position[state as usize] = to;
        self.position[other as usize] = at;
    }

    /// Makes the marked states of each block a block of their own, where the block has others too. Returns each
    /// split block with the new one; new blocks are numbered on.
    fn split_marked(&mut self) -> Vec<(u32, u32)> {
        let mut out = Vec::new();
        while let Some(block) = self.touched.pop() {
            let (first, end, marked) = self.blocks[block as usize];
            self.blocks[block as usize].2 = 0;
            if first + marked == end {
                continue;
            }
            let new = self.blocks.len() as u32;
            self.blocks.push((first, first + marked, 0));
            self.blocks[block as usize].0 = first + marked;
            for &state in &self.elements[first as usize..(first + marked) as usize] {
                self.block_of[state as usize] = new;
            }
            out.push((block, new));
        }
        out
    }
}
