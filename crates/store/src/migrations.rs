//! The layout's history: one step a version, applied in order, never edited once it has shipped.
//!
//! SQLite's `user_version` counts the steps a database has seen. A count beyond this list belongs to a newer program,
//! and nothing is written to such a database.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::StoreError;
use crate::tables::{
    accounts, batches, checkpoints, edits, jobs, ledger, notices, plans, receipts, runs, watch_files, watches,
};

/// Step `n` takes a database from version `n` to `n + 1`.
const STEPS: &[&[&str]] = &[
    &[accounts::CREATE, runs::CREATE, jobs::CREATE, ledger::CREATE, receipts::CREATE],
    &[plans::CREATE, notices::CREATE, checkpoints::CREATE, ledger::ADD_CYCLES, jobs::ADD_BATCH, receipts::ADD_ANSWER],
    &[batches::CREATE, jobs::ADD_QUEUE, watches::CREATE, watch_files::CREATE, watches::ADD_OUTPUT_INDEX],
    &[edits::CREATE],
];

/// Brings the database to this program's version.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    refuse_newer(connection, path)?;
    // Two processes may have come here together: what the other one did counts.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = refuse_newer(&transaction, path)?;
    let done = usize::try_from(version).unwrap_or(0);
    for step in STEPS.iter().skip(done) {
        for sql in *step {
            transaction.execute_batch(sql)?;
        }
    }
    transaction.pragma_update(None, "user_version", known())?;
    transaction.commit()?;
    Ok(())
}

/// The version of the database, unless a newer program made it.
fn refuse_newer(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known() {
        return Err(StoreError::NewerDatabase { path: path.to_owned(), found, known: known() });
    }
    Ok(found)
}

/// An empty database in memory, as this program's step number `version` left one.
pub(crate) fn at_version(version: i64) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    for sql in STEPS.iter().take(usize::try_from(version).unwrap_or(0)).flat_map(|step| step.iter()) {
        connection.execute_batch(sql)?;
    }
    Ok(connection)
}

/// The newest version this program knows.
pub(crate) fn known() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}
