//! The short form of code types: a restriction of the XÖV type Code in the shape that all of them have.

use crate::model::*;

/// What a `code` line says.
#[derive(Debug, Default)]
pub(super) struct Code {
    pub(super) name: String,
    pub(super) uri: Fixing,
    pub(super) version: Fixing,
    pub(super) name_occurs: Option<Occurs>,
    pub(super) title: Option<String>,
    pub(super) codes: Vec<Facet>,
    pub(super) position: Position,
}

/// How the type fixes the list or its version.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) enum Fixing {
    /// `-`: optional and free.
    #[default]
    Optional,
    /// `*`: required and free.
    Required,
    /// Optional and fixed.
    Fixed(String),
}

impl Fixing {
    pub(super) fn parse(text: &str) -> Self {
        match text {
            "*" => Self::Required,
            "-" => Self::Optional,
            _ => Self::Fixed(text.to_owned()),
        }
    }
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Optional => "-",
            Self::Required => "*",
            Self::Fixed(value) => value,
        }
    }
}

/// The complex type that a `code` line stands for, in a schema whose local elements are qualified or not.
pub(super) fn expand(code: Code, elements_qualified: bool) -> ComplexType {
    // `code` and `name` are unqualified; where that is the schema's default, it need not be said.
    let form = elements_qualified.then_some(false);
    let position = code.position;
    let element = |name: &str, ty: TypeUse| {
        Term::Element(Box::new(Element {
            name: name.to_owned(),
            ty,
            form,
            nillable: false,
            is_abstract: false,
            value: ValueConstraint::None,
            substitutes: None,
            position,
        }))
    };
    let ty = if code.codes.is_empty() {
        TypeUse::Named(QName::xs("token"))
    } else {
        TypeUse::Simple(Box::new(SimpleType {
            name: None,
            variety: SimpleVariety::Restriction(SimpleUse::Named(QName::xs("token")), code.codes),
            position,
        }))
    };
    let mut particles = vec![Particle { occurs: Occurs::ONCE, term: element("code", ty), position }];
    if let Some(occurs) = code.name_occurs {
        let ty = TypeUse::Named(QName::xs("normalizedString"));
        particles.push(Particle { occurs, term: element("name", ty), position });
    }
    let attribute = |name: &str, ty: &str, fixing: Fixing| {
        let (required, value) = match fixing {
            Fixing::Optional => (Use::Optional, ValueConstraint::None),
            Fixing::Required => (Use::Required, ValueConstraint::None),
            Fixing::Fixed(value) => (Use::Optional, ValueConstraint::Fixed(value)),
        };
        AttributeUse {
            attribute: AttributeTerm::Local(Attribute {
                name: name.to_owned(),
                ty: SimpleUse::Named(QName::xs(ty)),
                form: None,
                value: ValueConstraint::None,
                position,
            }),
            required,
            value,
            position,
        }
    };
    ComplexType {
        name: Some(code.name),
        derivation: Derivation::Restriction(QName::new(XOEV_CODE, "Code")),
        particle: Some(Particle { occurs: Occurs::ONCE, term: Term::Sequence(particles), position }),
        attributes: Attributes {
            uses: vec![
                attribute("listURI", "anyURI", code.uri),
                attribute("listVersionID", "normalizedString", code.version),
            ],
            groups: Vec::new(),
            any: None,
        },
        code_title: code.title,
        position,
        ..ComplexType::default()
    }
}

/// The `code` line that stands for a complex type, if there is one.
pub(super) fn recognise(ty: &ComplexType, elements_qualified: bool) -> Option<Code> {
    let particle = ty.particle.as_ref()?;
    let Term::Sequence(particles) = &particle.term else { return None };
    let (first, rest) = particles.split_first()?;
    let Term::Element(element) = &first.term else { return None };
    let codes = match &element.ty {
        TypeUse::Simple(simple) => match &simple.variety {
            SimpleVariety::Restriction(_, facets) if !facets.is_empty() => facets.clone(),
            _ => return None,
        },
        _ => Vec::new(),
    };
    let is_word =
        |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if !codes.iter().all(|facet| {
        facet.kind == FacetKind::Enumeration
            && is_word(&facet.value)
            && facet.label.as_ref().is_none_or(|label| !label.is_empty())
    }) {
        return None;
    }
    let fixing = |at: usize| -> Option<Fixing> {
        let attribute = ty.attributes.uses.get(at)?;
        match (attribute.required, &attribute.value) {
            (Use::Optional, ValueConstraint::None) => Some(Fixing::Optional),
            (Use::Required, ValueConstraint::None) => Some(Fixing::Required),
            (Use::Optional, ValueConstraint::Fixed(value))
                if is_word(value) && value != "*" && value != "-" =>
            {
                Some(Fixing::Fixed(value.clone()))
            }
            _ => None,
        }
    };
    let code = Code {
        name: ty.name.clone()?,
        uri: fixing(0)?,
        version: fixing(1)?,
        name_occurs: rest.first().map(|particle| particle.occurs),
        title: ty.code_title.clone(),
        codes: codes.clone(),
        position: Position::default(),
    };
    // The rest of the shape is what the short form expands to.
    let name_once = code.name_occurs.is_none_or(|occurs| occurs.min <= 1 && occurs.max == Some(1));
    let again = expand(Code { codes, ..clone(&code) }, elements_qualified);
    (name_once && without_positions(ty) == without_positions(&again)).then_some(code)
}

fn clone(code: &Code) -> Code {
    Code {
        name: code.name.clone(),
        uri: code.uri.clone(),
        version: code.version.clone(),
        name_occurs: code.name_occurs,
        title: code.title.clone(),
        codes: Vec::new(),
        position: code.position,
    }
}

/// A code type's definition with no positions, so that two can be compared. Enough for the shape of a code type: what
/// is deeper than that shape keeps its positions.
fn without_positions(ty: &ComplexType) -> ComplexType {
    let none = Position::default();
    let mut ty = ty.clone();
    ty.position = none;
    for attribute in &mut ty.attributes.uses {
        attribute.position = none;
        if let AttributeTerm::Local(local) = &mut attribute.attribute {
            local.position = none;
        }
    }
    if let Some(particle) = &mut ty.particle {
        particle.position = none;
        if let Term::Sequence(particles) = &mut particle.term {
            for particle in particles {
                particle.position = none;
                if let Term::Element(element) = &mut particle.term {
                    element.position = none;
                    if let TypeUse::Simple(simple) = &mut element.ty {
                        simple.position = none;
                        if let SimpleVariety::Restriction(_, facets) = &mut simple.variety {
                            facets.iter_mut().for_each(|facet| facet.position = none);
                        }
                    }
                }
            }
        }
    }
    ty
}
