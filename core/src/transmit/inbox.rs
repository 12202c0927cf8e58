//! What comes in.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Map, Value, json};

use super::KitError;
use super::advance::hold;
use super::desk::{Desk, InMessage, OutMessage, State, due_key, load};
use super::event::{Candidate, RegisterError, What};
use super::merge::{Absent, confirm, take_over};
use super::person::{Change, Fetch, Person, Purpose, Refused, Search};
use crate::message::header::Header;
use crate::message::json;
use crate::message::read::Options;
use crate::message::report::Layer;
use crate::register::{differing, of_auskunft, of_datensatzinhalt, referenzanteil};
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
            xml: String::new(),
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
                        kept.xml = String::from_utf8_lossy(bytes).into_owned();
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
        let xml = std::mem::take(&mut kept.xml);
        let value = json::to_value(&self.reader.read(xml.as_bytes(), &Options::default()).document);
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
        let fits = |message: &OutMessage| {
            is_open(message) && answers(&message.number).contains(&header.number.as_str())
        };
        if let Some(uuid) = question {
            return Ok(self.message(uuid)?.filter(fits).ok_or_else(Vec::new));
        }
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

    fn answer(&mut self, question: &OutMessage, header: &Header, value: &Value) -> Result<(), KitError> {
        self.done(&question.uuid)?;
        let Some(mut person) = question.person.as_deref().map(|key| self.person(key)).transpose()?.flatten()
        else {
            return self.pass_on(header, value, question.person.as_deref());
        };
        let flight = person.flight.take_if(|flight| flight.uuid == question.uuid);
        let told = Timestamp::parse(&header.created).unwrap_or(self.now);
        match (flight.map(|flight| flight.purpose), header.number.as_str()) {
            (Some(Purpose::Report(changes)), "090098") => {
                self.stored(&mut person, &question.uuid, changes, value, told)?
            }
            (Some(Purpose::Report(changes)), _) => {
                self.not_stored(&mut person, &question.uuid, changes, value)?
            }
            (Some(Purpose::Search(searched)), "090002") => {
                person.search = Search::Clear { searched, not_identical: Vec::new() };
            }
            (Some(Purpose::Search(searched)), "090003" | "090004") => {
                let candidates = candidates(value, &searched);
                self.candidates(&mut person, searched, candidates)?;
            }
            (Some(Purpose::Fetch(fetch)), "090004") => self.fetched(&mut person, fetch, value, told)?,
            // A retrieval that the register refuses, or a record that it does not have.
            (Some(_), _) => {
                let mut errors = register_errors(value, &[]);
                if errors.is_empty() {
                    let text = "Das Register hat zu dieser AZR-Nummer keinen Datensatz.".to_owned();
                    let advice = "Die AZR-Nummer prüfen.".to_owned();
                    errors.push(RegisterError {
                        code: header.number.clone(),
                        text,
                        advice,
                        ..RegisterError::default()
                    });
                }
                let what = What::Rejected { uuid: question.uuid.clone(), changes: Vec::new(), errors };
                person.paused = Some(self.tell(Some(&person.key), what)?);
            }
            (None, _) => {}
        }
        self.tell_new(&mut person)?;
        self.advance(&mut person)?;
        self.put_person(&person)
    }

    /// 090098: the new ids, and the number, into the base.
    fn stored(
        &mut self,
        person: &mut Person,
        uuid: &str,
        changes: Vec<Change>,
        value: &Value,
        told: Timestamp,
    ) -> Result<(), KitError> {
        let first = person.azr_nummer.is_none();
        if let Some(number) = value.get("azrNummer").and_then(Value::as_str)
            && person.azr_nummer.as_deref() != Some(number)
            && !self.set_number(person, number)?
        {
            self.merged_with(person, number)?;
        }
        if first {
            person.loaded = true;
            person.search = Search::Open;
        }
        let kinds = self.kinds;
        let news = confirm(person, &changes, told, |kind| {
            let path = kinds.get(kind)?.bestaetigung.as_ref()?;
            text_at(value, path).map(str::to_owned)
        });
        self.settle(person)?;
        self.tell_changes(person, &news)?;
        let what = What::Stored {
            uuid: uuid.to_owned(),
            azr_nummer: person.azr_nummer.clone().unwrap_or_default(),
            changes,
            aehnlich: numbers(value.get("personalienAehnlich")),
        };
        self.tell(Some(&person.key), what)?;
        Ok(())
    }

    /// 090099 to a Meldung: perhaps it was about an old state, so the record is fetched first.
    fn not_stored(
        &mut self,
        person: &mut Person,
        uuid: &str,
        changes: Vec<Change>,
        value: &Value,
    ) -> Result<(), KitError> {
        let errors = register_errors(value, &changes);
        let alike = numbers(value.get("personalienGleich"));
        if person.azr_nummer.is_none() && !alike.is_empty() {
            let searched = match std::mem::take(&mut person.search) {
                Search::Clear { searched, .. } | Search::Candidates { searched, .. } => searched,
                Search::Open => Value::Null,
            };
            let candidates = alike
                .into_iter()
                .map(|azr_nummer| Candidate { azr_nummer, ..Candidate::default() })
                .collect();
            return self.candidates(person, searched, candidates);
        }
        if person.azr_nummer.is_some() {
            let refused = Some(Refused { uuid: uuid.to_owned(), changes, errors });
            person.fetch = Some(Fetch { refused });
            return Ok(());
        }
        self.rejected(person, uuid, changes, errors)
    }

    fn rejected(
        &mut self,
        person: &mut Person,
        uuid: &str,
        changes: Vec<Change>,
        errors: Vec<RegisterError>,
    ) -> Result<(), KitError> {
        // Where each error names its entry, the others go on.
        let named: Vec<&str> = errors.iter().filter_map(|error| error.entry.as_deref()).collect();
        let told = !errors.is_empty() && errors.iter().all(|error| error.entry.is_some());
        let guilty: Vec<Change> = changes
            .iter()
            .filter(|change| !told || named.contains(&change.entry.as_str()))
            .cloned()
            .collect();
        let what = What::Rejected { uuid: uuid.to_owned(), changes, errors };
        let event = self.tell(Some(&person.key), what)?;
        hold(person, &guilty, event);
        Ok(())
    }

    fn candidates(
        &mut self,
        person: &mut Person,
        searched: Value,
        candidates: Vec<Candidate>,
    ) -> Result<(), KitError> {
        let numbers = candidates.iter().map(|candidate| candidate.azr_nummer.clone()).collect();
        let mut best = candidates
            .iter()
            .filter(|candidate| !candidate.same.is_empty() && candidate.differing.is_empty());
        let recommendation =
            best.next().map(|candidate| candidate.azr_nummer.clone()).filter(|_| best.next().is_none());
        let event = self.tell(Some(&person.key), What::Candidates { candidates, recommendation })?;
        person.search = Search::Candidates { event, searched, numbers };
        Ok(())
    }

    /// 090004 to a fetch.
    fn fetched(
        &mut self,
        person: &mut Person,
        fetch: Fetch,
        value: &Value,
        told: Timestamp,
    ) -> Result<(), KitError> {
        if let Some(number) = value.get("azrNummer").and_then(Value::as_str)
            && person.azr_nummer.as_deref() != Some(number)
            && !self.set_number(person, number)?
        {
            return self.merged_with(person, number);
        }
        let news = of_auskunft(self.kinds, value);
        let changed = take_over(person, self.kinds, &news, Absent::Gone(told), told);
        person.loaded = true;
        let kinds: Vec<String> = changed
            .iter()
            .filter_map(|number| Some(person.base.get(person.numbered(*number)?)?.kind.clone()))
            .collect();
        self.after_news(person, &changed)?;
        if let Some(refused) = fetch.refused {
            let outdated = refused.changes.iter().any(|change| {
                if kinds.contains(&change.kind) {
                    return true;
                }
                change.referenz_id.as_deref().is_some_and(|id| {
                    let now =
                        person.by_id(&change.kind, id).and_then(|at| person.base.get(at)?.id.as_deref());
                    now != Some(id)
                })
            });
            if !outdated {
                self.rejected(person, &refused.uuid, refused.changes, refused.errors)?;
            }
        }
        Ok(())
    }

    fn after_news(&mut self, person: &mut Person, changed: &[u64]) -> Result<(), KitError> {
        self.settle(person)?;
        // What is gone makes room for what is new.
        let mut changed = changed.to_vec();
        changed.sort_by_key(|number| {
            let base = person.numbered(*number).and_then(|at| person.base.get(at));
            base.is_none_or(|base| !base.deleted)
        });
        self.tell_changes(person, &changed)
    }

    /// The register holds two persons of the host as one.
    fn merged_with(&mut self, person: &mut Person, number: &str) -> Result<(), KitError> {
        let other = self.by_number(number)?.unwrap_or_default();
        let from = person.azr_nummer.clone().unwrap_or_default();
        let what = What::MergePersons { other, from, to: number.to_owned() };
        person.paused = Some(self.tell(Some(&person.key), what)?);
        Ok(())
    }

    /// What comes unasked.
    fn news(&mut self, header: &Header, value: &Value) -> Result<(), KitError> {
        match header.number.as_str() {
            "090030" => self.mitteilung(header, value),
            "000030" => self.returned(header, value.get("ausloeserUUID").and_then(Value::as_str), value),
            "0010" => {
                let id = value.pointer("/rueckweisung/idNachricht/nachrichtenUUID").and_then(Value::as_str);
                let inner =
                    value.pointer("/rueckweisung/nachricht").and_then(Value::as_str).and_then(unbase64);
                let inner = inner.and_then(|bytes| {
                    let message = self.reader.read(&bytes, &Options::default());
                    Some(Header::of(&json::to_value(&message.document))?.uuid)
                });
                let id = id.map(str::to_owned).or(inner);
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
        self.after_news(&mut person, &changed)?;
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
        for ground in
            value.pointer("/rueckweisung/rueckweisungsgrund").and_then(Value::as_array).into_iter().flatten()
        {
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

    fn pass_on(&mut self, header: &Header, value: &Value, person: Option<&str>) -> Result<(), KitError> {
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

/// The text at a path.
fn text_at<'v>(value: &'v Value, path: &[String]) -> Option<&'v str> {
    path.iter().try_fold(value, |value, name| value.get(name))?.as_str()
}

fn numbers(value: Option<&Value>) -> Vec<String> {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The hits of a 090003, or of a 090004, compared with what was searched by.
fn candidates(value: &Value, searched: &Value) -> Vec<Candidate> {
    let list = value.get("trefferliste").and_then(Value::as_object);
    let hits: Vec<&Value> = match list {
        Some(list) => list.values().filter_map(Value::as_array).flatten().collect(),
        None => vec![value],
    };
    let empty = Map::new();
    let searched = searched.as_object().unwrap_or(&empty);
    let mut found: Vec<Candidate> = Vec::new();
    for hit in hits {
        let number = hit.get("azrNummer").and_then(Value::as_str).unwrap_or("").to_owned();
        let theirs = hit.get("grundpersonalien").and_then(Value::as_object).unwrap_or(&empty);
        let theirs: Map<String, Value> = theirs
            .iter()
            .filter(|(name, _)| {
                !matches!(name.as_str(), "letzteAenderung" | "meldendeBehoerde" | "referenz.id")
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let differing = differing(searched, &theirs);
        let same = searched
            .keys()
            .filter(|name| theirs.contains_key(*name) && !differing.contains(name))
            .cloned()
            .collect();
        if !found.iter().any(|other| other.azr_nummer == number) {
            found.push(Candidate { azr_nummer: number, grundpersonalien: theirs, same, differing });
        }
    }
    found
}

/// The errors of a 090099, each tied to the entry and field that its `fehlerhaftesAttribut` (`Entitätsname.Attributsname`, rule
/// AZR-058) names.
fn register_errors(value: &Value, changes: &[Change]) -> Vec<RegisterError> {
    let all = value.get("fehlerfall").and_then(Value::as_array).into_iter().flatten();
    all.map(|error| {
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let attribute = numbers(error.get("fehlerhaftesAttribut")).into_iter().next();
        let (entity, field) = match attribute.as_deref().and_then(|name| name.split_once('.')) {
            Some((entity, field)) => (entity.to_lowercase(), Some(field.to_owned())),
            None => (attribute.unwrap_or_default().to_lowercase(), None),
        };
        let mut named = changes.iter().filter(|change| change.kind.to_lowercase() == entity);
        let entry = match (named.next(), changes) {
            (Some(change), _) => Some(change.entry.clone()),
            (None, [only]) => Some(only.entry.clone()),
            _ => None,
        };
        let advice = match (&entry, &field) {
            (Some(_), Some(field)) => {
                format!("Die Angabe {field} berichtigen und den Datensatz erneut speichern.")
            }
            (Some(_), None) => "Den Eintrag berichtigen und den Datensatz erneut speichern.".to_owned(),
            _ => "Die genannten Angaben prüfen und den Datensatz erneut speichern.".to_owned(),
        };
        RegisterError { code: text("fehlerschluessel"), text: text("fehlertext"), entry, field, advice }
    })
    .collect()
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_ascii_whitespace().collect();
    BASE64.decode(text).ok()
}
