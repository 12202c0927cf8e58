//! The fields of two entries that are one: what differs, and how.

use super::fold::{self, Likeness, likeness};
use super::leaves::Leaf;
use super::shape::Nature;
use crate::reconcile::hinweis::Code;

/// A difference of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Difference<'l> {
    pub(super) code: Code,
    pub(super) local: Option<&'l Leaf>,
    pub(super) register: Option<&'l Leaf>,
}

/// The differences of two entries, in the order of the local entry's fields, then of the register's.
pub(super) fn differences<'l>(local: &'l [Leaf], register: &'l [Leaf]) -> Vec<Difference<'l>> {
    let mut open_local: Vec<Option<&Leaf>> = local.iter().map(Some).collect();
    let mut open_register: Vec<Option<&Leaf>> = register.iter().map(Some).collect();
    pair_off(&mut open_local, &mut open_register, |a, b| a.text == b.text, |_, _| {});
    let mut found = Vec::new();
    if open_local.iter().any(Option::is_some) || open_register.iter().any(Option::is_some) {
        blockname(local, register, &mut open_local, &mut open_register, &mut found);
        street(local, register, &mut open_local, &mut open_register, &mut found);
        pair_off(
            &mut open_local,
            &mut open_register,
            |a, b| of_form(a, b).is_some(),
            |a, b| {
                if let Some(code) = of_form(a, b) {
                    found.push(Difference { code, local: Some(a), register: Some(b) });
                }
            },
        );
        pair_off(
            &mut open_local,
            &mut open_register,
            |_, _| true,
            |a, b| found.push(Difference { code: Code::FieldDiffers, local: Some(a), register: Some(b) }),
        );
        let missing_there = open_local.into_iter().flatten();
        found.extend(missing_there.map(|leaf| Difference {
            code: Code::FieldMissingThere,
            local: Some(leaf),
            register: None,
        }));
        let missing_here = open_register.into_iter().flatten();
        found.extend(missing_here.map(|leaf| Difference {
            code: Code::FieldMissingHere,
            local: None,
            register: Some(leaf),
        }));
        let place = |leaves: &[Leaf], leaf: Option<&Leaf>| {
            leaf.and_then(|leaf| leaves.iter().position(|other| std::ptr::eq(other, leaf)))
                .unwrap_or(usize::MAX)
        };
        found.sort_by_key(|one| (place(local, one.local), place(register, one.register)));
    }
    found
}

/// How alike two entries are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Similarity {
    /// Values that say the same, or nearly so.
    pub(super) alike: usize,
    /// Those of them that say exactly the same.
    pub(super) same: usize,
    /// All values of both, those that are alike counted once.
    pub(super) all: usize,
    /// The values of the one that has more.
    pub(super) longer: usize,
}

/// How alike two entries are.
pub(super) fn similarity(local: &[Leaf], register: &[Leaf]) -> Similarity {
    let mut open_local: Vec<Option<&Leaf>> = local.iter().map(Some).collect();
    let mut open_register: Vec<Option<&Leaf>> = register.iter().map(Some).collect();
    let (mut same, mut form) = (0, 0);
    pair_off(&mut open_local, &mut open_register, |a, b| a.text == b.text, |_, _| same += 1);
    pair_off(&mut open_local, &mut open_register, |a, b| of_form(a, b).is_some(), |_, _| form += 1);
    let alike = same + form;
    let all = local.len() + register.len() - alike;
    Similarity { alike, same, all, longer: local.len().max(register.len()) }
}

/// Takes what belongs together out of both lists: values of the same path for which `fits` holds.
fn pair_off<'l>(
    local: &mut [Option<&'l Leaf>],
    register: &mut [Option<&'l Leaf>],
    fits: impl Fn(&Leaf, &Leaf) -> bool,
    mut found: impl FnMut(&'l Leaf, &'l Leaf),
) {
    for a in local.iter_mut() {
        let Some(leaf) = *a else { continue };
        let other = register.iter_mut().find(|b| b.is_some_and(|b| b.path == leaf.path && fits(leaf, b)));
        if let Some(other) = other
            && let Some(b) = other.take()
        {
            *a = None;
            found(leaf, b);
        }
    }
}

/// The code of a difference that is one of form only.
fn of_form(a: &Leaf, b: &Leaf) -> Option<Code> {
    match a.nature {
        Nature::Date => {
            let dates = is_date(&a.text) && is_date(&b.text);
            let within =
                |less: &str, more: &str| more.strip_prefix(less).is_some_and(|rest| rest.starts_with('-'));
            if dates && within(&a.text, &b.text) {
                Some(Code::DateLessExactHere)
            } else {
                (dates && within(&b.text, &a.text)).then_some(Code::DateLessExactThere)
            }
        }
        Nature::Code => None,
        Nature::Street | Nature::House => {
            let (x, y) = (fold::address(&a.text), fold::address(&b.text));
            (x == y || fold::alike(&x, &y)).then_some(Code::OtherAddress)
        }
        Nature::Group | Nature::Text | Nature::Name => match likeness(&a.text, &b.text) {
            Likeness::Form => Some(Code::OtherForm),
            Likeness::Letters => Some(Code::OtherLetters),
            Likeness::Same | Likeness::Other => None,
        },
    }
}

fn is_date(text: &str) -> bool {
    matches!(text.len(), 4 | 7 | 10) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Family and given name beside each other on one side, on the other all in one and no given name: the same name (DSAusländer 004.03).
fn blockname<'l>(
    local: &'l [Leaf],
    register: &'l [Leaf],
    open_local: &mut [Option<&'l Leaf>],
    open_register: &mut [Option<&'l Leaf>],
    found: &mut Vec<Difference<'l>>,
) {
    for family in local.iter().filter(|leaf| last(&leaf.path) == "familienname") {
        let above = family.path.strip_suffix("familienname").unwrap_or("");
        let Some(other) = register.iter().find(|leaf| leaf.path == family.path) else { continue };
        let given = |leaves: &'l [Leaf]| {
            leaves.iter().find(|leaf| {
                leaf.path.strip_prefix(above).is_some_and(|rest| matches!(rest, "vorname" | "vornamen"))
            })
        };
        let (here, there) = (given(local), given(register));
        if here.is_some() == there.is_some() {
            continue;
        }
        let words = |family: &Leaf, given: Option<&Leaf>| {
            fold::words(&format!("{} {}", family.text, given.map_or("", |leaf| leaf.text.as_str())))
        };
        if words(family, here) == words(other, there) {
            let gone = |open: &mut [Option<&'l Leaf>], leaf: &Leaf| {
                open.iter_mut()
                    .filter(|one| one.is_some_and(|one| std::ptr::eq(one, leaf)))
                    .for_each(|one| *one = None);
            };
            gone(open_local, family);
            gone(open_register, other);
            here.into_iter().for_each(|leaf| gone(open_local, leaf));
            there.into_iter().for_each(|leaf| gone(open_register, leaf));
            found.push(Difference { code: Code::Blockname, local: Some(family), register: Some(other) });
        }
    }
}

/// Street, house number and what belongs to it may be cut in other places, and are the same taken together.
fn street<'l>(
    local: &'l [Leaf],
    register: &'l [Leaf],
    open_local: &mut [Option<&'l Leaf>],
    open_register: &mut [Option<&'l Leaf>],
    found: &mut Vec<Difference<'l>>,
) {
    let part = |above: &str, leaf: &Leaf| {
        matches!(leaf.nature, Nature::Street | Nature::House)
            && last(&leaf.path) != "stockwerkswohnungsnummer"
            && leaf.path.strip_suffix(last(&leaf.path)) == Some(above)
    };
    // In the order of a written address, whatever the order of the schema.
    let rank = |leaf: &Leaf| match last(&leaf.path) {
        "strasse" => 0,
        "hausnummer" => 1,
        "hausnummerBuchstabeZusatzziffer" => 2,
        _ => 3,
    };
    let whole = |above: &str, leaves: &[Leaf]| {
        let mut parts: Vec<&Leaf> = leaves.iter().filter(|leaf| part(above, leaf)).collect();
        parts.sort_by_key(|leaf| rank(leaf));
        let line: Vec<&str> = parts.iter().map(|leaf| leaf.text.as_str()).collect();
        fold::address(&line.join(" "))
    };
    for name in local.iter().filter(|leaf| leaf.nature == Nature::Street) {
        let above = name.path.strip_suffix(last(&name.path)).unwrap_or("");
        let Some(other) = register.iter().find(|leaf| leaf.path == name.path) else { continue };
        let open = |open: &[Option<&Leaf>]| open.iter().flatten().filter(|leaf| part(above, leaf)).count();
        if open(open_local) + open(open_register) < 2 {
            continue;
        }
        let (here, there) = (whole(above, local), whole(above, register));
        if here == there || fold::alike(&here, &there) {
            for one in open_local.iter_mut().chain(open_register.iter_mut()) {
                if one.is_some_and(|leaf| part(above, leaf)) {
                    *one = None;
                }
            }
            found.push(Difference { code: Code::OtherAddress, local: Some(name), register: Some(other) });
        }
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
