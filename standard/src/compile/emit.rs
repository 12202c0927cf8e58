//! Writing the tables, once all is worked out.

use std::collections::HashMap;

use zerocopy::IntoBytes;

use super::Compiler;
use super::attributes::UseInfo;
use super::labels::{Labels, Text};
use super::lists::row_or_none;
use super::models::Models;
use crate::error::SchemaError;
use crate::model::*;
use crate::pack::rows::{self, NONE, attribute, element, type_flag};
use crate::xsf;

impl<'a> Compiler<'a> {
    /// Writes all tables.
    pub(super) fn emit(&mut self) {
        let labels = Labels::new(self, &self.inputs.labels);
        self.emit_lists(&self.inputs.lists);
        self.emit_rules();
        self.emit_simples();
        let (elements, texts) = self.emit_elements(&labels);
        self.emit_types(&labels, &elements, &texts);
        self.emit_global_attributes(&labels);
        self.emit_wildcards();
        self.emit_messages();
        self.emit_sources();
        self.emit_names();
        let inputs = self.inputs;
        let text = &mut self.pack.text;
        self.pack.meta.push(rows::Meta {
            standard: text.add(&inputs.standard),
            version: text.add(&inputs.version),
            title: text.add(&inputs.title),
            name: text.add(&inputs.name),
        });
    }

    fn english(&self, german: &str) -> &'a str {
        self.inputs.labels_en.get(german).map_or("", String::as_str)
    }

    /// Writes the elements: global ones first, then each different local one once. The row and the label of each come back.
    fn emit_elements(&mut self, labels: &Labels<'a>) -> (Vec<u32>, Vec<Text>) {
        let persons = self.person_names(&self.inputs.text_classes);
        let titles: HashMap<u32, &'a super::Message> = self
            .inputs
            .messages
            .iter()
            .filter_map(|message| Some((self.root_of(message)?, message)))
            .collect();
        let mut written: HashMap<Vec<u8>, u32> = HashMap::new();
        let mut row_of = Vec::with_capacity(self.elements.len());
        let mut texts = Vec::with_capacity(self.elements.len());
        for at in 0..self.elements.len() as u32 {
            let mut text = self.element_label(labels, at);
            let mut label_en = self.english(&text.label);
            if let Some(message) = titles.get(&at) {
                text.label.clone_from(&message.title);
                label_en = &message.title_en;
            }
            let info = &self.elements[at as usize];
            let (value, mut flags) = match &info.declaration.value {
                ValueConstraint::None => ("", 0),
                ValueConstraint::Fixed(value) => (value.as_str(), element::FIXED),
                ValueConstraint::Default(value) => (value.as_str(), element::DEFAULT),
            };
            for (set, bit) in [
                (info.declaration.nillable, element::NILLABLE),
                (info.declaration.is_abstract, element::ABSTRACT),
                (info.global, element::GLOBAL),
                (persons.contains(&at), element::PERSON_NAME),
            ] {
                flags |= if set { bit } else { 0 };
            }
            let pack = &mut self.pack;
            let row = rows::Element {
                name: info.name.into(),
                ty: info.ty.into(),
                value: pack.text.add(value),
                label: pack.text.add(&text.label),
                label_en: pack.text.add(label_en),
                meaning: pack.text.add(&text.meaning),
                flags: flags.into(),
                reserved: 0.into(),
            };
            let next = pack.elements.len() as u32;
            let found = *written.entry(row.as_bytes().to_vec()).or_insert(next);
            if found == next {
                pack.elements.push(row);
            }
            if info.global {
                pack.global_elements.push(rows::Global { name: info.name.into(), row: found.into() });
            }
            row_of.push(found);
            texts.push(text);
        }
        self.pack.global_elements.sort_by_key(|global| global.name.get());
        (row_of, texts)
    }

    fn emit_types(&mut self, labels: &Labels<'a>, elements: &[u32], texts: &[Text]) {
        let code_types = self.emit_code_types();
        let rules = self.rules_of_types();
        // The element of an anonymous type gives it its label.
        let mut labels_of: HashMap<u32, &Text> = HashMap::new();
        for (info, text) in self.elements.iter().zip(texts) {
            labels_of.entry(info.ty).or_insert(text);
        }
        let (mut models, mut refs, mut uses) = (Models::new(), HashMap::new(), HashMap::new());
        for row in 0..self.types.len() as u32 {
            let model = self.model(row, elements, &mut models);
            let text = match (self.types[row as usize].name, labels_of.get(&row)) {
                (None, Some(text)) => (*text).clone(),
                _ => self.type_label(labels, row),
            };
            let (attributes, attribute_count) = self.emit_attributes(labels, row, &mut uses);
            let (rule_start, rule_count) = self.rule_refs(&rules[row as usize], &mut refs);
            let label_en = self.english(&text.label);
            let info = &self.types[row as usize];
            let complex = info.complex().map(|(_, ty)| ty);
            let mut flags = 0;
            for (set, bit) in [
                (complex.is_some_and(|ty| ty.is_abstract), type_flag::ABSTRACT),
                (complex.is_some_and(|ty| ty.open), type_flag::OPEN),
                (info.extension, type_flag::EXTENSION),
                (complex.is_some() || info.simple.is_none(), type_flag::COMPLEX),
            ] {
                flags |= if set { bit } else { 0 };
            }
            let required = info.uses.iter().filter(|of| of.required == Use::Required).count();
            let any_attribute = info.any_attribute.clone();
            let any_attribute = any_attribute.map(|any| self.wildcard(&any));
            let info = &self.types[row as usize];
            let path = if info.name.is_some() { "" } else { info.path.as_str() };
            let pack = &mut self.pack;
            pack.types.push(rows::Type {
                name: row_or_none(info.name),
                base: row_or_none(info.base),
                simple: row_or_none(info.simple),
                model: row_or_none(model),
                attributes: attributes.into(),
                attribute_count: attribute_count.into(),
                kind: info.kind,
                flags,
                any_attribute: row_or_none(any_attribute),
                code: row_or_none(code_types.get(&row).copied()),
                rules: rule_start.into(),
                rule_count: rule_count.into(),
                required_count: (required as u16).into(),
                label: pack.text.add(&text.label),
                label_en: pack.text.add(label_en),
                path: pack.text.add(path),
                meaning: pack.text.add(&text.meaning),
            });
            if let Some(name) = info.name {
                pack.global_types.push(rows::Global { name: name.into(), row: row.into() });
            }
        }
        self.pack.global_types.sort_by_key(|global| global.name.get());
    }

    /// Writes the attribute uses of a type, sorted by name; where the same ones are written already, these are used.
    fn emit_attributes(
        &mut self,
        labels: &Labels<'a>,
        ty: u32,
        known: &mut HashMap<Vec<u8>, u32>,
    ) -> (u32, u16) {
        let mut uses = self.types[ty as usize].uses.clone();
        uses.sort_by_key(|of| of.name);
        let mut written = Vec::with_capacity(uses.len());
        for of in &uses {
            let homonym = self.child(ty, self.names.local(of.name)).is_some();
            written.push(self.attribute_row(labels, of, if homonym { attribute::HOMONYM } else { 0 }));
        }
        let next = self.pack.attributes.len() as u32;
        let first = *known.entry(written.as_slice().as_bytes().to_vec()).or_insert(next);
        if first == next {
            self.pack.attributes.extend_from_slice(&written);
        }
        (first, written.len() as u16)
    }

    fn attribute_row(&mut self, labels: &Labels<'a>, of: &UseInfo, flags: u16) -> rows::Attribute {
        let text: Text = self.attribute_label(labels, of);
        let label_en = self.english(&text.label);
        let (value, bit) = match &of.value {
            ValueConstraint::None => ("", 0),
            ValueConstraint::Fixed(value) => (value.as_str(), attribute::FIXED),
            ValueConstraint::Default(value) => (value.as_str(), attribute::DEFAULT),
        };
        let required = if of.required == Use::Required { attribute::REQUIRED } else { 0 };
        let pool = &mut self.pack.text;
        rows::Attribute {
            name: of.name.into(),
            simple: of.simple.into(),
            value: pool.add(value),
            label: pool.add(&text.label),
            label_en: pool.add(label_en),
            flags: (flags | bit | required).into(),
            reserved: 0.into(),
        }
    }

    fn emit_global_attributes(&mut self, labels: &Labels<'a>) {
        for of in std::mem::take(&mut self.global_attributes) {
            let row = self.attribute_row(labels, &of, 0);
            let at = self.pack.attributes.len() as u32;
            self.pack.attributes.push(row);
            self.pack.global_attributes.push(rows::Global { name: of.name.into(), row: at.into() });
        }
        self.pack.global_attributes.sort_by_key(|global| global.name.get());
    }

    fn emit_wildcards(&mut self) {
        for wildcard in std::mem::take(&mut self.wildcards) {
            let (kind, list) = match wildcard.namespaces {
                NamespaceSet::Any => (rows::wildcard::ANY, Vec::new()),
                NamespaceSet::Other(of) => (rows::wildcard::OTHER, vec![of]),
                NamespaceSet::Only(list) => (rows::wildcard::ONLY, list),
            };
            let first = self.pack.wildcard_namespaces.len() as u32;
            for uri in &list {
                let row = self.names.namespace(uri);
                self.pack.wildcard_namespaces.push(row.into());
            }
            self.pack.wildcards.push(rows::Wildcard {
                namespaces: first.into(),
                count: (list.len() as u16).into(),
                kind,
                process: match wildcard.process {
                    Process::Strict => rows::wildcard::STRICT,
                    Process::Lax => rows::wildcard::LAX,
                    Process::Skip => rows::wildcard::SKIP,
                },
            });
        }
    }

    fn emit_messages(&mut self) {
        for message in &self.inputs.messages {
            let Some(element) = self.root_of(message) else {
                let position = Position { line: message.line, column: 1 };
                let text = format!("there is no global element {}", message.element);
                self.errors.push(SchemaError::new(&message.file, position, "AZK-C003", text));
                continue;
            };
            let pool = &mut self.pack.text;
            self.pack.messages.push(rows::Message {
                element: element.into(),
                number: pool.add(&message.number),
                title: pool.add(&message.title),
                title_en: pool.add(&message.title_en),
                autor: pool.add(&message.autor),
                leser: pool.add(&message.leser),
                rechtsgrundlage: pool.add(&message.rechtsgrundlage),
                antwort: pool.add(&message.antwort),
                group: pool.add(&message.group),
            });
        }
        let elements = &self.elements;
        self.pack.messages.sort_by_key(|message| elements[message.element.get() as usize].name);
    }

    fn emit_sources(&mut self) {
        let mut seen = std::collections::HashSet::new();
        for file in &self.files {
            // A chameleon is there several times, but is one file.
            if seen.insert(std::ptr::from_ref(file.schema)) {
                let pool = &mut self.pack.text;
                let row = rows::Source {
                    file: pool.add(&file.schema.file),
                    text: pool.add(&xsf::write(file.schema)),
                };
                self.pack.schemas.push(row);
            }
        }
        for (file, text) in &self.inputs.extras {
            let pool = &mut self.pack.text;
            let row = rows::Source { file: pool.add(file), text: pool.add(text) };
            self.pack.extras.push(row);
        }
    }

    /// Writes names and namespaces; after this no name may be added.
    fn emit_names(&mut self) {
        for known in [XS, XSI, XML] {
            self.names.namespace(known);
        }
        self.names.emit(&mut self.pack);
        let uris = self.names.namespaces().to_vec();
        if uris.len() >= usize::from(u16::MAX) {
            let text = "more than 65,000 namespaces".to_owned();
            self.errors.push(SchemaError::new(&self.inputs.name, Position::default(), "AZK-C010", text));
        }
        for uri in &uris {
            let has_elements = self.components.elements.keys().any(|key| key.0 == uri);
            let prefix = match uri.as_str() {
                "" => "",
                XS => "xs",
                XSI => "xsi",
                XML => "xml",
                _ => self.prefix(uri),
            };
            let main = self.inputs.namespaces.first().is_some_and(|main| main == uri);
            let pool = &mut self.pack.text;
            self.pack.namespaces.push(rows::Namespace {
                uri: pool.add(uri),
                prefix: pool.add(prefix),
                has_elements: u16::from(has_elements).into(),
                flags: u16::from(main).into(),
            });
        }
        // A type that could not be given a row would be a fault of the compiler itself.
        debug_assert!(self.pack.elements.iter().all(|element| element.ty.get() != NONE));
    }
}
