//! `azrkit register`: the simulated register, for tests of a whole way. It binds `azrkit::simulator` to folders or to HTTP.

mod folder;
mod history;
mod http;

use std::path::Path;

use azrkit::Standards;
use azrkit::simulator::{self, Answer, SimulatorError};

use self::history::{History, Step};
use crate::args::{Common, Language, Register};
use crate::exchange::environment::now;
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, standards};

/// Serves until it is killed, or with `--once` until nothing is left to do.
pub(crate) fn run(args: &Register, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let counterpart = Counterpart::open(args.dir.as_deref(), &standards, common.lang)?;
    match (args.port, &args.dir) {
        (Some(port), _) => http::serve(counterpart, port, out),
        (None, Some(dir)) => folder::serve(counterpart, dir, args.once, out),
        // The arguments demand one of them.
        (None, None) => Ok(Outcome::Clean),
    }
}

/// The register, and its memory.
struct Counterpart<'s> {
    register: simulator::Register<'s>,
    history: Option<History>,
    /// Messages taken so far.
    taken: u64,
}

impl<'s> Counterpart<'s> {
    /// A register that knows what it was told before: the history in the folder is told to it once more.
    fn open(dir: Option<&Path>, standards: &'s Standards, lang: Language) -> Result<Self, Failure> {
        let register = simulator::Register::new(simulator::Config::default(), standards);
        let register = register.map_err(|error| failed(lang, &error))?;
        let mut counterpart = Self { register, history: None, taken: 0 };
        if let Some(dir) = dir {
            std::fs::create_dir_all(dir).map_err(Failure::file(dir))?;
            let history = History::open(&dir.join("register.jsonl"), lang, |step| match step {
                Step::Message { at, bytes } => {
                    counterpart.taken += 1;
                    counterpart.register.receive(&bytes, at);
                }
                Step::Acknowledged(uuid) => {
                    counterpart.register.acknowledged(&uuid);
                }
            })?;
            counterpart.history = Some(history);
        }
        Ok(counterpart)
    }

    /// Takes a message. It is on the disk before it is answered.
    fn receive(&mut self, bytes: Vec<u8>) -> Result<Vec<Answer>, Failure> {
        let step = Step::Message { at: now(), bytes };
        if let Some(history) = &mut self.history {
            history.write(&step)?;
        }
        self.taken += 1;
        let Step::Message { at, bytes } = step else { return Ok(Vec::new()) };
        Ok(self.register.receive(&bytes, at))
    }

    /// A message of the register's own has arrived. Gives whether it was waited for.
    fn acknowledged(&mut self, uuid: &str) -> Result<bool, Failure> {
        let was_pending = self.register.acknowledged(uuid);
        if was_pending && let Some(history) = &mut self.history {
            history.write(&Step::Acknowledged(uuid.to_owned()))?;
        }
        Ok(was_pending)
    }
}

fn failed(lang: Language, error: &SimulatorError) -> Failure {
    Failure::call(match (lang, error) {
        (Language::De, SimulatorError::NoStandard) => {
            format!("{}: kein geladener Standard beschreibt das Register", error.code())
        }
        _ => error.to_string(),
    })
}

/// The UUID of the message that is answered, if it is one: a rejected message may name anything.
fn question(answer: &Answer) -> Option<&str> {
    let is_uuid =
        |text: &&str| text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    answer.in_reply_to.as_deref().filter(is_uuid)
}
