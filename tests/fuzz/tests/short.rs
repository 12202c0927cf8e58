//! A short run of all targets. One test, since it counts what the whole process asks of the allocator.

use std::alloc::System;

use azrkit_fuzz::run::run;
use azrkit_fuzz::targets::{World, targets};
use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, 4 << 30);

#[test]
fn no_panic_no_hang_and_memory_bounded_by_the_input() {
    let world = World::new().expect("the built-in packs and samples of them");
    for target in targets(&world) {
        assert!(!target.corpus.is_empty(), "{}", target.name);
        let runs = match target.name {
            "xsd" | "xsf" | "pattern" => 60,
            _ => 150,
        };
        let summary = run(&world, &target, 1, 0, runs, &|| ALLOCATOR.total_allocated());
        println!(
            "{:<12} {} runs, {} taken, at most {:.0} bytes a byte",
            target.name, summary.runs, summary.taken, summary.worst_factor
        );
        assert!(summary.failures.is_empty(), "{}: {:?}", target.name, summary.failures);
    }
}
