//! `azrkit reconcile due`: which records must be looked at again on which day.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use azrkit::message::report::Lang;
use azrkit::reconcile::due::{Check, Due as Planned, Plan};
use azrkit::time::Timestamp;
use serde_json::json;

use super::stock::Stock;
use crate::args::Common;
use crate::exchange::environment::now;
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::{Outcome, files, standards};

#[derive(Debug, clap::Args)]
pub(crate) struct Due {
    #[command(flatten)]
    stock: Stock,
    /// The first day, such as 2026-11-25; today where it is left out
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// So many days are planned
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: u32,
    /// After so many days an agreement with the register is too old
    #[arg(long, value_name = "N", default_value_t = 365)]
    oldest: u32,
    /// At most so many a day; who has a coming date is never put off
    #[arg(long, value_name = "N")]
    per_day: Option<u32>,
    /// When records last agreed with the register: key and day in each line, parted by a tab
    #[arg(long, value_name = "FILE")]
    agreed: Option<PathBuf>,
    /// JSON Lines instead of lines for people
    #[arg(long)]
    json: bool,
}

/// Runs the command. The checks come in the order of the stock: first those with a coming date, then the regular ones.
pub(crate) fn run(args: &Due, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let lang = Lang::from(common.lang);
    let plan = Plan {
        from: args.from.clone().unwrap_or_else(|| now().date()),
        days: args.days,
        oldest: args.oldest,
        per_day: args.per_day,
    };
    let mut due = Planned::new(&standards.packs(), plan).map_err(|error| Failure::call(error.to_string()))?;
    let agreed = match &args.agreed {
        Some(file) => agreed(file)?,
        None => HashMap::new(),
    };
    let mut failed = Ok(());
    let mut counts = [0_u64; 2];
    let mut tell = |check: Option<Check>, kind: usize| {
        let Some(check) = check.filter(|_| failed.is_ok()) else { return };
        counts[kind] += 1;
        failed = if args.json { out.json(&check) } else { out.line(&line(&check, lang)) };
    };
    let read = args.stock.each(&standards, lang, |record| tell(due.coming(&record), 0))?;
    // What is broken was told.
    args.stock.again(&standards, lang, |record| {
        let last = agreed.get(&record.key).map(String::as_str);
        tell(due.regular(&record, last), 1);
    })?;
    failed?;
    let (put_off, busiest) = (due.put_off(), due.load().iter().max().copied().unwrap_or(0));
    let [coming, regular] = counts;
    if args.json {
        let told = json!({
            "records": read.records, "broken": read.broken, "coming": coming, "regular": regular,
            "putOff": put_off, "busiestDay": busiest,
        });
        complain(&told.to_string());
    } else {
        complain(&match lang {
            Lang::De => format!(
                "{coming} mit einem Termin, {regular} regelmäßig, {put_off} aufgeschoben; höchstens {busiest} am Tag"
            ),
            Lang::En => format!(
                "{coming} with a coming date, {regular} regular, {put_off} put off; at most {busiest} a day"
            ),
        });
    }
    Ok(if read.broken == 0 { Outcome::Clean } else { Outcome::Errors })
}

fn line(check: &Check, lang: Lang) -> String {
    let text = lang.choose(&check.text_de, &check.text_en);
    let number = check.azr_nummer.as_deref().unwrap_or("-");
    format!("{}  {:<12}  {}  {text}", check.day, number, check.key)
}

/// The days of the last agreements, by key.
fn agreed(file: &Path) -> Result<HashMap<String, String>, Failure> {
    let bytes = files::read(file)?;
    let mut found = HashMap::new();
    for (number, line) in (1..).zip(files::text(file, &bytes)?.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let right = line.split_once('\t').map(|(key, day)| (key, day.trim()));
        let right = right.filter(|(_, day)| Timestamp::parse(&format!("{day}T00:00:00Z")).is_some());
        let Some((key, day)) = right else {
            let expected = "expected a key and a day such as 2026-11-25, parted by a tab";
            return Err(Failure::call(format!("{}:{number}: {expected}", file.display())));
        };
        found.insert(key.to_owned(), day.to_owned());
    }
    Ok(found)
}
