//! How fast azrkit is, beside quick-xml and libxml2 in the same run.
//!
//! The peers take turns, many short rounds each, so that what else the machine does hits all of them alike. Of each
//! round the ratio is taken, and the median of the ratios is printed. `--only WHAT` runs one thing over and over, for a
//! profiler. `--stores` measures something else: a durable submit and receive beside bare commits of SQLite.

mod bare;
mod measure;
mod mix;
mod peers;
mod person;
mod stock;
mod stores;

use std::alloc::System;
use std::process::ExitCode;

use cap::Cap;
use clap::Parser;

use measure::{Contest, Rate};
use mix::Mix;

/// Counts allocations, to show what opening a pack copies.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Measures azrkit beside quick-xml and libxml2.
#[derive(Debug, Parser)]
#[command(name = "azrkit-compare", version)]
struct Arguments {
    /// How many messages of each AZR message type.
    #[arg(long, default_value_t = 8)]
    messages: u32,
    /// How many rounds.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// Milliseconds that a peer has in a round.
    #[arg(long, default_value_t = 40)]
    round_ms: u64,
    /// Only this, over and over: check, tokenize, libxml2, write, quick-write, json, open.
    #[arg(long)]
    only: Option<String>,
    /// How often with --only.
    #[arg(long, default_value_t = 20)]
    times: usize,
    /// Instead, submit and receive on a store on the disk, beside bare commits of the same rows.
    #[arg(long)]
    stores: bool,
    /// With --stores: the folder in which the stores are made, a temporary one if not given. It must be on a real disk.
    #[arg(long)]
    dir: Option<std::path::PathBuf>,
    /// With --stores: how many persons the stores hold.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000])]
    persons: Vec<u32>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("azrkit-compare: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    if arguments.stores {
        let folder = arguments.dir.clone().unwrap_or_else(std::env::temp_dir);
        return stores::run(&folder, &arguments.persons, arguments.rounds, arguments.times);
    }
    let mix = Mix::new(arguments.messages)?;
    if let Some(what) = &arguments.only {
        return peers::only(&mix, what, arguments.times);
    }
    println!("{} messages of {} types, {} bytes", mix.messages.len(), mix.types, mix.bytes());
    for (name, count, bytes) in mix.sizes() {
        println!("  {name:<60} {count:>3} × {:>7} bytes", bytes / count.max(1));
    }
    let contest = Contest { rounds: arguments.rounds, milliseconds: arguments.round_ms };
    let mut peers = peers::Peers::new(&mix)?;
    println!("\nchecking, megabytes a second (median of {} rounds)", contest.rounds);
    let rates = peers.checking(&contest);
    print(&rates);
    let [check, no_rules, tokenize, tokenize_bare, libxml2] = &rates;
    ratio("check against quick-xml's tokenizing", check, tokenize, 0.4);
    ratio("check against the same without its check of end tags", check, tokenize_bare, 0.4);
    ratio("check without rules against tokenizing", no_rules, tokenize, 0.4);
    ratio("check against libxml2 parse and validation", check, libxml2, 5.0);
    println!("\nwriting, megabytes a second");
    let rates = peers.writing(&contest)?;
    print(&rates);
    let [write, quick_write, to_json, from_json] = &rates;
    ratio("writing against quick-xml's writer", write, quick_write, 0.6);
    let _ = (to_json, from_json);
    println!("\nopening a built-in pack");
    opening(&contest)
}

fn print(rates: &[Rate]) {
    for rate in rates {
        println!("  {:<46} {:>8.1}", rate.name, rate.median());
    }
}

fn ratio(what: &str, mine: &Rate, peer: &Rate, aim: f64) {
    let (low, median, high) = mine.ratio(peer);
    let verdict = if median >= aim { "reached" } else { "NOT reached" };
    println!("  {what}: {median:.2} ({low:.2} to {high:.2}), aim {aim}: {verdict}");
}

fn opening(contest: &Contest) -> Result<(), String> {
    for (name, bytes) in azrkit::standard::builtin() {
        let before = (ALLOCATOR.total_allocated(), ALLOCATOR.allocated());
        let pack = azrkit_standard::pack::Pack::open(bytes).map_err(|error| error.to_string())?;
        let asked = ALLOCATOR.total_allocated() - before.0;
        let kept = ALLOCATOR.allocated().saturating_sub(before.1);
        let inside = |table: &[u8]| bytes.as_ptr_range().contains(&table.as_ptr()) || table.is_empty();
        let in_place = inside(pack.text) && inside(pack.automaton_bytes) && inside(pack.rule_code);
        let open = contest.time(|| {
            std::hint::black_box(azrkit_standard::pack::Pack::open(std::hint::black_box(bytes)).is_ok())
        });
        let reopen = contest.time(|| {
            std::hint::black_box(azrkit_standard::pack::Pack::reopen(std::hint::black_box(bytes)).is_ok())
        });
        let aim = if reopen.as_secs_f64() <= 0.001 { "reached" } else { "NOT reached" };
        println!("  {name}: {} bytes", bytes.len());
        println!("    in place: {in_place}; bytes asked of the allocator: {asked}, kept: {kept}");
        println!("    opened in {:.3} ms, aim 1 ms: {aim}", reopen.as_secs_f64() * 1e3);
        println!(
            "    with checksum and every index verified, as for a pack from elsewhere: {:.3} ms",
            open.as_secs_f64() * 1e3
        );
    }
    let binary = std::env::current_exe().ok().and_then(|path| Some(path.parent()?.join("azrkit")));
    if let Some(length) =
        binary.as_deref().and_then(|path| std::fs::metadata(path).ok()).map(|meta| meta.len())
    {
        println!("\nbinary azrkit, with both packs: {length} bytes");
    }
    Ok(())
}
