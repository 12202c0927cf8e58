//! The standards at hand: built-in packs and those that the host adds.

use std::borrow::Cow;

use azrkit_standard::pack::{Pack, PackError};

use crate::message::read::Reader;

/// A row of a document names its pack in one byte.
const MAX_PACKS: usize = 255;

/// Owns the bytes of open packs. Several standards and several versions of one are open at once; the root
/// namespace of a message picks.
#[derive(Debug, Clone, Default)]
pub struct Standards {
    packs: Vec<Cow<'static, [u8]>>,
}

impl Standards {
    /// The built-in standards: XAusländer 26.11 and XInneres 26.11.
    ///
    /// Their packs were checked when azrkit was built. A message of XInneres is read by the XInneres pack.
    pub fn builtin() -> Self {
        Self { packs: crate::standard::builtin().map(|(_, bytes)| Cow::Borrowed(bytes)).to_vec() }
    }

    /// None at all.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds a pack, given as the bytes of a `.azkpack` file. It is checked once, here.
    ///
    /// # Errors
    /// [`PackError`] where the bytes are not a sound pack of this format, or 255 are open already; nothing is added
    /// then.
    pub fn add(&mut self, bytes: impl Into<Cow<'static, [u8]>>) -> Result<(), PackError> {
        if self.packs.len() >= MAX_PACKS {
            return Err(PackError::TooMany { max: MAX_PACKS });
        }
        let bytes = bytes.into();
        Pack::open(&bytes)?;
        self.packs.push(bytes);
        Ok(())
    }

    /// Views of the packs, in the order in which they were added.
    pub fn packs(&self) -> Vec<Pack<'_>> {
        self.packs.iter().filter_map(|bytes| Pack::reopen(bytes).ok()).collect()
    }

    /// A reader of messages of these standards.
    pub fn reader(&self) -> Reader<'_> {
        Reader::new(self.packs())
    }
}
