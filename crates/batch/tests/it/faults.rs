//! A disk that fails at any one call of the file layer, or from a call on: no credit is lost sight of, nothing half-written
//! gets a final name, and what was paid reaches the folder in the end.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use clearcut_batch::{BatchError, SaveFault};
use clearcut_credits::Credits;
use clearcut_store::JobState;
use clearcut_store::testing::Call;

use crate::bench::{Bench, HEIGHT, WIDTH};
use crate::deaths::until_dead;
use crate::script::Says;

fn bench() -> Bench {
    Bench::new([Says::picture(WIDTH, HEIGHT, "1")])
}

/// How many calls an undisturbed download makes.
async fn calls() -> usize {
    let bench = bench();
    bench.files.clear();
    bench.download(&bench.order("dog.png")).await.unwrap();
    bench.files.calls().len()
}

/// What must be true right after a download whose disk failed.
fn just_after(bench: &Bench, step: &str, error: Option<&BatchError>) {
    bench.money_is_conserved();
    bench.only_whole_results();
    match (bench.script.requests().is_empty(), error) {
        (true, Some(error)) => {
            assert_eq!((bench.paid(), bench.reserved()), (Credits::ZERO, Credits::ZERO), "{step}: {error}");
            assert_eq!(bench.last_job(), JobState::Failed, "{step}: {error}");
        }
        (true, None) => panic!("{step}: saved without a request"),
        (false, Some(BatchError::PaidNotSaved { charged, .. })) => {
            assert_eq!((bench.paid(), bench.last_job()), (*charged, JobState::Settled), "{step}");
        }
        (false, Some(BatchError::PaidLost { charged, .. })) => {
            // Only a disk that fails within the room set aside can do this, while the answer streams in.
            assert!(step.ends_with("head.json") || step.ends_with("write answer.bin"), "{step}");
            assert_eq!((bench.paid(), bench.last_job()), (*charged, JobState::PaidLost), "{step}");
        }
        (false, Some(error)) => {
            // Sent, and the vault failed: nothing is booked yet, and nothing is given back.
            assert_eq!((bench.paid(), bench.reserved()), (Credits::ZERO, Credits::ONE), "{step}: {error}");
            assert_eq!(bench.last_job(), JobState::Sending, "{step}: {error}");
        }
        (false, None) => assert_eq!((bench.paid(), bench.last_job()), (Credits::ONE, JobState::Saved), "{step}"),
    }
}

/// What must be true after the next start.
fn put_right(bench: &Bench, step: &str) {
    bench.money_is_conserved();
    bench.only_whole_results();
    bench.nothing_incoming();
    assert_eq!(bench.reserved(), Credits::ZERO, "{step}");
    assert_eq!(bench.paid(), bench.script.charged(), "{step}");
    let charged = !bench.script.charged().is_zero();
    match bench.last_job() {
        JobState::Saved => assert_eq!((charged, bench.results().len()), (true, 1), "{step}"),
        JobState::Failed => assert_eq!((charged, bench.results().len()), (false, 0), "{step}"),
        // The head of the answer could not be written: charged, and there is no picture.
        JobState::PaidLost => assert!(charged && bench.results().is_empty(), "{step}"),
        state => panic!("{step}: left as {state}"),
    }
}

#[tokio::test]
async fn whichever_single_write_fails_the_books_stay_right_and_the_picture_arrives() {
    for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
        for nth in 0..calls().await {
            let bench = bench();
            bench.files.clear();
            bench.files.fail_nth(nth, kind);
            let result = bench.download(&bench.order("dog.png")).await;
            let step = format!("{kind}: {}", bench.files.briefs()[nth]);
            just_after(&bench, &step, result.as_ref().err());
            let bench = bench.restarted();
            bench.spender.recover().await.unwrap();
            put_right(&bench, &step);
        }
    }
}

#[tokio::test]
async fn wherever_the_process_dies_between_two_writes_the_next_start_puts_everything_right() {
    for nth in 0..calls().await {
        let bench = bench();
        bench.files.clear();
        let dead = Arc::new(AtomicBool::new(false));
        let died = dead.clone();
        bench.files.fail_when(move |number, _| {
            died.fetch_or(number >= nth, Ordering::SeqCst);
            (number >= nth).then_some(ErrorKind::BrokenPipe)
        });
        let order = bench.order("dog.png");
        let ended = until_dead(bench.download(&order), || dead.load(Ordering::SeqCst)).await;
        assert!(ended.is_none());
        let step = format!("dead before {}", bench.files.briefs()[nth]);
        bench.money_is_conserved();
        let bench = bench.restarted();
        bench.spender.recover().await.unwrap();
        bench.only_whole_results();
        bench.nothing_incoming();
        bench.money_is_conserved();
        let state = bench.last_job();
        assert!(!state.is_unfinished(), "{step}: left as {state}");
        assert_eq!(bench.results().len(), usize::from(state == JobState::Saved), "{step}: {state}");
    }
}

#[tokio::test]
async fn a_full_results_disk_leaves_the_picture_paid_and_kept_and_saving_again_is_free() {
    let bench = bench();
    let order = bench.order("dog.png");
    let part = bench.out();
    bench.files.fail_when(move |_, call| match call {
        Call::Write(path, _) if path.starts_with(&part) => Some(ErrorKind::StorageFull),
        _ => None,
    });
    let error = bench.download(&order).await.unwrap_err();
    let BatchError::PaidNotSaved { job, charged, fault: SaveFault::DiskFull { folder }, kept, .. } = error else {
        panic!("{error}");
    };
    assert_eq!((charged, folder), (Credits::ONE, bench.out()));
    assert!(kept.is_file());
    assert!(bench.results().is_empty());
    assert_eq!(bench.last_job(), JobState::Settled);

    bench.files.heal();
    let saved = bench.spender.save_again(job, None, &bench.seen).await.unwrap();
    assert_eq!((saved.output, saved.charged), (order.output.clone(), Credits::ZERO));
    assert_eq!((bench.paid(), bench.script.requests().len()), (Credits::ONE, 1));
    assert_eq!(bench.last_job(), JobState::Saved);
}

#[tokio::test]
async fn a_read_only_results_folder_is_found_before_anything_is_paid() {
    let bench = bench();
    let out = bench.out();
    bench.files.fail_when(move |_, call| match call {
        Call::CreateNew(path) if path.starts_with(&out) => Some(ErrorKind::ReadOnlyFilesystem),
        _ => None,
    });
    let error = bench.download(&bench.order("dog.png")).await.unwrap_err();
    assert!(matches!(error, BatchError::Folder(SaveFault::ReadOnly { .. })), "{error}");
    assert!(bench.script.requests().is_empty());
}

#[tokio::test]
async fn a_full_vault_is_found_before_anything_is_sent() {
    let bench = bench();
    bench.files.fail_when(|_, call| matches!(call, Call::Allocate(..)).then_some(ErrorKind::StorageFull));
    let error = bench.download(&bench.order("dog.png")).await.unwrap_err();
    assert!(matches!(error, BatchError::NoRoom(_)), "{error}");
    assert!(bench.script.requests().is_empty());
    assert_eq!((bench.last_job(), bench.reserved()), (JobState::Failed, Credits::ZERO));
    bench.nothing_incoming();
}

#[tokio::test]
async fn a_name_taken_in_the_meantime_is_left_alone() {
    let bench = bench();
    let order = bench.order("dog.png");
    std::fs::write(&order.output, b"somebody else was quicker").unwrap();
    let finished = bench.download(&order).await.unwrap();
    assert_eq!(finished.output, bench.out().join("dog-cutout-2.png"));
    assert_eq!(std::fs::read(&order.output).unwrap(), b"somebody else was quicker");
    assert_eq!(bench.store.job(finished.job).unwrap().output, finished.output);
}

#[tokio::test]
async fn the_order_of_writes_is_the_vault_first_and_the_name_last() {
    let bench = bench();
    let states = Arc::new(Mutex::new(Vec::new()));
    let (store, seen) = (bench.store.clone(), states.clone());
    bench.files.clear();
    bench.files.fail_when(move |_, call| {
        let state = store.jobs_recent(1).unwrap()[0].state;
        seen.lock().unwrap().push(format!("{state}: {}", call.brief()));
        None
    });
    let finished = bench.download(&bench.order("dog.png")).await.unwrap();
    let written = states.lock().unwrap().clone();
    let at = |line: String| {
        written.iter().position(|call| *call == line).unwrap_or_else(|| panic!("no “{line}” in {written:#?}"))
    };
    let attempt = bench.store.job(finished.job).unwrap().attempt.unwrap();
    let room = at("reserved: allocate answer.bin".to_owned());
    let head = at("sending: sync head.json".to_owned());
    let body = at("sending: sync answer.bin".to_owned());
    let vault = at(format!("sending: rename_new {attempt}"));
    let file = at("settled: rename_new dog-cutout.png".to_owned());
    assert!(room < head && head < body && body < vault && vault < file, "{written:#?}");
}
