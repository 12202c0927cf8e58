//! Random transactions, on a store and on plain maps.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::{Pair, Store, StoreError, StoreExt, Table, Transaction, View};
use super::{Opener, dump};

type Model = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// See [`super::random_operations`].
pub(super) fn random_operations(open: &Opener, seed: u64, operations: u32) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut model = Model::new();
    let mut store = open();
    for step in 0..operations {
        match dice.below(10) {
            0 => {
                drop(store);
                store = open();
            }
            1 | 2 => {
                let compared = store.read_with(|view| compare(view, &model, &mut dice));
                assert_eq!(compared.err().map(|error| error.to_string()), None, "seed {seed}, step {step}");
            }
            end => {
                let mut changed = model.clone();
                let done = catch_unwind(AssertUnwindSafe(|| {
                    store.write(&mut |transaction| {
                        for _ in 0..dice.below(12) {
                            change(transaction, &mut changed, &mut dice)?;
                            compare(transaction, &changed, &mut dice)?;
                        }
                        match end {
                            3 => Err(StoreError::Refused("drawn".into())),
                            4 => std::panic::resume_unwind(Box::new("drawn")),
                            _ => Ok(()),
                        }
                    })
                }));
                match (end, done) {
                    (3, Ok(Err(StoreError::Refused(error)))) if error.to_string() == "drawn" => {}
                    (4, Err(panic)) if panic.downcast_ref() == Some(&"drawn") => {}
                    (5.., Ok(Ok(()))) => model = changed,
                    (_, done) => panic!("seed {seed}, step {step}: {done:?}"),
                }
            }
        }
    }
    let expected: Vec<_> = model.into_iter().map(|((table, key), value)| (table, key, value)).collect();
    assert!(dump(&*store).expect("is read") == expected, "seed {seed}: the states differ at the end");
}

fn change(transaction: &mut dyn Transaction, model: &mut Model, dice: &mut Dice) -> Result<(), StoreError> {
    let (table, key) = (dice.table(), dice.key());
    if dice.below(3) == 0 {
        model.remove(&(table, key.clone()));
        transaction.delete(table, &key)
    } else {
        let size = if dice.below(10) == 0 { 9_000 } else { 40 };
        let value = dice.bytes(size, 256);
        model.insert((table, key.clone()), value.clone());
        transaction.put(table, &key, &value)
    }
}

/// Asks both one question of each kind.
fn compare<V: View + ?Sized>(view: &V, model: &Model, dice: &mut Dice) -> Result<(), StoreError> {
    let differs = |what: String| Err(StoreError::Refused(what.into()));
    let (table, key) = (dice.table(), dice.key());
    let to = (dice.below(3) > 0).then(|| dice.key());
    let limit = dice.below(6) as usize;
    let of_table = || model.iter().filter(|((of, _), _)| *of == table);

    if view.get(table, &key)?.as_ref() != model.get(&(table, key.clone())) {
        return differs(format!("get {table:?} {key:?}"));
    }
    let in_range = |found: &Vec<u8>| *found >= key && to.as_ref().is_none_or(|to| found < to);
    let expected: Vec<Pair> = of_table()
        .filter(|((_, found), _)| in_range(found))
        .map(|((_, key), value)| (key.clone(), value.clone()))
        .take(limit)
        .collect();
    if view.scan(table, &key, to.as_deref(), limit)? != expected {
        return differs(format!("scan {table:?} {key:?} {to:?} {limit}"));
    }
    if view.count(table)? != of_table().count() as u64 {
        return differs(format!("count {table:?}"));
    }
    if view.last(table)?.as_ref() != of_table().next_back().map(|((_, key), _)| key) {
        return differs(format!("last {table:?}"));
    }
    Ok(())
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % bound
    }

    /// One of three, so that they fill.
    fn table(&mut self) -> Table {
        [Table::Meta, Table::Person, Table::Open][self.below(3) as usize]
    }

    /// Few bytes, so that keys come again and begin alike.
    fn key(&mut self) -> Vec<u8> {
        let mut key = self.bytes(4, 3);
        key.iter_mut().for_each(|byte| *byte = byte.wrapping_mul(127));
        key
    }

    fn bytes(&mut self, below: u64, values: u64) -> Vec<u8> {
        (0..self.below(below)).map(|_| self.below(values) as u8).collect()
    }
}
