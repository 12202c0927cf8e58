//! What is sent back, and what comes twice.

use serde_json::json;

use super::*;
use crate::simulator::{Limits, SimulatorError};

fn reason(world: &World<'_>, answers: &[Answer]) -> String {
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].number, "0010");
    text(&world.value(&answers[0]), "/rueckweisung/rueckweisungsgrund/0/grund/code")
}

#[test]
fn what_is_no_right_message_goes_back() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let right =
        String::from_utf8(world.message(HEILBRONN, "090009", &erstmeldung("Haddad", "Omar", "1990-01-02")));
    let right = right.expect("UTF-8");
    let other = right.replace("xauslaender2611", "xauslaender2605");
    let cases = [
        (right[..right.len() / 2].to_owned(), "X000"),
        (String::new(), "X000"),
        ("<!DOCTYPE x><x/>".to_owned(), "X000"),
        ("<x/>".to_owned(), "X001"),
        (right.replace("<xauslaender:sachverhalt>", "<xauslaender:sachverhalt><xauslaender:x/>"), "X001"),
        (other, "V000"),
        (right.replace("dbs:490030020000", "azr:000100"), "T080"),
    ];
    let empty = world.register.dump();
    for (message, expected) in cases {
        let answers = world.receive(message.as_bytes());
        assert_eq!(reason(&world, &answers), expected, "{message}");
        // The same bytes again, later: the same answer.
        assert_eq!(world.receive(message.as_bytes()), answers);
    }
    assert_eq!(world.register.dump(), empty);
    // None of it stands in the way of the message itself.
    let answers = world.receive(right.as_bytes());
    assert_eq!(answers[0].number, "090098");
    // One that the register sends.
    let mut own = answers[0].bytes.clone();
    own = String::from_utf8(own).expect("UTF-8").replace("azr:000900", "dbs:490030020000").into_bytes();
    let answers = world.receive(&own);
    assert_eq!(reason(&world, &answers), "S999");
    let back = world.value(&answers[0]);
    assert!(text(&back, "/rueckweisung/nachricht").len() > own.len());
    assert_eq!(text(&back, "/rueckweisung/idNachricht/nachrichtentyp/code"), "090098");
}

#[test]
fn a_wrong_reader_is_told_which_message_it_was() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let message = world.message(HEILBRONN, "090001", &frage(&json!({"azrNummer": "081111000001"})));
    let message = String::from_utf8(message).expect("UTF-8").replace("dbs:490030020000", "azr:000100");
    let answers = world.receive(message.as_bytes());
    assert_eq!(answers[0].to, "azr:000900");
    assert_eq!(answers[0].in_reply_to.as_deref(), Some("00000000-0000-4000-8000-000000000001"));
    let back = world.value(&answers[0]);
    assert_eq!(
        text(&back, "/rueckweisung/idNachricht/nachrichtenUUID"),
        "00000000-0000-4000-8000-000000000001"
    );
    // A rejection is not answered, or it would never end.
    assert_eq!(world.receive(&answers[0].bytes), []);
}

#[test]
fn a_message_that_comes_twice_changes_nothing() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let omar = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    let mut content = duldung("01", None, "2026-12-31");
    content["azrNummer"] = omar.clone().into();
    let bytes = world.message(AALEN, "090010", &content);
    let first = world.receive(&bytes);
    assert_eq!(first.len(), 2, "an answer, and one message to Heilbronn");
    let state = world.register.dump();
    world.now += 1_000_000;
    assert_eq!(world.receive(&bytes), first[..1]);
    assert_eq!(world.register.dump(), state);
    assert_eq!(world.register.pending(HEILBRONN), first[1..]);
    // A refusal is answered again, too, even if it could be stored by now.
    let bytes = world.message(AALEN, "090009", &erstmeldung("Haddad", "Omar", "1990-01-02"));
    let refusal = world.receive(&bytes);
    assert_eq!(refusal[0].number, "090099");
    assert_eq!(world.receive(&bytes), refusal);
    // Another sender does not get it with the same UUID.
    let stolen = world.message_as(
        "000700",
        "00000000-0000-4000-8000-000000000001",
        "090009",
        &erstmeldung("A", "B", "1970-01-01"),
    );
    assert_eq!(world.receive(&stolen)[0].number, "090098");
}

#[test]
fn answers_that_are_dropped_are_not_given_twice() {
    let standards = Standards::builtin();
    let limits = Limits { answers_bytes: 1000, messages: 2, ..Limits::default() };
    let mut world = World::with(&standards, Config { limits, ..Config::default() });
    let bytes = world.message(HEILBRONN, "090009", &erstmeldung("Haddad", "Omar", "1990-01-02"));
    assert_eq!(world.receive(&bytes)[0].number, "090098");
    let state = world.register.dump();
    let answers = world.receive(&bytes);
    assert_eq!(reason(&world, &answers), "S100");
    assert_eq!(world.register.dump(), state);
    let bytes = world.message(HEILBRONN, "090009", &erstmeldung("Weber", "Karl", "1955-07-08"));
    assert_eq!(world.receive(&bytes)[0].number, "090098");
    let bytes = world.message(HEILBRONN, "090009", &erstmeldung("Sadat", "Ali", "1970-01-02"));
    let answers = world.receive(&bytes);
    assert_eq!(reason(&world, &answers), "S999", "no more than two messages");
}

#[test]
fn pending_messages_are_bounded() {
    let standards = Standards::builtin();
    let limits = Limits { pending: 1, ..Limits::default() };
    let mut world = World::with(&standards, Config { limits, ..Config::default() });
    let omar = world.person(HEILBRONN, "Haddad", "Omar", "1990-01-02");
    for until in ["2026-12-31", "2027-12-31"] {
        world.folgemeldung(AALEN, &omar, &duldung("01", None, until));
    }
    assert_eq!(world.register.pending(HEILBRONN).len(), 1);
    assert_eq!(world.register.dump()["dropped"], 1);
}

#[test]
fn a_config_that_gives_wrong_messages_is_refused() {
    let standards = Standards::builtin();
    let mut config = Config::default();
    config.register.anschrift = None;
    let refused = Register::new(config, &standards).err();
    assert_eq!(refused.map(|error| error.code()), Some("AZK-G003"));
    let mut config = Config::default();
    config.product.produkt = "\u{1}".into();
    assert!(matches!(Register::new(config, &standards), Err(SimulatorError::Config { .. })));
    assert_eq!(Register::new(Config::default(), &Standards::empty()).err(), Some(SimulatorError::NoStandard));
}

#[test]
fn what_is_not_simulated_says_so() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let ask = json!({
        "abrufzweck": "01", "anfrageVerpflichtungsgeber": {"juristischePerson": {"name": "Beispiel GmbH"}}
    });
    assert_eq!(faults(&world.answer(HEILBRONN, "090051", &ask)), ["SIM-902"]);
}

#[test]
fn a_test_is_answered_by_a_test() {
    let standards = Standards::builtin();
    let mut world = World::new(&standards);
    let message = world.message(HEILBRONN, "090009", &erstmeldung("Haddad", "Omar", "1990-01-02"));
    let marked =
        String::from_utf8(message).expect("UTF-8").replace(" produkt=", " test=\"Schulung\" produkt=");
    let answers = world.receive(marked.as_bytes());
    let answer = world.value(&answers[0]);
    assert_eq!((number(&answer).as_str(), text(&answer, "/test")), ("090098", "Schulung".to_owned()));
    let omar = text(&answer, "/azrNummer");
    // Who sends none gets none; who sends tests is told by tests.
    let mut content = duldung("01", None, "2026-12-31");
    content["azrNummer"] = omar.into();
    let (answer, notices) = world.ask(AALEN, "090010", &content);
    assert!(answer.get("test").is_none());
    assert_eq!(text(&world.value(&notices[0]), "/test"), "Schulung");
}
