use std::slice::from_ref;
use std::time::{Duration, Instant};

use super::*;
use crate::pack::Pack;
use crate::test_support::{Dice, files, shared};

fn file(path: &str, bytes: &[u8]) -> InputFile {
    InputFile { path: path.into(), bytes: bytes.to_vec() }
}

fn xsd(path: &str, target: &str, body: &str) -> InputFile {
    let text = format!(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:t='{target}' xmlns:b='u:b' targetNamespace='{target}' version='2'>{body}</xs:schema>"
    );
    file(path, text.as_bytes())
}

fn genericode(code: &str) -> Vec<u8> {
    format!(
        "<gc:CodeList xmlns:gc='http://docs.oasis-open.org/codelist/ns/genericode/1.0/'><Identification><ShortName>l</ShortName>
         <Version>1</Version><CanonicalUri>urn:l</CanonicalUri></Identification><ColumnSet><Column Id='c'/><Key Id='k'><ColumnRef
         Ref='c'/></Key></ColumnSet><SimpleCodeList><Row><Value><SimpleValue>{code}</SimpleValue></Value></Row></SimpleCodeList></gc:CodeList>"
    )
    .into_bytes()
}

fn codes(result: Result<BuiltPack, Vec<SchemaError>>) -> Vec<&'static str> {
    result.expect_err("wrong").into_iter().map(|e| e.code).collect()
}

const MESSAGE: &str = "<xs:import namespace='u:b'/><xs:element name='m'><xs:complexType><xs:sequence><xs:element name='x' type='b:T'/></xs:sequence></xs:complexType></xs:element>";
const BASE: &str = "<xs:simpleType name='T'><xs:restriction base='xs:string'/></xs:simpleType>";

#[test]
fn takes_what_is_imported_from_the_base() {
    let base = crate::xsd::parse(&xsd("b.xsd", "u:b", BASE).bytes, "b.xsd").expect("good");
    let other = crate::xsd::parse(&xsd("c.xsd", "u:c", "").bytes, "c.xsd").expect("good");
    let message = xsd("dir/Müll Abfuhr.xsd", "u:m", MESSAGE);
    let pack = build(from_ref(&message), &[file("l.xml", &genericode("1"))], &[other, base]).expect("good");
    assert_eq!((pack.standard.as_str(), pack.version.as_str()), ("Müll Abfuhr", "2"));
    assert_eq!((pack.name.as_str(), pack.namespace.as_str()), ("muell-abfuhr-2", "u:m"));
    assert_eq!((pack.schemas, pack.lists), (1, 1));
    assert!(build(&[message], &[], &[]).is_err(), "without the base there is no type");
}

#[test]
fn knows_the_main_schema_and_its_header() {
    let header = "<xs:complexType name='H'><xs:attribute name='standard' type='xs:string' fixed='XMüll'/>
                  <xs:attribute name='version' type='xs:string' fixed='2.1'/></xs:complexType>";
    let files = [xsd("b.xsd", "u:b", BASE), xsd("h.xsd", "u:m", header), xsd("m.xsd", "u:m", MESSAGE)];
    let pack = build(&files, &[], &[]).expect("good");
    assert_eq!(
        (pack.standard.as_str(), pack.version.as_str(), pack.name.as_str()),
        ("XMüll", "2.1", "xmuell-2.1")
    );
    assert_eq!((pack.namespace.as_str(), pack.schemas), ("u:m", 3));
}

#[test]
fn takes_copies_once_and_names_contradictions() {
    let message = xsd("m.xsd", "u:m", "<xs:element name='m'/>");
    let again = InputFile { path: "copy/m.xsd".into(), ..message.clone() };
    let list = |path: &str, code: &str| file(path, &genericode(code));
    let both = [message.clone(), again];
    let pack = build(&both, &[list("a.xml", "1"), list("b.gc", "1"), list("c.dat", "1")], &[]).expect("good");
    assert_eq!((pack.schemas, pack.lists), (1, 1));
    let other = xsd("copy/m.xsd", "u:m", "<xs:element name='n'/>");
    assert_eq!(codes(build(&[message.clone(), other], &[], &[])), [CONFLICT]);
    assert_eq!(codes(build(from_ref(&message), &[list("a.xml", "1"), list("b.xml", "2")], &[])), [CONFLICT]);
    assert_eq!(codes(build(&[file("a.doc", b"x")], &[file("b.doc", b"x")], &[])), [KIND, KIND]);
    assert_eq!(codes(build(&[], &[], &[])), [NOTHING]);
    let faulty = [file("a.xsd", b"<a/>"), file("b.xsf", b"\xFF"), file("c.xsf", b"nothing")];
    assert_eq!(codes(build(&faulty, &[file("l.tsv", b"nothing")], &[])).len(), 4, "all files are looked at");
}

#[test]
fn official_downloads_become_a_pack() {
    let Some(root) = shared("XWasser pack") else { return };
    let input = |(path, bytes)| InputFile { path, bytes };
    let schemas: Vec<_> =
        files(root.join("standard/xwasser-1.0.0/xsd"), "xsd").into_iter().map(input).collect();
    let lists: Vec<_> =
        files(root.join("standard/xwasser-1.0.0/codelists"), "xml").into_iter().map(input).collect();
    let base: Vec<_> = files(root.join("standard/xoev"), "xsd").into_iter().map(input).collect();
    let built_in: Vec<Schema> = built_in_base();
    let pack = build(&schemas, &lists, &built_in).unwrap_or_else(|e| panic!("{e:#?}"));
    assert_eq!((pack.name.as_str(), pack.standard.as_str()), ("xwasser-1.0.0", "XWasser"));
    assert_eq!((pack.schemas, pack.lists), (10, 72));
    let view = Pack::open(&pack.bytes).expect("opens");
    assert_eq!((view.standard(), view.version()), ("XWasser", "1.0.0"));
    let message = view.message_by_number("1010").expect("a message");
    assert_eq!(view.str(message.title), "Weiterleitungsnachricht");
    let namespace = view.namespace(pack.namespace.as_bytes()).expect("known");
    let of = |local: &str| view.name(namespace, local.as_bytes()).and_then(|name| view.global_type(name));
    let ty = of("AllgemeinerNameType").and_then(|row| view.types.get(row as usize)).expect("a type");
    assert_eq!(view.str(ty.label), "Allgemeiner Name");
    assert!(view.str(ty.meaning).starts_with("Der AllgemeineName dient"), "{}", view.str(ty.meaning));
    let range = view.lists_by_uri(b"urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags");
    let list = view.lists.get(range.start as usize).expect("a list");
    let row = view.find_code(list, b"01001000").expect("a code");
    assert_eq!(view.cell_str(list, row, list.name), "Flensburg, Stadt");
    // The same with the base schemas as their publisher gives them.
    let all: Vec<_> = schemas.into_iter().chain(base).collect();
    let pack = build(&all, &lists, &[]).unwrap_or_else(|e| panic!("{e:#?}"));
    assert_eq!((pack.name.as_str(), pack.schemas), ("xwasser-1.0.0", 14));
}

fn built_in_base() -> Vec<Schema> {
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core/standards/xoev/schema");
    files(folder, "xsf")
        .into_iter()
        .map(|(name, bytes)| {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let name = format!("{}.xsd", name.trim_end_matches(".xsf"));
            crate::xsf::parse(&text, &name).unwrap_or_else(|e| panic!("{e}"))
        })
        .collect()
}

#[test]
fn damaged_files_are_refused_or_built() {
    let all = crate::xsd::write_tests::ALL.replace("<xs:include schemaLocation=\"http://x/y/inc.xsd\"/>", "");
    let base = crate::xsd::parse(
        b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='u:d'><xs:simpleType name='D'><xs:restriction base='xs:string'/></xs:simpleType></xs:schema>",
        "d.xsd",
    )
    .expect("good");
    let list = genericode("1");
    let seeds: u64 = std::env::var("AZRKIT_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let whole = [file("t.xsd", all.as_bytes())];
    build(&whole, &[file("l.xml", &list), file("l.tsv", TSV.as_bytes())], from_ref(&base)).expect("good");
    let begin = Instant::now();
    let mut built = 0;
    for seed in 1..=seeds {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let damaged =
            if seed % 3 == 0 { dice.damage(all.as_bytes()) } else { dice.confuse(&all).into_bytes() };
        let files = [file("t.xsd", &damaged)];
        let lists = [file("l.xml", &dice.damage(&list)), file("l.tsv", &dice.damage(TSV.as_bytes()))];
        // A damaged list hides nothing of the schema.
        let lists = if seed % 5 == 0 { &lists[..] } else { &[] };
        if let Ok(pack) = build(&files, lists, from_ref(&base)) {
            built += 1;
            Pack::open(&pack.bytes).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        }
    }
    println!("{built} of {seeds} damaged sets were built");
    assert!(built > 0, "some damage is harmless");
    assert!(begin.elapsed() < Duration::from_millis(50 * seeds), "{seeds} took {:?}", begin.elapsed());
}

const TSV: &str = "#list urn:m\n#version 1\n#title M\n#columns code\tname\n1\teins\n2\tzwei\n";
