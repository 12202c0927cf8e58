//! One call at work: its transaction, its clock, what it tells.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::config::Config;
use super::event::{Event, What};
use super::person::Person;
use super::{Environment, KitError};
use crate::message::header::uuid;
use crate::message::read::Reader;
use crate::register::Kinds;
use crate::store::{Table, Transaction, View};
use crate::time::Timestamp;

/// What a call works with.
pub(crate) struct Desk<'d, 's> {
    pub(crate) tx: &'d mut dyn Transaction,
    pub(crate) config: &'d Config,
    pub(crate) kinds: &'d Kinds,
    pub(crate) reader: &'d mut Reader<'s>,
    pub(crate) environment: &'d mut dyn Environment,
    pub(crate) now: Timestamp,
    /// What this call tells.
    pub(crate) events: Vec<Event>,
}

/// A message that goes out, or went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutMessage {
    pub(crate) uuid: String,
    /// In the order in which messages were made.
    pub(crate) sequence: u64,
    pub(crate) number: String,
    /// `kennung` of the receiver.
    pub(crate) to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<String>,
    pub(crate) state: State,
    #[serde(default)]
    pub(crate) failures: u32,
    #[serde(default)]
    pub(crate) attempts: u32,
    /// When it is to be handed out (again).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) reason: String,
    /// The message; empty once it was answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) xml: String,
}

/// Where an outgoing message stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum State {
    /// Never handed out: it can still be replaced.
    #[default]
    Ready,
    /// Handed out; perhaps it was carried.
    Handed,
    /// Carried.
    Sent,
    /// Given up until a person decides.
    Parked,
    /// Answered, or nothing more is expected.
    Done,
}

/// A message that came in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InMessage {
    pub(crate) uuid: String,
    pub(crate) number: String,
    pub(crate) at: Timestamp,
    /// The message in canonical JSON, while it is not yet known what it answers.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) content: Value,
}

/// A line of the journal: what was sent, received, decided, when, for whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntry {
    /// Its number, ascending.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// What was done: `submitted`, `made`, `handed`, `sent`, `failed`, `received`, `decided`, `stands`, `replaced`, `parked`.
    pub what: String,
    /// The host's key of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// UUID of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub detail: Value,
}

/// Reads a row.
pub(crate) fn load<T: DeserializeOwned>(
    view: &(impl View + ?Sized),
    table: Table,
    key: &[u8],
) -> Result<Option<T>, KitError> {
    let Some(bytes) = view.get(table, key)? else { return Ok(None) };
    parse(table, &bytes).map(Some)
}

/// Reads the value of a row.
pub(crate) fn parse<T: DeserializeOwned>(table: Table, bytes: &[u8]) -> Result<T, KitError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    json.disable_recursion_limit();
    T::deserialize(&mut json)
        .map_err(|error| KitError::Damaged { table: table.name(), detail: error.to_string() })
}

/// Keys that sort by number.
pub(crate) fn numbered(number: u64) -> [u8; 8] {
    number.to_be_bytes()
}

/// The number of a key that sorts by number.
pub(crate) fn number_of(key: &[u8]) -> u64 {
    key.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Keys of [`Table::Due`] sort by time, then by the order of making.
pub(crate) fn due_key(due: Timestamp, sequence: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&((due.0 as u64) ^ (1 << 63)).to_be_bytes());
    key[8..].copy_from_slice(&sequence.to_be_bytes());
    key
}

impl Desk<'_, '_> {
    pub(crate) fn person(&self, key: &str) -> Result<Option<Person>, KitError> {
        load(self.tx, Table::Person, key.as_bytes())
    }

    pub(crate) fn put_person(&mut self, person: &Person) -> Result<(), KitError> {
        self.put(Table::Person, person.key.as_bytes(), person)
    }

    /// The key of the person with an AZR-Nummer.
    pub(crate) fn by_number(&self, azr_nummer: &str) -> Result<Option<String>, KitError> {
        load(self.tx, Table::Number, azr_nummer.as_bytes())
    }

    /// Gives a person a number, in place of the one it has. False if it is that of another person.
    pub(crate) fn set_number(&mut self, person: &mut Person, azr_nummer: &str) -> Result<bool, KitError> {
        if self.by_number(azr_nummer)?.is_some_and(|key| key != person.key) {
            return Ok(false);
        }
        if let Some(old) = person.azr_nummer.take().filter(|old| old != azr_nummer) {
            self.tx.delete(Table::Number, old.as_bytes())?;
            let what = What::NumberChanged { from: old, to: azr_nummer.to_owned() };
            self.tell(Some(&person.key), what)?;
        }
        person.azr_nummer = Some(azr_nummer.to_owned());
        self.put(Table::Number, azr_nummer.as_bytes(), &person.key)?;
        Ok(true)
    }

    pub(crate) fn message(&self, uuid: &str) -> Result<Option<OutMessage>, KitError> {
        load(self.tx, Table::Outbox, uuid.as_bytes())
    }

    /// Stores an outgoing message and when it is due.
    pub(crate) fn put_message(
        &mut self,
        message: &mut OutMessage,
        due: Option<Timestamp>,
    ) -> Result<(), KitError> {
        if let Some(old) = message.due.take() {
            self.tx.delete(Table::Due, &due_key(old, message.sequence))?;
        }
        message.due = due;
        if let Some(due) = due {
            self.tx.put(Table::Due, &due_key(due, message.sequence), message.uuid.as_bytes())?;
        }
        self.put(Table::Outbox, message.uuid.as_bytes(), message)
    }

    /// Puts a new message into the outbox.
    pub(crate) fn post(
        &mut self,
        uuid: &str,
        number: &str,
        to: &str,
        person: Option<&str>,
        xml: Vec<u8>,
    ) -> Result<(), KitError> {
        let sequence = self.count("sequence")?;
        let mut message = OutMessage {
            uuid: uuid.to_owned(),
            sequence,
            number: number.to_owned(),
            to: to.to_owned(),
            person: person.map(str::to_owned),
            xml: String::from_utf8(xml).unwrap_or_default(),
            ..OutMessage::default()
        };
        self.put_message(&mut message, Some(self.now))?;
        self.note("made", person, Some(uuid), json!({ "number": number }))
    }

    /// Nothing more is expected of a message.
    pub(crate) fn done(&mut self, uuid: &str) -> Result<(), KitError> {
        if let Some(mut message) = self.message(uuid)? {
            message.state = State::Done;
            message.xml.clear();
            self.put_message(&mut message, None)?;
        }
        Ok(())
    }

    /// Tells something: stores the event and gives it out with this call.
    pub(crate) fn tell(&mut self, person: Option<&str>, what: What) -> Result<u64, KitError> {
        let id = self.tx.last(Table::Event)?.map_or(0, |key| number_of(&key)) + 1;
        let event = Event { id, at: self.now, person: person.map(str::to_owned), what };
        self.put(Table::Event, &numbered(id), &event)?;
        if event.what.is_open() {
            self.tx.put(Table::Open, &numbered(id), person.unwrap_or("").as_bytes())?;
        }
        self.events.push(event);
        Ok(id)
    }

    /// Writes a line into the journal.
    pub(crate) fn note(
        &mut self,
        what: &str,
        person: Option<&str>,
        uuid: Option<&str>,
        detail: Value,
    ) -> Result<(), KitError> {
        let id = self.tx.last(Table::Journal)?.map_or(0, |key| number_of(&key)) + 1;
        let entry = JournalEntry {
            id,
            at: self.now,
            what: what.to_owned(),
            person: person.map(str::to_owned),
            uuid: uuid.map(str::to_owned),
            detail,
        };
        self.put(Table::Journal, &numbered(id), &entry)
    }

    /// A new UUID (version 4).
    pub(crate) fn uuid(&mut self) -> String {
        uuid(u128::from_be_bytes(self.environment.random()), 4)
    }

    /// The next number of a counter.
    fn count(&mut self, counter: &str) -> Result<u64, KitError> {
        let last = self.tx.get(Table::Meta, counter.as_bytes())?.map_or(0, |bytes| number_of(&bytes));
        self.tx.put(Table::Meta, counter.as_bytes(), &numbered(last + 1))?;
        Ok(last + 1)
    }

    pub(crate) fn put<T: Serialize>(&mut self, table: Table, key: &[u8], value: &T) -> Result<(), KitError> {
        let bytes = serde_json::to_vec(value)
            .map_err(|error| KitError::Damaged { table: table.name(), detail: error.to_string() })?;
        Ok(self.tx.put(table, key, &bytes)?)
    }
}
