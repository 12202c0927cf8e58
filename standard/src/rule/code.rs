//! Byte code: a condition or a path as a flat run of 32-bit words, little endian.
//!
//! A node is one word, `operation | words << 8`, its own operands, and its children one after the other;
//! `words` counts all of them. So the code is a tree by construction: nothing can refer back, every walk
//! ends, and a reader needs no table beside it. Names are numbers of the pack's table of names, patterns
//! those of its automata; texts stand inline.

use super::ast::{Axis, Comparison, Expr, Path, Start, TextTest, Value};
use super::{NAME, PATTERN, SIZE, SYNTAX, fault};
use crate::error::SchemaError;

/// How deep nodes may nest.
pub const MAX_DEPTH: u32 = 40;
/// How many steps a path may have.
pub const MAX_STEPS: usize = 16;
/// How many words a program may have.
const MAX_WORDS: usize = 1 << 16;
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

/// Gives the compiler the numbers that a pack has for names and patterns.
pub trait Resolver {
    /// The numbers of all element or attribute names with this local name, in which `*` stands for any
    /// characters. None is an error: the name is misspelt.
    fn names(&mut self, glob: &str) -> Vec<u32>;

    /// The number of the automaton for a pattern.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    fn pattern(&mut self, pattern: &str) -> Result<u32, String>;
}

/// Compiles a condition.
///
/// # Errors
/// `AZK-R003` an unknown name, `AZK-R004` a wrong pattern, `AZK-R005` too long, `AZK-R002` values are compared
/// that can't be; each with the column in the condition.
pub fn compile(expr: &Expr, resolver: &mut dyn Resolver) -> Result<Vec<u8>, SchemaError> {
    let mut compiler = Compiler { words: Vec::new(), resolver };
    compiler.expr(expr)?;
    compiler.finish(verify)
}

/// Compiles a path that selects nodes.
///
/// # Errors
/// As [`compile`].
pub fn compile_path(path: &Path, resolver: &mut dyn Resolver) -> Result<Vec<u8>, SchemaError> {
    let mut compiler = Compiler { words: Vec::new(), resolver };
    compiler.path(path)?;
    compiler.finish(verify_path)
}

/// Byte code that no compiler made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("AZK-R006 damaged byte code of a rule")]
pub struct CodeError;

/// Checks the byte code of a condition: what [`super::eval`] takes without any loss. `automata` is how many
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
        let (length, rest) = self.word()?;
        let length = length as usize;
        let text = rest.0.get(..length)?;
        let rest = rest.0.get(length.checked_next_multiple_of(4)?..)?;
        Some((std::str::from_utf8(text).ok()?, Words(rest)))
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

/// What kind of values a value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Text,
    Number,
    Date,
}

impl Value {
    pub(super) fn kind(&self) -> ValueKind {
        match self {
            Self::Text(_) | Self::Path(_) | Self::Message | Self::Column(..) | Self::Substring(..) => {
                ValueKind::Text
            }
            Self::Number(_) | Self::Count(_) | Self::Length(_) | Self::Bytes(_) | Self::ToNumber(_) => {
                ValueKind::Number
            }
            Self::DateLiteral(_) | Self::ToDate(_) | Self::Created | Self::Months(..) => ValueKind::Date,
            Self::Add(left, _) | Self::Subtract(left, _) => match left.kind() {
                ValueKind::Date => ValueKind::Date,
                _ => ValueKind::Number,
            },
        }
    }
}

struct Compiler<'r> {
    words: Vec<u32>,
    resolver: &'r mut dyn Resolver,
}

impl Compiler<'_> {
    fn finish(self, verify: fn(&[u8], u32) -> Result<(), CodeError>) -> Result<Vec<u8>, SchemaError> {
        let code: Vec<u8> = self.words.iter().flat_map(|word| word.to_le_bytes()).collect();
        match verify(&code, u32::MAX) {
            Ok(()) => Ok(code),
            Err(_) => Err(fault(1, SIZE, "too long or nested too deeply")),
        }
    }

    /// A node whose operands and children `inside` writes.
    fn node(
        &mut self,
        op: u8,
        inside: impl FnOnce(&mut Self) -> Result<(), SchemaError>,
    ) -> Result<(), SchemaError> {
        let start = self.words.len();
        self.words.push(0);
        inside(self)?;
        let words = self.words.len() - start;
        if words >= MAX_WORDS {
            return Err(fault(1, SIZE, "too long"));
        }
        self.words[start] = u32::from(op) | (words as u32) << 8;
        Ok(())
    }

    fn expr(&mut self, expr: &Expr) -> Result<(), SchemaError> {
        match expr {
            Expr::Constant(value) => self.node(op::CONSTANT, |c| c.word(u32::from(*value))),
            Expr::Not(inner) => self.node(op::NOT, |c| c.expr(inner)),
            Expr::And(parts) => self.node(op::AND, |c| parts.iter().try_for_each(|part| c.expr(part))),
            Expr::Or(parts) => self.node(op::OR, |c| parts.iter().try_for_each(|part| c.expr(part))),
            Expr::Exists(path) => self.node(op::EXISTS, |c| c.path(path)),
            Expr::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            Expr::In(value, texts) => self.node(op::IN, |c| {
                c.text_value(value)?;
                texts.iter().try_for_each(|text| c.text(text))
            }),
            Expr::Matches(value, pattern, column) => {
                let number = self.resolver.pattern(pattern).map_err(|text| fault(*column, PATTERN, text))?;
                self.node(op::MATCHES, |c| {
                    c.word(number)?;
                    c.text_value(value)
                })
            }
            Expr::Text(test, whole, part) => self.node(op::TEXT_TEST, |c| {
                c.word(text_test_code(*test))?;
                c.text_value(whole)?;
                c.text_value(part)
            }),
            Expr::Distinct(path) => self.node(op::DISTINCT, |c| c.path(path)),
            Expr::Filled(path, id) => self.node(op::FILLED, |c| {
                c.text(id)?;
                c.path(path)
            }),
        }
    }

    fn compare(&mut self, comparison: Comparison, left: &Value, right: &Value) -> Result<(), SchemaError> {
        let kind = match (left.kind(), right.kind()) {
            (ValueKind::Date, ValueKind::Number) | (ValueKind::Number, ValueKind::Date) => {
                let text = "a date and a number can't be compared";
                return Err(fault(1, SYNTAX, text));
            }
            (ValueKind::Date, _) | (_, ValueKind::Date) => ValueKind::Date,
            (ValueKind::Number, _) | (_, ValueKind::Number) => ValueKind::Number,
            (ValueKind::Text, ValueKind::Text) => ValueKind::Text,
        };
        if kind == ValueKind::Text && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            let text = "texts have no order: number(…) or date(…) is missing";
            return Err(fault(1, SYNTAX, text));
        }
        self.node(op::COMPARE, |c| {
            c.word(comparison_code(comparison))?;
            c.value_as(left, kind)?;
            c.value_as(right, kind)
        })
    }

    fn text_value(&mut self, value: &Value) -> Result<(), SchemaError> {
        self.value_as(value, ValueKind::Text)
    }

    fn value_as(&mut self, value: &Value, kind: ValueKind) -> Result<(), SchemaError> {
        match (value.kind(), kind) {
            (is, wanted) if is == wanted => self.value(value),
            (ValueKind::Text, ValueKind::Number) => self.node(op::TO_NUMBER, |c| c.value(value)),
            (ValueKind::Text, ValueKind::Date) => self.date(value),
            (is, wanted) => {
                let text = format!("a {wanted:?} is wanted here, not a {is:?}").to_lowercase();
                Err(fault(1, SYNTAX, text))
            }
        }
    }

    fn value(&mut self, value: &Value) -> Result<(), SchemaError> {
        match value {
            Value::Text(text) => self.node(op::TEXT, |c| c.text(text)),
            Value::Number(number) => self.node(op::NUMBER, |c| {
                let bits = number.to_bits();
                c.word(bits as u32)?;
                c.word((bits >> 32) as u32)
            }),
            Value::DateLiteral(date) => self.node(op::DATE, |c| {
                c.word(date.first as u32)?;
                c.word(date.last as u32)
            }),
            Value::Path(path) => self.node(op::VALUES, |c| c.path(path)),
            Value::Count(path) => self.node(op::COUNT, |c| c.path(path)),
            Value::Length(inner) => self.node(op::LENGTH, |c| c.text_value(inner)),
            Value::Bytes(inner) => self.node(op::BYTES, |c| c.text_value(inner)),
            Value::ToNumber(inner) => self.node(op::TO_NUMBER, |c| c.text_value(inner)),
            Value::ToDate(inner) => self.date(inner),
            Value::Created => self.node(op::CREATED, |_| Ok(())),
            Value::Message => self.node(op::MESSAGE, |_| Ok(())),
            Value::Column(path, id) => self.node(op::COLUMN, |c| {
                c.text(id)?;
                c.path(path)
            }),
            Value::Substring(inner, start, length) => self.node(op::SUBSTRING, |c| {
                c.word(*start)?;
                c.word(*length)?;
                c.text_value(inner)
            }),
            Value::Add(left, right) => self.sum(op::ADD, left, right),
            Value::Subtract(left, right) => self.sum(op::SUBTRACT, left, right),
            Value::Months(inner, months) => self.node(op::MONTHS, |c| {
                c.word(*months as u32)?;
                c.value_as(inner, ValueKind::Date)
            }),
        }
    }

    /// Of nodes it is the date within them that counts, of other values their text.
    fn date(&mut self, value: &Value) -> Result<(), SchemaError> {
        match value {
            Value::Path(path) if path.attribute.is_none() => self.node(op::DATE_OF, |c| c.path(path)),
            _ => self.node(op::TO_DATE, |c| c.text_value(value)),
        }
    }

    fn sum(&mut self, op: u8, left: &Value, right: &Value) -> Result<(), SchemaError> {
        let kind = if left.kind() == ValueKind::Date { ValueKind::Date } else { ValueKind::Number };
        self.node(op, |c| {
            c.value_as(left, kind)?;
            c.value_as(right, ValueKind::Number)
        })
    }

    fn path(&mut self, path: &Path) -> Result<(), SchemaError> {
        let column = path.steps.first().map_or(1, |step| step.column);
        if path.steps.len() > MAX_STEPS {
            let text = format!("more than {MAX_STEPS} steps");
            return Err(fault(column, SIZE, text));
        }
        self.node(op::PATH, |c| {
            c.word(match path.start {
                Start::Current => 0,
                Start::Context => 1,
                Start::Root => 2,
            })?;
            for step in &path.steps {
                let op = match step.axis {
                    Axis::Child => op::CHILD,
                    Axis::Descendant => op::DESCENDANT,
                    Axis::Parent => op::PARENT,
                    Axis::Current => op::CURRENT,
                };
                c.node(op, |c| {
                    if matches!(step.axis, Axis::Child | Axis::Descendant) {
                        c.names(&step.name, step.column)?;
                    }
                    step.filters.iter().try_for_each(|filter| c.expr(filter))
                })?;
            }
            match &path.attribute {
                Some((name, column)) => c.node(op::ATTRIBUTE, |c| c.names(name, *column)),
                None => Ok(()),
            }
        })
    }

    fn names(&mut self, name: &str, column: u32) -> Result<(), SchemaError> {
        if name == "*" {
            return self.word(ANY);
        }
        let mut names = self.resolver.names(name);
        if names.is_empty() {
            return Err(fault(column, NAME, format!("nothing is named {name}")));
        }
        names.sort_unstable();
        names.dedup();
        self.word(names.len() as u32)?;
        self.words.extend(names);
        Ok(())
    }

    fn word(&mut self, word: u32) -> Result<(), SchemaError> {
        self.words.push(word);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), SchemaError> {
        self.words.push(text.len() as u32);
        self.words.extend(text.as_bytes().chunks(4).map(|chunk| {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            u32::from_le_bytes(word)
        }));
        Ok(())
    }
}

fn comparison_code(comparison: Comparison) -> u32 {
    match comparison {
        Comparison::Equal => 0,
        Comparison::NotEqual => 1,
        Comparison::Less => 2,
        Comparison::LessEqual => 3,
        Comparison::Greater => 4,
        Comparison::GreaterEqual => 5,
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

fn text_test_code(test: TextTest) -> u32 {
    match test {
        TextTest::Contains => 0,
        TextTest::StartsWith => 1,
        TextTest::EndsWith => 2,
        TextTest::ContainsWord => 3,
    }
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
