//! What the language means, on small examples.

use std::cell::Cell;

use super::json_tree::{JsonTree, Lists, Pool};
use super::standards_tests::standards;
use super::*;

/// The verdict on a condition at the root of a message with this content.
fn verdict(expr: &str, content: &str) -> Verdict {
    verdict_with(expr, content, 100_000)
}

fn verdict_with(expr: &str, content: &str, fuel: u64) -> Verdict {
    let (pool, lists) = (Pool::default(), Lists::default());
    let content = serde_json::from_str(content).expect("JSON");
    let tree = JsonTree::build(&content, "090010", "", &pool, &lists);
    for name in ["a", "b", "c", "x", "y"] {
        pool.name(name);
    }
    let condition = parse_expr(expr).unwrap_or_else(|error| panic!("{expr}: {error}"));
    let code = compile(&condition, &mut &pool).unwrap_or_else(|error| panic!("{expr}: {error}"));
    eval(&code, &tree, tree.context, tree.context, &Cell::new(fuel))
}

fn holds(expr: &str, content: &str) {
    assert_eq!(verdict(expr, content), Verdict::Holds, "{expr} {content}");
}

fn violated(expr: &str, content: &str) {
    assert_eq!(verdict(expr, content), Verdict::Violated, "{expr} {content}");
}

fn unknown(expr: &str, content: &str) {
    assert_eq!(verdict(expr, content), Verdict::Unknown, "{expr} {content}");
}

#[test]
fn paths_ask_for_existence() {
    holds("a", r#"{"a":""}"#);
    violated("b", r#"{"a":""}"#);
    holds("a/b", r#"{"a":{"b":"1"}}"#);
    holds("a/@x", r#"{"a":{"@x":"1"}}"#);
    violated("a/@y", r#"{"a":{"@x":"1"}}"#);
    holds("a/..", r#"{"a":""}"#);
    holds("/", "{}");
    violated("..", "{}");
    holds("//c", r#"{"a":{"b":{"c":"1"}}}"#);
    holds("a//c", r#"{"a":{"b":{"c":"1"}}}"#);
    violated("b//c", r#"{"a":{"c":"1"},"b":{}}"#);
    holds("*.neu", r#"{"x.neu":""}"#);
    holds("*", r#"{"a":""}"#);
    violated("*", "{}");
    holds("a/*/c", r#"{"a":{"b":{"c":"1"}}}"#);
    holds(".[a]", r#"{"a":""}"#);
    holds("$/a", r#"{"a":""}"#);
}

#[test]
fn a_missing_value_is_unknown_not_wrong() {
    unknown("a = '1'", "{}");
    unknown("not(a = '1')", "{}");
    unknown("a in ('1','2')", "{}");
    unknown("number(a) < 2", r#"{"a":"x"}"#);
    violated("a and a = '1'", "{}");
    holds("a = '1' => b", r#"{"a":"2"}"#);
    violated("a = '1' => b", r#"{"a":"1"}"#);
    unknown("a = '1' => b", "{}");
    holds("a = '1' => b", r#"{"b":""}"#);
}

#[test]
fn junctions_follow_kleene() {
    for (expr, is) in [
        ("true() and x = '1'", Verdict::Unknown),
        ("false() and x = '1'", Verdict::Violated),
        ("x = '1' and false()", Verdict::Violated),
        ("true() or x = '1'", Verdict::Holds),
        ("x = '1' or true()", Verdict::Holds),
        ("false() or x = '1'", Verdict::Unknown),
        ("not(false())", Verdict::Holds),
        ("false() => false() => false()", Verdict::Holds),
        ("true() and true() or false() and false()", Verdict::Holds),
    ] {
        assert_eq!(verdict(expr, "{}"), is, "{expr}");
    }
}

#[test]
fn a_comparison_holds_for_one_of_several() {
    holds("a = '2'", r#"{"a":["1","2"]}"#);
    violated("a = '3'", r#"{"a":["1","2"]}"#);
    holds("a = b", r#"{"a":["1","2"],"b":["2","3"]}"#);
    violated("a = b", r#"{"a":["1","2"],"b":["3","4"]}"#);
    violated("every a satisfies . = '1'", r#"{"a":["1","2"]}"#);
    holds("every a satisfies . = '1'", r#"{"a":["1","1"]}"#);
    holds("every a satisfies . = '1'", "{}");
    holds("some a satisfies . = '1'", r#"{"a":["1","2"]}"#);
    violated("some a satisfies . = '1'", "{}");
    holds("every a satisfies b = $/c", r#"{"a":[{"b":"1"},{"b":"1"}],"c":"1"}"#);
    unknown("every a satisfies b = '1'", r#"{"a":[{"b":"1"},{}]}"#);
    violated("every a satisfies b = '1'", r#"{"a":[{"b":"2"},{}]}"#);
}

#[test]
fn filters_that_cannot_be_known_select_maybe() {
    unknown("a[b = '1']", r#"{"a":{}}"#);
    holds("a[b = '1']", r#"{"a":[{},{"b":"1"}]}"#);
    violated("a[b = '1']", r#"{"a":{"b":"2"}}"#);
    unknown("count(a[b = '1']) = 1", r#"{"a":[{},{"b":"1"}]}"#);
    holds("count(a[b = '1']) = 1", r#"{"a":[{"b":"2"},{"b":"1"}]}"#);
    unknown("a[b = '1']/c = '1'", r#"{"a":{"c":"1"}}"#);
    unknown("a[b = '1']/c = '2'", r#"{"a":{"c":"1"}}"#);
}

#[test]
fn numbers_texts_and_functions() {
    holds("number(a) <= 11", r#"{"a":"011"}"#);
    holds("a <= 11", r#"{"a":"9"}"#);
    violated("a = '9'", r#"{"a":"09"}"#);
    holds("a = 9", r#"{"a":"09"}"#);
    unknown("a = 9", r#"{"a":"1e1"}"#);
    holds("count(a) + count(b) = 3", r#"{"a":["",""],"b":""}"#);
    holds("count(a) - 1 = 1", r#"{"a":["",""]}"#);
    holds("count(b) = 0", "{}");
    holds("length(a) = 3", r#"{"a":"äß𝄞"}"#);
    holds("length(a) > 2000", r#"{"a":{"$times":2001,"$value":"x"}}"#);
    holds("bytes(a) = 3", r#"{"a":"QUJD"}"#);
    holds("bytes(a) = 2", r#"{"a":" QUI= "}"#);
    holds("bytes(a) = 1", r#"{"a":"QQ=="}"#);
    holds("substring(a, 2, 2) = 'bc'", r#"{"a":"abcd"}"#);
    holds("message() = '090010'", "{}");
    holds("contains(a,'b') and starts-with(a,'a') and ends-with(a,'c')", r#"{"a":"abc"}"#);
    holds("contains-word(a,'Ann')", r#"{"a":"Maria Ann-Kathrin"}"#);
    violated("contains-word(a,'Ann')", r#"{"a":"Anna Hanni"}"#);
    violated("contains-word(a,'')", r#"{"a":"Anna"}"#);
    holds("distinct(a)", r#"{"a":["1","2"]}"#);
    holds("distinct(a)", "{}");
    violated("distinct(a)", r#"{"a":["1","2","1"]}"#);
    violated("distinct(a)", r#"{"a":["1","2","2"]}"#);
    unknown("distinct(a[b = '1']/c)", r#"{"a":[{"c":"1"},{"c":"1"}]}"#);
    unknown("distinct(a[b = '1']/c)", r#"{"a":[{"c":"1"},{"b":"1","c":"1"}]}"#);
    holds("a = 'it''s'", r#"{"a":"it's"}"#);
}

#[test]
fn matches_the_whole_value() {
    holds("matches(a,'[0-9]{2}')", r#"{"a":"12"}"#);
    violated("matches(a,'[0-9]{2}')", r#"{"a":"123"}"#);
    unknown("matches(b,'.')", r#"{"a":"123"}"#);
    violated(r"matches(a,'.*\p{L}.*')", r#"{"a":"--"}"#);
    let wrong = parse_expr("a and matches(a,'[')").expect("grammar");
    let error = compile(&wrong, &mut &Pool::of(["a"])).expect_err("a wrong pattern");
    assert_eq!((error.code, error.column), ("AZK-R004", 17));
}

#[test]
fn dates_may_be_partly_known() {
    let partly = r#"{"a":{"jahrMonat":"2026-06"},"b":"2026-06-12","c":{"teilbekanntesDatum":{"jahr":"2025"}},"x":{"unbekannt":"true"}}"#;
    unknown("date(a) < date(b)", partly);
    unknown("date(a) = date(b)", partly);
    holds("date(c) < date(b)", partly);
    holds("date(c) != date(b)", partly);
    violated("date(b) <= date(c)", partly);
    unknown("date(x) < date(b)", partly);
    holds("date(b) = '2026-06-12'", partly);
    holds("date(b) >= date('12.06.2026')", partly);
    holds("months(date(b), -6) = '2025-12-12'", partly);
    holds("date(b) + 30 > date(a)", partly);
    holds("date(b) - 12 < date(a)", partly);
    let sent = r#"{"$created":"2026-11-24T23:59:59.999+01:00","$context":{"a":"2026-11-24"}}"#;
    holds("created() = date(a)", sent);
    unknown("created() = date(a)", r#"{"a":"2026-11-24"}"#);
}

#[test]
fn columns_of_lists_that_are_not_at_hand_are_unknown() {
    let lists = Lists::read(&standards());
    let list = "urn:de:xauslaender:codelist:azr:artderabschiebung";
    let judge = |expr: &str, code: &str, version: &str| {
        let content = serde_json::json!({ "a": { "code": code, "listURI": list, "listVersionID": version } });
        let pool = Pool::of(["a"]);
        let tree = JsonTree::build(&content, "090010", "", &pool, &lists);
        let code = compile(&parse_expr(expr).expect(expr), &mut &pool).expect(expr);
        eval(&code, &tree, 0, 0, &Cell::new(1000))
    };
    assert_eq!(judge("column(a,'meldbar-bis')", "01", "10"), Verdict::Holds);
    assert_eq!(judge("column(a,'meldbar-ab')", "01", "10"), Verdict::Violated);
    assert_eq!(judge("column(a,'meldbar-ab') = ''", "01", "10"), Verdict::Holds);
    assert_eq!(judge("column(a,'meldbar-ab')", "01", "9"), Verdict::Unknown);
    assert_eq!(judge("column(a,'meldbar-ab')", "0", "10"), Verdict::Unknown);
    assert_eq!(judge("column(a,'gibtsnicht')", "01", "10"), Verdict::Unknown);
    assert_eq!(judge("date(column(a,'meldbar-bis')) = '2019-05-13'", "01", "10"), Verdict::Holds);
}

#[test]
fn names_of_elements_may_look_like_words_of_the_language() {
    holds("./some = '1'", r#"{"some":"1"}"#);
    holds("some/x", r#"{"some":{"x":"1"}}"#);
    holds("some /some satisfies . = '1'", r#"{"some":"1"}"#);
    holds("count(azrNummerNichtInA-Datei) = 1", r#"{"azrNummerNichtInA-Datei":"1"}"#);
    holds("/ and a", r#"{"a":""}"#);
}

#[test]
fn wrong_expressions_are_refused_with_their_column() {
    for (expr, column) in [
        ("", 1),
        ("a and", 6),
        ("a = ", 5),
        ("a = 'x", 5),
        ("(a", 3),
        ("a)", 2),
        ("a # b", 3),
        ("count(a)", 1),
        ("f(a)", 1),
        ("a in ('1' '2')", 11),
        ("a in (1)", 7),
        ("date('x') = date(a)", 6),
        ("a < 1.", 5),
        ("not a", 5),
        ("some a = 1", 8),
        ("a[@x", 5),
        ("column(@x,'y')", 9),
        ("substring(a, 1.5, 2) = ''", 14),
        ("a = 1 = 2", 7),
    ] {
        let error = parse_expr(expr).expect_err(expr);
        assert_eq!((error.code, error.column), ("AZK-R002", column), "{expr}: {error}");
    }
    for expr in [
        "date(a) = 1",
        "count(a) < date(b)",
        "a < b",
        "'a' >= b",
        "length(1) = 1",
        "created() + created() = a",
    ] {
        let condition = parse_expr(expr).expect(expr);
        let error = compile(&condition, &mut &Pool::of(["a", "b"])).expect_err(expr);
        assert_eq!(error.code, "AZK-R002", "{expr}");
    }
    let unknown = parse_expr("a/bc = '1'").expect("grammar");
    let error = compile(&unknown, &mut &Pool::of(["a", "b"])).expect_err("an unknown name");
    assert_eq!((error.code, error.column), ("AZK-R003", 3));
}

#[test]
fn nesting_and_length_are_bounded() {
    for expr in [
        format!("{}a{}", "(".repeat(5000), ")".repeat(5000)),
        format!("{}a{}", "not(".repeat(5000), ")".repeat(5000)),
        format!("a{}", "[a".repeat(5000)),
        "a => ".repeat(5000) + "a",
        format!("1{} = 1", " + 1".repeat(5000)),
        "length(".repeat(5000),
    ] {
        assert_eq!(parse_expr(&expr).expect_err("too deep").code, "AZK-R005");
    }
    let path = parse_path(&vec!["a"; 17].join("/")).expect("grammar");
    assert_eq!(compile_path(&path, &mut &Pool::of(["a"])).expect_err("too long").code, "AZK-R005");
    let long = parse_expr(&vec!["a"; 20_000].join(" and ")).expect("grammar");
    assert_eq!(compile(&long, &mut &Pool::of(["a"])).expect_err("too long").code, "AZK-R005");
}

#[test]
fn fuel_bounds_the_work() {
    let many = format!(r#"{{"a":[{}"0"]}}"#, "\"1\",".repeat(300));
    assert_eq!(verdict_with("a = '0'", &many, 10_000), Verdict::Holds);
    assert_eq!(verdict_with("a = '0'", &many, 100), Verdict::Unknown);
    // 300 · 300 pairs, none equal.
    let square = format!(r#"{{"a":[{}"1"],"b":[{}"2"]}}"#, "\"1\",".repeat(300), "\"2\",".repeat(300));
    assert_eq!(verdict_with("a = b", &square, 1_000_000), Verdict::Violated);
    assert_eq!(verdict_with("a = b", &square, 10_000), Verdict::Unknown);
}

/// Any bytes: refused or not, they neither panic nor run on.
#[test]
fn damaged_code_does_no_harm() {
    let (pool, lists) = (Pool::default(), Lists::default());
    let content = serde_json::json!({ "a": { "b": "1", "c": ["2026-01-01", "x"] } });
    let tree = JsonTree::build(&content, "090010", "", &pool, &lists);
    let exprs = [
        "a/b = '1' => every a//c satisfies date(.) > '2020' or . in ('x','y')",
        "count(a[b]/c) + 1 >= length(substring(a/b,1,2)) and distinct(a/c) and contains($/a/b, @b)",
        "not(column(a,'x')) or months(date(/a/c/..), 3) < created() or message() = bytes(a/b)",
    ];
    let mut random = 1_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as usize
    };
    let mut accepted = 0;
    for expr in exprs {
        let code = compile(&parse_expr(expr).expect(expr), &mut &pool).expect(expr);
        assert_eq!(verify(&code, 0), Ok(()));
        for _ in 0..30_000 {
            let mut damaged = code.clone();
            for _ in 0..=next() % 3 {
                let at = next() % damaged.len();
                damaged[at] = if next() % 2 == 0 { next() as u8 } else { damaged[at] ^ (1 << (next() % 8)) };
            }
            if next() % 8 == 0 {
                damaged.truncate(next() % damaged.len());
            }
            accepted += usize::from(verify(&damaged, 0).is_ok());
            let fuel = Cell::new(5_000);
            eval(&damaged, &tree, 0, 0, &fuel);
            select(&damaged, &tree, 0, &fuel, &mut |_| {});
        }
    }
    assert!(accepted > 0);
    assert_eq!(verify(&[], 0), Err(CodeError));
    // A chain of `not` as deep as the words allow.
    let deep: Vec<u8> = (1..=10_000_u32).rev().flat_map(|words| (2 | words << 8).to_le_bytes()).collect();
    assert_eq!(verify(&deep, 0), Err(CodeError));
    assert_eq!(eval(&deep, &tree, 0, 0, &Cell::new(1_000_000)), Verdict::Unknown);
}

/// The deepest code that is accepted needs little stack, also in a browser.
#[test]
fn the_deepest_code_fits_a_small_stack() {
    let steps = "a/..".to_owned() + &"/a/..".repeat(7);
    let mut expr = "true()".to_owned();
    let mut deepest = None;
    for _ in 0..16 {
        expr = format!("{steps}[{expr}]");
        let Ok(condition) = parse_expr(&expr) else { break };
        match compile(&condition, &mut &Pool::of(["a"])) {
            Ok(code) => deepest = Some(code),
            Err(_) => break,
        }
    }
    let code = deepest.expect("some depth");
    let run = move || {
        let (pool, lists) = (Pool::of(["a"]), Lists::default());
        let tree = JsonTree::build(&serde_json::json!({ "a": "" }), "090010", "", &pool, &lists);
        eval(&code, &tree, 0, 0, &Cell::new(1_000_000))
    };
    let thread = std::thread::Builder::new().stack_size(768 << 10).spawn(run).expect("a thread");
    assert_eq!(thread.join().expect("no overflow"), Verdict::Holds);
}

/// Any text is taken or refused, and what is taken compiles to code that passes its own check.
#[test]
fn any_text_is_taken_or_refused() {
    let pieces = [
        "a",
        "b",
        "//",
        "/",
        "..",
        ".",
        "$",
        "@",
        "[",
        "]",
        "(",
        ")",
        ",",
        "=",
        "!=",
        "<",
        ">=",
        "=>",
        "+",
        "-",
        "*",
        "and",
        "or",
        "not(",
        "in",
        "some",
        "every",
        "satisfies",
        "count(",
        "date(",
        "column(",
        "matches(",
        "'x'",
        "'2026'",
        "''",
        "'",
        "1",
        "2.5",
        "1.",
        "months(",
        "distinct(",
        "contains(",
        " ",
        "ä",
        "#",
        "created()",
    ];
    let mut random = 7_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as usize
    };
    let pool = Pool::of(["a", "b"]);
    let mut taken = 0;
    for _ in 0..60_000 {
        let text: Vec<&str> = (0..1 + next() % 9).map(|_| pieces[next() % pieces.len()]).collect();
        let text = text.join(if next() % 2 == 0 { " " } else { "" });
        if let Ok(expr) = parse_expr(&text)
            && let Ok(code) = compile(&expr, &mut &pool)
        {
            assert_eq!(verify(&code, u32::MAX), Ok(()), "{text}");
            taken += 1;
        }
    }
    assert!(taken > 100, "{taken}");
}

#[test]
fn tables_are_read_and_faults_placed() {
    let head = "#columns id\tcontext\tmessages\tat\tseverity\texpr\ttext_de\ttext_en\tpass\tfail\n";
    let good = "X-1\tAZR.*.Meldung !AZR.A.Meldung xida:Jahr\t090009 090010\ta/b\thint\tc\td\te\t{}\t{}\n";
    let rules = parse_rules(&format!("{head}# a comment\n\n{good}"), "x.tsv").expect("a table");
    let [rule] = rules.as_slice() else { panic!("one rule") };
    assert_eq!(rule.messages, ["090009", "090010"]);
    assert_eq!(rule.severity, Severity::Hint);
    assert_eq!((rule.position.line, rule.position.column), (4, 5));
    assert!(rule.is_for("", "AZR.Duldung.Meldung") && rule.is_for("xida", "Jahr"));
    assert!(
        !rule.is_for("", "AZR.A.Meldung") && !rule.is_for("", "Jahr") && !rule.is_for("", "AZR.A.Auskunft")
    );
    for (table, code, line, column) in [
        (good.to_owned(), "AZK-R001", 1, 1),
        ("#columns id\tcontext\n".to_owned(), "AZK-R001", 1, 1),
        (format!("{head}X\ty\n"), "AZK-R001", 2, 1),
        (format!("{head}{good}{good}"), "AZK-R001", 3, 1),
        (format!("{head}X-1\tA\t\t.\tbad\tc\td\te\t{{}}\t{{}}\n"), "AZK-R001", 2, 10),
        (format!("{head}X-1\tA\t\t.\thint\tc\t\te\t{{}}\t{{}}\n"), "AZK-R001", 2, 17),
        (format!("{head}X-1\t!A\t\t.\thint\tc\td\te\t{{}}\t{{}}\n"), "AZK-R001", 2, 5),
        (format!("{head}X-1\tA\t\t.\thint\tc = \td\te\t{{}}\t{{}}\n"), "AZK-R002", 2, 19),
        (format!("{head}X-1\tA\t\ta/@b\thint\tc\td\te\t{{}}\t{{}}\n"), "AZK-R002", 2, 11),
    ] {
        let error = parse_rules(&table, "x.tsv").expect_err(&table);
        let place = (error.file.as_str(), error.code, error.line, error.column);
        assert_eq!(place, ("x.tsv", code, line, column), "{error}");
    }
}
