//! The tokens of the language.

use super::{SYNTAX, fault};
use crate::error::SchemaError;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, possibly with `*`.
    Name(String),
    /// `'…'`; a quote within is doubled.
    Text(String),
    Number(f64),
    /// Punctuation and operators.
    Sign(&'static str),
}

/// A token with the column (from 1, in characters) of its first character.
pub(super) type Located = (Token, u32);

const SIGNS: [&str; 19] =
    ["=>", "!=", "<=", ">=", "//", "..", "=", "<", ">", "(", ")", "[", "]", ",", "/", "@", "$", "+", "-"];

/// Cuts a text into tokens.
///
/// # Errors
/// A character that begins no token, or a text without an end.
pub(super) fn tokens(text: &str) -> Result<Vec<Located>, SchemaError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        let column = i as u32 + 1;
        if c == ' ' {
            i += 1;
        } else if c == '\'' {
            let (value, next) = quoted(&chars, i)?;
            tokens.push((Token::Text(value), column));
            i = next;
        } else if c.is_ascii_digit() {
            let (value, next) = number(&chars, i)?;
            tokens.push((Token::Number(value), column));
            i = next;
        } else if is_name_start(c) {
            let end = i + chars[i..].iter().take_while(|&&c| is_name(c)).count();
            tokens.push((Token::Name(chars[i..end].iter().collect()), column));
            i = end;
        } else if let Some(sign) = sign(&chars, i) {
            tokens.push((Token::Sign(sign), column));
            i += sign.len();
        } else if c == '.' {
            tokens.push((Token::Sign("."), column));
            i += 1;
        } else {
            return Err(fault(column, SYNTAX, format!("no token begins with {c:?}")));
        }
    }
    Ok(tokens)
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '*'
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '*' | '.' | '-')
}

fn sign(chars: &[char], from: usize) -> Option<&'static str> {
    SIGNS.into_iter().find(|sign| sign.chars().enumerate().all(|(k, c)| chars.get(from + k) == Some(&c)))
}

fn quoted(chars: &[char], from: usize) -> Result<(String, usize), SchemaError> {
    let mut value = String::new();
    let mut i = from + 1;
    loop {
        match (chars.get(i), chars.get(i + 1)) {
            (Some('\''), Some('\'')) => {
                value.push('\'');
                i += 2;
            }
            (Some('\''), _) => return Ok((value, i + 1)),
            (Some(&c), _) => {
                value.push(c);
                i += 1;
            }
            (None, _) => {
                return Err(fault(from as u32 + 1, SYNTAX, "the text has no end: ' is missing"));
            }
        }
    }
}

fn number(chars: &[char], from: usize) -> Result<(f64, usize), SchemaError> {
    let end = from + chars[from..].iter().take_while(|c| c.is_ascii_digit() || **c == '.').count();
    let text: String = chars[from..end].iter().collect();
    match text.parse() {
        Ok(value) if !text.ends_with('.') => Ok((value, end)),
        _ => Err(fault(from as u32 + 1, SYNTAX, format!("{text} is no number"))),
    }
}
