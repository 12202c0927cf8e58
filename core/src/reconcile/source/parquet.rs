//! Records in a Parquet file, with a mapping of the columns.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;

use super::error::{Position, SourceCode, SourceError};
use super::mapping::{Mapping, Persons};
use crate::register::Datensatz;
use crate::time::{Day, Timestamp};

/// How a Parquet file begins.
pub const MAGIC: &[u8] = b"PAR1";

/// Records from a Parquet file. A value is read as if it stood as text in a CSV: numbers without a fraction that is zero, days as `JJJJ-MM-TT`,
/// points in time as `JJJJ-MM-TTThh:mm:ss.sssZ` (a day of it is mapped by `JJJJ-MM-TT*`), truth as `true` and `false`. Lines of errors are rows,
/// from 1. Pages are read one after the other; a page is held as a whole.
pub struct Parquet {
    rows: Option<RowIter<'static>>,
    persons: Option<Persons>,
    position: Position,
    row: u64,
    failed: Option<SourceError>,
}

impl std::fmt::Debug for Parquet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parquet").field("row", &self.row).finish_non_exhaustive()
    }
}

impl Parquet {
    /// Records from an input, which errors call `file`.
    pub fn new<R: Read + Seek + Send + 'static>(file: &str, input: R, mapping: Mapping) -> Self {
        let position = Position::new(file);
        match guarded(|| open(input, mapping, &position)) {
            Ok((rows, persons)) => {
                Self { rows: Some(rows), persons: Some(persons), position, row: 0, failed: None }
            }
            Err(error) => {
                let failed = match error {
                    Fault::Own(error) => error,
                    Fault::Parquet(detail) => position.error(SourceCode::Parquet, None, None, detail),
                };
                Self { rows: None, persons: None, position, row: 0, failed: Some(failed) }
            }
        }
    }

    fn step(&mut self) {
        let (Some(rows), Some(persons)) = (&mut self.rows, &mut self.persons) else { return };
        self.row += 1;
        match guarded(|| Ok(rows.next().transpose()?)) {
            Ok(Some(row)) => {
                let cells: Vec<Option<String>> =
                    row.get_column_iter().map(|(_, field)| text(field)).collect();
                persons.row(self.row, |at| cells.get(at)?.as_deref(), |_| None);
            }
            Ok(None) => {
                self.rows = None;
                persons.end();
            }
            Err(error) => {
                self.rows = None;
                let Fault::Parquet(detail) = error else { return };
                persons.broken(self.position.error(SourceCode::Parquet, self.row, None, detail));
                persons.end();
            }
        }
    }
}

impl Iterator for Parquet {
    type Item = Result<Datensatz, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(failed) = self.failed.take() {
                return Some(Err(failed));
            }
            if let Some(ready) = self.persons.as_mut().and_then(Persons::pop) {
                return Some(ready);
            }
            self.rows.as_ref()?;
            self.step();
        }
    }
}

enum Fault {
    Own(SourceError),
    Parquet(String),
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error.to_string())
    }
}

/// The crate panics on some damaged files, and on some types of columns that it does not know.
fn guarded<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Fault::Parquet(text.unwrap_or("?").to_owned()))
    })
}

fn open<R: Read + Seek + Send + 'static>(
    mut input: R,
    mapping: Mapping,
    position: &Position,
) -> Result<(RowIter<'static>, Persons), Fault> {
    let length = input.seek(SeekFrom::End(0)).map_err(|error| Fault::Own(position.io(0, &error)))?;
    let reader = SerializedFileReader::new(Input { input: Arc::new(Mutex::new(input)), length })?;
    let schema = reader.metadata().file_metadata().schema_descr().root_schema_ptr();
    let names: Vec<String> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
    let nested = schema.get_fields().iter().find(|field| {
        let mapped = mapping.columns().any(|name| name == field.name());
        mapped
            && (!field.is_primitive()
                || field.get_basic_info().repetition() == parquet::basic::Repetition::REPEATED)
    });
    if let Some(nested) = nested {
        return Err(Fault::Own(position.error(SourceCode::Parquet, None, None, nested.name())));
    }
    let persons = Persons::new(mapping, position.clone(), &names).map_err(Fault::Own)?;
    Ok((RowIter::from_file_into(Box::new(reader)), persons))
}

/// A value as text; none for nothing and for what is no single value.
fn text(field: &Field) -> Option<String> {
    Some(match field {
        Field::Null | Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => return None,
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Date(days) => Day(i64::from(*days)).iso(),
        Field::TimestampMillis(millis) => Timestamp(*millis).iso(),
        Field::TimestampMicros(micros) => Timestamp(micros.div_euclid(1000)).iso(),
        other => other.to_string(),
    })
}

/// An input that several readers of parts share.
struct Input<R> {
    input: Arc<Mutex<R>>,
    length: u64,
}

/// A part of it, from a place on.
struct Part<R> {
    input: Arc<Mutex<R>>,
    at: u64,
}

impl<R: Read + Seek> Read for Part<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        input.seek(SeekFrom::Start(self.at))?;
        let read = input.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Send> Length for Input<R> {
    fn len(&self) -> u64 {
        self.length
    }
}

impl<R: Read + Seek + Send> ChunkReader for Input<R> {
    type T = BufReader<Part<R>>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(Part { input: self.input.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        // What a damaged file says of its length may be anything.
        if self.length.saturating_sub(start) < length as u64 {
            return Err(ParquetError::EOF(format!("{start} + {length} > {}", self.length)));
        }
        let mut bytes = vec![0; length];
        Part { input: self.input.clone(), at: start }.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use parquet::basic::Compression;
    use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use serde_json::json;

    use super::*;
    use crate::Standards;
    use crate::register::Kinds;

    fn mapping(text: &str) -> Mapping {
        let standards = Standards::builtin();
        let packs = standards.packs();
        Mapping::read("m", text, &packs[0], &Kinds::newest(&packs).expect("kinds")).expect("a mapping")
    }

    const MAPPING: &str = r#"
key = "id"
azrNummer = "nr"
[columns]
name = "Grundpersonalien/familienname/name"
until = { field = "Duldung/befristungsdatum", date = "JJJJ-MM-TT" }
"#;

    fn file(compression: Compression) -> Vec<u8> {
        let schema =
            "message stock { required int64 id; optional binary nr (UTF8); optional binary name (UTF8);
            optional int32 until (DATE); repeated int32 more; }";
        let schema = Arc::new(parse_message_type(schema).expect("a schema"));
        let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).expect("a writer");
        for first in [1, 3] {
            let mut group = writer.next_row_group().expect("a group");
            let texts = |text: &str| [ByteArray::from(text)];
            let mut column = group.next_column().expect("works").expect("id");
            column.typed::<Int64Type>().write_batch(&[first, first + 1], None, None).expect("written");
            column.close().expect("closed");
            for (text, levels) in [("081111000001", [1, 0]), ("Öztürk", [0, 1])] {
                let mut column = group.next_column().expect("works").expect("a text");
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&texts(text), Some(&levels), None)
                    .expect("written");
                column.close().expect("closed");
            }
            let mut column = group.next_column().expect("works").expect("until");
            column.typed::<Int32Type>().write_batch(&[20_818], Some(&[1, 0]), None).expect("written");
            column.close().expect("closed");
            let mut column = group.next_column().expect("works").expect("more");
            column.typed::<Int32Type>().write_batch(&[], Some(&[0, 0]), Some(&[0, 0])).expect("written");
            column.close().expect("closed");
            group.close().expect("closed");
        }
        writer.close().expect("closed");
        bytes
    }

    #[test]
    fn a_file_becomes_records() {
        for compression in
            [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(Default::default())]
        {
            let rows = Parquet::new("t.parquet", Cursor::new(file(compression)), mapping(MAPPING));
            let records: Vec<Datensatz> = rows.collect::<Result<_, _>>().expect("records");
            let expected = json!([
                {"key": "1", "azrNummer": "081111000001", "entries": [
                    {"kind": "Duldung", "key": "Duldung", "data": {"befristungsdatum": "2026-12-31"}}]},
                {"key": "2", "entries": [{"kind": "Grundpersonalien", "key": "Grundpersonalien",
                    "data": {"familienname": {"name": "Öztürk"}}}]}
            ]);
            assert_eq!(json!(records[..2]), expected);
            assert_eq!((records.len(), records[3].key.as_str()), (4, "4"));
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_row() {
        let told = |bytes: Vec<u8>, text: &str| {
            let rows = Parquet::new("t.parquet", Cursor::new(bytes), mapping(text));
            let told = rows.filter_map(Result::err).map(|error| (error.code.code(), error.line));
            told.collect::<Vec<_>>()
        };
        let right = file(Compression::UNCOMPRESSED);
        assert_eq!(
            told(right.clone(), &MAPPING.replace("JJJJ-MM-TT", "TT.MM.JJJJ")),
            [("AZK-A111", Some(1)), ("AZK-A111", Some(3))]
        );
        assert_eq!(told(right.clone(), &MAPPING.replace("\"nr\"", "\"none\"")), [("AZK-A109", Some(1))]);
        assert_eq!(told(right.clone(), &MAPPING.replace("\nname", "\nmore")), [("AZK-A117", None)]);
        assert_eq!(told(b"PAR1 and no more".to_vec(), MAPPING), [("AZK-A117", None)]);
        // Damaged here and there: an end, and no panic that comes through.
        let mapping = mapping(MAPPING);
        for at in (0..right.len()).step_by(7) {
            let mut damaged = right.clone();
            damaged[at] ^= 0x15;
            let rows = Parquet::new("t.parquet", Cursor::new(damaged), mapping.clone());
            assert!(rows.take(1000).count() < 1000, "{at}");
        }
    }
}
