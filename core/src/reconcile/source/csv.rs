//! Records as CSV (RFC 4180) with a mapping of the columns.

use std::collections::VecDeque;
use std::io::BufRead;

use super::Limits;
use super::cells::{Cut, cut};
use super::error::{Position, SourceCode, SourceError};
use super::lines::{Lines, Read};
use super::mapping::{Mapping, Persons};
use crate::register::Datensatz;

/// More line breaks than this in one row are a quote that is not closed.
const MOST_BREAKS: usize = 100;

/// Records from a CSV. Its first row names the columns; cells may be quoted, and then hold separators and line breaks.
#[derive(Debug)]
pub struct Csv<R> {
    lines: Lines<R>,
    limits: Limits,
    position: Position,
    mapping: Mapping,
    /// Lines that were read ahead for a quote that was not closed.
    ahead: VecDeque<Result<(u64, Vec<u8>), SourceError>>,
    persons: Option<Persons>,
    columns: usize,
    /// The input gives no more lines.
    gone: bool,
    ended: bool,
    /// What is told last.
    last: Option<SourceError>,
}

/// A row: where it begins, its text, its cells and where in the text they begin.
struct Row {
    line: u64,
    text: String,
    cells: Vec<(String, usize)>,
}

impl<R: BufRead> Csv<R> {
    /// Records from an input, which errors call `file`. What is packed is to be [unpacked](super::unpacked) before.
    pub fn new(file: &str, input: R, mapping: Mapping, limits: Limits) -> Self {
        Self {
            lines: Lines::new(input, limits.row),
            limits,
            position: Position::new(file),
            mapping,
            ahead: VecDeque::new(),
            persons: None,
            columns: 0,
            gone: false,
            ended: false,
            last: None,
        }
    }

    /// The next line with its number; none at the end.
    fn line(&mut self) -> Option<Result<(u64, Vec<u8>), SourceError>> {
        if let Some(line) = self.ahead.pop_front() {
            return Some(line);
        }
        if self.gone {
            return None;
        }
        let read = self.lines.next();
        let number = self.lines.number();
        match read {
            Ok(Read::Line) => Some(Ok((number, self.lines.line().to_vec()))),
            Ok(Read::Long) => {
                Some(Err(self.position.error(SourceCode::Long, number, None, self.limits.row.to_string())))
            }
            Ok(Read::End) => None,
            Err(error) => {
                self.gone = true;
                Some(Err(self.position.io(number, &error)))
            }
        }
    }

    /// The next row that is not empty; none at the end.
    fn row(&mut self) -> Option<Result<Row, SourceError>> {
        loop {
            let (line, bytes) = match self.line()? {
                Ok(line) => line,
                Err(error) => return Some(Err(error)),
            };
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                return Some(self.whole(line, bytes));
            }
        }
    }

    /// The row that begins with a line; further lines are taken as long as a quote is open.
    fn whole(&mut self, line: u64, first: Vec<u8>) -> Result<Row, SourceError> {
        let mut text = self.decoded(line, &first)?;
        let mut taken: Vec<(u64, Vec<u8>)> = Vec::new();
        loop {
            let mut cells = Vec::new();
            match cut(&text, self.mapping.separator, &mut cells) {
                Cut::Right => {
                    let cells = cells.into_iter().map(|(cell, start)| (cell.into_owned(), start)).collect();
                    return Ok(Row { line, text, cells });
                }
                Cut::Open if taken.len() < MOST_BREAKS && text.len() < self.limits.row => {}
                Cut::Open | Cut::Wrong => break,
            }
            match self.line() {
                None => break,
                Some(Err(error)) => {
                    self.ahead.push_front(Err(error));
                    break;
                }
                Some(Ok((line, bytes))) => {
                    let more = self.decoded(line, &bytes);
                    taken.push((line, bytes));
                    let Ok(more) = more else { break };
                    text.push('\n');
                    text.push_str(&more);
                }
            }
        }
        // The lines behind the first are rows of their own, then.
        for next in taken.into_iter().rev() {
            self.ahead.push_front(Ok(next));
        }
        Err(self.position.error(SourceCode::Quote, line, None, ""))
    }

    fn decoded(&self, line: u64, bytes: &[u8]) -> Result<String, SourceError> {
        if self.mapping.encoding != encoding_rs::UTF_8 {
            let (text, wrong) = self.mapping.encoding.decode_without_bom_handling(bytes);
            let name = self.mapping.encoding.name();
            return if wrong {
                Err(self.position.error(SourceCode::Encoding, line, None, name))
            } else {
                Ok(text.into_owned())
            };
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let good = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
                let column = good.chars().count() as u64 + 1;
                let utf16 =
                    bytes.contains(&0) || bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
                Err(if utf16 {
                    self.position.error(SourceCode::Encoding, line, column, self.mapping.encoding.name())
                } else {
                    self.position.error(SourceCode::OneByte, line, column, "")
                })
            }
        }
    }

    /// Reads on until something is ready.
    fn step(&mut self) -> Option<SourceError> {
        let row = self.row();
        let Some(persons) = &mut self.persons else {
            return self.header(row);
        };
        match row {
            None => {
                self.ended = true;
                persons.end();
            }
            Some(Ok(row)) if row.cells.len() != self.columns => {
                let detail = format!("{} ≠ {}", row.cells.len(), self.columns);
                persons.broken(self.position.error(SourceCode::Cells, row.line, None, detail));
            }
            Some(Ok(row)) => {
                let column = |at: usize| {
                    let before = row.cells.get(at).and_then(|(_, start)| row.text.get(..*start))?;
                    (!before.contains('\n')).then(|| before.chars().count() as u64 + 1)
                };
                persons.row(row.line, |at| row.cells.get(at).map(|(cell, _)| cell.as_str()), column);
            }
            Some(Err(error)) => persons.broken(error),
        }
        None
    }

    fn header(&mut self, row: Option<Result<Row, SourceError>>) -> Option<SourceError> {
        let header: Vec<String> = match row {
            None => Vec::new(),
            Some(Ok(row)) => row.cells.into_iter().map(|(cell, _)| cell).collect(),
            Some(Err(error)) => {
                // Without the columns nothing else can be read.
                self.ended = true;
                self.last = Some(self.position.error(SourceCode::Column, error.line, None, ""));
                return Some(error);
            }
        };
        self.columns = header.len();
        match Persons::new(self.mapping.clone(), self.position.clone(), &header) {
            Ok(persons) => {
                self.persons = Some(persons);
                None
            }
            Err(error) => {
                self.ended = true;
                Some(error)
            }
        }
    }
}

impl<R: BufRead> Iterator for Csv<R> {
    type Item = Result<Datensatz, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.persons.as_mut().and_then(Persons::pop) {
                return Some(ready);
            }
            if self.ended {
                return self.last.take().map(Err);
            }
            if let Some(error) = self.step() {
                return Some(Err(error));
            }
        }
    }
}
