//! Blows at the first error of a transaction.

use std::cell::RefCell;

use super::StoreError;

/// Sees each operation of a transaction. After an error none is let through, so that a transaction of which a part
/// failed is never committed, even where the work ignores the error.
#[derive(Default)]
pub(super) struct Fuse(RefCell<Option<String>>);

impl Fuse {
    /// Runs an operation, unless one has failed.
    pub(super) fn run<T>(&self, operation: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.check()?;
        operation().inspect_err(|error| *self.0.borrow_mut() = Some(error.to_string()))
    }

    /// An error where an operation has failed.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match &*self.0.borrow() {
            None => Ok(()),
            Some(cause) => Err(StoreError::Aborted { cause: cause.clone() }),
        }
    }
}
