//! Changes out, the register's changes in: planning, outbox, inbox, merging. Hosts use it through [`Kit`](crate::Kit).
//!
//! A person has at most one message under way. What comes next is worked out anew from the record that the host submitted last
//! (`ours`) and what the register is known to hold (`base`), each time something happened. So submitting twice, or a newer record
//! while something is under way, needs no case of its own, and no plan can be out of date.
//!
//! | file | subject |
//! |---|---|
//! | `config` | what a host says once |
//! | `person` | what is kept of a person |
//! | `event` | what azrkit tells a host, and what the host decides |
//! | `merge` | three-way: base, theirs, ours |
//! | `plan` | the fewest Meldungen |
//! | `desk` | one call at work: transaction, clock, rows |
//! | `compose` | the messages that go out |
//! | `advance` | what a person needs next |
//! | `outbox` | handing out, retrying |
//! | `inbox` | what comes in, and to what it belongs |
//! | `answer` | the register's answers |
//! | `decide` | what the host decides |
//!
//! It never opens a socket, reads no clock and makes no random numbers: [`Environment`] gives both.

mod advance;
mod answer;
mod compose;
mod config;
mod decide;
pub(crate) mod desk;
mod event;
mod inbox;
mod merge;
pub(crate) mod outbox;
pub(crate) mod person;
mod plan;
#[cfg(test)]
mod tests;

pub use config::{Config, Limits, Policy, Side};
pub use desk::JournalEntry;
pub use event::{Candidate, Decision, Event, RegisterError, What};
pub use outbox::Outgoing;
pub use person::Change;
pub use plan::{Lacks, Meldung};

use crate::register;
use crate::store::StoreError;
use crate::time::Timestamp;

/// What azrkit needs of the world. A test gives the same again and again.
pub trait Environment {
    /// The time now.
    fn now(&mut self) -> Timestamp;
    /// Bytes that nobody can guess, for UUIDs.
    fn random(&mut self) -> [u8; 16];
}

/// Why a call could not do its work. What is wrong with a message or a record is no error, but an event or a finding.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// The store could not do its work.
    #[error(transparent)]
    Store(StoreError),
    /// The standard's data do not fit.
    #[error(transparent)]
    Register(#[from] register::RegisterError),
    /// A row of the store is not what azrkit wrote.
    #[error("AZK-K001: a row of the table {table} cannot be read: {detail}")]
    Damaged {
        /// The table.
        table: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// There is no such message, event or person.
    #[error("AZK-K002: {what} is not known, or no longer open")]
    Unknown {
        /// What was asked for.
        what: String,
    },
    /// A decision that does not fit the event.
    #[error("AZK-K003: event {event} cannot be decided so: {allowed}")]
    Decision {
        /// The event.
        event: u64,
        /// What can be decided.
        allowed: &'static str,
    },
    /// The AZR-Nummer is that of another person of the host.
    #[error("AZK-K004: the AZR-Nummer {number} is that of the person {person}")]
    NumberTaken {
        /// The number.
        number: String,
        /// The other person's key.
        person: String,
    },
    /// No open standard describes the register's messages.
    #[error("AZK-K005: no standard with the register's kinds of entries is open")]
    NoStandard,
}

impl KitError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Register(error) => error.code(),
            Self::Damaged { .. } => "AZK-K001",
            Self::Unknown { .. } => "AZK-K002",
            Self::Decision { .. } => "AZK-K003",
            Self::NumberTaken { .. } => "AZK-K004",
            Self::NoStandard => "AZK-K005",
        }
    }
}

impl From<StoreError> for KitError {
    /// An error of azrkit that went through the store comes out as it was.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(inner) => match inner.downcast::<KitError>() {
                Ok(own) => *own,
                Err(other) => Self::Store(StoreError::Refused(other)),
            },
            other => Self::Store(other),
        }
    }
}

impl From<KitError> for StoreError {
    fn from(error: KitError) -> Self {
        match error {
            KitError::Store(error) => error,
            other => StoreError::Refused(Box::new(other)),
        }
    }
}
