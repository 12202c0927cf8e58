//! Character data, references, comments, instructions and the XML declaration.

use azrkit_standard::pack::rows::NONE;

use super::engine::Engine;
use super::findings::Args;
use super::frame::{Mode, state, text_kind};
use super::words;
use crate::message::document::{Node, flag};
use crate::message::report::Code;

impl Engine<'_> {
    /// Character data between tags.
    pub(super) fn text(&mut self, start: u32, end: u32) {
        let bytes = self.bytes(start, end - start);
        if self.scratch.frames.is_empty() {
            if !is_white(bytes) {
                self.ill_formed(start, "Text außerhalb des Wurzelelements", "text outside the root element");
            }
            return;
        }
        let has_mark = if bytes.len() < 64 {
            words::contains(bytes, b'>')
        } else {
            memchr::memchr(b'>', bytes).is_some()
        };
        if has_mark && memchr::memmem::find(bytes, b"]]>").is_some() {
            return self.ill_formed(
                start,
                "die Zeichen ]]> dürfen im Text nicht stehen",
                "the characters ]]> must not stand in text",
            );
        }
        self.character_data(start, end);
    }

    /// A CDATA section; the offsets are those of its content.
    pub(super) fn cdata(&mut self, start: u32, end: u32) {
        if self.scratch.frames.is_empty() {
            return self.ill_formed(
                start - 9,
                "CDATA außerhalb des Wurzelelements",
                "CDATA outside the root element",
            );
        }
        self.character_data(start, end);
    }

    /// A reference to a character or an entity.
    pub(super) fn reference(&mut self, start: u32, end: u32) {
        if self.scratch.frames.is_empty() {
            return self.ill_formed(
                start,
                "Text außerhalb des Wurzelelements",
                "text outside the root element",
            );
        }
        let name = self.str(start + 1, (end - start).saturating_sub(2));
        match resolve(name) {
            Ok(character) => {
                let mut buffer = [0; 4];
                self.replacement(start, character.encode_utf8(&mut buffer));
            }
            Err(Reference::Unknown) => {
                let args = Args { value: Some(format!("&{name};")), ..Args::default() };
                self.stop(Code::UnknownEntity, self.here(start), args);
            }
            Err(Reference::Illegal) => {
                let args = Args { value: Some(format!("&{name};")), ..Args::default() };
                self.stop(Code::IllegalCharacter, self.here(start), args);
            }
            Err(Reference::Malformed) => {
                self.ill_formed(start, "eine fehlerhafte Zeichenreferenz", "a malformed character reference");
            }
        }
    }

    /// A comment.
    pub(super) fn comment(&mut self, start: u32, end: u32) {
        let content = self.bytes(start + 4, (end - start).saturating_sub(7));
        if memchr::memmem::find(content, b"--").is_some() || content.last() == Some(&b'-') {
            self.ill_formed(start, "zwei Bindestriche in einem Kommentar", "two hyphens in a comment");
        }
    }

    /// A processing instruction.
    pub(super) fn instruction(&mut self, start: u32, end: u32) {
        let content = self.bytes(start + 2, (end - start).saturating_sub(4));
        let len = content.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(content.len());
        let target = String::from_utf8_lossy(&content[..len]);
        if !is_ncname(&target) || target.eq_ignore_ascii_case("xml") {
            self.ill_formed(
                start,
                "eine fehlerhafte Verarbeitungsanweisung",
                "a malformed processing instruction",
            );
        }
    }

    /// The XML declaration.
    pub(super) fn declaration(&mut self, start: u32, end: u32) {
        if start != 0 {
            return self.ill_formed(
                start,
                "die XML-Deklaration steht nicht am Anfang",
                "the XML declaration is not at the start",
            );
        }
        let content = self.str(5, (end - start).saturating_sub(7));
        if !well_formed_declaration(content) {
            self.ill_formed(start, "eine fehlerhafte XML-Deklaration", "a malformed XML declaration");
        }
    }

    /// Text that stands in the input.
    pub(super) fn character_data(&mut self, start: u32, end: u32) {
        let len = end - start;
        let bytes = self.bytes(start, len);
        let normalise = self.has_cr && bytes.contains(&b'\r');
        let Some(frame) = self.scratch.frames.last_mut() else { return };
        match frame.mode {
            Mode::Simple => {
                if frame.text_kind == text_kind::NOTHING && !normalise {
                    (frame.text, frame.text_len, frame.text_kind) = (start, len, text_kind::INPUT);
                    return;
                }
            }
            Mode::Elements | Mode::All => {
                if is_white(bytes) {
                    return;
                }
            }
            Mode::Empty | Mode::Mixed | Mode::MixedAll | Mode::Lax | Mode::Skip => {
                if len == 0 {
                    return;
                }
                if frame.flags & state::TEXT_OPEN == 0 && !normalise && frame.mode != Mode::Empty {
                    return self.text_node(start, start, len, 0);
                }
            }
        }
        if normalise {
            let text = self.str(start, len).replace("\r\n", "\n").replace('\r', "\n");
            self.replacement(start, &text);
        } else {
            let text = self.str(start, len);
            self.replacement(start, text);
        }
    }

    /// Text that stands otherwise in the input, or goes on after such text.
    fn replacement(&mut self, start: u32, text: &str) {
        let Some(frame) = self.scratch.frames.last_mut() else { return };
        match frame.mode {
            Mode::Simple => {
                let frame = *frame;
                let place = self.tape.side.len() as u32;
                let (from, len) = match frame.text_kind {
                    text_kind::INPUT => {
                        let before = self.str(frame.text, frame.text_len);
                        self.tape.side.push_str(before);
                        (place, frame.text_len)
                    }
                    // The value stands last in the buffer unless an element, reported as wrong, came between.
                    text_kind::SIDE if frame.text + frame.text_len == place => (frame.text, frame.text_len),
                    _ => (place, 0),
                };
                self.tape.side.push_str(text);
                if let Some(frame) = self.scratch.frames.last_mut() {
                    (frame.text, frame.text_len, frame.text_kind) =
                        (from, len + text.len() as u32, text_kind::SIDE);
                }
            }
            Mode::Elements | Mode::All | Mode::Empty => {
                if (frame.mode != Mode::Empty && is_white(text.as_bytes())) || text.is_empty() {
                    return;
                }
                if frame.flags & state::TEXT_REPORTED == 0 {
                    frame.flags |= state::TEXT_REPORTED;
                    let name = self.open_name();
                    let args = Args { name, value: Some(text.trim().to_owned()), ..Args::default() };
                    self.fault(Code::UnexpectedText, self.here(start), args);
                }
            }
            Mode::Mixed | Mode::MixedAll | Mode::Lax | Mode::Skip => {
                let open = frame.flags & state::TEXT_OPEN != 0;
                let place = self.tape.side.len() as u32;
                let Some(row) =
                    self.tape.nodes.last().copied().filter(|row| open && row.flags & flag::TEXT != 0)
                else {
                    self.tape.side.push_str(text);
                    return self.text_node(start, place, text.len() as u32, flag::SIDE);
                };
                let (from, len) = if row.flags & flag::SIDE == 0 {
                    let before = self.str(row.value, row.value_len);
                    self.tape.side.push_str(before);
                    (place, row.value_len)
                } else {
                    (row.value, row.value_len)
                };
                self.tape.side.push_str(text);
                if let Some(row) = self.tape.nodes.last_mut() {
                    row.value = from;
                    row.value_len = len + text.len() as u32;
                    row.flags |= flag::SIDE;
                }
            }
        }
    }

    fn text_node(&mut self, start: u32, value: u32, value_len: u32, flags: u8) {
        let Some(frame) = self.scratch.frames.last_mut() else { return };
        frame.flags |= state::TEXT_OPEN;
        let end = self.tape.nodes.len() as u32 + 1;
        self.tape.nodes.push(Node {
            start,
            value,
            value_len,
            name: NONE,
            element: NONE,
            ty: NONE,
            parent: frame.node,
            end,
            attributes: 0,
            attribute_count: 0,
            pack: frame.pack,
            flags: flag::TEXT | flags,
        });
    }

    /// The local name of the innermost element.
    pub(super) fn open_name(&self) -> String {
        let Some(frame) = self.scratch.frames.last() else { return String::new() };
        let name = self.str(frame.start + 1, frame.name_len);
        name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned()
    }
}

/// Why a reference could not be resolved.
pub(super) enum Reference {
    /// Not one of XML's own entities.
    Unknown,
    /// A character that XML does not allow.
    Illegal,
    /// Not of a reference's form.
    Malformed,
}

/// The character that a reference (without `&` and `;`) means.
pub(super) fn resolve(name: &str) -> Result<char, Reference> {
    let number = match name {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "apos" => return Ok('\''),
        "quot" => return Ok('"'),
        _ => match name.strip_prefix('#') {
            None if is_ncname(name) => return Err(Reference::Unknown),
            None => return Err(Reference::Malformed),
            Some(number) => number,
        },
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(Reference::Malformed);
    }
    let character =
        u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).ok_or(Reference::Illegal)?;
    match u32::from(character) {
        0x9 | 0xA | 0xD => Ok(character),
        0..0x20 | 0xFFFE | 0xFFFF => Err(Reference::Illegal),
        _ => Ok(character),
    }
}

/// The white space of XML.
pub(super) const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Whether there is nothing but XML white space.
pub(super) fn is_white(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r'))
}

/// Whether a name is an NCName.
pub(super) fn is_ncname(name: &str) -> bool {
    !name.contains(':') && azrkit_standard::datatype::valid(azrkit_standard::datatype::Builtin::NcName, name)
}

/// `version`, then perhaps `encoding`, then perhaps `standalone` (XML 1.0, section 2.8).
fn well_formed_declaration(content: &str) -> bool {
    if content == " version=\"1.0\" encoding=\"UTF-8\"" {
        return true;
    }
    let mut rest = content;
    let Some(version) = pseudo(&mut rest, "version") else { return false };
    let minor = version.strip_prefix("1.").unwrap_or("");
    if minor.is_empty() || !minor.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    if let Some(encoding) = pseudo(&mut rest, "encoding") {
        let mut bytes = encoding.bytes();
        if !bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
            || !bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        {
            return false;
        }
    }
    if let Some(standalone) = pseudo(&mut rest, "standalone")
        && !matches!(standalone, "yes" | "no")
    {
        return false;
    }
    is_white(rest.as_bytes())
}

/// Takes `name = "value"` with the white space before it.
fn pseudo<'a>(rest: &mut &'a str, name: &str) -> Option<&'a str> {
    let white = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let after = rest.trim_start_matches(white);
    if after.len() == rest.len() {
        return None;
    }
    let after =
        after.strip_prefix(name)?.trim_start_matches(white).strip_prefix('=')?.trim_start_matches(white);
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, behind) = after[1..].split_once(quote)?;
    *rest = behind;
    Some(value)
}
