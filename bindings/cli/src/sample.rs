//! `azrkit sample`: valid messages to try things on.

use std::path::Path;

use azrkit::message::report::Lang;
use azrkit::message::sample::{Sampler, Size, Which};
use azrkit::standard::pack::Pack;

use crate::args::{self, Common, Sample};
use crate::failure::Failure;
use crate::output::{Output, complain};
use crate::progress::Progress;
use crate::{Outcome, standards};

/// Writes the samples as `NUMBER-SIZE-SEED-INDEX.xml`; equal arguments give equal files.
pub(crate) fn run(args: &Sample, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let standards = standards::load(common)?;
    let packs = standards.packs();
    let mut sampler = Sampler::new(&packs);
    let messages = match &args.message {
        Some(name) => vec![(file_stem(&packs, name), Which::Name(name))],
        None => sampler.messages().into_iter().map(|which| (name_of(&packs, which), which)).collect(),
    };
    let (size, size_name) = match args.size {
        args::Size::Small => (Size::Small, "small"),
        args::Size::Typical => (Size::Typical, "typical"),
        args::Size::Large => (Size::Large, "large"),
    };
    std::fs::create_dir_all(&args.out).map_err(Failure::file(&args.out))?;
    let mut progress = Progress::new(messages.len() * args.count as usize);
    let (mut written, mut failed) = (0_usize, 0_usize);
    for (name, which) in messages {
        for index in 0..args.count {
            match sampler.generate(which, args.seed, index, size) {
                Ok(xml) => {
                    let file = args.out.join(format!("{name}-{size_name}-{}-{index}.xml", args.seed));
                    write(&file, &xml)?;
                    written += 1;
                }
                Err(error) => {
                    progress.aside(|| complain(&format!("{name}: {error}")));
                    failed += 1;
                }
            }
            progress.step();
        }
    }
    drop(progress);
    let folder = args.out.display();
    out.line(&match (Lang::from(common.lang), written) {
        (Lang::De, 1) => format!("1 Nachricht in {folder}"),
        (Lang::De, _) => format!("{written} Nachrichten in {folder}"),
        (Lang::En, 1) => format!("1 message in {folder}"),
        (Lang::En, _) => format!("{written} messages in {folder}"),
    })?;
    if failed > 0 {
        return Err(Failure::call(match Lang::from(common.lang) {
            Lang::De => format!("nicht erzeugt: {failed}"),
            Lang::En => format!("not made: {failed}"),
        }));
    }
    Ok(Outcome::Clean)
}

fn write(file: &Path, xml: &[u8]) -> Result<(), Failure> {
    std::fs::write(file, xml).map_err(Failure::file(file))
}

/// The message's number where it has one, else its element's name; it is the beginning of a file name.
fn name_of(packs: &[Pack<'_>], which: Which<'_>) -> String {
    match which {
        Which::Name(name) => file_stem(packs, name),
        Which::Element { pack, row } => {
            let Some(pack) = packs.get(pack) else { return String::new() };
            match pack.message(row).map(|message| pack.str(message.number)) {
                Some(number) if !number.is_empty() => number.to_owned(),
                _ => pack.elements.get(row as usize).map_or("", |row| pack.local(row.name.get())).to_owned(),
            }
        }
    }
}

/// A name as the beginning of a file name: nothing in it leads to another folder.
fn file_stem(packs: &[Pack<'_>], name: &str) -> String {
    let known = packs.iter().any(|pack| pack.message_by_number(name).is_some());
    if known { name.to_owned() } else { name.replace(['/', '\\', ':'], "_") }
}
