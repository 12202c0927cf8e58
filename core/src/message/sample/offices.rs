//! The authorities of a message.

use super::pools::{ANYWHERE, POOLS, Town, slug};
use super::tables::{glob, tables};
use super::world::World;

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

impl World {
    /// An office of a role; near a town where that matters.
    pub(super) fn make_office(&mut self, role: &str, near: Option<Town>) -> Office {
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
}

/// The role of an office that the message table names in words.
pub(super) fn office_role(text: &str) -> &'static str {
    tables().offices.iter().find(|(pattern, _)| glob(pattern, text)).map_or("amt", |(_, role)| role)
}
