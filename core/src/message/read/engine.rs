//! The state of one run, and the elements on the stack.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, kind, type_flag};

use super::decode::{Problem, Source};
use super::findings::{Args, Findings, Place, label};
use super::frame::{Frame, Mode, state, text_kind};
use super::known::{Known, NOTHING};
use super::names::{Binding, Name, NameCache};
use super::tag::RawAttribute;
use super::{Options, codes, words};
use crate::message::document::{AttributeRef, Document, Node, Tape, flag};
use crate::message::report::{Code, Lang, Layer, MessageInfo, Report};

/// Index of the XML namespace in the document's list.
pub(super) const URI_XML: u32 = 1;
/// Index of the schema instance namespace in the document's list.
pub(super) const URI_XSI: u32 = 2;

/// Buffers that are kept between messages.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) frames: Vec<Frame>,
    pub(super) bindings: Vec<Binding>,
    /// For each namespace of the document and each pack, the pack's row.
    pub(super) namespace_rows: Vec<u32>,
    pub(super) attributes: Vec<RawAttribute>,
    pub(super) names: NameCache,
    pub(super) code_lists: codes::ListCache,
    /// Elements that were reported as missing: depth, pack and name. One that comes late is not reported again.
    pub(super) missed: Vec<(u32, u8, u32)>,
    pub(super) ids: std::collections::HashSet<String>,
    /// References to such, and where they stand.
    pub(super) idrefs: Vec<(String, Place)>,
    /// Attributes of the current tag that its type does not have.
    pub(super) unknown: Vec<RawAttribute>,
    /// Rows of the elements whose types have rules, ascending.
    pub(super) ruled: Vec<u32>,
    pub(super) rules: super::rules::Choices,
}

/// The state of one run.
pub(super) struct Engine<'r> {
    pub(super) packs: &'r [Pack<'r>],
    known: &'r [Known<'r>],
    pub(super) input: &'r [u8],
    /// The input as text, up to where it is not valid UTF-8.
    pub(super) input_text: &'r str,
    pub(super) tape: &'r mut Tape,
    pub(super) scratch: &'r mut Scratch,
    pub(super) options: &'r Options,
    pub(super) findings: Findings,
    /// The pack that describes the current element, its tables, and what is known of it.
    pub(super) pack: usize,
    now: &'r Pack<'r>,
    pub(super) known_now: &'r Known<'r>,
    /// Changes with the namespace bindings and the pack; cached names hold for one generation.
    pub(super) generation: u32,
    /// The generation of the last environment that was one too many to be kept.
    pub(super) uncached: u32,
    pub(super) has_cr: bool,
    /// The message can not be read on.
    pub(super) stopped: bool,
}

/// Reads a message into the tape and gives the report.
pub(super) fn run<'r>(
    packs: &'r [Pack<'r>],
    known: &'r [Known<'r>],
    scratch: &'r mut Scratch,
    tape: &'r mut Tape,
    source: Source<'r>,
    options: &'r Options,
) -> Report {
    reset(tape, scratch, packs);
    let mut engine = Engine {
        packs,
        known,
        input: source.bytes,
        input_text: source.text,
        tape,
        scratch,
        options,
        findings: Findings::new(options.lang, options.max_findings),
        pack: 0,
        now: packs.first().unwrap_or(&NO_PACK),
        known_now: known.first().unwrap_or(&NOTHING),
        generation: 0,
        uncached: u32::MAX,
        has_cr: source.has_cr,
        stopped: false,
    };
    engine.change_environment();
    engine.document_problem(&source);
    if !engine.stopped {
        engine.tokens();
    }
    engine.close_all();
    if !engine.stopped {
        engine.check_references();
    }
    let Engine { tape, scratch, mut findings, stopped, .. } = engine;
    let document = Document { packs, input: source.text, tape };
    let root = document.root().map(|root| *root.row());
    let message = root.filter(|row| row.element != NONE).and_then(|row| {
        let index = usize::from(row.pack);
        known.get(index)?.message(packs.get(index)?, row.element)
    });
    if options.rules && !stopped {
        super::rules::check(&document, known, message, scratch, &mut findings);
    }
    let known = root.and_then(|row| known.get(usize::from(row.pack))).unwrap_or(&NOTHING);
    findings.finish(&document, info(&document, message, known))
}

/// Where no pack is open.
static NO_PACK: Pack<'static> = Pack::EMPTY;
fn reset(tape: &mut Tape, scratch: &mut Scratch, packs: &[Pack<'_>]) {
    tape.nodes.clear();
    tape.attributes.clear();
    tape.foreign.clear();
    tape.side.clear();
    scratch.frames.clear();
    scratch.bindings.clear();
    scratch.missed.clear();
    scratch.ids.clear();
    scratch.idrefs.clear();
    scratch.unknown.clear();
    scratch.ruled.clear();
    scratch.code_lists.clear();
    scratch.bindings.push(Binding { prefix: 0, prefix_len: 0, uri: 0 });
    // Namespaces, and the names resolved by them, are kept: the next message most likely has the same.
    if !tape.uris.is_empty() && tape.uris.len() < 256 && !scratch.names.is_full() {
        return;
    }
    tape.uris.clear();
    scratch.names.clear();
    scratch.namespace_rows.clear();
    for uri in ["", azrkit_standard::model::XML, azrkit_standard::model::XSI] {
        tape.uris.push(uri.to_owned());
        scratch
            .namespace_rows
            .extend(packs.iter().map(|pack| pack.namespace(uri.as_bytes()).unwrap_or(NONE)));
    }
}

/// What the report says about which message it is.
fn info(document: &Document<'_>, message: Option<&rows::Message>, known: &Known<'_>) -> MessageInfo {
    let Some(root) = document.root() else { return MessageInfo::default() };
    let pack = root.pack();
    let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    let attribute = |name: u32, local: &str| {
        let named = |row: &AttributeRef<'_>| row.row.name == name && name != NONE;
        root.attributes()
            .find(named)
            .map(|row| row.value())
            .or_else(|| root.attribute(local))
            .map(str::to_owned)
    };
    MessageInfo {
        standard: attribute(known.standard, "standard").or_else(|| message.and(text(pack.standard()))),
        version: attribute(known.version, "version").or_else(|| message.and(text(pack.version()))),
        number: message.and_then(|message| text(pack.str(message.number))),
        element: text(root.local()),
    }
}

impl<'r> Engine<'r> {
    fn document_problem(&mut self, source: &Source<'_>) {
        let lang = self.options.lang;
        let whole = Place { offset: 0, node: NONE, attribute: None };
        match &source.problem {
            None => {}
            Some(Problem::TooLarge) => {
                let expected = Some(self.options.max_size.to_string());
                self.stop(Code::TooLarge, whole, Args { expected, ..Args::default() });
            }
            Some(Problem::Encoding(name)) => {
                let detail = match lang {
                    Lang::De => format!("{name} wird nicht unterstützt oder passt nicht zu den Bytes"),
                    Lang::En => format!("{name} is not supported or does not fit the bytes"),
                };
                self.stop(Code::Encoding, whole, Args { detail, ..Args::default() });
            }
            Some(Problem::Character(at)) => {
                let character = String::from_utf8_lossy(&self.input[*at..self.input.len().min(at + 3)])
                    .chars()
                    .next()
                    .map_or(0, u32::from);
                let place = Place { offset: *at as u32, ..whole };
                self.findings.add(
                    Code::IllegalCharacter,
                    place,
                    Args { value: Some(format!("U+{character:04X}")), ..Args::default() },
                );
            }
        }
        if source.ascii
            && let Some(at) = self.input.iter().position(|byte| !byte.is_ascii())
        {
            let detail = "US-ASCII".to_owned();
            self.stop(
                Code::Encoding,
                Place { offset: at as u32, ..whole },
                Args { detail, ..Args::default() },
            );
        }
    }

    /// The place of a finding that is not about a start tag: in the innermost open element.
    pub(super) fn here(&self, offset: u32) -> Place {
        Place::element(offset, self.scratch.frames.last().map_or(NONE, |frame| frame.node))
    }

    /// Reports and stops reading.
    pub(super) fn stop(&mut self, code: Code, place: Place, args: Args) {
        self.findings.add(code, place, args);
        self.stopped = true;
    }

    /// Reports a breach of XML's grammar and stops reading.
    pub(super) fn ill_formed(&mut self, offset: u32, de: &str, en: &str) {
        let detail = if self.options.lang == Lang::De { de } else { en }.to_owned();
        self.stop(Code::NotWellFormed, self.here(offset), Args { detail, ..Args::default() });
    }

    #[inline]
    pub(super) fn current(&self) -> &'r Pack<'r> {
        self.now
    }

    /// Takes another pack's tables.
    pub(super) fn set_pack(&mut self, index: usize) {
        self.pack = index;
        self.now = self.packs.get(index).unwrap_or(&NO_PACK);
        self.known_now = self.known.get(index).unwrap_or(&NOTHING);
    }

    pub(super) fn bytes(&self, start: u32, len: u32) -> &'r [u8] {
        self.input.get(start as usize..(start + len) as usize).unwrap_or(b"")
    }

    pub(super) fn str(&self, start: u32, len: u32) -> &'r str {
        self.input_text.get(start as usize..(start + len) as usize).unwrap_or("")
    }

    /// How deep elements may be nested.
    pub(super) fn deepest(&self) -> usize {
        self.options.max_depth.min(super::DEEPEST)
    }

    /// A start tag.
    pub(super) fn open(&mut self, start: u32, name_len: u32, attributes_len: u32, empty: bool) {
        let node = self.tape.nodes.len() as u32;
        let deepest = self.deepest();
        if self.scratch.frames.len() >= deepest {
            let expected = Some(deepest.to_string());
            return self.stop(Code::TooDeep, self.here(start), Args { expected, ..Args::default() });
        }
        if self.scratch.frames.is_empty() && node > 0 {
            // The other one is the message, most likely, or its content.
            self.findings.retract(|place, code| {
                code == Code::UnknownMessage || place.node == 0 && code == Code::MissingElement
            });
            return self.ill_formed(
                start,
                "nach dem Wurzelelement darf kein weiteres Element stehen",
                "there must be no element after the root element",
            );
        }
        let outer = self.scratch.bindings.len() as u32;
        self.scratch.attributes.clear();
        if attributes_len > 0 && !self.attributes(node, start + 1 + name_len, attributes_len) {
            return;
        }
        let Some(name) = self.element_name(start + 1, name_len) else { return };
        self.opened(start, name_len, name, outer, empty);
    }

    /// A start tag that is well-formed and whose attributes lie in the scratch list. `outer` is the number of
    /// namespace bindings before it.
    pub(super) fn opened(&mut self, start: u32, name_len: u32, name: Name, outer: u32, empty: bool) {
        if let Some(parent) = self.scratch.frames.last_mut() {
            parent.flags &= !state::TEXT_OPEN;
        }
        let node = self.tape.nodes.len() as u32;
        self.tape.nodes.push(Node {
            start,
            value: 0,
            value_len: 0,
            name: name.row,
            element: NONE,
            ty: NONE,
            parent: self.scratch.frames.last().map_or(0, |frame| frame.node),
            end: 0,
            attributes: self.tape.attributes.len() as u32,
            attribute_count: 0,
            pack: self.pack as u8,
            flags: 0,
        });
        let plan = self.plan(node, start, name_len, name);
        let frame = self.enter(node, start, name_len, outer, plan);
        if self.stopped {
            return;
        }
        let row = &mut self.tape.nodes[node as usize];
        // The pack may be another one now: the name's row is then another one, too.
        if usize::from(row.pack) != self.pack {
            let renamed = self.element_name(start + 1, name_len).map_or(NONE, |name| name.row);
            let row = &mut self.tape.nodes[node as usize];
            row.name = renamed;
            row.pack = self.pack as u8;
        }
        let row = &mut self.tape.nodes[node as usize];
        row.element = frame.element;
        row.ty = frame.ty;
        if row.name == NONE {
            self.tape.foreign.push((node, name.uri));
        }
        self.scratch.frames.push(frame);
        if empty {
            self.close(start);
        }
    }

    /// Finds the type for the planned declaration, checks the attributes, and makes the frame.
    fn enter(
        &mut self,
        node: u32,
        start: u32,
        name_len: u32,
        outer: u32,
        plan: super::content::Plan,
    ) -> Frame {
        use super::content::Plan;
        let mut frame = Frame {
            node,
            start,
            name_len,
            ty: NONE,
            element: NONE,
            states: 0,
            state: 0,
            seen: 0,
            placeholder: NONE,
            before: NONE,
            jumper: NONE,
            before_jump: NONE,
            bindings: outer,
            text: 0,
            text_len: 0,
            code_node: NONE,
            mode: Mode::Skip,
            pack: self.pack as u8,
            text_kind: text_kind::NOTHING,
            flags: 0,
        };
        let declared = match plan {
            Plan::Skip => {
                self.keep_attributes(node);
                return frame;
            }
            Plan::Element(element) | Plan::Reported(element) => {
                if matches!(plan, Plan::Reported(_)) {
                    frame.flags |= state::MUTED;
                    self.findings.muted += 1;
                }
                frame.element = element;
                self.current().elements.get(element as usize).map_or(NONE, |row| row.ty.get())
            }
            Plan::Lax => super::xsi::ANY_TYPE,
        };
        let lax = matches!(plan, Plan::Lax);
        let Some(ty) = self.effective_type(&mut frame, declared, lax) else {
            self.keep_attributes(node);
            return frame;
        };
        frame.pack = self.pack as u8;
        frame.ty = ty;
        let pack = self.current();
        let row = &pack.types[ty as usize];
        if row.rule_count.get() > 0 {
            self.scratch.ruled.push(node);
        }
        if row.flags & type_flag::ABSTRACT != 0 {
            let expected = Some(self.concrete_types(ty));
            let args = Args {
                field: label(pack, frame.element, self.options.lang).to_owned(),
                expected,
                ..Args::default()
            };
            self.fault(Code::AbstractType, Place::element(start, node), args);
            self.keep_attributes(node);
            frame.mode = Mode::Skip;
            return frame;
        }
        if !self.scratch.attributes.is_empty() || row.required_count.get() > 0 {
            self.check_attributes(&mut frame, row);
        }
        frame.mode = match row.kind {
            // XML Schema Part 1, cvc-elt 3.2.1: neither characters nor elements.
            _ if frame.flags & state::NIL != 0 => Mode::Empty,
            kind::SIMPLE => Mode::Simple,
            kind::EMPTY => Mode::Empty,
            kind::ANY => Mode::Lax,
            other => {
                let model = &pack.models[row.model.get() as usize];
                frame.states = model.states.get();
                match (model.kind == rows::model::ALL, other == kind::MIXED) {
                    (false, false) => Mode::Elements,
                    (false, true) => Mode::Mixed,
                    (true, false) => Mode::All,
                    (true, true) => Mode::MixedAll,
                }
            }
        };
        frame
    }

    /// A finding at an element, which is marked for the rules. Where nothing was said of the field, its name is.
    pub(super) fn fault(&mut self, code: Code, place: Place, mut args: Args) {
        if let Some(row) = self.tape.nodes.get_mut(place.node as usize) {
            row.flags |= flag::FAULTY;
            if args.field.is_empty() && args.name.is_empty() {
                let start = row.start;
                let rest = self.input_text.get(start as usize + 1..).unwrap_or("");
                let len = rest.find([' ', '\t', '\n', '\r', '/', '>']).unwrap_or(rest.len());
                args.name = self.local(start, len as u32);
            }
        }
        self.findings.add(code, place, args);
    }

    /// An end tag.
    pub(super) fn end_tag(&mut self, start: u32, end: u32) {
        let mut name = self.bytes(start + 2, end - 1 - (start + 2));
        let Some(frame) = self.scratch.frames.last() else {
            return self.ill_formed(start, "ein Ende-Tag ohne Start-Tag", "an end tag without a start tag");
        };
        let expected = self.bytes(frame.start + 1, frame.name_len);
        if !words::equal(name, expected) {
            name = name.trim_ascii_end();
        }
        if name.len() != expected.len() || !words::equal(name, expected) {
            let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
            let args = Args {
                value: Some(format!("</{}>", text(name))),
                expected: Some(format!("<{}>", text(expected))),
                ..Args::default()
            };
            self.retract_by_mismatch(name);
            return self.stop(Code::TagMismatch, self.here(start), args);
        }
        self.close(start);
    }

    /// Takes back what a missing or superfluous tag led to: that the children of the open element do not fit, or that
    /// the last child of the name which the end tag has lacks what now stands behind it.
    fn retract_by_mismatch(&mut self, name: &[u8]) {
        let Some(frame) = self.scratch.frames.last() else { return };
        let (open, nodes) = (frame.node, &self.tape.nodes);
        let closed_early = (open as usize + 1..nodes.len()).rev().find(|at| {
            let row = &nodes[*at];
            row.parent == open && self.bytes(row.start + 1, name.len() as u32) == name
        });
        self.findings.retract(|place, code| {
            let structure = matches!(
                code,
                Code::UnexpectedElement
                    | Code::UnknownElement
                    | Code::MissingElement
                    | Code::TooMany
                    | Code::UnexpectedText
                    | Code::ElementInText
            );
            // Where the child of that name was closed early, all of it is in doubt.
            let in_doubt =
                closed_early.is_some_and(|at| place.node as usize >= at) && code.layer() != Layer::Xml;
            let of_child = nodes.get(place.node as usize).is_some_and(|row| row.parent == open);
            in_doubt || structure && (place.node == open || of_child && code != Code::MissingElement)
        });
    }

    /// The end of the innermost element; `at` is the offset of its end tag (of its start tag if it is empty).
    pub(super) fn close(&mut self, at: u32) {
        let Some(frame) = self.scratch.frames.pop() else { return };
        let index = frame.node as usize;
        self.tape.nodes[index].end = self.tape.nodes.len() as u32;
        match frame.mode {
            Mode::Simple => {
                let row = &mut self.tape.nodes[index];
                row.value = frame.text;
                row.value_len = frame.text_len;
                if frame.text_kind == text_kind::SIDE {
                    row.flags |= flag::SIDE;
                }
                if frame.flags & (state::BAD | state::NIL) == 0 {
                    self.check_element_value(&frame);
                }
                if let Some(parent) = self.scratch.frames.last_mut()
                    && self.tape.nodes[index].name == self.known_now.code
                {
                    parent.code_node = frame.node;
                }
            }
            Mode::Elements | Mode::Mixed | Mode::All | Mode::MixedAll => {
                if frame.flags & state::NIL == 0 {
                    self.check_end(&frame, at);
                }
                if frame.code_node != NONE {
                    self.check_code(&frame);
                }
                if frame.mode == Mode::Mixed || frame.mode == Mode::MixedAll {
                    self.fold_text(index);
                }
            }
            Mode::Lax | Mode::Skip => self.fold_text(index),
            Mode::Empty => {}
        }
        if frame.flags & state::MUTED != 0 {
            self.findings.muted -= 1;
        }
        if self.scratch.bindings.len() > frame.bindings as usize {
            self.scratch.bindings.truncate(frame.bindings as usize);
            self.change_environment();
        }
        let depth = self.scratch.frames.len() as u32;
        while self.scratch.missed.last().is_some_and(|missed| missed.0 > depth) {
            self.scratch.missed.pop();
        }
        if let Some(parent) = self.scratch.frames.last()
            && usize::from(parent.pack) != self.pack
        {
            self.set_pack(usize::from(parent.pack));
            self.change_environment();
        }
    }

    /// An undescribed element that holds nothing but one piece of text gets it as its value.
    fn fold_text(&mut self, index: usize) {
        if self.tape.nodes.len() == index + 2 && self.tape.nodes[index + 1].flags & flag::TEXT != 0 {
            let text = self.tape.nodes[index + 1];
            let row = &mut self.tape.nodes[index];
            row.value = text.value;
            row.value_len = text.value_len;
            row.flags |= text.flags & flag::SIDE;
            row.end = index as u32 + 1;
            self.tape.nodes.pop();
        }
    }

    /// Closes what is still open after reading had to stop, so that the table is whole.
    fn close_all(&mut self) {
        let len = self.tape.nodes.len() as u32;
        while let Some(frame) = self.scratch.frames.pop() {
            self.tape.nodes[frame.node as usize].end = len;
        }
        for row in &mut self.tape.nodes {
            if row.end == 0 {
                row.end = len;
            }
        }
    }

    pub(super) fn end_of_input(&mut self, at: u32) {
        if !self.scratch.frames.is_empty() {
            self.ill_formed(
                at,
                "die Nachricht bricht ab, Elemente sind nicht geschlossen",
                "the message breaks off, elements are not closed",
            );
        } else if self.tape.nodes.is_empty() {
            self.ill_formed(at, "es gibt kein Wurzelelement", "there is no root element");
        }
    }
}
