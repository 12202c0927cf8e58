//! The records of a store of azrkit.

use std::collections::VecDeque;

use super::error::{Position, SourceCode, SourceError};
use crate::register::Datensatz;
use crate::store::{Store, StoreError, StoreExt, Table};
use crate::transmit::person::Person;

/// So many persons are read at once.
const PAGE: usize = 256;

/// The records that were submitted to a store, in the order of their keys; persons of whom nothing was submitted are passed over. AZR-Nummern and
/// Referenz-IDs are those that azrkit knows from the register, where it knows them; entries that are history there are left out.
///
/// The store is read page by page: what is submitted meanwhile may be in it or not.
pub fn of_store<'s, S: Store + ?Sized>(
    file: &str,
    store: &'s S,
) -> impl Iterator<Item = Result<Datensatz, SourceError>> + use<'s, S> {
    Stored { position: Position::new(file), store, from: Some(Vec::new()), page: VecDeque::new() }
}

struct Stored<'s, S: ?Sized> {
    position: Position,
    store: &'s S,
    /// The key from which the next page is; none at the end.
    from: Option<Vec<u8>>,
    page: VecDeque<(Vec<u8>, Vec<u8>)>,
}

impl<S: Store + ?Sized> Iterator for Stored<'_, S> {
    type Item = Result<Datensatz, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            while let Some((key, value)) = self.page.pop_front() {
                match serde_json::from_slice::<Person>(&value) {
                    Ok(person) => match record(person) {
                        Some(record) => return Some(Ok(record)),
                        None => continue,
                    },
                    Err(error) => {
                        let detail = format!("{}: {error}", String::from_utf8_lossy(&key));
                        return Some(Err(self.position.error(SourceCode::Store, None, None, detail)));
                    }
                }
            }
            let from = self.from.take()?;
            match self.store.read_with(|view| view.scan(Table::Person, &from, None, PAGE)) {
                Ok(page) => {
                    // The smallest key behind the last one.
                    let last = page.last().filter(|_| page.len() == PAGE);
                    self.from = last.map(|(key, _)| [key.as_slice(), &[0]].concat());
                    self.page = page.into();
                }
                Err::<_, StoreError>(error) => {
                    return Some(Err(self.position.error(SourceCode::Read, None, None, error.to_string())));
                }
            }
        }
    }
}

fn record(person: Person) -> Option<Datensatz> {
    let mut record = person.ours?;
    record.azr_nummer = person.azr_nummer.or(record.azr_nummer);
    let base = &person.base;
    record.entries.retain_mut(|entry| {
        let known = base
            .iter()
            .find(|base| base.kind == entry.kind && base.key.as_deref() == Some(entry.key.as_str()));
        if let Some(known) = known {
            entry.referenz_id = known.id.clone().or_else(|| entry.referenz_id.take());
        }
        !known.is_some_and(|known| known.historic)
    });
    Some(record)
}
