//! The schema element: its attributes, includes and imports, and the global components in order.

use super::context::{CONTRADICTION, Context, MISSING, NOT_A_SCHEMA, VALUE, find};
use crate::error::SchemaError;
use crate::model::{Item, Schema, XS};
use crate::xml::{Node, trim};

/// Reads a document whose root should be a schema.
pub(super) fn schema(root: &Node, file: &str) -> Result<Schema, Vec<SchemaError>> {
    let mut cx = Context::new(file);
    if &*root.ns != XS || root.local != "schema" {
        cx.error(root.position, NOT_A_SCHEMA, format!("the root is `{}`, not `xs:schema`", root.local));
        return Err(cx.errors);
    }
    cx.allow_attributes(
        root,
        &[
            "targetNamespace",
            "version",
            "elementFormDefault",
            "attributeFormDefault",
            "blockDefault",
            "finalDefault",
        ],
    );
    cx.no_block(root, "blockDefault");
    let mut schema = Schema {
        file: super::file_name(file).to_owned(),
        version: root.get("version").map(|version| trim(version).to_owned()),
        elements_qualified: cx.form(root, "elementFormDefault").unwrap_or(false),
        attributes_qualified: cx.form(root, "attributeFormDefault").unwrap_or(false),
        namespaces: root.scope.declared.iter().map(|(p, ns)| (p.clone(), ns.to_string())).collect(),
        ..Schema::default()
    };
    if let Some(attribute) = find(root, "targetNamespace") {
        schema.target = trim(&attribute.value).to_owned();
        if schema.target.is_empty() {
            cx.error(attribute.position, VALUE, "`targetNamespace` is empty; leave it out instead");
        }
    }
    cx.target.clone_from(&schema.target);
    for child in cx.children(root) {
        item(&mut cx, child, &mut schema);
    }
    if cx.errors.is_empty() { Ok(schema) } else { Err(cx.errors) }
}

fn item(cx: &mut Context<'_>, node: &Node, schema: &mut Schema) {
    let item = match node.local.as_str() {
        "annotation" => return,
        "include" | "import" if !schema.items.is_empty() => return cx.misplaced(node, "schema"),
        "include" => return include(cx, node, schema),
        "import" => return import(cx, node, schema),
        "complexType" => super::types::complex_type(cx, node, true).map(Item::Complex),
        "simpleType" => super::simple::simple_type(cx, node, true).map(Item::Simple),
        "element" => super::particles::element(cx, node, true).map(Item::Element),
        "attribute" => super::attributes::global_attribute(cx, node).map(Item::Attribute),
        "group" => super::particles::global_group(cx, node),
        "attributeGroup" => super::attributes::global_group(cx, node),
        _ => return cx.misplaced(node, "schema"),
    };
    schema.items.extend(item);
}

fn include(cx: &mut Context<'_>, node: &Node, schema: &mut Schema) {
    cx.allow_attributes(node, &["schemaLocation"]);
    cx.empty(node);
    match node.get("schemaLocation").map(trim) {
        Some(location) if !location.is_empty() => {
            schema.includes.push((location.to_owned(), node.position));
        }
        _ => cx.error(node.position, MISSING, "`xs:include` needs a `schemaLocation`"),
    }
}

fn import(cx: &mut Context<'_>, node: &Node, schema: &mut Schema) {
    cx.allow_attributes(node, &["namespace", "schemaLocation"]);
    cx.empty(node);
    let namespace = node.get("namespace").map_or("", trim).to_owned();
    if namespace == schema.target {
        cx.error(node.position, CONTRADICTION, "a schema does not import its own namespace: include it");
        return;
    }
    let location = node.get("schemaLocation").map(trim).filter(|l| !l.is_empty()).map(str::to_owned);
    schema.imports.push((namespace, location, node.position));
}
