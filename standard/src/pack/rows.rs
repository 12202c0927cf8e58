//! The rows of a pack's tables: fixed-size little-endian records that are read in place.
//!
//! Every index is a row number of the table that its comment names; [`NONE`] is no row. All numbers are
//! unaligned, so that a pack can lie anywhere in memory.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// No row.
pub const NONE: u32 = u32::MAX;

macro_rules! rows {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident : $ty:ty,)* })*) => {
        $($(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
        #[repr(C)]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty,)* })*
    };
}

rows! {
    /// A piece of the text blob.
    Text {
        /// Offset in bytes.
        offset: U32,
        /// Length in bytes.
        len: U32,
    }
    /// What the pack is; there is one row.
    Meta {
        /// Short name of the standard, as the messages' attribute `standard` has it.
        standard: Text,
        /// Version, as the messages' attribute `version` has it.
        version: Text,
        /// Title for people.
        title: Text,
        /// Name of the pack itself (`xauslaender-26.11`).
        name: Text,
    }
    /// A namespace. Row 0 is no namespace.
    Namespace {
        /// The name.
        uri: Text,
        /// The prefix that the standard's own files use; empty where they use none.
        prefix: Text,
        /// Whether global elements are declared in it (1) or not (0).
        has_elements: U16,
        /// 1: the target namespace of the main schema.
        flags: U16,
    }
    /// An element or attribute name.
    Name {
        /// Local name.
        local: Text,
        /// Row of `namespaces`.
        namespace: U16,
        /// 0.
        reserved: U16,
    }
    /// A declared thing by its name; sorted by `name`.
    Global {
        /// Row of `names`.
        name: U32,
        /// Row of `elements`, `types` or `attributes`.
        row: U32,
    }
    /// An element declaration, global or local.
    Element {
        /// Row of `names`.
        name: U32,
        /// Row of `types`.
        ty: U32,
        /// The fixed or default value.
        value: Text,
        /// German label, empty where there is none.
        label: Text,
        /// English label, empty where there is none.
        label_en: Text,
        /// What it means, German; empty where there is none.
        meaning: Text,
        /// Bits: [`element`].
        flags: U16,
        /// 0.
        reserved: U16,
    }
    /// A type. Row `n` for `n < 45` is the built-in type of that number, see `crate::datatype::Builtin`; row 45 is `anyType`,
    /// from which every type is derived in the end.
    Type {
        /// Row of `names` (the type names are in there too); [`NONE`] for an anonymous type.
        name: U32,
        /// Row of `types` that it is derived from. Always a smaller row, so that a walk ends; `NONE` for `anyType`, and for
        /// `anySimpleType`, since `anyType` has a greater row.
        base: U32,
        /// Row of `simples`, for simple types and simple content.
        simple: U32,
        /// Row of `models`, for element or mixed content.
        model: U32,
        /// First row of `attributes`; they are sorted by `name`.
        attributes: U32,
        /// Number of attribute uses (prohibited ones are left out).
        attribute_count: U16,
        /// One of [`kind`].
        kind: u8,
        /// Bits: [`type_flag`].
        flags: u8,
        /// Row of `wildcards` for further attributes.
        any_attribute: U32,
        /// Row of `code_types`.
        code: U32,
        /// First entry of `rule_refs`.
        rules: U32,
        /// Number of rules, those of the base types included.
        rule_count: U16,
        /// Number of attribute uses that are required.
        required_count: U16,
        /// German label.
        label: Text,
        /// English label.
        label_en: Text,
        /// For an anonymous type, the path that names it for people: `Type/element/element`.
        path: Text,
        /// What it means, German; empty where there is none.
        meaning: Text,
    }
    /// A simple type.
    Simple {
        /// Row of `names`, or [`NONE`].
        name: U32,
        /// Number of the built-in type whose lexical form the value has (`datatype::Builtin`).
        builtin: u8,
        /// One of [`variety`].
        variety: u8,
        /// 0 preserve, 1 replace, 2 collapse.
        whitespace: u8,
        /// Bits: [`facet`]: which of the facets below hold.
        facets: u8,
        /// `minLength` (or `length`).
        min_length: U32,
        /// `maxLength` (or `length`); [`NONE`] for none.
        max_length: U32,
        /// First of the automata; each must accept the value.
        automata: U32,
        /// First row of `enums`, sorted by the bytes of the value.
        enums: U32,
        /// Number of enumerated values; 0 is no enumeration.
        enum_count: U32,
        /// First entry of `members`: the union's members, or the list's item (rows of `simples`).
        members: U32,
        /// Number of automata.
        automaton_count: U16,
        /// Number of members.
        member_count: U16,
        /// Lexical value of `minInclusive` or `minExclusive`; empty is none.
        min: Text,
        /// Lexical value of `maxInclusive` or `maxExclusive`; empty is none.
        max: Text,
        /// `totalDigits`; 0 is none.
        total_digits: U16,
        /// `fractionDigits`; 0xFFFF is none.
        fraction_digits: U16,
        /// The patterns as written, for people (joined by ` & `).
        pattern: Text,
        /// Lengths and number ranges only: the bounds of an integer type, if both fit; see [`facet::INT_RANGE`].
        int_min: U64,
        /// As `int_min`, as the bits of an `i64`.
        int_max: U64,
    }
    /// An enumerated value.
    Enum {
        /// The value, normalised.
        value: Text,
        /// Its label, for code types.
        label: Text,
    }
    /// A byte automaton (see `crate::pattern::Dfa`).
    Automaton {
        /// Offset in `automaton_bytes` of 256 byte classes, followed by the bit set of accepting states.
        bytes: U32,
        /// First entry in `automaton_steps`: `state * classes + class` is the next state, 0 is dead.
        steps: U32,
        /// Number of states, the dead state 0 included.
        states: U16,
        /// Number of byte classes.
        classes: U16,
        /// The state to begin in.
        start: U16,
        /// 1: `ascii` holds.
        flags: U16,
        /// `crate::pattern::AsciiLoop`: bit set of the ASCII bytes that may be skipped at once.
        ascii: [u8; 16],
        /// `AsciiLoop::classes`.
        ascii_classes: U16,
        /// `AsciiLoop::resume`.
        ascii_resume: U16,
    }
    /// A content model.
    Model {
        /// First row of `states`. For [`model::ALL`] there is one state, whose steps are the members.
        states: U32,
        /// Number of states; the first is the one to begin in.
        state_count: U16,
        /// One of [`model`].
        kind: u8,
        /// For [`model::ALL`]: 1 if the whole group may be left out.
        optional: u8,
    }
    /// A state of a content model.
    State {
        /// First row of `steps`, sorted by `name`.
        steps: U32,
        /// First row of `any_steps`.
        any_steps: U32,
        /// Number of steps.
        step_count: U16,
        /// Number of wildcard steps.
        any_count: u8,
        /// 1: the content may end here.
        accept: u8,
    }
    /// A step of a content model by a name.
    Step {
        /// Row of `names`.
        name: U32,
        /// Row of `elements`: the declaration that holds.
        element: U32,
        /// The next state, counted from the model's first.
        next: U16,
        /// Bits: [`step`].
        flags: U16,
        /// Place of the particle in the schema: the particles (elements and wildcards) of the content model, those of
        /// the base types first, counted from 0 in the order in which the schema writes them. Steps that come
        /// from copies of one particle (`maxOccurs`) or from a substitution group share its number.
        order: U16,
    }
    /// A step of a content model by a wildcard.
    AnyStep {
        /// Row of `wildcards`.
        wildcard: U32,
        /// The next state, counted from the model's first.
        next: U16,
        /// Place of the particle in the schema, as in [`Step`].
        order: U16,
    }
    /// A wildcard.
    Wildcard {
        /// First entry of `wildcard_namespaces` (rows of `namespaces`).
        namespaces: U32,
        /// Number of namespaces.
        count: U16,
        /// What the list means: [`wildcard`] (row 0 of `namespaces` is none).
        kind: u8,
        /// How an element is checked: [`wildcard`].
        process: u8,
    }
    /// An attribute declaration or use.
    Attribute {
        /// Row of `names`.
        name: U32,
        /// Row of `simples`.
        simple: U32,
        /// The fixed or default value.
        value: Text,
        /// German label.
        label: Text,
        /// English label.
        label_en: Text,
        /// Bits: [`attribute`].
        flags: U16,
        /// 0.
        reserved: U16,
    }
    /// A code type: derived from the XÖV type Code.
    CodeType {
        /// The fixed list URI; empty where it is sent with each code.
        uri: Text,
        /// The fixed version; empty where it is sent.
        version: Text,
        /// Title of the list.
        title: Text,
        /// First row of `lists` that have this URI.
        lists: U32,
        /// Number of them; they are in ascending order of version.
        list_count: U16,
        /// `name` may stand: 0 no, 1 optional, 2 required.
        name_use: u8,
        /// Bits: [`code_type`].
        flags: u8,
    }
    /// A code list in one version. Sorted by URI, then by version (numbers in it compared as numbers).
    List {
        /// `listURI`.
        uri: Text,
        /// `listVersionID`.
        version: Text,
        /// Title.
        title: Text,
        /// From when it holds, ISO date; empty where not said.
        valid_from: Text,
        /// First row of `columns`.
        columns: U32,
        /// First entry of `cells`: `cells + row * column_count + column`.
        cells: U32,
        /// Number of rows.
        rows: U32,
        /// First entry of `list_order`: the rows (counted within the list) sorted by the bytes of their code.
        order: U32,
        /// Number of columns.
        column_count: U16,
        /// 1: only part of the list is at hand.
        excerpt: U16,
        /// Column of the key.
        key: u8,
        /// Column of the name; 0xFF for none. So for the next ones.
        name: u8,
        /// Column of the long text.
        long: u8,
        /// Column `meldbar-ab`.
        reportable_from: u8,
        /// Column `meldbar-bis`.
        reportable_to: u8,
        /// Column `entfaellt-ab`.
        ends: u8,
        /// Column `neu-ab`.
        begins: u8,
        /// 0.
        reserved: u8,
    }
    /// A column of a code list.
    Column {
        /// Its id.
        id: Text,
    }
    /// A message of the standard. Sorted by `element`'s name.
    Message {
        /// Row of `elements` (global).
        element: U32,
        /// Number, such as `090010`.
        number: Text,
        /// German title.
        title: Text,
        /// English title.
        title_en: Text,
        /// Who sends it.
        autor: Text,
        /// Who gets it.
        leser: Text,
        /// Legal basis.
        rechtsgrundlage: Text,
        /// Numbers that answer it, separated by `,`.
        antwort: Text,
        /// The group (schema file) it belongs to.
        group: Text,
    }
    /// A rule that the standard states in words.
    Rule {
        /// Its id, such as `AZR-039`.
        id: Text,
        /// Context as written.
        context: Text,
        /// Numbers of the messages it is for, separated by `,`; empty for all.
        messages: Text,
        /// Where the finding is placed, as written.
        at: Text,
        /// The condition as written.
        expr: Text,
        /// The sentence in German.
        text: Text,
        /// The sentence in English.
        text_en: Text,
        /// Byte code of `at` in `rule_code`: offset and length.
        at_code: Text,
        /// Byte code of the condition in `rule_code`.
        code: Text,
        /// Passing and failing example as written.
        pass: Text,
        /// See `pass`.
        fail: Text,
        /// 0 error, 1 warning, 2 hint.
        severity: U16,
        /// 0.
        reserved: U16,
    }
    /// A named text: a schema file in XSF, or a further table of the standard.
    Source {
        /// File name.
        file: Text,
        /// Content.
        text: Text,
    }
}

/// Bits of [`Element::flags`].
pub mod element {
    /// `xsi:nil` is allowed.
    pub const NILLABLE: u16 = 1;
    /// May not stand itself, only members of its substitution group.
    pub const ABSTRACT: u16 = 2;
    /// A global declaration.
    pub const GLOBAL: u16 = 4;
    /// `value` is a fixed value.
    pub const FIXED: u16 = 8;
    /// `value` is a default value.
    pub const DEFAULT: u16 = 16;
    /// Holds the name of a person: its text is DIN 91379 datatypeA.
    pub const PERSON_NAME: u16 = 32;
}

/// Values of [`Type::kind`].
pub mod kind {
    /// `xs:anyType`: anything, lax.
    pub const ANY: u8 = 0;
    /// A simple type, or complex with simple content: text, checked by `simple`.
    pub const SIMPLE: u8 = 1;
    /// No content at all.
    pub const EMPTY: u8 = 2;
    /// Elements only.
    pub const ELEMENTS: u8 = 3;
    /// Elements and text.
    pub const MIXED: u8 = 4;
}

/// Bits of [`Type::flags`].
pub mod type_flag {
    /// May only be used through `xsi:type`.
    pub const ABSTRACT: u8 = 1;
    /// Stands for a type of another standard (XSF `open`).
    pub const OPEN: u8 = 2;
    /// Derived by extension (otherwise restriction).
    pub const EXTENSION: u8 = 4;
    /// A complex type (with simple content where `kind` is SIMPLE).
    pub const COMPLEX: u8 = 8;
}

/// Values of [`Simple::variety`].
pub mod variety {
    /// One value.
    pub const ATOMIC: u8 = 0;
    /// Items separated by space.
    pub const LIST: u8 = 1;
    /// One of several types.
    pub const UNION: u8 = 2;
}

/// Bits of [`Simple::facets`].
pub mod facet {
    /// `min_length` or `max_length` is to be checked.
    pub const LENGTH: u8 = 1;
    /// `min` is exclusive.
    pub const MIN_EXCLUSIVE: u8 = 2;
    /// `max` is exclusive.
    pub const MAX_EXCLUSIVE: u8 = 4;
    /// `int_min..=int_max` says the same as `min` and `max` (and the built-in type's own range) for an integer type.
    pub const INT_RANGE: u8 = 8;
    /// Nothing to check but whitespace normalisation: every string is a value (`xs:string`, `xs:token` … without facets).
    pub const ANY_STRING: u8 = 16;
    /// The value's only check besides the built-in lexical form are the automata (no length, range, enumeration).
    pub const PLAIN: u8 = 32;
    /// The value, or each item of the list, depends on the rest of the message: `xs:ID`, `xs:IDREF`, `xs:QName`.
    pub const CONTEXT: u8 = 64;
}

/// Values of [`Model::kind`].
pub mod model {
    /// An automaton.
    pub const AUTOMATON: u8 = 0;
    /// `xs:all`: each member at most once, in any order.
    pub const ALL: u8 = 1;
}

/// Bits of [`Step::flags`].
pub mod step {
    /// In [`ALL`](super::model::ALL): the member must stand.
    pub const REQUIRED: u16 = 1;
    /// The element can stand more than once in this content (a JSON array, a position in a path).
    pub const REPEATS: u16 = 2;
    /// The step is on every way from this state to an end: the element is required here.
    pub const MUST: u16 = 4;
    /// Another particle of the content model has the same name: the name stands at several places of the schema.
    pub const ELSEWHERE: u16 = 8;
    /// Another name of the content model has the same local name, in another namespace.
    pub const HOMONYM: u16 = 16;
}

/// Bits of [`Attribute::flags`].
pub mod attribute {
    /// Must stand.
    pub const REQUIRED: u16 = 1;
    /// `value` is fixed.
    pub const FIXED: u16 = 2;
    /// `value` is a default.
    pub const DEFAULT: u16 = 4;
    /// An element of the type's content has the same local name.
    pub const HOMONYM: u16 = 8;
}

/// Values of [`Wildcard::kind`] and [`Wildcard::process`].
pub mod wildcard {
    /// Any namespace.
    pub const ANY: u8 = 0;
    /// Any namespace but those listed, and not none.
    pub const OTHER: u8 = 1;
    /// The namespaces listed.
    pub const ONLY: u8 = 2;
    /// Must be declared and valid.
    pub const STRICT: u8 = 0;
    /// Valid where declared.
    pub const LAX: u8 = 1;
    /// Well-formed.
    pub const SKIP: u8 = 2;
}

/// Bits of [`CodeType::flags`].
pub mod code_type {
    /// The URI is fixed (otherwise sent).
    pub const URI_FIXED: u8 = 1;
    /// The version is fixed (otherwise sent).
    pub const VERSION_FIXED: u8 = 2;
    /// The attribute `listURI` must be sent.
    pub const URI_REQUIRED: u8 = 4;
    /// The attribute `listVersionID` must be sent.
    pub const VERSION_REQUIRED: u8 = 8;
}
