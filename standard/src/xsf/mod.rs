//! XSF: the structure of a schema as text, one fact a line. See `core/standards/README.md` for the notation.
//!
//! [`parse`] reads it and [`write()`] writes it in its canonical form; what is written reads back as the same
//! schema. XSF states everything that the [model](crate::model) holds, so that a pack can carry its schemas in it.

mod code;
mod parse;
mod parse_particles;
mod parse_types;
mod write;

#[cfg(test)]
mod tests;

pub use parse::parse;
pub use write::write;

/// Words that begin a line where an element could stand. An element of such a name is written with a `\` before it.
const PARTICLE_WORDS: [&str; 5] = ["seq", "choice", "all", "any", "group"];
