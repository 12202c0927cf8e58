//! The kinds of entries that the register holds, and where each stands in its messages.

use std::collections::HashMap;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{NONE, Type};

use super::RegisterError;
use crate::message::content::{Child, content_of, type_of};

/// The table of the standard: one row a kind, columns as its head says.
const TABLE: &str = "sachverhalte.tsv";
/// The column's names, in order.
const COLUMNS: [&str; 7] =
    ["kind", "folgemeldung", "erstmeldung", "auskunft", "datensatzinhalt", "bestaetigung", "abgleich"];

/// All kinds of entries of a standard (84 in XAusländer 26.11).
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    all: Vec<Kind>,
    by_name: HashMap<String, usize>,
}

/// A kind of entry. Names and paths are the schema's local names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kind {
    /// Its name: the middle of `AZR.KIND.Meldung`, such as `Duldung`.
    pub name: String,
    /// German label of its element in a Meldung.
    pub label: String,
    /// Where it stands in a Folgemeldung (090010), such as `sachverhalt`, `duldung`.
    pub folgemeldung: Vec<String>,
    /// It may stand there more than once (an array in JSON).
    pub many: bool,
    /// Where it stands in an Erstmeldung (090009); none where it may not.
    pub erstmeldung: Option<Vec<String>>,
    /// It may stand in an Erstmeldung more than once.
    pub erstmeldung_many: bool,
    /// Where it stands in a Gesamtauskunft (090004): the current entries, then the historic ones where they are told apart.
    pub auskunft: Vec<Place>,
    /// Where it stands below `inhaltAktuell` and `inhaltVorAenderung` of a 090030.
    pub datensatzinhalt: Vec<Place>,
    /// Where a 090098 brings its new id.
    pub bestaetigung: Option<Vec<String>>,
    /// Where it stands in 090022 and 090023.
    pub abgleich: Option<Place>,
    /// A message carries at most one of these kinds; the others ride along.
    pub sachverhalt: bool,
    /// The element of a Meldung that holds the data, such as `duldung.fachdaten.neu`; none where they stand in the Meldung itself.
    pub fachdaten: Option<String>,
    /// The element of a Meldung by which the register names the entry, such as `referenz.id`; none where it names none.
    pub id: Option<String>,
    /// The same in an Auskunft.
    pub auskunft_id: Option<String>,
    /// A Meldung of this kind says its Änderungsart.
    pub aenderungsart: bool,
    /// The fields of the data, in the schema's order.
    pub fields: Vec<Field>,
    /// The fields of an Auskunft, in the schema's order; empty where there is no Auskunft.
    pub auskunft_fields: Vec<Field>,
    /// How many current entries a record may hold at most; none for any number.
    pub most: Option<u32>,
}

/// Where a kind stands in a message of the register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Elements from the top (for 090030: from the Datensatzinhalt).
    pub path: Vec<String>,
    /// Only entries that are history stand there.
    pub historic: bool,
    /// It is an array in JSON.
    pub many: bool,
    /// How many may stand there at most; none for any number.
    pub most: Option<u32>,
}

/// A field of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// Local name.
    pub name: String,
    /// German label, the name where there is none.
    pub label: String,
    /// It may stand more than once (an array in JSON).
    pub many: bool,
    /// It must stand.
    pub required: bool,
}

impl Kinds {
    /// The kinds of a standard's pack: its table `sachverhalte.tsv`, completed from its types.
    ///
    /// # Errors
    /// [`RegisterError::NoKinds`] where the pack has no such table, [`RegisterError::Table`] where a row does not fit the types.
    pub fn of(pack: &Pack<'_>) -> Result<Self, RegisterError> {
        let table = pack.extra(TABLE).ok_or(RegisterError::NoKinds)?;
        let mut kinds = Self::default();
        for row in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let mut cells = row.split('\t');
            let cells = COLUMNS.map(|_| cells.next().unwrap_or(""));
            if cells[0].is_empty() {
                continue;
            }
            let kind = read(pack, cells).ok_or_else(|| RegisterError::Table { row: cells[0].to_owned() })?;
            kinds.by_name.insert(kind.name.clone(), kinds.all.len());
            kinds.all.push(kind);
        }
        if kinds.all.is_empty() { Err(RegisterError::NoKinds) } else { Ok(kinds) }
    }

    /// The kinds of the last of some packs that has any: the newest standard of the register.
    ///
    /// # Errors
    /// As [`of`](Self::of); [`RegisterError::NoKinds`] where none has any.
    pub fn newest(packs: &[Pack<'_>]) -> Result<Self, RegisterError> {
        Self::newest_in(packs).map(|(_, kinds)| kinds)
    }

    /// As [`newest`](Self::newest), with the pack that has them.
    ///
    /// # Errors
    /// As [`newest`](Self::newest).
    pub fn newest_in<'p, 'a>(packs: &'p [Pack<'a>]) -> Result<(&'p Pack<'a>, Self), RegisterError> {
        let all = packs.iter().rev().map(|pack| (pack, Self::of(pack)));
        let (pack, kinds) = all
            .into_iter()
            .find(|(_, kinds)| !matches!(kinds, Err(RegisterError::NoKinds)))
            .ok_or(RegisterError::NoKinds)?;
        Ok((pack, kinds?))
    }

    /// The kind that each first report has: it stands at the top of a message, as `grundpersonalien`.
    pub fn grundpersonalien(&self) -> Option<&Kind> {
        self.all.iter().find(|kind| kind.folgemeldung == ["grundpersonalien"])
    }

    /// The kinds in the order of the table.
    pub fn all(&self) -> &[Kind] {
        &self.all
    }

    /// A kind by its name.
    pub fn get(&self, name: &str) -> Option<&Kind> {
        self.all.get(*self.by_name.get(name)?)
    }
}

impl Kind {
    /// The fields that only the register fills: those of an Auskunft that are no fields of the data (`letzteAenderung`,
    /// `meldendeBehoerde`, `dokumentMetadaten` …), the id apart.
    pub fn register_fields(&self) -> impl Iterator<Item = &Field> {
        self.auskunft_fields.iter().filter(|field| {
            Some(&field.name) != self.auskunft_id.as_ref()
                && !self.fields.iter().any(|own| own.name == field.name)
        })
    }

    /// Whether a message carries only one entry of these kinds: a Sachverhalt, or a kind whose new id the answer brings in the place
    /// of a Sachverhalt's (AngabenUnterbringung).
    pub fn stands_alone(&self) -> bool {
        let in_place = |path: &Vec<String>| path.first().is_some_and(|first| first == "sachverhalt");
        self.sachverhalt || self.bestaetigung.as_ref().is_some_and(in_place)
    }

    /// Whether an Auskunft shows a field.
    pub fn shows(&self, field: &str) -> bool {
        self.auskunft_fields.iter().any(|own| own.name == field)
    }

    /// The element name of its Meldung: the last of its path.
    pub fn element(&self) -> &str {
        self.folgemeldung.last().map_or("", String::as_str)
    }

    /// The element name by which answers and JSON name the path in a Folgemeldung, such as `sachverhalt/duldung`.
    pub fn path(&self) -> String {
        self.folgemeldung.join("/")
    }
}

fn read(pack: &Pack<'_>, cells: [&str; 7]) -> Option<Kind> {
    let [name, folgemeldung, erstmeldung, auskunft, inhalt, bestaetigung, abgleich] = cells;
    let meldung = global_type(pack, &format!("AZR.{name}.Meldung"))?;
    let mut kind = Kind { name: name.to_owned(), ..Kind::default() };
    let (path, many) = in_meldung(folgemeldung);
    kind.sachverhalt = path.first().is_some_and(|first| first == "sachverhalt");
    (kind.folgemeldung, kind.many) = (path, many);
    if !erstmeldung.is_empty() {
        let (path, _) = in_meldung(erstmeldung);
        // The table marks repetition in the Folgemeldung; it is the same in the Erstmeldung.
        (kind.erstmeldung, kind.erstmeldung_many) = (Some(path), many);
    }
    let mut ids: Vec<String> = Vec::new();
    for child in content_of(pack, meldung).children {
        let field = field(pack, child)?;
        match field.name.as_str() {
            "aenderungsArt" => kind.aenderungsart = true,
            name if name.ends_with(".fachdaten.neu") => kind.fachdaten = Some(name.to_owned()),
            name if is_id(name) => ids.push(name.to_owned()),
            _ => kind.fields.push(field),
        }
    }
    // `lichtbildZuSuchvermerk` has two: its own comes first, the other one is data.
    let mut ids = ids.into_iter();
    kind.id = ids.next();
    kind.fields.extend(ids.map(|name| Field { label: name.clone(), name, ..Field::default() }));
    if let Some(fachdaten) = &kind.fachdaten {
        let row = content_of(pack, meldung)
            .children
            .iter()
            .find_map(|child| {
                let row = pack.elements.get(child.element as usize)?;
                (pack.local(row.name.get()) == fachdaten).then_some(row)
            })
            .and_then(|row| type_of(pack, row))?;
        let own = content_of(pack, row).children;
        kind.fields.extend(own.into_iter().filter_map(|child| field(pack, child)));
    }
    for (cell, places) in [(auskunft, &mut kind.auskunft), (inhalt, &mut kind.datensatzinhalt)] {
        *places = cell.split(',').filter(|cell| !cell.is_empty()).map(place).collect();
        for place in places.iter_mut() {
            place.historic = place.path.last().is_some_and(|last| last.starts_with("historisiert"));
        }
    }
    // All that stands below weiterePersonalien stands in a Datensatzinhalt as in an Auskunft.
    if kind.datensatzinhalt.is_empty() {
        kind.datensatzinhalt = kind.auskunft.clone();
    }
    if !bestaetigung.is_empty() {
        kind.bestaetigung = Some(bestaetigung.split('/').map(str::to_owned).collect());
    }
    kind.abgleich = (!abgleich.is_empty()).then(|| place(abgleich));
    let current: Vec<&Place> = kind.auskunft.iter().filter(|place| !place.historic).collect();
    kind.most = current.iter().map(|place| place.most).sum::<Option<u32>>().filter(|most| *most > 0);
    if let Some(ty) = auskunft_type(pack, name) {
        let fields = content_of(pack, ty).children.into_iter().filter_map(|child| field(pack, child));
        kind.auskunft_fields = fields.collect();
        let named = |name: &str| kind.auskunft_fields.iter().any(|field| field.name == name);
        kind.auskunft_id = kind
            .id
            .iter()
            .map(String::as_str)
            .chain(["referenz.id", "lichtbildId", "fingerabdruckId", "referenzSuchvermerk.id"])
            .find(|name| named(name))
            .map(str::to_owned);
    }
    kind.label = label(pack, &kind);
    Some(kind)
}

/// `lichtbild` has its Auskunft under another name than the Meldungen.
fn auskunft_type<'a>(pack: &Pack<'a>, name: &str) -> Option<&'a Type> {
    global_type(pack, &format!("AZR.{name}.Auskunft")).or_else(|| {
        name.starts_with("Lichtbild").then(|| global_type(pack, "AZR.LichtbildMetainformation.Auskunft"))?
    })
}

/// `referenz.id` and what stands in its place.
fn is_id(name: &str) -> bool {
    matches!(name, "referenz.id" | "referenzSuchvermerk.id" | "lichtbildId" | "fingerabdruckId")
}

/// `weiterePersonalien/ausweispapier`, `nichtIdentischMit*`.
fn in_meldung(cell: &str) -> (Vec<String>, bool) {
    let place = place(cell);
    (place.path, cell.ends_with('*'))
}

/// A path with how often it may stand: `1`, `?`, `*`, `m..n`; nothing means once.
fn place(cell: &str) -> Place {
    let (path, most) = match cell.strip_suffix(['*', '+']) {
        Some(path) => (path, None),
        None => match cell.split_once("..") {
            Some((path, most)) => (path.trim_end_matches(|c: char| c.is_ascii_digit()), most.parse().ok()),
            None => (cell.trim_end_matches(['1', '?']), Some(1)),
        },
    };
    let path = path.split('/').map(str::to_owned).collect();
    Place { path, historic: false, many: most != Some(1), most }
}

pub(crate) fn global_type<'a>(pack: &Pack<'a>, name: &str) -> Option<&'a Type> {
    let row = pack.global_types.iter().find(|row| pack.local(row.name.get()) == name)?;
    pack.types.get(row.row.get() as usize)
}

fn field(pack: &Pack<'_>, child: Child) -> Option<Field> {
    let row = pack.elements.get(child.element as usize)?;
    let name = pack.local(row.name.get()).to_owned();
    let label = pack.str(row.label);
    let label = if label.is_empty() { name.clone() } else { label.to_owned() };
    Some(Field { name, label, many: child.max != Some(1), required: child.min > 0 })
}

/// The label of the element in a Folgemeldung.
fn label(pack: &Pack<'_>, kind: &Kind) -> String {
    let found = pack.elements.iter().find(|row| {
        let ty = pack.types.get(row.ty.get() as usize);
        let of_kind = ty.is_some_and(|ty| {
            ty.name.get() != NONE && pack.local(ty.name.get()) == format!("AZR.{}.Meldung", kind.name)
        });
        of_kind && pack.local(row.name.get()) == kind.element() && !pack.str(row.label).is_empty()
    });
    found.map_or_else(|| kind.name.clone(), |row| pack.str(row.label).to_owned())
}
