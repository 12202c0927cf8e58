//! What a host says once: who it is, how long to wait, who decides what.

use serde::{Deserialize, Serialize};

use crate::message::header::{Partner, Product};

/// The configuration of a [`Kit`](crate::Kit). In JSON the names are in camelCase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// The authority, as messages name it: `kennung` such as `azr:000900`, name, `erreichbarkeit`, `anschrift`.
    pub behoerde: Partner,
    /// Its Behoerdenkennzeichen: six digits (`durchfuehrendeBehoerde`).
    pub behoerdenkennzeichen: String,
    /// The clerk who is responsible for what is sent (`durchfuehrenderSachbearbeiter`).
    pub sachbearbeiter: String,
    /// The product that sends, and whether all is a test.
    pub product: Product,
    /// The register; the Bundesverwaltungsamt where nothing is said.
    #[serde(default = "register")]
    pub register: Partner,
    /// Purpose of own retrievals, a code of azr:abrufzweck; 01 where nothing is said.
    #[serde(default = "abrufzweck")]
    pub abrufzweck: String,
    /// Profile of the search before a first report, a code of azr:suchprofil; N where nothing is said.
    #[serde(default = "suchprofil")]
    pub suchprofil: String,
    /// Waits and limits.
    #[serde(default)]
    pub limits: Limits,
    /// Who decides where both sides changed the same field. The first rule that fits holds; where none does, a person decides.
    #[serde(default)]
    pub policy: Vec<Policy>,
}

/// Waits and limits, in milliseconds of the environment's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limits {
    /// A message that was handed out and of which the host said nothing is handed out again after so long.
    pub lease: i64,
    /// A message that was sent and not answered is handed out again, with the same UUID, after so long.
    pub answer: i64,
    /// The wait after a first failure; it doubles with each further one.
    pub retry: i64,
    /// The longest wait after a failure.
    pub longest_retry: i64,
    /// After so many attempts a message is parked and reported.
    pub attempts: u32,
}

/// Who decides where both sides changed the same field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// Of this kind only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Of this field only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Who.
    pub decide: Side,
}

/// A side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// The register's value holds.
    Register,
    /// The authority's value holds.
    Local,
    /// The later one holds: by the day of the register's last change and that of the last submit.
    Newest,
}

impl Default for Limits {
    fn default() -> Self {
        let minute = 60_000;
        Self {
            lease: 5 * minute,
            answer: 60 * minute,
            retry: minute,
            longest_retry: 6 * 60 * minute,
            attempts: 12,
        }
    }
}

impl Limits {
    /// The wait after so many failures.
    pub(super) fn wait(&self, failures: u32) -> i64 {
        let doubled = self.retry.saturating_mul(1_i64 << failures.saturating_sub(1).min(20));
        doubled.clamp(0, self.longest_retry.max(0))
    }
}

impl Config {
    /// Who decides about a field of a kind; none: a person.
    pub(super) fn decides(&self, kind: &str, field: &str) -> Option<Side> {
        let fits = |policy: &&Policy| {
            policy.kind.as_deref().is_none_or(|own| own == kind)
                && policy.field.as_deref().is_none_or(|own| own == field)
        };
        self.policy.iter().find(fits).map(|policy| policy.decide)
    }
}

fn register() -> Partner {
    Partner {
        kennung: "dbs:490030020000".into(),
        name: "Bundesverwaltungsamt, Ausländerzentralregister".into(),
        verzeichnisdienst: "DVDV".into(),
        ..Partner::default()
    }
}

fn abrufzweck() -> String {
    "01".into()
}

fn suchprofil() -> String {
    "N".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_limit() {
        let limits = Limits { retry: 1000, longest_retry: 10_000, ..Limits::default() };
        let waits: Vec<i64> = (1..7).map(|failures| limits.wait(failures)).collect();
        assert_eq!(waits, [1000, 2000, 4000, 8000, 10_000, 10_000]);
        assert_eq!(limits.wait(u32::MAX), 10_000);
    }
}
