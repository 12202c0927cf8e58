//! `azrkit reconcile pair` and `dedupe`: persons without a number, by probability.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use azrkit::message::report::Lang;
use azrkit::reconcile::pair::{FIELDS, Grade, Options, Outcome as Found, Pair, Pairing, Person, read_table};
use azrkit::reconcile::source::unpacked;
use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::rows::quoted;
use super::stock::{SQLITE, Stock};
use crate::args::{Common, threads};
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::progress::Progress;
use crate::{Outcome, standards};

/// How pairs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A table with a header
    Csv,
    /// One JSON object a line
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct How {
    /// How the pairs are written to standard output
    #[arg(long, value_enum, default_value_t = Form::Csv)]
    out: Form,
    /// Pairs that are not worth a look, too, from a probability of 0.001
    #[arg(long)]
    all: bool,
    /// So many threads; 0 is as many as there are processors. The result is the same for any number
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// In a CSV, the column of a field, such as vorname=Rufname; columns with usual names (familienname, surname, date_of_birth …) are known
    #[arg(long = "column", value_name = "FIELD=COLUMN")]
    columns: Vec<String>,
    /// Which column of a CSV is which field of a record: a TOML file, as for the other commands
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Link {
    /// The stock here: JSON Lines of records, a CSV with a row a person, or a store of azrkit; gzip and zstd are read as they are
    #[arg(long, value_name = "FILE")]
    local: PathBuf,
    /// The register's side, in the same forms
    #[arg(long, value_name = "FILE")]
    register: PathBuf,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Dedupe {
    /// The stock: JSON Lines of records, a CSV with a row a person, or a store of azrkit; gzip and zstd are read as they are
    #[arg(long, value_name = "FILE")]
    stock: PathBuf,
    #[command(flatten)]
    how: How,
}

/// Pairs of a person here and one of the register.
pub(crate) fn link(args: &Link, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let mut pairing = Pairing::default();
    let mut broken = args.how.read(&args.local, common, |person| pairing.local(person))?;
    broken += args.how.read(&args.register, common, |person| pairing.register(person))?;
    let found = args.how.run(pairing.len().0, |options, progress| pairing.link(options, progress));
    args.how.write(&found, None, |pair| pairing.keys(pair), common.lang.into(), out)?;
    Ok(if broken == 0 { Outcome::Clean } else { Outcome::Errors })
}

/// Pairs of two persons of one stock, with the number of the cluster that they are in.
pub(crate) fn dedupe(args: &Dedupe, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let mut pairing = Pairing::default();
    let broken = args.how.read(&args.stock, common, |person| pairing.local(person))?;
    let count = pairing.len().0;
    let found = args.how.run(count, |options, progress| pairing.dedupe(options, progress));
    let mut clusters = vec![0_usize; count];
    for (number, cluster) in (1..).zip(found.clusters(found.thresholds.likely)) {
        for person in cluster.persons {
            if let Some(cell) = clusters.get_mut(person as usize) {
                *cell = number;
            }
        }
    }
    let keys = |pair: &Pair| (pairing.local_key(pair.left), pairing.local_key(pair.right));
    args.how.write(&found, Some(&clusters), keys, common.lang.into(), out)?;
    Ok(if broken == 0 { Outcome::Clean } else { Outcome::Errors })
}

impl How {
    /// Hands over each person of a stock; gives how many rows are broken.
    fn read(&self, file: &Path, common: &Common, mut take: impl FnMut(&Person<'_>)) -> Result<u64, Failure> {
        let lang = Lang::from(common.lang);
        let input = BufReader::with_capacity(1 << 17, File::open(file).map_err(Failure::file(file))?);
        let mut plain = unpacked(input).map_err(Failure::file(file))?;
        let head = plain.fill_buf().map_err(Failure::file(file))?;
        let records = head.trim_ascii_start().first() == Some(&b'{') || head.starts_with(SQLITE);
        if self.mapping.is_some() || records {
            let stock = Stock { stock: file.to_owned(), mapping: self.mapping.clone().filter(|_| !records) };
            let standards = standards::load(common)?;
            return Ok(stock.each(&standards, lang, |record| take(&Person::of(&record)))?.broken);
        }
        let columns = self.columns.iter().map(|said| match said.split_once('=') {
            Some((field, column)) => Ok((field.to_owned(), column.to_owned())),
            None => Err(Failure::call(format!("--column {said}"))),
        });
        let columns: Vec<_> = columns.collect::<Result<_, _>>()?;
        let mut broken = 0;
        let ended = read_table(&file.display().to_string(), plain, &columns, &mut |row| match row {
            Ok(person) => take(&person),
            Err(error) => {
                broken += 1;
                complain(&error.sentence(lang));
            }
        });
        ended.map_err(|error| Failure::call(error.sentence(lang)))?;
        Ok(broken)
    }

    /// Runs with a bar.
    fn run(&self, persons: usize, work: impl Fn(&Options, &(dyn Fn(u64, u64) + Sync)) -> Found) -> Found {
        let progress = Mutex::new((Progress::new(persons), 0));
        work(&Options { threads: threads(self.threads) }, &|done, _| {
            if let Ok(mut progress) = progress.lock() {
                while progress.1 < done {
                    progress.1 += 1;
                    progress.0.step();
                }
            }
        })
    }

    fn write<'a>(
        &self,
        found: &Found,
        clusters: Option<&[usize]>,
        keys: impl Fn(&Pair) -> (&'a str, &'a str),
        lang: Lang,
        out: &mut Output,
    ) -> Result<(), Failure> {
        if self.out == Form::Csv {
            let fields = FIELDS.map(|field| format!(",{0},{0}_bits", field.name())).concat();
            let cluster = if clusters.is_some() { ",cluster" } else { "" };
            out.line(&format!("key_1,key_2,probability,grade{fields}{cluster}"))?;
        }
        let mut counts = [0_usize; 3];
        for pair in &found.pairs {
            let grade = found.grade(pair);
            match grade {
                Grade::Sure => counts[0] += 1,
                Grade::Likely | Grade::Check => counts[1] += 1,
                Grade::No => counts[2] += 1,
            }
            if grade == Grade::No && !self.all {
                continue;
            }
            let (left, right) = keys(pair);
            let together = |clusters: &[usize]| {
                let of = |place: u32| clusters.get(place as usize).copied().unwrap_or(0);
                Some(of(pair.left)).filter(|own| *own != 0 && *own == of(pair.right))
            };
            let cluster = clusters.and_then(together);
            match self.out {
                Form::Csv => {
                    let mut line = format!(
                        "{},{},{:.6},{}",
                        quoted(left),
                        quoted(right),
                        pair.probability,
                        grade.name()
                    );
                    for field in FIELDS {
                        match pair.shares(lang).find(|(own, ..)| *own == field) {
                            Some((_, level, bits)) => line.push_str(&format!(",{level},{bits:.2}")),
                            None => line.push_str(",,"),
                        }
                    }
                    if clusters.is_some() {
                        line.push(',');
                        line.push_str(&cluster.map_or_else(String::new, |number| number.to_string()));
                    }
                    out.line(&line)?;
                }
                Form::Json => {
                    let round = |bits: f32| (f64::from(bits) * 100.0).round() / 100.0;
                    let shares: Map<String, Value> = pair
                        .shares(lang)
                        .map(|(field, level, bits)| {
                            (field.name().to_owned(), json!({"level": level, "bits": round(bits)}))
                        })
                        .collect();
                    let probability = (pair.probability * 1e6).round() / 1e6;
                    let mut object = json!({
                        "keys": [left, right], "probability": probability, "grade": grade.name(), "fields": shares,
                    });
                    if let (Some(number), Some(object)) = (cluster, object.as_object_mut()) {
                        object.insert("cluster".into(), number.into());
                    }
                    out.json(&object)?;
                }
            }
        }
        let [sure, check, no] = counts;
        let (from, down) = (found.thresholds.sure, found.thresholds.check);
        complain(&match lang {
            Lang::De => format!(
                "{sure} Paare sicher (ab {from:.3}), {check} zu prüfen (ab {down:.3}), {no} weniger wahrscheinlich"
            ),
            Lang::En => format!(
                "{sure} pairs sure (from {from:.3}), {check} to be checked (from {down:.3}), {no} less likely"
            ),
        });
        Ok(())
    }
}
