//! The process dies in the middle of a list: at every call of the file layer, at every state that is told, at every request. Then the
//! next start: everything is put right, the batch is offered, and going on charges no picture twice.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clearcut_batch::Order;
use clearcut_credits::Credits;
use clearcut_store::JobState;
use rstest::rstest;
use tokio::sync::Notify;

use crate::bench::Bench;
use crate::script::{Says, Script};
use crate::stage::{Stage, names, options, runtime, silence, whole};

const PICTURES: usize = 4;

fn script() -> Script {
    Script::always(whole(), "100", "0")
        .taking(Duration::from_millis(10))
        .for_file("dog-02.png", [Says::wait(3)])
        .for_file("dog-03.png", [silence()])
        .for_file("dog-04.png", [whole().cut_after(100)])
}

/// Counts what happens, and ends everything at the moment asked for.
struct Reaper {
    left: AtomicUsize,
    dead: Notify,
}

impl Reaper {
    fn at(moment: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(moment), dead: Notify::new() })
    }

    /// Whether the process is dead by now.
    fn pass(&self) -> bool {
        let left = self.left.load(Ordering::SeqCst);
        if left == 0 {
            self.dead.notify_one();
            return true;
        }
        self.left.store(left - 1, Ordering::SeqCst);
        false
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    File,
    State,
    Request,
}

/// Runs the list until it is dead or done; `None`: it was done before.
fn die_at(moment: Moment, nth: usize) -> Option<Bench> {
    let bench = Bench::with_script(script());
    let reaper = Reaper::at(nth);
    let runtime = runtime();
    let (bench, done) = runtime.block_on(async {
        bench.spender.refresh_balance().await.unwrap();
        let stage = Stage::over(bench, options());
        let watcher = reaper.clone();
        match moment {
            // From there on nothing reaches the drive any more.
            Moment::File => stage.bench.files.fail_when(move |_, _| watcher.pass().then_some(ErrorKind::BrokenPipe)),
            Moment::State => stage.heard.on_state(move || {
                watcher.pass();
            }),
            Moment::Request => stage.bench.script.on_request(move || {
                watcher.pass();
            }),
        }
        stage.begin(&names(PICTURES), "10");
        let done = tokio::select! {
            biased;
            () = reaper.dead.notified() => false,
            () = stage.runner.at_rest() => true,
        };
        let Stage { bench, runner, heard } = stage;
        // Nothing is polled any more: nobody can take notice.
        drop((runner, heard));
        (bench, done)
    });
    drop(runtime);
    (!done).then_some(bench)
}

#[rstest]
#[case::file(Moment::File, 30)]
#[case::state(Moment::State, 10)]
#[case::request(Moment::Request, 4)]
fn wherever_the_process_dies_the_next_start_goes_on_and_charges_nothing_twice(
    #[case] moment: Moment,
    #[case] least: usize,
) {
    let mut deaths = 0;
    // Every single call of one picture has a test of its own (`faults`); of a list, a third of them.
    let step = if moment == Moment::File { 3 } else { 1 };
    for nth in (0..).step_by(step) {
        let Some(bench) = die_at(moment, nth) else { break };
        deaths += 1;
        let step = format!("dead at {moment:?} {nth}");
        bench.money_is_conserved();
        let bench = bench.restarted();
        let runtime = runtime();
        runtime.block_on(next_start(bench, &step));
    }
    assert!(deaths >= least, "only {deaths} places to die");
}

async fn next_start(bench: Bench, step: &str) {
    bench.spender.recover().await.unwrap();
    bench.money_is_conserved();
    bench.only_whole_results();
    bench.nothing_incoming();
    assert!(bench.store.jobs_open().unwrap().is_empty(), "{step}");
    let stage = Stage::over(bench, options());
    let offered = stage.bench.spender.offered().unwrap();
    let batch = stage.bench.store.batches_recent(1).unwrap().remove(0);
    let jobs = stage.bench.store.batch_jobs(batch.id).unwrap();
    let waits = jobs.iter().any(|job| job.state == JobState::Queued);
    assert_eq!(offered.len(), usize::from(waits), "{step}: {:?}", stage.states(&jobs));
    for offered in &offered {
        let orders: Vec<Order> =
            stage.bench.spender.waiting(&offered.jobs).into_iter().map(|waiting| waiting.order).collect();
        let estimate = stage.bench.spender.estimate_waiting(&orders).unwrap();
        let cost = estimate.quote.cost;
        stage.runner.adopt(&offered.batch, (cost, 0, false), &estimate).unwrap();
        stage.runner.at_rest().await;
    }
    stage.all_is_well();
    let states = stage.states(&jobs);
    // What was being sent when it died stays the user's to decide, unless the look at the end of the rest told.
    let over = |state: &JobState| {
        matches!(state, JobState::Saved | JobState::PaidLost | JobState::Unknown | JobState::Failed | JobState::Queued)
    };
    assert!(states.iter().all(over), "{step}: {states:?}");
    // A picture that was surely charged for is charged for once.
    let most = Credits::whole(i64::try_from(PICTURES).unwrap());
    let charged = stage.bench.script.charged();
    assert!(charged <= most, "{step}: charged {charged}, {states:?}, sent {:?}", stage.sent());
    assert!(stage.bench.store.batch(batch.id).unwrap().committed <= batch.agreed, "{step}");
    assert_eq!(stage.bench.results().len(), states.iter().filter(|state| **state == JobState::Saved).count(), "{step}");
}
