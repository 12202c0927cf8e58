//! `azrkit submit`, `check-record`, `refresh` and `let-stand`.

use azrkit::message::read::Options;
use azrkit::message::report::Lang;
use azrkit::register::{self, Eintrag, Kinds, RecordFinding};
use azrkit::transmit::KitError;
use azrkit::{Standards, SubmitOptions, Submitted};
use serde::{Deserialize, Serialize};

use super::args::{CheckRecord, LetStand, Refresh, Submit};
use super::records::{self, Given};
use super::words::sentence;
use super::{Host, environment, failure};
use crate::args::Language;
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::progress::Progress;
use crate::{Outcome, files};

/// What became of a record, one line of `submit`.
#[derive(Serialize)]
struct Taken {
    /// The line of the input, from 1.
    line: usize,
    key: Option<String>,
    #[serde(flatten)]
    submitted: Submitted,
    /// Why it was not taken: code and sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What was found in a record, one line of `check-record`.
#[derive(Serialize)]
struct Checked {
    line: usize,
    key: Option<String>,
    valid: bool,
    findings: Vec<RecordFinding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Hands the records over, each in a transaction of its own. One that is wrong does not keep the others back; a store that fails does.
pub(super) fn run(
    args: &Submit,
    mut host: Host<'_>,
    standards: &Standards,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    // The kit speaks German.
    let mut english = (host.lang == Language::En).then(|| standards.reader());
    let given = read(&args.file, host.lang)?;
    let options = SubmitOptions { may_shrink: args.may_shrink };
    let mut progress = Progress::new(given.len());
    let mut outcome = Outcome::Clean;
    for Given { line: at, key, record } in given {
        let done = match record {
            Ok(record) => match host.kit.submit(&record, options) {
                Ok(mut submitted) => {
                    if let Some(reader) = english.as_mut().filter(|_| !submitted.findings.is_empty()) {
                        let options = Options { lang: Lang::En, ..Options::default() };
                        let now = environment::now();
                        let checked = register::check(reader, host.kit.kinds(), &record, now, &options);
                        submitted.findings = checked.findings;
                    }
                    Ok(submitted)
                }
                Err(error @ KitError::NumberTaken { .. }) => Err(sentence(host.lang, &error)),
                Err(error) => return Err(failure(host.lang, &error)),
            },
            Err(why) => Err(why),
        };
        let (submitted, error) = match done {
            Ok(submitted) => (submitted, None),
            Err(why) => (Submitted::default(), Some(why)),
        };
        if let Some(error) = &error {
            progress.aside(|| complain(error));
        }
        if !submitted.taken {
            outcome = Outcome::Errors;
        }
        progress.step();
        progress.aside(|| out.json(&Taken { line: at, key, submitted, error }))?;
    }
    Ok(outcome)
}

/// Asks for what the register holds of persons.
pub(super) fn refresh(args: &Refresh, mut host: Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    for key in &args.keys {
        host.kit.refresh(key).map_err(host.failed())?;
        out.json(&serde_json::json!({ "key": key }))?;
    }
    Ok(Outcome::Clean)
}

/// An entry that stands, one line of `let-stand`.
#[derive(Deserialize)]
struct Stands {
    key: String,
    entry: Eintrag,
}

/// Lets entries stand, each in a transaction of its own.
pub(super) fn let_stand(args: &LetStand, mut host: Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    let bytes = files::read(&args.file)?;
    let text = files::text(&args.file, &bytes)?;
    for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
        let Stands { key, entry } = serde_json::from_str(row)
            .map_err(|error| Failure::call(format!("{}: {line}: {error}", args.file.display())))?;
        host.kit.let_stand(&key, &entry).map_err(host.failed())?;
        out.json(&serde_json::json!({ "key": key, "kind": entry.kind, "entry": entry.key }))?;
    }
    Ok(Outcome::Clean)
}

/// Checks records without a store.
pub(super) fn check(
    args: &CheckRecord,
    standards: &Standards,
    lang: Language,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let packs = standards.packs();
    let kinds = Kinds::newest(&packs).map_err(|error| failure(lang, &KitError::Register(error)))?;
    let mut reader = standards.reader();
    let options = Options { lang: Lang::from(lang), ..Options::default() };
    let given = read(&args.file, lang)?;
    let mut progress = Progress::new(given.len());
    let mut outcome = Outcome::Clean;
    for Given { line: at, key, record } in given {
        let checked =
            record.map(|record| register::check(&mut reader, &kinds, &record, environment::now(), &options));
        let checked = match checked {
            Ok(checked) => {
                let valid = checked.is_valid();
                Checked { line: at, key, valid, findings: checked.findings, error: None }
            }
            Err(why) => {
                progress.aside(|| complain(&why));
                Checked { line: at, key, valid: false, findings: Vec::new(), error: Some(why) }
            }
        };
        if !checked.valid {
            outcome = Outcome::Errors;
        }
        progress.step();
        progress.aside(|| out.json(&checked))?;
    }
    Ok(outcome)
}

fn read(file: &std::path::Path, lang: Language) -> Result<Vec<Given>, Failure> {
    let bytes = files::read(file)?;
    Ok(records::of_text(files::text(file, &bytes)?, lang))
}
