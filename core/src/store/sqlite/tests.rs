//! What only a store in a file must do.

mod damage;
mod processes;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use super::super::{Store, StoreError, StoreExt, Table, suite};
use super::file::{APPLICATION, open_steps};
use super::sql::SQL;
use super::{SqliteStore, WAIT};

/// A folder that is gone in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("azrkit-store-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn store(&self) -> PathBuf {
        self.0.join("azr.store")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn put(store: &mut SqliteStore, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
    store.write(&mut |transaction| transaction.put(Table::Person, key, value))
}

fn code<T: std::fmt::Debug>(result: Result<T, StoreError>) -> &'static str {
    result.expect_err("it must be refused").code()
}

fn number(connection: &Connection, pragma: &str) -> i64 {
    connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).expect("a number")
}

#[test]
fn passes_the_suite() {
    suite::all(&mut || {
        let folder = Arc::new(Folder::new());
        Box::new(move || Box::new(SqliteStore::open(folder.store()).expect("opens")))
    });
}

#[test]
fn statements_stand_at_the_numbers_of_their_tables() {
    for table in Table::ALL {
        let name = format!("\"{}\"", table.name());
        assert!(SQL[*table as usize].get.contains(&name), "{name}");
        assert!(SQL[*table as usize].put.contains(&name), "{name}");
    }
    assert_eq!(SQL.len(), Table::ALL.len());
}

#[test]
fn what_was_committed_is_synced() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.store()).expect("opens");
    assert_eq!(number(&store.connection, "synchronous"), 2);
    assert_eq!(number(&store.connection, "fullfsync"), 1);
    assert_eq!(number(&store.connection, "wal_autocheckpoint"), 1000);
    assert_eq!(number(&store.connection, "application_id"), APPLICATION);
    assert_eq!(number(&store.connection, "user_version"), 1);
    let mode: String =
        store.connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("a mode");
    assert_eq!(mode, "wal");
    store.check().expect("is sound");
}

#[test]
fn a_store_is_made_only_when_asked_to() {
    let folder = Folder::new();
    assert_eq!(code(SqliteStore::open_existing(folder.store())), "AZK-S107");
    assert!(!folder.store().exists());
    fs::write(folder.store(), b"").expect("an empty file");
    assert_eq!(code(SqliteStore::open_existing(folder.store())), "AZK-S107");
    assert_eq!(fs::read(folder.store()).expect("is there"), b"");
    put(&mut SqliteStore::open(folder.store()).expect("is made"), b"a", b"1").expect("is written");
    let store = SqliteStore::open_existing(folder.store()).expect("is one");
    assert_eq!(store.read_with(|view| view.count(Table::Person)).expect("is read"), 1);
}

#[test]
fn places_that_cannot_be_used_are_errors() {
    let folder = Folder::new();
    assert_eq!(code(SqliteStore::open(&folder.0)), "AZK-S101", "a folder");
    assert_eq!(code(SqliteStore::open(folder.0.join("no/such/folder"))), "AZK-S101");
    for nameless in ["", ":memory:"] {
        assert_eq!(code(SqliteStore::open(nameless)), "AZK-S101", "nothing durable");
    }
}

#[test]
fn files_of_others_are_left_as_they_are() {
    let folder = Folder::new();
    let refused = |path: &Path| {
        let before = fs::read(path).expect("is there");
        let refused = code(SqliteStore::open(path));
        assert_eq!(code(SqliteStore::open_existing(path)), refused);
        assert!(fs::read(path).expect("is there") == before, "it was changed");
        refused
    };

    let text = folder.0.join("text");
    fs::write(&text, "no database at all, but longer than its header would be. ".repeat(20))
        .expect("written");
    assert_eq!(refused(&text), "AZK-S106");

    let other = |name: &str, sql: &str| {
        let path = folder.0.join(name);
        Connection::open(&path).expect("opens").execute_batch(sql).expect("is made");
        path
    };
    assert_eq!(refused(&other("tables", "CREATE TABLE person (a)")), "AZK-S106");
    assert_eq!(refused(&other("version", "PRAGMA user_version = 1")), "AZK-S106");
    assert_eq!(refused(&other("application", "PRAGMA application_id = 77")), "AZK-S106");
    let newer = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 2");
    assert_eq!(refused(&other("newer", &newer)), "AZK-S105");
    let odd = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = -1");
    assert_eq!(refused(&other("odd", &odd)), "AZK-S104");
}

#[test]
fn an_older_format_is_brought_to_todays() {
    const FIRST: &str = "CREATE TABLE old (a); INSERT INTO old VALUES (7);";
    const SECOND: &str = "CREATE TABLE new (a); INSERT INTO new SELECT a + 1 FROM old; DROP TABLE old;";
    const WRONG: &str = "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1);";
    let folder = Folder::new();
    let path = folder.store();
    let open = |steps: &[&str]| open_steps(&path, WAIT, true, steps);
    assert_eq!(number(&open(&[FIRST]).expect("is made"), "user_version"), 1);

    assert!(open(&[FIRST, SECOND, WRONG]).is_err());
    let connection = open(&[FIRST]).expect("a step that failed left nothing of any");
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).expect("counts");
    assert_eq!((tables, number(&connection, "user_version")), (1, 1));

    let connection = open(&[FIRST, SECOND]).expect("is brought up");
    let value: i64 = connection.query_row("SELECT a FROM new", [], |row| row.get(0)).expect("is there");
    assert_eq!((value, number(&connection, "user_version")), (8, 2));
    assert_eq!(code(open(&[FIRST])), "AZK-S105", "the old version knows that it is too old");
}

#[test]
fn a_writer_that_waits_too_long_is_told() {
    let folder = Folder::new();
    let mut first = SqliteStore::open(folder.store()).expect("opens");
    let mut second = SqliteStore::open(folder.store()).expect("opens");
    second.set_wait(Duration::from_millis(50)).expect("is set");
    first
        .write(&mut |transaction| {
            transaction.put(Table::Person, b"a", b"1")?;
            assert_eq!(code(put(&mut second, b"b", b"2")), "AZK-S103");
            Ok(())
        })
        .expect("is written");
    put(&mut second, b"b", b"2").expect("its turn");
    assert_eq!(first.read_with(|view| view.count(Table::Person)).expect("is read"), 2);
}

#[test]
fn a_full_disk_loses_nothing() {
    let folder = Folder::new();
    let mut store = SqliteStore::open(folder.store()).expect("opens");
    put(&mut store, b"kept", b"old").expect("is written");
    store.connection.execute_batch("PRAGMA max_page_count = 40").expect("as if the disk had 40 pages");
    let done = store.write(&mut |transaction| {
        transaction.put(Table::Person, b"kept", b"new")?;
        let full = transaction.put(Table::Person, b"large", &vec![1; 1_000_000]);
        assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
        // SQLite has rolled back by itself; this must not be written alone.
        assert!(transaction.put(Table::Person, b"after", b"").is_err());
        Ok(())
    });
    assert_eq!(code(done), "AZK-S110");
    assert_eq!(code(put(&mut store, b"large", &vec![1; 1_000_000])), "AZK-S102");
    let rows = suite::dump(&store).expect("is read");
    assert_eq!(rows, [(Table::Person, b"kept".to_vec(), b"old".to_vec())]);
    put(&mut store, b"small", b"fits").expect("is written");
}

#[test]
fn a_new_store_has_its_rows_where_they_are_cheap() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.store()).expect("opens");
    let mut statement = store
        .connection
        .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr AND strict ORDER BY name")
        .expect("prepares");
    let by_key = statement.query_map([], |row| row.get(0)).expect("runs");
    let by_key: Vec<String> = by_key.collect::<Result<_, _>>().expect("reads");
    assert_eq!(by_key, ["due", "journal", "meta", "number", "open"]);
}

#[test]
fn finding_a_row_reads_no_whole_table() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.store()).expect("opens");
    for sql in &SQL {
        for sql in [sql.get, sql.put, sql.delete, sql.scan, sql.scan_to] {
            let mut statement =
                store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("prepares");
            for parameter in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(parameter, 1).expect("binds");
            }
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().expect("explains") {
                let step: String = row.get("detail").expect("a text");
                assert!(step.starts_with("SEARCH"), "{sql}: {step}");
            }
        }
    }
}
