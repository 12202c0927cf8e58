//! Where a field stands in the data of its kind, as the standard has it.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{NONE, Type};
use serde_json::{Map, Value};

use super::value::DateForm;
use crate::message::content::{content_of, type_of};
use crate::register::{Kind, global_type};

/// The place of a field.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// Names from the data of the kind on, and whether each may stand several times (an array).
    steps: Vec<(String, bool)>,
    /// How a date stands there.
    pub(super) date: DateForm,
}

impl Target {
    /// Looks up a path such as `geburtsangaben/tagDerGeburt`. The error says which name is wrong and which there are.
    pub(super) fn find(pack: &Pack<'_>, kind: &Kind, path: &str) -> Result<Self, String> {
        let mut ty = global_type(pack, &format!("AZR.{}.Meldung", kind.name)).ok_or(path)?;
        if let Some(fachdaten) = &kind.fachdaten {
            ty = child(pack, ty, fachdaten).ok_or(path)?.0;
        }
        let mut steps = Vec::new();
        for name in path.split('/') {
            let own = steps.is_empty() && !kind.fields.iter().any(|field| field.name == name);
            let found = child(pack, ty, name).filter(|_| !own).ok_or_else(|| {
                let names = names(pack, ty);
                format!("{path}: {name} ∉ {{{}}}", names.join(", "))
            })?;
            steps.push((name.to_owned(), found.1));
            ty = found.0;
        }
        let children = names(pack, ty);
        let has = |name: &str| children.contains(&name);
        let date = if has("teilbekanntesDatum") {
            DateForm::PartialOrUnknown
        } else if has("jahrMonatTag") {
            DateForm::Partial
        } else if children.is_empty() || ty.code.get() != NONE {
            DateForm::Day
        } else {
            return Err(format!("{path}/{{{}}}", children.join(", ")));
        };
        Ok(Self { steps, date })
    }

    /// Something in it may stand several times.
    pub(super) fn many(&self) -> bool {
        self.steps.iter().any(|(_, many)| *many)
    }

    /// Puts values at the place. Several go to the innermost element that may stand several times; without one, the last one holds.
    pub(super) fn put(&self, data: &mut Map<String, Value>, values: Vec<Value>) {
        let innermost = self.steps.iter().rposition(|(_, many)| *many);
        for (at, value) in values.into_iter().enumerate() {
            put(data, &self.steps, value, |step| if Some(step) == innermost { at } else { 0 }, 0);
        }
    }
}

/// `which` says of which of several elements the value is.
fn put(
    data: &mut Map<String, Value>,
    steps: &[(String, bool)],
    value: Value,
    which: impl Fn(usize) -> usize + Copy,
    depth: usize,
) {
    let Some(((name, many), rest)) = steps.split_first() else { return };
    let slot = data.entry(name.clone()).or_insert(Value::Null);
    let slot = if *many {
        if !slot.is_array() {
            *slot = Value::Array(Vec::new());
        }
        let Value::Array(all) = slot else { return };
        let at = which(depth);
        if all.len() <= at {
            all.resize(at + 1, Value::Null);
        }
        let Some(slot) = all.get_mut(at) else { return };
        slot
    } else {
        slot
    };
    if rest.is_empty() {
        *slot = value;
        return;
    }
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    if let Value::Object(inner) = slot {
        put(inner, rest, value, which, depth + 1);
    }
}

/// The type of a child element, and whether it may stand several times.
fn child<'a>(pack: &Pack<'a>, ty: &Type, name: &str) -> Option<(&'a Type, bool)> {
    content_of(pack, ty).children.into_iter().find_map(|child| {
        let row = pack.elements.get(child.element as usize)?;
        let found = pack.local(row.name.get()) == name;
        found.then(|| type_of(pack, row))?.map(|ty| (ty, child.max != Some(1)))
    })
}

fn names<'a>(pack: &Pack<'a>, ty: &Type) -> Vec<&'a str> {
    let rows = content_of(pack, ty).children.into_iter();
    rows.filter_map(|child| Some(pack.local(pack.elements.get(child.element as usize)?.name.get()))).collect()
}
