//! The message while it is being made.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::NONE;

use super::world::Scope;

/// An element.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Row of `elements`; [`NONE`] for one of a foreign namespace.
    pub(super) element: u32,
    /// Row of `names`, [`NONE`] for a foreign one.
    pub(super) name: u32,
    /// Namespace and local name of a foreign element.
    pub(super) foreign: Option<(String, String)>,
    /// Row of `types` of the content.
    pub(super) ty: u32,
    /// Whether `xsi:type` must say the type.
    pub(super) typed: bool,
    /// Row of `names`, value.
    pub(super) attributes: Vec<(u32, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Node>,
    /// The scope in which it was made (that of its parent).
    pub(super) scope: Scope,
    /// The how manieth of its name in its parent.
    pub(super) occurrence: u32,
}

impl Node {
    /// The local name.
    pub(super) fn local<'n>(&'n self, pack: &Pack<'n>) -> &'n str {
        match &self.foreign {
            Some((_, local)) => local,
            None => pack.local(self.name),
        }
    }

    /// The value: its text, or that of the code in it.
    pub(super) fn value(&self, pack: &Pack<'_>) -> &str {
        if self.children.is_empty() {
            return &self.text;
        }
        self.children
            .iter()
            .find(|child| child.name != NONE && pack.local(child.name) == "code")
            .map_or("", |code| &code.text)
    }
}
