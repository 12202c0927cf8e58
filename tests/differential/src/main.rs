//! Runs the comparison with libxml2.

use std::path::PathBuf;
use std::process::ExitCode;

use azrkit_differential::compare::{self, Outcome, Plan};
use azrkit_differential::subjects::{self, Loaded};
use azrkit_differential::{many, samples};
use clap::{Parser, ValueEnum};

/// Checks azrkit against libxml2: mutants of sample messages, judged by both.
#[derive(Debug, Parser)]
#[command(name = "azrkit-differential", version)]
struct Arguments {
    /// How many mutants, over all standards.
    #[arg(long, default_value_t = 5000)]
    mutants: u64,
    /// The seed of mutants and samples.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which standard.
    #[arg(long, default_value = "all")]
    standard: Which,
    /// The folder with the official files of XWasser (default: ../shared, or AZRKIT_SHARED).
    #[arg(long)]
    shared: Option<PathBuf>,
    /// Only the mutant of this number, and its bytes on standard output.
    #[arg(long)]
    only: Option<u64>,
    /// Number of the first mutant.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Only kinds of change whose name has this in it. (Other mutants get other numbers then.)
    #[arg(long)]
    kind: Option<String>,
    /// A folder for the mutants on which the two disagree.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// How many threads.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Show mutants with one fault and several findings.
    #[arg(long)]
    cascades: bool,
    /// Instead of mutants: so many samples of each size of every global element, checked by both sides and taken
    /// through JSON and back.
    #[arg(long, value_name = "NUMBER")]
    samples: Option<u32>,
    /// Instead of mutants: messages with many faults, and how many are found.
    #[arg(long)]
    many: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Xauslaender,
    Xinneres,
    Xwasser,
    All,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("azrkit-differential: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, String> {
    if let Some(folder) = &arguments.keep {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    if let Some(per) = arguments.samples {
        return check_samples(arguments, per);
    }
    let wanted = |which| arguments.standard == Which::All || arguments.standard == which;
    let mut loaded: Vec<Loaded> = Vec::new();
    if wanted(Which::Xauslaender) {
        loaded.push(subjects::built_in("xauslaender", 1)?);
    }
    if wanted(Which::Xinneres) {
        loaded.push(subjects::built_in("xinneres", 4)?);
    }
    if wanted(Which::Xwasser) {
        loaded.extend(subjects::xwasser(arguments.shared.as_deref())?);
    }
    if arguments.many {
        return find_many(&loaded, arguments.seed);
    }
    let mut total = Outcome::default();
    let share = arguments.mutants.div_ceil(loaded.len().max(1) as u64);
    for Loaded { standards, subject } in &loaded {
        let plan = Plan {
            seed: arguments.seed,
            first: arguments.only.unwrap_or(arguments.first),
            count: if arguments.only.is_some() { 1 } else { share },
            kind: arguments.kind.clone(),
            keep: arguments.keep.clone(),
            jobs: arguments.jobs,
        };
        eprintln!("{}: {} messages, {} mutants", subject.name, subject.sources.len(), plan.count);
        let outcome = compare::run(standards, subject, &plan)?;
        println!("== {}\n{outcome}", subject.name);
        total.add(outcome);
    }
    if arguments.cascades {
        println!("== one fault, several findings");
        for example in total.cascades.values().flatten() {
            print!("{example}");
        }
    }
    println!("== all\n{total}");
    Ok(total.disagreements.0 == 0 && total.spoiled.0 == 0)
}

fn check_samples(arguments: &Arguments, per: u32) -> Result<bool, String> {
    let standards = subjects::standards()?;
    let mut good = true;
    for (which, name) in [(Which::Xauslaender, "xauslaender"), (Which::Xinneres, "xinneres")] {
        if arguments.standard == Which::All || arguments.standard == which {
            let summary = samples::check(&standards, name, per, arguments.seed)?;
            print!("== {name}\n{summary}");
            good &= summary.failures.is_empty();
        }
    }
    Ok(good)
}

fn find_many(loaded: &[Loaded], seed: u64) -> Result<bool, String> {
    let mut good = true;
    for Loaded { standards, subject } in loaded {
        let found = many::run(standards, subject, seed)?;
        let large: Vec<_> = found.iter().filter(|found| found.faulty >= 100).collect();
        let (faulty, all) =
            found.iter().fold((0, 0), |sum, found| (sum.0 + found.faulty, sum.1 + found.of_all));
        println!(
            "{}: {} messages with {faulty} faulty lines by libxml2, {all} of them found",
            subject.name,
            found.len()
        );
        println!("  {} messages with a hundred or more", large.len());
        for message in &found {
            if message.of_all < message.faulty {
                println!(
                    "  {}: {} of {}, {} findings not kept",
                    message.name, message.of_all, message.faulty, message.not_kept
                );
            }
            if message.of_first_hundred < message.faulty.min(100) {
                good = false;
                println!(
                    "  {}: {} of the first {}",
                    message.name,
                    message.of_first_hundred,
                    message.faulty.min(100)
                );
            }
        }
    }
    Ok(good)
}
