//! A folder that takes no files, a vault without room: found before anything is paid where that can be, and paid pictures are saved
//! free when it is over.

use std::io::ErrorKind;
use std::time::Duration;

use clearcut_batch::queue::Why;
use clearcut_credits::Credits;
use clearcut_store::testing::Call;
use clearcut_store::{BatchState, JobState};

use crate::script::Script;
use crate::stage::{Stage, credits, names, whole};

fn slow() -> Script {
    Script::always(whole(), "100", "0").taking(Duration::from_secs(10))
}

/// The results' disk is full: files can be made, and not written to.
fn fill(stage: &Stage) {
    let out = stage.bench.out();
    stage.bench.files.fail_when(move |_, call| match call {
        Call::Write(path, _) if path.starts_with(&out) => Some(ErrorKind::StorageFull),
        _ => None,
    });
}

#[tokio::test(start_paused = true)]
async fn a_full_output_folder_pauses_and_going_on_saves_what_was_paid_free() {
    let stage = Stage::new(slow());
    fill(&stage);
    let (batch, jobs) = stage.begin(&names(12), "12");
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(Why::Folder));
    let paid = stage.count(&jobs, JobState::Settled);
    assert!((1..=6).contains(&paid), "{paid}");
    assert_eq!(stage.count(&jobs, JobState::Queued), 12 - paid);
    assert_eq!(stage.bench.paid(), Credits::whole(i64::try_from(paid).unwrap()));
    assert_eq!((stage.runner.status().not_saved, stage.bench.results().len()), (paid, 0));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Paused);

    // Going on while it is still full: what is paid is tried, and it stands still again without a further charge for it.
    let waiting = Credits::whole(i64::try_from(12 - paid).unwrap());
    stage.runner.resume(&[(batch.id, waiting, 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(Why::Folder));
    assert_eq!(stage.bench.paid(), stage.bench.script.charged());

    stage.bench.files.heal();
    let queued = Credits::whole(i64::try_from(stage.count(&jobs, JobState::Queued)).unwrap());
    stage.runner.resume(&[(batch.id, queued, 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.results().len()), (12, 12));
    assert!(stage.sent().values().all(|times| *times == 1), "each was sent once: {:?}", stage.sent());
    assert_eq!(stage.bench.script.charged(), credits("12"));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    assert_eq!(stage.runner.status().not_saved, 0);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_takes_no_files_is_found_before_anything_is_paid() {
    let stage = Stage::new(slow());
    let out = stage.bench.out();
    stage.bench.files.fail_when(move |_, call| match call {
        Call::CreateNew(path) if path.starts_with(&out) => Some(ErrorKind::PermissionDenied),
        _ => None,
    });
    let (batch, jobs) = stage.begin(&names(8), "8");
    stage.runner.at_rest().await;
    assert_eq!((stage.why(), stage.bench.script.requests().len()), (Some(Why::Folder), 0));
    assert_eq!(stage.count(&jobs, JobState::Queued), 8);
    stage.bench.files.heal();
    stage.runner.resume(&[(batch.id, credits("8"), 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (8, credits("8")));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_vault_without_room_pauses_before_anything_is_sent() {
    let stage = Stage::new(slow());
    stage.bench.files.fail_when(|_, call| matches!(call, Call::Allocate(..)).then_some(ErrorKind::StorageFull));
    let (_, jobs) = stage.begin(&names(8), "8");
    stage.runner.at_rest().await;
    assert_eq!((stage.why(), stage.bench.script.requests().len()), (Some(Why::NoRoom), 0));
    assert_eq!((stage.count(&jobs, JobState::Queued), stage.bench.reserved()), (8, Credits::ZERO));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn the_last_picture_of_a_list_that_could_not_be_saved_closes_its_batch_when_it_is_saved() {
    let stage = Stage::new(slow());
    fill(&stage);
    let (batch, jobs) = stage.begin(&names(1), "1");
    stage.runner.at_rest().await;
    assert_eq!(stage.states(&jobs), [JobState::Settled]);
    assert_ne!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    stage.bench.files.heal();
    stage.runner.resume(&[]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.states(&jobs), [JobState::Saved]);
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    let told: Vec<_> = stage.heard.of(jobs[0].id).into_iter().map(|(what, _)| what).collect();
    assert_eq!(told, ["paid_not_saved", "saved"]);
}
