//! Keys, values, bounds: what stands where.

use super::super::{MAX_KEY, MAX_VALUE, Store, StoreError, StoreExt, Table};
use super::{Fresh, dump, everything, get, pair, put};

pub(super) fn all(fresh: &mut Fresh<'_>) {
    an_empty_store_is_empty(&mut *fresh()());
    keys_are_in_the_order_of_their_bytes(&mut *fresh()());
    bounds_and_limits_hold(&mut *fresh()());
    tables_are_apart(&mut *fresh()());
    values_are_kept_as_they_are(&mut *fresh()());
    sizes_are_bounded(&mut *fresh()());
    large_values_are_kept(&mut *fresh()());
    a_transaction_reads_what_it_wrote(&mut *fresh()());
}

fn an_empty_store_is_empty(store: &mut dyn Store) {
    store
        .read(&mut |view| {
            for table in Table::ALL {
                assert_eq!(view.get(*table, b"")?, None);
                assert_eq!(view.scan(*table, b"", None, 10)?, []);
                assert_eq!(view.count(*table)?, 0);
                assert_eq!(view.last(*table)?, None);
            }
            Ok(())
        })
        .expect("is read");
    store.write(&mut |transaction| transaction.delete(Table::Due, b"none")).expect("deletes nothing");
    store.write(&mut |_| Ok(())).expect("writes nothing");
    assert_eq!(dump(store).expect("is read"), []);
}

fn keys_are_in_the_order_of_their_bytes(store: &mut dyn Store) {
    let ordered: [&[u8]; 13] = [
        b"",
        b"\0",
        b"\0\0",
        b"\0\xff",
        b"\x01",
        b"Z",
        b"a",
        b"a\0",
        b"aa",
        b"\x7f",
        b"\x80",
        b"\xff",
        b"\xff\xff",
    ];
    store
        .write(&mut |transaction| {
            for step in 0..ordered.len() {
                // 5 and 13 have no common divisor: each key once, in no order.
                let key = ordered[step * 5 % ordered.len()];
                transaction.put(Table::Person, key, &[step as u8])?;
            }
            Ok(())
        })
        .expect("is written");
    store
        .read(&mut |view| {
            let found = everything(view, Table::Person);
            assert!(found.iter().map(|(key, _)| key.as_slice()).eq(ordered), "{found:?}");
            assert_eq!(view.last(Table::Person)?.as_deref(), ordered.last().copied());
            assert_eq!(view.count(Table::Person)?, 13);
            Ok(())
        })
        .expect("is read");
}

fn bounds_and_limits_hold(store: &mut dyn Store) {
    for key in [b"b", b"d", b"f"] {
        put(store, Table::Due, key, key);
    }
    let scan = |from: &[u8], to: Option<&[u8]>, limit| {
        let found = store.read_with(|view| view.scan(Table::Due, from, to, limit)).expect("is read");
        let keys: Vec<u8> = found.iter().flat_map(|(key, _)| key.clone()).collect();
        String::from_utf8(keys).expect("ASCII")
    };
    assert_eq!(scan(b"", None, 10), "bdf");
    assert_eq!(scan(b"b", None, 10), "bdf", "from is in");
    assert_eq!(scan(b"b\0", None, 10), "df");
    assert_eq!(scan(b"f", None, usize::MAX), "f");
    assert_eq!(scan(b"g", None, 10), "");
    assert_eq!(scan(b"", Some(b"f"), 10), "bd", "to is out");
    assert_eq!(scan(b"", Some(b"f\0"), 10), "bdf");
    assert_eq!(scan(b"c", Some(b"e"), 10), "d");
    assert_eq!(scan(b"d", Some(b"d"), 10), "");
    assert_eq!(scan(b"", Some(b""), 10), "");
    assert_eq!(scan(b"f", Some(b"b"), 10), "", "backwards is nothing");
    assert_eq!(scan(b"", None, 2), "bd", "the first ones");
    assert_eq!(scan(b"c", Some(b"z"), 1), "d");
    assert_eq!(scan(b"", None, 0), "");
}

fn tables_are_apart(store: &mut dyn Store) {
    for table in Table::ALL {
        put(store, *table, b"key", table.name().as_bytes());
    }
    store.write(&mut |transaction| transaction.delete(Table::Event, b"key")).expect("is written");
    for table in Table::ALL {
        let expected = (*table != Table::Event).then(|| table.name().as_bytes().to_vec());
        assert_eq!(get(store, *table, b"key"), expected);
    }
}

fn values_are_kept_as_they_are(store: &mut dyn Store) {
    let all_bytes: Vec<u8> = (0..=255).collect();
    let values: [&[u8]; 5] = [b"", b"\0", b"text \xc3\xa4", b"\xff\xfe", &all_bytes];
    for (number, value) in values.iter().enumerate() {
        put(store, Table::Inbox, &[number as u8], value);
        assert_eq!(get(store, Table::Inbox, &[number as u8]).as_deref(), Some(*value));
    }
    put(store, Table::Inbox, &[0], b"other");
    put(store, Table::Inbox, &[1], b"");
    assert_eq!(get(store, Table::Inbox, &[0]).as_deref(), Some(b"other".as_slice()), "replaced");
    assert_eq!(get(store, Table::Inbox, &[1]).as_deref(), Some(b"".as_slice()), "replaced");
    assert_eq!(store.read_with(|view| view.count(Table::Inbox)).expect("is read"), 5);
}

fn sizes_are_bounded(store: &mut dyn Store) {
    let longest = vec![b'k'; MAX_KEY];
    put(store, Table::Meta, &longest, b"v");
    assert_eq!(get(store, Table::Meta, &longest).as_deref(), Some(b"v".as_slice()));
    let too_long = vec![b'k'; MAX_KEY + 1];
    assert_eq!(get(store, Table::Meta, &too_long), None, "asking is no error");
    let too_large = vec![0; MAX_VALUE + 1];
    for (key, value) in [(too_long.as_slice(), b"v".as_slice()), (b"k", &too_large)] {
        let done = store.write(&mut |transaction| transaction.put(Table::Meta, key, value));
        assert!(matches!(done, Err(StoreError::TooLarge { .. })), "{done:?}");
    }
    assert_eq!(dump(store).expect("is read").len(), 1);
}

fn large_values_are_kept(store: &mut dyn Store) {
    let large: Vec<u8> = (0..20_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    put(store, Table::Outbox, b"large", &large);
    put(store, Table::Outbox, b"small", b"s");
    // Not assert_eq, which would print it.
    assert!(get(store, Table::Outbox, b"large").is_some_and(|found| found == large));
    store.write(&mut |transaction| transaction.delete(Table::Outbox, b"large")).expect("is written");
    assert_eq!(get(store, Table::Outbox, b"large"), None);
    assert_eq!(get(store, Table::Outbox, b"small").as_deref(), Some(b"s".as_slice()));
}

fn a_transaction_reads_what_it_wrote(store: &mut dyn Store) {
    for key in [b"b", b"d", b"f"] {
        put(store, Table::Open, key, b"old");
    }
    store
        .write(&mut |transaction| {
            transaction.put(Table::Open, b"a", b"new")?;
            transaction.put(Table::Open, b"d", b"new")?;
            transaction.delete(Table::Open, b"f")?;
            transaction.put(Table::Open, b"e", b"gone again")?;
            transaction.delete(Table::Open, b"e")?;
            transaction.delete(Table::Open, b"b")?;
            transaction.put(Table::Open, b"b", b"back")?;
            assert_eq!(transaction.get(Table::Open, b"d")?.as_deref(), Some(b"new".as_slice()));
            assert_eq!(transaction.get(Table::Open, b"f")?, None);
            assert_eq!(transaction.get(Table::Open, b"e")?, None);
            let expected = [pair(b"a", b"new"), pair(b"b", b"back"), pair(b"d", b"new")];
            assert_eq!(transaction.scan(Table::Open, b"", None, 10)?, expected);
            assert_eq!(transaction.scan(Table::Open, b"aa", Some(b"d"), 10)?, expected[1..2]);
            assert_eq!(transaction.scan(Table::Open, b"", None, 2)?, expected[..2]);
            assert_eq!(transaction.count(Table::Open)?, 3);
            assert_eq!(transaction.last(Table::Open)?.as_deref(), Some(b"d".as_slice()));
            transaction.put(Table::Open, b"z", b"new")?;
            assert_eq!(transaction.last(Table::Open)?.as_deref(), Some(b"z".as_slice()));
            Ok(())
        })
        .expect("is written");
    let keys: Vec<_> = dump(store).expect("is read").into_iter().flat_map(|(_, key, _)| key).collect();
    assert_eq!(keys, b"abdz");
}
