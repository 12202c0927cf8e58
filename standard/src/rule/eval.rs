//! Running byte code over a message.
//!
//! Three values: a condition holds, is violated, or can't be known (a value is missing, a list isn't at
//! hand, a date is only partly known). A finding is made only where it is certainly violated. Every step
//! spends fuel; when it is used up, the rest can't be known. Nothing is allocated unless the tree does so
//! or `distinct` is used on several nodes.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;

use super::ast::{Comparison, TextTest};
use super::code::{MAX_DEPTH, Node, Words, comparison, op, text_test};
use super::date::Interval;

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
    fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Violated }
    }

    fn not(self) -> Self {
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
enum Flow {
    On,
    /// Enough is known.
    Stop,
    /// Out of fuel, or damaged code.
    Lost,
}

/// What a path selects.
enum Item<'t, N> {
    Node(N),
    Attribute(Cow<'t, str>),
}

enum Val<'v> {
    Text(Cow<'v, str>),
    Number(f64),
    Date(Interval),
    Unknown,
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

struct Run<'e, T: Tree> {
    tree: &'e T,
    context: T::Node,
    fuel: &'e Cell<u64>,
}

impl<'e, T: Tree> Run<'e, T> {
    fn condition(&self, node: Node<'_>, at: T::Node, depth: u32) -> Verdict {
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
            while let Some((candidate, next)) = rest.text() {
                if candidate == text {
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

    /// Gives every value of a value node.
    fn values(
        &self,
        node: Node<'_>,
        at: T::Node,
        depth: u32,
        found: &mut dyn FnMut(Val<'_>, bool) -> Flow,
    ) -> Flow {
        if depth >= MAX_DEPTH || !self.spend(1) {
            return Flow::Lost;
        }
        self.try_values(node, at, depth + 1, found).unwrap_or(Flow::Lost)
    }

    fn try_values(
        &self,
        node: Node<'_>,
        at: T::Node,
        depth: u32,
        found: &mut dyn FnMut(Val<'_>, bool) -> Flow,
    ) -> Option<Flow> {
        let body = node.body;
        Some(match node.op {
            op::TEXT => found(Val::Text(Cow::Borrowed(body.text()?.0)), true),
            op::NUMBER => {
                let (low, body) = body.word()?;
                let (high, _) = body.word()?;
                found(Val::Number(f64::from_bits(u64::from(low) | u64::from(high) << 32)), true)
            }
            op::DATE => {
                let (first, body) = body.word()?;
                let (last, _) = body.word()?;
                found(Val::Date(Interval { first: first as i32, last: last as i32 }), true)
            }
            op::VALUES => self.walk(body.node()?.0, at, depth, &mut |item, certain| match self.text(item) {
                Some(text) => found(Val::Text(text), certain),
                None => Flow::Lost,
            }),
            op::COUNT => self.count(body.node()?.0, at, depth, found),
            op::CREATED => {
                let date = self.tree.created().and_then(Interval::parse);
                found(date.map_or(Val::Unknown, Val::Date), true)
            }
            op::MESSAGE => found(Val::Text(Cow::Borrowed(self.tree.message())), true),
            op::DATE_OF => self.walk(body.node()?.0, at, depth, &mut |item, certain| {
                found(self.date_of(item).map_or(Val::Unknown, Val::Date), certain)
            }),
            op::COLUMN => {
                let (id, body) = body.text()?;
                self.walk(body.node()?.0, at, depth, &mut |item, certain| {
                    found(self.cell(&item, id).map_or(Val::Unknown, Val::Text), certain)
                })
            }
            op::LENGTH => {
                self.map(body, at, depth, found, &|text| Val::Number(text.chars().count() as f64))?
            }
            op::BYTES => self.map(body, at, depth, found, &|text| Val::Number(decoded_size(text)))?,
            op::TO_NUMBER => {
                self.map(body, at, depth, found, &|text| number(text).map_or(Val::Unknown, Val::Number))?
            }
            op::TO_DATE => self
                .map(body, at, depth, found, &|text| Interval::parse(text).map_or(Val::Unknown, Val::Date))?,
            op::SUBSTRING => {
                let (start, body) = body.word()?;
                let (length, body) = body.word()?;
                self.map(body, at, depth, found, &|text| {
                    let chars = text.chars().skip(start.saturating_sub(1) as usize);
                    Val::Text(Cow::Owned(chars.take(length as usize).collect()))
                })?
            }
            op::ADD | op::SUBTRACT => {
                let (left, body) = body.node()?;
                let (right, _) = body.node()?;
                let sign = if node.op == op::ADD { 1.0 } else { -1.0 };
                self.values(left, at, depth, &mut |a, certain| {
                    self.values(right, at, depth, &mut |b, also| found(sum(&a, &b, sign), certain && also))
                })
            }
            op::MONTHS => {
                let (months, body) = body.word()?;
                self.values(body.node()?.0, at, depth, &mut |value, certain| {
                    let shifted = match value {
                        Val::Date(date) => date.plus_months(months as i32),
                        _ => None,
                    };
                    found(shifted.map_or(Val::Unknown, Val::Date), certain)
                })
            }
            _ => return None,
        })
    }

    fn map(
        &self,
        body: Words<'_>,
        at: T::Node,
        depth: u32,
        found: &mut dyn FnMut(Val<'_>, bool) -> Flow,
        to: &dyn for<'v> Fn(&'v str) -> Val<'v>,
    ) -> Option<Flow> {
        Some(self.values(body.node()?.0, at, depth, &mut |value, certain| match &value {
            Val::Text(text) if self.read(&value) => found(to(text), certain),
            Val::Text(_) => Flow::Lost,
            _ => found(Val::Unknown, certain),
        }))
    }

    fn count(
        &self,
        path: Node<'_>,
        at: T::Node,
        depth: u32,
        found: &mut dyn FnMut(Val<'_>, bool) -> Flow,
    ) -> Flow {
        let (mut count, mut maybe) = (0_u64, false);
        let flow = self.walk(path, at, depth, &mut |_, certain| {
            count += 1;
            maybe |= !certain;
            Flow::On
        });
        match flow {
            Flow::On if maybe => found(Val::Unknown, true),
            Flow::On => found(Val::Number(count as f64), true),
            flow => flow,
        }
    }

    /// Gives everything that a path node selects; the flag says whether it certainly does.
    fn walk(
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
                    match self.step(child, names, filters, rest, certain, depth, found)? {
                        Flow::On => next = self.tree.next_sibling(child),
                        flow => return Some(flow),
                    }
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

    fn text(&self, item: Item<'e, T::Node>) -> Option<Cow<'e, str>> {
        let text = match item {
            Item::Node(node) => self.tree.value(node),
            Item::Attribute(text) => text,
        };
        Some(text)
    }

    /// The date that an element holds: its text, or that of the first element within, and so on
    /// (`teilbekanntesDatum/jahrMonat`).
    fn date_of(&self, item: Item<'e, T::Node>) -> Option<Interval> {
        let Item::Node(mut node) = item else { return None };
        for _ in 0..4 {
            match self.tree.first_child(node) {
                Some(child) => node = child,
                None => break,
            }
        }
        Interval::parse(&self.tree.value(node))
    }

    fn cell(&self, item: &Item<'e, T::Node>, id: &str) -> Option<Cow<'e, str>> {
        match item {
            Item::Node(node) => self.tree.column(*node, id),
            Item::Attribute(_) => None,
        }
    }

    /// Reading a long text costs too.
    fn read(&self, value: &Val<'_>) -> bool {
        match value {
            Val::Text(text) => self.spend(text.len() as u64 / 64),
            _ => true,
        }
    }

    fn spend(&self, steps: u64) -> bool {
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

fn is_named(names: Option<&[u8]>, name: u32) -> bool {
    let Some(names) = names else { return true };
    let names = names.as_chunks::<4>().0;
    match names {
        [one] => u32::from_le_bytes(*one) == name,
        _ => names.binary_search_by_key(&name, |other| u32::from_le_bytes(*other)).is_ok(),
    }
}

fn compare(comparison: Comparison, left: &Val<'_>, right: &Val<'_>) -> Verdict {
    match (left, right) {
        (Val::Text(a), Val::Text(b)) => match comparison {
            Comparison::Equal => Verdict::of(a == b),
            Comparison::NotEqual => Verdict::of(a != b),
            _ => Verdict::Unknown,
        },
        (Val::Number(a), Val::Number(b)) => Verdict::of(match comparison {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Less => a < b,
            Comparison::LessEqual => a <= b,
            Comparison::Greater => a > b,
            Comparison::GreaterEqual => a >= b,
        }),
        (Val::Date(a), Val::Date(b)) => match comparison {
            Comparison::Equal => same(*a, *b),
            Comparison::NotEqual => same(*a, *b).not(),
            Comparison::Less => before(*a, *b),
            Comparison::GreaterEqual => before(*a, *b).not(),
            Comparison::Greater => before(*b, *a),
            Comparison::LessEqual => before(*b, *a).not(),
        },
        _ => Verdict::Unknown,
    }
}

fn same(a: Interval, b: Interval) -> Verdict {
    if a.last < b.first || b.last < a.first {
        Verdict::Violated
    } else if a.first == a.last && a == b {
        Verdict::Holds
    } else {
        Verdict::Unknown
    }
}

fn before(a: Interval, b: Interval) -> Verdict {
    if a.last < b.first {
        Verdict::Holds
    } else if a.first >= b.last {
        Verdict::Violated
    } else {
        Verdict::Unknown
    }
}

fn sum<'v>(left: &Val<'_>, right: &Val<'_>, sign: f64) -> Val<'v> {
    match (left, right) {
        (Val::Number(a), Val::Number(b)) => Val::Number(a + sign * b),
        (Val::Date(date), Val::Number(days)) => date.plus_days(sign * days).map_or(Val::Unknown, Val::Date),
        _ => Val::Unknown,
    }
}

/// A decimal number as XML Schema writes it: no exponent, no infinity.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    if plain { text.parse().ok() } else { None }
}

/// How many bytes a base64 text stands for.
fn decoded_size(text: &str) -> f64 {
    let digits = text.bytes().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    (digits.count() as u64 * 3 / 4) as f64
}

fn holds(test: TextTest, whole: &str, part: &str) -> bool {
    match test {
        TextTest::Contains => whole.contains(part),
        TextTest::StartsWith => whole.starts_with(part),
        TextTest::EndsWith => whole.ends_with(part),
        TextTest::ContainsWord => whole.match_indices(part).any(|(start, found)| {
            let before = whole.get(..start).and_then(|text| text.chars().next_back());
            let after = whole.get(start + found.len()..).and_then(|text| text.chars().next());
            !part.is_empty()
                && !before.is_some_and(char::is_alphanumeric)
                && !after.is_some_and(char::is_alphanumeric)
        }),
    }
}
