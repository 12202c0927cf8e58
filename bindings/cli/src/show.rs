//! `azrkit show`: a message as a case worker reads it.

use azrkit::message::json;
use azrkit::message::read::Options;
use azrkit::message::report::Lang;
use azrkit::message::show;

use crate::args::{Common, Show};
use crate::failure::Failure;
use crate::human::Counts;
use crate::output::Output;
use crate::{Outcome, files, standards};

/// Prints the message as far as it could be read; says so at the end where it has errors.
pub(crate) fn run(args: &Show, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let bytes = files::read(&args.file)?;
    let lang = Lang::from(common.lang);
    let options = Options { lang, ..Options::default() };
    let mut reader = standards.reader();
    let mut counts = Counts::default();
    let xml = if files::is_json(&bytes) {
        let checked = json::check(&mut reader, files::text(&args.file, &bytes)?, &options);
        counts.add(&checked.report);
        checked.xml.unwrap_or_default()
    } else {
        bytes
    };
    let message = reader.read(&xml, &options);
    out.text(&show::to_text(&message.document, lang))?;
    if counts.messages == 0 {
        counts.add(&message.report);
    }
    if counts.wrong == 0 {
        return Ok(Outcome::Clean);
    }
    out.line(&format!("\n{}", counts.summary(lang, out.paint)))?;
    out.line(&match lang {
        Lang::De => format!("Einzelheiten: azrkit check {}", args.file.display()),
        Lang::En => format!("For details: azrkit check {} --lang en", args.file.display()),
    })?;
    Ok(Outcome::Errors)
}
