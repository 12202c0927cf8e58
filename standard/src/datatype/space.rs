//! White space.

use super::WhiteSpace;
use std::borrow::Cow;

/// The text with its white space as the facet says (4.3.6). Borrowed where nothing changes, or only the ends are cut off.
#[must_use]
pub fn normalize(ws: WhiteSpace, s: &str) -> Cow<'_, str> {
    match ws {
        WhiteSpace::Preserve => Cow::Borrowed(s),
        WhiteSpace::Replace => match next_space(s.as_bytes(), 0, |c, _| c != b' ') {
            None => Cow::Borrowed(s),
            Some(_) => Cow::Owned(s.chars().map(|c| if is_space(c) { ' ' } else { c }).collect()),
        },
        WhiteSpace::Collapse => {
            let at_end = |c: Option<&u8>| c.is_some_and(|&c| is_space_byte(c));
            let bytes = s.as_bytes();
            let s = if at_end(bytes.first()) || at_end(bytes.last()) { s.trim_matches(is_space) } else { s };
            let wrong = |c, after: Option<&u8>| c != b' ' || after.is_some_and(|&c| is_space_byte(c));
            match next_space(s.as_bytes(), 0, wrong) {
                None => Cow::Borrowed(s),
                Some(first) => Cow::Owned(collapse(s, first)),
            }
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

pub(super) fn is_space_byte(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'\r')
}

/// The first white space from `at` on for which `wrong` holds; it gets the byte and the one after.
fn next_space(bytes: &[u8], mut at: usize, wrong: impl Fn(u8, Option<&u8>) -> bool) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    loop {
        let rest = bytes.get(at..)?;
        let mut skipped = 0;
        for chunk in rest.chunks_exact(8) {
            let word = u64::from_le_bytes([
                chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7],
            ]);
            // Whether some byte is under 21.
            if word.wrapping_sub(ONES * 0x21) & !word & (ONES * 0x80) != 0 {
                break;
            }
            skipped += 8;
        }
        let rest = rest.get(skipped..)?;
        let found = rest.iter().position(|&c| c <= b' ')?;
        at += skipped + found;
        let c = *bytes.get(at)?;
        if is_space_byte(c) && wrong(c, bytes.get(at + 1)) {
            return Some(at);
        }
        at += 1;
    }
}

/// `s` begins and ends with no white space; up to `first` there is nothing to change.
fn collapse(s: &str, first: usize) -> String {
    let (head, tail) = s.split_at_checked(first).unwrap_or((s, ""));
    let mut out = String::with_capacity(s.len());
    out.push_str(head);
    let mut from = 0;
    while let Some(end) = next_space(tail.as_bytes(), from, |_, _| true) {
        out.push_str(tail.get(from..end).unwrap_or_default());
        if !out.ends_with(' ') {
            out.push(' ');
        }
        from = end + 1;
    }
    out.push_str(tail.get(from..).unwrap_or_default());
    out
}
