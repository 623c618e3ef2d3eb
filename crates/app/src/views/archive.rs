//! The archive to move in, at the edge. No path crosses here, and no key could: none is in it.

use serde::Serialize;
use ts_rs::TS;

use super::Overview;

/// What was saved into an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ArchiveSaved {
    /// The archive's file name.
    pub name: String,
    /// Accounts in it; the practice account stays with its computer.
    pub accounts: u32,
    /// Paid pictures in it.
    pub pictures: u32,
    /// Paid pictures that cannot be read and are not in it.
    pub left_out: u32,
    /// Its length, bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// What became of an account of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ArchiveAccount {
    /// What it is called here.
    pub label: String,
    /// Whether it came; where not, nothing was added to any account here.
    pub came: bool,
    /// What became of it and what is to be done: full sentences.
    pub text: String,
}

/// What was taken over from an archive.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ArchiveLoaded {
    /// The accounts in it.
    pub accounts: Vec<ArchiveAccount>,
    /// Paid pictures that came.
    pub pictures: u32,
    /// What became of the settings in it, one sentence each.
    pub settings: Vec<String>,
    /// Everything the window shows, with what came.
    pub overview: Overview,
}
