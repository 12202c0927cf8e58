//! Attribute uses and attribute wildcards.

use super::Compiler;
use super::files::{Key, Place};
use super::types::ANY_TYPE;
use crate::model::*;
use crate::pack::rows::NONE;

/// An attribute use in the making.
#[derive(Debug, Clone)]
pub(super) struct UseInfo {
    /// Row of `names`.
    pub(super) name: u32,
    /// Row of `simples`.
    pub(super) simple: u32,
    pub(super) required: Use,
    pub(super) value: ValueConstraint,
    /// For people: `Type/@name`.
    pub(super) path: String,
    /// The type whose definition it stands in; [`NONE`] for global attributes and those of attribute groups.
    pub(super) owner: u32,
    /// The file it stands in.
    pub(super) file: usize,
}

impl<'a> Compiler<'a> {
    /// The global attributes, in the order of the files.
    pub(super) fn declare_attributes(&mut self) {
        for key in self.components.attribute_order.clone() {
            let (file, attribute) = self.components.attributes[&key];
            let place = Place { file, position: attribute.position };
            let name = self.names.add(key.0, key.1);
            let simple = self.simple_use(&attribute.ty, place);
            self.global_attributes.push(UseInfo {
                name,
                simple,
                required: Use::Optional,
                value: attribute.value.clone(),
                path: format!("@{}", attribute.name),
                owner: NONE,
                file,
            });
        }
    }

    /// The attributes of a complex type: its own and, as the derivation says, those of its base (Structures 3.4.2).
    pub(super) fn attributes_of(&mut self, row: u32, base: u32, ty: &'a ComplexType, place: Place) {
        let path = self.types[row as usize].path.clone();
        let mut own = Vec::new();
        let any = self.collect(&ty.attributes, &path, row, place, &mut own, &mut Vec::new());
        let extension = matches!(ty.derivation, Derivation::Extension(_));
        // Only a restriction can take an attribute away.
        own.retain(|attribute| !extension || attribute.required != Use::Prohibited);
        for (at, attribute) in own.iter().enumerate() {
            if own[..at].iter().any(|other| other.name == attribute.name) {
                let text = format!("a second attribute {}", self.names.local(attribute.name));
                self.error(place, "AZK-C002", text);
            }
        }
        let inherited = match ty.derivation {
            Derivation::None => None,
            Derivation::Extension(_) | Derivation::Restriction(_) => self.types.get(base as usize),
        };
        let mut uses: Vec<UseInfo> = inherited.map(|base| base.uses.clone()).unwrap_or_default();
        let base_any = inherited.and_then(|base| base.any_attribute.clone());
        let any_attribute = match (extension, any, base_any) {
            (true, Some(own), Some(base)) => match union(&own.namespaces, &base.namespaces) {
                Some(namespaces) => Some(Wildcard { namespaces, process: own.process }),
                None => {
                    self.error(
                        place,
                        "AZK-C005",
                        "the union of the attribute wildcards can't be expressed".to_owned(),
                    );
                    Some(own)
                }
            },
            (true, own, base) => own.or(base),
            // A restriction has the wildcard that it states; that of anyType is not inherited.
            (false, own, _) => own,
        };
        for attribute in own {
            match uses.iter_mut().find(|known| known.name == attribute.name) {
                Some(known) if !extension => *known = attribute,
                Some(_) => {
                    let text =
                        format!("the base type has an attribute {} too", self.names.local(attribute.name));
                    self.error(place, "AZK-C002", text);
                }
                None => uses.push(attribute),
            }
        }
        uses.retain(|attribute| attribute.required != Use::Prohibited);
        let info = &mut self.types[row as usize];
        (info.uses, info.any_attribute) = (uses, any_attribute);
    }

    /// The uses of a definition and of the groups that it refers to; the wildcard comes back.
    fn collect(
        &mut self,
        attributes: &'a Attributes,
        path: &str,
        owner: u32,
        place: Place,
        uses: &mut Vec<UseInfo>,
        within: &mut Vec<Key<'a>>,
    ) -> Option<Wildcard> {
        for attribute in &attributes.uses {
            let place = Place { file: place.file, position: attribute.position };
            if let Some(attribute) = self.attribute_use(attribute, path, owner, place) {
                uses.push(attribute);
            }
        }
        let mut any = attributes.any.as_ref().map(|any| self.in_file(place.file, any));
        for (name, position) in &attributes.groups {
            let place = Place { file: place.file, position: *position };
            let key = self.files[place.file].key(name);
            if within.contains(&key) {
                self.error(place, "AZK-C004", format!("the attribute group {name} contains itself"));
                continue;
            }
            let Some((file, group)) = self.components.attribute_groups.get(&key).copied() else {
                self.error(place, "AZK-C003", format!("the attribute group {name} is not defined"));
                continue;
            };
            within.push(key);
            let found = self.collect(group, key.1, NONE, Place { file, position: *position }, uses, within);
            within.pop();
            any = match (any, found) {
                (Some(one), Some(other)) => match intersection(&one.namespaces, &other.namespaces) {
                    Some(namespaces) => Some(Wildcard { namespaces, process: one.process }),
                    None => {
                        let text = "the intersection of the attribute wildcards can't be expressed";
                        self.error(place, "AZK-C005", text.to_owned());
                        Some(one)
                    }
                },
                (one, other) => one.or(other),
            };
        }
        any
    }

    fn attribute_use(
        &mut self,
        attribute: &'a AttributeUse,
        path: &str,
        owner: u32,
        place: Place,
    ) -> Option<UseInfo> {
        let mut found = match &attribute.attribute {
            AttributeTerm::Local(local) => {
                let file = self.files[place.file];
                let qualified = local.form.unwrap_or(file.schema.attributes_qualified);
                let name = self.names.add(if qualified { file.target } else { "" }, &local.name);
                let simple = self.simple_use(&local.ty, place);
                let path = format!("{path}/@{}", local.name);
                let value = local.value.clone();
                UseInfo { name, simple, required: Use::Optional, value, path, owner, file: place.file }
            }
            AttributeTerm::Ref(name) => {
                let (namespace, local) = self.files[place.file].key(name);
                let row = self.names.add(namespace, local);
                match self.global_attributes.iter().find(|global| global.name == row) {
                    Some(global) => global.clone(),
                    None => {
                        self.error(place, "AZK-C003", format!("the attribute {name} is not defined"));
                        return None;
                    }
                }
            }
        };
        found.required = attribute.required;
        if attribute.value != ValueConstraint::None {
            found.value = attribute.value.clone();
        }
        self.check_value(found.simple, &found.value, place);
        Some(found)
    }

    /// A fixed or default value must be one of its type.
    pub(super) fn check_value(&mut self, simple: u32, value: &ValueConstraint, place: Place) {
        if let ValueConstraint::Fixed(value) | ValueConstraint::Default(value) = value
            && !self.accepts(simple, value)
        {
            self.error(place, "AZK-C007", format!("{value:?} is no value of the type"));
        }
    }

    /// The row of `types` for a reference to a simple type; an error where it is not simple.
    pub(super) fn simple_type_row(&mut self, name: &'a QName, place: Place) -> u32 {
        let row = self.type_of(name, place);
        let info = &self.types[row as usize];
        if info.complex().is_some() || row == ANY_TYPE {
            self.error(place, "AZK-C005", format!("{name} is not a simple type"));
            return crate::datatype::Builtin::AnySimpleType as u32;
        }
        row
    }
}

/// Structures 3.10.6, attribute wildcard union; none where it can't be expressed.
fn union(one: &NamespaceSet, other: &NamespaceSet) -> Option<NamespaceSet> {
    use NamespaceSet::{Any, Only, Other};
    let not_absent = || Other(String::new());
    Some(match (one, other) {
        (one, other) if one == other => one.clone(),
        (Any, _) | (_, Any) => Any,
        (Only(one), Only(other)) => {
            let mut list = one.clone();
            list.extend(other.iter().filter(|uri| !one.contains(uri)).cloned());
            Only(list)
        }
        // Two negations of different names: not absent is all that both leave out.
        (Other(_), Other(_)) => not_absent(),
        (Other(not), Only(list)) | (Only(list), Other(not)) => {
            let absent = list.iter().any(String::is_empty);
            let negated = !not.is_empty() && list.contains(not);
            match (negated, absent) {
                (true, true) => Any,
                (true, false) => not_absent(),
                (false, true) if not.is_empty() => Any,
                (false, true) => return None,
                (false, false) => Other(not.clone()),
            }
        }
    })
}

/// Structures 3.10.6, attribute wildcard intersection; none where it can't be expressed.
fn intersection(one: &NamespaceSet, other: &NamespaceSet) -> Option<NamespaceSet> {
    use NamespaceSet::{Any, Only, Other};
    Some(match (one, other) {
        (one, other) if one == other => one.clone(),
        (Any, of) | (of, Any) => of.clone(),
        (Other(not), Only(list)) | (Only(list), Other(not)) => {
            Only(list.iter().filter(|uri| !uri.is_empty() && *uri != not).cloned().collect())
        }
        (Only(one), Only(other)) => Only(one.iter().filter(|uri| other.contains(uri)).cloned().collect()),
        (Other(one), Other(other)) if one.is_empty() => Other(other.clone()),
        (Other(one), Other(other)) if other.is_empty() => Other(one.clone()),
        (Other(_), Other(_)) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(list: &[&str]) -> NamespaceSet {
        NamespaceSet::Only(list.iter().map(|uri| (*uri).to_owned()).collect())
    }
    fn other(of: &str) -> NamespaceSet {
        NamespaceSet::Other(of.to_owned())
    }

    #[test]
    fn unions_are_those_of_the_recommendation() {
        assert_eq!(union(&other("a"), &other("a")), Some(other("a")));
        assert_eq!(union(&NamespaceSet::Any, &only(&["a"])), Some(NamespaceSet::Any));
        assert_eq!(union(&only(&["a"]), &only(&["", "a"])), Some(only(&["a", ""])));
        assert_eq!(union(&other("a"), &other("b")), Some(other("")));
        assert_eq!(union(&other("a"), &only(&["a", ""])), Some(NamespaceSet::Any));
        assert_eq!(union(&other("a"), &only(&["a"])), Some(other("")));
        assert_eq!(union(&other("a"), &only(&[""])), None);
        assert_eq!(union(&other("a"), &only(&["b"])), Some(other("a")));
        assert_eq!(union(&other(""), &only(&["", "b"])), Some(NamespaceSet::Any));
        assert_eq!(union(&other(""), &only(&["b"])), Some(other("")));
    }

    #[test]
    fn intersections_are_those_of_the_recommendation() {
        assert_eq!(intersection(&NamespaceSet::Any, &other("a")), Some(other("a")));
        assert_eq!(intersection(&other("a"), &only(&["a", "", "b"])), Some(only(&["b"])));
        assert_eq!(intersection(&only(&["a", "b"]), &only(&["b", "c"])), Some(only(&["b"])));
        assert_eq!(intersection(&other("a"), &other("b")), None);
        assert_eq!(intersection(&other(""), &other("b")), Some(other("b")));
    }
}
