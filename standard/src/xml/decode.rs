//! Bytes to text: UTF-8, UTF-16 and ISO-8859-1, by byte order mark or XML declaration.

use std::borrow::Cow;

use super::{Cursor, ENCODING, LIMIT, Limits, NOT_WELL_FORMED, names};
use crate::error::SchemaError;
use crate::model::Position;

/// The text of a file, without a byte order mark. Refuses what is too large, what the declared encoding cannot
/// be, and characters that XML does not allow.
pub(crate) fn decode<'a>(bytes: &'a [u8], file: &str, limits: Limits) -> Result<Cow<'a, str>, SchemaError> {
    if bytes.len() > limits.bytes {
        let message = format!("the file is larger than {} bytes", limits.bytes);
        return Err(SchemaError::new(file, Position::default(), LIMIT, message));
    }
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => eight_bit(rest, file, true)?,
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, file, u16::from_be_bytes)?),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, file, u16::from_le_bytes)?),
        [0, b'<', 0, ..] => Cow::Owned(utf16(bytes, file, u16::from_be_bytes)?),
        [b'<', 0, _, 0, ..] => Cow::Owned(utf16(bytes, file, u16::from_le_bytes)?),
        _ => eight_bit(bytes, file, false)?,
    };
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !names::is_char(*c)) {
        let message = format!("the character U+{:04X} is not allowed in XML", u32::from(c));
        return Err(SchemaError::new(file, Cursor::default().at(&text, at), NOT_WELL_FORMED, message));
    }
    Ok(text)
}

fn eight_bit<'a>(bytes: &'a [u8], file: &str, marked: bool) -> Result<Cow<'a, str>, SchemaError> {
    let declared = declared_encoding(bytes);
    let wrong = |message: String, position| Err(SchemaError::new(file, position, ENCODING, message));
    let declaration = Position { line: 1, column: 1 };
    match declared.as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(e) => {
                let valid = bytes.get(..e.valid_up_to()).unwrap_or_default();
                let before = String::from_utf8_lossy(valid);
                let place = Cursor::default().at(&before, before.len());
                wrong("the bytes are not UTF-8".into(), place)
            }
        },
        Some("iso-8859-1" | "latin1" | "iso8859-1" | "iso_8859-1") if !marked => {
            Ok(Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()))
        }
        Some("iso-8859-1" | "latin1" | "iso8859-1" | "iso_8859-1") => {
            wrong("ISO-8859-1 is declared, but the file begins with a UTF-8 mark".into(), declaration)
        }
        Some(other) => wrong(
            format!(
                "the encoding {other} is not supported (UTF-8, UTF-16 and ISO-8859-1 are), or not the file's"
            ),
            declaration,
        ),
    }
}

fn utf16(bytes: &[u8], file: &str, unit: fn([u8; 2]) -> u16) -> Result<String, SchemaError> {
    let fault = |message: &str, position| SchemaError::new(file, position, ENCODING, message.to_owned());
    if !bytes.len().is_multiple_of(2) {
        return Err(fault("UTF-16 with half a character at the end", Position::default()));
    }
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [a, b] => unit([*a, *b]),
        _ => 0,
    });
    let mut text = String::with_capacity(bytes.len() / 2);
    for c in char::decode_utf16(units) {
        match c {
            Ok(c) => text.push(c),
            Err(_) => {
                let place = Cursor::default().at(&text, text.len());
                return Err(fault("UTF-16 with half a surrogate pair", place));
            }
        }
    }
    match declared_encoding(text.as_bytes()).as_deref() {
        None | Some("utf-16" | "utf16" | "utf-16le" | "utf-16be" | "iso-10646-ucs-2") => Ok(text),
        Some(other) => {
            let message = format!("the encoding {other} is declared, but the file is UTF-16");
            Err(fault(&message, Position { line: 1, column: 1 }))
        }
    }
}

/// The encoding that the XML declaration names, in small letters.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(400))?.strip_prefix(b"<?xml")?;
    let head = head.get(..memchr::memmem::find(head, b"?>")?)?;
    let after = head.get(memchr::memmem::find(head, b"encoding")? + b"encoding".len()..)?;
    let after = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = after.split_first()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let value = value.get(..memchr::memchr(*quote, value)?)?;
    Some(String::from_utf8_lossy(value).to_ascii_lowercase())
}
