//! A store in one SQLite file.
//!
//! Write-ahead log, and a sync of it with each commit. A reader never waits for a writer, nor a writer for readers;
//! writers wait for one another. Processes of one machine may open the same file, each with its own handle; a file on
//! a network drive may not be shared, SQLite's locks do not hold there.

mod file;
mod sql;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::fuse::Fuse;
use super::{Pair, Store, StoreError, Table, Transaction, View, check_size};
use sql::{SQL, Sql, failed};

/// How long a call waits for another writer, unless told otherwise.
const WAIT: Duration = Duration::from_secs(30);

/// A store in one SQLite file. Beside the file there may be two more, `-wal` and `-shm`, that belong to it: what was
/// committed last may stand only there, so copy none of them while the store is open.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
}

impl SqliteStore {
    /// Opens the store in the file at `path`, and makes it where there is none. One of an older format is brought to
    /// today's; a file of something else, or of a newer version, is left as it is.
    ///
    /// # Errors
    /// [`StoreError::Foreign`], [`StoreError::Newer`], [`StoreError::Damaged`], [`StoreError::Busy`],
    /// [`StoreError::Io`] where the path cannot be used, [`StoreError::DiskFull`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        file::open(path.as_ref(), WAIT, true).map(|connection| Self { connection })
    }

    /// Opens the store in the file at `path`, which must be one already.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is no file, or an empty one; else those of [`SqliteStore::open`].
    pub fn open_existing(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        file::open(path.as_ref(), WAIT, false).map(|connection| Self { connection })
    }

    /// Sets how long a call waits for another writer before it is [`StoreError::Busy`]; 30 seconds if not set.
    ///
    /// # Errors
    /// [`StoreError::Io`] where SQLite refuses.
    pub fn set_wait(&mut self, wait: Duration) -> Result<(), StoreError> {
        self.connection.busy_timeout(wait).map_err(|error| failed("setting the wait", error))
    }

    /// Reads the whole file and sees whether it is sound. It takes as long as reading the file does.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with what was found first; [`StoreError`] where it cannot be read.
    pub fn check(&self) -> Result<(), StoreError> {
        let found: String = self
            .connection
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(|error| failed("checking the store", error))?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Damaged { what: found }) }
    }

    fn begin(&self, sql: &'static str) -> Result<Begun<'_>, StoreError> {
        run(&self.connection, "beginning a transaction", sql)?;
        Ok(Begun { connection: &self.connection, fuse: Fuse::default() })
    }
}

impl Store for SqliteStore {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Transaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut begun = self.begin("BEGIN IMMEDIATE")?;
        work(&mut begun)?;
        begun.fuse.check()?;
        run(begun.connection, "committing", "COMMIT")
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() {
            // Inside the work of another read of this handle: on its state.
            return work(&Inner { connection: &self.connection });
        }
        let begun = self.begin("BEGIN")?;
        work(&Inner { connection: begun.connection })
    }
}

fn run(connection: &Connection, doing: &'static str, sql: &'static str) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(|error| failed(doing, error))?;
    statement.execute([]).map_err(|error| failed(doing, error))?;
    Ok(())
}

/// A transaction under way. Unless it was committed it is rolled back, also by a panic.
struct Begun<'s> {
    connection: &'s Connection,
    /// After some errors SQLite rolls back by itself; what came then would be committed at once, one by one.
    fuse: Fuse,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if !self.connection.is_autocommit() {
            // Whatever SQLite says, the transaction has ended after it.
            let _ = run(self.connection, "rolling back", "ROLLBACK");
        }
    }
}

impl Begun<'_> {
    fn view<T>(&self, operation: impl FnOnce(Inner<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.fuse.run(|| operation(Inner { connection: self.connection }))
    }
}

impl View for Begun<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.view(|inner| inner.get(table, key))
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        self.view(|inner| inner.scan(table, from, to, limit))
    }

    fn count(&self, table: Table) -> Result<u64, StoreError> {
        self.view(|inner| inner.count(table))
    }

    fn last(&self, table: Table) -> Result<Option<Vec<u8>>, StoreError> {
        self.view(|inner| inner.last(table))
    }
}

impl Transaction for Begun<'_> {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.view(|inner| {
            check_size(key, value)?;
            inner.change(table, |sql| sql.put, (key, value))
        })
    }

    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreError> {
        self.view(|inner| inner.change(table, |sql| sql.delete, (key,)))
    }
}

/// What is inside the transaction that the connection is in.
struct Inner<'c> {
    connection: &'c Connection,
}

impl Inner<'_> {
    fn change(
        &self,
        table: Table,
        sql: impl FnOnce(&Sql) -> &'static str,
        parameters: impl rusqlite::Params,
    ) -> Result<(), StoreError> {
        let changed = || self.connection.prepare_cached(sql(&SQL[table as usize]))?.execute(parameters);
        changed().map(|_| ()).map_err(|error| failed("writing", error))
    }
}

impl View for Inner<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let found = || {
            let mut statement = self.connection.prepare_cached(SQL[table as usize].get)?;
            statement.query_row((key,), |row| blob(row, 0)).optional()
        };
        found().map_err(|error| failed("reading", error))
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = &SQL[table as usize];
        let pair = |row: &Row<'_>| Ok((blob(row, 0)?, blob(row, 1)?));
        let found = || match to {
            Some(to) => self
                .connection
                .prepare_cached(sql.scan_to)?
                .query_map((from, limit, to), pair)?
                .collect::<Result<Vec<_>, _>>(),
            None => self.connection.prepare_cached(sql.scan)?.query_map((from, limit), pair)?.collect(),
        };
        found().map_err(|error| failed("reading", error))
    }

    fn count(&self, table: Table) -> Result<u64, StoreError> {
        let found = || {
            let mut statement = self.connection.prepare_cached(SQL[table as usize].count)?;
            statement.query_row([], |row| row.get::<_, i64>(0))
        };
        found().map(i64::unsigned_abs).map_err(|error| failed("counting", error))
    }

    fn last(&self, table: Table) -> Result<Option<Vec<u8>>, StoreError> {
        let found = || {
            let mut statement = self.connection.prepare_cached(SQL[table as usize].last)?;
            statement.query_row([], |row| blob(row, 0)).optional()
        };
        found().map_err(|error| failed("reading", error))
    }
}

fn blob(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<u8>> {
    match row.get_ref(column)? {
        ValueRef::Blob(bytes) => Ok(bytes.to_vec()),
        other => Err(rusqlite::Error::InvalidColumnType(column, "blob".into(), other.data_type())),
    }
}
