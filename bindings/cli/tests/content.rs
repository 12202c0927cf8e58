//! `azrkit reconcile content` from the outside.

mod common;

use common::{arg, folder, run};

const LOCAL: &str = r#"{"key":"akte-2","azrNummer":"081111000002","entries":[]}
{"key":"akte-1","azrNummer":"081111000001","entries":[{"kind":"Meldestatus","key":"ms","data":{"meldestatusArt":"02","ereignisdatum":"2026-12-01"}}]}
{"key":
"#;
const REGISTER: &str = r#"{"key":"081111000001","azrNummer":"081111000001","entries":[{"kind":"Meldestatus","key":"A1B2C3D01X","referenzId":"A1B2C3D01X","data":{"meldestatusArt":{"code":"02"},"ereignisdatum":"01.11.2026"}}]}
"#;

#[test]
fn two_stocks_are_compared() {
    let folder = folder("reconcile-content");
    let (local, register, out) =
        (folder.join("local.jsonl"), folder.join("register.jsonl"), folder.join("out"));
    std::fs::write(&local, LOCAL).expect("writes");
    std::fs::write(&register, REGISTER).expect("writes");
    let (local, register, out) = (arg(&local), arg(&register), arg(&out));
    let base = ["reconcile", "content", "--local", &local, "--register", &register, "--today", "2026-11-25"];
    let ran = run(&base);
    // A row is broken: that is an error, the differences are not.
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(ran.err.contains("local.jsonl:3:"), "{}", ran.err);
    assert!(ran.err.contains("3 Hinweise zu 2 Personen"), "{}", ran.err);
    let found: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let codes: Vec<&str> = found.iter().filter_map(|one| one["code"].as_str()).collect();
    assert_eq!(codes, ["AZK-H203", "AZK-H401", "AZK-H002"]);
    assert_eq!((&found[0]["local"], &found[0]["register"]), (&"2026-12-01".into(), &"01.11.2026".into()));
    assert_eq!((&found[1]["rule"], &found[1]["side"]), (&"PLAUS-018".into(), &"local".into()));
    assert_eq!(found[2]["key"], "akte-2");

    let more = [
        "--no-plausibility",
        "--lang",
        "en",
        "--format",
        "csv",
        "--memory",
        "1M",
        "--threads",
        "2",
        "--out",
        &out,
    ];
    let ran = run(&[&base[..], &more].concat());
    assert!(ran.out.contains("2 Hinweise for 2 persons"), "{}", ran.out);
    let written = std::fs::read_to_string(&out).expect("a file");
    assert_eq!(written.lines().count(), 3);
    assert!(written.starts_with("id;fingerprint;code;"), "{written}");
    assert!(written.contains("the local stock has „2026-12-01“"), "{written}");
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let folder = folder("reconcile-content-wrong");
    let stock = folder.join("stock.jsonl");
    std::fs::write(&stock, REGISTER).expect("writes");
    let stock = arg(&stock);
    let base = ["reconcile", "content", "--local", &stock, "--register", &stock];
    assert_eq!(run(&base).status, Some(0));
    for more in [["--kind", "Keine"], ["--today", "gestern"], ["--memory", "viel"], ["--renamed", "nicht-da"]]
    {
        let ran = run(&[&base[..], &more].concat());
        assert_eq!(ran.status, Some(2), "{more:?}: {}", ran.err);
    }
}
