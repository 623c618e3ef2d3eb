//! Runs: who is at work on which jobs, and whose work was cut off.
//!
//! A run is alive while its lock file is locked; the operating system frees the lock when the process ends, however it
//! ends. Only who holds a run's lock may touch its jobs, so recovery never disturbs a run of another process.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::params;

use crate::columns::At;
use crate::{JobState, RunId, Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE runs (
    id            TEXT PRIMARY KEY,
    started_at_us INTEGER NOT NULL,
    ended_at_us   INTEGER
) STRICT;
";

/// The right to work on a run's jobs. Dropping it without [`Store::run_end`] leaves the run to be recovered.
#[derive(Debug)]
pub struct RunGuard {
    id: RunId,
    lock: File,
    path: PathBuf,
}

impl RunGuard {
    /// The run.
    #[must_use]
    pub fn id(&self) -> RunId {
        self.id
    }
}

impl Store {
    /// Begins a run. It is alive until the guard is dropped or the process ends.
    ///
    /// # Errors
    /// When the lock file cannot be made or the database fails.
    pub fn run_begin(&self) -> Result<RunGuard, StoreError> {
        let id = RunId::new();
        let path = self.lock_path(id);
        // Locked before the row can be seen: a run that can be found is either alive or dead, never unborn.
        let Some(lock) = try_lock(&path).map_err(StoreError::io(&path))? else {
            return Err(StoreError::Busy);
        };
        let now = self.now();
        self.write(|transaction| {
            transaction
                .execute("INSERT INTO runs (id, started_at_us) VALUES (?1, ?2)", params![id, At(now)])
                .map_err(StoreError::from)
        })?;
        Ok(RunGuard { id, lock, path })
    }

    /// Ends a run whose jobs are all finished, and removes its lock file. A run with unfinished jobs stays open and
    /// will be offered by [`Self::recoverable_runs`]; `false` says so.
    ///
    /// # Errors
    /// When the database fails.
    pub fn run_end(&self, guard: RunGuard) -> Result<bool, StoreError> {
        let RunGuard { id, lock, path } = guard;
        let now = self.now();
        let sql = format!(
            "UPDATE runs SET ended_at_us = ?2 WHERE id = ?1
              AND NOT EXISTS (SELECT 1 FROM jobs WHERE run = ?1 AND state IN ({}))",
            JobState::quoted_sql(JobState::is_unfinished)
        );
        let ended =
            self.write(|transaction| transaction.execute(&sql, params![id, At(now)]).map_err(StoreError::from))? > 0;
        drop(lock);
        if ended {
            // An ended run is never looked at again, so a leftover lock file is only litter.
            let _ = fs::remove_file(path);
        }
        Ok(ended)
    }

    /// Takes over every run whose process is gone and that left unfinished jobs, oldest first. Runs that are alive
    /// here or in another process are not touched; of two recoverers each run goes to one.
    ///
    /// # Errors
    /// When a lock file cannot be used or the database fails.
    pub fn recoverable_runs(&self) -> Result<Vec<RunGuard>, StoreError> {
        let mut dead = Vec::new();
        for id in self.open_runs()? {
            let path = self.lock_path(id);
            let Some(lock) = try_lock(&path).map_err(StoreError::io(&path))? else { continue };
            let guard = RunGuard { id, lock, path };
            // Its process may have finished it between the two looks; under the lock the answer is final.
            if self.jobs(id)?.iter().any(|job| job.state.is_unfinished()) {
                dead.push(guard);
            } else {
                self.run_end(guard)?;
            }
        }
        Ok(dead)
    }

    /// Whether somebody is at work on a run: its lock is held, here or in another process.
    ///
    /// # Errors
    /// When its lock file cannot be used.
    pub fn run_is_alive(&self, run: RunId) -> Result<bool, StoreError> {
        let path = self.lock_path(run);
        if !path.try_exists().map_err(StoreError::io(&path))? {
            return Ok(false);
        }
        Ok(try_lock(&path).map_err(StoreError::io(&path))?.is_none())
    }

    fn open_runs(&self) -> Result<Vec<RunId>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT id FROM runs WHERE ended_at_us IS NULL ORDER BY id")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    fn lock_path(&self, run: RunId) -> PathBuf {
        self.data_dir().join("runs").join(format!("{run}.lock"))
    }
}

/// The locked file, or `None` while another holds the lock.
pub(crate) fn try_lock(path: &Path) -> std::io::Result<Option<File>> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
