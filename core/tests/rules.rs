//! The standard's own rules on whole messages: one change to a clean sample breaks the rule that it must, at its place.

use azrkit::Standards;
use azrkit::message::read::Options;
use azrkit::message::report::{Finding, Layer, Severity};
use azrkit::message::sample::{Sampler, Size, Which};

/// A change to a message; none where the message has nothing to change.
type Change = fn(&str) -> Option<String>;

/// Number of the message, the change, the rule that it breaks, how bad, and how the path of the finding ends.
const CASES: &[(&str, Change, &str, Severity, &str)] = &[
    (
        "090010",
        |xml| replace(xml, "<code>090010<", "<code>090009<"),
        "KOPF-001",
        Severity::Error,
        "/nachrichtentyp",
    ),
    ("090010", without_milliseconds, "KOPF-002", Severity::Error, "/erstellungszeitpunkt"),
    ("0020", without_milliseconds, "KOPF-002", Severity::Error, "/erstellungszeitpunkt"),
    ("090010", zero_uuid, "ALLGEMEINE-DATENTYPEN-005", Severity::Error, "/nachrichtenUUID"),
    (
        "090004",
        marked_as_test,
        "ALLGEMEINE-DATENTYPEN-028",
        Severity::Hint,
        "VonAZR.AZRGesamtauskunft.090004",
    ),
    ("090010", |xml| change_kind(xml, "01", "02"), "ART-003", Severity::Error, ""),
    ("090010", |xml| change_kind(xml, "01", "03"), "ART-005", Severity::Error, ".fachdaten.neu"),
    ("090010", |xml| change_kind(xml, "02", "01"), "ART-001", Severity::Error, "/referenz.id"),
    ("090010", |xml| change_kind(xml, "03", "02"), "ART-004", Severity::Error, ""),
    (
        "090010",
        |xml| content(xml, "referenz.id>", |id| id[..8].to_owned()),
        "AZR-544",
        Severity::Error,
        "referenz.id",
    ),
    ("090010", |xml| without(xml, "azrNummer"), "AZR-589", Severity::Error, "AnAZR.AZRFolgemeldung.090010"),
    ("090012", |xml| change_kind(xml, "01", "02"), "AZR-592", Severity::Error, "/aenderungsArt"),
    (
        "090012",
        |xml| without(xml, "dokument"),
        "AZR-593.1",
        Severity::Error,
        "AnAZR.AZRDokumentmeldung.090012",
    ),
    ("090012", with_long_note, "AZR-597", Severity::Error, "/notizen"),
    ("090010", |xml| year(xml, "2010"), "MELDBAR-001", Severity::Error, "Art"),
    ("090010", |xml| year(xml, "2090"), "", Severity::Error, ""),
    (
        "010201",
        |xml| content(xml, "familienname><name>", |_| "---".to_owned()),
        "ALLGEMEINE-DATENTYPEN-013",
        Severity::Error,
        "/familienname",
    ),
];

#[test]
fn one_change_breaks_one_rule() {
    let standards = Standards::builtin();
    let packs = standards.packs();
    let mut sampler = Sampler::new(&packs);
    let mut reader = standards.reader();
    let options = Options::default();
    for (number, change, rule, severity, end) in CASES {
        let mut changed = 0;
        let found = (0..200).any(|index| {
            let sample = sampler.generate(Which::Name(number), 11, index, Size::Typical).expect("a sample");
            let sample = String::from_utf8(sample).expect("UTF-8");
            let Some(xml) = change(&sample) else { return false };
            changed += 1;
            let report = reader.check(xml.as_bytes(), &options);
            assert!(report.schema_valid, "{number} {rule}: {:?}", report.findings.first());
            let findings: Vec<&Finding> =
                report.findings.iter().filter(|finding| finding.layer == Layer::Rule).collect();
            if rule.is_empty() {
                return findings.iter().all(|finding| finding.rule.as_deref() != Some("MELDBAR-001"));
            }
            findings.iter().any(|finding| {
                finding.rule.as_deref() == Some(rule)
                    && finding.severity == *severity
                    && finding.path.ends_with(end)
            })
        });
        assert!(found, "{number} {rule}: not found in {changed} changed messages");
    }
}

fn replace(xml: &str, from: &str, to: &str) -> Option<String> {
    xml.contains(from).then(|| xml.replacen(from, to, 1))
}

/// Replaces what stands between `after` and the next `<`.
fn content(xml: &str, after: &str, to: impl Fn(&str) -> String) -> Option<String> {
    let start = xml.find(after)? + after.len();
    let end = start + xml[start..].find('<')?;
    Some(format!("{}{}{}", &xml[..start], to(&xml[start..end]), &xml[end..]))
}

fn without_milliseconds(xml: &str) -> Option<String> {
    content(xml, "erstellungszeitpunkt>", |time| time[..19].to_owned())
}

fn zero_uuid(xml: &str) -> Option<String> {
    content(xml, "nachrichtenUUID>", |_| "00000000-0000-0000-0000-000000000000".to_owned())
}

fn marked_as_test(xml: &str) -> Option<String> {
    replace(xml, " standard=\"", " test=\"T1\" standard=\"")
}

/// Puts a note of 2001 characters behind the register number.
fn with_long_note(xml: &str) -> Option<String> {
    let end = xml.find(":azrNummer>")?;
    let close = end + xml[end..].find("</")?;
    let prefix = xml[close + 2..].split(':').next()?;
    let after = close + xml[close..].find('>')? + 1;
    let note = format!("<{prefix}:notizen>{}</{prefix}:notizen>", "x".repeat(2001));
    (!xml.contains(":notizen>")).then(|| format!("{}{note}{}", &xml[..after], &xml[after..]))
}

/// Changes the year in which the message was created.
fn year(xml: &str, to: &str) -> Option<String> {
    content(xml, "erstellungszeitpunkt>", |time| format!("{to}{}", &time[4..]))
}

/// Changes the first Änderungsart of a value into another one.
fn change_kind(xml: &str, from: &str, to: &str) -> Option<String> {
    let from = format!("<code>{from}</code>");
    let mut at = 0;
    while let Some(found) = xml[at..].find("aenderungsArt") {
        at += found + "aenderungsArt".len();
        let code = at + xml[at..].find("<code>")?;
        if xml[code..].starts_with(&from) {
            let rest = &xml[code + from.len()..];
            return Some(format!("{}<code>{to}</code>{rest}", &xml[..code]));
        }
    }
    None
}

/// Takes the first element of a name out, with what is in it.
fn without(xml: &str, name: &str) -> Option<String> {
    let tag = format!(":{name}>");
    let start = xml[..xml.find(&tag)?].rfind('<')?;
    let close = start + 1 + xml[start + 1..].find(&tag)? + tag.len();
    let end = close + xml[close..].find(&tag)? + tag.len();
    Some(format!("{}{}", &xml[..start], &xml[end..]))
}
