//! What can go wrong with the database, one variant per cause.

use std::io;
use std::path::{Path, PathBuf};

use clearcut_credits::Refusal;

use crate::{JobId, JobState};

/// The database could not do what was asked. Nothing was changed: every write is one transaction.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer Clearcut wrote the database; this one would damage it.
    #[error(
        "{path} was written by a newer Clearcut (version {found} of its layout, this program knows {known}); \
         update Clearcut or choose another data folder"
    )]
    NewerDatabase {
        /// The database.
        path: PathBuf,
        /// The version it has.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The file is not a Clearcut database, or its pages are damaged.
    #[error("{path} is not a database, or it is damaged")]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The drive with the data folder is full.
    #[error("the drive with the data folder is full")]
    DiskFull,
    /// Another process held the database for too long.
    #[error("the database is in use by another process; try again")]
    Busy,
    /// A folder or lock file of the data folder could not be used.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A row that ought to be there is not.
    #[error("no {what} {id}")]
    NotFound {
        /// Account, job …
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The job is not where the caller believes: something else moved it first.
    #[error("job {job} is {found}, not {expected}; something else moved it first")]
    StateChanged {
        /// The job.
        job: JobId,
        /// What the caller expected, in words.
        expected: String,
        /// Where it is.
        found: JobState,
    },
    /// The attempt is booked already; nothing is booked twice.
    #[error("the request was booked already")]
    BookedAlready,
    /// Anything else SQLite has to say.
    #[error("the database failed: {0}")]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// An I/O error together with its path.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| match source.kind() {
            io::ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::Io { path, source },
        }
    }

    pub(crate) fn not_found(what: &'static str, id: &impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Sqlite(error),
        }
    }
}

/// Why nothing was reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// A limit the user set stands in the way.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

impl<E: Into<StoreError>> From<E> for ReserveError {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}
