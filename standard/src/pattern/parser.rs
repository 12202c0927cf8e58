//! Reading a pattern.

use super::PatternError;
use super::charset::CharSet;
use super::escapes;
use std::collections::HashMap;
use std::sync::Arc;

/// A pattern as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ast {
    /// One character of the set.
    Class(Arc<CharSet>),
    /// One after the other; the empty text where there are none.
    Concat(Vec<Ast>),
    /// One of these; nothing at all matches where there are none.
    Alternate(Vec<Ast>),
    /// The same part again and again.
    Repeat {
        /// What is repeated.
        inner: Box<Ast>,
        /// How often at least.
        min: u32,
        /// How often at most; `None`: any number of times.
        max: Option<u32>,
    },
}

/// Reads a pattern (XML Schema 1.0 Part 2, appendix F). It stands for whole values: `^` and `$` are characters
/// like others.
///
/// # Errors
/// [`PatternError::Syntax`] with the place, [`PatternError::UnknownProperty`], and [`PatternError::TooLarge`] for
/// parentheses nested deeper than 200 or classes of more than a million ranges together.
pub fn parse(pattern: &str) -> Result<Ast, PatternError> {
    let mut parser =
        Parser { chars: pattern.chars().collect(), at: 0, depth: 0, ranges: 0, named: HashMap::new() };
    let ast = parser.alternatives()?;
    match parser.peek() {
        None => Ok(ast),
        Some(_) => Err(parser.error("\")\" without \"(\"")),
    }
}

const MAX_DEPTH: usize = 200;
const MAX_RANGES: usize = 1_000_000;

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    /// Ranges in all classes so far; bounds memory.
    ranges: usize,
    /// Sets of named classes, since looking them up is slow.
    named: HashMap<String, Arc<CharSet>>,
}

impl Parser {
    /// regExp: branches between `|`, up to the end or a `)`.
    fn alternatives(&mut self) -> Result<Ast, PatternError> {
        let mut branches = vec![self.branch()?];
        while self.eat('|') {
            branches.push(self.branch()?);
        }
        Ok(if branches.len() == 1 { branches.swap_remove(0) } else { Ast::Alternate(branches) })
    }

    fn branch(&mut self) -> Result<Ast, PatternError> {
        let mut pieces = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let atom = self.atom(c)?;
            pieces.push(self.quantified(atom)?);
        }
        Ok(if pieces.len() == 1 { pieces.swap_remove(0) } else { Ast::Concat(pieces) })
    }

    fn atom(&mut self, c: char) -> Result<Ast, PatternError> {
        match c {
            '(' => {
                self.enter()?;
                self.at += 1;
                let inner = self.alternatives()?;
                if !self.eat(')') {
                    return Err(self.error("\")\" expected"));
                }
                self.depth -= 1;
                Ok(inner)
            }
            '[' => {
                self.at += 1;
                let set = self.class_expression()?;
                self.count(set.ranges().len())?;
                Ok(Ast::Class(Arc::new(set)))
            }
            '.' => {
                self.at += 1;
                Ok(Ast::Class(
                    self.named_set(".", || Some(CharSet::new(vec![(0x0A, 0x0A), (0x0D, 0x0D)]).negate()))?,
                ))
            }
            '\\' => match self.escape()? {
                Escape::Char(c) => Ok(Ast::Class(Arc::new(CharSet::single(c)))),
                Escape::Set(set) => {
                    self.count(set.ranges().len())?;
                    Ok(Ast::Class(set))
                }
            },
            '?' | '*' | '+' => Err(self.error("nothing here that could be repeated")),
            ']' => Err(self.error("\"]\" without \"[\"")),
            _ => {
                self.at += 1;
                Ok(Ast::Class(Arc::new(CharSet::single(c))))
            }
        }
    }

    fn quantified(&mut self, inner: Ast) -> Result<Ast, PatternError> {
        let (min, max) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                self.at += 1;
                let min = self.number()?;
                let max = if self.eat(',') {
                    if self.peek() == Some('}') { None } else { Some(self.number()?) }
                } else {
                    Some(min)
                };
                if self.peek() != Some('}') {
                    return Err(self.error("\"}\" expected"));
                }
                if max.is_some_and(|max| max < min) {
                    return Err(self.error("the greatest number of repetitions is less than the least"));
                }
                (min, max)
            }
            _ => return Ok(inner),
        };
        self.at += 1;
        // A count after a count (`a{2}{3}`) is not in the language, nor is `a**`.
        if matches!(self.peek(), Some('?' | '*' | '+' | '{')) {
            return Err(self.error("a repetition of a repetition needs parentheses"));
        }
        Ok(Ast::Repeat { inner: Box::new(inner), min, max })
    }

    /// A count; what does not fit is as large as can be, and refused later for its size.
    fn number(&mut self) -> Result<u32, PatternError> {
        let start = self.at;
        let mut value: u32 = 0;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(digit);
            self.at += 1;
        }
        if self.at == start { Err(self.error("a number expected")) } else { Ok(value) }
    }

    /// What follows `[`, up to and with its `]`.
    fn class_expression(&mut self) -> Result<CharSet, PatternError> {
        self.enter()?;
        let negative = self.eat('^');
        let start = self.at;
        let mut ranges = Vec::new();
        let mut without = None;
        loop {
            match self.peek() {
                None => return Err(self.error("\"]\" expected")),
                Some(']') if self.at == start => return Err(self.error("an empty class")),
                Some(']') => break,
                Some('-') if self.at > start && self.peek_second() == Some('[') => {
                    self.at += 2;
                    without = Some(self.class_expression()?);
                    if self.peek() != Some(']') {
                        return Err(self.error("\"]\" expected after what is taken out of a class"));
                    }
                    break;
                }
                Some('[') => return Err(self.error("\"[\" inside a class must be written \"\\[\"")),
                Some(_) => self.class_part(&mut ranges)?,
            }
        }
        self.at += 1;
        self.depth -= 1;
        let mut set = CharSet::new(ranges);
        if negative {
            set = set.negate();
        }
        Ok(match without {
            Some(without) => set.subtract(&without),
            None => set,
        })
    }

    /// A character, a range or an escape inside a class.
    fn class_part(&mut self, ranges: &mut Vec<(u32, u32)>) -> Result<(), PatternError> {
        let first = match self.class_char()? {
            Escape::Char(c) => c,
            Escape::Set(set) => {
                self.count(set.ranges().len())?;
                ranges.extend_from_slice(set.ranges());
                return Ok(());
            }
        };
        self.count(1)?;
        // A `-` before `]` or before a subtraction is no range.
        if self.peek() != Some('-') || matches!(self.peek_second(), Some(']' | '[') | None) {
            ranges.push((first.into(), first.into()));
            return Ok(());
        }
        self.at += 1;
        match self.class_char()? {
            Escape::Char(last) if first <= last => ranges.push((first.into(), last.into())),
            Escape::Char(_) => return Err(self.error("a range that ends before it begins")),
            Escape::Set(_) => return Err(self.error("a range cannot end with a class")),
        }
        Ok(())
    }

    fn class_char(&mut self) -> Result<Escape, PatternError> {
        match self.peek() {
            None => Err(self.error("\"]\" expected")),
            Some('\\') => self.escape(),
            Some(c) => {
                self.at += 1;
                Ok(Escape::Char(c))
            }
        }
    }

    /// What `\` begins.
    fn escape(&mut self) -> Result<Escape, PatternError> {
        self.at += 1;
        let Some(c) = self.peek() else {
            return Err(self.error("the pattern ends with \"\\\""));
        };
        self.at += 1;
        Ok(match c {
            'n' => Escape::Char('\n'),
            'r' => Escape::Char('\r'),
            't' => Escape::Char('\t'),
            '\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '-' | '[' | ']' | '^' => {
                Escape::Char(c)
            }
            's' | 'S' | 'i' | 'I' | 'c' | 'C' | 'd' | 'D' | 'w' | 'W' => {
                Escape::Set(self.named_set(&format!("\\{c}"), || escapes::multi_char(c))?)
            }
            'p' | 'P' => Escape::Set(self.property(c == 'P')?),
            _ => {
                self.at -= 1;
                return Err(self.error(&format!("\"\\{c}\" has no meaning")));
            }
        })
    }

    fn property(&mut self, negative: bool) -> Result<Arc<CharSet>, PatternError> {
        if !self.eat('{') {
            return Err(self.error("\"{\" expected after \"\\p\""));
        }
        let at = self.at;
        let mut name = String::new();
        loop {
            match self.peek() {
                Some('}') => break,
                Some(c) if c.is_ascii_alphanumeric() || c == '-' => name.push(c),
                _ => return Err(self.error("\"}\" expected after the name of a category or block")),
            }
            self.at += 1;
        }
        self.at += 1;
        let key = format!("\\{}{{{name}}}", if negative { 'P' } else { 'p' });
        let found = || escapes::property(&name).map(|set| if negative { set.negate() } else { set });
        self.named_set(&key, found).map_err(|_| PatternError::UnknownProperty { at, name: name.clone() })
    }

    fn named_set(
        &mut self,
        key: &str,
        make: impl FnOnce() -> Option<CharSet>,
    ) -> Result<Arc<CharSet>, PatternError> {
        if let Some(set) = self.named.get(key) {
            return Ok(Arc::clone(set));
        }
        let Some(set) = make() else {
            return Err(self.error("unknown class"));
        };
        let set = Arc::new(set);
        self.named.insert(key.to_owned(), Arc::clone(&set));
        Ok(set)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn peek_second(&self) -> Option<char> {
        self.chars.get(self.at + 1).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        self.at += usize::from(there);
        there
    }

    fn enter(&mut self) -> Result<(), PatternError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(PatternError::TooLarge { limit: MAX_DEPTH as u64, unit: "nested groups" });
        }
        Ok(())
    }

    fn count(&mut self, ranges: usize) -> Result<(), PatternError> {
        self.ranges += ranges;
        if self.ranges > MAX_RANGES {
            return Err(PatternError::TooLarge { limit: MAX_RANGES as u64, unit: "ranges of characters" });
        }
        Ok(())
    }

    fn error(&self, problem: &str) -> PatternError {
        PatternError::Syntax { at: self.at, problem: problem.to_owned() }
    }
}

/// What an escape, or a character of a class, stands for.
enum Escape {
    Char(char),
    Set(Arc<CharSet>),
}
