//! The types and how they descend from one another.

/// What becomes of white space before a value is checked (4.3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum WhiteSpace {
    /// It stays.
    Preserve = 0,
    /// Tabs and line breaks become spaces.
    Replace = 1,
    /// And spaces in a row become one, those at the ends none.
    Collapse = 2,
}

impl WhiteSpace {
    /// By the name that the facet has in a schema: `preserve`, `replace`, `collapse`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "preserve" => Some(WhiteSpace::Preserve),
            "replace" => Some(WhiteSpace::Replace),
            "collapse" => Some(WhiteSpace::Collapse),
            _ => None,
        }
    }

    /// By the number of the variant.
    #[must_use]
    pub fn from_u8(value: u8) -> Option<Self> {
        [WhiteSpace::Preserve, WhiteSpace::Replace, WhiteSpace::Collapse].get(usize::from(value)).copied()
    }
}

macro_rules! builtins {
    ($($number:literal $variant:ident $name:literal $base:ident $primitive:ident;)*) => {
        /// A built-in simple type. The numbers stand in packs and never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Builtin {
            $(#[doc = concat!("`xs:", $name, "`")] $variant = $number,)*
        }

        impl Builtin {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Builtin] = &[$(Builtin::$variant,)*];

            /// By the local name, as in `xs:token`.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Builtin::$variant),)*
                    _ => None,
                }
            }

            /// The local name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Builtin::$variant => $name,)*
                }
            }

            /// The type that it is derived from; itself for anySimpleType. For the lists NMTOKENS, IDREFS and ENTITIES
            /// that is anySimpleType.
            #[must_use]
            pub fn base(self) -> Self {
                match self {
                    $(Builtin::$variant => Builtin::$base,)*
                }
            }

            /// The primitive type in whose value space its values are. Itself for anySimpleType and the lists, which
            /// have none.
            #[must_use]
            pub fn primitive(self) -> Self {
                match self {
                    $(Builtin::$variant => Builtin::$primitive,)*
                }
            }
        }
    };
}

builtins! {
    0 AnySimpleType "anySimpleType" AnySimpleType AnySimpleType;
    1 String "string" AnySimpleType String;
    2 Boolean "boolean" AnySimpleType Boolean;
    3 Decimal "decimal" AnySimpleType Decimal;
    4 Float "float" AnySimpleType Float;
    5 Double "double" AnySimpleType Double;
    6 Duration "duration" AnySimpleType Duration;
    7 DateTime "dateTime" AnySimpleType DateTime;
    8 Time "time" AnySimpleType Time;
    9 Date "date" AnySimpleType Date;
    10 GYearMonth "gYearMonth" AnySimpleType GYearMonth;
    11 GYear "gYear" AnySimpleType GYear;
    12 GMonthDay "gMonthDay" AnySimpleType GMonthDay;
    13 GDay "gDay" AnySimpleType GDay;
    14 GMonth "gMonth" AnySimpleType GMonth;
    15 HexBinary "hexBinary" AnySimpleType HexBinary;
    16 Base64Binary "base64Binary" AnySimpleType Base64Binary;
    17 AnyUri "anyURI" AnySimpleType AnyUri;
    18 QName "QName" AnySimpleType QName;
    19 Notation "NOTATION" AnySimpleType Notation;
    20 NormalizedString "normalizedString" String String;
    21 Token "token" NormalizedString String;
    22 Language "language" Token String;
    23 Nmtoken "NMTOKEN" Token String;
    24 Nmtokens "NMTOKENS" AnySimpleType Nmtokens;
    25 Name "Name" Token String;
    26 NcName "NCName" Name String;
    27 Id "ID" NcName String;
    28 Idref "IDREF" NcName String;
    29 Idrefs "IDREFS" AnySimpleType Idrefs;
    30 Entity "ENTITY" NcName String;
    31 Entities "ENTITIES" AnySimpleType Entities;
    32 Integer "integer" Decimal Decimal;
    33 NonPositiveInteger "nonPositiveInteger" Integer Decimal;
    34 NegativeInteger "negativeInteger" NonPositiveInteger Decimal;
    35 Long "long" Integer Decimal;
    36 Int "int" Long Decimal;
    37 Short "short" Int Decimal;
    38 Byte "byte" Short Decimal;
    39 NonNegativeInteger "nonNegativeInteger" Integer Decimal;
    40 UnsignedLong "unsignedLong" NonNegativeInteger Decimal;
    41 UnsignedInt "unsignedInt" UnsignedLong Decimal;
    42 UnsignedShort "unsignedShort" UnsignedInt Decimal;
    43 UnsignedByte "unsignedByte" UnsignedShort Decimal;
    44 PositiveInteger "positiveInteger" NonNegativeInteger Decimal;
}

impl Builtin {
    /// By its number.
    #[must_use]
    pub fn from_u8(value: u8) -> Option<Self> {
        Self::ALL.get(usize::from(value)).copied()
    }

    /// What becomes of white space in its values.
    #[must_use]
    pub fn whitespace(self) -> WhiteSpace {
        match self {
            Builtin::AnySimpleType | Builtin::String => WhiteSpace::Preserve,
            Builtin::NormalizedString => WhiteSpace::Replace,
            _ => WhiteSpace::Collapse,
        }
    }

    /// The type of the items where it is a list.
    #[must_use]
    pub fn item(self) -> Option<Self> {
        match self {
            Builtin::Nmtokens => Some(Builtin::Nmtoken),
            Builtin::Idrefs => Some(Builtin::Idref),
            Builtin::Entities => Some(Builtin::Entity),
            _ => None,
        }
    }

    /// Whether its values have an order, so that it may have the facets `minInclusive` and the like.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        use Builtin::*;
        matches!(
            self.primitive(),
            Decimal
                | Float
                | Double
                | Duration
                | DateTime
                | Time
                | Date
                | GYearMonth
                | GYear
                | GMonthDay
                | GDay
                | GMonth
        )
    }

    /// Whether it is `other` or descends from it.
    #[must_use]
    pub fn is_derived_from(self, other: Self) -> bool {
        let mut at = self;
        while at != other {
            if at == Builtin::AnySimpleType {
                return false;
            }
            at = at.base();
        }
        true
    }
}
