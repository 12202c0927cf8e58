//! From an automaton over characters to one over the bytes of UTF-8.
//!
//! Each state of the character automaton becomes a state between two characters; the states inside a character
//! are shared wherever what can follow is the same, so the result is minimal without a further pass.

use super::automaton::CharDfa;
use super::{Budget, PatternError};
use std::collections::HashMap;
use zerocopy::little_endian::U16;

/// The smallest deterministic automaton over bytes that accepts what the patterns match.
///
/// It reads whole values of well-formed UTF-8. State 0 is dead: nothing that follows can be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dfa {
    /// Bytes that no state tells apart are one class.
    pub classes: [u8; 256],
    /// The classes that a row of `transitions` has room for: a power of two, so that a row is found by a shift.
    pub class_count: u16,
    /// The state before the first byte; 0 if nothing is accepted at all.
    pub start: u16,
    /// Whether the value may end in a state.
    pub accepting: Vec<bool>,
    /// `state * class_count + class` → next state.
    pub transitions: Vec<u16>,
    /// The fast way through ASCII text, where there is one.
    pub ascii: Option<AsciiLoop>,
}

/// A set A of ASCII bytes that can be skipped without following the automaton.
///
/// From the start, each text over A that is not empty is accepted, and the state after it depends on its last
/// byte alone: it is the state that this byte leads to from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsciiLoop {
    /// A: bit b for byte b.
    pub mask: u128,
    /// Bytes of A are just those whose class is less than this.
    pub classes: u16,
    /// In the states 1 to this one, bytes of A lead where they lead from the start.
    pub resume: u16,
}

impl Dfa {
    /// The accepting states as bits: state s is bit `s % 8` of byte `s / 8`. For a [`super::DfaView`].
    #[must_use]
    pub fn accepting_bits(&self) -> Vec<u8> {
        let bits = |chunk: &[bool]| chunk.iter().rev().fold(0u8, |bits, &on| (bits << 1) | u8::from(on));
        self.accepting.chunks(8).map(bits).collect()
    }

    /// The transitions as a pack holds them. For a [`super::DfaView`].
    #[must_use]
    pub fn transitions_le(&self) -> Vec<U16> {
        self.transitions.iter().map(|&state| U16::new(state)).collect()
    }
}

/// Translates an automaton over characters.
pub(super) fn build(chars: &CharDfa, budget: &mut Budget) -> Result<Dfa, PatternError> {
    let mut builder = Builder::new(chars)?;
    let mut leads = builder.leads()?;
    leads.retain(|&(_, tree)| tree != Builder::NOTHING);
    let states = chars.accepting.len();
    budget.memory(states.saturating_mul(512))?;
    let mut rows: Vec<[u16; 256]> = Vec::with_capacity(states);
    for state in 0..states as u32 {
        budget.step(256)?;
        let mut row = [0u16; 256];
        for (cell, &symbol) in row.iter_mut().zip(&builder.ascii) {
            *cell = narrow(chars.next[state as usize * chars.symbols + symbol as usize])?;
        }
        for &(lead, tree) in &leads {
            row[lead as usize] = builder.inside(state, tree, budget)?;
        }
        rows.push(row);
    }
    Ok(number(Rows { between: rows, inside: builder.rows }, chars))
}

fn narrow(state: u32) -> Result<u16, PatternError> {
    u16::try_from(state).ok().filter(|&state| state < u16::MAX).ok_or(TOO_MANY)
}

const TOO_MANY: PatternError = PatternError::TooLarge { limit: 65_535, unit: "states" };

/// Works out the states inside characters.
struct Builder<'a> {
    chars: &'a CharDfa,
    /// The symbol of each ASCII character.
    ascii: [u32; 128],
    /// What the continuation bytes after a prefix stand for; by number. The children of a tree of height 1 are
    /// symbols, those of a higher one are trees.
    trees: Vec<Tree>,
    tree_ids: HashMap<Tree, u32>,
    /// The trees of heights 1 to 3 in which all is one symbol.
    uniform: HashMap<(u8, u32), u32>,
    /// The rows of the states inside characters, by the continuation bytes 80 to BF.
    rows: Vec<[u16; 64]>,
    row_ids: HashMap<[u16; 64], u16>,
    known: HashMap<(u32, u32), u16>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Tree {
    height: u8,
    children: [u32; 64],
}

impl<'a> Builder<'a> {
    /// The tree of height 1 without any character of the pattern.
    const NOTHING: u32 = 0;

    fn new(chars: &'a CharDfa) -> Result<Self, PatternError> {
        let mut ascii = [0; 128];
        for &(first, last, symbol) in chars.intervals.iter().take_while(|interval| interval.0 < 128) {
            for c in first..=last.min(127) {
                ascii[c as usize] = symbol;
            }
        }
        narrow(chars.accepting.len() as u32)?;
        let mut builder = Builder {
            chars,
            ascii,
            trees: Vec::new(),
            tree_ids: HashMap::new(),
            uniform: HashMap::new(),
            rows: Vec::new(),
            row_ids: HashMap::new(),
            known: HashMap::new(),
        };
        builder.tree(Tree { height: 1, children: [0; 64] });
        Ok(builder)
    }

    /// What follows each lead byte that a character of more than one byte can begin with.
    fn leads(&mut self) -> Result<Vec<(u8, u32)>, PatternError> {
        let mut out = Vec::new();
        for lead in 0xC2u32..=0xF4 {
            let tree = match lead {
                0xC2..=0xDF => self.cover(1, (lead & 0x1F) << 6, 0),
                0xE0..=0xEF => self.cover(2, (lead & 0x0F) << 12, 0x800),
                _ => self.cover(3, (lead & 0x07) << 18, 0x1_0000),
            };
            out.push((lead as u8, tree));
        }
        Ok(out)
    }

    /// The tree of the characters from `base` on that `height` continuation bytes tell apart. Those under `least`
    /// have a shorter form and are left out.
    fn cover(&mut self, height: u8, base: u32, least: u32) -> u32 {
        let width = 1u32 << (6 * u32::from(height));
        let end = base + (width - 1);
        let at = self.chars.intervals.partition_point(|interval| interval.1 < base);
        let symbol = match self.chars.intervals.get(at) {
            _ if end < least => Some(0),
            Some(&(first, last, symbol)) if first <= base && last >= end && base >= least => Some(symbol),
            Some(&(first, _, _)) if first <= end => None,
            _ => Some(0),
        };
        if let Some(symbol) = symbol {
            return self.uniform(height, symbol);
        }
        let mut children = [0; 64];
        let step = width >> 6;
        for (i, child) in (0u32..).zip(&mut children) {
            let base = base + i * step;
            *child = if height > 1 { self.cover(height - 1, base, least) } else { self.symbol(base) };
        }
        self.tree(Tree { height, children })
    }

    fn symbol(&self, c: u32) -> u32 {
        let at = self.chars.intervals.partition_point(|interval| interval.1 < c);
        self.chars.intervals.get(at).filter(|interval| interval.0 <= c).map_or(0, |interval| interval.2)
    }

    fn uniform(&mut self, height: u8, symbol: u32) -> u32 {
        if symbol == 0 {
            return Self::NOTHING;
        }
        if let Some(&tree) = self.uniform.get(&(height, symbol)) {
            return tree;
        }
        let child = if height > 1 { self.uniform(height - 1, symbol) } else { symbol };
        let tree = self.tree(Tree { height, children: [child; 64] });
        self.uniform.insert((height, symbol), tree);
        tree
    }

    fn tree(&mut self, tree: Tree) -> u32 {
        if let Some(&id) = self.tree_ids.get(&tree) {
            return id;
        }
        let id = self.trees.len() as u32;
        self.tree_ids.insert(tree.clone(), id);
        self.trees.push(tree);
        id
    }

    /// The state that is reached from `state` by a prefix after which `tree` follows.
    fn inside(&mut self, state: u32, tree: u32, budget: &mut Budget) -> Result<u16, PatternError> {
        if tree == Self::NOTHING {
            return Ok(0);
        }
        if let Some(&known) = self.known.get(&(state, tree)) {
            return Ok(known);
        }
        budget.step(64)?;
        let Tree { height, children } = self.trees[tree as usize];
        let mut row = [0u16; 64];
        for (cell, &child) in row.iter_mut().zip(&children) {
            *cell = if height > 1 {
                self.inside(state, child, budget)?
            } else {
                narrow(self.chars.next[state as usize * self.chars.symbols + child as usize])?
            };
        }
        let id = if row == [0; 64] { 0 } else { self.row(row, budget)? };
        self.known.insert((state, tree), id);
        budget.memory(self.known.len().saturating_mul(24))?;
        Ok(id)
    }

    fn row(&mut self, row: [u16; 64], budget: &Budget) -> Result<u16, PatternError> {
        if let Some(&id) = self.row_ids.get(&row) {
            return Ok(id);
        }
        let states = self.chars.accepting.len() + self.rows.len();
        budget.states(states + 1)?;
        let id = narrow(u32::try_from(states).unwrap_or(u32::MAX))?;
        self.rows.push(row);
        self.row_ids.insert(row, id);
        Ok(id)
    }
}

/// All transitions: first the states between characters, then those inside one.
struct Rows {
    between: Vec<[u16; 256]>,
    inside: Vec<[u16; 64]>,
}

impl Rows {
    fn len(&self) -> usize {
        self.between.len() + self.inside.len()
    }

    fn cell(&self, state: usize, byte: usize) -> u16 {
        match self.between.get(state) {
            Some(row) => row[byte],
            None if byte & 0xC0 == 0x80 => self.inside[state - self.between.len()][byte & 0x3F],
            None => 0,
        }
    }
}

/// Gives states and classes their final numbers, and lays out the tables.
fn number(rows: Rows, chars: &CharDfa) -> Dfa {
    let start = chars.start as usize;
    let accepts = |state: usize| chars.accepting.get(state).copied().unwrap_or(false);
    let (class_of, count) = byte_classes(&rows);
    let mut first_byte = vec![0usize; count];
    for byte in (0..256).rev() {
        first_byte[class_of[byte]] = byte;
    }
    let skipped = skippable(&rows, start, &accepts, &class_of, count);

    // Classes that can be skipped come first.
    let mut class_order: Vec<usize> = (0..count).collect();
    class_order.sort_by_key(|&class| !skipped[class]);
    let mut class_number = vec![0u8; count];
    for (number, &class) in class_order.iter().enumerate() {
        class_number[class] = number as u8;
    }
    let skipped_count = skipped.iter().filter(|&&skip| skip).count();

    // States in which the skipping can begin come first, after the dead one.
    let resumes = |state: usize| {
        state != 0
            && skipped_count > 0
            && class_order[..skipped_count].iter().all(|&class| {
                let byte = first_byte[class];
                rows.cell(state, byte) == rows.cell(start, byte)
            })
    };
    let mut state_order: Vec<usize> = (0..rows.len()).collect();
    state_order.sort_by_key(|&state| if state == 0 { 0 } else { 2 - u8::from(resumes(state)) });
    let mut state_number = vec![0u16; rows.len()];
    for (number, &state) in state_order.iter().enumerate() {
        state_number[state] = number as u16;
    }

    let width = count.next_power_of_two();
    let mut transitions = vec![0u16; rows.len() * width];
    for (row, &state) in transitions.chunks_mut(width).zip(&state_order) {
        for (cell, &class) in row.iter_mut().zip(&class_order) {
            *cell = state_number[rows.cell(state, first_byte[class]) as usize];
        }
    }
    let mut classes = [0u8; 256];
    let mut mask = 0u128;
    for byte in 0..256 {
        classes[byte] = class_number[class_of[byte]];
        if skipped[class_of[byte]] {
            mask |= 1 << byte;
        }
    }
    let resume = state_order.iter().skip(1).take_while(|&&state| resumes(state)).count() as u16;
    Dfa {
        classes,
        class_count: width as u16,
        start: state_number[start],
        accepting: state_order.iter().map(|&state| accepts(state)).collect(),
        transitions,
        ascii: (mask != 0).then_some(AsciiLoop { mask, classes: skipped_count as u16, resume }),
    }
}

/// The class of each byte, and the number of classes.
fn byte_classes(rows: &Rows) -> ([usize; 256], usize) {
    let mut class_of = [0usize; 256];
    let mut count = 1;
    // One byte of each class.
    let mut example = vec![0usize];
    for state in 0..rows.len() {
        let fits = (0..256).all(|byte| {
            let other = example[class_of[byte]];
            rows.cell(state, byte) == rows.cell(state, other)
        });
        if fits {
            continue;
        }
        let mut split: HashMap<(usize, u16), usize> = HashMap::new();
        for (class, &byte) in example.iter().enumerate() {
            split.insert((class, rows.cell(state, byte)), class);
        }
        for (byte, class_of) in class_of.iter_mut().enumerate() {
            *class_of = *split.entry((*class_of, rows.cell(state, byte))).or_insert_with(|| {
                example.push(byte);
                count += 1;
                count - 1
            });
        }
    }
    (class_of, count)
}

/// Which classes make up the set A of [`AsciiLoop`]: all that could be in it, less the one that stands in the way of
/// most others, until none does.
fn skippable(
    rows: &Rows,
    start: usize,
    accepts: &dyn Fn(usize) -> bool,
    class_of: &[usize; 256],
    count: usize,
) -> Vec<bool> {
    let mut bytes: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (byte, &class) in class_of.iter().enumerate() {
        bytes[class].push(byte);
    }
    let mut candidates: Vec<usize> = (0..count)
        .filter(|&class| {
            bytes[class].iter().all(|&byte| byte < 128) && accepts(rows.cell(start, bytes[class][0]) as usize)
        })
        .collect();
    let agree = |a: usize, b: usize| {
        let after = rows.cell(start, bytes[a][0]) as usize;
        rows.cell(after, bytes[b][0]) == rows.cell(start, bytes[b][0])
    };
    candidates.retain(|&class| agree(class, class));
    loop {
        let conflicts = |a: usize| candidates.iter().filter(|&&b| !agree(a, b) || !agree(b, a)).count();
        let worst =
            candidates.iter().map(|&class| (conflicts(class), usize::MAX - bytes[class].len(), class)).max();
        match worst {
            Some((conflicts, _, worst)) if conflicts > 0 => candidates.retain(|&class| class != worst),
            _ => break,
        }
    }
    let mut out = vec![false; count];
    for class in candidates {
        out[class] = true;
    }
    out
}
