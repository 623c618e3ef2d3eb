//! After a death, and after a folder that took no file: what is paid is found, booked and saved. Nothing here can send a
//! request or spend; it works on records, the vault and files alone.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_credits::{AttemptId, Credits, Source};
use clearcut_store::{
    BatchState, Booking, Clock, Files, JobChange, JobId, JobRow, JobState, Leftover, ReceiptRow, Store, StoreError,
    Vault, VaultEntry, VaultError,
};
use jiff::Timestamp;

use crate::machine::{Kept, Mend, Remains, mend};
use crate::plan::Plan;
use crate::save::{self, Attempt, Target};
use crate::{BatchError, Finished, Recovered, SaveFault, Wardrobe, Warning, answer, outgoing};

/// Puts right and saves again. Blocking.
pub(crate) struct Mender {
    pub(crate) store: Arc<Store>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) wardrobe: Arc<dyn Wardrobe>,
}

/// What is found of an answer.
struct Found {
    kept: Kept,
    place: Place,
}

/// Where it lies.
enum Place {
    /// In the vault, with its picture's size where it is one.
    Vault(VaultEntry, Option<(u32, u32)>),
    /// Cut off on its way there.
    Incoming(Leftover),
}

impl Mender {
    /// Every dead run, picture by picture, and then what nobody will ask for any more.
    pub(crate) fn recover(&self) -> Result<Vec<Recovered>, BatchError> {
        let mut recovered = Vec::new();
        let runs = self.store.recoverable_runs()?;
        let mut orphans = self.orphans()?;
        for run in runs {
            for job in self.store.jobs(run.id())?.into_iter().filter(|job| job.state.is_unfinished()) {
                let orphan = job.attempt.and_then(|attempt| orphans.remove(&attempt));
                recovered.push(self.put_right(&job, orphan)?);
            }
            self.store.run_end(run)?;
        }
        self.adopt_unheard_of(orphans)?;
        let open: HashSet<AttemptId> = self.store.jobs_open()?.iter().filter_map(|job| job.attempt).collect();
        self.vault.sweep(&open)?;
        outgoing::sweep(self.store.data_dir());
        Ok(recovered)
    }

    /// One picture, one step at a time, until there is nothing more to do.
    fn put_right(&self, job: &JobRow, orphan: Option<VaultEntry>) -> Result<Recovered, BatchError> {
        let found = self.found(job, orphan)?;
        let mut result = Recovered {
            job: job.id,
            input: job.input.clone(),
            was: job.state,
            now: job.state,
            charged: Credits::ZERO,
            output: None,
            fault: None,
        };
        if let Some(folder) = job.output.parent().filter(|_| job.output != Path::new("")) {
            save::sweep(&*self.files, folder, job.id);
        }
        // What a batch waits for is offered again with it.
        let (again, reason) = if self.waits_in_a_batch(job)? {
            (JobState::Queued, None)
        } else {
            (JobState::Failed, Some("interrupted"))
        };
        loop {
            let kept = found.as_ref().map(|found| found.kept);
            result.now = match mend(&Remains { job: result.now, quoted: job.quoted, kept }) {
                Mend::Nothing => return Ok(result),
                Mend::Forget => {
                    let change = JobChange { error: reason.map(str::to_owned), ..JobChange::default() };
                    self.store.job_update(job.id, JobState::Planned, again, &change)?.state
                }
                Mend::Release => {
                    self.store.release(booking(job)?, again, reason)?;
                    again
                }
                Mend::Suspend => {
                    self.store.undecide(booking(job)?, JobState::Unknown, Some("unknown"))?;
                    self.set_aside(found.as_ref());
                    JobState::Unknown
                }
                Mend::Settle { amount, basis } => {
                    let Some(Place::Vault(entry, Some(size))) = found.as_ref().map(|found| &found.place) else {
                        return Err(BatchError::NothingKept);
                    };
                    self.store.settle(&receipt(Some(job.id), entry, (amount, basis), *size, self.clock.now()))?;
                    result.charged = amount;
                    JobState::Settled
                }
                Mend::BookLost { amount } => {
                    self.store.lose(booking(job)?, amount, Source::Measured, Some("paid_lost"))?;
                    self.set_aside(found.as_ref());
                    result.charged = amount;
                    JobState::PaidLost
                }
                Mend::SaveAgain => match self.save_job(job, &job.output, Attempt::AfterDeath) {
                    Ok(finished) => {
                        result.output = Some(finished.output);
                        JobState::Saved
                    }
                    Err(fault) => {
                        // Paid, not saved yet: the next start or the user tries again.
                        result.fault = Some(fault);
                        return Ok(result);
                    }
                },
            };
        }
    }

    /// Whether a job belongs to a batch that is not over.
    fn waits_in_a_batch(&self, job: &JobRow) -> Result<bool, BatchError> {
        let Some(batch) = job.batch else { return Ok(false) };
        match self.store.batch(batch) {
            Ok(batch) => Ok(batch.state != BatchState::Closed),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Saves a paid picture under a name nobody has. Free.
    pub(crate) fn save_again(&self, job: JobId, folder: Option<&Path>) -> Result<Finished, BatchError> {
        let job = self.store.job(job)?;
        let planned = match (folder, job.output.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => job.output.clone(),
        };
        // A job that is settled and not saved may have died right after its file got its name.
        let attempt = if job.state == JobState::Settled { Attempt::AfterDeath } else { Attempt::First };
        self.save_job(&job, &planned, attempt)
    }

    fn save_job(&self, job: &JobRow, planned: &Path, attempt: Attempt) -> Result<Finished, BatchError> {
        let plan = Plan::of(job).ok_or(BatchError::NothingKept)?;
        let entry = self.paid(job)?;
        let picture =
            answer::compose(&entry.body).map_err(|source| BatchError::Input { path: entry.body.clone(), source })?;
        let (width, height) = (picture.width, picture.height);
        let mut warnings = Vec::new();
        let output = match plan.output_format() {
            None => PathBuf::new(),
            Some(format) => {
                let replace = (plan.replace && planned == job.output).then_some(job.input.as_path());
                let metadata = save::said_by(&job.input, &job.content, !plan.strip_metadata);
                let target = Target { job: job.id, format, metadata, planned, replace };
                let saved = self
                    .wardrobe
                    .dress(picture, &job.input, &job.content, &plan.look())
                    .map_err(SaveFault::Picture)
                    .and_then(|picture| save::save(&*self.files, picture, &target, attempt))
                    .map_err(|fault| BatchError::PaidNotSaved {
                        job: job.id,
                        charged: Credits::ZERO,
                        basis: Source::Measured,
                        fault,
                        kept: entry.body.clone(),
                    })?;
                warnings.extend(saved.not_replaced.then_some(Warning::NotReplaced));
                saved.path
            }
        };
        self.mark_saved(job, &output, (width, height))?;
        Ok(Finished {
            job: job.id,
            output,
            charged: Credits::ZERO,
            basis: Source::Measured,
            width,
            height,
            from_vault: true,
            warnings,
        })
    }

    fn mark_saved(&self, job: &JobRow, output: &Path, (width, height): (u32, u32)) -> Result<(), BatchError> {
        let change = JobChange {
            output: Some(output.to_path_buf()).filter(|output| output != Path::new("")),
            width: Some(width),
            height: Some(height),
            ..JobChange::default()
        };
        let was = self.store.job(job.id)?.state;
        self.store.job_update(job.id, was, JobState::Saved, &change)?;
        Ok(())
    }

    /// The paid answer behind a job: its own, or the one it was exported from.
    pub(crate) fn paid(&self, job: &JobRow) -> Result<VaultEntry, BatchError> {
        // A job that was saved had its answer once, paid by itself or from the vault.
        let was_there = job.state == JobState::Saved;
        self.kept(job)?.ok_or(if was_there { BatchError::KeptNoMore } else { BatchError::NothingKept })
    }

    fn kept(&self, job: &JobRow) -> Result<Option<VaultEntry>, BatchError> {
        let receipt = job.attempt.map(|attempt| self.store.receipt(attempt)).transpose()?.flatten();
        if let Some(receipt) = receipt
            && let Some(entry) = self.vault.entry(&receipt.vault_entry)?
        {
            return Ok(Some(entry));
        }
        match Plan::of(job) {
            Some(plan) => Ok(self.vault.find(&plan.key(job.account, &job.content))?),
            None => Ok(None),
        }
    }

    /// What is there of the answer to the job's request: in the vault, whole beside it, or only its head.
    fn found(&self, job: &JobRow, orphan: Option<VaultEntry>) -> Result<Option<Found>, BatchError> {
        let Some(attempt) = job.attempt.filter(|_| matches!(job.state, JobState::Sending | JobState::Answered)) else {
            return Ok(None);
        };
        if let Some(entry) = orphan {
            return Ok(Some(judged(entry)));
        }
        let Some(leftover) = self.vault.leftover(attempt)? else { return Ok(None) };
        if leftover.whole {
            return Ok(Some(judged(self.vault.adopt(leftover)?)));
        }
        let charged =
            leftover.head.as_ref().and_then(|head| head.charged.as_deref()).and_then(|text| text.parse().ok());
        let head_came = leftover.head.is_some();
        Ok(head_came.then_some(Found { kept: Kept { usable: false, charged }, place: Place::Incoming(leftover) }))
    }

    fn orphans(&self) -> Result<HashMap<AttemptId, VaultEntry>, BatchError> {
        let survey = self.vault.orphans(&self.store.paid_attempts()?)?;
        for trouble in &survey.troubles {
            tracing::warn!(%trouble, "the vault is not as it was left");
        }
        Ok(survey.entries.into_iter().map(|entry| (entry.attempt, entry)).collect())
    }

    /// Answers that no job knows of: the database was lost or replaced. They were paid, so the books say so.
    fn adopt_unheard_of(&self, orphans: HashMap<AttemptId, VaultEntry>) -> Result<(), BatchError> {
        for (attempt, entry) in orphans {
            if self.store.job_by_attempt(attempt)?.is_some() || self.store.account_get(entry.key.account)?.is_none() {
                continue;
            }
            let Found { kept: Kept { charged, .. }, place: Place::Vault(entry, Some(size)) } = judged(entry) else {
                continue;
            };
            let quoted = entry.head.quoted.as_deref().and_then(|quoted| quoted.parse().ok());
            let charge = match (charged, quoted) {
                (Some(charged), _) => (charged, Source::Measured),
                (None, Some(quoted)) => (quoted, Source::Inferred),
                (None, None) => continue,
            };
            self.store.settle(&receipt(None, &entry, charge, size, self.clock.now()))?;
        }
        Ok(())
    }

    /// An answer that is no picture is kept as evidence, where it is not found as one.
    fn set_aside(&self, found: Option<&Found>) {
        let aside: Result<PathBuf, VaultError> = match found.map(|found| &found.place) {
            Some(Place::Vault(entry, _)) => self.vault.set_aside(entry),
            Some(Place::Incoming(leftover)) => self.vault.set_aside_leftover(leftover),
            None => return,
        };
        if let Err(error) = aside {
            tracing::warn!(%error, "an unusable answer stays where it is; it is looked at before it is used");
        }
    }
}

/// Really decodes an answer. One that is shorter than announced is not whole, whatever a lenient decoder makes of it.
fn judged(entry: VaultEntry) -> Found {
    let length = entry.body.metadata().map(|body| body.len()).ok();
    let whole = entry.head.content_length.is_none_or(|announced| Some(announced) == length);
    let size = answer::compose(&entry.body).ok().filter(|_| whole).map(|picture| (picture.width, picture.height));
    let charged = entry.head.charged.as_deref().and_then(|text| text.parse().ok());
    Found { kept: Kept { usable: size.is_some(), charged }, place: Place::Vault(entry, size) }
}

fn booking(job: &JobRow) -> Result<Booking, BatchError> {
    let attempt = job.attempt.ok_or(BatchError::NothingKept)?;
    Ok(Booking { account: job.account, job: job.id, attempt })
}

/// The receipt of a kept answer.
pub(crate) fn receipt(
    job: Option<JobId>,
    entry: &VaultEntry,
    (charged, basis): (Credits, Source),
    (width, height): (u32, u32),
    at: Timestamp,
) -> ReceiptRow {
    ReceiptRow {
        attempt: entry.attempt,
        account: entry.key.account,
        job,
        at,
        input_name: entry.head.input_name.clone(),
        content: entry.key.content.clone(),
        options: entry.key.options.clone(),
        charged,
        basis,
        width: Some(width),
        height: Some(height),
        vault_entry: entry.name(),
        request_id: entry.head.request_id.clone(),
        service_date: entry.head.date,
        answer_bytes: std::fs::metadata(&entry.body).ok().map(|body| body.len()),
    }
}
