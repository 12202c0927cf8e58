//! What becomes of Hinweise: they are decided, and the decisions become records to submit and changes to take over.
//!
//! A decision is about a [`Hinweis`] with its values: as long as these are the same, it does not come back. It
//! is made by a person, by a [`Rule`] or in a table that a clerk filled in. [`correct`] makes of the decided Hinweise of one person
//! what is to be handed to `Kit::submit`, and what the host is to take over, in the form of the events of the transmit module.
//!
//! Nothing is decided here: what nobody decided is neither reported nor taken over.

mod correction;
mod decisions;
#[cfg(all(test, feature = "simulator"))]
mod round_tests;
#[cfg(test)]
mod tests;

pub use correction::{Correction, Left, Why, correct};
pub use decisions::{Decision, DecisionCode, DecisionError, Decisions};

use serde::{Deserialize, Serialize};

use super::hinweis::{Class, Code, Hinweis, Proposal, Severity, Side};

/// How a Hinweis is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// The local data hold, and are reported to the register.
    Report,
    /// The register's data hold, and are taken over.
    TakeOver,
    /// Both stay as they are.
    Stands,
}

impl Answer {
    /// As in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::TakeOver => "takeOver",
            Self::Stands => "stands",
        }
    }

    /// What a clerk wrote: the word of JSON, or `melden`, `übernehmen`, `bleibt`, in capitals or not.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "report" | "melden" => Some(Self::Report),
            "takeover" | "übernehmen" | "uebernehmen" => Some(Self::TakeOver),
            "stands" | "bleibt" => Some(Self::Stands),
            _ => None,
        }
    }

    /// Whether a Hinweis of a code can be decided so. What is contradictory or there twice a person has to mend in the host's product.
    pub fn fits(self, code: Code) -> bool {
        match self {
            Self::Stands => true,
            Self::TakeOver => !matches!(code.class(), Class::Contradictory | Class::Duplicate),
            Self::Report => {
                // Which state is newer is no matter of choice; a number can not be reported.
                !matches!(code.class(), Class::Contradictory | Class::Duplicate)
                    && !matches!(
                        code,
                        Code::VersionOutdated
                            | Code::RegisterOutdated
                            | Code::OtherReference
                            | Code::NumberMissing
                            | Code::PersonMissingHere
                    )
            }
        }
    }
}

/// A rule that decides Hinweise. What it does not name may be anything. In JSON the names are in camelCase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Of this code only, `AZK-H…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Of this class only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Of this severity only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Where this is proposed only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// About this side only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Of this kind of entry only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Of this field only, names parted by `/`; what stands below it, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The answer.
    pub answer: Answer,
}

impl Rule {
    /// Whether the rule decides a Hinweis. One that can not be decided so it leaves alone.
    pub fn fits(&self, hinweis: &Hinweis) -> bool {
        fn is<T: PartialEq>(wanted: &Option<T>, value: &T) -> bool {
            wanted.as_ref().is_none_or(|wanted| wanted == value)
        }
        let below = |wanted: &String| {
            let rest = hinweis.field.as_deref().and_then(|field| field.strip_prefix(wanted.as_str()));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        is(&self.code, &hinweis.code)
            && is(&self.class, &hinweis.class)
            && is(&self.severity, &hinweis.severity)
            && is(&self.proposal, &hinweis.proposal)
            && is(&self.side, &hinweis.side)
            && self.kind.as_ref().is_none_or(|kind| hinweis.kind.as_ref() == Some(kind))
            && self.field.as_ref().is_none_or(below)
            && self.answer.fits(hinweis.code)
    }
}

/// The answer of the first rule that fits.
pub fn by_rules(rules: &[Rule], hinweis: &Hinweis) -> Option<Answer> {
    rules.iter().find(|rule| rule.fits(hinweis)).map(|rule| rule.answer)
}
