//! Answers of the register: what was asked, stored or refused.

use serde_json::{Map, Value};

use super::KitError;
use super::advance::hold;
use super::desk::{Desk, OutMessage};
use super::event::{Candidate, RegisterError, What};
use super::merge::{Absent, confirm, take_over};
use super::person::{Base, Change, Fetch, Person, Purpose, Refused, Search};
use crate::message::header::Header;
use crate::register::{Kinds, differing, of_auskunft};
use crate::time::Timestamp;

impl Desk<'_, '_> {
    /// Takes the answer to a message.
    pub(super) fn answer(
        &mut self,
        question: &OutMessage,
        header: &Header,
        value: &Value,
    ) -> Result<(), KitError> {
        self.done(&question.uuid)?;
        let Some(mut person) = question.person.as_deref().map(|key| self.person(key)).transpose()?.flatten()
        else {
            return self.pass_on(header, value, question.person.as_deref());
        };
        let flight = person.flight.take_if(|flight| flight.uuid == question.uuid);
        let told = Timestamp::parse(&header.created).unwrap_or(self.now);
        match (flight.map(|flight| flight.purpose), header.number.as_str()) {
            (Some(Purpose::Report(changes)), "090098") => {
                self.stored(&mut person, &question.uuid, changes, value, told)?
            }
            (Some(Purpose::Report(changes)), _) => {
                self.not_stored(&mut person, &question.uuid, changes, value)?
            }
            (Some(Purpose::Search(searched)), "090002") => {
                person.search = Search::Clear { searched, not_identical: Vec::new() };
            }
            (Some(Purpose::Search(searched)), "090003" | "090004") => {
                let candidates = candidates(self.kinds, value, &searched);
                self.candidates(&mut person, searched, candidates)?;
            }
            (Some(Purpose::Fetch(fetch)), "090004") => self.fetched(&mut person, fetch, value, told)?,
            // A retrieval that the register refuses, or a record that it does not have.
            (Some(_), _) => {
                let mut errors = register_errors(value, &[]);
                if errors.is_empty() {
                    let text = "Das Register hat zu dieser AZR-Nummer keinen Datensatz.".to_owned();
                    let advice = "Die AZR-Nummer prüfen.".to_owned();
                    errors.push(RegisterError {
                        code: header.number.clone(),
                        text,
                        advice,
                        ..RegisterError::default()
                    });
                }
                let what = What::Rejected { uuid: question.uuid.clone(), changes: Vec::new(), errors };
                person.paused = Some(self.tell(Some(&person.key), what)?);
            }
            (None, _) => {}
        }
        // What is about to be fetched is told when it is known how it stands.
        if person.fetch.is_none() {
            self.tell_new(&mut person)?;
        }
        self.advance(&mut person)?;
        self.put_person(&person)
    }

    /// Whether another authority and the host have both made an entry of a kind of which one is current and the others are history.
    /// Which one is, depends on which came later, and that no message says.
    fn is_doubtful(&self, person: &Person) -> bool {
        let one_is_current = |kind: &str| {
            let kind = self.kinds.get(kind);
            kind.is_some_and(|kind| kind.most == Some(1) && kind.auskunft.iter().any(|place| place.historic))
        };
        let current = |base: &&Base| !base.deleted && !base.historic;
        person.base.iter().filter(current).any(|new| {
            new.key.is_none()
                && !new.announced
                && one_is_current(&new.kind)
                && person.base.iter().filter(current).any(|own| own.kind == new.kind && own.key.is_some())
        })
    }

    /// 090098: the new ids, and the number, into the base.
    fn stored(
        &mut self,
        person: &mut Person,
        uuid: &str,
        changes: Vec<Change>,
        value: &Value,
        told: Timestamp,
    ) -> Result<(), KitError> {
        let first = person.azr_nummer.is_none();
        if let Some(number) = value.get("azrNummer").and_then(Value::as_str)
            && person.azr_nummer.as_deref() != Some(number)
            && !self.set_number(person, number)?
        {
            self.merged_with(person, number)?;
        }
        if first {
            person.loaded = true;
            person.search = Search::Open;
        }
        let kinds = self.kinds;
        let mut news = confirm(person, &changes, told, |kind| {
            let path = kinds.get(kind)?.bestaetigung.as_ref()?;
            text_at(value, path).map(str::to_owned)
        });
        let what = What::Stored {
            uuid: uuid.to_owned(),
            azr_nummer: person.azr_nummer.clone().unwrap_or_default(),
            changes,
            aehnlich: numbers(value.get("personalienAehnlich")),
        };
        self.tell(Some(&person.key), what)?;
        self.settle(person)?;
        self.clear_doubts(person, &mut news);
        self.tell_changes(person, &news)
    }

    /// Has the record fetched where it is not known which of two new entries is the current one; takes such out of what is told now.
    pub(super) fn clear_doubts(&self, person: &mut Person, news: &mut Vec<u64>) {
        if self.is_doubtful(person) {
            person.fetch.get_or_insert_default();
            let has_key = |at: usize| person.base.get(at).is_some_and(|base| base.key.is_some());
            news.retain(|number| person.numbered(*number).is_some_and(has_key));
        }
    }

    /// 090099 to a Meldung: perhaps it was about an old state, so the record is fetched first.
    fn not_stored(
        &mut self,
        person: &mut Person,
        uuid: &str,
        changes: Vec<Change>,
        value: &Value,
    ) -> Result<(), KitError> {
        let errors = register_errors(value, &changes);
        let alike = numbers(value.get("personalienGleich"));
        if person.azr_nummer.is_none() && !alike.is_empty() {
            let searched = match std::mem::take(&mut person.search) {
                Search::Clear { searched, .. } | Search::Candidates { searched, .. } => searched,
                Search::Open => Value::Null,
            };
            let candidates = alike
                .into_iter()
                .map(|azr_nummer| Candidate { azr_nummer, ..Candidate::default() })
                .collect();
            return self.candidates(person, searched, candidates);
        }
        if person.azr_nummer.is_some() {
            let refused = Some(Refused { uuid: uuid.to_owned(), changes, errors });
            person.fetch = Some(Fetch { refused });
            return Ok(());
        }
        self.rejected(person, uuid, changes, errors)
    }

    fn rejected(
        &mut self,
        person: &mut Person,
        uuid: &str,
        changes: Vec<Change>,
        errors: Vec<RegisterError>,
    ) -> Result<(), KitError> {
        // Where each error names its entry, the others go on.
        let named: Vec<&str> = errors.iter().filter_map(|error| error.entry.as_deref()).collect();
        let told = !errors.is_empty() && errors.iter().all(|error| error.entry.is_some());
        let guilty: Vec<Change> = changes
            .iter()
            .filter(|change| !told || named.contains(&change.entry.as_str()))
            .cloned()
            .collect();
        let what = What::Rejected { uuid: uuid.to_owned(), changes, errors };
        let event = self.tell(Some(&person.key), what)?;
        hold(person, &guilty, event);
        Ok(())
    }

    fn candidates(
        &mut self,
        person: &mut Person,
        searched: Value,
        candidates: Vec<Candidate>,
    ) -> Result<(), KitError> {
        let numbers = candidates.iter().map(|candidate| candidate.azr_nummer.clone()).collect();
        let mut best = candidates
            .iter()
            .filter(|candidate| !candidate.same.is_empty() && candidate.differing.is_empty());
        let recommendation =
            best.next().map(|candidate| candidate.azr_nummer.clone()).filter(|_| best.next().is_none());
        let event = self.tell(Some(&person.key), What::Candidates { candidates, recommendation })?;
        person.search = Search::Candidates { event, searched, numbers };
        Ok(())
    }

    /// 090004 to a fetch.
    fn fetched(
        &mut self,
        person: &mut Person,
        fetch: Fetch,
        value: &Value,
        told: Timestamp,
    ) -> Result<(), KitError> {
        if let Some(number) = value.get("azrNummer").and_then(Value::as_str)
            && person.azr_nummer.as_deref() != Some(number)
            && !self.set_number(person, number)?
        {
            return self.merged_with(person, number);
        }
        let news = of_auskunft(self.kinds, value);
        let changed = take_over(person, self.kinds, &news, Absent::Gone(told), told);
        person.loaded = true;
        let kinds: Vec<String> = changed
            .iter()
            .filter_map(|number| Some(person.base.get(person.numbered(*number)?)?.kind.clone()))
            .collect();
        self.settle(person)?;
        self.tell_news(person, changed)?;
        if let Some(refused) = fetch.refused {
            let outdated = refused.changes.iter().any(|change| {
                if kinds.contains(&change.kind) {
                    return true;
                }
                change.referenz_id.as_deref().is_some_and(|id| {
                    let now =
                        person.by_id(&change.kind, id).and_then(|at| person.base.get(at)?.id.as_deref());
                    now != Some(id)
                })
            });
            if !outdated {
                self.rejected(person, &refused.uuid, refused.changes, refused.errors)?;
            }
        }
        Ok(())
    }

    /// Tells what others changed. What is gone makes room for what is new: it comes first.
    pub(super) fn tell_news(&mut self, person: &mut Person, mut changed: Vec<u64>) -> Result<(), KitError> {
        changed.sort_by_key(|number| {
            let base = person.numbered(*number).and_then(|at| person.base.get(at));
            base.is_none_or(|base| !base.deleted)
        });
        self.tell_changes(person, &changed)
    }

    /// The register holds two persons of the host as one.
    pub(super) fn merged_with(&mut self, person: &mut Person, number: &str) -> Result<(), KitError> {
        let other = self.by_number(number)?.unwrap_or_default();
        let from = person.azr_nummer.clone().unwrap_or_default();
        let what = What::MergePersons { other, from, to: number.to_owned() };
        person.paused = Some(self.tell(Some(&person.key), what)?);
        Ok(())
    }
}

/// The text at a path.
pub(super) fn text_at<'v>(value: &'v Value, path: &[String]) -> Option<&'v str> {
    path.iter().try_fold(value, |value, name| value.get(name))?.as_str()
}

fn numbers(value: Option<&Value>) -> Vec<String> {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The hits of a 090003, or of a 090004, compared with what was searched by.
fn candidates(kinds: &Kinds, value: &Value, searched: &Value) -> Vec<Candidate> {
    let list = value.get("trefferliste").and_then(Value::as_object);
    let hits: Vec<&Value> = match list {
        Some(list) => list.values().filter_map(Value::as_array).flatten().collect(),
        None => vec![value],
    };
    let empty = Map::new();
    let searched = searched.as_object().unwrap_or(&empty);
    let mut found: Vec<Candidate> = Vec::new();
    for hit in hits {
        let number = hit.get("azrNummer").and_then(Value::as_str).unwrap_or("").to_owned();
        let held = of_auskunft(kinds, hit).into_iter();
        let mut own =
            held.filter(|entry| kinds.grundpersonalien().is_some_and(|kind| kind.name == entry.kind));
        let theirs = own.next().map_or_else(Map::new, |entry| entry.data);
        let differing = differing(searched, &theirs);
        let same = searched
            .keys()
            .filter(|name| theirs.contains_key(*name) && !differing.contains(name))
            .cloned()
            .collect();
        if !found.iter().any(|other| other.azr_nummer == number) {
            found.push(Candidate { azr_nummer: number, grundpersonalien: theirs, same, differing });
        }
    }
    found
}

/// The errors of a 090099, each tied to the entry and field that its `fehlerhaftesAttribut` (`Entitätsname.Attributsname`, rule
/// AZR-058) names.
fn register_errors(value: &Value, changes: &[Change]) -> Vec<RegisterError> {
    let all = value.get("fehlerfall").and_then(Value::as_array).into_iter().flatten();
    all.map(|error| {
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let attribute = numbers(error.get("fehlerhaftesAttribut")).into_iter().next();
        let (entity, field) = match attribute.as_deref().and_then(|name| name.split_once('.')) {
            Some((entity, field)) => (entity.to_lowercase(), Some(field.to_owned())),
            None => (attribute.unwrap_or_default().to_lowercase(), None),
        };
        let mut named = changes.iter().filter(|change| change.kind.to_lowercase() == entity);
        let entry = match (named.next(), changes) {
            (Some(change), _) => Some(change.entry.clone()),
            (None, [only]) => Some(only.entry.clone()),
            _ => None,
        };
        let advice = match (&entry, &field) {
            (Some(_), Some(field)) => {
                format!("Die Angabe {field} berichtigen und den Datensatz erneut speichern.")
            }
            (Some(_), None) => "Den Eintrag berichtigen und den Datensatz erneut speichern.".to_owned(),
            _ => "Die genannten Angaben prüfen und den Datensatz erneut speichern.".to_owned(),
        };
        RegisterError { code: text("fehlerschluessel"), text: text("fehlertext"), entry, field, advice }
    })
    .collect()
}
