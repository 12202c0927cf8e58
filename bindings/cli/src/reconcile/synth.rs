//! `azrkit reconcile synth`: two stocks of made-up persons, and the truth about them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use azrkit::message::report::Lang;
use azrkit::reconcile::synth::{COLUMNS, Options, Stock};

use super::args::Synth;
use super::rows::quoted;
use crate::Outcome;
use crate::args::Common;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

/// A file of the folder, and what to call it when it cannot be written.
struct Sink {
    file: BufWriter<File>,
    name: String,
}

impl Sink {
    fn new(folder: &Path, name: &str) -> Result<Self, Failure> {
        let path = folder.join(name);
        let file = File::create(&path).map_err(Failure::file(&path))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 16, file), name: path.display().to_string() })
    }

    fn line(&mut self, line: &str) -> Result<(), Failure> {
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.write_all(b"\n"));
        written.map_err(|source| Failure::File { file: self.name.clone(), source })
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.file.flush().map_err(|source| Failure::File { file: self.name, source })
    }
}

/// Writes the stocks as JSON Lines and as CSV, and in truth.tsv for each record which person it stands for and what is wrong in it.
pub(crate) fn run(args: &Synth, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let options = Options {
        persons: args.persons,
        seed: args.seed,
        only_local: args.alone,
        only_register: args.alone,
        twice: args.twice,
        numbered: args.numbered,
        ..Options::default()
    };
    let synth = azrkit::reconcile::synth::Synth::new(options);
    std::fs::create_dir_all(&args.out).map_err(Failure::file(&args.out))?;
    let mut progress = Progress::new((args.persons.saturating_mul(2)) as usize);
    let mut truth = Sink::new(&args.out, "truth.tsv")?;
    truth.line("#columns stock\tkey\tperson\terrors")?;
    let mut counts = [0_u64; 2];
    for (count, stock) in counts.iter_mut().zip([Stock::Local, Stock::Register]) {
        let mut records = Sink::new(&args.out, &format!("{}.jsonl", stock.name()))?;
        let mut rows = Sink::new(&args.out, &format!("{}.csv", stock.name()))?;
        rows.line(&COLUMNS.join(","))?;
        for made in synth.stock(stock) {
            records.line(
                &serde_json::to_string(&made.record()).map_err(|error| Failure::call(error.to_string()))?,
            )?;
            rows.line(&made.row().map(quoted).join(","))?;
            truth.line(&format!(
                "{}\t{}\t{}\t{}",
                stock.name(),
                made.key,
                made.person,
                made.held.errors.join(" ")
            ))?;
            *count += 1;
            progress.step();
        }
        records.finish()?;
        rows.finish()?;
    }
    truth.finish()?;
    drop(progress);
    let ([local, register], folder) = (counts, args.out.display());
    out.line(&match Lang::from(common.lang) {
        Lang::De => format!("{local} Datensätze hier, {register} im Register, in {folder}"),
        Lang::En => format!("{local} records here, {register} in the register, in {folder}"),
    })?;
    Ok(Outcome::Clean)
}
