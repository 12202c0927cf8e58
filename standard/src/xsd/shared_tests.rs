//! Whole standards: the official files and the built-in ones are read, written and read again, and libxml2 takes
//! what is written.

use std::path::Path;
use std::process::Command;

use super::{parse, write, write_driver, write_set};
use crate::model::{Item, Schema};
use crate::test_support::{comparable, files, shared};

#[test]
fn official_schemas_are_read_and_written() {
    let Some(schemas) = official("XSD round trip") else { return };
    assert!(schemas.len() >= 14, "{}", schemas.len());
    for schema in &schemas {
        let again = parse(write(schema).as_bytes(), &schema.file).unwrap_or_else(|e| panic!("{e:#?}"));
        assert_eq!(comparable(schema), comparable(&again), "{}", schema.file);
    }
}

#[test]
fn labels_and_titles_are_kept() {
    let Some(schemas) = official("XSD labels") else { return };
    let items = || schemas.iter().flat_map(|schema| schema.items.iter());
    let titled = items().filter(|item| matches!(item, Item::Complex(ty) if ty.code_title.is_some())).count();
    assert!(titled > 60, "{titled} code types have a title");
    let mut labelled = 0;
    for item in items() {
        let Item::Simple(ty) = item else { continue };
        if let crate::model::SimpleVariety::Restriction(_, facets) = &ty.variety {
            labelled += facets.iter().filter(|facet| facet.label.is_some()).count();
        }
    }
    assert!(labelled > 150, "{labelled} codes have a label");
}

#[test]
fn libxml2_judges_by_exported_schemas_as_by_the_official() {
    let Some(root) = shared("exported schemas against libxml2") else { return };
    if no_xmllint("exported schemas against libxml2") {
        return;
    }
    let Some(schemas) = official("exported schemas against libxml2") else { return };
    let folder = std::env::temp_dir().join(format!("azrkit-export-{}", std::process::id()));
    export(&schemas, &folder);
    let mut valid = 0;
    for (name, _) in files(root.join("standard/xwasser-1.0.0/messages"), "xml") {
        let message = root.join("standard/xwasser-1.0.0/messages").join(&name);
        let output = xmllint(&folder.join("xwasser.xsd"), &message);
        assert!(!output.contains("compilation error") && !output.contains("Schemas parser"), "{output}");
        valid += usize::from(output.contains("validates"));
    }
    assert_eq!(valid, 4, "four of the six messages are valid");
    accepts_all(&schemas, &folder);
    std::fs::remove_dir_all(&folder).expect("removable");
}

/// The built-in standards; they lie in the project.
fn built_in() -> Vec<Schema> {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core/standards");
    let folders = ["xoev", "xdomea-4.0.0", "xinneres-26.11", "xauslaender-26.11"];
    let all = folders.iter().flat_map(|folder| files(root.join(folder).join("schema"), "xsf"));
    all.map(|(name, bytes)| {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let name = format!("{}.xsd", name.trim_end_matches(".xsf"));
        crate::xsf::parse(&text, &name).unwrap_or_else(|e| panic!("{e}"))
    })
    .collect()
}

#[test]
fn built_in_schemas_are_written_and_read() {
    let schemas = built_in();
    assert!(schemas.len() >= 40, "{}", schemas.len());
    for schema in &schemas {
        let text = write(schema);
        let again =
            parse(text.as_bytes(), &schema.file).unwrap_or_else(|e| panic!("{}: {e:#?}", schema.file));
        assert_eq!(comparable(schema), comparable(&again), "{}", schema.file);
    }
}

#[test]
fn official_schemas_go_through_xsf() {
    let Some(schemas) = official("XSD to XSF") else { return };
    for schema in &schemas {
        let text = crate::xsf::write(schema);
        let again = crate::xsf::parse(&text, &schema.file).unwrap_or_else(|e| panic!("{}: {e}", schema.file));
        assert_eq!(comparable(schema), comparable(&again), "{}", schema.file);
    }
}

#[test]
fn libxml2_takes_the_built_in_schemas() {
    if no_xmllint("built-in schemas against libxml2") {
        return;
    }
    let schemas = built_in();
    let folder = std::env::temp_dir().join(format!("azrkit-built-in-{}", std::process::id()));
    export(&schemas, &folder);
    accepts_all(&schemas, &folder);
    std::fs::remove_dir_all(&folder).expect("removable");
}

fn official(what: &str) -> Option<Vec<Schema>> {
    let root = shared(what)?.join("standard");
    let read = |(name, bytes): (String, Vec<u8>)| parse(&bytes, &name).unwrap_or_else(|e| panic!("{e:#?}"));
    let all = files(root.join("xwasser-1.0.0/xsd"), "xsd").into_iter().chain(files(root.join("xoev"), "xsd"));
    Some(all.map(read).collect())
}

/// Writes a set of schemas into an empty folder.
fn export(schemas: &[Schema], folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).expect("folder");
    for (file, text) in write_set(schemas) {
        std::fs::write(folder.join(file), text).expect("written");
    }
}

/// libxml2 compiles all schemas of each namespace together, shown by an element that none of them declares.
fn accepts_all(schemas: &[Schema], folder: &Path) {
    let namespaces: std::collections::BTreeSet<&str> = schemas.iter().map(|s| s.target.as_str()).collect();
    for namespace in namespaces {
        std::fs::write(folder.join("driver.xsd"), write_driver(schemas, namespace)).expect("written");
        std::fs::write(folder.join("trivial.xml"), "<trivial/>").expect("written");
        let output = xmllint(&folder.join("driver.xsd"), &folder.join("trivial.xml"));
        assert!(output.contains("No matching global declaration"), "{namespace}: {output}");
        assert!(!output.contains("warning"), "{namespace}: {output}");
    }
}

fn no_xmllint(what: &str) -> bool {
    let missing = Command::new("xmllint").arg("--version").output().is_err();
    if missing {
        eprintln!("SKIPPED: {what}: xmllint is not installed");
    }
    missing
}

fn xmllint(schema: &Path, document: &Path) -> String {
    let run =
        Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(schema).arg(document).output();
    String::from_utf8_lossy(&run.expect("xmllint runs").stderr).into_owned()
}
