//! Which pairs are compared at all: those that share a key. There are many keys, so that one or two wrong fields leave another one.

use super::columns::{Book, Columns, NONE};
use super::parallel::{each, range};
use crate::split_mix::{STEP, mix};

/// An index has so many parts, whatever the number of threads.
const PARTS: usize = 16;
/// Most words of a person's names that keys are made of.
const WORDS: usize = 5;

/// Persons by their keys.
#[derive(Debug)]
pub(super) struct Index {
    parts: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    /// By the key's hash: the key, and where its persons stand in `persons`.
    slots: Vec<(u64, u32, u32)>,
    persons: Vec<u32>,
}

impl Index {
    /// An index of so many persons. `keys` gives the keys of one, none of them 0, with the most persons that a key may have; a key of more says too little
    /// and is left out.
    pub(super) fn new(n: usize, threads: usize, keys: impl Fn(usize, &mut Vec<(u64, u32)>) + Sync) -> Self {
        let pieces = if n < 1000 { 1 } else { 32 };
        let drawn = each(threads, pieces, Vec::new, |own: &mut Vec<(u64, u32)>, piece| {
            let mut parts = vec![Vec::new(); PARTS];
            for person in range(n, pieces, piece) {
                own.clear();
                keys(person, own);
                for (key, most) in own.iter() {
                    parts[(*key >> 60) as usize].push((*key, person as u32, *most));
                }
            }
            parts
        });
        let parts = each(
            threads,
            PARTS,
            || (),
            |(), part| Part::new(drawn.iter().filter_map(|piece| piece.get(part))),
        );
        Self { parts }
    }

    /// The persons with a key, in their order.
    pub(super) fn get(&self, key: u64) -> &[u32] {
        let Some(part) = self.parts.get((key >> 60) as usize) else { return &[] };
        let mask = part.slots.len().wrapping_sub(1);
        let mut at = key as usize & mask;
        while let Some((own, from, to)) = part.slots.get(at) {
            if *own == key {
                return part.persons.get(*from as usize..*to as usize).unwrap_or_default();
            }
            if *own == 0 {
                break;
            }
            at = (at + 1) & mask;
        }
        &[]
    }
}

impl Part {
    fn new<'a>(drawn: impl Iterator<Item = &'a Vec<(u64, u32, u32)>>) -> Self {
        let mut all: Vec<(u64, u32, u32)> = drawn.flatten().copied().collect();
        all.sort_unstable();
        all.dedup_by_key(|(key, person, _)| (*key, *person));
        let groups = || all.chunk_by(|a, b| a.0 == b.0);
        let mut slots = vec![(0, 0, 0); (groups().count() * 2).next_power_of_two().max(2)];
        let mask = slots.len() - 1;
        let mut persons = Vec::with_capacity(all.len());
        for group in groups() {
            let Some((key, _, most)) = group.first() else { continue };
            if group.len() > *most as usize {
                continue;
            }
            let from = persons.len() as u32;
            persons.extend(group.iter().map(|(_, person, _)| *person));
            let mut at = *key as usize & mask;
            while slots[at].0 != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = (*key, from, persons.len() as u32);
        }
        Self { slots, persons }
    }
}

/// One key of some parts; never 0.
fn hash(kind: u64, parts: &[u64]) -> u64 {
    parts.iter().fold(mix(kind.wrapping_add(STEP)), |sum, part| mix(sum.rotate_left(7) ^ *part)).max(1)
}

/// Most persons of a key in a block.
const MOST: u32 = 150;
/// Most persons of a key that is made of two names alone.
const MOST_NAMES: u32 = 30;
/// Most persons of a key that is one field alone.
const MOST_OF_ONE: u32 = 6;

/// The keys of a person under which others are looked for.
pub(super) fn keys(book: &Book, stock: &Columns, i: usize, out: &mut Vec<(u64, u32)>) {
    for document in stock.rows[i].documents.iter().filter(|number| **number != NONE) {
        out.push((hash(1, &[u64::from(*document)]), MOST));
    }
    let words = words(book, stock, i);
    let birth = stock.rows[i].birth;
    let year = u64::from(birth.year);
    // Day and month in either order.
    let day = birth.is_full().then(|| {
        let (less, more) = (birth.day.min(birth.month), birth.day.max(birth.month));
        year << 16 | u64::from(less) << 8 | u64::from(more)
    });
    let place = book.name(stock.rows[i].place).map(|place| book.skeleton(place.key));
    let address = stock.rows[i].address;
    let town = (address.postcode != NONE).then_some(u64::from(address.postcode) << 1);
    let town = town.or((address.town != NONE).then_some(u64::from(address.town) << 1 | 1));
    for (at, word) in words.iter().enumerate() {
        if let Some(day) = day {
            out.push((hash(2, &[day, *word]), MOST));
        }
        for other in words.iter().skip(at + 1) {
            let both = [*word.min(other), *word.max(other)];
            out.push((hash(3, &both), MOST_NAMES));
            if birth.is_known() {
                out.push((hash(4, &[both[0], both[1], year]), MOST));
            }
            if let Some(place) = place {
                out.push((hash(5, &[both[0], both[1], place]), MOST));
            }
            if let Some(town) = town {
                out.push((hash(6, &[both[0], both[1], town]), MOST));
            }
        }
        if address.number() != 0 {
            out.push((hash(10, &[*word, address.number()]), MOST));
        }
        if birth.is_known() {
            if let Some(place) = place {
                out.push((hash(8, &[*word, year, place]), MOST));
            }
            if let Some(town) = town {
                out.push((hash(9, &[*word, year, town]), MOST));
            }
        }
    }
    if address.number() != 0 && birth.is_known() {
        out.push((hash(7, &[address.number(), year]), MOST));
    }
    if address.number() != 0 {
        out.push((hash(14, &[address.number()]), MOST_OF_ONE));
    }
    if let (Some(town), true) = (town, address.street != NONE) {
        out.push((hash(15, &[address.street.into(), town]), MOST_OF_ONE));
    }
    if address.house != NONE {
        let house = u64::from(address.house);
        if let Some(town) = town {
            out.push((hash(17, &[house, town]), MOST_OF_ONE));
        }
        if address.street != NONE {
            out.push((hash(18, &[house, address.street.into()]), MOST_OF_ONE));
        }
    }
    if let Some(day) = day {
        out.push((hash(16, &[day]), MOST_OF_ONE));
        if stock.rows[i].states[0] != NONE {
            out.push((hash(11, &[day, u64::from(stock.rows[i].states[0])]), MOST));
        }
        if let Some(place) = place {
            out.push((hash(12, &[day, place]), MOST));
        }
        if let Some(town) = town {
            out.push((hash(13, &[day, town]), MOST));
        }
    }
}

/// The words of all names of a person as blocks have them, each once.
fn words(book: &Book, stock: &Columns, i: usize) -> Vec<u64> {
    let mut words = Vec::with_capacity(WORDS);
    let names = [stock.rows[i].family, stock.rows[i].given, stock.rows[i].birth_name];
    for name in names.into_iter().filter_map(|name| book.name(name)) {
        for word in &name.words {
            let skeleton = book.skeleton(*word);
            // A single letter is no name.
            if book.key_text(*word).len() > 1 && !words.contains(&skeleton) && words.len() < WORDS {
                words.push(skeleton);
            }
        }
    }
    words
}

/// From which pairs weights are learnt: those that agree in some fields, which are left out then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lesson {
    /// The whole birth date.
    Birth,
    /// Family and given name.
    Names,
    /// The number of a document.
    Document,
    /// Address and year of birth.
    Address,
}

impl Lesson {
    pub(super) const ALL: [Self; 4] = [Self::Birth, Self::Names, Self::Document, Self::Address];

    /// The key; none where a person lacks a field.
    pub(super) fn key(self, stock: &Columns, i: usize) -> Option<u64> {
        let kind = 32 + self as u64;
        match self {
            Self::Birth => {
                stock.rows[i].birth.is_full().then(|| hash(kind, &[stock.rows[i].birth.number().into()]))
            }
            Self::Names => {
                let (family, given) = (stock.rows[i].family, stock.rows[i].given);
                (family != NONE && given != NONE).then(|| hash(kind, &[family.into(), given.into()]))
            }
            Self::Document => {
                let number = stock.rows[i].documents[0];
                (number != NONE).then(|| hash(kind, &[number.into()]))
            }
            Self::Address => {
                let (address, year) = (stock.rows[i].address.number(), stock.rows[i].birth.year);
                (address != 0 && year != 0).then(|| hash(kind, &[address, year.into()]))
            }
        }
    }
}
