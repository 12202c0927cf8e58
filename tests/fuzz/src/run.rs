//! Runs a target on changed input and watches what it does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::change::{Rng, change, change_in_place};
use crate::targets::{Target, World};

/// Reads how many bytes were asked of the allocator so far.
pub type Meter<'a> = &'a (dyn Fn() -> usize + Sync);

/// What a target did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Runs.
    pub runs: u64,
    /// Inputs that were taken as good.
    pub taken: u64,
    /// Bytes of all inputs.
    pub bytes: usize,
    /// The most bytes that one run asked of the allocator.
    pub most_asked: usize,
    /// The same less the target's base, for each byte of the run's input.
    pub worst_factor: f64,
    /// What went wrong: run and why.
    pub failures: Vec<(u64, String)>,
}

/// How long one input may take before it counts as a hang. The slowest takes a hundredth of it.
const HANG: Duration = Duration::from_secs(120);

/// The input of a run.
pub fn input(target: &Target, seed: u64, run: u64) -> Vec<u8> {
    let mut rng = Rng::new(seed, run);
    let piece = target.corpus.get(rng.below(target.corpus.len())).map_or(&[][..], Vec::as_slice);
    // What has a checksum is binary: moved, nearly nothing of it fits any more.
    let in_place = target.mend.is_some() && rng.below(4) > 0;
    let mut bytes = if in_place {
        change_in_place(piece, &mut rng)
    } else {
        change(piece, &target.corpus, target.words, &mut rng)
    };
    if let Some(mend) = target.mend {
        mend(&mut bytes, rng.below(8));
    }
    bytes
}

/// Runs a target `runs` times from run number `first`.
///
/// An input that takes longer than two minutes ends the process with its number: what hangs cannot be
/// stopped otherwise.
pub fn run(world: &World, target: &Target, seed: u64, first: u64, runs: u64, meter: Meter<'_>) -> Summary {
    let current = AtomicU64::new(first);
    let done = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| watch(target.name, seed, &current, &done));
        let summary = work(world, target, seed, first..first.saturating_add(runs), meter, &current);
        done.store(1, Ordering::SeqCst);
        watch.thread().unpark();
        summary
    })
}

fn work(
    world: &World,
    target: &Target,
    seed: u64,
    runs: std::ops::Range<u64>,
    meter: Meter<'_>,
    current: &AtomicU64,
) -> Summary {
    let mut summary = Summary::default();
    for run in runs {
        current.store(run, Ordering::SeqCst);
        let bytes = input(target, seed, run);
        let before = meter();
        let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(world, &bytes)));
        let asked = meter() - before;
        summary.runs += 1;
        summary.bytes += bytes.len();
        match outcome {
            Ok(taken) => summary.taken += u64::from(taken),
            Err(panic) => {
                let text = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or(panic.downcast_ref::<&str>().copied());
                summary.failures.push((run, format!("panic: {}", text.unwrap_or("?"))));
            }
        }
        summary.most_asked = summary.most_asked.max(asked);
        let factor = asked.saturating_sub(target.base) as f64 / bytes.len().max(1) as f64;
        summary.worst_factor = summary.worst_factor.max(factor);
        if factor > target.factor {
            summary
                .failures
                .push((run, format!("asked for {asked} bytes for an input of {} bytes", bytes.len())));
        }
        if summary.failures.len() >= 20 {
            break;
        }
    }
    summary
}

fn watch(name: &str, seed: u64, current: &AtomicU64, done: &AtomicU64) {
    let mut seen = (current.load(Ordering::SeqCst), Duration::ZERO);
    let step = Duration::from_secs(1);
    while done.load(Ordering::SeqCst) == 0 {
        std::thread::park_timeout(step);
        let now = current.load(Ordering::SeqCst);
        seen = if now == seen.0 { (now, seen.1 + step) } else { (now, Duration::ZERO) };
        if seen.1 > HANG {
            eprintln!("HANG: azrkit-fuzz --target {name} --seed {seed} --only {now}");
            std::process::exit(3);
        }
    }
}
