//! Reading the XML of schemas and code lists: a namespace-aware pull reader that treats its input as hostile.
//!
//! It takes UTF-8, UTF-16 and ISO-8859-1, bounds size, depth, attributes and elements, never expands an entity
//! and never fetches anything. Messages are not read with it: that is `azrkit::message`.

mod decode;
mod doctype;
mod names;
mod tag;
mod tree;

use std::borrow::Cow;
use std::rc::Rc;

use quick_xml::events::Event as Raw;

use crate::error::SchemaError;
use crate::model::Position;

pub(crate) use decode::decode;
pub(crate) use names::{is_ncname, is_space, trim};
pub(crate) use tag::{Attribute, Scope, Tag};
pub(crate) use tree::{Node, read_tree};

/// The input is not well-formed XML.
pub(crate) const NOT_WELL_FORMED: &str = "AZK-X001";
/// The input is larger or deeper than allowed.
pub(crate) const LIMIT: &str = "AZK-X002";
/// The encoding is unknown or the bytes do not fit it.
pub(crate) const ENCODING: &str = "AZK-X003";
/// A document type declaration or an entity that is refused.
pub(crate) const DOCTYPE: &str = "AZK-X004";
/// A prefix without a namespace.
pub(crate) const PREFIX: &str = "AZK-X005";

/// What an input may be at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of the file.
    pub(crate) bytes: usize,
    /// Nested elements.
    pub(crate) depth: usize,
    /// Elements in all.
    pub(crate) elements: usize,
    /// Whether a DOCTYPE without external entities may stand; it is skipped.
    pub(crate) doctype: bool,
}

/// Attributes of one element, and namespace declarations in scope of one.
const MAX_ATTRIBUTES: usize = 256;

/// What the reader meets.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A start tag; an empty element is followed by its end.
    Start(Tag),
    /// A piece of text, references resolved, line ends normalised.
    Text(Cow<'a, str>, Position),
    /// The end of the innermost open element.
    End,
}

/// The reader.
pub(crate) struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    inner: quick_xml::Reader<&'a [u8]>,
    limits: Limits,
    cursor: Cursor,
    /// The namespaces in scope, one entry an open element.
    open: Vec<Rc<Scope>>,
    /// An empty element was given out: its end is due.
    end_due: bool,
    seen_root: bool,
    elements: usize,
}

impl<'a> Reader<'a> {
    /// A reader of decoded text; `file` is named in errors.
    pub(crate) fn new(text: &'a str, file: &'a str, limits: Limits) -> Self {
        let mut inner = quick_xml::Reader::from_str(text);
        inner.config_mut().enable_all_checks(true);
        Self {
            text,
            file,
            inner,
            limits,
            cursor: Cursor::default(),
            open: Vec::new(),
            end_due: false,
            seen_root: false,
            elements: 0,
        }
    }

    /// The next event; none at the end of a well-formed document.
    pub(crate) fn next(&mut self) -> Result<Option<Event<'a>>, SchemaError> {
        loop {
            if self.end_due {
                self.end_due = false;
                self.open.pop();
                return Ok(Some(Event::End));
            }
            let start = self.offset();
            let raw = match self.inner.read_event() {
                Ok(raw) => raw,
                Err(e) => {
                    let at = usize::try_from(self.inner.error_position()).unwrap_or(start).max(start);
                    return Err(self.fault(at, NOT_WELL_FORMED, format!("not well-formed XML: {e}")));
                }
            };
            match raw {
                Raw::Start(tag) => return self.start(&tag, start, false).map(Some),
                Raw::Empty(tag) => return self.start(&tag, start, true).map(Some),
                Raw::End(_) => {
                    self.open.pop();
                    return Ok(Some(Event::End));
                }
                Raw::Text(text) => {
                    if let Some(at) = text.find("]]>") {
                        return Err(self.fault(start + at, NOT_WELL_FORMED, "`]]>` may not stand in text"));
                    }
                    if let Some(event) = self.text(text.xml10_content(), start)? {
                        return Ok(Some(event));
                    }
                }
                Raw::CData(data) => {
                    if self.open.is_empty() {
                        return Err(self.fault(start, NOT_WELL_FORMED, "text outside the root element"));
                    }
                    if let Some(event) = self.text(data.xml10_content(), start)? {
                        return Ok(Some(event));
                    }
                }
                Raw::GeneralRef(name) => {
                    if self.open.is_empty() {
                        return Err(self.fault(start, NOT_WELL_FORMED, "text outside the root element"));
                    }
                    let c = tag::reference(&name).map_err(|(code, m)| self.fault(start, code, m))?;
                    let position = self.position(start);
                    return Ok(Some(Event::Text(Cow::Owned(c.to_string()), position)));
                }
                Raw::Decl(declaration) => {
                    if start != 0 {
                        return Err(self.fault(
                            start,
                            NOT_WELL_FORMED,
                            "the XML declaration stands elsewhere than at the beginning",
                        ));
                    }
                    let version = declaration.version().map(|v| v.starts_with("1.")).unwrap_or(false);
                    if !version {
                        return Err(self.fault(start, NOT_WELL_FORMED, "not XML 1.x"));
                    }
                }
                Raw::DocType(content) => {
                    if self.seen_root || !self.open.is_empty() {
                        return Err(self.fault(start, NOT_WELL_FORMED, "the DOCTYPE stands after the root"));
                    }
                    if !self.limits.doctype {
                        return Err(self.fault(start, DOCTYPE, "a DOCTYPE is not allowed here"));
                    }
                    doctype::check(&content).map_err(|m| self.fault(start, DOCTYPE, m))?;
                }
                Raw::Comment(_) | Raw::PI(_) => {}
                Raw::Eof => {
                    if !self.open.is_empty() {
                        return Err(self.fault(
                            self.text.len(),
                            NOT_WELL_FORMED,
                            "the file ends within an element",
                        ));
                    }
                    if !self.seen_root {
                        return Err(self.fault(self.text.len(), NOT_WELL_FORMED, "there is no root element"));
                    }
                    return Ok(None);
                }
            }
        }
    }

    fn start(
        &mut self,
        tag: &quick_xml::events::BytesStart<'a>,
        start: usize,
        empty: bool,
    ) -> Result<Event<'a>, SchemaError> {
        if self.open.is_empty() && self.seen_root {
            return Err(self.fault(start, NOT_WELL_FORMED, "there is a second root element"));
        }
        self.seen_root = true;
        self.elements += 1;
        if self.open.len() >= self.limits.depth {
            let depth = self.limits.depth;
            return Err(self.fault(start, LIMIT, format!("elements are nested deeper than {depth}")));
        }
        if self.elements > self.limits.elements {
            let most = self.limits.elements;
            return Err(self.fault(start, LIMIT, format!("there are more than {most} elements")));
        }
        let raw_name = tag.name();
        let name: &str = raw_name.as_ref();
        let parent = self.open.last().cloned();
        let position = self.position(start);
        let attributes_at = start + 1 + name.len();
        let cursor = &mut self.cursor;
        let text = self.text;
        let mut place = |offset: usize| cursor.at(text, attributes_at + offset);
        let tag = tag::read(name, tag.attributes_raw(), parent, position, &mut place, MAX_ATTRIBUTES)
            .map_err(|fault| SchemaError::new(self.file, fault.position, fault.code, fault.message))?;
        self.open.push(Rc::clone(&tag.scope));
        self.end_due = empty;
        Ok(Event::Start(tag))
    }

    /// A text event, or none for white space outside the root.
    fn text(&mut self, text: Cow<'a, str>, start: usize) -> Result<Option<Event<'a>>, SchemaError> {
        if !self.open.is_empty() {
            return Ok(Some(Event::Text(text, self.position(start))));
        }
        if trim(&text).is_empty() {
            return Ok(None);
        }
        Err(self.fault(start, NOT_WELL_FORMED, "text outside the root element"))
    }

    fn offset(&self) -> usize {
        usize::try_from(self.inner.buffer_position()).unwrap_or(self.text.len()).min(self.text.len())
    }

    fn position(&mut self, offset: usize) -> Position {
        self.cursor.at(self.text, offset)
    }

    fn fault(&self, offset: usize, code: &'static str, message: impl Into<String>) -> SchemaError {
        SchemaError::new(self.file, Cursor::default().at(self.text, offset), code, message)
    }
}

/// Turns ascending offsets into lines and columns without counting the text twice.
#[derive(Debug)]
struct Cursor {
    offset: usize,
    line: u32,
    column: u32,
}

impl Default for Cursor {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

impl Cursor {
    /// The place of an offset.
    fn at(&mut self, text: &str, offset: usize) -> Position {
        if offset < self.offset {
            *self = Self::default();
        }
        let bytes = text.as_bytes();
        let end = offset.min(bytes.len());
        for (i, byte) in bytes.iter().enumerate().take(end).skip(self.offset) {
            match byte {
                b'\n' => self.next_line(),
                b'\r' if bytes.get(i + 1) != Some(&b'\n') => self.next_line(),
                b'\r' => {}
                // Continuation bytes are no characters of their own.
                byte if byte & 0xC0 == 0x80 => {}
                _ => self.column = self.column.saturating_add(1),
            }
        }
        self.offset = end;
        Position { line: self.line, column: self.column }
    }

    fn next_line(&mut self) {
        self.line = self.line.saturating_add(1);
        self.column = 1;
    }
}

#[cfg(test)]
mod tests;
