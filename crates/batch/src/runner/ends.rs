//! The other half of the loop: what came of the pictures that were sent, and what follows from it. What is decided by it is the
//! queue's to say.

use std::sync::Arc;

use clearcut_credits::Credits;
use clearcut_store::{JobId, JobState};
use tokio::sync::mpsc;

use super::Audience;
use super::state::{Brought, Driver};
use crate::Watcher;
use crate::queue::{Came, Happened, MOST_TRIES};
use crate::watcher::Phase;

impl Driver {
    pub(super) fn take_in(&mut self, brought: Brought) {
        let (job, result, happened) = match brought {
            Brought::Nothing => return,
            Brought::Happened(happened) => return self.take_in_word(happened),
            Brought::Picture { job, result, happened } => (job, result, happened),
        };
        self.cancels.remove(&job);
        let Happened::Back { came, .. } = &happened else { return };
        match came {
            Came::Unknown | Came::Ended => {
                self.unknown.insert(job);
            }
            Came::NotSaved { .. } => {
                self.unsaved.insert(job);
            }
            _ => {}
        }
        let charged = matches!(came, Came::Saved { charged, .. } | Came::NotSaved { charged, .. } | Came::Lost { charged } if !charged.is_zero());
        self.tell(happened);
        // The queue's word, not the answer's: one that was tried too often is over.
        let again = self.queue.waits(job) && !self.leaving.contains_key(&job);
        self.audience.came(job, &result, again);
        if charged {
            let audience = Arc::clone(&self.audience);
            self.spawn(None, async move {
                let why = audience.charged().await;
                why.map_or(Brought::Nothing, |why| Brought::Happened(Happened::Pause(why)))
            });
        }
    }

    fn take_in_word(&mut self, mut happened: Happened) {
        if let Happened::Answered { released, lost, .. } = &mut happened {
            for (job, tries) in released.iter_mut() {
                // Its batch is over, and with it what the user agreed to: it failed, and is asked for again only by the user's word.
                if !self.is_open(*job) {
                    *tries = MOST_TRIES;
                }
            }
            let waits = |job, tries| tries < MOST_TRIES && !self.leaving.contains_key(&job);
            let told: Vec<(JobId, bool)> = released.iter().map(|(job, tries)| (*job, waits(*job, *tries))).collect();
            for job in lost.iter() {
                self.unknown.remove(job);
            }
            for (job, _) in released.iter() {
                self.unknown.remove(job);
            }
            let open: Vec<JobId> = self.unknown.iter().copied().collect();
            self.audience.answered(&told, lost, &open);
        }
        if let Happened::Rescued(job) = &happened {
            self.rescued(*job);
        }
        self.tell(happened);
    }

    /// Whether the job's batch still goes on.
    fn is_open(&self, job: JobId) -> bool {
        let batch = self.entries.get(&job).and_then(|entry| entry.order.batch);
        batch.is_some_and(|batch| self.batches.iter().any(|open| open.id == batch))
    }

    /// Saves again, free, what is paid and could not be saved.
    pub(super) fn rescue(&mut self) {
        for job in std::mem::take(&mut self.unsaved) {
            let (spender, audience) = (Arc::clone(&self.spender), Arc::clone(&self.audience));
            let hands = Arc::clone(&self.hands);
            let came = Came::NotSaved { charged: Credits::ZERO, folder: true };
            let still = Happened::Back { job, came, rate_limit: None };
            self.spawn(Some(still.clone()), async move {
                let size = spender.parts.store.job(job).ok().and_then(|row| Some((row.width?, row.height?)));
                let _hold = hands.take(size.unwrap_or((u32::MAX, u32::MAX))).await;
                let result = spender.save_again(job, None, &*audience).await;
                if result.is_err() {
                    return Brought::Picture { job, result, happened: still };
                }
                audience.came(job, &result, false);
                Brought::Happened(Happened::Rescued(job))
            });
        }
    }

    /// Nothing of its batch may be left: one whose driver had done with it stayed open for this picture.
    fn rescued(&self, job: JobId) {
        let store = &self.spender.parts.store;
        let batch = store.job(job).ok().and_then(|row| row.batch);
        let batch = batch.filter(|batch| self.batches.iter().all(|known| known.id != *batch));
        if let Some(Err(error)) = batch.map(|batch| store.batch_close(batch)) {
            tracing::warn!(%error, "the batch is closed at the next start");
        }
    }

    /// Takes those out that were to leave and have come back uncharged.
    pub(super) fn leave_out(&mut self) {
        let back = self.leaving.iter().filter(|(job, _)| !self.cancels.contains_key(job));
        let back: Vec<(JobId, &'static str)> = back.map(|(job, error)| (*job, *error)).collect();
        for (job, error) in back {
            let store = &self.spender.parts.store;
            // Whoever asked may have ended the row by now: it leaves the line all the same.
            let taken = self.queue.waits(job)
                && store
                    .queue_end(&[job], JobState::Skipped, Some(error))
                    .is_ok_and(|ended| ended > 0 || store.job(job).is_ok_and(|row| row.state == JobState::Skipped));
            if taken {
                self.tell(Happened::Take(vec![job]));
            }
            // One that may have been charged is left out when it is known that it was not.
            if taken || !(self.queue.waits(job) || self.unknown.contains(&job)) {
                self.leaving.remove(&job);
            }
        }
    }

    pub(super) fn close_batches(&mut self) {
        let done: Vec<usize> =
            (0..self.batches.len()).filter(|index| self.queue.is_done(self.batches[*index].id)).collect();
        for index in done.into_iter().rev() {
            let batch = self.batches.remove(index);
            match self.spender.parts.store.batch_close(batch.id) {
                Ok(true) => {
                    self.entries.retain(|_, entry| entry.order.batch != Some(batch.id));
                    self.audience.over(&batch);
                }
                // Something of it is paid and not saved yet: it stays open.
                Ok(false) => self.audience.over(&batch),
                Err(error) => tracing::warn!(%error, "the batch is closed at the next start"),
            }
        }
    }
}

/// Hears a picture's states: the queue must know when a price is set aside.
pub(super) struct Ears {
    pub(super) audience: Arc<dyn Audience>,
    pub(super) reserved: mpsc::UnboundedSender<JobId>,
}

impl Watcher for Ears {
    fn state(&self, job: JobId, state: JobState) {
        if state == JobState::Reserved {
            // A driver that is gone counts no turns.
            let _ = self.reserved.send(job);
        }
        self.audience.state(job, state);
    }

    fn progress(&self, job: JobId, phase: Phase, done: u64, total: Option<u64>) {
        self.audience.progress(job, phase, done, total);
    }
}
