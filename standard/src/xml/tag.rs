//! A start tag: its attributes, its namespace, the namespaces in scope.

use std::rc::Rc;

use super::names::{is_char, is_ncname, is_space};
use super::{DOCTYPE, LIMIT, NOT_WELL_FORMED, PREFIX};
use crate::model::{Position, XML};

/// A start tag.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    /// Namespace, empty for none.
    pub(crate) ns: Rc<str>,
    /// Local name.
    pub(crate) local: String,
    /// The attributes, namespace declarations apart.
    pub(crate) attributes: Vec<Attribute>,
    /// The namespaces in scope.
    pub(crate) scope: Rc<Scope>,
    /// Where the tag begins.
    pub(crate) position: Position,
}

impl Tag {
    /// The value of an attribute without namespace.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.ns.is_empty() && a.local == name).map(|a| a.value.as_str())
    }
}

/// An attribute.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Namespace, empty for none.
    pub(crate) ns: Rc<str>,
    /// Local name.
    pub(crate) local: String,
    /// The value, references resolved, white space normalised as for CDATA.
    pub(crate) value: String,
    /// Where the name begins.
    pub(crate) position: Position,
}

/// Namespace declarations of an element, and those around it.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// Prefix (empty for the default) and namespace, in the order of the tag.
    pub(crate) declared: Vec<(String, Rc<str>)>,
    outer: Option<Rc<Scope>>,
    /// Declarations here and around.
    count: usize,
}

impl Scope {
    /// The namespace of a prefix; of the empty prefix, no namespace where no default is declared.
    pub(crate) fn resolve(&self, prefix: &str) -> Option<Rc<str>> {
        if prefix == "xml" {
            return Some(Rc::from(XML));
        }
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some((_, ns)) = here.declared.iter().find(|(declared, _)| declared == prefix) {
                return Some(Rc::clone(ns));
            }
            scope = here.outer.as_deref();
        }
        if prefix.is_empty() { Some(Rc::from("")) } else { None }
    }
}

/// What is wrong in a tag.
pub(super) struct Fault {
    pub(super) position: Position,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// Reads a tag. `place` gives the position of an offset in `raw` (what follows the name); it is asked in
/// ascending order.
pub(super) fn read(
    name: &str,
    raw: &str,
    outer: Option<Rc<Scope>>,
    position: Position,
    place: &mut dyn FnMut(usize) -> Position,
    most: usize,
) -> Result<Tag, Fault> {
    let pairs = split(raw, position, place, most)?;
    let scope = scope(&pairs, outer, position, most)?;
    let (prefix, local) = split_name(name).ok_or_else(|| Fault {
        position,
        code: NOT_WELL_FORMED,
        message: format!("`{name}` is not an XML name"),
    })?;
    let unbound = |prefix: &str, position| Fault {
        position,
        code: PREFIX,
        message: format!("the prefix `{prefix}` is not declared"),
    };
    let ns = scope.resolve(prefix).ok_or_else(|| unbound(prefix, position))?;
    let mut attributes: Vec<Attribute> = Vec::with_capacity(pairs.len());
    let none: Rc<str> = Rc::from("");
    for pair in pairs {
        if pair.declares().is_some() {
            continue;
        }
        let ns = if pair.prefix.is_empty() {
            Rc::clone(&none)
        } else {
            scope.resolve(pair.prefix).ok_or_else(|| unbound(pair.prefix, pair.position))?
        };
        if attributes.iter().any(|a| a.ns == ns && a.local == pair.local) {
            let message = format!("the attribute `{}` stands twice", pair.local);
            return Err(Fault { position: pair.position, code: NOT_WELL_FORMED, message });
        }
        attributes.push(Attribute {
            ns,
            local: pair.local.to_owned(),
            value: pair.value,
            position: pair.position,
        });
    }
    Ok(Tag { ns, local: local.to_owned(), attributes, scope, position })
}

/// The character of a reference (`amp`, `#38`, `#x26`); nothing else is ever expanded.
pub(super) fn reference(name: &str) -> Result<char, (&'static str, String)> {
    let c = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let Some(number) = name.strip_prefix('#') else {
                return Err((DOCTYPE, format!("the entity `&{name};` is refused: no entity is expanded")));
            };
            let code = match number.strip_prefix('x') {
                Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok(),
                None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().ok(),
                _ => None,
            };
            match code.and_then(char::from_u32).filter(|c| is_char(*c)) {
                Some(c) => c,
                None => return Err((NOT_WELL_FORMED, format!("`&{name};` is not a character"))),
            }
        }
    };
    Ok(c)
}

struct Pair<'a> {
    prefix: &'a str,
    local: &'a str,
    value: String,
    position: Position,
}

impl Pair<'_> {
    /// The prefix that a namespace declaration declares.
    fn declares(&self) -> Option<&str> {
        match (self.prefix, self.local) {
            ("xmlns", local) => Some(local),
            ("", "xmlns") => Some(""),
            _ => None,
        }
    }
}

fn split<'a>(
    raw: &'a str,
    tag: Position,
    place: &mut dyn FnMut(usize) -> Position,
    most: usize,
) -> Result<Vec<Pair<'a>>, Fault> {
    let mut pairs = Vec::new();
    let mut rest = raw;
    loop {
        let spaced = rest.trim_start_matches(is_space);
        if spaced.is_empty() {
            return Ok(pairs);
        }
        let position = place(raw.len() - spaced.len());
        let fault = |message: String| Fault { position, code: NOT_WELL_FORMED, message };
        if spaced.len() == rest.len() {
            return Err(fault("white space is missing before an attribute".into()));
        }
        if pairs.len() >= most {
            let message = format!("an element has more than {most} attributes");
            return Err(Fault { position: tag, code: LIMIT, message });
        }
        let Some((name, after)) = spaced.split_once('=') else {
            return Err(fault("an attribute has no value".into()));
        };
        let name = name.trim_end_matches(is_space);
        let (prefix, local) =
            split_name(name).ok_or_else(|| fault(format!("`{name}` is not an XML name")))?;
        let after = after.trim_start_matches(is_space);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some((quote, after)) = quote.and_then(|q| Some((q, after.get(1..)?))) else {
            return Err(fault(format!("the value of `{name}` is not in quotes")));
        };
        let Some((value, next)) = after.split_once(quote) else {
            return Err(fault(format!("the value of `{name}` has no end")));
        };
        let value = unescape(value).map_err(|(code, message)| Fault { position, code, message })?;
        pairs.push(Pair { prefix, local, value, position });
        rest = next;
    }
}

fn scope(
    pairs: &[Pair<'_>],
    outer: Option<Rc<Scope>>,
    tag: Position,
    most: usize,
) -> Result<Rc<Scope>, Fault> {
    let mut declared: Vec<(String, Rc<str>)> = Vec::new();
    for pair in pairs {
        let Some(prefix) = pair.declares() else { continue };
        let fault = |message: String| Fault { position: pair.position, code: NOT_WELL_FORMED, message };
        if declared.iter().any(|(other, _)| other == prefix) {
            return Err(fault(format!("the prefix `{prefix}` is declared twice")));
        }
        if pair.value.is_empty() && !prefix.is_empty() {
            return Err(fault(format!("the prefix `{prefix}` is declared without a namespace")));
        }
        if prefix == "xmlns" || (prefix == "xml") != (pair.value == XML) {
            return Err(fault(format!("the prefix `{prefix}` may not be declared so")));
        }
        declared.push((prefix.to_owned(), Rc::from(pair.value.as_str())));
    }
    if declared.is_empty()
        && let Some(outer) = outer
    {
        return Ok(outer);
    }
    let count = declared.len() + outer.as_ref().map_or(0, |outer| outer.count);
    if count > most {
        let message = format!("more than {most} namespaces are declared");
        return Err(Fault { position: tag, code: LIMIT, message });
    }
    Ok(Rc::new(Scope { declared, outer, count }))
}

fn split_name(name: &str) -> Option<(&str, &str)> {
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) if is_ncname(prefix) => (prefix, local),
        Some(_) => return None,
        None => ("", name),
    };
    is_ncname(local).then_some((prefix, local))
}

/// An attribute's value with references resolved and literal white space as spaces (XML 1.0, 3.3.3).
fn unescape(raw: &str) -> Result<String, (&'static str, String)> {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '<', '\t', '\n', '\r']) {
        let (before, from) = rest.split_at(at);
        value.push_str(before);
        let after = from.get(1..).unwrap_or_default();
        match from.as_bytes().first() {
            Some(b'&') => {
                let Some((name, next)) = after.split_once(';') else {
                    return Err((NOT_WELL_FORMED, "`&` without a reference".into()));
                };
                value.push(reference(name)?);
                rest = next;
            }
            Some(b'<') => return Err((NOT_WELL_FORMED, "`<` in the value of an attribute".into())),
            // A carriage return with its line feed is one line end.
            Some(b'\r') if after.starts_with('\n') => rest = after,
            _ => {
                value.push(' ');
                rest = after;
            }
        }
    }
    value.push_str(rest);
    Ok(value)
}
