//! The packs that a command works with.

use std::path::Path;

use azrkit::Standards;

use crate::args::Common;
use crate::failure::Failure;

/// The built-in packs and those that the caller names.
pub(crate) fn load(common: &Common) -> Result<Standards, Failure> {
    let mut standards = Standards::builtin();
    for file in &common.packs {
        add(&mut standards, file)?;
    }
    Ok(standards)
}

/// Adds the pack of a file.
pub(crate) fn add(standards: &mut Standards, file: &Path) -> Result<(), Failure> {
    let bytes = std::fs::read(file).map_err(Failure::file(file))?;
    standards.add(bytes).map_err(|error| Failure::call(format!("{}: {error}", file.display())))
}
