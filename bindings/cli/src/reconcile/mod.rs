//! `azrkit reconcile`: the local stock and the register, compared.

pub(crate) mod args;
mod content;
mod decide;
mod due;
mod pair;
mod protocol;
mod rows;
mod scratch;
mod stock;
mod synth;

use self::args::Reconcile;
use crate::Outcome;
use crate::args::Common;
use crate::failure::Failure;
use crate::output::Output;

/// Runs one of the commands.
pub(crate) fn run(command: &Reconcile, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    match command {
        Reconcile::Decide(decide) => decide::run(decide, common, out),
        Reconcile::Protocol(protocol) => protocol::run(protocol, common, out),
        Reconcile::Content(content) => content::run(content, common, out),
        Reconcile::Due(due) => due::run(due, common, out),
        Reconcile::Pair(link) => pair::link(link, common, out),
        Reconcile::Dedupe(dedupe) => pair::dedupe(dedupe, common, out),
        Reconcile::Synth(synth) => synth::run(synth, common, out),
    }
}
