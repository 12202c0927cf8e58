use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::date::Day;
use super::rng::Rng;
use super::tables::{Place, glob, tables};
use super::{files, template, world};

#[test]
fn days_are_those_of_the_calendar() {
    assert_eq!(Day::of(1970, 1, 1), Day(0));
    assert_eq!(Day::of(2000, 2, 29).iso(), "2000-02-29");
    assert_eq!(Day(Day::of(2000, 2, 29).0 + 1).parts(), (2000, 3, 1));
    for day in (-20_000..40_000).step_by(37) {
        assert_eq!(Day::parse(&Day(day).iso()), Some(Day(day)));
        assert_eq!(Day::parse(&Day(day).german()), Some(Day(day)));
    }
    // The 15th of November 2026 is a Sunday.
    assert_eq!(Day::of(2026, 11, 15).working(), Day::of(2026, 11, 13));
    assert_eq!(Day::of(2026, 11, 16).working(), Day::of(2026, 11, 16));
    assert_eq!(Day::of(2026, 10, 24).zone(), "+02:00");
    assert_eq!(Day::of(2026, 10, 25).zone(), "+01:00");
    assert_eq!(Day::of(2026, 3, 28).zone(), "+01:00");
    assert_eq!(Day::of(2026, 3, 29).zone(), "+02:00");
    assert_eq!(Day::parse("2026-13-01"), None);
}

#[test]
fn a_seed_gives_the_same_numbers() {
    let numbers = |seed, word| {
        let mut rng = Rng::new(seed, &[word]);
        (0..50).map(|_| rng.below(1000)).collect::<Vec<_>>()
    };
    assert_eq!(numbers(7, "a"), numbers(7, "a"));
    assert_ne!(numbers(7, "a"), numbers(7, "b"));
    assert_ne!(numbers(7, "a"), numbers(8, "a"));
    let mut rng = Rng::new(1, &[]);
    let mut seen = [0; 10];
    for _ in 0..10_000 {
        seen[rng.below(10) as usize] += 1;
    }
    assert!(seen.iter().all(|count| (800..1200).contains(count)), "{seen:?}");
    assert!((0..1000).all(|_| (-3..=3).contains(&rng.between(-3, 3))));
}

#[test]
fn files_are_what_they_say() {
    let pdf = files::pdf(&["Bescheid (Entwurf)", "für Ğ"]);
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-1.4\n") && text.ends_with("%%EOF\n"));
    let table: usize = text
        .rsplit("startxref\n")
        .next()
        .and_then(|rest| rest.lines().next())
        .unwrap_or("")
        .parse()
        .unwrap_or(0);
    assert!(text[table..].starts_with("xref\n"));
    assert!(text.contains("f\\374r ?") && text.contains("\\(Entwurf\\)"));
    assert!(files::JPEG.starts_with(&[0xFF, 0xD8]) && files::JPEG.ends_with(&[0xFF, 0xD9]));
    assert_eq!(BASE64_STANDARD.encode(b""), "");
    assert_eq!(BASE64_STANDARD.encode(b"f"), "Zg==");
    assert_eq!(BASE64_STANDARD.encode(b"fo"), "Zm8=");
    assert_eq!(BASE64_STANDARD.encode(b"foobar"), "Zm9vYmFy");
    let zip = files::zip("a.txt", b"123456789");
    // The check value of CRC-32.
    assert_eq!(zip[14..18], 0xCBF4_3926u32.to_le_bytes());
    assert_eq!(&zip[zip.len() - 22..zip.len() - 18], b"PK\x05\x06");
}

#[test]
fn uuids_have_the_form_of_version_4() {
    let mut rng = Rng::new(3, &[]);
    for _ in 0..100 {
        let uuid = template::uuid(&mut rng);
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }
}

#[test]
fn patterns_fit_from_the_end() {
    assert!(glob("*.neu", "duldung.fachdaten.neu") && glob("a*b*c", "axxbyyc") && !glob("a*b", "abc"));
    let path = |names: &[&'static str]| -> Vec<Place<'static>> {
        names.iter().map(|name| Place { name: (*name).into(), types: vec!["T"] }).collect()
    };
    let role = |names: &[&'static str]| tables().roles.find(&path(names), |_| true).next();
    assert_eq!(role(&["x", "nachrichtenkopf.g2g", "autor"]), Some("stelle:autor"));
    assert_eq!(role(&["x", "autor"]), None);
    let presence = tables().presence.find(&path(&["@test"]), str::is_empty).next();
    assert_eq!(presence.map(|row| row.share), Some(0));
}

#[test]
fn the_days_of_a_case_are_in_order() {
    for seed in 0..300 {
        let mut world = world::World::new(
            seed,
            "Ausländerbehörde (azr)",
            "Bundesamt für Migration und Flüchtlinge (dbs)",
        );
        let scope = world.root();
        let mut day = |name: &str| world.day(scope, name).unwrap_or(Day(0));
        let days = [
            "geburt",
            "antrag",
            "ereignis",
            "zustellung",
            "bestandskraft",
            "erstellt",
            "titelende",
            "loeschung",
        ]
        .map(&mut day);
        assert!(days.is_sorted(), "{days:?}");
        assert!(day("geburt") < day("einreise") && day("einreise") <= day("einzug"));
        assert!(day("frist") > day("erstellt"));
    }
}

#[test]
fn every_provider_of_the_tables_is_known() {
    let mut world = world::World::new(5, "Ausländerbehörde (azr)", "Meldebehörde (ags)");
    let scope = world.root();
    let mut unknown = Vec::new();
    for cell in tables().values.all() {
        for alternative in cell.split(" | ") {
            let mut filler = template::Filler {
                world: &mut world,
                scope,
                neighbour: "01".to_owned(),
                nth: 0,
                number: "090010",
                title: "Titel",
                element: "Element",
                rng: Rng::new(1, &[]),
            };
            if filler.fill(alternative).is_none() {
                unknown.push(alternative);
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}
