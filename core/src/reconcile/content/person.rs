//! The records of one person on both sides: entries paired, fields compared, Hinweise made.

use std::collections::HashMap;

use serde_json::Value;

use super::Comparison;
use super::fields::{Difference, differences};
use super::leaves::{Leaf, leaves};
use super::pairing::{Doubles, Read, doubles, pair};
use crate::reconcile::hinweis::{Args, Class, Code, Hinweis, Proposal, Severity, Side};
use crate::register::{Datensatz, Eintrag, Kind, compare_versions, referenzanteil};

/// More entries of one kind than any person has; what is beyond is not looked at, since pairing is quadratic.
const MOST_ENTRIES: usize = 500;

impl Comparison<'_> {
    /// Compares all records of one AZR-Nummer: those of the local stock with those of the register (one each, unless a stock holds a number
    /// twice; none where it does not know the person). Hinweise in a fixed order: about the person, then by kind, entry, field.
    pub fn persons(&self, number: &str, local: &[Datensatz], register: &[Datensatz]) -> Vec<Hinweis> {
        let mut found = Found {
            comparison: self,
            number,
            key: local.first().map(|one| one.key.clone()),
            all: Vec::new(),
        };
        for (side, records) in [(Side::Local, local), (Side::Register, register)] {
            if records.len() > 1 {
                let keys: Vec<&str> = records.iter().map(|record| record.key.as_str()).collect();
                found.twice(side, &keys.join(", "));
            }
        }
        match (local.first(), register.first()) {
            (Some(here), Some(there)) => {
                let held =
                    |kind: &str| here.entries.iter().chain(&there.entries).any(|entry| entry.kind == kind);
                for kind in self.kinds.all().iter().filter(|kind| held(&kind.name)) {
                    if self.wants(&kind.name) && here.touches(&kind.name) {
                        found.kind(kind, here, there);
                    }
                }
            }
            (Some(_), None) => found.person(Code::PersonMissingThere, Side::Local),
            (None, Some(_)) => found.person(Code::PersonMissingHere, Side::Register),
            (None, None) => {}
        }
        found.plausibility(local.first(), register.first());
        found.done()
    }

    /// What is said of a record that can not be compared: it has no AZR-Nummer, or one that can not be one.
    pub fn without_number(&self, side: Side, record: &Datensatz) -> Vec<Hinweis> {
        let key = Some(record.key.clone());
        let mut found = Found { comparison: self, number: "", key, all: Vec::new() };
        let given = record.azr_nummer.as_deref().unwrap_or("").trim();
        let mut hinweis =
            Hinweis::new(if given.is_empty() { Code::NumberMissing } else { Code::NumberWrong });
        hinweis.side = side;
        if !given.is_empty() {
            *found.value_of(&mut hinweis, side) = Some(Value::from(given));
        }
        hinweis.say(&Args { detail: (given, given), ..Args::default() });
        found.all.push(hinweis);
        match side {
            Side::Register => found.plausibility(None, Some(record)),
            _ => found.plausibility(Some(record), None),
        }
        found.done()
    }
}

struct Found<'c, 'a> {
    comparison: &'c Comparison<'a>,
    number: &'c str,
    key: Option<String>,
    all: Vec<Hinweis>,
}

impl Found<'_, '_> {
    fn value_of<'h>(&self, hinweis: &'h mut Hinweis, side: Side) -> &'h mut Option<Value> {
        if side == Side::Register { &mut hinweis.register } else { &mut hinweis.local }
    }

    fn person(&mut self, code: Code, side: Side) {
        let mut hinweis = Hinweis::new(code);
        hinweis.side = side;
        hinweis.say(&Args { number: self.number, ..Args::default() });
        self.all.push(hinweis);
    }

    fn twice(&mut self, side: Side, keys: &str) {
        let mut hinweis = Hinweis::new(Code::NumberTwice);
        hinweis.side = side;
        *self.value_of(&mut hinweis, side) = Some(Value::from(keys));
        hinweis.say(&Args { number: self.number, detail: (keys, keys), ..Args::default() });
        self.all.push(hinweis);
    }

    fn kind(&mut self, kind: &Kind, here: &Datensatz, there: &Datensatz) {
        fn of<'e>(kind: &Kind, record: &'e Datensatz) -> Vec<&'e Eintrag> {
            let of_kind =
                record.entries.iter().filter(|entry| entry.kind == kind.name && !entry.data.is_empty());
            of_kind.take(MOST_ENTRIES).collect()
        }
        let (mut local, mut register) = (of(kind, here), of(kind, there));
        let twice = [doubles(&local), doubles(&register)];
        for (side, doubles) in [Side::Local, Side::Register].into_iter().zip(&twice) {
            for (earlier, later) in doubles {
                self.double(kind, side, earlier, later);
            }
        }
        // Most entries are the very same on both sides: nothing is to be read in them.
        local.retain(|one| {
            let same = |other: &&Eintrag| one.referenz_id == other.referenz_id && one.data == other.data;
            let found = register.iter().position(same);
            if let Some(at) = found {
                register.remove(at);
            }
            found.is_none()
        });
        if local.is_empty() && register.is_empty() {
            return;
        }
        let (shapes, renamed) = (&self.comparison.shapes, &self.comparison.renamed);
        let read = |entries: Vec<_>| -> Vec<Read<'_>> {
            let read = |entry: &Eintrag| leaves(shapes, renamed, &kind.name, &entry.data);
            entries.into_iter().map(|entry| Read { entry, leaves: read(entry) }).collect()
        };
        let (local, register) = (read(local), read(register));
        self.entries(kind, &local, &register, &twice);
    }

    fn entries(&mut self, kind: &Kind, local: &[Read<'_>], register: &[Read<'_>], twice: &[Doubles<'_>; 2]) {
        let single = kind.most == Some(1) && !kind.auskunft.iter().any(|place| place.historic);
        let pairs = pair(local, register, single);
        for (a, b) in &pairs {
            if let (Some(here), Some(there)) = (local.get(*a), register.get(*b)) {
                self.pair(kind, here, there);
            }
        }
        let [twice_local, twice_register] = twice;
        let left = |reads: &[Read<'_>], paired: Vec<usize>, twice: &Doubles<'_>| -> Vec<usize> {
            let open: Vec<usize> = (0..reads.len()).filter(|at| !paired.contains(at)).collect();
            let is_open = |entry: &Eintrag| {
                open.iter().any(|at| reads.get(*at).is_some_and(|read| std::ptr::eq(read.entry, entry)))
            };
            // What is there twice and has a counterpart once lacks none; what is there twice and has none lacks it once.
            let lacks = |entry: &Eintrag| {
                twice.iter().all(|(earlier, later)| {
                    !std::ptr::eq(*later, entry) && (!std::ptr::eq(*earlier, entry) || is_open(later))
                })
            };
            open.iter().copied().filter(|at| reads.get(*at).is_some_and(|read| lacks(read.entry))).collect()
        };
        for at in left(local, pairs.iter().map(|pair| pair.0).collect(), twice_local) {
            self.entry(Code::EntryMissingThere, kind, local.get(at), None);
        }
        for at in left(register, pairs.iter().map(|pair| pair.1).collect(), twice_register) {
            self.entry(Code::EntryMissingHere, kind, None, register.get(at));
        }
    }

    /// Two entries that are one.
    fn pair(&mut self, kind: &Kind, here: &Read<'_>, there: &Read<'_>) {
        let ids = match (&here.entry.referenz_id, &there.entry.referenz_id) {
            (Some(a), Some(b)) if a != b => Some((a.as_str(), b.as_str())),
            _ => None,
        };
        let same_entry = ids.is_some_and(|(a, b)| referenzanteil(a) == referenzanteil(b));
        let order = ids.filter(|_| same_entry).map(|(a, b)| compare_versions(a, b));
        let found = differences(&here.leaves, &there.leaves);
        let whole = |this: &mut Self, code: Code, a: &str, b: &str| {
            let mut hinweis = this.begin(code, kind, Some(here), Some(there));
            (hinweis.local, hinweis.register) = (Some(Value::from(a)), Some(Value::from(b)));
            let detail = format!("{a} / {b}");
            this.say(hinweis, kind, None, (&detail, &detail));
        };
        if let (true, Some((a, b))) = (found.is_empty(), ids) {
            match order {
                Some(std::cmp::Ordering::Greater) => whole(self, Code::RegisterOutdated, a, b),
                Some(_) => whole(self, Code::VersionOutdated, a, b),
                None => whole(self, Code::OtherReference, a, b),
            }
        }
        for difference in found {
            self.field(kind, here, there, difference, order);
        }
    }

    fn field(
        &mut self,
        kind: &Kind,
        here: &Read<'_>,
        there: &Read<'_>,
        difference: Difference<'_>,
        order: Option<std::cmp::Ordering>,
    ) {
        let changed =
            matches!(difference.code, Code::FieldDiffers | Code::FieldMissingHere | Code::FieldMissingThere);
        let code = match order.filter(|_| changed) {
            Some(std::cmp::Ordering::Less) => Code::FieldOutdated,
            Some(std::cmp::Ordering::Greater) => Code::FieldNewer,
            _ => difference.code,
        };
        let mut hinweis = self.begin(code, kind, Some(here), Some(there));
        hinweis.local = difference.local.map(|leaf| leaf.value.clone());
        hinweis.register = difference.register.map(|leaf| leaf.value.clone());
        let leaf = difference.local.or(difference.register);
        if let Some(leaf) = leaf {
            hinweis.field = Some(leaf.path.clone());
            hinweis.dsauslaender = self.comparison.shapes.sheets(&kind.name, &leaf.path);
        }
        if code == Code::FieldDiffers && kind.abgleich.is_some() {
            hinweis.severity = Severity::High;
        }
        if hinweis.class == Class::Format
            && let (Some(a), Some(b)) = (difference.local, difference.register)
        {
            hinweis.proposal = richer(&a.text, &b.text);
        }
        self.say(hinweis, kind, leaf, ("", ""));
    }

    /// An entry that one side lacks.
    fn entry(&mut self, code: Code, kind: &Kind, here: Option<&Read<'_>>, there: Option<&Read<'_>>) {
        let mut hinweis = self.begin(code, kind, here, there);
        let data = |read: &Read<'_>| Value::Object(read.entry.data.clone());
        (hinweis.local, hinweis.register) = (here.map(data), there.map(data));
        hinweis.side = if here.is_some() { Side::Local } else { Side::Register };
        if kind.abgleich.is_some() {
            hinweis.severity = Severity::High;
        }
        self.say(hinweis, kind, None, ("", ""));
    }

    fn double(&mut self, kind: &Kind, side: Side, earlier: &Eintrag, later: &Eintrag) {
        let mut hinweis = Hinweis::new(Code::EntryTwice);
        hinweis.kind = Some(kind.name.clone());
        hinweis.entry = (side == Side::Local).then(|| later.key.clone());
        hinweis.referenz_id.clone_from(&later.referenz_id);
        hinweis.side = side;
        let name = |entry: &Eintrag| entry.referenz_id.clone().unwrap_or_else(|| entry.key.clone());
        *self.value_of(&mut hinweis, side) = Some(Value::from(format!("{}, {}", name(earlier), name(later))));
        self.say(hinweis, kind, None, ("", ""));
    }

    fn begin(&self, code: Code, kind: &Kind, here: Option<&Read<'_>>, there: Option<&Read<'_>>) -> Hinweis {
        let mut hinweis = Hinweis::new(code);
        hinweis.kind = Some(kind.name.clone());
        hinweis.entry = here.map(|read| read.entry.key.clone());
        let id = |read: Option<&Read<'_>>| read.and_then(|read| read.entry.referenz_id.clone());
        hinweis.referenz_id = id(there).or_else(|| id(here));
        hinweis
    }

    fn say(&mut self, mut hinweis: Hinweis, kind: &Kind, leaf: Option<&Leaf>, detail: (&str, &str)) {
        let labels = self.comparison.labels(&kind.name, leaf.map_or("", |leaf| leaf.path.as_str()));
        let kinds = self.comparison.labels(&kind.name, "");
        let (local, register) = (shown(hinweis.local.as_ref()), shown(hinweis.register.as_ref()));
        hinweis.say(&Args {
            number: self.number,
            kind: (&kinds.0, &kinds.1),
            field: (&labels.0, &labels.1),
            local: &local,
            register: &register,
            detail,
        });
        self.all.push(hinweis);
    }

    /// What the rules find in both records; what they find in both alike is said once.
    fn plausibility(&mut self, local: Option<&Datensatz>, register: Option<&Datensatz>) {
        let rules = &self.comparison.rules;
        let find = |record: Option<&Datensatz>| {
            record
                .map(|record| rules.check(&self.comparison.shapes, record, self.comparison.today.as_deref()))
                .unwrap_or_default()
        };
        let (here, mut there) = (find(local), find(register));
        let mut hinweise = Vec::new();
        for (side, found) in [(Side::Local, here), (Side::Register, std::mem::take(&mut there))] {
            let record = if side == Side::Local { local } else { register };
            for violation in found {
                let mut hinweis = Hinweis::new(Code::Implausible);
                (hinweis.side, hinweis.severity, hinweis.rule) =
                    (side, violation.severity, Some(violation.rule.to_owned()));
                let entry = violation.entry.and_then(|at| record?.entries.get(at));
                if !entry.is_none_or(|entry| self.comparison.wants(&entry.kind)) {
                    continue;
                }
                if let Some(entry) = entry {
                    hinweis.kind = Some(entry.kind.clone());
                    hinweis.entry = (side == Side::Local).then(|| entry.key.clone());
                    hinweis.referenz_id.clone_from(&entry.referenz_id);
                    hinweis.field = Some(violation.field.clone()).filter(|field| !field.is_empty());
                    hinweis.dsauslaender = self.comparison.shapes.sheets(&entry.kind, &violation.field);
                    let value = pointer(&Value::Object(entry.data.clone()), &violation.field);
                    *self.value_of(&mut hinweis, side) = value;
                }
                let kind = entry.map_or("", |entry| entry.kind.as_str());
                let labels = self.comparison.labels(kind, "");
                let args = Args {
                    kind: (&labels.0, &labels.1),
                    detail: (violation.text_de, violation.text_en),
                    ..Args::default()
                };
                hinweis.say(&args);
                let twin = hinweise.iter_mut().find(|other: &&mut Hinweis| {
                    side == Side::Register
                        && other.side == Side::Local
                        && (&other.rule, &other.kind, &other.field, &other.local)
                            == (&hinweis.rule, &hinweis.kind, &hinweis.field, &hinweis.register)
                });
                match twin {
                    Some(twin) => {
                        twin.side = Side::Both;
                        twin.register = hinweis.register;
                        twin.referenz_id = hinweis.referenz_id.or(twin.referenz_id.take());
                    }
                    None => hinweise.push(hinweis),
                }
            }
        }
        self.all.extend(hinweise);
    }

    fn done(mut self) -> Vec<Hinweis> {
        let mut seen: HashMap<String, u32> = HashMap::new();
        for hinweis in &mut self.all {
            hinweis.key.clone_from(&self.key);
            hinweis.azr_nummer = Some(self.number.to_owned()).filter(|number| !number.is_empty());
            hinweis.seal();
            // Values of a list share their place: the second and further ones are told apart by their order.
            let again = seen.entry(hinweis.id.clone()).or_default();
            *again += 1;
            if *again > 1 {
                hinweis.distinguish(*again);
            }
        }
        self.all
    }
}

/// Whose spelling is kept: that with more letters that are not plain ASCII, as in the passport; else a person decides.
fn richer(local: &str, register: &str) -> Proposal {
    let rich = |text: &str| text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    match rich(local).cmp(&rich(register)) {
        std::cmp::Ordering::Greater => Proposal::Report,
        std::cmp::Ordering::Less => Proposal::TakeOver,
        std::cmp::Ordering::Equal => Proposal::Ask,
    }
}

/// A value as people read it: its one text, else JSON.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => format!("„{text}“"),
        Some(Value::Object(all)) => {
            let keys =
                ["name", "code", "teilbekanntesDatum", "datum", "jahrMonatTag", "jahrMonat", "jahr", "$text"];
            match keys
                .iter()
                .rev()
                .find_map(|key| all.get(*key).filter(|_| *key != "name" || !all.contains_key("code")))
            {
                Some(inner) => shown(Some(inner)),
                None => Value::Object(all.clone()).to_string(),
            }
        }
        Some(other) => other.to_string(),
    }
}

/// The value at a path, the first of a list; the whole for the empty path.
fn pointer(value: &Value, path: &str) -> Option<Value> {
    let mut at = value;
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let first = at.as_array().map_or(Some(at), |all| all.first());
        at = first?.get(name)?;
    }
    Some(at.clone())
}
