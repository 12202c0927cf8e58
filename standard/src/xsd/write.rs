//! Writing schemas: the file around the components, namespaces and locations.

use super::file_name;
use super::write_parts::Parts;
use crate::model::{QName, Schema, XML, XS};

/// Writes a schema as an XSD file, with the prefixes of the file it was read from and without documentation.
///
/// Locations are bare file names, so that a folder of exported files works without a network. What [`super::parse`]
/// makes of the text equals the schema, save positions, labels, folders of locations, and the declaration of the
/// prefix `xs` where the schema had none.
pub fn write(schema: &Schema) -> String {
    write_located(schema, &|_, location| location.map(|l| file_name(l).to_owned()))
}

/// Writes schemas that belong together: file name and text of each, in the given order.
///
/// As [`write()`]; besides, an import names the file of the set that has the namespace where the location it was read
/// with is not in the set or is missing.
pub fn write_set(schemas: &[Schema]) -> Vec<(String, String)> {
    let locate = |namespace: &str, location: Option<&str>| {
        let name = location.map(file_name);
        let of_namespace = || schemas.iter().filter(|schema| schema.target == namespace);
        let included = |file: &str| {
            of_namespace().any(|s| s.file != file && s.includes.iter().any(|(l, _)| file_name(l) == file))
        };
        of_namespace()
            .find(|schema| Some(schema.file.as_str()) == name)
            .or_else(|| of_namespace().find(|schema| !included(&schema.file)))
            .or_else(|| of_namespace().next())
            .map(|schema| schema.file.clone())
            .or_else(|| name.map(str::to_owned))
    };
    schemas.iter().map(|schema| (schema.file.clone(), write_located(schema, &locate))).collect()
}

/// Writes a schema that includes all files of a namespace, for tools that take one file.
pub fn write_driver(schemas: &[Schema], target: &str) -> String {
    let of_target = schemas.iter().filter(|schema| schema.target == target);
    let driver = Schema {
        target: target.to_owned(),
        elements_qualified: true,
        includes: of_target.map(|schema| (schema.file.clone(), Default::default())).collect(),
        ..Schema::default()
    };
    write(&driver)
}

type Locate<'a> = &'a dyn Fn(&str, Option<&str>) -> Option<String>;

fn write_located(schema: &Schema, locate: Locate<'_>) -> String {
    let mut names = Names::new(&schema.namespaces);
    let mut body = body(schema, &mut names, locate);
    if names.unreachable_none {
        // Something without a namespace is referred to: unprefixed names must not mean the default namespace.
        let declared: Vec<(String, String)> =
            schema.namespaces.iter().filter(|(prefix, _)| !prefix.is_empty()).cloned().collect();
        names = Names::new(&declared);
        body = self::body(schema, &mut names, locate);
    }
    let mut head = Parts::new(&mut names, &schema.target);
    let xs = head.xs("schema");
    let mut text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{xs}");
    for (prefix, namespace) in &names.declared {
        let attribute = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        attribute_text(&mut text, &attribute, namespace);
    }
    if !schema.target.is_empty() {
        attribute_text(&mut text, "targetNamespace", &schema.target);
    }
    if let Some(version) = &schema.version {
        attribute_text(&mut text, "version", version);
    }
    let form = |qualified| if qualified { "qualified" } else { "unqualified" };
    attribute_text(&mut text, "elementFormDefault", form(schema.elements_qualified));
    attribute_text(&mut text, "attributeFormDefault", form(schema.attributes_qualified));
    text.push_str(">\n");
    text.push_str(&body);
    text.push_str(&format!("</{xs}>\n"));
    text
}

fn body(schema: &Schema, names: &mut Names, locate: Locate<'_>) -> String {
    let mut parts = Parts::new(names, &schema.target);
    for (location, _) in &schema.includes {
        parts.leaf("include", &[("schemaLocation", Some(file_name(location)))]);
    }
    for (namespace, location, _) in &schema.imports {
        let location = locate(namespace, location.as_deref());
        let namespace = (!namespace.is_empty()).then_some(namespace.as_str());
        parts.leaf("import", &[("namespace", namespace), ("schemaLocation", location.as_deref())]);
    }
    for item in &schema.items {
        parts.item(item);
    }
    parts.text
}

/// The prefixes in use.
pub(super) struct Names {
    declared: Vec<(String, String)>,
    /// A name without namespace was asked for while a default namespace is declared.
    unreachable_none: bool,
}

impl Names {
    fn new(declared: &[(String, String)]) -> Self {
        let mut names = Self { declared: declared.to_vec(), unreachable_none: false };
        if names.find(XS).is_none() {
            let prefix = names.free("xs");
            names.declared.insert(0, (prefix, XS.to_owned()));
        }
        names
    }

    /// A name as it is written here.
    pub(super) fn qname(&mut self, name: &QName) -> String {
        if name.ns.is_empty() {
            self.unreachable_none |= self.declared.iter().any(|(p, ns)| p.is_empty() && !ns.is_empty());
            return name.local.clone();
        }
        if name.ns == XML {
            return format!("xml:{}", name.local);
        }
        let prefix = match self.find(&name.ns) {
            Some(prefix) => prefix.to_owned(),
            None => {
                let prefix = self.free("ns");
                self.declared.push((prefix.clone(), name.ns.clone()));
                prefix
            }
        };
        if prefix.is_empty() { name.local.clone() } else { format!("{prefix}:{}", name.local) }
    }

    fn find(&self, ns: &str) -> Option<&str> {
        let of_ns = || self.declared.iter().filter(|(_, declared)| declared == ns).map(|(p, _)| p.as_str());
        of_ns().find(|prefix| !prefix.is_empty()).or_else(|| of_ns().next())
    }

    fn free(&self, wish: &str) -> String {
        let taken = |prefix: &str| self.declared.iter().any(|(p, _)| p == prefix);
        let numbered = (1..).map(|n: u32| format!("{wish}{n}"));
        std::iter::once(wish.to_owned()).chain(numbered).find(|p| !taken(p)).unwrap_or_default()
    }
}

/// Appends an attribute, escaped so that a reader gets the same value.
pub(super) fn attribute_text(text: &mut String, name: &str, value: &str) {
    text.push(' ');
    text.push_str(name);
    text.push_str("=\"");
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\t' | '\n' | '\r' => text.push_str(&format!("&#{};", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
}
