//! Where azrkit and libxml2 disagree and libxml2 is wrong, and what azrkit refuses although XML allows it.
//!
//! Each row names the paragraph that decides. A disagreement that no row explains fails the run.

use azrkit::message::report::{Code, Report};

use crate::compare::schema_findings;
use crate::peer::Verdict;

/// A mutant on which the two disagree.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The kind of change.
    pub kind: &'a str,
    /// The mutant.
    pub bytes: &'a [u8],
    /// azrkit's verdict.
    pub report: &'a Report,
    /// libxml2's verdict.
    pub verdict: &'a Verdict,
}

/// A known reason.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name.
    pub id: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// The paragraph that says so.
    pub source: &'static str,
    applies: fn(&Case<'_>) -> bool,
}

/// The known reasons.
pub const FAULTS: &[Fault] = &[
    Fault {
        id: "nul-behind-the-root",
        what: "libxml2 ends at a NUL character behind the root element and takes the document",
        source: "XML 1.0, 2.1 [1] document, 2.2 [2] Char",
        applies: |case| {
            case.verdict.is_valid()
                && case.only(Code::IllegalCharacter)
                && case.bytes.rsplit(|byte| *byte == b'>').next().is_some_and(|tail| tail.contains(&0))
        },
    },
    Fault {
        id: "utf-16-declared-as-utf-8",
        what: "libxml2 passes over a declaration of UTF-8 in a document that is in UTF-16",
        source: "XML 1.0, 4.3.3: a fatal error",
        applies: |case| {
            let utf16 = [[0xFE, 0xFF], [0xFF, 0xFE], [0, b'<'], [b'<', 0]];
            case.verdict.is_valid()
                && case.only(Code::Encoding)
                && utf16.iter().any(|start| case.bytes.starts_with(start))
        },
    },
    Fault {
        id: "encodings",
        what: "azrkit reads UTF-8, UTF-16, ISO-8859-1 and US-ASCII; libxml2 whatever its converter knows by a similar name",
        source: "XML 1.0, 4.3.3: a processor must read UTF-8 and UTF-16, others it may",
        applies: |case| {
            let known = ["utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii"];
            let declared = declared_encoding(case.bytes).to_lowercase();
            case.only(Code::Encoding) && !known.contains(&declared.as_str())
        },
    },
    Fault {
        id: "white-space-in-cdata",
        what: "libxml2 refuses white space between elements that is written as CDATA",
        source: "XML Schema Part 1, 3.4.4 cvc-complex-type 2.3: character information items, however written",
        applies: |case| {
            let white = |section: &[u8]| section.iter().all(u8::is_ascii_whitespace);
            case.report.schema_valid
                && case.all_say("Character content other than whitespace is not allowed")
                && sections(case.bytes).any(white)
        },
    },
    Fault {
        id: "white-space-in-xsi-type",
        what: "libxml2 does not take off white space around the name in xsi:type",
        source: "XML Schema Part 1, 2.6.1 and 3.2.7; Part 2, 3.2.18 and 4.3.6: the value of a QName is collapsed",
        applies: |case| {
            case.report.schema_valid
                && case.all_say("The QName value ' ")
                && case.all_say("has no corresponding namespace declaration in scope")
        },
    },
    Fault {
        id: "white-space-around-a-date",
        what: "libxml2 takes off only some white space around dates and times",
        source: "XML Schema Part 2, 3.2.7 and 4.3.6: whiteSpace of dateTime and its kin is collapse",
        applies: |case| {
            case.report.schema_valid
                && case.all_say("is not a valid value of the ")
                && case.all_values(|value| {
                    let date = value.trim();
                    value.len() > date.len()
                        && date.len() >= 4
                        && date.starts_with(|c: char| c.is_ascii_digit())
                })
        },
    },
    Fault {
        id: "fixed-values-as-text",
        what: "libxml2 compares an element with its fixed value as text in part: `1` is not `true`, nor is ` true`",
        source: "XML Schema Part 1, 3.3.4 cvc-elt 5.2.2.2.2: the actual value; Part 2, 3.2.2 and 4.3.6",
        applies: |case| {
            case.report.schema_valid
                && case.all(|text| {
                    let values = text.split_once("The actual value '").map_or("", |(_, values)| values);
                    let values = values.split_once("' does not match the fixed value constraint '");
                    let value = |text: &str| match text.trim() {
                        "1" => "true".to_owned(),
                        "0" => "false".to_owned(),
                        other => other.to_owned(),
                    };
                    values.is_some_and(|(actual, fixed)| {
                        value(actual) == value(fixed.trim_end_matches(['\'', '.']))
                    })
                })
        },
    },
    Fault {
        id: "long-numbers",
        what: "libxml2 takes numbers of 24 digits at most",
        source: "XML Schema Part 2, 3.2.3: any number of digits (a processor must take 18)",
        applies: |case| {
            case.report.schema_valid
                && case.all_say("is not a valid value of the ")
                && case.all_values(|value| {
                    let number = value.trim().trim_start_matches(['+', '-']);
                    number.len() > 24 && number.chars().all(|c| c.is_ascii_digit() || c == '.')
                })
        },
    },
    Fault {
        id: "identifiers-in-elements",
        what: "libxml2 looks for double xs:ID values among attributes only",
        source: "XML Schema Part 1, 3.3.4 cvc-id 2",
        applies: |case| case.verdict.is_valid() && case.only(Code::DuplicateId),
    },
    Fault {
        id: "nil-of-undeclared-elements",
        what: "libxml2 passes over the value of xsi:nil where the element is not declared",
        source: "XML Schema Part 1, 3.2.7: xsi:nil has a declaration everywhere, its type is xs:boolean",
        applies: |case| case.verdict.is_valid() && case.only(Code::BadNil),
    },
    Fault {
        id: "letters-of-younger-unicode",
        what: "libxml2's table of letters ends before Unicode 5.1, which brought the capital ẞ and its neighbours",
        source: "XML Schema Part 2, F.1.1: \\p{L} by the Unicode database; U+1E9C to U+1E9F are letters",
        applies: |case| {
            case.report.schema_valid
                && case.all(|text| {
                    text.contains("is not accepted by the pattern")
                        && text.contains(|c: char| ('\u{1E9C}'..='\u{1E9F}').contains(&c))
                })
        },
    },
    Fault {
        id: "base64-alphabet",
        what: "libxml2 passes over characters that base64 does not have",
        source: "XML Schema Part 2, 3.2.16",
        applies: |case| {
            case.verdict.is_valid()
                && case.only(Code::BadValue)
                && schema_findings(case.report)
                    .all(|finding| finding.expected.as_deref().is_some_and(|text| text.contains("Base64")))
        },
    },
];

/// The reason for a disagreement, where it is a known one.
pub fn explain(case: &Case<'_>) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| (fault.applies)(case))
}

/// A reason by its name.
pub fn by_id(id: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.id == id)
}

impl Case<'_> {
    /// Whether azrkit has findings of that code and no others against the schema.
    fn only(&self, code: Code) -> bool {
        !self.report.schema_valid && schema_findings(self.report).all(|finding| finding.code == code)
    }

    /// Whether all that libxml2 says against the message has that in it.
    fn all_say(&self, part: &str) -> bool {
        self.all(|text| text.contains(part))
    }

    /// Whether that holds of all the values which libxml2 quotes.
    fn all_values(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.all(|text| {
            let value = text.split_once("': '").map_or("", |(_, rest)| rest);
            holds(value.split_once("' is not a valid value").map_or(value, |(value, _)| value))
        })
    }

    fn all(&self, holds: impl Fn(&str) -> bool) -> bool {
        match self.verdict {
            Verdict::Invalid(errors) => errors.iter().all(|(_, text)| holds(text)),
            _ => false,
        }
    }
}

/// The encoding that an XML declaration names.
fn declared_encoding(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(200)).unwrap_or(b"")).into_owned();
    let declaration = head.split('>').next().unwrap_or("");
    let value =
        declaration.split_once("encoding").map_or("", |(_, rest)| rest.trim_start_matches([' ', '=']));
    value.split(['"', '\'']).nth(1).unwrap_or("").to_owned()
}

/// The contents of the CDATA sections.
fn sections(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const START: &[u8] = b"<![CDATA[";
    bytes.windows(START.len()).enumerate().filter(|(_, window)| *window == START).filter_map(|(at, _)| {
        let rest = bytes.get(at + START.len()..)?;
        let end = rest.windows(3).position(|window| window == b"]]>")?;
        rest.get(..end)
    })
}
