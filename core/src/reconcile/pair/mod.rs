//! Persons without a number: who in one stock may be who in the other, or in the same one.
//!
//! Each pair that shares one of many keys is compared field by field, and weighed by the model of Fellegi and Sunter: what a level of likeness says is
//! learnt from the stocks themselves, without any pair being known; a rare value says more than a frequent one. Out come pairs with a
//! probability and the share of each field in it. Nothing is merged here, and nothing decided.
//!
//! Everything follows from the stocks: equal stocks give equal pairs, with any number of threads.

mod block;
mod columns;
mod compare;
mod distance;
mod flat;
mod fold;
mod link;
mod model;
mod outcome;
mod parallel;
mod person;
#[cfg(test)]
mod tests;

pub use compare::{FIELDS, Field};
pub use flat::read_table;
pub use outcome::{Cluster, Grade, Outcome, Pair, Thresholds};
pub use person::Person;

use self::columns::{Book, Columns};
use self::link::Sides;

/// How to go about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// So many threads at once; the result is the same for any number.
    pub threads: usize,
}

impl Default for Options {
    /// One thread.
    fn default() -> Self {
        Self { threads: 1 }
    }
}

/// Persons of two stocks that are to be paired.
///
/// ```
/// use azrkit::reconcile::pair::{Options, Pairing, Person};
///
/// let mut pairing = Pairing::default();
/// let person = |key, family| Person { key, family, given: "Zoë".into(), birth: "1994-05-03".into(), ..Person::default() };
/// pairing.local(&person("akte-1".into(), "Öztürk".into()));
/// pairing.register(&person("r-7".into(), "OZTURK".into()));
/// let outcome = pairing.link(&Options::default(), &|_, _| {});
/// assert_eq!(pairing.keys(&outcome.pairs[0]), ("akte-1", "r-7"));
/// ```
#[derive(Debug, Default)]
pub struct Pairing {
    book: Book,
    local: Columns,
    register: Columns,
}

impl Pairing {
    /// Adds a person of the local stock, or of the only one.
    pub fn local(&mut self, person: &Person<'_>) {
        self.local.push(person, &mut self.book);
    }

    /// Adds a person of the register.
    pub fn register(&mut self, person: &Person<'_>) {
        self.register.push(person, &mut self.book);
    }

    /// How many persons there are in the local stock and in the register.
    pub fn len(&self) -> (usize, usize) {
        (self.local.len(), self.register.len())
    }

    /// Whether there is nobody in either.
    pub fn is_empty(&self) -> bool {
        self.len() == (0, 0)
    }

    /// Pairs of one person of the local stock and one of the register. `progress` is told how many persons of how many are done.
    pub fn link(&self, options: &Options, progress: &(dyn Fn(u64, u64) + Sync)) -> Outcome {
        let sides = Sides { book: &self.book, left: &self.local, right: &self.register, same: false };
        sides.run(options, progress)
    }

    /// Pairs of two persons of the local stock.
    pub fn dedupe(&self, options: &Options, progress: &(dyn Fn(u64, u64) + Sync)) -> Outcome {
        let sides = Sides { book: &self.book, left: &self.local, right: &self.local, same: true };
        sides.run(options, progress)
    }

    /// The keys of a pair that [`link`](Self::link) gave.
    pub fn keys(&self, pair: &Pair) -> (&str, &str) {
        (key(&self.local, pair.left), key(&self.register, pair.right))
    }

    /// The key of a person of the local stock by its place, as [`dedupe`](Self::dedupe) gives it.
    pub fn local_key(&self, place: u32) -> &str {
        key(&self.local, place)
    }
}

fn key(stock: &Columns, place: u32) -> &str {
    stock.keys.get(place as usize).map_or("", |key| key)
}

impl Sides<'_> {
    fn run(&self, options: &Options, progress: &(dyn Fn(u64, u64) + Sync)) -> Outcome {
        if self.left.len() == 0 || self.right.len() == 0 {
            return Outcome::default();
        }
        let mut model = self.learn(options);
        let pairs = self.pairs(&mut model, options, progress);
        Outcome::new(pairs)
    }
}
