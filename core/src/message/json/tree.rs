//! JSON text as a tree that borrows from it, keeps the order of the keys and keeps double keys, so that they can be
//! reported.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'t> {
    Null,
    Bool(bool),
    Integer(Integer),
    /// A number that is no integer, or one beyond 64 bits.
    Number(f64),
    String(Cow<'t, str>),
    Array(Vec<Json<'t>>),
    Object(Vec<(Cow<'t, str>, Json<'t>)>),
}

/// An integer of 64 bits, signed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Integer {
    Signed(i64),
    Unsigned(u64),
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signed(number) => number.fmt(f),
            Self::Unsigned(number) => number.fmt(f),
        }
    }
}

/// Why a text is not JSON that can be taken.
#[derive(Debug)]
pub(super) enum Fault {
    /// It breaks the grammar: line, column, what serde_json says.
    Syntax(usize, usize, String),
    /// Arrays and objects are nested deeper than this.
    TooDeep,
}

/// Reads a text; `depth` is how deep arrays and objects may be nested.
pub(super) fn parse(text: &str, depth: usize) -> Result<Json<'_>, Fault> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    let read = Node { depth }.deserialize(&mut deserializer).and_then(|json| {
        deserializer.end()?;
        Ok(json)
    });
    read.map_err(|error| {
        let message = error.to_string();
        if message.starts_with(TOO_DEEP) {
            return Fault::TooDeep;
        }
        Fault::Syntax(error.line(), error.column(), cause(&error))
    })
}

/// What serde_json says is wrong, without the place, which is told beside it.
pub(crate) fn cause(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.rsplit_once(" at line ").map_or(message.as_str(), |(cause, _)| cause).to_owned()
}

const TOO_DEEP: &str = "nested too deep";

#[derive(Clone, Copy)]
struct Node {
    depth: usize,
}

impl<'t> DeserializeSeed<'t> for Node {
    type Value = Json<'t>;

    fn deserialize<D: serde::Deserializer<'t>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Node {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom(TOO_DEEP))?;
        Ok(Self { depth })
    }
}

impl<'t> Visitor<'t> for Node {
    type Value = Json<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Integer(Integer::Signed(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Integer(Integer::Unsigned(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E>(self, value: &'t str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Borrowed(value)))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let inner = self.inner()?;
        let mut entries = Vec::new();
        while let Some(key) = access.next_key_seed(Key)? {
            entries.push((key, access.next_value_seed(inner)?));
        }
        Ok(Json::Object(entries))
    }
}

/// A key, borrowed where it has no escapes.
struct Key;

impl<'t> DeserializeSeed<'t> for Key {
    type Value = Cow<'t, str>;

    fn deserialize<D: serde::Deserializer<'t>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for Key {
    type Value = Cow<'t, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }

    fn visit_borrowed_str<E>(self, value: &'t str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_double_keys_are_kept() {
        let read = parse(r#"{"b": 1, "a": [true, null, "ä", -2, 1.5], "b": "2"}"#, 4);
        let Ok(Json::Object(entries)) = read else { panic!("{read:?}") };
        let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_ref()).collect();
        assert_eq!(keys, ["b", "a", "b"]);
        assert!(matches!(&entries[0].0, Cow::Borrowed(_)));
        assert_eq!(entries[0].1, Json::Integer(Integer::Unsigned(1)));
    }

    #[test]
    fn depth_is_limited() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&deep(10), 10).is_ok());
        assert!(matches!(parse(&deep(11), 10), Err(Fault::TooDeep)));
        assert!(matches!(parse(&"[".repeat(1_000_000), 512), Err(Fault::TooDeep)));
        assert!(matches!(parse(&"{\"a\":".repeat(1_000_000), 512), Err(Fault::TooDeep)));
    }

    #[test]
    fn faults_have_a_place() {
        let read = parse("{\n \"a\": }", 4);
        let Err(Fault::Syntax(line, column, what)) = read else { panic!("{read:?}") };
        assert_eq!((line, column), (2, 7));
        assert_eq!(what, "expected value");
        assert!(parse("{} x", 4).is_err());
        assert!(parse("", 4).is_err());
    }
}
