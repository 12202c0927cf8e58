//! The people, offices and days of one message, so that its facts fit together: who is asked for, who writes to whom,
//! when what happened. All of it follows from the seed; everything is invented.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::date::Day;
use super::rng::Rng;
use super::tables::{cell, glob, number, rows, tables};

/// Whose data an element holds: what the tables of roles change on the way down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope {
    /// Index in `World::people`.
    pub(super) person: usize,
    /// Index in `World::offices`.
    pub(super) office: usize,
    /// Addresses and the like are the office's, not the person's.
    pub(super) of_office: bool,
    /// The case: its days hang together.
    pub(super) case: u64,
}

/// The facts of one message.
#[derive(Debug)]
pub(super) struct World {
    seed: u64,
    pub(super) rng: Rng,
    /// The day on which the message is made.
    pub(super) today: Day,
    /// The time at which it is made, `10:42:07.351`.
    pub(super) time: String,
    /// 0 is the person whom the message is about.
    pub(super) people: Vec<Person>,
    /// 0 sends, 1 reads, 2 is the office that the person lives under.
    pub(super) offices: Vec<Office>,
    people_by_role: HashMap<String, usize>,
    offices_by_role: HashMap<String, usize>,
    days: HashMap<(usize, u64, &'static str), Day>,
    /// Values that stay the same through the message.
    pub(super) kept: HashMap<String, String>,
    /// The main person's stay: `asyl`, `duldung`, `titel`, `dauer` or `eu`.
    stay: &'static str,
}

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

/// An authority or another place that writes or reads.
#[derive(Debug, Clone)]
pub(super) struct Office {
    pub(super) id: String,
    pub(super) sign: String,
    pub(super) name: String,
    pub(super) town: Town,
    pub(super) street: &'static str,
    pub(super) house: String,
    pub(super) phone: String,
    pub(super) mail: String,
}

/// A German town with a postcode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Town {
    pub(super) name: &'static str,
    pub(super) postcode: &'static str,
    pub(super) key: &'static str,
}

/// A state of citizenship.
struct State {
    key: &'static str,
    weight: u32,
    pool: &'static str,
    name: &'static str,
    /// What stay is likely: `eu`, `asyl`, `titel`.
    group: &'static str,
}

struct Pools {
    given: Vec<[&'static str; 3]>,
    family: Vec<[&'static str; 2]>,
    births: Vec<[&'static str; 2]>,
    states: Vec<State>,
    towns: Vec<Town>,
    streets: Vec<&'static str>,
    offices: Vec<[&'static str; 6]>,
}

static POOLS: LazyLock<Pools> = LazyLock::new(|| Pools {
    given: table(include_str!("../../../standards/samples/vornamen.tsv")),
    family: table(include_str!("../../../standards/samples/familiennamen.tsv")),
    births: table(include_str!("../../../standards/samples/geburtsorte.tsv")),
    states: rows(include_str!("../../../standards/samples/staaten.tsv"))
        .map(|cells| State {
            key: cell(&cells, 0),
            weight: number(&cells, 2).max(0) as u32,
            pool: cell(&cells, 3),
            name: cell(&cells, 4),
            group: cell(&cells, 5),
        })
        .collect(),
    towns: rows(include_str!("../../../standards/samples/orte.tsv"))
        .map(|cells| Town { name: cell(&cells, 0), postcode: cell(&cells, 1), key: cell(&cells, 2) })
        .collect(),
    streets: rows(include_str!("../../../standards/samples/strassen.tsv"))
        .map(|cells| cell(&cells, 0))
        .collect(),
    offices: table(include_str!("../../../standards/samples/behoerden.tsv")),
});

fn table<const N: usize>(text: &'static str) -> Vec<[&'static str; N]> {
    rows(text).map(|cells| std::array::from_fn(|at| cell(&cells, at))).collect()
}

/// Key of the German state of citizenship in the lists of the statistical office.
const GERMANY: &str = "000";
/// Names with the letter sequences of DIN 91379 that no single character stands for.
const SEQUENCES: &str = "dinseq";

impl World {
    /// The world of a message whose table row names sender and reader so.
    pub(super) fn new(seed: u64, sender: &str, reader: &str) -> Self {
        let mut rng = Rng::new(seed, &["world"]);
        // Somewhere around the middle of November 2026, when this version of the standard has come into force.
        let today = Day(Day::of(2026, 11, 15).0 + rng.between(-12, 12)).working();
        let time = format!(
            "{:02}:{:02}:{:02}.{:03}",
            rng.between(7, 16),
            rng.between(0, 59),
            rng.between(0, 59),
            rng.between(0, 999)
        );
        let mut world = Self {
            seed,
            rng,
            today,
            time,
            people: Vec::new(),
            offices: Vec::new(),
            people_by_role: HashMap::new(),
            offices_by_role: HashMap::new(),
            days: HashMap::new(),
            kept: HashMap::new(),
            stay: "",
        };
        let (sender, reader) = (office_role(sender), office_role(reader));
        let home = world.make_office("abh", None);
        let at_home = |role: &str| role == "abh";
        let first = if at_home(sender) { home.clone() } else { world.make_office(sender, Some(home.town)) };
        let mut second = if at_home(reader) && !at_home(sender) {
            home.clone()
        } else {
            world.make_office(reader, Some(home.town))
        };
        // Nobody writes to themselves.
        for _ in 0..20 {
            if second.id != first.id {
                break;
            }
            second = world.make_office(reader, None);
        }
        world.offices = vec![first, second, home];
        let person = world.make_person("haupt");
        let group =
            POOLS.states.iter().find(|state| state.key == person.state).map_or("titel", |state| state.group);
        world.stay = match (group, world.rng.below(100)) {
            ("eu", 0..90) => "eu",
            ("asyl", 0..45) => "asyl",
            ("asyl", 45..68) => "duldung",
            (_, 68..82) => "dauer",
            _ => "titel",
        };
        world.people.push(person);
        world
    }

    /// The scope of the root element.
    pub(super) fn root(&self) -> Scope {
        Scope { person: 0, office: 2, of_office: false, case: 0 }
    }

    /// The scope below an element with a role such as `person:kind`.
    ///
    /// People of one role are told apart by the how manieth the element is, offices by its name, cases by its place.
    pub(super) fn enter(
        &mut self,
        scope: Scope,
        role: &str,
        occurrence: u32,
        name: &str,
        place: &str,
    ) -> Scope {
        let mut scope = scope;
        for word in role.split(' ') {
            match word.split_once(':') {
                Some(("person", "haupt")) => (scope.person, scope.of_office) = (0, false),
                Some(("person", kind)) => {
                    let key = format!("{kind} {occurrence}");
                    scope.person = match self.people_by_role.get(&key) {
                        Some(&index) => index,
                        None => {
                            let person = self.make_person(kind);
                            self.people.push(person);
                            self.people_by_role.insert(key, self.people.len() - 1);
                            self.people.len() - 1
                        }
                    };
                    scope.of_office = false;
                }
                Some(("stelle", "autor")) => (scope.office, scope.of_office) = (0, true),
                Some(("stelle", "leser")) => (scope.office, scope.of_office) = (1, true),
                Some(("stelle", "heimat")) => (scope.office, scope.of_office) = (2, true),
                Some(("stelle", role)) => {
                    let key = format!("{role} {name}");
                    scope.office = match self.offices_by_role.get(&key) {
                        Some(&index) => index,
                        None => {
                            let town = self.people.first().map(|person| person.town);
                            let office = self.make_office(role, town);
                            self.offices.push(office);
                            self.offices_by_role.insert(key, self.offices.len() - 1);
                            self.offices.len() - 1
                        }
                    };
                    scope.of_office = true;
                }
                _ if word == "fall" => {
                    scope.case = Rng::new(self.seed ^ scope.case, &[place]).next();
                }
                _ => {}
            }
        }
        scope
    }

    /// The person of a scope.
    pub(super) fn person(&self, scope: Scope) -> Option<&Person> {
        self.people.get(scope.person).or_else(|| self.people.first())
    }

    /// The office of a scope.
    pub(super) fn office(&self, scope: Scope) -> Option<&Office> {
        self.offices.get(scope.office).or_else(|| self.offices.first())
    }

    /// Whether something is so with the person of the message; the tables' conditions `?verheiratet` and the like.
    pub(super) fn is(&self, fact: &str) -> bool {
        self.people.first().is_some_and(|person| {
            let adult = self.today.0 - person.birth.0 >= 18 * 365 + 5;
            match fact {
                "verheiratet" => adult && person.married,
                "minderjaehrig" => !adult,
                "erwachsen" => adult,
                "weiblich" => person.sex == "w",
                stay => stay == self.stay,
            }
        })
    }

    /// A day of the scope's case by its name in `tage.tsv`; none for a name that is not there.
    pub(super) fn day(&mut self, scope: Scope, name: &str) -> Option<Day> {
        let (birth, entry) = self.person(scope).map(|person| (person.birth, person.entry))?;
        match name {
            "erstellt" => return Some(self.today),
            "geburt" => return Some(birth),
            "einreise" => return Some(entry),
            _ => {}
        }
        let step = *tables().timeline.iter().find(|step| step.name == name)?;
        if let Some(&day) = self.days.get(&(scope.person, scope.case, step.name)) {
            return Some(day);
        }
        // The base stands above its row in the table, so this ends.
        let above = tables().timeline.iter().take_while(|other| other.name != name);
        let known = ["erstellt", "geburt", "einreise"];
        let base = if known.contains(&step.base) || above.into_iter().any(|other| other.name == step.base) {
            self.day(scope, step.base)?
        } else {
            self.today
        };
        let mut rng = Rng::new(
            self.seed ^ scope.case ^ (scope.person as u64).wrapping_mul(0x9E37_79B9),
            &["day", step.name],
        );
        let mut day = Day(base.0 + rng.between(step.from, step.to)).working();
        if step.past {
            day = day.min(self.today);
        }
        let day = if step.base == "geburt" { day } else { day.max(if step.past { entry } else { birth }) };
        let day = day.max(birth);
        self.days.insert((scope.person, scope.case, step.name), day);
        Some(day)
    }

    fn make_person(&mut self, kind: &str) -> Person {
        let pools = &*POOLS;
        let main = self.people.first().cloned();
        if let Some(main) = &main
            && kind == "schreibweise"
        {
            let (family, birth_name) = (respell(&main.family), respell(&main.birth_name));
            return Person { family, birth_name, ..main.clone() };
        }
        let rng = &mut self.rng;
        let related =
            matches!(kind, "ehegatte" | "kind" | "elternteil" | "geschwister" | "alias" | "frueher");
        let (state, pool) = match (&main, kind) {
            (Some(main), _) if related && (kind != "ehegatte" || rng.chance(80)) => (main.state, main.pool),
            (_, "deutsche") => (GERMANY, "deu"),
            _ => {
                let at = rng.weighted(pools.states.iter().map(|state| state.weight)).unwrap_or(0);
                pools.states.get(at).map_or((GERMANY, "deu"), |state| (state.key, state.pool))
            }
        };
        let sex = match (&main, kind) {
            (Some(main), "ehegatte") if rng.chance(97) => {
                if main.sex == "m" {
                    "w"
                } else {
                    "m"
                }
            }
            (Some(main), "alias" | "frueher") => main.sex,
            _ => [["m", "w"][usize::from(rng.chance(45))], "x"][usize::from(rng.chance(1))],
        };
        let today = self.today.0;
        let birth = match (&main, kind) {
            (Some(main), "ehegatte") => Day(main.birth.0 + rng.between(-2500, 2500)),
            (Some(main), "kind") => {
                let adult = main.birth.0 + 20 * 365;
                if adult + 200 < today {
                    Day(rng.between(adult.max(today - 17 * 365), today - 120))
                } else {
                    main.birth
                }
            }
            (Some(main), "elternteil") => Day(main.birth.0 - rng.between(19 * 365, 38 * 365)),
            (Some(main), "geschwister") => Day((main.birth.0 + rng.between(-3000, 3000)).min(today - 90)),
            (Some(main), "alias") if rng.chance(70) => Day(main.birth.0 + rng.between(-900, 900)),
            (Some(main), "frueher") => main.birth,
            (_, "deutsche" | "andere") => Day(today - rng.between(25 * 365, 64 * 365)),
            (_, "jugendlich") => Day(today - rng.between(14 * 365, 17 * 365 + 300)),
            _ => match rng.below(100) {
                0..8 => Day(today - rng.between(200, 17 * 365)),
                8..80 => Day(today - rng.between(18 * 365, 45 * 365)),
                _ => Day(today - rng.between(45 * 365, 78 * 365)),
            },
        };
        let birth = birth.min(Day(today - 60));
        let entry = match &main {
            Some(main) if matches!(kind, "ehegatte" | "kind" | "alias" | "frueher" | "geschwister") => {
                main.entry.max(Day(birth.0 + 30)).min(Day(today - 10))
            }
            _ => Day(today - rng.between(200, 3200)).max(Day(birth.0 + 40)).min(Day(today - 20)),
        };
        let pool = if pool != "deu" && !related && rng.chance(4) { SEQUENCES } else { pool };
        let given_pool: Vec<&str> = {
            let same: Vec<&str> = names(&pools.given, pool, sex);
            if same.is_empty() { names(&pools.given, pool, "") } else { same }
        };
        let mut given = rng.pick(&given_pool).copied().unwrap_or("Nour").to_owned();
        if rng.chance(22)
            && let Some(second) = rng.pick(&given_pool)
            && *second != given
        {
            given = format!("{given} {second}");
        }
        let family_pool: Vec<&str> =
            pools.family.iter().filter(|row| row[1] == pool).map(|row| row[0]).collect();
        let own = rng.pick(&family_pool).copied().unwrap_or("Nasser").to_owned();
        let married = match (&main, kind) {
            (_, "ehegatte") => true,
            _ => today - birth.0 > 20 * 365 && rng.chance(55),
        };
        let family = match &main {
            Some(main) if matches!(kind, "kind" | "geschwister") => main.family.clone(),
            Some(main) if kind == "ehegatte" && rng.chance(60) => main.family.clone(),
            Some(main) if kind == "elternteil" && rng.chance(70) => main.birth_name.clone(),
            _ => own.clone(),
        };
        let birth_name = match kind {
            "ehegatte" => own,
            _ if married && sex == "w" && rng.chance(40) => {
                rng.pick(&family_pool).copied().map_or_else(|| own.clone(), str::to_owned)
            }
            _ => family.clone(),
        };
        let births: Vec<&[&str; 2]> = pools.births.iter().filter(|row| row[1] == state).collect();
        let (birth_place, birth_state) = match (&main, rng.pick(&births)) {
            (Some(main), _) if kind == "alias" || kind == "frueher" => (main.birth_place, main.birth_state),
            (_, Some(row)) => (row[0], row[1]),
            _ if state == GERMANY => (rng.pick(&pools.towns).map_or("Köln", |town| town.name), GERMANY),
            _ => rng.pick(&pools.births).map_or(("Damaskus", "475"), |row| (row[0], row[1])),
        };
        let home = self.offices.get(2).map(|office| office.town);
        let shared = main.as_ref().filter(|_| related && rng.chance(85));
        let town = match (shared, home) {
            (Some(main), _) => main.town,
            (_, Some(town)) => town,
            _ => rng.pick(&pools.towns).copied().unwrap_or(ANYWHERE),
        };
        let town = if kind == "deutsche" || kind == "andere" {
            rng.pick(&pools.towns).copied().unwrap_or(town)
        } else {
            town
        };
        let (street, house) = match shared {
            Some(main) => (main.street, main.house.clone()),
            None => {
                (rng.pick(&pools.streets).copied().unwrap_or("Hauptstraße"), rng.between(1, 140).to_string())
            }
        };
        let (year, month, day) = entry.max(Day::of(2000, 1, 3)).parts();
        let number = match &main {
            Some(main) if kind == "alias" || kind == "frueher" => main.number.clone(),
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

    fn make_office(&mut self, role: &str, near: Option<Town>) -> Office {
        let pools = &*POOLS;
        let rng = &mut self.rng;
        let of_role: Vec<&[&str; 6]> = pools.offices.iter().filter(|row| row[0] == role).collect();
        let of_role = if of_role.is_empty() {
            pools.offices.iter().filter(|row| row[0] == "amt").collect()
        } else {
            of_role
        };
        // The seat of an authority for one town is the town's; the others are where they are.
        let local: Vec<&&[&str; 6]> =
            of_role.iter().filter(|row| near.is_some_and(|town| row[4] == town.name)).collect();
        let row = match (role, local.first()) {
            ("mb", Some(row)) => Some(***row),
            _ => rng.pick(&of_role).map(|row| **row),
        }
        .unwrap_or(["amt", "", "", "Landratsamt", "", ""]);
        let in_town: Vec<&Town> = pools.towns.iter().filter(|town| town.name == row[4]).collect();
        let town = rng.pick(&in_town).map(|town| **town).or(near).unwrap_or(ANYWHERE);
        let town = if row[4].is_empty() {
            near.unwrap_or(town)
        } else {
            Town { postcode: if row[5].is_empty() { town.postcode } else { row[5] }, ..town }
        };
        // A residents' registration office is that of the town.
        let (id, name) = match (role, near) {
            ("mb", Some(near)) if local.is_empty() => {
                (format!("ags:{}", near.key), format!("Meldebehörde {}", near.name))
            }
            _ => (row[1].to_owned(), row[3].to_owned()),
        };
        let town = if role == "mb" { near.unwrap_or(town) } else { town };
        let phone =
            format!("+49 {} {}-{}", rng.between(201, 991), rng.between(100, 999), rng.between(1000, 9999));
        let mail = format!("poststelle@{}.example.de", slug(town.name));
        Office {
            id,
            sign: row[2].to_owned(),
            name,
            town,
            street: rng.pick(&pools.streets).copied().unwrap_or("Am Markt"),
            house: rng.between(1, 90).to_string(),
            phone,
            mail,
        }
    }

    /// Another town than the person's: where it lived before or will live.
    pub(super) fn other_town(&mut self) -> Town {
        self.rng.pick(&POOLS.towns).copied().unwrap_or(ANYWHERE)
    }

    /// The name of a state by its key.
    pub(super) fn state_name(key: &str) -> Option<&'static str> {
        POOLS.states.iter().find(|state| state.key == key).map(|state| state.name)
    }

    /// A street.
    pub(super) fn any_street(&mut self) -> &'static str {
        self.rng.pick(&POOLS.streets).copied().unwrap_or("Hauptstraße")
    }
}

const ANYWHERE: Town = Town { name: "Köln", postcode: "50667", key: "05315000" };

fn names<'p>(pool: &[[&'p str; 3]], language: &str, sex: &str) -> Vec<&'p str> {
    pool.iter()
        .filter(|row| row[2] == language && (sex.is_empty() || row[1] == sex))
        .map(|row| row[0])
        .collect()
}

/// The role of an office that the message table names in words.
fn office_role(text: &str) -> &'static str {
    tables().offices.iter().find(|(pattern, _)| glob(pattern, text)).map_or("amt", |(_, role)| role)
}

/// A name as somebody might have written it who only heard it, or had only a typewriter.
fn respell(name: &str) -> String {
    let plain: String =
        name.nfd().filter(|c| !is_combining_mark(*c) && !matches!(c, 'ʿ' | 'ʾ' | '’')).collect();
    if plain != name {
        return plain;
    }
    let pairs = [
        ("sch", "sh"),
        ("sh", "sch"),
        ("kh", "ch"),
        ("ou", "u"),
        ("ph", "f"),
        ("ee", "i"),
        ("y", "i"),
        ("tz", "ts"),
        ("w", "v"),
        ("v", "w"),
        ("ll", "l"),
        ("tt", "t"),
        ("ss", "s"),
        ("dd", "d"),
        ("k", "ck"),
        ("i", "y"),
        ("u", "oo"),
        ("z", "s"),
        ("a", "ah"),
        ("e", "eh"),
        ("o", "oh"),
    ];
    let found = pairs.iter().find(|(from, _)| name.contains(from));
    found.map_or_else(|| format!("{name}e"), |(from, to)| name.replacen(from, to, 1))
}

/// A text in small ASCII letters, for host names.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'a'..='z' | '0'..='9' => out.push(c),
            ' ' | '-' | '/' | '.' if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.trim_end_matches('-').to_owned()
}
