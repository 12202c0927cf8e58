//! Checks azrkit against libxml2: samples of every message and mutants of them are judged by both, and the verdicts
//! on schema-valid or not must agree, save the faults of libxml2 that [`faults`] lists.
//!
//! The binary runs as many mutants as asked for (`azrkit-differential --help`); the tests of this crate run a few.
//! It needs libxml2 and its headers.

pub mod compare;
pub mod faults;
pub mod many;
pub mod mutate;
pub mod peer;
pub mod rng;
pub mod samples;
pub mod scan;
pub mod subject;
pub mod subjects;
