//! Tests of shown messages over the built-in standards.

use std::collections::BTreeSet;

use azrkit_standard::pack::rows::NONE;

use super::*;
use crate::Standards;
use crate::message::read::Options;
use crate::message::sample::{Sampler, Size, Which};

/// The long texts of the AZR's lists speak of fields that the entries have; of those that none has nothing can be said.
#[test]
fn every_placeholder_of_a_long_text_is_a_field() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let pack = packs[0];
    let has = |ty: &Type, path: &[&str]| {
        path.iter()
            .try_fold(*ty, |ty, name| {
                let children = content_of(&pack, &ty).children;
                let rows = children.iter().filter_map(|child| pack.elements.get(child.element as usize));
                let named = rows.filter(|row| pack.local(row.name.get()).eq_ignore_ascii_case(name));
                named.filter_map(|row| type_of(&pack, row)).next().copied()
            })
            .is_some()
    };
    let mut missing = BTreeSet::new();
    let mut filled = 0;
    for ty in pack.types.iter().filter(|ty| pack.local(ty.name.get()).ends_with(".Auskunft")) {
        for child in content_of(&pack, ty).children {
            let Some(inner) = pack.elements.get(child.element as usize).and_then(|row| type_of(&pack, row))
            else {
                continue;
            };
            let Some(code) = pack.code_types.get(inner.code.get() as usize) else { continue };
            for list in pack.lists_of(code) {
                for row in 0..list.rows.get() {
                    for name in entry::placeholders(pack.cell_str(list, row, list.long)) {
                        if entry::paths_of(name).iter().any(|path| has(ty, path)) {
                            filled += 1;
                        } else {
                            missing.insert(format!("{}/{name}", pack.local(ty.name.get())));
                        }
                    }
                }
            }
        }
    }
    assert!(filled > 2_000, "{filled}");
    let known: BTreeSet<String> = KNOWN_MISSING.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(missing, known);
}

/// Placeholders of which the entries have no field, by the standard's own oversight.
const KNOWN_MISSING: &[&str] = &[
    "AZR.Abschiebungsverbot.Auskunft/aktenzeichenMeldendeBehoerde",
    "AZR.Aufenthaltserlaubnis.Auskunft/aktenzeichenMeldendeBehoerde",
    // Hits of a search name the kind of measure only.
    "AZR.TrefferPassdatensuche.Auskunft/befristungsdatum",
    "AZR.TrefferPassdatensuche.Auskunft/dokumentNummer",
    "AZR.TrefferPassdatensuche.Auskunft/ereignisdatum",
    "AZR.TrefferPassdatensuche.Auskunft/meldendeBehoerde",
];

/// What a message says is on the page: each text, word for word, and no placeholder is left.
#[test]
fn nothing_that_a_message_says_is_left_out() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let mut sampler = Sampler::new(&packs);
    let mut reader = standards.reader();
    for (number, size) in [
        ("090001", Size::Large),
        ("090004", Size::Typical),
        ("090009", Size::Large),
        ("090010", Size::Typical),
        ("090012", Size::Large),
        ("090022", Size::Typical),
        ("090030", Size::Typical),
        ("090098", Size::Large),
        ("090099", Size::Large),
    ] {
        let xml = sampler.generate(Which::Name(number), 3, 0, size).expect(number);
        let options = Options::default();
        let message = reader.read(&xml, &options);
        for lang in [Lang::De, Lang::En] {
            let text = to_text(&message.document, lang);
            assert!(text.lines().all(|line| line.chars().count() <= layout::WIDTH), "{number}: {text}");
            let page = squeezed(&text);
            assert!(!page.contains("datum>"), "{number}: {text}");
            let head = message
                .document
                .root()
                .and_then(|root| root.children().next())
                .map_or(0, |head| head.row().end);
            for index in head..message.document.tape.nodes.len() as u32 {
                let Some(node) = message.document.node(index) else { continue };
                let is_text = node
                    .ty()
                    .is_some_and(|ty| ty.simple.get() != NONE && Kind::of(node.pack(), ty) == Kind::Text);
                let in_head = node.path().contains("/anschrift.");
                if is_text && !in_head && node.local() != "name" {
                    let value = squeezed(&value::printable(node.text()));
                    assert!(page.contains(&value), "{number} {}: {value}\n{text}", node.path());
                }
            }
        }
    }
}

/// A page without its white space: lines are broken wherever they must.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
