//! Three-way: what both sides knew, what the register holds now, what the host wants. Pure: it reads and changes a person.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::person::{Base, Change, Person};
use crate::register::{
    Datensatz, Eintrag, Kind, Kinds, RegisterEintrag, compare_versions, differing, plain, referenzanteil,
    same,
};
use crate::time::Timestamp;

/// What an entry shall be at the register: the host's changes over those of others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted<'o> {
    pub(super) data: Cow<'o, Map<String, Value>>,
    /// Fields that both changed, and differently.
    pub(super) conflicts: Vec<String>,
    /// Fields that others changed and the host has not taken over.
    pub(super) open: Vec<String>,
}

/// Merges an entry of the host with what the register holds.
pub(super) fn wanted<'o>(base: &Base, ours: &'o Map<String, Value>) -> Wanted<'o> {
    let mut wanted = Wanted { data: Cow::Borrowed(ours), conflicts: Vec::new(), open: Vec::new() };
    let Some(before) = &base.before else { return wanted };
    for field in differing(before, &base.data) {
        let (own, theirs) = (ours.get(&field), base.data.get(&field));
        if same(own, theirs) {
            continue;
        }
        if !same(own, before.get(&field)) {
            wanted.conflicts.push(field);
            continue;
        }
        match theirs {
            Some(value) => wanted.data.to_mut().insert(field.clone(), value.clone()),
            None => wanted.data.to_mut().remove(&field),
        };
        wanted.open.push(field);
    }
    wanted
}

/// Which entries of the record stand for which of the register, and which changes of others the host has taken over. Gives the
/// numbers of entries that are gone from the register and that the host has only now begun to show.
pub(super) fn settle(person: &mut Person, kinds: &Kinds) -> Vec<u64> {
    let Some(ours) = person.ours.take() else { return Vec::new() };
    let mut late = Vec::new();
    for entry in ours.entries.iter().filter(|entry| !entry.data.is_empty()) {
        if person.by_key(&entry.kind, &entry.key).is_some() {
            continue;
        }
        let Some(kind) = kinds.get(&entry.kind) else { continue };
        if let Some(at) = counterpart(person, kind, entry, &ours)
            && let Some(base) = person.base.get_mut(at)
        {
            let named = entry.referenz_id.as_deref().zip(base.id.as_deref());
            let named = named.is_some_and(|(own, known)| referenzanteil(own) == referenzanteil(known));
            // Who names it has seen it. With the first fetch it is the host's word that it is this person. Else another
            // authority made it, and the host did not know of it.
            base.before = if named || base.first { None } else { Some(Map::new()) };
            (base.key, base.first) = (Some(entry.key.clone()), false);
        } else if let Some(id) = entry.referenz_id.as_deref().filter(|id| is_buried(person, id)) {
            let base = Base {
                kind: entry.kind.clone(),
                key: Some(entry.key.clone()),
                id: Some(id.to_owned()),
                data: entry.data.clone(),
                before: Some(entry.data.clone()),
                deleted: true,
                ..Base::default()
            };
            let at = person.add(base);
            late.extend(person.base.get(at).map(|base| base.number));
        }
    }
    let mut taken = Vec::new();
    for base in &mut person.base {
        let Some(key) = base.key.as_deref() else { continue };
        match entry_of(&ours, &base.kind, key) {
            Some(entry) if !base.deleted => {
                let wanted = wanted(base, &entry.data);
                if wanted.open.is_empty() && wanted.conflicts.is_empty() {
                    base.before = None;
                }
            }
            None if base.deleted && ours.touches(&base.kind) => taken.push(base.id.clone()),
            _ => {}
        }
    }
    taken.extend(
        person.base.iter().filter(|base| base.deleted && base.key.is_none()).map(|base| base.id.clone()),
    );
    person.base.retain(|base| {
        let gone = base.key.as_deref().is_none_or(|key| entry_of(&ours, &base.kind, key).is_none());
        !(base.deleted && gone && (base.key.is_none() || ours.touches(&base.kind)))
    });
    for id in taken {
        person.bury(id);
    }
    person.ours = Some(ours);
    late
}

/// The entry of a record by kind and key, unless it is one that is to be deleted.
pub(super) fn entry_of<'r>(record: &'r Datensatz, kind: &str, key: &str) -> Option<&'r Eintrag> {
    record.entries.iter().find(|entry| entry.kind == kind && entry.key == key && !entry.data.is_empty())
}

/// The entry of the register that an entry of the host stands for, if the host has not shown it before.
fn counterpart(person: &Person, kind: &Kind, entry: &Eintrag, ours: &Datensatz) -> Option<usize> {
    let free = |base: &&Base| base.kind == entry.kind && base.key.is_none() && !base.deleted;
    if let Some(id) = &entry.referenz_id {
        let named =
            |base: &Base| base.id.as_deref().is_some_and(|own| referenzanteil(own) == referenzanteil(id));
        return person.base.iter().position(|base| free(&base) && named(base));
    }
    let alike = |base: &Base| {
        let comparable = |name: &String| kind.shows(name);
        let shared = base.data.keys().any(|name| comparable(name) && entry.data.contains_key(name));
        shared && differing(&base.data, &entry.data).iter().all(|name| !comparable(name))
    };
    if let Some(at) = person.base.iter().position(|base| free(&base) && alike(base)) {
        return Some(at);
    }
    // Of a kind of which there is one, it is that one.
    let current = |base: &&Base| base.kind == entry.kind && !base.historic;
    // Not where the host was told of it as of another one.
    let only = kind.most == Some(1)
        && person.base.iter().filter(current).count() == 1
        && ours.entries.iter().filter(|other| other.kind == entry.kind).count() == 1;
    if only {
        person.base.iter().position(|base| free(&base) && !base.historic && !base.announced)
    } else {
        None
    }
}

/// What news of the register say about entries that they do not have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Absent<'a> {
    /// They are gone: the news are the whole record as it was at this time.
    Gone(Timestamp),
    /// These are gone, nothing is said of others.
    These(&'a [RegisterEintrag]),
}

/// Takes news of the register into the base. Gives the numbers of the entries that others changed.
pub(super) fn take_over(
    person: &mut Person,
    kinds: &Kinds,
    news: &[RegisterEintrag],
    absent: Absent<'_>,
    told: Timestamp,
) -> Vec<u64> {
    let first = !person.loaded && matches!(absent, Absent::Gone(_));
    let mut changed = Vec::new();
    let mut met = vec![false; person.base.len()];
    for entry in news {
        let Some(kind) = kinds.get(&entry.kind) else { continue };
        let at = match &entry.referenz_id {
            Some(id) => person.by_id(&entry.kind, id).or_else(|| unnamed(person, kind, entry)),
            None => unnamed(person, kind, entry),
        };
        let Some(at) = at else {
            if entry.referenz_id.as_deref().is_some_and(|id| is_buried(person, id)) {
                continue;
            }
            met.push(true);
            let at = person.add(Base {
                kind: entry.kind.clone(),
                id: entry.referenz_id.clone(),
                data: entry.data.clone(),
                register: entry.register.clone(),
                historic: entry.historic,
                first,
                told,
                ..Base::default()
            });
            changed.extend(person.base.get(at).map(|base| base.number));
            continue;
        };
        if let Some(met) = met.get_mut(at) {
            *met = true;
        }
        if let Some(base) = person.base.get_mut(at)
            && renew(base, kind, entry, told)
        {
            changed.push(base.number);
        }
    }
    for at in 0..person.base.len() {
        let Some(base) = person.base.get_mut(at) else { continue };
        let gone = match absent {
            Absent::Gone(snapshot) => {
                // What the register does not show says nothing by being absent; nor does what was stored since.
                let shown = kinds.get(&base.kind).is_some_and(|kind| !kind.auskunft.is_empty());
                shown && !met.get(at).copied().unwrap_or(true) && base.told <= snapshot
            }
            Absent::These(entries) => entries.iter().any(|entry| {
                let same_entry =
                    entry.referenz_id.as_deref().zip(base.id.as_deref()).is_some_and(|(gone, own)| {
                        referenzanteil(gone) == referenzanteil(own) && compare_versions(own, gone).is_le()
                    });
                base.kind == entry.kind && same_entry
            }),
        };
        if gone && !base.deleted {
            base.deleted = true;
            base.told = told;
            if base.before.is_none() {
                base.before = Some(base.data.clone());
            }
            changed.push(base.number);
        }
    }
    changed.sort_unstable();
    changed.dedup();
    changed
}

/// An entry that has no id, or whose id is not yet known, by what it says.
fn unnamed(person: &Person, kind: &Kind, entry: &RegisterEintrag) -> Option<usize> {
    person.base.iter().position(|base| {
        base.kind == entry.kind
            && base.id.is_none()
            && differing(&base.data, &entry.data).iter().all(|name| !kind.shows(name))
    })
}

/// Whether the entry of an id, in this version, is known to be gone.
fn is_buried(person: &Person, id: &str) -> bool {
    let covers =
        |gone: &&String| referenzanteil(gone) == referenzanteil(id) && compare_versions(id, gone).is_le();
    person.gone.iter().any(|gone| covers(&gone))
}

/// Takes a newer state of an entry; true if its data are others.
fn renew(base: &mut Base, kind: &Kind, entry: &RegisterEintrag, told: Timestamp) -> bool {
    if let (Some(own), Some(new)) = (&base.id, &entry.referenz_id)
        && compare_versions(own, new).is_gt()
    {
        return false;
    }
    let mut data = entry.data.clone();
    // What the register stores and does not show is still there.
    for (name, value) in &base.data {
        if !kind.shows(name) && !data.contains_key(name) {
            data.insert(name.clone(), value.clone());
        }
    }
    let others = !differing(&base.data, &data).is_empty();
    if others && base.before.is_none() && base.key.is_some() {
        base.before = Some(base.data.clone());
    }
    let again = std::mem::take(&mut base.deleted);
    base.id = entry.referenz_id.clone().or_else(|| base.id.take());
    base.register = entry.register.clone();
    base.historic = entry.historic;
    base.data = data;
    base.told = told;
    others || again
}

/// Writes confirmed changes into the base. `id_of` gives the new Referenz-ID that the register named for a kind. Gives the
/// numbers of entries that others changed meanwhile, or that had been taken for one of the host's: they are news.
pub(super) fn confirm(
    person: &mut Person,
    changes: &[Change],
    told: Timestamp,
    id_of: impl Fn(&str) -> Option<String>,
) -> Vec<u64> {
    let mut news = Vec::new();
    for change in changes {
        let new_id = id_of(&change.kind);
        let is_new = change.aenderungsart == "01";
        let named = change.referenz_id.as_ref().or(new_id.as_ref());
        let by_name = named.and_then(|id| person.by_id(&change.kind, id));
        let by_key = person.by_key(&change.kind, &change.entry);
        let at = match (by_name, by_key) {
            (Some(at), _) => Some(at),
            // What is new has a name of its own: another one that stood for it was that of somebody else's entry.
            (None, Some(at))
                if is_new && named.is_some() && person.base.get(at).is_some_and(|base| base.id.is_some()) =>
            {
                if let Some(base) = person.base.get_mut(at) {
                    (base.key, base.before) = (None, None);
                    news.push(base.number);
                }
                None
            }
            (None, other) => other,
        };
        if change.is_deletion() {
            if let Some(at) = at {
                let base = person.base.remove(at);
                person.bury(base.id);
            }
            continue;
        }
        let Some(data) = &change.data else { continue };
        let base = match at.and_then(|at| person.base.get_mut(at)) {
            Some(base) => base,
            None => {
                let new = Base { kind: change.kind.clone(), data: data.clone(), ..Base::default() };
                let at = person.add(new);
                let Some(base) = person.base.get_mut(at) else { continue };
                base
            }
        };
        base.key = Some(change.entry.clone());
        let newer = base.id.as_deref().zip(new_id.as_deref());
        if newer.is_some_and(|(known, new)| compare_versions(known, new).is_gt()) {
            // News of a later change came before this answer: that change was made over ours.
            base.before = (!differing(data, &base.data).is_empty()).then(|| data.clone());
            news.push(base.number);
            continue;
        }
        (base.data, base.before, base.deleted, base.told) = (data.clone(), None, false, told);
        base.id = new_id.or_else(|| base.id.take());
    }
    news
}

/// The base as it will be when these changes are confirmed.
pub(super) fn projected(person: &Person, changes: &[Change]) -> Person {
    let mut after = person.clone();
    confirm(&mut after, changes, Timestamp::default(), |_| None);
    after
}

/// What two sides of a held entry are told apart by.
pub(super) fn mark(data: Option<&Map<String, Value>>) -> Value {
    data.map_or(Value::Null, |data| plain(&Value::Object(data.clone())))
}
