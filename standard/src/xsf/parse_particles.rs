//! Reading XSF: particles, elements, simple types.

use super::parse::{DERIVATIONS, Line, Parser, Words};
use crate::error::SchemaError;
use crate::model::*;

impl<'a> Parser<'a> {
    /// A line below `seq`, `choice` or `all`, or one of these themselves, with what is below it.
    pub(super) fn particle(&mut self, line: Line<'a>) -> Result<Particle, SchemaError> {
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

    pub(super) fn occurs(&self, word: &str, position: Position) -> Result<Occurs, SchemaError> {
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
    pub(super) fn element(
        &mut self,
        name: String,
        mut words: Words<'a>,
        level: usize,
    ) -> Result<Element, SchemaError> {
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
    pub(super) fn simple_use(
        &mut self,
        word: &str,
        level: usize,
        position: Position,
    ) -> Result<SimpleUse, SchemaError> {
        if word == "<>" {
            Ok(SimpleUse::Anonymous(Box::new(self.anonymous_simple(level, position)?)))
        } else {
            Ok(SimpleUse::Named(self.qname(word, position)?))
        }
    }

    /// One line `restricts`, `union` or `list`, with what is below it.
    pub(super) fn anonymous_simple(
        &mut self,
        level: usize,
        position: Position,
    ) -> Result<SimpleType, SchemaError> {
        match self.line(level)? {
            Some(line) => {
                let variety = self.simple(&mut self.words(line), level)?;
                Ok(SimpleType { name: None, variety, position: line.position() })
            }
            None => self.error(position, "the definition of `<>` is missing in the next line"),
        }
    }

    /// From `restricts`, `union` or `list` on, with the lines below a line of `level`.
    pub(super) fn simple(
        &mut self,
        words: &mut Words<'a>,
        level: usize,
    ) -> Result<SimpleVariety, SchemaError> {
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

    pub(super) fn facet(&mut self, line: Line<'a>) -> Result<Facet, SchemaError> {
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
}

/// `enum` is XSF's word for `enumeration`.
pub(super) fn facet_name(word: &str) -> &str {
    if word == "enum" { "enumeration" } else { word }
}
