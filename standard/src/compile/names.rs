//! Namespaces and names, each with its number.

use std::collections::HashMap;

use zerocopy::little_endian::U32;

use crate::pack::rows::{self, NONE};
use crate::pack::{PackWriter, hash_name};

/// The names of a pack. Namespace 0 is none.
#[derive(Debug)]
pub(super) struct Names {
    namespaces: Vec<String>,
    namespace_rows: HashMap<String, u32>,
    names: Vec<(u32, String)>,
    rows: HashMap<(u32, String), u32>,
}

impl Names {
    pub(super) fn new() -> Self {
        let namespace_rows = HashMap::from([(String::new(), 0)]);
        Self { namespaces: vec![String::new()], namespace_rows, names: Vec::new(), rows: HashMap::new() }
    }

    /// The number of a namespace, which gets one where it is new.
    pub(super) fn namespace(&mut self, uri: &str) -> u32 {
        if let Some(row) = self.namespace_rows.get(uri) {
            return *row;
        }
        let row = self.namespaces.len() as u32;
        self.namespaces.push(uri.to_owned());
        self.namespace_rows.insert(uri.to_owned(), row);
        row
    }

    /// The number of a name, which gets one where it is new.
    pub(super) fn add(&mut self, namespace: &str, local: &str) -> u32 {
        let namespace = self.namespace(namespace);
        let key = (namespace, local.to_owned());
        if let Some(row) = self.rows.get(&key) {
            return *row;
        }
        let row = self.names.len() as u32;
        self.names.push(key.clone());
        self.rows.insert(key, row);
        row
    }

    pub(super) fn local(&self, name: u32) -> &str {
        self.names.get(name as usize).map_or("", |(_, local)| local)
    }

    /// The namespace of a name.
    pub(super) fn uri(&self, name: u32) -> &str {
        let namespace = self.names.get(name as usize).map_or(0, |(namespace, _)| *namespace);
        self.namespaces.get(namespace as usize).map_or("", String::as_str)
    }

    /// All names whose local part fits.
    pub(super) fn find(&self, fits: impl Fn(&str) -> bool) -> Vec<u32> {
        (0u32..).zip(&self.names).filter(|(_, (_, local))| fits(local)).map(|(row, _)| row).collect()
    }

    pub(super) fn namespaces(&self) -> &[String] {
        &self.namespaces
    }

    /// Writes `names` and `name_index`; `namespaces` needs more than is known here.
    pub(super) fn emit(&self, pack: &mut PackWriter) {
        for (namespace, local) in &self.names {
            let local = pack.text.add(local);
            let namespace = (*namespace as u16).into();
            pack.names.push(rows::Name { local, namespace, reserved: 0.into() });
        }
        // At most half full, so that a search ends after a step or two.
        let size = (self.names.len() * 2).next_power_of_two();
        let mask = size as u32 - 1;
        let mut index = vec![NONE; size];
        for (row, (namespace, local)) in (0u32..).zip(&self.names) {
            let mut at = hash_name(*namespace, local.as_bytes()) & mask;
            while index[at as usize] != NONE {
                at = (at + 1) & mask;
            }
            index[at as usize] = row;
        }
        pack.name_index = index.into_iter().map(U32::new).collect();
    }
}
