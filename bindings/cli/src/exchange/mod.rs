//! The commands that keep records in step with the register. Each binds one call of `azrkit::Kit` to a store in a SQLite file.
//!
//! JSON in and out, one object a line; sentences for people go to standard error. Each call is one transaction (a record, a message):
//! a command that was killed is run again.

pub(crate) mod args;
mod decide;
pub(crate) mod environment;
mod inbox;
mod init;
mod look;
mod outbox;
mod records;
mod submit;
mod words;

use std::path::Path;

use azrkit::store::SqliteStore;
use azrkit::transmit::{Config, Event, KitError};
use azrkit::{Kit, Standards};

use self::args::{Exchange, Place};
use self::environment::System;
use crate::args::{Common, Language};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, standards};

/// Runs one of the commands.
pub(crate) fn run(command: &Exchange, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let lang = common.lang;
    let open = |place: &Place| Host::open(place, &standards, lang);
    match command {
        Exchange::Init(args) => init::run(args, &standards, lang, out),
        Exchange::Submit(args) => submit::run(args, open(&args.place)?, &standards, out),
        Exchange::Refresh(args) => submit::refresh(args, open(&args.place)?, out),
        Exchange::LetStand(args) => submit::let_stand(args, open(&args.place)?, out),
        Exchange::Outgoing(args) => outbox::outgoing(args, open(&args.place)?, out),
        Exchange::Sent(args) => outbox::sent(args, open(&args.place)?, out),
        Exchange::Failed(args) => outbox::failed(args, open(&args.place)?, out),
        Exchange::Receive(args) => inbox::run(args, open(&args.place)?, out),
        Exchange::Decide(args) => decide::run(args, open(&args.place)?, out),
        Exchange::Events(args) => look::events(args, &open(&args.place)?, out),
        Exchange::Open(args) => look::open(&open(&args.place)?, out),
        Exchange::Status(args) => look::status(args, open(&args.place)?, out),
        Exchange::Journal(args) => look::journal(args, &open(&args.place)?, out),
        Exchange::CheckRecord(args) => submit::check(args, &standards, lang, out),
    }
}

/// A kit on the store of the arguments.
struct Host<'s> {
    kit: Kit<'s, SqliteStore, System>,
    lang: Language,
}

impl<'s> Host<'s> {
    fn open(place: &Place, standards: &'s Standards, lang: Language) -> Result<Self, Failure> {
        let beside = init::beside(&place.store);
        let file = place.config.as_ref().unwrap_or(&beside);
        let store = SqliteStore::open_existing(&place.store)
            .map_err(|error| failure(lang, &KitError::Store(error)))?;
        let config = read_config(file, lang)?;
        let kit = Kit::open(config, standards, store, System::new()?);
        Ok(Self { kit: kit.map_err(|error| failure(lang, &error))?, lang })
    }

    /// An error of the kit, in words.
    fn failed(&self) -> impl Fn(KitError) -> Failure + 'static {
        let lang = self.lang;
        move |error| failure(lang, &error)
    }
}

/// The configuration in a file.
pub(crate) fn read_config(file: &Path, lang: Language) -> Result<Config, Failure> {
    let bytes = std::fs::read(file).map_err(Failure::file(file))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Failure::call(words::own(lang, words::Own::Config { file: file.to_owned(), why: error.to_string() }))
    })
}

/// An error of the kit, in words.
fn failure(lang: Language, error: &KitError) -> Failure {
    Failure::call(words::sentence(lang, error))
}

/// Prints events, one a line.
fn tell(out: &mut Output, events: &[Event]) -> Result<(), Failure> {
    events.iter().try_for_each(|event| out.json(event))
}
