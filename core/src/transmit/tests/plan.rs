//! The fewest Meldungen, against a search of all ways.

use super::world::config;
use crate::Standards;
use crate::register::Kinds;
use crate::transmit::person::Change;
use crate::transmit::plan::{Lacks, group};

/// Some kinds of every sort: Sachverhalte that a first report may carry and may not, riding ones, one that may not ride in a first
/// report, one that may ride many times.
const SORTS: [&str; 8] = [
    "Meldestatus",
    "Duldung",
    "Asylstatus",
    "Grundpersonalien",
    "Anschrift",
    "Ausweispapier",
    "AngabenUnterbringung",
    "NichtIdentischMit",
];

/// The least number of Meldungen by trying every way to share the changes out, by the rules of the messages only.
fn fewest(kinds: &Kinds, changes: &[Change], first: bool) -> Option<usize> {
    fn fits(kinds: &Kinds, message: &[&Change], change: &Change, is_first: bool) -> bool {
        let kind = kinds.get(&change.kind).expect("a kind");
        let mut others = message.iter().map(|other| kinds.get(&other.kind).expect("a kind"));
        let many = if is_first { kind.erstmeldung_many } else { kind.many };
        (!is_first || kind.erstmeldung.is_some())
            && others.all(|other| {
                !(kind.stands_alone() && other.stands_alone()) && (many || other.name != kind.name)
            })
    }
    fn search<'c>(
        kinds: &Kinds,
        left: &'c [Change],
        messages: &mut Vec<Vec<&'c Change>>,
        first: bool,
        best: &mut Option<usize>,
    ) {
        if best.is_some_and(|best| messages.len() >= best) {
            return;
        }
        let Some((change, rest)) = left.split_first() else {
            let complete = !first
                || messages.first().is_some_and(|message| {
                    let has = |test: &dyn Fn(&Change) -> bool| message.iter().any(|change| test(change));
                    has(&|change| change.kind == "Grundpersonalien")
                        && has(&|change| kinds.get(&change.kind).is_some_and(|kind| kind.sachverhalt))
                });
            if complete {
                *best = Some(messages.len());
            }
            return;
        };
        for at in 0..messages.len() {
            if fits(kinds, &messages[at], change, first && at == 0) {
                messages[at].push(change);
                search(kinds, rest, messages, first, best);
                messages[at].pop();
            }
        }
        messages.push(vec![change]);
        if fits(kinds, &[], change, first && messages.len() == 1) {
            search(kinds, rest, messages, first, best);
        }
        messages.pop();
        // A first report that something else goes into.
        if first && messages.is_empty() {
            messages.push(Vec::new());
            messages.push(vec![change]);
            search(kinds, rest, messages, first, best);
            messages.clear();
        }
    }
    let mut best = None;
    search(kinds, changes, &mut Vec::new(), first, &mut best);
    best
}

#[test]
fn as_few_as_any_search_finds() {
    assert_eq!(config().suchprofil, "N");
    let standards = Standards::builtin();
    let kinds = Kinds::of(&standards.packs()[0]).expect("kinds");
    let mut state = 11_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut grouped = 0;
    for _ in 0..3_000 {
        let changes: Vec<Change> = (0..random(7))
            .map(|at| Change {
                kind: SORTS[random(SORTS.len())].to_owned(),
                entry: at.to_string(),
                aenderungsart: ["01", "03"][random(2)].to_owned(),
                ..Change::default()
            })
            .collect();
        let first = random(2) == 0;
        let best = fewest(&kinds, &changes, first);
        match group(&kinds, &changes, first) {
            Ok(groups) => {
                assert_eq!(Some(groups.len()), best.or(Some(0)), "{changes:?} {groups:?}");
                let mut told: Vec<&str> =
                    groups.iter().flat_map(|one| &one.changes).map(|change| change.entry.as_str()).collect();
                told.sort_unstable();
                assert!(
                    told.iter().enumerate().all(|(at, entry)| *entry == at.to_string())
                        && told.len() == changes.len()
                );
                grouped += 1;
            }
            Err(Lacks::Grundpersonalien | Lacks::Sachverhalt) => assert_eq!(best, None, "{changes:?}"),
        }
    }
    assert!(grouped > 1_000, "{grouped}");
}
