//! Receipts: what was paid for which picture, one a charged request, kept when jobs are forgotten.
//!
//! Written in the same transaction as the charge (`spending.rs`). A vault entry without one was cut off between the two.

use std::collections::HashSet;

use clearcut_credits::{AttemptId, Credits, Source};
use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params};

use crate::columns::{At, Bytes, Micros, Word};
use crate::{AccountId, JobId, Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE receipts (
    attempt         TEXT PRIMARY KEY,
    account         TEXT NOT NULL REFERENCES accounts (id),
    job             TEXT REFERENCES jobs (id),
    at_us           INTEGER NOT NULL,
    input_name      TEXT NOT NULL,
    content         TEXT NOT NULL,
    options         TEXT NOT NULL,
    charged         INTEGER NOT NULL,
    basis           TEXT NOT NULL,
    width           INTEGER,
    height          INTEGER,
    vault_entry     TEXT NOT NULL,
    request_id      TEXT,
    service_date_us INTEGER
) STRICT;
CREATE INDEX receipts_by_account ON receipts (account, at_us);
";

/// Since the history tells how large an answer was.
pub(crate) const ADD_ANSWER: &str = "ALTER TABLE receipts ADD COLUMN answer_bytes INTEGER;";

const INSERT: &str = "
INSERT INTO receipts (attempt, account, job, at_us, input_name, content, options, charged, basis, width, height,
                      vault_entry, request_id, service_date_us, answer_bytes)
VALUES (:attempt, :account, :job, :at_us, :input_name, :content, :options, :charged, :basis, :width, :height,
        :vault_entry, :request_id, :service_date_us, :answer_bytes)";

/// One receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptRow {
    /// The charged request.
    pub attempt: AttemptId,
    /// Who paid.
    pub account: AccountId,
    /// The job it was for; `None` where the vault knew of a request that the database did not.
    pub job: Option<JobId>,
    /// When it was booked.
    pub at: Timestamp,
    /// The picture's file name.
    pub input_name: String,
    /// Its content's BLAKE3, hexadecimal.
    pub content: String,
    /// What was asked of the service, as canonical text.
    pub options: String,
    /// What was charged; nothing for a free preview.
    pub charged: Credits,
    /// Measured (from the answer's header) or inferred (the quoted amount).
    pub basis: Source,
    /// Width of the answer, pixels.
    pub width: Option<u32>,
    /// Height of the answer, pixels.
    pub height: Option<u32>,
    /// The answer's folder, relative to the vault, with `/` between its parts.
    pub vault_entry: String,
    /// The service's own name for the request.
    pub request_id: Option<String>,
    /// The answer's `Date`: the cycle a charge belongs to is decided by it.
    pub service_date: Option<Timestamp>,
    /// Bytes of the answer.
    pub answer_bytes: Option<u64>,
}

pub(crate) fn insert(connection: &Connection, receipt: &ReceiptRow) -> rusqlite::Result<usize> {
    let ReceiptRow { attempt, account, job, at, input_name, content, options, charged, basis, .. } = receipt;
    let ReceiptRow { width, height, vault_entry, request_id, service_date, answer_bytes, .. } = receipt;
    connection.prepare_cached(INSERT)?.execute(named_params! {
        ":attempt": attempt.to_string(), ":account": account, ":job": job, ":at_us": At(*at),
        ":input_name": input_name, ":content": content, ":options": options, ":charged": Micros(*charged),
        ":basis": basis.as_str(), ":width": width, ":height": height, ":vault_entry": vault_entry,
        ":request_id": request_id, ":service_date_us": service_date.map(At),
        ":answer_bytes": answer_bytes.map(Bytes),
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<ReceiptRow> {
    Ok(ReceiptRow {
        attempt: row.get::<_, Word<AttemptId>>("attempt")?.0,
        account: row.get("account")?,
        job: row.get("job")?,
        at: row.get::<_, At>("at_us")?.0,
        input_name: row.get("input_name")?,
        content: row.get("content")?,
        options: row.get("options")?,
        charged: row.get::<_, Micros>("charged")?.0,
        basis: row.get::<_, Word<Source>>("basis")?.0,
        width: row.get("width")?,
        height: row.get("height")?,
        vault_entry: row.get("vault_entry")?,
        request_id: row.get("request_id")?,
        service_date: row.get::<_, Option<At>>("service_date_us")?.map(|At(date)| date),
        answer_bytes: row.get::<_, Option<Bytes>>("answer_bytes")?.map(|Bytes(bytes)| bytes),
    })
}

impl Store {
    /// The account's receipts, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn receipts(&self, account: AccountId, limit: u32) -> Result<Vec<ReceiptRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare_cached("SELECT * FROM receipts WHERE account = ?1 ORDER BY at_us DESC, rowid DESC LIMIT ?2")?;
        Ok(statement.query_map((account, limit), read)?.collect::<Result<_, _>>()?)
    }

    /// The receipt of one request, if it was paid.
    ///
    /// # Errors
    /// When the database fails.
    pub fn receipt(&self, attempt: AttemptId) -> Result<Option<ReceiptRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT * FROM receipts WHERE attempt = ?1")?;
        let mut receipts = statement.query_map([attempt.to_string()], read)?;
        Ok(receipts.next().transpose()?)
    }

    /// The requests that have a receipt: what [`crate::Vault::orphans`] compares with.
    ///
    /// # Errors
    /// When the database fails.
    pub fn paid_attempts(&self) -> Result<HashSet<AttemptId>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT attempt FROM receipts")?;
        let attempts = statement.query_map([], |row| row.get(0).map(|Word(attempt)| attempt))?;
        Ok(attempts.collect::<Result<_, _>>()?)
    }
}
