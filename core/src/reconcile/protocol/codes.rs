//! The result codes of one kind of one person: entries of the register and here, paired by their Referenz-IDs.

use crate::register::referenzanteil;

/// A result (code list azr.abgleichergebnis, version 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResultCode {
    /// 01: the same Referenz-ID on both sides.
    Same,
    /// 02: another Referenz-ID here.
    Different,
    /// 03: in the register only.
    RegisterOnly,
    /// 04: on both sides, but without a Referenz-ID here.
    WithoutId,
    /// 05: here only.
    HereOnly,
    /// 06: not kept here on purpose.
    NotKept,
}

impl ResultCode {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 6] =
        [Self::Same, Self::Different, Self::RegisterOnly, Self::WithoutId, Self::HereOnly, Self::NotKept];

    /// The code, such as `01`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Same => "01",
            Self::Different => "02",
            Self::RegisterOnly => "03",
            Self::WithoutId => "04",
            Self::HereOnly => "05",
            Self::NotKept => "06",
        }
    }
}

/// The results of one kind: one for each Referenz-ID of the register, in its order, and how many entries are here only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// For each Referenz-ID of the register.
    pub of_register: Vec<ResultCode>,
    /// So often 05.
    pub here_only: usize,
    /// Entries here that have the Referenzanteil of another entry here: at most one of them can be the register's.
    pub doubled: usize,
}

/// Compares the entries of one kind of one person.
///
/// `register` are the Referenz-IDs of the 090022; `here` the entries here, each with its Referenz-ID if it has one; `most` is how many
/// results the 090023 may have for the kind, none for any number; `kept` says whether the kind is kept here.
///
/// - Not kept: 06 for each of the register's, whatever is here.
/// - Two entries are the same one if the first seven characters (Referenzanteil) of their Referenz-IDs are equal: 01 where the whole is, else
///   02. Of several here with one Referenzanteil the one that is wholly equal is taken.
/// - What the register has besides is 04 as long as there are entries here without a Referenz-ID (which of them it is, cannot be known), then 03.
/// - What is left here is 05. Where the message has no room for that, as for an address of which there is one only, an entry here and one of
///   the register stand for each other, and that is 02.
pub fn results(register: &[&str], here: &[Option<&str>], most: Option<usize>, kept: bool) -> Results {
    if !kept {
        return Results { of_register: vec![ResultCode::NotKept; register.len()], ..Results::default() };
    }
    let mut codes: Vec<Option<ResultCode>> = vec![None; register.len()];
    let mut named: Vec<Option<&str>> = here.iter().copied().filter(Option::is_some).collect();
    let mut nameless = here.len() - named.len();
    let doubled = named
        .iter()
        .enumerate()
        .filter(|(at, id)| named[..*at].iter().any(|other| same_entry(*other, **id)))
        .count();
    let mut pair = |result: ResultCode, fits: fn(&str, &str) -> bool| {
        for (code, id) in codes.iter_mut().zip(register).filter(|(code, _)| code.is_none()) {
            if let Some(taken) = named.iter_mut().find(|own| own.is_some_and(|own| fits(own, id))) {
                *taken = None;
                *code = Some(result);
            }
        }
    };
    pair(ResultCode::Same, |own, id| own == id);
    pair(ResultCode::Different, |own, id| referenzanteil(own) == referenzanteil(id));
    let mut left = named.iter().flatten().count();
    // 05 has no place of its own beyond this.
    let room = most.map_or(usize::MAX, |most| most.saturating_sub(register.len()));
    for code in codes.iter_mut().filter(|code| code.is_none()) {
        *code = Some(if nameless > 0 {
            nameless -= 1;
            ResultCode::WithoutId
        } else if left > room {
            left -= 1;
            ResultCode::Different
        } else {
            ResultCode::RegisterOnly
        });
    }
    Results {
        of_register: codes.into_iter().flatten().collect(),
        here_only: (left + nameless).min(room),
        doubled,
    }
}

fn same_entry(a: Option<&str>, b: Option<&str>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if referenzanteil(a) == referenzanteil(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every case of the table: what the register has, what is here (`-` without a Referenz-ID), how many results there may be, the results.
    #[test]
    fn every_case_of_the_result_codes() {
        const A1: &str = "AAAAAAA1x";
        const A2: &str = "AAAAAAA2y";
        const A10: &str = "AAAAAAA10z";
        const B1: &str = "BBBBBBB1x";
        const C1: &str = "CCCCCCC1x";
        type Case<'c> = (&'c [&'c str], &'c [&'c str], Option<usize>, &'c [&'c str], usize);
        let cases: &[Case<'_>] = &[
            // One entry at most.
            (&[], &[], Some(1), &[], 0),
            (&[A1], &[A1], Some(1), &["01"], 0),
            (&[A1], &[A2], Some(1), &["02"], 0),
            (&[A1], &[B1], Some(1), &["02"], 0),
            (&[A1], &[], Some(1), &["03"], 0),
            (&[A1], &["-"], Some(1), &["04"], 0),
            (&[], &[A1], Some(1), &[], 1),
            (&[], &["-"], Some(1), &[], 1),
            (&[A1], &[B1, A1], Some(1), &["01"], 0),
            (&[A1], &[B1, A2], Some(1), &["02"], 0),
            (&[A1], &[B1, "-"], Some(1), &["04"], 0),
            (&[A1], &["-", A1], Some(1), &["01"], 0),
            (&[], &[A1, B1, "-"], Some(1), &[], 1),
            // Two at most: Meldestatus.
            (&[A1, B1], &[B1, A1], Some(2), &["01", "01"], 0),
            (&[A1], &[B1], Some(2), &["03"], 1),
            (&[A1, B1], &[B1, C1], Some(2), &["02", "01"], 0),
            (&[A1, B1], &[C1], Some(2), &["02", "03"], 0),
            (&[A1, B1], &["-"], Some(2), &["04", "03"], 0),
            (&[A1], &[A1, B1, C1], Some(2), &["01"], 1),
            // Any number.
            (&[A1, B1], &[B1, A2], None, &["02", "01"], 0),
            (&[A1, B1], &[A1], None, &["01", "03"], 0),
            (&[A1], &[B1], None, &["03"], 1),
            (&[A1], &[A1, B1, "-"], None, &["01"], 2),
            (&[A1, B1, C1], &["-", C1], None, &["04", "03", "01"], 0),
            (&[A1, B1], &["-", "-", "-"], None, &["04", "04"], 1),
            // The version counts, also one of another length; several of one Referenzanteil.
            (&[A10], &[A1], None, &["02"], 0),
            (&[A1], &[A2, A1], None, &["01"], 1),
            (&[A1, A2], &[A2], None, &["03", "01"], 0),
            (&[A1, A2], &[A10, A2], None, &["02", "01"], 0),
            (&[A1], &[A2, A10], None, &["02"], 1),
            // What is shorter than a Referenzanteil is compared whole.
            (&["A"], &["A"], None, &["01"], 0),
            (&["A"], &["B"], None, &["03"], 1),
        ];
        for (register, here, most, codes, here_only) in cases {
            let own: Vec<Option<&str>> = here.iter().map(|id| Some(*id).filter(|id| *id != "-")).collect();
            let found = results(register, &own, *most, true);
            let said: Vec<&str> = found.of_register.iter().map(|code| code.code()).collect();
            assert_eq!((said.as_slice(), found.here_only), (*codes, *here_only), "{register:?} {here:?}");
            let not_kept = results(register, &own, *most, false);
            assert!(not_kept.of_register.iter().all(|code| *code == ResultCode::NotKept));
            assert_eq!((not_kept.of_register.len(), not_kept.here_only), (register.len(), 0));
        }
        assert_eq!(results(&[], &[Some(A1), Some(A2), Some(B1), None, None], None, true).doubled, 1);
    }
}
