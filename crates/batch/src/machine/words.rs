//! The words between the machine and its driver: effects out, events in, and how it ended. Plain data.

use std::time::Duration;

use clearcut_credits::{Credits, Seen, Source};
use clearcut_store::JobState;

/// What the driver is to do next. Each effect is answered with exactly one [`Event`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Fingerprint the input again, and see that the output folder takes files.
    CheckInput,
    /// Ask the vault for a paid answer to the same request: with one, nothing is sent.
    LookInVault,
    /// Hold price, limits and the service's known end against the order, then check and reserve in one transaction; the job
    /// becomes *reserved*.
    Reserve,
    /// Set aside room in the vault for the largest answer there can be.
    SetRoomAside,
    /// Commit *sending* before the first byte goes out.
    MarkSending,
    /// The charged request. Its answer streams into the room set aside.
    Send,
    /// Sync the answer with its headers and rename it into the vault.
    Keep,
    /// The job becomes *answered*.
    MarkAnswered,
    /// Really decode the kept answer: is it a picture?
    Judge,
    /// Charge, receipt and job state in one transaction.
    Settle {
        /// What the service charged.
        amount: Credits,
        /// How sure that is: measured from the header, or inferred from the quote.
        basis: Source,
    },
    /// Charged, and no usable picture: charge and job state in one transaction.
    BookLost {
        /// What the service's header says it charged.
        amount: Credits,
    },
    /// Give the reservation back and move the job on, in one transaction.
    Release {
        /// The job's state afterwards.
        job: JobState,
    },
    /// Nothing is reserved: the job becomes *failed*.
    GiveUp,
    /// Outcome unknown: the reservation stays, marked undecided.
    Suspend {
        /// The job's state afterwards.
        job: JobState,
    },
    /// Nothing is reserved; wait before the next try.
    Wait(Duration),
    /// Compose, look, encode beside the target, sync, rename to a name nobody has.
    Save,
    /// The job becomes *saved*.
    MarkSaved,
    /// Over.
    Finish(End),
}

/// What came of an [`Effect`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The effect was done.
    Done,
    /// It was not done, and nothing of it is left: input refused, reservation refused, no room, not saved, …
    Refused,
    /// The vault holds a usable paid answer.
    Hit,
    /// A picture was answered (a 200); its body lies in the room set aside.
    Answered {
        /// The whole body arrived.
        whole: bool,
        /// What the charge header says.
        charged: Option<Credits>,
    },
    /// Anything else came of the request, or nothing did.
    NoPicture {
        /// What was seen of it.
        seen: Seen,
        /// How long the service asked to wait.
        wait: Option<Duration>,
    },
    /// The kept answer was decoded, or could not be.
    Judged {
        /// It is a picture.
        usable: bool,
    },
}

/// How a picture's life ended, in words of money. Why is the driver's to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The file is there.
    Saved,
    /// Nothing was charged: refused here, by the service, or before the body had gone out.
    NotCharged,
    /// The service says the credits are used up; the queue pauses.
    OutOfCredits,
    /// The service refuses the key; the queue pauses.
    KeyRefused,
    /// Asked to wait more often than it was worth waiting for.
    RateLimited,
    /// The service has ended; the queue stops.
    ServiceEnded,
    /// It may have been charged.
    Unknown,
    /// Charged, and there is no picture.
    PaidLost,
    /// The picture is paid and in the vault, but not in the folder.
    PaidNotSaved,
    /// A step of our own failed; the next start puts it right by the table above.
    Interrupted,
}

/// How often, and how long at a time, a picture waits where the service asks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries after the first.
    pub waits: u8,
    /// A longer wait than this is handed to the user instead.
    pub longest: Duration,
}

impl Patience {
    /// Waits nowhere.
    pub const NONE: Self = Self { waits: 0, longest: Duration::ZERO };
}

impl Default for Patience {
    /// Eight waits of at most two minutes: the service counts its limit by the minute.
    fn default() -> Self {
        Self { waits: 8, longest: Duration::from_mins(2) }
    }
}

/// The service's own advice where a 429 names no time.
pub const DEFAULT_WAIT: Duration = Duration::from_secs(10);
