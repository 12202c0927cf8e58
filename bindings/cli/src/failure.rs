//! Why a call could not be done.

use std::io;
use std::path::Path;

/// A call that could not be done: exit status 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Nobody reads the output any more.
    #[error("the output was closed")]
    ClosedPipe,
    /// A file could not be read or written.
    #[error("{file}: {source}")]
    File {
        /// As the caller named it.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// Standard output could not be written.
    #[error("standard output: {0}")]
    Output(io::Error),
    /// Anything else; the sentence says it.
    #[error("{0}")]
    Call(String),
}

impl Failure {
    /// A file that could not be read or written.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::File { file: path.display().to_string(), source }
    }

    /// A sentence that says why.
    pub(crate) fn call(sentence: impl Into<String>) -> Self {
        Self::Call(sentence.into())
    }
}

impl From<io::Error> for Failure {
    /// An error of the output.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::ClosedPipe } else { Self::Output(error) }
    }
}
