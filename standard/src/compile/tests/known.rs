//! What is known of the built-in standards.

use super::*;

fn open() -> Pack<'static> {
    Pack::open(built_in(0)).expect("opens")
}

fn root<'a>(pack: &Pack<'a>, number: &str) -> (&'a Element, &'a Type) {
    let message = pack.message_by_number(number).expect("message");
    let element = &pack.elements[message.element.get() as usize];
    (element, &pack.types[element.ty.get() as usize])
}

#[test]
fn all_messages_are_there() {
    let pack = open();
    assert_eq!(pack.messages.len(), 306);
    assert_eq!(Pack::open(built_in(1)).expect("opens").messages.len(), 6);
    let main = pack.namespace(b"http://www.osci.de/xauslaender2611").expect("namespace");
    assert_eq!(
        (pack.namespaces[main as usize].flags.get(), pack.str(pack.namespaces[main as usize].prefix)),
        (1, "xauslaender")
    );
    for message in pack.messages {
        let element = &pack.elements[message.element.get() as usize];
        let name = pack.names[element.name.get() as usize];
        assert_eq!(u32::from(name.namespace.get()), main);
        assert!(pack.local(element.name.get()).ends_with(pack.str(message.number)));
        assert_eq!(pack.str(element.label), pack.str(message.title));
        // The header's fixed values are inherited by every message.
        let ty = &pack.types[element.ty.get() as usize];
        let version =
            pack.attributes_of(ty).iter().find(|of| pack.local(of.name.get()) == "version").expect("version");
        assert_eq!(pack.str(version.value), "26.11");
    }
}

#[test]
fn the_folgemeldung_takes_each_part_once() {
    let pack = open();
    let (_, ty) = root(&pack, "090010");
    let head =
        ["nachrichtenkopf.g2g", "anschrift.autor", "durchfuehrenderSachbearbeiter", "durchfuehrendeBehoerde"];
    let with = |names: &[&str]| takes(&pack, ty, &[&head, names].concat());
    assert!(with(&[]));
    assert!(with(&["azrNummer", "grundpersonalien", "anschrift", "sachverhalt"]));
    assert!(!with(&["azrNummer", "grundpersonalien", "grundpersonalien"]));
    assert!(!with(&["azrNummer", "sachverhalt", "sachverhalt"]));
    assert!(!with(&["grundpersonalien", "azrNummer"]));
    // The Erstmeldung demands both.
    let (_, ty) = root(&pack, "090009");
    let must = states(&pack, ty)
        .iter()
        .flat_map(|state| pack.steps_of(state))
        .filter(|step| step.flags.get() & step::MUST != 0)
        .map(|step| pack.local(step.name.get()));
    let must: std::collections::BTreeSet<_> = must.collect();
    assert!(must.contains("grundpersonalien") && must.contains("sachverhalt"), "{must:?}");
}

#[test]
fn everything_has_a_label() {
    for at in 0..2 {
        let pack = Pack::open(built_in(at)).expect("opens");
        for element in pack.elements {
            let name = pack.local(element.name.get());
            assert!(!pack.str(element.label).is_empty(), "{name}");
            assert!(
                !pack.str(element.label_en).is_empty()
                    || at == 1
                    || element.flags.get() & element::GLOBAL != 0,
                "{name}"
            );
        }
        assert!(pack.attributes.iter().all(|attribute| !pack.str(attribute.label).is_empty()));
    }
}

#[test]
fn labels_come_from_where_the_readme_says() {
    let pack = open();
    let namespace = pack.namespace(b"http://www.osci.de/xauslaender2611").expect("namespace");
    let ty = |local: &str| {
        let name = pack.name(namespace, local.as_bytes()).expect("name");
        &pack.types[pack.global_type(name).expect("type") as usize]
    };
    let child = |ty: &Type, local: &str| -> &Element {
        let mut steps = states(&pack, ty).iter().flat_map(|state| pack.steps_of(state));
        let step = steps.find(|step| pack.local(step.name.get()) == local).expect("child");
        &pack.elements[step.element.get() as usize]
    };
    let label = |element: &Element| pack.str(element.label);
    let meldung = ty("AZR.Duldung.Meldung");
    let neu = child(meldung, "duldung.fachdaten.neu");
    let inside = &pack.types[neu.ty.get() as usize];
    assert_eq!(pack.str(inside.path), "AZR.Duldung.Meldung/duldung.fachdaten.neu");
    let (there, here) =
        (child(ty("AZR.Duldung.Auskunft"), "befristungsdatum"), child(inside, "befristungsdatum"));
    assert_eq!(label(here), label(there));
    assert_eq!(label(child(ty("AZR.Duldung.Auskunft"), "referenz.id")), "Referenz-ID");
}

#[test]
fn names_of_persons_are_marked() {
    let pack = open();
    let marked = |number: &str, local: &str| {
        let (_, ty) = root(&pack, number);
        let mut steps = states(&pack, ty).iter().flat_map(|state| pack.steps_of(state));
        let step = steps.find(|step| pack.local(step.name.get()) == local).expect("child");
        pack.elements[step.element.get() as usize].flags.get() & element::PERSON_NAME != 0
    };
    assert!(marked("030114", "neuerVorname"));
    assert!(!marked("090010", "azrNummer"));
    let count = pack.elements.iter().filter(|of| of.flags.get() & element::PERSON_NAME != 0).count();
    assert!(count >= 8, "{count}");
}

#[test]
fn code_types_find_their_lists() {
    let pack = open();
    assert_eq!(pack.lists.len(), 257);
    let (mut with, mut without) = (0, Vec::new());
    for ty in pack.types.iter().filter(|ty| ty.code.get() != NONE) {
        let code = &pack.code_types[ty.code.get() as usize];
        let lists = pack.lists_of(code);
        let name = pack.local(ty.name.get());
        assert_eq!(code.flags & code_type::URI_FIXED != 0, code.uri.len.get() > 0);
        if code.flags & code_type::URI_FIXED == 0 {
            assert!(lists.is_empty());
            continue;
        }
        for list in lists {
            assert_eq!(pack.str(list.uri), pack.str(code.uri), "{name}");
        }
        if lists.is_empty() {
            without.push(pack.str(code.uri));
        } else {
            with += 1;
            if code.flags & code_type::VERSION_FIXED != 0 {
                let version = pack.str(code.version);
                let list = lists.iter().find(|list| pack.str(list.version) == version);
                let list = list.unwrap_or_else(|| panic!("{name} {version}"));
                // The enumerated codes are those of the list.
                let steps = pack.steps_of(&states(&pack, ty)[0]);
                let element = &pack.elements[steps[0].element.get() as usize];
                let simple = &pack.simples[pack.types[element.ty.get() as usize].simple.get() as usize];
                for value in pack.enums_of(simple) {
                    assert!(pack.find_code(list, pack.bytes(value.value)).is_some(), "{name}");
                }
            }
        }
    }
    without.sort_unstable();
    without.dedup();
    // The lists that could not be had; see the README of the standards.
    assert!(with > 230 && without.len() <= 20, "{with} {without:?}");
}

#[test]
fn columns_of_the_lists_have_their_roles() {
    let pack = open();
    let mut reportable = 0;
    for list in pack.lists {
        let title = pack.str(list.title);
        assert_ne!(list.name, 0xFF, "{title}");
        assert_ne!(list.name, list.key, "{title}");
        for column in 0..list.column_count.get() as u8 {
            let id =
                pack.str(pack.columns[list.columns.get() as usize + usize::from(column)].id).to_lowercase();
            assert_eq!(id == "meldbar-ab", column == list.reportable_from, "{title}");
            assert_eq!(id == "meldbar-bis", column == list.reportable_to, "{title}");
            assert_eq!(id == "entfaellt-ab", column == list.ends, "{title}");
            if id.contains("lang") {
                assert_eq!(column, list.long, "{title}");
            }
        }
        reportable += u32::from(list.reportable_from != 0xFF);
        for row in 0..list.rows.get() {
            assert_eq!(pack.find_code(list, pack.cell(list, row, list.key)), Some(row));
        }
    }
    assert!(reportable >= 7, "{reportable}");
    let versions = |uri: &str| -> Vec<&str> {
        pack.lists_by_uri(uri.as_bytes()).map(|row| pack.str(pack.lists[row as usize].version)).collect()
    };
    assert_eq!(versions("urn:de:xauslaender:codelist:azr:aenderungsart"), ["2"]);
    assert!(pack.lists.iter().any(|list| list.excerpt.get() == 1));
}

#[test]
fn one_automaton_stands_for_all_names() {
    let pack = open();
    let mut own: Vec<u32> = pack.automata.iter().map(|row| row.steps.get()).collect();
    let all = own.len();
    own.sort_unstable();
    own.dedup();
    assert!(own.len() < all, "{} automata, {} of their own", all, own.len());
}

#[test]
fn rules_reach_their_types() {
    let pack = open();
    assert!(pack.rules.len() > 100);
    let (_, ty) = root(&pack, "090010");
    assert!(!pack.rules_of(ty).is_empty());
    for ty in pack.types.iter().filter(|ty| ty.base.get() != NONE) {
        let base = pack.rules_of(&pack.types[ty.base.get() as usize]);
        assert!(base.iter().all(|rule| pack.rules_of(ty).iter().any(|own| own.get() == rule.get())));
    }
}

#[test]
fn the_schemas_are_in_the_pack() {
    let pack = open();
    assert_eq!(pack.schemas.len(), 40);
    for source in pack.schemas {
        let schema = xsf::parse(pack.str(source.text), pack.str(source.file)).expect("XSF");
        assert_eq!(xsf::write(&schema), pack.str(source.text));
    }
    assert!(pack.extras.iter().any(|source| pack.str(source.file) == "sachverhalte.tsv"));
}

/// `cargo test -p azrkit-standard table_sizes -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn table_sizes() {
    for at in 0..2 {
        let pack = Pack::open(built_in(at)).expect("opens");
        macro_rules! show {
            ($($table:ident)*) => {
                $(println!("{:20} {:8} rows {:9} bytes", stringify!($table), pack.$table.len(), size_of_val(pack.$table));)*
            };
        }
        show!(
            meta namespaces names name_index elements global_elements types global_types simples members enums
            automata automaton_bytes automaton_steps models states steps any_steps wildcards wildcard_namespaces
            attributes global_attributes code_types lists columns cells cell_text list_order messages rules
            rule_refs rule_code schemas extras text
        );
        println!("{} bytes", built_in(at).len());
    }
}
