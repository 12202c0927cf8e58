//! The people of a message.

use super::date::Day;
use super::pools::{ANYWHERE, GERMANY, POOLS, SEQUENCES, Town, names, respell};
use super::rng::Rng;
use super::world::{Scope, World};

/// A person.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) sex: &'static str,
    pub(super) state: &'static str,
    pub(super) birth_state: &'static str,
    pub(super) birth_place: &'static str,
    pub(super) given: String,
    pub(super) family: String,
    pub(super) birth_name: String,
    pub(super) birth: Day,
    pub(super) entry: Day,
    pub(super) married: bool,
    pub(super) town: Town,
    pub(super) street: &'static str,
    pub(super) house: String,
    pub(super) number: String,
    pub(super) passport: String,
    pub(super) mobile: String,
    pub(super) pool: &'static str,
}

/// Where a person comes from: key of the state, language of the names.
type Origin = (&'static str, &'static str);

impl World {
    /// A person who is related to the message's main person, or is not: see the table of roles.
    pub(super) fn make_person(&mut self, kind: &str) -> Person {
        let main = self.people.first().cloned();
        let same = matches!(kind, "alias" | "frueher" | "schreibweise");
        if let Some(main) = &main
            && kind == "schreibweise"
        {
            let (family, birth_name) = (respell(&main.family), respell(&main.birth_name));
            return Person { family, birth_name, ..main.clone() };
        }
        // Only these hang together with the main person.
        let main =
            main.filter(|_| same || matches!(kind, "ehegatte" | "kind" | "elternteil" | "geschwister"));
        let today = self.today;
        let home = self.offices.get(2).map(|office| office.town);
        let rng = &mut self.rng;
        let (state, pool) = origin(rng, kind, main.as_ref());
        let sex = sex(rng, kind, main.as_ref());
        let birth = birth(rng, kind, main.as_ref(), today);
        let entry = match &main {
            Some(main) if kind != "elternteil" => main.entry.max(Day(birth.0 + 30)).min(Day(today.0 - 10)),
            _ => Day(today.0 - rng.between(200, 3200)).max(Day(birth.0 + 40)).min(Day(today.0 - 20)),
        };
        let married = kind == "ehegatte" || today.0 - birth.0 > 20 * 365 && rng.chance(55);
        let given = given_name(rng, pool, sex);
        let (family, birth_name) = family_names(rng, kind, main.as_ref(), pool, married && sex == "w");
        let (birth_place, birth_state) = match &main {
            Some(main) if same => (main.birth_place, main.birth_state),
            _ => birth_place(rng, state),
        };
        let shared = main.as_ref().filter(|_| same || rng.chance(85));
        let any_town = rng.pick(&POOLS.towns).copied().unwrap_or(ANYWHERE);
        let town = match (shared, home) {
            (Some(main), _) => main.town,
            (_, Some(town)) if !matches!(kind, "deutsche" | "andere") => town,
            _ => any_town,
        };
        let street = rng.pick(&POOLS.streets).copied().unwrap_or("Hauptstraße");
        let house = rng.between(1, 140).to_string();
        let (street, house) = shared.map_or((street, house), |main| (main.street, main.house.clone()));
        let (year, month, day) = entry.max(Day::of(2000, 1, 3)).parts();
        let number = match &main {
            Some(main) if same => main.number.clone(),
            _ => format!("{:02}{month:02}{day:02}{:06}", year % 100, rng.between(1, 999_999)),
        };
        let letter = char::from(b'A' + rng.below(26) as u8);
        let passport = format!("{letter}{:08}", rng.between(1_000_000, 99_999_999));
        let mobile = format!("+49 15{} {}", rng.between(10, 79), rng.between(1_000_000, 9_999_999));
        Person {
            sex,
            state,
            birth_state,
            birth_place,
            given,
            family,
            birth_name,
            birth,
            entry,
            married,
            town,
            street,
            house,
            number,
            passport,
            mobile,
            pool,
        }
    }

    /// Another name from the language of the scope's person.
    pub(super) fn other_name(&mut self, scope: Scope, given: bool) -> Option<String> {
        let person = self.person(scope)?;
        let (pool, sex, own) = (person.pool, person.sex, [person.given.clone(), person.family.clone()]);
        let names: Vec<&str> = if given {
            names(&POOLS.given, pool, if sex == "w" { "w" } else { "m" })
        } else {
            POOLS.family.iter().filter(|row| row[1] == pool).map(|row| row[0]).collect()
        };
        let others: Vec<&&str> = names.iter().filter(|name| own.iter().all(|own| own != *name)).collect();
        self.rng.pick(&others).map(|name| (**name).to_owned())
    }
}

fn origin(rng: &mut Rng, kind: &str, main: Option<&Person>) -> Origin {
    match (main, kind) {
        (Some(main), _) if kind != "ehegatte" || rng.chance(80) => (main.state, main.pool),
        (_, "deutsche") => (GERMANY, "deu"),
        _ => {
            let at = rng.weighted(POOLS.states.iter().map(|state| state.weight)).unwrap_or(0);
            let (state, pool) =
                POOLS.states.get(at).map_or((GERMANY, "deu"), |state| (state.key, state.pool));
            (state, if rng.chance(4) { SEQUENCES } else { pool })
        }
    }
}

fn sex(rng: &mut Rng, kind: &str, main: Option<&Person>) -> &'static str {
    match (main, kind) {
        (Some(main), "ehegatte") if rng.chance(97) => ["m", "w"][usize::from(main.sex == "m")],
        (Some(main), "alias" | "frueher") => main.sex,
        _ => [["m", "w"][usize::from(rng.chance(45))], "x"][usize::from(rng.chance(1))],
    }
}

fn birth(rng: &mut Rng, kind: &str, main: Option<&Person>, today: Day) -> Day {
    const YEAR: i64 = 365;
    let ago = |days: i64| Day(today.0 - days);
    let birth = match (main, kind) {
        (Some(main), "ehegatte") => Day(main.birth.0 + rng.between(-2500, 2500)).min(ago(18 * YEAR + 100)),
        (Some(main), "kind") => {
            let least = (main.birth.0 + 20 * YEAR).max(today.0 - 17 * YEAR);
            Day(rng.between(least.min(today.0 - 200), today.0 - 120))
        }
        (Some(main), "elternteil") => Day(main.birth.0 - rng.between(19 * YEAR, 38 * YEAR)),
        (Some(main), "geschwister") => Day(main.birth.0 + rng.between(-3000, 3000)),
        (Some(main), "alias") if rng.chance(70) => Day(main.birth.0 + rng.between(-900, 900)),
        (Some(main), "frueher") => main.birth,
        (_, "deutsche" | "andere") => ago(rng.between(25 * YEAR, 64 * YEAR)),
        (_, "jugendlich") => ago(rng.between(14 * YEAR, 17 * YEAR + 300)),
        _ => match rng.below(100) {
            0..5 => ago(rng.between(200, 17 * YEAR)),
            5..80 => ago(rng.between(18 * YEAR + 10, 45 * YEAR)),
            _ => ago(rng.between(45 * YEAR, 78 * YEAR)),
        },
    };
    birth.min(ago(60))
}

fn given_name(rng: &mut Rng, pool: &str, sex: &str) -> String {
    let same = names(&POOLS.given, pool, sex);
    let pool = if same.is_empty() { names(&POOLS.given, pool, "") } else { same };
    let first = rng.pick(&pool).copied().unwrap_or("Nour");
    match rng.pick(&pool) {
        Some(second) if *second != first && rng.chance(22) => format!("{first} {second}"),
        _ => first.to_owned(),
    }
}

/// Family name and name at birth.
fn family_names(
    rng: &mut Rng,
    kind: &str,
    main: Option<&Person>,
    pool: &str,
    changed: bool,
) -> (String, String) {
    let names: Vec<&str> = POOLS.family.iter().filter(|row| row[1] == pool).map(|row| row[0]).collect();
    let own = rng.pick(&names).copied().unwrap_or("Nasser").to_owned();
    let other = rng.pick(&names).copied().map_or_else(|| own.clone(), str::to_owned);
    let family = match main {
        Some(main) if matches!(kind, "kind" | "geschwister") => main.family.clone(),
        Some(main) if kind == "ehegatte" && rng.chance(60) => main.family.clone(),
        Some(main) if kind == "elternteil" && rng.chance(70) => main.birth_name.clone(),
        _ => own.clone(),
    };
    match kind {
        "ehegatte" => (family, own),
        _ if changed && rng.chance(40) => (family, other),
        _ => (family.clone(), family),
    }
}

fn birth_place(rng: &mut Rng, state: &'static str) -> (&'static str, &'static str) {
    let births: Vec<&[&'static str; 2]> = POOLS.births.iter().filter(|row| row[1] == state).collect();
    match rng.pick(&births) {
        Some(row) => (row[0], row[1]),
        None if state == GERMANY => (rng.pick(&POOLS.towns).map_or("Köln", |town| town.name), GERMANY),
        None => rng.pick(&POOLS.births).map_or(("Damaskus", "475"), |row| (row[0], row[1])),
    }
}
