//! Do the paths of a rule fit the schemas?
//!
//! A misspelt step selects nothing, so its rule would silently hold for ever. [`check_rules`] walks every
//! path through the types that it can meet and names the first step that leads nowhere, as it names texts that
//! are asked of elements that have none.

use std::collections::{HashMap, HashSet};

use super::ast::{Axis, Expr, Path, Start, Step, Value};
use super::table::{Context, Rule, glob};
use super::{NAME, fault, moved};
use crate::error::SchemaError;
use crate::model::{
    AttributeTerm, ComplexType, Derivation, Element, Item, Particle, QName, Schema, Term, TypeUse, XOEV_CODE,
    XS,
};

/// Checks the contexts and paths of rules against the schemas of a standard. `target` is the standard's own
/// namespace: names of types without a prefix are looked for there.
///
/// A path is taken to be right if it leads somewhere from at least one of the types that its context names.
pub fn check_rules(rules: &[Rule], schemas: &[Schema], target: &str) -> Vec<SchemaError> {
    let types = Types::of(schemas, target);
    rules.iter().filter_map(|rule| types.check(rule).err()).collect()
}

/// The type of an element, as far as paths go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Ty<'s> {
    /// A complex type of the schemas, by its address.
    Complex(Ptr<'s>),
    /// No elements within.
    Simple,
    /// Anything may be within.
    Open,
}

/// A complex type; the same only if it is the same definition.
#[derive(Debug, Clone, Copy)]
struct Ptr<'s>(&'s ComplexType);

impl PartialEq for Ptr<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Ptr<'_> {}

impl std::hash::Hash for Ptr<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.0).hash(state);
    }
}

/// Where a path may be: the types from the outermost known element to the one that is meant.
type Place<'s> = Vec<Ty<'s>>;

struct Types<'s> {
    complex: HashMap<QName, &'s ComplexType>,
    simple: HashSet<QName>,
    elements: HashMap<QName, &'s Element>,
    prefixes: HashMap<&'s str, &'s str>,
    target: &'s str,
}

/// What the paths of one rule start from.
struct Scope<'s> {
    context: Vec<Place<'s>>,
    root: Vec<Place<'s>>,
}

impl<'s> Types<'s> {
    fn of(schemas: &'s [Schema], target: &'s str) -> Self {
        let mut types = Self {
            complex: HashMap::new(),
            simple: HashSet::new(),
            elements: HashMap::new(),
            prefixes: HashMap::new(),
            target,
        };
        for schema in schemas {
            types
                .prefixes
                .extend(schema.namespaces.iter().map(|(prefix, ns)| (prefix.as_str(), ns.as_str())));
            for item in &schema.items {
                let named = |name: &str| QName::new(&schema.target, name);
                match item {
                    Item::Complex(ty) => {
                        if let Some(name) = &ty.name {
                            types.complex.insert(named(name), ty);
                        }
                    }
                    Item::Simple(ty) => types.simple.extend(ty.name.as_deref().map(named)),
                    Item::Element(element) => {
                        types.elements.insert(named(&element.name), element);
                    }
                    _ => {}
                }
            }
        }
        types
    }

    fn check(&self, rule: &Rule) -> Result<(), SchemaError> {
        let mut context = Vec::new();
        for entry in &rule.contexts {
            let found = self.context(entry);
            if found.is_empty() {
                let text = format!("the standard has no type and no message {}", entry.name);
                return Err(SchemaError::new(&rule.file, rule.position, NAME, text));
            }
            if entry.except {
                context.retain(|ty| !found.contains(ty));
            } else {
                context.extend(found);
            }
        }
        let messages =
            rule.contexts.iter().filter(|entry| entry.is_message()).map(|entry| entry.name.as_str());
        let messages: Vec<&str> = messages.chain(rule.messages.iter().map(String::as_str)).collect();
        let mut root = self.roots(|number| messages.is_empty() || messages.contains(&number));
        if root.is_empty() {
            root.push(Ty::Open);
        }
        let single = |types: Vec<Ty<'s>>| types.into_iter().map(|ty| vec![ty]).collect::<Vec<_>>();
        let scope = Scope { context: single(context), root: single(root) };
        let judged = self.walk(&rule.at_path, &scope.context, &scope);
        let judged = judged.map_err(|fault| moved(fault, &rule.file, rule.at_position))?;
        self.expr(&rule.condition, &judged, &scope)
            .map_err(|fault| moved(fault, &rule.file, rule.expr_position))
    }

    fn context(&self, context: &Context) -> Vec<Ty<'s>> {
        if context.is_message() {
            return self.roots(|number| number == context.name);
        }
        let ns = if context.prefix.is_empty() {
            self.target
        } else {
            self.prefixes.get(context.prefix.as_str()).copied().unwrap_or("")
        };
        let complex = self.complex.iter().filter(|(name, _)| name.ns == ns && context.matches(&name.local));
        let simple = self.simple.iter().filter(|name| name.ns == ns && context.matches(&name.local));
        complex.map(|(_, ty)| Ty::Complex(Ptr(ty))).chain(simple.map(|_| Ty::Simple)).collect()
    }

    /// The types of the root elements of messages: their names end in the number.
    fn roots(&self, wanted: impl Fn(&str) -> bool) -> Vec<Ty<'s>> {
        let found = self.elements.iter().filter(|(name, _)| {
            let end = name.local.rsplit('.').next().unwrap_or("");
            name.ns == self.target && end.bytes().all(|byte| byte.is_ascii_digit()) && wanted(end)
        });
        found.map(|(_, element)| self.type_of(&element.ty)).collect()
    }

    fn type_of(&self, ty: &'s TypeUse) -> Ty<'s> {
        match ty {
            TypeUse::Unstated => Ty::Open,
            TypeUse::Complex(ty) => Ty::Complex(Ptr(ty)),
            TypeUse::Simple(_) => Ty::Simple,
            TypeUse::Named(name) => match self.complex.get(name) {
                Some(ty) => Ty::Complex(Ptr(ty)),
                None if name.ns == XS && name.local == "anyType" => Ty::Open,
                None => Ty::Simple,
            },
        }
    }

    fn expr(&self, expr: &Expr, at: &[Place<'s>], scope: &Scope<'s>) -> Result<(), SchemaError> {
        match expr {
            Expr::Constant(_) => Ok(()),
            Expr::Not(inner) => self.expr(inner, at, scope),
            Expr::And(parts) | Expr::Or(parts) => {
                parts.iter().try_for_each(|part| self.expr(part, at, scope))
            }
            Expr::Exists(path) => self.walk(path, at, scope).map(|_| ()),
            Expr::Distinct(path) => self.text(path, at, scope),
            Expr::Compare(_, left, right) | Expr::Text(_, left, right) => {
                self.value(left, at, scope)?;
                self.value(right, at, scope)
            }
            Expr::In(value, _) | Expr::Matches(value, ..) => self.value(value, at, scope),
            Expr::Filled(path, _) => self.code(path, at, scope),
        }
    }

    fn value(&self, value: &Value, at: &[Place<'s>], scope: &Scope<'s>) -> Result<(), SchemaError> {
        match value {
            Value::Text(_) | Value::Number(_) | Value::DateLiteral(_) | Value::Created | Value::Message => {
                Ok(())
            }
            Value::Path(path) => self.text(path, at, scope),
            Value::Count(path) => self.walk(path, at, scope).map(|_| ()),
            Value::Length(inner)
            | Value::Bytes(inner)
            | Value::ToNumber(inner)
            | Value::Substring(inner, ..)
            | Value::Months(inner, _) => self.value(inner, at, scope),
            // A date may lie deeper within the element.
            Value::ToDate(inner) => match &**inner {
                Value::Path(path) => self.walk(path, at, scope).map(|_| ()),
                inner => self.value(inner, at, scope),
            },
            Value::Column(path, _) => self.code(path, at, scope),
            Value::Add(left, right) | Value::Subtract(left, right) => {
                self.value(left, at, scope)?;
                self.value(right, at, scope)
            }
        }
    }

    /// A path whose text counts.
    fn text(&self, path: &Path, at: &[Place<'s>], scope: &Scope<'s>) -> Result<(), SchemaError> {
        let found = self.walk(path, at, scope)?;
        if path.attribute.is_some() || found.iter().any(|place| self.has_text(place)) {
            return Ok(());
        }
        Err(fault(column(path), NAME, "the element has no text, only elements within"))
    }

    /// A path to elements of a code type.
    fn code(&self, path: &Path, at: &[Place<'s>], scope: &Scope<'s>) -> Result<(), SchemaError> {
        let found = self.walk(path, at, scope)?;
        let is_code = |place: &Place<'s>| match place.last() {
            Some(Ty::Complex(ty)) => self.is_code(ty.0),
            Some(Ty::Open) | None => true,
            Some(Ty::Simple) => false,
        };
        if found.iter().any(is_code) {
            return Ok(());
        }
        Err(fault(column(path), NAME, "the element has no code"))
    }

    fn has_text(&self, place: &Place<'s>) -> bool {
        match place.last() {
            Some(Ty::Complex(ty)) => ty.0.simple_content || ty.0.mixed || ty.0.open || self.is_code(ty.0),
            _ => true,
        }
    }

    fn is_code(&self, ty: &ComplexType) -> bool {
        let mut ty = ty;
        for _ in 0..20 {
            match base(ty) {
                Some(name) if name.ns == XOEV_CODE => return true,
                Some(name) => match self.complex.get(name) {
                    Some(base) => ty = base,
                    None => return false,
                },
                None => break,
            }
        }
        self.complex.get(&QName::new(XOEV_CODE, "Code")).is_some_and(|code| std::ptr::eq(*code, ty))
    }

    /// Where a path may lead, or the first step that leads nowhere.
    fn walk(&self, path: &Path, at: &[Place<'s>], scope: &Scope<'s>) -> Result<Vec<Place<'s>>, SchemaError> {
        let mut places = match path.start {
            Start::Current => at.to_vec(),
            Start::Context => scope.context.clone(),
            Start::Root => scope.root.clone(),
        };
        for step in &path.steps {
            let next = self.step(step, &places);
            if next.is_empty() {
                let text = format!("no element {} can stand here", step.name);
                return Err(fault(step.column, NAME, text));
            }
            step.filters.iter().try_for_each(|filter| self.expr(filter, &next, scope))?;
            places = next;
        }
        if let Some((name, column)) = &path.attribute {
            let has = |place: &Place<'s>| match place.last() {
                Some(Ty::Complex(ty)) => self.has_attribute(ty.0, name),
                Some(Ty::Open) | None => true,
                Some(Ty::Simple) => false,
            };
            if !places.iter().any(has) {
                return Err(fault(*column, NAME, format!("no attribute {name} can stand here")));
            }
        }
        Ok(places)
    }

    fn step(&self, step: &Step, places: &[Place<'s>]) -> Vec<Place<'s>> {
        let mut next = Vec::new();
        let mut seen = HashSet::new();
        for place in places {
            match step.axis {
                Axis::Current => next.push(place.clone()),
                Axis::Parent => {
                    let parent = place.len().saturating_sub(1);
                    // Above the context anything may be.
                    next.push(if parent == 0 { vec![Ty::Open] } else { place[..parent].to_vec() });
                }
                Axis::Child => self.children(place, &mut |name, child| {
                    if name == "*" || glob(&step.name, name) {
                        next.push(child);
                    }
                }),
                Axis::Descendant => {
                    let mut open = vec![place.clone()];
                    while let Some(place) = open.pop() {
                        self.children(&place, &mut |name, child| {
                            if name == "*" || glob(&step.name, name) {
                                next.push(child.clone());
                            }
                            if child.last().is_some_and(|ty| seen.insert(*ty)) {
                                open.push(child);
                            }
                        });
                    }
                }
            }
        }
        next.sort_by_key(|place| place.len());
        let mut known = HashSet::new();
        next.retain(|place| known.insert(place.clone()));
        next
    }

    fn children(&self, place: &Place<'s>, found: &mut dyn FnMut(&str, Place<'s>)) {
        let mut within = |name: &str, ty: Ty<'s>| {
            let mut child = place.clone();
            child.push(ty);
            found(name, child);
        };
        match place.last() {
            Some(Ty::Complex(ty)) => {
                let mut ty = ty.0;
                loop {
                    if ty.open {
                        within("*", Ty::Open);
                    }
                    if let Some(particle) = &ty.particle {
                        self.particle(particle, &mut within);
                    }
                    // A restriction repeats what remains; an extension adds to its base.
                    match (&ty.derivation, base(ty).and_then(|name| self.complex.get(name))) {
                        (Derivation::Extension(_), Some(base)) => ty = base,
                        _ => break,
                    }
                }
            }
            Some(Ty::Open) | None => within("*", Ty::Open),
            Some(Ty::Simple) => {}
        }
    }

    fn particle(&self, particle: &'s Particle, found: &mut dyn FnMut(&str, Ty<'s>)) {
        match &particle.term {
            Term::Element(element) => found(&element.name, self.type_of(&element.ty)),
            Term::Ref(name) => {
                let ty = self.elements.get(name).map_or(Ty::Open, |element| self.type_of(&element.ty));
                found(&name.local, ty);
            }
            Term::Sequence(parts) | Term::Choice(parts) | Term::All(parts) => {
                parts.iter().for_each(|part| self.particle(part, found));
            }
            Term::Any(_) | Term::Group(_) => {}
        }
    }

    fn has_attribute(&self, ty: &ComplexType, name: &str) -> bool {
        let mut ty = Some(ty);
        while let Some(this) = ty {
            let named = |term: &AttributeTerm| match term {
                AttributeTerm::Local(attribute) => attribute.name == name,
                AttributeTerm::Ref(other) => other.local == name,
            };
            if this.attributes.uses.iter().any(|attribute| named(&attribute.attribute)) {
                return true;
            }
            ty = base(this).and_then(|name| self.complex.get(name)).copied();
        }
        false
    }
}

fn base(ty: &ComplexType) -> Option<&QName> {
    match &ty.derivation {
        Derivation::None => None,
        Derivation::Extension(name) | Derivation::Restriction(name) => Some(name),
    }
}

fn column(path: &Path) -> u32 {
    path.steps.last().map_or(1, |step| step.column)
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::super::standards_tests::{STANDARDS, all_rules, schemas};
    use super::*;

    /// The elements and attributes that an example names are those of the schema, and its path leads to an
    /// element of the context's type.
    #[test]
    fn examples_name_what_the_schemas_have() {
        let schemas = schemas();
        let mut faults = Vec::new();
        for (standard, target) in STANDARDS {
            let types = Types::of(&schemas, target);
            for rule in all_rules(standard) {
                for example in [&rule.pass, &rule.fail].into_iter().filter(|example| *example != "-") {
                    let json = serde_json::from_str(example).expect("JSON");
                    types.example(&rule, &json, &mut |fault| faults.push(format!("{}: {fault}", rule.id)));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    impl<'s> Types<'s> {
        fn example(&self, rule: &Rule, example: &Json, fault: &mut dyn FnMut(String)) {
            let contexts: Vec<Ty<'s>> =
                rule.contexts.iter().flat_map(|context| self.context(context)).collect();
            let envelope = example.get("$context").is_some() || example.get("$root").is_some();
            let content = if envelope { example.get("$context") } else { Some(example) };
            let number = rule.contexts.iter().find(|context| context.is_message()).map(|c| c.name.as_str());
            let message = example.get("$message").and_then(Json::as_str).or(number);
            let message = message.or(rule.messages.first().map(String::as_str)).unwrap_or("090010");
            let mut places: Vec<Place<'s>> = contexts.into_iter().map(|ty| vec![ty]).collect();
            if envelope {
                let roots: Vec<Place<'s>> =
                    self.roots(|n| n == message).into_iter().map(|ty| vec![ty]).collect();
                if let Some(root) = example.get("$root") {
                    self.content(&roots, root, "/", fault);
                }
                if let Some(path) = example.get("$path").and_then(Json::as_str) {
                    if path.is_empty() {
                        // The messages of XInneres stand in other namespaces: then the context's type will do.
                        places = if roots.is_empty() { places } else { roots };
                    } else if let Some(found) = self.named(roots, path) {
                        places = found;
                    } else {
                        fault(format!("{path} does not lead through {message}"));
                    }
                }
            }
            if let Some(content) = content {
                self.content(&places, content, ".", fault);
            }
        }

        fn named(&self, from: Vec<Place<'s>>, path: &str) -> Option<Vec<Place<'s>>> {
            let mut places = from;
            for step in path.split('/') {
                let mut next = Vec::new();
                for place in &places {
                    self.children(place, &mut |name, child| {
                        if name == step {
                            next.push(child);
                        }
                    });
                }
                places = next;
            }
            (!places.is_empty()).then_some(places)
        }

        fn content(&self, places: &[Place<'s>], content: &Json, path: &str, fault: &mut dyn FnMut(String)) {
            let Some(map) = content.as_object().filter(|map| !map.contains_key("$times")) else { return };
            for (key, value) in map.iter().filter(|(key, _)| !key.starts_with("list")) {
                let path = format!("{path}/{key}");
                if let Some(name) = key.strip_prefix('@') {
                    let has = |place: &Place<'s>| matches!(place.last(), Some(Ty::Complex(ty)) if self.has_attribute(ty.0, name));
                    if !places.iter().any(has) {
                        fault(format!("{path} is not there"));
                    }
                    continue;
                }
                let Some(next) = self.named(places.to_vec(), key) else {
                    fault(format!("{path} is not there"));
                    continue;
                };
                for item in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
                    self.content(&next, item.get("$value").unwrap_or(item), &path, fault);
                }
            }
        }
    }
}
