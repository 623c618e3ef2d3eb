//! `clearcut watch`: a folder, and what it may cost a day.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clearcut_app::Credits;

use super::Look;
use crate::choices::credits;

pub(crate) const WATCH_JSON: &str = "\
With --json, standard output has one line per picture as it comes to its end:
  {\"input\", \"output\", \"state\", \"charged\", \"reason\"}
  state    done, failed, unknown, paid_lost, paid_not_saved or set_aside
  charged  credits charged, a decimal string; null where nothing was, or that is not known
  reason   null, or why there is no result";

/// Arguments of `clearcut watch`.
///
/// Pictures that are in the folder, and those that come, are downloaded within the budget, the oldest first. A picture is taken
/// when two looks have found it the same; what was handled is remembered, also after a restart, and never asked for again
/// unless the file changed. Ctrl-C pauses the watch; the same command goes on with it.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_precedence_over_arg = true)]
pub(crate) struct Watch {
    #[command(subcommand)]
    pub(crate) action: Option<WatchAction>,
    #[command(flatten)]
    pub(crate) on: WatchFolder,
}

/// What is watched, and how.
#[derive(Debug, Args)]
pub(crate) struct WatchFolder {
    /// The folder
    // Required unless there is an action, which has no folder: then nobody asks for it.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Agree to so many credits a day at most, from midnight to midnight, e.g. 50/day
    #[arg(long, required = true, value_name = "N/day", value_parser = budget)]
    pub(crate) budget: Option<Credits>,
    /// With the folders in it
    #[arg(long, short)]
    pub(crate) recursive: bool,
    /// Save the cutouts in this folder instead of beside their originals
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Move originals to this folder when their cutouts are saved; nothing there is overwritten
    #[arg(long, value_name = "DIR")]
    pub(crate) move_done: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) look: Look,
    /// Take what is there, as far as today's budget reaches, and end
    #[arg(long)]
    pub(crate) once: bool,
    /// One line of JSON per picture on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be done with watches.
#[derive(Debug, Subcommand)]
pub(crate) enum WatchAction {
    /// List the watched folders, what each does and what it spent today
    List {
        /// One JSON document on standard output
        #[arg(long)]
        json: bool,
    },
    /// Take and send nothing more of a folder; what is sent is awaited by whoever sent it
    Pause {
        /// Its name or id, as `watch list` shows them
        watch: String,
    },
    /// Let the window go on with a folder, within its budget
    Resume {
        /// Its name or id
        watch: String,
    },
    /// Forget a folder; no file is touched, and what was paid stays
    Remove {
        /// Its name or id
        watch: String,
    },
}

/// `50/day`: an exact decimal, more than nothing. A bare number could be meant for the whole run, so the day is asked for.
fn budget(text: &str) -> Result<Credits, String> {
    let amount = text.trim().strip_suffix("/day").ok_or("say it by the day, e.g. 50/day")?;
    match credits(amount)? {
        none if none.is_zero() => Err("a budget of nothing takes nothing; say how many credits a day".to_owned()),
        some => Ok(some),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("50/day", Some("50"))]
    #[case(" 0.25/day ", Some("0.25"))]
    #[case("0.000001/day", Some("0.000001"))]
    #[case("50", None)]
    #[case("50/month", None)]
    #[case("0/day", None)]
    #[case("-1/day", None)]
    #[case("/day", None)]
    #[case("fifty/day", None)]
    fn a_budget_is_exact_and_by_the_day(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(budget(text).ok(), expected.map(|text| text.parse().unwrap()));
    }
}
