//! `azrkit explain`: what a code, a rule, a message, a field or a code list is.

use azrkit::explain::{Options, explain, similar};
use azrkit::message::report::Lang;

use crate::args::{Common, Explain};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, standards};

/// Prints the explanation; a topic that no pack knows makes the call fail, with topics that are spelt alike.
pub(crate) fn run(args: &Explain, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let packs = standards.packs();
    let lang = Lang::from(common.lang);
    let codes = if args.all_codes { usize::MAX } else { Options::default().codes };
    let options = Options { lang, depth: args.depth, codes };
    if let Some(text) = explain(&packs, &args.topic, &options) {
        out.text(&text)?;
        return Ok(Outcome::Clean);
    }
    let alike = similar(&packs, &args.topic);
    let alike = if alike.is_empty() {
        String::new()
    } else {
        let word = if lang == Lang::De { "Gemeint vielleicht" } else { "Perhaps you mean" };
        format!(". {word}: {}", alike.join(", "))
    };
    Err(Failure::call(match lang {
        Lang::De => format!("„{}“ ist nicht bekannt{alike}", args.topic),
        Lang::En => format!("\u{201c}{}\u{201d} is not known{alike}", args.topic),
    }))
}
