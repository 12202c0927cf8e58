//! Which values are native in JSON, and the escaping of strings.

use azrkit_standard::datatype::Builtin;
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::variety;

/// How the values of a simple type stand in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::message) enum Native {
    /// `true`, `false`; a string for `0`, `1` and white space around them.
    Boolean,
    /// A number; a string for what is not written in the canonical way, or beyond [`MAX_SAFE`].
    Integer,
    /// A string, always.
    String,
}

/// The largest integer that every JSON reader keeps exact (RFC 8259, section 6).
const MAX_SAFE: u64 = (1 << 53) - 1;

/// How the values of a simple type (row of `simples`) stand in JSON.
pub(in crate::message) fn native(pack: &Pack<'_>, simple: u32) -> Native {
    let Some(row) = pack.simples.get(simple as usize) else { return Native::String };
    if row.variety != variety::ATOMIC {
        return Native::String;
    }
    match Builtin::from_u8(row.builtin) {
        Some(Builtin::Boolean) => Native::Boolean,
        Some(builtin) if builtin.is_derived_from(Builtin::Integer) => Native::Integer,
        _ => Native::String,
    }
}

/// Appends a value of a simple type.
pub(super) fn scalar(out: &mut String, pack: &Pack<'_>, simple: u32, text: &str) {
    let as_native = match text.as_bytes() {
        [b't' | b'f', ..] => matches!(text, "true" | "false") && native(pack, simple) == Native::Boolean,
        [b'0'..=b'9' | b'-', ..] => is_safe_integer(text) && native(pack, simple) == Native::Integer,
        _ => false,
    };
    if as_native { out.push_str(text) } else { string(out, text) }
}

/// Whether a text is an integer as JSON writes it, small enough to be exact everywhere.
pub(super) fn is_safe_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = match digits.as_bytes() {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.len() < 16 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    canonical && digits.parse::<u64>().is_ok_and(|number| number <= MAX_SAFE)
}

/// What has to be escaped in a JSON string.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

/// Appends a string with its quotes.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| SPECIAL[usize::from(byte)]) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        match special.as_bytes()[0] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\u00");
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
        rest = &special[1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Lays compact JSON out, two spaces a level. What is in the strings is not touched.
pub(super) fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut rest = json;
    while let Some(at) = rest.find(['"', '{', '[', '}', ']', ',', ':']) {
        out.push_str(&rest[..at]);
        let mark = rest.as_bytes()[at];
        rest = &rest[at..];
        let len = if mark == b'"' { string_len(rest) } else { 1 };
        let token = &rest[..len];
        rest = &rest[len..];
        match mark {
            b'{' | b'[' if !rest.starts_with(['}', ']']) => {
                depth += 1;
                out.push_str(token);
                new_line(&mut out, depth);
            }
            b'}' | b']' if !out.ends_with(['{', '[']) => {
                depth -= 1;
                new_line(&mut out, depth);
                out.push_str(token);
            }
            b',' => {
                out.push_str(token);
                new_line(&mut out, depth);
            }
            b':' => out.push_str(": "),
            _ => out.push_str(token),
        }
    }
    out.push_str(rest);
    out
}

/// Length of the string that a text begins with, its quotes included.
fn string_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_integers_are_native() {
        for text in ["0", "7", "-1", "2026", "9007199254740991", "-9007199254740991"] {
            assert!(is_safe_integer(text), "{text}");
        }
        for text in
            ["", "-", "-0", "+1", "01", "1.0", "1e3", " 1", "9007199254740992", "123456789012345678901"]
        {
            assert!(!is_safe_integer(text), "{text}");
        }
    }

    #[test]
    fn strings_are_escaped_as_json_asks() {
        for text in ["", "Ö \"x\" \\ \n\r\t\u{1}\u{1f}\u{7f}", "a\u{2028}b"] {
            let mut out = String::new();
            string(&mut out, text);
            assert_eq!(serde_json::from_str::<String>(&out).ok().as_deref(), Some(text), "{out}");
        }
    }

    #[test]
    fn pretty_is_the_layout_of_serde_json() {
        let json = r#"{"a":[1,{"b":"x, [y]: \\\"{"}],"c":{},"d":[],"e":true}"#;
        let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
        assert_eq!(Some(pretty(json)), serde_json::to_string_pretty(&value).ok());
    }
}
