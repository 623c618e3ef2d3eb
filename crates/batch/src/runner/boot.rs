//! What another start left: batches whose driver is gone, offered to the user and taken up again only by their word.

use std::collections::HashSet;
use std::path::Path;

use clearcut_credits::{Credits, Item};
use clearcut_store::{BatchId, BatchRow, BatchState, JobId, JobRow, JobState, RunId};

use super::state::Entry;
use super::{Command, Runner};
use crate::plan::Plan;
use crate::{BatchError, Estimate, Order, Shares, Spender, ask};

/// A batch that can go on.
#[derive(Debug, Clone)]
pub struct Offered {
    /// Its row.
    pub batch: BatchRow,
    /// Every picture of it, in the order of the queue.
    pub jobs: Vec<JobRow>,
}

impl Offered {
    /// The jobs that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &JobRow> {
        self.jobs.iter().filter(|job| job.state == JobState::Queued)
    }
}

/// A picture that waits, and what it will cost.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its job.
    pub job: JobId,
    /// What was ordered.
    pub order: Order,
}

impl Spender {
    /// The batches of this account that can go on and that nobody drives, oldest first. Those of which nothing waits are closed on
    /// the way. Call [`recover`](Self::recover) before.
    ///
    /// # Errors
    /// When records cannot be read.
    pub fn offered(&self) -> Result<Vec<Offered>, BatchError> {
        let store = &self.parts.store;
        let mut offered = Vec::new();
        for batch in store.batches_open()?.into_iter().filter(|batch| batch.account == self.account()) {
            if self.is_driven(batch.run)? {
                continue;
            }
            let jobs = store.batch_jobs(batch.id)?;
            let waits = |job: &JobRow| matches!(job.state, JobState::Queued | JobState::Settled);
            if jobs.iter().any(waits) {
                offered.push(Offered { batch, jobs });
            } else {
                store.batch_close(batch.id)?;
            }
        }
        Ok(offered)
    }

    /// Whoever begins the same picture again does not want it twice: what an earlier start left of these orders, and nobody drives, is
    /// taken out of its queue. What was paid of it is in the vault all the same.
    ///
    /// # Errors
    /// When records cannot be read or written.
    pub fn supersede(&self, orders: &[(Order, bool)]) -> Result<usize, BatchError> {
        let anew: HashSet<(&Path, &str)> =
            orders.iter().map(|(order, _)| (order.input.as_path(), order.content.as_str())).collect();
        let mut ended = 0;
        for offered in self.offered()? {
            let same = |job: &&JobRow| anew.contains(&(job.input.as_path(), job.content.as_str()));
            let again: Vec<JobId> = offered.waiting().filter(same).map(|job| job.id).collect();
            ended += self.parts.store.queue_end(&again, JobState::Skipped, Some("begun_again"))?;
            self.parts.store.batch_close(offered.batch.id)?;
        }
        Ok(ended)
    }

    fn is_driven(&self, run: Option<RunId>) -> Result<bool, BatchError> {
        run.map_or(Ok(false), |run| Ok(self.parts.store.run_is_alive(run)?))
    }

    /// The orders of jobs that wait, as they were planned. A row that another version wrote and this one cannot read is left out.
    #[must_use]
    pub fn waiting(&self, jobs: &[JobRow]) -> Vec<Waiting> {
        let waiting = jobs.iter().filter(|job| job.state == JobState::Queued);
        waiting.filter_map(|job| Some(Waiting { job: job.id, order: Plan::order(job)? })).collect()
    }

    /// The order that a job was made from; `None` where another version wrote less.
    #[must_use]
    pub fn order(&self, job: &JobRow) -> Option<Order> {
        Plan::order(job)
    }

    /// A new row for an order.
    pub(super) fn row(&self, order: &Order, run: RunId) -> Result<JobRow, BatchError> {
        let request = ask::request(order, self.profile());
        Ok(JobRow {
            content: order.content.to_string(),
            options_json: Plan::download(order, &request).to_json(),
            quoted: self.price(order.size)?,
            ..JobRow::planned(run, self.account(), order.input.clone(), order.output.clone())
        })
    }

    /// A new row for a picture that is cut out on this computer.
    pub(super) fn row_here(&self, order: &Order, run: RunId) -> JobRow {
        JobRow {
            content: order.content.to_string(),
            options_json: Plan::here(order).to_json(),
            ..JobRow::planned(run, self.account(), order.input.clone(), order.output.clone())
        }
    }

    /// The order of a job that is cut out on this computer; `None` for every other.
    #[must_use]
    pub fn order_here(&self, job: &JobRow) -> Option<Order> {
        Plan::order_here(job)
    }

    /// What pictures that have ended would cost if they were asked for again.
    ///
    /// # Errors
    /// When records cannot be read.
    pub fn again(&self, jobs: &[JobId]) -> Result<Vec<Waiting>, BatchError> {
        let rows = jobs.iter().map(|job| self.parts.store.job(*job)).collect::<Result<Vec<_>, _>>()?;
        let may = rows.iter().filter(|row| row.state.may_requeue() && row.account == self.account());
        Ok(may.filter_map(|row| Some(Waiting { job: row.id, order: Plan::order(row)? })).collect())
    }
}

impl Runner {
    /// Takes up a batch that nobody drives, on the terms the user agreed to: at most `more` credits beyond what is committed, so many
    /// pictures without PAYG. `estimate` is that of its waiting orders ([`Spender::estimate`]), in the same order.
    ///
    /// # Errors
    /// When somebody else drives it by now, or the records cannot be written; nothing is sent then.
    pub fn adopt(
        &self,
        batch: &BatchRow,
        (more, before_payg, never_payg): (Credits, usize, bool),
        estimate: &Estimate,
    ) -> Result<BatchRow, BatchError> {
        let store = &self.spender.parts.store;
        let run = self.run()?;
        if batch.run == Some(run.id()) || batch.state == BatchState::Closed {
            return Err(BatchError::TakenUp);
        }
        self.drive(batch, run.id())?;
        let agreed = store.batch_agree(batch.id, more, u32::try_from(before_payg).unwrap_or(u32::MAX), never_payg)?;
        let rows = store.batch_jobs(batch.id)?;
        let entries = self.entries(&rows, &estimate.items);
        self.ask(Command::Add { batch: agreed.clone(), entries });
        // What became of requests that an earlier run left unanswered is asked with the rest; those not charged are tried again.
        let open = rows.iter().filter(|row| row.state == JobState::Unknown);
        let open = open.filter_map(|row| Some((row.id, Entry::new(row, Plan::order(row)?, true)))).collect();
        self.ask(Command::Open(batch.id, open));
        let unsaved = rows.iter().filter(|row| row.state == JobState::Settled).map(|row| row.id).collect();
        self.ask(Command::Rescue(unsaved));
        Ok(agreed)
    }

    /// Asks for pictures again that had ended, on the terms the user agreed to. One that may have been charged may be charged twice
    /// by this: only the user can want it.
    ///
    /// # Errors
    /// When the records cannot be written; those written until then wait.
    pub fn again(
        &self,
        jobs: &[JobId],
        (more, before_payg, never_payg): (Credits, usize, bool),
        estimate: &Estimate,
    ) -> Result<(), BatchError> {
        let store = &self.spender.parts.store;
        let run = self.run()?;
        let mut by_batch: Vec<(BatchId, Vec<JobId>, Vec<Item>)> = Vec::new();
        for (job, item) in jobs.iter().zip(&estimate.items) {
            let Some(batch) = store.job(*job)?.batch else { continue };
            match by_batch.iter_mut().find(|(known, ..)| *known == batch) {
                Some((_, jobs, items)) => {
                    jobs.push(*job);
                    items.push(*item);
                }
                None => by_batch.push((batch, vec![*job], vec![*item])),
            }
        }
        // Who drives a batch decides what is sent of it: nothing is put into another's queue.
        for (batch, ..) in &by_batch {
            let row = store.batch(*batch)?;
            self.drive(&row, run.id())?;
        }
        let mut shares = Shares::of(more, before_payg);
        for (batch, jobs, items) in by_batch {
            let (cost, first) = shares.next(&items);
            let counted = u32::try_from(first).unwrap_or(u32::MAX);
            let (agreed, rows) = store.batch_again(batch, &jobs, cost, counted, never_payg)?;
            let entries = self.entries(&rows, &items);
            self.ask(Command::Again(agreed, entries, cost));
        }
        Ok(())
    }

    /// Makes sure that this runner is who drives a batch, over or not.
    fn drive(&self, batch: &BatchRow, run: RunId) -> Result<(), BatchError> {
        if batch.run == Some(run) {
            return Ok(());
        }
        let free = !self.spender.is_driven(batch.run)?;
        let store = &self.spender.parts.store;
        if free && store.batch_take(batch.id, batch.run, run)? { Ok(()) } else { Err(BatchError::TakenUp) }
    }

    fn entries(&self, rows: &[JobRow], items: &[Item]) -> Vec<(JobId, Entry)> {
        let waiting = rows.iter().filter(|row| row.state == JobState::Queued && Plan::order(row).is_some());
        let pairs = waiting.zip(items);
        pairs.filter_map(|(row, item)| Some((row.id, Entry::new(row, Plan::order(row)?, item.is_sent())))).collect()
    }
}
