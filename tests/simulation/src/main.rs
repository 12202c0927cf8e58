//! Runs worlds of random steps.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use azrkit::Standards;
use azrkit_simulation::world::{Tally, World};
use clap::Parser;

/// Runs worlds in which everything goes wrong, and looks whether anything was lost or doubled.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// How many steps, over all worlds.
    #[arg(long, default_value_t = 50_000)]
    steps: u64,
    /// How many steps a world has before its channel heals.
    #[arg(long, default_value_t = 1_000)]
    world: u64,
    /// The seed of the first world; the next has the next one.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let standards = Standards::builtin();
    let worlds = args.steps.div_ceil(args.world.max(1));
    let mut sum = Tally::default();
    for seed in args.seed..args.seed + worlds {
        let run = catch_unwind(AssertUnwindSafe(|| {
            let mut world = World::new(&standards, seed);
            for _ in 0..args.world {
                world.step();
            }
            world.settle()
        }));
        let Ok(tally) = run else {
            eprintln!("repeat: azrkit-simulation --seed {seed} --steps {0} --world {0}", args.world);
            return ExitCode::FAILURE;
        };
        sum.harmed += tally.harmed;
        sum.crashes += tally.crashes;
        sum.stored += tally.stored;
        sum.records += tally.records;
        sum.delivered += tally.delivered;
    }
    println!("{worlds} worlds of {} steps: all agree", args.world);
    println!(
        "{} messages delivered, {} dropped, doubled or truncated; {} crashes",
        sum.delivered, sum.harmed, sum.crashes
    );
    println!("{} records, {} Meldungen applied, each once", sum.records, sum.stored);
    ExitCode::SUCCESS
}
