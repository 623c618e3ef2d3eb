//! Pictures of an agreement that are cut out on this computer: free, written down like those that are sent, and found again by the next
//! start. They are none of the queue's: no price, no service and no limit concerns them, and whoever asks for one does it on a thread
//! of their own.
//!
//! | dies | the row | the next start |
//! | --- | --- | --- |
//! | before its turn | *queued* | offers it with what else waits |
//! | at work | *planned*, of a dead run | *queued* again, its part file removed |
//! | after the file got its name | the same | done again, and the file known by its bytes |

use std::path::PathBuf;

use clearcut_imaging::fingerprint;
use clearcut_store::{JobChange, JobId, JobState};

use super::state::Driver;
use super::{Command, Runner};
use crate::plan::Plan;
use crate::save::Attempt;
use crate::{BatchError, OnDevice, Order};

impl Runner {
    /// Cuts a picture out on this computer that an agreement left to it, and saves it. Where `cancel` ends it, it waits again. Blocking.
    ///
    /// # Errors
    /// As [`OnDevice::save`]; when the original is another one by now, or the picture does not wait any more.
    pub fn cut_out_here(
        &self,
        job: JobId,
        on_device: &OnDevice,
        cancel: &dyn Fn() -> bool,
    ) -> Result<PathBuf, BatchError> {
        let store = &self.spender.parts.store;
        // Held until the end: a run that is over would not be put right.
        let run = self.run()?;
        let before = store.job(job)?;
        let order = Plan::order_here(&before).ok_or(BatchError::NothingKept)?;
        // Another run may have got as far as the file's name.
        let attempt = if before.run == run.id() { Attempt::First } else { Attempt::AfterDeath };
        store.queue_take(job, run.id())?;
        let saved = unchanged(&order).and_then(|()| on_device.save_for(job, &order, attempt, cancel));
        match &saved {
            Ok(output) => {
                let change = JobChange {
                    output: Some(output.clone()),
                    width: Some(order.probe.width),
                    height: Some(order.probe.height),
                    ..JobChange::default()
                };
                store.job_update(job, JobState::Planned, JobState::Saved, &change)?;
            }
            Err(BatchError::Cancelled) => {
                store.queue_return(job, JobState::Planned, before.tries, None)?;
            }
            Err(error) => {
                let change = JobChange { error: Some(error.code().to_owned()), ..JobChange::default() };
                store.job_update(job, JobState::Planned, JobState::Failed, &change)?;
            }
        }
        self.ask(Command::HereOver(job));
        saved
    }
}

impl Driver {
    /// Closes its batch, where its driver had done with it and this was the last of it.
    pub(super) fn here_over(&self, job: JobId) {
        let store = &self.spender.parts.store;
        let batch = store.job(job).ok().and_then(|row| row.batch);
        let Some(batch) = batch.filter(|batch| self.batches.iter().all(|known| known.id != *batch)) else { return };
        match store.batch_close(batch).and_then(|closed| Ok(closed.then_some(store.batch(batch)?))) {
            Ok(Some(batch)) => self.audience.over(&batch),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the batch is closed at the next start"),
        }
    }
}

fn unchanged(order: &Order) -> Result<(), BatchError> {
    let path = &order.input;
    let content = fingerprint(path).map_err(|source| BatchError::Input { path: path.clone(), source })?;
    if content == order.content { Ok(()) } else { Err(BatchError::InputChanged { path: path.clone() }) }
}
