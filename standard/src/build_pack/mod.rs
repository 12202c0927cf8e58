//! From official downloads to a pack: what `azrkit pack build` does, without the command line and without I/O.
//!
//! [`build`] takes schema files (XSD, XSF) and code lists (genericode, TSV), adds the built-in XÖV base schemas that
//! are imported and not among the files, finds out which standard it is, and compiles.
//!
//! Error codes: those of the readers and the compiler, `AZK-B001` a file of no known kind, `AZK-B002` two files that
//! contradict each other, `AZK-B003` no schema among the files.

mod main_schema;
mod sources;

#[cfg(test)]
mod tests;

use crate::compile::{self, Inputs, Label, Message};
use crate::error::SchemaError;
use crate::model::{Position, Schema};
use main_schema::Main;
use sources::Sources;

/// A file of no known kind.
const KIND: &str = "AZK-B001";
/// Two files that contradict each other.
const CONFLICT: &str = "AZK-B002";
/// No schema among the files.
const NOTHING: &str = "AZK-B003";

/// A file as the host read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Its path, for errors; the name at its end is what other files include or import.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A pack and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltPack {
    /// The pack file.
    pub bytes: Vec<u8>,
    /// Name of the pack, such as `xwasser-1.0.0`; fit for a file name.
    pub name: String,
    /// Name of the standard as its messages carry it.
    pub standard: String,
    /// Version as the messages carry it.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// Target namespace of the messages.
    pub namespace: String,
    /// How many schema files of the input are in the pack.
    pub schemas: usize,
    /// How many code lists are in the pack.
    pub lists: usize,
}

/// Builds a pack from schema files and code lists.
///
/// `files` are `.xsd` and `.xsf`; `codelist_files` are genericode (`.xml`, `.gc`, or any file that names the namespace
/// of genericode 1.0 at its beginning) and `.tsv`. `base` are schemas that are added where an import names one that is
/// not among the files, by namespace and then by file name. The same file twice is taken once.
///
/// Labels, meanings and what is said of messages come from the annotations of the XSD files.
///
/// Which standard it is: the namespace that no other file imports; its name and version from the attributes
/// `standard` and `version` that are fixed for its messages, else from the annotation `standard` of XGenerator, else
/// from the schema's file name and `version`.
///
/// # Errors
/// Everything that is wrong in the files, each with file, line and column; then everything that the compiler finds.
pub fn build(
    files: &[InputFile],
    codelist_files: &[InputFile],
    base: &[Schema],
) -> Result<BuiltPack, Vec<SchemaError>> {
    let sources = sources::read(files, codelist_files)?;
    let Some(main) = main_schema::find(&sources) else {
        let message = "no file declares a target namespace";
        return Err(vec![SchemaError::new("", Position::default(), NOTHING, message)]);
    };
    let inputs = inputs(sources, main, base);
    let bytes = compile::compile(&inputs)?;
    let Inputs { name, title, standard, version, namespaces, schemas, lists, .. } = inputs;
    Ok(BuiltPack {
        bytes,
        name,
        standard,
        version,
        title,
        namespace: namespaces.into_iter().next().unwrap_or_default(),
        schemas: schemas.len(),
        lists: lists.len(),
    })
}

fn inputs(sources: Sources, main: Main, base: &[Schema]) -> Inputs {
    let mut inputs = Inputs {
        name: main.name,
        title: main.title,
        standard: main.standard,
        version: main.version,
        library: base.to_vec(),
        lists: sources.lists,
        ..Inputs::default()
    };
    for (schema, notes) in sources.schemas.iter().zip(sources.notes) {
        let group = compile::group(&schema.file).to_owned();
        inputs.labels.extend(notes.notes.into_iter().map(|note| Label {
            group: group.clone(),
            path: note.path,
            label: note.label,
            meaning: note.meaning,
        }));
        if schema.target == main.namespace {
            inputs.messages.extend(notes.messages.into_iter().map(|note| Message {
                file: schema.file.clone(),
                line: note.line,
                group: group.clone(),
                number: note.number,
                element: note.element,
                title: note.title,
                autor: note.autor,
                leser: note.leser,
                rechtsgrundlage: note.rechtsgrundlage,
                ..Message::default()
            }));
        }
    }
    inputs.namespaces = vec![main.namespace];
    inputs.schemas = sources.schemas;
    inputs
}
