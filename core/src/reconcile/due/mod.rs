//! Regular checks: which records must be looked at again on which day of a period, and why.
//!
//! A record comes up because a validity ends within the period, because it was never agreed with the register, or because that was too long
//! ago. Each comes up once. The days are spread by a hash of its key; who has a coming date comes up on it or before. The stock is read
//! twice: first [`Due::coming`] for all, then [`Due::regular`], so that what is urgent has its place before the rest. Only the number of
//! records of each day is kept.

#[cfg(test)]
mod tests;

use azrkit_standard::pack::Pack;
use serde::Serialize;
use serde_json::Value;

use crate::register::{Datensatz, Kinds, RegisterError};
use crate::time::{Day, Timestamp};

/// The table of the standard: fields whose date is the end of a validity.
const TABLE: &str = "geltungsenden.tsv";

/// The longest period, in days.
pub const LONGEST: u32 = 3660;

/// Why a record comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Reason {
    /// A validity ends within the period.
    #[serde(rename = "AZK-F001")]
    Ends,
    /// The record was never agreed with the register, as far as is known.
    #[serde(rename = "AZK-F002")]
    Never,
    /// The last agreement is too old within the period.
    #[serde(rename = "AZK-F003")]
    Old,
}

/// A record to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The day, `2026-11-25`.
    pub day: String,
    /// Why.
    pub code: Reason,
    /// The key of the record.
    pub key: String,
    /// The AZR-Nummer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azr_nummer: Option<String>,
    /// The kind of the entry whose validity ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The day on which it ends, or that of the last agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Why, for a case worker, in German.
    pub text_de: String,
    /// The same in English.
    pub text_en: String,
}

/// The period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its first day, `2026-11-25`.
    pub from: String,
    /// How many days it has, 1 to [`LONGEST`].
    pub days: u32,
    /// After so many days an agreement is too old.
    pub oldest: u32,
    /// At most so many regular checks a day, coming dates counted in; coming dates themselves are never put off.
    pub per_day: Option<u32>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum DueError {
    /// The packs know no kinds of entries.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A day that is none, or a period of no days or too many.
    #[error("AZK-V101: {0}: expected a day such as 2026-11-25 and 1 to 3660 days")]
    Period(String),
}

impl DueError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Register(error) => error.code(),
            Self::Period(_) => "AZK-V101",
        }
    }
}

/// Plans checks.
#[derive(Debug)]
pub struct Due {
    ends: Vec<End>,
    first: i64,
    plan: Plan,
    load: Vec<u32>,
    put_off: u64,
}

#[derive(Debug)]
struct End {
    kind: String,
    label: String,
    path: Vec<String>,
}

impl Due {
    /// A plan by the newest standard of the register among some packs.
    ///
    /// # Errors
    /// [`DueError`] where no pack knows the register, or the period is none.
    pub fn new(packs: &[Pack<'_>], plan: Plan) -> Result<Self, DueError> {
        let (pack, kinds) = Kinds::newest_in(packs)?;
        let ends = pack.extra(TABLE).unwrap_or("").lines().filter(|line| !line.starts_with('#')).filter_map(
            |line| {
                let (kind, path) = line.split_once('\t')?;
                let label = kinds.get(kind)?.label.clone();
                let path = path.trim().split('/').map(str::to_owned).collect();
                Some(End { kind: kind.to_owned(), label, path })
            },
        );
        let ends = ends.collect();
        let first = day(&plan.from).filter(|_| (1..=LONGEST).contains(&plan.days));
        let first = first.ok_or_else(|| DueError::Period(format!("{}, {}", plan.from, plan.days)))?;
        let load = vec![0; plan.days as usize];
        Ok(Self { ends, first, plan, load, put_off: 0 })
    }

    /// First reading: the check of a record of which a validity ends within the period, on the day that it ends or before.
    pub fn coming(&mut self, record: &Datensatz) -> Option<Check> {
        let (end, days) = self.end(record)?;
        let at = spread(&record.key, days + 1);
        let date = Day(self.first + i64::from(days));
        let mut check = self.check(record, at, Reason::Ends, Some(date));
        let german = german(date);
        check.text_de = format!("{}: Die Geltung endet am {german}.", end.label);
        check.text_en = format!("{}: the validity ends on {}.", end.kind, date.iso());
        check.kind = Some(end.kind.clone());
        if let Some(load) = self.load.get_mut(at as usize) {
            *load = load.saturating_add(1);
        }
        Some(check)
    }

    /// Second reading: the check of a record without a coming date that was never agreed, or too long ago. `agreed` is the day of the last
    /// agreement; what is no day counts as never. None where it need not be looked at, or where all days are full: see
    /// [`put_off`](Self::put_off).
    pub fn regular(&mut self, record: &Datensatz, agreed: Option<&str>) -> Option<Check> {
        let days = self.plan.days;
        let agreed = agreed.and_then(day);
        let old = agreed.map(|agreed| agreed.saturating_add(i64::from(self.plan.oldest)));
        if old.is_some_and(|old| old >= self.first + i64::from(days)) || self.end(record).is_some() {
            return None;
        }
        let wished = spread(&record.key, days);
        let limit = self.plan.per_day.unwrap_or(u32::MAX);
        let has_room = |at: &u32| self.load.get(*at as usize).is_some_and(|load| *load < limit);
        let Some(at) = (0..days).map(|step| (wished + step) % days).find(has_room) else {
            self.put_off += 1;
            return None;
        };
        if let Some(load) = self.load.get_mut(at as usize) {
            *load = load.saturating_add(1);
        }
        let reason = if agreed.is_some() { Reason::Old } else { Reason::Never };
        let mut check = self.check(record, at, reason, agreed.map(Day));
        (check.text_de, check.text_en) = match agreed.map(Day) {
            Some(agreed) => (
                format!("Der letzte Abgleich mit dem AZR war am {}.", german(agreed)),
                format!("The last agreement with the AZR was on {}.", agreed.iso()),
            ),
            None => (
                "Ein Abgleich mit dem AZR ist nicht bekannt.".to_owned(),
                "No agreement with the AZR is known.".to_owned(),
            ),
        };
        Some(check)
    }

    /// How many regular checks found no room in the period.
    pub fn put_off(&self) -> u64 {
        self.put_off
    }

    /// How many checks each day has.
    pub fn load(&self) -> &[u32] {
        &self.load
    }

    fn check(&self, record: &Datensatz, at: u32, code: Reason, date: Option<Day>) -> Check {
        Check {
            day: Day(self.first + i64::from(at)).iso(),
            code,
            key: record.key.clone(),
            azr_nummer: record.azr_nummer.clone(),
            kind: None,
            date: date.map(Day::iso),
            text_de: String::new(),
            text_en: String::new(),
        }
    }

    /// The first validity that ends within the period, and after how many days of it.
    fn end(&self, record: &Datensatz) -> Option<(&End, u32)> {
        let mut found: Option<(&End, u32)> = None;
        for entry in &record.entries {
            for end in self.ends.iter().filter(|end| end.kind == entry.kind) {
                let Some((name, rest)) = end.path.split_first() else { continue };
                each(entry.data.get(name), rest, &mut |text| {
                    let after = day(text).map(|day| day - self.first);
                    let after = after.and_then(|after| u32::try_from(after).ok());
                    if let Some(after) = after.filter(|after| *after < self.plan.days)
                        && found.is_none_or(|found| after < found.1)
                    {
                        found = Some((end, after));
                    }
                });
            }
        }
        found
    }
}

/// All texts at a path.
fn each(value: Option<&Value>, path: &[String], take: &mut dyn FnMut(&str)) {
    match (value, path.split_first()) {
        (Some(Value::Array(all)), _) => all.iter().for_each(|one| each(Some(one), path, take)),
        (Some(Value::String(text)), None) => take(text),
        (Some(Value::Object(all)), Some((name, rest))) => each(all.get(name), rest, take),
        _ => {}
    }
}

/// The day that a text says, counted from 1970-01-01.
fn day(text: &str) -> Option<i64> {
    let day = i64::from(Timestamp::parse(&format!("{}T00:00:00Z", text.trim()))?.day());
    // The 31st of February is none.
    (Day(day).iso() == text.trim()).then_some(day)
}

fn german(day: Day) -> String {
    let (year, month, day) = day.parts();
    format!("{day:02}.{month:02}.{year:04}")
}

/// A day of so many by a key: FNV-1a with a last mixing, as its low bits alone are spread badly.
fn spread(key: &str, days: u32) -> u32 {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    ((hash ^ (hash >> 33)) % u64::from(days.max(1))) as u32
}
