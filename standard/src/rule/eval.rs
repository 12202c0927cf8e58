//! Running byte code over a message.
//!
//! Three values: a condition holds, is violated, or can't be known (a value is missing, a list isn't at
//! hand, a date is only partly known). A finding is made only where it is certainly violated. Every step
//! spends fuel; when it is used up, the rest can't be known. Nothing is allocated unless the tree does so
//! or `distinct` is used on several nodes.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;

use super::code::{MAX_DEPTH, Node, Words, comparison, op, text_test};
use super::values::{Val, compare, holds};

/// A message as rules see it.
pub trait Tree {
    /// An element.
    type Node: Copy + Eq;

    /// The message's root element.
    fn root(&self) -> Self::Node;
    /// The element around an element; none for the root.
    fn parent(&self, node: Self::Node) -> Option<Self::Node>;
    /// The first element within.
    fn first_child(&self, node: Self::Node) -> Option<Self::Node>;
    /// The next element beside.
    fn next_sibling(&self, node: Self::Node) -> Option<Self::Node>;
    /// The number of the name, as [`super::Resolver::names`] gave it; any other number for names that the
    /// pack doesn't know.
    fn name(&self, node: Self::Node) -> u32;
    /// The text, its white space normalised as its type says. For an element of a code type that of its
    /// child `code`.
    fn value(&self, node: Self::Node) -> Cow<'_, str>;
    /// The value of the attribute of a name.
    fn attribute(&self, node: Self::Node, name: u32) -> Option<Cow<'_, str>>;
    /// The cell in a column of the code list, in the row of the element's code. None where the list, its
    /// version, the code or the column isn't known; the empty text where the cell is empty.
    fn column(&self, node: Self::Node, id: &str) -> Option<Cow<'_, str>>;
    /// A pattern, by its number from [`super::Resolver::pattern`], matches the whole text; none if there is
    /// no such pattern.
    fn matches(&self, pattern: u32, text: &str) -> Option<bool>;
    /// The number of the message, such as `090010`.
    fn message(&self) -> &str;
    /// When the message was created, as its header says (`xs:dateTime`).
    fn created(&self) -> Option<&str>;
}

/// What has become of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It is certainly violated.
    Violated,
    /// It can't be known.
    Unknown,
}

impl Verdict {
    pub(super) fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Violated }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Holds => Self::Violated,
            Self::Violated => Self::Holds,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// Evaluates a condition. `context` is the node of the rule's context (`$`), `node` the one that is judged
/// (`.`). Each step takes one from `fuel`; code that [`super::verify`] refuses is never harmful and ends as
/// unknown.
pub fn eval<T: Tree>(code: &[u8], tree: &T, context: T::Node, node: T::Node, fuel: &Cell<u64>) -> Verdict {
    match Words(code).node() {
        Some((condition, _)) => Run { tree, context, fuel }.condition(condition, node, 0),
        None => Verdict::Unknown,
    }
}

/// Gives every node that a path certainly selects, seen from the context.
pub fn select<T: Tree>(
    code: &[u8],
    tree: &T,
    context: T::Node,
    fuel: &Cell<u64>,
    found: &mut dyn FnMut(T::Node),
) {
    let run = Run { tree, context, fuel };
    if let Some((path, _)) = Words(code).node() {
        run.walk(path, context, 0, &mut |item, certain| {
            if let (Item::Node(node), true) = (item, certain) {
                found(node);
            }
            Flow::On
        });
    }
}

/// Applies a rule at a node of its context: `violated` gets every node that `at` selects and for which the
/// condition is violated.
pub fn apply<T: Tree>(
    at: &[u8],
    condition: &[u8],
    tree: &T,
    context: T::Node,
    fuel: &Cell<u64>,
    violated: &mut dyn FnMut(T::Node),
) {
    select(at, tree, context, fuel, &mut |node| {
        if eval(condition, tree, context, node, fuel) == Verdict::Violated {
            violated(node);
        }
    });
}

/// How a walk goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    On,
    /// Enough is known.
    Stop,
    /// Out of fuel, or damaged code.
    Lost,
}

/// What a path selects.
pub(super) enum Item<'t, N> {
    Node(N),
    Attribute(Cow<'t, str>),
}

/// There is one for which it holds. Of none, nothing is known.
#[derive(Default)]
struct Any {
    holds: bool,
    violated: bool,
    unknown: bool,
}

impl Any {
    /// One more; `certain` says that it is certainly one of those that count.
    fn add(&mut self, verdict: Verdict, certain: bool) -> Flow {
        match (verdict, certain) {
            (Verdict::Holds, true) => {
                self.holds = true;
                return Flow::Stop;
            }
            (Verdict::Violated, true) => self.violated = true,
            (Verdict::Violated, false) => {}
            (Verdict::Holds, false) | (Verdict::Unknown, _) => self.unknown = true,
        }
        Flow::On
    }

    fn verdict(&self, flow: Flow) -> Verdict {
        if self.holds {
            Verdict::Holds
        } else if flow == Flow::Lost || self.unknown || !self.violated {
            Verdict::Unknown
        } else {
            Verdict::Violated
        }
    }
}

pub(super) struct Run<'e, T: Tree> {
    pub(super) tree: &'e T,
    pub(super) context: T::Node,
    pub(super) fuel: &'e Cell<u64>,
}

impl<'e, T: Tree> Run<'e, T> {
    pub(super) fn condition(&self, node: Node<'_>, at: T::Node, depth: u32) -> Verdict {
        if depth >= MAX_DEPTH || !self.spend(1) {
            return Verdict::Unknown;
        }
        self.try_condition(node, at, depth + 1).unwrap_or(Verdict::Unknown)
    }

    fn try_condition(&self, node: Node<'_>, at: T::Node, depth: u32) -> Option<Verdict> {
        let body = node.body;
        Some(match node.op {
            op::CONSTANT => Verdict::of(body.word()?.0 != 0),
            op::NOT => self.condition(body.node()?.0, at, depth).not(),
            op::AND => self.junction(body, at, depth, Verdict::Violated)?,
            op::OR => self.junction(body, at, depth, Verdict::Holds)?,
            op::EXISTS => self.exists(body.node()?.0, at, depth),
            op::COMPARE => self.compare(body, at, depth)?,
            op::IN => self.is_in(body, at, depth)?,
            op::MATCHES => {
                let (pattern, body) = body.word()?;
                self.any_text(body.node()?.0, at, depth, &|text| self.tree.matches(pattern, text))
            }
            op::TEXT_TEST => self.text_test(body, at, depth)?,
            op::DISTINCT => self.distinct(body.node()?.0, at, depth),
            op::FILLED => {
                let (id, body) = body.text()?;
                let mut any = Any::default();
                let flow = self.walk(body.node()?.0, at, depth, &mut |item, certain| {
                    let cell = self.cell(&item, id);
                    any.add(cell.map_or(Verdict::Unknown, |cell| Verdict::of(!cell.is_empty())), certain)
                });
                any.verdict(flow)
            }
            _ => return None,
        })
    }

    /// `and` and `or`: `decisive` is the verdict of one part that decides the whole.
    fn junction(&self, mut parts: Words<'_>, at: T::Node, depth: u32, decisive: Verdict) -> Option<Verdict> {
        let mut verdict = decisive.not();
        while !parts.is_empty() {
            let (part, rest) = parts.node()?;
            match self.condition(part, at, depth) {
                part if part == decisive => return Some(decisive),
                Verdict::Unknown => verdict = Verdict::Unknown,
                _ => {}
            }
            parts = rest;
        }
        Some(verdict)
    }

    fn exists(&self, path: Node<'_>, at: T::Node, depth: u32) -> Verdict {
        let mut maybe = false;
        let flow = self.walk(path, at, depth, &mut |_, certain| {
            maybe |= !certain;
            if certain { Flow::Stop } else { Flow::On }
        });
        match flow {
            Flow::Stop => Verdict::Holds,
            Flow::Lost => Verdict::Unknown,
            Flow::On if maybe => Verdict::Unknown,
            Flow::On => Verdict::Violated,
        }
    }

    fn compare(&self, body: Words<'_>, at: T::Node, depth: u32) -> Option<Verdict> {
        let (code, body) = body.word()?;
        let comparison = comparison(code)?;
        let (left, body) = body.node()?;
        let (right, _) = body.node()?;
        Some(self.any_pair(left, right, at, depth, &|a, b| compare(comparison, a, b)))
    }

    fn text_test(&self, body: Words<'_>, at: T::Node, depth: u32) -> Option<Verdict> {
        let (code, body) = body.word()?;
        let test = text_test(code)?;
        let (whole, body) = body.node()?;
        let (part, _) = body.node()?;
        Some(self.any_pair(whole, part, at, depth, &|whole, part| match (whole, part) {
            (Val::Text(whole), Val::Text(part)) => Verdict::of(holds(test, whole, part)),
            _ => Verdict::Unknown,
        }))
    }

    fn any_pair(
        &self,
        left: Node<'_>,
        right: Node<'_>,
        at: T::Node,
        depth: u32,
        judge: &dyn Fn(&Val<'_>, &Val<'_>) -> Verdict,
    ) -> Verdict {
        let mut any = Any::default();
        // What most values are compared with is one value that is at hand.
        if let Some(b) = self.constant(right) {
            let flow = self.values(left, at, depth, &mut |a, certain| {
                if self.spend(1) && self.read(&a) && self.read(&b) {
                    any.add(judge(&a, &b), certain)
                } else {
                    Flow::Lost
                }
            });
            return any.verdict(flow);
        }
        let flow = self.values(left, at, depth, &mut |a, certain| {
            self.values(right, at, depth, &mut |b, also| {
                if self.read(&a) && self.read(&b) {
                    any.add(judge(&a, &b), certain && also)
                } else {
                    Flow::Lost
                }
            })
        });
        any.verdict(flow)
    }

    fn is_in(&self, body: Words<'_>, at: T::Node, depth: u32) -> Option<Verdict> {
        let (value, texts) = body.node()?;
        Some(self.any_text(value, at, depth, &|text| {
            let mut rest = texts;
            while let Some((candidate, next)) = rest.text_bytes() {
                if candidate == text.as_bytes() {
                    return Some(true);
                }
                rest = next;
            }
            Some(false)
        }))
    }

    fn any_text(
        &self,
        value: Node<'_>,
        at: T::Node,
        depth: u32,
        judge: &dyn Fn(&str) -> Option<bool>,
    ) -> Verdict {
        let mut any = Any::default();
        let flow = self.values(value, at, depth, &mut |value, certain| match &value {
            Val::Text(text) if self.read(&value) => {
                any.add(judge(text).map_or(Verdict::Unknown, Verdict::of), certain)
            }
            Val::Text(_) => Flow::Lost,
            _ => any.add(Verdict::Unknown, certain),
        });
        any.verdict(flow)
    }

    fn distinct(&self, path: Node<'_>, at: T::Node, depth: u32) -> Verdict {
        let mut first: Option<Cow<'_, str>> = None;
        let mut seen = BTreeSet::new();
        let mut maybe = BTreeSet::new();
        let mut twice_maybe = false;
        let flow = self.walk(path, at, depth, &mut |item, certain| {
            let Some(text) = self.text(item) else { return Flow::Lost };
            if !certain {
                twice_maybe |= !maybe.insert(text);
                return Flow::On;
            }
            match &first {
                None => first = Some(text),
                Some(other) if *other == text => return Flow::Stop,
                Some(_) if !seen.insert(text) => return Flow::Stop,
                Some(_) => {}
            }
            Flow::On
        });
        match flow {
            Flow::Stop => Verdict::Violated,
            Flow::Lost => Verdict::Unknown,
            Flow::On => {
                let also = |text| seen.contains(text) || first.as_ref() == Some(text);
                if twice_maybe || maybe.iter().any(also) { Verdict::Unknown } else { Verdict::Holds }
            }
        }
    }

    /// Reading a long text costs too.
    #[inline]
    pub(super) fn read(&self, value: &Val<'_>) -> bool {
        match value {
            Val::Text(text) => self.spend(text.len() as u64 / 64),
            _ => true,
        }
    }

    #[inline]
    pub(super) fn spend(&self, steps: u64) -> bool {
        match self.fuel.get().checked_sub(steps) {
            Some(rest) => {
                self.fuel.set(rest);
                true
            }
            None => {
                self.fuel.set(0);
                false
            }
        }
    }
}
