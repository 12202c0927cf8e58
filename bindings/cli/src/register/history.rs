//! What a register was told, one JSON object a line. The register does the same whenever it is told the same, so this is all of its state.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use azrkit::time::Timestamp;
use serde_json::{Value, json};

use crate::args::Language;
use crate::failure::Failure;

/// Something that the register was told.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// A message came.
    Message { at: Timestamp, bytes: Vec<u8> },
    /// A message of its own arrived.
    Acknowledged(String),
}

/// The file.
#[derive(Debug)]
pub(super) struct History {
    file: File,
    path: PathBuf,
}

impl History {
    /// Opens the file, or makes it, and gives each step in it. What was written of a step when the power went is cut off: such a message
    /// was never answered.
    pub(super) fn open(path: &Path, lang: Language, mut each: impl FnMut(Step)) -> Result<Self, Failure> {
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(Failure::file(path))?;
        let (mut whole, mut number) = (0, 0);
        let mut reader = BufReader::new(&file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(Failure::file(path))?;
            if read == 0 || line.last() != Some(&b'\n') {
                break;
            }
            number += 1;
            each(step(&line).ok_or_else(|| {
                let file = path.display();
                Failure::call(match lang {
                    Language::De => format!("AZK-C110: {file}:{number}: keine Zeile eines Registers"),
                    Language::En => format!("AZK-C110: {file}:{number}: no line of a register"),
                })
            })?);
            whole += read as u64;
        }
        file.set_len(whole).and_then(|()| file.seek(SeekFrom::End(0))).map_err(Failure::file(path))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Writes a step; it is on the disk afterwards.
    pub(super) fn write(&mut self, step: &Step) -> Result<(), Failure> {
        let value = match step {
            Step::Message { at, bytes } => match std::str::from_utf8(bytes) {
                Ok(xml) => json!({ "at": at, "xml": xml }),
                Err(_) => json!({ "at": at, "bytes": bytes }),
            },
            Step::Acknowledged(uuid) => json!({ "acknowledged": uuid }),
        };
        let line = format!("{value}\n");
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(Failure::file(&self.path))
    }
}

fn step(line: &[u8]) -> Option<Step> {
    let mut value: Value = serde_json::from_slice(line).ok()?;
    if let Some(uuid) = value.get("acknowledged") {
        return Some(Step::Acknowledged(uuid.as_str()?.to_owned()));
    }
    let at = Timestamp(value.get("at")?.as_i64()?);
    let bytes = match (value.get_mut("xml").map(Value::take), value.get_mut("bytes").map(Value::take)) {
        (Some(Value::String(xml)), None) => xml.into_bytes(),
        (None, Some(bytes)) => serde_json::from_value(bytes).ok()?,
        _ => return None,
    };
    Some(Step::Message { at, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path) -> Result<Vec<Step>, Failure> {
        let mut steps = Vec::new();
        History::open(path, Language::De, |step| steps.push(step)).map(|_| steps)
    }

    #[test]
    fn what_was_written_is_read_and_half_a_line_is_cut_off() {
        let path = std::env::temp_dir().join(format!("azrkit-history-{}.jsonl", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let steps = [
            Step::Message { at: Timestamp(7), bytes: "<ä>\n\"".into() },
            Step::Message { at: Timestamp(-7), bytes: vec![b'<', 0xE4, b'\n'] },
            Step::Acknowledged("u".into()),
        ];
        let mut history = History::open(&path, Language::De, |_| panic!("nothing there")).expect("made");
        steps.iter().for_each(|step| history.write(step).expect("written"));
        drop(history);
        let whole = std::fs::read(&path).expect("there");
        std::fs::write(&path, [&whole[..], b"{\"at\": 1, \"xml\": \"<"].concat()).expect("written");
        assert_eq!(read(&path).expect("read"), steps);
        assert_eq!(std::fs::read(&path).expect("there"), whole);
        std::fs::write(&path, b"{\"at\": 1}\n").expect("written");
        assert!(read(&path).expect_err("wrong").to_string().contains("AZK-C110"));
        std::fs::remove_file(&path).expect("removed");
    }
}
