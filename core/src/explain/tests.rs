//! Tests of explanations, over all that the built-in standards have.

use std::collections::BTreeSet;

use azrkit_standard::pack::rows::NONE;

use super::*;
use crate::Standards;

fn german(standards: &Standards, topic: &str, depth: usize) -> String {
    let options = Options { depth, ..Options::default() };
    explain(&standards.packs(), topic, &options).unwrap_or_else(|| panic!("{topic} is not known"))
}

#[test]
fn every_finding_code_says_what_it_means() {
    for code in Code::ALL {
        let meaning = code.explanation();
        assert!(meaning.len() > 10 && meaning.ends_with('.'), "{code}: {meaning:?}");
        assert!(!meaning.contains("///") && !meaning.contains("#["), "{code}: {meaning:?}");
        assert!(
            !meaning.contains("  ") && !meaning.contains('\\') && !meaning.contains("r\""),
            "{code}: {meaning:?}"
        );
    }
    assert_eq!(Code::UnknownElement.explanation(), "An element that its parent does not have at all.");
    assert_eq!(
        Code::BadXsiType.explanation(),
        "`xsi:type` names a type that is unknown or not derived from the element's type."
    );
}

#[test]
fn a_finding_code_needs_no_pack() {
    let options = Options::default();
    for topic in ["AZK-M109", "azk-m109", "M109", " AZK-M109 "] {
        let text = explain(&[], topic, &options).expect(topic);
        assert!(text.contains("AZK-M109") && text.contains("Der Wert „{value}“"), "{text}");
    }
    assert_eq!(explain(&[], "AZK-M999", &options), None);
    assert_eq!(explain(&[], "", &options), None);
}

#[test]
fn every_message_type_list_and_rule_is_explained() {
    let standards = Standards::builtin();
    for pack in standards.packs() {
        let messages = pack.messages.iter().map(|row| pack.str(row.number));
        let types = pack.global_types.iter().map(|row| pack.local(row.name.get()));
        let lists = pack.lists.iter().map(|row| pack.str(row.uri));
        let rules = pack.rules.iter().map(|row| pack.str(row.id));
        let topics: BTreeSet<&str> = messages.chain(types).chain(lists).chain(rules).collect();
        for topic in topics {
            for lang in [Lang::De, Lang::En] {
                let options = Options { lang, depth: 1, codes: 3 };
                let text =
                    explain(&[pack], topic, &options).unwrap_or_else(|| panic!("{topic} is not known"));
                assert!(text.lines().count() > 1, "{topic}: {text}");
                assert!(text.lines().all(|line| line.chars().count() <= 100), "{topic}: {text}");
            }
        }
    }
}

/// How often an element stands and in which order is read back from an automaton: the schema's own text says it, too.
#[test]
fn elements_stand_as_often_and_in_the_order_that_the_schema_says() {
    let standards = Standards::builtin();
    let text = german(&standards, "IdentifikationPerson", 1);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| line.contains(" – ")).collect();
    let heads: Vec<String> =
        lines.iter().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        heads,
        [
            "staatsangehoerigkeit 1..4",
            "geschlecht 1",
            "geburt 1",
            "nameNachPass ?",
            "nameNachDeutschemRecht ?",
            "nameNachEigenenAngaben ?",
            "abweichendeNamensschreibweise ?",
            "aliasName *",
        ]
    );
    let text = german(&standards, "AllgemeinerName", 1);
    assert!(text.contains("eine dieser Angaben:"), "{text}");
}

#[test]
fn paths_of_findings_lead_to_fields() {
    let standards = Standards::builtin();
    for path in [
        "/AnAZR.AZRFolgemeldung.090010/nichtIdentischMit[2]/nichtIdentischMit",
        "090010/sachverhalt/duldung/duldung.fachdaten.neu/duldungArt/@listVersionID",
        "xauslaender:AZR.Duldung.Meldung/xauslaender:referenz.id",
        "090010/SACHVERHALT/Duldung",
    ] {
        german(&standards, path, 1);
    }
    let packs = standards.packs();
    assert_eq!(explain(&packs, "090010/sachverhalt/dulding", &Options::default()), None);
    assert_eq!(
        similar(&packs, "090010/sachverhalt/dulding").first().map(String::as_str),
        Some("090010/sachverhalt/duldung")
    );
    assert!(similar(&packs, "AZR.Duldung.Meldng").contains(&"AZR.Duldung.Meldung".to_owned()));
    assert!(similar(&packs, "").is_empty() && similar(&packs, "/////").len() <= 8);
}

/// Every type can be opened as deep as wished: a type that holds itself ends, too.
#[test]
fn deep_trees_end() {
    let standards = Standards::builtin();
    let text = german(&standards, "090004", 1_000);
    assert!(text.lines().count() > 500);
    for pack in standards.packs() {
        for ty in pack.types.iter().filter(|ty| ty.name.get() == NONE) {
            let content = crate::message::content::content_of(&pack, ty);
            assert!(content.children.iter().all(|child| child.max.is_none_or(|max| max >= child.min.max(1))));
        }
    }
}
