//! The schema model: what an XSD or XSF file says about structure, before it is compiled.
//!
//! Both front ends ([`crate::xsd`], [`crate::xsf`]) yield it, the compiler ([`crate::compile`]) and the two
//! writers take it. It holds no documentation. Names are resolved to namespaces, prefixes are kept only in
//! [`Schema::namespaces`], so that a writer can use the ones the standard's own files use.

/// The namespace of XML Schema itself.
pub const XS: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace of `xsi:type`, `xsi:nil` and the schema location hints.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The namespace of `xml:lang` and its like.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of the XÖV base type `Code`, from which every code type is derived.
pub const XOEV_CODE: &str = "http://xoev.de/schemata/code/1_0";

/// A place in a source file, 1-based; line 0 where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1; 0 where it is not known.
    pub column: u32,
}

/// A name with its namespace; the empty namespace is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QName {
    /// Namespace name, empty for no namespace.
    pub ns: String,
    /// Local name.
    pub local: String,
}

impl QName {
    /// A name in a namespace.
    pub fn new(ns: impl Into<String>, local: impl Into<String>) -> Self {
        Self { ns: ns.into(), local: local.into() }
    }
    /// A name of XML Schema, such as `string`.
    pub fn xs(local: &str) -> Self {
        Self::new(XS, local)
    }
}

impl std::fmt::Display for QName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.ns.is_empty() { f.write_str(&self.local) } else { write!(f, "{{{}}}{}", self.ns, self.local) }
    }
}

/// One schema file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// File name without folder, as other files include or import it.
    pub file: String,
    /// Target namespace, empty for none (a chameleon takes the including file's).
    pub target: String,
    /// The `version` attribute.
    pub version: Option<String>,
    /// `elementFormDefault="qualified"`.
    pub elements_qualified: bool,
    /// `attributeFormDefault="qualified"`.
    pub attributes_qualified: bool,
    /// Prefix and namespace of each `xmlns`, in the file's order; the default namespace has an empty prefix.
    pub namespaces: Vec<(String, String)>,
    /// Locations of included files.
    pub includes: Vec<(String, Position)>,
    /// Namespace and location (where given) of imported files.
    pub imports: Vec<(String, Option<String>, Position)>,
    /// The global components in the file's order.
    pub items: Vec<Item>,
}

/// A global component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `xs:complexType`.
    Complex(ComplexType),
    /// `xs:simpleType`.
    Simple(SimpleType),
    /// `xs:element`.
    Element(Element),
    /// `xs:attribute`.
    Attribute(Attribute),
    /// `xs:group`: name and its model group.
    Group(String, Particle, Position),
    /// `xs:attributeGroup`.
    AttributeGroup(String, Attributes, Position),
}

/// A complex type, global or anonymous.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComplexType {
    /// Name of a global type.
    pub name: Option<String>,
    /// `abstract="true"`.
    pub is_abstract: bool,
    /// `mixed="true"`.
    pub mixed: bool,
    /// XSF `open`: stands for a type of another standard; any content, lax, until a pack that has it is at hand.
    pub open: bool,
    /// From which type, and how.
    pub derivation: Derivation,
    /// The content is simple (`xs:simpleContent`); `particle` is then none.
    pub simple_content: bool,
    /// Facets of a restriction with simple content, and its narrowed type where given.
    pub simple_restriction: Option<Box<SimpleType>>,
    /// The content model that this definition adds (extension) or states (otherwise).
    pub particle: Option<Particle>,
    /// Attributes that this definition adds or changes.
    pub attributes: Attributes,
    /// Title of the code list, for a code type.
    pub code_title: Option<String>,
    /// Where the definition stands.
    pub position: Position,
}

/// How a complex type is derived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Derivation {
    /// Directly (a restriction of `xs:anyType`).
    #[default]
    None,
    /// By extension of a type.
    Extension(QName),
    /// By restriction of a type.
    Restriction(QName),
}

/// Attribute uses and the attribute wildcard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The uses, in order.
    pub uses: Vec<AttributeUse>,
    /// Attribute groups that are referred to.
    pub groups: Vec<(QName, Position)>,
    /// `xs:anyAttribute`.
    pub any: Option<Wildcard>,
}

/// One attribute of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeUse {
    /// Local declaration or reference.
    pub attribute: AttributeTerm,
    /// `use`.
    pub required: Use,
    /// `fixed` or `default` of the use.
    pub value: ValueConstraint,
    /// Where it stands.
    pub position: Position,
}

/// Declared here, or a reference to a global attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeTerm {
    /// A local declaration.
    Local(Attribute),
    /// `ref=`.
    Ref(QName),
}

/// An attribute declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Local name.
    pub name: String,
    /// Its simple type.
    pub ty: SimpleUse,
    /// `form` where stated: true is qualified. Global attributes are always qualified.
    pub form: Option<bool>,
    /// `fixed` or `default` of a global declaration.
    pub value: ValueConstraint,
    /// Where it stands.
    pub position: Position,
}

/// `use` of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// May be there.
    Optional,
    /// Must be there.
    Required,
    /// Must not be there.
    Prohibited,
}

/// `fixed` or `default`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ValueConstraint {
    /// Neither.
    #[default]
    None,
    /// `default`.
    Default(String),
    /// `fixed`.
    Fixed(String),
}

/// How often; `max` is none for unbounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurs {
    /// `minOccurs`.
    pub min: u32,
    /// `maxOccurs`, none for `unbounded`.
    pub max: Option<u32>,
}

impl Occurs {
    /// Exactly once.
    pub const ONCE: Self = Self { min: 1, max: Some(1) };
}

/// A part of a content model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particle {
    /// How often.
    pub occurs: Occurs,
    /// What.
    pub term: Term,
    /// Where it stands.
    pub position: Position,
}

/// What a particle is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A local element declaration.
    Element(Box<Element>),
    /// A reference to a global element (members of its substitution group included).
    Ref(QName),
    /// `xs:any`.
    Any(Wildcard),
    /// `xs:sequence`.
    Sequence(Vec<Particle>),
    /// `xs:choice`.
    Choice(Vec<Particle>),
    /// `xs:all`.
    All(Vec<Particle>),
    /// A reference to a named group.
    Group(QName),
}

/// An element declaration, global or local.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Local name.
    pub name: String,
    /// Its type.
    pub ty: TypeUse,
    /// `form` where stated: true is qualified. Global elements are always qualified.
    pub form: Option<bool>,
    /// `nillable="true"`.
    pub nillable: bool,
    /// `abstract="true"` (global).
    pub is_abstract: bool,
    /// `fixed` or `default`.
    pub value: ValueConstraint,
    /// `substitutionGroup` (global).
    pub substitutes: Option<QName>,
    /// Where it stands.
    pub position: Position,
}

/// The type of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeUse {
    /// None stated: `xs:anyType`, or the type of the substitution group's head.
    Unstated,
    /// A named type, complex or simple.
    Named(QName),
    /// An anonymous complex type.
    Complex(Box<ComplexType>),
    /// An anonymous simple type.
    Simple(Box<SimpleType>),
}

/// The type of an attribute, a list item, a union member or a restriction's base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimpleUse {
    /// A named type; `xs:anySimpleType` where none is stated.
    Named(QName),
    /// An anonymous type.
    Anonymous(Box<SimpleType>),
}

/// A simple type, global or anonymous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleType {
    /// Name of a global type.
    pub name: Option<String>,
    /// How it comes about.
    pub variety: SimpleVariety,
    /// Where the definition stands.
    pub position: Position,
}

/// How a simple type comes about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimpleVariety {
    /// Restriction of a type by facets.
    Restriction(SimpleUse, Vec<Facet>),
    /// List of items of a type.
    List(SimpleUse),
    /// Union of types.
    Union(Vec<SimpleUse>),
}

/// A facet of a restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Which.
    pub kind: FacetKind,
    /// Its value as written.
    pub value: String,
    /// For an enumerated code, its label.
    pub label: Option<String>,
    /// Where it stands.
    pub position: Position,
}

/// The facets of XML Schema Part 2, section 4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetKind {
    /// `length`
    Length,
    /// `minLength`
    MinLength,
    /// `maxLength`
    MaxLength,
    /// `pattern`
    Pattern,
    /// `enumeration`
    Enumeration,
    /// `whiteSpace`
    WhiteSpace,
    /// `minInclusive`
    MinInclusive,
    /// `maxInclusive`
    MaxInclusive,
    /// `minExclusive`
    MinExclusive,
    /// `maxExclusive`
    MaxExclusive,
    /// `totalDigits`
    TotalDigits,
    /// `fractionDigits`
    FractionDigits,
}

impl FacetKind {
    /// The facet of a name as XSD spells it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
    /// The name as XSD spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::Pattern => "pattern",
            Self::Enumeration => "enumeration",
            Self::WhiteSpace => "whiteSpace",
            Self::MinInclusive => "minInclusive",
            Self::MaxInclusive => "maxInclusive",
            Self::MinExclusive => "minExclusive",
            Self::MaxExclusive => "maxExclusive",
            Self::TotalDigits => "totalDigits",
            Self::FractionDigits => "fractionDigits",
        }
    }
    const ALL: [Self; 12] = [
        Self::Length,
        Self::MinLength,
        Self::MaxLength,
        Self::Pattern,
        Self::Enumeration,
        Self::WhiteSpace,
        Self::MinInclusive,
        Self::MaxInclusive,
        Self::MinExclusive,
        Self::MaxExclusive,
        Self::TotalDigits,
        Self::FractionDigits,
    ];
}

/// `xs:any` or `xs:anyAttribute`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wildcard {
    /// Which namespaces.
    pub namespaces: NamespaceSet,
    /// `processContents`.
    pub process: Process,
}

/// `namespace` of a wildcard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamespaceSet {
    /// `##any`.
    Any,
    /// `##other`: any but the given (the target namespace) and none.
    Other(String),
    /// These; the empty string is no namespace (`##local`), `##targetNamespace` is already resolved.
    Only(Vec<String>),
}

/// `processContents`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// Must be declared and valid.
    Strict,
    /// Valid where declared.
    Lax,
    /// Well-formed.
    Skip,
}

/// A code list, from genericode or TSV.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeList {
    /// File name without folder.
    pub file: String,
    /// Canonical URI (`listURI`).
    pub uri: String,
    /// Version (`listVersionID`).
    pub version: String,
    /// Title for people.
    pub title: String,
    /// From when it holds (ISO date), where said.
    pub valid_from: Option<String>,
    /// Only part of the list is at hand: a code that is not found is a warning, not an error.
    pub excerpt: bool,
    /// Column ids; `key` is the index of the key column.
    pub columns: Vec<String>,
    /// Index of the key column.
    pub key: usize,
    /// Index of the column with a code's name, where the file says which it is.
    pub name: Option<usize>,
    /// The rows, each as many cells as there are columns; an undefined value is empty.
    pub rows: Vec<Vec<String>>,
}
