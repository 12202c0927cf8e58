//! Records as JSON Lines.

use std::io::BufRead;

use super::Limits;
use super::error::{Position, SourceCode, SourceError};
use super::lines::{Lines, Read};
use crate::message::json::cause;
use crate::register::Datensatz;

/// Records, one a line, in the JSON of [`Datensatz`]. Empty lines are passed over; a byte order mark and CR LF do no harm.
#[derive(Debug)]
pub struct JsonLines<R> {
    lines: Lines<R>,
    limits: Limits,
    position: Position,
    ended: bool,
}

impl<R: BufRead> JsonLines<R> {
    /// Records from an input, which errors call `file`. What is packed is to be [unpacked](super::unpacked) before.
    pub fn new(file: &str, input: R, limits: Limits) -> Self {
        let lines = Lines::new(input, limits.row);
        Self { lines, limits, position: Position::new(file), ended: false }
    }

    /// The line of the record that was read last, from 1.
    pub fn line(&self) -> u64 {
        self.lines.number()
    }

    fn record(&self) -> Result<Datensatz, SourceError> {
        let (line, bytes) = (self.lines.number(), self.lines.line());
        let wrong = |code, column, detail: String| self.position.error(code, line, column, detail);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            wrong(SourceCode::Encoding, Some(good.chars().count() as u64 + 1), "UTF-8".to_owned())
        })?;
        serde_json::from_str(text).map_err(|error| {
            let code = if error.is_data() { SourceCode::Record } else { SourceCode::Json };
            let before = text.get(..error.column().saturating_sub(1).min(text.len()));
            let column = before.map_or(error.column(), |before| before.chars().count() + 1);
            wrong(code, Some(column as u64), cause(&error))
        })
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = Result<Datensatz, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.lines.next() {
                Ok(Read::Line) if self.lines.line().iter().all(u8::is_ascii_whitespace) => {}
                Ok(Read::Line) => return Some(self.record()),
                Ok(Read::Long) => {
                    let (line, limit) = (self.lines.number(), self.limits.row.to_string());
                    return Some(Err(self.position.error(SourceCode::Long, line, None, limit)));
                }
                Ok(Read::End) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(self.position.io(self.lines.number(), &error)));
                }
            }
        }
        None
    }
}
