//! Watched folders: which they are, what may be spent on them a day, and what was.
//!
//! A watch has a budget or it does not exist. What it has spent is read from the ledger and belongs to the day on which the
//! credits were set aside; what its queued pictures may still cost is promised. Which picture is taken, and when, is not this
//! table's matter; neither is which day it is: the caller says when the day began.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use clearcut_credits::Credits;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params, params};

use crate::columns::{At, Micros, PathColumn};
use crate::tables::batches::WATCH_ORIGIN;
use crate::tables::jobs::{self, JobRow};
use crate::tables::ledger::USED;
use crate::tables::runs::try_lock;
use crate::{AccountId, Store, StoreError, WatchId};

pub(crate) const CREATE: &str = "
CREATE TABLE watches (
    id            TEXT PRIMARY KEY,
    account       TEXT NOT NULL REFERENCES accounts (id),
    folder        ANY NOT NULL,
    recursive     INTEGER NOT NULL,
    options_json  TEXT NOT NULL,
    output        ANY,
    budget        INTEGER NOT NULL CHECK (budget > 0),
    move_done_to  ANY,
    paused        INTEGER NOT NULL,
    created_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX batches_by_origin ON batches (origin);
";

/// Results beside their originals must not be taken for originals.
pub(crate) const ADD_OUTPUT_INDEX: &str = "CREATE INDEX jobs_by_output ON jobs (output);";

/// What this watch's requests were charged or have reserved since a moment, by request, as [`super::ledger`] counts for a run.
/// A request counts where it was reserved: one that is answered after midnight was paid from the evening's budget. Read from the
/// account's lines since then, so that a long history costs nothing.
fn spent() -> String {
    format!(
        "SELECT {USED}
           FROM ledger reserved INDEXED BY ledger_by_time
          CROSS JOIN jobs ON jobs.id = reserved.job
          CROSS JOIN batches ON batches.id = jobs.batch
          WHERE reserved.account = (SELECT account FROM watches WHERE id = :watch) AND reserved.at_us >= :since
            AND reserved.kind = 'reserved' AND batches.origin = :origin"
    )
}

/// What waits in this watch's batches, at its price, whenever it was begun: nothing of it is reserved yet, all of it may be.
const PROMISED: &str = "
SELECT COALESCE(SUM(quoted), 0) FROM jobs
WHERE state IN ('queued', 'planned') AND batch IN (SELECT id FROM batches WHERE origin = :origin)";

/// A watched folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchRow {
    /// Its id.
    pub id: WatchId,
    /// Who pays.
    pub account: AccountId,
    /// The folder, absolute.
    pub folder: PathBuf,
    /// With the folders in it.
    pub recursive: bool,
    /// What is asked of the service and done with the answer; the text belongs to who made the watch.
    pub options_json: String,
    /// Where results go; `None`: beside their originals.
    pub output: Option<PathBuf>,
    /// The most that is spent on a day. More than nothing.
    pub budget: Credits,
    /// Where finished originals are moved; `None`: they stay.
    pub move_done_to: Option<PathBuf>,
    /// Takes nothing until it is resumed.
    pub paused: bool,
    /// When it was made; the store sets it.
    pub created_at: Timestamp,
}

impl WatchRow {
    /// A new watch of `folder` for at most `budget` a day; fill in the rest with struct update syntax.
    #[must_use]
    pub fn new(account: AccountId, folder: PathBuf, budget: Credits) -> Self {
        Self {
            id: WatchId::new(),
            account,
            folder,
            recursive: false,
            options_json: "{}".to_owned(),
            output: None,
            budget,
            move_done_to: None,
            paused: false,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The origin that its batches carry.
    #[must_use]
    pub fn origin(&self) -> String {
        origin(self.id)
    }
}

fn origin(watch: WatchId) -> String {
    format!("{WATCH_ORIGIN}{watch}")
}

/// What a watch costs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Outlay {
    /// Charged, reserved or undecided since the day began.
    pub spent: Credits,
    /// The price of what waits in its batches.
    pub promised: Credits,
}

/// The right to look after a watched folder; given up when dropped, or when the process ends.
#[derive(Debug)]
pub struct WatchGuard {
    _lock: File,
}

fn read(row: &Row<'_>) -> rusqlite::Result<WatchRow> {
    let path = |column: &str| row.get::<_, Option<PathColumn<PathBuf>>>(column).map(|path| path.map(|path| path.0));
    Ok(WatchRow {
        id: row.get("id")?,
        account: row.get("account")?,
        folder: row.get::<_, PathColumn<PathBuf>>("folder")?.0,
        recursive: row.get("recursive")?,
        options_json: row.get("options_json")?,
        output: path("output")?,
        budget: row.get::<_, Micros>("budget")?.0,
        move_done_to: path("move_done_to")?,
        paused: row.get("paused")?,
        created_at: row.get::<_, At>("created_at_us")?.0,
    })
}

impl Store {
    /// Writes a new watch. The row comes back with its time.
    ///
    /// # Errors
    /// When the account does not exist, the budget is not more than nothing, or the database fails.
    pub fn watch_insert(&self, watch: &WatchRow) -> Result<WatchRow, StoreError> {
        let now = self.now();
        let WatchRow { id, account, folder, recursive, options_json, output, budget, move_done_to, paused, .. } = watch;
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO watches (id, account, folder, recursive, options_json, output, budget, move_done_to, paused,
                                      created_at_us)
                 VALUES (:id, :account, :folder, :recursive, :options_json, :output, :budget, :move_done_to, :paused, :now)",
                named_params! {
                    ":id": id, ":account": account, ":folder": PathColumn(folder.as_path()), ":recursive": recursive,
                    ":options_json": options_json, ":output": output.as_deref().map(PathColumn),
                    ":budget": Micros(*budget), ":move_done_to": move_done_to.as_deref().map(PathColumn),
                    ":paused": paused, ":now": At(now),
                },
            )?;
            Ok(WatchRow { created_at: now, ..watch.clone() })
        })
    }

    /// Every watch of every account, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watches(&self) -> Result<Vec<WatchRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT * FROM watches ORDER BY created_at_us, id")?;
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// One watch.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, or when the database fails.
    pub fn watch(&self, id: WatchId) -> Result<WatchRow, StoreError> {
        self.connection()
            .prepare_cached("SELECT * FROM watches WHERE id = ?1")?
            .query_row([id], read)
            .optional()?
            .ok_or_else(|| StoreError::not_found("watch", &id))
    }

    /// Writes down what may be changed of a watch: budget, results and originals' folders, options, subfolders, pause. Who pays
    /// and which folder it is stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none; when the budget is not more than nothing, or the database fails.
    pub fn watch_change(&self, watch: &WatchRow) -> Result<(), StoreError> {
        let WatchRow { id, recursive, options_json, output, budget, move_done_to, paused, .. } = watch;
        let changed = self.write(|transaction| {
            transaction
                .execute(
                    "UPDATE watches SET recursive = :recursive, options_json = :options_json, output = :output,
                            budget = :budget, move_done_to = :move_done_to, paused = :paused
                      WHERE id = :id",
                    named_params! {
                        ":id": id, ":recursive": recursive, ":options_json": options_json,
                        ":output": output.as_deref().map(PathColumn), ":budget": Micros(*budget),
                        ":move_done_to": move_done_to.as_deref().map(PathColumn), ":paused": paused,
                    },
                )
                .map_err(StoreError::from)
        })?;
        if changed == 0 { Err(StoreError::not_found("watch", id)) } else { Ok(()) }
    }

    /// Forgets a watch and what it handled. No file is touched; ledger, jobs and vault stay.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_remove(&self, id: WatchId) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM watches WHERE id = ?1", [id])?;
            Ok(())
        })
    }

    /// The right to look after a watch, or `None` while somebody has it, here or in another process.
    ///
    /// # Errors
    /// When the lock file cannot be used.
    pub fn watch_guard(&self, id: WatchId) -> Result<Option<WatchGuard>, StoreError> {
        let folder = self.data_dir().join("watches");
        fs::create_dir_all(&folder).map_err(StoreError::io(&folder))?;
        let path = folder.join(format!("{id}.lock"));
        let lock = try_lock(&path).map_err(StoreError::io(&path))?;
        Ok(lock.map(|lock| WatchGuard { _lock: lock }))
    }

    /// What a watch has spent since `since`, and what its queued pictures may still cost.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_outlay(&self, id: WatchId, since: Timestamp) -> Result<Outlay, StoreError> {
        let origin = origin(id);
        // One transaction: a picture that is reserved in between would be in neither sum.
        self.write(|transaction| {
            let sum = |Micros(sum): Micros| sum;
            let spent = transaction
                .prepare_cached(&spent())?
                .query_row(named_params! { ":watch": id, ":origin": origin, ":since": At(since) }, |row| row.get(0))
                .map(sum)?;
            let promised = transaction
                .prepare_cached(PROMISED)?
                .query_row(named_params! { ":origin": origin }, |row| row.get(0))
                .map(sum)?;
            Ok(Outlay { spent, promised })
        })
    }

    /// The latest job that this watch's batches have for the very same picture at the same place.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_job(&self, id: WatchId, input: &Path, content: &str) -> Result<Option<JobRow>, StoreError> {
        let sql = "SELECT * FROM jobs WHERE batch IN (SELECT id FROM batches WHERE origin = ?1)
                      AND content = ?2 AND input = ?3 ORDER BY rowid DESC LIMIT 1";
        let parameters = params![origin(id), content, PathColumn(input)];
        Ok(self.connection().prepare_cached(sql)?.query_row(parameters, jobs::read).optional()?)
    }

    /// Whether some job has its result there, or plans to.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_output(&self, path: &Path) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM jobs WHERE output = ?1)";
        Ok(self.connection().prepare_cached(sql)?.query_row([PathColumn(path)], |row| row.get(0))?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn a_watchs_outlay_and_an_output_are_found_by_indexes() {
        let dir = tempfile::TempDir::new().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let connection = store.connection();
        for sql in [&*spent(), PROMISED, "SELECT 1 FROM jobs WHERE output = 'x'"] {
            let sql = sql.replace(":since", "0").replace(":watch", "'1'").replace(":origin", "'watch:1'");
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = statement.query_map([], |row| row.get::<_, String>("detail")).unwrap();
            let steps = steps.collect::<Result<Vec<_>, _>>().unwrap();
            assert!(!steps.iter().any(|step| step.starts_with("SCAN") && !step.contains("INDEX")), "{steps:?}");
        }
    }
}
