//! What stands in a field: values of simple types, attributes, codes.

use azrkit_standard::pack::rows::{Attribute, CodeType, NONE, Simple, State, Step, Type, attribute};

use super::Size;
use super::code::{self, Choice, Demand};
use super::make::{Maker, TRIES, WRAPPER};
use super::rng::Rng;
use super::simple;
use super::tables::{FreeCode, Place, Tables, tables};
use super::template::{Filler, Value};
use super::tree::Node;
use super::world::Scope;

impl<'p> Maker<'_, 'p> {
    /// The value of an attribute; an inner none where it is left out, an outer one where it cannot be made.
    pub(super) fn attribute(&mut self, declared: &'p Attribute, scope: Scope) -> Option<Option<String>> {
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
    pub(super) fn value(&mut self, simple: &Simple, scope: Scope) -> Option<String> {
        let tables = tables();
        // A wrapper's value is that of the element which has the wrapper type.
        let mut wrapped = self.path.len();
        while wrapped > 1 && is_wrapper(tables, self.path.get(..wrapped - 1).unwrap_or(&[])) {
            wrapped -= 1;
        }
        let mut cells: Vec<&'static str> = Vec::new();
        for len in [wrapped, self.path.len()] {
            cells.extend(
                tables.values.find(self.path.get(..len).unwrap_or(&[]), |when| self.holds(when)).take(6),
            );
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

    pub(super) fn fill_code(
        &mut self,
        node: &mut Node,
        ty: &'p Type,
        code: &'p CodeType,
        scope: Scope,
    ) -> Option<()> {
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
        let cells: Vec<&str> = tables.values.find(&self.path, |when| self.holds(when)).take(4).collect();
        // Of the lists that the table names for a free code type the first that is at hand.
        let frees: Vec<FreeCode> = tables.codes.find(&self.path, |_| true).collect();
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
}

fn is_wrapper(tables: &Tables, path: &[Place<'_>]) -> bool {
    tables.roles.find(path, str::is_empty).any(|role| role == WRAPPER)
}
