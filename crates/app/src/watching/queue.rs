//! What a watch asks of the queue, and of whoever knows the prices. Everything that a watch ever spends goes through
//! [`WatchQueue::enqueue`]. What became of a picture is read from its job, so that no answer gets lost with a process.

use async_trait::async_trait;
use clearcut_batch::queue::Why;
use clearcut_credits::Credits;
use clearcut_store::{JobId, WatchId, WatchRow};
use jiff::Timestamp;

use crate::intake::Examined;
use crate::problem::{Code, Problem};
use crate::queue::stands_still_for;

/// The queue, as far as a watch knows it.
///
/// # What the implementor keeps
/// - `enqueue` writes one batch of origin [`WatchRow::origin`], `agreed` = `cap`, paid by `watch.account`, with one job a
///   picture in the order given, in one transaction; a job's `quoted` is the price it may cost at most, nothing where the
///   vault has it. Results go to `watch.output` (the tree below `watch.folder` kept), or beside the original.
/// - A job that the cap or [`stop`](Self::stop) took out of the queue ends *skipped* with one of the errors [`CAP`] and
///   [`STOPPED`]: the picture is asked for again later. One whose queue stands still ends *skipped* with the word of the reason, and
///   holds its watch. *Skipped* with any other error is the user's word and final.
/// - After a job of a watch has moved to its end, call [`Watching::wake`](super::Watching::wake); without it the next round
///   sees it a little later.
#[async_trait]
pub(crate) trait WatchQueue: Send + Sync {
    /// Queues pictures as one batch that may cost `cap` in all: the sum of their prices, at most what is left of today's budget.
    /// Answers with their jobs, in the same order, when they are written down; `None` for one whose result cannot be named.
    ///
    /// # Errors
    /// When nothing was queued.
    async fn enqueue(
        &self,
        watch: &WatchRow,
        pictures: Vec<Examined>,
        cap: Credits,
    ) -> Result<Vec<Option<JobId>>, Problem>;

    /// Sends nothing more of a watch until it is resumed. What is out is awaited.
    ///
    /// # Errors
    /// When that cannot be written down.
    async fn pause(&self, watch: WatchId) -> Result<(), Problem>;

    /// Goes on with what waits of a watch: the user's own act.
    ///
    /// # Errors
    /// When that cannot be written down.
    async fn resume(&self, watch: WatchId) -> Result<(), Problem>;

    /// Takes everything of a watch out of the queue that nothing was begun of.
    ///
    /// # Errors
    /// When that cannot be written down.
    async fn stop(&self, watch: WatchId) -> Result<(), Problem>;
}

/// The error of a job that its batch's cap took out of the queue.
pub(crate) const CAP: &str = clearcut_batch::LEFT_OUT;
/// The error of a job that [`WatchQueue::stop`] took out of the queue.
pub(crate) const STOPPED: &str = "stopped";

/// Why a watch takes nothing for the time being.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    /// The account has no credits left.
    OutOfCredits,
    /// The service refuses the key, or there is none.
    KeyRefused,
    /// The service has ended.
    ServiceEnded,
    /// Another account is at work.
    OtherAccount,
    /// Something else; tried again a little later.
    Trouble(Problem),
}

impl Held {
    /// What a queue that stands still for this reason means for a watch.
    pub(crate) fn by(why: Why) -> Self {
        stands_still_for(why, "The service").into()
    }
}

impl From<Problem> for Held {
    fn from(problem: Problem) -> Self {
        match problem.code {
            Code::OutOfCredits => Self::OutOfCredits,
            Code::KeyRefused | Code::KeyMissing => Self::KeyRefused,
            Code::ServiceEnded => Self::ServiceEnded,
            _ => Self::Trouble(problem),
        }
    }
}

/// Who knows what pictures cost, and whether the account of a watch may spend now.
#[async_trait]
pub(crate) trait Tariff: Send + Sync {
    /// Whether pictures of this watch may be queued now.
    fn may_spend(&self, watch: &WatchRow) -> Result<(), Held>;

    /// The price of each picture: nothing where it is paid already, `None` where the service would refuse it for its size.
    async fn prices(&self, watch: &WatchRow, pictures: &[Examined]) -> Result<Vec<Option<Credits>>, Held>;

    /// Whether a look at the balance after `since` shows credits for one more picture.
    fn has_credits_again(&self, watch: &WatchRow, since: Timestamp) -> bool;
}
