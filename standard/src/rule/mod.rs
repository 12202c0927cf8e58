//! The rules that a standard states in words, as data.
//!
//! A rule is one line of a table: where it holds (a schema type or a message), what must hold there (an
//! expression), how bad it is when it doesn't, and what to tell a case worker. The language is documented in
//! `core/standards/REGELSPRACHE.md`; it is small, has no recursion and no functions of the user's, and always
//! ends.
//!
//! [`parse_rules`] reads a table, [`compile()`] turns an expression into flat byte code for the pack,
//! [`verify`] checks byte code that comes from outside, [`eval()`] runs it over a [`Tree`]. This module never
//! reads a message and knows no rule itself.

use crate::error::SchemaError;
use crate::model::Position;

mod ast;
mod code;
mod compile;
mod date;
mod eval;
mod lex;
mod parse;
mod shape;
mod table;
mod values;
mod walk;

#[cfg(test)]
mod json_tree;
#[cfg(test)]
mod standards_tests;
#[cfg(test)]
mod tests;

pub use ast::{Axis, Comparison, Expr, Path, Start, Step, TextTest, Value};
pub use code::{CodeError, MAX_DEPTH, MAX_STEPS, verify, verify_path};
pub use compile::{Resolver, compile, compile_path};
pub use date::Interval;
pub use eval::{Tree, Verdict, apply, eval, select};
pub use parse::{parse_expr, parse_path};
pub use shape::check_rules;
pub use table::{Context, Rule, Severity, parse_rules};

/// The fault codes: a table's form, grammar, names, patterns, size.
pub(crate) const TABLE: &str = "AZK-R001";
pub(crate) const SYNTAX: &str = "AZK-R002";
pub(crate) const NAME: &str = "AZK-R003";
pub(crate) const PATTERN: &str = "AZK-R004";
pub(crate) const SIZE: &str = "AZK-R005";

/// A fault within one expression; [`moved`] gives it its place in a file.
fn fault(column: u32, code: &'static str, message: impl Into<String>) -> SchemaError {
    SchemaError::new("", Position { line: 1, column }, code, message)
}

/// The same fault in a cell of a table, whose first character has the position.
fn moved(fault: SchemaError, file: &str, cell: Position) -> SchemaError {
    let column = cell.column + fault.column.saturating_sub(1);
    SchemaError::new(file, Position { line: cell.line, column }, fault.code, fault.message)
}
