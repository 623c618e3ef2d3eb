//! How a run tells what it is doing: states as they are written, and progress within a state. Nobody needs to listen.

use clearcut_service::Progress;
use clearcut_store::{JobId, JobState};

/// What within a picture's life takes long enough to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Bytes of the picture going out.
    Upload,
    /// Bytes of the answer coming in.
    Download,
    /// Milliseconds of waiting that the service asked for; `done` of `total` so far.
    Wait,
    /// Composing, encoding, writing: 0 of 1, then 1 of 1.
    Save,
}

/// Somebody who follows a run.
pub trait Watcher: Send + Sync {
    /// The job's row now says `state`.
    fn state(&self, job: JobId, state: JobState) {
        let _ = (job, state);
    }

    /// Cumulative progress within `phase`. `total` is unknown where the service did not say.
    fn progress(&self, job: JobId, phase: Phase, done: u64, total: Option<u64>) {
        let _ = (job, phase, done, total);
    }
}

/// Follows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWatcher;

impl Watcher for NoWatcher {}

/// The service's progress as the watcher hears it.
pub(crate) struct Transfer<'a> {
    pub(crate) job: JobId,
    pub(crate) watcher: &'a dyn Watcher,
}

impl Progress for Transfer<'_> {
    fn uploaded(&self, sent: u64, total: u64) {
        self.watcher.progress(self.job, Phase::Upload, sent, Some(total));
    }

    fn downloaded(&self, got: u64, total: Option<u64>) {
        self.watcher.progress(self.job, Phase::Download, got, total);
    }
}
