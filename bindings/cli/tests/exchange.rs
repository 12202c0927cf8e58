//! The commands on a store, from the outside: what they take, what they refuse, what they print.

mod common;

use common::exchange::{Office, example, files, lines, record};
use common::{arg, folder, run, run_with};
use serde_json::{Value, json};

/// The call could not be done, and says why with a code.
#[track_caller]
fn refused(office: &Office, args: &[&str], code: &str) {
    let german = office.call(args);
    assert_eq!(german.status, Some(2), "{args:?}: {}", german.out);
    assert!(german.err.contains(code), "{args:?}: {}", german.err);
    let english = office.call(&[args, &["--lang", "en"]].concat());
    assert_eq!(english.status, Some(2));
    assert!(english.err.contains(code) && english.err != german.err, "{args:?}: {}", english.err);
}

#[test]
fn init_makes_a_store_that_needs_no_more_than_its_name() {
    let office = Office::new("init");
    assert_eq!(office.ok(&["status"]), [json!({"persons": 0, "open": [], "nextDue": null})]);
    let again = office.ok(&["init", "--config", &arg(&office.dir.join("config.json"))]);
    assert_eq!(again[0]["config"], json!(format!("{}.config.json", office.store)));
    let mut other = example();
    other["sachbearbeiter"] = "N. Anders".into();
    let other = office.file("other.json", &other.to_string());
    refused(&office, &["init", "--config", &other], "AZK-C103");
    assert_eq!(office.call(&["status", "--config", &other]).status, Some(0), "named, it holds for a call");
}

#[test]
fn a_configuration_with_which_messages_would_be_wrong_makes_no_store() {
    let office = Office { dir: folder("init-wrong"), store: arg(&folder("init-wrong").join("x.db")) };
    let mut wrong = example();
    wrong["behoerdenkennzeichen"] = "12".into();
    for (name, text, code) in [
        ("a.json", wrong.to_string(), "AZK-C102"),
        ("b.json", "{".to_owned(), "AZK-C101"),
        ("c.json", r#"{"unbekannt": 1}"#.to_owned(), "AZK-C101"),
    ] {
        let file = office.file(name, &text);
        refused(&office, &["init", "--config", &file], code);
    }
    assert_eq!(office.call(&["init", "--config", "fehlt.json"]).status, Some(2));
    assert!(!std::path::Path::new(&office.store).exists());
}

#[test]
fn a_file_that_is_no_store_is_left_as_it_is() {
    let mut office = Office::new("foreign");
    office.store = office.file("foreign.txt", "Das ist kein Bestand, sondern ein langer Text.");
    let config = arg(&office.dir.join("config.json"));
    refused(&office, &["init", "--config", &config], "AZK-S106");
    refused(&office, &["status", "--config", &config], "AZK-S106");
    assert!(std::fs::read_to_string(&office.store).expect("there").starts_with("Das ist"));
    office.store = arg(&office.dir.join("fehlt.db"));
    for args in [
        &["submit"][..],
        &["refresh", "p"],
        &["outgoing"],
        &["sent", "x"],
        &["failed", "x", "--reason", "y"],
        &["receive", "-"],
        &["decide", "1", "other"],
        &["events"],
        &["open"],
        &["status"],
        &["journal"],
    ] {
        refused(&office, args, "AZK-S107");
    }
    assert!(!std::path::Path::new(&office.store).exists(), "only init makes a store");
}

#[test]
fn submit_tells_of_each_record_what_became_of_it() {
    let office = Office::new("submit");
    let mut wrong = record("b", "Wrong", None);
    wrong["entries"][1]["data"]["ereignisdatum"] = "02.11.2026".into();
    let input = format!("{}\n{wrong}\n{{\"key\": \"c\", \"nix\": 1}}\n\n{{\n", record("a", "Ärger", None));
    let ran = office.call_with(&["submit"], &input);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    let told = lines(&ran);
    let row = |at: usize| (told[at]["line"].clone(), told[at]["key"].clone(), told[at]["taken"].clone());
    assert_eq!(row(0), (json!(1), json!("a"), json!(true)));
    assert_eq!(row(1), (json!(2), json!("b"), json!(false)));
    assert_eq!(row(2), (json!(3), json!("c"), json!(false)));
    assert_eq!(row(3), (json!(5), json!(null), json!(false)));
    assert_eq!(told.len(), 4);
    assert_eq!(told[1]["findings"][0]["path"], "/entries/1/data/ereignisdatum");
    assert!(told[2]["error"].as_str().is_some_and(|text| text.starts_with("AZK-C104")), "{}", told[2]);
    assert_eq!(ran.err.matches("AZK-C104").count(), 2, "{}", ran.err);
    assert_eq!(told[0]["planned"][0]["number"], "090009");
    let english = lines(&office.call_with(&["submit", "--lang", "en"], &wrong.to_string())).remove(0);
    let (german, english) = (&told[1]["findings"][0], &english["findings"][0]);
    assert!(german["code"] == english["code"] && german["text"] != english["text"], "{english}");
    let again = office.ok_with(&["submit", "-"], &record("a", "Ärger", None).to_string());
    assert_eq!(again[0]["unchanged"], true);
    assert_eq!(office.ok(&["status"])[0]["persons"], 1);
    assert_eq!(office.call(&["submit", "fehlt.json"]).status, Some(2));
}

#[test]
fn a_number_belongs_to_one_person() {
    let office = Office::new("number");
    let with = |key: &str| {
        let mut record = record(key, "Ärger", None);
        record["azrNummer"] = "081111000001".into();
        record.to_string()
    };
    office.ok_with(&["submit"], &with("a"));
    let ran = office.call_with(&["submit"], &format!("{}\n{}", with("b"), record("c", "Zorn", None)));
    assert_eq!(ran.status, Some(1));
    let told = lines(&ran);
    assert!(told[0]["error"].as_str().is_some_and(|text| text.contains("AZK-K004")), "{}", ran.out);
    assert_eq!(told[1]["taken"], true, "the next one was taken all the same");
}

#[test]
fn check_record_needs_no_store() {
    let ran = run_with(&["check-record"], record("a", "Ärger", Some("2027-05-15")).to_string().as_bytes());
    assert_eq!(
        (ran.status, lines(&ran)),
        (Some(0), vec![json!({"line": 1, "key": "a", "valid": true, "findings": []})])
    );
    let mut wrong = record("a", "Ärger", None);
    wrong["entries"][1]["kind"] = "Gibtesnicht".into();
    let ran = run_with(&["check-record", "-", "--lang", "en"], wrong.to_string().as_bytes());
    assert_eq!(ran.status, Some(1));
    assert_eq!(lines(&ran)[0]["valid"], false);
    let german = run_with(&["check-record"], wrong.to_string().as_bytes());
    assert_ne!(lines(&german)[0]["findings"][0]["text"], lines(&ran)[0]["findings"][0]["text"]);
    assert_eq!(run_with(&["check-record"], b"x").status, Some(1));
    assert_eq!(run_with(&["check-record"], b"\xFF").status, Some(2));
    assert_eq!(run(&["check-record", "fehlt.json"]).status, Some(2));
}

#[test]
fn outgoing_prints_messages_or_writes_them() {
    let mut config = example();
    config["limits"] = json!({"lease": 0, "attempts": 3, "retry": 0});
    let office = Office::with("outgoing", &config);
    let input = [record("a", "Ärger", None), record("b", "Zorn", None)].map(|record| record.to_string());
    office.ok_with(&["submit"], &input.join("\n"));
    let told = office.ok(&["outgoing", "--limit", "1"]);
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["number"], &told[0]["again"]), (&json!("090001"), &json!(false)));
    let xml = told[0]["xml"].as_str().expect("the message");
    assert_eq!(run_with(&["check", "-"], xml.as_bytes()).status, Some(0));
    let out = office.dir.join("out");
    let told = office.ok(&["outgoing", "--dir", &arg(&out)]);
    assert_eq!(told.len(), 2);
    assert_eq!(files(&out).len(), 2);
    for message in &told {
        let file = message["file"].as_str().expect("a file");
        assert_eq!(file, arg(&out.join(format!("{}.xml", message["uuid"].as_str().expect("a UUID")))));
        assert!(message["xml"].is_null());
        assert_eq!(run(&["check", file]).status, Some(0));
    }
    assert_eq!(std::fs::read_dir(&out).expect("a folder").count(), 2, "nothing half-written is left");
    let uuid = told[0]["uuid"].as_str().expect("a UUID");
    assert_eq!(office.ok(&["sent", uuid]), [json!({"uuid": uuid, "sent": true})]);
    let other = told[1]["uuid"].as_str().expect("a UUID");
    office.ok(&["failed", other, "--reason", "Leitung tot"]);
    office.ok(&["failed", other, "--reason", "Leitung tot"]);
    let parked = office.ok(&["failed", other, "--reason", "Leitung tot"]);
    assert_eq!((&parked[0]["event"], &parked[0]["reason"]), (&json!("parked"), &json!("Leitung tot")));
    assert_eq!(office.ok(&["open"]), parked);
    let event = parked[0]["id"].to_string();
    refused(&office, &["decide", &event, "same", "081111000001"], "AZK-K003");
    office.ok(&["decide", &event, "retry"]);
    assert_eq!(office.ok(&["open"]), Vec::<Value>::new());
    assert_eq!(office.ok(&["outgoing"])[0]["uuid"], other);
    let blocked = office.file("blocked", "no folder");
    assert_eq!(office.call(&["outgoing", "--dir", &blocked]).status, Some(2));
}

#[test]
fn what_is_not_known_cannot_be_done() {
    let office = Office::new("unknown");
    refused(&office, &["sent", "a", "b"], "AZK-K002");
    refused(&office, &["failed", "a", "--reason", "x"], "AZK-K002");
    refused(&office, &["decide", "7", "other"], "AZK-K002");
    refused(&office, &["status", "nobody"], "AZK-K002");
    refused(&office, &["refresh", "nobody"], "AZK-K002");
    refused(&office, &["receive", "a.xml", "b.xml", "--answers", "c"], "AZK-C106");
    for args in [
        &["decide", "x", "other"][..],
        &["decide", "1"],
        &["decide", "1", "same"],
        &["decide", "1", "maybe"],
        &["sent"],
        &["failed", "a"],
        &["receive"],
        &["events", "--since", "-1"],
        &["outgoing", "--limit", "x"],
        &["status", "a", "--all"],
    ] {
        assert_eq!(office.call(args).status, Some(2), "{args:?}");
    }
    assert_eq!(office.call(&["receive", "fehlt.xml"]).status, Some(2));
}

#[test]
fn what_comes_in_is_taken_also_where_it_is_nonsense() {
    let office = Office::new("nonsense");
    let told = office.ok_with(&["receive", "-"], "<das ist kein XML");
    assert_eq!(told[0]["event"], "refused");
    assert_eq!(office.ok(&["events"]), told);
    assert_eq!(office.ok(&["events", "--since", "1"]), Vec::<Value>::new());
    assert_eq!(office.ok(&["events", "--limit", "0"]), Vec::<Value>::new());
    let right = office.file("a.xml", "<a/>");
    let ran = office.call(&["receive", "fehlt.xml", &right]);
    assert_eq!(ran.status, Some(2), "one could not be read");
    assert_eq!(lines(&ran).len(), 1, "the other one was taken");
}

/// What was decided to stand is not reported by the next whole record.
#[test]
fn what_is_let_stand_is_not_reported() {
    let office = Office::new("let-stand");
    let record = |more: &[Value]| {
        let mut record = json!({"key": "a", "azrNummer": "081111000001", "entries": [
            {"kind": "Meldestatus", "key": "ms", "data": {"meldestatusArt": "01", "ereignisdatum": "2026-11-02"}}]});
        record["entries"].as_array_mut().expect("entries").extend(more.iter().cloned());
        record.to_string()
    };
    office.ok_with(&["submit", "-"], &record(&[]));
    let entry =
        json!({"kind": "Herkunftsland", "key": "hl", "data": {"letzterWohnortHerkunftsland": "Mardin"}});
    let file = office.dir.join("stands.jsonl");
    std::fs::write(&file, format!("{}\n", json!({"key": "a", "entry": entry}))).expect("a file");
    let told = office.ok(&["let-stand", &arg(&file)]);
    assert_eq!(told, [json!({"key": "a", "kind": "Herkunftsland", "entry": "hl"})]);
    let journal = office.ok(&["journal"]);
    assert_eq!(journal.last().expect("a line")["what"], "stands");
    let planned = |office: &Office, entry: &Value| {
        let submitted = office.ok_with(&["submit", "-"], &record(std::slice::from_ref(entry)));
        submitted[0]["planned"].to_string().contains(r#""entry":"hl""#)
    };
    assert!(!planned(&office, &entry));
    let mut other = entry.clone();
    other["data"]["letzterWohnortHerkunftsland"] = "Kars".into();
    assert!(planned(&office, &other));
    std::fs::write(&file, json!({"key": "b", "entry": entry}).to_string()).expect("a file");
    refused(&office, &["let-stand", &arg(&file)], "AZK-K002");
}
