//! `azrkit outgoing`, `sent` and `failed`: what goes out.

use std::borrow::Cow;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::json;

use super::args::{Failed, Outgoing, Sent};
use super::{Host, failure, tell};
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::{Outcome, files};

/// A message, one line of `outgoing`.
#[derive(Serialize)]
struct Handed<'m> {
    uuid: &'m str,
    number: &'m str,
    to: &'m str,
    again: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    xml: Option<Cow<'m, str>>,
}

/// Hands messages out, in the lines or as files.
pub(super) fn outgoing(args: &Outgoing, mut host: Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    if let Some(dir) = &args.dir {
        std::fs::create_dir_all(dir).map_err(Failure::file(dir))?;
    }
    let messages = host.kit.outgoing(args.limit).map_err(host.failed())?;
    let mut written = Vec::new();
    if let Some(dir) = &args.dir {
        for message in &messages {
            written.push(files::write_whole(dir, &format!("{}.xml", message.uuid), &message.bytes)?);
        }
        files::sync(dir);
    }
    let mut written = written.into_iter();
    for message in &messages {
        let file = written.next();
        let xml = file.is_none().then(|| String::from_utf8_lossy(&message.bytes));
        let (uuid, number, to) = (&message.uuid, &message.number, &message.to);
        out.json(&Handed { uuid, number, to, again: message.again, file, xml })?;
    }
    Ok(Outcome::Clean)
}

/// Notes that messages were carried. One that is not known does not keep the others back.
pub(super) fn sent(args: &Sent, mut host: Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    let mut failed = None;
    for uuid in &args.uuids {
        match host.kit.sent(uuid) {
            Ok(()) => out.json(&json!({ "uuid": uuid, "sent": true }))?,
            Err(error) => {
                if let Some(before) = failed.replace(failure(host.lang, &error)) {
                    complain(&before.to_string());
                }
            }
        }
    }
    failed.map_or(Ok(Outcome::Clean), Err)
}

/// Notes that a message could not be carried, and prints what is told because of it.
pub(super) fn failed(args: &Failed, mut host: Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    let events = host.kit.failed(&args.uuid, &args.reason).map_err(host.failed())?;
    tell(out, &events)?;
    Ok(Outcome::Clean)
}
