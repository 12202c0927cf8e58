//! How alike two persons are, field by field, in a few levels.

use crate::message::report::Lang;

use super::columns::{Address, Birth, Book, Columns, NONE};
use super::distance::{jaro_winkler, within};

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Family name.
    Family,
    /// Given names.
    Given,
    /// Whether family and given names stand in their fields.
    Order,
    /// Birth date.
    Birth,
    /// Sex.
    Sex,
    /// Citizenship.
    State,
    /// Place of birth.
    Place,
    /// Number of a document.
    Document,
    /// Address.
    Address,
}

/// All fields, in their order.
pub const FIELDS: [Field; 9] = [
    Field::Family,
    Field::Given,
    Field::Order,
    Field::Birth,
    Field::Sex,
    Field::State,
    Field::Place,
    Field::Document,
    Field::Address,
];
/// How many fields there are.
pub(super) const COUNT: usize = FIELDS.len();
/// Most levels of a field.
pub(super) const LEVELS: usize = 9;
/// The level of a field that one of the two does not have.
pub(super) const UNKNOWN: u8 = 15;

/// The words for levels, from 0, in German and English.
const LEVEL_NAMES: [&[(&str, &str)]; COUNT] = [
    &NAME_LEVELS,
    &NAME_LEVELS,
    &[("am Platz", "in place"), ("vertauscht", "swapped"), ("in einem Feld", "in one field")],
    &[
        ("verschieden", "differs"),
        ("nah beieinander", "near"),
        ("zwei Teile gleich", "two parts equal"),
        ("eine Ziffer", "one digit"),
        ("Tag und Monat vertauscht", "day and month swapped"),
        ("1. Januar", "1 January"),
        ("teilweise bekannt", "partly known"),
        ("gleich", "equal"),
    ],
    &[("verschieden", "differs"), ("gleich", "equal")],
    &[("verschieden", "differs"), ("gleich", "equal")],
    &[
        ("verschieden", "differs"),
        ("ähnlich", "similar"),
        ("gleicher Klang", "same sound"),
        ("gleich", "equal"),
    ],
    &[("verschieden", "differs"), ("ein Zeichen", "one character"), ("gleich", "equal")],
    &[
        ("verschieden", "differs"),
        ("gleicher Ort", "same town"),
        ("zwei Teile gleich", "two parts equal"),
        ("ähnlich", "similar"),
        ("gleiche Straße", "same street"),
        ("gleich", "equal"),
    ],
];
const NAME_LEVELS: [(&str, &str); 7] = [
    ("verschieden", "differs"),
    ("wenig ähnlich", "hardly similar"),
    ("ein Teil gleich", "a part equal"),
    ("ähnlich", "similar"),
    ("gleicher Klang", "same sound"),
    ("gleich", "equal"),
    ("über den Geburtsnamen", "by the name at birth"),
];

impl Field {
    /// Its name in output: `familienname` and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Family => "familienname",
            Self::Given => "vorname",
            Self::Order => "reihenfolge",
            Self::Birth => "geburtsdatum",
            Self::Sex => "geschlecht",
            Self::State => "staatsangehoerigkeit",
            Self::Place => "geburtsort",
            Self::Document => "dokument",
            Self::Address => "anschrift",
        }
    }

    /// A word for a level; none where one of the two has no such field.
    pub fn level(self, level: u8, lang: Lang) -> Option<&'static str> {
        LEVEL_NAMES
            .get(self as usize)?
            .get(usize::from(level))
            .map(|(german, english)| lang.choose(german, english))
    }

    /// How many levels it has.
    pub(super) fn levels(self) -> usize {
        LEVEL_NAMES.get(self as usize).map_or(0, |levels| levels.len())
    }
}

/// How two persons compare: a level for each field, four bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Levels(pub(super) u64);

impl Levels {
    pub(super) fn of(self, field: usize) -> u8 {
        (self.0 >> (4 * field) & 15) as u8
    }

    fn with(self, field: Field, level: u8) -> Self {
        let shift = 4 * field as usize;
        Self(self.0 & !(15 << shift) | u64::from(level) << shift)
    }
}

/// What agrees, for fields where a rare value says more than a frequent one: the number in the table that belongs to the level.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Agreed {
    pub(super) family: u32,
    pub(super) given: u32,
    pub(super) birth: u32,
    pub(super) state: u32,
    pub(super) place: u32,
    pub(super) address: u64,
}

/// The level of equal addresses.
pub(super) const SAME_ADDRESS: u8 = 5;
/// Name levels.
pub(super) const WEAK: u8 = 1;
pub(super) const PART: u8 = 2;
pub(super) const SIMILAR: u8 = 3;
pub(super) const SOUND: u8 = 4;
pub(super) const EQUAL: u8 = 5;
pub(super) const BIRTH_NAME: u8 = 6;

/// So many comparisons of names are remembered, a power of two.
const REMEMBERED: usize = 1 << 17;

/// Compares persons; one for each thread, for it remembers comparisons of names.
pub(super) struct Comparer<'a> {
    book: &'a Book,
    remembered: Vec<(u32, u32, u32)>,
}

impl<'a> Comparer<'a> {
    pub(super) fn new(book: &'a Book) -> Self {
        Self { book, remembered: vec![(NONE, NONE, 0); REMEMBERED] }
    }

    /// Levels of all fields, and what agrees.
    pub(super) fn compare(&mut self, a: &Columns, i: usize, b: &Columns, j: usize) -> (Levels, Agreed) {
        let mut agreed = Agreed::default();
        let levels = self.names(a, i, b, j, &mut agreed);
        let (birth, value) = births(a.rows[i].birth, b.rows[j].birth);
        agreed.birth = value;
        let sex = match (a.rows[i].sex, b.rows[j].sex) {
            (0, _) | (_, 0) => UNKNOWN,
            (x, y) => u8::from(x == y),
        };
        let (state, value) = shared(a.rows[i].states, b.rows[j].states);
        agreed.state = value;
        let place = self.places(a.rows[i].place, b.rows[j].place);
        agreed.place = if place == 3 { a.rows[i].place } else { NONE };
        let address = self.addresses(a.rows[i].address, b.rows[j].address);
        agreed.address = if address == SAME_ADDRESS { a.rows[i].address.number() } else { 0 };
        let levels = levels
            .with(Field::Birth, birth)
            .with(Field::Sex, sex)
            .with(Field::State, state)
            .with(Field::Place, place)
            .with(Field::Document, self.documents(a.rows[i].documents, b.rows[j].documents))
            .with(Field::Address, address);
        (levels, agreed)
    }

    fn names(&mut self, a: &Columns, i: usize, b: &Columns, j: usize, agreed: &mut Agreed) -> Levels {
        let (family, given) = (a.rows[i].family, a.rows[i].given);
        let (other_family, other_given) = (b.rows[j].family, b.rows[j].given);
        let mut straight = (self.name(family, other_family), self.name(given, other_given));
        let mut order = 0;
        if given != NONE && other_given != NONE {
            if straight.0.0.min(straight.1.0) < SIMILAR
                && (self.meet(family, other_given) || self.meet(given, other_family))
            {
                let across = (self.name(family, other_given), self.name(given, other_family));
                let sum = |pair: ((u8, u32), (u8, u32))| pair.0.0 + pair.1.0;
                let known = across.0.0 != UNKNOWN && across.1.0 != UNKNOWN;
                if known && across.0.0 >= PART && across.1.0 >= PART && sum(across) > sum(straight) + 2 {
                    (straight, order) = (across, 1);
                }
            }
        } else if (given == NONE) != (other_given == NONE) {
            // All names in one field: what the other has as given names must be in it, too.
            let whole =
                if given == NONE { self.name(family, other_given) } else { self.name(given, other_family) };
            if whole.0 != UNKNOWN && whole.0 >= PART {
                (straight.1, order) = (whole, 2);
            }
        }
        // After a marriage, or before it.
        if straight.0.0 <= PART || straight.0.0 == UNKNOWN {
            let former = [
                (a.rows[i].birth_name, other_family),
                (family, b.rows[j].birth_name),
                (a.rows[i].birth_name, b.rows[j].birth_name),
            ];
            for (one, other) in former {
                let (level, value) = self.name(one, other);
                if (SIMILAR..=EQUAL).contains(&level) && order == 0 {
                    straight.0 = (BIRTH_NAME, value);
                    break;
                }
            }
        }
        (agreed.family, agreed.given) = (straight.0.1, straight.1.1);
        Levels::default()
            .with(Field::Family, straight.0.0)
            .with(Field::Given, straight.1.0)
            .with(Field::Order, order)
    }

    /// Whether two names may have a word in common.
    fn meet(&self, a: u32, b: u32) -> bool {
        let marks = |name: u32| self.book.name(name).map_or(0, |name| name.marks);
        marks(a) & marks(b) != 0
    }

    /// The level of two names, and what agrees: the name for equal ones, else the key that is the same or the rarest word that both have.
    fn name(&mut self, a: u32, b: u32) -> (u8, u32) {
        if a == NONE || b == NONE {
            return (UNKNOWN, NONE);
        }
        if a == b {
            return (EQUAL, a);
        }
        let (a, b) = (a.min(b), a.max(b));
        let hash = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let slot = hash as usize & (REMEMBERED - 1);
        let (x, y, found) = self.remembered[slot];
        if (x, y) == (a, b) {
            return ((found & 7) as u8, found >> 3);
        }
        let (level, value) = self.fresh(a, b);
        self.remembered[slot] = (a, b, value << 3 | u32::from(level));
        (level, value)
    }

    fn fresh(&self, a: u32, b: u32) -> (u8, u32) {
        let (Some(one), Some(other)) = (self.book.name(a), self.book.name(b)) else { return (UNKNOWN, NONE) };
        if one.key == other.key {
            return (SOUND, one.key);
        }
        let (x, y) = (one.joined.as_bytes(), other.joined.as_bytes());
        let (kx, ky) = (self.book.key_text(one.key).as_bytes(), self.book.key_text(other.key).as_bytes());
        let shorter = x.len().min(y.len());
        let slips = if shorter >= 9 { 2 } else { usize::from(shorter >= 4) };
        // A slip takes a letter away and brings another one at most.
        let differing = (one.letters ^ other.letters).count_ones() as usize;
        let near = slips > 0 && differing <= 2 * slips && within(x, y, slips);
        if near || kx.len().min(ky.len()) >= 4 && within(kx, ky, 1) {
            return (SIMILAR, NONE);
        }
        // The longest word that both have stands for the part: it is the rarest as a rule.
        let both = one
            .words
            .iter()
            .filter(|word| other.words.contains(word) && self.book.key_text(**word).len() > 1);
        let count = both.clone().count();
        if let Some(word) = both.max_by_key(|word| (self.book.key_text(**word).len(), **word)) {
            let all = count == one.words.len().min(other.words.len());
            return if all { (PART, *word) } else { (WEAK, NONE) };
        }
        if one.words.len() + other.words.len() > 2 && self.words_alike(&one.words, &other.words) {
            return (PART, NONE);
        }
        let shared = (one.letters & other.letters).count_ones() * 5;
        if shared < 3 * one.letters.count_ones().max(other.letters.count_ones()) {
            return (0, NONE);
        }
        let likeness = jaro_winkler(x, y).max(jaro_winkler(kx, ky));
        (if likeness >= 0.87 { WEAK } else { 0 }, NONE)
    }

    /// Whether each word of the name with fewer words is within one slip of a word of the other.
    fn words_alike(&self, a: &[u32], b: &[u32]) -> bool {
        let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        few.iter().all(|word| {
            let word = self.book.key_text(*word).as_bytes();
            word.len() >= 4 && many.iter().any(|other| within(word, self.book.key_text(*other).as_bytes(), 1))
        })
    }

    fn places(&mut self, a: u32, b: u32) -> u8 {
        match self.name(a, b).0 {
            UNKNOWN => UNKNOWN,
            EQUAL => 3,
            SOUND => 2,
            SIMILAR | PART => 1,
            _ => 0,
        }
    }

    fn documents(&self, a: [u32; 2], b: [u32; 2]) -> u8 {
        if a == [NONE; 2] || b == [NONE; 2] {
            return UNKNOWN;
        }
        let pairs = || {
            a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y))).filter(|(x, y)| *x != NONE && *y != NONE)
        };
        if pairs().any(|(x, y)| x == y) {
            return 2;
        }
        let near = |(x, y)| {
            let (x, y) = (self.book.others.text(x).as_bytes(), self.book.others.text(y).as_bytes());
            x.len() >= 6 && within(x, y, 1)
        };
        u8::from(pairs().any(near))
    }

    fn addresses(&self, a: Address, b: Address) -> u8 {
        if !a.is_known() || !b.is_known() {
            return UNKNOWN;
        }
        let both = |x: u32, y: u32| x != NONE && x == y;
        let place = both(a.postcode, b.postcode) || both(a.town, b.town);
        let (street, house) = (both(a.street, b.street), both(a.house, b.house));
        if place && street {
            return if a.house == b.house { SAME_ADDRESS } else { 4 };
        }
        if !place && !street && !house {
            return 0;
        }
        let near = |x: u32, y: u32, slips: usize, least: usize| {
            let (x, y) = (self.book.others.text(x).as_bytes(), self.book.others.text(y).as_bytes());
            x.len().min(y.len()) >= least && within(x, y, slips)
        };
        let near_street = street || near(a.street, b.street, 2, 6);
        let near_place = place || near(a.postcode, b.postcode, 1, 4) || near(a.town, b.town, 2, 6);
        match (near_street && near_place, u8::from(place) + u8::from(street) + u8::from(house)) {
            (true, _) => 3,
            (_, 2..) => 2,
            _ => u8::from(place),
        }
    }
}

/// The level of two dates, and the date or the year that agrees.
fn births(a: Birth, b: Birth) -> (u8, u32) {
    if !a.is_known() || !b.is_known() {
        return (UNKNOWN, NONE);
    }
    let year = Birth { year: a.year, ..Birth::default() }.number();
    if a.is_full() && a == b {
        return (7, a.number());
    }
    let same_year = a.year == b.year;
    if !a.is_full() || !b.is_full() {
        let months = a.month == 0 || b.month == 0 || a.month == b.month;
        return if same_year && months { (6, year) } else { (u8::from(a.year.abs_diff(b.year) <= 1), NONE) };
    }
    let new_year = |birth: Birth| birth.month == 1 && birth.day == 1;
    if same_year && (new_year(a) || new_year(b)) {
        return (5, year);
    }
    if same_year && a.month == b.day && a.day == b.month {
        return (4, NONE);
    }
    let digits = |birth: Birth| -> [u8; 8] {
        let year = birth.year;
        let two = |n: u8| [n / 10, n % 10];
        let [m1, m2] = two(birth.month);
        let [d1, d2] = two(birth.day);
        [
            (year / 1000) as u8,
            (year / 100 % 10) as u8,
            (year / 10 % 10) as u8,
            (year % 10) as u8,
            m1,
            m2,
            d1,
            d2,
        ]
    };
    let (x, y) = (digits(a), digits(b));
    let differing: u8 = x.iter().zip(y).map(|(x, y)| u8::from(*x != y)).sum();
    let swapped =
        differing == 2 && (1..8).any(|at| x[at - 1] == y[at] && x[at] == y[at - 1] && x[at] != y[at]);
    if differing == 1 || swapped {
        return (3, NONE);
    }
    let parts = u8::from(same_year) + u8::from(a.month == b.month) + u8::from(a.day == b.day);
    if parts == 2 {
        return (2, NONE);
    }
    (u8::from(a.year.abs_diff(b.year) <= 1), NONE)
}

fn shared(a: [u32; 2], b: [u32; 2]) -> (u8, u32) {
    if a[0] == NONE || b[0] == NONE {
        return (UNKNOWN, NONE);
    }
    match a.iter().find(|state| **state != NONE && b.contains(state)) {
        Some(state) => (1, *state),
        None => (0, NONE),
    }
}
