//! Rounds over real files, a real store, a clock that stands still, and a queue that only writes down.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

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
use rstest::rstest;
use tempfile::TempDir;

use super::fate::{PAID_LOST, UNKNOWN};
use super::mind::Mind;
use super::queue::{CAP, Held, STOPPED, Tariff, WatchQueue};
use super::reading::OWN_RESULT;
use super::round::{Round, Rounds};
use crate::intake::Examined;
use crate::problem::{Code, Problem};

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
    async fn enqueue(&self, watch: &WatchRow, pictures: Vec<Examined>, cap: Credits) -> Result<Vec<JobId>, Problem> {
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
            jobs.push(self.store.job_insert(&JobRow { content, quoted, batch: Some(batch), ..planned }).unwrap().id);
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

fn pairs(batches: &[(&str, &str)]) -> Vec<(String, String)> {
    batches.iter().map(|(names, cap)| ((*names).to_owned(), (*cap).to_owned())).collect()
}

#[tokio::test]
async fn files_on_which_two_looks_agree_become_one_batch_the_oldest_first() {
    let mut world = World::new();
    world.put("b.png", 2);
    world.put("a.png", 5);
    assert!(world.round().await.seen.unsteady && world.batches().is_empty());
    world.clock.advance(SignedDuration::from_secs(1));
    world.put("late.png", 9);
    world.round().await;
    world.clock.advance(SignedDuration::from_secs(1));
    world.round().await;
    assert_eq!(world.batches(), pairs(&[("b.png a.png", "2")]));
    world.clock.advance(SignedDuration::from_secs(1));
    let seen = world.round().await.seen;
    assert_eq!(world.batches(), pairs(&[("b.png a.png", "2"), ("late.png", "1")]));
    assert_eq!((seen.waiting, seen.unsteady, seen.used_up), (0, false, false));
}

#[tokio::test]
async fn a_day_costs_no_more_than_its_budget_and_the_rest_is_taken_after_midnight() {
    let mut world = World::new();
    for (name, at) in [("1.png", 1), ("2.png", 2), ("3.png", 3), ("4.png", 4), ("5.png", 5)] {
        world.put(name, at);
    }
    let seen = world.twice().await.seen;
    assert_eq!(world.batches(), pairs(&[("1.png 2.png 3.png", "3")]));
    assert!(seen.used_up && seen.waiting == 2);
    for name in ["1.png", "2.png", "3.png"] {
        world.save(name);
    }
    assert!(world.twice().await.seen.used_up);
    world.clock.advance(SignedDuration::from_hours(12));
    world.twice().await;
    assert_eq!(world.batches()[1..], pairs(&[("4.png 5.png", "2")]));
}

#[tokio::test]
async fn what_waits_from_yesterday_counts_against_today() {
    let mut world = World::new();
    for (name, at) in [("1.png", 1), ("2.png", 2), ("3.png", 3), ("4.png", 4)] {
        world.put(name, at);
    }
    world.twice().await;
    world.save("1.png");
    world.clock.advance(SignedDuration::from_hours(12));
    world.twice().await;
    assert_eq!(world.batches(), pairs(&[("1.png 2.png 3.png", "3"), ("4.png", "1")]), "two of yesterday's still wait");
    world.put("5.png", 5);
    assert!(world.twice().await.seen.used_up);
    assert_eq!(world.queued(), 4);
}

#[tokio::test]
async fn what_is_paid_already_takes_nothing_from_the_budget() {
    let mut world = World::new();
    for (name, at) in [("1.png", 1), ("2.png", 2), ("3.png", 3), ("4.png", 4)] {
        world.put(name, at);
    }
    world.fake.paid.lock().unwrap().extend(["1.png".to_owned(), "3.png".to_owned()]);
    world.twice().await;
    assert_eq!(world.batches(), pairs(&[("1.png 2.png 3.png 4.png", "2")]));
}

#[tokio::test]
async fn after_a_restart_only_what_changed_is_asked_for_again() {
    let mut world = World::new();
    world.put("same.png", 1);
    world.put("changed.png", 2);
    world.put("touched.png", 3);
    world.twice().await;
    for name in ["same.png", "changed.png", "touched.png"] {
        world.save(name);
    }
    let ended = world.round().await.ended;
    assert_eq!(ended.iter().filter(|(row, _)| row.state == WatchFileState::Done).count(), 3);
    let mut world = world.restart();
    world.clock.advance(SignedDuration::from_hours(24));
    world.write("changed.png", 60, &picture(8, 77));
    world.write("touched.png", 61, &picture(8, 3));
    world.twice().await;
    world.twice().await;
    assert_eq!(world.batches()[1..], pairs(&[("changed.png", "1")]));
    assert_eq!(world.state("touched.png"), Some((WatchFileState::Done, None)));
}

#[tokio::test]
async fn a_death_between_queueing_and_writing_it_down_queues_nothing_twice() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.store.watch_files_forget(world.watch.id, &[Path::new("a.png")]).unwrap();
    let mut world = world.restart();
    world.twice().await;
    assert_eq!((world.queued(), world.state("a.png")), (1, Some((WatchFileState::Queued, None))));
    world.save("a.png");
    world.round().await;
    assert_eq!(world.state("a.png"), Some((WatchFileState::Done, None)));
}

#[rstest]
#[case::unknown(JobState::Unknown, None, UNKNOWN, false)]
#[case::paid_and_lost(JobState::PaidLost, None, PAID_LOST, false)]
#[case::failed(JobState::Failed, Some("refused"), "refused", true)]
#[tokio::test]
async fn a_picture_that_failed_is_left_until_its_file_is_touched_and_one_that_may_be_charged_for_ever(
    #[case] state: JobState,
    #[case] code: Option<&str>,
    #[case] error: &str,
    #[case] again: bool,
) {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.move_job("a.png", state, code);
    world.twice().await;
    assert_eq!((world.state("a.png"), world.queued()), (Some((WatchFileState::Failed, Some(error.to_owned()))), 1));
    let mut world = world.restart();
    world.twice().await;
    assert_eq!(world.queued(), 1);
    world.write("a.png", 90, &picture(8, 1));
    world.twice().await;
    assert_eq!(world.queued(), if again { 2 } else { 1 });
}

#[tokio::test]
async fn an_unknown_that_turns_out_saved_is_done() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.move_job("a.png", JobState::Unknown, None);
    world.round().await;
    world.move_job("a.png", JobState::Saved, None);
    let ended = world.round().await.ended;
    assert_eq!((ended.len(), world.state("a.png")), (1, Some((WatchFileState::Done, None))));
}

#[tokio::test]
async fn without_credits_a_watch_waits_for_them_and_loses_nothing() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.put("b.png", 2);
    world.twice().await;
    world.move_job("a.png", JobState::OutOfCredits, None);
    world.move_job("b.png", JobState::OutOfCredits, None);
    let seen = world.twice().await.seen;
    assert_eq!((seen.held, seen.waiting, world.queued()), (Some(Held::OutOfCredits), 2, 2));
    world.clock.advance(SignedDuration::from_hours(5));
    world.twice().await;
    assert_eq!(world.queued(), 2);
    *world.fake.has_credits.lock().unwrap() = true;
    let seen = world.twice().await.seen;
    assert_eq!((seen.held, world.queued()), (None, 4));
}

#[rstest]
#[case(CAP)]
#[case(STOPPED)]
#[tokio::test]
async fn what_was_taken_out_of_the_queue_is_asked_for_again(#[case] error: &str) {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.move_job("a.png", JobState::Skipped, Some(error));
    world.twice().await;
    assert_eq!((world.queued(), world.state("a.png")), (2, Some((WatchFileState::Queued, None))));
    world.move_job("a.png", JobState::Skipped, None);
    world.twice().await;
    let left_out = Some((WatchFileState::SetAside, Some("skipped".to_owned())));
    assert_eq!((world.queued(), world.state("a.png")), (2, left_out));
}

#[tokio::test]
async fn what_is_no_picture_is_read_once_and_set_aside_until_it_changes() {
    let mut world = World::new();
    let whole = picture(8, 5);
    world.write("notes.txt", 1, b"no picture at all");
    world.write("cut.png", 2, &whole[..whole.len() / 2]);
    world.write("huge.png", 3, &picture(60, 3));
    world.write("empty.png", 4, b"");
    let ended = world.twice().await.ended;
    let aside = |error: &str| Some((WatchFileState::SetAside, Some(error.to_owned())));
    assert_eq!(world.state("notes.txt"), aside("not_a_picture"));
    assert_eq!(world.state("cut.png"), aside("damaged_picture"));
    assert_eq!(world.state("huge.png"), aside("too_large"));
    assert_eq!((world.state("empty.png"), ended.len(), world.queued()), (None, 3, 0));
    world.write("cut.png", 5, &whole);
    world.twice().await;
    assert_eq!((world.state("cut.png"), world.queued()), (Some((WatchFileState::Queued, None)), 1));
}

#[tokio::test]
async fn a_result_beside_its_original_is_never_taken_for_one() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.save("a.png");
    world.put("b-cutout.png", 2);
    world.twice().await;
    world.twice().await;
    assert_eq!(world.state("a.cut.png"), Some((WatchFileState::SetAside, Some(OWN_RESULT.to_owned()))));
    assert_eq!((world.state("b-cutout.png"), world.queued()), (None, 1));
}

#[tokio::test]
async fn a_drive_that_goes_and_comes_back_loses_and_repeats_nothing() {
    let mut world = World::new();
    world.put("done.png", 1);
    world.put("queued.png", 2);
    world.twice().await;
    world.save("done.png");
    world.round().await;
    let (folder, unplugged) = (world.path(""), world.home.path().join("unplugged"));
    DiskFiles.rename(&folder, &unplugged);
    assert!(world.round().await.seen.away);
    // The queue met a picture that was not there, and nothing was charged.
    world.move_job("queued.png", JobState::Failed, Some("input_gone"));
    assert!(world.round().await.seen.away);
    // An empty mount point.
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(world.twice().await.seen.waiting, 0);
    std::fs::remove_dir(&folder).unwrap();
    DiskFiles.rename(&unplugged, &folder);
    world.twice().await;
    assert_eq!(world.batches()[1..], pairs(&[("queued.png", "1")]));
    assert_eq!(world.state("done.png"), Some((WatchFileState::Done, None)));
}

trait Unplug {
    fn rename(&self, from: &Path, to: &Path);
}

impl Unplug for DiskFiles {
    fn rename(&self, from: &Path, to: &Path) {
        clearcut_store::Files::rename_new(self, from, to).unwrap();
    }
}

#[tokio::test]
async fn an_original_is_moved_when_its_result_is_saved_and_only_then() {
    let mut world = World::with(|row, home| {
        row.recursive = true;
        row.move_done_to = Some(home.join("in/done"));
    });
    world.put("sub/a.png", 1);
    world.put("b.png", 2);
    world.twice().await;
    world.save("sub/a.png");
    world.move_job("b.png", JobState::Unknown, None);
    world.round().await;
    assert!(world.path("done/sub/a.png").exists() && !world.path("sub/a.png").exists());
    assert!(world.path("b.png").exists());
    let mut world = world.restart();
    world.twice().await;
    assert_eq!(world.queued(), 2, "what was moved within the folder is not taken again");
}

#[tokio::test]
async fn a_paused_watch_takes_nothing_and_still_hears_what_became_of_the_rest() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.watch.paused = true;
    world.put("b.png", 2);
    world.save("a.png");
    world.twice().await;
    assert_eq!((world.queued(), world.state("a.png")), (1, Some((WatchFileState::Done, None))));
    world.watch.paused = false;
    world.twice().await;
    assert_eq!(world.queued(), 2);
}

#[tokio::test]
async fn a_queue_in_trouble_is_asked_again_after_a_minute_and_another_account_at_once_when_it_is_back() {
    let mut world = World::new();
    world.put("a.png", 1);
    *world.fake.refuse.lock().unwrap() = Some(Problem::new(Code::StoreTrouble, "Busy.", ""));
    assert!(matches!(world.twice().await.seen.held, Some(Held::Trouble(_))));
    *world.fake.refuse.lock().unwrap() = None;
    assert!(world.twice().await.seen.held.is_some());
    *world.fake.held.lock().unwrap() = Some(Held::OtherAccount);
    world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(world.twice().await.seen.held, Some(Held::OtherAccount));
    *world.fake.held.lock().unwrap() = None;
    assert_eq!(world.twice().await.seen.held, None);
    assert_eq!(world.queued(), 1);
}

#[tokio::test]
async fn a_folder_of_hundreds_is_read_in_parts() {
    let mut world = World::with(|row, _| row.budget = Credits::whole(1_000));
    for number in 0..130_u8 {
        world.put(&format!("{number}.png"), number);
    }
    assert!(world.twice().await.seen.more);
    assert!(world.round().await.seen.more);
    assert!(!world.round().await.seen.more);
    let sizes: Vec<_> = world.fake.batches.lock().unwrap().iter().map(|(names, _)| names.len()).collect();
    assert_eq!(sizes, [64, 64, 2]);
}
