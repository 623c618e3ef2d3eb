//! Watched folders at the edge: names, never paths; amounts as decimal strings; what the window needs to draw a day's budget.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::OutputOptions;
use crate::problem::Problem;

/// A watched folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(type = "string")]
pub struct WatchId(pub Uuid);

/// What a watch is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchState {
    /// It takes what comes.
    Watching,
    /// The folder or its drive is not there; it goes on by itself when it is back.
    Away,
    /// The user paused it.
    Paused,
    /// Today's budget is used up; it goes on after midnight.
    UsedUp,
    /// The account has no credits left.
    OutOfCredits,
    /// The service refuses the key, or there is none.
    KeyRefused,
    /// The service has ended.
    ServiceEnded,
    /// It belongs to another account than the one in use.
    OtherAccount,
    /// Another Clearcut on this computer looks after it.
    Elsewhere,
    /// Something else keeps it; `problem` says what. It is tried again by itself.
    Trouble,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchFileOutcome {
    /// In the queue, or under way.
    Queued,
    /// Saved.
    Done,
    /// No result, and nothing charged.
    Failed,
    /// It may have been charged.
    Unknown,
    /// Charged, and no usable picture came.
    PaidLost,
    /// Paid and kept, but the file could not be written.
    PaidNotSaved,
    /// Not for the service.
    SetAside,
}

/// A file of a watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WatchFileView {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub outcome: WatchFileOutcome,
    /// Why there is no result, as a sentence.
    pub reason: Option<String>,
    /// Credits charged for it, a decimal string; `None` where nothing was, or that is not known.
    pub charged: Option<String>,
}

/// A watched folder, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WatchView {
    /// Its id.
    pub id: WatchId,
    /// The folder's name.
    pub folder: String,
    /// With the folders in it.
    pub recursive: bool,
    /// The name of the folder that results go to; `None`: beside their originals.
    pub output: Option<String>,
    /// The name of the folder that finished originals are moved to; `None`: they stay.
    pub moves_to: Option<String>,
    /// What a result is to look like.
    pub options: OutputOptions,
    /// What it is doing.
    pub state: WatchState,
    /// Why, where the state alone does not say.
    pub problem: Option<Problem>,
    /// The most that is spent on a day.
    pub budget: String,
    /// Spent today: charged, set aside, or undecided.
    pub spent: String,
    /// Promised to what waits in its queue.
    pub promised: String,
    /// Left of today's budget.
    pub left: String,
    /// Of today's budget, per cent: spent.
    pub spent_percent: u8,
    /// Of today's budget, per cent: promised.
    pub promised_percent: u8,
    /// When the day's budget begins anew (RFC 3339).
    pub renews_at: String,
    /// Files that are there and not handled yet.
    #[ts(type = "number")]
    pub waiting: u64,
    /// In the queue, or under way.
    #[ts(type = "number")]
    pub queued: u64,
    /// Saved.
    #[ts(type = "number")]
    pub done: u64,
    /// Without a result.
    #[ts(type = "number")]
    pub failed: u64,
    /// Not for the service.
    #[ts(type = "number")]
    pub set_aside: u64,
    /// The files that were handled last, newest first.
    pub last: Vec<WatchFileView>,
}

/// A folder that the user chose in a dialog. Its path stays in the core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PickedFolder {
    /// Stands for it.
    pub id: FolderId,
    /// Its name.
    pub name: String,
}

/// Stands for a folder that was chosen while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(type = "string")]
pub struct FolderId(pub Uuid);

/// What the user says of a new watch.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct WatchInput {
    /// The folder.
    pub folder: FolderId,
    /// At most so many credits a day, a decimal string.
    pub budget: String,
    /// With the folders in it.
    pub recursive: bool,
    /// What a result is to look like.
    pub options: OutputOptions,
    /// Where results go; `None`: where cutouts go always.
    pub output: Option<FolderId>,
    /// Where finished originals are moved; `None`: they stay.
    pub move_done_to: Option<FolderId>,
}
