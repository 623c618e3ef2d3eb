//! How the queue is shown: one view, told whenever it changes and once more when a command asks. Works nothing out that a button could
//! spend: what going on costs is asked for when it stands still.

use std::sync::Arc;
use std::time::Duration;

use clearcut_batch::Offered;
use clearcut_batch::queue::{Mode, Status, Why};
use clearcut_credits::Credits;
use clearcut_store::{BatchRow, JobRow, JobState};

use crate::app::{App, Front};
use crate::desk::Desk;
use crate::host::Notice;
use crate::problem::Problem;
use crate::queue::Working;
use crate::queue::sentences;
use crate::views::{Event, QueueMode, QueueReason, QueueView, ResumeView};

/// A notice pops up for a batch of so many pictures or more: who waits for fewer is looking.
const WORTH_A_NOTICE: usize = 20;
/// The window is told so often at most; ends and pauses at once.
const TELL_EVERY: Duration = Duration::from_millis(150);

impl App {
    /// Where the queue of the account at work stands.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn queue(&self) -> Result<QueueView, Problem> {
        self.queue_of(&self.desk()).await
    }

    async fn queue_of(&self, desk: &Arc<Desk>) -> Result<QueueView, Problem> {
        let working = self.at_work(desk).filter(|working| working.runner.status().pictures() > 0);
        let mut view = match &working {
            Some(working) => self.shown(working, &working.runner.status()),
            None => {
                let offered = self.offered(desk).await?;
                if offered.is_empty() { idle() } else { interrupted(&offered, &desk.profile.name) }
            }
        };
        if view.mode == QueueMode::Paused && view.waiting > 0 {
            view.resume = self.resume_view(desk).await?;
        }
        Ok(view)
    }

    /// Tells the window where the queue of this account stands, if it is the one at work.
    pub(crate) fn tell_queue(&self, desk: &Desk, status: &Status) {
        if self.front == Front::Terminal || self.desk().account.id != desk.account.id {
            return;
        }
        let paused = matches!(status.mode, Mode::Paused(_)) && status.sending == 0;
        let over = status.waiting == 0 && status.sending == 0;
        if !(paused || over || self.is_time_for_the_queue(TELL_EVERY)) {
            return;
        }
        let Some(working) = self.at_work(desk) else { return };
        if paused && status.waiting > 0 {
            // What going on costs has to be worked out.
            return self.tell_queue_of(desk);
        }
        let queue = self.shown(&working, status);
        self.emit(Event::Queue { queue });
    }

    /// Works the whole view out and tells it.
    pub(crate) fn tell_queue_of(&self, desk: &Desk) {
        let account = desk.account.id;
        self.spawn(async move |app| {
            let desk = app.desk();
            if desk.account.id != account {
                return;
            }
            match app.queue_of(&desk).await {
                Ok(queue) => app.emit(Event::Queue { queue }),
                Err(problem) => tracing::error!(%problem, "the queue cannot be read"),
            }
        });
    }

    fn shown(&self, working: &Working, status: &Status) -> QueueView {
        let (mode, reason) = match status.mode {
            Mode::Running if status.waiting + status.sending == 0 => (QueueMode::Idle, None),
            Mode::Running => (QueueMode::Running, None),
            Mode::Asking => (QueueMode::Asking, None),
            Mode::Offline => (QueueMode::Offline, None),
            Mode::Paused(why) if status.sending > 0 => (QueueMode::Pausing, Some(why)),
            Mode::Paused(_) if status.waiting == 0 => (QueueMode::Idle, None),
            Mode::Paused(why) => (QueueMode::Paused, Some(why)),
        };
        let service = &working.desk.profile.name;
        let text = match mode {
            QueueMode::Asking => Some(sentences::QUEUE_ASKING.to_owned()),
            QueueMode::Offline => Some(sentences::queue_offline(service)),
            _ => reason.and_then(|why| sentences::queue_paused(why, service)).map(|(_, text, _)| text),
        };
        QueueView {
            mode,
            reason: reason.map(shown_reason),
            text,
            label: working.book.label(),
            pictures: status.pictures(),
            waiting: status.waiting,
            sending: status.sending,
            saved: status.saved,
            failed: status.failed,
            left_out: status.left_out,
            unknown: status.unknown,
            paid_lost: status.lost,
            paid_not_saved: status.not_saved,
            charged: status.spent.to_string(),
            agreed: working.runner.agreed().to_string(),
            bytes_done: status.bytes_done,
            bytes: status.bytes,
            at_a_time: status.at_a_time,
            eta_s: status.eta_s,
            wait_s: status.wait_s,
            resume: None,
        }
    }

    /// Nothing of a batch waits any more: says so where its user may look elsewhere, and looks at the balance.
    pub(crate) fn batch_over(&self, desk: &Arc<Desk>, batch: &BatchRow) {
        let (desk, batch) = (Arc::clone(desk), batch.clone());
        self.spawn(async move |app| {
            let jobs = app.ground.store.batch_jobs(batch.id).unwrap_or_default();
            // A watched folder is looked at where it is shown; its many batches are none of the user's.
            let is_theirs = !batch.is_of_a_watch();
            // It is over for them when what is cut out on this computer is done, too.
            let goes_on = jobs.iter().any(|job| matches!(job.state, JobState::Queued | JobState::Planned));
            if is_theirs
                && !goes_on
                && jobs.len() >= WORTH_A_NOTICE
                && app.front == Front::Window
                && !app.is_quiet_now()
            {
                let notice = ended(&batch, &jobs);
                if let Err(error) = app.host.notify(&notice) {
                    tracing::info!(%error, "no native notice");
                }
            }
            app.look_after(&desk).await;
            app.tell_queue_of(&desk);
            if app.front == Front::Window {
                app.tidy_vault_if_grown();
            }
        });
    }
}

fn ended(batch: &BatchRow, jobs: &[JobRow]) -> Notice {
    let count = |state: JobState| jobs.iter().filter(|job| job.state == state).count();
    let charged: Credits = jobs.iter().filter_map(|job| job.charged).sum();
    let (title, body) = sentences::batch_ended(
        &batch.label,
        [
            count(JobState::Saved),
            count(JobState::Failed),
            count(JobState::Skipped),
            count(JobState::Unknown),
            count(JobState::PaidLost),
            count(JobState::Settled),
        ],
        charged,
    );
    Notice { id: format!("batch-{}", batch.id), title, body, actions: Vec::new() }
}

fn idle() -> QueueView {
    QueueView {
        mode: QueueMode::Idle,
        reason: None,
        text: None,
        label: String::new(),
        pictures: 0,
        waiting: 0,
        sending: 0,
        saved: 0,
        failed: 0,
        left_out: 0,
        unknown: 0,
        paid_lost: 0,
        paid_not_saved: 0,
        charged: "0".to_owned(),
        agreed: "0".to_owned(),
        bytes_done: 0,
        bytes: 0,
        at_a_time: 0,
        eta_s: None,
        wait_s: None,
        resume: None,
    }
}

/// What an earlier start left.
fn interrupted(offered: &[Offered], service: &str) -> QueueView {
    let jobs = || offered.iter().flat_map(|offered| &offered.jobs);
    let count = |state: JobState| jobs().filter(|job| job.state == state).count();
    let sum = |amounts: Vec<Credits>| amounts.into_iter().sum::<Credits>().to_string();
    let why = offered.first().and_then(|offered| offered.batch.reason.as_deref()).and_then(Why::of);
    let why = why.unwrap_or(Why::Interrupted);
    QueueView {
        mode: QueueMode::Paused,
        reason: Some(shown_reason(why)),
        text: sentences::queue_paused(why, service).map(|(_, text, _)| text),
        label: offered.first().map_or_else(String::new, |offered| offered.batch.label.clone()),
        pictures: jobs().count(),
        waiting: count(JobState::Queued),
        saved: count(JobState::Saved),
        failed: count(JobState::Failed),
        left_out: count(JobState::Skipped),
        unknown: count(JobState::Unknown),
        paid_lost: count(JobState::PaidLost),
        paid_not_saved: count(JobState::Settled),
        charged: sum(jobs().filter_map(|job| job.charged).collect()),
        agreed: sum(offered.iter().map(|offered| offered.batch.agreed).collect()),
        resume: None::<ResumeView>,
        ..idle()
    }
}

pub(crate) fn shown_reason(why: Why) -> QueueReason {
    match why {
        Why::User => QueueReason::User,
        Why::Interrupted => QueueReason::Interrupted,
        Why::OutOfCredits => QueueReason::OutOfCredits,
        Why::KeyRefused => QueueReason::KeyRefused,
        Why::ServiceEnded => QueueReason::ServiceEnded,
        Why::PaygEarly => QueueReason::PaygEarly,
        Why::Price => QueueReason::Price,
        Why::Unlike => QueueReason::Unlike,
        Why::Folder => QueueReason::Folder,
        Why::NoRoom => QueueReason::NoRoom,
        Why::Records => QueueReason::Records,
        Why::Trouble => QueueReason::Trouble,
        Why::TooFast => QueueReason::TooFast,
        Why::Offline => QueueReason::Offline,
    }
}
