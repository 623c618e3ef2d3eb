//! What became of a request, written down: ledger and job in one transaction, and only after it whatever is tidied up.
//! The amounts are the machine's; nothing is decided here.

use std::time::Duration;

use clearcut_credits::{Credits, Source};
use clearcut_store::{Booking, Incoming, JobChange, JobState};

use super::Drive;
use crate::machine::Event;
use crate::resume::receipt;
use crate::{BatchError, Phase};

impl Drive<'_> {
    pub(super) fn settle(&mut self, amount: Credits, basis: Source) -> Result<Event, BatchError> {
        let (Some(entry), Some(picture)) = (&self.entry, &self.picture) else { return Err(BatchError::Interrupted) };
        let parts = &self.spender.parts;
        let size = (picture.width, picture.height);
        parts.store.settle(&receipt(Some(self.job.id), entry, (amount, basis), size, parts.clock.now()))?;
        self.charge = Some((amount, basis));
        self.noted(JobState::Settled)
    }

    pub(super) fn book_lost(&mut self, amount: Credits) -> Result<Event, BatchError> {
        self.spender.parts.store.lose(self.booking(), amount, Source::Measured, Some("paid_lost"))?;
        self.charge = Some((amount, Source::Measured));
        self.discard_room();
        self.set_answer_aside();
        self.noted(JobState::PaidLost)
    }

    pub(super) fn give_up(&mut self) -> Result<Event, BatchError> {
        let next = match &self.trouble {
            Some(BatchError::ServiceEnded { .. }) => JobState::ServiceEnded,
            Some(trouble) if self.queued && trouble.leaves_it_queued() => JobState::Queued,
            _ => JobState::Failed,
        };
        let error = self.trouble.as_ref().map_or("failed", BatchError::code);
        self.advance(JobState::Planned, next, &JobChange { error: Some(error.to_owned()), ..JobChange::default() })
    }

    pub(super) fn release(&mut self, job: JobState) -> Result<Event, BatchError> {
        let error = match (&self.trouble, job) {
            (None, JobState::Queued) => self.said.as_ref().map(|_| "refused"),
            (_, JobState::Planned) => None,
            (Some(trouble), _) => Some(trouble.code()),
            (None, JobState::Failed) => Some("refused"),
            (None, state) => Some(state.as_str()),
        };
        self.spender.parts.store.release(self.booking(), job, error)?;
        self.discard_room();
        self.noted(job)
    }

    pub(super) fn suspend(&mut self, job: JobState) -> Result<Event, BatchError> {
        self.spender.parts.store.undecide(self.booking(), job, Some(job.as_str()))?;
        self.discard_room();
        self.set_answer_aside();
        self.noted(job)
    }

    pub(super) async fn wait(&mut self, wait: Duration) -> Result<Event, BatchError> {
        let total = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let mut left = wait;
        while !left.is_zero() {
            let waited = u64::try_from((wait - left).as_millis()).unwrap_or(u64::MAX);
            self.watcher.progress(self.job.id, Phase::Wait, waited, Some(total));
            let step = left.min(Duration::from_secs(1));
            tokio::select! {
                () = tokio::time::sleep(step) => left -= step,
                () = self.cancel.cancelled() => return Err(BatchError::Cancelled),
            }
        }
        self.watcher.progress(self.job.id, Phase::Wait, total, Some(total));
        self.said = None;
        Ok(Event::Done)
    }

    fn booking(&self) -> Booking {
        Booking { account: self.spender.parts.account, job: self.job.id, attempt: self.attempt }
    }

    /// Room that was not needed. Only after the books are right: until then it is evidence.
    fn discard_room(&mut self) {
        if let Some(Err(error)) = self.incoming.take().map(Incoming::discard) {
            tracing::warn!(%error, "room set aside is swept at the next start");
        }
    }

    /// An answer that is no picture must not be found as one.
    fn set_answer_aside(&mut self) {
        let Some(entry) = &mut self.entry else { return };
        match self.spender.parts.vault.set_aside(entry) {
            Ok(dir) => entry.dir = dir,
            Err(error) => {
                tracing::warn!(%error, "an unusable answer stays where it is; it is looked at before it is used");
            }
        }
    }
}
