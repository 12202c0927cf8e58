//! Many random messages, right ones and hostile ones: what the register sends is right, and the same again from the same seed.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::message::sample::{Sampler, Size, Which};

/// A source of numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

/// Puts ids that the register knows in the place of those of a sample; of an entry that it does not have, a new one is made.
fn with_ids(world: &World<'_>, dice: &mut Dice, message: &mut Value, azr_nummer: &str) {
    message["azrNummer"] = azr_nummer.into();
    for kind in world.register.kinds.all() {
        let (Some(id), Some((last, above))) = (&kind.id, kind.folgemeldung.split_last()) else { continue };
        let above = above.iter().map(|name| format!("/{name}")).collect::<String>();
        let Some(parent) = message.pointer_mut(&above).and_then(Value::as_object_mut) else { continue };
        let Some(meldung) = parent.get_mut(last).and_then(Value::as_object_mut) else { continue };
        let held = world.entries(azr_nummer, &kind.name);
        match dice.pick(&held) {
            Some(entry) if meldung.contains_key(id) => {
                meldung.insert(id.clone(), entry["referenzId"].clone());
            }
            _ if kind.fachdaten.as_ref().is_some_and(|data| meldung.contains_key(data)) => {
                meldung.shift_remove(id);
                meldung.insert("aenderungsArt".into(), json!({"code": "01"}));
            }
            _ if meldung.contains_key("bild") => {}
            _ => {
                parent.shift_remove(last);
            }
        }
    }
    if message["sachverhalt"].as_object().is_none_or(Map::is_empty) {
        message["sachverhalt"] = duldung("01", None, "2026-12-31")["sachverhalt"].clone();
    }
}

/// Other persons are known ones.
fn with_known_others(dice: &mut Dice, message: &mut Value, known: &[String]) {
    let Some(others) = message.get_mut("nichtIdentischMit").and_then(Value::as_array_mut) else { return };
    others.truncate(known.len());
    for other in others {
        other["aenderungsArt"] = json!({"code": "01"});
        other["nichtIdentischMit"] = dice.pick(known).cloned().into();
    }
}

/// A question for a person who is there.
fn question(world: &World<'_>, azr_nummer: &str) -> Value {
    let grund = world.entries(azr_nummer, "Grundpersonalien");
    let mut asked = grund[0]["data"].clone();
    asked["suchprofil"] = "V".into();
    json!({ "grundpersonalien": asked })
}

/// One random message.
fn message(world: &World<'_>, sampler: &mut Sampler<'_>, dice: &mut Dice, index: u32) -> Vec<u8> {
    const NUMBERS: [&str; 14] = [
        "090001", "090005", "090007", "090009", "090009", "090010", "090010", "090010", "090010", "090010",
        "090012", "090021", "090040", "090051",
    ];
    let which = NUMBERS[dice.below(NUMBERS.len())];
    let size = [Size::Small, Size::Typical, Size::Large][dice.below(3)];
    let bytes = sampler.generate(Which::Name(which), 4711, index, size).expect("a sample");
    let mut reader = world.standards.reader();
    let mut value = to_value(&reader.read(&bytes, &Options::default()).document);
    let known: Vec<String> = world.register.azr_nummern().map(str::to_owned).collect();
    let signs = [HEILBRONN, AALEN, "000700"];
    value["nachrichtenkopf.g2g"]["leser"]["kennung"] =
        world.register.config().register.kennung.clone().into();
    value["durchfuehrendeBehoerde"] = signs[dice.below(3)].into();
    with_known_others(dice, &mut value, &known);
    if let Some(azr_nummer) = dice.pick(&known) {
        match which {
            "090010" => with_ids(world, dice, &mut value, azr_nummer),
            "090012" => {
                value["azrNummer"] = azr_nummer.as_str().into();
                let record = world.register.record(azr_nummer).expect("there");
                let entries = record["entries"].as_array().cloned().unwrap_or_default();
                let ids: Vec<&Value> = entries.iter().filter_map(|entry| entry.get("referenzId")).collect();
                if let (Some(id), true) = (dice.pick(&ids), value.get("referenzAufSachverhalt.id").is_some())
                {
                    value["referenzAufSachverhalt.id"] = (*id).clone();
                }
            }
            "090001" => match dice.below(3) {
                0 => value["anfrageAZR"] = json!({ "azrNummer": azr_nummer }),
                1 => value["anfrageAZR"] = question(world, azr_nummer),
                _ => {}
            },
            "090005" => {
                let photos = world.register.dump()["photos"].as_array().cloned().unwrap_or_default();
                value["lichtbildId"] = photos.into_iter().chain([json!("L0")]).collect();
            }
            "090007" => {
                let dump = world.register.dump();
                let documents: Vec<String> =
                    dump["documents"].as_object().into_iter().flat_map(|all| all.keys().cloned()).collect();
                if let Some(id) = dice.pick(&documents) {
                    value["dokumentId"] = id.as_str().into();
                }
            }
            "090040" if known.len() > 12 => {
                let other = dice.pick(&known).expect("there");
                value["datenpflegeanlass"] = json!({"mehrfacherfassung": {"azrNummer": [azr_nummer, other]}});
            }
            _ => {}
        }
    }
    let checked = check(&mut reader, &value.to_string(), &Options::default());
    checked.xml.unwrap_or(bytes)
}

fn run(standards: &Standards, seed: u64, steps: u32, counts: &mut BTreeMap<String, u32>) -> Value {
    let mut world = World::with(standards, Config { seed, ..Config::default() });
    let mut sampler = Sampler::new(&standards.packs());
    let mut dice = Dice(seed);
    for index in 0..steps {
        let mut bytes = message(&world, &mut sampler, &mut dice, index + 1000 * seed as u32);
        let hostile = dice.below(10) == 0;
        if hostile {
            match dice.below(3) {
                0 => bytes.truncate(dice.below(bytes.len())),
                1 => {
                    let at = dice.below(bytes.len());
                    bytes[at] = dice.below(256) as u8;
                }
                _ => {
                    let from = dice.below(bytes.len());
                    let to = (from + dice.below(400)).min(bytes.len());
                    bytes.drain(from..to);
                }
            }
        }
        let answers = world.receive(&bytes);
        if !hostile {
            assert!(!answers.is_empty());
        }
        for answer in answers {
            *counts.entry(answer.number).or_default() += 1;
        }
    }
    for number in world.register.azr_nummern().map(str::to_owned).collect::<Vec<_>>() {
        let record = world.register.record(&number).expect("there");
        let applied = record["applied"].as_array().cloned().unwrap_or_default();
        let mut uuids: Vec<String> = applied.iter().map(|applied| text(applied, "/uuid")).collect();
        uuids.sort();
        uuids.dedup();
        assert_eq!(uuids.len(), applied.len(), "each message is applied once");
    }
    world.register.dump()
}

#[test]
fn all_that_it_sends_is_right() {
    let standards = Standards::builtin();
    let mut counts = BTreeMap::new();
    run(&standards, 1, if cfg!(debug_assertions) { 300 } else { 5000 }, &mut counts);
    for number in [
        "0010", "090002", "090003", "090004", "090006", "090008", "090022", "090030", "090097", "090098",
        "090099",
    ] {
        assert!(counts.contains_key(number), "{number} in {counts:?}");
    }
}

#[test]
fn the_same_comes_from_the_same_seed() {
    let standards = Standards::builtin();
    let mut counts = [BTreeMap::new(), BTreeMap::new()];
    let dumps = counts.each_mut().map(|counts| run(&standards, 2, 60, counts));
    assert_eq!(dumps[0], dumps[1]);
    assert_eq!(counts[0], counts[1]);
}
