//! Points in time and durations.

use super::Builtin;
use std::cmp::Ordering;

/// Whether a text is a value of one of the eight types of points in time (3.2.7 to 3.2.14).
pub(super) fn is_valid(b: Builtin, s: &[u8]) -> bool {
    // The forms that nearly every value has.
    match (b, s.split_first_chunk::<10>()) {
        (Builtin::Date, Some((date, []))) if is_plain_date(date) => return true,
        (Builtin::DateTime, Some((date, [b'T', time @ ..]))) if is_plain_date(date) => {
            if let Some((time, rest)) = time.split_first_chunk::<8>()
                && is_plain_time(u64::from_le_bytes(*time))
            {
                let mut input = Input { rest };
                return input.fraction().is_some() && input.zone().is_some() && input.rest.is_empty();
            }
        }
        _ => {}
    }
    Moment::parse(b, s).is_some()
}

/// Whether it is YYYY-MM-DD and a day up to the 28th of a month, or one of the others in a month that has it.
fn is_plain_date(s: &[u8; 10]) -> bool {
    let [y0, y1, y2, y3, d0, m0, m1, d1, day0, day1] = *s;
    let head = u64::from_le_bytes([y0, y1, y2, y3, d0, m0, m1, d1]);
    let tail = u64::from_le_bytes([day0, day1, b'0', b'0', b'-', b'0', b'0', b'-']);
    let (Some(head), Some(tail)) = (
        digits_of(head, u64::from_le_bytes(*b"0000-00-")),
        digits_of(tail, u64::from_le_bytes(*b"0000-00-")),
    ) else {
        return false;
    };
    let [y0, y1, y2, y3, _, m0, m1, _] = head.map(u32::from);
    let [day0, day1, ..] = tail.map(u32::from);
    let (month, day) = (m0 * 10 + m1, day0 * 10 + day1);
    if month == 0 || month > 12 || day == 0 || head.first_chunk::<4>() == Some(&[0; 4]) {
        return false;
    }
    day <= 28 || day <= days_in_month(i128::from(y0 * 1000 + y1 * 100 + y2 * 10 + y3), month)
}

/// Whether it is HH:MM:SS and a time of a day, 24:00:00 aside.
fn is_plain_time(s: u64) -> bool {
    let Some([h0, h1, _, m0, _, _, s0, _]) = digits_of(s, u64::from_le_bytes(*b"00:00:00")) else {
        return false;
    };
    h0 * 10 + h1 < 24 && m0 < 6 && s0 < 6
}

/// The digits of a text of which the form is given: 0 where a digit stands, else the character itself.
fn digits_of(s: u64, form: u64) -> Option<[u8; 8]> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let digits = s ^ form;
    // Of a form's characters, `0` (30) has none of the bits 1 to 3, `-` (2D) and `:` (3A) have some.
    let marks = ((form >> 1) | (form >> 2) | (form >> 3)) & ONES;
    // The high bit rises from a digit's place if it holds more than 9, from another if it holds anything.
    let bound = ONES * 0x76 + marks * 9;
    let wrong = (digits.wrapping_add(bound) | digits) & (ONES * 0x80);
    (wrong == 0).then_some(digits.to_le_bytes())
}

/// How two valid points in time of one type compare (3.2.7.4). `None` where only one has a time zone and the other
/// could be before or after.
pub(super) fn compare(b: Builtin, a: &[u8], c: &[u8]) -> Option<Ordering> {
    let (a, c) = (Moment::parse(b, a)?, Moment::parse(b, c)?);
    let order = |a_zone: i32, c_zone: i32| {
        let whole = a.seconds(a_zone).cmp(&c.seconds(c_zone));
        whole.then_with(|| a.fraction.cmp(c.fraction))
    };
    match (a.zone, c.zone) {
        (Some(a_zone), Some(c_zone)) => Some(order(a_zone, c_zone)),
        (None, None) => Some(order(0, 0)),
        // The one without a zone could be in any of them.
        (Some(zone), None) => certain(order(zone, MAX_ZONE), order(zone, -MAX_ZONE)),
        (None, Some(zone)) => certain(order(MAX_ZONE, zone), order(-MAX_ZONE, zone)),
    }
}

fn certain(one: Ordering, other: Ordering) -> Option<Ordering> {
    (one == other && one != Ordering::Equal).then_some(one)
}

/// Zones lie at most so many minutes from UTC.
const MAX_ZONE: i32 = 14 * 60;

/// Numbers that are larger are taken as this one: some billion times the age of everything.
const LARGEST: i128 = 10i128.pow(27);

/// A point in time. What its type lacks is filled up so that values of one type compare rightly.
struct Moment<'a> {
    year: i128,
    month: u32,
    day: u32,
    /// 24 only in the last instant of a day.
    hour: u32,
    minute: u32,
    second: u32,
    /// The digits after the point, without zeros at the end.
    fraction: &'a [u8],
    /// Minutes from UTC.
    zone: Option<i32>,
}

impl<'a> Moment<'a> {
    fn parse(b: Builtin, s: &'a [u8]) -> Option<Self> {
        use Builtin::*;
        let mut input = Input { rest: s };
        // A leap year, and a month of 31 days.
        let mut out =
            Moment { year: 1972, month: 1, day: 1, hour: 0, minute: 0, second: 0, fraction: b"", zone: None };
        if matches!(b, DateTime | Date | GYearMonth | GYear) {
            out.year = input.year()?;
        } else if matches!(b, GMonthDay | GDay | GMonth) {
            input.expect(b'-')?;
        }
        if matches!(b, DateTime | Date | GYearMonth | GMonthDay | GMonth) {
            input.expect(b'-')?;
            out.month = input.two()?;
        } else if b == GDay {
            input.expect(b'-')?;
        }
        if matches!(b, DateTime | Date | GMonthDay | GDay) {
            input.expect(b'-')?;
            out.day = input.two()?;
        }
        if b == DateTime {
            input.expect(b'T')?;
        }
        if matches!(b, DateTime | Time) {
            out.hour = input.two()?;
            input.expect(b':')?;
            out.minute = input.two()?;
            input.expect(b':')?;
            out.second = input.two()?;
            out.fraction = input.fraction()?;
        }
        out.zone = input.zone()?;
        let day = out.day >= 1 && out.day <= days_in_month(out.year, out.month);
        let end_of_day = out.hour == 24 && out.minute == 0 && out.second == 0 && out.fraction.is_empty();
        let time = out.hour < 24 && out.minute < 60 && out.second < 60 || end_of_day;
        if b == Time && end_of_day {
            out.hour = 0;
        }
        (input.rest.is_empty() && day && time).then_some(out)
    }

    /// Whole seconds on a line of time, if the zone is so many minutes from UTC.
    fn seconds(&self, zone: i32) -> i128 {
        let minutes = i128::from(self.hour * 60 + self.minute) - i128::from(zone);
        days(self.year, self.month) * 86_400
            + i128::from(self.day) * 86_400
            + minutes * 60
            + i128::from(self.second)
    }
}

/// Days before the first of a month, from some day on, by the calendar of appendix E.
fn days(year: i128, month: u32) -> i128 {
    // Months are counted from March, so that the leap day is the last of its year.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + i128::from((153 * month + 2) / 5)
}

fn days_in_month(year: i128, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn expect(&mut self, c: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[c])?;
        Some(())
    }

    fn eat(&mut self, c: u8) -> bool {
        self.expect(c).is_some()
    }

    /// All digits ahead; there may be none.
    fn digits(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|c| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    fn two(&mut self) -> Option<u32> {
        match self.rest {
            [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
                self.rest = rest;
                Some(u32::from(a - b'0') * 10 + u32::from(b - b'0'))
            }
            _ => None,
        }
    }

    /// `-?` and four digits or more, no zero before more than four, and not 0000 (3.2.7.1).
    fn year(&mut self) -> Option<i128> {
        let negative = self.eat(b'-');
        let digits = self.digits();
        if digits.len() < 4 || (digits.len() > 4 && digits.starts_with(b"0")) {
            return None;
        }
        let year = number(digits);
        match year {
            0 => None,
            _ if negative => Some(-year),
            _ => Some(year),
        }
    }

    /// A point and at least one digit, or nothing.
    fn fraction(&mut self) -> Option<&'a [u8]> {
        if !self.eat(b'.') {
            return Some(b"");
        }
        let digits = self.digits();
        if digits.is_empty() {
            return None;
        }
        let zeros = digits.iter().rev().take_while(|&&c| c == b'0').count();
        digits.get(..digits.len() - zeros)
    }

    /// `Z`, `+hh:mm`, `-hh:mm` or nothing (3.2.7.3).
    fn zone(&mut self) -> Option<Option<i32>> {
        let sign = match self.rest.split_first() {
            None => return Some(None),
            Some((b'Z', rest)) => {
                self.rest = rest;
                return Some(Some(0));
            }
            Some((b'+', rest)) => {
                self.rest = rest;
                1
            }
            Some((b'-', rest)) => {
                self.rest = rest;
                -1
            }
            Some(_) => return None,
        };
        let hours = self.two()?;
        self.expect(b':')?;
        let minutes = self.two()?;
        let zone = i32::try_from(hours * 60 + minutes).ok()?;
        (minutes < 60 && zone <= MAX_ZONE).then_some(Some(sign * zone))
    }
}

fn number(digits: &[u8]) -> i128 {
    digits.iter().fold(0, |n: i128, c| (n * 10 + i128::from(c - b'0')).min(LARGEST))
}

/// `-?P(nY)?(nM)?(nD)?(T(nH)?(nM)?(n(.n)?S)?)?`, with at least one number, and one after `T` (3.2.6.1).
pub(super) fn is_duration(s: &[u8]) -> bool {
    Span::parse(s).is_some()
}

/// How two valid durations compare: as all four of the moments of 3.2.6.2 say, else not at all.
pub(super) fn compare_durations(a: &[u8], c: &[u8]) -> Option<Ordering> {
    let (a, c) = (Span::parse(a)?, Span::parse(c)?);
    let mut orders = [(1696, 9), (1697, 2), (1903, 3), (1903, 7)].map(|from| {
        let ((a, a_part), (c, c_part)) = (a.after(from), c.after(from));
        a.cmp(&c).then_with(|| compare_parts(&a_part, &c_part))
    });
    orders.sort_unstable();
    match orders {
        [first, .., last] if first == last => Some(first),
        _ => None,
    }
}

/// A duration: months and seconds, both with its sign.
struct Span<'a> {
    negative: bool,
    months: i128,
    seconds: i128,
    fraction: &'a [u8],
}

/// A part of a second: what the digits say, or what is missing from it to a whole.
struct Part<'a> {
    digits: &'a [u8],
    complement: bool,
}

impl<'a> Span<'a> {
    fn parse(s: &'a [u8]) -> Option<Self> {
        let mut input = Input { rest: s };
        let negative = input.eat(b'-');
        input.expect(b'P')?;
        let mut out = Span { negative, months: 0, seconds: 0, fraction: b"" };
        let mut designators: &[u8] = b"YMD";
        let mut time = false;
        let mut some = false;
        while !input.rest.is_empty() {
            if !time && input.eat(b'T') {
                time = true;
                some = false;
                designators = b"HMS";
                continue;
            }
            let digits = input.digits();
            let point = input.rest.first() == Some(&b'.');
            let fraction = input.fraction()?;
            let (&designator, rest) = input.rest.split_first()?;
            input.rest = rest;
            let at = designators.iter().position(|&d| d == designator)?;
            designators = designators.get(at + 1..)?;
            if digits.is_empty() || (point && designator != b'S') {
                return None;
            }
            let n = number(digits);
            match (time, designator) {
                (false, b'Y') => out.months += n * 12,
                (false, b'M') => out.months += n,
                (false, _) => out.seconds += n * 86_400,
                (true, b'H') => out.seconds += n * 3600,
                (true, b'M') => out.seconds += n * 60,
                (true, _) => {
                    out.seconds += n;
                    out.fraction = fraction;
                }
            }
            some = true;
        }
        some.then_some(out)
    }

    /// Where the duration leads from the first of a month: whole seconds and the part of one after them.
    fn after(&self, (year, month): (i128, i128)) -> (i128, Part<'a>) {
        let sign = if self.negative { -1 } else { 1 };
        let months = year * 12 + (month - 1) + sign * self.months;
        let month = u32::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
        let start = days(months.div_euclid(12), month) * 86_400;
        let borrow = self.negative && !self.fraction.is_empty();
        let seconds = start + sign * self.seconds - i128::from(borrow);
        (seconds, Part { digits: self.fraction, complement: borrow })
    }
}

fn compare_parts(a: &Part, c: &Part) -> Ordering {
    let digit = |part: &Part, i: usize| match part.digits.get(i) {
        None => 0,
        Some(digit) if !part.complement => digit - b'0',
        // The last digit is no zero, so there is nothing to carry.
        Some(digit) if i + 1 == part.digits.len() => 10 - (digit - b'0'),
        Some(digit) => 9 - (digit - b'0'),
    };
    let most = a.digits.len().max(c.digits.len());
    (0..most).map(|i| digit(a, i).cmp(&digit(c, i))).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}
