//! Watched folders: which there are, what the user may do with them, and the round that looks after each. All spending goes
//! through one narrow trait ([`WatchQueue`]); what a watch may spend a day was named by the user when it was made.
//! Refuses to send anything, and to know how a queue runs.

mod cases;
mod fate;
mod input;
mod keeper;
mod mind;
mod plugged;
mod queue;
mod reading;
mod round;
mod shown;
mod standing;
mod tariff;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clearcut_store::WatchId;
use tokio::sync::Notify;
use uuid::Uuid;

use self::mind::Mind;
pub(crate) use self::plugged::QueueForWatches;
use self::queue::WatchQueue;
use self::round::Seen;
use self::standing::Stand;
use crate::views::WatchView;

pub use self::cases::WatchOn;
pub use self::keeper::{WatchLine, WatchRound};

/// What the app keeps of its watches while it runs. Everything that must survive is in the store.
pub(crate) struct Watching {
    /// Who queues.
    queue: Arc<dyn WatchQueue>,
    /// One round at a time; each watch that this process looks after has its mind here.
    minds: tokio::sync::Mutex<HashMap<WatchId, Mind>>,
    /// What the last round of each saw, for the views.
    seen: Mutex<HashMap<WatchId, Seen>>,
    /// What the window was told of them last.
    told: Mutex<Option<Vec<WatchView>>>,
    /// Since when each does what it does, for the notices.
    stands: Mutex<HashMap<WatchId, Stand>>,
    /// Folders the user chose in a dialog; the window knows them by these numbers only.
    picked: Mutex<HashMap<Uuid, PathBuf>>,
    /// Something changed: do not wait for the next look.
    wake: Arc<Notify>,
}

impl Watching {
    pub(crate) fn over(queue: Arc<dyn WatchQueue>) -> Self {
        Self {
            queue,
            minds: tokio::sync::Mutex::default(),
            seen: Mutex::default(),
            stands: Mutex::default(),
            told: Mutex::default(),
            picked: Mutex::default(),
            wake: Arc::default(),
        }
    }

    /// Something happened that a round should see: a picture ended, the account changed, credits came.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<WatchId, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the window knows these views not yet; from now on it does.
    fn is_news(&self, views: &[WatchView]) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.as_deref() == Some(views) {
            return false;
        }
        *told = Some(views.to_vec());
        true
    }

    fn stands(&self) -> MutexGuard<'_, HashMap<WatchId, Stand>> {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn picked(&self) -> MutexGuard<'_, HashMap<Uuid, PathBuf>> {
        self.picked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
