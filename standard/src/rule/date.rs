//! Dates that may be partly known: intervals of days.

/// From the first to the last day that a date can mean, both included, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// First day.
    pub first: i32,
    /// Last day.
    pub last: i32,
}

impl Interval {
    /// Reads `2026-06-12`, `2026-06`, `2026`, a date with a zone, the day of an `xs:dateTime`, `12.06.2026`,
    /// `06.2026`. Day or month 00 is unknown. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(german) = german(text) {
            return german;
        }
        let (day, zone) = match text.find('T') {
            Some(at) => (text.get(..at)?, ""),
            None => split_zone(text),
        };
        if !zone.is_empty() && !is_zone(zone) {
            return None;
        }
        let mut parts = day.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map(|part| digits(part, 2).ok_or(())).transpose().ok()?;
        let day = parts.next().map(|part| digits(part, 2).ok_or(())).transpose().ok()?;
        if parts.next().is_some() {
            return None;
        }
        Self::of(year, month.unwrap_or(0), day.unwrap_or(0))
    }

    /// The date this many days later.
    pub fn plus_days(self, days: f64) -> Option<Self> {
        // Beyond some 10,000 years a date means nothing here; it keeps the sums far from overflow.
        if !(-4e6..=4e6).contains(&days) {
            return None;
        }
        let days = days as i32;
        Some(Self { first: self.first.checked_add(days)?, last: self.last.checked_add(days)? })
    }

    /// The date this many months later; the day is the month's last where it has no such day.
    pub fn plus_months(self, months: i32) -> Option<Self> {
        Some(Self { first: shift(self.first, months)?, last: shift(self.last, months)? })
    }

    fn of(year: i32, month: i32, day: i32) -> Option<Self> {
        match (month, day) {
            (0, 0) => Some(Self { first: days(year, 1, 1), last: days(year, 12, 31) }),
            (1..=12, 0) => {
                Some(Self { first: days(year, month, 1), last: days(year, month, month_length(year, month)) })
            }
            (1..=12, 1..) if day <= month_length(year, month) => {
                let at = days(year, month, day);
                Some(Self { first: at, last: at })
            }
            _ => None,
        }
    }
}

/// `12.06.2026` or `06.2026`; the outer `None` says that it isn't written like that.
fn german(text: &str) -> Option<Option<Interval>> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let mut parts = text.split('.');
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return Some(None);
    }
    let (day, month, year) = match third {
        Some(year) => (first, second, year),
        None => ("00", first, second),
    };
    let read = || Interval::of(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
    Some(read())
}

fn digits(text: &str, count: usize) -> Option<i32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn split_zone(text: &str) -> (&str, &str) {
    if let Some(day) = text.strip_suffix('Z') {
        return (day, "Z");
    }
    // The zone is `+01:00`; a minus sign parts the date too, so only one before a colon counts.
    match text.len().checked_sub(6).and_then(|at| Some((text.get(..at)?, text.get(at..)?))) {
        Some((day, zone)) if is_zone(zone) => (day, zone),
        _ => (text, ""),
    }
}

fn is_zone(text: &str) -> bool {
    text == "Z"
        || matches!(text.as_bytes(), [b'+' | b'-', a, b, b':', c, d]
            if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

fn is_leap(year: i32) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn month_length(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar (years 0 to 9999).
fn days(year: i32, month: i32, day: i32) -> i32 {
    // Years begin in March here, so that the leap day is the last one.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day - 719_469
}

fn civil(day: i32) -> (i32, i32, i32) {
    let z = i64::from(day) + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as i32, day as i32)
}

fn shift(day: i32, months: i32) -> Option<i32> {
    let (year, month, of_month) = civil(day);
    let index = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
    let (year, month) = (i32::try_from(index.div_euclid(12)).ok()?, index.rem_euclid(12) as i32 + 1);
    if !(-20_000..=20_000).contains(&year) {
        return None;
    }
    Some(days(year, month, of_month.min(month_length(year, month))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(text: &str) -> i32 {
        let interval = Interval::parse(text).expect(text);
        assert_eq!(interval.first, interval.last, "{text}");
        interval.first
    }

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(point("1970-01-01"), 0);
        assert_eq!(point("2000-02-29"), 11_016);
        assert_eq!(point("2026-11-24"), 20_781);
        assert_eq!(point("24.11.2026"), 20_781);
        assert_eq!(point("2026-11-24T10:00:00.000+01:00"), 20_781);
        assert_eq!(point("2026-11-24-05:00"), 20_781);
        assert_eq!(point("2026-11-24Z"), 20_781);
        for day in [-700_000, -1, 0, 59, 60, 365, 11_016, 20_781, 2_000_000] {
            let (y, m, d) = civil(day);
            assert_eq!(days(y, m, d), day);
        }
    }

    #[test]
    fn partly_known_dates_are_intervals() {
        let year = Interval::parse("2024").expect("a year");
        assert_eq!((year.first, year.last), (point("2024-01-01"), point("2024-12-31")));
        let month = Interval::parse("2024-02").expect("a month");
        assert_eq!((month.first, month.last), (point("2024-02-01"), point("2024-02-29")));
        assert_eq!(Interval::parse("02.2024"), Some(month));
        assert_eq!(Interval::parse("00.02.2024"), Some(month));
        assert_eq!(Interval::parse("00.00.2024"), Some(year));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "true",
            "2023-02-29",
            "2024-13",
            "24-01-01",
            "2024-1-1",
            "01-2024",
            "1.1.2024",
            "2024-01-01+1",
            "31.04.2024",
            "ä",
        ] {
            assert_eq!(Interval::parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_and_days_are_added() {
        let at = |text| Interval::parse(text).expect(text);
        assert_eq!(at("2024-01-31").plus_months(1), Some(at("2024-02-29")));
        assert_eq!(at("2024-01-31").plus_months(-2), Some(at("2023-11-30")));
        assert_eq!(at("2024-12-31").plus_days(1.0), Some(at("2025-01-01")));
        assert_eq!(at("2024-12-31").plus_days(f64::NAN), None);
        assert_eq!(at("2024-12-31").plus_months(i32::MAX), None);
    }
}
