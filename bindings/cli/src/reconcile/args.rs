//! What can be said behind `azrkit reconcile`.

use std::path::PathBuf;

use clap::Subcommand;

use super::decide::Decide;
use super::protocol::Protocol;

/// Compare the local stock with the register.
#[derive(Debug, Subcommand)]
pub(crate) enum Reconcile {
    /// Decide Hinweise, by a table, rules and earlier decisions: what is to be submitted, what taken over, what is still open
    Decide(Box<Decide>),
    /// The official Abgleich: the question to the register (090021) and the result for the BAMF (090023)
    #[command(subcommand)]
    Protocol(Protocol),
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
