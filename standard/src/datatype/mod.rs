//! The built-in simple types of XML Schema 1.0 (Part 2, second edition, chapter 3).
//!
//! Whether a text is in the lexical space of a type ([`valid`]), and what facets and fixed values need of the value
//! space: [`equal`], [`compare`], [`length`], [`digits`]. Everything takes text whose white space is already
//! [`normalize`]d as the type says. Nothing is allocated but by `normalize` where it has to change the text.
//!
//! What depends on the document is not looked at here: that an ID is there once and an IDREF has one (Part 1,
//! cvc-id), that the prefix of a QName is declared, that an ENTITY is a declared entity (Part 1,
//! cvc-simple-type 2; without a document type there is none, so such a value is never valid in a document).
//!
//! # Where libxml2 differs
//!
//! Found by trying libxml2 2.9.14. Paragraphs are those of Part 2.
//!
//! | type | value | recommendation, and this module | libxml2 2.9.14 |
//! |---|---|---|---|
//! | decimal, integer and derived from them | more than 24 digits | 3.2.3: any number of them (18 at least) | refused, zeros before and after counted in part |
//! | float, double | `1E`, `1E+` | 3.2.4.1: an exponent is an integer | accepted |
//! | duration | `PT1.S`, `PT.5S` | 3.2.6.1: seconds are `[0-9]+(\.[0-9]+)?` | accepted |
//! | duration, dateTime, date, gYear, gYearMonth | numbers over 64 bits | 3.2.6.1, 3.2.7.1: any number of digits | refused |
//! | dateTime, time | `23:59:59.99999999999999999` | 3.2.7.1: any number of digits | refused: it is rounded up to 60 |
//! | IDREFS | the empty text | 3.3.10: at least one item | accepted |
//! | anyURI | `//host:` | 3.2.17.1, RFC 2396 3.2.2: the port may be empty | refused |
//! | anyURI | `//host:99999999999` | 3.2.17.1: no bound | refused |
//! | anyURI | `?[`, `?]` | 3.2.17.1, RFC 2732 3: reserved, so allowed in a query | refused |
//! | anyURI | `//[?#/]` | 3.2.17.1, RFC 2732 3: no `/`, `?` or `#` between the brackets | accepted |
//! | base64Binary | `AA-AA`, `Z_g==`, `Zg==.`: other characters | 3.2.16: not in the alphabet | accepted, passed over |
//! | float, double | NaN against another number | 3.2.4: no order | NaN is the greater |
//! | time | order of values with different zones | 3.2.8: as dateTime on one day | by the hour alone |
//! | dateTime, gMonthDay, gDay, gMonth | order of values of which one has a zone, or by a zone over the end of a year | 3.2.7.4 | sometimes an order where there is none, or the other one |
//!
//! Both agree, though it is often thought otherwise: the year 0000 is refused (3.2.7), `24:00:00` is accepted
//! (3.2.7.1), zones go from -14:00 to +14:00 (3.2.7.3), a sign is refused before unsignedLong and its kin
//! (3.3.21.1), `1.` and `.5` are decimals, base64Binary may have white space anywhere but bits left over
//! must be 0 (3.2.16). For anyURI both read RFC 2396 as RFC 3986 has it since (an empty text after the scheme,
//! one `@` and one port); the recommendation asks little there (3.2.17.1, note).

mod binary;
mod builtin;
mod number;
mod space;
mod text;
mod time;

#[cfg(test)]
mod tests;

pub use builtin::{Builtin, WhiteSpace};
pub use number::digits;
pub use space::normalize;

use std::cmp::Ordering;

/// Whether a text is in the lexical space of a type. `normalized` has its white space as [`normalize`] leaves it for
/// the type; base64Binary may also be handed over as it stands.
#[must_use]
pub fn valid(b: Builtin, normalized: &str) -> bool {
    use Builtin::*;
    let s = normalized.as_bytes();
    match b {
        // Once it is normalized, any text is a normalizedString or a token.
        AnySimpleType | String | NormalizedString | Token => true,
        Language => text::is_language(s),
        Nmtoken => text::is_nmtoken(normalized),
        Nmtokens => text::is_list(normalized, text::is_nmtoken),
        Name => text::is_name(normalized),
        NcName | Id | Idref | Entity => text::is_ncname(normalized),
        Idrefs | Entities => text::is_list(normalized, text::is_ncname),
        QName | Notation => text::is_qname(normalized),
        AnyUri => text::is_uri(s),
        Boolean => matches!(s, b"true" | b"false" | b"1" | b"0"),
        Decimal => number::is_decimal(s),
        Float | Double => number::is_float(s),
        HexBinary => binary::is_hex(s),
        Base64Binary => binary::is_base64(s),
        Duration => time::is_duration(s),
        DateTime | Time | Date | GYearMonth | GYear | GMonthDay | GDay | GMonth => time::is_valid(b, s),
        Integer | NonPositiveInteger | NegativeInteger | Long | Int | Short | Byte | NonNegativeInteger
        | UnsignedLong | UnsignedInt | UnsignedShort | UnsignedByte | PositiveInteger => {
            number::is_integer(b, s)
        }
    }
}

/// Whether two valid, normalized texts mean the same value of a type: `1.0` and `1` as decimals, for example. QNames
/// are compared as they are written. Where one is not valid the answer says nothing.
#[must_use]
pub fn equal(b: Builtin, a: &str, c: &str) -> bool {
    if let Some(item) = b.item() {
        let (mut a, mut c) = (text::items(a), text::items(c));
        loop {
            match (a.next(), c.next()) {
                (None, None) => return true,
                (Some(a), Some(c)) if equal(item, a, c) => {}
                _ => return false,
            }
        }
    }
    match b.primitive() {
        Builtin::Boolean => matches!(a, "true" | "1") == matches!(c, "true" | "1"),
        Builtin::HexBinary => a.eq_ignore_ascii_case(c),
        Builtin::Base64Binary => binary::equal_base64(a.as_bytes(), c.as_bytes()),
        _ if b.is_ordered() => compare(b, a, c) == Some(Ordering::Equal),
        _ => a == c,
    }
}

/// How two valid, normalized texts compare as values of a type (for the facets `minInclusive` and the like). `None`
/// where the type has no order, or its order leaves these two open: dates of which only one has a time zone and
/// that are too near, some durations, NaN and another number.
#[must_use]
pub fn compare(b: Builtin, a: &str, c: &str) -> Option<Ordering> {
    let (a, c) = (a.as_bytes(), c.as_bytes());
    match b.primitive() {
        Builtin::Decimal => Some(number::compare_decimals(a, c)),
        Builtin::Float => number::compare_floats::<f32>(a, c),
        Builtin::Double => number::compare_floats::<f64>(a, c),
        Builtin::Duration => time::compare_durations(a, c),
        primitive if primitive.is_ordered() => time::compare(primitive, a, c),
        _ => None,
    }
}

/// The length that the facets `length`, `minLength` and `maxLength` count: characters; octets of hexBinary and
/// base64Binary; items of a list. For QName and NOTATION these facets always hold (4.3.1.3): do not ask then.
#[must_use]
pub fn length(b: Builtin, s: &str) -> usize {
    if b.item().is_some() {
        return text::items(s).count();
    }
    match b.primitive() {
        Builtin::HexBinary => s.len() / 2,
        Builtin::Base64Binary => binary::length_base64(s.as_bytes()),
        _ => s.chars().count(),
    }
}
