//! What was decided, from run to run.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use super::{Answer, Rule, by_rules};
use crate::message::report::Lang;
use crate::reconcile::hinweis::{Code, Hinweis};
use crate::time::Timestamp;

/// A decision about a Hinweis. In JSON the names are in camelCase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The Hinweis' id.
    pub id: String,
    /// The fingerprint of the values that were decided about.
    pub fingerprint: String,
    /// The answer.
    pub answer: Answer,
    /// It was a rule's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_rule: bool,
    /// When.
    pub at: Timestamp,
    /// What the clerk noted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// All decisions, by the Hinweis' id; the last one of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    all: BTreeMap<u128, Kept>,
}

/// A [`Decision`] as it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    fingerprint: u128,
    answer: Answer,
    by_rule: bool,
    at: Timestamp,
    note: Box<str>,
}

/// A row of decisions that is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", self.sentence(Lang::En))]
pub struct DecisionError {
    /// What is wrong.
    pub code: DecisionCode,
    /// The line, from 1.
    pub line: u64,
    /// What stands there.
    pub detail: String,
}

/// What can be wrong with a row of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DecisionCode {
    /// `AZK-A301`: the row can not be read.
    #[serde(rename = "AZK-A301")]
    Row,
    /// `AZK-A302`: a column is missing in the head.
    #[serde(rename = "AZK-A302")]
    Column,
    /// `AZK-A303`: id or fingerprint are not those of a Hinweis.
    #[serde(rename = "AZK-A303")]
    Id,
    /// `AZK-A304`: the word is none that decides.
    #[serde(rename = "AZK-A304")]
    Word,
    /// `AZK-A305`: such a Hinweis can not be decided so.
    #[serde(rename = "AZK-A305")]
    Answer,
}

const TABLE: [(DecisionCode, &str, &str, &str); 5] = [
    (DecisionCode::Row, "AZK-A301", "Die Zeile lässt sich nicht lesen: {}", "The row can not be read: {}"),
    (
        DecisionCode::Column,
        "AZK-A302",
        "Im Kopf der Tabelle fehlt die Spalte {}.",
        "The head of the table lacks the column {}.",
    ),
    (
        DecisionCode::Id,
        "AZK-A303",
        "{} ist keine Kennung eines Hinweises; erwartet werden 32 Zeichen aus 0–9 und a–f.",
        "{} is no id of a Hinweis; 32 characters out of 0–9 and a–f are expected.",
    ),
    (
        DecisionCode::Word,
        "AZK-A304",
        "„{}“ ist keine Entscheidung; erwartet wird melden, übernehmen, bleibt oder nichts.",
        "“{}” is no decision; report, takeOver, stands or nothing is expected.",
    ),
    (
        DecisionCode::Answer,
        "AZK-A305",
        "So lässt sich dieser Hinweis nicht entscheiden: {}.",
        "This Hinweis can not be decided so: {}.",
    ),
];

impl DecisionCode {
    /// The stable code.
    pub fn as_str(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("AZK-A301", |row| row.1)
    }
}

impl DecisionError {
    /// What is wrong, in a language, with the line before it.
    pub fn sentence(&self, lang: Lang) -> String {
        let row = TABLE.iter().find(|row| row.0 == self.code).unwrap_or(&TABLE[0]);
        let (line, text) = if lang == Lang::De { ("Zeile", row.2) } else { ("line", row.3) };
        format!("{}: {line} {}: {}", row.1, self.line, text.replace("{}", &self.detail))
    }
}

impl Decisions {
    /// No decisions.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Decides a Hinweis, in place of what was decided before.
    ///
    /// # Errors
    /// [`DecisionCode::Answer`] where it can not be decided so; line 0.
    pub fn decide(
        &mut self,
        hinweis: &Hinweis,
        answer: Answer,
        at: Timestamp,
        note: &str,
    ) -> Result<(), DecisionError> {
        if !answer.fits(hinweis.code) {
            return Err(unfit(hinweis.code, answer, 0));
        }
        self.add(&hinweis.id, &hinweis.fingerprint, (answer, false, at, note), 0)
    }

    /// Decides a Hinweis by rules, where it is not decided yet; nothing where no rule fits. Gives the answer that holds now.
    pub fn decide_by(&mut self, rules: &[Rule], hinweis: &Hinweis, at: Timestamp) -> Option<Answer> {
        if let Some(answer) = self.answer(hinweis) {
            return Some(answer);
        }
        let answer = by_rules(rules, hinweis)?;
        self.add(&hinweis.id, &hinweis.fingerprint, (answer, true, at, ""), 0).ok().map(|()| answer)
    }

    /// How a Hinweis is decided; none where it is not, or its values are others by now.
    pub fn answer(&self, hinweis: &Hinweis) -> Option<Answer> {
        let kept = self.all.get(&number(&hinweis.id)?)?;
        (Some(kept.fingerprint) == number(&hinweis.fingerprint)).then_some(kept.answer)
    }

    /// Reads decisions as [`write`](Self::write) writes them; later ones take the place of earlier ones. Gives the rows that are none.
    ///
    /// # Errors
    /// Those of the input.
    pub fn read(&mut self, input: &mut dyn BufRead) -> io::Result<Vec<DecisionError>> {
        let mut wrong = Vec::new();
        let mut row = Vec::new();
        for line in 1.. {
            row.clear();
            if input.read_until(b'\n', &mut row)? == 0 {
                break;
            }
            if row.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let read = serde_json::from_slice::<Decision>(&row)
                .map_err(|error| DecisionError { code: DecisionCode::Row, line, detail: error.to_string() })
                .and_then(|one| {
                    let what = (one.answer, one.by_rule, one.at, one.note.as_str());
                    self.add(&one.id, &one.fingerprint, what, line)
                });
            wrong.extend(read.err());
        }
        Ok(wrong)
    }

    /// Writes all decisions, by id, one JSON object a line.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&self, output: &mut dyn Write) -> io::Result<()> {
        for (id, kept) in &self.all {
            let decision = Decision {
                id: format!("{id:032x}"),
                fingerprint: format!("{:032x}", kept.fingerprint),
                answer: kept.answer,
                by_rule: kept.by_rule,
                at: kept.at,
                note: kept.note.to_string(),
            };
            serde_json::to_writer(&mut *output, &decision)?;
            output.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Reads a table that a clerk filled in: the CSV of Hinweise with the columns `id`, `fingerprint`, `code`, `decision` and `note`, in
    /// any order, others beside them, parted by semicolons or commas, in UTF-8 or Windows-1252, as spreadsheets save it. Rows without a
    /// decision say nothing. Gives how many were decided, and the rows that are wrong.
    ///
    /// # Errors
    /// Those of the input.
    pub fn read_csv(&mut self, input: &mut dyn Read, at: Timestamp) -> io::Result<(u64, Vec<DecisionError>)> {
        let mut input = io::BufReader::new(input);
        let head = input.fill_buf()?;
        let head = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let delimiter = if head.contains(&b';') { b';' } else { b',' };
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            // The carriage return before it is trimmed: so lines are counted as an editor does.
            .terminator(csv::Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(input);
        let mut record = csv::ByteRecord::new();
        let (mut decided, mut wrong) = (0, Vec::new());
        let mut columns = None;
        loop {
            let line = rows.position().line();
            match rows.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => match error.into_kind() {
                    csv::ErrorKind::Io(error) => return Err(error),
                    kind => {
                        let detail = format!("{kind:?}");
                        wrong.push(DecisionError { code: DecisionCode::Row, line, detail });
                        break;
                    }
                },
            }
            let cells: Vec<String> = record.iter().map(text).collect();
            let Some(columns) = &columns else {
                match Columns::of(&cells) {
                    Ok(found) => columns = Some(found),
                    Err(missing) => {
                        let detail = missing.to_owned();
                        wrong.push(DecisionError { code: DecisionCode::Column, line, detail });
                        break;
                    }
                }
                continue;
            };
            match self.row(columns, &cells, at, line) {
                Ok(one) => decided += u64::from(one),
                Err(error) => wrong.push(error),
            }
        }
        Ok((decided, wrong))
    }

    /// Whether a row decides something.
    fn row(
        &mut self,
        columns: &Columns,
        cells: &[String],
        at: Timestamp,
        line: u64,
    ) -> Result<bool, DecisionError> {
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        let word = cell(columns.decision);
        if word.is_empty() {
            return Ok(false);
        }
        let wrong = |code, detail: &str| DecisionError { code, line, detail: detail.to_owned() };
        let answer = Answer::parse(word).ok_or_else(|| wrong(DecisionCode::Word, word))?;
        let code = cell(columns.code);
        let code = Code::ALL.iter().copied().find(|one| one.as_str() == code);
        let code = code.ok_or_else(|| wrong(DecisionCode::Row, cell(columns.code)))?;
        if !answer.fits(code) {
            return Err(unfit(code, answer, line));
        }
        let note = columns.note.map_or("", cell);
        self.add(cell(columns.id), cell(columns.fingerprint), (answer, false, at, note), line)?;
        Ok(true)
    }

    fn add(
        &mut self,
        id: &str,
        fingerprint: &str,
        (answer, by_rule, at, note): (Answer, bool, Timestamp, &str),
        line: u64,
    ) -> Result<(), DecisionError> {
        let number = |text: &str| {
            let detail = text.to_owned();
            number(text).ok_or(DecisionError { code: DecisionCode::Id, line, detail })
        };
        let kept = Kept { fingerprint: number(fingerprint)?, answer, by_rule, at, note: note.into() };
        self.all.insert(number(id)?, kept);
        Ok(())
    }
}

/// Where the columns of a table stand.
struct Columns {
    id: usize,
    fingerprint: usize,
    code: usize,
    decision: usize,
    note: Option<usize>,
}

impl Columns {
    fn of(head: &[String]) -> Result<Self, &'static str> {
        let at = |name: &str| {
            let is_it = |cell: &String| cell.trim_start_matches('\u{FEFF}').trim().eq_ignore_ascii_case(name);
            head.iter().position(is_it)
        };
        let must = |name: &'static str| at(name).ok_or(name);
        Ok(Self {
            id: must("id")?,
            fingerprint: must("fingerprint")?,
            code: must("code")?,
            decision: must("decision")?,
            note: at("note"),
        })
    }
}

/// A cell in UTF-8, else as older spreadsheets save it.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn unfit(code: Code, answer: Answer, line: u64) -> DecisionError {
    let detail = format!("{}, {}", code.as_str(), answer.as_str());
    DecisionError { code: DecisionCode::Answer, line, detail }
}

/// An id as a number.
fn number(id: &str) -> Option<u128> {
    let is_hex = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u128::from_str_radix(id, 16).ok()).flatten()
}
