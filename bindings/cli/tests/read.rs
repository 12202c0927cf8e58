//! `azrkit show`, `convert`, `explain`, `schema`, `sample` and `demo` from the outside.

mod common;

use std::process::Stdio;

use common::{RIGHT, WRONG, arg, azrkit, folder, golden, messages, run, run_with};

#[test]
fn a_message_is_shown_as_a_case_worker_reads_it() {
    let ran = run(&["show", RIGHT]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 100), "{}", ran.out);
    golden("show-duldung-de.txt", &ran.out);
    let english = run(&["show", RIGHT, "--lang", "en"]);
    assert_eq!(english.status, Some(0));
    golden("show-duldung-en.txt", &english.out);
}

#[test]
fn a_wrong_message_is_shown_and_said_to_be_wrong() {
    let ran = run(&["show", WRONG]);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(ran.out.contains("*** TESTNACHRICHT ***"), "{}", ran.out);
    golden("show-fehler-de.txt", &ran.out);
    assert_eq!(run(&["show", "fehlt.xml"]).status, Some(2));
    let none = run_with(&["show", "-"], b"no XML");
    assert_eq!(none.status, Some(1), "{}", none.err);
}

#[test]
fn a_message_goes_through_json_and_back() {
    let json = run(&["convert", RIGHT, "--to", "json"]);
    assert_eq!(json.status, Some(0), "{}", json.err);
    let value: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(value["sachverhalt"]["duldung"]["duldung.fachdaten.neu"]["duldungArt"]["code"], "03");
    let xml = run_with(&["convert", "-", "--to", "xml"], json.out.as_bytes());
    assert_eq!(xml.status, Some(0), "{}", xml.err);
    let again = run_with(&["convert", "-", "--to", "json"], xml.out.as_bytes());
    assert!(again.out == json.out, "{}\n{}", json.out, again.out);
    let checked = run_with(&["check", "-"], xml.out.as_bytes());
    assert_eq!(checked.status, Some(0), "{}", checked.out);
}

#[test]
fn converting_says_what_is_wrong_on_standard_error() {
    let file = folder("convert").join("out.json");
    let ran = run(&["convert", WRONG, "--to", "json", "-o", &arg(&file)]);
    assert_eq!(ran.status, Some(1));
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("AZK-M103"), "{}", ran.err);
    let text = std::fs::read_to_string(file).expect("the file");
    assert!(text.contains("bescheinigungsnummer"), "nothing that was read is lost: {text}");
    let ran = run_with(&["convert", "-", "--to", "xml"], b"{\"$message\": \"090010\", \"nichts\": 1}");
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("AZK-M502"), "{}", ran.err);
}

#[test]
fn what_there_is_is_explained() {
    for (name, topic) in [
        ("code", "AZK-M109"),
        ("attribut", "090010/@test"),
        ("codeliste", "azr.aenderungsart"),
        ("dsauslaender", "047.01"),
        ("ueberall", "befristungsangabe"),
    ] {
        let ran = run(&["explain", topic, "--depth", "1"]);
        assert_eq!(ran.status, Some(0), "{topic}: {}", ran.err);
        assert!(ran.out.lines().all(|line| line.chars().count() <= 100), "{}", ran.out);
        golden(&format!("explain-{name}.txt"), &ran.out);
    }
    // These show rules, whose words may get better.
    for (topic, parts) in [
        (
            "090098",
            &["(090098)", "VonAZR.AZRBestaetigungMeldung.090098", "§§ 6, 8 AZRG", "azrNummer ? – AZR-Nummer"]
                [..],
        ),
        (
            "AZR.Duldung.Meldung",
            &["Duldung (AZR.Duldung.Meldung)", "ART-001: ", "aenderungsArt 1 – Art der Änderung"],
        ),
        (
            "090010/sachverhalt/duldung/duldung.fachdaten.neu/duldungArt",
            &[
                "genau einmal",
                "Code.AZR.DuldungArt ← xoev-code:Code",
                "047.01",
                "03: nach § 60a Abs. 2a AufenthG erteilt",
            ],
        ),
    ] {
        let ran = run(&["explain", topic]);
        assert_eq!(ran.status, Some(0), "{topic}: {}", ran.err);
        for part in parts {
            assert!(ran.out.contains(part), "{part}: {}", ran.out);
        }
    }
    let english = run(&["explain", "090010/sachverhalt/duldung", "--lang", "en", "--depth", "1"]);
    assert!(
        english.out.contains("at most once") || english.out.contains("one of several"),
        "{}",
        english.out
    );
}

#[test]
fn a_finding_leads_to_the_explanation_of_its_field() {
    let ran = run(&["check", "--json", WRONG]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    for finding in report["findings"].as_array().expect("findings") {
        let code = finding["code"].as_str().expect("a code");
        assert_eq!(run(&["explain", code]).status, Some(0), "{code}");
        if let Some(rule) = finding["rule"].as_str().filter(|rule| rule.starts_with("AZR")) {
            let explained = run(&["explain", rule]);
            assert_eq!(explained.status, Some(0), "{rule}: {}", explained.err);
            assert!(explained.out.contains("Bedingung"), "{}", explained.out);
        }
        // A path to an element that the standard does not have leads nowhere.
        if code != "AZK-M102" {
            let path = finding["path"].as_str().expect("a path");
            assert_eq!(run(&["explain", path]).status, Some(0), "{path}");
        }
    }
}

#[test]
fn what_there_is_not_is_answered_with_what_is_alike() {
    let ran = run(&["explain", "090010/sachverhalt/dulding"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("090010/sachverhalt/duldung"), "{}", ran.err);
    let ran = run(&["explain", "AZR.Duldung.Meldng", "--lang", "en"]);
    assert!(ran.err.contains("Perhaps you mean: AZR.Duldung.Meldung"), "{}", ran.err);
}

#[test]
fn a_schema_is_json_schema() {
    let ran = run(&["schema", "090010"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let schema: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(run(&["schema", "999999"]).status, Some(2));
}

#[test]
fn samples_are_valid_and_the_same_for_a_seed() {
    let folder = folder("sample");
    let write = |name: &str, seed: &str| {
        let out = arg(&folder.join(name));
        let ran =
            run(&["sample", "090010", "--seed", seed, "--count", "3", "--out", &out, "--size", "typical"]);
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        let mut files: Vec<_> = std::fs::read_dir(folder.join(name))
            .expect("a folder")
            .map(|file| file.expect("a file").path())
            .collect();
        files.sort();
        let names: Vec<String> = files
            .iter()
            .map(|file| file.file_name().expect("a name").to_string_lossy().into_owned())
            .collect();
        let texts: Vec<String> =
            files.iter().map(|file| std::fs::read_to_string(file).expect("a text")).collect();
        (names, texts)
    };
    let first = write("a", "7");
    assert_eq!(first.0, ["090010-typical-7-0.xml", "090010-typical-7-1.xml", "090010-typical-7-2.xml"]);
    assert!(first == write("b", "7"));
    assert!(first.1 != write("c", "8").1);
    let ran = run(&["check", &arg(&folder)]);
    assert_eq!(ran.status, Some(0), "{}", ran.out);
    assert_eq!(run(&["sample", "999999", "--out", &arg(&folder)]).status, Some(2));
    assert_eq!(run(&["sample", "--out", &arg(&folder)]).status, Some(2));
}

#[test]
fn the_demo_does_all_its_steps() {
    let ran = run(&["demo"]);
    assert_eq!(ran.status, Some(0), "{}{}", ran.out, ran.err);
    let parts = [
        "AZK-M103",
        "befristet bis 15.05.2027",
        "dasselbe JSON",
        "MB/s",
        "Verhältnis: ",
        "1000 Personen gemeldet, 1000 davon",
        "übernimmt 20 Änderungen",
        "Konflikt bei Duldung",
        "1000 von 1000 Datensätzen stimmen",
    ];
    for part in parts {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn a_pipe_that_is_closed_at_once_is_no_reason_to_panic() {
    for args in [
        &["show", RIGHT][..],
        &["explain", "090004", "--depth", "6"],
        &["schema", "090004"],
        &["convert", RIGHT, "--to", "json"],
        &["--help"],
        &["pack", "info"],
    ] {
        let mut child = azrkit()
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the command ends");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
        assert!(matches!(output.status.code(), Some(0..=2)), "{args:?}: {:?}", output.status);
    }
}

#[test]
fn the_bundled_messages_are_those_that_the_tests_know() {
    let mut names: Vec<String> = std::fs::read_dir(messages())
        .expect("the messages")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for name in names.iter().filter(|name| *name != WRONG) {
        let ran = run(&["check", name]);
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.out);
        let ran = run(&["show", name]);
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.err);
    }
}
