//! Persons from a plain table: CSV with a row a person, whose columns are known by their names.

use std::borrow::Cow;
use std::io::BufRead;
use std::sync::Arc;

use super::person::Person;
use crate::reconcile::source::{Cut, SourceCode, SourceError, cut};

/// Longest row, in bytes.
const LONGEST: usize = 1 << 20;

/// A field of a person that a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Key,
    Family,
    Given,
    BirthName,
    Sex,
    Birth,
    BirthPlace,
    State,
    Street,
    House,
    Postcode,
    Town,
    Document,
}

/// By which names columns are known. The first is the field's own.
const NAMES: [(Slot, &[&str]); 13] = [
    (Slot::Key, &["key", "schluessel", "id", "rec_id", "unique_id"]),
    (Slot::Family, &["familienname", "nachname", "name", "family_name", "surname", "last_name", "lastname"]),
    (
        Slot::Given,
        &["vorname", "vornamen", "given_name", "given_names", "first_name", "firstname", "forename"],
    ),
    (Slot::BirthName, &["geburtsname", "birth_name", "maiden_name", "frueherer_name"]),
    (Slot::Sex, &["geschlecht", "sex", "gender"]),
    (Slot::Birth, &["geburtsdatum", "geburtstag", "date_of_birth", "birth_date", "dob"]),
    (Slot::BirthPlace, &["geburtsort", "birth_place", "place_of_birth"]),
    (Slot::State, &["staatsangehoerigkeit", "staatsangehoerigkeit2", "citizenship", "nationality"]),
    (Slot::Street, &["strasse", "street", "address_1"]),
    (Slot::House, &["hausnummer", "house_number", "street_number"]),
    (Slot::Postcode, &["plz", "postleitzahl", "postcode", "zip"]),
    (Slot::Town, &["ort", "wohnort", "town", "city", "suburb"]),
    (
        Slot::Document,
        &["dokument", "passnummer", "ausweisnummer", "document", "document_number", "soc_sec_id"],
    ),
];

/// Reads a table, which errors call `file`, and hands out each person or what is wrong with its row. `columns` says for a field, by any of its names, which column
/// it is, where the column is not called so. Separators are commas, semicolons or tabs, as the header has them; cells may be quoted (RFC 4180).
///
/// # Errors
/// The input cannot be read further, or there is no column for the key or for any name.
pub fn read_table(
    file: &str,
    mut input: impl BufRead,
    columns: &[(String, String)],
    take: &mut dyn FnMut(Result<Person<'_>, SourceError>),
) -> Result<(), SourceError> {
    let file: Arc<str> = file.into();
    let error =
        |code, line, detail: String| SourceError { code, file: file.clone(), line, column: None, detail };
    let (mut row, mut line) = (String::new(), 0);
    let mut head: Option<(u8, Vec<Option<Slot>>)> = None;
    loop {
        let begins = line + 1;
        row.clear();
        match next(&mut input, &mut row, &mut line) {
            Ok(Row::End) => break,
            Ok(Row::Text) if row.trim().is_empty() => continue,
            Ok(Row::Text) => {}
            Ok(Row::Wrong(code)) => {
                let detail = if code == SourceCode::Long { LONGEST.to_string() } else { "UTF-8".into() };
                take(Err(error(code, Some(begins), detail)));
                continue;
            }
            Err(failed) => return Err(error(SourceCode::Read, Some(begins), failed.to_string())),
        }
        let text = row.trim_start_matches('\u{FEFF}');
        let mut cells = Vec::with_capacity(head.as_ref().map_or(0, |(_, slots)| slots.len()));
        let Some((separator, slots)) = &head else {
            let separator = [b',', b';', b'\t']
                .into_iter()
                .max_by_key(|mark| text.bytes().filter(|byte| byte == mark).count());
            let separator = separator.unwrap_or(b',');
            cut(text, separator, &mut cells);
            let slots =
                slots(&cells, columns).map_err(|name| error(SourceCode::Column, Some(begins), name))?;
            head = Some((separator, slots));
            continue;
        };
        if cut(text, *separator, &mut cells) != Cut::Right {
            take(Err(error(SourceCode::Quote, Some(begins), String::new())));
        } else if cells.len() != slots.len() {
            take(Err(error(SourceCode::Cells, Some(begins), cells.len().to_string())));
        } else {
            let person = person(&mut cells, slots);
            if person.key.is_empty() {
                take(Err(error(SourceCode::Key, Some(begins), "key".into())));
            } else {
                take(Ok(person));
            }
        }
    }
    Ok(())
}

/// The slot of each column; the name of what is missing where the table has no key or no name.
fn slots(head: &[(Cow<'_, str>, usize)], columns: &[(String, String)]) -> Result<Vec<Option<Slot>>, String> {
    let plain = |name: &str| name.trim().to_lowercase();
    let named = |name: &str| {
        NAMES.iter().find(|(_, names)| names.contains(&plain(name).as_str())).map(|(slot, _)| *slot)
    };
    let mut slots: Vec<Option<Slot>> = Vec::new();
    let mut said = Vec::new();
    for (field, column) in columns {
        let slot = named(field).ok_or_else(|| field.clone())?;
        let at =
            head.iter().position(|(cell, _)| plain(cell) == plain(column)).ok_or_else(|| column.clone())?;
        said.push((at, slot));
    }
    for (at, (cell, _)) in head.iter().enumerate() {
        let own = said.iter().find(|(place, _)| *place == at).map(|(_, slot)| *slot);
        // A field for which a column was said is in no other one.
        let slot = own.or_else(|| named(cell).filter(|slot| !said.iter().any(|(_, other)| other == slot)));
        slots.push(slot);
    }
    let has = |slot| slots.contains(&Some(slot));
    match (has(Slot::Key), has(Slot::Family) || has(Slot::Given)) {
        (false, _) => Err("key".into()),
        (_, false) => Err("familienname".into()),
        _ => Ok(slots),
    }
}

fn person<'a>(cells: &mut Vec<(Cow<'a, str>, usize)>, slots: &[Option<Slot>]) -> Person<'a> {
    let mut person = Person::default();
    let (mut states, mut documents) = (0, 0);
    for ((cell, _), slot) in cells.drain(..).zip(slots) {
        let Some(slot) = slot else { continue };
        let place = match slot {
            Slot::Key => &mut person.key,
            Slot::Family => &mut person.family,
            Slot::Given => &mut person.given,
            Slot::BirthName => &mut person.birth_name,
            Slot::Sex => &mut person.sex,
            Slot::Birth => &mut person.birth,
            Slot::BirthPlace => &mut person.birth_place,
            Slot::Street => &mut person.street,
            Slot::House => &mut person.house,
            Slot::Postcode => &mut person.postcode,
            Slot::Town => &mut person.town,
            Slot::State | Slot::Document => {
                let (list, count) = if *slot == Slot::State {
                    (&mut person.states, &mut states)
                } else {
                    (&mut person.documents, &mut documents)
                };
                let Some(place) = list.get_mut(*count).filter(|_| !cell.trim().is_empty()) else { continue };
                *count += 1;
                place
            }
        };
        *place = cell;
    }
    person
}

enum Row {
    Text,
    Wrong(SourceCode),
    End,
}

/// The next row, of several lines where a quote is open.
fn next(input: &mut impl BufRead, row: &mut String, line: &mut u64) -> std::io::Result<Row> {
    let mut bytes = std::mem::take(row).into_bytes();
    let mut quotes = 0;
    loop {
        let from = bytes.len();
        // One byte more than the limit tells that there is more.
        let read =
            std::io::Read::take(&mut *input, (LONGEST + 1 - from) as u64).read_until(b'\n', &mut bytes)?;
        if read == 0 && from == 0 {
            return Ok(Row::End);
        }
        *line += 1;
        if bytes.len() > LONGEST {
            pass_over(input)?;
            return Ok(Row::Wrong(SourceCode::Long));
        }
        quotes += bytes.get(from..).unwrap_or_default().iter().filter(|byte| **byte == b'"').count();
        if quotes % 2 == 0 || read == 0 {
            break;
        }
    }
    while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => {
            *row = text;
            Row::Text
        }
        Err(_) => Row::Wrong(SourceCode::Encoding),
    })
}

fn pass_over(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = memchr::memchr(b'\n', buffer);
        let used = end.map_or(buffer.len(), |end| end + 1);
        let done = end.is_some() || buffer.is_empty();
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, columns: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let columns: Vec<_> =
            columns.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned())).collect();
        let (mut people, mut errors) = (Vec::new(), Vec::new());
        let ended = read_table("t.csv", text.as_bytes(), &columns, &mut |row| match row {
            Ok(person) => people.push(format!(
                "{}|{}|{}|{}",
                person.key,
                person.family,
                person.given,
                person.documents.join("+")
            )),
            Err(error) => errors.push(format!("{} {}", error.code.code(), error.line.unwrap_or(0))),
        });
        errors.extend(ended.err().map(|error| format!("{} {}", error.code.code(), error.detail)));
        (people, errors)
    }

    #[test]
    fn columns_are_known_by_their_names() {
        let (people, errors) = read(
            "rec_id,given_name,surname,soc_sec_id,dokument\r\nr1,Zoë,\"Öz\"\"t,ürk\",,X1\r\n\r\nr2,a,\"b\nc\",1,2\r\n",
            &[],
        );
        assert_eq!((people, errors), (vec!["r1|Öz\"t,ürk|Zoë|X1+".into(), "r2|b\nc|a|1+2".into()], vec![]));
        let (people, _) =
            read("nr;Rufname;Familienname;vorname\n7;Zo;Ö;x\n", &[("key", "NR"), ("given_name", "rufname")]);
        assert_eq!(people, ["7|Ö|Zo|+"]);
        assert_eq!(read("a,b\n1,2\n", &[]).1, ["AZK-A109 key"]);
        assert_eq!(read("key,b\n1,2\n", &[]).1, ["AZK-A109 familienname"]);
        assert_eq!(read("key,name\n1,2\n", &[("vorname", "x")]).1, ["AZK-A109 x"]);
    }

    #[test]
    fn broken_rows_are_told_and_passed_over() {
        let long = "x".repeat(LONGEST + 9);
        let text = format!("key,name\n1\n2,\"a\"b\n3,c\n,d\n{long}\n4,d\n5,\"e\n");
        let (people, errors) = read(&text, &[]);
        assert_eq!(people, ["3|c||+", "4|d||+"]);
        assert_eq!(errors, ["AZK-A110 2", "AZK-A114 3", "AZK-A118 5", "AZK-A103 6", "AZK-A114 8"]);
        let mut wrong = Vec::new();
        let bytes: &[u8] = b"key,name\n1,\xFF\n2,b\n";
        read_table("t", bytes, &[], &mut |row| wrong.push(row.is_ok())).expect("it is read to its end");
        assert_eq!(wrong, [false, true]);
    }
}
