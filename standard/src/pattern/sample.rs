//! Making values that an automaton accepts.

use super::bytes::Dfa;
use super::matcher::{DfaView, Tables};
use std::collections::HashMap;

/// What a sample should look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleOptions {
    /// Characters at least.
    pub min_chars: usize,
    /// Characters at most.
    pub max_chars: usize,
    /// Which characters to take where there is a choice.
    pub prefer: Prefer,
}

/// Which characters a sample takes where several lead on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    /// ASCII letters and digits; other printable ASCII where there are none; anything else as a last resort.
    Plain,
    /// Any printable ASCII; anything else as a last resort.
    Printable,
    /// No preference.
    Any,
}

impl Dfa {
    /// A value that is accepted, with a length in the bounds. `random(n)` gives a number less than n, and decides all
    /// choices. `None` if no value in the bounds is accepted (lengths over 20,000 characters count as that).
    pub fn sample(&self, random: &mut dyn FnMut(u32) -> u32, options: SampleOptions) -> Option<String> {
        sample(self, random, options)
    }
}

impl DfaView<'_> {
    /// A value that is accepted: see [`Dfa::sample`].
    pub fn sample(&self, random: &mut dyn FnMut(u32) -> u32, options: SampleOptions) -> Option<String> {
        sample(self, random, options)
    }
}

/// Longer samples are not made.
const MAX_CHARS: usize = 20_000;
/// How many lengths above the least possible one are tried first.
const WINDOW: usize = 64;

fn sample<T: Tables>(
    tables: &T,
    random: &mut dyn FnMut(u32) -> u32,
    options: SampleOptions,
) -> Option<String> {
    let least = options.min_chars;
    let most = options.max_chars.min(MAX_CHARS);
    if tables.start() == 0 || least > most {
        return None;
    }
    let walk = Walk::new(tables);
    // `reach[n]`: the states from which a value of n more characters is accepted.
    let mut reach = vec![walk.ends()];
    let mut lengths = Vec::new();
    for length in 0..=most {
        if length > 0 {
            let before = walk.before(reach.last()?);
            if !before.iter().any(|&on| on) {
                break;
            }
            reach.push(before);
        }
        if length >= least && reach.get(length)?.first() == Some(&true) {
            lengths.push(length);
        }
        if lengths.first().is_some_and(|&first| length >= first + WINDOW) {
            break;
        }
    }
    let length = *lengths.get(pick(random, lengths.len())?)?;

    let mut out = String::new();
    let mut at = 0usize;
    for left in (0..length).rev() {
        let (c, next) = walk.choose(at, reach.get(left)?, random, options.prefer)?;
        out.push(c);
        at = next;
    }
    Some(out)
}

fn pick(random: &mut dyn FnMut(u32) -> u32, n: usize) -> Option<usize> {
    if n == 0 { None } else { Some((random(n as u32) as usize).min(n - 1)) }
}

/// The automaton over characters again, as far as it is reached: state 0 of it is the start.
struct Walk<'a, T> {
    tables: &'a T,
    shift: u32,
    /// The automaton's states between characters.
    states: Vec<u16>,
    index: HashMap<u16, usize>,
    /// The distinct states that one character leads to.
    targets: Vec<Vec<usize>>,
    /// One byte of each class that can come when 0 to 3 continuation bytes are missing, and how many are missing
    /// after it.
    steps: [Vec<(u8, u8)>; 4],
}

impl<'a, T: Tables> Walk<'a, T> {
    fn new(tables: &'a T) -> Self {
        let mut walk = Walk {
            tables,
            shift: tables.shift(),
            states: vec![tables.start()],
            index: HashMap::from([(tables.start(), 0)]),
            targets: Vec::new(),
            steps: [0, 1, 2, 3].map(|missing| steps(tables.classes(), missing)),
        };
        while let Some(&state) = walk.states.get(walk.targets.len()) {
            let mut reached = Vec::new();
            walk.follow(state, 0, &mut reached);
            reached.sort_unstable();
            reached.dedup();
            let mut targets = Vec::with_capacity(reached.len());
            for state in reached {
                let states = &mut walk.states;
                targets.push(*walk.index.entry(state).or_insert_with(|| {
                    states.push(state);
                    states.len() - 1
                }));
            }
            walk.targets.push(targets);
        }
        walk
    }

    /// Collects the states that complete a character; `missing` continuation bytes are still to come, 0 before the
    /// first byte.
    fn follow(&self, state: u16, missing: u8, out: &mut Vec<u16>) {
        let mut seen = Vec::new();
        for &(byte, missing) in self.steps(missing) {
            let next = self.tables.next(self.shift, state, self.tables.class(byte));
            if next == 0 || seen.contains(&(next, missing)) {
                continue;
            }
            seen.push((next, missing));
            if missing == 0 {
                out.push(next);
            } else {
                self.follow(next, missing, out);
            }
        }
    }

    fn steps(&self, missing: u8) -> &[(u8, u8)] {
        self.steps.get(usize::from(missing)).map_or(&[], Vec::as_slice)
    }

    fn ends(&self) -> Vec<bool> {
        self.states.iter().map(|&state| self.tables.accepts(state)).collect()
    }

    fn before(&self, after: &[bool]) -> Vec<bool> {
        let leads = |target: &usize| after.get(*target).copied().unwrap_or(false);
        self.targets.iter().map(|targets| targets.iter().any(leads)).collect()
    }

    /// A character from a state into one of the `good` states, with that state.
    fn choose(
        &self,
        at: usize,
        good: &[bool],
        random: &mut dyn FnMut(u32) -> u32,
        prefer: Prefer,
    ) -> Option<(char, usize)> {
        let state = *self.states.get(at)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric();
        let printable = |byte: u8| matches!(byte, 0x20..=0x7E);
        let preferences: &[&dyn Fn(u8) -> bool] = match prefer {
            Prefer::Plain => &[&plain, &printable],
            Prefer::Printable => &[&printable],
            Prefer::Any => &[],
        };
        for preference in preferences {
            let bytes: Vec<(u8, usize)> = (0..128)
                .filter(|&byte| preference(byte))
                .filter_map(|byte| Some((byte, self.good(self.byte(state, byte), good)?)))
                .collect();
            if let Some(&(byte, next)) = pick(random, bytes.len()).and_then(|i| bytes.get(i)) {
                return Some((char::from(byte), next));
            }
        }
        // Any character: bytes that lead on, one after the other.
        let mut text = Vec::with_capacity(4);
        let mut state = state;
        let mut missing = 0;
        loop {
            let bytes: Vec<(u8, u16, u8)> = (0..=255)
                .filter_map(|byte| {
                    let left = missing_after(byte, missing)?;
                    let next = self.byte(state, byte);
                    self.leads(next, left, good).then_some((byte, next, left))
                })
                .collect();
            let &(byte, next, left) = bytes.get(pick(random, bytes.len())?)?;
            text.push(byte);
            (state, missing) = (next, left);
            if left == 0 {
                let c = std::str::from_utf8(&text).ok()?.chars().next()?;
                return Some((c, self.good(state, good)?));
            }
        }
    }

    fn byte(&self, state: u16, byte: u8) -> u16 {
        self.tables.next(self.shift, state, self.tables.class(byte))
    }

    fn good(&self, state: u16, good: &[bool]) -> Option<usize> {
        self.index.get(&state).copied().filter(|&at| good.get(at) == Some(&true))
    }

    fn leads(&self, state: u16, missing: u8, good: &[bool]) -> bool {
        if state == 0 {
            return false;
        }
        if missing == 0 {
            return self.good(state, good).is_some();
        }
        let mut seen = Vec::new();
        self.steps(missing).iter().any(|&(byte, left)| {
            let next = self.byte(state, byte);
            if seen.contains(&next) {
                return false;
            }
            seen.push(next);
            self.leads(next, left, good)
        })
    }
}

/// One byte of each class, and kind of byte, that can come when so many continuation bytes are missing.
fn steps(classes: &[u8; 256], missing: u8) -> Vec<(u8, u8)> {
    let mut seen = Vec::new();
    let mut out = Vec::new();
    for byte in 0..=255u8 {
        if let Some(left) = missing_after(byte, missing) {
            let kind = (classes[usize::from(byte)], left);
            if !seen.contains(&kind) {
                seen.push(kind);
                out.push((byte, left));
            }
        }
    }
    out
}

/// How many continuation bytes are missing after `byte`; `None` where the byte cannot stand there.
fn missing_after(byte: u8, missing: u8) -> Option<u8> {
    match (missing, byte) {
        (0, 0..=0x7F) => Some(0),
        (0, 0xC2..=0xDF) => Some(1),
        (0, 0xE0..=0xEF) => Some(2),
        (0, 0xF0..=0xF4) => Some(3),
        (1..=3, 0x80..=0xBF) => Some(missing - 1),
        _ => None,
    }
}
