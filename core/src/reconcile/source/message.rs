//! Records as the register tells them: Gesamtauskünfte (090004).

use super::error::{Position, SourceCode, SourceError};
use crate::message::header::Header;
use crate::message::json::to_value;
use crate::message::read::{Options, Reader};
use crate::message::report::Severity;
use crate::register::{self, Datensatz, Eintrag, Kinds};

/// The record of a Gesamtauskunft (090004), with the AZR-Nummer as its key and the Referenz-IDs as those of its entries (where the register names
/// none: kind and place). With `historic` the entries that are history, too.
///
/// # Errors
/// [`SourceCode::Message`] where the bytes are no right 090004.
pub fn of_auskunft(
    file: &str,
    reader: &mut Reader<'_>,
    kinds: &Kinds,
    bytes: &[u8],
    historic: bool,
) -> Result<Datensatz, SourceError> {
    let position = Position::new(file);
    let message = reader.read(bytes, &Options::default());
    let fault = message.report.findings.iter().find(|found| found.severity == Severity::Error);
    if let Some(fault) = fault {
        let (line, column) = (u64::from(fault.line), u64::from(fault.column));
        let detail = format!("{} {}", fault.code.as_str(), fault.text);
        return Err(position.error(SourceCode::Message, line, column, detail));
    }
    let wrong = |detail: &str| position.error(SourceCode::Message, None, None, detail);
    if message.report.message.number.as_deref() != Some("090004") {
        let element = Header::of_document(&message.document).map(|header| header.element);
        return Err(wrong(element.as_deref().unwrap_or("?")));
    }
    let value = to_value(&message.document);
    let number =
        value.get("azrNummer").and_then(serde_json::Value::as_str).ok_or_else(|| wrong("azrNummer"))?;
    let entries = register::of_auskunft(kinds, &value).into_iter().zip(1..);
    let entries = entries.filter(|(entry, _)| historic || !entry.historic).map(|(entry, at)| Eintrag {
        key: entry.referenz_id.clone().unwrap_or_else(|| format!("{}-{at}", entry.kind)),
        kind: entry.kind,
        referenz_id: entry.referenz_id,
        data: entry.data,
        correction: false,
    });
    Ok(Datensatz {
        key: number.to_owned(),
        azr_nummer: Some(number.to_owned()),
        scope: None,
        entries: entries.collect(),
    })
}
