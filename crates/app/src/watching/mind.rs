//! What is known of one watch while this process looks after it: its files, what was read already, why nothing is taken. It
//! is made from the store's rows, and thrown away with the process.

use std::collections::HashMap;
use std::path::PathBuf;

use clearcut_batch::watch::{Folder, Hints, Version};
use clearcut_store::{JobId, Store, StoreError, WatchFileRow, WatchFileState, WatchGuard, WatchId};
use jiff::Timestamp;

use super::queue::Held;
use crate::intake::Examined;

/// The mind of a watch.
pub(crate) struct Mind {
    /// The right to look after it; nobody else does meanwhile.
    _guard: WatchGuard,
    /// Its files.
    pub(super) folder: Folder,
    /// Saved files whose originals may have to be moved, with their jobs.
    pub(super) done: HashMap<PathBuf, (Version, JobId)>,
    /// Files that were read and wait for budget.
    pub(super) examined: HashMap<PathBuf, (Version, Examined)>,
    /// Why nothing is taken, and since when.
    pub(super) held: Option<(Held, Timestamp)>,
    /// When a move that failed is tried again.
    pub(super) moves_again_at: Option<Timestamp>,
    /// The system's news of the folder.
    pub(super) hints: Option<Hints>,
    /// Whether news were asked for since the folder is there.
    pub(super) asked_for_hints: bool,
}

impl Mind {
    /// The mind of a watch, or `None` while another process looks after it. Blocking.
    pub(super) fn of(store: &Store, watch: WatchId) -> Result<Option<Self>, StoreError> {
        let Some(guard) = store.watch_guard(watch)? else { return Ok(None) };
        let rows = store.watch_files(watch)?;
        let done = rows.iter().filter(|row| row.state == WatchFileState::Done);
        let done = done.filter_map(|row| Some((row.path.clone(), (version(row), row.job?)))).collect();
        Ok(Some(Self {
            _guard: guard,
            folder: Folder::knowing(rows.iter().map(|row| (row.path.clone(), version(row)))),
            done,
            examined: HashMap::new(),
            held: None,
            moves_again_at: None,
            hints: None,
            asked_for_hints: false,
        }))
    }

    /// Remembers what was written down of files.
    pub(super) fn remember(&mut self, rows: &[WatchFileRow]) {
        for row in rows {
            self.folder.handled(&row.path, version(row));
            self.examined.remove(&row.path);
            match (row.state, row.job) {
                (WatchFileState::Done, Some(job)) => drop(self.done.insert(row.path.clone(), (version(row), job))),
                _ => drop(self.done.remove(&row.path)),
            }
        }
    }
}

/// The version that a row is about.
pub(super) fn version(row: &WatchFileRow) -> Version {
    Version { size: row.size, mtime: row.mtime }
}
