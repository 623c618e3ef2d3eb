//! Which of the kept answers may go: the policy of the vault, as a pure function over what is there and what the books
//! say of it. It touches no file and no database, and nothing that is not on its list may be dropped anywhere.
//!
//! 1. What is **not saved** stays: its only copy is here. So does what the books do not know, and what cannot be read:
//!    it was paid, and nothing proves that it is anywhere else.
//! 2. What an open job counts on stays: its quote said that it is free.
//! 3. **Evidence** stays until the user names it: it is what a refund is claimed with.
//! 4. Of the saved ones the **oldest** go first, by when they arrived, and no more than are needed.
//! 5. By itself nothing goes within [a day](YOUNG): another background or format right after a run is free, however large
//!    the run was. A vault may be over its limit for that long. Who cleans by hand has said what is meant, and it goes.
//!
//! A preview of the service's counts as saved once it was shown: it has no file, and showing it was its purpose.

use clearcut_credits::AttemptId;
use jiff::{SignedDuration, Timestamp};

/// What is younger than this is not dropped by itself.
pub const YOUNG: SignedDuration = SignedDuration::from_hours(24);

/// What the books say of something in the vault.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standing {
    /// Booked, and its picture was saved; or, for a preview, shown.
    Saved,
    /// Booked; its picture was never saved.
    Unsaved,
    /// Saved, and a job that is not at its end counts on finding it.
    Awaited,
    /// The books do not know it, or it cannot be read.
    Unheard,
    /// Paid and no picture: kept for a refund claim.
    Evidence,
}

/// One thing in the vault, as the policy sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holding {
    /// The request that paid for it.
    pub attempt: AttemptId,
    /// When it arrived.
    pub at: Timestamp,
    /// What it takes on the drive.
    pub bytes: u64,
    /// What the books say of it.
    pub standing: Standing,
}

/// What is to be cleaned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cleaning {
    /// What happens by itself: the oldest saved ones, until so many bytes remain in all. Spares what is [`YOUNG`].
    Limit {
        /// Bytes that may remain.
        bytes: u64,
    },
    /// The oldest saved ones, until so many bytes remain in all, however young.
    DownTo {
        /// Bytes that may remain.
        bytes: u64,
    },
    /// Saved ones that arrived before this.
    Before {
        /// The first moment that stays.
        at: Timestamp,
    },
    /// All saved ones.
    AllSaved,
    /// Evidence, and nothing else.
    Evidence,
}

/// Which of `holdings` go, oldest first. `now` decides what is young; a time yet to come is young too.
#[must_use]
pub fn to_drop(holdings: &[Holding], cleaning: Cleaning, now: Timestamp) -> Vec<AttemptId> {
    let going = match cleaning {
        Cleaning::Evidence => Standing::Evidence,
        _ => Standing::Saved,
    };
    let ripe = |holding: &&Holding| match cleaning {
        Cleaning::Limit { .. } => now.duration_since(holding.at) >= YOUNG,
        Cleaning::Before { at } => holding.at < at,
        Cleaning::DownTo { .. } | Cleaning::AllSaved | Cleaning::Evidence => true,
    };
    let mut may_go: Vec<&Holding> = holdings.iter().filter(|holding| holding.standing == going).filter(ripe).collect();
    may_go.sort_unstable_by_key(|holding| (holding.at, holding.attempt));
    let remain = match cleaning {
        Cleaning::Limit { bytes } | Cleaning::DownTo { bytes } => Some(bytes),
        _ => None,
    };
    let mut left = holdings.iter().map(|holding| u128::from(holding.bytes)).sum::<u128>();
    let needed = |holding: &&Holding| {
        let goes = remain.is_none_or(|remain| left > u128::from(remain));
        left -= u128::from(holding.bytes);
        goes
    };
    may_go.into_iter().take_while(needed).map(|holding| holding.attempt).collect()
}
