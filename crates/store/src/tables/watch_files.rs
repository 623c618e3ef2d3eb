//! What became of the files of a watched folder, so that a restart never asks for one again unless it changed.
//!
//! Only what was handled has a row. A file that is being looked at, or waits for tomorrow's budget, is found again by looking;
//! and absence removes nothing: a drive that is not there looks like a folder without files.

use std::path::{Path, PathBuf};

use clearcut_credits::ParseWordError;
use jiff::Timestamp;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Row, ToSql, named_params, params};

use crate::columns::{At, Bytes, PathColumn, Word};
use crate::tables::jobs::{self, JobRow};
use crate::{JobId, Store, StoreError, WatchId};

pub(crate) const CREATE: &str = "
CREATE TABLE watch_files (
    watch         TEXT NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
    path          ANY NOT NULL,
    size          INTEGER NOT NULL,
    mtime_us      INTEGER NOT NULL,
    content       TEXT,
    state         TEXT NOT NULL,
    job           TEXT REFERENCES jobs (id),
    error         TEXT,
    updated_at_us INTEGER NOT NULL,
    PRIMARY KEY (watch, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX watch_files_open ON watch_files (watch) WHERE job IS NOT NULL AND state <> 'done';
CREATE INDEX watch_files_by_time ON watch_files (watch, updated_at_us);
";

/// What became of a version of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WatchFileState {
    /// In a queue, or under way.
    Queued,
    /// Its result is saved.
    Done,
    /// It gave no result; `error` says why, and whether it may have been charged.
    Failed,
    /// It is not for the service: no picture, damaged, too large, or left out by the user.
    SetAside,
}

impl WatchFileState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Done, Self::Failed, Self::SetAside];

    /// The word for it in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::SetAside => "set_aside",
        }
    }
}

impl std::str::FromStr for WatchFileState {
    type Err = ParseWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| ParseWordError { what: "state of a watched file", text: text.to_owned() })
    }
}

impl ToSql for WatchFileState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

/// A file that was handled, as it was then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchFileRow {
    /// The watch.
    pub watch: WatchId,
    /// Where it is, seen from the watched folder.
    pub path: PathBuf,
    /// Its size, bytes.
    pub size: u64,
    /// When it was last changed, to the microsecond.
    pub mtime: Timestamp,
    /// Its content's BLAKE3, hexadecimal, where it was read.
    pub content: Option<String>,
    /// What became of it.
    pub state: WatchFileState,
    /// Its job.
    pub job: Option<JobId>,
    /// Why there is no result: a code, not prose.
    pub error: Option<String>,
    /// When that was written; the store sets it.
    pub updated_at: Timestamp,
}

/// How many files of a watch became what.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct WatchCounts {
    /// In a queue, or under way.
    pub queued: u64,
    /// Saved.
    pub done: u64,
    /// Without a result.
    pub failed: u64,
    /// Not for the service.
    pub set_aside: u64,
}

fn read(row: &Row<'_>) -> rusqlite::Result<WatchFileRow> {
    Ok(WatchFileRow {
        watch: row.get("watch")?,
        path: row.get::<_, PathColumn<PathBuf>>("path")?.0,
        size: row.get::<_, Bytes>("size")?.0,
        mtime: row.get::<_, At>("mtime_us")?.0,
        content: row.get("content")?,
        state: row.get::<_, Word<WatchFileState>>("state")?.0,
        job: row.get("job")?,
        error: row.get("error")?,
        updated_at: row.get::<_, At>("updated_at_us")?.0,
    })
}

impl Store {
    /// Writes down what became of files, over what stood there before, in one transaction.
    ///
    /// # Errors
    /// When the watch or a job does not exist, or the database fails.
    pub fn watch_files_put(&self, files: &[WatchFileRow]) -> Result<(), StoreError> {
        if files.is_empty() {
            return Ok(());
        }
        let now = self.now();
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached(
                "INSERT OR REPLACE INTO watch_files (watch, path, size, mtime_us, content, state, job, error, updated_at_us)
                 VALUES (:watch, :path, :size, :mtime, :content, :state, :job, :error, :now)",
            )?;
            for file in files {
                let WatchFileRow { watch, path, size, mtime, content, state, job, error, .. } = file;
                statement.execute(named_params! {
                    ":watch": watch, ":path": PathColumn(path.as_path()), ":size": Bytes(*size), ":mtime": At(*mtime),
                    ":content": content, ":state": state, ":job": job, ":error": error, ":now": At(now),
                })?;
            }
            Ok(())
        })
    }

    /// Forgets what became of files: each is a new one when it is next seen.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_files_forget(&self, watch: WatchId, paths: &[&Path]) -> Result<(), StoreError> {
        self.write(|transaction| {
            for path in paths {
                transaction
                    .prepare_cached("DELETE FROM watch_files WHERE watch = ?1 AND path = ?2")?
                    .execute(params![watch, PathColumn(*path)])?;
            }
            Ok(())
        })
    }

    /// All files that a watch has handled.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_files(&self, watch: WatchId) -> Result<Vec<WatchFileRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT * FROM watch_files WHERE watch = ?1")?;
        Ok(statement.query_map([watch], read)?.collect::<Result<_, _>>()?)
    }

    /// The files that were handled last, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_files_recent(&self, watch: WatchId, limit: u32) -> Result<Vec<WatchFileRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare_cached("SELECT * FROM watch_files WHERE watch = ?1 ORDER BY updated_at_us DESC, path LIMIT ?2")?;
        Ok(statement.query_map(params![watch, limit], read)?.collect::<Result<_, _>>()?)
    }

    /// The files whose job may still bring a result, with their jobs.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_files_open(&self, watch: WatchId) -> Result<Vec<(WatchFileRow, JobRow)>, StoreError> {
        let files: Vec<WatchFileRow> = {
            let connection = self.connection();
            let mut statement = connection
                .prepare_cached("SELECT * FROM watch_files WHERE watch = ?1 AND job IS NOT NULL AND state <> 'done'")?;
            statement.query_map([watch], read)?.collect::<Result<_, _>>()?
        };
        let connection = self.connection();
        let with_job = |file: WatchFileRow| {
            let job = file.job.map(|job| jobs::load(&connection, job)).transpose()?;
            Ok(job.map(|job| (file, job)))
        };
        files.into_iter().filter_map(|file| with_job(file).transpose()).collect()
    }

    /// How many files of a watch became what.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_counts(&self, watch: WatchId) -> Result<WatchCounts, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("SELECT state, COUNT(*) FROM watch_files WHERE watch = ?1 GROUP BY state")?;
        let mut counts = WatchCounts::default();
        let mut rows = statement.query([watch])?;
        while let Some(row) = rows.next()? {
            let Bytes(count) = row.get(1)?;
            match row.get::<_, Word<WatchFileState>>(0)?.0 {
                WatchFileState::Queued => counts.queued = count,
                WatchFileState::Done => counts.done = count,
                WatchFileState::Failed => counts.failed = count,
                WatchFileState::SetAside => counts.set_aside = count,
            }
        }
        Ok(counts)
    }
}
