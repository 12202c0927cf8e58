//! Damaged schemas: every one is read or refused, quickly.

use std::time::{Duration, Instant};

use super::{parse, write, write_tests::ALL};
use crate::test_support::Dice;

#[test]
fn damaged_schemas_are_refused_or_read() {
    let seeds: u64 = std::env::var("AZRKIT_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(3000);
    let begin = Instant::now();
    let mut read = 0;
    for seed in 1..=seeds {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let bytes = if seed % 2 == 0 { dice.damage(ALL.as_bytes()) } else { dice.confuse(ALL).into_bytes() };
        if let Ok(schema) = parse(&bytes, "t.xsd") {
            read += 1;
            let text = write(&schema);
            parse(text.as_bytes(), "t.xsd").unwrap_or_else(|e| panic!("seed {seed}: {e:#?}\n{text}"));
        }
    }
    assert!(read > 0, "some damage is harmless");
    let most = Duration::from_millis(20 * seeds);
    assert!(begin.elapsed() < most, "{seeds} small schemas took {:?}", begin.elapsed());
}

#[test]
fn hostile_schemas_are_refused() {
    let head = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>";
    let deep = format!("{head}{}", "<xs:element><xs:complexType><xs:sequence>".repeat(100_000));
    let wide = format!("{head}{}</xs:schema>", "<a/>".repeat(600_000));
    let entities = format!(
        "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]>{head}<xs:element name='&b;'/></xs:schema>"
    );
    let attributes: String = (0..100_000).map(|i| format!(" a{i}='{i}'")).collect();
    let attributes = format!("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'{attributes}/>");
    let namespaces: String = (0..250).map(|i| format!(" xmlns:n{i}='{i}'")).collect();
    let namespaces = format!("{head}{}", format!("<a{namespaces}>").repeat(90));
    let quotes = format!("<xs:schema a='{}", "'".repeat(1_000_000));
    let begin = Instant::now();
    for (text, code) in [
        (deep, "AZK-X002"),
        (wide, "AZK-X002"),
        (entities, "AZK-X004"),
        (attributes, "AZK-X002"),
        (namespaces, "AZK-X002"),
        (quotes, "AZK-X001"),
    ] {
        assert_eq!(parse(text.as_bytes(), "t.xsd").expect_err("hostile")[0].code, code);
    }
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}
