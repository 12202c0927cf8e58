//! `azrkit reconcile due`, from the outside.

mod common;

use common::{arg, folder, run};
use serde_json::{Value, json};

#[test]
fn checks_are_planned() {
    let dir = folder("due");
    let mut stock = String::new();
    for at in 0..60 {
        let mut entries = Vec::new();
        if at % 10 == 0 {
            let data = json!({"duldungArt": "03", "befristungsdatum": format!("2026-12-{:02}", 1 + at / 10)});
            entries.push(json!({"kind": "Duldung", "key": "du", "data": data}));
        }
        stock += &json!({"key": format!("akte-{at}"), "azrNummer": format!("0811110000{at:02}"), "entries": entries}).to_string();
        stock += "\n";
    }
    stock += "{\n";
    std::fs::write(dir.join("stock.jsonl"), stock).expect("a file");
    // One was agreed yesterday, one long ago.
    std::fs::write(dir.join("agreed.tsv"), "akte-1\t2026-11-24\nakte-2\t2024-01-01\n").expect("a file");
    let (stock, agreed) = (arg(&dir.join("stock.jsonl")), arg(&dir.join("agreed.tsv")));
    let base =
        ["reconcile", "due", "--stock", &stock, "--agreed", &agreed, "--from", "2026-11-25", "--days", "20"];
    let ran = run(&[&base[..], &["--json"]].concat());
    assert_eq!(ran.status, Some(1), "a row is broken: {}", ran.err);
    assert_eq!(ran.err.matches("stock.jsonl").count(), 1, "and told once: {}", ran.err);
    let checks: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let mut keys: Vec<&str> = checks.iter().filter_map(|check| check["key"].as_str()).collect();
    assert_eq!(keys.len(), 59, "all but the one that was agreed yesterday");
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 59);
    for check in &checks {
        let day = check["day"].as_str().expect("a day");
        assert!(("2026-11-25".."2026-12-15").contains(&day), "{check}");
        match check["code"].as_str() {
            Some("AZK-F001") => assert!(day <= check["date"].as_str().expect("a date"), "{check}"),
            Some("AZK-F003") => assert_eq!(check["key"], "akte-2"),
            code => assert_eq!(code, Some("AZK-F002")),
        }
    }
    assert_eq!(checks.iter().filter(|check| check["code"] == "AZK-F001").count(), 6);

    let ran = run(&[&base[..], &["--per-day", "2", "--lang", "en"]].concat());
    assert!(ran.err.contains("6 with a coming date") && ran.err.contains("put off; at most "), "{}", ran.err);
    assert!(ran.out.contains("the validity ends on 2026-12-01."), "{}", ran.out);
    let wrong = run(&["reconcile", "due", "--stock", &stock, "--days", "0"]);
    assert_eq!(wrong.status, Some(2));
    assert!(wrong.err.contains("AZK-V101"), "{}", wrong.err);
    std::fs::write(dir.join("agreed.tsv"), "akte-1 2026-11-24\n").expect("a file");
    let wrong = run(&base);
    assert_eq!(wrong.status, Some(2));
    assert!(wrong.err.contains("agreed.tsv:1:"), "{}", wrong.err);
}
