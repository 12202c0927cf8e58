//! Persons as rows of numbers, and the tables of texts that the numbers stand for, shared by both stocks.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::fold::{fold, is_particle, key, skeleton};
use super::person::Person;

/// Nothing is known.
pub(super) const NONE: u32 = 0;
/// Most words of a name that are compared one by one.
const WORDS: usize = 6;

/// A hash that is quick and the same on every machine (Fx, as in rustc).
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Fx(u64);

impl Hasher for Fx {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(n.into());
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(n.into());
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517C_C1B7_2722_0A95);
    }

    fn finish(&self) -> u64 {
        // The high bits are the good ones, a table looks at both ends.
        self.0 ^ self.0 >> 32
    }
}

pub(super) type Table<K, V> = HashMap<K, V, BuildHasherDefault<Fx>>;

/// Texts with a number each; 0 is the empty text.
#[derive(Debug)]
pub(super) struct Texts {
    by_text: Table<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { by_text: Table::default(), texts: vec!["".into()] }
    }
}

impl Texts {
    /// The number of a text, and whether it is new.
    fn number(&mut self, text: &str) -> (u32, bool) {
        if text.is_empty() {
            return (NONE, false);
        }
        if let Some(number) = self.by_text.get(text) {
            return (*number, false);
        }
        let number = self.texts.len() as u32;
        self.by_text.insert(text.into(), number);
        self.texts.push(text.into());
        (number, true)
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }
}

/// What is known of a name.
#[derive(Debug, Default, Clone)]
pub(super) struct Name {
    /// The number of its words together, without particles, as a key.
    pub(super) key: u32,
    /// The keys of its words without particles.
    pub(super) words: Vec<u32>,
    /// The words and particles written as one.
    pub(super) joined: Box<str>,
    /// A bit for each letter in it.
    pub(super) letters: u32,
    /// A bit for each word, which some share.
    pub(super) marks: u64,
}

/// The tables of both stocks.
#[derive(Debug, Default)]
pub(super) struct Book {
    names: Texts,
    known: Vec<Name>,
    keys: Texts,
    /// A block's part for each key.
    skeletons: Vec<u64>,
    /// Streets, towns, documents, citizenships.
    pub(super) others: Texts,
    folded: String,
    keyed: String,
    joined: String,
}

impl Book {
    pub(super) fn name(&self, number: u32) -> Option<&Name> {
        self.known.get(number as usize).filter(|_| number != NONE)
    }

    pub(super) fn key_text(&self, number: u32) -> &str {
        self.keys.text(number)
    }

    pub(super) fn skeleton(&self, key: u32) -> u64 {
        self.skeletons.get(key as usize).copied().unwrap_or(0)
    }

    pub(super) fn names(&self) -> usize {
        self.names.len()
    }

    pub(super) fn keys(&self) -> usize {
        self.keys.len()
    }

    fn add_name(&mut self, text: &str) -> u32 {
        let mut folded = std::mem::take(&mut self.folded);
        fold(text, &mut folded);
        let (number, new) = self.names.number(&folded);
        if new {
            let name = self.read(&folded);
            self.known.resize(number as usize, Name::default());
            self.known.push(name);
        }
        self.folded = folded;
        number
    }

    fn read(&mut self, folded: &str) -> Name {
        let mut words: Vec<&str> = folded.split(' ').filter(|word| !is_particle(word)).collect();
        if words.is_empty() {
            words = folded.split(' ').collect();
        }
        let numbers: Vec<u32> = words.iter().take(WORDS).map(|word| self.add_key(word)).collect();
        let marks = numbers.iter().fold(0, |marks, word| marks | 1 << (word % 64));
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        words.iter().for_each(|word| joined.push_str(word));
        let key = self.add_key(&joined);
        self.joined = joined;
        let joined = folded.replace(' ', "");
        let letters = joined.bytes().fold(0, |letters, byte| letters | 1 << (byte % 32));
        Name { key, words: numbers, joined: joined.into(), letters, marks }
    }

    fn add_key(&mut self, word: &str) -> u32 {
        let mut keyed = std::mem::take(&mut self.keyed);
        key(word, &mut keyed);
        let (number, new) = self.keys.number(&keyed);
        if new {
            self.skeletons.resize(number as usize, 0);
            self.skeletons.push(skeleton(&keyed));
        }
        self.keyed = keyed;
        number
    }

    fn add_other(&mut self, text: &str, keep: impl Fn(char) -> bool) -> u32 {
        let mut folded = std::mem::take(&mut self.folded);
        fold(text, &mut folded);
        folded.retain(keep);
        let (number, _) = self.others.number(&folded);
        self.folded = folded;
        number
    }
}

/// A stock as rows of numbers.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) keys: Vec<Box<str>>,
    pub(super) rows: Vec<Row>,
}

/// A person in numbers; one line of a processor's cache, since persons are looked up in no order.
#[derive(Debug, Default, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Row {
    pub(super) family: u32,
    pub(super) given: u32,
    pub(super) birth_name: u32,
    pub(super) birth: Birth,
    pub(super) place: u32,
    pub(super) states: [u32; 2],
    pub(super) address: Address,
    pub(super) documents: [u32; 2],
    pub(super) sex: u8,
}

/// A birth date; 0 in each part that is not known.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Birth {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
}

impl Birth {
    pub(super) fn is_known(self) -> bool {
        self.year != 0
    }

    pub(super) fn is_full(self) -> bool {
        self.year != 0 && self.month != 0 && self.day != 0
    }

    /// As a number, for tables.
    pub(super) fn number(self) -> u32 {
        u32::from(self.year) << 9 | u32::from(self.month) << 5 | u32::from(self.day)
    }

    /// ISO with and without hyphens, German with points, the end left out; what is none is not known.
    pub(super) fn read(text: &str) -> Self {
        let digits = |text: &str| -> Option<u32> {
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                None
            } else {
                text.parse().ok()
            }
        };
        let parts: Vec<&str> = text.trim().split(['-', '.', '/']).collect();
        let parts = match parts[..] {
            [whole] if whole.len() == 8 && whole.is_ascii() => {
                [digits(&whole[..4]), digits(&whole[4..6]), digits(&whole[6..])]
            }
            [year] => [digits(year), None, None],
            [day, month, year] if year.len() == 4 => [digits(year), digits(month), digits(day)],
            [year, month] => [digits(year), digits(month), None],
            [year, month, day] => [digits(year), digits(month), digits(day)],
            _ => [None; 3],
        };
        let year = parts[0].filter(|year| (1..=9999).contains(year)).unwrap_or(0) as u16;
        let month = parts[1].filter(|month| (1..=12).contains(month)).unwrap_or(0) as u8;
        let day = parts[2].filter(|day| (1..=31).contains(day) && month != 0).unwrap_or(0) as u8;
        if year == 0 { Self::default() } else { Self { year, month, day } }
    }
}

/// A German address, or any other.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) street: u32,
    pub(super) house: u32,
    pub(super) postcode: u32,
    pub(super) town: u32,
}

impl Address {
    pub(super) fn is_known(self) -> bool {
        self.street != NONE || self.postcode != NONE || self.town != NONE
    }

    /// Street, house and postcode or town in one number; 0 where one of them is missing.
    pub(super) fn number(self) -> u64 {
        if self.street == NONE || self.house == NONE || !self.is_known() {
            return 0;
        }
        let place =
            if self.postcode == NONE { u64::from(self.town) << 1 } else { u64::from(self.postcode) << 1 | 1 };
        place << 42 ^ u64::from(self.street) << 21 ^ u64::from(self.house)
    }
}

impl Columns {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn push(&mut self, person: &Person<'_>, book: &mut Book) {
        let mut states = person.states.each_ref().map(|state| match state.as_ref() {
            // Stateless, not clear, not said.
            "997" | "998" | "999" => NONE,
            state => book.add_other(state, |_| true),
        });
        if states[0] == NONE {
            states.swap(0, 1);
        }
        let street = street(&person.street);
        let row = Row {
            family: book.add_name(&person.family),
            given: book.add_name(&person.given),
            birth_name: book.add_name(&person.birth_name),
            birth: Birth::read(&person.birth),
            sex: match person.sex.bytes().next() {
                Some(b'm' | b'M') => 1,
                Some(b'w' | b'W' | b'f' | b'F') => 2,
                // Divers and not said are no contradiction to anything.
                _ => 0,
            },
            place: book.add_name(&person.birth_place),
            states,
            address: Address {
                street: book.add_other(&street, |c| c != ' '),
                house: book.add_other(&person.house, |c| c.is_ascii_digit()),
                postcode: book.add_other(&person.postcode, |c| c != ' '),
                town: book.add_other(&person.town, |c| c != ' '),
            },
            documents: person.documents.each_ref().map(|number| {
                // A letter O is taken for a zero as often as not.
                let number = book.add_other(&number.replace(['o', 'O'], "0"), |c| c != ' ');
                if book.others.text(number).len() < 4 { NONE } else { number }
            }),
        };
        self.keys.push(person.key.as_ref().into());
        self.rows.push(row);
    }
}

/// A street with its usual ending.
fn street(text: &str) -> std::borrow::Cow<'_, str> {
    for (short, long) in [("str.", "straße"), ("Str.", "Straße"), ("pl.", "platz"), ("Pl.", "Platz")] {
        if let Some(head) = text.trim_end().strip_suffix(short) {
            return format!("{head}{long}").into();
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_several_spellings() {
        let date = |year, month, day| Birth { year, month, day };
        for (text, expected) in [
            ("1994-05-03", date(1994, 5, 3)),
            ("19940503", date(1994, 5, 3)),
            ("03.05.1994", date(1994, 5, 3)),
            ("1994-05", date(1994, 5, 0)),
            ("1994", date(1994, 0, 0)),
            ("1994-00-00", date(1994, 0, 0)),
            ("19940000", date(1994, 0, 0)),
            ("", date(0, 0, 0)),
            ("0000-05-03", date(0, 0, 0)),
            ("1994-13-03", date(1994, 0, 0)),
            ("gestern", date(0, 0, 0)),
            ("ääää", date(0, 0, 0)),
            ("1994-5-3-1", date(0, 0, 0)),
        ] {
            assert_eq!(Birth::read(text), expected, "{text}");
        }
    }

    #[test]
    fn spellings_come_to_one_number() {
        let (mut book, mut columns) = (Book::default(), Columns::default());
        for (family, street, document) in [
            ("Al-Hussein", "Gartenstraße", "L01X00T4O7"),
            ("al hussein", "Gartenstr.", "LO1X00 T4O7"),
            ("El Husein", "garten straße", "l01x00t4o7"),
        ] {
            let person = Person {
                family: family.into(),
                street: street.into(),
                documents: [document.into(), "".into()],
                ..Person::default()
            };
            columns.push(&person, &mut book);
        }
        assert_eq!(columns.rows[0].family, columns.rows[1].family);
        assert_ne!(columns.rows[0].family, columns.rows[2].family);
        let key = |at: usize| book.name(columns.rows[at].family).expect("a name").key;
        assert_eq!(key(0), key(2));
        assert!(columns.rows.iter().all(|row| row.address == columns.rows[0].address));
        assert!(
            columns
                .rows
                .iter()
                .all(|row| row.documents == columns.rows[0].documents && row.documents[0] != NONE)
        );
    }
}
