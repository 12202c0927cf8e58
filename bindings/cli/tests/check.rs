//! `azrkit check` from the outside.

mod common;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use common::{RIGHT, WRONG, arg, azrkit, folder, golden, messages, run, run_with};
use serde_json::Value;

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

#[test]
fn a_right_message_gives_status_0() {
    let ran = run(&["check", RIGHT]);
    assert_eq!(ran.status, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("in Ordnung") && ran.out.contains("090010"), "{}", ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn a_wrong_message_gives_status_1_and_says_where_and_why() {
    let ran = run(&["check", WRONG]);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    golden("check-fehler-de.txt", &ran.out);
    let english = run(&["check", WRONG, "--lang", "en"]);
    assert_eq!(english.status, Some(1));
    golden("check-fehler-en.txt", &english.out);
}

#[test]
fn each_fault_of_the_wrong_message_is_found_once() {
    let ran = run(&["check", "--json", WRONG]);
    let report = &lines(&ran.out)[0];
    let findings = report["findings"].as_array().expect("findings");
    let found = |code: &str| findings.iter().filter(|finding| finding["code"] == code).count();
    assert_eq!(found("AZK-M103"), 1, "the sex is missing: {}", ran.out);
    assert_eq!(found("AZK-M102"), 1, "bescheinigungsnummer is misspelt: {}", ran.out);
    assert_eq!(found("AZK-M301"), 1, "the nationality 199 is not in the list: {}", ran.out);
    assert_eq!(found("AZK-M110") + found("AZK-M109"), 2, "a smiley, a German date: {}", ran.out);
    let rules = findings.iter().filter(|finding| finding["layer"] == "rule").count();
    assert!(rules >= 2, "01 has no Referenz-ID; the code 01 is not reported any more: {}", ran.out);
}

#[test]
fn json_has_one_object_a_line() {
    let ran = run(&["check", "--json", RIGHT, WRONG]);
    assert_eq!(ran.status, Some(1));
    let reports = lines(&ran.out);
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0]["file"], RIGHT);
    assert_eq!(reports[0]["valid"], true);
    assert_eq!(reports[0]["schemaValid"], true);
    assert_eq!(reports[0]["findings"], serde_json::json!([]));
    let message = &reports[0]["message"];
    assert_eq!(message["standard"], "XAusländer");
    assert_eq!(message["version"], "26.11");
    assert_eq!(message["number"], "090010");
    assert_eq!(message["element"], "AnAZR.AZRFolgemeldung.090010");
    assert_eq!(reports[1]["valid"], false);
    assert_eq!(reports[1]["schemaValid"], false);
    for finding in reports[1]["findings"].as_array().expect("findings") {
        for key in ["code", "severity", "layer", "line", "column", "path", "text"] {
            assert!(!finding[key].is_null(), "{key}: {finding}");
        }
    }
}

#[test]
fn what_cannot_be_read_gives_status_2_and_the_rest_is_checked() {
    let ran = run(&["check", "--json", "fehlt.xml", RIGHT]);
    assert_eq!(ran.status, Some(2));
    assert_eq!(lines(&ran.out).len(), 1);
    assert!(ran.err.contains("fehlt.xml"), "{}", ran.err);
    assert_eq!(run(&["check"]).status, Some(2));
    assert_eq!(run(&["check", RIGHT, "--pack", "fehlt.azkpack"]).status, Some(2));
    assert_eq!(run(&["check", RIGHT, "--pack", RIGHT]).status, Some(2), "a message is no pack");
}

#[test]
fn a_folder_stands_for_the_messages_in_it_in_order() {
    let folder = folder("check-folder");
    std::fs::create_dir_all(folder.join("b/c")).expect("folders");
    std::fs::copy(messages().join(RIGHT), folder.join("b/c/2.xml")).expect("a copy");
    std::fs::copy(messages().join(WRONG), folder.join("b/1.XML")).expect("a copy");
    std::fs::copy(messages().join(RIGHT), folder.join("z.xml")).expect("a copy");
    std::fs::write(folder.join("a.txt"), "no message").expect("a file");
    let ran = run(&["check", "--json", &arg(&folder)]);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    let files: Vec<String> =
        lines(&ran.out).iter().map(|line| line["file"].as_str().unwrap_or("").to_owned()).collect();
    let expected: Vec<String> =
        ["b/1.XML", "b/c/2.xml", "z.xml"].iter().map(|name| arg(&folder.join(name))).collect();
    assert_eq!(files, expected);
}

#[test]
fn many_threads_print_in_the_order_of_the_files() {
    let folder = folder("check-jobs");
    for number in 0..60 {
        let from = if number % 7 == 0 { WRONG } else { RIGHT };
        std::fs::copy(messages().join(from), folder.join(format!("{number:03}.xml"))).expect("a copy");
    }
    let one = run(&["check", "--json", "--jobs", "1", &arg(&folder)]);
    let many = run(&["check", "--json", "--jobs", "8", &arg(&folder)]);
    assert_eq!(lines(&one.out).len(), 60);
    assert!(one.out == many.out);
    assert_eq!((one.status, many.status), (Some(1), Some(1)));
}

#[test]
fn a_message_may_come_from_standard_input() {
    let bytes = std::fs::read(messages().join(WRONG)).expect("the message");
    let ran = run_with(&["check", "-"], &bytes);
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.contains("-:") && ran.out.contains("AZK-M103"), "{}", ran.out);
    let empty = run_with(&["check", "-", "--json"], b"");
    assert_eq!(empty.status, Some(1));
    assert_eq!(lines(&empty.out)[0]["findings"][0]["layer"], "xml");
}

#[test]
fn a_message_in_json_is_checked_too() {
    let json = run(&["convert", RIGHT, "--to", "json"]);
    assert_eq!(json.status, Some(0), "{}", json.err);
    let ran = run_with(&["check", "-", "--json"], json.out.as_bytes());
    assert_eq!(ran.status, Some(0), "{}", ran.out);
    let wrong = json.out.replace("2027-05-15", "15.05.2027");
    let ran = run_with(&["check", "-", "--json"], wrong.as_bytes());
    assert_eq!(ran.status, Some(1));
    let finding = &lines(&ran.out)[0]["findings"][0];
    assert_eq!(finding["path"], "/sachverhalt/duldung/duldung.fachdaten.neu/befristungsdatum", "{}", ran.out);
    let ran = run_with(&["check", "-"], b"{ \"$message\": ");
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.contains("AZK-M501"), "{}", ran.out);
}

#[test]
fn a_pipe_that_is_closed_is_no_reason_to_panic() {
    let folder = folder("check-pipe");
    for number in 0..200 {
        std::fs::copy(messages().join(WRONG), folder.join(format!("{number:03}.xml"))).expect("a copy");
    }
    for jobs in ["1", "4"] {
        let mut command = azrkit();
        command.args(["check", "--json", "--jobs", jobs, &arg(&folder)]);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        out.read_line(&mut line).expect("a line");
        drop(out);
        let output = child.wait_with_output().expect("the command ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(err, "", "--jobs {jobs}");
        assert_eq!(output.status.code(), Some(1), "--jobs {jobs}");
    }
}

#[test]
fn no_colours_where_no_person_reads() {
    let ran = run(&["check", WRONG]);
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'));
}

#[test]
fn findings_beyond_the_limit_are_counted() {
    let ran = run(&["check", WRONG, "--max-findings", "2"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.contains("weitere Befunde"), "{}", ran.out);
}
