//! The compiler: from schemas, code lists, labels, messages and rules to a pack.
//!
//! [`compile()`] resolves every name over all files, works out the content, the attributes and the facets of each type
//! over all its derivations, makes a deterministic automaton of each content model and each pattern, and writes the
//! tables that `azrkit_standard::pack` opens. It reads no files and parses no text: the front ends do.
//!
//! Error codes: `AZK-C001` an included file is missing, `C002` defined twice, `C003` not defined, `C004` defined by
//! itself, `C005` against the rules of XML Schema, `C006` wrong or too large a content model, `C007` a facet, `C008` a
//! pattern, `C009` a code list, `C010` the whole is too large.

mod attributes;
mod automaton;
mod emit;
mod files;
mod labels;
mod lists;
mod models;
mod names;
mod particles;
mod patterns;
mod reduce;
mod rules;
mod simple;
mod types;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use crate::error::SchemaError;
use crate::model::{CodeList, Position, Schema, Wildcard};
use crate::pack::PackWriter;
use crate::rule::Rule;

pub(crate) use labels::group;

/// All that makes a pack.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Name of the pack, such as `xauslaender-26.11`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The standard, as the messages' attribute `standard` has it.
    pub standard: String,
    /// The version, as the messages' attribute `version` has it.
    pub version: String,
    /// The namespaces whose messages the pack is for; the first is the main one.
    pub namespaces: Vec<String>,
    /// The schemas; each is part of the pack.
    pub schemas: Vec<Schema>,
    /// Schemas that are taken where one of `schemas` includes or imports them and has not brought them.
    pub library: Vec<Schema>,
    /// The code lists.
    pub lists: Vec<CodeList>,
    /// Labels of types, elements and attributes.
    pub labels: Vec<Label>,
    /// English for German labels.
    pub labels_en: HashMap<String, String>,
    /// The messages.
    pub messages: Vec<Message>,
    /// The rules that the standard states in words.
    pub rules: Vec<Rule>,
    /// Elements whose text is of another DIN 91379 datatype than the schema says.
    pub text_classes: Vec<TextClass>,
    /// Further tables of the standard, as text: file name and content.
    pub extras: Vec<(String, String)>,
}

/// A row of a table of labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// The group (schema file) that the table is of; any other name for a table that holds for all.
    pub group: String,
    /// `Type`, `Type/element`, `NUMBER/element`, `Type/@attribute` or `*/element`.
    pub path: String,
    /// German label.
    pub label: String,
    /// What it means, German; empty where nothing is said.
    pub meaning: String,
}

/// A row of a table of messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The file and line it comes from, for errors.
    pub file: String,
    /// See `file`.
    pub line: u32,
    /// The group (schema file) that it belongs to.
    pub group: String,
    /// Number, such as `090010`.
    pub number: String,
    /// Local name of its root element.
    pub element: String,
    /// German title.
    pub title: String,
    /// English title.
    pub title_en: String,
    /// Who sends it.
    pub autor: String,
    /// Who gets it.
    pub leser: String,
    /// Legal basis.
    pub rechtsgrundlage: String,
    /// Numbers of the messages that answer it, parted by `,`.
    pub antwort: String,
}

/// An element whose text is of another DIN 91379 datatype than the schema says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextClass {
    /// The file and line it comes from, for errors.
    pub file: String,
    /// See `file`.
    pub line: u32,
    /// `Type/element` or `NUMBER/element`.
    pub path: String,
    /// The datatype's letter; `A` for names of persons is all that there is so far.
    pub datatype: String,
}

/// Compiles a pack: the bytes of its file.
///
/// # Errors
/// All that is wrong, each with file, line and what it is; at most [`MAX_ERRORS`].
pub fn compile(inputs: &Inputs) -> Result<Vec<u8>, Vec<SchemaError>> {
    let mut errors = Vec::new();
    let files = files::load(&inputs.schemas, &inputs.library, &mut errors);
    let components = files::components(&files, &mut errors);
    let mut compiler = Compiler {
        inputs,
        files,
        components,
        names: names::Names::new(),
        errors,
        types: Vec::new(),
        type_rows: HashMap::new(),
        elements: Vec::new(),
        element_rows: HashMap::new(),
        substitutes: HashMap::new(),
        groups: HashMap::new(),
        wildcards: Vec::new(),
        simples: Vec::new(),
        simples_running: HashSet::new(),
        automata: patterns::Automata::default(),
        global_attributes: Vec::new(),
        list_ranges: HashMap::new(),
        budget: automaton::Budget::default(),
        pack: PackWriter::default(),
    };
    compiler.declare_simples();
    compiler.declare_types();
    compiler.declare_attributes();
    compiler.declare_elements();
    compiler.fill_types();
    compiler.check_elements();
    compiler.emit();
    if compiler.errors.is_empty() {
        match compiler.pack.finish() {
            Ok(bytes) => return Ok(bytes),
            Err(error) => compiler.errors.push(SchemaError::new(
                &inputs.name,
                Position::default(),
                "AZK-C010",
                error.to_string(),
            )),
        }
    }
    Err(compiler.errors)
}

/// Errors that are given at once, at most.
pub const MAX_ERRORS: usize = 200;

/// A pack in the making.
struct Compiler<'a> {
    inputs: &'a Inputs,
    files: Vec<files::File<'a>>,
    components: files::Components<'a>,
    names: names::Names,
    errors: Vec<SchemaError>,
    types: Vec<types::TypeInfo<'a>>,
    type_rows: types::TypeRows<'a>,
    elements: Vec<particles::ElementInfo<'a>>,
    /// Global elements.
    element_rows: HashMap<files::Key<'a>, u32>,
    /// Heads of substitution groups, with all elements that may stand for them.
    substitutes: HashMap<u32, Vec<u32>>,
    groups: particles::Groups<'a>,
    wildcards: Vec<Wildcard>,
    simples: Vec<simple::SimpleInfo>,
    /// The types whose simple types are being worked out.
    simples_running: HashSet<u32>,
    automata: patterns::Automata,
    global_attributes: Vec<attributes::UseInfo>,
    /// First row and number of the lists of a URI.
    list_ranges: HashMap<String, (u32, u32)>,
    budget: automaton::Budget,
    pack: PackWriter,
}

impl<'a> Compiler<'a> {
    fn error(&mut self, place: files::Place, code: &'static str, message: String) {
        if self.errors.len() < MAX_ERRORS {
            let file = self.files.get(place.file).map_or("", |file| file.schema.file.as_str());
            let error = SchemaError::new(file, place.position, code, message);
            if !self.errors.contains(&error) {
                self.errors.push(error);
            }
        }
    }

    fn is_main(&self, namespace: &str) -> bool {
        self.inputs.namespaces.iter().any(|main| main == namespace)
    }

    /// The number of the message whose root is the global element of this name.
    fn message_number(&self, key: &files::Key<'a>) -> Option<&'a str> {
        let message = self.inputs.messages.iter().find(|message| message.element == key.1)?;
        // The name alone may be that of an element of another namespace too.
        let ours = self.is_main(key.0)
            || !self.components.elements.keys().any(|other| other.1 == key.1 && self.is_main(other.0));
        ours.then_some(message.number.as_str())
    }

    /// The root element of a message.
    fn message_root(&self, number: &str) -> Option<u32> {
        let message = self.inputs.messages.iter().find(|message| message.number == number)?;
        self.root_of(message)
    }

    fn root_of(&self, message: &Message) -> Option<u32> {
        let named = |main: bool| {
            let mut keys = self.components.element_order.iter();
            keys.find(|key| key.1 == message.element && self.is_main(key.0) == main)
        };
        self.element_rows.get(named(true).or_else(|| named(false))?).copied()
    }
}
