//! The first report of a person.

use serde_json::json;

use super::world::*;
use crate::Standards;
use crate::transmit::{Decision, Lacks, What};

/// Search, first report with what it may carry, the rest one by one, each after the answer to the one before.
#[test]
fn from_record_to_register() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let anschrift = json!({
        "anschrift": {"hausnummer": "1", "postleitzahl": "74072", "strasse": "Allee", "wohnort": "Heilbronn"},
        "fruehereAnschrift": false,
    });
    let submitted =
        world.submit(record(&[("Duldung", "d", duldung("2027-05-15")), ("Anschrift", "a", anschrift)]));
    assert_eq!(submitted.findings, []);
    assert!(submitted.taken && !submitted.unchanged);
    let planned: Vec<(&str, Vec<&str>)> = submitted
        .planned
        .iter()
        .map(|one| (one.number.as_str(), one.changes.iter().map(|change| change.kind.as_str()).collect()))
        .collect();
    assert_eq!(
        planned,
        [("090009", vec!["Meldestatus", "Grundpersonalien", "Anschrift"]), ("090010", vec!["Duldung"])]
    );

    let (search, message) = world.carry();
    assert_eq!((search.number.as_str(), search.to.as_str()), ("090001", "dbs:490030020000"));
    assert_eq!(message["anfrageAZR"]["grundpersonalien"]["familienname"]["name"], "Öztürk");
    assert_eq!(message["anfrageAZR"]["grundpersonalien"]["suchprofil"]["code"], "N");
    world.quiet();
    assert_eq!(world.hear("090002", json!({}), Some(&search.uuid)), []);

    let (first, message) = world.carry();
    assert_eq!(first.number, "090009");
    assert_eq!(message["durchfuehrendeBehoerde"], "000900");
    assert_eq!(message["grundpersonalien"]["aenderungsArt"]["code"], "01");
    assert!(message["anschrift"]["anschrift.fachdaten.neu"]["anschrift"].is_object());
    assert_eq!(
        message["sachverhalt"]["meldestatus"]["meldestatus.fachdaten.neu"]["meldestatusArt"]["code"],
        "01"
    );
    let stored = json!({
        "azrNummer": NUMBER, "personalienAehnlich": ["081111000009"], "grundpersonalien.referenz.id": "GRUNDPE1a",
        "anschrift.referenz.id": "ANSCHRI1a", "sachverhalt": {"meldestatus.referenz.id": "MELDEST1a"},
    });
    let events = world.hear("090098", stored, Some(&first.uuid));
    let (_, What::Stored { azr_nummer, aehnlich, changes, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!((azr_nummer.as_str(), aehnlich.len(), changes.len()), (NUMBER, 1, 3));

    let (next, message) = world.carry();
    assert_eq!(next.number, "090010");
    assert_eq!(message["azrNummer"], NUMBER);
    assert_eq!(message["sachverhalt"]["duldung"]["duldung.fachdaten.neu"]["befristungsdatum"], "2027-05-15");
    world.hear("090098", json!({"sachverhalt": {"duldung.referenz.id": "DULDUNG1a"}}), Some(&next.uuid));
    world.quiet();
    let status = world.kit.status("p").expect("reads").expect("there");
    assert!(status.agreed, "{status:?}");
    let ids: Vec<&str> = status.register.iter().filter_map(|entry| entry.referenz_id.as_deref()).collect();
    assert_eq!(ids, ["MELDEST1a", "GRUNDPE1a", "ANSCHRI1a", "DULDUNG1a"]);
    let journal = world.kit.journal(0, 100).expect("reads");
    let steps: Vec<&str> = journal.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(
        steps,
        [
            "submitted",
            "made",
            "handed",
            "sent",
            "received",
            "made",
            "handed",
            "sent",
            "received",
            "made",
            "handed",
            "sent",
            "received"
        ]
    );
}

#[test]
fn what_a_first_report_lacks() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let mut only_duldung = record(&[("Duldung", "d", duldung("2027-05-15"))]);
    only_duldung["entries"].as_array_mut().expect("entries").remove(1);
    assert_eq!(world.submit(only_duldung.clone()).lacks, Some(Lacks::Sachverhalt));
    only_duldung["entries"].as_array_mut().expect("entries").remove(0);
    assert_eq!(world.submit(only_duldung).lacks, Some(Lacks::Grundpersonalien));
    world.quiet();
    assert_eq!(world.submit(record(&[])).lacks, None);
    assert_eq!(world.carry().0.number, "090001");
}

fn hit(number: &str, family: &str) -> serde_json::Value {
    let mut theirs = grundpersonalien();
    theirs["familienname"]["name"] = family.into();
    theirs["letzteAenderung"] = "2026-01-02".into();
    json!({"azrNummer": number, "grundpersonalien": theirs, "weiterePersonalien": {}, "personalienArt": "01"})
}

/// Two hits: the host says that it is one of them. Its record is fetched and becomes the baseline; what differs is sent.
#[test]
fn it_is_a_person_of_the_register() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.submit(record(&[]));
    let (search, _) = world.carry();
    let hits = json!({"trefferliste": {"trefferPersonaliensuche": [hit(NUMBER, "Öztürk"), hit("081111000002", "Oeztuerk")]}});
    let events = world.hear("090003", hits, Some(&search.uuid));
    let (event, What::Candidates { candidates, recommendation }) = only(&events) else {
        panic!("{events:?}")
    };
    assert_eq!(recommendation.as_deref(), Some(NUMBER));
    assert_eq!(candidates[0].differing, Vec::<String>::new());
    assert_eq!(candidates[1].differing, ["familienname"]);
    world.quiet();
    // The same record again does not lead to another search.
    assert!(world.submit(record(&[])).unchanged);
    world.quiet();

    world.decide(event, Decision::Same(NUMBER.into()));
    let (fetch, message) = world.carry();
    assert_eq!(message["anfrageAZR"]["azrNummer"], NUMBER);
    let mut theirs = grundpersonalien();
    theirs["referenz.id"] = "GRUNDPE5x".into();
    theirs["doktorgrad"] = "Dr.".into();
    let auskunft = json!({
        "azrNummer": NUMBER, "grundpersonalien": theirs,
        "ausweisung": [{"ausweisungArt": "10", "hinweisAufBegruendungstextArt": "01", "referenz.id": "AUSWEIS3b"}],
    });
    let events = world.hear("090004", auskunft, Some(&fetch.uuid));
    // What the register has and the host has not: to be taken over, not to be deleted.
    let (_, What::Apply { kind, entry, referenz_id, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!((kind.as_str(), entry, referenz_id.as_deref()), ("Ausweisung", &None, Some("AUSWEIS3b")));
    let (first, message) = world.carry();
    assert_eq!(first.number, "090010");
    assert_eq!(message["grundpersonalien"]["aenderungsArt"]["code"], "02");
    assert_eq!(message["grundpersonalien"]["referenz.id"], "GRUNDPE5x");
    assert_eq!(message["sachverhalt"]["meldestatus"]["aenderungsArt"]["code"], "01");
    assert!(message["sachverhalt"].get("ausweisung").is_none());
}

/// The host says that it is another person: the first report names the records that it is not.
#[test]
fn it_is_another_person() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.submit(record(&[]));
    let (search, _) = world.carry();
    let hits = json!({"trefferliste": {"trefferPersonaliensuche": [hit("081111000007", "Öztürk"), hit("081111000008", "Öztürk")]}});
    let events = world.hear("090003", hits, Some(&search.uuid));
    let (event, What::Candidates { recommendation, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(*recommendation, None);
    assert!(world.kit.decide(event.id, &Decision::Retry).is_err());
    world.decide(event, Decision::Other);
    let (first, message) = world.carry();
    assert_eq!(first.number, "090009");
    let others: Vec<&str> = message["nichtIdentischMit"]
        .as_array()
        .expect("named")
        .iter()
        .filter_map(|one| one["nichtIdentischMit"].as_str())
        .collect();
    assert_eq!(others, ["081111000007", "081111000008"]);
    // Decided once, it is decided.
    assert!(world.kit.decide(event.id, &Decision::Other).is_err());
    // The register knows of one more: it asks again.
    let again = json!({"fehlerfall": [{"fehlerschluessel": "F1", "fehlertext": "gleiche Personalien"}], "personalienGleich": ["081111000010"]});
    let events = world.hear("090099", again, Some(&first.uuid));
    let (event, _) = only(&events);
    assert_eq!(names(&events), ["candidates"]);
    world.decide(event, Decision::Other);
    let (_, message) = world.carry();
    assert_eq!(message["nichtIdentischMit"].as_array().map(Vec::len), Some(1));
}

/// The name changes after the search: no first report without a search by the new one.
#[test]
fn no_first_report_without_a_search_by_the_same_name() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.submit(record(&[]));
    let (search, _) = world.carry();
    let mut renamed = record(&[]);
    renamed["entries"][0]["data"]["familienname"]["name"] = "Yılmaz".into();
    world.submit(renamed);
    world.quiet();
    world.hear("090002", json!({}), Some(&search.uuid));
    let (search, message) = world.carry();
    assert_eq!(message["anfrageAZR"]["grundpersonalien"]["familienname"]["name"], "Yılmaz");
    world.hear("090002", json!({}), Some(&search.uuid));
    assert_eq!(world.carry().0.number, "090009");
}
