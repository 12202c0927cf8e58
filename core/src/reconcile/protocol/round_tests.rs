//! The round with the simulated register, and what is found on the way.

use serde_json::{Map, Value, json};

use super::tests::{ORDER, START, config, message, order, order_bytes, packet, record, told, write};
use super::*;
use crate::Standards;
use crate::message::header::Envelope;
use crate::message::json as canonical;
use crate::message::read::{Options, Reader};
use crate::reconcile::source::{SourceCode, of_auskunft};
use crate::register::{Datensatz, Eintrag};
use crate::simulator::{Config as RegisterConfig, Register};

/// A message of the authority, answered by the register.
fn ask(
    register: &mut Register<'_>,
    reader: &mut Reader<'_>,
    at: u64,
    number: &str,
    content: Value,
) -> Vec<u8> {
    let config = config();
    let Value::Object(own) = content else { panic!("an object") };
    let mut content = Map::new();
    content.insert("durchfuehrenderSachbearbeiter".into(), "M. Beispiel".into());
    content.insert("durchfuehrendeBehoerde".into(), "000900".into());
    content.extend(own);
    let uuid = format!("cccccccc-0000-4000-8000-{at:012}");
    let envelope = Envelope {
        product: &config.product,
        autor: &config.behoerde,
        leser: &config.register,
        uuid: &uuid,
        created: START,
    };
    let json = envelope.message(number, content).to_string();
    let checked = canonical::check(reader, &json, &Options::default());
    let bytes = checked.xml.unwrap_or_else(|| panic!("{:#?}", checked.report.findings));
    let answers = register.receive(&bytes, START);
    let answer = &answers[0];
    assert!(
        matches!(answer.number.as_str(), "090098" | "090004"),
        "{}",
        String::from_utf8_lossy(&answer.bytes)
    );
    answer.bytes.clone()
}

fn grundpersonalien(given: &str) -> Value {
    json!({
        "familienname": {"name": "Haddad"}, "geburtsname": {"nichtVorhanden": true}, "vorname": {"name": given},
        "geschlecht": {"geschlecht": "m"},
        "geburtsangaben": {
            "geburtsort": {"ort": "Homs"}, "geburtsortStaat": {"staatsangehoerigkeit": "475"},
            "tagDerGeburt": {"teilbekanntesDatum": {"jahrMonatTag": "1990-01-02"}}
        },
        "staatsangehoerigkeit": [{"staatsangehoerigkeit": "475"}]
    })
}

/// 090020 → 090021 → 090022 (two messages) → 090023, with a register that keeps the records.
#[test]
fn the_whole_round_with_the_simulated_register() {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    let kinds = Kinds::newest(&standards.packs()).expect("kinds");
    let mut simulated = RegisterConfig::default();
    simulated.limits.abgleich = 2;
    let mut register = Register::new(simulated, &standards).expect("a register");
    let mut here: Vec<Datensatz> = Vec::new();
    for (at, given) in (0_u64..).zip(["Omar", "Ali", "Karl"]) {
        let first = json!({
            "grundpersonalien": {"aenderungsArt": "01", "grundpersonalien.fachdaten.neu": grundpersonalien(given)},
            "sachverhalt": {"meldestatus": {"aenderungsArt": "01", "meldestatus.fachdaten.neu": {
                "meldestatusArt": "01", "ereignisdatum": "2026-11-01"
            }}}
        });
        let stored = ask(&mut register, &mut reader, 10 * at, "090009", first);
        let stored = canonical::to_value(&reader.read(&stored, &Options::default()).document);
        let fetch = json!({
            "abrufzweck": "01", "lieferungFruehererNamen": true, "lieferungSuchvermerke": true,
            "lieferungHistorie": true, "anfrageAZR": {"azrNummer": stored["azrNummer"]}
        });
        let auskunft = ask(&mut register, &mut reader, 10 * at + 1, "090001", fetch);
        let record = of_auskunft("090004.xml", &mut reader, &kinds, &auskunft, false).expect("a record");
        assert_eq!(json!(record.azr_nummer), stored["azrNummer"]);
        here.push(record);
        let refused = of_auskunft("x", &mut reader, &kinds, &order_bytes("01"), false);
        assert_eq!(refused.map_err(|error| error.code), Err(SourceCode::Message));
    }
    // Here, one is missing and one is too much; one entry lost its id, one has another version.
    here.remove(2);
    let mut other = here[0].clone();
    (other.key, other.azr_nummer) = ("other".into(), Some("991231000001".into()));
    here.push(other);
    here[0].entries[0].referenz_id = None;
    let changed = here[1].entries[0].referenz_id.as_mut().expect("an id");
    changed.insert(7, 'z');

    let order = order(&mut reader, "02");
    let days = (Some("2026-11-01"), Some("2026-11-30"));
    let uuid = "dddddddd-0000-4000-8000-000000000001";
    let asked = question(&mut reader, &config(), &order, days, uuid, START).expect("a question");
    assert_eq!(question(&mut reader, &config(), &order, days, uuid, START).expect("again"), asked);
    let answers = register.receive(&asked, START);
    assert_eq!(answers.len(), 2);
    let mut side = RegisterSide::new(order, super::tests::OWN, &kinds, Settings::default()).expect("a side");
    for answer in answers.iter().rev() {
        assert!(side.packet(&mut reader, "p", &answer.bytes), "{:?}", side.findings());
    }
    let mut comparison = side.compare(Some(2)).expect("packets");
    here.iter().for_each(|record| comparison.record(record));
    let statistic = comparison.finish();
    assert_eq!(statistic.findings().list, []);
    let counts = statistic.counts();
    assert_eq!((counts.both, counts.register_only, counts.here_only), (2, 1, 1));
    let (packets, written) = write(&statistic, &mut reader);
    assert_eq!((packets.len(), packets[0].last, packets[0].records), (1, true, 4));
    let told = told(&written);
    let results = |at: usize, kind: &str| {
        told[0]["uebereinstimmendeAZRNummer"][at]["abgleichMitReferenzID"][kind].clone()
    };
    let number = |at: usize| told[0]["uebereinstimmendeAZRNummer"][at]["azrNummer"].clone();
    let place = |key: usize| usize::from(number(0) != json!(here[key].azr_nummer));
    let kind = &here[0].entries[0].kind;
    assert_eq!(kind, "Grundpersonalien");
    assert_eq!(results(place(0), "grundpersonalien")["abgleichergebnis"]["code"], "04");
    assert_eq!(results(place(1), "grundpersonalien")["abgleichergebnis"]["code"], "02");
    for at in 0..2 {
        assert_eq!(results(at, "meldestatus")[0]["abgleichergebnis"]["code"], "01");
        assert!(results(at, "meldestatus")[0]["referenzID"].is_string());
        assert_eq!(results(at, "duldung"), json!([{"abgleichergebnis": {"code": "01"}}]));
    }
    assert_eq!(told[0]["azrNummerNichtInAbgleichsdaten"], json!(["991231000001"]));
    assert_eq!(told[0]["azrNummerNichtInA-Datei"].as_array().map(Vec::len), Some(1));
    assert_eq!(told[0]["nachrichtenkopf.g2g"]["leser"]["kennung"], "dbs:090301");
    assert_eq!(told[0]["ausloeserUUID"], ORDER);
}

fn codes(findings: &Findings) -> Vec<&'static str> {
    findings.list.iter().map(|found| found.code.as_str()).collect()
}

#[test]
fn packets_that_do_not_belong_here_are_left_out_and_told() {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    let kinds = Kinds::newest(&standards.packs()).expect("kinds");
    let ids = vec![("grundpersonalien".to_owned(), Some("AAAAAAA1x".to_owned()))];
    let number = "081111000001".to_owned();
    let one = [(&number, &ids)];
    let wrong = [
        (b"<x/>".to_vec(), "AZK-A212"),
        (packet(1, 0, true, &one), "AZK-A213"),
        (
            message(
                "dbs:490030020000",
                "azr:000100",
                "090022",
                "bbbbbbbb-0000-4000-8000-000000000009",
                START,
                json!({"azrNummern": {}}),
            ),
            "AZK-A214",
        ),
        (packet(2, -1, true, &one), "AZK-A215"),
        (packet(3, 0, false, &one), "AZK-A216"),
        (order_bytes("02"), "AZK-A212"),
    ];
    let new = |reader: &mut Reader<'_>, zweck, own| {
        RegisterSide::new(order(reader, zweck), own, &kinds, Settings::default()).expect("a side")
    };
    let mut side = new(&mut reader, "02", super::tests::OWN);
    assert!(side.packet(&mut reader, "p", &packet(1, 0, true, &one)));
    for (bytes, code) in &wrong {
        assert!(!side.packet(&mut reader, "q", bytes));
        assert_eq!(codes(side.findings()).last(), Some(code));
    }
    let statistic = side.compare(Some(3)).expect("a packet").finish();
    assert_eq!(statistic.counts().register_only, 1);
    assert_eq!(codes(statistic.findings()).last(), Some(&"AZK-A217"));
    // In a quantitative one ids are strange, and numbers alone are told.
    let other = Order { to: "azr:000100".into(), ..order(&mut reader, "01") };
    let mut side = RegisterSide::new(other, super::tests::OWN, &kinds, Settings::default()).expect("a side");
    assert_eq!(codes(side.findings()), ["AZK-A211"]);
    assert!(!side.packet(&mut reader, "p", &packet(1, 0, true, &one)));
    assert!(matches!(new(&mut reader, "01", "x").compare(None), Err(ProtocolError::NoPackets)));
    assert!(side.packet(&mut reader, "p", &packet(2, 0, false, &one)));
    let mut comparison = side.compare(None).expect("a packet");
    comparison.record(&record(&kinds, "k", &number, &ids));
    let statistic = comparison.finish();
    assert_eq!(codes(statistic.findings()), ["AZK-A211", "AZK-A216"]);
    let told = told(&write(&statistic, &mut reader).1);
    assert_eq!(told[0]["uebereinstimmendeAZRNummer"], json!([{ "azrNummer": number }]));
}

#[test]
fn a_packet_that_is_missing_leaves_a_gap() {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    let kinds = Kinds::newest(&standards.packs()).expect("kinds");
    let numbers: Vec<String> = (0..90).map(|at| format!("0811110000{at:02}")).collect();
    let none = Vec::new();
    let all: Vec<_> = numbers.iter().map(|number| (number, &none)).collect();
    let found = |reader: &mut Reader<'_>, chunks: &[&[(&String, &Vec<_>)]]| {
        let mut side = RegisterSide::new(order(reader, "01"), super::tests::OWN, &kinds, Settings::default())
            .expect("a side");
        for (chunk, at) in chunks.iter().zip(0..) {
            assert!(side.packet(reader, "p", &packet(at, 0, false, chunk)));
        }
        let mut comparison = side.compare(None).expect("packets");
        numbers.iter().for_each(|number| comparison.record(&record(&kinds, number, number, &none)));
        let statistic = comparison.finish();
        codes(statistic.findings())
    };
    assert_eq!(found(&mut reader, &[&all[..40], &all[40..80], &all[80..]]), Vec::<&str>::new());
    assert_eq!(found(&mut reader, &[&all[80..], &all[..40]]), ["AZK-A218"]);
    assert_eq!(found(&mut reader, &[&all[..40], &all[40..80]]), ["AZK-A219"]);
}

#[test]
fn what_is_odd_in_the_stock_is_told() {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    let kinds = Kinds::newest(&standards.packs()).expect("kinds");
    let id = |element: &str, id: &str| (element.to_owned(), Some(id.to_owned()));
    let (first, second) = ("081111000001".to_owned(), "081111000002".to_owned());
    let there = vec![id("grundpersonalien", "AAAAAAA1x"), id("anschrift", "BBBBBBB1x")];
    let newer = vec![id("grundpersonalien", "AAAAAAA2x")];
    let settings = Settings { not_kept: vec!["Duldung".into()], empty: ResultCode::NotKept };
    let mut side =
        RegisterSide::new(order(&mut reader, "02"), super::tests::OWN, &kinds, settings).expect("a side");
    assert!(side.packet(&mut reader, "p", &packet(1, 5, true, &[(&first, &newer)])));
    assert!(side.packet(&mut reader, "q", &packet(2, 0, true, &[(&first, &there), (&second, &there)])));
    let mut comparison = side.compare(None).expect("packets");
    let own = vec![id("grundpersonalien", "AAAAAAA2x"), id("duldung", "CCCCCCC1x")];
    let mut former = record(&kinds, "c", &second, &there);
    former.entries[1].data.insert("fruehereAnschrift".into(), true.into());
    former.entries.push(Eintrag { kind: "Asylstatus".into(), key: "gone".into(), ..Eintrag::default() });
    former.entries.push(Eintrag { key: "twice".into(), ..former.entries[0].clone() });
    let all = [
        record(&kinds, "a", &first, &own),
        record(&kinds, "b", &first, &own),
        former,
        Datensatz { key: "d".into(), ..Datensatz::default() },
        record(&kinds, "e", "0811", &own),
    ];
    all.iter().for_each(|record| comparison.record(record));
    let statistic = comparison.finish();
    let mut found = codes(statistic.findings());
    found.sort_unstable();
    assert_eq!(found, ["AZK-A221", "AZK-A222", "AZK-A223", "AZK-A224", "AZK-A225", "AZK-A226"]);
    let told = told(&write(&statistic, &mut reader).1);
    let results = |at: usize, kind: &str| {
        told[0]["uebereinstimmendeAZRNummer"][at]["abgleichMitReferenzID"][kind].clone()
    };
    let same = json!({"referenzID": "AAAAAAA2x", "abgleichergebnis": {"code": "01"}});
    assert_eq!(results(0, "grundpersonalien"), same);
    assert_eq!(results(0, "duldung"), json!([{"abgleichergebnis": {"code": "06"}}]));
    // Kinds that neither side has, by the settings; a former address is none, an entry that is to be deleted neither.
    assert_eq!(results(0, "ausweisung"), json!([{"abgleichergebnis": {"code": "06"}}]));
    assert_eq!(results(1, "asylstatus"), json!({"abgleichergebnis": {"code": "06"}}));
    let missing = json!({"referenzID": "BBBBBBB1x", "abgleichergebnis": {"code": "03"}});
    assert_eq!(results(1, "anschrift"), missing);
    let unknown = Settings { not_kept: vec!["Visum".into()], ..Settings::default() };
    let refused = RegisterSide::new(order(&mut reader, "02"), "x", &kinds, unknown).map(|_| ());
    assert_eq!(refused.map_err(|error| error.code()), Err("AZK-A205"));
}

#[test]
fn a_config_that_makes_wrong_messages_is_told_before_they_go() {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    let kinds = Kinds::newest(&standards.packs()).expect("kinds");
    let order = order(&mut reader, "01");
    let mut wrong = config();
    wrong.behoerde.erreichbarkeit.clear();
    let asked = question(&mut reader, &wrong, &order, (None, None), ORDER, START);
    assert_eq!(asked.map_err(|error| error.code()), Err("AZK-A202"));
    let mut side = RegisterSide::new(order, super::tests::OWN, &kinds, Settings::default()).expect("a side");
    assert!(side.packet(&mut reader, "p", &packet(1, 0, false, &[])));
    let statistic = side.compare(None).expect("a packet").finish();
    let written = statistic.write(&mut reader, &wrong, START, |_| Ok(std::io::sink()), |_| ());
    assert_eq!(written.map_err(|error| error.code()), Err("AZK-A202"));
    // Nothing to tell is a message, too.
    let (packets, written) = write(&statistic, &mut reader);
    assert_eq!((packets.len(), told(&written)[0]["paketierung"]["letztes.paket"].clone()), (1, json!(true)));
    let no_order = Order::read(&mut reader, &packet(1, 0, false, &[]), &Options::default());
    assert_eq!(no_order.map_err(|error| error.code()), Err("AZK-A201"));
}
