//! What a dead process left of an answer on its way, and the broom for it.
//!
//! A leftover is evidence before it is litter: its head may hold a charge, and its body may be whole. Whoever holds the
//! dead run's lock looks first; only then is it swept.

use std::collections::HashSet;
use std::fs::{self, TryLockError};
use std::path::PathBuf;

use clearcut_credits::AttemptId;

use super::{BODY, HEAD, INCOMING, StoredHead, Vault, VaultEntry, VaultError, names};

/// What is left of an answer whose process died.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leftover {
    /// The request.
    pub attempt: AttemptId,
    /// The head, if it had arrived.
    pub head: Option<StoredHead>,
    /// Is the body all there? The process was on its way into the vault with it, and the announced length is reached.
    pub whole: bool,
    /// Its folder.
    pub dir: PathBuf,
}

impl Vault {
    /// What is left of the answer to `attempt`, whose run the caller has taken over.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn leftover(&self, attempt: AttemptId) -> Result<Option<Leftover>, VaultError> {
        let dir = self.incoming_dir(attempt);
        if !dir.try_exists().map_err(VaultError::io(&dir))? {
            return Ok(None);
        }
        // A head that cannot be read was being written when the process died: it never counted.
        let head = StoredHead::read(&dir.join(HEAD)).ok().filter(|head| head.attempt == attempt);
        let length = fs::metadata(dir.join(BODY)).map(|body| body.len()).ok();
        let announced = head.as_ref().and_then(|head| head.content_length);
        // Until commit trims it the body is as long as the room set aside, whatever has arrived.
        let whole = announced.is_some() && length == announced;
        Ok(Some(Leftover { attempt, head, whole, dir }))
    }

    /// Makes a whole leftover an entry. That its picture can be read is still to be seen.
    ///
    /// # Errors
    /// [`VaultError::NoHead`] when it is not whole, or when the drive fails.
    pub fn adopt(&self, leftover: Leftover) -> Result<VaultEntry, VaultError> {
        let Leftover { attempt, head, whole, dir } = leftover;
        let head = head.filter(|_| whole).ok_or(VaultError::NoHead)?;
        let key = head.key();
        let home = self.home(&key);
        self.files.create_dir_all(&home).map_err(VaultError::io(&home))?;
        self.sync_dir(&self.account_dir(key.account))?;
        for name in [BODY, HEAD] {
            // It was written by a process that may not have come to syncing it.
            let path = dir.join(name);
            self.files.sync_file(&path).map_err(VaultError::io(&path))?;
        }
        self.sync_dir(&dir)?;
        self.move_in(&dir, &key, attempt, head)
    }

    /// Keeps what arrived of a paid answer as evidence, like [`Self::set_aside`]: its head names the request.
    ///
    /// # Errors
    /// When the folder cannot be moved.
    pub fn set_aside_leftover(&self, leftover: &Leftover) -> Result<PathBuf, VaultError> {
        let to = self.move_to_lost(&leftover.dir, leftover.attempt)?;
        self.sync_dir(&self.dir.join(INCOMING))?;
        Ok(to)
    }

    /// Removes the leftovers of requests that are not in `keep`, unless some process is receiving right now: then
    /// nothing is touched. Only folders this program made are removed. Says how many went. What was
    /// [dropped](Vault::drop_kept) and not removed goes in any case.
    ///
    /// # Errors
    /// When a folder cannot be read or removed.
    pub fn sweep(&self, keep: &HashSet<AttemptId>) -> Result<usize, VaultError> {
        if let Err(error) = self.sweep_dropped() {
            // It is out of use whatever becomes of it; the next start tries again.
            tracing::warn!(%error, "what was dropped is not removed yet");
        }
        let lock = self.incoming_lock()?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(0),
            Err(TryLockError::Error(error)) => return Err(VaultError::io(&self.dir)(error)),
        }
        let mut swept = 0;
        for attempt in names(&self.dir.join(INCOMING))?.iter().filter_map(|name| name.parse::<AttemptId>().ok()) {
            if keep.contains(&attempt) {
                continue;
            }
            let dir = self.incoming_dir(attempt);
            self.files.remove_dir_all(&dir).map_err(VaultError::io(&dir))?;
            swept += 1;
        }
        Ok(swept)
    }
}
