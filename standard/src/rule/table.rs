//! Tables of rules: one line a rule.

use super::ast::{Expr, Path};
use super::compile::{Resolver, compile, compile_path};
use super::parse::{parse_expr, parse_path};
use super::{TABLE, moved};
use crate::error::SchemaError;
use crate::model::Position;

/// The columns, in this order.
const COLUMNS: [&str; 10] =
    ["id", "context", "messages", "at", "severity", "expr", "text_de", "text_en", "pass", "fail"];

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id: that of the standard's rule, with `.1`, `.2` … where that is cut into several.
    pub id: String,
    /// Where it holds, as written.
    pub context: String,
    /// Where it holds: in each of these, save those that an entry with [`Context::except`] names.
    pub contexts: Vec<Context>,
    /// Numbers of the messages that it is for; empty for all.
    pub messages: Vec<String>,
    /// `at` as written.
    pub at: String,
    /// The nodes that are judged, seen from the context: the condition is evaluated for each, and a finding
    /// is placed there. None selected, nothing judged.
    pub at_path: Path,
    /// How bad it is when the condition is violated.
    pub severity: Severity,
    /// The condition as written.
    pub expr: String,
    /// The condition.
    pub condition: Expr,
    /// For a case worker: what is wrong here and what is expected. German.
    pub text_de: String,
    /// The same in English.
    pub text_en: String,
    /// An example (JSON) for which the condition holds.
    pub pass: String,
    /// An example (JSON) for which it is violated.
    pub fail: String,
    /// The file it stands in.
    pub file: String,
    /// Where the cell `context` begins.
    pub position: Position,
    /// Where the cell `at` begins.
    pub at_position: Position,
    /// Where the cell `expr` begins.
    pub expr_position: Position,
}

/// How bad a violated rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The standard says must.
    Error,
    /// Will hardly be meant so.
    Warning,
    /// The standard says should, or describes.
    Hint,
}

/// One entry of the column `context`: the name of a type, or the number of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// `!` before it: not there.
    pub except: bool,
    /// Prefix of the type's namespace as the schemas use it; empty for the standard's own namespace.
    pub prefix: String,
    /// Name of a type (`*` stands for any characters), or number of a message (its root element is meant).
    pub name: String,
}

impl Context {
    /// The entry is the number of a message.
    pub fn is_message(&self) -> bool {
        self.name.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The name of a type, or the number of a message, is the one that this entry names.
    pub fn matches(&self, name: &str) -> bool {
        glob(&self.name, name)
    }
}

impl Rule {
    /// The rule holds at the type of this name, or at the root of the message of this number. `prefix` is
    /// that of the type's namespace, empty for the standard's own.
    pub fn is_for(&self, prefix: &str, name: &str) -> bool {
        let named = |context: &&Context| context.prefix == prefix && context.matches(name);
        self.contexts.iter().filter(|context| !context.except).any(|context| named(&context))
            && !self.contexts.iter().filter(|context| context.except).any(|context| named(&context))
    }

    /// The byte code of `at` and of the condition.
    ///
    /// # Errors
    /// As [`super::compile()`], with the place in the table.
    pub fn compile(&self, resolver: &mut dyn Resolver) -> Result<(Vec<u8>, Vec<u8>), SchemaError> {
        let at = compile_path(&self.at_path, resolver);
        let at = at.map_err(|fault| moved(fault, &self.file, self.at_position))?;
        let condition = compile(&self.condition, resolver);
        let condition = condition.map_err(|fault| moved(fault, &self.file, self.expr_position))?;
        Ok((at, condition))
    }
}

/// Reads a table of rules. `file` is for errors.
///
/// The table's form is that of all tables of the standards (see `core/standards/README.md`); its columns are
/// `id context messages at severity expr text_de text_en pass fail`.
///
/// # Errors
/// `AZK-R…`, with file, line and column of the first thing that is wrong.
pub fn parse_rules(text: &str, file: &str) -> Result<Vec<Rule>, SchemaError> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut has_columns = false;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(columns) = line.strip_prefix("#columns ") {
            has_columns = true;
            if !columns.split('\t').eq(COLUMNS) {
                return Err(table(file, number, 1, format!("the columns must be {}", COLUMNS.join(" "))));
            }
        } else if line.is_empty() || line.starts_with('#') {
            continue;
        } else if !has_columns {
            return Err(table(file, number, 1, "the line #columns is missing".into()));
        } else {
            let rule = row(line, file, number)?;
            if let Some(other) = rules.iter().find(|other| other.id == rule.id) {
                let text = format!("the id {} stands in line {} already", rule.id, other.position.line);
                return Err(table(file, number, 1, text));
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn row(line: &str, file: &str, number: u32) -> Result<Rule, SchemaError> {
    let cells: Vec<&str> = line.split('\t').collect();
    let Ok(cells) = <[&str; COLUMNS.len()]>::try_from(cells.as_slice()) else {
        let text = format!("{} cells instead of {}", cells.len(), COLUMNS.len());
        return Err(table(file, number, 1, text));
    };
    let column =
        |cell: usize| cells.iter().take(cell).map(|cell| cell.chars().count() as u32 + 1).sum::<u32>() + 1;
    let [id, context, messages, at, severity, expr, text_de, text_en, pass, fail] = cells;
    for (index, cell) in cells.iter().enumerate() {
        if cell.is_empty() && COLUMNS[index] != "messages" {
            return Err(table(file, number, column(index), format!("{} is empty", COLUMNS[index])));
        }
    }
    let severity = match severity {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        "hint" => Severity::Hint,
        other => {
            let text = format!("severity {other} is none of error, warning, hint");
            return Err(table(file, number, column(4), text));
        }
    };
    let [position, at_position, expr_position] =
        [1, 3, 5].map(|cell| Position { line: number, column: column(cell) });
    Ok(Rule {
        id: id.to_owned(),
        context: context.to_owned(),
        contexts: contexts(context).map_err(|text| table(file, number, position.column, text))?,
        messages: messages.split(' ').filter(|entry| !entry.is_empty()).map(str::to_owned).collect(),
        at: at.to_owned(),
        at_path: parse_path(at).map_err(|fault| moved(fault, file, at_position))?,
        severity,
        expr: expr.to_owned(),
        condition: parse_expr(expr).map_err(|fault| moved(fault, file, expr_position))?,
        text_de: text_de.to_owned(),
        text_en: text_en.to_owned(),
        pass: pass.to_owned(),
        fail: fail.to_owned(),
        file: file.to_owned(),
        position,
        at_position,
        expr_position,
    })
}

fn contexts(text: &str) -> Result<Vec<Context>, String> {
    let mut contexts = Vec::new();
    for entry in text.split(' ') {
        let (except, entry) = match entry.strip_prefix('!') {
            Some(entry) => (true, entry),
            None => (false, entry),
        };
        let (prefix, name) = entry.split_once(':').unwrap_or(("", entry));
        if name.is_empty() || name.contains(':') {
            return Err(format!("{entry:?} names no type and no message"));
        }
        contexts.push(Context { except, prefix: prefix.to_owned(), name: name.to_owned() });
    }
    if contexts.iter().all(|context| context.except) {
        return Err("the context names only what is excepted".into());
    }
    Ok(contexts)
}

fn table(file: &str, line: u32, column: u32, text: String) -> SchemaError {
    SchemaError::new(file, Position { line, column }, TABLE, text)
}

/// `name` is matched by `pattern`, in which `*` stands for any characters, or none.
pub(super) fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or("")) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(before) = last.replace(part) {
            match rest.find(before) {
                Some(at) => rest = &rest[at + before.len()..],
                None => return false,
            }
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs_match_whole_names() {
        for (pattern, name, is) in [
            ("AZR.*.Meldung", "AZR.Duldung.Meldung", true),
            ("AZR.*.Meldung", "AZR.Duldung.Auskunft", false),
            ("AZR.*.Meldung", "AZR.Meldung", false),
            ("*.fachdaten.neu", "duldung.fachdaten.neu", true),
            ("*", "x", true),
            ("*", "", true),
            ("a", "a", true),
            ("a", "ab", false),
            ("a*b*c", "abbc", true),
            ("a*b*c", "acb", false),
            ("*ab", "aab", true),
            ("", "", true),
        ] {
            assert_eq!(glob(pattern, name), is, "{pattern} {name}");
        }
    }
}
