//! Prefixes and their declarations.

use std::ops::Range;

use super::Class::{Same, Several, Single};
use super::{Change, Context, Kind, Made, edit, kind};
use crate::scan::Attribute;

pub(super) const KINDS: &[Kind] = &[
    kind("prefix-undeclared", Single, |cx| {
        let element = cx.any();
        let name = format!("nirgends:{}", cx.source.local(element));
        cx.rename(element, &name)
    }),
    kind("prefix-removed", Single, |cx| {
        let element = cx.choose(|source, element| source.qname(element).contains(':'))?;
        cx.rename(element, cx.source.local(element))
    }),
    kind("prefix-added", Single, |cx| {
        let (prefix, _) = some_prefix(cx)?;
        let element = cx.choose(|source, element| !source.qname(element).contains(':'))?;
        let name = format!("{prefix}:{}", cx.source.local(element));
        cx.rename(element, &name)
    }),
    kind("prefix-of-another-namespace", Single, |cx| {
        let (prefix, _) = some_prefix(cx)?;
        let element = cx.choose(|source, element| source.qname(element).contains(':'))?;
        let name = format!("{prefix}:{}", cx.source.local(element));
        if name == cx.source.qname(element) {
            return None;
        }
        cx.rename(element, &name)
    }),
    kind("declaration-deleted", Several, |cx| {
        let attribute = declaration(cx)?;
        edit(attribute.whole.clone(), "")
    }),
    kind("namespace-changed", Several, |cx| {
        let attribute = declaration(cx)?;
        let old = cx.source.at(&attribute.value);
        let other = cx.rng.pick(&cx.vocabulary.namespaces)?;
        let forms = [
            format!("{old}/"),
            format!("{old}x"),
            old.to_uppercase(),
            "urn:example:anders".to_owned(),
            other.clone(),
        ];
        edit(attribute.value.clone(), cx.rng.pick(&forms)?.clone())
    }),
    kind("prefix-renamed-everywhere", Same, |cx| {
        let (prefix, _) = some_prefix(cx)?;
        rename_everywhere(cx, &prefix, "neu")
    }),
    kind("prefix-as-default-namespace", Several, |cx| {
        // Correct only where all elements without prefix are of that namespace as well.
        let (prefix, _) = some_prefix(cx)?;
        rename_everywhere(cx, &prefix, "")
    }),
    kind("own-default-namespace", Same, |cx| {
        // One element by default namespace instead of prefix, its children as they were.
        let element =
            cx.choose(|source, element| element.children.is_empty() && source.qname(element).contains(':'))?;
        let prefix = cx.prefix(element).trim_end_matches(':');
        let uri = namespace_of(cx, prefix)?;
        let local = cx.source.local(element);
        let mut edits = vec![(element.name.clone(), format!("{local} xmlns=\"{uri}\""))];
        if !element.is_one_tag() {
            edits.push((element.close.clone(), format!("</{local}>")));
        }
        Some(Change::Edits(edits))
    }),
    kind("own-prefix", Same, |cx| {
        let element = cx.choose(|source, element| source.qname(element).contains(':'))?;
        let uri = namespace_of(cx, cx.prefix(element).trim_end_matches(':'))?;
        let local = cx.source.local(element);
        let mut edits = vec![(element.name.clone(), format!("eigen:{local} xmlns:eigen='{uri}'"))];
        if !element.is_one_tag() {
            edits.push((element.close.clone(), format!("</eigen:{local}>")));
        }
        Some(Change::Edits(edits))
    }),
    kind("prefix-bound-anew", Several, |cx| {
        let (prefix, _) = some_prefix(cx)?;
        let other = cx.rng.pick(&cx.vocabulary.namespaces)?.clone();
        let element = cx.inner()?;
        cx.put_attribute(element, &format!("xmlns:{prefix}='{other}'"))
    }),
    kind("default-namespace-within", Several, |cx| {
        let element = cx.inner()?;
        let other = cx.rng.pick(&cx.vocabulary.namespaces)?.clone();
        let uri = if cx.rng.one_in(2) { "" } else { &other };
        cx.put_attribute(element, &format!("xmlns='{uri}'"))
    }),
    kind("declaration-not-needed", Same, |cx| {
        let element = cx.any();
        let declaration = cx.one_of(&[
            "xmlns:unbenutzt='urn:example:unbenutzt'",
            "xmlns:xml='http://www.w3.org/XML/1998/namespace'",
            "xmlns:ä='urn:ä'",
            "xmlns:a.b-c='a'",
            "xmlns:Xa='x y'",
        ]);
        cx.put_attribute(element, &declaration)
    }),
    kind("declaration-repeated-within", Same, |cx| {
        let (prefix, uri) = some_prefix(cx)?;
        let element = cx.inner()?;
        cx.put_attribute(element, &format!("xmlns:{prefix}='{uri}'"))
    }),
    kind("declaration-forbidden", Single, |cx| {
        let element = cx.any();
        let declaration = cx.one_of(&[
            "xmlns:xml='urn:x'",
            "xmlns:xmlns='urn:x'",
            "xmlns:p=''",
            "xmlns:q='http://www.w3.org/XML/1998/namespace'",
            "xmlns:r='http://www.w3.org/2000/xmlns/'",
            "xmlns='http://www.w3.org/XML/1998/namespace'",
            "xmlns='http://www.w3.org/2000/xmlns/'",
            "xmlns:='urn:x'",
            "xmlns:a:b='urn:x'",
            "xmlns:1='urn:x'",
        ]);
        cx.put_attribute(element, &declaration)
    }),
    kind("declaration-twice", Single, |cx| {
        let element = cx.any();
        cx.put_attribute(element, "xmlns:z='urn:x' xmlns:z='urn:x'")
    }),
    kind("name-with-colons", Single, |cx| {
        let element = cx.any();
        let (prefix, local) = (cx.prefix(element), cx.source.local(element));
        let forms = [
            format!("{prefix}a:{local}"),
            format!(":{local}"),
            format!("{prefix}:{local}"),
            format!("{local}:"),
            format!("{prefix}1{local}"),
        ];
        let name = cx.rng.pick(&forms)?;
        cx.rename(element, name)
    }),
    kind("prefix-xmlns-or-xml", Single, |cx| {
        let element = cx.any();
        let prefix = cx.one_of(&["xml", "xmlns", "XML", "xsi"]);
        let name = format!("{prefix}:{}", cx.source.local(element));
        cx.rename(element, &name)
    }),
    kind("attribute-prefix-undeclared", Single, |cx| {
        let element = cx.any();
        cx.put_attribute(element, "nirgends:a='1'")
    }),
    kind("prefix-out-of-scope", Single, |cx| {
        // Declared at a preceding sibling, used at the next one.
        let parent = cx.choose(|_, element| element.children.len() > 1)?;
        let at = cx.rng.below(parent.children.len() - 1);
        let (first, second) = (cx.child(parent, at)?, cx.child(parent, at + 1)?);
        let prefix = cx.prefix(second).trim_end_matches(':');
        let uri = namespace_of(cx, prefix).unwrap_or_default();
        let local = cx.source.local(second);
        let mut edits = vec![
            (first.name.end..first.name.end, format!(" xmlns:nah=\"{uri}x\"")),
            (second.name.clone(), format!("nah:{local}")),
        ];
        if !second.is_one_tag() {
            edits.push((second.close.clone(), format!("</nah:{local}>")));
        }
        Some(Change::Edits(edits))
    }),
];

/// A prefix that the root declares, and its namespace.
fn some_prefix(cx: &mut Context<'_>) -> Option<(String, String)> {
    let root = cx.source.root();
    let all: Vec<(String, String)> = root
        .attributes
        .iter()
        .filter_map(|attribute| {
            let prefix = cx.source.at(&attribute.name).strip_prefix("xmlns:")?;
            Some((prefix.to_owned(), cx.source.at(&attribute.value).to_owned()))
        })
        .collect();
    cx.rng.pick(&all).cloned()
}

fn namespace_of(cx: &Context<'_>, prefix: &str) -> Option<String> {
    let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
    let root = cx.source.root();
    let found = root.attributes.iter().find(|attribute| cx.source.at(&attribute.name) == name)?;
    Some(cx.source.at(&found.value).to_owned())
}

/// A namespace declaration of the root.
fn declaration<'a>(cx: &mut Context<'a>) -> Option<&'a Attribute> {
    let root = cx.source.root();
    let all: Vec<&Attribute> = root
        .attributes
        .iter()
        .filter(|attribute| cx.source.at(&attribute.name).starts_with("xmlns"))
        .collect();
    cx.rng.pick(&all).copied()
}

/// Another prefix (or none) for all names, attributes and `xsi:type` values.
fn rename_everywhere(cx: &mut Context<'_>, prefix: &str, new: &str) -> Made {
    let source = cx.source;
    let with_colon = format!("{prefix}:");
    let replacement = if new.is_empty() { String::new() } else { format!("{new}:") };
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for element in &source.elements {
        let mut starts = vec![element.name.start];
        if !element.is_one_tag() {
            starts.push(element.close.start + 2);
        }
        for attribute in &element.attributes {
            let name = source.at(&attribute.name);
            if name == format!("xmlns:{prefix}") {
                let name = if new.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{new}") };
                edits.push((attribute.name.clone(), name));
            } else {
                starts.push(attribute.name.start);
            }
            if name.ends_with(":type") {
                starts.push(attribute.value.start);
            }
        }
        for start in starts {
            if source.text[start..].starts_with(&with_colon) {
                edits.push((start..start + with_colon.len(), replacement.clone()));
            }
        }
    }
    Some(Change::Edits(edits))
}
