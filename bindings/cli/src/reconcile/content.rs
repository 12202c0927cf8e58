//! `azrkit reconcile content`: the content of two stocks, compared by AZR-Nummer.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use azrkit::message::report::Lang;
use azrkit::reconcile::content::join::stock::{JsonLines, Records, Stock, Take};
use azrkit::reconcile::content::join::{Format, Outcome as Joined, Progress, Stage, Work};
use azrkit::reconcile::content::{Comparison, Renamed};
use azrkit::reconcile::hinweis::Side;
use azrkit::reconcile::source::{Csv, Limits, Mapping, of_store, unpacked};
use azrkit::register::Kinds;
use azrkit::store::SqliteStore;
use azrkit::time::Timestamp;
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Content, HinweisForm};
use super::scratch::Files;
use super::stock::{SQLITE, mapping};
use crate::args::{Common, threads};
use crate::exchange::environment::now;
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::{Outcome, standards};

/// Broken rows that are told one by one.
const TOLD: usize = 100;

/// Compares and writes; rows that are no records are told and make the exit status 1, differences do not.
pub(crate) fn run(args: &Content, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let lang = Lang::from(common.lang);
    let standards = standards::load(common)?;
    let packs = standards.packs();
    let call = |error: &dyn std::fmt::Display| Failure::call(error.to_string());
    let mut comparison = Comparison::new(&packs).map_err(|error| call(&error))?;
    if !args.kinds.is_empty() {
        let known = Kinds::newest(&packs).map_err(|error| call(&error))?;
        if let Some(wrong) = args.kinds.iter().find(|kind| known.get(kind).is_none()) {
            return Err(Failure::call(format!("--kind {wrong}: no such kind of entries")));
        }
        comparison = comparison.only(args.kinds.clone());
    }
    if let Some(file) = &args.renamed {
        let text = std::fs::read_to_string(file).map_err(Failure::file(file))?;
        let renamed = Renamed::read(&text).map_err(|line| {
            Failure::call(format!(
                "{}:{line}: expected list, old and new code, parted by tabs",
                file.display()
            ))
        })?;
        comparison = comparison.renamed(renamed);
    }
    if !args.no_plausibility {
        let today = args.today.clone().unwrap_or_else(|| now().date());
        if Timestamp::parse(&format!("{today}T00:00:00Z")).is_none() {
            return Err(Failure::call(format!("--today {today}: expected a date such as 2026-11-25")));
        }
        comparison = comparison.plausible(&today).map_err(|error| call(&error))?;
    }
    let mapping =
        |file: Option<&std::path::PathBuf>| file.map(|file| mapping(file, &standards, lang)).transpose();
    let (local_mapping, register_mapping) =
        (mapping(args.local_mapping.as_ref())?, mapping(args.register_mapping.as_ref())?);
    let (local, local_bytes) = stock(&args.local, local_mapping)?;
    let (register, register_bytes) = stock(&args.register, register_mapping)?;
    let watch = Watch::new(local_bytes + register_bytes, lang);
    let format = match args.format {
        HinweisForm::Jsonl => Format::JsonLines,
        HinweisForm::Csv => Format::Csv,
    };
    let progress = |progress: Progress| watch.tell(progress);
    let scratch = Files(args.scratch.clone());
    let work = Work {
        comparison: &comparison,
        scratch: &scratch,
        memory: args.memory,
        threads: threads(args.threads),
        format,
        progress: &progress,
    };
    let joined = match &args.out {
        Some(path) => {
            let file = File::create(path).map_err(Failure::file(path))?;
            let mut file = BufWriter::with_capacity(1 << 17, file);
            let joined = work.run(&*local, &*register, &mut file);
            file.flush().map_err(Failure::file(path))?;
            joined
        }
        None => work.run(&*local, &*register, out.writer()),
    };
    drop(watch);
    let joined = joined.map_err(|error| match error {
        azrkit::reconcile::content::join::JoinError::Output(source)
            if source.kind() == io::ErrorKind::BrokenPipe =>
        {
            Failure::ClosedPipe
        }
        error => call(&error),
    })?;
    broken(args, &joined, lang);
    let summary = summary(&joined, lang);
    if args.out.is_some() {
        out.text(&summary)?
    } else {
        write_aside(&summary)
    }
    let any_broken = !joined.broken.is_empty() || joined.broken_more > 0;
    Ok(if any_broken { Outcome::Errors } else { Outcome::Clean })
}

/// A stock by the form of its file, and how long the file is.
fn stock(path: &Path, mapping: Option<Mapping>) -> Result<(Box<dyn Stock>, u64), Failure> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(Failure::file(path))?;
    let length = file.metadata().map_or(0, |data| data.len());
    file.take(SQLITE.len() as u64).read_to_end(&mut head).map_err(Failure::file(path))?;
    let (path, name) = (path.to_owned(), path.display().to_string());
    if head == SQLITE {
        let read = move |take: &mut Take<'_>| {
            let store = SqliteStore::open_existing(&path).map_err(io::Error::other)?;
            of_store(&name, &store).try_for_each(take)
        };
        return Ok((Box::new(Records::new(read)), length));
    }
    let open = move || unpacked(BufReader::with_capacity(1 << 17, File::open(&path)?));
    Ok(match mapping {
        Some(mapping) => {
            let read = move |take: &mut Take<'_>| {
                Csv::new(&name, open()?, mapping.clone(), Limits::default()).try_for_each(take)
            };
            (Box::new(Records::new(read)), length)
        }
        None => (Box::new(JsonLines::new(open)), length),
    })
}

/// Says which rows were no records.
fn broken(args: &Content, joined: &Joined, lang: Lang) {
    for one in joined.broken.iter().take(TOLD) {
        let file = if one.side == Side::Register { &args.register } else { &args.local };
        let column = if one.column > 0 { format!(":{}", one.column) } else { String::new() };
        complain(&format!("{}:{}{column}: {}", file.display(), one.line, one.why));
    }
    let more = joined.broken.len().saturating_sub(TOLD) as u64 + joined.broken_more;
    if more > 0 {
        complain(&match lang {
            Lang::De => format!("{more} weitere fehlerhafte Zeilen"),
            Lang::En => format!("{more} more broken rows"),
        });
    }
}

fn summary(joined: &Joined, lang: Lang) -> String {
    let mut lines = vec![match lang {
        Lang::De => format!(
            "{} Datensätze hier, {} im AZR; {} Nummern auf beiden Seiten, {} nur hier, {} nur im AZR, {} Datensätze ohne Nummer",
            joined.local,
            joined.register,
            joined.in_both,
            joined.only_local,
            joined.only_register,
            joined.without_number
        ),
        Lang::En => format!(
            "{} records here, {} in the AZR; {} numbers on both sides, {} here only, {} in the AZR only, {} records without a number",
            joined.local,
            joined.register,
            joined.in_both,
            joined.only_local,
            joined.only_register,
            joined.without_number
        ),
    }];
    let all: u64 = joined.hinweise.values().sum();
    lines.push(match lang {
        Lang::De => format!("{all} Hinweise zu {} Personen", joined.persons),
        Lang::En => format!("{all} Hinweise for {} persons", joined.persons),
    });
    lines.extend(joined.hinweise.iter().map(|(class, count)| format!("  {:<14}{count}", class.as_str())));
    lines.join("\n") + "\n"
}

/// Standard output has the Hinweise: what is said of them goes beside it.
fn write_aside(text: &str) {
    // A closed standard error leaves no way to say so.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A bar where a person watches, once it takes longer than a second.
struct Watch {
    length: u64,
    begun: Instant,
    lang: Lang,
    watched: bool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    stage: Option<Stage>,
    stage_begun: Option<Instant>,
    rows: [u64; 2],
    bytes: [u64; 2],
    bar: Option<ProgressBar>,
}

impl Watch {
    fn new(length: u64, lang: Lang) -> Self {
        let watched = io::stderr().is_terminal();
        Self { length, begun: Instant::now(), lang, watched, seen: Mutex::default() }
    }

    fn tell(&self, progress: Progress) {
        if !self.watched || self.begun.elapsed() < Duration::from_secs(1) {
            return;
        }
        let Ok(mut seen) = self.seen.lock() else { return };
        if seen.stage != Some(progress.stage) {
            let bar = seen.bar.take();
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
            let template = match progress.stage {
                // How many persons differ is not known before the end.
                Stage::Compare => "{prefix} {spinner} {msg} {elapsed}",
                Stage::Read | Stage::Fetch => "{prefix} {bar:40} {msg} {elapsed} ETA {eta}",
            };
            let bar = ProgressBar::new(self.length.max(1));
            let bar = match ProgressStyle::with_template(template) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            };
            bar.set_prefix(self.name(progress.stage));
            *seen = Seen {
                stage: Some(progress.stage),
                stage_begun: Some(Instant::now()),
                bar: Some(bar),
                ..Seen::default()
            };
        }
        let at = usize::from(progress.side == Side::Register);
        seen.rows[at] = progress.rows;
        seen.bytes[at] = progress.bytes;
        let rows: u64 = seen.rows.iter().sum();
        let seconds = seen.stage_begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64()).max(0.001);
        if let Some(bar) = &seen.bar {
            // Packed files hold more than they are long.
            bar.set_position(seen.bytes.iter().sum::<u64>().min(self.length));
            bar.set_message(format!("{rows} ({:.0}/s)", rows as f64 / seconds));
        }
    }

    fn name(&self, stage: Stage) -> &'static str {
        match (stage, self.lang) {
            (Stage::Read, Lang::De) => "Lesen",
            (Stage::Read, Lang::En) => "Read",
            (Stage::Fetch, Lang::De) => "Abweichungen holen",
            (Stage::Fetch, Lang::En) => "Fetch differences",
            (Stage::Compare, Lang::De) => "Vergleichen",
            (Stage::Compare, Lang::En) => "Compare",
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Ok(seen) = self.seen.lock()
            && let Some(bar) = &seen.bar
        {
            bar.finish_and_clear();
        }
    }
}
