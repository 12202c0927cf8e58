//! Hostile input for every reader of azrkit, on stable Rust and from a seed.
//!
//! A [target](targets) is a reader with a corpus of good input. Each run takes a piece of the corpus, changes it a few
//! times ([`change`]), and hands it over. It must not panic, must come back, and must not ask the allocator for more
//! than the target's bound of its input's length.

pub mod change;
pub mod run;
pub mod targets;
