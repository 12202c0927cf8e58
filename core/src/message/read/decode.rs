//! From the bytes received to UTF-8: byte order marks, declared encodings, illegal characters.

use encoding_rs::{UTF_16BE, UTF_16LE};

/// The text of a message in UTF-8, or as far as it could be had.
pub(super) struct Source<'r> {
    /// The bytes in UTF-8, if the document is what it says.
    pub(super) bytes: &'r [u8],
    /// The same as text, up to where it is not valid.
    pub(super) text: &'r str,
    /// What is wrong with the document as a whole.
    pub(super) problem: Option<Problem>,
    /// Whether a carriage return occurs: then text must be normalised (XML 1.0, section 2.11).
    pub(super) has_cr: bool,
    /// Whether only ASCII may occur (declared as US-ASCII).
    pub(super) ascii: bool,
}

/// What is wrong with a document as a whole.
pub(super) enum Problem {
    /// More bytes than admitted.
    TooLarge,
    /// An encoding that is not supported, or bytes that are not valid in it.
    Encoding(String),
    /// A character that XML does not allow, at this offset.
    Character(usize),
}

/// Decodes where needed (into `buffer`) and looks for illegal characters.
pub(super) fn decode<'r>(input: &'r [u8], max_size: usize, buffer: &'r mut String) -> Source<'r> {
    let mut source = Source { bytes: b"", text: "", problem: None, has_cr: false, ascii: false };
    if input.len() > max_size {
        source.problem = Some(Problem::TooLarge);
        return source;
    }
    match plan(input) {
        Plan::Utf8(start) => source.bytes = &input[start..],
        Plan::Ascii => {
            source.bytes = input;
            source.ascii = true;
        }
        Plan::Latin1 => {
            buffer.clear();
            buffer.extend(input.iter().map(|byte| char::from(*byte)));
            source.bytes = buffer.as_bytes();
        }
        Plan::Utf16(big, start) => {
            let encoding = if big { UTF_16BE } else { UTF_16LE };
            let (text, bad) = encoding.decode_without_bom_handling(&input[start..]);
            if bad {
                source.problem = Some(Problem::Encoding("UTF-16".into()));
            } else if let Some(other) = declared_encoding(text.as_bytes())
                .filter(|name| !name.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("utf-16")))
            {
                // XML 1.0, section 4.3.3: another encoding than the one declared is a fatal error.
                source.problem = Some(Problem::Encoding(other));
            }
            buffer.clear();
            buffer.push_str(&text);
            source.bytes = buffer.as_bytes();
        }
        Plan::Unsupported(name) => {
            source.problem = Some(Problem::Encoding(name));
            source.bytes = input;
        }
    }
    if source.bytes.len() > max_size.saturating_mul(2).min(u32::MAX as usize - 1) {
        source.problem = Some(Problem::TooLarge);
        source.bytes = b"";
    }
    let (has_cr, illegal) = scan(source.bytes);
    source.text = match std::str::from_utf8(source.bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&source.bytes[..error.valid_up_to()]).unwrap_or(""),
    };
    source.has_cr = has_cr;
    if source.problem.is_none() {
        source.problem = illegal.map(Problem::Character);
    }
    source
}

enum Plan {
    Utf8(usize),
    Ascii,
    Latin1,
    Utf16(bool, usize),
    Unsupported(String),
}

/// XML 1.0, appendix F: by the byte order mark, else by the declaration.
fn plan(input: &[u8]) -> Plan {
    match input {
        [0xEF, 0xBB, 0xBF, ..] => return Plan::Utf8(3),
        [0xFE, 0xFF, ..] => return Plan::Utf16(true, 2),
        [0xFF, 0xFE, ..] => return Plan::Utf16(false, 2),
        [0, b'<', ..] => return Plan::Utf16(true, 0),
        [b'<', 0, ..] => return Plan::Utf16(false, 0),
        _ if input.starts_with(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>") => return Plan::Utf8(0),
        _ => {}
    }
    let Some(name) = declared_encoding(input) else { return Plan::Utf8(0) };
    match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Plan::Utf8(0),
        "us-ascii" | "ascii" => Plan::Ascii,
        "iso-8859-1" | "iso_8859-1" | "latin1" | "iso-latin-1" => Plan::Latin1,
        _ => Plan::Unsupported(name),
    }
}

/// The encoding that an XML declaration names.
fn declared_encoding(input: &[u8]) -> Option<String> {
    if !input.starts_with(b"<?xml") {
        return None;
    }
    let head = &input[..input.len().min(1024)];
    let declaration = &head[..head.iter().position(|byte| *byte == b'>')?];
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let rest = declaration[at + 8..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *rest.first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    let value = rest[1..].split(|byte| *byte == quote).next()?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Whether there is a carriage return, and the first character outside XML 1.0's `Char` (control characters, U+FFFE
/// and U+FFFF; surrogates cannot occur in valid UTF-8).
fn scan(text: &[u8]) -> (bool, Option<usize>) {
    let mut has_cr = false;
    for (index, chunk) in text.chunks(4096).enumerate() {
        // No branch in the loop: it runs on whole vectors.
        let (mut low, mut ef) = (false, false);
        for byte in chunk {
            low |= *byte < 0x20 && *byte != b'\n';
            ef |= *byte == 0xEF;
        }
        if low || ef {
            has_cr |= low && memchr::memchr(b'\r', chunk).is_some();
            let start = index * 4096;
            let bad = (start..start + chunk.len()).find(|at| match text[*at] {
                b'\n' | b'\t' | b'\r' => false,
                0..0x20 => true,
                0xEF => text.get(at + 1) == Some(&0xBF) && matches!(text.get(at + 2), Some(0xBE | 0xBF)),
                _ => false,
            });
            if bad.is_some() {
                return (has_cr || text.contains(&b'\r'), bad);
            }
        }
    }
    (has_cr, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(input: &[u8]) -> (String, bool) {
        let mut buffer = String::new();
        let source = decode(input, 1 << 20, &mut buffer);
        (source.text.to_owned(), source.problem.is_some())
    }

    #[test]
    fn encodings() {
        assert_eq!(text("\u{feff}<a>ä</a>".as_bytes()), ("<a>ä</a>".into(), false));
        let utf16: Vec<u8> = "\u{feff}<a>ä</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&utf16), ("<a>ä</a>".into(), false));
        let utf16: Vec<u8> = "<a>ä</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&utf16), ("<a>ä</a>".into(), false));
        let latin1 = b"<?xml version='1.0' encoding = \"ISO-8859-1\"?><a>\xe4\x80</a>";
        assert!(text(latin1).0.ends_with("<a>ä\u{80}</a>"));
        assert!(text(b"<?xml version='1.0' encoding='KOI8-R'?><a/>").1);
    }

    #[test]
    fn illegal_characters() {
        for bad in ["<a>\u{1}</a>", "<a>\u{fffe}</a>", "<a>\u{ffff}</a>", "<a>\u{1f}</a>"] {
            assert!(text(bad.as_bytes()).1, "{bad:?}");
        }
        for good in ["<a>\u{ff01}\u{feff}\t\r\n</a>", "<a>\u{85}</a>"] {
            assert!(!text(good.as_bytes()).1, "{good:?}");
        }
    }
}
