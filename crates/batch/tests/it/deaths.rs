//! A death at every point where the driver can be interrupted: its future is dropped after the first poll, the second, the
//! third…, once when the awaited step is done and once in the middle of it. Then the next start.

use std::future::Future;
use std::task::Poll;

use clearcut_credits::Credits;
use clearcut_service::BodySent;
use clearcut_store::JobState;
use rstest::rstest;
use tokio::runtime::Runtime;

use crate::bench::{Bench, HEIGHT, WIDTH};
use crate::script::Says;

/// Polls `future` until `dead` says so, and drops it before it can take notice.
pub(crate) async fn until_dead<T>(future: impl Future<Output = T>, dead: impl Fn() -> bool) -> Option<T> {
    let mut future = Box::pin(future);
    std::future::poll_fn(move |context| match future.as_mut().poll(context) {
        _ if dead() => Poll::Ready(None),
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// When, after its last poll, the future is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drop {
    /// While what it waits for is still going on.
    AtOnce,
    /// When that is done and it would have gone on.
    OnWaking,
}

/// Polls `future` `polls` times and drops it, unless it is done by then.
async fn polled<T>(future: impl Future<Output = T>, polls: usize, when: Drop) -> Option<T> {
    let mut future = Box::pin(future);
    let mut count = 0;
    std::future::poll_fn(move |context| {
        if when == Drop::OnWaking && count == polls {
            return Poll::Ready(None);
        }
        count += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if when == Drop::AtOnce && count == polls => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// One thread for blocking work: what was begun before is over when anything new begins.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).enable_all().build().unwrap()
}

fn whole() -> Says {
    Says::picture(WIDTH, HEIGHT, "1")
}

#[rstest]
#[case::paid(whole())]
#[case::charge_not_told(whole().without_header())]
#[case::cut_off(whole().cut_after(100))]
#[case::no_picture(Says::body(b"no picture".to_vec(), "1"))]
#[case::server_error_charged(Says::status(502).charging("1"))]
#[case::no_answer(Says::nothing(BodySent::Yes))]
#[case::not_sent(Says::nothing(BodySent::No))]
#[case::refused(Says::status(402))]
fn wherever_the_driver_dies_the_next_start_puts_it_right(#[case] says: Says) {
    for when in [Drop::AtOnce, Drop::OnWaking] {
        let mut deaths = 0;
        for polls in 1.. {
            let bench = Bench::new([says.clone()]);
            let order = bench.order("dog.png");
            let runtime = runtime();
            let ended = runtime.block_on(async {
                let ended = polled(bench.download(&order), polls, when).await;
                tokio::task::spawn_blocking(|| ()).await.unwrap();
                ended
            });
            if ended.is_some() {
                break;
            }
            deaths += 1;
            let step = format!("{when:?} after poll {polls}");
            bench.money_is_conserved();
            let bench = bench.restarted();
            let found = runtime.block_on(bench.spender.recover()).unwrap();
            assert!(found.len() <= 1, "{step}: {found:?}");
            put_right(&bench, &step);
            let again = runtime.block_on(bench.spender.recover()).unwrap();
            assert!(again.is_empty(), "{step}: a second start found {again:?}");
        }
        // A step that is done before it is first looked at is no place to die, so their number differs from run to run: seen
        // were 10 to 30. Far fewer would mean that nothing was interrupted.
        assert!(deaths >= 5, "only {deaths} places to die");
    }
}

fn put_right(bench: &Bench, step: &str) {
    bench.money_is_conserved();
    bench.only_whole_results();
    bench.nothing_incoming();
    let state = bench.last_job();
    assert!(!state.is_unfinished(), "{step}: left as {state}");
    let undecided = matches!(state, JobState::Unknown | JobState::ServiceEnded);
    assert_eq!(bench.reserved(), if undecided { Credits::ONE } else { Credits::ZERO }, "{step}: {state}");
    assert_eq!(bench.results().len(), usize::from(state == JobState::Saved), "{step}: {state}");
}

#[test]
fn a_dropped_download_keeps_its_run_until_its_last_write_is_over() {
    let bench = Bench::new([whole()]);
    let order = bench.order("dog.png");
    let runtime = runtime();
    runtime.block_on(async {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        // The only thread for blocking work is busy: the first step of the download stands in the queue behind it.
        let busy = tokio::task::spawn_blocking(move || wait.recv());
        // The first poll gives others their turn, the second begins the first step.
        polled(bench.download(&order), 2, Drop::AtOnce).await;
        assert!(bench.store.recoverable_runs().unwrap().is_empty(), "its step is still to come");
        go.send(()).unwrap();
        busy.await.unwrap().unwrap();
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        assert_eq!(bench.store.recoverable_runs().unwrap().len(), 1, "now it is dead");
    });
}

#[test]
fn after_a_death_the_picture_is_not_paid_again() {
    for polls in 1.. {
        let bench = Bench::new([whole(), whole()]);
        let order = bench.order("dog.png");
        let runtime = runtime();
        if runtime.block_on(polled(bench.download(&order), polls, Drop::OnWaking)).is_some() {
            break;
        }
        let bench = bench.restarted();
        runtime.block_on(bench.spender.recover()).unwrap();
        let sure = matches!(bench.last_job(), JobState::Saved | JobState::Failed);
        let finished = runtime.block_on(bench.download(&order)).unwrap();
        bench.money_is_conserved();
        if sure {
            assert_eq!(bench.script.charged(), Credits::ONE, "poll {polls}");
            assert_eq!(bench.paid(), Credits::ONE, "poll {polls}");
        }
        assert!(finished.output.is_file());
    }
}
