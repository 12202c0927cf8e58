use super::*;
use crate::Standards;

fn kinds() -> Kinds {
    let standards = Standards::builtin();
    let packs = standards.packs();
    Kinds::of(&packs[0]).expect("kinds")
}

#[test]
fn the_table_of_kinds() {
    let kinds = kinds();
    assert_eq!(kinds.all().len(), 84);
    let duldung = kinds.get("Duldung").expect("there");
    assert_eq!(duldung.label, "Duldung");
    assert_eq!(duldung.path(), "sachverhalt/duldung");
    assert!(duldung.sachverhalt && !duldung.many && duldung.aenderungsart);
    assert_eq!(duldung.erstmeldung, None);
    assert_eq!(duldung.fachdaten.as_deref(), Some("duldung.fachdaten.neu"));
    assert_eq!(duldung.id.as_deref(), Some("referenz.id"));
    assert_eq!(duldung.most, Some(1));
    let places: Vec<(&str, bool)> =
        duldung.auskunft.iter().map(|place| (place.path[0].as_str(), place.historic)).collect();
    assert_eq!(places, [("aktuelleDuldung", false), ("historisierteDuldung", true)]);
    let names = |fields: Vec<&Field>| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(duldung.register_fields().collect()), ["meldendeBehoerde", "letzteAenderung"]);
    assert_eq!(
        names(duldung.fields.iter().collect()),
        [
            "duldungArt",
            "ereignisdatum",
            "befristungsdatum",
            "bescheinigungsNummer",
            "traegervordruck",
            "loeschdatum"
        ]
    );
}

#[test]
fn what_differs_from_the_rule() {
    let kinds = kinds();
    let get = |name: &str| kinds.get(name).expect("there");
    assert_eq!(get("Suchvermerk").id.as_deref(), Some("referenzSuchvermerk.id"));
    assert_eq!(get("LichtbildZuSuchvermerk").id.as_deref(), Some("lichtbildId"));
    assert_eq!(get("LichtbildZuSuchvermerk").fachdaten, None);
    assert_eq!(get("Fingerabdruck").id.as_deref(), Some("fingerabdruckId"));
    assert_eq!(get("LichtbildAllgemein").auskunft_id.as_deref(), Some("lichtbildId"));
    assert!(get("NichtIdentischMit").many && get("NichtIdentischMit").id.is_none());
    assert!(!get("DeutscheStaatsangehoerigkeit").aenderungsart);
    assert_eq!(get("Religion").fachdaten.as_deref(), Some("freiwilligeAngabenZurReligion.fachdaten.neu"));
    assert_eq!(get("Meldestatus").abgleich.as_ref().and_then(|place| place.most), Some(2));
    assert_eq!(get("Grundpersonalien").abgleich.as_ref().and_then(|place| place.most), Some(1));
    assert_eq!(get("Ausweispapier").datensatzinhalt[0].path, ["weiterePersonalien", "ausweispapier"]);
    assert_eq!(get("Ausweispapier").most, None);
    let first: Vec<&str> = kinds
        .all()
        .iter()
        .filter(|kind| kind.sachverhalt && kind.erstmeldung.is_some())
        .map(|kind| kind.name.as_str())
        .collect();
    assert_eq!(first.len(), 20);
    for kind in kinds.all() {
        assert!(!kind.label.is_empty() && !kind.fields.is_empty(), "{kind:?}");
        assert!(kind.fachdaten.is_some() || !kind.sachverhalt || !kind.aenderungsart, "{}", kind.name);
    }
}

const NOW: crate::time::Timestamp = crate::time::Timestamp(1_794_818_487_318);

fn record() -> Datensatz {
    let text = r#"{ "key": "akte-4711", "scope": ["Grundpersonalien", "Duldung"],
      "entries": [
        { "kind": "Grundpersonalien", "key": "gp", "data": {
          "familienname": {"name": "Öztürk"}, "vorname": {"name": "Zoë"}, "geschlecht": {"geschlecht": "w"},
          "geburtsangaben": {"geburtsort": {"ort": "Diyarbakır"}, "geburtsortStaat": {"staatsangehoerigkeit": "163"}, "tagDerGeburt": {"teilbekanntesDatum": {"jahrMonat": "1994-05"}}},
          "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}] } },
        { "kind": "Duldung", "key": "d-17", "referenzId": "A1B2C3D01X", "correction": true,
          "data": {"duldungArt": {"code": "03", "listVersionID": "6"}, "befristungsdatum": "2026-12-31"} } ] }"#;
    serde_json::from_str(text).expect("a record")
}

fn check_it(record: &Datensatz) -> CheckedRecord {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    check(&mut reader, &kinds(), record, NOW, &crate::message::read::Options::default())
}

#[test]
fn a_record_in_json() {
    let record = record();
    assert_eq!(record.entries[1].referenz_id.as_deref(), Some("A1B2C3D01X"));
    assert!(record.is_complete("Duldung") && !record.is_complete("Visum"));
    assert!(record.touches("Duldung") && !record.touches("Visum"));
    let text = serde_json::to_string(&record).expect("json");
    assert_eq!(serde_json::from_str::<Datensatz>(&text).expect("the same"), record);
    let all: Datensatz = serde_json::from_str(r#"{"key": "k", "scope": "all"}"#).expect("a record");
    assert!(all.is_complete("Visum"));
    assert!(serde_json::from_str::<Datensatz>(r#"{"key": "k", "scope": "some"}"#).is_err());
}

#[test]
fn a_right_record_has_no_findings_and_canonical_data() {
    let checked = check_it(&record());
    assert_eq!(checked.findings, []);
    let sex = &checked.record.entries[0].data["geschlecht"]["geschlecht"];
    assert_eq!(sex["code"], "w");
    assert!(sex["listVersionID"].is_string(), "{sex}");
    assert_eq!(check_it(&checked.record).record, checked.record);
}

/// What is known to be clean is not checked again: seen by a code that the check would find.
#[test]
fn entries_known_to_be_clean_are_taken_as_they_are_known() {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    let mut known = check_it(&record()).record.entries.remove(1);
    known.data.insert("duldungArt".into(), serde_json::json!({"code": "999", "listVersionID": "1"}));
    let mut wrong = record();
    wrong.entries[1].data.insert("duldungArt".into(), "999".into());
    assert!(!check_it(&wrong).is_valid());
    let mut since = |record: &Datensatz| {
        let options = crate::message::read::Options::default();
        check_since(&mut reader, &kinds(), record, NOW, &options, &[&known]).0
    };
    let checked = since(&wrong);
    assert_eq!(checked.findings, []);
    assert_eq!(checked.record.entries[1].data, known.data);
    // Anything else than what is known is checked.
    let otherwise: [fn(&mut Eintrag); 4] = [
        |entry| entry.correction = !entry.correction,
        |entry| entry.key.push('x'),
        |entry| drop(entry.data.insert("ereignisdatum".into(), "2026-11-17".into())),
        |entry| drop(entry.data.remove("befristungsdatum")),
    ];
    for change in otherwise {
        let mut other = wrong.clone();
        change(&mut other.entries[1]);
        assert!(!since(&other).is_valid(), "{other:?}");
    }
}

#[test]
fn findings_of_a_record_name_entry_and_sheet() {
    let mut record = record();
    record.entries[1].data.insert("befristungsdatum".into(), "2026-02-30".into());
    record.entries[1].data.insert("duldungArt".into(), "999".into());
    record.entries[0].data.insert("name".into(), "x".into());
    let found: Vec<(String, String, String)> = check_it(&record)
        .findings
        .into_iter()
        .map(|found| {
            let sheet = found.dsauslaender.first().cloned().unwrap_or_default();
            (found.finding.code.to_string(), found.finding.path, sheet)
        })
        .collect();
    let place = |code: &str, path: &str, sheet: &str| (code.to_owned(), path.to_owned(), sheet.to_owned());
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], place("AZK-M502", "/entries/0/data/name", ""));
    assert!(
        found.iter().any(|found| found.0 == "AZK-M109"
            && found.1 == "/entries/1/data/befristungsdatum"
            && !found.2.is_empty()),
        "{found:?}"
    );
    assert!(
        found.iter().any(|found| found.0 == "AZK-M301" && found.1.starts_with("/entries/1/data/duldungArt")),
        "{found:?}"
    );
}

#[test]
fn findings_of_a_record_as_a_whole() {
    let mut record = record();
    record.entries.push(Eintrag { kind: "Visum".into(), key: "gp".into(), ..Eintrag::default() });
    record.entries.push(Eintrag { kind: "Unsinn".into(), key: "u".into(), ..Eintrag::default() });
    record.entries.push(Eintrag { key: "gp2".into(), ..record.entries[0].clone() });
    record.key = String::new();
    let found: Vec<String> = check_it(&record)
        .findings
        .into_iter()
        .map(|found| format!("{} {}", found.finding.code, found.finding.path))
        .collect();
    assert_eq!(
        found,
        [
            "AZK-M602 /key",
            "AZK-M602 /entries/2/key",
            "AZK-M603 /entries/2/kind",
            "AZK-M601 /entries/3/kind",
            "AZK-M604 /entries/4"
        ]
    );
}

#[test]
fn contents_are_compared_by_what_they_say() {
    let a = serde_json::json!({"art": {"code": "03", "listVersionID": "6"}, "an": true, "n": 7, "leer": []});
    let b = serde_json::json!({"art": "03", "an": "true", "n": "7", "mehr": null});
    let (a, b) = (a.as_object().expect("object"), b.as_object().expect("object"));
    assert_eq!(differing(a, b), Vec::<String>::new());
    let c = serde_json::json!({"art": "04", "an": "true", "n": "7", "x": "1"});
    assert_eq!(differing(a, c.as_object().expect("object")), ["art", "x"]);
}

#[test]
fn versions_of_a_referenz_id() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    assert_eq!(referenzanteil("Rx7C56w06"), "Rx7C56w");
    assert_eq!(referenzanteil("kurz"), "kurz");
    for (a, b, expected) in [
        ("Rx7C56w06", "Rx7C56w13", Less),
        ("Rx7C56w96", "Rx7C56w103", Less),
        ("Rx7C56w16", "Rx7C56w13", Equal),
        ("Rx7C56w26", "Rx7C56w13", Greater),
    ] {
        assert_eq!(compare_versions(a, b), expected, "{a} {b}");
    }
}

/// Each sample of a Gesamtauskunft and of a Mitteilung comes out whole: every entry is found once, and nothing of it is lost.
#[test]
fn entries_of_what_the_register_says() {
    use crate::message::sample::{Sampler, Size, Which};
    let standards = Standards::builtin();
    let packs = standards.packs();
    let kinds = kinds();
    let mut sampler = Sampler::new(&packs);
    let mut reader = standards.reader();
    let (mut met, mut historic) = (std::collections::BTreeSet::new(), 0);
    for (number, index) in (0..5).flat_map(|index| [("090004", index), ("090030", index)]) {
        let bytes = sampler.generate(Which::Name(number), 3, index, Size::Large).expect("a sample");
        let message = reader.read(&bytes, &crate::message::read::Options::default());
        let value = crate::message::json::to_value(&message.document);
        let (found, top) = if number == "090004" {
            (of_auskunft(&kinds, &value), &value)
        } else {
            let Some(content) = value.get("inhaltAktuell") else { continue };
            (of_datensatzinhalt(&kinds, content), content)
        };
        for entry in &found {
            let kind = kinds.get(&entry.kind).expect("a kind");
            met.insert(entry.kind.clone());
            historic += usize::from(entry.historic);
            assert!(
                entry.referenz_id.is_some()
                    || kind.id.is_none()
                    || kind
                        .auskunft_fields
                        .iter()
                        .any(|field| Some(&field.name) == kind.auskunft_id.as_ref() && !field.required),
                "{entry:?}"
            );
            let register: Vec<&str> = kind.register_fields().map(|field| field.name.as_str()).collect();
            assert!(entry.register.keys().all(|name| register.contains(&name.as_str())), "{entry:?}");
        }
        // As many entries as there are elements at the places.
        let places: std::collections::BTreeSet<Vec<String>> = kinds
            .all()
            .iter()
            .flat_map(|kind| if number == "090004" { &kind.auskunft } else { &kind.datensatzinhalt })
            .map(|place| place.path.clone())
            .collect();
        let count: usize = places
            .iter()
            .map(|path| match path.iter().try_fold(top, |value, name| value.get(name)) {
                Some(serde_json::Value::Array(all)) => all.len(),
                Some(_) => 1,
                None => 0,
            })
            .sum();
        assert_eq!(found.len(), count, "{number} {index}");
    }
    assert!(met.len() > 50 && historic > 0, "{} kinds, {historic} historic", met.len());
}

#[test]
fn numbers_are_of_the_form_of_messages() {
    for right in ["081111000001", "000000000000", "991231999999"] {
        assert_eq!(azr_nummer(right).map(azr_nummer_text).as_deref(), Some(right));
    }
    assert_eq!(azr_nummer("081111000001"), Some(81_111_000_001));
    for wrong in [
        "",
        "81111000001",
        "08111100000",
        "0811110000011",
        "081311000001",
        "081132000001",
        "08111100000x",
        "０81111000001",
        "٠٨١١١١٠٠٠٠٠١",
    ] {
        assert_eq!(azr_nummer(wrong), None, "{wrong}");
    }
}
