use std::collections::{HashMap, HashSet};

use super::*;
use crate::Standards;
use crate::register::Kinds;
use crate::time::Timestamp;

fn synth(persons: u64) -> Synth {
    Synth::new(Options { persons, seed: 4, ..Options::default() })
}

#[test]
fn a_stock_repeats_and_has_keys_of_its_own() {
    let all: Vec<Made> = synth(500).stock(Stock::Local).collect();
    assert_eq!(all, synth(500).stock(Stock::Local).collect::<Vec<_>>());
    let keys: HashSet<&str> = all.iter().map(|made| made.key.as_str()).collect();
    assert_eq!(keys.len(), all.len());
    let other = Synth::new(Options { persons: 500, seed: 5, ..Options::default() });
    assert_ne!(all, other.stock(Stock::Local).collect::<Vec<_>>());
}

#[test]
fn stocks_overlap_and_hold_some_twice() {
    let synth = synth(20_000);
    let count = |stock| {
        let mut counts: HashMap<u64, usize> = HashMap::new();
        synth.stock(stock).for_each(|made| *counts.entry(made.person).or_default() += 1);
        counts
    };
    let (local, register) = (count(Stock::Local), count(Stock::Register));
    let share = |n: usize| n as f64 / 20_000.0;
    assert!((share(local.len()) - 0.92).abs() < 0.01, "{}", local.len());
    assert!((share(register.len()) - 0.92).abs() < 0.01, "{}", register.len());
    let both = local.keys().filter(|person| register.contains_key(person)).count();
    assert!((share(both) - 0.84).abs() < 0.01, "{both}");
    let twice = local.values().filter(|count| **count == 2).count();
    assert!((share(twice) - 0.92 * 0.015).abs() < 0.004, "{twice}");
    assert!(local.values().all(|count| *count <= 2));
}

#[test]
fn each_kind_of_error_occurs_and_most_fields_are_right() {
    let mut errors: HashMap<&str, usize> = HashMap::new();
    let (mut all, mut clean) = (0, 0);
    for made in synth(20_000).stock(Stock::Register) {
        all += 1;
        clean += usize::from(made.held.errors.is_empty());
        made.held.errors.iter().for_each(|error| *errors.entry(error).or_default() += 1);
    }
    for error in [
        "typing",
        "transliteration",
        "marks",
        "part",
        "swapped",
        "block",
        "remarried",
        "missing",
        "moved",
        "newyear",
        "daymonth",
        "digit",
        "unknown",
        "other",
    ] {
        let rate = errors.get(error).map_or(0.0, |count| *count as f64 / f64::from(all));
        assert!((0.0003..0.2).contains(&rate), "{error}: {rate}");
    }
    let clean = f64::from(clean as u32) / f64::from(all);
    assert!((0.4..0.8).contains(&clean), "{clean}");
}

#[test]
fn records_are_as_the_register_takes_them() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let mut reader = standards.reader();
    let now = Timestamp::parse("2026-11-01T12:00:00Z").expect("a time");
    let options = crate::message::read::Options::default();
    let kinds = Kinds::newest(&packs).expect("the built-in packs have kinds");
    let (mut numbers, mut with_title) = (0, HashSet::new());
    for made in synth(300).stock(Stock::Local).chain(synth(300).stock(Stock::Register)) {
        let record = made.record();
        numbers += usize::from(record.azr_nummer.is_some());
        let checked = crate::register::check(&mut reader, &kinds, &record, now, &options);
        assert!(checked.findings.is_empty(), "{record:#?}: {:#?}", checked.findings);
        with_title.extend(record.entries.iter().map(|entry| entry.kind.clone()));
    }
    assert!(numbers > 200 && with_title.len() >= 8, "{numbers} {with_title:?}");
}
