use std::sync::OnceLock;

use super::rows::*;
use super::*;
use crate::test_support::{Dice, built_in};

fn small() -> &'static [u8] {
    built_in(1)
}

/// Sets the checksum, so that damage gets past it.
fn seal(bytes: &mut [u8]) {
    if bytes.len() >= 24 {
        let checksum = crc32fast::hash(&bytes[20..]);
        bytes[16..20].copy_from_slice(&checksum.to_le_bytes());
    }
}

/// Looks at everything in a pack by the functions that a reader uses.
fn use_all(pack: &Pack<'_>) -> usize {
    let mut seen = pack.standard().len() + pack.version().len();
    for name in pack.names {
        let found = pack.name(name.namespace.get().into(), pack.bytes(name.local));
        seen += found.map_or(0, |row| pack.local(row).len());
        seen += pack.name(7, b"absent").is_some() as usize;
    }
    for (row, name) in (0..).zip(pack.names) {
        seen += pack.global_element(row).is_some() as usize;
        seen += pack.global_type(row).is_some() as usize;
        seen += pack.global_attribute(row).is_some() as usize;
        seen += pack.str(name.local).len();
    }
    for element in pack.elements {
        let mut ty = pack.types[element.ty.get() as usize];
        seen += pack.attributes_of(&ty).len() + pack.rules_of(&ty).len();
        while ty.base.get() != NONE {
            ty = pack.types[ty.base.get() as usize];
        }
        if ty.model.get() != NONE {
            seen += pack.states_of(&pack.models[ty.model.get() as usize]).len();
        }
    }
    for model in pack.models {
        let states = pack.states_of(model);
        for state in states {
            for step in pack.steps_of(state) {
                seen += states[usize::from(step.next.get())].accept as usize;
                seen += pack.elements[step.element.get() as usize].flags.get() as usize;
            }
            for step in pack.any_steps_of(state) {
                seen += states[usize::from(step.next.get())].accept as usize;
                seen += pack.wildcards[step.wildcard.get() as usize].kind as usize;
            }
        }
    }
    for simple in pack.simples {
        seen += pack.enums_of(simple).iter().map(|value| pack.str(value.value).len()).sum::<usize>();
        seen += pack
            .members_of(simple)
            .iter()
            .map(|row| pack.simples[row.get() as usize].builtin as usize)
            .sum::<usize>();
        for at in 0..simple.automaton_count.get() {
            let row = &pack.automata[simple.automata.get() as usize + usize::from(at)];
            let automaton = pack.automaton(row).expect("in bounds");
            for text in ["", "0815", "Müller", "2026-01-01", "\u{10FFFF}a\u{301}"] {
                seen += automaton.is_match(text.as_bytes()) as usize;
            }
        }
    }
    for list in pack.lists {
        seen += pack.lists_by_uri(pack.bytes(list.uri)).len();
        seen += pack.find_code(list, b"01").map_or(0, |row| pack.cell_str(list, row, list.name).len());
        for row in 0..list.rows.get() {
            seen += [0, 1, list.key, list.name, 200]
                .map(|column| pack.cell(list, row, column).len())
                .iter()
                .sum::<usize>();
        }
    }
    for code in pack.code_types {
        seen += pack.lists_of(code).len();
    }
    for message in pack.messages {
        seen += pack.message_by_number(pack.str(message.number)).is_some() as usize;
        seen += pack.message(message.element.get()).is_some() as usize;
    }
    seen + pack.schemas.iter().map(|source| pack.str(source.text).len()).sum::<usize>()
}

#[test]
fn a_whole_pack_is_usable() {
    for at in 0..2 {
        let pack = Pack::open(built_in(at)).expect("opens");
        assert!(use_all(&pack) > 10_000);
    }
}

#[test]
fn every_prefix_is_refused() {
    let bytes = small();
    // The length in the header speaks against each of them; every one up to 4 KiB, then some.
    for end in (0..4096).chain((4096..bytes.len()).step_by(61)) {
        assert!(Pack::open(&bytes[..end]).is_err(), "{end}");
    }
    // And where the length and the checksum are made to fit.
    let mut dice = Dice(7);
    for _ in 0..300 {
        let end = dice.below(bytes.len());
        let mut cut = bytes[..end].to_vec();
        if end >= 24 {
            cut[12..16].copy_from_slice(&(end as u32).to_le_bytes());
        }
        seal(&mut cut);
        assert!(Pack::open(&cut).is_err(), "{end}");
    }
    assert!(matches!(Pack::open(&[bytes, &[0]].concat()), Err(PackError::Length { .. })));
}

#[test]
fn every_damage_is_found_by_the_checksum() {
    let mut dice = Dice(11);
    for _ in 0..200 {
        let mut bytes = small().to_vec();
        let at = 24 + dice.below(bytes.len() - 24);
        bytes[at] ^= 1 << dice.below(8);
        assert!(Pack::open(&bytes).is_err(), "{at}");
    }
}

#[test]
fn a_hostile_pack_is_refused_or_usable() {
    static DIRECTORY: OnceLock<Vec<(usize, usize)>> = OnceLock::new();
    let bytes = small();
    // Places and lengths of the tables, small ones hit as often as large ones.
    let tables = DIRECTORY.get_or_init(|| {
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four")) as usize;
        (0..number(20)).map(|at| (number(24 + at * 12 + 4), number(24 + at * 12 + 8))).collect()
    });
    let (mut refused, mut usable) = (0, 0);
    let mut dice = Dice(3);
    for _ in 0..1_000 {
        let mut bytes = bytes.to_vec();
        for _ in 0..=dice.below(3) {
            let (start, len) = tables[dice.below(tables.len())];
            // Now and then in the header.
            let at = if dice.below(10) == 0 { 8 + dice.below(450) } else { start + dice.below(len) };
            let at = at.min(bytes.len() - 1);
            match dice.below(4) {
                0 => bytes[at] ^= 1 << dice.below(8),
                1 => bytes[at] = 0xFF,
                2 => bytes[at] = 0,
                _ => {
                    let end = (at / 4 * 4 + 4).min(bytes.len());
                    let number = (dice.below(1 << 20) as u32).to_le_bytes();
                    bytes[end - 4..end].copy_from_slice(&number);
                }
            }
        }
        seal(&mut bytes);
        match Pack::open(&bytes) {
            Ok(pack) => {
                usable += 1;
                use_all(&pack);
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 200 && usable > 50, "{refused} refused, {usable} usable");
}

/// `cargo test --release -p azrkit-standard open_time -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn open_time() {
    for at in 0..2 {
        let bytes = built_in(at);
        let mut best = std::time::Duration::MAX;
        let mut checksum = std::time::Duration::MAX;
        for _ in 0..200 {
            let start = std::time::Instant::now();
            std::hint::black_box(crc32fast::hash(std::hint::black_box(bytes)));
            checksum = checksum.min(start.elapsed());
            let start = std::time::Instant::now();
            std::hint::black_box(Pack::open(std::hint::black_box(bytes)).expect("opens"));
            best = best.min(start.elapsed());
        }
        println!("{} bytes: open {best:?}, of which checksum {checksum:?}", bytes.len());
    }
}
