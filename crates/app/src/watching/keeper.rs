//! Who has the rounds done: the window's own task for every watch, or a terminal for the one it was started for. Waits for time,
//! news of the folder, or a change; never decides what a round does.

use std::collections::hash_map::Entry;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clearcut_batch::watch::{Hints, next_look};
use clearcut_store::{DiskFiles, JobRow, StoreError, WatchFileRow, WatchFileState, WatchRow};
use jiff::tz::TimeZone;

use super::mind::Mind;
use super::round::{Round, Rounds, Seen};
use super::shown::{outcome, state};
use super::words::reason;
use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::views::{WatchFileOutcome, WatchId, WatchState};
use crate::words;

/// A pause before the next round where there is more to read at once.
const AT_ONCE: Duration = Duration::from_millis(20);
/// News of many changes come as one.
const NEWS_GATHER: Duration = Duration::from_millis(400);

/// A file that came to its end in a round, for the terminal.
#[derive(Debug, Clone)]
pub struct WatchLine {
    /// The file.
    pub input: PathBuf,
    /// Its result.
    pub output: Option<PathBuf>,
    /// What became of it.
    pub outcome: WatchFileOutcome,
    /// Why there is no result, as a sentence.
    pub reason: Option<String>,
    /// Credits charged for it, a decimal string; `None` where that is not known.
    pub charged: Option<String>,
}

/// A round, for the terminal.
#[derive(Debug, Clone)]
pub struct WatchRound {
    /// What came to its end.
    pub lines: Vec<WatchLine>,
    /// What the watch is doing.
    pub state: WatchState,
    /// Why, where the state alone does not say.
    pub problem: Option<Problem>,
    /// Nothing settles, nothing is ready that may be taken, nothing is in the queue.
    pub idle: bool,
    /// When the next round is due, unless something happens before.
    pub next: Duration,
}

impl App {
    /// Looks after every watch until the program ends.
    pub(crate) fn start_watching(&self) {
        self.spawn(async |app| {
            loop {
                let next = app.all_rounds().await;
                tokio::select! {
                    () = tokio::time::sleep(next) => {}
                    () = app.watching.wake.notified() => tokio::time::sleep(NEWS_GATHER).await,
                    () = app.stopping.cancelled() => return,
                }
            }
        });
    }

    /// One round of every watch; answers with when the next is due.
    async fn all_rounds(&self) -> Duration {
        let watches = self.ground.store.watches().unwrap_or_default();
        let mut next = next_look(true, false);
        for watch in watches {
            if self.stopping.is_cancelled() {
                break;
            }
            match self.one_round(&watch).await {
                Ok(round) => next = next.min(due(&round.seen)),
                Err(problem) => tracing::error!(%problem, "a watch"),
            }
        }
        self.tell_watches();
        next
    }

    /// One round of one watch, for the terminal.
    ///
    /// # Errors
    /// When there is no such watch, or the records cannot be read.
    pub async fn watch_round(&self, watch: WatchId) -> Result<WatchRound, Problem> {
        let row = self.watch_row(watch)?;
        let round = self.one_round(&row).await?;
        let counts = self.ground.store.watch_counts(row.id).map_err(|error| words::store(&error))?;
        let (state, problem) = state(&row, &round.seen, self.desk().account.id == row.account);
        let Round { seen, ended } = round;
        Ok(WatchRound {
            lines: ended.iter().map(|(file, job)| line(&row, file, job.as_ref())).collect(),
            state,
            problem,
            idle: counts.queued == 0 && !seen.unsteady && !seen.more,
            next: due(&seen),
        })
    }

    /// Returns when a round has something new to see, or after `next`.
    pub async fn watch_wait(&self, next: Duration) {
        tokio::select! {
            () = tokio::time::sleep(next) => {}
            () = self.watching.wake.notified() => tokio::time::sleep(NEWS_GATHER.min(next)).await,
            () = self.stopping.cancelled() => {}
        }
    }

    /// Gives the watch back to whoever looks after it next.
    pub async fn leave_watch(&self, watch: WatchId) {
        self.watching.minds.lock().await.remove(&clearcut_store::WatchId(watch.0));
    }

    async fn one_round(&self, watch: &WatchRow) -> Result<Round, Problem> {
        let mut minds = self.watching.minds.lock().await;
        // It may have been paused, changed or removed while another round was under way.
        let watch = match self.ground.store.watch(watch.id) {
            Ok(watch) => watch,
            Err(StoreError::NotFound { .. }) => return Ok(Round::default()),
            Err(error) => return Err(words::store(&error)),
        };
        let mind = match minds.entry(watch.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let (store, id) = (Arc::clone(&self.ground.store), watch.id);
                match blocking(move || Mind::of(&store, id)).await?.map_err(|error| words::store(&error))? {
                    Some(mind) => {
                        // Whoever looked after it before may have died.
                        self.take_back_from_watches(Some(watch.id)).await;
                        place.insert(mind)
                    }
                    None => {
                        let seen = Seen { elsewhere: true, ..Seen::default() };
                        self.watching.seen().insert(watch.id, seen.clone());
                        return Ok(Round { seen, ended: Vec::new() });
                    }
                }
            }
        };
        let Some(me) = self.me.upgrade() else { return Ok(Round::default()) };
        let rounds = Rounds {
            store: Arc::clone(&self.ground.store),
            files: Arc::new(DiskFiles),
            clock: Arc::clone(&self.ground.clock),
            zone: TimeZone::system(),
            queue: Arc::clone(&self.watching.queue),
            tariff: me,
        };
        let round = rounds.round(&watch, mind).await?;
        if !watch.paused && !round.seen.away && !mind.asked_for_hints {
            mind.asked_for_hints = true;
            let (folder, recursive) = (watch.folder.clone(), watch.recursive);
            let wake = Arc::clone(&self.watching.wake);
            mind.hints = blocking(move || Hints::of(&folder, recursive, move || wake.notify_one())).await?;
        }
        self.watching.seen().insert(watch.id, round.seen.clone());
        self.tell_standing(&watch, &round.seen);
        Ok(round)
    }
}

fn due(seen: &Seen) -> Duration {
    if seen.more { AT_ONCE } else { next_look(seen.hinted, seen.unsteady) }
}

fn line(watch: &WatchRow, file: &WatchFileRow, job: Option<&JobRow>) -> WatchLine {
    let done = file.state == WatchFileState::Done;
    WatchLine {
        input: watch.folder.join(&file.path),
        output: job.filter(|_| done).map(|job| job.output.clone()),
        outcome: outcome(file),
        reason: file.error.as_deref().map(reason),
        charged: job.and_then(|job| job.charged).map(|charged| charged.to_string()),
    }
}
