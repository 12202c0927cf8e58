//! Bytes, byte order marks, declared encodings.

use super::Class::{Same, Several, Single};
use super::{Change, Context, Kind, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("byte-order-mark", Same, |cx| {
        let (mut bytes, text) = (vec![0xEF, 0xBB, 0xBF], &cx.source.text);
        if text.starts_with('\u{FEFF}') {
            return None;
        }
        bytes.extend(text.bytes());
        Some(Change::Bytes(bytes, 0))
    }),
    kind("byte-order-mark-twice", Single, |cx| {
        let text = cx.source.text.trim_start_matches('\u{FEFF}');
        Some(Change::Bytes(format!("\u{FEFF}\u{FEFF}{text}").into_bytes(), 0))
    }),
    kind("utf-16", Same, |cx| {
        let declared = cx.one_of(&["UTF-16", "utf-16", ""]);
        let little = cx.rng.one_in(2);
        Some(Change::Bytes(utf16(&declare(cx, &declared)?, little, true), 0))
    }),
    kind("utf-16-without-mark", Several, |cx| {
        let little = cx.rng.one_in(2);
        let declared = if little { "UTF-16LE" } else { "UTF-16BE" };
        Some(Change::Bytes(utf16(&declare(cx, declared)?, little, false), 0))
    }),
    kind("utf-16-broken", Several, |cx| {
        let little = cx.rng.one_in(2);
        let mut bytes = utf16(&declare(cx, "UTF-16")?, little, true);
        let at = cx.rng.below(bytes.len() / 2) * 2;
        let unit: u16 = *cx.rng.pick(&[0xD800_u16, 0xDC00, 0xFFFE, 0xFFFF, 0x0000, 0x0001])?;
        let unit = if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        bytes.get_mut(at..at + 2)?.copy_from_slice(&unit);
        if cx.rng.one_in(6) {
            bytes.pop();
        }
        Some(Change::Bytes(bytes, at))
    }),
    kind("iso-8859-1", Same, |cx| {
        let declared = cx.one_of(&["ISO-8859-1", "iso-8859-1"]);
        let text = declare(cx, &declared)?;
        // What Latin-1 does not have is written as a reference, which only text and attribute values can hold.
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars() {
            match u8::try_from(u32::from(character)) {
                Ok(byte) => bytes.push(byte),
                Err(_) => bytes.extend(format!("&#{};", u32::from(character)).bytes()),
            }
        }
        Some(Change::Bytes(bytes, 0))
    }),
    kind("iso-8859-1-bytes-as-utf-8", Single, |cx| {
        let text = declare(cx, "UTF-8")?;
        let at = text.find(|c: char| !c.is_ascii() && u32::from(c) < 256)?;
        let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        Some(Change::Bytes(bytes, at))
    }),
    kind("utf-8-declared-as-latin-1", Several, |cx| {
        Some(Change::Bytes(declare(cx, "ISO-8859-1")?.into_bytes(), 0))
    }),
    kind("utf-8-declared-as-utf-16", Single, |cx| {
        let name = cx.one_of(&["UTF-16", "utf-16"]);
        Some(Change::Bytes(declare(cx, &name)?.into_bytes(), 0))
    }),
    kind("utf-16-declared-as-utf-8", Single, |cx| {
        let name = cx.one_of(&["UTF-8", "ISO-8859-1"]);
        let little = cx.rng.one_in(2);
        Some(Change::Bytes(utf16(&declare(cx, &name)?, little, true), 0))
    }),
    kind("encoding-unknown", Single, |cx| {
        let name = cx.one_of(&["UTF-9", "foo", "x-unbekannt", "UTF_8_", "8859"]);
        Some(Change::Bytes(declare(cx, &name)?.into_bytes(), 0))
    }),
    kind("utf-8-broken", Single, |cx| {
        let mut bytes = cx.source.text.clone().into_bytes();
        let mut at = cx.rng.below(bytes.len());
        while !cx.source.text.is_char_boundary(at) {
            at -= 1;
        }
        let broken: &[&[u8]] = &[
            &[0x80],
            &[0xBF],
            &[0xC0, 0x80],
            &[0xC1, 0xBF],
            &[0xE0, 0x80, 0x80],
            &[0xED, 0xA0, 0x80],
            &[0xED, 0xB0, 0x80],
            &[0xF0, 0x80, 0x80, 0x80],
            &[0xF4, 0x90, 0x80, 0x80],
            &[0xF8, 0x88, 0x80, 0x80, 0x80],
            &[0xFF],
            &[0xFE],
            &[0xC3],
            &[0xE2, 0x82],
            &[0xF0, 0x9F, 0x98],
            &[0xE4],
        ];
        let piece = cx.rng.pick(broken)?;
        bytes.splice(at..at, piece.iter().copied());
        Some(Change::Bytes(bytes, at))
    }),
    kind("byte-changed-anywhere", Several, |cx| {
        let mut bytes = cx.source.text.clone().into_bytes();
        let at = cx.rng.below(bytes.len());
        *bytes.get_mut(at)? = (cx.rng.next() & 0xFF) as u8;
        Some(Change::Bytes(bytes, at))
    }),
    kind("bytes-appended", Several, |cx| {
        let mut bytes = cx.source.text.clone().into_bytes();
        let at = bytes.len();
        let tail: &[&[u8]] =
            &[b"\0", b"\0\0\0", b"\n\0", b"\x1A", b" \n", &[0xFF], &[0xEF, 0xBB, 0xBF], b"<"];
        bytes.extend_from_slice(cx.rng.pick(tail)?);
        Some(Change::Bytes(bytes, at))
    }),
];

/// The message's text with a declaration of that encoding (without one where it is empty).
fn declare(cx: &mut Context<'_>, encoding: &str) -> Option<String> {
    let text = cx.source.text.trim_start_matches('\u{FEFF}');
    let body = if text.starts_with("<?xml ") { text.get(text.find("?>")? + 2..)? } else { text };
    let declaration = if encoding.is_empty() {
        "<?xml version=\"1.0\"?>".to_owned()
    } else {
        format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>")
    };
    Some(declaration + body)
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF_u16);
    let units = mark.into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}
