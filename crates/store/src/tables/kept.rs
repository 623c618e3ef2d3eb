//! What the books say of the answers in the vault: booked, saved, still counted on. Reads only, in one query; what it means
//! for an entry is the vault's policy ([`crate::keeping`]).

use std::collections::HashMap;
use std::path::PathBuf;

use clearcut_credits::{AttemptId, Credits};
use rusqlite::Row;

use crate::columns::{Micros, PathColumn, Word};
use crate::{JobState, Standing, Store, StoreError};

/// A booked answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptRow {
    /// The picture's file name.
    pub input_name: String,
    /// What was charged for it.
    pub charged: Credits,
    /// Its job; `None` where the vault knew of a request that the database did not.
    pub state: Option<JobState>,
    /// Where its picture was saved, or is planned to go; `None` for one that is only looked at.
    pub output: Option<PathBuf>,
    /// A job that is not at its end works on the same picture for the same account.
    pub awaited: bool,
}

impl KeptRow {
    /// What that makes of the answer.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.state, self.awaited) {
            (Some(JobState::Saved), false) => Standing::Saved,
            (Some(JobState::Saved), true) => Standing::Awaited,
            (Some(_) | None, _) => Standing::Unsaved,
        }
    }
}

/// The query with `clause` at its end.
fn query(clause: &str) -> String {
    let open = JobState::quoted_sql(|state| !state.is_end());
    format!(
        "SELECT receipt.attempt, receipt.input_name, receipt.charged, job.state, job.output,
                EXISTS (SELECT 1 FROM jobs other INDEXED BY jobs_by_content
                         WHERE other.content = receipt.content AND other.account = receipt.account
                           AND other.state IN ({open})) AS awaited
         FROM receipts receipt
         LEFT JOIN jobs job ON job.id = receipt.job
         {clause}"
    )
}

fn read(row: &Row<'_>) -> rusqlite::Result<(AttemptId, KeptRow)> {
    let Word(attempt) = row.get::<_, Word<AttemptId>>("attempt")?;
    let output = row.get::<_, Option<PathColumn<PathBuf>>>("output")?.map(|PathColumn(path)| path);
    let kept = KeptRow {
        input_name: row.get("input_name")?,
        charged: row.get::<_, Micros>("charged")?.0,
        state: row.get::<_, Option<Word<JobState>>>("state")?.map(|Word(state)| state),
        output: output.filter(|path| !path.as_os_str().is_empty()),
        awaited: row.get("awaited")?,
    };
    Ok((attempt, kept))
}

impl Store {
    /// What the books say of every answer that was booked, of all accounts.
    ///
    /// # Errors
    /// When the database fails.
    pub fn kept_rows(&self) -> Result<HashMap<AttemptId, KeptRow>, StoreError> {
        self.select_kept_rows("", [])
    }

    /// The same of one answer; `None` when it was never booked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn kept_row(&self, attempt: AttemptId) -> Result<Option<KeptRow>, StoreError> {
        Ok(self.select_kept_rows("WHERE receipt.attempt = ?1", [attempt.to_string()])?.remove(&attempt))
    }

    fn select_kept_rows(
        &self,
        clause: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<HashMap<AttemptId, KeptRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&query(clause))?;
        Ok(statement.query_map(parameters, read)?.collect::<Result<_, _>>()?)
    }
}
