//! Which column of a table is which field of which kind: a small TOML.
//!
//! ```toml
//! separator = ";"                 # of a CSV; ; where nothing is said
//! encoding = "windows-1252"       # UTF-8 where nothing is said
//! key = "PERS_ID"                 # column of the host's key of the person
//! azrNummer = "AZR_NR"            # column of the AZR-Nummer
//! rows = "several"                # of one person, one behind the other; "one" where nothing is said
//! complete = ["Duldung"]          # kinds of which the table has all entries, or "all"
//! empty = ["", "NULL"]            # what an empty cell is
//!
//! [columns]
//! NAME    = "Grundpersonalien/familienname/name"
//! GEBDAT  = { field = "Grundpersonalien/geburtsangaben/tagDerGeburt", date = "TT.MM.JJJJ" }
//! GESCHL  = { field = "Grundpersonalien/geschlecht/geschlecht", values = "sex" }
//! STAATEN = { field = "Grundpersonalien/staatsangehoerigkeit/staatsangehoerigkeit", split = "," }
//! D_NR    = "Duldung/@key"        # the host's key of the entry
//! D_REF   = "Duldung/@referenzId"
//! D_BIS   = { field = "Duldung/befristungsdatum", date = "JJJJMMTT" }
//! PASS1   = "Ausweispapier#1/ausweispapierNummer"
//! PASS2   = "Ausweispapier#2/ausweispapierNummer"
//!
//! [values.sex]
//! 1 = "m"
//! 2 = "w"
//! "*" = "x"                       # anything else; without it anything else is an error
//! ```
//!
//! A field is named as in the data of the kind, which is looked up in the standard: names that are not there are an error, and what may stand
//! several times need not be marked. `#1` tells several entries of one kind in one row apart. An entry is there if one of its fields
//! or its Referenz-ID is. Its key is that of `@key`; else the first seven characters of its Referenz-ID; else the name of the kind.
//!
//! In a date `T` and `M` stand for digits of day and month (`T` alone for one or two), `JJJJ` for the year (`D`, `M`, `Y` likewise),
//! `*` at the end for anything. Day and month may be `00`: not known; that goes where the standard takes such dates, and is an error elsewhere.

mod path;
mod persons;
mod value;

use std::collections::BTreeMap;
use std::sync::Arc;

use azrkit_standard::pack::Pack;
use serde::Deserialize;

use self::path::Target;
use self::value::Form;
use super::error::{Position, SourceCode, SourceError};
use crate::register::{Kinds, Scope};

pub(super) use persons::Persons;

/// A mapping that was read: see [the module](self).
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(super) separator: u8,
    pub(super) encoding: &'static encoding_rs::Encoding,
    key: String,
    azr_nummer: Option<String>,
    several: bool,
    scope: Option<Scope>,
    empty: Arc<[String]>,
    columns: Vec<Column>,
}

/// A column with what it says.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    kind: String,
    /// Behind `#`.
    tag: String,
    part: Part,
}

#[derive(Debug, Clone)]
enum Part {
    Key,
    ReferenzId,
    Field { target: Target, form: Form, split: Option<String> },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    #[serde(default = "semicolon")]
    separator: char,
    #[serde(default = "utf8")]
    encoding: String,
    key: String,
    azr_nummer: Option<String>,
    #[serde(default)]
    rows: HowMany,
    complete: Option<Scope>,
    #[serde(default = "nothing")]
    empty: Vec<String>,
    #[serde(default)]
    columns: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    values: BTreeMap<String, toml::Table>,
}

#[derive(Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum HowMany {
    #[default]
    One,
    Several,
}

/// A column may say several fields.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Said),
    Many(Vec<Said>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Field(String),
    More(More),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    field: String,
    date: Option<String>,
    values: Option<Values>,
    split: Option<String>,
}

/// A map by its name, or as it is.
#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    Named(String),
    Here(toml::Table),
}

fn semicolon() -> char {
    ';'
}

fn utf8() -> String {
    "UTF-8".to_owned()
}

fn nothing() -> Vec<String> {
    vec![String::new()]
}

impl Mapping {
    /// Reads a mapping; errors call it `file`. `pack` is the standard with the kinds.
    ///
    /// # Errors
    /// [`SourceCode::Mapping`] where it is no TOML of this form, or names a kind, field, date or encoding that is none.
    pub fn read(file: &str, text: &str, pack: &Pack<'_>, kinds: &Kinds) -> Result<Self, SourceError> {
        let position = Position::new(file);
        let wrong = |detail: String| position.error(SourceCode::Mapping, None, None, detail);
        let said: File = toml::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.matches('\n').count() as u64 + 1);
            position.error(SourceCode::Mapping, line, None, error.message())
        })?;
        let separator =
            u8::try_from(said.separator).ok().filter(|byte| byte.is_ascii() && !b"\"\r\n".contains(byte));
        let separator = separator.ok_or_else(|| wrong(format!("separator = \"{}\"", said.separator)))?;
        let encoding = encoding_rs::Encoding::for_label(said.encoding.as_bytes());
        let encoding =
            encoding.filter(|encoding| encoding.is_ascii_compatible() && encoding.is_single_byte());
        let encoding = encoding
            .or_else(|| said.encoding.eq_ignore_ascii_case("utf-8").then_some(encoding_rs::UTF_8))
            .ok_or_else(|| wrong(format!("encoding = \"{}\"", said.encoding)))?;
        let mut columns = Vec::new();
        for (name, fields) in said.columns {
            let fields = match fields {
                OneOrMany::One(one) => vec![one],
                OneOrMany::Many(many) => many,
            };
            for field in fields {
                let more = match field {
                    Said::Field(field) => More { field, date: None, values: None, split: None },
                    Said::More(more) => more,
                };
                let column = column(&name, more, &said.values, pack, kinds);
                columns.push(column.map_err(|detail| wrong(format!("{name}: {detail}")))?);
            }
        }
        if let Some(Scope::Kinds(names)) = &said.complete
            && let Some(name) = names.iter().find(|name| kinds.get(name).is_none())
        {
            return Err(wrong(format!("complete: {name}")));
        }
        Ok(Self {
            separator,
            encoding,
            key: said.key,
            azr_nummer: said.azr_nummer,
            several: said.rows == HowMany::Several,
            scope: said.complete,
            empty: said.empty.into(),
            columns,
        })
    }
}

#[cfg(feature = "parquet")]
impl Mapping {
    /// The columns of the table that it names.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        let keys = [Some(&self.key), self.azr_nummer.as_ref()].into_iter().flatten();
        keys.chain(self.columns.iter().map(|column| &column.name)).map(String::as_str)
    }
}

fn column(
    name: &str,
    said: More,
    values: &BTreeMap<String, toml::Table>,
    pack: &Pack<'_>,
    kinds: &Kinds,
) -> Result<Column, String> {
    let More { field, date, values: map, split } = said;
    let (kind, path) = field.split_once('/').ok_or_else(|| format!("{field} ≠ KIND/FIELD"))?;
    let (kind, tag) = kind.split_once('#').unwrap_or((kind, ""));
    let known = kinds.get(kind).ok_or_else(|| {
        let close = kinds.all().iter().map(|kind| kind.name.as_str());
        let close: Vec<&str> = close.filter(|name| name.eq_ignore_ascii_case(kind)).collect();
        if close.is_empty() { kind.to_owned() } else { format!("{kind} ({}?)", close.join(", ")) }
    })?;
    let part = match path {
        "@key" => Part::Key,
        "@referenzId" => Part::ReferenzId,
        path => {
            let target = Target::find(pack, known, path)?;
            let map = match map {
                Some(Values::Named(name)) => {
                    Some(values.get(&name).ok_or_else(|| format!("values.{name}"))?.clone())
                }
                Some(Values::Here(table)) => Some(table),
                None => None,
            };
            let form = Form::of(date.as_deref(), map.as_ref(), target.date)?;
            let split = split.filter(|split| !split.is_empty());
            if split.is_some() && !target.many() {
                return Err(format!("split: {path}"));
            }
            Part::Field { target, form, split }
        }
    };
    Ok(Column { name: name.to_owned(), kind: kind.to_owned(), tag: tag.to_owned(), part })
}
