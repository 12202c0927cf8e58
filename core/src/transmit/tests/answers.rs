//! Answers that are late, double, refused, or nobody's.

use serde_json::{Value, json};

use super::world::*;
use crate::Standards;
use crate::transmit::{Decision, What};

/// A Meldung is refused because its Referenz-ID is of an old version: the record is fetched, what others changed is kept, and what
/// the host changed is sent with the new id.
#[test]
fn an_old_version_is_fetched_and_merged() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
    let (change, message) = world.carry();
    assert_eq!(message["sachverhalt"]["duldung"]["referenz.id"], "DULDUNG1a");
    let error = json!({"fehlerfall": [{"fehlerschluessel": "F7", "fehlertext": "Referenz-ID veraltet", "fehlerhaftesAttribut": ["Duldung.referenz.id"]}]});
    assert_eq!(world.hear("090099", error, Some(&change.uuid)), []);
    let (fetch, message) = world.carry();
    assert_eq!(message["anfrageAZR"]["azrNummer"], NUMBER);
    let mut gp = grundpersonalien();
    gp["referenz.id"] = "GRUNDPE1a".into();
    let mut ms = meldestatus();
    ms["referenz.id"] = "MELDEST1a".into();
    let mut theirs = duldung("2027-05-15");
    theirs["referenz.id"] = "DULDUNG3c".into();
    theirs["bescheinigungsNummer"] = "D4711".into();
    let auskunft = json!({"azrNummer": NUMBER, "grundpersonalien": gp, "aktuellerMeldestatus": ms, "aktuelleDuldung": theirs});
    let events = world.hear("090004", auskunft, Some(&fetch.uuid));
    let (_, What::Apply { entry, fields, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!((entry.as_deref(), fields.as_slice()), (Some("d"), &["bescheinigungsNummer".to_owned()][..]));
    let (_, message) = world.carry();
    let sent = &message["sachverhalt"]["duldung"];
    assert_eq!(sent["referenz.id"], "DULDUNG3c");
    assert_eq!(sent["duldung.fachdaten.neu"]["befristungsdatum"], "2027-08-31");
    assert_eq!(sent["duldung.fachdaten.neu"]["bescheinigungsNummer"], "D4711");
}

/// A Meldung is refused and the register's state is as it was known: the host is told which entry and field, and it is not sent
/// again until it is another one.
#[test]
fn a_refusal_is_told_with_entry_and_field() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[("Duldung", "d", duldung("2027-05-15"))]);
    let changed = record(&[("Duldung", "d", duldung("2027-08-31"))]);
    world.submit(changed.clone());
    let (change, _) = world.carry();
    let error = json!({"fehlerfall": [{"fehlerschluessel": "F2", "fehlertext": "Datum zu weit", "fehlerhaftesAttribut": ["Duldung.befristungsdatum"]}]});
    world.hear("090099", error, Some(&change.uuid));
    let (fetch, _) = world.carry();
    let mut gp = grundpersonalien();
    gp["referenz.id"] = "GRUNDPE1a".into();
    let mut ms = meldestatus();
    ms["referenz.id"] = "MELDEST1a".into();
    let mut theirs = duldung("2027-05-15");
    theirs["referenz.id"] = "DULDUNG1a".into();
    let auskunft = json!({"azrNummer": NUMBER, "grundpersonalien": gp, "aktuellerMeldestatus": ms, "aktuelleDuldung": theirs});
    let events = world.hear("090004", auskunft, Some(&fetch.uuid));
    let (event, What::Rejected { errors, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(errors[0].entry.as_deref(), Some("d"));
    assert_eq!(errors[0].field.as_deref(), Some("befristungsdatum"));
    assert!(errors[0].advice.contains("befristungsdatum"));
    world.quiet();
    world.submit(changed);
    world.quiet();
    world.decide(event, Decision::Retry);
    let (retry, _) = world.carry();
    assert_ne!(retry.uuid, change.uuid);
}

/// A second copy changes nothing and says so. An answer to nothing known goes back with a reason.
#[test]
fn copies_and_strays() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.submit(record(&[]));
    let (search, _) = world.carry();
    let answer = world.message("090002", json!({}));
    assert_eq!(world.kit.receive(&answer, Some(&search.uuid)).expect("receives"), []);
    let copy = world.kit.receive(&answer, Some(&search.uuid)).expect("receives");
    assert_eq!(names(&copy), ["duplicate"]);
    world.carry();
    let stray = world.hear("090002", json!({}), Some("11111111-1111-4111-8111-111111111111"));
    assert_eq!(names(&stray), ["refused"]);
    let (back, message) = world.carry();
    assert_eq!((back.number.as_str(), back.to.as_str()), ("0010", "dbs:490030020000"));
    assert_eq!(message["rueckweisung"]["rueckweisungsgrund"][0]["grund"]["code"], "S999");
    assert!(message["rueckweisung"]["nachricht"].as_str().is_some_and(|text| text.len() > 100));
    // A Rückweisung is not answered, so it does not come again.
    world.later(1 << 40);
    let out = world.kit.outgoing(10).expect("hands out");
    assert!(out.iter().all(|message| message.number != "0010"));
}

/// Each reason for sending a message back.
#[test]
fn messages_that_are_sent_back() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let uuid = |last: u32| format!("bbbbbbbb-0000-4000-8000-{last:012}");
    let number = json!({"azrNummer": NUMBER});
    let wrong_receiver = world.message_to("090030", number.clone(), "azr:000901", &uuid(1));
    let right = world.message_to("090030", number.clone(), "azr:000900", &uuid(2));
    let text = String::from_utf8(right).expect("text");
    let invalid = text.replace("<xauslaender:azrNummer>081111000001</xauslaender:azrNummer>", "");
    let version = text.replace("xauslaender2611", "xauslaender2511").replace(&uuid(2), &uuid(3));
    let broken = text.replace("</xauslaender:azrNummer>", "").replace(&uuid(2), &uuid(4));
    let test = text.replace("standard=", "test=\"t\" standard=").replace(&uuid(2), &uuid(5));
    for (bytes, code) in [
        (wrong_receiver, "T080"),
        (invalid.into_bytes(), "X001"),
        (version.into_bytes(), "V000"),
        (test.into_bytes(), "S999"),
        (broken.into_bytes(), "X000"),
    ] {
        let events = world.kit.receive(&bytes, None).expect("receives");
        let (_, What::Refused { code: said, .. }) = only(&events) else { panic!("{events:?}") };
        assert_eq!(said, code);
        let (_, message) = world.carry();
        assert_eq!(message["rueckweisung"]["rueckweisungsgrund"][0]["grund"]["code"], code);
    }
    for junk in [&b""[..], b"<a/>", b"\xFF\xFE\x00", b"nothing"] {
        assert_eq!(names(&world.kit.receive(junk, None).expect("receives")), ["refused"]);
        world.quiet();
    }
}

/// Without help of the transport an answer finds its question where only one fits; else it is kept and the host is asked.
#[test]
fn answers_without_a_reference() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.submit(record(&[]));
    let (search, _) = world.carry();
    assert_eq!(world.hear("090002", json!({}), None), []);
    let (first, _) = world.carry();
    let mut second = record(&[]);
    second["key"] = "q".into();
    second["entries"][0]["data"]["familienname"]["name"] = "Yılmaz".into();
    world.submit(second);
    let (other, _) = world.carry();
    world.hear("090002", json!({}), Some(&other.uuid));
    let (other, _) = world.carry();
    assert_ne!(search.uuid, other.uuid);
    let stored = json!({"azrNummer": NUMBER, "grundpersonalien.referenz.id": "GRUNDPE1a", "sachverhalt": {"meldestatus.referenz.id": "MELDEST1a"}});
    let events = world.hear("090098", stored, None);
    let (event, What::Unassigned { questions, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(questions, &[first.uuid.clone(), other.uuid.clone()]);
    let events = world.decide(event, Decision::Assign(other.uuid));
    assert_eq!(names(&events), ["stored"]);
    assert_eq!(events[0].person.as_deref(), Some("q"));
}

/// Our own message comes back: the host is told why, and may have it sent anew.
#[test]
fn a_message_comes_back() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[]);
    world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
    let (sent, _) = world.carry();
    let content = json!({"rueckweisung": {
        "rueckweisungsgrund": [{"grund": "T070", "grundSpezifisch": [{"fehlerbeschreibung": "keine Berechtigung"}]}],
        "nachricht": base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &sent.bytes),
    }});
    let events = world.hear("rueckweisung.asynchron.0010", content, None);
    let (event, What::Returned { uuid, reason }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(*uuid, sent.uuid);
    assert!(reason.contains("T070") && reason.contains("keine Berechtigung"), "{reason}");
    world.quiet();
    world.decide(event, Decision::Retry);
    assert_ne!(world.carry().0.uuid, sent.uuid);
}

/// A sample addressed to the authority, with its UUID and whatever else is to be replaced.
fn sample(number: &str, replace: &[(&str, &str)]) -> Vec<u8> {
    use crate::message::sample::{Sampler, Size, Which};
    let standards = Standards::builtin();
    let packs = standards.packs();
    let bytes = Sampler::new(&packs).generate(Which::Name(number), 5, 0, Size::Typical).expect("a sample");
    let mut text = String::from_utf8(bytes).expect("text");
    // The receiver is named first.
    let (start, rest) = text.split_once("<leser>").expect("a receiver");
    let (leser, rest) = rest.split_once("</leser>").expect("its end");
    let (before, behind) = leser.split_once("<kennung>").expect("a kennung");
    let (_, behind) = behind.split_once("</kennung>").expect("its end");
    text = format!("{start}<leser>{before}<kennung>azr:000900</kennung>{behind}</leser>{rest}");
    for (name, value) in replace {
        let (start, rest) = text.split_once(&format!("{name}>")).expect("there");
        let (_, rest) = rest.split_once('<').expect("its end");
        text = format!("{start}{name}>{value}<{rest}");
    }
    text.into_bytes()
}

/// Another office says that a message is not its affair (000030): told like one that came back. An acknowledgement (Quittung) and
/// whatever else comes for the host is passed on.
#[test]
fn not_competent_and_acknowledged() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[]);
    world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
    let (sent, _) = world.carry();
    let declined = sample("000030", &[("ausloeserUUID", &sent.uuid)]);
    let events = world.kit.receive(&declined, None).expect("receives");
    let (event, What::Returned { uuid, reason }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(*uuid, sent.uuid);
    assert!(reason.contains("000030"), "{reason}");
    world.decide(event, Decision::Retry);
    assert_ne!(world.carry().0.uuid, sent.uuid);

    let events = world.kit.receive(&sample("0020", &[]), None).expect("receives");
    let (_, What::Message { number, content, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(number, "0020");
    assert!(content["nachrichtenkopf.g2g"].is_object());
    world.quiet();
}

/// What others changed while an answer was under way is told with the answer, and kept.
#[test]
fn news_before_the_answer() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[]);
    world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
    let (sent, _) = world.carry();
    let mut theirs = duldung("2027-12-31");
    theirs["referenz.id"] = "DULDUNG4c".into();
    // Perhaps it is the host's own entry: that is not told as a new one.
    let news = json!({"azrNummer": NUMBER, "inhaltAktuell": {"aktuelleDuldung": theirs}});
    assert_eq!(world.hear("090030", news, None), []);
    let events =
        world.hear("090098", json!({"sachverhalt": {"duldung.referenz.id": "DULDUNG1a"}}), Some(&sent.uuid));
    assert_eq!(names(&events), ["stored", "apply"]);
    let What::Apply { entry, fields, .. } = &events[1].what else { panic!("{events:?}") };
    assert_eq!((entry.as_deref(), fields.as_slice()), (Some("d"), &["befristungsdatum".to_owned()][..]));
    world.quiet();
    world.submit(record(&[("Duldung", "d", duldung("2027-12-31"))]));
    world.quiet();
    assert!(world.kit.status("p").expect("reads").expect("there").agreed);
}

fn with_id(mut data: Value, id: &str) -> Value {
    data["referenz.id"] = id.into();
    data
}

/// Another authority and the host both report a Duldung: the later one is the current one. The register is asked which.
#[test]
fn two_new_ones_of_which_one_is_history() {
    let standards = Standards::builtin();
    let of_register = |until: &str, id: &str| {
        let mut data = duldung(until);
        data["meldendeBehoerde"] = "000777".into();
        data["letzteAenderung"] = "2026-11-17".into();
        with_id(data, id)
    };
    let (ours, theirs) = (of_register("2027-08-31", "DULDUNG1a"), of_register("2027-12-31", "THEIRS04c"));
    for (current, history, told) in [(&ours, &theirs, &[][..]), (&theirs, &ours, &["apply"][..])] {
        let mut world = World::known(&standards, &[]);
        world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
        let (sent, _) = world.carry();
        let news = json!({"azrNummer": NUMBER, "inhaltAktuell": {"aktuelleDuldung": theirs}});
        assert_eq!(world.hear("090030", news, None), []);
        let stored = json!({"sachverhalt": {"duldung.referenz.id": "DULDUNG1a"}});
        assert_eq!(names(&world.hear("090098", stored, Some(&sent.uuid))), ["stored"]);
        let (fetch, _) = world.carry();
        assert_eq!(fetch.number, "090001");
        let record = json!({
            "azrNummer": NUMBER,
            "grundpersonalien": with_id(grundpersonalien(), "GRUNDPE1a"),
            "aktuellerMeldestatus": with_id(meldestatus(), "MELDEST1a"),
            "aktuelleDuldung": current, "historisierteDuldung": [history],
        });
        let events = world.hear("090004", record, Some(&fetch.uuid));
        assert_eq!(names(&events), told, "{events:?}");
        world.quiet();
    }
}

/// News of another authority's entry come when the host's own one is stored already: it may be older, and history by now.
#[test]
fn news_of_another_new_one_after_the_own_one_was_stored() {
    let standards = Standards::builtin();
    let (ours, theirs) = (duldung("2027-08-31"), duldung("2027-12-31"));
    for (their_place, our_place, told) in [
        ("historisierteDuldung", "aktuelleDuldung", &[][..]),
        ("aktuelleDuldung", "historisierteDuldung", &["apply"][..]),
    ] {
        let mut world = World::known(&standards, &[("Duldung", "d", ours.clone())]);
        let theirs = with_id(theirs.clone(), "THEIRS04c");
        let news = json!({"azrNummer": NUMBER, "inhaltAktuell": {"aktuelleDuldung": theirs}});
        assert_eq!(world.hear("090030", news, None), [], "it is not yet known which one is current");
        let (fetch, message) = world.carry();
        assert_eq!(message["anfrageAZR"]["azrNummer"], NUMBER);
        let at = |place: &str, entry: Value| {
            if place.starts_with("historisiert") { json!([entry]) } else { entry }
        };
        let record = json!({
            "azrNummer": NUMBER,
            "grundpersonalien": with_id(grundpersonalien(), "GRUNDPE1a"),
            "aktuellerMeldestatus": with_id(meldestatus(), "MELDEST1a"),
            their_place: at(their_place, theirs),
            our_place: at(our_place, with_id(ours.clone(), "DULDUNG1a")),
        });
        let events = world.hear("090004", record, Some(&fetch.uuid));
        assert_eq!(names(&events), told, "{events:?}");
        world.quiet();
    }
}

/// A truncated copy is sent back and is no copy that was seen: the whole one is taken.
#[test]
fn a_truncated_copy() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.submit(record(&[]));
    let (search, _) = world.carry();
    let answer = world.message("090002", json!({}));
    let half = &answer[..answer.len() - 40];
    assert_eq!(names(&world.kit.receive(half, Some(&search.uuid)).expect("receives")), ["refused"]);
    assert_eq!(world.carry().0.number, "0010");
    assert_eq!(world.kit.receive(&answer, Some(&search.uuid)).expect("receives"), []);
    let (first, _) = world.carry();
    assert_eq!(first.number, "090009");
    // A copy of ours that was damaged on its way comes back: the same message is sent again, with its UUID.
    let content = json!({"rueckweisung": {
        "rueckweisungsgrund": [{"grund": "X000"}],
        "nachricht": base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &first.bytes[..first.bytes.len() / 2]),
    }});
    assert_eq!(world.hear("rueckweisung.asynchron.0010", content, None), []);
    world.later(60_000);
    assert_eq!(world.carry().0.uuid, first.uuid);
}

/// A second answer to a question that was answered: it is not sent back, what the register holds is asked anew.
#[test]
fn a_further_answer_leads_to_a_fetch() {
    let standards = Standards::builtin();
    let mut world = World::known(&standards, &[]);
    world.submit(record(&[("Duldung", "d", duldung("2027-08-31"))]));
    let (sent, _) = world.carry();
    let stored = json!({"sachverhalt": {"duldung.referenz.id": "DULDUNG1a"}});
    assert_eq!(names(&world.hear("090098", stored.clone(), Some(&sent.uuid))), ["stored"]);
    assert_eq!(world.hear("090098", stored, Some(&sent.uuid)), []);
    let (fetch, message) = world.carry();
    assert_eq!((fetch.number.as_str(), &message["anfrageAZR"]["azrNummer"]), ("090001", &json!(NUMBER)));
}

/// What is kept until it is known what it answers is kept as it was meant, whatever its encoding.
#[test]
fn an_unassigned_answer_in_another_encoding() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    world.submit(record(&[]));
    let mut second = record(&[]);
    second["key"] = "q".into();
    second["entries"][0]["data"]["familienname"]["name"] = "Yılmaz".into();
    world.submit(second);
    let questions = world.kit.outgoing(10).expect("hands out");
    assert_eq!(questions.len(), 2);
    let mut theirs = grundpersonalien();
    theirs["familienname"]["name"] = "Müller".into();
    let hits =
        world.message("090003", json!({"trefferliste": {"trefferPersonaliensuche": [
            {"azrNummer": NUMBER, "grundpersonalien": theirs, "weiterePersonalien": {}, "personalienArt": "01"}
        ]}}));
    let text = String::from_utf8(hits).expect("text").replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"");
    let bytes: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let events = world.kit.receive(&bytes, None).expect("receives");
    let (event, What::Unassigned { .. }) = only(&events) else { panic!("{events:?}") };
    let events = world.decide(event, Decision::Assign(questions[0].uuid.clone()));
    let (_, What::Candidates { candidates, .. }) = only(&events) else { panic!("{events:?}") };
    assert_eq!(candidates[0].grundpersonalien["familienname"]["name"], "Müller");
}
