//! Names, values and pieces of the messages at hand, for mutants that put a known thing in a wrong place.

use std::collections::{BTreeMap, BTreeSet};

use crate::scan::Source;

/// What the messages of a standard are made of.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Names of elements with the prefixes of the messages.
    pub names: Vec<String>,
    /// Names of attributes, without namespace declarations.
    pub attributes: Vec<String>,
    /// Texts of elements, as written.
    pub values: Vec<String>,
    /// Texts by the element's name.
    pub values_of: BTreeMap<String, Vec<String>>,
    /// Whole elements by their name.
    pub pieces: BTreeMap<String, Vec<String>>,
    /// Namespaces.
    pub namespaces: Vec<String>,
    /// Types that `xsi:type` can name: namespace and local name.
    pub types: Vec<(String, String)>,
}

/// How many values and pieces of one name are kept, and how long they may be.
const PER_NAME: usize = 12;
const LONGEST: usize = 4000;

impl Vocabulary {
    /// Collects from messages. `types` are the standard's named types.
    pub fn collect(sources: &[Source], types: Vec<(String, String)>) -> Self {
        let mut names = BTreeSet::new();
        let mut attributes = BTreeSet::new();
        let mut namespaces: BTreeSet<String> = types.iter().map(|(uri, _)| uri.clone()).collect();
        let mut values_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut pieces: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for source in sources {
            for element in &source.elements {
                let name = source.qname(element);
                names.insert(name.to_owned());
                for attribute in &element.attributes {
                    let name = source.at(&attribute.name);
                    if name == "xmlns" || name.starts_with("xmlns:") {
                        namespaces.insert(source.at(&attribute.value).to_owned());
                    } else {
                        attributes.insert(name.to_owned());
                    }
                }
                if let Some(text) = source.leaf(element) {
                    keep(&mut values_of, name, text);
                }
                keep(&mut pieces, name, source.at(&element.whole()));
            }
        }
        let listed = |map: BTreeMap<String, BTreeSet<String>>| -> BTreeMap<String, Vec<String>> {
            map.into_iter().map(|(name, set)| (name, set.into_iter().collect())).collect()
        };
        let values_of = listed(values_of);
        Self {
            names: names.into_iter().collect(),
            attributes: attributes.into_iter().collect(),
            values: values_of.values().flatten().cloned().collect(),
            values_of,
            pieces: listed(pieces),
            namespaces: namespaces.into_iter().collect(),
            types,
        }
    }
}

fn keep(map: &mut BTreeMap<String, BTreeSet<String>>, name: &str, text: &str) {
    if text.len() > LONGEST {
        return;
    }
    let set = map.entry(name.to_owned()).or_default();
    if set.len() < PER_NAME {
        set.insert(text.to_owned());
    }
}
