//! Samples of every global element: valid for both sides, and the same again after a way through JSON.

use std::fmt;

use azrkit::Standards;
use azrkit::message::read::Options;
use azrkit::message::sample::Sampler;
use azrkit::message::{json, write};

use crate::peer::{Peer, canonical};
use crate::subject::{Exported, schemas_of};
use crate::subjects::{SIZES, element_name, messages_of, pack_of};

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Global elements.
    pub elements: usize,
    /// Samples that were made and checked.
    pub samples: usize,
    /// Their bytes.
    pub bytes: usize,
    /// Samples with findings of any layer that are not errors.
    pub with_hints: usize,
    /// What went wrong.
    pub failures: Vec<String>,
}

/// Makes `per` samples of each size of every global element of the pack whose name begins so, and checks that each is
/// valid for azrkit and for libxml2; that XML, JSON, XML gives the same canonical XML; and that JSON, XML, JSON gives
/// the same JSON.
///
/// # Errors
/// Where libxml2 does not take the schemas.
pub fn check(standards: &Standards, name: &str, per: u32, seed: u64) -> Result<Summary, String> {
    let packs = standards.packs();
    let at = pack_of(&packs, name)?;
    let exported = Exported::new(&schemas_of(&packs[at])?)?;
    let mut peer = Peer::open(exported.top())?;
    let mut sampler = Sampler::new(&packs);
    let mut reader = standards.reader();
    let mut second = standards.reader();
    let options = Options::default();
    let mut summary = Summary::default();
    for which in messages_of(&packs, at) {
        summary.elements += 1;
        for (size, size_name) in SIZES {
            for index in 0..per {
                let what = format!("{} {size_name} {index}", element_name(&packs, which));
                let xml = match sampler.generate(which, seed, index, size) {
                    Ok(xml) => xml,
                    Err(error) => {
                        summary.failures.push(format!("{what}: {error}"));
                        continue;
                    }
                };
                summary.samples += 1;
                summary.bytes += xml.len();
                let mut fail = |why: String| summary.failures.push(format!("{what}: {why}"));
                let verdict = peer.judge(&xml);
                if !verdict.is_valid() {
                    fail(format!("libxml2: {}", verdict.text()));
                }
                let message = reader.read(&xml, &options);
                if let Some(finding) = message.report.findings.first().filter(|_| !message.report.valid) {
                    fail(format!("azrkit: {} {} {}", finding.code, finding.path, finding.text));
                }
                summary.with_hints += usize::from(!message.report.findings.is_empty());
                let mut fail = |why: String| summary.failures.push(format!("{what}: {why}"));
                let text = json::to_json(&message.document);
                let again = match json::to_xml(&packs, &text, &options) {
                    Ok(written) => written.xml,
                    Err(report) => {
                        let first = report.findings.first();
                        fail(format!("its JSON is refused: {}", first.map_or("", |finding| &finding.text)));
                        continue;
                    }
                };
                match (canonical(&xml), canonical(&again)) {
                    (Ok(before), Ok(after)) if before == after => {}
                    (Ok(before), Ok(after)) => {
                        fail(format!("XML, JSON, XML: {}", difference(&before, &after)))
                    }
                    (before, after) => fail(format!("not canonical: {:?} {:?}", before.err(), after.err())),
                }
                let written = write::to_xml(&message.document);
                if canonical(&written) != canonical(&xml) {
                    fail("written again it is another message".to_owned());
                }
                let text_again = json::to_json(&second.read(&again, &options).document);
                if text != text_again {
                    fail(format!("JSON, XML, JSON: {}", difference(&text, &text_again)));
                }
            }
        }
    }
    Ok(summary)
}

fn difference(before: &str, after: &str) -> String {
    let at = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
    let near = |text: &str| {
        let from = at.saturating_sub(80);
        let bytes = text.as_bytes().get(from..(at + 80).min(text.len())).unwrap_or(b"");
        String::from_utf8_lossy(bytes).into_owned()
    };
    format!("at byte {at}: …{}… became …{}…", near(before), near(after))
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} global elements, {} samples of {} bytes, {} with warnings or hints, {} failures",
            self.elements,
            self.samples,
            self.bytes,
            self.with_hints,
            self.failures.len()
        )?;
        for failure in self.failures.iter().take(100) {
            writeln!(f, "  {failure}")?;
        }
        Ok(())
    }
}
