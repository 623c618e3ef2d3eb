//! Who a runner speaks to, and how it waits. Nothing here sends or decides.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use clearcut_store::{BatchRow, JobId};

use crate::queue::{Status, Why};
use crate::{BatchError, Finished, Watcher};

/// Waits. Injected like the clock, so that a night's work can be tested in seconds.
pub trait Sleeper: Send + Sync {
    /// Returns after `wait` by the clock that goes with it.
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Waits by the system's own time.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSleeper;

impl Sleeper for TokioSleeper {
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(wait))
    }
}

/// Whoever follows a queue and looks at the balance for it.
#[async_trait]
pub trait Audience: Watcher {
    /// What became of a picture. `again`: it waits in the queue again.
    fn came(&self, job: JobId, result: &Result<Finished, BatchError>, again: bool);

    /// What a quiet look at the balance said of requests that may have been charged: `not_charged` wait in their queue again, or have
    /// failed where they were tried too often (`false`); of `open` nothing can be said.
    fn answered(&self, not_charged: &[(JobId, bool)], lost: &[JobId], open: &[JobId]);

    /// The queue's numbers changed.
    fn status(&self, status: &Status);

    /// Nothing of a batch waits any more.
    fn over(&self, batch: &BatchRow);

    /// A picture was charged: looks at the balance if that is due, and says why the queue should pause, if it should.
    async fn charged(&self) -> Option<Why>;

    /// Looks at the balance, twice where the first look proves nothing. `false`: it could not be looked at.
    async fn look(&self) -> bool;

    /// Whether the service can be reached, asked in a way that costs nothing.
    async fn reachable(&self) -> bool;
}
