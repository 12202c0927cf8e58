//! Collecting findings while reading, and giving them line, column and path at the end.

use azrkit_standard::pack::Pack;

use super::tag::RawAttribute;
use crate::message::document::Document;
use crate::message::report::{Code, Finding, Lang, Layer, MessageInfo, Report, Severity};
pub(super) use crate::message::texts::Args;
use crate::message::texts::{sentence, shorten};

/// Where a finding is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Offset in the input.
    pub(super) offset: u32,
    /// Row of the element; beyond the table for the document as a whole.
    pub(super) node: u32,
    /// Place of the attribute's name in the input, where it is about an attribute.
    pub(super) attribute: Option<(u32, u16)>,
}

impl Place {
    /// At the start tag of an element.
    pub(super) fn element(offset: u32, node: u32) -> Self {
        Self { offset, node, attribute: None }
    }

    /// At an attribute of an element.
    pub(super) fn attribute(raw: &RawAttribute, node: u32) -> Self {
        let len = raw.qname_len.min(u32::from(u16::MAX)) as u16;
        Self { offset: raw.qname, node, attribute: Some((raw.qname, len)) }
    }
}

#[derive(Debug)]
struct Pending {
    place: Place,
    code: Code,
    severity: Severity,
    rule: Option<String>,
    text: String,
    expected: Option<String>,
    value: Option<String>,
}

/// The findings so far.
#[derive(Debug)]
pub(super) struct Findings {
    list: Vec<Pending>,
    max: usize,
    more: usize,
    schema_valid: bool,
    valid: bool,
    /// Language of the sentences.
    pub(super) lang: Lang,
    /// Open elements that were reported as a whole: what is wrong in them is not reported again.
    pub(super) muted: u32,
}

impl Findings {
    pub(super) fn new(lang: Lang, max: usize) -> Self {
        Self { list: Vec::new(), max, more: 0, schema_valid: true, valid: true, lang, muted: 0 }
    }

    /// Adds a finding of the code's own severity.
    pub(super) fn add(&mut self, code: Code, place: Place, args: Args) {
        if self.muted > 0 && code.layer() != Layer::Xml {
            return;
        }
        let text = sentence(code, self.lang, &args, "");
        self.push(Pending {
            place,
            code,
            severity: code.severity(),
            rule: None,
            text,
            expected: args.expected,
            value: args.value.map(|value| shorten(&value)),
        });
    }

    /// Adds a finding of a rule, with the rule's sentence.
    pub(super) fn add_rule(
        &mut self,
        severity: Severity,
        place: Place,
        rule: &str,
        text: &str,
        value: Option<String>,
    ) {
        self.push(Pending {
            place,
            code: Code::Rule,
            severity,
            rule: Some(rule.to_owned()),
            text: text.to_owned(),
            expected: None,
            value: value.map(|value| shorten(&value)),
        });
    }

    fn push(&mut self, pending: Pending) {
        self.valid &= pending.severity != Severity::Error;
        self.schema_valid &= !matches!(pending.code.layer(), Layer::Xml | Layer::Schema);
        if self.list.len() < self.max { self.list.push(pending) } else { self.more += 1 }
    }

    /// No further findings are kept, only counted.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= self.max
    }

    /// Takes back findings that turned out to come of another one.
    pub(super) fn retract(&mut self, comes_of_it: impl Fn(Place, Code) -> bool) {
        self.list.retain(|pending| !comes_of_it(pending.place, pending.code));
    }

    /// Takes back what a character that XML does not allow led to: that the value of its element or attribute is
    /// wrong, or that its tag cannot be read.
    fn retract_by_character(&mut self, document: &Document<'_>) {
        let Some(at) = self.list.iter().find(|pending| pending.code == Code::IllegalCharacter) else {
            return;
        };
        let at = at.place.offset;
        let nodes = &document.tape.nodes;
        let node = nodes.partition_point(|row| row.start <= at).wrapping_sub(1) as u32;
        self.retract(|place, code| match code.layer() {
            Layer::Xml => {
                let passed = document.input.as_bytes().get(place.offset as usize..at as usize);
                code != Code::IllegalCharacter && passed.is_some_and(|passed| !passed.contains(&b'>'))
            }
            _ => {
                let run = document.input.as_bytes().get(place.offset as usize..at as usize);
                let text = code == Code::UnexpectedText && run.is_some_and(|run| !run.contains(&b'<'));
                place.node == node && place.offset <= at || text
            }
        });
    }

    /// The report: findings in the order of their places, with line, column and path.
    pub(super) fn finish(mut self, document: &Document<'_>, message: MessageInfo) -> Report {
        self.retract_by_character(document);
        self.list.sort_by_key(|pending| pending.place.offset);
        let mut cursor = Cursor::new(document.input.as_bytes());
        let findings = self
            .list
            .into_iter()
            .map(|pending| {
                let (line, column) = cursor.locate(pending.place.offset as usize);
                Finding {
                    code: pending.code,
                    severity: pending.severity,
                    layer: pending.code.layer(),
                    line,
                    column,
                    path: path(document, pending.place),
                    rule: pending.rule,
                    text: pending.text,
                    expected: pending.expected,
                    value: pending.value,
                }
            })
            .collect();
        Report { valid: self.valid, schema_valid: self.schema_valid, message, findings, more: self.more }
    }
}

fn path(document: &Document<'_>, place: Place) -> String {
    let mut path = document.node(place.node).map_or_else(|| "/".to_owned(), |node| node.path());
    if let Some((start, len)) = place.attribute {
        let name = document.input.get(start as usize..start as usize + usize::from(len)).unwrap_or("");
        path.push_str("/@");
        path.push_str(name);
    }
    path
}

/// Finds lines and columns for ascending offsets, reading the input once.
struct Cursor<'a> {
    input: &'a [u8],
    offset: usize,
    line: u32,
    column: u32,
}

impl<'a> Cursor<'a> {
    fn new(input: &'a [u8]) -> Self {
        Self { input, offset: 0, line: 1, column: 1 }
    }

    fn locate(&mut self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.input.len()).max(self.offset);
        let passed = &self.input[self.offset..offset];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u32;
        let tail = match memchr::memrchr(b'\n', passed) {
            Some(at) => {
                self.column = 1;
                &passed[at + 1..]
            }
            None => passed,
        };
        self.column += tail.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32;
        self.offset = offset;
        (self.line, self.column)
    }
}

/// Label of an element declaration, in a language; its name where it has none.
pub(super) fn label<'a>(pack: &Pack<'a>, element: u32, lang: Lang) -> &'a str {
    let Some(row) = pack.elements.get(element as usize) else { return "" };
    let label = lang.choose(pack.str(row.label), pack.str(row.label_en));
    if label.is_empty() { pack.local(row.name.get()) } else { label }
}
