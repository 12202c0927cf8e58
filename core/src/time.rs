//! Points in time as messages and stores have them. Where they come from is the host's affair.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

const DAY: i64 = 86_400_000;

impl Timestamp {
    /// As `xs:dateTime` with milliseconds and a zone: `2026-11-16T08:41:27.318Z`.
    pub fn iso(self) -> String {
        let of_day = self.clamped().rem_euclid(DAY);
        let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
        let (seconds, millis) = (of_day / 1000 % 60, of_day % 1000);
        format!("{}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z", self.date())
    }

    /// The day in UTC, as `xs:date`: `2026-11-16`.
    pub fn date(self) -> String {
        Day(self.clamped().div_euclid(DAY)).iso()
    }

    /// The day in UTC, counted from 1970-01-01.
    pub fn day(self) -> i32 {
        self.clamped().div_euclid(DAY) as i32
    }

    /// Reads an `xs:dateTime`: `2026-11-16T09:41:27.318+01:00`. Without a zone it is taken as UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, rest) = text.trim().split_once('T')?;
        let mut parts = day.splitn(3, '-');
        let mut number = || parts.next()?.parse::<i64>().ok();
        let (year, month, day) = (number()?, number()?, number()?);
        let zone_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
        let (time, zone) = rest.split_at(zone_at);
        let mut parts = time.splitn(3, ':');
        let hours: i64 = parts.next()?.parse().ok()?;
        let minutes: i64 = parts.next()?.parse().ok()?;
        let (seconds, fraction) = parts.next().map(|part| part.split_once('.').unwrap_or((part, "0")))?;
        let seconds: i64 = seconds.parse().ok()?;
        let millis: i64 = format!("{:0<3.3}", fraction).parse().ok()?;
        let offset = match zone.as_bytes().first() {
            Some(sign @ (b'+' | b'-')) => {
                let (hours, minutes) = zone[1..].split_once(':')?;
                let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
                if *sign == b'-' { -minutes } else { minutes }
            }
            _ => 0,
        };
        if !(-9999..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let days = Day::of(year, month, day).0;
        Some(Self(days * DAY + hours * 3_600_000 + (minutes - offset) * 60_000 + seconds * 1000 + millis))
    }

    /// So many milliseconds later.
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// A clock that is wrong by millennia still gives a date that messages can have.
    fn clamped(self) -> i64 {
        self.0.clamp(-62_135_596_800_000, 253_402_300_799_999)
    }
}

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) i64);

impl Day {
    /// The day of year, month and day (proleptic Gregorian).
    pub(crate) fn of(year: i64, month: i64, day: i64) -> Self {
        // Howard Hinnant's way: years that begin in March, in eras of 400.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        Day(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Year, month, day.
    pub(crate) fn parts(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
    }

    /// `2026-11-15`.
    pub(crate) fn iso(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn zones() {
        let noon = Timestamp(1_794_818_487_318);
        for text in
            ["2026-11-16T09:41:27.318+01:00", "2026-11-16T08:41:27.3189", "2026-11-16T03:11:27.318-05:30"]
        {
            assert_eq!(Timestamp::parse(text), Some(noon), "{text}");
        }
        for text in ["", "2026-11-16", "2026-11-16Tx", "2026-13-16T00:00:00", "T::", "2026-11-16T1:1:1+"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates() {
        for (millis, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_794_818_487_318, "2026-11-16T08:41:27.318Z"),
            (i64::MAX, "9999-12-31T23:59:59.999Z"),
            (i64::MIN, "0001-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(Timestamp(millis).iso(), expected);
            if millis.unsigned_abs() < 1 << 60 {
                assert_eq!(Timestamp::parse(expected), Some(Timestamp(millis)));
            }
        }
    }
}
