//! What a cell says: text, a date in the host's spelling, a value of a map.

use serde_json::{Map, Value, json};

use super::super::error::SourceCode;
use crate::time::Day;

/// How the standard takes a date at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateForm {
    /// `xs:date`, or no date at all.
    Day,
    /// `TeilbekanntesDatum`.
    Partial,
    /// `TeilbekanntesDatumMitUnbekannt`.
    PartialOrUnknown,
}

/// How a cell is read.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Text,
    Date(Vec<Token>, DateForm),
    Map(Map<String, Value>),
}

/// A piece of a date's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// Day, month or year (0, 1, 2) with at least and at most so many digits.
    Digits(usize, usize, usize),
    Sign(char),
    Rest,
}

impl Form {
    pub(super) fn of(date: Option<&str>, map: Option<&toml::Table>, place: DateForm) -> Result<Self, String> {
        match (date, map) {
            (Some(_), Some(_)) => Err("date + values".to_owned()),
            (Some(date), None) => Ok(Self::Date(tokens(date).ok_or(format!("date = \"{date}\""))?, place)),
            (None, None) if place != DateForm::Day => Err("date = ?".to_owned()),
            (None, None) => Ok(Self::Text),
            (None, Some(map)) => {
                let value = |(key, value): (&String, &toml::Value)| {
                    let value = match value {
                        toml::Value::String(text) => Value::String(text.clone()),
                        toml::Value::Boolean(truth) => Value::Bool(*truth),
                        toml::Value::Integer(number) => json!(number),
                        _ => return Err(format!("values: {key}")),
                    };
                    Ok((key.clone(), value))
                };
                map.iter().map(value).collect::<Result<_, _>>().map(Self::Map)
            }
        }
    }

    /// What a cell says.
    pub(super) fn read(&self, cell: &str) -> Result<Value, SourceCode> {
        match self {
            Self::Text => Ok(cell.into()),
            Self::Map(map) => map.get(cell).or_else(|| map.get("*")).cloned().ok_or(SourceCode::Value),
            Self::Date(tokens, place) => {
                date(tokens, cell).and_then(|parts| placed(parts, *place)).ok_or(SourceCode::Date)
            }
        }
    }
}

fn tokens(spelling: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = spelling;
    while let Some(first) = rest.chars().next() {
        let which = match first {
            'T' | 'D' | 't' | 'd' => Some(0),
            'M' | 'm' => Some(1),
            'J' | 'Y' | 'j' | 'y' => Some(2),
            _ => None,
        };
        let behind = rest.trim_start_matches(first);
        tokens.push(match (which, rest.len() - behind.len()) {
            (Some(2), 4) => Token::Digits(2, 4, 4),
            (Some(which @ 0..=1), 2) => Token::Digits(which, 2, 2),
            (Some(which @ 0..=1), 1) => Token::Digits(which, 1, 2),
            (Some(_), _) => return None,
            (None, 1) if first == '*' && behind.is_empty() => Token::Rest,
            (None, _) => {
                tokens.push(Token::Sign(first));
                rest = &rest[first.len_utf8()..];
                continue;
            }
        });
        rest = behind;
    }
    let times = |which| {
        tokens.iter().filter(|token| matches!(token, Token::Digits(own, ..) if *own == which)).count()
    };
    (times(0) <= 1 && times(1) <= 1 && times(2) == 1 && times(0) <= times(1)).then_some(tokens)
}

/// Day, month and year; 0 for what is not known.
fn date(tokens: &[Token], cell: &str) -> Option<[i64; 3]> {
    let mut parts = [0; 3];
    let mut rest = cell;
    for token in tokens {
        rest = match *token {
            Token::Sign(sign) => rest.strip_prefix(sign)?,
            Token::Rest => "",
            Token::Digits(which, least, most) => {
                let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
                let (number, behind) = rest.split_at_checked(digits).filter(|_| digits >= least)?;
                *parts.get_mut(which)? = number.parse().ok()?;
                behind
            }
        };
    }
    let [day, month, year] = parts;
    let right = match (day, month, year) {
        (0, 0, _) => true,
        (0, 1..=12, 1..) => true,
        (1..=31, 1..=12, 1..) => Day::of(year, month, day).parts() == (year, month, day),
        _ => false,
    };
    (rest.is_empty() && right).then_some(parts)
}

/// A date as it stands at its place; none where it may not be known in part.
fn placed([day, month, year]: [i64; 3], place: DateForm) -> Option<Value> {
    if place == DateForm::Day {
        return (day > 0).then(|| format!("{year:04}-{month:02}-{day:02}").into());
    }
    let partial = match (day, month, year) {
        (_, _, 0) if place == DateForm::PartialOrUnknown => return Some(json!({ "unbekannt": true })),
        (_, _, 0) => return None,
        (0, 0, _) => json!({ "jahr": format!("{year:04}") }),
        (0, _, _) => json!({ "jahrMonat": format!("{year:04}-{month:02}") }),
        _ => json!({ "jahrMonatTag": format!("{year:04}-{month:02}-{day:02}") }),
    };
    Some(if place == DateForm::Partial { partial } else { json!({ "teilbekanntesDatum": partial }) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_all_spellings() {
        let read = |spelling: &str, cell: &str, place| {
            let form = Form::of(Some(spelling), None, place).expect("a spelling");
            form.read(cell).map_or_else(|code| code.code().to_owned(), |value| value.to_string())
        };
        for (spelling, cell) in [
            ("TT.MM.JJJJ", "05.03.1994"),
            ("JJJJMMTT", "19940305"),
            ("YYYY-MM-DD", "1994-03-05"),
            ("T.M.JJJJ", "5.3.1994"),
            ("d/m/yyyy *", "5/3/1994 00:00:00"),
            ("JJJJ年MM", "1994年03"),
        ] {
            let expected = if spelling.contains('年') { "\"AZK-A111\"" } else { "\"1994-03-05\"" };
            assert_eq!(read(spelling, cell, DateForm::Day).trim_matches('"'), expected.trim_matches('"'));
        }
        for wrong in [
            "31.02.1994",
            "29.02.1900",
            "5.3.1994",
            "05.03.94",
            "05.03.1994 ",
            "00.00.0000",
            "٠٥.03.1994",
            "",
        ] {
            assert_eq!(read("TT.MM.JJJJ", wrong, DateForm::Day), "AZK-A111", "{wrong}");
        }
        let unknown = DateForm::PartialOrUnknown;
        for (cell, expected) in [
            ("05.03.1994", r#"{"teilbekanntesDatum":{"jahrMonatTag":"1994-03-05"}}"#),
            ("00.03.1994", r#"{"teilbekanntesDatum":{"jahrMonat":"1994-03"}}"#),
            ("00.00.1994", r#"{"teilbekanntesDatum":{"jahr":"1994"}}"#),
            ("00.00.0000", r#"{"unbekannt":true}"#),
            ("01.00.1994", "AZK-A111"),
            ("01.01.0000", "AZK-A111"),
        ] {
            assert_eq!(read("TT.MM.JJJJ", cell, unknown), expected, "{cell}");
        }
        assert_eq!(read("TT.MM.JJJJ", "00.00.0000", DateForm::Partial), "AZK-A111");
        for no in ["", "TT.MM", "TT.JJJJ", "TTT.MM.JJJJ", "TT.MM.JJ", "TT.TT.JJJJ"] {
            assert!(Form::of(Some(no), None, DateForm::Day).is_err(), "{no}");
        }
    }
}
