//! The elements on the stack.

/// An open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) node: u32,
    pub(super) start: u32,
    pub(super) name_len: u32,
    pub(super) ty: u32,
    pub(super) element: u32,
    /// First row of the content model's states.
    pub(super) states: u32,
    /// Current state, counted from there.
    pub(super) state: u32,
    /// For `xs:all`: which members have stood (by the order of the steps).
    pub(super) seen: u64,
    /// State in which an element of an unknown name stood: it may have been meant for the one that is missing.
    pub(super) placeholder: u32,
    /// State before the last child, if that was one that fits.
    pub(super) before: u32,
    /// Child before which others were reported as missing: it may have been meant for one of them.
    pub(super) jumper: u32,
    /// State as it would be without that child.
    pub(super) before_jump: u32,
    /// Number of namespace bindings outside.
    pub(super) bindings: u32,
    pub(super) text: u32,
    pub(super) text_len: u32,
    /// Row of the child `code` of a code.
    pub(super) code_node: u32,
    pub(super) mode: Mode,
    pub(super) pack: u8,
    pub(super) text_kind: u8,
    pub(super) flags: u8,
}

/// How the content of an open element is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Text, checked at the end.
    Simple,
    /// Nothing.
    Empty,
    /// Elements by an automaton.
    Elements,
    /// Elements by `xs:all`.
    All,
    /// Elements by an automaton, and text.
    Mixed,
    /// `xs:all`, and text.
    MixedAll,
    /// Anything, checked where it is declared.
    Lax,
    /// Anything, only well-formed.
    Skip,
}

/// Bits of [`Frame::flags`].
pub(super) mod state {
    /// The content was already found faulty: its value is not checked.
    pub(in super::super) const BAD: u8 = 1;
    /// Text that must not stand was reported.
    pub(in super::super) const TEXT_REPORTED: u8 = 2;
    /// `xsi:nil` is true.
    pub(in super::super) const NIL: u8 = 4;
    /// The last row of the table is a text node of this element that goes on.
    pub(in super::super) const TEXT_OPEN: u8 = 8;
    /// An element in text was reported.
    pub(in super::super) const CHILD_REPORTED: u8 = 16;
    /// The element was reported as a whole; findings in it are muted.
    pub(in super::super) const MUTED: u8 = 32;
}

/// Values of [`Frame::text_kind`].
pub(super) mod text_kind {
    /// No text yet.
    pub(in super::super) const NOTHING: u8 = 0;
    /// A piece of the input.
    pub(in super::super) const INPUT: u8 = 1;
    /// A piece of the side buffer.
    pub(in super::super) const SIDE: u8 = 2;
}
