//! The rows of the accounts that come, from the unpacked database into this one, in one transaction.
//!
//! Ids stay what they were, so that receipts, jobs and answers go on knowing each other; only the numbers of ledger lines are shifted
//! behind those that are here, all by the same amount, which keeps their order.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::part::DATABASE;
use super::take::Fate;
use super::{ArchiveError, manifest::not_whole};
use crate::database::connect;
use crate::{AccountRow, Store, StoreError};

/// Adds the rows of every account whose fate is to come; one that came to be here meanwhile is here, and stays as it is.
pub(super) fn merge(store: &Store, from: &Path, accounts: &mut [(AccountRow, Fate)]) -> Result<(), ArchiveError> {
    // A connection of its own: a second database cannot be attached inside a transaction.
    let mut connection = connect(&store.data_dir().join(DATABASE))?;
    let path = from.join(DATABASE);
    let name = path.to_str().ok_or_else(|| ArchiveError::io(&path)(std::io::ErrorKind::InvalidFilename.into()))?;
    connection.execute("ATTACH ?1 AS archive", [name])?;
    connection.execute("CREATE TEMP TABLE coming (id TEXT PRIMARY KEY, label TEXT NOT NULL)", [])?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (row, fate) in accounts.iter_mut().filter(|(_, fate)| *fate == Fate::Came) {
        let here = transaction.prepare("SELECT 1 FROM main.accounts WHERE id = ?1")?.exists([row.id])?;
        if here {
            *fate = Fate::Here;
        } else {
            transaction.execute("INSERT INTO temp.coming (id, label) VALUES (?1, ?2)", params![row.id, row.label])?;
        }
    }
    add_all(&transaction).map_err(|error| match StoreError::from(error) {
        // Rows of other accounts here have the ids of the archive's rows, or the archive contradicts itself.
        StoreError::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            not_whole(format!("its rows do not go with those here ({error})"))
        }
        error => error.into(),
    })?;
    transaction.commit()?;
    Ok(())
}

const COMING: &str = "account IN (SELECT id FROM temp.coming)";

fn add_all(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let shift: i64 = transaction.query_row("SELECT COALESCE(max(seq), 0) FROM main.ledger", [], |row| row.get(0))?;
    let add = |table: &str, change: &[(&str, &str)], rest: &str| add(transaction, table, change, rest, shift);
    add(
        "accounts",
        &[("label", "(SELECT label FROM temp.coming WHERE id = accounts.id)")],
        "id IN (SELECT id FROM temp.coming)",
    )?;
    add(
        "runs",
        &[],
        &format!(
            "id IN (SELECT run FROM archive.jobs WHERE {COMING} UNION SELECT run FROM archive.batches WHERE {COMING})
             ON CONFLICT (id) DO NOTHING"
        ),
    )?;
    add("jobs", &[], COMING)?;
    add("ledger", &[("seq", "seq + :shift")], &format!("{COMING} ORDER BY seq"))?;
    // Behind the ledger: its triggers count every line into the batch it belongs to, and these batches have counted theirs.
    add("batches", &[], COMING)?;
    add("receipts", &[], COMING)?;
    // Their numbers belong to this database; their order is kept.
    add("plans", &[("id", "NULL")], &format!("{COMING} ORDER BY id"))?;
    let armed = "CASE WHEN armed IN (SELECT seq FROM archive.ledger WHERE account = notices.account)
                      THEN armed + :shift ELSE armed END";
    add("notices", &[("armed", armed)], COMING)?;
    // Whether a folder of this name is meant here, only the user knows.
    add("watches", &[("paused", "1")], COMING)?;
    add("watch_files", &[], &format!("watch IN (SELECT id FROM archive.watches WHERE {COMING})"))?;
    add("edits", &[], "true ON CONFLICT (content) DO NOTHING")?;
    add("backdrops", &[], "true ON CONFLICT (id) DO NOTHING")
}

/// Adds the rows of a table that `rest` names, every column as it is but those that `change` makes anew.
fn add(connection: &Connection, table: &str, change: &[(&str, &str)], rest: &str, shift: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1, 'main')")?;
    let columns = statement.query_map([table], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let values = columns.iter().map(|column| {
        change.iter().find(|(changed, _)| changed == column).map_or(column.as_str(), |(_, value)| *value)
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let columns = columns.join(", ");
    let sql =
        format!("INSERT INTO main.{table} ({columns}) SELECT {values} FROM archive.{table} AS {table} WHERE {rest}");
    let mut statement = connection.prepare(&sql)?;
    if sql.contains(":shift") {
        statement.execute(rusqlite::named_params! { ":shift": shift })?;
    } else {
        statement.execute([])?;
    }
    Ok(())
}
