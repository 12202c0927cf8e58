//! Names, tokens, languages and addresses.

use crate::pattern::{is_name_char, is_name_start};

/// No white space at the ends and in a row, none but spaces (3.3.2).
pub(super) fn is_token(s: &[u8]) -> bool {
    let mut before = b' ';
    for &c in s {
        if matches!(c, b'\t' | b'\n' | b'\r') || (c == b' ' && before == b' ') {
            return false;
        }
        before = c;
    }
    s.is_empty() || before != b' '
}

/// `[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*` (3.3.3).
pub(super) fn is_language(s: &[u8]) -> bool {
    let mut parts = s.split(|&c| c == b'-');
    let fits = |part: &[u8]| (1..=8).contains(&part.len());
    parts.next().is_some_and(|part| fits(part) && part.iter().all(u8::is_ascii_alphabetic))
        && parts.all(|part| fits(part) && part.iter().all(u8::is_ascii_alphanumeric))
}

pub(super) fn is_nmtoken(s: &str) -> bool {
    !s.is_empty() && s.chars().all(is_name_char)
}

pub(super) fn is_name(s: &str) -> bool {
    s.starts_with(is_name_start) && s.chars().all(is_name_char)
}

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
pub(super) fn is_uri(s: &[u8]) -> bool {
    // What is escaped anyway, and what can stand anywhere, is right anywhere.
    if !s.iter().any(|c| matches!(c, b'%' | b'[' | b']' | b'#' | b':' | b'@')) {
        return true;
    }
    if !escapes_are_whole(s) {
        return false;
    }
    let (s, fragment) = cut(s, b'#');
    if fragment.is_some_and(|fragment| fragment.contains(&b'#')) {
        return false;
    }
    let (s, _query) = cut(s, b'?');
    // A colon before the first slash ends a scheme: the first segment of a relative path can't have one.
    let first_segment = s.split(|&c| c == b'/').next().unwrap_or_default();
    let rest = match cut(first_segment, b':') {
        (scheme, Some(_)) => {
            if !is_scheme(scheme) {
                return false;
            }
            s.get(scheme.len() + 1..).unwrap_or_default()
        }
        _ => s,
    };
    let path = match rest.strip_prefix(b"//") {
        Some(rest) => match authority(rest) {
            Some(path) => path,
            None => return false,
        },
        None => rest,
    };
    !path.iter().any(|c| matches!(c, b'[' | b']'))
}

fn escapes_are_whole(s: &[u8]) -> bool {
    s.iter()
        .enumerate()
        .filter(|&(_, &c)| c == b'%')
        .all(|(i, _)| s.get(i + 1..i + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
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
        && s.get(..user)?.iter().any(|c| matches!(c, b'[' | b']'))
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
