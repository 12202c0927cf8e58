//! Damaged schemas: refused or compiled, never a panic; and what compiles opens.

use super::*;
use crate::test_support::Dice;

/// The schemas of XInneres and the XÖV base, with short patterns for those of DIN 91379, which take long to compile.
fn texts() -> Vec<(String, String)> {
    let pack = Pack::open(built_in(1)).expect("opens");
    let shorten = |line: &str| match line.trim_start().starts_with("pattern ") && line.len() > 200 {
        true => "  pattern .*\n".to_owned(),
        false => format!("{line}\n"),
    };
    let texts = pack.schemas.iter().map(|source| {
        (pack.str(source.file).to_owned(), pack.str(source.text).lines().map(shorten).collect())
    });
    texts.collect()
}

#[test]
fn damaged_schemas_are_refused_or_compile() {
    let texts = texts();
    let words = [
        "xs:string",
        "a",
        "*",
        "0..3",
        "{}",
        "<>",
        "seq",
        "choice",
        "all",
        "any",
        "##any",
        "lax",
        "extends",
        "ref",
    ];
    let mut dice = Dice(17);
    let (mut refused, mut compiled) = (0, 0);
    for _ in 0..250 {
        let mut inputs = Inputs::default();
        let hit = dice.below(texts.len());
        for (at, (file, text)) in texts.iter().enumerate() {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let mut one = dice.below(lines.len());
            if at == hit {
                match dice.below(6) {
                    0 => drop(lines.remove(one)),
                    1 => lines.insert(one, lines[one].clone()),
                    2 => {
                        let other = dice.below(lines.len());
                        lines.swap(one, other);
                    }
                    3 => lines[one].insert_str(0, "  "),
                    4 => lines[one] = lines[one].trim_start_matches("  ").to_owned(),
                    _ => {
                        // Not in the head, where hardly anything is right but what stands there.
                        one = one.max(lines.len().min(8) - 1);
                        let mut parts: Vec<&str> = lines[one].split(' ').collect();
                        let part = dice.below(parts.len());
                        parts[part] = words[dice.below(words.len())];
                        lines[one] = parts.join(" ");
                    }
                }
            }
            match xsf::parse(&(lines.join("\n") + "\n"), file) {
                Ok(schema) => inputs.schemas.push(schema),
                Err(error) => assert!(error.line > 0),
            }
        }
        match compile(&inputs) {
            Ok(_) => compiled += 1,
            Err(errors) => {
                assert!(!errors.is_empty() && errors.len() <= MAX_ERRORS);
                refused += 1;
            }
        }
    }
    assert!(refused > 50 && compiled > 30, "{refused} refused, {compiled} compiled");
}
