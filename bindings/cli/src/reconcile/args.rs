//! What can be said behind `azrkit reconcile`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::decide::Decide;
use super::due::Due;
use super::pair::{Dedupe, Link};
use super::protocol::Protocol;

/// Compare the local stock with the register.
#[derive(Debug, Subcommand)]
pub(crate) enum Reconcile {
    /// Decide Hinweise, by a table, rules and earlier decisions: what is to be submitted, what taken over, what is still open
    Decide(Box<Decide>),
    /// The official Abgleich: the question to the register (090021) and the result for the BAMF (090023)
    #[command(subcommand)]
    Protocol(Protocol),
    /// Compare the content of both stocks by AZR-Nummer, field by field, and write what differs as Hinweise
    Content(Content),
    /// Persons without a number: who here may be who in the register, by probability; nothing is merged
    Pair(Link),
    /// Who in one stock may be there twice, by probability; nothing is merged
    Dedupe(Dedupe),
    /// Which records must be looked at again on which day, because a validity ends or the last agreement is long ago
    Due(Due),
    /// Make two stocks of made-up persons to try things on, and the truth about them
    Synth(Synth),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Synth {
    /// How many persons there are in truth
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) persons: u64,
    /// The same seed gives the same stocks
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Of 1,000 persons so many are in one stock only, for each stock
    #[arg(long, value_name = "N", default_value_t = 80, value_parser = clap::value_parser!(u32).range(..=500))]
    pub(crate) alone: u32,
    /// Of 1,000 persons in a stock so many are in it twice
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(..=1000))]
    pub(crate) twice: u32,
    /// Of 1,000 persons in both stocks so many have their AZR-Nummer in the local one
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1000))]
    pub(crate) numbered: u32,
    /// The folder for local.jsonl, local.csv, register.jsonl, register.csv and truth.tsv; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Content {
    /// The local stock: JSON Lines of records, CSV (with --local-mapping), or a store of azrkit; gzip and zstd are read as they are
    #[arg(long, value_name = "FILE")]
    pub(crate) local: PathBuf,
    /// The register's side, in the same forms
    #[arg(long, value_name = "FILE")]
    pub(crate) register: PathBuf,
    /// Which column of the local CSV is which field: a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) local_mapping: Option<PathBuf>,
    /// Which column of the register's CSV is which field
    #[arg(long, value_name = "FILE")]
    pub(crate) register_mapping: Option<PathBuf>,
    /// Write the Hinweise to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// JSON Lines, or CSV for a spreadsheet
    #[arg(long, value_enum, default_value_t = HinweisForm::Jsonl)]
    pub(crate) format: HinweisForm,
    /// Look only at this kind of entries; may be given several times
    #[arg(long = "kind", value_name = "KIND")]
    pub(crate) kinds: Vec<String>,
    /// Codes that were renamed: lines of list URI (or KIND/FIELD), old and new code, parted by tabs
    #[arg(long, value_name = "FILE")]
    pub(crate) renamed: Option<PathBuf>,
    /// Compare only; do not look for what is implausible in a record by itself
    #[arg(long)]
    pub(crate) no_plausibility: bool,
    /// The day as of which records are plausible, such as 2026-11-25; today where it is left out
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<String>,
    /// So many threads at once; 0 is as many as there are processors
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// The most memory to take, such as 256M or 1G; what does not fit goes to temporary files
    #[arg(long, value_name = "LIMIT", default_value = "256M", value_parser = super::scratch::bytes)]
    pub(crate) memory: usize,
    /// Where temporary files go; they have no name and are gone at the end
    #[arg(long, value_name = "DIR")]
    pub(crate) scratch: Option<PathBuf>,
}

/// How Hinweise are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HinweisForm {
    /// One JSON object a line
    Jsonl,
    /// CSV, parted by semicolons
    Csv,
}
