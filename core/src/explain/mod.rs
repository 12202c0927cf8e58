//! x
pub mod content;
