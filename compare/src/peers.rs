//! What is measured.

use azrkit::message::json;
use azrkit::message::read::{Message, Options, Reader};
use azrkit::message::write;
use azrkit_differential::peer;
use azrkit_differential::subject::{Exported, schemas_of};
use quick_xml::events::Event;

use crate::measure::{Contest, Peer, Rate};
use crate::mix::Mix;

/// Everything that is set up once.
pub(crate) struct Peers<'m> {
    mix: &'m Mix,
    reader: Reader<'m>,
    libxml2: peer::Peer,
    _schema: Exported,
}

impl<'m> Peers<'m> {
    pub(crate) fn new(mix: &'m Mix) -> Result<Self, String> {
        let schema = Exported::new(&schemas_of(&mix.standards.packs()[mix.pack])?)?;
        let mut libxml2 = peer::Peer::open(schema.top())?;
        let mut reader = mix.standards.reader();
        for (name, bytes) in &mix.messages {
            let report = reader.check(bytes, &Options::default());
            let verdict = libxml2.judge(bytes);
            if !report.valid || !verdict.is_valid() {
                return Err(format!("{name}: not valid: {:?} {}", report.findings.first(), verdict.text()));
            }
        }
        Ok(Self { mix, reader, libxml2, _schema: schema })
    }

    /// Checking, tokenizing, libxml2.
    pub(crate) fn checking(&mut self, contest: &Contest) -> [Rate; 5] {
        let Self { mix, reader, libxml2, .. } = self;
        let mut second = mix.standards.reader();
        let without = Options { rules: false, ..Options::default() };
        let peers: [Peer<'_>; 5] = [
            (
                "azrkit: check with codes, characters, rules",
                Box::new(|| check(reader, mix, &Options::default())),
            ),
            ("azrkit: check without rules", Box::new(|| check(&mut second, mix, &without))),
            ("quick-xml: tokenize", Box::new(|| tokenize(mix, true))),
            ("quick-xml: tokenize, end tags unchecked", Box::new(|| tokenize(mix, false))),
            ("libxml2: parse and validate", Box::new(|| validate(libxml2, mix))),
        ];
        contest.run(peers)
    }

    /// Writing XML from what was read, and JSON.
    pub(crate) fn writing(&mut self, contest: &Contest) -> Result<[Rate; 4], String> {
        let mix = self.mix;
        let mut readers: Vec<Reader<'_>> = mix.messages.iter().map(|_| mix.standards.reader()).collect();
        let messages: Vec<Message<'_>> = readers
            .iter_mut()
            .zip(&mix.messages)
            .map(|(reader, (_, bytes))| reader.read(bytes, &Options::default()))
            .collect();
        let events = events(mix)?;
        let texts: Vec<String> = messages.iter().map(|message| json::to_json(&message.document)).collect();
        let packs = mix.standards.packs();
        for ((name, bytes), text) in mix.messages.iter().zip(&texts) {
            let written = json::to_xml(&packs, text, &Options::default());
            if written.is_err() {
                return Err(format!("{name}: its JSON gives no XML ({} bytes)", bytes.len()));
            }
        }
        let peers: [Peer<'_>; 4] = [
            (
                "azrkit: write",
                Box::new(|| messages.iter().map(|message| write::to_xml(&message.document).len()).sum()),
            ),
            (
                "quick-xml: writer fed the same events",
                Box::new(|| events.iter().map(|events| write_events(events)).sum()),
            ),
            (
                "azrkit: JSON from what was read",
                Box::new(|| messages.iter().map(|message| json::to_json(&message.document).len()).sum()),
            ),
            (
                "azrkit: XML from JSON",
                Box::new(|| {
                    let written = texts.iter().map(|text| json::to_xml(&packs, text, &Options::default()));
                    written.map(|written| written.map_or(0, |written| written.xml.len())).sum()
                }),
            ),
        ];
        Ok(contest.run(peers))
    }
}

/// Runs one thing over and over.
pub(crate) fn only(mix: &Mix, what: &str, times: usize) -> Result<(), String> {
    let mut reader = mix.standards.reader();
    let mut run: Box<dyn FnMut() -> usize + '_> = match what {
        "check" => Box::new(|| check(&mut reader, mix, &Options::default())),
        "tokenize" => Box::new(|| tokenize(mix, true)),
        "libxml2" => {
            let mut peers = Peers::new(mix)?;
            Box::new(move || validate(&mut peers.libxml2, mix))
        }
        "write" | "json" => {
            let xml = what == "write";
            Box::new(move || {
                let written = mix.messages.iter().map(|(_, bytes)| {
                    let message = reader.read(bytes, &Options::default());
                    if !xml {
                        return json::to_json(&message.document).len();
                    }
                    (0..20).map(|_| write::to_xml(&message.document).len()).sum()
                });
                written.sum()
            })
        }
        "quick-write" => {
            let events = events(mix)?;
            Box::new(move || events.iter().map(|events| write_events(events)).sum())
        }
        "open" => Box::new(|| {
            let opened = azrkit::standard::builtin().map(|(_, bytes)| {
                azrkit_standard::pack::Pack::open(bytes).map_or(0, |pack| pack.types.len())
            });
            opened.iter().sum()
        }),
        _ => return Err(format!("{what} is nothing that can be run")),
    };
    let sum: usize = (0..times).map(|_| run()).sum();
    println!("{what}: {sum}");
    Ok(())
}

// A frame of its own, for profilers.
#[inline(never)]
fn check(reader: &mut Reader<'_>, mix: &Mix, options: &Options) -> usize {
    for (_, bytes) in &mix.messages {
        std::hint::black_box(reader.check(bytes, options));
    }
    mix.bytes()
}

// A frame of its own, for profilers.
#[inline(never)]
fn tokenize(mix: &Mix, end_tags: bool) -> usize {
    for (_, bytes) in &mix.messages {
        let mut reader = quick_xml::Reader::from_reader(bytes.as_slice());
        reader.config_mut().check_end_names = end_tags;
        loop {
            match reader.read_event() {
                Ok(Event::Eof) | Err(_) => break,
                Ok(event) => {
                    std::hint::black_box(event);
                }
            }
        }
    }
    mix.bytes()
}

// A frame of its own, for profilers.
#[inline(never)]
fn validate(peer: &mut peer::Peer, mix: &Mix) -> usize {
    for (_, bytes) in &mix.messages {
        std::hint::black_box(peer.judge(bytes));
    }
    mix.bytes()
}

fn events(mix: &Mix) -> Result<Vec<Vec<Event<'_>>>, String> {
    let of_message = |(_, bytes): &'_ (String, Vec<u8>)| -> Result<Vec<Event<'_>>, String> {
        let mut reader = quick_xml::Reader::from_reader(bytes.as_slice());
        let mut events = Vec::new();
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Eof => return Ok(events),
                event => events.push(event.into_owned()),
            }
        }
    };
    mix.messages.iter().map(of_message).collect()
}

// A frame of its own, for profilers.
#[inline(never)]
fn write_events(events: &[Event<'_>]) -> usize {
    let mut writer = quick_xml::Writer::new(Vec::new());
    for event in events {
        if writer.write_event(event.borrow()).is_err() {
            return 0;
        }
    }
    writer.into_inner().len()
}
