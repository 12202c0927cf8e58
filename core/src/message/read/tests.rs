//! One fault, one finding: small messages against a small standard.

use azrkit_standard::compile::{Inputs, compile};
use azrkit_standard::pack::Pack;
use azrkit_standard::xsf;

use super::{Options, Reader};
use crate::message::report::{Lang, Report};

const SCHEMA: &str = "\
schema urn:t
version 1
form elements=qualified attributes=unqualified
ns xs http://www.w3.org/2001/XMLSchema
ns t urn:t
element nachricht {}
  seq
    a 1 xs:string
    b ? xs:date
    c 0..3 t:C
    d 1 xs:boolean
    choice
      x 1 xs:int
      y 1 xs:int
    leer ? t:Leer
    person ? t:Person
    alle ? t:Alle
    nil ? xs:int nillable
    fest ? xs:boolean fixed=true
    gemischt ? t:Gemischt
    any * urn:ext lax
  attr art required xs:string
  attr zahl optional xs:int
complex C
  seq
    wert 1 <>
      restricts xs:string
        pattern [a-z]*
        maxLength 5
    kennung ? xs:ID
complex Leer
complex Person abstract
  seq
    name 1 xs:string
complex Mensch extends t:Person
  seq
    alter 1 xs:nonNegativeInteger
complex Alle
  all
    eins 1 xs:string
    zwei ? xs:string
complex Gemischt mixed
  seq
    fett * xs:string
element bekannt t:C
";

fn pack() -> Vec<u8> {
    let schema = xsf::parse(SCHEMA, "t.xsf").expect("schema");
    let inputs = Inputs {
        name: "t".into(),
        standard: "T".into(),
        version: "1".into(),
        namespaces: vec!["urn:t".into()],
        schemas: vec![schema],
        ..Inputs::default()
    };
    compile(&inputs).expect("compiles")
}

fn read_bytes(input: &[u8]) -> Report {
    let bytes = pack();
    let pack = Pack::open(&bytes).expect("opens");
    Reader::new(vec![pack]).check(input, &Options { lang: Lang::En, ..Options::default() })
}

/// The findings of a message as `code path`, without `AZK-`.
fn findings(input: &str) -> Vec<String> {
    let report = read_bytes(input.as_bytes());
    report
        .findings
        .iter()
        .map(|finding| format!("{} {}", &finding.code.as_str()[4..], finding.path))
        .collect()
}

/// A message with this content of the root element.
fn message(content: &str) -> String {
    format!(
        "<t:nachricht xmlns:t='urn:t' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:e='urn:ext' xmlns:xs='http://www.w3.org/2001/XMLSchema' art='n'>{content}</t:nachricht>"
    )
}

const D_X: &str = "<t:d>true</t:d><t:x>1</t:x>";

#[test]
fn valid_messages() {
    for content in [
        format!("<t:a/>{D_X}"),
        format!("<t:a>ä&amp;<![CDATA[<]]>&#65;</t:a><t:b>2026-02-28</t:b>{D_X}"),
        "<t:a>1</t:a> <!-- c --> <t:c><t:wert>abc</t:wert></t:c><?pi x?><t:c><t:wert/></t:c><t:d> 1 </t:d><t:y>-7</t:y>".into(),
        format!("<t:a/>{D_X}<t:leer/>"),
        format!("<t:a/>{D_X}<t:person xsi:type='t:Mensch'><t:name/><t:alter>3</t:alter></t:person>"),
        format!("<t:a/>{D_X}<t:alle><t:zwei/><t:eins/></t:alle>"),
        format!("<t:a/>{D_X}<t:nil xsi:nil='true'/><t:fest>1</t:fest>"),
        format!("<t:a/>{D_X}<t:fest/><t:gemischt>text <t:fett>x</t:fett> more</t:gemischt>"),
        format!("<t:a/>{D_X}<e:irgendwas><x y='z'>t</x></e:irgendwas><e:mehr/>"),
        format!("<t:a/><t:c><t:wert/><t:kennung>i</t:kennung></t:c>{D_X}<e:v xsi:type='xs:IDREF'> i </e:v>"),
        format!("<t:a/>{D_X}<e:v xsi:type='xs:IDREFS'>i i</e:v><e:w xsi:type='xs:ID'>i</e:w>"),
        format!("<t:a/>{D_X}<e:v xsi:type='xs:QName'>t:x</e:v><e:v xsi:type='xs:QName' xmlns:q='u'>q:x</e:v>"),
    ] {
        assert_eq!(findings(&message(&content)), Vec::<String>::new(), "{content}");
    }
}

/// Where a standard has no label for what is wrong, its name stands.
#[test]
fn sentences_name_the_field() {
    for (content, expected) in [
        (
            "<e:v xsi:nil='x'/>",
            "xsi:nil is not allowed at the field \u{201c}v\u{201d}: the value is neither true nor false.",
        ),
        (
            "<e:v xsi:type='xs:boolean'>ja</e:v>",
            "The value \u{201c}ja\u{201d} in the field \u{201c}v\u{201d} is not allowed. Expected: true, false, 1, 0.",
        ),
        (
            "<e:v xsi:type='xs:IDREF'>i</e:v>",
            "The identifier \u{201c}i\u{201d}, which is referred to here, does not occur in the message.",
        ),
    ] {
        let report = read_bytes(message(&format!("<t:a/>{D_X}{content}")).as_bytes());
        let texts: Vec<&str> = report.findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, [expected], "{content}");
    }
}

#[test]
fn one_fault_one_finding() {
    for (content, expected) in [
        // Left out, moved, doubled, renamed, invented.
        (D_X.to_owned(), "M103 /nachricht"),
        ("<t:a/><t:d>true</t:d>".to_owned(), "M103 /nachricht"),
        (format!("{D_X}<t:a/>"), "M103 /nachricht"),
        (format!("<t:a/><t:a/>{D_X}"), "M104 /nachricht/a[2]"),
        (format!("<t:aa/>{D_X}"), "M102 /nachricht/aa"),
        (format!("<t:a/><t:neu><t:d/></t:neu>{D_X}"), "M102 /nachricht/neu"),
        ("<t:a/><t:d>true</t:d><t:z>1</t:z>".to_owned(), "M102 /nachricht/z"),
        (format!("<t:b>2026-01-01</t:b><t:a/>{D_X}"), "M103 /nachricht"),
        (format!("<t:a/>{D_X}<t:y>1</t:y>"), "M101 /nachricht/y"),
        (format!("<a/>{D_X}"), "M102 /nachricht/a"),
        (
            "<t:a/><t:c><t:wert/></t:c><t:c><t:wert/></t:c><t:c><t:wert/></t:c><t:c><t:wert/></t:c>"
                .to_owned()
                + D_X,
            "M104 /nachricht/c[4]",
        ),
        ("<t:a/><t:c/>".to_owned() + D_X, "M103 /nachricht/c"),
        // Values.
        (format!("<t:a/><t:b>2026-02-30</t:b>{D_X}"), "M109 /nachricht/b"),
        ("<t:a/><t:c><t:wert>aB</t:wert></t:c>".to_owned() + D_X, "M110 /nachricht/c/wert"),
        ("<t:a/><t:c><t:wert>abcdef</t:wert></t:c>".to_owned() + D_X, "M111 /nachricht/c/wert"),
        ("<t:a/><t:d>ja</t:d><t:x>1</t:x>".to_owned(), "M109 /nachricht/d"),
        (format!("<t:a/>{D_X}<t:fest>false</t:fest>"), "M114 /nachricht/fest"),
        (format!("<t:a>e\u{301}</t:a>{D_X}"), "M202 /nachricht/a"),
        (
            "<t:a/><t:c><t:wert/><t:kennung>i</t:kennung></t:c><t:c><t:wert/><t:kennung>i</t:kennung></t:c>"
                .to_owned()
                + D_X,
            "M118 /nachricht/c[2]/kennung",
        ),
        (format!("<t:a/>{D_X}<e:v xsi:type='xs:IDREF'>i</e:v>"), "M402 /nachricht/v"),
        (
            format!("<t:a/>{D_X}<e:v xsi:type='xs:ID'>i</e:v><e:w xsi:type='xs:IDREFS'>i k</e:w>"),
            "M402 /nachricht/w",
        ),
        (format!("<t:a/>{D_X}<e:v xsi:type='xs:QName'>q:x</e:v>"), "M109 /nachricht/v"),
        (format!("<t:a/>{D_X}<e:v xsi:type='xs:ENTITY'>x</e:v>"), "M109 /nachricht/v"),
        (format!("<t:a/>{D_X}<e:v xsi:type='xs:ENTITIES'>x</e:v>"), "M109 /nachricht/v"),
        (format!("<t:a/>{D_X}<e:v xsi:type='xs:NOTATION'>x</e:v>"), "M109 /nachricht/v"),
        // Text and elements where they must not be.
        (format!("<t:a/>x{D_X}y"), "M105 /nachricht"),
        (format!("<t:a><t:b/></t:a>{D_X}"), "M106 /nachricht/a/b"),
        (format!("<t:a/>{D_X}<t:leer>x</t:leer>"), "M105 /nachricht/leer"),
        // xsi.
        (format!("<t:a/>{D_X}<t:person><t:name/></t:person>"), "M115 /nachricht/person"),
        (
            format!("<t:a/>{D_X}<t:person xsi:type='t:C'><t:wert/></t:person>"),
            "M116 /nachricht/person/@xsi:type",
        ),
        (format!("<t:a xsi:nil='true'/>{D_X}"), "M117 /nachricht/a/@xsi:nil"),
        (format!("<t:a/>{D_X}<t:nil xsi:nil='true'>1</t:nil>"), "M105 /nachricht/nil"),
        // Attributes.
        (format!("<t:a q='1'/>{D_X}"), "M108 /nachricht/a/@q"),
        (format!("<t:a xmlns:q='1' xmlns:q='1'/>{D_X}"), "M007 /nachricht"),
        // One thing in the place of another: the contents do not matter then.
        ("<t:a/><t:b>2026-01-01</t:b><t:b>true</t:b><t:x>1</t:x>".to_owned(), "M104 /nachricht/b[2]"),
        (format!("<t:d><t:a>1</t:a></t:d>{D_X}"), "M103 /nachricht"),
        (
            format!("<t:a/><t:c><t:kennung>?</t:kennung><t:kennung>i</t:kennung></t:c>{D_X}"),
            "M103 /nachricht/c",
        ),
        (format!("<t:a/><t:a><t:b/></t:a>{D_X}"), "M104 /nachricht/a[2]"),
        (format!("<t:leer/><t:a/><t:b>2026-01-01</t:b>{D_X}<t:leer/>"), "M103 /nachricht"),
        ("<t:x>k</t:x><t:a/><t:d>true</t:d><t:x>1</t:x>".to_owned(), "M103 /nachricht"),
        (format!("<t:a/><t:c><t:wert/></t:c><t:b>2026-01-01</t:b>{D_X}"), "M101 /nachricht/c"),
        (
            format!("<t:a/><t:c><t:wert/></t:c><t:b>2026-01-01</t:b><t:c><t:wert/></t:c>{D_X}"),
            "M101 /nachricht/c[1]",
        ),
        ("<t:leer>1</t:leer><t:b>2026-01-01</t:b><t:d>1</t:d><t:x>1</t:x>".to_owned(), "M103 /nachricht"),
        (format!("<t:a/>{D_X}<t:leer q='1'><t:b/></t:leer><t:leer/>"), "M104 /nachricht/leer[2]"),
        (format!("<t:a/><:b>2026-01-01</:b>{D_X}"), "M001 /nachricht"),
        ("<t:a/><t:d :q='1'>true</t:d><t:x>1</t:x>".to_owned(), "M001 /nachricht"),
        // xs:all.
        (format!("<t:a/>{D_X}<t:alle><t:eins/><t:eins/></t:alle>"), "M104 /nachricht/alle/eins[2]"),
        (format!("<t:a/>{D_X}<t:alle><t:zwei/></t:alle>"), "M103 /nachricht/alle"),
        // Well-formedness.
        (format!("<t:a>&nix;</t:a>{D_X}"), "M006 /nachricht/a"),
        (format!("<t:a>&#1;</t:a>{D_X}"), "M003 /nachricht/a"),
        (format!("<t:a>]]></t:a>{D_X}"), "M001 /nachricht/a"),
        (format!("<t:a></t:b>{D_X}"), "M002 /nachricht/a"),
        (format!("<t:a>1{D_X}"), "M002 /nachricht/a"),
        (format!("<t:a/><t:c/><t:wert/></t:c>{D_X}"), "M002 /nachricht"),
        (format!("<t:a/><t:c q='1'><t:neu/></t:c></t:c>{D_X}"), "M002 /nachricht"),
        ("<t:a/><t:d>\u{1}true</t:d><t:x>1</t:x>".to_owned(), "M003 /"),
        (format!("<u:a/>{D_X}"), "M008 /nachricht"),
        (format!("<t:a x='1' x='2'/>{D_X}"), "M007 /nachricht"),
        (format!("<t:a x='<'/>{D_X}"), "M001 /nachricht"),
        (format!("<!-- -- --><t:a/>{D_X}"), "M001 /nachricht"),
    ] {
        assert_eq!(findings(&message(&content)), [expected], "{content}");
    }
}

#[test]
fn the_document_as_a_whole() {
    assert_eq!(findings(""), ["M001 /"]);
    assert_eq!(findings("<a/>"), ["M100 /a"]);
    assert_eq!(findings("<!DOCTYPE a><a/>"), ["M005 /"]);
    assert_eq!(findings("<t:bekannt xmlns:t='urn:t'><t:wert/></t:bekannt>"), Vec::<String>::new());
    assert_eq!(findings("<t:bekannt xmlns:t='urn:t'><t:wert/></t:bekannt><b/>"), ["M001 /"]);
    assert_eq!(findings("<t:bekannt xmlns:t='urn:t'><t:wert/>"), ["M001 /bekannt"]);
    assert_eq!(findings("<t:bekannt xmlns:t='urn:t'/><t:wert xmlns:t='urn:t'/>"), ["M001 /"]);
    assert_eq!(findings("<a/><t:bekannt xmlns:t='urn:t'><t:wert/></t:bekannt>"), ["M001 /"]);
    let renamed = message(&format!("<t:a/>{D_X}")).replace("art=", "arte=");
    assert_eq!(findings(&renamed), ["M108 /nachricht/@arte"]);
    for (declared, valid) in [("UTF-16", true), ("utf-16LE", true), ("UTF-8", false), ("ISO-8859-1", false)] {
        let text = format!(
            "\u{feff}<?xml version='1.0' encoding='{declared}'?><t:bekannt xmlns:t='urn:t'><t:wert/></t:bekannt>"
        );
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_bytes(&bytes).schema_valid, valid, "{declared}");
    }
    let deep = "<x>".repeat(200);
    assert_eq!(findings(&message(&format!("<t:a/>{D_X}<e:e>{deep}"))).len(), 1);
    let latin1 = b"<?xml version='1.0' encoding='ISO-8859-1'?><t:bekannt xmlns:t='urn:t'><t:wert>\xe4</t:wert></t:bekannt>";
    assert_eq!(read_bytes(latin1).findings[0].value.as_deref(), Some("ä"));
    assert!(!read_bytes(b"<t:bekannt xmlns:t='urn:t'><t:wert>\xff</t:wert></t:bekannt>").schema_valid);
}

#[test]
fn line_column_and_text() {
    let input = message(&format!("\n  <t:a/>\n  ä<t:b>gestern</t:b>{D_X}"));
    let report = read_bytes(input.as_bytes());
    let found = report.findings.iter().find(|finding| finding.path == "/nachricht/b").expect("found");
    assert_eq!((found.line, found.column), (3, 4));
    assert!(found.text.contains("gestern") && found.text.contains("YYYY-MM-DD"), "{}", found.text);
    assert!(!report.valid && !report.schema_valid);
}

#[test]
fn many_errors_are_all_found() {
    let wrong = "<t:d>ja</t:d>".to_owned();
    let content = format!("<t:a/>{}{D_X}", "<t:q/>".repeat(150)) + &wrong;
    assert!(findings(&message(&content)).len() >= 150);
    let bytes = pack();
    let mut reader = Reader::new(vec![Pack::open(&bytes).expect("opens")]);
    let options = Options { max_findings: 20, ..Options::default() };
    let report = reader.check(message(&content).as_bytes(), &options);
    assert_eq!(report.findings.len(), 20);
    assert!(report.more >= 130 && !report.schema_valid);
}

#[test]
fn a_reader_is_used_again() {
    let bytes = pack();
    let mut reader = Reader::new(vec![Pack::open(&bytes).expect("opens")]);
    let options = Options::default();
    let good = message(&format!("<t:a/>{D_X}"));
    let bad = message("<t:a/><t:b>");
    for _ in 0..3 {
        assert!(!reader.check(bad.as_bytes(), &options).valid);
        assert!(reader.check(good.as_bytes(), &options).valid);
    }
}
