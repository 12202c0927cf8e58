//! The text of an explanation: a heading, facts, sections.

use crate::message::report::Lang;
use crate::message::show::layout::{Item, print};

/// An explanation that is being written.
pub(super) struct Page {
    heading: String,
    items: Vec<Item>,
}

impl Page {
    pub(super) fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), items: Vec::new() }
    }

    /// A labelled fact; an empty one is left out.
    pub(super) fn fact(&mut self, label: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.items.push(Item::Field(label.to_owned(), value));
        }
    }

    /// Running text; an empty one is left out.
    pub(super) fn text(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.items.push(Item::Sentence(text));
        }
    }

    /// A section with its own lines; an empty one is left out.
    pub(super) fn section(&mut self, heading: impl Into<String>, items: Vec<Item>) {
        if !items.is_empty() {
            self.items.push(Item::Group(heading.into(), items));
        }
    }

    pub(super) fn finish(self) -> String {
        let mut out = String::new();
        print(&[Item::Group(self.heading, self.items)], 0, &mut out);
        out
    }
}

/// The German or the English of two words.
pub(super) fn word(lang: Lang, de: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::De => de,
        Lang::En => en,
    }
}
