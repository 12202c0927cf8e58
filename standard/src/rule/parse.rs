//! From text to trees.

use super::ast::{Axis, Comparison, Expr, Path, Start, Step, TextTest, Value};
use super::date::Interval;
use super::lex::{Located, Token, tokens};
use super::{SIZE, SYNTAX, fault};
use crate::error::SchemaError;

/// How deep parentheses, filters and functions may nest.
const MAX_NESTING: u32 = 16;

/// Reads a condition. `text` is one line; columns of errors count from its start.
///
/// # Errors
/// [``AZK-R002` or `AZK-R005`, with the column.
pub fn parse_expr(text: &str) -> Result<Expr, SchemaError> {
    let mut parser = Parser::new(text)?;
    let expr = parser.expr()?;
    parser.end()?;
    Ok(expr)
}

/// Reads a path that selects nodes (not an attribute).
///
/// # Errors
/// As [`parse_expr`].
pub fn parse_path(text: &str) -> Result<Path, SchemaError> {
    let mut parser = Parser::new(text)?;
    let path = parser.node_path()?;
    parser.end()?;
    Ok(path)
}

struct Parser {
    tokens: Vec<Located>,
    next: usize,
    end: u32,
    depth: u32,
}

impl Parser {
    fn new(text: &str) -> Result<Self, SchemaError> {
        Ok(Self { tokens: tokens(text)?, next: 0, end: text.chars().count() as u32 + 1, depth: 0 })
    }

    fn expr(&mut self) -> Result<Expr, SchemaError> {
        self.deeper()?;
        let left = self.or()?;
        let expr = if self.take("=>") {
            let right = self.expr()?;
            Expr::Or(vec![Expr::Not(Box::new(left)), right])
        } else {
            left
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn or(&mut self) -> Result<Expr, SchemaError> {
        let mut parts = vec![self.and()?];
        while self.take_word("or") {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Expr::Or(parts) })
    }

    fn and(&mut self) -> Result<Expr, SchemaError> {
        let mut parts = vec![self.condition()?];
        while self.take_word("and") {
            parts.push(self.condition()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Expr::And(parts) })
    }

    fn condition(&mut self) -> Result<Expr, SchemaError> {
        if self.take("(") {
            let expr = self.expr()?;
            self.expect(")")?;
            return Ok(expr);
        }
        if let Some(name) = self.function() {
            match name.as_str() {
                "not" => return Ok(Expr::Not(Box::new(self.expr_argument()?))),
                "true" | "false" => {
                    self.open()?;
                    self.expect(")")?;
                    return Ok(Expr::Constant(name == "true"));
                }
                "matches" => return self.matches(),
                "contains" => return self.text(TextTest::Contains),
                "starts-with" => return self.text(TextTest::StartsWith),
                "ends-with" => return self.text(TextTest::EndsWith),
                "contains-word" => return self.text(TextTest::ContainsWord),
                "distinct" => {
                    self.open()?;
                    let path = self.path()?;
                    self.expect(")")?;
                    return Ok(Expr::Distinct(path));
                }
                _ => {}
            }
        }
        if self.is_quantifier() {
            return self.quantified();
        }
        self.comparison()
    }

    /// `some p satisfies e`, `every p satisfies e`.
    fn quantified(&mut self) -> Result<Expr, SchemaError> {
        let every = self.peek_word() == Some("every");
        self.next += 1;
        let mut path = self.node_path()?;
        if !self.take_word("satisfies") {
            return Err(self.error("`satisfies` is missing"));
        }
        let expr = self.expr()?;
        let filter = if every { Expr::Not(Box::new(expr)) } else { expr };
        match path.steps.last_mut() {
            Some(step) => step.filters.push(filter),
            None => path.steps.push(Step {
                axis: Axis::Current,
                name: String::new(),
                filters: vec![filter],
                column: self.column(),
            }),
        }
        let found = Expr::Exists(path);
        Ok(if every { Expr::Not(Box::new(found)) } else { found })
    }

    fn comparison(&mut self) -> Result<Expr, SchemaError> {
        let column = self.column();
        let left = self.value()?;
        if self.take_word("in") {
            self.expect("(")?;
            let mut texts = vec![self.literal()?];
            while self.take(",") {
                texts.push(self.literal()?);
            }
            self.expect(")")?;
            return Ok(Expr::In(left, texts));
        }
        let Some(comparison) = self.operator() else {
            return match left {
                Value::Path(path) => Ok(Expr::Exists(path)),
                Value::Column(path, id) => Ok(Expr::Filled(path, id)),
                _ => Err(fault(column, SYNTAX, "a value is no condition: a comparison is missing")),
            };
        };
        let right = self.value()?;
        Ok(Expr::Compare(comparison, left, right))
    }

    fn operator(&mut self) -> Option<Comparison> {
        let found = [
            ("=", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessEqual),
            (">=", Comparison::GreaterEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        found.into_iter().find(|(sign, _)| self.take(sign)).map(|(_, comparison)| comparison)
    }

    fn value(&mut self) -> Result<Value, SchemaError> {
        self.deeper()?;
        let mut left = self.term()?;
        loop {
            if self.take("+") {
                left = Value::Add(Box::new(left), Box::new(self.term()?));
            } else if self.take("-") {
                left = Value::Subtract(Box::new(left), Box::new(self.term()?));
            } else {
                self.depth -= 1;
                return Ok(left);
            }
            // A chain of sums nests to the left.
            self.deeper()?;
        }
    }

    fn term(&mut self) -> Result<Value, SchemaError> {
        match self.peek() {
            Some(Token::Text(text)) => {
                let value = Value::Text(text.clone());
                self.next += 1;
                Ok(value)
            }
            Some(Token::Number(number)) => {
                let value = Value::Number(*number);
                self.next += 1;
                Ok(value)
            }
            _ => match self.function() {
                Some(name) => self.call(&name),
                None => Ok(Value::Path(self.path()?)),
            },
        }
    }

    fn call(&mut self, name: &str) -> Result<Value, SchemaError> {
        let column = self.column();
        self.open()?;
        let value = match name {
            "count" => Value::Count(self.path()?),
            "length" => Value::Length(Box::new(self.value()?)),
            "bytes" => Value::Bytes(Box::new(self.value()?)),
            "number" => Value::ToNumber(Box::new(self.value()?)),
            "date" => self.date()?,
            "created" => Value::Created,
            "message" => Value::Message,
            "column" => {
                let path = self.node_path()?;
                self.expect(",")?;
                Value::Column(path, self.literal()?)
            }
            "substring" => {
                let value = self.value()?;
                self.expect(",")?;
                let start = self.whole()?;
                self.expect(",")?;
                Value::Substring(Box::new(value), start, self.whole()?)
            }
            "months" => {
                let value = self.value()?;
                self.expect(",")?;
                let minus = self.take("-");
                let months = self.whole()?.min(i32::MAX as u32) as i32;
                Value::Months(Box::new(value), if minus { -months } else { months })
            }
            _ => {
                return Err(fault(column, SYNTAX, format!("there is no function {name}()")));
            }
        };
        self.expect(")")?;
        Ok(value)
    }

    fn date(&mut self) -> Result<Value, SchemaError> {
        let column = self.column();
        match self.value()? {
            Value::Text(text) => match Interval::parse(&text) {
                Some(interval) => Ok(Value::DateLiteral(interval)),
                None => Err(fault(column, SYNTAX, format!("'{text}' is no date"))),
            },
            value => Ok(Value::ToDate(Box::new(value))),
        }
    }

    fn matches(&mut self) -> Result<Expr, SchemaError> {
        self.open()?;
        let value = self.value()?;
        self.expect(",")?;
        let column = self.column();
        let pattern = self.literal()?;
        self.expect(")")?;
        Ok(Expr::Matches(value, pattern, column))
    }

    fn text(&mut self, test: TextTest) -> Result<Expr, SchemaError> {
        self.open()?;
        let whole = self.value()?;
        self.expect(",")?;
        let part = self.value()?;
        self.expect(")")?;
        Ok(Expr::Text(test, whole, part))
    }

    fn node_path(&mut self) -> Result<Path, SchemaError> {
        let path = self.path()?;
        match &path.attribute {
            Some((_, column)) => Err(fault(*column, SYNTAX, "an attribute can't stand here")),
            None => Ok(path),
        }
    }

    fn path(&mut self) -> Result<Path, SchemaError> {
        let mut path = Path::current();
        let mut axis = Axis::Child;
        if self.take("$") {
            path.start = Start::Context;
            match self.slash() {
                Some(next) => axis = next,
                None => return Ok(path),
            }
        } else if let Some(next) = self.slash() {
            path.start = Start::Root;
            axis = next;
            if axis == Axis::Child && !self.starts_step() {
                return Ok(path);
            }
        }
        loop {
            if self.take("@") {
                let column = self.column();
                path.attribute = Some((self.name()?, column));
                return Ok(path);
            }
            self.step(axis, &mut path)?;
            match self.slash() {
                Some(next) => axis = next,
                None => return Ok(path),
            }
        }
    }

    fn step(&mut self, axis: Axis, path: &mut Path) -> Result<(), SchemaError> {
        let column = self.column();
        let (axis, name) = if self.take("..") {
            (Axis::Parent, String::new())
        } else if self.take(".") {
            (Axis::Current, String::new())
        } else {
            (axis, self.name()?)
        };
        let mut filters = Vec::new();
        while self.take("[") {
            filters.push(self.expr()?);
            self.expect("]")?;
        }
        // A bare `.` is where the path is already.
        if axis != Axis::Current || !filters.is_empty() {
            path.steps.push(Step { axis, name, filters, column });
        }
        Ok(())
    }

    fn slash(&mut self) -> Option<Axis> {
        if self.take("//") {
            Some(Axis::Descendant)
        } else if self.take("/") {
            Some(Axis::Child)
        } else {
            None
        }
    }

    fn starts_step(&self) -> bool {
        matches!(self.peek(), Some(Token::Name(_) | Token::Sign("." | ".." | "@")))
            && !matches!(self.peek_word(), Some("and" | "or" | "in" | "satisfies"))
    }

    /// `some` and `every` may be names of elements too: they quantify only before a path.
    fn is_quantifier(&self) -> bool {
        let Some(word @ ("some" | "every")) = self.peek_word() else { return false };
        match self.tokens.get(self.next + 1) {
            Some((Token::Name(name), _)) => !matches!(name.as_str(), "and" | "or" | "in" | "satisfies"),
            Some((Token::Sign("." | ".." | "$"), _)) => true,
            // `some/x` is a path, `some /x satisfies` is not.
            Some((Token::Sign("/" | "//"), column)) => self.column() + word.len() as u32 != *column,
            _ => false,
        }
    }

    fn expr_argument(&mut self) -> Result<Expr, SchemaError> {
        self.open()?;
        let expr = self.expr()?;
        self.expect(")")?;
        Ok(expr)
    }

    /// The name before an opening parenthesis, if one comes next.
    fn function(&self) -> Option<String> {
        match (self.peek(), self.tokens.get(self.next + 1)) {
            (Some(Token::Name(name)), Some((Token::Sign("("), _))) if name != "in" => Some(name.clone()),
            _ => None,
        }
    }

    fn open(&mut self) -> Result<(), SchemaError> {
        self.next += 1;
        self.expect("(")
    }

    fn name(&mut self) -> Result<String, SchemaError> {
        match self.peek() {
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.error("a name is missing")),
        }
    }

    fn literal(&mut self) -> Result<String, SchemaError> {
        match self.peek() {
            Some(Token::Text(text)) => {
                let text = text.clone();
                self.next += 1;
                Ok(text)
            }
            _ => Err(self.error("a text in '…' is missing")),
        }
    }

    fn whole(&mut self) -> Result<u32, SchemaError> {
        match self.peek() {
            Some(Token::Number(number)) if number.fract() == 0.0 && *number <= 1e9 => {
                let number = *number as u32;
                self.next += 1;
                Ok(number)
            }
            _ => Err(self.error("a whole number is missing")),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn peek_word(&self) -> Option<&str> {
        match self.peek() {
            Some(Token::Name(name)) => Some(name),
            _ => None,
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.next += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek_word() == Some(word);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), SchemaError> {
        if self.take(sign) { Ok(()) } else { Err(self.error(&format!("`{sign}` is missing"))) }
    }

    fn end(&self) -> Result<(), SchemaError> {
        if self.next == self.tokens.len() { Ok(()) } else { Err(self.error("this can't stand here")) }
    }

    fn deeper(&mut self) -> Result<(), SchemaError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            let text = format!("nested more than {MAX_NESTING} deep");
            return Err(fault(self.column(), SIZE, text));
        }
        Ok(())
    }

    fn column(&self) -> u32 {
        self.tokens.get(self.next).map_or(self.end, |(_, column)| *column)
    }

    fn error(&self, text: &str) -> SchemaError {
        fault(self.column(), SYNTAX, text)
    }
}
