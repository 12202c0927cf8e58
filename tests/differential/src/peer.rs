//! libxml2's verdict on a message.

use std::path::Path;

use libxml::error::{StructuredError, XmlErrorLevel};
use libxml::parser::{Parser, ParserOptions, XmlParseFailure};
use libxml::schemas::{SchemaParserContext, SchemaValidationContext};
use libxml::tree::Document;
use libxml::tree::c14n::{CanonicalizationMode, CanonicalizationOptions};

/// Number of libxml2's part for namespaces in its errors.
const FROM_NAMESPACE: i32 = 3;

/// Numbers of libxml2's warnings about namespace names that are no (absolute) URI references. It reports them as
/// errors, but Namespaces in XML 1.0 makes no constraint of them, and libxml2 itself takes the document.
const URI_WARNINGS: [i32; 2] = [99, 100];

/// What libxml2 says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Well-formed and valid.
    Valid,
    /// Not valid: line and what is wrong.
    Invalid(Vec<(u32, String)>),
    /// Not well-formed, or not by the rules of namespaces.
    NotWellFormed(String),
}

impl Verdict {
    /// Whether XML Schema validation had nothing to say.
    pub fn is_valid(&self) -> bool {
        *self == Self::Valid
    }

    /// All that libxml2 said.
    pub fn text(&self) -> String {
        match self {
            Self::Valid => "valid".to_owned(),
            Self::Invalid(errors) => {
                let lines: Vec<_> = errors.iter().map(|(line, text)| format!("{line}: {text}")).collect();
                lines.join("; ")
            }
            Self::NotWellFormed(text) => format!("not well-formed: {text}"),
        }
    }
}

/// A compiled schema of libxml2.
pub struct Peer {
    parser: Parser,
    validation: SchemaValidationContext,
}

impl Peer {
    /// Compiles a schema file with all that it includes and imports.
    ///
    /// # Errors
    /// What libxml2 says against it, warnings included: a skipped import would make verdicts worthless.
    pub fn open(schema: &Path) -> Result<Self, String> {
        let path = schema.to_str().ok_or("a path that is not UTF-8")?;
        let mut context = SchemaParserContext::from_file(path);
        let validation =
            SchemaValidationContext::from_parser(&mut context).map_err(|errors| messages(&errors))?;
        let left = context.drain_errors();
        if left.is_empty() {
            Ok(Self { parser: Parser::default(), validation })
        } else {
            Err(messages(&left))
        }
    }

    /// Judges a message.
    pub fn judge(&mut self, bytes: &[u8]) -> Verdict {
        let document = match read(&self.parser, bytes) {
            Ok(document) => document,
            Err(text) => return Verdict::NotWellFormed(text),
        };
        match self.validation.validate_document(&document) {
            Ok(()) => {
                // What is left are warnings, such as a schema location that leads nowhere.
                self.validation.drain_errors();
                Verdict::Valid
            }
            Err(errors) => Verdict::Invalid(errors.iter().map(line_and_text).collect()),
        }
    }
}

/// The message in Canonical XML 1.0, with the white space between elements.
///
/// # Errors
/// Why it is not well-formed.
pub fn canonical(bytes: &[u8]) -> Result<String, String> {
    let document = read(&Parser::default(), bytes)?;
    let options = CanonicalizationOptions { mode: CanonicalizationMode::Canonical1_0, ..Default::default() };
    document.canonicalize(options, None).map_err(|()| "libxml2 cannot canonicalize it".to_owned())
}

fn read(parser: &Parser, bytes: &[u8]) -> Result<Document, String> {
    let options = ParserOptions { recover: false, no_net: true, huge: true, ..ParserOptions::default() };
    match parser.parse_string_with_diagnostics(bytes, options) {
        Ok((document, errors)) => {
            let namespace = errors.iter().find(|error| {
                error.domain == FROM_NAMESPACE
                    && !URI_WARNINGS.contains(&error.code)
                    && !matches!(error.level, XmlErrorLevel::Warning | XmlErrorLevel::None)
            });
            namespace.map_or(Ok(document), |error| Err(line_and_text(error).1))
        }
        Err(XmlParseFailure::ParseFailed(errors)) => Err(messages(&errors)),
        Err(other) => Err(other.to_string()),
    }
}

fn line_and_text(error: &StructuredError) -> (u32, String) {
    let line = error.line.and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
    (line, error.message.as_deref().unwrap_or("").trim().to_owned())
}

fn messages(errors: &[StructuredError]) -> String {
    let texts: Vec<_> =
        errors.iter().take(5).map(line_and_text).map(|(line, text)| format!("{line}: {text}")).collect();
    if texts.is_empty() { "no reason given".to_owned() } else { texts.join("; ") }
}
