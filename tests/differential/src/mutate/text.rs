//! Values: length, characters, white space, references, lexical forms.

use super::Class::{Same, Several, Single};
use super::{Context, Kind, Made, edit, escape, insert, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("text-empty", Single, |cx| {
        let leaf = cx.leaf()?;
        edit(leaf.content(), "")
    }),
    kind("text-spaces-only", Single, |cx| {
        replace(cx, &[" ", "   ", "\n", "\t", "&#10;", "&#13;", "&#9; ", "&#160;", "\u{2003}"])
    }),
    kind("text-long", Single, |cx| {
        let leaf = cx.leaf()?;
        let unit = cx.one_of(&["a", "ä", "1", "ab ", "0", "x-", "𝒳"]);
        let length = [30, 60, 101, 255, 256, 1000, 2001, 6000][cx.rng.below(8)];
        edit(leaf.content(), unit.repeat(length))
    }),
    kind("text-doubled", Single, |cx| {
        let leaf = cx.leaf()?;
        insert(leaf.content().end, cx.source.at(&leaf.content()))
    }),
    kind("text-shorter", Single, |cx| {
        let (leaf, characters) = plain(cx)?;
        let keep = cx.rng.below(characters.len());
        edit(leaf, escape(&characters.iter().take(keep).collect::<String>()))
    }),
    kind("text-character-changed", Single, |cx| {
        let (leaf, mut characters) = plain(cx)?;
        let at = cx.rng.below(characters.len());
        let near = ['0', '1', '9', 'a', 'z', 'A', 'Z', '-', '.', ' ', 'ß', 'Ł', ':', '/', '+', '\'', ','];
        *characters.get_mut(at)? = *cx.rng.pick(&near)?;
        edit(leaf, escape(&characters.iter().collect::<String>()))
    }),
    kind("text-character-inserted", Single, |cx| {
        let (leaf, mut characters) = plain(cx)?;
        let at = cx.rng.below(characters.len() + 1);
        let near = ['0', '5', 'a', 'Z', '-', '.', ' ', 'ü', ':', '_', '\t', '\n', 'T'];
        characters.insert(at, *cx.rng.pick(&near)?);
        edit(leaf, escape(&characters.iter().collect::<String>()))
    }),
    kind("text-letters-for-digits", Single, |cx| {
        let (leaf, mut characters) = plain(cx)?;
        for character in characters.iter_mut().filter(|c| c.is_ascii_digit()) {
            *character = if *character == '0' { 'O' } else { 'l' };
        }
        edit(leaf, escape(&characters.iter().collect::<String>()))
    }),
    kind("text-digits-of-other-scripts", Single, |cx| {
        let (leaf, mut characters) = plain(cx)?;
        let zero = *cx.rng.pick(&[0x0660_u32, 0x0966, 0xFF10, 0x1D7CE])?;
        for character in characters.iter_mut() {
            if let Some(digit) = character.to_digit(10) {
                *character = char::from_u32(zero + digit)?;
            }
        }
        edit(leaf, escape(&characters.iter().collect::<String>()))
    }),
    kind("text-foreign-characters", Single, |cx| {
        let (leaf, mut characters) = plain(cx)?;
        let foreign = [
            'Ж',
            'α',
            '中',
            'ع',
            'ה',
            '😀',
            '€',
            '§',
            '¿',
            '“',
            '„',
            '–',
            '…',
            '\u{AD}',
            '\u{200B}',
            '\u{FEFF}',
            '\u{E000}',
            '\u{F0000}',
            '~',
            '^',
            '`',
            '{',
            '|',
            '\\',
            '@',
            '<',
            '&',
            '>',
            '"',
            '\u{85}',
            '\u{2028}',
            '\u{A0}',
            '\u{FFFD}',
            'ŉ',
            'Ŀ',
            'ſ',
            'Ω',
            '²',
            'µ',
            '\u{149}',
            '\u{10FFFD}',
        ];
        let at = cx.rng.below(characters.len() + 1);
        characters.insert(at, *cx.rng.pick(&foreign)?);
        edit(leaf, escape(&characters.iter().collect::<String>()))
    }),
    kind("text-latin-letters", Single, |cx| {
        // Letters of DIN 91379, sequences with combining marks among them.
        let letters =
            ["Ș", "Ə", "ḩ", "Ẕ", "ʼ", "ʻ", "a̋", "C̨̆", "K͟H", "ß", "Ž̦", "ŀ", "Ǯ", "n̂", "ỹ", "Ø", "̄", "ẞ", "ȟ"];
        let (leaf, characters) = plain(cx)?;
        let at = cx.rng.below(characters.len() + 1);
        let (before, after) = characters.split_at(at);
        let letter = cx.one_of(&letters);
        let text =
            format!("{}{letter}{}", before.iter().collect::<String>(), after.iter().collect::<String>());
        edit(leaf, escape(&text))
    }),
    kind("text-not-nfc", Single, |cx| {
        let leaf = cx.leaf()?;
        let text = cx.one_of(&[
            "Mu\u{308}ller",
            "A\u{30A}s",
            "e\u{301}",
            "\u{212B}",
            "\u{1E9B}\u{323}",
            "\u{301}a",
            "\u{F900}",
        ]);
        edit(leaf.content(), text)
    }),
    kind("text-space-around", Single, |cx| {
        let leaf = cx.leaf()?;
        let space = cx
            .one_of(&[" ", "\n", "\t", "  ", "\r\n", "&#10;", "&#13;", "&#9;", "&#x20;", "\u{A0}", "\u{85}"]);
        let content = leaf.content();
        insert(if cx.rng.one_in(2) { content.start } else { content.end }, space)
    }),
    kind("text-space-within", Single, |cx| {
        let (leaf, mut characters) = plain(cx)?;
        let at = cx.rng.below(characters.len() + 1);
        for _ in 0..=cx.rng.below(3) {
            characters.insert(at, *cx.rng.pick(&[' ', '\n', '\t'])?);
        }
        edit(leaf, escape(&characters.iter().collect::<String>()))
    }),
    kind("text-control-reference", Single, |cx| {
        put(
            cx,
            &[
                "&#0;",
                "&#1;",
                "&#x8;",
                "&#11;",
                "&#x1F;",
                "&#xFFFE;",
                "&#xFFFF;",
                "&#xD800;",
                "&#xDFFF;",
                "&#x110000;",
                "&#99999999999;",
            ],
        )
    }),
    kind("text-control-character", Single, |cx| {
        put(cx, &["\u{1}", "\u{8}", "\u{B}", "\u{C}", "\u{1F}", "\u{FFFE}", "\u{FFFF}", "\u{0}"])
    }),
    kind("text-c1-control", Single, |cx| {
        put(cx, &["\u{7F}", "\u{80}", "\u{85}", "\u{9F}", "&#x85;", "&#x7F;", "&#x96;"])
    }),
    kind("text-as-references", Same, |cx| {
        let (leaf, characters) = plain(cx)?;
        let hex = cx.rng.one_in(2);
        let text = characters.iter().map(|c| {
            let number = u32::from(*c);
            if hex { format!("&#x{number:X};") } else { format!("&#{number:03};") }
        });
        edit(leaf, text.collect::<String>())
    }),
    kind("text-as-cdata", Same, |cx| {
        let (leaf, characters) = plain(cx)?;
        let text: String = characters.iter().collect();
        if text.contains("]]>") {
            return None;
        }
        let at = text.char_indices().nth(cx.rng.below(characters.len())).map_or(0, |(at, _)| at);
        let (before, after) = text.split_at(at);
        edit(leaf, format!("{}<![CDATA[{after}]]>", escape(before)))
    }),
    kind("text-split", Same, |cx| {
        let (leaf, characters) = plain(cx)?;
        let (before, after) = characters.split_at(cx.rng.below(characters.len() + 1));
        let between =
            cx.one_of(&["<!-- x -->", "<?p i?>", "<![CDATA[]]>", "<!----><!-- - -->", "<?xml-x ?>"]);
        let text = |part: &[char]| escape(&part.iter().collect::<String>());
        edit(leaf, format!("{}{between}{}", text(before), text(after)))
    }),
    kind("entity-undefined", Single, |cx| {
        put(cx, &["&foo;", "&nbsp;", "&auml;", "&copy;", "&Amp;", "&AMP;"])
    }),
    kind("entity-predefined", Single, |cx| {
        put(cx, &["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#38;", "&#60;", ">", "\"", "'"])
    }),
    kind("entity-malformed", Single, |cx| {
        put(
            cx,
            &[
                "&", "& ", "&;", "&#;", "&#x;", "&#xG;", "&#12", "&amp", "&#X41;", "&a b;", "&#-1;", "&1;",
                "&#1x;",
            ],
        )
    }),
    kind("text-date", Single, |cx| {
        replace(
            cx,
            &[
                "2026-02-28",
                "2026-02-29",
                "2024-02-29",
                "1900-02-29",
                "2000-02-29",
                "2026-13-01",
                "2026-00-10",
                "2026-04-31",
                "2026-1-1",
                "26-01-01",
                "02026-01-01",
                "12026-01-01",
                "-0044-03-15",
                "0000-01-01",
                "-0000-01-01",
                "2026-01-01Z",
                "2026-01-01+01:00",
                "2026-01-01-14:00",
                "2026-01-01+14:01",
                "2026-01-01+15:00",
                "2026-01-01z",
                "2026-01",
                "2026",
                "--12",
                "--12-31",
                "---31",
                "01.01.2026",
                "2026/01/01",
                "2026-01-32",
                "+2026-01-01",
                "2026-01-00",
                " 2026-01-01 ",
                "2026-01Z",
                "2026Z",
                "2026-13",
                "2026-00",
                "0000",
                "99999",
                "1",
                "2026-01-01T00:00:00",
                "0001-01-01",
                "2026-01-01+1:00",
                "2026-01-01+0100",
                "2026-01-01+13:59",
                "2026-01-01-00:00",
                "2026-12-31+14:00",
            ],
        )
    }),
    kind("text-time-stamp", Single, |cx| {
        replace(
            cx,
            &[
                "2026-01-01T00:00:00",
                "2026-01-01T24:00:00",
                "2026-01-01T24:00:01",
                "2026-01-01T23:59:60",
                "2026-01-01T12:00",
                "2026-01-01T12:00:00Z",
                "2026-01-01T12:00:00.000Z",
                "2026-01-01T12:00:00.123456789012+01:00",
                "2026-01-01 12:00:00",
                "2026-01-01t12:00:00",
                "2026-01-01T12:00:00.",
                "2026-01-01T12:60:00",
                "2026-01-01T25:00:00",
                "2026-01-01T1:00:00",
                "2026-01-01T12:00:00+14:00",
                "2026-01-01T12:00:00+14:30",
                "2026-01-01T12:00:00-24:00",
                "T12:00:00",
                "12:00:00",
                "24:00:00",
                "24:00:00.0",
                "24:00:00.1",
                "12:00:60",
                "12:00:00Z",
                "12:00",
                "2026-02-30T12:00:00Z",
                "2026-01-01T12:00:00,5",
                "2026-01-01T24:00:00Z",
                "2026-01-01T24:00:00.000",
                "P1Y",
                "P1M2DT3H",
                "PT",
                "P",
                "-P1D",
                "P1.5D",
                "PT1.5S",
                "P1H",
            ],
        )
    }),
    kind("text-number", Single, |cx| {
        replace(
            cx,
            &[
                "0",
                "1",
                "-1",
                "+1",
                "01",
                "007",
                "1.0",
                "1.",
                ".5",
                "-0",
                "+0",
                "1e5",
                "1E-3",
                "INF",
                "-INF",
                "+INF",
                "NaN",
                "nan",
                "1,5",
                "1 000",
                "0x10",
                "99999999999999999999",
                "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775809",
                "2147483647",
                "2147483648",
                "255",
                "256",
                "65536",
                "--1",
                "+-1",
                "1-",
                "٣",
                "12345678901234567890123456789012345",
                "0.000001",
                "-0.0",
                "00000000000000000000000000000001",
                "1.00000000000000000000000000000000",
                "",
                "4294967295",
                "4294967296",
                "5",
                "10",
                "100",
            ],
        )
    }),
    kind("text-boolean", Single, |cx| {
        replace(
            cx,
            &[
                "true", "false", "1", "0", "TRUE", "True", "yes", "ja", "", " true ", "\ntrue", "tr ue", "2",
                "00", "01",
            ],
        )
    }),
    kind("text-base64", Single, |cx| {
        replace(
            cx,
            &[
                "QUJD",
                "QUI=",
                "QQ==",
                "QQ=",
                "QQ",
                "Q",
                "QUJD QUJD",
                "Q U J D",
                "QQ = =",
                "QR==",
                "QUJ=",
                "====",
                "QUJD=",
                "QUJDRA==\n",
                "QUJD\nQUJD\n",
                "QUJD\tQUJD",
                "Q-_D",
                "QQ==QQ==",
                "QUJD!",
                "",
                "  QUJD  ",
                "QUJD  QUJD",
                "414243",
                "4142 43",
                "41424",
                "4G",
                "QUI=\n",
                "QUE=",
                "QUF=",
            ],
        )
    }),
    kind("text-uri-or-name", Single, |cx| {
        replace(
            cx,
            &[
                "urn:de:xauslaender",
                "http://a b/",
                "http://[::1",
                "%",
                "%zz",
                "a%20b",
                "#",
                "##",
                "http://ä.de/ü",
                ":",
                "a:b",
                "-a",
                "1a",
                "a b",
                "_",
                "xs:string",
                "unknown:name",
                "a:b:c",
                ":a",
                "a:",
                "\u{B7}a",
                "élan",
                "x.y-z_1",
                "de",
                "de-DE",
                "d",
                "deutschsprachig",
                "de_DE",
                "x-klingon",
                "i-default",
                "12",
                "http://a/{b}",
                "http://a/|",
                "^",
                "\\\\server\\share",
                "mailto:a@b",
            ],
        )
    }),
    kind("text-uuid", Single, |cx| {
        replace(
            cx,
            &[
                "550e8400-e29b-41d4-a716-446655440000",
                "550E8400-E29B-41D4-A716-446655440000",
                "550e8400e29b41d4a716446655440000",
                "{550e8400-e29b-41d4-a716-446655440000}",
                "00000000-0000-0000-0000-000000000000",
                "550e8400-e29b-41d4-a716-44665544000",
                "550e8400-e29b-41d4-a716-44665544000g",
                "550e8400-e29b-11d4-a716-446655440000",
            ],
        )
    }),
    kind("text-of-another-field", Single, |cx| {
        let value = cx.rng.pick(&cx.vocabulary.values)?.clone();
        let leaf = cx.leaf()?;
        edit(leaf.content(), value)
    }),
    kind("text-of-the-same-field", Single, |cx| {
        let leaf = cx.leaf()?;
        let value = cx.rng.pick(cx.vocabulary.values_of.get(cx.source.qname(leaf))?)?;
        edit(leaf.content(), value)
    }),
    kind("text-case", Single, |cx| {
        let (leaf, characters) = plain(cx)?;
        let text: String = characters.iter().collect();
        let text = if cx.rng.one_in(2) { text.to_uppercase() } else { text.to_lowercase() };
        edit(leaf, escape(&text))
    }),
    kind("text-many-fields", Several, |cx| {
        let mut edits = Vec::new();
        let mut last = None;
        for element in &cx.source.elements {
            if cx.source.leaf(element).is_some()
                && last.is_none_or(|end| end <= element.open.start)
                && cx.rng.one_in(3)
            {
                let value = cx.rng.pick(&cx.vocabulary.values)?;
                last = Some(element.close.end);
                edits.push((element.content(), value.clone()));
            }
        }
        (!edits.is_empty()).then_some(super::Change::Edits(edits))
    }),
];

fn replace(cx: &mut Context<'_>, values: &[&str]) -> Made {
    let leaf = cx.leaf()?;
    let value = cx.one_of(values);
    edit(leaf.content(), value)
}

/// Puts a piece into a text, at its start, end, or after its first character.
fn put(cx: &mut Context<'_>, pieces: &[&str]) -> Made {
    let (leaf, characters) = plain(cx)?;
    let piece = cx.one_of(pieces);
    let (before, after) =
        characters.split_at([0, 1, characters.len()][cx.rng.below(3)].min(characters.len()));
    let text = |part: &[char]| escape(&part.iter().collect::<String>());
    edit(leaf, format!("{}{piece}{}", text(before), text(after)))
}

/// The content of some text field without references, as characters, at least one.
fn plain(cx: &mut Context<'_>) -> Option<(std::ops::Range<usize>, Vec<char>)> {
    let leaf = cx.choose(|source, element| {
        source
            .leaf(element)
            .is_some_and(|text| !text.trim().is_empty() && !text.contains(['&', '<']) && text.len() < 5000)
    })?;
    let characters: Vec<char> = cx.source.at(&leaf.content()).chars().collect();
    Some((leaf.content(), characters))
}
