//! Writing the components of a schema.

use super::write::{Names, attribute_text};
use super::{EXTENSION, types};
use crate::model::{
    Attribute, AttributeTerm, AttributeUse, Attributes, ComplexType, Derivation, Element, Facet, Item,
    NamespaceSet, Occurs, Particle, Process, QName, SimpleType, SimpleUse, SimpleVariety, Term, TypeUse, Use,
    ValueConstraint, Wildcard,
};

type Attr<'v> = (&'v str, Option<&'v str>);

/// Text that grows by components.
pub(super) struct Parts<'n> {
    names: &'n mut Names,
    target: &'n str,
    depth: usize,
    pub(super) text: String,
}

impl<'n> Parts<'n> {
    pub(super) fn new(names: &'n mut Names, target: &'n str) -> Self {
        Self { names, target, depth: 1, text: String::new() }
    }

    /// The name of an element of XML Schema.
    pub(super) fn xs(&mut self, local: &str) -> String {
        self.names.qname(&QName::xs(local))
    }

    /// An element without content.
    pub(super) fn leaf(&mut self, local: &str, attributes: &[Attr<'_>]) {
        self.tag(local, attributes);
        self.text.push_str("/>\n");
    }

    /// A global component.
    pub(super) fn item(&mut self, item: &Item) {
        match item {
            Item::Complex(ty) => self.complex(ty),
            Item::Simple(ty) => self.simple(ty),
            Item::Element(element) => self.element(element, None),
            Item::Attribute(attribute) => {
                self.attribute(attribute, None, &attribute.value);
            }
            Item::Group(name, particle, _) => self.node("group", &[("name", Some(name))], |p| {
                p.particle(particle);
            }),
            Item::AttributeGroup(name, attributes, _) => {
                self.node("attributeGroup", &[("name", Some(name))], |p| p.attributes(attributes));
            }
        }
    }

    fn complex(&mut self, ty: &ComplexType) {
        let head = [
            ("name", ty.name.as_deref()),
            ("abstract", ty.is_abstract.then_some("true")),
            ("mixed", ty.mixed.then_some("true")),
            ("xmlns:azrkit", ty.open.then_some(EXTENSION)),
            ("azrkit:open", ty.open.then_some("true")),
        ];
        self.node("complexType", &head, |p| {
            let (kind, base) = match &ty.derivation {
                Derivation::None => return p.complex_content(ty),
                Derivation::Extension(base) => ("extension", base),
                Derivation::Restriction(base) => ("restriction", base),
            };
            let content = if ty.simple_content { "simpleContent" } else { "complexContent" };
            let base = p.names.qname(base);
            p.node(content, &[], |p| p.node(kind, &[("base", Some(&base))], |p| p.complex_content(ty)));
        });
    }

    fn complex_content(&mut self, ty: &ComplexType) {
        if let Some(simple) = &ty.simple_restriction {
            let SimpleVariety::Restriction(from, facets) = &simple.variety else { return };
            if let SimpleUse::Anonymous(narrowed) = from {
                self.simple(narrowed);
            }
            self.facets(facets);
        }
        // What is left open has any content, stated or not.
        if ty.open && ty.particle.is_none() && ty.attributes == Attributes::default() {
            self.particle(&types::open_content());
            self.attributes(&types::open_attributes());
            return;
        }
        if let Some(particle) = &ty.particle {
            self.particle(particle);
        }
        self.attributes(&ty.attributes);
    }

    fn simple(&mut self, ty: &SimpleType) {
        self.node("simpleType", &[("name", ty.name.as_deref())], |p| match &ty.variety {
            SimpleVariety::Restriction(from, facets) => {
                let (name, within) = p.simple_use(from);
                p.node("restriction", &[("base", name.as_deref())], |p| {
                    within.into_iter().for_each(|ty| p.simple(ty));
                    p.facets(facets);
                });
            }
            SimpleVariety::List(item) => {
                let (name, within) = p.simple_use(item);
                p.node("list", &[("itemType", name.as_deref())], |p| {
                    within.into_iter().for_each(|ty| p.simple(ty));
                });
            }
            SimpleVariety::Union(members) => p.union(members),
        });
    }

    fn union(&mut self, members: &[SimpleUse]) {
        // Names come first in XSD: one that follows a type within is written as such, so that the order stays.
        let leading = members.iter().take_while(|m| matches!(m, SimpleUse::Named(_))).count();
        let (named, rest) = members.split_at(leading);
        let names: Vec<String> = named.iter().filter_map(|member| self.simple_use(member).0).collect();
        let names = names.join(" ");
        self.node("union", &[("memberTypes", (!names.is_empty()).then_some(&names))], |p| {
            for member in rest {
                match p.simple_use(member) {
                    (_, Some(within)) => p.simple(within),
                    (name, None) => p.node("simpleType", &[], |p| {
                        p.leaf("restriction", &[("base", name.as_deref())]);
                    }),
                }
            }
        });
    }

    fn facets(&mut self, facets: &[Facet]) {
        for facet in facets {
            self.leaf(facet.kind.name(), &[("value", Some(&facet.value))]);
        }
    }

    fn element(&mut self, element: &Element, occurs: Option<Occurs>) {
        let (ty, within) = match &element.ty {
            TypeUse::Named(name) => (Some(self.names.qname(name)), &TypeUse::Unstated),
            other => (None, other),
        };
        let head = element.substitutes.as_ref().map(|head| self.names.qname(head));
        let (min, max) = occurs_text(occurs);
        let attributes = [
            ("name", Some(element.name.as_str())),
            ("type", ty.as_deref()),
            ("minOccurs", min.as_deref()),
            ("maxOccurs", max.as_deref()),
            ("form", form(element.form)),
            ("nillable", element.nillable.then_some("true")),
            ("abstract", element.is_abstract.then_some("true")),
            ("substitutionGroup", head.as_deref()),
            value(&element.value),
        ];
        self.node("element", &attributes, |p| match within {
            TypeUse::Complex(ty) => p.complex(ty),
            TypeUse::Simple(ty) => p.simple(ty),
            TypeUse::Unstated | TypeUse::Named(_) => {}
        });
    }

    fn particle(&mut self, particle: &Particle) {
        let (min, max) = occurs_text(Some(particle.occurs));
        let occurs = [("minOccurs", min.as_deref()), ("maxOccurs", max.as_deref())];
        let [min, max] = occurs;
        match &particle.term {
            Term::Element(element) => self.element(element, Some(particle.occurs)),
            Term::Ref(name) => {
                let name = self.names.qname(name);
                self.leaf("element", &[("ref", Some(&name)), min, max]);
            }
            Term::Group(name) => {
                let name = self.names.qname(name);
                self.leaf("group", &[("ref", Some(&name)), min, max]);
            }
            Term::Any(wildcard) => {
                let (namespace, process) = self.wildcard(wildcard);
                let namespace = ("namespace", namespace.as_deref());
                self.leaf("any", &[namespace, ("processContents", process), min, max]);
            }
            Term::Sequence(members) => self.members("sequence", &occurs, members),
            Term::Choice(members) => self.members("choice", &occurs, members),
            Term::All(members) => self.members("all", &occurs, members),
        }
    }

    fn members(&mut self, kind: &str, occurs: &[Attr<'_>], members: &[Particle]) {
        self.node(kind, occurs, |p| members.iter().for_each(|member| p.particle(member)));
    }

    fn attributes(&mut self, attributes: &Attributes) {
        for used in &attributes.uses {
            self.attribute_use(used);
        }
        for (group, _) in &attributes.groups {
            let name = self.names.qname(group);
            self.leaf("attributeGroup", &[("ref", Some(&name))]);
        }
        if let Some(any) = &attributes.any {
            let (namespace, process) = self.wildcard(any);
            self.leaf("anyAttribute", &[("namespace", namespace.as_deref()), ("processContents", process)]);
        }
    }

    fn attribute_use(&mut self, used: &AttributeUse) {
        let required = match used.required {
            Use::Optional => None,
            Use::Required => Some("required"),
            Use::Prohibited => Some("prohibited"),
        };
        match &used.attribute {
            AttributeTerm::Local(attribute) => self.attribute(attribute, required, &used.value),
            AttributeTerm::Ref(name) => {
                let name = self.names.qname(name);
                self.leaf("attribute", &[("ref", Some(&name)), ("use", required), value(&used.value)]);
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, required: Option<&str>, constraint: &ValueConstraint) {
        let (ty, within) = self.simple_use(&attribute.ty);
        let attributes = [
            ("name", Some(attribute.name.as_str())),
            ("type", ty.as_deref()),
            ("use", required),
            ("form", form(attribute.form)),
            value(constraint),
        ];
        self.node("attribute", &attributes, |p| within.into_iter().for_each(|ty| p.simple(ty)));
    }

    fn simple_use<'t>(&mut self, ty: &'t SimpleUse) -> (Option<String>, Option<&'t SimpleType>) {
        match ty {
            SimpleUse::Named(name) => (Some(self.names.qname(name)), None),
            SimpleUse::Anonymous(ty) => (None, Some(ty)),
        }
    }

    fn wildcard(&self, wildcard: &Wildcard) -> (Option<String>, Option<&'static str>) {
        let namespace = match &wildcard.namespaces {
            NamespaceSet::Any => None,
            NamespaceSet::Other(_) => Some("##other".to_owned()),
            NamespaceSet::Only(list) => {
                let word = |ns: &String| match ns.as_str() {
                    "" => "##local".to_owned(),
                    ns if ns == self.target => "##targetNamespace".to_owned(),
                    ns => ns.to_owned(),
                };
                Some(list.iter().map(word).collect::<Vec<_>>().join(" "))
            }
        };
        let process = match wildcard.process {
            Process::Strict => None,
            Process::Lax => Some("lax"),
            Process::Skip => Some("skip"),
        };
        (namespace, process)
    }

    /// An element with content; written empty where the content turns out to be.
    fn node(&mut self, local: &str, attributes: &[Attr<'_>], content: impl FnOnce(&mut Self)) {
        self.tag(local, attributes);
        let without = self.text.len();
        self.text.push_str(">\n");
        let before = self.text.len();
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if self.text.len() == before {
            self.text.truncate(without);
            self.text.push_str("/>\n");
        } else {
            self.indent();
            let name = self.xs(local);
            self.text.push_str(&format!("</{name}>\n"));
        }
    }

    fn tag(&mut self, local: &str, attributes: &[Attr<'_>]) {
        self.indent();
        self.text.push('<');
        let name = self.xs(local);
        self.text.push_str(&name);
        for (name, value) in attributes {
            if let Some(value) = value {
                attribute_text(&mut self.text, name, value);
            }
        }
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

fn occurs_text(occurs: Option<Occurs>) -> (Option<String>, Option<String>) {
    let Some(occurs) = occurs else { return (None, None) };
    let min = (occurs.min != 1).then(|| occurs.min.to_string());
    let max = match occurs.max {
        Some(1) => None,
        Some(max) => Some(max.to_string()),
        None => Some("unbounded".to_owned()),
    };
    (min, max)
}

fn form(form: Option<bool>) -> Option<&'static str> {
    form.map(|qualified| if qualified { "qualified" } else { "unqualified" })
}

fn value(constraint: &ValueConstraint) -> Attr<'_> {
    match constraint {
        ValueConstraint::None => ("fixed", None),
        ValueConstraint::Default(value) => ("default", Some(value)),
        ValueConstraint::Fixed(value) => ("fixed", Some(value)),
    }
}
