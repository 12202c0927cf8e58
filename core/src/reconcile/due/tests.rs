use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::Standards;
use crate::register::Eintrag;

fn plan(per_day: Option<u32>) -> Due {
    let plan = Plan { from: "2026-11-25".into(), days: 30, oldest: 365, per_day };
    Due::new(&Standards::builtin().packs(), plan).expect("a plan")
}

fn record(key: usize, end: Option<String>) -> Datensatz {
    let mut record = Datensatz { key: format!("akte-{key}"), ..Datensatz::default() };
    if let Some(end) = end {
        let data = json!({ "befristungsdatum": end }).as_object().cloned().unwrap_or_default();
        record.entries.push(Eintrag { kind: "Duldung".into(), key: "d".into(), data, ..Eintrag::default() });
    }
    record
}

/// Each seventh record has an end: some in the period, some after it, some before.
fn stock() -> Vec<Datensatz> {
    let end = |at: usize| Day(day("2026-11-20").expect("a day") + (at % 50) as i64).iso();
    (0..3000).map(|at| record(at, (at % 7 == 0).then(|| end(at)))).collect()
}

fn checks(due: &mut Due) -> Vec<Check> {
    let stock = stock();
    let mut all: Vec<Check> = stock.iter().filter_map(|record| due.coming(record)).collect();
    all.extend(stock.iter().filter_map(|record| due.regular(record, None)));
    all
}

#[test]
fn all_come_up_once_nobody_late_and_the_days_are_even() {
    let mut due = plan(None);
    let all = checks(&mut due);
    let mut keys: Vec<&str> = all.iter().map(|check| check.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!((keys.len(), all.len()), (3000, 3000));
    let coming: Vec<&Check> = all.iter().filter(|check| check.code == Reason::Ends).collect();
    assert!(coming.len() > 200);
    for check in coming {
        assert!(Some(&check.day) <= check.date.as_ref() && check.day.as_str() >= "2026-11-25", "{check:?}");
    }
    let mut days: BTreeMap<&str, usize> = BTreeMap::new();
    for check in all.iter().filter(|check| check.code == Reason::Never) {
        *days.entry(&check.day).or_default() += 1;
    }
    assert_eq!(days.len(), 30);
    // 2,743 over 30 days are 91 a day; four times the spread of chance.
    assert!(days.values().all(|count| (53..=130).contains(count)), "{days:?}");
    assert_eq!(all, checks(&mut plan(None)));
}

#[test]
fn a_limit_puts_off_what_is_not_urgent() {
    let mut due = plan(Some(60));
    let all = checks(&mut due);
    let urgent = all.iter().filter(|check| check.code == Reason::Ends).count();
    assert_eq!(urgent, checks(&mut plan(None)).iter().filter(|check| check.code == Reason::Ends).count());
    assert_eq!(all.len() as u64 + due.put_off(), 3000);
    assert!(due.load().iter().all(|load| *load == 60), "{:?}", due.load());
}

#[test]
fn the_age_of_the_last_agreement_counts() {
    let mut due = plan(None);
    // Too old on the last day of the period, and one day after it.
    let check = due.regular(&record(1, None), Some("2025-12-24")).expect("due");
    assert_eq!((check.code, check.date.as_deref()), (Reason::Old, Some("2025-12-24")));
    assert_eq!(check.text_de, "Der letzte Abgleich mit dem AZR war am 24.12.2025.");
    assert_eq!(due.regular(&record(1, None), Some("2025-12-25")), None);
    assert_eq!(
        due.regular(&record(1, None), Some("2025-02-31")).map(|check| check.code),
        Some(Reason::Never)
    );
    let coming = due.coming(&record(1, Some("2026-12-01".into()))).expect("due");
    assert_eq!(coming.text_de, "Duldung: Die Geltung endet am 01.12.2026.");
}

#[test]
fn each_row_of_the_table_names_a_field_and_wrong_periods_are_refused() {
    let due = plan(None);
    assert!(due.ends.len() >= 20);
    let standards = Standards::builtin();
    let kinds = Kinds::newest(&standards.packs()).expect("kinds");
    for end in &due.ends {
        let fields = &kinds.get(&end.kind).expect("a kind").fields;
        assert!(
            fields.iter().any(|field| Some(&field.name) == end.path.first()),
            "{} {:?}",
            end.kind,
            end.path
        );
    }
    for (from, days) in [("2026-02-30", 5), ("", 5), ("2026-11-25", 0), ("2026-11-25", 4000)] {
        let plan = Plan { from: from.into(), days, oldest: 1, per_day: None };
        assert!(Due::new(&standards.packs(), plan).is_err(), "{from} {days}");
    }
}
