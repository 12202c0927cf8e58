//! What may stand where in the entries of each kind: fields, what they mean, their code lists and labels, from the pack.

use std::collections::HashMap;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{NONE, Type};

use crate::message::content::{content_of, type_of};
use crate::register::{Kind, Kinds, RegisterError, global_type};

/// Elements within elements: no kind goes deeper, and a type may hold itself.
const DEEPEST: usize = 8;

/// What a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Fields within.
    Group,
    /// Text of any kind.
    Text,
    /// A date, perhaps partly known or unknown.
    Date,
    /// A code of a list.
    Code,
    /// A name, or that there is none.
    Name,
    /// The name of a street.
    Street,
    /// The number of a house, or what belongs to it.
    House,
}

/// A place in an entry.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// Number of its name in [`Shapes::names`].
    pub(super) name: u32,
    pub(super) nature: Nature,
    /// Type in the pack.
    pub(super) ty: u32,
    /// German and English label.
    pub(super) label: (String, String),
    /// Within, in the schema's order: numbers of spots.
    pub(super) within: Vec<u32>,
}

/// Fields of the DSAusländer by kind and path.
type Sheets = HashMap<String, HashMap<String, Vec<String>>>;

/// All kinds of a standard.
#[derive(Debug, Clone)]
pub(super) struct Shapes<'a> {
    pub(super) pack: Pack<'a>,
    names: Vec<String>,
    by_name: HashMap<String, u32>,
    spots: Vec<Spot>,
    /// Spot of each kind by its name.
    kinds: HashMap<String, u32>,
    /// Where fields stand in the DSAusländer: by kind and path.
    sheets: Sheets,
}

impl<'a> Shapes<'a> {
    /// The shapes of the newest standard of the register among some packs.
    pub(super) fn newest(packs: &[Pack<'a>]) -> Result<(Self, Kinds), RegisterError> {
        let (pack, kinds) = Kinds::newest_in(packs)?;
        let mut shapes = Self {
            pack: *pack,
            names: Vec::new(),
            by_name: HashMap::new(),
            spots: Vec::new(),
            kinds: HashMap::new(),
            sheets: sheets(pack),
        };
        for kind in kinds.all() {
            let name = shapes.number(&kind.name);
            let label = (kind.label.clone(), english(pack, kind));
            let at = shapes.add(Spot { name, nature: Nature::Group, ty: NONE, label, within: Vec::new() });
            if let Some(ty) = global_type(pack, &format!("AZR.{}.Meldung", kind.name)) {
                shapes.fill(at, ty, 0);
            }
            // The fields of the data stand below `….fachdaten.neu`, or in the Meldung itself.
            let within = shapes.spots.get(at as usize).map(|spot| spot.within.clone()).unwrap_or_default();
            let below =
                within.iter().find(|spot| kind.fachdaten.as_deref() == Some(shapes.name_of(**spot))).copied();
            if let Some(below) =
                below.and_then(|spot| shapes.spots.get(spot as usize)).map(|spot| spot.within.clone())
                && let Some(spot) = shapes.spots.get_mut(at as usize)
            {
                spot.within = below;
            }
            shapes.kinds.insert(kind.name.clone(), at);
        }
        Ok((shapes, kinds))
    }

    /// The spot of a kind.
    pub(super) fn kind(&self, name: &str) -> Option<u32> {
        self.kinds.get(name).copied()
    }

    /// A spot.
    pub(super) fn spot(&self, at: u32) -> Option<&Spot> {
        self.spots.get(at as usize)
    }

    /// The name of a spot.
    pub(super) fn name_of(&self, at: u32) -> &str {
        self.spot(at).and_then(|spot| self.names.get(spot.name as usize)).map_or("", String::as_str)
    }

    /// The spot of a name within another.
    pub(super) fn within(&self, at: u32, name: &str) -> Option<u32> {
        let number = self.number_of(name)?;
        let within = &self.spot(at)?.within;
        within.iter().copied().find(|spot| self.spot(*spot).is_some_and(|spot| spot.name == number))
    }

    /// The number of a name, if any kind knows it.
    pub(super) fn number_of(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// All names by number.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Numbers and names of a field in the DSAusländer; of the nearest field above where itself has none.
    pub(super) fn sheets(&self, kind: &str, field: &str) -> Vec<String> {
        let mut path = field;
        loop {
            if let Some(found) = self.sheets.get(kind).and_then(|sheets| sheets.get(path)) {
                return found.clone();
            }
            match path.rsplit_once('/') {
                Some((above, _)) => path = above,
                None => return Vec::new(),
            }
        }
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.by_name.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.by_name.insert(name.to_owned(), number);
        number
    }

    fn add(&mut self, spot: Spot) -> u32 {
        self.spots.push(spot);
        self.spots.len() as u32 - 1
    }

    fn fill(&mut self, at: u32, ty: &Type, depth: usize) {
        let pack = self.pack;
        if depth >= DEEPEST {
            return;
        }
        for child in content_of(&pack, ty).children {
            let Some(element) = pack.elements.get(child.element as usize) else { continue };
            let Some(ty) = type_of(&pack, element) else { continue };
            let local = pack.local(element.name.get());
            let german = pack.str(element.label);
            let english = pack.str(element.label_en);
            let label = if german.is_empty() { local } else { german };
            let label = (label.to_owned(), if english.is_empty() { label } else { english }.to_owned());
            let name = self.number(local);
            let nature = nature(&pack, ty);
            let spot = self.add(Spot { name, nature, ty: element.ty.get(), label, within: Vec::new() });
            if let Some(above) = self.spots.get_mut(at as usize) {
                above.within.push(spot);
            }
            // What is inside codes, dates and names is read as one value; rules may look into it all the same.
            if nature != Nature::Code {
                self.fill(spot, ty, depth + 1);
            }
        }
    }
}

fn nature(pack: &Pack<'_>, ty: &Type) -> Nature {
    if ty.code.get() != NONE {
        return Nature::Code;
    }
    let mut at = ty;
    loop {
        let name = if at.name.get() == NONE { "" } else { pack.local(at.name.get()) };
        match name {
            "Tagesdatum"
            | "JahrMonat"
            | "Jahr"
            | "date"
            | "TagesdatumMitUnbekannt"
            | "TeilbekanntesDatum"
            | "TeilbekanntesDatumMitUnbekannt" => return Nature::Date,
            "AllgemeinerName" => return Nature::Name,
            _ if name.ends_with(".Strasse") => return Nature::Street,
            _ if name.ends_with(".Hausnummer")
                || name.ends_with(".HausnummerBuchstabeZusatzziffer")
                || name.ends_with(".TeilnummerDerHausnummer")
                || name.ends_with(".Stockwerkswohnungsnummer") =>
            {
                return Nature::House;
            }
            _ => {}
        }
        match pack.types.get(at.base.get() as usize) {
            Some(base) => at = base,
            None => break,
        }
    }
    if content_of(pack, ty).children.is_empty() { Nature::Text } else { Nature::Group }
}

/// The English label of a kind, the German one where there is none.
fn english(pack: &Pack<'_>, kind: &Kind) -> String {
    let ty = |which: &str| global_type(pack, &format!("AZR.{}.{which}", kind.name));
    let label = ty("Auskunft").or_else(|| ty("Meldung")).map_or("", |ty| pack.str(ty.label_en));
    if label.is_empty() { kind.label.clone() } else { label.to_owned() }
}

/// The table of fields of the DSAusländer, by kind and path.
fn sheets(pack: &Pack<'_>) -> Sheets {
    let table = |file: &str| {
        let lines = pack.extra(file).unwrap_or("").lines();
        lines.filter(|line| !line.starts_with('#') && !line.is_empty())
    };
    let named = |line: &str| {
        let mut cells = line.split('\t');
        Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
    };
    let names: HashMap<String, String> = table("dsauslaender-7.tsv").filter_map(named).collect();
    let mut sheets = Sheets::new();
    for line in table("dsauslaender-azr.tsv") {
        let mut cells = line.split('\t');
        if let (Some(number), Some(kind), Some(path)) = (cells.next(), cells.next(), cells.next()) {
            let name = names.get(number).map_or("", String::as_str);
            let entry = sheets.entry(kind.to_owned()).or_default().entry(path.to_owned()).or_default();
            entry.push(format!("{number} {name}").trim().to_owned());
        }
    }
    sheets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Standards;

    #[test]
    fn kinds_have_their_fields_with_nature_label_and_sheet() {
        let standards = Standards::builtin();
        let (shapes, kinds) = Shapes::newest(&standards.packs()).expect("the table of kinds");
        for kind in kinds.all() {
            let at = shapes.kind(&kind.name).expect("a spot");
            for field in &kind.fields {
                let found = shapes.within(at, &field.name);
                assert!(found.is_some(), "{} {}", kind.name, field.name);
            }
        }
        let nature = |kind: &str, path: &str| {
            let mut at = shapes.kind(kind).expect("a kind");
            for name in path.split('/') {
                at = shapes.within(at, name).expect(name);
            }
            shapes.spot(at).expect("a spot").nature
        };
        assert_eq!(nature("Duldung", "duldungArt"), Nature::Code);
        assert_eq!(nature("Duldung", "befristungsdatum"), Nature::Date);
        assert_eq!(nature("Grundpersonalien", "geburtsangaben/tagDerGeburt"), Nature::Date);
        assert_eq!(nature("Grundpersonalien", "familienname"), Nature::Name);
        assert_eq!(nature("Grundpersonalien", "doktorgrad"), Nature::Text);
        assert_eq!(nature("Anschrift", "anschrift/strasse"), Nature::Street);
        assert_eq!(nature("Anschrift", "anschrift/hausnummer"), Nature::House);
        assert_eq!(nature("Anschrift", "anschrift"), Nature::Group);
        assert_eq!(shapes.sheets("Grundpersonalien", "familienname/name"), ["004.01 Familienname"]);
        let duldung = shapes.spot(shapes.kind("Duldung").expect("a kind")).expect("a spot");
        assert_ne!(duldung.label.0, duldung.label.1);
    }
}
