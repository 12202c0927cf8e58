//! Numbers.

use super::Builtin;
use std::cmp::Ordering;
use std::str::FromStr;

/// `[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)` (3.2.3.1).
pub(super) fn is_decimal(s: &[u8]) -> bool {
    let (_, digits) = split_sign(s);
    let mut point = false;
    let mut any = false;
    for &c in digits {
        match c {
            b'0'..=b'9' => any = true,
            b'.' if !point => point = true,
            _ => return false,
        }
    }
    any
}

/// An integer in the bounds of its type.
pub(super) fn is_integer(b: Builtin, s: &[u8]) -> bool {
    use Builtin::*;
    let (negative, digits) = split_sign(s);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let zeros = digits.iter().take_while(|&&c| c == b'0').count();
    let size = digits.get(zeros..).unwrap_or_default();
    let signed = |negative_bound: &[u8], positive_bound: &[u8]| {
        at_most(size, if negative { negative_bound } else { positive_bound })
    };
    // 3.3.21.1 and on: digits alone, no sign.
    let unsigned = |bound: &[u8]| digits.len() == s.len() && at_most(size, bound);
    match b {
        NonPositiveInteger => negative || size.is_empty(),
        NegativeInteger => negative && !size.is_empty(),
        NonNegativeInteger => !negative || size.is_empty(),
        PositiveInteger => !negative && !size.is_empty(),
        Long => signed(b"9223372036854775808", b"9223372036854775807"),
        Int => signed(b"2147483648", b"2147483647"),
        Short => signed(b"32768", b"32767"),
        Byte => signed(b"128", b"127"),
        UnsignedLong => unsigned(b"18446744073709551615"),
        UnsignedInt => unsigned(b"4294967295"),
        UnsignedShort => unsigned(b"65535"),
        UnsignedByte => unsigned(b"255"),
        _ => true,
    }
}

/// Whether a number is at most another, both by their digits without zeros before them.
fn at_most(digits: &[u8], bound: &[u8]) -> bool {
    digits.len().cmp(&bound.len()).then_with(|| digits.cmp(bound)).is_le()
}

/// `[+-]?mantissa([Ee][+-]?[0-9]+)?|-?INF|NaN` (3.2.4.1).
pub(super) fn is_float(s: &[u8]) -> bool {
    if matches!(s, b"INF" | b"-INF" | b"NaN") {
        return true;
    }
    match s.iter().position(|c| matches!(c, b'e' | b'E')) {
        None => is_decimal(s),
        Some(e) => {
            let exponent = s.get(e + 1..).unwrap_or_default();
            s.get(..e).is_some_and(is_decimal) && is_integer(Builtin::Integer, exponent)
        }
    }
}

/// How many digits a valid decimal has: all of them, and those of its fraction, as `totalDigits` and
/// `fractionDigits` count them (4.3.11, 4.3.12).
///
/// It is the value that counts, not its writing: zeros that change nothing are no digits. A fraction's digits are
/// part of all digits even where they are zeros (`0.001` has three). Zero has one digit.
#[must_use]
pub fn digits(decimal: &str) -> (usize, usize) {
    let parts = Parts::of(decimal.as_bytes());
    let fraction = parts.fraction.len();
    ((parts.whole.len() + fraction).max(1), fraction)
}

/// How two valid decimals of any length compare.
pub(super) fn compare_decimals(a: &[u8], c: &[u8]) -> Ordering {
    let (a, c) = (Parts::of(a), Parts::of(c));
    let size = |a: &Parts, c: &Parts| {
        let whole = a.whole.len().cmp(&c.whole.len()).then_with(|| a.whole.cmp(c.whole));
        whole.then_with(|| a.fraction.cmp(c.fraction))
    };
    match (a.negative, c.negative) {
        (false, false) => size(&a, &c),
        (true, true) => size(&c, &a),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// A decimal without what changes nothing.
struct Parts<'a> {
    /// Never for zero.
    negative: bool,
    /// Without zeros before it.
    whole: &'a [u8],
    /// Without zeros after it.
    fraction: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(s: &'a [u8]) -> Self {
        let (negative, digits) = split_sign(s);
        let point = digits.iter().position(|&c| c == b'.').unwrap_or(digits.len());
        let whole = digits.get(..point).unwrap_or_default();
        let zeros = whole.iter().take_while(|&&c| c == b'0').count();
        let whole = whole.get(zeros..).unwrap_or_default();
        let fraction = digits.get(point + 1..).unwrap_or_default();
        let zeros = fraction.iter().rev().take_while(|&&c| c == b'0').count();
        let fraction = fraction.get(..fraction.len() - zeros).unwrap_or_default();
        Parts { negative: negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction }
    }
}

/// How two valid floats compare: NaN equals itself and nothing else (3.2.4).
pub(super) fn compare_floats<F: FromStr + PartialOrd>(a: &[u8], c: &[u8]) -> Option<Ordering> {
    if a == b"NaN" && c == b"NaN" {
        return Some(Ordering::Equal);
    }
    let value = |s: &[u8]| std::str::from_utf8(s).ok()?.parse::<F>().ok();
    value(a)?.partial_cmp(&value(c)?)
}

fn split_sign(s: &[u8]) -> (bool, &[u8]) {
    match s.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, s),
    }
}
