//! The columns of a list and its key.

use super::source::{COLUMN, KEY, MISSING, SIZE, Source};
use super::{unexpected, unsupported};
use crate::error::SchemaError;
use crate::model::{CodeList, Position};
use crate::xml::Tag;

/// Columns of a list; a pack numbers them in a byte.
const MAX_COLUMNS: usize = 254;

/// Reads `ColumnSet`.
pub(super) fn read(source: &mut Source<'_>, set: &Tag, list: &mut CodeList) -> Result<(), SchemaError> {
    let mut keys: Vec<Key> = Vec::new();
    source.children(|source, tag| {
        match tag.local.as_str() {
            "Column" => column(source, &tag, list)?,
            "Key" => keys.push(key(source, &tag)?),
            "ColumnRef" | "KeyRef" => unsupported(source, &tag)?,
            "Annotation" => source.skip()?,
            _ => unexpected(source, &tag)?,
        }
        Ok(())
    })?;
    if list.columns.is_empty() {
        source.error(set.position, MISSING, "the list has no columns");
        return Ok(());
    }
    // A code is one value: a key of several columns can't be one.
    let single = |key: &&Key| key.columns.len() == 1;
    let chosen = keys.iter().filter(single).find(|key| key.recommended).or_else(|| keys.iter().find(single));
    match chosen {
        Some(key) => match key.columns.first().and_then(|id| list.columns.iter().position(|c| c == id)) {
            Some(index) => list.key = index,
            None => source.error(key.position, KEY, "the key names a column that the list does not have"),
        },
        None if keys.is_empty() => source.error(set.position, MISSING, "the list has no key"),
        None => source.error(set.position, KEY, "the list has no key of one column"),
    }
    Ok(())
}

struct Key {
    columns: Vec<String>,
    recommended: bool,
    position: Position,
}

fn column(source: &mut Source<'_>, tag: &Tag, list: &mut CodeList) -> Result<(), SchemaError> {
    match tag.get("Id").map(str::trim) {
        None | Some("") => source.error(tag.position, MISSING, "a column needs an `Id`"),
        Some(id) if list.columns.iter().any(|known| known == id) => {
            source.error(tag.position, COLUMN, format!("there are two columns `{id}`"));
        }
        Some(_) if list.columns.len() >= MAX_COLUMNS => {
            source.error(tag.position, SIZE, format!("a list has at most {MAX_COLUMNS} columns"));
        }
        Some(id) => list.columns.push(id.to_owned()),
    }
    source.skip()
}

fn key(source: &mut Source<'_>, tag: &Tag) -> Result<Key, SchemaError> {
    let mut key = Key { columns: Vec::new(), recommended: false, position: tag.position };
    source.children(|source, tag| {
        match tag.local.as_str() {
            "Annotation" => source.descendants(|tag, text| {
                // By the versions 1 to 4 of the XÖV annotations.
                let marks = ["recommendedKeyColumn", "empfohleneCodeSpalte", "xoev-code"];
                key.recommended |= marks.contains(&tag.local.as_str()) && text != "false";
            })?,
            "ColumnRef" => {
                key.columns.extend(tag.get("Ref").map(|id| id.trim().to_owned()));
                source.skip()?;
            }
            "ShortName" | "LongName" | "CanonicalUri" | "CanonicalVersionUri" | "LocationUri" => {
                source.skip()?
            }
            _ => unexpected(source, &tag)?,
        }
        Ok(())
    })?;
    Ok(key)
}
