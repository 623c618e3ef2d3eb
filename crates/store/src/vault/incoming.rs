//! An answer on its way into the vault.
//!
//! Everything that can run out of space happens in [`Vault::begin`], before a byte is sent. After that the head is on
//! the drive as soon as it arrived, the body when it is whole, and then one rename makes both an entry.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clearcut_credits::AttemptId;

use super::head::LARGEST_HEAD_BYTES;
use super::{BODY, HEAD, INCOMING, StoredHead, Vault, VaultEntry, VaultError, VaultKey};
use crate::OutFile;

/// Space that must stay free on the drive for the database, whose next transactions book the answer.
const SPARE_BYTES: u64 = 2 * 1024 * 1024;

/// Room set aside for one answer. Dropping it leaves what arrived as a [leftover](super::Leftover): it may have been
/// paid. [`Self::discard`] removes it.
pub struct Incoming {
    vault: Vault,
    key: VaultKey,
    attempt: AttemptId,
    dir: PathBuf,
    body: Box<dyn OutFile>,
    head: Box<dyn OutFile>,
    stored: Option<StoredHead>,
    written: u64,
    /// Shared with everybody who receives; keeps sweepers out.
    _lock: File,
}

/// The two files of an answer, with their space.
struct Room {
    body: Box<dyn OutFile>,
    head: Box<dyn OutFile>,
}

impl Vault {
    /// Makes the place for the answer to `attempt` and sets `room_bytes` aside for its body. When this returns, names
    /// and space are on the drive: a full disk shows here, before money is spent.
    ///
    /// # Errors
    /// [`VaultError::NoRoom`] when the drive is too full; nothing is left behind then.
    pub fn begin(&self, key: &VaultKey, attempt: AttemptId, room_bytes: u64) -> Result<Incoming, VaultError> {
        let lock = self.incoming_lock()?;
        lock.lock_shared().map_err(VaultError::io(&self.dir))?;
        let dir = self.incoming_dir(attempt);
        let room = self.make_room(key, &dir, room_bytes);
        let Room { body, head } = room.inspect_err(|_| {
            // Best effort: what cannot be removed now is swept at the next start.
            let _ = self.files.remove_dir_all(&dir);
        })?;
        Ok(Incoming {
            vault: self.clone(),
            key: key.clone(),
            attempt,
            dir,
            body,
            head,
            stored: None,
            written: 0,
            _lock: lock,
        })
    }

    fn make_room(&self, key: &VaultKey, dir: &Path, room_bytes: u64) -> Result<Room, VaultError> {
        let no_room = |error: io::Error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                self.no_room(room_bytes, self.files.free_space(&self.dir).ok())
            }
            _ => VaultError::io(dir)(error),
        };
        let files = &self.files;
        let home = self.home(key);
        files.create_dir_all(&home).map_err(no_room)?;
        files.create_dir_all(dir).map_err(no_room)?;
        let mut body = files.create_new(&dir.join(BODY)).map_err(no_room)?;
        body.allocate(room_bytes).map_err(no_room)?;
        let mut head = files.create_new(&dir.join(HEAD)).map_err(no_room)?;
        head.allocate(LARGEST_HEAD_BYTES).map_err(no_room)?;
        match files.free_space(&self.dir) {
            Ok(free) if free < SPARE_BYTES => return Err(self.no_room(room_bytes, Some(free))),
            // Not every drive says; then the space set aside above must do.
            Ok(_) | Err(_) => {}
        }
        // The names of all of it, from the entry's files up to the vault.
        self.sync_dir(dir)?;
        self.sync_dir(&self.dir.join(INCOMING))?;
        self.sync_dir(&self.account_dir(key.account))?;
        self.sync_dir(&self.dir)?;
        Ok(Room { body, head })
    }

    fn no_room(&self, needed_bytes: u64, free_bytes: Option<u64>) -> VaultError {
        VaultError::NoRoom { dir: self.dir.clone(), needed_bytes: needed_bytes.saturating_add(SPARE_BYTES), free_bytes }
    }
}

impl Incoming {
    /// The request whose answer is awaited.
    #[must_use]
    pub fn attempt(&self) -> AttemptId {
        self.attempt
    }

    /// Bytes of the body so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Keeps the head. It is on the drive when this returns: from now on the charge is known whatever happens.
    ///
    /// # Errors
    /// [`VaultError::WrongHead`] for another request's head or a second one, or when it cannot be written.
    pub fn write_head(&mut self, head: &StoredHead) -> Result<(), VaultError> {
        if self.stored.is_some() {
            return Err(VaultError::WrongHead("there is one already"));
        }
        if head.attempt != self.attempt || head.key() != self.key {
            return Err(VaultError::WrongHead("it is another request's"));
        }
        let path = self.dir.join(HEAD);
        let text = serde_json::to_vec_pretty(head).map_err(|error| VaultError::io(&path)(error.into()))?;
        let length = text.len() as u64;
        if length > LARGEST_HEAD_BYTES {
            return Err(VaultError::WrongHead("it is too long"));
        }
        let written = self.head.write_all(&text).and_then(|()| self.head.trim(length)).and_then(|()| self.head.sync());
        written.map_err(VaultError::io(&path))?;
        self.stored = Some(head.clone());
        Ok(())
    }

    /// Keeps the next piece of the body.
    ///
    /// # Errors
    /// When it cannot be written: within the room set aside only by a failing drive.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.body.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Makes the answer an entry: body synced, names synced, renamed in one step, names synced again. When this
    /// returns it survives a power cut. When it fails, everything that arrived stays as a [leftover](super::Leftover).
    ///
    /// # Errors
    /// [`VaultError::NoHead`] before the head was written, or when the drive fails.
    pub fn commit(self) -> Result<VaultEntry, VaultError> {
        let Self { vault, key, attempt, dir, mut body, head, stored, written, _lock } = self;
        let stored = stored.ok_or(VaultError::NoHead)?;
        let path = dir.join(BODY);
        body.trim(written).and_then(|()| body.sync()).map_err(VaultError::io(&path))?;
        // Windows does not rename a folder with open files in it.
        drop(body);
        drop(head);
        vault.sync_dir(&dir)?;
        vault.move_in(&dir, &key, attempt, stored)
    }

    /// Removes everything: the request certainly cost nothing.
    ///
    /// # Errors
    /// When the folder cannot be removed; it is swept later then.
    pub fn discard(self) -> Result<(), VaultError> {
        let Self { vault, dir, body, head, _lock, .. } = self;
        drop(body);
        drop(head);
        vault.files.remove_dir_all(&dir).map_err(VaultError::io(&dir))
    }
}

impl Vault {
    /// Renames a folder whose content is synced to its final place.
    pub(super) fn move_in(
        &self,
        from: &Path,
        key: &VaultKey,
        attempt: AttemptId,
        head: StoredHead,
    ) -> Result<VaultEntry, VaultError> {
        let home = self.home(key);
        let dir = home.join(attempt.to_string());
        self.files.rename_new(from, &dir).map_err(VaultError::io(&dir))?;
        self.sync_dir(&home)?;
        self.sync_dir(&self.dir.join(INCOMING))?;
        Ok(VaultEntry { attempt, key: key.clone(), body: dir.join(BODY), dir, head })
    }
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming")
            .field("attempt", &self.attempt)
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}
