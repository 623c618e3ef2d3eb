//! The driver: performs the effects of one picture's [machine](crate::machine), each on disk before the next begins. It
//! decides nothing about money; what it knows beyond the machine is *why* something was refused, to tell the user.

mod book;
mod deliver;
mod outcome;
mod pay;

use std::path::PathBuf;
use std::sync::Arc;

use clearcut_credits::{AttemptId, Credits, Source};
use clearcut_imaging::{ImageError, Rgba};
use clearcut_service::{RateLimit, RemovalRequest, RemoveError};
use clearcut_store::{Incoming, JobChange, JobRow, JobState, RunGuard, StoreError, VaultEntry, VaultKey, new_attempt};
use tokio_util::sync::CancellationToken;

pub(crate) use outcome::Outcome;

use crate::claims::Claim;
use crate::hands::{Hands, Hold};
use crate::machine::{Effect, Event, Machine};
use crate::outgoing::Outgoing;
use crate::plan::Plan;
use crate::{Agreed, BatchError, Order, Spender, Watcher, ask};

/// What the picture is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// A file.
    Folder,
    /// To be looked at: kept in the vault only.
    Screen,
}

/// What is to be done about a picture.
struct Work<'a> {
    order: &'a Order,
    goal: Goal,
    request: RemovalRequest,
    plan: Plan,
    key: VaultKey,
}

/// One picture on its way, and everything its effects left in memory.
pub(crate) struct Drive<'a> {
    spender: &'a Spender,
    order: &'a Order,
    agreed: &'a Agreed,
    goal: Goal,
    watcher: &'a dyn Watcher,
    cancel: &'a CancellationToken,
    /// Keeps the run alive for as long as anything of it is at work, background tasks included.
    run: Arc<RunGuard>,
    job: JobRow,
    request: RemovalRequest,
    plan: Plan,
    key: VaultKey,
    attempt: AttemptId,
    /// What is sent of the original, once it is ready.
    outgoing: Option<Outgoing>,
    incoming: Option<Incoming>,
    entry: Option<VaultEntry>,
    picture: Option<Rgba>,
    /// Its width and height, which are told when its pixels are gone.
    size: Option<(u32, u32)>,
    saved: Option<PathBuf>,
    /// What it was to replace could not be moved to the trash.
    not_replaced: bool,
    charge: Option<(Credits, Source)>,
    /// What the service said instead of a picture.
    said: Option<RemoveError>,
    /// Why a step of our own was not done.
    trouble: Option<BatchError>,
    /// What is wrong with the answer.
    unusable: Option<ImageError>,
    /// What the service said of its rate limit.
    rate_limit: Option<RateLimit>,
    /// Of a queue: what cost nothing and may be asked for again goes back to it.
    queued: bool,
    /// Held while a picture is in memory, so that a batch never holds many.
    hands: Option<Arc<Hands>>,
    hold: Option<Hold>,
}

/// A job of a queue that is to be sent now.
pub(crate) struct Turn<'a> {
    /// Its row, *planned* by [`clearcut_store::Store::queue_take`].
    pub(crate) job: JobRow,
    /// What was ordered.
    pub(crate) order: &'a Order,
    /// How far it may go.
    pub(crate) agreed: &'a Agreed,
    /// The run it was given to.
    pub(crate) run: Arc<RunGuard>,
    /// As much as may be in memory at a time.
    pub(crate) hands: Arc<Hands>,
}

impl<'a> Drive<'a> {
    /// Writes the job down: from here on a death leaves a row.
    pub(crate) fn begin(
        spender: &'a Spender,
        order: &'a Order,
        agreed: &'a Agreed,
        goal: Goal,
        watcher: &'a dyn Watcher,
        cancel: &'a CancellationToken,
    ) -> Result<Self, BatchError> {
        let parts = &spender.parts;
        let request = ask::request(order, spender.profile());
        let (plan, output) = match goal {
            Goal::Folder => (Plan::download(order, &request), order.output.clone()),
            Goal::Screen => (Plan::preview(&request), PathBuf::new()),
        };
        let key = plan.key(parts.account, order.content.as_str());
        let quoted = spender.price(order.size)?;
        let run = parts.store.run_begin()?;
        let job = parts.store.job_insert(&JobRow {
            content: order.content.to_string(),
            options_json: plan.to_json(),
            quoted,
            batch: order.batch,
            ..JobRow::planned(run.id(), parts.account, order.input.clone(), output)
        })?;
        watcher.state(job.id, job.state);
        let work = Work { order, goal, request, plan, key };
        Ok(Self::over(spender, work, agreed, watcher, cancel, Arc::new(run), job))
    }

    /// Takes up a job of a queue.
    pub(crate) fn of_queue(
        spender: &'a Spender,
        turn: Turn<'a>,
        watcher: &'a dyn Watcher,
        cancel: &'a CancellationToken,
    ) -> Self {
        let Turn { job, order, agreed, run, hands } = turn;
        let request = ask::request(order, spender.profile());
        let plan = Plan::download(order, &request);
        let key = plan.key(spender.parts.account, order.content.as_str());
        let work = Work { order, goal: Goal::Folder, request, plan, key };
        let drive = Self::over(spender, work, agreed, watcher, cancel, run, job);
        Self { queued: true, hands: Some(hands), ..drive }
    }

    fn over(
        spender: &'a Spender,
        work: Work<'a>,
        agreed: &'a Agreed,
        watcher: &'a dyn Watcher,
        cancel: &'a CancellationToken,
        run: Arc<RunGuard>,
        job: JobRow,
    ) -> Self {
        let Work { order, goal, request, plan, key } = work;
        Self {
            spender,
            order,
            agreed,
            goal,
            watcher,
            cancel,
            run,
            job,
            request,
            plan,
            key,
            attempt: new_attempt(),
            outgoing: None,
            incoming: None,
            entry: None,
            picture: None,
            size: None,
            saved: None,
            not_replaced: false,
            charge: None,
            said: None,
            trouble: None,
            unusable: None,
            rate_limit: None,
            queued: false,
            hands: None,
            hold: None,
        }
    }

    /// Walks the machine to its end.
    pub(crate) async fn run(mut self) -> Result<Outcome, BatchError> {
        let result = self.walk().await;
        let Self { spender, run, .. } = self;
        end_run(spender, run);
        result
    }

    /// The same, and what the service said of its rate limit.
    pub(crate) async fn run_and_listen(mut self) -> (Result<Outcome, BatchError>, Option<RateLimit>) {
        let result = self.walk().await;
        (result, self.rate_limit)
    }

    async fn walk(&mut self) -> Result<Outcome, BatchError> {
        let (mut machine, mut effect) = if self.queued {
            Machine::start_queued(self.job.quoted)
        } else {
            Machine::start(self.job.quoted, self.spender.patience)
        };
        let _claim = match self.claim().await {
            Ok(claim) => Some(claim),
            Err(trouble) => {
                self.trouble = Some(trouble);
                effect = machine.step(Event::Refused);
                None
            }
        };
        loop {
            effect = match effect {
                Effect::Finish(end) => return self.finish(end),
                effect => {
                    // A commit holds its thread for a moment; between two, others have their turn.
                    tokio::task::yield_now().await;
                    let event = self.perform(effect).await;
                    machine.step(event)
                }
            };
        }
    }

    /// Whoever comes second for the same work waits here, and finds the first one's answer in the vault.
    async fn claim(&self) -> Result<Claim, BatchError> {
        tokio::select! {
            claim = self.spender.claims.claim(&self.key) => {
                let path = self.spender.parts.store.data_dir().to_path_buf();
                claim.map_err(|source| StoreError::Io { path, source }.into())
            }
            () = self.cancel.cancelled() => Err(BatchError::Cancelled),
        }
    }

    /// Performs one effect. What could not be done is noted for the user, and refused.
    async fn perform(&mut self, effect: Effect) -> Event {
        let done = match effect {
            Effect::CheckInput => self.check_input().await,
            Effect::LookInVault => self.look_in_vault().await,
            Effect::Reserve => self.reserve(),
            Effect::SetRoomAside => self.set_room_aside().await,
            Effect::MarkSending => self.mark_sending(),
            Effect::Send => Ok(self.send().await),
            Effect::Keep => self.keep().await,
            Effect::MarkAnswered => self.advance(JobState::Sending, JobState::Answered, &JobChange::default()),
            Effect::Judge => self.judge().await,
            Effect::Settle { amount, basis } => self.settle(amount, basis),
            Effect::BookLost { amount } => self.book_lost(amount),
            Effect::GiveUp => self.give_up(),
            Effect::Release { job } => self.release(job),
            Effect::Suspend { job } => self.suspend(job),
            Effect::Wait(wait) => self.wait(wait).await,
            Effect::Save => self.save().await,
            Effect::MarkSaved => self.mark_saved(),
            Effect::Finish(_) => Ok(Event::Done),
        };
        done.unwrap_or_else(|trouble| {
            tracing::warn!(job = %self.job.id, %trouble, "a step was not done");
            self.trouble.get_or_insert(trouble);
            Event::Refused
        })
    }

    /// Moves the job's row.
    fn advance(&mut self, was: JobState, next: JobState, change: &JobChange) -> Result<Event, BatchError> {
        self.spender.parts.store.job_update(self.job.id, was, next, change)?;
        self.noted(next)
    }

    /// The row says `state` now.
    fn noted(&mut self, state: JobState) -> Result<Event, BatchError> {
        self.job.state = state;
        self.watcher.state(self.job.id, state);
        Ok(Event::Done)
    }

    /// Has the picture, until it is saved.
    fn hold(&mut self, picture: Rgba) {
        self.size = Some((picture.width, picture.height));
        self.picture = Some(picture);
    }

    /// Waits until a picture may be held in memory. Where nobody counts, at once.
    async fn take_in_hand(&mut self) {
        if let (Some(hands), None) = (&self.hands, &self.hold) {
            let expected = ask::expected_size(self.spender.profile(), &self.order.probe, self.order.size);
            self.hold = hands.take(expected).await;
        }
    }

    fn heed_cancel(&self) -> Result<(), BatchError> {
        if self.cancel.is_cancelled() { Err(BatchError::Cancelled) } else { Ok(()) }
    }

    fn has_ended(&self) -> bool {
        self.spender.profile().ends_at.is_some_and(|end| self.spender.parts.clock.now() >= end)
    }

    /// Work that would hold up other tasks. It keeps the run alive until it is over, even if nobody waits for it any more.
    async fn blocking<T, F>(&self, work: F) -> Result<T, BatchError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, BatchError> + Send + 'static,
    {
        let run = Arc::clone(&self.run);
        let task = tokio::task::spawn_blocking(move || {
            let value = work();
            drop(run);
            value
        });
        task.await.map_err(|_| BatchError::Interrupted)?
    }
}

/// Ends a run whose pictures are all done; one that still has work stays for the next start.
fn end_run(spender: &Spender, run: Arc<RunGuard>) {
    let ended: Result<bool, StoreError> = match Arc::try_unwrap(run) {
        Ok(guard) => spender.parts.store.run_end(guard),
        Err(_still_at_work) => return,
    };
    if let Err(error) = ended {
        tracing::warn!(%error, "the run is ended at the next start");
    }
}
