//! Elements of foreign namespaces, where a schema leaves open what stands.

use azrkit_standard::pack::rows::{AnyStep, Model, NONE, State, wildcard as kinds};

use super::Size;
use super::make::Maker;
use super::plan::IMPOSSIBLE;
use super::tables::tables;
use super::tree::Node;

impl Maker<'_, '_> {
    /// Puts an element of the extension's namespace at an open end of a large message.
    pub(super) fn extension(&mut self, state: &State) {
        if self.size != Size::Large || self.foreign == 0 || self.path.len() < 2 || !self.rng.chance(20) {
            return;
        }
        let node = self.pack.any_steps_of(state).iter().find_map(|any| self.foreign_element(any));
        if let (Some(node), Some(children)) = (node, self.frames.last_mut()) {
            self.foreign -= 1;
            children.push(node);
        }
    }

    /// Puts an element where a wildcard must be satisfied; gives the next state.
    pub(super) fn open(&mut self, described: &Model, state: &State) -> Option<usize> {
        for any in self.pack.any_steps_of(state) {
            let next = usize::from(any.next.get());
            if self.plan.rest(described, next) != IMPOSSIBLE
                && let Some(node) = self.foreign_element(any)
            {
                self.frames.last_mut()?.push(node);
                return Some(next);
            }
        }
        None
    }

    /// An element that a wildcard allows, as the table of foreign elements has it.
    fn foreign_element(&mut self, any: &AnyStep) -> Option<Node> {
        let pack = self.pack;
        let wildcard = pack.wildcards.get(any.wildcard.get() as usize)?;
        let start = wildcard.namespaces.get() as usize;
        let rows =
            pack.wildcard_namespaces.get(start..start + usize::from(wildcard.count.get())).unwrap_or(&[]);
        let named =
            rows.iter().filter(|row| row.get() != 0).find_map(|row| pack.namespaces.get(row.get() as usize));
        let foreign = tables().foreign.find(&self.path, |_| true).next()?;
        let uri = match (wildcard.kind, named) {
            (kinds::ONLY, Some(row)) => pack.str(row.uri),
            (kinds::ANY | kinds::OTHER, _) => foreign.uri,
            _ => return None,
        };
        if wildcard.process == kinds::STRICT {
            return None;
        }
        Some(Node {
            element: NONE,
            name: NONE,
            foreign: Some((uri.to_owned(), foreign.local.to_owned())),
            ty: NONE,
            typed: false,
            attributes: Vec::new(),
            text: foreign.text.to_owned(),
            children: Vec::new(),
            scope: self.world.root(),
            occurrence: 0,
        })
    }
}
