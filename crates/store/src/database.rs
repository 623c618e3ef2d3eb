//! The open database and how its transactions begin.
//!
//! One connection a handle behind a mutex; other processes have their own. Every write is one `BEGIN IMMEDIATE`
//! transaction, so what it read is still true when it writes, whoever else is at work. What the tables hold stands in
//! `tables/`, the money's transactions in `spending.rs`.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clearcut_credits::AccountState;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::columns::as_stored;
use crate::{AccountId, Clock, StoreError, SystemClock, migrations};

/// How long a transaction waits for another process before it gives up.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The database of a data folder. Share one handle a process; every method may be called from any thread.
pub struct Store {
    connection: Mutex<Connection>,
    /// The folds of committed ledger lines, continued by each reader; never ahead of the database.
    pub(crate) folds: Mutex<HashMap<AccountId, Kept>>,
    clock: Arc<dyn Clock>,
    data_dir: PathBuf,
}

/// A fold of committed lines.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    pub(crate) state: AccountState,
    /// Lines applied since the last checkpoint.
    pub(crate) since_checkpoint: usize,
}

impl Store {
    /// Opens the database of `data_dir`, creating folder and tables where they are missing.
    ///
    /// # Errors
    /// [`StoreError::NewerDatabase`] when a newer program wrote it, [`StoreError::NotADatabase`] when it is something
    /// else, [`StoreError::Io`] when the folder cannot be used.
    pub fn open(data_dir: &Path) -> Result<Self, StoreError> {
        Self::open_with(data_dir, Arc::new(SystemClock))
    }

    /// [`Self::open`] with a clock of the caller's choice.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let runs = data_dir.join("runs");
        fs::create_dir_all(&runs).map_err(StoreError::io(&runs))?;
        let _alone = lock_opening(data_dir)?;
        let path = data_dir.join("clearcut.db");
        let mut connection = connect(&path).map_err(|error| named(error, &path))?;
        migrations::migrate(&mut connection, &path).map_err(|error| named(error, &path))?;
        Ok(Self { connection: Mutex::new(connection), folds: Mutex::default(), clock, data_dir: data_dir.to_owned() })
    }

    /// The data folder.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The time, as the database keeps it.
    pub(crate) fn now(&self) -> Timestamp {
        as_stored(self.clock.now())
    }

    /// The connection, for single statements that only read.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic in another thread rolled its transaction back; the connection itself is sound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` in one `BEGIN IMMEDIATE` transaction: all of it is committed and on disk, or none.
    pub(crate) fn write<T, E>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<rusqlite::Error>,
    {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("data_dir", &self.data_dir).finish_non_exhaustive()
    }
}

/// Switching a new database to WAL cannot wait for another process that does the same, so openers go one by one.
fn lock_opening(data_dir: &Path) -> Result<File, StoreError> {
    let path = data_dir.join("clearcut.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(StoreError::io(&path))?;
    file.lock().map_err(StoreError::io(&path))?;
    Ok(file)
}

pub(crate) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit is on disk when it returns: `sending` must be, before the first byte goes out.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// An error of opening, with the path where SQLite does not name it.
fn named(error: StoreError, path: &Path) -> StoreError {
    use rusqlite::ErrorCode;
    match error {
        StoreError::Sqlite(error) => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                StoreError::NotADatabase { path: path.to_owned() }
            }
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                StoreError::Io { path: path.to_owned(), source: std::io::Error::other(error) }
            }
            _ => StoreError::Sqlite(error),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn a_commit_is_on_the_drive_and_references_are_kept() {
        let dir = tempfile::TempDir::new().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let pragma =
            |name: &str| -> i64 { store.connection().pragma_query_value(None, name, |row| row.get(0)).unwrap() };
        const FULL: i64 = 2;
        assert_eq!(pragma("synchronous"), FULL);
        assert_eq!(pragma("foreign_keys"), 1);
        assert_eq!(pragma("busy_timeout"), 10_000);
    }

    #[test]
    fn a_transaction_that_fails_leaves_nothing() {
        let dir = tempfile::TempDir::new().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let failed: Result<(), StoreError> = store.write(|transaction| {
            transaction.execute("INSERT INTO runs (id, started_at_us) VALUES ('a', 0)", [])?;
            Err(StoreError::Busy)
        });
        assert!(matches!(failed, Err(StoreError::Busy)));
        let runs: i64 = store.connection().query_row("SELECT count(*) FROM runs", [], |row| row.get(0)).unwrap();
        assert_eq!(runs, 0);
    }
}
