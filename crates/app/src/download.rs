//! Downloads: from an agreed quote into the queue, and single pictures that are fetched or saved at once. The rules of spending are
//! `clearcut_batch`'s.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clearcut_batch::{Agreed as AgreedCost, BatchError, Finished, Order, Phase as BatchPhase, Watcher};
use clearcut_credits::Credits;
use clearcut_store::{BatchId, JobId, JobState};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::desk::Desk;
use crate::intake::file_name;
use crate::orders::Saving;
use crate::problem::{Code, Problem};
use crate::queue::sentences;
use crate::queue::{self, Beginning};
use crate::views::{BannerKind, OutputOptions, PictureId, ResultView, SpendChoice};
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
        let taken = queue::taken_and_charged(&estimate, &chosen, &pictures);
        let left: Vec<PictureId> =
            pictures.iter().zip(&chosen.taken).filter(|(_, taken)| !**taken).map(|(id, _)| *id).collect();
        let here = if *choice == SpendChoice::RestOnDevice { left.clone() } else { Vec::new() };
        if taken.is_empty() && here.is_empty() {
            return Err(words::nothing_to_download());
        }
        if *choice == SpendChoice::UsePayg && !left.is_empty() {
            self.keep_waiting(desk, left, &options);
        }
        // What is paid already is free, and need not wait for a queue that stands still.
        let at_once = chosen.quote.charged == 0 && self.stands_still(desk);
        let queued = if at_once {
            self.save_at_once(desk, taken.iter().map(|(id, _)| *id).collect(), &options)?;
            Vec::new()
        } else {
            taken
        };
        if queued.is_empty() && here.is_empty() {
            return Ok(());
        }
        let beginning = Beginning {
            desk,
            origin: "window",
            options: &options,
            saving: &Saving::default(),
            agreed,
            never_payg: matches!(choice, SpendChoice::StopBeforePayg | SpendChoice::RestOnDevice),
            before_payg: queue::before_payg(&estimate.purse, &chosen.quote),
            pictures: queued,
            here,
        };
        let begun = self.begin(beginning).await?;
        self.start_cutting_out_here(&begun.working, begun.here);
        Ok(())
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
        self.queue_up(&[id])?;
        let cancel = self.cancellable(id);
        let desk = self.desk();
        let fetched = self.fetch_now(&desk, (options, out, batch), agreed, &Bridge::of(self, id, &cancel)).await;
        self.credits_moved(&desk);
        fetched
    }

    /// Writes a paid picture once more, free.
    ///
    /// # Errors
    /// When it is not paid yet, or cannot be written.
    pub async fn save_again(&self, picture: PictureId, options: OutputOptions) -> Result<(), Problem> {
        self.queue_up(&[picture])?;
        self.save_paid(&self.desk(), picture, &options).await
    }

    /// Saves paid pictures beside the queue, one after the other. Nothing of it may cost.
    fn save_at_once(&self, desk: &Arc<Desk>, ids: Vec<PictureId>, options: &OutputOptions) -> Result<(), Problem> {
        self.queue_up(&ids)?;
        let (desk, options) = (Arc::clone(desk), options.clone());
        self.spawn(async move |app| {
            // Named together: each folder is listed once.
            let planned = match app.plan_orders(&ids, &options, &Saving::default(), None).await {
                Ok(planned) => planned,
                Err(problem) => {
                    app.let_go(&ids);
                    return app.say("saving", BannerKind::Error, problem.to_string(), None);
                }
            };
            app.left_out(planned.existing, planned.unnamed);
            app.promise(planned.orders.iter());
            for (id, order) in planned.orders {
                let cancel = app.cancellable(id);
                // The window is told by the picture's state.
                drop(app.fetch_order(&desk, &options, order, for_nothing(), &Bridge::of(&app, id, &cancel)).await);
            }
        });
        Ok(())
    }

    /// Saves one paid picture, which may cost nothing.
    async fn save_paid(&self, desk: &Desk, id: PictureId, options: &OutputOptions) -> Result<(), Problem> {
        let cancel = self.cancellable(id);
        self.fetch_now(desk, (options, None, None), for_nothing(), &Bridge::of(self, id, &cancel)).await.map(|_| ())
    }

    /// Stops a preview, or a download that is not out yet.
    ///
    /// # Errors
    /// When the picture is unknown.
    pub async fn cancel(&self, picture: PictureId) -> Result<(), Problem> {
        let cancel = self.bench().get(picture)?.cancel.clone();
        match cancel {
            Some(cancel) => cancel.cancel(),
            None => self.skip(vec![picture]).await?,
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

    /// The order for a picture: what is asked for, and the name it will get.
    ///
    /// # Errors
    /// When its result exists already and such pictures are left out, or it cannot be named.
    pub(crate) async fn order(
        &self,
        id: PictureId,
        options: &OutputOptions,
        out: Option<PathBuf>,
        batch: Option<BatchId>,
    ) -> Result<Order, Problem> {
        let mut planned = self.plan_orders(&[id], options, &Saving::into_folder(out), batch).await?;
        if let Some((_, order)) = planned.orders.pop() {
            if let Some(picture) = self.bench().get_mut(id) {
                picture.planned = Some(order.output.clone());
            }
            return Ok(order);
        }
        let existing = planned.existing.pop().map(|(_, file)| sentences::exists_already(&file_name(&file)));
        Err(existing
            .or_else(|| planned.unnamed.pop().map(|(_, problem)| problem))
            .unwrap_or_else(words::nothing_to_download))
    }

    /// Fetches one picture now, beside the queue, and tells the window what became of it.
    async fn fetch_now(
        &self,
        desk: &Desk,
        (options, out, batch): (&OutputOptions, Option<PathBuf>, Option<BatchId>),
        agreed: AgreedCost,
        bridge: &Bridge<'_>,
    ) -> Result<Fetched, Problem> {
        let id = bridge.id;
        let order = match self.order(id, options, out, batch).await {
            Ok(order) => order,
            Err(problem) => {
                self.change(id, |picture| {
                    picture.state = picture.at_rest();
                    picture.problem = Some(problem.clone());
                    picture.end_work();
                });
                return Err(problem);
            }
        };
        self.fetch_order(desk, options, order, agreed, bridge).await
    }

    async fn fetch_order(
        &self,
        desk: &Desk,
        options: &OutputOptions,
        order: Order,
        agreed: AgreedCost,
        bridge: &Bridge<'_>,
    ) -> Result<Fetched, Problem> {
        let fetched = desk.spender.download(&order, &agreed, bridge, bridge.cancel).await;
        let fetched = fetched.map_err(|error| match error {
            // Nothing was agreed to, so a price means that the vault has it no more.
            BatchError::OverAgreed { .. } if agreed.cap == Some(Credits::ZERO) => BatchError::KeptNoMore,
            other => other,
        });
        self.show_outcome(bridge.id, options, fetched)
    }

    /// Tells the window what became of a picture.
    fn show_outcome(
        &self,
        id: PictureId,
        options: &OutputOptions,
        outcome: Result<Finished, BatchError>,
    ) -> Result<Fetched, Problem> {
        match outcome {
            Ok(finished) => {
                self.vault_grew.fetch_or(!finished.from_vault, Ordering::Relaxed);
                let view = convert::result(&finished, options);
                self.change(id, |picture| picture.saved_as(&finished, &view));
                Ok(Fetched { view, output: finished.output })
            }
            Err(error) => {
                let name = self.bench().get(id).map_or_else(|_| String::new(), crate::bench::Picture::name);
                let problem = words::batch(&error, &name);
                self.change(id, |picture| picture.failed_as(&error, &problem));
                Err(problem)
            }
        }
    }
}

/// What is paid already may cost nothing.
fn for_nothing() -> AgreedCost {
    AgreedCost { cap: Some(Credits::ZERO), ..AgreedCost::to(Credits::ZERO) }
}

/// Hands the run's states and bytes on to the window.
struct Bridge<'a> {
    app: &'a App,
    id: PictureId,
    cancel: &'a CancellationToken,
}

impl<'a> Bridge<'a> {
    fn of(app: &'a App, id: PictureId, cancel: &'a CancellationToken) -> Self {
        Self { app, id, cancel }
    }
}

impl Watcher for Bridge<'_> {
    fn state(&self, _: JobId, state: JobState) {
        let Some(shown) = convert::on_its_way(state) else { return };
        self.app.change(self.id, |picture| picture.state = shown);
        if matches!(state, JobState::Reserved | JobState::Settled) {
            self.app.tell_gauge();
        }
    }

    fn progress(&self, _: JobId, phase: BatchPhase, done: u64, total: Option<u64>) {
        self.app.emit(convert::progress(self.id, phase, done, total));
    }
}

pub(crate) fn amount(text: &str) -> Result<Credits, Problem> {
    text.parse()
        .ok()
        .filter(|amount: &Credits| !amount.is_negative())
        .ok_or_else(|| Problem::new(Code::BadRequest, format!("“{text}” is no amount of credits."), ""))
}
