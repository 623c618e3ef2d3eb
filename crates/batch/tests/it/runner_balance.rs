//! Requests that may have been charged: asked about at a quiet moment, sent again only when it is certain that they were not.

use std::time::Duration;

use clearcut_batch::queue::{Mode, Why};
use clearcut_credits::Credits;
use clearcut_store::JobState;

use crate::script::Script;
use crate::stage::{Stage, credits, names, silence, whole};

fn slow() -> Script {
    Script::always(whole(), "100", "0").taking(Duration::from_secs(10))
}

#[tokio::test(start_paused = true)]
async fn those_that_were_not_charged_are_retried_by_themselves() {
    let script =
        ["dog-02.png", "dog-05.png"].into_iter().fold(slow(), |script, name| script.for_file(name, [silence()]));
    let stage = Stage::new(script);
    stage.bench.spender.refresh_balance().await.unwrap();
    let (_, jobs) = stage.begin(&names(8), "8");
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (8, credits("8")));
    assert_eq!((stage.sent()["dog-02.png"], stage.sent()["dog-05.png"]), (2, 2));
    assert_eq!(stage.bench.store.job(jobs[1].id).unwrap().tries, 1);
    let modes = stage.heard.modes();
    assert_eq!(modes, [Mode::Running, Mode::Asking, Mode::Running, Mode::Asking, Mode::Running], "each alone");
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn the_senders_are_held_while_it_is_asked_and_the_look_is_quiet() {
    let stage = Stage::new(slow());
    stage.bench.spender.refresh_balance().await.unwrap();
    // Three in a row bring nothing: it is asked at once, with most of the list still to come.
    stage.bench.script.say_from_now_on(silence());
    let (_, jobs) = stage.begin(&names(20), "20");
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if stage.mode() == Mode::Asking {
            break;
        }
    }
    stage.bench.script.say_from_now_on(whole());
    let sent = stage.bench.script.requests().len();
    let begun = tokio::time::Instant::now();
    while stage.mode() == Mode::Asking {
        assert_eq!(stage.bench.script.requests().len(), sent);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(begun.elapsed() >= Duration::from_secs(60), "a minute without a charge before the first look");
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (20, credits("20")));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn those_that_were_all_charged_are_paid_and_lost_and_not_sent_again() {
    let charged = || [silence().charging("1")];
    let stage = Stage::new(slow().for_file("dog-02.png", charged()).for_file("dog-05.png", charged()));
    stage.bench.spender.refresh_balance().await.unwrap();
    let (_, jobs) = stage.begin(&names(8), "8");
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::PaidLost)), (6, 2));
    assert_eq!((stage.bench.paid(), stage.bench.script.charged()), (credits("8"), credits("8")));
    assert_eq!((stage.sent()["dog-02.png"], stage.bench.reserved()), (1, Credits::ZERO));
    assert_eq!(stage.heard.of(jobs[1].id).last().unwrap(), &("charged_after_all".to_owned(), false));
    assert_eq!(stage.runner.status().lost, 2);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_charged_one_and_one_that_was_not_are_told_apart_where_they_are_asked_about_alone() {
    let script = slow().for_file("dog-02.png", [silence().charging("1")]).for_file("dog-05.png", [silence()]);
    let stage = Stage::new(script);
    stage.bench.spender.refresh_balance().await.unwrap();
    let (_, jobs) = stage.begin(&names(8), "8");
    stage.runner.at_rest().await;
    assert_eq!((stage.states(&jobs)[1], stage.states(&jobs)[4]), (JobState::PaidLost, JobState::Saved));
    assert_eq!((stage.sent()["dog-02.png"], stage.sent()["dog-05.png"]), (1, 2));
    assert_eq!((stage.bench.paid(), stage.bench.reserved()), (credits("8"), Credits::ZERO));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn where_it_cannot_be_told_which_was_charged_the_user_decides() {
    // On their way together, so asked about together.
    let script = slow().for_file("dog-02.png", [silence().charging("1")]).for_file("dog-03.png", [silence()]);
    let stage = Stage::new(script);
    stage.bench.spender.refresh_balance().await.unwrap();
    let (_, jobs) = stage.begin(&names(8), "8");
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::Unknown)), (6, 2));
    assert_eq!((stage.sent()["dog-02.png"], stage.sent()["dog-03.png"]), (1, 1), "never guessed");
    assert_eq!((stage.bench.paid(), stage.bench.reserved()), (credits("6"), credits("2")));
    assert_eq!((stage.runner.status().unknown, stage.mode()), (2, Mode::Running));
    stage.all_is_well();

    // By the user's own word both are sent again, whatever it costs.
    let again = [jobs[1].id, jobs[2].id];
    let orders: Vec<_> = stage.bench.spender.again(&again).unwrap().into_iter().map(|waiting| waiting.order).collect();
    let estimate = stage.bench.spender.estimate(&orders, 0).unwrap();
    stage.runner.again(&again, (credits("2"), 0, false), &estimate).unwrap();
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (8, credits("9")));
    stage.bench.money_is_conserved();
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_answers_pauses_and_after_five_tries_a_picture_has_failed() {
    let stage = Stage::new(Script::always(silence(), "100", "0").taking(Duration::from_secs(10)));
    stage.bench.spender.refresh_balance().await.unwrap();
    let (batch, jobs) = stage.begin(&names(4), "4");
    stage.runner.at_rest().await;
    let mut pauses = 0;
    while stage.count(&jobs, JobState::Queued) > 0 {
        assert_eq!(stage.why(), Some(Why::Trouble));
        pauses += 1;
        assert!(pauses < 10, "{:?}", stage.states(&jobs));
        stage.runner.resume(&[(batch.id, credits("4"), 0, false)]).unwrap();
        stage.runner.at_rest().await;
    }
    assert_eq!(stage.count(&jobs, JobState::Failed), 4);
    assert!(stage.sent().values().all(|times| *times == 5), "{:?}", stage.sent());
    assert!(jobs.iter().all(|job| stage.heard.of(job.id).last() == Some(&("not_charged".to_owned(), false))));
    assert_eq!((stage.bench.paid(), stage.bench.reserved()), (Credits::ZERO, Credits::ZERO));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_picture_asked_for_again_while_its_question_is_open_is_counted_once() {
    let script = slow().for_file("dog-01.png", [silence().charging("1")]).for_file("dog-02.png", [silence()]);
    let stage = Stage::new(script);
    stage.bench.spender.refresh_balance().await.unwrap();
    let (batch, jobs) = stage.begin(&names(8), "8");
    tokio::time::sleep(Duration::from_secs(15)).await;
    stage.runner.pause();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(stage.count(&jobs, JobState::Unknown), 2, "paused, and not asked yet");
    let again = [jobs[0].id];
    let orders: Vec<_> = stage.bench.spender.again(&again).unwrap().into_iter().map(|waiting| waiting.order).collect();
    let estimate = stage.bench.spender.estimate(&orders, 0).unwrap();
    stage.runner.again(&again, (credits("1"), 0, false), &estimate).unwrap();
    let waiting = Credits::whole(i64::try_from(stage.count(&jobs, JobState::Queued)).unwrap());
    stage.runner.resume(&[(batch.id, waiting, 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert!(stage.count(&jobs, JobState::Saved) >= 7, "{:?}", stage.states(&jobs));
    assert_eq!(stage.runner.status().waiting, 0);
    stage.all_is_well();
}
