//! What another start finds, and two programs on one data folder.

use std::time::Duration;

use clearcut_batch::{BatchError, Estimate, Offered, Order};
use clearcut_credits::Credits;
use clearcut_store::{BatchState, JobState};

use crate::script::{Says, Script};
use crate::stage::{Stage, agreement, credits, names, whole};

fn slow() -> Script {
    Script::always(whole(), "100", "0").taking(Duration::from_secs(10))
}

/// A list of so many of which four were saved, and whose program was closed then.
async fn closed_after_four(count: usize, agreed: &str) -> (Stage, Vec<clearcut_store::JobRow>) {
    let stage = Stage::new(slow());
    let (_, jobs) = stage.begin(&names(count), agreed);
    tokio::time::sleep(Duration::from_secs(5)).await;
    stage.runner.close().await;
    assert_eq!(stage.count(&jobs, JobState::Saved), 4);
    (stage.restarted().await, jobs)
}

fn quote(spender: &clearcut_batch::Spender, offered: &Offered) -> Estimate {
    let orders: Vec<Order> = spender.waiting(&offered.jobs).into_iter().map(|waiting| waiting.order).collect();
    spender.estimate_waiting(&orders).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_start_left_is_offered_and_goes_on_by_the_users_word() {
    let (stage, jobs) = closed_after_four(10, "10").await;
    assert!(stage.bench.spender.recover().await.unwrap().is_empty());
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(stage.bench.script.requests().len(), 4, "nothing goes on by itself");
    let offered = stage.bench.spender.offered().unwrap();
    assert_eq!((offered.len(), offered[0].waiting().count(), offered[0].jobs.len()), (1, 6, 10));
    let estimate = quote(&stage.bench.spender, &offered[0]);
    assert_eq!(estimate.quote.cost, credits("6"));
    let batch = stage.runner.adopt(&offered[0].batch, (credits("6"), 0, false), &estimate).unwrap();
    assert_eq!((batch.committed, batch.agreed), (credits("4"), credits("10")));
    assert!(stage.bench.spender.offered().unwrap().is_empty(), "it is driven now");
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (10, credits("10")));
    assert!(stage.sent().values().all(|times| *times == 1));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_credits_holds_over_a_restart() {
    let (stage, jobs) = closed_after_four(10, "10").await;
    let offered = stage.bench.spender.offered().unwrap();
    let estimate = quote(&stage.bench.spender, &offered[0]);
    stage.runner.adopt(&offered[0].batch, (credits("2"), 0, false), &estimate).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.bench.script.charged(), credits("6"));
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::Skipped)), (6, 4));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn of_two_programs_one_goes_on_with_what_was_left() {
    let (stage, jobs) = closed_after_four(8, "8").await;
    let other = stage.other_process();
    let (mine, theirs) = (stage.bench.spender.offered().unwrap(), other.spender.offered().unwrap());
    assert_eq!(mine[0].batch, theirs[0].batch);
    let estimate = quote(&stage.bench.spender, &mine[0]);
    stage.runner.adopt(&mine[0].batch, (credits("4"), 0, false), &estimate).unwrap();
    let late = other.runner.adopt(&theirs[0].batch, (credits("4"), 0, false), &estimate);
    assert!(matches!(late, Err(BatchError::TakenUp)), "{late:?}");
    assert!(other.spender.offered().unwrap().is_empty());
    let twice = stage.runner.adopt(&mine[0].batch, (credits("4"), 0, false), &estimate);
    assert!(matches!(twice, Err(BatchError::TakenUp)), "{twice:?}");
    stage.runner.at_rest().await;
    other.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (8, credits("8")));
    assert!(stage.sent().values().all(|times| *times == 1));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn nothing_is_put_into_a_queue_that_another_program_drives() {
    let script = slow().for_file("dog-01.png", [Says::status(400)]);
    let stage = Stage::new(script);
    let (batch, jobs) = stage.begin(&names(12), "12");
    tokio::time::sleep(Duration::from_secs(15)).await;
    assert_eq!(stage.states(&jobs)[0], JobState::Failed);
    let other = stage.other_process();
    let again = [jobs[0].id];
    let orders: Vec<Order> = other.spender.again(&again).unwrap().into_iter().map(|waiting| waiting.order).collect();
    let estimate = other.spender.estimate(&orders, 0).unwrap();
    let late = other.runner.again(&again, (Credits::ONE, 0, false), &estimate);
    assert!(matches!(late, Err(BatchError::TakenUp)), "{late:?}");
    assert_eq!(stage.states(&jobs)[0], JobState::Failed);
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().agreed, credits("12"), "its limit is its driver's");
    stage.runner.at_rest().await;
    assert_eq!(stage.count(&jobs, JobState::Saved), 11);
}

#[tokio::test(start_paused = true)]
async fn what_is_begun_again_is_not_offered_any_more() {
    let (stage, jobs) = closed_after_four(8, "8").await;
    // The same pictures once more, and one more; four of them are in the vault.
    let mut orders = stage.orders(&names(8));
    orders.iter_mut().take(4).for_each(|(_, charged)| *charged = false);
    assert_eq!(stage.bench.spender.supersede(&orders[..6]).unwrap(), 2);
    let offered = stage.bench.spender.offered().unwrap();
    assert_eq!((offered.len(), offered[0].waiting().count()), (1, 2), "two are not among those begun again");
    assert_eq!(stage.bench.spender.supersede(&orders).unwrap(), 2);
    assert!(stage.bench.spender.offered().unwrap().is_empty());
    assert_eq!(stage.count(&jobs, JobState::Skipped), 4);
    assert_eq!(stage.bench.store.job(jobs[7].id).unwrap().error.as_deref(), Some("begun_again"));
    let (_, again) = stage.runner.begin(agreement(orders, "4"), |_, _| ()).unwrap();
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&again, JobState::Saved), stage.bench.script.charged()), (8, credits("8")));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn what_is_driven_is_not_superseded() {
    let stage = Stage::new(slow());
    let (_, jobs) = stage.begin(&names(8), "8");
    let orders = stage.orders(&names(8));
    let other = stage.other_process();
    assert_eq!(other.spender.supersede(&orders).unwrap(), 0);
    stage.runner.at_rest().await;
    assert_eq!(stage.count(&jobs, JobState::Saved), 8);
    // Begun once more by another program while the first is at work on it, each picture would be paid for once: by the vault.
    let (_, again) = other.runner.begin(agreement(orders, "8"), |_, _| ()).unwrap();
    other.runner.at_rest().await;
    assert_eq!(stage.count(&again, JobState::Saved), 8);
    assert_eq!(stage.bench.script.charged(), credits("8"));
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_which_only_a_paid_picture_is_left_is_offered_and_saving_it_closes_it() {
    let stage = Stage::new(slow());
    let out = stage.bench.out();
    stage.bench.files.fail_when(move |_, call| match call {
        clearcut_store::testing::Call::Write(path, _) if path.starts_with(&out) => {
            Some(std::io::ErrorKind::StorageFull)
        }
        _ => None,
    });
    let (batch, jobs) = stage.begin(&names(1), "1");
    stage.runner.at_rest().await;
    stage.runner.close().await;
    let stage = stage.restarted().await;
    let offered = stage.bench.spender.offered().unwrap();
    assert_eq!((offered.len(), offered[0].waiting().count()), (1, 0));
    let estimate = quote(&stage.bench.spender, &offered[0]);
    stage.runner.adopt(&offered[0].batch, (Credits::ZERO, 0, false), &estimate).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.states(&jobs), [JobState::Saved]);
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    assert_eq!(stage.bench.script.charged(), Credits::ONE);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn tries_are_counted_over_restarts() {
    let broken = || (0..9).map(|_| Says::broken());
    let stage = Stage::new(slow().for_file("dog-01.png", broken()));
    stage.begin(&names(1), "1");
    // Three tries, and the program is closed in the wait before the fourth.
    while stage.bench.script.requests().len() < 3 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stage.runner.close().await;
    let stage = stage.restarted().await;
    let offered = stage.bench.spender.offered().unwrap();
    let estimate = quote(&stage.bench.spender, &offered[0]);
    stage.runner.adopt(&offered[0].batch, (Credits::ONE, 0, false), &estimate).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.bench.script.requests().len(), 5);
    assert_eq!(stage.bench.store.job(offered[0].jobs[0].id).unwrap().state, JobState::Failed);
}
