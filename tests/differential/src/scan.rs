//! Where things stand in a well-formed message, as byte ranges, so that mutants can be made by editing text.

use std::ops::Range;

/// A well-formed message and its elements.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// What the message is called in reports.
    pub name: String,
    /// The text.
    pub text: String,
    /// The elements in the order of their start tags; the root is the first.
    pub elements: Vec<Element>,
}

/// Places of one element.
#[derive(Debug, Clone)]
pub struct Element {
    /// The start tag with its brackets.
    pub open: Range<usize>,
    /// The name in the start tag, with the prefix.
    pub name: Range<usize>,
    /// The attributes, namespace declarations included.
    pub attributes: Vec<Attribute>,
    /// The end tag; empty behind the start tag of an element written as one tag.
    pub close: Range<usize>,
    /// The parent.
    pub parent: Option<usize>,
    /// The child elements.
    pub children: Vec<usize>,
}

/// Places of one attribute.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The attribute with the white space before it.
    pub whole: Range<usize>,
    /// The name with the prefix.
    pub name: Range<usize>,
    /// The value between its quotes.
    pub value: Range<usize>,
}

impl Element {
    /// The whole element.
    pub fn whole(&self) -> Range<usize> {
        self.open.start..self.close.end
    }

    /// What stands between the tags.
    pub fn content(&self) -> Range<usize> {
        self.open.end..self.close.start
    }

    /// Written as one tag.
    pub fn is_one_tag(&self) -> bool {
        self.close.is_empty()
    }
}

impl Source {
    /// Scans a message that an XML parser has accepted. None where this scanner does not understand it (a document
    /// type declaration, for one).
    pub fn scan(name: &str, text: &str) -> Option<Self> {
        let mut source = Self { name: name.to_owned(), text: text.to_owned(), elements: Vec::new() };
        let mut stack: Vec<usize> = Vec::new();
        let mut at = 0;
        while let Some(found) = text.get(at..)?.find('<') {
            let start = at + found;
            let rest = text.get(start..)?;
            at = if rest.starts_with("<!--") {
                start + 4 + rest.get(4..)?.find("-->")? + 3
            } else if rest.starts_with("<![CDATA[") {
                start + 9 + rest.get(9..)?.find("]]>")? + 3
            } else if rest.starts_with("<?") {
                start + 2 + rest.get(2..)?.find("?>")? + 2
            } else if rest.starts_with("<!") {
                return None;
            } else if rest.starts_with("</") {
                let end = start + rest.find('>')? + 1;
                let element = stack.pop()?;
                source.elements.get_mut(element)?.close = start..end;
                end
            } else {
                let (element, one_tag) = scan_tag(text, start)?;
                let end = element.open.end;
                let index = source.elements.len();
                if let Some(&parent) = stack.last() {
                    source.elements.get_mut(parent)?.children.push(index);
                }
                source.elements.push(Element { parent: stack.last().copied(), ..element });
                if !one_tag {
                    stack.push(index);
                }
                end
            };
        }
        (stack.is_empty() && !source.elements.is_empty()).then_some(source)
    }

    /// The text of a range.
    pub fn at(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// The name of an element with its prefix.
    pub fn qname(&self, element: &Element) -> &str {
        self.at(&element.name)
    }

    /// The local name of an element.
    pub fn local(&self, element: &Element) -> &str {
        let name = self.qname(element);
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// The text of an element that has only text, as it is written.
    pub fn leaf(&self, element: &Element) -> Option<&str> {
        (element.children.is_empty() && !element.is_one_tag()).then(|| self.at(&element.content()))
    }

    /// The root element.
    pub fn root(&self) -> &Element {
        &self.elements[0]
    }

    /// The prefix that the root element binds to a namespace.
    pub fn prefix_of(&self, uri: &str) -> Option<&str> {
        self.root().attributes.iter().find_map(|attribute| {
            let prefix = self.at(&attribute.name).strip_prefix("xmlns:")?;
            (self.at(&attribute.value) == uri).then_some(prefix)
        })
    }
}

fn scan_tag(text: &str, start: usize) -> Option<(Element, bool)> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied();
    let is_space = |at: usize| byte(at).is_some_and(|b| b.is_ascii_whitespace());
    let is_name = |at: usize| byte(at).is_some_and(|b| !b.is_ascii_whitespace() && !b"=/>".contains(&b));
    let name_end = |mut at: usize| {
        while is_name(at) {
            at += 1;
        }
        at
    };
    let name = start + 1..name_end(start + 1);
    let mut attributes = Vec::new();
    let mut at = name.end;
    loop {
        let whole = at;
        while is_space(at) {
            at += 1;
        }
        match byte(at)? {
            b'>' => {
                let open = start..at + 1;
                return Some((new_element(open, name, attributes, at + 1), false));
            }
            b'/' => {
                let open = start..at + 2;
                return Some((new_element(open, name, attributes, at + 2), true));
            }
            _ => {}
        }
        let attribute = at..name_end(at);
        at = attribute.end;
        while is_space(at) || byte(at) == Some(b'=') {
            at += 1;
        }
        let quote = byte(at)?;
        let value = at + 1..at + 1 + text.get(at + 1..)?.find(char::from(quote))?;
        at = value.end + 1;
        attributes.push(Attribute { whole: whole..at, name: attribute, value });
    }
}

fn new_element(open: Range<usize>, name: Range<usize>, attributes: Vec<Attribute>, end: usize) -> Element {
    Element { open, name, attributes, close: end..end, parent: None, children: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_tags_attributes_and_content() {
        let text = "<?xml version='1.0'?><!-- <x> --><p:a xmlns:p = 'u' b=\"1>2\"><c/>t<d>x<![CDATA[</d>]]></d ></p:a>\n";
        let source = Source::scan("t", text).expect("scans");
        let names: Vec<_> = source.elements.iter().map(|e| source.qname(e)).collect();
        assert_eq!(names, ["p:a", "c", "d"]);
        assert_eq!(source.local(source.root()), "a");
        assert_eq!(source.prefix_of("u"), Some("p"));
        assert_eq!(source.at(&source.root().attributes[1].value), "1>2");
        assert_eq!(source.at(&source.elements[2].whole()), "<d>x<![CDATA[</d>]]></d >");
        assert!(source.elements[1].is_one_tag());
        assert_eq!(source.elements[2].parent, Some(0));
        assert_eq!(source.root().children, [1, 2]);
        assert!(Source::scan("t", "<!DOCTYPE a><a/>").is_none());
    }
}
