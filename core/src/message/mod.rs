//! Messages: reading, checking, converting to JSON and back, writing, samples.
//!
//! [`Reader`](read::Reader) goes over the bytes once. It fills a flat [`document`] and finds every problem on the way
//! ([`report`]). All of it is driven by the open packs; nothing here knows a message or a field by name.

pub mod document;
pub mod report;
pub mod show;
mod texts;
