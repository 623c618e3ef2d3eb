//! The keeper of the vault: what is kept, what of it may go, and letting it go. Which entries may go is the policy's to say
//! ([`clearcut_store::keeping`]); this room knows who is at work on what, and asks the books once more before each one goes.
//! It sends nothing and moves no money: what goes only costs again when it is wanted again.

use std::sync::Arc;

use clearcut_credits::Credits;
use clearcut_store::keeping::to_drop;
use clearcut_store::{Cleaning, Clock, Holding, KeptAnswer, KeptRow, Standing, Store, StoreError, Vault};

use tokio_util::sync::CancellationToken;

use crate::BatchError;
use crate::claims::Claims;

/// Looks after the vault of a data folder, for all of its accounts. Every call blocks.
#[derive(Clone)]
pub struct Keeper {
    /// What the books say.
    pub store: Arc<Store>,
    /// What is there.
    pub vault: Arc<Vault>,
    /// What is young.
    pub clock: Arc<dyn Clock>,
}

/// An answer in the vault, with what the books say of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptPicture {
    /// What is there.
    pub answer: KeptAnswer,
    /// Its booking, if there is one.
    pub booked: Option<KeptRow>,
    /// What that makes of it.
    pub standing: Standing,
}

/// Everything in the vault.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Inventory {
    /// Entries and evidence, in the order they were asked for.
    pub kept: Vec<KeptPicture>,
    /// Bytes of answers on their way.
    pub arriving_bytes: u64,
}

/// What went, or would go.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Cleaned {
    /// Pictures, or pieces of evidence.
    pub pictures: usize,
    /// What they took on the drive.
    pub bytes: u64,
    /// What had been charged for them: about what they would cost again.
    pub charged: Credits,
    /// Of those that were to go, how many stay: somebody is at work on them, or the system refused.
    pub left_alone: usize,
}

impl Inventory {
    /// What all of it takes on the drive, without what is on its way.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.kept.iter().map(|picture| picture.answer.bytes).sum()
    }

    /// How much of it is of such a standing.
    #[must_use]
    pub fn standing(&self, wanted: impl Fn(Standing) -> bool) -> Cleaned {
        self.kept.iter().filter(|picture| wanted(picture.standing)).fold(Cleaned::default(), Cleaned::and)
    }
}

impl Cleaned {
    fn and(self, picture: &KeptPicture) -> Self {
        let charged = picture.booked.as_ref().map_or(Credits::ZERO, |booked| booked.charged);
        Self {
            pictures: self.pictures + 1,
            bytes: self.bytes + picture.answer.bytes,
            charged: self.charged.saturating_add(charged),
            left_alone: self.left_alone,
        }
    }

    fn and_left_alone(self) -> Self {
        Self { left_alone: self.left_alone + 1, ..self }
    }
}

impl Keeper {
    /// Everything that is kept.
    ///
    /// # Errors
    /// When vault or books cannot be read.
    pub fn inventory(&self) -> Result<Inventory, BatchError> {
        // The books last: what was saved in between counts as saved, and nothing that was not does.
        let stock = self.vault.stock()?;
        let mut books = self.store.kept_rows()?;
        let kept = stock.kept.into_iter().map(|answer| {
            let booked = books.remove(&answer.attempt);
            let standing = standing(&answer, booked.as_ref());
            KeptPicture { answer, booked, standing }
        });
        Ok(Inventory { kept: kept.collect(), arriving_bytes: stock.arriving_bytes })
    }

    /// What this cleaning would let go of now. Touches nothing.
    ///
    /// # Errors
    /// As [`inventory`](Self::inventory).
    pub fn would_go(&self, cleaning: Cleaning) -> Result<Cleaned, BatchError> {
        Ok(self.going(cleaning)?.iter().fold(Cleaned::default(), Cleaned::and))
    }

    /// Lets go of it, one after the other, until `cancel`. What is in use at this moment is left alone, and so is what the
    /// system refuses to move.
    ///
    /// # Errors
    /// When vault or books cannot be read; what went until then is gone.
    pub fn clean(&self, cleaning: Cleaning, cancel: &CancellationToken) -> Result<Cleaned, BatchError> {
        let mut cleaned = Cleaned::default();
        let going = self.going(cleaning)?.into_iter();
        for picture in going.take_while(|_| !cancel.is_cancelled()) {
            cleaned = if self.let_go(&picture)? { cleaned.and(&picture) } else { cleaned.and_left_alone() };
        }
        Ok(cleaned)
    }

    fn going(&self, cleaning: Cleaning) -> Result<Vec<KeptPicture>, BatchError> {
        let inventory = self.inventory()?;
        let holding = |picture: &KeptPicture| Holding {
            attempt: picture.answer.attempt,
            at: picture.answer.at(),
            bytes: picture.answer.bytes,
            standing: picture.standing,
        };
        let holdings: Vec<Holding> = inventory.kept.iter().map(holding).collect();
        let drop = to_drop(&holdings, cleaning, self.clock.now());
        let mut by_attempt: std::collections::HashMap<_, _> =
            inventory.kept.into_iter().map(|picture| (picture.answer.attempt, picture)).collect();
        Ok(drop.into_iter().filter_map(|attempt| by_attempt.remove(&attempt)).collect())
    }

    /// Lets go of one, if nobody is at work on it and the books still say that it may go.
    fn let_go(&self, picture: &KeptPicture) -> Result<bool, BatchError> {
        let answer = &picture.answer;
        let claim = match answer.head.as_ref().map(clearcut_store::StoredHead::key) {
            Some(key) => {
                let dir = self.store.data_dir();
                let claim = Claims::try_everywhere(dir, &key)
                    .map_err(|source| StoreError::Io { path: dir.to_path_buf(), source })?;
                let Some(claim) = claim else { return Ok(false) };
                Some(claim)
            }
            None => None,
        };
        let booked = self.store.kept_row(answer.attempt)?;
        if standing(answer, booked.as_ref()) != picture.standing {
            return Ok(false);
        }
        let gone = self.vault.drop_kept(answer).unwrap_or_else(|error| {
            tracing::warn!(%error, "what was to go stays in the vault");
            false
        });
        drop(claim);
        Ok(gone)
    }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("vault", &self.vault.dir()).finish_non_exhaustive()
    }
}

fn standing(answer: &KeptAnswer, booked: Option<&KeptRow>) -> Standing {
    match (answer.evidence, &answer.head, booked) {
        (true, _, _) => Standing::Evidence,
        (false, Some(_), Some(booked)) => booked.standing(),
        (false, _, _) => Standing::Unheard,
    }
}
