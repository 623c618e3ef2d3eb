//! The commands about credits that spend none: credits, plan, history, notices.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clearcut_app::Credits;

use crate::choices::{Levels, Lot, Past, Quiet, Rollover, credits};

/// Arguments of `clearcut credits`.
#[derive(Debug, Args)]
pub(crate) struct CreditsArgs {
    /// The forecast in full, with the burn-down drawn
    #[arg(long)]
    pub(crate) forecast: bool,
    /// Which plan would have been right, and what each way would have cost
    #[arg(long)]
    pub(crate) advice: bool,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Show what was known last instead of asking the service
    #[arg(long)]
    pub(crate) no_refresh: bool,
}

/// Arguments of `clearcut plan`.
///
/// The plan divides what the service reports as one number into this month's credits and rollover, says when they renew, and
/// arms the notices. What is entered never changes what is measured.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// What to do; without it, the plan is shown
    #[command(subcommand)]
    pub(crate) action: Option<PlanAction>,
    /// One JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What can be done with the plan.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanAction {
    /// Show the plan
    Show,
    /// Say what the plan is; what is left out stays as it was
    Set(Box<PlanSet>),
    /// Forget the plan; the ledger stays
    Forget,
    /// Say no to the plan that `clearcut credits` proposes
    Decline,
    /// List the plans and prices known of the service, with their date and source
    List,
}

/// Arguments of `clearcut plan set`.
#[derive(Debug, Args)]
pub(crate) struct PlanSet {
    /// Credits a month
    #[arg(long, value_name = "N", value_parser = credits)]
    pub(crate) monthly: Option<Credits>,
    /// The day of the month on which it renews, 1 to 31; shorter months use their last one
    #[arg(long, value_name = "DAY", value_parser = clap::value_parser!(u8).range(1..=31))]
    pub(crate) renews: Option<u8>,
    /// So many months' credits at most are carried over; `none`, or `unknown`
    #[arg(long, value_name = "MONTHS")]
    pub(crate) rollover: Option<Rollover>,
    /// How much of this month's credits is used already
    #[arg(long, value_name = "N", value_parser = credits)]
    pub(crate) used: Option<Credits>,
    /// The time zone of the renewal day, e.g. Europe/Berlin; the computer's unless named
    #[arg(long)]
    pub(crate) zone: Option<String>,
    /// The price of a month
    #[arg(long)]
    pub(crate) price: Option<String>,
    /// The currency of the price, e.g. USD
    #[arg(long)]
    pub(crate) currency: Option<String>,
    /// The plan's name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Pay-as-you-go credits and the day they lapse; may be given several times. `none` forgets them
    #[arg(long, value_name = "N[@YYYY-MM-DD]")]
    pub(crate) payg: Vec<Lot>,
}

/// Arguments of `clearcut history`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct History {
    #[command(subcommand)]
    pub(crate) action: Option<HistoryAction>,
    #[command(flatten)]
    pub(crate) shown: HistoryShown,
}

/// What of the history is shown, and how.
#[derive(Debug, Args)]
pub(crate) struct HistoryShown {
    /// Only pictures with this in their name
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only what became this
    #[arg(long, value_enum)]
    pub(crate) state: Option<Past>,
    /// From this day on
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) from: Option<String>,
    /// Until this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) to: Option<String>,
    /// At most so many lines, the newest ones
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: u32,
    /// All matching lines as CSV, to standard output or into a new FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1, conflicts_with_all = ["json", "limit"])]
    pub(crate) csv: Option<Option<PathBuf>>,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be done with a line of the history.
#[derive(Debug, Subcommand)]
pub(crate) enum HistoryAction {
    /// Export the picture of a receipt once more, free
    Export {
        /// The line's id as `clearcut history` shows it
        id: String,
        /// The folder to save it in
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
}

/// Arguments of `clearcut notices`.
#[derive(Debug, Args)]
pub(crate) struct Notices {
    #[command(subcommand)]
    pub(crate) action: Option<NoticesAction>,
    /// One JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What can be done with notices.
#[derive(Debug, Subcommand)]
pub(crate) enum NoticesAction {
    /// Show the levels and the quiet hours
    Show,
    /// Change them; what is left out stays as it was
    Set {
        /// Per cents of the month's credits to be told of, e.g. 50,80; `none` for none
        #[arg(long, value_name = "PERCENT,…")]
        levels: Option<Levels>,
        /// Hours of the day without notices, e.g. 22-7; `off` for none
        #[arg(long, value_name = "FROM-UNTIL")]
        quiet: Option<Quiet>,
    },
}
