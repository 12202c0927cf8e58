//! What the register gives out: AZR-Nummern, Referenz-IDs, other ids, UUIDs. All from the seed.

use std::collections::BTreeMap;

use crate::split_mix;
use crate::time::Timestamp;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// How many Referenzanteile there are: 62 to the power of 7.
const ANTEILE: u128 = 3_521_614_606_208;
/// Without a common divisor with [`ANTEILE`]: counting in such steps comes to each once.
const STEP: u128 = 1_618_033_988_749;

/// Gives out numbers that never come twice.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    random: u64,
    start: u128,
    serial: u128,
    other: u64,
    days: BTreeMap<String, u32>,
}

impl Ids {
    pub(super) fn new(seed: u64) -> Self {
        let mut ids = Self { random: seed, start: 0, serial: 0, other: 0, days: BTreeMap::new() };
        ids.start = u128::from(ids.next());
        ids
    }

    fn next(&mut self) -> u64 {
        split_mix::next(&mut self.random)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn letter(&mut self) -> char {
        let at = self.below(62) as usize;
        char::from(LETTERS.get(at).copied().unwrap_or(b'0'))
    }

    /// Year, month and day of the storing and a running number; none where a day's million is used up.
    pub(super) fn azr_nummer(&mut self, now: Timestamp) -> Option<String> {
        let day: String = now.date().chars().filter(char::is_ascii_digit).skip(2).collect();
        let next = self.days.entry(day.clone()).or_insert(0);
        *next += 1;
        (*next < 1_000_000).then(|| format!("{day}{next:06}"))
    }

    /// A new Referenz-ID: seven characters that name the entry, its first version, a random character.
    pub(super) fn referenz_id(&mut self) -> String {
        let mut left = (self.start + self.serial * STEP) % ANTEILE;
        self.serial += 1;
        let mut id = String::with_capacity(9);
        for _ in 0..7 {
            id.push(char::from(LETTERS.get((left % 62) as usize).copied().unwrap_or(b'0')));
            left /= 62;
        }
        let first = self.below(4);
        id.push_str(&first.to_string());
        id.push(self.letter());
        id
    }

    /// The id of the next version: it rises, with gaps. None where seven digits are used up.
    pub(super) fn next_version(&mut self, id: &str) -> Option<String> {
        let anteil = id.get(..7)?;
        let version: u64 = id.get(7..id.len().checked_sub(1)?)?.parse().ok()?;
        let next = version + 1 + self.below(3);
        let last = self.letter();
        (next < 10_000_000).then(|| format!("{anteil}{next}{last}"))
    }

    /// An id of a photo, a fingerprint or a document.
    pub(super) fn other(&mut self, prefix: char) -> String {
        self.other += 1;
        let tail = self.below(10_000);
        format!("{prefix}{:08}{tail:04}", self.other)
    }

    /// A random UUID (version 4).
    pub(super) fn uuid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            a >> 16 & 0xFFFF,
            a & 0xFFF,
            b >> 48 & 0x3FFF | 0x8000,
            b & 0xFFFF_FFFF_FFFF
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::register::{compare_versions, referenzanteil};

    #[test]
    fn a_referenz_id_names_an_entry_and_its_version() {
        let mut ids = Ids::new(7);
        let mut seen = HashSet::new();
        for _ in 0..10_000 {
            let id = ids.referenz_id();
            assert_eq!(id.len(), 9);
            assert!(seen.insert(referenzanteil(&id).to_owned()));
        }
        let first = ids.referenz_id();
        let mut id = first.clone();
        for _ in 0..1000 {
            let next = ids.next_version(&id).expect("rises");
            assert_eq!(referenzanteil(&next), referenzanteil(&first));
            assert!(compare_versions(&id, &next).is_lt() && (9..=15).contains(&next.len()));
            id = next;
        }
        assert_eq!(ids.next_version("Rx7C56w9999999x"), None);
        assert_eq!(ids.next_version("Rx"), None);
    }

    #[test]
    fn numbers_and_uuids() {
        let mut ids = Ids::new(0);
        assert_eq!(ids.azr_nummer(Timestamp(0)).as_deref(), Some("700101000001"));
        assert_eq!(ids.azr_nummer(Timestamp(1)).as_deref(), Some("700101000002"));
        assert_eq!(ids.azr_nummer(Timestamp(i64::MAX)).as_deref(), Some("991231000001"));
        let uuid = ids.uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]));
        assert_ne!(uuid, ids.uuid());
        assert_ne!(ids.other('D'), ids.other('D'));
    }
}
