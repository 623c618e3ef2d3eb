//! The queue of the account at work: downloads are put into it, and it is paused, resumed, stopped, put in order and offered again
//! after a restart. The rules of spending are `clearcut_batch`'s; this room knows which picture on the bench is which job.

mod again;
pub(crate) mod book;
mod fetch;
pub(crate) mod hall;
mod records;
pub(crate) mod sentences;
mod show;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use clearcut_batch::queue::Mode;
use clearcut_batch::{Agreement, BatchError, Estimate, Order, Runner, RunnerOptions};
use clearcut_credits::{AccountState, Chosen, Credits, PaidFrom, Pocket, Purse, Quote, Stretch};
use clearcut_store::{AccountId, BatchRow, JobId, JobRow};

use crate::app::{App, blocking};
use crate::desk::Desk;
use crate::intake::file_name;
use crate::orders::Saving;
use crate::problem::{Code, Problem};
use crate::views::{OutputOptions, PictureId, PictureState};
use crate::words;

pub use book::Outcome;
use book::{Begun, Book};
pub(crate) use fetch::stands_still_for;
pub use fetch::{Earlier, FetchList, Fetching};
use hall::Hall;
pub use records::{BatchRecord, JobRecord, Word};

/// An account whose pictures are in a queue. Its desk is the one that was quoted: that account pays, whichever one is put to work
/// meanwhile.
pub(crate) struct Working {
    pub(crate) desk: Arc<Desk>,
    pub(crate) runner: Runner,
    pub(crate) book: Arc<Book>,
}

/// What was agreed to, ready to be begun.
pub(crate) struct Beginning<'a> {
    pub(crate) desk: &'a Arc<Desk>,
    pub(crate) origin: &'a str,
    pub(crate) options: &'a OutputOptions,
    pub(crate) saving: &'a Saving,
    /// The most it may cost in all.
    pub(crate) agreed: Credits,
    pub(crate) never_payg: bool,
    pub(crate) before_payg: usize,
    /// The pictures, and whether each will be charged.
    pub(crate) pictures: Vec<(PictureId, bool)>,
    /// Pictures that are cut out on this computer, each once.
    pub(crate) here: Vec<PictureId>,
}

/// What was begun.
pub(crate) struct BegunList {
    /// Who drives it.
    pub(crate) working: Arc<Working>,
    /// Pictures that are not sent: their results exist, or they cannot be named.
    pub(crate) left_out: Vec<(PictureId, Problem)>,
    /// Pictures that are written down to be cut out on this computer.
    pub(crate) here: Vec<PictureId>,
}

impl App {
    /// Puts pictures into the queue. When this returns they are written down; what becomes of them is told as it happens.
    pub(crate) async fn begin(&self, beginning: Beginning<'_>) -> Result<BegunList, Problem> {
        let Beginning { desk, origin, options, saving, agreed, never_payg, before_payg, pictures, here } = beginning;
        let ids: Vec<PictureId> = pictures.iter().map(|(id, _)| *id).chain(here).collect();
        self.queue_up(&ids)?;
        let planned = match self.plan_orders(&ids, options, saving, None).await {
            Ok(planned) => planned,
            Err(problem) => {
                self.let_go(&ids);
                return Err(problem);
            }
        };
        let left_out = self.left_out(planned.existing, planned.unnamed);
        let will_be_charged: HashMap<PictureId, bool> = pictures.into_iter().collect();
        let (sent, cut): (Vec<_>, Vec<_>) =
            planned.orders.into_iter().partition(|(id, _)| will_be_charged.contains_key(id));
        let working = self.working(desk);
        if sent.is_empty() && cut.is_empty() {
            return Ok(BegunList { working, left_out, here: Vec::new() });
        }
        let label = label(sent.iter().chain(&cut).map(|(_, order)| order));
        self.promise(sent.iter().chain(&cut));
        let charged: Vec<bool> = sent.iter().map(|(id, _)| will_be_charged.get(id).copied().unwrap_or(true)).collect();
        let (mut ids, orders): (Vec<PictureId>, Vec<Order>) = sent.into_iter().unzip();
        let (here, cut): (Vec<PictureId>, Vec<Order>) = cut.into_iter().unzip();
        ids.extend(&here);
        let agreement = Agreement {
            origin: origin.to_owned(),
            label: label.clone(),
            agreed,
            never_payg,
            before_payg,
            orders: orders.into_iter().zip(charged).collect(),
            free_stays_free: false,
            here: cut,
        };
        let begun = {
            let (book, ids, options) = (Arc::clone(&working.book), ids.clone(), options.clone());
            let sent = ids.len() - here.len();
            let noted = move |rows: &[JobRow]| {
                let begun = rows.iter().zip(ids).zip(0..).map(|((row, picture), place)| {
                    (row.id, Begun { picture, options: options.clone(), here: place >= sent })
                });
                book.begin(&label, begun);
            };
            enter(&working, agreement, noted).await?
        };
        match begun {
            Ok(_) => {
                working.runner.has_heard().await;
                Ok(BegunList { working, left_out, here })
            }
            Err(error) => {
                self.let_go(&ids);
                Err(words::batch(&error, "the download"))
            }
        }
    }

    /// Says of pictures why they are not sent.
    pub(crate) fn left_out(
        &self,
        existing: Vec<(PictureId, PathBuf)>,
        unnamed: Vec<(PictureId, Problem)>,
    ) -> Vec<(PictureId, Problem)> {
        let existing = existing.into_iter().map(|(id, file)| (id, sentences::exists_already(&file_name(&file))));
        let left_out: Vec<(PictureId, Problem)> = existing.chain(unnamed).collect();
        for (id, problem) in &left_out {
            self.change(*id, |picture| {
                picture.state = picture.at_rest();
                picture.problem = Some(problem.clone());
                picture.end_work();
            });
        }
        left_out
    }

    /// Remembers the names that results on their way will get.
    pub(crate) fn promise<'a>(&self, orders: impl Iterator<Item = &'a (PictureId, Order)>) {
        let mut bench = self.bench();
        for (id, order) in orders {
            if let Some(picture) = bench.get_mut(*id) {
                picture.planned = Some(order.output.clone());
            }
        }
    }

    /// Who drives the account's queue; begun with its first picture.
    pub(crate) fn working(&self, desk: &Arc<Desk>) -> Arc<Working> {
        let mut all = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(working) = all.get(&desk.account.id) {
            // Another key or address counts from the next list on: what was agreed to is paid where it was quoted.
            if Arc::ptr_eq(&working.desk, desk) || working.runner.is_busy() {
                return Arc::clone(working);
            }
        }
        let book = Arc::new(Book::default());
        let hall = Arc::new(Hall::new(self.me.clone(), desk, &book));
        let runner = Runner::start(
            Arc::clone(&desk.spender),
            hall,
            Arc::clone(&self.sleeper),
            RunnerOptions {
                at_a_time: self.settings().at_a_time(),
                asks: !self.leaves_unknown.load(Ordering::SeqCst),
                ..RunnerOptions::default()
            },
            &self.runtime,
        );
        let working = Arc::new(Working { desk: Arc::clone(desk), runner, book });
        if let Some(before) = all.insert(desk.account.id, Arc::clone(&working)) {
            self.spawn(async move |_| before.runner.close().await);
        }
        working
    }

    /// Who drives the queue of this account, if there is one.
    pub(crate) fn at_work(&self, desk: &Desk) -> Option<Arc<Working>> {
        self.at_work_for(desk.account.id)
    }

    /// The same by the account's id.
    pub(crate) fn at_work_for(&self, account: AccountId) -> Option<Arc<Working>> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner).get(&account).cloned()
    }

    /// Whether the account's queue stands still with pictures in it.
    pub(crate) fn stands_still(&self, desk: &Desk) -> bool {
        self.at_work(desk).is_some_and(|working| {
            let status = working.runner.status();
            matches!(status.mode, Mode::Paused(_)) && status.waiting > 0
        })
    }

    /// Whether the queue of another account than this one is at work.
    pub(crate) fn is_at_work_elsewhere(&self, desk: &Desk) -> bool {
        let all = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().any(|(account, working)| {
            let status = working.runner.status();
            *account != desk.account.id
                && !matches!(status.mode, Mode::Paused(_))
                && status.waiting + status.sending > 0
        })
    }

    /// Starts nothing new in any queue, awaits what is out, and ends them.
    pub(crate) async fn close_queues(&self) {
        let all: Vec<_> = {
            let mut working = self.working.lock().unwrap_or_else(PoisonError::into_inner);
            working.drain().map(|(_, working)| working).collect()
        };
        for working in all {
            working.runner.close().await;
        }
    }

    /// Sends nothing new; what was sent is awaited.
    ///
    /// # Errors
    /// Never today.
    pub async fn pause_queue(&self) -> Result<(), Problem> {
        if let Some(working) = self.at_work(&self.desk()) {
            working.runner.pause();
        }
        Ok(())
    }

    /// Takes everything that waits out of the queue, in this program or offered from an earlier one. What was sent is awaited.
    ///
    /// # Errors
    /// When the records cannot be written.
    pub async fn stop_queue(&self) -> Result<(), Problem> {
        let desk = self.desk();
        let waiting: Vec<JobId> = self.waiting_jobs(&desk).await?;
        if let Some(working) = self.at_work(&desk) {
            working.runner.stop(waiting.clone()).await;
        }
        self.drop_offered(&desk, waiting).await?;
        let queued: Vec<PictureId> = {
            let bench = self.bench();
            bench.pictures().filter(|picture| picture.state == PictureState::Queued).map(|picture| picture.id).collect()
        };
        self.let_go(&queued);
        self.tell_queue_of(&desk);
        Ok(())
    }

    /// Takes pictures that wait out of the queue.
    ///
    /// # Errors
    /// When a picture is unknown.
    pub async fn skip(&self, pictures: Vec<PictureId>) -> Result<(), Problem> {
        let Some(working) = self.at_work(&self.desk()) else { return Ok(()) };
        let jobs = pictures.iter().filter_map(|id| working.book.job(*id)).collect();
        working.runner.take(jobs).await;
        for id in pictures {
            self.change(id, |picture| {
                if picture.state == PictureState::Queued {
                    picture.state = picture.at_rest();
                    picture.end_work();
                }
            });
        }
        Ok(())
    }

    /// Puts pictures before all others that wait.
    ///
    /// # Errors
    /// Never today.
    pub async fn send_first(&self, pictures: Vec<PictureId>) -> Result<(), Problem> {
        if let Some(working) = self.at_work(&self.desk()) {
            working.runner.first(pictures.iter().filter_map(|id| working.book.job(*id)).collect());
        }
        Ok(())
    }

    /// Whether pictures of the queue are still to be paid by the subscription.
    pub(crate) fn waits_for_subscription(&self, desk: &Desk, state: &AccountState) -> bool {
        let Some(working) = self.at_work(desk) else { return false };
        let status = working.runner.status();
        status.waiting > 0 && status.before_payg && state.pockets().payg.is_some()
    }

    /// Marks pictures as queued, all or none.
    pub(crate) fn queue_up(&self, pictures: &[PictureId]) -> Result<(), Problem> {
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

    /// Pictures that were queued and will not be sent.
    pub(crate) fn let_go(&self, pictures: &[PictureId]) {
        for id in pictures {
            self.change(*id, |picture| {
                picture.state = picture.at_rest();
                picture.end_work();
            });
        }
    }
}

/// Writes an agreement down and begins it; `noted` is called before the first of its pictures can come back.
pub(crate) async fn enter(
    working: &Arc<Working>,
    agreement: Agreement,
    noted: impl FnOnce(&[JobRow]) + Send + 'static,
) -> Result<Result<(BatchRow, Vec<JobRow>), BatchError>, Problem> {
    let working = Arc::clone(working);
    blocking(move || {
        working.desk.spender.supersede(&agreement.orders)?;
        working.runner.begin(agreement, |_, rows| noted(rows))
    })
    .await
}

/// What people call a list: its folder where all of it lies in one, else its first picture.
fn label<'a>(mut orders: impl Iterator<Item = &'a Order>) -> String {
    let Some(first) = orders.next() else { return String::new() };
    let mut others = orders.peekable();
    match first.input.parent() {
        Some(parent) if others.peek().is_some() && others.all(|order| order.input.parent() == Some(parent)) => {
            file_name(parent)
        }
        _ => file_name(&first.input),
    }
}

/// How many of the charged pictures the quote surely pays from the subscription; none where the service does not tell.
pub(crate) fn before_payg(purse: &Purse, quote: &Quote) -> usize {
    if purse.pockets.subscription.is_none() {
        return 0;
    }
    let by_subscription = |stretch: &&Stretch| {
        matches!(stretch.from, PaidFrom::Pocket(Pocket::Subscription | Pocket::Rollover)) && !stretch.credits.is_zero()
    };
    quote.stretches.iter().take_while(by_subscription).map(|stretch| stretch.pictures).sum()
}

/// Of the pictures that a choice takes: which will be charged.
pub(crate) fn taken_and_charged(estimate: &Estimate, chosen: &Chosen, ids: &[PictureId]) -> Vec<(PictureId, bool)> {
    let all = ids.iter().zip(&estimate.items).zip(&chosen.taken);
    all.filter(|(_, taken)| **taken).map(|((id, item), _)| (*id, item.is_sent())).collect()
}

/// An error of the queue's records.
pub(crate) fn trouble(error: &BatchError) -> Problem {
    words::batch(error, "the queue")
}
