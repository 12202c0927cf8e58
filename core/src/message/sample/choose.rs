//! Which elements stand, by the table of presence.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{NONE, Step};

use super::Size;
use super::make::Maker;
use super::plan::UNLISTED;
use super::tables::{Presence, tables};
use super::tree::Node;

/// Below this depth only what must stand is made.
const DEEP: usize = 14;
/// Below this depth the cheapest way is taken, so that a recursive type ends.
const DEEPEST: usize = 30;

/// How readily a step is taken.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Share {
    /// Among those that exclude each other.
    pub(super) weight: u32,
    /// In how many of 100 cases, where it may be left out.
    pub(super) percent: u32,
    /// In any case.
    pub(super) always: bool,
}

impl Maker<'_, '_> {
    /// Which step of a group to take, if any.
    pub(super) fn choose(&mut self, group: &[Step], must: bool, last: Option<(u32, u32)>) -> Option<Step> {
        let shares: Vec<Share> = group.iter().map(|step| self.share(step, last)).collect();
        if let Some(at) = shares.iter().position(|share| share.always) {
            return group.get(at).copied();
        }
        if must && self.frames.len() > DEEPEST {
            return group.iter().min_by_key(|step| self.plan.element(step.element.get())).copied();
        }
        match self.rng.weighted(shares.iter().map(|share| share.weight)) {
            Some(at) => {
                let percent = shares.get(at).map_or(0, |share| share.percent);
                (must || self.rng.chance(percent)).then(|| group.get(at).copied()).flatten()
            }
            // None of them should stand, but one must.
            None if must => {
                let weights: Vec<u32> = group.iter().map(|step| self.weight_of_last_resort(step)).collect();
                self.rng.weighted(weights.iter().copied()).and_then(|at| group.get(at).copied())
            }
            None => None,
        }
    }

    fn weight_of_last_resort(&mut self, step: &Step) -> u32 {
        let listed = self.plan.element(step.element.get()) < UNLISTED;
        let declared = self.with_place(step, |maker| maker.presence(50)).share;
        let avoided = self.with_place(step, |maker| maker.avoid.contains(&maker.path_of_names()));
        match (listed, avoided) {
            (true, false) => 100 + declared * 100,
            (false, false) => 20,
            _ => 1,
        }
    }

    fn with_place<T>(&mut self, step: &Step, look: impl FnOnce(&mut Self) -> T) -> T {
        let ty =
            self.pack.elements.get(step.element.get() as usize).map_or(NONE, |declared| declared.ty.get());
        self.enter(step.element.get(), ty, 0);
        let result = look(self);
        self.leave();
        result
    }

    /// How readily a step is taken.
    pub(super) fn share(&mut self, step: &Step, last: Option<(u32, u32)>) -> Share {
        let depth = self.frames.len();
        let usual = match depth {
            0..=2 => 55,
            3 => 50,
            4 => 45,
            _ => 35,
        };
        let (presence, avoided) = self
            .with_place(step, |maker| (maker.presence(usual), maker.avoid.contains(&maker.path_of_names())));
        let again = last.filter(|(name, _)| *name == step.name.get()).map(|(_, count)| count + 1);
        let most = match (presence.count, self.size) {
            (0, Size::Large) => 4,
            (0, _) => 3,
            (count, _) => count,
        };
        if presence.share == 0 || avoided || again.is_some_and(|count| count >= most) {
            return Share::default();
        }
        if presence.share >= 100 && again.is_none() {
            return Share { weight: 100, percent: 100, always: true };
        }
        if self.plan.element(step.element.get()) >= UNLISTED {
            return Share::default();
        }
        let scarce = depth > DEEP
            || match self.size {
                Size::Small => true,
                Size::Typical => self.made > 400,
                Size::Large => self.made > 3_000,
            };
        let percent = match (self.size, again) {
            _ if scarce => 0,
            (Size::Large, Some(_)) => 45,
            (_, Some(_)) => 22,
            (Size::Large, None) => presence.share.max(90),
            _ => presence.share,
        };
        Share { weight: presence.share, percent, always: false }
    }

    pub(super) fn presence(&mut self, usual: u32) -> Presence {
        let found = tables().presence.find(&self.path, |when| self.holds(when)).next();
        found.unwrap_or(Presence { share: usual, count: 0 })
    }

    /// Whether a condition of the table of presence holds at the present place.
    pub(super) fn holds(&self, when: &str) -> bool {
        when.split(' ').filter(|word| !word.is_empty()).all(|word| {
            if let Some(fact) = word.strip_prefix('?') {
                let further = self.occurrences.last().is_some_and(|occurrence| *occurrence > 0);
                return if fact == "weitere" { further } else { self.world.is(fact) };
            }
            let (word, wanted) = match word.strip_prefix('!') {
                Some(word) => (word, false),
                None => (word, true),
            };
            let (path, values) = match word.split_once('=') {
                Some((path, values)) => (path, Some(values)),
                None => (word, None),
            };
            let ups = path.matches("../").count();
            let found = self
                .frames
                .len()
                .checked_sub(1 + ups)
                .and_then(|at| self.frames.get(at))
                .and_then(|children| descend(self.pack, children, path.trim_start_matches("../")));
            let holds = match (found, values) {
                (Some(node), Some(values)) => values.split(',').any(|value| value == node.value(self.pack)),
                (found, _) => found.is_some(),
            };
            holds == wanted
        })
    }
}

fn descend<'n>(pack: &Pack<'_>, children: &'n [Node], path: &str) -> Option<&'n Node> {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let child = children.iter().find(|child| child.name != NONE && pack.local(child.name) == first)?;
    if rest.is_empty() { Some(child) } else { descend(pack, &child.children, rest) }
}
