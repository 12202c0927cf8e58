//! Which entry of one kind is which on the other side.

use super::fields::similarity;
use super::leaves::Leaf;
use crate::register::{Eintrag, plain, referenzanteil};
use serde_json::Value;

/// An entry with its values.
#[derive(Debug)]
pub(super) struct Read<'e> {
    pub(super) entry: &'e Eintrag,
    pub(super) leaves: Vec<Leaf>,
}

impl Read<'_> {
    fn id(&self) -> Option<&str> {
        self.entry.referenz_id.as_deref().filter(|id| !id.is_empty())
    }
}

/// Pairs the entries of one kind: first by Referenzanteil, then by content. Gives indices of both sides.
///
/// By content two entries are one if at least half of what the longer one says is said by the other, too; where a record has at most one entry of
/// the kind (`single`) they are one whatever they say. Two entries with different Referenzanteile are two, unless all they say is the same.
pub(super) fn pair(local: &[Read<'_>], register: &[Read<'_>], single: bool) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut free_local: Vec<bool> = vec![true; local.len()];
    let mut free_register: Vec<bool> = vec![true; register.len()];
    let mut take = |a: usize, b: usize| {
        let free = free_local.get(a) == Some(&true) && free_register.get(b) == Some(&true);
        if let (true, Some(x), Some(y)) = (free, free_local.get_mut(a), free_register.get_mut(b)) {
            (*x, *y) = (false, false);
            pairs.push((a, b));
        }
    };
    for (a, here) in local.iter().enumerate() {
        let Some(id) = here.id() else { continue };
        let same =
            |there: &Read<'_>| there.id().is_some_and(|other| referenzanteil(other) == referenzanteil(id));
        // Of several versions of one entry the very same comes first.
        let exact = register.iter().position(|there| there.id() == Some(id));
        if let Some(b) = exact.or_else(|| register.iter().position(same)) {
            take(a, b);
        }
    }
    let mut likely = Vec::new();
    for (a, here) in local.iter().enumerate() {
        for (b, there) in register.iter().enumerate() {
            let found = similarity(&here.leaves, &there.leaves);
            let apart = here.id().is_some() && there.id().is_some();
            let is_one =
                if apart { found.same == found.all } else { single || found.alike * 2 >= found.longer };
            if is_one {
                likely.push((found, a, b));
            }
        }
    }
    // The best first, compared as fractions without rounding; then what says exactly the same; then in the order of the entries.
    likely.sort_by(|(x, a, b), (y, c, d)| {
        let by_share = (y.alike * x.all.max(1)).cmp(&(x.alike * y.all.max(1)));
        by_share.then(y.same.cmp(&x.same)).then((a, b).cmp(&(c, d)))
    });
    for (_, a, b) in likely {
        take(a, b);
    }
    pairs.sort_unstable();
    pairs
}

/// Pairs of entries that say the same, the earlier one first.
pub(super) type Doubles<'e> = Vec<(&'e Eintrag, &'e Eintrag)>;

/// Entries whose data are those of another one before them.
pub(super) fn doubles<'e>(all: &[&'e Eintrag]) -> Doubles<'e> {
    if all.len() < 2 {
        return Vec::new();
    }
    let plain: Vec<Value> = all.iter().map(|entry| plain(&Value::Object(entry.data.clone()))).collect();
    let mut found = Vec::new();
    for (at, (later, data)) in all.iter().zip(&plain).enumerate() {
        if let Some((earlier, _)) = all.iter().zip(&plain).take(at).find(|(_, other)| *other == data) {
            found.push((*earlier, *later));
        }
    }
    found
}
