//! What can be said on the command line.

use std::path::PathBuf;

use azrkit::message::report::Lang;
use clap::{Parser, Subcommand, ValueEnum};

use crate::exchange::args::Exchange;
use crate::reconcile::args::Reconcile;

/// Check, convert, show and explain messages of XAusländer and other XÖV standards.
#[derive(Debug, Parser)]
#[command(
    name = "azrkit",
    version,
    about,
    after_help = "Exit status: 0 done, no error found; 1 errors found, a record was not taken; 2 the call could not be done."
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What holds for all commands.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Language of sentences and labels
    #[arg(long, global = true, value_enum, default_value_t = Language::De)]
    pub(crate) lang: Language,
    /// Load a standard pack besides the built-in ones; may be given several times
    #[arg(long = "pack", value_name = "FILE", global = true)]
    pub(crate) packs: Vec<PathBuf>,
}

/// German or English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// German
    De,
    /// English
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::De => Self::De,
            Language::En => Self::En,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check messages: structure, values, characters, codes and the standard's own rules
    Check(Check),
    /// Turn a message into canonical JSON or back into XML
    Convert(Convert),
    /// Show a message as a case worker reads it
    Show(Show),
    /// Write valid sample messages
    Sample(Sample),
    /// Print the JSON Schema of a message
    Schema(Schema),
    /// Explain a finding code, a rule, a message, a field, a code list
    Explain(Explain),
    /// Build standard packs and look into them
    #[command(subcommand)]
    Pack(Pack),
    /// See azrkit at work on the messages that come with it
    Demo,
    #[command(flatten)]
    Exchange(Exchange),
    /// Compare the local stock with the register
    #[command(subcommand)]
    Reconcile(Reconcile),
    /// Be a register to test against: over folders, or over HTTP for programs of this machine
    Register(Register),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Files (.xml or .json), folders (every .xml file in them), or - for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub(crate) files: Vec<PathBuf>,
    /// One JSON object a line instead of text
    #[arg(long)]
    pub(crate) json: bool,
    /// Check so many files at once; 0 is as many as there are processors
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) jobs: usize,
    /// Keep at most so many findings of a message, further ones are counted
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) max_findings: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Convert {
    /// The message, or - for standard input
    pub(crate) file: PathBuf,
    /// What to turn it into
    #[arg(long, value_enum)]
    pub(crate) to: Form,
    /// Indent the XML, for people; without it the message comes back through JSON byte by byte as azrkit writes it
    #[arg(long)]
    pub(crate) indent: bool,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// A form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Canonical JSON
    Json,
    /// XML
    Xml,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The message, or - for standard input
    pub(crate) file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sample {
    /// Number of the message, such as 090010, or name of its element
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(crate) message: Option<String>,
    /// Every message of the standards
    #[arg(long)]
    pub(crate) all: bool,
    /// The same seed gives the same messages
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many of each message
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) count: u32,
    /// The folder to write to; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How much the messages hold
    #[arg(long, value_enum, default_value_t = Size::Typical)]
    pub(crate) size: Size,
}

/// How much a sample holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Size {
    /// What must stand
    Small,
    /// What an authority sends
    Typical,
    /// Nearly all that may stand
    Large,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Schema {
    /// Number of the message, such as 090010, or name of its element
    pub(crate) message: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// A finding code (AZK-M109), a rule (AZR-039), a message (090010), a field
    /// (090010/sachverhalt/duldung), a type, a code list (azr.artderduldung) or a field of the DSAusländer (045.02)
    pub(crate) topic: String,
    /// Show so many levels of fields
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) depth: usize,
    /// Show every code of a code list, not only the first 60
    #[arg(long)]
    pub(crate) all_codes: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pack {
    /// Compile schemas and code lists into a pack
    Build(PackBuild),
    /// Say what a pack holds
    Info {
        /// A .azkpack file, or the name of a built-in pack; all packs where it is left out
        pack: Option<String>,
    },
    /// Write a pack's schemas as XSD, without documentation
    ExportXsd {
        /// A .azkpack file, or the name of a built-in pack
        pack: String,
        /// The folder to write to; it is made where it is not there
        dir: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct PackBuild {
    /// Schema files (.xsd or .xsf), or folders with such files
    #[arg(long, required = true, num_args = 1.., value_name = "DIR_OR_FILE")]
    pub(crate) xsd: Vec<PathBuf>,
    /// Code lists (genericode or .tsv), or folders with such files
    #[arg(long, num_args = 1.., value_name = "DIR_OR_FILE")]
    pub(crate) codelists: Vec<PathBuf>,
    /// The pack to write
    #[arg(short, long, value_name = "x.azkpack")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Register {
    /// The folder: messages are taken from DIR/in, answers written to DIR/out/AUTHORITY, everything is kept in DIR/register.jsonl
    #[arg(long, value_name = "DIR", required_unless_present = "port")]
    pub(crate) dir: Option<PathBuf>,
    /// Serve HTTP on this port of the loopback interface instead of the folders; 0 takes a free one. Without --dir the
    /// register forgets everything at its end
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// Work off what is in the folder and end
    #[arg(long, conflicts_with = "port")]
    pub(crate) once: bool,
}

/// How many threads an argument means: 0 is as many as there are processors.
pub(crate) fn threads(said: usize) -> usize {
    match said {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        some => some,
    }
}
