//! The register over folders.
//!
//! A message is a file in `in` whose name ends in `.xml`; write it under another name and rename it. What the register says is a file in
//! `out/AUTHORITY`, the authority's `kennung` with `-` for what a file name should not have. Its name is
//! `RUNNING-NUMBER.UUID.answers.QUESTION.xml`, or `RUNNING-NUMBER.UUID.xml` where it answers nothing. Who has it removes it.
//!
//! One register at a time may work on a folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use azrkit::simulator::Answer;
use serde_json::{Value, json};

use super::{Counterpart, question};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, files};

/// How often the folder is looked into.
const PAUSE: Duration = Duration::from_millis(100);

/// Works off what comes, and prints a line for each message.
pub(super) fn serve(
    mut counterpart: Counterpart<'_>,
    dir: &Path,
    once: bool,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let (incoming, outgoing) = (dir.join("in"), dir.join("out"));
    for folder in [&incoming, &outgoing] {
        std::fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    }
    // What was to be sent when the register ended.
    let dump = counterpart.register.dump();
    let waiting = dump["pending"].as_array().into_iter().flatten();
    let waiting: BTreeSet<&str> = waiting.filter_map(|one| one["to"].as_str()).collect();
    for authority in waiting {
        for answer in counterpart.register.pending(authority) {
            send(&mut counterpart, &outgoing, &answer)?;
        }
    }
    loop {
        for file in arrived(&incoming)? {
            let bytes = match std::fs::read(&file) {
                // Whoever put it there has taken it back.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                read => read.map_err(Failure::file(&file))?,
            };
            let answers = counterpart.receive(bytes)?;
            let mut written = Vec::new();
            for answer in &answers {
                written.push(send(&mut counterpart, &outgoing, answer)?);
            }
            // Only now: if the register is killed before, it takes the message once more and gives the same answers.
            std::fs::remove_file(&file).map_err(Failure::file(&file))?;
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
            out.json(&json!({ "message": name, "answers": written }))?;
        }
        out.finish()?;
        if once {
            return Ok(Outcome::Clean);
        }
        std::thread::sleep(PAUSE);
    }
}

/// The messages, the oldest first.
fn arrived(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Failure::file(folder))? {
        let path = entry.map_err(Failure::file(folder))?.path();
        let is_message = path.extension().is_some_and(|ending| ending == "xml") && path.is_file();
        // A hidden file is not yet complete.
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_message && !is_hidden {
            let time = path.metadata().and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            found.push((time, path));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// Writes a message of the register; with that it is delivered.
fn send(counterpart: &mut Counterpart<'_>, outgoing: &Path, answer: &Answer) -> Result<Value, Failure> {
    let folder = outgoing.join(safe(&answer.to));
    std::fs::create_dir_all(&folder).map_err(Failure::file(&folder))?;
    let answers = question(answer).map_or_else(String::new, |uuid| format!(".answers.{uuid}"));
    let name = format!("{:08}.{}{answers}.xml", counterpart.taken, answer.uuid);
    let file = files::write_whole(&folder, &name, &answer.bytes)?;
    files::sync(&folder);
    counterpart.acknowledged(&answer.uuid)?;
    Ok(json!({ "number": answer.number, "to": answer.to, "answers": answer.in_reply_to, "file": file }))
}

/// The name of an authority's folder.
fn safe(kennung: &str) -> String {
    let safe = |letter: char| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' };
    let name: String = kennung.chars().take(100).map(safe).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert_eq!(safe("azr:000900"), "azr-000900");
        assert_eq!(safe("../../etc"), "------etc");
        assert_eq!(safe("."), "-");
        assert_eq!(safe(""), "unknown");
    }
}
