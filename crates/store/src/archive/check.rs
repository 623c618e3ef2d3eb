//! Looking at an unpacked archive before any of it is believed: the database has this program's own layout and nothing beside it, every
//! row of it can be read, and the answers are the receipts'.
//!
//! A database is a program, too: triggers and views run when they are touched. So its layout is compared as text, before the first
//! statement that could run any of it.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::ArchiveError;
use super::manifest::not_whole;
use super::part::{DATABASE, Part, is_content_id};
use crate::{AccountId, AccountRow, Files, Store, StoreError, SystemClock, Vault, VaultEntry, migrations};

/// Lines of a ledger are numbered below this, so that they can be numbered anew behind another's.
const LARGEST_SEQ: i64 = 1 << 53;

/// What is in the archive.
pub(super) struct Found {
    pub(super) accounts: Vec<AccountRow>,
    pub(super) entries: Vec<VaultEntry>,
}

/// Looks at everything in `dir`, which holds `parts`.
pub(super) fn look_at(dir: &Path, parts: &[Part], files: Arc<dyn Files>) -> Result<Found, ArchiveError> {
    let path = dir.join(DATABASE);
    check_layout(&path)?;
    let store = Store::open_with(dir, Arc::new(SystemClock)).map_err(damaged)?;
    let mut accounts = store.account_list().map_err(damaged)?;
    accounts.retain(|account| account.id != AccountId::PRACTICE);
    read_all(&store, &accounts)?;
    let entries = check_answers(dir, parts, &store, files)?;
    Ok(Found { accounts, entries })
}

/// The layout is one that this program made at some time, word by word, and the pages are sound.
fn check_layout(path: &Path) -> Result<(), ArchiveError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    let layout = layout(&connection).map_err(|error| damaged(error.into()))?;
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(|error| damaged(error.into()))?;
    if version > migrations::known() {
        return Err(ArchiveError::Newer { found: version, known: migrations::known() });
    }
    if layout != self::layout(&migrations::at_version(version)?)? {
        return Err(not_whole("its database is not laid out as Clearcut's".to_owned()));
    }
    let sound: String = connection
        .pragma_query_value(None, "integrity_check", |row| row.get(0))
        .map_err(|error| damaged(error.into()))?;
    if sound != "ok" {
        return Err(not_whole(format!("its database is damaged ({sound})")));
    }
    let foreign: bool = connection.prepare("PRAGMA foreign_key_check")?.exists([])?;
    let largest: Option<i64> = connection.query_row("SELECT max(seq) FROM ledger", [], |row| row.get(0))?;
    let smallest: Option<i64> = connection.query_row("SELECT min(seq) FROM ledger", [], |row| row.get(0))?;
    if foreign || largest.is_some_and(|seq| seq > LARGEST_SEQ) || smallest.is_some_and(|seq| seq < 1) {
        return Err(not_whole("its rows do not belong together".to_owned()));
    }
    Ok(())
}

/// Tables, indexes, triggers and views, as they were made.
fn layout(connection: &Connection) -> rusqlite::Result<BTreeSet<(String, String, Option<String>)>> {
    // What SQLite itself keeps about the contents is no layout.
    let sql = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT IN ('sqlite_stat1', 'sqlite_stat4')";
    connection.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
}

/// Reads every row that would be taken over as the program would, so that none is taken over that it could not read.
fn read_all(store: &Store, accounts: &[AccountRow]) -> Result<(), ArchiveError> {
    // Copies of the fold are made anew; one that was put there by hand must not stand in for the ledger.
    store.write(|transaction| transaction.execute("DELETE FROM checkpoints", []).map_err(StoreError::from))?;
    for account in accounts {
        store.entries(account.id).map_err(damaged)?;
        store.state(account.id).map_err(damaged)?;
        store.plan(account.id).map_err(damaged)?;
        store.receipts(account.id, u32::MAX).map_err(damaged)?;
    }
    store.jobs_recent(u32::MAX).map_err(damaged)?;
    store.batches_recent(u32::MAX).map_err(damaged)?;
    for watch in store.watches().map_err(damaged)? {
        store.watch_files(watch.id).map_err(damaged)?;
    }
    for backdrop in store.backdrops().map_err(damaged)? {
        if !is_content_id(&backdrop.id) {
            return Err(not_whole("it names a background that cannot be one".to_owned()));
        }
    }
    Ok(())
}

/// Every answer is whole, in its place, and has a receipt.
fn check_answers(
    dir: &Path,
    parts: &[Part],
    store: &Store,
    files: Arc<dyn Files>,
) -> Result<Vec<VaultEntry>, ArchiveError> {
    if !parts.iter().any(|part| matches!(part, Part::Answer { .. } | Part::Evidence { .. })) {
        return Ok(Vec::new());
    }
    let survey = Vault::open(&dir.join("vault"), files)?.survey()?;
    if let Some(trouble) = survey.troubles.first() {
        return Err(not_whole(trouble.to_string()));
    }
    let paid: HashSet<_> = store.paid_attempts()?;
    if survey.entries.iter().any(|entry| !paid.contains(&entry.attempt)) {
        return Err(not_whole("it holds an answer without a receipt".to_owned()));
    }
    Ok(survey.entries)
}

fn damaged(error: StoreError) -> ArchiveError {
    match error {
        StoreError::NewerDatabase { found, known, .. } => ArchiveError::Newer { found, known },
        error @ (StoreError::DiskFull | StoreError::Busy) => error.into(),
        other => not_whole(format!("its database cannot be read ({other})")),
    }
}
