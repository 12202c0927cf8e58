//! Tags and text of the plainest form.
//!
//! A start tag whose names were all met before under the same namespace declarations, its attributes each behind one
//! space and with values to be taken as they stand; an end tag that is the start tag's name and nothing else;
//! characters. There is nothing to be decided about these, and nearly all of a message is made of them. A tag that is
//! otherwise in the least, right or wrong, is left to quick-xml.

use super::engine::Engine;
use super::tag::RawAttribute;
use super::words::{self, hash};

/// Longest name that is looked for.
const NAME: usize = 256;
/// Up to here text is searched by words, beyond by memchr.
const SHORT: usize = 64;

impl<'r> Engine<'r> {
    /// Reads what begins at an offset if it is of the plainest form; gives the offset behind it. None if it is
    /// something else; then nothing has happened.
    #[inline]
    pub(super) fn plain(&mut self, at: u32) -> Option<u32> {
        let rest = self.rest(at);
        #[cfg(test)]
        if self.options.quick_xml && rest.first() == Some(&b'<') {
            return None;
        }
        match rest {
            [b'<', b'/', rest @ ..] => self.plain_end(at, rest),
            [b'<', rest @ ..] => self.plain_start(at, rest),
            [b'&', ..] | [] => None,
            text => self.plain_text(at, text),
        }
    }

    /// The valid part of the input from an offset on.
    #[inline]
    fn rest(&self, at: u32) -> &'r [u8] {
        self.input_text.as_bytes().get(at as usize..).unwrap_or(b"")
    }

    fn plain_end(&mut self, at: u32, rest: &[u8]) -> Option<u32> {
        let frame = self.scratch.frames.last()?;
        let len = frame.name_len;
        let (name, behind) = rest.split_at_checked(len as usize)?;
        if behind.first() != Some(&b'>') || !words::equal(name, self.bytes(frame.start + 1, len)) {
            return None;
        }
        self.close(at);
        Some(at + len + 3)
    }

    fn plain_start(&mut self, at: u32, rest: &[u8]) -> Option<u32> {
        let depth = self.scratch.frames.len();
        if depth == 0 || depth >= self.deepest() {
            return None;
        }
        let name_len = words::name_end(rest.get(..NAME).unwrap_or(rest))?;
        let (name, mut behind) = rest.split_at_checked(name_len)?;
        // Names in the cache are names.
        let name = self.scratch.names.find(hash(name), self.generation, name)?;
        let mut end = at + 1 + name_len as u32;
        let outer = self.scratch.bindings.len() as u32;
        self.scratch.attributes.clear();
        let empty = loop {
            match behind {
                [b'>', ..] => break false,
                [b'/', b'>', ..] => break true,
                [b' ', rest @ ..] if self.scratch.attributes.len() < self.options.max_attributes => {
                    let raw = self.plain_attribute(end + 1, rest)?;
                    end = raw.value + raw.value_len + 1;
                    self.scratch.attributes.push(raw);
                    behind = self.rest(end);
                }
                _ => return None,
            }
        };
        if self.scratch.attributes.len() > 1 && !self.resolve_attributes(self.tape.nodes.len() as u32) {
            return Some(end);
        }
        self.opened(at, name_len as u32, name, outer, empty);
        Some(end + 1 + u32::from(empty))
    }

    /// A name that was met before, `=` and a value to be taken as it stands.
    #[inline]
    fn plain_attribute(&self, at: u32, rest: &[u8]) -> Option<RawAttribute> {
        let name_len = words::position(rest.get(..NAME).unwrap_or(rest), b'=')?;
        let (name, behind) = rest.split_at_checked(name_len)?;
        let [b'=', quote @ (b'"' | b'\''), value @ ..] = behind else { return None };
        let value_len = words::value_end(value, *quote)?;
        if value.get(value_len) != Some(quote) {
            return None;
        }
        // Names in the cache are names: no white space in them, and no declaration of a namespace.
        let found = self.scratch.names.find(!hash(name), self.generation, name)?;
        Some(RawAttribute {
            name: found.row,
            generation: self.generation,
            qname: at,
            qname_len: name_len as u32,
            uri: found.uri,
            value: at + name_len as u32 + 2,
            value_len: value_len as u32,
            side: false,
        })
    }

    /// Text up to the next tag, reference or the end. None where it is not valid UTF-8.
    fn plain_text(&mut self, at: u32, text: &[u8]) -> Option<u32> {
        let (head, tail) = text.split_at_checked(SHORT).unwrap_or((text, b""));
        let found = words::text_end(head);
        let found = found.or_else(|| Some(SHORT + memchr::memchr3(b'<', b'&', b'>', tail)?));
        let mut len = found.unwrap_or(text.len());
        if text.get(len) == Some(&b'>') {
            let behind = text.get(len..).unwrap_or(b"");
            len += memchr::memchr2(b'<', b'&', behind).unwrap_or(behind.len());
        } else if len < text.len() && !self.scratch.frames.is_empty() {
            let end = at + len as u32;
            self.character_data(at, end);
            return Some(end);
        }
        if len == text.len() && self.input_text.len() < self.input.len() {
            return None;
        }
        let end = at + len as u32;
        self.text(at, end);
        Some(end)
    }
}
