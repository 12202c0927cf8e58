//! Records as a caller gives them: one, or one a line.

use azrkit::register::Datensatz;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::words::{Own, own};
use crate::args::Language;

/// A record of the input.
#[derive(Debug)]
pub(super) struct Given {
    /// The line of the input where it begins, from 1.
    pub(super) line: usize,
    /// The key, as far as it can be read.
    pub(super) key: Option<String>,
    /// The record, or why it is none: code and sentence.
    pub(super) record: Result<Datensatz, String>,
}

/// The records of a text. Where its first line alone is JSON, each line is a record; else the whole text is one.
pub(super) fn of_text(text: &str, lang: Language) -> Vec<Given> {
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let is_lines = lines().next().is_some_and(|(_, line)| serde_json::from_str::<IgnoredAny>(line).is_ok());
    if !is_lines {
        return vec![given(text, 1, lang)];
    }
    lines().map(|(at, line)| given(line, at + 1, lang)).collect()
}

fn given(text: &str, line: usize, lang: Language) -> Given {
    let record = serde_json::from_str::<Datensatz>(text);
    let key = match &record {
        Ok(record) => Some(record.key.clone()),
        Err(_) => serde_json::from_str::<Value>(text)
            .ok()
            .and_then(|value| value.get("key").and_then(Value::as_str).map(str::to_owned)),
    };
    let record = record.map_err(|error| own(lang, Own::Record { line, why: error.to_string() }));
    Given { line, key, record }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, Option<String>, bool)> {
        let all = of_text(text, Language::De);
        all.into_iter().map(|given| (given.line, given.key, given.record.is_ok())).collect()
    }

    fn row(line: usize, key: &str, right: bool) -> (usize, Option<String>, bool) {
        (line, Some(key.to_owned()), right)
    }

    #[test]
    fn one_record_over_many_lines_or_one_a_line() {
        assert_eq!(lines("{\n \"key\":\n \"a\"\n}\n"), [row(1, "a", true)]);
        assert_eq!(lines("\n{\"key\":\"a\"}\n\n{\"key\":\"b\"}"), [row(2, "a", true), row(4, "b", true)]);
    }

    #[test]
    fn a_wrong_line_is_told_and_the_others_are_read() {
        let text = "{\"key\":\"a\"}\n{\"key\":\"b\",\"x\":1}\n{\n{\"key\":\"c\"}";
        let found = [row(1, "a", true), row(2, "b", false), (3, None, false), row(4, "c", true)];
        assert_eq!(lines(text), found);
        assert_eq!(lines(""), [(1, None, false)]);
        assert_eq!(lines("[1]"), [(1, None, false)]);
    }
}
