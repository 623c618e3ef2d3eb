//! What the records say of batches and their pictures, for the terminal: every job with its state and charge, and requests of unknown
//! outcome with what can be done about them. Paths leave through here, so the window never asks.

use std::path::PathBuf;
use std::sync::Arc;

use clearcut_credits::{Credits, Source};
use clearcut_store::{BatchRow, BatchState, Booking, JobId, JobRow, JobState};

use crate::app::{App, blocking};
use crate::problem::{Code, Problem};
use crate::queue::book::Book;
use crate::queue::hall::Hall;
use crate::words;

/// A batch and its pictures, as the records have them.
#[derive(Debug, Clone)]
pub struct BatchRecord {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// `window`, `terminal`, or `watch:` and an id.
    pub origin: String,
    /// `running`, `paused` or `closed`.
    pub state: String,
    /// Why it is paused: a code.
    pub reason: Option<String>,
    /// Somebody drives it right now: a window, or another terminal.
    pub driven: bool,
    /// The most it may cost in all.
    pub agreed: Credits,
    /// Its pictures, in the order of its queue.
    pub jobs: Vec<JobRecord>,
}

/// A picture of a batch.
#[derive(Debug, Clone)]
pub struct JobRecord {
    /// Its id.
    pub id: String,
    /// The original.
    pub input: PathBuf,
    /// Where its result is, or is planned to be.
    pub output: PathBuf,
    /// The job's state, a word.
    pub state: &'static str,
    /// Its result is saved.
    pub saved: bool,
    /// What it was charged; `None` while that is not known.
    pub charged: Option<Credits>,
    /// Why it ended so: a code.
    pub error: Option<String>,
}

/// What the user says of a request of unknown outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It was charged.
    Charged,
    /// It was not.
    Free,
}

impl From<&JobRow> for JobRecord {
    fn from(job: &JobRow) -> Self {
        let charged = match job.state {
            JobState::Sending | JobState::Answered | JobState::Unknown => None,
            _ => Some(job.charged.unwrap_or(Credits::ZERO)),
        };
        Self {
            id: job.id.to_string(),
            input: job.input.clone(),
            output: job.output.clone(),
            state: job.state.as_str(),
            saved: job.state == JobState::Saved,
            charged,
            error: job.error.clone(),
        }
    }
}

impl App {
    /// The batches of the account at work: those that are open, or the last `recent` of all.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn batches(&self, recent: Option<u32>) -> Result<Vec<BatchRecord>, Problem> {
        let (store, account) = (Arc::clone(&self.ground.store), self.desk().account.id);
        let read = blocking(move || {
            let batches = match recent {
                Some(limit) => store.batches_recent(limit)?,
                None => store.batches_open()?,
            };
            let mine = batches.into_iter().filter(|batch| batch.account == account);
            mine.map(|batch| {
                let jobs = store.batch_jobs(batch.id)?.iter().map(JobRecord::from).collect();
                let driven = batch.state != BatchState::Closed
                    && batch.run.map(|run| store.run_is_alive(run)).transpose()?.unwrap_or(false);
                let BatchRow { id, label, origin, state, reason, agreed, .. } = batch;
                Ok(BatchRecord {
                    id: id.to_string(),
                    label,
                    origin,
                    state: state.to_string(),
                    reason,
                    driven,
                    agreed,
                    jobs,
                })
            })
            .collect::<Result<Vec<_>, _>>()
        });
        read.await?.map_err(|error: clearcut_store::StoreError| words::store(&error))
    }

    /// Requests of the account at work whose outcome is unknown.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn unknown(&self) -> Result<Vec<JobRecord>, Problem> {
        Ok(self.unknown_jobs().await?.iter().map(JobRecord::from).collect())
    }

    async fn unknown_jobs(&self) -> Result<Vec<JobRow>, Problem> {
        let (store, account) = (Arc::clone(&self.ground.store), self.desk().account.id);
        let read = blocking(move || {
            let open: Vec<_> = store.state(account)?.reservations().filter(|(_, held)| held.undecided).collect();
            let jobs = open.into_iter().map(|(attempt, _)| store.job_by_attempt(attempt));
            Ok(jobs.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        });
        read.await?.map_err(|error: clearcut_store::StoreError| words::store(&error))
    }

    /// Waits a quiet minute, looks at the balance, and answers with what it said of the requests that were unknown.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn resolve(&self) -> Result<Vec<JobRecord>, Problem> {
        let before: Vec<JobId> = self.unknown_jobs().await?.iter().map(|job| job.id).collect();
        let desk = self.desk();
        let hall = Hall::new(self.me.clone(), &desk, &Arc::new(Book::default()));
        tokio::select! {
            _proved = clearcut_batch::look_in_quiet(&desk.spender, &hall, &*self.sleeper) => {}
            () = self.stopping.cancelled() => {}
        }
        let store = Arc::clone(&self.ground.store);
        let read = blocking(move || {
            let jobs = before.into_iter().map(|job| Ok(JobRecord::from(&store.job(job)?)));
            jobs.collect::<Result<Vec<_>, _>>()
        });
        read.await?.map_err(|error: clearcut_store::StoreError| words::store(&error))
    }

    /// Books requests of unknown outcome by the user's word, which is what counts where the balance cannot tell.
    ///
    /// # Errors
    /// When one of them is not unknown, or the records cannot be written.
    pub async fn settle_by_word(&self, jobs: Vec<String>, word: Word) -> Result<Vec<JobRecord>, Problem> {
        let unknown = self.unknown_jobs().await?;
        let mut wanted = Vec::with_capacity(jobs.len());
        for id in jobs {
            let job = unknown.iter().find(|job| job.id.to_string() == id || job.id.to_string().ends_with(&id));
            let job = job.ok_or_else(|| {
                Problem::new(
                    Code::BadRequest,
                    format!("{id} is no request of unknown outcome."),
                    "See `clearcut resolve`.",
                )
            })?;
            wanted.push(job.clone());
        }
        let store = Arc::clone(&self.ground.store);
        let booked = blocking(move || {
            let mut records = Vec::with_capacity(wanted.len());
            for job in wanted {
                let Some(attempt) = job.attempt else { continue };
                let booking = Booking { account: job.account, job: job.id, attempt };
                match word {
                    Word::Charged => store.lose(booking, job.quoted, Source::Entered, Some("by_user"))?,
                    Word::Free => store.release(booking, JobState::Failed, Some("by_user"))?,
                };
                records.push(JobRecord::from(&store.job(job.id)?));
            }
            Ok(records)
        });
        booked.await?.map_err(|error: clearcut_store::StoreError| words::store(&error))
    }
}
