//! What others change in the register.

use serde_json::{Value, json};

use super::world::*;
use crate::Standards;
use crate::transmit::{Decision, Policy, Side, What};

fn mitteilung(now: Value, before: Value) -> Value {
    json!({"azrNummer": NUMBER, "inhaltAktuell": now, "inhaltVorAenderung": before})
}

fn of_register(mut data: Value, id: &str) -> Value {
    data["referenz.id"] = id.into();
    data["meldendeBehoerde"] = "000777".into();
    data["letzteAenderung"] = "2026-11-17".into();
    data
}

/// Only they changed: the host is told, nothing is sent back, and its next submit confirms.
#[test]
fn a_change_of_others_is_taken_over() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    let now = json!({"aktuelleDuldung": of_register(duldung("2027-12-31"), "DULDUNG4c")});
    let before = json!({"aktuelleDuldung": of_register(duldung("2027-05-15"), "DULDUNG1a")});
    let events = world.hear("090030", mitteilung(now, before), None);
    let (_, What::Apply { entry, fields, data, register, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!((entry.as_deref(), fields.as_slice()), (Some("d"), &["befristungsdatum".to_owned()][..]));
    assert_eq!(data.as_ref().map(|data| data["befristungsdatum"].clone()), Some(json!("2027-12-31")));
    assert_eq!(register["meldendeBehoerde"], "000777");
    world.quiet();
    // The host saves something else before it has taken it over.
    world.submit(record(&[
        ("Duldung", "d", duldung("2027-05-15")),
        ("Ausweisung", "w", json!({"ausweisungArt": "10"})),
    ]));
    let (sent, message) = world.carry();
    assert!(message["sachverhalt"].get("duldung").is_none(), "{message}");
    world.hear("090098", json!({"sachverhalt": {"ausweisung.referenz.id": "AUSWEIS1a"}}), Some(&sent.uuid));
    world.quiet();
    assert!(!world.kit.status("p").expect("reads").expect("there").agreed);
    world.submit(record(&[
        ("Duldung", "d", duldung("2027-12-31")),
        ("Ausweisung", "w", json!({"ausweisungArt": "10"})),
    ]));
    world.quiet();
    assert!(world.kit.status("p").expect("reads").expect("there").agreed);
}

/// An older piece of news that comes late changes nothing.
#[test]
fn old_news_are_old() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    let news = |bis: &str, id: &str| {
        mitteilung(json!({"aktuelleDuldung": of_register(duldung(bis), id)}), json!({}))
    };
    world.hear("090030", news("2027-12-31", "DULDUNG4c"), None);
    assert_eq!(world.hear("090030", news("2027-09-30", "DULDUNG3c"), None), []);
    assert_eq!(world.hear("090030", news("2027-05-15", "DULDUNG1a"), None), []);
    let gone = json!({"aktuelleDuldung": of_register(duldung("2027-12-31"), "DULDUNG4c")});
    let events = world.hear("090030", mitteilung(json!({}), gone), None);
    let (_, What::Apply { data, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(*data, None);
    world.submit(record(&[]));
    world.quiet();
    assert_eq!(world.hear("090030", news("2027-12-31", "DULDUNG4c"), None), []);
    assert!(world.kit.status("p").expect("reads").expect("there").agreed);
}

/// Both changed, but different fields: both changes hold.
#[test]
fn changes_of_different_fields_are_merged() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    let mut theirs = duldung("2027-05-15");
    theirs["bescheinigungsNummer"] = "D4711".into();
    world.hear(
        "090030",
        mitteilung(json!({"aktuelleDuldung": of_register(theirs, "DULDUNG4c")}), json!({})),
        None,
    );
    world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
    let (_, message) = world.carry();
    let sent = &message["sachverhalt"]["duldung"];
    assert_eq!(sent["referenz.id"], "DULDUNG4c");
    assert_eq!(sent["duldung.fachdaten.neu"]["bescheinigungsNummer"], "D4711");
    assert_eq!(sent["duldung.fachdaten.neu"]["befristungsdatum"], "2027-08-31");
}

fn in_conflict(standards: &Standards) -> (World<'_>, crate::transmit::Event) {
    let mut world = World::known(standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    world.hear(
        "090030",
        mitteilung(json!({"aktuelleDuldung": of_register(duldung("2027-12-31"), "DULDUNG4c")}), json!({})),
        None,
    );
    let submitted = world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
    world.quiet();
    let events = world.kit.events(0, 100).expect("reads");
    let event = events.last().expect("told").clone();
    assert_eq!(submitted.events, std::slice::from_ref(&event), "the call tells it too");
    let What::Conflict { base, theirs, ours, fields, .. } = &event.what else { panic!("{event:?}") };
    assert_eq!(base["befristungsdatum"], "2027-05-15");
    assert_eq!(theirs.as_ref().map(|data| data["befristungsdatum"].clone()), Some(json!("2027-12-31")));
    assert_eq!(ours.as_ref().map(|data| data["befristungsdatum"].clone()), Some(json!("2027-08-31")));
    assert_eq!(fields, &["befristungsdatum"]);
    (world, event)
}

#[test]
fn a_conflict_decided_for_the_host() {
    let standards = Standards::builtin();
    let (mut world, event) = in_conflict(&standards);
    world.decide(&event, Decision::Local);
    let (sent, message) = world.carry();
    assert_eq!(message["sachverhalt"]["duldung"]["referenz.id"], "DULDUNG4c");
    assert_eq!(message["sachverhalt"]["duldung"]["duldung.fachdaten.neu"]["befristungsdatum"], "2027-08-31");
    world.hear("090098", json!({"sachverhalt": {"duldung.referenz.id": "DULDUNG5a"}}), Some(&sent.uuid));
    world.quiet();
    assert!(world.kit.status("p").expect("reads").expect("there").agreed);
}

#[test]
fn a_conflict_decided_for_the_register() {
    let standards = Standards::builtin();
    let (mut world, event) = in_conflict(&standards);
    let events = world.decide(&event, Decision::Register);
    let (_, What::Apply { entry, data, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(entry.as_deref(), Some("d"));
    assert_eq!(data.as_ref().map(|data| data["befristungsdatum"].clone()), Some(json!("2027-12-31")));
    world.quiet();
    world.submit(record(&[("Duldung", "d", duldung("2027-12-31"))]));
    world.quiet();
    assert!(world.kit.status("p").expect("reads").expect("there").agreed);
}

#[test]
fn a_conflict_that_the_host_ends_by_another_record() {
    let standards = Standards::builtin();
    let (mut world, _) = in_conflict(&standards);
    world.submit(record(&[("Duldung", "d", duldung("2027-12-31"))]));
    world.quiet();
    assert!(world.kit.status("p").expect("reads").expect("there").agreed);
}

#[test]
fn rules_decide_conflicts() {
    let standards = Standards::builtin();
    for (decide, sent) in [(Side::Local, true), (Side::Register, false), (Side::Newest, false)] {
        let mut config = config();
        config.policy =
            vec![Policy { kind: Some("Duldung".into()), field: Some("befristungsdatum".into()), decide }];
        let mut world = World::with(&standards, config);
        world.report_all(&[("Duldung", "d", duldung("2027-05-15"))]);
        world.hear(
            "090030",
            mitteilung(
                json!({"aktuelleDuldung": of_register(duldung("2027-12-31"), "DULDUNG4c")}),
                json!({}),
            ),
            None,
        );
        world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
        let out = world.kit.outgoing(1).expect("hands out");
        assert_eq!(!out.is_empty(), sent, "{decide:?}");
        assert_eq!(world.kit.open_events().expect("reads"), Vec::<u64>::new());
    }
}

/// They deleted what we changed, and they changed what we deleted.
#[test]
fn deletions_and_changes() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    let gone = json!({"aktuelleDuldung": of_register(duldung("2027-05-15"), "DULDUNG1a")});
    world.hear("090030", mitteilung(json!({}), gone), None);
    world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
    world.quiet();
    let event = world.kit.events(0, 100).expect("reads").pop().expect("told");
    let What::Conflict { theirs, .. } = &event.what else { panic!("{event:?}") };
    assert_eq!(*theirs, None);
    world.decide(&event, Decision::Local);
    let (_, message) = world.carry();
    assert_eq!(message["sachverhalt"]["duldung"]["aenderungsArt"]["code"], "01");

    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    world.hear(
        "090030",
        mitteilung(json!({"aktuelleDuldung": of_register(duldung("2027-12-31"), "DULDUNG4c")}), json!({})),
        None,
    );
    world.submit(record(&[]));
    world.quiet();
    let event = world.kit.events(0, 100).expect("reads").pop().expect("told");
    let What::Conflict { ours, .. } = &event.what else { panic!("{event:?}") };
    assert_eq!(*ours, None);
    world.decide(&event, Decision::Local);
    let (_, message) = world.carry();
    assert_eq!(message["sachverhalt"]["duldung"]["referenz.id"], "DULDUNG4c");
    assert_eq!(message["sachverhalt"]["duldung"]["aenderungsArt"]["code"], "03");
}

/// What others stored is not deleted because the host does not have it; once the host has shown it, it is the host's.
#[test]
fn an_entry_of_others_is_not_deleted_unseen() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[]);
    let now = json!({"aktuelleDuldung": of_register(duldung("2027-12-31"), "FREMDED1c")});
    let events = world.hear("090030", mitteilung(now, json!({})), None);
    assert_eq!(names(&events), ["apply"]);
    world.submit(record(&[("Ausweisung", "w", json!({"ausweisungArt": "10"}))]));
    let (sent, message) = world.carry();
    assert!(message["sachverhalt"].get("duldung").is_none());
    world.hear("090098", json!({"sachverhalt": {"ausweisung.referenz.id": "AUSWEIS1a"}}), Some(&sent.uuid));
    world.quiet();
    let mut shown = record(&[
        ("Ausweisung", "w", json!({"ausweisungArt": "10"})),
        ("Duldung", "neu", duldung("2027-12-31")),
    ]);
    shown["entries"][3]["referenzId"] = "FREMDED1c".into();
    world.submit(shown);
    world.quiet();
    assert!(world.kit.status("p").expect("reads").expect("there").agreed);
    world.submit(record(&[("Ausweisung", "w", json!({"ausweisungArt": "10"}))]));
    let (_, message) = world.carry();
    assert_eq!(message["sachverhalt"]["duldung"]["referenz.id"], "FREMDED1c");
}

/// The register merged two records: the person has another number, or two persons of the host are one.
#[test]
fn merged_records() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[]);
    let merge = json!({"azrNummer": "081111000099", "wegfallendeAzrNummer": NUMBER});
    let events = world.hear("090030", merge, None);
    let (_, What::NumberChanged { from, to }) = only(&events) else { panic!("{events:?}") };
    assert_eq!((from.as_str(), to.as_str()), (NUMBER, "081111000099"));
    let (_, message) = world.carry();
    assert_eq!(message["anfrageAZR"]["azrNummer"], "081111000099");

    let mut world = World::known(&standards, &[]);
    let mut other = record(&[]);
    other["key"] = "q".into();
    other["azrNummer"] = "081111000050".into();
    world.submit(other);
    let (fetch, _) = world.carry();
    let mut gp = grundpersonalien();
    gp["referenz.id"] = "GRUNDQQ1a".into();
    let mut ms = meldestatus();
    ms["referenz.id"] = "MELDEQQ1a".into();
    world.hear(
        "090004",
        json!({"azrNummer": "081111000050", "grundpersonalien": gp, "aktuellerMeldestatus": ms}),
        Some(&fetch.uuid),
    );
    world.quiet();
    let events =
        world.hear("090030", json!({"azrNummer": "081111000050", "wegfallendeAzrNummer": NUMBER}), None);
    let (event, What::MergePersons { other, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!((event.person.as_deref(), other.as_str()), (Some("p"), "q"));
    // Nothing of the one is sent until the host has merged them.
    world.submit(record(&[("Duldung", "d", duldung("2027-12-31"))]));
    world.quiet();
    let event = event.clone();
    world.decide(&event, Decision::Same("081111000050".into()));
    assert!(world.kit.status("p").expect("reads").is_none());
}

/// The record has another number since a merge that nobody told of: the answer to a Folgemeldung says so.
#[test]
fn an_outdated_number_is_replaced() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[]);
    world.submit(record(&[("Duldung", "d", duldung("2027-12-31"))]));
    let (sent, _) = world.carry();
    let stored = json!({"azrNummer": "081111000077", "sachverhalt": {"duldung.referenz.id": "DULDUNG1a"}});
    let events = world.hear("090098", stored, Some(&sent.uuid));
    assert_eq!(names(&events), ["numberChanged", "stored"]);
    world.submit(record(&[("Duldung", "d", duldung("2027-12-30"))]));
    let (_, message) = world.carry();
    assert_eq!(message["azrNummer"], "081111000077");
}

/// What was decided to stand in an Abgleich is not reported, as long as the host does not change it.
#[test]
fn what_is_to_stand_is_not_reported() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "du", duldung("2026-12-31"))]);
    let entry = |kind: &str, key: &str, data: serde_json::Value| crate::register::Eintrag {
        kind: kind.into(),
        key: key.into(),
        data: data.as_object().cloned().expect("an object"),
        ..Default::default()
    };
    let other = json!({"letzterWohnortHerkunftsland": "Diyarbakır"});
    world.kit.let_stand("p", &entry("Duldung", "du", duldung("2027-06-30"))).expect("stands");
    world.kit.let_stand("p", &entry("Herkunftsland", "hl", other.clone())).expect("stands");
    let record = |until: &str, place: &str| {
        let mut other = other.clone();
        other["letzterWohnortHerkunftsland"] = place.into();
        record(&[("Duldung", "du", duldung(until)), ("Herkunftsland", "hl", other)])
    };
    let submitted = world.submit(record("2027-06-30", "Diyarbakır"));
    assert!(
        submitted.taken && submitted.planned.is_empty() && submitted.reporting.is_empty(),
        "{submitted:?}"
    );
    world.quiet();
    // Other data of the host are reported; where the register differs as well, that is a conflict.
    let submitted = world.submit(record("2027-06-30", "Mardin"));
    assert_eq!(submitted.reporting.len(), 1, "{submitted:?}");
    assert_eq!(submitted.reporting[0].entry, "hl");
    let (message, _) = world.carry();
    world.hear("090098", json!({"azrNummer": NUMBER}), Some(&message.uuid));
    let submitted = world.submit(record("2027-07-31", "Mardin"));
    assert!(
        matches!(&submitted.events[0].what, What::Conflict { entry, .. } if entry == "du"),
        "{submitted:?}"
    );
    let unknown = world.kit.let_stand("nobody", &entry("Duldung", "du", duldung("2027-06-30")));
    assert_eq!(unknown.expect_err("no such person").code(), "AZK-K002");
}
