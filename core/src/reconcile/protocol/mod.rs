//! The official Abgleich: from the order of the BAMF (090020) to the result (090023).
//!
//! ```text
//! 090020 ── Order::read ── question ── 090021 to the register
//! 090022 ── RegisterSide::packet, one or many, in any order
//!        ── RegisterSide::compare ── Comparison::record for each record here
//!        ── Comparison::finish ── Statistic::write ── 090023 packets to the BAMF
//! ```
//!
//! What is compared are numbers and, where the order wants them, the Referenz-IDs of 16 kinds of entries; content is not. The result codes are
//! those of [`results`]. Where the standard is silent:
//!
//! - Of a kind that a person has on neither side the 090023 must say something all the same: a result without a Referenz-ID, with the code
//!   [`Settings::empty`] (01 where nothing is said: both sides agree). Of a kind that is not kept here it is 06.
//! - A result names the Referenz-ID of the register (AZR-006); what is here only has none.
//! - Former addresses (`fruehereAnschrift`) are not compared: the 090022 has the present one only (AZR-611).
//! - A 090022 says neither which question it answers nor whether it is the last one. That one is missing is known for sure only where the
//!   caller says how many there are; else gaps and lengths are looked at. One of another Abgleich is told by receiver, purpose and age.
//!
//! Memory: all numbers and ids of the register are held (about 24 bytes a number and 14 to 19 an id), never the stock here, which is read once,
//! in any order; messages are written as they are made. The same input, config and time give the same bytes, whatever the order of packets
//! and records; only of several records here with one number the first one counts.

mod codes;
mod compare;
mod finding;
mod index;
mod order;
mod register_side;
#[cfg(all(test, feature = "simulator"))]
mod round_tests;
mod statistic;
#[cfg(test)]
mod tests;

use crate::message::report::{Report, Severity};
use crate::register::{Kinds, RegisterError};

pub use codes::{ResultCode, Results, results};
pub use compare::Comparison;
pub use finding::{Findings, ProtocolCode, ProtocolFinding};
pub use order::{Order, Zweck, question};
pub use register_side::{PacketInfo, RegisterSide};
pub use statistic::{Counts, Packet, Statistic};

/// Why an Abgleich cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// The bytes are no right 090020.
    #[error("AZK-A201: no right message 090020: {what}")]
    Order {
        /// What they are, or what is wrong.
        what: String,
    },
    /// A message would be wrong.
    #[error("AZK-A202: the message would be wrong: {what}")]
    Unfit {
        /// What the check finds.
        what: String,
    },
    /// A message could not be written.
    #[error("AZK-A203: the message cannot be written: {0}")]
    Write(#[from] std::io::Error),
    /// No packet of the register could be read: there is nothing to compare with.
    #[error("AZK-A204: no right message 090022")]
    NoPackets,
    /// A kind of the settings does not exist, or is none of those that are compared.
    #[error("AZK-A205: no kind that is compared: {kind} (there are {known})")]
    Kind {
        /// As the settings name it.
        kind: String,
        /// Those that are.
        known: String,
    },
    /// The open standards do not describe the register.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

impl ProtocolError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Order { .. } => "AZK-A201",
            Self::Unfit { .. } => "AZK-A202",
            Self::Write(_) => "AZK-A203",
            Self::NoPackets => "AZK-A204",
            Self::Kind { .. } => "AZK-A205",
            Self::Register(error) => error.code(),
        }
    }

    /// Code and text in a language; what a parser, the system or a check said is told as it is.
    pub fn sentence(&self, lang: crate::message::report::Lang) -> String {
        if lang == crate::message::report::Lang::En {
            return self.to_string();
        }
        let text = match self {
            Self::Order { what } => format!("Das ist keine richtige Nachricht 090020: {what}"),
            Self::Unfit { what } => format!("Die Nachricht wäre falsch: {what}"),
            Self::Write(error) => format!("Die Nachricht lässt sich nicht schreiben: {error}"),
            Self::NoPackets => "Es liegt keine richtige Nachricht 090022 vor".to_owned(),
            Self::Kind { kind, known } => {
                format!("Diese Art von Einträgen wird nicht abgeglichen: {kind} (abgeglichen werden {known})")
            }
            Self::Register(error) => format!("Die Daten des Standards passen nicht: {error}"),
        };
        format!("{}: {text}", self.code())
    }

    fn unfit(report: &Report) -> Self {
        let errors = report.findings.iter().filter(|found| found.severity == Severity::Error).take(3);
        let what: Vec<String> =
            errors.map(|found| format!("{} {}: {}", found.code.as_str(), found.path, found.text)).collect();
        Self::Unfit { what: what.join("; ") }
    }
}

/// What an authority says of its stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Names of kinds that are not kept here on purpose: 06.
    pub not_kept: Vec<String>,
    /// The code for a kind that neither side has.
    pub empty: ResultCode,
}

impl Default for Settings {
    fn default() -> Self {
        Self { not_kept: Vec::new(), empty: ResultCode::Same }
    }
}

/// A kind that is compared.
#[derive(Debug, Clone)]
struct Compared {
    /// Its name.
    name: String,
    /// Its element in 090022 and 090023.
    element: String,
    most: Option<usize>,
    kept: bool,
}

/// The kinds that are compared, in the order of the messages.
fn compared(kinds: &Kinds, settings: &Settings) -> Result<Vec<Compared>, ProtocolError> {
    let mut all: Vec<Compared> = Vec::new();
    for kind in kinds.all() {
        let Some((place, element)) = kind.abgleich.as_ref().and_then(|at| Some((at, at.path.last()?))) else {
            continue;
        };
        all.push(Compared {
            name: kind.name.clone(),
            element: element.clone(),
            most: place.most.map(|most| most as usize),
            kept: !settings.not_kept.contains(&kind.name),
        });
    }
    let unknown = settings.not_kept.iter().find(|name| !all.iter().any(|kind| kind.name == **name));
    match unknown {
        None if all.is_empty() => Err(RegisterError::NoKinds.into()),
        None => Ok(all),
        Some(kind) => {
            let known: Vec<&str> = all.iter().map(|kind| kind.name.as_str()).collect();
            Err(ProtocolError::Kind { kind: kind.clone(), known: known.join(", ") })
        }
    }
}
