//! Sets of characters as sorted ranges.

/// A set of Unicode characters: sorted ranges that neither overlap nor touch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CharSet {
    ranges: Vec<(u32, u32)>,
}

/// Surrogates are no characters.
const FIRST_SURROGATE: u32 = 0xD800;
const LAST_SURROGATE: u32 = 0xDFFF;
const LAST_CHAR: u32 = 0x10_FFFF;

impl CharSet {
    /// The set of all characters in the ranges, which may be in any order and overlap. Both ends belong to a range;
    /// surrogates are left out.
    #[must_use]
    pub fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            let last = last.min(LAST_CHAR);
            if first <= last {
                push(&mut out, first, last.min(FIRST_SURROGATE - 1));
                push(&mut out, first.max(LAST_SURROGATE + 1), last);
            }
        }
        CharSet { ranges: out }
    }

    /// The set of one character.
    #[must_use]
    pub fn single(c: char) -> Self {
        CharSet { ranges: vec![(u32::from(c), u32::from(c))] }
    }

    /// The ranges in order; both ends belong to a range.
    #[must_use]
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// All characters that are not in the set.
    #[must_use]
    pub fn negate(&self) -> Self {
        let mut out = Vec::with_capacity(self.ranges.len() + 2);
        let mut next = 0;
        for &(first, last) in self.ranges.iter().chain(&[(LAST_CHAR + 1, LAST_CHAR + 1)]) {
            if next < first {
                out.push((next, first - 1));
            }
            next = last.saturating_add(1);
        }
        CharSet::new(out)
    }

    /// The characters of the set that are not in `other`.
    #[must_use]
    pub fn subtract(&self, other: &CharSet) -> Self {
        let mut rest = self.negate().ranges;
        rest.extend_from_slice(&other.ranges);
        CharSet::new(rest).negate()
    }

    /// Whether the set has the character.
    #[must_use]
    pub fn contains(&self, c: char) -> bool {
        let c = u32::from(c);
        let after = self.ranges.partition_point(|&(first, _)| first <= c);
        after.checked_sub(1).and_then(|i| self.ranges.get(i)).is_some_and(|&(_, last)| c <= last)
    }
}

/// Adds a range to ranges that begin no later.
fn push(out: &mut Vec<(u32, u32)>, first: u32, last: u32) {
    if first > last {
        return;
    }
    match out.last_mut() {
        Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
        _ => out.push((first, last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_joined_and_sorted() {
        let set = CharSet::new(vec![(0x62, 0x63), (0x61, 0x61), (0x70, 0x75), (0x72, 0x73), (5, 4)]);
        assert_eq!(set.ranges(), [(0x61, 0x63), (0x70, 0x75)]);
    }

    #[test]
    fn negation_leaves_surrogates_out_and_goes_back() {
        let set = CharSet::new(vec![(0x61, 0x7A)]);
        assert_eq!(set.negate().ranges(), [(0, 0x60), (0x7B, 0xD7FF), (0xE000, 0x10_FFFF)]);
        assert_eq!(set.negate().negate(), set);
        assert_eq!(CharSet::default().negate().negate(), CharSet::default());
    }

    #[test]
    fn subtraction() {
        let set = CharSet::new(vec![(0x61, 0x7A)]).subtract(&CharSet::new(vec![(0x63, 0x64), (0, 0x61)]));
        assert_eq!(set.ranges(), [(0x62, 0x62), (0x65, 0x7A)]);
        assert!(set.contains('b') && !set.contains('a') && !set.contains('c') && set.contains('z'));
    }
}
