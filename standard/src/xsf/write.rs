//! Writing XSF in its canonical form.

use std::fmt::Write;

use super::PARTICLE_WORDS;
use super::code;
use crate::model::*;

/// Writes a schema. [`parse`](super::parse()) reads the same schema from it, positions apart, if its names are XML
/// names; and the text is the same for equal schemas.
pub fn write(schema: &Schema) -> String {
    let mut writer = Writer { schema, out: String::new() };
    writer.head();
    for item in &schema.items {
        writer.item(item);
    }
    writer.out
}

struct Writer<'a> {
    schema: &'a Schema,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, level: usize, text: impl AsRef<str>) {
        for _ in 0..level {
            self.out.push_str("  ");
        }
        self.out.push_str(text.as_ref().trim_end_matches(' '));
        self.out.push('\n');
    }

    fn head(&mut self) {
        let schema = self.schema;
        self.line(0, format!("schema {}", escape(&schema.target)));
        if let Some(version) = &schema.version {
            self.line(0, format!("version {}", escape(version)));
        }
        let form = |qualified| if qualified { "qualified" } else { "unqualified" };
        self.line(
            0,
            format!(
                "form elements={} attributes={}",
                form(schema.elements_qualified),
                form(schema.attributes_qualified)
            ),
        );
        for (prefix, namespace) in &schema.namespaces {
            let prefix = if prefix.is_empty() { "-" } else { prefix };
            self.line(0, format!("ns {prefix} {}", escape(namespace)));
        }
        for (location, _) in &schema.includes {
            self.line(0, format!("include {}", escape(location)));
        }
        for (namespace, location, _) in &schema.imports {
            let of = self
                .prefix(namespace)
                .map_or_else(|| format!("{{{}}}", escape_word(namespace)), str::to_owned);
            self.line(0, format!("import {of} {}", escape(location.as_deref().unwrap_or_default())));
        }
    }

    fn prefix(&self, namespace: &str) -> Option<&str> {
        if namespace == XS {
            return Some("xs");
        }
        self.schema
            .namespaces
            .iter()
            .find(|(prefix, of)| of == namespace && !prefix.is_empty() && prefix != "xs")
            .map(|(prefix, _)| prefix.as_str())
    }

    fn qname(&self, name: &QName) -> String {
        match self.prefix(&name.ns) {
            Some(prefix) => format!("{prefix}:{}", name.local),
            // `ref` and the like could be taken for a word of the notation.
            None => format!("{{{}}}{}", escape_word(&name.ns), name.local),
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Complex(ty) => match code::recognise(ty, self.schema.elements_qualified) {
                Some(code) => self.code(&code),
                None => {
                    let name = ty.name.as_deref().unwrap_or_default();
                    let head = format!("complex {name}{}{}", self.derivation(ty), flags(ty, true));
                    self.line(0, head);
                    self.content(ty, 1);
                }
            },
            Item::Simple(ty) => {
                let name = ty.name.as_deref().unwrap_or_default();
                self.simple(&format!("simple {name} "), &ty.variety, 0);
            }
            Item::Element(element) => self.element(&format!("element {}", element.name), element, 0),
            Item::Attribute(attribute) => {
                let head = format!(
                    "attribute {} {}{}",
                    attribute.name,
                    self.simple_use(&attribute.ty),
                    value(&attribute.value)
                );
                self.line(0, head);
                self.anonymous(&attribute.ty, 1);
            }
            Item::Group(name, particle, _) => {
                self.line(0, format!("group {name}"));
                self.particle(particle, 1);
            }
            Item::AttributeGroup(name, attributes, _) => {
                self.line(0, format!("attrgroup {name}"));
                self.attributes(attributes, 1);
            }
        }
    }

    fn code(&mut self, code: &code::Code) {
        let name = match code.name_occurs {
            None => "0",
            Some(Occurs { min: 0, .. }) => "?",
            Some(_) => "1",
        };
        let title = code.title.as_ref().map(|title| format!(" title={}", escape(title))).unwrap_or_default();
        let (uri, version) = (escape_word(code.uri.as_str()), escape_word(code.version.as_str()));
        self.line(0, format!("code {} uri={uri} version={version} name={name}{title}", code.name));
        for facet in &code.codes {
            let label = facet.label.as_deref().unwrap_or_default();
            self.line(1, format!("= {} {}", escape_word(&facet.value), escape(label)));
        }
    }

    fn derivation(&self, ty: &ComplexType) -> String {
        let (word, base) = match (&ty.derivation, ty.simple_content) {
            (Derivation::None, _) => return String::new(),
            (Derivation::Extension(base), false) => ("extends", base),
            (Derivation::Extension(base), true) => ("simpleext", base),
            (Derivation::Restriction(base), false) => ("restricts", base),
            (Derivation::Restriction(base), true) => ("simplerestricts", base),
        };
        format!(" {word} {}", self.qname(base))
    }

    fn content(&mut self, ty: &ComplexType, level: usize) {
        if let Some(title) = &ty.code_title {
            self.line(level, format!("title {}", escape(title)));
        }
        if let Some(restriction) = &ty.simple_restriction
            && let SimpleVariety::Restriction(base, facets) = &restriction.variety
        {
            self.anonymous(base, level);
            self.facets(facets, level);
        }
        if let Some(particle) = &ty.particle {
            self.particle(particle, level);
        }
        self.attributes(&ty.attributes, level);
    }

    fn attributes(&mut self, attributes: &Attributes, level: usize) {
        for attribute in &attributes.uses {
            let required = match attribute.required {
                Use::Optional => "optional",
                Use::Required => "required",
                Use::Prohibited => "prohibited",
            };
            match &attribute.attribute {
                AttributeTerm::Ref(name) => {
                    let text = format!("attr ref {} {required}{}", self.qname(name), value(&attribute.value));
                    self.line(level, text);
                }
                AttributeTerm::Local(local) => {
                    let name = if local.name == "ref" { "\\ref" } else { local.name.as_str() };
                    let mut text = format!("attr {name} {required}");
                    let unsaid = attribute.required == Use::Prohibited
                        && local.ty == SimpleUse::Named(QName::xs("anySimpleType"));
                    if !unsaid {
                        text = text + " " + &self.simple_use(&local.ty);
                    }
                    self.line(level, text + form(local.form) + &value(&attribute.value));
                    self.anonymous(&local.ty, level + 1);
                }
            }
        }
        for (name, _) in &attributes.groups {
            self.line(level, format!("attrgroup {}", self.qname(name)));
        }
        if let Some(any) = &attributes.any {
            self.line(level, format!("anyattr {}", self.wildcard(any)));
        }
    }

    fn wildcard(&self, wildcard: &Wildcard) -> String {
        let namespaces = match &wildcard.namespaces {
            NamespaceSet::Any => "##any".to_owned(),
            NamespaceSet::Other(of) if *of == self.schema.target => "##other".to_owned(),
            NamespaceSet::Other(of) => format!("##other={}", escape_word(of)),
            NamespaceSet::Only(list) if list.is_empty() => "##none".to_owned(),
            NamespaceSet::Only(list) => list
                .iter()
                .map(|uri| if uri.is_empty() { "##local".to_owned() } else { escape_word(uri) })
                .collect::<Vec<_>>()
                .join(" "),
        };
        let process = match wildcard.process {
            Process::Strict => "strict",
            Process::Lax => "lax",
            Process::Skip => "skip",
        };
        format!("{namespaces} {process}")
    }

    fn particle(&mut self, particle: &Particle, level: usize) {
        let occurs = occurs(particle.occurs);
        let (word, particles) = match &particle.term {
            Term::Sequence(particles) => ("seq", particles),
            Term::Choice(particles) => ("choice", particles),
            Term::All(particles) => ("all", particles),
            Term::Element(element) => {
                let escape = if PARTICLE_WORDS.contains(&element.name.as_str()) { "\\" } else { "" };
                return self.element(&format!("{escape}{} {occurs}", element.name), element, level);
            }
            Term::Ref(name) => {
                let escape = if PARTICLE_WORDS.contains(&name.local.as_str()) { "\\" } else { "" };
                let text = format!("{escape}{} {occurs} ref {}", name.local, self.qname(name));
                return self.line(level, text);
            }
            Term::Any(wildcard) => {
                return self.line(level, format!("any {occurs} {}", self.wildcard(wildcard)));
            }
            Term::Group(name) => return self.line(level, format!("group {occurs} {}", self.qname(name))),
        };
        if particle.occurs == Occurs::ONCE {
            self.line(level, word);
        } else {
            self.line(level, format!("{word} {occurs}"));
        }
        for particle in particles {
            self.particle(particle, level + 1);
        }
    }

    /// An element; `head` is all of its line that stands before its type.
    fn element(&mut self, head: &str, element: &Element, level: usize) {
        let mut text = head.to_owned() + " ";
        text += &match &element.ty {
            TypeUse::Unstated => "-".to_owned(),
            TypeUse::Named(name) => self.qname(name),
            TypeUse::Simple(_) => "<>".to_owned(),
            TypeUse::Complex(ty) if ty.derivation == Derivation::None => "{}".to_owned() + &flags(ty, false),
            TypeUse::Complex(_) => "{}".to_owned(),
        };
        text += form(element.form);
        if element.nillable {
            text += " nillable";
        }
        if element.is_abstract {
            text += " abstract";
        }
        if let Some(head) = &element.substitutes {
            text = text + " substitutes=" + &self.qname(head);
        }
        text += &value(&element.value);
        self.line(level, text);
        match &element.ty {
            TypeUse::Complex(ty) if ty.derivation == Derivation::None => self.content(ty, level + 1),
            TypeUse::Complex(ty) => {
                let head = self.derivation(ty).trim_start().to_owned() + &flags(ty, false);
                self.line(level + 1, head);
                self.content(ty, level + 2);
            }
            TypeUse::Simple(ty) => self.simple("", &ty.variety, level + 1),
            TypeUse::Unstated | TypeUse::Named(_) => {}
        }
    }

    fn simple(&mut self, head: &str, variety: &SimpleVariety, level: usize) {
        match variety {
            SimpleVariety::Restriction(base, facets) => {
                self.line(level, format!("{head}restricts {}", self.simple_use(base)));
                self.anonymous(base, level + 1);
                self.facets(facets, level + 1);
            }
            SimpleVariety::List(item) => {
                self.line(level, format!("{head}list {}", self.simple_use(item)));
                self.anonymous(item, level + 1);
            }
            SimpleVariety::Union(members) => {
                let names: Vec<_> = members.iter().map(|member| self.simple_use(member)).collect();
                self.line(level, format!("{head}union {}", names.join(" ")));
                for member in members {
                    self.anonymous(member, level + 1);
                }
            }
        }
    }

    fn simple_use(&self, of: &SimpleUse) -> String {
        match of {
            SimpleUse::Named(name) => self.qname(name),
            SimpleUse::Anonymous(_) => "<>".to_owned(),
        }
    }

    /// The definition of a type that is used as `<>`.
    fn anonymous(&mut self, of: &SimpleUse, level: usize) {
        if let SimpleUse::Anonymous(ty) = of {
            self.simple("", &ty.variety, level);
        }
    }

    fn facets(&mut self, facets: &[Facet], level: usize) {
        for facet in facets {
            let word = if facet.kind == FacetKind::Enumeration { "enum" } else { facet.kind.name() };
            self.line(level, format!("{word} {}", escape(&facet.value)));
            if let Some(label) = &facet.label {
                self.line(level + 1, format!("label {}", escape(label)));
            }
        }
    }
}

fn flags(ty: &ComplexType, named: bool) -> String {
    let mut flags = String::new();
    for (set, word) in [(ty.is_abstract && named, " abstract"), (ty.mixed, " mixed"), (ty.open, " open")] {
        if set {
            flags.push_str(word);
        }
    }
    flags
}

fn occurs(occurs: Occurs) -> String {
    match (occurs.min, occurs.max) {
        (1, Some(1)) => "1".to_owned(),
        (0, Some(1)) => "?".to_owned(),
        (0, None) => "*".to_owned(),
        (1, None) => "+".to_owned(),
        (min, None) => format!("{min}..*"),
        (min, Some(max)) => format!("{min}..{max}"),
    }
}

fn form(form: Option<bool>) -> &'static str {
    match form {
        None => "",
        Some(true) => " form=qualified",
        Some(false) => " form=unqualified",
    }
}

fn value(value: &ValueConstraint) -> String {
    match value {
        ValueConstraint::None => String::new(),
        ValueConstraint::Default(value) => format!(" default={}", escape(value)),
        ValueConstraint::Fixed(value) => format!(" fixed={}", escape(value)),
    }
}

/// A text at the end of a line: `&#xHHHH;` for what can't be seen there.
fn escape(text: &str) -> String {
    let last = text.len().saturating_sub(1);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let hidden = c.is_control()
            || ('\u{300}'..='\u{36F}').contains(&c)
            || c == '\u{FEFF}'
            || (c.is_whitespace() && (c != ' ' || at == 0 || at == last));
        if hidden || (c == '&' && text[at..].starts_with("&#x")) {
            // Writing into a String does not fail.
            let _ = write!(out, "&#x{:04X};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// A text within a line.
fn escape_word(text: &str) -> String {
    escape(text).replace(' ', "&#x0020;").replace('{', "&#x007B;").replace('}', "&#x007D;")
}
