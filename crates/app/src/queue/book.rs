//! Which picture on the bench is which job, and who waits to hear of it. Knows nothing of credits.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use clearcut_store::JobId;
use tokio::sync::mpsc;

use crate::download::Fetched;
use crate::problem::Problem;
use crate::views::{OutputOptions, PictureId};

/// Between two tellings of how far one picture's bytes have come.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// What became of a picture, for whoever waits for it.
pub type Outcome = (PictureId, Result<Fetched, Problem>);

/// A picture that was begun.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) picture: PictureId,
    pub(crate) options: OutputOptions,
    /// It is cut out on this computer.
    pub(crate) here: bool,
}

/// The pictures of a queue.
#[derive(Debug, Default)]
pub(crate) struct Book {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    by_job: HashMap<JobId, Begun>,
    by_picture: HashMap<PictureId, JobId>,
    listeners: Vec<mpsc::UnboundedSender<Outcome>>,
    told: HashMap<PictureId, Instant>,
    /// Outcomes that may still change.
    withheld: HashMap<JobId, Outcome>,
    label: String,
    /// What last made the queue stand still, in its own words.
    trouble: Option<Problem>,
}

impl Book {
    /// Notes pictures that begin together, and what people call them.
    pub(crate) fn begin(&self, label: &str, begun: impl IntoIterator<Item = (JobId, Begun)>) {
        let mut inner = self.inner();
        label.clone_into(&mut inner.label);
        for (job, begun) in begun {
            inner.by_picture.insert(begun.picture, job);
            inner.by_job.insert(job, begun);
        }
    }

    /// Hears what becomes of every picture, as it happens.
    pub(crate) fn listen_to_all(&self) -> mpsc::UnboundedReceiver<Outcome> {
        let (tell, heard) = mpsc::unbounded_channel();
        self.inner().listeners.push(tell);
        heard
    }

    pub(crate) fn tell(&self, outcome: &Outcome) {
        // Whoever does not listen any more is forgotten.
        self.inner().listeners.retain(|tell| tell.send(outcome.clone()).is_ok());
    }

    /// Remembers what a picture came back with that waits again.
    pub(crate) fn note_trouble(&self, problem: Problem) {
        self.inner().trouble = Some(problem);
    }

    /// What a picture came back with last that waits again.
    pub(crate) fn trouble(&self) -> Option<Problem> {
        self.inner().trouble.clone()
    }

    /// Keeps an outcome back that may still change.
    pub(crate) fn withhold(&self, job: JobId, outcome: Outcome) {
        self.inner().withheld.insert(job, outcome);
    }

    /// It did change: what was kept back is forgotten.
    pub(crate) fn withdraw(&self, job: JobId) {
        self.inner().withheld.remove(&job);
    }

    /// It stays as it was.
    pub(crate) fn tell_withheld(&self, job: JobId) {
        let outcome = self.inner().withheld.remove(&job);
        if let Some(outcome) = outcome {
            self.tell(&outcome);
        }
    }

    /// Nothing changes any more: everything that was kept back is told.
    pub(crate) fn tell_all_withheld(&self) {
        let all: Vec<Outcome> = self.inner().withheld.drain().map(|(_, outcome)| outcome).collect();
        all.iter().for_each(|outcome| self.tell(outcome));
    }

    pub(crate) fn begun(&self, job: JobId) -> Option<Begun> {
        self.inner().by_job.get(&job).cloned()
    }

    pub(crate) fn job(&self, picture: PictureId) -> Option<JobId> {
        self.inner().by_picture.get(&picture).copied()
    }

    /// The job that cuts a picture out on this computer, if its last one does.
    pub(crate) fn job_here(&self, picture: PictureId) -> Option<(JobId, OutputOptions)> {
        let inner = self.inner();
        let job = inner.by_picture.get(&picture)?;
        inner.by_job.get(job).filter(|begun| begun.here).map(|begun| (*job, begun.options.clone()))
    }

    pub(crate) fn label(&self) -> String {
        self.inner().label.clone()
    }

    /// Whether it is time to tell how far a picture has come; the end always is.
    pub(crate) fn is_worth_telling(&self, picture: PictureId, done: u64, total: Option<u64>) -> bool {
        let mut inner = self.inner();
        if total == Some(done) {
            inner.told.remove(&picture);
            return true;
        }
        let now = Instant::now();
        let due = inner.told.get(&picture).is_none_or(|told| now.duration_since(*told) >= TELL_EVERY);
        if due {
            inner.told.insert(picture, now);
        }
        due
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
