//! A bar for work that takes longer than a second, where a person watches.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Work shorter than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Progress of a work of known length.
pub(crate) struct Progress {
    total: u64,
    done: u64,
    begun: Instant,
    watched: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// A work of so many steps.
    pub(crate) fn new(total: usize) -> Self {
        let watched = std::io::stderr().is_terminal();
        Self { total: total as u64, done: 0, begun: Instant::now(), watched, bar: None }
    }

    /// One step is done.
    pub(crate) fn step(&mut self) {
        self.done += 1;
        if self.bar.is_none() && self.watched && self.begun.elapsed() > PATIENCE {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} ETA {eta}");
            self.bar = style.ok().map(|style| ProgressBar::new(self.total).with_style(style));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
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

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
