//! Why a call could not be done, in German and English, with its code.

use std::path::PathBuf;

use azrkit::store::StoreError;
use azrkit::transmit::KitError;

use crate::args::Language;

/// What is wrong with a call itself.
pub(super) enum Own {
    /// The configuration cannot be read.
    Config { file: PathBuf, why: String },
    /// With the configuration no right message can be written.
    Unfit { file: PathBuf, why: Vec<String> },
    /// Another configuration stands beside the store.
    OtherConfig { file: PathBuf },
    /// What should be a record is none.
    Record { line: usize, why: String },
    /// `--answers` with several messages.
    Answers,
}

/// The code and the sentence.
pub(super) fn own(lang: Language, own: Own) -> String {
    let de = lang == Language::De;
    match own {
        Own::Config { file, why } if de => {
            format!(
                "AZK-C101: {}: keine Konfiguration: {why} (azrkit init --example zeigt eine)",
                file.display()
            )
        }
        Own::Config { file, why } => {
            format!("AZK-C101: {}: no configuration: {why} (azrkit init --example shows one)", file.display())
        }
        Own::Unfit { file, why } if de => {
            let why = why.join("; ");
            format!("AZK-C102: {}: mit dieser Konfiguration wären Nachrichten falsch: {why}", file.display())
        }
        Own::Unfit { file, why } => {
            let why = why.join("; ");
            format!("AZK-C102: {}: with this configuration messages would be wrong: {why}", file.display())
        }
        Own::OtherConfig { file } if de => {
            format!(
                "AZK-C103: {}: hier steht eine andere Konfiguration; sie bleibt, wie sie ist",
                file.display()
            )
        }
        Own::OtherConfig { file } => {
            format!("AZK-C103: {}: another configuration is here; it is left as it is", file.display())
        }
        Own::Record { line, why } if de => format!("AZK-C104: Zeile {line}: kein Datensatz: {why}"),
        Own::Record { line, why } => format!("AZK-C104: line {line}: no record: {why}"),
        Own::Answers if de => "AZK-C106: --answers gilt einer Nachricht, es sind mehrere".to_owned(),
        Own::Answers => "AZK-C106: --answers is about one message, these are several".to_owned(),
    }
}

/// An error of the kit: its code and a sentence.
pub(super) fn sentence(lang: Language, error: &KitError) -> String {
    // The English one is its own.
    if lang == Language::En {
        return error.to_string();
    }
    let text = match error {
        KitError::Store(error) => return format!("{}: {}", error.code(), store(error)),
        KitError::Register(error) => format!("Die Daten des Standards passen nicht: {error}"),
        KitError::Damaged { table, detail } => {
            format!("Eine Zeile der Tabelle {table} des Bestands ist nicht lesbar: {detail}")
        }
        KitError::Unknown { what } => format!("{what} ist nicht bekannt oder nicht mehr offen"),
        KitError::Decision { event, allowed } => {
            format!("Das Ereignis {event} kann so nicht entschieden werden, möglich ist: {allowed}")
        }
        KitError::NumberTaken { number, person } => {
            format!("Die AZR-Nummer {number} gehört zur Person {person}")
        }
        KitError::NoStandard => "Kein Standard mit den Sachverhalten des Registers ist geladen".to_owned(),
    };
    format!("{}: {text}", error.code())
}

fn store(error: &StoreError) -> String {
    match error {
        StoreError::Io { doing, source } => format!("Ein- oder Ausgabefehler ({doing}): {source}"),
        StoreError::DiskFull { .. } => "Der Datenträger ist voll".to_owned(),
        StoreError::Busy => "Ein anderer Prozess schreibt in den Bestand; bitte noch einmal".to_owned(),
        StoreError::Damaged { what } => format!("Der Bestand ist beschädigt: {what}"),
        StoreError::Newer { found, known } => {
            format!("Der Bestand hat das Format {found} einer neueren Version; diese kennt bis {known}")
        }
        StoreError::Foreign { what } => format!("Die Datei ist kein Bestand von azrkit ({what})"),
        StoreError::Missing { place } => {
            format!("Hier ist kein Bestand: {place} (azrkit init legt einen an)")
        }
        StoreError::TooLarge { size, limit, .. } => {
            format!("{size} Bytes sind zu viel, höchstens {limit} sind möglich")
        }
        StoreError::Refused(error) => error.to_string(),
        StoreError::Aborted { cause } => format!("Der Vorgang wurde nach einem Fehler aufgegeben: {cause}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sentence_begins_with_the_code() {
        let all = [
            KitError::Store(StoreError::Busy),
            KitError::Damaged { table: "person", detail: "x".into() },
            KitError::Unknown { what: "x".into() },
            KitError::Decision { event: 1, allowed: "retry" },
            KitError::NumberTaken { number: "1".into(), person: "p".into() },
            KitError::NoStandard,
        ];
        for error in &all {
            for lang in [Language::De, Language::En] {
                assert!(sentence(lang, error).starts_with(error.code()), "{}", sentence(lang, error));
            }
            assert_ne!(sentence(Language::De, error), sentence(Language::En, error));
        }
    }
}
