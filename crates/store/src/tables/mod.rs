//! One file a table: its SQL, its row, its readers and writers, and the [`crate::Store`] methods over it alone.

pub(crate) mod accounts;
pub(crate) mod batches;
pub(crate) mod checkpoints;
pub(crate) mod edits;
pub(crate) mod history;
pub(crate) mod jobs;
pub(crate) mod kept;
pub(crate) mod ledger;
pub(crate) mod notices;
pub(crate) mod outputs;
pub(crate) mod plans;
pub(crate) mod receipts;
pub(crate) mod runs;
pub(crate) mod watch_files;
pub(crate) mod watches;
