//! Handing out, failing, trying again.

use serde_json::json;

use super::world::*;
use crate::transmit::{Decision, Limits, What};
use crate::{Standards, SubmitOptions};

/// A resend has the same UUID and the same bytes; a newer record replaces what was never handed out.
#[test]
fn resent_with_the_same_uuid() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.submit(record(&[]));
    let (first, _) = world.carry();
    assert!(!first.again);
    world.quiet();
    world.later(Limits::default().answer);
    let (again, _) = world.carry();
    assert!(again.again);
    assert_eq!((&again.uuid, &again.bytes), (&first.uuid, &first.bytes));
    // Handed out, and nothing said: it comes again after the lease.
    world.later(Limits::default().answer);
    let out = world.kit.outgoing(1).expect("hands out");
    assert_eq!(out[0].uuid, first.uuid);
    world.later(Limits::default().lease);
    assert_eq!(world.kit.outgoing(1).expect("hands out")[0].uuid, first.uuid);
}

#[test]
fn waits_grow_then_it_is_parked() {
    let standards = Standards::builtin();
    let mut config = config();
    config.limits.attempts = 3;
    let mut world = World::with(&standards, config);
    world.submit(record(&[]));
    let out = world.kit.outgoing(1).expect("hands out").remove(0);
    assert_eq!(world.kit.failed(&out.uuid, "no line").expect("noted"), []);
    world.quiet();
    assert_eq!(world.kit.next_due().expect("reads").map(|due| due.0 - 1_794_818_487_318), Some(60_000));
    world.later(60_000);
    world.kit.outgoing(1).expect("hands out");
    world.kit.failed(&out.uuid, "no line").expect("noted");
    world.later(60_000);
    world.quiet();
    world.later(60_000);
    world.kit.outgoing(1).expect("hands out");
    let events = world.kit.failed(&out.uuid, "still no line").expect("noted");
    let (event, What::Parked { uuid, reason, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!((uuid, reason.as_str()), (&out.uuid, "still no line"));
    world.later(1 << 40);
    world.quiet();
    assert_eq!(world.kit.open_events().expect("reads"), [event.id]);
    let event = event.clone();
    world.decide(&event, Decision::Retry);
    assert_eq!(world.carry().0.uuid, out.uuid);
    assert_eq!(world.kit.open_events().expect("reads"), Vec::<u64>::new());
}

/// A clock that was years ahead and is set right does not keep messages waiting for years.
#[test]
fn a_clock_set_back() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.later(1 << 38);
    world.submit(record(&[]));
    let (first, _) = world.carry();
    world.later(-(1 << 38));
    assert_eq!(world.carry().0.uuid, first.uuid);
}

#[test]
fn what_was_not_handed_out_is_replaced() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[]);
    world.submit(record(&[("Duldung", "d", duldung("2027-05-15"))]));
    let again = world.submit(record(&[("Duldung", "d", duldung("2027-05-15"))]));
    assert!(again.unchanged && again.planned.is_empty());
    world.submit(record(&[("Duldung", "d", duldung("2027-06-30"))]));
    let (sent, message) = world.carry();
    assert_eq!(message["sachverhalt"]["duldung"]["duldung.fachdaten.neu"]["befristungsdatum"], "2027-06-30");
    // What was handed out is waited for; then only what still differs is sent.
    let newer = world.submit(record(&[("Duldung", "d", duldung("2027-07-31"))]));
    assert_eq!(newer.planned.len(), 1);
    assert_eq!(newer.under_way.as_deref(), Some(sent.uuid.as_str()));
    world.quiet();
    world.hear("090098", json!({"sachverhalt": {"duldung.referenz.id": "DULDUNG1a"}}), Some(&sent.uuid));
    let (_, message) = world.carry();
    assert_eq!(message["sachverhalt"]["duldung"]["aenderungsArt"]["code"], "02");
    assert_eq!(message["sachverhalt"]["duldung"]["referenz.id"], "DULDUNG1a");
}

#[test]
fn a_halved_record_is_refused_unless_it_is_meant() {
    let standards = Standards::builtin();
    let mut world = World::known(
        &standards,
        &[("Duldung", "d", duldung("2027-05-15")), ("Ausweisung", "w", json!({"ausweisungArt": "10"}))],
    );
    let empty = json!({"key": "p", "scope": "all", "entries": []});
    let shrunk = world.submit(empty).shrunk.expect("refused");
    assert_eq!((shrunk.known, shrunk.missing), (4, 4));
    let mut one = record(&[]);
    one["entries"].as_array_mut().expect("entries").remove(1);
    let refused = world.submit(one.clone());
    assert!(!refused.taken && refused.planned.is_empty());
    assert_eq!(refused.shrunk.map(|shrunk| shrunk.missing), Some(3));
    world.quiet();
    // Half of it is not more than half.
    assert!(world.submit(record(&[])).taken);
    let meant = world.submit_with(one, SubmitOptions { may_shrink: true });
    assert!(meant.taken);
    let (_, message) = world.carry();
    assert_eq!(message["sachverhalt"].as_object().map(serde_json::Map::len), Some(1));
}

/// A kind outside the scope is never touched, whatever the record lacks.
#[test]
fn scope() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    let mut without = record(&[]);
    without["scope"] = json!(["Meldestatus", "Grundpersonalien"]);
    assert!(world.submit(without.clone()).planned.is_empty());
    world.quiet();
    without.as_object_mut().expect("a record").remove("scope");
    assert!(world.submit(without.clone()).planned.is_empty());
    world.quiet();
    without["scope"] = json!(["Meldestatus", "Grundpersonalien", "Duldung"]);
    world.submit(without);
    let (deletion, message) = world.carry();
    let told = &message["sachverhalt"]["duldung"];
    assert_eq!((&told["aenderungsArt"]["code"], &told["referenz.id"]), (&json!("03"), &json!("DULDUNG1a")));
    assert!(told.get("duldung.fachdaten.neu").is_none());
    world.hear("090098", json!({}), Some(&deletion.uuid));
    world.quiet();
    // An entry without data says that it is to be deleted, here as an error.
    let mut wrong = record(&[]);
    wrong["scope"] = json!(null);
    wrong["entries"][1] = json!({"kind": "Meldestatus", "key": "ms", "data": {}, "correction": true});
    world.submit(wrong);
    let (_, message) = world.carry();
    assert_eq!(message["sachverhalt"]["meldestatus"]["aenderungsArt"]["code"], "05");
}

#[test]
fn a_correction_is_told_as_one() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    let mut corrected = record(&[("Duldung", "d", duldung("2027-05-16"))]);
    corrected["entries"][2]["correction"] = true.into();
    world.submit(corrected);
    let (_, message) = world.carry();
    assert_eq!(message["sachverhalt"]["duldung"]["aenderungsArt"]["code"], "04");
}

/// Entries in which nothing was found are not checked again, unless a code's time has come since.
#[test]
fn a_code_that_ran_out_is_found_in_an_entry_that_did_not_change() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let at = |world: &mut World<'_>, time: &str| {
        world.kit.environment().now = crate::time::Timestamp::parse(time).expect("a time").0;
    };
    let submit = |world: &mut World<'_>, until: &str| {
        let old =
            json!({"duldungArt": "01", "ereignisdatum": "2014-03-01", "befristungsdatum": "2015-03-01"});
        let mut record = record(&[("Duldung", "du", old)]);
        record["entries"][1]["data"]["ereignisdatum"] = until.into();
        let found = world.submit(record).findings;
        found
            .into_iter()
            .map(|found| (found.entry, found.finding.rule.unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    // This code may be reported up to 2014-11-30.
    at(&mut world, "2014-11-01T08:00:00Z");
    assert_eq!(submit(&mut world, "2014-02-01"), []);
    at(&mut world, "2014-11-30T08:00:00Z");
    assert_eq!(submit(&mut world, "2014-02-02"), []);
    at(&mut world, "2014-12-01T08:00:00Z");
    let ran_out = [("du".to_owned(), "MELDBAR-002".to_owned())];
    assert_eq!(submit(&mut world, "2014-02-03"), ran_out);
    // The clock was wrong and is set back.
    at(&mut world, "2014-11-02T08:00:00Z");
    assert_eq!(submit(&mut world, "2014-02-04"), []);
    // What was found clean on a day says nothing of the days before.
    at(&mut world, "2026-11-02T08:00:00Z");
    assert_eq!(submit(&mut world, "2014-02-05"), ran_out);
}

/// On this rests that entries stay clean until a day that their codes' lists name: no rule compares today with anything else.
#[test]
fn rules_compare_the_day_of_a_message_with_columns_of_codes_only() {
    let rules = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("standards/xauslaender-26.11/regeln/pruefungen");
    let mut met = 0;
    for file in std::fs::read_dir(rules).expect("the rules") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
        for line in text.lines().filter(|line| !line.starts_with('#') && line.contains("created()")) {
            let rule = line.split('\t').find(|cell| cell.contains("created()")).expect("the rule");
            let mut words = rule.split(' ');
            let left = (words.next(), words.next().map(|compared| compared.starts_with(['<', '>', '='])));
            let right: Vec<&str> = words.collect();
            let is_column =
                right.len() == 1 && right[0].starts_with("date(column(.,'") && right[0].ends_with("'))");
            assert!(left == (Some("created()"), Some(true)) && is_column, "{line}");
            met += 1;
        }
    }
    assert!(met >= 3, "{met}");
}

#[test]
fn a_wrong_record_is_not_taken() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let submitted = world.submit(record(&[(
        "Duldung",
        "d",
        json!({"duldungArt": "03", "befristungsdatum": "2027-02-30"}),
    )]));
    assert!(!submitted.taken);
    assert_eq!(submitted.findings[0].finding.path, "/entries/2/data/befristungsdatum");
    world.quiet();
    assert!(world.kit.status("p").expect("reads").is_none());
}
