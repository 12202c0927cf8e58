//! `azrkit demo`: azrkit at work on the messages that come with it, then on the records of an authority.

mod way;

use std::hint::black_box;
use std::time::{Duration, Instant};

use azrkit::Standards;
use azrkit::message::json;
use azrkit::message::read::{Options, Reader};
use azrkit::message::report::Lang;
use azrkit::message::sample::{Sampler, Size, Which};
use azrkit::message::show;
use azrkit::transmit::{Decision, What};
use quick_xml::events::Event;

use crate::args::Common;
use crate::failure::Failure;
use crate::human::{self, Counts};
use crate::output::Output;
use crate::progress::Progress;
use crate::{Outcome, standards};
use way::Way;

const RIGHT: &[u8] = include_bytes!("../../../core/examples/messages/folgemeldung-duldung.xml");
const WRONG: &[u8] = include_bytes!("../../../core/examples/messages/folgemeldung-duldung-fehler.xml");
const RIGHT_NAME: &str = "folgemeldung-duldung.xml";
const WRONG_NAME: &str = "folgemeldung-duldung-fehler.xml";

/// The messages whose check is measured: what an authority exchanges with the AZR most.
const MIX: [&str; 7] = ["090001", "090003", "090004", "090009", "090010", "090030", "090098"];
/// How many of each.
const EACH: u32 = 8;
/// How long each side of the measurement runs at least.
const RUN: Duration = Duration::from_millis(1_500);
/// How many persons the authority of the demo has, and how many of them another authority has, too.
const PERSONS: usize = 1_000;
const SHARED: usize = 20;

/// Prints each step with what came out. Its outcome is always clean, if every step could be done: the wrong message
/// is meant to be wrong.
pub(crate) fn run(common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let lang = Lang::from(common.lang);
    let begun = Instant::now();
    let standards = standards::load(common)?;
    let opened = begun.elapsed();
    let mut demo = Demo { out, lang, step: 0 };
    demo.standards(&standards, opened)?;
    demo.check(&standards)?;
    demo.show(&standards)?;
    demo.round_trip(&standards)?;
    demo.speed(&standards)?;
    demo.exchange(&standards)?;
    demo.closing()?;
    Ok(Outcome::Clean)
}

struct Demo<'o> {
    out: &'o mut Output,
    lang: Lang,
    step: usize,
}

impl Demo<'_> {
    fn heading(&mut self, de: &str, en: &str) -> Result<(), Failure> {
        self.step += 1;
        let title = format!("{}. {}", self.step, if self.lang == Lang::De { de } else { en });
        let title = self.out.paint.bold(&title);
        self.out.line(&format!("\n{title}\n"))
    }

    fn say(&mut self, de: &str, en: &str) -> Result<(), Failure> {
        self.out.line(if self.lang == Lang::De { de } else { en })
    }

    fn options(&self) -> Options {
        Options { lang: self.lang, ..Options::default() }
    }

    fn standards(&mut self, standards: &Standards, opened: Duration) -> Result<(), Failure> {
        self.heading("Die Standards", "The standards")?;
        for pack in standards.packs() {
            let line = format!(
                "{} {}: {} {}, {} {}, {} {}",
                pack.standard(),
                pack.version(),
                pack.messages.len(),
                if self.lang == Lang::De { "Nachrichten" } else { "messages" },
                pack.lists.len(),
                if self.lang == Lang::De { "Codelisten" } else { "code lists" },
                pack.rules.len(),
                if self.lang == Lang::De { "Regeln" } else { "rules" },
            );
            self.out.line(&line)?;
        }
        let time = format!("{:.2} ms", opened.as_secs_f64() * 1e3);
        self.say(&format!("Geöffnet in {time}."), &format!("Opened in {time}."))
    }

    fn check(&mut self, standards: &Standards) -> Result<(), Failure> {
        self.heading(
            "Eine falsche Nachricht wird geprüft: azrkit check folgemeldung-duldung-fehler.xml",
            "A wrong message is checked: azrkit check folgemeldung-duldung-fehler.xml --lang en",
        )?;
        let mut reader = standards.reader();
        let options = self.options();
        let message = reader.read(WRONG, &options);
        let mut counts = Counts::default();
        counts.add(&message.report);
        let paint = self.out.paint;
        self.out.text(&human::report(
            WRONG_NAME,
            message.document.input.as_bytes(),
            &message.report,
            self.lang,
            paint,
        ))?;
        self.out.line(&counts.summary(self.lang, paint))?;
        if message.report.valid {
            return Err(Failure::call(format!("{WRONG_NAME}: no error was found")));
        }
        Ok(())
    }

    fn show(&mut self, standards: &Standards) -> Result<(), Failure> {
        self.heading(
            "Eine richtige Nachricht, wie eine Sachbearbeiterin sie liest: azrkit show folgemeldung-duldung.xml",
            "A right message as a case worker reads it: azrkit show folgemeldung-duldung.xml --lang en",
        )?;
        let mut reader = standards.reader();
        let message = reader.read(RIGHT, &self.options());
        if !message.report.valid {
            let text = human::report(
                RIGHT_NAME,
                message.document.input.as_bytes(),
                &message.report,
                self.lang,
                self.out.paint,
            );
            return Err(Failure::call(format!("{RIGHT_NAME} has errors:\n{text}")));
        }
        self.out.text(&show::to_text(&message.document, self.lang))
    }

    fn round_trip(&mut self, standards: &Standards) -> Result<(), Failure> {
        self.heading(
            "Dieselbe Nachricht als JSON und zurück: azrkit convert --to json",
            "The same message as JSON and back: azrkit convert --to json",
        )?;
        let options = self.options();
        let mut reader = standards.reader();
        let message = reader.read(RIGHT, &options);
        let there = json::to_json(&message.document);
        let pretty = json::to_json_pretty(&message.document);
        self.out.line("  …")?;
        for line in pretty.lines().skip_while(|line| !line.contains("\"sachverhalt\"")).take(14) {
            self.out.line(line)?;
        }
        self.out.line("  …")?;
        let back = json::check(&mut reader, &there, &options);
        let Some(xml) = back.xml.filter(|_| back.report.valid) else {
            return Err(Failure::call("the JSON of a right message is not right"));
        };
        let again = json::to_json(&reader.read(&xml, &options).document);
        if again != there {
            return Err(Failure::call("XML → JSON → XML → JSON does not give the same JSON"));
        }
        self.say(
            &format!(
                "XML ({} Byte) → JSON ({} Byte) → XML ({} Byte) → JSON: dasselbe JSON.",
                RIGHT.len(),
                there.len(),
                xml.len()
            ),
            &format!(
                "XML ({} bytes) → JSON ({} bytes) → XML ({} bytes) → JSON: the same JSON.",
                RIGHT.len(),
                there.len(),
                xml.len()
            ),
        )
    }

    fn speed(&mut self, standards: &Standards) -> Result<(), Failure> {
        self.heading("Wie schnell die Prüfung ist", "How fast the check is")?;
        let packs = standards.packs();
        let mut sampler = Sampler::new(&packs);
        let mut messages = Vec::new();
        for number in MIX {
            for index in 0..EACH {
                let sample = sampler.generate(Which::Name(number), 2026, index, Size::Typical);
                messages.push(sample.map_err(|error| Failure::call(format!("{number}: {error}")))?);
            }
        }
        let bytes: usize = messages.iter().map(Vec::len).sum();
        let mut reader = standards.reader();
        let options = self.options();
        if let Some(message) = messages.iter().find(|message| !reader.check(message, &options).valid) {
            return Err(Failure::call(format!(
                "a sample is not valid:\n{}",
                String::from_utf8_lossy(message)
            )));
        }
        let (check, tokens) =
            race(&mut || check_all(&mut reader, &messages, &options), &mut || tokenize_all(&messages));
        let rate = |time: f64| bytes as f64 / time / 1e6;
        let lines = match self.lang {
            Lang::De => [
                format!("{} typische AZR-Nachrichten, {} kB, ein Kern:", messages.len(), bytes / 1000),
                format!("azrkit, alle Prüfungen und der Inhalt als Tabelle:  {:7.1} MB/s", rate(check)),
                format!("quick-xml, nur in Tags zerlegt:                     {:7.1} MB/s", rate(tokens)),
                format!("Verhältnis: {:.2}", tokens / check),
            ],
            Lang::En => [
                format!("{} typical AZR messages, {} kB, one core:", messages.len(), bytes / 1000),
                format!("azrkit, all checks and the content as a table:  {:7.1} MB/s", rate(check)),
                format!("quick-xml, only cut into tags:                  {:7.1} MB/s", rate(tokens)),
                format!("Ratio: {:.2}", tokens / check),
            ],
        };
        lines.iter().try_for_each(|line| self.out.line(line))
    }

    /// An authority's records go to the register over a line that loses messages; another authority changes some of them; one
    /// conflict is decided; at the end both stocks are compared.
    fn exchange(&mut self, standards: &Standards) -> Result<(), Failure> {
        self.heading("Eine Behörde und das Register", "An authority and the register")?;
        let begun = Instant::now();
        let mut way = Way::new(standards)?;
        let mut progress = Progress::new(PERSONS * 9);
        for person in 0..PERSONS {
            way.first.submit(way::record(person))?;
            progress.step();
        }
        way.rest(&mut || progress.step())?;
        let (agree, _) = way.compare()?;
        let (sent, lost, doubled) = (way.sent, way.lost, way.doubled);
        self.say(
            &format!("{PERSONS} Personen gemeldet, {agree} davon stehen so im Register. Die Leitung trug {sent} Nachrichten, verlor {lost} und verdoppelte {doubled}."),
            &format!("{PERSONS} persons reported, {agree} of them stand so in the register. The line carried {sent} messages, lost {lost} and doubled {doubled}."),
        )?;
        // Another authority finds the same persons, and changes something.
        for person in 0..SHARED {
            way.second.submit(way::record(person))?;
        }
        way.rest(&mut || progress.step())?;
        for person in 0..SHARED {
            let mut record = way.second.records.get(&format!("akte-{person}")).cloned().unwrap_or_default();
            for entry in record.entries.iter_mut().filter(|entry| entry.kind == "Anschrift") {
                if let Some(address) = entry.data.get_mut("anschrift") {
                    address["strasse"] = "Neuer Weg".into();
                }
            }
            way.second.submit(record)?;
        }
        way.rest(&mut || progress.step())?;
        let taken = way.first.taken_over;
        self.say(
            &format!(
                "Eine zweite Behörde ändert {SHARED} Anschriften; die erste übernimmt {taken} Änderungen."
            ),
            &format!(
                "A second authority changes {SHARED} addresses; the first one takes {taken} changes over."
            ),
        )?;
        self.conflict(&mut way, &mut progress)?;
        drop(progress);
        let (agree, twice) = way.compare()?;
        let seconds = begun.elapsed().as_secs_f64();
        if agree != PERSONS || twice != 0 {
            return Err(Failure::call(format!(
                "{agree} of {PERSONS} records agree, {twice} Meldungen were applied twice"
            )));
        }
        self.say(
            &format!("Am Ende: {agree} von {PERSONS} Datensätzen stimmen mit dem Register überein, keine Meldung wurde doppelt gespeichert ({seconds:.1} s)."),
            &format!("In the end {agree} of {PERSONS} records agree with the register, no Meldung was stored twice ({seconds:.1} s)."),
        )
    }

    /// Both authorities change the same field of one person.
    fn conflict(&mut self, way: &mut Way<'_>, progress: &mut Progress) -> Result<(), Failure> {
        for (office, until) in [(&mut way.second, "2027-12-31"), (&mut way.first, "2027-08-31")] {
            let mut record = office.records.get("akte-0").cloned().unwrap_or_default();
            for entry in record.entries.iter_mut().filter(|entry| entry.kind == "Duldung") {
                entry.data.insert("befristungsdatum".into(), until.into());
            }
            office.submit(record)?;
        }
        way.rest(&mut || progress.step())?;
        let conflicts = std::mem::take(&mut way.first.conflicts).into_iter().map(|event| (true, event));
        let conflicts: Vec<_> = conflicts
            .chain(std::mem::take(&mut way.second.conflicts).into_iter().map(|event| (false, event)))
            .collect();
        for (first, event) in conflicts {
            let What::Conflict { kind, base, theirs, ours, .. } = &event.what else { continue };
            let day = |data: Option<&serde_json::Map<String, serde_json::Value>>| {
                data.and_then(|data| data.get("befristungsdatum")?.as_str()).unwrap_or("-").to_owned()
            };
            let (known, register, own) = (day(Some(base)), day(theirs.as_ref()), day(ours.as_ref()));
            self.say(
                &format!("Konflikt bei {kind}, Befristungsdatum: bekannt war {known}, im Register steht {register}, hier {own}. Entschieden: das Register gilt."),
                &format!("Conflict at {kind}, Befristungsdatum: known was {known}, the register has {register}, here it is {own}. Decided: the register holds."),
            )?;
            let office = if first { &mut way.first } else { &mut way.second };
            office.decide(&event, &Decision::Register)?;
        }
        way.rest(&mut || progress.step())
    }

    fn closing(&mut self) -> Result<(), Failure> {
        self.out.line("")?;
        self.say(
            "Weiter: azrkit explain 090010, azrkit explain 090010/sachverhalt/duldung, azrkit --help",
            "Next: azrkit explain 090010 --lang en, azrkit --help",
        )
    }
}

/// The best time of a round of each side in seconds. The rounds take turns, so that neither has the quieter machine.
fn race(ours: &mut dyn FnMut(), peer: &mut dyn FnMut()) -> (f64, f64) {
    let mut best = (f64::INFINITY, f64::INFINITY);
    let begun = Instant::now();
    while begun.elapsed() < RUN * 2 {
        best.0 = best.0.min(timed(ours));
        best.1 = best.1.min(timed(peer));
    }
    best
}

fn timed(round: &mut dyn FnMut()) -> f64 {
    let begun = Instant::now();
    round();
    begun.elapsed().as_secs_f64()
}

fn check_all(reader: &mut Reader<'_>, messages: &[Vec<u8>], options: &Options) {
    for message in messages {
        black_box(reader.read(message, options).report.valid);
    }
}

fn tokenize_all(messages: &[Vec<u8>]) {
    for message in messages {
        let mut reader = quick_xml::Reader::from_reader(message.as_slice());
        loop {
            match reader.read_event() {
                Ok(Event::Eof) | Err(_) => break,
                Ok(event) => {
                    black_box(&event);
                }
            }
        }
    }
}
