//! Header, table directory and checksum; writing a pack and finding its tables again.

use std::collections::HashMap;

use zerocopy::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::rows::*;
use super::{FORMAT, Pack, verify};

const MAGIC: [u8; 8] = *b"AZKPACK\n";
const HEADER: usize = 24;
const ENTRY: usize = 12;

/// Why a pack was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The bytes do not begin like a pack.
    #[error("AZK-P001: this is not an azrkit pack")]
    NotAPack,
    /// Made by another version of azrkit.
    #[error("AZK-P002: the pack has format {found}, this azrkit reads format {FORMAT}; build it anew")]
    Format {
        /// The format that the pack has.
        found: u32,
    },
    /// The file is cut off or has something behind its end.
    #[error("AZK-P003: the pack says it has {expected} bytes, but there are {found}")]
    Length {
        /// What the header says.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// The checksum does not fit.
    #[error("AZK-P004: the pack is damaged: its checksum does not fit")]
    Checksum,
    /// A table lies outside the file, or an index outside its table.
    #[error("AZK-P005: the pack is damaged: {what}")]
    Structure {
        /// Which table or index.
        what: &'static str,
    },
    /// More packs than can be open at once.
    #[error("AZK-P007: no more than {max} packs can be open at once")]
    TooMany {
        /// How many can.
        max: usize,
    },
    /// Too large for the format.
    #[error("AZK-P006: the pack would be larger than 4 GiB")]
    TooLarge,
}

macro_rules! tables {
    ($($(#[$meta:meta])* $id:literal $field:ident : $row:ty,)*) => {
        /// Collects the rows of a pack and writes the file.
        ///
        /// The fields are the tables; a row's index is its position. The caller keeps the orders that
        /// [`rows`](super::rows) states.
        #[derive(Debug, Default)]
        pub struct PackWriter {
            $($(#[$meta])* pub $field: Vec<$row>,)*
            /// The text blob.
            pub text: TextPool,
        }

        impl PackWriter {
            /// The file's bytes.
            ///
            /// # Errors
            /// [`PackError::TooLarge`]; and what [`Pack::open`] finds, should the tables not fit together.
            pub fn finish(&self) -> Result<Vec<u8>, PackError> {
                let tables: Vec<(u32, &[u8])> = vec![$(($id, self.$field.as_bytes()),)* (TEXT_TABLE, self.text.bytes())];
                let bytes = write(&tables)?;
                Pack::open(&bytes)?;
                Ok(bytes)
            }
        }

        impl Pack<'static> {
            /// A pack that holds nothing, for where none is open.
            pub const EMPTY: Self = Pack { $($field: &[],)* text: &[] };
        }

        /// The tables of a pack, found in its directory.
        pub(super) fn tables(bytes: &[u8]) -> Result<Pack<'_>, PackError> {
            let directory = Directory::read(bytes)?;
            Ok(Pack { $($field: directory.table($id, stringify!($field))?,)* text: directory.bytes(TEXT_TABLE, "text")? })
        }
    };
}

const TEXT_TABLE: u32 = 1;

tables! {
    /// One row.
    2 meta: Meta,
    /// Row 0 is no namespace.
    3 namespaces: Namespace,
    /// Names of elements, attributes and types.
    4 names: Name,
    /// Hash table over `names` for `Pack::name`: rows of `names` or [`NONE`]; the size is a power of two.
    5 name_index: U32,
    /// All element declarations.
    6 elements: Element,
    /// Global elements.
    7 global_elements: Global,
    /// All types; built-in ones first.
    8 types: Type,
    /// Global types.
    9 global_types: Global,
    /// Simple types; built-in ones first.
    10 simples: Simple,
    /// Union members and list items.
    11 members: U32,
    /// Enumerated values.
    12 enums: Enum,
    /// Automata of patterns.
    13 automata: Automaton,
    /// Their bytes.
    14 automaton_bytes: u8,
    /// Their steps.
    15 automaton_steps: U16,
    /// Content models.
    16 models: Model,
    /// Their states.
    17 states: State,
    /// Steps by name.
    18 steps: Step,
    /// Steps by wildcard.
    19 any_steps: AnyStep,
    /// Wildcards.
    20 wildcards: Wildcard,
    /// Namespaces of wildcards.
    21 wildcard_namespaces: U32,
    /// Attribute uses of types and global attributes.
    22 attributes: Attribute,
    /// Global attributes.
    23 global_attributes: Global,
    /// Code types.
    24 code_types: CodeType,
    /// Code lists.
    25 lists: List,
    /// Columns of code lists.
    26 columns: Column,
    /// Ends of the cells in `cell_text`: cell `i` is `cell_text[cells[i]..cells[i + 1]]`. One more entry than cells.
    27 cells: U32,
    /// Text of the cells.
    28 cell_text: u8,
    /// Rows of the lists, sorted by code.
    29 list_order: U32,
    /// Messages.
    30 messages: Message,
    /// Rules.
    31 rules: Rule,
    /// Rules of the types (rows of `rules`).
    32 rule_refs: U32,
    /// Byte code of the rules.
    33 rule_code: u8,
    /// Schema files in XSF.
    34 schemas: Source,
    /// Further tables, as text.
    35 extras: Source,
}

/// Texts of a pack, each once.
#[derive(Debug, Default)]
pub struct TextPool {
    bytes: Vec<u8>,
    known: HashMap<String, Text>,
}

impl TextPool {
    /// The place of a text in the blob, adding it where it is new. The empty text has length 0.
    pub fn add(&mut self, text: &str) -> Text {
        if text.is_empty() {
            return Text::default();
        }
        if let Some(found) = self.known.get(text) {
            return *found;
        }
        let place = Text { offset: (self.bytes.len() as u32).into(), len: (text.len() as u32).into() };
        self.bytes.extend_from_slice(text.as_bytes());
        self.known.insert(text.to_owned(), place);
        place
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn write(tables: &[(u32, &[u8])]) -> Result<Vec<u8>, PackError> {
    let mut offset = HEADER + tables.len() * ENTRY;
    let total = offset + tables.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    let length = u32::try_from(total).map_err(|_| PackError::TooLarge)?;
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&[0; 4]); // the checksum, below
    out.extend_from_slice(&(tables.len() as u32).to_le_bytes());
    for (id, bytes) in tables {
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(&(offset as u32).to_le_bytes());
        out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        offset += bytes.len();
    }
    for (_, bytes) in tables {
        out.extend_from_slice(bytes);
    }
    let checksum = crc32fast::hash(&out[HEADER - 4..]);
    out[16..20].copy_from_slice(&checksum.to_le_bytes());
    Ok(out)
}

/// The table directory of a file whose header is right.
struct Directory<'a> {
    bytes: &'a [u8],
    entries: &'a [Entry],
}

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Entry {
    id: U32,
    offset: U32,
    len: U32,
}

impl<'a> Directory<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, PackError> {
        let header = bytes.get(..HEADER).ok_or(PackError::NotAPack)?;
        if header[..8] != MAGIC {
            return Err(PackError::NotAPack);
        }
        let number =
            |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        if number(8) != FORMAT {
            return Err(PackError::Format { found: number(8) });
        }
        if number(12) as usize != bytes.len() {
            return Err(PackError::Length { expected: number(12).into(), found: bytes.len() as u64 });
        }
        let entries = (number(20) as usize)
            .checked_mul(ENTRY)
            .and_then(|len| bytes.get(HEADER..HEADER.checked_add(len)?))
            .ok_or(PackError::Structure { what: "table directory" })?;
        let entries = <[Entry]>::ref_from_bytes(entries)
            .map_err(|_| PackError::Structure { what: "table directory" })?;
        Ok(Self { bytes, entries })
    }

    fn bytes(&self, id: u32, name: &'static str) -> Result<&'a [u8], PackError> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.id.get() == id)
            .ok_or(PackError::Structure { what: name })?;
        let start = entry.offset.get() as usize;
        start
            .checked_add(entry.len.get() as usize)
            .and_then(|end| self.bytes.get(start..end))
            .ok_or(PackError::Structure { what: name })
    }

    fn table<T: FromBytes + KnownLayout + Immutable + Unaligned>(
        &self,
        id: u32,
        name: &'static str,
    ) -> Result<&'a [T], PackError> {
        <[T]>::ref_from_bytes(self.bytes(id, name)?).map_err(|_| PackError::Structure { what: name })
    }
}

impl<'a> Pack<'a> {
    /// Opens a pack that lies in memory: checks the checksum and every index in it. Nothing is copied.
    ///
    /// # Errors
    /// [`PackError`], for bytes that are not a whole and sound pack of this format.
    pub fn open(bytes: &'a [u8]) -> Result<Self, PackError> {
        let pack = tables(bytes)?;
        let stored = bytes.get(16..20).ok_or(PackError::NotAPack)?;
        if crc32fast::hash(&bytes[HEADER - 4..]).to_le_bytes() != stored {
            return Err(PackError::Checksum);
        }
        verify::verify(&pack)?;
        Ok(pack)
    }

    /// The tables of bytes that [`Pack::open`] has accepted before; no check but of the directory.
    ///
    /// # Errors
    /// [`PackError`] where the bytes are not a pack at all. With bytes that were not opened before, look-ups may
    /// panic.
    pub fn reopen(bytes: &'a [u8]) -> Result<Self, PackError> {
        tables(bytes)
    }
}
