//! Whole rounds: against a slow, obvious implementation, and against the simulated register.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::*;
use crate::Standards;
use crate::message::header::{Envelope, Partner, Product};
use crate::message::json as canonical;
use crate::message::read::{Options, Reader};
use crate::register::{Datensatz, Eintrag};
use crate::time::Timestamp;
use crate::transmit::Config;

pub(super) const OWN: &str = "azr:000900";
/// 2026-11-16T08:00:00Z
pub(super) const START: Timestamp = Timestamp(1_794_816_000_000);
pub(super) const ORDER: &str = "aaaaaaaa-0000-4000-8000-000000000001";

pub(super) fn config() -> Config {
    let config = json!({
        "behoerde": {
            "kennung": OWN, "name": "Ausländerbehörde Heilbronn",
            "erreichbarkeit": [{"kanal": "02", "kennung": "0123"}],
            "anschrift": {"gebaeude": {"hausnummer": "1", "postleitzahl": "74072", "strasse": "Markt", "wohnort": "Heilbronn"}}
        },
        "behoerdenkennzeichen": "000900", "sachbearbeiter": "M. Beispiel",
        "product": {"produkt": "P", "produkthersteller": "H", "test": "Probe"}
    });
    serde_json::from_value(config).expect("a config")
}

pub(super) fn message(
    from: &str,
    to: &str,
    number: &str,
    uuid: &str,
    created: Timestamp,
    content: Value,
) -> Vec<u8> {
    let product = Product { produkt: "P".into(), produkthersteller: "H".into(), ..Product::default() };
    let autor = Partner {
        kennung: from.into(),
        name: "Bundesamt".into(),
        verzeichnisdienst: "DVDV".into(),
        ..config().behoerde
    };
    let leser = Partner { kennung: to.into(), ..config().register };
    let envelope = Envelope { product: &product, autor: &autor, leser: &leser, uuid, created };
    let Value::Object(content) = content else { panic!("an object") };
    let json = envelope.message(number, content).to_string();
    let standards = Standards::builtin();
    canonical::to_xml(&standards.packs(), &json, &Options::default()).expect("a message").xml
}

pub(super) fn order_bytes(zweck: &str) -> Vec<u8> {
    message("dbs:090301", OWN, "090020", ORDER, START, json!({ "zweck": zweck, "hinweis": "Bitte prüfen" }))
}

pub(super) fn order(reader: &mut Reader<'_>, zweck: &str) -> Order {
    Order::read(reader, &order_bytes(zweck), &Options::default()).expect("an order")
}

/// A record of a side: the element names with their ids; none is one without.
pub(super) type Ids = Vec<(String, Option<String>)>;
pub(super) type Side = BTreeMap<String, Ids>;

pub(super) fn packet(uuid: u64, created: i64, with_ids: bool, records: &[(&String, &Ids)]) -> Vec<u8> {
    let standards = Standards::builtin();
    let kinds = Kinds::newest(&standards.packs()).expect("kinds");
    let result = |(number, ids): &(&String, &Ids)| {
        let mut all = Map::new();
        for (element, id) in *ids {
            let many = kinds.all().iter().filter_map(|kind| kind.abgleich.as_ref());
            let many = many.clone().any(|at| at.many && at.path == [element.clone()]);
            crate::register::place(&mut all, std::slice::from_ref(element), many, id.clone().into());
        }
        let mut result = json!({ "azrNummer": number });
        if with_ids {
            result["abgleichMitReferenzID"] = all.into();
        }
        result
    };
    let results: Vec<Value> = records.iter().map(result).collect();
    let content = json!({ "azrNummern": { "abgleichergebnis": results } });
    let uuid = format!("bbbbbbbb-0000-4000-8000-{uuid:012}");
    message("dbs:490030020000", OWN, "090022", &uuid, START.plus(created), content)
}

pub(super) fn record(kinds: &Kinds, key: &str, number: &str, ids: &Ids) -> Datensatz {
    let entry = |(at, (element, id)): (usize, &(String, Option<String>))| {
        let kind = kinds
            .all()
            .iter()
            .find(|kind| kind.abgleich.as_ref().is_some_and(|place| place.path.last() == Some(element)));
        let data = Map::from_iter([("x".to_owned(), json!("y"))]);
        let kind = kind.expect("a kind").name.clone();
        Eintrag { kind, key: format!("e{at}"), referenz_id: id.clone(), data, correction: false }
    };
    let entries = ids.iter().enumerate().map(entry).collect();
    Datensatz { key: key.into(), azr_nummer: Some(number.into()), scope: None, entries }
}

/// Small numbers from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn id(&mut self) -> String {
        format!("{}{}x", ["AAAAAAA", "BBBBBBB", "CCCCCCC"][self.roll(3)], ["1", "2", "10"][self.roll(3)])
    }
}

/// The result codes of one kind by trying every pairing: the one with the most 01 wins, then with the most 02 of one Referenzanteil, then 04, then
/// 02 for want of room, then the one in which the better ones stand first.
fn slow(register: &[String], here: &[Option<String>], most: Option<usize>) -> (Vec<&'static str>, usize) {
    let room = most.map_or(usize::MAX, |most| most - register.len());
    let mut best: Option<(Vec<isize>, Vec<usize>, usize)> = None;
    for choice in 0..(register.len() + 1).pow(here.len() as u32) {
        // Of each entry here, with which of the register's it is paired.
        let with =
            (0..here.len()).map(|at| choice / (register.len() + 1).pow(at as u32) % (register.len() + 1));
        let with: Vec<usize> = with.collect();
        let paired: Vec<usize> = with.iter().copied().filter(|with| *with > 0).collect();
        if paired.iter().collect::<BTreeSet<_>>().len() < paired.len() {
            continue;
        }
        let left = with.len() - paired.len();
        let mut ranks = vec![4; register.len()];
        for (own, with) in here.iter().zip(&with).filter(|(_, with)| **with > 0) {
            let id = &register[with - 1];
            ranks[with - 1] = match own {
                None => 2,
                Some(own) if own == id => 0,
                Some(own) if own[..7] == id[..7] => 1,
                Some(_) => 3,
            };
        }
        if ranks.contains(&3) && left < room {
            continue;
        }
        let count = |rank| -(ranks.iter().filter(|own| **own == rank).count() as isize);
        let merit = (0..4).map(count).collect();
        let candidate = (merit, ranks, left.min(room));
        if best.as_ref().is_none_or(|best| (&candidate.0, &candidate.1) < (&best.0, &best.1)) {
            best = Some(candidate);
        }
    }
    let (_, ranks, here_only) = best.expect("one pairing at least");
    (ranks.into_iter().map(|rank| ["01", "02", "04", "02", "03"][rank]).collect(), here_only)
}

#[test]
fn the_result_codes_are_those_of_every_pairing_tried() {
    let mut dice = Dice(5);
    let mut seen = BTreeSet::new();
    for _ in 0..4000 {
        let most = [Some(1), Some(2), None][dice.roll(3)];
        let there: Vec<String> = (0..dice.roll(4).min(most.unwrap_or(3))).map(|_| dice.id()).collect();
        let here: Vec<Option<String>> =
            (0..dice.roll(5)).map(|_| (dice.roll(4) > 0).then(|| dice.id())).collect();
        let expected = slow(&there, &here, most);
        let ids: Vec<&str> = there.iter().map(String::as_str).collect();
        let own: Vec<Option<&str>> = here.iter().map(Option::as_deref).collect();
        let found = results(&ids, &own, most, true);
        let codes: Vec<&str> = found.of_register.iter().map(|code| code.code()).collect();
        seen.extend(codes.iter().copied());
        assert_eq!((codes, found.here_only), expected, "{there:?} {here:?} {most:?}");
    }
    assert_eq!(seen.len(), 4);
}

/// A side made up: some numbers, each with some ids.
fn made_up(dice: &mut Dice, elements: &[(String, Option<usize>)], register: bool) -> Side {
    let mut side = Side::new();
    for number in 0..14 {
        if dice.roll(3) == 0 {
            continue;
        }
        let mut ids = Ids::new();
        for (element, most) in elements {
            let must = register && element == "grundpersonalien";
            let many = if must { 1 } else { dice.roll(4).saturating_sub(1) };
            let many = if register { many.min(most.unwrap_or(2)) } else { many };
            for _ in 0..many {
                ids.push((element.clone(), (register || dice.roll(4) > 0).then(|| dice.id())));
            }
        }
        side.insert(format!("0811110000{number:02}"), ids);
    }
    side
}

/// All packets of a delivery, as JSON.
pub(super) fn told(written: &[Vec<u8>]) -> Vec<Value> {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    let read = |bytes: &Vec<u8>| {
        let message = reader.read(bytes, &Options::default());
        assert!(message.report.valid, "{:#?}", message.report.findings);
        canonical::to_value(&message.document)
    };
    written.iter().map(read).collect()
}

/// Writes into memory.
pub(super) fn write(statistic: &Statistic, reader: &mut Reader<'_>) -> (Vec<Packet>, Vec<Vec<u8>>) {
    let written = std::cell::RefCell::new(Vec::<Vec<u8>>::new());
    struct Into<'w>(&'w std::cell::RefCell<Vec<Vec<u8>>>);
    impl std::io::Write for Into<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().last_mut().expect("begun").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut done = 0;
    let open = |_: &Packet| {
        written.borrow_mut().push(Vec::new());
        Ok(Into(&written))
    };
    let packets = statistic.write(reader, &config(), START.plus(9_000_000), open, |records| done += records);
    let packets = packets.expect("written");
    assert_eq!(done, statistic.records());
    (packets, written.into_inner())
}

/// What the 090023 must say, by the sides as they are.
fn expected(kinds: &[(String, Option<usize>)], register: &Side, here: &Side, not_kept: &str) -> Value {
    let mut both = Vec::new();
    for (number, there) in register.iter().filter(|(number, _)| here.contains_key(*number)) {
        let mut all = Map::new();
        for (element, most) in kinds {
            let there: Vec<String> =
                there.iter().filter(|(own, _)| own == element).filter_map(|(_, id)| id.clone()).collect();
            let own: Vec<Option<String>> =
                here[number].iter().filter(|(own, _)| own == element).map(|(_, id)| id.clone()).collect();
            let (codes, here_only) =
                if element == not_kept { (vec!["06"; there.len()], 0) } else { slow(&there, &own, *most) };
            let mut list: Vec<(Option<String>, &str)> = there.iter().cloned().map(Some).zip(codes).collect();
            list.extend(vec![(None, "05"); here_only]);
            if list.is_empty() {
                list.push((None, if element == not_kept { "06" } else { "01" }));
            }
            for (id, code) in list {
                let mut result = json!({ "abgleichergebnis": { "code": code } });
                if let Some(id) = id {
                    result["referenzID"] = id.into();
                }
                crate::register::place(&mut all, std::slice::from_ref(element), *most != Some(1), result);
            }
        }
        both.push(json!({ "azrNummer": number, "abgleichMitReferenzID": all }));
    }
    let only = |a: &Side, b: &Side| -> Vec<String> {
        a.keys().filter(|number| !b.contains_key(*number)).cloned().collect()
    };
    json!([both, only(register, here), only(here, register)])
}

#[test]
fn a_delivery_is_that_of_the_slow_obvious_way_whatever_the_order() {
    let standards = Standards::builtin();
    let mut reader = standards.reader();
    let kinds = Kinds::newest(&standards.packs()).expect("kinds");
    let elements: Vec<(String, Option<usize>)> = kinds
        .all()
        .iter()
        .filter_map(|kind| kind.abgleich.as_ref())
        .map(|at| (at.path[0].clone(), at.most.map(|most| most as usize)))
        .collect();
    assert_eq!(elements.len(), 16);
    let mut dice = Dice(77);
    for round in 0..12 {
        let register = made_up(&mut dice, &elements, true);
        let here = made_up(&mut dice, &elements, false);
        let all: Vec<_> = register.iter().collect();
        let size = 1 + dice.roll(7);
        let mut packets: Vec<Vec<u8>> =
            all.chunks(size).zip(0..).map(|(chunk, at)| packet(at, 1000, true, chunk)).collect();
        let settings = Settings { not_kept: vec!["Ausweisung".to_owned()], ..Settings::default() };
        let mut deliveries = Vec::new();
        let per_packet = 1 + dice.roll(9);
        for turn in 0..2 {
            let mut side =
                RegisterSide::new(order(&mut reader, "02"), OWN, &kinds, settings.clone()).expect("a side");
            for packet in &packets {
                assert!(side.packet(&mut reader, "p", packet));
            }
            let mut comparison = side.compare(Some(packets.len())).expect("packets");
            let records: Vec<Datensatz> =
                here.iter().map(|(number, ids)| record(&kinds, number, number, ids)).collect();
            let in_turn: Vec<&Datensatz> =
                if turn == 0 { records.iter().collect() } else { records.iter().rev().collect() };
            in_turn.into_iter().for_each(|record| comparison.record(record));
            let statistic = comparison.finish().packets_of(per_packet);
            deliveries.push(write(&statistic, &mut reader));
            packets.reverse();
        }
        assert!(deliveries[0] == deliveries[1], "round {round}");
        let (packets, written) = &deliveries[0];
        let messages = told(written);
        let mut lists = vec![Vec::new(); 3];
        let names =
            ["uebereinstimmendeAZRNummer", "azrNummerNichtInA-Datei", "azrNummerNichtInAbgleichsdaten"];
        for (at, (message, packet)) in messages.iter().zip(packets).enumerate() {
            let mut records = 0;
            for (list, name) in lists.iter_mut().zip(names) {
                let values = message.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
                records += values.len();
                list.extend(values);
            }
            let last = at + 1 == messages.len();
            assert!(records == packet.records && (records == per_packet || last));
            assert_eq!(message["paketierung"], json!({ "paketnummer": at + 1, "letztes.paket": last }));
            assert_eq!(message["ausloeserUUID"], ORDER);
            assert_eq!(
                message.pointer("/nachrichtenkopf.g2g/identifikation.nachricht/nachrichtenUUID"),
                Some(&json!(packet.uuid))
            );
        }
        let wanted = expected(&elements, &register, &here, "ausweisung");
        assert_eq!(json!(lists), wanted, "round {round}");
        // Byte by byte as the writer of messages has it.
        let packs = standards.packs();
        for (message, bytes) in messages.iter().zip(written) {
            let again = canonical::to_xml(&packs, &message.to_string(), &Options::default()).expect("xml");
            assert!(again.xml == *bytes);
        }
    }
}
