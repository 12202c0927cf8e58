//! What pairing gives: pairs, where to draw the line, and clusters.

use crate::message::report::Lang;

use super::compare::{COUNT, FIELDS, Field, UNKNOWN};

/// Two persons that may be one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Place in the local stock, from 0.
    pub left: u32,
    /// Place in the register; in a dedupe, in the same stock.
    pub right: u32,
    /// How likely they are one person.
    pub probability: f64,
    pub(super) shares: [f32; COUNT],
    pub(super) levels: [u8; COUNT],
}

impl Pair {
    /// Each field that both have, with its level of likeness and its share in bits: above 0 for one person, below for two.
    pub fn shares(&self, lang: Lang) -> impl Iterator<Item = (Field, &'static str, f32)> + '_ {
        let all = FIELDS.iter().zip(self.levels).zip(self.shares);
        all.filter(|((_, level), _)| *level != UNKNOWN)
            .map(move |((field, level), bits)| (*field, field.level(level, lang).unwrap_or(""), bits))
    }
}

/// Where lines are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Thresholds {
    /// From here on a pair is sure: of those, by the model, one of 500 is wrong at most.
    pub sure: f64,
    /// From here on a pair is likelier right than wrong to be one, by the model's expected F1.
    pub likely: f64,
    /// From here on a pair is worth a look: below it lie, by the model, no more than one of 500 persons that are in both.
    pub check: f64,
}

/// How sure a pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Not worth a look.
    No,
    /// To be checked, and less likely right.
    Check,
    /// To be checked, and likely right.
    Likely,
    /// Sure.
    Sure,
}

/// Persons of one stock that are suspected to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Places in the stock, ascending; two at least.
    pub persons: Vec<u32>,
}

/// Pairs and thresholds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Pairs by the left person, then the right one.
    pub pairs: Vec<Pair>,
    /// Where lines are drawn.
    pub thresholds: Thresholds,
}

/// Share of wrong pairs among the sure ones.
const WRONG: f64 = 0.002;
/// Share of right pairs below the threshold of those to be checked.
const MISSED: f64 = 0.002;

impl Grade {
    /// `sure`, `likely`, `check`, `no`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Check => "check",
            Self::No => "no",
        }
    }
}

impl Outcome {
    pub(super) fn new(pairs: Vec<Pair>) -> Self {
        let thresholds = Thresholds::of(&pairs);
        Self { pairs, thresholds }
    }

    /// How sure a pair is.
    pub fn grade(&self, pair: &Pair) -> Grade {
        let Thresholds { sure, likely, check } = self.thresholds;
        match pair.probability {
            p if p >= sure => Grade::Sure,
            p if p >= likely => Grade::Likely,
            p if p >= check => Grade::Check,
            _ => Grade::No,
        }
    }

    /// The persons of one stock that hang together by pairs of a probability, by their first one.
    pub fn clusters(&self, least: f64) -> Vec<Cluster> {
        let size = self.pairs.iter().map(|pair| pair.left.max(pair.right) as usize + 1).max().unwrap_or(0);
        let mut roots: Vec<u32> = (0..size as u32).collect();
        let find = |roots: &mut [u32], mut at: u32| {
            while let Some(&up) = roots.get(at as usize).filter(|up| **up != at) {
                let next = roots.get(up as usize).copied().unwrap_or(up);
                if let Some(cell) = roots.get_mut(at as usize) {
                    *cell = next;
                }
                at = next;
            }
            at
        };
        for pair in self.pairs.iter().filter(|pair| pair.probability >= least) {
            let (a, b) = (find(&mut roots, pair.left), find(&mut roots, pair.right));
            if let Some(cell) = roots.get_mut(a.max(b) as usize) {
                *cell = a.min(b);
            }
        }
        let mut members: Vec<(u32, u32)> = (0..size as u32).map(|at| (find(&mut roots, at), at)).collect();
        members.sort_unstable();
        let groups = members.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
        groups.map(|group| Cluster { persons: group.iter().map(|(_, at)| *at).collect() }).collect()
    }
}

impl Thresholds {
    /// From the probabilities alone: each is taken for the share of pairs like it that are right.
    fn of(pairs: &[Pair]) -> Self {
        let mut all: Vec<f64> = pairs.iter().map(|pair| pair.probability).collect();
        all.sort_unstable_by(|a, b| b.total_cmp(a));
        let total: f64 = all.iter().sum();
        let mut thresholds = Self { sure: 1.0, likely: 1.0, check: 1.0 };
        let (mut right, mut best, mut above) = (0.0, 0.0, true);
        for (count, probability) in (1_u32..).zip(&all) {
            right += probability;
            let count = f64::from(count);
            above &= right / count >= 1.0 - WRONG && *probability >= 0.9;
            if above {
                thresholds.sure = *probability;
            }
            let f1 = 2.0 * right / (count + total);
            if f1 > best {
                (best, thresholds.likely) = (f1, *probability);
            }
            if right <= total * (1.0 - MISSED) {
                thresholds.check = *probability;
            }
        }
        thresholds.likely = thresholds.likely.min(thresholds.sure);
        thresholds.check = thresholds.check.min(thresholds.likely);
        thresholds
    }
}
