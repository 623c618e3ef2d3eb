//! Downloads: from an agreed quote to saved files. The rules of spending are `clearcut_batch`'s; this room lines pictures up,
//! tells the window where each one is, and starts nothing more once one answer says that nothing more should be sent.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clearcut_batch::{
    Agreed as AgreedCost, BatchError, Finished, NameSet, Order, Phase as BatchPhase, Watcher, plan_output,
};
use clearcut_credits::{Credits, Refusal};
use clearcut_store::{BatchId, JobId, JobState};
use tokio_util::sync::CancellationToken;

use crate::app::{App, blocking};
use crate::desk::Desk;
use crate::previews::RESULT;
use crate::problem::{Code, Problem};
use crate::proxies::{Proxies, VIEW_EDGE};
use crate::run::{Run, Turn, before_payg};
use crate::views::{BannerKind, Event, OutputOptions, Page, Phase, PictureId, PictureState, ResultView, SpendChoice};
use crate::{convert, sheet, words};

/// What the user agreed to for one picture. Amounts are decimal strings.
#[derive(Debug, Clone)]
pub struct Agreed {
    /// The price of this picture as it was quoted.
    pub cost: String,
    /// The most that this call may spend; no limit beyond `cost` when absent.
    pub cap: Option<String>,
    /// Draw nothing from pay-as-you-go.
    pub stop_before_payg: bool,
    /// The pictures it was agreed to together with.
    pub batch: Option<BatchId>,
}

/// A picture that was fetched and saved.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// What it cost and how large it is.
    pub view: ResultView,
    /// Where it was saved.
    pub output: PathBuf,
}

impl App {
    /// Downloads pictures as chosen for at most `agreed_cost` credits in all. Answers when they are queued; the rest arrives as
    /// events.
    ///
    /// # Errors
    /// When a picture is unknown or busy, no key is known, or the price is higher than what was agreed to.
    pub async fn download(
        &self,
        pictures: Vec<PictureId>,
        options: OutputOptions,
        agreed_cost: String,
        choice: SpendChoice,
    ) -> Result<(), Problem> {
        let agreed = amount(&agreed_cost)?;
        self.download_for(&self.desk(), pictures, options, agreed, &choice).await
    }

    /// [`download`](Self::download) at the desk that was quoted: its account pays, whichever one is put to work meanwhile.
    pub(crate) async fn download_for(
        &self,
        desk: &Arc<Desk>,
        pictures: Vec<PictureId>,
        options: OutputOptions,
        agreed: Credits,
        choice: &SpendChoice,
    ) -> Result<(), Problem> {
        let wanted = sheet::choice(choice)?;
        // What the user saw, and what a fresh look makes of it.
        let mut estimate = self.estimate(desk, &pictures, &options, 0).await?;
        let mut chosen = estimate.choose(wanted);
        if chosen.quote.charged > 0 && self.look_before(desk).await {
            let payg_seen = chosen.quote.by_pocket.payg;
            estimate = self.estimate(desk, &pictures, &options, 0).await?;
            chosen = estimate.choose(wanted);
            if chosen.quote.by_pocket.payg > payg_seen {
                return Err(Problem::new(Code::OverAgreed, words::PAYG_EARLY, ""));
            }
        }
        if chosen.quote.cost > agreed {
            return Err(words::over_agreed(agreed, chosen.quote.cost));
        }
        if chosen.quote.charged > 0 {
            desk.ready_to_send()?;
        }
        let pick = |wanted: bool| {
            let picked = pictures.iter().zip(&chosen.taken).filter(move |(_, taken)| **taken == wanted);
            picked.map(|(id, _)| *id).collect::<Vec<_>>()
        };
        let (taken, left) = (pick(true), pick(false));
        if taken.is_empty() && *choice != SpendChoice::RestOnDevice {
            return Err(words::nothing_to_download());
        }
        let on_device = if *choice == SpendChoice::RestOnDevice { left.clone() } else { Vec::new() };
        self.queue(&[taken.clone(), on_device.clone()].concat())?;
        if *choice == SpendChoice::UsePayg && !left.is_empty() {
            self.keep_waiting(desk, left, &options);
        }
        let never_payg = matches!(choice, SpendChoice::StopBeforePayg | SpendChoice::RestOnDevice);
        // One answer that says “no more” stops what is not out yet.
        let halt = self.stopping.child_token();
        let run =
            Arc::new(Run::new(desk, options, agreed, halt, never_payg, before_payg(&estimate.purse, &chosen.quote)));
        let charged = estimate.items.iter().zip(&chosen.taken).filter(|(_, taken)| **taken);
        let charged = charged.map(|(item, _)| !item.already_paid && !item.duplicate);
        let waiting: Vec<_> =
            taken.into_iter().zip(charged).map(|(id, charged)| self.send_one(&run, id, charged)).collect();
        for id in on_device {
            self.start_saving_on_device(id, run.options.clone(), run.batch);
        }
        let desk = Arc::clone(desk);
        self.spawn(|app| async move {
            for task in waiting {
                // A task that died left its picture's job where the next start finds it.
                let _ = task.await;
            }
            app.look_after(&desk).await;
            app.tidy_vault_if_grown();
        });
        Ok(())
    }

    /// Puts one picture of a run on its way.
    fn send_one(&self, run: &Arc<Run>, id: PictureId, charged: bool) -> tokio::task::JoinHandle<()> {
        let cancel = run.halt.child_token();
        self.change(id, |picture| picture.cancel = Some(cancel.clone()));
        let (me, run) = (self.me.clone(), Arc::clone(run));
        self.tasks.spawn(async move {
            let Some(app) = me.upgrade() else { return };
            let Ok(_permit) = Arc::clone(&app.sending).acquire_owned().await else { return };
            let Run { desk, options, agreed, batch, halt, .. } = &*run;
            let turn = if charged { run.turn().await } else { None };
            // The sum was agreed to above; each picture may cost the price it was quoted at, and no more.
            let fetched = match desk.spender.price(convert::size(options.size)) {
                Ok(price) => {
                    let stop_before_payg = run.never_payg || turn.is_some();
                    let agreed = AgreedCost { cost: price.min(*agreed), cap: None, stop_before_payg };
                    let bridge = Bridge { app: &app, id, turn: turn.as_ref(), cancel: &cancel };
                    app.fetch_agreed(desk, options, agreed, None, Some(*batch), &bridge).await
                }
                Err(error) => Err(error),
            };
            drop(turn);
            if let Err(error) = &fetched {
                app.stop_the_rest(&run, id, error);
            }
            let stopped = matches!(&fetched, Err(BatchError::Cancelled)) && halt.is_cancelled();
            // The window was told; nobody waits for the answer.
            drop(app.show_outcome(desk, id, options, fetched).await);
            if stopped && !app.stopping.is_cancelled() && !run.never_payg {
                app.keep_waiting(desk, vec![id], options);
            }
            app.credits_moved(desk);
            app.heed_other_use(&run).await;
        })
    }

    /// Where other use has taken what the rest of the run was to be paid from, nothing more is sent.
    async fn heed_other_use(&self, run: &Run) {
        if run.halt.is_cancelled() || !run.is_before_payg() {
            return;
        }
        let Some((subscription, _)) = self.look_within(&run.desk, &run.watch).await else { return };
        if subscription > Credits::ZERO && !run.never_payg {
            run.halt.cancel();
            self.say("payg-early", BannerKind::Error, words::PAYG_EARLY.to_owned(), None);
        }
    }

    /// Downloads one picture and waits for the file; for the terminal.
    ///
    /// # Errors
    /// When it was not saved; the problem says whether anything was charged.
    pub async fn fetch(
        &self,
        id: PictureId,
        options: &OutputOptions,
        agreed: Agreed,
        out: Option<PathBuf>,
    ) -> Result<Fetched, Problem> {
        let batch = agreed.batch;
        let agreed = AgreedCost {
            cost: amount(&agreed.cost)?,
            cap: agreed.cap.as_deref().map(amount).transpose()?,
            stop_before_payg: agreed.stop_before_payg,
        };
        self.queue(&[id])?;
        let cancel = self.cancellable(id);
        let desk = self.desk();
        let fetched = self.fetch_agreed(&desk, options, agreed, out, batch, &Bridge::of(self, id, &cancel)).await;
        let output = fetched.as_ref().map(|finished| finished.output.clone()).unwrap_or_default();
        let shown = self.show_outcome(&desk, id, options, fetched).await;
        self.credits_moved(&desk);
        shown.map(|view| Fetched { view, output })
    }

    /// Writes a paid picture once more, free.
    ///
    /// # Errors
    /// When it is not paid yet, or cannot be written.
    pub async fn save_again(&self, picture: PictureId, options: OutputOptions) -> Result<(), Problem> {
        self.queue(&[picture])?;
        let nothing = AgreedCost { cap: Some(Credits::ZERO), ..AgreedCost::to(Credits::ZERO) };
        let cancel = self.cancellable(picture);
        let desk = self.desk();
        let saved = self.fetch_agreed(&desk, &options, nothing, None, None, &Bridge::of(self, picture, &cancel)).await;
        // Nothing was agreed to, so a price means that the vault has it no more.
        let saved = saved.map_err(|error| match error {
            BatchError::OverAgreed { .. } => BatchError::KeptNoMore,
            other => other,
        });
        self.show_outcome(&desk, picture, &options, saved).await.map(|_| ())
    }

    /// Stops a preview, or a download that is not out yet.
    ///
    /// # Errors
    /// When the picture is unknown.
    pub async fn cancel(&self, picture: PictureId) -> Result<(), Problem> {
        if let Some(cancel) = &self.bench().get(picture)?.cancel {
            cancel.cancel();
        }
        Ok(())
    }

    /// Shows the saved file in the file manager.
    ///
    /// # Errors
    /// When nothing was saved yet, the file is gone, or the system has no file manager.
    pub async fn reveal(&self, picture: PictureId) -> Result<(), Problem> {
        let saved = self.bench().get(picture)?.saved.clone();
        let file = saved.ok_or_else(|| Problem::new(Code::BadRequest, "Nothing is saved of this picture yet.", ""))?;
        if !file.exists() {
            return Err(Problem::new(
                Code::NotFound,
                format!("{} is not there any more.", file.display()),
                "Save it again: that is free.",
            ));
        }
        self.host.reveal(&file).map_err(|error| words::not_opened("the file manager", &error))
    }

    /// What a picture cost that was charged in this run and yet not saved, a decimal string.
    pub fn charged_for(&self, picture: PictureId) -> Option<String> {
        self.bench().get(picture).ok()?.charged_unsaved.map(|charged| charged.to_string())
    }

    /// A token that ends the work on a picture: with [`cancel`](Self::cancel), or when the program closes.
    pub(crate) fn cancellable(&self, id: PictureId) -> CancellationToken {
        let cancel = self.stopping.child_token();
        self.change(id, |picture| picture.cancel = Some(cancel.clone()));
        cancel
    }

    /// Marks pictures as queued, all or none.
    fn queue(&self, pictures: &[PictureId]) -> Result<(), Problem> {
        {
            let bench = self.bench();
            for id in pictures {
                if bench.get(*id)?.is_busy() {
                    return Err(Problem::new(Code::BadRequest, "A picture is being downloaded already.", ""));
                }
            }
        }
        for id in pictures {
            self.change(*id, |picture| {
                picture.state = PictureState::Queued;
                picture.problem = None;
            });
        }
        Ok(())
    }

    /// The order for a picture: what is asked for, and the name it will get.
    pub(crate) fn order(
        &self,
        id: PictureId,
        options: &OutputOptions,
        out: Option<PathBuf>,
        batch: Option<BatchId>,
    ) -> Result<Order, Problem> {
        let look = convert::look(options)?;
        let format = convert::format(options.format);
        let mut bench = self.bench();
        let mut taken = NameSet::new();
        for planned in bench.planned() {
            taken.claim(planned);
        }
        let examined = bench.get(id)?.examined.clone();
        let folder = self.output_folder(&examined.path, out);
        let output = plan_output(&examined.path, Some(&folder), format, &mut taken);
        if let Some(picture) = bench.get_mut(id)
            && picture.is_busy()
        {
            picture.planned = Some(output.clone());
        }
        Ok(Order {
            input: examined.path,
            content: examined.content,
            probe: examined.probe,
            size: convert::size(options.size),
            look,
            format,
            output,
            batch,
        })
    }

    async fn fetch_agreed(
        &self,
        desk: &Desk,
        options: &OutputOptions,
        agreed: AgreedCost,
        out: Option<PathBuf>,
        batch: Option<BatchId>,
        bridge: &Bridge<'_>,
    ) -> Result<Finished, BatchError> {
        if bridge.cancel.is_cancelled() {
            return Err(BatchError::Cancelled);
        }
        // Whoever is on the bench can be ordered; a colour that is none was refused with the quote.
        let order = self.order(bridge.id, options, out, batch).map_err(|_| BatchError::Cancelled)?;
        desk.spender.download(&order, &agreed, bridge, bridge.cancel).await
    }

    /// After an answer that concerns the whole account nothing more is sent of the same download. What only lacks credits is
    /// offered again when some have come.
    fn stop_the_rest(&self, run: &Run, id: PictureId, error: &BatchError) {
        let lacks_credits =
            matches!(error, BatchError::OutOfCredits { .. } | BatchError::NotReserved(Refusal::Payg { .. }));
        let (banner, text, page) = match error {
            BatchError::OutOfCredits { .. } => ("out-of-credits", None, Some(Page::TopUp)),
            BatchError::NotReserved(Refusal::Payg { .. }) if !run.never_payg => {
                ("payg-early", Some(words::PAYG_EARLY.to_owned()), Some(Page::TopUp))
            }
            BatchError::NotReserved(Refusal::Payg { .. }) => ("payg-line", Some(words::PAYG_LINE.to_owned()), None),
            BatchError::KeyRefused { .. } => ("key-refused", None, Some(Page::Key)),
            BatchError::ServiceEnded { .. } => ("service-ended", None, None),
            BatchError::Store(_) | BatchError::NoRoom(_) => ("store", None, None),
            _ => return,
        };
        if matches!(error, BatchError::ServiceEnded { .. }) {
            run.desk.answered_as_closed();
            self.emit(Event::CreditsChanged);
        }
        run.halt.cancel();
        if lacks_credits && !run.never_payg {
            self.keep_waiting(&run.desk, vec![id], &run.options);
        }
        let text = text.unwrap_or_else(|| words::batch(error, &run.desk.profile.name).to_string());
        let page = page.filter(|page| run.desk.has_page(*page));
        self.say(banner, BannerKind::Error, text, page);
    }

    /// Tells the window what became of a picture.
    async fn show_outcome(
        &self,
        desk: &Desk,
        id: PictureId,
        options: &OutputOptions,
        outcome: Result<Finished, BatchError>,
    ) -> Result<ResultView, Problem> {
        match outcome {
            Ok(finished) => {
                self.vault_grew.fetch_or(!finished.from_vault, Ordering::Relaxed);
                let view = convert::result(&finished, options);
                self.keep_result(desk, id, finished.job).await;
                self.change(id, |picture| {
                    picture.state = PictureState::Saved;
                    picture.result = Some(view.clone());
                    picture.saved = Some(finished.output.clone());
                    picture.revision += 1;
                    picture.end_work();
                });
                Ok(view)
            }
            Err(error) => {
                let name = self.bench().get(id).map_or_else(|_| String::new(), crate::bench::Picture::name);
                let problem = words::batch(&error, &name);
                if let BatchError::PaidNotSaved { job, .. } = &error {
                    self.keep_result(desk, id, *job).await;
                }
                self.change(id, |picture| {
                    picture.charged_unsaved = Some(error.charged()).filter(|charged| !charged.is_zero());
                    picture.state = match &error {
                        BatchError::Unknown { .. } | BatchError::ServiceEnded { perhaps_charged: true, .. } => {
                            PictureState::Unknown
                        }
                        BatchError::PaidLost { .. } => PictureState::PaidLost,
                        BatchError::PaidNotSaved { .. } => PictureState::PaidNotSaved,
                        BatchError::Cancelled => picture.at_rest(),
                        // What is paid and saved stays so, whatever a further wish came to.
                        _ if picture.result.is_some() => picture.at_rest(),
                        _ => PictureState::Failed,
                    };
                    picture.problem = (problem.code != Code::Cancelled).then(|| problem.clone());
                    picture.end_work();
                });
                Err(problem)
            }
        }
    }

    /// Keeps a stand-in of the paid result for the window. Not keeping it costs a better picture on the screen, no more.
    async fn keep_result(&self, desk: &Desk, id: PictureId, job: JobId) {
        if self.front == crate::app::Front::Terminal {
            return;
        }
        let Ok(content) = self.bench().get(id).map(|picture| picture.examined.content.clone()) else { return };
        let spender = Arc::clone(&desk.spender);
        let proxies = Proxies::of(&self.folders.cache, &content);
        let kept = blocking(move || {
            let cutout = spender.paid_cutout(job, VIEW_EDGE).map_err(|error| error.to_string())?;
            proxies.keep_cutout(RESULT, &cutout).map_err(|error| error.to_string())
        })
        .await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(%error, "no stand-in for a paid result");
        }
    }
}

/// Hands the run's states and bytes on to the window.
struct Bridge<'a> {
    app: &'a App,
    id: PictureId,
    /// Ends with the reservation.
    turn: Option<&'a Turn<'a>>,
    cancel: &'a CancellationToken,
}

impl<'a> Bridge<'a> {
    fn of(app: &'a App, id: PictureId, cancel: &'a CancellationToken) -> Self {
        Self { app, id, turn: None, cancel }
    }
}

impl Watcher for Bridge<'_> {
    fn state(&self, _: JobId, state: JobState) {
        if let (JobState::Reserved, Some(turn)) = (state, self.turn) {
            turn.end();
        }
        let shown = match state {
            JobState::Reserved | JobState::Sending => PictureState::Sending,
            JobState::Answered | JobState::Settled => PictureState::Saving,
            // Ends are told with the outcome, which knows more.
            _ => return,
        };
        self.app.change(self.id, |picture| picture.state = shown);
        if matches!(state, JobState::Reserved | JobState::Settled) {
            self.app.tell_gauge();
        }
    }

    fn progress(&self, _: JobId, phase: BatchPhase, done: u64, total: Option<u64>) {
        let (phase, done, total) = match phase {
            // All of it is out: from here on there is nothing to count until the answer comes.
            BatchPhase::Upload if total == Some(done) => (Phase::Waiting, 0, None),
            BatchPhase::Upload => (Phase::Uploading, done, total),
            BatchPhase::Download => (Phase::Downloading, done, total),
            BatchPhase::Wait => (Phase::Waiting, done, total),
            BatchPhase::Save => (Phase::Saving, done, total),
        };
        self.app.emit(Event::Progress { picture: self.id, phase, done, total });
    }
}

pub(crate) fn amount(text: &str) -> Result<Credits, Problem> {
    text.parse()
        .ok()
        .filter(|amount: &Credits| !amount.is_negative())
        .ok_or_else(|| Problem::new(Code::BadRequest, format!("“{text}” is no amount of credits."), ""))
}
