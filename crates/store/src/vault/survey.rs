//! Looking through the whole vault: what is there, what was never booked, what does not belong.
//!
//! A damaged or foreign thing is reported and left where it is; the rest is found all the same.

use std::collections::HashSet;
use std::path::Path;

use clearcut_credits::AttemptId;

use super::{DROPPED, INCOMING, INCOMING_LOCK, LOST, Trouble, Vault, VaultEntry, VaultError, key, names};
use crate::AccountId;

/// What was found in the vault.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Survey {
    /// Paid answers that can be read, in the order they were asked for.
    pub entries: Vec<VaultEntry>,
    /// What is not as this program left it.
    pub troubles: Vec<Trouble>,
}

impl Vault {
    /// Every entry.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn survey(&self) -> Result<Survey, VaultError> {
        self.survey_where(|_| true)
    }

    /// The entries whose request has no receipt: their process died between keeping and booking. `paid` is
    /// [`crate::Store::paid_attempts`]. A run that is alive may be just about to book one, so only entries of runs the
    /// caller took over, or of no run at all, may be booked.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn orphans(&self, paid: &HashSet<AttemptId>) -> Result<Survey, VaultError> {
        self.survey_where(|attempt| !paid.contains(&attempt))
    }

    fn survey_where(&self, wanted: impl Fn(AttemptId) -> bool) -> Result<Survey, VaultError> {
        let mut survey = Survey::default();
        for name in names(&self.dir)? {
            match name.parse::<AccountId>() {
                Ok(account) => self.survey_account(account, &wanted, &mut survey)?,
                Err(_) if [INCOMING, INCOMING_LOCK, LOST, DROPPED].contains(&name.as_str()) => {}
                Err(_) => survey.foreign(&self.dir, &name),
            }
        }
        survey.entries.sort_by_key(|entry| entry.attempt);
        survey.troubles.sort_by_key(ToString::to_string);
        Ok(survey)
    }

    fn survey_account(
        &self,
        account: AccountId,
        wanted: &impl Fn(AttemptId) -> bool,
        survey: &mut Survey,
    ) -> Result<(), VaultError> {
        let account_dir = self.account_dir(account);
        if !account_dir.is_dir() {
            survey.foreign(&self.dir, &account.to_string());
            return Ok(());
        }
        for folder in names(&account_dir)? {
            let home = account_dir.join(&folder);
            if !key::is_folder(&folder) || !home.is_dir() {
                survey.foreign(&account_dir, &folder);
                continue;
            }
            for name in names(&home)? {
                match name.parse::<AttemptId>() {
                    Ok(attempt) if wanted(attempt) => survey.note(VaultEntry::load(&home.join(name), account)),
                    Ok(_) => {}
                    Err(_) => survey.foreign(&home, &name),
                }
            }
        }
        Ok(())
    }
}

impl Survey {
    fn note(&mut self, entry: Result<VaultEntry, Trouble>) {
        match entry {
            Ok(entry) => self.entries.push(entry),
            // Dropped between the look at the names and this one.
            Err(Trouble::Damaged { path, .. }) if !path.exists() => {}
            Err(trouble) => self.troubles.push(trouble),
        }
    }

    fn foreign(&mut self, dir: &Path, name: &str) {
        // What file managers leave everywhere is nobody's trouble.
        if !matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini") {
            self.troubles.push(Trouble::Foreign { path: dir.join(name) });
        }
    }
}
