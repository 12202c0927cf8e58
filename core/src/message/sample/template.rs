//! What stands in braces in the tables of values: providers of names, days, numbers.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::date::Day;
use super::files;
use super::pools::slug;
use super::rng::Rng;
use super::tables::tables;
use super::world::{Scope, World};

/// A value before it takes the form of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Text as it stands.
    Text(String),
    /// A day, to be written as the type wants.
    Day(Day),
    /// The moment at which the message is made.
    Now,
}

/// What a template is filled from.
pub(super) struct Filler<'w> {
    pub(super) world: &'w mut World,
    pub(super) scope: Scope,
    /// The code that stands before in the same parent (the channel of an address, for instance).
    pub(super) neighbour: String,
    /// Number and title of the message.
    pub(super) number: &'w str,
    pub(super) title: &'w str,
    /// The how manieth the element is, or the one around it.
    pub(super) nth: u32,
    /// Local name of its root element.
    pub(super) element: &'w str,
    pub(super) rng: Rng,
}

impl Filler<'_> {
    /// One of the alternatives of a cell, filled in. None where a provider has nothing to give.
    ///
    /// `#key value` keeps the value: the next time the key is asked for in the message, it is the same one.
    pub(super) fn fill(&mut self, cell: &str) -> Option<Value> {
        if let Some((key, rest)) = cell.strip_prefix('#').and_then(|rest| rest.split_once(' ')) {
            let key = format!("{key} {}", self.scope.person);
            if let Some(kept) = self.world.kept.get(&key) {
                return Some(Value::Text(kept.clone()));
            }
            let value = self.fill(rest)?;
            if let Value::Text(text) = &value {
                self.world.kept.insert(key, text.clone());
            }
            return Some(value);
        }
        let alternatives: Vec<&str> = cell.split(" | ").collect();
        let template = *self.rng.pick(&alternatives)?;
        if let Some(name) = template.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
            && !name.contains('{')
        {
            return self.provide(name);
        }
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, after) = after.split_once('}')?;
            match self.provide(name)? {
                Value::Text(text) => out.push_str(&text),
                // In a sentence a day is written as people write it, beside a `T` as machines do.
                Value::Day(day) if after.starts_with('T') => out.push_str(&day.iso()),
                Value::Day(day) => out.push_str(&day.german()),
                Value::Now => out.push_str(&self.world.today.german()),
            }
            rest = after;
        }
        out.push_str(rest);
        Some(Value::Text(out))
    }

    fn provide(&mut self, name: &str) -> Option<Value> {
        if let Some((from, to)) = name.split_once("..") {
            return Some(Value::Text(self.rng.between(from.parse().ok()?, to.parse().ok()?).to_string()));
        }
        if let Some(day) = name.strip_prefix("tag.") {
            let (day, offset) = match day.split_once('+') {
                Some((day, offset)) => (day, offset.parse().unwrap_or(0)),
                None => (day, 0i64),
            };
            return Some(Value::Day(Day(self.world.day(self.scope, day)?.0 + offset)));
        }
        if let Some(items) = name.strip_prefix("nte:") {
            let items: Vec<&str> = items.split(';').collect();
            let item = items.get(self.nth as usize).or(items.last())?;
            return match item.strip_prefix('=') {
                Some(text) => Some(Value::Text(text.to_owned())),
                None => self.provide(item),
            };
        }
        if let Some(day) = name.strip_prefix("jahr.") {
            return Some(Value::Text(self.world.day(self.scope, day)?.parts().0.to_string()));
        }
        let (head, count) = name.split_at(name.chars().next()?.len_utf8());
        if let Ok(count) = count.parse::<usize>()
            && count <= 200
            && let Some(alphabet) = alphabet(head)
        {
            let letters = (0..count).filter_map(|_| self.rng.pick(alphabet)).map(|&byte| char::from(byte));
            return Some(Value::Text(letters.collect()));
        }
        self.fact(name)
    }

    fn fact(&mut self, name: &str) -> Option<Value> {
        let text = match name {
            "heute" => return Some(Value::Day(self.world.today)),
            "jetzt" => return Some(Value::Now),
            "vergangen" | "datum" => return Some(Value::Day(self.world.day(self.scope, "ereignis")?)),
            "kuenftig" => return Some(Value::Day(self.world.day(self.scope, "titelende")?)),
            "geburtsdatum" => return Some(Value::Day(self.world.day(self.scope, "geburt")?)),
            "jahr" => self.world.today.parts().0.to_string(),
            "uhrzeit" => {
                let minutes = ["00", "15", "30", "45"];
                format!("{:02}:{}:00", self.rng.between(8, 17), self.rng.pick(&minutes)?)
            }
            "uuid" => uuid(&mut self.rng),
            "nummer" => self.number.to_owned(),
            "element" => self.element.to_owned(),
            "titel" => self.title.to_owned(),
            "anderername" => self.world.other_name(self.scope, false)?,
            "anderervorname" => self.world.other_name(self.scope, true)?,
            "name" => {
                let scope = self.world.enter(self.scope, "person:deutsche", 0, "", "");
                let person = self.world.person(scope)?;
                format!("{} {}", person.given, person.family)
            }
            "sprache" => {
                let key = format!("sprache.{}", self.world.person(self.scope)?.pool);
                (*tables().terms.get(key.as_str())?.first()?).to_owned()
            }
            "sachbearbeiter" => {
                let scope = self.world.enter(self.scope, "person:deutsche", 0, "", "");
                self.world.person(scope)?.family.clone()
            }
            "azrnummer.andere" => {
                let day = Day(self.world.today.0 - self.rng.between(90, 4000));
                let (year, month, day) = day.parts();
                format!("{:02}{month:02}{day:02}{:06}", year % 100, self.rng.between(1, 999_999))
            }
            "aktenzeichen" => {
                format!(
                    "{}.{}-{:06}",
                    self.rng.between(10, 59),
                    self.rng.between(1, 9),
                    self.rng.between(100, 99_999)
                )
            }
            "erreichbarkeit" => match self.neighbour.as_str() {
                "01" | "08" => return self.fact("email"),
                "09" => "https://www.example.de/kontakt".to_owned(),
                _ => return self.fact("telefon"),
            },
            "anderer.ort" => self.world.other_town().name.to_owned(),
            "andere.strasse" => self.world.any_street().to_owned(),
            "pdf" => BASE64_STANDARD.encode(files::pdf(&[self.title, &format!("Nachricht {}", self.number)])),
            "jpeg" => BASE64_STANDARD.encode(files::JPEG),
            "zip" => {
                let pdf = files::pdf(&[self.title]);
                BASE64_STANDARD.encode(files::zip(&format!("{}.pdf", uuid(&mut self.rng)), &pdf))
            }
            "xml" => BASE64_STANDARD.encode(
                format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<nachricht nummer=\"{}\"/>\n",
                    self.number
                )
                .as_bytes(),
            ),
            "base64" => {
                let bytes: Vec<u8> = (0..24).map(|_| self.rng.below(256) as u8).collect();
                BASE64_STANDARD.encode(&bytes)
            }
            "h64" => (0..64).filter_map(|_| char::from_digit(self.rng.below(16), 16)).collect(),
            _ => match self.person_fact(name).or_else(|| self.office_fact(name)) {
                Some(text) => text,
                None => {
                    let terms = tables().terms.get(name)?;
                    let term = *self.rng.pick(terms)?;
                    return self.fill(term);
                }
            },
        };
        Some(Value::Text(text))
    }

    fn person_fact(&mut self, name: &str) -> Option<String> {
        let today = self.world.today.0;
        let of_office = self.scope.of_office;
        let person = self.world.person(self.scope)?;
        Some(match name {
            "vorname" => person.given.clone(),
            "rufname" => person.given.split(' ').next().unwrap_or_default().to_owned(),
            "familienname" => person.family.clone(),
            "geburtsname" => person.birth_name.clone(),
            "geschlecht" => person.sex.to_owned(),
            "name.voll" => format!("{} {}", person.given, person.family),
            "geburtsland" => World::state_name(person.birth_state)?.to_owned(),
            "anrede" => (if person.sex == "w" { "Frau" } else { "Herr" }).to_owned(),
            "staatscode" => person.state.to_owned(),
            "geburtsstaat" => person.birth_state.to_owned(),
            "staat" => World::state_name(person.state)?.to_owned(),
            "geburtsort" => person.birth_place.to_owned(),
            "familienstand" => {
                let adult = today - person.birth.0 > 18 * 365;
                (if !adult || !person.married { "LD" } else { "VH" }).to_owned()
            }
            "azrnummer" => person.number.clone(),
            "passnummer" => person.passport.clone(),
            "hausnummer.bis" => {
                let office = of_office.then(|| self.world.office(self.scope)).flatten();
                let from = office.map_or(&person.house, |office| &office.house);
                (from.parse::<u32>().ok()? + 2).to_string()
            }
            "ort" if !of_office => person.town.name.to_owned(),
            "plz" if !of_office => person.town.postcode.to_owned(),
            "ags" if !of_office => person.town.key.to_owned(),
            "strasse" if !of_office => person.street.to_owned(),
            "hausnummer" if !of_office => person.house.clone(),
            "telefon" if !of_office => person.mobile.clone(),
            "email" if !of_office => {
                let name = slug(&format!("{}.{}", person.given.split(' ').next()?, person.family));
                let name = if name.len() < 4 { format!("kontakt-{name}") } else { name };
                format!("{name}@example.de")
            }
            "kreis" => person.town.key.get(..5)?.to_owned(),
            "land" => person.town.key.get(..2)?.to_owned(),
            _ => return None,
        })
    }

    fn office_fact(&mut self, name: &str) -> Option<String> {
        let office = self.world.office(self.scope)?;
        Some(match name {
            "ort" | "behoerde.ort" => office.town.name.to_owned(),
            "plz" => office.town.postcode.to_owned(),
            "ags" => office.town.key.to_owned(),
            "strasse" => office.street.to_owned(),
            "hausnummer" => office.house.clone(),
            "telefon" | "behoerde.telefon" => office.phone.clone(),
            "email" | "behoerde.email" => office.mail.clone(),
            "behoerde.name" => office.name.clone(),
            "behoerde.kennung" => office.id.clone(),
            "behoerde.praefix" => office.id.split_once(':')?.0.to_owned(),
            "behoerde.nummer" => office.id.split_once(':')?.1.to_owned(),
            "kennzeichen" if !office.sign.is_empty() => office.sign.clone(),
            "kennzeichen" => self.world.offices.get(2)?.sign.clone(),
            _ => return None,
        })
    }
}

/// A random UUID in the form of version 4.
pub(super) fn uuid(rng: &mut Rng) -> String {
    let bits = (u128::from(rng.next()) << 64 | u128::from(rng.next())) & !(0xF << 76 | 0x3 << 62)
        | 4 << 76
        | 2 << 62;
    let hex = format!("{bits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

fn alphabet(sign: &str) -> Option<&'static [u8]> {
    Some(match sign {
        "#" => b"0123456789",
        "A" => b"ABCDEFGHJKLMNPRSTUVWXYZ",
        "a" => b"abcdefghijkmnpqrstuvwxyz0123456789",
        "x" => b"ABCDEFGHJKLMNPRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789",
        "h" => b"0123456789abcdef",
        _ => return None,
    })
}
