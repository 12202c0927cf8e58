//! What a Meldung is refused for (090099). The keys are in the table at the [module](super).

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::message::report::{Report, Severity};

/// Most faults that one answer names.
const MOST: usize = 20;

/// One fault of a Meldung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) key: &'static str,
    pub(super) text: String,
    /// `Entitätsname.Attributsname` (AZR-058).
    pub(super) attribute: Option<String>,
}

impl Fault {
    pub(super) fn new(key: &'static str, text: impl Into<String>) -> Self {
        Self { key, text: text.into(), attribute: None }
    }

    /// As `new`, at a field of a kind.
    pub(super) fn at(key: &'static str, kind: &str, field: &str, text: impl Into<String>) -> Self {
        Self { key, text: text.into(), attribute: Some(format!("{kind}.{field}")) }
    }
}

/// The errors of a report; `entity` names the kind whose element has a path.
pub(super) fn of_report(report: &Report, entity: impl Fn(&str) -> String) -> Vec<Fault> {
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors
        .take(MOST)
        .map(|finding| {
            let mut text = finding.text.clone();
            match &finding.rule {
                Some(rule) => write!(text, " ({}, {rule})", finding.code).unwrap_or_default(),
                None => write!(text, " ({})", finding.code).unwrap_or_default(),
            }
            Fault { key: "SIM-001", text, attribute: Some(entity(&finding.path)) }
        })
        .collect()
}

/// The content of a 090099.
pub(super) fn content(faults: &[Fault], gleich: &[String]) -> Map<String, Value> {
    let faelle: Vec<Value> = faults
        .iter()
        .take(MOST)
        .map(|fault| {
            let mut fall = json!({"fehlerschluessel": fault.key, "fehlertext": printable(&fault.text)});
            if let Some(attribute) = &fault.attribute {
                fall["fehlerhaftesAttribut"] = json!([printable(attribute)]);
            }
            fall
        })
        .collect();
    let mut content = Map::new();
    content.insert("fehlerfall".into(), faelle.into());
    if !gleich.is_empty() {
        content.insert("personalienGleich".into(), json!(gleich));
    }
    content
}

/// A text without characters that a message may not have, and not longer than one wants to read. Never empty.
pub(super) fn printable(text: &str) -> String {
    let right = |c: char| match c {
        '„' | '“' | '”' | '‚' | '‘' | '’' => '\'',
        '–' | '—' => '-',
        ' '..='~' | 'Ä' | 'Ö' | 'Ü' | 'ä' | 'ö' | 'ü' | 'ß' | '§' => c,
        c if c.is_whitespace() => ' ',
        _ => '?',
    };
    let text: String = text.chars().take(500).map(right).collect();
    if text.is_empty() { "?".to_owned() } else { text }
}
