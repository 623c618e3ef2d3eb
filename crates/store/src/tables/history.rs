//! What was asked of a service and what became of it, read together from ledger, jobs and receipts. Reads only.

use clearcut_credits::{AttemptId, Credits, Event, Source};
use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Row, named_params};

use super::ledger::{self, DrawnBy};
use crate::columns::{At, Bytes, Micros, PathColumn, Word};
use crate::{AccountId, BatchId, JobId, Store, StoreError};

/// A stretch of time: from `from` on, before `until`; open where absent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Period {
    /// Its first moment.
    pub from: Option<Timestamp>,
    /// The first moment after it.
    pub until: Option<Timestamp>,
}

/// What became of a request, or what happened to the account without one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HistoryKind {
    /// Charged, and the picture is here.
    Paid,
    /// Charged, and no usable picture came.
    PaidLost,
    /// Not charged.
    NotCharged,
    /// Perhaps charged.
    Unknown,
    /// Not answered yet.
    UnderWay,
    /// Bought, renewed, used elsewhere, stated, adjusted.
    Account(Event),
}

/// A line of the history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryRow {
    /// The ledger line it begins with.
    pub seq: i64,
    /// When: the charge's time where there was one, else the request's.
    pub at: Timestamp,
    /// What became of it.
    pub kind: HistoryKind,
    /// The request.
    pub attempt: Option<AttemptId>,
    /// The job it was for.
    pub job: Option<JobId>,
    /// The picture's file name.
    pub name: Option<String>,
    /// What was asked of the service, as canonical text.
    pub options: Option<String>,
    /// Which pictures it was begun with.
    pub batch: Option<BatchId>,
    /// What was charged; the reserved price while that is open.
    pub amount: Credits,
    /// Measured or inferred; unknown while nothing is charged.
    pub basis: Source,
    /// From which pockets, as it was believed when it was booked; `None` for charges of older versions.
    pub drawn: Option<DrawnBy>,
    /// Width of the answer, pixels.
    pub width: Option<u32>,
    /// Height of the answer, pixels.
    pub height: Option<u32>,
    /// Bytes of the answer.
    pub answer_bytes: Option<u64>,
    /// The answer's folder, relative to the vault.
    pub vault_entry: Option<String>,
}

/// Credits that went, on one day or another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SpentLine {
    /// When, by the service's clock where it told.
    pub at: Timestamp,
    /// From which pockets. Charges of older versions count as subscription.
    pub drawn: DrawnBy,
    /// By another program or computer.
    pub elsewhere: bool,
}

/// A request stands where it was charged, else where it was reserved; so one line of the period finds it. A charge that the vault
/// knew of and the database did not has no reservation.
const REQUESTS: &str = "
SELECT COALESCE(first.seq, line.seq) AS seq, line.at_us AS at_us, line.attempt AS attempt,
       COALESCE(first.amount, line.amount) AS price,
       CASE line.kind WHEN 'reserved' THEN NULL ELSE line.kind END AS charge_kind,
       CASE line.kind WHEN 'reserved' THEN NULL ELSE line.amount END AS charged,
       line.basis AS basis, line.subscription AS subscription, line.rollover AS rollover, line.payg AS payg,
       line.enterprise AS enterprise,
       EXISTS (SELECT 1 FROM ledger x WHERE x.attempt = line.attempt AND x.kind = 'released') AS released,
       EXISTS (SELECT 1 FROM ledger x WHERE x.attempt = line.attempt AND x.kind = 'undecided') AS undecided,
       COALESCE(receipt.job, jobs.id) AS job, jobs.input AS input, jobs.batch AS batch,
       receipt.input_name AS input_name, receipt.options AS options,
       COALESCE(receipt.width, jobs.width) AS width, COALESCE(receipt.height, jobs.height) AS height,
       receipt.answer_bytes AS answer_bytes, receipt.vault_entry AS vault_entry
FROM ledger line
LEFT JOIN ledger first ON first.attempt = line.attempt AND first.kind = 'reserved'
LEFT JOIN receipts receipt ON receipt.attempt = line.attempt
LEFT JOIN jobs ON jobs.id = COALESCE(first.job, receipt.job)
WHERE line.account = :account AND line.at_us >= :from AND line.at_us < :until
  AND (line.kind IN ('settled', 'paid_lost')
       OR line.kind = 'reserved'
          AND NOT EXISTS (SELECT 1 FROM ledger x WHERE x.attempt = line.attempt AND x.kind IN ('settled', 'paid_lost')))";

const ACCOUNT_LINES: &str = "
SELECT * FROM ledger
WHERE account = :account AND at_us >= :from AND at_us < :until
  AND kind IN ('used_elsewhere', 'top_up', 'renewal', 'cycle_renewed', 'wiped', 'plan_change', 'adjustment')";

const SPENT: &str = "
SELECT * FROM ledger
WHERE account = :account AND kind IN ('settled', 'paid_lost', 'used_elsewhere')
  AND COALESCE(served_at_us, at_us) >= :from AND COALESCE(served_at_us, at_us) < :until
ORDER BY seq";

impl Period {
    /// Its bounds as columns have them.
    fn micros(&self) -> (i64, i64) {
        let micros = |at: Timestamp| at.as_microsecond();
        (self.from.map_or(i64::MIN, micros), self.until.map_or(i64::MAX, micros))
    }
}

fn request(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    let charge_kind: Option<String> = row.get("charge_kind")?;
    let kind = match (charge_kind.as_deref(), row.get("released")?, row.get("undecided")?) {
        (Some("paid_lost"), _, _) => HistoryKind::PaidLost,
        (Some(_), _, _) => HistoryKind::Paid,
        (None, true, _) => HistoryKind::NotCharged,
        (None, false, true) => HistoryKind::Unknown,
        (None, false, false) => HistoryKind::UnderWay,
    };
    let Micros(price) = row.get("price")?;
    let charged = row.get::<_, Option<Micros>>("charged")?.map(|Micros(charged)| charged);
    Ok(HistoryRow {
        seq: row.get("seq")?,
        at: row.get::<_, At>("at_us")?.0,
        kind,
        attempt: row.get::<_, Option<Word<AttemptId>>>("attempt")?.map(|Word(attempt)| attempt),
        job: row.get("job")?,
        name: name(row)?,
        options: row.get("options")?,
        batch: row.get("batch")?,
        amount: charged.unwrap_or(price),
        basis: row.get::<_, Option<Word<Source>>>("basis")?.map_or(Source::Unknown, |Word(basis)| basis),
        drawn: drawn(row, charged.unwrap_or_default())?,
        width: row.get("width")?,
        height: row.get("height")?,
        answer_bytes: row.get::<_, Option<Bytes>>("answer_bytes")?.map(|Bytes(bytes)| bytes),
        vault_entry: row.get("vault_entry")?,
    })
}

/// The receipt's word for it, or the last part of the job's path.
fn name(row: &Row<'_>) -> rusqlite::Result<Option<String>> {
    if let Some(name) = row.get("input_name")? {
        return Ok(Some(name));
    }
    if row.get_ref("input")? == ValueRef::Null {
        return Ok(None);
    }
    let PathColumn(path) = row.get::<_, PathColumn<std::path::PathBuf>>("input")?;
    Ok(path.file_name().map(|name| name.to_string_lossy().into_owned()))
}

/// The pockets of a charge, as they were believed when it was booked.
fn drawn(row: &Row<'_>, charged: Credits) -> rusqlite::Result<Option<DrawnBy>> {
    let pocket =
        |column: &str| row.get::<_, Option<Micros>>(column).map(|micros| micros.map(|Micros(credits)| credits));
    let Some(subscription) = pocket("subscription")? else { return Ok(None) };
    let drawn = DrawnBy {
        subscription,
        rollover: pocket("rollover")?,
        payg: pocket("payg")?.unwrap_or_default(),
        enterprise: pocket("enterprise")?.unwrap_or_default(),
        untold: Credits::ZERO,
    };
    Ok(Some(DrawnBy { untold: charged.less(drawn.all()), ..drawn }))
}

fn account_line(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    let entry = ledger::read(row)?;
    Ok(HistoryRow {
        seq: entry.seq,
        at: entry.at,
        kind: HistoryKind::Account(entry.event),
        attempt: None,
        job: None,
        name: None,
        options: None,
        batch: None,
        amount: Credits::ZERO,
        basis: Source::Inferred,
        drawn: None,
        width: None,
        height: None,
        answer_bytes: None,
        vault_entry: None,
    })
}

fn spent(row: &Row<'_>) -> rusqlite::Result<SpentLine> {
    let entry = ledger::read(row)?;
    let at = entry.served_at.unwrap_or(entry.at);
    Ok(match entry.event {
        Event::UsedElsewhere { subscription, payg } => {
            SpentLine { at, drawn: DrawnBy { subscription, payg, ..DrawnBy::default() }, elsewhere: true }
        }
        Event::Settled { amount, .. } | Event::PaidLost { amount, .. } => {
            let unsplit = DrawnBy { subscription: amount, ..DrawnBy::default() };
            SpentLine { at, drawn: drawn(row, amount)?.unwrap_or(unsplit), elsewhere: false }
        }
        _ => SpentLine { at, drawn: DrawnBy::default(), elsewhere: false },
    })
}

impl Store {
    /// Everything of a period, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn history(&self, account: AccountId, period: Period) -> Result<Vec<HistoryRow>, StoreError> {
        let connection = self.connection();
        let (from, until) = period.micros();
        let bounds = named_params! { ":account": account, ":from": from, ":until": until };
        let mut rows: Vec<HistoryRow> = connection
            .prepare_cached(REQUESTS)?
            .query_map(bounds, request)?
            .chain(connection.prepare_cached(ACCOUNT_LINES)?.query_map(bounds, account_line)?)
            .collect::<Result<_, _>>()?;
        rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.seq)));
        Ok(rows)
    }

    /// Credits that went in a period, own charges and use elsewhere, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn spent(&self, account: AccountId, period: Period) -> Result<Vec<SpentLine>, StoreError> {
        let connection = self.connection();
        let (from, until) = period.micros();
        let mut statement = connection.prepare_cached(SPENT)?;
        let lines = statement
            .query_map(named_params! { ":account": account, ":from": from, ":until": until }, spent)?
            .collect::<Result<_, _>>()?;
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn a_period_is_found_by_an_index_however_long_the_ledger() {
        let dir = tempfile::TempDir::new().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let connection = store.connection();
        let plan = |sql: &str| -> Vec<String> {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let bounds = named_params! { ":account": AccountId::PRACTICE, ":from": 0, ":until": 1 };
            statement.query_map(bounds, |row| row.get("detail")).unwrap().collect::<Result<_, _>>().unwrap()
        };
        for (sql, index) in
            [(REQUESTS, "ledger_by_time"), (ACCOUNT_LINES, "ledger_of_the_account"), (SPENT, "ledger_spent")]
        {
            let steps = plan(sql);
            assert!(steps.iter().any(|step| step.contains(&format!("USING INDEX {index}"))), "{steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
        }
    }
}
