//! What any store must do, as tests that take it: run [`all`] in a test of a new implementation.

mod conduct;
mod model;
mod rows;

use super::{Dump, Pair, Store, StoreError, StoreExt, Table, View};

/// Opens one more handle on the same store.
pub type Opener = Box<dyn Fn() -> Box<dyn Store + Send> + Send + Sync>;

/// Makes a new, empty store, and gives what opens handles on it. A store may be forgotten when its opener is dropped.
pub type Fresh<'f> = dyn FnMut() -> Opener + 'f;

/// Runs each test of the suite on a store of its own.
///
/// # Panics
/// Where the store does not do what it must.
pub fn all(fresh: &mut Fresh<'_>) {
    rows::all(fresh);
    conduct::all(fresh);
    for seed in 1..=5 {
        model::random_operations(&fresh(), seed, 300);
    }
}

/// Runs `operations` transactions that are drawn from `seed` on the store and on a model of it, and compares them.
///
/// # Panics
/// Where they differ; the text has the seed.
pub fn random_operations(open: &Opener, seed: u64, operations: u32) {
    model::random_operations(open, seed, operations);
}

/// All rows, by table and key: to compare two states.
///
/// # Errors
/// [`StoreError`] where the store cannot be read.
pub fn dump(store: &dyn Store) -> Result<Dump, StoreError> {
    store.read_with(|view| {
        let mut rows = Vec::new();
        for table in Table::ALL {
            let found = view.scan(*table, &[], None, usize::MAX)?;
            rows.extend(found.into_iter().map(|(key, value)| (*table, key, value)));
        }
        Ok(rows)
    })
}

fn everything(view: &dyn View, table: Table) -> Vec<Pair> {
    view.scan(table, &[], None, usize::MAX).expect("scans")
}

fn put(store: &mut dyn Store, table: Table, key: &[u8], value: &[u8]) {
    store.write(&mut |transaction| transaction.put(table, key, value)).expect("is written");
}

fn get(store: &dyn Store, table: Table, key: &[u8]) -> Option<Vec<u8>> {
    store.read_with(|view| view.get(table, key)).expect("is read")
}

fn pair(key: &[u8], value: &[u8]) -> Pair {
    (key.to_vec(), value.to_vec())
}
