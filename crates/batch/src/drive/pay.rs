//! From the reservation to the kept answer: everything that speaks against paying first, then room in the vault, then
//! *sending* on disk, and only then the charged call.

use clearcut_credits::SpendLimit;
use clearcut_service::{AnswerHead, RemovalRequest, RemoveError};
use clearcut_store::{JobChange, JobState, ReserveError, StoredHead, new_attempt};
use tokio_util::sync::CancellationToken;

use super::Drive;
use crate::keep::IntoVault;
use crate::machine::Event;
use crate::outgoing::Outgoing;
use crate::watcher::Transfer;
use crate::{BatchError, Spender, answer, ask, seen};

impl Drive<'_> {
    /// Everything that speaks against paying, and then the reservation.
    pub(super) fn reserve(&mut self) -> Result<Event, BatchError> {
        self.heed_cancel()?;
        let (parts, profile) = (&self.spender.parts, self.spender.profile());
        if self.has_ended() {
            return Err(self.service_ended(false));
        }
        ask::sending(profile, &self.order.probe)?;
        let price = self.job.quoted;
        if self.agreed.cost < price {
            return Err(BatchError::OverAgreed { agreed: self.agreed.cost, price });
        }
        self.attempt = new_attempt();
        let limit = SpendLimit { cap: self.agreed.cap, stop_before_payg: self.agreed.stop_before_payg };
        let purpose = self.order.purpose();
        match parts.store.reserve(parts.account, self.job.id, self.attempt, price, purpose, &limit) {
            Ok(_) => self.noted(JobState::Reserved),
            Err(ReserveError::Refused(refusal)) => Err(BatchError::NotReserved(refusal)),
            Err(ReserveError::Store(error)) => Err(error.into()),
        }
    }

    pub(super) async fn set_room_aside(&mut self) -> Result<Event, BatchError> {
        self.heed_cancel()?;
        self.make_ready().await?;
        let expected = ask::expected_size(self.spender.profile(), &self.order.probe, self.order.size);
        let (vault, key, attempt) = (self.spender.parts.vault.clone(), self.key.clone(), self.attempt);
        let begun = self.blocking(move || Ok(vault.begin(&key, attempt, ask::room_bytes(expected)))).await?;
        self.incoming = Some(begun.map_err(BatchError::NoRoom)?);
        Ok(Event::Done)
    }

    /// Makes what is sent of the original, once. Where the picture must be decoded for it, it waits until it may be in memory.
    async fn make_ready(&mut self) -> Result<(), BatchError> {
        if self.outgoing.is_some() {
            return Ok(());
        }
        let profile = self.spender.profile();
        let (taken, plan) = (ask::taken(profile), ask::sending(profile, &self.order.probe)?);
        let hold = match (&self.hands, plan) {
            (Some(hands), Some(_)) => hands.take((self.order.probe.width, self.order.probe.height)).await,
            _ => None,
        };
        let (order, data) = (self.order.clone(), self.spender.parts.store.data_dir().to_path_buf());
        let outgoing = self.blocking(move || Outgoing::make(&order, &taken, &data)).await?;
        drop(hold);
        self.request.source = outgoing.source(self.order);
        self.outgoing = Some(outgoing);
        Ok(())
    }

    pub(super) fn mark_sending(&mut self) -> Result<Event, BatchError> {
        self.heed_cancel()?;
        self.advance(JobState::Reserved, JobState::Sending, &JobChange::default())
    }

    pub(super) async fn send(&mut self) -> Event {
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
        let charged =
            answer.as_ref().err().and_then(|error| error.head.as_deref()).filter(|head| seen::is_charged(head));
        if let Some(head) = charged {
            sink.keep_head(head);
        }
        let event = seen::event(&answer, sink.began(), self.has_ended());
        let head = answer.as_ref().map_or_else(|error| error.head.as_deref(), Some);
        self.rate_limit = head.and_then(|head| head.rate_limit).or(self.rate_limit);
        self.said = answer.err();
        event
    }

    pub(super) async fn keep(&mut self) -> Result<Event, BatchError> {
        let Some(incoming) = self.incoming.take() else { return Err(BatchError::Interrupted) };
        self.entry = Some(self.blocking(move || Ok(incoming.commit()?)).await?);
        Ok(Event::Done)
    }

    pub(super) async fn judge(&mut self) -> Result<Event, BatchError> {
        let Some(body) = self.entry.as_ref().map(|entry| entry.body.clone()) else {
            return Err(BatchError::Interrupted);
        };
        self.take_in_hand().await;
        match self.blocking(move || Ok(answer::compose(&body))).await? {
            Ok(picture) => {
                self.hold(picture);
                Ok(Event::Judged { usable: true })
            }
            Err(error) => {
                self.unusable = Some(error);
                Ok(Event::Judged { usable: false })
            }
        }
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
        #[expect(clippy::disallowed_methods, reason = "the one place that spends")]
        let answer = self.parts.remover.remove(request, sink, progress, cancel);
        answer.await
    }
}
