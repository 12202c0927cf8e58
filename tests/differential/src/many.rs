//! Messages with many faults: how many of them are found.

use azrkit::Standards;
use azrkit::message::report::Layer;

use crate::compare::options;
use crate::peer::{Peer, Verdict};
use crate::rng::Rng;
use crate::scan::Source;
use crate::subject::Subject;

/// What came of one message.
#[derive(Debug, Clone)]
pub struct Found {
    /// The message.
    pub name: String,
    /// Lines in which libxml2 finds something wrong.
    pub faulty: usize,
    /// How many of the first hundred of them azrkit has a finding for.
    pub of_first_hundred: usize,
    /// How many of all of them.
    pub of_all: usize,
    /// Findings that the report counts but does not keep.
    pub not_kept: usize,
}

/// Breaks many text fields of a message, each on a line of its own, and counts the lines that both find wrong.
///
/// # Errors
/// Where libxml2 does not take the schemas.
pub fn run(standards: &Standards, subject: &Subject, seed: u64) -> Result<Vec<Found>, String> {
    let mut peer = Peer::open(subject.schema.top())?;
    let mut reader = standards.reader();
    let mut found = Vec::new();
    for (number, source) in subject.sources.iter().enumerate() {
        let mut rng = Rng::item(seed, number as u64);
        let broken = break_fields(source, &mut rng);
        let Verdict::Invalid(errors) = peer.judge(broken.as_bytes()) else { continue };
        let mut lines: Vec<u32> = errors.iter().map(|(line, _)| *line).filter(|line| *line > 0).collect();
        lines.sort_unstable();
        lines.dedup();
        let report = reader.check(broken.as_bytes(), &options());
        let has = |line: &&u32| {
            report.findings.iter().any(|finding| finding.line == **line && finding.layer == Layer::Schema)
        };
        found.push(Found {
            name: source.name.clone(),
            faulty: lines.len(),
            of_first_hundred: lines.iter().take(100).filter(has).count(),
            of_all: lines.iter().filter(has).count(),
            not_kept: report.more,
        });
    }
    Ok(found)
}

/// Each element on its own line, and nearly every text field too long for its type, or of characters that it does
/// not have.
fn break_fields(source: &Source, rng: &mut Rng) -> String {
    let mut text = String::with_capacity(source.text.len() * 2);
    let mut at = 0;
    for element in &source.elements {
        // A wildcard's content is not described: text is no fault in it.
        text.push_str(&source.text[at..element.open.start]);
        if element.parent.is_none_or(|parent| !source.elements[parent].children.is_empty()) {
            text.push('\n');
        }
        text.push_str(source.at(&element.open));
        at = element.open.end;
        if source.leaf(element).is_some() && !rng.one_in(10) {
            text.push_str(["\u{416}", "?\u{2713}", "{}"][rng.below(3)]);
            at = element.close.start;
        }
    }
    text.push_str(&source.text[at..]);
    text
}
