//! The vault at the edge: what is kept, what may go, what went. No path crosses here.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// So many pictures, and what they take on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
pub struct HeapView {
    /// Pictures, or answers that are none.
    pub pictures: u32,
    /// Their bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// What one account has in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct VaultShareView {
    /// The account's name.
    pub label: String,
    /// Its pictures.
    pub heap: HeapView,
}

/// The paid pictures kept on this computer, of all accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct VaultView {
    /// GB (of 1,000,000,000 bytes) that it may hold; `None` without a limit.
    pub limit_gb: Option<u32>,
    /// Everything kept, bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Saved ones: they may go, the oldest first.
    pub saved: HeapView,
    /// Not saved yet, in use, or unknown to the books: always kept.
    pub held: HeapView,
    /// Charged and no picture, for a refund claim: kept until the user names them.
    pub evidence: HeapView,
    /// Answers on their way, bytes.
    #[ts(type = "number")]
    pub arriving_bytes: u64,
    /// When the oldest picture arrived, RFC 3339 with the computer's offset; `None` while there are none.
    pub oldest: Option<String>,
    /// Free on its disk, bytes; `None` where the system does not say.
    #[ts(type = "number | null")]
    pub disk_free: Option<u64>,
    /// The same by account, those with pictures only.
    pub accounts: Vec<VaultShareView>,
}

/// What is to be cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum VaultCleaning {
    /// What a limit of so many GB would let go of by itself.
    Limit {
        /// GB.
        gb: u32,
    },
    /// Saved pictures that arrived more than so many days ago.
    OlderThan {
        /// Days of 24 hours.
        days: u32,
    },
    /// The oldest saved pictures, until so many bytes remain in all.
    DownTo {
        /// Bytes.
        #[ts(type = "number")]
        bytes: u64,
    },
    /// All saved pictures.
    AllSaved,
    /// Answers that were charged and are no pictures.
    Evidence,
}

/// What a cleaning lets go of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CleaningView {
    /// Pictures and bytes.
    pub heap: HeapView,
    /// What had been charged for them, a decimal string.
    pub credits: String,
    /// Of those that were to go, how many stay because somebody is at work on them.
    pub left_alone: u32,
}

/// What went, and what is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct VaultCleaned {
    /// What went.
    pub went: CleaningView,
    /// What is left.
    pub vault: VaultView,
}
