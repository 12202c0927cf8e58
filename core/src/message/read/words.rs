//! Looking at texts eight bytes at a time. Most names and values are so short that a call of a vectorised search costs
//! more than the search.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = ONES * 0x80;

/// Whether a byte occurs.
#[inline]
pub(super) fn contains(bytes: &[u8], byte: u8) -> bool {
    any(bytes, |word| zero(word ^ (ONES * u64::from(byte))))
}

/// Whether there are bytes beyond ASCII.
#[inline]
pub(super) fn beyond_ascii(bytes: &[u8]) -> bool {
    any(bytes, |word| word & HIGH)
}

/// Where a byte first occurs.
#[inline]
pub(super) fn position(bytes: &[u8], byte: u8) -> Option<usize> {
    first(bytes, |word| zero(word ^ (ONES * u64::from(byte))))
}

/// Where an attribute value ends, or where something stands in it that is not taken as it is: the quote, `&`, `<`, a
/// control character.
#[inline]
pub(super) fn value_end(bytes: &[u8], quote: u8) -> Option<usize> {
    let quote = ONES * u64::from(quote);
    first(bytes, |word| {
        zero(word ^ quote)
            | zero(word ^ (ONES * 0x26))
            | zero(word ^ (ONES * 0x3C))
            | (word.wrapping_sub(ONES * 0x20) & !word & HIGH)
    })
}

/// Where a name in a tag ends: at a space, `>` or `/`.
#[inline]
pub(super) fn name_end(bytes: &[u8]) -> Option<usize> {
    first(bytes, |word| zero(word ^ (ONES * 0x20)) | zero(word ^ (ONES * 0x3E)) | zero(word ^ (ONES * 0x2F)))
}

/// Where text ends, or may have to: at `<`, `&` or `>`.
#[inline]
pub(super) fn text_end(bytes: &[u8]) -> Option<usize> {
    first(bytes, |word| zero(word ^ (ONES * 0x3C)) | zero(word ^ (ONES * 0x26)) | zero(word ^ (ONES * 0x3E)))
}

/// Whether two texts are equal.
#[inline]
pub(super) fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if let (Some(a_last), Some(b_last)) = (a.last_chunk::<16>(), b.last_chunk::<16>()) {
        let (a, b) = (a.as_chunks::<16>().0, b.as_chunks::<16>().0);
        return a_last == b_last && a.iter().zip(b).all(|(a, b)| a == b);
    }
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(a_last), Some(b_last)) => a_last == b_last && a.first_chunk::<8>() == b.first_chunk::<8>(),
        _ => short(a) == short(b),
    }
}

/// A hash of a short name: its length, its first and its last eight bytes.
#[inline]
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (short(bytes), 0),
    };
    let mixed = (first ^ last.rotate_left(29) ^ bytes.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 32)
}

/// A text of at most eight bytes as a number; none for a longer one. With the length it says which text it is.
#[inline]
pub(super) fn word(bytes: &[u8]) -> Option<u64> {
    match bytes.first_chunk::<8>() {
        Some(word) => (bytes.len() == 8).then_some(u64::from_le_bytes(*word)),
        None => Some(short(bytes)),
    }
}

/// Bits set in the high bits of bytes that are 0. Above the first such byte there may be wrong ones.
#[inline]
fn zero(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH
}

/// Less than eight bytes, the first one lowest, filled with 0.
#[inline]
fn short(bytes: &[u8]) -> u64 {
    if let (Some(low), Some(high)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let shift = 8 * (bytes.len() as u32 & 7).saturating_sub(4);
        return u64::from(u32::from_le_bytes(*low)) | u64::from(u32::from_le_bytes(*high)) << shift;
    }
    match bytes {
        [] => 0,
        [a] => u64::from(*a),
        [a, b] => u64::from(*a) | u64::from(*b) << 8,
        [a, b, c, ..] => u64::from(*a) | u64::from(*b) << 8 | u64::from(*c) << 16,
    }
}

/// Whether a test is met anywhere; it must not be met by a byte 0 that was filled in.
#[inline]
fn any(bytes: &[u8], test: impl Fn(u64) -> u64) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    if words.iter().any(|word| test(u64::from_le_bytes(*word)) != 0) {
        return true;
    }
    !rest.is_empty()
        && match bytes.last_chunk::<8>() {
            Some(last) => test(u64::from_le_bytes(*last)) != 0,
            None => test(short(bytes)) != 0,
        }
}

/// Where a test is first met: the lowest bit set says at which byte of the word.
#[inline]
fn first(bytes: &[u8], test: impl Fn(u64) -> u64) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let met = test(u64::from_le_bytes(*word));
        if met != 0 {
            return Some(index * 8 + (met.trailing_zeros() / 8) as usize);
        }
    }
    let (word, from) = match bytes.last_chunk::<8>() {
        _ if rest.is_empty() => return None,
        Some(last) => (u64::from_le_bytes(*last), bytes.len() - 8),
        None => (short(bytes), 0),
    };
    let met = test(word);
    let at = from + (met.trailing_zeros() / 8) as usize;
    (met != 0 && at < bytes.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of all lengths up to 36 in which one byte is another.
    fn texts() -> impl Iterator<Item = Vec<u8>> {
        (0..=36usize).flat_map(|len| {
            let others = [0, 1, 0x1F, 0x20, b'"', b'&', b'/', b'<', b'=', b'>', 0x7F, 0x80, 0xA6, 0xBC, 0xFF];
            (0..=len).flat_map(move |at| {
                others.map(|other| {
                    let mut text = vec![b'x'; len];
                    if let Some(byte) = text.get_mut(at) {
                        *byte = other;
                    }
                    text
                })
            })
        })
    }

    #[test]
    fn same_as_byte_by_byte() {
        for text in texts() {
            for byte in [b'=', b'>', b'"', b'&'] {
                assert_eq!(contains(&text, byte), text.contains(&byte), "{text:?}");
                assert_eq!(position(&text, byte), text.iter().position(|other| *other == byte), "{text:?}");
            }
            assert_eq!(beyond_ascii(&text), !text.is_ascii(), "{text:?}");
            let end = text.iter().position(|byte| matches!(byte, b'"' | b'&' | b'<' | 0..0x20));
            assert_eq!(value_end(&text, b'"'), end, "{text:?}");
            let end = text.iter().position(|byte| matches!(byte, b' ' | b'>' | b'/'));
            assert_eq!(name_end(&text), end, "{text:?}");
            let end = text.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&'));
            assert_eq!(text_end(&text), end, "{text:?}");
        }
    }

    #[test]
    fn equality_and_words() {
        for text in texts() {
            let same = vec![b'x'; text.len()];
            assert_eq!(equal(&text, &same), text == same, "{text:?}");
            assert!(equal(&text, &text.clone()), "{text:?}");
            assert!(!equal(&text, &[text.as_slice(), b"x"].concat()));
            assert_eq!(word(&text).is_some(), text.len() <= 8);
            if text.len() <= 8 {
                let mut filled = [0; 8];
                filled[..text.len()].copy_from_slice(&text);
                assert_eq!(word(&text), Some(u64::from_le_bytes(filled)));
            }
        }
    }
}
