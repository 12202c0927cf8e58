//! `azrkit pack` from the outside.

mod common;

use std::path::Path;

use common::{RIGHT, arg, folder, has_xmllint, messages, run, run_with, shared, xmllint};

const SCHEMA: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:b="urn:beispiel:buch" targetNamespace="urn:beispiel:buch"
    version="1.2" elementFormDefault="qualified">
  <xs:import namespace="http://xoev.de/schemata/code/1_0" schemaLocation="xoev-code.xsd"/>
  <xs:complexType name="Code.Sprache">
    <xs:complexContent>
      <xs:restriction xmlns:c="http://xoev.de/schemata/code/1_0" base="c:Code">
        <xs:sequence>
          <xs:element name="code" form="unqualified" type="xs:token"/>
        </xs:sequence>
        <xs:attribute name="listURI" type="xs:anyURI" use="optional" fixed="urn:beispiel:sprache"/>
        <xs:attribute name="listVersionID" type="xs:normalizedString" use="optional" fixed="1"/>
      </xs:restriction>
    </xs:complexContent>
  </xs:complexType>
  <xs:element name="buch.0001">
    <xs:annotation><xs:documentation>Ein Buch</xs:documentation></xs:annotation>
    <xs:complexType>
      <xs:sequence>
        <xs:element name="titel" type="xs:string"/>
        <xs:element name="jahr" type="xs:gYear" minOccurs="0"/>
        <xs:element name="sprache" type="b:Code.Sprache" maxOccurs="unbounded"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>
"#;

const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">
  <Identification>
    <ShortName>sprache</ShortName>
    <LongName>Sprache</LongName>
    <Version>1</Version>
    <CanonicalUri>urn:beispiel:sprache</CanonicalUri>
    <CanonicalVersionUri>urn:beispiel:sprache_1</CanonicalVersionUri>
  </Identification>
  <ColumnSet>
    <Column Id="code" Use="required"><ShortName>code</ShortName><Data Type="string"/></Column>
    <Column Id="name" Use="required"><ShortName>name</ShortName><Data Type="string"/></Column>
    <Key Id="codeKey"><ShortName>codeKey</ShortName><ColumnRef Ref="code"/></Key>
  </ColumnSet>
  <SimpleCodeList>
    <Row><Value ColumnRef="code"><SimpleValue>de</SimpleValue></Value><Value ColumnRef="name"><SimpleValue>Deutsch</SimpleValue></Value></Row>
    <Row><Value ColumnRef="code"><SimpleValue>tr</SimpleValue></Value><Value ColumnRef="name"><SimpleValue>Türkisch</SimpleValue></Value></Row>
  </SimpleCodeList>
</gc:CodeList>
"#;

fn book(language: &str, year: &str) -> String {
    format!(
        "<buch.0001 xmlns=\"urn:beispiel:buch\"><titel>Ein Titel</titel><jahr>{year}</jahr>\
         <sprache><code xmlns=\"\">{language}</code></sprache></buch.0001>"
    )
}

/// Schemas and lists of a small standard of our own, and the pack that is made of them.
fn small_standard(name: &str) -> (std::path::PathBuf, String) {
    let folder = folder(name);
    std::fs::create_dir_all(folder.join("listen")).expect("a folder");
    std::fs::write(folder.join("buch.xsd"), SCHEMA).expect("a schema");
    std::fs::write(folder.join("listen/sprache_1.xml"), LIST).expect("a list");
    let pack = arg(&folder.join("buch.azkpack"));
    let ran = run(&[
        "pack",
        "build",
        "--xsd",
        &arg(&folder.join("buch.xsd")),
        "--codelists",
        &arg(&folder.join("listen")),
        "-o",
        &pack,
    ]);
    assert_eq!(ran.status, Some(0), "{}{}", ran.out, ran.err);
    (folder, pack)
}

#[test]
fn a_small_standard_is_compiled_and_used() {
    let (_, pack) = small_standard("pack-small");
    let check = |message: &str| run_with(&["check", "-", "--pack", &pack], message.as_bytes());
    let ran = check(&book("tr", "2026"));
    assert_eq!(ran.status, Some(0), "{}{}", ran.out, ran.err);
    let ran = check(&book("fr", "2026"));
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.contains("AZK-M301") && ran.out.contains("Sprache"), "{}", ran.out);
    let ran = check(&book("de", "heute"));
    assert!(ran.out.contains("AZK-M109"), "{}", ran.out);
    let ran = run_with(&["show", "-", "--pack", &pack], book("tr", "2026").as_bytes());
    assert!(ran.out.contains("Türkisch (tr)"), "{}", ran.out);
    let ran = run(&["explain", "buch.0001/sprache", "--pack", &pack]);
    assert!(ran.out.contains("tr: Türkisch"), "{}{}", ran.out, ran.err);
    let ran = run(&["pack", "info", &pack]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.contains("urn:beispiel:buch"), "{}", ran.out);
    // The built-in standards are open beside it.
    assert_eq!(run(&["check", RIGHT, "--pack", &pack]).status, Some(0));
}

#[test]
fn what_is_wrong_in_the_sources_is_named_with_file_and_line() {
    let folder = folder("pack-wrong");
    let wrong = SCHEMA.replace("xs:gYear", "xs:gJahr");
    let file = folder.join("buch.xsd");
    std::fs::write(&file, wrong).expect("a schema");
    let ran = run(&["pack", "build", "--xsd", &arg(&file), "-o", &arg(&folder.join("x.azkpack"))]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("buch.xsd:21:") && ran.err.contains("gJahr"), "{}", ran.err);
    assert!(!folder.join("x.azkpack").exists());
    let ran = run(&[
        "pack",
        "build",
        "--xsd",
        &arg(&folder.join("fehlt.xsd")),
        "-o",
        &arg(&folder.join("x.azkpack")),
    ]);
    assert_eq!(ran.status, Some(2));
}

#[test]
fn a_damaged_pack_is_refused() {
    let (folder, pack) = small_standard("pack-damaged");
    let mut bytes = std::fs::read(&pack).expect("the pack");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = folder.join("damaged.azkpack");
    std::fs::write(&damaged, &bytes).expect("a file");
    let ran = run(&["pack", "info", &arg(&damaged)]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("AZK-P004"), "{}", ran.err);
    std::fs::write(&damaged, &bytes[..middle]).expect("a file");
    let ran = run(&["check", RIGHT, "--pack", &arg(&damaged)]);
    assert!(ran.err.contains("AZK-P003"), "{}", ran.err);
}

#[test]
fn exported_schemas_serve_other_tools() {
    let (folder, pack) = small_standard("pack-export");
    let xsd = folder.join("xsd");
    let ran = run(&["pack", "export-xsd", &pack, &arg(&xsd)]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let text = std::fs::read_to_string(xsd.join("buch.xsd")).expect("the schema");
    assert!(!text.contains("documentation"), "{text}");
    if !has_xmllint() {
        return;
    }
    let driver = driver_of(&ran.out);
    for (message, valid) in
        [(book("tr", "2026"), true), (book("fr", "2026"), true), (book("de", "heute"), false)]
    {
        let file = folder.join("buch.xml");
        std::fs::write(&file, message).expect("a message");
        let (found, words) = xmllint(Path::new(&driver), &file);
        assert_eq!(found, valid, "{words}");
    }
}

#[test]
fn the_built_in_schemas_are_accepted_by_libxml2() {
    if !has_xmllint() {
        return;
    }
    for (pack, message) in [("xauslaender-26.11", Some(RIGHT)), ("xinneres-26.11", None)] {
        let folder = folder(&format!("export-{pack}"));
        let ran = run(&["pack", "export-xsd", pack, &arg(&folder)]);
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        let driver = driver_of(&ran.out);
        let message = match message {
            Some(name) => messages().join(name),
            None => {
                let samples = folder.join("samples");
                let ran = run(&["sample", "Quittung.000001", "--out", &arg(&samples)]);
                // Only whether the schema itself is accepted is asked where there is no such sample.
                if ran.status == Some(0) { first_file(&samples) } else { messages().join(RIGHT) }
            }
        };
        let (valid, words) = xmllint(Path::new(&driver), &message);
        assert!(!words.contains("failed to compile"), "{words}");
        assert!(valid || pack == "xinneres-26.11", "{words}");
    }
    assert_eq!(run(&["pack", "export-xsd", "nichts", "."]).status, Some(2));
}

#[test]
fn the_built_in_packs_are_described() {
    let ran = run(&["pack", "info"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.contains("xauslaender-26.11") && ran.out.contains("xinneres-26.11"), "{}", ran.out);
    let ran = run(&["pack", "info", "xauslaender-26.11", "--lang", "en"]);
    assert!(ran.out.contains("http://www.osci.de/xauslaender2611 (messages)"), "{}", ran.out);
}

/// A whole other standard as its publisher gives it: built, exported, and its messages judged as libxml2 judges them.
#[test]
fn an_official_download_becomes_a_pack() {
    let Some(source) = shared("standard/xwasser-1.0.0") else { return };
    let folder = folder("pack-xwasser");
    let pack = arg(&folder.join("xwasser.azkpack"));
    let ran = run(&[
        "pack",
        "build",
        "--xsd",
        &arg(&source.join("xsd")),
        "--codelists",
        &arg(&source.join("codelists")),
        "-o",
        &pack,
    ]);
    assert_eq!(ran.status, Some(0), "{}{}", ran.out, ran.err);
    let xsd = folder.join("xsd");
    let exported = run(&["pack", "export-xsd", &pack, &arg(&xsd)]);
    assert_eq!(exported.status, Some(0), "{}", exported.err);
    let driver = driver_of(&exported.out);
    let mut valid = 0;
    for file in std::fs::read_dir(source.join("messages")).expect("the messages") {
        let file = file.expect("a file").path();
        let ran = run(&["check", "--json", "--pack", &pack, &arg(&file)]);
        let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        valid += usize::from(report["schemaValid"] == true);
        if has_xmllint() {
            let (found, words) = xmllint(Path::new(&driver), &file);
            assert_eq!(report["schemaValid"], found, "{}: {words}\n{}", file.display(), ran.out);
        }
        let shown = run(&["show", "--pack", &pack, &arg(&file)]);
        assert!(matches!(shown.status, Some(0 | 1)) && shown.out.len() > 500, "{}", shown.err);
    }
    assert_eq!(valid, 4);
}

/// The file that the export names for tools which take one file.
fn driver_of(out: &str) -> String {
    let line = out.lines().last().expect("a line");
    line.split_whitespace().find(|word| word.ends_with(".xsd")).expect("a file").to_owned()
}

fn first_file(folder: &Path) -> std::path::PathBuf {
    std::fs::read_dir(folder).expect("a folder").next().expect("a file").expect("a file").path()
}
