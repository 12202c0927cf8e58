//! `azrkit schema`: the JSON Schema of a message.

use azrkit::message::json_schema;
use azrkit::message::report::Lang;

use crate::args::{Common, Schema};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, standards};

/// Prints the schema; a message that no pack knows makes the call fail.
pub(crate) fn run(args: &Schema, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let lang = Lang::from(common.lang);
    let Some(schema) = json_schema::of_message(&standards.packs(), &args.message, lang) else {
        return Err(Failure::call(match lang {
            Lang::De => format!("{}: keine Nachricht der geladenen Standards", args.message),
            Lang::En => format!("{}: no message of the loaded standards", args.message),
        }));
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Failure::call(error.to_string()))?;
    out.line(&text)?;
    Ok(Outcome::Clean)
}
