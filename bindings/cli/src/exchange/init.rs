//! `azrkit init`: a store and its configuration.
//!
//! The configuration stands in a JSON file beside the store, not in it: a person reads and changes it, and what is in the store is the
//! kit's alone.

use std::path::{Path, PathBuf};

use azrkit::store::{MemoryStore, SqliteStore};
use azrkit::transmit::{Config, KitError, What};
use azrkit::{Kit, Standards, SubmitOptions, register::Datensatz};
use serde_json::json;

use super::args::Init;
use super::environment::System;
use super::words::{Own, own};
use super::{failure, read_config};
use crate::args::Language;
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, files};

/// A configuration to begin with.
const EXAMPLE: &str = include_str!("example.json");

/// Makes a store, or opens the one that is there, after the configuration was found fit.
pub(super) fn run(
    args: &Init,
    standards: &Standards,
    lang: Language,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let (Some(store), Some(file), false) = (&args.store, &args.config, args.example) else {
        out.text(EXAMPLE)?;
        return Ok(Outcome::Clean);
    };
    let config = read_config(file, lang)?;
    let faults = faults(config.clone(), standards).map_err(|error| failure(lang, &error))?;
    if !faults.is_empty() {
        return Err(Failure::call(own(lang, Own::Unfit { file: file.clone(), why: faults })));
    }
    let beside = beside(store);
    if beside.exists() && read_config(&beside, lang)? != config {
        return Err(Failure::call(own(lang, Own::OtherConfig { file: beside })));
    }
    SqliteStore::open(store).map_err(|error| failure(lang, &KitError::Store(error)))?;
    if !beside.exists() {
        let bytes = std::fs::read(file).map_err(Failure::file(file))?;
        let folder = beside.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let name = beside.file_name().unwrap_or_default().to_string_lossy();
        files::write_whole(folder, &name, &bytes)?;
        files::sync(folder);
    }
    out.json(&json!({ "store": store, "config": beside }))?;
    Ok(Outcome::Clean)
}

/// Where the configuration of a store stands.
pub(super) fn beside(store: &Path) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(".config.json");
    store.with_file_name(name)
}

/// What would be wrong in a message under a configuration: one is made, of a person of whom nothing is reported.
fn faults(config: Config, standards: &Standards) -> Result<Vec<String>, KitError> {
    let Ok(environment) = System::new() else { return Ok(Vec::new()) };
    let mut kit = Kit::open(config, standards, MemoryStore::new(), environment)?;
    let record =
        Datensatz { key: "?".into(), azr_nummer: Some("081111000001".into()), ..Datensatz::default() };
    kit.submit(&record, SubmitOptions::default())?;
    let mut faults = Vec::new();
    for event in kit.events(0, usize::MAX)? {
        if let What::Unsendable { findings, .. } = event.what {
            faults.extend(findings);
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Config {
        serde_json::from_str(EXAMPLE).expect("a configuration")
    }

    #[test]
    fn the_example_is_fit() {
        assert_eq!(faults(example(), &Standards::builtin()).expect("tried"), Vec::<String>::new());
    }

    #[test]
    fn what_would_make_a_wrong_message_is_found() {
        let standards = Standards::builtin();
        let mut config = example();
        config.behoerde.anschrift = None;
        assert!(!faults(config, &standards).expect("tried").is_empty());
        let mut config = example();
        config.behoerdenkennzeichen = "9".into();
        let found = faults(config, &standards).expect("tried");
        assert!(found[0].contains("durchfuehrendeBehoerde"), "{found:?}");
    }

    #[test]
    fn the_configuration_stands_beside_the_store() {
        assert_eq!(beside(Path::new("a/azr.db")), Path::new("a/azr.db.config.json"));
        assert_eq!(beside(Path::new("azr.db")), Path::new("azr.db.config.json"));
    }
}
