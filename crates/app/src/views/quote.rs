//! A quote at the edge: what pictures would cost, from which pockets, how far the credits reach, and what can be chosen.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::outlook::PromptView;

/// A pocket that pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PocketView {
    /// Free previews.
    FreePreviews,
    /// This month's subscription credits (all of them where rollover cannot be told apart).
    Subscription,
    /// Subscription credits carried over.
    Rollover,
    /// Pay-as-you-go.
    Payg,
    /// An enterprise contract.
    Enterprise,
    /// Covered, but from which pocket cannot be told.
    Untold,
    /// Nothing: the credits end before.
    Uncovered,
}

/// Charged pictures in a row that the same pocket pays. A picture that two pockets share counts for the later one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct StretchView {
    /// Who pays.
    pub pocket: PocketView,
    /// How many pictures.
    pub pictures: usize,
    /// Credits.
    pub credits: String,
}

/// What the user decides about pictures beyond a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SpendChoice {
    /// Download as far as all credits reach, pay-as-you-go included.
    UsePayg,
    /// Download what the subscription pays, leave the rest.
    StopBeforePayg,
    /// Download what the subscription pays and cut the rest out on this computer, free.
    RestOnDevice,
    /// Download in order until the next picture would pass this many credits.
    Cap {
        /// Credits, a decimal string.
        credits: String,
    },
}

/// What a choice comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChoiceView {
    /// The choice.
    pub choice: SpendChoice,
    /// Pictures that would be downloaded, those that are free again included.
    pub downloads: usize,
    /// Of them charged.
    pub charged: usize,
    /// Credits in all: what the user agrees to.
    pub cost: String,
    /// Of them from pay-as-you-go.
    pub payg: String,
    /// Pictures that would be cut out on this computer, free.
    pub on_device: usize,
    /// Pictures that would be left as they are.
    pub left_out: usize,
    /// Credits left afterwards; `None` while the balance is unknown.
    pub left_after: Option<String>,
}

/// What pictures would cost. Amounts are decimal strings; pictures are counted from 1 in the order asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, TS)]
pub struct QuoteView {
    /// Pictures asked about: `charged + already_paid + duplicates + unreadable + oversized`.
    pub pictures: usize,
    /// Pictures that would be charged.
    pub charged: usize,
    /// Credits in all, also beyond what the account holds.
    pub cost: String,
    /// Free previews used, a count.
    pub free_previews: u32,
    /// Of the cost from the subscription (this month's part; all of it where rollover cannot be told apart).
    pub subscription: String,
    /// Of it from rollover.
    pub rollover: String,
    /// Of it from pay-as-you-go.
    pub payg: String,
    /// Of it from an enterprise contract.
    pub enterprise: String,
    /// Of it covered, from a pocket that cannot be told.
    pub untold: String,
    /// Of it beyond what the account holds.
    pub uncovered: String,
    /// The same in drawing order, for the drawn bar.
    pub stretches: Vec<StretchView>,
    /// The first picture that pay-as-you-go would pay.
    pub payg_from: Option<usize>,
    /// The last picture that the credits reach; `None` when all fit or the balance is unknown.
    pub ends_at: Option<usize>,
    /// Credits left afterwards; `None` while the balance is unknown.
    pub left_after: Option<String>,
    /// Pictures that are paid already: free again from the vault.
    pub already_paid: usize,
    /// Pictures that are the same as an earlier one in the list: paid once.
    pub duplicates: usize,
    /// Files that cannot be read as pictures.
    pub unreadable: usize,
    /// Pictures the service would refuse: too many bytes or pixels. They are not sent.
    pub oversized: usize,
    /// What is sent as a copy made for the service, and why; one sentence each.
    pub copies: Vec<String>,
    /// Bytes to send.
    #[ts(type = "number")]
    pub bytes_up: u64,
    /// Bytes needed at most on the drive that results are saved to.
    #[ts(type = "number")]
    pub disk_bytes: u64,
    /// Bytes free there; `None` where the system does not tell.
    #[ts(type = "number | null")]
    pub disk_free: Option<u64>,
    /// Whether the results, at their usual size, and the answers kept in the vault do not fit on a drive: then `disk_bytes` and
    /// `disk_free` are that drive's.
    pub disk_short: bool,
    /// Pictures that were asked about and are in none of the counts: their results exist, and such pictures are left out. Nothing
    /// is sent for them.
    pub existing: usize,
    /// Seconds the service's rate limit makes this take at least; `None` where no limit is known.
    #[ts(type = "number | null")]
    pub at_least_s: Option<u64>,
    /// Levels and lines the run would cross, one sentence each.
    pub crossings: Vec<String>,
    /// What can be chosen. Just `use_payg` (download all) where everything is paid by the subscription.
    pub choices: Vec<ChoiceView>,
    /// Where buying would help.
    pub prompt: Option<PromptView>,
}
