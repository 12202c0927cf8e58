//! The values of elements and attributes: simple types, then the characters beyond the schema.

use std::borrow::Cow;

use azrkit_standard::datatype::{self, Builtin, WhiteSpace};
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{Attribute, NONE, Simple, element, facet, variety};
use azrkit_standard::pattern::DfaView;

use super::engine::Engine;
use super::findings::{Args, Place, label};
use super::frame::{Frame, text_kind};
use super::words;
use crate::message::report::{Code, Lang};

/// Why a text is no value of a type. One reason, the first found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// Not of the lexical form of the built-in type, or not of a pattern.
    Form,
    /// A character that no value can have at this place: byte offset.
    Character(usize),
    /// Wrong length; the length it has.
    Length(usize),
    /// Not enumerated.
    Enumeration,
    /// Out of range, or too many digits.
    Range,
}

/// What a value belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'r> {
    /// A row of `elements`.
    Element(u32),
    /// An attribute's declaration, and place and length of its name in the input.
    Attribute(&'r Attribute, u32, u32),
}

impl<'r> Engine<'r> {
    /// Checks the value of an element with simple content whose end tag came.
    pub(super) fn check_element_value(&mut self, frame: &Frame) {
        let pack = self.current();
        let Some(ty) = pack.types.get(frame.ty as usize) else { return };
        let row = pack.elements.get(frame.element as usize);
        let flags = row.map_or(0, |row| row.flags.get());
        let constraint = flags & (element::FIXED | element::DEFAULT) != 0;
        if frame.text_len == 0 && constraint {
            return;
        }
        let simple = ty.simple.get();
        let side;
        let value = match frame.text_kind {
            text_kind::SIDE => {
                side = self.placed(frame.text, frame.text_len, true).to_owned();
                side.as_str()
            }
            _ => self.str(frame.text, frame.text_len),
        };
        let place = Place::element(frame.start, frame.node);
        let subject = Subject::Element(frame.element);
        if !self.check_text(simple, value, place, subject) {
            return;
        }
        if flags & element::PERSON_NAME != 0 {
            self.check_person_name(&normalize(&pack.simples[simple as usize], value), place, subject);
        }
        if flags & element::FIXED != 0
            && let Some(row) = row
            && !equal(pack, simple, value, pack.str(row.value))
        {
            let args =
                Args { expected: Some(pack.str(row.value).to_owned()), ..self.args_of(subject, value) };
            self.fault(Code::NotFixed, place, args);
        }
    }

    /// Checks a text against a simple type and beyond it; false if the schema does not admit it.
    pub(super) fn check_text(
        &mut self,
        simple: u32,
        value: &str,
        place: Place,
        subject: Subject<'r>,
    ) -> bool {
        let pack = self.current();
        let Some(row) = pack.simples.get(simple as usize) else { return true };
        let normal = normalize(row, value);
        if let Err(bad) = check(pack, &self.known_now.automata, row, &normal) {
            self.report_bad(row, &normal, bad, place, subject);
            return false;
        }
        if row.facets & facet::CONTEXT != 0 && !self.check_in_context(row, &normal, place, subject) {
            return false;
        }
        // Below U+0300 every character is in NFC by itself and combines with nothing before it.
        if words::beyond_ascii(normal.as_bytes()) && normal.bytes().any(|byte| byte >= 0xCC) {
            self.check_nfc(&normal, place, subject);
        }
        true
    }

    /// What depends on the rest of the message: identifiers, references to them, prefixes of names.
    fn check_in_context(&mut self, row: &Simple, value: &str, place: Place, subject: Subject<'r>) -> bool {
        let pack = self.current();
        if row.variety == variety::LIST {
            let item = pack.members_of(row).first().and_then(|item| pack.simples.get(item.get() as usize));
            let mut parts = value.split(' ').filter(|part| !part.is_empty());
            return item
                .is_none_or(|item| parts.all(|part| self.check_in_context(item, part, place, subject)));
        }
        let (code, expected) = match Builtin::from_u8(row.builtin) {
            Some(Builtin::Id) if !self.scratch.ids.insert(value.to_owned()) => (Code::DuplicateId, None),
            Some(Builtin::Idref) => {
                self.scratch.idrefs.push((value.to_owned(), place));
                return true;
            }
            Some(Builtin::QName) => match value.split_once(':') {
                Some((prefix, _)) if self.binding(prefix.as_bytes()).is_none() => {
                    let expected = self
                        .options
                        .lang
                        .choose("ein Name, dessen Präfix zugeordnet ist", "a name whose prefix is bound");
                    (Code::BadValue, Some(expected.to_owned()))
                }
                _ => return true,
            },
            _ => return true,
        };
        self.fault(code, place, Args { expected, ..self.args_of(subject, value) });
        false
    }

    /// At the end: references to identifiers that do not occur (XML Schema Part 1, 3.3.4 cvc-id 1).
    pub(super) fn check_references(&mut self) {
        for (value, place) in std::mem::take(&mut self.scratch.idrefs) {
            if !self.scratch.ids.contains(&value) {
                self.findings.add(
                    Code::DanglingReference,
                    place,
                    Args { value: Some(value), ..Args::default() },
                );
            }
        }
    }

    fn check_nfc(&mut self, value: &str, place: Place, subject: Subject<'r>) {
        use unicode_normalization::UnicodeNormalization;
        if unicode_normalization::is_nfc(value) {
            return;
        }
        let at = value.chars().zip(value.nfc()).take_while(|(is, should)| is == should).count();
        let is: String = value.chars().skip(at).take(2).map(show).collect::<Vec<_>>().join(" ");
        let args = Args { expected: Some(value.nfc().collect()), detail: is, ..self.args_of(subject, value) };
        self.fault(Code::NotNfc, place, args);
    }

    fn check_person_name(&mut self, value: &str, place: Place, subject: Subject<'r>) {
        let pack = self.current();
        let Some(row) = pack.simples.get(self.known_now.names_of_persons as usize) else { return };
        let Some(Some(view)) = self.known_now.automata.get(row.automata.get() as usize) else { return };
        if view.is_match(value.as_bytes()) {
            return;
        }
        let at = view.first_bad(value.as_bytes()).unwrap_or(value.len());
        let args = Args {
            detail: value.get(at..).and_then(|rest| rest.chars().next()).map_or_else(String::new, show),
            ..self.args_of(subject, value)
        };
        self.fault(Code::NotAName, place, args);
    }

    /// Label, name and value for a sentence.
    pub(super) fn args_of(&self, subject: Subject<'r>, value: &str) -> Args {
        let pack = self.current();
        let (field, name) = match subject {
            Subject::Element(element) => {
                let name = pack.elements.get(element as usize).map_or("", |row| pack.local(row.name.get()));
                (label(pack, element, self.options.lang), name)
            }
            Subject::Attribute(row, name, name_len) => (
                self.options.lang.choose(pack.str(row.label), pack.str(row.label_en)),
                self.str(name, name_len),
            ),
        };
        Args {
            field: field.to_owned(),
            name: name.to_owned(),
            value: Some(value.to_owned()),
            ..Args::default()
        }
    }

    fn report_bad(&mut self, row: &Simple, value: &str, bad: Bad, place: Place, subject: Subject<'r>) {
        let pack = self.current();
        let lang = self.options.lang;
        let mut args = Args { expected: Some(describe(pack, row, lang)), ..self.args_of(subject, value) };
        let code = match bad {
            Bad::Form => Code::BadValue,
            Bad::Character(at) => match value.get(at..).and_then(|rest| rest.chars().next()) {
                Some(character) => {
                    args.detail = show(character);
                    Code::BadCharacter
                }
                None => Code::BadValue,
            },
            Bad::Length(length) => {
                args.detail = length.to_string();
                Code::BadLength
            }
            Bad::Enumeration => {
                args.expected = Some(listed(pack, row));
                Code::NotEnumerated
            }
            Bad::Range => Code::OutOfRange,
        };
        self.fault(code, place, args);
    }
}

/// A text with its white space as the type wants it.
pub(super) fn normalize<'a>(row: &Simple, value: &'a str) -> Cow<'a, str> {
    match row.whitespace {
        0 => Cow::Borrowed(value),
        1 => datatype::normalize(WhiteSpace::Replace, value),
        _ => datatype::normalize(WhiteSpace::Collapse, value),
    }
}

/// Whether a normalised text is a value of a simple type.
pub(super) fn check(
    pack: &Pack<'_>,
    views: &[Option<DfaView<'_>>],
    row: &Simple,
    value: &str,
) -> Result<(), Bad> {
    if row.facets & facet::ANY_STRING != 0 {
        return Ok(());
    }
    match row.variety {
        variety::ATOMIC => {
            let builtin = Builtin::from_u8(row.builtin).unwrap_or(Builtin::AnySimpleType);
            // Both must be declared in a DTD or as a notation of the schema (XML Schema Part 1, 3.14.4); neither is read.
            let declared = !matches!(builtin, Builtin::Entity | Builtin::Notation);
            if !declared || !datatype::valid(builtin, value) {
                return Err(Bad::Form);
            }
        }
        variety::LIST => {
            let item = pack.members_of(row).first().and_then(|item| pack.simples.get(item.get() as usize));
            if let Some(item) = item {
                for part in value.split(' ').filter(|part| !part.is_empty()) {
                    check(pack, views, item, &normalize(item, part)).map_err(|_| Bad::Form)?;
                }
            }
        }
        _ => {
            let members = pack.members_of(row);
            let fits = |member: &Simple| check(pack, views, member, &normalize(member, value)).is_ok();
            if !members.iter().filter_map(|member| pack.simples.get(member.get() as usize)).any(fits) {
                return Err(Bad::Form);
            }
        }
    }
    let first = row.automata.get() as usize;
    let views_of_row = views.get(first..first + usize::from(row.automaton_count.get())).unwrap_or(&[]);
    for view in views_of_row.iter().flatten() {
        if !view.is_match(value.as_bytes()) {
            return Err(view.first_bad(value.as_bytes()).map_or(Bad::Form, Bad::Character));
        }
    }
    if row.facets & facet::PLAIN != 0 { Ok(()) } else { check_facets(pack, row, value) }
}

fn check_facets(pack: &Pack<'_>, row: &Simple, value: &str) -> Result<(), Bad> {
    let builtin = Builtin::from_u8(row.builtin).unwrap_or(Builtin::AnySimpleType);
    if row.facets & facet::LENGTH != 0 {
        let length = match row.variety {
            variety::LIST => value.split(' ').filter(|part| !part.is_empty()).count(),
            _ => datatype::length(builtin, value),
        };
        if length < row.min_length.get() as usize
            || (row.max_length.get() != NONE && length > row.max_length.get() as usize)
        {
            return Err(Bad::Length(length));
        }
    }
    let enums = pack.enums_of(row);
    if !enums.is_empty()
        && enums.binary_search_by(|entry| pack.bytes(entry.value).cmp(value.as_bytes())).is_err()
    {
        // Equal in value, if not in letters.
        let same = row.variety == variety::ATOMIC
            && enums.iter().any(|entry| datatype::equal(builtin, pack.str(entry.value), value));
        if !same {
            return Err(Bad::Enumeration);
        }
    }
    if row.facets & facet::INT_RANGE != 0 {
        let (min, max) = (row.int_min.get() as i64, row.int_max.get() as i64);
        // What does not fit an i64 is out of any range that does.
        let inside = value.parse::<i64>().is_ok_and(|number| (min..=max).contains(&number));
        if !inside {
            return Err(Bad::Range);
        }
    } else {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let min = pack.str(row.min);
        if !min.is_empty() {
            let exclusive = row.facets & facet::MIN_EXCLUSIVE != 0;
            match datatype::compare(builtin, value, min) {
                Some(Greater) => {}
                Some(Equal) if !exclusive => {}
                _ => return Err(Bad::Range),
            }
        }
        let max = pack.str(row.max);
        if !max.is_empty() {
            let exclusive = row.facets & facet::MAX_EXCLUSIVE != 0;
            match datatype::compare(builtin, value, max) {
                Some(Less) => {}
                Some(Equal) if !exclusive => {}
                _ => return Err(Bad::Range),
            }
        }
    }
    if row.total_digits.get() != 0 || row.fraction_digits.get() != u16::MAX {
        let (total, fraction) = datatype::digits(value);
        let too_many = row.total_digits.get() != 0 && total > usize::from(row.total_digits.get());
        if too_many
            || (row.fraction_digits.get() != u16::MAX && fraction > usize::from(row.fraction_digits.get()))
        {
            return Err(Bad::Range);
        }
    }
    Ok(())
}

/// Whether two texts are the same value of a type.
pub(super) fn equal(pack: &Pack<'_>, simple: u32, a: &str, b: &str) -> bool {
    let Some(row) = pack.simples.get(simple as usize) else { return a == b };
    let (a, b) = (normalize(row, a), normalize(row, b));
    a == b
        || row.variety == variety::ATOMIC
            && Builtin::from_u8(row.builtin).is_some_and(|builtin| datatype::equal(builtin, &a, &b))
}

/// What a simple type expects, for people.
fn describe(pack: &Pack<'_>, row: &Simple, lang: Lang) -> String {
    let de = lang == Lang::De;
    let mut parts = Vec::new();
    let form = match Builtin::from_u8(row.builtin).map_or("", |builtin| builtin.name()) {
        "date" if de => "ein Datum (JJJJ-MM-TT)",
        "date" => "a date (YYYY-MM-DD)",
        "dateTime" if de => "ein Zeitpunkt (JJJJ-MM-TTThh:mm:ss.sss+hh:mm)",
        "dateTime" => "a point in time (YYYY-MM-DDThh:mm:ss.sss+hh:mm)",
        "time" if de => "eine Uhrzeit (hh:mm:ss)",
        "time" => "a time (hh:mm:ss)",
        "gYear" if de => "ein Jahr (JJJJ)",
        "gYear" => "a year (YYYY)",
        "gYearMonth" if de => "Jahr und Monat (JJJJ-MM)",
        "gYearMonth" => "year and month (YYYY-MM)",
        "boolean" => "true, false, 1, 0",
        "base64Binary" if de => "Daten in Base64",
        "base64Binary" => "data in Base64",
        "integer" | "long" | "int" | "short" if de => "eine ganze Zahl",
        "integer" | "long" | "int" | "short" => "an integer",
        "nonNegativeInteger" | "unsignedInt" if de => "eine ganze Zahl ab 0",
        "nonNegativeInteger" | "unsignedInt" => "an integer from 0",
        "positiveInteger" if de => "eine ganze Zahl ab 1",
        "positiveInteger" => "an integer from 1",
        "decimal" if de => "eine Zahl",
        "decimal" => "a number",
        "string" | "token" | "normalizedString" | "anySimpleType" => "",
        other => other,
    };
    if !form.is_empty() {
        parts.push(form.to_owned());
    }
    let local = if row.name.get() == NONE { "" } else { pack.local(row.name.get()) };
    parts.extend(by_patterns(local, pack.str(row.pattern), lang));
    if row.facets & facet::LENGTH != 0 {
        let (min, max) = (row.min_length.get(), row.max_length.get());
        parts.push(match (max == NONE, de) {
            (true, true) => format!("mindestens {min} Zeichen"),
            (true, false) => format!("at least {min} characters"),
            (false, true) => format!("{min} bis {max} Zeichen"),
            (false, false) => format!("{min} to {max} characters"),
        });
    }
    let (min, max) = (pack.str(row.min), pack.str(row.max));
    if !min.is_empty() || !max.is_empty() {
        parts.push(format!("{min}…{max}"));
    }
    if row.total_digits.get() != 0 {
        parts.push(if de {
            format!("höchstens {} Ziffern", row.total_digits.get())
        } else {
            format!("at most {} digits", row.total_digits.get())
        });
    }
    if row.enum_count.get() > 0 {
        parts.push(listed(pack, row));
    }
    if parts.is_empty() {
        parts.push(if de { "ein Wert dieses Typs".into() } else { "a value of this type".into() });
    }
    parts.join("; ")
}

/// What the patterns expect: those of each derivation, with ` & ` between them. The long ones are the character sets.
fn by_patterns(local: &str, patterns: &str, lang: Lang) -> Option<String> {
    let short = patterns.split(" & ").filter(|pattern| !pattern.is_empty() && pattern.chars().count() <= 120);
    let short: Vec<String> = if local.starts_with("datatype") {
        Vec::new()
    } else {
        short
            .map(|pattern| {
                digits(pattern, lang)
                    .unwrap_or_else(|| format!("{} {pattern}", lang.choose("Form", "pattern")))
            })
            .collect()
    };
    if short.is_empty() && !patterns.is_empty() {
        return Some(lang.choose("Zeichen nach DIN 91379", "characters of DIN 91379").to_owned());
    }
    (!short.is_empty()).then(|| short.join(", "))
}

/// `[0-9]{12}` in words.
fn digits(pattern: &str, lang: Lang) -> Option<String> {
    let rest = pattern.strip_prefix("[0-9]").or_else(|| pattern.strip_prefix("\\d"))?;
    let count = if rest.is_empty() { "1" } else { rest.strip_prefix('{')?.strip_suffix('}')? };
    let count: u32 = count.parse().ok()?;
    Some(format!(
        "{count} {}",
        match (lang, count) {
            (Lang::De, 1) => "Ziffer",
            (Lang::De, _) => "Ziffern",
            (Lang::En, 1) => "digit",
            (Lang::En, _) => "digits",
        }
    ))
}

fn listed(pack: &Pack<'_>, row: &Simple) -> String {
    const SHOWN: usize = 12;
    let enums = pack.enums_of(row);
    let mut all: Vec<String> = enums
        .iter()
        .take(SHOWN)
        .map(|entry| match pack.str(entry.label) {
            "" => pack.str(entry.value).to_owned(),
            label => format!("{} ({label})", pack.str(entry.value)),
        })
        .collect();
    if enums.len() > SHOWN {
        all.push("…".into());
    }
    all.join(", ")
}

/// A character as people can find it: itself where it shows, and its number.
fn show(character: char) -> String {
    let number = u32::from(character);
    match character {
        ' '.. if !character.is_control() && !(0x300..0x370).contains(&number) => {
            format!("„{character}“ (U+{number:04X})")
        }
        _ => format!("U+{number:04X}"),
    }
}
