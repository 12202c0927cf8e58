//! Tables of the standards as text: cells parted by tabs, one row a line. See `core/standards/README.md`.

use crate::error::SchemaError;
use crate::model::{CodeList, Position};

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table<'a> {
    /// Names of the columns.
    pub columns: Vec<&'a str>,
    /// Line and cells of each row: as many cells as there are columns.
    pub rows: Vec<(u32, Vec<&'a str>)>,
}

impl<'a> Table<'a> {
    /// The cell of a column in a row; empty where the table has no such column.
    pub fn cell(&self, row: &[&'a str], column: &str) -> &'a str {
        let at = self.columns.iter().position(|name| *name == column);
        at.and_then(|at| row.get(at).copied()).unwrap_or_default()
    }

    /// The table has a column of this name.
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }
}

/// Reads a table. `file` is for errors.
///
/// # Errors
/// `AZK-F002` where the column names are missing, or a row has another number of cells.
pub fn parse<'a>(text: &'a str, file: &str) -> Result<Table<'a>, SchemaError> {
    let mut table = Table::default();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(columns) = line.strip_prefix("#columns ") {
            table.columns = columns.split('\t').collect();
        } else if !line.is_empty() && !line.starts_with('#') {
            table.rows.push((number, cells(line, &table.columns, file, number)?));
        }
    }
    if table.columns.is_empty() {
        return Err(fault(file, 1, "the line `#columns` is missing"));
    }
    Ok(table)
}

/// Reads a code list. `file` is its name; the lines before the first row are `#list`, `#version`, `#title`, `#valid`,
/// `#partial` (or `#excerpt`), `#name` and `#columns`.
///
/// # Errors
/// `AZK-F002` where the URI, the version or the columns are missing, a row has another number of cells, a key
/// is empty or stands twice.
pub fn parse_codelist(text: &str, file: &str) -> Result<CodeList, SchemaError> {
    let mut list = CodeList { file: file.to_owned(), ..CodeList::default() };
    let mut columns: Vec<&str> = Vec::new();
    let mut name = None;
    let mut keys = std::collections::HashSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(said) = line.strip_prefix('#') {
            let (word, value) = said.split_once(' ').unwrap_or((said, ""));
            match word {
                "list" => list.uri = value.trim().to_owned(),
                "version" => list.version = value.trim().to_owned(),
                "title" => list.title = value.trim().to_owned(),
                "valid" => list.valid_from = Some(value.trim().to_owned()).filter(|date| !date.is_empty()),
                "partial" | "excerpt" => list.excerpt = true,
                "name" => name = Some((value, number)),
                "columns" => columns = value.split('\t').collect(),
                // A comment; one may say the same in words.
                "" => list.excerpt |= value.trim_start().starts_with("excerpt"),
                _ => return Err(fault(file, number, format!("`#{word}` is not known"))),
            }
        } else if !line.is_empty() {
            let row = cells(line, &columns, file, number)?;
            let key = row.first().copied().unwrap_or_default();
            if key.is_empty() {
                return Err(fault(file, number, "the code is empty"));
            }
            if !keys.insert(key) {
                return Err(fault(file, number, format!("the code {key} stands twice")));
            }
            list.rows.push(row.into_iter().map(str::to_owned).collect());
        }
    }
    if columns.is_empty() || list.uri.is_empty() || list.version.is_empty() {
        return Err(fault(file, 1, "a code list begins with `#list`, `#version` and `#columns`"));
    }
    if let Some((column, number)) = name {
        match columns.iter().position(|id| *id == column) {
            Some(at) => list.name = Some(at),
            None => return Err(fault(file, number, format!("there is no column {column}"))),
        }
    }
    list.columns = columns.into_iter().map(str::to_owned).collect();
    Ok(list)
}

fn cells<'a>(line: &'a str, columns: &[&str], file: &str, number: u32) -> Result<Vec<&'a str>, SchemaError> {
    if columns.is_empty() {
        return Err(fault(file, number, "the line `#columns` must stand before the first row"));
    }
    let cells: Vec<&str> = line.split('\t').collect();
    if cells.len() == columns.len() {
        Ok(cells)
    } else {
        Err(fault(file, number, format!("{} cells, but there are {} columns", cells.len(), columns.len())))
    }
}

fn fault(file: &str, line: u32, message: impl Into<String>) -> SchemaError {
    SchemaError::new(file, Position { line, column: 1 }, "AZK-F002", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_list_is_read() {
        let text = "#list urn:x\n#version 2\n#title T\n#valid 2025-11-01\n#partial first 2\n#name c\n\
                    #columns a\tb\tc\n# a comment\n01\t\tone\n02\tx\ttwo\n";
        let list = parse_codelist(text, "x_2.tsv").expect("list");
        assert_eq!((list.uri.as_str(), list.version.as_str(), list.title.as_str()), ("urn:x", "2", "T"));
        assert_eq!(
            (list.valid_from.as_deref(), list.excerpt, list.name),
            (Some("2025-11-01"), true, Some(2))
        );
        assert_eq!(list.rows, [["01", "", "one"], ["02", "x", "two"]]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let line = |text: &str| parse_codelist(text, "x").expect_err("refused").line;
        let head = "#list u\n#version 1\n#columns a\tb\n";
        assert_eq!(line("#list u\n01\tx\n"), 2);
        assert_eq!(line(&format!("{head}01\n")), 4);
        assert_eq!(line(&format!("{head}01\tx\n01\ty\n")), 5);
        assert_eq!(line(&format!("{head}\tx\n")), 4);
        assert_eq!(line(&format!("{head}#name c\n")), 4);
        assert_eq!(line("#fred\n"), 1);
        assert_eq!(line("#list u\n#columns a\n"), 1);
        assert_eq!(parse("a\tb\n", "x").expect_err("refused").line, 1);
    }
}
