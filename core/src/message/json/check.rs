//! The calls from JSON: to XML, and the check of a message that is given as JSON.

use azrkit_standard::pack::Pack;

use super::faults::{Args, Faults, finding};
use super::input::Input;
use super::places::Places;
use super::tree::{self, Fault};
use crate::message::document::{Document, NodeRef};
use crate::message::read::{DEEPEST, Options, Reader};
use crate::message::report::{Code, Finding, Lang, Layer, Report, Severity};
use crate::message::write::Layout;

/// A message that was written from JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The XML.
    pub xml: Vec<u8>,
}

/// A message that was given as JSON and checked.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// What was found; paths are JSON Pointers.
    pub report: Report,
    /// The XML, if the JSON could be written as XML without loss. It may be sent if the report is valid.
    pub xml: Option<Vec<u8>>,
}

/// Writes a message that is given as JSON as XML, in the compact layout.
///
/// What is filled in is said at the [module](super). Only `lang`, `max_size`, `max_depth`, `max_attributes` and `max_findings`
/// of the options count.
///
/// # Errors
/// A report, where the text is not JSON, is not of the form of [the module](super), or names no message of the open packs.
/// Whether the message itself is right is not looked at: see [`check`].
pub fn to_xml(packs: &[Pack<'_>], json: &str, options: &Options) -> Result<Written, Box<Report>> {
    to_xml_with(packs, json, options, Layout::Compact)
}

/// As [`to_xml`], in a layout.
///
/// # Errors
/// As [`to_xml`].
pub fn to_xml_with(
    packs: &[Pack<'_>],
    json: &str,
    options: &Options,
    layout: Layout,
) -> Result<Written, Box<Report>> {
    let tree = parse(json, options)?;
    let (xml, _, faults) = convert(packs, &tree, options, layout, true);
    if faults.is_empty() {
        return Ok(Written { xml });
    }
    let mut report = Report { more: faults.more, ..Report::default() };
    report.findings = faults.list.into_iter().map(|(_, finding)| finding).collect();
    Err(Box::new(report))
}

/// Checks a message that is given as JSON: its form first, then all that the reader checks.
///
/// One fault in the JSON gives one finding: what the reader finds at or below the place of a value of the wrong form, it
/// finds only because of that, and so it is left out.
pub fn check(reader: &mut Reader<'_>, json: &str, options: &Options) -> Checked {
    check_then(reader, json, options, |_| ()).0
}

/// As [`check`], and what is made of the message as it was read; none where it is no XML.
pub(crate) fn check_then<T>(
    reader: &mut Reader<'_>,
    json: &str,
    options: &Options,
    then: impl FnOnce(&Document<'_>) -> T,
) -> (Checked, Option<T>) {
    let tree = match parse(json, options) {
        Ok(tree) => tree,
        Err(report) => return (Checked { report: *report, xml: None }, None),
    };
    let packs = reader.packs().to_vec();
    let (xml, places, faults) = convert(&packs, &tree, options, Layout::Compact, true);
    if places.is_empty() {
        let mut report = Report { more: faults.more, ..Report::default() };
        report.findings = faults.list.into_iter().map(|(_, finding)| finding).collect();
        return (Checked { report, xml: None }, None);
    }
    let message = reader.read(&xml, options);
    let made = then(&message.document);
    let report = merge(message.report, &message.document, &places, faults, options);
    let lossless = !report.findings.iter().any(|finding| is_of_json(finding.code));
    (Checked { report, xml: lossless.then_some(xml) }, lossless.then_some(made))
}

/// As [`to_xml`], filling nothing in.
#[cfg(test)]
pub(super) fn to_xml_as_it_is(
    packs: &[Pack<'_>],
    json: &str,
    options: &Options,
) -> Result<Vec<u8>, Vec<Finding>> {
    let tree = parse(json, options).map_err(|report| report.findings)?;
    let (xml, _, faults) = convert(packs, &tree, options, Layout::Compact, false);
    if faults.is_empty() {
        Ok(xml)
    } else {
        Err(faults.list.into_iter().map(|(_, finding)| finding).collect())
    }
}

/// What is written for a text, even where there are findings; and whether there are none. None for what is no JSON.
#[cfg(test)]
pub(super) fn convert_text(packs: &[Pack<'_>], json: &str, options: &Options) -> Option<(Vec<u8>, bool)> {
    let tree = parse(json, options).ok()?;
    let (xml, places, faults) = convert(packs, &tree, options, Layout::Compact, true);
    (!places.is_empty()).then(|| (xml, faults.is_empty()))
}

fn parse<'t>(json: &'t str, options: &Options) -> Result<tree::Json<'t>, Box<Report>> {
    let json = json.strip_prefix('\u{FEFF}').unwrap_or(json);
    let refuse = |code: Code, args: Args| {
        let mut report = Report::default();
        report.findings.push(finding(code, options.lang, String::new(), args));
        Box::new(report)
    };
    if json.len() > options.max_size {
        let expected = Some(options.max_size.to_string());
        return Err(refuse(Code::TooLarge, Args { expected, ..Args::default() }));
    }
    // An element in an array is two levels; what is said of it may be two more.
    let deepest = options.max_depth.min(DEEPEST);
    let depth = 2 * deepest + 4;
    tree::parse(json, depth).map_err(|fault| match fault {
        Fault::TooDeep => {
            let expected = Some(deepest.to_string());
            refuse(Code::TooDeep, Args { expected, ..Args::default() })
        }
        Fault::Syntax(line, column, what) => {
            let detail = match options.lang {
                Lang::De => format!("Zeile {line}, Spalte {column}: {what}"),
                Lang::En => format!("line {line}, column {column}: {what}"),
            };
            refuse(Code::JsonSyntax, Args { detail, ..Args::default() })
        }
    })
}

fn convert<'x>(
    packs: &'x [Pack<'x>],
    tree: &'x tree::Json<'x>,
    options: &Options,
    layout: Layout,
    fill: bool,
) -> (Vec<u8>, Places<'x>, Faults) {
    let mut input = Input::new(packs, options, layout, fill);
    input.message(tree);
    let Input { sink, mut places, faults, .. } = input;
    let (xml, shift) = sink.finish();
    places.shift(shift);
    (xml, places, faults)
}

/// Codes of findings that are about the JSON and not about the message.
fn is_of_json(code: Code) -> bool {
    matches!(code, Code::JsonSyntax | Code::JsonUnknownKey | Code::JsonType | Code::JsonDoubleKey)
}

/// Joins the findings of both, in the order of their places.
fn merge(
    read: Report,
    document: &Document<'_>,
    places: &Places<'_>,
    faults: Faults,
    options: &Options,
) -> Report {
    let wrong: Vec<String> = faults
        .list
        .iter()
        .filter(|(_, finding)| finding.code != Code::JsonUnknownKey)
        .map(|(_, finding)| match finding.path.rsplit_once("/$") {
            // A key that says something of the element itself.
            Some((element, key)) if !key.contains('/') => element.to_owned(),
            _ => finding.path.clone(),
        })
        .collect();
    // A key that is not known was most likely meant for one that is missing.
    let mut unknown: Vec<String> = faults
        .list
        .iter()
        .filter(|(_, finding)| finding.code == Code::JsonUnknownKey)
        .map(|(_, finding)| {
            finding.path.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned())
        })
        .collect();
    let mut all = faults.list;
    for mut finding in read.findings {
        let (offset, path) = json_path(&finding.path, document, places);
        let is_consequence = wrong.iter().any(|wrong| {
            path.strip_prefix(wrong.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if is_consequence {
            continue;
        }
        if matches!(finding.code, Code::MissingElement | Code::MissingAttribute)
            && let Some(at) = unknown.iter().position(|parent| *parent == path)
        {
            unknown.swap_remove(at);
            continue;
        }
        finding.path = path;
        finding.line = 0;
        finding.column = 0;
        all.push((offset, finding));
    }
    all.sort_by_key(|(offset, _)| *offset);
    let mut report = Report { message: read.message, more: read.more + faults.more, ..Report::default() };
    report.findings = all.into_iter().map(|(_, finding)| finding).collect();
    if report.findings.len() > options.max_findings {
        report.more += report.findings.len() - options.max_findings;
        report.findings.truncate(options.max_findings);
    }
    let of = |test: &dyn Fn(&Finding) -> bool| report.findings.iter().any(test);
    report.valid = read.more == 0 && faults.more == 0 && !of(&|finding| finding.severity == Severity::Error);
    report.schema_valid = (read.schema_valid || read.more == 0)
        && faults.more == 0
        && !of(&|finding| matches!(finding.layer, Layer::Xml | Layer::Schema));
    report
}

/// The JSON Pointer for a path of the reader, and the offset of the element.
fn json_path(path: &str, document: &Document<'_>, places: &Places<'_>) -> (usize, String) {
    let (elements, attribute) = match path.rsplit_once("/@") {
        Some((elements, attribute)) => (elements, Some(attribute)),
        None => (path, None),
    };
    let offset = resolve(elements, document).map_or(0, |node| node.row().start as usize);
    let mut pointer = places.path_at(offset);
    if let Some(attribute) = attribute {
        pointer.push('/');
        pointer.push_str(attribute.rsplit_once(':').map_or(attribute, |(_, local)| local));
    }
    (offset, pointer)
}

/// The element that a path of the reader leads to, or the last one on the way.
fn resolve<'a>(path: &str, document: &Document<'a>) -> Option<NodeRef<'a>> {
    let mut node = document.root()?;
    for step in path.split('/').filter(|step| !step.is_empty()).skip(1) {
        let (local, position) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((local, position)) => (local, position.parse().unwrap_or(1)),
            None => (step, 1usize),
        };
        let mut same = node.children().filter(|child| !child.is_text() && child.local() == local);
        match same.nth(position.saturating_sub(1)) {
            Some(child) => node = child,
            None => break,
        }
    }
    Some(node)
}
