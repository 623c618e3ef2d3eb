//! Waiting for credits: a purchase that the user has gone to make (15 to 40 minutes to book is normal), and the download that
//! stopped for want of them. When credits come, it asks whether to go on, and names the sum; nothing is spent unasked.

use std::sync::Arc;
use std::time::Duration;

use clearcut_credits::{Choice, Credits};
use jiff::Timestamp;

use crate::app::App;
use crate::desk::Desk;
use crate::host::{Notice, NoticeAction};
use crate::problem::{Code, Problem};
use crate::views::{BannerKind, Event, OutputOptions, PictureId, SpendChoice};
use crate::words;

/// How long between two looks while a purchase is awaited: often at first, then gently, for a good hour in all.
const LOOKS: [(u32, Duration); 3] =
    [(4, Duration::from_secs(15)), (9, Duration::from_mins(1)), (25, Duration::from_mins(2))];

/// A download that stopped for want of credits.
#[derive(Clone)]
pub(crate) struct Waiting {
    pub(crate) desk: Arc<Desk>,
    pub(crate) pictures: Vec<PictureId>,
    pub(crate) options: OutputOptions,
    /// The sum that the banner named; `None` until credits have come.
    pub(crate) offered: Option<Credits>,
}

/// The banner that offers to go on.
const ARRIVED: &str = "credits-arrived";

impl App {
    /// The user went to buy something: looks gently until it is there.
    pub(crate) fn await_purchase(&self) {
        let mut awaited = self.awaited();
        let already = awaited.replace(self.ground.clock.now()).is_some();
        drop(awaited);
        self.emit(Event::CreditsChanged);
        if already {
            return;
        }
        self.spawn(async |app| {
            for pause in LOOKS.iter().flat_map(|(times, pause)| std::iter::repeat_n(*pause, *times as usize)) {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = app.stopping.cancelled() => return,
                }
                app.look_and_tell().await;
                if app.awaited().is_none() {
                    return;
                }
            }
            *app.awaited() = None;
            app.emit(Event::CreditsChanged);
        });
    }

    /// Since when a purchase is awaited.
    pub(crate) fn awaited(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.awaiting_purchase.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Option<Waiting>> {
        self.waiting_download.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Keeps what a download could not pay for, to offer it when credits come.
    pub(crate) fn keep_waiting(&self, desk: &Arc<Desk>, pictures: Vec<PictureId>, options: &OutputOptions) {
        let mut waiting = self.waiting();
        match waiting.as_mut().filter(|waiting| waiting.desk.account.id == desk.account.id) {
            Some(waiting) => {
                let new = pictures.into_iter().filter(|id| !waiting.pictures.contains(id)).collect::<Vec<_>>();
                waiting.pictures.extend(new);
                waiting.options = options.clone();
            }
            None => {
                let (desk, options) = (Arc::clone(desk), options.clone());
                *waiting = Some(Waiting { desk, pictures, options, offered: None });
            }
        }
    }

    /// Credits came: says so, and offers to go on with what waits for them.
    pub(crate) async fn credits_arrived(&self, desk: &Desk, what: &str) {
        let awaited = self.awaited().take().is_some();
        let offer = self.offer(desk).await;
        if offer.is_none() && !awaited {
            return;
        }
        let (body, actions) = match &offer {
            Some((pictures, cost)) => (
                format!(
                    "Continue with {} for {}?",
                    if *pictures == 1 { "1 picture".to_owned() } else { format!("{pictures} pictures") },
                    words::credits(*cost)
                ),
                vec![NoticeAction::Resume],
            ),
            None => ("They can be used now.".to_owned(), Vec::new()),
        };
        let notice = Notice { id: ARRIVED.to_owned(), title: what.to_owned(), body, actions };
        let text = format!("{}. {}", notice.title, notice.body);
        self.say_resumable(ARRIVED, BannerKind::Info, text, offer.is_some());
        if !self.is_quiet_now()
            && let Err(error) = self.host.notify(&notice)
        {
            tracing::info!(%error, "no native notice");
        }
        self.emit(Event::CreditsChanged);
    }

    /// What of the waiting download the credits reach for now: pictures and their cost. Remembered as the sum agreed to when the
    /// user says yes.
    async fn offer(&self, desk: &Desk) -> Option<(usize, Credits)> {
        let waiting = self.waiting().clone().filter(|waiting| waiting.desk.account.id == desk.account.id)?;
        let known: Vec<PictureId> = {
            let bench = self.bench();
            let at_rest = |id: &PictureId| bench.get(*id).is_ok_and(|picture| !picture.is_busy() && !picture.is_paid());
            waiting.pictures.into_iter().filter(at_rest).collect()
        };
        let estimate = self.estimate(&waiting.desk, &known, &waiting.options, 0).await.ok()?;
        let chosen = estimate.choose(Choice::UsePayg);
        let pictures = chosen.taken.iter().filter(|taken| **taken).count();
        let cost = chosen.quote.cost;
        if pictures == 0 {
            return None;
        }
        if let Some(waiting) = self.waiting().as_mut() {
            waiting.pictures = known;
            waiting.offered = Some(cost);
        }
        Some((pictures, cost))
    }

    /// Goes on with the download that waited, for at most the sum its banner named.
    ///
    /// # Errors
    /// When nothing waits, or as [`download`](Self::download).
    pub async fn resume_download(&self) -> Result<(), Problem> {
        let waiting = self.waiting().take();
        let Some(Waiting { desk, pictures, options, offered: Some(sum) }) = waiting.clone() else {
            *self.waiting() = waiting;
            return Err(Problem::new(
                Code::BadRequest,
                "No download waits for credits that have come.",
                "Choose the pictures and download them.",
            ));
        };
        self.unsay(ARRIVED);
        let begun = self.download_for(&desk, pictures, options, sum, &SpendChoice::UsePayg).await;
        if begun.is_err() {
            *self.waiting() = waiting;
        }
        begun
    }
}
