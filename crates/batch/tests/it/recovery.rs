//! The next start, case by case: what it finds, what it does, and what it leaves for the user.

use std::io::ErrorKind;

use clearcut_batch::BatchError;
use clearcut_credits::{Credits, Purpose, SpendLimit};
use clearcut_store::testing::Call;
use clearcut_store::{AccountId, JobChange, JobRow, JobState, StoredHead, VaultKey, new_attempt};

use crate::bench::{Bench, HEIGHT, WIDTH};
use crate::script::{Says, cutout};

/// A job in the given state, whose run is dead.
fn dead_job(bench: &Bench, state: JobState) -> JobRow {
    let order = bench.order("dog.png");
    let run = bench.store.run_begin().unwrap();
    let planned = JobRow {
        content: order.content.to_string(),
        options_json: r#"{"service":"size=full&format=zip","format":"png"}"#.to_owned(),
        quoted: Credits::ONE,
        ..JobRow::planned(run.id(), AccountId::PRACTICE, order.input, order.output)
    };
    let job = bench.store.job_insert(&planned).unwrap();
    let attempt = new_attempt();
    if state != JobState::Planned {
        let limit = SpendLimit::NONE;
        bench.store.reserve(job.account, job.id, attempt, Credits::ONE, Purpose::Download, &limit).unwrap();
    }
    if state == JobState::Sending {
        bench.store.job_update(job.id, JobState::Reserved, JobState::Sending, &JobChange::default()).unwrap();
    }
    bench.store.job(job.id).unwrap()
}

fn key(job: &JobRow) -> VaultKey {
    VaultKey { account: job.account, content: job.content.clone(), options: "size=full&format=zip".to_owned() }
}

#[tokio::test]
async fn what_was_only_planned_or_reserved_is_given_back() {
    for state in [JobState::Planned, JobState::Reserved] {
        let bench = Bench::new([]);
        let job = dead_job(&bench, state);
        let found = bench.spender.recover().await.unwrap();
        assert_eq!((found[0].was, found[0].now), (state, JobState::Failed));
        assert_eq!(bench.store.job(job.id).unwrap().error.as_deref(), Some("interrupted"));
        assert_eq!(bench.reserved(), Credits::ZERO);
    }
}

#[tokio::test]
async fn what_was_being_sent_is_undecided() {
    let bench = Bench::new([]);
    dead_job(&bench, JobState::Sending);
    let found = bench.spender.recover().await.unwrap();
    assert_eq!((found[0].was, found[0].now), (JobState::Sending, JobState::Unknown));
    assert_eq!(bench.reserved(), Credits::ONE);
}

#[tokio::test]
async fn a_charge_in_the_head_of_a_cut_off_answer_is_booked_and_the_head_is_kept() {
    let bench = Bench::new([]);
    let job = dead_job(&bench, JobState::Sending);
    let attempt = job.attempt.unwrap();
    let mut incoming = bench.vault.begin(&key(&job), attempt, 10_000).unwrap();
    let head = StoredHead::new(&key(&job), attempt, "2026-11-22T12:00:00Z".parse().unwrap());
    let head = StoredHead { charged: Some("1".to_owned()), content_length: Some(5_000), status: 200, ..head };
    incoming.write_head(&head).unwrap();
    incoming.write(b"PK").unwrap();
    drop(incoming);

    let found = bench.spender.recover().await.unwrap();
    assert_eq!((found[0].now, found[0].charged), (JobState::PaidLost, Credits::ONE));
    assert_eq!((bench.paid(), bench.reserved(), bench.set_aside()), (Credits::ONE, Credits::ZERO, 1));
    bench.nothing_incoming();
}

#[tokio::test]
async fn a_whole_answer_that_was_never_booked_is_adopted_and_saved() {
    for renamed in [true, false] {
        let bench = Bench::new([]);
        let job = dead_job(&bench, JobState::Sending);
        let attempt = job.attempt.unwrap();
        let body = cutout(WIDTH, HEIGHT);
        let mut incoming = bench.vault.begin(&key(&job), attempt, 100_000).unwrap();
        let head = StoredHead::new(&key(&job), attempt, "2026-11-22T12:00:00Z".parse().unwrap());
        let length = Some(body.len() as u64);
        incoming.write_head(&StoredHead { charged: Some("1".to_owned()), content_length: length, ..head }).unwrap();
        incoming.write(&body).unwrap();
        if !renamed {
            bench.files.fail_when(|_, call| matches!(call, Call::RenameNew(..)).then_some(ErrorKind::BrokenPipe));
        }
        assert_eq!(incoming.commit().is_ok(), renamed);
        bench.files.heal();

        let found = bench.spender.recover().await.unwrap();
        assert_eq!((found[0].now, found[0].charged), (JobState::Saved, Credits::ONE));
        assert_eq!(found[0].output.as_deref(), Some(job.output.as_path()));
        assert_eq!((bench.paid(), bench.reserved()), (Credits::ONE, Credits::ZERO));
        assert_eq!(bench.results(), ["dog-cutout.png"]);
    }
}

#[tokio::test]
async fn a_paid_picture_whose_folder_still_takes_no_files_is_left_for_the_user() {
    let bench = Bench::new([Says::picture(WIDTH, HEIGHT, "1")]);
    let full = |bench: &Bench| {
        let out = bench.out();
        bench.files.fail_when(move |_, call| match call {
            Call::Write(path, _) if path.starts_with(&out) => Some(ErrorKind::StorageFull),
            _ => None,
        });
    };
    full(&bench);
    bench.download(&bench.order("dog.png")).await.unwrap_err();
    let bench = bench.restarted();
    full(&bench);
    let found = bench.spender.recover().await.unwrap();
    assert!(matches!(found[0].fault, Some(BatchError::PaidNotSaved { .. })), "{found:?}");
    assert_eq!(found[0].now, JobState::Settled);

    let bench = bench.restarted();
    let found = bench.spender.recover().await.unwrap();
    assert_eq!(found[0].now, JobState::Saved);
    assert_eq!((bench.results().len(), bench.paid()), (1, Credits::ONE));
}

#[tokio::test]
async fn a_run_that_is_alive_is_not_touched() {
    let bench = Bench::new([]);
    let run = bench.store.run_begin().unwrap();
    let job = JobRow::planned(run.id(), AccountId::PRACTICE, "dog.png".into(), "out/dog.png".into());
    let job = bench.store.job_insert(&job).unwrap();
    assert!(bench.spender.recover().await.unwrap().is_empty());
    assert_eq!(bench.store.job(job.id).unwrap().state, JobState::Planned);
}

#[tokio::test]
async fn a_saved_file_whose_row_was_not_written_is_recognised_by_its_bytes() {
    let bench = Bench::new([Says::picture(WIDTH, HEIGHT, "1")]);
    let finished = bench.download(&bench.order("dog.png")).await.unwrap();
    // As if the process had died between the rename and the row.
    let run = bench.store.run_begin().unwrap();
    let saved = bench.store.job(finished.job).unwrap();
    let settled =
        JobRow { id: clearcut_store::JobId::new(), run: run.id(), state: JobState::Settled, attempt: None, ..saved };
    bench.store.job_insert(&settled).unwrap();
    drop(run);
    let found = bench.spender.recover().await.unwrap();
    assert_eq!((found[0].now, found[0].output.as_deref()), (JobState::Saved, Some(finished.output.as_path())));
    assert_eq!(bench.results(), ["dog-cutout.png"]);
}

#[tokio::test]
async fn an_answer_no_job_knows_of_is_booked() {
    let bench = Bench::new([]);
    let attempt = new_attempt();
    let key = VaultKey { account: AccountId::PRACTICE, content: "ab".repeat(32), options: "size=full".to_owned() };
    let mut incoming = bench.vault.begin(&key, attempt, 100_000).unwrap();
    let head = StoredHead::new(&key, attempt, "2026-11-22T12:00:00Z".parse().unwrap());
    incoming.write_head(&StoredHead { charged: Some("1".to_owned()), ..head }).unwrap();
    incoming.write(&cutout(WIDTH, HEIGHT)).unwrap();
    incoming.commit().unwrap();
    bench.spender.recover().await.unwrap();
    assert_eq!(bench.paid(), Credits::ONE);
    assert!(bench.store.receipt(attempt).unwrap().is_some());
    bench.spender.recover().await.unwrap();
    assert_eq!(bench.paid(), Credits::ONE, "and only once");
}
