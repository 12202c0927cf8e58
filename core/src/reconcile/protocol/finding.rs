//! What is found on the way of an official Abgleich, with German and English text.

use serde::{Serialize, Serializer};

use crate::message::report::{Lang, Severity};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident $code:literal $severity:ident $de:literal $en:literal;)*) => {
        /// What was found. The numbers are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProtocolCode { $($(#[doc = $doc])* $name,)* }

        impl ProtocolCode {
            /// All codes, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is shown: `AZK-A` and three digits.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => concat!("AZK-A", $code),)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// The sentence; `{}` is what it is about.
            pub fn template(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$name, Lang::De) => $de, (Self::$name, Lang::En) => $en,)* }
            }
        }
    };
}

codes! {
    /// The 090020 is addressed to another authority.
    OrderForOther "211" Error
        "Die Veranlassung 090020 ist an eine andere Behörde gerichtet: {}"
        "The 090020 is addressed to another authority: {}";
    /// A packet is no right 090022; it was left out.
    PacketWrong "212" Error
        "Das ist keine richtige Nachricht 090022, sie bleibt unberücksichtigt: {}"
        "This is no right message 090022, it is left out: {}";
    /// A packet came twice; the second one was left out.
    PacketDouble "213" Hint
        "Diese Nachricht 090022 liegt schon vor: {}"
        "This message 090022 is there already: {}";
    /// A packet is addressed to another authority; it was left out.
    PacketForeign "214" Error
        "Diese Nachricht 090022 ist für eine andere Behörde, sie bleibt unberücksichtigt: {}"
        "This message 090022 is for another authority, it is left out: {}";
    /// A packet was made before the 090020, so it belongs to an earlier Abgleich; it was left out.
    PacketOld "215" Error
        "Diese Nachricht 090022 ist älter als die Veranlassung und gehört zu einem anderen Abgleich, sie bleibt unberücksichtigt: {}"
        "This message 090022 is older than the 090020 and belongs to another Abgleich, it is left out: {}";
    /// A packet has Referenz-IDs in a quantitative Abgleich, or none in one with Referenz-IDs: it belongs to another one; it was left out.
    PacketPurpose "216" Error
        "Diese Nachricht 090022 gehört zu einem Abgleich mit anderem Zweck, sie bleibt unberücksichtigt: {}"
        "This message 090022 belongs to an Abgleich with another purpose, it is left out: {}";
    /// There are fewer packets than the caller said.
    PacketMissing "217" Error
        "Es fehlen Nachrichten 090022 (vorhanden/erwartet): {}"
        "Messages 090022 are missing (there/expected): {}";
    /// Numbers that are here and not in the packets stand close together where a packet could be missing.
    PacketGap "218" Warning
        "Vielleicht fehlt eine Nachricht 090022: zwischen den gelieferten liegen viele AZR-Nummern, die nur hier sind: {}"
        "Perhaps a message 090022 is missing: many numbers that are here only lie between the delivered ones: {}";
    /// All packets are equally long: the last one would be shorter as a rule.
    PacketEven "219" Hint
        "Alle Nachrichten 090022 sind gleich lang, vielleicht fehlt die letzte; AZR-Nummern in jeder: {}"
        "All messages 090022 are equally long, perhaps the last one is missing; numbers in each: {}";
    /// A number stands in several packets with different content; the newest packet counts.
    NumberTwiceThere "221" Warning
        "Die AZR-Nummer steht mehrmals mit verschiedenem Inhalt in den Nachrichten 090022, die neueste zählt: {}"
        "The number stands in the messages 090022 several times with different content, the newest counts: {}";
    /// Two records here have the same number; the first one counts.
    NumberTwiceHere "222" Error
        "Die AZR-Nummer steht bei mehreren Datensätzen hier, der erste zählt: {}"
        "The number stands in several records here, the first one counts: {}";
    /// A number is not of the form that messages take; the record was left out.
    NumberForm "223" Error
        "Das ist keine AZR-Nummer, der Datensatz bleibt unberücksichtigt: {}"
        "This is no AZR number, the record is left out: {}";
    /// Records without a number are in no list.
    WithoutNumber "224" Hint
        "Datensätze ohne AZR-Nummer stehen in keiner Liste: {}"
        "Records without an AZR number are in no list: {}";
    /// A kind is configured as not kept, but there are entries of it.
    KeptAfterAll "225" Warning
        "Als nicht geführt angegeben, im Bestand aber vorhanden (Art: Einträge): {}"
        "Said not to be kept, but there are some in the stock (kind: entries): {}";
    /// Entries of one record have the same Referenzanteil.
    IdTwice "226" Warning
        "Mehrere Einträge des Datensatzes haben denselben Referenzanteil: {}"
        "Several entries of the record have the same Referenzanteil: {}";
    /// Records in an Abgleich with Referenz-IDs came without; only their number is told.
    WithoutIds "227" Warning
        "AZR-Nummern kamen ohne Referenz-IDs, zu ihnen wird nur die Nummer gemeldet: {}"
        "Numbers came without Referenz-IDs, only the number is told of them: {}";
}

/// Something found on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProtocolFinding {
    /// What.
    pub code: ProtocolCode,
    /// The file or record that it is about, as the caller calls it; empty for the whole.
    #[serde(rename = "where", skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// A value, a number, a reason.
    pub detail: String,
}

impl ProtocolFinding {
    /// What is wrong, without code and place.
    pub fn text(&self, lang: Lang) -> String {
        self.code.template(lang).replacen("{}", &self.detail, 1)
    }

    /// Code, place and text in one line.
    pub fn sentence(&self, lang: Lang) -> String {
        let place = if self.place.is_empty() { String::new() } else { format!("{}: ", self.place) };
        format!("{}: {place}{}", self.code.as_str(), self.text(lang))
    }
}

impl Serialize for ProtocolCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What was found, as far as it is kept.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// In the order in which it was found; at most 1,000.
    pub list: Vec<ProtocolFinding>,
    /// So many more were counted.
    pub more: usize,
}

impl Findings {
    pub(super) fn add(&mut self, code: ProtocolCode, place: &str, detail: impl Into<String>) {
        const KEPT: usize = 1000;
        if self.list.len() < KEPT {
            self.list.push(ProtocolFinding { code, place: place.to_owned(), detail: detail.into() });
        } else {
            self.more += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_two_texts_about_the_same() {
        for code in ProtocolCode::ALL {
            let (german, english) = (code.template(Lang::De), code.template(Lang::En));
            assert_ne!(german, english);
            assert_eq!((german.matches("{}").count(), english.matches("{}").count()), (1, 1), "{code:?}");
        }
        let mut found = Findings::default();
        for number in 0..1002 {
            found.add(ProtocolCode::NumberForm, "akte-1", number.to_string());
        }
        assert_eq!((found.list.len(), found.more), (1000, 2));
        assert_eq!(
            found.list[7].sentence(Lang::En),
            "AZK-A223: akte-1: This is no AZR number, the record is left out: 7"
        );
    }
}
