//! A document as a tree, for schemas: they are small and looked at from several sides.

use std::ops::Deref;

use super::{Event, Limits, Reader, Tag, decode};
use crate::error::SchemaError;
use crate::model::Position;

/// An element with its content.
#[derive(Debug)]
pub(crate) struct Node {
    tag: Tag,
    /// Child elements.
    pub(crate) children: Vec<Node>,
    /// The text directly within, joined.
    pub(crate) text: String,
    /// Where the first text that is not white space stands.
    pub(crate) text_position: Option<Position>,
}

impl Deref for Node {
    type Target = Tag;
    fn deref(&self) -> &Tag {
        &self.tag
    }
}

impl Node {
    /// The first child of a local name, of whatever namespace.
    pub(crate) fn child(&self, local: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.local == local)
    }
}

/// Reads a document; its depth is bounded by the limits.
pub(crate) fn read_tree(bytes: &[u8], file: &str, limits: Limits) -> Result<Node, SchemaError> {
    let text = decode(bytes, file, limits)?;
    let mut reader = Reader::new(&text, file, limits);
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    while let Some(event) = reader.next()? {
        match event {
            Event::Start(tag) => {
                open.push(Node { tag, children: Vec::new(), text: String::new(), text_position: None });
            }
            Event::Text(text, position) => {
                if let Some(node) = open.last_mut() {
                    if node.text_position.is_none() && !super::trim(&text).is_empty() {
                        node.text_position = Some(position);
                    }
                    node.text.push_str(&text);
                }
            }
            Event::End => {
                if let Some(node) = open.pop() {
                    match open.last_mut() {
                        Some(parent) => parent.children.push(node),
                        None => root = Some(node),
                    }
                }
            }
        }
    }
    root.ok_or_else(|| {
        SchemaError::new(file, Position::default(), super::NOT_WELL_FORMED, "there is no root element")
    })
}
