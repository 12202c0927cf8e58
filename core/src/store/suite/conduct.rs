//! Transactions: all or nothing, one after the other, and readers apart from them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use super::super::{Dump, MAX_KEY, Store, StoreError, StoreExt, Table, Transaction};
use super::{Fresh, Opener, dump, everything, get, pair, put};

pub(super) fn all(fresh: &mut Fresh<'_>) {
    an_error_leaves_nothing(&mut *fresh()());
    a_panic_leaves_nothing(&mut *fresh()());
    an_operation_that_failed_fails_the_transaction(&mut *fresh()());
    reopening_keeps_all(&fresh());
    a_reader_sees_no_later_commit(&fresh());
    nobody_sees_what_is_not_committed(&fresh());
    a_read_inside_a_read_works(&mut *fresh()());
    a_read_can_fail(&mut *fresh()());
    writers_exclude_one_another(&fresh());
    readers_see_whole_transactions(&fresh());
}

/// Changes, adds and deletes.
fn disturb(transaction: &mut dyn Transaction) -> Result<(), StoreError> {
    transaction.put(Table::Person, b"kept", b"changed")?;
    transaction.put(Table::Person, b"new", b"new")?;
    transaction.put(Table::Journal, b"new", b"new")?;
    transaction.delete(Table::Due, b"kept")
}

fn prepare(store: &mut dyn Store) -> Dump {
    put(store, Table::Person, b"kept", b"1");
    put(store, Table::Due, b"kept", b"2");
    dump(store).expect("is read")
}

fn an_error_leaves_nothing(store: &mut dyn Store) {
    #[derive(Debug, thiserror::Error)]
    #[error("mine")]
    struct Mine;

    let before = prepare(store);
    let done = store.write(&mut |transaction| {
        disturb(transaction)?;
        Err(StoreError::Refused(Box::new(Mine)))
    });
    match done {
        Err(StoreError::Refused(error)) => assert!(error.is::<Mine>(), "another error: {error}"),
        other => panic!("not refused: {other:?}"),
    }
    assert_eq!(dump(store).expect("is read"), before);
    store.write(&mut disturb).expect("works again");
    assert_ne!(dump(store).expect("is read"), before);
}

fn a_panic_leaves_nothing(store: &mut dyn Store) {
    let before = prepare(store);
    // Not panic!, which would print.
    let work = |transaction: &mut dyn Transaction| -> Result<(), StoreError> {
        disturb(transaction)?;
        std::panic::resume_unwind(Box::new("asked for"))
    };
    let done = catch_unwind(AssertUnwindSafe(|| store.write(&mut { work })));
    assert!(done.is_err(), "the panic goes on to the caller");
    let done = catch_unwind(AssertUnwindSafe(|| {
        store.read(&mut |_| std::panic::resume_unwind(Box::new("asked for")))
    }));
    assert!(done.is_err(), "the panic goes on to the caller");
    assert_eq!(dump(store).expect("is read"), before);
    store.write(&mut disturb).expect("works again");
    assert_ne!(dump(store).expect("is read"), before);
}

fn an_operation_that_failed_fails_the_transaction(store: &mut dyn Store) {
    let before = prepare(store);
    let done = store.write(&mut |transaction| {
        disturb(transaction)?;
        assert!(transaction.put(Table::Meta, &[0; MAX_KEY + 1], b"").is_err());
        assert!(transaction.put(Table::Meta, b"more", b"").is_err(), "after an error nothing is done");
        assert!(transaction.get(Table::Person, b"kept").is_err(), "after an error nothing is done");
        Ok(())
    });
    assert!(matches!(done, Err(StoreError::Aborted { .. })), "{done:?}");
    assert_eq!(dump(store).expect("is read"), before);
}

fn reopening_keeps_all(open: &Opener) {
    let before = prepare(&mut *open());
    let mut store = open();
    assert_eq!(dump(&*store).expect("is read"), before);
    store.write(&mut disturb).expect("is written");
    let after = dump(&*store).expect("is read");
    drop(store);
    assert_eq!(dump(&*open()).expect("is read"), after);
}

fn a_reader_sees_no_later_commit(open: &Opener) {
    let (reader, mut writer) = (open(), open());
    put(&mut *writer, Table::Event, b"a", b"old");
    reader
        .read(&mut |view| {
            let before = everything(view, Table::Event);
            assert_eq!(before, [pair(b"a", b"old")]);
            writer.write(&mut |transaction| {
                transaction.put(Table::Event, b"a", b"new")?;
                transaction.put(Table::Event, b"b", b"new")
            })?;
            assert_eq!(everything(view, Table::Event), before);
            assert_eq!(view.get(Table::Event, b"b")?, None);
            assert_eq!(view.count(Table::Event)?, 1);
            assert_eq!(view.last(Table::Event)?.as_deref(), Some(b"a".as_slice()));
            Ok(())
        })
        .expect("is read");
    assert_eq!(
        get(&*reader, Table::Event, b"a").as_deref(),
        Some(b"new".as_slice()),
        "the next read sees it"
    );
}

fn nobody_sees_what_is_not_committed(open: &Opener) {
    let (reader, mut writer) = (open(), open());
    let before = prepare(&mut *writer);
    writer
        .write(&mut |transaction| {
            disturb(transaction)?;
            assert_eq!(dump(&*reader)?, before);
            Ok(())
        })
        .expect("is written");
    assert_ne!(dump(&*reader).expect("is read"), before);
}

fn a_read_inside_a_read_works(store: &mut dyn Store) {
    put(store, Table::Meta, b"a", b"1");
    let store = &*store;
    store
        .read(&mut |outer| {
            store.read(&mut |inner| {
                assert_eq!(inner.get(Table::Meta, b"a")?, outer.get(Table::Meta, b"a")?);
                Ok(())
            })?;
            assert_eq!(outer.count(Table::Meta)?, 1, "the outer one goes on");
            Ok(())
        })
        .expect("is read");
}

fn a_read_can_fail(store: &mut dyn Store) {
    let done = store.read(&mut |_| Err(StoreError::Refused("no".into())));
    assert!(matches!(done, Err(StoreError::Refused(_))), "{done:?}");
    put(store, Table::Meta, b"a", b"1");
    assert_eq!(get(store, Table::Meta, b"a").as_deref(), Some(b"1".as_slice()));
}

const WRITERS: u64 = 4;
const ROUNDS: u64 = 25;

fn number(bytes: Option<Vec<u8>>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_be_bytes(bytes.try_into().expect("eight bytes")))
}

fn writers_exclude_one_another(open: &Opener) {
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                let mut store = open();
                for _ in 0..ROUNDS {
                    let add = |transaction: &mut dyn Transaction| {
                        let next = number(transaction.get(Table::Meta, b"n")?) + 1;
                        transaction.put(Table::Journal, &next.to_be_bytes(), b"")?;
                        transaction.put(Table::Meta, b"n", &next.to_be_bytes())
                    };
                    store.write(&mut { add }).expect("its turn comes");
                }
            });
        }
    });
    let store = open();
    assert_eq!(number(get(&*store, Table::Meta, b"n")), WRITERS * ROUNDS, "no addition was lost");
    assert_eq!(store.read_with(|view| view.count(Table::Journal)).expect("is read"), WRITERS * ROUNDS);
}

fn readers_see_whole_transactions(open: &Opener) {
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut store = open();
            for round in 1..=ROUNDS {
                store
                    .write(&mut |transaction| {
                        transaction.put(Table::Person, b"a", &round.to_be_bytes())?;
                        transaction.put(Table::Outbox, b"b", &round.to_be_bytes())
                    })
                    .expect("is written");
            }
        });
        scope.spawn(move || {
            let store = open();
            let mut seen = 0;
            while !writer.is_finished() {
                let read = store.read_with(|view| {
                    Ok::<_, StoreError>((
                        number(view.get(Table::Person, b"a")?),
                        number(view.get(Table::Outbox, b"b")?),
                    ))
                });
                let (a, b) = read.expect("is read");
                assert_eq!(a, b, "half a transaction");
                assert!(a >= seen, "time goes backwards");
                seen = a;
            }
        });
    });
    assert_eq!(number(get(&*open(), Table::Outbox, b"b")), ROUNDS);
}
