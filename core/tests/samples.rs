//! Samples of every message of the built-in standards: made, checked, read and written again.

use azrkit::Standards;
use azrkit::message::read::Options;
use azrkit::message::report::Code;
use azrkit::message::sample::{SampleError, Sampler, Size, Which, generate};
use azrkit::message::write::to_xml;

const SIZES: [Size; 3] = [Size::Small, Size::Typical, Size::Large];

/// How many of each message and size: 1, or what the environment asks for (20 in the long run).
fn count() -> u32 {
    std::env::var("AZRKIT_SAMPLES").ok().and_then(|count| count.parse().ok()).unwrap_or(1)
}

#[test]
fn every_message_is_clean_in_every_size() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let mut sampler = Sampler::new(&packs);
    let mut reader = standards.reader();
    let options = Options::default();
    let messages = sampler.messages();
    assert_eq!(messages.len(), 312, "306 of XAusländer, 6 of XInneres");
    let mut faults = Vec::new();
    for which in messages {
        for size in SIZES {
            for index in 0..count() {
                let xml = match sampler.generate(which, 2611, index, size) {
                    Ok(xml) => xml,
                    Err(error) => {
                        faults.push(format!("{which} {size:?} {index}: {error}"));
                        continue;
                    }
                };
                let message = reader.read(&xml, &options);
                // A list that nobody could give us is not the message's fault.
                let found = message.report.findings.iter().find(|finding| finding.code != Code::UnknownList);
                if let Some(finding) = found {
                    faults.push(format!("{which} {size:?} {index}: {} {}", finding.path, finding.text));
                }
                if to_xml(&message.document) != xml {
                    faults.push(format!("{which} {size:?} {index}: is written otherwise"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
}

#[test]
fn equal_arguments_give_equal_bytes() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let which = Which::Name("090010");
    let one = generate(&packs, which, 7, 3, Size::Typical);
    assert!(one.is_ok());
    assert_eq!(one, generate(&packs, which, 7, 3, Size::Typical));
    // What was made before does not matter.
    let mut sampler = Sampler::new(&packs);
    let other = sampler.generate(Which::Name("090004"), 7, 3, Size::Large);
    assert!(other.is_ok());
    assert_eq!(one, sampler.generate(which, 7, 3, Size::Typical));
    assert_ne!(one, sampler.generate(which, 7, 4, Size::Typical));
    assert_ne!(one, sampler.generate(which, 8, 3, Size::Typical));
}

#[test]
fn sizes_are_sizes_and_names_are_numbers() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let mut sampler = Sampler::new(&packs);
    let mut len = |size| {
        let lens = (0..6).filter_map(|index| sampler.generate(Which::Name("090004"), 1, index, size).ok());
        lens.map(|xml| xml.len()).sum::<usize>()
    };
    let [small, typical, large] = SIZES.map(&mut len);
    assert!(small < typical && typical * 3 < large, "{small} {typical} {large}");
    let by_number = sampler.generate(Which::Name("090001"), 1, 0, Size::Typical);
    assert_eq!(by_number, sampler.generate(Which::Name("AnAZR.AZRAnfrage.090001"), 1, 0, Size::Typical));
    let text = by_number.map(|xml| String::from_utf8_lossy(&xml).into_owned()).unwrap_or_default();
    assert!(text.contains("<code>090001</code>"), "the header says the number: {text}");
    assert_eq!(
        sampler.generate(Which::Name("999999"), 1, 0, Size::Small),
        Err(SampleError::Unknown("999999".to_owned()))
    );
}
