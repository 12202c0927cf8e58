//! What can go wrong in a store.

use std::error::Error;

/// Why a store could not do its work. The codes are `AZK-S101` and up; one never changes its meaning.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The medium failed, or may not be used: no permission, read-only, a file system without shared memory.
    #[error("AZK-S101: {doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// No room is left.
    #[error("AZK-S102: {doing}: the disk is full")]
    DiskFull {
        /// What was being done.
        doing: &'static str,
    },
    /// Another one was writing, and did not end within the wait. Nothing was done: the call may be repeated.
    #[error("AZK-S103: the store is in use by another one")]
    Busy,
    /// What is stored is not what was written.
    #[error("AZK-S104: the store is damaged: {what}")]
    Damaged {
        /// What was found.
        what: String,
    },
    /// A newer azrkit made the store.
    #[error("AZK-S105: the store has format {found}, made by a newer version; this one knows up to {known}")]
    Newer {
        /// The store's format.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// It is a file of something else. It was not changed.
    #[error("AZK-S106: not a store of azrkit, but a file of another application ({what})")]
    Foreign {
        /// What was found.
        what: String,
    },
    /// There is no store where one should be.
    #[error("AZK-S107: there is no store at {place}")]
    Missing {
        /// Where it was looked for.
        place: String,
    },
    /// A key or value is larger than any store takes.
    #[error("AZK-S108: a {what} of {size} bytes is too large, {limit} are the most")]
    TooLarge {
        /// `key` or `value`.
        what: &'static str,
        /// Its size.
        size: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// The work in a transaction gave up with an error of its own.
    #[error("AZK-S109: {0}")]
    Refused(Box<dyn Error + Send + Sync>),
    /// An operation of the transaction had failed, so the transaction did.
    #[error("AZK-S110: the transaction was given up after an error in it: {cause}")]
    Aborted {
        /// That error's text.
        cause: String,
    },
}

impl StoreError {
    /// The stable code, such as `AZK-S103`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "AZK-S101",
            Self::DiskFull { .. } => "AZK-S102",
            Self::Busy => "AZK-S103",
            Self::Damaged { .. } => "AZK-S104",
            Self::Newer { .. } => "AZK-S105",
            Self::Foreign { .. } => "AZK-S106",
            Self::Missing { .. } => "AZK-S107",
            Self::TooLarge { .. } => "AZK-S108",
            Self::Refused(_) => "AZK-S109",
            Self::Aborted { .. } => "AZK-S110",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;

    #[test]
    fn the_text_begins_with_the_code() {
        let all = [
            StoreError::Io { doing: "opening", source: "no".into() },
            StoreError::DiskFull { doing: "writing" },
            StoreError::Busy,
            StoreError::Damaged { what: "x".into() },
            StoreError::Newer { found: 2, known: 1 },
            StoreError::Foreign { what: "x".into() },
            StoreError::Missing { place: "x".into() },
            StoreError::TooLarge { what: "key", size: 2, limit: 1 },
            StoreError::Refused("x".into()),
            StoreError::Aborted { cause: "x".into() },
        ];
        for (number, error) in all.iter().enumerate() {
            assert_eq!(error.code(), format!("AZK-S{}", 101 + number));
            assert!(error.to_string().starts_with(error.code()), "{error}");
        }
    }
}
