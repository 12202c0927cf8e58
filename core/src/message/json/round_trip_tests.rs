//! Random documents of every message, right in their structure and broken, through JSON and back.

use azrkit_standard::model::XSI;
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, attribute, kind, type_flag};

use super::check::to_xml_as_it_is;
use super::order::{Content, uri_of};
use super::tests::standards;
use super::{to_json, to_xml};
use crate::message::read::{Options, Reader};
use crate::message::write;
use crate::message::write::prefixes::standard_prefix;

/// A small generator of numbers that repeats (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize).checked_rem(bound).unwrap_or(0)
    }

    fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }
}

struct Generator<'p, 'a> {
    pack: &'p Pack<'a>,
    dice: Dice,
    out: String,
    budget: usize,
    /// One element in so many is broken; 0 for none.
    faults: usize,
}

impl Generator<'_, '_> {
    fn qname(&self, name: u32) -> String {
        let uri = uri_of(self.pack, name);
        let prefix = standard_prefix(std::slice::from_ref(self.pack), uri);
        let local = self.pack.local(name);
        if uri.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
    }

    fn message(mut self, element: u32) -> String {
        let declarations: String = self
            .pack
            .namespaces
            .iter()
            .filter(|row| row.prefix.len.get() > 0 && self.pack.str(row.prefix) != "xml")
            .map(|row| format!(" xmlns:{}=\"{}\"", self.pack.str(row.prefix), self.pack.str(row.uri)))
            .collect();
        let xsi =
            if declarations.contains("xmlns:xsi=") { String::new() } else { format!(" xmlns:xsi=\"{XSI}\"") };
        self.element(element, &format!("{declarations}{xsi} xsi:schemaLocation=\"a b\""), 0);
        self.out
    }

    fn element(&mut self, element: u32, extra: &str, depth: usize) {
        let row = &self.pack.elements[element as usize];
        let mut ty = row.ty.get();
        let mut typed = String::new();
        let abstract_type = |ty: u32| self.pack.types[ty as usize].flags & type_flag::ABSTRACT != 0;
        if abstract_type(ty) {
            let derived: Vec<_> = self
                .pack
                .global_types
                .iter()
                .filter(|row| derives(self.pack, row.row.get(), ty) && !abstract_type(row.row.get()))
                .collect();
            let chosen = derived[self.dice.below(derived.len())];
            typed = format!(" xsi:type=\"{}\"", self.qname(chosen.name.get()));
            ty = chosen.row.get();
        }
        let qname = self.qname(row.name.get());
        self.out.push_str(&format!("<{qname}{extra}{typed}"));
        let ty = &self.pack.types[ty as usize];
        for row in self.pack.attributes_of(ty) {
            if row.flags.get() & attribute::REQUIRED != 0 || self.dice.one_in(2) {
                let value = match self.pack.str(row.value) {
                    "" => self.value(row.simple.get()),
                    fixed => fixed.to_owned(),
                };
                let name = self.qname(row.name.get());
                self.out.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        self.out.push('>');
        match ty.kind {
            kind::SIMPLE => {
                let value = match self.pack.str(row.value) {
                    "" => self.value(ty.simple.get()),
                    fixed => fixed.to_owned(),
                };
                self.out.push_str(&value);
            }
            kind::EMPTY => {}
            kind::ANY => self.foreign(depth),
            other => self.content(ty, other == kind::MIXED, depth),
        }
        self.out.push_str(&format!("</{qname}>"));
    }

    fn content(&mut self, ty: &rows::Type, mixed: bool, depth: usize) {
        let Some(content) = Content::of(self.pack, ty) else { return };
        let states = self.pack.states_of(content.model);
        let mut state = 0;
        let is_all = content.model.kind == rows::model::ALL;
        let mut members: Vec<usize> = Vec::new();
        for _ in 0..200 {
            let row = &states[usize::from(state)];
            let steps = self.pack.steps_of(row);
            let anys = self.pack.any_steps_of(row);
            self.budget = self.budget.saturating_sub(1);
            let tired = self.budget == 0 || depth > 12;
            if mixed && self.dice.one_in(2) {
                self.out.push_str(" t&amp;t ");
            }
            if is_all {
                let left: Vec<usize> = (0..steps.len()).filter(|at| !members.contains(at)).collect();
                let Some(at) = left.get(self.dice.below(left.len() + 1)) else { return };
                members.push(*at);
                self.element(steps[*at].element.get(), "", depth + 1);
                continue;
            }
            if row.accept != 0 && (tired || steps.is_empty() && anys.is_empty() || self.dice.one_in(8)) {
                return;
            }
            // When tired, the way that ends soonest: a step that must be taken.
            let at = if tired {
                let must = steps.iter().position(|step| step.flags.get() & rows::step::MUST != 0);
                must.unwrap_or_else(|| self.dice.below(steps.len()))
            } else {
                self.dice.below(steps.len() + anys.len())
            };
            let before = self.out.len();
            state = if let Some(step) = steps.get(at) {
                self.element(step.element.get(), "", depth + 1);
                step.next.get()
            } else if let Some(any) = anys.get(at - steps.len()) {
                self.wild(any, depth);
                any.next.get()
            } else {
                return;
            };
            if self.faults > 0 && self.dice.one_in(self.faults) {
                match self.dice.below(4) {
                    0 => self.out.truncate(before),
                    1 => {
                        let twice = self.out[before..].to_owned();
                        self.out.push_str(&twice);
                    }
                    2 => self.out.push_str("<unbekannt a=\"1\"><b/>x</unbekannt>"),
                    _ => {
                        let moved = self.out.split_off(before);
                        let place = self.out.rfind("><").map_or(before, |at| at + 1);
                        self.out.insert_str(place, &moved);
                    }
                }
            }
        }
    }

    /// An element that a wildcard admits.
    fn wild(&mut self, any: &rows::AnyStep, depth: usize) {
        let wildcard = &self.pack.wildcards[any.wildcard.get() as usize];
        let namespace = self.pack.wildcard_namespaces.get(wildcard.namespaces.get() as usize);
        if wildcard.process == 0 {
            let global = self.pack.global_elements[self.dice.below(self.pack.global_elements.len())];
            return self.element(global.row.get(), "", depth + 1);
        }
        let uri = match (wildcard.kind, namespace) {
            (2, Some(row)) => self.pack.str(self.pack.namespaces[row.get() as usize].uri),
            _ => "urn:fremd",
        };
        let form = self.dice.below(4);
        let (open, close) = match self.dice.below(3) {
            0 => (format!("<e:fremd xmlns:e=\"{uri}\" b=\"&#10;\" e:a=\"&lt;ü&gt;\">"), "</e:fremd>"),
            1 => (format!("<fremd xmlns=\"{uri}\">"), "</fremd>"),
            _ => (format!("<azr:fremd xmlns:azr=\"{uri}\">"), "</azr:fremd>"),
        };
        self.out.push_str(&open);
        match form {
            0 => {}
            1 => self.out.push_str("nur Text &amp; \"mehr\""),
            _ => self.foreign(depth),
        }
        self.out.push_str(close);
    }

    fn foreign(&mut self, depth: usize) {
        for _ in 0..self.dice.below(4) {
            match self.dice.below(if depth > 14 { 2 } else { 4 }) {
                0 => self.out.push_str(" Text\n"),
                1 => self.out.push_str("<x:leer xmlns:x=\"urn:x\" xml:lang=\"de\"/>"),
                2 => {
                    self.out.push_str("<y xmlns=\"\">");
                    self.foreign(depth + 1);
                    self.out.push_str("</y>");
                }
                _ => {
                    let global = self.pack.global_elements[self.dice.below(self.pack.global_elements.len())];
                    if depth < 4 {
                        self.element(global.row.get(), "", depth + 4);
                    }
                }
            }
        }
    }

    fn value(&mut self, simple: u32) -> String {
        let values = self.pack.enums_of(&self.pack.simples[simple as usize]);
        if !values.is_empty() {
            return self.pack.str(values[self.dice.below(values.len())].value).to_owned();
        }
        let all = [
            "",
            "true",
            "false",
            "1",
            "0",
            "-5",
            "007",
            "12",
            "2026-11-24",
            "Müller",
            " a  b ",
            "x &amp; &quot;y&quot; &lt; z",
            "&#13;",
            "12345678901234567890",
        ];
        all[self.dice.below(all.len())].to_owned()
    }
}

fn derives(pack: &Pack<'_>, mut ty: u32, base: u32) -> bool {
    while ty != base {
        match pack.types.get(ty as usize).map(|row| row.base.get()) {
            Some(next) if next < ty => ty = next,
            _ => return false,
        }
    }
    true
}

/// Through JSON and back. Where the document is not complete, nothing may be filled in.
fn round_trip(reader: &mut Reader<'_>, xml: &str, options: &Options, complete: bool) {
    let first = reader.read(xml.as_bytes(), options);
    let fatal =
        first.report.findings.iter().find(|finding| finding.layer == crate::message::report::Layer::Xml);
    assert!(fatal.is_none(), "{fatal:?}\n{xml}");
    let json = to_json(&first.document);
    let canonical = write::to_xml(&first.document);
    let indented = write::to_xml_with(&first.document, write::Layout::Indented);
    let again = reader.read(&canonical, options);
    assert_eq!(to_json(&again.document), json, "{xml}");
    assert_eq!(write::to_xml(&again.document), canonical, "{xml}");
    let again = reader.read(&indented, options);
    assert_eq!(to_json(&again.document), json, "{xml}");
    let packs = reader.packs().to_vec();
    let canonical = String::from_utf8(canonical);
    if complete {
        let written = to_xml(&packs, &json, options).map(|written| String::from_utf8(written.xml));
        assert_eq!(written.map_err(|report| report.findings), Ok(canonical), "{json}");
        return;
    }
    match to_xml_as_it_is(&packs, &json, options) {
        Ok(written) => assert_eq!(String::from_utf8(written), canonical, "{json}"),
        Err(findings) => panic!("{json}\n{findings:#?}"),
    }
}

/// Random documents of every global element; one element in `faults` is broken. Gives their number.
fn all_messages(faults: usize, rounds: u64) -> usize {
    let standards = standards();
    let packs = standards.packs();
    let mut reader = standards.reader();
    let options = Options { rules: false, ..Options::default() };
    let mut count = 0;
    for pack in &packs {
        for (at, global) in pack.global_elements.iter().enumerate() {
            if pack.elements[global.row.get() as usize].ty.get() == NONE {
                continue;
            }
            for seed in 0..rounds {
                let generator = Generator {
                    pack,
                    dice: Dice(0x9E37_79B9_7F4A_7C15 ^ (seed << 20) ^ (at as u64 + 1)),
                    out: String::new(),
                    budget: 40 + 60 * seed as usize,
                    faults,
                };
                let xml = generator.message(global.row.get());
                count += 1;
                round_trip(&mut reader, &xml, &options, faults == 0);
            }
        }
    }
    count
}

#[test]
fn every_message_comes_back_the_same() {
    let count = all_messages(0, 2);
    assert!(count > 600, "{count}");
}

#[test]
fn broken_messages_lose_nothing() {
    let count = all_messages(12, 2);
    assert!(count > 600, "{count}");
}
