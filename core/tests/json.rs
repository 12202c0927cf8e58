//! Sample messages of every kind through canonical JSON and back, and against their JSON Schema; messages of another
//! standard.

use std::path::{Path, PathBuf};

use azrkit::Standards;
use azrkit::message::read::Options;
use azrkit::message::report::Lang;
use azrkit::message::sample::{Sampler, Size, Which};
use azrkit::message::{json, json_schema, write};
use azrkit::standard::build_pack::{InputFile, build};
use azrkit::standard::pack::Pack;
use azrkit::standard::xsf;

fn builtin() -> Standards {
    let mut standards = Standards::empty();
    for (name, bytes) in azrkit::standard::builtin() {
        standards.add(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    standards
}

/// Through JSON: XML → JSON → XML gives the same canonical XML, and JSON → XML → JSON the same JSON. Gives the JSON.
fn through(standards: &Standards, packs: &[Pack<'_>], xml: &[u8]) -> String {
    let mut reader = standards.reader();
    let options = Options::default();
    let first = reader.read(xml, &options);
    let canonical = write::to_xml(&first.document);
    let text = json::to_json(&first.document);
    let valid = first.report.valid;
    let written = json::to_xml(packs, &text, &options);
    let written = written.unwrap_or_else(|report| panic!("{text}\n{:#?}", report.findings)).xml;
    assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&canonical), "{text}");
    let again = reader.read(&written, &options);
    assert_eq!(again.report.valid, valid);
    assert_eq!(json::to_json(&again.document), text);
    let checked = json::check(&mut standards.reader(), &text, &options);
    assert_eq!(checked.report.valid, valid, "{:#?}", checked.report.findings);
    assert_eq!(checked.xml.as_deref(), Some(&written[..]));
    text
}

/// In a debug build one message in so many is looked at; in a release build all are.
const STEP: usize = if cfg!(debug_assertions) { 12 } else { 1 };

#[test]
fn samples_come_back_the_same_and_fit_their_json_schema() {
    let standards = builtin();
    let packs = standards.packs();
    let mut sampler = Sampler::new(&packs);
    let mut count = 0;
    let messages = sampler.messages();
    for which in messages.iter().copied().step_by(STEP) {
        let Which::Element { pack, row } = which else { continue };
        let schema = json_schema::of_element(&packs[pack], row, Lang::De).unwrap_or_default();
        let validator =
            jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{which:?}: {error}"));
        for size in [Size::Small, Size::Typical, Size::Large] {
            let Ok(xml) = sampler.generate(which, 7, 0, size) else { continue };
            let text = through(&standards, &packs, &xml);
            let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| format!("{}: {:.300}", error.instance_path(), error.to_string()))
                .collect();
            assert!(errors.is_empty(), "{which:?}\n{}\n{text}", errors.join("\n"));
            count += 1;
        }
    }
    println!("{count} samples of {} messages", messages.len());
    // Not every message has a clean sample of every size.
    assert!(count * STEP > messages.len(), "{count}");
}

#[test]
fn messages_of_xwasser_come_back_the_same() {
    let shared = std::env::var_os("AZRKIT_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let root = shared.join("standard/xwasser-1.0.0");
    if !root.is_dir() {
        println!("SKIPPED: {} is not there", root.display());
        return;
    }
    let files = |folder: &str, ending: &str| -> Vec<InputFile> {
        let mut files: Vec<InputFile> = std::fs::read_dir(root.join(folder))
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.path().to_string_lossy().ends_with(ending))
            .filter_map(|entry| {
                let path = entry.path();
                Some(InputFile { path: path.display().to_string(), bytes: std::fs::read(&path).ok()? })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    };
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("standards");
    let mut library = Vec::new();
    for folder in ["xoev/schema", "xinneres-26.11/schema"] {
        for entry in std::fs::read_dir(base.join(folder)).into_iter().flatten().flatten() {
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            let name = entry.file_name().to_string_lossy().into_owned();
            library.push(xsf::parse(&text, &name).unwrap_or_else(|error| panic!("{error}")));
        }
    }
    let built = build(&files("xsd", ".xsd"), &files("codelists", ".xml"), &library)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut standards = builtin();
    standards.add(built.bytes).unwrap_or_else(|error| panic!("{error}"));
    let packs = standards.packs();
    let messages = files("messages", ".xml");
    assert_eq!(messages.len(), 6);
    for message in messages {
        let text = through(&standards, &packs, &message.bytes);
        println!("{}: {} → {} bytes", message.path, message.bytes.len(), text.len());
    }
}

#[test]
fn the_json_schema_takes_short_forms_and_refuses_what_is_wrong() {
    let standards = builtin();
    let schema = json_schema::of_message(&standards.packs(), "090010", Lang::De).unwrap_or_default();
    assert_eq!(schema["properties"]["azrNummer"]["title"], "AZR-Nummer");
    let validator = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{error}"));
    let message = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value = serde_json::json!({
            "$message": "090010", "produkt": "P", "produkthersteller": "H",
            "nachrichtenkopf.g2g": {
                "identifikation.nachricht": {
                    "nachrichtenUUID": "0b1e4f4e-5a0d-4b8a-9a1e-2f3b4c5d6e7f",
                    "erstellungszeitpunkt": "2026-11-24T10:00:00.000+01:00"
                },
                "leser": { "verzeichnisdienst": "DVDV", "kennung": "azr:1", "name": "Register" },
                "autor": {
                    "verzeichnisdienst": { "code": "DVDV" }, "kennung": "abh:1", "name": "Behörde",
                    "erreichbarkeit": [{ "kanal": "02", "kennung": "0123" }]
                }
            },
            "anschrift.autor": { "gebaeude": { "postleitzahl": "50667", "strasse": "Domplatz", "wohnort": "Köln" } },
            "durchfuehrenderSachbearbeiter": "Müller", "durchfuehrendeBehoerde": "053150",
            "azrNummer": "081111000001",
            "sachverhalt": { "duldung": { "aenderungsArt": "01" } }
        });
        change(&mut value);
        validator.is_valid(&value)
    };
    assert!(message(&|_| {}));
    let wrong: [&dyn Fn(&mut serde_json::Value); 8] = [
        &|value| value["azrNumer"] = "1".into(),
        &|value| value["azrNummer"] = 1.into(),
        &|value| value["azrNummer"] = "x".into(),
        &|value| value["standard"] = "XInneres".into(),
        &|value| value["durchfuehrendeBehoerde"] = serde_json::Value::Null,
        &|value| value["sachverhalt"]["abschiebung"] = serde_json::json!({ "aenderungsArt": "01" }),
        &|value| value["sachverhalt"]["duldung"]["aenderungsArt"] = "99".into(),
        &|value| value["nichtIdentischMit"] = serde_json::json!({ "aenderungsArt": "01" }),
    ];
    for (index, change) in wrong.iter().enumerate() {
        assert!(!message(*change), "{index}");
    }
}
