//! azrkit: data exchange with the central register of foreigners by the XÖV standards.

pub mod explain;
pub mod message;
pub mod register;
pub mod standard;
mod standards;
pub mod store;
pub mod time;

pub use standards::Standards;
