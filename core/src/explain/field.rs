//! A message, a type or a field: what it means, how often it stands, which values it takes, what it holds.

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{Message, NONE, Simple, Type, element, facet, kind, type_flag, variety};

use super::page::{Page, word};
use super::place::{Place, Step, type_name};
use super::{Options, codelist, dsauslaender, rule, tree};
use crate::message::content::{Child, content_of};
use crate::message::report::Lang;
use crate::message::show::layout::Item;

/// How many places of an element are listed.
const PLACES: usize = 40;
/// How many enumerated values are listed.
const VALUES: usize = 60;
/// A longer pattern is not shown.
const PATTERN: usize = 200;

/// The page of a path, a message, an element or a type that is spelt as in the schema.
pub(super) fn page(pack: &Pack<'_>, topic: &str, options: &Options) -> Option<Page> {
    Some(of_place(pack, Place::find(pack, topic, true)?, options))
}

/// As [`page`], whatever the capitals.
pub(super) fn any_case(pack: &Pack<'_>, topic: &str, options: &Options) -> Option<Page> {
    Some(of_place(pack, Place::find(pack, topic, false)?, options))
}

fn of_place<'a>(pack: &Pack<'a>, place: Place<'a>, options: &Options) -> Page {
    let lang = options.lang;
    let step = place.last();
    let whole = place.steps.len() == 1 && place.attribute.is_none();
    let mut page = Page::new(heading(pack, &place, lang));
    if let Some(message) = place.message.filter(|_| whole) {
        message_facts(pack, message, step, lang, &mut page);
    }
    if let Some(attribute) = place.attribute {
        page.fact(
            word(lang, "Pfad", "Path"),
            format!("{}/@{}", place.path(pack), pack.local(attribute.name.get())),
        );
        let required = attribute.flags.get() & azrkit_standard::pack::rows::attribute::REQUIRED != 0;
        page.fact(
            word(lang, "Vorkommen", "Occurrence"),
            if required { word(lang, "Pflicht", "required") } else { word(lang, "freiwillig", "optional") },
        );
        value_constraint(
            attribute.flags.get() & azrkit_standard::pack::rows::attribute::FIXED != 0,
            pack.str(attribute.value),
            lang,
            &mut page,
        );
        if let Some(simple) = pack.simples.get(attribute.simple.get() as usize) {
            simple_facts(pack, simple, lang, &mut page);
        }
        return page;
    }
    if !whole || place.message.is_none() {
        field_facts(pack, &place, lang, &mut page);
    }
    rules(pack, &place, lang, &mut page);
    if step.ty.code.get() == NONE {
        let legend = word(
            lang,
            "Felder (1 genau einmal, ? höchstens einmal, * beliebig oft, + mindestens einmal)",
            "Fields (1 exactly once, ? at most once, * any number, + at least once)",
        );
        page.section(legend, tree::fields(pack, step.ty, options));
    } else if let Some(code) = pack.code_types.get(step.ty.code.get() as usize) {
        match codelist::of_type(pack, code).last() {
            Some(list) => {
                let heading = match lang {
                    Lang::De => {
                        format!("Schlüssel ({}, Version {})", list.rows.get(), pack.str(list.version))
                    }
                    Lang::En => format!("Codes ({}, version {})", list.rows.get(), pack.str(list.version)),
                };
                page.section(heading, codelist::codes(pack, list, options.codes, lang));
            }
            None => enumerated_codes(pack, step.ty, lang, &mut page),
        }
    }
    page
}

/// An element of a name, wherever it stands.
pub(super) fn anywhere(pack: &Pack<'_>, topic: &str, options: &Options) -> Option<Page> {
    let mut places = Vec::new();
    let mut more = 0;
    for ty in pack.types {
        for child in content_of(pack, ty).children {
            let row = pack.elements.get(child.element as usize)?;
            let name = pack.local(row.name.get());
            if name.eq_ignore_ascii_case(topic) {
                let label = options.lang.choose(pack.str(row.label), pack.str(row.label_en));
                let owner =
                    if ty.name.get() == NONE { pack.str(ty.path).to_owned() } else { type_name(pack, ty) };
                let line = format!("{owner}/{name} – {label}");
                if places.len() < PLACES { places.push(Item::Sentence(line)) } else { more += 1 }
            }
        }
    }
    if places.is_empty() {
        return None;
    }
    if more > 0 {
        places.push(Item::Sentence(match options.lang {
            Lang::De => format!("… und {more} weitere Stellen"),
            Lang::En => format!("… and {more} more places"),
        }));
    }
    let mut page = Page::new(topic);
    page.section(word(options.lang, "Steht in", "Stands in"), places);
    Some(page)
}

fn heading(pack: &Pack<'_>, place: &Place<'_>, lang: Lang) -> String {
    let step = place.last();
    if let Some(attribute) = place.attribute {
        let label = lang.choose(pack.str(attribute.label), pack.str(attribute.label_en));
        return named(label, &format!("@{}", pack.local(attribute.name.get())));
    }
    if let Some(message) = place.message.filter(|_| place.steps.len() == 1) {
        return named(
            lang.choose(pack.str(message.title), pack.str(message.title_en)),
            pack.str(message.number),
        );
    }
    let (label, label_en) = match step.element {
        Some(row) => (row.label, row.label_en),
        None => (step.ty.label, step.ty.label_en),
    };
    named(lang.choose(pack.str(label), pack.str(label_en)), step.name)
}

fn named(label: &str, name: &str) -> String {
    if label.is_empty() { name.to_owned() } else { format!("{label} ({name})") }
}

fn message_facts(pack: &Pack<'_>, message: &Message, step: Step<'_>, lang: Lang, page: &mut Page) {
    page.fact(word(lang, "Standard", "Standard"), format!("{} {}", pack.standard(), pack.version()));
    page.fact("Element", step.name);
    page.fact(word(lang, "Gruppe", "Group"), pack.str(message.group));
    page.fact(word(lang, "Absender", "Sender"), pack.str(message.autor));
    page.fact(word(lang, "Empfänger", "Receiver"), pack.str(message.leser));
    page.fact(word(lang, "Rechtsgrundlage", "Legal basis"), pack.str(message.rechtsgrundlage));
    let answers = pack.str(message.antwort).split(',').map(str::trim).filter(|number| !number.is_empty());
    let answers: Vec<String> = answers
        .map(|number| match pack.message_by_number(number) {
            Some(row) => format!("{number} {}", lang.choose(pack.str(row.title), pack.str(row.title_en))),
            None => number.to_owned(),
        })
        .collect();
    page.fact(word(lang, "Antworten", "Answers"), answers.join("\n"));
}

fn field_facts(pack: &Pack<'_>, place: &Place<'_>, lang: Lang, page: &mut Page) {
    let step = place.last();
    let ty = step.ty;
    let meaning = step.element.map(|row| pack.str(row.meaning)).filter(|text| !text.is_empty());
    page.fact(word(lang, "Bedeutung", "Meaning"), meaning.unwrap_or_else(|| pack.str(ty.meaning)));
    page.fact(word(lang, "Standard", "Standard"), format!("{} {}", pack.standard(), pack.version()));
    page.fact(word(lang, "Pfad", "Path"), place.path(pack));
    if let Some(child) = step.child {
        let mut line = occurrence(child, lang);
        if step.choice {
            line = word(lang, "eine von mehreren Angaben", "one of several").to_owned();
        }
        page.fact(word(lang, "Vorkommen", "Occurrence"), line);
    }
    if let Some(row) = step.element {
        value_constraint(row.flags.get() & element::FIXED != 0, pack.str(row.value), lang, page);
        if row.flags.get() & element::PERSON_NAME != 0 {
            page.fact(
                word(lang, "Zeichen", "Characters"),
                word(lang, "DIN 91379 Datentyp A (Namen)", "DIN 91379 datatype A (names)"),
            );
        }
    }
    page.fact(word(lang, "Typ", "Type"), type_chain(pack, ty));
    if ty.flags & type_flag::ABSTRACT != 0 {
        page.text(word(
            lang,
            "Abstrakter Typ: xsi:type nennt die Ausprägung.",
            "Abstract type: xsi:type names the kind.",
        ));
    }
    if ty.flags & type_flag::OPEN != 0 {
        page.text(word(
            lang,
            "Typ eines anderen Standards: beliebiger Inhalt, bis ein Paket mit ihm geladen ist.",
            "Type of another standard: any content, until a pack that has it is loaded.",
        ));
    }
    match pack.code_types.get(ty.code.get() as usize) {
        Some(code) => page.fact(word(lang, "Codeliste", "Code list"), codelist::type_line(pack, code, lang)),
        None => {
            if let Some(simple) =
                pack.simples.get(ty.simple.get() as usize).filter(|_| ty.kind == kind::SIMPLE)
            {
                simple_facts(pack, simple, lang, page);
            }
        }
    }
    let numbers = place.steps.iter().enumerate().flat_map(|(at, owner)| {
        let names: Vec<&str> = place.steps[at + 1..].iter().map(|step| step.name).collect();
        dsauslaender::numbers(pack, &type_name(pack, owner.ty), &names.join("/"))
    });
    page.fact("DSAusländer", numbers.collect::<Vec<_>>().join("\n"));
}

/// The rules that are placed at the field, whether they belong to its type or to one that holds it.
fn rules(pack: &Pack<'_>, place: &Place<'_>, lang: Lang, page: &mut Page) {
    let mut items = Vec::new();
    let mut seen = Vec::new();
    let alone = place.steps.len() == 1;
    for (at, owner) in place.steps.iter().enumerate() {
        let names: Vec<&str> = place.steps[at + 1..].iter().map(|step| step.name).collect();
        let path = if names.is_empty() { ".".to_owned() } else { names.join("/") };
        let mut found = rule::at(pack, owner.ty, &path);
        if alone {
            found =
                pack.rules_of(owner.ty).iter().filter_map(|row| pack.rules.get(row.get() as usize)).collect();
        }
        for row in found {
            let id = pack.str(row.id);
            if !seen.contains(&id) {
                seen.push(id);
                items.push(rule::line(pack, row, lang));
            }
        }
    }
    page.section(word(lang, "Regeln", "Rules"), items);
}

fn occurrence(child: Child, lang: Lang) -> String {
    match (lang, child.min, child.max) {
        (Lang::De, 1, Some(1)) => "genau einmal".to_owned(),
        (Lang::En, 1, Some(1)) => "exactly once".to_owned(),
        (Lang::De, 0, Some(1)) => "höchstens einmal".to_owned(),
        (Lang::En, 0, Some(1)) => "at most once".to_owned(),
        (Lang::De, 0, None) => "beliebig oft".to_owned(),
        (Lang::En, 0, None) => "any number of times".to_owned(),
        (Lang::De, min, None) => format!("mindestens {min}-mal"),
        (Lang::En, min, None) => format!("at least {min} times"),
        (Lang::De, min, Some(max)) => format!("{min}- bis {max}-mal"),
        (Lang::En, min, Some(max)) => format!("{min} to {max} times"),
    }
}

fn value_constraint(fixed: bool, value: &str, lang: Lang, page: &mut Page) {
    let label =
        if fixed { word(lang, "Fester Wert", "Fixed value") } else { word(lang, "Vorgabewert", "Default") };
    page.fact(label, value);
}

/// The type and those that it is derived from, up to the first of XML Schema.
fn type_chain(pack: &Pack<'_>, ty: &Type) -> String {
    let mut names = Vec::new();
    let mut at = Some(ty);
    while let Some(ty) = at {
        let name = type_name(pack, ty);
        let own = !name.starts_with("xs:");
        // An anonymous type's name is its path, which stands there already.
        if ty.name.get() != NONE && name != "xs:anyType" {
            names.push(name);
        }
        at = pack.types.get(ty.base.get() as usize).filter(|_| own);
    }
    names.join(" ← ")
}

fn simple_facts(pack: &Pack<'_>, simple: &Simple, lang: Lang, page: &mut Page) {
    let builtin = |simple: &Simple| {
        pack.types.get(usize::from(simple.builtin)).map_or(String::new(), |ty| type_name(pack, ty))
    };
    let name = |simple: &Simple| {
        if simple.name.get() == NONE { builtin(simple) } else { pack.local(simple.name.get()).to_owned() }
    };
    let members = pack.members_of(simple).iter().filter_map(|row| pack.simples.get(row.get() as usize));
    let members: Vec<String> = members.map(name).collect();
    let form = match simple.variety {
        variety::LIST => format!("{} {}", word(lang, "Liste von", "list of"), members.join(", ")),
        variety::UNION => members.join(word(lang, " oder ", " or ")),
        _ => builtin(simple),
    };
    page.fact(word(lang, "Form", "Form"), form);
    page.fact(word(lang, "Muster", "Pattern"), patterns(pack.str(simple.pattern), lang));
    if simple.facets & facet::LENGTH != 0 {
        let (min, max) = (simple.min_length.get(), simple.max_length.get());
        let max = if max == NONE { "…".to_owned() } else { max.to_string() };
        page.fact(word(lang, "Länge", "Length"), format!("{min} – {max}"));
    }
    let strict = |bit: u8| {
        if simple.facets & bit != 0 { word(lang, " (ausschließlich)", " (exclusive)") } else { "" }
    };
    for (label, value, bit) in [
        (word(lang, "Mindestens", "Minimum"), simple.min, facet::MIN_EXCLUSIVE),
        (word(lang, "Höchstens", "Maximum"), simple.max, facet::MAX_EXCLUSIVE),
    ] {
        let value = pack.str(value);
        if !value.is_empty() {
            page.fact(label, format!("{value}{}", strict(bit)));
        }
    }
    if simple.total_digits.get() != 0 {
        page.fact(word(lang, "Ziffern", "Digits"), simple.total_digits.get().to_string());
    }
    if simple.fraction_digits.get() != 0xFFFF {
        page.fact(
            word(lang, "Nachkommastellen", "Fraction digits"),
            simple.fraction_digits.get().to_string(),
        );
    }
    let values = pack.enums_of(simple);
    let shown: Vec<&str> = values.iter().take(VALUES).map(|row| pack.str(row.value)).collect();
    let more = if values.len() > VALUES { ", …" } else { "" };
    page.fact(word(lang, "Werte", "Values"), format!("{}{more}", shown.join(", ")));
}

/// Patterns for people: one that lists the letters of DIN 91379 is only named by its length.
fn patterns(patterns: &str, lang: Lang) -> String {
    let long = |pattern: &str| match lang {
        Lang::De => format!("[Zeichenvorrat, {} Zeichen lang]", pattern.chars().count()),
        Lang::En => format!("[character set, {} characters long]", pattern.chars().count()),
    };
    let shown =
        patterns.split(" & ").map(|part| if part.len() > PATTERN { long(part) } else { part.to_owned() });
    shown.collect::<Vec<_>>().join(" & ")
}

/// The codes that the schema itself enumerates.
fn enumerated_codes(pack: &Pack<'_>, ty: &Type, lang: Lang, page: &mut Page) {
    let Some(code) = content_of(pack, ty)
        .children
        .into_iter()
        .filter_map(|child| pack.elements.get(child.element as usize))
        .find(|row| pack.local(row.name.get()) == "code")
    else {
        return;
    };
    let ty = pack.types.get(code.ty.get() as usize);
    let Some(simple) = ty.and_then(|ty| pack.simples.get(ty.simple.get() as usize)) else { return };
    let items = pack.enums_of(simple).iter();
    let items = items.map(|row| Item::Field(pack.str(row.value).to_owned(), pack.str(row.label).to_owned()));
    page.section(word(lang, "Schlüssel", "Codes"), items.collect());
}
