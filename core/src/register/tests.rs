use super::*;
use crate::Standards;

fn kinds() -> Kinds {
    let standards = Standards::builtin();
    let packs = standards.packs();
    Kinds::of(&packs[0]).expect("kinds")
}

#[test]
fn the_table_of_kinds() {
    let kinds = kinds();
    assert_eq!(kinds.all().len(), 84);
    let duldung = kinds.get("Duldung").expect("there");
    assert_eq!(duldung.label, "Duldung");
    assert_eq!(duldung.path(), "sachverhalt/duldung");
    assert!(duldung.sachverhalt && !duldung.many && duldung.aenderungsart);
    assert_eq!(duldung.erstmeldung, None);
    assert_eq!(duldung.fachdaten.as_deref(), Some("duldung.fachdaten.neu"));
    assert_eq!(duldung.id.as_deref(), Some("referenz.id"));
    assert_eq!(duldung.most, Some(1));
    let places: Vec<(&str, bool)> =
        duldung.auskunft.iter().map(|place| (place.path[0].as_str(), place.historic)).collect();
    assert_eq!(places, [("aktuelleDuldung", false), ("historisierteDuldung", true)]);
    let names = |fields: Vec<&Field>| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(duldung.register_fields().collect()), ["meldendeBehoerde", "letzteAenderung"]);
    assert_eq!(
        names(duldung.fields.iter().collect()),
        [
            "duldungArt",
            "ereignisdatum",
            "befristungsdatum",
            "bescheinigungsNummer",
            "traegervordruck",
            "loeschdatum"
        ]
    );
}

#[test]
fn what_differs_from_the_rule() {
    let kinds = kinds();
    let get = |name: &str| kinds.get(name).expect("there");
    assert_eq!(get("Suchvermerk").id.as_deref(), Some("referenzSuchvermerk.id"));
    assert_eq!(get("LichtbildZuSuchvermerk").id.as_deref(), Some("lichtbildId"));
    assert_eq!(get("LichtbildZuSuchvermerk").fachdaten, None);
    assert_eq!(get("Fingerabdruck").id.as_deref(), Some("fingerabdruckId"));
    assert_eq!(get("LichtbildAllgemein").auskunft_id.as_deref(), Some("lichtbildId"));
    assert!(get("NichtIdentischMit").many && get("NichtIdentischMit").id.is_none());
    assert!(!get("DeutscheStaatsangehoerigkeit").aenderungsart);
    assert_eq!(get("Religion").fachdaten.as_deref(), Some("freiwilligeAngabenZurReligion.fachdaten.neu"));
    assert_eq!(get("Meldestatus").abgleich.as_ref().and_then(|place| place.most), Some(2));
    assert_eq!(get("Grundpersonalien").abgleich.as_ref().and_then(|place| place.most), Some(1));
    assert_eq!(get("Ausweispapier").datensatzinhalt[0].path, ["weiterePersonalien", "ausweispapier"]);
    assert_eq!(get("Ausweispapier").most, None);
    let first: Vec<&str> = kinds
        .all()
        .iter()
        .filter(|kind| kind.sachverhalt && kind.erstmeldung.is_some())
        .map(|kind| kind.name.as_str())
        .collect();
    assert_eq!(first.len(), 20);
    for kind in kinds.all() {
        assert!(!kind.label.is_empty() && !kind.fields.is_empty(), "{kind:?}");
        assert!(kind.fachdaten.is_some() || !kind.sachverhalt || !kind.aenderungsart, "{}", kind.name);
    }
}
