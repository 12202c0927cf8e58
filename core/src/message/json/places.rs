//! Where the elements that were written stand in the JSON.

use std::fmt::Write as _;

/// The JSON paths of the elements of a document that was written from JSON.
#[derive(Debug, Default)]
pub(super) struct Places<'x> {
    rows: Vec<Row<'x>>,
    /// Offsets of start tags and their rows, ascending.
    starts: Vec<(usize, u32)>,
}

#[derive(Debug)]
struct Row<'x> {
    parent: Option<u32>,
    key: &'x str,
    index: Option<u32>,
}

impl<'x> Places<'x> {
    /// Notes the value of a key, or one of the array that stands there.
    pub(super) fn add(&mut self, parent: Option<u32>, key: &'x str, index: Option<u32>) -> u32 {
        self.rows.push(Row { parent, key, index });
        (self.rows.len() - 1) as u32
    }

    /// Whether no element was written.
    pub(super) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Says that the start tag of a value's element stands at an offset.
    pub(super) fn begin(&mut self, place: u32, offset: usize) {
        self.starts.push((offset, place));
    }

    /// Shifts all start tags but that of the root element.
    pub(super) fn shift(&mut self, by: usize) {
        for (offset, _) in self.starts.iter_mut().skip(1) {
            *offset += by;
        }
    }

    pub(super) fn is_root(&self, place: u32) -> bool {
        place == 0
    }

    /// The JSON Pointer (RFC 6901) of the element whose start tag is at an offset; else that of the last one before.
    pub(super) fn path_at(&self, offset: usize) -> String {
        let behind = self.starts.partition_point(|(start, _)| *start <= offset);
        let found = behind.checked_sub(1).and_then(|at| self.starts.get(at));
        found.map_or_else(String::new, |(_, place)| self.path(*place))
    }

    /// The JSON Pointer (RFC 6901) of a place: empty for the whole text.
    pub(super) fn path(&self, place: u32) -> String {
        let mut chain = Vec::new();
        let mut at = Some(place);
        while let Some(row) = at.and_then(|at| self.rows.get(at as usize)) {
            chain.push(row);
            at = row.parent;
        }
        let mut path = String::new();
        for row in chain.into_iter().rev() {
            if row.parent.is_some() && !row.key.is_empty() {
                path.push('/');
                path.push_str(&row.key.replace('~', "~0").replace('/', "~1"));
            }
            if let Some(index) = row.index {
                let _ = write!(path, "/{index}");
            }
        }
        path
    }
}
