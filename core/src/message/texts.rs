//! The codes of findings with their German and English texts: the one table.

use super::report::{Lang, Layer, Severity};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident $code:literal $severity:ident $layer:ident $de:literal $en:literal;)*) => {
        /// Code of a finding. The numbers are stable; a number is never used again for something else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])* $name,)* }

        impl Code {
            /// All codes, by number.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it is shown: `AZK-M` and three digits.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => concat!("AZK-M", $code),)* }
            }

            /// The severity that findings of this code have (rules bring their own).
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }

            /// The layer that findings of this code have.
            pub fn layer(self) -> Layer {
                match self { $(Code::$name => Layer::$layer,)* }
            }

            /// The sentence, with placeholders: `{field}` the label of the field, `{name}` the element or attribute
            /// name, `{value}` the value, `{expected}` what was expected, `{detail}` a detail.
            pub fn template(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Code::$name, Lang::De) => $de, (Code::$name, Lang::En) => $en,)* }
            }

            /// What a code means, for `azrkit explain`: its doc comment, in English.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),*),)* }.trim()
            }
        }
    };
}

codes! {
    /// The document breaks the grammar of XML, or ends too early. Nothing behind this place could be read.
    NotWellFormed "001" Error Xml
        "Die Nachricht ist kein wohlgeformtes XML: {detail}."
        "The message is not well-formed XML: {detail}.";
    /// A start tag and an end tag do not fit together.
    TagMismatch "002" Error Xml
        "Das Ende-Tag {value} passt nicht zum Start-Tag {expected}."
        "The end tag {value} does not match the start tag {expected}.";
    /// A character that XML 1.0 does not allow.
    IllegalCharacter "003" Error Xml
        "Das Zeichen {value} darf in XML nicht stehen."
        "The character {value} is not allowed in XML.";
    /// The bytes are not valid in the encoding that the document declares, or that encoding is not supported.
    Encoding "004" Error Xml
        "Die Zeichenkodierung stimmt nicht: {detail}."
        "The character encoding is wrong: {detail}.";
    /// Document type declarations and entity definitions are refused: they can make a small message huge or read files.
    Dtd "005" Error Xml
        "Eine Dokumenttyp-Deklaration (DOCTYPE) ist in Nachrichten nicht zugelassen."
        "A document type declaration (DOCTYPE) is not allowed in messages.";
    /// A reference to an entity that XML does not define itself.
    UnknownEntity "006" Error Xml
        "Die Entität {value} ist nicht definiert."
        "The entity {value} is not defined.";
    /// The same attribute twice in one tag.
    DuplicateAttribute "007" Error Xml
        "Das Attribut {name} steht zweimal."
        "The attribute {name} stands twice.";
    /// A prefix without a namespace declaration.
    UnboundPrefix "008" Error Xml
        "Das Präfix {value} ist keinem Namensraum zugeordnet."
        "The prefix {value} is not bound to a namespace.";
    /// A namespace declaration that XML Namespaces forbids.
    BadNamespace "009" Error Xml
        "Die Namensraum-Deklaration {name} ist nicht zulässig: {detail}."
        "The namespace declaration {name} is not allowed: {detail}.";
    /// More bytes than the caller admits.
    TooLarge "020" Error Xml
        "Die Nachricht ist größer als zugelassen ({expected} Byte)."
        "The message is larger than allowed ({expected} bytes).";
    /// Elements nested deeper than the caller admits.
    TooDeep "021" Error Xml
        "Die Elemente sind tiefer geschachtelt als zugelassen ({expected} Ebenen)."
        "Elements are nested deeper than allowed ({expected} levels).";
    /// More attributes in one tag than the caller admits.
    TooManyAttributes "022" Error Xml
        "Das Element {name} hat mehr Attribute als zugelassen ({expected})."
        "The element {name} has more attributes than allowed ({expected}).";
    /// No open pack has the root element's namespace, or the namespace has no such message.
    UnknownMessage "100" Error Schema
        "Die Nachricht {name} (Namensraum {value}) gehört zu keinem geladenen Standard."
        "The message {name} (namespace {value}) belongs to no loaded standard.";
    /// An element that may not stand here, though the type of its parent has one of that name elsewhere.
    UnexpectedElement "101" Error Schema
        "Das Feld „{field}“ ({name}) darf an dieser Stelle nicht stehen. Erwartet: {expected}."
        "The field \u{201c}{field}\u{201d} ({name}) must not stand here. Expected: {expected}.";
    /// An element that its parent does not have at all.
    UnknownElement "102" Error Schema
        "Ein Element {name} gibt es hier nicht. Erwartet: {expected}."
        "There is no element {name} here. Expected: {expected}.";
    /// A required element is missing.
    MissingElement "103" Error Schema
        "Vor diesem Element oder am Ende fehlt eine Pflichtangabe: {expected}."
        "Required data is missing before this element or at the end: {expected}.";
    /// An element may stand only so often.
    TooMany "104" Error Schema
        "Das Feld „{field}“ ({name}) steht öfter als zugelassen. Erwartet: {expected}."
        "The field \u{201c}{field}\u{201d} ({name}) stands more often than allowed. Expected: {expected}.";
    /// Text in an element that has only child elements, or none at all.
    UnexpectedText "105" Error Schema
        "Im Element {name} darf kein Text stehen, gefunden: „{value}“."
        "There must be no text in the element {name}, found: \u{201c}{value}\u{201d}.";
    /// A child element in an element that has only text.
    ElementInText "106" Error Schema
        "Das Feld „{field}“ darf nur Text enthalten, kein Element {name}."
        "The field \u{201c}{field}\u{201d} must hold only text, no element {name}.";
    /// A required attribute is missing.
    MissingAttribute "107" Error Schema
        "Beim Element {name} fehlt das Attribut {expected}."
        "The element {name} lacks the attribute {expected}.";
    /// An attribute that the element does not have.
    UnknownAttribute "108" Error Schema
        "Ein Attribut {name} gibt es hier nicht{detail}."
        "There is no attribute {name} here{detail}.";
    /// A value that is not of its field's form (date, number, pattern, characters).
    BadValue "109" Error Schema
        "Der Wert „{value}“ im Feld „{field}“ ist nicht zulässig. Erwartet: {expected}."
        "The value \u{201c}{value}\u{201d} in the field \u{201c}{field}\u{201d} is not allowed. Expected: {expected}.";
    /// A value that has a character which DIN 91379 (or the pattern) does not admit at this place.
    BadCharacter "110" Error Schema
        "Im Feld „{field}“ steht das nicht zugelassene Zeichen {detail}. Erwartet: {expected}."
        "The field \u{201c}{field}\u{201d} has the character {detail}, which is not allowed. Expected: {expected}.";
    /// Too short or too long.
    BadLength "111" Error Schema
        "Der Wert im Feld „{field}“ hat {detail} Zeichen. Erwartet: {expected}."
        "The value in the field \u{201c}{field}\u{201d} has {detail} characters. Expected: {expected}.";
    /// Not one of the enumerated values.
    NotEnumerated "112" Error Schema
        "Der Wert „{value}“ im Feld „{field}“ gehört nicht zu den zugelassenen Werten. Erwartet: {expected}."
        "The value \u{201c}{value}\u{201d} in the field \u{201c}{field}\u{201d} is not one of the allowed values. Expected: {expected}.";
    /// Outside the range.
    OutOfRange "113" Error Schema
        "Der Wert „{value}“ im Feld „{field}“ liegt außerhalb des Bereichs. Erwartet: {expected}."
        "The value \u{201c}{value}\u{201d} in the field \u{201c}{field}\u{201d} is out of range. Expected: {expected}.";
    /// Not the fixed value.
    NotFixed "114" Error Schema
        "Im Feld „{field}“ muss „{expected}“ stehen, gefunden: „{value}“."
        "The field \u{201c}{field}\u{201d} must be \u{201c}{expected}\u{201d}, found: \u{201c}{value}\u{201d}.";
    /// The type cannot be used itself; `xsi:type` must name one that is derived from it.
    AbstractType "115" Error Schema
        "Beim Feld „{field}“ muss das Attribut xsi:type sagen, welche Ausprägung gemeint ist: {expected}."
        "The field \u{201c}{field}\u{201d} needs the attribute xsi:type to say which kind is meant: {expected}.";
    /// `xsi:type` names a type that is unknown or not derived from the element's type.
    BadXsiType "116" Error Schema
        "xsi:type nennt mit „{value}“ keinen hier zulässigen Typ. Erwartet: {expected}."
        "xsi:type \u{201c}{value}\u{201d} is no type that is allowed here. Expected: {expected}.";
    /// `xsi:nil` where it is not allowed, or with content, or not a boolean.
    BadNil "117" Error Schema
        "xsi:nil ist beim Feld „{field}“ nicht zulässig: {detail}."
        "xsi:nil is not allowed at the field \u{201c}{field}\u{201d}: {detail}.";
    /// The same `xs:ID` twice.
    DuplicateId "118" Error Schema
        "Die Kennung „{value}“ kommt zweimal vor."
        "The identifier \u{201c}{value}\u{201d} occurs twice.";
    /// A wildcard that asks for a declared element or attribute got an unknown one.
    Undeclared "119" Error Schema
        "{name} ist in keinem geladenen Standard beschrieben, hier aber gefordert."
        "{name} is described in no loaded standard, but it must be here.";
    /// The name of a person has a character outside DIN 91379 datatype A (letters of names).
    NotAName "201" Error Text
        "Im Namen „{value}“ (Feld „{field}“) steht das Zeichen {detail}, das DIN 91379 für Namen nicht vorsieht (Datentyp A)."
        "The name \u{201c}{value}\u{201d} (field \u{201c}{field}\u{201d}) has the character {detail}, which DIN 91379 does not admit in names (datatype A).";
    /// Text that is not in Unicode normalization form C.
    NotNfc "202" Error Text
        "Der Text im Feld „{field}“ ist nicht in der Normalform NFC: {detail} steht zerlegt oder in falscher Reihenfolge."
        "The text in the field \u{201c}{field}\u{201d} is not in normalization form NFC: {detail} is decomposed or in the wrong order.";
    /// The code list, in the version named, does not have the code.
    UnknownCode "301" Error Codelist
        "Der Schlüssel „{value}“ im Feld „{field}“ steht nicht in der Codeliste {expected}."
        "The code \u{201c}{value}\u{201d} in the field \u{201c}{field}\u{201d} is not in the code list {expected}.";
    /// The code list is not at hand, so the code could not be looked up.
    UnknownList "302" Warning Codelist
        "Die Codeliste {value} (Feld „{field}“) liegt nicht vor; der Schlüssel wurde nicht geprüft."
        "The code list {value} (field \u{201c}{field}\u{201d}) is not at hand; the code was not checked.";
    /// The code list is at hand, but not in the version that the message names.
    UnknownListVersion "303" Warning Codelist
        "Die Codeliste {detail} liegt nicht in Version {value} vor (vorhanden: {expected}); der Schlüssel im Feld „{field}“ wurde nicht geprüft."
        "The code list {detail} is not at hand in version {value} (at hand: {expected}); the code in the field \u{201c}{field}\u{201d} was not checked.";
    /// Only part of the list is at hand and the code is not in it.
    NotInExcerpt "304" Warning Codelist
        "Der Schlüssel „{value}“ im Feld „{field}“ steht nicht im vorliegenden Auszug der Codeliste {expected}."
        "The code \u{201c}{value}\u{201d} in the field \u{201c}{field}\u{201d} is not in the excerpt at hand of the code list {expected}.";
    /// A rule that the standard states in words does not hold; the rule's id says which.
    Rule "401" Error Rule
        "{detail}"
        "{detail}";
    /// An `xs:IDREF` names an `xs:ID` that does not occur (XML Schema Part 1, 3.3.4 cvc-id 1). Widely used validators do
    /// not look for that, and real messages have such references: so it is said, but is no error.
    DanglingReference "402" Warning Rule
        "Die Kennung „{value}“, auf die hier verwiesen wird, kommt in der Nachricht nicht vor."
        "The identifier \u{201c}{value}\u{201d}, which is referred to here, does not occur in the message.";
    /// The JSON text is not well-formed.
    JsonSyntax "501" Error Xml
        "Das ist kein gültiges JSON: {detail}."
        "This is not valid JSON: {detail}.";
    /// A key that the object does not have.
    JsonUnknownKey "502" Error Schema
        "Den Schlüssel {name} gibt es hier nicht. Erwartet: {expected}."
        "There is no key {name} here. Expected: {expected}.";
    /// A value of another JSON type than the field's.
    JsonType "503" Error Schema
        "Im Feld „{field}“ steht {value}. Erwartet: {expected}."
        "The field \u{201c}{field}\u{201d} has {value}. Expected: {expected}.";
    /// The same key twice in one object.
    JsonDoubleKey "504" Error Schema
        "Der Schlüssel {name} steht zweimal."
        "The key {name} stands twice.";
    /// A kind of entry that the standard does not have.
    RecordKind "601" Error Schema
        "Eine Eintragsart „{value}“ gibt es nicht."
        "There is no kind of entry \u{201c}{value}\u{201d}.";
    /// A key that is empty, or stands for two entries of a record.
    RecordKey "602" Error Schema
        "Der Schlüssel „{value}“ ist leer oder steht zweimal; jeder Eintrag braucht einen eigenen."
        "The key \u{201c}{value}\u{201d} is empty or stands twice; each entry needs one of its own.";
    /// An entry of a kind that the record's scope does not name.
    RecordScope "603" Error Schema
        "Der Eintrag „{field}“ ({value}) gehört zu keiner der Arten, die der Datensatz in scope nennt."
        "The entry \u{201c}{field}\u{201d} ({value}) is of none of the kinds that the record names in its scope.";
    /// More entries of a kind than the register can hold of one person.
    RecordTooMany "604" Error Schema
        "Von der Art „{field}“ kann ein Datensatz höchstens {expected} haben."
        "A record can have at most {expected} of the kind \u{201c}{field}\u{201d}.";
}

/// What fills the placeholders of a sentence.
#[derive(Debug, Default, Clone)]
pub(crate) struct Args {
    /// Label of the field.
    pub(crate) field: String,
    /// Name of the element, attribute or key.
    pub(crate) name: String,
    /// The value in question.
    pub(crate) value: Option<String>,
    /// What was expected.
    pub(crate) expected: Option<String>,
    /// A detail.
    pub(crate) detail: String,
}

/// The sentence of a code. Without a label the name stands for the field; `nothing` where nothing was expected.
pub(crate) fn sentence(code: Code, lang: Lang, args: &Args, nothing: &str) -> String {
    let template = code.template(lang);
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else { break };
        match name {
            "field" => out.push_str(if args.field.is_empty() { &args.name } else { &args.field }),
            "name" => out.push_str(&args.name),
            "value" => out.push_str(&shorten(args.value.as_deref().unwrap_or(""))),
            "expected" => out.push_str(args.expected.as_deref().unwrap_or(nothing)),
            _ => out.push_str(&args.detail),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A value, cut to what fits in a sentence.
pub(super) fn shorten(value: &str) -> String {
    const SHOWN: usize = 80;
    match value.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl std::str::FromStr for Code {
    type Err = ();
    /// The code of a text such as `AZK-M103`.
    fn from_str(text: &str) -> Result<Self, ()> {
        Code::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}
