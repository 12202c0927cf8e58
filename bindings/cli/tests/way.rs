//! The whole way from the shell: records of two authorities, the register over folders and over HTTP, what each tells the other.

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use common::exchange::{Office, example, files, lines, record};
use common::{arg, azrkit, folder, run};
use serde_json::{Value, json};

/// An authority and its sign.
fn office(name: &str, sign: &str) -> Office {
    let mut config = example();
    config["behoerde"]["kennung"] = format!("azr:{sign}").into();
    config["behoerde"]["name"] = format!("Ausländerbehörde {sign}").into();
    config["behoerdenkennzeichen"] = sign.into();
    Office::with(name, &config)
}

/// Lets the register work off what has arrived.
fn work(register: &Path) -> Vec<Value> {
    let ran = run(&["register", "--dir", &arg(register), "--once"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    lines(&ran)
}

/// Carries messages between an authority and the register until nothing is left; gives the events.
fn exchange(office: &Office, sign: &str, register: &Path) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let out = office.ok(&["outgoing", "--dir", &arg(&register.join("in"))]);
        for message in &out {
            office.ok(&["sent", message["uuid"].as_str().expect("a UUID")]);
        }
        work(register);
        let answers = files(&register.join("out").join(format!("azr-{sign}")));
        if out.is_empty() && answers.is_empty() {
            return events;
        }
        for file in answers {
            events.extend(office.ok(&["receive", &arg(&file)]));
            std::fs::remove_file(file).expect("removed");
        }
    }
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().expect("a name")).collect()
}

fn submit(office: &Office, record: &Value) -> Value {
    let mut told = office.ok_with(&["submit"], &record.to_string());
    assert_eq!(told[0]["taken"], true, "{}", told[0]);
    told.remove(0)
}

/// The date of the Duldung that the register is known to hold.
fn duldung(office: &Office, key: &str) -> Value {
    let status = office.ok(&["status", key]).remove(0);
    let register = status["register"].as_array().expect("entries").clone();
    let found = register.into_iter().find(|entry| entry["kind"] == "Duldung" && entry["historic"] != true);
    found.map_or(Value::Null, |entry| entry["data"]["befristungsdatum"].clone())
}

#[test]
fn two_authorities_and_the_register() {
    let register = folder("way-register");
    let (a, b) = (office("way-a", "000900"), office("way-b", "000100"));

    // A first report: search, Erstmeldung, Folgemeldung.
    submit(&a, &record("akte-1", "Öztürk", Some("2027-05-15")));
    let events = exchange(&a, "000900", &register);
    assert_eq!(names(&events), ["stored", "stored"], "{events:?}");
    let status = a.ok(&["status", "akte-1"]).remove(0);
    assert_eq!(status["agreed"], true, "{status}");
    let number = status["azrNummer"].as_str().expect("a number").to_owned();
    let sent: Vec<Value> = a
        .ok(&["journal"])
        .into_iter()
        .filter(|entry| entry["what"] == "made")
        .map(|entry| entry["detail"]["number"].clone())
        .collect();
    assert_eq!(sent, ["090001", "090009", "090010"]);

    // The same person of another authority: a person decides that it is the same.
    submit(&b, &record("b-7", "Öztürk", None));
    let events = exchange(&b, "000100", &register);
    assert_eq!(names(&events), ["candidates"]);
    assert_eq!(b.ok(&["open"]), events);
    assert_eq!(events[0]["recommendation"], json!(number), "{}", events[0]);
    b.ok(&["decide", &events[0]["id"].to_string(), "same", &number]);
    let told = exchange(&b, "000100", &register);
    assert!(told.iter().all(|event| event["event"] != "rejected"), "{told:?}");
    assert_eq!(b.ok(&["status", "b-7"])[0]["azrNummer"], json!(number));

    // B changes the Duldung; A is told, takes it over, and they agree.
    let apply = b.ok(&["events"]).into_iter().find(|event| event["kind"] == "Duldung").expect("told of it");
    let with = |id: &Value, bis: &str| {
        let mut record = record("b-7", "Öztürk", Some(bis));
        record["entries"][2]["referenzId"] = id.clone();
        record
    };
    submit(&b, &with(&apply["referenzId"], "2028-01-31"));
    exchange(&b, "000100", &register);
    let events = exchange(&a, "000900", &register);
    assert_eq!(names(&events), ["apply"], "{events:?}");
    assert_eq!((&events[0]["entry"], &events[0]["fields"]), (&json!("d"), &json!(["befristungsdatum"])));
    assert_eq!(duldung(&a, "akte-1"), "2028-01-31");
    submit(&a, &record("akte-1", "Öztürk", Some("2028-01-31")));
    assert_eq!(exchange(&a, "000900", &register), Vec::<Value>::new());
    assert_eq!(a.ok(&["status", "akte-1"])[0]["agreed"], true);

    // Both change it: a conflict, and a person decides.
    submit(&b, &with(&apply["referenzId"], "2028-02-28"));
    submit(&a, &record("akte-1", "Öztürk", Some("2028-03-31")));
    exchange(&b, "000100", &register);
    let events = exchange(&a, "000900", &register);
    let conflict = events.iter().find(|event| event["event"] == "conflict").expect("a conflict");
    assert_eq!(conflict["theirs"]["befristungsdatum"], "2028-02-28", "{conflict}");
    a.ok(&["decide", &conflict["id"].to_string(), "local"]);
    exchange(&a, "000900", &register);
    assert_eq!(duldung(&a, "akte-1"), "2028-03-31");
    assert_eq!(a.ok(&["open"]), Vec::<Value>::new());
    exchange(&b, "000100", &register);
    assert_eq!(duldung(&b, "b-7"), "2028-03-31");

    // A fresh Auskunft brings nothing new.
    a.ok(&["refresh", "akte-1"]);
    assert_eq!(exchange(&a, "000900", &register), Vec::<Value>::new());
    let all = a.ok(&["status", "--all"]);
    assert_eq!((all.len(), &all[0]["agreed"]), (1, &json!(true)), "{all:?}");
    let ids: Vec<u64> =
        a.ok(&["events"]).iter().map(|event| event["id"].as_u64().expect("a number")).collect();
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());
}

#[test]
fn the_register_gives_the_same_answers_after_it_was_killed() {
    let register = folder("way-killed");
    let office = office("way-killed-office", "000900");
    submit(&office, &record("p", "Öztürk", None));
    office.ok(&["outgoing", "--dir", &arg(&register.join("in"))]);
    let message = files(&register.join("in")).remove(0);
    let bytes = std::fs::read(&message).expect("the message");
    let told = work(&register);
    assert_eq!(told[0]["answers"][0]["number"], "090002");
    assert_eq!(files(&register.join("in")), Vec::<PathBuf>::new());
    let out = register.join("out/azr-000900");
    let answer = files(&out).remove(0);
    let question = message.file_stem().expect("a name").to_str().expect("text").to_owned();
    assert!(arg(&answer).ends_with(&format!(".answers.{question}.xml")), "{}", answer.display());
    let first = std::fs::read(&answer).expect("the answer");
    std::fs::remove_file(&answer).expect("removed");
    // As if it had been killed before the message was taken away; and half a line is in its memory.
    std::fs::write(&message, bytes).expect("back");
    let memory = register.join("register.jsonl");
    let mut text = std::fs::read(&memory).expect("its memory");
    text.extend(b"{\"at\": 17");
    std::fs::write(&memory, text).expect("written");
    work(&register);
    assert_eq!(std::fs::read(files(&out).remove(0)).expect("the answer"), first);
    // What is not yet whole, or no message, stays.
    std::fs::write(register.join("in/.a.xml.part"), "<").expect("written");
    std::fs::write(register.join("in/notes.txt"), "x").expect("written");
    assert_eq!(work(&register), Vec::<Value>::new());
    // Nonsense is sent back to whoever brought it.
    std::fs::write(register.join("in/x.xml"), "<x").expect("written");
    assert_eq!(work(&register)[0]["answers"][0]["number"], "0010");
    assert_eq!(files(&register.join("out/unknown")).len(), 1);
    std::fs::write(&memory, "{}\n").expect("written");
    let ran = run(&["register", "--dir", &arg(&register), "--once"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("AZK-C110"), "{}", ran.err);
}

/// The round that README shows.
#[cfg(unix)]
#[test]
fn the_round_of_the_readme() {
    let readme = std::fs::read_to_string(common::project().join("README.md")).expect("README");
    let from = readme.split("A whole round from the shell").nth(1).expect("the round");
    let round =
        from.lines().skip(2).take_while(|line| line.starts_with("    ")).collect::<Vec<_>>().join("\n");
    assert!(round.contains("azrkit submit") && round.contains("azrkit receive"), "{round}");
    let dir = folder("way-readme");
    std::os::unix::fs::symlink(common::project().join("core"), dir.join("core")).expect("a link");
    let bin = Path::new(env!("CARGO_BIN_EXE_azrkit")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let shell = |script: &str| {
        let mut command = std::process::Command::new("sh");
        let output = command.args(["-ec", script]).current_dir(&dir).env("PATH", &path).output().expect("sh");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && err.is_empty(), "{script}\n{err}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    shell(&round);
    let lines: Vec<&str> = round.lines().map(str::trim).collect();
    let again = lines.iter().position(|line| line.starts_with("azrkit outgoing")).expect("outgoing");
    let again = format!("export AZRKIT_STORE=azr.db\n{}", lines[again..].join("\n"));
    assert!(shell(&again).contains("\"stored\""), "the Erstmeldung");
    assert!(shell(&again).contains("\"stored\""), "the Folgemeldung");
    let status = shell("azrkit status akte-4711 --store azr.db");
    let status: Value = serde_json::from_str(&status).expect("JSON");
    assert_eq!(status["agreed"], true, "{status}");
}

/// A register over HTTP; killed at the end.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn new(args: &[&str]) -> Self {
        let mut command = azrkit();
        command.args(["register", "--port", "0"]).args(args).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("a line");
        let told: Value = serde_json::from_str(&line).expect("JSON");
        Self { child, address: told["listening"].as_str().expect("an address").to_owned() }
    }

    /// Status, headers in lower case, and body of the response.
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, Vec<(String, String)>, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let head =
            format!("{method} {path} HTTP/1.0\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("asks");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("answers");
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        (status, headers, all[end + 4..].to_vec())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn header(headers: &[(String, String)], name: &str) -> Option<String> {
    headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
}

/// Carries messages over HTTP until there is nothing more.
fn exchange_http(office: &Office, sign: &str, register: &Served) -> Vec<Value> {
    let mut events = Vec::new();
    let mut receive = |bytes: &[u8], answers: Option<String>| {
        let answers: Vec<String> =
            answers.into_iter().flat_map(|uuid| ["--answers".to_owned(), uuid]).collect();
        let args: Vec<&str> =
            ["receive", "-"].into_iter().chain(answers.iter().map(String::as_str)).collect();
        events.extend(office.ok_with(&args, std::str::from_utf8(bytes).expect("UTF-8")));
    };
    loop {
        let out = office.ok(&["outgoing"]);
        for message in &out {
            let (status, headers, body) =
                register.ask("POST", "/", message["xml"].as_str().expect("the message").as_bytes());
            assert_eq!(status, 200);
            assert_eq!(header(&headers, "x-answers").as_deref(), message["uuid"].as_str());
            office.ok(&["sent", message["uuid"].as_str().expect("a UUID")]);
            receive(&body, header(&headers, "x-answers"));
        }
        let (status, headers, body) = register.ask("GET", &format!("/next?for=azr%3A{sign}"), b"");
        if status == 200 {
            receive(&body, header(&headers, "x-answers"));
            let uuid = header(&headers, "x-uuid").expect("a UUID");
            assert_eq!(register.ask("POST", &format!("/acknowledge/{uuid}"), b"").0, 204);
            assert_eq!(register.ask("POST", &format!("/acknowledge/{uuid}"), b"").0, 404);
        } else if out.is_empty() {
            assert_eq!(status, 204);
            return events;
        }
    }
}

#[test]
fn the_register_over_http() {
    let dir = folder("way-http");
    let (a, b) = (office("way-http-a", "000900"), office("way-http-b", "000100"));
    let register = Served::new(&["--dir", &arg(&dir)]);
    submit(&a, &record("p", "Öztürk", Some("2027-05-15")));
    assert_eq!(names(&exchange_http(&a, "000900", &register)), ["stored", "stored"]);
    let number = a.ok(&["status", "p"])[0]["azrNummer"].clone();
    let mut known = json!({"key": "q", "azrNummer": number, "entries": []});
    submit(&b, &known);
    let told = exchange_http(&b, "000100", &register);
    let held = told.iter().find(|event| event["kind"] == "Duldung").expect("told of it");
    let mut data = held["data"].clone();
    data["befristungsdatum"] = "2028-01-31".into();
    known["entries"] =
        json!([{"kind": "Duldung", "key": "d", "referenzId": held["referenzId"], "data": data}]);
    submit(&b, &known);
    assert_eq!(names(&exchange_http(&b, "000100", &register)), ["stored"]);
    // It is started anew, and knows what it knew.
    drop(register);
    let register = Served::new(&["--dir", &arg(&dir)]);
    assert_eq!(names(&exchange_http(&a, "000900", &register)), ["apply"]);
    assert_eq!(duldung(&a, "p"), "2028-01-31");
    // What was not taken over first is a conflict.
    let told = submit(&a, &record("p", "Öztürk", Some("2028-12-31")));
    let conflict = a.ok(&["open"]);
    assert_eq!((names(&conflict), &told["events"]), (vec!["conflict"], &json!(conflict)));
    a.ok(&["decide", &conflict[0]["id"].to_string(), "local"]);
    assert_eq!(names(&exchange_http(&a, "000900", &register)), ["stored"]);

    for (method, path, expected) in [
        ("GET", "/", 404),
        ("GET", "/next", 400),
        ("GET", "/next?for=azr:000900", 204),
        ("POST", "/other", 404),
        ("PUT", "/", 405),
    ] {
        assert_eq!(register.ask(method, path, b"").0, expected, "{method} {path}");
    }
    let (status, headers, _) = register.ask("POST", "/", b"<nonsense");
    assert_eq!((status, header(&headers, "x-number").as_deref()), (200, Some("0010")));
    assert!(register.address.starts_with("127.0.0.1:"), "{}", register.address);
    let port = register.address.rsplit(':').next().expect("a port").to_owned();
    let ran = run(&["register", "--port", &port]);
    assert_eq!(ran.status, Some(2), "the port is taken");
    assert_eq!(run(&["register"]).status, Some(2));
    assert_eq!(run(&["register", "--port", "0", "--once"]).status, Some(2));
}
