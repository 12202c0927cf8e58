//! Values: what value nodes yield, and how they are compared.

use std::borrow::Cow;

use super::ast::{Comparison, TextTest};
use super::code::{MAX_DEPTH, Node, Words, op};
use super::date::Interval;
use super::eval::{Flow, Item, Run, Tree, Verdict};

pub(super) enum Val<'v> {
    Text(Cow<'v, str>),
    Number(f64),
    Date(Interval),
    Unknown,
}

impl<'e, T: Tree> Run<'e, T> {
    /// Gives every value of a value node.
    pub(super) fn values(
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

    /// The value of a node that has the same one everywhere.
    pub(super) fn constant<'v>(&self, node: Node<'v>) -> Option<Val<'v>>
    where
        'e: 'v,
    {
        let body = node.body;
        Some(match node.op {
            op::TEXT => Val::Text(Cow::Borrowed(body.text()?.0)),
            op::NUMBER => {
                let (low, body) = body.word()?;
                let (high, _) = body.word()?;
                Val::Number(f64::from_bits(u64::from(low) | u64::from(high) << 32))
            }
            op::DATE => {
                let (first, body) = body.word()?;
                let (last, _) = body.word()?;
                Val::Date(Interval { first: first as i32, last: last as i32 })
            }
            op::CREATED => self.tree.created().and_then(Interval::parse).map_or(Val::Unknown, Val::Date),
            op::MESSAGE => Val::Text(Cow::Borrowed(self.tree.message())),
            _ => return None,
        })
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
            op::TEXT | op::NUMBER | op::DATE | op::CREATED | op::MESSAGE => found(self.constant(node)?, true),
            op::VALUES => self.walk(body.node()?.0, at, depth, &mut |item, certain| match self.text(item) {
                Some(text) => found(Val::Text(text), certain),
                None => Flow::Lost,
            }),
            op::COUNT => self.count(body.node()?.0, at, depth, found),
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

    pub(super) fn count(
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

    pub(super) fn text(&self, item: Item<'e, T::Node>) -> Option<Cow<'e, str>> {
        let text = match item {
            Item::Node(node) => self.tree.value(node),
            Item::Attribute(text) => text,
        };
        Some(text)
    }

    /// The date that an element holds: its text, or that of the first element within, and so on
    /// (`teilbekanntesDatum/jahrMonat`).
    pub(super) fn date_of(&self, item: Item<'e, T::Node>) -> Option<Interval> {
        let Item::Node(mut node) = item else { return None };
        for _ in 0..4 {
            match self.tree.first_child(node) {
                Some(child) => node = child,
                None => break,
            }
        }
        Interval::parse(&self.tree.value(node))
    }

    pub(super) fn cell(&self, item: &Item<'e, T::Node>, id: &str) -> Option<Cow<'e, str>> {
        match item {
            Item::Node(node) => self.tree.column(*node, id),
            Item::Attribute(_) => None,
        }
    }
}

pub(super) fn compare(comparison: Comparison, left: &Val<'_>, right: &Val<'_>) -> Verdict {
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

pub(super) fn holds(test: TextTest, whole: &str, part: &str) -> bool {
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
