//! A message that was made, as XML. What is handed out in the end is what the writer of messages makes of it.

use std::collections::BTreeMap;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::NONE;

use super::tree::Node;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The XML of a tree, all namespaces declared at the root.
pub(super) fn xml(pack: &Pack<'_>, root: &Node) -> Vec<u8> {
    let mut prefixes = BTreeMap::new();
    collect(pack, root, &mut prefixes);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(pack, root, &prefixes, true, &mut out);
    out.into_bytes()
}

/// Namespace → prefix.
type Prefixes = BTreeMap<String, String>;

fn collect(pack: &Pack<'_>, node: &Node, prefixes: &mut Prefixes) {
    let mut add = |uri: &str| {
        if !uri.is_empty() && !prefixes.contains_key(uri) {
            let known = pack
                .namespaces
                .iter()
                .find(|row| pack.str(row.uri) == uri)
                .map_or("", |row| pack.str(row.prefix));
            let known = if uri == XSI { "xsi" } else { known };
            let taken = |prefix: &str| prefixes.values().any(|other| other == prefix);
            let prefix = if known.is_empty() || taken(known) {
                format!("ns{}", prefixes.len() + 1)
            } else {
                known.to_owned()
            };
            prefixes.insert(uri.to_owned(), prefix);
        }
    };
    add(namespace(pack, node));
    for (name, _) in &node.attributes {
        add(uri_of(pack, *name));
    }
    if node.typed {
        add(XSI);
        add(pack.types.get(node.ty as usize).map_or("", |ty| uri_of(pack, ty.name.get())));
    }
    for child in &node.children {
        collect(pack, child, prefixes);
    }
}

fn namespace<'n>(pack: &Pack<'n>, node: &'n Node) -> &'n str {
    match &node.foreign {
        Some((uri, _)) => uri,
        None => uri_of(pack, node.name),
    }
}

fn uri_of<'p>(pack: &Pack<'p>, name: u32) -> &'p str {
    let Some(name) = pack.names.get(name as usize).filter(|_| name != NONE) else { return "" };
    pack.namespaces.get(usize::from(name.namespace.get())).map_or("", |row| pack.str(row.uri))
}

fn qualified(prefixes: &Prefixes, uri: &str, local: &str) -> String {
    match prefixes.get(uri) {
        Some(prefix) => format!("{prefix}:{local}"),
        None => local.to_owned(),
    }
}

fn element(pack: &Pack<'_>, node: &Node, prefixes: &Prefixes, root: bool, out: &mut String) {
    let name = qualified(prefixes, namespace(pack, node), node.local(pack));
    out.push('<');
    out.push_str(&name);
    if root {
        let mut declared: Vec<(&String, &String)> =
            prefixes.iter().map(|(uri, prefix)| (prefix, uri)).collect();
        declared.sort();
        for (prefix, uri) in declared {
            attribute(out, &format!("xmlns:{prefix}"), uri);
        }
    }
    if node.typed
        && let Some(ty) = pack.types.get(node.ty as usize)
    {
        let name = ty.name.get();
        let value = qualified(prefixes, uri_of(pack, name), pack.local(name));
        attribute(out, &qualified(prefixes, XSI, "type"), &value);
    }
    for (name, value) in &node.attributes {
        attribute(out, &qualified(prefixes, uri_of(pack, *name), pack.local(*name)), value);
    }
    if node.text.is_empty() && node.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    escape(out, &node.text, false);
    for child in &node.children {
        element(pack, child, prefixes, false, out);
    }
    out.push_str("</");
    out.push_str(&name);
    out.push('>');
}

fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value, true);
    out.push('"');
}

fn escape(out: &mut String, text: &str, attribute: bool) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' if attribute => out.push_str("&#xA;"),
            '\t' if attribute => out.push_str("&#x9;"),
            _ => out.push(c),
        }
    }
}
