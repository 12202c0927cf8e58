use super::Builtin::*;
use super::*;
use std::cmp::Ordering::*;

#[test]
fn good_and_bad_values() {
    let table: &[(Builtin, &[&str], &[&str])] = &[
        (AnySimpleType, &["", " a "], &[]),
        (Builtin::String, &["", " a\n b ", "ü"], &[]),
        (NormalizedString, &["", " a  b "], &[]),
        (Token, &["", "a", "a b"], &[]),
        (
            Language,
            &["de", "DE", "de-DE", "x-klingon-1", "abcdefgh"],
            &["", "abcdefghi", "d1", "1", "de-", "de_DE", "de-123456789", "de--x", "ä"],
        ),
        (Nmtoken, &["a", "1a-:.", "·", "ä"], &["", "a b", "a/b", "\u{2019}"]),
        (Nmtokens, &["a", "a 1 -"], &["", "a ,"]),
        (Name, &["a", ":a", "_1", "a:b:c", "ä"], &["", "1a", "-a", "a b", "×", "𝄞"]),
        (NcName, &["a", "_", "a-b.c"], &["", "a:b", ":", "1", ".a"]),
        (Id, &["a1"], &["", "1"]),
        (Idref, &["a1"], &["", "1"]),
        (Idrefs, &["a", "a b"], &["", "a 1"]),
        (Entity, &["a"], &["a:b"]),
        (Entities, &["a b"], &[""]),
        (QName, &["a", "a:b"], &["", ":a", "a:", "a:b:c", "1:a", "a b"]),
        (Notation, &["a", "a:b"], &["", "1"]),
        (Boolean, &["true", "false", "1", "0"], &["", "TRUE", "2", "01"]),
        (
            Decimal,
            &["0", "-1.50", "+1.", ".5", "-0", "123456789012345678901234567890.12345678901234567890"],
            &["", ".", "-", "+.", "1e5", "1,5", "1.2.3", "--1", " 1", "٣"],
        ),
        (Integer, &["0", "-007", "+1", "123456789012345678901234567890"], &["", "1.", "1.0", "-", "1e3"]),
        (NonPositiveInteger, &["0", "-0", "+0", "-1"], &["1", "+1"]),
        (NegativeInteger, &["-1", "-99999999999999999999999"], &["0", "-0", "1"]),
        (NonNegativeInteger, &["0", "-0", "+1", "1"], &["-1"]),
        (PositiveInteger, &["1", "+1", "001"], &["0", "-1", "-0"]),
        (
            Long,
            &["9223372036854775807", "-9223372036854775808", "+0009223372036854775807"],
            &["9223372036854775808", "-9223372036854775809", "10000000000000000000"],
        ),
        (Int, &["2147483647", "-2147483648"], &["2147483648", "-2147483649"]),
        (Short, &["32767", "-32768"], &["32768", "-32769"]),
        (Byte, &["127", "-128", "-0"], &["128", "-129", "1000"]),
        (UnsignedLong, &["18446744073709551615", "0"], &["18446744073709551616", "-0", "+1"]),
        (UnsignedInt, &["4294967295"], &["4294967296", "-1"]),
        (UnsignedShort, &["65535"], &["65536"]),
        (UnsignedByte, &["255", "007"], &["256", "+0"]),
        (
            Float,
            &["1", "-1.5E+05", "1e5", ".5", "5.", "INF", "-INF", "NaN", "1E99999"],
            &["", "+INF", "nan", "inf", "1E", "1E+", "E5", ".E5", "1E5.5", "0x1", "1F"],
        ),
        (Double, &["1E400", "0"], &["Infinity", "-"]),
        (
            Duration,
            &[
                "P1Y",
                "-P1Y",
                "P1Y2M3DT4H5M6.7S",
                "PT0S",
                "P0Y",
                "P1M",
                "PT1M",
                "P99999999999999999999Y",
                "P1YT1S",
            ],
            &[
                "", "P", "PT", "P1YT", "P1.5Y", "PT1.5M", "PT1.S", "PT.5S", "P1M1Y", "PT1S1M", "+P1Y",
                "P-1Y", "P1S", "PT1D", "P1W", "P1", "1Y", "PT1T1S", "PTS", "P1DT1.D",
            ],
        ),
        (
            DateTime,
            &[
                "2020-01-01T00:00:00",
                "2020-01-01T24:00:00",
                "2020-12-31T24:00:00.000",
                "2020-01-01T23:59:59.12345678901234567890Z",
                "-0001-01-01T00:00:00+14:00",
                "12020-02-29T12:00:00-14:00",
            ],
            &[
                "",
                "2020-01-01",
                "2020-01-01T24:00:01",
                "2020-01-01T24:00:00.1",
                "2020-01-01T25:00:00",
                "2020-01-01T00:60:00",
                "2020-01-01T00:00:60",
                "2020-01-01T00:00:00.",
                "2020-01-01t00:00:00",
                "2020-01-01 00:00:00",
                "2020-01-01T00:00",
                "2020-01-01T00:00:00z",
                "2020-01-01T00:00:00+14:01",
                "2020-01-01T00:00:00+1:00",
                "2020-01-01T00:00:00+01:60",
                "2020-01-01T00:00:00 ",
            ],
        ),
        (
            Time,
            &["00:00:00", "24:00:00", "23:59:59.5Z", "12:00:00-05:30"],
            &["", "12:00", "1:00:00", "24:00:00.5", "-01:00:00", "T12:00:00"],
        ),
        (
            Date,
            &[
                "2020-02-29",
                "2000-02-29",
                "0001-01-01",
                "-0004-02-29",
                "12020-01-01",
                "2020-01-01Z",
                "2020-12-31+13:59",
                "99999999999999999999-01-01",
            ],
            &[
                "",
                "2019-02-29",
                "1900-02-29",
                "0000-01-01",
                "-0000-01-01",
                "00001-01-01",
                "20-01-01",
                "2020-1-01",
                "2020-13-01",
                "2020-00-01",
                "2020-01-00",
                "2020-04-31",
                "2020-01-32",
                "2020/01/01",
                "+2020-01-01",
                "2020-01-01T",
                "2020-01-0a",
                "a020-01-01",
                "2020-01-01+15:00",
                "٢٠٢٠-01-01",
            ],
        ),
        (
            GYearMonth,
            &["2020-01", "-2020-12Z", "12020-12-14:00"],
            &["", "2020-13", "2020-1", "2020", "0000-01"],
        ),
        (GYear, &["2020", "-0001", "12020Z", "2020-05:00"], &["", "20", "0000", "02020", "2020-", "2020-01"]),
        (
            GMonthDay,
            &["--02-29", "--12-31Z", "--04-30+01:00"],
            &["", "--02-30", "--04-31", "--13-01", "-02-29", "02-29", "--2-01"],
        ),
        (GDay, &["---01", "---31", "---31Z"], &["", "---00", "---32", "--01", "---1"]),
        (GMonth, &["--01", "--12", "--01+02:00"], &["", "--00", "--13", "--01--", "-01", "--1"]),
        (HexBinary, &["", "0f", "0F", "DEADbeef"], &["0", "0g", "0 f", "0f 0f"]),
        (
            Base64Binary,
            &[
                "",
                "AAAA",
                "AA==",
                "AQ==",
                "AAE=",
                "A A A A",
                "AA= =",
                "AAAA AAAA\nAAAAAAAAAA==",
                "Zg==",
                "Zm8=",
                "Zm9v",
            ],
            &[
                "A",
                "AA",
                "AAA",
                "AAA==",
                "A===",
                "====",
                "=",
                "AA=",
                "AA==AAAA",
                "AB==",
                "AAB=",
                "-_AA",
                "AAAA=",
                "AAAAAAAAAAAAAAAAAAAA.AAA",
                "AÄAA",
            ],
        ),
        (
            AnyUri,
            &[
                "",
                "a",
                "http://example.org/a?b#c",
                "urn:xoev-de:bva:codeliste:x",
                "../a",
                "a b",
                "ä",
                "#",
                "?",
                "//h:80/",
                "//h:",
                "//u:p@h",
                "//[::1]:80/x",
                "http://",
                "x:",
                "a/b:c",
                "%20",
                "a#[",
                "?[",
                "a1+-.:x",
                "c:\\x",
                "file:///c:/x",
            ],
            &[
                ":a",
                "1:a",
                "a_:b",
                "ä:b",
                "%",
                "%zz",
                "a%2",
                "##",
                "a#b#c",
                "[",
                "a[b]",
                "//h:x",
                "//h:80:90/",
                "//u@v@h",
                "//[abc",
                "//[::1]x",
                "http://[::1]/[x]",
                "http://a/%",
                "http://a:-1/",
            ],
        ),
    ];
    let mut tried = Vec::new();
    for (b, good, bad) in table {
        for s in *good {
            assert!(valid(*b, s), "{} should have {s:?}", b.name());
        }
        for s in *bad {
            assert!(!valid(*b, s), "{} should not have {s:?}", b.name());
        }
        tried.push(*b);
    }
    tried.sort();
    assert_eq!(tried, Builtin::ALL, "each type once");
}

#[test]
fn names_numbers_and_descent() {
    assert_eq!(Builtin::ALL.len(), 45);
    for (i, b) in Builtin::ALL.iter().enumerate() {
        assert_eq!(*b as usize, i);
        assert_eq!(Builtin::from_u8(i as u8), Some(*b));
        assert_eq!(Builtin::from_name(b.name()), Some(*b));
        assert!(b.is_derived_from(AnySimpleType) && b.is_derived_from(*b));
        if b.item().is_none() && *b != AnySimpleType {
            assert!(b.is_derived_from(b.primitive()) && b.primitive().base() == AnySimpleType);
        }
    }
    assert_eq!((Builtin::from_name("Token"), Builtin::from_u8(45)), (None, None));
    assert!(UnsignedByte.is_derived_from(NonNegativeInteger) && !Int.is_derived_from(Short));
    assert_eq!(Builtin::String.whitespace(), WhiteSpace::Preserve);
    assert_eq!(NormalizedString.whitespace(), WhiteSpace::Replace);
    assert_eq!((Token.whitespace(), Date.whitespace()), (WhiteSpace::Collapse, WhiteSpace::Collapse));
    assert_eq!(WhiteSpace::from_u8(2), WhiteSpace::from_name("collapse"));
}

#[test]
fn white_space() {
    use std::borrow::Cow;
    for (ws, s, expected, borrowed) in [
        (WhiteSpace::Preserve, " a\n", " a\n", true),
        (WhiteSpace::Replace, " a  b ", " a  b ", true),
        (WhiteSpace::Replace, "a\tb\r\nc long enough", "a b  c long enough", false),
        (WhiteSpace::Collapse, "", "", true),
        (WhiteSpace::Collapse, "   ", "", true),
        (WhiteSpace::Collapse, "\n  ab c\t", "ab c", true),
        (WhiteSpace::Collapse, "a b c d e f g h i j", "a b c d e f g h i j", true),
        (WhiteSpace::Collapse, "Straße  12\n\tA", "Straße 12 A", false),
        (WhiteSpace::Collapse, "12345678\t12345678", "12345678 12345678", false),
        (WhiteSpace::Collapse, "a\u{A0} \u{A0}b\u{1}\u{1F}", "a\u{A0} \u{A0}b\u{1}\u{1F}", true),
    ] {
        let out = normalize(ws, s);
        assert_eq!(out, expected, "{ws:?} {s:?}");
        assert_eq!(matches!(out, Cow::Borrowed(_)), borrowed, "{ws:?} {s:?}");
    }
}

#[test]
fn the_same_value() {
    for (b, a, c, same) in [
        (Builtin::String, "a", "a", true),
        (Builtin::String, "a", "A", false),
        (Boolean, "true", "1", true),
        (Boolean, "0", "1", false),
        (Decimal, "1.50", "+01.5", true),
        (Decimal, "-0", "0.00", true),
        (Decimal, "1", "10", false),
        (Integer, "007", "7", true),
        (Float, "1E2", "100", true),
        (Float, "16777217", "16777216", true),
        (Double, "16777217", "16777216", false),
        (Float, "NaN", "NaN", true),
        (Float, "NaN", "1", false),
        (Float, "INF", "INF", true),
        (Duration, "P1Y", "P12M", true),
        (Duration, "P1D", "PT24H", true),
        (Duration, "P1M", "P30D", false),
        (Duration, "-PT1.50S", "-PT1.5S", true),
        (DateTime, "2020-01-01T12:00:00Z", "2020-01-01T13:00:00.0+01:00", true),
        (DateTime, "2019-12-31T24:00:00", "2020-01-01T00:00:00", true),
        (DateTime, "2020-01-01T12:00:00Z", "2020-01-01T12:00:00", false),
        (Date, "2020-01-01", "2020-01-01", true),
        (Time, "24:00:00", "00:00:00", true),
        (HexBinary, "0aFF", "0Aff", true),
        (Base64Binary, "AAAA AA==", "AAAAAA==", true),
        (Base64Binary, "AAAA", "AAAB", false),
        (Nmtokens, "a b", "a  b", true),
        (Nmtokens, "a b", "b a", false),
        (Nmtokens, "a b", "a", false),
        (AnyUri, "http://a", "http://A", false),
    ] {
        assert_eq!(equal(b, a, c), same, "{} {a:?} {c:?}", b.name());
        assert_eq!(equal(b, c, a), same, "{} {c:?} {a:?}", b.name());
    }
}

#[test]
fn order() {
    for (b, a, c, order) in [
        (Decimal, "1", "2", Some(Less)),
        (Decimal, "-1", "-2", Some(Greater)),
        (Decimal, "9.9", "10", Some(Less)),
        (Decimal, "0.10", "0.099", Some(Greater)),
        (Decimal, "-0.1", "0", Some(Less)),
        (Decimal, "100000000000000000000000000000000", "99999999999999999999999999999999.9", Some(Greater)),
        (Float, "-INF", "-1E30", Some(Less)),
        (Float, "NaN", "1", None),
        (Builtin::String, "a", "b", None),
        (Boolean, "0", "1", None),
        (Date, "2020-01-31", "2020-02-01", Some(Less)),
        (Date, "-0002-01-01", "-0001-01-01", Some(Less)),
        (Date, "99999999999999999999-01-01", "9999-01-01", Some(Greater)),
        (Date, "2020-01-01+14:00", "2020-01-01-14:00", Some(Less)),
        (Date, "2020-01-01", "2020-01-01Z", None),
        (Date, "2020-01-01", "2020-01-03Z", Some(Less)),
        (Date, "2020-01-03Z", "2020-01-01", Some(Greater)),
        // The examples of 3.2.7.4.
        (DateTime, "2000-01-15T00:00:00", "2000-02-15T00:00:00", Some(Less)),
        (DateTime, "2000-01-15T12:00:00", "2000-01-16T12:00:00Z", Some(Less)),
        (DateTime, "2000-01-01T12:00:00", "1999-12-31T23:00:00Z", None),
        (DateTime, "2000-01-16T12:00:00", "2000-01-16T12:00:00Z", None),
        (DateTime, "2000-01-16T00:00:00", "2000-01-16T12:00:00Z", None),
        (DateTime, "2020-01-01T00:00:00.5", "2020-01-01T00:00:00.49", Some(Greater)),
        (Time, "12:00:00", "13:00:00", Some(Less)),
        (GYear, "2020", "2021", Some(Less)),
        (GMonthDay, "--02-29", "--03-01", Some(Less)),
        (GDay, "---31", "---30", Some(Greater)),
        // The table of 3.2.6.2.
        (Duration, "P1Y", "P364D", Some(Greater)),
        (Duration, "P1Y", "P365D", None),
        (Duration, "P1Y", "P366D", None),
        (Duration, "P1Y", "P367D", Some(Less)),
        (Duration, "P1M", "P27D", Some(Greater)),
        (Duration, "P1M", "P28D", None),
        (Duration, "P1M", "P31D", None),
        (Duration, "P1M", "P32D", Some(Less)),
        (Duration, "P5M", "P149D", Some(Greater)),
        (Duration, "P5M", "P150D", None),
        (Duration, "P5M", "P153D", None),
        (Duration, "P5M", "P154D", Some(Less)),
        (Duration, "-P1D", "PT0S", Some(Less)),
        (Duration, "-PT0.25S", "-PT0.3S", Some(Greater)),
        (Duration, "-PT1.25S", "-PT1.2S", Some(Less)),
        (Duration, "-PT0.5S", "PT0.5S", Some(Less)),
        (Duration, "P99999999999999999999999999999999Y", "P1Y", Some(Greater)),
    ] {
        assert_eq!(compare(b, a, c), order, "{} {a} {c}", b.name());
        assert_eq!(compare(b, c, a), order.map(std::cmp::Ordering::reverse), "{} {c} {a}", b.name());
        assert!(equal(b, a, a), "{} {a}", b.name());
    }
}

#[test]
fn lengths_and_digits() {
    assert_eq!(length(Token, "Müller"), 6);
    assert_eq!(length(HexBinary, "0aFF"), 2);
    for (s, octets) in [("", 0), ("Zg==", 1), ("Zm8=", 2), ("Zm9v", 3), ("Zm9v Zg= =", 4), ("Zm9v\nZm8=", 5)]
    {
        assert_eq!(length(Base64Binary, s), octets, "{s}");
    }
    assert_eq!(length(Nmtokens, "a b c"), 3);
    for (s, expected) in [
        ("0", (1, 0)),
        ("-000.00", (1, 0)),
        ("12.50", (3, 1)),
        ("+0012", (2, 0)),
        ("0.001", (3, 3)),
        (".5", (1, 1)),
        ("100", (3, 0)),
    ] {
        assert_eq!(digits(s), expected, "{s}");
    }
}

#[test]
fn nothing_panics() {
    let pieces = [
        "", "-", "P", "T", "1", "12", "2020", ":", ".", "Z", "+14:00", "ü", "𝄞", "=", "A", " ", "%", "[",
        "]", "//", "@", "#", "E", "\n",
    ];
    for a in pieces {
        for c in pieces {
            for d in pieces {
                let s = format!("{a}{c}{d}");
                for &b in Builtin::ALL {
                    let _ = (valid(b, &s), length(b, &s), equal(b, &s, a), compare(b, &s, c), digits(&s));
                }
                let _ = normalize(WhiteSpace::Collapse, &s);
            }
        }
    }
}
