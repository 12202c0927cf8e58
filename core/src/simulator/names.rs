//! How alike two persons are by their personal data: names in several spellings, swapped names, dates partly known.

use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most characters of a name that count.
const LONGEST: usize = 80;

/// What a person is compared by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Person {
    family: Name,
    birth_name: Name,
    given: Name,
    birth: Birth,
    /// The place, folded.
    place: String,
    sex: String,
    nations: Vec<String>,
}

/// A name in three spellings; empty where it is not known or not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// Small letters without marks, umlauts in two letters.
    strict: String,
    /// What sounds alike is alike.
    loose: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Birth {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
}

/// How good a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// A
    Similar,
    /// G: name, birth date and sex are the same, and nationalities don't contradict.
    Equal,
    /// I: so are birth name, place of birth and nationalities.
    Identical,
}

impl Grade {
    /// Its code (list trefferkategorie).
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Similar => "A",
            Self::Equal => "G",
            Self::Identical => "I",
        }
    }
}

impl Person {
    /// Of Grundpersonalien, Aliaspersonalien, or what has some of their fields.
    pub(super) fn of(data: &Map<String, Value>) -> Self {
        let geburt = data.get("geburtsangaben").or_else(|| data.get("geburt"));
        let ort = geburt.and_then(|geburt| geburt.pointer("/geburtsort/ort")).and_then(Value::as_str);
        let nations = data.get("staatsangehoerigkeit").and_then(Value::as_array);
        let mut nations: Vec<String> = nations
            .into_iter()
            .flatten()
            .filter_map(|nation| code(nation.get("staatsangehoerigkeit")?))
            .collect();
        nations.sort();
        Self {
            family: Name::of(data.get("familienname")),
            birth_name: Name::of(data.get("geburtsname")),
            given: Name::of(data.get("vorname").or_else(|| data.get("vornamen"))),
            birth: geburt.map(Birth::of).unwrap_or_default(),
            place: ort.map(fold).unwrap_or_default(),
            sex: data.get("geschlecht").and_then(|sex| code(sex.get("geschlecht")?)).unwrap_or_default(),
            nations,
        }
    }

    /// The same person under other names; a name that is not given stays.
    pub(super) fn with_names(&self, data: &Map<String, Value>) -> Self {
        let other = Self::of(data);
        let keep = |new: Name, old: &Name| if new.is_empty() { old.clone() } else { new };
        Self {
            family: keep(other.family, &self.family),
            birth_name: keep(other.birth_name, &self.birth_name),
            given: keep(other.given, &self.given),
            ..self.clone()
        }
    }

    /// The same person under one other name, which may be a family name or a given name.
    pub(super) fn with_name(&self, name: &Value) -> [Self; 2] {
        let name = Name::of(Some(name));
        [Self { family: name.clone(), ..self.clone() }, Self { given: name, ..self.clone() }]
    }

    /// Keys under which a person is found: each part of each name, with the year of birth and without.
    pub(super) fn keys(&self) -> Vec<String> {
        let year = self.birth.year.map_or("?".to_owned(), |year| year.to_string());
        self.parts().flat_map(|part| [format!("{part}*"), format!("{part}{year}")]).collect()
    }

    /// Keys under which to look for such a person.
    pub(super) fn wanted(&self) -> Vec<String> {
        let years: Vec<String> = match self.birth.year {
            Some(year) => {
                let near = [year.saturating_sub(1), year, year.saturating_add(1)];
                near.iter().map(u16::to_string).chain(["?".to_owned()]).collect()
            }
            None => vec!["*".to_owned()],
        };
        self.parts().flat_map(|part| years.iter().map(move |year| format!("{part}{year}"))).collect()
    }

    fn parts(&self) -> impl Iterator<Item = &str> {
        let names = [&self.family, &self.birth_name, &self.given];
        names.into_iter().flat_map(|name| name.loose.split(' ').filter(|part| !part.is_empty()).take(8))
    }

    /// How good a hit the other one is, with 0 to 100 points; none below so many points.
    pub(super) fn compare(&self, other: &Self, least: u32) -> Option<(Grade, u32)> {
        let same_sex = self.sex == other.sex;
        let shared = self.nations.iter().any(|nation| other.nations.contains(nation));
        let no_contradiction = shared || self.nations.is_empty() || other.nations.is_empty();
        let is_named = |person: &Self| !person.family.is_empty() || !person.given.is_empty();
        if !is_named(self) || !is_named(other) {
            return None;
        }
        let same_names = self.family.strict == other.family.strict && self.given.strict == other.given.strict;
        if same_names && self.birth == other.birth && same_sex && no_contradiction {
            let all = self.place == other.place
                && self.nations == other.nations
                && self.birth_name.strict == other.birth_name.strict;
            return Some(if all { (Grade::Identical, 100) } else { (Grade::Equal, 100) });
        }
        let family = self.family.like(&other.family);
        let family = family.max(self.family.like(&other.birth_name) * 95 / 100);
        let family = family.max(self.birth_name.like(&other.family) * 95 / 100);
        let given = self.given.like(&other.given);
        let swapped = self.family.like(&other.given).min(self.given.like(&other.family)) * 90 / 100;
        let (family, given) = if swapped > family.min(given) { (swapped, swapped) } else { (family, given) };
        let birth = self.birth.like(other.birth);
        if family < 50 || given < 50 || birth == 0 {
            return None;
        }
        let sex = match (same_sex, self.sex.is_empty() || other.sex.is_empty()) {
            (true, _) => 100,
            (false, true) => 80,
            (false, false) => 40,
        };
        let points = (35 * family + 30 * given + 30 * birth + 5 * sex) / 100;
        (points >= least).then_some((Grade::Similar, points))
    }
}

impl Name {
    fn of(name: Option<&Value>) -> Self {
        let name = match name {
            Some(Value::String(name)) => name.as_str(),
            Some(name) => name.get("name").and_then(Value::as_str).unwrap_or(""),
            None => "",
        };
        let strict = fold(name);
        let loose = loosen(&strict);
        Self { strict, loose }
    }

    fn is_empty(&self) -> bool {
        self.strict.is_empty()
    }

    /// 0 to 100.
    fn like(&self, other: &Self) -> u32 {
        match (self.is_empty(), other.is_empty()) {
            (true, true) => return 100,
            (true, false) | (false, true) => return 50,
            _ => {}
        }
        if self.strict == other.strict {
            return 100;
        }
        if self.loose == other.loose {
            return 95;
        }
        let sorted = |name: &Self| {
            let mut parts: Vec<String> = name.loose.split(' ').map(str::to_owned).collect();
            parts.sort();
            parts
        };
        let (mine, theirs) = (sorted(self), sorted(other));
        if mine == theirs {
            return 90;
        }
        let all_in = |few: &[String], many: &[String]| few.iter().all(|part| many.contains(part));
        if all_in(&mine, &theirs) || all_in(&theirs, &mine) {
            return 80;
        }
        let (a, b) = (self.loose.replace(' ', ""), other.loose.replace(' ', ""));
        let longest = a.chars().count().max(b.chars().count());
        let apart = distance(&a, &b);
        if a == b {
            90
        } else if (longest >= 4 && apart <= 1) || (longest >= 8 && apart <= 2) {
            80
        } else if mine.iter().any(|part| theirs.contains(part)) {
            60
        } else {
            0
        }
    }
}

impl Birth {
    fn of(geburt: &Value) -> Self {
        let Some(tag) = geburt.pointer("/tagDerGeburt/teilbekanntesDatum") else { return Self::default() };
        let text = ["jahrMonatTag", "jahrMonat", "jahr"].iter().find_map(|name| tag.get(name)?.as_str());
        let mut parts = text.unwrap_or("").split('-');
        Self {
            year: parts.next().and_then(|part| part.parse().ok()),
            month: parts.next().and_then(|part| part.parse().ok()),
            day: parts.next().and_then(|part| part.parse().ok()),
        }
    }

    /// 0 to 100.
    fn like(self, other: Self) -> u32 {
        let (Some(year), Some(other_year)) = (self.year, other.year) else { return 70 };
        let near = |a: Option<u8>, b: Option<u8>| a.is_none() || b.is_none() || a == b;
        let full = [self.month, self.day, other.month, other.day].iter().all(Option::is_some);
        let same_year = year == other_year;
        let partly = near(self.month, other.month) && near(self.day, other.day);
        let swapped = self.month == other.day && self.day == other.month;
        let one_wrong = self.month == other.month || self.day == other.day;
        let next_year = year.abs_diff(other_year) == 1 && self.month == other.month && self.day == other.day;
        if self == other && full {
            100
        } else if same_year && (partly || swapped) {
            85
        } else if same_year && one_wrong || next_year {
            70
        } else {
            0
        }
    }
}

fn code(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value.get("code")?.as_str()).map(str::to_owned)
}

/// Small letters and digits, words parted by one blank; marks left out, letters of other alphabets as one writes them
/// without.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::new();
    for c in text.nfc().flat_map(char::to_lowercase).take(LONGEST) {
        let written = match c {
            'ä' | 'æ' => "ae",
            'ö' | 'ø' | 'œ' => "oe",
            'ü' => "ue",
            'å' => "aa",
            'ß' => "ss",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'þ' => "th",
            'ı' => "i",
            'ħ' => "h",
            _ => "",
        };
        if written.is_empty() {
            folded.extend(std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)));
        } else {
            folded.push_str(written);
        }
    }
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Spellings of one sound as one, for text that is folded.
fn loosen(folded: &str) -> String {
    const ALIKE: [(&str, &str); 14] = [
        ("ae", "a"),
        ("oe", "o"),
        ("ue", "u"),
        ("ou", "u"),
        ("ph", "f"),
        ("th", "t"),
        ("ck", "k"),
        ("sch", "sh"),
        ("tsch", "tsh"),
        ("dsch", "j"),
        ("dj", "j"),
        ("w", "v"),
        ("y", "i"),
        ("j", "i"),
    ];
    let mut text = folded.to_owned();
    for (from, to) in ALIKE {
        text = text.replace(from, to);
    }
    let mut loose = String::with_capacity(text.len());
    for c in text.chars() {
        if c == ' ' || !loose.ends_with(c) {
            loose.push(c);
        }
    }
    loose
}

/// How many letters must be added, taken away or changed.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return 3;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, d) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let best = (diagonal + usize::from(c != d)).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            left = best;
        }
        if let Some(cell) = row.last_mut() {
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(family: &str, given: &str, birth: Value) -> Person {
        let data = json!({
            "familienname": {"name": family}, "vorname": {"name": given},
            "geburtsangaben": {"geburtsort": {"ort": "Homs"}, "tagDerGeburt": birth},
            "geschlecht": {"geschlecht": {"code": "m"}},
            "staatsangehoerigkeit": [{"staatsangehoerigkeit": {"code": "475"}}]
        });
        Person::of(data.as_object().expect("an object"))
    }

    fn day(day: &str) -> Value {
        json!({"teilbekanntesDatum": {"jahrMonatTag": day}})
    }

    fn grade(a: &Person, b: &Person) -> Option<Grade> {
        a.compare(b, 70).map(|(grade, _)| grade)
    }

    #[test]
    fn spellings_of_one_name() {
        assert_eq!(fold("  Öztürk-ĐURIĆ, Şerife"), "oeztuerk duric serife");
        assert_eq!(loosen("mueller"), loosen("muller"));
        assert_eq!(
            (distance("abc", "abc"), distance("abc", "abd"), distance("abc", "bc"), distance("", "ab")),
            (0, 1, 1, 2)
        );
        let mueller = person("Müller", "Ali", day("1990-03-04"));
        for (family, given, birth, expected) in [
            ("MUELLER", "ali", day("1990-03-04"), Some(Grade::Identical)),
            ("Muller", "Ali", day("1990-03-04"), Some(Grade::Similar)),
            ("Ali", "Müller", day("1990-03-04"), Some(Grade::Similar)),
            ("Müller", "Ali", json!({"teilbekanntesDatum": {"jahr": "1990"}}), Some(Grade::Similar)),
            ("Müller", "Ali", json!({"unbekannt": true}), Some(Grade::Similar)),
            ("Müller", "Ali", day("1990-04-03"), Some(Grade::Similar)),
            ("Müller", "Ali Reza", day("1990-03-04"), Some(Grade::Similar)),
            ("Müller", "Ali", day("1971-12-30"), None),
            ("Schmidt", "Karl", day("1990-03-04"), None),
        ] {
            let other = person(family, given, birth);
            assert_eq!(grade(&mueller, &other), expected, "{other:?}");
            assert_eq!(grade(&other, &mueller), expected, "{other:?}");
            if expected.is_some() {
                let keys = other.keys();
                assert!(mueller.wanted().iter().any(|key| keys.contains(key)), "{other:?}");
            }
        }
        let elsewhere = Person { place: "aleppo".into(), ..mueller.clone() };
        assert_eq!(grade(&mueller, &elsewhere), Some(Grade::Equal));
        let other_nation = Person { nations: vec!["423".into()], ..mueller.clone() };
        assert_eq!(grade(&mueller, &other_nation), Some(Grade::Similar));
        assert_eq!(grade(&Person::default(), &Person::default()), None);
    }
}
