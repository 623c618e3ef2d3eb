//! Entries that come from another computer's vault: unpacked and looked at elsewhere on this drive, they only change their place.

use std::io;
use std::path::Path;

use clearcut_credits::AttemptId;

use super::{LOST, Vault, VaultEntry, VaultError};

impl Vault {
    /// Moves an entry of another vault, on this drive and synced, to the place it has here. Says whether it came; where one of its
    /// name is already, that one stays.
    ///
    /// # Errors
    /// When a folder cannot be made or the entry cannot be moved.
    pub(crate) fn take_in(&self, entry: &VaultEntry) -> Result<bool, VaultError> {
        let home = self.home(&entry.key);
        if !home.is_dir() {
            self.files.create_dir_all(&home).map_err(VaultError::io(&home))?;
            self.sync_dir(&self.account_dir(entry.key.account))?;
            self.sync_dir(&self.dir)?;
        }
        self.come(&entry.dir, &home, entry.attempt)
    }

    /// The same for evidence.
    ///
    /// # Errors
    /// As [`take_in`](Self::take_in).
    pub(crate) fn take_in_evidence(&self, dir: &Path, attempt: AttemptId) -> Result<bool, VaultError> {
        self.come(dir, &self.dir.join(LOST), attempt)
    }

    fn come(&self, from: &Path, home: &Path, attempt: AttemptId) -> Result<bool, VaultError> {
        let to = home.join(attempt.to_string());
        match self.files.rename_new(from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            Err(error) => return Err(VaultError::io(&to)(error)),
        }
        self.sync_dir(home)?;
        Ok(true)
    }
}
