//! A field of the DSAusländer, the data set of the foreigners' authorities, and where it stands in the AZR's types.

use azrkit_standard::pack::Pack;

use super::Options;
use super::page::{Page, word};
use crate::message::show::layout::Item;

/// The data set's fields: number, name and what the data set says of it.
const FIELDS: &str = "dsauslaender-7.tsv";
/// Where each field stands: number, kind of entry, path in it.
const PLACES: &str = "dsauslaender-azr.tsv";

pub(super) fn page(pack: &Pack<'_>, topic: &str, options: &Options) -> Option<Page> {
    let lang = options.lang;
    if !topic.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let table = pack.extra(FIELDS)?;
    let columns: Vec<&str> =
        table.lines().find_map(|line| line.strip_prefix("#columns "))?.split('\t').collect();
    let row = rows(table).find(|row| row.first() == Some(&topic))?;
    let mut page = Page::new(format!("DSAusländer {topic} {}", row.get(1).unwrap_or(&"")));
    for (column, cell) in columns.iter().zip(&row).skip(2) {
        page.fact(label(column, options), *cell);
    }
    let places: Vec<Item> = pack
        .extra(PLACES)
        .into_iter()
        .flat_map(rows)
        .filter(|row| row.first() == Some(&topic) && row.len() >= 3)
        .map(|row| Item::Sentence(format!("AZR.{}.Auskunft/{}", row[1], row[2])))
        .collect();
    page.section(word(lang, "Im AZR", "In the AZR"), places);
    let parts: Vec<Item> = rows(table)
        .filter(|row| {
            row.first()
                .is_some_and(|number| number.strip_prefix(topic).is_some_and(|rest| rest.starts_with('.')))
        })
        .map(|row| Item::Field(row[0].to_owned(), row.get(1).unwrap_or(&"").to_string()))
        .collect();
    page.section(word(lang, "Felder", "Fields"), parts);
    Some(page)
}

/// The numbers and names of the fields that stand at a path of a type `AZR.KIND.Meldung` or `AZR.KIND.Auskunft`.
pub(super) fn numbers(pack: &Pack<'_>, ty: &str, path: &str) -> Vec<String> {
    let Some(kind) = ty
        .strip_prefix("AZR.")
        .and_then(|rest| rest.strip_suffix(".Meldung").or_else(|| rest.strip_suffix(".Auskunft")))
    else {
        return Vec::new();
    };
    // In a Meldung the fields stand below `….fachdaten.neu`.
    let path = match path.split_once('/') {
        Some((first, rest)) if first.ends_with(".fachdaten.neu") => rest,
        _ => path,
    };
    let Some(places) = pack.extra(PLACES) else { return Vec::new() };
    let found = rows(places).filter(|row| row.len() >= 3 && row[1] == kind && row[2] == path);
    found
        .map(|row| {
            let fields = pack.extra(FIELDS).into_iter().flat_map(rows);
            let name =
                fields.filter(|field| field.first() == row.first()).find_map(|field| field.get(1).copied());
            format!("{} {}", row[0], name.unwrap_or("")).trim().to_owned()
        })
        .collect()
}

/// As [`numbers`], for a kind of entry; of the first pack that knows the field.
pub(crate) fn sheet_numbers(packs: &[Pack<'_>], kind: &str, path: &str) -> Vec<String> {
    let ty = format!("AZR.{kind}.Meldung");
    packs.iter().map(|pack| numbers(pack, &ty, path)).find(|found| !found.is_empty()).unwrap_or_default()
}

fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split('\t').collect())
}

fn label<'a>(column: &'a str, options: &Options) -> &'a str {
    match column {
        "laenge" => word(options.lang, "Länge", "Length"),
        "haeufigkeit" => word(options.lang, "Häufigkeit", "Occurrence"),
        "vorgaben" => word(options.lang, "Vorgaben", "Form"),
        "codeliste" => word(options.lang, "Codeliste", "Code list"),
        "gruppe" => word(options.lang, "Gruppe", "Group"),
        "rechtsgrundlage" => word(options.lang, "Rechtsgrundlage", "Legal basis"),
        "regel" => word(options.lang, "Regel", "Rule"),
        other => other,
    }
}
