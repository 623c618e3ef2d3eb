//! Everything that can come between a picture and its file, sorted by what it means for the user's credits.
//! The variants carry what an edge needs to say what to do; turning them into codes and hints is the edge's.

use std::{io, path::PathBuf, time::Duration};

use clearcut_credits::{Credits, Refusal, Source};
use clearcut_imaging::ImageError;
use clearcut_matting::MattingError;
use clearcut_service::{RemoveError, ServiceError};
use clearcut_store::{JobId, StoreError, VaultError};
use jiff::Timestamp;

/// Why a picture was not saved. Unless a variant says otherwise, **nothing was charged**.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The original cannot be read, or is no picture.
    #[error("{path}: {source}", path = path.display())]
    Input {
        /// The original.
        path: PathBuf,
        /// What is wrong with it.
        source: ImageError,
    },
    /// The original is not what was quoted any more.
    #[error("{} was changed since it was quoted; look at it again first", path.display())]
    InputChanged {
        /// The original.
        path: PathBuf,
    },
    /// The service takes no file this large.
    #[error("the file has {size_bytes} bytes, and {service} takes at most {limit_bytes}")]
    TooManyBytes {
        /// Name of the service.
        service: String,
        /// Of the original.
        size_bytes: u64,
        /// Of the service.
        limit_bytes: u64,
    },
    /// The service takes no picture with this many pixels.
    #[error("the picture has {megapixels:.1} megapixels, and {service} takes at most {limit_megapixels:.0}")]
    TooManyMegapixels {
        /// Name of the service.
        service: String,
        /// Of the original.
        megapixels: f64,
        /// Of the service.
        limit_megapixels: f64,
    },
    /// The price is higher than what was agreed to.
    #[error("this costs {price} now and {agreed} was agreed to")]
    OverAgreed {
        /// What the user saw.
        agreed: Credits,
        /// What it costs.
        price: Credits,
    },
    /// The ledger refused the reservation: a cap, or not enough left.
    #[error(transparent)]
    NotReserved(Refusal),
    /// The service says that the credits are used up.
    #[error("{service} says there are not enough credits left")]
    OutOfCredits {
        /// Name of the service.
        service: String,
    },
    /// The service refuses the key.
    #[error("{service} refuses the key")]
    KeyRefused {
        /// Name of the service.
        service: String,
    },
    /// The service has ended: past its known end, or it answers as closed.
    #[error("{service} has ended{}", if *perhaps_charged { "; whether this request was still charged is not known" } else { "" })]
    ServiceEnded {
        /// Name of the service.
        service: String,
        /// Its known end.
        ended_at: Option<Timestamp>,
        /// The picture had gone out: its price stays reserved until that is known.
        perhaps_charged: bool,
    },
    /// The service asks to wait, more often or longer than was worth it.
    #[error("the service asks to wait {} s", wait.as_secs())]
    RateLimited {
        /// How long it asked for.
        wait: Duration,
    },
    /// The service refused this picture or these options.
    #[error("the service refused it: {0}")]
    Refused(ServiceError),
    /// It failed before the picture had gone out whole.
    #[error("not sent: {0}")]
    NotSent(RemoveError),
    /// The picture went out and no usable answer came back. **It may have been charged**: its price stays reserved.
    #[error("no answer came back after the picture was sent ({reason}); whether it was charged is not known yet")]
    Unknown {
        /// What was seen instead.
        reason: String,
    },
    /// **Charged**, and the answer is no usable picture.
    #[error("charged {charged}, but the answer is no usable picture: {reason}")]
    PaidLost {
        /// What it cost.
        charged: Credits,
        /// Measured or inferred.
        basis: Source,
        /// What is wrong with it.
        reason: String,
        /// Where the answer is kept, for a refund claim.
        kept: Option<PathBuf>,
    },
    /// **Charged** (now or earlier), and the picture is safe in the vault, but not in the folder. Saving it again is free.
    #[error("paid, but not saved yet: {fault}. The picture is kept; saving it again is free")]
    PaidNotSaved {
        /// For [`Spender::save_again`](crate::Spender::save_again).
        job: JobId,
        /// What this job was charged; nothing where the picture had been paid before.
        charged: Credits,
        /// Measured or inferred.
        basis: Source,
        /// Why it was not saved.
        fault: SaveFault,
        /// The paid answer.
        kept: PathBuf,
    },
    /// The folder for the result takes no files; found before anything was sent.
    #[error(transparent)]
    Folder(SaveFault),
    /// There is no room to keep a paid answer safe, so none was asked for.
    #[error("there is no room to keep the answer safe: {0}")]
    NoRoom(VaultError),
    /// Stopped before the picture had gone out.
    #[error("stopped before it was sent")]
    Cancelled,
    /// Nothing paid is kept for this job.
    #[error("nothing paid is kept for this picture")]
    NothingKept,
    /// Its paid answer was let go of: the vault has a limit, or the user cleaned it.
    #[error("the paid picture is not kept any more")]
    KeptNoMore,
    /// On this computer: the model cannot run. Never charged.
    #[error(transparent)]
    Matting(MattingError),
    /// On this computer: the model sees nothing that stands out. An answer, not a failure.
    #[error("no subject was found in this picture")]
    NoSubject,
    /// Clearcut's own records failed. **What was paid is safe**: the next start finds it and books it.
    #[error("Clearcut's records could not be written: {0}")]
    Store(#[from] StoreError),
    /// The vault failed after money may have moved. The next start looks again.
    #[error("the vault failed: {0}")]
    Vault(#[from] VaultError),
    /// The service's account could not be read.
    #[error("the balance could not be read: {0}")]
    Account(RemoveError),
    /// The profile has no usable price or figure.
    #[error("the service's {what} is not a number Clearcut can count with")]
    BadFigure {
        /// Which one.
        what: &'static str,
    },
    /// Another window or terminal is at work on it.
    #[error("another window or terminal is at work on it")]
    TakenUp,
    /// A background task died; whatever was paid is found at the next start.
    #[error("a background task ended early")]
    Interrupted,
}

impl From<MattingError> for BatchError {
    fn from(error: MattingError) -> Self {
        match error {
            MattingError::NoSubject => Self::NoSubject,
            MattingError::Cancelled => Self::Cancelled,
            other => Self::Matting(other),
        }
    }
}

impl BatchError {
    /// A short word for the job's row: why it ended so.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input { .. } => "input",
            Self::InputChanged { .. } => "input_changed",
            Self::TooManyBytes { .. } | Self::TooManyMegapixels { .. } => "too_large",
            Self::OverAgreed { .. } => "over_agreed",
            Self::NotReserved(_) => "not_reserved",
            Self::OutOfCredits { .. } => "out_of_credits",
            Self::KeyRefused { .. } => "key_refused",
            Self::ServiceEnded { .. } => "service_ended",
            Self::RateLimited { .. } => "rate_limited",
            Self::Refused(_) => "refused",
            Self::NotSent(_) => "not_sent",
            Self::Unknown { .. } => "unknown",
            Self::PaidLost { .. } => "paid_lost",
            Self::PaidNotSaved { .. } => "paid_not_saved",
            Self::Folder(_) => "folder",
            Self::NoRoom(_) => "no_room",
            Self::Cancelled => "cancelled",
            Self::NothingKept => "nothing_kept",
            Self::KeptNoMore => "kept_no_more",
            Self::Matting(_) => "model",
            Self::NoSubject => "no_subject",
            Self::Store(_) => "store",
            Self::Vault(_) => "vault",
            Self::Account(_) => "account",
            Self::BadFigure { .. } => "bad_figure",
            Self::TakenUp => "taken_up",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether a picture of a queue stays in it: nothing was charged by this try, and what stood in the way is not the picture's
    /// own fault.
    pub(crate) fn leaves_it_queued(&self) -> bool {
        match self {
            Self::NotReserved(_)
            | Self::OverAgreed { .. }
            | Self::Folder(_)
            | Self::NoRoom(_)
            | Self::Cancelled
            | Self::Store(_)
            | Self::Vault(_)
            | Self::Interrupted => true,
            // Reached only by an answer that was paid before: saving it is free, now or later.
            Self::PaidNotSaved { fault, .. } => !matches!(fault, SaveFault::Picture(_)),
            _ => false,
        }
    }

    /// What this picture cost although it was not saved.
    #[must_use]
    pub fn charged(&self) -> Credits {
        match self {
            Self::PaidLost { charged, .. } | Self::PaidNotSaved { charged, .. } => *charged,
            _ => Credits::ZERO,
        }
    }
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SaveFault {
    /// The disk is full.
    #[error("the disk of {} is full", folder.display())]
    DiskFull {
        /// Where.
        folder: PathBuf,
    },
    /// The folder may not be written to.
    #[error("{} may not be written to", folder.display())]
    ReadOnly {
        /// Where.
        folder: PathBuf,
    },
    /// Every number is taken.
    #[error("every name like {} is taken", planned.display())]
    NoFreeName {
        /// The planned name.
        planned: PathBuf,
    },
    /// The picture cannot be put into the chosen format.
    #[error("{0}")]
    Picture(ImageError),
    /// Something else.
    #[error("{} could not be written: {source}", folder.display())]
    Other {
        /// Where.
        folder: PathBuf,
        /// The system's words.
        source: io::Error,
    },
}

impl SaveFault {
    /// Sorts an error of the file layer.
    pub(crate) fn new(folder: impl Into<PathBuf>, source: io::Error) -> Self {
        let folder = folder.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { folder },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { folder },
            _ => Self::Other { folder, source },
        }
    }
}
