//! What can be said to the commands that keep records in step with the register.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Exchange {
    /// Make a store, and keep the configuration beside it
    Init(Init),
    /// Hand over records as they are now: a JSON file, or JSON Lines; what the register lacks is put into the outbox
    Submit(Submit),
    /// Ask the register for what it holds of persons now
    Refresh(Refresh),
    /// Let entries stand as they are beside the register's, as was decided in an Abgleich: they are not reported until they change
    LetStand(LetStand),
    /// Hand out messages that are to be carried now
    Outgoing(Outgoing),
    /// Say that messages were carried
    Sent(Sent),
    /// Say that a message could not be carried; it comes again later
    Failed(Failed),
    /// Take messages that came in, and print what is told because of them
    Receive(Receive),
    /// Decide an event
    Decide(Decide),
    /// Print events in their order
    Events(Since),
    /// Print the events that wait for a decision
    Open(Open),
    /// Say where persons stand; without a key, how the store stands
    Status(Status),
    /// Print what was submitted, sent, received and decided, in order
    Journal(Since),
    /// Check records; nothing is kept
    CheckRecord(CheckRecord),
}

/// The store and who works with it.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// The store, a SQLite file
    #[arg(long, env = "AZRKIT_STORE", value_name = "FILE")]
    pub(crate) store: PathBuf,
    /// The configuration, a JSON file; where it is left out, the one that init put beside the store (STORE.config.json)
    #[arg(long, env = "AZRKIT_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The store to make, a SQLite file; one that is there is kept
    #[arg(long, env = "AZRKIT_STORE", value_name = "FILE", required_unless_present = "example")]
    pub(crate) store: Option<PathBuf>,
    /// The configuration: it is checked and copied beside the store
    #[arg(long, env = "AZRKIT_CONFIG", value_name = "FILE", required_unless_present = "example")]
    pub(crate) config: Option<PathBuf>,
    /// Print a configuration to begin with, and make nothing
    #[arg(long)]
    pub(crate) example: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Submit {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The record or the records, or - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// It is meant that more than half of a person's entries are gone
    #[arg(long)]
    pub(crate) may_shrink: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Refresh {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Keys of persons
    #[arg(required = true)]
    pub(crate) keys: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LetStand {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The entries, JSON Lines with `key` and `entry`, as `azrkit reconcile decide` writes stands.jsonl
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Outgoing {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Hand out at most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
    /// Write each message to DIR/UUID.xml, whole or not at all, instead of printing it
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sent {
    #[command(flatten)]
    pub(crate) place: Place,
    /// UUIDs of the messages
    #[arg(required = true)]
    pub(crate) uuids: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Failed {
    #[command(flatten)]
    pub(crate) place: Place,
    /// UUID of the message
    pub(crate) uuid: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Receive {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The messages, or - for standard input. A file named ….answers.UUID.xml answers the message of that UUID
    #[arg(required = true, value_name = "FILE|-")]
    pub(crate) files: Vec<PathBuf>,
    /// UUID of the message that it answers, where the transport knows it
    #[arg(long, value_name = "UUID")]
    pub(crate) answers: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Decide {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Number of the event
    pub(crate) event: u64,
    /// The decision
    #[command(subcommand)]
    pub(crate) decision: Decision,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Decision {
    /// It is this person of the register
    Same {
        /// The AZR-Nummer
        number: String,
    },
    /// It is none of the candidates
    Other,
    /// The register's data hold
    Register,
    /// The own data hold
    Local,
    /// Send again
    Retry,
    /// It answers the message of this UUID
    Assign {
        /// The UUID
        uuid: String,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Since {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Only those with a number above N
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) since: u64,
    /// At most so many; all where it is left out
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Open {
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Keys of persons
    pub(crate) keys: Vec<String>,
    /// Every person
    #[arg(long, conflicts_with = "keys")]
    pub(crate) all: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckRecord {
    /// The record or the records, or - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
}
