//! From a code in a message to its row in a code list.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{CodeType, List, NONE, Text, code_type};
use azrkit_standard::rule::Interval;

use super::document::NodeRef;

/// A code's row in its list.
#[derive(Debug, Clone, Copy)]
pub struct CodeEntry<'a> {
    /// The element of the code type.
    pub node: NodeRef<'a>,
    /// The list, in the version that the code names.
    pub list: &'a List,
    /// The row within the list.
    pub row: u32,
}

impl<'a> CodeEntry<'a> {
    /// The row of a code; none where the element is no code, the list or its version is not at hand, or the list
    /// does not have the code.
    pub fn of(node: NodeRef<'a>) -> Option<Self> {
        let list = list_of(node)?;
        let row = node.pack().find_code(list, node.value().trim().as_bytes())?;
        Some(Self { node, list, row })
    }

    /// The name of the code.
    pub fn name(&self) -> &'a str {
        self.node.pack().cell_str(self.list, self.row, self.list.name)
    }

    /// The long text of the code; empty where the list has none.
    pub fn long_text(&self) -> &'a str {
        self.node.pack().cell_str(self.list, self.row, self.list.long)
    }

    /// The dates that stand in its row.
    pub(crate) fn dates(&self) -> impl Iterator<Item = Interval> + use<'a> {
        let (pack, list, row) = (self.node.pack(), self.list, self.row);
        let cells = (0..list.column_count.get()).map(move |column| pack.cell(list, row, column as u8));
        // Names and texts are longer, or have no digit in front.
        let dates = cells.filter(|cell| cell.len() <= 16 && cell.first().is_some_and(u8::is_ascii_digit));
        dates.filter_map(|cell| Interval::parse(std::str::from_utf8(cell).ok()?))
    }

    /// A cell by its column's id; none where there is no such column.
    pub fn cell(&self, column: &str) -> Option<&'a str> {
        let pack = self.node.pack();
        Some(pack.cell_str(self.list, self.row, pack.column(self.list, column)?))
    }
}

/// The code type of an element, if it is a code.
pub fn code_type_of(node: NodeRef<'_>) -> Option<&CodeType> {
    let index = node.ty()?.code.get();
    if index == NONE { None } else { node.pack().code_types.get(index as usize) }
}

/// The list that a code names, in the version that it names.
pub fn list_of(node: NodeRef<'_>) -> Option<&List> {
    let pack = node.pack();
    let ty = code_type_of(node)?;
    let sent = |fixed: u8, value: Text, name: &str| {
        if ty.flags & fixed != 0 { Some(pack.str(value)) } else { node.attribute(name) }
    };
    let uri = sent(code_type::URI_FIXED, ty.uri, "listURI");
    let version = sent(code_type::VERSION_FIXED, ty.version, "listVersionID");
    match find_list(pack, ty, uri, version) {
        Found::List(list) => pack.lists.get(list as usize),
        _ => None,
    }
}

/// A list was looked for.
pub(super) enum Found {
    /// Row of `lists`.
    List(u32),
    /// The URI is not at hand, or none was given.
    NoList,
    /// The URI is at hand, but not in this version, or none was given.
    NoVersion,
}

/// The list of a code type in a version; `uri` counts only where the type does not fix it.
pub(super) fn find_list(pack: &Pack<'_>, ty: &CodeType, uri: Option<&str>, version: Option<&str>) -> Found {
    let range = if ty.flags & code_type::URI_FIXED != 0 {
        ty.lists.get()..ty.lists.get() + u32::from(ty.list_count.get())
    } else {
        pack.lists_by_uri(uri.unwrap_or("").trim().as_bytes())
    };
    if range.is_empty() {
        return Found::NoList;
    }
    let Some(version) = version.map(str::trim) else { return Found::NoVersion };
    let lists = pack.lists.get(range.start as usize..range.end as usize).unwrap_or(&[]);
    lists
        .iter()
        .position(|list| pack.str(list.version) == version)
        .map_or(Found::NoVersion, |at| Found::List(range.start + at as u32))
}
