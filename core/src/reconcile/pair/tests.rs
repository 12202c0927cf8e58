use std::collections::HashMap;

use super::*;
use crate::message::report::Lang;
use crate::reconcile::synth::{Made, Options as Made2, Stock, Synth};

/// Truth by key, and a pairing with both stocks.
struct Stocks {
    pairing: Pairing,
    local: Vec<(String, u64)>,
    register: Vec<(String, u64)>,
}

fn stocks(options: Made2) -> Stocks {
    let synth = Synth::new(options);
    let mut pairing = Pairing::default();
    let mut known = [Vec::new(), Vec::new()];
    for (own, stock) in known.iter_mut().zip([Stock::Local, Stock::Register]) {
        for made in synth.stock(stock) {
            let Made { key, person, .. } = &made;
            own.push((key.clone(), *person));
            let record = made.record();
            match stock {
                Stock::Local => pairing.local(&Person::of(&record)),
                Stock::Register => pairing.register(&Person::of(&record)),
            }
        }
    }
    let [local, register] = known;
    Stocks { pairing, local, register }
}

/// F1, precision, recall.
type Quality = (f64, f64, f64);

/// At the best threshold, and at the chosen one.
fn quality(outcome: &Outcome, right: impl Fn(&Pair) -> bool, all: usize) -> (Quality, Quality) {
    let mut pairs: Vec<(f64, bool)> =
        outcome.pairs.iter().map(|pair| (pair.probability, right(pair))).collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut found, mut best, mut chosen) = (0.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0));
    for (count, (probability, right)) in (1_u32..).zip(pairs) {
        found += f64::from(u8::from(right));
        let (count, all) = (f64::from(count), all as f64);
        let point = (2.0 * found / (count + all), found / count, found / all);
        if point.0 > best.0 {
            best = point;
        }
        if probability >= outcome.thresholds.likely {
            chosen = point;
        }
    }
    (best, chosen)
}

fn show(what: &str, (f1, precision, recall): Quality) -> String {
    format!("{what}: F1 {f1:.4}, precision {precision:.4}, recall {recall:.4}")
}

#[test]
fn two_stocks_are_paired_well() {
    let stocks = stocks(Made2 { persons: 3000, seed: 8, ..Made2::default() });
    let outcome = stocks.pairing.link(&Options { threads: 2 }, &|_, _| {});
    let person = |stock: &[(String, u64)], place: u32| stock[place as usize].1;
    let right = |pair: &Pair| person(&stocks.local, pair.left) == person(&stocks.register, pair.right);
    let mut counts: HashMap<u64, usize> = HashMap::new();
    stocks.local.iter().for_each(|(_, person)| *counts.entry(*person).or_default() += 1);
    let all = stocks.register.iter().filter_map(|(_, person)| counts.get(person)).sum();
    let (best, chosen) = quality(&outcome, right, all);
    println!("3,000 persons, {all} pairs\n{}\n{}", show("best", best), show("chosen", chosen));
    let found = outcome.pairs.iter().filter(|pair| right(pair)).count();
    assert!(found as f64 >= 0.995 * all as f64, "blocking finds {found} of {all}");
    assert!(best.0 >= 0.985 && chosen.0 >= 0.98, "{best:?} {chosen:?}");
    let sure: Vec<&Pair> = outcome.pairs.iter().filter(|pair| outcome.grade(pair) == Grade::Sure).collect();
    let wrong = sure.iter().filter(|pair| !right(pair)).count();
    assert!(
        sure.len() as f64 > 0.9 * all as f64 && wrong * 200 <= sure.len(),
        "{wrong} of {} sure ones are wrong",
        sure.len()
    );
    // A probability means what it says: of all pairs, as many are right as it expects.
    let expected: f64 = outcome.pairs.iter().map(|pair| pair.probability).sum();
    assert!((expected / found as f64 - 1.0).abs() < 0.02, "{expected} expected, {found} found");
    for pair in &outcome.pairs {
        let (local, register) = stocks.pairing.keys(pair);
        assert_eq!(
            (local, register),
            (&*stocks.local[pair.left as usize].0, &*stocks.register[pair.right as usize].0)
        );
    }
}

#[test]
fn a_stock_is_deduped_well() {
    let stocks = stocks(Made2 { persons: 2000, seed: 9, twice: 250, ..Made2::default() });
    let outcome = stocks.pairing.dedupe(&Options { threads: 2 }, &|_, _| {});
    let right = |pair: &Pair| stocks.local[pair.left as usize].1 == stocks.local[pair.right as usize].1;
    let mut counts: HashMap<u64, usize> = HashMap::new();
    stocks.local.iter().for_each(|(_, person)| *counts.entry(*person).or_default() += 1);
    let all = counts.values().filter(|count| **count == 2).count();
    let (best, chosen) = quality(&outcome, right, all);
    println!(
        "{} persons, {all} twice\n{}\n{}",
        stocks.local.len(),
        show("best", best),
        show("chosen", chosen)
    );
    assert!(best.0 >= 0.97 && chosen.0 >= 0.96, "{best:?} {chosen:?}");
    assert!(outcome.pairs.iter().all(|pair| pair.left < pair.right));
    let clusters = outcome.clusters(outcome.thresholds.likely);
    let in_clusters: usize = clusters.iter().map(|cluster| cluster.persons.len()).sum();
    assert!((in_clusters as f64 / (2 * all) as f64 - 1.0).abs() < 0.05, "{in_clusters} in clusters");
    assert!(clusters.iter().all(|cluster| cluster.persons.len() >= 2 && cluster.persons.is_sorted()));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let stocks = stocks(Made2 { persons: 1200, seed: 2, ..Made2::default() });
    let told = std::sync::Mutex::new(Vec::new());
    let one = stocks
        .pairing
        .link(&Options { threads: 1 }, &|done, of| told.lock().expect("nobody panics").push((done, of)));
    assert!(!one.pairs.is_empty());
    let n = stocks.local.len() as u64;
    assert_eq!(told.into_inner().expect("nobody panics").last(), Some(&(n, n)));
    for threads in [0, 2, 5] {
        assert_eq!(stocks.pairing.link(&Options { threads }, &|_, _| {}), one);
    }
}

fn one<'a>(key: &'a str, family: &'a str, given: &'a str, birth: &'a str) -> Person<'a> {
    Person {
        key: key.into(),
        family: family.into(),
        given: given.into(),
        birth: birth.into(),
        sex: "m".into(),
        states: ["475".into(), "".into()],
        birth_place: "Aleppo".into(),
        ..Person::default()
    }
}

#[test]
fn a_person_is_found_despite_errors_in_one_or_two_fields() {
    // Enough others to learn from.
    let mut stocks = stocks(Made2 { persons: 2000, seed: 3, ..Made2::default() });
    let cases = [
        (
            one("", "Al-Khatib", "Mohammed Yusuf", "1987-04-09"),
            one("", "AL KHATIB", "Muhammad Jusef", "1987-04-09"),
        ),
        (one("", "Darwish", "Ghassan", "1987-04-09"), one("", "Ghassan", "Darwish", "1987-04-09")),
        (one("", "Sabbagh", "Nizar", "1971-03-12"), one("", "Nizar Sabbagh", "", "1971-03-12")),
        (one("", "Qabbani", "Hisham", "1965-02-11"), one("", "Qabbani", "Hisham", "1965-11-02")),
        (one("", "Turkmani", "Louay", "1993-07-23"), one("", "Turkmani", "Louay", "1993-01-01")),
        (one("", "Salloum", "Wissam", "1993-07-23"), one("", "Saloum", "Wisam", "1993")),
        (one("", "Öztürk", "Çağlar", "1999-12-01"), one("", "Oeztuerk", "Caglar", "1999-12-01")),
    ];
    let (from, to) = stocks.pairing.len();
    for (left, right) in &cases {
        stocks.pairing.local(left);
        stocks.pairing.register(right);
    }
    let outcome = stocks.pairing.link(&Options { threads: 2 }, &|_, _| {});
    for (at, case) in cases.iter().enumerate() {
        let found = outcome
            .pairs
            .iter()
            .find(|pair| (pair.left as usize, pair.right as usize) == (from + at, to + at));
        let pair = found.unwrap_or_else(|| panic!("{case:?}"));
        assert!(
            pair.probability > 0.3,
            "{} {case:?} {:?}",
            pair.probability,
            pair.shares(Lang::En).collect::<Vec<_>>()
        );
    }
    let of = |at: usize| {
        outcome.pairs.iter().find(|pair| pair.left as usize == from + at && pair.right as usize == to + at)
    };
    let levels: Vec<&str> =
        of(1).into_iter().flat_map(|pair| pair.shares(Lang::De)).map(|(_, level, _)| level).collect();
    assert_eq!(levels[..4], ["gleich", "gleich", "vertauscht", "gleich"]);
}

#[test]
fn nothing_comes_of_nothing() {
    let none = Pairing::default();
    assert!(none.is_empty());
    assert_eq!(none.link(&Options::default(), &|_, _| {}), Outcome::default());
    let mut empty = Pairing::default();
    for _ in 0..3 {
        empty.local(&Person::default());
        empty.register(&Person::default());
    }
    assert_eq!(empty.link(&Options::default(), &|_, _| {}).pairs, []);
    assert_eq!(empty.dedupe(&Options::default(), &|_, _| {}).clusters(0.0), []);
    let mut alone = Pairing::default();
    alone.local(&one("a", "Öztürk", "Zoë", "1994-05-03"));
    alone.register(&one("b", "Öztürk", "Zoë", "1994-05-03"));
    let pairs = alone.link(&Options::default(), &|_, _| {}).pairs;
    assert!(pairs.len() == 1 && pairs[0].probability > 0.9, "{pairs:?}");
}
