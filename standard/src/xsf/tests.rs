use std::path::PathBuf;

use super::*;
use crate::model::*;

/// All schema files of the built-in standards.
fn built_in() -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core/standards");
    let mut files = Vec::new();
    for folder in ["xauslaender-26.11", "xinneres-26.11", "xoev", "xdomea-4.0.0"] {
        for entry in std::fs::read_dir(root.join(folder).join("schema")).expect("schema folder") {
            let path = entry.expect("entry").path();
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path).expect("text")));
        }
    }
    assert!(files.len() > 30);
    files
}

#[test]
fn built_in_schemas_survive_writing_and_reading() {
    let (mut messages, mut codes) = (0, 0);
    for (name, text) in built_in() {
        let schema = parse(&text, &name).expect("parses");
        let written = write(&schema);
        let again = parse(&written, &name).expect("parses again");
        assert_eq!(without_positions(&schema), without_positions(&again), "{name}");
        assert_eq!(written, write(&again), "{name}");
        if name.starts_with("xauslaender") {
            messages += schema.items.iter().filter(|item| matches!(item, Item::Element(_))).count();
            codes += written.lines().filter(|line| line.starts_with("code ")).count();
        }
    }
    assert_eq!(messages, 306);
    assert_eq!(codes, 263);
}

#[test]
fn written_is_what_the_facts_say() {
    // Comments and the spelling of invisible characters aside, the canonical form is the form of the files.
    for (name, text) in built_in() {
        if name.starts_with("din-norm") {
            continue;
        }
        let facts: Vec<_> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
        let written = write(&parse(&text, &name).expect("parses"));
        for (fact, line) in facts.iter().zip(written.lines()) {
            let fact = fact
                .strip_suffix(" 1")
                .filter(|fact| fact.ends_with("seq") || fact.ends_with("choice"))
                .unwrap_or(fact);
            assert_eq!(fact, line, "{name}");
        }
    }
}

#[test]
fn all_the_model_can_say() {
    let text = "\
schema urn:a
version 1
form elements=qualified attributes=qualified
ns a urn:a
ns b urn:b
ns - urn:default
include other.xsd
import b http://example.org/b.xsd
import b
import {urn:c} c.xsd
complex T abstract mixed
  seq
    \\seq 1 xs:string
    group 2..* a:G
    any ? urn:x ##local skip
    any * ##other strict
    ref 1 {}ref
    e 1 ref a:e
    inner 1..3 {} mixed open nillable abstract
      all ?
        x ? <>
          restricts <>
            union xs:int <> <>
              list xs:token
              restricts xs:string
                enum
                enum &#x0020;a&#x0020;
                  label first of all
            pattern a b&#x0009;&#x0301;&#x0026;#x20;&
  attr \\ref optional xs:string form=unqualified default= x
  attr y required <>
    list <>
      restricts xs:string
        maxLength 3
  attr z prohibited
  attr ref a:g optional fixed=1 2
  attrgroup a:ag
  anyattr ##any lax
complex S simplerestricts a:T
  title a title
  restricts xs:string
    minLength 1
  maxLength 9
  attr q optional xs:string
element e - abstract substitutes=b:head
element f {}
  extends a:T mixed
    choice +
      any 0..5 ##none lax
attribute g <> default=3
  restricts xs:int
    totalDigits 3
group G
  choice *
    h 0..0 xs:string fixed=
attrgroup ag
  attr x optional xs:string
";
    let schema = parse(text, "a.xsf").expect("parses");
    let written = write(&schema);
    assert_eq!(without_positions(&parse(&written, "a.xsf").expect("again")), without_positions(&schema));
    let expected = text.replace("default= x", "default=&#x0020;x");
    assert_eq!(written, expected);
}

#[test]
fn errors_have_their_place() {
    let place = |text: &str| {
        let error = parse(text, "x.xsf").expect_err("refused");
        assert_eq!(error.code, "AZK-F001");
        (error.line, error.column, error.message)
    };
    assert_eq!(place("complex A\n").0, 1);
    assert_eq!(place("schema a\n\ncomplex A\n   seq\n"), (4, 4, "a level is two spaces".to_owned()));
    assert_eq!(place("schema a\ncomplex A\n  seq\n      x 1 xs:string\n").0, 4);
    assert_eq!(place("schema a\ncomplex A\n  seq\n    x 2..1 xs:string\n").0, 4);
    assert_eq!(place("schema a\ncomplex A\n  seq\n    x 1 b:string\n").2, "the prefix `b` has no `ns` line");
    assert_eq!(place("schema a\ncomplex A\n  seq\n  seq\n").0, 4);
    assert_eq!(place("schema a\nsimple A restricts xs:string\n  fred 1\n").2, "`fred` is no facet");
    assert_eq!(place("schema a\ncode A uri=x\n").2, "a code type has `uri=`, `version=` and `name=`");
    assert!(place(&format!("schema a\n{}x\n", "  ".repeat(200))).2.contains("levels"));
}

#[test]
fn no_prefix_of_a_file_makes_it_panic() {
    for (name, text) in built_in().into_iter().filter(|(_, text)| text.len() < 20_000) {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)).step_by(61) {
            if let Ok(schema) = parse(&text[..end], &name) {
                write(&schema);
            }
        }
    }
}

/// The schema with all positions 0.
pub(crate) fn without_positions(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    let none = Position::default();
    schema.includes.iter_mut().for_each(|include| include.1 = none);
    schema.imports.iter_mut().for_each(|import| import.2 = none);
    for item in &mut schema.items {
        match item {
            Item::Complex(ty) => complex(ty),
            Item::Simple(ty) => simple(ty),
            Item::Element(element) => self::element(element),
            Item::Attribute(attribute) => self::attribute(attribute),
            Item::Group(_, particle, position) => {
                *position = none;
                self::particle(particle);
            }
            Item::AttributeGroup(_, attributes, position) => {
                *position = none;
                self::attributes(attributes);
            }
        }
    }
    schema
}

fn complex(ty: &mut ComplexType) {
    ty.position = Position::default();
    if let Some(ty) = &mut ty.simple_restriction {
        simple(ty);
    }
    if let Some(content) = &mut ty.particle {
        particle(content);
    }
    attributes(&mut ty.attributes);
}

fn attributes(attributes: &mut Attributes) {
    for attribute in &mut attributes.uses {
        attribute.position = Position::default();
        if let AttributeTerm::Local(local) = &mut attribute.attribute {
            self::attribute(local);
        }
    }
    attributes.groups.iter_mut().for_each(|group| group.1 = Position::default());
}

fn attribute(attribute: &mut Attribute) {
    attribute.position = Position::default();
    simple_use(&mut attribute.ty);
}

fn particle(of: &mut Particle) {
    of.position = Position::default();
    match &mut of.term {
        Term::Element(of) => element(of),
        Term::Sequence(all) | Term::Choice(all) | Term::All(all) => all.iter_mut().for_each(particle),
        Term::Ref(_) | Term::Any(_) | Term::Group(_) => {}
    }
}

fn element(element: &mut Element) {
    element.position = Position::default();
    match &mut element.ty {
        TypeUse::Complex(ty) => complex(ty),
        TypeUse::Simple(ty) => simple(ty),
        TypeUse::Unstated | TypeUse::Named(_) => {}
    }
}

fn simple(ty: &mut SimpleType) {
    ty.position = Position::default();
    match &mut ty.variety {
        SimpleVariety::Restriction(base, facets) => {
            simple_use(base);
            facets.iter_mut().for_each(|facet| facet.position = Position::default());
        }
        SimpleVariety::List(item) => simple_use(item),
        SimpleVariety::Union(members) => members.iter_mut().for_each(simple_use),
    }
}

fn simple_use(of: &mut SimpleUse) {
    if let SimpleUse::Anonymous(ty) = of {
        simple(ty);
    }
}
