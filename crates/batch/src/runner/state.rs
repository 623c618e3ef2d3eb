//! The loop: deeds of the queue out, what came of them in. Everything that takes long runs on a task of its own.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clearcut_credits::Credits;
use clearcut_store::{BatchId, BatchRow, JobId, JobRow, JobState, RunGuard, RunId, StoreError};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;

use super::ends::Ears;
use super::{Audience, Command, LEFT_OUT, RunnerOptions, SKIPPED, Sleeper, Standing, noted, quiet, until};
use crate::drive::{Drive, Outcome, Turn};
use crate::hands::Hands;
use crate::queue::{Came, Deed, Happened, Mode, Queue, Status, Terms, Ticket, Why, came};
use crate::{Agreed, BatchError, Finished, Order, Spender, estimate};

/// Wakes at least so often, by the runner's clock: a clock that was set or a sleep of the computer cannot hold it up for long.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The run a runner works under: begun with its first batch, ended with the runner.
#[derive(Default)]
pub(super) struct Run(Option<Arc<RunGuard>>);

impl Run {
    pub(super) fn guard(&mut self, spender: &Spender) -> Result<Arc<RunGuard>, BatchError> {
        if let Some(run) = &self.0 {
            return Ok(Arc::clone(run));
        }
        let run = Arc::new(spender.parts.store.run_begin()?);
        self.0 = Some(Arc::clone(&run));
        Ok(run)
    }

    pub(super) fn id(&self) -> Option<RunId> {
        self.0.as_ref().map(|run| run.id())
    }

    /// Ends it where nobody is at work under it any more; else the next start does.
    fn end(&mut self, spender: &Spender) {
        let Some(Ok(run)) = self.0.take().map(Arc::try_unwrap) else { return };
        if let Err(error) = spender.parts.store.run_end(run) {
            tracing::warn!(%error, "the run is ended at the next start");
        }
    }
}

/// What others may read at any time.
pub(super) struct Shared {
    pub(super) status: Status,
    pub(super) agreed: Credits,
}

/// What is needed to send a job.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) order: Arc<Order>,
    pub(super) ticket: Ticket,
}

impl Entry {
    pub(super) fn new(row: &JobRow, order: Order, charged: bool) -> Self {
        let ticket = Ticket {
            job: row.id,
            position: row.position,
            charged,
            megapixels: u32::try_from(estimate::metered(&order.probe)).unwrap_or(u32::MAX),
            bytes: order.probe.size_bytes,
            price: row.quoted,
            tries: row.tries,
        };
        Self { order: Arc::new(order), ticket }
    }
}

/// What a task brought.
pub(super) enum Brought {
    Nothing,
    Happened(Happened),
    Picture { job: JobId, result: Result<Finished, BatchError>, happened: Happened },
}

/// The loop's own.
pub(super) struct Driver {
    pub(super) spender: Arc<Spender>,
    pub(super) audience: Arc<dyn Audience>,
    sleeper: Arc<dyn Sleeper>,
    pub(super) hands: Arc<Hands>,
    pub(super) queue: Queue,
    pub(super) entries: HashMap<JobId, Entry>,
    pub(super) batches: Vec<BatchRow>,
    pub(super) cancels: HashMap<JobId, CancellationToken>,
    /// Jobs that may have been charged.
    pub(super) unknown: HashSet<JobId>,
    /// Jobs that are paid and not saved.
    pub(super) unsaved: HashSet<JobId>,
    /// Jobs that are on their way and do not wait again.
    pub(super) leaving: HashMap<JobId, &'static str>,
    tasks: JoinSet<Brought>,
    /// What to say of a task that ended early.
    in_case: HashMap<Id, Happened>,
    run: Arc<Mutex<Run>>,
    shared: Arc<Mutex<Shared>>,
    heard: u64,
    closing: bool,
    /// Ends looks that are under way when the runner is closed.
    ending: CancellationToken,
}

impl Driver {
    pub(super) fn new(
        spender: Arc<Spender>,
        audience: Arc<dyn Audience>,
        sleeper: Arc<dyn Sleeper>,
        options: RunnerOptions,
        run: Arc<Mutex<Run>>,
    ) -> Self {
        let profile = spender.profile();
        let (limit, can_ask) = (profile.limits.megapixels_a_minute, profile.offers.account && options.asks);
        let now = spender.parts.clock.now();
        let queue = Queue::new(limit, options.at_a_time, can_ask, now);
        let shared = Arc::new(Mutex::new(Shared { status: queue.status(now), agreed: Credits::ZERO }));
        Self {
            spender,
            audience,
            sleeper,
            hands: Arc::new(Hands::for_megapixels(options.megapixels_in_memory)),
            queue,
            entries: HashMap::new(),
            batches: Vec::new(),
            cancels: HashMap::new(),
            unknown: HashSet::new(),
            unsaved: HashSet::new(),
            leaving: HashMap::new(),
            tasks: JoinSet::new(),
            in_case: HashMap::new(),
            run,
            shared,
            heard: 0,
            closing: false,
            ending: CancellationToken::new(),
        }
    }

    pub(super) fn shared(&self) -> Arc<Mutex<Shared>> {
        Arc::clone(&self.shared)
    }

    /// Until it is closed, or nobody can ask for anything any more and all is done.
    pub(super) async fn drive(mut self, mut heard: mpsc::UnboundedReceiver<Command>, tell: watch::Sender<Standing>) {
        let (tell_reserved, mut reserved) = mpsc::unbounded_channel();
        loop {
            let now = self.now();
            loop {
                self.leave_out();
                let Some(deed) = self.queue.next(now) else { break };
                self.perform(&deed, &tell_reserved);
            }
            self.close_batches();
            let at_rest = self.publish();
            tell.send_replace(Standing { at_rest, closed: false, heard: self.heard });
            if self.closing && at_rest {
                break;
            }
            let wait = self.queue.wake_at(now).map_or(LONGEST_SLEEP, |at| until(at, now)).min(LONGEST_SLEEP);
            tokio::select! {
                command = heard.recv(), if !self.closing => match command {
                    Some(command) => self.heed(command),
                    None => self.close(),
                },
                Some(job) = reserved.recv() => self.tell(Happened::Reserved(job)),
                Some(brought) = self.tasks.join_next_with_id() => match brought {
                    Ok((id, brought)) => {
                        self.in_case.remove(&id);
                        self.take_in(brought);
                    }
                    Err(error) => {
                        // Its job is where the next start finds it; nothing more is sent meanwhile.
                        tracing::error!(%error, "a picture's task ended early");
                        self.ended_early(error.id());
                    }
                },
                () = self.sleeper.sleep(wait) => {}
            }
        }
        self.run.lock().unwrap_or_else(PoisonError::into_inner).end(&self.spender);
        tell.send_replace(Standing { at_rest: true, closed: true, heard: self.heard });
    }

    fn now(&self) -> Timestamp {
        self.spender.parts.clock.now()
    }

    /// Does something that takes long; `in_case` is said of it where it ends early.
    pub(super) fn spawn(&mut self, in_case: Option<Happened>, work: impl Future<Output = Brought> + Send + 'static) {
        let id = self.tasks.spawn(work).id();
        self.in_case.extend(in_case.map(|happened| (id, happened)));
    }

    fn ended_early(&mut self, id: Id) {
        self.tell(Happened::Pause(Why::Records));
        match self.in_case.remove(&id) {
            Some(happened @ Happened::Back { job, .. }) => {
                self.take_in(Brought::Picture { job, result: Err(BatchError::Interrupted), happened });
            }
            Some(happened) => self.tell(happened),
            None => {}
        }
    }

    pub(super) fn tell(&mut self, happened: Happened) {
        let now = self.now();
        self.queue.tell(happened, now);
    }

    fn publish(&self) -> bool {
        let status = self.queue.status(self.now());
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).status = status;
        self.audience.status(&status);
        let paused = matches!(status.mode, Mode::Paused(_));
        (self.queue.is_over() || paused && self.queue.is_quiet()) && self.tasks.is_empty()
    }

    fn heed(&mut self, command: Command) {
        self.heard += 1;
        match command {
            Command::Add { batch, entries } => {
                let terms = terms(&batch);
                self.agree(batch.agreed);
                self.batches.push(batch);
                self.queue.add(terms, entries.iter().map(|(_, entry)| entry.ticket));
                self.entries.extend(entries);
            }
            Command::Open(batch, entries) => {
                self.unknown.extend(entries.iter().map(|(job, _)| *job));
                self.tell(Happened::Open(entries.iter().map(|(_, entry)| entry.ticket).collect(), batch));
                self.entries.extend(entries);
            }
            Command::Pause(why) => {
                if why == Why::Interrupted {
                    self.ending.cancel();
                    self.ending = CancellationToken::new();
                }
                self.tell(Happened::Pause(why));
            }
            Command::Resume(batches) => {
                let terms = batches.iter().map(terms).collect();
                batches.into_iter().for_each(|batch| self.know(batch));
                self.tell(Happened::Resume(terms));
                self.rescue();
            }
            Command::Take(jobs, error, done) => self.take_out(&jobs, error, done),
            Command::Stop(jobs, done) => {
                self.tell(Happened::Pause(Why::User));
                self.leaving.extend(self.cancels.keys().map(|job| (*job, SKIPPED)));
                self.take_out(&jobs, SKIPPED, done);
            }
            Command::Again(batch, entries, more) => {
                let (id, terms) = (batch.id, terms(&batch));
                self.agree(more);
                if self.batches.iter().any(|known| known.id == id) {
                    self.know(batch);
                } else {
                    self.batches.push(batch);
                }
                self.queue.add(terms, []);
                for (job, _) in &entries {
                    self.unknown.remove(job);
                }
                self.tell(Happened::Again(entries.iter().map(|(_, entry)| entry.ticket).collect(), id));
                self.entries.extend(entries);
            }
            Command::First(jobs) => {
                for batch in &self.batches {
                    let of_batch: Vec<JobId> = jobs.iter().copied().filter(|job| self.is_of(*job, batch.id)).collect();
                    if let Err(error) = self.spender.parts.store.queue_first(batch.id, &of_batch) {
                        tracing::warn!(%error, "the new order lasts only until the program ends");
                    }
                }
                self.tell(Happened::First(jobs));
            }
            Command::Rescue(jobs) => {
                self.unsaved.extend(jobs);
                self.rescue();
            }
            Command::HereOver(job) => self.here_over(job),
            Command::Close => self.close(),
        }
    }

    fn agree(&self, more: Credits) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        // A queue that was over begins anew; so do its numbers.
        let over = shared.status.waiting + shared.status.sending == 0;
        shared.agreed = if over { more } else { shared.agreed.saturating_add(more) };
    }

    /// What its row says now counts from here on.
    fn know(&mut self, batch: BatchRow) {
        if let Some(known) = self.batches.iter_mut().find(|known| known.id == batch.id) {
            *known = batch;
        }
    }

    fn is_of(&self, job: JobId, batch: BatchId) -> bool {
        self.entries.get(&job).is_some_and(|entry| entry.order.batch == Some(batch))
    }

    fn close(&mut self) {
        self.closing = true;
        self.ending.cancel();
        self.tell(Happened::Pause(Why::Interrupted));
    }

    fn take_out(&mut self, jobs: &[JobId], error: &'static str, done: oneshot::Sender<()>) {
        let waiting: Vec<JobId> = jobs.iter().copied().filter(|job| !self.cancels.contains_key(job)).collect();
        match self.spender.parts.store.queue_end(&waiting, JobState::Skipped, Some(error)) {
            Ok(_) => self.tell(Happened::Take(waiting)),
            Err(error) => {
                tracing::error!(%error, "pictures could not be taken out of the queue");
                self.tell(Happened::Pause(Why::Records));
            }
        }
        for (job, cancel) in jobs.iter().filter_map(|job| Some((job, self.cancels.get(job)?))) {
            cancel.cancel();
            self.leaving.insert(*job, error);
        }
        // Whoever asked may be gone.
        let _ = done.send(());
    }

    fn perform(&mut self, deed: &Deed, reserved: &mpsc::UnboundedSender<JobId>) {
        match *deed {
            Deed::Send { job, before_payg } => self.send(job, before_payg, reserved),
            Deed::Return { job, tries } => self.put_back(job, tries),
            Deed::End { job, left_out } => {
                let next = if left_out { JobState::Skipped } else { JobState::Failed };
                let error = if left_out { LEFT_OUT } else { "tried_often" };
                if let Err(error) = self.spender.parts.store.queue_end(&[job], next, Some(error)) {
                    tracing::error!(%error, %job, "a job could not be ended; it is offered again at the next start");
                }
            }
            Deed::HaltUnsent => self.cancels.values().for_each(CancellationToken::cancel),
            Deed::LookQuietly => {
                let parts = (Arc::clone(&self.spender), Arc::clone(&self.audience), Arc::clone(&self.sleeper));
                let unknown: Vec<JobId> = self.unknown.iter().copied().collect();
                let ending = self.ending.clone();
                let in_case =
                    Happened::Answered { released: Vec::new(), lost: Vec::new(), open: unknown.len(), looked: false };
                self.spawn(Some(in_case), async move {
                    let (spender, audience, sleeper) = &parts;
                    let looked = tokio::select! {
                        looked = quiet::look(spender, &**audience, &**sleeper) => looked,
                        () = ending.cancelled() => false,
                    };
                    Brought::Happened(quiet::read(spender, &unknown, looked))
                });
            }
            Deed::TryNetwork => {
                let audience = Arc::clone(&self.audience);
                self.spawn(Some(Happened::Network(false)), async move {
                    Brought::Happened(Happened::Network(audience.reachable().await))
                });
            }
            Deed::Note => self.note(),
        }
    }

    /// Writes the queue's mode into the rows of its batches.
    fn note(&mut self) {
        let (state, reason) = noted(self.queue.mode());
        for batch in &mut self.batches {
            if (batch.state, batch.reason.as_deref()) == (state, reason) {
                continue;
            }
            (batch.state, batch.reason) = (state, reason.map(str::to_owned));
            if let Err(error) = self.spender.parts.store.batch_note(batch.id, state, reason) {
                tracing::warn!(%error, "how the batch stands is told, but not written down");
            }
        }
    }

    fn put_back(&mut self, job: JobId, tries: u32) {
        let store = &self.spender.parts.store;
        let back = store.job(job).and_then(|row| store.queue_return(job, row.state, tries, row.error.as_deref()));
        self.unknown.remove(&job);
        if let Err(error) = back {
            tracing::error!(%error, %job, "a job could not be put back into its queue");
            self.tell(Happened::Pause(Why::Records));
        }
    }

    fn send(&mut self, job: JobId, before_payg: bool, reserved: &mpsc::UnboundedSender<JobId>) {
        let back = |came| Happened::Back { job, came, rate_limit: None };
        let gone = |driver: &mut Self, error: BatchError| {
            driver.tell(back(Came::Failed));
            driver.audience.came(job, &Err(error), false);
        };
        let Some(entry) = self.entries.get(&job).cloned() else { return gone(self, BatchError::Interrupted) };
        let taken = self.run.lock().unwrap_or_else(PoisonError::into_inner).guard(&self.spender);
        let taken = taken.and_then(|run| Ok((self.spender.parts.store.queue_take(job, run.id())?, run)));
        let (row, run) = match taken {
            Ok(taken) => taken,
            // Paid already, and only to be saved.
            Err(BatchError::Store(StoreError::StateChanged { found: JobState::Settled, .. })) => {
                self.unsaved.insert(job);
                self.tell(back(Came::NotSaved { charged: Credits::ZERO, folder: false }));
                return self.rescue();
            }
            // Somebody else has it, or took it out.
            Err(error @ BatchError::Store(StoreError::StateChanged { .. })) => return gone(self, error),
            Err(error) => {
                tracing::error!(%error, "a job could not be taken out of its queue");
                return self.tell(back(Came::Pauses(Why::Records)));
            }
        };
        // Nothing is agreed to for a batch that is over.
        let batch = self.batches.iter().find(|batch| Some(batch.id) == row.batch);
        let cap = Some(batch.map_or(Credits::ZERO, |batch| batch.agreed));
        let agreed = Agreed { cost: row.quoted, cap, stop_before_payg: before_payg };
        let free = row.quoted.is_zero();
        let cancel = CancellationToken::new();
        self.cancels.insert(job, cancel.clone());
        let ears = Ears { audience: Arc::clone(&self.audience), reserved: reserved.clone() };
        let (spender, hands) = (Arc::clone(&self.spender), Arc::clone(&self.hands));
        self.spawn(Some(back(Came::Pauses(Why::Records))), async move {
            let turn = Turn { job: row, order: &entry.order, agreed: &agreed, run, hands };
            let drive = Drive::of_queue(&spender, turn, &ears, &cancel);
            let (outcome, rate_limit) = Box::pin(drive.run_and_listen()).await;
            let result = outcome.and_then(Outcome::finished).map_err(|error| match error {
                // It was quoted as paid before, and is not kept any more.
                BatchError::OverAgreed { .. } if free => BatchError::KeptNoMore,
                other => other,
            });
            let happened = Happened::Back { job, came: came(&result), rate_limit };
            Brought::Picture { job, result, happened }
        });
    }
}

pub(super) fn terms(batch: &BatchRow) -> Terms {
    let before_payg = usize::try_from(batch.before_payg).unwrap_or(usize::MAX);
    Terms { batch: batch.id, never_payg: batch.never_payg, before_payg }
}
