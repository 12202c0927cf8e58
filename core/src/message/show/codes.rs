//! Codes as people read them: by the code list in the version named, by the schema's own labels, by the message.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{CodeType, List, NONE, code_type};

use super::value::printable;
use crate::message::document::NodeRef;
use crate::message::report::Lang;

/// A code with what is known of it.
pub(super) struct ShownCode<'a> {
    /// The code itself, trimmed.
    pub(super) code: &'a str,
    /// Its name.
    pub(super) name: Option<String>,
    /// The list's long text, where the list has such a column and the row fills it.
    pub(super) long: Option<&'a str>,
    /// The list that has it, with its pack.
    pub(super) list: Option<(&'a Pack<'a>, &'a List)>,
    /// A list is at hand, but not in the version named; the version.
    pub(super) other_version: Option<&'a str>,
    /// The list is at hand in the version named and has no such code.
    pub(super) unknown: bool,
}

/// The code type of a node; none where it holds no code.
pub(super) fn code_type_of<'a>(node: NodeRef<'a>) -> Option<&'a CodeType> {
    let ty = node.ty()?;
    if ty.code.get() == NONE { None } else { node.pack().code_types.get(ty.code.get() as usize) }
}

/// Looks a code up.
pub(super) fn look_up<'a>(node: NodeRef<'a>, code_type: &'a CodeType) -> ShownCode<'a> {
    let code = node.child("code").map_or("", |child| child.text().trim());
    let pack = node.pack();
    let flags = code_type.flags;
    let fixed = |bit: u8, text| if flags & bit != 0 { Some(pack.str(text)) } else { None };
    let sent = |name| node.attribute(name).map(str::trim);
    let uri = fixed(code_type::URI_FIXED, code_type.uri).or_else(|| sent("listURI")).unwrap_or("");
    let version = fixed(code_type::VERSION_FIXED, code_type.version).or_else(|| sent("listVersionID"));

    let mut shown =
        ShownCode { code, name: None, long: None, list: None, other_version: None, unknown: false };
    let packs = std::iter::once(pack).chain(node.document.packs);
    let found = packs.into_iter().find_map(|pack| {
        let range = pack.lists_by_uri(uri.as_bytes());
        let lists = pack.lists.get(range.start as usize..range.end as usize)?;
        let newest = lists.last()?;
        let list = match version {
            Some(version) => lists.iter().find(|list| pack.str(list.version) == version),
            None => Some(newest),
        };
        Some((pack, list))
    });
    match found {
        Some((pack, Some(list))) => match pack.find_code(list, code.as_bytes()) {
            Some(row) => {
                shown.name = filled(pack.cell_str(list, row, list.name));
                shown.list = Some((pack, list));
                shown.long = Some(pack.cell_str(list, row, list.long)).filter(|text| !text.trim().is_empty());
            }
            None => shown.unknown = list.excerpt.get() == 0,
        },
        Some((_, None)) => shown.other_version = version,
        None => {}
    }
    if shown.name.is_none() {
        shown.name = label_of(node).or_else(|| node.child("name").and_then(|child| filled(child.text())));
    }
    shown
}

impl ShownCode<'_> {
    /// The code on one line: its name and the code itself.
    pub(super) fn line(&self, lang: Lang) -> String {
        let code = printable(self.code);
        let mut line = match &self.name {
            Some(name) => format!("{name} ({code})"),
            None => code,
        };
        match (lang, self.other_version.map(str::trim)) {
            (Lang::De, Some("")) => line += " [Version der Codeliste fehlt]",
            (Lang::En, Some("")) => line += " [version of the code list is missing]",
            (Lang::De, Some(version)) => {
                line += &format!(" [Codeliste in Version {} liegt nicht vor]", printable(version))
            }
            (Lang::En, Some(version)) => {
                line += &format!(" [code list not at hand in version {}]", printable(version))
            }
            (Lang::De, None) if self.unknown => line += " [nicht in der Codeliste]",
            (Lang::En, None) if self.unknown => line += " [not in the code list]",
            _ => {}
        }
        line
    }

    /// The long text, where the long texts of the list speak of the whole entry (`<ereignisdatum>`).
    pub(super) fn entry_text(&self) -> Option<&str> {
        let (pack, list) = self.list?;
        let speaks = (0..list.rows.get()).any(|row| pack.cell(list, row, list.long).contains(&b'<'));
        self.long.filter(|_| speaks)
    }

    /// The code in running text: its name alone.
    pub(super) fn inline(&self) -> String {
        self.name.clone().unwrap_or_else(|| printable(self.code))
    }
}

/// The label of an enumerated code.
fn label_of(node: NodeRef<'_>) -> Option<String> {
    let code = node.child("code")?;
    let pack = code.pack();
    let simple = pack.simples.get(code.ty()?.simple.get() as usize)?;
    let value = code.text().trim();
    let found = pack.enums_of(simple).iter().find(|row| pack.str(row.value) == value)?;
    filled(pack.str(found.label))
}

fn filled(text: &str) -> Option<String> {
    let text = printable(text.trim());
    if text.is_empty() { None } else { Some(text) }
}
