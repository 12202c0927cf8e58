//! Where azrkit keeps what it must not forget: ordered tables of bytes, changed in transactions.
//!
//! A [`Store`] knows nothing of records or Meldungen; what keys and values mean is decided by those who use it. Each
//! implementation passes the tests in `suite` (feature `store-suite`):
//!
//! - [`MemoryStore`]: for tests, simulations and browsers; forgets everything with its last handle.
//! - `SqliteStore` (feature `sqlite`): one file, durable, shared by several processes of one machine.
//! - `FaultyStore` (feature `store-suite`): wraps another one and fails when told to.
//!
//! ```
//! use azrkit::store::{MemoryStore, StoreError, StoreExt, Table};
//!
//! let mut store = MemoryStore::new();
//! let next = store.write_with(|transaction| {
//!     let last = transaction.last(Table::Journal)?.map_or(0, |key| key[0]);
//!     transaction.put(Table::Journal, &[last + 1], b"what happened")?;
//!     Ok::<_, StoreError>(last + 1)
//! })?;
//! assert_eq!(store.read_with(|view| view.get(Table::Journal, &[next]))?, Some(b"what happened".to_vec()));
//! # Ok::<(), StoreError>(())
//! ```

mod error;
#[cfg(any(test, feature = "store-suite"))]
mod faulty;
mod fuse;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(test, feature = "store-suite"))]
pub mod suite;

pub use error::StoreError;
#[cfg(any(test, feature = "store-suite"))]
pub use faulty::{Fault, Faults, FaultyStore};
pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

/// The longest key, in bytes.
pub const MAX_KEY: usize = 1024;

/// The largest value, in bytes: far above what a message with its documents may have.
pub const MAX_VALUE: usize = 256 * 1024 * 1024;

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// All rows of a store, by table and key.
pub type Dump = Vec<(Table, Vec<u8>, Vec<u8>)>;

/// The tables of a store. The numbers are stable (they stand in files).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// What is kept of the store as a whole.
    Meta = 0,
    /// Persons and their baselines.
    Person = 1,
    /// AZR-Nummern, to find the person of one.
    Number = 2,
    /// Messages to be sent.
    Outbox = 3,
    /// When something is to be done.
    Due = 4,
    /// Messages received.
    Inbox = 5,
    /// Events for the host.
    Event = 6,
    /// What happened, in order.
    Journal = 7,
    /// What waits for an answer or a decision.
    Open = 8,
}

impl Table {
    /// All tables, each at the place of its number.
    pub const ALL: &'static [Table] = &[
        Table::Meta,
        Table::Person,
        Table::Number,
        Table::Outbox,
        Table::Due,
        Table::Inbox,
        Table::Event,
        Table::Journal,
        Table::Open,
    ];

    /// Its name in lower case, as it stands in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Table::Meta => "meta",
            Table::Person => "person",
            Table::Number => "number",
            Table::Outbox => "outbox",
            Table::Due => "due",
            Table::Inbox => "inbox",
            Table::Event => "event",
            Table::Journal => "journal",
            Table::Open => "open",
        }
    }
}

/// Tables that are changed in transactions.
///
/// A transaction begun through a second handle inside another one's work sees the last committed state if it reads. If
/// it writes inside a write, it waits for what waits for it: that ends in [`StoreError::Busy`].
pub trait Store {
    /// Runs `work`, at most once, in one transaction. All that it wrote is durable when this returns `Ok`; nothing of
    /// it is there after an `Err`, a panic or a crash. Write transactions exclude one another, over processes too.
    ///
    /// Once an operation of the transaction has failed, the transaction fails, also where `work` returns `Ok`.
    ///
    /// # Errors
    /// The error of `work` as it is, or what kept the transaction from being begun or committed. One exception to
    /// "nothing is there": where the medium itself fails while committing ([`StoreError::Io`]) and the machine then
    /// goes down, the transaction may be found whole.
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Transaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Runs `work`, at most once, on one consistent state: it sees no later commit. It can write nothing.
    ///
    /// # Errors
    /// The error of `work` as it is, or what kept the store from being read.
    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError>;
}

/// One consistent state of a store.
///
/// Any bytes up to [`MAX_KEY`] are a key, none at all too; any up to [`MAX_VALUE`] are a value.
pub trait View {
    /// The value at `key`, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keys and values in ascending order of the keys (bytewise), from `from` (inclusive) up to `to` (exclusive,
    /// `None`: to the end), at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError>;

    /// Number of rows. It may take reading the whole table: for a status, not for each call.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    fn count(&self, table: Table) -> Result<u64, StoreError>;

    /// The greatest key, for numbering.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    fn last(&self, table: Table) -> Result<Option<Vec<u8>>, StoreError>;
}

/// A state that is being changed; reads see what was written before in it.
pub trait Transaction: View {
    /// Writes `value` at `key`, in place of one that is there.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] above [`MAX_KEY`] and [`MAX_VALUE`], [`StoreError`] where the store cannot be written.
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError>;

    /// Removes the row at `key`; where none is, nothing happens.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be written.
    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreError>;
}

impl<S: Store + ?Sized> Store for Box<S> {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Transaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        (**self).write(work)
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        (**self).read(work)
    }
}

/// [`Store`] for work that gives a value and has errors of its own.
pub trait StoreExt: Store {
    /// [`Store::write`]; an error of `work` comes back as it is, and nothing is written then.
    ///
    /// # Errors
    /// Those of `work` and of [`Store::write`].
    fn write_with<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let (mut work, mut outcome) = (Some(work), None);
        let done = self.write(&mut |transaction| run(&mut work, &mut outcome, |work| work(transaction)));
        settle(done, outcome)
    }

    /// [`Store::read`]; an error of `work` comes back as it is.
    ///
    /// # Errors
    /// Those of `work` and of [`Store::read`].
    fn read_with<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&dyn View) -> Result<T, E>,
    ) -> Result<T, E> {
        let (mut work, mut outcome) = (Some(work), None);
        let done = self.read(&mut |view| run(&mut work, &mut outcome, |work| work(view)));
        settle(done, outcome)
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

/// Runs the work and keeps what it gave; the store only learns whether it failed.
fn run<W, T, E>(
    work: &mut Option<W>,
    outcome: &mut Option<Result<T, E>>,
    call: impl FnOnce(W) -> Result<T, E>,
) -> Result<(), StoreError> {
    let work = work.take().ok_or_else(|| StoreError::Refused("the store ran the work twice".into()))?;
    let result = outcome.insert(call(work));
    if result.is_ok() { Ok(()) } else { Err(StoreError::Refused("the work failed".into())) }
}

fn settle<T, E: From<StoreError>>(
    done: Result<(), StoreError>,
    outcome: Option<Result<T, E>>,
) -> Result<T, E> {
    match (done, outcome) {
        (Ok(()), Some(result)) => result,
        (Err(StoreError::Refused(_)), Some(Err(own))) => Err(own),
        (Err(error), _) => Err(error.into()),
        (Ok(()), None) => Err(StoreError::Refused("the store did not run the work".into()).into()),
    }
}

/// Refuses what no store takes.
fn check_size(key: &[u8], value: &[u8]) -> Result<(), StoreError> {
    if key.len() > MAX_KEY {
        return Err(StoreError::TooLarge { what: "key", size: key.len(), limit: MAX_KEY });
    }
    if value.len() > MAX_VALUE {
        return Err(StoreError::TooLarge { what: "value", size: value.len(), limit: MAX_VALUE });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{MemoryStore, StoreError, StoreExt, Table};

    #[test]
    fn tables_stand_at_their_numbers() {
        for (place, table) in Table::ALL.iter().enumerate() {
            assert_eq!(*table as usize, place, "{}", table.name());
        }
    }

    #[derive(Debug, PartialEq)]
    enum Own {
        Mine(u32),
        Store(&'static str),
    }

    impl From<StoreError> for Own {
        fn from(error: StoreError) -> Self {
            Own::Store(error.code())
        }
    }

    #[test]
    fn work_gives_values_and_errors_of_its_own() {
        let mut store = MemoryStore::new();
        let written = store.write_with(|transaction| {
            transaction.put(Table::Meta, b"a", b"1")?;
            Ok::<_, Own>(7)
        });
        assert_eq!(written, Ok(7));
        let refused = store.write_with(|transaction| {
            transaction.delete(Table::Meta, b"a")?;
            Err::<(), _>(Own::Mine(3))
        });
        assert_eq!(refused, Err(Own::Mine(3)));
        let failed = store.write_with(|transaction| {
            // Swallowed: the transaction fails all the same.
            let _ = transaction.put(Table::Meta, &[0; 2000], b"");
            Ok::<_, Own>(())
        });
        assert_eq!(failed, Err(Own::Store("AZK-S110")));
        let found = store.read_with(|view| Ok::<_, Own>(view.get(Table::Meta, b"a")?));
        assert_eq!(found, Ok(Some(b"1".to_vec())));
    }
}
