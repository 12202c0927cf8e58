//! From the decided Hinweise of one person to what is submitted and what is taken over.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Answer;
use crate::message::report::Lang;
use crate::reconcile::hinweis::{Code, Hinweis, Side};
use crate::register::{Datensatz, Eintrag, referenzanteil};
use crate::transmit::What;

/// What is to be done about one person.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Correction {
    /// The local stock's key of the person; none where it does not have the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The AZR-Nummer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azr_nummer: Option<String>,
    /// A record for `Kit::submit`: the entries of which something is to be reported, and no others. In it stands of each field what was
    /// decided; where nothing was, what the register has. It has no scope, so nothing that it does not name is touched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submit: Option<Datensatz>,
    /// What the host is to take over: events `apply`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub apply: Vec<What>,
    /// Local entries of which something differs and is to stay so: for `Kit::let_stand`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stands: Vec<Eintrag>,
    /// What was decided and can not be done so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Left>,
}

/// A decided Hinweis of which nothing could be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Left {
    /// The Hinweis' id.
    pub id: String,
    /// Why.
    pub why: Why,
}

/// Why of a decided Hinweis nothing could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Why {
    /// `AZK-A311`: a Hinweis about the same field or one around it is decided otherwise.
    #[serde(rename = "AZK-A311")]
    Mixed,
    /// `AZK-A312`: the entry is not in the records, or it can not be told which one it is.
    #[serde(rename = "AZK-A312")]
    Entry,
    /// `AZK-A313`: it is for a person to mend in the host's product.
    #[serde(rename = "AZK-A313")]
    Person,
}

impl Why {
    /// The stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mixed => "AZK-A311",
            Self::Entry => "AZK-A312",
            Self::Person => "AZK-A313",
        }
    }

    /// Why, for a case worker.
    pub fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Mixed, Lang::De) => {
                "Zu demselben Feld ist ein anderer Hinweis anders entschieden; entscheiden Sie beide gleich."
            }
            (Self::Mixed, Lang::En) => {
                "Another Hinweis about the same field is decided otherwise; decide both alike."
            }
            (Self::Entry, Lang::De) => {
                "Der Eintrag ist nicht eindeutig zu finden; er ist von Hand zu berichtigen."
            }
            (Self::Entry, Lang::En) => "It can not be told which entry it is; it is to be corrected by hand.",
            (Self::Person, Lang::De) => "Das ist im Fachverfahren von Hand zu berichtigen.",
            (Self::Person, Lang::En) => "This is to be corrected by hand in the host's product.",
        }
    }
}

/// Makes of the Hinweise of one person, each with its answer or none, what is to be done. `local` and `register` are the records that were
/// compared. The order of what comes out is that of the Hinweise.
pub fn correct(
    local: Option<&Datensatz>,
    register: Option<&Datensatz>,
    hinweise: &[(Hinweis, Option<Answer>)],
) -> Correction {
    let number = local.into_iter().chain(register).find_map(|record| record.azr_nummer.clone());
    let mut work = Work {
        local,
        register,
        made: Correction {
            key: local.map(|one| one.key.clone()),
            azr_nummer: number,
            ..Correction::default()
        },
        entries: Vec::new(),
    };
    let mut done = BTreeSet::new();
    for (at, (hinweis, answer)) in hinweise.iter().enumerate() {
        if done.contains(&at) {
            continue;
        }
        if !is_of_pair(hinweis) {
            if let Some(answer) = answer {
                work.whole(hinweis, *answer);
            }
            continue;
        }
        // All that is said of one pair of entries is done at once.
        let of_pair: Vec<usize> = (at..hinweise.len())
            .filter(|other| {
                hinweise.get(*other).is_some_and(|(other, _)| is_of_pair(other) && same_pair(hinweis, other))
            })
            .collect();
        let all: Vec<&(Hinweis, Option<Answer>)> =
            of_pair.iter().filter_map(|other| hinweise.get(*other)).collect();
        work.pair(&all);
        done.extend(of_pair);
    }
    work.done()
}

/// About two entries that are one: a field of it, or its version.
fn is_of_pair(hinweis: &Hinweis) -> bool {
    hinweis.kind.is_some()
        && hinweis.entry.is_some()
        && hinweis.side == Side::Both
        && !matches!(hinweis.code, Code::Implausible | Code::EntryTwice)
}

fn same_pair(a: &Hinweis, b: &Hinweis) -> bool {
    (&a.kind, &a.entry, &a.referenz_id) == (&b.kind, &b.entry, &b.referenz_id)
}

struct Work<'w> {
    local: Option<&'w Datensatz>,
    register: Option<&'w Datensatz>,
    made: Correction,
    /// Entries to be submitted.
    entries: Vec<Eintrag>,
}

impl Work<'_> {
    fn done(mut self) -> Correction {
        if !self.entries.is_empty() {
            let register_knows = self.register.is_some();
            self.made.submit = Some(Datensatz {
                key: self.made.key.clone().unwrap_or_default(),
                // A number that the register does not know finds nothing: the person is searched for.
                azr_nummer: self.made.azr_nummer.clone().filter(|_| register_knows),
                scope: None,
                entries: self.entries,
            });
        }
        self.made
    }

    fn left(&mut self, hinweis: &Hinweis, why: Why) {
        self.made.left.push(Left { id: hinweis.id.clone(), why });
    }

    /// A Hinweis about an entry that one side lacks, or about the person.
    fn whole(&mut self, hinweis: &Hinweis, answer: Answer) {
        let kind = hinweis.kind.as_deref().unwrap_or("");
        match (hinweis.code, answer) {
            (Code::EntryMissingThere, _) => {
                let Some(entry) = self.local_entry(kind, hinweis.entry.as_deref()).cloned() else {
                    return self.left(hinweis, Why::Entry);
                };
                match answer {
                    // It is new to the register: a Referenz-ID that it does not have names nothing.
                    Answer::Report => self.entries.push(Eintrag { referenz_id: None, ..entry }),
                    Answer::TakeOver => {
                        let what = apply(&entry.kind, Some(entry.key), entry.referenz_id, None, Vec::new());
                        self.made.apply.push(what);
                    }
                    Answer::Stands => self.made.stands.push(entry),
                }
            }
            (Code::EntryMissingHere, Answer::Report | Answer::TakeOver) => {
                let id = hinweis.referenz_id.as_deref();
                let Some(entry) = self.register_entry(kind, id, hinweis.register.as_ref()).cloned() else {
                    return self.left(hinweis, Why::Entry);
                };
                if answer == Answer::TakeOver {
                    let fields = entry.data.keys().cloned().collect();
                    let what = apply(&entry.kind, None, entry.referenz_id, Some(entry.data), fields);
                    self.made.apply.push(what);
                } else if entry.referenz_id.is_some() && self.local.is_some() {
                    // An entry without data is one that is to be deleted.
                    self.entries.push(Eintrag { data: Map::new(), correction: true, ..entry });
                } else {
                    self.left(hinweis, Why::Entry);
                }
            }
            (Code::PersonMissingThere, Answer::Report) => match self.local {
                Some(local) => {
                    let entries = local.entries.iter().filter(|entry| !entry.data.is_empty());
                    self.entries.extend(entries.map(|entry| Eintrag { referenz_id: None, ..entry.clone() }));
                }
                None => self.left(hinweis, Why::Entry),
            },
            (Code::PersonMissingHere, Answer::TakeOver) => {
                for entry in self.register.map_or(&[][..], |register| &register.entries) {
                    let fields = entry.data.keys().cloned().collect();
                    let (id, data) = (entry.referenz_id.clone(), Some(entry.data.clone()));
                    self.made.apply.push(apply(&entry.kind, None, id, data, fields));
                }
            }
            (_, Answer::Stands) => {}
            _ => self.left(hinweis, Why::Person),
        }
    }

    /// What is said of one entry that both have.
    fn pair(&mut self, all: &[&(Hinweis, Option<Answer>)]) {
        if all.iter().all(|(_, answer)| answer.is_none()) {
            return;
        }
        let Some((first, _)) = all.first() else { return };
        let kind = first.kind.as_deref().unwrap_or("");
        let local = self.local_entry(kind, first.entry.as_deref()).cloned();
        let register = self.register_entry(kind, first.referenz_id.as_deref(), None).cloned();
        let (Some(local), Some(register)) = (local, register) else {
            let decided =
                all.iter().filter(|(_, answer)| answer.is_some_and(|answer| answer != Answer::Stands));
            for (hinweis, _) in decided {
                self.left(hinweis, Why::Entry);
            }
            return;
        };
        let places: Vec<Vec<Place>> =
            all.iter().map(|(hinweis, _)| places(hinweis, &local.data, &register.data)).collect();
        let mixed = |at: usize| {
            let (own, answer) = (places.get(at), all.get(at).and_then(|(_, answer)| *answer));
            all.iter().zip(&places).any(|((_, other), theirs)| {
                *other != answer && own.into_iter().flatten().any(|a| theirs.iter().any(|b| overlap(a, b)))
            })
        };
        let (mut to_register, mut to_host) = (local.data.clone(), local.data.clone());
        let (mut report, mut stands) = (false, false);
        let mut taken = Vec::new();
        let mut newer_id = false;
        for (at, (hinweis, answer)) in all.iter().enumerate() {
            let own = places.get(at).map_or(&[][..], Vec::as_slice);
            let answer = match answer {
                Some(answer) if *answer != Answer::Stands && mixed(at) => {
                    self.left(hinweis, Why::Mixed);
                    None
                }
                answer => *answer,
            };
            if answer == Some(Answer::Report) && !own.is_empty() {
                report = true;
                continue;
            }
            for place in own {
                copy(&mut to_register, &register.data, place);
                if answer == Some(Answer::TakeOver) {
                    copy(&mut to_host, &register.data, place);
                    taken.extend(place.first().cloned());
                }
            }
            stands |= answer == Some(Answer::Stands) && !own.is_empty();
            // Nothing but the Referenz-ID is taken over.
            newer_id |= answer == Some(Answer::TakeOver) && own.is_empty();
        }
        taken.dedup();
        let id = register.referenz_id.clone();
        if !taken.is_empty() || newer_id {
            self.made.apply.push(apply(kind, Some(local.key.clone()), id.clone(), Some(to_host), taken));
        }
        if report {
            let (kind, key) = (local.kind.clone(), local.key.clone());
            let correction = local.correction;
            self.entries.push(Eintrag { kind, key, referenz_id: id, data: to_register, correction });
        }
        if stands {
            self.made.stands.push(Eintrag { referenz_id: register.referenz_id, ..local });
        }
    }

    fn local_entry(&self, kind: &str, key: Option<&str>) -> Option<&Eintrag> {
        let is_it = |entry: &&Eintrag| entry.kind == kind && Some(entry.key.as_str()) == key;
        self.local?.entries.iter().find(is_it)
    }

    /// The entry of a Referenz-ID; where the register has none, the only one of the kind, or the only one with these data.
    fn register_entry(&self, kind: &str, id: Option<&str>, data: Option<&Value>) -> Option<&Eintrag> {
        let entries = &self.register?.entries;
        let anteil = |entry: &Eintrag| entry.referenz_id.as_deref().map(|id| referenzanteil(id).to_owned());
        let wanted = id.map(|id| referenzanteil(id).to_owned());
        let of_kind = || entries.iter().filter(|entry| entry.kind == kind && !entry.data.is_empty());
        if let Some(found) = of_kind().find(|entry| wanted.is_some() && anteil(entry) == wanted) {
            return Some(found);
        }
        let data = data.and_then(Value::as_object);
        let mut fitting = of_kind().filter(|entry| data.is_none_or(|data| *data == entry.data));
        let found = fitting.next()?;
        fitting.next().is_none().then_some(found)
    }
}

/// Names from the entry's data down.
type Place = Vec<String>;

/// The places of the data that a Hinweis is about: as far down as there are objects. A list is changed as a whole. Where one side has
/// something else in place of a value (that it is not known), it is the element around both. Two ways to write a name or an address
/// concern what stands beside it, too.
fn places(hinweis: &Hinweis, local: &Map<String, Value>, register: &Map<String, Value>) -> Vec<Place> {
    let Some(field) = &hinweis.field else { return Vec::new() };
    let mut place = Place::new();
    let (mut here, mut there) = (Some(local), Some(register));
    for name in field.split('/').filter(|name| !name.is_empty()) {
        let (a, b) = (here.and_then(|all| all.get(name)), there.and_then(|all| all.get(name)));
        place.push(name.to_owned());
        if [a, b].iter().flatten().any(|value| !value.is_object()) {
            break;
        }
        (here, there) = (a.and_then(Value::as_object), b.and_then(Value::as_object));
    }
    let Some((_, above)) = place.split_last() else { return Vec::new() };
    let inner = |data: &Map<String, Value>| -> BTreeSet<String> {
        let at = above.iter().try_fold(data, |all, name| all.get(name)?.as_object());
        at.into_iter().flat_map(Map::keys).cloned().collect()
    };
    let beside: &[&str] = match hinweis.code {
        Code::Blockname => &["familienname", "vorname"],
        Code::OtherAddress => &["strasse", "hausnummer"],
        _ => {
            let (here, there) = (inner(local), inner(register));
            let instead = (hinweis.local.is_none() && !here.is_subset(&there))
                || (hinweis.register.is_none() && !there.is_subset(&here));
            let around = instead && !above.is_empty();
            return vec![if around { above.to_vec() } else { place }];
        }
    };
    let names = &inner(local) | &inner(register);
    let names = names.into_iter().filter(|name| beside.iter().any(|start| name.starts_with(start)));
    names.map(|name| above.iter().cloned().chain([name]).collect()).collect()
}

fn overlap(a: &Place, b: &Place) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

/// Puts what stands at a place of `from` at the same one of `to`; where there is nothing, nothing is left there.
fn copy(to: &mut Map<String, Value>, from: &Map<String, Value>, place: &[String]) {
    let Some((name, below)) = place.split_first() else { return };
    let value = from.get(name);
    let inner = value.and_then(Value::as_object).filter(|_| !below.is_empty());
    match (inner, value) {
        (Some(inner), _) => {
            let at = to.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
            match at {
                Value::Object(at) => copy(at, inner, below),
                at => *at = Value::Object(inner.clone()),
            }
        }
        (None, Some(value)) => {
            to.insert(name.clone(), value.clone());
        }
        (None, None) => {
            if below.is_empty() {
                to.shift_remove(name);
            } else if let Some(Value::Object(at)) = to.get_mut(name) {
                copy(at, &Map::new(), below);
            }
        }
    }
    // What is empty is nothing.
    if to.get(name).and_then(Value::as_object).is_some_and(Map::is_empty) && value.is_none() {
        to.shift_remove(name);
    }
}

fn apply(
    kind: &str,
    entry: Option<String>,
    referenz_id: Option<String>,
    data: Option<Map<String, Value>>,
    fields: Vec<String>,
) -> What {
    What::Apply { kind: kind.to_owned(), entry, referenz_id, data, fields, register: Map::new() }
}
