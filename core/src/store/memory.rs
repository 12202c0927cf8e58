//! A store in memory.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::fuse::Fuse;
use super::{Dump, Pair, Store, StoreError, Table, Transaction, View, check_size};

/// A store in memory. Clones are handles on the same tables, as if a file were opened again; with the last one the
/// tables are gone.
///
/// Reading takes a snapshot at no cost. A write that commits while a reader holds one copies the tables that it
/// changes, without their values.
#[derive(Clone, Default)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// All rows, by table and key: to compare two states.
    pub fn dump(&self) -> Dump {
        let tables = self.shared.snapshot();
        let rows = |table: &Table| {
            let table = *table;
            tables[table as usize].iter().map(move |(key, value)| (table, key.clone(), value.to_vec()))
        };
        Table::ALL.iter().flat_map(rows).collect()
    }
}

impl std::fmt::Debug for MemoryStore {
    /// Only how many rows there are: what is in them is nobody's business in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tables = self.shared.snapshot();
        f.debug_map()
            .entries(Table::ALL.iter().map(|table| (table.name(), tables[*table as usize].len())))
            .finish()
    }
}

impl Store for MemoryStore {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Transaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let _turn = self.shared.turn()?;
        let mut draft =
            Draft { base: self.shared.snapshot(), changes: Default::default(), fuse: Fuse::default() };
        work(&mut draft)?;
        let Draft { base, changes, fuse } = draft;
        fuse.check()?;
        // Held, it would have each changed table copied.
        drop(base);
        self.shared.apply(changes);
        Ok(())
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        work(&Snapshot(self.shared.snapshot()))
    }
}

const TABLES: usize = Table::ALL.len();

type Value = Arc<[u8]>;
type Rows = BTreeMap<Vec<u8>, Value>;
type Range<'k> = (Bound<&'k [u8]>, Bound<&'k [u8]>);
type Tables = [Arc<Rows>; TABLES];
/// What is to become of a row: a new value, or none.
type Changes = BTreeMap<Vec<u8>, Option<Value>>;

#[derive(Default)]
struct Shared {
    tables: Mutex<Tables>,
    /// Whose turn to write it is.
    writer: Mutex<Option<ThreadId>>,
    free: Condvar,
}

impl Shared {
    fn snapshot(&self) -> Tables {
        lock(&self.tables).clone()
    }

    fn apply(&self, changes: [Changes; TABLES]) {
        let mut tables = lock(&self.tables);
        for (rows, changes) in tables.iter_mut().zip(changes).filter(|(_, changes)| !changes.is_empty()) {
            let rows = Arc::make_mut(rows);
            for (key, value) in changes {
                match value {
                    Some(value) => rows.insert(key, value),
                    None => rows.remove(&key),
                };
            }
        }
    }

    /// Waits for the other writers; who writes already would wait for itself.
    fn turn(&self) -> Result<Turn<'_>, StoreError> {
        let me = thread::current().id();
        let mut writer = lock(&self.writer);
        while let Some(other) = *writer {
            if other == me {
                return Err(StoreError::Busy);
            }
            writer = self.free.wait(writer).unwrap_or_else(PoisonError::into_inner);
        }
        *writer = Some(me);
        Ok(Turn(self))
    }
}

struct Turn<'s>(&'s Shared);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *lock(&self.0.writer) = None;
        self.0.free.notify_one();
    }
}

/// No work runs under these locks, so a panic leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Snapshot(Tables);

impl View for Snapshot {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0[table as usize].get(key).map(|value| value.to_vec()))
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        let Some(range) = range(from, to) else { return Ok(Vec::new()) };
        let rows = self.0[table as usize].range::<[u8], _>(range);
        Ok(rows.take(limit).map(|(key, value)| (key.clone(), value.to_vec())).collect())
    }

    fn count(&self, table: Table) -> Result<u64, StoreError> {
        Ok(self.0[table as usize].len() as u64)
    }

    fn last(&self, table: Table) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0[table as usize].last_key_value().map(|(key, _)| key.clone()))
    }
}

/// The last committed state, and the changes to it that are not yet committed.
struct Draft {
    base: Tables,
    changes: [Changes; TABLES],
    fuse: Fuse,
}

impl View for Draft {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.fuse.check()?;
        let value = match self.changes[table as usize].get(key) {
            Some(changed) => changed.as_ref(),
            None => self.base[table as usize].get(key),
        };
        Ok(value.map(|value| value.to_vec()))
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        self.fuse.check()?;
        let Some(range) = range(from, to) else { return Ok(Vec::new()) };
        let base = self.base[table as usize].range::<[u8], _>(range);
        let changes = self.changes[table as usize].range::<[u8], _>(range);
        let rows = merge(base, changes, |a, b| a.cmp(b));
        Ok(rows.take(limit).map(|(key, value)| (key.to_vec(), value.to_vec())).collect())
    }

    fn count(&self, table: Table) -> Result<u64, StoreError> {
        self.fuse.check()?;
        let base = &self.base[table as usize];
        let mut count = base.len();
        for (key, value) in &self.changes[table as usize] {
            match (base.contains_key(key), value.is_some()) {
                (false, true) => count += 1,
                (true, false) => count -= 1,
                _ => {}
            }
        }
        Ok(count as u64)
    }

    fn last(&self, table: Table) -> Result<Option<Vec<u8>>, StoreError> {
        self.fuse.check()?;
        let base = self.base[table as usize].iter().rev();
        let changes = self.changes[table as usize].iter().rev();
        Ok(merge(base, changes, |a, b| b.cmp(a)).next().map(|(key, _)| key.to_vec()))
    }
}

impl Transaction for Draft {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.fuse.run(|| check_size(key, value))?;
        self.changes[table as usize].insert(key.to_vec(), Some(value.into()));
        Ok(())
    }

    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreError> {
        self.fuse.check()?;
        self.changes[table as usize].insert(key.to_vec(), None);
        Ok(())
    }
}

/// None where it is empty; a map would panic on it.
fn range<'k>(from: &'k [u8], to: Option<&'k [u8]>) -> Option<Range<'k>> {
    match to {
        Some(to) if to <= from => None,
        Some(to) => Some((Bound::Included(from), Bound::Excluded(to))),
        None => Some((Bound::Included(from), Bound::Unbounded)),
    }
}

/// The rows of `base` as changed, in the given order, which both are in.
fn merge<'r>(
    base: impl Iterator<Item = (&'r Vec<u8>, &'r Value)>,
    changes: impl Iterator<Item = (&'r Vec<u8>, &'r Option<Value>)>,
    order: impl Fn(&[u8], &[u8]) -> Ordering,
) -> impl Iterator<Item = (&'r [u8], &'r [u8])> {
    let (mut base, mut changes) = (base.peekable(), changes.peekable());
    std::iter::from_fn(move || {
        loop {
            let first = match (base.peek(), changes.peek()) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((old, _)), Some((new, _))) => order(old, new),
            };
            if first == Ordering::Less {
                return base.next().map(|(key, value)| (key.as_slice(), &**value));
            }
            if first == Ordering::Equal {
                base.next();
            }
            if let Some((key, Some(value))) = changes.next() {
                return Some((key.as_slice(), &**value));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Store, StoreError, Table, suite};
    use super::MemoryStore;

    #[test]
    fn passes_the_suite() {
        suite::all(&mut || {
            let store = MemoryStore::new();
            Box::new(move || Box::new(store.clone()))
        });
    }

    #[test]
    fn a_write_inside_a_write_does_not_wait_for_itself() {
        let mut store = MemoryStore::new();
        let mut second = store.clone();
        store
            .write(&mut |transaction| {
                transaction.put(Table::Meta, b"a", b"1")?;
                assert!(matches!(second.write(&mut |_| Ok(())), Err(StoreError::Busy)));
                Ok(())
            })
            .expect("the outer one is written");
        second.write(&mut |transaction| transaction.put(Table::Open, b"b", b"2")).expect("its turn now");
        let rows = [(Table::Meta, b"a".to_vec(), b"1".to_vec()), (Table::Open, b"b".to_vec(), b"2".to_vec())];
        assert_eq!(store.dump(), rows);
    }

    #[test]
    fn debug_shows_no_content() {
        let mut store = MemoryStore::new();
        store
            .write(&mut |transaction| transaction.put(Table::Person, b"secret", b"secret"))
            .expect("written");
        let shown = format!("{store:?}");
        assert!(shown.contains("\"person\": 1") && !shown.contains("secret"), "{shown}");
    }
}
