//! `azrkit pack build`: from schemas and code lists to a pack.

use std::path::PathBuf;

use azrkit::Standards;
use azrkit::standard::build_pack::{InputFile, build};

use crate::args::PackBuild;
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::{Outcome, files};

/// Endings of schema files.
const SCHEMAS: [&str; 2] = ["xsd", "xsf"];
/// Endings of code lists.
const LISTS: [&str; 3] = ["xml", "gc", "tsv"];

/// Compiles and writes the pack. Each thing that is wrong in the files is complained of with file and line.
pub(crate) fn run(args: &PackBuild, out: &mut Output) -> Result<Outcome, Failure> {
    let schemas = read(&args.xsd, &SCHEMAS)?;
    let lists = read(&args.codelists, &LISTS)?;
    // What the official downloads import and do not bring: the base schemas of XÖV.
    let builtin = Standards::builtin();
    let mut base = Vec::new();
    for pack in builtin.packs() {
        base.extend(super::schemas_of(&pack)?);
    }
    let pack = match build(&schemas, &lists, &base) {
        Ok(pack) => pack,
        Err(errors) => {
            errors.iter().for_each(|error| complain(&error.to_string()));
            return Err(Failure::call(format!("{} faults: no pack was written", errors.len())));
        }
    };
    std::fs::write(&args.output, &pack.bytes).map_err(Failure::file(&args.output))?;
    out.line(&format!(
        "{}: {} {}, {} schema files, {} code lists, {} kB",
        args.output.display(),
        pack.standard,
        pack.version,
        pack.schemas,
        pack.lists,
        pack.bytes.len() / 1000,
    ))?;
    Ok(Outcome::Clean)
}

fn read(arguments: &[PathBuf], endings: &[&str]) -> Result<Vec<InputFile>, Failure> {
    let mut found = Vec::new();
    for argument in arguments {
        for file in files::with_endings(argument, endings)? {
            let bytes = std::fs::read(&file).map_err(Failure::file(&file))?;
            found.push(InputFile { path: file.display().to_string(), bytes });
        }
    }
    Ok(found)
}
