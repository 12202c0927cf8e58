//! Several processes on one file, and processes that are killed. The test's own program is started again, for the one
//! test `child`, with what it shall do in its environment.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::super::super::{Store, StoreExt, Table, Transaction};
use super::super::SqliteStore;
use super::Folder;

const PLACE: &str = "AZRKIT_STORE_TEST_PLACE";
const ROUNDS: &str = "AZRKIT_STORE_TEST_ROUNDS";

fn start(place: &Path, rounds: u64, output: Stdio) -> Child {
    let name = concat!(module_path!(), "::child");
    let (_, test) = name.split_once("::").expect("a crate's name");
    Command::new(env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(PLACE, place)
        .env(ROUNDS, rounds.to_string())
        .stdout(output)
        .spawn()
        .expect("starts")
}

fn number(bytes: Option<Vec<u8>>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_be_bytes(bytes.try_into().expect("eight bytes")))
}

/// One more row in the journal, and their number in another table.
fn add(transaction: &mut dyn Transaction) -> Result<u64, super::StoreError> {
    let next = number(transaction.get(Table::Meta, b"n")?) + 1;
    transaction.put(Table::Journal, &next.to_be_bytes(), &vec![next as u8; 3_000])?;
    transaction.put(Table::Meta, b"n", &next.to_be_bytes())?;
    Ok(next)
}

/// In the test's run it does nothing; started by the other tests it adds rows, opening the store again now and then.
#[test]
fn child() {
    let (Some(place), Ok(rounds)) = (env::var_os(PLACE), env::var(ROUNDS)) else { return };
    let rounds: u64 = rounds.parse().expect("a number");
    let mut store = SqliteStore::open(&place).expect("opens");
    for round in 1..=rounds {
        if round % 5 == 0 {
            drop(store);
            store = SqliteStore::open_existing(&place).expect("opens again");
        }
        let added = store.write_with(add).expect("its turn comes");
        println!("added {added}");
    }
}

/// Sees that the journal has the rows 1 to n, and gives n.
fn count(place: &Path) -> u64 {
    let store = SqliteStore::open(place).expect("opens");
    store.check().expect("is sound");
    store
        .read_with(|view| {
            let n = number(view.get(Table::Meta, b"n")?);
            assert_eq!(view.count(Table::Journal)?, n);
            assert_eq!(number(view.last(Table::Journal)?), n);
            Ok::<_, super::StoreError>(n)
        })
        .expect("is read")
}

#[test]
fn processes_take_turns() {
    let folder = Folder::new();
    let place = folder.store();
    // Nobody has made it yet: all try at once.
    let children: Vec<Child> = (0..4).map(|_| start(&place, 25, Stdio::null())).collect();
    let mut own = SqliteStore::open(&place).expect("opens");
    for _ in 0..25 {
        own.write(&mut |transaction| add(transaction).map(|_| ())).expect("its turn comes");
    }
    drop(own);
    for mut child in children {
        assert!(child.wait().expect("ends").success());
    }
    assert_eq!(count(&place), 5 * 25, "no addition was lost");
}

#[test]
fn a_killed_process_leaves_whole_transactions() {
    let folder = Folder::new();
    let place = folder.store();
    let mut before = 0;
    for round in 0_u64..12 {
        let mut child = start(&place, u64::MAX, Stdio::piped());
        let output = BufReader::new(child.stdout.take().expect("is piped"));
        let mut lines = output.lines().map_while(Result::ok);
        // The first one stands behind the name of the test.
        let added = |line: String| line.split_once("added ").and_then(|(_, n)| n.parse::<u64>().ok());
        let mut last = lines.by_ref().find_map(added).expect("it adds");
        assert_eq!(last, before + 1, "it goes on where the last one was killed");
        // At another moment of its work each time.
        std::thread::sleep(Duration::from_micros(round * 1_700));
        child.kill().expect("is killed");
        child.wait().expect("ends");
        last = lines.filter_map(added).last().unwrap_or(last);
        before = count(&place);
        // The last commit may not have been told any more.
        assert!(before == last || before == last + 1, "{last} were told, {before} are there");
    }
}
