//! A message made from an example in JSON, for tests.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::table::glob;
use super::{Resolver, Rule, Tree};
use crate::pattern::{self, Dfa, Limits};

/// Names and patterns by number.
#[derive(Default)]
pub(super) struct Pool {
    names: RefCell<Vec<String>>,
    patterns: RefCell<Vec<(String, Dfa)>>,
}

impl Pool {
    /// Knows these names.
    pub(super) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let pool = Self::default();
        for name in names {
            pool.name(name);
        }
        pool
    }

    /// The number of a name; a new one where it has none yet.
    pub(super) fn name(&self, name: &str) -> u32 {
        let mut names = self.names.borrow_mut();
        let at = names.iter().position(|other| other == name).unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        });
        at as u32
    }
}

impl Resolver for &Pool {
    fn names(&mut self, pattern: &str) -> Vec<u32> {
        let names = self.names.borrow();
        (0..).zip(names.iter()).filter(|(_, name)| glob(pattern, name)).map(|(at, _)| at).collect()
    }

    fn pattern(&mut self, pattern: &str) -> Result<u32, String> {
        let mut patterns = self.patterns.borrow_mut();
        if let Some(at) = patterns.iter().position(|(other, _)| other == pattern) {
            return Ok(at as u32);
        }
        let dfa = pattern::compile(&[pattern], Limits::default()).map_err(|error| error.to_string())?;
        patterns.push((pattern.to_owned(), dfa));
        Ok(patterns.len() as u32 - 1)
    }
}

/// Code lists by URI: version, columns, rows by code.
#[derive(Default)]
pub(super) struct Lists(BTreeMap<String, Vec<List>>);

struct List {
    version: String,
    columns: Vec<String>,
    rows: BTreeMap<String, Vec<String>>,
}

impl Lists {
    /// All lists in a folder and the folders in it.
    pub(super) fn read(folder: &Path) -> Self {
        let mut lists = Self::default();
        lists.add(folder);
        lists
    }

    fn add(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.add(&path);
            } else if let Some(text) = std::fs::read_to_string(&path).ok().filter(|t| t.starts_with("#list "))
            {
                self.add_list(&text);
            }
        }
    }

    fn add_list(&mut self, text: &str) {
        let head = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("");
        let columns = head("#columns ").split('\t').map(str::to_lowercase).collect();
        let cells = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
        let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(cells);
        let rows = rows.map(|row| (row[0].clone(), row)).collect();
        let list = List { version: head("#version ").to_owned(), columns, rows };
        self.0.entry(head("#list ").to_owned()).or_default().push(list);
    }

    fn cell(&self, uri: &str, version: Option<&str>, code: &str, column: &str) -> Option<String> {
        let versions = self.0.get(uri)?;
        let parts = |list: &&List| -> Vec<u32> {
            list.version.split(['.', '-']).map(|part| part.parse().unwrap_or(0)).collect()
        };
        let list = match version {
            Some(version) => versions.iter().find(|list| list.version == version)?,
            None => versions.iter().max_by_key(parts)?,
        };
        let at = list.columns.iter().position(|id| *id == column.to_lowercase())?;
        list.rows.get(code)?.get(at).cloned()
    }
}

#[derive(Default)]
struct Element {
    name: u32,
    parent: Option<usize>,
    first_child: Option<usize>,
    last_child: Option<usize>,
    next_sibling: Option<usize>,
    value: String,
    attributes: Vec<(u32, String)>,
}

/// A message made from an example.
pub(super) struct JsonTree<'p> {
    elements: Vec<Element>,
    pool: &'p Pool,
    lists: &'p Lists,
    message: String,
    created: Option<String>,
    /// The element of the rule's context.
    pub(super) context: usize,
}

impl<'p> JsonTree<'p> {
    /// Makes a message from an example of a rule, as the language's description says.
    pub(super) fn of_example(example: &Value, rule: &Rule, pool: &'p Pool, lists: &'p Lists) -> Self {
        let number = rule.contexts.iter().find(|context| context.is_message()).map(|context| &context.name);
        let message = number.or(rule.messages.first()).map_or("090010", |number| number.as_str());
        let own = if number.is_some() { "" } else { "kontext" };
        Self::build(example, message, own, pool, lists)
    }

    /// Makes a message; the context is at `own` below the root unless the example says otherwise.
    pub(super) fn build(example: &Value, message: &str, own: &str, pool: &'p Pool, lists: &'p Lists) -> Self {
        let envelope =
            example.as_object().filter(|map| map.keys().any(|key| ENVELOPE.contains(&key.as_str())));
        let entry = |key: &str| envelope.and_then(|map| map.get(key));
        let text = |key: &str| entry(key).and_then(Value::as_str).map(str::to_owned);
        let mut tree = Self {
            elements: vec![Element { name: pool.name("wurzel"), ..Element::default() }],
            pool,
            lists,
            message: text("$message").unwrap_or_else(|| message.to_owned()),
            created: text("$created"),
            context: 0,
        };
        if let Some(root) = entry("$root") {
            tree.fill(0, root);
        }
        let path = text("$path").unwrap_or_else(|| own.to_owned());
        let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
        for (at, step) in steps.iter().enumerate() {
            let name = pool.name(step);
            let there = if at + 1 == steps.len() { None } else { tree.last_named(tree.context, name) };
            tree.context = there.unwrap_or_else(|| tree.append(tree.context, name));
        }
        let context = tree.context;
        match envelope {
            Some(_) => {
                if let Some(content) = entry("$context") {
                    tree.fill(context, content);
                }
            }
            None => tree.fill(context, example),
        }
        tree
    }

    fn last_named(&self, parent: usize, name: u32) -> Option<usize> {
        let mut next = self.elements[parent].first_child;
        let mut found = None;
        while let Some(child) = next {
            if self.elements[child].name == name {
                found = Some(child);
            }
            next = self.elements[child].next_sibling;
        }
        found
    }

    fn append(&mut self, parent: usize, name: u32) -> usize {
        let at = self.elements.len();
        self.elements.push(Element { name, parent: Some(parent), ..Element::default() });
        match self.elements[parent].last_child.replace(at) {
            Some(last) => self.elements[last].next_sibling = Some(at),
            None => self.elements[parent].first_child = Some(at),
        }
        at
    }

    fn fill(&mut self, at: usize, content: &Value) {
        match content {
            Value::Object(map) if map.contains_key("$times") => self.elements[at].value = repeated(map),
            Value::Object(map) => {
                for (key, value) in map {
                    self.member(at, key, value);
                }
                if map.keys().all(|key| CODE.contains(&key.as_str())) {
                    let entry = |key: &str| map.get(key).and_then(Value::as_str);
                    self.elements[at].value = entry("code").unwrap_or("").to_owned();
                    for key in ["listURI", "listVersionID"] {
                        if let Some(value) = entry(key) {
                            let name = self.pool.name(key);
                            self.elements[at].attributes.push((name, value.to_owned()));
                        }
                    }
                }
            }
            Value::String(text) => self.elements[at].value.clone_from(text),
            other => self.elements[at].value = other.to_string(),
        }
    }

    fn member(&mut self, at: usize, key: &str, value: &Value) {
        if let Some(attribute) = key.strip_prefix('@') {
            let name = self.pool.name(attribute);
            self.elements[at].attributes.push((name, value.as_str().expect("a text").to_owned()));
            return;
        }
        let name = self.pool.name(key);
        let Value::Array(items) = value else {
            let child = self.append(at, name);
            return self.fill(child, value);
        };
        for item in items {
            let times = item.get("$times").and_then(Value::as_u64);
            let content = if times.is_some() { item.get("$value").expect("$value") } else { item };
            for _ in 0..times.unwrap_or(1) {
                let child = self.append(at, name);
                self.fill(child, content);
            }
        }
    }
}

const ENVELOPE: [&str; 5] = ["$message", "$created", "$root", "$path", "$context"];
const CODE: [&str; 4] = ["code", "name", "listURI", "listVersionID"];

fn repeated(map: &Map<String, Value>) -> String {
    let times = map.get("$times").and_then(Value::as_u64).expect("$times is a number");
    map.get("$value").and_then(Value::as_str).expect("$value is a text").repeat(times as usize)
}

impl Tree for JsonTree<'_> {
    type Node = usize;

    fn root(&self) -> usize {
        0
    }
    fn parent(&self, node: usize) -> Option<usize> {
        self.elements[node].parent
    }
    fn first_child(&self, node: usize) -> Option<usize> {
        self.elements[node].first_child
    }
    fn next_sibling(&self, node: usize) -> Option<usize> {
        self.elements[node].next_sibling
    }
    fn name(&self, node: usize) -> u32 {
        self.elements[node].name
    }
    fn value(&self, node: usize) -> Cow<'_, str> {
        Cow::Borrowed(&self.elements[node].value)
    }
    fn attribute(&self, node: usize, name: u32) -> Option<Cow<'_, str>> {
        let found = self.elements[node].attributes.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| Cow::Borrowed(value.as_str()))
    }
    fn column(&self, node: usize, id: &str) -> Option<Cow<'_, str>> {
        let attribute = |key: &str| self.attribute(node, self.pool.name(key));
        let (uri, version) = (attribute("listURI")?, attribute("listVersionID"));
        self.lists.cell(&uri, version.as_deref(), &self.value(node), id).map(Cow::Owned)
    }
    fn matches(&self, pattern: u32, text: &str) -> Option<bool> {
        self.pool.patterns.borrow().get(pattern as usize).map(|(_, dfa)| dfa.is_match(text.as_bytes()))
    }
    fn message(&self) -> &str {
        &self.message
    }
    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }
}
