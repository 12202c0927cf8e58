use super::*;
use std::time::{Duration, Instant};

fn dfa(pattern: &str) -> Dfa {
    compile(&[pattern], Limits::default()).unwrap_or_else(|e| panic!("{pattern}: {e}"))
}

/// Matches through both forms, which must agree.
fn matches(dfa: &Dfa, text: &str) -> bool {
    all_match(dfa, &[text])[0]
}

fn all_match(dfa: &Dfa, texts: &[&str]) -> Vec<bool> {
    let (bits, transitions) = (dfa.accepting_bits(), dfa.transitions_le());
    let view = view(dfa, &bits, &transitions);
    let one = |text: &&str| {
        let matched = dfa.is_match(text.as_bytes());
        assert_eq!(view.is_match(text.as_bytes()), matched, "{text:?}");
        assert_eq!(view.first_bad(text.as_bytes()), dfa.first_bad(text.as_bytes()), "{text:?}");
        assert!(!matched || dfa.first_bad(text.as_bytes()).is_none(), "{text:?}");
        matched
    };
    texts.iter().map(one).collect()
}

fn view<'a>(
    dfa: &'a Dfa,
    accepting: &'a [u8],
    transitions: &'a [zerocopy::little_endian::U16],
) -> DfaView<'a> {
    DfaView {
        classes: &dfa.classes,
        class_count: dfa.class_count,
        start: dfa.start,
        accepting,
        transitions,
        ascii: dfa.ascii,
    }
}

#[test]
fn accepted_and_refused() {
    let table: &[(&str, &[&str], &[&str])] = &[
        ("", &[""], &["a", " "]),
        ("a|", &["", "a"], &["b", "aa"]),
        ("a", &["a"], &["", "b", "aa", "A"]),
        ("abc|de", &["abc", "de"], &["ab", "abde", "abcde"]),
        ("(a|b)*c", &["c", "ac", "babac"], &["", "ab", "cc"]),
        ("a?b+c*", &["b", "abbbcc"], &["", "ac", "aab"]),
        ("a{2}", &["aa"], &["a", "aaa"]),
        ("a{2,3}", &["aa", "aaa"], &["a", "aaaa"]),
        ("a{2,}", &["aa", "aaaaaa"], &["", "a"]),
        ("a{0}", &[""], &["a"]),
        ("a{0,2}b", &["b", "ab", "aab"], &["aaab"]),
        ("(ab){2,3}", &["abab", "ababab"], &["ab", "abababab", "aba"]),
        ("()*", &[""], &["a"]),
        ("(a*)*", &["", "aaa"], &["b"]),
        ("(a*b?){3}", &["", "bbb", "aabab"], &["bbbb"]),
        ("^a$", &["^a$"], &["a"]),
        (".", &["a", "ü", "€", "𝄞", "\t", "\u{2028}", "\u{85}"], &["", "\n", "\r", "ab"]),
        (".{1,100}", &["x", "Straße 1"], &["", "a\nb"]),
        ("a.c", &["abc", "aüc", "a.c"], &["ac", "a\nc", "abbc"]),
        ("\\.\\\\\\?\\*\\+\\{\\}\\(\\)\\[\\]\\|\\-\\^", &[".\\?*+{}()[]|-^"], &[""]),
        ("\\n\\r\\t", &["\n\r\t"], &["nrt"]),
        ("\\s", &[" ", "\t", "\n", "\r"], &["a", "\u{A0}"]),
        ("\\S", &["a", "\u{A0}"], &[" "]),
        ("\\d", &["0", "9", "٣"], &["a", "²"]),
        ("\\D", &["a", "²"], &["0", "٣"]),
        ("\\w+", &["abcÄ9+"], &["a b", "_", "a-b"]),
        ("\\W", &["_", "-", " "], &["a", "9"]),
        ("\\i\\c*", &["a", "_x", ":y", "ä-9.·"], &["1a", "-a", "", "a b", "a/"]),
        ("\\I", &["1", "-", "."], &["a", "_"]),
        ("\\C", &["/", " "], &["a", "-"]),
        ("\\p{L}", &["a", "Z", "ß", "Ω", "字"], &["1", " ", "_"]),
        ("\\P{L}", &["1", " "], &["a", "字"]),
        ("\\p{Lu}\\p{Ll}*", &["Ärger", "A"], &["ärger", "AB"]),
        ("\\p{Sc}", &["€", "$"], &["E"]),
        ("\\p{IsGreek}+", &["Ωμέγα"], &["a", "ᾳ"]),
        ("\\P{IsBasicLatin}", &["ä"], &["a", "\u{7F}"]),
        ("[abc]", &["a", "b", "c"], &["d", "", "ab"]),
        ("[a-c]x", &["ax", "cx"], &["dx"]),
        ("[^a-c]", &["d", "ä", "-"], &["a", "c"]),
        ("[^\\n\\t\\r]*", &["", "ab ü"], &["a\tb", "\n"]),
        ("[a-z-[aeiou]]+", &["bcd"], &["a", "bac"]),
        ("[^a-z-[A-Z]]", &["1", "ä"], &["a", "A"]),
        ("[a-z-[b-y-[m]]]", &["a", "z", "m"], &["b", "l", "n"]),
        ("[\\p{L}-[\\p{Lu}]]", &["a", "ß"], &["A", "1"]),
        ("[-a]", &["-", "a"], &["b"]),
        ("[a-]", &["-", "a"], &["b"]),
        ("[^-a]", &["b"], &["-", "a"]),
        ("[a^b]", &["a", "^", "b"], &["c"]),
        ("[a-c-x]", &["b", "-", "x"], &["d"]),
        ("[\\-\\]\\[\\^]", &["-", "]", "[", "^"], &["\\"]),
        ("[.?*+(){}|$]", &[".", "?", "*", "+", "(", ")", "{", "}", "|", "$"], &["a"]),
        ("[a-z|0-9]{7}", &["a|bc123", "|||||||"], &["ABCDEFG", "abcdef"]),
        ("[0][0-9]|[1][0-2]", &["00", "09", "12"], &["13", "0"]),
        ("[,-\\.]", &[",", "-", "."], &["/", "+"]),
        ("[\\d\\s]+", &["1 2"], &["a"]),
        ("[\\p{L}0-9./ ]*", &["", "Az. 12/3 ä"], &["a-b"]),
        ("[\u{E000}-\u{10FFFF}]", &["\u{E000}", "\u{FFFF}", "𝄞", "\u{10FFFF}"], &["\u{D7FF}", "a"]),
        ("[\u{7FF}-\u{801}]", &["\u{7FF}", "\u{800}", "\u{801}"], &["\u{7FE}", "\u{802}"]),
        ("[\u{FFFF}-\u{10001}]", &["\u{FFFF}", "\u{10000}", "\u{10001}"], &["\u{FFFE}", "\u{10002}"]),
        ("a}", &["a}"], &["a"]),
        ("{a}", &["{a}"], &["a"]),
        (
            "\\d{7,10}(-\\d{1,2}){0,10}",
            &["1234567", "1234567890-1-22"],
            &["123456", "1234567-", "1234567-123"],
        ),
        ("[A-Z]{2}-[0-9]{6}-[a-z|0-9]{7}-[0-9]{2}", &["AB-123456-a1b2c3d-99"], &["AB-123456-A1b2c3d-99"]),
    ];
    for (pattern, accepted, refused) in table {
        let dfa = dfa(pattern);
        for text in *accepted {
            assert!(matches(&dfa, text), "{pattern} should accept {text:?}");
        }
        for text in *refused {
            assert!(!matches(&dfa, text), "{pattern} should refuse {text:?}");
        }
    }
}

#[test]
fn wrong_patterns() {
    for (pattern, at) in [
        ("(a", 2),
        ("a)", 1),
        ("[a", 2),
        ("a]", 1),
        ("[]", 1),
        ("[^]", 2),
        ("[b-a]", 4),
        ("[a-\\d]", 5),
        ("[[a]", 1),
        ("[a-[b]c]", 6),
        ("*", 0),
        ("a**", 2),
        ("a{2}{3}", 4),
        ("a{", 2),
        ("a{,2}", 2),
        ("a{3,2}", 5),
        ("a{2", 3),
        ("a|*", 2),
        ("\\", 1),
        ("\\q", 1),
        ("\\$", 1),
        ("\\p", 2),
        ("\\p{L", 4),
    ] {
        match parse(pattern) {
            Err(PatternError::Syntax { at: found, .. }) => assert_eq!(found, at, "{pattern}"),
            other => panic!("{pattern}: {other:?}"),
        }
    }
    assert_eq!(parse("a\\p{Xx}"), Err(PatternError::UnknownProperty { at: 4, name: "Xx".into() }));
    assert_eq!(parse("\\p{Xx}").map_err(|e| e.code()), Err("AZK-D002"));
}

#[test]
fn several_patterns_are_alternatives() {
    let dfa = compile(&["[0-9]{4}", "[0-9]{4}-[0-9]{2}"], Limits::default()).expect("compiles");
    assert!(matches(&dfa, "2026") && matches(&dfa, "2026-11") && !matches(&dfa, "2026-"));
    let nothing = compile(&[], Limits::default()).expect("compiles");
    assert!(!matches(&nothing, "") && !matches(&nothing, "a"));
    assert_eq!((nothing.start, nothing.accepting.len()), (0, 1));
    assert_eq!(nothing.first_bad(b"a"), Some(0));
}

#[test]
fn the_place_of_the_fault() {
    let birth = dfa("[0-9]{4}-[0-9]{2}");
    assert_eq!(birth.first_bad(b"2026x12"), Some(4));
    assert_eq!(birth.first_bad(b"2026-1"), None, "too short is no wrong character");
    assert_eq!(birth.first_bad(b"2026-123"), Some(7));
    let text = dfa("[a-zä€]*");
    assert_eq!(text.first_bad("abäö".as_bytes()), Some(4));
    assert_eq!(text.first_bad("abä€₭x".as_bytes()), Some(7));
    assert_eq!(text.first_bad("abcdefghijklmnopqrstuvwxyz1".as_bytes()), Some(26));
    // `b` can be followed by nothing that is accepted.
    assert_eq!(dfa("a|b[^\u{0}-\u{10FFFF}]").first_bad(b"b"), Some(0));
}

#[test]
fn minimal() {
    assert_eq!(dfa("(a|b)(a|b)").accepting.len(), 4);
    assert_eq!(dfa("abab|abab|a(bab)").accepting.len(), 6);
    assert_eq!(dfa("a{1000}").accepting.len(), 1002);
    // Start, dead, and the states inside characters of two (1), three (3) and four bytes (3).
    assert_eq!(dfa("[^\u{0}-\u{10FFFF}]|[\u{0}-\u{10FFFF}]*").accepting.len(), 9);
    for pattern in ["[A-Z0-9]{9}", ".{1,100}", "[\\p{L}0-9./ ]*"] {
        assert!(dfa(pattern).class_count.is_power_of_two());
    }
}

#[test]
fn too_large_is_refused_quickly() {
    let limits = Limits::default();
    let nested = "(".repeat(10_000) + &")".repeat(10_000);
    let many_classes = "[\\p{L}]".repeat(20_000);
    let exponential = "(a|b)*a(a|b){30}";
    let optional = "(a?){20000}".to_owned();
    let empties = "(){4000000000}";
    for pattern in [
        "(a{1000}){1000}",
        "((((a{100}){100}){100}){100}){100}",
        "a{99999999999999999999}",
        "a{0,4000000000}",
        "(\\p{L}{1,200}x){1,200}",
        exponential,
        empties,
        &optional,
        &nested,
        &many_classes,
    ] {
        let start = Instant::now();
        let result = compile(&[pattern], limits);
        let short: String = pattern.chars().take(40).collect();
        assert!(matches!(result, Err(PatternError::TooLarge { .. })), "{short}: {:?}", result.map(|_| ()));
        println!("{short}: {:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(20), "{short}: {:?}", start.elapsed());
    }
    let small = Limits { states: 10, ..limits };
    assert!(compile(&["a{9}"], small).is_err());
    assert!(compile(&["a{5}"], small).is_ok());
}

#[test]
fn ascii_loops() {
    let mask = |pattern: &str| dfa(pattern).ascii.map(|ascii| ascii.mask);
    let digits: u128 = (b'0'..=b'9').map(|b| 1u128 << b).sum();
    assert_eq!(mask("[0-9 ]*"), Some(digits | 1 << b' '));
    assert_eq!(mask("[0-9]+"), Some(digits), "the start itself need not accept");
    assert_eq!(mask("[0-9]{1,3}"), None);
    assert_eq!(mask("[A-Z0-9]{9}"), None);
    assert_eq!(mask("\\p{IsGreek}*"), None);
    let all = u128::MAX;
    assert_eq!(mask(".*"), Some(all & !(1 << b'\n') & !(1 << b'\r')));
    // Any text in which no `a` follows an `a`.
    let apart = dfa("[b-z]*(a[b-z]+)*a?");
    let letters: u128 = (b'b'..=b'z').map(|b| 1u128 << b).sum();
    assert_eq!(apart.ascii.map(|ascii| ascii.mask), Some(letters));
    for text in ["", "a", "bcaz", "abababababababababababababa", "zzzzzzzzzzzzzzzzaz"] {
        assert!(matches(&apart, text), "{text}");
    }
    for text in ["aa", "bcdefghijklaa", "aab", "bcdefghijklmaan"] {
        assert!(!matches(&apart, text), "{text}");
    }
    let combining = dfa("([a-z ]|g\u{300}|k(\u{300}|\u{35F}h))*");
    assert!(combining.ascii.is_some());
    for (text, good) in [
        ("abcdefgh ijklmnop g\u{300} k\u{35F}h", true),
        ("abcdefgh ijklmnop h\u{300}", false),
        ("g\u{300}\u{300}", false),
        ("k\u{35F}k\u{35F}h", false),
        ("k\u{35F}hk\u{300}", true),
        ("abcdefgk\u{35F}", false),
    ] {
        assert_eq!(matches(&combining, text), good, "{text}");
    }
}

/// A small reproducible source of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u64::from((self.0 >> 32) as u32) * u64::from(n)) >> 32) as u32
    }

    fn one_of<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len() as u32) as usize]
    }

    fn pattern(&mut self, depth: u32) -> String {
        if depth == 0 || self.below(4) == 0 {
            return self
                .one_of(&[
                    "a",
                    "b",
                    "ä",
                    "€",
                    "𝄞",
                    "[ab]",
                    "[^a]",
                    "[a-bä-ü]",
                    ".",
                    "\\p{Lu}",
                    "[^äA-[b]]",
                    "\\d",
                ])
                .to_owned();
        }
        match self.below(5) {
            0 => format!("({}|{})", self.pattern(depth - 1), self.pattern(depth - 1)),
            1 => format!(
                "({}){}",
                self.pattern(depth - 1),
                self.one_of(&["?", "*", "+", "{2}", "{0,2}", "{1,}", "{2,3}"])
            ),
            _ => format!("{}{}", self.pattern(depth - 1), self.pattern(depth - 1)),
        }
    }

    fn text(&mut self) -> String {
        (0..self.below(7)).map(|_| self.one_of(&["a", "b", "ä", "€", "𝄞", "A", "1", "\n"])).collect()
    }
}

/// Where the text can go on after `ast` matched from `at`: straight from the meaning of the tree.
fn naive(ast: &Ast, text: &[char], at: usize) -> Vec<usize> {
    let mut out = match ast {
        Ast::Class(set) => text.get(at).filter(|c| set.contains(**c)).map(|_| at + 1).into_iter().collect(),
        Ast::Concat(parts) => parts.iter().fold(vec![at], |from, part| {
            let ends: std::collections::BTreeSet<usize> =
                from.into_iter().flat_map(|at| naive(part, text, at)).collect();
            ends.into_iter().collect()
        }),
        Ast::Alternate(parts) => parts.iter().flat_map(|part| naive(part, text, at)).collect(),
        Ast::Repeat { inner, min, max } => {
            let mut from = vec![at];
            let mut all = if *min == 0 { vec![at] } else { Vec::new() };
            // More rounds than the text is long bring nothing new.
            for round in 1..=max.unwrap_or(u32::MAX).min(min + text.len() as u32) {
                from = from.into_iter().flat_map(|at| naive(inner, text, at)).collect();
                from.sort_unstable();
                from.dedup();
                if round >= *min {
                    all.extend_from_slice(&from);
                }
            }
            all
        }
    };
    out.sort_unstable();
    out.dedup();
    out
}

#[test]
fn agrees_with_a_naive_matcher() {
    // More of them by hand: AZRKIT_ROUNDS=20000 cargo test --release.
    let rounds = std::env::var("AZRKIT_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let mut random = Random(20_261_101);
    let mut accepted = 0;
    for _ in 0..rounds {
        let pattern = random.pattern(4);
        let ast = parse(&pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
        let dfa = dfa(&pattern);
        let texts: Vec<String> = (0..40).map(|_| random.text()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for (text, matched) in texts.iter().zip(all_match(&dfa, &texts)) {
            let chars: Vec<char> = text.chars().collect();
            let expected = naive(&ast, &chars, 0).contains(&chars.len());
            assert_eq!(matched, expected, "{pattern} on {text:?}");
            accepted += usize::from(expected);
        }
        for prefer in [Prefer::Plain, Prefer::Printable, Prefer::Any] {
            let options = SampleOptions { min_chars: 0, max_chars: 30, prefer };
            if let Some(text) = dfa.sample(&mut |n| random.below(n), options) {
                assert!(matches(&dfa, &text), "{pattern} on its sample {text:?}");
                let chars: Vec<char> = text.chars().collect();
                assert!(naive(&ast, &chars, 0).contains(&chars.len()), "{pattern} on its sample {text:?}");
            }
        }
    }
    assert!(accepted > 500, "the texts must not all be refused: {accepted}");
}

#[test]
fn samples_keep_the_bounds() {
    let mut random = Random(7);
    let mut sample = |pattern: &str, min_chars, max_chars, prefer| {
        let options = SampleOptions { min_chars, max_chars, prefer };
        dfa(pattern).sample(&mut |n| random.below(n), options)
    };
    for _ in 0..50 {
        let text = sample(".{1,100}", 3, 12, Prefer::Plain).expect("there are some");
        assert!((3..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()), "{text}");
        let text = sample("[ä-ü]{2,}x?", 5, 5, Prefer::Plain).expect("there are some");
        assert_eq!(text.chars().count(), 5);
        let text = sample("\\d{7,10}(-\\d{1,2}){0,10}", 0, 40, Prefer::Plain).expect("there are some");
        assert!((7..=40).contains(&text.len()), "{text}");
    }
    assert_eq!(sample("a{3}", 0, 2, Prefer::Any), None);
    assert_eq!(sample("a{3}", 4, 9, Prefer::Any), None);
    assert_eq!(sample("(a{10})*", 11, 19, Prefer::Any), None);
    assert_eq!(sample("(a{10})*", 11, 20, Prefer::Any).map(|s| s.len()), Some(20));
    assert_eq!(sample("", 0, 9, Prefer::Any).as_deref(), Some(""));
    assert_eq!(sample("[^\u{0}-\u{10FFFF}]", 0, 9, Prefer::Any), None);
}

#[test]
fn hostile_tables_do_no_harm() {
    use zerocopy::little_endian::U16;
    let classes = [255u8; 256];
    let transitions = [U16::new(60_000); 4];
    for class_count in [0, 1, 3, 256, 65_535] {
        for ascii in [None, Some(AsciiLoop { mask: u128::MAX, classes: 300, resume: 65_535 })] {
            let view = DfaView {
                classes: &classes,
                class_count,
                start: 65_535,
                accepting: &[],
                transitions: &transitions,
                ascii,
            };
            assert!(!view.is_match("abcdefghiä".as_bytes()));
            let _ = view.first_bad(b"\x80\x80\x80\x80\x80");
            let options = SampleOptions { min_chars: 1, max_chars: 9, prefer: Prefer::Any };
            assert_eq!(view.sample(&mut |_| u32::MAX, options), None);
        }
    }
}

#[test]
fn din_91379() {
    let root = std::env::var("AZRKIT_SHARED")
        .unwrap_or_else(|_| format!("{}/../../shared", env!("CARGO_MANIFEST_DIR")));
    let path = format!("{root}/standard/xoev/din-norm-91379-datatypes.xsd");
    let Ok(xsd) = std::fs::read_to_string(&path) else {
        println!("SKIPPED: din_91379: no file {path}");
        return;
    };
    let mut patterns = Vec::new();
    let mut reader = quick_xml::Reader::from_str(&xsd);
    loop {
        match reader.read_event().expect("well-formed") {
            quick_xml::events::Event::Empty(e) if e.local_name().as_ref() == "pattern" => {
                let value = e.attributes().flatten().find(|a| a.key.as_ref() == "value").expect("value");
                patterns.push(
                    value.normalized_value(quick_xml::XmlVersion::Implicit1_0).expect("text").into_owned(),
                );
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(patterns.len(), 5, "datatypes A to E");
    let dfas: Vec<Dfa> = patterns.iter().map(|p| dfa(p)).collect();
    for dfa in &dfas {
        println!("{} states, {} classes, {:?}", dfa.accepting.len(), dfa.class_count, dfa.ascii);
    }
    let [a, b, c, ..] = dfas.as_slice() else { panic!("five of them") };
    let ascii = c.ascii.expect("datatypeC can skip ASCII");
    let expected: u128 = (0x20..=0x7E).chain([9, 10, 13]).map(|b: u32| 1u128 << b).sum();
    assert_eq!(ascii.mask, expected);
    assert!(a.ascii.is_some() && b.ascii.is_some());
    for (text, good) in [
        ("", true),
        ("Müller-Lüdenscheidt", true),
        ("Zürich, Straße 12\n€ 5", true),
        ("C\u{328}\u{306}  K\u{35F}H k\u{35F}h s\u{31B}\u{304}", true),
        ("a very long line of nothing but ASCII text, which is skipped: l\u{325}\u{304}", true),
        ("a\u{301}", false),
        ("Q\u{300}", false),
        ("k\u{35F}H", false),
        ("\u{300}", false),
        ("Ω", false),
        ("a\u{7F}", false),
        ("abcdefgh\u{1}", false),
    ] {
        assert_eq!(matches(c, text), good, "{text:?}");
    }
    assert!(matches(a, "D'Artagnan, O\u{2019}Neill") && !matches(a, "1"));
    assert_eq!(a.first_bad("Anna 2".as_bytes()), Some(5));
}
