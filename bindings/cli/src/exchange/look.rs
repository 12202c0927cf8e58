//! `azrkit events`, `open`, `status` and `journal`: what there is to see.

use azrkit::transmit::KitError;
use serde::Serialize;
use serde_json::json;

use super::Host;
use super::args::{Since, Status};
use crate::Outcome;
use crate::failure::Failure;
use crate::output::Output;

/// So many rows are read at once.
const PAGE: usize = 1000;

/// Prints events.
pub(super) fn events(args: &Since, host: &Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    let page = |since, limit| host.kit.events(since, limit);
    rows(args, host, out, page, |event| event.id)
}

/// Prints the journal.
pub(super) fn journal(args: &Since, host: &Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    let page = |since, limit| host.kit.journal(since, limit);
    rows(args, host, out, page, |entry| entry.id)
}

/// Prints the events that wait for a decision.
pub(super) fn open(host: &Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    for number in host.kit.open_events().map_err(host.failed())? {
        for event in host.kit.events(number.saturating_sub(1), 1).map_err(host.failed())? {
            out.json(&event)?;
        }
    }
    Ok(Outcome::Clean)
}

/// Prints where persons stand, or how many there are and what waits.
pub(super) fn status(args: &Status, mut host: Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    for key in &args.keys {
        let status = host.kit.status(key);
        let status = status.and_then(|status| status.ok_or_else(|| KitError::Unknown { what: key.clone() }));
        out.json(&status.map_err(host.failed())?)?;
    }
    if !args.keys.is_empty() {
        return Ok(Outcome::Clean);
    }
    let mut count = 0_u64;
    let mut from = String::new();
    loop {
        let keys = host.kit.persons(&from, PAGE).map_err(host.failed())?;
        count += keys.len() as u64;
        if args.all {
            for key in &keys {
                if let Some(status) = host.kit.status(key).map_err(host.failed())? {
                    out.json(&status)?;
                }
            }
        }
        match keys.last() {
            // The least key behind the last one.
            Some(last) if keys.len() == PAGE => from = format!("{last}\0"),
            _ => break,
        }
    }
    if !args.all {
        let open = host.kit.open_events().map_err(host.failed())?;
        let due = host.kit.next_due().map_err(host.failed())?;
        out.json(&json!({ "persons": count, "open": open, "nextDue": due }))?;
    }
    Ok(Outcome::Clean)
}

fn rows<T: Serialize>(
    args: &Since,
    host: &Host<'_>,
    out: &mut Output,
    page: impl Fn(u64, usize) -> Result<Vec<T>, KitError>,
    number: impl Fn(&T) -> u64,
) -> Result<Outcome, Failure> {
    let (mut since, mut left) = (args.since, args.limit.unwrap_or(usize::MAX));
    while left > 0 {
        let rows = page(since, left.min(PAGE)).map_err(host.failed())?;
        let Some(last) = rows.last() else { break };
        (since, left) = (number(last), left - rows.len());
        rows.iter().try_for_each(|row| out.json(row))?;
    }
    Ok(Outcome::Clean)
}
