//! What is compared: a stock of records that can be read more than once.

use std::io::{self, Read};

use memchr::memchr;

use crate::reconcile::source::SourceError;
use crate::register::Datensatz;

/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

/// A stock: records in any order. It is read twice, and must be the same both times.
pub trait Stock: Sync {
    /// Gives every row in its order.
    ///
    /// # Errors
    /// Where it can not be read on, and what `each` fails with.
    fn read(&self, each: &mut dyn FnMut(Row<'_>) -> io::Result<()>) -> io::Result<()>;
}

/// A row of a stock.
#[derive(Debug, Clone, Copy)]
pub enum Row<'r> {
    /// A record as JSON (see [`Datensatz`]).
    Record {
        /// Line, or whatever numbers rows; it grows from row to row.
        line: u64,
        /// The JSON.
        json: &'r [u8],
        /// Bytes of the stock read so far.
        bytes: u64,
    },
    /// A row that is no record.
    Broken {
        /// Line.
        line: u64,
        /// Column, 0 where that is not known.
        column: u64,
        /// Why.
        why: &'r str,
    },
}

/// JSON Lines: a record a line. `open` begins the text anew.
pub struct JsonLines<F> {
    open: F,
    longest: usize,
}

impl<R: Read, F: Fn() -> io::Result<R> + Sync> JsonLines<F> {
    /// Lines longer than 16 MiB are broken.
    pub fn new(open: F) -> Self {
        Self { open, longest: 16 << 20 }
    }

    /// The longest line that is read.
    #[must_use]
    pub fn longest(self, longest: usize) -> Self {
        Self { longest, ..self }
    }
}

impl<R: Read, F: Fn() -> io::Result<R> + Sync> Stock for JsonLines<F> {
    fn read(&self, each: &mut dyn FnMut(Row<'_>) -> io::Result<()>) -> io::Result<()> {
        let mut from = (self.open)()?;
        let mut buffer = vec![0; BLOCK.min(self.longest.max(64))];
        // What is read and not yet given: `start..end`; nothing in it before `seen` ends a line.
        let (mut start, mut seen, mut end) = (0, 0, 0);
        let (mut line, mut bytes, mut skipping) = (0_u64, 0_u64, false);
        let mut give = |line: u64, json: &[u8], bytes: u64| {
            let json = if line == 1 { json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json) } else { json };
            if json.trim_ascii().is_empty() { Ok(()) } else { each(Row::Record { line, json, bytes }) }
        };
        let mut too_long = Vec::new();
        loop {
            while let Some(found) = buffer.get(seen..end).and_then(|rest| memchr(b'\n', rest)) {
                let stop = seen + found;
                line += 1;
                bytes += (stop + 1 - start) as u64;
                if skipping {
                    too_long.push(line);
                } else {
                    give(line, buffer.get(start..stop).unwrap_or(b""), bytes)?;
                }
                skipping = false;
                (start, seen) = (stop + 1, stop + 1);
            }
            seen = end;
            if skipping {
                bytes += (end - start) as u64;
                start = end;
            }
            if start > 0 {
                buffer.copy_within(start..end, 0);
                (start, seen, end) = (0, seen - start, end - start);
            }
            if end == buffer.len() {
                if buffer.len() >= self.longest {
                    (skipping, bytes) = (true, bytes + end as u64);
                    (seen, end) = (0, 0);
                } else {
                    buffer.resize((buffer.len() * 2).min(self.longest), 0);
                }
            }
            let read = match from.read(buffer.get_mut(end..).unwrap_or(&mut [])) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if read == 0 {
                break;
            }
            end += read;
        }
        if skipping {
            too_long.push(line + 1);
        } else if end > start {
            give(line + 1, buffer.get(start..end).unwrap_or(b""), bytes + (end - start) as u64)?;
        }
        for line in too_long {
            each(Row::Broken { line, column: 0, why: "the line is too long" })?;
        }
        Ok(())
    }
}

/// What takes the records and broken rows of a stock.
pub type Take<'t> = dyn FnMut(Result<Datensatz, SourceError>) -> io::Result<()> + 't;

/// A stock that is read by one of the readers of [`source`](crate::reconcile::source). `read` begins anew and gives every row.
pub struct Records<F> {
    read: F,
}

impl<F: Fn(&mut Take<'_>) -> io::Result<()> + Sync> Records<F> {
    /// The stock that `read` reads.
    pub fn new(read: F) -> Self {
        Self { read }
    }
}

impl<F: Fn(&mut Take<'_>) -> io::Result<()> + Sync> Stock for Records<F> {
    fn read(&self, each: &mut dyn FnMut(Row<'_>) -> io::Result<()>) -> io::Result<()> {
        let mut json = Vec::new();
        let mut line = 0;
        (self.read)(&mut |row| {
            line += 1;
            match row {
                Ok(record) => {
                    json.clear();
                    serde_json::to_writer(&mut json, &record)?;
                    each(Row::Record { line, json: &json, bytes: 0 })
                }
                // Where nothing follows, the stock was not read.
                Err(error) if error.code.ends() => Err(io::Error::other(error)),
                Err(error) => {
                    let why = error.to_string();
                    let line = error.line.unwrap_or(line);
                    each(Row::Broken { line, column: error.column.unwrap_or(0), why: &why })
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives few bytes at once.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(to.len()).min(self.0.len());
            to[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn rows(text: &str, step: usize, longest: usize) -> Vec<String> {
        let mut found = Vec::new();
        JsonLines::new(|| Ok(Slow(text.as_bytes(), step)))
            .longest(longest)
            .read(&mut |row| {
                found.push(match row {
                    Row::Record { line, json, bytes } => {
                        format!("{line} {} {bytes}", String::from_utf8_lossy(json))
                    }
                    Row::Broken { line, .. } => format!("{line} broken"),
                });
                Ok(())
            })
            .expect("reads");
        found
    }

    #[test]
    fn what_other_readers_read_are_rows() {
        use crate::reconcile::source::{JsonLines, Limits};
        let text = "{\"key\":\"a\",\"entries\":[]}\nx\n{\"key\":\"b\"}\n";
        let stock = Records::new(|take: &mut Take<'_>| {
            JsonLines::new("stock", io::Cursor::new(text), Limits::default()).try_for_each(take)
        });
        let mut found = Vec::new();
        let mut each = |row: Row<'_>| {
            found.push(match row {
                Row::Record { json, .. } => String::from_utf8_lossy(json).into_owned(),
                Row::Broken { line, why, .. } => format!("{line} {why}"),
            });
            Ok(())
        };
        stock.read(&mut each).expect("reads");
        assert_eq!(found.len(), 3);
        assert_eq!(
            (found[0].as_str(), found[2].as_str()),
            (r#"{"key":"a","entries":[]}"#, r#"{"key":"b","entries":[]}"#)
        );
        assert!(found[1].starts_with("2 "), "{}", found[1]);
    }

    #[test]
    fn lines_come_whole_whatever_the_steps() {
        for step in [1, 2, 3, 7, 1000] {
            assert_eq!(
                rows("\u{feff}{1}\n\n  \r\n{22}\r\n{333}", step, 1000),
                ["1 {1} 7", "4 {22}\r 18", "5 {333} 23"]
            );
            assert_eq!(rows("", step, 1000), [] as [&str; 0]);
            let long = "x".repeat(500);
            assert_eq!(
                rows(&format!("{{1}}\n{long}\n{{2}}\n{long}"), step, 100),
                ["1 {1} 4", "3 {2} 509", "2 broken", "4 broken"]
            );
            assert_eq!(
                rows(&format!("{long}\n{{2}}"), step, 1000),
                [format!("1 {long} 501"), "2 {2} 504".into()]
            );
        }
    }
}
