//! The cells of a row of a table (RFC 4180).

use std::borrow::Cow;

/// How a row was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reconcile) enum Cut {
    /// All of it is cells.
    Right,
    /// A quote is open at the end.
    Open,
    /// Something stands behind a quote.
    Wrong,
}

/// Cuts a row into its cells, each with the byte where it begins. `separator` is an ASCII character.
pub(in crate::reconcile) fn cut<'a>(
    row: &'a str,
    separator: u8,
    cells: &mut Vec<(Cow<'a, str>, usize)>,
) -> Cut {
    cells.clear();
    let mut rest = row;
    loop {
        let start = row.len() - rest.len();
        let behind = if let Some(quoted) = rest.strip_prefix('"') {
            let mut from = 0;
            let end = loop {
                let Some(at) = quoted.get(from..).and_then(|text| text.find('"')) else { return Cut::Open };
                if quoted.as_bytes().get(from + at + 1) == Some(&b'"') {
                    from += at + 2;
                } else {
                    break from + at;
                }
            };
            let (cell, behind) = quoted.split_at(end);
            let cell = if cell.contains('"') { cell.replace("\"\"", "\"").into() } else { cell.into() };
            cells.push((cell, start));
            behind.get(1..).unwrap_or("")
        } else {
            let end = memchr::memchr(separator, rest.as_bytes()).unwrap_or(rest.len());
            let (cell, behind) = rest.split_at(end);
            cells.push((cell.into(), start));
            behind
        };
        match behind.as_bytes().first() {
            None => return Cut::Right,
            Some(mark) if *mark == separator => rest = behind.get(1..).unwrap_or(""),
            Some(_) => return Cut::Wrong,
        }
    }
}
