//! Watched folders: what was handled is known after a restart, and what was spent is counted by the day.

use std::path::{Path, PathBuf};

use clearcut_credits::{Credits, Purpose, SpendLimit};
use clearcut_store::{
    Booking, Clock, JobChange, JobRow, JobState, Outlay, ReceiptRow, Store, StoreError, WatchCounts, WatchFileRow,
    WatchFileState, WatchId, WatchRow, new_attempt,
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use crate::{World, credits, job, receipt, start};

fn watch(world: &World) -> WatchRow {
    world.store.watch_insert(&WatchRow::new(world.account, "/photos/in".into(), credits("50"))).unwrap()
}

fn file(watch: WatchId, path: &str, state: WatchFileState) -> WatchFileRow {
    WatchFileRow {
        watch,
        path: path.into(),
        size: 1_234,
        mtime: "2026-11-20T08:00:00.123456Z".parse().unwrap(),
        content: Some("c0ffee".to_owned()),
        state,
        job: None,
        error: None,
        updated_at: start(),
    }
}

/// A batch of the watch with one job at one credit.
fn queued(world: &World, watch: &WatchRow) -> JobRow {
    let batch = clearcut_store::BatchId::new();
    let stranger = Connection::open(world.path().join("clearcut.db")).unwrap();
    stranger
        .execute(
            "INSERT INTO batches (id, account, origin, label, state, agreed, never_payg, before_payg, created_at_us, updated_at_us)
             VALUES (?1, ?2, ?3, 'in', 'running', 0, 0, 0, 0, 0)",
            [batch.to_string(), world.account.to_string(), watch.origin()],
        )
        .unwrap();
    let row = JobRow { batch: Some(batch), input: "/photos/in/dog.jpg".into(), ..job(&world.run, world.account) };
    world.store.job_insert(&row).unwrap()
}

fn reserve(world: &World, job: &JobRow) -> Booking {
    let attempt = new_attempt();
    let limit = SpendLimit::NONE;
    world.store.reserve(world.account, job.id, attempt, Credits::ONE, Purpose::Download, &limit).unwrap();
    Booking { account: world.account, job: job.id, attempt }
}

fn outlay(world: &World, watch: &WatchRow, since: Timestamp) -> (Credits, Credits) {
    let Outlay { spent, promised } = world.store.watch_outlay(watch.id, since).unwrap();
    (spent, promised)
}

#[test]
fn a_watch_comes_back_as_it_went_in_and_as_it_was_changed() {
    let world = World::new();
    let row = WatchRow {
        recursive: true,
        options_json: r#"{"size":"full"}"#.to_owned(),
        output: Some("/photos/out ü".into()),
        move_done_to: Some("/photos/done".into()),
        ..WatchRow::new(world.account, "/photos/in".into(), credits("0.25"))
    };
    let written = world.store.watch_insert(&row).unwrap();
    assert_eq!(world.store.watch(row.id).unwrap(), WatchRow { created_at: written.created_at, ..row });
    let changed = WatchRow { paused: true, budget: credits("7"), output: None, ..written };
    world.store.watch_change(&changed).unwrap();
    assert_eq!(Store::open(world.path()).unwrap().watches().unwrap(), [changed]);
}

#[test]
fn there_is_no_watch_without_a_budget() {
    let world = World::new();
    let row = watch(&world);
    for budget in [Credits::ZERO, credits("-1")] {
        let free = WatchRow::new(world.account, "/photos".into(), budget);
        assert!(matches!(world.store.watch_insert(&free), Err(StoreError::Sqlite(_))));
        assert!(matches!(world.store.watch_change(&WatchRow { budget, ..row.clone() }), Err(StoreError::Sqlite(_))));
    }
    assert_eq!(world.store.watches().unwrap(), [row]);
}

#[test]
fn what_was_handled_is_known_after_a_restart_and_forgotten_with_the_watch() {
    let world = World::new();
    let watch = watch(&world);
    let files = [
        WatchFileRow { job: Some(world.job().id), ..file(watch.id, "a.jpg", WatchFileState::Queued) },
        file(watch.id, "sub/b.jpg", WatchFileState::Done),
        WatchFileRow {
            content: None,
            error: Some("damaged".into()),
            ..file(watch.id, "c.jpg", WatchFileState::SetAside)
        },
    ];
    world.store.watch_files_put(&files).unwrap();
    let store = Store::open(world.path()).unwrap();
    let mut found = store.watch_files(watch.id).unwrap();
    found.iter_mut().for_each(|file| file.updated_at = start());
    found.sort_by(|one, other| one.path.file_name().cmp(&other.path.file_name()));
    assert_eq!(found, files);
    assert_eq!(store.watch_counts(watch.id).unwrap(), WatchCounts { queued: 1, done: 1, failed: 0, set_aside: 1 });
    store.watch_files_forget(watch.id, &[Path::new("c.jpg")]).unwrap();
    assert_eq!(store.watch_files(watch.id).unwrap().len(), 2);
    store.watch_remove(watch.id).unwrap();
    assert_eq!((store.watches().unwrap(), store.watch_files(watch.id).unwrap()), (vec![], vec![]));
}

#[test]
fn a_file_has_one_row_which_its_latest_version_takes() {
    let world = World::new();
    let watch = watch(&world);
    world.store.watch_files_put(&[file(watch.id, "a.jpg", WatchFileState::Done)]).unwrap();
    let later = WatchFileRow { size: 9, ..file(watch.id, "a.jpg", WatchFileState::Failed) };
    world.clock.advance(SignedDuration::from_secs(1));
    world.store.watch_files_put(&[later, file(watch.id, "b.jpg", WatchFileState::Done)]).unwrap();
    let recent = world.store.watch_files_recent(watch.id, 10).unwrap();
    let brief: Vec<_> = recent.iter().map(|file| (file.path.clone(), file.size, file.state)).collect();
    let expected = [("a.jpg", 9, WatchFileState::Failed), ("b.jpg", 1_234, WatchFileState::Done)];
    assert_eq!(brief, expected.map(|(path, size, state)| (PathBuf::from(path), size, state)));
}

#[test]
fn files_whose_job_is_open_come_with_it() {
    let world = World::new();
    let watch = watch(&world);
    let (open, saved) = (world.job().id, world.job().id);
    let files = [
        WatchFileRow { job: Some(open), ..file(watch.id, "a.jpg", WatchFileState::Queued) },
        WatchFileRow { job: Some(saved), ..file(watch.id, "b.jpg", WatchFileState::Done) },
        file(watch.id, "c.jpg", WatchFileState::SetAside),
    ];
    world.store.watch_files_put(&files).unwrap();
    let found = world.store.watch_files_open(watch.id).unwrap();
    assert_eq!(found.iter().map(|(_, job)| job.id).collect::<Vec<_>>(), [open]);
}

#[test]
fn of_two_processes_one_looks_after_a_folder() {
    let world = World::new();
    let (one, other) = (watch(&world), watch(&world));
    let held = world.store.watch_guard(one.id).unwrap();
    let second = Store::open(world.path()).unwrap();
    assert!(held.is_some() && second.watch_guard(one.id).unwrap().is_none());
    assert!(second.watch_guard(other.id).unwrap().is_some());
    drop(held);
    assert!(second.watch_guard(one.id).unwrap().is_some());
}

#[test]
fn what_waits_is_promised_and_what_is_reserved_or_charged_is_spent() {
    let world = World::new();
    let watch = watch(&world);
    let day = world.clock.now();
    let job = queued(&world, &watch);
    assert_eq!(outlay(&world, &watch, day), (Credits::ZERO, Credits::ONE));
    let booking = reserve(&world, &job);
    assert_eq!(outlay(&world, &watch, day), (Credits::ONE, Credits::ZERO));
    world.store.job_update(job.id, JobState::Reserved, JobState::Sending, &JobChange::default()).unwrap();
    world.store.settle(&ReceiptRow { charged: credits("0.5"), ..receipt(booking) }).unwrap();
    assert_eq!(outlay(&world, &watch, day), (credits("0.5"), Credits::ZERO));
}

#[test]
fn what_was_released_is_not_spent_and_what_nobody_knows_is() {
    let world = World::new();
    let watch = watch(&world);
    let day = world.clock.now();
    let (one, other) = (reserve(&world, &queued(&world, &watch)), reserve(&world, &queued(&world, &watch)));
    world.store.release(one, JobState::Failed, None).unwrap();
    world.store.job_update(other.job, JobState::Reserved, JobState::Sending, &JobChange::default()).unwrap();
    world.store.undecide(other, JobState::Unknown, None).unwrap();
    assert_eq!(outlay(&world, &watch, day), (Credits::ONE, Credits::ZERO));
}

#[test]
fn a_day_ends_at_midnight_and_other_watches_and_runs_do_not_count() {
    let world = World::new();
    let (one, other) = (watch(&world), watch(&world));
    reserve(&world, &queued(&world, &one));
    reserve(&world, &queued(&world, &other));
    world.reserved();
    world.clock.advance(SignedDuration::from_hours(1));
    let midnight = world.clock.now();
    assert_eq!(outlay(&world, &one, midnight), (Credits::ZERO, Credits::ZERO));
    reserve(&world, &queued(&world, &one));
    assert_eq!(outlay(&world, &one, midnight), (Credits::ONE, Credits::ZERO));
    assert_eq!(outlay(&world, &one, start()), (Credits::whole(2), Credits::ZERO));
}

#[test]
fn a_job_that_was_queued_before_a_death_is_found_by_its_picture() {
    let world = World::new();
    let (one, other) = (watch(&world), watch(&world));
    let job = queued(&world, &one);
    let find = |watch: &WatchRow, input: &str, content: &str| {
        world.store.watch_job(watch.id, Path::new(input), content).unwrap().map(|job| job.id)
    };
    assert_eq!(find(&one, "/photos/in/dog.jpg", "c0ffee"), Some(job.id));
    assert_eq!(find(&one, "/photos/in/dog.jpg", "decaf"), None);
    assert_eq!(find(&one, "/photos/in/cat.jpg", "c0ffee"), None);
    assert_eq!(find(&other, "/photos/in/dog.jpg", "c0ffee"), None);
}

#[test]
fn a_result_is_known_by_its_place() {
    let world = World::new();
    let job = world.job();
    assert!(world.store.is_output(&job.output).unwrap());
    assert!(!world.store.is_output(&job.input).unwrap());
}
