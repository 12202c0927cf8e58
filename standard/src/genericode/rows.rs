//! The rows of a list.

use std::collections::HashSet;

use super::source::{COLUMN, KEY, MISSING, SIZE, Source};
use super::{unexpected, unsupported};
use crate::error::SchemaError;
use crate::model::CodeList;
use crate::xml::Tag;

/// Cells of a list, undefined ones included.
const MAX_CELLS: usize = 8_000_000;

/// Reads `SimpleCodeList`.
pub(super) fn read(source: &mut Source<'_>, tag: &Tag, list: &mut CodeList) -> Result<(), SchemaError> {
    if list.columns.is_empty() {
        source.error(tag.position, MISSING, "the rows stand before the columns");
        return source.skip();
    }
    let mut codes: HashSet<String> = HashSet::new();
    source.children(|source, tag| {
        match tag.local.as_str() {
            "Row" => {
                let row = row(source, list)?;
                let code = row.get(list.key).map_or("", String::as_str);
                if code.is_empty() {
                    source.error(tag.position, KEY, "the row has no code");
                } else if codes.contains(code) {
                    source.error(tag.position, KEY, format!("the code `{code}` stands twice"));
                } else if (list.rows.len() + 1) * list.columns.len() > MAX_CELLS {
                    let message = format!("a list has at most {MAX_CELLS} cells");
                    return Err(source.fatal(tag.position, SIZE, message));
                } else {
                    codes.insert(code.to_owned());
                    list.rows.push(row);
                }
            }
            "Annotation" => source.skip()?,
            _ => unexpected(source, &tag)?,
        }
        Ok(())
    })
}

fn row(source: &mut Source<'_>, list: &CodeList) -> Result<Vec<String>, SchemaError> {
    let mut cells: Vec<String> = vec![String::new(); list.columns.len()];
    let mut filled = vec![false; list.columns.len()];
    // A value without a reference belongs to the column after that of the value before.
    let mut next = 0;
    source.children(|source, tag| {
        match tag.local.as_str() {
            "Value" => {}
            "Annotation" => return source.skip(),
            _ => return unexpected(source, &tag),
        }
        let column = match tag.get("ColumnRef") {
            Some(id) => list.columns.iter().position(|column| column == id.trim()),
            None => Some(next),
        };
        let value = value(source)?;
        let place = column.and_then(|at| Some((at, cells.get_mut(at)?, filled.get_mut(at)?)));
        match place {
            None => source.error(tag.position, COLUMN, "the value belongs to no column of the list"),
            Some((_, _, true)) => source.error(tag.position, COLUMN, "a second value for the same column"),
            Some((at, cell, filled)) => {
                *cell = value;
                *filled = true;
                next = at + 1;
            }
        }
        Ok(())
    })?;
    Ok(cells)
}

fn value(source: &mut Source<'_>) -> Result<String, SchemaError> {
    let mut value = String::new();
    source.children(|source, tag| {
        match tag.local.as_str() {
            "SimpleValue" => value = source.text()?,
            "ComplexValue" => unsupported(source, &tag)?,
            "Annotation" => source.skip()?,
            _ => unexpected(source, &tag)?,
        }
        Ok(())
    })?;
    Ok(value)
}
