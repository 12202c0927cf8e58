//! Synthetic stocks: what an authority and the register might hold of the same people, and who is who in truth.
//!
//! A [`Synth`] makes a truth of N persons: households with names of many languages, addresses, documents and titles. Two stocks are drawn
//! from it, each with its own errors at rates as they are seen in registers: slips of the hand, other transliterations, marks left out, parts of
//! names missing, given and family names swapped or in one field (Blockname), new names after a marriage, the 1st of January
//! for an unknown day, day and month swapped, moved, other documents, missing fields. Some persons are in one stock only, some twice.
//!
//! Nobody is meant by any combination of names. All follows from the seed; each person is made when it is asked for, so a stock of any
//! size is streamed. Each stock has an order of its own.

mod blur;
mod names;
mod record;
mod rng;
mod spelling;
#[cfg(test)]
mod tests;
mod truth;

pub use blur::{Held, Title};
pub use record::COLUMNS;

use self::rng::{Order, Rng};
use crate::register::Datensatz;
use crate::time::Day;

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many persons there are in truth.
    pub persons: u64,
    /// Equal seeds give equal stocks.
    pub seed: u64,
    /// Of 1,000 persons so many are in the local stock only.
    pub only_local: u32,
    /// Of 1,000 persons so many are in the register only.
    pub only_register: u32,
    /// Of 1,000 persons in a stock so many are in it a second time.
    pub twice: u32,
    /// Of 1,000 persons that are in both so many have the AZR-Nummer in the local stock.
    pub numbered: u32,
    /// The day of the stocks: year, month, day.
    pub today: (i64, i64, i64),
}

impl Default for Options {
    /// 1,000 persons of seed 1, 8 of 100 in one stock only (each), 15 of 1,000 twice, no numbers here, on 2026-11-01.
    fn default() -> Self {
        Self {
            persons: 1000,
            seed: 1,
            only_local: 80,
            only_register: 80,
            twice: 15,
            numbered: 0,
            today: (2026, 11, 1),
        }
    }
}

/// One of the two stocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stock {
    /// The authority's.
    Local,
    /// The register's.
    Register,
}

impl Stock {
    /// `local` or `register`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Register => "register",
        }
    }
}

/// A generator of two stocks.
#[derive(Debug, Clone)]
pub struct Synth {
    options: Options,
}

/// A record of a stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The key in its stock.
    pub key: String,
    /// The AZR-Nummer, where the stock has it.
    pub azr_nummer: Option<String>,
    /// Whom it stands for: the number of the person in truth.
    pub person: u64,
    /// What is held of the person.
    pub held: Held,
    today: Day,
}

impl Made {
    /// As a record with its entries.
    pub fn record(&self) -> Datensatz {
        record::datensatz(&self.key, self.azr_nummer.as_deref(), &self.held, self.today)
    }

    /// As a row with the columns of [`COLUMNS`].
    pub fn row(&self) -> [&str; 16] {
        record::row(&self.key, self.azr_nummer.as_deref(), &self.held)
    }
}

// What numbers are drawn for; the truth has 1 and, for its households, those from there on.
const WHERE: u64 = u64::MAX;
const ORDER: u64 = u64::MAX - 8;
const HELD: u64 = u64::MAX - 16;

impl Synth {
    /// A generator.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// The records of a stock, in its order.
    pub fn stock(&self, stock: Stock) -> impl Iterator<Item = Made> + '_ {
        let side = stock as u64;
        let Options { seed, persons, .. } = self.options;
        let firsts = Order::new(seed, ORDER + side, persons);
        let copies = Order::new(seed, ORDER + 2 + side, persons);
        // At each place stands a person, and behind it perhaps the second record of another one.
        let places = (0..persons).flat_map(move |place| [(firsts.at(place), 0), (copies.at(place), 1)]);
        places
            .filter(move |(person, copy)| self.is_in(stock, *person, *copy))
            .zip(1_u64..)
            .map(move |((person, copy), serial)| self.made(stock, person, copy, serial))
    }

    fn is_in(&self, stock: Stock, person: u64, copy: u64) -> bool {
        let Options { seed, only_local, only_register, twice, .. } = self.options;
        let mut rng = Rng::new(seed, WHERE, person);
        let at = rng.below(1000);
        let (local, register) = (u64::from(only_local), u64::from(only_register));
        let here = match stock {
            Stock::Local => at < local || at >= local + register,
            Stock::Register => at >= local,
        };
        here && (copy == 0 || Rng::new(seed, WHERE - 1 - stock as u64, person).permille(twice.into()))
    }

    fn made(&self, stock: Stock, person: u64, copy: u64, serial: u64) -> Made {
        let Options { seed, numbered, today: (year, month, day), .. } = self.options;
        let truth = truth::person(seed, person, year);
        let mut rng = Rng::new(seed, HELD - 2 * copy - stock as u64, person);
        let held = blur::blurred(&truth, &mut rng);
        let number = |copy: u64| {
            // Year, month, day of the storing, and a running number.
            let n = person * 2 + copy;
            format!(
                "{:02}{:02}{:02}{:06}",
                12 + n / 300_000_000,
                1 + n / 25_000_000 % 12,
                1 + n / 1_000_000 % 25,
                n % 1_000_000
            )
        };
        let (key, azr_nummer) = match stock {
            Stock::Register => (format!("R{serial:08}"), Some(number(copy))),
            Stock::Local => {
                let known = rng.permille(numbered.into()) && self.is_in(Stock::Register, person, 0);
                (format!("L{serial:08}"), known.then(|| number(0)))
            }
        };
        Made { key, azr_nummer, person, held, today: Day::of(year, month, day) }
    }
}
