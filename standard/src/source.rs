//! Reading the folders of the standards: schemas, code lists and tables, as inputs of the compiler.
//!
//! `packs.tsv` in the folder says which folders make which pack; see `core/standards/README.md`. This is the one
//! module that reads files. It never writes one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::compile::{Inputs, Label, Message, TextClass};
use crate::error::SchemaError;
use crate::model::Position;
use crate::{rule, tsv, xsf};

/// Reads the packs that `packs.tsv` in a folder lists.
///
/// # Errors
/// Every file that can't be read (`AZK-F003`) and every first fault of a file, each with its place.
pub fn load_packs(folder: &Path) -> Result<Vec<Inputs>, Vec<SchemaError>> {
    let path = folder.join("packs.tsv");
    let text = read(&path).map_err(|error| vec![error])?;
    let table = tsv::parse(&text, "packs.tsv").map_err(|error| vec![error])?;
    let mut reader = Reader { folder, errors: Vec::new() };
    let packs = table.rows.iter().map(|(_, row)| reader.pack(&|column| table.cell(row, column))).collect();
    if reader.errors.is_empty() { Ok(packs) } else { Err(reader.errors) }
}

/// Reads the pack of one name that `packs.tsv` in a folder lists.
///
/// # Errors
/// As [`load_packs`]; and where there is no such pack.
pub fn load_standard(folder: &Path, name: &str) -> Result<Inputs, Vec<SchemaError>> {
    let found = load_packs(folder)?.into_iter().find(|pack| pack.name == name);
    found.ok_or_else(|| {
        let text = format!("there is no pack {name}");
        vec![SchemaError::new("packs.tsv", Position::default(), "AZK-F003", text)]
    })
}

struct Reader<'a> {
    folder: &'a Path,
    errors: Vec<SchemaError>,
}

impl Reader<'_> {
    /// A pack from its row in `packs.tsv`.
    fn pack<'t>(&mut self, cell: &dyn Fn(&str) -> &'t str) -> Inputs {
        let mut inputs = Inputs {
            name: cell("pack").to_owned(),
            title: cell("title").to_owned(),
            standard: cell("title").to_owned(),
            version: cell("version").to_owned(),
            namespaces: cell("namespace")
                .split(' ')
                .filter(|uri| !uri.is_empty())
                .map(str::to_owned)
                .collect(),
            ..Inputs::default()
        };
        for (name, text) in self.files(cell("schemas"), "xsf") {
            let schema = xsf::parse(&text, &name);
            inputs.schemas.extend(self.keep(schema));
        }
        for (name, text) in self.files(cell("codelists"), "tsv") {
            let list = tsv::parse_codelist(&text, &name);
            inputs.lists.extend(self.keep(list));
        }
        self.labels(cell("texts"), &mut inputs);
        self.messages(cell("messages"), &mut inputs);
        for (name, text) in self.files(cell("rules"), "tsv") {
            // The rules as the standard words them stand in the same folder; they have no column `expr`.
            let is_rules = self.keep(tsv::parse(&text, &name)).is_some_and(|table| table.has("expr"));
            if is_rules {
                let rules = rule::parse_rules(&text, &name);
                inputs.rules.extend(self.keep(rules).into_iter().flatten());
            }
        }
        for path in cell("textclasses").split(' ').filter(|path| !path.is_empty()) {
            if let Some((name, text)) = self.file(&self.folder.join(path)) {
                let Some(table) = self.keep(tsv::parse(&text, &name)) else { continue };
                for (line, row) in &table.rows {
                    inputs.text_classes.push(TextClass {
                        file: name.clone(),
                        line: *line,
                        path: table.cell(row, "path").to_owned(),
                        datatype: table.cell(row, "datatype").to_owned(),
                    });
                }
            }
        }
        // The tables beside the folders are for those who ask for them by name.
        inputs.extras = self.files(&inputs.name.clone(), "tsv");
        inputs
    }

    fn labels(&mut self, folders: &str, inputs: &mut Inputs) {
        for (name, text) in self.files(folders, "tsv") {
            let Some(table) = self.keep(tsv::parse(&text, &name)) else { continue };
            for (_, row) in &table.rows {
                let german = table.cell(row, "label_de");
                if table.has("label_en") {
                    inputs.labels_en.insert(german.to_owned(), table.cell(row, "label_en").to_owned());
                } else {
                    inputs.labels.push(Label {
                        group: name.trim_end_matches(".tsv").to_owned(),
                        path: table.cell(row, "path").to_owned(),
                        label: german.to_owned(),
                        meaning: table.cell(row, "meaning_de").to_owned(),
                    });
                }
            }
        }
    }

    fn messages(&mut self, folders: &str, inputs: &mut Inputs) {
        let mut titles: HashMap<String, String> = HashMap::new();
        for (name, text) in self.files(folders, "tsv") {
            let Some(table) = self.keep(tsv::parse(&text, &name)) else { continue };
            for (line, row) in &table.rows {
                let cell = |column: &str| table.cell(row, column).to_owned();
                if table.has("title_en") {
                    titles.insert(cell("number"), cell("title_en"));
                    continue;
                }
                inputs.messages.push(Message {
                    file: name.clone(),
                    line: *line,
                    group: name.trim_end_matches(".tsv").to_owned(),
                    number: cell("number"),
                    element: cell("element"),
                    title: cell("title_de"),
                    title_en: String::new(),
                    autor: cell("autor"),
                    leser: cell("leser"),
                    rechtsgrundlage: cell("rechtsgrundlage"),
                    antwort: cell("antwort"),
                });
            }
        }
        for message in &mut inputs.messages {
            message.title_en = titles.remove(&message.number).unwrap_or_default();
        }
    }

    /// Names and texts of all files with an extension in folders parted by blanks, by name. A folder that is not there
    /// holds nothing.
    fn files(&mut self, folders: &str, extension: &str) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for folder in folders.split(' ').filter(|folder| !folder.is_empty()) {
            let Ok(entries) = std::fs::read_dir(self.folder.join(folder)) else { continue };
            let mut paths: Vec<PathBuf> = entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.is_file() && path.extension().is_some_and(|of| of == extension))
                .collect();
            paths.sort();
            files.extend(paths.iter().filter_map(|path| self.file(path)));
        }
        files
    }

    fn file(&mut self, path: &Path) -> Option<(String, String)> {
        let text = self.keep(read(path))?;
        Some((path.file_name()?.to_string_lossy().into_owned(), text))
    }

    fn keep<T>(&mut self, result: Result<T, SchemaError>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }
}

fn read(path: &Path) -> Result<String, SchemaError> {
    std::fs::read_to_string(path).map_err(|error| {
        let file = path.to_string_lossy();
        SchemaError::new(file, Position::default(), "AZK-F003", format!("can't be read: {error}"))
    })
}
