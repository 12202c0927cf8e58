//! `azrkit receive`: what comes in.

use std::path::Path;

use super::args::Receive;
use super::words::{Own, own};
use super::{Host, failure, tell};
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::{Outcome, files};

/// Takes the messages, each in a transaction of its own, and prints what is told. One that cannot be read does not keep the others back.
///
/// Also a message that is sent back was taken: the status is 0, and an event says so.
pub(super) fn run(args: &Receive, mut host: Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    if args.answers.is_some() && args.files.len() > 1 {
        return Err(Failure::call(own(host.lang, Own::Answers)));
    }
    let mut failed = None;
    for file in &args.files {
        let answers = args.answers.as_deref().or_else(|| named(file));
        let events = files::read(file)
            .and_then(|bytes| host.kit.receive(&bytes, answers).map_err(|error| failure(host.lang, &error)));
        match events {
            Ok(events) => tell(out, &events)?,
            Err(why) => {
                if let Some(before) = failed.replace(why) {
                    complain(&before.to_string());
                }
            }
        }
    }
    failed.map_or(Ok(Outcome::Clean), Err)
}

/// The UUID of the message that a file answers, as its name says: `….answers.UUID.xml`.
fn named(file: &Path) -> Option<&str> {
    let (rest, uuid) = file.file_name()?.to_str()?.strip_suffix(".xml")?.rsplit_once('.')?;
    let is_uuid = uuid.len() == 36 && uuid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    (is_uuid && (rest == "answers" || rest.ends_with(".answers"))).then_some(uuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_answered() {
        let uuid = "c5f1c1a5-0000-4000-8000-000000000001";
        assert_eq!(named(Path::new(&format!("a/0001.090098.answers.{uuid}.xml"))), Some(uuid));
        for other in [format!("{uuid}.xml"), format!("x.{uuid}.xml"), "a.answers.b.xml".into(), "-".into()] {
            assert_eq!(named(Path::new(&other)), None, "{other}");
        }
    }
}
