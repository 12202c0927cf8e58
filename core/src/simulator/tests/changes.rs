//! 090009 and 090010: what is stored, and what is refused.

use serde_json::json;

use super::*;
use crate::register::{compare_versions, referenzanteil};
use crate::simulator::Limits;

#[test]
fn a_person_is_reported() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let answer = world.answer(HEILBRONN, "090009", &erstmeldung("Haddad", "Omar", "1990-01-02"));
    assert_eq!(number(&answer), "090098");
    let azr_nummer = text(&answer, "/azrNummer");
    assert_eq!(azr_nummer, "261116000001");
    let id = text(&answer, "/sachverhalt/meldestatus.referenz.id");
    let shown = world.auskunft(AALEN, &azr_nummer);
    assert_eq!(number(&shown), "090004");
    assert_eq!(text(&shown, "/aktenfuehrendeBehoerde"), HEILBRONN);
    assert_eq!(text(&shown, "/aktuellerMeldestatus/referenz.id"), id);
    assert_eq!(text(&shown, "/aktuellerMeldestatus/meldendeBehoerde"), HEILBRONN);
    assert_eq!(text(&shown, "/aktuellerMeldestatus/letzteAenderung"), "2026-11-16");
    assert_eq!(shown["grundpersonalien"]["referenz.id"], answer["grundpersonalien.referenz.id"]);
    assert_eq!(text(&shown, "/grundpersonalien/familienname/name"), "Haddad");
    let record = world.register.record(&azr_nummer).expect("there");
    assert_eq!(record["applied"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_same_person_again_is_refused_unless_it_is_said_to_be_another() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let first = world.person(HEILBRONN, "Müller", "Omar", "1990-01-02");
    let mut again = erstmeldung("Mueller", "OMAR", "1990-01-02");
    let answer = world.answer(AALEN, "090009", &again);
    assert_eq!(faults(&answer), ["SIM-107"]);
    assert_eq!(answer["personalienGleich"], json!([first]));
    again["nichtIdentischMit"] = json!([{"aenderungsArt": "01", "nichtIdentischMit": first}]);
    let answer = world.answer(AALEN, "090009", &again);
    assert_eq!(number(&answer), "090098");
    let second = text(&answer, "/azrNummer");
    assert_eq!(world.auskunft(AALEN, &second)["nichtIdentischMit"], json!([first]));
    // Somebody who is like both.
    let answer = world.answer(AALEN, "090009", &erstmeldung("Müller", "Omar", "1990-02-01"));
    assert_eq!(answer["personalienAehnlich"], json!([first, second]));
    again["nichtIdentischMit"] = json!([{"aenderungsArt": "01", "nichtIdentischMit": "081111000001"}]);
    assert_eq!(faults(&world.answer(AALEN, "090009", &again)), ["SIM-111"]);
}

#[test]
fn a_duldung_through_its_life() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let nummer = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let id_of = |answer: &Value| text(answer, "/sachverhalt/duldung.referenz.id");
    let first = id_of(&world.folgemeldung(HEILBRONN, &nummer, &duldung("01", None, "2026-12-31")));
    // 02: the former state is kept.
    let answer = world.folgemeldung(HEILBRONN, &nummer, &duldung("02", Some(&first), "2027-03-31"));
    let second = id_of(&answer);
    assert!(answer.get("azrNummer").is_none());
    assert_eq!(referenzanteil(&first), referenzanteil(&second));
    assert!(compare_versions(&first, &second).is_lt());
    // 04: it is not.
    let third = id_of(&world.folgemeldung(HEILBRONN, &nummer, &duldung("04", Some(&second), "2027-04-30")));
    let shown = world.auskunft(HEILBRONN, &nummer);
    assert_eq!(text(&shown, "/aktuelleDuldung/befristungsdatum"), "2027-04-30");
    assert_eq!(text(&shown, "/aktuelleDuldung/referenz.id"), third);
    let historic = shown["historisierteDuldung"].as_array().expect("history");
    assert_eq!(historic.len(), 1);
    assert_eq!(text(&historic[0], "/befristungsdatum"), "2026-12-31");
    assert_ne!(referenzanteil(&text(&historic[0], "/referenz.id")), referenzanteil(&third));
    // 01: what was current becomes history as it is.
    let fourth = id_of(&world.folgemeldung(HEILBRONN, &nummer, &duldung("01", None, "2028-01-31")));
    let shown = world.auskunft(HEILBRONN, &nummer);
    assert_eq!(text(&shown, "/historisierteDuldung/1/referenz.id"), third);
    // History can be corrected, not updated.
    let answer = world.folgemeldung(HEILBRONN, &nummer, &duldung("02", Some(&third), "2027-05-31"));
    assert_eq!(faults(&answer), ["SIM-108"]);
    id_of(&world.folgemeldung(HEILBRONN, &nummer, &duldung("04", Some(&third), "2027-05-31")));
    let shown = world.auskunft(HEILBRONN, &nummer);
    assert_eq!(text(&shown, "/historisierteDuldung/1/befristungsdatum"), "2027-05-31");
    // 05 leaves nothing.
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &nummer, &duldung("05", Some(&fourth), ""))), "090098");
    assert!(world.auskunft(HEILBRONN, &nummer).get("aktuelleDuldung").is_none());
    // Without history.
    let ask = json!({
        "abrufzweck": "01", "lieferungFruehererNamen": true, "lieferungSuchvermerke": true, "lieferungHistorie": false,
        "anfrageAZR": {"azrNummer": nummer}
    });
    assert!(world.answer(HEILBRONN, "090001", &ask).get("historisierteDuldung").is_none());
}

#[test]
fn an_old_or_unknown_id_changes_nothing() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let nummer = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let answer = world.folgemeldung(HEILBRONN, &nummer, &duldung("01", None, "2026-12-31"));
    let first = text(&answer, "/sachverhalt/duldung.referenz.id");
    world.folgemeldung(HEILBRONN, &nummer, &duldung("04", Some(&first), "2027-03-31"));
    let before = world.register.dump();
    for (id, key) in [(first.as_str(), "SIM-103"), ("AAAAAAA0A", "SIM-102")] {
        for art in ["02", "03", "04", "05"] {
            let answer = world.folgemeldung(HEILBRONN, &nummer, &duldung(art, Some(id), "2027-04-30"));
            assert_eq!(faults(&answer), [key], "{art}");
            assert_eq!(text(&answer, "/fehlerfall/0/fehlerhaftesAttribut/0"), "Duldung.referenz.id");
        }
    }
    // All or nothing: the Anschrift is right, the Duldung is not.
    let mut both = duldung("02", Some(&first), "2027-04-30");
    both["kontakt"] =
        json!({"aenderungsArt": "01", "kontakt.fachdaten.neu": {"hauptTelefonnummer": "030 123"}});
    assert_eq!(faults(&world.folgemeldung(HEILBRONN, &nummer, &both)), ["SIM-103"]);
    assert_eq!(world.register.dump(), before);
    assert_eq!(
        faults(&world.folgemeldung(HEILBRONN, "081111000001", &duldung("01", None, "2027-01-01"))),
        ["SIM-101"]
    );
}

#[test]
fn of_some_kinds_a_record_holds_one() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let nummer = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let kontakt = json!({"kontakt": {"aenderungsArt": "01", "kontakt.fachdaten.neu": {"hauptTelefonnummer": "030 123"}}});
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &nummer, &kontakt)), "090098");
    assert_eq!(faults(&world.folgemeldung(HEILBRONN, &nummer, &kontakt)), ["SIM-105"]);
    let grund = world.entries(&nummer, "Grundpersonalien");
    let delete = json!({"grundpersonalien": {"aenderungsArt": "03", "referenz.id": grund[0]["referenzId"]}});
    assert_eq!(faults(&world.folgemeldung(HEILBRONN, &nummer, &delete)), ["SIM-106"]);
    let again = json!({"grundpersonalien": {
        "aenderungsArt": "01", "grundpersonalien.fachdaten.neu": grundpersonalien("X", "Y", "1990-01-02")
    }});
    assert_eq!(faults(&world.folgemeldung(HEILBRONN, &nummer, &again)), ["SIM-105"]);
}

#[test]
fn new_names_do_not_make_former_ones() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let nummer = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let id = world.entries(&nummer, "Grundpersonalien")[0]["referenzId"].clone();
    let change = json!({"grundpersonalien": {
        "aenderungsArt": "02", "referenz.id": id,
        "grundpersonalien.fachdaten.neu": grundpersonalien("Khalil", "Omar", "1990-01-02")
    }});
    let answer = world.folgemeldung(HEILBRONN, &nummer, &change);
    assert!(answer.get("grundpersonalien.referenz.id").is_some());
    assert_eq!(world.entries(&nummer, "FruehererName").len(), 0);
    assert_eq!(text(&world.auskunft(HEILBRONN, &nummer), "/grundpersonalien/familienname/name"), "Khalil");
}

#[test]
fn what_the_check_finds_is_told_by_field() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let nummer = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let mut wrong = duldung("01", None, "2026-12-31");
    wrong["sachverhalt"]["duldung"]["duldung.fachdaten.neu"]["duldungArt"] = json!("99");
    let answer = world.folgemeldung(HEILBRONN, &nummer, &wrong);
    assert_eq!(faults(&answer), ["SIM-001"]);
    assert_eq!(text(&answer, "/fehlerfall/0/fehlerhaftesAttribut/0"), "Duldung.duldungArt");
    // No AZR-Nummer at all (AZR-589).
    assert_eq!(faults(&world.answer(HEILBRONN, "090010", &duldung("01", None, "2026-12-31"))), ["SIM-001"]);
    assert_eq!(faults(&world.folgemeldung(HEILBRONN, &nummer, &json!({}))), ["SIM-109"]);
}

#[test]
fn where_an_id_has_no_place_of_its_own_a_hint_names_it() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let nummer = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let unterbringung = json!({
        "aenderungsArt": "01", "angabenUnterbringung.fachdaten.neu": {"angabenUnterbringungArt": "01"}
    });
    let alone = world.folgemeldung(HEILBRONN, &nummer, &json!({"angabenZurUnterbringung": unterbringung}));
    assert!(alone.pointer("/sachverhalt/angabenZurUnterbringung.referenz.id").is_some(), "{alone}");
    let mut both = duldung("01", None, "2026-12-31");
    both["angabenZurUnterbringung"] = unterbringung;
    let both = world.folgemeldung(HEILBRONN, &nummer, &both);
    assert!(both.pointer("/sachverhalt/duldung.referenz.id").is_some());
    assert_eq!(text(&both, "/hinweis/0/hinweisschluessel"), "SIM-H01");
}

#[test]
fn limits_hold() {
    let standards = Standards::builtin();
    let limits = Limits { records: 1, entries: 3, ..Limits::default() };
    let mut world = World::with(&standards, Config { limits, ..Config::default() });
    let nummer = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let answer = world.answer(HEILBRONN, "090009", &erstmeldung("Khalil", "Ali", "1980-01-02"));
    assert_eq!(faults(&answer), ["SIM-901"]);
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &nummer, &duldung("01", None, "2026-12-31"))), "090098");
    assert_eq!(
        faults(&world.folgemeldung(HEILBRONN, &nummer, &duldung("01", None, "2027-12-31"))),
        ["SIM-901"]
    );
}
