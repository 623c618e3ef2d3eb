//! Credits at the edge: the gauge and the cycle. Amounts are decimal strings; an unknown one is `None`, never zero.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::problem::Problem;

/// Where a figure is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceView {
    /// Read from the service.
    Measured,
    /// Typed by the user.
    Entered,
    /// Worked out.
    Inferred,
    /// Not known.
    #[default]
    Unknown,
}

/// One figure of the gauge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, TS)]
pub struct FigureView {
    /// Credits as a decimal string (a count for free previews); `None` is unknown, never zero.
    pub amount: Option<String>,
    /// Where it is from.
    pub source: SourceView,
    /// How old it is, seconds; `None` where nothing was observed.
    #[ts(type = "number | null")]
    pub age_s: Option<u64>,
}

/// How the account stands, in one word: the gravest that is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GaugeLevel {
    /// Nothing is known yet.
    #[default]
    Unknown,
    /// Plenty.
    Fresh,
    /// A level of the month's credits that the user wants to hear of is used, or few credits are left.
    Low,
    /// Pay-as-you-go pays from here on.
    Payg,
    /// Too little for one picture.
    Empty,
}

/// The running cycle of the subscription.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CycleView {
    /// When it began, RFC 3339 with the account's offset.
    pub began_at: String,
    /// When the next one begins, RFC 3339 with the account's offset.
    pub renews_at: String,
    /// That day in words, e.g. "3 December".
    pub renews_on: String,
    /// Days until then, begun ones counted.
    pub days_left: u32,
    /// How much of the cycle has passed, 0 to 1: where the pace marker stands.
    pub elapsed: f64,
    /// The month's budget.
    pub monthly: String,
    /// Of it used; `None` while that is unknown.
    pub used: Option<String>,
    /// Of it used, in per cent, rounded down, at most 100.
    pub used_percent: Option<u8>,
    /// Where `used` is from.
    pub used_source: SourceView,
    /// The plan says that the cycle has changed, and no balance has shown it yet.
    pub renewal_due: bool,
}

/// The credits of an account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, TS)]
pub struct GaugeView {
    /// This month's subscription credits (all of the subscription's while they cannot be told apart from rollover).
    pub subscription: FigureView,
    /// Subscription credits carried over from earlier months.
    pub rollover: FigureView,
    /// While the two cannot be told apart: so much of `subscription` at least is carried over.
    pub rollover_at_least: Option<String>,
    /// Pay-as-you-go credits.
    pub payg: FigureView,
    /// Enterprise credits.
    pub enterprise: FigureView,
    /// Free previews left, a count.
    pub free_previews: FigureView,
    /// Credits set aside for pictures that are on their way, unknown ones included. Not deducted from the others.
    pub reserved: FigureView,
    /// The part of `reserved` whose requests may or may not have been charged.
    pub undecided: FigureView,
    /// The service's total.
    pub total: FigureView,
    /// The running cycle; `None` without a plan.
    pub cycle: Option<CycleView>,
    /// How the account stands.
    pub level: GaugeLevel,
    /// Where the levels stand that the user wants to hear of, per cent of the month's credits, ascending.
    pub levels: Vec<u8>,
    /// When the service was last heard, RFC 3339; the window counts the age on from it.
    pub observed_at: Option<String>,
    /// Whether the last look failed or is too old to trust.
    pub stale: bool,
    /// Why the last look failed.
    pub problem: Option<Problem>,
}
