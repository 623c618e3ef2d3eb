//! What the product's own books say, read through its store while it lives or after it died.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clearcut_credits::Credits;
use clearcut_store::{AccountId, JobRow, JobState, Store};

/// Sums over every account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Charged as far as is known, what was paid and lost included.
    pub paid: Credits,
    /// Set aside: on its way, or undecided.
    pub reserved: Credits,
    /// The part of it that may or may not have been charged.
    pub undecided: Credits,
}

/// The open books.
#[derive(Debug)]
pub struct Books(Store);

impl Books {
    /// Opens them beside whoever else has them open.
    pub fn open(data: &Path) -> Result<Self> {
        Ok(Self(Store::open(data)?))
    }

    /// The sums now.
    pub fn sums(&self) -> Result<Sums> {
        let mut sums = Sums::default();
        for account in self.0.account_list()? {
            let state = self.0.state(account.id)?;
            sums.paid = sums.paid.saturating_add(state.settled_total());
            sums.reserved = sums.reserved.saturating_add(state.reserved());
            sums.undecided = sums.undecided.saturating_add(state.undecided());
        }
        Ok(sums)
    }

    /// The accounts that have had anything to do with a service.
    pub fn accounts(&self) -> Result<Vec<AccountId>> {
        Ok(self.0.account_list()?.into_iter().map(|account| account.id).collect())
    }

    /// All jobs of each picture, oldest first.
    pub fn jobs(&self) -> Result<BTreeMap<PathBuf, Vec<JobRow>>> {
        let mut jobs: BTreeMap<PathBuf, Vec<JobRow>> = BTreeMap::new();
        let mut rows = self.0.jobs_recent(u32::MAX)?;
        rows.reverse();
        for job in rows {
            jobs.entry(job.input.clone()).or_default().push(job);
        }
        Ok(jobs)
    }

    /// Requests that were undecided and are not any more: released, or booked as lost.
    pub fn resolved(&self) -> Result<usize> {
        use clearcut_credits::Event;
        let mut resolved = 0;
        for account in self.accounts()? {
            let mut open = std::collections::BTreeSet::new();
            for entry in self.0.entries(account)? {
                match entry.event {
                    Event::Undecided { attempt } => {
                        open.insert(attempt.to_string());
                    }
                    Event::Released { attempt } | Event::PaidLost { attempt, .. } | Event::Settled { attempt, .. } => {
                        resolved += usize::from(open.remove(&attempt.to_string()));
                    }
                    _ => {}
                }
            }
        }
        Ok(resolved)
    }
}

/// Whether nothing will happen to a job by itself any more.
#[must_use]
pub const fn is_final(state: JobState) -> bool {
    matches!(state, JobState::Saved | JobState::PaidLost | JobState::Unknown | JobState::Failed | JobState::Skipped)
}
