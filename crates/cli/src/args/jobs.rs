//! Arguments of the commands about batches: what is in them, and requests of unknown outcome.

use clap::{Args, Subcommand, ValueEnum};

/// Arguments of `clearcut jobs`.
#[derive(Debug, Args)]
pub(crate) struct Jobs {
    #[command(subcommand)]
    pub(crate) action: Option<JobsAction>,
    /// Not only batches that wait or run, but the last N of all
    #[arg(long, value_name = "N")]
    pub(crate) last: Option<u32>,
    /// One line of JSON per picture on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be done with batches.
#[derive(Debug, Subcommand)]
pub(crate) enum JobsAction {
    /// Leave what waits and nobody drives: it is not sent and not offered again
    Drop,
}

/// Arguments of `clearcut resolve`.
///
/// A request whose answer was lost may have been charged. The balance says so when nothing was charged for a minute: this command waits
/// for that and looks. Where the balance cannot tell which of several it was, your word counts.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// Pictures that your word is about, by the id that is shown, or `all`
    #[arg(value_name = "ID", requires = "count_as")]
    pub(crate) ids: Vec<String>,
    /// Book them by your word instead of looking at the balance
    #[arg(long, value_enum, requires = "ids")]
    pub(crate) count_as: Option<CountAs>,
    /// One line of JSON per picture on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// The user's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CountAs {
    /// It was charged, and brought nothing
    Charged,
    /// It was not charged
    Free,
}
