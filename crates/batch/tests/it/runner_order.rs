//! What is on disk before what, for a picture of a queue (invariants 3, 4 and 6).

use std::sync::{Arc, Mutex};

use clearcut_store::JobState;

use crate::script::{Says, Script};
use crate::stage::{Stage, names, whole};

#[tokio::test(start_paused = true)]
async fn everything_is_on_disk_before_what_relies_on_it() {
    let stage = Stage::new(Script::always(whole(), "100", "0"));
    let lines = Arc::new(Mutex::new(Vec::new()));
    // A second handle reads what is committed, whatever the first has in memory.
    let other = stage.other_process();
    let (store, seen) = (other.store.clone(), lines.clone());
    stage.bench.files.clear();
    stage.bench.files.fail_when(move |_, call| {
        let state = store.jobs_recent(1).unwrap()[0].state;
        seen.lock().unwrap().push(format!("{state}: {}", call.brief()));
        None
    });
    let (store, seen) = (other.store.clone(), lines.clone());
    stage.bench.script.on_request(move || {
        let state = store.jobs_recent(1).unwrap()[0].state;
        seen.lock().unwrap().push(format!("{state}: request"));
    });
    let (_, jobs) = stage.begin(&names(1), "1");
    stage.runner.at_rest().await;
    let lines = lines.lock().unwrap().clone();
    let row = stage.bench.store.job(jobs[0].id).unwrap();
    let attempt = row.attempt.unwrap();
    let part = format!(".clearcut-{}.part", row.id);
    let at =
        |line: &str| lines.iter().position(|seen| seen == line).unwrap_or_else(|| panic!("no “{line}” in {lines:#?}"));
    let last =
        |line: &str| lines.iter().rposition(|seen| seen == line).unwrap_or_else(|| panic!("no “{line}” in {lines:#?}"));
    let steps = [
        at("reserved: allocate answer.bin"),
        at("reserved: sync_dir incoming"),
        at("sending: request"),
        at("sending: sync head.json"),
        at("sending: sync answer.bin"),
        at(&format!("sending: rename_new {attempt}")),
        last("sending: sync_dir incoming"),
        last(&format!("settled: create_new {part}")),
        at(&format!("settled: sync {part}")),
        at("settled: rename_new dog-01-cutout.png"),
        at("settled: sync_dir out"),
    ];
    assert!(steps.is_sorted(), "{lines:#?}");
    assert_eq!(row.state, JobState::Saved);
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_a_request_of_its_own_with_the_same_steps() {
    let stage = Stage::new(Script::always(whole(), "100", "0").for_file("dog-01.png", [Says::wait(5)]));
    let other = stage.other_process();
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let seen = attempts.clone();
    stage.bench.script.on_request(move || {
        let row = &other.store.jobs_recent(1).unwrap()[0];
        seen.lock().unwrap().push((row.state, row.attempt));
    });
    stage.begin(&names(1), "1");
    stage.runner.at_rest().await;
    let attempts = attempts.lock().unwrap().clone();
    assert_eq!(attempts.iter().map(|(state, _)| *state).collect::<Vec<_>>(), [JobState::Sending; 2]);
    assert_ne!(attempts[0].1, attempts[1].1);
    stage.all_is_well();
}
