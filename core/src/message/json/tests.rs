//! Messages from JSON and back: what is filled in, what is reported and where, and the parts of the form that the built-in
//! standards do not use, over small schemas.

use azrkit_standard::compile::{Inputs, compile};
use azrkit_standard::xsf;

use super::{check, to_json, to_json_pretty, to_value, to_xml};
use crate::Standards;
use crate::message::read::{DEEPEST, Options};
use crate::message::report::{Code, Lang, Report};
use crate::message::write;

pub(super) fn standards() -> Standards {
    let mut standards = Standards::empty();
    for (name, bytes) in crate::standard::builtin() {
        standards.add(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    standards
}

/// A pack of one schema, in XSF.
fn schema(text: &str) -> Standards {
    let text = format!(
        "schema urn:t\nversion 1\nform elements=unqualified attributes=unqualified\nns t urn:t\n{text}"
    );
    let schema = xsf::parse(&text, "t.xsf").unwrap_or_else(|error| panic!("{error}"));
    let inputs = Inputs {
        name: "t".into(),
        namespaces: vec!["urn:t".into()],
        schemas: vec![schema],
        ..Inputs::default()
    };
    let mut standards = Standards::empty();
    let bytes = compile(&inputs).unwrap_or_else(|errors| panic!("{errors:?}"));
    standards.add(bytes).unwrap_or_else(|error| panic!("{error}"));
    standards
}

fn findings(report: &Report) -> Vec<(Code, &str)> {
    report.findings.iter().map(|finding| (finding.code, finding.path.as_str())).collect()
}

/// XML through JSON: the JSON, after it was shown that it gives the same XML and the same JSON again.
fn through(standards: &Standards, xml: &str) -> String {
    let mut reader = standards.reader();
    let options = Options::default();
    let read = reader.read(xml.as_bytes(), &options);
    let json = to_json(&read.document);
    let canonical = write::to_xml(&read.document);
    let packs = standards.packs();
    let written =
        to_xml(&packs, &json, &options).unwrap_or_else(|report| panic!("{json}\n{:#?}", report.findings));
    assert_eq!(String::from_utf8_lossy(&written.xml), String::from_utf8_lossy(&canonical), "{json}");
    let again = reader.read(&canonical, &options);
    assert_eq!(to_json(&again.document), json);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).ok(), Some(to_value(&again.document)));
    json
}

/// The part of a JSON that follows the root's own keys.
fn body(json: &str) -> &str {
    json.strip_prefix("{\"$message\":\"r\",\"$namespace\":\"urn:t\"")
        .map_or(json, |rest| rest.trim_start_matches(','))
        .trim_end_matches('}')
}

/// JSON of a content to XML, without the frame.
fn xml_of(standards: &Standards, json: &str) -> String {
    let json = format!("{{\"$message\":\"r\",{json}}}");
    let written = to_xml(&standards.packs(), &json, &Options::default());
    let written = written.unwrap_or_else(|report| panic!("{json}\n{:#?}", report.findings));
    let text = String::from_utf8_lossy(&written.xml).into_owned();
    text.split_once("<t:r").map_or(String::new(), |(_, rest)| rest.trim_end_matches("</t:r>").to_owned())
}

const HEAD: &str = r#"
 "nachrichtenkopf.g2g": {
   "identifikation.nachricht": {
     "nachrichtenUUID": "0b1e4f4e-5a0d-4b8a-9a1e-2f3b4c5d6e7f",
     "erstellungszeitpunkt": "2026-11-24T10:00:00.000+01:00"},
   "leser": {"verzeichnisdienst": "DVDV", "kennung": "azr:1", "name": "Ausländerzentralregister"},
   "autor": {"verzeichnisdienst": {"code": "DVDV"}, "kennung": "abh:1", "name": "Ausländerbehörde",
     "erreichbarkeit": [{"kanal": "02", "kennung": "0123"}]}},
 "anschrift.autor": {"gebaeude": {"hausnummer": "1", "postleitzahl": "50667", "strasse": "Domplatz", "wohnort": "Köln"}}"#;

pub(super) fn folgemeldung(rest: &str) -> String {
    format!(
        r#"{{"$message": "090010", "produkt": "P", "produkthersteller": "H", {HEAD},
 "durchfuehrenderSachbearbeiter": "Müller", "durchfuehrendeBehoerde": "053150", {rest}}}"#
    )
}

#[test]
fn what_the_schema_fixes_is_filled_in() {
    let standards = standards();
    let json = folgemeldung(
        r#""azrNummer": "081111000001", "nichtIdentischMit": [{"aenderungsArt": "01", "nichtIdentischMit": "081111000002"}]"#,
    );
    let checked = check(&mut standards.reader(), &json, &Options { rules: false, ..Options::default() });
    let xml = String::from_utf8(checked.xml.unwrap_or_default()).unwrap_or_default();
    assert!(checked.report.schema_valid, "{:#?}", checked.report.findings);
    let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xauslaender:AnAZR.AZRFolgemeldung.090010 \
        xmlns:xauslaender=\"http://www.osci.de/xauslaender2611\" produkt=\"P\" produkthersteller=\"H\" \
        standard=\"XAusländer\" version=\"26.11\"><nachrichtenkopf.g2g>";
    assert_eq!(xml.get(..start.len()), Some(start));
    assert!(xml.contains(
        "</nachrichtenUUID><nachrichtentyp><code>090010</code></nachrichtentyp><erstellungszeitpunkt>"
    ));
    assert!(xml.contains("<verzeichnisdienst listVersionID=\"3\"><code>DVDV</code></verzeichnisdienst>"));
    assert_eq!(checked.report.message.number.as_deref(), Some("090010"));
    // The same without what is open on input.
    let json = through(&standards, &xml);
    assert!(json.starts_with(
        r#"{"$message":"AnAZR.AZRFolgemeldung.090010","$namespace":"http://www.osci.de/xauslaender2611","produkt":"P""#
    ));
    assert!(json.contains(r#""kanal":{"code":"02","listVersionID":"#));
    assert!(json.contains(r#""nichtIdentischMit":[{"aenderungsArt":{"code":"01"}"#));
}

#[test]
fn only_the_head_names_the_message() {
    let standards = standards();
    // 000020 says in its body which message it repeats: that is not known.
    let json = format!(
        r#"{{"$message": "000020", "produkt": "P", "produkthersteller": "H", {HEAD}, "nachricht": "AAAA"}}"#
    );
    let checked = check(&mut standards.reader(), &json, &Options { rules: false, ..Options::default() });
    assert_eq!(findings(&checked.report), [(Code::MissingElement, "")]);
    let xml = String::from_utf8(checked.xml.unwrap_or_default()).unwrap_or_default();
    assert_eq!(xml.matches("<code>000020</code>").count(), 1);
    // XInneres has its own head.
    let json = format!(
        r#"{{"$message": "0010", "produkt": "P", "produkthersteller": "H", {HEAD},
          "rueckweisung": {{"rueckweisungsgrund": [{{"grund": "S010"}}], "nachricht": "AAAA"}}}}"#
    );
    let checked = check(&mut standards.reader(), &json, &Options { rules: false, ..Options::default() });
    assert_eq!(findings(&checked.report), []);
    let xml = String::from_utf8(checked.xml.unwrap_or_default()).unwrap_or_default();
    assert!(xml.contains("standard=\"XInneres-Rueckweisung\" version=\"6\""), "{xml}");
    assert!(xml.contains("<nachrichtentyp><code>0010</code></nachrichtentyp>"), "{xml}");
    through(&standards, &xml);
}

#[test]
fn faults_have_json_pointers_and_one_fault_is_one_finding() {
    let standards = standards();
    let mut reader = standards.reader();
    let options = Options { rules: false, ..Options::default() };
    let mut of = |rest: &str| {
        let checked = check(&mut reader, &folgemeldung(rest), &options);
        let list = findings(&checked.report)
            .into_iter()
            .map(|(code, path)| (code, path.to_owned()))
            .collect::<Vec<_>>();
        (list, checked.report)
    };
    let cases: [(&str, Code, &str); 16] = [
        (r#""azrNumer": "081111000001""#, Code::JsonUnknownKey, "/azrNumer"),
        (r#""azrNummer": 81111000001"#, Code::JsonType, "/azrNummer"),
        (r#""azrNummer": null"#, Code::JsonType, "/azrNummer"),
        (r#""azrNummer": ["081111000001"]"#, Code::JsonType, "/azrNummer"),
        (
            r#""azrNummer": {"$text": "081111000001"}, "azrNummer": "081111000001""#,
            Code::JsonDoubleKey,
            "/azrNummer",
        ),
        (r#""azrNummer": "0811\u0000""#, Code::IllegalCharacter, "/azrNummer"),
        (r#""azrNummer": "x""#, Code::BadCharacter, "/azrNummer"),
        (r#""azrNummer": ["081111000001", "081111000001"]"#, Code::TooMany, "/azrNummer/1"),
        (r#""nichtIdentischMit": {"aenderungsArt": "01"}"#, Code::JsonType, "/nichtIdentischMit"),
        (
            r#""nichtIdentischMit": [{"aenderungsArt": "01"}, {}]"#,
            Code::MissingElement,
            "/nichtIdentischMit/1",
        ),
        (
            r#""nichtIdentischMit": [{"aenderungsart": "01"}]"#,
            Code::JsonUnknownKey,
            "/nichtIdentischMit/0/aenderungsart",
        ),
        (
            r#""nichtIdentischMit": [{"aenderungsArt": 1}]"#,
            Code::JsonType,
            "/nichtIdentischMit/0/aenderungsArt",
        ),
        (
            r#""nichtIdentischMit": [{"aenderungsArt": {"code": "99"}}]"#,
            Code::NotEnumerated,
            "/nichtIdentischMit/0/aenderungsArt/code",
        ),
        (
            r#""nichtIdentischMit": [{"aenderungsArt": "99"}]"#,
            Code::NotEnumerated,
            "/nichtIdentischMit/0/aenderungsArt",
        ),
        (r#""sachverhalt": "duldung""#, Code::JsonType, "/sachverhalt"),
        (
            r#""sachverhalt": {"duldung": {"aenderungsArt": "01", "duldung.fachdaten.neu": {"duldungArt": "x"}}}"#,
            Code::UnknownCode,
            "/sachverhalt/duldung/duldung.fachdaten.neu/duldungArt",
        ),
    ];
    for (rest, code, path) in cases {
        let (list, report) = of(rest);
        assert!(
            matches!(&list[..], [(found, at)] if *found == code && at == path),
            "{rest}\n{:#?}",
            report.findings
        );
        assert!(!report.valid && report.findings[0].line == 0);
    }
    let (_, report) = of(r#""azrNummer": 81111000001"#);
    assert_eq!(
        report.findings[0].text,
        "Im Feld „AZR-Nummer“ steht eine ganze Zahl. Erwartet: eine Zeichenkette."
    );
    let (_, report) = of(r#""nichtIdentischMit": [{"aenderungsart": "01"}]"#);
    assert_eq!(report.findings[0].expected.as_deref(), Some("aenderungsArt, nichtIdentischMit"));
}

#[test]
fn texts_that_are_no_message() {
    let standards = standards();
    let mut reader = standards.reader();
    let options = Options { lang: Lang::En, ..Options::default() };
    let cases = [
        ("", Code::JsonSyntax, ""),
        ("{\"a\":}", Code::JsonSyntax, ""),
        ("[]", Code::JsonType, ""),
        ("{}", Code::JsonType, "/$message"),
        (r#"{"$message": 90010}"#, Code::JsonType, "/$message"),
        (r#"{"$message": "nichts"}"#, Code::UnknownMessage, "/$message"),
        (r#"{"$message": "090010", "$namespace": "urn:x"}"#, Code::UnknownMessage, "/$message"),
        (r#"{"$name": "a b"}"#, Code::JsonType, "/$name"),
        (r#"{"$name": "x:a"}"#, Code::JsonType, "/$namespace"),
        (r#"{"$name": "a", "$namespace": "urn:x"}"#, Code::UnknownMessage, ""),
    ];
    for (json, code, path) in cases {
        let checked = check(&mut reader, json, &options);
        assert_eq!(findings(&checked.report), [(code, path)], "{json}");
        assert!(!checked.report.valid && !checked.report.schema_valid, "{json}");
    }
    let deep = format!("{{\"$message\":\"090010\",\"a\":{}", "[".repeat(100_000));
    assert_eq!(findings(&check(&mut reader, &deep, &options).report), [(Code::TooDeep, "")]);
    let small = Options { max_size: 10, ..options };
    assert_eq!(findings(&check(&mut reader, "{\"$message\":1}", &small).report), [(Code::TooLarge, "")]);
}

#[test]
fn names_and_attributes_cannot_break_the_xml() {
    let standards = standards();
    let mut reader = standards.reader();
    let any = |item: &str| {
        folgemeldung(&format!(
            r#""sachverhalt": {{"duldung": {{"aenderungsArt": "01", "duldung.fachdaten.neu": {{"duldungArt": "01", "$any": [{item}]}}}}}}"#
        ))
    };
    const URI: &str = "http://www.osci.de/xauslaender2611/azr-erweiterung";
    let place = "/sachverhalt/duldung/duldung.fachdaten.neu/$any/0";
    let cases = [
        (format!(r#"{{"$name": "a><b", "$namespace": "{URI}"}}"#), "/$name"),
        (r#"{"$name": "xmlns", "$namespace": ""}"#.to_owned(), "/$name"),
        (r#"{"$name": "x:a", "$namespace": "http://www.w3.org/2000/xmlns/"}"#.to_owned(), "/$namespace"),
        (r#"{"$name": "a", "$namespace": "urn:\u0001"}"#.to_owned(), "/$namespace"),
        (format!(r#"{{"$name": "a", "$namespace": "{URI}", "b": 1}}"#), "/b"),
        (
            format!(
                r#"{{"$name": "a", "$namespace": "{URI}", "$attributes": [{{"$name": "xmlns", "$text": "urn:x"}}]}}"#
            ),
            "/$attributes/0/$name",
        ),
        (
            format!(r#"{{"$name": "a", "$namespace": "{URI}", "$attributes": [{{"$name": "b"}}]}}"#),
            "/$attributes/0/$text",
        ),
        (
            format!(
                r#"{{"$name": "a", "$namespace": "{URI}", "$attributes": [{{"$name": "b", "$text": ""}}, {{"$name": "b", "$text": ""}}]}}"#
            ),
            "/$attributes/1",
        ),
        (format!(r#"{{"$name": "a", "$namespace": "{URI}", "$content": [1]}}"#), "/$content/0"),
        ("1".to_owned(), ""),
    ];
    for (item, path) in cases {
        let checked = check(&mut reader, &any(&item), &Options { rules: false, ..Options::default() });
        let found = findings(&checked.report);
        assert_eq!(found.len(), 1, "{item} {:#?}", checked.report.findings);
        assert_eq!(found[0].1, format!("{place}{path}"), "{item}");
    }
    // The prefix of a pack does for the namespace; text is escaped.
    let item = format!(
        r#"{{"$name": "ext:a", "$namespace": "{URI}", "$attributes": [{{"$name": "b", "$text": "<\"\n"}}],
            "$content": ["x & y", {{"$name": "xida:nichts", "$text": "]]>"}}, {{"$name": "z", "$namespace": "urn:z"}}]}}"#
    );
    let checked = check(&mut reader, &any(&item), &Options { rules: false, ..Options::default() });
    assert!(checked.report.schema_valid, "{:#?}", checked.report.findings);
    let xml = String::from_utf8(checked.xml.unwrap_or_default()).unwrap_or_default();
    let part = "<ext:a b=\"&lt;&quot;&#xA;\">x &amp; y<xida:nichts>]]&gt;</xida:nichts><ns1:z/></ext:a>";
    assert!(xml.contains(part), "{xml}");
    let json = through(&standards, &xml);
    assert!(json.contains(r#"{"$name":"ns1:z","$namespace":"urn:z"}"#), "{json}");
}

#[test]
fn open_order_is_kept() {
    let standards =
        schema("element r {}\n  choice *\n    a 1 xs:string\n    b 1 xs:boolean\n    any 1 ##other lax\n");
    let json = through(
        &standards,
        r#"<t:r xmlns:t="urn:t"><a>1</a><b>true</b><a>2</a><x:y xmlns:x="urn:x"/><b>1</b></t:r>"#,
    );
    assert_eq!(
        body(&json),
        r#""$order":["a","b","a","$any","b"],"a":["1","2"],"b":[true,"1"],"$any":[{"$name":"x:y","$namespace":"urn:x"}]"#
    );
    // Where the rule of order gives the document's order, nothing is said.
    let json = through(&standards, r#"<t:r xmlns:t="urn:t"><a>1</a><a>2</a><b>true</b></t:r>"#);
    assert_eq!(body(&json), r#""a":["1","2"],"b":[true]"#);
    assert_eq!(xml_of(&standards, r#""b": [true], "a": ["1"]"#), " xmlns:t=\"urn:t\"><a>1</a><b>true</b>");
    let report = check(
        &mut standards.reader(),
        r#"{"$message":"r","a":["1"],"$order":["a","b"]}"#,
        &Options::default(),
    );
    assert_eq!(findings(&report.report), [(Code::JsonType, "/$order/1")]);
}

#[test]
fn repeated_sequences_are_interleaved() {
    let standards = schema("element r {}\n  seq +\n    a 1 xs:int\n    b ? xs:string\n");
    assert_eq!(xml_of(&standards, r#""b": ["x"], "a": [1]"#), " xmlns:t=\"urn:t\"><a>1</a><b>x</b>");
    let json = through(&standards, r#"<t:r xmlns:t="urn:t"><a>1</a><b>x</b><a>2</a><b>y</b></t:r>"#);
    assert!(body(&json).ends_with(r#""a":[1,2],"b":["x","y"]"#), "{json}");
}

#[test]
fn members_of_all_stand_in_any_order() {
    let standards =
        schema("element r {}\n  all\n    a 1 xs:string\n    b ? xs:string\n    c 1 xs:boolean fixed=true\n");
    let json = through(&standards, r#"<t:r xmlns:t="urn:t"><b>1</b><c>true</c><a>2</a></t:r>"#);
    assert_eq!(body(&json), r#""$order":["b","c","a"],"a":"2","b":"1","c":true"#);
    assert_eq!(xml_of(&standards, r#""b": "1", "a": "2""#), " xmlns:t=\"urn:t\"><a>2</a><b>1</b><c>true</c>");
}

#[test]
fn fixed_elements_are_filled_in_where_they_must_stand() {
    let standards = schema(
        "element r {}\n  seq\n    a ? xs:string\n    f 1 xs:boolean fixed=true\n    g ? xs:boolean fixed=true\n    \
         b ? xs:string\n    c 1 {}\n      choice\n        d 1 xs:boolean fixed=true\n        e 1 xs:string\n",
    );
    assert_eq!(
        xml_of(&standards, r#""c": {"e": "x"}, "b": "y", "a": "z""#),
        " xmlns:t=\"urn:t\"><a>z</a><f>true</f><b>y</b><c><e>x</e></c>"
    );
}

#[test]
fn types_attributes_and_nothing() {
    let standards = schema(
        "complex B abstract\n  seq\n    n 1 xs:string\ncomplex D extends t:B\n  seq\n    m ? xs:int\n  attr n optional xs:int\n\
         complex S simpleext xs:decimal\n  attr unit required xs:string\n\
         element r {}\n  seq\n    b * t:B\n    s ? t:S nillable\n    e ? {}\n    x ? xs:string nillable\n    o ? {} mixed\n      seq\n        any * ##any lax\n",
    );
    let json = through(
        &standards,
        r#"<t:r xmlns:t="urn:t" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><b i:type="t:D" n="07"><n>1</n><m>8</m></b><s unit="m">1.50</s><e/><x i:nil="true"/><o>a<q/>b</o></t:r>"#,
    );
    assert_eq!(
        body(&json),
        r#""b":[{"$type":"D","@n":"07","n":"1","m":8}],"s":{"unit":"m","$text":"1.50"},"e":{},"x":{"$nil":true},"o":{"$content":["a",{"$name":"q"},"b"]"#
    );
    let xml =
        xml_of(&standards, r#""b": [{"$type": "D", "@n": 7, "n": "1"}], "s": {"unit": "m", "$text": "2"}"#);
    let expected = " xmlns:t=\"urn:t\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
        <b n=\"7\" xsi:type=\"t:D\"><n>1</n></b><s unit=\"m\">2</s>";
    assert_eq!(xml, expected);
    let mut reader = standards.reader();
    let mut of = |json: &str| {
        let checked = check(&mut reader, &format!(r#"{{"$message":"r",{json}}}"#), &Options::default());
        findings(&checked.report).into_iter().map(|(code, path)| (code, path.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(of(r#""b": [{"n": "1"}]"#), [(Code::AbstractType, "/b/0".to_owned())]);
    assert_eq!(of(r#""b": [{"$type": "X", "n": "1"}]"#), [(Code::BadXsiType, "/b/0/$type".to_owned())]);
    assert_eq!(of(r#""s": "1.5""#), [(Code::MissingAttribute, "/s".to_owned())]);
    assert_eq!(of(r#""s": {"unit": 5, "$text": "1"}"#), [(Code::JsonType, "/s/unit".to_owned())]);
    assert_eq!(of(r#""e": {"$nil": "yes"}"#), [(Code::JsonType, "/e/$nil".to_owned())]);
}

#[test]
fn unknown_documents_come_back_whole() {
    let standards = standards();
    let json = through(
        &standards,
        r#"<w:a xmlns:w="urn:w" w:b="1" c="2">x<d xmlns="urn:d"><e xmlns=""/></d></w:a>"#,
    );
    assert_eq!(
        json,
        r#"{"$name":"w:a","$namespace":"urn:w","$attributes":[{"$name":"c","$text":"2"},{"$name":"w:b","$namespace":"urn:w","$text":"1"}],"$content":["x",{"$name":"ns1:d","$namespace":"urn:d","$content":[{"$name":"e"}]}]}"#
    );
    assert_eq!(through(&Standards::empty(), "<a/>"), r#"{"$name":"a"}"#);
}

#[test]
fn the_deepest_documents_come_back_whole() {
    let standards = standards();
    let options = Options { max_depth: usize::MAX, ..Options::default() };
    let mut reader = standards.reader();
    let nested = |depth: usize| format!("{}{}", "<a b=\"\">x".repeat(depth), "</a>".repeat(depth));
    let xml = nested(DEEPEST);
    let read = reader.read(xml.as_bytes(), &options);
    assert!(!findings(&read.report).iter().any(|(code, _)| *code == Code::TooDeep));
    let json = to_json(&read.document);
    assert!(to_value(&read.document).is_object());
    let written = to_xml(&standards.packs(), &json, &options)
        .map(|written| written.xml)
        .map_err(|report| report.findings);
    assert!(written.is_ok_and(|written| String::from_utf8_lossy(&written).ends_with(&xml)));
    let report = reader.check(nested(DEEPEST + 1).as_bytes(), &options);
    assert!(findings(&report).iter().any(|(code, _)| *code == Code::TooDeep));
}

#[test]
fn pretty_json_says_the_same() {
    let standards = standards();
    let xml =
        to_xml(&standards.packs(), &folgemeldung(r#""azrNummer": "081111000001""#), &Options::default());
    let xml = xml.map(|written| written.xml).unwrap_or_default();
    let mut reader = standards.reader();
    let read = reader.read(&xml, &Options::default());
    let value = to_value(&read.document);
    assert_eq!(serde_json::to_string_pretty(&value).ok(), Some(to_json_pretty(&read.document)));
}
