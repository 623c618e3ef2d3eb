//! Jobs: one picture of a run, and how far it has come.
//!
//! A job moves by compare-and-set: whoever moves it says where it was seen, and is refused when it is elsewhere by now.
//! Which moves make sense is the state machine's matter, not this table's.

use std::path::{Path, PathBuf};

use clearcut_credits::{AttemptId, Credits};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::columns::{At, Micros, PathColumn, Word};
use crate::{AccountId, BatchId, JobId, JobState, RunId, Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE jobs (
    id            TEXT PRIMARY KEY,
    run           TEXT NOT NULL REFERENCES runs (id),
    account       TEXT NOT NULL REFERENCES accounts (id),
    input         ANY NOT NULL,
    content       TEXT NOT NULL,
    options_json  TEXT NOT NULL,
    output        ANY NOT NULL,
    state         TEXT NOT NULL,
    attempt       TEXT,
    quoted        INTEGER NOT NULL,
    charged       INTEGER,
    width         INTEGER,
    height        INTEGER,
    error         TEXT,
    updated_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_by_run ON jobs (run);
CREATE INDEX jobs_by_state ON jobs (state);
CREATE INDEX jobs_by_time ON jobs (updated_at_us);
CREATE UNIQUE INDEX jobs_by_attempt ON jobs (attempt) WHERE attempt IS NOT NULL;
";

/// Since the history tells which pictures were downloaded together.
pub(crate) const ADD_BATCH: &str = "ALTER TABLE jobs ADD COLUMN batch TEXT;";

/// Since batches have queues: the place in line, how often it was tried, and the way to the jobs of a batch.
pub(crate) const ADD_QUEUE: &str = "
ALTER TABLE jobs ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_by_batch ON jobs (batch, position) WHERE batch IS NOT NULL;
CREATE INDEX jobs_by_content ON jobs (content);
";

/// One job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// The run it belongs to.
    pub run: RunId,
    /// Who pays.
    pub account: AccountId,
    /// The picture.
    pub input: PathBuf,
    /// Its content's BLAKE3, hexadecimal.
    pub content: String,
    /// What is asked of the service and done with the answer; the text belongs to who planned the job.
    pub options_json: String,
    /// Where the result is planned to go.
    pub output: PathBuf,
    /// How far it has come.
    pub state: JobState,
    /// Its latest request.
    pub attempt: Option<AttemptId>,
    /// The price that was agreed to.
    pub quoted: Credits,
    /// What was charged.
    pub charged: Option<Credits>,
    /// Width of the result, pixels.
    pub width: Option<u32>,
    /// Height of the result, pixels.
    pub height: Option<u32>,
    /// Why it failed: a code, not prose.
    pub error: Option<String>,
    /// Jobs that were begun together share one.
    pub batch: Option<BatchId>,
    /// Its place in the queue of its batch; only the order counts.
    pub position: i64,
    /// How often it was tried in vain and nothing was charged.
    pub tries: u32,
    /// When it last moved; the store sets it.
    pub updated_at: Timestamp,
}

impl JobRow {
    /// A new job of `run`, planned; fill in the rest with struct update syntax.
    #[must_use]
    pub fn planned(run: RunId, account: AccountId, input: PathBuf, output: PathBuf) -> Self {
        Self {
            id: JobId::new(),
            run,
            account,
            input,
            content: String::new(),
            options_json: "{}".to_owned(),
            output,
            state: JobState::Planned,
            attempt: None,
            quoted: Credits::ZERO,
            charged: None,
            width: None,
            height: None,
            error: None,
            batch: None,
            position: 0,
            tries: 0,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }
}

/// A name that is given away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Promised {
    /// The original.
    pub input: PathBuf,
    /// Where its result is planned to go.
    pub output: PathBuf,
}

/// What a move writes beside the state; `None` leaves the column as it is.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct JobChange {
    /// The request that is made now.
    pub attempt: Option<AttemptId>,
    /// What was charged.
    pub charged: Option<Credits>,
    /// Width of the result, pixels.
    pub width: Option<u32>,
    /// Height of the result, pixels.
    pub height: Option<u32>,
    /// Where the result went, when not where it was planned.
    pub output: Option<PathBuf>,
    /// Why it failed: a code. A move without one clears it.
    pub error: Option<String>,
}

const INSERT: &str = "
INSERT INTO jobs (id, run, account, input, content, options_json, output, state, attempt, quoted, charged,
                  width, height, error, batch, position, tries, updated_at_us)
VALUES (:id, :run, :account, :input, :content, :options_json, :output, :state, :attempt, :quoted, :charged,
        :width, :height, :error, :batch, :position, :tries, :updated_at_us)";

const UPDATE: &str = "
UPDATE jobs SET state = :next, attempt = COALESCE(:attempt, attempt), charged = COALESCE(:charged, charged),
    width = COALESCE(:width, width), height = COALESCE(:height, height), output = COALESCE(:output, output),
    error = :error, updated_at_us = :now
WHERE id = :id AND state = :expected";

pub(crate) fn insert(connection: &Connection, job: &JobRow, now: Timestamp) -> rusqlite::Result<JobRow> {
    let JobRow { id, run, account, input, content, options_json, output, state, attempt, .. } = job;
    let JobRow { quoted, charged, width, height, error, batch, position, tries, .. } = job;
    connection.prepare_cached(INSERT)?.execute(named_params! {
        ":id": id, ":run": run, ":account": account, ":input": PathColumn(input.as_path()), ":content": content,
        ":options_json": options_json, ":output": PathColumn(output.as_path()), ":state": state,
        ":attempt": attempt.map(|attempt| attempt.to_string()), ":quoted": Micros(*quoted),
        ":charged": charged.map(Micros), ":width": width, ":height": height, ":error": error,
        ":batch": batch, ":position": position, ":tries": tries, ":updated_at_us": At(now),
    })?;
    Ok(JobRow { updated_at: now, ..job.clone() })
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<JobRow> {
    Ok(JobRow {
        id: row.get("id")?,
        run: row.get("run")?,
        account: row.get("account")?,
        input: row.get::<_, PathColumn<PathBuf>>("input")?.0,
        content: row.get("content")?,
        options_json: row.get("options_json")?,
        output: row.get::<_, PathColumn<PathBuf>>("output")?.0,
        state: row.get::<_, Word<JobState>>("state")?.0,
        attempt: row.get::<_, Option<Word<AttemptId>>>("attempt")?.map(|Word(attempt)| attempt),
        quoted: row.get::<_, Micros>("quoted")?.0,
        charged: row.get::<_, Option<Micros>>("charged")?.map(|Micros(charged)| charged),
        width: row.get("width")?,
        height: row.get("height")?,
        error: row.get("error")?,
        batch: row.get("batch")?,
        position: row.get("position")?,
        tries: row.get("tries")?,
        updated_at: row.get::<_, At>("updated_at_us")?.0,
    })
}

/// The job, or the error that it is not there.
pub(crate) fn load(connection: &Connection, id: JobId) -> Result<JobRow, StoreError> {
    connection
        .prepare_cached("SELECT * FROM jobs WHERE id = ?1")?
        .query_row([id], read)
        .optional()?
        .ok_or_else(|| StoreError::not_found("job", &id))
}

/// Moves a job from `expected` to `next`, or says where it is instead.
pub(crate) fn advance(
    connection: &Connection,
    id: JobId,
    expected: JobState,
    next: JobState,
    change: &JobChange,
    now: Timestamp,
) -> Result<JobRow, StoreError> {
    let JobChange { attempt, charged, width, height, output, error } = change;
    let moved = connection.prepare_cached(UPDATE)?.execute(named_params! {
        ":id": id, ":expected": expected, ":next": next, ":attempt": attempt.map(|attempt| attempt.to_string()),
        ":charged": charged.map(Micros), ":width": width, ":height": height,
        ":output": output.as_deref().map(PathColumn), ":error": error, ":now": At(now),
    })?;
    let job = load(connection, id)?;
    if moved == 0 {
        return Err(StoreError::StateChanged { job: id, expected: expected.to_string(), found: job.state });
    }
    Ok(job)
}

impl Store {
    /// Writes a new job. The row comes back with its time.
    ///
    /// # Errors
    /// When run or account do not exist, or the database fails.
    pub fn job_insert(&self, job: &JobRow) -> Result<JobRow, StoreError> {
        let now = self.now();
        self.write(|transaction| insert(transaction, job, now).map_err(StoreError::from))
    }

    /// Moves a job from `expected` to `next`. On disk when it returns.
    ///
    /// # Errors
    /// [`StoreError::StateChanged`] when the job is elsewhere by now.
    pub fn job_update(
        &self,
        id: JobId,
        expected: JobState,
        next: JobState,
        change: &JobChange,
    ) -> Result<JobRow, StoreError> {
        let now = self.now();
        self.write(|transaction| advance(transaction, id, expected, next, change, now))
    }

    /// One job.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, or when the database fails.
    pub fn job(&self, id: JobId) -> Result<JobRow, StoreError> {
        load(&self.connection(), id)
    }

    /// The job whose latest request this is, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn job_by_attempt(&self, attempt: AttemptId) -> Result<Option<JobRow>, StoreError> {
        Ok(self.select_jobs("WHERE attempt = ?1", [attempt.to_string()])?.pop())
    }

    /// The jobs of a run, in the order they were planned.
    ///
    /// # Errors
    /// When the database fails.
    pub fn jobs(&self, run: RunId) -> Result<Vec<JobRow>, StoreError> {
        self.select_jobs("WHERE run = ?1 ORDER BY rowid", [run])
    }

    /// All unfinished jobs of all runs, alive or dead, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn jobs_open(&self) -> Result<Vec<JobRow>, StoreError> {
        self.select_jobs(
            &format!("WHERE state IN ({}) ORDER BY rowid", JobState::quoted_sql(JobState::is_unfinished)),
            [],
        )
    }

    /// The jobs of this very file, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn jobs_of(&self, account: AccountId, input: &Path, content: &str) -> Result<Vec<JobRow>, StoreError> {
        let jobs = self.select_jobs(
            "WHERE content = ?1 AND account = ?2 ORDER BY updated_at_us DESC, rowid DESC",
            rusqlite::params![content, account],
        )?;
        Ok(jobs.into_iter().filter(|job| job.input == input).collect())
    }

    /// The names of all jobs that have a result before them: unfinished or in a queue.
    ///
    /// # Errors
    /// When the database fails.
    pub fn jobs_promised(&self) -> Result<Vec<Promised>, StoreError> {
        let promised = JobState::quoted_sql(|state| state == JobState::Queued || state.is_unfinished());
        let connection = self.connection();
        let sql = format!("SELECT input, output FROM jobs WHERE state IN ({promised}) ORDER BY rowid");
        let mut statement = connection.prepare_cached(&sql)?;
        let path = |row: &Row<'_>, column| row.get::<_, PathColumn<PathBuf>>(column).map(|PathColumn(path)| path);
        let read = |row: &Row<'_>| Ok(Promised { input: path(row, "input")?, output: path(row, "output")? });
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// The jobs that moved last, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn jobs_recent(&self, limit: u32) -> Result<Vec<JobRow>, StoreError> {
        self.select_jobs("ORDER BY updated_at_us DESC, rowid DESC LIMIT ?1", [limit])
    }

    /// The account's jobs whose request is on its way, or about to be.
    ///
    /// # Errors
    /// When the database fails.
    pub fn in_flight(&self, account: AccountId) -> Result<Vec<JobRow>, StoreError> {
        let states = JobState::quoted_sql(JobState::is_in_flight);
        self.select_jobs(&format!("WHERE account = ?1 AND state IN ({states}) ORDER BY rowid"), [account])
    }

    pub(crate) fn select_jobs(
        &self,
        clause: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Vec<JobRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&format!("SELECT * FROM jobs {clause}"))?;
        Ok(statement.query_map(parameters, read)?.collect::<Result<_, _>>()?)
    }
}
