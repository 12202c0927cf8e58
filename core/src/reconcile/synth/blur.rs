//! What a stock holds of a person: most of it right, some of it written otherwise, wrong, old or missing.

use super::names::{NAMES, What};
use super::rng::Rng;
use super::spelling::{in_passport_letters, misread, mistyped, other_place, transliterated, without_marks};
use super::truth::{Address, Person, address, document};

/// A person as a stock holds it; what is empty is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Family name at birth.
    pub birth_name: String,
    /// `m`, `w`, `d`, `x`.
    pub sex: String,
    /// Date of birth: `1994-05-03`, `1994-05`, `1994`.
    pub birth: String,
    /// Place of birth.
    pub birth_place: String,
    /// State of birth (list staat).
    pub birth_state: String,
    /// Citizenships (list staatsangehoerigkeit), at most two.
    pub states: Vec<String>,
    /// Street.
    pub street: String,
    /// House number with its letter.
    pub house: String,
    /// Postcode.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// Number of the passport.
    pub document: String,
    /// Married.
    pub married: bool,
    /// Kind of the residence title, with its code and how many days ago it began and how many it holds from today.
    pub title: Title,
    /// What is not as it is in truth: `typing`, `transliteration`, `marks`, `part`, `swapped`, `block`, `remarried`, `missing`,
    /// `moved`, `newyear`, `daymonth`, `digit`, `unknown`, `other`.
    pub errors: Vec<&'static str>,
}

/// A residence title.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Title {
    /// Kind of the entry; empty for none.
    pub kind: &'static str,
    /// Its code.
    pub code: &'static str,
    /// Days since it was given.
    pub since: i64,
    /// Days for which it still holds; none where it has no end.
    pub left: Option<i64>,
}

/// How a person stands in a stock. Each stock, and each copy within one, has numbers of its own.
pub(super) fn blurred(person: &Person, rng: &mut Rng) -> Held {
    let mut held = truthful(person, rng);
    names(person, &mut held, rng);
    birth(person, &mut held, rng);
    rest(person, &mut held, rng);
    held
}

fn truthful(person: &Person, rng: &mut Rng) -> Held {
    let Address { street, house, postcode, town } = person.address.clone();
    let states = [person.state, person.second_state].into_iter().filter(|state| !state.is_empty());
    Held {
        family: person.family.clone(),
        given: person.given.clone(),
        birth_name: person.birth_name.clone(),
        sex: if person.female { "w" } else { "m" }.into(),
        birth_place: person.birth_place.into(),
        birth_state: person.birth_state.into(),
        states: states.map(str::to_owned).collect(),
        street: street.into(),
        house,
        postcode: postcode.into(),
        town: town.into(),
        document: person.document.clone(),
        married: person.married,
        title: title(person.group, rng),
        ..Held::default()
    }
}

impl Held {
    fn wrong(&mut self, error: &'static str) {
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }
}

fn names(person: &Person, held: &mut Held, rng: &mut Rng) {
    let adult_woman = person.female && person.married;
    if adult_woman && rng.permille(35) {
        if held.birth_name.is_empty() {
            held.birth_name = std::mem::take(&mut held.family);
            held.family = NAMES.draw(person.pool, What::Family, true, rng);
        } else {
            // Still under the name before the marriage.
            held.family = std::mem::take(&mut held.birth_name);
        }
        held.wrong("remarried");
    }
    if rng.permille(400) {
        held.birth_name.clear();
    }
    // Whoever types from a passport has no marks.
    let writing = rng.below(1000);
    let mut spell = |name: &mut String, held: &mut Vec<&'static str>| {
        let before = name.clone();
        let mut changed = |name: &mut String, error: &'static str| {
            if *name != before && !held.contains(&error) {
                held.push(error);
            }
        };
        if foreign_script(person.pool) && rng.permille(110) {
            *name = transliterated(name, person.pool, rng);
            changed(name, "transliteration");
        }
        match writing {
            0..=89 => *name = without_marks(name),
            90..=159 => *name = in_passport_letters(name),
            _ => {}
        }
        changed(name, "marks");
        if rng.permille(110) && name.contains([' ', '-']) {
            *name = less(name, rng);
            changed(name, "part");
        }
        if rng.permille(25) {
            *name = mistyped(name, rng);
            changed(name, "typing");
        }
    };
    spell(&mut held.family, &mut held.errors);
    spell(&mut held.given, &mut held.errors);
    if !held.birth_name.is_empty() {
        spell(&mut held.birth_name, &mut held.errors);
    }
    let unclear =
        matches!(person.pool, "som" | "tig" | "ind" | "vie" | "chn" | "ara" | "per" | "kur" | "afr");
    if rng.permille(if unclear { 22 } else { 6 }) {
        std::mem::swap(&mut held.family, &mut held.given);
        held.wrong("swapped");
    }
    if rng.permille(if unclear { 12 } else { 1 }) {
        let given = std::mem::take(&mut held.given);
        held.family = if rng.permille(500) {
            format!("{given} {}", held.family)
        } else {
            format!("{} {given}", held.family)
        };
        held.wrong("block");
    } else if rng.permille(4) {
        held.given.clear();
        held.wrong("missing");
    }
    if rng.permille(30) {
        held.family = held.family.to_uppercase();
    }
}

/// Languages whose names come to us in another script, or in several spellings.
fn foreign_script(pool: &str) -> bool {
    matches!(
        pool,
        "ara"
            | "per"
            | "kur"
            | "ukr"
            | "rus"
            | "bul"
            | "tig"
            | "som"
            | "geo"
            | "arm"
            | "ind"
            | "pak"
            | "mag"
            | "chn"
            | "afr"
            | "ell"
            | "tur"
    )
}

/// A name of several words with one left out, or written as one.
fn less(name: &str, rng: &mut Rng) -> String {
    let words: Vec<&str> = name.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    if words.iter().any(|word| word.chars().count() < 3) || rng.permille(250) {
        return words.concat();
    }
    let left_out = if rng.permille(700) { words.len() - 1 } else { 0 };
    let kept = words.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, word)| *word);
    kept.collect::<Vec<_>>().join(" ")
}

fn birth(person: &Person, held: &mut Held, rng: &mut Rng) {
    let (mut year, mut month, mut day) = person.birth;
    let vague = matches!(person.pool, "per" | "som" | "tig" | "ara" | "kur" | "afr" | "pak");
    if rng.permille(if vague { 25 } else { 2 }) {
        (month, day) = (1, 1);
        held.wrong("newyear");
    } else if rng.permille(10) && day <= 12 && day != month {
        std::mem::swap(&mut month, &mut day);
        held.wrong("daymonth");
    } else if rng.permille(16) {
        match rng.below(4) {
            0 => year = (year + rng.pick(&[-10, -1, 1, 10])).clamp(1900, 2026),
            1 => month = if month == 12 { 11 } else { month + 1 },
            // A digit of the day, such that the day is there in any month.
            _ => {
                day = match day {
                    1..=9 => day + 10,
                    10..=19 => day - 9,
                    28.. => 27,
                    _ => day + 1,
                }
            }
        }
        day = day.min(28 + i64::from(month != 2 && day > 28));
        held.wrong("digit");
    }
    held.birth = match rng.below(1000) {
        0..=2 => String::new(),
        3..=5 if vague => format!("{year:04}-{month:02}"),
        6..=16 if vague => format!("{year:04}"),
        6..=8 => format!("{year:04}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    };
    if held.birth.len() < 10 {
        held.wrong("unknown");
    }
}

fn rest(person: &Person, held: &mut Held, rng: &mut Rng) {
    match rng.below(1000) {
        0..=3 => {
            held.sex = if person.female { "m" } else { "w" }.into();
            held.wrong("other");
        }
        4..=6 => held.sex.clear(),
        _ => {}
    }
    match rng.below(1000) {
        0..=14 => held.states.clear(),
        // Ungeklärt.
        15..=24 => held.states = vec!["998".into()],
        25..=44 => held.states.truncate(1),
        _ => {}
    }
    match rng.below(1000) {
        0..=139 => held.birth_place.clear(),
        140..=229 => held.birth_place = other_place(&held.birth_place, rng),
        230..=244 => held.birth_place = mistyped(&held.birth_place, rng),
        _ => {}
    }
    if rng.permille(60) {
        held.birth_state.clear();
    }
    if !held.document.is_empty() {
        match rng.below(1000) {
            0..=349 => held.document.clear(),
            350..=469 => held.document = document(person.state, rng),
            470..=484 => held.document = misread(&held.document, rng),
            _ => {}
        }
    }
    if rng.permille(140) {
        let Address { street, house, postcode, town } = address(rng);
        (held.street, held.house, held.postcode, held.town) =
            (street.into(), house, postcode.into(), town.into());
        held.wrong("moved");
    } else if rng.permille(45) {
        (held.street, held.house, held.postcode, held.town) = Default::default();
    } else if rng.permille(150) {
        held.street = held.street.replace("straße", "str.").replace("Straße", "Str.").replace("platz", "pl.");
    } else if rng.permille(15) {
        held.street = mistyped(&held.street, rng);
    } else if rng.permille(20) {
        held.house = held.house.trim_end_matches(|c: char| c.is_ascii_alphabetic()).to_owned();
    }
}

fn title(group: &str, rng: &mut Rng) -> Title {
    let since = rng.between(20, 900);
    let left = Some(rng.between(-30, 1000));
    match (group, rng.below(10)) {
        ("eu", _) => Title { kind: "AufenthaltsrechtEU", code: "08", since, left },
        ("asyl", 0..=1) => {
            Title { kind: "Duldung", code: "20", since: since / 3, left: Some(rng.between(-30, 180)) }
        }
        ("asyl", 2) => Title { kind: "Aufenthaltsgestattung", code: "01", since, left: None },
        ("asyl", 3..=8) => Title { kind: "Aufenthaltserlaubnis", code: "027", since, left },
        ("titel", 0..=3) => Title { kind: "Niederlassungserlaubnis", code: "01", since, left: None },
        _ => Title { kind: "Aufenthaltserlaubnis", code: "028", since, left },
    }
}
