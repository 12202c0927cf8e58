use super::{parse, write, write_set};
use crate::model::*;
use crate::test_support::comparable;

/// Everything the model holds, in one file.
pub(crate) const ALL: &str = r###"<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="u:t" xmlns="u:d" targetNamespace="u:t" version="1"
           elementFormDefault="qualified" attributeFormDefault="unqualified">
  <xs:include schemaLocation="http://x/y/inc.xsd"/>
  <xs:import namespace="u:d" schemaLocation="a/d.xsd"/>
  <xs:import namespace="u:e"/>
  <xs:element name="head" type="t:T" abstract="true"/>
  <xs:element name="member" substitutionGroup="t:head" nillable="true"/>
  <xs:element name="any"/>
  <xs:element name="simple" fixed=" a&#9;&lt;&amp;&quot;'"><xs:simpleType><xs:restriction base="xs:string">
    <xs:pattern value="[&#x20;-&#xD7FF;]\p{L}&#10;"/><xs:pattern value=".*"/><xs:whiteSpace value="preserve"/></xs:restriction></xs:simpleType></xs:element>
  <xs:attribute name="a" type="xs:int" default="1"/>
  <xs:group name="g"><xs:choice><xs:element ref="t:head" maxOccurs="7"/><xs:any namespace="##other" processContents="lax"/></xs:choice></xs:group>
  <xs:attributeGroup name="ag"><xs:attribute name="x"/><xs:attributeGroup ref="t:ag2"/><xs:anyAttribute namespace="##local u:x"/></xs:attributeGroup>
  <xs:attributeGroup name="ag2"><xs:attribute ref="t:a" use="required"/></xs:attributeGroup>
  <xs:complexType name="T" mixed="true" abstract="true">
    <xs:sequence minOccurs="0" maxOccurs="unbounded"><xs:element name="e" type="D" form="unqualified" minOccurs="0"/>
      <xs:group ref="t:g"/><xs:choice><xs:sequence/></xs:choice></xs:sequence>
    <xs:attribute name="p" use="prohibited"/><xs:attribute name="f" type="xs:token" form="qualified" fixed="1"/>
    <xs:attributeGroup ref="t:ag"/><xs:anyAttribute processContents="skip"/>
  </xs:complexType>
  <xs:complexType name="All"><xs:all minOccurs="0"><xs:element name="e" default="d"><xs:complexType/></xs:element></xs:all></xs:complexType>
  <xs:complexType name="Ext"><xs:complexContent><xs:extension base="t:T"><xs:sequence/></xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="Res"><xs:complexContent><xs:restriction base="t:T"/></xs:complexContent></xs:complexType>
  <xs:complexType name="SExt"><xs:simpleContent><xs:extension base="xs:int"><xs:attribute name="u"/></xs:extension></xs:simpleContent></xs:complexType>
  <xs:complexType name="SRes"><xs:simpleContent><xs:restriction base="t:SExt"><xs:simpleType><xs:restriction base="xs:int"/></xs:simpleType>
    <xs:minInclusive value="1"/></xs:restriction></xs:simpleContent></xs:complexType>
  <xs:simpleType name="U"><xs:union memberTypes="xs:date t:L"><xs:simpleType><xs:restriction base="xs:gYear"/></xs:simpleType></xs:union></xs:simpleType>
  <xs:simpleType name="L"><xs:list><xs:simpleType><xs:restriction base="xs:token"><xs:enumeration value=" x "/><xs:maxLength value="3"/></xs:restriction></xs:simpleType></xs:list></xs:simpleType>
</xs:schema>"###;

fn good(text: &str) -> Schema {
    parse(text.as_bytes(), "t.xsd").unwrap_or_else(|e| panic!("{e:#?}\n{text}"))
}

#[test]
fn writing_keeps_everything() {
    let schema = good(ALL);
    let text = write(&schema);
    assert_eq!(comparable(&schema), comparable(&good(&text)), "{text}");
    assert_eq!(text, write(&good(&text)), "writing is stable");
    assert!(text.contains(r#"fixed=" a&#9;&lt;&amp;&quot;'""#), "{text}");
    assert!(
        text.contains(r#"schemaLocation="inc.xsd""#) && text.contains(r#"schemaLocation="d.xsd""#),
        "{text}"
    );
}

#[test]
fn finds_prefixes_for_all_names() {
    let element = |name: &str, ty: QName| {
        Item::Element(Element {
            name: name.into(),
            ty: TypeUse::Named(ty),
            form: None,
            nillable: false,
            is_abstract: false,
            value: ValueConstraint::None,
            substitutes: None,
            position: Position::default(),
        })
    };
    // No prefix for XML Schema, `xs` taken, a default namespace, a type without a namespace, one without a prefix.
    let schema = Schema {
        file: "t.xsd".into(),
        target: "u:t".into(),
        namespaces: vec![(String::new(), "u:t".into()), ("xs".into(), "u:x".into())],
        items: vec![
            element("a", QName::xs("int")),
            element("b", QName::new("u:t", "B")),
            element("c", QName::new("", "C")),
            element("d", QName::new("u:y", "D")),
        ],
        ..Schema::default()
    };
    let again = good(&write(&schema));
    assert_eq!(again.items.len(), 4);
    for (a, b) in schema.items.iter().zip(&again.items) {
        let (Item::Element(a), Item::Element(b)) = (a, b) else { panic!() };
        assert_eq!(a.ty, b.ty);
    }
    // XML Schema as the default namespace stays so.
    let text = write(&good(
        "<schema xmlns='http://www.w3.org/2001/XMLSchema'><element name='a' type='int'/></schema>",
    ));
    assert!(text.contains("<element name=\"a\" type=\"int\"/>"), "{text}");
}

#[test]
fn an_open_type_stays_open() {
    let schema = Schema {
        file: "t.xsd".into(),
        items: vec![Item::Complex(ComplexType {
            name: Some("O".into()),
            open: true,
            ..ComplexType::default()
        })],
        ..Schema::default()
    };
    let text = write(&schema);
    assert!(
        text.contains("<xs:any processContents=\"lax\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>"),
        "{text}"
    );
    let again = good(&text);
    let Item::Complex(ty) = &again.items[0] else { panic!() };
    assert!(ty.open);
    assert_eq!(comparable(&again), comparable(&good(&write(&again))));
}

#[test]
fn a_set_finds_its_files() {
    let a = parse(
        b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='u:a'><xs:import namespace='u:b'/>
          <xs:import namespace='u:c' schemaLocation='http://c/old.xsd'/></xs:schema>",
        "a.xsd",
    )
    .expect("good");
    let part = |file: &str, target: &str, include: &str| {
        let text = format!(
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='{target}'>{include}</xs:schema>"
        );
        parse(text.as_bytes(), file).expect("good")
    };
    let set = [
        a,
        part("b1.xsd", "u:b", ""),
        part("b2.xsd", "u:b", "<xs:include schemaLocation='b1.xsd'/>"),
        part("c.xsd", "u:c", ""),
    ];
    let written = write_set(&set);
    assert_eq!(written[0].0, "a.xsd");
    let a = parse(written[0].1.as_bytes(), "a.xsd").expect("good");
    let locations: Vec<_> = a.imports.iter().map(|(_, location, _)| location.as_deref()).collect();
    assert_eq!(locations, [Some("b2.xsd"), Some("c.xsd")]);
    assert!(super::write_driver(&set, "u:b").contains("<xs:include schemaLocation=\"b2.xsd\"/>"));
}
