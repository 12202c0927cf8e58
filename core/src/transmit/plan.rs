//! From a record and what the register holds to the fewest Meldungen. Pure.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::merge::{entry_of, mark, wanted};
use super::person::{Change, Person};
use crate::register::{Kind, Kinds, differing};

/// A Meldung that is planned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meldung {
    /// 090009 or 090010.
    pub number: String,
    /// What it reports: at most one Sachverhalt, and what rides along.
    pub changes: Vec<Change>,
}

/// How record and register differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Difference {
    /// What is to be reported, in the order of the record.
    pub(super) changes: Vec<Change>,
    /// Where both sides changed the same.
    pub(super) conflicts: Vec<Conflict>,
    /// An entry is to be changed by whose Referenz-ID is not known: the record must be fetched.
    pub(super) unnamed: bool,
}

/// Where both sides changed the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Conflict {
    /// Place in the base.
    pub(super) base: usize,
    pub(super) kind: String,
    pub(super) entry: String,
    pub(super) fields: Vec<String>,
    /// The host's data; none if it deleted the entry.
    pub(super) ours: Option<Map<String, Value>>,
}

/// Compares the record with the base. Entries that are held as they are, are left out.
pub(super) fn difference(person: &Person, kinds: &Kinds) -> Difference {
    let mut found = Difference::default();
    let Some(ours) = &person.ours else { return found };
    for entry in ours.entries.iter().filter(|entry| ours.touches(&entry.kind)) {
        let Some(kind) = kinds.get(&entry.kind) else { continue };
        let at = person.by_key(&entry.kind, &entry.key);
        if entry.data.is_empty() {
            // One of another authority, that the host never had and wants gone, is named by its Referenz-ID.
            let named = || entry.referenz_id.as_deref().and_then(|id| person.by_id(&entry.kind, id));
            if let Some(at) = at.or_else(named) {
                found.deletion(person, kind, &entry.key, at, if entry.correction { "05" } else { "03" });
            }
            continue;
        }
        let Some((at, base)) = at.and_then(|at| Some((at, person.base.get(at)?))) else {
            // Two entries of the host for one of the register: the second one is not stored as another.
            let named = entry.referenz_id.as_deref().and_then(|id| person.by_id(&entry.kind, id));
            if named.is_some() {
                continue;
            }
            let data = Some(entry.data.clone());
            found.add(person, change(kind, &entry.key, "01", None, data, Vec::new()));
            continue;
        };
        let conflict = |fields| Conflict {
            base: at,
            kind: entry.kind.clone(),
            entry: entry.key.clone(),
            fields,
            ours: Some(entry.data.clone()),
        };
        if base.deleted {
            let fields = base.before.as_ref().map_or_else(Vec::new, |before| differing(before, &entry.data));
            if !fields.is_empty() {
                found.conflict(person, conflict(fields));
            }
            continue;
        }
        let wanted = wanted(base, &entry.data);
        if !wanted.conflicts.is_empty() {
            found.conflict(person, conflict(wanted.conflicts));
            continue;
        }
        let fields = differing(&base.data, &wanted.data);
        if fields.is_empty() {
            continue;
        }
        // A kind without Änderungsart is only ever told anew.
        let art = match (kind.aenderungsart, entry.correction) {
            (false, _) => "01",
            (true, false) => "02",
            (true, true) => "04",
        };
        found.unnamed |= kind.aenderungsart && kind.id.is_some() && base.id.is_none();
        found.add(
            person,
            change(kind, &entry.key, art, base.id.clone(), Some(wanted.data.into_owned()), fields),
        );
    }
    for (at, base) in person.base.iter().enumerate() {
        let Some(key) = base.key.as_deref().filter(|_| !base.deleted && ours.is_complete(&base.kind)) else {
            continue;
        };
        let named = ours.entries.iter().any(|entry| entry.kind == base.kind && entry.key == key);
        if let Some(kind) =
            kinds.get(&base.kind).filter(|_| !named && entry_of(ours, &base.kind, key).is_none())
        {
            found.deletion(person, kind, key, at, "03");
        }
    }
    found
}

impl Difference {
    fn deletion(&mut self, person: &Person, kind: &Kind, key: &str, at: usize, art: &str) {
        let base = person.base.get(at).filter(|base| !base.deleted && kind.aenderungsart);
        let Some(base) = base else { return };
        if let Some(before) = &base.before {
            let fields = differing(before, &base.data);
            let (kind, entry) = (base.kind.clone(), key.to_owned());
            return self.conflict(person, Conflict { base: at, kind, entry, fields, ours: None });
        }
        // What has no id is told by what it says.
        let data = kind.id.is_none().then(|| base.data.clone());
        self.unnamed |= kind.id.is_some() && base.id.is_none();
        self.add(person, change(kind, key, art, base.id.clone(), data, Vec::new()));
    }

    fn add(&mut self, person: &Person, change: Change) {
        let data = if change.is_deletion() { None } else { change.data.as_ref() };
        if !is_held(person, &change.kind, &change.entry, data) {
            self.changes.push(change);
        }
    }

    fn conflict(&mut self, person: &Person, conflict: Conflict) {
        if !is_held(person, &conflict.kind, &conflict.entry, conflict.ours.as_ref()) {
            self.conflicts.push(conflict);
        }
    }
}

fn is_held(person: &Person, kind: &str, entry: &str, data: Option<&Map<String, Value>>) -> bool {
    person.held.iter().any(|held| held.kind == kind && held.entry == entry && held.data == mark(data))
}

fn change(
    kind: &Kind,
    entry: &str,
    art: &str,
    referenz_id: Option<String>,
    data: Option<Map<String, Value>>,
    fields: Vec<String>,
) -> Change {
    let (kind, entry) = (kind.name.clone(), entry.to_owned());
    Change { kind, entry, aenderungsart: art.to_owned(), referenz_id, data, fields }
}

/// Why a person cannot be reported for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lacks {
    /// Grundpersonalien.
    Grundpersonalien,
    /// A Sachverhalt that a first report may carry.
    Sachverhalt,
}

/// Puts changes into the fewest Meldungen: each carries one Sachverhalt, and of each kind that rides along one entry (of some,
/// many). So there are as many as there are Sachverhalte, or entries of the most frequent other kind.
///
/// A first report must have Grundpersonalien and a Sachverhalt that an Erstmeldung may carry.
pub(super) fn group(kinds: &Kinds, changes: &[Change], first: bool) -> Result<Vec<Meldung>, Lacks> {
    let kind = |change: &Change| kinds.get(&change.kind);
    let of_first = |change: &Change| kind(change).is_some_and(|kind| kind.erstmeldung.is_some());
    let is_sachverhalt = |change: &&Change| kind(change).is_some_and(Kind::stands_alone);
    // What is deleted makes room for what is new.
    let mut changes: Vec<&Change> = changes.iter().collect();
    changes.sort_by_key(|change| !change.is_deletion());
    let mut sachverhalte: Vec<&Change> = changes.iter().copied().filter(is_sachverhalt).collect();
    if first {
        // Whatever the schema asks for besides the Sachverhalt: it stands once, at the top.
        let must = kinds.grundpersonalien();
        if must.is_some_and(|must| !changes.iter().any(|change| change.kind == must.name)) {
            return Err(Lacks::Grundpersonalien);
        }
        let at = sachverhalte.iter().position(|change| of_first(change)).ok_or(Lacks::Sachverhalt)?;
        let chosen = sachverhalte.remove(at);
        sachverhalte.insert(0, chosen);
    }
    let mut groups: Vec<Vec<&Change>> = sachverhalte.into_iter().map(|change| vec![change]).collect();
    for change in changes.into_iter().filter(|change| !is_sachverhalt(change)) {
        let Some(kind) = kind(change) else { continue };
        let free = |(at, group): &(usize, &mut Vec<&Change>)| {
            let is_first = first && *at == 0;
            let many = if is_first { kind.erstmeldung_many } else { kind.many };
            (!is_first || kind.erstmeldung.is_some())
                && (many || group.iter().all(|other| other.kind != change.kind))
        };
        match groups.iter_mut().enumerate().find(free) {
            Some((_, group)) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    let number = |at: usize| if first && at == 0 { "090009" } else { "090010" }.to_owned();
    Ok(groups
        .into_iter()
        .enumerate()
        .map(|(at, group)| Meldung { number: number(at), changes: group.into_iter().cloned().collect() })
        .collect())
}
