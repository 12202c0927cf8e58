//! A register to test against: it behaves as the standard says.
//!
//! [`Register::receive`] takes the bytes of a message and gives those of the answers. It opens no socket and knows no time of its own:
//! everything follows from the seed, the messages and the points in time that are handed over. So a run can be repeated
//! byte by byte. It serves tests and demonstrations; it is no model of the AZR's inner works.
//!
//! What it answers:
//!
//! | message | answer |
//! |---|---|
//! | 090001 | 090002, 090003, 090004 |
//! | 090005, 090007 | 090006, 090008 |
//! | 090009, 090010 | 090098, 090099 |
//! | 090012 | 090097, 090099 |
//! | 090021 | 090022 |
//! | 090040 | 090098 with the number that stays; 090099 |
//! | 090051 | 090099: not simulated |
//! | a rejection, an acknowledgement, 000030 | nothing |
//! | what is no right message, or not for the register | `rueckweisung.asynchron.0010` of XInneres |
//!
//! Besides it tells others of changes (090030), see [`Register::pending`].
//!
//! Where the standard is silent:
//!
//! - A message is rejected if it is not well-formed, does not fit the schema, is of another version, or for another reader. Wrong characters, codes
//!   and rules give a 090099 with one fault each, and so does whatever the register itself refuses.
//! - A message with the sender and UUID of an earlier one changes nothing and gets the same bytes again; once these were dropped
//!   ([`Limits::answers_bytes`]) it is rejected as delivered again (S100).
//! - An answer bears the test mark of its question, a message of its own that of the receiver's last message.
//! - Of a Referenz-ID the first seven characters and the version count, not the last one.
//! - A second entry of a kind of which a record holds one: where the kind has a place for history, the one that was there becomes history,
//!   with its Referenz-ID; else the Meldung is refused. An Aktualisierung (02) of such a kind leaves the former state in
//!   history, as an entry with a Referenz-ID of its own; a Berichtigung (04, 05) and a Löschung (03) leave nothing.
//! - Historic entries can be corrected (04) and deleted (03, 05), not updated (02).
//! - Former names are stored only if they are reported; a change of Grundpersonalien makes none.
//! - NichtIdentischMit stands in the record for which it was reported, not in the other one.
//! - A record of which DeutscheStaatsangehoerigkeit is reported stays; the report is in [`Register::record`] only.
//! - Same Grundpersonalien: family name, given name, birth date and sex are the same, nationalities don't contradict. Umlauts, marks and
//!   capitals make no difference.
//! - The new Referenz-ID of `angabenZurUnterbringung` stands below `sachverhalt` in a 090098; where a Sachverhalt was reported as well, it
//!   is in a Hinweis (SIM-H01).
//! - Of merged records the oldest stays, with its Grundpersonalien; entries of which it has the only one become history or go.
//! - A 090030 goes to the authority that keeps the file, before and after the change, and to all that reported a current
//!   entry ([`Config::tell_reporters`]), not to the one that changed it (after a merge to that one, too). `mitteilungsAusloeser` is left out: its code list
//!   is not at hand.
//!
//! The keys of faults (`fehlerschluessel`) are the simulator's own, since the standard lists none:
//!
//! | key | a Meldung is refused because |
//! |---|---|
//! | SIM-001 | the check found an error: a character, a code, a period, a rule of the standard |
//! | SIM-101 | the register has no such AZR-Nummer |
//! | SIM-102 | the record has no entry of this kind with this Referenz-ID |
//! | SIM-103 | the Referenz-ID is of an older version (or of one that never was): the entry was changed since |
//! | SIM-104 | the Änderungsart is not possible here |
//! | SIM-105 | the record holds the only entry of this kind that it may |
//! | SIM-106 | a record is not without Grundpersonalien |
//! | SIM-107 | there are records with the same Grundpersonalien (`personalienGleich`), and NichtIdentischMit is not said |
//! | SIM-108 | the entry is history: it can be corrected or deleted only |
//! | SIM-109 | the Folgemeldung has no content |
//! | SIM-110 | the photo belongs to no Suchvermerk of the record |
//! | SIM-111 | a value leads to nothing: an unknown number in NichtIdentischMit, or one that is not stored |
//! | SIM-201 | there is no such document |
//! | SIM-202 | the document belongs to no entry of the record that takes documents |
//! | SIM-203 | documents of this type need the confirmation that they are indispensable |
//! | SIM-301 | fewer than two records are left to merge |
//! | SIM-901 | a limit of the simulator is reached |
//! | SIM-902 | the simulator does not answer this message |
//! | SIM-903 | the answer could not be written |
//!
//! Hints: SIM-H01 a new Referenz-ID that has no place of its own, SIM-H02 a list of hits was cut, SIM-H03 no such photo.

mod abgleich;
mod change;
mod config;
mod documents;
mod dump;
mod faults;
mod ids;
mod index;
mod merge;
mod names;
mod notify;
mod receive;
mod record;
mod rejection;
mod report;
mod search;
mod state;
#[cfg(test)]
mod tests;
mod write;

use azrkit_standard::pack::Pack;

use crate::Standards;
use crate::message::read::Reader;
use crate::register::{Kinds, RegisterError};
use crate::time::Timestamp;

pub use config::{Config, Limits};

use record::Known;
use state::State;

/// A register in memory.
#[derive(Debug)]
pub struct Register<'s> {
    config: Config,
    reader: Reader<'s>,
    packs: Vec<Pack<'s>>,
    kinds: Kinds,
    known: Known,
    state: State,
}

/// A message of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `kennung` of the receiver, such as `azr:000900`. Empty where a message was rejected whose sender can't be read: whoever brought it knows.
    pub to: String,
    /// UUID of the message that it answers; none where it answers none, or where that could not be read.
    pub in_reply_to: Option<String>,
    /// Its number, such as `090098`; of a Rückweisung `0010`.
    pub number: String,
    /// Its UUID.
    pub uuid: String,
    /// The message.
    pub bytes: Vec<u8>,
}

/// Why there is no register.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulatorError {
    /// No open standard has the messages and kinds of the AZR.
    #[error("AZK-G001: no open standard describes the register")]
    NoStandard,
    /// The table of kinds can't be used.
    #[error("AZK-G002: {0}")]
    Kinds(#[from] RegisterError),
    /// With this config no right message can be written.
    #[error("AZK-G003: the register can write no right message with this config: {what}")]
    Config {
        /// What is wrong.
        what: String,
    },
}

impl SimulatorError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoStandard => "AZK-G001",
            Self::Kinds(_) => "AZK-G002",
            Self::Config { .. } => "AZK-G003",
        }
    }
}

impl<'s> Register<'s> {
    /// An empty register of the first of the open standards that has the AZR's messages.
    ///
    /// # Errors
    /// [`SimulatorError`]
    pub fn new(config: Config, standards: &'s Standards) -> Result<Self, SimulatorError> {
        let packs = standards.packs();
        let pack = packs.iter().find(|pack| pack.message_by_number("090010").is_some());
        let kinds = Kinds::of(pack.ok_or(SimulatorError::NoStandard)?)?;
        let known = Known::of(&kinds).ok_or(SimulatorError::NoStandard)?;
        let state = State::new(&config);
        let mut register = Self { reader: standards.reader(), packs, kinds, known, state, config };
        register.try_config()?;
        Ok(register)
    }

    /// What it was told when it was made.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its own messages (090030) to an authority, named by Behoerdenkennzeichen or `kennung`, that were not acknowledged, oldest first. Each
    /// was given out by the `receive` that caused it; if it got lost, here it is again.
    pub fn pending(&self, authority: &str) -> Vec<Answer> {
        let of_it =
            |pending: &&state::Pending| pending.authority == authority || pending.answer.to == authority;
        self.state.pending.values().filter(of_it).map(|pending| pending.answer.clone()).collect()
    }

    /// An authority has got a message of the register's own. Gives whether it was waited for.
    pub fn acknowledged(&mut self, uuid: &str) -> bool {
        let at = self.state.pending_at.remove(uuid);
        at.is_some_and(|at| self.state.pending.remove(&at).is_some())
    }

    /// Takes a message as it came, and gives what goes out because of it: the answer first (the Abgleich may take several messages), then
    /// messages to other authorities. Nothing in it can do harm beyond the [`Limits`].
    pub fn receive(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Answer> {
        self.receive_message(bytes, now)
    }
}
