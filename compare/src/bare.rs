//! What a kit writes, and the same written by nothing but SQLite.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use azrkit::store::{Pair, Store, StoreError, Table, Transaction, View};
use rusqlite::Connection;

/// A row that was written; no value where it was deleted.
pub(crate) type Write = (Table, Vec<u8>, Option<Vec<u8>>);

/// What was written since it was looked at last.
pub(crate) type Log = Rc<RefCell<Vec<Write>>>;

/// A store that notes what is written.
pub(crate) struct Recording<S> {
    pub(crate) inner: S,
    pub(crate) log: Log,
}

struct Noting<'t> {
    inner: &'t mut dyn Transaction,
    log: &'t RefCell<Vec<Write>>,
}

impl<S: Store> Store for Recording<S> {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Transaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let log = &*self.log;
        self.inner.write(&mut |inner| work(&mut Noting { inner, log }))
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.inner.read(work)
    }
}

impl View for Noting<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        self.inner.scan(table, from, to, limit)
    }

    fn count(&self, table: Table) -> Result<u64, StoreError> {
        self.inner.count(table)
    }

    fn last(&self, table: Table) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.last(table)
    }
}

impl Transaction for Noting<'_> {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.log.borrow_mut().push((table, key.to_vec(), Some(value.to_vec())));
        self.inner.put(table, key, value)
    }

    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreError> {
        self.log.borrow_mut().push((table, key.to_vec(), None));
        self.inner.delete(table, key)
    }
}

/// Of several writes of a row the last one: no one who knows what is to be written writes it twice.
pub(crate) fn net(writes: Vec<Write>) -> Vec<Write> {
    let mut seen = HashSet::new();
    let mut last: Vec<Write> =
        writes.into_iter().rev().filter(|(table, key, _)| seen.insert((*table, key.clone()))).collect();
    last.reverse();
    last
}

/// SQLite alone, on a file of the same tables, with the settings of the store.
pub(crate) struct Bare {
    connection: Connection,
}

impl Bare {
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.set_prepared_statement_cache_capacity(64);
            connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            connection.execute_batch("PRAGMA synchronous = FULL")?;
            Ok(Self { connection })
        };
        open().map_err(|error: rusqlite::Error| error.to_string())
    }

    /// Writes the rows in one transaction. Gives how long it took.
    pub(crate) fn commit(&self, writes: &[Write]) -> Result<Duration, String> {
        let sql: Vec<String> = writes.iter().map(statement).collect();
        let commit = || {
            let start = Instant::now();
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            for ((_, key, value), sql) in writes.iter().zip(&sql) {
                let mut statement = self.connection.prepare_cached(sql)?;
                match value {
                    Some(value) => statement.execute((key, value))?,
                    None => statement.execute((key,))?,
                };
            }
            self.connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(start.elapsed())
        };
        commit().map_err(|error: rusqlite::Error| error.to_string())
    }
}

fn statement((table, _, value): &Write) -> String {
    let table = table.name();
    if value.is_some() {
        format!(
            "INSERT INTO \"{table}\" (key, value) VALUES (?1, ?2) \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )
    } else {
        format!("DELETE FROM \"{table}\" WHERE key = ?1")
    }
}
