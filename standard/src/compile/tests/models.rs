//! Content models, types and attributes of small schemas.

use super::*;

#[test]
fn occurrences_are_counted() {
    let bytes = pack_of(&[&with_content("    x 2..4 xs:string\n    y ? xs:string\n")]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let ty = type_row(&pack, "T");
    for count in 0..7 {
        let names = vec!["x"; count];
        assert_eq!(takes(&pack, ty, &names), (2..=4).contains(&count), "{count}");
        assert_eq!(takes(&pack, ty, &[names, vec!["y"]].concat()), (2..=4).contains(&count), "{count}");
    }
    let first = &pack.steps_of(&states(&pack, ty)[0])[0];
    assert_eq!(first.flags.get(), step::REPEATS | step::MUST);
}

#[test]
fn groups_that_may_be_empty_may_be_left_out() {
    let content = "    seq 3..5\n      x ? xs:string\n      y ? xs:string\n";
    let bytes = pack_of(&[&with_content(content)]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let ty = type_row(&pack, "T");
    assert!(takes(&pack, ty, &[]));
    assert!(takes(&pack, ty, &["y", "y", "y", "y", "y"]));
    assert!(takes(&pack, ty, &["x", "y", "x", "y", "x", "y", "x", "y", "x", "y"]));
    assert!(!takes(&pack, ty, &["y", "y", "y", "y", "y", "y"]));
}

#[test]
fn two_particles_may_not_compete() {
    let (line, text) = error_of(&[&with_content("    choice\n      x 1 xs:string\n      x 1 xs:int\n")]);
    assert_eq!(line, 7);
    assert!(text.starts_with("0.xsd:7:7: ambiguous content (Unique Particle Attribution)"), "{text}");
    assert!(error_of(&[&with_content("    x ? xs:string\n    x 1 xs:string\n")]).1.contains("ambiguous"));
    assert!(error_of(&[&with_content("    any * ##any lax\n    x 1 xs:string\n")]).1.contains("ambiguous"));
    assert!(error_of(&[&with_content("    any ? urn:x lax\n    any ? ##any lax\n")]).1.contains("ambiguous"));
    // Copies of one particle don't compete, nor does what can't meet.
    pack_of(&[&with_content("    x 0..3 xs:string\n    any * urn:x lax\n    any * urn:y lax\n")])
        .expect("compiles");
}

#[test]
fn models_have_a_limit() {
    assert!(error_of(&[&with_content("    x 0..60000 xs:string\n")]).1.contains("50000 positions"));
    let nested = "    seq 0..1000\n      seq 0..1000\n        x ? xs:string\n        y ? xs:string\n";
    assert!(error_of(&[&with_content(nested)]).1.contains("too large"));
    let bytes = pack_of(&[&with_content("    x 0..3000 xs:string\n")]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    assert_eq!(states(&pack, type_row(&pack, "T")).len(), 3001);
}

#[test]
fn particles_have_their_place_and_names_their_flags() {
    let content = "    x 1 xs:string\n    y 0..2 xs:string\n    x ? xs:string form=qualified\n    any ? urn:x lax\n    y2 1 xs:int\n";
    let bytes = pack_of(&[&with_content(content)]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let states = states(&pack, type_row(&pack, "T"));
    let all: Vec<_> = states
        .iter()
        .flat_map(|state| pack.steps_of(state))
        .map(|step| (pack.local(step.name.get()), step.order.get(), step.flags.get()))
        .collect();
    for (name, order, flags) in all {
        match name {
            "x" => assert!(
                order == 0 && flags == step::MUST | step::HOMONYM || order == 2 && flags == step::HOMONYM
            ),
            "y" => assert!(order == 1 && flags == step::REPEATS, "{order} {flags}"),
            _ => assert!(order == 4 && flags == step::MUST),
        }
    }
    let any: Vec<_> =
        states.iter().flat_map(|state| pack.any_steps_of(state)).map(|any| any.order.get()).collect();
    assert!(!any.is_empty() && any.iter().all(|order| *order == 3));
}

#[test]
fn all_takes_any_order() {
    let text = "schema urn:a\nns a urn:a\ncomplex T\n  all ?\n    x 1 xs:string\n    y ? xs:string\n";
    let bytes = pack_of(&[text]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let model = &pack.models[type_row(&pack, "T").model.get() as usize];
    assert_eq!((model.kind, model.optional), (crate::pack::rows::model::ALL, 1));
    let steps = pack.steps_of(&pack.states_of(model)[0]);
    let flags: Vec<_> =
        steps.iter().map(|step| (pack.local(step.name.get()), step.flags.get() & 1)).collect();
    assert_eq!(flags, [("x", 1), ("y", 0)]);
    assert!(error_of(&[&with_content("    all\n      x 1 xs:string\n")]).1.contains("xs:all"));
}

#[test]
fn substitution_groups_are_expanded() {
    let text = "\
schema urn:a
ns a urn:a
element head xs:string abstract
element one xs:string substitutes=a:head
element two - substitutes=a:one
complex T
  seq
    head + ref a:head
";
    let bytes = pack_of(&[text]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let ty = type_row(&pack, "T");
    assert!(takes(&pack, ty, &["one", "two", "one"]));
    assert!(!takes(&pack, ty, &["head"]));
    let circle = "schema urn:a\nns a urn:a\nelement x xs:string substitutes=a:y\nelement y xs:string substitutes=a:x\n";
    assert!(error_of(&[circle]).1.contains("contains itself"));
    let foreign = "schema urn:a\nns a urn:a\nelement x xs:string\nelement y xs:int substitutes=a:x\n";
    assert!(error_of(&[foreign]).1.contains("not derived"));
}

#[test]
fn derivations_add_up() {
    let text = "\
schema urn:a
ns a urn:a
complex B
  seq
    x 1 xs:string
  attr p optional xs:string
  attr q optional xs:string
complex E extends a:B
  choice
    y 1 xs:string
    z 1 xs:string
  attr r required xs:string fixed=1
complex R restricts a:E
  seq
    x 1 xs:string
    y 1 xs:string
  attr p prohibited
  attr q required xs:token
";
    let bytes = pack_of(&[text]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let (e, r) = (type_row(&pack, "E"), type_row(&pack, "R"));
    assert!(takes(&pack, e, &["x", "z"]) && !takes(&pack, e, &["x"]) && !takes(&pack, e, &["z"]));
    assert!(takes(&pack, r, &["x", "y"]) && !takes(&pack, r, &["x", "z"]));
    let attributes = |ty: &Type| {
        let mut all: Vec<_> = pack
            .attributes_of(ty)
            .iter()
            .map(|of| (pack.local(of.name.get()), of.flags.get(), pack.str(of.value)))
            .collect();
        all.sort();
        all
    };
    let fixed = attribute::REQUIRED | attribute::FIXED;
    assert_eq!(attributes(e), [("p", 0, ""), ("q", 0, ""), ("r", fixed, "1")]);
    assert_eq!(attributes(r), [("q", attribute::REQUIRED, ""), ("r", fixed, "1")]);
    assert_eq!((e.required_count.get(), r.required_count.get()), (1, 2));
    assert_eq!(e.flags, type_flag::EXTENSION | type_flag::COMPLEX);
    let base = &pack.types[r.base.get() as usize];
    assert!(std::ptr::eq(base, e));
}

#[test]
fn facets_add_up() {
    let text = "\
schema urn:a
ns a urn:a
simple A restricts xs:token
  pattern [a-z]*
  pattern [0-9]*
  maxLength 10
simple B restricts a:A
  pattern a.*
  minLength 2
  enum abc
  enum ab
simple N restricts xs:nonNegativeInteger
  maxExclusive 100
simple U union a:N a:B
simple L list a:U
complex T simpleext a:B
  attr x optional <>
    restricts xs:string
      maxLength 3
element e <> default=12
  restricts a:N
    minInclusive 5
";
    let bytes = pack_of(&[text]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let simple = |local: &str| &pack.simples[type_row(&pack, local).simple.get() as usize];
    let b = simple("B");
    assert_eq!(
        (b.min_length.get(), b.max_length.get(), b.automaton_count.get(), b.whitespace),
        (2, 10, 2, 2)
    );
    let values: Vec<_> = pack.enums_of(b).iter().map(|value| pack.str(value.value)).collect();
    assert_eq!(values, ["ab", "abc"]);
    assert_eq!(pack.str(b.pattern), "[a-z]*|[0-9]* & a.*");
    let first = &pack.automata[b.automata.get() as usize];
    assert_eq!(first.bytes.get(), pack.automata[simple("A").automata.get() as usize].bytes.get());
    let n = simple("N");
    assert_eq!((n.facets & facet::INT_RANGE, n.int_min.get(), n.int_max.get()), (facet::INT_RANGE, 0, 99));
    let u = simple("U");
    assert_eq!((u.variety, pack.members_of(u).len()), (variety::UNION, 2));
    assert_eq!((simple("L").variety, pack.members_of(simple("L")).len()), (variety::LIST, 1));
    let ty = type_row(&pack, "T");
    assert_eq!((ty.kind, ty.simple.get()), (kind::SIMPLE, type_row(&pack, "B").simple.get()));
    for (wrong, word) in [
        ("simple X restricts xs:int\n  enum a\n", "enumerated"),
        ("simple X restricts xs:int\n  minInclusive a\n", "bound"),
        ("simple X restricts xs:string\n  minInclusive a\n", "order"),
        ("simple X restricts xs:string\n  minLength a\n", "number"),
        ("simple X restricts xs:string\n  pattern [\n", "pattern"),
        ("simple X restricts xs:token\n  whiteSpace preserve\n", "whiteSpace"),
        ("element x xs:int default=a\n", "value of the type"),
        ("complex X\n  attr x optional xs:boolean fixed=ja\n", "value of the type"),
    ] {
        let (line, text) = error_of(&[&format!("schema urn:a\nns a urn:a\n{wrong}")]);
        assert!(text.contains(word) && (3..=4).contains(&line), "{text}");
    }
}

#[test]
fn what_is_not_defined_or_twice_is_named() {
    let head = "schema urn:a\nns a urn:a\n";
    for (text, line, word) in [
        ("element x a:X\n", 3, "the type {urn:a}X is not defined"),
        ("complex X extends a:Y\n", 3, "the type {urn:a}Y is not defined"),
        ("complex X\n  seq\n    y 1 ref a:y\n", 5, "the element {urn:a}y is not defined"),
        ("complex X\n  group 1 a:g\n", 4, "the group {urn:a}g is not defined"),
        ("complex X\n  attrgroup a:g\n", 4, "the attribute group {urn:a}g is not defined"),
        ("complex X\n  attr ref a:y required\n", 4, "the attribute {urn:a}y is not defined"),
        ("complex X\ncomplex X\n", 4, "a second definition of the type X"),
        ("complex X extends a:Y\ncomplex Y extends a:X\n", 4, "derived from itself"),
        ("simple X union a:Y\nsimple Y list a:X\n", 4, "contains itself"),
        ("group g\n  seq\n    group 1 a:g\ncomplex X\n  group 1 a:g\n", 5, "contains itself"),
        ("attrgroup g\n  attrgroup a:g\ncomplex X\n  attrgroup a:g\n", 4, "contains itself"),
        ("complex X\n  attr x optional xs:string\n  attr x optional xs:string\n", 3, "a second attribute x"),
        ("include b.xsd\n", 3, "b.xsd is not at hand"),
    ] {
        let found = error_of(&[&format!("{head}{text}")]);
        assert!(found.1.contains(word) && found.0 == line, "{found:?}");
    }
}

#[test]
fn a_chameleon_takes_the_namespace_of_who_includes_it() {
    let main = "schema urn:a\nform elements=qualified attributes=unqualified\nns a urn:a\ninclude 1.xsd\ncomplex T extends a:C\n  seq\n    y 1 xs:string\n";
    let chameleon = "schema\nform elements=qualified attributes=unqualified\ncomplex C\n  seq\n    x 1 X\n    any ? ##other lax\nsimple X restricts xs:string\n";
    let bytes = pack_of(&[main, chameleon]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let ty = type_row(&pack, "T");
    assert!(takes(&pack, ty, &["x", "y"]));
    let step = &pack.steps_of(&states(&pack, ty)[0])[0];
    let namespace = pack.names[step.name.get() as usize].namespace.get();
    assert_eq!(pack.str(pack.namespaces[usize::from(namespace)].uri), "urn:a");
    let wildcard = &pack.wildcards[0];
    let row = pack.wildcard_namespaces[wildcard.namespaces.get() as usize].get();
    assert_eq!((wildcard.kind, pack.str(pack.namespaces[row as usize].uri)), (1, "urn:a"));
}

#[test]
fn wildcards_of_attributes_are_joined() {
    let text = "\
schema urn:a
ns a urn:a
attrgroup g
  anyattr ##other lax
complex B
  attrgroup a:g
complex E extends a:B
  anyattr urn:a strict
";
    let bytes = pack_of(&[text]).expect("compiles");
    let pack = Pack::open(&bytes).expect("opens");
    let any = |local: &str| &pack.wildcards[type_row(&pack, local).any_attribute.get() as usize];
    assert_eq!((any("B").kind, any("B").process), (1, 1));
    // Not urn:a and not none, joined with urn:a: all but none.
    let namespace = pack.wildcard_namespaces[any("E").namespaces.get() as usize].get();
    assert_eq!((any("E").kind, any("E").process, namespace), (1, 0, 0));
}
