//! Walking through a list's elements, and what is found wrong on the way.

use crate::error::SchemaError;
use crate::model::Position;
use crate::xml::{Event, Limits, Reader, Tag, is_space};

/// Not a genericode list.
pub(super) const NOT_A_LIST: &str = "AZK-G001";
/// An element that may not stand here.
pub(super) const ELEMENT: &str = "AZK-G002";
/// Unsupported.
pub(super) const UNSUPPORTED: &str = "AZK-G003";
/// Something required is missing.
pub(super) const MISSING: &str = "AZK-G004";
/// A wrong column.
pub(super) const COLUMN: &str = "AZK-G005";
/// A wrong key or code.
pub(super) const KEY: &str = "AZK-G006";
/// Too many columns or cells.
pub(super) const SIZE: &str = "AZK-G007";

/// After so many errors no more are noted.
const MAX_ERRORS: usize = 100;

/// The reader with the errors so far. An `Err` of its functions ends the reading: the file is not
/// well-formed or too large.
pub(super) struct Source<'a> {
    reader: Reader<'a>,
    file: &'a str,
    pub(super) errors: Vec<SchemaError>,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str, file: &'a str, limits: Limits) -> Self {
        Self { reader: Reader::new(text, file, limits), file, errors: Vec::new() }
    }

    pub(super) fn next(&mut self) -> Result<Option<Event<'a>>, SchemaError> {
        self.reader.next()
    }

    pub(super) fn error(&mut self, position: Position, code: &'static str, message: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SchemaError::new(self.file, position, code, message));
        }
    }

    /// An error that ends the reading.
    pub(super) fn fatal(&self, position: Position, code: &'static str, message: String) -> SchemaError {
        SchemaError::new(self.file, position, code, message)
    }

    /// Gives each child of the element that has just begun to `each`, which must consume it to its end.
    pub(super) fn children(
        &mut self,
        mut each: impl FnMut(&mut Self, Tag) -> Result<(), SchemaError>,
    ) -> Result<(), SchemaError> {
        while let Some(event) = self.next()? {
            match event {
                Event::Start(tag) if tag.ns.is_empty() => each(self, tag)?,
                Event::Start(tag) => super::unexpected(self, &tag)?,
                Event::Text(text, position) if !text.chars().all(is_space) => {
                    self.error(position, ELEMENT, "no text may stand here");
                }
                Event::Text(..) => {}
                Event::End => break,
            }
        }
        Ok(())
    }

    /// Passes over the rest of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), SchemaError> {
        self.descendants(|_, _| {})
    }

    /// The text of the element that has just begun, white space collapsed. Elements within are named as wrong.
    pub(super) fn text(&mut self) -> Result<String, SchemaError> {
        let mut text = String::new();
        while let Some(event) = self.next()? {
            match event {
                Event::Start(tag) => super::unexpected(self, &tag)?,
                Event::Text(piece, _) => text.push_str(&piece),
                Event::End => break,
            }
        }
        Ok(collapse(text))
    }

    /// Gives each element below the one that has just begun, with the text since its tag, to `each`.
    pub(super) fn descendants(&mut self, mut each: impl FnMut(&Tag, String)) -> Result<(), SchemaError> {
        let mut open: Vec<(Tag, String)> = Vec::new();
        while let Some(event) = self.next()? {
            match event {
                Event::Start(tag) => open.push((tag, String::new())),
                Event::Text(piece, _) => {
                    if let Some((_, text)) = open.last_mut() {
                        text.push_str(&piece);
                    }
                }
                Event::End => match open.pop() {
                    Some((tag, text)) => each(&tag, collapse(text)),
                    None => break,
                },
            }
        }
        Ok(())
    }
}

/// Text without white space at its ends and with one space for each run within.
fn collapse(text: String) -> String {
    let clean = !text.starts_with(is_space)
        && !text.ends_with(is_space)
        && !text.contains(['\t', '\n', '\r'])
        && !text.contains("  ");
    if clean { text } else { text.split(is_space).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ") }
}
