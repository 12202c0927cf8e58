//! What the engine asks a pack for again and again, looked up once.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE};
use azrkit_standard::pattern::DfaView;

/// What the engine asks a pack for again and again.
#[derive(Debug)]
pub(super) struct Known<'p> {
    /// `code` of a code type.
    pub(super) code: u32,
    /// Attribute `listURI`.
    pub(super) list_uri: u32,
    /// Attribute `listVersionID`.
    pub(super) list_version: u32,
    /// Attribute `standard` of a root.
    pub(super) standard: u32,
    /// Attribute `version` of a root.
    pub(super) version: u32,
    /// Simple type datatypeA of DIN 91379.
    pub(super) names_of_persons: u32,
    /// The automata, ready to run.
    pub(super) automata: Vec<Option<DfaView<'p>>>,
    /// The messages by their elements: rows of `elements` and of `messages`, sorted.
    messages: Vec<(u32, u32)>,
}

impl<'p> Known<'p> {
    /// Looks it up, once per pack.
    pub(super) fn of(pack: &Pack<'p>) -> Self {
        let name = |local: &str| pack.name(0, local.as_bytes()).unwrap_or(NONE);
        let names_of_persons = pack
            .global_types
            .iter()
            .filter(|row| pack.local(row.name.get()) == "datatypeA")
            .find_map(|row| pack.types.get(row.row.get() as usize))
            .map_or(NONE, |ty| ty.simple.get());
        let mut messages: Vec<(u32, u32)> =
            pack.messages.iter().zip(0..).map(|(row, index)| (row.element.get(), index)).collect();
        messages.sort_unstable();
        Self {
            code: name("code"),
            list_uri: name("listURI"),
            list_version: name("listVersionID"),
            standard: name("standard"),
            version: name("version"),
            names_of_persons,
            automata: pack.automata.iter().map(|row| pack.automaton(row)).collect(),
            messages,
        }
    }

    /// The message whose root is an element.
    pub(super) fn message(&self, pack: &Pack<'p>, element: u32) -> Option<&'p rows::Message> {
        let at = self.messages.partition_point(|(row, _)| *row < element);
        let (_, message) = self.messages.get(at).filter(|(row, _)| *row == element)?;
        pack.messages.get(*message as usize)
    }
}

/// What is known where no pack is open.
pub(super) static NOTHING: Known<'static> = Known {
    code: NONE,
    list_uri: NONE,
    list_version: NONE,
    standard: NONE,
    version: NONE,
    names_of_persons: NONE,
    automata: Vec::new(),
    messages: Vec::new(),
};
