//! What makes a queue stand still, what is still awaited then, and how it goes on.

use std::sync::atomic::Ordering;
use std::time::Duration;

use clearcut_batch::queue::{Mode, Why};
use clearcut_credits::Credits;
use clearcut_service::BodySent;
use clearcut_store::{BatchState, JobState};
use rstest::rstest;

use crate::script::{Says, Script, name_of};
use crate::stage::{Stage, credits, names, whole};

fn slow() -> Script {
    Script::always(whole(), "100", "0").taking(Duration::from_secs(10))
}

#[rstest]
#[case::out_of_credits(402, Why::OutOfCredits, "out_of_credits")]
#[case::key_refused(403, Why::KeyRefused, "key_refused")]
#[tokio::test(start_paused = true)]
async fn nothing_new_is_sent_and_what_is_out_is_awaited(#[case] code: u16, #[case] why: Why, #[case] told: &str) {
    let stage = Stage::new(slow().for_file("dog-03.png", [Says::status(code)]));
    let (batch, jobs) = stage.begin(&names(20), "20");
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(why));
    let sent = stage.bench.script.requests().len();
    assert!(sent < 12, "{sent} were sent");
    assert_eq!(stage.count(&jobs, JobState::Saved), sent - 1, "all that was out came back");
    assert_eq!(stage.count(&jobs, JobState::Queued), 20 - (sent - 1));
    assert_eq!(stage.heard.of(jobs[2].id), [(told.to_owned(), true)]);
    let row = stage.bench.store.batch(batch.id).unwrap();
    assert_eq!((row.state, row.reason.as_deref()), (BatchState::Paused, Some(told)));
    assert_eq!(stage.bench.reserved(), Credits::ZERO);
    stage.all_is_well();

    // Minutes later it still stands.
    tokio::time::sleep(Duration::from_mins(30)).await;
    assert_eq!(stage.bench.script.requests().len(), sent);

    let left = Credits::whole(i64::try_from(20 - (sent - 1)).unwrap());
    stage.runner.resume(&[(batch.id, left, 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (20, credits("20")));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_pause_lets_what_is_out_come_back_and_going_on_finishes_the_list() {
    let stage = Stage::new(slow());
    let (batch, jobs) = stage.begin(&names(16), "16");
    tokio::time::sleep(Duration::from_secs(5)).await;
    let out = stage.bench.script.under_way();
    assert!(out > 0);
    stage.runner.pause();
    stage.runner.at_rest().await;
    assert_eq!((stage.why(), stage.bench.script.requests().len()), (Some(Why::User), out));
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::Queued)), (out, 16 - out));
    assert!(stage.runner.is_busy(), "it waits");
    stage.runner.resume(&[(batch.id, credits("16"), 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (16, credits("16")));
    assert!(!stage.runner.is_busy());
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_stopped_list_is_over_when_what_was_sent_is_back() {
    let stage = Stage::new(slow());
    let (batch, jobs) = stage.begin(&names(16), "16");
    // Some have a body out, others are about to be sent.
    tokio::time::sleep(Duration::from_secs(15)).await;
    while stage.bench.script.under_way() > 0 {
        tokio::task::yield_now().await;
        if stage.states(&jobs).contains(&JobState::Reserved) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let waiting = jobs.iter().map(|job| job.id).collect();
    stage.runner.stop(waiting).await;
    stage.runner.at_rest().await;
    assert_eq!(stage.count(&jobs, JobState::Queued), 0, "{:?}", stage.states(&jobs));
    assert_eq!(stage.count(&jobs, JobState::Saved), stage.bench.script.requests().len());
    assert_eq!(stage.count(&jobs, JobState::Saved) + stage.count(&jobs, JobState::Skipped), 16);
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    assert!(!stage.runner.is_busy());
    stage.all_is_well();

    // What is begun afterwards is sent as if nothing had been.
    let (_, more) = stage.begin(&["cat.png".to_owned()], "1");
    stage.runner.at_rest().await;
    assert_eq!(stage.states(&more), [JobState::Saved]);
}

#[tokio::test(start_paused = true)]
async fn a_picture_that_is_stopped_before_its_body_is_out_does_not_wait_again() {
    // The first state a picture is told is its reservation: the stop comes right there.
    let stage = Stage::new(slow());
    let (tell, heard) = tokio::sync::oneshot::channel();
    let tell = std::sync::Mutex::new(Some(tell));
    stage.heard.on_state(move || {
        if let Some(tell) = tell.lock().unwrap().take() {
            let _ = tell.send(());
        }
    });
    let (batch, jobs) = stage.begin(&names(6), "6");
    heard.await.unwrap();
    stage.runner.stop(jobs.iter().map(|job| job.id).collect()).await;
    stage.runner.at_rest().await;
    assert_eq!(stage.count(&jobs, JobState::Queued), 0, "{:?}", stage.states(&jobs));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_picture_whose_row_somebody_else_has_ended_does_not_wait_for_ever() {
    let stage = Stage::new(slow());
    let (tell, heard) = tokio::sync::oneshot::channel();
    let tell = std::sync::Mutex::new(Some(tell));
    let (store, ended) = (stage.bench.store.clone(), std::sync::Arc::new(std::sync::Mutex::new(Vec::new())));
    let to_end = ended.clone();
    stage.heard.on_state(move || {
        if let Some(tell) = tell.lock().unwrap().take() {
            let _ = tell.send(());
        }
        // What comes back after the stop is ended at once by whoever asked for it.
        store.queue_end(&to_end.lock().unwrap(), JobState::Skipped, Some("skipped")).unwrap();
    });
    let (batch, jobs) = stage.begin(&names(6), "6");
    heard.await.unwrap();
    *ended.lock().unwrap() = jobs.iter().map(|job| job.id).collect();
    stage.runner.stop(jobs.iter().map(|job| job.id).collect()).await;
    stage.runner.at_rest().await;
    assert_eq!(stage.runner.status().waiting, 0, "{:?}", stage.states(&jobs));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn pictures_are_taken_out_put_first_and_asked_for_again() {
    let stage = Stage::new(slow());
    let (batch, jobs) = stage.begin(&names(12), "12");
    tokio::time::sleep(Duration::from_secs(5)).await;
    stage.runner.first(vec![jobs[11].id, jobs[10].id]);
    stage.runner.take(vec![jobs[8].id, jobs[9].id]).await;
    let order: Vec<_> = stage.bench.store.batch_jobs(batch.id).unwrap().into_iter().map(|row| row.id).collect();
    let at = |job: usize| order.iter().position(|id| *id == jobs[job].id).unwrap();
    assert!(at(11) < at(10) && at(10) < at(4), "the new order outlives the program");
    stage.runner.at_rest().await;
    let sent: Vec<String> = stage.bench.script.requests().iter().map(name_of).collect();
    let place = |name: &str| sent.iter().position(|sent| sent == name);
    // Those that go out together come in any order.
    assert!(place("dog-12.png") < place("dog-07.png") && place("dog-11.png") < place("dog-07.png"), "{sent:?}");
    assert_eq!((place("dog-09.png"), place("dog-10.png")), (None, None));
    assert_eq!(stage.count(&jobs, JobState::Skipped), 2);
    assert_eq!(stage.bench.script.charged(), credits("10"));

    // The batch is over. What was left out is wanted after all, for a sum of its own.
    let again = [jobs[8].id, jobs[9].id];
    let waiting = stage.bench.spender.again(&again).unwrap();
    let orders: Vec<_> = waiting.into_iter().map(|waiting| waiting.order).collect();
    let estimate = stage.bench.spender.estimate(&orders, 0).unwrap();
    stage.runner.again(&again, (credits("2"), 0, false), &estimate).unwrap();
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().agreed, credits("12"));
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (12, credits("12")));
    assert_eq!(stage.bench.store.batch(batch.id).unwrap().state, BatchState::Closed);
    stage.all_is_well();
}

#[rstest]
#[case::smaller(Says::picture(30, 20, "1"))]
#[case::dearer(Says::picture(60, 40, "2"))]
#[tokio::test(start_paused = true)]
async fn the_first_result_unlike_its_quote_pauses_and_the_users_word_lets_the_others_pass(#[case] says: Says) {
    let stage = Stage::new(Script::always(says, "100", "0").taking(Duration::from_secs(10)));
    let (batch, jobs) = stage.begin(&names(12), "12");
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(Why::Unlike));
    let saved = stage.count(&jobs, JobState::Saved);
    assert!(saved < 8, "{saved}");
    stage.runner.resume(&[(batch.id, credits("24"), 0, false)]).unwrap();
    stage.runner.at_rest().await;
    assert_eq!(stage.count(&jobs, JobState::Saved), 12);
    stage.bench.money_is_conserved();
}

#[tokio::test(start_paused = true)]
async fn a_service_that_cannot_be_reached_is_looked_for_and_the_list_goes_on_by_itself() {
    let stage = Stage::new(slow());
    let (_, jobs) = stage.begin(&names(12), "12");
    tokio::time::sleep(Duration::from_secs(15)).await;
    stage.heard.network.store(false, Ordering::SeqCst);
    stage.bench.script.say_from_now_on(Says::nothing(BodySent::No));
    tokio::time::sleep(Duration::from_mins(60)).await;
    assert_eq!(stage.mode(), Mode::Offline);
    let asked = stage.bench.script.requests().len();
    tokio::time::sleep(Duration::from_mins(60)).await;
    assert_eq!(stage.bench.script.requests().len(), asked, "nothing is sent meanwhile");
    stage.heard.network.store(true, Ordering::SeqCst);
    stage.bench.script.say_from_now_on(whole());
    stage.runner.at_rest().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.bench.script.charged()), (12, credits("12")));
    assert!(jobs.iter().all(|job| stage.bench.store.job(job.id).unwrap().tries == 0), "that is no try of theirs");
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_service_that_was_never_there_pauses_after_a_moment() {
    let stage = Stage::new(Script::always(Says::nothing(BodySent::No), "100", "0"));
    stage.heard.network.store(false, Ordering::SeqCst);
    let (_, jobs) = stage.begin(&names(6), "6");
    stage.runner.at_rest().await;
    assert_eq!((stage.why(), stage.count(&jobs, JobState::Queued)), (Some(Why::Offline), 6));
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn everybody_waits_when_the_service_asks_to() {
    let stage = Stage::new(Script::always(whole(), "100", "0").for_file("dog-02.png", [Says::wait(90)]));
    let begun = tokio::time::Instant::now();
    let (_, jobs) = stage.begin(&names(12), "12");
    stage.runner.at_rest().await;
    assert!(begun.elapsed() >= Duration::from_secs(90));
    assert_eq!(stage.count(&jobs, JobState::Saved), 12);
    assert_eq!(stage.bench.store.job(jobs[1].id).unwrap().tries, 0);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn a_service_that_has_ended_stops_the_queue_and_nothing_of_it_is_lost() {
    let stage = Stage::new(slow().for_file("dog-02.png", [Says::status(410)]));
    let (_, jobs) = stage.begin(&names(10), "10");
    stage.runner.at_rest().await;
    assert_eq!(stage.why(), Some(Why::ServiceEnded));
    assert_eq!(stage.states(&jobs)[1], JobState::ServiceEnded, "its body was out: perhaps charged");
    assert_eq!(stage.bench.reserved(), Credits::ONE);
    assert!(stage.count(&jobs, JobState::Queued) >= 4);
    stage.all_is_well();
}

#[tokio::test(start_paused = true)]
async fn closing_awaits_what_is_out_and_leaves_the_rest_for_the_next_start() {
    let stage = Stage::new(slow());
    let (batch, jobs) = stage.begin(&names(12), "12");
    tokio::time::sleep(Duration::from_secs(5)).await;
    let out = stage.bench.script.under_way();
    stage.runner.close().await;
    assert_eq!((stage.count(&jobs, JobState::Saved), stage.count(&jobs, JobState::Queued)), (out, 12 - out));
    let row = stage.bench.store.batch(batch.id).unwrap();
    assert_eq!((row.state, row.reason.as_deref()), (BatchState::Paused, Some("interrupted")));
    assert_eq!(stage.bench.spender.offered().unwrap().len(), 1, "nobody drives it any more");
    stage.all_is_well();
}
