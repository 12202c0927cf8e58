//! The codes of Hinweise with class, severity, proposal, German and English text: the one table.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Class, Proposal, Severity};
use crate::message::report::Lang;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident $code:literal $class:ident $severity:ident $proposal:ident $de:literal $en:literal;)*) => {
        /// Code of a Hinweis. The numbers are stable; a number is never used again for something else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])* $name,)* }

        impl Code {
            /// All codes, by number.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it is shown: `AZK-H` and three digits.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => concat!("AZK-H", $code),)* }
            }

            /// The class of Hinweise of this code.
            pub fn class(self) -> Class {
                match self { $(Code::$name => Class::$class,)* }
            }

            /// The severity of Hinweise of this code; rules of plausibility bring their own.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }

            /// What is proposed, as long as nothing more is known.
            pub fn proposal(self) -> Proposal {
                match self { $(Code::$name => Proposal::$proposal,)* }
            }

            fn template(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Code::$name, Lang::De) => $de, (Code::$name, Lang::En) => $en,)* }
            }
        }
    };
}

codes! {
    /// A person of the register is not in the local stock.
    PersonMissingHere "001" MissingHere High Ask
        "Das AZR führt die Person unter {number}, der eigene Bestand kennt diese Nummer nicht."
        "The AZR keeps the person as {number}; the local stock does not know this number.";
    /// A person of the local stock is not in the register's data.
    PersonMissingThere "002" MissingThere High Ask
        "Der eigene Bestand führt die Person unter {number}, in den Daten des AZR fehlt diese Nummer."
        "The local stock keeps the person as {number}; the AZR's data lack this number.";
    /// One stock has several records with the same AZR-Nummer.
    NumberTwice "003" Duplicate High Ask
        "Die AZR-Nummer {number} steht in mehreren Datensätzen desselben Bestands: {detail}."
        "The AZR-Nummer {number} stands in several records of the same stock: {detail}.";
    /// A record has no AZR-Nummer.
    NumberMissing "004" MissingHere Medium Ask
        "Der Datensatz hat keine AZR-Nummer und lässt sich damit nicht vergleichen."
        "The record has no AZR-Nummer, so it can not be compared.";
    /// A record has something as AZR-Nummer that can not be one.
    NumberWrong "005" Contradictory High Ask
        "{detail} ist keine AZR-Nummer; erwartet werden zwölf Ziffern, die dritte bis sechste als Monat und Tag."
        "{detail} is no AZR-Nummer; twelve digits are expected, the third to sixth being month and day.";
    /// An entry of the register is not in the local stock.
    EntryMissingHere "101" MissingHere Medium TakeOver
        "{kind}: Das AZR hat einen Eintrag, der im eigenen Bestand fehlt."
        "{kind}: the AZR has an entry that the local stock lacks.";
    /// An entry of the local stock is not in the register.
    EntryMissingThere "102" MissingThere Medium Report
        "{kind}: Der eigene Bestand hat einen Eintrag, der im AZR fehlt."
        "{kind}: the local stock has an entry that the AZR lacks.";
    /// One record has an entry twice.
    EntryTwice "103" Duplicate Medium Ask
        "{kind}: Zwei Einträge sagen dasselbe."
        "{kind}: two entries say the same.";
    /// An entry is known locally in an older version, with the same content as far as can be seen.
    VersionOutdated "104" Outdated Low TakeOver
        "{kind}: Der Eintrag ist im AZR neuer ({detail}); der Inhalt ist derselbe."
        "{kind}: the AZR's entry is newer ({detail}); its content is the same.";
    /// An entry is known locally in a newer version than the register's data have it.
    RegisterOutdated "105" Outdated Low Ask
        "{kind}: Im eigenen Bestand ist die Referenz-ID neuer als in den Daten des AZR ({detail})."
        "{kind}: the local stock's Referenz-ID is newer than in the AZR's data ({detail}).";
    /// An entry with the same content has another Referenz-ID.
    OtherReference "106" Outdated Low TakeOver
        "{kind}: Der gleiche Eintrag hat im AZR eine andere Referenz-ID ({detail})."
        "{kind}: the same entry has another Referenz-ID in the AZR ({detail}).";
    /// A field stands in the register only.
    FieldMissingHere "201" MissingHere Medium TakeOver
        "{field}: Das AZR hat {register}, im eigenen Bestand fehlt die Angabe."
        "{field}: the AZR has {register}, the local stock nothing.";
    /// A field stands in the local stock only.
    FieldMissingThere "202" MissingThere Medium Report
        "{field}: Der eigene Bestand hat {local}, im AZR fehlt die Angabe."
        "{field}: the local stock has {local}, the AZR nothing.";
    /// A field has different values.
    FieldDiffers "203" Differs Medium Ask
        "{field}: Der eigene Bestand hat {local}, das AZR {register}."
        "{field}: the local stock has {local}, the AZR {register}.";
    /// A field has different values, and the register's entry is the newer version.
    FieldOutdated "204" Outdated Medium TakeOver
        "{field}: Der eigene Bestand hat noch {local}, das AZR inzwischen {register}."
        "{field}: the local stock still has {local}, the AZR by now {register}.";
    /// A field has different values, and the register's data have the older version.
    FieldNewer "205" Outdated Low Ask
        "{field}: Die Daten des AZR sind älter als der eigene Bestand; dort steht {register}, hier {local}."
        "{field}: the AZR's data are older than the local stock; they have {register}, here is {local}.";
    /// The local stock knows a date less exactly.
    DateLessExactHere "206" MissingHere Low TakeOver
        "{field}: Das AZR kennt das Datum genauer ({register}) als der eigene Bestand ({local})."
        "{field}: the AZR knows the date more exactly ({register}) than the local stock ({local}).";
    /// The register knows a date less exactly.
    DateLessExactThere "207" MissingThere Low Report
        "{field}: Der eigene Bestand kennt das Datum genauer ({local}) als das AZR ({register})."
        "{field}: the local stock knows the date more exactly ({local}) than the AZR ({register}).";
    /// Letters are written in another way: ß and ss, ä and ae, đ and d.
    OtherLetters "301" Format Low Ask
        "{field}: gleich bis auf die Schreibweise der Buchstaben; hier {local}, im AZR {register}."
        "{field}: the same but for the spelling of letters; here {local}, in the AZR {register}.";
    /// Capitals, blanks or punctuation differ.
    OtherForm "302" Format Low Ask
        "{field}: gleich bis auf Groß- und Kleinschreibung, Leer- und Satzzeichen; hier {local}, im AZR {register}."
        "{field}: the same but for capitals, blanks and punctuation; here {local}, in the AZR {register}.";
    /// An address is written in another way.
    OtherAddress "303" Format Low Ask
        "{field}: dieselbe Anschrift in anderer Schreibweise; hier {local}, im AZR {register}."
        "{field}: the same address in another spelling; here {local}, in the AZR {register}.";
    /// The same names, once as family and given name, once as one (Blockname).
    Blockname "304" Format Low Ask
        "{field}: dieselben Namen, einmal als Blockname; hier {local}, im AZR {register}."
        "{field}: the same names, once as one name without a given name; here {local}, in the AZR {register}.";
    /// A rule of plausibility is violated.
    Implausible "401" Contradictory Medium Ask
        "{kind}: {detail}"
        "{kind}: {detail}";
}

/// What texts speak of: labels in German and English, values as people read them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Args<'a> {
    /// AZR-Nummer.
    pub number: &'a str,
    /// Label of the kind of entry.
    pub kind: (&'a str, &'a str),
    /// Label of the field.
    pub field: (&'a str, &'a str),
    /// The local value.
    pub local: &'a str,
    /// The register's value.
    pub register: &'a str,
    /// A detail.
    pub detail: (&'a str, &'a str),
}

impl Code {
    /// The sentence in a language. A value that is not there is a dash.
    pub fn sentence(self, lang: Lang, args: &Args<'_>) -> String {
        let of = |pair: (&'_ str, &'_ str)| match lang {
            Lang::De => pair.0.to_owned(),
            Lang::En => pair.1.to_owned(),
        };
        let mut text = String::new();
        let mut rest = self.template(lang);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            let value = match name {
                "number" => args.number.to_owned(),
                "kind" => of(args.kind),
                "field" => of(args.field),
                "local" => args.local.to_owned(),
                "register" => args.register.to_owned(),
                _ => of(args.detail),
            };
            text.push_str(before);
            text.push_str(if value.is_empty() { "–" } else { &value });
            rest = behind;
        }
        text.push_str(rest);
        text
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = Code::ALL.iter().find(|code| code.as_str() == text);
        found.copied().ok_or_else(|| serde::de::Error::custom(format!("{text} is no code of a Hinweis")))
    }
}
