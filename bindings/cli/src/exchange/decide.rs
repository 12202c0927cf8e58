//! `azrkit decide`: what a person decides about an event.

use azrkit::transmit::Decision;

use super::args::{self, Decide};
use super::{Host, tell};
use crate::Outcome;
use crate::failure::Failure;
use crate::output::Output;

/// Decides, and prints what is told because of it.
pub(super) fn run(args: &Decide, mut host: Host<'_>, out: &mut Output) -> Result<Outcome, Failure> {
    let decision = match &args.decision {
        args::Decision::Same { number } => Decision::Same(number.clone()),
        args::Decision::Other => Decision::Other,
        args::Decision::Register => Decision::Register,
        args::Decision::Local => Decision::Local,
        args::Decision::Retry => Decision::Retry,
        args::Decision::Assign { uuid } => Decision::Assign(uuid.clone()),
    };
    let events = host.kit.decide(args.event, &decision).map_err(host.failed())?;
    tell(out, &events)?;
    Ok(Outcome::Clean)
}
