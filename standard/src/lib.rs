//! What an XÖV standard says, as data.
//!
//! Schemas (XSD or XSF), code lists (genericode or TSV), labels, messages and rules are read into a
//! [`model`], compiled once, and written as a **pack**: a flat, versioned, checksummed file that is used
//! in place ([`pack`]). This crate never reads a message; that is `azrkit::message`.

pub mod build_pack;
pub mod compile;
pub mod datatype;
pub mod error;
pub mod genericode;
pub mod model;
pub mod pack;
pub mod pattern;
pub mod rule;
pub mod source;
#[cfg(test)]
mod test_support;
pub mod tsv;
mod xml;
pub mod xsd;
pub mod xsf;
