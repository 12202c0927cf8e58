//! Simple types, with the facets of all their derivations in one.

use std::cmp::Ordering;
use std::rc::Rc;

use zerocopy::little_endian::U32;

use super::Compiler;
use super::files::{Place, TypeDef};
use crate::datatype::{self, Builtin};
use crate::model::*;
use crate::pack::PackWriter;
use crate::pack::rows::{self, NONE, facet, variety};

/// A simple type in the making. Its row is its index.
#[derive(Debug, Clone)]
pub(super) struct SimpleInfo {
    /// Row of `names`.
    pub(super) name: Option<u32>,
    pub(super) builtin: Builtin,
    /// One of [`variety`].
    pub(super) variety: u8,
    /// 0 preserve, 1 replace, 2 collapse.
    pub(super) whitespace: u8,
    min_length: u32,
    max_length: Option<u32>,
    /// The patterns of each derivation that has some: one of each must match.
    pub(super) patterns: Vec<Vec<String>>,
    /// The enumerated values and their labels, sorted.
    pub(super) enums: Option<Rc<Vec<(String, String)>>>,
    min: Option<Bound>,
    max: Option<Bound>,
    total_digits: Option<u16>,
    fraction_digits: Option<u16>,
    /// Union members or list item: rows of `simples`.
    members: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Bound {
    value: String,
    exclusive: bool,
}

impl SimpleInfo {
    fn plain(builtin: Builtin, variety: u8, whitespace: u8) -> Self {
        Self {
            name: None,
            builtin,
            variety,
            whitespace,
            min_length: 0,
            max_length: None,
            patterns: Vec::new(),
            enums: None,
            min: None,
            max: None,
            total_digits: None,
            fraction_digits: None,
            members: Vec::new(),
        }
    }
}

impl<'a> Compiler<'a> {
    /// Gives the built-in types their rows.
    pub(super) fn declare_simples(&mut self) {
        for builtin in Builtin::ALL {
            let item = builtin.item();
            let kind = if item.is_some() { variety::LIST } else { variety::ATOMIC };
            let mut info = SimpleInfo::plain(*builtin, kind, builtin.whitespace() as u8);
            info.name = Some(self.names.add(XS, builtin.name()));
            if let Some(item) = item {
                info.members.push(item as u32);
                info.min_length = 1;
            }
            self.simples.push(info);
        }
    }

    /// The row of the simple type of a type.
    pub(super) fn simple_of_type(&mut self, row: u32, place: Place) -> u32 {
        let info = &self.types[row as usize];
        if let Some(simple) = info.simple {
            return simple;
        }
        let (name, source) = (info.name, info.source);
        let Some((file, TypeDef::Simple(ty))) = source else { return Builtin::AnySimpleType as u32 };
        if !self.simples_running.insert(row) {
            self.error(place, "AZK-C004", "the simple type contains itself".to_owned());
            return Builtin::AnySimpleType as u32;
        }
        let simple = self.simple(file, ty, name);
        self.simples_running.remove(&row);
        self.types[row as usize].simple = Some(simple);
        simple
    }

    /// The row of the simple type of an attribute, item, member or base.
    pub(super) fn simple_use(&mut self, of: &'a SimpleUse, place: Place) -> u32 {
        match of {
            SimpleUse::Named(name) => {
                let row = self.simple_type_row(name, place);
                self.simple_of_type(row, place)
            }
            SimpleUse::Anonymous(ty) => self.simple(place.file, ty, None),
        }
    }

    /// Gives a simple type its row; what it is made of has smaller ones.
    pub(super) fn simple(&mut self, file: usize, ty: &'a SimpleType, name: Option<u32>) -> u32 {
        let place = Place { file, position: ty.position };
        match &ty.variety {
            SimpleVariety::Restriction(base, facets) => {
                let base = self.simple_use(base, place);
                self.restricted(base, facets, name, place)
            }
            SimpleVariety::List(item) => {
                let item = self.simple_use(item, place);
                if self.simples[item as usize].variety == variety::LIST {
                    self.error(place, "AZK-C005", "the items of a list can't be lists".to_owned());
                }
                let mut info = SimpleInfo::plain(Builtin::AnySimpleType, variety::LIST, COLLAPSE);
                (info.name, info.members) = (name, vec![item]);
                self.add_simple(info)
            }
            SimpleVariety::Union(uses) => {
                let members = uses.iter().map(|of| self.simple_use(of, place)).collect();
                let mut info = SimpleInfo::plain(Builtin::AnySimpleType, variety::UNION, 0);
                (info.name, info.members) = (name, members);
                self.add_simple(info)
            }
        }
    }

    fn add_simple(&mut self, info: SimpleInfo) -> u32 {
        self.simples.push(info);
        self.simples.len() as u32 - 1
    }

    /// The row of a restriction by facets; that of the base where there are none and no name.
    pub(super) fn restricted(
        &mut self,
        base: u32,
        facets: &'a [Facet],
        name: Option<u32>,
        place: Place,
    ) -> u32 {
        if facets.is_empty() && name.is_none() {
            return base;
        }
        let mut info = self.simples[base as usize].clone();
        let before = info.clone();
        info.name = name;
        let mut patterns = Vec::new();
        let mut enums: Option<Vec<(&'a str, &'a str)>> = None;
        for facet in facets {
            let place = Place { file: place.file, position: facet.position };
            match facet.kind {
                FacetKind::Pattern => patterns.push(facet.value.clone()),
                FacetKind::Enumeration => {
                    let label = facet.label.as_deref().unwrap_or_default();
                    enums.get_or_insert_default().push((&facet.value, label));
                }
                kind => {
                    if let Err(text) = info.facet(kind, &facet.value) {
                        self.error(place, "AZK-C007", text);
                    }
                }
            }
        }
        if !patterns.is_empty() {
            if let Err(text) = self.automata.compile(&patterns) {
                let first = facets.iter().find(|facet| facet.kind == FacetKind::Pattern);
                let position = first.map_or(place.position, |facet| facet.position);
                self.error(Place { file: place.file, position }, "AZK-C008", text);
            }
            // The same patterns once more say nothing.
            if !info.patterns.contains(&patterns) {
                info.patterns.push(patterns);
            }
        }
        if let Some(enums) = enums {
            for facet in facets.iter().filter(|facet| facet.kind == FacetKind::Enumeration) {
                if !self.accepts(base, &facet.value) {
                    let place = Place { file: place.file, position: facet.position };
                    let text = format!("the enumerated value {:?} is no value of the base type", facet.value);
                    self.error(place, "AZK-C007", text);
                }
            }
            let mut values: Vec<(String, String)> = enums
                .iter()
                .map(|(value, label)| (normalise(value, info.whitespace), (*label).to_owned()))
                .collect();
            values.sort();
            values.dedup_by(|one, other| one.0 == other.0);
            info.enums = Some(Rc::new(values));
        }
        if let Err(text) = info.narrow(&before) {
            self.error(place, "AZK-C007", text);
        }
        if info.max_length.is_some_and(|max| max < info.min_length) {
            self.error(place, "AZK-C007", "the least length is greater than the greatest".to_owned());
        }
        self.add_simple(info)
    }

    /// Whether a text is a value of a simple type, as for enumerated, fixed and default values.
    pub(super) fn accepts(&self, row: u32, value: &str) -> bool {
        let Some(info) = self.simples.get(row as usize) else { return true };
        let value = normalise(value, info.whitespace);
        let patterns = info.patterns.iter().all(|any| self.automata.accepts(any, &value));
        let enumerated = info.enums.as_ref().is_none_or(|all| {
            all.iter().any(|(known, _)| *known == value || datatype::equal(info.builtin, known, &value))
        });
        let items = || value.split(' ').filter(|item| !item.is_empty());
        let (valid, length) = match info.variety {
            variety::LIST if info.members.len() == 1 => {
                (items().all(|item| self.accepts(info.members[0], item)), items().count())
            }
            variety::UNION => (info.members.iter().any(|member| self.accepts(*member, &value)), 0),
            _ => (datatype::valid(info.builtin, &value), datatype::length(info.builtin, &value)),
        };
        patterns && enumerated && valid && info.has_length(length) && info.in_range(&value)
    }

    /// Writes `simples` and all that they refer to.
    pub(super) fn emit_simples(&mut self) {
        let simples = std::mem::take(&mut self.simples);
        for info in &simples {
            if self.pack.enums.len() > MAX_ENUMS {
                self.error(Place::default(), "AZK-C010", format!("more than {MAX_ENUMS} enumerated values"));
                break;
            }
            let row = self.simple_row(info);
            self.pack.simples.push(row);
        }
        self.simples = simples;
    }

    fn simple_row(&mut self, info: &SimpleInfo) -> rows::Simple {
        let mut facets = 0;
        let has_length = info.min_length > 0 || info.max_length.is_some();
        let has_bounds = info.min.is_some() || info.max.is_some();
        let has_digits = info.total_digits.is_some() || info.fraction_digits.is_some();
        let exclusive = |bound: &Option<Bound>| bound.as_ref().is_some_and(|bound| bound.exclusive);
        let range = if has_digits { None } else { info.int_range() };
        let plain = info.variety == variety::ATOMIC
            && !(has_length || has_bounds || has_digits || info.enums.is_some());
        let any = matches!(
            info.builtin,
            Builtin::AnySimpleType | Builtin::String | Builtin::NormalizedString | Builtin::Token
        );
        let of_message =
            matches!(info.builtin, Builtin::Id | Builtin::Idref | Builtin::Idrefs | Builtin::QName);
        let item = info.members.first().filter(|_| info.variety == variety::LIST);
        let item = item.and_then(|row| self.pack.simples.get(*row as usize));
        let context = of_message || item.is_some_and(|item| item.facets & facet::CONTEXT != 0);
        for (set, bit) in [
            (has_length, facet::LENGTH),
            (exclusive(&info.min), facet::MIN_EXCLUSIVE),
            (exclusive(&info.max), facet::MAX_EXCLUSIVE),
            (range.is_some(), facet::INT_RANGE),
            (plain && any && info.patterns.is_empty(), facet::ANY_STRING),
            (plain, facet::PLAIN),
            (context, facet::CONTEXT),
        ] {
            facets |= if set { bit } else { 0 };
        }
        let automata = self.automata.sequence(&info.patterns, &mut self.pack);
        let pack = &mut self.pack;
        let enums = pack.enums.len() as u32;
        for (value, label) in info.enums.iter().flat_map(|all| all.iter()) {
            let (value, label) = (pack.text.add(value), pack.text.add(label));
            pack.enums.push(rows::Enum { value, label });
        }
        let members = pack.members.len() as u32;
        pack.members.extend(info.members.iter().map(|row| U32::new(*row)));
        let bound = |bound: &Option<Bound>, pack: &mut PackWriter| {
            bound.as_ref().map(|bound| pack.text.add(&bound.value)).unwrap_or_default()
        };
        let written: Vec<String> = info.patterns.iter().map(|any| any.join("|")).collect();
        let (int_min, int_max) = range.unwrap_or_default();
        rows::Simple {
            name: info.name.unwrap_or(NONE).into(),
            builtin: info.builtin as u8,
            variety: info.variety,
            whitespace: info.whitespace,
            facets,
            min_length: info.min_length.into(),
            max_length: info.max_length.unwrap_or(NONE).into(),
            automata: automata.into(),
            enums: enums.into(),
            enum_count: (pack.enums.len() as u32 - enums).into(),
            members: members.into(),
            automaton_count: (info.patterns.len() as u16).into(),
            member_count: (info.members.len() as u16).into(),
            min: bound(&info.min, pack),
            max: bound(&info.max, pack),
            total_digits: info.total_digits.unwrap_or(0).into(),
            fraction_digits: info.fraction_digits.unwrap_or(0xFFFF).into(),
            pattern: pack.text.add(&written.join(" & ")),
            int_min: (int_min as u64).into(),
            int_max: (int_max as u64).into(),
        }
    }
}

const COLLAPSE: u8 = 2;

/// Enumerated values of all types together, at most: each type derived from an enumerated one has them once more.
const MAX_ENUMS: usize = 4_000_000;

impl SimpleInfo {
    fn has_length(&self, length: usize) -> bool {
        let counted =
            !matches!(self.builtin, Builtin::QName | Builtin::Notation) && self.variety != variety::UNION;
        !counted
            || length >= self.min_length as usize && self.max_length.is_none_or(|max| length <= max as usize)
    }

    /// Bounds and digits hold for a value that is valid otherwise.
    fn in_range(&self, value: &str) -> bool {
        let order = |bound: &Bound| datatype::compare(self.builtin, value, &bound.value);
        let above = self.min.as_ref().is_none_or(|bound| match order(bound) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => !bound.exclusive,
            _ => false,
        });
        let below = self.max.as_ref().is_none_or(|bound| match order(bound) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => !bound.exclusive,
            _ => false,
        });
        above && below
    }

    /// Checks the bounds against the type, and takes the narrower ones of the type and its base.
    fn narrow(&mut self, base: &Self) -> Result<(), String> {
        for bound in self.min.iter().chain(&self.max) {
            if self.variety != variety::ATOMIC || !self.builtin.is_ordered() {
                return Err(format!("values of {} have no order", self.builtin.name()));
            }
            if !datatype::valid(self.builtin, &bound.value) {
                return Err(format!("the bound {:?} is no value of {}", bound.value, self.builtin.name()));
            }
        }
        let order = |one: &Option<Bound>, other: &Option<Bound>| match (one, other) {
            (Some(one), Some(other)) => datatype::compare(self.builtin, &one.value, &other.value),
            _ => None,
        };
        if order(&self.min, &self.max) == Some(Ordering::Greater) {
            return Err("the least value is greater than the greatest".to_owned());
        }
        if order(&self.min, &base.min) == Some(Ordering::Less) {
            return Err("the least value is less than that of the base type".to_owned());
        }
        if order(&self.max, &base.max) == Some(Ordering::Greater) {
            return Err("the greatest value is greater than that of the base type".to_owned());
        }
        if self.min_length < base.min_length
            || base.max_length.is_some_and(|max| self.max_length.is_none_or(|own| own > max))
        {
            return Err("the length is not as narrow as that of the base type".to_owned());
        }
        if self.whitespace < base.whitespace {
            return Err("whiteSpace is weaker than that of the base type".to_owned());
        }
        Ok(())
    }

    /// Adds a facet that is neither a pattern nor an enumeration.
    fn facet(&mut self, kind: FacetKind, value: &str) -> Result<(), String> {
        let value = value.trim();
        let number = || value.parse::<u32>().map_err(|_| format!("{} is not a number: {value}", kind.name()));
        let short = || value.parse::<u16>().map_err(|_| format!("{} is not a number: {value}", kind.name()));
        let bound = |exclusive| Some(Bound { value: value.to_owned(), exclusive });
        match kind {
            FacetKind::Length => {
                (self.min_length, self.max_length) = (number()?, Some(number()?));
            }
            FacetKind::MinLength => self.min_length = number()?,
            FacetKind::MaxLength => self.max_length = Some(number()?),
            FacetKind::WhiteSpace => {
                self.whitespace = match value {
                    "preserve" => 0,
                    "replace" => 1,
                    "collapse" => COLLAPSE,
                    _ => return Err(format!("whiteSpace can't be {value}")),
                };
            }
            FacetKind::MinInclusive => self.min = bound(false),
            FacetKind::MinExclusive => self.min = bound(true),
            FacetKind::MaxInclusive => self.max = bound(false),
            FacetKind::MaxExclusive => self.max = bound(true),
            FacetKind::TotalDigits => self.total_digits = Some(short()?),
            FacetKind::FractionDigits => self.fraction_digits = Some(short()?),
            FacetKind::Pattern | FacetKind::Enumeration => {}
        }
        Ok(())
    }

    /// The values of an integer type as a range of i64, where its bounds fit.
    fn int_range(&self) -> Option<(i64, i64)> {
        let (mut min, mut max) = int_range(self.builtin)?;
        if let Some(bound) = &self.min {
            let value: i64 = bound.value.strip_prefix('+').unwrap_or(&bound.value).parse().ok()?;
            min = min.max(Some(if bound.exclusive { value.checked_add(1)? } else { value }));
        }
        if let Some(bound) = &self.max {
            let value: i64 = bound.value.strip_prefix('+').unwrap_or(&bound.value).parse().ok()?;
            let value = if bound.exclusive { value.checked_sub(1)? } else { value };
            max = Some(max.map_or(value, |max| max.min(value)));
        }
        Some((min?, max?))
    }
}

/// The bounds of an integer type as far as they are in i64; none for one that is not an integer type.
fn int_range(builtin: Builtin) -> Option<(Option<i64>, Option<i64>)> {
    Some(match builtin {
        Builtin::Integer => (None, None),
        Builtin::NonPositiveInteger => (None, Some(0)),
        Builtin::NegativeInteger => (None, Some(-1)),
        Builtin::Long => (Some(i64::MIN), Some(i64::MAX)),
        Builtin::Int => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        Builtin::Short => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        Builtin::Byte => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        Builtin::NonNegativeInteger | Builtin::UnsignedLong => (Some(0), None),
        Builtin::UnsignedInt => (Some(0), Some(u32::MAX.into())),
        Builtin::UnsignedShort => (Some(0), Some(u16::MAX.into())),
        Builtin::UnsignedByte => (Some(0), Some(u8::MAX.into())),
        Builtin::PositiveInteger => (Some(1), None),
        _ => return None,
    })
}

/// A value with white space as `whiteSpace` says.
pub(super) fn normalise(value: &str, whitespace: u8) -> String {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    match whitespace {
        0 => value.to_owned(),
        1 => value.replace(is_space, " "),
        _ => value.split(is_space).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
    }
}
