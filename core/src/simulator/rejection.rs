//! What can't be processed goes back with a reason: `rueckweisung.asynchron.0010` of XInneres.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::faults::printable;
use super::state::REJECTED;
use super::{Answer, Register};
use crate::message::header::{Header, Partner};
use crate::time::Timestamp;

/// Why a message is rejected: a code of the list fehlercodes of XInneres, and what is wrong in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    code: &'static str,
    texts: Vec<String>,
}

impl Reason {
    pub(super) fn new(code: &'static str, texts: Vec<String>) -> Self {
        Self { code, texts }
    }

    /// It came before, and its answer is not kept any more.
    pub(super) fn again() -> Self {
        Self::new("S100", vec!["Eine Nachricht mit dieser UUID wurde schon verarbeitet.".to_owned()])
    }

    /// No more messages can be remembered.
    pub(super) fn full() -> Self {
        Self::new("S999", vec!["Der Simulator kann keine weiteren Nachrichten aufnehmen.".to_owned()])
    }
}

impl Register<'_> {
    /// Sends a message back. The same bytes get the same answer again.
    pub(super) fn reject(
        &mut self,
        bytes: &[u8],
        header: &Header,
        reason: &Reason,
        now: Timestamp,
    ) -> Vec<Answer> {
        let key = (REJECTED.to_owned(), format!("{:032x} {}", fingerprint(bytes), reason.code));
        if let Some(answers) = self.state.seen.get(&key).and_then(|seen| seen.answers.as_ref()) {
            return answers.clone();
        }
        let specific = |text: &String| json!({ "fehlerbeschreibung": printable(text) });
        let mut grund = json!({ "grund": reason.code });
        if !reason.texts.is_empty() {
            grund["grundSpezifisch"] = reason.texts.iter().map(specific).collect();
        }
        let mut back = json!({ "rueckweisungsgrund": [grund], "nachricht": BASE64_STANDARD.encode(bytes) });
        if let Some(id) = self.identification(header) {
            back["idNachricht"] = id;
        }
        let mut content = Map::new();
        content.insert("rueckweisung".into(), back);
        let to = Partner {
            kennung: header.autor.clone(),
            name: printable(&header.autor_name),
            verzeichnisdienst: "DVDV".into(),
            ..Partner::default()
        };
        let known = Some(header).filter(|header| is_uuid(&header.uuid));
        let mut answer = self.write(&to, known, ("rueckweisung.asynchron.0010", content), now);
        answer.number = answer.number.rsplit('.').next().unwrap_or("").to_owned();
        let answers = vec![answer];
        self.state.remember(key, &answers, self.config.limits.answers_bytes);
        answers
    }

    /// Which message it was, if that could be read.
    fn identification(&self, header: &Header) -> Option<Value> {
        let standard = self.packs.iter().any(|pack| pack.message_by_number(&header.number).is_some());
        if !is_uuid(&header.uuid) || !is_time(&header.created) || !standard {
            return None;
        }
        Some(json!({
            "nachrichtenUUID": header.uuid,
            "nachrichtentyp": {
                "code": header.number, "listURI": "urn:de:xauslaender:codelist:nachrichtentyp", "listVersionID": "19"
            },
            "erstellungszeitpunkt": header.created
        }))
    }
}

fn is_uuid(text: &str) -> bool {
    let right = |(at, byte): (usize, u8)| {
        if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    text.len() == 36 && text.bytes().enumerate().all(right)
}

/// `2026-11-16T08:41:27.318Z` or with an offset; days of no month are let pass by no one but the check before.
fn is_time(text: &str) -> bool {
    let form = "dddd-dd-ddTdd:dd:dd.ddd";
    let (Some(first), Some(rest)) = (text.get(..form.len()), text.get(form.len()..)) else { return false };
    let fits = first
        .bytes()
        .zip(form.bytes())
        .all(|(byte, form)| if form == b'd' { byte.is_ascii_digit() } else { byte == form });
    let number =
        |from: usize| text.get(from..from + 2).and_then(|part| part.parse::<u8>().ok()).unwrap_or(99);
    let day = (1..=12).contains(&number(5)) && (1..=28).contains(&number(8));
    let clock = number(11) < 24 && number(14) < 60 && number(17) < 60;
    fits && day && clock && !first.starts_with("0000") && matches!(rest, "Z" | "+01:00" | "+02:00")
}

/// Tells contents apart (FNV-1a, 128 bits).
fn fingerprint(bytes: &[u8]) -> u128 {
    let step = |hash: u128, byte: &u8| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B)
    };
    bytes.iter().fold(0x6C62_272E_07BB_0142_62B8_2175_6295_C58D, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_of_a_broken_message() {
        assert!(is_uuid("0b6c1c7e-9a55-4a0e-8d0a-2f9f1f6f7a10") && !is_uuid("0b6c1c7e-9a55"));
        assert!(is_time("2026-11-16T08:41:27.318Z") && is_time("2026-11-16T08:41:27.318+01:00"));
        for wrong in [
            "",
            "2026-11-16",
            "2026-13-16T08:41:27.318Z",
            "2026-11-16T08:41:27.318",
            "ääääääääääääääääääääääää",
        ] {
            assert!(!is_time(wrong), "{wrong}");
        }
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(BASE64_STANDARD.encode(bytes), text);
        }
    }
}
