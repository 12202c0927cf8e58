//! What a person needs next: one message at a time.

use serde_json::{Map, Value};

use super::KitError;
use super::compose::{ANFRAGE, Faults};
use super::config::Side;
use super::desk::{Desk, State};
use super::event::What;
use super::merge::{entry_of, mark, projected, settle, wanted};
use super::person::{Base, Change, Fetch, Flight, Held, Person, Purpose, Search};
use super::plan::{Conflict, Lacks, Meldung, difference, group};

impl Desk<'_, '_> {
    /// Puts the next message of a person into the outbox, if one is needed and none is under way. Decides and tells conflicts on
    /// the way. Gives what a first report lacks.
    pub(crate) fn advance(&mut self, person: &mut Person) -> Result<Option<Lacks>, KitError> {
        // Each round sends, holds or decides something; there are never more things than that.
        let rounds = 16 + 4 * (person.base.len() + person.ours.as_ref().map_or(0, |ours| ours.entries.len()));
        for _ in 0..rounds {
            if person.flight.is_some() || person.paused.is_some() {
                return Ok(None);
            }
            if let (Some(fetch), Some(number)) = (person.fetch.take(), person.azr_nummer.clone()) {
                let uuid = self.uuid();
                let xml = self.compose_fetch(&uuid, &number);
                self.launch(person, uuid, ANFRAGE, xml, Purpose::Fetch(fetch), &[])?;
                continue;
            }
            if person.azr_nummer.is_some() && !person.loaded {
                person.fetch = Some(Fetch::default());
                continue;
            }
            let found = difference(person, self.kinds);
            if let Some(conflict) = found.conflicts.into_iter().next() {
                self.conflict(person, conflict)?;
                continue;
            }
            if found.unnamed && !person.nameless {
                person.nameless = true;
                person.fetch = Some(Fetch::default());
                continue;
            }
            let mut changes = found.changes;
            if changes.is_empty() {
                return Ok(None);
            }
            if person.azr_nummer.is_none() {
                return self.first_report(person, &changes);
            }
            self.replace_what_cannot_change(&mut changes);
            let groups = group(self.kinds, &changes, false).unwrap_or_default();
            let Some(next) = groups.into_iter().next() else { return Ok(None) };
            self.report(person, next, &[])?;
        }
        Ok(None)
    }

    /// What is still to be reported when what is under way is confirmed.
    pub(crate) fn planned(&self, person: &Person) -> Vec<Meldung> {
        let under_way: &[Change] = match &person.flight {
            Some(Flight { purpose: Purpose::Report(changes), .. }) => changes,
            _ => &[],
        };
        // Mostly all that differs is under way: nothing is left when that is stored.
        if !under_way.is_empty() && person.base.iter().all(|base| base.before.is_none()) {
            let found = difference(person, self.kinds);
            if found.changes == under_way && found.conflicts.is_empty() {
                debug_assert_eq!(difference(&projected(person, under_way), self.kinds).changes, []);
                return Vec::new();
            }
        }
        let after = projected(person, under_way);
        let first = person.azr_nummer.is_none() && under_way.is_empty();
        let changes = difference(&after, self.kinds).changes;
        if changes.is_empty() {
            return Vec::new();
        }
        group(self.kinds, &changes, first).unwrap_or_default()
    }

    /// The search, then the first report.
    fn first_report(&mut self, person: &mut Person, changes: &[Change]) -> Result<Option<Lacks>, KitError> {
        let groups = match group(self.kinds, changes, true) {
            Ok(groups) => groups,
            Err(lacks) => return Ok(Some(lacks)),
        };
        let Some(next) = groups.into_iter().next() else { return Ok(None) };
        let must = self.kinds.grundpersonalien();
        let by = next.changes.iter().find(|change| must.is_some_and(|must| change.kind == must.name));
        let by: Map<String, Value> = by.and_then(|change| change.data.clone()).unwrap_or_default();
        let wanted = mark(Some(&by));
        match &person.search {
            Search::Candidates { .. } => Ok(None),
            Search::Clear { searched, not_identical } if *searched == wanted => {
                let not_identical = not_identical.clone();
                self.report(person, next, &not_identical)?;
                Ok(None)
            }
            // Not searched, or by what is out of date.
            _ => {
                let uuid = self.uuid();
                let xml = self.compose_search(&uuid, &by);
                self.launch(person, uuid, ANFRAGE, xml, Purpose::Search(wanted), &next.changes)?;
                Ok(None)
            }
        }
    }

    fn report(
        &mut self,
        person: &mut Person,
        next: Meldung,
        not_identical: &[String],
    ) -> Result<(), KitError> {
        let uuid = self.uuid();
        let number = person.azr_nummer.clone();
        let xml = self.compose_meldung(&uuid, &next, number.as_deref(), not_identical);
        let purpose = Purpose::Report(next.changes.clone());
        self.launch(person, uuid, &next.number, xml, purpose, &next.changes)
    }

    /// Puts a composed message into the outbox; where it would be wrong, its entries are held and the host is told.
    fn launch(
        &mut self,
        person: &mut Person,
        uuid: String,
        number: &str,
        xml: Result<Vec<u8>, Faults>,
        purpose: Purpose,
        changes: &[Change],
    ) -> Result<(), KitError> {
        match xml {
            Ok(xml) => {
                let to = self.config.register.kennung.clone();
                self.post(&uuid, number, &to, Some(&person.key), xml)?;
                person.flight = Some(Flight { uuid, purpose });
                Ok(())
            }
            Err(faults) => {
                let guilty = self.guilty(changes, &faults);
                let findings =
                    faults.into_iter().map(|fault| format!("{} {}", fault.path, fault.text)).collect();
                let what = What::Unsendable { changes: guilty.clone(), findings };
                let event = self.tell(Some(&person.key), what)?;
                if guilty.is_empty() {
                    person.paused = Some(event);
                }
                hold(person, &guilty, event);
                Ok(())
            }
        }
    }

    /// The changes that findings are about; all, where it cannot be told.
    fn guilty(&self, changes: &[Change], faults: &Faults) -> Vec<Change> {
        let is_guilty = |change: &&Change| {
            self.kinds.get(&change.kind).is_some_and(|kind| {
                let place = format!("/{}", kind.path());
                faults.iter().any(|fault| {
                    fault
                        .path
                        .strip_prefix(&place)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
            })
        };
        let guilty: Vec<Change> = changes.iter().filter(is_guilty).cloned().collect();
        if guilty.is_empty() { changes.to_vec() } else { guilty }
    }

    /// Some kinds can only be stored and deleted (rules AZR-084, AZR-089): there a change is a deletion, and then a new entry.
    /// Which ones, the check of a Meldung with a change says.
    fn replace_what_cannot_change(&mut self, changes: &mut [Change]) {
        for change in changes.iter_mut().filter(|change| matches!(change.aenderungsart.as_str(), "02" | "04"))
        {
            let Some(kind) = self.kinds.get(&change.kind).filter(|kind| kind.fachdaten.is_none()) else {
                continue;
            };
            let one = Meldung { number: "090010".into(), changes: vec![change.clone()] };
            let number = "000000000000";
            let Err(faults) =
                self.compose_meldung("00000000-0000-4000-8000-000000000000", &one, Some(number), &[])
            else {
                continue;
            };
            let place = format!("/{}/aenderungsArt", kind.path());
            if faults.iter().any(|fault| fault.rule.is_some() && fault.path.starts_with(&place)) {
                change.aenderungsart = if change.aenderungsart == "04" { "05" } else { "03" }.to_owned();
                change.data = None;
                change.fields.clear();
            }
        }
    }

    /// A conflict: a rule of the configuration decides it, or the host is told and the entry held.
    fn conflict(&mut self, person: &mut Person, conflict: Conflict) -> Result<(), KitError> {
        let Some(base) = person.base.get(conflict.base) else { return Ok(()) };
        let newest = |base: &Base| {
            let day = base.register.get("letzteAenderung").and_then(Value::as_str).unwrap_or("");
            let ours = person.submitted.date();
            if day > ours.as_str() { Side::Register } else { Side::Local }
        };
        // Whole entries are at stake where one side deleted it: a rule for a field says nothing of that.
        let whole = base.deleted || conflict.ours.is_none();
        let mut sides = conflict.fields.iter().map(|field| {
            match self.config.decides(&conflict.kind, if whole { "" } else { field }) {
                Some(Side::Newest) => Some(newest(base)),
                other => other,
            }
        });
        let side = sides.next().flatten().filter(|first| sides.all(|side| side == Some(*first)));
        if let Some(side) = side {
            let told = resolve(person, &conflict, side);
            return if told { self.tell_apply(person, conflict.base) } else { Ok(()) };
        }
        let what = What::Conflict {
            kind: conflict.kind.clone(),
            entry: conflict.entry.clone(),
            base: base.before.clone().unwrap_or_default(),
            theirs: (!base.deleted).then(|| base.data.clone()),
            ours: conflict.ours.clone(),
            fields: conflict.fields.clone(),
            recommendation: newest(base),
        };
        let event = self.tell(Some(&person.key), what)?;
        let (kind, entry) = (conflict.kind, conflict.entry);
        person.hold(Held { kind, entry, event, data: mark(conflict.ours.as_ref()) });
        Ok(())
    }

    /// Finds out which entries of the record stand for which of the register; tells of those that are gone there.
    pub(crate) fn settle(&mut self, person: &mut Person) -> Result<(), KitError> {
        let gone = settle(person, self.kinds);
        self.tell_changes(person, &gone)
    }

    /// Tells the host which changes of others it is to take over, by the numbers of the entries.
    pub(super) fn tell_changes(&mut self, person: &mut Person, changed: &[u64]) -> Result<(), KitError> {
        for number in changed {
            if let Some(at) = person.numbered(*number) {
                self.tell_apply(person, at)?;
            }
        }
        Ok(())
    }

    /// Tells the host of new entries of others that it was not told of while one of its own was under way: it could have been that.
    pub(super) fn tell_new(&mut self, person: &mut Person) -> Result<(), KitError> {
        let is_new = |base: &Base| base.key.is_none() && !base.deleted && !base.announced;
        let new: Vec<u64> = person.base.iter().filter(|base| is_new(base)).map(|base| base.number).collect();
        self.tell_changes(person, &new)
    }

    /// Tells the host of an entry that others changed, as far as it is not what the host has, and no conflict.
    fn tell_apply(&mut self, person: &mut Person, at: usize) -> Result<(), KitError> {
        let Some(base) = person.base.get(at) else { return Ok(()) };
        let entry = base.key.as_deref().zip(person.ours.as_ref());
        let ours = entry.and_then(|(key, ours)| entry_of(ours, &base.kind, key));
        let fields = match (ours, base.deleted) {
            (Some(entry), true) => {
                let before = base.before.clone().unwrap_or_default();
                if !crate::register::differing(&before, &entry.data).is_empty() {
                    return Ok(());
                }
                Vec::new()
            }
            (Some(entry), false) => match wanted(base, &entry.data) {
                wanted if wanted.conflicts.is_empty() && !wanted.open.is_empty() => wanted.open,
                _ => return Ok(()),
            },
            // A new one; history is no news. One that the host deleted is a conflict.
            (None, false) if base.key.is_none() && !base.historic && !is_awaited(person, &base.kind) => {
                base.data.keys().cloned().collect()
            }
            _ => return Ok(()),
        };
        let what = What::Apply {
            kind: base.kind.clone(),
            entry: base.key.clone(),
            referenz_id: base.id.clone(),
            data: (!base.deleted).then(|| base.data.clone()),
            fields,
            register: base.register.clone(),
        };
        if let Some(base) = person.base.get_mut(at) {
            base.announced |= base.key.is_none();
        }
        self.tell(Some(&person.key), what)?;
        Ok(())
    }

    /// Takes a message that was never handed out back, so that another can take its place.
    pub(crate) fn withdraw(&mut self, person: &mut Person) -> Result<(), KitError> {
        let Some(flight) = &person.flight else { return Ok(()) };
        let uuid = flight.uuid.clone();
        if self.message(&uuid)?.is_some_and(|message| message.state == State::Ready) {
            if let Purpose::Fetch(fetch) = &flight.purpose {
                person.fetch = Some(fetch.clone());
            }
            self.done(&uuid)?;
            self.note("replaced", Some(&person.key), Some(&uuid), Value::Null)?;
            person.flight = None;
        }
        Ok(())
    }
}

/// Whether a new entry of a kind is under way: then one of that kind that the register tells of may be it.
fn is_awaited(person: &Person, kind: &str) -> bool {
    let Some(Flight { purpose: Purpose::Report(changes), .. }) = &person.flight else { return false };
    changes.iter().any(|change| change.kind == kind && change.aenderungsart == "01")
}

/// Holds entries until an event is decided or the host changes them.
pub(super) fn hold(person: &mut Person, changes: &[Change], event: u64) {
    for change in changes {
        let data = mark(change.data.as_ref().filter(|_| !change.is_deletion()));
        person.hold(Held { kind: change.kind.clone(), entry: change.entry.clone(), event, data });
    }
}

/// Decides a conflict. True where the host has something to take over now.
pub(super) fn resolve(person: &mut Person, conflict: &Conflict, side: Side) -> bool {
    let Some(base) = person.base.get_mut(conflict.base) else { return false };
    let register = side == Side::Register;
    match (&conflict.ours, base.deleted, register) {
        // They deleted it: the host takes that over, or it is stored anew.
        (Some(ours), true, true) => base.before = Some(ours.clone()),
        (Some(_), true, false) => {
            let gone = person.base.remove(conflict.base);
            person.unbury(gone.id.as_deref());
        }
        // The host deleted it: it comes back as a new one, or it is deleted in its present state.
        (None, _, true) => (base.key, base.before, base.announced) = (None, None, false),
        (None, _, false) => base.before = None,
        (Some(ours), false, _) => {
            let before = base.before.get_or_insert_with(|| base.data.clone());
            for field in &conflict.fields {
                let known = if register { ours.get(field) } else { base.data.get(field) };
                match known {
                    Some(value) => before.insert(field.clone(), value.clone()),
                    None => before.remove(field),
                };
            }
        }
    }
    settle_if_same(person);
    register
}

/// Nothing to settle is left open.
fn settle_if_same(person: &mut Person) {
    for base in &mut person.base {
        if base
            .before
            .as_ref()
            .is_some_and(|before| !base.deleted && crate::register::differing(before, &base.data).is_empty())
        {
            base.before = None;
        }
    }
}

impl Person {
    /// Takes a record of the host.
    pub(crate) fn take(&mut self, record: crate::register::Datensatz) {
        // Other data of an entry end its hold.
        self.held.retain(|held| {
            mark(entry_of(&record, &held.kind, &held.entry).map(|entry| &entry.data)) == held.data
        });
        self.ours = Some(record);
        self.nameless = false;
    }
}
