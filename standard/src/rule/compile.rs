//! From trees to byte code.

use super::ast::{Axis, Comparison, Expr, Path, Start, TextTest, Value};
use super::code::{ANY, CodeError, MAX_STEPS, MAX_WORDS, op, verify, verify_path};
use super::{NAME, PATTERN, SIZE, SYNTAX, fault};
use crate::error::SchemaError;

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

/// What kind of values a value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    Text,
    Number,
    Date,
}

impl Value {
    fn kind(&self) -> ValueKind {
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

fn text_test_code(test: TextTest) -> u32 {
    match test {
        TextTest::Contains => 0,
        TextTest::StartsWith => 1,
        TextTest::EndsWith => 2,
        TextTest::ContainsWord => 3,
    }
}
