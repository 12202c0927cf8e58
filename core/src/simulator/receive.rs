//! A message comes in: is it right, is it for the register, did it come before, and who is to answer it.

use serde_json::Value;

use super::faults::{Fault, of_report};
use super::rejection::Reason;
use super::report::refused;
use super::state::{Call, Reply};
use super::{Answer, Register, faults};
use crate::message::header::{Header, Partner};
use crate::message::json;
use crate::message::read::Options;
use crate::message::report::{Layer, Report, Severity};
use crate::register::plain;
use crate::time::Timestamp;

/// Names of root elements that no answer is given to.
const QUIET: [&str; 8] = [
    "rueckweisung.asynchron.0010",
    "Administration.RueckweisungSynchron.000002",
    "quittungVonSachverhalten.quittung.0020",
    "quittungVonSachverhalten.erinnerung.0021",
    "Administration.Nichtzustaendigserklaerung.000030",
    "weiterleitung.weiterleitung.0030",
    "weiterleitung.abgabe.0031",
    "weiterleitung.nichtzustaendigkeit.0032",
];

/// What was read of a message.
struct Incoming {
    report: Report,
    namespace: String,
    message: Value,
    header: Header,
}

impl Register<'_> {
    pub(super) fn receive_message(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Answer> {
        let incoming = self.read(bytes);
        let element = incoming.report.message.element.as_deref().unwrap_or("");
        if QUIET.contains(&element) {
            return Vec::new();
        }
        if let Some(reason) = self.reason(&incoming) {
            return self.reject(bytes, &incoming.header, &reason, now);
        }
        let header = incoming.header;
        let key = (header.autor.clone(), header.uuid.to_ascii_lowercase());
        if let Some(seen) = self.state.seen.get(&key) {
            return match &seen.answers {
                Some(answers) => answers.clone(),
                None => self.reject(bytes, &header, &Reason::again(), now),
            };
        }
        if self.state.seen.len() >= self.config.limits.messages {
            return self.reject(bytes, &header, &Reason::full(), now);
        }
        let message = incoming.message;
        let authority = authority(&message);
        let partner = sender(&message, &header, incoming.report.valid);
        if !self.config.directory.iter().any(|(sign, _)| *sign == authority) {
            self.state.partners.insert(authority.clone(), partner.clone());
        }
        self.state.tests.insert(header.autor.clone(), header.test.as_deref().map(faults::printable));
        let mut call = Call {
            kinds: &self.kinds,
            known: &self.known,
            config: &self.config,
            state: &mut self.state,
            message: &message,
            header: &header,
            authority: &authority,
            now,
            notices: Vec::new(),
        };
        let replies = if incoming.report.valid {
            call.replies(bytes.len())
        } else {
            vec![refused(&of_report(&incoming.report, |path| attribute(call.kinds, path)))]
        };
        let notices = call.notices;
        let mut answers: Vec<Answer> =
            replies.into_iter().map(|reply| self.write(&partner, Some(&header), reply, now)).collect();
        self.state.remember(key, &answers, self.config.limits.answers_bytes);
        answers.extend(self.send(notices, now));
        answers
    }

    fn read(&mut self, bytes: &[u8]) -> Incoming {
        let options =
            Options { max_size: self.config.limits.message_bytes, max_findings: 50, ..Options::default() };
        let read = self.reader.read(bytes, &options);
        let namespace = read.document.root().map_or("", |root| root.namespace()).to_owned();
        // Of what is no document nothing is looked at but its head.
        let message = json::to_value(&read.document);
        let header = Header::of(&message).unwrap_or_default();
        Incoming { report: read.report, namespace, message, header }
    }

    /// Why a message is rejected.
    fn reason(&self, incoming: &Incoming) -> Option<Reason> {
        let errors = |layer: Layer| {
            let of_layer = move |finding: &&crate::message::report::Finding| {
                finding.severity == Severity::Error && finding.layer == layer
            };
            incoming.report.findings.iter().filter(of_layer).take(10).map(|finding| finding.text.clone())
        };
        let header = &incoming.header;
        let xml: Vec<String> = errors(Layer::Xml).collect();
        if !xml.is_empty() {
            return Some(Reason::new("X000", xml));
        }
        let known = self.packs.iter().any(|pack| pack.namespace(incoming.namespace.as_bytes()).is_some());
        if !known && incoming.namespace.starts_with("http://www.osci.de/xauslaender") {
            let text = format!("Der Namensraum {} wird nicht unterstützt.", incoming.namespace);
            return Some(Reason::new("V000", vec![text]));
        }
        let schema: Vec<String> = errors(Layer::Schema).collect();
        if !incoming.report.schema_valid || !schema.is_empty() || header.uuid.is_empty() {
            return Some(Reason::new("X001", schema));
        }
        if header.leser != self.config.register.kennung {
            let text = format!("Leser ist {}, nicht {}.", header.leser, self.config.register.kennung);
            return Some(Reason::new("T080", vec![text]));
        }
        if !HANDLED.contains(&incoming.report.message.number.as_deref().unwrap_or("")) {
            return Some(Reason::new(
                "S999",
                vec!["Diese Nachricht richtet sich nicht an das Register.".to_owned()],
            ));
        }
        None
    }
}

/// Messages to the register.
const HANDLED: [&str; 9] =
    ["090001", "090005", "090007", "090009", "090010", "090012", "090021", "090040", "090051"];

impl Call<'_> {
    fn replies(&mut self, size: usize) -> Vec<Reply> {
        vec![match self.header.number.as_str() {
            "090001" => self.anfrage(),
            "090005" => self.lichtbildanforderung(),
            "090007" => self.dokumentanforderung(),
            "090009" => self.erstmeldung(size),
            "090010" => self.folgemeldung(size),
            "090012" => self.dokumentmeldung(size),
            "090021" => return self.registerabgleich(),
            "090040" => self.datenpflege(),
            _ => refused(&[Fault::new("SIM-902", "Auf diese Nachricht antwortet der Simulator nicht.")]),
        }]
    }
}

/// The authority that acts.
fn authority(message: &Value) -> String {
    match message.get("durchfuehrendeBehoerde").map(plain) {
        Some(Value::String(sign)) => sign,
        _ => String::new(),
    }
}

/// The sender as it names itself.
fn sender(message: &Value, header: &Header, valid: bool) -> Partner {
    let directory =
        message.pointer("/nachrichtenkopf.g2g/autor/verzeichnisdienst/code").and_then(Value::as_str);
    // What may be wrong is not repeated.
    let (name, directory) = if valid {
        (header.autor_name.clone(), directory)
    } else {
        (faults::printable(&header.autor_name), None)
    };
    Partner {
        kennung: header.autor.clone(),
        name,
        verzeichnisdienst: directory.unwrap_or("DVDV").to_owned(),
        ..Partner::default()
    }
}

/// `Entitätsname.Attributsname` of a place in a Meldung.
fn attribute(kinds: &crate::register::Kinds, path: &str) -> String {
    let bare = |part: &str| part.split('[').next().unwrap_or("").to_owned();
    let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).skip(1).map(bare).collect();
    for kind in kinds.all() {
        let at = [Some(&kind.folgemeldung), kind.erstmeldung.as_ref()];
        let found = at.into_iter().flatten().find(|path| parts.starts_with(path)).map(Vec::len);
        if let Some(len) = found {
            let rest = parts.get(len..).unwrap_or_default();
            let rest = rest.iter().find(|part| Some(part.as_str()) != kind.fachdaten.as_deref());
            return format!("{}.{}", kind.name, rest.map_or(kind.element(), String::as_str));
        }
    }
    format!("Nachricht.{}", parts.join("."))
}
