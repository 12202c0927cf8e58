//! Numbers and orders that look random and follow from a seed alone, for any place of a stock at once (SplitMix64 by Steele, Lea, Flood).

use crate::split_mix::{self, STEP, mix};

/// A source of numbers.
#[derive(Debug, Clone)]
pub(super) struct Rng {
    state: u64,
}

impl Rng {
    /// The source for one thing of a stock: what it is for, and which one of its kind.
    pub(super) fn new(seed: u64, purpose: u64, index: u64) -> Self {
        let mixed = mix(seed ^ mix(purpose.wrapping_mul(STEP)));
        Self { state: mix(mixed ^ index.wrapping_mul(0xD6E8_FEB8_6659_FD93)) }
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        split_mix::next(&mut self.state)
    }

    /// A number below `n`; 0 for 0.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// A number from `from` to `to`, both included.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(to.saturating_sub(from).saturating_add(1).max(1) as u64) as i64
    }

    /// True in so many of 1,000 cases.
    pub(super) fn permille(&mut self, share: u64) -> bool {
        self.below(1000) < share
    }

    /// One of a slice; the default for none.
    pub(super) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        from.get(self.below(from.len() as u64) as usize).copied().unwrap_or_default()
    }
}

/// An order of the numbers below `n`, without holding it: a Feistel network of four rounds, walked until it ends below `n`.
#[derive(Debug, Clone)]
pub(super) struct Order {
    n: u64,
    half: u32,
    keys: [u64; 4],
}

impl Order {
    /// An order that follows from the seed and the purpose.
    pub(super) fn new(seed: u64, purpose: u64, n: u64) -> Self {
        let bits = 64 - n.saturating_sub(1).leading_zeros();
        let mut rng = Rng::new(seed, purpose, n);
        Self { n, half: bits.div_ceil(2).max(1), keys: std::array::from_fn(|_| rng.next()) }
    }

    /// The number at a place; the place must be below `n`.
    pub(super) fn at(&self, place: u64) -> u64 {
        let mask = (1_u64 << self.half) - 1;
        let mut x = place;
        loop {
            let (mut left, mut right) = (x >> self.half, x & mask);
            for key in self.keys {
                (left, right) = (right, left ^ (mix(right ^ key) & mask));
            }
            x = (left << self.half) | right;
            if x < self.n || place >= self.n {
                return x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_each_number_once() {
        for n in [1, 2, 3, 10, 64, 65, 1000] {
            let order = Order::new(7, 1, n);
            let mut all: Vec<u64> = (0..n).map(|place| order.at(place)).collect();
            assert!(n < 10 || all.iter().enumerate().any(|(at, x)| at as u64 != *x), "{n} is shuffled");
            all.sort_unstable();
            assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_follow_from_seed_purpose_and_index() {
        let draw = |seed, purpose, index| Rng::new(seed, purpose, index).next();
        assert_eq!(draw(1, 2, 3), draw(1, 2, 3));
        assert!([draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4)].iter().all(|other| *other != draw(1, 2, 3)));
        let mut rng = Rng::new(1, 1, 1);
        let hits = (0..10_000).filter(|_| rng.permille(100)).count();
        assert!((900..1100).contains(&hits), "{hits}");
    }
}
