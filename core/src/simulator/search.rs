//! Questions: 090001, answered by 090002, 090003, 090004.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::index::{Hit, NORMAL, same_number};
use super::names::{Grade, Person};
use super::record::{Entry, OWNER, Record, show};
use super::report::refused;
use super::state::{Call, Reply};
use crate::register::{Kind, Place};

/// What a number in a question is looked for in.
struct Number {
    asked: &'static str,
    fields: &'static [&'static str],
    list: List,
}

/// How hits of a question are listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    /// As papers.
    Papers,
    /// As residence titles.
    Titles,
    /// The number leads to one record: it is answered by the record itself.
    None,
}

const NUMBERS: [Number; 7] = [
    Number { asked: "passnummer", fields: &["ausweisIdentifikation"], list: List::Papers },
    Number {
        asked: "nummerDesAufenthaltstitels",
        fields: &["nummerAufenthaltstitel", "bescheinigungsNummer", "traegervordruck"],
        list: List::Titles,
    },
    Number { asked: "ppkNummer", fields: &["ppkNummer"], list: List::None },
    Number { asked: "fingerabdruckreferenznummer", fields: &["fingerabdruckId"], list: List::None },
    Number { asked: "sisId", fields: &["sisId"], list: List::None },
    Number { asked: "optionsnummer", fields: &["optionsnummer"], list: List::None },
    Number { asked: "eurodacnummer", fields: &["eurodacnummer"], list: List::None },
];

/// The Sachverhaltsgruppe of a number of a title (list sachverhaltsgruppe).
const GROUPS: [(&str, &str, &str); 9] = [
    ("Aufenthaltserlaubnis", "nummerAufenthaltstitel", "AERLBN"),
    ("Niederlassungserlaubnis", "nummerAufenthaltstitel", "NEBN"),
    ("AufenthaltsrechtEU", "nummerAufenthaltstitel", "EUBN"),
    ("Duldung", "bescheinigungsNummer", "DULBN"),
    ("Duldung", "traegervordruck", "DULTV"),
    ("Aufenthaltsgestattung", "bescheinigungsNummer", "AGEBN"),
    ("Aufenthaltsgestattung", "traegervordruck", "AGETV"),
    ("Aufenthaltsstatus", "bescheinigungsNummer", "ASTATBN"),
    ("Aufenthaltsstatus", "traegervordruck", "ASTATTV"),
];

impl Call<'_> {
    /// 090001.
    pub(super) fn anfrage(&mut self) -> Reply {
        if let Some(number) = self.text("/anfrageAZR/azrNummer") {
            return match self.state.resolve(&number).and_then(|now| self.state.records.get(now)) {
                Some(record) => self.gesamtauskunft(record, (number != record.azr_nummer).then_some(&number)),
                None => none(),
            };
        }
        if let Some(asked) = self.message.pointer("/anfrageAZR/grundpersonalien").and_then(Value::as_object) {
            let profile = self.text("/anfrageAZR/grundpersonalien/suchprofil").unwrap_or_default();
            return self.by_person(&Person::of(asked), &profile);
        }
        for number in &NUMBERS {
            if let Some(asked) = self.text(&format!("/anfrageAZR/{}", number.asked)) {
                return self.by_number(number, &asked);
            }
        }
        refused(&[super::faults::Fault::new(
            "SIM-902",
            "Auf diese Art Anfrage antwortet der Simulator nicht.",
        )])
    }

    /// How many points a hit must have, by Suchprofil (list suchprofil); I finds what is identical only.
    fn by_person(&self, person: &Person, profile: &str) -> Reply {
        let least = match profile {
            "U" => 76,
            "V" => 70,
            _ => NORMAL,
        };
        let mut hits = self.state.index.search(person, least);
        if profile == "I" {
            hits.retain(|hit| hit.grade == Grade::Identical);
        }
        let more = hits.len() > self.config.limits.hits;
        hits.truncate(self.config.limits.hits);
        let list = hits.iter().filter_map(|hit| {
            let mut shown = self.hit(self.state.records.get(&hit.azr_nummer)?, Some(hit));
            shown.insert("personalienArt".into(), hit.art.into());
            Some(Value::Object(shown))
        });
        list_of("trefferPersonaliensuche", list.collect(), more)
    }

    fn by_number(&self, number: &Number, asked: &str) -> Reply {
        let found = self.state.index.by_number(number.fields, asked);
        let more = found.len() > self.config.limits.hits;
        let records: Vec<&Record> = found
            .iter()
            .take(self.config.limits.hits)
            .filter_map(|azr_nummer| self.state.records.get(azr_nummer))
            .collect();
        match (number.list, records.as_slice()) {
            (List::None, [record]) => self.gesamtauskunft(record, None),
            (List::None, _) => {
                let list = records.iter().map(|record| {
                    let mut shown = self.hit(record, None);
                    shown.insert("personalienArt".into(), "0".into());
                    Value::Object(shown)
                });
                list_of("trefferPersonaliensuche", list.collect(), more)
            }
            (List::Papers, _) => {
                let list = records.iter().flat_map(|record| self.papers(record, asked));
                list_of("trefferPassdatensuche", list.collect(), more)
            }
            (List::Titles, _) => {
                let list = records.iter().flat_map(|record| self.titles(record, asked));
                list_of("trefferNummerDesAufenthaltstitels", list.collect(), more)
            }
        }
    }

    fn papers(&self, record: &Record, asked: &str) -> Vec<Value> {
        let numbered = |entry: &&Arc<Entry>| {
            entry
                .data
                .get("ausweisIdentifikation")
                .and_then(Value::as_str)
                .is_some_and(|own| same_number(own, asked))
        };
        let shown = record.entries.iter().filter(numbered).map(|entry| {
            let mut shown = self.hit(record, None);
            for field in [
                "ausweisart",
                "ausweisIdentifikation",
                "ausstellenderStaat",
                "gueltigBis",
                "aufbewahrendeStelle",
                "aufbewahrendeStelleFreitext",
                "ergebnisDerPruefung",
            ] {
                if let Some(value) = entry.data.get(field) {
                    shown.insert(field.into(), value.clone());
                }
            }
            let of_alias = entry.data.contains_key("referenzAufAliaspersonalien.id");
            shown.insert("istAliaspersonalienZugeordnet".into(), of_alias.into());
            Value::Object(shown)
        });
        shown.collect()
    }

    fn titles(&self, record: &Record, asked: &str) -> Vec<Value> {
        let mut list = Vec::new();
        for entry in &record.entries {
            let Some(kind) = self.kinds.all().get(entry.kind) else { continue };
            for (_, field, group) in GROUPS.iter().filter(|(name, ..)| *name == kind.name) {
                let Some(own) = entry.data.get(*field).and_then(Value::as_str) else { continue };
                if !same_number(own, asked) {
                    continue;
                }
                let mut shown = self.hit(record, None);
                shown.insert("nummerDesAufenthaltstitels".into(), own.into());
                shown.insert("sachverhaltGruppe".into(), (*group).into());
                // The first field of each of these kinds is its art.
                let art =
                    kind.fields.first().and_then(|field| entry.data.get(&field.name)?.get("code")?.as_str());
                if let Some(art) = art {
                    shown.insert("sachverhaltArt".into(), art.into());
                }
                for field in ["ereignisdatum", "befristungsdatum"] {
                    if let Some(value) = entry.data.get(field) {
                        shown.insert(field.into(), value.clone());
                    }
                }
                shown.insert("austellendeBehoerde".into(), entry.behoerde.clone().into());
                list.push(Value::Object(shown));
            }
        }
        list
    }

    /// What all hits show of a record.
    fn hit(&self, record: &Record, hit: Option<&Hit>) -> Map<String, Value> {
        let mut all = show(
            self.kinds,
            record,
            record.entries.iter().map(Arc::as_ref).filter(|entry| !entry.historic && self.asked_for(entry)),
            auskunft,
        );
        let mut shown = Map::new();
        shown.insert("azrNummer".into(), record.azr_nummer.clone().into());
        let mut take = |from: &str| all.shift_remove(from);
        shown.insert("grundpersonalien".into(), take("grundpersonalien").unwrap_or_default());
        shown.insert("weiterePersonalien".into(), take("weiterePersonalien").unwrap_or_else(|| json!({})));
        if let Some(hit) = hit {
            shown.insert("trefferbewertung".into(), hit.grade.code().into());
        }
        if let Some(photos) = take("lichtbild") {
            shown.insert("lichtbildmetainformationen".into(), photos);
        }
        if let Some(Value::Array(prints)) = take("fingerabdruck")
            && let Some(print) = prints.into_iter().next()
        {
            shown.insert("fingerabdruck".into(), print);
        }
        if let Some(sperren) = take("uebermittlungssperre") {
            shown.insert("uebermittlungssperre".into(), sperren);
        }
        if let Some(behoerde) = record.aktenfuehrend(self.known) {
            shown.insert("aktenfuehrendeBehoerde".into(), behoerde.into());
        }
        shown
    }

    /// Whether the question wants such an entry: former names and Suchvermerke (with what belongs to them) only if it says so.
    fn asked_for(&self, entry: &Entry) -> bool {
        let wants = |name: &str| self.wants(name) != Some(false);
        let Some(kind) = self.kinds.all().get(entry.kind) else { return false };
        let is_suchvermerk = kind.id.as_deref() == Some(OWNER) || entry.owner.is_some();
        (wants("lieferungFruehererNamen") || kind.name != "FruehererName")
            && (wants("lieferungSuchvermerke") || !is_suchvermerk)
    }

    /// A flag of the question.
    fn wants(&self, name: &str) -> Option<bool> {
        self.text(&format!("/{name}")).map(|text| matches!(text.as_str(), "true" | "1"))
    }

    /// 090004.
    fn gesamtauskunft(&self, record: &Record, old_number: Option<&String>) -> Reply {
        let history = self.wants("lieferungHistorie") == Some(true);
        let wanted = |entry: &&Entry| (history || !entry.historic) && self.asked_for(entry);
        let mut content =
            show(self.kinds, record, record.entries.iter().map(Arc::as_ref).filter(wanted), auskunft);
        content.insert("azrNummer".into(), record.azr_nummer.clone().into());
        if let Some(old) = old_number {
            content.insert("alteAZRNummerDerAnfrage".into(), old.clone().into());
        }
        if let Some(behoerde) = record.aktenfuehrend(self.known) {
            content.insert("aktenfuehrendeBehoerde".into(), behoerde.into());
        }
        ("090004", content)
    }
}

fn auskunft(kind: &Kind) -> &[Place] {
    &kind.auskunft
}

/// 090002.
fn none() -> Reply {
    ("090002", Map::new())
}

/// 090003, or 090002 where the list is empty.
fn list_of(name: &str, list: Vec<Value>, more: bool) -> Reply {
    if list.is_empty() {
        return none();
    }
    let mut content = Map::new();
    content.insert("trefferliste".into(), json!({ name: list }));
    if more {
        let hint = "Es gibt weitere Treffer; die Liste nennt nur die besten.";
        content.insert("hinweis".into(), json!([{"hinweisschluessel": "SIM-H02", "hinweistext": hint}]));
    }
    ("090003", content)
}
