//! The check of every index of a pack, once, when it is opened.
//!
//! What it lets through, every look-up takes without a panic and without an endless walk. It is linear in the size of
//! the pack, whatever the pack says: where rows of one table take up rows of another, they must do so one after the
//! other, without gap or overlap (models their states, states their steps, lists their cells …), so nothing is
//! looked at twice. The order of sorted tables is checked too, so that a binary search finds what is there.

use super::rows::*;
use super::{Pack, PackError};
use crate::datatype::Builtin;
use crate::rule;

type Checked = Result<(), PackError>;

/// Every index lies in its table, every automaton in its bounds, every walk ends.
pub(super) fn verify(pack: &Pack<'_>) -> Checked {
    check(pack.meta.len() == 1, "meta")?;
    let checker = Checker { pack, texts: pack.text.len() as u64 };
    for meta in pack.meta {
        checker.texts(&[meta.standard, meta.version, meta.title, meta.name], "meta")?;
    }
    checker.names()?;
    checker.elements()?;
    checker.types()?;
    checker.simples()?;
    checker.automata()?;
    checker.models()?;
    checker.codes()?;
    checker.lists()?;
    checker.rules()?;
    for source in pack.schemas.iter().chain(pack.extras) {
        checker.texts(&[source.file, source.text], "sources")?;
    }
    Ok(())
}

fn check(holds: bool, what: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(PackError::Structure { what }) }
}

/// A table that is taken up row by row: each part begins where the one before ended.
struct Run {
    at: u64,
    len: u64,
}

impl Run {
    fn new<T>(table: &[T]) -> Self {
        Self { at: 0, len: table.len() as u64 }
    }

    fn take(&mut self, start: u32, count: u32) -> bool {
        let fits = u64::from(start) == self.at && self.at + u64::from(count) <= self.len;
        self.at += u64::from(count);
        fits
    }

    fn is_done(&self) -> bool {
        self.at == self.len
    }
}

fn within<T>(table: &[T], start: u32, count: u32) -> bool {
    u64::from(start) + u64::from(count) <= table.len() as u64
}

fn is_row<T>(table: &[T], row: u32) -> bool {
    (row as usize) < table.len()
}

fn is_row_or_none<T>(table: &[T], row: u32) -> bool {
    row == NONE || is_row(table, row)
}

struct Checker<'p, 'a> {
    pack: &'p Pack<'a>,
    /// Length of the text blob.
    texts: u64,
}

impl Checker<'_, '_> {
    fn texts(&self, texts: &[Text], what: &'static str) -> Checked {
        let inside = |text: &Text| u64::from(text.offset.get()) + u64::from(text.len.get()) <= self.texts;
        check(texts.iter().all(inside), what)
    }

    fn names(&self) -> Checked {
        let pack = self.pack;
        check(pack.namespaces.first().is_some_and(|none| none.uri.len.get() == 0), "namespaces")?;
        for row in pack.namespaces {
            self.texts(&[row.uri, row.prefix], "namespaces")?;
        }
        for row in pack.names {
            self.texts(&[row.local], "names")?;
            check(is_row(pack.namespaces, row.namespace.get().into()), "names")?;
        }
        let index = pack.name_index;
        check(index.len().is_power_of_two(), "name_index")?;
        check(index.iter().all(|row| is_row_or_none(pack.names, row.get())), "name_index")?;
        check(index.iter().any(|row| row.get() == NONE), "name_index")
    }

    fn globals<T>(&self, globals: &[Global], table: &[T], what: &'static str) -> Checked {
        let inside = |of: &Global| is_row(self.pack.names, of.name.get()) && is_row(table, of.row.get());
        check(globals.iter().all(inside), what)?;
        check(globals.windows(2).all(|pair| pair[0].name.get() < pair[1].name.get()), what)
    }

    fn elements(&self) -> Checked {
        let pack = self.pack;
        for row in pack.elements {
            self.texts(&[row.value, row.label, row.label_en, row.meaning], "elements")?;
            check(is_row(pack.names, row.name.get()) && is_row(pack.types, row.ty.get()), "elements")?;
        }
        self.globals(pack.global_elements, pack.elements, "global_elements")?;
        for row in pack.attributes {
            self.texts(&[row.value, row.label, row.label_en], "attributes")?;
            check(
                is_row(pack.names, row.name.get()) && is_row(pack.simples, row.simple.get()),
                "attributes",
            )?;
        }
        self.globals(pack.global_attributes, pack.attributes, "global_attributes")?;
        let mut before = None;
        for row in pack.messages {
            self.texts(&[row.number, row.title, row.title_en, row.autor, row.leser], "messages")?;
            self.texts(&[row.rechtsgrundlage, row.antwort, row.group], "messages")?;
            let element = pack.elements.get(row.element.get() as usize);
            let name = element.map(|element| element.name.get());
            check(name.is_some() && name > before, "messages")?;
            before = name;
        }
        Ok(())
    }

    fn types(&self) -> Checked {
        let pack = self.pack;
        check(pack.types.len() > Builtin::ALL.len(), "types")?;
        // How far the attributes go on in ascending order, from each of them.
        let mut ends = vec![0; pack.attributes.len() + 1];
        for at in (0..pack.attributes.len()).rev() {
            let name = |at: usize| pack.attributes.get(at).map(|row| row.name.get());
            ends[at] = if name(at) < name(at + 1) { ends[at + 1] } else { at as u64 + 1 };
        }
        for (at, row) in (0u32..).zip(pack.types) {
            self.texts(&[row.label, row.label_en, row.path, row.meaning], "types")?;
            let base = row.base.get();
            let indices = is_row_or_none(pack.names, row.name.get())
                && (base == NONE || base < at)
                && is_row_or_none(pack.simples, row.simple.get())
                && is_row_or_none(pack.models, row.model.get())
                && is_row_or_none(pack.wildcards, row.any_attribute.get())
                && is_row_or_none(pack.code_types, row.code.get())
                && within(pack.rule_refs, row.rules.get(), row.rule_count.get().into());
            check(indices, "types")?;
            let kind = match row.kind {
                kind::ANY | kind::EMPTY => true,
                kind::SIMPLE => row.simple.get() != NONE,
                kind::ELEMENTS | kind::MIXED => row.model.get() != NONE,
                _ => false,
            };
            check(kind, "types")?;
            let (start, count) = (row.attributes.get(), u32::from(row.attribute_count.get()));
            check(within(pack.attributes, start, count), "types")?;
            let ascending = count == 0
                || ends.get(start as usize).is_some_and(|end| u64::from(start) + u64::from(count) <= *end);
            check(ascending, "types")?;
        }
        self.globals(pack.global_types, pack.types, "global_types")
    }

    fn simples(&self) -> Checked {
        let pack = self.pack;
        check(pack.simples.len() >= Builtin::ALL.len(), "simples")?;
        let (mut enums, mut members) = (Run::new(pack.enums), Run::new(pack.members));
        for (at, row) in (0u32..).zip(pack.simples) {
            self.texts(&[row.min, row.max, row.pattern], "simples")?;
            let builtin = usize::from(row.builtin);
            let indices = is_row_or_none(pack.names, row.name.get())
                && builtin < Builtin::ALL.len()
                && (at as usize >= Builtin::ALL.len() || builtin == at as usize)
                && row.whitespace <= 2
                && within(pack.automata, row.automata.get(), row.automaton_count.get().into())
                && enums.take(row.enums.get(), row.enum_count.get())
                && members.take(row.members.get(), row.member_count.get().into());
            check(indices, "simples")?;
            // A member's members are in still smaller rows, so a walk ends.
            let all = pack.members_of(row);
            check(all.iter().all(|member| member.get() < at), "members")?;
            let counted = match row.variety {
                variety::ATOMIC => all.is_empty(),
                variety::LIST => all.len() == 1,
                variety::UNION => true,
                _ => false,
            };
            check(counted, "members")?;
            let mut before: Option<&[u8]> = None;
            for value in pack.enums_of(row) {
                self.texts(&[value.value, value.label], "enums")?;
                let bytes = Some(pack.bytes(value.value));
                check(bytes > before, "enums")?;
                before = bytes;
            }
        }
        check(enums.is_done() && members.is_done(), "simples")
    }

    fn automata(&self) -> Checked {
        let pack = self.pack;
        let (mut bytes, mut steps) = (Run::new(pack.automaton_bytes), Run::new(pack.automaton_steps));
        // The rows that brought their own tables, in the order of these.
        let mut own: Vec<&Automaton> = Vec::new();
        for row in pack.automata {
            if u64::from(row.steps.get()) < steps.at {
                // One that is there already once more.
                let found = own.binary_search_by_key(&row.steps.get(), |known| known.steps.get());
                let same = |known: &Automaton| {
                    zerocopy::IntoBytes::as_bytes(known) == zerocopy::IntoBytes::as_bytes(row)
                };
                check(found.is_ok_and(|at| same(own[at])), "automata")?;
                continue;
            }
            let (states, classes) = (row.states.get(), row.classes.get());
            let size = u32::from(states) * u32::from(classes);
            let accepting = u32::from(states).div_ceil(8);
            let bounds = classes.is_power_of_two()
                && classes <= 256
                && row.start.get() < states
                && bytes.take(row.bytes.get(), 256 + accepting)
                && steps.take(row.steps.get(), size);
            check(bounds, "automata")?;
            let Some(view) = pack.automaton(row) else { return check(false, "automata") };
            check(view.classes.iter().all(|class| u16::from(*class) < classes), "automaton_bytes")?;
            let highest = view.transitions.iter().fold(0, |highest, next| highest.max(next.get()));
            check(highest < states, "automaton_steps")?;
            own.push(row);
        }
        check(bytes.is_done() && steps.is_done(), "automata")
    }

    fn models(&self) -> Checked {
        let pack = self.pack;
        let (mut states, mut steps, mut any_steps) =
            (Run::new(pack.states), Run::new(pack.steps), Run::new(pack.any_steps));
        for model in pack.models {
            let count = model.state_count.get();
            let kind = match model.kind {
                model::AUTOMATON => count > 0,
                model::ALL => count == 1,
                _ => false,
            };
            check(kind && states.take(model.states.get(), count.into()), "models")?;
            for state in pack.states_of(model) {
                let taken = steps.take(state.steps.get(), state.step_count.get().into())
                    && any_steps.take(state.any_steps.get(), state.any_count.into());
                check(taken, "states")?;
                let mut before = None;
                for step in pack.steps_of(state) {
                    let name = step.name.get();
                    let indices = is_row(pack.names, name)
                        && is_row(pack.elements, step.element.get())
                        && step.next.get() < count
                        && before < Some(name);
                    check(indices, "steps")?;
                    before = Some(name);
                }
                for step in pack.any_steps_of(state) {
                    check(
                        is_row(pack.wildcards, step.wildcard.get()) && step.next.get() < count,
                        "any_steps",
                    )?;
                }
            }
        }
        check(states.is_done() && steps.is_done() && any_steps.is_done(), "models")?;
        let mut namespaces = Run::new(pack.wildcard_namespaces);
        for row in pack.wildcards {
            let taken = namespaces.take(row.namespaces.get(), row.count.get().into());
            check(taken && row.kind <= 2 && row.process <= 2, "wildcards")?;
        }
        check(namespaces.is_done(), "wildcards")?;
        let inside = pack.wildcard_namespaces.iter().all(|row| is_row(pack.namespaces, row.get()));
        check(inside, "wildcard_namespaces")
    }

    fn codes(&self) -> Checked {
        for row in self.pack.code_types {
            self.texts(&[row.uri, row.version, row.title], "code_types")?;
            check(within(self.pack.lists, row.lists.get(), row.list_count.get().into()), "code_types")?;
        }
        Ok(())
    }

    fn lists(&self) -> Checked {
        let pack = self.pack;
        let ends = pack.cells;
        check(ends.first().is_some_and(|first| first.get() == 0), "cells")?;
        check(ends.last().is_some_and(|last| last.get() as usize == pack.cell_text.len()), "cells")?;
        check(ends.windows(2).all(|pair| pair[0].get() <= pair[1].get()), "cells")?;
        let mut columns = Run::new(pack.columns);
        let mut cells = Run::new(&ends[1..]);
        let mut order = Run::new(pack.list_order);
        let mut before: Option<&[u8]> = None;
        for list in pack.lists {
            self.texts(&[list.uri, list.version, list.title, list.valid_from], "lists")?;
            let uri = Some(pack.bytes(list.uri));
            check(uri >= before, "lists")?;
            before = uri;
            let (rows, width) = (list.rows.get(), list.column_count.get());
            let column = |at: u8| at == 0xFF || u16::from(at) < width;
            let roles =
                [list.name, list.long, list.reportable_from, list.reportable_to, list.ends, list.begins];
            check(u16::from(list.key) < width && roles.iter().all(|at| column(*at)), "lists")?;
            let taken =
                rows.checked_mul(width.into()).is_some_and(|count| cells.take(list.cells.get(), count))
                    && columns.take(list.columns.get(), width.into())
                    && order.take(list.order.get(), rows);
            check(taken, "lists")?;
            let mut before: Option<&[u8]> = None;
            let start = list.order.get() as usize;
            for row in &pack.list_order[start..start + rows as usize] {
                check(row.get() < rows, "list_order")?;
                let code = Some(pack.cell(list, row.get(), list.key));
                check(code >= before, "list_order")?;
                before = code;
            }
        }
        check(columns.is_done() && cells.is_done() && order.is_done(), "lists")?;
        for column in pack.columns {
            self.texts(&[column.id], "columns")?;
        }
        Ok(())
    }

    fn rules(&self) -> Checked {
        let pack = self.pack;
        check(pack.rule_refs.iter().all(|row| is_row(pack.rules, row.get())), "rule_refs")?;
        let automata = pack.automata.len() as u32;
        let mut run = Run::new(pack.rule_code);
        for row in pack.rules {
            self.texts(&[row.id, row.context, row.messages, row.at, row.expr], "rules")?;
            self.texts(&[row.text, row.text_en, row.pass, row.fail], "rules")?;
            let mut code = |place: Text| -> Option<&[u8]> {
                let (start, len) = (place.offset.get(), place.len.get());
                run.take(start, len)
                    .then(|| pack.rule_code.get(start as usize..start as usize + len as usize))?
            };
            let (at, condition) = (code(row.at_code), code(row.code));
            check(at.is_some_and(|code| rule::verify_path(code, automata).is_ok()), "rule_code")?;
            check(condition.is_some_and(|code| rule::verify(code, automata).is_ok()), "rule_code")?;
        }
        check(run.is_done(), "rule_code")
    }
}
