//! Where a queue is heard: what happens to its jobs becomes what the window and the terminal see of their pictures. It also looks at
//! the balance for the queue, by the rules of docs/money.md. Decides nothing about money.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_trait::async_trait;
use clearcut_batch::queue::{Mode, Status, Why};
use clearcut_batch::{Audience, BatchError, Finished, Phase as BatchPhase, Watcher};
use clearcut_credits::Credits;
use clearcut_store::{BatchRow, JobId, JobState};

use crate::app::App;
use crate::desk::Desk;
use crate::download::Fetched;
use crate::money::Watch;
use crate::problem::Code;
use crate::queue::book::{Begun, Book};
use crate::queue::sentences;
use crate::views::{Event, PictureState};
use crate::{convert, words};

/// The banner of a queue that stands still.
pub(crate) const QUEUE_BANNER: &str = "queue";

/// Hears one queue.
pub(crate) struct Hall {
    app: Weak<App>,
    desk: Arc<Desk>,
    book: Arc<Book>,
    watch: Watch,
    mode: Mutex<Mode>,
}

impl Hall {
    pub(crate) fn new(app: Weak<App>, desk: &Arc<Desk>, book: &Arc<Book>) -> Self {
        Self {
            app,
            desk: Arc::clone(desk),
            book: Arc::clone(book),
            watch: Watch::from(desk.now()),
            mode: Mutex::new(Mode::Running),
        }
    }

    fn of(&self, job: JobId) -> Option<(Arc<App>, Begun)> {
        Some((self.app.upgrade()?, self.book.begun(job)?))
    }

    fn paused(&self, app: &App, why: Why) {
        if why == Why::ServiceEnded {
            self.desk.answered_as_closed();
            app.emit(Event::CreditsChanged);
        }
        let Some((kind, text, page)) = sentences::queue_paused(why, &self.desk.profile.name) else { return };
        let page = page.filter(|page| self.desk.has_page(*page));
        app.say(QUEUE_BANNER, kind, text, page);
    }
}

impl Watcher for Hall {
    fn state(&self, job: JobId, state: JobState) {
        let Some(app) = self.app.upgrade() else { return };
        if matches!(state, JobState::Reserved | JobState::Settled) {
            app.tell_gauge();
        }
        // A watched folder's picture is not on the bench.
        let Some(begun) = self.book.begun(job) else { return };
        let Some(shown) = convert::on_its_way(state) else { return };
        app.change(begun.picture, |picture| picture.state = shown);
    }

    fn progress(&self, job: JobId, phase: BatchPhase, done: u64, total: Option<u64>) {
        let Some((app, begun)) = self.of(job) else { return };
        if !self.book.is_worth_telling(begun.picture, done, total) {
            return;
        }
        app.emit(convert::progress(begun.picture, phase, done, total));
    }
}

#[async_trait]
impl Audience for Hall {
    fn came(&self, job: JobId, result: &Result<Finished, BatchError>, again: bool) {
        let Some(app) = self.app.upgrade() else { return };
        if let Ok(finished) = result {
            app.vault_grew.fetch_or(!finished.from_vault, Ordering::Relaxed);
        }
        let Some(Begun { picture: id, options, .. }) = self.book.begun(job) else {
            app.credits_moved(&self.desk);
            app.watching.wake();
            return;
        };
        let told = match result {
            Ok(finished) => {
                let view = convert::result(finished, &options);
                app.change(id, |picture| picture.saved_as(finished, &view));
                Ok(Fetched { view, output: finished.output.clone() })
            }
            Err(error) if again => {
                self.book.note_trouble(words::batch(error, &self.desk.profile.name));
                app.change(id, |picture| picture.state = PictureState::Queued);
                app.credits_moved(&self.desk);
                return;
            }
            Err(error) => {
                let name = app.bench().get(id).map_or_else(|_| String::new(), crate::bench::Picture::name);
                let problem = words::batch(error, &name);
                app.change(id, |picture| picture.failed_as(error, &problem));
                if problem.code == Code::MaybeCharged && !app.leaves_unknown.load(Ordering::SeqCst) {
                    // The balance will be asked; until then nobody who waits for the end is told.
                    self.book.withhold(job, (id, Err(problem)));
                    app.credits_moved(&self.desk);
                    return;
                }
                Err(problem)
            }
        };
        self.book.tell(&(id, told));
        app.credits_moved(&self.desk);
    }

    fn answered(&self, not_charged: &[(JobId, bool)], lost: &[JobId], open: &[JobId]) {
        if let Some(app) = self.app.upgrade() {
            app.watching.wake();
        }
        for (job, _) in not_charged {
            self.book.withdraw(*job);
        }
        for job in lost {
            self.book.withdraw(*job);
        }
        for job in open {
            self.book.tell_withheld(*job);
        }
        for (job, waits) in not_charged {
            let Some((app, begun)) = self.of(*job) else { continue };
            let problem = sentences::not_charged_after_all();
            app.change(begun.picture, |picture| {
                picture.state = if *waits { PictureState::Queued } else { PictureState::Failed };
                picture.problem = (!waits).then(|| problem.clone());
            });
            if !waits {
                self.book.tell(&(begun.picture, Err(problem)));
            }
        }
        for job in lost {
            let Some((app, begun)) = self.of(*job) else { continue };
            let problem = sentences::charged_after_all();
            app.change(begun.picture, |picture| {
                picture.state = PictureState::PaidLost;
                picture.problem = Some(problem.clone());
            });
            self.book.tell(&(begun.picture, Err(problem)));
        }
    }

    fn status(&self, status: &Status) {
        let Some(app) = self.app.upgrade() else { return };
        let before = std::mem::replace(&mut *self.mode.lock().unwrap_or_else(PoisonError::into_inner), status.mode);
        if before != status.mode {
            match status.mode {
                Mode::Paused(why) => self.paused(&app, why),
                Mode::Running | Mode::Asking | Mode::Offline => app.unsay(QUEUE_BANNER),
            }
        }
        let at_work = !matches!(status.mode, Mode::Paused(_)) && status.waiting + status.sending > 0;
        app.keep_awake(at_work || app.is_at_work_elsewhere(&self.desk));
        if let Mode::Paused(why) = status.mode
            && status.sending == 0
            && status.waiting > 0
        {
            app.hold_watches(&self.desk, why);
        }
        app.tell_queue(&self.desk, status);
    }

    fn over(&self, batch: &BatchRow) {
        let Some(app) = self.app.upgrade() else { return };
        app.batch_over(&self.desk, batch);
    }

    async fn charged(&self) -> Option<Why> {
        let app = self.app.upgrade()?;
        let (subscription, _) = app.look_within(&self.desk, &self.watch).await?;
        // What other programs took from the subscription, PAYG would have to pay.
        let reading = self.desk.read().ok()?;
        let waits = app.waits_for_subscription(&self.desk, &reading.state);
        (subscription > Credits::ZERO && waits).then_some(Why::PaygEarly)
    }

    async fn look(&self) -> bool {
        let Some(app) = self.app.upgrade() else { return false };
        let looked = self.desk.look_at_balance().await;
        app.tell_gauge();
        match looked {
            Ok(looked) => {
                app.tell_arrivals(&self.desk, &looked).await;
                app.raise_notices(&self.desk);
                !looked.is_empty()
            }
            Err(_) => false,
        }
    }

    async fn reachable(&self) -> bool {
        if !self.desk.profile.offers.account {
            // There is no free question to ask: the next picture will tell.
            return true;
        }
        match self.desk.look_at_balance().await {
            Ok(_) => true,
            Err(problem) => !matches!(problem.code, Code::NoNetwork | Code::TimedOut),
        }
    }
}
