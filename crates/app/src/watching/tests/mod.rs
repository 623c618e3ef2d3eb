//! The world of the rounds' tests: real files, a real store, a clock that stands still, and a queue that only writes down.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod rounds;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use clearcut_credits::{Credits, Purpose, Source, SpendLimit};
use clearcut_imaging::{EncodeOptions, OutputFormat, Rgba, encode_to_vec};
use clearcut_store::testing::ManualClock;
use clearcut_store::{
    AccountId, AccountRow, BatchId, Clock as _, DiskFiles, JobChange, JobId, JobRow, JobState, ReceiptRow, RunGuard,
    Store, WatchFileState, WatchId, WatchRow, new_attempt,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::mind::Mind;
use super::queue::{Held, Tariff, WatchQueue};
use super::round::{Round, Rounds};
use crate::intake::Examined;
use crate::problem::Problem;

/// A queue that writes batches down and sends nothing.
struct Fake {
    home: PathBuf,
    store: Arc<Store>,
    run: RunGuard,
    batches: Mutex<Vec<(Vec<String>, Credits)>>,
    refuse: Mutex<Option<Problem>>,
    held: Mutex<Option<Held>>,
    has_credits: Mutex<bool>,
    paid: Mutex<Vec<String>>,
}

#[async_trait]
impl WatchQueue for Fake {
    async fn enqueue(
        &self,
        watch: &WatchRow,
        pictures: Vec<Examined>,
        cap: Credits,
    ) -> Result<Vec<Option<JobId>>, Problem> {
        if let Some(problem) = self.refuse.lock().unwrap().clone() {
            return Err(problem);
        }
        let batch = BatchId::new();
        rusqlite::Connection::open(self.home.join("data/clearcut.db"))
            .unwrap()
            .execute(
                "INSERT INTO batches (id, account, origin, label, state, agreed, never_payg, before_payg, created_at_us,
                                      updated_at_us)
                 VALUES (?1, ?2, ?3, 'in', 'running', ?4, 0, 0, 0, 0)",
                rusqlite::params![batch.to_string(), watch.account.to_string(), watch.origin(), cap.micros()],
            )
            .unwrap();
        let mut jobs = Vec::new();
        for picture in &pictures {
            let output = picture.path.with_extension("cut.png");
            let planned = JobRow::planned(self.run.id(), watch.account, picture.path.clone(), output);
            let content = picture.content.as_str().to_owned();
            let quoted = self.price(picture);
            let job = JobRow { content, quoted, batch: Some(batch), ..planned };
            jobs.push(Some(self.store.job_insert(&job).unwrap().id));
        }
        let names = pictures.iter().map(|picture| crate::intake::file_name(&picture.path)).collect();
        self.batches.lock().unwrap().push((names, cap));
        Ok(jobs)
    }

    async fn pause(&self, _: WatchId) -> Result<(), Problem> {
        Ok(())
    }

    async fn resume(&self, _: WatchId) -> Result<(), Problem> {
        Ok(())
    }

    async fn stop(&self, _: WatchId) -> Result<(), Problem> {
        Ok(())
    }
}

#[async_trait]
impl Tariff for Fake {
    fn may_spend(&self, _: &WatchRow) -> Result<(), Held> {
        self.held.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    async fn prices(&self, _: &WatchRow, pictures: &[Examined]) -> Result<Vec<Option<Credits>>, Held> {
        Ok(pictures.iter().map(|picture| (picture.probe.width < 50).then(|| self.price(picture))).collect())
    }

    fn has_credits_again(&self, _: &WatchRow, _: Timestamp) -> bool {
        *self.has_credits.lock().unwrap()
    }
}

impl Fake {
    fn price(&self, picture: &Examined) -> Credits {
        let paid = self.paid.lock().unwrap().contains(&crate::intake::file_name(&picture.path));
        if paid { Credits::ZERO } else { Credits::ONE }
    }
}

struct World {
    home: TempDir,
    store: Arc<Store>,
    clock: Arc<ManualClock>,
    fake: Arc<Fake>,
    watch: WatchRow,
    mind: Mind,
}

impl World {
    fn new() -> Self {
        Self::with(|_, _| ())
    }

    /// A watch of `in` for three credits a day, changed by `change`, which gets the home folder, too.
    fn with(change: impl FnOnce(&mut WatchRow, &Path)) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("in")).unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-25T12:00:00Z".parse().unwrap()));
        let store = Arc::new(Store::open_with(&home.path().join("data"), clock.clone()).unwrap());
        let account = AccountRow {
            id: AccountId::PRACTICE,
            label: "Practice".to_owned(),
            profile: "practice".to_owned(),
            prefix: "http://127.0.0.1:8799/v1.0".to_owned(),
            key_tag: None,
            created_at: clock.now(),
        };
        store.account_put(&account).unwrap();
        let mut watch = WatchRow::new(AccountId::PRACTICE, home.path().join("in"), Credits::whole(3));
        change(&mut watch, home.path());
        let watch = store.watch_insert(&watch).unwrap();
        let fake = Fake {
            home: home.path().to_owned(),
            run: store.run_begin().unwrap(),
            store: Arc::clone(&store),
            batches: Mutex::default(),
            refuse: Mutex::default(),
            held: Mutex::default(),
            has_credits: Mutex::new(false),
            paid: Mutex::default(),
        };
        let mind = Mind::of(&store, watch.id).unwrap().unwrap();
        Self { home, store, clock, fake: Arc::new(fake), watch, mind }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("in").join(name)
    }

    /// A picture of its own, changed `at` seconds after the day began.
    fn put(&self, name: &str, at: u8) {
        self.write(name, at, &picture(8, at));
    }

    fn write(&self, name: &str, at: u8, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let modified = Timestamp::from_second(1_790_000_000 + i64::from(at)).unwrap();
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified.into()).unwrap();
    }

    async fn round(&mut self) -> Round {
        let rounds = Rounds {
            store: Arc::clone(&self.store),
            files: Arc::new(DiskFiles),
            clock: self.clock.clone(),
            zone: TimeZone::UTC,
            queue: self.fake.clone(),
            tariff: self.fake.clone(),
        };
        rounds.round(&self.watch, &mut self.mind).await.unwrap()
    }

    /// A look, two seconds, and another one.
    async fn twice(&mut self) -> Round {
        let first = self.round().await;
        self.clock.advance(SignedDuration::from_secs(2));
        let mut second = self.round().await;
        second.ended.splice(0..0, first.ended);
        second
    }

    /// The process ends here and another one begins.
    fn restart(mut self) -> Self {
        // The old mind's lock goes first.
        let lone = self.store.watch_insert(&WatchRow::new(AccountId::PRACTICE, "/lone".into(), Credits::ONE)).unwrap();
        self.mind = Mind::of(&self.store, lone.id).unwrap().unwrap();
        self.mind = Mind::of(&self.store, self.watch.id).unwrap().unwrap();
        self
    }

    fn batches(&self) -> Vec<(String, String)> {
        let batches = self.fake.batches.lock().unwrap();
        batches.iter().map(|(names, cap)| (names.join(" "), cap.to_string())).collect()
    }

    fn queued(&self) -> usize {
        self.fake.batches.lock().unwrap().iter().map(|(names, _)| names.len()).sum()
    }

    fn job(&self, name: &str) -> JobRow {
        let rows = self.store.watch_files(self.watch.id).unwrap();
        let row = rows.iter().find(|row| row.path == Path::new(name)).unwrap();
        self.store.job(row.job.unwrap()).unwrap()
    }

    fn state(&self, name: &str) -> Option<(WatchFileState, Option<String>)> {
        let rows = self.store.watch_files(self.watch.id).unwrap();
        rows.into_iter().find(|row| row.path == Path::new(name)).map(|row| (row.state, row.error))
    }

    fn move_job(&self, name: &str, next: JobState, error: Option<&str>) {
        let job = self.job(name);
        let change = JobChange { error: error.map(str::to_owned), ..JobChange::default() };
        self.store.job_update(job.id, job.state, next, &change).unwrap();
    }

    /// Pays for a picture and saves it.
    fn save(&self, name: &str) {
        let (job, attempt) = (self.job(name), new_attempt());
        let limit = SpendLimit::NONE;
        self.store.reserve(job.account, job.id, attempt, job.quoted, Purpose::Download, &limit).unwrap();
        let receipt = ReceiptRow {
            attempt,
            account: job.account,
            job: Some(job.id),
            at: self.clock.now(),
            input_name: name.to_owned(),
            content: job.content.clone(),
            options: String::new(),
            charged: job.quoted,
            basis: Source::Measured,
            width: Some(8),
            height: Some(8),
            vault_entry: String::new(),
            request_id: None,
            service_date: None,
            answer_bytes: None,
        };
        self.store.settle(&receipt).unwrap();
        std::fs::write(&job.output, picture(8, 200)).unwrap();
        self.move_job(name, JobState::Saved, None);
    }
}

fn picture(width: u32, colour: u8) -> Vec<u8> {
    let picture = Rgba::filled(width, 8, [colour, 20, 30, 255]);
    encode_to_vec(&picture, OutputFormat::Png, &EncodeOptions::default()).unwrap()
}
