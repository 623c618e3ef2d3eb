//! What the next start makes of a picture whose process died: the right-hand column of the table in [`super`].
//! It sees only what a start can see, the job's row and the vault, and knows nothing of what the dead process knew.

use clearcut_credits::{BodySent, Credits, Reply, Seen, Source, Verdict, classify};
use clearcut_store::JobState;

/// What is found of an answer on start, in the vault or on its way there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// It is whole and decodes.
    pub usable: bool,
    /// What its charge header says.
    pub charged: Option<Credits>,
}

/// What a dead process left of one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remains {
    /// The job's row.
    pub job: JobState,
    /// What it was quoted at.
    pub quoted: Credits,
    /// The answer to its attempt, where the vault has one.
    pub kept: Option<Kept>,
}

/// One step that puts the remains right. After each, look again, until there is [nothing](Mend::Nothing) to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// All is as it should be, or for the user to decide.
    Nothing,
    /// No money was touched: the job failed, *interrupted*, or waits in its queue again.
    Forget,
    /// Reserved and never sent: given back, and then as above.
    Release,
    /// Perhaps sent: stays reserved, undecided.
    Suspend,
    /// In the vault and a picture: adopted.
    Settle {
        /// What was charged.
        amount: Credits,
        /// How sure that is.
        basis: Source,
    },
    /// In the vault, charged, no picture.
    BookLost {
        /// What its header says was charged.
        amount: Credits,
    },
    /// Paid: save it again, free.
    SaveAgain,
}

/// What the next start does about `remains`: the right-hand column of the table above.
#[must_use]
pub fn mend(remains: &Remains) -> Mend {
    let Remains { job, quoted, kept } = *remains;
    match (job, kept) {
        (JobState::Planned, _) => Mend::Forget,
        (JobState::Reserved, _) => Mend::Release,
        (JobState::Sending | JobState::Answered, None) => Mend::Suspend,
        (JobState::Sending | JobState::Answered, Some(kept)) => {
            let seen = Seen {
                body: BodySent::Yes,
                reply: Reply::Status { code: 200, usable: kept.usable, charged: kept.charged },
            };
            match classify(&seen) {
                Verdict::Paid { amount: Some(amount) } => Mend::Settle { amount, basis: Source::Measured },
                Verdict::Paid { amount: None } => Mend::Settle { amount: quoted, basis: Source::Inferred },
                Verdict::PaidLost { amount } => Mend::BookLost { amount },
                Verdict::Unknown | Verdict::ServiceEnded { .. } | Verdict::Failed { .. } => Mend::Suspend,
            }
        }
        (JobState::Settled, _) => Mend::SaveAgain,
        (
            JobState::Queued
            | JobState::Saved
            | JobState::Failed
            | JobState::Unknown
            | JobState::PaidLost
            | JobState::OutOfCredits
            | JobState::KeyRefused
            | JobState::ServiceEnded
            | JobState::Skipped,
            _,
        ) => Mend::Nothing,
    }
}
