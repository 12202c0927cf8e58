//! The people, offices and days of one message, so that its facts fit together: who is asked for, who writes to whom,
//! when what happened. All of it follows from the seed; everything is invented.

use std::collections::HashMap;

use super::date::Day;
use super::offices::{Office, office_role};
use super::people::Person;
use super::pools::{ANYWHERE, POOLS, Town};
use super::rng::Rng;
use super::tables::tables;

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
