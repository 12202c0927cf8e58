//! What the check of a message yields: findings, each with its place, its layer and a sentence for a case worker.
//!
//! A wrong message is not an error of the call: it is a report with findings.

use serde::Serialize;

pub use super::texts::Code;

/// The outcome of checking one message.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// No finding of severity error.
    pub valid: bool,
    /// No finding of layer `xml` or `schema`: what XML Schema validation would say.
    pub schema_valid: bool,
    /// Which message it is, as far as that is known.
    pub message: MessageInfo,
    /// The findings in the order of their places.
    pub findings: Vec<Finding>,
    /// Findings beyond the limit, that were counted but not kept.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: usize,
}

/// Which message a report is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MessageInfo {
    /// Standard, such as `XAusländer`.
    pub standard: Option<String>,
    /// Version, such as `26.11`.
    pub version: Option<String>,
    /// Message number, such as `090010`.
    pub number: Option<String>,
    /// Local name of the root element.
    pub element: Option<String>,
}

/// One problem of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code, `AZK-M…`.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// Which check found it.
    pub layer: Layer,
    /// Line, from 1; 0 for JSON input.
    pub line: u32,
    /// Column in characters, from 1; 0 for JSON input.
    pub column: u32,
    /// Path of the element or attribute: local names with positions; for JSON input the JSON path.
    pub path: String,
    /// The rule's id, for layer `rule`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What is wrong here, and what was expected, in the language asked for.
    pub text: String,
    /// What was expected, for programs and people: names, a pattern, a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The value in question, shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The message must not be sent or processed so.
    Error,
    /// Perhaps wrong; it could not be decided, or it should be otherwise.
    Warning,
    /// Worth a look.
    Hint,
}

/// Which check found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Not well-formed XML, or not admitted (DTD, limits).
    Xml,
    /// What XML Schema validation finds, no more and no less.
    Schema,
    /// DIN 91379 beyond the schema, and NFC.
    Text,
    /// Code not in its list.
    Codelist,
    /// Rules that the standard states in words.
    Rule,
}

/// Language of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// German.
    #[default]
    De,
    /// English.
    En,
}

impl Lang {
    /// The English text where English is asked for and there is one, else the German.
    pub fn choose<'a>(self, german: &'a str, english: &'a str) -> &'a str {
        if self == Self::En && !english.is_empty() { english } else { german }
    }
}

fn is_zero(value: &usize) -> bool {
    *value == 0
}
