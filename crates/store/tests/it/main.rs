//! The store's tests: real SQLite, real files, real second processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod archive;
mod archive_hostile;
mod balances;
mod batches;
mod checkpoints;
mod crash;
mod database;
mod edits;
mod files;
mod full_drive;
mod history;
mod jobs;
mod ledger;
mod migration;
mod notices;
mod plans;
mod runs;
mod sharing;
mod spending;
mod vault;
mod vault_damage;
mod vault_deaths;
mod vault_dropping;
mod vault_keeping;
mod watches;

use std::path::Path;
use std::sync::Arc;

use clearcut_credits::{AttemptId, Balance, Credits, Purpose, Source, SpendLimit};
use clearcut_store::testing::ManualClock;
use clearcut_store::{
    AccountId, AccountRow, Booking, JobChange, JobRow, JobState, ReceiptRow, RunGuard, Store, VaultKey, new_attempt,
};
use jiff::Timestamp;
use tempfile::TempDir;

/// The beginning of every test's world.
fn start() -> Timestamp {
    "2026-11-22T12:00:00.123456789Z".parse().unwrap()
}

fn credits(text: &str) -> Credits {
    text.parse().unwrap()
}

/// A store in a folder of its own, its clock standing still, with the practice account and a run.
struct World {
    store: Store,
    clock: Arc<ManualClock>,
    account: AccountId,
    run: RunGuard,
    dir: TempDir,
}

impl World {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::at(start()));
        let store = Store::open_with(dir.path(), clock.clone()).unwrap();
        let account = AccountId::PRACTICE;
        store.account_put(&account_row(account)).unwrap();
        let run = store.run_begin().unwrap();
        Self { store, clock, account, run, dir }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A planned job of the run.
    fn job(&self) -> JobRow {
        self.store.job_insert(&job(&self.run, self.account)).unwrap()
    }

    /// A job with one credit reserved.
    fn reserved(&self) -> Booking {
        let job = self.job().id;
        let attempt = new_attempt();
        let limit = SpendLimit::NONE;
        self.store.reserve(self.account, job, attempt, Credits::ONE, Purpose::Download, &limit).unwrap();
        Booking { account: self.account, job, attempt }
    }

    /// A job whose request is out.
    fn sending(&self) -> Booking {
        let booking = self.reserved();
        self.store.job_update(booking.job, JobState::Reserved, JobState::Sending, &JobChange::default()).unwrap();
        booking
    }

    fn state_of(&self, booking: Booking) -> JobState {
        self.store.job(booking.job).unwrap().state
    }

    fn reserved_credits(&self) -> Credits {
        self.store.state(self.account).unwrap().reserved()
    }
}

fn account_row(id: AccountId) -> AccountRow {
    AccountRow {
        id,
        label: "Practice account, on this computer".to_owned(),
        profile: "practice".to_owned(),
        prefix: "http://127.0.0.1:8799/v1.0".to_owned(),
        key_tag: None,
        created_at: start(),
    }
}

fn job(run: &RunGuard, account: AccountId) -> JobRow {
    JobRow {
        content: "c0ffee".to_owned(),
        quoted: Credits::ONE,
        ..JobRow::planned(run.id(), account, "/photos/dog.jpg".into(), "/photos/dog-cutout.png".into())
    }
}

/// A receipt for one credit, measured.
fn receipt(booking: Booking) -> ReceiptRow {
    ReceiptRow {
        attempt: booking.attempt,
        account: booking.account,
        job: Some(booking.job),
        at: "2026-11-22T12:00:01Z".parse().unwrap(),
        input_name: "dog.jpg".to_owned(),
        content: "c0ffee".to_owned(),
        options: "size=full".to_owned(),
        charged: Credits::ONE,
        basis: Source::Measured,
        width: Some(512),
        height: Some(512),
        vault_entry: "a/b/c".to_owned(),
        request_id: Some("req-1".to_owned()),
        service_date: Some("2026-11-22T12:00:00Z".parse().unwrap()),
        answer_bytes: Some(2_500_000),
    }
}

fn balance(subscription: &str, payg: &str) -> Balance {
    Balance {
        total: Some(credits(subscription).saturating_add(credits(payg))),
        subscription: Some(credits(subscription)),
        payg: Some(credits(payg)),
        enterprise: Some(Credits::ZERO),
        free_previews: Some(50),
    }
}

fn key() -> VaultKey {
    VaultKey { account: AccountId::PRACTICE, content: "c0ffee".to_owned(), options: "size=full".to_owned() }
}

fn attempt(number: u128) -> AttemptId {
    AttemptId(number)
}
