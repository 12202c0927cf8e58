//! A store, records, and the commands on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{Ran, arg, folder, run, run_with};

/// A folder with a store and its configuration.
pub(crate) struct Office {
    /// The folder.
    pub(crate) dir: PathBuf,
    /// The store.
    pub(crate) store: String,
}

/// What a command printed, line by line.
pub(crate) fn lines(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

/// The configuration that `init --example` prints, with waits of one kind.
pub(crate) fn example() -> Value {
    let ran = run(&["init", "--example"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

impl Office {
    /// A fresh one.
    pub(crate) fn new(name: &str) -> Self {
        Self::with(name, &example())
    }

    /// A fresh one with a configuration.
    pub(crate) fn with(name: &str, config: &Value) -> Self {
        let dir = folder(name);
        let file = dir.join("config.json");
        std::fs::write(&file, config.to_string()).expect("a file");
        let office = Self { store: arg(&dir.join("azr.db")), dir };
        let ran = office.call(&["init", "--config", &arg(&file)]);
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        office
    }

    /// Runs a command on the store.
    pub(crate) fn call(&self, args: &[&str]) -> Ran {
        run(&self.args(args))
    }

    /// Runs a command on the store with standard input.
    pub(crate) fn call_with(&self, args: &[&str], input: &str) -> Ran {
        run_with(&self.args(args), input.as_bytes())
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub(crate) fn ok(&self, args: &[&str]) -> Vec<Value> {
        self.ok_with(args, "")
    }

    /// As `ok`, with standard input.
    pub(crate) fn ok_with(&self, args: &[&str], input: &str) -> Vec<Value> {
        let ran = self.call_with(args, input);
        assert_eq!(ran.status, Some(0), "{args:?}: {}{}", ran.out, ran.err);
        lines(&ran)
    }

    /// The command on the store, not yet begun.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = super::azrkit();
        command.args(self.args(args)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A file in the folder.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let file = self.dir.join(name);
        std::fs::write(&file, text).expect("a file");
        arg(&file)
    }

    fn args(&self, args: &[&str]) -> Vec<String> {
        let (first, rest) = args.split_first().expect("a command");
        let mut all = vec![(*first).to_owned(), "--store".into(), self.store.clone()];
        all.extend(rest.iter().map(|arg| (*arg).to_owned()));
        all
    }
}

/// Names of the files in a folder, in order.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "xml"));
    files.sort();
    files
}

/// Grundpersonalien of a made-up person.
pub(crate) fn grundpersonalien(family: &str, birth: &str) -> Value {
    json!({
        "familienname": {"name": family}, "vorname": {"name": "Zoë"}, "geschlecht": {"geschlecht": "w"},
        "geburtsangaben": {
            "geburtsort": {"ort": "Diyarbakır"}, "geburtsortStaat": {"staatsangehoerigkeit": "163"},
            "tagDerGeburt": {"teilbekanntesDatum": {"jahrMonatTag": birth}},
        },
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}],
    })
}

/// A record with Grundpersonalien, Meldestatus and, with a date, a Duldung until then.
pub(crate) fn record(key: &str, family: &str, bis: Option<&str>) -> Value {
    let mut entries = vec![
        json!({"kind": "Grundpersonalien", "key": "gp", "data": grundpersonalien(family, "1994-05-03")}),
        json!({"kind": "Meldestatus", "key": "ms", "data": {"meldestatusArt": "01", "ereignisdatum": "2026-11-02"}}),
    ];
    if let Some(bis) = bis {
        let data = json!({"duldungArt": "03", "ereignisdatum": "2026-11-16", "befristungsdatum": bis});
        entries.push(json!({"kind": "Duldung", "key": "d", "data": data}));
    }
    json!({"key": key, "scope": "all", "entries": entries})
}
