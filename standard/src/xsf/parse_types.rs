//! Reading XSF: what stands in a complex type.

use super::parse::{DERIVATIONS, Line, Parser, Words, unescape};
use super::parse_particles::facet_name;
use crate::error::SchemaError;
use crate::model::*;

impl<'a> Parser<'a> {
    /// `extends BASE` and its like, if that comes next; `narrowed` is set for a restriction with simple content.
    pub(super) fn derivation(
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

    pub(super) fn type_flags(&self, ty: &mut ComplexType, words: &mut Words<'a>) -> Result<(), SchemaError> {
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
    pub(super) fn content(
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
    pub(super) fn attribute_line(
        &mut self,
        attributes: &mut Attributes,
        line: Line<'a>,
    ) -> Result<bool, SchemaError> {
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

    pub(super) fn attribute_use(
        &mut self,
        mut words: Words<'a>,
        line: Line<'a>,
    ) -> Result<AttributeUse, SchemaError> {
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

    pub(super) fn form(&self, word: &str, position: Position) -> Result<bool, SchemaError> {
        match word {
            "form=qualified" => Ok(true),
            "form=unqualified" => Ok(false),
            _ => self.error(position, format!("`{word}` is not expected here")),
        }
    }

    /// `fixed=…` or `default=…`, which take all that is left of the line.
    pub(super) fn value(&self, value: &mut ValueConstraint, word: &str, words: &mut Words<'a>) -> bool {
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

    pub(super) fn wildcard(&self, mut words: Words<'a>) -> Result<Wildcard, SchemaError> {
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
}
