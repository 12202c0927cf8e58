//! The pack: one standard in one version, as a flat file that is used in place.
//!
//! A pack begins with a header (magic, format, length, checksum, table directory), then come the tables of
//! [`rows`]. Opening it ([`Pack::open`]) checks the checksum and every index in it once; after that, every
//! look-up is a slice access. Nothing is copied or parsed. [`PackWriter`] makes one.

mod file;
pub mod rows;
mod verify;
mod view;

#[cfg(test)]
mod tests;

pub use file::{PackError, PackWriter, TextPool};
pub(crate) use view::hash_name;
pub use view::{Cell, Pack};

/// The version of the file format; a pack of another one is refused.
pub const FORMAT: u32 = 1;
