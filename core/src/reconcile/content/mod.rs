//! Comparing the content of two stocks: person by person by AZR-Nummer, field by field.
//!
//! [`Comparison`] compares what is held of one person. It reads nothing and decides nothing: it says what differs, and proposes.
//! Values that say the same in another spelling of dates, codes and house numbers are the same; letters that are only the same once
//! they are folded are a Hinweis of form.

mod fields;
pub mod fold;
pub mod join;
mod leaves;
mod pairing;
mod person;
mod plausibility;
mod shape;
#[cfg(test)]
mod tests;

use azrkit_standard::pack::Pack;

pub use leaves::Renamed;
pub use plausibility::PlausibilityError;

use crate::register::{Datensatz, Kinds, RegisterError};
use plausibility::Rules;
use shape::Shapes;

/// Compares records of persons.
#[derive(Debug)]
pub struct Comparison<'a> {
    shapes: Shapes<'a>,
    kinds: Kinds,
    renamed: Renamed,
    only: Option<Vec<String>>,
    rules: Rules,
    today: Option<String>,
}

/// Why there is nothing to compare with.
#[derive(Debug, thiserror::Error)]
pub enum ComparisonError {
    /// The packs know no kinds of entries.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The rules of plausibility do not fit the standard.
    #[error(transparent)]
    Rules(#[from] PlausibilityError),
}

impl ComparisonError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Register(error) => error.code(),
            Self::Rules(_) => "AZK-V001",
        }
    }
}

impl<'a> Comparison<'a> {
    /// A comparison by the newest standard of the register among some packs, of all kinds, without plausibility.
    ///
    /// # Errors
    /// [`RegisterError`] where none of the packs knows the register.
    pub fn new(packs: &[Pack<'a>]) -> Result<Self, ComparisonError> {
        let (shapes, kinds) = Shapes::newest(packs)?;
        Ok(Self {
            shapes,
            kinds,
            renamed: Renamed::default(),
            only: None,
            rules: Rules::default(),
            today: None,
        })
    }

    /// Codes that were renamed are what they are today.
    #[must_use]
    pub fn renamed(self, renamed: Renamed) -> Self {
        Self { renamed, ..self }
    }

    /// Only these kinds of entries are looked at.
    #[must_use]
    pub fn only(self, kinds: Vec<String>) -> Self {
        Self { only: Some(kinds), ..self }
    }

    /// Records are also checked in themselves, by the rules that come with the standard (`plausibilitaet.tsv`), as of a day
    /// (`2026-11-25`).
    ///
    /// # Errors
    /// [`PlausibilityError`] where a rule does not fit the standard.
    pub fn plausible(self, today: &str) -> Result<Self, ComparisonError> {
        let rules = Rules::of(&self.shapes)?;
        Ok(Self { rules, today: Some(today.to_owned()), ..self })
    }

    /// Whether records are checked in themselves.
    fn checks_plausibility(&self) -> bool {
        self.today.is_some()
    }

    /// Whether a rule of plausibility finds something in a record.
    fn is_implausible(&self, record: &Datensatz) -> bool {
        self.rules.finds(&self.shapes, record, self.today.as_deref())
    }

    fn wants(&self, kind: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|name| name == kind))
    }

    /// German and English label of a kind or of a field of it: of a field with the kind before it.
    fn labels(&self, kind: &str, field: &str) -> (String, String) {
        let Some(at) = self.shapes.kind(kind) else { return (kind.to_owned(), kind.to_owned()) };
        let own = self.shapes.spot(at).map(|spot| spot.label.clone()).unwrap_or_default();
        let mut spot = Some(at);
        let mut label = None;
        for name in field.split('/').filter(|name| !name.is_empty()) {
            spot = spot.and_then(|spot| self.shapes.within(spot, name));
            let here = spot.and_then(|spot| self.shapes.spot(spot)).map(|spot| spot.label.clone());
            // `name` in a name and the like say nothing that the element around them does not.
            label = match here {
                Some(here) if !matches!(name, "name" | "code") || label.is_none() => Some(here),
                None if spot.is_none() && label.is_none() => Some((name.to_owned(), name.to_owned())),
                _ => label,
            };
        }
        match label {
            Some((german, english)) => (format!("{}, {german}", own.0), format!("{}, {english}", own.1)),
            None => own,
        }
    }
}
