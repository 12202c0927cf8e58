use super::parse;
use crate::model::*;

const HEAD: &str =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:t='u:t' targetNamespace='u:t'>";

fn schema(body: &str) -> Schema {
    parse(format!("{HEAD}{body}</xs:schema>").as_bytes(), "dir/t.xsd").unwrap_or_else(|e| panic!("{e:#?}"))
}

fn item(body: &str) -> Item {
    schema(body).items.into_iter().next().expect("an item")
}

fn complex(body: &str) -> ComplexType {
    match item(body) {
        Item::Complex(ty) => ty,
        other => panic!("{other:?}"),
    }
}

fn t(local: &str) -> QName {
    QName::new("u:t", local)
}

/// The codes of what is wrong with a body.
fn wrong(body: &str) -> Vec<&'static str> {
    match parse(format!("{HEAD}{body}</xs:schema>").as_bytes(), "t.xsd") {
        Ok(schema) => panic!("taken: {schema:?}"),
        Err(errors) => errors.into_iter().map(|e| e.code).collect(),
    }
}

#[test]
fn reads_the_schema_element() {
    let text = "<schema xmlns='http://www.w3.org/2001/XMLSchema' xmlns:a='u:a' version=' 1.2 ' elementFormDefault='qualified'
        finalDefault='#all'><include schemaLocation='x/y.xsd'/><import namespace='u:a' schemaLocation='a.xsd'/><import/></schema>";
    let errors = parse(text.as_bytes(), "t.xsd").expect_err("a schema without target imports no namespace");
    assert_eq!(errors[0].code, "AZK-X016");
    let schema = parse(text.replace("<import/>", "").as_bytes(), "dir\\sub/t.xsd").expect("good");
    assert_eq!(schema.file, "t.xsd");
    assert_eq!(schema.target, "");
    assert_eq!(schema.version.as_deref(), Some("1.2"));
    assert!(schema.elements_qualified && !schema.attributes_qualified);
    assert_eq!(schema.namespaces, [(String::new(), XS.into()), ("a".into(), "u:a".into())]);
    assert_eq!(schema.includes[0].0, "x/y.xsd");
    assert_eq!(schema.imports[0].0, "u:a");
    assert_eq!(schema.imports[0].2, Position { line: 2, column: 64 });
}

#[test]
fn reads_elements_and_groups() {
    let ty = complex(
        "<xs:complexType name='T' mixed='true' abstract='1'><xs:annotation/><xs:sequence minOccurs='0'>
           <xs:element name='a' type='xs:string' minOccurs='2' maxOccurs='unbounded' form='qualified' nillable='true' default='x'/>
           <xs:choice><xs:element ref='t:b'/><xs:element name='never' maxOccurs='0' minOccurs='0'/></xs:choice>
           <xs:group ref='t:g' minOccurs='0'/><xs:any namespace='##local u:x ##targetNamespace' processContents='skip'/>
           <xs:any namespace='##other'/>
         </xs:sequence></xs:complexType>",
    );
    assert!(ty.mixed && ty.is_abstract);
    let particle = ty.particle.expect("particle");
    assert_eq!(particle.occurs, Occurs { min: 0, max: Some(1) });
    let Term::Sequence(members) = particle.term else { panic!() };
    let Term::Element(a) = &members[0].term else { panic!() };
    assert_eq!(members[0].occurs, Occurs { min: 2, max: None });
    assert_eq!((a.ty.clone(), a.form, a.nillable), (TypeUse::Named(QName::xs("string")), Some(true), true));
    assert_eq!(a.value, ValueConstraint::Default("x".into()));
    let Term::Choice(choice) = &members[1].term else { panic!() };
    assert_eq!(choice.len(), 1, "what may not occur is left out");
    assert_eq!(choice[0].term, Term::Ref(t("b")));
    assert_eq!(members[2].term, Term::Group(t("g")));
    let only = NamespaceSet::Only(vec![String::new(), "u:x".into(), "u:t".into()]);
    assert_eq!(members[3].term, Term::Any(Wildcard { namespaces: only, process: Process::Skip }));
    let other = NamespaceSet::Other("u:t".into());
    assert_eq!(members[4].term, Term::Any(Wildcard { namespaces: other, process: Process::Strict }));
}

#[test]
fn reads_derivations_and_attributes() {
    let ty = complex(
        "<xs:complexType name='T'><xs:complexContent mixed='true'><xs:restriction base='t:B'><xs:all><xs:element name='e'/></xs:all>
           <xs:attribute name='a' type='xs:int' use='required' fixed='1'/><xs:attribute ref='t:r' use='prohibited'/>
           <xs:attributeGroup ref='t:g'/><xs:attribute name='i'><xs:simpleType><xs:list itemType='xs:int'/></xs:simpleType></xs:attribute>
           <xs:anyAttribute processContents='lax'/></xs:restriction></xs:complexContent></xs:complexType>",
    );
    assert_eq!(ty.derivation, Derivation::Restriction(t("B")));
    assert!(ty.mixed);
    let [a, r, i] = ty.attributes.uses.as_slice() else { panic!() };
    assert_eq!((a.required, a.value.clone()), (Use::Required, ValueConstraint::Fixed("1".into())));
    assert_eq!((r.required, r.attribute.clone()), (Use::Prohibited, AttributeTerm::Ref(t("r"))));
    let AttributeTerm::Local(Attribute { ty: SimpleUse::Anonymous(list), .. }) = &i.attribute else {
        panic!()
    };
    assert_eq!(list.variety, SimpleVariety::List(SimpleUse::Named(QName::xs("int"))));
    assert_eq!(ty.attributes.groups[0].0, t("g"));
    assert_eq!(ty.attributes.any.expect("any").process, Process::Lax);

    let ty = complex(
        "<xs:complexType name='T'><xs:simpleContent><xs:restriction base='t:B'><xs:maxLength value=' 7 ' fixed='true'/>
           <xs:attribute name='a'/></xs:restriction></xs:simpleContent></xs:complexType>",
    );
    assert!(ty.simple_content);
    let SimpleVariety::Restriction(from, facets) = ty.simple_restriction.expect("facets").variety else {
        panic!()
    };
    assert_eq!(from, SimpleUse::Named(t("B")));
    assert_eq!((facets[0].kind, facets[0].value.as_str()), (FacetKind::MaxLength, "7"));
    let AttributeTerm::Local(a) = &ty.attributes.uses[0].attribute else { panic!() };
    assert_eq!(a.ty, SimpleUse::Named(QName::xs("anySimpleType")));
}

#[test]
fn reads_simple_types_and_labels() {
    let Item::Simple(ty) = item(
        "<xs:simpleType name='S'><xs:union memberTypes='xs:date t:X'><xs:simpleType><xs:restriction base='xs:token'>
           <xs:enumeration value='01'><xs:annotation><xs:appinfo><Key>01</Key><Bezeichnung> eins
              zwei </Bezeichnung></xs:appinfo></xs:annotation></xs:enumeration>
           <xs:enumeration value='02'><xs:annotation><xs:documentation>zwei</xs:documentation></xs:annotation></xs:enumeration>
           <xs:enumeration value='03'><xs:annotation><xs:appinfo><Key>x</Key><wert>drei</wert></xs:appinfo></xs:annotation></xs:enumeration>
           <xs:enumeration value=' 4 '/>
         </xs:restriction></xs:simpleType></xs:union></xs:simpleType>",
    ) else {
        panic!()
    };
    let SimpleVariety::Union(members) = ty.variety else { panic!() };
    assert_eq!(members[1], SimpleUse::Named(t("X")));
    let SimpleUse::Anonymous(within) = &members[2] else { panic!() };
    let SimpleVariety::Restriction(_, facets) = &within.variety else { panic!() };
    let labels: Vec<_> = facets.iter().map(|f| (f.value.as_str(), f.label.as_deref())).collect();
    assert_eq!(
        labels,
        [("01", Some("eins zwei")), ("02", Some("zwei")), ("03", Some("drei")), (" 4 ", None)]
    );
}

#[test]
fn reads_the_other_globals() {
    let schema = schema(
        "<xs:element name='e' substitutionGroup='t:h' abstract='true' final='#all'/><xs:attribute name='a' type='xs:int' default='1'/>
         <xs:group name='g'><xs:choice><xs:element name='x'/></xs:choice></xs:group>
         <xs:attributeGroup name='ag'><xs:anyAttribute/></xs:attributeGroup>",
    );
    let [Item::Element(e), Item::Attribute(a), Item::Group(g, _, _), Item::AttributeGroup(ag, attributes, _)] =
        schema.items.as_slice()
    else {
        panic!("{schema:?}")
    };
    assert_eq!((e.substitutes.clone(), e.is_abstract, &e.ty), (Some(t("h")), true, &TypeUse::Unstated));
    assert_eq!(a.value, ValueConstraint::Default("1".into()));
    assert_eq!((g.as_str(), ag.as_str()), ("g", "ag"));
    assert!(attributes.any.is_some());
}

#[test]
fn names_what_it_cannot_take() {
    let element = |inner: &str| format!("<xs:element name='e'>{inner}</xs:element>");
    let in_type = |inner: &str| format!("<xs:complexType name='T'>{inner}</xs:complexType>");
    let cases: Vec<(String, &str)> = vec![
        ("<xs:redefine schemaLocation='x'/>".into(), "AZK-X013"),
        ("<xs:notation name='n' public='p'/>".into(), "AZK-X013"),
        (element("<xs:key name='k'><xs:selector xpath='a'/></xs:key>"), "AZK-X013"),
        (element("<xs:unique name='k'/>"), "AZK-X013"),
        ("<xs:element name='e' block='extension'/>".into(), "AZK-X013"),
        ("<xs:complexType name='T' block='#all'/>".into(), "AZK-X013"),
        ("<xs:elemnt name='e'/>".into(), "AZK-X011"),
        ("<foreign/>".into(), "AZK-X011"),
        ("<xs:sequence/>".into(), "AZK-X011"),
        ("<xs:element name='e'/><xs:include schemaLocation='x'/>".into(), "AZK-X011"),
        (in_type("<xs:attribute name='a'/><xs:sequence/>"), "AZK-X011"),
        (in_type("<xs:anyAttribute/><xs:attribute name='a'/>"), "AZK-X011"),
        (in_type("<xs:sequence><xs:all/></xs:sequence>"), "AZK-X011"),
        (in_type("<xs:all><xs:any/></xs:all>"), "AZK-X011"),
        (in_type("<xs:sequence/><xs:annotation/>"), "AZK-X011"),
        (in_type("<xs:assert test='1'/>"), "AZK-X011"),
        ("<xs:element name='e' minOccurs='1'/>".into(), "AZK-X012"),
        ("<xs:element name='e' foo='1'/>".into(), "AZK-X012"),
        ("<xs:element name='e' xs:type='1'/>".into(), "AZK-X012"),
        (in_type("<xs:sequence><xs:element ref='t:e' nillable='true'/></xs:sequence>"), "AZK-X012"),
        ("<xs:element/>".into(), "AZK-X014"),
        ("<xs:include/>".into(), "AZK-X014"),
        (in_type("<xs:simpleContent/>"), "AZK-X014"),
        (in_type("<xs:complexContent><xs:extension/></xs:complexContent>"), "AZK-X014"),
        ("<xs:simpleType name='S'/>".into(), "AZK-X014"),
        ("<xs:simpleType name='S'><xs:restriction/></xs:simpleType>".into(), "AZK-X014"),
        ("<xs:simpleType name='S'><xs:union/></xs:simpleType>".into(), "AZK-X014"),
        ("<xs:element name='1e'/>".into(), "AZK-X015"),
        ("<xs:element name='e' type='a:b:c'/>".into(), "AZK-X015"),
        ("<xs:element name='e' nillable='yes'/>".into(), "AZK-X015"),
        (in_type("<xs:sequence maxOccurs='-1'/>"), "AZK-X015"),
        (in_type("<xs:sequence maxOccurs='99999999999'/>"), "AZK-X015"),
        (in_type("<xs:all><xs:element name='e' maxOccurs='2'/></xs:all>"), "AZK-X015"),
        (in_type("<xs:sequence><xs:any namespace='##foo'/></xs:sequence>"), "AZK-X015"),
        (
            "<xs:simpleType name='S'><xs:restriction base='xs:int'><xs:totalDigits value='0'/></xs:restriction></xs:simpleType>"
                .into(),
            "AZK-X015",
        ),
        (in_type("<xs:sequence minOccurs='2'/>"), "AZK-X016"),
        ("<xs:element name='e' type='xs:int'><xs:simpleType><xs:list itemType='xs:int'/></xs:simpleType></xs:element>".into(), "AZK-X016"),
        ("<xs:element name='e' fixed='1' default='1'/>".into(), "AZK-X016"),
        (in_type("<xs:attribute name='a' use='required' default='1'/>"), "AZK-X016"),
        ("<xs:import namespace='u:t'/>".into(), "AZK-X016"),
        ("text".into(), "AZK-X017"),
        ("<xs:element name='e' type='zz:int'/>".into(), "AZK-X005"),
    ];
    for (body, code) in cases {
        assert_eq!(wrong(&body), [code], "{body}");
    }
}

#[test]
fn says_where_it_is() {
    let text = format!("{HEAD}\n  <xs:element\n    name='e' foo='1'/>\n<xs:bar/></xs:schema>");
    let errors = parse(text.as_bytes(), "dir/t.xsd").expect_err("wrong");
    let places: Vec<_> = errors.iter().map(|e| (e.file.as_str(), e.line, e.column)).collect();
    assert_eq!(places, [("dir/t.xsd", 3, 14), ("dir/t.xsd", 4, 1)]);
    assert_eq!(errors[1].to_string(), "dir/t.xsd:4:1: XML Schema has no element `bar` [AZK-X011]");
    assert_eq!(parse(b"<a/>", "t").expect_err("no schema")[0].code, "AZK-X010");
    assert_eq!(parse(b"<a", "t").expect_err("no XML")[0].code, "AZK-X001");
    let many = format!("{HEAD}{}</xs:schema>", "<xs:bar/>".repeat(1000));
    assert_eq!(parse(many.as_bytes(), "t").expect_err("wrong").len(), 100);
}

#[test]
fn notes_what_annotations_say() {
    let text = format!(
        "{HEAD}<xs:annotation><xs:appinfo><standard><nameLang>X Lang</nameLang><nameKurz>X</nameKurz></standard>
         <versionStandard><version>7</version></versionStandard></xs:appinfo></xs:annotation>
         <xs:element name='gruppe.tun.0815'><xs:annotation><xs:appinfo><title>Tun</title><autor>A</autor><leser>L</leser>
           <rechtsgrundlage>§ 1</rechtsgrundlage></xs:appinfo><xs:documentation xml:lang='en'>do</xs:documentation>
           <xs:documentation>Etwas   tun.</xs:documentation></xs:annotation>
           <xs:complexType><xs:complexContent><xs:extension base='t:T'><xs:sequence><xs:choice><xs:element name='a'>
             <xs:annotation><xs:documentation>Ein A.</xs:documentation></xs:annotation><xs:complexType><xs:sequence>
               <xs:element name='b'><xs:annotation><xs:appinfo><title>B</title></xs:appinfo></xs:annotation></xs:element>
             </xs:sequence></xs:complexType></xs:element></xs:choice></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
         </xs:element>
         <xs:complexType name='T'><xs:attribute name='v'><xs:annotation><xs:documentation>Fau</xs:documentation></xs:annotation></xs:attribute></xs:complexType>
         <xs:element name='ohne'/></xs:schema>"
    );
    let (_, notes) = super::parse_with_notes(text.as_bytes(), "t.xsd").unwrap_or_else(|e| panic!("{e:#?}"));
    let identity = notes.identity.expect("a standard");
    assert_eq!((identity.short.as_deref(), identity.version.as_deref()), (Some("X"), Some("7")));
    let [message] = notes.messages.as_slice() else { panic!("{:?}", notes.messages) };
    assert_eq!((message.element.as_str(), message.number.as_str()), ("gruppe.tun.0815", "0815"));
    assert_eq!(
        (
            message.title.as_str(),
            message.autor.as_str(),
            message.leser.as_str(),
            message.rechtsgrundlage.as_str()
        ),
        ("Tun", "A", "L", "§ 1")
    );
    let all: Vec<_> =
        notes.notes.iter().map(|n| (n.path.as_str(), n.label.as_str(), n.meaning.as_str())).collect();
    assert_eq!(
        all,
        [("0815", "Tun", "Etwas tun."), ("0815/a", "", "Ein A."), ("0815/a/b", "B", ""), ("T/@v", "", "Fau")]
    );
}
