//! One payer at a time for one piece of work: the same picture asked for twice at once is paid for by the first, and the
//! second finds the answer in the vault. It holds within this program and against others on the same data folder, by locks
//! that the operating system frees when a process ends.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use clearcut_store::VaultKey;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// How often a lock that another program holds is tried again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Who is at work on what.
#[derive(Debug)]
pub(crate) struct Claims {
    here: Mutex<HashMap<VaultKey, Weak<AsyncMutex<()>>>>,
    dir: PathBuf,
}

/// The right to be the only one at work on something; given up when dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    _everywhere: File,
    _here: OwnedMutexGuard<()>,
}

impl Claims {
    /// Claims among all programs on this data folder.
    pub(crate) fn in_folder(data_dir: &Path) -> Self {
        Self { here: Mutex::default(), dir: data_dir.join("claims") }
    }

    /// Waits until nobody else is at work on `key`.
    pub(crate) async fn claim(&self, key: &VaultKey) -> io::Result<Claim> {
        let here = self.lock_of(key).lock_owned().await;
        let file = self.open(key)?;
        loop {
            if try_lock(&file)? {
                return Ok(Claim { _everywhere: file, _here: here });
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// The claim on `key` among all programs on a data folder, this one included, if nobody has it now.
    pub(crate) fn try_everywhere(data_dir: &Path, key: &VaultKey) -> io::Result<Option<File>> {
        let claims = Self::in_folder(data_dir);
        let file = claims.open(key)?;
        Ok(try_lock(&file)?.then_some(file))
    }

    fn open(&self, key: &VaultKey) -> io::Result<File> {
        std::fs::create_dir_all(&self.dir)?;
        File::options().create(true).truncate(false).write(true).open(self.path_of(key))
    }

    /// One of 256 files, by the content: enough that different pictures seldom wait for each other, and few enough to be left lying.
    fn path_of(&self, key: &VaultKey) -> PathBuf {
        let stripe: String = key.content.chars().filter(char::is_ascii_hexdigit).take(2).collect();
        self.dir.join(format!("{stripe}.lock"))
    }

    fn lock_of(&self, key: &VaultKey) -> Arc<AsyncMutex<()>> {
        let mut locks = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(key).and_then(Weak::upgrade) {
            return lock;
        }
        // A good moment to forget what nobody holds any more.
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        locks.insert(key.clone(), Arc::downgrade(&lock));
        lock
    }
}

/// Whether the lock was free, and is this file's now.
fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use clearcut_store::AccountId;

    use super::*;

    fn key(content: &str) -> VaultKey {
        VaultKey { account: AccountId::PRACTICE, content: content.to_owned(), options: "size=full".to_owned() }
    }

    #[tokio::test]
    async fn the_same_work_waits_and_other_work_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let claims = Claims::in_folder(folder.path());
        let first = claims.claim(&key("aa")).await.unwrap();
        let _other = claims.claim(&key("bb")).await.unwrap();
        assert!(claims.lock_of(&key("aa")).try_lock().is_err());
        drop(first);
        claims.claim(&key("aa")).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn another_program_on_the_same_folder_waits_too() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Claims::in_folder(folder.path()), Claims::in_folder(folder.path()));
        let first = one.claim(&key("aa")).await.unwrap();
        let key = key("aa");
        let second = other.claim(&key);
        tokio::pin!(second);
        let waited = tokio::time::timeout(Duration::from_secs(60), &mut second).await;
        assert!(waited.is_err(), "the first is still at work");
        drop(first);
        second.await.unwrap();
    }
}
