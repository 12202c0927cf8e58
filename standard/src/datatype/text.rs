//! Names, tokens, languages and addresses.

use crate::pattern::{is_name_char, is_name_start};

/// `[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*` (3.3.3).
pub(super) fn is_language(s: &[u8]) -> bool {
    let mut parts = s.split(|&c| c == b'-');
    let fits = |part: &[u8]| (1..=8).contains(&part.len());
    parts.next().is_some_and(|part| fits(part) && part.iter().all(u8::is_ascii_alphabetic))
        && parts.all(|part| fits(part) && part.iter().all(u8::is_ascii_alphanumeric))
}

pub(super) fn is_nmtoken(s: &str) -> bool {
    !s.is_empty() && all_name_chars(s)
}

pub(super) fn is_name(s: &str) -> bool {
    s.starts_with(is_name_start) && all_name_chars(s)
}

fn all_name_chars(s: &str) -> bool {
    let rest = s.bytes().position(|c| !ASCII_NAME[c as usize]).unwrap_or(s.len());
    // A byte that is not ASCII begins a character here, since all before it are.
    s.get(rest..).is_some_and(|rest| rest.chars().all(is_name_char))
}

const ASCII_NAME: [bool; 256] = {
    let mut name = [false; 256];
    let mut c = 0u8;
    while c < 128 {
        name[c as usize] = c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_' | b':');
        c += 1;
    }
    name
};

pub(super) fn is_ncname(s: &str) -> bool {
    is_name(s) && !s.contains(':')
}

pub(super) fn is_qname(s: &str) -> bool {
    match s.split_once(':') {
        Some((prefix, local)) => is_ncname(prefix) && is_ncname(local),
        None => is_ncname(s),
    }
}

/// At least one item, and all of them right.
pub(super) fn is_list(s: &str, item: impl Fn(&str) -> bool) -> bool {
    let mut some = false;
    items(s).all(|s| {
        some = true;
        item(s)
    }) && some
}

/// The items of a list.
pub(super) fn items(s: &str) -> impl Iterator<Item = &str> {
    s.split([' ', '\t', '\n', '\r']).filter(|item| !item.is_empty())
}

/// A URI reference, once the characters that a URI cannot have are escaped (3.2.17.1).
///
/// What is escaped anyway, and what can stand anywhere, is right anywhere; so only marks are looked at.
pub(super) fn is_uri(s: &[u8]) -> bool {
    let (mut colon, mut slash, mut query, mut fragment) = (None, None, None, None);
    // Whether the part before the query has brackets, or an `@`.
    let mut odd = false;
    for (i, &c) in s.iter().enumerate() {
        if !URI_MARKS[c as usize] {
            continue;
        }
        match c {
            b'%' => {
                let digits = s.get(i + 1..i + 3).unwrap_or_default();
                if digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
                    return false;
                }
            }
            b'#' if fragment.is_some() => return false,
            b'#' => fragment = Some(i),
            _ if query.is_some() || fragment.is_some() => {}
            b'?' => query = Some(i),
            b'/' if slash.is_none() => slash = Some(i),
            b':' if colon.is_none() && slash.is_none() => colon = Some(i),
            b'/' | b':' => {}
            _ => odd = true,
        }
    }
    let path = s.get(..query.or(fragment).unwrap_or(s.len())).unwrap_or_default();
    // A colon before the first slash ends a scheme: the first segment of a relative path can't have one.
    let path = match colon {
        Some(colon) if !path.get(..colon).is_some_and(is_scheme) => return false,
        Some(colon) => path.get(colon + 1..).unwrap_or_default(),
        None => path,
    };
    match path.strip_prefix(b"//") {
        Some(rest) => authority(rest).is_some_and(|path| !odd || has_no_brackets(path)),
        None => !odd || has_no_brackets(path),
    }
}

/// The characters that cannot stand anywhere in a URI, or part it.
const URI_MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    let mut rest: &[u8] = b"%#[]@:/?";
    while let [mark, more @ ..] = rest {
        marks[*mark as usize] = true;
        rest = more;
    }
    marks
};

fn has_no_brackets(s: &[u8]) -> bool {
    !s.iter().any(|c| matches!(c, b'[' | b']'))
}

fn is_scheme(s: &[u8]) -> bool {
    s.first().is_some_and(u8::is_ascii_alphabetic)
        && s.iter().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.'))
}

/// What follows `user@host:port`; `None` where that is wrong.
fn authority(s: &[u8]) -> Option<&[u8]> {
    let end = s.iter().position(|&c| c == b'/').unwrap_or(s.len());
    let user = s.get(..end)?.iter().position(|&c| c == b'@');
    if let Some(user) = user
        && !has_no_brackets(s.get(..user)?)
    {
        return None;
    }
    let host = s.get(user.map_or(0, |user| user + 1)..)?;
    let (port, path) = if let Some(literal) = host.strip_prefix(b"[") {
        let (_, after) = cut(literal, b']');
        let after = after?;
        after.split_at(after.iter().position(|&c| c == b'/').unwrap_or(after.len()))
    } else {
        let (host, path) = host.split_at(host.iter().position(|&c| c == b'/').unwrap_or(host.len()));
        if host.iter().any(|c| matches!(c, b'[' | b']' | b'@')) {
            return None;
        }
        (host.iter().position(|&c| c == b':').and_then(|at| host.get(at..)).unwrap_or_default(), path)
    };
    match port.split_first() {
        None => Some(path),
        Some((b':', digits)) if digits.iter().all(u8::is_ascii_digit) => Some(path),
        Some(_) => None,
    }
}

/// The text before the first `at`, and the text after it where it is there.
fn cut(s: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match s.iter().position(|&c| c == at) {
        Some(i) => (s.get(..i).unwrap_or_default(), s.get(i + 1..)),
        None => (s, None),
    }
}
