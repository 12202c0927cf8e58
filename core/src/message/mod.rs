//! Messages: reading, checking, converting to JSON and back, writing, samples.
//!
//! [`Reader`](read::Reader) goes over the bytes once. It fills a flat [`document`] and finds every problem on the way
//! ([`report`]). All of it is driven by the open packs; nothing here knows a message or a field by name.

pub mod code;
pub mod content;
pub mod document;
pub mod header;
pub mod json;
pub mod json_schema;
pub mod read;
pub mod report;
pub mod sample;
pub mod show;
pub(crate) mod texts;
pub mod write;
