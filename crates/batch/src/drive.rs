//! The driver: performs the effects of one picture's [machine](crate::machine), each on disk before the next begins. It
//! decides nothing about money; what it knows beyond the machine is *why* something was refused, to tell the user.

mod outcome;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clearcut_credits::{AttemptId, Credits, Source, SpendLimit};
use clearcut_imaging::{ImageError, Rgba, apply, fingerprint};
use clearcut_service::{AnswerHead, RemovalRequest, RemoveError};
use clearcut_store::{
    Booking, Incoming, JobChange, JobRow, JobState, ReserveError, RunGuard, StoreError, StoredHead, VaultEntry, VaultKey,
    new_attempt,
};
use tokio_util::sync::CancellationToken;

pub(crate) use outcome::Outcome;

use crate::keep::IntoVault;
use crate::machine::{Effect, Event, Machine};
use crate::plan::Plan;
use crate::resume::receipt;
use crate::save::{self, Attempt, Target};
use crate::watcher::Transfer;
use crate::{Agreed, BatchError, Order, Phase, Spender, Watcher, answer, ask, seen};

/// What the picture is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// A file.
    Folder,
    /// To be looked at: kept in the vault only.
    Screen,
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
    incoming: Option<Incoming>,
    entry: Option<VaultEntry>,
    picture: Option<Rgba>,
    saved: Option<PathBuf>,
    charge: Option<(Credits, Source)>,
    /// What the service said instead of a picture.
    said: Option<RemoveError>,
    /// Why a step of our own was not done.
    trouble: Option<BatchError>,
    /// What is wrong with the answer.
    unusable: Option<ImageError>,
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
        let run = parts.store.run_begin()?;
        let job = parts.store.job_insert(&JobRow {
            content: order.content.to_string(),
            options_json: plan.to_json(),
            quoted: spender.price(order.size)?,
            ..JobRow::planned(run.id(), parts.account, order.input.clone(), output)
        })?;
        watcher.state(job.id, job.state);
        Ok(Self {
            spender,
            order,
            agreed,
            goal,
            watcher,
            cancel,
            run: Arc::new(run),
            job,
            request,
            plan,
            key,
            attempt: new_attempt(),
            incoming: None,
            entry: None,
            picture: None,
            saved: None,
            charge: None,
            said: None,
            trouble: None,
            unusable: None,
        })
    }

    /// Walks the machine to its end.
    pub(crate) async fn run(mut self) -> Result<Outcome, BatchError> {
        // Whoever comes second for the same work finds the first one's answer in the vault.
        let _claim = tokio::select! {
            claim = self.spender.claims.claim(&self.key) => Some(claim),
            // Then the first step refuses.
            () = self.cancel.cancelled() => None,
        };
        let (mut machine, mut effect) = Machine::start(self.job.quoted, self.spender.patience);
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
            Effect::MarkAnswered => self.advance(JobState::Sending, JobState::Answered, JobChange::default()),
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

    async fn check_input(&mut self) -> Result<Event, BatchError> {
        self.heed_cancel()?;
        let (path, quoted) = (self.order.input.clone(), self.order.content.clone());
        let (files, job, folder) = (self.spender.parts.files.clone(), self.job.id, self.order.folder().to_path_buf());
        let to_folder = self.goal == Goal::Folder;
        self.blocking(move || {
            let content = fingerprint(&path).map_err(|source| BatchError::Input { path: path.clone(), source })?;
            if content != quoted {
                return Err(BatchError::InputChanged { path });
            }
            if to_folder {
                save::check_folder(&*files, &folder, job).map_err(BatchError::Folder)?;
            }
            Ok(Event::Done)
        })
        .await
    }

    /// A hit is an answer that is there *and* decodes; one that does not is put aside as evidence and does not hide an older one.
    async fn look_in_vault(&mut self) -> Result<Event, BatchError> {
        let (vault, key) = (self.spender.parts.vault.clone(), self.key.clone());
        let hit = self
            .blocking(move || {
                while let Some(entry) = vault.find(&key)? {
                    match answer::compose(&entry.body) {
                        Ok(picture) => return Ok(Some((entry, picture))),
                        Err(error) => {
                            tracing::warn!(entry = %entry.name(), %error, "a kept answer is no picture");
                            vault.set_aside(&entry)?;
                        }
                    }
                }
                Ok(None)
            })
            .await?;
        let Some((entry, picture)) = hit else { return Ok(Event::Done) };
        (self.entry, self.picture) = (Some(entry), Some(picture));
        Ok(Event::Hit)
    }

    /// Everything that speaks against paying, and then the reservation.
    fn reserve(&mut self) -> Result<Event, BatchError> {
        self.heed_cancel()?;
        let (parts, profile) = (&self.spender.parts, self.spender.profile());
        if self.has_ended() {
            return Err(self.service_ended(false));
        }
        ask::check_limits(profile, &self.order.probe, self.order.probe.size_bytes)?;
        let price = self.job.quoted;
        if self.agreed.cost < price {
            return Err(BatchError::OverAgreed { agreed: self.agreed.cost, price });
        }
        self.attempt = new_attempt();
        let limit = SpendLimit { cap: self.agreed.cap, stop_before_payg: false };
        let purpose = self.order.purpose();
        match parts.store.reserve(parts.account, self.job.id, self.attempt, price, purpose, &limit) {
            Ok(_) => self.noted(JobState::Reserved),
            Err(ReserveError::Refused(refusal)) => Err(BatchError::NotReserved(refusal)),
            Err(ReserveError::Store(error)) => Err(error.into()),
        }
    }

    async fn set_room_aside(&mut self) -> Result<Event, BatchError> {
        self.heed_cancel()?;
        let expected = ask::expected_size(self.spender.profile(), &self.order.probe, self.order.size);
        let (vault, key, attempt) = (self.spender.parts.vault.clone(), self.key.clone(), self.attempt);
        let begun = self.blocking(move || Ok(vault.begin(&key, attempt, ask::room_bytes(expected)))).await?;
        self.incoming = Some(begun.map_err(BatchError::NoRoom)?);
        Ok(Event::Done)
    }

    fn mark_sending(&mut self) -> Result<Event, BatchError> {
        self.heed_cancel()?;
        self.advance(JobState::Reserved, JobState::Sending, JobChange::default())
    }

    async fn send(&mut self) -> Event {
        let asked = StoredHead {
            input_name: self.order.input.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            quoted: Some(self.job.quoted.to_string()),
            purpose: Some(self.order.purpose().as_str().to_owned()),
            ..StoredHead::new(&self.key, self.attempt, self.spender.parts.clock.now())
        };
        let Some(incoming) = self.incoming.as_mut() else { return Event::Refused };
        let mut sink = IntoVault::new(incoming, asked);
        let transfer = Transfer { job: self.job.id, watcher: self.watcher };
        let answer = self.spender.remove(&self.request, &mut sink, &transfer, self.cancel).await;
        let charged = answer.as_ref().err().and_then(|error| error.head.as_deref()).filter(|head| seen::is_charged(head));
        if let Some(head) = charged {
            sink.keep_head(head);
        }
        let event = seen::event(&answer, sink.began(), self.has_ended());
        self.said = answer.err();
        event
    }

    async fn keep(&mut self) -> Result<Event, BatchError> {
        let Some(incoming) = self.incoming.take() else { return Err(BatchError::Interrupted) };
        self.entry = Some(self.blocking(move || Ok(incoming.commit()?)).await?);
        Ok(Event::Done)
    }

    async fn judge(&mut self) -> Result<Event, BatchError> {
        let Some(body) = self.entry.as_ref().map(|entry| entry.body.clone()) else { return Err(BatchError::Interrupted) };
        match self.blocking(move || Ok(answer::compose(&body))).await? {
            Ok(picture) => {
                self.picture = Some(picture);
                Ok(Event::Judged { usable: true })
            }
            Err(error) => {
                self.unusable = Some(error);
                Ok(Event::Judged { usable: false })
            }
        }
    }

    fn settle(&mut self, amount: Credits, basis: Source) -> Result<Event, BatchError> {
        let (Some(entry), Some(picture)) = (&self.entry, &self.picture) else { return Err(BatchError::Interrupted) };
        let parts = &self.spender.parts;
        let size = (picture.width, picture.height);
        parts.store.settle(&receipt(Some(self.job.id), entry, (amount, basis), size, parts.clock.now()))?;
        self.charge = Some((amount, basis));
        self.noted(JobState::Settled)
    }

    fn book_lost(&mut self, amount: Credits) -> Result<Event, BatchError> {
        self.spender.parts.store.lose(self.booking(), amount, Source::Measured, Some("paid_lost"))?;
        self.charge = Some((amount, Source::Measured));
        self.discard_room();
        self.set_answer_aside();
        self.noted(JobState::PaidLost)
    }

    fn give_up(&mut self) -> Result<Event, BatchError> {
        let next = match self.trouble {
            Some(BatchError::ServiceEnded { .. }) => JobState::ServiceEnded,
            _ => JobState::Failed,
        };
        let error = self.trouble.as_ref().map_or("failed", BatchError::code);
        self.advance(JobState::Planned, next, JobChange { error: Some(error.to_owned()), ..JobChange::default() })
    }

    fn release(&mut self, job: JobState) -> Result<Event, BatchError> {
        let error = match (&self.trouble, job) {
            (_, JobState::Planned) => None,
            (Some(trouble), _) => Some(trouble.code()),
            (None, JobState::Failed) => Some("refused"),
            (None, state) => Some(state.as_str()),
        };
        self.spender.parts.store.release(self.booking(), job, error)?;
        self.discard_room();
        self.noted(job)
    }

    fn suspend(&mut self, job: JobState) -> Result<Event, BatchError> {
        self.spender.parts.store.undecide(self.booking(), job, Some(job.as_str()))?;
        self.discard_room();
        self.set_answer_aside();
        self.noted(job)
    }

    async fn wait(&mut self, wait: Duration) -> Result<Event, BatchError> {
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

    async fn save(&mut self) -> Result<Event, BatchError> {
        let Some(picture) = self.picture.take() else { return Err(BatchError::Interrupted) };
        let Some(format) = self.plan.output_format().filter(|_| self.goal == Goal::Folder) else {
            self.picture = Some(picture);
            return Ok(Event::Done);
        };
        self.watcher.progress(self.job.id, Phase::Save, 0, Some(1));
        let (files, job, look) = (self.spender.parts.files.clone(), self.job.id, self.plan.look());
        let (planned, charge) = (self.order.output.clone(), self.charge);
        let kept = self.entry.as_ref().map(|entry| entry.body.clone()).unwrap_or_default();
        let saved = self
            .blocking(move || {
                let picture = apply(picture, &look);
                let target = Target { job, format, planned: &planned };
                let saved = save::save(&*files, &picture, &target, Attempt::First);
                let (charged, basis) = charge.unwrap_or((Credits::ZERO, Source::Measured));
                let saved = saved.map_err(|fault| BatchError::PaidNotSaved { job, charged, basis, fault, kept })?;
                Ok((saved, picture))
            })
            .await?;
        self.watcher.progress(self.job.id, Phase::Save, 1, Some(1));
        let (path, picture) = saved;
        (self.saved, self.picture) = (Some(path), Some(picture));
        Ok(Event::Done)
    }

    fn mark_saved(&mut self) -> Result<Event, BatchError> {
        let was = if self.charge.is_some() { JobState::Settled } else { JobState::Planned };
        let change = JobChange {
            output: self.saved.clone(),
            charged: self.charge.is_none().then_some(Credits::ZERO),
            width: self.picture.as_ref().map(|picture| picture.width),
            height: self.picture.as_ref().map(|picture| picture.height),
            ..JobChange::default()
        };
        self.advance(was, JobState::Saved, change)
    }

    /// Moves the job's row.
    fn advance(&mut self, was: JobState, next: JobState, change: JobChange) -> Result<Event, BatchError> {
        self.spender.parts.store.job_update(self.job.id, was, next, &change)?;
        self.noted(next)
    }

    /// The row says `state` now.
    fn noted(&mut self, state: JobState) -> Result<Event, BatchError> {
        self.job.state = state;
        self.watcher.state(self.job.id, state);
        Ok(Event::Done)
    }

    fn booking(&self) -> Booking {
        Booking { account: self.spender.parts.account, job: self.job.id, attempt: self.attempt }
    }

    fn heed_cancel(&self) -> Result<(), BatchError> {
        if self.cancel.is_cancelled() { Err(BatchError::Cancelled) } else { Ok(()) }
    }

    fn has_ended(&self) -> bool {
        self.spender.profile().ends_at.is_some_and(|end| self.spender.parts.clock.now() >= end)
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
            Err(error) => tracing::warn!(%error, "an unusable answer stays where it is; it is looked at before it is used"),
        }
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

impl Spender {
    /// The charged call. Nothing else in the product sends one.
    async fn remove(
        &self,
        request: &RemovalRequest,
        sink: &mut IntoVault<'_>,
        progress: &Transfer<'_>,
        cancel: &CancellationToken,
    ) -> Result<AnswerHead, RemoveError> {
        self.parts.remover.remove(request, sink, progress, cancel).await
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
