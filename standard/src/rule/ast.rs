//! Expressions and paths as trees.
//!
//! Sugar is gone: `a => b` is `not(a) or b`, `some p satisfies e` is the existence of `p[e]`, and
//! `every p satisfies e` is `not(p[not(e)])`.

use super::date::Interval;

/// A condition: it holds, it is violated, or that can't be known.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `true()`, `false()`.
    Constant(bool),
    /// `not(…)`.
    Not(Box<Expr>),
    /// `… and …`.
    And(Vec<Expr>),
    /// `… or …`.
    Or(Vec<Expr>),
    /// A path: there is such a node.
    Exists(Path),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`.
    Compare(Comparison, Value, Value),
    /// `… in ('a','b')`.
    In(Value, Vec<String>),
    /// `matches(…, 'pattern')`: the whole value, as in XML Schema. The number is the pattern's column.
    Matches(Value, String, u32),
    /// `contains`, `starts-with`, `ends-with`, `contains-word`.
    Text(TextTest, Value, Value),
    /// `distinct(…)`: no value occurs twice.
    Distinct(Path),
    /// `column(…)` as a condition: the cell is not empty.
    Filled(Path, String),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

/// How one text is looked for in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextTest {
    /// `contains`
    Contains,
    /// `starts-with`
    StartsWith,
    /// `ends-with`
    EndsWith,
    /// `contains-word`: bounded by the text's ends or by something that is neither letter nor digit.
    ContainsWord,
}

/// A value, or as many as the nodes that its path selects.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `'text'`
    Text(String),
    /// `12`, `0.5`
    Number(f64),
    /// `date('2026-06-12')`
    DateLiteral(Interval),
    /// The values of the nodes.
    Path(Path),
    /// `count(…)`
    Count(Path),
    /// `length(…)`: characters.
    Length(Box<Value>),
    /// `bytes(…)`: size of what the base64 text stands for.
    Bytes(Box<Value>),
    /// `number(…)`
    ToNumber(Box<Value>),
    /// `date(…)` of nodes: the node or the date within it. Of other values: their text.
    ToDate(Box<Value>),
    /// `created()`: the day on which the message was created.
    Created,
    /// `message()`: the number of the message.
    Message,
    /// `column(…, 'id')`: a cell of the code's row in its list.
    Column(Path, String),
    /// `substring(…, start, length)`: characters, start from 1.
    Substring(Box<Value>, u32, u32),
    /// `a + b`: numbers, or a date and a number of days.
    Add(Box<Value>, Box<Value>),
    /// `a - b`
    Subtract(Box<Value>, Box<Value>),
    /// `months(…, n)`: a date n months later.
    Months(Box<Value>, i32),
}

/// A path through the message.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Where it starts.
    pub start: Start,
    /// The steps.
    pub steps: Vec<Step>,
    /// The attribute that it ends at, and its column.
    pub attribute: Option<(String, u32)>,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The current node.
    Current,
    /// `$`: the node of the rule's context.
    Context,
    /// `/`: the message's root element.
    Root,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// In which direction.
    pub axis: Axis,
    /// Local name, with `*` for any characters. Empty for [`Axis::Parent`] and [`Axis::Current`].
    pub name: String,
    /// `[…]`: conditions that the node must fulfil.
    pub filters: Vec<Expr>,
    /// Column in the expression, from 1.
    pub column: u32,
}

/// The direction of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// `a`
    Child,
    /// `//a`
    Descendant,
    /// `..`
    Parent,
    /// `.`, with filters
    Current,
}

impl Path {
    /// The current node.
    pub fn current() -> Self {
        Self { start: Start::Current, steps: Vec::new(), attribute: None }
    }

    /// The current node and nothing else.
    pub fn is_current(&self) -> bool {
        self.start == Start::Current && self.steps.is_empty() && self.attribute.is_none()
    }
}
