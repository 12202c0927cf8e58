//! The round: two stocks that differ, the Abgleich, decisions by rules, corrections submitted, and the Abgleich again.

use std::collections::HashMap;

use serde_json::json;

use super::{Answer, Decisions, Rule, correct};
use crate::reconcile::content::Comparison;
use crate::reconcile::hinweis::{Class, Hinweis};
use crate::reconcile::synth::{Options, Stock, Synth};
use crate::register::{Datensatz, Eintrag};
use crate::simulator::{self, Register};
use crate::store::MemoryStore;
use crate::time::Timestamp;
use crate::transmit::{Config, Decision, Environment, What};
use crate::{Kit, Standards, SubmitOptions};

struct Clock {
    now: i64,
    numbers: u64,
}

impl Environment for Clock {
    fn now(&mut self) -> Timestamp {
        self.now += 1000;
        Timestamp(self.now)
    }

    fn random(&mut self) -> [u8; 16] {
        self.numbers += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.numbers.to_be_bytes());
        bytes
    }
}

type Own<'s> = Kit<'s, MemoryStore, Clock>;

fn kit<'s>(standards: &'s Standards, code: &str, numbers: u64) -> Own<'s> {
    let config: Config = serde_json::from_value(json!({
        "behoerde": {
            "kennung": format!("azr:{code}"), "name": "Ausländerbehörde",
            "erreichbarkeit": [{"kanal": "02", "kennung": "+49 7131 0000000"}],
            "anschrift": {"gebaeude": {"hausnummer": "12", "postleitzahl": "74072", "strasse": "Beispielstraße", "wohnort": "Heilbronn"}},
        },
        "behoerdenkennzeichen": code, "sachbearbeiter": "M. Beispiel",
        "product": {"produkt": "Beispielverfahren", "produkthersteller": "Beispielhaus"},
    }))
    .expect("a configuration");
    let clock = Clock { now: 1_794_818_487_318, numbers };
    Kit::open(config, standards, MemoryStore::new(), clock).expect("opens")
}

/// Carries messages until there are none. Whoever is similar is another person.
fn exchange(kit: &mut Own<'_>, register: &mut Register<'_>) {
    let own = kit.config().behoerde.kennung.clone();
    loop {
        let out = kit.outgoing(100).expect("hands out");
        if out.is_empty() {
            return;
        }
        for message in out {
            kit.sent(&message.uuid).expect("sent");
            let now = kit.environment().now();
            for answer in register.receive(&message.bytes, now).into_iter().filter(|answer| answer.to == own)
            {
                for event in kit.receive(&answer.bytes, answer.in_reply_to.as_deref()).expect("receives") {
                    match event.what {
                        What::Candidates { .. } => {
                            kit.decide(event.id, &Decision::Other).expect("decides");
                        }
                        What::Stored { .. } | What::Apply { .. } => {}
                        other => panic!("{other:?}"),
                    }
                }
            }
        }
    }
}

/// What the register holds of a person.
fn held(register: &Register<'_>, number: &str) -> Datensatz {
    let record = register.record(number).expect("there");
    let entries =
        record["entries"].as_array().expect("entries").iter().filter(|entry| entry["historic"] == false);
    let entries = entries.enumerate().map(|(at, entry)| Eintrag {
        kind: entry["kind"].as_str().unwrap_or_default().to_owned(),
        key: at.to_string(),
        referenz_id: entry["referenzId"].as_str().map(str::to_owned),
        data: entry["data"].as_object().cloned().unwrap_or_default(),
        correction: false,
    });
    Datensatz { key: number.into(), azr_nummer: Some(number.into()), scope: None, entries: entries.collect() }
}

/// What the host makes of a change that it is to take over.
fn take_over(record: &mut Datensatz, what: &What) {
    let What::Apply { kind, entry, referenz_id, data, .. } = what else { panic!("{what:?}") };
    let at = record.entries.iter().position(|own| own.kind == *kind && Some(&own.key) == entry.as_ref());
    match (at, data) {
        (Some(at), Some(data)) => {
            record.entries[at].data = data.clone();
            record.entries[at].referenz_id.clone_from(referenz_id);
        }
        (Some(at), None) => drop(record.entries.remove(at)),
        (None, Some(data)) => {
            let key = format!("new-{}", record.entries.len());
            let (kind, referenz_id, data) = (kind.clone(), referenz_id.clone(), data.clone());
            record.entries.push(Eintrag { kind, key, referenz_id, data, correction: false });
        }
        (None, None) => panic!("{what:?}"),
    }
}

fn rules() -> Vec<Rule> {
    serde_json::from_value(json!([
        {"kind": "Grundpersonalien", "class": "differs", "field": "geburtsangaben", "answer": "stands"},
        {"kind": "Grundpersonalien", "field": "geburtsangaben", "answer": "takeOver"},
        {"kind": "Familienstand", "answer": "stands"},
        // There is one title at a time: the one that is reported makes the other one history.
        {"code": "AZK-H101", "kind": "Duldung", "answer": "stands"},
        {"code": "AZK-H101", "kind": "Aufenthaltserlaubnis", "answer": "stands"},
        {"code": "AZK-H101", "kind": "Niederlassungserlaubnis", "answer": "stands"},
        {"code": "AZK-H101", "kind": "Aufenthaltsgestattung", "answer": "stands"},
        {"class": "format", "answer": "takeOver"},
        {"class": "missingHere", "answer": "takeOver"},
        {"class": "outdated", "answer": "takeOver"},
        {"class": "differs", "answer": "report"},
        {"class": "missingThere", "answer": "report"},
    ]))
    .expect("rules")
}

#[test]
fn after_the_round_only_that_differs_which_is_to_stand() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let comparison = Comparison::new(&packs).expect("kinds");
    let mut register = Register::new(simulator::Config::default(), &standards).expect("a register");

    // Another authority has brought one side to the register.
    let synth = Synth::new(Options {
        persons: 40,
        seed: 7,
        numbered: 1000,
        twice: 0,
        only_local: 0,
        only_register: 0,
        ..Options::default()
    });
    let meldestatus = Eintrag {
        kind: "Meldestatus".into(),
        key: "ms".into(),
        data: json!({"meldestatusArt": "01", "ereignisdatum": "2026-10-02"})
            .as_object()
            .cloned()
            .unwrap_or_default(),
        ..Eintrag::default()
    };
    let mut others = kit(&standards, "000901", 1 << 32);
    let mut numbers = HashMap::new();
    for made in synth.stock(Stock::Register) {
        let mut record = made.record();
        let number = record.azr_nummer.take().expect("the register has numbers");
        record.entries.push(meldestatus.clone());
        let submitted = others.submit(&record, SubmitOptions::default()).expect("submits");
        assert!(submitted.taken, "{:?}", submitted.findings);
        exchange(&mut others, &mut register);
        let status = others.status(&record.key).expect("reads").expect("there");
        assert!(status.agreed, "{status:?}");
        numbers.insert(number, status.azr_nummer.expect("stored"));
    }

    // The local stock, with the numbers that the register gave.
    let mut local: Vec<Datensatz> = Vec::new();
    for made in synth.stock(Stock::Local) {
        let mut record = made.record();
        let number = record.azr_nummer.take().expect("all are numbered");
        record.azr_nummer = numbers.get(&number).cloned();
        record.entries.push(meldestatus.clone());
        local.push(record);
    }
    assert_eq!(local.len(), 40);

    let compare = |record: &Datensatz, register: &Register<'_>| -> (Datensatz, Vec<Hinweis>) {
        let number = record.azr_nummer.clone().expect("a number");
        let there = held(register, &number);
        let found = comparison.persons(&number, std::slice::from_ref(record), std::slice::from_ref(&there));
        (there, found)
    };
    let mut decisions = Decisions::new();
    let mut ours = kit(&standards, "000900", 1 << 33);
    let (mut met, mut reported, mut taken, mut standing) = (0, 0, 0, 0);
    for record in &mut local {
        let (there, found) = compare(record, &register);
        met += found.len();
        let decided: Vec<(Hinweis, Option<Answer>)> = found
            .into_iter()
            .map(|hinweis| {
                let answer = decisions.decide_by(&rules(), &hinweis, Timestamp(0));
                assert!(answer.is_some(), "{hinweis:?}");
                (hinweis, answer)
            })
            .collect();
        let corrections = correct(Some(record), Some(&there), &decided);
        assert_eq!(corrections.left, [], "{decided:#?}");
        if let Some(submit) = &corrections.submit {
            reported += submit.entries.len();
            let submitted = ours.submit(submit, SubmitOptions::default()).expect("submits");
            assert!(submitted.taken, "{:?} {submit:?}", submitted.findings);
            exchange(&mut ours, &mut register);
        }
        for what in &corrections.apply {
            taken += 1;
            take_over(record, what);
        }
        for entry in &corrections.stands {
            standing += 1;
            if corrections.submit.is_none() {
                // The host has not yet shown this person: what it has then is what it shows.
                let bare = Datensatz { entries: Vec::new(), ..record.clone() };
                ours.submit(&bare, SubmitOptions { may_shrink: true }).expect("submits");
                exchange(&mut ours, &mut register);
            }
            ours.let_stand(&record.key, entry).expect("stands");
        }
    }
    assert!(met > 60 && reported > 20 && taken > 20 && standing > 3, "{met} {reported} {taken} {standing}");

    // The host goes on as ever: it hands its whole records over.
    for record in &local {
        let submitted = ours.submit(record, SubmitOptions::default()).expect("submits");
        assert!(submitted.taken, "{:?}", submitted.findings);
        exchange(&mut ours, &mut register);
    }

    let mut open = Vec::new();
    let mut stand = 0;
    for record in &local {
        let (_, found) = compare(record, &register);
        for hinweis in found {
            match decisions.answer(&hinweis) {
                Some(Answer::Stands) => stand += 1,
                // The register's ids are news to a host that has only reported.
                _ if hinweis.class == Class::Outdated && hinweis.field.is_none() => {}
                answer => open.push((answer, hinweis)),
            }
        }
    }
    assert_eq!(open, []);
    assert!(stand >= standing, "{stand} {standing}");
}
