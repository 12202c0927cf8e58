//! From two stocks to pairs: u from random pairs, m from lessons, then each pair that shares a key is weighed.

use std::sync::atomic::{AtomicU64, Ordering};

use super::block::{Index, Lesson, keys};
use super::columns::{Birth, Book, Columns, NONE, Row, Table};
use super::compare::{
    Agreed, BIRTH_NAME, COUNT, Comparer, EQUAL, FIELDS, Field, Levels, PART, SAME_ADDRESS, SOUND,
};
use super::model::{Learnt, Model, Patterns, Shares, learn, shares};
use super::parallel::{each, range};
use super::{Options, Pair};
use crate::split_mix;

/// Random pairs that u is counted in.
const RANDOM: usize = 1_000_000;
/// Pairs of a lesson, about.
const OF_LESSON: usize = 1_500_000;
/// Most persons with one key of a lesson.
const MOST_OF_LESSON: u32 = 400;
/// Least probability of a pair that is kept.
const KEPT: f64 = 1e-3;
/// How far a rare or frequent value may move a weight, in bits.
const MOST_BITS: f64 = 9.0;
/// With less than that by its levels a pair is not looked at further.
const LEAST_BITS: f32 = -22.0;

/// Two stocks, or one beside itself.
pub(super) struct Sides<'a> {
    pub(super) book: &'a Book,
    pub(super) left: &'a Columns,
    pub(super) right: &'a Columns,
    /// Both are one stock: a pair is looked at once, and none of a person with itself.
    pub(super) same: bool,
}

/// Frequencies of values over both stocks.
struct Frequencies {
    names: Table1,
    given: Table1,
    keys: Table1,
    given_keys: Table1,
    births: TableN,
    years: TableN,
    states: TableN,
    places: Table1,
    addresses: TableN,
}

/// By small numbers; with the chance that two random persons agree.
struct Table1 {
    bits: Vec<f32>,
}

/// By any number.
struct TableN {
    bits: Table<u64, f32>,
}

impl Sides<'_> {
    fn rights(&self) -> usize {
        self.right.len()
    }

    fn counts(&self, i: usize, j: usize) -> bool {
        !self.same || i < j
    }

    /// Levels of random pairs.
    fn random(&self, options: &Options) -> Patterns {
        let pieces = 16;
        let (n, m) = (self.left.len() as u64, self.rights() as u64);
        // Of a small stock fewer say as much.
        let wanted = RANDOM.min(50 * (n + m) as usize + 20_000) / pieces;
        self.patterns(options, pieces, |comparer, counts, piece| {
            let mut state = (piece as u64 + 1).wrapping_mul(split_mix::STEP);
            let mut below =
                |n: u64| ((u128::from(split_mix::next(&mut state)) * u128::from(n)) >> 64) as usize;
            for _ in 0..wanted {
                let (i, j) = (below(n), below(m));
                if !self.same || i != j {
                    let (levels, _) = comparer.compare(self.left, i, self.right, j);
                    *counts.entry(levels.0).or_default() += 1;
                }
            }
        })
    }

    /// Levels of the pairs of a lesson.
    fn lesson(&self, lesson: Lesson, options: &Options) -> Patterns {
        let threads = options.threads;
        let index = Index::new(self.rights(), threads, |j, out| {
            out.extend(lesson.key(self.right, j).map(|key| (key, MOST_OF_LESSON)));
        });
        let pieces = 32;
        let found: usize = each(
            threads,
            pieces,
            || (),
            |(), piece| {
                let all = range(self.left.len(), pieces, piece).filter_map(|i| lesson.key(self.left, i));
                all.map(|key| index.get(key).len()).sum::<usize>()
            },
        )
        .into_iter()
        .sum();
        // Every so manieth person stands for all.
        let step = (found / OF_LESSON).max(1);
        self.patterns(options, pieces, |comparer, counts, piece| {
            for i in range(self.left.len(), pieces, piece).filter(|i| i % step == 0) {
                let Some(key) = lesson.key(self.left, i) else { continue };
                for &j in index.get(key) {
                    if self.counts(i, j as usize) {
                        let (levels, _) = comparer.compare(self.left, i, self.right, j as usize);
                        *counts.entry(levels.0).or_default() += 1;
                    }
                }
            }
        })
    }

    fn patterns(
        &self,
        options: &Options,
        pieces: usize,
        work: impl Fn(&mut Comparer<'_>, &mut Table<u64, u64>, usize) + Sync,
    ) -> Patterns {
        let all = each(
            options.threads,
            pieces,
            || Comparer::new(self.book),
            |comparer, piece| {
                let mut counts = Table::default();
                work(comparer, &mut counts, piece);
                counts
            },
        );
        let mut sum: Table<u64, u64> = Table::default();
        for (levels, count) in all.into_iter().flatten() {
            *sum.entry(levels).or_default() += count;
        }
        let mut patterns: Patterns =
            sum.into_iter().map(|(levels, count)| (Levels(levels), count as f64)).collect();
        patterns.sort_unstable_by_key(|(levels, _)| *levels);
        patterns
    }

    /// u: counted in random pairs, and for equal values computed, since equal documents never come up among random pairs.
    fn chance(&self, options: &Options) -> Shares {
        let mut u = shares(&self.random(options));
        let both = |column: fn(&Columns, usize) -> u64| agreement(self.left, self.right, column);
        let mut put = |field: Field, level: u8, share: Option<f64>| {
            if let (Some(share), Some(cell)) =
                (share, u.get_mut(field as usize).and_then(|u| u.get_mut(usize::from(level))))
            {
                *cell = share.max(1e-9);
            }
        };
        put(Field::Family, EQUAL, both(|stock, i| stock.rows[i].family.into()));
        put(Field::Given, EQUAL, both(|stock, i| stock.rows[i].given.into()));
        put(
            Field::Birth,
            7,
            both(
                |stock, i| {
                    if stock.rows[i].birth.is_full() { stock.rows[i].birth.number().into() } else { 0 }
                },
            ),
        );
        put(Field::Place, 3, both(|stock, i| stock.rows[i].place.into()));
        put(Field::Document, 2, both(|stock, i| stock.rows[i].documents[0].into()));
        put(Field::Address, SAME_ADDRESS, both(|stock, i| stock.rows[i].address.number()));
        u
    }

    /// The model of these stocks.
    pub(super) fn learn(&self, options: &Options) -> Model {
        let u = self.chance(options);
        let lessons: Vec<Learnt> = Lesson::ALL
            .iter()
            .map(|lesson| {
                let left_out: &[Field] = match lesson {
                    Lesson::Birth => &[Field::Birth],
                    Lesson::Names => &[Field::Family, Field::Given, Field::Order],
                    Lesson::Document => &[Field::Document],
                    Lesson::Address => &[Field::Address, Field::Birth],
                };
                let fields = FIELDS.map(|field| !left_out.contains(&field));
                learn(&self.lesson(*lesson, options), &u, fields)
            })
            .collect();
        Model::new(u, &lessons)
    }

    /// All pairs that share a key and are likely enough, by the left person, then the right one.
    pub(super) fn pairs(
        &self,
        model: &mut Model,
        options: &Options,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Vec<Pair> {
        let threads = options.threads;
        let index = Index::new(self.rights(), threads, |j, out| keys(self.book, self.right, j, out));
        let n = self.left.len();
        let pieces = (n / 500).clamp(1, 512);
        let step = (n / 20_000).max(1);
        let sample = self.patterns(options, pieces, |comparer, counts, piece| {
            let mut search = Search::new(self, &index);
            for i in range(n, pieces, piece).filter(|i| i % step == 0) {
                for &j in search.of(i) {
                    let (levels, _) = comparer.compare(self.left, i, self.right, j as usize);
                    *counts.entry(levels.0).or_default() += 1;
                }
            }
        });
        model.sort(&sample);
        let frequencies = Frequencies::new(self.left, self.right, self.book);
        let model = &*model;
        let done = AtomicU64::new(0);
        let found = each(
            threads,
            pieces,
            || Comparer::new(self.book),
            |comparer, piece| {
                let mut search = Search::new(self, &index);
                let mut pairs = Vec::new();
                let all = range(n, pieces, piece);
                let count = all.len() as u64;
                for i in all {
                    for &j in search.of(i) {
                        let (levels, agreed) = comparer.compare(self.left, i, self.right, j as usize);
                        // No value is so rare that it makes up for that.
                        if model.plain(levels) < LEAST_BITS {
                            continue;
                        }
                        let (probability, shares) =
                            model.weigh_up(levels, &frequencies.bits(levels, &agreed));
                        if probability >= KEPT {
                            let levels = std::array::from_fn(|field| levels.of(field));
                            pairs.push(Pair { left: i as u32, right: j, probability, shares, levels });
                        }
                    }
                }
                let before = done.fetch_add(count, Ordering::Relaxed);
                progress(before + count, n as u64);
                pairs
            },
        );
        found.into_iter().flatten().collect()
    }
}

/// Who shares a key with a person.
struct Search<'a> {
    sides: &'a Sides<'a>,
    index: &'a Index,
    keys: Vec<(u64, u32)>,
    found: Vec<u32>,
}

impl<'a> Search<'a> {
    fn new(sides: &'a Sides<'a>, index: &'a Index) -> Self {
        Self { sides, index, keys: Vec::new(), found: Vec::new() }
    }

    fn of(&mut self, i: usize) -> &[u32] {
        self.keys.clear();
        self.found.clear();
        keys(self.sides.book, self.sides.left, i, &mut self.keys);
        for (key, _) in &self.keys {
            self.found.extend(self.index.get(*key).iter().filter(|j| self.sides.counts(i, **j as usize)));
        }
        self.found.sort_unstable();
        self.found.dedup();
        &self.found
    }
}

/// The chance that a random person of one stock has the same value as one of the other, among those that have any.
fn agreement(left: &Columns, right: &Columns, column: fn(&Columns, usize) -> u64) -> Option<f64> {
    let count = |stock: &Columns| {
        let mut counts: Table<u64, u64> = Table::default();
        let known = (0..stock.len()).map(|i| column(stock, i)).filter(|value| *value != 0);
        known.for_each(|value| *counts.entry(value).or_default() += 1);
        counts
    };
    let (a, b) = (count(left), count(right));
    let total = |counts: &Table<u64, u64>| counts.values().sum::<u64>() as f64;
    let (n, m) = (total(&a), total(&b));
    if n == 0.0 || m == 0.0 {
        return None;
    }
    let same: u64 = a.iter().filter_map(|(value, count)| Some(count * b.get(value)?)).sum();
    // Where both are one stock, each person meets itself.
    let own = if std::ptr::eq(left, right) { n } else { 0.0 };
    // A handful of persons says little about all others.
    Some((same as f64 - own + 1.0) / (n * m + 1000.0))
}

impl Frequencies {
    fn new(left: &Columns, right: &Columns, book: &Book) -> Self {
        let stocks = [left, right];
        let rows = || stocks.into_iter().flat_map(|stock| &stock.rows);
        let names = |column: fn(&Row) -> u32| rows().map(column);
        let keys = |column: fn(&Row) -> u32| {
            names(column).filter_map(|name| book.name(name)).flat_map(|name| {
                let whole = (name.words.len() > 1).then_some(name.key);
                name.words.iter().copied().chain(whole)
            })
        };
        let births = |counts: fn(&Birth) -> bool| {
            let all = rows().map(|row| row.birth);
            all.filter(counts).map(|birth| u64::from(birth.number()))
        };
        let small = |n, values: &mut dyn Iterator<Item = u32>| Table1::new(n, values);
        Self {
            names: small(book.names(), &mut names(|row| row.family)),
            given: small(book.names(), &mut names(|row| row.given)),
            keys: small(book.keys(), &mut keys(|row| row.family)),
            given_keys: small(book.keys(), &mut keys(|row| row.given)),
            births: TableN::new(births(|birth| birth.is_full())),
            years: TableN::new(births(|birth| birth.is_known()).map(|birth| birth >> 9 << 9)),
            states: TableN::new(rows().flat_map(|row| row.states.map(u64::from))),
            places: small(book.names(), &mut names(|row| row.place)),
            addresses: TableN::new(rows().map(|row| row.address.number())),
        }
    }

    /// How much more or less an agreement says than one in a value of usual frequency, in bits.
    fn bits(&self, levels: Levels, agreed: &Agreed) -> [f32; COUNT] {
        let mut bits = [0.0; COUNT];
        let name = |level: u8, value: u32, names: &Table1, keys: &Table1| match level {
            EQUAL => names.get(value),
            SOUND | PART => keys.get(value),
            _ => 0.0,
        };
        let mut put = |field: Field, value: f32| {
            if let Some(cell) = bits.get_mut(field as usize) {
                *cell = value;
            }
        };
        let family = levels.of(Field::Family as usize);
        if family != BIRTH_NAME {
            put(Field::Family, name(family, agreed.family, &self.names, &self.keys));
        }
        put(
            Field::Given,
            name(levels.of(Field::Given as usize), agreed.given, &self.given, &self.given_keys),
        );
        let births = if levels.of(Field::Birth as usize) == 7 { &self.births } else { &self.years };
        put(Field::Birth, births.get(agreed.birth.into()));
        put(Field::State, self.states.get(agreed.state.into()));
        put(Field::Place, self.places.get(agreed.place));
        put(Field::Address, self.addresses.get(agreed.address));
        bits
    }
}

/// log2 of the usual frequency over the own one.
fn rarity(counts: impl Iterator<Item = u64> + Clone) -> impl Fn(u64) -> f32 {
    let total: f64 = counts.clone().map(|count| count as f64).sum();
    let usual: f64 = counts.map(|count| (count as f64 / total).powi(2)).sum();
    move |count| {
        if count == 0 {
            0.0
        } else {
            (usual * total / count as f64).log2().clamp(-MOST_BITS, MOST_BITS) as f32
        }
    }
}

impl Table1 {
    fn new(n: usize, values: &mut dyn Iterator<Item = u32>) -> Self {
        let mut counts = vec![0_u64; n];
        for value in values.filter(|value| *value != NONE) {
            if let Some(count) = counts.get_mut(value as usize) {
                *count += 1;
            }
        }
        let rarity = rarity(counts.iter().copied());
        Self { bits: counts.iter().map(|count| rarity(*count)).collect() }
    }

    fn get(&self, value: u32) -> f32 {
        self.bits.get(value as usize).copied().unwrap_or(0.0)
    }
}

impl TableN {
    fn new(values: impl Iterator<Item = u64>) -> Self {
        let mut counts: Table<u64, u64> = Table::default();
        values.filter(|value| *value != 0).for_each(|value| *counts.entry(value).or_default() += 1);
        // Sums of floating numbers hang on their order.
        let mut sorted: Vec<u64> = counts.values().copied().collect();
        sorted.sort_unstable();
        let rarity = rarity(sorted.iter().copied());
        Self { bits: counts.into_iter().map(|(value, count)| (value, rarity(count))).collect() }
    }

    fn get(&self, value: u64) -> f32 {
        self.bits.get(&value).copied().unwrap_or(0.0)
    }
}
