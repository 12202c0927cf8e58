//! The files of a pack: read by kind, copies left out, contradicting ones named.

use super::{CONFLICT, InputFile, KIND};
use crate::error::SchemaError;
use crate::model::{CodeList, Position, Schema};
use crate::xsd::{self, Notes, file_name};
use crate::{genericode, tsv, xsf};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The schemas, each once.
    pub(super) schemas: Vec<Schema>,
    /// What the annotations of each say.
    pub(super) notes: Vec<Notes>,
    /// The code lists, each version once.
    pub(super) lists: Vec<CodeList>,
}

/// Reads all files. Goes on after a faulty one, so that all faults are named.
pub(super) fn read(files: &[InputFile], lists: &[InputFile]) -> Result<Sources, Vec<SchemaError>> {
    let mut sources = Sources::default();
    let mut errors = Vec::new();
    for file in files {
        match schema(file) {
            Ok((schema, notes)) => add_schema(&mut sources, schema, notes, &file.path, &mut errors),
            Err(more) => errors.extend(more),
        }
    }
    for file in lists {
        match list(file) {
            Ok(list) => add_list(&mut sources, list, &file.path, &mut errors),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() { Ok(sources) } else { Err(errors) }
}

fn schema(file: &InputFile) -> Result<(Schema, Notes), Vec<SchemaError>> {
    match extension(&file.path).as_str() {
        "xsd" => xsd::parse_with_notes(&file.bytes, &file.path),
        "xsf" => {
            let text = utf8(file).map_err(|error| vec![error])?;
            let mut schema = xsf::parse(text, &file.path).map_err(|error| vec![error])?;
            let stem = file_name(&file.path);
            let stem = stem.get(..stem.len() - ".xsf".len()).unwrap_or(stem);
            schema.file = format!("{stem}.xsd");
            Ok((schema, Notes::default()))
        }
        _ => Err(vec![fault(&file.path, KIND, "neither .xsd nor .xsf: not a schema file")]),
    }
}

fn list(file: &InputFile) -> Result<CodeList, Vec<SchemaError>> {
    match extension(&file.path).as_str() {
        "tsv" => {
            let text = utf8(file).map_err(|error| vec![error])?;
            let list = tsv::parse_codelist(text, &file.path).map_err(|error| vec![error])?;
            Ok(CodeList { file: file_name(&file.path).to_owned(), ..list })
        }
        "xml" | "gc" => genericode::parse(&file.bytes, &file.path),
        _ if genericode::looks_like(&file.bytes) => genericode::parse(&file.bytes, &file.path),
        _ => Err(vec![fault(&file.path, KIND, "neither genericode nor .tsv: not a code list")]),
    }
}

/// Adds a schema unless it is a copy of one that is there.
fn add_schema(
    sources: &mut Sources,
    schema: Schema,
    notes: Notes,
    path: &str,
    errors: &mut Vec<SchemaError>,
) {
    let same = |other: &&Schema| other.file == schema.file && other.target == schema.target;
    match sources.schemas.iter().find(same) {
        None => {
            sources.schemas.push(schema);
            sources.notes.push(notes);
        }
        Some(other) if *other == schema => {}
        Some(_) => errors.push(fault(
            path,
            CONFLICT,
            format!(
                "there is another file {} of the namespace {} with other content",
                schema.file, schema.target
            ),
        )),
    }
}

/// Adds a code list unless it is a copy of one that is there.
fn add_list(sources: &mut Sources, list: CodeList, path: &str, errors: &mut Vec<SchemaError>) {
    let same = |other: &&CodeList| other.uri == list.uri && other.version == list.version;
    match sources.lists.iter().find(same) {
        None => sources.lists.push(list),
        Some(other) if CodeList { file: list.file.clone(), ..other.clone() } == list => {}
        Some(other) => errors.push(fault(
            path,
            CONFLICT,
            format!("version {} of {} is in {} too, with other content", list.version, list.uri, other.file),
        )),
    }
}

fn extension(path: &str) -> String {
    file_name(path).rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase())
}

fn utf8(file: &InputFile) -> Result<&str, SchemaError> {
    let bytes = file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&file.bytes);
    std::str::from_utf8(bytes).map_err(|_| fault(&file.path, KIND, "the file is not UTF-8"))
}

fn fault(path: &str, code: &'static str, message: impl Into<String>) -> SchemaError {
    SchemaError::new(path, Position::default(), code, message)
}
