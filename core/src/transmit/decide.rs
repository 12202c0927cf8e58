//! What the host decides.

use serde_json::json;

use super::KitError;
use super::advance::resolve;
use super::config::Side;
use super::desk::{Desk, load, numbered};
use super::event::{Decision, Event, What};
use super::merge::mark;
use super::person::{Held, Person, Search};
use super::plan::Conflict;
use crate::register::Eintrag;
use crate::store::Table;

/// Of entries that are held and no event says why: events are counted from 1.
const NO_EVENT: u64 = 0;

impl Desk<'_, '_> {
    /// What the host has of an entry stays as it is, and is not reported.
    pub(crate) fn let_stand(&mut self, key: &str, entry: &Eintrag) -> Result<(), KitError> {
        let mut person = self.person(key)?.ok_or_else(|| KitError::Unknown { what: key.to_owned() })?;
        let known = person.by_key(&entry.kind, &entry.key);
        let named = || entry.referenz_id.as_deref().and_then(|id| person.by_id(&entry.kind, id));
        match known.or_else(named).and_then(|at| person.base.get_mut(at)) {
            // As if the host had known it so before others made of it what it is there.
            Some(base) if !base.deleted => {
                base.key = Some(entry.key.clone());
                base.before = Some(entry.data.clone());
            }
            _ => {
                let (kind, entry, data) = (entry.kind.clone(), entry.key.clone(), mark(Some(&entry.data)));
                person.hold(Held { kind, entry, event: NO_EVENT, data });
            }
        }
        self.note("stands", Some(key), None, json!({"kind": entry.kind, "entry": entry.key}))?;
        self.put_person(&person)
    }

    /// Carries a decision out.
    pub(crate) fn decide(&mut self, id: u64, decision: &Decision) -> Result<(), KitError> {
        let unknown = || KitError::Unknown { what: format!("event {id}") };
        let event: Event = load(self.tx, Table::Event, &numbered(id))?.ok_or_else(unknown)?;
        let is_apply = matches!(event.what, What::Apply { .. });
        if !is_apply && self.tx.get(Table::Open, &numbered(id))?.is_none() {
            return Err(unknown());
        }
        let mut person = event.person.as_deref().map(|key| self.person(key)).transpose()?.flatten();
        match (&event.what, person.as_mut()) {
            (What::Unassigned { uuid, .. }, _) => {
                let Decision::Assign(question) = decision else { return Err(refuse(id, "assign")) };
                self.assign(uuid, question)?;
                return self.decided(id, None, decision);
            }
            (What::Parked { uuid, .. }, _) => {
                let Decision::Retry = decision else { return Err(refuse(id, "retry")) };
                self.unpark(uuid)?;
            }
            (_, None) => {}
            (What::Candidates { candidates, .. }, Some(person)) => match decision {
                Decision::Same(number) => {
                    if let Some(other) = self.by_number(number)?.filter(|other| *other != person.key) {
                        return Err(KitError::NumberTaken { number: number.clone(), person: other });
                    }
                    self.set_number(person, number)?;
                    (person.search, person.loaded) = (Search::Open, false);
                }
                Decision::Other => {
                    let Search::Candidates { searched, numbers, .. } = &person.search else {
                        return Err(unknown());
                    };
                    let (searched, mut not_identical) = (searched.clone(), numbers.clone());
                    not_identical.extend(candidates.iter().map(|one| one.azr_nummer.clone()));
                    not_identical.sort();
                    not_identical.dedup();
                    person.search = Search::Clear { searched, not_identical };
                }
                _ => return Err(refuse(id, "same, other")),
            },
            (What::Conflict { kind, entry, fields, .. }, Some(person)) => {
                let side = match decision {
                    Decision::Register => Side::Register,
                    Decision::Local => Side::Local,
                    _ => return Err(refuse(id, "register, local")),
                };
                self.settle_conflict(person, kind, entry, fields, side)?;
            }
            (What::Apply { kind, referenz_id, .. }, Some(person)) => {
                let Decision::Local = decision else { return Err(refuse(id, "local")) };
                keep_own(person, kind, referenz_id.as_deref()).ok_or_else(unknown)?;
            }
            (What::MergePersons { to, .. }, Some(person)) => {
                let Decision::Same(number) = decision else { return Err(refuse(id, "same")) };
                if number != to {
                    return Err(refuse(id, "same, with the number that stays"));
                }
                self.retire(person)?;
                return self.decided(id, Some(&event), decision);
            }
            (What::Rejected { .. } | What::Unsendable { .. } | What::Returned { .. }, Some(_)) => {
                let Decision::Retry = decision else { return Err(refuse(id, "retry")) };
            }
            _ => return Err(unknown()),
        }
        if let Some(person) = &mut person {
            person.held.retain(|held| held.event != id);
            if person.paused == Some(id) {
                person.paused = None;
            }
            self.advance(person)?;
            self.put_person(person)?;
        }
        self.decided(id, Some(&event), decision)
    }

    fn decided(&mut self, id: u64, event: Option<&Event>, decision: &Decision) -> Result<(), KitError> {
        self.tx.delete(Table::Open, &numbered(id))?;
        let person = event.and_then(|event| event.person.as_deref());
        self.note("decided", person, None, json!({ "event": id, "decision": decision }))
    }

    fn settle_conflict(
        &mut self,
        person: &mut Person,
        kind: &str,
        entry: &str,
        fields: &[String],
        side: Side,
    ) -> Result<(), KitError> {
        let base = person.by_key(kind, entry);
        // Settled meanwhile: there is nothing left to decide.
        let Some(base) = base else { return Ok(()) };
        let ours = person.ours.as_ref().and_then(|ours| super::merge::entry_of(ours, kind, entry));
        let ours = ours.map(|entry| entry.data.clone());
        let conflict =
            Conflict { base, kind: kind.to_owned(), entry: entry.to_owned(), fields: fields.to_vec(), ours };
        let number = person.base.get(base).map_or(0, |base| base.number);
        let told = resolve(person, &conflict, side);
        self.settle(person)?;
        if told {
            self.tell_changes(person, &[number])?;
        }
        Ok(())
    }

    /// A person whom the host has merged into another one.
    fn retire(&mut self, person: &mut Person) -> Result<(), KitError> {
        if let Some(flight) = person.flight.take() {
            self.done(&flight.uuid)?;
        }
        if let Some(number) = &person.azr_nummer
            && self.by_number(number)?.as_deref() == Some(person.key.as_str())
        {
            self.tx.delete(Table::Number, number.as_bytes())?;
        }
        self.tx.delete(Table::Person, person.key.as_bytes())?;
        Ok(())
    }
}

/// The host's own data of an entry stand against a change of others.
fn keep_own(person: &mut Person, kind: &str, id: Option<&str>) -> Option<()> {
    let at = id.and_then(|id| person.by_id(kind, id))?;
    let base = person.base.get_mut(at)?;
    base.key.as_ref()?;
    if base.deleted {
        let gone = person.base.remove(at);
        person.unbury(gone.id.as_deref());
    } else {
        base.before = None;
    }
    Some(())
}

fn refuse(event: u64, allowed: &'static str) -> KitError {
    KitError::Decision { event, allowed }
}
