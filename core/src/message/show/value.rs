//! Values as people read them: dates, truth values, numbers, documents.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{NONE, Type, variety};

use crate::message::report::Lang;

/// What kind of value a simple type holds, as far as showing it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Date,
    YearMonth,
    Year,
    DateTime,
    Time,
    Boolean,
    Number,
    Base64,
    Hex,
    Text,
}

impl Kind {
    /// The kind of a type's values; [`Kind::Text`] where it has none or several.
    pub(super) fn of(pack: &Pack<'_>, ty: &Type) -> Self {
        Self::of_simple(pack, ty.simple.get())
    }

    /// As [`Kind::of`], for a row of `simples`.
    pub(super) fn of_simple(pack: &Pack<'_>, simple: u32) -> Self {
        let Some(simple) = pack.simples.get(simple as usize) else { return Self::Text };
        if simple.variety != variety::ATOMIC {
            return Self::Text;
        }
        // The built-in type of number n is row n of the types.
        let name = pack.types.get(usize::from(simple.builtin)).map_or(NONE, |row| row.name.get());
        match pack.local(name) {
            "date" => Self::Date,
            "gYearMonth" => Self::YearMonth,
            "gYear" => Self::Year,
            "dateTime" => Self::DateTime,
            "time" => Self::Time,
            "boolean" => Self::Boolean,
            "base64Binary" => Self::Base64,
            "hexBinary" => Self::Hex,
            "decimal" | "float" | "double" | "integer" | "nonPositiveInteger" | "negativeInteger"
            | "nonNegativeInteger" | "positiveInteger" | "long" | "int" | "short" | "byte"
            | "unsignedLong" | "unsignedInt" | "unsignedShort" | "unsignedByte" => Self::Number,
            _ => Self::Text,
        }
    }

    /// A date, whole or in part.
    pub(super) fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::YearMonth | Self::Year)
    }
}

/// A value for people. What does not have the form of its kind is shown as it stands.
pub(super) fn shown(kind: Kind, text: &str, lang: Lang) -> String {
    let trimmed = text.trim();
    let special = match kind {
        Kind::Date => date(trimmed, lang),
        Kind::YearMonth => year_month(trimmed, lang),
        Kind::Year => None,
        Kind::DateTime => date_time(trimmed, lang),
        Kind::Time => time(trimmed, lang),
        Kind::Boolean => boolean(trimmed, lang),
        Kind::Base64 => Some(document(&Base64::new(trimmed), lang)),
        Kind::Hex => Some(document(&hex(trimmed), lang)),
        Kind::Number | Kind::Text => None,
    };
    special.unwrap_or_else(|| printable(if kind == Kind::Text { text } else { trimmed }))
}

/// The text without control characters, which would work on the terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => c,
            '\t' | '\r' => ' ',
            c if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') => {
                '\u{FFFD}'
            }
            c => c,
        })
        .collect()
}

fn boolean(text: &str, lang: Lang) -> Option<String> {
    let yes = match text {
        "true" | "1" => true,
        "false" | "0" => false,
        _ => return None,
    };
    Some(
        match (lang, yes) {
            (Lang::De, true) => "ja",
            (Lang::De, false) => "nein",
            (Lang::En, true) => "yes",
            (Lang::En, false) => "no",
        }
        .to_owned(),
    )
}

/// `2026-12-31` as `31.12.2026`; a zone stays behind it.
fn date(text: &str, lang: Lang) -> Option<String> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, zone) = digits(rest.strip_prefix('-')?, 2)?;
    let zone = zone_of(zone)?;
    Some(match lang {
        Lang::De => format!("{day}.{month}.{year}{zone}"),
        Lang::En => format!("{year}-{month}-{day}{zone}"),
    })
}

fn year_month(text: &str, lang: Lang) -> Option<String> {
    let (year, rest) = digits(text, 4)?;
    let (month, zone) = digits(rest.strip_prefix('-')?, 2)?;
    let zone = zone_of(zone)?;
    Some(match lang {
        Lang::De => format!("{month}.{year}{zone}"),
        Lang::En => format!("{year}-{month}{zone}"),
    })
}

fn date_time(text: &str, lang: Lang) -> Option<String> {
    let (day, clock) = text.split_once('T')?;
    Some(format!("{}, {}", date(day, lang)?, time(clock, lang)?))
}

/// Hours, minutes and seconds; fractions are left out.
fn time(text: &str, lang: Lang) -> Option<String> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let rest = rest
        .strip_prefix('.')
        .map_or(rest, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zone = zone_of(rest)?;
    Some(match lang {
        Lang::De => format!("{hour}:{minute}:{second} Uhr{zone}"),
        Lang::En => format!("{hour}:{minute}:{second}{zone}"),
    })
}

/// The zone for people; none where the text is not one.
fn zone_of(text: &str) -> Option<String> {
    match text {
        "" => Some(String::new()),
        "Z" => Some(" (UTC)".to_owned()),
        _ if text.len() == 6 && text.starts_with(['+', '-']) => Some(format!(" (UTC{text})")),
        _ => None,
    }
}

fn digits(text: &str, count: usize) -> Option<(&str, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    head.bytes().all(|byte| byte.is_ascii_digit()).then_some((head, rest))
}

/// The beginning of a binary value and its whole length.
struct Base64 {
    head: Vec<u8>,
    length: usize,
}

impl Base64 {
    fn new(text: &str) -> Self {
        let mut head = Vec::with_capacity(16);
        let (mut bits, mut count) = (0_u32, 0);
        for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
            let six = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => break,
            };
            bits = bits << 6 | u32::from(six);
            count += 6;
            if count >= 8 {
                count -= 8;
                head.push((bits >> count) as u8);
                bits &= (1 << count) - 1;
            }
            if head.len() >= 16 {
                break;
            }
        }
        let letters = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').count();
        Self { head, length: letters / 4 * 3 + letters % 4 * 3 / 4 }
    }
}

fn hex(text: &str) -> Base64 {
    let head =
        text.as_bytes().chunks_exact(2).take(16).map_while(|pair| {
            std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())
        });
    Base64 { head: head.collect(), length: text.len() / 2 }
}

/// `Dokument (PDF, 12 kB)`.
fn document(data: &Base64, lang: Lang) -> String {
    let head = data.head.as_slice();
    let (image, form) = match head {
        [b'%', b'P', b'D', b'F', ..] => (false, "PDF"),
        [0x89, b'P', b'N', b'G', ..] => (true, "PNG"),
        [0xFF, 0xD8, 0xFF, ..] => (true, "JPEG"),
        [0, 0, 0, 12, b'j', b'P', ..] | [0xFF, 0x4F, 0xFF, 0x51, ..] => (true, "JPEG 2000"),
        [b'G', b'I', b'F', b'8', ..] => (true, "GIF"),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => (true, "TIFF"),
        [0xFF, 0xA0, ..] => (true, "WSQ"),
        [b'P', b'K', 3, 4, ..] => (false, "ZIP"),
        [b'<', b'?', b'x', b'm', b'l', ..] => (false, "XML"),
        _ => (false, ""),
    };
    let noun = match (image, lang) {
        (true, Lang::De) => "Bild",
        (true, Lang::En) => "image",
        (false, Lang::De) => "Dokument",
        (false, Lang::En) => "document",
    };
    let comma = if form.is_empty() { "" } else { ", " };
    format!("{noun} ({form}{comma}{})", size(data.length, lang))
}

fn size(bytes: usize, lang: Lang) -> String {
    let (value, unit) = match bytes {
        0..1_000 => return format!("{bytes} {}", if lang == Lang::De { "Byte" } else { "bytes" }),
        1_000..1_000_000 => (bytes as f64 / 1e3, "kB"),
        _ => (bytes as f64 / 1e6, "MB"),
    };
    let number = if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") };
    format!("{} {unit}", if lang == Lang::De { number.replace('.', ",") } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn de(kind: Kind, text: &str) -> String {
        shown(kind, text, Lang::De)
    }

    #[test]
    fn dates_are_german() {
        assert_eq!(de(Kind::Date, "2026-12-31"), "31.12.2026");
        assert_eq!(de(Kind::Date, "2026-12-31+02:00"), "31.12.2026 (UTC+02:00)");
        assert_eq!(de(Kind::YearMonth, "1990-05"), "05.1990");
        assert_eq!(de(Kind::Year, " 1990 "), "1990");
        assert_eq!(de(Kind::DateTime, "2026-07-01T10:15:00.123Z"), "01.07.2026, 10:15:00 Uhr (UTC)");
        assert_eq!(shown(Kind::Date, "2026-12-31", Lang::En), "2026-12-31");
    }

    #[test]
    fn what_has_not_the_form_is_shown_as_it_stands() {
        for text in ["31.12.2026", "", "2026-1", "2026-12-31?", "äöüß-12-31"] {
            assert_eq!(de(Kind::Date, text), text);
        }
        assert_eq!(de(Kind::Boolean, "vielleicht"), "vielleicht");
    }

    #[test]
    fn truth_values() {
        assert_eq!(de(Kind::Boolean, "true"), "ja");
        assert_eq!(de(Kind::Boolean, "0"), "nein");
        assert_eq!(shown(Kind::Boolean, "1", Lang::En), "yes");
    }

    #[test]
    fn documents_by_their_first_bytes() {
        assert_eq!(de(Kind::Base64, "JVBERi0xLjcK"), "Dokument (PDF, 9 Byte)");
        let pdf = format!("JVBERi0x{}", "AAAA".repeat(3_998));
        assert_eq!(de(Kind::Base64, &pdf), "Dokument (PDF, 12 kB)");
        assert_eq!(de(Kind::Base64, "/9j/4AAQSkZJRg=="), "Bild (JPEG, 10 Byte)");
        assert_eq!(de(Kind::Hex, "89504E470D0A1A0A"), "Bild (PNG, 8 Byte)");
        assert_eq!(de(Kind::Base64, ""), "Dokument (0 Byte)");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(de(Kind::Text, "a\u{9B}31mb\u{202E}c"), "a\u{FFFD}31mb\u{FFFD}c");
    }
}
