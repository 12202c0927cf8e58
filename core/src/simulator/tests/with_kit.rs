//! The register and the kits of two authorities, over a channel without faults: they come to agree.

use std::collections::VecDeque;

use serde_json::json;

use super::*;
use crate::register::Datensatz;
use crate::store::MemoryStore;
use crate::transmit::{Decision, Environment, Event, What};
use crate::{Kit, SubmitOptions};

/// A clock that is set by hand, and numbers that follow one another.
#[derive(Debug)]
struct Clock {
    now: i64,
    next: u64,
}

impl Environment for Clock {
    fn now(&mut self) -> Timestamp {
        Timestamp(self.now)
    }

    fn random(&mut self) -> [u8; 16] {
        self.next += 1;
        let mut bytes = [7; 16];
        bytes[8..].copy_from_slice(&self.next.to_be_bytes());
        bytes
    }
}

type Office<'s> = Kit<'s, MemoryStore, Clock>;

fn office<'s>(standards: &'s Standards, sign: &str, next: u64) -> Office<'s> {
    let config = json!({
        "behoerde": {
            "kennung": format!("azr:{sign}"), "name": format!("Ausländerbehörde {sign}"),
            "erreichbarkeit": [{"kanal": "02", "kennung": "0123"}],
            "anschrift": {"gebaeude": {"hausnummer": "1", "postleitzahl": "50667", "strasse": "Domplatz", "wohnort": "Köln"}}
        },
        "behoerdenkennzeichen": sign, "sachbearbeiter": "M. Beispiel",
        "product": {"produkt": "P", "produkthersteller": "H"}
    });
    let config = serde_json::from_value(config).expect("a config");
    Kit::open(config, standards, MemoryStore::new(), Clock { now: START, next }).expect("opens")
}

/// Carries messages until none is left; gives the events of each office.
fn carry(register: &mut Register<'_>, offices: &mut [Office<'_>]) -> Vec<Vec<Event>> {
    let mut events = vec![Vec::new(); offices.len()];
    for _ in 0..200 {
        let mut way = VecDeque::new();
        for office in offices.iter_mut() {
            for message in office.outgoing(10).expect("hands out") {
                office.sent(&message.uuid).expect("sent");
                way.extend(register.receive(&message.bytes, Timestamp(START + 1000)));
            }
        }
        if way.is_empty() {
            return events;
        }
        for answer in way {
            let at = offices
                .iter()
                .position(|office| office.config().behoerde.kennung == answer.to)
                .expect("known");
            events[at]
                .extend(offices[at].receive(&answer.bytes, answer.in_reply_to.as_deref()).expect("receives"));
            if answer.in_reply_to.is_none() {
                assert!(register.acknowledged(&answer.uuid));
            }
        }
    }
    panic!("no end of it");
}

fn record(given: &str, duldung_until: Option<&str>) -> Datensatz {
    let mut entries = vec![
        json!({"kind": "Grundpersonalien", "key": "gp", "data": grundpersonalien("Haddad", given, "1990-01-02")}),
        json!({"kind": "Meldestatus", "key": "ms", "data": {"meldestatusArt": "01", "ereignisdatum": "2026-10-01"}}),
    ];
    if let Some(until) = duldung_until {
        entries.push(json!({"kind": "Duldung", "key": "d", "data": {
            "duldungArt": "03", "ereignisdatum": "2026-10-01", "befristungsdatum": until
        }}));
    }
    serde_json::from_value(json!({"key": "p", "scope": "all", "entries": entries})).expect("a record")
}

fn submit(office: &mut Office<'_>, record: &Datensatz) {
    let submitted = office.submit(record, SubmitOptions::default()).expect("submits");
    assert!(submitted.taken, "{submitted:?}");
}

#[test]
fn records_come_to_agree() {
    let standards = Standards::builtin();
    let mut register = Register::new(Config::default(), &standards).expect("a register");
    let mut offices = [office(&standards, HEILBRONN, 0), office(&standards, AALEN, 1_000_000)];
    submit(&mut offices[0], &record("Omar", Some("2026-12-31")));
    carry(&mut register, &mut offices);
    assert!(offices[0].status("p").expect("reads").expect("there").agreed);
    let number = register.azr_nummern().next().expect("one record").to_owned();
    for until in ["2027-01-31", "2027-02-28"] {
        submit(&mut offices[0], &record("Omar", Some(until)));
        carry(&mut register, &mut offices);
    }
    submit(&mut offices[0], &record("Omar", None));
    carry(&mut register, &mut offices);
    let held = register.record(&number).expect("there");
    assert_eq!(held["applied"].as_array().map(Vec::len), Some(5), "two at first, then one a change");
    assert!(offices[0].status("p").expect("reads").expect("there").agreed);
    // Another authority finds the person, and takes it for the same one.
    submit(&mut offices[1], &record("Omar", Some("2028-01-31")));
    let events = carry(&mut register, &mut offices);
    let Some(event) = events[1].first() else { panic!("no candidates") };
    assert!(matches!(event.what, What::Candidates { .. }), "{event:?}");
    offices[1].decide(event.id, &Decision::Same(number.clone())).expect("decides");
    let events = carry(&mut register, &mut offices);
    assert!(offices[1].status("p").expect("reads").expect("there").agreed);
    assert_eq!(register.azr_nummern().count(), 1);
    // The first one is told of it.
    let told =
        events[0].iter().find(|event| matches!(&event.what, What::Apply { kind, .. } if kind == "Duldung"));
    assert!(told.is_some(), "{:?}", events[0]);
}
