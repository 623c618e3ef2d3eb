//! One archive to move in: accounts with their ledgers, receipts and plans, their paid answers, edits, own backgrounds, and
//! the text of the settings. No key is in it, because none is in the data folder.
//!
//! This room refuses to know what the settings mean and who may press the button; it knows what is whole, what may be believed,
//! and that nothing is ever added twice.
//!
//! # The archive
//! A ZIP whose parts are all stored as they are, so that it can never unpack to more than itself:
//!
//! | part | holds |
//! | --- | --- |
//! | `clearcut.db` | a snapshot of the database, by `VACUUM INTO`, whoever else has it open |
//! | `settings.toml` | the settings, if there are any |
//! | `vault/ACCOUNT/KEY/ATTEMPT/head.json`, `answer.bin` | the answers that have a receipt in the snapshot |
//! | `vault/lost/ATTEMPT/…` | evidence of charges without a usable picture |
//! | `backdrops/ID` | own backgrounds |
//! | `archive.json` | format, and of every other part its length and BLAKE3 |
//!
//! # What is taken over
//! An account that is not on this computer is taken with all that is its own. One that is here already, by its id or as the same
//! service, address and key, stays as it is and nothing of the archive's is added to it: a ledger cannot be merged with its own
//! copy without counting something twice. The practice account stays with its computer. Watched folders arrive paused.
//!
//! # If the process dies here, this is what the next start finds
//! | in the middle of | on disk | the next start |
//! | --- | --- | --- |
//! | [`Store::archive_save`], snapshot | part of a snapshot in `moving/` | swept; no archive |
//! | … writing parts, or syncing them | a file under a name of its own beside the target | the target as it was; the user removes the file |
//! | … renamed | the archive, whole | nothing to do |
//! | [`Store::archive_unpack`] | some of the parts in `moving/` | swept; nothing was taken over |
//! | [`Staged::take`], moving answers | some of them in the vault, of an account that the database does not know | they are kept and belong to nobody; loading again goes on |
//! | … the transaction | the same: it is whole or not at all | the same |
//! | … committed | all of it, and perhaps an empty `moving/` | swept |

mod check;
mod manifest;
mod merge;
mod part;
mod save;
mod take;
mod unpack;

use std::fs::{File, TryLockError};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use zip::result::ZipError;

pub use save::{ArchiveSource, Saved};
pub use take::{Fate, Taken};
pub use unpack::Staged;

use crate::{Files, Store, StoreError, VaultError};

/// The layout of archives that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;
/// Where a snapshot is made and an archive unpacked; nothing in it counts.
const MOVING: &str = "moving";

/// Hears how far it has come, in bytes done and bytes in all, and says whether to go on.
pub type Moved<'a> = dyn FnMut(u64, u64) -> ControlFlow<()> + 'a;

/// Why no archive was saved or loaded. Ledger and vault are then as they were.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is no archive of this program, or not a whole one.
    #[error("it is no whole Clearcut archive: {0}")]
    NotWhole(String),
    /// A newer Clearcut wrote it.
    #[error("a newer Clearcut wrote it (format {found}, this program knows {known})")]
    Newer {
        /// What it has.
        found: i64,
        /// The newest known.
        known: i64,
    },
    /// Requests are on their way, so a copy of the ledger would miss what becomes of them.
    #[error("{0} pictures are on their way")]
    OnTheirWay(u64),
    /// Somebody else saves or loads an archive in this data folder.
    #[error("another archive is being saved or loaded")]
    Busy,
    /// A file has that name.
    #[error("{path} is there already")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The drive has no room for what is in the archive.
    #[error("the drive with the data folder has no room for it ({needed_bytes} bytes needed)")]
    NoRoom {
        /// What would be needed.
        needed_bytes: u64,
    },
    /// The caller said so.
    #[error("it was stopped")]
    Stopped,
    /// A file or folder could not be used.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl ArchiveError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        |source| Self::Io { path, source }
    }

    fn zip(path: &Path) -> impl FnOnce(ZipError) -> Self + use<> {
        let path = path.to_owned();
        |error| match error {
            ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => Self::Io { path, source },
            other => Self::NotWhole(other.to_string()),
        }
    }
}

impl From<rusqlite::Error> for ArchiveError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The working folder, empty, and nobody else's while this lives.
#[derive(Debug)]
struct Workshop {
    dir: PathBuf,
    _alone: File,
}

impl Workshop {
    fn open(data_dir: &Path, files: &dyn Files) -> Result<Self, ArchiveError> {
        let path = data_dir.join("moving.lock");
        let alone =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(ArchiveError::io(&path))?;
        match alone.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ArchiveError::Busy),
            Err(TryLockError::Error(error)) => return Err(ArchiveError::io(&path)(error)),
        }
        let workshop = Self { dir: data_dir.join(MOVING), _alone: alone };
        workshop.sweep(files)?;
        files.create_dir_all(&workshop.dir).map_err(ArchiveError::io(&workshop.dir))?;
        Ok(workshop)
    }

    /// Removes what is in it.
    fn sweep(&self, files: &dyn Files) -> Result<(), ArchiveError> {
        match files.remove_dir_all(&self.dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ArchiveError::io(&self.dir)(error)),
            _ => Ok(()),
        }
    }
}

impl Store {
    /// Removes what a process left that died while it saved or loaded an archive; nothing while one is at it.
    ///
    /// # Errors
    /// When the folder cannot be removed.
    pub fn sweep_archives(&self, files: &dyn Files) -> Result<(), ArchiveError> {
        if !self.data_dir().join(MOVING).exists() {
            return Ok(());
        }
        match Workshop::open(self.data_dir(), files) {
            Ok(workshop) => workshop.sweep(files),
            Err(ArchiveError::Busy) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
