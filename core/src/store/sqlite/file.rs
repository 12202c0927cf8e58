//! The file: whose it is, which format it has, and how it is opened.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::StoreError;
use super::sql::{STATEMENTS, failed};

/// Stands in the file's header: "AZRK".
pub(super) const APPLICATION: i64 = 0x415A_524B;

/// The steps from an empty file to today's format. The format's number, `user_version`, is how many were done; one
/// that was released is never changed.
const STEPS: &[&str] = &[
    // 1: a table each. Where values are small the rows stand in the tree of the keys; large ones would spread it over
    // many pages, which made a change a third dearer and loading 100,000 persons three to six times.
    r#"
    CREATE TABLE "meta" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE "person" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT;
    CREATE TABLE "number" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE "outbox" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT;
    CREATE TABLE "due" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE "inbox" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT;
    CREATE TABLE "event" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT;
    CREATE TABLE "journal" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE "open" (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    "#,
];

/// Opens the file, and makes the store where there is none and `create` is set. Nothing is changed in a file before
/// it is known to be a store, or empty.
pub(super) fn open(path: &Path, wait: Duration, create: bool) -> Result<Connection, StoreError> {
    open_steps(path, wait, create, STEPS)
}

/// [`open`], with the steps of another version.
pub(super) fn open_steps(
    path: &Path,
    wait: Duration,
    create: bool,
    steps: &[&str],
) -> Result<Connection, StoreError> {
    let missing = || StoreError::Missing { place: path.display().to_string() };
    if !create && !path.exists() {
        return Err(missing());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let create_flag = if create { OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::empty() };
    let mut connection = Connection::open_with_flags(path, flags | create_flag)
        .map_err(|error| failed("opening the store", error))?;
    let setting_up = |error| failed("setting up the store", error);
    connection.busy_timeout(wait).map_err(setting_up)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);

    let known = steps.len() as i64;
    let format = format(&mut connection, known)?;
    if format == 0 && !create {
        return Err(missing());
    }
    write_ahead(&connection, wait)?;
    // Nothing from a damaged or forged file is trusted or run. fullfsync is for macOS, where a sync is none without it.
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
             PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
        )
        .map_err(setting_up)?;
    if format < known {
        migrate(&mut connection, steps)?;
    }
    Ok(connection)
}

/// The format of the file, 0 for an empty one, if it is a store that can be used here.
fn format(connection: &mut Connection, known: i64) -> Result<i64, StoreError> {
    // One transaction, so that the answers are of one state.
    let mut read = || identify(&*connection.transaction()?);
    let identity = read().map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { what: "no SQLite file".into() },
        _ => failed("opening the store", error),
    })?;
    identity.format(known)
}

struct Identity {
    application: i64,
    format: i64,
    tables: i64,
}

fn identify(connection: &Connection) -> rusqlite::Result<Identity> {
    let number = |sql| connection.query_row(sql, [], |row| row.get(0));
    Ok(Identity {
        application: number("PRAGMA application_id")?,
        format: number("PRAGMA user_version")?,
        tables: number("SELECT count(*) FROM sqlite_schema")?,
    })
}

impl Identity {
    fn format(&self, known: i64) -> Result<i64, StoreError> {
        match self {
            Self { application: 0, format: 0, tables: 0 } => Ok(0),
            Self { application: APPLICATION, format, .. } if *format > known => {
                Err(StoreError::Newer { found: *format, known })
            }
            Self { application: APPLICATION, format, .. } if *format > 0 => Ok(*format),
            Self { application: APPLICATION, format, .. } => {
                Err(StoreError::Damaged { what: format!("its format is {format}") })
            }
            Self { application, format, tables } => Err(StoreError::Foreign {
                what: format!("SQLite, application {application:#x}, version {format}, {tables} tables"),
            }),
        }
    }
}

/// Switches to the write-ahead log. While others switch too, SQLite says at once that it is busy.
fn write_ahead(connection: &Connection, wait: Duration) -> Result<(), StoreError> {
    let begun = Instant::now();
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match mode.map_err(|error| failed("switching to a write-ahead log", error)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(StoreError::Io {
                    doing: "switching to a write-ahead log",
                    source: format!("the file system allows only the mode {mode}").into(),
                });
            }
            Err(StoreError::Busy) if begun.elapsed() < wait => thread::sleep(Duration::from_millis(5)),
            Err(error) => return Err(error),
        }
    }
}

/// Does the steps that were not done yet, all or none. Another process may have been faster.
fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    let bringing = |error| failed("bringing the store to today's format", error);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(bringing)?;
    let done = identify(&transaction).map_err(bringing)?.format(steps.len() as i64)?;
    for step in steps.iter().skip(usize::try_from(done).unwrap_or(0)) {
        transaction.execute_batch(step).map_err(bringing)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(bringing)?;
    transaction.pragma_update(None, "user_version", steps.len() as i64).map_err(bringing)?;
    transaction.commit().map_err(bringing)
}
