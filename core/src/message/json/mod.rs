//! Canonical JSON: every message as JSON, lossless both ways.
//!
//! # The form
//!
//! The text is one object. `$message` is the local name of the root element, `$namespace` its namespace; on input
//! `$message` may be the number of the message as well, and `$namespace` may be left out. All other keys are the schema's
//! local names:
//!
//! ```json
//! {"$message": "AnAZR.AZRFolgemeldung.090010", "$namespace": "http://www.osci.de/xauslaender2611",
//!  "produkt": "Beispiel", "standard": "XAusländer", "version": "26.11",
//!  "nachrichtenkopf.g2g": {"identifikation.nachricht": {"nachrichtentyp": {"code": "090010"}}},
//!  "azrNummer": "081111000001", "nichtIdentischMit": [{"azrNummer": "081111000002"}]}
//! ```
//!
//! - **Attributes** stand under their names like elements, before them. Where an element of the same type has the name, too,
//!   the attribute is `@name`. On input `@name` is always right. Two elements of one type that have the same local name in
//!   different namespaces are told apart by the prefix: `xian:name`.
//! - **An element that can stand more than once** is an array, even if it stands once. Any other never is.
//! - **Text** is a string; `xs:boolean` and the integer types are native where they are written in the canonical way (`true`,
//!   `-12`) and exact in every reader (up to 2^53 - 1), else a string that keeps the way they are written (`"007"`). Decimals and
//!   dates are strings. White space is kept.
//! - **Text with attributes** is an object with `$text`. So is every element whose type has attributes, even where they are not
//!   there; on input the bare value will do then.
//! - **A code** is `{"code", "name"?, "listVersionID"?, "listURI"?}`; on input also the bare string.
//! - **Empty** elements are `{}`, or `""` where the type is a simple one. `null` is nothing: leave the key out.
//! - `$type` is the type that `xsi:type` names (its local name; `{namespace}name` where that is not unique), `$nil` is `xsi:nil`.
//! - `$attributes` holds all other attributes: `[{"$name": "xsi:schemaLocation", "$namespace": "…", "$text": "…"}]`.
//! - `$any` holds the elements that a wildcard of the schema admits, each an object with `$name` (with the prefix that is wished
//!   for), `$namespace`, and its content. An element that an open pack declares has the content that is described here; any other one
//!   has `$attributes` and `$text`, or `$content`: an array of strings and such objects. Types that mix text and elements,
//!   and faulty elements that fit no other form, have `$content`, too. On input `$namespace` may be left out for a prefix of an
//!   open pack.
//! - `$order` lists keys, one for each child, where the order of the document is not the one that the rule of order gives:
//!   of the children that are left, the first one in the schema that may stand here, comes next. The schemas of XAusländer leave
//!   no order open; so it stands in messages of other standards only, and in faulty ones.
//!
//! Comments, instructions, prefixes inside of text, the position of namespace declarations and white space between elements are no content.
//!
//! On output the form is always the same: no white space; first what is said of the element itself, then its attributes in the
//! order of canonical XML, then its elements in the schema's order; a code's keys in the order above.
//!
//! # From JSON to XML
//!
//! [`to_xml`] fills in what the schema says already: attributes and elements that must stand with a fixed value (`standard`,
//! `version` of the message); the version of a code list where the type asks for one and none is given: that of the newest list
//! at hand; and in the message's head (the first element of the root) the code whose label in the schema is the
//! name of the message. Whatever is wrong in the JSON itself is a finding; its `path` is a JSON Pointer (RFC 6901), such as
//! `/nachrichtenkopf.g2g/leser/name` or `/nichtIdentischMit/0/azrNummer`, line and column are 0. [`check`] then reads
//! the XML and gives the reader's findings JSON Pointers, too.

mod check;
mod faults;
#[cfg(test)]
mod fuzz_tests;
pub(super) mod input;
pub(super) mod lexical;
pub(super) mod order;
pub(super) mod output;
mod places;
#[cfg(test)]
mod round_trip_tests;
#[cfg(test)]
mod tests;
mod tree;

use super::document::Document;

pub(crate) use check::check_then;
pub use check::{Checked, Written, check, to_xml, to_xml_with};
pub(crate) use tree::cause;

/// A document as canonical JSON, in one line.
///
/// Everything that was read is in it, whether the message is right or not.
pub fn to_json(document: &Document<'_>) -> String {
    output::to_json(document)
}

/// As [`to_json`], two spaces a level: for people.
pub fn to_json_pretty(document: &Document<'_>) -> String {
    let json = output::to_json(document);
    lexical::pretty(&json)
}

/// As [`to_json`], as a value for programs.
pub fn to_value(document: &Document<'_>) -> serde_json::Value {
    let json = output::to_json(document);
    let mut deserializer = serde_json::Deserializer::from_str(&json);
    deserializer.disable_recursion_limit();
    serde::Deserialize::deserialize(&mut deserializer).unwrap_or_default()
}
