//! Lists that run to their end: what is sent, what is saved, what is told, and what it cost.

use std::time::Duration;

use clearcut_batch::queue::Mode;
use clearcut_credits::Credits;
use clearcut_service::BodySent;
use clearcut_store::{BatchState, JobState};

use crate::script::{Says, Script};
use crate::stage::{Stage, credits, names, silence, whole};

#[tokio::test(start_paused = true)]
async fn a_list_with_every_kind_of_answer_ends_with_the_right_rows_files_and_money() {
    let script = Script::always(whole(), "100", "0")
        .taking(Duration::from_millis(200))
        .for_file("dog-02.png", [Says::status(400)])
        .for_file("dog-04.png", [Says::status(413)])
        .for_file("dog-05.png", [whole().without_header()])
        .for_file("dog-07.png", [whole().cut_after(100)])
        .for_file("dog-09.png", [silence()])
        .for_file("dog-11.png", [Says::status(502)])
        .for_file("dog-13.png", [Says::nothing(BodySent::No), Says::nothing(BodySent::No)])
        .for_file("dog-15.png", [Says::wait(30)])
        .for_file("dog-17.png", [Says::body(b"no picture".to_vec(), "1")]);
    let stage = Stage::new(script);
    stage.bench.spender.refresh_balance().await.unwrap();
    let names = names(20);
    // One was paid before; another stands on the list twice.
    stage.bench.download(&stage.bench.order("dog-20.png")).await.unwrap();
    let mut orders = stage.orders(&names);
    orders[19].1 = false;
    let twin = stage.bench.home.path().join("twin.png");
    std::fs::copy(stage.bench.home.path().join("dog-01.png"), &twin).unwrap();
    orders.push((stage.bench.order_of(&twin), false));
    let (batch, jobs) = stage.begin_with(&[], "19", |agreement| clearcut_batch::Agreement { orders, ..agreement });
    stage.runner.at_rest().await;

    stage.all_is_well();
    for (name, state) in names.iter().zip(stage.states(&jobs)) {
        let expected = match name.as_str() {
            "dog-02.png" | "dog-04.png" => JobState::Failed,
            "dog-07.png" | "dog-17.png" => JobState::PaidLost,
            _ => JobState::Saved,
        };
        assert_eq!(state, expected, "{name}");
    }
    assert_eq!(stage.states(&jobs)[20], JobState::Saved);
    // 20 came from the vault, and so did the twin; 2 were refused; 2 were charged for nothing.
    assert_eq!((stage.bench.paid(), stage.bench.script.charged()), (credits("18"), credits("18")));
    assert_eq!(stage.bench.reserved(), Credits::ZERO);
    assert_eq!(stage.bench.results().len(), 18, "dog-20 has a second name, because its first is taken");
    let sent = stage.sent();
    for (name, times) in [("dog-01.png", 1), ("dog-09.png", 2), ("dog-11.png", 2), ("dog-13.png", 3), ("dog-15.png", 2)]
    {
        assert_eq!(sent[name], times, "{name}");
    }
    assert!(!sent.contains_key("twin.png"));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().committed, credits("17"));
    assert_eq!((stage.heard.over(), stage.mode()), (1, Mode::Running));
    let status = stage.runner.status();
    assert_eq!((status.saved, status.failed, status.lost, status.waiting, status.unknown), (17, 2, 2, 0, 0));
    assert_eq!(status.spent, credits("17"));
}

#[tokio::test(start_paused = true)]
async fn each_picture_is_told_once_when_it_is_over() {
    let script = Script::always(whole(), "100", "0")
        .for_file("dog-02.png", [Says::wait(5), Says::wait(5)])
        .for_file("dog-03.png", [silence()]);
    let stage = Stage::new(script);
    stage.bench.spender.refresh_balance().await.unwrap();
    let (_, jobs) = stage.begin(&names(3), "3");
    stage.runner.at_rest().await;
    let said = |at: usize| stage.heard.of(jobs[at].id);
    let told = |what: &str, again| (what.to_owned(), again);
    assert_eq!(said(0), [told("saved", false)]);
    assert_eq!(said(1), [told("rate_limited", true), told("rate_limited", true), told("saved", false)]);
    assert_eq!(said(2), [told("unknown", false), told("not_charged", true), told("saved", false)]);
}

#[tokio::test(start_paused = true)]
async fn a_picture_whose_upload_broke_five_times_has_failed_and_that_is_told() {
    let stage = Stage::new(Script::always(whole(), "100", "0").for_file("dog-01.png", (0..9).map(|_| Says::broken())));
    let (_, jobs) = stage.begin(&names(2), "2");
    stage.runner.at_rest().await;
    assert_eq!(stage.sent()["dog-01.png"], 5);
    assert_eq!(stage.states(&jobs), [JobState::Failed, JobState::Saved]);
    let told: Vec<bool> = stage.heard.of(jobs[0].id).into_iter().map(|(_, again)| again).collect();
    assert_eq!(told, [true, true, true, true, false]);
    assert_eq!(stage.bench.store.job(jobs[0].id).unwrap().error.as_deref(), Some("tried_often"));
    assert_eq!(stage.bench.paid(), Credits::ONE);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn more_are_sent_at_a_time_while_that_is_faster_and_never_more_than_was_set() {
    let stage = Stage::new(Script::always(whole(), "100", "0").taking(Duration::from_secs(60)));
    stage.begin(&names(60), "60");
    stage.runner.at_rest().await;
    let most = stage.bench.script.most_under_way();
    assert!((5..=16).contains(&most), "{most}");

    let few = clearcut_batch::RunnerOptions { at_a_time: 2, ..crate::stage::options() };
    let script = Script::always(whole(), "100", "0").taking(Duration::from_secs(60));
    let stage = Stage::over(crate::bench::Bench::with_script(script), few);
    stage.begin(&names(12), "12");
    stage.runner.at_rest().await;
    assert_eq!(stage.bench.script.most_under_way(), 2);
}

#[tokio::test(start_paused = true)]
async fn two_lists_are_sent_one_after_the_other_and_each_keeps_to_its_own_limit() {
    let stage = Stage::new(Script::always(whole(), "100", "0"));
    let (first, one) = stage.begin(&names(6), "4");
    let more: Vec<String> = (1..=3).map(|number| format!("cat-{number}.png")).collect();
    let (second, other) = stage.begin(&more, "3");
    stage.runner.at_rest().await;
    assert_eq!(stage.count(&one, JobState::Saved), 4);
    assert_eq!(stage.count(&one, JobState::Skipped), 2);
    assert_eq!(stage.count(&other, JobState::Saved), 3);
    let committed = |batch| stage.bench.store.batch(batch).unwrap().committed;
    assert_eq!((committed(first.id), committed(second.id)), (credits("4"), credits("3")));
    assert_eq!(stage.heard.over(), 2);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_picture_whose_task_ends_early_does_not_keep_the_queue_from_its_end() {
    // The script has no answer to the second and panics: whatever a task dies of, the others go on being awaited.
    let script = Script::new([]).for_file("dog-01.png", [whole()]).for_file("dog-03.png", [whole()]);
    let stage = Stage::new(script.taking(Duration::from_secs(1)));
    let (_, jobs) = stage.begin(&names(3), "3");
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(clearcut_batch::queue::Why::Records));
    // The others were on their way already, or wait.
    assert_eq!(stage.states(&jobs)[1], JobState::Sending);
    assert!(
        stage
            .states(&jobs)
            .iter()
            .enumerate()
            .all(|(at, state)| at == 1 || matches!(state, JobState::Saved | JobState::Queued))
    );
    assert_eq!(stage.runner.status().sending, 0);
    stage.bench.money_is_conserved();
    stage.runner.close().await;

    // Whether that request went out nobody knows: the next start leaves its price set aside.
    let stage = stage.restarted().await;
    stage.bench.spender.recover().await.unwrap();
    assert_eq!(stage.states(&jobs)[1], JobState::Unknown);
    assert_eq!(stage.bench.reserved(), Credits::ONE);
    stage.all_is_well();
}
