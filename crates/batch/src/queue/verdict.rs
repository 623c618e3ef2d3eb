//! What came of a picture, in the words of its [queue](super): one translation, in one place. The money is decided by then; this
//! only says whether the picture, or everybody, waits.

use clearcut_credits::Refusal;
use clearcut_service::{ErrorKind, Phase, RemoveError};

use super::words::{Came, Why};
use crate::{BatchError, Finished, SaveFault, Warning};

/// What came of it.
#[must_use]
pub(crate) fn came(result: &Result<Finished, BatchError>) -> Came {
    match result {
        Ok(finished) => {
            let unlike = |warning: &Warning| matches!(warning, Warning::Smaller { .. } | Warning::ChargeDiffers { .. });
            Came::Saved { charged: finished.charged, unlike: finished.warnings.iter().any(unlike) }
        }
        Err(error) => failed(error),
    }
}

fn failed(error: &BatchError) -> Came {
    match error {
        BatchError::PaidNotSaved { charged, fault, .. } => {
            let folder = !matches!(fault, SaveFault::Picture(_));
            // One that had been paid before is not booked by its job: it waits in the queue again, free.
            if charged.is_zero() && folder {
                Came::Pauses(Why::Folder)
            } else {
                Came::NotSaved { charged: *charged, folder }
            }
        }
        BatchError::PaidLost { charged, .. } => Came::Lost { charged: *charged },
        BatchError::Unknown { .. } => Came::Unknown,
        BatchError::ServiceEnded { perhaps_charged: true, .. } => Came::Ended,
        BatchError::ServiceEnded { .. } => Came::Pauses(Why::ServiceEnded),
        BatchError::OutOfCredits { .. } => Came::Pauses(Why::OutOfCredits),
        BatchError::KeyRefused { .. } => Came::Pauses(Why::KeyRefused),
        BatchError::RateLimited { wait } => Came::TooFast(*wait),
        BatchError::NotSent(error) => not_sent(error),
        // One that was to be free and would cost now is beyond what was agreed to, too.
        BatchError::NotReserved(Refusal::Cap { .. }) | BatchError::KeptNoMore => Came::LeftOut,
        BatchError::NotReserved(Refusal::Payg { .. } | Refusal::PaygLineUnknown) => Came::Pauses(Why::PaygEarly),
        BatchError::OverAgreed { .. }
        | BatchError::BadFigure { .. }
        | BatchError::NotReserved(Refusal::NotAPrice { .. }) => Came::Pauses(Why::Price),
        BatchError::Folder(_) => Came::Pauses(Why::Folder),
        BatchError::NoRoom(_) => Came::Pauses(Why::NoRoom),
        BatchError::Store(_) | BatchError::Vault(_) | BatchError::Interrupted => Came::Pauses(Why::Records),
        BatchError::Cancelled => Came::Returned,
        BatchError::Input { .. }
        | BatchError::InputChanged { .. }
        | BatchError::TooManyBytes { .. }
        | BatchError::TooManyMegapixels { .. }
        | BatchError::Refused(_)
        | BatchError::NothingKept
        | BatchError::Matting(_)
        | BatchError::NoSubject
        | BatchError::TakenUp
        | BatchError::Account(_) => Came::Failed,
    }
}

/// Nothing had gone out whole.
fn not_sent(error: &RemoveError) -> Came {
    match &error.kind {
        ErrorKind::Connect(_) | ErrorKind::Timeout { phase: Phase::Connecting } => Came::Offline,
        ErrorKind::Transport(_) | ErrorKind::Timeout { .. } | ErrorKind::Truncated { .. } => Came::Broken,
        ErrorKind::Cancelled => Came::Returned,
        _ => Came::Failed,
    }
}
