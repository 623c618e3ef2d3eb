//! Going on: with what an earlier start left, with what was paused, with pictures that failed. Each names its sum first, and is begun
//! only by the user's word for it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use clearcut_batch::{BatchError, Estimate, Offered, Order, SKIPPED, Shares, Spender, Waiting};
use clearcut_credits::{Choice, Credits};
use clearcut_store::{BatchId, BatchRow, JobId, JobRow, JobState, RunId, Store};

use crate::app::{App, blocking};
use crate::convert;
use crate::desk::Desk;
use crate::download::amount;
use crate::intake::Examined;
use crate::problem::{Code, Problem};
use crate::queue::book::Begun;
use crate::queue::{Working, before_payg, trouble};
use crate::views::{OutputOptions, PictureId, PictureState, ResumeView};
use crate::words;

/// What waits, and what it will cost.
struct Waits {
    /// For each batch, its jobs that wait.
    batches: Vec<(BatchId, bool, Vec<JobId>)>,
    estimate: Estimate,
    /// So many that nobody is at work on are cut out on this computer.
    here: usize,
}

impl Waits {
    fn view(&self) -> ResumeView {
        let chosen = self.estimate.choose(Choice::UsePayg);
        ResumeView {
            pictures: self.estimate.items.len(),
            cost: chosen.quote.cost.to_string(),
            payg: chosen.quote.by_pocket.payg.to_string(),
            here: self.here,
            uncovered: chosen.taken.iter().filter(|taken| !**taken).count(),
        }
    }

    /// For each batch: how many credits more it may cost, and how many of its pictures are paid before PAYG. The pictures are quoted in
    /// the order they will be sent.
    fn terms(&self) -> Vec<(BatchId, Credits, usize, bool)> {
        let quote = self.estimate.choose(Choice::UsePayg).quote;
        let mut shares = Shares::of(quote.cost, before_payg(&self.estimate.purse, &quote));
        let mut items = self.estimate.items.iter();
        let terms = self.batches.iter().map(|(batch, never_payg, jobs)| {
            let (more, first) = shares.next(items.by_ref().take(jobs.len()));
            (*batch, more, first, *never_payg)
        });
        terms.collect()
    }
}

impl App {
    /// What going on with everything that waits would cost; `None` where nothing does.
    pub(crate) async fn resume_view(&self, desk: &Arc<Desk>) -> Result<Option<ResumeView>, Problem> {
        Ok(self.waits(desk).await?.map(|waits| waits.view()))
    }

    /// Goes on with what waits, for at most `agreed_cost` credits.
    ///
    /// # Errors
    /// When nothing waits, no key is known, or it costs more than what was agreed to.
    pub async fn resume_queue(&self, agreed_cost: String) -> Result<(), Problem> {
        let agreed = amount(&agreed_cost)?;
        let desk = self.desk();
        let here = self.resume_for(&desk, agreed).await?;
        self.start_cutting_out_here(&self.working(&desk), here);
        Ok(())
    }

    /// Answers with the pictures of earlier starts that are cut out on this computer.
    pub(crate) async fn resume_for(&self, desk: &Arc<Desk>, agreed: Credits) -> Result<Vec<PictureId>, Problem> {
        let Some(mut waits) = self.waits(desk).await? else {
            return Err(Problem::new(
                Code::BadRequest,
                "Nothing waits in the queue.",
                "Choose the pictures and download them.",
            ));
        };
        let payg = |waits: &Waits| waits.estimate.choose(Choice::UsePayg).quote.by_pocket.payg;
        let seen = payg(&waits);
        if self.look_before(desk).await {
            waits = self.waits(desk).await?.unwrap_or(waits);
            if payg(&waits) > seen {
                return Err(Problem::new(Code::OverAgreed, words::PAYG_EARLY, ""));
            }
        }
        let cost = waits.estimate.choose(Choice::UsePayg).quote.cost;
        if cost > agreed {
            return Err(words::over_agreed(agreed, cost));
        }
        if !cost.is_zero() {
            desk.ready_to_send()?;
        }
        let working = self.working(desk);
        let terms = waits.terms();
        let offered = self.offered(desk).await?;
        let (mut known, mut here) = (Vec::new(), Vec::new());
        for terms in terms {
            match offered.iter().find(|offered| offered.batch.id == terms.0) {
                Some(offered) => here.extend(self.adopt(&working, offered, terms).await?),
                None => known.push(terms),
            }
        }
        let resumed = Arc::clone(&working);
        blocking(move || resumed.runner.resume(&known)).await?.map_err(|error| trouble(&error))?;
        working.runner.has_heard().await;
        self.tell_queue_of(desk);
        Ok(here)
    }

    /// Takes up a batch that an earlier start left; answers with its pictures that are cut out on this computer.
    async fn adopt(
        &self,
        working: &Arc<Working>,
        offered: &Offered,
        (_, more, before, never_payg): (BatchId, Credits, usize, bool),
    ) -> Result<Vec<PictureId>, Problem> {
        let mut here = self.show_offered(working, std::slice::from_ref(offered), true);
        here.retain(|id| working.book.job_here(*id).is_some());
        let (working, batch) = (Arc::clone(working), offered.batch.clone());
        let spender = Arc::clone(&working.desk.spender);
        let jobs = offered.jobs.clone();
        let taken = blocking(move || {
            let orders: Vec<Order> = spender.waiting(&jobs).into_iter().map(|waiting| waiting.order).collect();
            let estimate = spender.estimate(&orders, 0)?;
            working.runner.adopt(&batch, (more, before, never_payg), &estimate)
        });
        taken.await?.map_err(|error| trouble(&error))?;
        Ok(here)
    }

    /// The batches of the account that nobody drives, and that the user is asked about.
    pub(crate) async fn offered(&self, desk: &Arc<Desk>) -> Result<Vec<Offered>, Problem> {
        let spender = Arc::clone(&desk.spender);
        blocking(move || offered(&spender)).await?.map_err(|error| trouble(&error))
    }

    /// Ends what nobody drives and the user does not want any more.
    pub(crate) async fn drop_offered(&self, desk: &Arc<Desk>, jobs: Vec<JobId>) -> Result<(), Problem> {
        let store = Arc::clone(&self.ground.store);
        let offered = self.offered(desk).await?;
        let dropped = blocking(move || {
            store.queue_end(&jobs, JobState::Skipped, Some(SKIPPED))?;
            for offered in offered {
                store.batch_close(offered.batch.id)?;
            }
            Ok(())
        });
        dropped.await?.map_err(|error| words::store(&error))
    }

    /// Every job that waits: in this program's queue, and offered from earlier starts.
    pub(crate) async fn waiting_jobs(&self, desk: &Arc<Desk>) -> Result<Vec<JobId>, Problem> {
        let (store, spender) = (Arc::clone(&self.ground.store), Arc::clone(&desk.spender));
        let mine = self.run_at_work(desk);
        let waiting = blocking(move || waiting(&store, &spender, mine)).await?.map_err(|error| trouble(&error))?;
        let jobs = waiting
            .into_iter()
            .flat_map(|batch| batch.waiting.into_iter().map(|waiting| waiting.job).chain(batch.here));
        Ok(jobs.collect())
    }

    fn run_at_work(&self, desk: &Desk) -> Option<RunId> {
        self.at_work(desk).and_then(|working| working.runner.run_id())
    }

    async fn waits(&self, desk: &Arc<Desk>) -> Result<Option<Waits>, Problem> {
        let (store, spender) = (Arc::clone(&self.ground.store), Arc::clone(&desk.spender));
        let mine = self.run_at_work(desk);
        let waits = blocking(move || {
            let (mut batches, mut orders, mut here) = (Vec::new(), Vec::new(), 0);
            for Left { batch, waiting, here: cut } in waiting(&store, &spender, mine)? {
                // What this program has begun is under way by itself.
                here += if batch.run == mine { 0 } else { cut.len() };
                let (jobs, wanted): (Vec<_>, Vec<_>) = waiting.into_iter().map(|one| (one.job, one.order)).unzip();
                batches.push((batch.id, batch.never_payg, jobs));
                orders.extend(wanted);
            }
            let estimate = spender.estimate_waiting(&orders)?;
            Ok(Waits { batches, estimate, here })
        });
        let waits = waits.await?.map_err(|error| trouble(&error))?;
        Ok((!waits.batches.is_empty()).then_some(waits))
    }

    /// What asking again for these pictures would cost.
    ///
    /// # Errors
    /// When none of them can be asked for again.
    pub async fn quote_again(&self, pictures: Vec<PictureId>) -> Result<ResumeView, Problem> {
        let (_, _, estimate) = self.again(&pictures).await?;
        Ok(Waits { batches: Vec::new(), estimate, here: 0 }.view())
    }

    /// Asks again for pictures that failed, or may have been charged, for at most `agreed_cost` credits.
    ///
    /// # Errors
    /// When none can be asked for again, no key is known, or it costs more than what was agreed to.
    pub async fn ask_again(&self, pictures: Vec<PictureId>, agreed_cost: String) -> Result<(), Problem> {
        let agreed = amount(&agreed_cost)?;
        let (working, jobs, estimate) = self.again(&pictures).await?;
        let quote = estimate.choose(Choice::UsePayg).quote;
        if quote.cost > agreed {
            return Err(words::over_agreed(agreed, quote.cost));
        }
        if !quote.cost.is_zero() {
            working.desk.ready_to_send()?;
        }
        let before = before_payg(&estimate.purse, &quote);
        for id in &pictures {
            self.change(*id, |picture| {
                picture.state = PictureState::Queued;
                picture.problem = None;
            });
        }
        let asked = Arc::clone(&working);
        let asked = blocking(move || asked.runner.again(&jobs, (quote.cost, before, false), &estimate)).await?;
        asked.map_err(|error| trouble(&error))?;
        working.runner.has_heard().await;
        Ok(())
    }

    async fn again(&self, pictures: &[PictureId]) -> Result<(Arc<Working>, Vec<JobId>, Estimate), Problem> {
        let desk = self.desk();
        let working = self.working(&desk);
        let jobs: Vec<JobId> = pictures.iter().filter_map(|id| working.book.job(*id)).collect();
        let spender = Arc::clone(&desk.spender);
        let found = blocking(move || {
            let waiting = spender.again(&jobs)?;
            let orders: Vec<Order> = waiting.iter().map(|waiting| waiting.order.clone()).collect();
            let estimate = spender.estimate(&orders, 0)?;
            Ok((waiting.into_iter().map(|waiting| waiting.job).collect::<Vec<_>>(), estimate))
        });
        let (jobs, estimate) = found.await?.map_err(|error| trouble(&error))?;
        if jobs.is_empty() {
            return Err(Problem::new(Code::BadRequest, "None of these pictures can be asked for again.", ""));
        }
        Ok((working, jobs, estimate))
    }

    /// Puts what an earlier start left on the bench, as it stands: nothing is sent by this. The window is told only of what it does
    /// not show so already.
    pub(crate) fn show_offered(&self, working: &Working, offered: &[Offered], tell: bool) -> Vec<PictureId> {
        let mut ids = Vec::new();
        for Offered { batch, jobs } in offered {
            let mut begun = Vec::new();
            for job in jobs {
                let state = match job.state {
                    JobState::Queued => PictureState::Queued,
                    JobState::Unknown => PictureState::Unknown,
                    JobState::PaidLost => PictureState::PaidLost,
                    JobState::Settled => PictureState::PaidNotSaved,
                    _ => continue,
                };
                let spender = &working.desk.spender;
                let here = spender.order_here(job);
                let is_here = here.is_some();
                let Some(order) = here.or_else(|| spender.order(job)) else { continue };
                let options = options(&order);
                let examined =
                    Examined { path: order.input, probe: order.probe, content: order.content, below: PathBuf::new() };
                let (id, known) = {
                    let mut bench = self.bench();
                    let id = bench.add(examined).0.id;
                    let before = bench.get_mut(id).map(|picture| std::mem::replace(&mut picture.state, state));
                    (id, before == Some(state))
                };
                if tell && !known {
                    self.change(id, |_| ());
                }
                begun.push((job.id, Begun { picture: id, options, here: is_here }));
                ids.push(id);
            }
            working.book.begin(&batch.label, begun);
        }
        ids
    }
}

/// What waits of an open batch.
struct Left {
    batch: BatchRow,
    waiting: Vec<Waiting>,
    /// To be cut out on this computer.
    here: Vec<JobId>,
}

/// What a watched folder's batch left is its watch's to ask for again, within its budget.
fn offered(spender: &Spender) -> Result<Vec<Offered>, BatchError> {
    let mut offered = spender.offered()?;
    offered.retain(|offered| !offered.batch.is_of_a_watch());
    Ok(offered)
}

/// The open batches of what is asked about, driven by the run `mine` or by nobody, with what of each waits.
fn waiting(store: &Store, spender: &Spender, mine: Option<RunId>) -> Result<Vec<Left>, BatchError> {
    let mut offered: HashMap<BatchId, Vec<JobRow>> =
        offered(spender)?.into_iter().map(|offered| (offered.batch.id, offered.jobs)).collect();
    let mut batches = Vec::new();
    for batch in store.batches_open()?.into_iter().filter(|batch| batch.account == spender.account()) {
        let jobs = match offered.remove(&batch.id) {
            Some(jobs) => jobs,
            None if batch.run.is_some() && batch.run == mine => store.batch_jobs(batch.id)?,
            None => continue,
        };
        let waiting = spender.waiting(&jobs);
        let here = jobs.iter().filter(|job| job.state == JobState::Queued && spender.order_here(job).is_some());
        batches.push(Left { here: here.map(|job| job.id).collect(), batch, waiting });
    }
    Ok(batches)
}

/// The options an order was made with.
fn options(order: &Order) -> OutputOptions {
    OutputOptions {
        size: convert::size_choice(order.size),
        format: convert::format_choice(order.format),
        background: convert::background_text(&order.look),
    }
}
