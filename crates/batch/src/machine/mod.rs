//! The life of one picture as a pure state machine: events in, one effect out.
//! It decides what is written before what, and which row of the money table an answer falls under. It knows no disk, no
//! database, no network and no clock: the [driver](crate::Spender) performs the effects and reports what came of them.
//!
//! # If the process dies here, this is what the next start finds and does
//!
//! Every effect is one durable step, so a process can die only *between* two rows of this table or *inside* one; inside, the next
//! start finds either the row's own remains or those of the row above it. [`mend`] is the right-hand column, and the
//! tests walk the machine through a death before, inside and after every effect.
//!
//! | the last effect | job on disk | what else is there | what the next start does |
//! | --- | --- | --- | --- |
//! | `CheckInput`, `LookInVault` | planned | nothing | job failed, *interrupted*; no money was touched |
//! | `Reserve` | reserved | a reservation | released; job failed, *interrupted* |
//! | `SetRoomAside` | reserved | reservation, an empty room in `incoming` | the same; the room is swept |
//! | `MarkSending` | sending | reservation, the room | *unknown*: the request may or may not have gone out |
//! | `Send` | sending | reservation, in `incoming` a head and some of a body | a charge in the head: *paid, lost*; else *unknown* |
//! | `Keep`, not renamed yet | sending | reservation, in `incoming` the whole answer | adopted into the vault, then as below |
//! | `Keep` | sending | reservation, the answer in the vault | the answer is read: settled, *paid, lost* or *unknown* |
//! | `MarkAnswered`, `Judge` | answered | the same | the same |
//! | `Settle` | settled | the charge, its receipt, the answer | saved again, free |
//! | `BookLost` | paid, lost | the charge, the answer (set aside for a refund claim) | nothing; the user decides |
//! | `GiveUp`, `Release` | failed, queued, … | nothing | nothing |
//! | `Suspend` | unknown | the reservation stays, marked undecided | nothing; decided at a quiet moment |
//! | `Wait` | planned | nothing | job failed, *interrupted* |
//! | `Save`, temporary file | settled | a part file named after the job | part file removed, saved again |
//! | `Save`, renamed | settled | the file under its final name | recognised by its bytes: marked saved, no second file |
//! | `MarkSaved` | saved | all of it | nothing |

//!
//! A job of a batch goes back to its queue, *queued*, where the table says *failed, interrupted*: nothing was charged, and its
//! batch is offered again as it was.

mod mend;
#[cfg(test)]
mod tests;
mod words;

use std::time::Duration;

use clearcut_credits::{BodySent, Credits, Reply, Retry, Seen, Source, Verdict, classify};
use clearcut_store::JobState;

pub use mend::{Kept, Mend, Remains, mend};
pub use words::{DEFAULT_WAIT, Effect, End, Event, Patience};

/// Where the picture stands between two effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Checking,
    Looking,
    Reserving,
    MakingRoom,
    Marking,
    Sending,
    Keeping {
        whole: bool,
        charged: Option<Credits>,
    },
    Noting {
        whole: bool,
        charged: Option<Credits>,
    },
    Judging {
        charged: Option<Credits>,
    },
    Closing(End),
    /// Giving back a reservation in order to try again.
    Yielding(Duration),
    Waiting,
    Settling,
    Saving,
    /// Saving what the vault already had.
    Exporting,
    Recording,
    Over,
}

/// One picture's machine.
#[derive(Debug, Clone)]
pub struct Machine {
    at: At,
    quoted: Credits,
    patience: Patience,
    /// Where a picture goes that cost nothing and may be asked for again.
    again: JobState,
}

impl Machine {
    /// A planned picture, quoted at `quoted`, and the first thing to do about it.
    #[must_use]
    pub fn start(quoted: Credits, patience: Patience) -> (Self, Effect) {
        (Self { at: At::Checking, quoted, patience, again: JobState::Failed }, Effect::CheckInput)
    }

    /// The same for a picture of a queue: it waits nowhere itself, and what cost nothing and may be asked for again goes back.
    #[must_use]
    pub fn start_queued(quoted: Credits) -> (Self, Effect) {
        let machine = Self { at: At::Checking, quoted, patience: Patience::NONE, again: JobState::Queued };
        (machine, Effect::CheckInput)
    }

    /// Takes what came of the last effect and says what to do next.
    ///
    /// Total: an event that does not belong where the machine stands ends it as [`End::Interrupted`], which leaves
    /// everything on disk as it is for the next start.
    pub fn step(&mut self, event: Event) -> Effect {
        let (at, effect) = self.next(event);
        self.at = at;
        effect
    }

    fn next(&mut self, event: Event) -> (At, Effect) {
        match (self.at, event) {
            (At::Checking, Event::Done) => (At::Looking, Effect::LookInVault),
            (At::Looking, Event::Done) => (At::Reserving, Effect::Reserve),
            (At::Looking, Event::Hit) => (At::Exporting, Effect::Save),
            (At::Reserving, Event::Done) => (At::MakingRoom, Effect::SetRoomAside),
            (At::MakingRoom, Event::Done) => (At::Marking, Effect::MarkSending),
            (At::Marking, Event::Done) => (At::Sending, Effect::Send),
            // Nothing is reserved yet: there is nothing to give back.
            (At::Checking | At::Looking | At::Reserving | At::Waiting, Event::Refused) => give_up(End::NotCharged),
            // Reserved, and certainly not sent.
            (At::MakingRoom | At::Marking, Event::Refused) => release(End::NotCharged, self.again),

            (At::Sending, Event::Answered { whole, charged }) => (At::Keeping { whole, charged }, Effect::Keep),
            (At::Sending, Event::NoPicture { seen, wait }) => self.judged(&seen, wait),

            (At::Keeping { whole, charged }, Event::Done) => (At::Noting { whole, charged }, Effect::MarkAnswered),
            // What arrived lies beside the vault, head and body. It is not booked as lost while it may still be whole: the
            // reservation stays, and the next start adopts the answer.
            (At::Keeping { .. }, Event::Refused) => over(End::Interrupted),
            (At::Noting { whole: true, charged }, Event::Done) => (At::Judging { charged }, Effect::Judge),
            (At::Noting { whole: false, charged }, Event::Done) => self.answered(false, charged),
            (At::Judging { charged }, Event::Judged { usable }) => self.answered(usable, charged),

            (At::Settling, Event::Done) => (At::Saving, Effect::Save),
            (At::Saving | At::Exporting, Event::Done) => (At::Recording, Effect::MarkSaved),
            // The job stays *settled*: paid, not saved yet. An export of an older answer has nothing of its own to keep.
            (At::Saving, Event::Refused) => over(End::PaidNotSaved),
            (At::Exporting, Event::Refused) => give_up(End::PaidNotSaved),
            (At::Recording, Event::Done) => over(End::Saved),

            (At::Yielding(wait), Event::Done) => (At::Waiting, Effect::Wait(wait)),
            (At::Waiting, Event::Done) => (At::Checking, Effect::CheckInput),
            (At::Closing(end), Event::Done) => over(end),

            _ => over(End::Interrupted),
        }
    }

    /// A whole or broken 200, once it is known whether it is a picture.
    fn answered(&mut self, usable: bool, charged: Option<Credits>) -> (At, Effect) {
        self.judged(&Seen { body: BodySent::Yes, reply: Reply::Status { code: 200, usable, charged } }, None)
    }

    /// The money table's verdict as the next effect.
    fn judged(&mut self, seen: &Seen, wait: Option<Duration>) -> (At, Effect) {
        match classify(seen) {
            Verdict::Paid { amount } => {
                let (amount, basis) = self.charge(amount);
                (At::Settling, Effect::Settle { amount, basis })
            }
            Verdict::PaidLost { amount } => (At::Closing(End::PaidLost), Effect::BookLost { amount }),
            Verdict::Unknown => (At::Closing(End::Unknown), Effect::Suspend { job: JobState::Unknown }),
            Verdict::ServiceEnded { released: true } => release(End::ServiceEnded, JobState::ServiceEnded),
            Verdict::ServiceEnded { released: false } => {
                (At::Closing(End::ServiceEnded), Effect::Suspend { job: JobState::ServiceEnded })
            }
            Verdict::Failed { retry: Retry::PausesQueue } => match seen.reply {
                Reply::Status { code: 402, .. } => release(End::OutOfCredits, self.or_again(JobState::OutOfCredits)),
                _ => release(End::KeyRefused, self.or_again(JobState::KeyRefused)),
            },
            Verdict::Failed { retry: Retry::AfterWait } => self.yield_or_give_up(wait.unwrap_or(DEFAULT_WAIT)),
            Verdict::Failed { retry: Retry::MayRetry } => release(End::NotCharged, self.again),
            Verdict::Failed { retry: Retry::Never } => release(End::NotCharged, JobState::Failed),
        }
    }

    fn charge(&self, header: Option<Credits>) -> (Credits, Source) {
        header.map_or((self.quoted, Source::Inferred), |amount| (amount, Source::Measured))
    }

    fn yield_or_give_up(&mut self, wait: Duration) -> (At, Effect) {
        match self.patience.waits.checked_sub(1) {
            Some(left) if wait <= self.patience.longest => {
                self.patience.waits = left;
                (At::Yielding(wait), Effect::Release { job: JobState::Planned })
            }
            _ => release(End::RateLimited, self.again),
        }
    }

    /// What pauses a queue leaves its pictures in it; of a picture alone it is the end.
    fn or_again(&self, end: JobState) -> JobState {
        if self.again == JobState::Queued { JobState::Queued } else { end }
    }
}

fn over(end: End) -> (At, Effect) {
    (At::Over, Effect::Finish(end))
}

fn give_up(end: End) -> (At, Effect) {
    (At::Closing(end), Effect::GiveUp)
}

fn release(end: End, job: JobState) -> (At, Effect) {
    (At::Closing(end), Effect::Release { job })
}
