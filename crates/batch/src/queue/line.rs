//! Who waits, who rests, who is on the way: the bookkeeping behind [`super::Queue`], in logarithmic time a step so that ten thousand
//! pictures cost no more each than ten. It counts and orders; when something is done it does not decide.

use std::collections::{BTreeSet, HashMap};

use clearcut_credits::Credits;
use clearcut_store::{BatchId, JobId};
use jiff::Timestamp;

use super::turns::Turns;
use super::words::{Terms, Ticket};

/// Where a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// It could be sent now.
    Ready,
    /// Not before.
    Resting(Timestamp),
    /// On its way.
    Out {
        /// PAYG must not pay it, and its price is not set aside yet.
        holds_up: bool,
    },
    /// Over.
    Ended(Ended),
}

/// How a picture ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Ended {
    Saved,
    NotSaved,
    Failed,
    LeftOut,
    Unknown,
    Lost,
}

#[derive(Debug, Clone)]
struct Picture {
    ticket: Ticket,
    batch: usize,
    at: At,
    /// It counts as set aside or charged.
    counted: bool,
}

/// One agreement's pictures that could be sent now, those that will be charged apart from those that are free.
#[derive(Debug, Clone)]
struct Batch {
    terms: Terms,
    charged: BTreeSet<(i64, JobId)>,
    free: BTreeSet<(i64, JobId)>,
    /// Pictures on their way that will be charged.
    paying: BTreeSet<(i64, JobId)>,
    turns: Turns,
    /// Pictures not over.
    open: usize,
}

/// Everybody.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    batches: Vec<Batch>,
    pictures: HashMap<JobId, Picture>,
    resting: BTreeSet<(Timestamp, JobId)>,
    out: BTreeSet<JobId>,
    /// May have been charged, and the balance has not been asked yet. Until then they keep their place among those to be charged: where
    /// they were not, a picture that PAYG may pay would be charged from the subscription in their stead.
    asked_about: BTreeSet<JobId>,
    ready: usize,
    /// Pictures out that PAYG must not pay and whose price is not set aside yet.
    holding_up: usize,
    counts: HashMap<Ended, usize>,
    pub(crate) spent: Credits,
    pub(crate) bytes: u64,
    pub(crate) bytes_done: u64,
}

impl Line {
    pub(crate) fn add(&mut self, terms: Terms, tickets: impl IntoIterator<Item = Ticket>) {
        if self.batches.iter().all(|batch| batch.open == 0) {
            // A quote that was made when nothing waited knows nothing of what was counted before it.
            self.batches.iter_mut().for_each(|batch| batch.turns.agree(None));
            self.forget_what_is_saved();
        }
        let batch = self.batches.len();
        self.batches.push(Batch {
            terms,
            charged: BTreeSet::new(),
            free: BTreeSet::new(),
            paying: BTreeSet::new(),
            turns: Turns::new(&terms),
            open: 0,
        });
        for ticket in tickets {
            self.insert(batch, ticket);
        }
    }

    /// What is saved is never asked for again: only its numbers stay, and batches that nothing else is of. Else a queue that works for
    /// weeks would go through every list it ever had.
    fn forget_what_is_saved(&mut self) {
        if !(self.out.is_empty() && self.asked_about.is_empty()) {
            return;
        }
        self.pictures.retain(|_, picture| picture.at != At::Ended(Ended::Saved));
        let of: BTreeSet<usize> = self.pictures.values().map(|picture| picture.batch).collect();
        let places: HashMap<usize, usize> = of.iter().copied().zip(0..).collect();
        let batches = std::mem::take(&mut self.batches);
        self.batches =
            batches.into_iter().enumerate().filter(|(place, _)| of.contains(place)).map(|(_, batch)| batch).collect();
        for picture in self.pictures.values_mut() {
            picture.batch = places.get(&picture.batch).copied().unwrap_or_default();
        }
    }

    /// The user has agreed anew to what waits.
    pub(crate) fn agree(&mut self, terms: &[Terms]) {
        for batch in &mut self.batches {
            let anew = terms.iter().find(|terms| terms.batch == batch.terms.batch);
            batch.terms = anew.copied().unwrap_or(batch.terms);
            batch.turns.agree(anew);
        }
    }

    /// A picture that had ended waits again.
    pub(crate) fn put_back(&mut self, batch: BatchId, ticket: Ticket) {
        let Some(batch) = self.batches.iter().rposition(|known| known.terms.batch == batch) else { return };
        if let Some(picture) = self.pictures.get(&ticket.job) {
            let At::Ended(ended) = picture.at else { return };
            if self.asked_about.remove(&ticket.job) {
                // Whatever the balance says of its last request: it waits anew, and is counted anew.
                self.batches[picture.batch].turns.end();
            }
            self.bytes_done = self.bytes_done.saturating_sub(picture.ticket.bytes);
            self.bytes = self.bytes.saturating_sub(picture.ticket.bytes);
            self.uncount(ended);
        }
        self.insert(batch, ticket);
    }

    fn insert(&mut self, batch: usize, ticket: Ticket) {
        self.bytes = self.bytes.saturating_add(ticket.bytes);
        self.pictures.insert(ticket.job, Picture { ticket, batch, at: At::Ready, counted: false });
        self.batches[batch].open += 1;
        if ticket.charged {
            self.batches[batch].turns.begin();
        }
        self.make_ready(ticket.job);
    }

    pub(crate) fn tries(&self, job: JobId) -> u32 {
        self.pictures.get(&job).map_or(0, |picture| picture.ticket.tries)
    }

    pub(crate) fn out(&self) -> usize {
        self.out.len()
    }

    /// Whether somebody could be sent now, if it were their turn.
    pub(crate) fn has_ready(&self) -> bool {
        self.ready > 0
    }

    /// Whether the service has answered anything.
    pub(crate) fn has_been_answered(&self) -> bool {
        self.counts.values().any(|count| *count > 0)
    }

    /// Ready or resting.
    pub(crate) fn waiting(&self) -> usize {
        self.ready + self.resting.len()
    }

    pub(crate) fn waits(&self, job: JobId) -> bool {
        self.pictures.get(&job).is_some_and(|picture| matches!(picture.at, At::Ready | At::Resting(_)))
    }

    pub(crate) fn resting(&self) -> usize {
        self.resting.len()
    }

    pub(crate) fn count(&self, ended: Ended) -> usize {
        self.counts.get(&ended).copied().unwrap_or(0)
    }

    pub(crate) fn is_done(&self, batch: BatchId) -> bool {
        self.batches.iter().filter(|known| known.terms.batch == batch).all(|known| known.open == 0)
    }

    pub(crate) fn megapixels_out_beside(&self, job: JobId) -> u64 {
        let others = self.out.iter().filter(|other| **other != job);
        others.filter_map(|other| self.pictures.get(other)).map(|picture| u64::from(picture.ticket.megapixels)).sum()
    }

    /// Megapixels of the picture that would be sent next.
    pub(crate) fn first(&self) -> Option<u32> {
        self.pick().map(|(_, megapixels, _)| megapixels)
    }

    /// When the first that rests may go.
    pub(crate) fn rested_at(&self) -> Option<Timestamp> {
        self.resting.first().map(|(until, _)| *until)
    }

    /// Those whose rest is over could be sent now.
    pub(crate) fn wake(&mut self, now: Timestamp) {
        while let Some((until, job)) = self.resting.first().copied().filter(|(until, _)| *until <= now) {
            self.resting.remove(&(until, job));
            self.make_ready(job);
        }
    }

    /// Who is sent next: job, megapixels, and whether PAYG must not pay. Batches go in the order they were agreed to.
    pub(crate) fn pick(&self) -> Option<(JobId, u32, bool)> {
        let before_payg = self.is_before_payg();
        let payg_may_begin = !before_payg && self.holding_up == 0 && !self.some_may_never_draw_payg();
        self.batches.iter().find_map(|batch| {
            let never = batch.terms.never_payg;
            let charged = match batch.charged.first() {
                Some(first) if never || before_payg => Some((*first, true)),
                Some(first) if payg_may_begin => Some((*first, false)),
                _ => None,
            };
            // One that is free as far as is known: should it be charged after all, then not by PAYG before its time.
            // And not while one before it is paying: it may be its twin.
            let free = batch.free.first().filter(|first| batch.paying.first().is_none_or(|paying| paying > *first));
            let free = free.map(|first| (*first, never || !payg_may_begin));
            let ((_, job), before_payg) = charged.into_iter().chain(free).min_by_key(|(place, _)| *place)?;
            Some((job, self.pictures.get(&job)?.ticket.megapixels, before_payg))
        })
    }

    /// Whether fewer own pictures are set aside or charged than were quoted as paid without PAYG.
    fn is_before_payg(&self) -> bool {
        let may = |batch: &&Batch| !batch.terms.never_payg;
        let sum = |count: fn(&Turns) -> usize| self.batches.iter().filter(may).map(|batch| count(&batch.turns)).sum();
        let (quoted, taken): (usize, usize) = (sum(Turns::quoted), sum(Turns::taken));
        taken < quoted
    }

    /// Whether pictures are open that PAYG may never pay: they are done before those that could take the subscription from under
    /// them.
    fn some_may_never_draw_payg(&self) -> bool {
        self.batches.iter().any(|batch| batch.terms.never_payg && batch.turns.open() > 0)
    }

    /// Whether what comes next must not be drawn from PAYG.
    pub(crate) fn counts_on_the_subscription(&self) -> bool {
        self.is_before_payg() || self.some_may_never_draw_payg()
    }

    pub(crate) fn send(&mut self, job: JobId, before_payg: bool) {
        self.leave(job);
        let Some(picture) = self.pictures.get_mut(&job) else { return };
        let charged = picture.ticket.charged;
        if charged && !std::mem::replace(&mut picture.counted, true) {
            self.batches[picture.batch].turns.take();
        }
        if charged {
            self.batches[picture.batch].paying.insert((picture.ticket.position, job));
        }
        let holds_up = charged && before_payg;
        picture.at = At::Out { holds_up };
        self.holding_up += usize::from(holds_up);
        self.out.insert(job);
    }

    /// Its price is set aside: it holds nobody up any more.
    pub(crate) fn reserved(&mut self, job: JobId) {
        if let Some(Picture { at: At::Out { holds_up }, .. }) = self.pictures.get_mut(&job) {
            self.holding_up -= usize::from(std::mem::take(holds_up));
        }
    }

    /// Charged `charged` and over.
    pub(crate) fn paid(&mut self, job: JobId, charged: Credits, ended: Ended) {
        self.spent = self.spent.saturating_add(charged);
        self.finish(job, ended, !charged.is_zero());
    }

    /// Over.
    pub(crate) fn end(&mut self, job: JobId, ended: Ended) {
        self.finish(job, ended, matches!(ended, Ended::Unknown | Ended::Lost));
    }

    /// It cost nothing, and could be sent again at once.
    pub(crate) fn ready_again(&mut self, job: JobId) {
        if self.out.contains(&job) {
            self.come_back(job);
            self.make_ready(job);
        }
    }

    /// It cost nothing, was tried so often by now, and is not sent again before `until`.
    pub(crate) fn rest(&mut self, job: JobId, tries: u32, until: Timestamp) {
        self.come_back(job);
        self.leave(job);
        let Some(picture) = self.pictures.get_mut(&job) else { return };
        picture.ticket.tries = tries;
        picture.at = At::Resting(until);
        self.resting.insert((until, job));
    }

    /// These before all others of their batches.
    pub(crate) fn first_of_all(&mut self, jobs: &[JobId]) {
        for job in jobs.iter().rev() {
            let Some(picture) = self.pictures.get(job).filter(|picture| picture.at == At::Ready) else { continue };
            let batch = &self.batches[picture.batch];
            let lowest =
                batch.charged.first().into_iter().chain(batch.free.first()).map(|(position, _)| *position).min();
            self.leave(*job);
            if let Some(picture) = self.pictures.get_mut(job) {
                picture.ticket.position = lowest.unwrap_or(picture.ticket.position).saturating_sub(1);
            }
            self.make_ready(*job);
        }
    }

    /// Back among those that wait, wherever it was; it is not counted any more.
    fn come_back(&mut self, job: JobId) {
        self.not_out(job);
        self.not_counted(job);
        let Some(picture) = self.pictures.get_mut(&job) else { return };
        let At::Ended(ended) = picture.at else { return };
        let (batch, ticket) = (picture.batch, picture.ticket);
        self.bytes_done = self.bytes_done.saturating_sub(ticket.bytes);
        self.batches[batch].open += 1;
        if !self.asked_about.remove(&job) && ticket.charged {
            self.batches[batch].turns.begin();
        }
        self.uncount(ended);
    }

    /// Over; `charged`: it cost something, or may have.
    fn finish(&mut self, job: JobId, ended: Ended, charged: bool) {
        self.not_out(job);
        self.leave(job);
        if !charged {
            self.not_counted(job);
        }
        let Some(picture) = self.pictures.get_mut(&job) else { return };
        let (batch, ticket, before) = (picture.batch, picture.ticket, picture.at);
        picture.at = At::Ended(ended);
        if let At::Ended(other) = before {
            self.uncount(other);
        } else {
            self.batches[batch].open -= 1;
            if ended == Ended::Unknown && ticket.charged {
                self.asked_about.insert(job);
            } else if ticket.charged {
                self.batches[batch].turns.end();
            }
            self.bytes_done = self.bytes_done.saturating_add(ticket.bytes);
        }
        *self.counts.entry(ended).or_default() += 1;
    }

    /// The balance has said what it can: what is still unknown is left to the user.
    pub(crate) fn leave_to_the_user(&mut self) {
        for job in std::mem::take(&mut self.asked_about) {
            let Some(picture) = self.pictures.get(&job) else { continue };
            self.batches[picture.batch].turns.end();
        }
    }

    fn not_out(&mut self, job: JobId) {
        self.reserved(job);
        if self.out.remove(&job)
            && let Some(picture) = self.pictures.get(&job)
        {
            self.batches[picture.batch].paying.remove(&(picture.ticket.position, job));
        }
    }

    fn not_counted(&mut self, job: JobId) {
        let Some(picture) = self.pictures.get_mut(&job) else { return };
        if std::mem::take(&mut picture.counted) {
            self.batches[picture.batch].turns.give_back();
        }
    }

    fn uncount(&mut self, ended: Ended) {
        if let Some(count) = self.counts.get_mut(&ended) {
            *count = count.saturating_sub(1);
        }
    }

    fn make_ready(&mut self, job: JobId) {
        let Some(picture) = self.pictures.get_mut(&job) else { return };
        picture.at = At::Ready;
        let Ticket { position, charged, .. } = picture.ticket;
        let batch = &mut self.batches[picture.batch];
        let set = if charged { &mut batch.charged } else { &mut batch.free };
        self.ready += usize::from(set.insert((position, job)));
    }

    /// Out of the sets of those that wait.
    fn leave(&mut self, job: JobId) {
        let Some(picture) = self.pictures.get(&job) else { return };
        if let At::Resting(until) = picture.at {
            self.resting.remove(&(until, job));
        }
        let Ticket { position, charged, .. } = picture.ticket;
        let batch = &mut self.batches[picture.batch];
        let set = if charged { &mut batch.charged } else { &mut batch.free };
        self.ready -= usize::from(set.remove(&(position, job)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ticket;
    use super::*;

    #[test]
    fn a_new_list_forgets_what_is_saved_and_keeps_its_numbers_and_whatever_may_be_asked_for_again() {
        let mut line = Line::default();
        let terms = || Terms { batch: BatchId::new(), never_payg: false, before_payg: 2 };
        let (saved, failed) = (terms(), terms());
        let pictures = [ticket(1, true), ticket(2, true), ticket(3, true)];
        line.add(saved, pictures[..2].iter().copied());
        line.add(failed, pictures[2..].iter().copied());
        for picture in &pictures {
            line.send(picture.job, true);
        }
        for picture in &pictures[..2] {
            line.paid(picture.job, Credits::ONE, Ended::Saved);
        }
        line.end(pictures[2].job, Ended::Failed);
        line.add(terms(), [ticket(4, true)]);
        assert_eq!((line.pictures.len(), line.batches.len()), (2, 2));
        assert_eq!((line.count(Ended::Saved), line.count(Ended::Failed), line.spent), (2, 1, Credits::whole(2)));
        line.put_back(failed.batch, pictures[2]);
        assert_eq!((line.waiting(), line.count(Ended::Failed)), (2, 0));
        assert!(line.is_done(saved.batch) && !line.is_done(failed.batch));
        assert_eq!(line.pick().map(|(job, ..)| job), Some(pictures[2].job), "batches keep their order");
    }
}
