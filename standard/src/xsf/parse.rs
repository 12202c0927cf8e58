//! Reading XSF.

use std::collections::HashMap;

use super::code::{self, Code, Fixing};
use crate::error::SchemaError;
use crate::model::*;

/// Definitions in each other, at most.
const MAX_DEPTH: usize = 100;

/// Reads a schema. `file` is its name, as other schemas include or import it (`.xsf` stands for `.xsd`).
///
/// # Errors
/// `AZK-F001` with the place of the first line that is not XSF.
pub fn parse(text: &str, file: &str) -> Result<Schema, SchemaError> {
    let mut parser = Parser {
        file,
        lines: lines(text, file)?,
        at: 0,
        prefixes: HashMap::new(),
        schema: Schema::default(),
    };
    parser.schema.file = file.to_owned();
    parser.prefixes.insert("xs".to_owned(), XS.to_owned());
    parser.head()?;
    while let Some(line) = parser.line(0)? {
        let item = parser.item(line)?;
        parser.schema.items.push(item);
    }
    Ok(parser.schema)
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    number: u32,
    pub(super) level: usize,
    pub(super) text: &'a str,
}

impl Line<'_> {
    pub(super) fn position(&self) -> Position {
        Position { line: self.number, column: (self.level * 2 + 1) as u32 }
    }
}

fn lines<'a>(text: &'a str, file: &str) -> Result<Vec<Line<'a>>, SchemaError> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let number = at as u32 + 1;
        let text = line.trim_start_matches(' ');
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let indent = line.len() - text.len();
        let position = Position { line: number, column: indent as u32 + 1 };
        if text.starts_with('\t') || indent % 2 != 0 {
            return Err(SchemaError::new(file, position, SYNTAX, "a level is two spaces"));
        }
        if indent / 2 > MAX_DEPTH {
            return Err(SchemaError::new(file, position, SYNTAX, format!("more than {MAX_DEPTH} levels")));
        }
        lines.push(Line { number, level: indent / 2, text });
    }
    Ok(lines)
}

const SYNTAX: &str = "AZK-F001";

/// The words before a base type.
pub(super) const DERIVATIONS: [&str; 4] = ["extends", "restricts", "simpleext", "simplerestricts"];

/// The words of a line, parted by spaces.
pub(super) struct Words<'a> {
    pub(super) rest: &'a str,
    pub(super) position: Position,
}

impl<'a> Words<'a> {
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start_matches(' ');
        if rest.is_empty() {
            self.rest = rest;
            return None;
        }
        let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        self.rest = rest;
        Some(word)
    }
    pub(super) fn peek(&self) -> Option<&'a str> {
        Words { rest: self.rest, position: self.position }.next()
    }
    /// All that is left of the line, references replaced.
    pub(super) fn text(&mut self) -> String {
        unescape(std::mem::take(&mut self.rest))
    }
}

/// Replaces `&#xHHHH;`.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#x") {
        out.push_str(before);
        let found = after
            .split_once(';')
            .and_then(|(digits, rest)| Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, rest)));
        match found {
            Some((c, left)) => {
                out.push(c);
                rest = left;
            }
            None => {
                out.push_str("&#x");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

pub(super) struct Parser<'a> {
    file: &'a str,
    lines: Vec<Line<'a>>,
    at: usize,
    prefixes: HashMap<String, String>,
    pub(super) schema: Schema,
}

impl<'a> Parser<'a> {
    pub(super) fn error<T>(&self, position: Position, message: impl Into<String>) -> Result<T, SchemaError> {
        Err(SchemaError::new(self.file, position, SYNTAX, message))
    }

    /// The next line if it is of this level; it is consumed. None where the block ends.
    pub(super) fn line(&mut self, level: usize) -> Result<Option<Line<'a>>, SchemaError> {
        let Some(line) = self.lines.get(self.at).copied() else { return Ok(None) };
        if line.level > level {
            return self.error(line.position(), "nothing that this line could belong to");
        }
        if line.level < level {
            return Ok(None);
        }
        self.at += 1;
        Ok(Some(line))
    }

    /// The first word of the next line, if that is of this level.
    pub(super) fn peek(&self, level: usize) -> Option<&'a str> {
        let line = self.lines.get(self.at).filter(|line| line.level == level)?;
        line.text.split(' ').next()
    }

    pub(super) fn words(&self, line: Line<'a>) -> Words<'a> {
        Words { rest: line.text, position: line.position() }
    }

    pub(super) fn word(&self, words: &mut Words<'a>, what: &str) -> Result<&'a str, SchemaError> {
        match words.next() {
            Some(word) => Ok(word),
            None => self.error(words.position, format!("{what} is missing")),
        }
    }

    pub(super) fn end(&self, words: &mut Words<'a>) -> Result<(), SchemaError> {
        match words.next() {
            None => Ok(()),
            Some(word) => self.error(words.position, format!("`{word}` is not expected here")),
        }
    }

    fn head(&mut self) -> Result<(), SchemaError> {
        let mut seen = [false; 3];
        while let Some(word @ ("schema" | "version" | "form" | "ns" | "include" | "import")) = self.peek(0) {
            let Some(line) = self.line(0)? else { break };
            let mut words = self.words(line);
            words.next();
            if let Some(at) = ["schema", "version", "form"].iter().position(|known| *known == word)
                && std::mem::replace(&mut seen[at], true)
            {
                return self.error(line.position(), format!("a second `{word}`"));
            }
            match word {
                "schema" => self.schema.target = words.text(),
                "version" => self.schema.version = Some(words.text()),
                "form" => {
                    while let Some(word) = words.next() {
                        match word {
                            "elements=qualified" => self.schema.elements_qualified = true,
                            "attributes=qualified" => self.schema.attributes_qualified = true,
                            "elements=unqualified" | "attributes=unqualified" => {}
                            _ => return self.error(line.position(), format!("`{word}` is no form")),
                        }
                    }
                }
                "ns" => {
                    let prefix = self.word(&mut words, "the prefix")?;
                    let prefix = if prefix == "-" { "" } else { prefix };
                    let namespace = words.text();
                    if !prefix.is_empty() {
                        let known = self.prefixes.insert(prefix.to_owned(), namespace.clone());
                        if prefix == "xs" || known.is_some() {
                            // `xs` in the notation is always XML Schema, whatever the file binds it to.
                            if prefix != "xs" {
                                return self.error(line.position(), format!("a second prefix `{prefix}`"));
                            }
                            self.prefixes.insert("xs".to_owned(), XS.to_owned());
                        }
                    }
                    self.schema.namespaces.push((prefix.to_owned(), namespace));
                }
                "include" => self.schema.includes.push((words.text(), line.position())),
                _ => {
                    let of = self.word(&mut words, "the prefix")?;
                    let namespace = match of.strip_prefix('{').and_then(|uri| uri.strip_suffix('}')) {
                        Some(uri) => unescape(uri),
                        None => self.prefix(of, line.position())?.to_owned(),
                    };
                    let location = words.text();
                    self.schema.imports.push((
                        namespace,
                        (!location.is_empty()).then_some(location),
                        line.position(),
                    ));
                }
            }
        }
        if !seen[0] {
            return self.error(Position { line: 1, column: 1 }, "the file does not begin with `schema`");
        }
        Ok(())
    }

    pub(super) fn prefix(&self, prefix: &str, position: Position) -> Result<&str, SchemaError> {
        match self.prefixes.get(prefix) {
            Some(namespace) => Ok(namespace),
            None => self.error(position, format!("the prefix `{prefix}` has no `ns` line")),
        }
    }

    /// `prefix:local`, `{namespace}local`, or `local` for a name in no namespace.
    pub(super) fn qname(&self, text: &str, position: Position) -> Result<QName, SchemaError> {
        let name = if let Some((uri, local)) = text.strip_prefix('{').and_then(|rest| rest.rsplit_once('}')) {
            QName::new(unescape(uri), local)
        } else if let Some((prefix, local)) = text.split_once(':') {
            QName::new(self.prefix(prefix, position)?, local)
        } else {
            QName::new("", text)
        };
        self.name(&name.local, position)?;
        Ok(name)
    }

    /// A local name: not more than that it can't be mistaken for something else.
    pub(super) fn name(&self, text: &str, position: Position) -> Result<String, SchemaError> {
        let name = text.strip_prefix('\\').unwrap_or(text);
        let wrong = |c: char| {
            c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.') || c.is_whitespace()
        };
        let first = name.chars().next();
        if first.is_none_or(|c| c.is_ascii() && !c.is_ascii_alphabetic() && c != '_') || name.contains(wrong)
        {
            return self.error(position, format!("`{text}` is no name"));
        }
        Ok(name.to_owned())
    }

    fn item(&mut self, line: Line<'a>) -> Result<Item, SchemaError> {
        let mut words = self.words(line);
        let position = line.position();
        let keyword = words.next().unwrap_or_default();
        match keyword {
            "complex" => {
                let name = self.named(&mut words)?;
                let mut ty = ComplexType { name: Some(name), position, ..ComplexType::default() };
                let mut narrowed = None;
                self.derivation(&mut ty, &mut narrowed, &mut words)?;
                self.type_flags(&mut ty, &mut words)?;
                self.content(&mut ty, narrowed, 1)?;
                Ok(Item::Complex(ty))
            }
            "code" => {
                let name = self.named(&mut words)?;
                self.code(name, words).map(Item::Complex)
            }
            "simple" => {
                let name = self.named(&mut words)?;
                let variety = self.simple(&mut words, 0)?;
                Ok(Item::Simple(SimpleType { name: Some(name), variety, position }))
            }
            "element" => {
                let name = self.named(&mut words)?;
                self.element(name, words, 0).map(Item::Element)
            }
            "attribute" => {
                let name = self.named(&mut words)?;
                let ty = self.word(&mut words, "the type")?;
                let mut value = ValueConstraint::None;
                while let Some(word) = words.peek() {
                    if !self.value(&mut value, word, &mut words) {
                        return self.error(position, format!("`{word}` is not expected here"));
                    }
                }
                let ty = self.simple_use(ty, 1, position)?;
                Ok(Item::Attribute(Attribute { name, ty, form: None, value, position }))
            }
            "group" => {
                let name = self.named(&mut words)?;
                self.end(&mut words)?;
                match self.line(1)? {
                    Some(line) => {
                        let particle = self.particle(line)?;
                        if self.peek(1).is_some() {
                            return self.error(position, "a group has one model group");
                        }
                        Ok(Item::Group(name, particle, position))
                    }
                    None => self.error(position, "the group has no model group"),
                }
            }
            "attrgroup" => {
                let name = self.named(&mut words)?;
                self.end(&mut words)?;
                let mut attributes = Attributes::default();
                while let Some(line) = self.line(1)? {
                    if !self.attribute_line(&mut attributes, line)? {
                        return self.error(line.position(), format!("`{}` is no attribute line", line.text));
                    }
                }
                Ok(Item::AttributeGroup(name, attributes, position))
            }
            _ => self.error(position, format!("`{keyword}` begins no definition")),
        }
    }

    fn named(&self, words: &mut Words<'a>) -> Result<String, SchemaError> {
        let name = self.word(words, "the name")?;
        self.name(name, words.position)
    }

    fn code(&mut self, name: String, mut words: Words<'a>) -> Result<ComplexType, SchemaError> {
        let position = words.position;
        let mut code = Code { name, position, ..Code::default() };
        let mut seen = [false; 3];
        while let Some(word) = words.next() {
            let Some((key, value)) = word.split_once('=') else {
                return self.error(position, format!("`{word}` is not expected here"));
            };
            match key {
                "uri" => (seen[0], code.uri) = (true, Fixing::parse(value)),
                "version" => (seen[1], code.version) = (true, Fixing::parse(value)),
                "name" => {
                    seen[2] = true;
                    code.name_occurs = match value {
                        "0" => None,
                        "?" => Some(Occurs { min: 0, max: Some(1) }),
                        "1" => Some(Occurs::ONCE),
                        _ => return self.error(position, format!("`{word}`: name is 0, ? or 1")),
                    };
                }
                "title" => {
                    let rest = words.text();
                    let title = if rest.is_empty() { unescape(value) } else { unescape(value) + " " + &rest };
                    code.title = Some(title);
                }
                _ => return self.error(position, format!("`{word}` is not expected here")),
            }
        }
        if seen != [true; 3] {
            return self.error(position, "a code type has `uri=`, `version=` and `name=`");
        }
        while let Some(line) = self.line(1)? {
            let mut words = self.words(line);
            if words.next() != Some("=") {
                return self.error(line.position(), "below a code type stand lines `= CODE LABEL`");
            }
            let value = unescape(self.word(&mut words, "the code")?);
            let label = Some(words.text()).filter(|label| !label.is_empty());
            code.codes.push(Facet { kind: FacetKind::Enumeration, value, label, position: line.position() });
        }
        Ok(code::expand(code, self.schema.elements_qualified))
    }
}
