//! What comes in.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::KitError;
use super::advance::hold;
use super::answer::text_at;
use super::desk::{Desk, InMessage, OutMessage, State, due_key, load};
use super::event::What;
use super::merge::{Absent, take_over};
use super::person::{Fetch, Purpose};
use crate::message::header::Header;
use crate::message::json;
use crate::message::read::Options;
use crate::message::report::Layer;
use crate::register::{of_datensatzinhalt, referenzanteil};
use crate::store::Table;
use crate::time::Timestamp;

/// Numbers of the answers to a question (PROTOCOL: 090001 is answered by 090002 to 090004, Meldungen by 090098, all by 090099).
fn answers(question: &str) -> &'static [&'static str] {
    match question {
        "090001" => &["090002", "090003", "090004", "090099"],
        "090009" | "090010" => &["090098", "090099"],
        _ => &[],
    }
}

impl Desk<'_, '_> {
    /// Takes a message. `question` is the UUID of the message that it answers, where the transport knows it.
    pub(crate) fn receive(&mut self, bytes: &[u8], question: Option<&str>) -> Result<(), KitError> {
        let (report, value, header) = {
            let message = self.reader.read(bytes, &Options::default());
            let header = Header::of_document(&message.document);
            (message.report, json::to_value(&message.document), header.unwrap_or_default())
        };
        if header.uuid.is_empty() {
            let reason = report.findings.first().map_or_else(String::new, |found| found.text.clone());
            let (uuid, number) = (String::new(), header.number.clone());
            self.tell(None, What::Refused { uuid, number, code: "X000".into(), reason })?;
            return Ok(());
        }
        // The same UUID from another sender is another message.
        let key = format!("{}\n{}", header.uuid, header.autor);
        if load::<InMessage>(self.tx, Table::Inbox, key.as_bytes())?.is_some() {
            self.tell(None, What::Duplicate { uuid: header.uuid })?;
            return Ok(());
        }
        let mut kept = InMessage {
            uuid: header.uuid.clone(),
            number: header.number.clone(),
            at: self.now,
            content: Value::Null,
        };
        let detail = json!({ "number": header.number, "from": header.autor });
        let is_own = header.leser == self.config.behoerde.kennung;
        let is_test = header.test.is_some() == self.config.product.test.is_some();
        let first_error =
            report.findings.iter().find(|found| found.severity == crate::message::report::Severity::Error);
        let refusal = match first_error {
            Some(found) if found.layer == Layer::Xml => Some(("X000", found.text.clone())),
            _ if report.message.version.is_none() || header.element.is_empty() => {
                Some(("V000", "Die Version der Nachricht kann nicht bearbeitet werden.".to_owned()))
            }
            Some(found) if found.code == crate::message::report::Code::UnknownMessage => {
                Some(("V000", found.text.clone()))
            }
            Some(found) if found.layer == Layer::Schema => Some(("X001", found.text.clone())),
            _ if !is_own => Some(("T080", format!("Der Empfänger {} ist ein anderer.", header.leser))),
            _ if !is_test => Some(("S999", "Die Testkennzeichnung stimmt nicht überein.".to_owned())),
            _ => None,
        };
        if let Some((code, reason)) = refusal {
            // What was damaged on its way may come once more, and whole.
            if code != "X000" {
                self.put(Table::Inbox, key.as_bytes(), &kept)?;
            }
            self.note("received", None, Some(&header.uuid), detail)?;
            return self.send_back(&header, bytes, code, &reason);
        }
        let question = match header.number.as_str() {
            "090002" | "090003" | "090004" | "090098" | "090099" => {
                match self.question(&header, &value, question)? {
                    Ok(question) => Some(question),
                    Err(questions) if questions.is_empty() => {
                        self.put(Table::Inbox, key.as_bytes(), &kept)?;
                        self.note("received", None, Some(&header.uuid), detail)?;
                        return self.send_back(
                            &header,
                            bytes,
                            "S999",
                            "Zu dieser Antwort ist keine Anfrage und keine Meldung offen.",
                        );
                    }
                    Err(questions) => {
                        kept.content = value;
                        self.put(Table::Inbox, key.as_bytes(), &kept)?;
                        self.note("received", None, Some(&header.uuid), detail)?;
                        self.tell(None, What::Unassigned { uuid: key, number: header.number, questions })?;
                        return Ok(());
                    }
                }
            }
            _ => None,
        };
        self.put(Table::Inbox, key.as_bytes(), &kept)?;
        let person = question.as_ref().and_then(|question| question.person.clone());
        self.note("received", person.as_deref(), Some(&header.uuid), detail)?;
        match question {
            Some(question) if question.state == State::Done => self.late(&question),
            Some(question) => self.answer(&question, &header, &value),
            None => self.news(&header, &value),
        }
    }

    /// A further answer, or one to a message that came back: what the register holds is asked anew.
    fn late(&mut self, question: &OutMessage) -> Result<(), KitError> {
        let Some(mut person) = question.person.as_deref().map(|key| self.person(key)).transpose()?.flatten()
        else {
            return Ok(());
        };
        if person.azr_nummer.is_some() {
            person.fetch.get_or_insert_default();
            self.advance(&mut person)?;
            self.put_person(&person)?;
        }
        Ok(())
    }

    /// Takes a message that was kept until it was known what it answers.
    pub(super) fn assign(&mut self, key: &str, question: &str) -> Result<(), KitError> {
        let Some(mut kept) = load::<InMessage>(self.tx, Table::Inbox, key.as_bytes())? else {
            return Err(KitError::Unknown { what: key.to_owned() });
        };
        let value = kept.content.take();
        let header = Header::of(&value).unwrap_or_default();
        let open = self
            .message(question)?
            .filter(|message| is_open(message) && answers(&message.number).contains(&header.number.as_str()));
        let Some(open) = open else { return Err(KitError::Unknown { what: question.to_owned() }) };
        self.put(Table::Inbox, key.as_bytes(), &kept)?;
        self.answer(&open, &header, &value)
    }

    /// The message that an answer is about; else those that it may be about.
    fn question(
        &mut self,
        header: &Header,
        value: &Value,
        question: Option<&str>,
    ) -> Result<Result<OutMessage, Vec<String>>, KitError> {
        let answered = |message: &OutMessage| answers(&message.number).contains(&header.number.as_str());
        if let Some(uuid) = question {
            return Ok(self.message(uuid)?.filter(answered).ok_or_else(Vec::new));
        }
        let fits = |message: &OutMessage| is_open(message) && answered(message);
        let mut found = Vec::new();
        for (_, uuid) in self.tx.scan(Table::Due, &due_key(Timestamp(i64::MIN), 0), None, usize::MAX)? {
            let Some(message) = load::<OutMessage>(self.tx, Table::Outbox, &uuid)? else { continue };
            if fits(&message) && self.may_answer(&message, value)? {
                found.push(message);
            }
        }
        if found.len() == 1 {
            return Ok(found.pop().ok_or_else(Vec::new));
        }
        Ok(Err(found.into_iter().map(|message| message.uuid).collect()))
    }

    /// Whether an answer can be about a message, by the numbers and ids in both.
    fn may_answer(&self, message: &OutMessage, value: &Value) -> Result<bool, KitError> {
        let Some(person) = message.person.as_deref().map(|key| self.person(key)).transpose()?.flatten()
        else {
            return Ok(true);
        };
        let told = value.get("azrNummer").and_then(Value::as_str);
        let asked = value.get("alteAZRNummerDerAnfrage").and_then(Value::as_str);
        let own = person.azr_nummer.as_deref();
        if told.is_some()
            && own.is_some()
            && told != own
            && asked != own
            && value.get("$message").and_then(Value::as_str).is_some_and(|name| name.ends_with("090004"))
        {
            return Ok(false);
        }
        let Some(Purpose::Report(changes)) = person.flight.map(|flight| flight.purpose) else {
            return Ok(true);
        };
        // Each id that a confirmation brings is of an entry that was reported, and of the same stable part.
        Ok(self.kinds.all().iter().all(|kind| {
            let id = kind.bestaetigung.as_ref().and_then(|path| text_at(value, path));
            let reported = changes.iter().find(|change| change.kind == kind.name);
            match (id, reported) {
                (Some(_), None) => false,
                (Some(id), Some(change)) => {
                    change.referenz_id.as_deref().is_none_or(|own| referenzanteil(own) == referenzanteil(id))
                }
                (None, _) => true,
            }
        }))
    }

    /// What comes unasked.
    fn news(&mut self, header: &Header, value: &Value) -> Result<(), KitError> {
        match header.number.as_str() {
            "090030" => self.mitteilung(header, value),
            "000030" => self.returned(header, value.get("ausloeserUUID").and_then(Value::as_str), value),
            "0010" => {
                let id = value.pointer("/rueckweisung/idNachricht/nachrichtenUUID").and_then(Value::as_str);
                let id = id.map(str::to_owned).or_else(|| {
                    let inner = value.pointer("/rueckweisung/nachricht")?.as_str().and_then(unbase64)?;
                    let message = self.reader.read(&inner, &Options::default());
                    Some(Header::of_document(&message.document)?.uuid)
                });
                self.returned(header, id.as_deref(), value)
            }
            _ => self.pass_on(header, value, None),
        }
    }

    /// 090030: the register changed.
    fn mitteilung(&mut self, header: &Header, value: &Value) -> Result<(), KitError> {
        let number = value.get("azrNummer").and_then(Value::as_str).unwrap_or("");
        let dropped = value.get("wegfallendeAzrNummer").and_then(Value::as_str);
        let told = Timestamp::parse(&header.created).unwrap_or(self.now);
        if let Some(dropped) = dropped
            && let Some(key) = self.by_number(dropped)?
            && let Some(mut person) = self.person(&key)?
        {
            if self.set_number(&mut person, number)? {
                // What the merged record holds is another state than that of the one that fell away.
                person.fetch = Some(Fetch::default());
                self.withdraw(&mut person)?;
                self.advance(&mut person)?;
            } else {
                self.merged_with(&mut person, number)?;
            }
            self.put_person(&person)?;
        }
        let Some(mut person) = self.by_number(number)?.map(|key| self.person(&key)).transpose()?.flatten()
        else {
            return self.pass_on(header, value, None);
        };
        let none = Value::Null;
        let now = of_datensatzinhalt(self.kinds, value.get("inhaltAktuell").unwrap_or(&none));
        let before = of_datensatzinhalt(self.kinds, value.get("inhaltVorAenderung").unwrap_or(&none));
        // What stood before and does not stand now is gone; of a merge, that was the other record.
        let gone: Vec<_> = before
            .into_iter()
            .filter(|old| {
                let is_there = |new: &crate::register::RegisterEintrag| {
                    new.kind == old.kind
                        && old
                            .referenz_id
                            .as_deref()
                            .zip(new.referenz_id.as_deref())
                            .is_some_and(|(old, new)| referenzanteil(old) == referenzanteil(new))
                };
                dropped.is_none() && !now.iter().any(is_there)
            })
            .collect();
        if !person.loaded {
            // The first fetch brings all of it.
            return self.put_person(&person);
        }
        for old in &gone {
            person.bury(old.referenz_id.clone().filter(|id| person.by_id(&old.kind, id).is_none()));
        }
        let changed = take_over(&mut person, self.kinds, &now, Absent::These(&gone), told);
        self.settle(&mut person)?;
        let mut news = changed.clone();
        if person.flight.is_none() {
            self.clear_doubts(&mut person, &mut news);
        }
        self.tell_news(&mut person, news)?;
        if !changed.is_empty() {
            self.withdraw(&mut person)?;
        }
        self.advance(&mut person)?;
        self.put_person(&person)
    }

    /// A message of ours came back.
    fn returned(&mut self, header: &Header, id: Option<&str>, value: &Value) -> Result<(), KitError> {
        let Some(message) = id.map(|id| self.message(id)).transpose()?.flatten().filter(is_open) else {
            return self.pass_on(header, value, None);
        };
        let grounds = value.pointer("/rueckweisung/rueckweisungsgrund").and_then(Value::as_array);
        let is_damage = grounds.is_some_and(|all| {
            all.iter().all(|ground| ground.pointer("/grund/code").and_then(Value::as_str) == Some("X000"))
        });
        if is_damage {
            // What left here was well-formed: it was damaged on its way. Another copy may have arrived, so it keeps its UUID.
            return self.failed(&message.uuid, "X000");
        }
        self.done(&message.uuid)?;
        let mut reasons: Vec<String> = Vec::new();
        for ground in grounds.into_iter().flatten() {
            let code = ground.pointer("/grund/code").and_then(Value::as_str).unwrap_or("");
            reasons.push(code.to_owned());
            let specific = ground.get("grundSpezifisch").and_then(Value::as_array).into_iter().flatten();
            reasons.extend(
                specific.filter_map(|one| one.get("fehlerbeschreibung")?.as_str().map(str::to_owned)),
            );
        }
        if reasons.is_empty() {
            reasons.push(format!("{} von {}", header.number, header.autor_name));
        }
        let what = What::Returned { uuid: message.uuid.clone(), reason: reasons.join(": ") };
        let event = self.tell(message.person.as_deref(), what)?;
        if let Some(mut person) = message.person.as_deref().map(|key| self.person(key)).transpose()?.flatten()
        {
            if let Some(flight) = person.flight.take_if(|flight| flight.uuid == message.uuid) {
                match flight.purpose {
                    Purpose::Report(changes) => hold(&mut person, &changes, event),
                    Purpose::Fetch(fetch) => (person.fetch, person.paused) = (Some(fetch), Some(event)),
                    Purpose::Search(_) => person.paused = Some(event),
                }
            }
            self.advance(&mut person)?;
            self.put_person(&person)?;
        }
        Ok(())
    }

    pub(super) fn pass_on(
        &mut self,
        header: &Header,
        value: &Value,
        person: Option<&str>,
    ) -> Result<(), KitError> {
        let (uuid, number) = (header.uuid.clone(), header.number.clone());
        self.tell(person, What::Message { uuid, number, content: value.clone() })?;
        Ok(())
    }

    /// Sends a message back with a reason. What comes back itself is never sent back.
    fn send_back(&mut self, header: &Header, bytes: &[u8], code: &str, reason: &str) -> Result<(), KitError> {
        if header.number != "0010" && !header.autor.is_empty() {
            let uuid = self.uuid();
            if let Ok(xml) = self.compose_return(&uuid, header, bytes, code, reason) {
                self.post(&uuid, "0010", &header.autor, None, xml)?;
            }
        }
        let (uuid, number) = (header.uuid.clone(), header.number.clone());
        self.tell(None, What::Refused { uuid, number, code: code.to_owned(), reason: reason.to_owned() })?;
        Ok(())
    }
}

fn is_open(message: &OutMessage) -> bool {
    message.state != State::Done
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(text).ok()
}
