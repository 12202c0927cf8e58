//! `azrkit reconcile decide`, from files to files.

mod common;

use std::io::Write;

use azrkit::Standards;
use azrkit::reconcile::content::Comparison;
use azrkit::register::Datensatz;
use serde_json::{Value, json};

use common::{arg, folder, run};

fn record(number: &str, name: &str, doktorgrad: Option<&str>) -> Datensatz {
    let mut data = json!({"familienname": {"name": name}, "vorname": {"name": "Zoë"}});
    if let Some(doktorgrad) = doktorgrad {
        data["doktorgrad"] = doktorgrad.into();
    }
    let entries = json!([{"kind": "Grundpersonalien", "key": "gp", "data": data}]);
    serde_json::from_value(json!({"key": format!("akte-{number}"), "azrNummer": number, "entries": entries}))
        .expect("a record")
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

#[test]
fn a_table_and_rules_become_records_and_changes() {
    let dir = folder("decide");
    let (a, b, c) = ("081111000001", "081111000002", "081111000003");
    let local = [record(a, "Meier", None), record(b, "Kaya", Some("Dr.")), record(c, "Yılmaz", None)];
    let register = [record(a, "Mayer", Some("Dr.")), record(b, "Kaja", None), record(c, "Yilmaz", None)];
    let standards = Standards::builtin();
    let comparison = Comparison::new(&standards.packs()).expect("kinds");
    let mut hinweise = std::fs::File::create(dir.join("hinweise.jsonl")).expect("a file");
    let mut table = "id;code;fingerprint;field;decision;note\n".to_owned();
    for (here, there) in local.iter().zip(&register) {
        let number = here.azr_nummer.as_deref().expect("a number");
        for one in comparison.persons(number, std::slice::from_ref(here), std::slice::from_ref(there)) {
            writeln!(hinweise, "{}", serde_json::to_string(&one).expect("json")).expect("writes");
            let decision = match (number, one.field.as_deref()) {
                (number, Some("familienname")) if number == a => "melden",
                (number, Some("familienname")) if number == b => "bleibt",
                (number, Some("doktorgrad")) if number == b => "irgendwas",
                _ => "",
            };
            table += &format!("{};{};{};x;{decision};\n", one.id, one.code.as_str(), one.fingerprint);
        }
    }
    drop(hinweise);
    for (name, records) in [("local.jsonl", &local), ("register.jsonl", &register)] {
        let text: String =
            records.iter().map(|one| serde_json::to_string(one).expect("json") + "\n").collect();
        std::fs::write(dir.join(name), text).expect("a file");
    }
    std::fs::write(dir.join("filled.csv"), table).expect("a file");
    std::fs::write(dir.join("rules.json"), r#"[{"class": "missingHere", "answer": "takeOver"}]"#)
        .expect("a file");
    let file = |name: &str| arg(&dir.join(name));
    let base = [
        "reconcile",
        "decide",
        "--hinweise",
        &file("hinweise.jsonl"),
        "--decisions",
        &file("decisions.jsonl"),
        "--stock",
        &file("local.jsonl"),
        "--register",
        &file("register.jsonl"),
        "--out",
        &file("out"),
        "--at",
        "2026-11-17T08:00:00Z",
    ]
    .map(str::to_owned);
    let call = |more: &[&str]| {
        let all: Vec<&str> = base.iter().map(String::as_str).chain(more.iter().copied()).collect();
        run(&all)
    };
    let ran = call(&["--filled", &file("filled.csv"), "--rules", &file("rules.json")]);
    assert_eq!(ran.status, Some(1), "one row is wrong: {}", ran.err);
    assert!(ran.err.contains("AZK-A304") && ran.err.contains("irgendwas"), "{}", ran.err);
    let told: Value = serde_json::from_str(&ran.out).expect("json");
    assert_eq!(
        told,
        json!({"decided": {"report": 1, "stands": 1, "takeOver": 1}, "open": 2, "submit": 1, "apply": 1, "stands": 1, "left": {}, "wrongRows": 1})
    );
    let read = |name: &str| std::fs::read_to_string(dir.join("out").join(name)).expect("a file");
    let submit = &lines(&read("submit.jsonl"))[0];
    assert_eq!(submit["azrNummer"], a);
    let data = &submit["entries"][0]["data"];
    assert_eq!((&data["familienname"]["name"], &data["doktorgrad"]), (&json!("Meier"), &json!("Dr.")));
    let apply = &lines(&read("apply.jsonl"))[0];
    assert_eq!((&apply["key"], &apply["change"]["event"]), (&json!(format!("akte-{a}")), &json!("apply")));
    assert_eq!(apply["change"]["data"]["doktorgrad"], "Dr.");
    let stands = &lines(&read("stands.jsonl"))[0];
    assert_eq!((&stands["key"], &stands["entry"]["key"]), (&json!(format!("akte-{b}")), &json!("gp")));
    let open = lines(&read("open.jsonl"));
    let open: Vec<(&str, &str)> = open
        .iter()
        .map(|one| (one["azrNummer"].as_str().unwrap_or(""), one["field"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(open, [(b, "doktorgrad"), (c, "familienname")]);
    assert_eq!(read("open.csv").lines().count(), 3);

    // Run again without table and rules: what was decided is known, and the same comes out.
    let first = read("submit.jsonl");
    let ran = call(&[]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let again: Value = serde_json::from_str(&ran.out).expect("json");
    assert_eq!((&again["decided"], &again["open"]), (&told["decided"], &told["open"]));
    assert_eq!(read("submit.jsonl"), first);

    // Decisions that can not be read are not written over.
    let decisions = dir.join("decisions.jsonl");
    let text = std::fs::read_to_string(&decisions).expect("a file") + "{\n";
    std::fs::write(&decisions, &text).expect("a file");
    let ran = call(&[]);
    assert_eq!(ran.status, Some(2), "{}", ran.err);
    assert!(ran.err.contains("AZK-A301"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(&decisions).expect("a file"), text);
}
