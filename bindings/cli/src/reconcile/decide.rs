//! `azrkit reconcile decide`: from Hinweise and decisions to records to submit and changes to take over.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use azrkit::Standards;
use azrkit::message::report::Lang;
use azrkit::reconcile::decide::{Answer, DecisionError, Decisions, Rule, Why, correct};
use azrkit::reconcile::hinweis::Hinweis;
use azrkit::reconcile::source::unpacked;
use azrkit::register::Datensatz;
use azrkit::time::Timestamp;
use serde_json::json;

use super::stock::Stock;
use crate::args::Common;
use crate::exchange::environment::at_or_now;
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::{Outcome, files, standards};

/// Persons whose records are held at a time.
const BATCH: usize = 20_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Decide {
    /// The Hinweise, as `azrkit reconcile content` writes them (JSON Lines)
    #[arg(long, value_name = "FILE")]
    hinweise: PathBuf,
    /// The decisions, from run to run; the file is made where it is not there
    #[arg(long, value_name = "FILE")]
    decisions: PathBuf,
    /// A table that a clerk filled in: the CSV of Hinweise with `melden`, `übernehmen` or `bleibt` in the column `decision`
    #[arg(long, value_name = "FILE")]
    filled: Option<PathBuf>,
    /// Rules that decide what nobody has decided: a JSON file with an array such as [{"class": "format", "answer": "stands"}]
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    #[command(flatten)]
    stock: Stock,
    /// The register's side, as `azrkit reconcile content` had it
    #[arg(long, value_name = "FILE")]
    register: PathBuf,
    /// Which column of a CSV of the register is which field: a TOML file
    #[arg(long, value_name = "FILE")]
    register_mapping: Option<PathBuf>,
    /// The folder for submit.jsonl, apply.jsonl, stands.jsonl, open.jsonl and open.csv; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// When it is decided, such as 2026-11-16T08:00:00Z; now where it is left out
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// What came of it.
#[derive(Debug, Default)]
struct Counts {
    answers: BTreeMap<&'static str, u64>,
    open: u64,
    submit: u64,
    apply: u64,
    stands: u64,
    left: BTreeMap<Why, u64>,
    wrong: u64,
}

/// Runs the command.
pub(crate) fn run(args: &Decide, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let lang = Lang::from(common.lang);
    let at = at_or_now(args.at.as_deref())?;
    std::fs::create_dir_all(&args.out).map_err(Failure::file(&args.out))?;
    let mut counts = Counts::default();
    let mut decisions = decided(args, at, lang, &mut counts)?;
    let rules: Vec<Rule> = match &args.rules {
        Some(file) => serde_json::from_slice(&files::read(file)?)
            .map_err(|error| Failure::call(format!("{}: {error}", file.display())))?,
        None => Vec::new(),
    };
    let mut parts = Parts::new(&args.out)?;
    let file = File::open(&args.hinweise).map_err(Failure::file(&args.hinweise))?;
    let plain = unpacked(BufReader::new(file)).map_err(Failure::file(&args.hinweise))?;
    let mut batch = Batch::default();
    parts.write(OPEN_CSV, Hinweis::csv_head().as_bytes())?;
    for (line, row) in (1_u64..).zip(BufReader::new(plain).lines()) {
        let row = row.map_err(Failure::file(&args.hinweise))?;
        if row.trim().is_empty() {
            continue;
        }
        let hinweis: Hinweis = serde_json::from_str(&row)
            .map_err(|error| Failure::call(format!("{}: {line}: {error}", args.hinweise.display())))?;
        let answer = decisions.decide_by(&rules, &hinweis, at);
        match answer {
            Some(answer) => *counts.answers.entry(answer.as_str()).or_default() += 1,
            None => {
                counts.open += 1;
                parts.json(OPEN, &hinweis)?;
                parts.write(OPEN_CSV, hinweis.csv_line().as_bytes())?;
            }
        }
        let Some(number) = hinweis.azr_nummer.clone() else { continue };
        if batch.is_full(&number) {
            batch.work(args, &standards, lang, &mut parts, &mut counts)?;
        }
        batch.persons.entry(number).or_default().push((hinweis, answer));
    }
    batch.work(args, &standards, lang, &mut parts, &mut counts)?;
    let mut kept = Vec::new();
    decisions.write(&mut kept)?;
    // First the decisions: what is made of them can be made again.
    let folder = args.decisions.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = args.decisions.file_name().map(|name| name.to_string_lossy().into_owned());
    files::write_whole(folder.unwrap_or(Path::new(".")), &name.unwrap_or_default(), &kept)?;
    parts.finish()?;
    let left: BTreeMap<&str, u64> = counts.left.iter().map(|(why, count)| (why.as_str(), *count)).collect();
    out.json(&json!({
        "decided": counts.answers, "open": counts.open, "submit": counts.submit, "apply": counts.apply,
        "stands": counts.stands, "left": left, "wrongRows": counts.wrong,
    }))?;
    for (why, count) in &counts.left {
        complain(&format!("{}: {count}: {}", why.as_str(), why.text(lang)));
    }
    let clean = counts.wrong == 0 && counts.left.is_empty();
    Ok(if clean { Outcome::Clean } else { Outcome::Errors })
}

/// The decisions that there are, and those of the filled-in table. Wrong rows are told.
fn decided(args: &Decide, at: Timestamp, lang: Lang, counts: &mut Counts) -> Result<Decisions, Failure> {
    let mut decisions = Decisions::new();
    let mut tell = |file: &Path, wrong: Vec<DecisionError>| {
        for error in wrong {
            complain(&format!("{}: {}", file.display(), error.sentence(lang)));
            counts.wrong += 1;
        }
    };
    if args.decisions.exists() {
        let file = File::open(&args.decisions).map_err(Failure::file(&args.decisions))?;
        let wrong = decisions.read(&mut BufReader::new(file)).map_err(Failure::file(&args.decisions))?;
        if !wrong.is_empty() {
            // They would be lost when the file is written again.
            tell(&args.decisions, wrong);
            return Err(Failure::call(args.decisions.display().to_string()));
        }
    }
    if let Some(filled) = &args.filled {
        let mut file = File::open(filled).map_err(Failure::file(filled))?;
        let (_, wrong) = decisions.read_csv(&mut file, at).map_err(Failure::file(filled))?;
        tell(filled, wrong);
    }
    Ok(decisions)
}

/// Hinweise of some persons, by AZR-Nummer.
#[derive(Default)]
struct Batch {
    persons: BTreeMap<String, Vec<(Hinweis, Option<Answer>)>>,
}

impl Batch {
    /// Whether a person has no place here any more. Hinweise come in the order of the numbers.
    fn is_full(&self, number: &str) -> bool {
        self.persons.len() >= BATCH && !self.persons.contains_key(number)
    }

    /// Makes the corrections, and is empty then.
    fn work(
        &mut self,
        args: &Decide,
        standards: &Standards,
        lang: Lang,
        parts: &mut Parts,
        counts: &mut Counts,
    ) -> Result<(), Failure> {
        let mut persons = std::mem::take(&mut self.persons);
        persons.retain(|_, all| all.iter().any(|(_, answer)| answer.is_some()));
        if persons.is_empty() {
            return Ok(());
        }
        let read = |stock: &Stock| -> Result<HashMap<String, Datensatz>, Failure> {
            let mut found = HashMap::new();
            stock.each(standards, lang, |record| {
                if let Some(number) = record.azr_nummer.clone().filter(|number| persons.contains_key(number))
                {
                    // Of a number that is there twice the first one was compared.
                    found.entry(number).or_insert(record);
                }
            })?;
            Ok(found)
        };
        let local = read(&args.stock)?;
        let register = read(&Stock { stock: args.register.clone(), mapping: args.register_mapping.clone() })?;
        for (number, all) in &persons {
            let made = correct(local.get(number), register.get(number), all);
            if let Some(record) = &made.submit {
                counts.submit += 1;
                parts.json(SUBMIT, record)?;
            }
            for what in &made.apply {
                counts.apply += 1;
                parts.json(APPLY, &json!({"key": made.key, "azrNummer": made.azr_nummer, "change": what}))?;
            }
            for entry in &made.stands {
                counts.stands += 1;
                parts.json(STANDS, &json!({"key": made.key, "entry": entry}))?;
            }
            for left in &made.left {
                *counts.left.entry(left.why).or_default() += 1;
            }
        }
        Ok(())
    }
}

/// The files that are written. They get their names when all is written.
struct Parts {
    folder: PathBuf,
    open: Vec<BufWriter<File>>,
}

const NAMES: [&str; 5] = ["submit.jsonl", "apply.jsonl", "stands.jsonl", "open.jsonl", "open.csv"];
const SUBMIT: usize = 0;
const APPLY: usize = 1;
const STANDS: usize = 2;
const OPEN: usize = 3;
const OPEN_CSV: usize = 4;

impl Parts {
    fn new(folder: &Path) -> Result<Self, Failure> {
        let mut open = Vec::new();
        for name in NAMES {
            let part = Self::part(folder, name);
            open.push(BufWriter::new(File::create(&part).map_err(Failure::file(&part))?));
        }
        Ok(Self { folder: folder.to_owned(), open })
    }

    fn part(folder: &Path, name: &str) -> PathBuf {
        folder.join(format!(".{name}.part"))
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> Result<(), Failure> {
        match self.open.get_mut(at) {
            Some(open) => Ok(open.write_all(bytes)?),
            None => Ok(()),
        }
    }

    fn json(&mut self, at: usize, value: &impl serde::Serialize) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(value).map_err(|error| Failure::call(error.to_string()))?;
        line.push(b'\n');
        self.write(at, &line)
    }

    fn finish(self) -> Result<(), Failure> {
        for (name, mut open) in NAMES.into_iter().zip(self.open) {
            let file = self.folder.join(name);
            let renamed = open
                .flush()
                .and_then(|()| open.get_ref().sync_all())
                .and_then(|()| std::fs::rename(Self::part(&self.folder, name), &file));
            renamed.map_err(Failure::file(&file))?;
        }
        files::sync(&self.folder);
        Ok(())
    }
}
