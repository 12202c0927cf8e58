//! Many mutants, judged by both sides, and what came of it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use azrkit::Standards;
use azrkit::message::read::Options;
use azrkit::message::report::{Finding, Layer, Report};

use crate::faults::{self, Case};
use crate::mutate::{Class, Kind, Mutant, kinds, mutate};
use crate::peer::{Peer, Verdict};
use crate::rng::Rng;
use crate::scan::Source;
use crate::subject::Subject;

/// Which mutants.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The seed; equal seeds give equal mutants of equal messages.
    pub seed: u64,
    /// Number of the first mutant.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// Only kinds whose name has this in it.
    pub kind: Option<String>,
    /// Where to write the mutants on which the two disagree.
    pub keep: Option<PathBuf>,
    /// How many threads.
    pub jobs: usize,
}

/// A mutant of interest.
#[derive(Debug, Clone)]
pub struct Example {
    /// Name of the subject, seed and number: enough to make it again.
    pub repeat: String,
    /// The kind of change.
    pub kind: &'static str,
    /// The message that was changed.
    pub source: String,
    /// What stands around the change.
    pub excerpt: String,
    /// azrkit's verdict.
    pub azrkit: String,
    /// libxml2's verdict.
    pub libxml2: String,
}

/// How many mutants of a kind got how many findings: none, one, two, three or more.
pub type Histogram = [u64; 4];

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Mutants judged by both.
    pub mutants: u64,
    /// Kinds of change that occurred.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Valid, not valid, and not well-formed by libxml2.
    pub verdicts: [u64; 3],
    /// Disagreements that are faults of libxml2, by the fault's id.
    pub known: BTreeMap<&'static str, (u64, Option<Example>)>,
    /// Disagreements otherwise: how many, and the first ones.
    pub disagreements: (u64, Vec<Example>),
    /// Mutants of kinds that keep a message valid, which libxml2 says are not.
    pub spoiled: (u64, Vec<Example>),
    /// For faults of exactly one change: how many findings of the layers `xml` and `schema` azrkit has.
    pub single: BTreeMap<&'static str, Histogram>,
    /// Such mutants with more than one finding, up to three of a kind.
    pub cascades: BTreeMap<&'static str, Vec<Example>>,
}

/// The most examples that are kept.
const EXAMPLES: usize = 200;

/// Runs the plan over a subject.
///
/// # Errors
/// Where libxml2 does not take the schemas, or a mutant cannot be written.
pub fn run(standards: &Standards, subject: &Subject, plan: &Plan) -> Result<Outcome, String> {
    let kinds: Vec<Kind> = kinds()
        .into_iter()
        .filter(|kind| plan.kind.as_ref().is_none_or(|part| kind.name.contains(part.as_str())))
        .collect();
    if kinds.is_empty() || subject.sources.is_empty() {
        return Err("no kind of change of that name, or no message".to_owned());
    }
    let jobs = plan.jobs.max(1) as u64;
    let results: Vec<Result<Outcome, String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs)
            .map(|job| {
                let kinds = &kinds;
                scope.spawn(move || part(standards, subject, plan, kinds, job, jobs))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a thread panicked".to_owned())))
            .collect()
    });
    let mut outcome = Outcome::default();
    for result in results {
        outcome.add(result?);
    }
    Ok(outcome)
}

fn part(
    standards: &Standards,
    subject: &Subject,
    plan: &Plan,
    kinds: &[Kind],
    job: u64,
    jobs: u64,
) -> Result<Outcome, String> {
    let mut peer = Peer::open(subject.schema.top())?;
    let mut reader = standards.reader();
    let options = options();
    let mut outcome = Outcome::default();
    let mut number = plan.first + job;
    while number < plan.first + plan.count {
        let mut rng = Rng::item(plan.seed, number);
        if let Some((source, mutant)) = make(subject, kinds, &mut rng) {
            let report = reader.check(&mutant.bytes, &options);
            let verdict = peer.judge(&mutant.bytes);
            let disagree = report.schema_valid != verdict.is_valid();
            if disagree && let Some(folder) = &plan.keep {
                let file =
                    folder.join(format!("{}-{}-{number}-{}.xml", subject.name, plan.seed, mutant.kind.name));
                std::fs::write(&file, &mutant.bytes)
                    .map_err(|error| format!("{}: {error}", file.display()))?;
            }
            let repeat = format!("--standard {} --seed {} --only {number}", subject.name, plan.seed);
            outcome.note(&repeat, source, &mutant, &report, &verdict);
        }
        number += jobs;
    }
    Ok(outcome)
}

/// How azrkit checks in a comparison: rules change nothing about the verdict on schema-valid.
pub fn options() -> Options {
    Options { rules: false, ..Options::default() }
}

/// A mutant from its generator; a kind that does not apply to the message is replaced by another one.
fn make<'s>(subject: &'s Subject, kinds: &[Kind], rng: &mut Rng) -> Option<(&'s Source, Mutant)> {
    for _ in 0..20 {
        let source = rng.pick(&subject.sources)?;
        let kind = *rng.pick(kinds)?;
        if let Some(mutant) = mutate(source, &subject.vocabulary, kind, rng) {
            return Some((source, mutant));
        }
    }
    None
}

/// The findings that decide whether a message is schema-valid.
pub fn schema_findings(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| matches!(finding.layer, Layer::Xml | Layer::Schema))
}

impl Outcome {
    fn note(&mut self, repeat: &str, source: &Source, mutant: &Mutant, report: &Report, verdict: &Verdict) {
        let name = mutant.kind.name;
        let example = || Example {
            repeat: repeat.to_owned(),
            kind: name,
            source: source.name.clone(),
            excerpt: excerpt(mutant),
            azrkit: describe(report),
            libxml2: verdict.text().chars().take(600).collect(),
        };
        self.mutants += 1;
        *self.kinds.entry(name).or_default() += 1;
        self.verdicts[match verdict {
            Verdict::Valid => 0,
            Verdict::Invalid(_) => 1,
            Verdict::NotWellFormed(_) => 2,
        }] += 1;
        if report.schema_valid != verdict.is_valid() {
            match faults::explain(&Case { kind: name, bytes: &mutant.bytes, report, verdict }) {
                Some(fault) => {
                    let known = self.known.entry(fault.id).or_default();
                    known.0 += 1;
                    known.1.get_or_insert_with(example);
                }
                None => keep(&mut self.disagreements, example),
            }
            return;
        }
        if mutant.kind.class == Class::Same && !verdict.is_valid() {
            keep(&mut self.spoiled, example);
        }
        if mutant.kind.class == Class::Single && !verdict.is_valid() {
            let findings = schema_findings(report).count() + report.more;
            self.single.entry(name).or_default()[findings.min(3)] += 1;
            if findings > 1 {
                let list = self.cascades.entry(name).or_default();
                if list.len() < 3 {
                    list.push(example());
                }
            }
        }
    }

    /// Adds what came of another run.
    pub fn add(&mut self, other: Outcome) {
        self.mutants += other.mutants;
        for (name, count) in other.kinds {
            *self.kinds.entry(name).or_default() += count;
        }
        for (sum, count) in self.verdicts.iter_mut().zip(other.verdicts) {
            *sum += count;
        }
        for (id, (count, example)) in other.known {
            let known = self.known.entry(id).or_default();
            known.0 += count;
            known.1 = known.1.take().or(example);
        }
        for (mine, theirs) in
            [(&mut self.disagreements, other.disagreements), (&mut self.spoiled, other.spoiled)]
        {
            mine.0 += theirs.0;
            mine.1.extend(theirs.1);
            mine.1.truncate(EXAMPLES);
        }
        for (name, histogram) in other.single {
            for (sum, count) in self.single.entry(name).or_default().iter_mut().zip(histogram) {
                *sum += count;
            }
        }
        for (name, examples) in other.cascades {
            let list = self.cascades.entry(name).or_default();
            list.extend(examples);
            list.truncate(3);
        }
    }

    /// Of the faults of exactly one change: how many there were and how many got exactly one finding.
    pub fn single_faults(&self) -> (u64, u64) {
        let all = self.single.values().flatten().sum();
        (all, self.single.values().map(|histogram| histogram[1]).sum())
    }
}

fn keep(list: &mut (u64, Vec<Example>), example: impl FnOnce() -> Example) {
    list.0 += 1;
    if list.1.len() < EXAMPLES {
        list.1.push(example());
    }
}

fn describe(report: &Report) -> String {
    let findings: Vec<String> = schema_findings(report)
        .take(5)
        .map(|finding| {
            let (line, column) = (finding.line, finding.column);
            format!("{} {line}:{column} {} {}", finding.code, finding.path, finding.text)
        })
        .collect();
    if findings.is_empty() { "valid".to_owned() } else { findings.join("\n             ") }
}

fn excerpt(mutant: &Mutant) -> String {
    let start = mutant.at.saturating_sub(120);
    let end = (mutant.at + 240).min(mutant.bytes.len());
    let bytes = mutant.bytes.get(start..end).unwrap_or(&[]);
    String::from_utf8_lossy(bytes)
        .trim_matches('\u{FFFD}')
        .escape_debug()
        .to_string()
        .replace("\\\"", "\"")
        .replace("\\'", "'")
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {} in {}", self.kind, self.source)?;
        writeln!(f, "    repeat:  azrkit-differential {}", self.repeat)?;
        writeln!(f, "    excerpt: …{}…", self.excerpt)?;
        writeln!(f, "    azrkit:  {}", self.azrkit)?;
        writeln!(f, "    libxml2: {}", self.libxml2)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [valid, invalid, broken] = self.verdicts;
        writeln!(
            f,
            "{} mutants of {} kinds; by libxml2 {valid} valid, {invalid} not valid, {broken} not well-formed",
            self.mutants,
            self.kinds.len()
        )?;
        writeln!(f, "{} disagreements that are not explained", self.disagreements.0)?;
        for example in &self.disagreements.1 {
            write!(f, "{example}")?;
        }
        for (id, (count, example)) in &self.known {
            let what = faults::by_id(id).map_or(("", ""), |fault| (fault.what, fault.source));
            writeln!(f, "{count} disagreements by {id}: {} ({})", what.0, what.1)?;
            if let Some(example) = example {
                write!(f, "{example}")?;
            }
        }
        if self.spoiled.0 > 0 {
            writeln!(f, "{} mutants that should have stayed valid and did not:", self.spoiled.0)?;
            for example in self.spoiled.1.iter().take(5) {
                write!(f, "{example}")?;
            }
        }
        let (all, one) = self.single_faults();
        if all > 0 {
            writeln!(
                f,
                "{all} mutants with exactly one fault: {one} with one finding ({:.3} %)",
                100.0 * one as f64 / all as f64
            )?;
            writeln!(f, "  by kind, where not all have one: none, one, two, three or more findings")?;
            for (name, [none, one, two, more]) in self.single.iter().filter(|(_, h)| h[0] + h[2] + h[3] > 0) {
                writeln!(f, "  {name:<32} {none:>7} {one:>7} {two:>7} {more:>7}")?;
            }
        }
        Ok(())
    }
}
