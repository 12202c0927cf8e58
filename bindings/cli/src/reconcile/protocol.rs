//! `azrkit reconcile protocol`: the official Abgleich, 090020 to 090023.

use std::fs::File;
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};

use azrkit::Standards;
use azrkit::message::read::{Options, Reader};
use azrkit::message::report::{Lang, Severity};
use azrkit::reconcile::protocol::{
    Findings, Order, Packet, ProtocolError, RegisterSide, ResultCode, Settings, Statistic, question,
};
use azrkit::reconcile::source::unpacked;
use azrkit::register::Kinds;
use azrkit::time::Timestamp;
use azrkit::transmit::Config;
use clap::Subcommand;
use serde_json::json;

use super::stock::Stock;
use crate::args::{Common, Language};
use crate::exchange::environment::{System, at_or_now};
use crate::exchange::read_config;
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::progress::Progress;
use crate::{Outcome, files, standards};

#[derive(Debug, Subcommand)]
pub(crate) enum Protocol {
    /// From the order of the BAMF (090020): the question to the register (090021)
    Ask(Ask),
    /// From the answers of the register (090022) and the stock here: the result for the BAMF (090023)
    Answer(Answer),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Base {
    /// The order, a 090020
    #[arg(long, value_name = "FILE")]
    order: PathBuf,
    /// The configuration, as `azrkit init --example` shows one
    #[arg(long, env = "AZRKIT_CONFIG", value_name = "FILE")]
    config: PathBuf,
    /// The folder for the messages; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// When the messages are made, such as 2026-11-16T08:00:00Z; now where it is left out. The same input at the same time gives the same bytes
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Ask {
    #[command(flatten)]
    base: Base,
    /// Records laid out in the register from this day on
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Records laid out in the register up to this day
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Answer {
    #[command(flatten)]
    base: Base,
    /// Answers of the register (090022), or folders with them
    #[arg(long, required = true, num_args = 1.., value_name = "FILE|DIR")]
    register: Vec<PathBuf>,
    /// So many answers there are; without it only signs tell that one is missing
    #[arg(long, value_name = "N")]
    packets: Option<usize>,
    #[command(flatten)]
    stock: Stock,
    /// Kinds that are not kept here on purpose (result 06), such as Ausweisung
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    not_kept: Vec<String>,
    /// The result for a kind that neither side has, on which the standard says nothing
    #[arg(long, value_name = "CODE", default_value = "01", value_parser = ["01", "02", "03", "04", "05", "06"])]
    empty: String,
    /// JSON instead of text: the packets, one a line, then all counts and findings
    #[arg(long)]
    json: bool,
}

/// Runs one of the commands.
pub(crate) fn run(command: &Protocol, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    match command {
        Protocol::Ask(ask) => self::ask(ask, &standards, common.lang, out),
        Protocol::Answer(answer) => self::answer(answer, &standards, common.lang, out),
    }
}

/// What both commands begin with.
struct Begun<'s> {
    reader: Reader<'s>,
    config: Config,
    order: Order,
    at: Timestamp,
}

impl Base {
    fn begin<'s>(&self, standards: &'s Standards, lang: Language) -> Result<Begun<'s>, Failure> {
        let mut reader = standards.reader();
        let config = read_config(&self.config, lang)?;
        let options = Options { lang: lang.into(), ..Options::default() };
        let order = Order::read(&mut reader, &files::read(&self.order)?, &options).map_err(failed(lang))?;
        let at = at_or_now(self.at.as_deref())?;
        std::fs::create_dir_all(&self.out).map_err(Failure::file(&self.out))?;
        Ok(Begun { reader, config, order, at })
    }
}

fn ask(args: &Ask, standards: &Standards, lang: Language, out: &mut Output) -> Result<Outcome, Failure> {
    let mut begun = args.base.begin(standards, lang)?;
    let uuid = System::new()?.uuid();
    let days = (args.from.as_deref(), args.to.as_deref());
    let asked = question(&mut begun.reader, &begun.config, &begun.order, days, &uuid, begun.at);
    let file =
        files::write_whole(&args.base.out, &format!("090021-{uuid}.xml"), &asked.map_err(failed(lang))?)?;
    files::sync(&args.base.out);
    out.json(&json!({ "file": file, "uuid": uuid, "to": begun.config.register.kennung }))?;
    Ok(Outcome::Clean)
}

fn answer(
    args: &Answer,
    standards: &Standards,
    lang: Language,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut begun = args.base.begin(standards, lang)?;
    let kinds = Kinds::newest(&standards.packs()).map_err(|error| failed(lang)(error.into()))?;
    let empty = ResultCode::ALL.into_iter().find(|code| code.code() == args.empty);
    let settings = Settings { not_kept: args.not_kept.clone(), empty: empty.unwrap_or(ResultCode::Same) };
    let side = RegisterSide::new(begun.order, &begun.config.behoerde.kennung, &kinds, settings);
    let mut side = side.map_err(failed(lang))?;
    let (packets, unread) = files::expand(&args.register);
    let mut progress = Progress::new(packets.len());
    for file in &packets {
        side.packet(&mut begun.reader, &file.display().to_string(), &whole(file)?);
        progress.step();
    }
    drop(progress);
    let findings = side.findings().clone();
    let mut comparison = side.compare(args.packets).map_err(|error| {
        tell(&findings, lang);
        failed(lang)(error)
    })?;
    let read = args.stock.each(standards, lang.into(), |record| comparison.record(&record))?;
    if read.broken > 0 {
        let broken = read.broken;
        complain(&match lang {
            Language::De => format!(
                "AZK-C108: {broken} Zeilen des Bestands waren nicht lesbar; ihre AZR-Nummern gelten als hier nicht gespeichert"
            ),
            Language::En => format!(
                "AZK-C108: {broken} rows of the stock could not be read; their numbers count as not kept here"
            ),
        });
    }
    let statistic = comparison.finish();
    tell(statistic.findings(), lang);
    let written = write(&statistic, &args.base.out, &begun.config, &mut begun.reader, begun.at, lang)?;
    if args.json {
        for (file, packet) in &written {
            out.json(&json!({ "file": file, "packet": packet }))?;
        }
        let findings = statistic.findings();
        out.json(&json!({
            "at": begun.at.iso(), "records": read.records, "broken": read.broken, "counts": statistic.counts(),
            "findings": findings.list, "moreFindings": findings.more
        }))?;
    } else {
        table(&statistic, &written, lang.into(), out)?;
    }
    let wrong = statistic.findings().list.iter().any(|found| found.code.severity() == Severity::Error);
    let clean = !wrong && read.broken == 0 && unread == 0;
    Ok(if clean { Outcome::Clean } else { Outcome::Errors })
}

/// Writes the packets. They get their names when all are written: a call that is killed leaves none of them, or all.
fn write(
    statistic: &Statistic,
    dir: &Path,
    config: &Config,
    reader: &mut Reader<'_>,
    at: Timestamp,
    lang: Language,
) -> Result<Vec<(PathBuf, Packet)>, Failure> {
    let name = |packet: &Packet| format!("090023-{:04}-{}.xml", packet.number, packet.uuid);
    let part = |packet: &Packet| dir.join(format!(".{}.part", name(packet)));
    let mut progress = Progress::new(statistic.records());
    let mut parts = Vec::new();
    let open = |packet: &Packet| {
        parts.push(part(packet));
        File::create(part(packet)).map(|file| BufWriter::with_capacity(1 << 17, file))
    };
    let step = |records| (0..records).for_each(|_| progress.step());
    let written = statistic.write(reader, config, at, open, step);
    let ready = written.map_err(failed(lang)).and_then(|packets| {
        let names: Vec<String> = packets.iter().map(name).collect();
        let others = std::fs::read_dir(dir).map_err(Failure::file(dir))?.flatten();
        let others = others.map(|file| file.file_name().to_string_lossy().into_owned());
        let is_other =
            |file: &String| file.starts_with("090023-") && file.ends_with(".xml") && !names.contains(file);
        match others.filter(is_other).min() {
            Some(other) => Err(Failure::call(other_delivery(lang, &dir.join(other)))),
            None => Ok(packets),
        }
    });
    let packets = ready.inspect_err(|_| {
        for part in &parts {
            // What cannot be removed is no message by its name.
            let _ = std::fs::remove_file(part);
        }
    })?;
    let mut written = Vec::new();
    for packet in packets {
        let (part, file) = (part(&packet), dir.join(name(&packet)));
        let renamed =
            File::open(&part).and_then(|open| open.sync_all()).and_then(|()| std::fs::rename(&part, &file));
        renamed.map_err(Failure::file(&file))?;
        written.push((file, packet));
    }
    files::sync(dir);
    Ok(written)
}

/// The bytes of a file, unpacked.
fn whole(file: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = files::read(file)?;
    let mut plain = Vec::new();
    let read = unpacked(bytes.as_slice()).and_then(|mut input| input.read_to_end(&mut plain));
    read.map_err(Failure::file(file))?;
    Ok(plain)
}

fn tell(findings: &Findings, lang: Language) {
    for found in &findings.list {
        complain(&found.sentence(lang.into()));
    }
    if findings.more > 0 {
        complain(&match lang {
            Language::De => format!("{} weitere Feststellungen", findings.more),
            Language::En => format!("{} more findings", findings.more),
        });
    }
}

/// Counts for people: numbers, then results by kind and code.
fn table(
    statistic: &Statistic,
    written: &[(PathBuf, Packet)],
    lang: Lang,
    out: &mut Output,
) -> Result<(), Failure> {
    let counts = statistic.counts();
    for (count, german, english) in [
        (counts.both, "AZR-Nummern auf beiden Seiten", "numbers on both sides"),
        (counts.register_only, "AZR-Nummern nur im Register", "numbers in the register only"),
        (counts.here_only, "AZR-Nummern nur hier", "numbers here only"),
    ] {
        out.line(&format!("{count:>10}  {}", lang.choose(german, english)))?;
    }
    if !counts.results.is_empty() {
        let codes: String = ResultCode::ALL.iter().map(|code| format!("{:>10}", code.code())).collect();
        out.line(&format!("\n{:<40}{codes}", lang.choose("Ergebnisse", "Results")))?;
    }
    for (kind, row) in &counts.results {
        let count = |code: &ResultCode| row.get(code.code()).map_or_else(String::new, usize::to_string);
        let cells: String = ResultCode::ALL.iter().map(|code| format!("{:>10}", count(code))).collect();
        out.line(&format!("{kind:<40}{cells}"))?;
    }
    out.line("")?;
    for (file, packet) in written {
        let records = lang.choose("Datensätze", "records");
        out.line(&format!("{}  {} {records}", file.display(), packet.records))?;
    }
    Ok(())
}

fn failed(lang: Language) -> impl Fn(ProtocolError) -> Failure {
    move |error| Failure::call(error.sentence(lang.into()))
}

fn other_delivery(lang: Language, file: &Path) -> String {
    let file = file.display();
    match lang {
        Language::De => {
            format!("AZK-C107: Hier liegt schon eine andere Lieferung, nichts wurde geschrieben: {file}")
        }
        Language::En => format!("AZK-C107: another delivery is here already, nothing was written: {file}"),
    }
}
