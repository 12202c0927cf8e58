//! azrkit: data exchange with the central register of foreigners by the XÖV standards.

pub mod explain;
pub mod message;
mod standards;

pub use standards::Standards;

pub use azrkit_standard as standard;
