//! The driver of an account's [queue](crate::queue): it performs the deeds on tokio, each picture through its own
//! [machine](crate::machine). It decides nothing; what it knows beyond the queue is where the rows, the files and the sockets are.
//!
//! One runner an account and process. Two processes may each have one: every batch is driven by the run that took it, whose lock
//! the operating system frees with the process.

mod audience;
mod boot;
mod ends;
mod here;
mod quiet;
mod state;

use std::sync::{Arc, Mutex, PoisonError};

use clearcut_credits::Credits;
use clearcut_store::{BatchId, BatchRow, BatchState, JobId, JobRow, RunId};
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

pub use audience::{Audience, Sleeper, TokioSleeper};
pub use boot::{Offered, Waiting};
pub use quiet::look as look_in_quiet;

use crate::queue::{Mode, Status, Why};
use crate::{BatchError, Order, Spender};
use state::{Driver, Entry};

/// How a runner works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunnerOptions {
    /// The most pictures on their way at a time, 1 to 16.
    pub at_a_time: usize,
    /// Megapixels that may be in memory at a time: decoding and encoding take a core each, and a picture of 12 megapixels about
    /// 52 MB. A larger one than all of them together goes alone.
    pub megapixels_in_memory: u32,
    /// Waits a quiet minute to learn what became of unanswered requests; else they are left for a later look.
    pub asks: bool,
}

impl Default for RunnerOptions {
    /// Sixteen on their way; in memory a picture of 12 megapixels a core, two at least and four at most.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let pictures = u32::try_from(cores.clamp(2, 4)).unwrap_or(2);
        Self { at_a_time: 16, megapixels_in_memory: 12 * pictures, asks: true }
    }
}

/// An agreement: what is to be sent, and what it may cost.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// `window`, `terminal`, or `watch:` and an id.
    pub origin: String,
    /// What people call it.
    pub label: String,
    /// The most that all of it may cost.
    pub agreed: Credits,
    /// Nothing of it may be drawn from PAYG.
    pub never_payg: bool,
    /// So many of its charged pictures were quoted as paid without PAYG.
    pub before_payg: usize,
    /// The pictures in their order, and whether each will be charged.
    pub orders: Vec<(Order, bool)>,
    /// Those that will not be charged are quoted nothing: one that would cost after all is left out, like one beyond the limit.
    pub free_stays_free: bool,
    /// Pictures that are cut out on this computer, free, and written down with the others, so that a restart knows of them
    /// ([`Runner::cut_out_here`]).
    pub here: Vec<Order>,
}

/// The error of a job that was left out because it would have cost more than what was agreed to.
pub const LEFT_OUT: &str = "cap";
/// The error of a job that the user took out of the queue.
pub const SKIPPED: &str = "skipped";

/// What the driver is asked for.
enum Command {
    Add {
        batch: BatchRow,
        entries: Vec<(JobId, Entry)>,
    },
    /// Requests of an earlier run that may have been charged.
    Open(BatchId, Vec<(JobId, Entry)>),
    Pause(Why),
    Resume(Vec<BatchRow>),
    Take(Vec<JobId>, &'static str, oneshot::Sender<()>),
    /// Like [`Self::Take`], and what is on its way does not wait again either.
    Stop(Vec<JobId>, oneshot::Sender<()>),
    /// With what they may cost.
    Again(BatchRow, Vec<(JobId, Entry)>, Credits),
    First(Vec<JobId>),
    Rescue(Vec<JobId>),
    /// A picture that is cut out on this computer is over.
    HereOver(JobId),
    Close,
}

/// Where a runner stands, for those who wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    /// Nothing is on its way and nothing will be by itself.
    at_rest: bool,
    closed: bool,
    /// Counts the commands that were taken in.
    heard: u64,
}

/// Drives the queue of an account. Dropping it without [`Self::close`] ends the work like a death: the next start puts it right.
pub struct Runner {
    spender: Arc<Spender>,
    commands: mpsc::UnboundedSender<Command>,
    standing: watch::Receiver<Standing>,
    shared: Arc<Mutex<state::Shared>>,
    run: Arc<Mutex<state::Run>>,
    asked: Mutex<u64>,
}

impl Runner {
    /// A runner with an empty queue, at work on `runtime` until it is closed.
    #[must_use]
    pub fn start(
        spender: Arc<Spender>,
        audience: Arc<dyn Audience>,
        sleeper: Arc<dyn Sleeper>,
        options: RunnerOptions,
        runtime: &Handle,
    ) -> Self {
        let (commands, heard) = mpsc::unbounded_channel();
        let (tell, standing) = watch::channel(Standing { at_rest: true, closed: false, heard: 0 });
        let run = Arc::new(Mutex::new(state::Run::default()));
        let driver = Driver::new(Arc::clone(&spender), audience, sleeper, options, Arc::clone(&run));
        let shared = driver.shared();
        runtime.spawn(driver.drive(heard, tell));
        Self { spender, commands, standing, shared, run, asked: Mutex::new(0) }
    }

    /// Writes an agreement down and begins it behind whatever waits already. When this returns it survives a power cut. `noted` is
    /// called when it is written and before the first picture is sent. The rows are those of the orders, then those of the pictures that
    /// are cut out here; these wait until they are asked for.
    ///
    /// # Errors
    /// When the records cannot be written; nothing is sent then.
    pub fn begin(
        &self,
        agreement: Agreement,
        noted: impl FnOnce(&BatchRow, &[JobRow]),
    ) -> Result<(BatchRow, Vec<JobRow>), BatchError> {
        let Agreement { origin, label, agreed, never_payg, before_payg, orders, free_stays_free, here } = agreement;
        let spender = &self.spender;
        let run = self.run()?;
        let batch = BatchRow {
            never_payg,
            before_payg: u32::try_from(before_payg).unwrap_or(u32::MAX),
            run: Some(run.id()),
            ..BatchRow::new(spender.account(), &origin, &label, agreed)
        };
        let row = |(order, charged): &(Order, bool)| {
            let row = spender.row(order, run.id())?;
            let free = free_stays_free && !charged;
            Ok::<_, BatchError>(if free { JobRow { quoted: Credits::ZERO, ..row } } else { row })
        };
        let mut rows: Vec<JobRow> = orders.iter().map(row).collect::<Result<_, _>>()?;
        rows.extend(here.iter().map(|order| spender.row_here(order, run.id())));
        let (batch, rows) = spender.parts.store.batch_insert(&batch, &rows)?;
        noted(&batch, &rows);
        let entries = rows.iter().zip(orders).map(|(row, (order, charged))| {
            let order = Order { batch: Some(batch.id), ..order };
            (row.id, Entry::new(row, order, charged))
        });
        self.ask(Command::Add { batch: batch.clone(), entries: entries.collect() });
        Ok((batch, rows))
    }

    /// Starts nothing new, awaits what is out.
    pub fn pause(&self) {
        self.ask(Command::Pause(Why::User));
    }

    /// Pauses for a reason that somebody else has seen.
    pub fn pause_for(&self, why: Why) {
        self.ask(Command::Pause(why));
    }

    /// Goes on, on the terms that the user agreed to for what still waits: `(batch, credits more at most, pictures paid without
    /// PAYG, never PAYG)`.
    ///
    /// # Errors
    /// When the agreement cannot be written down; then it stays paused.
    pub fn resume(&self, agreed: &[(BatchId, Credits, usize, bool)]) -> Result<(), BatchError> {
        let mut resumed = Vec::with_capacity(agreed.len());
        for (batch, more, before_payg, never_payg) in agreed {
            let counted = u32::try_from(*before_payg).unwrap_or(u32::MAX);
            resumed.push(self.spender.parts.store.batch_agree(*batch, *more, counted, *never_payg)?);
        }
        self.ask(Command::Resume(resumed));
        Ok(())
    }

    /// Takes pictures that wait out of the queue. What is on its way is not touched.
    pub async fn take(&self, jobs: Vec<JobId>) {
        self.take_as(jobs, SKIPPED).await;
    }

    /// The same for a reason of its own: the jobs end *skipped* with this error.
    pub async fn take_as(&self, jobs: Vec<JobId>, error: &'static str) {
        let (done, taken) = oneshot::channel();
        self.ask(Command::Take(jobs, error, done));
        // Without a driver nothing waits.
        let _ = taken.await;
    }

    /// Stops: what waits of these is left out, what is out is awaited, and what comes back uncharged is left out, too.
    pub async fn stop(&self, jobs: Vec<JobId>) {
        let (done, taken) = oneshot::channel();
        self.ask(Command::Stop(jobs, done));
        // Without a driver nothing waits.
        let _ = taken.await;
    }

    /// Puts these before all others of their batches.
    pub fn first(&self, jobs: Vec<JobId>) {
        self.ask(Command::First(jobs));
    }

    /// Where the queue stands now.
    #[must_use]
    pub fn status(&self) -> Status {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).status
    }

    /// The most that everything in the queue may cost, as it was agreed to.
    #[must_use]
    pub fn agreed(&self) -> Credits {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).agreed
    }

    /// The run it works under, once it has one.
    #[must_use]
    pub fn run_id(&self) -> Option<RunId> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner).id()
    }

    /// Whether something waits or is on its way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let status = self.status();
        let standing = *self.standing.borrow();
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        !standing.closed && (status.waiting + status.sending > 0 || !standing.at_rest || standing.heard < asked)
    }

    /// Returns when nothing is on its way and nothing will be by itself: all done, or paused.
    pub async fn at_rest(&self) {
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let rests = |standing: &Standing| standing.closed || standing.at_rest && standing.heard >= asked;
        // A driver that is gone is at rest.
        let _ = self.standing.clone().wait_for(rests).await;
    }

    /// Returns when everything that was asked for is taken in, so that [`Self::status`] tells of it.
    pub async fn has_heard(&self) {
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        // A driver that is gone hears nothing any more.
        let _ = self.standing.clone().wait_for(|standing| standing.closed || standing.heard >= asked).await;
    }

    /// Starts nothing new, awaits what is out, and ends. What waits is offered at the next start.
    pub async fn close(&self) {
        self.ask(Command::Close);
        let _ = self.standing.clone().wait_for(|standing| standing.closed).await;
    }

    fn run(&self) -> Result<Arc<clearcut_store::RunGuard>, BatchError> {
        let mut run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        run.guard(&self.spender)
    }

    fn ask(&self, command: Command) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        *asked += 1;
        // Without a driver everything is at rest, and stays on disk.
        let _ = self.commands.send(command);
    }
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// The state of a batch's row that goes with a mode of the queue.
fn noted(mode: Mode) -> (BatchState, Option<&'static str>) {
    match mode {
        Mode::Running | Mode::Asking | Mode::Offline => (BatchState::Running, None),
        Mode::Paused(why) => (BatchState::Paused, Some(why.as_str())),
    }
}

/// When that is, counted from now; nothing where it is past.
fn until(at: Timestamp, now: Timestamp) -> std::time::Duration {
    std::time::Duration::try_from(at.duration_since(now)).unwrap_or_default()
}
