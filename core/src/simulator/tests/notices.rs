//! 090030 and 090040: who is told of a change, and records that become one; 090021.

use serde_json::json;

use super::*;

/// A person of Heilbronn, with a Duldung by Aalen.
fn shared(world: &mut World<'_>) -> (String, String) {
    let omar = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let answer = world.folgemeldung(AALEN, &omar, &duldung("01", None, "2026-12-31"));
    let id = text(&answer, "/sachverhalt/duldung.referenz.id");
    (omar, id)
}

#[test]
fn others_are_told_what_changed() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let (omar, id) = shared(&mut world);
    let told = world.register.pending(HEILBRONN);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].to.as_str(), &told[0].in_reply_to), ("azr:000900", &None));
    let notice = world.value(&told[0]);
    assert_eq!(number(&notice), "090030");
    assert_eq!(text(&notice, "/azrNummer"), omar);
    assert_eq!(text(&notice, "/inhaltAktuell/aktuelleDuldung/referenz.id"), id);
    assert_eq!(text(&notice, "/inhaltAktuell/aktuelleDuldung/meldendeBehoerde"), AALEN);
    assert!(notice.get("inhaltVorAenderung").is_none());
    assert!(notice.pointer("/inhaltAktuell/grundpersonalien").is_none());
    // It comes again until it is acknowledged.
    assert_eq!(world.register.pending("azr:000900"), told);
    assert!(world.register.acknowledged(&told[0].uuid));
    assert!(!world.register.acknowledged(&told[0].uuid));
    assert_eq!(world.register.pending(HEILBRONN), []);
    // A change by the one who keeps the file is told to the one who reported.
    let update = duldung("02", Some(&id), "2027-03-31");
    let mut content = update.clone();
    content["azrNummer"] = omar.clone().into();
    let (answer, notices) = world.ask(HEILBRONN, "090010", &content);
    assert_eq!(number(&answer), "090098");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices, world.register.pending(AALEN));
    let notice = world.value(&notices[0]);
    assert_eq!(text(&notice, "/inhaltAktuell/aktuelleDuldung/befristungsdatum"), "2027-03-31");
    assert_eq!(text(&notice, "/inhaltAktuell/historisierteDuldung/0/befristungsdatum"), "2026-12-31");
    assert_eq!(text(&notice, "/inhaltVorAenderung/aktuelleDuldung/referenz.id"), id);
}

#[test]
fn only_the_one_who_keeps_the_file_if_told_so() {
    let standards = Standards::builtin();
    let mut world = World::with(&standards, Config { tell_reporters: false, ..Config::default() });
    let (omar, id) = shared(&mut world);
    let mut content = duldung("05", Some(&id), "");
    content["azrNummer"] = omar.clone().into();
    let (_, notices) = world.ask(HEILBRONN, "090010", &content);
    assert_eq!(notices, []);
    // The file moves: the one who kept it is told.
    let mut content = json!({"sachverhalt": {"meldestatus": meldestatus("02", None)}});
    content["azrNummer"] = omar.clone().into();
    let (_, notices) = world.ask(AALEN, "090010", &content);
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].to, "azr:000900");
    assert_eq!(text(&world.auskunft(AALEN, &omar), "/aktenfuehrendeBehoerde"), AALEN);
}

#[test]
fn records_of_one_person_become_one() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let (omar, _) = shared(&mut world);
    let other = world.person(AALEN, "Hadad", "Omar", "1990-01-02");
    world.folgemeldung(AALEN, &other, &duldung("01", None, "2027-06-30"));
    for authority in [HEILBRONN, AALEN] {
        for answer in world.register.pending(authority) {
            world.register.acknowledged(&answer.uuid);
        }
    }
    let ask = |numbers: &Value| json!({"datenpflegeanlass": {"mehrfacherfassung": {"azrNummer": numbers}}});
    assert_eq!(faults(&world.answer(AALEN, "090040", &ask(&json!([omar, "081111000001"])))), ["SIM-101"]);
    assert_eq!(faults(&world.answer(AALEN, "090040", &ask(&json!([omar, omar])))), ["SIM-301"]);
    let (answer, notices) = world.ask(AALEN, "090040", &ask(&json!([other, omar])));
    assert_eq!((number(&answer).as_str(), text(&answer, "/azrNummer")), ("090098", omar.clone()));
    let to: Vec<&str> = notices.iter().map(|notice| notice.to.as_str()).collect();
    assert_eq!(to, ["azr:000100", "azr:000900"]);
    let notice = world.value(&notices[0]);
    assert_eq!(text(&notice, "/azrNummer"), omar);
    assert_eq!(text(&notice, "/wegfallendeAzrNummer"), other);
    assert_eq!(text(&notice, "/inhaltVorAenderung/grundpersonalien/familienname/name"), "Hadad");
    // The entries of which the oldest record has one are history.
    let shown = world.auskunft(HEILBRONN, &other);
    assert_eq!(text(&shown, "/azrNummer"), omar);
    assert_eq!(text(&shown, "/alteAZRNummerDerAnfrage"), other);
    assert_eq!(text(&shown, "/grundpersonalien/familienname/name"), "Haddad");
    assert_eq!(text(&shown, "/aktuelleDuldung/befristungsdatum"), "2026-12-31");
    assert_eq!(text(&shown, "/historisierteDuldung/0/befristungsdatum"), "2027-06-30");
    assert!(world.auskunft(HEILBRONN, &omar).get("alteAZRNummerDerAnfrage").is_none());
    // What comes under the old number is stored, and the new one is told.
    let kontakt = json!({"kontakt": {
        "aenderungsArt": "01", "kontakt.fachdaten.neu": {"hauptTelefonnummer": "030 123"}
    }});
    let answer = world.folgemeldung(AALEN, &other, &kontakt);
    assert_eq!(text(&answer, "/azrNummer"), omar);
    assert_eq!(world.entries(&omar, "Kontakt").len(), 1);
    // A third one under which both were merged away.
    let third = world.person(AALEN, "Hadadd", "Omar", "1990-01-02");
    assert_eq!(number(&world.answer(AALEN, "090040", &ask(&json!([other, third])))), "090098");
    assert_eq!(world.register.record(&third), world.register.record(&omar));
    assert_eq!(world.register.dump()["merged"], json!({other: omar, third: omar}));
    assert_eq!(world.register.azr_nummern().count(), 1);
}

#[test]
fn data_for_the_abgleich() {
    let standards = Standards::builtin();
    let mut config = Config::default();
    config.limits.abgleich = 2;
    let mut world = World::with(&standards, config);
    let (omar, id) = shared(&mut world);
    world.person(AALEN, "Weber", "Karl", "1955-07-08");
    let gone = world.person(HEILBRONN, "Khalil", "Ali", "1980-01-02");
    let left = json!({"sachverhalt": {"meldestatus": meldestatus("04", None)}});
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &gone, &left)), "090098");
    let answer = world.answer(HEILBRONN, "090021", &json!({"zweck": "01"}));
    assert_eq!(answer["azrNummern"], json!({"abgleichergebnis": [{"azrNummer": omar}]}));
    let answer =
        world.answer(HEILBRONN, "090021", &json!({"zweck": "02", "von": "2026-11-16", "bis": "2026-11-16"}));
    let result = &answer["azrNummern"]["abgleichergebnis"][0]["abgleichMitReferenzID"];
    assert_eq!(result["duldung"], json!([id]));
    assert_eq!(result["meldestatus"][0], world.entries(&omar, "Meldestatus")[0]["referenzId"]);
    assert_eq!(result["grundpersonalien"], world.entries(&omar, "Grundpersonalien")[0]["referenzId"]);
    let answer = world.answer(HEILBRONN, "090021", &json!({"zweck": "01", "von": "2026-11-17"}));
    assert!(answer.pointer("/azrNummern/abgleichergebnis").is_none());
    // Two more: two messages.
    world.person(HEILBRONN, "Sadat", "Ali", "1970-01-02");
    world.person(HEILBRONN, "Rahimi", "Reza", "1960-01-02");
    let bytes = world.message(HEILBRONN, "090021", &json!({"zweck": "02"}));
    let answers = world.receive(&bytes);
    assert_eq!(answers.len(), 2);
    assert!(answers.iter().all(|answer| answer.number == "090022" && answer.in_reply_to.is_some()));
    assert_eq!(world.register.receive(&bytes, Timestamp(0)), answers);
}
