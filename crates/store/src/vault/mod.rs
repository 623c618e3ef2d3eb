//! The vault: every paid answer, whole, with its headers, before anything else is done with it.
//!
//! An entry is a folder that appears under its final name in one step, after everything in it is on the drive. Space
//! for it was set aside before the request was sent, so a paid answer always has a place. The vault refuses to know
//! what is in an answer and what it cost: it keeps bytes and the head they came with.
//!
//! # Layout
//! | path | holds |
//! | --- | --- |
//! | `ACCOUNT/KEY/ATTEMPT/head.json`, `answer.bin` | an entry: [`StoredHead`] and the body as it came |
//! | `incoming/ATTEMPT/` | an answer on its way, with room set aside |
//! | `incoming.lock` | shared by everybody who receives, exclusive to who [sweeps](Vault::sweep) |
//! | `lost/ATTEMPT/` | paid answers that turned out to be no picture, [kept](Vault::set_aside) as evidence |
//! | `dropped/ATTEMPT/` | what was [let go of](Vault::drop_kept) by the policy in [`keeping`] and is not removed yet |
//!
//! # If the process dies here, this is what the next start finds
//! | after | on disk | in the database | the next start |
//! | --- | --- | --- | --- |
//! | reserving, before [`Vault::begin`] | nothing | *reserved* | releases: nothing was sent |
//! | making `incoming/ATTEMPT`, or half of its room | leftover without a head | *reserved* | releases, sweeps |
//! | [`Vault::begin`] returned | leftover without a head | *reserved* | releases, sweeps |
//! | *sending* committed, or any byte sent | leftover without a head | *sending* | unknown |
//! | headers arrived, head half written | leftover, head unreadable | *sending* | unknown |
//! | [`Incoming::write_head`] returned | leftover with a head | *sending* | a charge in the head: paid, lost, [kept](Vault::set_aside_leftover); else unknown |
//! | some of the body written | the same, body not [whole](Leftover::whole) | *sending* | the same |
//! | [`Incoming::commit`] trimmed the body | leftover, [whole](Leftover::whole) | *sending* | [adopts](Vault::adopt) it, settles |
//! | body synced, folder synced | the same | *sending* | the same |
//! | renamed, names not yet synced | an entry, or after a power cut the leftover again | *sending* | settles the orphan, or adopts |
//! | [`Incoming::commit`] returned | an entry without a receipt | *sending*, *answered* | [orphan](Vault::orphans): settles |
//! | settled | an entry with a receipt | *settled* | saves again, free |
//! | during [`Incoming::discard`] | nothing, or part of a leftover | *sending* or released | sweeps |
//! | during [`Vault::sweep`] | fewer leftovers | unchanged | sweeps the rest |
//! | during [`Vault::set_aside`] | in its old place or in `lost/` | *paid, lost* | nothing to do |
//! | [`Vault::drop_kept`] before its rename | an entry, whole | *saved* | nothing to do |
//! | renamed, names not yet synced | an entry, whole, or in `dropped/`, whole | *saved* | nothing to do, or sweeps |
//! | both names synced, or some of it removed | no entry; in `dropped/`, whole or in part | *saved* | sweeps |
//! | all of it removed | no entry; perhaps its key's empty folder | *saved* | nothing to do: the picture costs again |

mod arriving;
mod dropping;
mod error;
mod head;
mod incoming;
pub mod keeping;
mod key;
mod leftover;
mod stock;
mod survey;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_credits::AttemptId;

pub use error::{Trouble, VaultError};
pub use head::{Foreground, StoredHead};
pub use incoming::Incoming;
pub use key::VaultKey;
pub(crate) use key::{folder_of as key_folder, is_folder};
pub use leftover::Leftover;
pub use stock::{KeptAnswer, Share, Stock};
pub use survey::Survey;

use crate::Files;

/// Name of an entry's head.
pub(crate) const HEAD: &str = "head.json";
/// Name of an entry's body.
pub(crate) const BODY: &str = "answer.bin";
/// Folder of answers on their way.
const INCOMING: &str = "incoming";
/// Folder of answers that were no pictures.
const LOST: &str = "lost";
/// Folder of what was let go of and is not removed yet.
const DROPPED: &str = "dropped";
/// Lock of the folder of answers on their way.
const INCOMING_LOCK: &str = "incoming.lock";

/// The vault of a data folder. Several processes may have it open.
#[derive(Clone, Debug)]
pub struct Vault {
    dir: PathBuf,
    files: Arc<dyn Files>,
}

/// A paid answer in the vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VaultEntry {
    /// The request that paid for it.
    pub attempt: AttemptId,
    /// What it is the answer to.
    pub key: VaultKey,
    /// Its folder.
    pub dir: PathBuf,
    /// The body as it came.
    pub body: PathBuf,
    /// The head it came with.
    pub head: StoredHead,
}

impl VaultEntry {
    /// Its folder relative to the vault, with `/` between the parts: what a receipt remembers.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}/{}", self.key.account, self.key.folder(), self.attempt)
    }
}

impl Vault {
    /// Opens the vault in `dir`, making its folders where they are missing.
    ///
    /// # Errors
    /// When a folder cannot be made.
    pub fn open(dir: &Path, files: Arc<dyn Files>) -> Result<Self, VaultError> {
        for dir in [dir.join(INCOMING), dir.join(LOST)] {
            files.create_dir_all(&dir).map_err(VaultError::io(&dir))?;
        }
        Ok(Self { dir: dir.to_owned(), files })
    }

    /// The vault's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The newest paid answer to `key`, if there is one.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when there are only damaged ones: it was paid, so it must not pass for unpaid.
    pub fn find(&self, key: &VaultKey) -> Result<Option<VaultEntry>, VaultError> {
        let home = self.home(key);
        let mut attempts: Vec<AttemptId> = names(&home)?.iter().filter_map(|name| name.parse().ok()).collect();
        attempts.sort_unstable();
        let mut damage = None;
        for attempt in attempts.into_iter().rev() {
            let dir = home.join(attempt.to_string());
            match VaultEntry::load(&dir, key.account) {
                Ok(entry) if entry.key == *key => return Ok(Some(entry)),
                Ok(_) => {}
                // Dropped between the look at the names and this one.
                Err(_) if !dir.exists() => {}
                Err(trouble) => {
                    tracing::warn!(%trouble, "passed over in the vault");
                    damage = Some(trouble);
                }
            }
        }
        damage.map_or(Ok(None), |trouble| Err(trouble.into()))
    }

    /// The entry a receipt remembers by its [name](VaultEntry::name), if it is still there.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it is there and cannot be read.
    pub fn entry(&self, name: &str) -> Result<Option<VaultEntry>, VaultError> {
        let mut parts = name.split('/');
        let (Some(account), Some(folder), Some(attempt), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Ok(None);
        };
        // Only names this program makes: nothing leads out of the vault.
        let (Ok(account), true, Ok(attempt)) = (account.parse(), is_folder(folder), attempt.parse::<AttemptId>())
        else {
            return Ok(None);
        };
        let dir = self.account_dir(account).join(folder).join(attempt.to_string());
        if !dir.try_exists().map_err(VaultError::io(&dir))? {
            return Ok(None);
        }
        Ok(Some(VaultEntry::load(&dir, account)?))
    }

    /// Takes an entry out of use and keeps it as evidence: it was paid and turned out to be no picture.
    ///
    /// # Errors
    /// When the folder cannot be moved.
    pub fn set_aside(&self, entry: &VaultEntry) -> Result<PathBuf, VaultError> {
        let to = self.move_to_lost(&entry.dir, entry.attempt)?;
        self.sync_dir(&self.home(&entry.key))?;
        Ok(to)
    }

    fn move_to_lost(&self, from: &Path, attempt: AttemptId) -> Result<PathBuf, VaultError> {
        let lost = self.dir.join(LOST);
        let to = lost.join(attempt.to_string());
        self.files.rename_new(from, &to).map_err(VaultError::io(&to))?;
        self.sync_dir(&lost)?;
        Ok(to)
    }

    /// The folder of all answers to a key.
    fn home(&self, key: &VaultKey) -> PathBuf {
        self.account_dir(key.account).join(key.folder())
    }

    fn account_dir(&self, account: crate::AccountId) -> PathBuf {
        self.dir.join(account.to_string())
    }

    fn incoming_dir(&self, attempt: AttemptId) -> PathBuf {
        self.dir.join(INCOMING).join(attempt.to_string())
    }

    /// The open lock file of the folder of answers on their way, not yet locked.
    fn incoming_lock(&self) -> Result<File, VaultError> {
        let path = self.dir.join(INCOMING_LOCK);
        File::options().create(true).truncate(false).write(true).open(&path).map_err(VaultError::io(&path))
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), VaultError> {
        self.files.sync_dir(dir).map_err(VaultError::io(dir))
    }
}

/// The names in a folder, in no order; none when the folder is not there. Names that are not Unicode are foreign, and
/// shown with replacement characters.
fn names(dir: &Path) -> Result<Vec<String>, VaultError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(VaultError::io(dir)(error)),
    };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.map(|entry| entry.file_name().to_string_lossy().into_owned()).map_err(VaultError::io(dir))
    };
    entries.map(name).collect()
}
