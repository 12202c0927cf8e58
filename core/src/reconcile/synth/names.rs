//! Names of many languages, with the frequencies of real ones: few that many have, and a long tail.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rng::Rng;

const LISTS: &str = include_str!("../../../standards/stock/namen.tsv");
const FORMS: &str = include_str!("../../../standards/stock/formen.tsv");
const GIVEN: &str = include_str!("../../../standards/samples/vornamen.tsv");
const FAMILY: &str = include_str!("../../../standards/samples/familiennamen.tsv");

/// Which name is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Given name.
    Given,
    /// Family name.
    Family,
}

/// All names.
pub(super) static NAMES: LazyLock<Names> = LazyLock::new(Names::read);

/// The rows of a table.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

/// Names by language area.
#[derive(Debug, Default)]
pub(super) struct Names {
    lists: HashMap<(&'static str, &'static str), List>,
    forms: HashMap<(&'static str, &'static str), Vec<Form>>,
}

/// How often a form occurs among those of its kind, and what it is made of.
type Form = (u64, Vec<Piece>);

#[derive(Debug, Default)]
struct List {
    names: Vec<&'static str>,
    /// The sum of the weights up to each name.
    sums: Vec<u64>,
}

#[derive(Debug)]
enum Piece {
    Text(&'static str),
    Draw { list: &'static str, capital: bool },
}

impl Names {
    fn read() -> Self {
        let mut all: HashMap<(&str, &str), (f64, Vec<&str>)> = HashMap::new();
        for row in rows(LISTS) {
            let [pool, part, exponent, names] = row[..] else { continue };
            all.insert((pool, part), (exponent.parse().unwrap_or(0.7), names.split('|').collect()));
        }
        let given = rows(GIVEN).filter_map(|row| Some((*row.get(2)?, *row.get(1)?, *row.first()?)));
        let family = rows(FAMILY).filter_map(|row| Some((*row.get(1)?, "f", *row.first()?)));
        for (pool, part, name) in given.chain(family) {
            let (_, list) = all.entry((pool, part)).or_insert((0.5, Vec::new()));
            if !list.contains(&name) {
                list.push(name);
            }
        }
        let lists =
            all.into_iter().map(|(key, (exponent, names))| (key, List::new(exponent, names))).collect();
        let mut forms: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows(FORMS) {
            let [pool, what, share, form] = row[..] else { continue };
            forms.entry((pool, what)).or_default().push((share.parse().unwrap_or(0), pieces(form)));
        }
        Self { lists, forms }
    }

    /// A name of a language area. The family names that two sexes draw with equal numbers belong together (Kowalski, Kowalska).
    pub(super) fn draw(&self, pool: &str, what: What, female: bool, rng: &mut Rng) -> String {
        let keys: &[&str] = match (what, female) {
            (What::Given, false) => &["m"],
            (What::Given, true) => &["w"],
            (What::Family, false) => &["f"],
            (What::Family, true) => &["fw", "f"],
        };
        let mut name = String::new();
        if let Some(forms) = keys.iter().find_map(|key| self.forms.get(&(pool, *key))) {
            let mut at = rng.below(forms.iter().map(|(share, _)| share).sum());
            for (share, form) in forms {
                if at < *share {
                    form.iter().for_each(|piece| self.append(pool, piece, rng, &mut name));
                    break;
                }
                at -= share;
            }
        } else if let Some(list) = self.lists.get(&(pool, keys.last().copied().unwrap_or(""))) {
            name.push_str(list.draw(rng));
        }
        name
    }

    fn append(&self, pool: &str, piece: &Piece, rng: &mut Rng, name: &mut String) {
        match piece {
            Piece::Text(text) => name.push_str(text),
            Piece::Draw { list, capital } => {
                let drawn = self.lists.get(&(pool, *list)).map_or("", |list| list.draw(rng));
                let mut chars = drawn.chars();
                match chars.next() {
                    Some(first) if *capital => name.extend(first.to_uppercase().chain(chars)),
                    _ => name.push_str(drawn),
                }
            }
        }
    }
}

impl List {
    fn new(exponent: f64, names: Vec<&'static str>) -> Self {
        let mut sum = 0;
        let weight = |place: usize| (1e6 / (place as f64 + 2.0).powf(exponent)) as u64;
        let sums = (0..names.len()).map(|place| {
            sum += weight(place);
            sum
        });
        Self { sums: sums.collect(), names }
    }

    fn draw(&self, rng: &mut Rng) -> &'static str {
        let at = rng.below(self.sums.last().copied().unwrap_or(0));
        let place = self.sums.partition_point(|sum| *sum <= at);
        self.names.get(place).copied().unwrap_or("")
    }
}

fn pieces(form: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in form.split_inclusive('}') {
        let (text, slot) = part.split_once('{').unwrap_or((part, ""));
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        let slot = slot.trim_end_matches('}');
        if let Some((list, capital)) = PARTS
            .iter()
            .find_map(|(part, with)| (*part == slot || *with == slot).then_some((*part, *with == slot)))
        {
            pieces.push(Piece::Draw { list, capital });
        }
    }
    pieces
}

/// The parts of names, and as they are written where a capital is wanted.
const PARTS: [(&str, &str); 11] = [
    ("m", "M"),
    ("w", "W"),
    ("f", "F"),
    ("ort", "Ort"),
    ("eigen", "Eigen"),
    ("stamm", "Stamm"),
    ("kopf", "Kopf"),
    ("schwanz", "Schwanz"),
    ("silbe", "Silbe"),
    ("mittelm", "Mittelm"),
    ("mittelw", "Mittelw"),
];

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn each_slot_of_a_form_has_a_list() {
        for row in rows(FORMS) {
            let slots = row[3].matches('{').count();
            let drawn = pieces(row[3])
                .into_iter()
                .filter(|piece| match piece {
                    Piece::Draw { list, .. } => {
                        let names = NAMES.lists.get(&(row[0], *list));
                        assert!(names.is_some_and(|list| !list.names.is_empty()), "{row:?}");
                        true
                    }
                    Piece::Text(_) => false,
                })
                .count();
            assert_eq!(drawn, slots, "{row:?}");
        }
    }

    #[test]
    fn few_names_are_frequent_and_most_are_rare() {
        let mut rng = Rng::new(3, 0, 0);
        let mut counts: HashMap<String, usize> = HashMap::new();
        for _ in 0..20_000 {
            *counts.entry(NAMES.draw("ara", What::Family, false, &mut rng)).or_default() += 1;
        }
        let most = counts.values().max().copied().unwrap_or(0);
        let once: HashSet<_> = counts.iter().filter(|(_, count)| **count <= 20).collect();
        assert!((300..2000).contains(&most), "{most}");
        assert!(once.len() * 3 > counts.len(), "{} of {} are rare", once.len(), counts.len());
    }

    #[test]
    fn the_family_names_of_two_sexes_belong_together() {
        let draw = |female| NAMES.draw("rus", What::Family, female, &mut Rng::new(5, 0, 0));
        assert_eq!(format!("{}a", draw(false)), draw(true));
    }
}
