//! How fast a change is taken and its answer: on a store on the disk, beside SQLite alone.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use azrkit::Standards;

use crate::bare::Write;
use crate::measure::Rate;
use crate::stock::{Step, Stock, Template};

/// What share of the rate of a bare commit is to be reached.
const AIM: f64 = 0.8;

/// Where the stores are; gone in the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The rates of one store: the kit's and the bare ones.
struct Rates {
    submit: Rate,
    bare_submit: Rate,
    receive: Rate,
    bare_receive: Rate,
}

/// Measures, over stores of so many persons each, in so many rounds of so many changes.
pub(crate) fn run(place: &Path, persons: &[u32], rounds: usize, changes: usize) -> Result<(), String> {
    let folder = Folder(place.join(format!("azrkit-compare-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).map_err(|error| error.to_string())?;
    println!("stores on {}", file_system(&folder.0));
    let standards = Standards::builtin();
    let template = Template::new(&folder.0, &standards)?;
    let (rows, bytes) = template.size();
    println!("a person: {rows} rows, {bytes} bytes");
    let mut stocks = Vec::new();
    for count in persons {
        let start = Instant::now();
        stocks.push(Stock::new(&folder.0, &standards, &template, *count)?);
        println!("  {count} persons, twice: {:.1} s", start.elapsed().as_secs_f64());
    }
    let mut all: Vec<Rates> = stocks.iter().map(|_| Rates::new()).collect();
    for round in 0..=rounds {
        for (stock, rates) in stocks.iter_mut().zip(&mut all) {
            let steps: Vec<Step> = (0..changes).map(|_| stock.step()).collect::<Result<_, _>>()?;
            let (bare_submit, bare_receive) = replay(stock, &steps)?;
            // The first one is to warm up.
            if round == 0 {
                continue;
            }
            rates.submit.add(changes, steps.iter().map(|step| step.submit).sum());
            rates.receive.add(changes, steps.iter().map(|step| step.receive).sum());
            rates.bare_submit.add(changes, bare_submit);
            rates.bare_receive.add(changes, bare_receive);
        }
    }
    if let Some(stock) = stocks.first_mut() {
        let step = stock.step()?;
        println!("a submit writes {}", said(&step.submitted));
        println!("a receive writes {}", said(&step.received));
    }
    for (persons, rates) in persons.iter().zip(&all) {
        println!("\n{persons} persons, times a second (median of {rounds} rounds of {changes})");
        for rate in [&rates.submit, &rates.bare_submit, &rates.receive, &rates.bare_receive] {
            println!("  {:<46} {:>8.1}   {:.3} ms", rate.name, rate.median(), 1e3 / rate.median());
        }
        crate::ratio("submit against the bare commit", &rates.submit, &rates.bare_submit, AIM);
        crate::ratio("receive against the bare commit", &rates.receive, &rates.bare_receive, AIM);
    }
    println!("\nwhat more persons cost");
    if let Some((first, more)) = all.split_first() {
        for (persons, rates) in persons.iter().skip(1).zip(more) {
            for (mine, few) in [
                (&rates.submit, &first.submit),
                (&rates.bare_submit, &first.bare_submit),
                (&rates.receive, &first.receive),
                (&rates.bare_receive, &first.bare_receive),
            ] {
                let (low, median, high) = few.ratio(mine);
                println!(
                    "  {}: with {persons} persons {median:.2} times the time ({low:.2} to {high:.2})",
                    mine.name
                );
            }
        }
    }
    Ok(())
}

impl Rates {
    fn new() -> Self {
        Self {
            submit: Rate::new("submit of 8 entries, 1 changed"),
            bare_submit: Rate::new("bare commit of what it writes"),
            receive: Rate::new("receive of the 090098"),
            bare_receive: Rate::new("bare commit of what that writes"),
        }
    }
}

/// SQLite alone writes on the twin what the kit wrote. How long that took for submit and for receive.
fn replay(stock: &Stock<'_>, steps: &[Step]) -> Result<(Duration, Duration), String> {
    let (mut submit, mut receive) = (Duration::ZERO, Duration::ZERO);
    for step in steps {
        submit += stock.bare.commit(&step.submitted)?;
        for writes in &step.carried {
            stock.bare.commit(writes)?;
        }
        receive += stock.bare.commit(&step.received)?;
    }
    Ok((submit, receive))
}

fn said(writes: &[Write]) -> String {
    let bytes: usize =
        writes.iter().map(|(_, key, value)| key.len() + value.as_ref().map_or(0, Vec::len)).sum();
    let rows: Vec<String> = writes
        .iter()
        .map(|(table, _, value)| match value {
            Some(value) => format!("{} {}", table.name(), value.len()),
            None => format!("{} deleted", table.name()),
        })
        .collect();
    format!("{} rows, {bytes} bytes ({})", rows.len(), rows.join(", "))
}

/// The file system of a folder, as far as the system says it.
fn file_system(folder: &Path) -> String {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let of_it = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (device, place, kind) = (words.next()?, words.next()?, words.next()?);
            folder.starts_with(place).then(|| (place.len(), format!("{kind} ({device} at {place})")))
        })
        .max_by_key(|(length, _)| *length);
    let name = of_it.map_or_else(|| "a file system that is not known".to_owned(), |(_, name)| name);
    if name.starts_with("tmpfs") { format!("{name}: NO DISK, name another folder by --dir") } else { name }
}
