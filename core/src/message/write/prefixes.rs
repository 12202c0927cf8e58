//! Which prefix stands for which namespace in a document that is written.

use azrkit_standard::model::{XML, XS, XSI};
use azrkit_standard::pack::Pack;

/// The namespaces that a document uses, in the order of their first use.
///
/// A namespace gets the prefix that the first of the open packs has for it, so the one that the standard's own files use;
/// else the one that is asked for (that of the document that was read); else `ns1`, `ns2` and so on. A prefix that
/// another namespace has already got is passed over. So the same content always gets the same prefixes, and a document
/// that was written with them gets them again.
#[derive(Debug)]
pub(crate) struct Prefixes<'a> {
    packs: &'a [Pack<'a>],
    entries: Vec<Entry>,
    /// For each pack and each of its rows of `namespaces`, the entry; [`UNKNOWN`] where there is none yet.
    rows: Vec<Vec<u16>>,
}

#[derive(Debug)]
struct Entry {
    uri: String,
    /// The prefix with its colon.
    prefix: String,
}

const UNKNOWN: u16 = u16::MAX;

impl<'a> Prefixes<'a> {
    pub(crate) fn new(packs: &'a [Pack<'a>]) -> Self {
        Self { packs, entries: Vec::new(), rows: vec![Vec::new(); packs.len()] }
    }

    /// The prefix, with its colon, for a row of a pack's `namespaces`; empty for none.
    pub(crate) fn of_row(&mut self, pack: usize, row: u16) -> &str {
        if row == 0 {
            return "";
        }
        let known = self.rows.get(pack).and_then(|rows| rows.get(usize::from(row))).copied();
        let entry = match known {
            Some(entry) if entry != UNKNOWN => usize::from(entry),
            _ => self.find_row(pack, row),
        };
        self.entries.get(entry).map_or("", |entry| &entry.prefix)
    }

    #[cold]
    fn find_row(&mut self, pack: usize, row: u16) -> usize {
        let Some(open) = self.packs.get(pack) else { return usize::MAX };
        let uri = open.namespaces.get(usize::from(row)).map_or("", |namespace| open.str(namespace.uri));
        let entry = self.find(uri, "");
        let rows = &mut self.rows[pack];
        if rows.is_empty() {
            rows.resize(open.namespaces.len(), UNKNOWN);
        }
        if let (Some(slot), Ok(entry)) = (rows.get_mut(usize::from(row)), u16::try_from(entry)) {
            *slot = entry;
        }
        entry
    }

    /// The prefix, with its colon, for a namespace name; empty for none. `hint` is the prefix to take if no pack has one.
    pub(crate) fn of_uri(&mut self, uri: &str, hint: &str) -> &str {
        match uri {
            "" => "",
            XML => "xml:",
            _ => {
                let entry = self.find(uri, hint);
                &self.entries[entry].prefix
            }
        }
    }

    fn find(&mut self, uri: &str, hint: &str) -> usize {
        if let Some(found) = self.entries.iter().position(|entry| entry.uri == uri) {
            return found;
        }
        let prefix = [standard_prefix(self.packs, uri), hint]
            .into_iter()
            .filter(|prefix| !prefix.is_empty() && !starts_with_xml(prefix))
            .map(|prefix| format!("{prefix}:"))
            .find(|prefix| self.free(prefix));
        let prefix = prefix.unwrap_or_else(|| {
            let mut number = 1;
            loop {
                let prefix = format!("ns{number}:");
                if self.free(&prefix) {
                    return prefix;
                }
                number += 1;
            }
        });
        self.entries.push(Entry { uri: uri.to_owned(), prefix });
        self.entries.len() - 1
    }

    fn free(&self, prefix: &str) -> bool {
        self.entries.iter().all(|entry| entry.prefix != prefix)
    }

    /// Prefixes (without colon) and namespaces, in the order of the prefixes: what the root element declares.
    pub(crate) fn declarations(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<(&str, &str)> = self
            .entries
            .iter()
            .map(|entry| (entry.prefix.trim_end_matches(':'), entry.uri.as_str()))
            .collect();
        all.sort_unstable();
        all
    }
}

/// The prefix that the standard's own files use for a namespace; empty where none of the packs knows it.
pub(crate) fn standard_prefix<'a>(packs: &[Pack<'a>], uri: &str) -> &'a str {
    let known = packs.iter().find_map(|pack| {
        let row = pack.namespaces.get(pack.namespace(uri.as_bytes())? as usize)?;
        Some(pack.str(row.prefix)).filter(|prefix| !prefix.is_empty())
    });
    known.unwrap_or(match uri {
        XSI => "xsi",
        XS => "xs",
        XML => "xml",
        _ => "",
    })
}

/// Prefixes that begin so are reserved (Namespaces in XML 1.0, section 3).
fn starts_with_xml(prefix: &str) -> bool {
    prefix.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("xml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_prefixes_are_kept_where_free() {
        let mut prefixes = Prefixes::new(&[]);
        assert_eq!(prefixes.of_uri("urn:a", "ext"), "ext:");
        assert_eq!(prefixes.of_uri("urn:b", "ext"), "ns1:");
        assert_eq!(prefixes.of_uri("urn:c", ""), "ns2:");
        assert_eq!(prefixes.of_uri("urn:d", "xmlish"), "ns3:");
        assert_eq!(prefixes.of_uri("urn:a", "other"), "ext:");
        assert_eq!(prefixes.of_uri("", "other"), "");
        assert_eq!(prefixes.of_uri(XML, "other"), "xml:");
        assert_eq!(prefixes.of_uri(XSI, "i"), "xsi:");
        assert_eq!(
            prefixes.declarations(),
            [("ext", "urn:a"), ("ns1", "urn:b"), ("ns2", "urn:c"), ("ns3", "urn:d"), ("xsi", XSI)]
        );
        // What was written so gets the same again.
        let mut again = Prefixes::new(&[]);
        for (uri, prefix) in [("urn:a", "ext"), ("urn:b", "ns1"), ("urn:c", "ns2"), ("urn:d", "ns3")] {
            assert_eq!(again.of_uri(uri, prefix), format!("{prefix}:"));
        }
    }
}
