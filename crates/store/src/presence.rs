//! Who has a data folder open. Everybody who works with it is present; what must not be disturbed by anybody asks to be alone.
//!
//! The operating system frees the lock with its process, so nobody seems present who is gone.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::StoreError;

/// Being in a data folder, until this is dropped.
#[derive(Debug)]
pub struct Presence {
    path: PathBuf,
    /// Held shared; nobody's while it is exchanged for being alone.
    lock: Mutex<File>,
}

impl Presence {
    /// Comes into `data_dir`, which must be there.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while somebody is alone in it, [`StoreError::Io`] when the lock file cannot be used.
    pub fn enter(data_dir: &Path) -> Result<Self, StoreError> {
        let path = data_dir.join("present.lock");
        let file = open(&path)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { path, lock: Mutex::new(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(TryLockError::Error(error)) => Err(StoreError::io(&path)(error)),
        }
    }

    /// Does `work` while nobody else is in the folder and nobody can come in; `None` where somebody is, and nothing is done then.
    ///
    /// # Errors
    /// When the lock file cannot be used.
    pub fn alone<T>(&self, work: impl FnOnce() -> T) -> Result<Option<T>, StoreError> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let alone = open(&self.path)?;
        lock.unlock().map_err(StoreError::io(&self.path))?;
        let done = match alone.try_lock() {
            Ok(()) => {
                let done = work();
                // Freed before the shared one is asked for: the two would wait for each other.
                drop(alone);
                Some(done)
            }
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) => return Err(StoreError::io(&self.path)(error)),
        };
        let shared = open(&self.path)?;
        shared.lock_shared().map_err(StoreError::io(&self.path))?;
        *lock = shared;
        Ok(done)
    }
}

fn open(path: &Path) -> Result<File, StoreError> {
    File::options().create(true).truncate(false).write(true).read(true).open(path).map_err(StoreError::io(path))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn whoever_is_alone_has_no_company_and_gets_none() {
        let dir = tempfile::TempDir::new().unwrap();
        let first = Presence::enter(dir.path()).unwrap();
        let second = Presence::enter(dir.path()).unwrap();
        assert_eq!(first.alone(|| ()).unwrap(), None, "the second is there");
        assert_eq!(second.alone(|| ()).unwrap(), None, "the first came back");
        drop(second);
        let come_in = || matches!(Presence::enter(dir.path()), Err(StoreError::Busy));
        assert_eq!(first.alone(come_in).unwrap(), Some(true));
        Presence::enter(dir.path()).unwrap();
    }
}
