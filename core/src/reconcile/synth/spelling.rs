//! How names and places come out when somebody else writes them: another transliteration, no marks, a slip of the hand.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::names::rows;
use super::rng::Rng;

/// A group of spellings that stand for each other in some language areas.
struct Group {
    pools: Vec<&'static str>,
    spellings: Vec<&'static str>,
}

impl Group {
    fn holds_for(&self, pool: &str) -> bool {
        self.pools.iter().any(|own| *own == pool || *own == "*")
    }
}

#[derive(Default)]
struct Spellings {
    names: Vec<Group>,
    sounds: Vec<Group>,
    places: Vec<Group>,
}

static SPELLINGS: LazyLock<Spellings> = LazyLock::new(|| {
    let mut all = Spellings::default();
    for row in rows(include_str!("../../../standards/stock/schreibweisen.tsv")) {
        let [kind, pools, spellings] = row[..] else { continue };
        let group = Group { pools: pools.split(' ').collect(), spellings: spellings.split('|').collect() };
        match kind {
            "name" => all.names.push(group),
            "laut" => all.sounds.push(group),
            _ => all.places.push(group),
        }
    }
    all
});

/// A name in another transliteration of its language; the same where none is known.
pub(super) fn transliterated(name: &str, pool: &str, rng: &mut Rng) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let whole = SPELLINGS.names.iter().filter(|group| group.holds_for(pool));
    for group in whole {
        let found = words.iter().position(|word| group.spellings.contains(word));
        if let Some(at) = found {
            let other = rng.pick(&group.spellings);
            let mut words: Vec<&str> = words.clone();
            if let Some(word) = words.get_mut(at) {
                *word = other;
            }
            return words.join(" ");
        }
    }
    let sounds: Vec<(&str, &Group)> = SPELLINGS
        .sounds
        .iter()
        .filter(|group| group.holds_for(pool))
        .flat_map(|group| {
            group.spellings.iter().filter(|sound| !sound.is_empty()).map(move |sound| (*sound, group))
        })
        .collect();
    let found = heard(name, &sounds);
    let Some((at, from, group)) = found.get(rng.below(found.len() as u64) as usize) else {
        return without_marks(name);
    };
    let (before, rest) = name.split_at(*at);
    let (old, behind) = rest.split_at(from.len());
    let to = rng.pick(&group.spellings);
    let mut chars = to.chars();
    match chars.next() {
        Some(first) if old.starts_with(char::is_uppercase) => {
            format!("{before}{}{}{behind}", first.to_uppercase(), chars.as_str())
        }
        _ => format!("{before}{to}{behind}"),
    }
}

/// Where a name has which sounds: the longest at each place, so no part of one is taken for another.
fn heard<'a>(name: &str, sounds: &[(&'a str, &'a Group)]) -> Vec<(usize, &'a str, &'a Group)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = name.get(at..).filter(|rest| !rest.is_empty()) {
        let begins =
            |sound: &str| rest.get(..sound.len()).is_some_and(|head| head.eq_ignore_ascii_case(sound));
        let longest = sounds.iter().filter(|(sound, _)| begins(sound)).max_by_key(|(sound, _)| sound.len());
        if let Some((sound, group)) = longest {
            found.push((at, *sound, *group));
        }
        at += longest.map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |(sound, _)| sound.len());
    }
    found
}

/// A place under another of its names, or misspelt.
pub(super) fn other_place(place: &str, rng: &mut Rng) -> String {
    match SPELLINGS.places.iter().find(|group| group.spellings.contains(&place)) {
        Some(group) => rng.pick(&group.spellings).to_owned(),
        None if without_marks(place) != place => without_marks(place),
        None => mistyped(place, rng),
    }
}

/// As a typewriter writes it, which has no marks and no letters but the plain ones.
pub(super) fn without_marks(text: &str) -> String {
    let mut plain = String::new();
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ʿ' | 'ʾ' | '’' | 'ʹ' | 'ʺ' => {}
            'ß' => plain.push_str("ss"),
            'ı' => plain.push('i'),
            'ø' => plain.push('o'),
            'Ø' => plain.push('O'),
            'đ' => plain.push('d'),
            'Đ' => plain.push('D'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("Ae"),
            'ð' => plain.push('d'),
            'þ' => plain.push_str("th"),
            'ə' => plain.push('e'),
            'Ə' => plain.push('E'),
            c => plain.push(c),
        }
    }
    plain
}

/// As the machine-readable zone of a passport has it: umlauts in two letters.
pub(super) fn in_passport_letters(text: &str) -> String {
    let mut out = String::new();
    for c in text.nfc() {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'Ä' => out.push_str("Ae"),
            'Ö' => out.push_str("Oe"),
            'Ü' => out.push_str("Ue"),
            'å' => out.push_str("aa"),
            c => out.push(c),
        }
    }
    without_marks(&out)
}

/// Letters that lie beside each other or are taken for each other.
const NEIGHBOURS: &str = "qwertzuiopasdfghjklyxcvbnm";

/// One slip of the hand: a letter left out, doubled, swapped with the next, or another one.
pub(super) fn mistyped(text: &str, rng: &mut Rng) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.len() < 3 {
        return text.to_owned();
    }
    let at = 1 + rng.below(chars.len() as u64 - 1) as usize;
    let Some(&letter) = chars.get(at) else { return text.to_owned() };
    match rng.below(10) {
        0..=2 => {
            chars.remove(at);
        }
        3..=4 => chars.insert(at, letter),
        5..=6 if at + 1 < chars.len() => chars.swap(at, at + 1),
        7 => {
            let other =
                NEIGHBOURS.as_bytes().get(rng.below(26) as usize).map_or('e', |byte| char::from(*byte));
            chars.insert(at, other);
        }
        _ => {
            let near = NEIGHBOURS.find(letter.to_ascii_lowercase()).map_or(2, |at| (at + 1) % 26);
            let other = NEIGHBOURS.as_bytes().get(near).map_or('e', |byte| char::from(*byte));
            if let Some(place) = chars.get_mut(at) {
                *place = other;
            }
        }
    }
    chars.into_iter().collect::<String>().trim().to_owned()
}

/// A number with one slip: two digits swapped, one other, or a letter taken for a digit.
pub(super) fn misread(number: &str, rng: &mut Rng) -> String {
    let mut chars: Vec<char> = number.chars().collect();
    let at = rng.below(chars.len() as u64) as usize;
    match rng.below(3) {
        0 if at + 1 < chars.len() => chars.swap(at, at + 1),
        1 if chars.len() > 4 => {
            chars.remove(at);
        }
        _ => {
            if let Some(c) = chars.get_mut(at) {
                *c = match *c {
                    '0' => 'O',
                    'O' => '0',
                    '1' => '7',
                    '9' => '0',
                    digit @ '2'..='8' => char::from(digit as u8 + 1),
                    letter => {
                        if letter == 'A' {
                            'B'
                        } else {
                            'A'
                        }
                    }
                };
            }
        }
    }
    chars.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_language() {
        let mut rng = Rng::new(1, 0, 0);
        let all: Vec<String> = (0..50).map(|_| transliterated("Mohammad", "ara", &mut rng)).collect();
        assert!(
            all.iter().any(|name| name == "Muhammad") && all.iter().any(|name| name == "Mohamed"),
            "{all:?}"
        );
        let all: Vec<String> = (0..50).map(|_| transliterated("Shevchenko", "ukr", &mut rng)).collect();
        assert!(all.iter().any(|name| name.starts_with("Sch")), "{all:?}");
        assert_eq!(transliterated("Nguyễn", "vie", &mut rng), "Nguyen");
        assert_eq!(
            (without_marks("Đỗ Łukasz"), in_passport_letters("Öztürk")),
            ("Do Lukasz".into(), "Oeztuerk".into())
        );
    }

    #[test]
    fn a_slip_changes_little() {
        let mut rng = Rng::new(2, 0, 0);
        for _ in 0..200 {
            let slip = mistyped("Hadžić", &mut rng);
            assert!(slip.chars().count().abs_diff(6) <= 1 && slip.starts_with('H'), "{slip}");
            let slip = misread("A1234567", &mut rng);
            assert!(slip.len().abs_diff(8) <= 1, "{slip}");
        }
    }
}
