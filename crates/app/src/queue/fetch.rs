//! A list that somebody waits for: the terminal's way through the queue. The same queue as the window's; what is different is only
//! that the caller hears of every picture and of the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clearcut_batch::queue::{Mode, Why};
use clearcut_credits::Credits;
use clearcut_store::JobState;
use tokio::sync::mpsc;

use crate::app::{App, blocking};
use crate::orders::Saving;
use crate::problem::{Code, Problem};
use crate::queue::book::Outcome;
use crate::queue::sentences;
use crate::queue::show::shown_reason;
use crate::queue::{Beginning, BegunList, Working};
use crate::views::{OutputOptions, PictureId, PictureState, PictureView, QueueReason, ResumeView};
use crate::words;

/// What is to be fetched together, as it was agreed to.
#[derive(Debug)]
pub struct FetchList {
    /// The pictures in their order, each once, and whether it will be charged.
    pub pictures: Vec<(PictureId, bool)>,
    /// How they are to be saved.
    pub options: OutputOptions,
    /// Where to, and under which names.
    pub saving: Saving,
    /// The most it may cost in all.
    pub agreed: Credits,
    /// Nothing of it may be drawn from pay-as-you-go.
    pub never_payg: bool,
    /// So many charged pictures are quoted as paid without pay-as-you-go.
    pub before_payg: usize,
    /// Pictures that are cut out on this computer, each once: written down with the others, and done by
    /// [`App::save_on_device_file`].
    pub here: Vec<PictureId>,
}

/// What became of a picture before.
#[derive(Debug, Clone)]
pub enum Earlier {
    /// Its cutout lies here.
    Saved(PathBuf),
    /// A request for it went unanswered and may have been charged: it is not sent again by itself.
    Unanswered(Problem),
}

/// A list on its way.
pub struct Fetching {
    working: Arc<Working>,
    outcomes: mpsc::UnboundedReceiver<Outcome>,
    at_rest: bool,
}

impl Fetching {
    /// The next picture that is done with; `None` when nothing more comes by itself: all is done, or it stands still.
    pub async fn next(&mut self) -> Option<Outcome> {
        if !self.at_rest {
            tokio::select! {
                biased;
                outcome = self.outcomes.recv() => {
                    if outcome.is_some() {
                        return outcome;
                    }
                }
                () = self.working.runner.at_rest() => {}
            }
            self.working.runner.at_rest().await;
            self.at_rest = true;
            self.working.book.tell_all_withheld();
        }
        self.outcomes.try_recv().ok()
    }

    /// Sends nothing new; what was sent is awaited, and nothing is asked of the balance any more.
    pub fn pause(&self) {
        self.working.runner.pause_for(Why::Interrupted);
    }

    fn why(&self) -> Option<Why> {
        match self.working.runner.status().mode {
            Mode::Paused(why) => Some(why),
            Mode::Running | Mode::Asking | Mode::Offline => None,
        }
    }

    /// Why it stands still, by its name.
    #[must_use]
    pub fn reason(&self) -> Option<QueueReason> {
        self.why().map(shown_reason)
    }

    /// Why it stands still with pictures in it.
    #[must_use]
    pub fn stands_still(&self) -> Option<Problem> {
        let why = self.why()?;
        if let (Why::Folder | Why::NoRoom | Why::Records, Some(trouble)) = (why, self.working.book.trouble()) {
            // It names the folder, and says what to do about it.
            return Some(trouble);
        }
        let problem = stands_still_for(why, &self.working.desk.profile.name);
        Some(Problem { hint: "Run it again with --resume to go on.".to_owned(), ..problem })
    }
}

/// Why nothing is sent, as a problem.
pub(crate) fn stands_still_for(why: Why, service: &str) -> Problem {
    let text =
        sentences::queue_paused(why, service).map_or_else(|| "The queue is paused.".to_owned(), |(_, text, _)| text);
    Problem::new(code_of(why), text, "")
}

/// The code that a picture gets which was not sent for this reason.
fn code_of(why: Why) -> Code {
    match why {
        Why::User | Why::Interrupted => Code::Cancelled,
        Why::OutOfCredits => Code::OutOfCredits,
        Why::KeyRefused => Code::KeyRefused,
        Why::ServiceEnded => Code::ServiceEnded,
        Why::PaygEarly | Why::Price | Why::Unlike => Code::OverAgreed,
        Why::Folder => Code::FileTrouble,
        Why::NoRoom => Code::DiskFull,
        Why::Records => Code::StoreTrouble,
        Why::Trouble => Code::ServiceTrouble,
        Why::TooFast => Code::RateLimited,
        Why::Offline => Code::NoNetwork,
    }
}

impl App {
    /// Puts a list into the queue and hands back what becomes of it. Pictures whose results exist already, or that cannot be named, are
    /// answered at once.
    ///
    /// # Errors
    /// When a picture is unknown or busy, the options make no sense, or the list cannot be written down.
    pub async fn fetch_list(&self, list: FetchList) -> Result<(Fetching, Vec<(PictureId, Problem)>), Problem> {
        let FetchList { pictures, options, saving, agreed, never_payg, before_payg, here } = list;
        let desk = self.desk();
        let heard = self.working(&desk).book.listen_to_all();
        let beginning = Beginning {
            desk: &desk,
            origin: "terminal",
            options: &options,
            saving: &saving,
            agreed,
            never_payg,
            before_payg,
            pictures,
            here,
        };
        let BegunList { working, left_out, .. } = self.begin(beginning).await?;
        Ok((Fetching { working, outcomes: heard, at_rest: false }, left_out))
    }

    /// What earlier runs of this account left in their queues, and nobody drives: the pictures, which are on the bench from now on, and
    /// what going on would cost. `None` where there is nothing.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn left_behind(&self) -> Result<Option<(Vec<PictureView>, ResumeView)>, Problem> {
        let desk = self.desk();
        let offered = self.offered(&desk).await?;
        let Some(view) = self.resume_view(&desk).await? else { return Ok(None) };
        let ids = self.show_offered(&self.working(&desk), &offered, true);
        let bench = self.bench();
        let pictures = ids.iter().filter_map(|id| bench.get(*id).ok()).map(crate::bench::Picture::view).collect();
        Ok(Some((pictures, view)))
    }

    /// Goes on with what earlier runs left, for at most `agreed` credits. The pictures that are cut out on this computer come with it,
    /// for [`save_on_device_file`](Self::save_on_device_file).
    ///
    /// # Errors
    /// As [`resume_queue`](Self::resume_queue).
    pub async fn go_on(&self, agreed: Credits) -> Result<(Fetching, Vec<PictureId>), Problem> {
        let desk = self.desk();
        let outcomes = self.working(&desk).book.listen_to_all();
        let here = self.resume_for(&desk, agreed).await?;
        Ok((Fetching { working: self.working(&desk), outcomes, at_rest: false }, here))
    }

    /// The original of a picture on the bench.
    pub fn original_of(&self, id: PictureId) -> Option<PathBuf> {
        self.bench().get(id).ok().map(|picture| picture.examined.path.clone())
    }

    /// Whether a picture waits in the queue.
    pub fn is_waiting(&self, id: PictureId) -> bool {
        self.bench().get(id).is_ok_and(|picture| picture.state == PictureState::Queued)
    }

    /// What became of this very picture before, at the account at work.
    ///
    /// # Errors
    /// When a picture is unknown, or the records cannot be read.
    pub async fn earlier(&self, id: PictureId) -> Result<Option<Earlier>, Problem> {
        let (path, content) = {
            let bench = self.bench();
            let examined = &bench.get(id)?.examined;
            (examined.path.clone(), examined.content.to_string())
        };
        let (store, account) = (Arc::clone(&self.ground.store), self.desk().account.id);
        let jobs =
            blocking(move || store.jobs_of(account, &path, &content)).await?.map_err(|error| words::store(&error))?;
        if jobs.iter().any(|job| job.state == JobState::Unknown) {
            return Ok(Some(Earlier::Unanswered(sentences::unanswered_before())));
        }
        let saved = jobs.into_iter().find(|job| job.state == JobState::Saved && job.output.exists());
        Ok(saved.map(|job| Earlier::Saved(job.output)))
    }

    /// At most so many pictures on their way at a time, in this program only. Counts for queues that begin afterwards.
    pub fn at_most_at_a_time(&self, most: u8) {
        self.settings().at_a_time = Some(most.clamp(1, 16));
    }

    /// From now on nobody waits a quiet minute to learn what became of requests that went unanswered: they are left as they are, for
    /// a later look. Counts for queues that begin afterwards.
    pub fn leave_unknown(&self) {
        self.leaves_unknown.store(true, Ordering::SeqCst);
    }
}
