//! An AZR entry in the words of its code list: the long text with the entry's own fields filled in.
//!
//! A long text is a row of pieces such as `befristet bis <befristungsdatum>`, parted by commas. What the entry does not
//! say is left out with its piece, so that the sentence stays one; only the first piece, which says what the entry is,
//! always stays.

use super::value::printable;
use crate::message::document::NodeRef;
use crate::message::report::Lang;

/// Names in long texts that are not the element's own name. The left side is in lower case.
const OTHER_NAMES: &[(&str, &[&str])] = &[
    ("mitgliedstaat", &["dublinStaat", "staat"]),
    ("mitgliedsstaat", &["staat", "dublinStaat"]),
    ("befristungsangabe.fristendatum", &["befristungsangabe/fristendedatum"]),
    ("zustaendigeaufnahmeeinrichtung", &["zustaendigeBehoerde"]),
    ("ereignisdatum", &["erteiltAm", "ausstellungsdatum"]),
    ("befristungsdatum", &["befristungsangabe", "zusatzangaben/befristungsdatum"]),
    ("raeumlichebeschraenkung", &["zusatzangaben/raeumlicheBeschraenkung"]),
    ("arbeitgeberbindungvorhanden", &["zusatzangaben/arbeitgeberbindungVorhanden"]),
    ("weiterenebenbestimmungenvorhanden", &["zusatzangaben/weitereNebenbestimmungenVorhanden"]),
    ("aktenzeichen", &["aktenzeichenMeldendeBehoerde"]),
];

/// The long text, filled in from the fields of the element that holds the code. `inline` gives a field in running text.
/// None where the text asks for fields and the element has none of them: then it is no entry.
pub(super) fn sentence<'a>(
    template: &str,
    entry: NodeRef<'a>,
    lang: Lang,
    inline: &dyn Fn(NodeRef<'a>) -> String,
) -> Option<String> {
    let value = |name: &str| field(entry, name).map(inline).filter(|text| !text.is_empty());
    let mut names = segments(template).into_iter().flat_map(pieces).filter_map(|piece| piece.name).peekable();
    let speaks = names.peek().is_none() || names.any(|name| value(name).is_some());
    speaks.then(|| fill(template, lang, &value))
}

/// The field that a placeholder means: a child of the element, or of the one that holds it.
fn field<'a>(entry: NodeRef<'a>, name: &str) -> Option<NodeRef<'a>> {
    let places = std::iter::once(entry).chain(entry.parent());
    let paths = paths_of(name);
    places
        .into_iter()
        .find_map(|place| paths.iter().find_map(|path| path.iter().copied().try_fold(place, child)))
}

/// The paths of names that a placeholder may mean, the likeliest first: a name with dots, a path with dots, another name.
pub(super) fn paths_of(name: &str) -> Vec<Vec<&str>> {
    let others =
        OTHER_NAMES.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).flat_map(|(_, paths)| *paths);
    let mut paths = vec![vec![name], name.split('.').collect()];
    paths.extend(others.map(|path| path.split('/').collect()));
    paths
}

/// The names of the placeholders of a long text.
#[cfg(test)]
pub(super) fn placeholders(template: &str) -> Vec<&str> {
    segments(template).into_iter().flat_map(pieces).filter_map(|piece| piece.name).collect()
}

/// The child of a name, whatever its capitals.
fn child<'a>(place: NodeRef<'a>, name: &str) -> Option<NodeRef<'a>> {
    place.child(name).or_else(|| {
        place.children().find(|child| !child.is_text() && child.local().eq_ignore_ascii_case(name))
    })
}

/// A stretch of text and the placeholder that ends it.
struct Piece<'t> {
    text: &'t str,
    name: Option<&'t str>,
}

fn fill(template: &str, lang: Lang, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    for (number, segment) in segments(template).into_iter().enumerate() {
        let pieces = pieces(segment);
        let filled: Vec<Option<String>> = pieces.iter().map(|piece| piece.name.and_then(value)).collect();
        let asks = pieces.iter().any(|piece| piece.name.is_some());
        if number > 0 && asks && filled.iter().all(Option::is_none) {
            continue;
        }
        let text = join(&pieces, filled, number == 0, lang);
        if text.is_empty() {
            continue;
        }
        if number > 0 {
            out.push_str(", ");
        }
        out.push_str(&text);
    }
    out
}

/// One segment, without the pieces whose value is not there.
fn join(pieces: &[Piece<'_>], filled: Vec<Option<String>>, first: bool, lang: Lang) -> String {
    let mut out = String::new();
    let mut carried = "";
    let mut dropped = false;
    for (at, (piece, value)) in pieces.iter().zip(filled).enumerate() {
        match (piece.name, value) {
            // What follows the last value belongs to it.
            (None, _) => out.push_str(if dropped { closing(piece.text) } else { piece.text }),
            (Some(_), Some(value)) => {
                let mut text = piece.text;
                if text.trim().is_empty() && !carried.is_empty() {
                    text = carried;
                }
                if dropped {
                    // The one before is missing: there is no other way to name.
                    out.push(' ');
                    text = text.trim_start();
                    text = text.strip_prefix("oder ").unwrap_or(text);
                }
                out.push_str(text);
                out.push_str(&value);
                (carried, dropped) = ("", false);
            }
            (Some(_), None) if first && at == 0 => {
                out.push_str(piece.text);
                out.push_str(if lang == Lang::De { "[nicht angegeben]" } else { "[not given]" });
            }
            (Some(_), None) => {
                out.push_str(closing(piece.text));
                if !dropped {
                    carried = piece.text;
                }
                dropped = true;
            }
        }
    }
    let text = balanced(&out);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The parenthesis with which a piece that is left out closes the one before.
fn closing(text: &str) -> &str {
    if text.trim_start().starts_with(')') { ")" } else { "" }
}

/// The template cut at the commas that stand outside parentheses and placeholders.
fn segments(template: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (at, c) in template.char_indices() {
        match c {
            '(' | '<' => depth += 1,
            ')' | '>' => depth -= 1,
            ',' if depth <= 0 => {
                segments.push(template[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.push(template[start..].trim());
    segments.retain(|segment| !segment.is_empty());
    segments
}

fn pieces(segment: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while let Some((text, (name, after))) =
        rest.split_once('<').and_then(|(text, tail)| Some((text, tail.split_once('>')?)))
    {
        let name = name.trim_matches([' ', ':']);
        pieces.push(Piece { text, name: Some(name) });
        rest = after;
    }
    if !rest.trim().is_empty() {
        pieces.push(Piece { text: rest, name: None });
    }
    pieces
}

/// Without parentheses that nothing opens, and with those closed that nothing closes.
fn balanced(text: &str) -> String {
    let mut open = 0;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => continue,
            ')' => open -= 1,
            _ => {}
        }
        out.push(c);
    }
    out.extend(std::iter::repeat_n(')', open));
    printable(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, values: &[(&str, &str)]) -> String {
        fill(template, Lang::De, &|name| {
            values.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const DULDUNG: &str = "Bescheinigung (Duldung) nach § 60a Abs. 2a AufenthG erteilt am <ereignisdatum>, befristet bis \
        <befristungsdatum>, Nummer der Bescheinigung <bescheinigungsNummer>, gemeldet durch Behörde <meldendeBehoerde>";

    #[test]
    fn what_the_entry_says_is_filled_in() {
        let values = [("ereignisdatum", "01.07.2026"), ("befristungsdatum", "31.12.2026")];
        assert_eq!(
            filled(DULDUNG, &values),
            "Bescheinigung (Duldung) nach § 60a Abs. 2a AufenthG erteilt am 01.07.2026, befristet bis 31.12.2026"
        );
    }

    #[test]
    fn the_first_piece_always_stays() {
        assert_eq!(
            filled(DULDUNG, &[("bescheinigungsNummer", "D1")]),
            "Bescheinigung (Duldung) nach § 60a Abs. 2a AufenthG erteilt am [nicht angegeben], Nummer der Bescheinigung D1"
        );
    }

    #[test]
    fn alternatives_and_groups_of_fields() {
        let template = "Schulbesuch (<anerkennung>) von <beginn> bis <ende> oder für die Dauer von <dauer>, in Staat <staat>";
        assert_eq!(
            filled(template, &[("anerkennung", "anerkannt"), ("dauer", "2 Jahre")]),
            "Schulbesuch (anerkannt) für die Dauer von 2 Jahre"
        );
        let template =
            "Auflage, befristet bis <a> oder für die Dauer von <b>, Ort <ags> <ort> erteilt am <tag>";
        assert_eq!(
            filled(template, &[("b", "6 Monate"), ("ort", "Bonn")]),
            "Auflage, für die Dauer von 6 Monate, Ort Bonn"
        );
    }

    #[test]
    fn parentheses_fit_together() {
        let template = "Kind ist <vorname> <name> (AZR-Nummer: <nummer>)";
        assert_eq!(filled(template, &[("vorname", "Ada"), ("name", "Öz")]), "Kind ist Ada Öz");
        let values = [("vorname", "Ada"), ("name", "Öz"), ("nummer", "081")];
        assert_eq!(filled(template, &values), "Kind ist Ada Öz (AZR-Nummer: 081)");
    }

    #[test]
    fn commas_in_parentheses_part_nothing() {
        let template =
            "nach § 19a (Blaue Karte EU, Regelberufe) erteilt am <ereignisdatum >, unanfechtbar seit <:u>";
        assert_eq!(
            filled(template, &[("ereignisdatum", "1"), ("u", "2")]),
            "nach § 19a (Blaue Karte EU, Regelberufe) erteilt am 1, unanfechtbar seit 2"
        );
    }
}
