//! The model of Fellegi and Sunter: for each level of each field, how often it comes in pairs of one person (m) and of two (u).
//!
//! u is counted in random pairs. m is learnt by expectation and maximisation, in several lessons: each takes the pairs that agree in some fields, and
//! learns all others, since what picked a pair can say nothing about it. No pair has to be known.

use super::compare::{COUNT, EQUAL, FIELDS, Field, LEVELS, Levels, SAME_ADDRESS, UNKNOWN};

/// A number for each level of each field.
pub(super) type Shares = [[f64; LEVELS]; COUNT];

/// Levels of pairs, and how many pairs have them; in the order of the levels.
pub(super) type Patterns = Vec<(Levels, f64)>;

/// What pairs of one person look like, and what several sorts of pairs of two do: any two, a family, namesakes from one country, people with one birthday, twins.
/// In each sort the fields say what they say on their own; between the sorts is what hangs together in them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    u: Shares,
    /// First those of one person, then any two.
    pub(super) classes: [Class; OTHERS + 1],
    logs: [Logs; OTHERS + 1],
}

const ROUNDS: usize = 60;
/// Less than that of a pair is not counted.
const LEAST: f64 = 1e-9;

/// How often each level comes among pairs; seen so many times more as if drawn evenly, so that nothing is impossible.
pub(super) fn shares(patterns: &Patterns) -> Shares {
    let mut counts = [[0.0; LEVELS]; COUNT];
    for (levels, count) in patterns {
        for (field, counts) in counts.iter_mut().enumerate() {
            if let Some(cell) = counts.get_mut(usize::from(levels.of(field))) {
                *cell += count;
            }
        }
    }
    for (field, counts) in FIELDS.iter().zip(&mut counts) {
        // Of few pairs little is to be learnt: as if 100 more had been seen, that differ mostly.
        let mut more = [0.3; LEVELS];
        more[0] = 100.0;
        normalise(*field, counts, &more);
    }
    counts
}

/// Makes shares of counts, with `more` of each level that the field has.
fn normalise(field: Field, counts: &mut [f64; LEVELS], more: &[f64; LEVELS]) {
    let has = |level: usize| level < field.levels();
    let sum: f64 = (0..LEVELS).filter(|level| has(*level)).map(|level| counts[level] + more[level]).sum();
    for level in 0..LEVELS {
        counts[level] =
            if has(level) { ((counts[level] + more[level]) / sum.max(LEAST)).max(LEAST) } else { LEAST };
    }
}

/// What is expected before anything was learnt: that fields of one person agree, mostly.
pub(super) fn guess() -> Shares {
    let mut m = [[0.0; LEVELS]; COUNT];
    for (field, m) in FIELDS.iter().zip(&mut m) {
        let levels = field.levels();
        let best = match field {
            Field::Family | Field::Given => usize::from(EQUAL),
            Field::Order => 0,
            _ => levels - 1,
        };
        for (level, share) in m.iter_mut().enumerate().take(levels) {
            *share = if level == best { 0.8 } else { 0.2 / (levels - 1) as f64 };
        }
        if matches!(field, Field::Order) {
            (m[0], m[1], m[2]) = (0.97, 0.02, 0.01);
        }
    }
    m
}

/// What a lesson gave.
#[derive(Debug, Clone)]
pub(super) struct Learnt {
    pub(super) m: Shares,
    /// How many of its pairs are of one person.
    pub(super) matches: f64,
    /// Which fields it says something about.
    pub(super) fields: [bool; COUNT],
}

/// Learns m of the fields that did not pick the pairs. What two persons have in common who were picked is learnt beside it: those with equal
/// names, say, are often of one country.
pub(super) fn learn(patterns: &Patterns, u: &Shares, fields: [bool; COUNT]) -> Learnt {
    let total: f64 = patterns.iter().map(|(_, count)| count).sum();
    let mut classes = [Class { share: 0.2, levels: guess() }, Class { share: 0.8, levels: *u }];
    // So many pairs the chance of random pairs counts for.
    let anchor = 20.0 + total * 0.01;
    for _ in 0..ROUNDS {
        let before = classes[0].share;
        let counts = expect(patterns, &classes, fields);
        for (class, counts) in classes.iter_mut().zip(counts) {
            class.take(counts, total);
        }
        for (index, field) in FIELDS.iter().enumerate() {
            // What was never seen is as in pairs of two.
            normalise(*field, &mut classes[0].levels[index], &u[index].map(|share| share + 0.02));
            normalise(*field, &mut classes[1].levels[index], &u[index].map(|share| share * anchor));
        }
        if (classes[0].share - before).abs() < 1e-6 {
            break;
        }
    }
    let [matches, _] = classes;
    Learnt { m: matches.levels, matches: matches.share * total, fields }
}

/// Pairs of one sort: how many of all they are, and how often they have which levels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Class {
    pub(super) share: f64,
    pub(super) levels: Shares,
}

impl Class {
    fn take(&mut self, (sum, counts): (f64, Shares), total: f64) {
        self.share = (sum / total.max(1.0)).clamp(1e-7, 1.0 - 1e-7);
        self.levels = counts;
    }
}

/// How many pairs of each class are expected, and with which levels.
fn expect<const N: usize>(
    patterns: &Patterns,
    classes: &[Class; N],
    fields: [bool; COUNT],
) -> [(f64, Shares); N] {
    let mut sums = [(0.0, [[0.0; LEVELS]; COUNT]); N];
    for (levels, count) in patterns {
        let mut likely = [0.0; N];
        for (likely, class) in likely.iter_mut().zip(classes) {
            *likely = class.share;
            for field in (0..COUNT).filter(|field| fields[*field]) {
                let level = levels.of(field);
                if level != UNKNOWN {
                    *likely *= class.levels[field][usize::from(level)];
                }
            }
        }
        let all: f64 = likely.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        for (likely, (sum, counts)) in likely.iter().zip(&mut sums) {
            let expected = count * likely / all;
            *sum += expected;
            for (field, counts) in counts.iter_mut().enumerate() {
                if let Some(cell) = counts.get_mut(usize::from(levels.of(field))) {
                    *cell += expected;
                }
            }
        }
    }
    sums
}

/// Sorts of pairs of two persons.
pub(super) const OTHERS: usize = 5;

impl Model {
    /// Of u and what the lessons gave; a field that none says anything about is as guessed.
    pub(super) fn new(u: Shares, lessons: &[Learnt]) -> Self {
        let mut m = guess();
        for (field, m) in m.iter_mut().enumerate() {
            let about = lessons.iter().filter(|lesson| lesson.fields[field] && lesson.matches >= 20.0);
            let weight: f64 = about.clone().map(|lesson| lesson.matches).sum();
            if weight > 0.0 {
                for (level, cell) in m.iter_mut().enumerate() {
                    let sum: f64 = about.clone().map(|lesson| lesson.m[field][level] * lesson.matches).sum();
                    *cell = sum / weight;
                }
            }
        }
        let other = |alike: &[(Field, u8, f64)]| {
            let mut levels = u;
            for (field, level, share) in alike {
                let own = &mut levels[*field as usize];
                own.iter_mut().for_each(|cell| *cell *= 1.0 - share);
                own[usize::from(*level)] += share;
            }
            levels
        };
        let home = [
            (Field::Family, EQUAL, 0.8),
            (Field::Address, SAME_ADDRESS, 0.9),
            (Field::State, 1, 0.9),
            (Field::Place, 3, 0.5),
        ];
        let twins = [home[0], home[1], home[2], home[3], (Field::Birth, 7, 0.9)];
        let namesakes = [
            (Field::Family, EQUAL, 0.5),
            (Field::Given, EQUAL, 0.5),
            (Field::State, 1, 0.8),
            (Field::Place, 3, 0.3),
        ];
        let birthday = [(Field::Birth, 7, 0.9), (Field::State, 1, 0.5)];
        let classes = [
            Class { share: 0.1, levels: m },
            Class { share: 0.4, levels: u },
            Class { share: 0.1, levels: other(&home) },
            Class { share: 0.2, levels: other(&namesakes) },
            Class { share: 0.2, levels: other(&birthday) },
            Class { share: 0.001, levels: other(&twins) },
        ];
        let mut model = Self { u, classes, logs: Default::default() };
        model.weigh();
        model
    }

    /// Learns from pairs that share a key which sorts of pairs of two persons there are among them. What a pair of one person looks like is known by now.
    pub(super) fn sort(&mut self, patterns: &Patterns) {
        let total: f64 = patterns.iter().map(|(_, count)| count).sum();
        for _ in 0..ROUNDS {
            let before = self.classes[0].share;
            let counts = expect(patterns, &self.classes, [true; COUNT]);
            for (at, (class, counts)) in self.classes.iter_mut().zip(counts).enumerate() {
                if at < 2 {
                    class.share = (counts.0 / total.max(1.0)).clamp(1e-7, 1.0);
                    continue;
                }
                class.take(counts, total);
                for (index, field) in FIELDS.iter().enumerate() {
                    normalise(*field, &mut class.levels[index], &self.u[index].map(|share| share * 10.0));
                }
            }
            if (self.classes[0].share - before).abs() < 1e-7 {
                break;
            }
        }
        self.weigh();
    }

    fn weigh(&mut self) {
        for (logs, class) in self.logs.iter_mut().zip(&self.classes) {
            logs.share = class.share.max(LEAST).log2() as f32;
            for field in 0..COUNT {
                for level in 0..LEVELS {
                    logs.levels[field][level] = class.levels[field][level].max(LEAST).log2() as f32;
                    // Of agreements in pairs of this sort, so many come by chance.
                    let by_chance = (self.u[field][level] / class.levels[field][level].max(LEAST)).min(1.0);
                    logs.by_chance[field][level] = by_chance as f32;
                }
                // What is not known says nothing.
                logs.levels[field][usize::from(UNKNOWN)] = 0.0;
            }
        }
    }

    /// How likely a pair is one person's, and each field's share in that, in bits. `rare` says how much rarer what agrees is than usual, in bits, for each field.
    pub(super) fn weigh_up(&self, levels: Levels, rare: &[f32; COUNT]) -> (f64, [f32; COUNT]) {
        let [one, others @ ..] = &self.logs;
        let mut weights = [0.0_f32; OTHERS];
        let mut fields = [[0.0_f32; COUNT]; OTHERS];
        for ((weight, fields), other) in weights.iter_mut().zip(&mut fields).zip(others) {
            *weight = other.share - one.share;
            for field in 0..COUNT {
                let level = usize::from(levels.of(field));
                let mut bits = other.levels[field][level] - one.levels[field][level];
                if rare[field] != 0.0 {
                    // Two persons agree by chance in a rare value less often; those who belong together do so as often as in any.
                    let by_chance = other.by_chance[field][level];
                    bits += (1.0 - by_chance + by_chance * (-rare[field]).exp2()).log2();
                }
                fields[field] = bits;
                *weight += bits;
            }
        }
        let most = weights.iter().copied().fold(f32::MIN, f32::max);
        let shares = weights.map(|weight| (weight - most).exp2());
        let sum: f32 = shares.iter().sum();
        let odds = f64::from(most) + f64::from(sum).log2();
        let share = |field: usize| {
            -shares.iter().zip(&fields).map(|(share, fields)| share / sum * fields[field]).sum::<f32>()
        };
        (1.0 / (1.0 + odds.exp2()), std::array::from_fn(share))
    }

    /// The best odds for one person that the levels alone give, in bits.
    pub(super) fn plain(&self, levels: Levels) -> f32 {
        let [one, others @ ..] = &self.logs;
        let sum = |logs: &Logs| {
            logs.share
                + (0..COUNT).map(|field| logs.levels[field][usize::from(levels.of(field))]).sum::<f32>()
        };
        sum(one) - others.iter().map(sum).fold(f32::MIN, f32::max)
    }
}

/// Logarithms of a class.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Logs {
    share: f32,
    levels: [[f32; 16]; COUNT],
    by_chance: [[f32; 16]; COUNT],
}
