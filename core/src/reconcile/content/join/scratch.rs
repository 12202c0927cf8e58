//! Room for what does not fit into memory: the host says where it is.

use std::io::{self, Cursor, Read, Seek, Write};

/// Gives spaces that are written once from the beginning and then read from the beginning.
pub trait Scratch: Sync {
    /// A new, empty space. It is gone once it is dropped.
    ///
    /// # Errors
    /// Where there is no room.
    fn space(&self) -> io::Result<Box<dyn Space>>;
}

/// A file, or something that behaves like one.
pub trait Space: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Space for T {}

/// Room in memory: for small stocks and for tests. It is not bounded.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory;

impl Scratch for Memory {
    fn space(&self) -> io::Result<Box<dyn Space>> {
        Ok(Box::new(Cursor::new(Vec::new())))
    }
}
