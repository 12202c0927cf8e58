//! A store that fails when told to, to see what those who use it make of that.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::fuse::Fuse;
use super::{Pair, Store, StoreError, Table, Transaction, View};

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It was not done, and so nothing of its transaction is.
    Before,
    /// The transaction was committed, but the caller sees an error: a crash just after the commit. Told for an
    /// operation that is no commit, the next commit has it.
    AfterCommit,
}

/// Counts the operations on a store and fails at one of them.
///
/// Operations are the beginnings of transactions, `get`, `scan`, `count`, `last`, `put`, `delete` and the commits of
/// write transactions, numbered from 1. A fault strikes once; after it the store works again, as if the host had been
/// started anew. The error is [`StoreError::Io`].
#[derive(Clone, Debug)]
pub struct FaultyStore<S> {
    inner: S,
    faults: Faults,
}

impl<S> FaultyStore<S> {
    /// Wraps a store; no fault is planned.
    pub fn new(inner: S) -> Self {
        Self { inner, faults: Faults::default() }
    }

    /// What counts and plans, to be kept where the store itself is given away.
    pub fn faults(&self) -> Faults {
        self.faults.clone()
    }

    /// [`Faults::fail_at`]
    pub fn fail_at(&self, operation: u64, fault: Fault) {
        self.faults.fail_at(operation, fault);
    }

    /// [`Faults::operations`]
    pub fn operations(&self) -> u64 {
        self.faults.operations()
    }

    /// The store inside.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

/// The counter and the plan of a [`FaultyStore`]. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<State>>);

impl Faults {
    /// Plans a fault at the operation of this number, counted from the store's making; in place of one planned before.
    /// A number that is past strikes at the next operation.
    pub fn fail_at(&self, operation: u64, fault: Fault) {
        self.state().plan = Some((operation, fault));
    }

    /// How many operations there were.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Whether a fault is planned that has not struck yet.
    pub fn pending(&self) -> bool {
        self.state().plan.is_some()
    }

    /// No fault any more.
    pub fn clear(&self) {
        self.state().plan = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation; gives the fault that strikes at it.
    fn count(&self, commit: bool) -> Option<Fault> {
        let mut state = self.state();
        state.operations += 1;
        let (at, fault) = state.plan?;
        let strikes = state.operations >= at && (commit || fault == Fault::Before);
        if strikes {
            state.plan = None;
        }
        strikes.then_some(fault)
    }

    fn operation(&self, doing: &'static str) -> Result<(), StoreError> {
        match self.count(false) {
            None => Ok(()),
            Some(_) => Err(injected(doing)),
        }
    }
}

#[derive(Debug, Default)]
struct State {
    operations: u64,
    plan: Option<(u64, Fault)>,
}

fn injected(doing: &'static str) -> StoreError {
    StoreError::Io { doing, source: "a fault that was asked for".into() }
}

impl<S: Store> Store for FaultyStore<S> {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Transaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let Self { inner, faults } = self;
        faults.operation("begin")?;
        let mut fails_after = false;
        inner.write(&mut |transaction| {
            let mut counting = Counting { inner: transaction, faults: &*faults, fuse: Fuse::default() };
            work(&mut counting)?;
            counting.fuse.check()?;
            match faults.count(true) {
                None => Ok(()),
                Some(Fault::Before) => Err(injected("commit")),
                Some(Fault::AfterCommit) => {
                    fails_after = true;
                    Ok(())
                }
            }
        })?;
        if fails_after { Err(injected("after the commit")) } else { Ok(()) }
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.faults.operation("begin")?;
        self.inner.read(&mut |view| work(&CountingView { inner: view, faults: &self.faults }))
    }
}

struct CountingView<'i> {
    inner: &'i dyn View,
    faults: &'i Faults,
}

impl View for CountingView<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.faults.operation("get")?;
        self.inner.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        self.faults.operation("scan")?;
        self.inner.scan(table, from, to, limit)
    }

    fn count(&self, table: Table) -> Result<u64, StoreError> {
        self.faults.operation("count")?;
        self.inner.count(table)
    }

    fn last(&self, table: Table) -> Result<Option<Vec<u8>>, StoreError> {
        self.faults.operation("last")?;
        self.inner.last(table)
    }
}

struct Counting<'i> {
    inner: &'i mut dyn Transaction,
    faults: &'i Faults,
    fuse: Fuse,
}

impl Counting<'_> {
    fn view<T>(
        &self,
        doing: &'static str,
        operation: impl FnOnce(&dyn Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.fuse.run(|| {
            self.faults.operation(doing)?;
            operation(&*self.inner)
        })
    }

    fn change(
        &mut self,
        doing: &'static str,
        operation: impl FnOnce(&mut dyn Transaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.fuse.run(|| {
            self.faults.operation(doing)?;
            operation(&mut *self.inner)
        })
    }
}

impl View for Counting<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.view("get", |inner| inner.get(table, key))
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        self.view("scan", |inner| inner.scan(table, from, to, limit))
    }

    fn count(&self, table: Table) -> Result<u64, StoreError> {
        self.view("count", |inner| inner.count(table))
    }

    fn last(&self, table: Table) -> Result<Option<Vec<u8>>, StoreError> {
        self.view("last", |inner| inner.last(table))
    }
}

impl Transaction for Counting<'_> {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.change("put", |inner| inner.put(table, key, value))
    }

    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreError> {
        self.change("delete", |inner| inner.delete(table, key))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MemoryStore, Store, StoreError, Table, suite};
    use super::{Fault, FaultyStore};

    /// Six operations: begin, get, put, delete, last, commit.
    fn work(store: &mut dyn Store) -> Result<(), StoreError> {
        store.write(&mut |transaction| {
            transaction.get(Table::Meta, b"a")?;
            transaction.put(Table::Meta, b"b", b"new")?;
            transaction.delete(Table::Meta, b"a")?;
            transaction.last(Table::Meta)?;
            Ok(())
        })
    }

    fn before() -> MemoryStore {
        let mut store = MemoryStore::new();
        store.write(&mut |transaction| transaction.put(Table::Meta, b"a", b"old")).expect("written");
        store
    }

    #[test]
    fn each_operation_can_fail_and_leaves_nothing() {
        let old = [(Table::Meta, b"a".to_vec(), b"old".to_vec())];
        let new = [(Table::Meta, b"b".to_vec(), b"new".to_vec())];
        for operation in 1..=7 {
            let inner = before();
            let mut store = FaultyStore::new(inner.clone());
            store.fail_at(operation, Fault::Before);
            let done = work(&mut store);
            if operation == 7 {
                assert!(done.is_ok() && store.faults().pending());
                assert_eq!((store.operations(), inner.dump()), (6, new.to_vec()));
            } else {
                assert!(matches!(done, Err(StoreError::Io { .. })), "{operation}: {done:?}");
                assert_eq!((store.operations(), inner.dump()), (operation, old.to_vec()));
                work(&mut store).expect("a fault strikes once");
                assert_eq!(inner.dump(), new);
            }
        }
    }

    #[test]
    fn a_commit_can_fail_after_it_was_durable() {
        for operation in 1..=6 {
            let inner = before();
            let mut store = FaultyStore::new(inner.clone());
            store.fail_at(operation, Fault::AfterCommit);
            let done = work(&mut store);
            assert!(matches!(done, Err(StoreError::Io { .. })), "{operation}: {done:?}");
            assert_eq!(inner.dump(), [(Table::Meta, b"b".to_vec(), b"new".to_vec())]);
        }
    }

    #[test]
    fn a_fault_that_the_work_ignores_fails_the_transaction() {
        let inner = before();
        let mut store = FaultyStore::new(inner.clone());
        store.fail_at(2, Fault::Before);
        let done = store.write(&mut |transaction| {
            let _ = transaction.put(Table::Meta, b"x", b"");
            let _ = transaction.put(Table::Meta, b"y", b"");
            Ok(())
        });
        assert!(matches!(done, Err(StoreError::Aborted { .. })), "{done:?}");
        assert_eq!(inner.dump().len(), 1);
    }

    #[test]
    fn reads_fail_too() {
        let store = FaultyStore::new(before());
        for (operation, begun) in [(1, false), (3, true)] {
            store.fail_at(operation, Fault::Before);
            let mut ran = false;
            let done = store.read(&mut |view| {
                ran = true;
                view.get(Table::Meta, b"a").map(|_| ())
            });
            assert!(matches!(done, Err(StoreError::Io { .. })), "{done:?}");
            assert_eq!(ran, begun);
        }
    }

    #[test]
    fn without_a_fault_it_passes_the_suite() {
        suite::all(&mut || {
            let store = FaultyStore::new(MemoryStore::new());
            Box::new(move || Box::new(store.clone()))
        });
    }
}
