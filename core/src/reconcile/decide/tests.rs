//! Decisions kept from run to run, and what becomes of them, case by case.

use serde_json::{Value, json};

use super::*;
use crate::Standards;
use crate::message::report::Lang;
use crate::reconcile::content::Comparison;
use crate::register::Datensatz;
use crate::time::Timestamp;
use crate::transmit::What;

const NUMBER: &str = "081111000001";

fn record(entries: Value) -> Datensatz {
    serde_json::from_value(json!({"key": "akte-1", "azrNummer": NUMBER, "scope": "all", "entries": entries}))
        .expect("a record")
}

fn compared(local: Option<&Datensatz>, register: Option<&Datensatz>) -> Vec<Hinweis> {
    let standards = Standards::builtin();
    let comparison = Comparison::new(&standards.packs()).expect("kinds");
    let (local, register): (Vec<_>, Vec<_>) =
        (local.into_iter().cloned().collect(), register.into_iter().cloned().collect());
    comparison.persons(NUMBER, &local, &register)
}

/// The correction where each Hinweis is answered by its code and field.
fn corrected(
    local: Option<&Datensatz>,
    register: Option<&Datensatz>,
    answer: impl Fn(&Hinweis) -> Option<Answer>,
) -> Correction {
    let decided: Vec<(Hinweis, Option<Answer>)> = compared(local, register)
        .into_iter()
        .map(|hinweis| {
            let answer = answer(&hinweis);
            (hinweis, answer)
        })
        .collect();
    assert!(!decided.is_empty());
    correct(local, register, &decided)
}

fn field(hinweis: &Hinweis) -> &str {
    hinweis.field.as_deref().unwrap_or("")
}

fn two_gp() -> (Datensatz, Datensatz) {
    let local = record(
        json!([{"kind": "Grundpersonalien", "key": "gp", "referenzId": "A1B2C3D01X", "data": {
        "familienname": {"name": "Meier"}, "vorname": {"name": "Eva"}, "doktorgrad": "Dr.",
        "geburtsangaben": {"geburtsort": {"ort": "Kiel"}, "tagDerGeburt": {"teilbekanntesDatum": {"jahr": "1994"}}},
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}]}}]),
    );
    let register = record(
        json!([{"kind": "Grundpersonalien", "key": "0", "referenzId": "A1B2C3D07Y", "data": {
        "familienname": {"name": "Schulz"}, "vorname": {"name": "Ida"}, "geburtsname": {"name": "Kaya"},
        "geburtsangaben": {"geburtsort": {"ort": "Bonn"}, "tagDerGeburt": {"teilbekanntesDatum": {"jahr": "1995"}}},
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "460"}]}}]),
    );
    (local, register)
}

#[test]
fn fields_go_where_it_was_decided_and_what_nobody_decided_stays_away_from_the_register() {
    let (local, register) = two_gp();
    let made = corrected(Some(&local), Some(&register), |hinweis| match field(hinweis) {
        "familienname" | "geburtsangaben/geburtsort/ort" => Some(Answer::Report),
        "vorname" | "geburtsname" | "staatsangehoerigkeit/staatsangehoerigkeit" => Some(Answer::TakeOver),
        "doktorgrad" => Some(Answer::Stands),
        _ => None,
    });
    assert_eq!(made.left, []);
    let submit = made.submit.expect("a record");
    assert_eq!((submit.key.as_str(), submit.azr_nummer.as_deref()), ("akte-1", Some(NUMBER)));
    assert_eq!(submit.scope, None, "nothing else is touched");
    assert_eq!(submit.entries.len(), 1);
    assert_eq!(submit.entries[0].key, "gp");
    assert_eq!(submit.entries[0].referenz_id.as_deref(), Some("A1B2C3D07Y"));
    let expected = json!({
        "familienname": {"name": "Meier"}, "vorname": {"name": "Ida"}, "geburtsname": {"name": "Kaya"},
        "geburtsangaben": {"geburtsort": {"ort": "Kiel"}, "tagDerGeburt": {"teilbekanntesDatum": {"jahr": "1995"}}},
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "460"}]});
    assert_eq!(Value::Object(submit.entries[0].data.clone()), expected);
    let [What::Apply { entry, referenz_id, data, fields, .. }] = made.apply.as_slice() else {
        panic!("{:?}", made.apply)
    };
    assert_eq!((entry.as_deref(), referenz_id.as_deref()), (Some("gp"), Some("A1B2C3D07Y")));
    assert_eq!(fields, &["vorname", "staatsangehoerigkeit", "geburtsname"]);
    let expected = json!({
        "familienname": {"name": "Meier"}, "vorname": {"name": "Ida"}, "doktorgrad": "Dr.", "geburtsname": {"name": "Kaya"},
        "geburtsangaben": {"geburtsort": {"ort": "Kiel"}, "tagDerGeburt": {"teilbekanntesDatum": {"jahr": "1994"}}},
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "460"}]});
    assert_eq!(data.as_ref().map(|data| Value::Object(data.clone())), Some(expected));
    assert_eq!(made.stands.len(), 1);
    assert_eq!(made.stands[0].data, local.entries[0].data);
}

#[test]
fn where_nothing_is_decided_nothing_is_done() {
    let (local, register) = two_gp();
    let made = corrected(Some(&local), Some(&register), |_| None);
    let nothing =
        Correction { key: Some("akte-1".into()), azr_nummer: Some(NUMBER.into()), ..Correction::default() };
    assert_eq!(made, nothing);
}

#[test]
fn one_field_is_not_decided_two_ways() {
    let states = |states: [&str; 2]| {
        let states = states.map(|state| json!({"staatsangehoerigkeit": state}));
        record(json!([{"kind": "Grundpersonalien", "key": "gp", "referenzId": "A1B2C3D01X", "data": {
            "familienname": {"name": "Kaya"}, "staatsangehoerigkeit": states}}]))
    };
    let (local, register) = (states(["163", "160"]), states(["460", "461"]));
    let first = std::cell::Cell::new(true);
    let made = corrected(Some(&local), Some(&register), |_| {
        Some(if first.replace(false) { Answer::Report } else { Answer::TakeOver })
    });
    assert!(made.submit.is_none() && made.apply.is_empty(), "{made:?}");
    assert_eq!(made.left.iter().map(|left| left.why).collect::<Vec<_>>(), [Why::Mixed, Why::Mixed]);
    let made = corrected(Some(&local), Some(&register), |_| Some(Answer::Report));
    assert_eq!(made.submit.expect("a record").entries[0].data, local.entries[0].data);
}

/// That it is not known stands in place of a value.
#[test]
fn what_stands_instead_of_a_value_goes_with_it() {
    let gp = |ort: Value| {
        record(
            json!([{"kind": "Grundpersonalien", "key": "gp", "data": {"geburtsangaben": {"geburtsort": ort}}}]),
        )
    };
    let (known, unknown) = (gp(json!({"ort": "Kiel"})), gp(json!({"unbekannt": true})));
    for (local, register) in [(&known, &unknown), (&unknown, &known)] {
        let made = corrected(Some(local), Some(register), |_| Some(Answer::TakeOver));
        let [What::Apply { data: Some(data), .. }] = made.apply.as_slice() else { panic!("{made:?}") };
        assert_eq!(*data, register.entries[0].data);
        let made = corrected(Some(local), Some(register), |_| Some(Answer::Report));
        assert_eq!(made.submit.expect("a record").entries[0].data, local.entries[0].data);
    }
}

#[test]
fn two_ways_to_write_a_name_or_an_address_are_taken_over_whole() {
    let gp = |names: Value| record(json!([{"kind": "Grundpersonalien", "key": "gp", "data": names}]));
    let local = gp(
        json!({"familienname": {"name": "Omar Hassan"}, "vorname": {"nichtVorhanden": true}, "doktorgrad": "Dr."}),
    );
    let register =
        gp(json!({"familienname": {"name": "Hassan"}, "vorname": {"name": "Omar"}, "doktorgrad": "Dr."}));
    let made = corrected(Some(&local), Some(&register), |_| Some(Answer::TakeOver));
    let [What::Apply { data: Some(data), .. }] = made.apply.as_slice() else { panic!("{made:?}") };
    assert_eq!(*data, register.entries[0].data);
    let address = |anschrift: Value| {
        record(
            json!([{"kind": "Anschrift", "key": "an", "referenzId": "A1B2C3D01X", "data": {"anschrift": anschrift, "fruehereAnschrift": false}}]),
        )
    };
    let local = address(json!({"strasse": "Allee 1", "wohnort": "Heilbronn"}));
    let register = address(json!({"strasse": "Allee", "hausnummer": "1", "wohnort": "Heilbronn"}));
    let made = corrected(Some(&local), Some(&register), |_| Some(Answer::TakeOver));
    let [What::Apply { data: Some(data), .. }] = made.apply.as_slice() else { panic!("{made:?}") };
    assert_eq!(*data, register.entries[0].data);
}

#[test]
fn entries_that_one_side_lacks() {
    let title = |id: Option<&str>| {
        let mut entry = json!({"kind": "Duldung", "key": "du", "data": {"duldungArt": "03", "befristungsdatum": "2026-12-31"}});
        if let Some(id) = id {
            entry["referenzId"] = id.into();
        }
        record(json!([entry]))
    };
    let (none, here, there) = (record(json!([])), title(Some("OLD000001X")), title(Some("A1B2C3D07Y")));

    let made = corrected(Some(&here), Some(&none), |_| Some(Answer::Report));
    let entry = &made.submit.expect("a record").entries[0];
    assert_eq!((entry.key.as_str(), entry.referenz_id.as_deref()), ("du", None), "it is new to the register");
    let made = corrected(Some(&here), Some(&none), |_| Some(Answer::TakeOver));
    assert!(matches!(&made.apply[..], [What::Apply { entry: Some(key), data: None, .. }] if key == "du"));
    assert_eq!(made.submit, None);
    let made = corrected(Some(&here), Some(&none), |_| Some(Answer::Stands));
    assert_eq!((made.stands.len(), made.apply.len(), made.submit.is_none()), (1, 0, true));

    let made = corrected(Some(&none), Some(&there), |_| Some(Answer::TakeOver));
    let [What::Apply { entry: None, referenz_id, data: Some(data), .. }] = &made.apply[..] else {
        panic!("{made:?}")
    };
    assert_eq!((referenz_id.as_deref(), data), (Some("A1B2C3D07Y"), &there.entries[0].data));
    let made = corrected(Some(&none), Some(&there), |_| Some(Answer::Report));
    let entry = &made.submit.expect("a record").entries[0];
    assert!(entry.data.is_empty() && entry.correction, "a deletion of what is wrong: {entry:?}");
    assert_eq!(entry.referenz_id.as_deref(), Some("A1B2C3D07Y"));
    // What has no name can not be named.
    let made = corrected(Some(&none), Some(&title(None)), |_| Some(Answer::Report));
    assert_eq!(made.left[0].why, Why::Entry);
}

#[test]
fn persons_that_one_side_lacks() {
    let (local, register) = two_gp();
    let made = corrected(Some(&local), None, |_| Some(Answer::Report));
    let submit = made.submit.expect("a record");
    assert_eq!(
        (submit.azr_nummer, submit.entries[0].referenz_id.as_deref()),
        (None, None),
        "it is searched for"
    );
    let made = corrected(None, Some(&register), |_| Some(Answer::TakeOver));
    assert_eq!((made.apply.len(), made.key), (1, None));
}

#[test]
fn a_newer_version_is_taken_over_by_its_id() {
    let one = |id: &str| {
        record(json!([{"kind": "Duldung", "key": "du", "referenzId": id, "data": {"duldungArt": "03"}}]))
    };
    let made = corrected(Some(&one("A1B2C3D01X")), Some(&one("A1B2C3D07Y")), |_| Some(Answer::TakeOver));
    let [What::Apply { referenz_id, fields, .. }] = &made.apply[..] else { panic!("{made:?}") };
    assert_eq!((referenz_id.as_deref(), fields.len()), (Some("A1B2C3D07Y"), 0));
}

fn some() -> Vec<Hinweis> {
    let (local, register) = two_gp();
    compared(Some(&local), Some(&register))
}

#[test]
fn a_decided_hinweis_does_not_come_back_unless_its_values_change() {
    let mut decisions = Decisions::new();
    let all = some();
    decisions.decide(&all[0], Answer::Stands, Timestamp(5), "so ist es richtig").expect("decides");
    assert_eq!(decisions.answer(&all[0]), Some(Answer::Stands));
    assert_eq!(decisions.answer(&all[1]), None);
    let mut later = all[0].clone();
    later.register = Some(json!({"name": "Schultz"}));
    later.seal();
    assert_eq!(later.id, all[0].id);
    assert_eq!(decisions.answer(&later), None);
}

#[test]
fn rules_decide_what_is_open() {
    let all = some();
    let rules: Vec<Rule> = serde_json::from_value(json!([
        {"kind": "Grundpersonalien", "field": "geburtsangaben/geburtsort", "answer": "report"},
        {"class": "outdated", "field": "geburtsname", "answer": "takeOver"},
    ]))
    .expect("rules");
    let mut decisions = Decisions::new();
    let answers: Vec<(&str, Option<Answer>)> = all
        .iter()
        .map(|one| (field(one), decisions.decide_by(&rules, one, Timestamp(1))))
        .filter(|(_, answer)| answer.is_some())
        .collect();
    assert_eq!(
        answers,
        [("geburtsangaben/geburtsort/ort", Some(Answer::Report)), ("geburtsname", Some(Answer::TakeOver))]
    );
    // A person's word is not overruled.
    let born = all.iter().find(|one| field(one) == "geburtsname").expect("there");
    decisions.decide(born, Answer::Stands, Timestamp(2), "").expect("decides");
    assert_eq!(decisions.decide_by(&rules, born, Timestamp(3)), Some(Answer::Stands));
    assert!(serde_json::from_value::<Rule>(json!({"classes": "x", "answer": "report"})).is_err());
}

#[test]
fn decisions_are_written_and_read() {
    let all = some();
    let mut decisions = Decisions::new();
    decisions.decide(&all[1], Answer::Report, Timestamp(5), "Pass lag vor").expect("decides");
    decisions.decide(&all[0], Answer::TakeOver, Timestamp(6), "").expect("decides");
    let mut bytes = Vec::new();
    decisions.write(&mut bytes).expect("writes");
    let mut again = Decisions::new();
    assert_eq!(again.read(&mut bytes.as_slice()).expect("reads"), []);
    assert_eq!(again, decisions);
    let text = String::from_utf8(bytes).expect("text");
    let broken = format!("{text}\n{{\"id\": 1}}\n{}", text.replace(&all[0].id, "kein Hinweis"));
    let wrong = again.read(&mut broken.as_bytes()).expect("reads");
    let told: Vec<(u64, DecisionCode)> = wrong.iter().map(|one| (one.line, one.code)).collect();
    assert_eq!(told.len(), 2, "{wrong:?}");
    assert_eq!(told[0], (4, DecisionCode::Row));
    assert_eq!(told[1].1, DecisionCode::Id);
}

#[test]
fn a_table_that_a_clerk_filled_in() {
    let all = some();
    let row = |hinweis: &Hinweis, end: &str| {
        let line = hinweis.csv_line();
        format!(
            "{}{end}\r\n",
            line.trim_end().strip_suffix(";;").map(|line| format!("{line};")).expect("two empty cells")
        )
    };
    let mut table = format!("\u{FEFF}{}", Hinweis::csv_head());
    table += &row(&all[0], "melden;");
    table += &row(&all[1], " Übernehmen ;\"zwei\nZeilen\"");
    table += &row(&all[2], ";");
    table += &row(&all[3], "vielleicht;");
    let mut decisions = Decisions::new();
    let (decided, wrong) = decisions.read_csv(&mut table.as_bytes(), Timestamp(9)).expect("reads");
    assert_eq!(decided, 2);
    assert_eq!(wrong.len(), 1);
    assert_eq!((wrong[0].code, wrong[0].detail.as_str()), (DecisionCode::Word, "vielleicht"));
    assert_eq!(wrong[0].line, 6, "of the file, as an editor shows it");
    assert!(
        wrong[0].sentence(Lang::De).starts_with("AZK-A304: Zeile 6: „vielleicht“ ist keine Entscheidung")
    );
    assert_eq!(decisions.answer(&all[0]), Some(Answer::Report));
    assert_eq!(decisions.answer(&all[1]), Some(Answer::TakeOver));
    assert_eq!(decisions.answer(&all[2]), None);
    // As an older spreadsheet saves it.
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode(table.trim_start_matches('\u{FEFF}'));
    let mut again = Decisions::new();
    assert_eq!(again.read_csv(&mut latin.as_ref(), Timestamp(9)).expect("reads").0, 2);
    assert_eq!(again, decisions);
    // Commas do as well, other columns are not needed, and one that is lacking is told.
    let small = format!(
        "code,decision,fingerprint,id\n{},bleibt,{},{}\n",
        all[2].code.as_str(),
        all[2].fingerprint,
        all[2].id
    );
    assert_eq!(decisions.read_csv(&mut small.as_bytes(), Timestamp(9)).expect("reads"), (1, Vec::new()));
    assert_eq!(decisions.answer(&all[2]), Some(Answer::Stands));
    let (_, wrong) =
        decisions.read_csv(&mut b"id;decision\nx;bleibt\n".as_slice(), Timestamp(9)).expect("reads");
    assert_eq!((wrong[0].code, wrong[0].detail.as_str()), (DecisionCode::Column, "fingerprint"));
}

#[test]
fn what_is_contradictory_a_person_mends() {
    let mut hinweis = some().remove(0);
    hinweis.code = Code::Implausible;
    let mut decisions = Decisions::new();
    for answer in [Answer::Report, Answer::TakeOver] {
        let wrong = decisions.decide(&hinweis, answer, Timestamp(1), "").expect_err("not so");
        assert_eq!(wrong.code.as_str(), "AZK-A305");
        assert!(
            !Rule {
                code: None,
                class: None,
                severity: None,
                proposal: None,
                side: None,
                kind: None,
                field: None,
                answer
            }
            .fits(&hinweis)
        );
    }
    decisions.decide(&hinweis, Answer::Stands, Timestamp(1), "").expect("decides");
}

#[test]
fn tables_of_any_bytes_do_no_harm() {
    let mut seed = 7u64;
    for _ in 0..2000 {
        let bytes: Vec<u8> = (0..60)
            .map(|_| {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                b"id;,\"\n\rcodefingrptsn\xFC\xEF0"[(seed >> 33) as usize % 23]
            })
            .collect();
        let mut table = b"id;fingerprint;code;decision\n".to_vec();
        table.extend(&bytes);
        let mut decisions = Decisions::new();
        decisions.read_csv(&mut table.as_slice(), Timestamp(1)).expect("no error of the input");
        decisions.read_csv(&mut bytes.as_slice(), Timestamp(1)).expect("no error of the input");
        decisions.read(&mut bytes.as_slice()).expect("no error of the input");
        assert!(decisions.is_empty());
    }
}
