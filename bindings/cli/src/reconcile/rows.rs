//! Rows: how a cell is written, and a bar for rows of which it is not known how many there are: it goes by the bytes read, and tells rows and their rate.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Work shorter than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// The clock is looked at once in so many rows.
const ROWS: u64 = 1000;

/// Progress of a reading.
pub(crate) struct Watch {
    length: u64,
    done: Arc<AtomicU64>,
    rows: u64,
    begun: Instant,
    watched: bool,
    bar: Option<ProgressBar>,
}

impl Watch {
    /// Of a file of so many bytes, of which `done` are read.
    pub(crate) fn new(length: u64, done: Arc<AtomicU64>) -> Self {
        let watched = std::io::stderr().is_terminal();
        Self { length, done, rows: 0, begun: Instant::now(), watched, bar: None }
    }

    /// One row more.
    pub(crate) fn row(&mut self) {
        self.rows += 1;
        if !self.watched || !self.rows.is_multiple_of(ROWS) {
            return;
        }
        let elapsed = self.begun.elapsed();
        if self.bar.is_none() && elapsed > PATIENCE {
            let style = ProgressStyle::with_template("{bar:40} {percent}% {msg} {elapsed} ETA {eta}");
            self.bar = style.ok().map(|style| ProgressBar::new(self.length).with_style(style));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done.load(Ordering::Relaxed).min(self.length));
            let rate = self.rows as f64 / elapsed.as_secs_f64();
            bar.set_message(format!("{} rows {rate:.0}/s", self.rows));
        }
    }

    /// Runs what prints, without the bar in its way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

/// A cell of a CSV file (RFC 4180).
pub(crate) fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
