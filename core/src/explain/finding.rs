//! A finding code: what it means, its sentences, severity and layer.

use super::Options;
use super::page::{Page, word};
use crate::message::report::{Code, Lang, Layer, Severity};

pub(super) fn page(code: Code, options: &Options) -> Page {
    let lang = options.lang;
    let mut page = Page::new(code.as_str());
    page.text(code.explanation());
    page.fact(word(lang, "Schwere", "Severity"), severity(code, lang));
    page.fact(word(lang, "Prüfung", "Layer"), layer(code.layer(), lang));
    page.fact(word(lang, "Deutsch", "German"), code.template(Lang::De));
    page.fact(word(lang, "Englisch", "English"), code.template(Lang::En));
    page
}

fn severity(code: Code, lang: Lang) -> &'static str {
    if code == Code::Rule {
        return word(lang, "je nach Regel", "as the rule says");
    }
    match code.severity() {
        Severity::Error => word(lang, "Fehler", "error"),
        Severity::Warning => word(lang, "Warnung", "warning"),
        Severity::Hint => word(lang, "Hinweis", "hint"),
    }
}

fn layer(layer: Layer, lang: Lang) -> &'static str {
    match layer {
        Layer::Xml => word(
            lang,
            "xml: wohlgeformtes XML (oder JSON) in den Grenzen",
            "xml: well-formed XML (or JSON) within the limits",
        ),
        Layer::Schema => word(
            lang,
            "schema: was die XML-Schema-Prüfung findet",
            "schema: what XML Schema validation finds",
        ),
        Layer::Text => word(
            lang,
            "text: Zeichen nach DIN 91379, Normalform NFC",
            "text: characters by DIN 91379, normalization form NFC",
        ),
        Layer::Codelist => {
            word(lang, "codelist: Schlüssel in der Codeliste", "codelist: code in its code list")
        }
        Layer::Rule => word(
            lang,
            "rule: Regeln, die der Standard in Worten nennt",
            "rule: rules that the standard states in words",
        ),
    }
}
