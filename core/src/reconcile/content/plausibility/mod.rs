//! What is hardly so in a record by itself: rules that are data (`plausibilitaet.tsv` of the standard), run over a record.

mod tree;

use std::cell::Cell;

use azrkit_standard::pattern::{self, Dfa, Limits};
use azrkit_standard::rule::{self, Resolver, Rule};

use super::shape::Shapes;
use crate::reconcile::hinweis::Severity;
use crate::register::Datensatz;
use tree::RecordTree;

/// The table of the standard.
const TABLE: &str = "plausibilitaet.tsv";
/// The name of the root in rules.
pub(super) const ROOT: &str = "Datensatz";
/// Steps that all rules together may take for a record: some for each element.
const STEPS: u64 = 20_000;

/// A rule of the standard's table does not fit it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("AZK-V001: a rule of plausibility does not fit the standard: {0}")]
pub struct PlausibilityError(pub String);

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Violation<'r> {
    pub(super) rule: &'r str,
    pub(super) severity: Severity,
    /// The entry of the record; none for the record as a whole.
    pub(super) entry: Option<usize>,
    /// The field below the entry's data.
    pub(super) field: String,
    pub(super) text_de: &'r str,
    pub(super) text_en: &'r str,
}

/// The rules, compiled.
#[derive(Debug, Default)]
pub(super) struct Rules {
    all: Vec<Compiled>,
    patterns: Vec<(String, Dfa)>,
}

#[derive(Debug)]
struct Compiled {
    rule: Rule,
    at: Vec<u8>,
    condition: Vec<u8>,
    /// Names of the contexts: numbers of kinds, or of the root.
    contexts: Vec<u32>,
}

impl Rules {
    /// The rules of a standard; none where it has no such table.
    pub(super) fn of(shapes: &Shapes<'_>) -> Result<Self, PlausibilityError> {
        shapes.pack.extra(TABLE).map_or_else(|| Ok(Self::default()), |table| Self::read(shapes, table))
    }

    fn read(shapes: &Shapes<'_>, table: &str) -> Result<Self, PlausibilityError> {
        let mut rules = Self::default();
        let fault = |error: azrkit_standard::error::SchemaError| PlausibilityError(error.to_string());
        for rule in rule::parse_rules(table, TABLE).map_err(fault)? {
            let mut contexts = Vec::new();
            for context in &rule.contexts {
                let known = context.name == ROOT || shapes.kind(&context.name).is_some();
                let number = Some(number(shapes, &context.name)).filter(|_| known && !context.except);
                contexts
                    .push(number.ok_or_else(|| PlausibilityError(format!("{}: {}", rule.id, context.name)))?);
            }
            let mut names = Names { shapes, patterns: &mut rules.patterns };
            let (at, condition) = rule.compile(&mut names).map_err(fault)?;
            rules.all.push(Compiled { rule, at, condition, contexts });
        }
        Ok(rules)
    }

    /// What the rules find in a record, as of a day: in the order of the rules, then of the entries.
    pub(super) fn check<'r>(
        &'r self,
        shapes: &Shapes<'_>,
        record: &Datensatz,
        today: Option<&str>,
    ) -> Vec<Violation<'r>> {
        let mut found = Vec::new();
        self.each(shapes, record, today, &mut |one, tree, node| {
            let (entry, field) = tree.place(node);
            found.push(Violation {
                rule: &one.rule.id,
                severity: match one.rule.severity {
                    rule::Severity::Error => Severity::High,
                    rule::Severity::Warning => Severity::Medium,
                    rule::Severity::Hint => Severity::Low,
                },
                entry,
                field,
                text_de: &one.rule.text_de,
                text_en: &one.rule.text_en,
            });
        });
        found
    }

    /// Whether the rules find anything.
    pub(super) fn finds(&self, shapes: &Shapes<'_>, record: &Datensatz, today: Option<&str>) -> bool {
        let mut found = false;
        self.each(shapes, record, today, &mut |_, _, _| found = true);
        found
    }

    fn each<'r>(
        &'r self,
        shapes: &Shapes<'_>,
        record: &Datensatz,
        today: Option<&str>,
        found: &mut dyn FnMut(&'r Compiled, &RecordTree<'_>, u32),
    ) {
        if self.all.is_empty() {
            return;
        }
        let tree = RecordTree::of(shapes, &self.patterns, record, today);
        let fuel = Cell::new(STEPS.saturating_mul(tree.len() as u64 + 64));
        for one in &self.all {
            for node in tree.contexts().filter(|node| one.contexts.contains(&rule::Tree::name(&tree, *node)))
            {
                rule::apply(&one.at, &one.condition, &tree, node, &fuel, &mut |node| found(one, &tree, node));
            }
        }
    }
}

/// The number of a name in rules: the root has one of its own.
pub(super) fn number(shapes: &Shapes<'_>, name: &str) -> u32 {
    if name == ROOT { shapes.names().len() as u32 } else { shapes.number_of(name).unwrap_or(u32::MAX) }
}

struct Names<'n, 's, 'a> {
    shapes: &'s Shapes<'a>,
    patterns: &'n mut Vec<(String, Dfa)>,
}

impl Resolver for Names<'_, '_, '_> {
    fn names(&mut self, glob: &str) -> Vec<u32> {
        let pattern = rule::Context { except: false, prefix: String::new(), name: glob.to_owned() };
        let names = self.shapes.names().iter().map(String::as_str).chain([ROOT]);
        (0..).zip(names).filter(|(_, name)| pattern.matches(name)).map(|(number, _)| number).collect()
    }

    fn pattern(&mut self, text: &str) -> Result<u32, String> {
        if let Some(at) = self.patterns.iter().position(|(known, _)| known == text) {
            return Ok(at as u32);
        }
        let dfa = pattern::compile(&[text], Limits::default()).map_err(|error| error.to_string())?;
        self.patterns.push((text.to_owned(), dfa));
        Ok(self.patterns.len() as u32 - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Standards;
    use crate::register::Eintrag;
    use serde_json::Value;

    const TODAY: &str = "2026-11-25";

    /// A record from an example: entries by kind.
    fn example(text: &str) -> Datensatz {
        let all: Value = serde_json::from_str(text).expect("JSON");
        let mut record = Datensatz { key: "p".into(), ..Datensatz::default() };
        for (kind, data) in all.as_object().expect("kinds") {
            let entries = data.as_array().cloned().unwrap_or_else(|| vec![data.clone()]);
            for data in entries {
                let key = record.entries.len().to_string();
                let data = data.as_object().expect("data").clone();
                record.entries.push(Eintrag { kind: kind.clone(), key, data, ..Eintrag::default() });
            }
        }
        record
    }

    #[test]
    fn each_rule_finds_what_it_is_for_and_nothing_else() {
        let standards = Standards::builtin();
        let (shapes, _) = Shapes::newest(&standards.packs()).expect("kinds");
        let rules = Rules::of(&shapes).expect("rules that compile");
        assert!(rules.all.len() >= 20);
        for one in &rules.all {
            let ids = |record: &Datensatz| -> Vec<&str> {
                rules.check(&shapes, record, Some(TODAY)).iter().map(|found| found.rule).collect()
            };
            let id = one.rule.id.as_str();
            let (pass, fail) = (example(&one.rule.pass), example(&one.rule.fail));
            assert!(!ids(&pass).contains(&id), "{id}: {}", one.rule.pass);
            assert!(ids(&fail).contains(&id), "{id}: {}", one.rule.fail);
            assert_eq!(rules.finds(&shapes, &pass, Some(TODAY)), !ids(&pass).is_empty());
        }
    }

    #[test]
    fn a_violation_says_where() {
        let standards = Standards::builtin();
        let (shapes, _) = Shapes::newest(&standards.packs()).expect("kinds");
        let rules = Rules::of(&shapes).expect("rules");
        let record = example(
            r#"{"Meldestatus":{"meldestatusArt":"02","ereignisdatum":"2020-01-01"},
                "Grundpersonalien":{"geburtsangaben":{"tagDerGeburt":{"teilbekanntesDatum":{"jahr":"2027"}}},"familienname":{"name":"A"}}}"#,
        );
        let found = rules.check(&shapes, &record, Some(TODAY));
        let places: Vec<(&str, Option<usize>, &str)> =
            found.iter().map(|one| (one.rule, one.entry, one.field.as_str())).collect();
        assert_eq!(
            places,
            [("PLAUS-004", Some(0), "ereignisdatum"), ("PLAUS-006", Some(1), "geburtsangaben/tagDerGeburt"),]
        );
    }

    #[test]
    fn rules_that_do_not_fit_are_refused() {
        let standards = Standards::builtin();
        let (shapes, _) = Shapes::newest(&standards.packs()).expect("kinds");
        let columns = "#columns id\tcontext\tmessages\tat\tseverity\texpr\ttext_de\ttext_en\tpass\tfail\n";
        for row in [
            "X\tKeineArt\t\t.\terror\ttrue()\ta\tb\t{}\t{}\n",
            "X\tDuldung\t\tkeinFeld\terror\ttrue()\ta\tb\t{}\t{}\n",
        ] {
            assert!(Rules::read(&shapes, &format!("{columns}{row}")).is_err(), "{row}");
        }
    }
}
