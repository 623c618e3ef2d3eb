//! The transactions that move money: each writes ledger, job and receipt together or not at all.
//!
//! | method | ledger | job | receipt |
//! | --- | --- | --- | --- |
//! | [`Store::reserve`] | reserved, if the limit allows | → reserved | |
//! | [`Store::settle`] | settled | → settled | written |
//! | [`Store::lose`] | paid, lost | → paid, lost | |
//! | [`Store::release`] | released | → the caller's state | |
//! | [`Store::undecide`] | undecided | → the caller's state | |
//! | [`Store::record_balance`] | snapshot, and what it resolves | unknown → failed, or paid and lost | |

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use clearcut_credits::{
    AccountState, AttemptId, Balance, Credits, Entry, Event, Purpose, Resolution, Source, SpendLimit, Standing, explain,
};
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction};

use crate::columns::as_stored;
use crate::database::Kept;
use crate::tables::jobs::{self, JobChange};
use crate::tables::ledger::{Aside, DrawnBy};
use crate::tables::receipts::ReceiptRow;
use crate::tables::{batches, ledger, plans, receipts};
use crate::{AccountId, JobId, JobState, PlanRow, ReserveError, Store, StoreError};

/// Which request of which job an outcome is booked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Booking {
    /// Who pays.
    pub account: AccountId,
    /// The job.
    pub job: JobId,
    /// Its request; a job that has moved on to another one is not touched.
    pub attempt: AttemptId,
}

/// What a look at the balance brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Looked {
    /// The snapshot's line.
    pub entry: Entry,
    /// How much it proved.
    pub standing: Standing,
    /// What it says about the undecided requests, if anything.
    pub resolution: Option<Resolution>,
    /// The requests it decided.
    pub resolved: Vec<AttemptId>,
    /// What explains how it differs from what own charges left.
    pub found: Vec<Entry>,
}

impl Looked {
    /// What the service said.
    #[must_use]
    pub fn balance(&self) -> Balance {
        match self.entry.event {
            Event::Snapshot { balance, .. } => balance,
            _ => Balance::default(),
        }
    }

    /// Credits that came: bought, renewed, or risen without a reason that is known yet.
    #[must_use]
    pub fn has_arrivals(&self) -> bool {
        self.found.iter().any(|entry| match entry.event {
            Event::TopUp { .. } | Event::Renewal { .. } => true,
            Event::Adjustment { subscription, .. } => subscription > Credits::ZERO,
            _ => false,
        })
    }
}

/// States a request can be in while its outcome is not booked.
const OPEN: [JobState; 4] = [JobState::Reserved, JobState::Sending, JobState::Answered, JobState::Unknown];

/// The code of a job whose request turned out not to have been charged.
const NOT_CHARGED: &str = "not_charged";
/// And of one whose request turned out to have been.
const PAID_LOST: &str = "paid_lost";

impl Store {
    /// Sets the price of a request aside, if `limit` allows it, and moves its job to *reserved*: check and reservation
    /// are one transaction, so no other thread or process can come between. The cap counts everything that the job's batch was
    /// charged or has reserved since it was agreed to, over every restart; of a job without a batch, its run.
    ///
    /// # Errors
    /// [`ReserveError::Refused`] when the limit stands in the way; nothing is written then.
    pub fn reserve(
        &self,
        account: AccountId,
        job: JobId,
        attempt: AttemptId,
        amount: Credits,
        purpose: Purpose,
        limit: &SpendLimit,
    ) -> Result<Entry, ReserveError> {
        let now = self.now();
        self.write(|transaction| {
            let row = jobs::load(transaction, job)?;
            if row.account != account || !row.state.may_reserve() {
                let expected = "waiting for its request".to_owned();
                return Err(StoreError::StateChanged { job, expected, found: row.state }.into());
            }
            let used = match batches::used_by_batch_of(transaction, &row)? {
                Some(used) => used,
                None => ledger::used_by_run(transaction, row.run)?,
            };
            let state = self.fold(transaction, account)?;
            let (asked, used) = state.against_limit(amount, purpose, used);
            state.can_reserve(asked, limit, used)?;
            let aside = Aside { job: Some(job), ..Aside::default() };
            let entry = ledger::append(transaction, account, now, Event::Reserved { attempt, amount, purpose }, aside)?;
            let change = JobChange { attempt: Some(attempt), ..JobChange::default() };
            jobs::advance(transaction, job, row.state, JobState::Reserved, &change, now)?;
            Ok(entry)
        })
    }

    /// Books a paid and delivered request: charge, receipt, and the job as *settled*. Without a job in the receipt the
    /// charge is booked all the same: the vault knew of a request that the database did not.
    ///
    /// # Errors
    /// [`StoreError::BookedAlready`] when the request was booked before, [`StoreError::StateChanged`] when the job has
    /// moved on.
    pub fn settle(&self, receipt: &ReceiptRow) -> Result<Entry, StoreError> {
        let ReceiptRow { account, job, attempt, charged, basis, width, height, .. } = *receipt;
        let event = Event::Settled { attempt, amount: charged, basis };
        let change = JobChange { charged: Some(charged), width, height, ..JobChange::default() };
        self.write(|transaction| {
            let entry = self.book(transaction, account, event, receipt.service_date)?;
            receipts::insert(transaction, receipt)?;
            if let Some(job) = job {
                self.close(transaction, Booking { account, job, attempt }, JobState::Settled, &change)?;
            }
            Ok(entry)
        })
    }

    /// Books a request that was charged and brought no usable picture; the job becomes *paid, lost*.
    ///
    /// # Errors
    /// As [`Self::settle`].
    pub fn lose(
        &self,
        booking: Booking,
        amount: Credits,
        basis: Source,
        error: Option<&str>,
    ) -> Result<Entry, StoreError> {
        let event = Event::PaidLost { attempt: booking.attempt, amount, basis };
        let change = JobChange { charged: Some(amount), error: error.map(str::to_owned), ..JobChange::default() };
        self.outcome(booking, event, JobState::PaidLost, &change)
    }

    /// Gives a reservation back: the request was certainly not charged. The job moves to `next`.
    ///
    /// # Errors
    /// As [`Self::settle`].
    pub fn release(&self, booking: Booking, next: JobState, error: Option<&str>) -> Result<Entry, StoreError> {
        let change = JobChange { error: error.map(str::to_owned), ..JobChange::default() };
        self.outcome(booking, Event::Released { attempt: booking.attempt }, next, &change)
    }

    /// Notes that the outcome cannot be told; the price stays reserved. The job moves to `next`, as a rule
    /// [`JobState::Unknown`].
    ///
    /// # Errors
    /// As [`Self::settle`].
    pub fn undecide(&self, booking: Booking, next: JobState, error: Option<&str>) -> Result<Entry, StoreError> {
        let change = JobChange { error: error.map(str::to_owned), ..JobChange::default() };
        self.outcome(booking, Event::Undecided { attempt: booking.attempt }, next, &change)
    }

    /// Writes down what the service said of its balance, judges how much it proves, and books what it resolves and what
    /// explains it: used elsewhere, bought, renewed.
    ///
    /// # Errors
    /// When the account does not exist or the database fails.
    pub fn record_balance(&self, account: AccountId, balance: Balance) -> Result<Looked, StoreError> {
        let now = self.now();
        self.write(|transaction| {
            let state = self.fold(transaction, account)?;
            let standing = state.standing_of(balance);
            let resolution = state.resolution_of(balance);
            let resolved = self.resolve(transaction, account, &state, resolution)?;
            let mut found = Vec::new();
            if standing == Standing::Conclusive {
                let plan = plans::current(transaction, account)?.map(|row| row.plan);
                let state = self.fold(transaction, account)?;
                for event in explain(&state, plan.as_ref(), balance, now) {
                    found.push(ledger::append(transaction, account, now, event, Aside::default())?);
                }
            }
            let snapshot = Event::Snapshot { balance, standing };
            let entry = ledger::append(transaction, account, now, snapshot, Aside::default())?;
            Ok(Looked { entry, standing, resolution, resolved, found })
        })
    }

    /// Books the outcome of all open questions, where the balance answers all of them.
    fn resolve(
        &self,
        transaction: &Transaction<'_>,
        account: AccountId,
        state: &AccountState,
        resolution: Option<Resolution>,
    ) -> Result<Vec<AttemptId>, StoreError> {
        let lost = match resolution {
            Some(Resolution::AllReleased) => false,
            Some(Resolution::AllPaidLost) => true,
            Some(Resolution::Booked { .. }) | None => return Ok(Vec::new()),
        };
        let mut resolved = Vec::new();
        for (attempt, reservation) in state.open_questions() {
            let amount = reservation.amount;
            let (event, next) = if lost {
                (Event::PaidLost { attempt, amount, basis: Source::Inferred }, JobState::PaidLost)
            } else {
                (Event::Released { attempt }, JobState::Failed)
            };
            self.book(transaction, account, event, None)?;
            let change = JobChange {
                charged: lost.then_some(amount),
                error: Some(if lost { PAID_LOST } else { NOT_CHARGED }.to_owned()),
                ..JobChange::default()
            };
            let job: Option<JobId> = unknown_job(transaction, attempt)?;
            if let Some(job) = job {
                self.close(transaction, Booking { account, job, attempt }, next, &change)?;
            }
            resolved.push(attempt);
        }
        Ok(resolved)
    }

    /// One outcome: ledger line and job in one transaction.
    fn outcome(&self, booking: Booking, event: Event, next: JobState, change: &JobChange) -> Result<Entry, StoreError> {
        self.write(|transaction| {
            let entry = self.book(transaction, booking.account, event, None)?;
            self.close(transaction, booking, next, change)?;
            Ok(entry)
        })
    }

    fn book(
        &self,
        transaction: &Transaction<'_>,
        account: AccountId,
        event: Event,
        served_at: Option<Timestamp>,
    ) -> Result<Entry, StoreError> {
        let drawn = match event {
            Event::Settled { amount, .. } | Event::PaidLost { amount, .. } => {
                Some(self.drawn(transaction, account, amount)?)
            }
            _ => None,
        };
        let aside = Aside { job: None, served_at: served_at.map(as_stored), drawn };
        ledger::append(transaction, account, self.now(), event, aside).map_err(booked_already)
    }

    /// Which pockets a charge draws from, as far as is believed now.
    fn drawn(&self, transaction: &Transaction<'_>, account: AccountId, amount: Credits) -> Result<DrawnBy, StoreError> {
        let state = self.fold(transaction, account)?;
        let plan = plans::current(transaction, account)?.map(|row| row.plan);
        let split = state.split(plan.as_ref());
        let drawn = state.would_draw(amount);
        let rollover = split.rollover.and(split.month_left).map(|left| drawn.subscription.less(left));
        Ok(DrawnBy {
            subscription: drawn.subscription.less(rollover.unwrap_or_default()),
            rollover,
            payg: drawn.payg,
            enterprise: drawn.enterprise,
            untold: drawn.untold.saturating_add(drawn.uncovered),
        })
    }

    /// Writes down what the user says of the plan (`None`: that there is none any more), and `words`, the ledger lines that
    /// go with it.
    ///
    /// # Errors
    /// When the account does not exist or the database fails.
    pub fn state_plan(
        &self,
        account: AccountId,
        plan: Option<&PlanRow>,
        words: &[Event],
    ) -> Result<Vec<Entry>, StoreError> {
        let now = self.now();
        self.write(|transaction| {
            plans::state(transaction, account, now, plan)?;
            let append = |event: &Event| ledger::append(transaction, account, now, *event, Aside::default());
            Ok(words.iter().map(append).collect::<Result<_, _>>()?)
        })
    }

    /// Moves the job of a booked request on, if the request is still its latest and open.
    fn close(
        &self,
        transaction: &Transaction<'_>,
        booking: Booking,
        next: JobState,
        change: &JobChange,
    ) -> Result<(), StoreError> {
        let job = jobs::load(transaction, booking.job)?;
        let ended_open = job.state == JobState::ServiceEnded;
        if job.attempt != Some(booking.attempt) || !(OPEN.contains(&job.state) || ended_open) {
            let expected = format!("waiting for request {}", booking.attempt);
            return Err(StoreError::StateChanged { job: job.id, expected, found: job.state });
        }
        jobs::advance(transaction, job.id, job.state, next, change, self.now())?;
        Ok(())
    }

    pub(crate) fn folds(&self) -> MutexGuard<'_, HashMap<AccountId, Kept>> {
        self.folds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The job that waits to hear about this request.
fn unknown_job(connection: &Connection, attempt: AttemptId) -> Result<Option<JobId>, StoreError> {
    use rusqlite::OptionalExtension;
    let sql = "SELECT id FROM jobs WHERE attempt = ?1 AND state IN ('unknown', 'service_ended')";
    Ok(connection.query_row(sql, [attempt.to_string()], |row| row.get(0)).optional()?)
}

/// The unique indexes of ledger and receipts speak here: the request was booked before.
fn booked_already(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error() {
        Some(code)
            if code.code == ErrorCode::ConstraintViolation
                && code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE =>
        {
            StoreError::BookedAlready
        }
        _ => error.into(),
    }
}
