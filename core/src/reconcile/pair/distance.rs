//! How far texts are apart.

/// Longest text that is compared letter by letter; what lies behind does not count.
const LONGEST: usize = 64;

/// Whether one text comes from another by at most so many slips: a letter left out, added, changed, or two neighbours swapped.
pub(super) fn within(a: &[u8], b: &[u8], most: usize) -> bool {
    let (a, b) = trimmed(a, b);
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len()) <= most;
    }
    let mut before = [0_u8; LONGEST + 1];
    let mut row = [0_u8; LONGEST + 1];
    let mut next = [0_u8; LONGEST + 1];
    row.iter_mut().zip(0..).for_each(|(cell, at)| *cell = at);
    for (i, c) in a.iter().enumerate() {
        next[0] = i as u8 + 1;
        let mut least = next[0];
        for (j, d) in b.iter().enumerate() {
            let mut best = (row[j] + u8::from(c != d)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *c == b[j - 1] && a[i - 1] == *d {
                best = best.min(before[j - 1] + 1);
            }
            next[j + 1] = best;
            least = least.min(best);
        }
        if usize::from(least) > most {
            return false;
        }
        (before, row, next) = (row, next, before);
    }
    usize::from(row[b.len()]) <= most
}

/// Without what both begin and end with, and of bounded length.
fn trimmed<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)])
}

/// Jaro-Winkler: 0 for nothing in common, 1 for equal.
pub(super) fn jaro_winkler(a: &[u8], b: &[u8]) -> f32 {
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = 0_u64;
    let mut found = [0_u8; LONGEST];
    let mut matches = 0;
    for (i, c) in a.iter().enumerate() {
        let from = i.saturating_sub(window);
        let hit = (from..b.len().min(i + window + 1)).find(|j| taken >> j & 1 == 0 && b[*j] == *c);
        if let Some(j) = hit {
            taken |= 1 << j;
            found[matches] = *c;
            matches += 1;
        }
    }
    if matches == 0 {
        return 0.0;
    }
    let of_b = (0..b.len()).filter(|j| taken >> j & 1 == 1).map(|j| b[j]);
    let out_of_order = of_b.zip(&found[..matches]).filter(|(x, y)| x != *y).count();
    let m = matches as f32;
    let jaro = (m / a.len() as f32 + m / b.len() as f32 + (m - out_of_order as f32 / 2.0) / m) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + prefix as f32 * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        for (a, b, least) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "acb", 1),
            ("abc", "ab", 1),
            ("abc", "xabc", 1),
            ("kitten", "sitting", 3),
            ("", "ab", 2),
            ("ca", "abc", 3),
        ] {
            for most in 0..4 {
                assert_eq!(within(a.as_bytes(), b.as_bytes(), most), least <= most, "{a} {b} {most}");
                assert_eq!(within(b.as_bytes(), a.as_bytes(), most), least <= most, "{b} {a} {most}");
            }
        }
        let long = [b'x'; 300];
        assert!(within(&long, &long, 0) && !within(&long, &long[..200], 3));
    }

    #[test]
    fn likeness() {
        let like = |a: &str, b: &str| jaro_winkler(a.as_bytes(), b.as_bytes());
        for (a, b, expected) in [
            ("martha", "marhta", 0.961),
            ("dwayne", "duane", 0.84),
            ("dixon", "dicksonx", 0.813),
            ("abc", "xyz", 0.0),
            ("a", "a", 1.0),
        ] {
            assert!((like(a, b) - expected).abs() < 0.001, "{a} {b} {}", like(a, b));
        }
        assert!(jaro_winkler(&[b'x'; 300], &[b'x'; 300]) > 0.99);
    }
}
