//! Reading stocks: records of persons, one after the other, from whatever an authority has.
//!
//! | what | how |
//! |---|---|
//! | JSON Lines, a record a line | [`JsonLines`] |
//! | CSV with a [`Mapping`] of its columns | [`Csv`] |
//! | Parquet with the same mapping (feature `parquet`) | `Parquet` |
//! | a store of azrkit | [`of_store`] |
//! | Gesamtauskünfte (090004) | [`of_auskunft`] |
//!
//! Each reader is an iterator of `Result<Datensatz, SourceError>`. What is wrong with a row is said with file, line and column, and reading
//! goes on behind it; only where the input itself ends unforeseen ([`SourceCode::ends`]) nothing follows. Files may be packed: see
//! [`unpacked`]. Nothing here opens a file: the caller hands over what is read, and the name by which errors call it. Only one row at a
//! time is held, and none longer than [`Limits::row`].

mod cells;
mod csv;
mod error;
mod json_lines;
mod lines;
pub mod mapping;
mod message;
mod packed;
#[cfg(feature = "parquet")]
mod parquet;
mod stored;
#[cfg(test)]
mod tests;

pub(super) use cells::{Cut, cut};
pub use csv::Csv;
pub use error::{SourceCode, SourceError};
pub use json_lines::JsonLines;
pub use mapping::Mapping;
pub use message::of_auskunft;
pub use packed::{Packing, unpacked};
#[cfg(feature = "parquet")]
pub use parquet::{MAGIC as PARQUET_MAGIC, Parquet};
pub use stored::of_store;

use crate::register::Datensatz;

/// A stock that is read: records and broken rows in their order.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Datensatz, SourceError>> + 'a>;

/// What keeps the memory bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a row; a longer one is reported and passed over (16 MiB: a record with all that the register takes).
    pub row: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { row: 16 * 1024 * 1024 }
    }
}
