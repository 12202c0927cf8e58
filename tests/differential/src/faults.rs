//! Where azrkit and libxml2 disagree and libxml2 is wrong, and what azrkit refuses although XML allows it.
//!
//! Each row names the paragraph that decides. A disagreement that no row explains fails the run.

use azrkit::message::report::Report;

use crate::peer::Verdict;

/// A mutant on which the two disagree.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The kind of change.
    pub kind: &'a str,
    /// The mutant.
    pub bytes: &'a [u8],
    /// azrkit's verdict.
    pub report: &'a Report,
    /// libxml2's verdict.
    pub verdict: &'a Verdict,
}

/// A known reason.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name.
    pub id: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// The paragraph that says so.
    pub source: &'static str,
    applies: fn(&Case<'_>) -> bool,
}

/// The known reasons.
pub const FAULTS: &[Fault] = &[];

/// The reason for a disagreement, where it is a known one.
pub fn explain(case: &Case<'_>) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| (fault.applies)(case))
}

/// A reason by its name.
pub fn by_id(id: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.id == id)
}
