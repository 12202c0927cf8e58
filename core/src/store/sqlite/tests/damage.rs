//! Files that are not what they were.

use std::fs;
use std::ops::Range;
use std::path::Path;

use super::super::super::{Store, StoreError, Table, suite};
use super::super::SqliteStore;
use super::{Folder, code};

/// Some hundred rows, so that there are inner pages, and values that run over.
fn make(path: &Path) {
    let mut store = SqliteStore::open(path).expect("is made");
    store
        .write(&mut |transaction| {
            for n in 0_u32..300 {
                transaction.put(Table::Person, &n.to_be_bytes(), &vec![n as u8; (n * 17 % 6000) as usize])?;
                transaction.put(Table::Due, format!("due-{n:05}").as_bytes(), b"")?;
            }
            Ok(())
        })
        .expect("is written");
}

/// Everything that one does with a store.
fn use_it(path: &Path) -> Result<(), StoreError> {
    let mut store = SqliteStore::open(path)?;
    let rows = suite::dump(&store)?;
    store.check()?;
    store.read(&mut |view| Table::ALL.iter().try_for_each(|table| view.count(*table).map(|_| ())))?;
    store.write(&mut |transaction| {
        for (table, key, value) in rows.iter().step_by(7) {
            transaction.delete(*table, key)?;
            transaction.put(*table, &[key.as_slice(), b"+"].concat(), value)?;
        }
        Ok(())
    })
}

struct Dice(u64);

impl Dice {
    fn within(&mut self, range: Range<usize>) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        range.start + (self.0 >> 33) as usize % range.len()
    }
}

#[test]
fn damage_is_an_error_and_never_a_panic() {
    let folder = Folder::new();
    let (sound, path) = (folder.0.join("sound"), folder.0.join("damaged"));
    make(&sound);
    let bytes = fs::read(&sound).expect("is there");
    let mut dice = Dice(0x5eed);
    let mut refused = 0;
    for round in 0..300 {
        let mut damaged = bytes.clone();
        match round % 3 {
            // A few bytes, often in the header or the first pages.
            0 => {
                for _ in 0..dice.within(1..20) {
                    let end = [100, 8_192, damaged.len()][dice.within(0..3)];
                    damaged[dice.within(0..end)] = dice.within(0..256) as u8;
                }
            }
            1 => damaged.truncate(dice.within(1..bytes.len())),
            // A page is lost.
            _ => {
                let page = dice.within(0..bytes.len() / 4096) * 4096;
                damaged[page..page + 4096].fill(0);
            }
        }
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(folder.0.join(format!("damaged{end}")));
        }
        fs::write(&path, &damaged).expect("is written");
        if let Err(error) = use_it(&path) {
            refused += 1;
            let expected = ["AZK-S101", "AZK-S102", "AZK-S104", "AZK-S105", "AZK-S106"];
            assert!(expected.contains(&error.code()), "round {round}: {error}");
        }
    }
    assert!(refused > 150, "only {refused} of 300 were found");
}

#[test]
fn a_lost_page_is_called_damage() {
    let folder = Folder::new();
    make(&folder.store());
    let mut bytes = fs::read(folder.store()).expect("is there");
    bytes[4096..].fill(0);
    fs::write(folder.store(), &bytes).expect("is written");
    let store = SqliteStore::open(folder.store()).expect("its header is sound");
    assert_eq!(code(suite::dump(&store)), "AZK-S104");
    assert_eq!(code(store.check()), "AZK-S104");
}

#[test]
fn a_missing_table_is_called_damage() {
    let folder = Folder::new();
    make(&folder.store());
    let store = SqliteStore::open(folder.store()).expect("opens");
    store.connection.execute_batch("DROP TABLE \"due\"").expect("is dropped");
    assert_eq!(code(suite::dump(&store)), "AZK-S104");
}

#[test]
fn a_write_ahead_log_that_was_cut_off_loses_whole_transactions_only() {
    let folder = Folder::new();
    let (path, cut) = (folder.store(), folder.0.join("cut"));
    let mut store = SqliteStore::open(&path).expect("is made");
    let mut ends = Vec::new();
    for n in 0_u8..8 {
        store
            .write(&mut |transaction| {
                transaction.put(Table::Person, &[n], &vec![n; 5_000])?;
                transaction.put(Table::Journal, &[n], b"x")
            })
            .expect("is written");
        ends.push(fs::metadata(folder.0.join("azr.store-wal")).expect("is there").len());
    }
    // Copied while it is open, as after a power cut.
    let (main, log) = (fs::read(&path), fs::read(folder.0.join("azr.store-wal")));
    let (main, log) = (main.expect("is there"), log.expect("is there"));
    drop(store);
    for length in (0..=log.len()).step_by(1_111) {
        fs::write(&cut, &main).expect("is written");
        fs::write(folder.0.join("cut-wal"), &log[..length]).expect("is written");
        let store = match SqliteStore::open(&cut) {
            Ok(store) => store,
            Err(error) => panic!("{length}: {error}"),
        };
        let rows = suite::dump(&store).expect("is read");
        // The log reaches into a transaction or not; the last one may have been there before the log grew to its end.
        let whole = ends.iter().filter(|end| **end <= length as u64).count();
        let persons = rows.iter().filter(|(table, ..)| *table == Table::Person).count();
        assert_eq!(persons, rows.len() - persons, "half a transaction at {length}");
        assert!(persons >= whole, "{persons} of {whole} at {length}");
    }
}
