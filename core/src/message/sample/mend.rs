//! Checking a message that was made, and mending it: what a finding names is made anew, then what stands above it, and
//! what cannot be mended is left out.

use std::collections::HashMap;

use crate::message::read::{Options, Reader};
use crate::message::report::{Code, Finding, Severity};

use super::make::Maker;
use super::rng::Rng;
use super::tree::Node;
use super::write;

/// How often a message is checked and mended.
const ROUNDS: u32 = 60;
/// How often one element is made anew before what stands above it is.
const PATIENCE: u32 = 3;

/// Mends a message until it is clean. Gives it with the findings that were left.
pub(super) fn mend(
    maker: &mut Maker<'_, '_>,
    root: Node,
    reader: &mut Reader<'_>,
    options: &Options,
) -> (Node, Vec<Finding>) {
    let mut root = root;
    let mut tries: HashMap<String, u32> = HashMap::new();
    let mut best: Option<(Node, Vec<Finding>)> = None;
    for round in 0..ROUNDS {
        let xml = write::xml(maker.pack, &root);
        let findings: Vec<Finding> =
            reader.check(&xml, options).findings.into_iter().filter(counts).collect();
        if findings.is_empty() {
            return (root, findings);
        }
        let fewer = best.as_ref().is_none_or(|(_, least)| weight(&findings) < weight(least));
        if fewer {
            best = Some((root.clone(), findings.clone()));
        }
        maker.rng = Rng::new(maker.rng.next(), &["mend"]);
        mend_once(maker, &mut root, &findings, &mut tries, round);
    }
    best.unwrap_or((root, Vec::new()))
}

/// Whether a finding is the message's fault: that a list is not at hand is not.
fn counts(finding: &Finding) -> bool {
    !matches!(finding.code, Code::UnknownList | Code::UnknownListVersion | Code::NotInExcerpt)
}

fn weight(findings: &[Finding]) -> usize {
    findings.iter().map(|finding| if finding.severity == Severity::Hint { 1 } else { 100 }).sum()
}

fn mend_once(
    maker: &mut Maker<'_, '_>,
    root: &mut Node,
    findings: &[Finding],
    tries: &mut HashMap<String, u32>,
    round: u32,
) {
    let mut done: Vec<Vec<usize>> = Vec::new();
    for finding in findings.iter().take(40) {
        let (way, names) = locate(maker, root, &finding.path);
        let key = format!("{} {}", names.join("/"), finding.rule.as_deref().unwrap_or_default());
        let tried = tries.entry(key).or_default();
        *tried += 1;
        // First the element's parent, so that neighbours that it must fit change too; then more; then from there again.
        let up = (1 + *tried / PATIENCE % 4) as usize;
        if *tried > 2 * PATIENCE {
            // An element that never fits is left out where it may be.
            for len in (2..=names.len()).rev().take((*tried / PATIENCE) as usize - 1) {
                maker.avoid.insert(names.get(..len).unwrap_or(&[]).join("/"));
            }
        }
        let way = way.get(..way.len().saturating_sub(up)).unwrap_or(&[]).to_vec();
        if done.iter().any(|other| way.starts_with(other) || other.starts_with(&way)) {
            continue;
        }
        // A whole message is made anew seldom: most of it was right.
        if way.is_empty() && round % 5 != 4 && tries.len() > 1 {
            continue;
        }
        maker.again(root, &way);
        done.push(way);
    }
}

/// The indices and names that lead to the element of a finding's path, as far as it is there.
fn locate(maker: &Maker<'_, '_>, root: &Node, path: &str) -> (Vec<usize>, Vec<String>) {
    let mut way = Vec::new();
    let mut names = vec![root.local(maker.pack).to_owned()];
    let mut node = root;
    for segment in path.split('/').filter(|segment| !segment.is_empty()).skip(1) {
        let (name, position) = match segment.split_once('[') {
            Some((name, position)) => (name, position.trim_end_matches(']').parse::<usize>().unwrap_or(1)),
            None => (segment, 1),
        };
        let found = node
            .children
            .iter()
            .enumerate()
            .filter(|(_, child)| child.local(maker.pack) == name)
            .nth(position.saturating_sub(1));
        let Some((index, child)) = found else { break };
        way.push(index);
        names.push(name.to_owned());
        node = child;
    }
    (way, names)
}
