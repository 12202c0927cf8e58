//! Code lists in OASIS genericode 1.0, as the XÖV standards publish them.
//!
//! A list is one table: columns, a key, rows. What lies in other files (`ColumnSetRef`, external columns and keys)
//! and complex values are unsupported and named. From annotations only the date is taken from which a list holds,
//! and which key the publisher recommends.
//!
//! Error codes: those of the XML reader (`AZK-X001` to `AZK-X005`), `AZK-G001` not a genericode list, `AZK-G002` an
//! element that may not stand here, `AZK-G003` unsupported, `AZK-G004` something required is missing, `AZK-G005` a
//! wrong column, `AZK-G006` a wrong key or code, `AZK-G007` too many columns or cells.

mod columns;
mod rows;
mod source;

#[cfg(test)]
mod tests;

use crate::error::SchemaError;
use crate::model::CodeList;
use crate::xml::{Event, Limits, Tag, decode};
use source::{ELEMENT, MISSING, NOT_A_LIST, Source, UNSUPPORTED};

/// The namespace of the root element; the other elements have none.
const GENERICODE: &str = "http://docs.oasis-open.org/codelist/ns/genericode/1.0/";

/// What a list may be at most. The register of municipalities has 3 MB.
const LIMITS: Limits = Limits { bytes: 128 << 20, depth: 50, elements: 20_000_000, doctype: false };

/// Reads a code list. `file` is its name; the model keeps it without folders, errors name it as given. Cells have
/// their white space collapsed; an undefined value is an empty cell.
///
/// # Errors
/// Everything that is wrong or unsupported, at most 100, in the order of the file; a file that is not well-formed
/// XML gives one error.
pub fn parse(bytes: &[u8], file: &str) -> Result<CodeList, Vec<SchemaError>> {
    let text = decode(bytes, file, LIMITS).map_err(|error| vec![error])?;
    let mut source = Source::new(&text, file, LIMITS);
    match code_list(&mut source, file) {
        Ok(list) if source.errors.is_empty() => Ok(list),
        Ok(_) => Err(source.errors),
        Err(fatal) => {
            source.errors.push(fatal);
            Err(source.errors)
        }
    }
}

/// Whether a file looks like a genericode list: its beginning names the namespace.
pub(crate) fn looks_like(bytes: &[u8]) -> bool {
    let head: Vec<u8> = bytes.iter().take(4096).copied().filter(|byte| *byte != 0).collect();
    memchr::memmem::find(&head, GENERICODE.as_bytes()).is_some()
}

fn code_list(source: &mut Source<'_>, file: &str) -> Result<CodeList, SchemaError> {
    let mut list = CodeList { file: crate::xsd::file_name(file).to_owned(), ..CodeList::default() };
    let mut at = Default::default();
    let mut seen_rows = false;
    while let Some(event) = source.next()? {
        let Event::Start(tag) = event else { continue };
        if &*tag.ns != GENERICODE || tag.local != "CodeList" {
            let message = format!("the root is `{}`, not a `CodeList` of genericode 1.0", tag.local);
            source.error(tag.position, NOT_A_LIST, message);
            return Ok(list);
        }
        at = tag.position;
        source.children(|source, tag| {
            match tag.local.as_str() {
                "Annotation" => annotation(source, &mut list)?,
                "Identification" => identification(source, &mut list)?,
                "ColumnSet" if list.columns.is_empty() => columns::read(source, &tag, &mut list)?,
                "SimpleCodeList" if !seen_rows => {
                    seen_rows = true;
                    rows::read(source, &tag, &mut list)?;
                }
                "ColumnSetRef" | "CodeListRef" => unsupported(source, &tag)?,
                _ => unexpected(source, &tag)?,
            }
            Ok(())
        })?;
    }
    for (what, value) in [("CanonicalUri", &list.uri), ("Version", &list.version)] {
        if value.is_empty() {
            source.error(at, MISSING, format!("the list has no `{what}`"));
        }
    }
    if !seen_rows {
        source.error(at, MISSING, "the list has no `SimpleCodeList`");
    }
    Ok(list)
}

/// The date from which the list holds, by the names of the XÖV code list handbook's versions.
fn annotation(source: &mut Source<'_>, list: &mut CodeList) -> Result<(), SchemaError> {
    source.descendants(|tag, text| {
        if matches!(tag.local.as_str(), "validFrom" | "datumGueltigkeitAb") && !text.is_empty() {
            list.valid_from = Some(text);
        }
    })
}

fn identification(source: &mut Source<'_>, list: &mut CodeList) -> Result<(), SchemaError> {
    let (mut short, mut long, mut german) = (None, None, None);
    source.children(|source, tag| {
        let text = match tag.local.as_str() {
            "ShortName" | "LongName" | "Version" | "CanonicalUri" => source.text()?,
            "CanonicalVersionUri"
            | "LocationUri"
            | "AlternateFormatLocationUri"
            | "Agency"
            | "Annotation" => {
                return source.skip();
            }
            _ => return unexpected(source, &tag),
        };
        match tag.local.as_str() {
            "ShortName" => short = Some(text),
            "LongName" => {
                let lang = tag.attributes.iter().find(|a| a.local == "lang");
                if german.is_none()
                    && lang.is_none_or(|lang| lang.value.starts_with("de"))
                    && !text.is_empty()
                {
                    german = Some(text);
                } else if !text.is_empty() {
                    long.get_or_insert(text);
                }
            }
            "Version" => list.version = text,
            _ => list.uri = text,
        }
        Ok(())
    })?;
    list.title = german.or(long).or(short).unwrap_or_default();
    Ok(())
}

/// Names an element that may not stand where it does and passes over it.
fn unexpected(source: &mut Source<'_>, tag: &Tag) -> Result<(), SchemaError> {
    source.error(tag.position, ELEMENT, format!("`{}` may not stand here", tag.local));
    source.skip()
}

/// Names what is right but not supported and passes over it.
fn unsupported(source: &mut Source<'_>, tag: &Tag) -> Result<(), SchemaError> {
    source.error(tag.position, UNSUPPORTED, format!("`{}` is not supported", tag.local));
    source.skip()
}
