//! Batches: pictures that were agreed to together, and the queue in which they wait.
//!
//! A batch remembers what its user agreed to, so that a limit holds over every restart; what counts against the limit is kept
//! by triggers on the ledger, in the very transaction that moves the money. Which picture comes next, and when one is tried
//! again, is the scheduler's matter, not this table's.
//!
//! # If the process dies here, this is what the next start finds
//! | in the middle of | on disk | the next start |
//! | --- | --- | --- |
//! | [`Store::batch_insert`] | no batch and none of its jobs | nothing: nothing was sent |
//! | between taking a job and its reservation | the job *planned*, of a dead run | back to *queued* |
//! | any later step of the job | the job's own table in `batch::machine` | the same, *queued* where nothing was charged |
//! | [`Store::batch_close`] | the batch open or closed | open: offered again, or closed when nothing of it waits |
//!
//! A batch whose driver is gone stays as it was, *running* or *paused*; it is offered to the user and never goes on by itself.

use clearcut_credits::{AccountState, Credits};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::columns::{At, Micros, Word};
use crate::tables::jobs;
use crate::{AccountId, BatchId, BatchState, JobId, JobRow, JobState, RunId, Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE batches (
    id            TEXT PRIMARY KEY,
    account       TEXT NOT NULL REFERENCES accounts (id),
    origin        TEXT NOT NULL,
    label         TEXT NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    agreed        INTEGER NOT NULL,
    committed     INTEGER NOT NULL DEFAULT 0,
    never_payg    INTEGER NOT NULL,
    before_payg   INTEGER NOT NULL,
    run           TEXT REFERENCES runs (id),
    created_at_us INTEGER NOT NULL,
    updated_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX batches_open ON batches (account, created_at_us) WHERE state <> 'closed';
CREATE TRIGGER batch_reserves AFTER INSERT ON ledger WHEN NEW.kind = 'reserved' AND NEW.job IS NOT NULL
BEGIN
    UPDATE batches SET committed = committed + NEW.amount
     WHERE id = (SELECT batch FROM jobs WHERE id = NEW.job);
END;
CREATE TRIGGER batch_settles AFTER INSERT ON ledger WHEN NEW.kind IN ('settled', 'paid_lost', 'released')
BEGIN
    UPDATE batches
       SET committed = committed + CASE NEW.kind WHEN 'released' THEN 0 ELSE NEW.amount END
           - (SELECT amount FROM ledger WHERE attempt = NEW.attempt AND kind = 'reserved')
     WHERE id = (SELECT jobs.batch FROM ledger reserved JOIN jobs ON jobs.id = reserved.job
                  WHERE reserved.attempt = NEW.attempt AND reserved.kind = 'reserved');
END;
";

/// A batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchRow {
    /// Its id; its jobs carry it.
    pub id: BatchId,
    /// Who pays.
    pub account: AccountId,
    /// Who began it: `window`, `terminal`, or `watch:` and the id of a watch folder.
    pub origin: String,
    /// What people call it: the folder's or the first picture's name.
    pub label: String,
    /// Whether it goes on.
    pub state: BatchState,
    /// Why it is paused: a code, not prose.
    pub reason: Option<String>,
    /// The most it may spend in all, over every restart.
    pub agreed: Credits,
    /// Charged, reserved or undecided so far; kept by the ledger's triggers, ignored when written.
    pub committed: Credits,
    /// Nothing of it may be drawn from PAYG.
    pub never_payg: bool,
    /// So many of its charged pictures were quoted as paid without PAYG.
    pub before_payg: u32,
    /// The run that drives it, alive or dead.
    pub run: Option<RunId>,
    /// When it was agreed to; the store sets it.
    pub created_at: Timestamp,
    /// When it last changed; the store sets it.
    pub updated_at: Timestamp,
}

impl BatchRow {
    /// A batch that is about to run; fill in the rest with struct update syntax.
    #[must_use]
    pub fn new(account: AccountId, origin: &str, label: &str, agreed: Credits) -> Self {
        Self {
            id: BatchId::new(),
            account,
            origin: origin.to_owned(),
            label: label.to_owned(),
            state: BatchState::Running,
            reason: None,
            agreed,
            committed: Credits::ZERO,
            never_payg: false,
            before_payg: 0,
            run: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }
}

impl BatchRow {
    /// Whether a watched folder began it: its own rounds take up again what a death left of it.
    #[must_use]
    pub fn is_of_a_watch(&self) -> bool {
        self.origin.starts_with(WATCH_ORIGIN)
    }
}

/// What the origins of watched folders' batches begin with.
pub(crate) const WATCH_ORIGIN: &str = "watch:";

const INSERT: &str = "
INSERT INTO batches (id, account, origin, label, state, reason, agreed, never_payg, before_payg, run,
                     created_at_us, updated_at_us)
VALUES (:id, :account, :origin, :label, :state, :reason, :agreed, :never_payg, :before_payg, :run, :now, :now)";

fn read(row: &Row<'_>) -> rusqlite::Result<BatchRow> {
    Ok(BatchRow {
        id: row.get("id")?,
        account: row.get("account")?,
        origin: row.get("origin")?,
        label: row.get("label")?,
        state: row.get::<_, Word<BatchState>>("state")?.0,
        reason: row.get("reason")?,
        agreed: row.get::<_, Micros>("agreed")?.0,
        committed: row.get::<_, Micros>("committed")?.0,
        never_payg: row.get("never_payg")?,
        before_payg: row.get("before_payg")?,
        run: row.get("run")?,
        created_at: row.get::<_, At>("created_at_us")?.0,
        updated_at: row.get::<_, At>("updated_at_us")?.0,
    })
}

fn load(connection: &Connection, id: BatchId) -> Result<BatchRow, StoreError> {
    find(connection, id)?.ok_or_else(|| StoreError::not_found("batch", &id))
}

fn find(connection: &Connection, id: BatchId) -> Result<Option<BatchRow>, StoreError> {
    Ok(connection.prepare_cached("SELECT * FROM batches WHERE id = ?1")?.query_row([id], read).optional()?)
}

/// What counts against the limit of the job's batch; `None` where the job was begun alone.
pub(crate) fn used_by_batch_of(connection: &Connection, job: &JobRow) -> Result<Option<Credits>, StoreError> {
    let Some(batch) = job.batch else { return Ok(None) };
    Ok(find(connection, batch)?.map(|batch| batch.committed))
}

fn return_to_queue(
    connection: &Connection,
    job: JobId,
    tries: u32,
    error: Option<&str>,
    now: Timestamp,
) -> Result<JobRow, StoreError> {
    connection
        .prepare_cached("UPDATE jobs SET state = 'queued', tries = ?2, error = ?3, updated_at_us = ?4 WHERE id = ?1")?
        .execute(params![job, tries, error, At(now)])?;
    jobs::load(connection, job)
}

impl Store {
    /// Writes a batch and all its jobs, *queued* in the order given, in one transaction: either all of it is there, or nothing.
    /// The rows come back as they were written.
    ///
    /// # Errors
    /// When account or run do not exist, or the database fails.
    pub fn batch_insert(&self, batch: &BatchRow, jobs: &[JobRow]) -> Result<(BatchRow, Vec<JobRow>), StoreError> {
        let now = self.now();
        self.write(|transaction| {
            let BatchRow { id, account, origin, label, state, reason, agreed, never_payg, before_payg, run, .. } =
                batch;
            transaction.prepare_cached(INSERT)?.execute(named_params! {
                ":id": id, ":account": account, ":origin": origin, ":label": label, ":state": state.as_str(),
                ":reason": reason, ":agreed": Micros(*agreed), ":never_payg": never_payg,
                ":before_payg": before_payg, ":run": run, ":now": At(now),
            })?;
            let written = jobs.iter().zip(1_i64..).map(|(job, position)| {
                let job = JobRow { batch: Some(*id), state: JobState::Queued, position, ..job.clone() };
                jobs::insert(transaction, &job, now).map_err(StoreError::from)
            });
            let written = written.collect::<Result<Vec<_>, _>>()?;
            Ok((load(transaction, *id)?, written))
        })
    }

    /// One batch.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, or when the database fails.
    pub fn batch(&self, id: BatchId) -> Result<BatchRow, StoreError> {
        load(&self.connection(), id)
    }

    /// The batches of all accounts that are not over, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn batches_open(&self) -> Result<Vec<BatchRow>, StoreError> {
        self.select_batches("WHERE state <> 'closed' ORDER BY created_at_us, id", [])
    }

    /// The batches that were begun last, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn batches_recent(&self, limit: u32) -> Result<Vec<BatchRow>, StoreError> {
        self.select_batches("ORDER BY created_at_us DESC, id DESC LIMIT ?1", [limit])
    }

    fn select_batches(&self, clause: &str, parameters: impl rusqlite::Params) -> Result<Vec<BatchRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&format!("SELECT * FROM batches {clause}"))?;
        Ok(statement.query_map(parameters, read)?.collect::<Result<_, _>>()?)
    }

    /// The jobs of a batch, in the order of its queue.
    ///
    /// # Errors
    /// When the database fails.
    pub fn batch_jobs(&self, batch: BatchId) -> Result<Vec<JobRow>, StoreError> {
        self.select_jobs("WHERE batch = ?1 ORDER BY position, rowid", [batch])
    }

    /// What the pictures that wait in batches which go on by themselves may still cost: of each batch no more than is left of what was
    /// agreed to.
    ///
    /// # Errors
    /// When the database fails.
    pub fn queued_sum(&self, account: AccountId) -> Result<Credits, StoreError> {
        Ok(queued_sum(&self.connection(), account)?)
    }

    /// What the ledger adds up to ([`Store::state`]) and what waits in the queue ([`Store::queued_sum`]), both at one moment: a picture
    /// whose credit is reserved meanwhile is in one of the two, never in neither.
    ///
    /// # Errors
    /// When the database fails.
    pub fn state_and_queued_sum(&self, account: AccountId) -> Result<(AccountState, Credits), StoreError> {
        let mut connection = self.connection();
        // Under write-ahead logging all that one transaction reads is of one moment.
        let reading = connection.transaction()?;
        Ok((self.fold(&reading, account)?, queued_sum(&reading, account)?))
    }

    /// Makes `run` the driver of a batch that is not over, if its last driver is `was`. `false`: somebody else was quicker.
    /// The caller has made sure that `was` is over or dead ([`Store::run_is_alive`]).
    ///
    /// # Errors
    /// When the database fails.
    pub fn batch_take(&self, id: BatchId, was: Option<RunId>, run: RunId) -> Result<bool, StoreError> {
        let now = self.now();
        let sql = "UPDATE batches SET run = ?3, updated_at_us = ?4 WHERE id = ?1 AND run IS ?2 AND state <> 'closed'";
        self.write(|transaction| Ok(transaction.execute(sql, params![id, was, run, At(now)])? > 0))
    }

    /// Notes that a batch goes on or is paused, and why. One that is over stays so.
    ///
    /// # Errors
    /// When the database fails.
    pub fn batch_note(&self, id: BatchId, state: BatchState, reason: Option<&str>) -> Result<(), StoreError> {
        let now = self.now();
        let sql = "UPDATE batches SET state = ?2, reason = ?3, updated_at_us = ?4 WHERE id = ?1 AND state <> 'closed'";
        self.write(|transaction| {
            transaction.execute(sql, params![id, state.as_str(), reason, At(now)])?;
            Ok(())
        })
    }

    /// Closes a batch of which nothing waits or is under way any more; `false` while something does.
    ///
    /// # Errors
    /// When the database fails.
    pub fn batch_close(&self, id: BatchId) -> Result<bool, StoreError> {
        let now = self.now();
        let waiting = JobState::quoted_sql(|state| state == JobState::Queued || state.is_unfinished());
        let sql = format!(
            "UPDATE batches SET state = 'closed', reason = NULL, updated_at_us = ?2 WHERE id = ?1
              AND NOT EXISTS (SELECT 1 FROM jobs WHERE batch = ?1 AND state IN ({waiting}))"
        );
        self.write(|transaction| Ok(transaction.execute(&sql, params![id, At(now)])? > 0))
    }

    /// Writes down what the user agrees to from now on: `more` credits beyond what is committed already, and how many pictures are
    /// quoted as paid without PAYG. A batch that was over is open again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, or when the database fails.
    pub fn batch_agree(
        &self,
        id: BatchId,
        more: Credits,
        before_payg: u32,
        never_payg: bool,
    ) -> Result<BatchRow, StoreError> {
        let now = self.now();
        self.write(|transaction| {
            transaction.execute(
                "UPDATE batches SET agreed = committed + ?2, before_payg = ?3, never_payg = ?4, state = 'running',
                        reason = NULL, updated_at_us = ?5
                  WHERE id = ?1",
                params![id, Micros(more), before_payg, never_payg, At(now)],
            )?;
            load(transaction, id)
        })
    }

    /// Puts jobs of a batch that had ended back into its queue, by the user's own word, for `more` credits beyond what others of it that
    /// wait may still cost. All of them, or none. `never_payg` counts where nothing else of the batch waits.
    ///
    /// # Errors
    /// [`StoreError::StateChanged`] when one of them may not be asked for again, or is not of this batch.
    pub fn batch_again(
        &self,
        id: BatchId,
        again: &[JobId],
        more: Credits,
        before_payg: u32,
        never_payg: bool,
    ) -> Result<(BatchRow, Vec<JobRow>), StoreError> {
        let now = self.now();
        self.write(|transaction| {
            transaction.execute(
                "UPDATE batches
                    SET agreed = committed + ?2 + MIN(MAX(agreed - committed, 0), waiting),
                        before_payg = ?3, never_payg = CASE WHEN waits THEN never_payg ELSE ?4 END,
                        state = 'running', reason = NULL, updated_at_us = ?5
                   FROM (SELECT COALESCE(SUM(quoted), 0) AS waiting, COUNT(*) > 0 AS waits
                           FROM jobs WHERE batch = ?1 AND state = 'queued')
                  WHERE id = ?1",
                params![id, Micros(more), before_payg, never_payg, At(now)],
            )?;
            let returned = again.iter().map(|job| {
                let row = jobs::load(transaction, *job)?;
                if row.batch != Some(id) || !row.state.may_requeue() {
                    let expected = "ended, without a result".to_owned();
                    return Err(StoreError::StateChanged { job: *job, expected, found: row.state });
                }
                return_to_queue(transaction, *job, 0, None, now)
            });
            let returned = returned.collect::<Result<Vec<_>, _>>()?;
            Ok((load(transaction, id)?, returned))
        })
    }

    /// Gives a queued job to a run: it is *planned* from here on, and its run puts it right should it die. Its last request is
    /// forgotten.
    ///
    /// # Errors
    /// [`StoreError::StateChanged`] when it does not wait any more.
    pub fn queue_take(&self, job: JobId, run: RunId) -> Result<JobRow, StoreError> {
        let now = self.now();
        self.write(|transaction| {
            let taken = transaction.execute(
                "UPDATE jobs SET state = 'planned', run = ?2, attempt = NULL, charged = NULL, error = NULL, updated_at_us = ?3
                  WHERE id = ?1 AND state = 'queued'",
                params![job, run, At(now)],
            )?;
            let row = jobs::load(transaction, job)?;
            if taken == 0 {
                return Err(StoreError::StateChanged { job, expected: "queued".to_owned(), found: row.state });
            }
            Ok(row)
        })
    }

    /// Puts a job back into its queue. `tries` is how often it was tried in vain by now; `error` why.
    ///
    /// # Errors
    /// [`StoreError::StateChanged`] when it is elsewhere by now, or may not be asked for again.
    pub fn queue_return(
        &self,
        job: JobId,
        was: JobState,
        tries: u32,
        error: Option<&str>,
    ) -> Result<JobRow, StoreError> {
        let now = self.now();
        self.write(|transaction| {
            let row = jobs::load(transaction, job)?;
            let waits = row.state == JobState::Queued && was == JobState::Queued;
            if row.state != was || !(waits || was.may_requeue()) {
                return Err(StoreError::StateChanged { job, expected: was.to_string(), found: row.state });
            }
            return_to_queue(transaction, job, tries, error, now)
        })
    }

    /// Takes jobs that wait out of their queue: they end as `next`. Those that do not wait any more are left alone; answers with
    /// how many were taken.
    ///
    /// # Errors
    /// When the database fails.
    pub fn queue_end(&self, jobs: &[JobId], next: JobState, error: Option<&str>) -> Result<usize, StoreError> {
        let now = self.now();
        self.write(|transaction| {
            let mut ended = 0;
            let sql = "UPDATE jobs SET state = ?2, error = ?3, updated_at_us = ?4 WHERE id = ?1 AND state = 'queued'";
            for job in jobs {
                ended += transaction.prepare_cached(sql)?.execute(params![job, next.as_str(), error, At(now)])?;
            }
            Ok(ended)
        })
    }

    /// Writes down a new order of a queue: `jobs` in that order, before all others of their batch that wait.
    ///
    /// # Errors
    /// When the database fails.
    pub fn queue_first(&self, batch: BatchId, jobs: &[JobId]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let first: Option<i64> = transaction.query_row(
                "SELECT MIN(position) FROM jobs WHERE batch = ?1 AND state = 'queued'",
                [batch],
                |row| row.get(0),
            )?;
            let count = i64::try_from(jobs.len()).unwrap_or(i64::MAX);
            let from = first.unwrap_or(1).saturating_sub(count);
            for (job, position) in jobs.iter().zip(from..) {
                transaction
                    .prepare_cached("UPDATE jobs SET position = ?3 WHERE id = ?1 AND batch = ?2")?
                    .execute(params![job, batch, position])?;
            }
            Ok(())
        })
    }
}

fn queued_sum(connection: &Connection, account: AccountId) -> rusqlite::Result<Credits> {
    let sql = "SELECT COALESCE(SUM(MIN(waiting, MAX(left, 0))), 0) FROM (
            SELECT (SELECT COALESCE(SUM(quoted), 0) FROM jobs WHERE jobs.batch = batches.id AND jobs.state IN ('queued', 'planned')) AS waiting,
                   agreed - committed AS left
              FROM batches WHERE account = ?1 AND state = 'running' AND state <> 'closed')";
    Ok(connection.query_row(sql, [account], |row| row.get::<_, Micros>(0))?.0)
}
