//! The command line of azrkit: check, convert, show and explain XÖV messages, make samples, build packs; keep records in step
//! with the register.
//!
//! Each command binds what the crate `azrkit` offers; none decides anything about a message or a record itself. Results go to
//! standard output, everything else to standard error. Exit status: 0 no error was found, 1 errors were found, 2 the
//! call could not be done.

mod args;
mod check;
mod convert;
mod demo;
mod exchange;
mod explain;
mod failure;
mod files;
mod human;
mod output;
mod pack;
mod progress;
mod reconcile;
mod register;
mod sample;
mod schema;
mod show;
mod standards;

use std::process::ExitCode;

use clap::Parser;

use self::args::{Args, Command};
use self::failure::Failure;
use self::output::Output;

/// What a command found: the exit status, unless the call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// No error was found.
    Clean,
    /// Errors were found.
    Errors,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut out = Output::stdout();
    let outcome = match run(&args, &mut out) {
        Ok(outcome) => outcome,
        // Who reads the output has seen enough: that is no fault of the call.
        Err(Failure::ClosedPipe) => Outcome::Clean,
        Err(failure) => {
            // Nothing is left to tell if even this cannot be written.
            let _ = out.finish();
            output::complain(&failure.to_string());
            return ExitCode::from(2);
        }
    };
    match (out.finish(), outcome) {
        (Ok(()) | Err(Failure::ClosedPipe), Outcome::Clean) => ExitCode::SUCCESS,
        (Ok(()) | Err(Failure::ClosedPipe), Outcome::Errors) => ExitCode::from(1),
        (Err(failure), _) => {
            output::complain(&failure.to_string());
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let common = &args.common;
    match &args.command {
        Command::Check(check) => check::run(check, common, out),
        Command::Convert(convert) => convert::run(convert, common, out),
        Command::Show(show) => show::run(show, common, out),
        Command::Sample(sample) => sample::run(sample, common, out),
        Command::Schema(schema) => schema::run(schema, common, out),
        Command::Explain(explain) => explain::run(explain, common, out),
        Command::Pack(pack) => pack::run(pack, common, out),
        Command::Demo => demo::run(common, out),
        Command::Register(register) => register::run(register, common, out),
        Command::Reconcile(command) => reconcile::run(command, common, out),
        Command::Exchange(command) => exchange::run(command, common, out),
    }
}
