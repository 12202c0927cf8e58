//! Look-ups in an open pack.

use zerocopy::little_endian::{U16, U32};

use super::rows::*;
use crate::pattern::{AsciiLoop, DfaView};

/// An open pack: its tables, borrowed from the bytes. See [`rows`](super::rows) for what they hold.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each table is described at PackWriter and in rows")]
pub struct Pack<'a> {
    pub meta: &'a [Meta],
    pub namespaces: &'a [Namespace],
    pub names: &'a [Name],
    pub name_index: &'a [U32],
    pub elements: &'a [Element],
    pub global_elements: &'a [Global],
    pub types: &'a [Type],
    pub global_types: &'a [Global],
    pub simples: &'a [Simple],
    pub members: &'a [U32],
    pub enums: &'a [Enum],
    pub automata: &'a [Automaton],
    pub automaton_bytes: &'a [u8],
    pub automaton_steps: &'a [U16],
    pub models: &'a [Model],
    pub states: &'a [State],
    pub steps: &'a [Step],
    pub any_steps: &'a [AnyStep],
    pub wildcards: &'a [Wildcard],
    pub wildcard_namespaces: &'a [U32],
    pub attributes: &'a [Attribute],
    pub global_attributes: &'a [Global],
    pub code_types: &'a [CodeType],
    pub lists: &'a [List],
    pub columns: &'a [Column],
    pub cells: &'a [U32],
    pub cell_text: &'a [u8],
    pub list_order: &'a [U32],
    pub messages: &'a [Message],
    pub rules: &'a [Rule],
    pub rule_refs: &'a [U32],
    pub rule_code: &'a [u8],
    pub schemas: &'a [Source],
    pub extras: &'a [Source],
    pub text: &'a [u8],
}

/// A row of a code list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Row of `lists`.
    pub list: u32,
    /// Row within the list.
    pub row: u32,
}

impl<'a> Pack<'a> {
    /// A text of the blob; empty where it is not valid UTF-8.
    pub fn str(&self, text: Text) -> &'a str {
        std::str::from_utf8(self.bytes(text)).unwrap_or("")
    }

    /// The bytes of a text of the blob.
    pub fn bytes(&self, text: Text) -> &'a [u8] {
        let start = text.offset.get() as usize;
        self.text.get(start..start.saturating_add(text.len.get() as usize)).unwrap_or(b"")
    }

    /// The standard's name, as in the messages' attribute `standard`.
    pub fn standard(&self) -> &'a str {
        self.meta.first().map_or("", |meta| self.str(meta.standard))
    }

    /// The standard's version, as in the messages' attribute `version`.
    pub fn version(&self) -> &'a str {
        self.meta.first().map_or("", |meta| self.str(meta.version))
    }

    /// The row of a namespace, if the pack knows it. Empty is row 0.
    pub fn namespace(&self, uri: &[u8]) -> Option<u32> {
        self.namespaces.iter().position(|row| self.bytes(row.uri) == uri).map(|at| at as u32)
    }

    /// The row of a name in the namespace of the given row.
    pub fn name(&self, namespace: u32, local: &[u8]) -> Option<u32> {
        let mask = self.name_index.len().checked_sub(1)? as u32;
        let mut at = hash_name(namespace, local) & mask;
        for _ in 0..=mask {
            let row = self.name_index[at as usize].get();
            let name = self.names.get(row as usize)?;
            if u32::from(name.namespace.get()) == namespace && self.bytes(name.local) == local {
                return Some(row);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// The local name of a row of `names`.
    pub fn local(&self, name: u32) -> &'a str {
        self.names.get(name as usize).map_or("", |row| self.str(row.local))
    }

    /// The global element of a name (row of `elements`).
    pub fn global_element(&self, name: u32) -> Option<u32> {
        find(self.global_elements, name)
    }

    /// The global type of a name (row of `types`).
    pub fn global_type(&self, name: u32) -> Option<u32> {
        find(self.global_types, name)
    }

    /// The global attribute of a name (row of `attributes`).
    pub fn global_attribute(&self, name: u32) -> Option<u32> {
        find(self.global_attributes, name)
    }

    /// The message whose root is a global element (row of `elements`).
    pub fn message(&self, element: u32) -> Option<&'a Message> {
        self.messages.iter().find(|row| row.element.get() == element)
    }

    /// The message of a number such as `090010`.
    pub fn message_by_number(&self, number: &str) -> Option<&'a Message> {
        self.messages.iter().find(|row| self.bytes(row.number) == number.as_bytes())
    }

    /// The attribute uses of a type, sorted by name.
    pub fn attributes_of(&self, ty: &Type) -> &'a [Attribute] {
        slice(self.attributes, ty.attributes.get(), ty.attribute_count.get().into())
    }

    /// The states of a content model.
    pub fn states_of(&self, model: &Model) -> &'a [State] {
        slice(self.states, model.states.get(), model.state_count.get().into())
    }

    /// The steps by name of a state.
    pub fn steps_of(&self, state: &State) -> &'a [Step] {
        slice(self.steps, state.steps.get(), state.step_count.get().into())
    }

    /// The steps by wildcard of a state.
    pub fn any_steps_of(&self, state: &State) -> &'a [AnyStep] {
        slice(self.any_steps, state.any_steps.get(), state.any_count.into())
    }

    /// The rules of a type (rows of `rules`), those of its base types included.
    pub fn rules_of(&self, ty: &Type) -> &'a [U32] {
        slice(self.rule_refs, ty.rules.get(), ty.rule_count.get().into())
    }

    /// The enumerated values of a simple type.
    pub fn enums_of(&self, simple: &Simple) -> &'a [Enum] {
        slice(self.enums, simple.enums.get(), simple.enum_count.get())
    }

    /// The union members or the list item of a simple type (rows of `simples`).
    pub fn members_of(&self, simple: &Simple) -> &'a [U32] {
        slice(self.members, simple.members.get(), simple.member_count.get().into())
    }

    /// The lists that a code type can mean, in ascending order of version. For a type whose URI is sent, none.
    pub fn lists_of(&self, code: &CodeType) -> &'a [List] {
        slice(self.lists, code.lists.get(), code.list_count.get().into())
    }

    /// All versions of a list (rows of `lists` from and to), in ascending order of version.
    pub fn lists_by_uri(&self, uri: &[u8]) -> std::ops::Range<u32> {
        let start = self.lists.partition_point(|list| self.bytes(list.uri) < uri);
        let count = self.lists[start..].iter().take_while(|list| self.bytes(list.uri) == uri).count();
        start as u32..(start + count) as u32
    }

    /// The row of a code within a list.
    pub fn find_code(&self, list: &List, code: &[u8]) -> Option<u32> {
        let order = slice(self.list_order, list.order.get(), list.rows.get());
        let at = order.binary_search_by(|row| self.cell(list, row.get(), list.key).cmp(code)).ok()?;
        Some(order[at].get())
    }

    /// An automaton, ready to run; none for a row that lies outside its tables.
    pub fn automaton(&self, row: &Automaton) -> Option<DfaView<'a>> {
        let first = row.bytes.get() as usize;
        let states = usize::from(row.states.get());
        let classes: &[u8; 256] = self.automaton_bytes.get(first..first + 256)?.try_into().ok()?;
        Some(DfaView {
            classes,
            class_count: row.classes.get(),
            start: row.start.get(),
            accepting: self.automaton_bytes.get(first + 256..first + 256 + states.div_ceil(8))?,
            transitions: slice(
                self.automaton_steps,
                row.steps.get(),
                u32::from(row.states.get()) * u32::from(row.classes.get()),
            ),
            ascii: (row.flags.get() & 1 != 0).then(|| AsciiLoop {
                mask: u128::from_le_bytes(row.ascii),
                classes: row.ascii_classes.get(),
                resume: row.ascii_resume.get(),
            }),
        })
    }

    /// The text of a file that the standard has besides schemas and code lists, by its name without folders.
    pub fn extra(&self, file: &str) -> Option<&'a str> {
        let extra = self.extras.iter().find(|extra| self.str(extra.file).rsplit('/').next() == Some(file))?;
        Some(self.str(extra.text))
    }

    /// A cell of a list; empty where there is no such row or column.
    pub fn cell(&self, list: &List, row: u32, column: u8) -> &'a [u8] {
        if u16::from(column) >= list.column_count.get() || row >= list.rows.get() {
            return b"";
        }
        let at = list.cells.get() as usize
            + row as usize * usize::from(list.column_count.get())
            + usize::from(column);
        match (self.cells.get(at), self.cells.get(at + 1)) {
            (Some(start), Some(end)) => {
                self.cell_text.get(start.get() as usize..end.get() as usize).unwrap_or(b"")
            }
            _ => b"",
        }
    }

    /// A cell of a list as text; `column` may be 0xFF for none.
    pub fn cell_str(&self, list: &List, row: u32, column: u8) -> &'a str {
        std::str::from_utf8(self.cell(list, row, column)).unwrap_or("")
    }

    /// The column of an id in a list.
    pub fn column(&self, list: &List, id: &str) -> Option<u8> {
        slice(self.columns, list.columns.get(), list.column_count.get().into())
            .iter()
            .position(|column| self.bytes(column.id) == id.as_bytes())
            .map(|at| at as u8)
    }
}

/// The hash by which `name_index` is built: linear probing from this, masked.
pub(crate) fn hash_name(namespace: u32, local: &[u8]) -> u32 {
    let mut hash = namespace.wrapping_add(0x811C_9DC5);
    for chunk in local.chunks(4) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash.rotate_left(5) ^ u32::from_le_bytes(word)).wrapping_mul(0x9E37_79B9);
    }
    hash ^ (hash >> 15)
}

fn find(table: &[Global], name: u32) -> Option<u32> {
    let at = table.binary_search_by_key(&name, |row| row.name.get()).ok()?;
    Some(table[at].row.get())
}

fn slice<T>(table: &[T], start: u32, count: u32) -> &[T] {
    table.get(start as usize..(start as usize).saturating_add(count as usize)).unwrap_or(&[])
}
