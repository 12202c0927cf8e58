//! Persons on both sides: each class of Hinweis.

use std::slice::from_ref;

use serde_json::{Value, json};

use super::{Comparison, Renamed};
use crate::Standards;
use crate::reconcile::hinweis::{Class, Code, Hinweis, Proposal, Severity, Side};
use crate::register::Datensatz;

const NUMBER: &str = "081111000001";

fn record(entries: Value) -> Datensatz {
    serde_json::from_value(json!({"key": "akte-1", "azrNummer": NUMBER, "entries": entries}))
        .expect("a record")
}

fn gp(data: Value) -> Datensatz {
    record(json!([{"kind": "Grundpersonalien", "key": "gp", "data": data}]))
}

fn compared(local: &[Datensatz], register: &[Datensatz]) -> Vec<Hinweis> {
    let standards = Standards::builtin();
    Comparison::new(&standards.packs()).expect("kinds").persons(NUMBER, local, register)
}

fn codes(found: &[Hinweis]) -> Vec<(Code, &str)> {
    found.iter().map(|one| (one.code, one.field.as_deref().unwrap_or(""))).collect()
}

fn entry(kind: &str, id: Option<&str>, data: Value) -> Value {
    let mut entry = json!({"kind": kind, "key": format!("k-{}", data.to_string().len()), "data": data});
    if let Some(id) = id {
        entry["referenzId"] = json!(id);
    }
    entry
}

#[test]
fn what_says_the_same_is_no_hinweis() {
    let local = record(json!([
        entry(
            "Grundpersonalien",
            None,
            json!({
                "familienname": {"name": "Öztürk"}, "vorname": {"nichtVorhanden": true}, "geburtsangaben": {"tagDerGeburt": "03.05.1994"},
                "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}, {"staatsangehoerigkeit": "460"}]
            })
        ),
        entry(
            "Anschrift",
            None,
            json!({"anschrift": {"strasse": "Allee", "hausnummer": "0001", "hausnummerBuchstabeZusatzziffer": " A"}, "fruehereAnschrift": false})
        ),
    ]));
    let register = record(json!([
        entry(
            "Anschrift",
            None,
            json!({"fruehereAnschrift": false, "anschrift": {"strasse": "Allee", "hausnummer": "1", "hausnummerBuchstabeZusatzziffer": "a"}})
        ),
        entry(
            "Grundpersonalien",
            None,
            json!({
                "staatsangehoerigkeit": [{"staatsangehoerigkeit": {"code": "460", "listVersionID": "2019-01-01"}}, {"staatsangehoerigkeit": {"code": "163", "name": "Türkei"}}],
                "familienname": {"name": "O\u{308}ztu\u{308}rk"},
                "geburtsangaben": {"tagDerGeburt": {"teilbekanntesDatum": {"jahrMonatTag": "1994-05-03"}}}
            })
        ),
    ]));
    assert_eq!(compared(&[local], &[register]), []);
}

#[test]
fn persons_on_one_side_only_and_twice() {
    let one = gp(json!({"familienname": {"name": "Meier"}}));
    let found = compared(from_ref(&one), &[]);
    assert_eq!((found[0].code, found[0].side, found.len()), (Code::PersonMissingThere, Side::Local, 1));
    let found = compared(&[], from_ref(&one));
    assert_eq!((found[0].code, found[0].class), (Code::PersonMissingHere, Class::MissingHere));
    let found = compared(&[one.clone(), one.clone()], &[one]);
    assert_eq!((found[0].code, found[0].class, found.len()), (Code::NumberTwice, Class::Duplicate, 1));
    assert!(found[0].text_de.contains("akte-1, akte-1"), "{}", found[0].text_de);
}

#[test]
fn records_without_a_number() {
    let standards = Standards::builtin();
    let comparison = Comparison::new(&standards.packs()).expect("kinds");
    let mut one = gp(json!({}));
    one.azr_nummer = None;
    assert_eq!(comparison.without_number(Side::Local, &one)[0].code, Code::NumberMissing);
    one.azr_nummer = Some("4711".into());
    let found = comparison.without_number(Side::Register, &one);
    assert_eq!((found[0].code, found[0].register.clone()), (Code::NumberWrong, Some(json!("4711"))));
}

#[test]
fn fields_that_one_side_lacks_or_that_differ() {
    let local = gp(
        json!({"familienname": {"name": "Meier"}, "doktorgrad": "Dr.", "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}]}),
    );
    let register = gp(
        json!({"familienname": {"name": "Schulz"}, "geburtsname": {"name": "Kaya"}, "staatsangehoerigkeit": [{"staatsangehoerigkeit": "460"}]}),
    );
    let found = compared(&[local], &[register]);
    assert_eq!(
        codes(&found),
        [
            (Code::FieldDiffers, "familienname"),
            (Code::FieldMissingThere, "doktorgrad"),
            (Code::FieldDiffers, "staatsangehoerigkeit/staatsangehoerigkeit"),
            (Code::FieldMissingHere, "geburtsname"),
        ]
    );
    assert_eq!(found[0].severity, Severity::High);
    assert_eq!(found[0].dsauslaender, ["004.01 Familienname"]);
    assert_eq!(found[0].local, Some(json!({"name": "Meier"})));
    assert_eq!(found[1].proposal, Proposal::Report);
    assert_eq!(found[3].proposal, Proposal::TakeOver);
    assert!(
        found[0].text_de.contains("Familienname: Der eigene Bestand hat „Meier“, das AZR „Schulz“."),
        "{}",
        found[0].text_de
    );
    assert!(found[0].text_en.contains("the local stock has „Meier“"), "{}", found[0].text_en);
}

#[test]
fn spelling_is_a_matter_of_form() {
    let name = |name: &str| gp(json!({"familienname": {"name": name}}));
    for (here, there, code, proposal) in [
        ("Groß", "Gross", Code::OtherLetters, Proposal::Report),
        ("Dordevic", "Đorđević", Code::OtherLetters, Proposal::TakeOver),
        ("MEIER", "Meier", Code::OtherForm, Proposal::Ask),
    ] {
        let found = compared(&[name(here)], &[name(there)]);
        assert_eq!(codes(&found), [(code, "familienname")]);
        assert_eq!(
            (found[0].class, found[0].severity, found[0].proposal),
            (Class::Format, Severity::Low, proposal)
        );
    }
    let code = |code: &str| {
        record(json!([entry("Meldestatus", Some("A1B2C3D01X"), json!({"meldestatusArt": code}))]))
    };
    assert_eq!(codes(&compared(&[code("01")], &[code("02")])), [(Code::FieldDiffers, "meldestatusArt")]);
}

#[test]
fn addresses_in_other_spellings() {
    let address =
        |data: Value| record(json!([entry("Anschrift", Some("A1B2C3D01X"), json!({"anschrift": data}))]));
    for (here, there) in [
        (
            json!({"strasse": "Hauptstr.", "hausnummer": "12"}),
            json!({"strasse": "Hauptstraße", "hausnummer": "0012"}),
        ),
        (
            json!({"strasse": "Hauptstraße 12a"}),
            json!({"strasse": "Hauptstrasse", "hausnummer": "12", "hausnummerBuchstabeZusatzziffer": "A"}),
        ),
        (
            json!({"strasse": "Weg", "hausnummer": "12a"}),
            json!({"strasse": "Weg", "hausnummer": "12", "hausnummerBuchstabeZusatzziffer": "a"}),
        ),
    ] {
        let found = compared(&[address(here.clone())], &[address(there)]);
        assert_eq!(codes(&found), [(Code::OtherAddress, "anschrift/strasse")], "{here}");
    }
    let found = compared(
        &[address(json!({"strasse": "Weg", "hausnummer": "12"}))],
        &[address(json!({"strasse": "Weg", "hausnummer": "13"}))],
    );
    assert_eq!(codes(&found), [(Code::FieldDiffers, "anschrift/hausnummer")]);
}

#[test]
fn a_name_in_one_block() {
    let local = gp(json!({"familienname": {"name": "al-Hassan"}, "vorname": {"name": "Mohammed Ali"}}));
    let register =
        gp(json!({"familienname": {"name": "MOHAMMED ALI AL HASSAN"}, "vorname": {"nichtVorhanden": true}}));
    assert_eq!(codes(&compared(from_ref(&local), from_ref(&register))), [(Code::Blockname, "familienname")]);
    assert_eq!(codes(&compared(&[register], from_ref(&local))), [(Code::Blockname, "familienname")]);
    let other = gp(json!({"familienname": {"name": "Mohammed Hassan"}}));
    assert_eq!(
        codes(&compared(&[local], &[other])),
        [(Code::FieldDiffers, "familienname"), (Code::FieldMissingThere, "vorname")]
    );
}

#[test]
fn dates_that_are_known_less_exactly() {
    let born = |date: &str| gp(json!({"geburtsangaben": {"tagDerGeburt": date}}));
    let field = "geburtsangaben/tagDerGeburt";
    assert_eq!(codes(&compared(&[born("1990")], &[born("1990-05-03")])), [(Code::DateLessExactHere, field)]);
    assert_eq!(
        codes(&compared(&[born("03.05.1990")], &[born("1990-05-00")])),
        [(Code::DateLessExactThere, field)]
    );
    assert_eq!(codes(&compared(&[born("1990-06")], &[born("1990-05-03")])), [(Code::FieldDiffers, field)]);
}

#[test]
fn entries_are_paired_by_reference_then_by_content() {
    let duldung = |id, art: &str, to: &str| {
        entry(
            "Duldung",
            id,
            json!({"duldungArt": art, "ereignisdatum": "2026-01-01", "befristungsdatum": to}),
        )
    };
    let local =
        record(json!([duldung(None, "03", "2026-12-31"), duldung(Some("A1B2C3D01X"), "03", "2026-06-30")]));
    let register = record(json!([
        duldung(Some("A1B2C3D01X"), "03", "2026-06-30"),
        duldung(Some("Z1B2C3D01X"), "03", "2026-11-30")
    ]));
    let found = compared(&[local], &[register]);
    assert_eq!(codes(&found), [(Code::FieldDiffers, "befristungsdatum")]);
    assert_eq!(found[0].referenz_id.as_deref(), Some("Z1B2C3D01X"));
    // Too little in common: two entries.
    let local = record(json!([duldung(None, "05", "2027-12-31")]));
    let register = record(json!([entry(
        "Duldung",
        Some("Z1B2C3D01X"),
        json!({"duldungArt": "03", "befristungsdatum": "2026-01-31"})
    )]));
    let found = compared(&[local], &[register]);
    assert_eq!(codes(&found), [(Code::EntryMissingThere, ""), (Code::EntryMissingHere, "")]);
    assert_eq!(found[0].severity, Severity::High);
}

#[test]
fn versions_tell_what_is_outdated() {
    let visum = |id: &str, to: &str| {
        record(json!([entry("Visum", Some(id), json!({"visumArt": "01", "befristungsdatum": to}))]))
    };
    let found = compared(&[visum("A1B2C3D01X", "2026-01-31")], &[visum("A1B2C3D02Y", "2026-04-30")]);
    assert_eq!(
        (codes(&found), found[0].class, found[0].proposal),
        (vec![(Code::FieldOutdated, "befristungsdatum")], Class::Outdated, Proposal::TakeOver)
    );
    let found = compared(&[visum("A1B2C3D03X", "2026-01-31")], &[visum("A1B2C3D02Y", "2026-04-30")]);
    assert_eq!(codes(&found), [(Code::FieldNewer, "befristungsdatum")]);
    for (here, there, code) in [
        ("A1B2C3D01X", "A1B2C3D02X", Code::VersionOutdated),
        ("A1B2C3D03X", "A1B2C3D02X", Code::RegisterOutdated),
        ("A1B2C3D01X", "Z1B2C3D01X", Code::OtherReference),
    ] {
        assert_eq!(
            codes(&compared(&[visum(here, "2026-01-31")], &[visum(there, "2026-01-31")])),
            [(code, "")]
        );
    }
    assert_eq!(compared(&[visum("A1B2C3D01X", "2026-01-31")], &[visum("A1B2C3D01X", "2026-01-31")]), []);
}

#[test]
fn an_entry_twice_in_one_record() {
    let visum = || entry("Visum", None, json!({"visumArt": "01", "nummerVisum": "V1"}));
    let found = compared(&[record(json!([visum(), visum()]))], &[record(json!([visum()]))]);
    assert_eq!(codes(&found), [(Code::EntryTwice, "")]);
    assert_eq!((found[0].class, found[0].side), (Class::Duplicate, Side::Local));
}

#[test]
fn renamed_codes_scope_and_kinds() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let status = |code: &str| {
        record(json!([entry(
            "Meldestatus",
            None,
            json!({"meldestatusArt": code, "ereignisdatum": "2026-01-01"})
        )]))
    };
    let renamed = Renamed::read("Meldestatus/meldestatusArt\t08\t09\n").expect("a table");
    let comparison = Comparison::new(&packs).expect("kinds").renamed(renamed);
    assert_eq!(comparison.persons(NUMBER, &[status("08")], &[status("09")]), []);
    // What a record says nothing about is not missing in it.
    let mut local = record(json!([]));
    local.scope = Some(serde_json::from_value(json!(["Visum"])).expect("a scope"));
    assert_eq!(comparison.persons(NUMBER, &[local], &[status("09")]), []);
    let comparison = Comparison::new(&packs).expect("kinds").only(vec!["Visum".into()]);
    assert_eq!(comparison.persons(NUMBER, &[status("01")], &[status("09")]), []);
}

#[test]
fn what_is_implausible_on_both_sides_is_said_once() {
    let standards = Standards::builtin();
    let comparison =
        Comparison::new(&standards.packs()).expect("kinds").plausible("2026-11-25").expect("rules");
    let status = |date: &str| {
        record(json!([entry(
            "Meldestatus",
            Some("A1B2C3D01X"),
            json!({"meldestatusArt": "02", "ereignisdatum": date})
        )]))
    };
    let found = comparison.persons(NUMBER, &[status("2027-01-01")], &[status("2027-01-01")]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].class, found[0].side, found[0].rule.as_deref()),
        (Class::Contradictory, Side::Both, Some("PLAUS-018"))
    );
    assert_eq!(found[0].field.as_deref(), Some("ereignisdatum"));
    assert!(found[0].text_de.contains("Zukunft"));
    let found = comparison.persons(NUMBER, &[status("2027-01-01")], &[status("2026-01-01")]);
    assert_eq!(
        found.iter().filter(|one| one.class == Class::Contradictory).map(|one| one.side).collect::<Vec<_>>(),
        [Side::Local]
    );
}

#[test]
fn ids_are_unique_and_values_of_lists_keep_theirs() {
    let nations = |codes: &[&str]| {
        gp(
            json!({"staatsangehoerigkeit": codes.iter().map(|code| json!({"staatsangehoerigkeit": code})).collect::<Vec<_>>()}),
        )
    };
    let found = compared(&[nations(&["163", "460"])], &[nations(&["121", "122"])]);
    assert_eq!(found.len(), 2);
    assert_ne!(found[0].id, found[1].id);
    assert_eq!(found, compared(&[nations(&["163", "460"])], &[nations(&["121", "122"])]));
}
