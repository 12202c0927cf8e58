//! What the register holds: kinds of entries, records, and where they stand in messages.
//!
//! Nothing here knows a kind by name: the table of kinds is data of the standard ([`Kinds`]). Nothing here sends or stores.

mod auskunft;
mod check;
mod compare;
mod kinds;
mod record;
#[cfg(test)]
mod tests;

pub use auskunft::{RegisterEintrag, of_auskunft, of_datensatzinhalt};
pub(crate) use check::check_since;
pub use check::{CheckedRecord, RecordFinding, check, meldung, place};
pub use compare::{differing, plain, same};
pub(crate) use kinds::global_type;
pub use kinds::{Field, Kind, Kinds, Place};
pub use record::{All, Datensatz, Eintrag, Scope, compare_versions, referenzanteil};
pub(crate) use record::{azr_nummer, azr_nummer_text};

/// What can be wrong with the data of a standard, or with a record as such.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// The pack does not say which kinds of entries there are.
    #[error("AZK-R001: the standard pack has no table of kinds of entries")]
    NoKinds,
    /// A row of the table does not fit the types of the standard.
    #[error("AZK-R002: the table of kinds does not fit the types of the standard: {row}")]
    Table {
        /// The kind.
        row: String,
    },
}

impl RegisterError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKinds => "AZK-R001",
            Self::Table { .. } => "AZK-R002",
        }
    }
}
