//! Runs the targets for as long as asked.

use std::alloc::System;
use std::io::Write;
use std::process::ExitCode;

use azrkit_fuzz::run::{input, run};
use azrkit_fuzz::targets::{World, targets};
use cap::Cap;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, 4 << 30);

/// Hostile input for every reader of azrkit.
#[derive(Debug, Parser)]
#[command(name = "azrkit-fuzz", version)]
struct Arguments {
    /// Name of the target, or all.
    #[arg(long, default_value = "all")]
    target: String,
    /// Runs of each target.
    #[arg(long, default_value_t = 10_000)]
    runs: u64,
    /// The seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of the first run.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Only the run of this number; its input goes to standard output.
    #[arg(long)]
    only: Option<u64>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let world = match World::new() {
        Ok(world) => world,
        Err(error) => {
            eprintln!("azrkit-fuzz: {error}");
            return ExitCode::from(2);
        }
    };
    let mut failed = false;
    for target in
        targets(&world).iter().filter(|target| arguments.target == "all" || arguments.target == target.name)
    {
        let (first, runs) = arguments.only.map_or((arguments.first, arguments.runs), |only| (only, 1));
        if let Some(only) = arguments.only {
            let bytes = input(target, arguments.seed, only);
            // Whoever reads this output may stop reading.
            let _ = std::io::stdout().write_all(&bytes);
        }
        let summary = run(&world, target, arguments.seed, first, runs, &|| ALLOCATOR.total_allocated());
        eprintln!(
            "{:<12} {} runs, {} taken as good, {} bytes; at most {} bytes asked for, and {:.0} for each byte of input beyond {} MiB",
            target.name,
            summary.runs,
            summary.taken,
            summary.bytes,
            summary.most_asked,
            summary.worst_factor,
            target.base >> 20
        );
        for (number, why) in &summary.failures {
            failed = true;
            eprintln!(
                "  FAILED: {why}\n    repeat: azrkit-fuzz --target {} --seed {} --only {number}",
                target.name, arguments.seed
            );
        }
    }
    if failed { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
