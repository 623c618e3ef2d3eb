//! Credits at the edge: the gauge and the quote. Amounts are decimal strings; an unknown one is `None`, never zero.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::problem::Problem;

/// Where a figure is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceView {
    /// Read from the service.
    Measured,
    /// Typed by the user.
    Entered,
    /// Worked out.
    Inferred,
    /// Not known.
    Unknown,
}

/// One figure of the gauge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FigureView {
    /// Credits as a decimal string (a count for free previews); `None` is unknown, never zero.
    pub amount: Option<String>,
    /// Where it is from.
    pub source: SourceView,
    /// How old it is, seconds; `None` where nothing was observed.
    #[ts(type = "number | null")]
    pub age_s: Option<u64>,
}

/// The credits of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GaugeView {
    /// This month's subscription credits (all of the subscription's where no plan is known).
    pub subscription: FigureView,
    /// Subscription credits carried over from earlier months.
    pub rollover: FigureView,
    /// Pay-as-you-go credits.
    pub payg: FigureView,
    /// Enterprise credits.
    pub enterprise: FigureView,
    /// Free previews left, a count.
    pub free_previews: FigureView,
    /// Credits set aside for pictures that are on their way, unknown ones included. Not deducted from the others.
    pub reserved: FigureView,
    /// The service's total.
    pub total: FigureView,
    /// When the service was last heard, RFC 3339; the window counts the age on from it.
    pub observed_at: Option<String>,
    /// Whether the last look failed or is too old to trust.
    pub stale: bool,
    /// Why the last look failed.
    pub problem: Option<Problem>,
}

/// What pictures would cost. Amounts are decimal strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QuoteView {
    /// Pictures asked about.
    pub pictures: usize,
    /// Pictures that would be charged.
    pub charged: usize,
    /// Credits in all.
    pub cost: String,
    /// Of them from the subscription (this month's part; all of it where no plan is known).
    pub subscription: String,
    /// Of them from rollover.
    pub rollover: String,
    /// Of them from pay-as-you-go.
    pub payg: String,
    /// The first picture (1-based) that pay-as-you-go would pay.
    pub payg_from: Option<usize>,
    /// The last picture (1-based) that the credits reach; `None` when all fit or the balance is unknown.
    pub ends_at: Option<usize>,
    /// Pictures that are paid already: free again from the vault.
    pub already_paid: usize,
    /// Pictures that are the same as an earlier one in the list: paid once.
    pub duplicates: usize,
    /// Files that cannot be read as pictures, or that the service would refuse.
    pub unreadable: usize,
}
