//! Code lists: sorted, with the roles of their columns, and the code types that point to them.

use std::cmp::Ordering;
use std::collections::HashMap;

use zerocopy::little_endian::U32;

use super::Compiler;
use super::automaton::{Node, Part};
use crate::error::SchemaError;
use crate::model::*;
use crate::pack::rows::{self, NONE, code_type};

/// No column.
const NO_COLUMN: u8 = 0xFF;

/// The columns of a list that mean something to everybody.
///
/// The name: the column that the list marks; else the first of those named as in [`NAMES`], in the order there; else the
/// first column after the key. The long text: the first column after the name that begins with `lang` or with
/// `beschreibung` and `lang`. The others by their names. Names are compared in lower case, without `-`, `_` and blanks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Roles {
    pub(super) name: u8,
    pub(super) long: u8,
    pub(super) reportable_from: u8,
    pub(super) reportable_to: u8,
    pub(super) ends: u8,
    pub(super) begins: u8,
}

/// Names of the column with a code's name, by how sure they are. (`kurzbeschriebung` is one list's own spelling.)
const NAMES: [&str; 9] = [
    "wert",
    "kurzbeschreibung",
    "kurzbeschriebung",
    "kurzbezeichnung",
    "beschreibung",
    "bezeichnung",
    "codename",
    "codebeschreibung",
    "name",
];

impl Roles {
    pub(super) fn of(list: &CodeList) -> Self {
        let plain: Vec<String> = list.columns.iter().map(|id| plain(id)).collect();
        let find = |name: &str| (0..plain.len()).find(|at| *at != list.key && plain[*at] == name);
        let name = list
            .name
            .or_else(|| NAMES.iter().find_map(|name| find(name)))
            .or_else(|| (0..plain.len()).find(|at| *at != list.key));
        let long = (name.map_or(0, |name| name + 1)..plain.len()).find(|at| {
            let rest = plain[*at].strip_prefix("beschreibung").unwrap_or(&plain[*at]);
            *at != list.key && rest.starts_with("lang")
        });
        let column = |at: Option<usize>| at.and_then(|at| u8::try_from(at).ok()).unwrap_or(NO_COLUMN);
        Self {
            name: column(name),
            long: column(long),
            reportable_from: column(find("meldbarab")),
            reportable_to: column(find("meldbarbis")),
            ends: column(find("entfaelltab")),
            begins: column(find("neuab")),
        }
    }
}

fn plain(id: &str) -> String {
    id.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// The order of versions: by the numbers in them (`Version3` is after `2`, `2024-08-01` after `2023-12-31`).
pub(super) fn by_version(one: &str, other: &str) -> Ordering {
    fn numbers(text: &str) -> impl Iterator<Item = &str> {
        let parts = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
        parts.map(|digits| digits.trim_start_matches('0'))
    }
    let (mut ones, mut others) = (numbers(one), numbers(other));
    loop {
        let order = match (ones.next(), others.next()) {
            (None, None) => return one.cmp(other),
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(one), Some(other)) => one.len().cmp(&other.len()).then_with(|| one.cmp(other)),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl Compiler<'_> {
    /// Writes the code lists.
    pub(super) fn emit_lists(&mut self, lists: &[CodeList]) {
        let mut sorted: Vec<&CodeList> = lists.iter().collect();
        sorted.sort_by(|one, other| {
            one.uri.cmp(&other.uri).then_with(|| by_version(&one.version, &other.version))
        });
        sorted.dedup_by(|one, other| {
            let same = one.uri == other.uri && one.version == other.version;
            // Two copies of a list are one list.
            if same && (one.rows != other.rows || one.columns != other.columns) {
                let text =
                    format!("{} holds the list {} in version {} too", other.file, one.uri, one.version);
                self.errors.push(SchemaError::new(&one.file, Position::default(), "AZK-C002", text));
            }
            same
        });
        for list in sorted {
            let row = self.pack.lists.len() as u32;
            self.list_ranges.entry(list.uri.clone()).or_insert((row, 0)).1 += 1;
            self.emit_list(list);
        }
        self.pack.cells.push((self.pack.cell_text.len() as u32).into());
    }

    fn emit_list(&mut self, list: &CodeList) {
        let fault = |text: &str| SchemaError::new(&list.file, Position::default(), "AZK-C009", text);
        if list.columns.len() > usize::from(NO_COLUMN) || list.key >= list.columns.len() {
            self.errors.push(fault("a list has 1 to 254 columns, one of them the key"));
            return;
        }
        let pack = &mut self.pack;
        let roles = Roles::of(list);
        let columns = pack.columns.len() as u32;
        for id in &list.columns {
            let id = pack.text.add(id);
            pack.columns.push(rows::Column { id });
        }
        let cells = pack.cells.len() as u32;
        for row in &list.rows {
            if row.len() != list.columns.len() {
                self.errors.push(fault("a row has not as many cells as the list has columns"));
                return;
            }
            for cell in row {
                pack.cells.push((pack.cell_text.len() as u32).into());
                pack.cell_text.extend_from_slice(cell.as_bytes());
            }
        }
        let mut order: Vec<u32> = (0..list.rows.len() as u32).collect();
        order.sort_by_key(|row| &list.rows[*row as usize][list.key]);
        let first = pack.list_order.len() as u32;
        pack.list_order.extend(order.into_iter().map(U32::new));
        pack.lists.push(rows::List {
            uri: pack.text.add(&list.uri),
            version: pack.text.add(&list.version),
            title: pack.text.add(&list.title),
            valid_from: pack.text.add(list.valid_from.as_deref().unwrap_or_default()),
            columns: columns.into(),
            cells: cells.into(),
            rows: (list.rows.len() as u32).into(),
            order: first.into(),
            column_count: (list.columns.len() as u16).into(),
            excerpt: u16::from(list.excerpt).into(),
            key: list.key as u8,
            name: roles.name,
            long: roles.long,
            reportable_from: roles.reportable_from,
            reportable_to: roles.reportable_to,
            ends: roles.ends,
            begins: roles.begins,
            reserved: 0,
        });
    }

    /// Writes the code types: the XÖV type Code and all that is derived from it. Their rows by type come back.
    pub(super) fn emit_code_types(&mut self) -> HashMap<u32, u32> {
        let mut found: HashMap<u32, u32> = HashMap::new();
        let mut titles: HashMap<u32, &str> = HashMap::new();
        for row in 0..self.types.len() as u32 {
            let info = &self.types[row as usize];
            let Some((_, ty)) = info.complex() else { continue };
            let is_code = info
                .name
                .is_some_and(|name| self.names.local(name) == "Code" && self.names.uri(name) == XOEV_CODE);
            if !is_code && info.base.is_none_or(|base| !found.contains_key(&base)) {
                continue;
            }
            let title = ty
                .code_title
                .as_deref()
                .or_else(|| info.base.and_then(|base| titles.get(&base).copied()))
                .unwrap_or_default();
            titles.insert(row, title);
            let fixing = |local: &str| {
                let attribute = info
                    .uses
                    .iter()
                    .find(|of| self.names.local(of.name) == local && self.names.uri(of.name).is_empty());
                let required = attribute.is_some_and(|of| of.required == Use::Required);
                match attribute.map(|of| &of.value) {
                    Some(ValueConstraint::Fixed(value)) => (Some(value.clone()), required),
                    _ => (None, required),
                }
            };
            let ((uri, uri_required), (version, version_required)) =
                (fixing("listURI"), fixing("listVersionID"));
            let name_use = info.content.as_ref().map_or(0, |content| self.name_use(content, true));
            let uri_text = uri.clone().unwrap_or_default();
            let pack = &mut self.pack;
            let (mut lists, mut count): (u32, u32) = (0, 0);
            if let Some((first, of)) = self.list_ranges.get(&uri_text).filter(|_| uri.is_some()) {
                (lists, count) = (*first, *of);
            }
            let mut flags = 0;
            for (set, bit) in [
                (uri.is_some(), code_type::URI_FIXED),
                (version.is_some(), code_type::VERSION_FIXED),
                (uri_required, code_type::URI_REQUIRED),
                (version_required, code_type::VERSION_REQUIRED),
            ] {
                flags |= if set { bit } else { 0 };
            }
            found.insert(row, pack.code_types.len() as u32);
            pack.code_types.push(rows::CodeType {
                uri: pack.text.add(&uri_text),
                version: pack.text.add(version.as_deref().unwrap_or_default()),
                title: pack.text.add(title),
                lists: lists.into(),
                list_count: (count as u16).into(),
                name_use,
                flags,
            });
        }
        found
    }

    /// Whether the element `name` may stand (1) or must (2) in the content of a code type.
    fn name_use(&self, node: &Node, must: bool) -> u8 {
        let must = must && node.occurs.min > 0;
        match &*node.part {
            Part::Element(element) => {
                let name = self.elements[*element as usize].name;
                let is_name = self.names.local(name) == "name";
                u8::from(is_name) * if must { 2 } else { 1 }
            }
            Part::Any(_) => 0,
            Part::Seq(nodes) | Part::All(nodes) => {
                nodes.iter().map(|node| self.name_use(node, must)).max().unwrap_or(0)
            }
            Part::Choice(nodes) => nodes.iter().map(|node| self.name_use(node, false)).max().unwrap_or(0),
        }
    }
}

/// A row number for a table, or [`NONE`].
pub(super) fn row_or_none(row: Option<u32>) -> U32 {
    row.unwrap_or(NONE).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let mut versions =
            ["10", "2", "Version3", "2024-08-01", "2023-12-31", "2.1", "1", "Version2", "64.0"];
        versions.sort_by(|one, other| by_version(one, other));
        assert_eq!(
            versions,
            ["1", "2", "Version2", "2.1", "Version3", "10", "64.0", "2023-12-31", "2024-08-01"]
        );
    }

    #[test]
    fn columns_get_their_roles() {
        let roles = |columns: &[&str], name: Option<usize>| {
            let columns = columns.iter().map(|id| (*id).to_owned()).collect();
            let roles = Roles::of(&CodeList { columns, name, ..CodeList::default() });
            [roles.name, roles.long, roles.reportable_from, roles.reportable_to, roles.ends, roles.begins]
        };
        let none = NO_COLUMN;
        assert_eq!(roles(&["Schluessel", "Wert"], None), [1, none, none, none, none, none]);
        assert_eq!(roles(&["Schluessel", "Wert", "Beschreibung"], None)[0], 1);
        assert_eq!(roles(&["code", "beschreibung", "beschreibung_lang"], None)[..2], [1, 2]);
        assert_eq!(
            roles(
                &[
                    "code",
                    "Kurzbeschreibung",
                    "Langbezeichnung",
                    "meldbar-ab",
                    "meldbar-bis",
                    "neu-ab",
                    "entfaellt-ab"
                ],
                None
            ),
            [1, 2, 3, 4, 6, 5]
        );
        assert_eq!(roles(&["Code", "IATA-Code", "Abflugflughafen"], Some(2))[0], 2);
        assert_eq!(roles(&["Code", "Wochentag"], None)[0], 1);
        assert_eq!(roles(&["Code"], None)[0], none);
    }
}
