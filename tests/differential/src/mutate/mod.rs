//! Mutants of messages: each kind of change by its name, made from a seed.
//!
//! | file | subject |
//! |---|---|
//! | `structure` | elements deleted, doubled, moved, renamed, inserted |
//! | `text` | values: length, characters, white space, references, lexical forms |
//! | `attributes` | attributes, `xsi:` among them |
//! | `namespaces` | prefixes and their declarations |
//! | `grammar` | what makes XML well-formed or not |
//! | `encoding` | bytes, byte order marks, declared encodings |

mod attributes;
mod encoding;
mod grammar;
mod namespaces;
mod structure;
mod text;
mod vocabulary;

use std::ops::Range;

use crate::rng::Rng;
use crate::scan::{Element, Source};

pub use vocabulary::Vocabulary;

/// What a kind of change does to the verdict on a valid message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The message stays what it was: valid.
    Same,
    /// One thing is changed; where that is a fault, it is exactly one.
    Single,
    /// More than one thing may be wrong.
    Several,
}

/// A kind of change.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it does to the verdict.
    pub class: Class,
    make: fn(&mut Context<'_>) -> Option<Change>,
}

/// A changed message.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// The kind of change.
    pub kind: Kind,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// About where the change is.
    pub at: usize,
}

/// All kinds of change.
pub fn kinds() -> Vec<Kind> {
    [structure::KINDS, text::KINDS, attributes::KINDS, namespaces::KINDS, grammar::KINDS, encoding::KINDS]
        .concat()
}

/// Changes a message in the way of a kind. None where the message has no place for it.
pub fn mutate(source: &Source, vocabulary: &Vocabulary, kind: Kind, rng: &mut Rng) -> Option<Mutant> {
    // A place that the first throw misses is often hit by another one.
    for _ in 0..4 {
        let mut context = Context { source, vocabulary, rng };
        match (kind.make)(&mut context) {
            Some(Change::Edits(edits)) => {
                let at = edits.iter().map(|(range, _)| range.start).min().unwrap_or(0);
                let bytes = apply(&source.text, edits)?.into_bytes();
                return Some(Mutant { kind, bytes, at });
            }
            Some(Change::Bytes(bytes, at)) => return Some(Mutant { kind, bytes, at }),
            None => {}
        }
    }
    None
}

/// What a kind makes.
enum Change {
    /// Ranges of the text and what stands there instead; they do not overlap.
    Edits(Vec<(Range<usize>, String)>),
    /// Other bytes, and where they differ.
    Bytes(Vec<u8>, usize),
}

/// What a kind works with.
struct Context<'a> {
    source: &'a Source,
    vocabulary: &'a Vocabulary,
    rng: &'a mut Rng,
}

type Made = Option<Change>;

const fn kind(name: &'static str, class: Class, make: fn(&mut Context<'_>) -> Made) -> Kind {
    Kind { name, class, make }
}

fn edit(range: Range<usize>, text: impl Into<String>) -> Made {
    Some(Change::Edits(vec![(range, text.into())]))
}

fn insert(at: usize, text: impl Into<String>) -> Made {
    edit(at..at, text)
}

fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> Option<String> {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut result = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (range, replacement) in edits {
        result.push_str(text.get(at..range.start)?);
        result.push_str(&replacement);
        at = range.end;
    }
    result.push_str(text.get(at..)?);
    Some(result)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace("]]>", "]]&gt;")
}

fn escape_attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;").replace('\'', "&apos;")
}

impl<'a> Context<'a> {
    fn any(&mut self) -> &'a Element {
        let at = self.rng.below(self.source.elements.len());
        &self.source.elements[at]
    }

    /// An element other than the root.
    fn inner(&mut self) -> Option<&'a Element> {
        let at = self.rng.below(self.source.elements.len().saturating_sub(1)) + 1;
        self.source.elements.get(at)
    }

    fn choose(&mut self, wanted: impl Fn(&'a Source, &'a Element) -> bool) -> Option<&'a Element> {
        let source = self.source;
        let start = self.rng.below(source.elements.len());
        let (before, from) = source.elements.split_at(start);
        from.iter().chain(before).find(|element| wanted(source, element))
    }

    /// An element with text and nothing else.
    fn leaf(&mut self) -> Option<&'a Element> {
        self.choose(|source, element| source.leaf(element).is_some_and(|text| !text.trim().is_empty()))
    }

    /// An element with child elements.
    fn branch(&mut self) -> Option<&'a Element> {
        self.choose(|_, element| !element.children.is_empty())
    }

    fn child(&self, element: &Element, at: usize) -> Option<&'a Element> {
        self.source.elements.get(*element.children.get(at)?)
    }

    fn some_child(&mut self, element: &Element) -> Option<&'a Element> {
        let at = self.rng.below(element.children.len());
        self.child(element, at)
    }

    /// A place between the children of an element.
    fn gap(&mut self, element: &'a Element) -> Option<usize> {
        let at = self.rng.below(element.children.len() + 1);
        match at.checked_sub(1) {
            None => Some(element.open.end),
            Some(before) => self.child(element, before).map(|child| child.close.end),
        }
    }

    /// A name of an element whose prefix the message declares.
    fn known_name(&mut self) -> Option<String> {
        let name = self.rng.pick(&self.vocabulary.names)?;
        self.declares(name).then(|| name.clone())
    }

    /// An element of a name from some message, if its prefixes are declared in it or in this message.
    fn piece(&mut self, name: &str) -> Option<&'a str> {
        let piece = self.rng.pick(self.vocabulary.pieces.get(name)?)?;
        let names = piece.split('<').skip(1).map(|tag| tag.trim_start_matches('/'));
        let declared = |name: &str| {
            let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
            self.declares(name) || piece.contains(&format!("xmlns:{prefix}="))
        };
        let name_of = |tag: &'a str| tag.split([' ', '>', '/']).next().unwrap_or("");
        names.map(name_of).all(declared).then_some(piece.as_str())
    }

    fn declares(&self, name: &str) -> bool {
        let Some((prefix, _)) = name.split_once(':') else { return true };
        let declared = self.source.root().attributes.iter();
        declared
            .map(|attribute| self.source.at(&attribute.name))
            .any(|name| name.strip_prefix("xmlns:") == Some(prefix))
    }

    fn one_of(&mut self, items: &[&str]) -> String {
        self.rng.pick(items).map_or_else(String::new, |item| (*item).to_owned())
    }

    /// Replaces both tags' names.
    fn rename(&self, element: &Element, name: &str) -> Made {
        let mut edits = vec![(element.name.clone(), name.to_owned())];
        if !element.is_one_tag() {
            edits.push((element.close.clone(), format!("</{name}>")));
        }
        Some(Change::Edits(edits))
    }

    /// The prefix that the element's name has, with its colon.
    fn prefix(&self, element: &Element) -> &'a str {
        let name = self.source.qname(element);
        name.find(':').map_or("", |colon| &self.source.text[element.name.start..][..=colon])
    }

    fn put_attribute(&self, element: &Element, attribute: &str) -> Made {
        insert(element.name.end, format!(" {attribute}"))
    }
}
