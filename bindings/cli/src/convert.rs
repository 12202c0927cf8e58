//! `azrkit convert`: a message as canonical JSON, or as XML.

use azrkit::message::json;
use azrkit::message::read::Options;
use azrkit::message::report::Lang;
use azrkit::message::write::{self, Layout};

use crate::args::{Common, Convert, Form};
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::{Outcome, files, human, standards};

/// Converts what can be read; findings go to standard error, so that the output is the message alone. XML in gives JSON or
/// XML out, and so does JSON in.
pub(crate) fn run(args: &Convert, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let bytes = files::read(&args.file)?;
    let lang = Lang::from(common.lang);
    let options = Options { lang, ..Options::default() };
    let name = args.file.display().to_string();
    let mut reader = standards.reader();

    let (xml, known_valid) = if files::is_json(&bytes) {
        let checked = json::check(&mut reader, files::text(&args.file, &bytes)?, &options);
        complain_of(&name, &[], &checked.report, lang);
        match checked.xml {
            Some(xml) => (xml, Some(checked.report.valid)),
            None => return Ok(Outcome::Errors),
        }
    } else {
        (bytes, None)
    };
    let message = reader.read(&xml, &options);
    if known_valid.is_none() {
        complain_of(&name, message.document.input.as_bytes(), &message.report, lang);
    }
    if message.document.root().is_none() {
        return Ok(Outcome::Errors);
    }
    let converted = match args.to {
        Form::Json => {
            let mut text = json::to_json_pretty(&message.document);
            text.push('\n');
            text.into_bytes()
        }
        Form::Xml if args.indent => write::to_xml_with(&message.document, Layout::Indented),
        Form::Xml => write::to_xml_with(&message.document, Layout::Compact),
    };
    match &args.output {
        Some(file) => std::fs::write(file, converted).map_err(Failure::file(file))?,
        None => out.bytes(&converted)?,
    }
    let valid = known_valid.unwrap_or(message.report.valid);
    Ok(if valid { Outcome::Clean } else { Outcome::Errors })
}

fn complain_of(name: &str, input: &[u8], report: &azrkit::message::report::Report, lang: Lang) {
    let text = human::report(name, input, report, lang, crate::output::Paint::none());
    for line in text.lines() {
        complain(line);
    }
}
