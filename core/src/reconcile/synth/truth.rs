//! The people themselves: who they are, with whom and where they live. Any person is made on its own, from the seed and its number.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::names::{NAMES, What, rows};
use super::rng::Rng;

/// So many persons are made together; households do not reach from one block into the next.
const BLOCK: u64 = 12;
/// What the numbers of a block are drawn for.
const PURPOSE: u64 = 1;
/// Germany in the lists of the statistical office.
const GERMANY: &str = "000";

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) pool: &'static str,
    pub(super) state: &'static str,
    pub(super) second_state: &'static str,
    pub(super) group: &'static str,
    pub(super) female: bool,
    pub(super) married: bool,
    pub(super) given: String,
    pub(super) family: String,
    /// The family name at birth, where it is another one.
    pub(super) birth_name: String,
    /// Year, month, day.
    pub(super) birth: (i64, i64, i64),
    pub(super) birth_place: &'static str,
    pub(super) birth_state: &'static str,
    pub(super) address: Address,
    /// Number of a passport; empty where there is none.
    pub(super) document: String,
}

/// A German address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) street: &'static str,
    pub(super) house: String,
    pub(super) postcode: &'static str,
    pub(super) town: &'static str,
}

struct State {
    code: &'static str,
    weight: u64,
    pool: &'static str,
    group: &'static str,
}

struct World {
    states: Vec<State>,
    /// The sum of the weights.
    weights: u64,
    /// Places of birth by state, the most frequent first.
    births: HashMap<&'static str, Vec<&'static str>>,
    towns: Vec<(&'static str, &'static str)>,
    streets: Vec<&'static str>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let states: Vec<State> = rows(include_str!("../../../standards/samples/staaten.tsv"))
        .filter_map(|row| {
            let [code, _, weight, pool, _, group] = row[..] else { return None };
            Some(State { code, weight: weight.parse().ok()?, pool, group })
        })
        .collect();
    let mut births: HashMap<&str, Vec<&str>> = HashMap::new();
    for row in rows(include_str!("../../../standards/samples/geburtsorte.tsv")) {
        let [place, state] = row[..] else { continue };
        births.entry(state).or_default().push(place);
    }
    for row in rows(include_str!("../../../standards/stock/geburtsorte.tsv")) {
        let [state, places] = row[..] else { continue };
        births.entry(state).or_default().extend(places.split('|'));
    }
    World {
        weights: states.iter().map(|state| state.weight).sum(),
        states,
        births,
        towns: rows(include_str!("../../../standards/samples/orte.tsv"))
            .filter_map(|row| Some((*row.first()?, *row.get(1)?)))
            .collect(),
        streets: rows(include_str!("../../../standards/samples/strassen.tsv"))
            .filter_map(|row| row.first().copied())
            .collect(),
    }
});

/// The person with a number, in the year of the stock.
pub(super) fn person(seed: u64, number: u64, year: i64) -> Person {
    let mut rng = Rng::new(seed, PURPOSE, number / BLOCK);
    let wanted = number % BLOCK;
    let mut before = 0;
    loop {
        let size = household_size(&mut rng).min(BLOCK - before);
        // Each household draws from numbers of its own, so those that nobody asked for need not be made.
        let mut own = Rng::new(seed, PURPOSE + rng.next(), number / BLOCK);
        if wanted < before + size {
            let mut members = household(size, year, &mut own);
            return members.swap_remove((wanted - before) as usize);
        }
        before += size;
    }
}

fn household_size(rng: &mut Rng) -> u64 {
    match rng.below(100) {
        0..=46 => 1,
        47..=62 => 2,
        63..=75 => 3,
        76..=88 => 4,
        89..=95 => 5,
        _ => 6,
    }
}

/// The people of a household: one or two adults and their children.
fn household(size: u64, year: i64, rng: &mut Rng) -> Vec<Person> {
    let (state, pool) = origin(rng);
    let address = address(rng);
    let couple = size >= 2 && rng.permille(820);
    let mut members = Vec::with_capacity(size as usize);
    let female = if couple { false } else { rng.permille(if size == 1 { 420 } else { 850 }) };
    let age = rng.between(19, 45) + if rng.permille(300) { rng.between(0, 35) } else { 0 };
    let home = birth_place(state.code, rng);
    let mut head = single(state, pool, female, year - age, home, &address, rng);
    head.married = couple;
    // The same draws give the name in its form for either sex.
    let family_rng = rng.clone();
    let family_of = |female| NAMES.draw(pool, What::Family, female, &mut family_rng.clone());
    head.family = family_of(female);
    rng.next();
    members.push(head);
    if couple {
        let age = (age + rng.between(-8, 3)).max(18);
        let home = if rng.permille(500) { home } else { birth_place(state.code, rng) };
        let mut wife = single(state, pool, true, year - age, home, &address, rng);
        wife.married = true;
        distinct(&mut wife, &members, rng);
        let own = NAMES.draw(pool, What::Family, true, rng);
        if keeps_name(pool) || rng.permille(120) {
            wife.family = own;
        } else {
            (wife.family, wife.birth_name) = (family_of(true), own);
        }
        members.push(wife);
    }
    let parents_from = members.iter().map(|parent| year - parent.birth.0).min().unwrap_or(20);
    let father = members.first().cloned().unwrap_or_default();
    let twins = rng.permille(20);
    while (members.len() as u64) < size {
        let oldest = (parents_from - 18).clamp(0, 22);
        let here = rng.permille(400);
        let place = if here { town(rng).0 } else { home };
        let female = rng.permille(490);
        let mut child = single(state, pool, female, year - rng.between(0, oldest), place, &address, rng);
        if here {
            child.birth_state = GERMANY;
        }
        child.family = match pool {
            "tig" | "som" if !father.female => first_word(&father.given),
            "spa" => match members.get(1) {
                Some(mother) => format!("{} {}", first_word(&father.family), first_word(&mother.family)),
                None => father.family.clone(),
            },
            _ => family_of(female),
        };
        distinct(&mut child, &members, rng);
        if twins && let Some(last) = members.get(2) {
            child.birth = last.birth;
        }
        members.push(child);
    }
    members
}

/// Nobody in a family is called as another one.
fn distinct(person: &mut Person, members: &[Person], rng: &mut Rng) {
    for _ in 0..20 {
        if members.iter().all(|member| member.given != person.given) {
            break;
        }
        person.given = NAMES.draw(person.pool, What::Given, person.female, rng);
    }
}

/// Where wives keep the name of their own family.
fn keeps_name(pool: &str) -> bool {
    matches!(pool, "ara" | "per" | "kur" | "tig" | "som" | "vie" | "chn" | "spa" | "mag" | "ita" | "pak")
}

/// A person with all that does not hang on its family.
fn single(
    state: &'static State,
    pool: &'static str,
    female: bool,
    year: i64,
    birth_place: &'static str,
    address: &Address,
    rng: &mut Rng,
) -> Person {
    let (month, day) = match rng.permille(new_year(pool)) {
        true => (1, 1),
        false => day_of_year(year, rng),
    };
    Person {
        pool,
        state: state.code,
        second_state: if rng.permille(25) { origin(rng).0.code } else { "" },
        group: state.group,
        female,
        given: NAMES.draw(pool, What::Given, female, rng),
        birth: (year, month, day),
        birth_place,
        birth_state: state.code,
        address: address.clone(),
        document: if rng.permille(750) { document(state.code, rng) } else { String::new() },
        ..Person::default()
    }
}

/// Of 1,000 persons, so many have the 1st of January for their birthday because nobody knows the day.
fn new_year(pool: &str) -> u64 {
    match pool {
        "per" => 170,
        "som" => 200,
        "tig" => 60,
        "kur" | "ara" | "afr" | "pak" => 50,
        _ => 3,
    }
}

fn day_of_year(year: i64, rng: &mut Rng) -> (i64, i64) {
    let month = rng.between(1, 12);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (month, rng.between(1, days))
}

fn origin(rng: &mut Rng) -> (&'static State, &'static str) {
    let world = &*WORLD;
    let mut at = rng.below(world.weights);
    let state = world.states.iter().find(|state| {
        let here = at < state.weight;
        at = at.saturating_sub(state.weight);
        here
    });
    // The table has rows, and the number lies below the sum of their weights.
    let state = state.unwrap_or(&NOWHERE);
    let kurdish = match state.code {
        "475" => 180,
        "438" => 300,
        "163" => 200,
        "439" => 100,
        _ => 0,
    };
    (state, if rng.permille(kurdish) { "kur" } else { state.pool })
}

static NOWHERE: State = State { code: "998", weight: 0, pool: "ara", group: "asyl" };

/// A place of birth in a state: the first ones are frequent.
pub(super) fn birth_place(state: &str, rng: &mut Rng) -> &'static str {
    let places = WORLD.births.get(state).map_or(&[][..], Vec::as_slice);
    let n = places.len() as u64;
    let at = rng.below(n.max(1)).min(rng.below(n.max(1)));
    places.get(at as usize).copied().unwrap_or("unbekannt")
}

fn town(rng: &mut Rng) -> (&'static str, &'static str) {
    let n = WORLD.towns.len() as u64;
    let at = rng.below(n).min(rng.below(n));
    WORLD.towns.get(at as usize).copied().unwrap_or_default()
}

/// An address; one of eight is shared accommodation, where many households live.
pub(super) fn address(rng: &mut Rng) -> Address {
    if rng.permille(125) {
        // The same few draws come again and again.
        let mut shared = Rng::new(0, 77, rng.below(400));
        return plain_address(&mut shared);
    }
    plain_address(rng)
}

fn plain_address(rng: &mut Rng) -> Address {
    let (town, postcode) = town(rng);
    let street = rng.pick(&WORLD.streets);
    let mut house = (1 + rng.below(140).min(rng.below(140))).to_string();
    if rng.permille(80) {
        house.push(char::from(b'a' + rng.below(4) as u8));
    }
    Address { street, house, postcode, town }
}

/// The number of a passport, as the state writes them.
pub(super) fn document(state: &str, rng: &mut Rng) -> String {
    let letters = state.bytes().map(u64::from).sum::<u64>() % 3;
    let mut number = String::new();
    for _ in 0..letters {
        number.push(char::from(b'A' + rng.below(26) as u8));
    }
    for _ in letters..9 {
        number.push(char::from(b'0' + rng.below(10) as u8));
    }
    number
}

fn first_word(name: &str) -> String {
    name.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn persons_live_in_households_of_many_languages() {
        let people: Vec<Person> = (0..6000).map(|number| person(11, number, 2026)).collect();
        let mut homes: HashMap<(String, &str, &str, String), usize> = HashMap::new();
        for one in &people {
            let Address { street, house, postcode, .. } = &one.address;
            let key = (house.clone(), *street, *postcode, one.family.clone());
            *homes.entry(key).or_default() += 1;
            assert!(
                !one.given.is_empty() && !one.family.is_empty() && one.birth_place != "unbekannt",
                "{one:?}"
            );
            assert!((1900..=2026).contains(&one.birth.0), "{one:?}");
        }
        let shared: usize = homes.values().filter(|count| **count > 1).sum();
        assert!(shared > people.len() / 4, "{shared} share address and family name");
        let pools: HashSet<&str> = people.iter().map(|one| one.pool).collect();
        assert!(pools.len() > 25, "{pools:?}");
        assert_eq!(person(11, 17, 2026), people[17]);
        assert_ne!(person(12, 17, 2026), people[17]);
    }
}
