//! XML Schema files: [`parse`] reads one into the model, [`write()`] and [`write_set`] write it back.
//!
//! XSD 1.0 as the XÖV standards use it. What the model cannot hold (`redefine`, identity constraints, notations,
//! `block`) and what XML Schema does not know is named with its place, never passed over in silence. Annotations
//! are skipped, save the labels of enumerated codes and the titles of code lists.
//!
//! Error codes: `AZK-X001` not well-formed, `AZK-X002` too large or too deep, `AZK-X003` encoding, `AZK-X004`
//! DOCTYPE or entity refused, `AZK-X005` prefix not declared, `AZK-X010` not a schema, `AZK-X011` an element that
//! may not stand here, `AZK-X012` an attribute that may not stand here, `AZK-X013` unsupported construct,
//! `AZK-X014` something required is missing, `AZK-X015` wrong value, `AZK-X016` contradictory statements,
//! `AZK-X017` text where none may stand.

mod annotation;
mod attributes;
mod context;
mod particles;
mod read;
mod simple;
mod types;
mod write;
mod write_parts;

#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod read_tests;
#[cfg(test)]
mod shared_tests;
#[cfg(test)]
pub(crate) mod write_tests;

use crate::error::SchemaError;
use crate::model::Schema;
use crate::xml::Limits;

pub(crate) use annotation::{Identity, Notes};
pub use write::{write, write_driver, write_set};

/// What a schema file may be at most; the largest of the XÖV standards has a tenth of it.
const LIMITS: Limits = Limits { bytes: 16 << 20, depth: 100, elements: 500_000, doctype: true };

/// Namespace of the attribute `open`, which marks an exported type that stands for one of another standard.
const EXTENSION: &str = "urn:azrkit:schema";

/// Reads a schema file. `file` is its name; the model keeps it without folders, errors name it as given.
///
/// # Errors
/// Everything that is wrong or unsupported, at most 100, in the order of the file; a file that is not well-formed
/// XML gives one error.
pub fn parse(bytes: &[u8], file: &str) -> Result<Schema, Vec<SchemaError>> {
    parse_with_notes(bytes, file).map(|(schema, _)| schema)
}

/// As [`parse`], with what the annotations say.
pub(crate) fn parse_with_notes(bytes: &[u8], file: &str) -> Result<(Schema, Notes), Vec<SchemaError>> {
    let root = crate::xml::read_tree(bytes, file, LIMITS).map_err(|error| vec![error])?;
    let schema = read::schema(&root, file)?;
    Ok((schema, annotation::notes(&root)))
}

/// The file name of a schema location or path: its last part that is not empty. Parts end at `/`, `\`, and `:`, since
/// the XRepository names files by URN.
pub fn file_name(location: &str) -> &str {
    location.rsplit(['/', '\\', ':']).find(|part| !part.is_empty()).unwrap_or(location)
}
