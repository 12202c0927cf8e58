//! The rules of the built-in standards: their examples, their paths, and whether none was forgotten.

use std::cell::Cell;

use super::json_tree::{JsonTree, Lists, Pool};
use super::*;

/// The rules of the built-in standards: each example is judged as it must be.
#[test]
fn the_examples_of_the_standards_rules_hold_and_fail() {
    let lists = Lists::read(&standards());
    let mut failures = Vec::new();
    for rule in STANDARDS.iter().flat_map(|(standard, _)| all_rules(standard)) {
        let pool = Pool::default();
        for (example, expected) in [(&rule.pass, 0), (&rule.fail, 1)] {
            if example == "-" {
                let needs_list = rule.expr.contains("column(");
                assert!(needs_list && expected == 1, "{}: only a list may lack a failing example", rule.id);
                continue;
            }
            let content = serde_json::from_str(example).unwrap_or_else(|e| panic!("{}: {e}", rule.id));
            let tree = JsonTree::of_example(&content, &rule, &pool, &lists);
            names_of(&rule, &pool);
            let (at, condition) = rule.compile(&mut &pool).unwrap_or_else(|e| panic!("{e}"));
            let (mut judged, mut violated) = (0, 0);
            let fuel = Cell::new(10_000_000);
            select(&at, &tree, tree.context, &fuel, &mut |_| judged += 1);
            apply(&at, &condition, &tree, tree.context, &fuel, &mut |_| violated += 1);
            let verdicts = select_verdicts(&at, &condition, &tree);
            if violated != expected || (expected == 0 && verdicts.contains(&Verdict::Unknown)) {
                failures.push(format!(
                    "{}: {violated} violated of {judged} {verdicts:?}: {example:.200}",
                    rule.id
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn select_verdicts(at: &[u8], condition: &[u8], tree: &JsonTree<'_>) -> Vec<Verdict> {
    let fuel = Cell::new(10_000_000);
    let mut verdicts = Vec::new();
    select(at, tree, tree.context, &fuel, &mut |node| {
        verdicts.push(eval(condition, tree, tree.context, node, &fuel));
    });
    verdicts
}

/// Whether the names exist is another test's matter: here they get numbers.
fn names_of(rule: &Rule, pool: &Pool) {
    let text = format!("{} {}", rule.at, rule.expr);
    for name in text.split(|c: char| !(c.is_alphanumeric() || "._-*".contains(c))) {
        pool.name(&name.replace('*', "x"));
    }
}

#[test]
fn the_paths_of_the_standards_rules_fit_the_schemas() {
    let schemas = schemas();
    for (standard, target) in STANDARDS {
        let faults = check_rules(&all_rules(standard), &schemas, target);
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn paths_that_lead_nowhere_are_named() {
    let schema = crate::xsf::parse(
        "schema urn:x\nns x urn:x\nns xs http://www.w3.org/2001/XMLSchema\ncomplex A\n  seq\n    b 1 xs:string\n    c ? x:A\n",
        "x.xsf",
    );
    let schemas = [schema.expect("a schema")];
    let head = "#columns id\tcontext\tmessages\tat\tseverity\texpr\ttext_de\ttext_en\tpass\tfail\n";
    for (context, at, expr, column) in [
        ("A", ".", "c/c/b = '1'", None),
        ("A", "c", "../b = '1' and $//b = '2' and /x", None),
        ("B", ".", "b", Some(5)),
        ("A", "d", "b", Some(8)),
        ("A", "c", "c/d", Some(17)),
        ("A", "c", "c[d]", Some(17)),
        ("A", ".", "c = '1'", Some(15)),
        ("A", ".", "c/@x", Some(18)),
        ("A", ".", "column(b,'x')", Some(22)),
    ] {
        let table = format!("{head}X-1\t{context}\t\t{at}\thint\t{expr}\td\te\t{{}}\t{{}}\n");
        let rules = parse_rules(&table, "x.tsv").expect(&table);
        let faults = check_rules(&rules, &schemas, "urn:x");
        assert_eq!(faults.first().map(|fault| fault.column), column, "{context} {at} {expr}: {faults:?}");
    }
}

/// Every rule that the standard states as a must, in the groups that are done, is checked or its absence explained.
#[test]
fn every_must_of_the_first_groups_is_accounted_for() {
    let rules = all_rules("xauslaender-26.11");
    let stem = |id: &str| id.split('.').next().unwrap_or(id).to_owned();
    let checked: std::collections::BTreeSet<String> = rules.iter().map(|rule| stem(&rule.id)).collect();
    let folder = standards().join("xauslaender-26.11/regeln");
    let left_out = std::fs::read_to_string(folder.join("AUSGELASSEN.tsv")).expect("AUSGELASSEN.tsv");
    let rows: Vec<Vec<&str>> = left_out
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    for line in left_out.lines().filter_map(|line| line.strip_prefix("# ")) {
        if let Some((count, reason)) = line.split_once(':').and_then(|(head, _)| head.split_once(' '))
            && let Ok(count) = count.parse::<usize>()
        {
            assert_eq!(rows.iter().filter(|row| row[1] == reason).count(), count, "{reason}");
        }
    }
    let left_out: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let mut open = Vec::new();
    for group in ["azr", "administration", "allgemeine-datentypen", "baukasten"] {
        let table = std::fs::read_to_string(folder.join(group).with_extension("tsv")).expect(group);
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let (id, severity) = (cells[0], cells[3]);
            let (is_checked, is_left_out) = (checked.contains(id), left_out.contains(&id));
            if severity == "fehler" && is_checked == is_left_out {
                open.push(id.to_owned());
            }
            for rule in rules.iter().filter(|rule| stem(&rule.id) == id) {
                let must = severity == "fehler";
                assert_eq!(rule.severity == Severity::Error, must, "{}: severity", rule.id);
            }
        }
    }
    assert!(open.is_empty(), "neither checked nor left out, or both: {}", open.join(" "));
}

/// The schemas of XAusländer and what they import.
pub(super) fn schemas() -> Vec<crate::model::Schema> {
    let mut schemas = Vec::new();
    for standard in ["xauslaender-26.11", "xinneres-26.11", "xoev", "xdomea-4.0.0"] {
        for (name, bytes) in crate::test_support::files(standards().join(standard).join("schema"), "xsf") {
            let text = String::from_utf8(bytes).expect("UTF-8");
            schemas.push(crate::xsf::parse(&text, &name).unwrap_or_else(|e| panic!("{e}")));
        }
    }
    schemas
}

/// The standards that have rules: folder and own namespace.
pub(super) const STANDARDS: [(&str, &str); 2] = [
    ("xauslaender-26.11", "http://www.osci.de/xauslaender2611"),
    ("xinneres-26.11", "http://www.osci.de/xinneres/basisnachricht/7"),
];

/// The rules of a standard.
pub(super) fn all_rules(standard: &str) -> Vec<Rule> {
    let folder = standards().join(standard).join("regeln/pruefungen");
    let mut rules: Vec<Rule> = Vec::new();
    for (name, bytes) in crate::test_support::files(folder, "tsv") {
        let text = String::from_utf8(bytes).expect("UTF-8");
        rules.extend(parse_rules(&text, &name).unwrap_or_else(|e| panic!("{e}")));
    }
    let ids: std::collections::BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids.len(), rules.len(), "ids are unique");
    rules
}

/// What the language's description gives as examples is right.
#[test]
fn the_examples_of_the_description_are_right() {
    let text = std::fs::read_to_string(standards().join("REGELSPRACHE.md")).expect("the description");
    let mut lines = text.lines().map(str::trim);
    let mut table =
        "#columns id\tcontext\tmessages\tat\tseverity\texpr\ttext_de\ttext_en\tpass\tfail\n".to_owned();
    let mut count = 0;
    while let Some(line) = lines.next() {
        let Some(line) = line.strip_prefix("context ") else { continue };
        let (context, at) = line.split_once("   at ").expect("at");
        let (context, messages) = context.split_once("   messages ").unwrap_or((context, ""));
        let expr = lines.next().expect("a condition");
        count += 1;
        table += &format!("X-{count}\t{context}\t{messages}\t{at}\thint\t{expr}\td\te\t{{}}\t{{}}\n");
    }
    assert!(count >= 8, "{count} examples");
    let rules = parse_rules(&table, "REGELSPRACHE.md").unwrap_or_else(|e| panic!("{e}"));
    let (schemas, (_, target)) = (schemas(), STANDARDS[0]);
    let faults: Vec<String> = check_rules(&rules, &schemas, target).iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}\n{table}", faults.join("\n"));
}

pub(super) fn standards() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/standards")
}
