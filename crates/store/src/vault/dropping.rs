//! Letting go of what is kept. Which of it may go is [`keeping`](super::keeping)'s to say; here it goes whole or not at all.
//!
//! A folder leaves its place in one step, and that step is on the drive before the first file in it is removed. So there
//! is never half an entry under an entry's name, and what a death leaves behind is found by nobody and swept at the next
//! start ([`Vault::sweep`]).

use std::io;
use std::path::Path;

use super::stock::KeptAnswer;
use super::{DROPPED, Vault, VaultError, names};

impl Vault {
    /// Drops an entry or a piece of evidence. Says whether it was still there.
    ///
    /// The caller holds the claim on what it is the answer to, so that nobody is about to use it.
    ///
    /// # Errors
    /// When the folder cannot be moved: it stays as it was. When it was moved and cannot be removed, it is out of use and
    /// swept later.
    pub fn drop_kept(&self, kept: &KeptAnswer) -> Result<bool, VaultError> {
        let dropped = self.dir.join(DROPPED);
        let to = dropped.join(kept.attempt.to_string());
        let home = kept.dir().parent().unwrap_or(&self.dir);
        if !dropped.is_dir() {
            self.files.create_dir_all(&dropped).map_err(VaultError::io(&dropped))?;
            self.sync_dir(&self.dir)?;
        }
        match self.files.rename_new(kept.dir(), &to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(VaultError::io(kept.dir())(error)),
        }
        self.sync_dir(&dropped)?;
        self.sync_dir(home)?;
        self.remove(&to)?;
        if !kept.evidence {
            // Other answers to the same key may lie there; then the system refuses, as it should.
            if let Err(error) = self.files.remove_empty_dir(home) {
                tracing::debug!(%error, home = %home.display(), "the folder of a key stays");
            }
        }
        Ok(true)
    }

    /// Removes what was dropped by a process that died before it was done. Says how much it was.
    ///
    /// # Errors
    /// When a folder cannot be removed.
    pub(super) fn sweep_dropped(&self) -> Result<usize, VaultError> {
        let dropped = self.dir.join(DROPPED);
        let left = names(&dropped)?;
        if !left.is_empty() {
            // The process may have died before its own sync.
            self.sync_dir(&dropped)?;
        }
        for name in &left {
            self.remove(&dropped.join(name))?;
        }
        Ok(left.len())
    }

    /// Two may be sweeping at once; what is gone is gone.
    fn remove(&self, dir: &Path) -> Result<(), VaultError> {
        match self.files.remove_dir_all(dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(VaultError::io(dir)(error)),
            _ => Ok(()),
        }
    }
}
