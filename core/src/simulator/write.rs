//! The register's messages as bytes.

use serde_json::{Map, Value};

use super::faults::{Fault, content, printable};
use super::state::{Notice, Pending, Reply};
use super::{Answer, Register, SimulatorError};
use crate::message::header::{Envelope, Header, Partner, Product};
use crate::message::json;
use crate::message::read::Options;
use crate::time::Timestamp;

impl Register<'_> {
    /// A message to someone; what can't be written becomes a 090099 that says so.
    pub(super) fn write(
        &mut self,
        to: &Partner,
        in_reply_to: Option<&Header>,
        reply: Reply,
        now: Timestamp,
    ) -> Answer {
        let (number, content) = reply;
        let uuid = self.state.ids.uuid();
        // A test is answered by a test, and only a test; so is whoever sends tests only.
        let test = match in_reply_to {
            Some(header) => header.test.as_deref().map(printable),
            None => {
                self.state.tests.get(&to.kennung).cloned().unwrap_or_else(|| self.config.product.test.clone())
            }
        };
        let mut bytes = self.bytes(to, &uuid, test.clone(), number, content, now);
        let mut number = number;
        if bytes.is_none() {
            number = "090099";
            let fault = Fault::new("SIM-903", "Die Antwort konnte nicht geschrieben werden.");
            bytes = self.bytes(to, &uuid, test, number, self::content(&[fault], &[]), now);
        }
        Answer {
            to: to.kennung.clone(),
            in_reply_to: in_reply_to.map(|header| header.uuid.clone()),
            number: number.to_owned(),
            uuid,
            bytes: bytes.unwrap_or_default(),
        }
    }

    fn bytes(
        &self,
        to: &Partner,
        uuid: &str,
        test: Option<String>,
        which: &str,
        content: Map<String, Value>,
        created: Timestamp,
    ) -> Option<Vec<u8>> {
        let product = Product { test, ..self.config.product.clone() };
        // Whom a message goes to is said by its name only.
        let leser = Partner {
            kennung: some_text(&to.kennung),
            name: if to.name.trim().is_empty() { "unbekannt".into() } else { to.name.clone() },
            verzeichnisdienst: to.verzeichnisdienst.clone(),
            ..Partner::default()
        };
        let envelope =
            Envelope { product: &product, autor: &self.config.register, leser: &leser, uuid, created };
        let message = envelope.message(which, content).to_string();
        // Its own messages may be greater than those it takes: a record of many.
        let options = Options { max_size: u32::MAX as usize, ..Options::default() };
        json::to_xml(&self.packs, &message, &options).ok().map(|written| written.xml)
    }

    /// Messages of the register's own; kept until they are acknowledged.
    pub(super) fn send(&mut self, notices: Vec<Notice>, now: Timestamp) -> Vec<Answer> {
        let mut answers = Vec::new();
        for notice in notices {
            let partner = self.state.partners.get(&notice.authority).cloned().unwrap_or_else(|| Partner {
                kennung: format!("azr:{}", notice.authority),
                name: format!("Behörde {}", notice.authority),
                verzeichnisdienst: "DVDV".into(),
                ..Partner::default()
            });
            let answer = self.write(&partner, None, ("090030", notice.content), now);
            self.state.serial += 1;
            let at = self.state.serial;
            self.state.pending_at.insert(answer.uuid.clone(), at);
            self.state.pending.insert(at, Pending { authority: notice.authority, answer: answer.clone() });
            while self.state.pending.len() > self.config.limits.pending {
                let Some((_, oldest)) = self.state.pending.pop_first() else { break };
                self.state.pending_at.remove(&oldest.answer.uuid);
                self.state.dropped += 1;
            }
            answers.push(answer);
        }
        answers
    }

    /// Whether a right message can be written with the config.
    pub(super) fn try_config(&mut self) -> Result<(), SimulatorError> {
        if let Some(fault) = self.config.fault() {
            return Err(fault);
        }
        let to = self.config.register.clone();
        let uuid = "11111111-1111-4111-8111-111111111111";
        let test = self.config.product.test.clone();
        let bytes = self.bytes(&to, uuid, test, "090002", Map::new(), Timestamp(0)).unwrap_or_default();
        let report = self.reader.check(&bytes, &Options::default());
        if report.valid {
            return Ok(());
        }
        let what = report.findings.first().map_or_else(String::new, |finding| finding.text.clone());
        Err(SimulatorError::Config { what })
    }
}

fn some_text(text: &str) -> String {
    let text = printable(text);
    if text.trim().is_empty() { "unbekannt".to_owned() } else { text }
}
