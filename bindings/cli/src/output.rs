//! Standard output, buffered, with colours where a person reads it; and complaints on standard error.

use std::io::{self, BufWriter, IsTerminal, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Where results go.
pub(crate) struct Output {
    writer: BufWriter<io::StdoutLock<'static>>,
    /// The paint for it.
    pub(crate) paint: Paint,
}

impl Output {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        let stdout = io::stdout().lock();
        let paint = Paint { on: stdout.is_terminal() && colours_wanted() };
        Self { writer: BufWriter::with_capacity(1 << 16, stdout), paint }
    }

    /// Writes a text as it is.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.writer.write_all(text.as_bytes())?)
    }

    /// Writes bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.writer.write_all(bytes)?)
    }

    /// Where bytes go.
    pub(crate) fn writer(&mut self) -> &mut dyn Write {
        &mut self.writer
    }

    /// Writes a text and ends the line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.text(text)?;
        self.text("\n")
    }

    /// Writes one JSON object on a line.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(|error| Failure::call(error.to_string()))?;
        self.line(&text)
    }

    /// Brings everything out.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.writer.flush()?)
    }
}

/// Says on standard error why a call, or a part of it, could not be done.
pub(crate) fn complain(sentence: &str) {
    // A closed standard error leaves no way to say so.
    let _ = writeln!(io::stderr().lock(), "azrkit: {sentence}");
}

/// Colours of a text terminal, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// No colours.
    pub(crate) fn none() -> Self {
        Self { on: false }
    }
    /// For errors.
    pub(crate) fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }
    /// For warnings.
    pub(crate) fn yellow(self, text: &str) -> String {
        self.with("1;33", text)
    }
    /// For hints.
    pub(crate) fn blue(self, text: &str) -> String {
        self.with("1;34", text)
    }
    /// For what is right.
    pub(crate) fn green(self, text: &str) -> String {
        self.with("1;32", text)
    }
    /// For headings.
    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    /// For what is of less weight.
    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// NO_COLOR (<https://no-color.org>) and terminals that know no colours.
fn colours_wanted() -> bool {
    let unset = |name: &str| std::env::var_os(name).is_none_or(|value| value.is_empty());
    unset("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
