//! Paths: what they select.

use super::code::{MAX_DEPTH, Node, Words, op};
use super::eval::{Flow, Item, Run, Tree, Verdict};

impl<'e, T: Tree> Run<'e, T> {
    /// Gives everything that a path node selects; the flag says whether it certainly does.
    pub(super) fn walk(
        &self,
        path: Node<'_>,
        at: T::Node,
        depth: u32,
        found: &mut dyn FnMut(Item<'e, T::Node>, bool) -> Flow,
    ) -> Flow {
        if depth >= MAX_DEPTH || path.op != op::PATH {
            return Flow::Lost;
        }
        let Some((start, steps)) = path.body.word() else { return Flow::Lost };
        let from = match start {
            0 => at,
            1 => self.context,
            _ => self.tree.root(),
        };
        if steps.is_empty() {
            return if self.spend(1) { found(Item::Node(from), true) } else { Flow::Lost };
        }
        self.steps(steps, from, true, depth + 1, found).unwrap_or(Flow::Lost)
    }

    fn steps(
        &self,
        steps: Words<'_>,
        from: T::Node,
        certain: bool,
        depth: u32,
        found: &mut dyn FnMut(Item<'e, T::Node>, bool) -> Flow,
    ) -> Option<Flow> {
        if !self.spend(1) {
            return None;
        }
        if steps.is_empty() {
            return Some(found(Item::Node(from), certain));
        }
        let (step, rest) = steps.node()?;
        match step.op {
            op::CHILD => {
                let (names, filters) = step.body.names()?;
                let mut next = self.tree.first_child(from);
                while let Some(child) = next {
                    // Most siblings are not meant: this loop is short for them.
                    if !self.spend(1) {
                        return None;
                    }
                    if is_named(names, self.tree.name(child)) {
                        match self.filtered(child, filters, rest, certain, depth, found)? {
                            Flow::On => {}
                            flow => return Some(flow),
                        }
                    }
                    next = self.tree.next_sibling(child);
                }
                Some(Flow::On)
            }
            op::DESCENDANT => {
                let (names, filters) = step.body.names()?;
                let mut next = self.tree.first_child(from);
                while let Some(node) = next {
                    match self.step(node, names, filters, rest, certain, depth, found)? {
                        Flow::On => next = self.following(node, from)?,
                        flow => return Some(flow),
                    }
                }
                Some(Flow::On)
            }
            op::PARENT => match self.tree.parent(from) {
                Some(parent) => self.filtered(parent, step.body, rest, certain, depth, found),
                None => Some(Flow::On),
            },
            op::CURRENT => self.filtered(from, step.body, rest, certain, depth, found),
            op::ATTRIBUTE => {
                let names = step.body.names()?.0?;
                for name in names.as_chunks::<4>().0 {
                    if let Some(value) = self.tree.attribute(from, u32::from_le_bytes(*name)) {
                        match found(Item::Attribute(value), certain) {
                            Flow::On => {}
                            flow => return Some(flow),
                        }
                    }
                }
                Some(Flow::On)
            }
            _ => None,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one walk")]
    fn step(
        &self,
        node: T::Node,
        names: Option<&[u8]>,
        filters: Words<'_>,
        rest: Words<'_>,
        certain: bool,
        depth: u32,
        found: &mut dyn FnMut(Item<'e, T::Node>, bool) -> Flow,
    ) -> Option<Flow> {
        if !self.spend(1) {
            return None;
        }
        if !is_named(names, self.tree.name(node)) {
            return Some(Flow::On);
        }
        self.filtered(node, filters, rest, certain, depth, found)
    }

    fn filtered(
        &self,
        node: T::Node,
        mut filters: Words<'_>,
        rest: Words<'_>,
        mut certain: bool,
        depth: u32,
        found: &mut dyn FnMut(Item<'e, T::Node>, bool) -> Flow,
    ) -> Option<Flow> {
        while !filters.is_empty() {
            let (filter, next) = filters.node()?;
            match self.condition(filter, node, depth) {
                Verdict::Violated => return Some(Flow::On),
                Verdict::Unknown => certain = false,
                Verdict::Holds => {}
            }
            filters = next;
        }
        self.steps(rest, node, certain, depth, found)
    }

    /// The next node below `top` in the order of the message.
    fn following(&self, node: T::Node, top: T::Node) -> Option<Option<T::Node>> {
        if let Some(child) = self.tree.first_child(node) {
            return Some(Some(child));
        }
        let mut node = node;
        while node != top {
            if !self.spend(1) {
                return None;
            }
            if let Some(next) = self.tree.next_sibling(node) {
                return Some(Some(next));
            }
            match self.tree.parent(node) {
                Some(parent) => node = parent,
                None => return Some(None),
            }
        }
        Some(None)
    }
}

#[inline]
fn is_named(names: Option<&[u8]>, name: u32) -> bool {
    let Some(names) = names else { return true };
    match names.as_chunks::<4>().0 {
        [one] => u32::from_le_bytes(*one) == name,
        [one, other] => u32::from_le_bytes(*one) == name || u32::from_le_bytes(*other) == name,
        names => is_among(names, name),
    }
}

fn is_among(names: &[[u8; 4]], name: u32) -> bool {
    names.binary_search_by_key(&name, |other| u32::from_le_bytes(*other)).is_ok()
}
