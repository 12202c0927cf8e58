//! Attributes, `xsi:` among them.

use super::Class::{Same, Several, Single};
use super::{Change, Context, Kind, edit, escape_attribute, insert, kind};
use crate::scan::{Attribute, Element};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XS: &str = "http://www.w3.org/2001/XMLSchema";

pub(super) const KINDS: &[Kind] = &[
    kind("attribute-delete", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        edit(attribute.whole.clone(), "")
    }),
    kind("attribute-unknown", Single, |cx| {
        let element = cx.any();
        let attribute = cx.one_of(&["unbekannt='1'", "x=''", "version='1'", "_='a'", "ä='1'"]);
        cx.put_attribute(element, &attribute)
    }),
    kind("attribute-known-elsewhere", Single, |cx| {
        let element = cx.any();
        let name = cx.rng.pick(&cx.vocabulary.attributes)?.clone();
        if element.attributes.iter().any(|attribute| cx.source.at(&attribute.name) == name) {
            return None;
        }
        let value = cx.one_of(&["1", "", "urn:x", "true", "2026-01-01"]);
        cx.put_attribute(element, &format!("{name}=\"{value}\""))
    }),
    kind("attribute-twice", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        insert(attribute.whole.end, cx.source.at(&attribute.whole))
    }),
    kind("attribute-twice-by-namespace", Single, |cx| {
        let element = cx.any();
        cx.put_attribute(element, "xmlns:d1='urn:d' xmlns:d2='urn:d' d1:a='1' d2:a='2'")
    }),
    kind("attribute-value", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        let value = cx.one_of(&[
            "",
            " ",
            "x",
            "0",
            "-1",
            "true",
            "99",
            "Ж",
            "urn:a",
            "a b",
            "&#10;",
            "é",
            "2026-02-30",
            "😀",
        ]);
        edit(attribute.value.clone(), value)
    }),
    kind("attribute-value-character", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        let mut characters: Vec<char> = cx.source.at(&attribute.value).chars().collect();
        if characters.contains(&'&') {
            return None;
        }
        let at = cx.rng.below(characters.len() + 1);
        characters.insert(at, *cx.rng.pick(&['0', 'x', ' ', '.', '-', 'Ü', '\t', '\n', '>', '§'])?);
        edit(attribute.value.clone(), escape_attribute(&characters.iter().collect::<String>()))
    }),
    kind("attribute-value-of-another", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        let (_, other) = some_attribute(cx)?;
        let quote = cx.source.text.as_bytes().get(other.value.end)
            == cx.source.text.as_bytes().get(attribute.value.end);
        if !quote {
            return None;
        }
        edit(attribute.value.clone(), cx.source.at(&other.value))
    }),
    kind("attribute-value-space", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        let space = cx.one_of(&[" ", "  ", "\n", "\t", "&#10;", "&#9;", "&#13;", "&#32;", "\r\n", "\u{A0}"]);
        insert(if cx.rng.one_in(2) { attribute.value.start } else { attribute.value.end }, space)
    }),
    kind("attribute-value-as-references", Same, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        let value = cx.source.at(&attribute.value);
        if value.contains('&') {
            return None;
        }
        edit(
            attribute.value.clone(),
            value.chars().map(|c| format!("&#{};", u32::from(c))).collect::<String>(),
        )
    }),
    kind("attribute-value-reference", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        let text = cx.one_of(&[
            "&amp;", "&lt;", "&gt;", "&quot;", "&foo;", "&#0;", "&", "&#x1;", "&#xD800;", "&;", "]]>",
            "&apos;",
        ]);
        insert(attribute.value.start, text)
    }),
    kind("attribute-rename", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        edit(attribute.name.clone(), format!("{}x", cx.source.at(&attribute.name)))
    }),
    kind("attribute-rename-case", Single, |cx| {
        let (_, attribute) = some_attribute(cx)?;
        edit(attribute.name.clone(), cx.source.at(&attribute.name).to_ascii_uppercase())
    }),
    kind("attribute-order", Same, |cx| {
        let element = cx.choose(|_, element| element.attributes.len() > 1)?;
        let at = cx.rng.below(element.attributes.len() - 1);
        let (first, second) = (&element.attributes.get(at)?.whole, &element.attributes.get(at + 1)?.whole);
        let text = |range| cx.source.at(range).to_owned();
        Some(Change::Edits(vec![(first.clone(), text(second)), (second.clone(), text(first))]))
    }),
    kind("attribute-quotes", Same, |cx| {
        let (_, attribute) = any_attribute(cx)?;
        let value = cx.source.at(&attribute.value);
        let old = cx.source.text.as_bytes().get(attribute.value.end)?;
        let new = if *old == b'"' { '\'' } else { '"' };
        let value = value.replace('"', "&quot;").replace('\'', "&apos;");
        edit(attribute.value.start - 1..attribute.value.end + 1, format!("{new}{value}{new}"))
    }),
    kind("attribute-space", Same, |cx| {
        let (_, attribute) = any_attribute(cx)?;
        let (before, equals) =
            (cx.one_of(&[" ", "\n", "\t", " \r\n "]), cx.one_of(&["=", " = ", "= ", "\n=", "\t=\t"]));
        let value = &cx.source.text[attribute.value.start - 1..attribute.value.end + 1];
        edit(attribute.whole.clone(), format!("{before}{}{equals}{value}", cx.source.at(&attribute.name)))
    }),
    kind("attribute-malformed", Single, |cx| {
        let (_, attribute) = any_attribute(cx)?;
        let (name, value) = (cx.source.at(&attribute.name), cx.source.at(&attribute.value));
        let forms = [
            format!(" {name}={value}"),
            format!(" {name}"),
            format!(" {name}="),
            format!(" {name}=\"{value}'"),
            format!("{name}=\"{value}\""),
            format!(" {name}==\"{value}\""),
            format!(" {name} \"{value}\""),
            format!(" =\"{value}\""),
            format!(" {name}=\"<{value}\""),
            format!(" {name}=\"{value}\"x='1'"),
            format!(" 1{name}=\"{value}\""),
            format!(" {name}:=\"{value}\""),
            format!(" :{name}=\"{value}\""),
            format!(" {name}=\"{value}\" /"),
            format!(" {name}=\"{value}\"\""),
            format!(" a:b:{name}=\"{value}\""),
            format!(" {name}=\"{value}\u{1}\""),
        ];
        edit(attribute.whole.clone(), cx.rng.pick(&forms)?.clone())
    }),
    kind("attribute-of-xml", Single, |cx| {
        let element = cx.any();
        let attribute = cx.one_of(&[
            "xml:lang='de'",
            "xml:lang=''",
            "xml:space='preserve'",
            "xml:space='x'",
            "xml:base='urn:x'",
            "xml:id='a'",
            "xml:foo='1'",
        ]);
        cx.put_attribute(element, &attribute)
    }),
    kind("attribute-of-foreign-namespace", Single, |cx| {
        let element = cx.any();
        cx.put_attribute(element, "xmlns:z='urn:example:fremd' z:a='1'")
    }),
    kind("attribute-qualified", Single, |cx| {
        let (element, attribute) = some_attribute(cx)?;
        if cx.source.at(&attribute.name).contains(':') {
            return None;
        }
        let prefix = cx.prefix(element);
        if prefix.is_empty() {
            return None;
        }
        insert(attribute.name.start, prefix)
    }),
    kind("attribute-many", Single, |cx| {
        // As many as the reader admits by default, unknown ones: one fault each.
        let element = cx.any();
        cx.put_attribute(
            element,
            "xmlns:m0='urn:0' xmlns:m1='urn:1' xmlns:m2='urn:2' xmlns:m3='urn:3' xmlns:m4='urn:4'",
        )
    }),
    kind("attributes-unknown-several", Several, |cx| {
        let element = cx.any();
        cx.put_attribute(
            element,
            "a='1' b='2' c='3' d='4' e='5' f='6' g='7' h='8' i='9' j='10' k='11' l='12'",
        )
    }),
    kind("xsi-type", Single, |cx| {
        let (uri, local) = cx.rng.pick(&cx.vocabulary.types)?.clone();
        let element = without_type(cx)?;
        cx.put_attribute(element, &xsi(&format!("xmlns:t='{uri}' i:type='t:{local}'")))
    }),
    kind("xsi-type-of-relatives", Single, |cx| {
        // Types whose names begin alike are often derived from each other.
        let element = without_type(cx)?;
        let local = cx.source.local(element).to_lowercase();
        let start: String = local.chars().take(5).collect();
        let types: Vec<_> =
            cx.vocabulary.types.iter().filter(|(_, name)| name.to_lowercase().contains(&start)).collect();
        let (uri, local) = cx.rng.pick(&types)?;
        let space = cx.one_of(&["", " ", "\n"]);
        let attribute = xsi(&format!("xmlns:t='{uri}' i:type='{space}t:{local}{space}'"));
        cx.put_attribute(element, &attribute)
    }),
    kind("xsi-type-builtin", Single, |cx| {
        let names = [
            "string",
            "token",
            "date",
            "anyType",
            "anySimpleType",
            "integer",
            "normalizedString",
            "boolean",
            "base64Binary",
            "gYear",
            "int",
            "NMTOKEN",
            "dateTime",
            "anyURI",
            "ID",
            "language",
            "decimal",
            "positiveInteger",
        ];
        let name = cx.one_of(&names);
        let element = without_type(cx)?;
        cx.put_attribute(element, &xsi(&format!("xmlns:t='{XS}' i:type='t:{name}'")))
    }),
    kind("xsi-type-unknown", Single, |cx| {
        let value = cx.one_of(&["unknown", "nirgends:x", "", " ", "a b", ":x", "x:", "a:b:c", "i:x"]);
        let element = without_type(cx)?;
        cx.put_attribute(element, &xsi(&format!("i:type='{value}'")))
    }),
    kind("xsi-type-changed", Single, |cx| {
        let (element, attribute) = find_attribute(cx, |name| name.ends_with(":type"))?;
        let prefix =
            cx.source.at(&attribute.value).split_once(':').map_or("", |(prefix, _)| prefix).to_owned();
        let (uri, local) = cx.rng.pick(&cx.vocabulary.types)?.clone();
        let bound = cx.source.prefix_of(&uri).unwrap_or(&prefix);
        let _ = element;
        edit(attribute.value.clone(), format!("{bound}:{local}"))
    }),
    kind("xsi-nil", Single, |cx| {
        let value = cx.one_of(&["true", "1", "false", "0", "x", "", " true ", "TRUE"]);
        let element = cx.any();
        cx.put_attribute(element, &xsi(&format!("i:nil='{value}'")))
    }),
    kind("xsi-nil-without-content", Several, |cx| {
        let element = cx.inner()?;
        if element.is_one_tag() {
            return None;
        }
        let value = cx.one_of(&["true", "false", "1"]);
        let attribute = format!(" {}", xsi(&format!("i:nil='{value}'")));
        let at = element.name.end;
        Some(Change::Edits(vec![(at..at, attribute), (element.content(), String::new())]))
    }),
    kind("xsi-schema-location", Same, |cx| {
        let attribute = cx.one_of(&[
            "i:schemaLocation='urn:a a.xsd'",
            "i:noNamespaceSchemaLocation='a.xsd'",
            "i:schemaLocation=''",
            "i:schemaLocation='urn:a a.xsd urn:b b.xsd'",
        ]);
        let element = if cx.rng.one_in(2) { cx.source.root() } else { cx.any() };
        if element.attributes.iter().any(|attribute| cx.source.at(&attribute.name).ends_with("chemaLocation"))
        {
            return None;
        }
        cx.put_attribute(element, &xsi(&attribute))
    }),
    kind("xsi-other", Single, |cx| {
        let element = cx.any();
        let attribute = cx.one_of(&["i:foo='1'", "i:Type='xs:string'", "i:nill='true'"]);
        cx.put_attribute(element, &xsi(&attribute))
    }),
    kind("xsi-without-prefix", Single, |cx| {
        let element = cx.any();
        let attribute = cx.one_of(&["nil='true'", "type='xs:string'", "schemaLocation='a b'"]);
        let name = attribute.split('=').next().unwrap_or("");
        if element.attributes.iter().any(|attribute| cx.source.at(&attribute.name) == name) {
            return None;
        }
        cx.put_attribute(element, &attribute)
    }),
];

fn xsi(attributes: &str) -> String {
    format!("xmlns:i='{XSI}' {attributes}")
}

fn is_declaration(name: &str) -> bool {
    name == "xmlns" || name.starts_with("xmlns:")
}

/// An attribute that is no namespace declaration.
fn some_attribute<'a>(cx: &mut Context<'a>) -> Option<(&'a Element, &'a Attribute)> {
    find_attribute(cx, |name| !is_declaration(name))
}

/// Any attribute, declarations included.
fn any_attribute<'a>(cx: &mut Context<'a>) -> Option<(&'a Element, &'a Attribute)> {
    find_attribute(cx, |_| true)
}

fn find_attribute<'a>(
    cx: &mut Context<'a>,
    wanted: impl Fn(&str) -> bool,
) -> Option<(&'a Element, &'a Attribute)> {
    let matches = |element: &'a Element| {
        element
            .attributes
            .iter()
            .filter(|attribute| wanted(cx.source.at(&attribute.name)))
            .collect::<Vec<_>>()
    };
    let mut all: Vec<(&'a Element, &'a Attribute)> = Vec::new();
    for element in &cx.source.elements {
        all.extend(matches(element).into_iter().map(|attribute| (element, attribute)));
    }
    cx.rng.pick(&all).copied()
}

/// An element without `xsi:type`.
fn without_type<'a>(cx: &mut Context<'a>) -> Option<&'a Element> {
    cx.choose(|source, element| {
        !element.attributes.iter().any(|attribute| source.at(&attribute.name).ends_with(":type"))
    })
}
