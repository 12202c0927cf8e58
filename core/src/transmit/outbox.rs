//! Handing out what is to be carried, and trying again.

use serde_json::json;

use super::KitError;
use super::desk::{Desk, OutMessage, State, due_key, load, number_of, numbered};
use super::event::What;
use crate::store::Table;
use crate::time::Timestamp;

/// A message that is to be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its UUID; the same each time that it is handed out.
    pub uuid: String,
    /// Its number, such as `090010`.
    pub number: String,
    /// `kennung` of the receiver.
    pub to: String,
    /// The message.
    pub bytes: Vec<u8>,
    /// It was handed out before: perhaps the receiver has it already.
    pub again: bool,
}

/// The latest time that was seen, in [`Table::Meta`].
const CLOCK: &[u8] = b"clock";
/// A clock that goes back by more than this was set.
const SET_BACK: i64 = 5_000;

impl Desk<'_, '_> {
    /// Messages that are due, the ones that wait longest first.
    pub(crate) fn outgoing(&mut self, limit: usize) -> Result<Vec<Outgoing>, KitError> {
        self.mind_the_clock()?;
        let until = due_key(self.now.plus(1), 0);
        let mut out = Vec::new();
        for (_, uuid) in self.tx.scan(Table::Due, &[], Some(&until), limit)? {
            let Some(mut message) = load::<OutMessage>(self.tx, Table::Outbox, &uuid)? else { continue };
            if message.attempts >= self.config.limits.attempts {
                self.park(&mut message)?;
                continue;
            }
            let again = message.state != State::Ready;
            message.state = State::Handed;
            message.attempts += 1;
            let due = self.now.plus(self.config.limits.lease);
            self.put_message(&mut message, Some(due))?;
            self.note("handed", message.person.as_deref(), Some(&message.uuid), json!({ "again": again }))?;
            out.push(Outgoing {
                uuid: message.uuid,
                number: message.number,
                to: message.to,
                bytes: message.xml.into_bytes(),
                again,
            });
        }
        Ok(out)
    }

    /// A message was carried.
    pub(crate) fn sent(&mut self, uuid: &str) -> Result<(), KitError> {
        let mut message = self.handed(uuid)?;
        if matches!(message.state, State::Done | State::Parked) {
            return Ok(());
        }
        message.state = State::Sent;
        message.failures = 0;
        // A Rückweisung is not answered.
        let awaited = message.number != "0010";
        let due = awaited.then(|| self.now.plus(self.config.limits.answer));
        if !awaited {
            message.state = State::Done;
        }
        self.put_message(&mut message, due)?;
        self.note("sent", message.person.as_deref(), Some(uuid), json!(null))
    }

    /// A message could not be carried: it is tried again later, after growing waits.
    pub(crate) fn failed(&mut self, uuid: &str, reason: &str) -> Result<(), KitError> {
        let mut message = self.handed(uuid)?;
        if matches!(message.state, State::Done | State::Parked) {
            return Ok(());
        }
        message.state = State::Handed;
        message.failures = message.failures.saturating_add(1);
        message.reason = reason.to_owned();
        self.note("failed", message.person.as_deref(), Some(uuid), json!({ "reason": reason }))?;
        if message.failures >= self.config.limits.attempts {
            return self.park(&mut message);
        }
        let due = self.now.plus(self.config.limits.wait(message.failures));
        self.put_message(&mut message, Some(due))
    }

    /// Tries a parked message again, from the beginning.
    pub(super) fn unpark(&mut self, uuid: &str) -> Result<(), KitError> {
        let Some(mut message) = self.message(uuid)?.filter(|message| message.state == State::Parked) else {
            return Ok(());
        };
        (message.failures, message.attempts, message.state) = (0, 0, State::Handed);
        let now = self.now;
        self.put_message(&mut message, Some(now))
    }

    fn park(&mut self, message: &mut OutMessage) -> Result<(), KitError> {
        message.state = State::Parked;
        self.put_message(message, None)?;
        let reason =
            if message.reason.is_empty() { "keine Antwort".to_owned() } else { message.reason.clone() };
        let what = What::Parked { uuid: message.uuid.clone(), number: message.number.clone(), reason };
        self.tell(message.person.as_deref(), what)?;
        self.note("parked", message.person.as_deref(), Some(&message.uuid), json!(null))
    }

    fn handed(&self, uuid: &str) -> Result<OutMessage, KitError> {
        self.message(uuid)?.ok_or_else(|| KitError::Unknown { what: uuid.to_owned() })
    }

    /// Where the clock was set back, nothing waits for a time that comes only much later: all is due now. To hand a message out
    /// once too often does no harm, it has the same UUID.
    fn mind_the_clock(&mut self) -> Result<(), KitError> {
        let now = self.now.0 as u64 ^ (1 << 63);
        let last = self.tx.get(Table::Meta, CLOCK)?.map(|bytes| number_of(&bytes));
        if last.is_some_and(|last| last > now.saturating_add(SET_BACK as u64)) {
            for (key, uuid) in self.tx.scan(Table::Due, &due_key(self.now, u64::MAX), None, usize::MAX)? {
                let Some(mut message) = load::<OutMessage>(self.tx, Table::Outbox, &uuid)? else {
                    self.tx.delete(Table::Due, &key)?;
                    continue;
                };
                let now = self.now;
                self.put_message(&mut message, Some(now))?;
            }
        }
        if last != Some(now) {
            self.tx.put(Table::Meta, CLOCK, &numbered(now))?;
        }
        Ok(())
    }
}

/// The earliest time at which something is due.
pub(crate) fn next_due(view: &dyn crate::store::View) -> Result<Option<Timestamp>, KitError> {
    let first = view.scan(Table::Due, &[], None, 1)?;
    Ok(first.first().map(|(key, _)| Timestamp((number_of(key) ^ (1 << 63)) as i64)))
}
