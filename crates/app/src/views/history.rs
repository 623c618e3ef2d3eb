//! History at the edge: what was asked of a service and what became of it, and the filter that picks from it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::credits::SourceView;
use super::outlook::DayView;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HistoryState {
    /// Charged, and the picture is here.
    Paid,
    /// Charged, and no usable picture came.
    PaidLost,
    /// Not charged.
    NotCharged,
    /// Perhaps charged.
    Unknown,
    /// Under way.
    UnderWay,
    /// Not a request: credits bought, renewed, used elsewhere, adjusted.
    Account,
}

/// Which lines to show. Everything absent matches everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
pub struct HistoryFilter {
    /// Part of a picture's name.
    pub text: Option<String>,
    /// One state only.
    pub state: Option<HistoryState>,
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day, `YYYY-MM-DD`.
    pub to: Option<String>,
    /// Lines to leave out at the front.
    pub skip: u32,
    /// Lines at most, up to 500.
    pub limit: u32,
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HistoryRowView {
    /// For exporting its picture again; `None` for lines without a request.
    pub id: Option<String>,
    /// When, RFC 3339 with the computer's offset.
    pub at: String,
    /// The picture's file name, or what happened to the account.
    pub what: String,
    /// Size and options in words.
    pub options: String,
    /// Credits: positive ones went, negative ones came, decimal string; `None` while undecided.
    pub credits: Option<String>,
    /// Whether the sum was read from the answer or worked out.
    pub basis: SourceView,
    /// Of them from the subscription.
    pub subscription: Option<String>,
    /// Of them from rollover.
    pub rollover: Option<String>,
    /// Of them from pay-as-you-go.
    pub payg: Option<String>,
    /// Of them from an enterprise contract.
    pub enterprise: Option<String>,
    /// Width of the answer, pixels.
    pub width: Option<u32>,
    /// Height of the answer, pixels.
    pub height: Option<u32>,
    /// Bytes of the answer.
    #[ts(type = "number | null")]
    pub answer_bytes: Option<u64>,
    /// What became of it.
    pub state: HistoryState,
    /// Which press of the button it belongs to: pictures downloaded together share one.
    pub batch: Option<String>,
    /// Its paid picture can be exported again, free.
    pub exportable: bool,
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HistoryView {
    /// The lines, newest first.
    pub rows: Vec<HistoryRowView>,
    /// How many match in all.
    pub matching: u32,
    /// What the matching ones cost together.
    pub credits: String,
    /// Credits a day by pocket, oldest first, of the days asked for (the last 35 when none were).
    pub days: Vec<DayView>,
}
