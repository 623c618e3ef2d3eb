//! The words between a queue and its driver: what happened, what to do, why it stands still. Plain data.

use std::time::Duration;

use clearcut_credits::Credits;
use clearcut_service::RateLimit;
use clearcut_store::{BatchId, JobId};

/// A picture that is to wait in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Its job.
    pub job: JobId,
    /// Its place: lower comes first.
    pub position: i64,
    /// It will be charged: neither paid before nor the twin of one that stands before it.
    pub charged: bool,
    /// Input megapixels, as the rate limit counts them.
    pub megapixels: u32,
    /// Bytes of the original.
    pub bytes: u64,
    /// Its price.
    pub price: Credits,
    /// How often it was tried in vain.
    pub tries: u32,
}

/// What the pictures of one agreement may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The batch.
    pub batch: BatchId,
    /// Nothing may be drawn from PAYG.
    pub never_payg: bool,
    /// So many charged pictures were quoted as paid without PAYG.
    pub before_payg: usize,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// The price of a picture is set aside.
    Reserved(JobId),
    /// A picture that was sent is back, one way or another.
    Back {
        /// Its job.
        job: JobId,
        /// What came of it.
        came: Came,
        /// What the service said of its rate limit.
        rate_limit: Option<RateLimit>,
    },
    /// The balance was looked at in quiet, and the requests of unknown outcome with it.
    Answered {
        /// Not charged, and in the queue again: `(job, how often it was tried by now)`.
        released: Vec<(JobId, u32)>,
        /// Charged.
        lost: Vec<JobId>,
        /// So many of which nothing can be said yet.
        open: usize,
        /// The balance could be looked at, and proved something.
        looked: bool,
    },
    /// While there was no network: is there one again?
    Network(bool),
    /// The user, or something that concerns the whole account.
    Pause(Why),
    /// The user lets it go on, on these terms.
    Resume(Vec<Terms>),
    /// An earlier run left these, which may have been charged.
    Open(Vec<Ticket>, BatchId),
    /// A paid picture that could not be saved is saved now.
    Rescued(JobId),
    /// The user takes pictures out of the queue.
    Take(Vec<JobId>),
    /// The user asks for pictures again that had ended.
    Again(Vec<Ticket>, BatchId),
    /// The user wants these next.
    First(Vec<JobId>),
}

/// What came of a picture that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// Saved. `charged` by this request; nothing for one that was paid before.
    Saved {
        /// What it cost.
        charged: Credits,
        /// Smaller than asked for, or at another price than quoted.
        unlike: bool,
    },
    /// Paid and kept, but the folder takes no files.
    NotSaved {
        /// What it cost.
        charged: Credits,
        /// The folder is to blame, not the picture.
        folder: bool,
    },
    /// It cost nothing and is not asked for again by itself.
    Failed,
    /// It cost nothing; the limit of what was agreed to, or the line that was chosen, leaves it out.
    LeftOut,
    /// It cost nothing, and the service asks to wait.
    TooFast(Duration),
    /// It cost nothing, and the service cannot be reached.
    Offline,
    /// It cost nothing: the upload broke.
    Broken,
    /// It was not sent, and waits in the queue again.
    Returned,
    /// It may have been charged.
    Unknown,
    /// It may have been charged, and the service has ended.
    Ended,
    /// Charged, and no picture came.
    Lost {
        /// What it cost.
        charged: Credits,
    },
    /// It cost nothing and waits in the queue again; so does everything else.
    Pauses(Why),
}

/// Why a queue stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The user said so.
    User,
    /// The program that drove it is gone, and nobody has said yet that it may go on.
    Interrupted,
    /// The service says the credits are used up.
    OutOfCredits,
    /// The service refuses the key.
    KeyRefused,
    /// The service has ended.
    ServiceEnded,
    /// PAYG would begin earlier than was agreed to.
    PaygEarly,
    /// The price is not what was agreed to.
    Price,
    /// A result was smaller than asked for, or charged differently than quoted.
    Unlike,
    /// The output folder takes no files: full, gone, or not to be written to.
    Folder,
    /// There is no room to keep paid answers safe.
    NoRoom,
    /// Clearcut's own records cannot be written.
    Records,
    /// One request after the other may have been charged and brought nothing.
    Trouble,
    /// The service asks to wait, again and again.
    TooFast,
    /// The service cannot be reached.
    Offline,
}

impl Why {
    /// Every reason.
    pub const ALL: [Self; 14] = [
        Self::User,
        Self::Interrupted,
        Self::OutOfCredits,
        Self::KeyRefused,
        Self::ServiceEnded,
        Self::PaygEarly,
        Self::Price,
        Self::Unlike,
        Self::Folder,
        Self::NoRoom,
        Self::Records,
        Self::Trouble,
        Self::TooFast,
        Self::Offline,
    ];

    /// The word for it in a batch's row.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Interrupted => "interrupted",
            Self::OutOfCredits => "out_of_credits",
            Self::KeyRefused => "key_refused",
            Self::ServiceEnded => "service_ended",
            Self::PaygEarly => "payg_early",
            Self::Price => "price",
            Self::Unlike => "unlike",
            Self::Folder => "folder",
            Self::NoRoom => "no_room",
            Self::Records => "records",
            Self::Trouble => "trouble",
            Self::TooFast => "too_fast",
            Self::Offline => "offline",
        }
    }

    /// Whether the balance can be asked for meanwhile.
    pub(super) const fn can_still_ask(self) -> bool {
        !matches!(self, Self::Interrupted | Self::ServiceEnded | Self::KeyRefused | Self::Offline)
    }

    /// The reason of this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == word)
    }
}

/// What the driver is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Send a picture.
    Send {
        /// Its job.
        job: JobId,
        /// PAYG must not pay it.
        before_payg: bool,
    },
    /// Put a picture back into the queue's rows, tried so often.
    Return {
        /// Its job.
        job: JobId,
        /// Tries by now.
        tries: u32,
    },
    /// End a picture that waits: it was tried often enough, or is left out.
    End {
        /// Its job.
        job: JobId,
        /// Left out by a limit, rather than failed.
        left_out: bool,
    },
    /// Stop what is on its way and whose body is not out.
    HaltUnsent,
    /// Nothing is on its way: wait out the quiet, look at the balance, and say what it answers.
    LookQuietly,
    /// See whether the service can be reached, in a way that costs nothing.
    TryNetwork,
    /// The mode has changed: tell whoever watches, and write it down.
    Note,
}

/// How a queue goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Pictures are sent.
    Running,
    /// Nothing new is sent until the user says so.
    Paused(Why),
    /// Nothing new is sent until the balance has said what became of some requests.
    Asking,
    /// Nothing new is sent until the service can be reached.
    Offline,
}
