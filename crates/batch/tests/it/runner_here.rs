//! Pictures that an agreement leaves to this computer: free, never sent, and there again after a death.

use std::sync::Arc;

use clearcut_batch::{Agreement, BatchError, Estimate, OnDevice, Order};
use clearcut_credits::Credits;
use clearcut_imaging::{Background, Look, OutputFormat, apply, encode_to_vec};
use clearcut_matting::{Matter, MattingOptions};
use clearcut_store::{BatchState, DiskFiles, JobChange, JobRow, JobState};

use crate::bench::Bench;
use crate::script::{Script, disc};
use crate::stage::{Stage, credits, names, whole};

fn on_device() -> OnDevice {
    OnDevice::new(Arc::new(Matter::new(MattingOptions::default()).unwrap()), Arc::new(DiskFiles))
}

/// The order for an orange disc on white paper.
fn disc_order(bench: &Bench, name: &str) -> Order {
    let picture = apply(disc(64, 48), &Look { background: Background::Colour([255; 3]) });
    let input = bench.home.path().join(name);
    std::fs::write(&input, encode_to_vec(&picture, OutputFormat::Png, &Default::default()).unwrap()).unwrap();
    bench.order_of(&input)
}

/// A list of two that are sent and two that are cut out here; the rows of the latter.
fn begun() -> (Stage, Vec<JobRow>, Vec<JobRow>) {
    let stage = Stage::new(Script::always(whole(), "100", "0"));
    let here = ["disc-1.png", "disc-2.png"].map(|name| disc_order(&stage.bench, name)).to_vec();
    let (_, mut sent) = stage.begin_with(&names(2), "2", |agreement| Agreement { here, ..agreement });
    let here = sent.split_off(2);
    (stage, sent, here)
}

fn nothing_to_send(stage: &Stage, jobs: &[JobRow]) -> Estimate {
    let orders: Vec<Order> = stage.bench.spender.waiting(jobs).into_iter().map(|waiting| waiting.order).collect();
    assert!(orders.is_empty(), "{orders:?}");
    stage.bench.spender.estimate_waiting(&orders).unwrap()
}

#[tokio::test(start_paused = true)]
async fn they_are_saved_free_and_close_their_batch() {
    let (stage, sent, here) = begun();
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&sent, JobState::Saved), stage.count(&here, JobState::Queued)), (2, 2));
    let batch = here[0].batch.unwrap();
    assert_eq!(stage.bench.store.batch(batch).unwrap().state, BatchState::Running, "something of it waits");
    for job in &here {
        stage.runner.cut_out_here(job.id, &on_device(), &|| false).unwrap();
    }
    stage.runner.has_heard().await;
    assert_eq!(stage.count(&here, JobState::Saved), 2);
    assert_eq!(stage.bench.store.batch(batch).unwrap().state, BatchState::Closed);
    assert_eq!((stage.bench.script.charged(), stage.bench.script.requests().len()), (credits("2"), 2));
    let twice = stage.runner.cut_out_here(here[0].id, &on_device(), &|| false);
    assert!(twice.is_err(), "{twice:?}");
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn after_a_death_they_are_offered_for_nothing_and_done() {
    let (stage, sent, here) = begun();
    stage.runner.at_rest().await;
    // It dies after the first of them got its name, and before that was written down.
    let done = stage.runner.cut_out_here(here[0].id, &on_device(), &|| false).unwrap();
    let undone = JobChange::default();
    stage.bench.store.job_update(here[0].id, JobState::Saved, JobState::Planned, &undone).unwrap();
    // A driver that is dropped gives its lock up a moment later; this one has by now.
    stage.runner.close().await;
    let stage = stage.restarted().await;
    stage.bench.spender.recover().await.unwrap();
    let offered = stage.bench.spender.offered().unwrap();
    assert_eq!((offered.len(), offered[0].waiting().count()), (1, 2));
    let estimate = nothing_to_send(&stage, &offered[0].jobs);
    stage.runner.adopt(&offered[0].batch, (Credits::ZERO, 0, false), &estimate).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.bench.script.requests().len(), 2, "they are never sent");
    let saved: Vec<_> =
        here.iter().map(|job| stage.runner.cut_out_here(job.id, &on_device(), &|| false).unwrap()).collect();
    assert_eq!(saved[0], done, "its own file, known by its bytes");
    stage.runner.has_heard().await;
    assert_eq!(stage.bench.store.batch(here[0].batch.unwrap()).unwrap().state, BatchState::Closed);
    assert_eq!((stage.count(&sent, JobState::Saved), stage.count(&here, JobState::Saved)), (2, 2));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn one_that_is_stopped_waits_and_one_that_changed_has_failed() {
    let (stage, _, here) = begun();
    stage.runner.at_rest().await;
    let stopped = stage.runner.cut_out_here(here[0].id, &on_device(), &|| true);
    assert!(matches!(stopped, Err(BatchError::Cancelled)), "{stopped:?}");
    std::fs::write(&here[1].input, b"another picture").unwrap();
    let changed = stage.runner.cut_out_here(here[1].id, &on_device(), &|| false);
    assert!(matches!(changed, Err(BatchError::InputChanged { .. } | BatchError::Input { .. })), "{changed:?}");
    assert_eq!(stage.states(&here), [JobState::Queued, JobState::Failed]);
    stage.all_is_well();
}
