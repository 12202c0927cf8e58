//! Patterns of XML Schema as byte automata.
//!
//! A `pattern` facet is a regular expression in the language of XML Schema 1.0 Part 2 (second edition),
//! appendix F. [`parse`] reads it; [`compile`] turns one pattern, or the patterns of one derivation step (of
//! which one must match, section 4.3.4), into one smallest deterministic automaton over the bytes of UTF-8.
//! [`DfaView`] runs such an automaton out of borrowed memory, so a pack can hold it as it is.
//!
//! The way there: expression → automaton over classes of characters → deterministic → smallest → bytes. All
//! of it is bounded by [`Limits`]; a pattern that would grow over them is refused, quickly.
//!
//! This module never looks at facets other than `pattern`, and never normalises white space: the caller
//! hands over the normalised value.
//!
//! # Where libxml2 differs
//!
//! Schemas are often only ever tried with libxml2. What 2.9.14 does otherwise, found by trying all characters and
//! some hundred thousand pairs of pattern and value; paragraphs are those of appendix F:
//!
//! | pattern | recommendation, and this module | libxml2 2.9.14 |
//! |---|---|---|
//! | `\p{L}`, `\d`, `\w` and the like | F.1.1: Unicode 3.1 or later; here the current version | Unicode 4.0.1; of ideographs and Hangul only the first and the last are letters |
//! | `[\P{L}]` | F.1: the characters without L | takes it for `[\p{L}]` in part |
//! | `(a?){2}`, `((ab)*){2,3}`: counted, and may be empty | F: as written out | refuses values that need the empty turn |
//! | `(a*\|x{0,2}\|\c)`: alternatives that begin alike, with counts or classes | F: any of them | follows one only, so accepts or refuses wrongly |
//! | `[a-c-x]`, `[0-9-_]`: `-` in the midst | F.1: not allowed; here a plain `-`, as later processors take it | takes the `-` for nothing |
//! | `{` at the start, `}` | F: normal characters by production 10, not by the words beside it; here by the production | likewise |
//! | `a{2}{3}`, `a{3,2}`, `[]` | F: not in the language | read, and match nothing |
//! | `\p{IsKlingon}`: no such block | F.1.1: not in the language | fails when it is used |
//! | `\p{IsSpecials}`, `\p{IsHangulSyllables}`, … | F.1.1: the table there | blocks of Unicode 4.0.1 |

mod automaton;
mod blocks;
mod bytes;
mod charset;
mod escapes;
mod matcher;
mod names;
mod parser;
mod sample;

#[cfg(test)]
mod tests;

pub use bytes::{AsciiLoop, Dfa};
pub use charset::CharSet;
pub use matcher::DfaView;
pub use names::{is_name_char, is_name_start};
pub use parser::{Ast, parse};
pub use sample::{Prefer, SampleOptions};

/// How large the automaton of a pattern, and what leads to it, may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// States, at each stage. Never more than 65,535 in the end, since states are numbered by 16 bits.
    pub states: usize,
    /// Bytes that the tables of one stage may take.
    pub memory: usize,
    /// Elementary steps of the whole translation; bounds its time.
    pub steps: u64,
}

impl Default for Limits {
    /// Enough for any pattern that a standard has, and about a second at most for one that is refused.
    fn default() -> Self {
        Limits { states: 65_535, memory: 64 << 20, steps: 50_000_000 }
    }
}

/// Compiles patterns of which one must match the whole value: the pattern facets of one derivation step.
///
/// No pattern at all gives an automaton that accepts nothing.
///
/// # Errors
/// [`PatternError`] where a pattern is not in the language of appendix F, or its automaton is over `limits`.
pub fn compile(patterns: &[&str], limits: Limits) -> Result<Dfa, PatternError> {
    let mut asts = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        asts.push(parse(pattern)?);
    }
    let mut budget = Budget { limits, steps: 0 };
    let chars = automaton::build(&Ast::Alternate(asts), &mut budget)?;
    bytes::build(&chars, &mut budget)
}

/// Why a pattern could not be read or compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The text is not in the language of appendix F. `at` counts characters from 0.
    #[error("pattern, character {at}: {problem}")]
    Syntax {
        /// Where, in characters from 0.
        at: usize,
        /// What is wrong there.
        problem: String,
    },
    /// `\p{…}` names neither a general category nor a block.
    #[error("pattern, character {at}: unknown category or block \"{name}\"")]
    UnknownProperty {
        /// Where, in characters from 0.
        at: usize,
        /// The name between the braces.
        name: String,
    },
    /// The automaton would be over the [`Limits`].
    #[error("pattern too large: more than {limit} {unit}")]
    TooLarge {
        /// The limit that would be passed.
        limit: u64,
        /// What it counts.
        unit: &'static str,
    },
}

impl PatternError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            PatternError::Syntax { .. } => "AZK-D001",
            PatternError::UnknownProperty { .. } => "AZK-D002",
            PatternError::TooLarge { .. } => "AZK-D003",
        }
    }
}

/// What of the limits is used up.
struct Budget {
    limits: Limits,
    steps: u64,
}

impl Budget {
    fn step(&mut self, n: usize) -> Result<(), PatternError> {
        self.steps = self.steps.saturating_add(n as u64);
        if self.steps > self.limits.steps {
            return Err(PatternError::TooLarge { limit: self.limits.steps, unit: "steps" });
        }
        Ok(())
    }

    fn states(&self, n: usize) -> Result<(), PatternError> {
        if n > self.limits.states {
            return Err(PatternError::TooLarge { limit: self.limits.states as u64, unit: "states" });
        }
        Ok(())
    }

    fn memory(&self, bytes: usize) -> Result<(), PatternError> {
        if bytes > self.limits.memory {
            return Err(PatternError::TooLarge { limit: self.limits.memory as u64, unit: "bytes of tables" });
        }
        Ok(())
    }
}
