//! Documents and photos.

use serde_json::json;

use super::*;

fn dokument(azr_nummer: &str, id: &str, typ: &str) -> Value {
    json!({
        "aenderungsArt": "01", "azrNummer": azr_nummer, "notizen": "zur Akte", "dokument": "SGFsbG8=", "dokumentTyp": typ,
        "datenformat": "application/pdf", "referenzAufSachverhalt.id": id
    })
}

#[test]
fn a_document_is_stored_shown_given_out_and_deleted() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let omar = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let ausweisung = json!({"sachverhalt": {"ausweisung": {
        "aenderungsArt": "01", "ausweisung.fachdaten.neu": {"ausweisungArt": "10", "ereignisdatum": "2026-10-01"}
    }}});
    let answer = world.folgemeldung(HEILBRONN, &omar, &ausweisung);
    let id = text(&answer, "/sachverhalt/ausweisung.referenz.id");
    let shown = world.auskunft(HEILBRONN, &omar);
    assert_eq!(text(&shown, "/ausweisung/0/hinweisAufBegruendungstextArt/code"), "02");
    let answer = world.answer(HEILBRONN, "090012", &dokument(&omar, &id, "1"));
    assert_eq!(number(&answer), "090097", "{answer}");
    assert_eq!(text(&answer, "/referenzAufSachverhalt.id"), id);
    let dokument_id = text(&answer, "/dokumentId");
    let shown = world.auskunft(HEILBRONN, &omar);
    assert_eq!(text(&shown, "/ausweisung/0/dokumentMetadaten/0/dokumentId"), dokument_id);
    assert_eq!(text(&shown, "/ausweisung/0/dokumentMetadaten/0/externeNotiz"), "zur Akte");
    assert_eq!(text(&shown, "/ausweisung/0/hinweisAufBegruendungstextArt/code"), "04");
    assert_eq!(text(&shown, "/ausweisung/0/referenz.id"), id);
    let mut ask = json!({ "dokumentId": dokument_id });
    assert_eq!(faults(&world.answer(AALEN, "090007", &ask)), ["SIM-203"]);
    ask["bestaetigungUnerlaesslichkeit"] = true.into();
    let given = world.answer(AALEN, "090007", &ask);
    assert_eq!(number(&given), "090008");
    assert_eq!(text(&given, "/dokument"), "SGFsbG8=");
    assert_eq!(text(&given, "/referenzAufSachverhalt.id"), id);
    let delete = json!({
        "aenderungsArt": "03", "azrNummer": omar, "dokumentTyp": "1", "dokumentId": dokument_id
    });
    assert_eq!(number(&world.answer(HEILBRONN, "090012", &delete)), "090097");
    assert_eq!(faults(&world.answer(HEILBRONN, "090012", &delete)), ["SIM-201"]);
    assert_eq!(faults(&world.answer(AALEN, "090007", &ask)), ["SIM-201"]);
    assert!(world.auskunft(HEILBRONN, &omar).pointer("/ausweisung/0/dokumentMetadaten").is_none());
    // Where no document belongs.
    assert_eq!(faults(&world.answer(HEILBRONN, "090012", &dokument(&omar, "AAAAAAA0A", "1"))), ["SIM-202"]);
    let grund = world.entries(&omar, "Grundpersonalien")[0]["referenzId"].as_str().unwrap_or("").to_owned();
    assert_eq!(faults(&world.answer(HEILBRONN, "090012", &dokument(&omar, &grund, "1"))), ["SIM-202"]);
    let mut long = dokument(&omar, &id, "1");
    long["notizen"] = "x".repeat(2001).into();
    assert_eq!(faults(&world.answer(HEILBRONN, "090012", &long)), ["SIM-001"]);
    // A document goes with its entry.
    assert_eq!(number(&world.answer(HEILBRONN, "090012", &dokument(&omar, &id, "11"))), "090097");
    let delete = json!({"sachverhalt": {"ausweisung": {"aenderungsArt": "03", "referenz.id": id}}});
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &omar, &delete)), "090098");
    assert_eq!(world.register.dump()["documents"], json!({}));
}

#[test]
fn photos() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let omar = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let bild = |text: &str| json!({"$text": text, "mimeType": "image/jpeg"});
    let allgemein = json!({"lichtbildAllgemein": {"aenderungsArt": "01", "bild": bild("QUFB")}});
    let answer = world.folgemeldung(HEILBRONN, &omar, &allgemein);
    let first = text(&answer, "/lichtbild.allgemein.id");
    // A photo and the Suchvermerk to which it belongs in one Meldung; another photo takes its place.
    let zum_suchvermerk = json!({
        "lichtbildZuSuchvermerk": {"aenderungsArt": "01", "bild": bild("QkJC")},
        "sachverhalt": {"suchvermerk": {"aenderungsArt": "01", "suchvermerk.fachdaten.neu": {"suchvermerkArt": "01"}}}
    });
    let answer = world.folgemeldung(HEILBRONN, &omar, &zum_suchvermerk);
    assert_eq!(number(&answer), "090098", "{answer}");
    let suchvermerk = text(&answer, "/sachverhalt/suchvermerk.referenz.id");
    let second = text(&answer, "/lichtbildZuSuchvermerk.id");
    let again = json!({"lichtbildZuSuchvermerk": {
        "aenderungsArt": "01", "bild": bild("Q0ND"), "referenzSuchvermerk.id": suchvermerk
    }});
    let third = text(&world.folgemeldung(HEILBRONN, &omar, &again), "/lichtbildZuSuchvermerk.id");
    let shown = world.auskunft(AALEN, &omar);
    let photos = shown["lichtbild"].as_array().cloned().unwrap_or_default();
    assert_eq!(photos.len(), 2);
    assert_eq!(text(&photos[1], "/referenzSuchvermerk.id"), suchvermerk);
    let answer = world.answer(AALEN, "090005", &json!({"lichtbildId": [first, second, third]}));
    assert_eq!(number(&answer), "090006");
    assert_eq!(text(&answer, "/lichtbildAllgemein/0/bild/bild/$text"), "QUFB");
    assert_eq!(text(&answer, "/lichtbildAllgemein/1/keinBild/lichtbildId"), second);
    assert_eq!(
        text(&answer, "/lichtbildAllgemein/2/bild/metainformation/referenzSuchvermerk.id"),
        suchvermerk
    );
    // Without Suchvermerke there is none of their photos.
    let mut ask = frage(&json!({ "azrNummer": omar }));
    ask["lieferungSuchvermerke"] = false.into();
    let shown = world.answer(AALEN, "090001", &ask);
    assert_eq!((shown["lichtbild"].as_array().map(Vec::len), shown.get("suchvermerk")), (Some(1), None));
    // They go together.
    let delete = json!({"sachverhalt": {"suchvermerk": {"aenderungsArt": "03", "referenzSuchvermerk.id": suchvermerk}}});
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &omar, &delete)), "090098");
    assert_eq!(world.register.dump()["photos"], json!([first]));
    assert_eq!(faults(&world.folgemeldung(HEILBRONN, &omar, &again)), ["SIM-110"]);
    let delete = json!({"lichtbildAllgemein": {"aenderungsArt": "03", "lichtbildId": first}});
    assert_eq!(number(&world.folgemeldung(HEILBRONN, &omar, &delete)), "090098");
    assert_eq!(faults(&world.folgemeldung(HEILBRONN, &omar, &delete)), ["SIM-102"]);
}
