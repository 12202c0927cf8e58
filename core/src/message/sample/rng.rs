//! Numbers that look random and follow from a seed alone (xoshiro256++ by Blackman and Vigna, seeded by SplitMix64).

use crate::split_mix;

/// A source of numbers; equal seeds give equal numbers on every machine.
#[derive(Debug, Clone)]
pub(super) struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// A source for a seed and the words that tell it from others of the same seed.
    pub(super) fn new(seed: u64, words: &[&str]) -> Self {
        let mut hash = seed;
        for word in words {
            for &byte in word.as_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
            }
            hash = split_mix::next(&mut hash.clone()) ^ hash.rotate_left(23);
        }
        let mut state = [0; 4];
        for word in &mut state {
            *word = split_mix::next(&mut hash);
        }
        Self { state }
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let t = b << 17;
        let (c, d) = (c ^ a, d ^ b);
        let (b, a) = (b ^ c, a ^ d);
        self.state = [a, b, c ^ t, d.rotate_left(45)];
        result
    }

    /// A number below `n`; 0 for `n` = 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u32
    }

    /// A number from `from` to `to`, both included.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let span = u32::try_from(to.saturating_sub(from).saturating_add(1)).unwrap_or(1);
        from + i64::from(self.below(span))
    }

    /// True in `percent` of 100 cases.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of a slice.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len() as u32) as usize)
    }

    /// The index of one of several weights; none if all are 0.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> Option<usize> {
        let sum: u32 = weights.clone().sum();
        if sum == 0 {
            return None;
        }
        let mut at = self.below(sum);
        for (index, weight) in weights.enumerate() {
            if at < weight {
                return Some(index);
            }
            at -= weight;
        }
        None
    }
}
