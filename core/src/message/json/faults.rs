//! What is wrong in the JSON itself, and the sentences for it.

use super::tree::Json;
use crate::message::report::{Code, Finding, Lang};
pub(super) use crate::message::texts::Args;
use crate::message::texts::{sentence, shorten};

/// What stands somewhere, or should.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Nothing,
    Null,
    Boolean,
    Integer,
    /// A number that is no integer, or too large for one.
    Number,
    String,
    Array,
    Object,
    /// A string with this content.
    Value(String),
    /// Number or name of a message.
    Message,
    /// A code: object or string.
    Code,
    /// One value, no array.
    Single,
    /// An XML name.
    Name,
    /// A namespace name.
    Namespace,
    /// A key of the object, as often as it has children.
    KeyInOrder,
}

/// What a JSON value is.
pub(super) fn kind_of(json: &Json<'_>) -> Kind {
    match json {
        Json::Null => Kind::Null,
        Json::Bool(_) => Kind::Boolean,
        Json::Integer(_) => Kind::Integer,
        Json::Number(_) => Kind::Number,
        Json::String(_) => Kind::String,
        Json::Array(_) => Kind::Array,
        Json::Object(_) => Kind::Object,
    }
}

impl Kind {
    fn words(&self, lang: Lang) -> String {
        let (de, en) = match self {
            Self::Nothing => ("nichts", "nothing"),
            Self::Null => (
                "null (Schlüssel weglassen, wenn es keinen Wert gibt)",
                "null (leave the key out if there is no value)",
            ),
            Self::Boolean => ("ein Wahrheitswert (true oder false)", "a boolean (true or false)"),
            Self::Integer => ("eine ganze Zahl", "an integer"),
            Self::Number => (
                "eine Zahl mit Nachkommastellen oder außerhalb des Bereichs",
                "a number with a fraction or out of range",
            ),
            Self::String => ("eine Zeichenkette", "a string"),
            Self::Array => ("ein Array", "an array"),
            Self::Object => ("ein Objekt", "an object"),
            Self::Value(value) => return format!("„{}“", shorten(value)),
            Self::Message => ("Nummer oder Name der Nachricht", "number or name of the message"),
            Self::Code => (
                "ein Code: ein Objekt mit code oder eine Zeichenkette",
                "a code: an object with code, or a string",
            ),
            Self::Single => ("ein einzelner Wert, kein Array", "a single value, no array"),
            Self::Name => ("ein XML-Name", "an XML name"),
            Self::Namespace => ("ein Namensraum", "a namespace"),
            Self::KeyInOrder => (
                "ein Schlüssel dieses Objekts, höchstens so oft, wie er Werte hat",
                "a key of this object, no more often than it has values",
            ),
        };
        if lang == Lang::De { de } else { en }.to_owned()
    }
}

/// The findings so far, each with the offset in the XML where it belongs.
#[derive(Debug)]
pub(super) struct Faults {
    lang: Lang,
    pub(super) list: Vec<(usize, Finding)>,
    /// Findings beyond the limit.
    pub(super) more: usize,
    max: usize,
}

impl Faults {
    pub(super) fn new(lang: Lang, max: usize) -> Self {
        Self { lang, list: Vec::new(), more: 0, max }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty() && self.more == 0
    }

    /// Whether further findings are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= self.max
    }

    /// Adds a finding.
    pub(super) fn add(&mut self, code: Code, offset: usize, path: String, args: impl FnOnce(&mut Args)) {
        if self.is_full() {
            self.more += 1;
            return;
        }
        let mut filled = Args::default();
        args(&mut filled);
        self.list.push((offset, finding(code, self.lang, path, filled)));
    }

    /// Adds a finding of a wrong JSON type.
    pub(super) fn wrong_type(
        &mut self,
        offset: usize,
        path: String,
        field: &str,
        found: &Kind,
        expected: &Kind,
    ) {
        let lang = self.lang;
        let key = path.rsplit('/').next().unwrap_or("").to_owned();
        self.add(Code::JsonType, offset, path, |args| {
            args.field = if field.is_empty() { key } else { field.to_owned() };
            args.value = Some(found.words(lang));
            args.expected = Some(expected.words(lang));
        });
    }

    /// The label of a field in the language asked for; its name where it has none.
    pub(super) fn label(&self, german: &str, english: &str, name: &str) -> String {
        let label = self.lang.choose(german, english);
        if label.is_empty() { name.to_owned() } else { label.to_owned() }
    }
}

/// A finding without line and column.
pub(super) fn finding(code: Code, lang: Lang, path: String, args: Args) -> Finding {
    Finding {
        code,
        severity: code.severity(),
        layer: code.layer(),
        line: 0,
        column: 0,
        path,
        rule: None,
        text: sentence(code, lang, &args, "–"),
        expected: args.expected,
        value: args.value.map(|value| shorten(&value)),
    }
}
