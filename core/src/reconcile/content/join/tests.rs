//! The join against a simple one that holds everything, on random stocks, with any memory and threads.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};

use super::scratch::Memory;
use super::stock::JsonLines;
use super::{Format, Outcome, Work};
use crate::Standards;
use crate::reconcile::content::Comparison;
use crate::reconcile::hinweis::{Hinweis, Side};
use crate::register::Datensatz;

/// A generator of numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len() as u64) as usize]
    }
}

fn entries(random: &mut Random, register: bool) -> Value {
    let mut entries = Vec::new();
    for at in 0..random.below(4) {
        let (kind, mut data) = match random.below(4) {
            0 => (
                "Visum",
                json!({"visumArt": random.of(&["01", "02"]), "nummerVisum": random.of(&["V1", "v 1", "V2"])}),
            ),
            1 => ("AndererName", json!({"name": random.of(&["Groß", "Gross", "Meier"])})),
            2 => (
                "Meldestatus",
                json!({"meldestatusArt": {"code": random.of(&["01", "02"])}, "ereignisdatum": random.of(&["2026-01-01", "01.01.2026", "2030-01-01"])}),
            ),
            _ => (
                "Duldung",
                json!({"duldungArt": "03", "befristungsdatum": random.of(&["2026-01-31", "2027-01-31"]), "x": [1, random.below(2)]}),
            ),
        };
        if register && kind == "Duldung" && random.below(2) == 0 {
            data["duldungArt"] = json!({"code": "03", "listVersionID": "6", "name": "eine \"Duldung\""});
        }
        let mut entry = json!({"kind": kind, "key": format!("{register}{at}"), "data": data});
        if random.below(2) == 0 {
            entry["referenzId"] = json!(random.of(&["A1B2C3D01X", "A1B2C3D02X", "Z1B2C3D01X"]));
        }
        entries.push(entry);
    }
    json!(entries)
}

/// Two stocks as JSON Lines, in different orders, with broken rows.
fn stocks(seed: u64) -> (String, String) {
    let mut random = Random(seed);
    let (mut local, mut register) = (Vec::new(), Vec::new());
    for person in 0..random.below(60) {
        let number = format!("08111100{person:04}");
        let same = entries(&mut random, false);
        for (lines, is_register) in [(&mut local, false), (&mut register, true)] {
            let times = [1, 1, 1, 1, 1, 1, 0, 2][random.below(8) as usize];
            for _ in 0..times {
                let entries =
                    if random.below(6) > 0 { same.clone() } else { entries(&mut random, is_register) };
                let mut record =
                    json!({"key": format!("p{person}"), "azrNummer": number, "entries": entries});
                match random.below(30) {
                    0 => record["azrNummer"] = Value::Null,
                    1 => record["azrNummer"] = json!("4711"),
                    2 => record["falsch"] = json!(1),
                    _ => {}
                }
                lines.push(record.to_string());
            }
        }
    }
    for lines in [&mut local, &mut register] {
        for at in (1..lines.len()).rev() {
            let other = random.below(at as u64 + 1) as usize;
            lines.swap(at, other);
        }
        if random.below(3) == 0 {
            lines.insert(0, "{".into());
        }
    }
    (local.join("\n"), register.join("\n"))
}

/// The obvious way: everything in memory, every person compared.
fn reference(comparison: &Comparison<'_>, local: &str, register: &str) -> Vec<Hinweis> {
    let mut persons: BTreeMap<String, (Vec<Datensatz>, Vec<Datensatz>)> = BTreeMap::new();
    let mut loose = Vec::new();
    for (text, side) in [(local, Side::Local), (register, Side::Register)] {
        for line in text.lines() {
            let Ok(record) = serde_json::from_str::<Datensatz>(line) else { continue };
            match record.azr_nummer.clone().filter(|number| crate::register::azr_nummer(number).is_some()) {
                None => loose.extend(comparison.without_number(side, &record)),
                Some(number) => {
                    let person = persons.entry(number).or_default();
                    if side == Side::Local { person.0.push(record) } else { person.1.push(record) }
                }
            }
        }
    }
    let all = persons.iter().flat_map(|(number, (here, there))| comparison.persons(number, here, there));
    all.chain(loose).collect()
}

fn joined(
    comparison: &Comparison<'_>,
    stocks: (&str, &str),
    memory: usize,
    threads: usize,
    format: Format,
) -> (Outcome, String) {
    let stock = |text: &'_ str| {
        let bytes = text.as_bytes().to_vec();
        JsonLines::new(move || Ok(io::Cursor::new(bytes.clone())))
    };
    let work = Work { comparison, scratch: &Memory, memory, threads, format, progress: &|_| {} };
    let mut out = Vec::new();
    let outcome = work.run(&stock(stocks.0), &stock(stocks.1), &mut out).expect("joins");
    (outcome, String::from_utf8(out).expect("UTF-8"))
}

#[test]
fn the_join_finds_what_the_obvious_one_finds() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let plain = Comparison::new(&packs).expect("kinds");
    let strict = Comparison::new(&packs).expect("kinds").plausible("2026-11-25").expect("rules");
    let (mut broken, mut agreeing) = (0, 0);
    for seed in 0..60 {
        let (local, register) = stocks(seed);
        for comparison in [&plain, &strict] {
            let expected = reference(comparison, &local, &register);
            let (outcome, text) = joined(comparison, (&local, &register), 1 << 20, 1, Format::JsonLines);
            let found: Vec<Hinweis> =
                text.lines().map(|line| serde_json::from_str(line).expect("a Hinweis")).collect();
            assert_eq!(found, expected, "seed {seed}");
            assert_eq!(outcome.hinweise.values().sum::<u64>(), expected.len() as u64);
            assert_eq!(
                joined(comparison, (&local, &register), 1 << 20, 2, Format::JsonLines),
                (outcome.clone(), text)
            );
            broken += outcome.broken.len();
            agreeing += outcome.in_both.saturating_sub(outcome.persons);
        }
    }
    assert!(broken > 20 && agreeing > 20, "{broken} {agreeing}");
}

#[test]
fn memory_and_threads_change_nothing() {
    let standards = Standards::builtin();
    let comparison =
        Comparison::new(&standards.packs()).expect("kinds").plausible("2026-11-25").expect("rules");
    // Enough for several runs of the least memory.
    let (mut local, mut register) = (String::new(), String::new());
    for seed in 100..160 {
        let (a, b) = stocks(seed);
        let century = format!("\"azrNummer\":\"{:02}1111", seed % 100);
        local.push_str(&a.replace("\"azrNummer\":\"081111", &century));
        local.push('\n');
        register.push_str(&b.replace("\"azrNummer\":\"081111", &century));
        register.push('\n');
    }
    let first = joined(&comparison, (&local, &register), 1 << 30, 1, Format::Csv);
    assert!(first.1.lines().count() > 1_000);
    for (memory, threads) in [(0, 1), (0, 2), (1 << 22, 3), (1 << 30, 8)] {
        assert_eq!(
            joined(&comparison, (&local, &register), memory, threads, Format::Csv),
            first,
            "{memory} {threads}"
        );
    }
}

#[test]
fn broken_rows_are_told_with_their_line() {
    let standards = Standards::builtin();
    let comparison = Comparison::new(&standards.packs()).expect("kinds");
    let local = "{\"key\":\"a\",\"azrNummer\":\"081111000001\",\"entries\":[]}\n\n{\"key\":1}\nx\n";
    let (outcome, text) = joined(&comparison, (local, local), 0, 2, Format::JsonLines);
    let lines: Vec<(Side, u64)> = outcome.broken.iter().map(|one| (one.side, one.line)).collect();
    assert_eq!(lines, [(Side::Local, 3), (Side::Local, 4), (Side::Register, 3), (Side::Register, 4)]);
    assert_eq!((outcome.local, outcome.in_both, text.as_str()), (1, 1, ""));
    assert!(
        outcome.broken[0].column > 0 && outcome.broken[0].why.contains("string"),
        "{:?}",
        outcome.broken[0]
    );
}
