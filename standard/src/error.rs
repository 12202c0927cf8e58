//! What is wrong in a source of a standard: a schema, a code list, a table.

use crate::model::Position;

/// A fault in a source file, at its place.
///
/// The codes by front end: `AZK-X…` XML and XSD, `AZK-G…` genericode, `AZK-F…` XSF and TSV, `AZK-C…` the compiler,
/// `AZK-B…` putting a pack together. A code never changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message} [{code}]")]
pub struct SchemaError {
    /// File name, as the caller named the file.
    pub file: String,
    /// Line, from 1; 0 where the fault has no place.
    pub line: u32,
    /// Column in characters, from 1; 0 where it is not known.
    pub column: u32,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong, for the person who builds the pack.
    pub message: String,
}

impl SchemaError {
    /// A fault at a place of a file.
    pub fn new(
        file: impl Into<String>,
        position: Position,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            line: position.line,
            column: position.column,
            code,
            message: message.into(),
        }
    }
}
