//! `azrkit check`: what is wrong in messages.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use azrkit::Standards;
use azrkit::message::json;
use azrkit::message::read::{Options, Reader};
use azrkit::message::report::{Lang, Report};
use serde::Serialize;

use crate::args::{Check, Common, threads};
use crate::failure::Failure;
use crate::human::{self, Counts};
use crate::output::{Output, Paint, complain};
use crate::progress::Progress;
use crate::{Outcome, files, standards};

/// A message that is right is named where no more than so many are checked.
const NAMED: usize = 20;

/// Checks and prints; files that cannot be read make the call fail, after the others have been checked.
pub(crate) fn run(args: &Check, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let (files, mut failed) = files::expand(&args.files);
    let lang = Lang::from(common.lang);
    let work = Work {
        standards: &standards,
        options: Options { lang, max_findings: args.max_findings, ..Options::default() },
        json: args.json,
        paint: out.paint,
        named: files.len() <= NAMED,
    };
    let mut counts = Counts::default();
    let mut progress = Progress::new(files.len());
    let mut print = |result: Result<Checked, Failure>| -> Result<(), Failure> {
        progress.step();
        match result {
            Ok(checked) => {
                counts.merge(&checked.counts);
                progress.aside(|| out.text(&checked.text))?;
            }
            Err(failure) => {
                failed += 1;
                progress.aside(|| complain(&failure.to_string()));
            }
        }
        Ok(())
    };
    let jobs = threads(args.jobs);
    let printed = if jobs.min(files.len()) <= 1 {
        let mut reader = standards.reader();
        files.iter().try_for_each(|file| print(work.check(file, &mut reader)))
    } else {
        work.parallel(&files, jobs, &mut print)
    };
    drop(progress);
    match printed {
        // Nobody reads on: what has been found so far is the outcome.
        Err(Failure::ClosedPipe) => {}
        other => {
            other?;
            if !args.json {
                out.line(&counts.summary(lang, out.paint))?;
            }
        }
    }
    if failed > 0 {
        return Err(Failure::call(match lang {
            Lang::De => format!("{failed} Dateien konnten nicht gelesen werden"),
            Lang::En => format!("{failed} files could not be read"),
        }));
    }
    Ok(if counts.wrong > 0 { Outcome::Errors } else { Outcome::Clean })
}

/// One line of `--json`.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

/// What was found in one message, as it is printed.
struct Checked {
    text: String,
    counts: Counts,
}

struct Work<'a> {
    standards: &'a Standards,
    options: Options,
    json: bool,
    paint: Paint,
    named: bool,
}

impl Work<'_> {
    /// Checks the files by several threads and prints in the order of the files.
    fn parallel(
        &self,
        files: &[std::path::PathBuf],
        jobs: usize,
        print: &mut impl FnMut(Result<Checked, Failure>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let next = AtomicUsize::new(0);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (sender, results) = mpsc::sync_channel(jobs * 4);
            for _ in 0..jobs.min(files.len()) {
                let (sender, next, stop) = (sender.clone(), &next, &stop);
                scope.spawn(move || {
                    let mut reader = self.standards.reader();
                    while !stop.load(Ordering::Relaxed) {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(file) = files.get(at) else { break };
                        if sender.send((at, self.check(file, &mut reader))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            let mut waiting = BTreeMap::new();
            let mut turn = 0;
            let mut printed = Ok(());
            for (at, result) in &results {
                waiting.insert(at, result);
                while let Some(result) = waiting.remove(&turn).filter(|_| printed.is_ok()) {
                    printed = print(result);
                    turn += 1;
                }
                if printed.is_err() {
                    stop.store(true, Ordering::Relaxed);
                    break;
                }
            }
            // A thread that waits to send is woken by this.
            drop(results);
            printed
        })
    }

    fn check(&self, file: &Path, reader: &mut Reader<'_>) -> Result<Checked, Failure> {
        let bytes = files::read(file)?;
        let name = file.display().to_string();
        if files::is_json(&bytes) {
            let report = json::check(reader, files::text(file, &bytes)?, &self.options).report;
            return self.checked(&name, &[], &report);
        }
        let message = reader.read(&bytes, &self.options);
        self.checked(&name, message.document.input.as_bytes(), &message.report)
    }

    fn checked(&self, name: &str, input: &[u8], report: &Report) -> Result<Checked, Failure> {
        let text = self.text(name, input, report)?;
        let mut counts = Counts::default();
        counts.add(report);
        Ok(Checked { text, counts })
    }

    fn text(&self, name: &str, input: &[u8], report: &Report) -> Result<String, Failure> {
        if self.json {
            let line = serde_json::to_string(&Line { file: name, report });
            return line.map(|line| line + "\n").map_err(|error| Failure::call(error.to_string()));
        }
        let mut text = human::report(name, input, report, self.options.lang, self.paint);
        if self.named && report.valid {
            let right = if self.options.lang == Lang::De { "in Ordnung" } else { "no error" };
            text += &format!("{name}: {} ({})\n", self.paint.green(right), human::message(report));
        }
        Ok(text)
    }
}
