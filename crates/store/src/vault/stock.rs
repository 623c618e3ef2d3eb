//! What is in the vault and what it takes on the drive: entries of every account, evidence, and what is on its way.
//!
//! Counting reads names, lengths and heads, never an answer. What goes away meanwhile is not counted.

use std::fs;
use std::path::{Path, PathBuf};

use clearcut_credits::AttemptId;
use jiff::Timestamp;

use super::{HEAD, INCOMING, LOST, StoredHead, Vault, VaultEntry, VaultError, key, names};
use crate::AccountId;

/// Something kept: an entry, or evidence. Only the vault makes one, so [`Vault::drop_kept`] drops nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptAnswer {
    /// The request that paid for it.
    pub attempt: AttemptId,
    /// Whose it is; `None` for evidence whose head cannot be read.
    pub account: Option<AccountId>,
    /// Whether it is evidence and not an entry.
    pub evidence: bool,
    /// What its files hold.
    pub bytes: u64,
    /// The head it came with; `None` where it cannot be read.
    pub head: Option<StoredHead>,
    dir: PathBuf,
}

impl KeptAnswer {
    /// Its folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// When it arrived. What cannot be read is as old as its request's id says, and counts as new where that says nothing.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        let by_id = || {
            let time = uuid::Uuid::from_u128(self.attempt.0).get_timestamp()?;
            let (seconds, nanoseconds) = time.to_unix();
            Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanoseconds).ok()?).ok()
        };
        self.head.as_ref().map(|head| head.received_at).or_else(by_id).unwrap_or(Timestamp::MAX)
    }
}

/// What an account takes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Share {
    /// Entries.
    pub entries: usize,
    /// What they hold.
    pub bytes: u64,
}

/// What is in the vault.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Stock {
    /// Entries and evidence, in the order they were asked for.
    pub kept: Vec<KeptAnswer>,
    /// Bytes of answers on their way, with the room set aside for them.
    pub arriving_bytes: u64,
}

impl Stock {
    /// Everything kept, bytes. What is on its way is not counted: it comes and goes by itself.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.kept.iter().map(|kept| kept.bytes).sum()
    }

    /// The entries of one account.
    #[must_use]
    pub fn of(&self, account: AccountId) -> Share {
        self.share(|kept| !kept.evidence && kept.account == Some(account))
    }

    /// The evidence.
    #[must_use]
    pub fn evidence(&self) -> Share {
        self.share(|kept| kept.evidence)
    }

    fn share(&self, belongs: impl Fn(&KeptAnswer) -> bool) -> Share {
        let add =
            |share: Share, kept: &KeptAnswer| Share { entries: share.entries + 1, bytes: share.bytes + kept.bytes };
        self.kept.iter().filter(|kept| belongs(kept)).fold(Share::default(), add)
    }
}

impl Vault {
    /// Counts what is there.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn stock(&self) -> Result<Stock, VaultError> {
        let mut stock = Stock::default();
        for account in names(&self.dir)?.iter().filter_map(|name| name.parse::<AccountId>().ok()) {
            let account_dir = self.account_dir(account);
            if !account_dir.is_dir() {
                continue;
            }
            for folder in names(&account_dir)?.into_iter().filter(|name| key::is_folder(name)) {
                let home = account_dir.join(folder);
                if home.is_dir() {
                    self.count(&home, Some(account), &mut stock.kept)?;
                }
            }
        }
        self.count(&self.dir.join(LOST), None, &mut stock.kept)?;
        stock.kept.sort_by_key(|kept| kept.attempt);
        let incoming = self.dir.join(INCOMING);
        for name in names(&incoming)? {
            stock.arriving_bytes += bytes_of(&incoming.join(name)).unwrap_or(0);
        }
        Ok(stock)
    }

    /// Adds the folders of attempts in `home`: entries of `account`, evidence where there is none.
    fn count(&self, home: &Path, account: Option<AccountId>, into: &mut Vec<KeptAnswer>) -> Result<(), VaultError> {
        for attempt in names(home)?.iter().filter_map(|name| name.parse::<AttemptId>().ok()) {
            let dir = home.join(attempt.to_string());
            let Some(bytes) = bytes_of(&dir) else { continue };
            let head = match account {
                Some(account) => VaultEntry::load(&dir, account).ok().map(|entry| entry.head),
                None => StoredHead::read(&dir.join(HEAD)).ok(),
            };
            let whose = account.or_else(|| head.as_ref().map(|head| head.account));
            into.push(KeptAnswer { attempt, account: whose, evidence: account.is_none(), bytes, head, dir });
        }
        Ok(())
    }
}

/// The length of the files right in a folder; `None` where it is gone, or no folder.
fn bytes_of(dir: &Path) -> Option<u64> {
    let lengths = fs::read_dir(dir).ok()?.filter_map(|file| Some(file.ok()?.metadata().ok()?.len()));
    Some(lengths.sum())
}
