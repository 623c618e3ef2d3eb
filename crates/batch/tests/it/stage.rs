//! A runner on the bench: whoever listens, a clock that jumps as soon as nothing else is to be done, and the questions that tests ask
//! of rows, files and money. Its tests run with tokio's clock stopped.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clearcut_batch::queue::{Mode, Status, Why};
use clearcut_batch::{
    Agreement, Audience, BatchError, Finished, Order, Runner, RunnerOptions, Sleeper, Spender, Watcher,
};
use clearcut_credits::{Credits, Standing};
use clearcut_service::BodySent;
use clearcut_store::testing::{ManualClock, RecordingFiles};
use clearcut_store::{BatchRow, Clock, DiskFiles, JobId, JobRow, JobState, Store, Vault};
use jiff::SignedDuration;
use tokio::runtime::{Handle, Runtime};

use crate::bench::{Bench, HEIGHT, WIDTH, spender_of};
use crate::script::{Says, Script, name_of};

/// A good answer for a credit.
pub(crate) fn whole() -> Says {
    Says::picture(WIDTH, HEIGHT, "1")
}

/// No answer, though the picture went out; charged or not, as the script says.
pub(crate) fn silence() -> Says {
    Says::nothing(BodySent::Yes)
}

/// Waits as long as asked by the runner's clock, which jumps there when nothing else is to be done: tokio's own clock stands still
/// in these tests and does the same.
#[derive(Debug)]
pub(crate) struct InstantSleeper(pub(crate) Arc<ManualClock>);

impl Sleeper for InstantSleeper {
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let clock = self.0.clone();
        let until = clock.now() + SignedDuration::try_from(wait).unwrap();
        Box::pin(async move {
            tokio::time::sleep(wait).await;
            let now = clock.now();
            if now < until {
                clock.advance(until.duration_since(now));
            }
        })
    }
}

/// What was told.
pub(crate) struct Heard {
    spender: Arc<Spender>,
    came: Mutex<Vec<(JobId, String, bool)>>,
    states: Mutex<Vec<(JobId, JobState)>>,
    over: Mutex<usize>,
    modes: Mutex<Vec<Mode>>,
    /// What is said after the next charge.
    pub(crate) after_charge: Mutex<Option<Why>>,
    pub(crate) network: AtomicBool,
    /// Called with every state that is told.
    on_state: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl Heard {
    fn new(spender: &Arc<Spender>) -> Self {
        Self {
            spender: spender.clone(),
            came: Mutex::default(),
            states: Mutex::default(),
            over: Mutex::default(),
            modes: Mutex::default(),
            after_charge: Mutex::default(),
            network: AtomicBool::new(true),
            on_state: Mutex::default(),
        }
    }

    pub(crate) fn on_state(&self, hook: impl Fn() + Send + 'static) {
        *self.on_state.lock().unwrap() = Some(Box::new(hook));
    }

    /// What was told of a job: `saved` or the error's code, and whether it waits again.
    pub(crate) fn of(&self, job: JobId) -> Vec<(String, bool)> {
        let came = self.came.lock().unwrap();
        came.iter().filter(|(of, ..)| *of == job).map(|(_, what, again)| (what.clone(), *again)).collect()
    }

    /// How often it was told that a batch is over.
    pub(crate) fn over(&self) -> usize {
        *self.over.lock().unwrap()
    }

    /// The modes it went through.
    pub(crate) fn modes(&self) -> Vec<Mode> {
        self.modes.lock().unwrap().clone()
    }
}

impl Watcher for Heard {
    fn state(&self, job: JobId, state: JobState) {
        self.states.lock().unwrap().push((job, state));
        if let Some(hook) = &*self.on_state.lock().unwrap() {
            hook();
        }
    }
}

#[async_trait]
impl Audience for Heard {
    fn came(&self, job: JobId, result: &Result<Finished, BatchError>, again: bool) {
        let what = result.as_ref().map_or_else(|error| error.code().to_owned(), |_| "saved".to_owned());
        self.came.lock().unwrap().push((job, what, again));
    }

    fn answered(&self, not_charged: &[(JobId, bool)], lost: &[JobId], _open: &[JobId]) {
        let mut came = self.came.lock().unwrap();
        came.extend(not_charged.iter().map(|(job, again)| (*job, "not_charged".to_owned(), *again)));
        came.extend(lost.iter().map(|job| (*job, "charged_after_all".to_owned(), false)));
    }

    fn status(&self, status: &Status) {
        let mut modes = self.modes.lock().unwrap();
        if modes.last() != Some(&status.mode) {
            modes.push(status.mode);
        }
    }

    fn over(&self, _: &BatchRow) {
        *self.over.lock().unwrap() += 1;
    }

    async fn charged(&self) -> Option<Why> {
        self.after_charge.lock().unwrap().take()
    }

    async fn look(&self) -> bool {
        match self.spender.refresh_balance().await {
            Ok(looked) if looked.standing == Standing::Conclusive => true,
            Ok(_) => self.spender.refresh_balance().await.is_ok(),
            Err(_) => false,
        }
    }

    async fn reachable(&self) -> bool {
        self.network.load(Ordering::SeqCst)
    }
}

/// A bench with a runner.
pub(crate) struct Stage {
    pub(crate) bench: Bench,
    pub(crate) heard: Arc<Heard>,
    pub(crate) runner: Runner,
}

/// Sixteen at a time would begin with four; tests of limits want all of them.
pub(crate) fn options() -> RunnerOptions {
    RunnerOptions::default()
}

impl Stage {
    pub(crate) fn new(script: Script) -> Self {
        Self::over(Bench::with_script(script), options())
    }

    pub(crate) fn over(bench: Bench, options: RunnerOptions) -> Self {
        let heard = Arc::new(Heard::new(&bench.spender));
        let runner = runner_of(&bench.spender, &heard, &bench.clock, options);
        Self { bench, heard, runner }
    }

    /// Another process on the same data folder: nothing in memory is shared.
    pub(crate) fn other_process(&self) -> Other {
        let files = RecordingFiles::over(Arc::new(DiskFiles));
        let data = self.bench.home.path().join("data");
        let store = Arc::new(Store::open_with(&data, self.bench.clock.clone()).unwrap());
        let vault = Arc::new(Vault::open(&data.join("vault"), Arc::new(files.clone())).unwrap());
        let spender = Arc::new(spender_of(&store, &vault, &files, &self.bench.clock, self.bench.script.clone()));
        let heard = Arc::new(Heard::new(&spender));
        let runner = runner_of(&spender, &heard, &self.bench.clock, options());
        Other { store, spender, runner }
    }

    /// The next start: the process is gone with everything in memory.
    pub(crate) async fn restarted(self) -> Self {
        let Self { bench, runner, heard } = self;
        drop((runner, heard));
        Self::over(bench.restarted(), options())
    }

    pub(crate) fn orders(&self, names: &[String]) -> Vec<(Order, bool)> {
        orders(&self.bench, names)
    }

    /// Begins pictures of these names, all of them to be charged, agreed to at so many credits.
    pub(crate) fn begin(&self, names: &[String], agreed: &str) -> (BatchRow, Vec<JobRow>) {
        self.begin_with(names, agreed, |agreement| agreement)
    }

    pub(crate) fn begin_with(
        &self,
        names: &[String],
        agreed: &str,
        change: impl FnOnce(Agreement) -> Agreement,
    ) -> (BatchRow, Vec<JobRow>) {
        let agreement = change(agreement(self.orders(names), agreed));
        self.runner.begin(agreement, |_, _| ()).unwrap()
    }

    /// Where each of these jobs is.
    pub(crate) fn states(&self, jobs: &[JobRow]) -> Vec<JobState> {
        jobs.iter().map(|job| self.bench.store.job(job.id).unwrap().state).collect()
    }

    pub(crate) fn count(&self, jobs: &[JobRow], state: JobState) -> usize {
        self.states(jobs).into_iter().filter(|found| *found == state).count()
    }

    /// How often each file was sent.
    pub(crate) fn sent(&self) -> HashMap<String, usize> {
        sent(&self.bench)
    }

    /// The laws, at rest.
    pub(crate) fn all_is_well(&self) {
        self.bench.money_is_conserved();
        self.bench.only_whole_results();
        self.bench.nothing_incoming();
    }

    pub(crate) fn mode(&self) -> Mode {
        self.runner.status().mode
    }

    pub(crate) fn why(&self) -> Option<Why> {
        match self.mode() {
            Mode::Paused(why) => Some(why),
            _ => None,
        }
    }
}

/// What another process has.
pub(crate) struct Other {
    pub(crate) store: Arc<Store>,
    pub(crate) spender: Arc<Spender>,
    pub(crate) runner: Runner,
}

fn runner_of(spender: &Arc<Spender>, heard: &Arc<Heard>, clock: &Arc<ManualClock>, options: RunnerOptions) -> Runner {
    let sleeper = Arc::new(InstantSleeper(clock.clone()));
    Runner::start(spender.clone(), heard.clone(), sleeper, options, &Handle::current())
}

pub(crate) fn orders(bench: &Bench, names: &[String]) -> Vec<(Order, bool)> {
    names.iter().map(|name| (bench.order(name), true)).collect()
}

pub(crate) fn agreement(orders: Vec<(Order, bool)>, agreed: &str) -> Agreement {
    Agreement {
        origin: "window".to_owned(),
        label: "dogs".to_owned(),
        agreed: agreed.parse().unwrap(),
        never_payg: false,
        before_payg: 0,
        orders,
        free_stays_free: false,
        here: Vec::new(),
    }
}

pub(crate) fn sent(bench: &Bench) -> HashMap<String, usize> {
    let mut sent = HashMap::new();
    for request in bench.script.requests() {
        *sent.entry(name_of(&request)).or_default() += 1;
    }
    sent
}

/// `dog-01.png` and so on.
pub(crate) fn names(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("dog-{number:02}.png")).collect()
}

pub(crate) fn credits(text: &str) -> Credits {
    text.parse().unwrap()
}

/// A runtime whose clock stands still, with one thread for blocking work, that looks at its main task before any other.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .event_interval(1)
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
}
