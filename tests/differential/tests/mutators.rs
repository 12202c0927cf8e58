//! The mutators by themselves, on the six messages of XWasser: libxml2 says what they do.

use std::collections::BTreeMap;

use azrkit_differential::mutate::{Class, Vocabulary, kinds, mutate};
use azrkit_differential::peer::{Peer, Verdict};
use azrkit_differential::rng::Rng;
use azrkit_differential::scan::Source;
use azrkit_differential::subject::{Exported, files, shared};

#[test]
fn kinds_do_what_their_class_says() {
    let Some(root) = shared(None, "what mutants libxml2 takes") else { return };
    let root = root.join("standard");
    let mut schemas = Vec::new();
    for folder in ["xwasser-1.0.0/xsd", "xoev"] {
        for (name, bytes) in files(&root.join(folder), "xsd").expect("readable") {
            schemas.push(azrkit_standard::xsd::parse(&bytes, &name).expect("a schema"));
        }
    }
    let exported = Exported::new(&schemas).expect("written");
    let mut peer = Peer::open(exported.top()).expect("compiles");
    let messages = files(&root.join("xwasser-1.0.0/messages"), "xml").expect("readable");
    let valid: Vec<_> = messages.iter().filter(|(_, bytes)| peer.judge(bytes).is_valid()).collect();
    assert_eq!(valid.len(), 4, "four of the six messages are valid");
    let sources: Vec<Source> = valid
        .iter()
        .map(|(name, bytes)| Source::scan(name, std::str::from_utf8(bytes).expect("UTF-8")).expect("scans"))
        .collect();
    let types = vec![("http://www.w3.org/2001/XMLSchema".to_owned(), "string".to_owned())];
    let vocabulary = Vocabulary::collect(&sources, types);
    let mut counts: BTreeMap<&str, (Class, [u32; 4])> = BTreeMap::new();
    for (at, kind) in kinds().into_iter().enumerate() {
        let count = &mut counts.entry(kind.name).or_insert((kind.class, [0; 4])).1;
        for round in 0..60 {
            let mut rng = Rng::item(at as u64, round);
            let source = rng.pick(&sources).expect("a source");
            let Some(mutant) = mutate(source, &vocabulary, kind, &mut rng) else {
                count[3] += 1;
                continue;
            };
            let verdict = peer.judge(&mutant.bytes);
            if kind.class == Class::Same {
                let near =
                    &mutant.bytes[mutant.at.saturating_sub(80)..(mutant.at + 160).min(mutant.bytes.len())];
                let near = String::from_utf8_lossy(near);
                assert!(verdict.is_valid(), "{}: {}\n{near}", kind.name, verdict.text());
            }
            match verdict {
                Verdict::Valid => count[0] += 1,
                Verdict::Invalid(_) => count[1] += 1,
                Verdict::NotWellFormed(_) => count[2] += 1,
            }
        }
    }
    println!("{:<32} {:<8} {:>6} {:>8} {:>8} {:>6}", "kind", "class", "valid", "invalid", "not wf", "none");
    for (name, (class, [valid, invalid, broken, none])) in &counts {
        println!("{name:<32} {:<8} {valid:>6} {invalid:>8} {broken:>8} {none:>6}", format!("{class:?}"));
    }
    assert!(counts.len() >= 100, "{} kinds", counts.len());
}
