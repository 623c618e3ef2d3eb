//! The commands that move everything to another computer. Neither spends, and neither sends anything.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Arguments of `clearcut archive`.
///
/// One file holds the accounts with their ledgers and receipts, the paid pictures kept here, edits, own backgrounds and the settings.
/// Keys are not in it: they stay in this computer's keyring and are entered again. The practice account stays here, too. Use an
/// account on one of the two computers only from then on; the other would not know what was spent.
#[derive(Debug, Args)]
pub(crate) struct Archive {
    /// What to do
    #[command(subcommand)]
    pub(crate) action: ArchiveAction,
    /// One JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What can be done with an archive.
#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveAction {
    /// Save everything into FILE
    Save {
        /// The archive to write, for example clearcut.zip
        file: PathBuf,
        /// Replace FILE where it exists
        #[arg(long)]
        replace: bool,
    },
    /// Take over from FILE what is not on this computer yet; an account that is here is never added to
    Load {
        /// An archive that `clearcut archive save` or the window has written
        file: PathBuf,
    },
}
