//! Rows of a table, put together to records.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::super::error::{Position, SourceCode, SourceError};
use super::{Column, Mapping, Part};
use crate::register::{Datensatz, Eintrag, referenzanteil};

/// Makes records of rows. A record of which a row is broken is left out: half of it would look as if the rest were not there.
#[derive(Debug)]
pub(in super::super) struct Persons {
    mapping: Mapping,
    position: Position,
    /// For key, AZR-Nummer and each column of the mapping, which cell it is.
    key: usize,
    azr_nummer: Option<usize>,
    cells: Vec<usize>,
    person: Option<Datensatz>,
    broken: bool,
    /// A row could not be read that may be the first one of the next person.
    next_broken: bool,
    /// Hashes of the keys that came: a key that comes again is told.
    seen: HashSet<u64, BuildHasherDefault<DefaultHasher>>,
    ready: VecDeque<Result<Datensatz, SourceError>>,
}

impl Persons {
    /// For a table with these columns.
    pub(in super::super) fn new(
        mapping: Mapping,
        position: Position,
        header: &[String],
    ) -> Result<Self, SourceError> {
        let find = |name: &str| {
            let mut places = header.iter().enumerate().filter(|(_, own)| own.trim() == name);
            match (places.next(), places.next()) {
                (Some((at, _)), None) => Ok(at),
                _ => Err(position.error(SourceCode::Column, 1, None, name)),
            }
        };
        let key = find(&mapping.key)?;
        let azr_nummer = mapping.azr_nummer.as_deref().map(find).transpose()?;
        let cells = mapping.columns.iter().map(|column| find(&column.name)).collect::<Result<_, _>>()?;
        Ok(Self {
            mapping,
            position,
            key,
            azr_nummer,
            cells,
            person: None,
            broken: false,
            next_broken: false,
            seen: HashSet::default(),
            ready: VecDeque::new(),
        })
    }

    /// What is ready.
    pub(in super::super) fn pop(&mut self) -> Option<Result<Datensatz, SourceError>> {
        self.ready.pop_front()
    }

    /// The next row; `column` says where a cell begins, where that is known.
    pub(in super::super) fn row<'c>(
        &mut self,
        line: u64,
        cell: impl Fn(usize) -> Option<&'c str>,
        column: impl Fn(usize) -> Option<u64>,
    ) {
        let empty = self.mapping.empty.clone();
        let says = |text: &&str| !text.is_empty() && !empty.iter().any(|own| own == text);
        let cell = |at: usize| cell(at).map(str::trim).filter(says);
        let Some(key) = cell(self.key) else {
            let error =
                self.position.error(SourceCode::Key, line, column(self.key), self.mapping.key.clone());
            self.ready.push_back(Err(error));
            return;
        };
        let goes_on = self.mapping.several && self.person.as_ref().is_some_and(|person| person.key == key);
        if !goes_on {
            self.end();
            self.broken = std::mem::take(&mut self.next_broken);
            if !self.seen.insert(self.seen.hasher().hash_one(key)) {
                self.broken = true;
                let error = self.position.error(SourceCode::KeyAgain, line, column(self.key), key);
                self.ready.push_back(Err(error));
            }
            self.person = Some(Datensatz {
                key: key.to_owned(),
                scope: self.mapping.scope.clone(),
                ..Datensatz::default()
            });
        }
        let Some(person) = &mut self.person else { return };
        let mut errors = Vec::new();
        let mut tell = |code, at: usize, detail: String| {
            errors.push(self.position.error(code, line, column(at), detail));
        };
        if let Some(at) = self.azr_nummer
            && let Some(number) = cell(at)
        {
            match &person.azr_nummer {
                Some(other) if other != number => {
                    tell(SourceCode::Conflict, at, format!("{other} ≠ {number}"));
                }
                _ => person.azr_nummer = Some(number.to_owned()),
            }
        }
        let mut entries: Vec<(&Column, Eintrag)> = Vec::new();
        for (column, at) in self.mapping.columns.iter().zip(&self.cells) {
            let Some(text) = cell(*at) else { continue };
            let same = |(own, _): &&mut (&Column, Eintrag)| own.kind == column.kind && own.tag == column.tag;
            let entry = match entries.iter_mut().find(same) {
                Some((_, entry)) => entry,
                None => {
                    entries.push((column, Eintrag { kind: column.kind.clone(), ..Eintrag::default() }));
                    let Some((_, entry)) = entries.last_mut() else { continue };
                    entry
                }
            };
            match &column.part {
                Part::Key => entry.key = text.to_owned(),
                Part::ReferenzId => entry.referenz_id = Some(text.to_owned()),
                Part::Field { target, form, split } => {
                    let pieces = match split {
                        Some(by) => {
                            text.split(by.as_str()).map(str::trim).filter(|piece| !piece.is_empty()).collect()
                        }
                        None => vec![text],
                    };
                    match pieces.into_iter().map(|piece| form.read(piece)).collect::<Result<Vec<_>, _>>() {
                        Ok(values) => target.put(&mut entry.data, values),
                        Err(code) => tell(code, *at, format!("{}: {text}", column.name)),
                    }
                }
            }
        }
        for (column, mut entry) in entries {
            // A key alone is no entry.
            if entry.data.is_empty() && entry.referenz_id.is_none() {
                continue;
            }
            if entry.key.is_empty() {
                entry.key = match &entry.referenz_id {
                    Some(id) => referenzanteil(id).to_owned(),
                    None if column.tag.is_empty() => column.kind.clone(),
                    None => format!("{}#{}", column.kind, column.tag),
                };
            }
            match person.entries.iter().find(|own| own.kind == entry.kind && own.key == entry.key) {
                None => person.entries.push(entry),
                Some(own) if *own == entry => {}
                Some(_) => tell(SourceCode::Conflict, self.key, format!("{} {}", entry.kind, entry.key)),
            }
        }
        self.broken |= !errors.is_empty();
        self.ready.extend(errors.into_iter().map(Err));
    }

    /// A row that cannot be read. Where several are of one person, those before and behind it are left out: it may be of one of them.
    pub(in super::super) fn broken(&mut self, error: SourceError) {
        self.broken |= self.mapping.several;
        self.next_broken |= self.mapping.several;
        self.ready.push_back(Err(error));
    }

    /// No row of the person follows.
    pub(in super::super) fn end(&mut self) {
        let broken = std::mem::take(&mut self.broken);
        if let Some(person) = self.person.take().filter(|_| !broken) {
            self.ready.push_back(Ok(person));
        }
    }
}
