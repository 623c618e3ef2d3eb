//! The account's queue, as a watch knows it: batches of origin `watch:…`, one a round, each for no more than what its watch has left
//! today. It asks nobody: the budget was named when the watch was made. Whatever a watch waits for is asked for again by its rounds,
//! never offered to the user as a batch of theirs.

use std::sync::{Arc, PoisonError, Weak};

use async_trait::async_trait;
use clearcut_batch::queue::{Mode, Why};
use clearcut_batch::{Agreement, Order};
use clearcut_credits::Credits;
use clearcut_store::{BatchRow, JobId, JobState, StoreError, WatchId, WatchRow};

use super::queue::{STOPPED, WatchQueue};
use super::tariff::options;
use crate::app::{App, blocking};
use crate::desk::Desk;
use crate::intake::{Examined, file_name};
use crate::problem::{Code, Problem};
use crate::queue::{Working, enter, stands_still_for};
use crate::words;

/// The queues of this program's accounts, for watches.
pub(crate) struct QueueForWatches {
    app: Weak<App>,
}

impl QueueForWatches {
    pub(crate) fn of(app: &Weak<App>) -> Self {
        Self { app: app.clone() }
    }

    fn app(&self) -> Result<Arc<App>, Problem> {
        self.app.upgrade().ok_or_else(words::closing)
    }
}

#[async_trait]
impl WatchQueue for QueueForWatches {
    async fn enqueue(
        &self,
        watch: &WatchRow,
        pictures: Vec<Examined>,
        cap: Credits,
    ) -> Result<Vec<Option<JobId>>, Problem> {
        let app = self.app()?;
        let desk = app.desk();
        if desk.account.id != watch.account {
            return Err(other_account());
        }
        let working = app.working(&desk);
        goes_on(&working)?;
        let mut jobs = vec![None; pictures.len()];
        let planned = app.plan_unseen(pictures, &options(watch), watch.output.as_deref()).await?;
        let (places, orders): (Vec<usize>, Vec<Order>) = planned.orders.into_iter().unzip();
        if orders.is_empty() {
            return Ok(jobs);
        }
        let spender = Arc::clone(&desk.spender);
        let estimated = blocking(move || spender.estimate(&orders, 0).map(|estimate| (orders, estimate))).await?;
        let (orders, estimate) = estimated.map_err(|error| words::batch(&error, "the price"))?;
        let charged = estimate.items.iter().map(clearcut_credits::Item::is_sent);
        let label = file_name(&watch.folder);
        let agreement = Agreement {
            origin: watch.origin(),
            label: label.clone(),
            agreed: cap,
            // The budget is what was agreed to, from whichever pocket.
            never_payg: false,
            before_payg: 0,
            orders: orders.into_iter().zip(charged).collect(),
            here: Vec::new(),
            free_stays_free: true,
        };
        // A list of the user's keeps its name.
        let book = (!working.runner.is_busy()).then(|| Arc::clone(&working.book));
        let noted = move |_: &[_]| {
            if let Some(book) = book {
                book.begin(&label, []);
            }
        };
        let begun = enter(&working, agreement, noted).await?;
        let (_, rows) = begun.map_err(|error| words::batch(&error, "the watched folder"))?;
        for (place, row) in places.into_iter().zip(rows) {
            if let Some(job) = jobs.get_mut(place) {
                *job = Some(row.id);
            }
        }
        Ok(jobs)
    }

    async fn pause(&self, watch: WatchId) -> Result<(), Problem> {
        // What waits is asked for again when the watch goes on: another day's budget may have to pay it.
        self.stop(watch).await
    }

    async fn resume(&self, watch: WatchId) -> Result<(), Problem> {
        let app = self.app()?;
        let account = app.ground.store.watch(watch).map_err(|error| words::store(&error))?.account;
        let Some(working) = app.at_work_for(account) else { return Ok(()) };
        let status = working.runner.status();
        // Pictures of the user's that wait are theirs to resume, for a sum they see.
        if matches!(status.mode, Mode::Paused(_)) && status.waiting == 0 {
            working.runner.resume(&[]).map_err(|error| words::batch(&error, "the queue"))?;
        }
        Ok(())
    }

    async fn stop(&self, watch: WatchId) -> Result<(), Problem> {
        let app = self.app()?;
        let origin = app.ground.store.watch(watch).map_err(|error| words::store(&error))?.origin();
        let taken = app.take_from_queues(move |batch| batch.origin == origin, STOPPED).await;
        taken.map_err(|error| words::store(&error))
    }
}

/// Refuses where pictures would be put behind others that wait for the user, or where only the user may say that it goes on.
fn goes_on(working: &Working) -> Result<(), Problem> {
    let status = working.runner.status();
    let Mode::Paused(why) = status.mode else { return Ok(()) };
    let asks_the_user = matches!(why, Why::PaygEarly | Why::Price | Why::Unlike | Why::Trouble | Why::Records);
    if status.waiting > 0 || asks_the_user {
        return Err(stands_still_for(why, &working.desk.profile.name));
    }
    Ok(())
}

fn other_account() -> Problem {
    Problem::new(Code::BadRequest, "This folder belongs to another account than the one in use.", "")
}

impl App {
    fn all_at_work(&self) -> Vec<Arc<Working>> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The account's queue stands still: its watches take back what waits, each held by the reason, rather than have it go on under
    /// another day's budget, or wait where nobody looks. A pause that the user made ends when they say so, and keeps all as it is.
    pub(crate) fn hold_watches(&self, desk: &Desk, why: Why) {
        if matches!(why, Why::User | Why::Interrupted) {
            return;
        }
        let account = desk.account.id;
        self.spawn(async move |app| {
            let mine = move |batch: &BatchRow| batch.account == account && batch.is_of_a_watch();
            let Some(working) = app.at_work_for(account) else { return };
            let run = working.runner.run_id();
            let here = move |batch: &BatchRow| mine(batch) && run.is_some() && batch.run == run;
            match app.take_from_queues(here, why.as_str()).await {
                Ok(()) => app.watching.wake(),
                Err(error) => tracing::error!(%error, "what waits of a watch stays in the queue"),
            }
        });
    }

    /// Ends what a dead process left waiting in batches of watches, of one or of all: the files are asked for again.
    pub(crate) async fn take_back_from_watches(&self, watch: Option<WatchId>) {
        let store = Arc::clone(&self.ground.store);
        let origin = watch.and_then(|watch| store.watch(watch).ok()).map(|row| row.origin());
        let taken = blocking(move || {
            for batch in store.batches_open()? {
                let meant = origin.as_ref().map_or_else(|| batch.is_of_a_watch(), |origin| batch.origin == *origin);
                let driven = batch.run.map(|run| store.run_is_alive(run)).transpose()?.unwrap_or(false);
                if meant && !driven {
                    store.queue_end(&waiting(&store, &batch)?, JobState::Skipped, Some(STOPPED))?;
                    store.batch_close(batch.id)?;
                }
            }
            Ok::<_, StoreError>(())
        });
        match taken.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "what a watch left waiting stays where it is"),
            Err(problem) => tracing::error!(%problem, "what a watch left waiting stays where it is"),
        }
    }

    /// Takes out of their queues what waits of these batches, here or in another process.
    async fn take_from_queues(
        &self,
        meant: impl Fn(&BatchRow) -> bool + Send,
        error: &'static str,
    ) -> Result<(), StoreError> {
        let store = &self.ground.store;
        let at_work = self.all_at_work();
        for batch in store.batches_open()?.into_iter().filter(|batch| meant(batch)) {
            let jobs = waiting(store, &batch)?;
            if jobs.is_empty() {
                continue;
            }
            match at_work.iter().find(|working| batch.run.is_some() && working.runner.run_id() == batch.run) {
                Some(working) => working.runner.take_as(jobs, error).await,
                // Whoever drives it finds them gone.
                None => drop(store.queue_end(&jobs, JobState::Skipped, Some(error))?),
            }
        }
        Ok(())
    }
}

fn waiting(store: &clearcut_store::Store, batch: &BatchRow) -> Result<Vec<JobId>, StoreError> {
    let jobs = store.batch_jobs(batch.id)?;
    Ok(jobs.into_iter().filter(|job| job.state == JobState::Queued).map(|job| job.id).collect())
}
