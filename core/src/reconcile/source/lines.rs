//! Lines of a text, none longer than a limit.

use std::io::{self, BufRead};

use memchr::memchr;

/// Lines as bytes, without their ends and without a byte order mark at the beginning.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    limit: usize,
    line: Vec<u8>,
    number: u64,
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A line: see [`Lines::line`].
    Line,
    /// A line longer than the limit; it was passed over.
    Long,
    /// The end.
    End,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R, limit: usize) -> Self {
        Self { input, limit, line: Vec::new(), number: 0 }
    }

    /// The number of the line that was read last, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The line that was read last.
    pub(super) fn line(&self) -> &[u8] {
        self.line.strip_suffix(b"\r").unwrap_or(&self.line)
    }

    /// Reads the next line.
    pub(super) fn next(&mut self) -> io::Result<Read> {
        self.line.clear();
        let (mut long, mut any) = (false, false);
        self.number += 1;
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                break;
            }
            any = true;
            let end = memchr(b'\n', buffer);
            let piece = &buffer[..end.unwrap_or(buffer.len())];
            if self.line.len() + piece.len() > self.limit {
                long = true;
                self.line.clear();
            } else if !long {
                self.line.extend_from_slice(piece);
            }
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if self.number == 1 && self.line.starts_with(b"\xEF\xBB\xBF") {
            self.line.drain(..3);
        }
        Ok(if !any {
            Read::End
        } else if long {
            Read::Long
        } else {
            Read::Line
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn lines_with_all_ends_and_one_that_is_too_long() {
        let text = b"\xEF\xBB\xBFa\r\n\nlonger than ten\nb\rc";
        for capacity in [1, 2, 5, 100] {
            let mut lines = Lines::new(BufReader::with_capacity(capacity, &text[..]), 10);
            let mut found = Vec::new();
            loop {
                match lines.next().expect("read") {
                    Read::Line => found.push(String::from_utf8_lossy(lines.line()).into_owned()),
                    Read::Long => found.push("LONG".to_owned()),
                    Read::End => break,
                }
            }
            assert_eq!(found, ["a", "", "LONG", "b\rc"]);
            assert_eq!(lines.number(), 5);
        }
    }
}
