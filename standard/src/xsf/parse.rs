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
struct Line<'a> {
    number: u32,
    level: usize,
    text: &'a str,
}

impl Line<'_> {
    fn position(&self) -> Position {
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
const DERIVATIONS: [&str; 4] = ["extends", "restricts", "simpleext", "simplerestricts"];

/// The words of a line, parted by spaces.
struct Words<'a> {
    rest: &'a str,
    position: Position,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start_matches(' ');
        if rest.is_empty() {
            self.rest = rest;
            return None;
        }
        let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        self.rest = rest;
        Some(word)
    }
    fn peek(&self) -> Option<&'a str> {
        Words { rest: self.rest, position: self.position }.next()
    }
    /// All that is left of the line, references replaced.
    fn text(&mut self) -> String {
        unescape(std::mem::take(&mut self.rest))
    }
}

/// Replaces `&#xHHHH;`.
fn unescape(text: &str) -> String {
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

struct Parser<'a> {
    file: &'a str,
    lines: Vec<Line<'a>>,
    at: usize,
    prefixes: HashMap<String, String>,
    schema: Schema,
}

impl<'a> Parser<'a> {
    fn error<T>(&self, position: Position, message: impl Into<String>) -> Result<T, SchemaError> {
        Err(SchemaError::new(self.file, position, SYNTAX, message))
    }

    /// The next line if it is of this level; it is consumed. None where the block ends.
    fn line(&mut self, level: usize) -> Result<Option<Line<'a>>, SchemaError> {
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
    fn peek(&self, level: usize) -> Option<&'a str> {
        let line = self.lines.get(self.at).filter(|line| line.level == level)?;
        line.text.split(' ').next()
    }

    fn words(&self, line: Line<'a>) -> Words<'a> {
        Words { rest: line.text, position: line.position() }
    }

    fn word(&self, words: &mut Words<'a>, what: &str) -> Result<&'a str, SchemaError> {
        match words.next() {
            Some(word) => Ok(word),
            None => self.error(words.position, format!("{what} is missing")),
        }
    }

    fn end(&self, words: &mut Words<'a>) -> Result<(), SchemaError> {
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

    fn prefix(&self, prefix: &str, position: Position) -> Result<&str, SchemaError> {
        match self.prefixes.get(prefix) {
            Some(namespace) => Ok(namespace),
            None => self.error(position, format!("the prefix `{prefix}` has no `ns` line")),
        }
    }

    /// `prefix:local`, `{namespace}local`, or `local` for a name in no namespace.
    fn qname(&self, text: &str, position: Position) -> Result<QName, SchemaError> {
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
    fn name(&self, text: &str, position: Position) -> Result<String, SchemaError> {
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

    /// `extends BASE` and its like, if that comes next; `narrowed` is set for a restriction with simple content.
    fn derivation(
        &self,
        ty: &mut ComplexType,
        narrowed: &mut Option<SimpleUse>,
        words: &mut Words<'a>,
    ) -> Result<(), SchemaError> {
        let Some(word) = words.peek().filter(|word| DERIVATIONS.contains(word)) else { return Ok(()) };
        words.next();
        let base = self.word(words, "the base type")?;
        let base = self.qname(base, words.position)?;
        ty.simple_content = word.starts_with("simple");
        if word == "simplerestricts" {
            *narrowed = Some(SimpleUse::Named(base.clone()));
        }
        ty.derivation = if word.ends_with("restricts") {
            Derivation::Restriction(base)
        } else {
            Derivation::Extension(base)
        };
        Ok(())
    }

    fn type_flags(&self, ty: &mut ComplexType, words: &mut Words<'a>) -> Result<(), SchemaError> {
        while let Some(word) = words.next() {
            match word {
                "abstract" => ty.is_abstract = true,
                "mixed" => ty.mixed = true,
                "open" => ty.open = true,
                _ => return self.error(words.position, format!("`{word}` is not expected here")),
            }
        }
        Ok(())
    }

    /// The lines below a complex type; `narrowed` is given for a restriction with simple content.
    fn content(
        &mut self,
        ty: &mut ComplexType,
        narrowed: Option<SimpleUse>,
        level: usize,
    ) -> Result<(), SchemaError> {
        let mut narrowed = narrowed;
        let mut facets = Vec::new();
        while let Some(line) = self.line(level)? {
            let mut words = self.words(line);
            let position = line.position();
            let word = words.next().unwrap_or_default();
            match word {
                "title" => ty.code_title = Some(words.text()),
                "restricts" | "union" | "list" if narrowed.is_some() && facets.is_empty() => {
                    let variety = self.simple(&mut self.words(line), level)?;
                    narrowed =
                        Some(SimpleUse::Anonymous(Box::new(SimpleType { name: None, variety, position })));
                }
                _ if narrowed.is_some() && FacetKind::from_name(facet_name(word)).is_some() => {
                    facets.push(self.facet(line)?);
                }
                "seq" | "choice" | "all" | "group" if !ty.simple_content => {
                    if ty.particle.is_some() {
                        return self.error(position, "a type has one model group");
                    }
                    if !ty.attributes.uses.is_empty() || !ty.attributes.groups.is_empty() {
                        return self.error(position, "the model group stands before the attributes");
                    }
                    ty.particle = Some(self.particle(line)?);
                }
                _ => {
                    if !self.attribute_line(&mut ty.attributes, line)? {
                        return self.error(position, format!("`{word}` is not expected in a complex type"));
                    }
                }
            }
        }
        if let Some(base) = narrowed {
            ty.simple_restriction = Some(Box::new(SimpleType {
                name: None,
                variety: SimpleVariety::Restriction(base, facets),
                position: ty.position,
            }));
        }
        Ok(())
    }

    /// `attr`, `attrgroup` and `anyattr`; false where the line is none of these.
    fn attribute_line(&mut self, attributes: &mut Attributes, line: Line<'a>) -> Result<bool, SchemaError> {
        let mut words = self.words(line);
        let position = line.position();
        match words.next() {
            Some("attr") => {
                let attribute = self.attribute_use(words, line)?;
                attributes.uses.push(attribute);
            }
            Some("attrgroup") => {
                let name = self.word(&mut words, "the name")?;
                attributes.groups.push((self.qname(name, position)?, position));
                self.end(&mut words)?;
            }
            Some("anyattr") => {
                if attributes.any.is_some() {
                    return self.error(position, "a second `anyattr`");
                }
                attributes.any = Some(self.wildcard(words)?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn attribute_use(&mut self, mut words: Words<'a>, line: Line<'a>) -> Result<AttributeUse, SchemaError> {
        let position = line.position();
        let name = self.word(&mut words, "the name")?;
        let reference = if name == "ref" {
            let name = self.word(&mut words, "the name")?;
            Some(self.qname(name, position)?)
        } else {
            None
        };
        let required = match self.word(&mut words, "`optional`, `required` or `prohibited`")? {
            "optional" => Use::Optional,
            "required" => Use::Required,
            "prohibited" => Use::Prohibited,
            word => {
                return self
                    .error(position, format!("`{word}` is not `optional`, `required` or `prohibited`"));
            }
        };
        let mut ty = None;
        let (mut form, mut value) = (None, ValueConstraint::None);
        if reference.is_none()
            && (required != Use::Prohibited || words.peek().is_some_and(|word| !word.contains('=')))
        {
            ty = Some(self.word(&mut words, "the type")?);
        }
        while let Some(word) = words.peek() {
            if !self.value(&mut value, word, &mut words) {
                form = Some(self.form(word, position)?);
                words.next();
            }
        }
        let attribute = match reference {
            Some(name) => AttributeTerm::Ref(name),
            None => AttributeTerm::Local(Attribute {
                name: self.name(name, position)?,
                ty: match ty {
                    Some(ty) => self.simple_use(ty, line.level + 1, position)?,
                    None => SimpleUse::Named(QName::xs("anySimpleType")),
                },
                form,
                value: ValueConstraint::None,
                position,
            }),
        };
        Ok(AttributeUse { attribute, required, value, position })
    }

    fn form(&self, word: &str, position: Position) -> Result<bool, SchemaError> {
        match word {
            "form=qualified" => Ok(true),
            "form=unqualified" => Ok(false),
            _ => self.error(position, format!("`{word}` is not expected here")),
        }
    }

    /// `fixed=…` or `default=…`, which take all that is left of the line.
    fn value(&self, value: &mut ValueConstraint, word: &str, words: &mut Words<'a>) -> bool {
        let rest = words.rest.trim_start_matches(' ');
        if word.starts_with("fixed=") {
            words.rest = rest.strip_prefix("fixed=").unwrap_or(rest);
            *value = ValueConstraint::Fixed(words.text());
        } else if word.starts_with("default=") {
            words.rest = rest.strip_prefix("default=").unwrap_or(rest);
            *value = ValueConstraint::Default(words.text());
        } else {
            return false;
        }
        true
    }

    fn wildcard(&self, mut words: Words<'a>) -> Result<Wildcard, SchemaError> {
        let mut all = Vec::new();
        while let Some(word) = words.next() {
            all.push(word);
        }
        let process = match all.pop() {
            Some("lax") => Process::Lax,
            Some("strict") => Process::Strict,
            Some("skip") => Process::Skip,
            _ => return self.error(words.position, "a wildcard ends in `lax`, `strict` or `skip`"),
        };
        let namespaces = match all.as_slice() {
            [] => return self.error(words.position, "the wildcard's namespaces are missing"),
            ["##any"] => NamespaceSet::Any,
            ["##other"] => NamespaceSet::Other(self.schema.target.clone()),
            ["##none"] => NamespaceSet::Only(Vec::new()),
            [one] if one.starts_with("##other=") => NamespaceSet::Other(unescape(&one["##other=".len()..])),
            all => NamespaceSet::Only(
                all.iter()
                    .map(|word| match *word {
                        "##local" => String::new(),
                        "##targetNamespace" => self.schema.target.clone(),
                        uri => unescape(uri),
                    })
                    .collect(),
            ),
        };
        Ok(Wildcard { namespaces, process })
    }

    /// A line below `seq`, `choice` or `all`, or one of these themselves, with what is below it.
    fn particle(&mut self, line: Line<'a>) -> Result<Particle, SchemaError> {
        let mut words = self.words(line);
        let position = line.position();
        let word = words.next().unwrap_or_default();
        match word {
            "seq" | "choice" | "all" => {
                let occurs = match words.next() {
                    Some(occurs) => self.occurs(occurs, position)?,
                    None => Occurs::ONCE,
                };
                self.end(&mut words)?;
                let mut particles = Vec::new();
                while let Some(line) = self.line(line.level + 1)? {
                    particles.push(self.particle(line)?);
                }
                let term = match word {
                    "seq" => Term::Sequence(particles),
                    "choice" => Term::Choice(particles),
                    _ => Term::All(particles),
                };
                Ok(Particle { occurs, term, position })
            }
            "any" => {
                let occurs = self.word(&mut words, "how often")?;
                let occurs = self.occurs(occurs, position)?;
                Ok(Particle { occurs, term: Term::Any(self.wildcard(words)?), position })
            }
            "group" => {
                let occurs = self.word(&mut words, "how often")?;
                let occurs = self.occurs(occurs, position)?;
                let name = self.word(&mut words, "the name")?;
                self.end(&mut words)?;
                Ok(Particle { occurs, term: Term::Group(self.qname(name, position)?), position })
            }
            name => {
                let name = self.name(name, position)?;
                let occurs = self.word(&mut words, "how often")?;
                let occurs = self.occurs(occurs, position)?;
                if words.peek() == Some("ref") {
                    words.next();
                    let name = self.word(&mut words, "the name")?;
                    self.end(&mut words)?;
                    return Ok(Particle { occurs, term: Term::Ref(self.qname(name, position)?), position });
                }
                let element = self.element(name, words, line.level)?;
                Ok(Particle { occurs, term: Term::Element(Box::new(element)), position })
            }
        }
    }

    fn occurs(&self, word: &str, position: Position) -> Result<Occurs, SchemaError> {
        let bounds = match word {
            "1" => Some((1, Some(1))),
            "?" => Some((0, Some(1))),
            "*" => Some((0, None)),
            "+" => Some((1, None)),
            _ => word.split_once("..").and_then(|(min, max)| {
                let min = min.parse().ok()?;
                Some((min, if max == "*" { None } else { Some(max.parse().ok()?) }))
            }),
        };
        match bounds {
            Some((min, max)) if max.is_none_or(|max| min <= max) => Ok(Occurs { min, max }),
            _ => self.error(position, format!("`{word}` does not say how often (1, ?, *, +, m..n)")),
        }
    }

    /// The rest of an element's line, from its type on, and what is below it.
    fn element(&mut self, name: String, mut words: Words<'a>, level: usize) -> Result<Element, SchemaError> {
        let position = words.position;
        let ty = self.word(&mut words, "the type")?;
        let mut anonymous = ComplexType { position, ..ComplexType::default() };
        let mut element = Element {
            name,
            ty: TypeUse::Unstated,
            form: None,
            nillable: false,
            is_abstract: false,
            value: ValueConstraint::None,
            substitutes: None,
            position,
        };
        while let Some(word) = words.peek() {
            if self.value(&mut element.value, word, &mut words) {
                continue;
            }
            words.next();
            match word {
                "nillable" => element.nillable = true,
                "abstract" => element.is_abstract = true,
                "mixed" if ty == "{}" => anonymous.mixed = true,
                "open" if ty == "{}" => anonymous.open = true,
                _ => match word.strip_prefix("substitutes=") {
                    Some(head) => element.substitutes = Some(self.qname(head, position)?),
                    None => element.form = Some(self.form(word, position)?),
                },
            }
        }
        element.ty = match ty {
            "-" => TypeUse::Unstated,
            "{}" => {
                let mut narrowed = None;
                let mut level = level + 1;
                if self.peek(level).is_some_and(|word| DERIVATIONS.contains(&word))
                    && let Some(line) = self.line(level)?
                {
                    let mut words = self.words(line);
                    self.derivation(&mut anonymous, &mut narrowed, &mut words)?;
                    self.type_flags(&mut anonymous, &mut words)?;
                    level += 1;
                }
                self.content(&mut anonymous, narrowed, level)?;
                TypeUse::Complex(Box::new(anonymous))
            }
            "<>" => TypeUse::Simple(Box::new(self.anonymous_simple(level + 1, position)?)),
            name => TypeUse::Named(self.qname(name, position)?),
        };
        Ok(element)
    }

    /// A simple type as used by an attribute: a name, or `<>` with its definition in the line below.
    fn simple_use(&mut self, word: &str, level: usize, position: Position) -> Result<SimpleUse, SchemaError> {
        if word == "<>" {
            Ok(SimpleUse::Anonymous(Box::new(self.anonymous_simple(level, position)?)))
        } else {
            Ok(SimpleUse::Named(self.qname(word, position)?))
        }
    }

    /// One line `restricts`, `union` or `list`, with what is below it.
    fn anonymous_simple(&mut self, level: usize, position: Position) -> Result<SimpleType, SchemaError> {
        match self.line(level)? {
            Some(line) => {
                let variety = self.simple(&mut self.words(line), level)?;
                Ok(SimpleType { name: None, variety, position: line.position() })
            }
            None => self.error(position, "the definition of `<>` is missing in the next line"),
        }
    }

    /// From `restricts`, `union` or `list` on, with the lines below a line of `level`.
    fn simple(&mut self, words: &mut Words<'a>, level: usize) -> Result<SimpleVariety, SchemaError> {
        let position = words.position;
        match self.word(words, "`restricts`, `union` or `list`")? {
            "restricts" => {
                let base = self.word(words, "the base type")?;
                self.end(words)?;
                let base = self.simple_use(base, level + 1, position)?;
                let mut facets = Vec::new();
                while let Some(line) = self.line(level + 1)? {
                    facets.push(self.facet(line)?);
                }
                Ok(SimpleVariety::Restriction(base, facets))
            }
            "list" => {
                let item = self.word(words, "the type of the items")?;
                self.end(words)?;
                Ok(SimpleVariety::List(self.simple_use(item, level + 1, position)?))
            }
            "union" => {
                let mut members = Vec::new();
                while let Some(member) = words.next() {
                    members.push(self.simple_use(member, level + 1, position)?);
                }
                Ok(SimpleVariety::Union(members))
            }
            word => self.error(position, format!("`{word}` is not `restricts`, `union` or `list`")),
        }
    }

    fn facet(&mut self, line: Line<'a>) -> Result<Facet, SchemaError> {
        let mut words = self.words(line);
        let position = line.position();
        let word = words.next().unwrap_or_default();
        let Some(kind) = FacetKind::from_name(facet_name(word)) else {
            return self.error(position, format!("`{word}` is no facet"));
        };
        let mut facet = Facet { kind, value: words.text(), label: None, position };
        if let Some(line) = self.line(line.level + 1)? {
            let mut words = self.words(line);
            if words.next() != Some("label") {
                return self.error(line.position(), "only a `label` may stand below a facet");
            }
            facet.label = Some(words.text());
        }
        Ok(facet)
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

/// `enum` is XSF's word for `enumeration`.
fn facet_name(word: &str) -> &str {
    if word == "enum" { "enumeration" } else { word }
}
