use std::time::{Duration, Instant};

use super::parse;
use crate::model::CodeList;
use crate::test_support::{Dice, files, shared};

const HEAD: &str = "<gc:CodeList xmlns:gc='http://docs.oasis-open.org/codelist/ns/genericode/1.0/' xmlns:x='http://xoev.de/schemata/genericode/4'>";
const IDENTIFICATION: &str =
    "<Identification><ShortName>k</ShortName><LongName>Lang</LongName><Version>1</Version><CanonicalUri>urn:l</CanonicalUri>
     <CanonicalVersionUri>urn:l_1</CanonicalVersionUri><Agency><LongName>Amt</LongName></Agency></Identification>";
const COLUMNS: &str =
    "<ColumnSet><Column Id='n' Use='optional'><ShortName>n</ShortName><Data Type='string'/></Column><Column Id='c' Use='required'/>
     <Column Id='d'/><Key Id='k'><ColumnRef Ref='c'/></Key></ColumnSet>";

fn list(parts: &str) -> CodeList {
    parse(format!("{HEAD}{parts}</gc:CodeList>").as_bytes(), "dir/l.xml").unwrap_or_else(|e| panic!("{e:#?}"))
}

fn wrong(parts: &str) -> Vec<&'static str> {
    match parse(format!("{HEAD}{parts}</gc:CodeList>").as_bytes(), "l.xml") {
        Ok(list) => panic!("taken: {list:?}"),
        Err(errors) => errors.iter().map(|e| e.code).collect(),
    }
}

/// A whole list with these rows.
fn rows(rows: &str) -> String {
    format!("{IDENTIFICATION}{COLUMNS}<SimpleCodeList>{rows}</SimpleCodeList>")
}

#[test]
fn reads_a_list() {
    let list = list(&format!(
        "<Annotation><Description><x:validFrom>2025-11-01</x:validFrom></Description></Annotation>{}",
        rows(
            "<Row><Value ColumnRef='c'><SimpleValue> 01\n</SimpleValue></Value><Value><SimpleValue>a &amp;
                <![CDATA[b]]></SimpleValue></Value></Row>
             <Row><Value><SimpleValue>Name</SimpleValue></Value><Value><SimpleValue>02</SimpleValue></Value><Value ColumnRef='d'/></Row>"
        )
    ));
    assert_eq!((list.file.as_str(), list.uri.as_str(), list.version.as_str()), ("l.xml", "urn:l", "1"));
    assert_eq!((list.title.as_str(), list.valid_from.as_deref()), ("Lang", Some("2025-11-01")));
    assert_eq!((list.columns.clone(), list.key), (vec!["n".into(), "c".into(), "d".into()], 1));
    assert_eq!(list.rows, [["", "01", "a & b"], ["Name", "02", ""]]);
}

#[test]
fn takes_the_recommended_key() {
    let columns = |first: &str, second: &str| {
        format!(
            "{IDENTIFICATION}<ColumnSet><Column Id='a'/><Column Id='b'/><Key Id='ab'><ColumnRef Ref='a'/><ColumnRef Ref='b'/></Key>
             <Key Id='k'>{first}<ColumnRef Ref='a'/></Key><Key Id='l'>{second}<ColumnRef Ref='b'/></Key></ColumnSet><SimpleCodeList/>"
        )
    };
    let mark = |name: &str| format!("<Annotation><AppInfo><x:{name}/></AppInfo></Annotation>");
    assert_eq!(list(&columns("", "")).key, 0);
    assert_eq!(list(&columns("", &mark("recommendedKeyColumn"))).key, 1);
    assert_eq!(list(&columns(&mark("xoev-codename"), &mark("xoev-code"))).key, 1);
}

#[test]
fn prefers_the_german_title() {
    let title = |names: &str| {
        let identification = format!(
            "<Identification><ShortName>k</ShortName>{names}<Version>1</Version><CanonicalUri>u</CanonicalUri></Identification>"
        );
        list(&format!("{identification}{COLUMNS}<SimpleCodeList/>")).title
    };
    assert_eq!(title(""), "k");
    assert_eq!(
        title("<LongName xml:lang='en'>List</LongName><LongName xml:lang='de'>Liste</LongName>"),
        "Liste"
    );
    assert_eq!(title("<LongName xml:lang='en'>List</LongName><LongName/>"), "List");
}

#[test]
fn names_what_it_cannot_take() {
    let row = "<Row><Value ColumnRef='c'><SimpleValue>1</SimpleValue></Value></Row>";
    for (parts, code) in [
        (format!("{IDENTIFICATION}<ColumnSetRef/>{COLUMNS}<SimpleCodeList/>"), "AZK-G003"),
        (rows("<Row><Value ColumnRef='c'><ComplexValue/></Value><Value ColumnRef='c'/></Row>"), "AZK-G003"),
        (rows("<Zeile/>"), "AZK-G002"),
        (rows(&format!("{row}text")), "AZK-G002"),
        (rows("<x:Row/>"), "AZK-G002"),
        (format!("{COLUMNS}<SimpleCodeList/>"), "AZK-G004"),
        (format!("{IDENTIFICATION}{COLUMNS}"), "AZK-G004"),
        (format!("{IDENTIFICATION}<SimpleCodeList/>{COLUMNS}"), "AZK-G004"),
        (format!("{IDENTIFICATION}<ColumnSet><Column Id='a'/></ColumnSet><SimpleCodeList/>"), "AZK-G004"),
        (rows("<Row><Value ColumnRef='q'><SimpleValue>1</SimpleValue></Value></Row>"), "AZK-G005"),
        (rows(&row.replace("</Row>", "<Value ColumnRef='c'/></Row>")), "AZK-G005"),
        (rows("<Row/>"), "AZK-G006"),
        (rows(&format!("{row}{row}")), "AZK-G006"),
        (
            format!(
                "{IDENTIFICATION}<ColumnSet><Column Id='a'/><Key Id='k'><ColumnRef Ref='b'/></Key></ColumnSet><SimpleCodeList/>"
            ),
            "AZK-G006",
        ),
    ] {
        assert_eq!(wrong(&parts)[0], code, "{parts}");
    }
    assert_eq!(parse(b"<CodeList/>", "l").expect_err("no list")[0].code, "AZK-G001");
    assert_eq!(parse(b"<!DOCTYPE a><a/>", "l").expect_err("DTD")[0].code, "AZK-X004");
    assert_eq!(parse(b"<a", "l").expect_err("no XML")[0].code, "AZK-X001");
    let columns: String = (0..300).map(|i| format!("<Column Id='c{i}'/>")).collect();
    let many = format!(
        "{IDENTIFICATION}<ColumnSet>{columns}<Key><ColumnRef Ref='c0'/></Key></ColumnSet><SimpleCodeList/>"
    );
    assert_eq!(wrong(&many)[0], "AZK-G007");
}

#[test]
fn cells_are_bounded_by_the_input() {
    let columns: String = (0..250).map(|i| format!("<Column Id='c{i}'/>")).collect();
    let rows: String =
        (0..40_000).map(|i| format!("<Row><Value><SimpleValue>{i}</SimpleValue></Value></Row>")).collect();
    let text = format!(
        "{IDENTIFICATION}<ColumnSet>{columns}<Key><ColumnRef Ref='c0'/></Key></ColumnSet><SimpleCodeList>{rows}</SimpleCodeList>"
    );
    assert_eq!(wrong(&text), ["AZK-G007"], "8,000,000 cells are named once");
}

#[test]
fn damaged_lists_are_refused_or_read() {
    let good = format!(
        "{HEAD}{}</gc:CodeList>",
        rows(
            "<Row><Value ColumnRef='c'><SimpleValue>01</SimpleValue></Value><Value><SimpleValue>a&amp;b</SimpleValue></Value></Row><Row><Value/><Value><SimpleValue>2</SimpleValue></Value></Row>"
        )
    );
    let seeds: u64 = std::env::var("AZRKIT_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(5000);
    let begin = Instant::now();
    let mut read = 0;
    for seed in 1..=seeds {
        let bytes = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)).damage(good.as_bytes());
        if let Ok(list) = parse(&bytes, "l.xml") {
            read += 1;
            assert!(list.rows.iter().all(|row| row.len() == list.columns.len() && !row[list.key].is_empty()));
        }
    }
    assert!(read > 0, "some damage is harmless");
    assert!(
        begin.elapsed() < Duration::from_millis(10 * seeds),
        "{seeds} small lists took {:?}",
        begin.elapsed()
    );
}

#[test]
fn official_lists_are_read() {
    let Some(root) = shared("official code lists") else { return };
    let files = files(root.join("standard/xwasser-1.0.0/codelists"), "xml");
    assert!(files.len() > 60, "{}", files.len());
    let mut rows = 0;
    for (name, bytes) in &files {
        assert!(super::looks_like(bytes), "{name}");
        let list = parse(bytes, name).unwrap_or_else(|e| panic!("{name}: {e:#?}"));
        assert!(!list.title.is_empty() && !list.rows.is_empty(), "{name}");
        assert!(list.uri.starts_with("urn:"), "{name}: {}", list.uri);
        rows += list.rows.len();
    }
    assert!(rows > 27_000, "{rows}");
}
