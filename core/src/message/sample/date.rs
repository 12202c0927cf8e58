//! Days of the calendar, counted from 1970-01-01.

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) i64);

impl Day {
    /// The day of year, month and day (proleptic Gregorian).
    pub(super) fn of(year: i64, month: i64, day: i64) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        Day(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Year, month, day.
    pub(super) fn parts(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
    }

    /// The day before a Saturday or Sunday, or the day itself: offices are closed at the weekend.
    pub(super) fn working(self) -> Self {
        // 1970-01-01 was a Thursday.
        match (self.0 + 3).rem_euclid(7) {
            5 => Day(self.0 - 1),
            6 => Day(self.0 - 2),
            _ => self,
        }
    }

    /// `2026-11-15`.
    pub(super) fn iso(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `15.11.2026`.
    pub(super) fn german(self) -> String {
        let (year, month, day) = self.parts();
        format!("{day:02}.{month:02}.{year:04}")
    }

    /// The offset of German local time from UTC at noon of the day.
    pub(super) fn zone(self) -> &'static str {
        let (year, month, day) = self.parts();
        let last_sunday = |month| {
            let last = Day::of(year, month, 31).0;
            Day(last - (last + 4).rem_euclid(7)).parts().2
        };
        let summer = match month {
            4..=9 => true,
            3 => day >= last_sunday(3),
            10 => day < last_sunday(10),
            _ => false,
        };
        if summer { "+02:00" } else { "+01:00" }
    }

    /// The day of a text like `2026-11-15` or `15.11.2026`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let dotted = text.contains('.');
        let parts: Vec<i64> = text
            .split(['.', '-'])
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()
            .filter(|parts: &Vec<i64>| parts.len() == 3)?;
        match (parts.as_slice(), dotted) {
            (&[day, month, year], true) | (&[year, month, day], false)
                if (1..=12).contains(&month) && (1..=31).contains(&day) =>
            {
                Some(Day::of(year, month, day))
            }
            _ => None,
        }
    }
}
