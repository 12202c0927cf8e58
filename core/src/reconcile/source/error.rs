//! What can be wrong with a stock that is read, with its place and a sentence in German and English.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::message::report::Lang;

/// A row that could not be read, or a stock that ends unforeseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{}", self.sentence(Lang::En))]
pub struct SourceError {
    /// What is wrong.
    pub code: SourceCode,
    /// The file, as the caller calls it.
    #[serde(serialize_with = "as_str")]
    pub file: Arc<str>,
    /// The line on which the row begins or the fault is, from 1; none where there are no lines. In Parquet the row, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column in characters, from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// What it is about: a value, a name, what a parser said. It may hold personal data.
    pub detail: String,
}

/// What is wrong with a row or a stock. One code never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceCode {
    /// `AZK-A101`: the input cannot be read further.
    Read,
    /// `AZK-A102`: what was packed cannot be unpacked further.
    Packed,
    /// `AZK-A103`: a row is longer than the limit.
    Long,
    /// `AZK-A104`: characters are not those of the encoding.
    Encoding,
    /// `AZK-A105`: a line is not JSON.
    Json,
    /// `AZK-A106`: JSON, but no record.
    Record,
    /// `AZK-A107`: characters are not UTF-8 but most likely of an encoding with one byte a character.
    OneByte,
    /// `AZK-A108`: the mapping of columns is wrong.
    Mapping,
    /// `AZK-A109`: a column of the mapping is not in the table, or there twice.
    Column,
    /// `AZK-A110`: a row has another number of cells than the header.
    Cells,
    /// `AZK-A111`: a date is none in the spelling of the mapping, or is not known as far as it must be.
    Date,
    /// `AZK-A112`: a value is not in the map.
    Value,
    /// `AZK-A113`: rows of one person contradict each other.
    Conflict,
    /// `AZK-A114`: a quote is not closed, or something stands behind it.
    Quote,
    /// `AZK-A115`: a row of a store cannot be read.
    Store,
    /// `AZK-A116`: a message is none that has records.
    Message,
    /// `AZK-A117`: a Parquet file is damaged, or a column has values that are no text.
    Parquet,
    /// `AZK-A118`: a row has no key.
    Key,
    /// `AZK-A119`: a key came before already.
    KeyAgain,
}

/// Codes with their German and English sentences; `{}` is the detail.
const TABLE: &[(SourceCode, &str, &str, &str)] = &[
    (
        SourceCode::Read,
        "AZK-A101",
        "Die Eingabe lässt sich nicht weiter lesen: {}",
        "The input cannot be read further: {}",
    ),
    (
        SourceCode::Packed,
        "AZK-A102",
        "Die gepackte Datei ist beschädigt oder abgeschnitten: {}",
        "The packed file is damaged or cut off: {}",
    ),
    (
        SourceCode::Long,
        "AZK-A103",
        "Die Zeile ist länger als {} Bytes und wird übergangen",
        "The row is longer than {} bytes and is passed over",
    ),
    (
        SourceCode::Encoding,
        "AZK-A104",
        "Die Zeichen sind nicht in der Kodierung {}",
        "The characters are not in the encoding {}",
    ),
    (SourceCode::Json, "AZK-A105", "Die Zeile ist kein JSON: {}", "The line is not JSON: {}"),
    (SourceCode::Record, "AZK-A106", "Das ist kein Datensatz: {}", "This is no record: {}"),
    (
        SourceCode::OneByte,
        "AZK-A107",
        "Die Zeichen sind nicht UTF-8, wohl aber windows-1252 oder ISO-8859-1: in die Zuordnung gehört encoding = \"windows-1252\"",
        "The characters are not UTF-8 but most likely windows-1252 or ISO-8859-1: put encoding = \"windows-1252\" into the mapping",
    ),
    (
        SourceCode::Mapping,
        "AZK-A108",
        "Die Zuordnung der Spalten ist falsch: {}",
        "The mapping of columns is wrong: {}",
    ),
    (
        SourceCode::Column,
        "AZK-A109",
        "Diese Spalte der Zuordnung gibt es in der Tabelle nicht, oder mehrmals: {}",
        "The table does not have this column of the mapping, or has it several times: {}",
    ),
    (
        SourceCode::Cells,
        "AZK-A110",
        "Die Zeile hat nicht so viele Zellen wie die Kopfzeile: {}",
        "The row has not as many cells as the header: {}",
    ),
    (
        SourceCode::Date,
        "AZK-A111",
        "Das ist kein Datum in der angegebenen Schreibweise, oder es ist nicht so weit bekannt, wie es muss: {}",
        "This is no date in the spelling given, or not known as far as it must be: {}",
    ),
    (
        SourceCode::Value,
        "AZK-A112",
        "Der Wert steht nicht in der Zuordnung der Werte: {}",
        "The value is not in the map of values: {}",
    ),
    (
        SourceCode::Conflict,
        "AZK-A113",
        "Zeilen einer Person widersprechen sich: {}",
        "Rows of one person contradict each other: {}",
    ),
    (
        SourceCode::Quote,
        "AZK-A114",
        "Ein Anführungszeichen ist nicht geschlossen, oder etwas steht dahinter",
        "A quote is not closed, or something stands behind it",
    ),
    (
        SourceCode::Store,
        "AZK-A115",
        "Der Bestand lässt sich hier nicht lesen: {}",
        "The store cannot be read here: {}",
    ),
    (
        SourceCode::Message,
        "AZK-A116",
        "Das ist keine Nachricht mit Datensätzen: {}",
        "This is no message with records: {}",
    ),
    (
        SourceCode::Parquet,
        "AZK-A117",
        "Die Parquet-Datei lässt sich hier nicht lesen: {}",
        "The Parquet file cannot be read here: {}",
    ),
    (
        SourceCode::Key,
        "AZK-A118",
        "Die Zeile hat keinen Schlüssel in der Spalte {}",
        "The row has no key in the column {}",
    ),
    (
        SourceCode::KeyAgain,
        "AZK-A119",
        "Der Schlüssel kam schon vor, der Datensatz wird übergangen: {}",
        "The key came before already, the record is passed over: {}",
    ),
];

impl SourceCode {
    /// The stable code, such as `AZK-A105`.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// Nothing can be read behind it.
    pub fn ends(self) -> bool {
        matches!(self, Self::Read | Self::Packed | Self::Mapping | Self::Column | Self::Parquet)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&TABLE[0])
    }
}

fn as_str<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

impl Serialize for SourceCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl SourceError {
    /// What is wrong, without code and place: `Die Zeile ist kein JSON: …`.
    pub fn text(&self, lang: Lang) -> String {
        let (_, _, german, english) = self.code.row();
        lang.choose(german, english).replacen("{}", &self.detail, 1)
    }

    /// Code, place and text in one line: `AZK-A105: bestand.jsonl, Zeile 3, Spalte 7: …`.
    pub fn sentence(&self, lang: Lang) -> String {
        let mut sentence = format!("{}: {}", self.code.code(), self.file);
        for (number, german, english) in [(self.line, "Zeile", "line"), (self.column, "Spalte", "column")] {
            if let Some(number) = number {
                sentence.push_str(&format!(", {} {number}", lang.choose(german, english)));
            }
        }
        sentence.push_str(": ");
        sentence.push_str(&self.text(lang));
        sentence
    }
}

/// Where a reader stands: makes its errors.
#[derive(Debug, Clone)]
pub(super) struct Position {
    file: Arc<str>,
}

impl Position {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.into() }
    }

    pub(super) fn error(
        &self,
        code: SourceCode,
        line: impl Into<Option<u64>>,
        column: impl Into<Option<u64>>,
        detail: impl Into<String>,
    ) -> SourceError {
        let (line, column) = (line.into(), column.into());
        SourceError { code, file: self.file.clone(), line, column, detail: detail.into() }
    }

    /// An error of the input: damaged packing says so by its kind.
    pub(super) fn io(&self, line: u64, error: &std::io::Error) -> SourceError {
        use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        let packed = matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof);
        let code = if packed { SourceCode::Packed } else { SourceCode::Read };
        self.error(code, line, None, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_there_once_and_sentences_in_both_languages() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.1, format!("AZK-A{}", 101 + at));
            assert_eq!(row.0.code(), row.1);
            assert_ne!(row.2, row.3);
            assert_eq!(row.2.matches("{}").count(), row.3.matches("{}").count());
        }
        let error = Position::new("bestand.jsonl").error(SourceCode::Json, 3, 7, "x");
        assert_eq!(
            error.sentence(Lang::De),
            "AZK-A105: bestand.jsonl, Zeile 3, Spalte 7: Die Zeile ist kein JSON: x"
        );
        assert_eq!(error.to_string(), "AZK-A105: bestand.jsonl, line 3, column 7: The line is not JSON: x");
    }
}
