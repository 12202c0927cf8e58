//! Days as offices and messages have them.

pub(super) use crate::time::Day;

impl Day {
    /// The day before a Saturday or Sunday, or the day itself: offices are closed at the weekend.
    pub(super) fn working(self) -> Self {
        // 1970-01-01 was a Thursday.
        match (self.0 + 3).rem_euclid(7) {
            5 => Day(self.0 - 1),
            6 => Day(self.0 - 2),
            _ => self,
        }
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
