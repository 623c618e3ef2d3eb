//! Taking an archive over: answers to their places first, then the books in one transaction. Whoever dies in between leaves answers that
//! no account's books know, which are kept and never booked; loading again goes on from there.

use std::io;
use std::path::Path;

use super::{ArchiveError, Staged, merge};
use crate::{AccountId, AccountRow, Store, Vault};

/// What became of an account of the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It came over with all that is its own.
    Came,
    /// It is on this computer already, and nothing was added to it.
    Here,
    /// Its service, address and key have an account of their own on this computer; nothing was added to that one.
    Double(AccountId),
}

/// What was taken over.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Taken {
    /// Every account of the archive, as it is called here, and what became of it.
    pub accounts: Vec<(AccountRow, Fate)>,
    /// Paid answers that came.
    pub answers: usize,
}

impl Staged {
    /// Takes over what is not here yet. The caller sees to it that nobody else is at work in the data folder.
    ///
    /// # Errors
    /// When files or the database fail. The books are then as they were; answers that came already are known to nobody.
    pub fn take(self, store: &Store, vault: &Vault, backdrops: &Path) -> Result<Taken, ArchiveError> {
        let mut accounts = fates(&self.accounts, &store.account_list()?);
        let came = |id: AccountId| accounts.iter().any(|(row, fate)| row.id == id && *fate == Fate::Came);
        let mut answers = 0;
        for entry in self.entries.iter().filter(|entry| came(entry.key.account)) {
            // One that is there came with an earlier try that was broken off.
            vault.take_in(entry)?;
            answers += 1;
        }
        let staged = Vault::open(&self.workshop.dir.join("vault"), self.files.clone())?.stock()?;
        for (attempt, dir) in &self.evidence {
            let whose = staged.kept.iter().find(|kept| kept.attempt == *attempt).and_then(|kept| kept.account);
            if whose.is_some_and(came) {
                vault.take_in_evidence(dir, *attempt)?;
            }
        }
        if accounts.iter().any(|(_, fate)| *fate == Fate::Came) {
            self.take_backdrops(backdrops)?;
            merge::merge(store, &self.workshop.dir, &mut accounts)?;
        }
        if let Err(error) = self.workshop.sweep(self.files.as_ref()) {
            tracing::warn!(%error, "swept at the next start");
        }
        Ok(Taken { accounts, answers })
    }

    /// Own backgrounds have their content's name: one of that name is the same picture.
    fn take_backdrops(&self, to: &Path) -> Result<(), ArchiveError> {
        if self.backdrops.is_empty() {
            return Ok(());
        }
        self.files.create_dir_all(to).map_err(ArchiveError::io(to))?;
        for id in &self.backdrops {
            let (from, to) = (self.workshop.dir.join("backdrops").join(id), to.join(id));
            match self.files.rename_new(&from, &to) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(ArchiveError::io(&to)(error)),
                _ => {}
            }
        }
        self.files.sync_dir(to).map_err(ArchiveError::io(to))
    }
}

/// What becomes of the archive's accounts beside those that are here.
fn fates(coming: &[AccountRow], here: &[AccountRow]) -> Vec<(AccountRow, Fate)> {
    let mut fates: Vec<(AccountRow, Fate)> = Vec::with_capacity(coming.len());
    for account in coming {
        let same = |other: &&AccountRow| {
            (&other.profile, &other.prefix, &other.key_tag) == (&account.profile, &account.prefix, &account.key_tag)
        };
        let fate = if here.iter().any(|other| other.id == account.id) {
            Fate::Here
        } else if let Some(other) = here.iter().find(same) {
            Fate::Double(other.id)
        } else {
            Fate::Came
        };
        let taken = |label: &str| {
            let came = fates.iter().filter(|(_, fate)| *fate == Fate::Came).map(|(row, _)| row);
            here.iter().chain(came).any(|other| other.label == label)
        };
        let mut row = account.clone();
        if fate == Fate::Came && taken(&row.label) {
            // One of so many numbers is free.
            let numbers = 2..here.len() + coming.len() + 3;
            let free = numbers.map(|number| format!("{} ({number})", row.label)).find(|label| !taken(label));
            row.label = free.unwrap_or(row.label);
        }
        fates.push((row, fate));
    }
    fates
}
