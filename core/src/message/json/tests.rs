//! Messages through JSON and back, over the built-in packs.

use super::{check, to_json, to_json_pretty, to_xml};
use crate::Standards;
use crate::message::read::Options;
use crate::message::report::Report;
use crate::message::write;

pub(super) fn standards() -> Standards {
    let mut standards = Standards::empty();
    for (name, bytes) in crate::standard::builtin() {
        standards.add(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    standards
}

fn shown(report: &Report) -> String {
    report.findings.iter().map(|f| format!("{} {} {}\n", f.code, f.path, f.text)).collect()
}

const FOLGEMELDUNG: &str = r#"{"$message":"090010","produkt":"P","produkthersteller":"H",
 "nachrichtenkopf.g2g":{
   "identifikation.nachricht":{"nachrichtenUUID":"0b1e4f4e-5a0d-4b8a-9a1e-2f3b4c5d6e7f","erstellungszeitpunkt":"2026-11-24T10:00:00.000+01:00"},
   "leser":{"verzeichnisdienst":"DVDV","kennung":"azr:1","name":"AZR"},
   "autor":{"verzeichnisdienst":{"code":"DVDV"},"kennung":"abh:1","name":"ABH","erreichbarkeit":[{"kanal":"02","kennung":"0123"}]}},
 "anschrift.autor":{},
 "azrNummer":"081111000001"}"#;

#[test]
fn explore() {
    let standards = standards();
    let options = Options::default();
    let written = to_xml(&standards.packs(), FOLGEMELDUNG, &options);
    let xml = match written { Ok(written) => String::from_utf8(written.xml).unwrap_or_default(), Err(report) => shown(&report) };
    println!("{xml}");
    let mut reader = standards.reader();
    println!("{}", shown(&check(&mut reader, FOLGEMELDUNG, &options).report));
    let message = reader.read(xml.as_bytes(), &options);
    println!("{}", to_json_pretty(&message.document));
    println!("{}", String::from_utf8_lossy(&write::to_xml_with(&message.document, write::Layout::Indented)));
    let json = to_json(&message.document);
    let again = to_xml(&standards.packs(), &json, &options).map(|w| String::from_utf8(w.xml).unwrap_or_default());
    assert_eq!(again.ok(), Some(xml));
    panic!("see");
}
