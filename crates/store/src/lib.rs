//! What survives a kill: the SQLite database of ledger, jobs and receipts, and the vault of paid answers on disk.
//!
//! Money rules are [`clearcut_credits`]'s; this room writes them down so that no crash, full disk or second process can
//! bend them. It refuses to know services, pictures and what a job does next: it moves a job only from the state its
//! caller saw it in.
//!
//! # The data folder
//! | path | holds |
//! | --- | --- |
//! | `clearcut.db` | accounts, ledger, runs, jobs, receipts ([`Store`]) |
//! | `vault/` | paid answers, one folder each ([`Vault`]) |
//! | `runs/` | one lock file a run; the operating system frees it when the process ends ([`RunGuard`]) |
//! | `present.lock` | shared by every process that has the folder open, exclusive to one that loads an archive ([`Presence`]) |
//! | `moving/`, `moving.lock` | an archive being made or unpacked ([`archive`]); nothing in it counts |
//! | `watches/` | one lock file a watched folder, held by the process that looks after it ([`WatchGuard`]) |

mod archive;
mod batch_state;
mod clock;
mod columns;
mod database;
mod error;
mod files;
mod ids;
mod job_state;
mod migrations;
mod presence;
mod spending;
mod tables;
pub mod testing;
mod vault;

pub use archive::{ArchiveError, ArchiveSource, Fate, Moved, Saved, Staged, Taken};
pub use batch_state::BatchState;
pub use clock::{Clock, SystemClock};
pub use database::Store;
pub use error::{ReserveError, StoreError};
pub use files::{DiskFiles, Files, OutFile};
pub use ids::{AccountId, BatchId, IdError, JobId, RunId, WatchId, new_attempt};
pub use job_state::JobState;
pub use presence::Presence;
pub use spending::{Booking, Looked};
pub use tables::accounts::AccountRow;
pub use tables::batches::BatchRow;
pub use tables::edits::BackdropRow;
pub use tables::history::{HistoryKind, HistoryRow, Period, SpentLine};
pub use tables::jobs::{JobChange, JobRow, Promised};
pub use tables::kept::KeptRow;
pub use tables::ledger::{DrawnBy, SnapshotRow};
pub use tables::plans::PlanRow;
pub use tables::receipts::ReceiptRow;
pub use tables::runs::RunGuard;
pub use tables::watch_files::{WatchCounts, WatchFileRow, WatchFileState};
pub use tables::watches::{Outlay, WatchGuard, WatchRow};
pub use vault::keeping::{self, Cleaning, Holding, Standing};
pub use vault::{
    Foreground, Incoming, KeptAnswer, Leftover, Share, Stock, StoredHead, Survey, Trouble, Vault, VaultEntry,
    VaultError, VaultKey,
};
