//! azrkit: data exchange with the central register of foreigners by the XÖV standards.

pub mod explain;
mod kit;
pub mod message;
pub mod reconcile;
pub mod register;
#[cfg(feature = "simulator")]
pub mod simulator;
mod split_mix;
pub mod standard;
mod standards;
pub mod store;
pub mod time;
pub mod transmit;

pub use kit::{Foreign, Kit, Shrunk, Status, SubmitOptions, Submitted};
pub use standards::Standards;
