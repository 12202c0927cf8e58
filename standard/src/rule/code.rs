//! Byte code: a condition or a path as a flat run of 32-bit words, little endian.
//!
//! A node is one word, `operation | words << 8`, its own operands, and its children one after the other;
//! `words` counts all of them. So the code is a tree by construction: nothing can refer back, every walk
//! ends, and a reader needs no table beside it. Names are numbers of the pack's table of names, patterns
//! those of its automata; texts stand inline.

use super::ast::{Comparison, TextTest};

/// How deep nodes may nest.
pub const MAX_DEPTH: u32 = 32;
/// How many steps a path may have.
pub const MAX_STEPS: usize = 16;
/// How many words a program may have.
pub(super) const MAX_WORDS: usize = 1 << 16;
/// Number of names of a step that any name satisfies.
pub(super) const ANY: u32 = u32::MAX;

/// Operations.
pub(super) mod op {
    pub(crate) const CONSTANT: u8 = 1;
    pub(crate) const NOT: u8 = 2;
    pub(crate) const AND: u8 = 3;
    pub(crate) const OR: u8 = 4;
    pub(crate) const EXISTS: u8 = 5;
    pub(crate) const COMPARE: u8 = 6;
    pub(crate) const IN: u8 = 7;
    pub(crate) const MATCHES: u8 = 8;
    pub(crate) const TEXT_TEST: u8 = 9;
    pub(crate) const DISTINCT: u8 = 10;
    pub(crate) const FILLED: u8 = 11;

    pub(crate) const TEXT: u8 = 20;
    pub(crate) const NUMBER: u8 = 21;
    pub(crate) const DATE: u8 = 22;
    pub(crate) const VALUES: u8 = 23;
    pub(crate) const COUNT: u8 = 24;
    pub(crate) const LENGTH: u8 = 25;
    pub(crate) const BYTES: u8 = 26;
    pub(crate) const TO_NUMBER: u8 = 27;
    pub(crate) const TO_DATE: u8 = 28;
    pub(crate) const DATE_OF: u8 = 29;
    pub(crate) const CREATED: u8 = 30;
    pub(crate) const MESSAGE: u8 = 31;
    pub(crate) const COLUMN: u8 = 32;
    pub(crate) const SUBSTRING: u8 = 33;
    pub(crate) const ADD: u8 = 34;
    pub(crate) const SUBTRACT: u8 = 35;
    pub(crate) const MONTHS: u8 = 36;

    pub(crate) const PATH: u8 = 40;
    pub(crate) const CHILD: u8 = 41;
    pub(crate) const DESCENDANT: u8 = 42;
    pub(crate) const PARENT: u8 = 43;
    pub(crate) const CURRENT: u8 = 44;
    pub(crate) const ATTRIBUTE: u8 = 45;
}

/// Byte code that no compiler made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("AZK-R006 damaged byte code of a rule")]
pub struct CodeError;

/// Checks the byte code of a condition: what [`super::eval()`] takes without any loss. `automata` is how many
/// patterns there are.
///
/// # Errors
/// [`CodeError`].
pub fn verify(code: &[u8], automata: u32) -> Result<(), CodeError> {
    whole(code, Kind::Condition, automata)
}

/// Checks the byte code of a path, as [`verify`] does.
///
/// # Errors
/// [`CodeError`].
pub fn verify_path(code: &[u8], automata: u32) -> Result<(), CodeError> {
    whole(code, Kind::NodePath, automata)
}

/// A run of words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'p>(pub(super) &'p [u8]);

/// A node: operation and what belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'p> {
    pub(super) op: u8,
    pub(super) body: Words<'p>,
}

impl<'p> Words<'p> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The first word and what follows.
    pub(super) fn word(self) -> Option<(u32, Self)> {
        let (word, rest) = self.0.split_first_chunk::<4>()?;
        Some((u32::from_le_bytes(*word), Words(rest)))
    }

    /// The first node and what follows.
    pub(super) fn node(self) -> Option<(Node<'p>, Self)> {
        let (head, _) = self.word()?;
        let bytes = (head >> 8) as usize * 4;
        let (node, rest) = (self.0.get(4..bytes)?, self.0.get(bytes..)?);
        Some((Node { op: head as u8, body: Words(node) }, Words(rest)))
    }

    /// The first text and what follows.
    pub(super) fn text(self) -> Option<(&'p str, Self)> {
        let (text, rest) = self.text_bytes()?;
        Some((std::str::from_utf8(text).ok()?, rest))
    }

    /// As [`Self::text`], where the bytes are enough.
    pub(super) fn text_bytes(self) -> Option<(&'p [u8], Self)> {
        let (length, rest) = self.word()?;
        let length = length as usize;
        let text = rest.0.get(..length)?;
        let rest = rest.0.get(length.checked_next_multiple_of(4)?..)?;
        Some((text, Words(rest)))
    }

    /// The first list of names (`None`: any) and what follows.
    pub(super) fn names(self) -> Option<(Option<&'p [u8]>, Self)> {
        let (count, rest) = self.word()?;
        if count == ANY {
            return Some((None, rest));
        }
        let bytes = (count as usize).checked_mul(4)?;
        Some((Some(rest.0.get(..bytes)?), Words(rest.0.get(bytes..)?)))
    }
}

/// The comparison of a code.
pub(super) fn comparison(code: u32) -> Option<Comparison> {
    Some(match code {
        0 => Comparison::Equal,
        1 => Comparison::NotEqual,
        2 => Comparison::Less,
        3 => Comparison::LessEqual,
        4 => Comparison::Greater,
        5 => Comparison::GreaterEqual,
        _ => return None,
    })
}

/// The text test of a code.
pub(super) fn text_test(code: u32) -> Option<TextTest> {
    Some(match code {
        0 => TextTest::Contains,
        1 => TextTest::StartsWith,
        2 => TextTest::EndsWith,
        3 => TextTest::ContainsWord,
        _ => return None,
    })
}

/// What may stand somewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Condition,
    Value,
    /// A path that may end at an attribute.
    Path,
    /// A path that selects nodes.
    NodePath,
}

fn whole(code: &[u8], kind: Kind, automata: u32) -> Result<(), CodeError> {
    if code.len() > MAX_WORDS * 4 {
        return Err(CodeError);
    }
    match (Check { automata }).node(Words(code), kind, 0) {
        Some(rest) if rest.is_empty() => Ok(()),
        _ => Err(CodeError),
    }
}

struct Check {
    automata: u32,
}

impl Check {
    /// Checks one node of a kind; what follows it, or none if it is damaged.
    fn node<'p>(&self, words: Words<'p>, kind: Kind, depth: u32) -> Option<Words<'p>> {
        let (node, rest) = words.node()?;
        if depth >= MAX_DEPTH {
            return None;
        }
        let depth = depth + 1;
        let body = node.body;
        let end = match (kind, node.op) {
            (Kind::Condition, op::CONSTANT) => body.word().filter(|(value, _)| *value < 2)?.1,
            (Kind::Condition, op::NOT) => self.node(body, Kind::Condition, depth)?,
            (Kind::Condition, op::AND | op::OR) => self.all(body, Kind::Condition, depth)?,
            (Kind::Condition, op::EXISTS | op::DISTINCT) => self.node(body, Kind::Path, depth)?,
            (Kind::Condition, op::COMPARE) => {
                let (code, body) = body.word()?;
                comparison(code)?;
                self.node(self.node(body, Kind::Value, depth)?, Kind::Value, depth)?
            }
            (Kind::Condition, op::IN) => {
                let mut body = self.node(body, Kind::Value, depth)?;
                while !body.is_empty() {
                    body = body.text()?.1;
                }
                body
            }
            (Kind::Condition, op::MATCHES) => {
                let (pattern, body) = body.word()?;
                if pattern >= self.automata {
                    return None;
                }
                self.node(body, Kind::Value, depth)?
            }
            (Kind::Condition, op::TEXT_TEST) => {
                let (code, body) = body.word()?;
                text_test(code)?;
                self.node(self.node(body, Kind::Value, depth)?, Kind::Value, depth)?
            }
            (Kind::Condition, op::FILLED) | (Kind::Value, op::COLUMN) => {
                self.node(body.text()?.1, Kind::NodePath, depth)?
            }
            (Kind::Value, op::TEXT) => body.text()?.1,
            (Kind::Value, op::NUMBER | op::DATE) => body.word()?.1.word()?.1,
            (Kind::Value, op::VALUES | op::COUNT) => self.node(body, Kind::Path, depth)?,
            (Kind::Value, op::DATE_OF) => self.node(body, Kind::NodePath, depth)?,
            (Kind::Value, op::LENGTH | op::BYTES | op::TO_NUMBER | op::TO_DATE) => {
                self.node(body, Kind::Value, depth)?
            }
            (Kind::Value, op::CREATED | op::MESSAGE) => body,
            (Kind::Value, op::SUBSTRING) => self.node(body.word()?.1.word()?.1, Kind::Value, depth)?,
            (Kind::Value, op::ADD | op::SUBTRACT) => {
                self.node(self.node(body, Kind::Value, depth)?, Kind::Value, depth)?
            }
            (Kind::Value, op::MONTHS) => self.node(body.word()?.1, Kind::Value, depth)?,
            (Kind::Path | Kind::NodePath, op::PATH) => self.steps(body, kind, depth)?,
            _ => return None,
        };
        end.is_empty().then_some(rest)
    }

    fn all<'p>(&self, mut words: Words<'p>, kind: Kind, depth: u32) -> Option<Words<'p>> {
        while !words.is_empty() {
            words = self.node(words, kind, depth)?;
        }
        Some(words)
    }

    fn steps<'p>(&self, words: Words<'p>, kind: Kind, depth: u32) -> Option<Words<'p>> {
        let (start, mut words) = words.word()?;
        if start > 2 {
            return None;
        }
        let mut steps = 0;
        while !words.is_empty() {
            let (step, rest) = words.node()?;
            steps += 1;
            // One more than the steps: the attribute.
            if steps > MAX_STEPS + 1 {
                return None;
            }
            let filters = match step.op {
                op::CHILD | op::DESCENDANT => check_names(step.body)?,
                op::PARENT | op::CURRENT => step.body,
                op::ATTRIBUTE if kind == Kind::Path && rest.is_empty() => {
                    let end = check_names(step.body)?;
                    if !end.is_empty() {
                        return None;
                    }
                    end
                }
                _ => return None,
            };
            self.all(filters, Kind::Condition, depth)?;
            words = rest;
        }
        Some(words)
    }
}

/// Names are sorted, so that they can be looked up by halving.
fn check_names(words: Words<'_>) -> Option<Words<'_>> {
    let (names, rest) = words.names()?;
    let sorted = names.is_none_or(|names| {
        let (names, _) = names.as_chunks::<4>();
        names.is_sorted_by(|a, b| u32::from_le_bytes(*a) < u32::from_le_bytes(*b))
    });
    sorted.then_some(rest)
}
