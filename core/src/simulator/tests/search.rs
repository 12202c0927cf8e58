//! 090001: who is found, and how.

use serde_json::json;

use super::*;

fn by_person(family: &str, given: &str, birth: &Value, profile: &str) -> Value {
    let mut asked = grundpersonalien(family, given, "1990-01-02");
    asked["geburtsangaben"]["tagDerGeburt"] = birth.clone();
    asked["suchprofil"] = profile.into();
    frage(&json!({ "grundpersonalien": asked }))
}

fn day(day: &str) -> Value {
    json!({"teilbekanntesDatum": {"jahrMonatTag": day}})
}

/// Numbers, grades and arts of the hits.
fn hits(answer: &Value) -> Vec<(String, String, String)> {
    if number(answer) == "090002" {
        return Vec::new();
    }
    let hits = answer["trefferliste"]["trefferPersonaliensuche"].as_array().cloned().unwrap_or_default();
    let of = |hit: &Value| {
        (text(hit, "/azrNummer"), text(hit, "/trefferbewertung/code"), text(hit, "/personalienArt/code"))
    };
    hits.iter().map(of).collect()
}

#[test]
fn by_personal_data() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let omar = world.person(HEILBRONN, "Al-Müller", "Omar Ali", "1990-01-02");
    world.person(HEILBRONN, "Schmidt", "Karl", "1955-07-08");
    let one = |grade: &str| vec![(omar.clone(), grade.to_owned(), "0".to_owned())];
    for (family, given, birth, profile, expected) in [
        ("Al-Müller", "Omar Ali", day("1990-01-02"), "N", one("I")),
        ("AL MUELLER", "omar ali", day("1990-01-02"), "N", one("I")),
        ("Al-Muller", "Omar", day("1990-01-02"), "N", one("A")),
        ("Omar Ali", "Al-Müller", day("1990-01-02"), "N", one("A")),
        ("Al-Müller", "Omar Ali", json!({"teilbekanntesDatum": {"jahr": "1990"}}), "N", one("A")),
        ("Al-Miller", "Omar", json!({"unbekannt": true}), "N", vec![]),
        ("Al-Miller", "Omar", json!({"unbekannt": true}), "V", one("A")),
        ("Al-Müller", "Omar", day("1991-01-02"), "V", one("A")),
        ("Al-Muller", "Omar Ali", day("1990-01-02"), "I", vec![]),
        ("Weber", "Omar Ali", day("1990-01-02"), "V", vec![]),
    ] {
        let answer = world.answer(AALEN, "090001", &by_person(family, given, &birth, profile));
        assert_eq!(hits(&answer), expected, "{family} {given} {birth} {profile}");
    }
    let answer = world.answer(AALEN, "090001", &by_person("Al-Müller", "Omar Ali", &day("1990-01-02"), "N"));
    assert_eq!(text(&answer, "/trefferliste/trefferPersonaliensuche/0/aktenfuehrendeBehoerde"), HEILBRONN);
}

#[test]
fn by_other_names_of_a_person() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let omar = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let alias = json!({
        "familienname": {"name": "Weber"}, "vorname": {"name": "Hans"}, "geschlecht": {"geschlecht": "m"},
        "geburt": {"geburtsort": {"ort": "Wien"}, "tagDerGeburt": day("1985-05-06")}
    });
    let names = json!({"weiterePersonalien": {
        "aliaspersonalien": {"aenderungsArt": "01", "aliaspersonalien.fachdaten.neu": alias},
        "fruehererName": {"aenderungsArt": "01", "fruehererName.fachdaten.neu": {"familienname": {"name": "Khalil"}}}
    }});
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &omar, &names)), "090098");
    let answer = world.answer(AALEN, "090001", &by_person("Khalil", "Omar", &day("1990-01-02"), "N"));
    assert_eq!(hits(&answer)[0].2, "4");
    let answer = world.answer(AALEN, "090001", &by_person("Weber", "Hans", &day("1985-05-06"), "N"));
    assert_eq!(hits(&answer)[0].2, "7");
    // Former names only if they are asked for.
    let mut ask = frage(&json!({ "azrNummer": omar }));
    assert!(world.answer(AALEN, "090001", &ask).pointer("/weiterePersonalien/fruehererName/0").is_some());
    ask["lieferungFruehererNamen"] = false.into();
    assert!(world.answer(AALEN, "090001", &ask).pointer("/weiterePersonalien/fruehererName").is_none());
}

#[test]
fn by_numbers() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let omar = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let mut content = json!({
        "weiterePersonalien": {"ausweispapier": {"aenderungsArt": "01", "ausweispapier.fachdaten.neu": {
            "ausweisart": "01", "ausweisIdentifikation": "N 123-456", "gueltigBis": "2030-01-01"
        }}}
    });
    content["sachverhalt"] = json!({"duldung": {"aenderungsArt": "01", "duldung.fachdaten.neu": {
        "duldungArt": "03", "ereignisdatum": "2026-10-01", "befristungsdatum": "2026-12-31", "bescheinigungsNummer": "B77"
    }}});
    let answer = world.folgemeldung(HEILBRONN, &omar, &content);
    assert_eq!(number(&answer), "090098", "{answer}");
    let answer = world.answer(AALEN, "090001", &frage(&json!({"passnummer": "n123456"})));
    let hit = "/trefferliste/trefferPassdatensuche/0";
    assert_eq!(text(&answer, &format!("{hit}/azrNummer")), omar);
    assert_eq!(text(&answer, &format!("{hit}/ausweisIdentifikation")), "N 123-456");
    let answer = world.answer(AALEN, "090001", &frage(&json!({"nummerDesAufenthaltstitels": "b77"})));
    let hit = "/trefferliste/trefferNummerDesAufenthaltstitels/0";
    assert_eq!(text(&answer, &format!("{hit}/sachverhaltGruppe/code")), "DULBN");
    assert_eq!(text(&answer, &format!("{hit}/sachverhaltArt")), "03");
    let eurodac = json!({"sachverhalt": {"eurodacnummer": {
        "aenderungsArt": "01", "eurodacnummer.fachdaten.neu": {"eurodacnummer": "DE1260101ABC12345"}
    }}});
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &omar, &eurodac)), "090098");
    let answer = world.answer(AALEN, "090001", &frage(&json!({"eurodacnummer": "DE1260101ABC12345"})));
    assert_eq!((number(&answer).as_str(), text(&answer, "/azrNummer")), ("090004", omar));
    for nothing in [json!({"azrNummer": "081111000001"}), json!({"passnummer": "X"}), json!({"sisId": "X"})] {
        assert_eq!(number(&world.answer(AALEN, "090001", &frage(&nothing))), "090002");
    }
}

#[test]
fn a_long_list_is_cut() {
    let standards = Standards::builtin();
    let mut config = Config::default();
    config.limits.hits = 2;
    let mut world = World::with(&standards, config);
    for day in 1..5 {
        world.person(HEILBRONN, "Haddad", "Omar", &format!("1990-0{day}-02"));
    }
    let answer = world.answer(AALEN, "090001", &by_person("Haddad", "Omar", &day("1990-02-02"), "V"));
    assert_eq!(hits(&answer).len(), 2);
    assert_eq!(text(&answer, "/hinweis/0/hinweisschluessel"), "SIM-H02");
}
