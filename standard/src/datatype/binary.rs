//! hexBinary and base64Binary.

use super::space::is_space_byte;

/// Pairs of hexadecimal digits (3.2.15.1).
pub(super) fn is_hex(s: &[u8]) -> bool {
    s.len().is_multiple_of(2) && s.iter().all(u8::is_ascii_hexdigit)
}

/// Base64 as the grammar of 3.2.16 has it: white space between any two characters, groups of four, and the bits that
/// the last group leaves over all 0.
pub(super) fn is_base64(s: &[u8]) -> bool {
    let (end, count) = digits_ahead(s);
    let mut padding = 0;
    for &c in s.get(end..).unwrap_or_default() {
        match kind(c) {
            SPACE => {}
            PADDING => padding += 1,
            _ => return false,
        }
    }
    let last = s.get(..end).unwrap_or_default().iter().rev().find(|&&c| !is_space_byte(c));
    let bits_over = match padding {
        0 => return count.is_multiple_of(4),
        1 => 0b11,
        2 => 0b1111,
        _ => return false,
    };
    (count + padding).is_multiple_of(4) && last.is_some_and(|&c| sextet(c) & bits_over == 0)
}

/// Octets of valid base64.
pub(super) fn length_base64(s: &[u8]) -> usize {
    let (_, count) = digits_ahead(s);
    count / 4 * 3 + (count % 4).saturating_sub(1)
}

/// Whether two valid base64 texts have the same octets. Since bits left over are 0, the digits tell.
pub(super) fn equal_base64(a: &[u8], c: &[u8]) -> bool {
    fn digits(s: &[u8]) -> impl Iterator<Item = &u8> {
        s.iter().filter(|c| !is_space_byte(**c))
    }
    digits(a).eq(digits(c))
}

const DIGIT: u8 = 0;
const SPACE: u8 = 1;
const PADDING: u8 = 2;
const WRONG: u8 = 4;

/// What each byte is in base64.
const KINDS: [u8; 256] = {
    let mut kinds = [WRONG; 256];
    let mut c = 0u8;
    while c < 128 {
        kinds[c as usize] = match c {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => DIGIT,
            b' ' | b'\t' | b'\n' | b'\r' => SPACE,
            b'=' => PADDING,
            _ => WRONG,
        };
        c += 1;
    }
    kinds
};

fn kind(c: u8) -> u8 {
    KINDS[c as usize]
}

/// How far the text is digits and white space alone, and how many digits that are.
fn digits_ahead(s: &[u8]) -> (usize, usize) {
    let mut at = 0;
    let mut spaces = 0;
    // Without a branch or a table, so that it becomes vector code.
    for chunk in s.as_chunks::<64>().0 {
        let (mut digit, mut space) = (0u8, 0u8);
        for &c in chunk {
            let letter = (c | 0x20).wrapping_sub(b'a') < 26;
            let number_or_slash = c.wrapping_sub(b'/') < 11;
            digit += u8::from(letter | number_or_slash | (c == b'+'));
            space += u8::from((c == b' ') | (c == b'\t') | (c == b'\n') | (c == b'\r'));
        }
        if digit + space != 64 {
            break;
        }
        spaces += usize::from(space);
        at += 64;
    }
    for &c in s.get(at..).unwrap_or_default() {
        match kind(c) {
            DIGIT => {}
            SPACE => spaces += 1,
            _ => break,
        }
        at += 1;
    }
    (at, at - spaces)
}

/// The six bits of a digit.
fn sextet(c: u8) -> u8 {
    match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    }
}
