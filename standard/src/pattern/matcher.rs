//! Running an automaton over a value.

use super::bytes::{AsciiLoop, Dfa};
use zerocopy::little_endian::U16;

/// An automaton in borrowed memory, as in a pack. The fields are those of [`Dfa`].
///
/// It may be hostile: whatever the tables say, matching ends after each byte was looked at a bounded number of
/// times, and never panics. A state out of range is dead.
#[derive(Debug, Clone, Copy)]
pub struct DfaView<'a> {
    /// The class of each byte.
    pub classes: &'a [u8; 256],
    /// Classes a row: a power of two.
    pub class_count: u16,
    /// The state before the first byte.
    pub start: u16,
    /// Bit `s % 8` of byte `s / 8`: whether the value may end in state s.
    pub accepting: &'a [u8],
    /// `state * class_count + class` → next state.
    pub transitions: &'a [U16],
    /// The fast way through ASCII text.
    pub ascii: Option<AsciiLoop>,
}

impl DfaView<'_> {
    /// Whether the whole value is accepted. `bytes` is UTF-8.
    #[must_use]
    #[inline]
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        run(self, bytes).is_ok_and(|state| self.accepts(state))
    }

    /// Where the value goes wrong: the offset of the first character after which nothing could be accepted any
    /// more. `None` where it is accepted, or where only its end comes too early.
    #[must_use]
    pub fn first_bad(&self, bytes: &[u8]) -> Option<usize> {
        run(self, bytes).err()
    }
}

impl Dfa {
    /// Whether the whole value is accepted. `bytes` is UTF-8.
    #[must_use]
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        run(self, bytes).is_ok_and(|state| self.accepts(state))
    }

    /// Where the value goes wrong: see [`DfaView::first_bad`].
    #[must_use]
    pub fn first_bad(&self, bytes: &[u8]) -> Option<usize> {
        run(self, bytes).err()
    }
}

/// The tables, wherever they are.
pub(super) trait Tables {
    fn class(&self, byte: u8) -> u8;
    fn classes(&self) -> &[u8; 256];
    /// The next state, by class.
    fn next(&self, shift: u32, state: u16, class: u8) -> u16;
    fn accepts(&self, state: u16) -> bool;
    fn start(&self) -> u16;
    fn class_count(&self) -> u16;
    fn ascii(&self) -> Option<&AsciiLoop>;

    fn shift(&self) -> u32 {
        self.class_count().trailing_zeros().min(8)
    }
}

impl Tables for DfaView<'_> {
    #[inline]
    fn class(&self, byte: u8) -> u8 {
        self.classes[byte as usize]
    }

    #[inline]
    fn classes(&self) -> &[u8; 256] {
        self.classes
    }

    #[inline]
    fn next(&self, shift: u32, state: u16, class: u8) -> u16 {
        self.transitions.get((usize::from(state) << shift) + usize::from(class)).map_or(0, |next| next.get())
    }

    #[inline]
    fn accepts(&self, state: u16) -> bool {
        self.accepting.get(usize::from(state >> 3)).is_some_and(|bits| bits >> (state & 7) & 1 != 0)
    }

    #[inline]
    fn start(&self) -> u16 {
        self.start
    }

    #[inline]
    fn class_count(&self) -> u16 {
        self.class_count
    }

    #[inline]
    fn ascii(&self) -> Option<&AsciiLoop> {
        self.ascii.as_ref()
    }
}

impl Tables for Dfa {
    fn class(&self, byte: u8) -> u8 {
        self.classes[byte as usize]
    }

    fn classes(&self) -> &[u8; 256] {
        &self.classes
    }

    fn next(&self, shift: u32, state: u16, class: u8) -> u16 {
        self.transitions.get((usize::from(state) << shift) + usize::from(class)).copied().unwrap_or(0)
    }

    fn accepts(&self, state: u16) -> bool {
        self.accepting.get(usize::from(state)).copied().unwrap_or(false)
    }

    fn start(&self) -> u16 {
        self.start
    }

    fn class_count(&self) -> u16 {
        self.class_count
    }

    fn ascii(&self) -> Option<&AsciiLoop> {
        self.ascii.as_ref()
    }
}

/// The state after the value, or the offset of the character that leads to the dead state.
#[inline]
fn run<T: Tables>(tables: &T, bytes: &[u8]) -> Result<u16, usize> {
    let start = tables.start();
    if start == 0 {
        // Nothing is accepted: not even the first character can be right.
        return if bytes.is_empty() { Ok(0) } else { Err(0) };
    }
    match tables.ascii() {
        Some(ascii) => run_skipping(tables, ascii, bytes),
        None => run_plain(tables, bytes),
    }
}

#[inline]
fn run_plain<T: Tables>(tables: &T, bytes: &[u8]) -> Result<u16, usize> {
    let shift = tables.shift();
    let mut state = tables.start();
    for (i, &byte) in bytes.iter().enumerate() {
        state = tables.next(shift, state, tables.class(byte));
        if state == 0 {
            return Err(char_start(bytes, i));
        }
    }
    Ok(state)
}

/// Skips what can be skipped, and follows the automaton from the last byte before what cannot.
#[inline]
fn run_skipping<T: Tables>(tables: &T, ascii: &AsciiLoop, bytes: &[u8]) -> Result<u16, usize> {
    let shift = tables.shift();
    let start = tables.start();
    let mut state = start;
    let mut at = 0;
    loop {
        let end = skip(tables.classes(), ascii, bytes, at);
        if end > at {
            let last = bytes.get(end - 1).copied().unwrap_or(0);
            state = tables.next(shift, start, tables.class(last));
        }
        at = end;
        loop {
            let Some(&byte) = bytes.get(at) else { return Ok(state) };
            let class = tables.class(byte);
            if u16::from(class) < ascii.classes && state <= ascii.resume {
                break;
            }
            state = tables.next(shift, state, class);
            if state == 0 {
                return Err(char_start(bytes, at));
            }
            at += 1;
        }
    }
}

/// Where the first byte that is not in the skippable set stands, from `at` on.
#[inline]
fn skip(classes: &[u8; 256], ascii: &AsciiLoop, bytes: &[u8], mut at: usize) -> usize {
    let printable = ascii.mask & PRINTABLE == PRINTABLE;
    loop {
        if printable {
            at = skip_printable(bytes, at);
        }
        // Bytes of the set that are not printable (line breaks), and the ends of short texts.
        match bytes.get(at) {
            Some(&byte) if u16::from(classes[byte as usize]) < ascii.classes => at += 1,
            _ => return at,
        }
    }
}

/// Skips bytes from 20 to 7E, eight at a time; of the last seven bytes of a short text it may leave some.
#[inline]
fn skip_printable(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let other = not_printable(u64::from_le_bytes(chunk));
        if other != 0 {
            return at + (other.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    // The last eight bytes again, without those that were looked at; what is shifted in is not printable.
    match bytes.last_chunk::<8>() {
        Some(&chunk) if at < bytes.len() => {
            let left = bytes.len() - at;
            let word = u64::from_le_bytes(chunk) >> (8 * (8 - left));
            at + (not_printable(word).trailing_zeros() / 8) as usize
        }
        _ => at,
    }
}

/// The high bit of the first byte that is not 20 to 7E, and perhaps of some after it; else 0.
#[inline]
fn not_printable(word: u64) -> u64 {
    (word | word.wrapping_sub(ONES * 0x20) | word.wrapping_add(ONES)) & (ONES * 0x80)
}

/// The bytes 20 to 7E.
const PRINTABLE: u128 = (u128::MAX >> 1) ^ 0xFFFF_FFFF;
const ONES: u64 = 0x0101_0101_0101_0101;

/// The offset of the character that the byte at `i` belongs to.
#[cold]
fn char_start(bytes: &[u8], i: usize) -> usize {
    (i.saturating_sub(3)..=i).rev().find(|&at| bytes.get(at).is_none_or(|b| b & 0xC0 != 0x80)).unwrap_or(i)
}
