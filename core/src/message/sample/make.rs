//! Making a message: a walk through the content models, in which the tables say what stands where.

use std::collections::HashSet;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{
    AnyStep, Attribute, CodeType, Element, Model, NONE, Simple, State, Step, Type, attribute, element, kind,
    model, step,
};

use super::Size;
use super::code::{self, Choice, Demand};
use super::plan::{IMPOSSIBLE, Plan, STRICT, UNLISTED};
use super::rng::Rng;
use super::simple;
use super::tables::{FreeCode, Place, Presence, Tables, tables};
use super::template::{Filler, Value};
use super::tree::Node;
use super::world::{Scope, World};

/// Below this depth only what must stand is made.
const DEEP: usize = 14;
/// Below this depth the cheapest way is taken, so that a recursive type ends.
const DEEPEST: usize = 30;
/// How often an element is drawn anew before it counts as not to be made.
const TRIES: usize = 4;

/// Makes one message.
pub(super) struct Maker<'m, 'p> {
    pub(super) pack: &'m Pack<'p>,
    pub(super) plan: &'m Plan<'p>,
    pub(super) world: World,
    pub(super) size: Size,
    pub(super) rng: Rng,
    pub(super) number: String,
    pub(super) title: String,
    /// Elements that were given up, by their path of names.
    pub(super) avoid: HashSet<String>,
    /// Elements of a foreign namespace that may still come.
    pub(super) foreign: u32,
    /// Whether attributes with a fixed value stand though they could be left out.
    pub(super) wordy: bool,
    /// Whether codes have their names with them.
    named: bool,
    /// Elements made.
    pub(super) made: usize,
    /// The elements from the root down to the present one, and the how manieth each is.
    path: Vec<Place<'p>>,
    occurrences: Vec<u32>,
    /// For each element on the way the children that are finished.
    frames: Vec<Vec<Node>>,
}

impl<'m, 'p> Maker<'m, 'p> {
    pub(super) fn new(
        pack: &'m Pack<'p>,
        plan: &'m Plan<'p>,
        world: World,
        size: Size,
        mut rng: Rng,
        number: &str,
        title: &str,
    ) -> Self {
        let wordy = rng.chance(50);
        let named = match size {
            Size::Small => false,
            Size::Typical => rng.chance(30),
            Size::Large => rng.chance(60),
        };
        Self {
            pack,
            plan,
            world,
            size,
            rng,
            number: number.to_owned(),
            title: title.to_owned(),
            avoid: HashSet::new(),
            foreign: if size == Size::Large { 2 } else { 0 },
            wordy,
            named,
            made: 0,
            path: Vec::new(),
            occurrences: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// The whole message of a global element.
    pub(super) fn root(&mut self, row: u32) -> Option<Node> {
        self.made = 0;
        let scope = self.world.root();
        self.element(row, 0, scope)
    }

    /// Makes an element of a finished message anew. `way` are the indices of children that lead to it.
    pub(super) fn again(&mut self, root: &mut Node, way: &[usize]) -> bool {
        let Some((&index, way)) = way.split_first() else {
            let Some(new) = self.root(root.element) else { return false };
            *root = new;
            return true;
        };
        if index >= root.children.len() || root.element == NONE {
            return false;
        }
        self.enter(root.element, root.ty, root.occurrence);
        let rest = root.children.split_off(index + 1);
        let Some(mut child) = root.children.pop() else { return false };
        self.frames.push(std::mem::take(&mut root.children));
        let done = if way.is_empty() {
            match self.element(child.element, child.occurrence, child.scope) {
                Some(new) => {
                    child = new;
                    true
                }
                None => false,
            }
        } else {
            self.again(&mut child, way)
        };
        root.children = self.frames.pop().unwrap_or_default();
        root.children.push(child);
        root.children.extend(rest);
        self.leave();
        done
    }

    /// The names from the root down to the present element.
    pub(super) fn path_of_names(&self) -> String {
        self.path.iter().map(|place| place.name.as_ref()).collect::<Vec<_>>().join("/")
    }

    fn enter(&mut self, row: u32, ty: u32, occurrence: u32) {
        let name =
            self.pack.elements.get(row as usize).map_or("", |declared| self.pack.local(declared.name.get()));
        self.path.push(Place { name: name.into(), types: self.type_names(ty) });
        self.occurrences.push(occurrence);
    }

    fn leave(&mut self) {
        self.path.pop();
        self.occurrences.pop();
    }

    /// The names of a type and of those that it is derived from; of an anonymous one those of its bases.
    fn type_names(&self, ty: u32) -> Vec<&'p str> {
        let mut names = Vec::new();
        let mut row = ty;
        while let Some(ty) = self.pack.types.get(row as usize) {
            if ty.name.get() != NONE {
                names.push(self.pack.local(ty.name.get()));
            }
            // A base is always a smaller row.
            if ty.base.get() >= row {
                break;
            }
            row = ty.base.get();
        }
        names
    }

    fn element(&mut self, row: u32, occurrence: u32, scope: Scope) -> Option<Node> {
        let pack = self.pack;
        let declared = pack.elements.get(row as usize)?;
        let types: Vec<u32> = self
            .plan
            .concrete(declared.ty.get())
            .into_iter()
            .filter(|ty| self.plan.ty(*ty) != IMPOSSIBLE)
            .collect();
        let ty = *self.rng.pick(&types)?;
        self.made += 1;
        self.enter(row, ty, occurrence);
        let inner = self.inner_scope(scope);
        let mut node = Node {
            element: row,
            name: declared.name.get(),
            foreign: None,
            ty,
            typed: ty != declared.ty.get(),
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
            scope,
            occurrence,
        };
        let done = pack
            .types
            .get(ty as usize)
            .and_then(|described| self.fill(&mut node, declared, described, inner));
        self.leave();
        done.map(|()| node)
    }

    fn inner_scope(&mut self, scope: Scope) -> Scope {
        let Some(role) = tables().roles.find(&self.path).find(|role| *role != WRAPPER) else {
            return scope;
        };
        let name = self.path.last().map_or_else(String::new, |place| place.name.to_string());
        let occurrence = self.occurrences.last().copied().unwrap_or(0);
        let place = format!("{} {:?}", self.path_of_names(), self.occurrences);
        self.world.enter(scope, role, occurrence, &name, &place)
    }

    fn fill(&mut self, node: &mut Node, declared: &Element, ty: &'p Type, scope: Scope) -> Option<()> {
        let pack = self.pack;
        if let Some(code) = pack.code_types.get(ty.code.get() as usize) {
            return self.fill_code(node, ty, code, scope);
        }
        match ty.kind {
            kind::SIMPLE => {
                let simple = pack.simples.get(ty.simple.get() as usize)?;
                node.text = if declared.flags.get() & element::FIXED != 0 {
                    pack.str(declared.value).to_owned()
                } else {
                    self.value(simple, scope)?
                };
            }
            kind::ELEMENTS | kind::MIXED => node.children = self.content(ty, scope)?,
            _ => {}
        }
        for declared in pack.attributes_of(ty) {
            if let Some(value) = self.attribute(declared, scope)? {
                node.attributes.push((declared.name.get(), value));
            }
        }
        Some(())
    }

    /// The value of an attribute; an inner none where it is left out, an outer one where it cannot be made.
    fn attribute(&mut self, declared: &'p Attribute, scope: Scope) -> Option<Option<String>> {
        let pack = self.pack;
        let flags = declared.flags.get();
        let required = flags & attribute::REQUIRED != 0;
        let name = format!("@{}", pack.local(declared.name.get())).into();
        self.path.push(Place { name, types: Vec::new() });
        let stands = required || {
            let fixed = flags & attribute::FIXED != 0;
            let presence = self.presence(15);
            match self.size {
                _ if presence.share == 0 => false,
                _ if presence.share == 100 => true,
                _ if fixed => self.wordy,
                Size::Small => false,
                Size::Typical => self.rng.chance(presence.share),
                Size::Large => self.rng.chance(presence.share.max(50)),
            }
        };
        let value = match (stands, pack.simples.get(declared.simple.get() as usize)) {
            (false, _) => Some(None),
            (true, _) if flags & attribute::FIXED != 0 => Some(Some(pack.str(declared.value).to_owned())),
            (true, Some(simple)) => match self.value(simple, scope) {
                Some(value) => Some(Some(value)),
                None if required => None,
                None => Some(None),
            },
            (true, None) => Some(required.then(String::new)),
        };
        self.path.pop();
        value
    }

    /// The text of a field.
    fn value(&mut self, simple: &Simple, scope: Scope) -> Option<String> {
        let tables = tables();
        // A wrapper's value is that of the element which has the wrapper type.
        let mut wrapped = self.path.len();
        while wrapped > 1 && is_wrapper(tables, self.path.get(..wrapped - 1).unwrap_or(&[])) {
            wrapped -= 1;
        }
        let mut cells: Vec<&'static str> = Vec::new();
        for len in [wrapped, self.path.len()] {
            cells.extend(tables.values.find(self.path.get(..len).unwrap_or(&[])).take(6));
        }
        for cell in cells {
            for _ in 0..TRIES {
                let Some(value) = self.expand(cell, scope) else { break };
                let mut rng = self.rng.clone();
                self.rng.next();
                if let Some(text) = simple::shape(self.pack, simple, &value, &self.world, &mut rng) {
                    return Some(text);
                }
            }
        }
        simple::invent(self.pack, simple, &self.world, &mut self.rng)
    }

    fn expand(&mut self, cell: &str, scope: Scope) -> Option<Value> {
        let neighbour = self
            .frames
            .last()
            .and_then(|children| children.iter().rev().find(|child| !child.children.is_empty()))
            .map_or("", |child| child.value(self.pack))
            .to_owned();
        let rng = Rng::new(self.rng.next(), &[]);
        let element = self.path.first().map_or("", |place| place.name.as_ref());
        let mut filler = Filler {
            world: &mut self.world,
            scope,
            neighbour,
            number: &self.number,
            title: &self.title,
            nth: self.occurrences.iter().rev().copied().take(2).max().unwrap_or(0),
            element,
            rng,
        };
        filler.fill(cell)
    }

    fn fill_code(&mut self, node: &mut Node, ty: &'p Type, code: &'p CodeType, scope: Scope) -> Option<()> {
        let pack = self.pack;
        let tables = tables();
        let states = pack.models.get(ty.model.get() as usize).map_or(&[][..], |model| pack.states_of(model));
        let step = |state: &State, local: &str| {
            pack.steps_of(state).iter().find(|step| pack.local(step.name.get()) == local).copied()
        };
        let first = states.first()?;
        let code_step = step(first, "code")?;
        let simple = self.simple_of(code_step.element.get())?;
        let enumerated: Vec<&str> = pack.enums_of(simple).iter().map(|value| pack.str(value.value)).collect();
        let cells: Vec<&str> = tables.values.find(&self.path).take(4).collect();
        // Of the lists that the table names for a free code type the first that is at hand.
        let frees: Vec<FreeCode> = tables.codes.find(&self.path).collect();
        let at_hand = frees.iter().find(|free| !pack.lists_by_uri(free.uri.as_bytes()).is_empty());
        let free = at_hand.or(frees.first());
        let mut wanted = Vec::new();
        for cell in cells.into_iter().chain(free.map(|free| free.codes)) {
            for _ in 0..TRIES {
                match self.expand(cell, scope) {
                    Some(Value::Text(text)) if !wanted.contains(&text) => wanted.push(text),
                    _ => {}
                }
            }
        }
        let demand = Demand {
            code,
            enumerated: &enumerated,
            wanted: &wanted,
            list: free.map(|free| (free.uri, free.version)),
            today: self.world.today,
        };
        let mut choice = code::choose(pack, &demand, &mut self.rng);
        if choice.is_none() {
            let code = self.value(simple, scope)?;
            choice = Some(Choice { code, ..Choice::default() });
        }
        let choice = choice?;
        let leaf = |step: &Step, text: &str| Node {
            element: step.element.get(),
            name: step.name.get(),
            foreign: None,
            ty: pack.elements.get(step.element.get() as usize).map_or(NONE, |declared| declared.ty.get()),
            typed: false,
            attributes: Vec::new(),
            text: text.to_owned(),
            children: Vec::new(),
            scope,
            occurrence: 0,
        };
        node.children.push(leaf(&code_step, &choice.code));
        self.made += 1;
        let named = states.get(usize::from(code_step.next.get())).and_then(|state| step(state, "name"));
        if let Some(name) = named
            && !choice.name.is_empty()
            && (code.name_use == 2
                || self.named
                    && self
                        .simple_of(name.element.get())
                        .is_some_and(|simple| simple::fits(pack, simple, &choice.name)))
        {
            node.children.push(leaf(&name, &choice.name));
        }
        for declared in pack.attributes_of(ty) {
            let flags = declared.flags.get();
            let required = flags & attribute::REQUIRED != 0;
            let value = match pack.local(declared.name.get()) {
                _ if flags & attribute::FIXED != 0 => {
                    Some(pack.str(declared.value)).filter(|_| required || self.wordy)
                }
                "listURI" => Some(choice.uri.as_str()).filter(|uri| !uri.is_empty() || required),
                "listVersionID" => {
                    Some(choice.version.as_str()).filter(|version| !version.is_empty() || required)
                }
                _ => None,
            };
            if let Some(value) = value {
                node.attributes.push((declared.name.get(), value.to_owned()));
            }
        }
        Some(())
    }

    fn simple_of(&self, element: u32) -> Option<&'p Simple> {
        let ty = self.pack.elements.get(element as usize)?.ty.get();
        self.pack.simples.get(self.pack.types.get(ty as usize)?.simple.get() as usize)
    }

    /// The children of an element.
    fn content(&mut self, ty: &'p Type, scope: Scope) -> Option<Vec<Node>> {
        let pack = self.pack;
        let row = ty.model.get();
        let Some(described) = pack.models.get(row as usize) else { return Some(Vec::new()) };
        self.frames.push(Vec::new());
        let done = if described.kind == model::ALL {
            let steps = pack.states_of(described).first().map_or(&[][..], |state| pack.steps_of(state));
            self.all(steps, scope)
        } else {
            self.sequence(row, scope)
        };
        let children = self.frames.pop();
        done.and(children)
    }

    fn all(&mut self, steps: &[Step], scope: Scope) -> Option<()> {
        let mut steps: Vec<&Step> = steps.iter().collect();
        steps.sort_by_key(|step| step.order.get());
        for step in steps {
            let needed = step.flags.get() & step::REQUIRED != 0;
            let possible = self.plan.element(step.element.get()) != IMPOSSIBLE;
            let share = if needed { 100 } else { self.share(step, None).percent };
            if possible && (needed || self.rng.chance(share)) {
                self.child(step, 0, scope).or((!needed).then_some(()))?;
            }
        }
        Some(())
    }

    fn sequence(&mut self, row: u32, scope: Scope) -> Option<()> {
        let pack = self.pack;
        let described = pack.models.get(row as usize)?;
        let order = self.plan.order(row);
        let states = pack.states_of(described);
        let mut state = 0;
        let mut last: Option<(u32, u32)> = None;
        // Steps that could not be made from this state.
        let mut failed: Vec<u32> = Vec::new();
        loop {
            let here = states.get(state)?;
            let groups = order.groups.get(state)?;
            let feasible = |step: &&Step| {
                self.plan.element(step.element.get()) != IMPOSSIBLE
                    && self.plan.rest(described, usize::from(step.next.get())) != IMPOSSIBLE
                    && !failed.contains(&step.name.get())
            };
            let groups: Vec<Vec<Step>> = groups
                .iter()
                .map(|group| group.iter().filter(feasible).copied().collect::<Vec<Step>>())
                .filter(|group| !group.is_empty())
                .collect();
            let mut taken = None;
            for (at, group) in groups.iter().enumerate() {
                let must = here.accept == 0 && at + 1 == groups.len();
                if let Some(step) = self.choose(group, must, last) {
                    taken = Some(step);
                    break;
                }
            }
            let Some(step) = taken else {
                if here.accept != 0 {
                    self.extension(here);
                    return Some(());
                }
                state = self.open(described, here)?;
                continue;
            };
            let occurrence = match last {
                Some((name, count)) if name == step.name.get() => count + 1,
                _ => self.count(step.name.get()),
            };
            if self.child(&step, occurrence, scope).is_none() {
                failed.push(step.name.get());
                continue;
            }
            failed.clear();
            last = Some((step.name.get(), occurrence));
            state = usize::from(step.next.get());
        }
    }

    fn count(&self, name: u32) -> u32 {
        self.frames
            .last()
            .map_or(0, |children| children.iter().filter(|child| child.name == name).count() as u32)
    }

    fn child(&mut self, step: &Step, occurrence: u32, scope: Scope) -> Option<()> {
        let depth = self.frames.len();
        // What repeats is a case of its own each time.
        let scope = if step.flags.get() & step::REPEATS != 0 && occurrence > 0 {
            let place =
                format!("{} {:?} {} {occurrence}", self.path_of_names(), self.occurrences, step.name.get());
            self.world.enter(scope, "fall", occurrence, "", &place)
        } else {
            scope
        };
        let mut child = self.element(step.element.get(), occurrence, scope);
        self.frames.truncate(depth);
        // An element that could say something and says nothing looks silly.
        for _ in 0..TRIES {
            match &child {
                Some(node) if self.size != Size::Small && self.says_nothing(node) => {
                    child = self.element(step.element.get(), occurrence, scope);
                    self.frames.truncate(depth);
                }
                _ => break,
            }
        }
        self.frames.last_mut()?.push(child?);
        Some(())
    }

    fn says_nothing(&self, node: &Node) -> bool {
        node.children.is_empty()
            && self.pack.types.get(node.ty as usize).is_some_and(|ty| {
                ty.kind == kind::ELEMENTS
                    && self.pack.models.get(ty.model.get() as usize).is_some_and(|described| {
                        self.pack.states_of(described).first().is_some_and(|state| state.step_count.get() > 0)
                    })
            })
    }

    /// Which step of a group to take, if any.
    fn choose(&mut self, group: &[Step], must: bool, last: Option<(u32, u32)>) -> Option<Step> {
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
    fn share(&mut self, step: &Step, last: Option<(u32, u32)>) -> Share {
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

    fn presence(&mut self, usual: u32) -> Presence {
        let found = tables().presence.find(&self.path).find(|row| self.holds(row.when));
        found.unwrap_or(Presence { when: "", share: usual, count: 0 })
    }

    /// Whether a condition of the table of presence holds at the present place.
    fn holds(&self, when: &str) -> bool {
        when.split(' ').filter(|word| !word.is_empty()).all(|word| {
            if let Some(fact) = word.strip_prefix('?') {
                return self.world.is(fact);
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

    /// Puts an element of the extension's namespace at an open end of a large message.
    fn extension(&mut self, state: &State) {
        if self.size != Size::Large || self.foreign == 0 || self.path.len() < 2 || !self.rng.chance(20) {
            return;
        }
        let node = self.pack.any_steps_of(state).iter().find_map(|any| self.foreign_element(any));
        if let (Some(node), Some(children)) = (node, self.frames.last_mut()) {
            self.foreign -= 1;
            children.push(node);
        }
    }

    /// Puts an element where a wildcard must be satisfied; gives the next state.
    fn open(&mut self, described: &Model, state: &State) -> Option<usize> {
        for any in self.pack.any_steps_of(state) {
            let next = usize::from(any.next.get());
            if self.plan.rest(described, next) != IMPOSSIBLE
                && let Some(node) = self.foreign_element(any)
            {
                self.frames.last_mut()?.push(node);
                return Some(next);
            }
        }
        None
    }

    /// An element that a wildcard allows, as the table of foreign elements has it.
    fn foreign_element(&mut self, any: &AnyStep) -> Option<Node> {
        let pack = self.pack;
        let wildcard = pack.wildcards.get(any.wildcard.get() as usize)?;
        let start = wildcard.namespaces.get() as usize;
        let rows =
            pack.wildcard_namespaces.get(start..start + usize::from(wildcard.count.get())).unwrap_or(&[]);
        let named =
            rows.iter().filter(|row| row.get() != 0).find_map(|row| pack.namespaces.get(row.get() as usize));
        let foreign = tables().foreign.find(&self.path).next()?;
        let uri = match (wildcard.kind, named) {
            (2, Some(row)) => pack.str(row.uri),
            (0 | 1, _) => foreign.uri,
            _ => return None,
        };
        if wildcard.process == STRICT {
            return None;
        }
        Some(Node {
            element: NONE,
            name: NONE,
            foreign: Some((uri.to_owned(), foreign.local.to_owned())),
            ty: NONE,
            typed: false,
            attributes: Vec::new(),
            text: foreign.text.to_owned(),
            children: Vec::new(),
            scope: self.world.root(),
            occurrence: 0,
        })
    }
}

/// How readily a step is taken.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    /// Among those that exclude each other.
    weight: u32,
    /// In how many of 100 cases, where it may be left out.
    percent: u32,
    /// In any case.
    always: bool,
}

/// The word in the table of roles for types that only wrap a value.
const WRAPPER: &str = "huelle";

fn is_wrapper(tables: &Tables, path: &[Place<'_>]) -> bool {
    tables.roles.find(path).any(|role| role == WRAPPER)
}

fn descend<'n>(pack: &Pack<'_>, children: &'n [Node], path: &str) -> Option<&'n Node> {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let child = children.iter().find(|child| child.name != NONE && pack.local(child.name) == first)?;
    if rest.is_empty() { Some(child) } else { descend(pack, &child.children, rest) }
}
