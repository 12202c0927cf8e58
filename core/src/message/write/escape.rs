//! Escaping of text and attribute values.

/// What has to be escaped in text (bit 1) and in attribute values (bit 2).
const SPECIAL: [u8; 256] = {
    let mut table = [0; 256];
    table[b'&' as usize] = 3;
    table[b'<' as usize] = 3;
    table[b'>' as usize] = 3;
    table[b'"' as usize] = 2;
    table[b'\t' as usize] = 2;
    table[b'\n' as usize] = 2;
    table[b'\r' as usize] = 3;
    table
};
const TEXT: u8 = 1;
const ATTRIBUTE: u8 = 2;

/// Longer text is scanned by `memchr`: it has a start-up cost that does not pay for names and dates.
const LONG: usize = 64;

/// Appends text as character data. A carriage return must be a reference, or the next reader makes a line feed of it.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if bytes.len() > LONG
        && memchr::memchr3(b'&', b'<', b'>', bytes).is_none()
        && memchr::memchr(b'\r', bytes).is_none()
    {
        out.extend_from_slice(bytes);
    } else {
        escape(out, bytes, TEXT);
    }
}

/// Appends an attribute value, without the quotes. White space must be references, or the next reader normalises it.
pub(super) fn attribute(out: &mut Vec<u8>, value: &str) {
    escape(out, value.as_bytes(), ATTRIBUTE);
}

fn escape(out: &mut Vec<u8>, bytes: &[u8], context: u8) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| SPECIAL[usize::from(*byte)] & context != 0) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        out.extend_from_slice(match special[0] {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            b'\t' => b"&#x9;",
            b'\n' => b"&#xA;",
            _ => b"&#xD;",
        });
        rest = &special[1..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    fn text(value: &str) -> String {
        let mut out = Vec::new();
        super::text(&mut out, value);
        String::from_utf8(out).unwrap_or_default()
    }

    #[test]
    fn text_keeps_what_a_reader_would_change() {
        assert_eq!(text("a & b < c ]]> \"d\"\r\n"), "a &amp; b &lt; c ]]&gt; \"d\"&#xD;\n");
        let long = format!("{}&", "ä".repeat(100));
        assert_eq!(text(&long), format!("{}&amp;", "ä".repeat(100)));
        let long = "A".repeat(1000);
        assert_eq!(text(&long), long);
    }

    #[test]
    fn attributes_keep_white_space() {
        let mut out = Vec::new();
        super::attribute(&mut out, "\ta\nb\r\"<>&");
        assert_eq!(out, b"&#x9;a&#xA;b&#xD;&quot;&lt;&gt;&amp;");
    }
}
