//! The Hinweis: a possible error or gap in one of two stocks, for a person to decide or a rule to.
//!
//! It says where (person, kind, entry, field), what stands here and there, of which class it is and what is proposed. Its id is that of
//! the place, its fingerprint that of the values: who has decided a Hinweis sees it again only if one of the values has changed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use twox_hash::XxHash3_128;

pub use texts::{Args, Code};

use crate::message::report::Lang;
use crate::register::plain;

mod texts;

/// What a Hinweis is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Class {
    /// The register has it, the local stock does not.
    MissingHere,
    /// The local stock has it, the register does not.
    MissingThere,
    /// Both have it and say different things.
    Differs,
    /// One side holds an older version of the entry than the other.
    Outdated,
    /// What one side says can not be so in itself, or is hardly so.
    Contradictory,
    /// Probably the same thing twice.
    Duplicate,
    /// The same thing in another spelling.
    Format,
}

impl Class {
    /// As in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingHere => "missingHere",
            Self::MissingThere => "missingThere",
            Self::Differs => "differs",
            Self::Outdated => "outdated",
            Self::Contradictory => "contradictory",
            Self::Duplicate => "duplicate",
            Self::Format => "format",
        }
    }
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// A matter of spelling, or a hint.
    Low,
    /// Worth a look.
    Medium,
    /// Of weight for the person: who it is, whether and until when they may stay.
    High,
}

impl Severity {
    /// As in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What could be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Proposal {
    /// Report the local data to the register.
    Report,
    /// Take the register's data over.
    TakeOver,
    /// A person has to look.
    Ask,
}

impl Proposal {
    /// As in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::TakeOver => "takeOver",
            Self::Ask => "ask",
        }
    }
}

/// Whose data it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// The local stock.
    Local,
    /// The register.
    Register,
    /// Both.
    Both,
}

impl Side {
    /// As in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Register => "register",
            Self::Both => "both",
        }
    }
}

/// A possible error or gap. In JSON the names are in camelCase; what is not known is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hinweis {
    /// The same in each run for the same place: person, kind, entry, field; where there is no field, class (32 hexadecimal digits).
    pub id: String,
    /// The same as long as the values are (32 hexadecimal digits).
    pub fingerprint: String,
    /// Its code, `AZK-H…`.
    pub code: Code,
    /// The class.
    pub class: Class,
    /// How much it matters.
    pub severity: Severity,
    /// What could be done.
    pub proposal: Proposal,
    /// Whose data it is about.
    pub side: Side,
    /// The local stock's key of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The AZR-Nummer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azr_nummer: Option<String>,
    /// The kind of entry; none where it is about the person as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The local stock's key of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The Referenz-ID of the entry: the register's, else the one that is known locally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenz_id: Option<String>,
    /// The field, names parted by `/`; none where it is about the entry as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What stands in the local stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<Value>,
    /// What stands in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Value>,
    /// The rule of plausibility that found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Numbers and names of the field in the DSAusländer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dsauslaender: Vec<String>,
    /// What is the matter, for a case worker, in German.
    pub text_de: String,
    /// The same in English.
    pub text_en: String,
}

impl Hinweis {
    /// A Hinweis of a code, with the class, severity and proposal that the code has; everything else is to be filled in. It has no id yet:
    /// see [`Hinweis::seal`].
    pub fn new(code: Code) -> Self {
        Self {
            id: String::new(),
            fingerprint: String::new(),
            code,
            class: code.class(),
            severity: code.severity(),
            proposal: code.proposal(),
            side: Side::Both,
            key: None,
            azr_nummer: None,
            kind: None,
            entry: None,
            referenz_id: None,
            field: None,
            local: None,
            register: None,
            rule: None,
            dsauslaender: Vec::new(),
            text_de: String::new(),
            text_en: String::new(),
        }
    }

    /// Writes both texts from the table of codes.
    pub fn say(&mut self, args: &Args<'_>) {
        self.text_de = self.code.sentence(Lang::De, args);
        self.text_en = self.code.sentence(Lang::En, args);
    }

    /// Computes id and fingerprint from the rest.
    ///
    /// The person is the AZR-Nummer, where there is none the local key. The entry is the Referenzanteil (the part of the Referenz-ID that
    /// does not change), where there is none the local key of the entry. Of a field it does not count whether the entry has another version
    /// by now, as other fields of it may have changed, nor how a code is written out.
    pub fn seal(&mut self) {
        let person = self.azr_nummer.as_deref().or(self.key.as_deref()).unwrap_or("");
        let entry = match (&self.referenz_id, &self.entry) {
            (Some(id), _) => crate::register::referenzanteil(id),
            (None, Some(key)) => key,
            (None, None) => "",
        };
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let (kind, field, rule) = (text(&self.kind), text(&self.field), text(&self.rule));
        let of_field = self.field.is_some() && self.rule.is_none();
        let class = if of_field { "field" } else { self.class.as_str() };
        self.id = digest(&[person, &kind, entry, &field, class, self.side.as_str(), &rule]);
        let value =
            |of: &Option<Value>| of.as_ref().map_or_else(String::new, |value| plain(value).to_string());
        let (id, code) =
            if of_field { (String::new(), "") } else { (text(&self.referenz_id), self.code.as_str()) };
        self.fingerprint = digest(&[&value(&self.local), &value(&self.register), &id, code]);
    }

    /// Tells it apart from others of the same place, as values of a list are; `order` counts them.
    pub fn distinguish(&mut self, order: u32) {
        self.id = digest(&[&self.id, &order.to_string()]);
    }

    /// The text in a language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::De => &self.text_de,
            Lang::En => &self.text_en,
        }
    }

    /// The names of the columns of [`csv_line`](Self::csv_line), as a line.
    pub fn csv_head() -> &'static str {
        "id;fingerprint;code;class;severity;proposal;side;azrNummer;key;kind;entry;referenzId;field;local;register;rule;dsauslaender;textDe;textEn;decision;note\n"
    }

    /// The Hinweis as a line of CSV (RFC 4180, parted by semicolons as German spreadsheets read it). The last two columns, `decision`
    /// and `note`, are empty: a clerk fills them in. Values that are texts stand as they are, others as JSON. A cell that a spreadsheet
    /// would take for a formula has an apostrophe before it.
    pub fn csv_line(&self) -> String {
        let value = |value: &Option<Value>| match value {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let cells = [
            self.id.clone(),
            self.fingerprint.clone(),
            self.code.as_str().to_owned(),
            self.class.as_str().to_owned(),
            self.severity.as_str().to_owned(),
            self.proposal.as_str().to_owned(),
            self.side.as_str().to_owned(),
            text(&self.azr_nummer),
            text(&self.key),
            text(&self.kind),
            text(&self.entry),
            text(&self.referenz_id),
            text(&self.field),
            value(&self.local),
            value(&self.register),
            text(&self.rule),
            self.dsauslaender.join(", "),
            self.text_de.clone(),
            self.text_en.clone(),
            String::new(),
            String::new(),
        ];
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                line.push(';');
            }
            csv_cell(&mut line, cell);
        }
        line.push('\n');
        line
    }
}

fn csv_cell(line: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !cell.contains([';', '"', '\n', '\r']) {
        line.push_str(cell);
        return;
    }
    line.push('"');
    if formula {
        line.push('\'');
    }
    line.push_str(&cell.replace('"', "\"\""));
    line.push('"');
}

/// XXH3 of 128 bits over the parts and their lengths. It tells things apart; it is no protection against a forger.
fn digest(parts: &[&str]) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    format!("{:032x}", XxHash3_128::oneshot(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn example() -> Hinweis {
        let mut hinweis = Hinweis::new(Code::FieldDiffers);
        hinweis.key = Some("akte-1".into());
        hinweis.azr_nummer = Some("081111000001".into());
        hinweis.kind = Some("Duldung".into());
        hinweis.referenz_id = Some("A1B2C3D01X".into());
        hinweis.field = Some("befristungsdatum".into());
        hinweis.local = Some(json!("2026-12-31"));
        hinweis.register = Some(json!("2026-11-30"));
        hinweis.say(&Args { field: ("Befristungsdatum", "Limitation date"), ..Args::default() });
        hinweis.seal();
        hinweis
    }

    #[test]
    fn the_id_is_that_of_the_place_the_fingerprint_that_of_the_values() {
        let first = example();
        assert_eq!(first.id.len(), 32);
        let mut other = first.clone();
        other.local = Some(json!("2027-01-31"));
        other.seal();
        assert_eq!(first.id, other.id);
        assert_ne!(first.fingerprint, other.fingerprint);
        // A new version of the entry is the same entry, and says nothing of this field.
        let mut newer = first.clone();
        (newer.referenz_id, newer.code, newer.class) =
            (Some("A1B2C3D02X".into()), Code::FieldOutdated, Class::Outdated);
        newer.register = Some(json!({"code": "2026-11-30", "listVersionID": "1"}));
        newer.seal();
        assert_eq!((&first.id, &first.fingerprint), (&newer.id, &newer.fingerprint));
        // Of the entry as a whole the version counts.
        let whole = |id: &str| {
            let mut whole = Hinweis { field: None, referenz_id: Some(id.into()), ..first.clone() };
            whole.seal();
            whole
        };
        assert_eq!(whole("A1B2C3D01X").id, whole("A1B2C3D02X").id);
        assert_ne!(whole("A1B2C3D01X").fingerprint, whole("A1B2C3D02X").fingerprint);
        for change in [
            |h: &mut Hinweis| h.azr_nummer = Some("081111000002".into()),
            |h: &mut Hinweis| h.kind = Some("Visum".into()),
            |h: &mut Hinweis| h.referenz_id = Some("A1B2C3E01X".into()),
            |h: &mut Hinweis| h.field = None,
        ] {
            let mut other = first.clone();
            change(&mut other);
            other.seal();
            assert_ne!(first.id, other.id);
        }
    }

    #[test]
    fn json_comes_back_and_is_in_camel_case() {
        let hinweis = example();
        let text = serde_json::to_string(&hinweis).expect("writes");
        assert!(
            text.contains(r#""code":"AZK-H203","class":"differs","severity":"medium","proposal":"ask""#),
            "{text}"
        );
        assert!(text.contains(r#""azrNummer":"081111000001""#));
        assert_eq!(serde_json::from_str::<Hinweis>(&text).expect("reads"), hinweis);
    }

    #[test]
    fn csv_has_as_many_cells_as_columns_and_quotes_what_must_be_quoted() {
        let mut hinweis = example();
        hinweis.local = Some(json!("a;\"b\""));
        hinweis.register = Some(json!("=1+1"));
        let line = hinweis.csv_line();
        assert!(line.contains(r#";"a;""b""";"'=1+1";"#), "{line}");
        hinweis.local = None;
        assert_eq!(hinweis.csv_line().matches(';').count(), Hinweis::csv_head().matches(';').count());
    }

    #[test]
    fn each_code_is_said_once_in_both_languages() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code:?}");
            for lang in [Lang::De, Lang::En] {
                assert!(!code.sentence(lang, &Args::default()).contains('{'), "{code:?}");
            }
            // What a rule found is said by the rule.
            let apart =
                code.sentence(Lang::De, &Args::default()) != code.sentence(Lang::En, &Args::default());
            assert!(apart || *code == Code::Implausible, "{code:?}");
        }
    }
}
