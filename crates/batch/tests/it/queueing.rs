//! The queue on a real database with a scripted service: what becomes of rows when batches end, balances speak late, and the same
//! pictures come again.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use clearcut_batch::queue::{Status, Why};
use clearcut_batch::{Agreement, Audience, BatchError, Finished, Runner, RunnerOptions, Sleeper, Watcher};
use clearcut_credits::{Balance, Credits};
use clearcut_service::BodySent;
use clearcut_store::testing::ManualClock;
use clearcut_store::{AccountId, BatchRow, BatchState, JobId, JobRow, JobState, Store};
use jiff::SignedDuration;
use tokio::runtime::Handle;

use crate::bench::{Bench, HEIGHT, WIDTH};
use crate::script::Says;

/// Waits by setting the clock on.
struct Skips(Arc<ManualClock>);

impl Sleeper for Skips {
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let clock = Arc::clone(&self.0);
        Box::pin(async move {
            tokio::task::yield_now().await;
            clock.advance(SignedDuration::try_from(wait).unwrap());
        })
    }
}

/// Looks at a balance that never changes, once it can be looked at.
struct House {
    store: Arc<Store>,
    there: AtomicBool,
}

const FORTY: Credits = Credits::whole(40);

impl House {
    fn look_once(&self) {
        let balance = Balance {
            total: Some(FORTY),
            subscription: Some(FORTY),
            payg: Some(Credits::ZERO),
            enterprise: Some(Credits::ZERO),
            free_previews: Some(0),
        };
        self.store.record_balance(AccountId::PRACTICE, balance).unwrap();
    }
}

impl Watcher for House {}

#[async_trait]
impl Audience for House {
    fn came(&self, _: JobId, _: &Result<Finished, BatchError>, _: bool) {}
    fn answered(&self, _: &[(JobId, bool)], _: &[JobId], _: &[JobId]) {}
    fn status(&self, _: &Status) {}
    fn over(&self, _: &BatchRow) {}

    async fn charged(&self) -> Option<Why> {
        None
    }

    async fn look(&self) -> bool {
        let there = self.there.load(Ordering::SeqCst);
        if there {
            self.look_once();
            self.look_once();
        }
        there
    }

    async fn reachable(&self) -> bool {
        true
    }
}

struct Desk {
    bench: Bench,
    house: Arc<House>,
    runner: Runner,
}

impl Desk {
    fn with(says: impl IntoIterator<Item = Says>) -> Self {
        let bench = Bench::new(says);
        let house = Arc::new(House { store: Arc::clone(&bench.store), there: AtomicBool::new(true) });
        house.look_once();
        let sleeper = Arc::new(Skips(Arc::clone(&bench.clock)));
        let spender = Arc::clone(&bench.spender);
        let runner = Runner::start(spender, house.clone(), sleeper, RunnerOptions::default(), &Handle::current());
        Self { bench, house, runner }
    }

    /// One picture as a batch of its own, to its end; as its row then says.
    async fn batch_of(&self, name: &str) -> (BatchRow, JobRow) {
        let agreement = Agreement {
            origin: "terminal".to_owned(),
            label: name.to_owned(),
            agreed: Credits::ONE,
            never_payg: false,
            before_payg: 1,
            orders: vec![(self.bench.order(name), true)],
            free_stays_free: false,
            here: Vec::new(),
        };
        let (batch, rows) = self.runner.begin(agreement, |_, _| {}).unwrap();
        self.runner.at_rest().await;
        let store = &self.bench.store;
        (store.batch(batch.id).unwrap(), store.job(rows[0].id).unwrap())
    }
}

/// Found by the fault harness: the picture went back into a queue that was closed, where nobody offers it and nobody sends it.
#[tokio::test]
async fn what_turns_out_uncharged_after_its_batch_is_over_has_failed_and_does_not_wait_for_ever() {
    let unanswered = || Says::nothing(BodySent::Yes);
    let desk = Desk::with([unanswered(), unanswered(), Says::picture(WIDTH, HEIGHT, "1")]);
    desk.house.there.store(false, Ordering::SeqCst);
    let (batch, dog) = desk.batch_of("dog.png").await;
    assert_eq!((batch.state, dog.state), (BatchState::Closed, JobState::Unknown));

    // The next batch asks for its own picture, and the balance answers for both.
    desk.house.there.store(true, Ordering::SeqCst);
    let (batch, cat) = desk.batch_of("cat.png").await;
    assert_eq!((batch.state, cat.state), (BatchState::Closed, JobState::Saved));
    let dog = desk.bench.store.job(dog.id).unwrap();
    assert_eq!((dog.state, dog.error.as_deref()), (JobState::Failed, Some("not_charged")));
    assert_eq!((desk.bench.reserved(), desk.bench.paid()), (Credits::ZERO, Credits::ONE));
    desk.runner.close().await;
}
