//! The queue of an account as a pure state machine: what happened goes in, what to do next comes out.
//!
//! It decides which picture is sent when, how many at a time, what is tried again and when everything stands still. It knows no
//! disk, no network, no price list and no clock: the time comes in, and the [runner](crate::Runner) performs the deeds. What one
//! picture goes through once it is sent is [`crate::machine`]'s; that no limit is passed is kept once more where the price is
//! reserved.
//!
//! # Who may be paid from where
//! A quote sees the first pictures of a list paid by the subscription and the rest by PAYG. A fast picture of the rest would take the
//! last subscription credit from under a slow one of the first. So own pictures are counted: while fewer are set aside or charged
//! than were quoted as paid by the subscription, the next is sent with "stop before PAYG"; the others wait until those have
//! reserved. A picture that comes back uncharged is not counted any more. Where other use has eaten the subscription, such a
//! reservation is refused, and the queue pauses: PAYG would begin earlier than was agreed to. Pictures that PAYG may never pay are
//! done first.
//!
//! # What is tried again
//! | what came | tries | then |
//! | --- | --- | --- |
//! | the upload broke | counted, five at most | back-off with jitter |
//! | 429 | not counted: the wait is the service's own | everybody waits as long as it asks; twelve such waits in a row pause |
//! | the service cannot be reached | not counted | nobody is sent; it is looked for with back-off, then pauses |
//! | may have been charged | counted once it is known that it was not | asked at a quiet moment: each alone sixty times, then three together, or at the end |
//! | charged, and no picture | never | three in a row pause |
//! | everything else that cost nothing | never | |

mod bucket;
#[cfg(test)]
mod laws;
mod line;
mod parallel;
mod retry;
mod status;
#[cfg(test)]
mod tests;
mod turns;
mod verdict;
mod words;

use std::collections::VecDeque;

use clearcut_store::{BatchId, JobId};
use jiff::{SignedDuration, Timestamp};

pub use bucket::Bucket;
pub use parallel::Parallel;
pub use retry::{MOST_TRIES, backoff, wait_before_retry};
pub use status::Status;
pub(crate) use verdict::came;
pub use words::{Came, Deed, Happened, Mode, Terms, Ticket, Why};

use line::{Ended, Line};
use status::Pulse;

/// So many requests in a row that brought nothing stop the sending until it is known what became of them.
const IN_A_ROW: usize = 3;
/// So many times one request of unknown outcome is asked about alone, which always decides it: an hour of quiet minutes at most.
const ALONE: u32 = 60;
/// From then on so many are asked about together. Of several the balance tells only whether all or none were charged: the more there
/// are, the fewer are decided.
const WORTH_ASKING: usize = 3;
/// So many times in a row the service's wait is obeyed before the user is asked.
const WAITS_IN_A_ROW: u32 = 12;
/// So often the service is looked for before the queue pauses, where it has never answered: about a quarter of a minute.
const LOOKS_FOR_A_STRANGER: u32 = 3;
/// And where it has: with two minutes between two looks, half a day.
const LOOKS_FOR_A_FRIEND: u32 = 360;

/// The queue of an account.
#[derive(Debug, Clone)]
pub struct Queue {
    mode: Mode,
    line: Line,
    parallel: Parallel,
    bucket: Bucket,
    /// The balance can be asked for: without it nothing of unknown outcome can be resolved.
    can_ask: bool,
    deeds: VecDeque<Deed>,
    /// The look is under way.
    asking: bool,
    /// Requests of unknown outcome since the last look.
    questions: usize,
    /// Looks in quiet since the user last had a say.
    asked: u32,
    /// One at a time, until a picture comes: where something is wrong, as few as can be are of unknown outcome together.
    careful: bool,
    /// Requests in a row that brought nothing.
    in_vain: usize,
    /// Such rows since a picture came.
    rows: u32,
    waits: u32,
    /// Looks for the network in a row, and when the next one is due.
    looks: u32,
    next_look: Option<Timestamp>,
    looking: bool,
    /// A result unlike the quote was let pass by the user.
    forgiven: bool,
    pulse: Pulse,
}

impl Queue {
    /// An empty queue that runs. `a_minute` is the service's rate limit in input megapixels, `can_ask` whether it tells the
    /// balance.
    #[must_use]
    pub fn new(a_minute: Option<u32>, most_at_a_time: usize, can_ask: bool, now: Timestamp) -> Self {
        Self {
            mode: Mode::Running,
            line: Line::default(),
            parallel: Parallel::at_most(most_at_a_time),
            bucket: Bucket::full(a_minute, now),
            can_ask,
            deeds: VecDeque::new(),
            asking: false,
            questions: 0,
            asked: 0,
            careful: false,
            in_vain: 0,
            rows: 0,
            waits: 0,
            looks: 0,
            next_look: None,
            looking: false,
            forgiven: false,
            pulse: Pulse::default(),
        }
    }

    /// Puts the pictures of one agreement at the end of the line. Where it stood still and nothing waited, it goes on: the user has
    /// agreed anew.
    pub fn add(&mut self, terms: Terms, tickets: impl IntoIterator<Item = Ticket>) {
        if self.line.waiting() == 0 {
            self.asked = 0;
            self.go_on();
        }
        self.line.add(terms, tickets);
    }

    /// How it goes.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Nothing waits, nothing is on its way, and nothing is left to ask.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_quiet() && self.line.waiting() == 0 && !(self.can_ask && self.questions > 0)
    }

    /// Nothing is on its way and no deed is left: where it is paused, it stays so.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.line.out() == 0 && self.deeds.is_empty() && !self.asking && !self.looking
    }

    /// Whether a picture waits or rests.
    #[must_use]
    pub fn waits(&self, job: JobId) -> bool {
        self.line.waits(job)
    }

    /// Whether nothing of this batch waits or is on its way, and nothing is left to ask.
    #[must_use]
    pub fn is_done(&self, batch: BatchId) -> bool {
        self.line.is_done(batch) && !(self.can_ask && self.questions > 0)
    }

    /// Where it stands, in numbers.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        let gate = self.line.first().map(|megapixels| self.bucket.free_at(megapixels, now));
        Status::of(self.mode, &self.line, &self.pulse, self.allowed(), gate, now)
    }

    /// Takes in what happened.
    pub fn tell(&mut self, happened: Happened, now: Timestamp) {
        match happened {
            Happened::Reserved(job) => self.line.reserved(job),
            Happened::Back { job, came, rate_limit } => {
                if let Some(said) = rate_limit {
                    let others = self.line.megapixels_out_beside(job);
                    self.bucket.hear(said, others, now);
                }
                self.back(job, came, now);
            }
            Happened::Answered { released, lost, open, looked } => {
                // Looked at in vain while pictures went out again: asked once more when it is quiet.
                let open = if looked || self.mode != Mode::Running { 0 } else { open };
                self.answered(released, lost, looked, now);
                self.questions += open;
            }
            Happened::Network(there) => self.network(there, now),
            Happened::Pause(why) => self.pause(why),
            Happened::Resume(terms) => self.resume(&terms),
            Happened::Open(tickets, batch) => {
                for ticket in tickets {
                    self.line.put_back(batch, ticket);
                    self.line.end(ticket.job, Ended::Unknown);
                    self.questions += 1;
                }
                if !self.can_ask {
                    self.line.leave_to_the_user();
                }
            }
            Happened::Rescued(job) => self.line.end(job, Ended::Saved),
            Happened::Take(jobs) => jobs.iter().for_each(|job| self.line.end(*job, Ended::LeftOut)),
            Happened::Again(tickets, batch) => tickets.into_iter().for_each(|ticket| self.line.put_back(batch, ticket)),
            Happened::First(jobs) => self.line.first_of_all(&jobs),
        }
    }

    /// The next thing to do, if there is one now. Ask again until there is none.
    pub fn next(&mut self, now: Timestamp) -> Option<Deed> {
        if let Some(deed) = self.deeds.pop_front() {
            return Some(deed);
        }
        match self.mode {
            Mode::Running if self.is_worth_asking() => {
                self.set(Mode::Asking);
                self.deeds.pop_front()
            }
            Mode::Running => self.next_to_send(now).or_else(|| self.ask_where_it_ends()),
            Mode::Asking => self.ask(),
            Mode::Paused(why) if why.can_still_ask() && self.can_ask && self.questions > 0 => self.ask(),
            Mode::Paused(_) => None,
            Mode::Offline => {
                let due = self.next_look.is_none_or(|at| at <= now) && !self.looking && self.line.out() == 0;
                self.looking |= due;
                due.then_some(Deed::TryNetwork)
            }
        }
    }

    /// When [`Self::next`] may have something to do though nothing happened.
    #[must_use]
    pub fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.mode {
            Mode::Running => {
                let resting = self.line.rested_at();
                let gate = self.line.first().map(|megapixels| self.bucket.free_at(megapixels, now));
                resting.into_iter().chain(gate.filter(|at| *at > now)).min()
            }
            Mode::Offline if !self.looking => self.next_look,
            Mode::Offline | Mode::Paused(_) | Mode::Asking => None,
        }
    }

    fn allowed(&self) -> usize {
        if self.careful { 1 } else { self.parallel.allowed() }
    }

    /// Whether what became of some requests is asked now, rather than with others later.
    fn is_worth_asking(&self) -> bool {
        self.can_ask && self.questions >= if self.asked < ALONE { 1 } else { WORTH_ASKING }
    }

    fn next_to_send(&mut self, now: Timestamp) -> Option<Deed> {
        self.line.wake(now);
        if self.line.out() >= self.allowed() {
            return None;
        }
        let (job, megapixels, before_payg) = self.line.pick()?;
        if self.bucket.free_at(megapixels, now) > now {
            return None;
        }
        self.bucket.take(megapixels, now);
        self.line.send(job, before_payg);
        Some(Deed::Send { job, before_payg })
    }

    /// Nothing waits any more, or nothing of it can go before it is known what became of others.
    fn ask_where_it_ends(&mut self) -> Option<Deed> {
        let stuck = self.line.has_ready() && self.line.pick().is_none();
        let ends = self.line.out() == 0 && (self.line.waiting() == 0 || stuck);
        if !(ends && self.can_ask && self.questions > 0) {
            return None;
        }
        self.set(Mode::Asking);
        self.deeds.pop_front()
    }

    fn ask(&mut self) -> Option<Deed> {
        if self.asking || self.line.out() > 0 {
            return None;
        }
        self.asking = true;
        Some(Deed::LookQuietly)
    }

    fn back(&mut self, job: JobId, came: Came, now: Timestamp) {
        if !matches!(came, Came::Offline | Came::Returned | Came::LeftOut | Came::Pauses(_)) {
            self.looks = 0;
        }
        match came {
            Came::Saved { charged, unlike } => {
                self.good(now);
                self.line.paid(job, charged, Ended::Saved);
                self.pulse.beat(now);
                if unlike && !self.forgiven {
                    self.pause(Why::Unlike);
                }
            }
            Came::NotSaved { charged, folder } => {
                self.good(now);
                self.line.paid(job, charged, Ended::NotSaved);
                if folder {
                    self.pause(Why::Folder);
                }
            }
            Came::Failed => {
                self.line.end(job, Ended::Failed);
                self.pulse.beat(now);
            }
            Came::LeftOut => {
                self.line.end(job, Ended::LeftOut);
                self.deeds.push_back(Deed::End { job, left_out: true });
            }
            Came::TooFast(wait) => {
                self.line.ready_again(job);
                // Those that went out together are refused together: that is one wait.
                if self.bucket.free_at(0, now) <= now || self.waits == 0 {
                    self.waits += 1;
                    self.parallel.slow_down(now);
                }
                self.bucket.close_for(wait, now);
                if self.waits > WAITS_IN_A_ROW {
                    self.pause(Why::TooFast);
                }
            }
            Came::Offline => {
                self.line.ready_again(job);
                if self.mode == Mode::Running {
                    self.parallel.slow_down(now);
                    self.look_for_network(now);
                    self.set(Mode::Offline);
                    self.deeds.push_back(Deed::HaltUnsent);
                }
            }
            Came::Broken => {
                self.parallel.slow_down(now);
                let tries = self.line.tries(job) + 1;
                self.try_later(job, tries, now);
            }
            Came::Returned => self.line.ready_again(job),
            Came::Unknown => {
                self.line.end(job, Ended::Unknown);
                self.questions += 1;
                if !self.can_ask {
                    self.line.leave_to_the_user();
                }
                self.parallel.slow_down(now);
                self.nothing_came();
            }
            Came::Ended => {
                self.line.end(job, Ended::Unknown);
                self.pause(Why::ServiceEnded);
            }
            Came::Lost { charged } => {
                self.line.paid(job, charged, Ended::Lost);
                self.nothing_came();
            }
            Came::Pauses(why) => {
                self.line.ready_again(job);
                // A price that is set aside is within the line that stopped this one: were it called back, two could take turns at
                // the last credit before PAYG for ever.
                self.stand_still(why, why != Why::PaygEarly);
            }
        }
    }

    /// A picture came: whatever went wrong before is over.
    fn good(&mut self, now: Timestamp) {
        (self.in_vain, self.rows, self.waits) = (0, 0, 0);
        self.careful = false;
        self.parallel.answered(now);
    }

    /// A request may have cost something and brought nothing.
    fn nothing_came(&mut self) {
        self.in_vain += 1;
        if self.in_vain < IN_A_ROW {
            return;
        }
        (self.in_vain, self.rows) = (0, self.rows + 1);
        if !self.can_ask || self.questions == 0 || self.rows > 2 {
            self.pause(Why::Trouble);
        } else if self.mode == Mode::Running {
            self.set(Mode::Asking);
        }
    }

    fn answered(&mut self, released: Vec<(JobId, u32)>, lost: Vec<JobId>, looked: bool, now: Timestamp) {
        (self.asking, self.questions, self.asked) = (false, 0, self.asked.saturating_add(1));
        self.careful = true;
        for (job, tries) in released {
            self.try_later(job, tries, now);
        }
        for job in lost {
            self.line.end(job, Ended::Lost);
        }
        self.line.leave_to_the_user();
        if self.mode != Mode::Asking {
            return;
        }
        if self.line.waiting() > 0 && !looked {
            self.pause(Why::Trouble);
        } else {
            self.set(Mode::Running);
        }
    }

    /// After a try that cost nothing: later again, or not any more.
    fn try_later(&mut self, job: JobId, tries: u32, now: Timestamp) {
        let Some(wait) = wait_before_retry(job, tries) else {
            self.line.end(job, Ended::Failed);
            self.deeds.push_back(Deed::End { job, left_out: false });
            return;
        };
        let until = now.saturating_add(SignedDuration::try_from(wait).unwrap_or_default()).unwrap_or(now);
        self.line.rest(job, tries, until);
        self.deeds.push_back(Deed::Return { job, tries });
    }

    fn network(&mut self, there: bool, now: Timestamp) {
        self.looking = false;
        if there {
            self.next_look = None;
            if self.mode == Mode::Offline {
                self.set(Mode::Running);
            }
        } else if self.looks >= if self.line.has_been_answered() { LOOKS_FOR_A_FRIEND } else { LOOKS_FOR_A_STRANGER } {
            self.pause(Why::Offline);
        } else {
            self.look_for_network(now);
        }
    }

    fn look_for_network(&mut self, now: Timestamp) {
        self.looks += 1;
        let wait = SignedDuration::try_from(backoff(self.looks, u64::MAX)).unwrap_or_default();
        self.next_look = Some(now.saturating_add(wait).unwrap_or(now));
    }

    fn pause(&mut self, why: Why) {
        self.stand_still(why, true);
    }

    fn stand_still(&mut self, why: Why, halt_unsent: bool) {
        // The first reason stays: what comes after it is mostly its consequence. The user's own word may be overtaken by a graver one.
        if matches!(self.mode, Mode::Paused(reason) if reason != Why::User || why == Why::User) {
            return;
        }
        self.set(Mode::Paused(why));
        if halt_unsent {
            self.deeds.push_back(Deed::HaltUnsent);
        }
    }

    fn resume(&mut self, terms: &[Terms]) {
        self.line.agree(terms);
        self.go_on();
    }

    fn go_on(&mut self) {
        if let Mode::Paused(why) = self.mode {
            self.forgiven |= why == Why::Unlike;
            (self.in_vain, self.rows, self.waits, self.looks, self.next_look) = (0, 0, 0, 0, None);
            self.asked = 0;
            self.set(Mode::Running);
        }
    }

    fn set(&mut self, mode: Mode) {
        if self.mode != mode {
            self.mode = mode;
            self.deeds.push_back(Deed::Note);
        }
    }
}
