//! Limits that hold to the credit, however many pictures are on their way at a time.

use std::time::Duration;

use clearcut_batch::Agreement;
use clearcut_batch::queue::Why;
use clearcut_credits::Credits;
use clearcut_store::JobState;

use crate::script::{Says, Script};
use crate::stage::{Stage, credits, names, silence, whole};

fn slow(subscription: &str, payg: &str) -> Script {
    Script::always(whole(), subscription, payg).taking(Duration::from_secs(20))
}

#[tokio::test(start_paused = true)]
async fn a_cap_holds_to_the_credit_at_sixteen_at_a_time() {
    let stage = Stage::new(slow("100", "0"));
    // Warm: by the end of these, as many go out at a time as may.
    stage.begin(&names(48), "48");
    stage.runner.at_rest().await;
    let more: Vec<String> = (1..=40).map(|number| format!("cat-{number:02}.png")).collect();
    let (batch, jobs) = stage.begin(&more, "7");
    stage.runner.at_rest().await;
    assert!(stage.bench.script.most_under_way() > 7, "{}", stage.bench.script.most_under_way());
    assert_eq!(stage.bench.script.charged(), credits("55"));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().committed, credits("7"));
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::Skipped)), (7, 33));
    let left_out = jobs.iter().map(|job| stage.bench.store.job(job.id).unwrap());
    assert!(
        left_out
            .filter(|job| job.state == JobState::Skipped)
            .all(|job| job.error.as_deref() == Some(clearcut_batch::LEFT_OUT))
    );
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_charged_counts_against_the_cap_until_it_is_known() {
    let one = clearcut_batch::RunnerOptions { at_a_time: 1, ..crate::stage::options() };
    let bench = crate::bench::Bench::with_script(slow("100", "0").for_file("dog-01.png", [silence()]));
    let stage = Stage::over(bench, one);
    stage.bench.spender.refresh_balance().await.unwrap();
    let (_, jobs) = stage.begin(&names(4), "2");
    stage.runner.at_rest().await;
    // One is held by the first, one is saved, two are left out; then the first turns out free and is sent again.
    assert_eq!(stage.bench.script.charged(), credits("2"));
    assert_eq!(stage.states(&jobs)[0], JobState::Saved);
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::Skipped)), (2, 2));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn stop_before_payg_draws_nothing_from_payg() {
    let stage = Stage::new(slow("5", "100"));
    stage.bench.spender.refresh_balance().await.unwrap();
    let never = |agreement| Agreement { never_payg: true, before_payg: 12, ..agreement };
    let (_, jobs) = stage.begin_with(&names(12), "12", never);
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(Why::PaygEarly));
    assert_eq!(stage.bench.script.charged(), credits("5"), "all that the subscription had, and no more");
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::Queued)), (5, 7));
    assert_eq!(stage.bench.reserved(), Credits::ZERO);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn payg_that_would_begin_earlier_than_was_agreed_to_pauses() {
    // Seven were quoted as paid by the subscription; meanwhile somebody else has used four.
    let stage = Stage::new(slow("7", "100"));
    stage.bench.spender.refresh_balance().await.unwrap();
    stage.bench.script.spend_elsewhere("4");
    stage.bench.spender.refresh_balance().await.unwrap();
    stage.bench.spender.refresh_balance().await.unwrap();
    let seven = |agreement| Agreement { before_payg: 7, ..agreement };
    let (batch, jobs) = stage.begin_with(&names(10), "10", seven);
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(Why::PaygEarly));
    assert_eq!(stage.bench.script.charged(), credits("3"), "all that the subscription had, and no more");
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::Queued)), (3, 7));

    // The user sees it and lets PAYG pay the rest.
    stage.runner.resume(&[(batch.id, credits("7"), 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!((stage.bench.script.charged(), stage.count(&jobs, JobState::Saved)), (credits("10"), 10));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn payg_pays_what_it_was_agreed_to_pay_and_begins_with_the_picture_that_was_named() {
    let stage = Stage::new(slow("4", "100"));
    stage.bench.spender.refresh_balance().await.unwrap();
    let four = |agreement| Agreement { before_payg: 4, ..agreement };
    let (_, jobs) = stage.begin_with(&names(9), "9", four);
    stage.runner.at_rest().await;
    assert_eq!((stage.bench.script.charged(), stage.count(&jobs, JobState::Saved)), (credits("9"), 9));
    let drawn = stage.bench.store.spent(clearcut_store::AccountId::PRACTICE, Default::default()).unwrap();
    let sum =
        |pocket: fn(&clearcut_store::DrawnBy) -> Credits| drawn.iter().map(|line| pocket(&line.drawn)).sum::<Credits>();
    assert_eq!((sum(|drawn| drawn.subscription), sum(|drawn| drawn.payg)), (credits("4"), credits("5")));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_sees_other_use_pauses_before_payg() {
    let stage = Stage::new(slow("20", "100"));
    *stage.heard.after_charge.lock().unwrap() = Some(Why::PaygEarly);
    let (_, jobs) = stage.begin(&names(12), "12");
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(Why::PaygEarly));
    assert_eq!(stage.count(&jobs, JobState::Saved), stage.bench.script.requests().len());
    assert!(stage.count(&jobs, JobState::Queued) >= 4);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn what_the_user_agrees_to_anew_is_the_limit_from_then_on() {
    // Two may have been charged and hold their price; the balance cannot tell which one was.
    let script = slow("100", "0").for_file("dog-01.png", [silence().charging("1")]).for_file("dog-02.png", [silence()]);
    let script = script.for_file("dog-04.png", [Says::status(402)]);
    let stage = Stage::new(script);
    stage.bench.spender.refresh_balance().await.unwrap();
    let (batch, jobs) = stage.begin(&names(5), "5");
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(Why::OutOfCredits));
    assert_eq!(stage.count(&jobs, JobState::Unknown), 2);

    // While others of the same list still wait, the user wants the two once more, and then everything.
    let unknown = [jobs[0].id, jobs[1].id];
    let estimate = estimate(&stage, &unknown);
    stage.runner.again(&unknown, (credits("2"), 0, false), &estimate).unwrap();
    let waiting = stage.count(&jobs, JobState::Queued);
    let left = Credits::whole(i64::try_from(waiting).unwrap());
    stage.runner.resume(&[(batch.id, left, 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.count(&jobs, JobState::Saved), 5, "{:?}", stage.states(&jobs));
    assert_eq!(stage.bench.script.charged(), credits("6"));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn asking_again_does_not_take_the_allowance_of_those_that_wait() {
    let script =
        Script::always(whole(), "100", "0").taking(Duration::from_secs(20)).for_file("dog-01.png", [Says::status(400)]);
    let stage = Stage::new(script);
    let (_, jobs) = stage.begin(&names(30), "30");
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(stage.states(&jobs)[0], JobState::Failed);
    let again = [jobs[0].id];
    let estimate = estimate(&stage, &again);
    stage.runner.again(&again, (Credits::ONE, 0, false), &estimate).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.count(&jobs, JobState::Saved), 30, "{:?}", stage.states(&jobs));
    assert_eq!(stage.bench.script.charged(), credits("30"));
}

fn estimate(stage: &Stage, jobs: &[clearcut_store::JobId]) -> clearcut_batch::Estimate {
    let waiting = stage.bench.spender.again(jobs).unwrap();
    assert_eq!(waiting.len(), jobs.len());
    let orders: Vec<_> = waiting.into_iter().map(|waiting| waiting.order).collect();
    stage.bench.spender.estimate(&orders, 0).unwrap()
}
