//! scratch
use azrkit::Standards;
use azrkit::message::read::Options;
use azrkit::message::sample::{Sampler, Size};
fn main() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let t = std::time::Instant::now();
    for (n, b) in azrkit::standard::builtin() {
        let t = std::time::Instant::now();
        let p = azrkit::standard::pack::Pack::open(b).unwrap();
        println!(
            "open {n} {:?} rules {} names {} types {} states {} steps {} automata {}",
            t.elapsed(),
            p.rules.len(),
            p.names.len(),
            p.types.len(),
            p.states.len(),
            p.steps.len(),
            p.automata.len()
        );
    }
    println!("open both {:?}", t.elapsed());
    let mut files = Vec::new();
    let dir = std::path::Path::new("/work/wt/corpus");
    if !dir.exists() {
        std::fs::create_dir_all(dir).unwrap();
        let mut sampler = Sampler::new(&packs);
        let mut bad = 0;
        for number in [
            "090001", "090002", "090003", "090004", "090009", "090010", "090010", "090010", "090012",
            "090020", "090021", "090022", "090023", "090030", "090040", "090097", "090098", "090099",
        ] {
            for index in 0..3 {
                match sampler.generate(azrkit::message::sample::Which::Name(number), 7, index, Size::Typical)
                {
                    Ok(x) => {
                        std::fs::write(dir.join(format!("{number}-{index}.xml")), x).unwrap();
                    }
                    Err(e) => {
                        bad += 1;
                        println!("{e}")
                    }
                }
            }
        }
        println!("bad {bad}");
    }
    let mut names: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    for p in &names {
        files.push(std::fs::read(p).unwrap());
    }
    let total: usize = files.iter().map(Vec::len).sum();
    println!("{} files {} bytes", files.len(), total);
    let options = Options::default();
    let mut reader = standards.reader();
    let mut n = 0;
    for (f, p) in files.iter().zip(&names) {
        let r = reader.check(f, &options);
        if !r.findings.is_empty() {
            n += 1;
            if n < 10 {
                println!("{:?} {:?}", p, r.findings[0]);
            }
        }
    }
    println!("with findings {n}");
    let norules = Options { rules: false, ..Options::default() };
    let rounds = std::env::args().nth(1).map_or(200, |a| a.parse().unwrap());
    let mode = std::env::args().nth(2).unwrap_or_default();
    for _ in 0..if mode.is_empty() { 3 } else { 1 } {
        let t = std::time::Instant::now();
        if mode != "check" {
            for _ in 0..rounds {
                for f in &files {
                    let mut r = quick_xml::Reader::from_reader(f.as_slice());
                    loop {
                        match r.read_event().unwrap() {
                            quick_xml::events::Event::Eof => break,
                            e => {
                                std::hint::black_box(e);
                            }
                        }
                    }
                }
            }
        }
        let tok = t.elapsed().as_secs_f64();
        let t = std::time::Instant::now();
        if mode != "tok" {
            for _ in 0..rounds {
                for f in &files {
                    std::hint::black_box(reader.check(f, &options));
                }
            }
        }
        let chk = t.elapsed().as_secs_f64();
        let t = std::time::Instant::now();
        if mode == "" {
            for _ in 0..rounds {
                for f in &files {
                    std::hint::black_box(reader.check(f, &norules));
                }
            }
        }
        let chk2 = t.elapsed().as_secs_f64();
        let mb = total as f64 * rounds as f64 / 1e6;
        println!(
            "tok {:.0} MB/s  check {:.0} MB/s ratio {:.3}  without rules {:.0} ratio {:.3}",
            mb / tok,
            mb / chk,
            tok / chk,
            mb / chk2,
            tok / chk2
        );
    }
}
