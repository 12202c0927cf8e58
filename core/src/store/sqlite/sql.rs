//! The statements, and what SQLite's errors mean.

use rusqlite::{Error, ErrorCode};

use super::StoreError;

/// The statements of one table.
pub(super) struct Sql {
    pub(super) get: &'static str,
    pub(super) put: &'static str,
    pub(super) delete: &'static str,
    pub(super) scan: &'static str,
    pub(super) scan_to: &'static str,
    pub(super) count: &'static str,
    pub(super) last: &'static str,
}

/// How many statements a connection keeps prepared: all of them, and those of transactions.
pub(super) const STATEMENTS: usize = 7 * SQL.len() + 4;

macro_rules! sql {
    ($($table:literal)*) => {
        [$(Sql {
            get: concat!("SELECT value FROM \"", $table, "\" WHERE key = ?1"),
            put: concat!(
                "INSERT INTO \"", $table, "\" (key, value) VALUES (?1, ?2) ",
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            ),
            delete: concat!("DELETE FROM \"", $table, "\" WHERE key = ?1"),
            scan: concat!("SELECT key, value FROM \"", $table, "\" WHERE key >= ?1 ORDER BY key LIMIT ?2"),
            scan_to: concat!(
                "SELECT key, value FROM \"", $table, "\" WHERE key >= ?1 AND key < ?3 ORDER BY key LIMIT ?2"
            ),
            count: concat!("SELECT count(*) FROM \"", $table, "\""),
            last: concat!("SELECT key FROM \"", $table, "\" ORDER BY key DESC LIMIT 1"),
        }),*]
    };
}

/// By the numbers of the tables.
pub(super) static SQL: [Sql; 9] =
    sql!["meta" "person" "number" "outbox" "due" "inbox" "event" "journal" "open"];

/// An error of SQLite as one of a store.
pub(super) fn failed(doing: &'static str, error: Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull { doing },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { what: error.to_string() }
        }
        // The statements are right, so the tables are not; nor are they where a value has another type.
        Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) | None => {
            StoreError::Damaged { what: error.to_string() }
        }
        Some(_) => StoreError::Io { doing, source: Box::new(error) },
    }
}
