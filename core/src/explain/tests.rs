//! Tests of explanations.

use super::*;

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
