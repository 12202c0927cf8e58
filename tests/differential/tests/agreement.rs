//! A short run of what the binary does at length: `azrkit-differential --mutants 200000`.

use azrkit_differential::compare::{Plan, run};
use azrkit_differential::subjects::{Loaded, built_in, standards, xwasser};
use azrkit_differential::{many, samples};

#[test]
fn both_agree_one_fault_has_one_finding_and_a_hundred_are_found() {
    let mut loaded =
        vec![built_in("xauslaender", 1).expect("samples"), built_in("xinneres", 4).expect("samples")];
    loaded.extend(xwasser(None).expect("XWasser compiles"));
    let mut large = 0;
    for Loaded { standards, subject } in loaded {
        let plan = Plan { seed: 11, count: 700, jobs: 1, ..Plan::default() };
        let outcome = run(&standards, &subject, &plan).expect("runs");
        println!("{}: {outcome}", subject.name);
        assert_eq!(outcome.disagreements.0, 0, "{}: {outcome}", subject.name);
        assert_eq!(outcome.spoiled.0, 0, "{}: {outcome}", subject.name);
        assert!(outcome.kinds.len() > 120, "{} kinds", outcome.kinds.len());
        let (faults, with_one) = outcome.single_faults();
        assert!(faults > 200 && with_one * 1000 >= faults * 985, "{with_one} of {faults}");
        for found in many::run(&standards, &subject, 5).expect("runs") {
            assert_eq!(found.of_first_hundred, found.faulty.min(100), "{}", found.name);
            assert!(found.of_all == found.faulty || found.not_kept > 0, "{found:?}");
            large += u32::from(found.faulty >= 100);
        }
    }
    assert!(large > 5, "{large} messages with a hundred faults");
}

#[test]
fn samples_are_valid_for_both_and_come_back_through_json() {
    let standards = standards().expect("the built-in packs");
    for (name, elements) in [("xauslaender", 306), ("xinneres", 6)] {
        let summary = samples::check(&standards, name, 1, 3).expect("runs");
        assert_eq!(summary.elements, elements);
        assert!(summary.failures.is_empty(), "{summary}");
    }
}
