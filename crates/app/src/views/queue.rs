//! The queue at the edge: where a batch stands, what it has cost, why it stands still, and what going on would cost.

use serde::Serialize;
use ts_rs::TS;

/// How the queue goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QueueMode {
    /// Nothing waits.
    Idle,
    /// Pictures are sent.
    Running,
    /// Nothing new is sent; what was sent is awaited.
    Pausing,
    /// It stands still until the user says so; `reason` says why.
    Paused,
    /// It waits a quiet minute, to ask what became of requests that may have been charged.
    Asking,
    /// The service cannot be reached; it goes on by itself when it can.
    Offline,
}

/// Why the queue stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QueueReason {
    /// The user paused it.
    User,
    /// Clearcut was closed, or ended, in the middle of it.
    Interrupted,
    /// The credits are used up.
    OutOfCredits,
    /// The service refuses the key.
    KeyRefused,
    /// The service has ended.
    ServiceEnded,
    /// Pay-as-you-go would begin earlier than was agreed to.
    PaygEarly,
    /// The price has changed.
    Price,
    /// A result was smaller than asked for, or charged differently than quoted.
    Unlike,
    /// The output folder takes no files.
    Folder,
    /// There is no room to keep paid answers.
    NoRoom,
    /// Clearcut's records cannot be written.
    Records,
    /// Several requests in a row brought nothing.
    Trouble,
    /// The service asks to wait, again and again.
    TooFast,
    /// The service cannot be reached.
    Offline,
}

/// What going on would cost: the sum that a button must name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ResumeView {
    /// Pictures that wait.
    pub pictures: usize,
    /// Credits for them, a decimal string.
    pub cost: String,
    /// The part of it that pay-as-you-go would pay.
    pub payg: String,
    /// So many of them the credits do not reach.
    pub uncovered: usize,
    /// Pictures beside them that are cut out on this computer, free.
    pub here: usize,
}

/// The queue of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QueueView {
    /// How it goes.
    pub mode: QueueMode,
    /// Why it stands still.
    pub reason: Option<QueueReason>,
    /// One or two sentences for people, where there is something to say: why it stands still and what helps.
    pub text: Option<String>,
    /// What people call it: a folder's or a picture's name.
    pub label: String,
    /// Pictures in all.
    pub pictures: usize,
    /// Pictures that wait.
    pub waiting: usize,
    /// Pictures on their way.
    pub sending: usize,
    /// Pictures saved.
    pub saved: usize,
    /// Pictures that failed and cost nothing; they can be tried again.
    pub failed: usize,
    /// Pictures that were left out: by the user, or beyond a limit.
    pub left_out: usize,
    /// Requests that may have been charged.
    pub unknown: usize,
    /// Requests that were charged and brought no picture.
    pub paid_lost: usize,
    /// Pictures paid and kept that could not be saved yet.
    pub paid_not_saved: usize,
    /// Charged so far, a decimal string.
    pub charged: String,
    /// The most it may cost in all, a decimal string.
    pub agreed: String,
    /// Bytes of the originals that are done with.
    #[ts(type = "number")]
    pub bytes_done: u64,
    /// Bytes of all originals.
    #[ts(type = "number")]
    pub bytes: u64,
    /// So many may be on their way at a time.
    pub at_a_time: usize,
    /// Seconds that the rest may take, about.
    #[ts(type = "number | null")]
    pub eta_s: Option<u64>,
    /// Seconds until the service's rate limit takes the next picture.
    #[ts(type = "number | null")]
    pub wait_s: Option<u64>,
    /// What going on would cost, where it stands still and could go on.
    pub resume: Option<ResumeView>,
}
