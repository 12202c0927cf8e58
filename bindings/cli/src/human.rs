//! Findings as people read them: the place, the sentence, the line of the message with a mark.

use azrkit::message::report::{Finding, Lang, Report, Severity};

use crate::output::Paint;

/// How much of a line of the message is shown.
const WINDOW: usize = 90;
/// How much of it before the mark.
const BEFORE: usize = 40;

/// The report on one message. `input` is the message in UTF-8.
pub(crate) fn report(file: &str, input: &[u8], report: &Report, lang: Lang, paint: Paint) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        self::finding(file, input, finding, lang, paint, &mut out);
    }
    if report.more > 0 {
        out += &match lang {
            Lang::De => format!("{file}: … und {} weitere Befunde\n", report.more),
            Lang::En => format!("{file}: … and {} more findings\n", report.more),
        };
    }
    out
}

/// What a message is: `090010 AnAZR.AZRFolgemeldung.090010, XAusländer 26.11`.
pub(crate) fn message(report: &Report) -> String {
    let info = &report.message;
    let parts = [&info.standard, &info.version, &info.number, &info.element];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// How many of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) messages: usize,
    pub(crate) wrong: usize,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) hints: usize,
}

impl Counts {
    /// Adds what was found in a message.
    pub(crate) fn add(&mut self, report: &Report) {
        self.messages += 1;
        self.wrong += usize::from(!report.valid);
        for finding in &report.findings {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Hint => self.hints += 1,
            }
        }
    }

    /// Adds other counts.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.messages += other.messages;
        self.wrong += other.wrong;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.hints += other.hints;
    }

    /// The line at the end.
    pub(crate) fn summary(&self, lang: Lang, paint: Paint) -> String {
        let Self { messages, wrong, errors, warnings, hints } = *self;
        let line = match lang {
            Lang::De => {
                let head = if messages == 1 {
                    "1 Nachricht geprüft".to_owned()
                } else {
                    format!("{messages} Nachrichten geprüft")
                };
                let tail =
                    if wrong == 0 { "keine mit Fehlern".to_owned() } else { format!("{wrong} mit Fehlern") };
                format!(
                    "{head}, {tail}: {errors} Fehler, {warnings} {}, {hints} {}",
                    if warnings == 1 { "Warnung" } else { "Warnungen" },
                    if hints == 1 { "Hinweis" } else { "Hinweise" }
                )
            }
            Lang::En => {
                let s = |count| if count == 1 { "" } else { "s" };
                format!(
                    "{messages} message{} checked, {wrong} with errors: {errors} error{}, {warnings} warning{}, {hints} hint{}",
                    s(messages),
                    s(errors),
                    s(warnings),
                    s(hints)
                )
            }
        };
        if wrong == 0 { paint.green(&line) } else { paint.red(&line) }
    }
}

fn finding(file: &str, input: &[u8], finding: &Finding, lang: Lang, paint: Paint, out: &mut String) {
    let severity = match (finding.severity, lang) {
        (Severity::Error, Lang::De) => paint.red("Fehler"),
        (Severity::Error, Lang::En) => paint.red("error"),
        (Severity::Warning, Lang::De) => paint.yellow("Warnung"),
        (Severity::Warning, Lang::En) => paint.yellow("warning"),
        (Severity::Hint, Lang::De) => paint.blue("Hinweis"),
        (Severity::Hint, Lang::En) => paint.blue("hint"),
    };
    let place =
        if finding.line == 0 { String::new() } else { format!("{}:{}:", finding.line, finding.column) };
    let rule = finding.rule.as_ref().map_or(String::new(), |rule| format!(" {rule}"));
    out.push_str(&format!(
        "{}: {severity} {}{rule} {}\n  {}\n",
        paint.bold(&format!("{file}:{place}")).trim_end_matches(':'),
        finding.code,
        paint.dim(&plain(&finding.path)),
        plain(&finding.text),
    ));
    if let Some((text, column)) = excerpt(input, finding.line, finding.column) {
        let number = finding.line.to_string();
        let blank = " ".repeat(number.len());
        let mark = format!("{}{}", " ".repeat(column), "^");
        out.push_str(&format!(
            "  {} {text}\n  {} {}\n",
            paint.dim(&format!("{number} |")),
            paint.dim(&format!("{blank} |")),
            paint.red(&mark)
        ));
    }
}

/// The part of a line around a column, and where the column is in it. Lines and columns count from 1.
fn excerpt(input: &[u8], line: u32, column: u32) -> Option<(String, usize)> {
    let at = (line as usize).checked_sub(1)?;
    let column = (column as usize).checked_sub(1)?;
    let line = String::from_utf8_lossy(lines(input).nth(at)?).into_owned();
    let line = line.trim_end_matches('\r');
    let skip = if column > WINDOW - BEFORE / 2 { column - BEFORE } else { 0 };
    let mut text: String = line.chars().skip(skip).take(WINDOW).collect();
    let cut = line.chars().nth(skip + WINDOW).is_some();
    let mut column = column - skip;
    if skip > 0 {
        text = format!("…{text}");
        column += 1;
    } else {
        // Indentation says nothing here.
        let indent = text.chars().take_while(|c| c.is_whitespace()).count().min(column);
        text = text.chars().skip(indent).collect();
        column -= indent;
    }
    if cut {
        text.push('…');
    }
    Some((plain(&text), column))
}

/// The lines of a text: they end in LF, CR LF or CR, as XML has it.
fn lines(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(input);
    std::iter::from_fn(move || {
        let text = rest?;
        match text.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) => {
                let length = if text[end..].starts_with(b"\r\n") { 2 } else { 1 };
                rest = Some(&text[end + length..]);
                Some(&text[..end])
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

/// Without characters that would work on the terminal; a tab is one blank, so that the mark fits.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            c if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') => {
                '\u{FFFD}'
            }
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_below_the_column() {
        let input = "<a>\n   <b>ä</b>\r\n\t<c/>".as_bytes();
        assert_eq!(excerpt(input, 2, 7), Some(("<b>ä</b>".to_owned(), 3)));
        assert_eq!(excerpt(input, 3, 2), Some(("<c/>".to_owned(), 0)));
        assert_eq!(excerpt(input, 1, 1), Some(("<a>".to_owned(), 0)));
        assert_eq!(excerpt(input, 9, 1), None);
        assert_eq!(excerpt(input, 0, 0), None);
    }

    #[test]
    fn of_a_long_line_only_the_part_around_is_shown() {
        let line = format!("{}X{}", "ü".repeat(5_000), "y".repeat(5_000));
        let (text, column) = excerpt(line.as_bytes(), 1, 5_001).expect("a line");
        assert_eq!(text.chars().nth(column), Some('X'));
        assert!(text.chars().count() < 100 && text.starts_with('…') && text.ends_with('…'));
    }

    #[test]
    fn a_column_behind_the_end_is_no_fault() {
        assert_eq!(excerpt(b"<a>", 1, 9), Some(("<a>".to_owned(), 8)));
    }
}
