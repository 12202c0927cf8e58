//! Making a message: a walk through the content models, in which the tables say what stands where.

use std::collections::HashSet;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{Element, NONE, Step, Type, element, kind, model, step};

use super::Size;
use super::plan::{IMPOSSIBLE, Plan};
use super::rng::Rng;
use super::tables::{Place, tables};
use super::tree::Node;
use super::world::{Scope, World};

/// How often an element is drawn anew before it counts as not to be made.
pub(super) const TRIES: usize = 4;

/// The word in the table of roles for types that only wrap a value.
pub(super) const WRAPPER: &str = "huelle";

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
    pub(super) named: bool,
    /// Elements made.
    pub(super) made: usize,
    /// The elements from the root down to the present one, and the how manieth each is.
    pub(super) path: Vec<Place<'p>>,
    pub(super) occurrences: Vec<u32>,
    /// For each element on the way the children that are finished.
    pub(super) frames: Vec<Vec<Node>>,
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

    pub(super) fn enter(&mut self, row: u32, ty: u32, occurrence: u32) {
        let name =
            self.pack.elements.get(row as usize).map_or("", |declared| self.pack.local(declared.name.get()));
        self.path.push(Place { name: name.into(), types: self.type_names(ty) });
        self.occurrences.push(occurrence);
    }

    pub(super) fn leave(&mut self) {
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
        let Some(role) =
            tables().roles.find(&self.path, |when| self.holds(when)).find(|role| *role != WRAPPER)
        else {
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

    pub(super) fn count(&self, name: u32) -> u32 {
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
}
