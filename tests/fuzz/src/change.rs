//! Changes to bytes, blind or with words of the input's language.

/// Numbers from a seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// A generator for one run.
    pub fn new(seed: u64, run: u64) -> Self {
        let mut rng = Self(seed ^ run.wrapping_mul(0xD1B5_4A32_D192_ED03));
        rng.number();
        rng
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.number() % end as u64) as usize }
    }
}

/// The longest input that is made.
const LONGEST: usize = 1 << 20;

/// Changes a piece of the corpus, half of the time once, else up to six times. `others` are the rest of the corpus,
/// `words` what the language of the input is made of.
pub fn change(piece: &[u8], others: &[Vec<u8>], words: &[&str], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = piece.to_vec();
    for _ in 0..times(rng) {
        step(&mut bytes, others, words, rng);
        bytes.truncate(LONGEST);
    }
    bytes
}

/// Changes a piece of binary data without moving anything in it: numbers in its tables become others.
pub fn change_in_place(piece: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = piece.to_vec();
    for _ in 0..times(rng) {
        let (at, from, length) = (rng.below(bytes.len()), rng.below(bytes.len()), 1 << rng.below(3));
        let number = |at: usize| {
            bytes.iter().skip(at).take(8).rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
        };
        let value = match rng.below(6) {
            0 => u64::MAX,
            1 => rng.number(),
            2 => rng.below(300) as u64,
            3 => 1 << rng.below(64),
            4 => number(from),
            _ => number(at).wrapping_add(rng.below(5) as u64).wrapping_sub(2),
        };
        for (byte, new) in bytes.iter_mut().skip(at).take(length).zip(value.to_le_bytes()) {
            *byte = new;
        }
    }
    bytes
}

fn times(rng: &mut Rng) -> usize {
    if rng.below(2) == 0 { 1 } else { 1 + rng.below(6) }
}

fn step(bytes: &mut Vec<u8>, others: &[Vec<u8>], words: &[&str], rng: &mut Rng) {
    let at = rng.below(bytes.len() + 1);
    let longest = 1 << rng.below(9);
    let end = (at + 1 + rng.below(longest)).min(bytes.len()).max(at);
    match rng.below(13) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << rng.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = rng.number() as u8;
            }
        }
        2 => drop(bytes.drain(at..end)),
        3 => {
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
        4 => {
            // The same thing many times: depth, length, counts.
            let part = bytes[at..end].to_vec();
            let times = (LONGEST / 4 / part.len().max(1)).min(1 << rng.below(14));
            bytes.splice(at..at, part.repeat(times));
        }
        5..=7 => {
            let word = words.get(rng.below(words.len())).copied().unwrap_or("\0");
            bytes.splice(at..if rng.below(2) == 0 { at } else { end }, word.bytes());
        }
        8 => {
            // A word that opens something, many times.
            let word = words.get(rng.below(words.len())).copied().unwrap_or("(");
            bytes.splice(at..at, word.repeat(1 << rng.below(13)).bytes());
        }
        9 => {
            if let Some(other) = others.get(rng.below(others.len())) {
                let from = rng.below(other.len() + 1);
                let to = (from + rng.below(400)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
        }
        10 => bytes.truncate(at),
        11 => {
            // Two ranges change places.
            let other = rng.below(bytes.len() + 1);
            let (low, high) = (at.min(other), at.max(other));
            let length = (1 + rng.below(64)).min((high - low).min(bytes.len() - high));
            for offset in 0..length {
                bytes.swap(low + offset, high + offset);
            }
        }
        _ => {
            let number = [
                "0",
                "-1",
                "4294967295",
                "4294967296",
                "18446744073709551616",
                "65536",
                "2147483648",
                "1e999",
                "99999999999999999999",
            ];
            let start = bytes.iter().skip(at).position(u8::is_ascii_digit).map_or(at, |found| at + found);
            let length = bytes.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
            bytes.splice(start..start + length, number[rng.below(number.len())].bytes());
        }
    }
}
