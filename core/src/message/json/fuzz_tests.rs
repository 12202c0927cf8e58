//! Damaged JSON: nothing panics, and whatever is written is well-formed XML.

use serde_json::{Value, json};

use super::check::{check, convert_text};
use super::tests::{folgemeldung, standards};
use crate::message::read::Options;
use crate::message::report::Layer;

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize).checked_rem(bound).unwrap_or(0)
    }
}

fn odd_value(dice: &mut Dice) -> Value {
    let all = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{1f}\u{fffe}"),
        json!("]]>&<\"'\r\n\t"),
        json!("xmlns"),
        json!("xsi:type"),
        json!("{urn:x}y"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({ "$text": "x" }),
        json!({ "$content": ["a", { "$name": "xml:b" }, {}, 1] }),
        json!({ "$name": "p:a", "$namespace": "urn:p", "$content": [{ "$name": "q" }] }),
        json!([{ "$name": "p:a", "$namespace": "urn:q" }, { "$name": "xmlns:a", "$namespace": "urn:q" }]),
        json!([{ "$name": "xsi:nil", "$text": "true" }, { "$name": "xsi:type", "$text": "t" }, { "$name": "xmlns:x", "$text": "" }]),
        json!([{ "$name": "p:a", "$namespace": "http://www.w3.org/XML/1998/namespace", "$text": "" }]),
        json!({ "$type": "Nachricht.G2G", "$nil": true, "a": 1 }),
        json!(["azrNummer", "nachrichtenkopf.g2g", "$any", "nix"]),
    ];
    all[dice.below(all.len())].clone()
}

fn odd_key(dice: &mut Dice) -> &'static str {
    const KEYS: [&str; 16] = [
        "$any",
        "$content",
        "$text",
        "$order",
        "$attributes",
        "$type",
        "$nil",
        "$name",
        "$namespace",
        "$message",
        "@produkt",
        "code",
        "xida:datum",
        "{urn:x}y",
        "",
        "a<b>/~\"",
    ];
    KEYS[dice.below(KEYS.len())]
}

fn damage(value: &mut Value, dice: &mut Dice) {
    if dice.below(6) == 0 {
        *value = odd_value(dice);
        return;
    }
    match value {
        Value::Object(map) => match dice.below(4) {
            0 => {
                map.insert(odd_key(dice).to_owned(), odd_value(dice));
            }
            1 => {
                let key = map.keys().nth(dice.below(map.len())).cloned();
                if let Some(value) = key.and_then(|key| map.remove(&key)) {
                    map.insert(odd_key(dice).to_owned(), value);
                }
            }
            _ => {
                let at = dice.below(map.len());
                if let Some(inner) = map.values_mut().nth(at) {
                    damage(inner, dice);
                }
            }
        },
        Value::Array(items) => {
            if dice.below(3) == 0 {
                let again = items.clone();
                items.extend(again);
                items.push(odd_value(dice));
            } else {
                let at = dice.below(items.len());
                if let Some(inner) = items.get_mut(at) {
                    damage(inner, dice);
                }
            }
        }
        other => *other = odd_value(dice),
    }
}

#[test]
fn damaged_json_gives_findings_and_well_formed_xml() {
    let standards = standards();
    let packs = standards.packs();
    let mut reader = standards.reader();
    let options = Options { rules: false, ..Options::default() };
    let whole: Value = serde_json::from_str(&folgemeldung(
        r#""azrNummer": "081111000001", "nichtIdentischMit": [{"aenderungsArt": "01"}], "sachverhalt": {"duldung":
          {"aenderungsArt": "01", "duldung.fachdaten.neu": {"duldungArt": "01", "$any": [{"$name": "azr:x", "$namespace": "urn:x"}]}}}"#,
    ))
    .unwrap_or_default();
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    for round in 0..4000 {
        let mut value = whole.clone();
        for _ in 0..1 + dice.below(3) {
            damage(&mut value, &mut dice);
        }
        let text = value.to_string();
        let Some((xml, clean)) = convert_text(&packs, &text, &options) else { continue };
        let report = reader.check(&xml, &options);
        let broken = report.findings.iter().find(|finding| finding.layer == Layer::Xml);
        assert!(broken.is_none(), "{round}: {broken:?}\n{text}\n{}", String::from_utf8_lossy(&xml));
        let checked = check(&mut reader, &text, &options);
        assert!(clean || !checked.report.valid, "{round}: {text}");
        assert!(report.valid || !checked.report.valid, "{round}: {text}\n{:#?}", report.findings);
    }
}

#[test]
fn damaged_text_is_refused() {
    let standards = standards();
    let mut reader = standards.reader();
    let whole = folgemeldung(r#""azrNummer": "081111000001""#);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..2000 {
        let mut bytes = whole.clone().into_bytes();
        for _ in 0..1 + dice.below(4) {
            let at = dice.below(bytes.len());
            match dice.below(3) {
                0 => bytes.truncate(at),
                1 => {
                    bytes.remove(at);
                }
                _ => bytes[at] = b"{}[]\",:\\0ntx "[dice.below(13)],
            }
            if bytes.is_empty() {
                break;
            }
        }
        let checked = check(&mut reader, &String::from_utf8_lossy(&bytes), &Options::default());
        assert_eq!(
            checked.report.valid,
            !checked.report.findings.iter().any(|f| f.severity == crate::message::report::Severity::Error)
        );
    }
}

#[test]
fn large_hostile_texts_take_time_in_proportion() {
    let standards = standards();
    let mut reader = standards.reader();
    let options = Options { rules: false, ..Options::default() };
    let keys: String = (0..50_000).map(|at| format!("\"k{at}\": 1, ")).collect();
    let doubled = "\"azrNummer\": \"\", ".repeat(50_000);
    let any = "{\"$name\": \"a\"}, ".repeat(50_000);
    let nested = "{\"$name\":\"a\",\"$content\":[".repeat(90);
    for rest in [
        format!("{keys}\"x\": 1"),
        format!("{doubled}\"x\": 1"),
        format!("\"sachverhalt\": {{\"$content\": [{any} 1]}}"),
        format!("\"$attributes\": [{any} 1]"),
        format!("\"$order\": [{any} 1]"),
        format!("\"sachverhalt\": {{\"$content\": [{nested}{}]}}", "]}".repeat(90)),
    ] {
        let start = std::time::Instant::now();
        let checked = check(&mut reader, &folgemeldung(&rest), &options);
        assert!(!checked.report.valid);
        assert!(start.elapsed().as_secs() < 20, "{:.60} {:?}", rest, start.elapsed());
    }
}
