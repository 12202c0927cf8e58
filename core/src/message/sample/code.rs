//! Codes: which list, in which version, which of its rows.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{CodeType, List, code_type};

use super::date::Day;
use super::rng::Rng;

/// A code that was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) code: String,
    pub(super) name: String,
    /// Empty where no list is named.
    pub(super) uri: String,
    pub(super) version: String,
}

/// What the choice is made from.
pub(super) struct Demand<'d> {
    pub(super) code: &'d CodeType,
    /// The enumerated values of the type's element `code`; empty for none.
    pub(super) enumerated: &'d [&'d str],
    /// Codes that the tables ask for, the dearest first.
    pub(super) wanted: &'d [String],
    /// List and version that the tables ask for where the type leaves them open.
    pub(super) list: Option<(&'d str, &'d str)>,
    /// The day on which the code is reported.
    pub(super) today: Day,
}

/// A code for a code type. None where neither list nor enumeration nor table has one.
pub(super) fn choose(pack: &Pack<'_>, demand: &Demand<'_>, rng: &mut Rng) -> Option<Choice> {
    let uri_fixed = demand.code.flags & code_type::URI_FIXED != 0;
    let (uri, lists) = if uri_fixed {
        (pack.str(demand.code.uri), pack.lists_of(demand.code))
    } else {
        let uri = demand.list.map_or("", |(uri, _)| uri);
        let range = pack.lists_by_uri(uri.as_bytes());
        (uri, pack.lists.get(range.start as usize..range.end as usize).unwrap_or(&[]))
    };
    let fixed = pack.str(demand.code.version);
    let version_fixed = demand.code.flags & code_type::VERSION_FIXED != 0;
    let list =
        if version_fixed { lists.iter().find(|list| pack.str(list.version) == fixed) } else { lists.last() };
    let version = match list {
        _ if version_fixed => fixed,
        Some(list) => pack.str(list.version),
        None => demand.list.map_or("1", |(_, version)| version),
    };
    let choice = |code: &str, name: &str| Choice {
        code: code.to_owned(),
        name: name.to_owned(),
        uri: uri.to_owned(),
        version: if uri.is_empty() { String::new() } else { version.to_owned() },
    };
    let Some(list) = list else {
        let wanted = demand.wanted.iter().find(|code| allowed(demand.enumerated, code));
        let code = wanted.map(String::as_str).or_else(|| rng.pick(demand.enumerated).copied())?;
        return Some(choice(code, ""));
    };
    for code in demand.wanted {
        // Where a code is not known to the tables, its name may be.
        let by_name = || (0..list.rows.get()).find(|row| pack.cell_str(list, *row, list.name) == code);
        if let Some(row) = pack.find_code(list, code.as_bytes()).or_else(by_name)
            && let code = pack.cell_str(list, row, list.key)
            && allowed(demand.enumerated, code)
            && holds(pack, list, row, demand.today)
        {
            return Some(choice(code, pack.cell_str(list, row, list.name)));
        }
    }
    let rows: Vec<u32> = (0..list.rows.get())
        .filter(|row| allowed(demand.enumerated, pack.cell_str(list, *row, list.key)))
        .filter(|row| holds(pack, list, *row, demand.today))
        .collect();
    // What only mends old records nobody reports now.
    let current: Vec<u32> = rows
        .iter()
        .copied()
        .filter(|row| !pack.cell_str(list, *row, list.name).starts_with("Altfall"))
        .collect();
    let row = *rng.pick(if current.is_empty() { &rows } else { &current })?;
    Some(choice(pack.cell_str(list, row, list.key), pack.cell_str(list, row, list.name)))
}

fn allowed(enumerated: &[&str], code: &str) -> bool {
    enumerated.is_empty() || enumerated.contains(&code)
}

/// Whether a row may be reported on a day.
fn holds(pack: &Pack<'_>, list: &List, row: u32, today: Day) -> bool {
    let day = |column: u8| Day::parse(pack.cell_str(list, row, column));
    let named =
        |id: &str| pack.column(list, id).or_else(|| pack.column(list, &capitalised(id))).and_then(day);
    day(list.reportable_from).is_none_or(|from| from <= today)
        && day(list.reportable_to).is_none_or(|to| today <= to)
        && day(list.begins).is_none_or(|from| from <= today)
        && day(list.ends).is_none_or(|end| today < end)
        && named("existenz-bis").is_none_or(|to| today <= to)
}

fn capitalised(id: &str) -> String {
    let mut chars = id.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
