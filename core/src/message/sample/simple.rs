//! Values of simple types: putting a value into the form of its type, and making one where no table knows better.

use std::cmp::Ordering;

use azrkit_standard::datatype::{self, Builtin};
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{NONE, Simple, facet, variety};
use azrkit_standard::pattern::{DfaView, Prefer, SampleOptions};

use super::date::Day;
use super::rng::Rng;
use super::template::Value;
use super::world::World;

/// How often a value is drawn anew before it is given up.
const TRIES: usize = 24;

/// The name of the built-in type whose form the values have, `date` for instance.
fn builtin(simple: &Simple) -> &'static str {
    Builtin::from_u8(simple.builtin).map_or("", Builtin::name)
}

/// A value in the form that the type wants; none where it does not fit the type.
pub(super) fn shape(
    pack: &Pack<'_>,
    simple: &Simple,
    value: &Value,
    world: &World,
    rng: &mut Rng,
) -> Option<String> {
    if simple.variety == variety::UNION {
        let members = pack.members_of(simple);
        return members
            .iter()
            .filter_map(|row| pack.simples.get(row.get() as usize))
            .find_map(|member| shape(pack, member, value, world, rng))
            .filter(|text| fits(pack, simple, text));
    }
    let kind = builtin(simple);
    let text = match (value, kind) {
        (Value::Text(text), _) => text.clone(),
        (Value::Day(day), "gYear") => format!("{:04}", day.parts().0),
        (Value::Day(day), "gYearMonth") => format!("{:04}-{:02}", day.parts().0, day.parts().1),
        (Value::Day(day), "dateTime") => {
            let time = (rng.between(7, 16), rng.between(0, 59), rng.between(0, 59), rng.between(0, 999));
            // What happens on the day of the message happens before it.
            if *day == world.today {
                format!("{}T07:{:02}:{:02}.{:03}{}", day.iso(), time.1 / 4, time.2, time.3, day.zone())
            } else {
                format!("{}T{:02}:{:02}:{:02}.{:03}{}", day.iso(), time.0, time.1, time.2, time.3, day.zone())
            }
        }
        (Value::Day(day), _) => day.iso(),
        (Value::Now, "dateTime") => format!("{}T{}{}", world.today.iso(), world.time, world.today.zone()),
        (Value::Now, _) => world.today.iso(),
    };
    if fits(pack, simple, &text) {
        return Some(text);
    }
    // Too long: cut at a word.
    let most = simple.max_length.get();
    if simple.facets & facet::LENGTH != 0 && most != NONE && text.chars().count() > most as usize {
        let cut: String = text.chars().take(most as usize).collect();
        let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words).trim_end();
        return fits(pack, simple, cut).then(|| cut.to_owned());
    }
    None
}

/// Whether a text is a value of the type, as far as lengths, enumerations, ranges of whole numbers and patterns say.
pub(super) fn fits(pack: &Pack<'_>, simple: &Simple, text: &str) -> bool {
    let enums = pack.enums_of(simple);
    if !enums.is_empty() && !enums.iter().any(|value| pack.bytes(value.value) == text.as_bytes()) {
        return false;
    }
    if simple.variety == variety::UNION {
        return pack
            .members_of(simple)
            .iter()
            .filter_map(|row| pack.simples.get(row.get() as usize))
            .any(|member| fits(pack, member, text));
    }
    if simple.facets & facet::LENGTH != 0 && !matches!(builtin(simple), "base64Binary" | "hexBinary") {
        let chars = text.chars().count();
        if chars < simple.min_length.get() as usize || chars > simple.max_length.get() as usize {
            return false;
        }
    }
    in_range(pack, simple, text)
        && automata(pack, simple).all(|automaton| automaton.is_match(text.as_bytes()))
}

/// Whether a text has the form of the built-in type and lies between the bounds.
fn in_range(pack: &Pack<'_>, simple: &Simple, text: &str) -> bool {
    let Some(kind) = Builtin::from_u8(simple.builtin) else { return true };
    if !datatype::valid(kind, text) {
        return false;
    }
    let bound = |bound: &str, exclusive: u8, beyond: Ordering| {
        bound.is_empty()
            || match datatype::compare(kind, text, bound) {
                Some(Ordering::Equal) => simple.facets & exclusive == 0,
                other => other != Some(beyond),
            }
    };
    let digits = simple.fraction_digits.get();
    let fraction = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    bound(pack.str(simple.min), facet::MIN_EXCLUSIVE, Ordering::Less)
        && bound(pack.str(simple.max), facet::MAX_EXCLUSIVE, Ordering::Greater)
        && (digits == u16::MAX || kind.primitive() != Builtin::Decimal || fraction <= usize::from(digits))
}

/// A value of the type that no table gave; none where the type has no value.
pub(super) fn invent(pack: &Pack<'_>, simple: &Simple, world: &World, rng: &mut Rng) -> Option<String> {
    let enums = pack.enums_of(simple);
    if !enums.is_empty() {
        let fitting: Vec<&str> =
            enums.iter().map(|value| pack.str(value.value)).filter(|text| fits(pack, simple, text)).collect();
        return rng.pick(&fitting).map(|text| (*text).to_owned());
    }
    let members = pack.members_of(simple);
    let members = members.iter().filter_map(|row| pack.simples.get(row.get() as usize));
    if simple.variety == variety::UNION {
        return members
            .filter_map(|member| invent(pack, member, world, rng))
            .find(|text| fits(pack, simple, text));
    }
    if simple.variety == variety::LIST {
        return members.into_iter().next().and_then(|item| invent(pack, item, world, rng));
    }
    let past = Day(world.today.0 - 40);
    let kind = builtin(simple);
    let plain = match kind {
        "boolean" => (if rng.chance(50) { "true" } else { "false" }).to_owned(),
        "decimal" | "float" | "double" => number(pack, simple, rng),
        _ if is_integer(kind) => {
            let (from, to) = range(pack, simple);
            // The least values are the likely ones where the type allows billions.
            rng.between(from.max(-1_000_000).min(to), to.min(from.saturating_add(9)).max(from)).to_string()
        }
        "time" => "09:30:00".to_owned(),
        "duration" => "P1M".to_owned(),
        "gDay" => "---15".to_owned(),
        "gMonth" => "--11".to_owned(),
        "gMonthDay" => "--11-15".to_owned(),
        "base64Binary" => "QmVpc3BpZWw=".to_owned(),
        "hexBinary" => "4265697370696C".to_owned(),
        "anyURI" => "urn:beispiel:angabe".to_owned(),
        "language" => "de".to_owned(),
        "ID" | "NCName" | "Name" | "NMTOKEN" => format!("id-{:06}", rng.below(1_000_000)),
        "date" | "dateTime" | "gYear" | "gYearMonth" => shape(pack, simple, &Value::Day(past), world, rng)?,
        _ => "Angabe".to_owned(),
    };
    if fits(pack, simple, &plain) {
        return Some(plain);
    }
    let views: Vec<DfaView<'_>> = automata(pack, simple).collect();
    let length = simple.facets & facet::LENGTH != 0;
    let min = if length { simple.min_length.get() as usize } else { 0 };
    let max = if length { simple.max_length.get() as usize } else { usize::MAX };
    if views.is_empty() {
        let text: String = plain.chars().cycle().take(min.max(1).min(max)).collect();
        return fits(pack, simple, &text).then_some(text);
    }
    for _ in 0..TRIES {
        for view in &views {
            for prefer in [Prefer::Plain, Prefer::Printable] {
                let options = SampleOptions { min_chars: min, max_chars: max, prefer };
                // One automaton without a value: then the type has none.
                let text = view.sample(&mut |n| rng.below(n), options)?;
                if fits(pack, simple, &text) {
                    return Some(text);
                }
            }
        }
    }
    None
}

fn is_integer(kind: &str) -> bool {
    matches!(
        kind,
        "integer"
            | "nonNegativeInteger"
            | "positiveInteger"
            | "nonPositiveInteger"
            | "negativeInteger"
            | "long"
            | "int"
            | "short"
            | "byte"
            | "unsignedLong"
            | "unsignedInt"
            | "unsignedShort"
            | "unsignedByte"
    )
}

/// The range of an integer type, as far as it fits `i64`.
fn range(pack: &Pack<'_>, simple: &Simple) -> (i64, i64) {
    if simple.facets & facet::INT_RANGE != 0 {
        return (simple.int_min.get() as i64, simple.int_max.get() as i64);
    }
    let (least, most) = match builtin(simple) {
        "nonNegativeInteger" | "unsignedLong" => (0, i64::MAX),
        "positiveInteger" => (1, i64::MAX),
        "nonPositiveInteger" => (i64::MIN, 0),
        "negativeInteger" => (i64::MIN, -1),
        "int" => (i32::MIN.into(), i32::MAX.into()),
        "unsignedInt" => (0, u32::MAX.into()),
        "short" => (i16::MIN.into(), i16::MAX.into()),
        "unsignedShort" => (0, u16::MAX.into()),
        "byte" => (i8::MIN.into(), i8::MAX.into()),
        "unsignedByte" => (0, u8::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    };
    let bound = |text: &str, exclusive: u8, step: i64| {
        text.parse::<i64>()
            .ok()
            .map(|number| if simple.facets & exclusive != 0 { number + step } else { number })
    };
    let from = bound(pack.str(simple.min), facet::MIN_EXCLUSIVE, 1).unwrap_or(least).max(least);
    let to = bound(pack.str(simple.max), facet::MAX_EXCLUSIVE, -1).unwrap_or(most).min(most);
    (from, to)
}

/// A decimal number between the bounds, with the digits that the type allows.
fn number(pack: &Pack<'_>, simple: &Simple, rng: &mut Rng) -> String {
    let bound = |text: &str| text.parse::<f64>().ok().map(|number| number as i64);
    let from = bound(pack.str(simple.min));
    let to = bound(pack.str(simple.max));
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => (from, from + 90),
        (None, Some(to)) => (to - 90, to),
        (None, None) => (1, 90),
    };
    let whole = rng.between(from, (to - 1).max(from));
    match simple.fraction_digits.get() {
        0 => (whole + i64::from(whole < to)).to_string(),
        1 => format!("{whole}.5"),
        _ => format!("{whole}.{:02}", rng.between(1, 99)),
    }
}

fn automata<'p>(pack: &Pack<'p>, simple: &Simple) -> impl Iterator<Item = DfaView<'p>> {
    let start = simple.automata.get() as usize;
    let rows = pack.automata.get(start..start + usize::from(simple.automaton_count.get())).unwrap_or(&[]);
    let pack = *pack;
    rows.iter().filter_map(move |row| pack.automaton(row))
}
